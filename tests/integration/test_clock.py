"""The clock of the machine jumps a year ahead, a day back: nothing waits a year, nothing is let go, the log keeps its order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.utils import timezone

from barometer.evidence.log import broken_at
from barometer.web.actions import clock, evidence, gathering, jobs, watching_rounds
from barometer.web.actions.clock import Jumps, behind, set_right
from barometer.web.backup import checking
from barometer.web.records.gathering import Job, Round, WatchedSource
from barometer.web.records.models import Party, Revision
from barometer.web.records.watch import WatchedSite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

YEAR, DAY = timedelta(days=365), timedelta(days=1)


@pytest.fixture
def at(monkeypatch):
    """Sets the clock so far from the true one."""
    true = timezone.now

    def set_to(off: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: true() + off)

    return set_to


def keep(name: str):
    return evidence.keep_evidence(name.encode(), name=name, media_type="text/plain", how="test", by="A coder")


def test_the_log_keeps_its_order_by_number_and_the_way_back_is_told(at):
    keep("before")
    at(YEAR)
    keep("in the wrong year")
    assert behind() is None
    at(timedelta(0))
    since = behind()
    assert since and since > timezone.now() + YEAR - DAY
    keep("after")
    entries = evidence.log_entries()
    assert [entry.index for entry in entries] == [0, 1, 2] and broken_at(entries) is None
    assert entries[1].at > entries[2].at
    assert {fault.kind for fault in evidence.verify()} == {"unstamped"}
    [told] = [fault for fault in checking.check() if fault.place == "the clock"]
    assert "it went back" in told.message and "set the clock" in told.next_step


def test_a_day_back_is_told_and_a_few_minutes_are_not(at):
    keep("one")
    at(-DAY)
    assert behind()
    at(-timedelta(minutes=4))
    assert behind() is None


def test_nothing_waits_a_year_for_a_clock_that_was_wrong(at):
    at(YEAR)
    keep("in the wrong year")
    waiting = jobs.enqueue("gather", {"source": "x"}, key="x")
    claimed = jobs.claim("a worker", kinds=("gather",))
    jobs.finish(claimed, again=timezone.now() + timedelta(hours=1))
    held = jobs.enqueue("look", {}, key="y")
    assert jobs.claim("another worker", kinds=("look",)).pk == held.pk
    outlet = Party.objects.create(kind="outlet", name="Invented Herald")
    site = WatchedSite.objects.create(
        outlet=outlet, address="site.example", every=60, looked_at=timezone.now()
    )
    Session.objects.create(
        session_key="long", session_data="x", expire_date=timezone.now() + timedelta(hours=12)
    )
    at(timedelta(0))
    assert not jobs.due(timezone.now()).exists()
    soon = Job.objects.create(kind="digest", key="digest:", run_after=timezone.now() + timedelta(hours=20))
    told = Jumps().look()
    assert "the clock went back" in told[0] and "3 things" in told[1] and "1 session ended" in told[2]
    waiting.refresh_from_db()
    soon.refresh_from_db()
    assert waiting.run_after <= timezone.now() < soon.run_after
    held.refresh_from_db()
    assert held.locked_until <= timezone.now() + jobs.LEASE
    assert watching_rounds.pause(now=timezone.now()) <= timedelta(minutes=60)
    site.refresh_from_db()
    assert site.looked_at <= timezone.now()
    assert not Session.objects.exists()
    assert set_right() == []


def test_a_year_ahead_nothing_is_let_go_and_nothing_runs_a_thousand_times(at):
    source = WatchedSource.objects.create(
        slug="herald", title="Herald", publisher="Invented Herald", kind="feed", address="https://herald.example/rss",
        language="en", trust="media", every=60,
    )  # fmt: skip
    kept = Round.objects.create(
        watched=source, started_at=timezone.now() - timedelta(days=60), ended_at=timezone.now(),
        asked=1, shown=1, new=1, answered=True, layout=False,
    )  # fmt: skip
    daily = jobs.enqueue("daily")
    runs = []
    worker = jobs.Worker({"daily": lambda job: runs.append(job) or gathering._daily(job)})
    at(YEAR)
    worker.run(once=True)
    assert len(runs) == 1
    assert Round.objects.filter(pk=kept.pk).exists()
    daily.refresh_from_db()
    assert daily.run_after <= timezone.now() + DAY
    at(YEAR + timedelta(hours=25))  # a day later it is the time that it says: what is old goes
    worker.run(once=True)
    assert len(runs) == 2 and not Round.objects.exists()


def test_a_worker_that_runs_notices_and_says_by_how_much():
    wall, steady = [1_000_000.0], [50.0]
    jumps = Jumps(lambda: wall[0], lambda: steady[0])
    assert jumps.look() == []
    for elapsed, set_by, said in (
        (5, 0, []),
        (5, 60, []),
        (5, 31_536_000, ["ahead by 365 days"]),
        (5, -86_400, ["back by 1 day"]),
    ):
        wall[0] += elapsed + set_by
        steady[0] += elapsed
        told = jumps.look()
        assert [words for words in said if words not in told[0]] == []
        assert bool(told) is bool(said)


def test_the_newest_rows_tell_it_and_not_all_of_them(django_assert_max_num_queries):
    keep("one")
    assert Revision.objects.count() == 1
    with django_assert_max_num_queries(3):
        assert clock.latest()


def test_who_opens_the_desk_is_told_that_the_clock_went_back(at, client):
    from tests.reviewed import person

    client.force_login(person("alma", "editor"))
    assert "went back" not in client.get("/desk/").content.decode()
    at(YEAR)
    keep("in the wrong year")
    at(timedelta(0))
    assert "The clock of this machine went back" in client.get("/desk/").content.decode()


def test_a_database_that_is_not_reached_is_not_called_damaged(monkeypatch):
    def refused() -> list[str]:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection.introspection, "table_names", refused)
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    with pytest.raises(OperationalError):
        list(checking.database())


def test_an_empty_database_is_told_as_one(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert [fault.message for fault in checking.check()] == ["there is nothing in it"]
