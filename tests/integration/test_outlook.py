"""Which cases the desk has to think of: kept up to date by what a change touched, the same as looking at all of them anew."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from judged import judge
from reviewed import person

from barometer.cases.carryover import carryover
from barometer.cases.upcoming import next_dates
from barometer.cases.values import Period
from barometer.web.actions import outlook
from barometer.web.actions.gathering import REQUESTS, handlers
from barometer.web.actions.importing import import_files
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.waiting import quarter_of, waiting
from barometer.web.public import joined, memory
from barometer.web.records import changes, hiding, timelines
from barometer.web.records.models import Case, Event, EventType, Mention, Party
from barometer.web.records.withholding import withheld

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"
PERIOD, DAY = Period.parse("2026Q1"), date(2026, 3, 10)
WHEN = PERIOD, DAY


@pytest.fixture
def ledger():
    """Two quarters of invented events, published."""
    import_files(
        [DATA / "invented-2025q4.json", DATA / "invented-2026q1.json"], as_published=True, by="A coder"
    )


def plainly() -> dict[str, tuple[bool, str, bool, bool, bool]]:
    """The same from the core alone, of every case of the ledger."""
    told = timelines.cases(timelines.desk_events(), public=False)
    over = {one.case: one for one in carryover(told, PERIOD, today=DAY)}
    soon = {one.case for one in next_dates(told, DAY)}
    return {
        slug: (
            slug in over,
            over[slug].moved if slug in over else "no",
            slug in over and over[slug].still_open,
            slug in over and bool(over[slug].passed),
            slug in soon,
        )
        for slug in {*over, *soon}
    }


def said(found: outlook._Reading) -> dict[str, tuple[bool, str, bool, bool, bool]]:
    """What is remembered of each case."""
    return {
        one.slug: (one.carried, one.moved, one.still_open, one.passed, one.soon)
        for one in found.cases.values()
    }


def change(event: Event, chance: random.Random) -> None:
    """One change of an event that may change how its case stands, with its revision."""
    what = chance.choice(["type", "day", "state", "case", "who", "ahead", "length"])
    coded = dict(event.coded)
    if what == "type":
        # A relief begins with an outcome, and nothing else does.
        codes = {"relief": ["outcome.dismissed", "outcome.released"]}
        codes = codes.get(
            event.kind, ["legal.house_arrest", "legal.custody", "legal.criminal_case", "legal.fine"]
        )
        code = chance.choice(codes)
        coded["types"], event.main_type = [code], code
        EventType.objects.get_or_create(event=event, code=code, defaults={"position": 9})
    elif what == "day":
        coded["date"] = chance.choice(["2025-11-03", "2026-01-15", "2026-03-09", "2026-02"])
    elif what == "state":
        event.state = chance.choice(["published", "withdrawn", "proposed"])
    elif what == "case":
        event.case, _ = Case.objects.get_or_create(slug=f"invented-{chance.randint(1, 6)}")
        record_revision(event.case, "create", by="An editor")
    elif what == "who":
        name = f"Invented {chance.choice('ABC')}ov"
        coded["targets"] = [{"name": name, "written": name, "type": "journalist"}]
    elif what == "ahead":
        day = chance.choice(["2026-02-20", "2026-03-15", "2026-04-20"])
        coded["upcoming"] = event.upcoming = [{"date": day, "what": "hearing", "of": ""}]
    else:
        coded["amounts"] = [
            {"what": "measure", "value": chance.choice([10, 60, 200]), "unit": "day", "text": "invented"}
        ]
    event.coded = coded
    event.save()
    record_revision(event, "code", by="An editor")


@pytest.mark.parametrize("seed", range(3))
def test_cases_that_were_touched_looked_at_again_are_the_same_as_all_looked_at_anew(ledger, seed):
    chance, known = random.Random(seed), outlook._read(WHEN)
    assert said(known) == plainly() != {}
    for _ in range(10):
        with transaction.atomic():
            for event in chance.sample(list(Event.objects.all()), chance.randint(0, 5)):
                change(event, chance)
            if chance.random() < 0.5:
                judge(chance)
        known = outlook._brought_up_to_date(known, WHEN)
        assert said(known) == plainly()


def test_only_the_cases_that_were_touched_are_looked_at_again(ledger, monkeypatch):
    known = outlook._read(WHEN)
    looked_at = []
    real = outlook._looked_at
    monkeypatch.setattr(
        outlook, "_looked_at", lambda cases, when: looked_at.append(cases) or real(cases, when)
    )
    assert outlook._brought_up_to_date(known, WHEN).cases == known.cases
    event = Event.objects.exclude(case=None).first()
    before, event.case = event.case_id, Case.objects.exclude(pk=event.case_id).first()
    event.save()
    record_revision(event, "code", by="An editor")
    outlook._brought_up_to_date(known, WHEN)
    assert looked_at == [{before, event.case_id}]


def test_what_lies_on_the_disk_is_what_was_found_and_of_that_day_alone(ledger, monkeypatch):
    monkeypatch.setattr(outlook, "LAID_FROM", 1)
    monkeypatch.setattr(changes, "LONGEST_CHANGE", timedelta(0))  # none is still on its way
    known = outlook._read(WHEN)
    taken = outlook._taken(WHEN)
    assert (taken.cases, taken.seen) == (known.cases, known.seen)
    assert outlook._taken((PERIOD, date(2026, 3, 11))) is None
    monkeypatch.setattr(outlook, "_read", lambda when: pytest.fail("everything was looked at"))
    one = Event.objects.filter(case__slug=next(iter(known.cases.values())).slug).first()
    one.state = "withdrawn"
    one.save()
    record_revision(one, "withdraw", by="An editor")
    assert {one.slug: one for one in outlook.outlooks(*WHEN)}.keys() == plainly().keys()


def test_the_worker_lays_the_new_day_before_anybody_comes(ledger, monkeypatch):
    monkeypatch.setattr(outlook, "LAID_FROM", 1)
    monkeypatch.setattr(changes, "LONGEST_CHANGE", timedelta(0))
    day_of = timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda moment=None: DAY if moment is None else day_of(moment))
    when = quarter_of(DAY), DAY
    assert outlook._taken(when) is None
    assert handlers()[REQUESTS](None).at > timezone.now()
    memory.forget()  # another process, in the morning
    monkeypatch.setattr(outlook, "_read", lambda when: pytest.fail("everything was looked at"))
    assert outlook.outlooks(*when)


def test_what_waits_today_is_worked_out_of_the_cases_that_count(ledger):
    one = Event.objects.filter(kind="violation", phase="imposed").first()
    one.case = Case.objects.create(slug="an-arrest-of-which-nothing-is-heard")
    one.coded |= {"types": ["legal.house_arrest"], "date": "2025-11-03", "upcoming": []}
    EventType.objects.create(event=one, code="legal.house_arrest", position=9)
    one.save()
    record_revision(one, "code", by="An editor")
    found = waiting(person("alma", "editor"), DAY)
    told = timelines.cases(timelines.desk_events(), public=False)
    assert found.dates == next_dates(told, DAY)
    quiet = [
        one.case
        for one in carryover(told, PERIOD, today=DAY)
        if one.moved == "no" and (one.still_open or one.passed)
    ]
    assert list(found.quiet) == quiet != []


@pytest.mark.parametrize("seed", range(2))
def test_who_would_not_be_named_if_events_were_accepted(ledger, monkeypatch, seed):
    """As if they were: the same as accepting them and looking at everybody."""
    monkeypatch.setattr(hiding, "FEW", 0)
    monkeypatch.setattr(memory, "LARGE", 1)
    chance = random.Random(seed)
    events = chance.sample(list(Event.objects.all()), 6)
    for place, event in enumerate(events):
        event.state = "proposed"
        event.save()
        record_revision(event, "code", by="An editor")
        person, _ = Party.objects.get_or_create(name=f"Dinara Qiyalev{place % 3}", kind="person")
        side, kind = chance.choice(
            [("target", "relative"), ("actor", "private_person"), ("target", "journalist")]
        )
        Mention.objects.create(
            event=event, party=person, side=side, position=70 + place, written="D. Q.", type=kind
        )
    asked = [event.pk for event in events[:4]]
    found = hiding.as_if_accepted(joined.hidden(), asked)
    Event.objects.filter(pk__in=asked).update(state="accepted")
    anew = withheld("site")
    assert dict(found.people) == dict(anew.people) != {}
    assert {who: one.alone for who, one in found.naming.people.items()} == {
        who: one.alone for who, one in anew.naming.people.items()
    }
