"""Judgements on names: kept for good, one row more a change, and two people at once lose nothing."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, close_old_connections, connection, transaction

from barometer.errors import NotAllowed, UnknownValue
from barometer.names.clusters import clusters
from barometer.web.actions import names as actions
from barometer.web.actions.importing import import_files
from barometer.web.actions.names import Outdated, judge, token, undo
from barometer.web.records import naming
from barometer.web.records.models import Mention, NameJudgement, Party, PartyBlock, Revision
from barometer.web.records.naming import canonical_names, mention_key, party_clusters, refresh_blocks


@pytest.fixture
def three(db):
    """Three spellings of one invented person."""
    rows = [
        Party.objects.create(name=name, kind="person", public_id=key * 16)
        for key, name in (("a", "Рысбек Кияров"), ("b", "Rysbek Kiyarov"), ("c", "R. Kijarow"))
    ]
    refresh_blocks(rows)
    return [row.public_id for row in rows]


def say(one, other, verdict="same", *, by="An editor", reason="one person", seen=None, **more):
    seen = token(one, other, subject=more.get("subject", "party")) if seen is None else seen
    return judge(one=one, other=other, verdict=verdict, reason=reason, by=by, seen=seen, **more)


# --- the log ---------------------------------------------------------------------------------------------------------


def test_a_judgement_is_a_row_with_its_revision(three):
    a, b, _ = three
    row = say(b, a, proposed={"probability": 0.9})
    assert (row.one, row.other, row.verdict, row.by, row.reason) == (a, b, "same", "An editor", "one person")
    revision = Revision.objects.get(record_id=row.public_id)
    assert (revision.action, revision.by, revision.after["verdict"]) == ("judge", "An editor", "same")
    assert party_clusters().of(a) == {a, b}


def test_without_its_revision_nothing_was_judged(three, monkeypatch):
    def fails(*_, **__):
        raise DatabaseError("no room for the revision")

    monkeypatch.setattr(actions, "record_revision", fails)
    with pytest.raises(DatabaseError):
        say(*three[:2])
    assert not NameJudgement.objects.exists()


def test_a_wrong_join_is_undone_by_one_row_and_everything_follows(three):
    a, b, c = three
    first = say(a, b)
    say(b, c)
    assert canonical_names(three) == dict.fromkeys(three, "Rysbek Kiyarov")
    back = undo(first, reason="a slip", by="An editor")
    assert (back.verdict, NameJudgement.objects.count()) == ("open", 3)
    assert party_clusters().of(a) == {a}
    assert canonical_names(three) == dict.fromkeys([b, c], "Rysbek Kiyarov")


def test_undoing_brings_back_what_stood_before(three):
    a, b, _ = three
    say(a, b, "different")
    wrong = say(a, b)
    assert undo(wrong, reason="a slip", by="An editor").verdict == "different"


def test_a_contradiction_is_kept_and_nothing_is_joined(three):
    a, b, c = three
    say(a, b)
    say(a, c, "different")
    say(b, c)
    known = party_clusters()
    assert [conflict.members for conflict in known.conflicts] == [{a, b, c}]
    assert canonical_names(three) == {}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"by": " "}, NotAllowed),
        ({"by": "x" * 201}, NotAllowed),
        ({"reason": "  "}, NotAllowed),
        ({"reason": "x" * 5000}, NotAllowed),
        ({"verdict": "perhaps"}, UnknownValue),
        ({"other": "a" * 16}, UnknownValue),
        ({"other": "nobody"}, UnknownValue),
    ],
)
def test_what_is_refused(three, change, error):
    given = {
        "one": three[0],
        "other": three[1],
        "verdict": "same",
        "reason": "one",
        "by": "An editor",
        "seen": "x",
    }
    with pytest.raises(error):
        judge(**(given | change))
    assert not NameJudgement.objects.exists()


def test_mentions_are_judged_too_and_outlive_an_import_that_writes_them_anew(db, mini, evidence):
    import_files([mini.path])
    one, other = (mention_key(row) for row in Mention.objects.filter(party__name="Bolat Imaginary"))
    say(one, other, "different", subject="mention")
    mini.event(1)["date_text"] = "then"
    import_files([mini.save()])
    again = {mention_key(row) for row in Mention.objects.filter(party__name="Bolat Imaginary")}
    assert again == {one, other}
    belongs = dict.fromkeys(again, Party.objects.get(name="Bolat Imaginary").public_id)
    [conflict] = clusters(naming.log("mention"), belongs).conflicts
    assert conflict.different == (tuple(sorted(again)),)
    assert party_clusters().conflicts == ()


# --- append-only in the database -------------------------------------------------------------------------------------

TABLE = "records_namejudgement"
COLUMNS = "public_id, created_at, changed_at, subject, one, other, verdict, reason, by, proposed"
TAMPERING = [
    f"UPDATE {TABLE} SET verdict = 'different'",
    f"UPDATE {TABLE} SET verdict = verdict",
    f"DELETE FROM {TABLE}",
]
TAMPERING_BY_VENDOR = {
    "sqlite": [
        f"REPLACE INTO {TABLE} (id, {COLUMNS}) SELECT id, {COLUMNS} FROM {TABLE}",
        f"INSERT OR REPLACE INTO {TABLE} ({COLUMNS}) SELECT {COLUMNS} FROM {TABLE}",
        f"UPDATE OR REPLACE {TABLE} SET by = 'another'",
    ],
    "postgresql": [
        f"TRUNCATE {TABLE}",
        f"TRUNCATE {TABLE} CASCADE",
        f"INSERT INTO {TABLE} (id, {COLUMNS}) SELECT id, {COLUMNS} FROM {TABLE} "
        "ON CONFLICT (id) DO UPDATE SET by = 'another'",
    ],
}


@pytest.mark.parametrize("index", range(6))
def test_judgements_stand_against_sql(three, index):
    say(*three[:2])
    before = list(NameJudgement.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute([*TAMPERING, *TAMPERING_BY_VENDOR[connection.vendor]][index])
    assert list(NameJudgement.objects.values()) == before


def test_judgements_stand_against_django(three):
    row = say(*three[:2])
    for change in (row.delete, row.save, lambda: NameJudgement.objects.update(by="another")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert NameJudgement.objects.get().by == "An editor"


def test_the_database_refuses_a_judgement_about_one(three):
    with pytest.raises(DatabaseError), transaction.atomic():
        NameJudgement.objects.create(
            subject="party", one="x", other="x", verdict="same", reason="r", by="An editor"
        )


# --- two people at once ----------------------------------------------------------------------------------------------


def test_the_second_editor_is_told_who_judged_meanwhile(three):
    a, b, _ = three
    seen = token(a, b)
    say(a, b, "different", by="The first", seen=seen)
    with pytest.raises(Outdated, match="The first has judged") as told:
        say(a, b, by="The second", seen=seen)
    assert told.value.last.by == "The first"
    assert [row.by for row in NameJudgement.objects.all()] == ["The first"]


def test_a_judgement_elsewhere_in_the_cluster_is_told_too(three):
    a, b, c = three
    seen = token(b, c)
    say(a, b, by="The first")
    with pytest.raises(Outdated):
        say(b, c, by="The second", seen=seen)
    assert say(b, c, by="The second").verdict == "same"


def test_a_judgement_on_others_is_no_hindrance(three):
    a, b, c = three
    other = Party.objects.create(name="Somebody Else", kind="person", public_id="d" * 16)
    seen = token(a, b)
    say(c, other.public_id, by="The first")
    assert say(a, b, seen=seen).verdict == "same"


def test_a_changed_record_is_told(three):
    a, b, _ = three
    seen = token(a, b)
    Party.objects.filter(public_id=a).update(name="Rysbek Another")
    with pytest.raises(Outdated) as told:
        say(a, b, seen=seen)
    assert told.value.last is None


def test_what_was_judged_again_is_not_undone_unseen(three):
    a, b, _ = three
    first = say(a, b)
    say(a, b, "different", by="The second")
    with pytest.raises(Outdated):
        undo(first, reason="a slip", by="The first")
    assert party_clusters().verdict(a, b) == "different"


@pytest.mark.django_db(transaction=True)
def test_many_editors_at_the_same_moment():
    """All have the same page open and press at once: one is written, the others are told; a retry then is too."""
    ids = [Party.objects.create(name=f"Rysbek Kiyarov {n}", kind="person").public_id for n in range(6)]
    centre, others = ids[0], ids[1:]
    seen = {other: token(centre, other) for other in others}
    start, told, written = threading.Barrier(len(others)), [], []

    def press(other):
        try:
            start.wait(20)
            written.append(say(centre, other, by=f"Editor of {other}", seen=seen[other]).other)
        except Outdated:
            told.append(other)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=press, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert NameJudgement.objects.count() == 1
    assert len(told) == len(others) - 1
    for other in told:
        say(centre, other, by=f"Editor of {other}")
    assert party_clusters().of(centre) == set(ids)
    assert {row.by for row in NameJudgement.objects.all()} == {f"Editor of {other}" for other in others}


# --- keys and search -------------------------------------------------------------------------------------------------


def test_an_import_keeps_the_keys_up_to_date(db, mini, evidence):
    import_files([mini.path])
    assert PartyBlock.objects.filter(party__name="Bolat Imaginary").exists()
    assert refresh_blocks(list(Party.objects.all())) == 0
    PartyBlock.objects.all().delete()
    assert refresh_blocks(list(Party.objects.all())) > 0
    assert refresh_blocks(list(Party.objects.all())) == 0


def test_a_search_finds_other_spellings_and_tells_where_they_stand(db, mini, evidence):
    import_files([mini.path])
    [found] = naming.search("Имагинари Болат")
    assert (found.name, found.kind, found.times, found.cases) == (
        "Bolat Imaginary", "person", 2, ("imaginary-detention",),
    )  # fmt: skip
    assert found.probability > 0.9
    assert naming.search("Имагинари Болат", exact=True) == []
    assert [one.name for one in naming.search("imaginary bolat", exact=True)] == ["Bolat Imaginary"]
    assert [one.name for one in naming.search("Инвентед Геральд")] == ["Invented Herald"]


def test_a_search_shows_a_joined_name_once(three):
    assert len(naming.search("Киярова Рысбека")) > 1
    say(*three[:2])
    [first, *_] = naming.search("Киярова Рысбека")
    assert (first.name, first.others) == ("Rysbek Kiyarov", ("Рысбек Кияров",))
    assert len(naming.search("Рысбек Кияров", limit=1)) == 1


@pytest.mark.parametrize("name", ["", "😀", "a", "...", "x" * 10_000, "Алматы", "аbв"])
def test_a_search_for_nothing_finds_nothing(three, name):
    assert naming.search(name) == []
    assert naming.search(name, exact=True) == []
