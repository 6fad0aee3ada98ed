"""Open data: what the interface gives, what it never gives, and how it behaves when it is asked badly."""

# ruff: noqa: F811 (fixtures that come from another module)

from __future__ import annotations

import csv
import io
import json
import re

import duckdb
import pytest
from django.db import connection, models, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from test_people import NAMES, VICTIM, consent, ledger, today  # noqa: F401 (fixtures)
from test_seized import NEEDS, OURS, value_of

from barometer.web.actions import releasing
from barometer.web.public import facets, filters, opened_fields
from barometer.web.public.api import answers, limits
from barometer.web.records.fields import PUBLIC
from barometer.web.records.models import (
    Case,
    Event,
    EvidenceItem,
    Issue,
    Item,
    Mention,
    Party,
    Source,
)
from barometer.web.records.reviewing import PublicNote

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

API = "/api/v1"
LISTS = (
    "events", "cases", "people", "outlets", "bodies", "provisions", "sources", "issues", "letters", "corrections", "releases",
)  # fmt: skip


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    """Each test begins with full buckets; the tests of limits set their own."""
    monkeypatch.setattr(answers, "limits", limits.Limits(burst=10_000))


def get(client, path: str, status: int = 200, **headers):
    response = client.get(path if path.startswith("/api") else API + path, **headers)
    assert response.status_code == status, (path, response.content[:300])
    return response


def all_of(client, name: str, **asked) -> list[dict]:
    """Every record of a list, page by page."""
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    at, found = f"{API}/{name}?{query}", []
    while at:
        page = get(client, at).json()
        found += page["data"]
        at = page["next"]
    return found


# --- what is given --------------------------------------------------------------------------------------------


def test_every_public_field_is_given_or_left_out_for_a_reason():
    for model in OURS:
        label = model._meta.label
        public = {name for name, kind in model.field_classes.items() if kind == PUBLIC}
        given, left = set(opened_fields.GIVEN.get(label, ())), set(opened_fields.LEFT_OUT.get(label, ()))
        assert given | left == public, f"{label}: give it in public/opened_fields.py, or say why not"
        assert not given & left, label
        assert all(len(reason) > 10 for reason in opened_fields.LEFT_OUT.get(label, {}).values())
    assert {*opened_fields.GIVEN, *opened_fields.LEFT_OUT} <= {model._meta.label for model in OURS}


#: Free words of public fields, by which it is seen that what is said to be given is given.
FREE = {
    Event: ("date_text", "place_name", "summary_en", "summary_ru", "summary_kk"),
    Item: ("entry_key", "headline", "text_en", "text_ru", "text_kk"),
    Mention: ("written",),
    Party: ("name",),
    Case: ("slug",),
    Source: ("name",),
}


def test_what_is_said_to_be_given_is_given(client, ledger):
    with transaction.atomic():
        row = Event.objects.get(mentions__party__name="Alma Testova")
        note = PublicNote.objects.create(
            event=row, kind="correction", reason="error", words_en="zz-note-en", words_ru="zz-note-ru", by="X"
        )
        mention = row.mentions.select_related("party").get(party__name="Alma Testova")
        marks = {}
        for model, names in FREE.items():
            one = {Event: row, Item: row.item, Mention: mention, Party: mention.party, Case: row.case,
                   Source: row.item.source}[model]  # fmt: skip
            for name in names:
                marks[f"{model.__name__}.{name}"] = f"zz-{model.__name__.lower()}-{name.replace('_', '-')}"
                model.objects.filter(pk=one.pk).update(**{name: marks[f"{model.__name__}.{name}"]})
        Source.objects.update(**{name: {"en": f"zz-source-{name}"} for name in ("title", "intro", "contact")})
    told = json.dumps([all_of(client, name) for name in LISTS], ensure_ascii=False).casefold()
    missing = {name for name, mark in marks.items() if mark not in told}
    assert not missing
    assert all(f"zz-source-{name}" in told for name in ("title", "intro", "contact"))
    assert note.words_en in told
    assert "zz-note-ru" in told


# --- what is never given ----------------------------------------------------------------------------------------

