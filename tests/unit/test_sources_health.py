"""The health of a source by its visits: each state from rounds worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from barometer.sources.health import RoundFact, health
from barometer.sources.watched import WatchedSource

NOW = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def source(**more):
    given = {"kind": "feed", "address": "https://a.example/", "every": 24 * 60} | more
    return WatchedSource(name="a", title="A", publisher="A", language="ru", **given)


def days(*new, shown=10, last=NOW - timedelta(hours=1)):
    """One round a day, the last an hour ago."""
    return [
        RoundFact(last - DAY * (len(new) - 1 - at), shown=shown, new=count) for at, count in enumerate(new)
    ]


def bad(hours, **kind):
    return RoundFact(NOW - timedelta(hours=hours), **({"answered": False} | kind))


def test_a_source_that_is_well():
    # the first visit meets all that is there; the five after it met 15 in the 5 days from it to the last
    told = health(days(40, 3, 3, 3, 3, 3), source(), NOW)
    assert (told.state, told.since, told.words) == ("well", None, ())
    assert told.usual == pytest.approx(15 / (5 + 1 / 24))
    assert told.last_success == NOW - timedelta(hours=1)


def test_a_source_never_asked_or_not_asked_in_time():
    assert health([], source(), NOW).state == "late"
    told = health(days(1, 1, last=NOW - 4 * DAY), source(), NOW)
    assert (told.state, told.since) == ("late", NOW - 4 * DAY)
    assert told.words == ("it is due every 1 day and was asked 4 days ago",)
    assert health(days(1, 1, last=NOW - 3 * DAY), source(), NOW).state == "well"


def test_one_failure_is_the_weather_two_are_not():
    good = days(3, 3, 3)
    assert health([*good, bad(0.5)], source(), NOW).state == "well"
    told = health([*good, bad(0.6), bad(0.3)], source(), NOW)
    assert (told.state, told.since, told.last_success) == ("failing", NOW - timedelta(hours=0.6), good[-1].at)
    assert told.words == ("it could not be read 2 times in a row",)
    assert health([bad(0.5)], source(), NOW).words == ("it could not be read once",)


def test_another_layout_is_told_at_once():
    told = health([*days(3, 3), bad(0.6), bad(0.5, layout=True), bad(0.2, layout=True)], source(), NOW)
    assert (told.state, told.since) == ("layout", NOW - timedelta(hours=0.5))
    assert health([*days(3), bad(2, layout=True), *days(1)], source(), NOW).state == "well"


def test_sudden_emptiness():
    rounds = [*days(5, 1, last=NOW - timedelta(hours=3)), RoundFact(NOW - timedelta(hours=2)), RoundFact(NOW)]
    told = health(rounds, source(), NOW)
    assert (told.state, told.since) == ("empty", NOW - timedelta(hours=2))
    assert "it showed 10" in told.words[0]
    letters = source(kind="mailbox", address="imaps://a@b.example/")
    assert health(rounds, letters, NOW).state == "well"  # a mailbox shows only what is new
    assert health([RoundFact(NOW)], source(), NOW).state == "well"  # it never showed anything


@pytest.mark.parametrize(
    ("expected", "quiet", "state"),
    [
        ((2, 40), 2, "well"),  # 4 were due: it happens twice in a hundred times
        ((2, 40), 3, "silent"),  # 6 were due
        ((1, 5), 4, "well"),
        ((1, 5), 5, "silent"),
        ((50, 90), 1, "well"),  # never within two days: of a weekend nothing can be said
        ((0, 5), 3, "well"),  # 2 a day were usual: half of that is 1 a day, and 3 were due
        ((0, 5), 6, "silent"),
    ],
)
def test_silence(expected, quiet, state):
    told = health(days(9, *[2] * 14, *[0] * quiet, last=NOW), source(expected=expected), NOW)
    assert told.state == state
    if state == "silent":
        assert told.since == NOW - quiet * DAY
        assert told.words[0].startswith(f"nothing new for {quiet} days; ")


def test_a_source_seldom_heard_of_is_not_silent():
    assert health(days(3, *[0] * 25), source(), NOW).state == "well"


def test_more_than_is_expected_is_said_and_no_alarm():
    told = health(days(4, 30), source(expected=(0, 20)), NOW)
    assert (told.state, told.words) == ("well", ("30 new in a day; 20 at most are expected",))


def test_the_order_of_the_rounds_does_not_matter():
    rounds = [*days(3, 3, 0, 0), bad(0.2)]
    assert health(rounds[::-1], source(), NOW) == health(rounds, source(), NOW)
