"""Whoever is withheld is named by no answer from then on: each act that says so, every way out, and any order of commits."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone
from test_people import BY, DAY, JOURNALIST, VICTIM, ledger, party, today

from barometer.web.actions import names as judging
from barometer.web.actions import people
from barometer.web.actions.revisions import record_revision
from barometer.web.public import figures, memory
from barometer.web.records import changes, hiding
from barometer.web.records.models import Event, Revision
from barometer.web.records.people import PersonCard

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]
__all__ = ["ledger", "today"]

NAME = "alma testova"


@pytest.fixture
def site(ledger, monkeypatch):
    """The site over a ledger that counts as large: numbers may be old."""
    monkeypatch.setattr(memory, "LARGE", 0)
    monkeypatch.setattr(hiding, "FEW", 0)
    memory.forget()


WAYS = (
    "/en/events/", "/en/events/?section=2", "/en/events/feed.json", "/en/dates.ics", "/en/search/?q=fined",
    "/en/figures/in-force/?day=2031-03-01", "/api/v1/events", "/api/v1/events?kind=violation", "/api/v1/events?q=fined",
    "/api/v1/events?format=csv&section=2",
)  # fmt: skip


def naming(client) -> list[str]:
    """Every way by which her name leaves the house, read now."""
    hers = Event.objects.filter(mentions__party__name=JOURNALIST["name"]).first().public_id
    ways = (*WAYS, f"/en/events/{hers}/", f"/api/v1/events/{hers}")
    return [path for path in ways if NAME in client.get(path).content.decode().casefold()]


def withhold():
    return people.set_policy(party(JOURNALIST), "victim", why="asked for it", **BY)


def same(verdict: str) -> None:
    one, other = sorted(party(who).public_id for who in (JOURNALIST, VICTIM))
    seen = judging.token(one, other)
    judging.judge(one=one, other=other, verdict=verdict, reason="invented", seen=seen, **BY)


def by_policy(client):
    withhold()


def by_joining(client):
    same("same")


def by_leave_taken_back(client):
    withhold()
    given = people.record_consent(
        party(JOURNALIST), uses=["site"], how="written", day=DAY, taken_by="A monitor", **BY
    )
    assert naming(client)
    people.withdraw_consent(party(JOURNALIST), given, how="written", day=DAY, taken_by="A monitor", **BY)


@pytest.mark.parametrize("act", [by_policy, by_joining, by_leave_taken_back])
def test_the_next_answer_obeys_whatever_said_so(client, site, act):
    assert len(naming(client)) > 7
    act(client)
    assert naming(client) == []


def test_what_is_said_back_counts_at_once_too(client, site):
    same("same")
    assert naming(client) == []
    same("different")
    assert naming(client)


def test_an_entry_that_was_withdrawn_is_in_no_list_though_numbers_are_old(client, site):
    assert naming(client)
    for event in Event.objects.filter(mentions__party__name=JOURNALIST["name"]):
        event.state = "withdrawn"
        with transaction.atomic():
            event.save()
            Revision.objects.create(
                by="A monitor", action="change", model="event", record_id=event.public_id, number=99, after={}
            )
    assert naming(client) == []


# --- PostgreSQL: an earlier change ends later -------------------------------------------------------------------


def late(monkeypatch, age: timedelta, client) -> None:
    """A person is withheld by a change that was begun before another and ends after it."""
    monkeypatch.setattr(changes, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(memory, "connection", SimpleNamespace(vendor="postgresql"))
    newest = Revision.objects.order_by("-pk").first().pk
    other = Event.objects.public().first()
    more = {"by": "A monitor", "action": "change", "after": {}}
    Revision.objects.create(
        pk=newest + 9, model="event", record_id=other.public_id, number=98, at=timezone.now() - age, **more
    )
    assert naming(client)
    card = PersonCard.objects.create(
        party=party(JOURNALIST), policy="victim", why="asked", set_by="A monitor", set_at=timezone.now()
    )
    Revision.objects.create(
        pk=newest + 4, model="personcard", record_id=card.public_id, number=1, at=timezone.now() - age, **more
    )


@pytest.mark.parametrize("age", [timedelta(), timedelta(hours=3)], ids=["soon", "longer than is looked back"])
def test_a_change_that_ends_after_a_later_one_is_not_missed(client, site, monkeypatch, age):
    late(monkeypatch, age, client)
    assert naming(client) == []


def test_a_report_may_rest_for_readers_and_is_exact_for_who_prints_it(site):
    period = "2031Q1"
    event, reading = Event.objects.public().first(), figures.made_for(period)
    record_revision(event, "code", by="An editor", reason="invented")
    assert figures.made_for(period) is reading
    anew = figures.made_for(period, exact=True)
    assert anew is not reading and anew.to_json() == reading.to_json()
    assert figures.made_for(period) is anew