CANARY = "канареечка canarybird"
BIRDS = ("канареечка", "canarybird")
#: Internal words on which other things stand: what they are is computed, or the database asks for a form.
FIXED = {
    "records.Event.coded", "records.Redaction.digest", "records.Redaction.subject", "records.ItemKey.sealed",
    "records.PersonCard.country_of_stay", "records.PersonCard.relation", "records.PersonCard.employment",
    "records.PersonCard.medium", "records.PersonCard.outlet_language", "records.PersonCard.gender", "records.PersonCard.policy",
    "records.Release.digests", "records.Release.named", "records.RedactionDoor.redaction", "records.Consent.uses",
    "records.NameJudgement.one", "records.NameJudgement.other", "records.Job.kind",
    "intake.Tip.receipt_key", "intake.Tip.lookup",
}  # fmt: skip
#: Models whose rows change what is public by being there.
ABSENT = {
    "records.RedactionDoor",
    "records.Redaction",
    "records.ItemKey",
    "records.Release",
    "records.ReleaseFile",
    "records.Edition",
    "records.FrozenFile",
}


def secret(model) -> list[models.Field]:
    """A model's free words that are not public."""
    return [
        one
        for one in model._meta.concrete_fields
        if model.field_classes[one.name] != PUBLIC
        and isinstance(one, models.CharField | models.TextField | models.JSONField)
        and not one.choices
        and f"{model._meta.label}.{one.name}" not in FIXED
    ]


def canary(column, number: int):
    text = f"{CANARY} {number}"
    if isinstance(column, models.JSONField) or type(column).__name__ == "ProtectedJSON":
        return {"words": [text]}
    return text if column.max_length is None else text[: column.max_length]


#: What the database asks for beyond its columns, of rows that hang on published ones.
HANGS = {
    "records.EvidenceLogEntry": lambda: {"index": 999},
    "records.IndexRow": lambda: {"score": 1.0},
    "records.PersonCard": lambda: {
        "party_id": Party.objects.get(name="Alma Testova").pk,
        **dict.fromkeys(("policy", "gender", "relation", "employment", "medium", "outlet_language"), ""),
    },
    "records.Retelling": lambda: {"told_id": Event.objects.order_by("pk").last().pk},
}


def hang_a_row(model) -> None:
    """A row of the model that hangs on published records, with the canary in every field that is not public."""
    values = {}
    for column in model._meta.concrete_fields:
        if column.primary_key or column.has_default() or (column.null and column.blank):
            continue
        if isinstance(column, models.ForeignKey):
            there = column.related_model._base_manager.order_by("pk").first()
            values[column.attname] = (
                getattr(there, column.target_field.attname) if there else value_of(column)
            )
        else:
            values[column.attname] = value_of(column)
    values |= NEEDS.get(model._meta.label, dict)() | HANGS.get(model._meta.label, dict)()
    for number, column in enumerate(secret(model)):
        values[column.name] = canary(column, number)
    model._base_manager.create(**values)


@pytest.fixture
def full(ledger):
    """The ledger with a canary in every internal and protected field of every table."""
    hung = 0
    for model in OURS:
        if model._meta.label not in ABSENT and model not in (Event, Item, Source, Party, Case, Issue):
            with transaction.atomic():
                hang_a_row(model)
            hung += 1
    for model in (Event, Item, Source, Party, Case, Issue, EvidenceItem):
        for row in model._base_manager.all():
            told = {one.name: canary(one, row.pk) for one in secret(model)}
            model._base_manager.filter(pk=row.pk).update(**told)
    for row in Event.objects.all():
        row.coded["note"] = row.coded["unknown"] = CANARY
        Event.objects.filter(pk=row.pk).update(coded=row.coded)
    assert hung > 20
    return ledger


def addresses(client) -> list[str]:
    """Every address of the interface and of the site, with whatever they link to."""
    known = [f"{API}/{name}" for name in (*LISTS, "codebook", "crosswalk", "openapi.json", "docs")]
    known += [
        f"{API}/events?format=csv",
        f"{API}/events?q=house",
        "/en/",
        "/ru/data/",
        "/en/events/",
        "/en/cases/",
    ]
    known += [f"/en/{name}/" for name in ("calendar", "corrections", "about", "data-protection", "data")]
    return [*known, "/en/calendar.ics"]


def walked(client, below: str = "/") -> dict[str, str]:
    """What is told at the addresses below that one, and at those to which they lead."""
    waiting, told = addresses(client), {}
    while waiting:
        at = waiting.pop(0)
        if at in told or len(told) > 300 or not at.startswith(below):
            continue
        response = client.get(at)
        assert response.status_code in (200, 301, 302, 404), at
        body = response.getvalue().decode("utf-8", "replace")
        told[at] = body + str(response.headers)
        if at.startswith(API) and response["Content-Type"].startswith("application/json") and '"id"' in body:
            name = at.removeprefix(f"{API}/").partition("?")[0]
            if "/" not in name and name in LISTS:
                waiting += [
                    f"{API}/{name}/{one.get('id')}" for one in response.json()["data"] if one.get("id")
                ]
                waiting += [f"{API}/{name}?lang=kk&limit=2"]
        waiting += [link for link in re.findall(r'href="(/en/[^"#?]*)"', body) if "/tip/" not in link]
    return told


