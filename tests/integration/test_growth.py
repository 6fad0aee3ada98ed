"""A large ledger is brought up to date by what a change touched: the same as reading all of it anew."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.db import connection, transaction
from judged import judge

from barometer.web.actions.importing import import_files
from barometer.web.actions.revisions import record_revision
from barometer.web.public import clock, columns, facets, joined, memory, stories
from barometer.web.public.counting import Column, Columns
from barometer.web.public.filters import Filters, chosen
from barometer.web.records import hiding, naming, printing, search, studying
from barometer.web.records.mapping import event_in_case
from barometer.web.records.models import (
    Case,
    Event,
    EventProvision,
    EventType,
    Mention,
    Party,
    Revision,
)
from barometer.web.records.withholding import withheld

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"


@pytest.fixture
def ledger(monkeypatch):
    """Two quarters of invented events, published; large enough to be brought up to date."""
    import_files(
        [DATA / "invented-2025q4.json", DATA / "invented-2026q1.json"], as_published=True, by="A coder"
    )
    monkeypatch.setattr(memory, "LARGE", 1)
    monkeypatch.setattr(hiding, "FEW", 0)


def said(found: Columns) -> dict[str, object]:
    """What columns say, whatever the codes in which they say it."""

    def pairs(column: Column) -> set[tuple[int, str]]:
        every, codes = column.chosen(found.all)
        return {(int(found.pks[at]), column.name(code)) for at, code in zip(every, codes, strict=True)}

    return {
        "order": found.pks.tolist(),
        "days": [found.first.tolist(), found.last.tolist(), found.people_hit.tolist()],
        "cases": [(row.pk, row.standing) for row in found.cases(found.all)],
        **{name: pairs(column) for name, column in found.columns.items()},
    }


def change(event: Event, chance: random.Random) -> None:
    """One change of an event, with its revision."""
    what = chance.choice(["kind", "day", "state", "type", "party", "case", "place", "drop", "law"])
    if what == "kind":
        event.kind, event.phase = chance.choice([("violation", "imposed"), ("relief", ""), ("context", "")])
    elif what == "day":
        day = chance.choice([None, date(2026, 2, chance.randint(1, 28)), date(2024, 5, 5)])
        event.first_day = event.last_day = day
    elif what == "state":
        event.state = chance.choice(["published", "withdrawn", "corrected"])
    elif what == "type":
        code = chance.choice(["legal.fine", "life.assault", "access.denied"])
        EventType.objects.get_or_create(event=event, code=code, defaults={"position": 9})
    elif what == "party":
        name = f"Invented {chance.choice('ABCDEFG')}ov"
        party, _ = Party.objects.get_or_create(name=name, kind=chance.choice(["person", "outlet", "body"]))
        side = chance.choice(["target", "actor"])
        kind = chance.choice(["journalist", "private_person", "relative", "court"])
        place = 50 + event.mentions.count() + chance.randint(1, 10**4)
        Mention.objects.create(event=event, party=party, side=side, position=place, type=kind, written=name)
    elif what == "drop":
        event.mentions.filter(pk__in=list(event.mentions.values_list("pk", flat=True)[:1])).delete()
    elif what == "law":
        code = chance.choice(["KZ-CC-274", "KZ-CC-130"])
        EventProvision.objects.get_or_create(event=event, code=code, defaults={"position": 9})
    elif what == "case":
        event.case, _ = Case.objects.get_or_create(slug=f"invented-{chance.randint(1, 9)}")
    else:
        event.region, event.work_link = chance.choice(["KZ-75", ""]), chance.choice(["work", ""])
    event.save()
    record_revision(event, "code", by="An editor")


@pytest.mark.parametrize("seed", range(3))
def test_what_was_touched_read_again_is_the_same_as_everything_read_anew(ledger, seed):
    chance, known, hidden = random.Random(seed), columns.read(), hiding.found()
    for _ in range(8):
        with transaction.atomic():
            for event in chance.sample(list(Event.objects.all()), chance.randint(0, 4)):
                change(event, chance)
            if chance.random() < 0.4:
                judge(chance)
        known, hidden = columns.brought_up_to_date(known), hiding.brought_up_to_date(hidden)
        assert said(known.columns) == said(columns.read().columns)
        anew = withheld("site", naming.party_clusters())
        assert dict(hidden.withheld.people) == dict(anew.people)
        assert dict(hiding.for_use(hidden, "bulletin").people) == dict(withheld("bulletin").people)
        assert {who: one.alone for who, one in hidden.withheld.naming.people.items()} == {
            who: one.alone for who, one in anew.naming.people.items()
        }
        for event in Event.objects.all()[:20]:
            text = f"{event.summary_en} {' '.join(row.written for row in event.mentions.all())}"
            assert hidden.withheld.naming.named(text) == anew.naming.named(text)


def test_only_what_was_touched_is_read_again(ledger, django_assert_max_num_queries, monkeypatch):
    known = columns.read()
    monkeypatch.setattr(columns, "read", lambda: pytest.fail("everything was read"))
    one = Event.objects.public().first()
    one.kind = "context"
    with transaction.atomic():
        one.save()
        record_revision(one, "code", by="An editor")
    with django_assert_max_num_queries(14):
        again = columns.brought_up_to_date(known)
    mask = again.columns.having("kind", ["context"])
    assert one.pk in again.columns.pks[mask]
    assert len(again.columns) == len(known.columns)


def test_where_nobody_is_hidden_otherwise_than_before_it_is_the_very_same(ledger, monkeypatch):
    """What was worked out with it, such as what a search finds, still holds."""
    monkeypatch.setattr(hiding, "FEW", 0)
    event = Event.objects.public().first()
    person, _ = Party.objects.get_or_create(name="Dinara Qiyaleva", kind="person")
    mention = Mention.objects.create(
        event=event, party=person, side="target", position=70, type="relative", written="D. Qiyaleva"
    )
    known = hiding.found()
    assert person.public_id in known.withheld.people
    event.summary_en = "Other words."
    event.save()
    record_revision(event, "code", by="An editor")
    again = hiding.brought_up_to_date(known)
    assert again.withheld is known.withheld and again.seen != known.seen
    mention.delete()
    record_revision(event, "code", by="An editor")
    assert person.public_id not in hiding.brought_up_to_date(again).withheld.people


def test_the_ranks_of_a_count_are_those_of_a_plain_count():
    chance = np.random.default_rng(5)
    size, values = 400, 90
    at = np.sort(chance.integers(0, size, 900)).astype(np.int32)
    pairs = np.unique(at.astype(np.int64) * values + chance.integers(0, values, 900))
    names = np.array([f"v{number}".encode() for number in range(values)])
    column = Column(names, (pairs % values).astype(np.int8), (pairs // values).astype(np.int32))
    for part in (0.0, 0.01, 0.3, 0.8, 1.0):
        mask = chance.random(size) < part
        plain: dict[str, int] = {}
        for place, code in zip(column.at, column.codes, strict=True):
            if mask[place]:
                plain[f"v{code}"] = plain.get(f"v{code}", 0) + 1
        assert column.counts(mask) == plain
        top, of = column.top(mask, 12)
        assert of == len(plain)
        assert sorted(top.values(), reverse=True) == sorted(plain.values(), reverse=True)[:12]
        assert all(plain[value] == number for value, number in top.items())


# --- pages of the API --------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "&kind=violation", "&section=2&section=3", "&q=court"])
def test_the_pages_of_the_api_have_every_event_once_and_in_order(client, ledger, query):
    Event.objects.filter(pk__in=Event.objects.values("pk")[:3]).update(first_day=None, last_day=None)
    memory.forget()
    found, address = [], f"/api/v1/events?limit=2{query}"
    while address:
        page = client.get(address).json()
        found += [(row["first_day"] or "", row["id"]) for row in page["data"]]
        address = page["next"]
    wanted = facets.matching(
        chosen(kind="violation") if "kind" in query
        else chosen(section=["2", "3"]) if "section" in query
        else Filters(text="court") if "q=" in query
        else Filters()
    )  # fmt: skip
    days = {row.public_id: row.first_day.isoformat() if row.first_day else "" for row in wanted}
    assert len(found) == len(days) > 0
    assert {one: day for day, one in found} == days
    assert found == sorted(sorted(found, key=lambda row: row[1]), key=lambda row: row[0], reverse=True)


# --- search ------------------------------------------------------------------------------------------------


def test_a_word_is_looked_up_by_how_it_begins(ledger):
    words = {word for text in Event.objects.values_list("search_text", flat=True) for word in text.split()}
    start = sorted(words, key=len)[-1][:3]
    assert set(search.beginning(start)) == {word for word in words if word.startswith(start)}
    some = [word for word in words if word.startswith(start)]
    found = set(search.having_one_of(Event.objects.all(), some).values_list("pk", flat=True))
    texts = Event.objects.values_list("pk", "search_text")
    assert found == {pk for pk, text in texts if set(text.split()) & set(some)}


def test_a_name_that_is_withheld_finds_nothing_and_the_same_word_elsewhere_does(ledger, client):
    one, other = Event.objects.public()[:2]
    hidden = Party.objects.create(name="Zarkhan Korganbekova", kind="person")
    Mention.objects.create(
        event=one, party=hidden, side="target", position=90, type="relative", written=hidden.name
    )
    one.search_text += " zarkhan korganbekova"
    one.save()
    other.summary_en, other.search_text = "At the zarkhan gate.", "at the zarkhan gate"
    other.save()
    with transaction.atomic():
        record_revision(one, "code", by="An editor")
    memory.forget()
    assert hidden.name in joined.withheld().by_name
    assert not facets.matching(Filters(text="Korganbekova")).exists()
    assert set(facets.matching(Filters(text="zarkhan"))) == {other}


def test_who_asks_for_the_codes_of_other_values_in_between_disturbs_nobody():
    column = Column(np.array([b"a", b"b", b"c"]), np.zeros(0, np.int8))
    others: list[list[int]] = []

    class Meanwhile(dict):
        """As soon as something is kept, another thread keeps something else."""

        def __setitem__(self, values, codes):
            super().__setitem__(values, codes)
            if not others:
                others.append([])
                others.append(column._codes_of_all(frozenset("c")).tolist())

    column.__dict__["_asked"] = Meanwhile()
    assert column._codes_of_all(frozenset("ab")).tolist() == [0, 1]
    assert others == [[], [2]]


def test_sqlite_knows_its_indexes_once_it_was_asked_to_look(ledger):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL looks by itself")
    studying.study()
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx FROM sqlite_stat1 WHERE tbl = 'records_event'")
        assert ("event_by_day_and_id",) in cursor.fetchall()


def test_a_request_that_reads_asks_for_the_version_once_and_the_next_one_sees_what_changed(
    ledger, client, monkeypatch
):
    asked, ask = [], memory._version
    monkeypatch.setattr(memory, "_version", lambda: asked.append(ask()) or asked[-1])
    client.get("/en/events/")
    assert len(asked) == 1
    row = Event.objects.public().first()
    with transaction.atomic():
        record_revision(row, "touch", by="An editor", reason="to see")
    assert memory.version()[0] == Revision.objects.latest("pk").pk, (
        "outside of a request it is asked each time"
    )
    one = memory.version()
    with transaction.atomic():
        record_revision(row, "touch", by="An editor", reason="again")
    assert memory.version() != one


# --- pages that would go through all cases ------------------------------------------------------------------


def test_the_calendar_of_a_large_ledger_says_of_which_cases_it_tells(ledger, client, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 2, 1))
    hit = Event.objects.public().filter(kind="violation").exclude(case=None)
    for number, slug in enumerate(sorted(set(hit.values_list("case__slug", flat=True)))[:3], 3):
        one = hit.filter(case__slug=slug).first()
        one.coded = {**one.coded, "upcoming": [{"date": f"2026-02-{number:02}", "what": "hearing"}]}
        one.upcoming = one.coded["upcoming"]
        one.save()
        record_revision(one, "code", by="An editor")
    memory.forget()
    whole = client.get("/en/calendar.ics").content.decode()
    assert whole.count("BEGIN:VEVENT") > 1
    assert "open cases that moved last" not in client.get("/en/calendar/").content.decode()
    monkeypatch.setattr(stories, "MOST_WATCHED", 1)
    memory.forget()
    moved_last = Case.objects.get(pk=stories.listed().standing(stories.OPEN)[:1][0].pk)
    assert "the 1 open cases that moved last" in client.get("/en/calendar/").content.decode()
    of_one = client.get("/en/calendar.ics").content.decode()
    assert of_one.count("BEGIN:VEVENT") < whole.count("BEGIN:VEVENT")
    for case in Case.objects.public():  # each case has its own dates all the same
        own = client.get(f"/en/cases/{case.slug}/dates.ics").content.decode()
        assert own.count("BEGIN:VEVENT") == whole.count(f"/cases/{case.slug}/"), case.slug
        assert case == moved_last or f"/cases/{case.slug}/" not in of_one


def test_what_a_request_knew_before_it_wrote_is_never_taken_for_what_is_so_after_it(ledger):
    """A person is hidden by the request's own change; others are told so, whatever it had worked out before."""
    with joined.one_state():  # what is worked out once a request
        joined.hidden()
        event = Event.objects.public().first()
        person, _ = Party.objects.get_or_create(name="Dinara Qiyaleva", kind="person")
        Mention.objects.create(
            event=event, party=person, side="target", position=70, type="relative", written="D. Qiyaleva"
        )
        record_revision(event, "code", by="An editor")
        joined.names_in("bulletin")
    for use in ("site", "bulletin"):
        assert person.public_id in joined.withheld_in(use).people
        assert person.public_id in joined.names_in(use).withheld.people


def test_what_a_count_holds_of_an_event_is_all_but_its_words(ledger):
    rows = printing.recorded("2026Q1")
    assert len(rows) > 10
    for row in rows:
        own = event_in_case(Event.objects.select_related("case").get(public_id=row.id))
        words = ("headline", "note", "summary", "upcoming", "amounts", "grounds")
        assert row.event == own.model_copy(update=dict.fromkeys(words))
        assert row.event.is_new_violation == own.is_new_violation
        assert row.event.when == own.when
