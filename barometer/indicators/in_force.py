"""Measures over time: who was under which on a day, and how sure that is.

By all that is known, three things can be said of a day. *Confirmed*: a source or a term bears it out. *In force*: it had
begun for certain and no end is known by then; where that is not confirmed, there is a gap in what is known, and the row
says since when. *At most*: it may have begun already. A measure that is taken to be over counts to the day on which it
can have lasted longest. Somebody counts once for a measure, however many cases they are under it in; who has no name
that may be shown is somebody else in each case. A measure of which nothing tells how early it began may have begun in the
quarter of the day by which it had begun; of earlier quarters nothing dates it, and nothing is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from barometer.cases.rules import Measure, rules
from barometer.cases.state import CaseState, MeasureState, state_on
from barometer.cases.values import NOBODY, Case, add_days
from barometer.codebook import Quarter

MONTHS = 12
Days = tuple[date, date]
CONFIRMED, NOT_ENDED, PERHAPS = "confirmed", "not_ended", "perhaps"


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's time under a measure: `whose` it is, from when to when for sure and at most, and its events."""

    case: str
    whose: str
    subject: str
    measure: str
    surely: Days
    perhaps: Days
    begun: date
    most: float | None
    no_news_since: date | None
    events: tuple[str, ...]

    @property
    def rule(self) -> Measure:
        """The measure, as the data describes it."""
        return rules().measures[self.measure]

    def touches(self, first: date, last: date) -> bool:
        """Whether anything can be said of it of a day from `first` to `last`."""
        begins, ends = min(self.surely[0], self.perhaps[0]), max(self.surely[1], self.perhaps[1])
        return begins <= last and first <= ends

    def standing(self, day: date) -> str:
        """What can be said of a day: confirmed, not_ended, perhaps, or '' where it was not in force."""
        if self.surely[0] <= day <= self.surely[1]:
            return CONFIRMED
        if not self.perhaps[0] <= day <= self.perhaps[1]:
            return ""
        return NOT_ENDED if self.begun <= day else PERHAPS


@dataclass(frozen=True)
class Count:
    """How many were under a measure: for how many it is confirmed, by what is known, and at most."""

    confirmed: int
    in_force: int
    at_most: int


@dataclass(frozen=True)
class Run:
    """Days on which the count of a measure is the same, the first and the last of them."""

    first: date
    last: date
    count: Count


def stays(cases: Iterable[Case], as_of: date, unnamed: Collection[str] = ()) -> tuple[Stay, ...]:
    """All measures of these cases by what is known on a day; `unnamed` are words that stand for people without a name."""
    return tuple(stay for case in cases for stay in stays_of(state_on(case, as_of), unnamed))


def stays_of(state: CaseState, unnamed: Collection[str] = ()) -> tuple[Stay, ...]:
    """The measures of one case."""
    return tuple(_stay(state.slug, measure, unnamed) for measure in state.measures)


def whose(case: str, subject: str, unnamed: Collection[str] = ()) -> str:
    """Who is meant, the same in all cases only where a name tells: "a journalist" of another case is somebody else."""
    is_name = subject != NOBODY and subject.partition(" (")[0] not in unnamed
    return subject if is_name else f"{case}: {subject}"


def _stay(case: str, state: MeasureState, unnamed: Collection[str]) -> Stay:
    begun = state.start.last
    return Stay(
        case=case,
        whose=whose(case, state.subject, unnamed),
        subject=state.subject,
        measure=state.measure,
        surely=(begun, add_days(begun, int(state.days.least) - 1)),
        perhaps=(state.start.first or Quarter.of(begun).first, state.stays_to),
        begun=begun,
        most=state.days.most,
        no_news_since=state.no_news_since,
        events=state.facts,
    )


def on(found: Iterable[Stay], day: date) -> dict[str, Count]:
    """Measure → how many were under it on a day; a measure that nobody can have been under is left out."""
    best: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for stay in found:
        if standing := stay.standing(day):
            best[stay.measure][standing].add(stay.whose)
    return {measure: _count(best[measure]) for measure in sorted(best)}


def _count(by: dict[str, set[str]]) -> Count:
    confirmed = by[CONFIRMED]
    in_force = confirmed | by[NOT_ENDED]
    return Count(len(confirmed), len(in_force), len(in_force | by[PERHAPS]))


def series(found: Iterable[Stay], first: date, last: date) -> dict[str, tuple[Run, ...]]:
    """Measure → its count on each day from the first to the last, days of the same count together."""
    found = [stay for stay in found if stay.perhaps[0] <= last and stay.perhaps[1] >= first]
    runs: dict[str, tuple[Run, ...]] = {}
    for measure in sorted({stay.measure for stay in found}):
        mine = [stay for stay in found if stay.measure == measure]
        runs[measure] = _runs(mine, measure, first, last)
    return runs


def _runs(mine: list[Stay], measure: str, first: date, last: date) -> tuple[Run, ...]:
    """A count can only change where a stay begins, or on the day after it ends, for sure or perhaps."""
    edges = {first}
    for stay in mine:
        for begin, end in (stay.surely, stay.perhaps, (stay.begun, stay.perhaps[1])):
            edges |= {day for day in (begin, add_days(end, 1)) if first < day <= last}
    days = sorted(edges)
    told: list[Run] = []
    for day, following in zip(days, [*days[1:], add_days(last, 1)], strict=True):
        count = on(mine, day).get(measure, Count(0, 0, 0))
        end = add_days(following, -1)
        if told and told[-1].count == count:
            told[-1] = Run(told[-1].first, end, count)
        else:
            told.append(Run(day, end, count))
    return tuple(told)


# --- months -----------------------------------------------------------------------------------------------


def months_to(last: date, how_many: int = MONTHS) -> tuple[str, ...]:
    """The months that end with the one of that day, the earliest first."""
    found = [divmod(last.year * 12 + last.month - 1 - back, 12) for back in range(how_many)]
    return tuple(f"{year:04}-{month + 1:02}" for year, month in reversed(found))


def in_force(cases: Iterable[Case], months: Sequence[str]) -> dict[tuple[str, str], int]:
    """(month, measure) → how many were under it on the month's last day, by what is known when the last one ends."""
    ends = {month: last_of(month) for month in months}
    found = stays(cases, max(ends.values()))
    counts = {
        (month, measure): count for month, day in ends.items() for measure, count in on(found, day).items()
    }
    return {key: count.in_force for key, count in sorted(counts.items()) if count.in_force}


def last_of(month: str) -> date:
    """The last day of a month, 2031-02."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return add_days(date(year, number + 1, 1), -1)