def birds_in(text: str) -> list[str]:
    return [bird for bird in BIRDS if bird in text.casefold()]


@pytest.mark.once
def test_no_answer_and_no_page_tells_a_canary(client, full):
    told = walked(client)
    assert sum(at.startswith(f"{API}/events/") for at in told) == Event.objects.count()
    assert any(at.startswith("/en/cases/") for at in told)
    assert {at: found for at, text in told.items() if (found := birds_in(text))} == {}


def test_no_file_of_a_release_tells_a_canary(full, tmp_path):
    made = releasing.release("2031Q1", tmp_path, by="A tester", draft=True)
    assert len(made.files) > 60
    for path in (one for one in made.folder.rglob("*") if one.is_file()):
        data = path.read_bytes()
        if path.suffix == ".parquet":
            data = str(duckdb.read_parquet(str(path)).fetchall()).encode()
        assert not birds_in(data.decode("utf-8", "replace")), path


def test_who_is_withheld_is_in_no_answer_until_they_agree(client, ledger, tmp_path):
    told = walked(client, API)
    assert sum(at.startswith(f"{API}/events/") for at in told) == Event.objects.count()
    assert {at: name for at, text in told.items() for name in NAMES if name in text.casefold()} == {}
    made = releasing.release("2031Q1", tmp_path, by="A tester", draft=True)
    for path in (made.folder / "jsonl").iterdir():
        assert not [name for name in NAMES if name in path.read_text(encoding="utf-8").casefold()], path
    consent(VICTIM)
    assert "Dinara Ulgieva" in json.dumps(all_of(client, "events"))


# --- pages, filters, languages ------------------------------------------------------------------------------------


def test_pages_are_stable_while_records_come_in(client, ledger):
    ids = [one["id"] for one in all_of(client, "events")]
    first = get(client, "/events?limit=2").json()
    row = Event.objects.get(public_id=first["data"][0]["id"])
    row.pk, row.public_id, row.key = None, "2" * 16, "another"
    row.save(force_insert=True)
    read, at = [one["id"] for one in first["data"]], first["next"]
    while at:
        page = get(client, at).json()
        read, at = read + [one["id"] for one in page["data"]], page["next"]
    assert [one for one in read if one != row.public_id] == ids
    assert len(read) == len(set(read))


def test_lists_are_whole_at_any_size_of_page(client, ledger):
    for name in LISTS:
        whole = all_of(client, name, limit=100)
        assert all_of(client, name, limit=1) == whole, name


@pytest.mark.parametrize("query", ["kind=violation", "type=legal.fine&type=legal.interrogation", "counts=step", "month=2031-02", "region=KZ-75", "provision=KZ-CC-274", "q=questioned"])  # fmt: skip
def test_the_filters_are_those_of_the_site(client, ledger, query):
    wanted = {row.public_id for row in facets.matching(filters.parse(QueryDict(query)))}
    assert {one["id"] for one in get(client, f"/events?{query}").json()["data"]} == wanted
    assert wanted


def test_labels_are_in_the_language_that_is_asked_for(client, ledger):
    [one] = get(client, "/events?type=legal.fine&month=2031-02&limit=1&lang=kk").json()["data"]
    assert one["kind_label"] == "Бұзушылық"
    assert get(client, "/events?lang=ru")["Content-Language"] == "ru"


def test_a_page_asks_the_database_a_fixed_number_of_questions(client, ledger):
    def questions(path: str) -> int:
        get(client, path)
        with CaptureQueriesContext(connection) as asked:
            get(client, path)
        return len(asked)

    for name in (
        "events",
        "cases",
        "people",
        "outlets",
        "bodies",
        "provisions",
        "sources",
        "issues",
        "corrections",
    ):
        few, many = questions(f"/{name}?limit=1"), questions(f"/{name}?limit=100")
        assert many <= few + 2, name  # a page of one may have no row of some kind


def test_a_sheet_has_no_formula(client, ledger):
    Event.objects.filter(main_type="legal.fine").update(summary_en="=HYPERLINK(1)")
    text = get(client, "/events?format=csv&type=legal.fine").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["summary_en"] for row in rows} == {"'=HYPERLINK(1)"}
    assert len(rows) == 2


# --- cases -------------------------------------------------------------------------------------------------------


