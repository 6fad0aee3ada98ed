"""When a site could not be reached, from the verdicts over time.

A single failed look is no outage: two verdicts in a row begin one, two good ones end it. What nobody could say
(insufficient) is neither: it counts as unknown. A verdict speaks until the next one, at most HOLDS.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise

from barometer.codebook.occasions import type_of
from barometer.reach.values import Outage, Reach, Verdict

#: So many bad verdicts begin an outage, and so many good ones end it.
BEGINS, ENDS = 2, 2
#: A verdict speaks for so long at most; after that nobody knows.
HOLDS = timedelta(hours=3)
#: Bad verdicts further apart than this do not begin an outage together.
APART = timedelta(days=2)

BAD = frozenset({Reach.DOWN, Reach.OVERLOADED, Reach.BLOCKED_LIKELY, Reach.BLOCKED_CONFIRMED})

#: States from the least claim to the greatest.
_CLAIM = {state: place for place, state in enumerate(Reach)}

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hours:
    """How long a site was not reachable, and how long within its outages nobody could say."""

    down: timedelta
    unknown: timedelta

    def __add__(self, other: Hours) -> Hours:
        return Hours(self.down + other.down, self.unknown + other.unknown)


@dataclass(frozen=True)
class Day:
    """The verdicts of a day: `counts` by state. `share` is that of the good among those that say something."""

    day: date
    counts: tuple[tuple[Reach, int], ...] = ()

    def of(self, *states: Reach) -> int:
        return sum(count for state, count in self.counts if state in states)

    @property
    def asked(self) -> int:
        return sum(count for _, count in self.counts)

    @property
    def known(self) -> int:
        """Verdicts that say something: the share's denominator."""
        return self.asked - self.of(Reach.INSUFFICIENT)

    @property
    def share(self) -> float | None:
        """None where nobody could say anything: that is not 0 and not 1."""
        return self.of(Reach.OK) / self.known if self.known else None


@dataclass(frozen=True)
class Kind:
    """What an outage is in the codebook, and the rule (kind.…) with what a person should know."""

    type: str
    rule: str


def outages(verdicts: Iterable[Verdict]) -> list[Outage]:
    """The outages of each site in each country, by their beginning. Their order does not matter."""
    series: defaultdict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for said in verdicts:
        series[said.site, said.country].append(said)
    found = [
        outage
        for (site, country), of in series.items()
        for outage in _outages(site, country, _one_at_a_time(of))
    ]
    return sorted(found, key=lambda outage: (outage.began, outage.site, outage.country))


def hours_down(found: Iterable[Outage], start: datetime, end: datetime) -> Hours:
    """How long a site was down within [start, end): its outages in several countries at once count once.

    An outage that lasts is counted until `end`: give now for a quarter that is not over. Without its verdicts all
    of an outage counts as down.
    """
    spans = [span for outage in found for span in _spans(outage, end)]
    down = _united(_cut(((begin, stop) for begin, stop, bad in spans if bad), start, end))
    either = _united(_cut(((begin, stop) for begin, stop, _ in spans), start, end))
    return Hours(_length(down), _length(either) - _length(down))


def availability(verdicts: Iterable[Verdict], days: Sequence[date], zone: tzinfo = UTC) -> list[Day]:
    """The verdicts of one site by day of the zone; a day without any has no share."""
    counts: defaultdict[date, Counter[Reach]] = defaultdict(Counter)
    for said in verdicts:
        counts[moment(said).astimezone(zone).date()][said.state] += 1
    return [
        Day(day, tuple((state, counts[day][state]) for state in Reach if counts[day][state])) for day in days
    ]


def kind_of(outage: Outage) -> Kind:
    """The codebook's type for an outage. A machine never says that it was an attack: that has to be stated."""
    return Kind(type_of(f"outage.{outage.state.value}"), f"kind.{outage.state.value}")


