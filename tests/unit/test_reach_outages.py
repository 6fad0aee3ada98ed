"""Outages from verdicts: when they begin and end, how long they were, and what nobody knows."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.reach.outages import Hours, availability, hours_down, kind_of, outages
from barometer.reach.rules import rules
from barometer.reach.values import Outage, Reach, Verdict

SITE = "https://news.example/"
START = datetime(2031, 3, 1, tzinfo=UTC)
OF = {
    ".": Reach.OK,
    "x": Reach.DOWN,
    "o": Reach.OVERLOADED,
    "l": Reach.BLOCKED_LIKELY,
    "B": Reach.BLOCKED_CONFIRMED,
    "?": Reach.INSUFFICIENT,
}


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def verdicts(line: str, *, site: str = SITE, country: str = "KZ", every: float = 1) -> list[Verdict]:
    """One letter a verdict, one an hour; a space is an hour in which nobody looked."""
    return [
        Verdict(site, OF[letter], "compare.x", 1, 1, 0, at=hour(place * every), country=country)
        for place, letter in enumerate(line)
        if letter != " "
    ]


def told(line: str) -> list[tuple[float, float | None, str]]:
    return [
        (
            (one.began - START) / timedelta(hours=1),
            (one.ended - START) / timedelta(hours=1) if one.ended else None,
            one.state.value,
        )
        for one in outages(verdicts(line))
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("......", []),
        ("..x...", []),  # one failed look is no outage
        (".x.x.x.x.", []),
        ("..xx..", [(2, 4, "down")]),
        ("..xx.", [(2, None, "down")]),  # one good look does not end it
        ("..xx.xx..", [(2, 7, "down")]),
        ("..x?x..", [(2, 5, "down")]),  # nobody knew, but nobody reached it
        ("??x????", []),
        ("..xx????", [(2, None, "down")]),  # unknown is not ok
        ("..xx?.?.?", [(2, 5, "down")]),
        ("xx", [(0, None, "down")]),
        ("xx..xx..", [(0, 2, "down"), (4, 6, "down")]),
        ("llx..", [(0, 3, "blocked_likely")]),
        ("lx..", [(0, 2, "down")]),  # of two the lesser claim
        ("Bl..", [(0, 2, "blocked_likely")]),  # confirmed needs two that say so
        ("BBl..", [(0, 3, "blocked_confirmed")]),
        ("oox..", [(0, 3, "overloaded")]),
        ("ox..", [(0, 2, "down")]),
        ("x" + " " * 47 + "x..", [(0, 49, "down")]),
        ("x" + " " * 48 + "x..", []),  # two looks more than two days apart are not one outage
    ],
)
def test_beginnings_and_ends(line, expected):
    assert told(line) == expected


def test_each_site_in_each_country_has_its_own():
    found = outages(
        [*verdicts("xx.."), *verdicts(".xx..", country="KG"), *verdicts("x.x.", site="https://b.example/")]
    )
    assert [(one.site, one.country) for one in found] == [(SITE, "KZ"), (SITE, "KG")]


@pytest.mark.parametrize(
    ("line", "down", "unknown"),
    [
        ("xx..", 2, 0),
        ("x?x..", 2, 1),  # the hour in the middle is unknown
        ("xx.x..", 3, 0),  # the hour in which it answered is neither
        ("xx    ..", 4, 2),  # a verdict speaks for three hours at most
        ("xx", 4, 20),  # it lasts: counted to the end, known for three hours
        ("xx??", 2, 22),
    ],
)
def test_hours(line, down, unknown):
    found = outages(verdicts(line))
    hours = hours_down(found, START, hour(24))
    assert hours == Hours(timedelta(hours=down), timedelta(hours=unknown))


def test_hours_are_cut_to_the_period_and_an_outage_in_two_countries_counts_once():
    found = outages([*verdicts("xxxx.."), *verdicts("  xxxx..", country="KG")])
    assert hours_down(found, hour(1), hour(5)) == Hours(timedelta(hours=4), timedelta())
    assert hours_down(found, hour(10), hour(20)) == Hours(timedelta(), timedelta())
    # What is unknown in one country is known from the other.
    found = outages([*verdicts("x?x.."), *verdicts("xxx..", country="KG")])
    assert hours_down(found, START, hour(9)) == Hours(timedelta(hours=3), timedelta())


def test_an_outage_without_its_verdicts_is_down_all_the_time():
    typed = Outage(SITE, "KZ", hour(1), hour(3), Reach.DOWN)
    lasts = Outage(SITE, "KZ", hour(5), None, Reach.DOWN)
    assert hours_down([typed, lasts], START, hour(6)).down == timedelta(hours=3)
    assert hours_down([lasts], START, hour(4)).down == timedelta()


SERIES = st.lists(st.tuples(st.integers(0, 60 * 24 * 40), st.sampled_from(sorted(OF))), max_size=60)


def series(of: list[tuple[int, str]]) -> list[Verdict]:
    return [
        Verdict(SITE, OF[letter], "compare.x", 1, 1, 0, at=START + timedelta(minutes=minute), country="KZ")
        for minute, letter in of
    ]


@given(SERIES, st.randoms(use_true_random=False))
def test_the_order_of_verdicts_does_not_matter(of, chance: random.Random):
    given_ = series(of)
    mixed = list(given_)
    chance.shuffle(mixed)
    assert outages(given_) == outages(mixed)


@given(SERIES)
def test_outages_do_not_overlap_and_begin_and_end_with_what_says_so(of):
    found = outages(series(of))
    for one in found:
        assert one.verdicts[0].at == one.began
        assert one.verdicts[0].state not in (Reach.OK, Reach.INSUFFICIENT)
        assert sum(said.state not in (Reach.OK, Reach.INSUFFICIENT) for said in one.verdicts) >= 2
        assert one.ended is None or one.began <= one.ended
    for one, after in zip(found, found[1:], strict=False):
        assert one.ended is not None
        assert one.ended <= after.began


@given(SERIES, st.lists(st.integers(1, 60 * 24 * 45), max_size=6))
def test_the_hours_of_parts_are_those_of_the_whole(of, cuts):
    found = outages(series(of))
    end = START + timedelta(days=45)
    edges = [START, *(START + timedelta(minutes=cut) for cut in sorted(cuts)), end]
    parts = [hours_down(found, begin, stop) for begin, stop in zip(edges, edges[1:], strict=False)]
    whole = hours_down(found, START, end)
    assert sum(parts, Hours(timedelta(), timedelta())) == whole
    assert whole.down + whole.unknown <= sum(((one.ended or end) - one.began for one in found), timedelta())


def test_availability_by_day_shows_its_denominator():
    almaty = timezone(timedelta(hours=5))
    of = verdicts("..x?" + " " * 15 + "xx??.", every=1)  # 19:00 UTC is the next day in Almaty
    days = availability(of, [date(2031, 3, 1), date(2031, 3, 2), date(2031, 3, 3)], almaty)
    assert [(day.asked, day.known, day.of(Reach.OK)) for day in days] == [(4, 3, 2), (5, 3, 1), (0, 0, 0)]
    assert days[0].share == pytest.approx(2 / 3)
    assert days[2].share is None, "nobody looked: neither up nor down"
    assert availability(verdicts("??"), [date(2031, 3, 1)])[0].share is None


@pytest.mark.parametrize(
    ("letter", "kind"),
    [
        ("x", "digital.outage"),
        ("o", "digital.outage"),
        ("l", "digital.website_blocking"),
        ("B", "digital.website_blocking"),
    ],
)
def test_an_outage_is_never_called_an_attack(letter, kind):
    (outage,) = outages(verdicts(f"{letter}{letter}.."))
    assert (kind_of(outage).type, kind_of(outage).rule) == (kind, f"kind.{OF[letter].value}")
    assert kind_of(outage).rule in rules()