def test_a_case_stands_as_its_page_says(client, ledger):
    slug = get(client, "/events?counts=step").json()["data"][0]["case"]["slug"]
    case = get(client, f"/cases/{slug}").json()
    assert case["standing"] == "open"
    [measure] = case["state"]["measures"]
    assert (measure["measure"], measure["start"]) == (
        "house_arrest", {"first": "2031-02-21", "last": "2031-02-21"},
    )  # fmt: skip
    assert [step["type"] for step in case["timeline"]] == ["legal.house_arrest", "legal.interrogation"]
    assert [one["date"]["first"] for one in case["ahead"]] == ["2031-04-21"]


# --- what goes wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/events?kind=crime", 400, "kind"),
        ("/events?regon=KZ-75", 400, "regon"),
        ("/events?limit=0", 400, "limit"),
        ("/events?limit=101", 400, "limit"),
        ("/events?cursor=%00", 400, "cursor"),
        ("/events?lang=de", 400, "lang"),
        ("/events?month=2031-13", 400, "month"),
        ("/events/nothing", 404, None),
        ("/cases/nothing", 404, None),
        ("/people/nothing", 404, None),
        ("/people/nothing/events", 404, None),
        ("/provisions/KZ-CC-9999", 404, None),
        ("/nowhere", 404, None),
    ],
)
def test_a_bad_question_is_told_what_to_do(client, ledger, path, status, field):
    error = get(client, path, status).json()["error"]
    assert (error["status"], error["field"]) == (status, field)
    assert error["message"]
    assert error["next_step"]


def test_what_was_withdrawn_is_gone_with_its_note(client, ledger):
    row = Event.objects.filter(main_type="legal.fine").first()
    with transaction.atomic():
        Event.objects.filter(pk=row.pk).update(state="withdrawn")
        PublicNote.objects.create(
            event=row, kind="withdrawal", reason="error", words_en="We were wrong.", by="X"
        )
    answer = get(client, f"/events/{row.public_id}", 410).json()
    assert answer["withdrawn"]["words"] == {"en": "We were wrong."}
    assert row.public_id not in json.dumps(all_of(client, "events"))
    assert row.public_id in json.dumps(all_of(client, "corrections"))


def test_too_many_questions_wait(client, ledger, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(answers, "limits", limits.Limits(burst=2, a_minute=6, clock=lambda: now[0]))
    for _ in range(2):
        get(client, "/codebook")
    answer = get(client, "/codebook", 429)
    assert answer["Retry-After"] == "10"
    assert answer.json()["error"]["next_step"]
    now[0] = 10.0
    get(client, "/codebook")
    get(client, "/codebook", 429)
    get(client, "/codebook", REMOTE_ADDR="203.0.113.9")


def test_no_more_clients_are_remembered_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(limits, "MOST_CLIENTS", 3)
    bucket = limits.Limits(burst=1, a_minute=1, clock=lambda: 0.0)
    assert [bucket.wait(name) for name in "aabcd"] == [0, 60, 0, 0, 0]
    assert len(bucket._left) == 3


def test_answers_may_be_read_from_anywhere_and_set_nothing(client, ledger):
    answer = get(client, "/events")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert not answer.cookies
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert client.options(f"{API}/events").status_code == 204
    refused = client.post(f"{API}/events", {})
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.head(f"{API}/events").status_code == 200


def test_what_has_not_changed_is_not_sent_again(client, ledger):
    tag = get(client, "/events")["ETag"]
    assert get(client, "/events", 304, HTTP_IF_NONE_MATCH=tag).content == b""
    assert get(client, "/events", HTTP_IF_MODIFIED_SINCE="Fri, 01 Jan 2100 00:00:00 GMT").content
    consent(VICTIM)  # no row of an event changes, but the name may stand there now
    assert get(client, "/events", HTTP_IF_NONE_MATCH=tag)["ETag"] != tag


def test_answers_are_compressed_for_who_can_read_that(client, ledger):
    answer = get(client, "/codebook", HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Content-Encoding"] == "gzip"
    get(client, "/codebook", 304, HTTP_IF_NONE_MATCH=answer["ETag"], HTTP_ACCEPT_ENCODING="gzip")


def test_the_page_on_the_interface_reads_without_scripts(client, ledger):
    page = get(client, "/docs").content.decode()
    for path in get(client, "/openapi.json").json()["paths"]:
        assert f"GET {path}" in page
    assert not re.search(r"<script(?! src=)|\son[a-z]+=|\sstyle=", page)
    assert "http://" not in re.sub(r'href="[^"]*"', "", page)
    assert client.get(f"{API}/").headers["Location"] == f"{API}/docs"
