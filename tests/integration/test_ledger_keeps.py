"""What the ledger promises: every field is classed, revisions stand for good, a change has its trace or is none."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from barometer.codebook.book import codebook
from barometer.errors import NotAllowed, NotReady
from barometer.review import PUBLIC, STATES, may_become
from barometer.web.actions import revisions
from barometer.web.actions.evidence import bytes_of, keep_evidence
from barometer.web.actions.importing import import_files
from barometer.web.actions.publishing import publish_event
from barometer.web.actions.revisions import record_revision, snapshot
from barometer.web.records import mapping
from barometer.web.records.fields import FIELD_CLASSES, new_public_id
from barometer.web.records.models import Case, Event, Record, Revision, Source, State

OURS = [
    model
    for config in apps.get_app_configs()
    if config.name.startswith("barometer.")
    for model in config.get_models()
]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_is_classed(model):
    fields = {field.name for field in model._meta.get_fields() if not isinstance(field, ForeignObjectRel)}
    assert set(model.field_classes) == fields
    assert set(model.field_classes.values()) <= set(FIELD_CLASSES)


def test_there_are_models_to_class():
    assert {"records.Event", "records.Revision", "accounts.User"} <= {model._meta.label for model in OURS}


def test_public_ids_cannot_be_guessed():
    ids = {new_public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(public_id) for public_id in ids} == {16}


def test_states_are_in_one_table():
    assert set(State.values) == set(STATES)
    assert all(following in STATES for row in STATES.values() for following in row)
    assert {"published", "corrected"} == PUBLIC
    assert may_become("proposed", "published")
    assert not may_become("withdrawn", "published")


def test_every_type_of_party_has_a_kind():
    kinds, book = mapping._party_kinds(), codebook()
    assert set(kinds["target"]) == set(book.target_types)
    assert set(kinds["actor"]) == set(book.actor_types)


# --- revisions -------------------------------------------------------------------------------------------------------


@pytest.fixture
def case(db):
    with transaction.atomic():
        case = Case.objects.create(slug="example-274")
        record_revision(case, "create", by="A person", reason="for this test")
    return case


TAMPERING = [
    "UPDATE records_revision SET reason = 'another'",
    "UPDATE records_revision SET number = number",
    "DELETE FROM records_revision",
    "DELETE FROM records_revision WHERE id IN (SELECT id FROM records_revision)",
]
TAMPERING_BY_VENDOR = {
    "sqlite": [
        "REPLACE INTO records_revision (id, at, by, action, model, record_id, number, reason, after) "
        "SELECT id, at, 'another', action, model, record_id, number, reason, after FROM records_revision",
        "INSERT OR REPLACE INTO records_revision (at, by, action, model, record_id, number, reason, after) "
        "SELECT at, 'another', action, model, record_id, number, reason, after FROM records_revision",
        "UPDATE OR REPLACE records_revision SET by = 'another'",
    ],
    "postgresql": [
        "TRUNCATE records_revision",
        "TRUNCATE records_revision CASCADE",
        "INSERT INTO records_revision (id, at, by, action, model, record_id, number, reason, after) "
        "SELECT id, at, by, action, model, record_id, number, reason, after FROM records_revision "
        "ON CONFLICT (id) DO UPDATE SET by = 'another'",
    ],
}


@pytest.mark.parametrize("index", range(7))
def test_revisions_stand_against_sql(case, index):
    statements = [*TAMPERING, *TAMPERING_BY_VENDOR[connection.vendor]]
    before = list(Revision.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statements[index])
    assert list(Revision.objects.values()) == before


def test_revisions_stand_against_django(case):
    revision = Revision.objects.get(record_id=case.public_id)
    for change in (
        revision.delete,
        Revision.objects.all().delete,
        lambda: Revision.objects.update(by="another"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Revision.objects.get().by == "A person"


def test_a_revision_says_what_stands(case):
    revision = Revision.objects.get()
    assert (revision.model, revision.record_id, revision.number) == ("case", case.public_id, 1)
    assert revision.after["slug"] == "example-274"
    with transaction.atomic():
        assert record_revision(case, "look", by="A person").number == 2


@pytest.mark.django_db(transaction=True)
def test_a_revision_is_written_in_a_transaction_only():
    with pytest.raises(RuntimeError):
        record_revision(Case.objects.create(slug="alone"), "create", by="A person")


@pytest.mark.parametrize("by", ["", "  "])
def test_a_change_needs_a_name(case, by):
    with pytest.raises(NotAllowed), transaction.atomic():
        record_revision(case, "change", by=by)


def test_the_ledger_cannot_be_emptied(case, monkeypatch):
    from django.test.utils import _TestState

    monkeypatch.delattr(_TestState, "saved_data")
    with pytest.raises(CommandError, match="never emptied"):
        call_command("flush", interactive=False, verbosity=0)
    assert Revision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2])
def test_tests_begin_empty_and_the_triggers_come_back(run):
    """Whichever of the two runs second finds the first one's revision gone, and its own as safe as ever."""
    assert not Revision.objects.exists()
    with transaction.atomic():
        record_revision(Case.objects.create(slug="again"), "create", by="A person")
    with pytest.raises(DatabaseError), transaction.atomic():
        Revision.objects.all().delete()