def moment(said: Verdict) -> datetime:
    """When a verdict was; ValueError where nothing tells."""
    if said.at is not None:
        return said.at
    if not said.measurements:
        raise ValueError(f"the verdict on {said.site} has no time")
    return min(look.at for look in said.measurements)


def _outages(site: str, country: str, verdicts: list[Verdict]) -> Iterator[Outage]:
    """A machine of two states over verdicts in order of time."""
    bad: list[Verdict] = []  # of the outage, or of what may become one
    good: list[Verdict] = []  # those that may end it
    kept: list[Verdict] = []  # all of it, with what nobody could say
    for said in verdicts:
        if said.state in BAD:
            if 0 < len(bad) < BEGINS and moment(said) - moment(bad[-1]) > APART:
                bad, kept = [], []
            bad, good, kept = [*bad, said], [], [*kept, said]
        elif not bad:
            continue
        elif said.state is Reach.OK:
            good, kept = [*good, said], [*kept, said]
            if len(bad) < BEGINS:
                bad, good, kept = [], [], []
            elif len(good) == ENDS:
                yield _outage(site, country, bad, kept, moment(good[0]))
                bad, good, kept = [], [], []
        else:
            kept = [*kept, said]
    if len(bad) >= BEGINS:
        yield _outage(site, country, bad, kept, None)


def _outage(
    site: str, country: str, bad: list[Verdict], kept: list[Verdict], ended: datetime | None
) -> Outage:
    of = tuple(said for said in kept if ended is None or moment(said) < ended)
    return Outage(site, country, moment(bad[0]), ended, _state(bad), of)


def _state(bad: list[Verdict]) -> Reach:
    """What most of its verdicts say; of two the lesser claim. Confirmed needs two that say so."""
    counts = Counter(said.state for said in bad)
    blocked = counts[Reach.BLOCKED_LIKELY] + counts[Reach.BLOCKED_CONFIRMED]
    most = max(counts[Reach.DOWN], counts[Reach.OVERLOADED])
    if blocked > most:
        return Reach.BLOCKED_CONFIRMED if counts[Reach.BLOCKED_CONFIRMED] >= BEGINS else Reach.BLOCKED_LIKELY
    return Reach.DOWN if counts[Reach.DOWN] == most else Reach.OVERLOADED


def _spans(outage: Outage, end: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
    """(from, to, whether surely down) of an outage, but for the moments in which the site answered."""
    ended = outage.ended or max(end, outage.began)
    if not outage.verdicts:
        yield outage.began, ended, True
        return
    times = [moment(said) for said in outage.verdicts]
    for said, (at, after) in zip(outage.verdicts, pairwise([*times, ended]), strict=True):
        held = min(after, at + HOLDS)
        if said.state is not Reach.OK:
            yield at, held, said.state in BAD
        yield held, after, False


def _cut(spans: Iterable[Interval], start: datetime, end: datetime) -> list[Interval]:
    cut = ((max(begin, start), min(stop, end)) for begin, stop in spans)
    return [(begin, stop) for begin, stop in cut if begin < stop]


def _united(spans: list[Interval]) -> list[Interval]:
    united: list[Interval] = []
    for begin, stop in sorted(spans):
        if united and begin <= united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], stop)
        else:
            united.append((begin, stop))
    return united


def _length(spans: list[Interval]) -> timedelta:
    return sum((stop - begin for begin, stop in spans), timedelta())


def _one_at_a_time(verdicts: list[Verdict]) -> list[Verdict]:
    """By time; of two of the same time the one of more witnesses, of these the lesser claim."""
    best: dict[datetime, Verdict] = {}
    for said in verdicts:
        at = moment(said)
        if at not in best or _weight(said) > _weight(best[at]):
            best[at] = said
    return [best[at] for at in sorted(best)]


def _weight(said: Verdict) -> tuple[int, int, int, int, str]:
    return said.asked - said.insufficient, said.asked, -_CLAIM[said.state], said.agreeing, said.rule