# --- actions ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(db, mini, evidence):
    import_files([mini.path])
    return Event.objects.get(key="mini-2031q1.txt#m-2-01#1")


def test_publishing(proposed):
    assert not Event.objects.public().exists()
    assert not Case.objects.public().exists()
    publish_event(proposed, by="An editor", reason="checked with the court")
    event = Event.objects.public().get()
    assert (event.state, event.published_by) == ("published", "An editor")
    assert event.item.state == "published"
    assert Case.objects.public().get().slug == "example-274"
    last = Revision.objects.filter(record_id=event.public_id).latest("number")
    assert (last.action, last.by, last.reason) == ("publish", "An editor", "checked with the court")
    assert last.after["state"] == "published"


def test_an_event_s_revision_has_all_of_it(proposed):
    after = snapshot(proposed)
    assert after["types"] == [{"code": "legal.fine", "alleged": False}]
    assert after["provisions"] == ["KZ-CC-274"]
    assert [(m["side"], m["written"]) for m in after["mentions"]] == [
        ("actor", "court"),
        ("target", "Aigerim Example"),
    ]
    assert after["case"] == Case.objects.get(slug="example-274").public_id


def test_without_its_revision_nothing_was_published(proposed, monkeypatch):
    def fails(*_, **__):
        raise DatabaseError("no room for the revision")

    monkeypatch.setattr(revisions.Revision.objects, "create", fails)
    with pytest.raises(DatabaseError):
        publish_event(proposed, by="An editor")
    proposed.refresh_from_db()
    assert proposed.state == "proposed"
    assert proposed.item.state == "proposed"


def test_nothing_is_published_without_a_name(proposed):
    with pytest.raises(NotAllowed):
        publish_event(proposed, by=" ")


def test_what_was_withdrawn_is_not_published_again(proposed):
    Event.objects.update(state="withdrawn")
    proposed.refresh_from_db()
    with pytest.raises(NotReady, match="withdrawn"):
        publish_event(proposed, by="An editor")


def test_evidence_has_one_row_and_its_bytes(db, evidence):
    first = keep_evidence(b"a page", name="page.html", media_type="text/html", how="upload", by="A person")
    again = keep_evidence(b"a page", name="other.html", media_type="text/html", how="upload", by="Another")
    assert first == again
    assert again.original_name == "page.html"
    assert bytes_of(first) == b"a page"
    assert b"a page" not in (evidence / first.sha256[:2] / first.sha256).read_bytes()
    assert Revision.objects.get().by == "A person"


def test_the_database_refuses_an_impossible_interval(proposed):
    for change in ({"last_day": None}, {"first_day": "2031-01-13", "last_day": "2031-01-12"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.filter(pk=proposed.pk).update(**change)


def test_the_database_refuses_a_publication_without_time_or_name(proposed):
    for half in ({}, {"published_by": "A person"}, {"published_at": timezone.now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.filter(pk=proposed.pk).update(state="published", **half)


def test_records_have_public_ids():
    records = [model for model in OURS if issubclass(model, Record)]
    assert Source in records
    assert all(model._meta.get_field("public_id").unique for model in records)
