"""What several witnesses of one site at one time say together.

Witnesses of the country are held against the control: what fails there too is down, not blocked. One network alone
proves nothing: a likely blocking needs two independent networks, or a block page; a confirmed one a block page on two.
The rules (compare.…) are told in docs/reference/reach-rules.md.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from barometer.reach.values import Measurement, Reach, Vantage, Verdict

#: A likely or confirmed blocking needs so many independent networks.
NETWORKS = 2
#: A site's usual needs so many days and looks; with fewer nobody knows what is usual.
DAYS, LOOKS = 3, 50
#: The least rate of trouble that is taken for usual: every site has a bad minute.
FLOOR = 0.02
#: A site that has so much trouble as a rule is no overloaded one.
BROKEN = 0.5
#: The rate of trouble is that of so long before a verdict, besides its own looks.
RECENT = timedelta(hours=1)
#: So many troubled looks at least, at a rate that the usual one gives by chance less than once in so many.
TROUBLED, CHANCE = 3, 0.001

_BLOCKED = (Reach.BLOCKED_LIKELY, Reach.BLOCKED_CONFIRMED)
#: Of two looks of one witness at the same moment the lesser claim is taken.
_CLAIM = {state: place for place, state in enumerate(Reach)}


@dataclass(frozen=True)
class Usual:
    """How often looks at a site are troubled (time-outs, server errors) when nothing is the matter.

    The rate is the median of its days', so that a past attack of some days does not make the next one usual.
    """

    rate: float
    days: int
    looks: int

    @property
    def known(self) -> bool:
        """Whether the history is long enough to say what is usual."""
        return self.days >= DAYS and self.looks >= LOOKS


def usual(history: Iterable[Measurement]) -> Usual:
    """The site's usual, from earlier measurements of it; those that could say nothing do not count."""
    looks: Counter[date] = Counter()
    bad: Counter[date] = Counter()
    for measurement in history:
        if measurement.state is not Reach.INSUFFICIENT:
            day = measurement.at.astimezone(UTC).date()
            looks[day] += 1
            bad[day] += troubled(measurement)
    rates = [bad[day] / looks[day] for day in looks]
    return Usual(median(rates) if rates else 0.0, len(looks), looks.total())


def troubled(measurement: Measurement) -> bool:
    """Whether a look met a time-out or a server's error: what an overloaded site gives."""
    if measurement.state is Reach.OVERLOADED or answered_error(measurement):
        return True
    return measurement.state is not Reach.OK and any(
        "timeout" in failure or "timed" in failure for failure in _failures(measurement.detail)
    )


def answered_error(measurement: Measurement) -> bool:
    """Whether the site itself answered with a server's error, and with nothing better: then nobody stands between."""
    http = measurement.detail.get("http")
    tries = [
        each for each in (http if isinstance(http, list | tuple) else [http]) if isinstance(each, Mapping)
    ]
    statuses = [status for each in tries if isinstance(status := each.get("status"), int)]
    return any(500 <= each <= 599 for each in statuses) and not any(200 <= each < 300 for each in statuses)


def beyond(looks: int, bad: int, known: Usual) -> bool:
    """Whether so many troubled looks are more than the site's usual would give by chance."""
    if not known.known or bad < TROUBLED:
        return False
    rate = min(max(known.rate, FLOOR), 0.999)
    log, other = math.log(rate), math.log1p(-rate)
    chances = (
        math.lgamma(looks + 1)
        - math.lgamma(k + 1)
        - math.lgamma(looks - k + 1)
        + k * log
        + (looks - k) * other
        for k in range(bad, looks + 1)
    )
    return sum(map(math.exp, chances)) < CHANCE


def windows(measurements: Iterable[Measurement], minutes: int = 10) -> list[tuple[Measurement, ...]]:
    """Measurements of one site grouped by time: windows of so many minutes that begin on the hour's round minutes."""
    step = timedelta(minutes=minutes)
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    groups: defaultdict[int, list[Measurement]] = defaultdict(list)
    for measurement in measurements:
        groups[(measurement.at - begin) // step].append(measurement)
    return [tuple(sorted(groups[key], key=_order)) for key in sorted(groups)]


def verdicts(
    measurements: Iterable[Measurement], country: str = "", *, minutes: int = 10, known: Usual | None = None
) -> list[Verdict]:
    """What the measurements of one site say of it in a country, window by window."""
    looks = sorted(measurements, key=_order)
    country = country or _only_country(looks)
    said: list[Verdict] = []
    first = last = 0
    for group in windows(looks, minutes):
        while looks[first].at < group[0].at - RECENT:
            first += 1
        said.append(verdict(group, country, known=known, before=looks[first:last]))
        last += len(group)
    return said


def verdict(
    measurements: Iterable[Measurement],
    country: str = "",
    *,
    known: Usual | None = None,
    before: Iterable[Measurement] = (),
) -> Verdict:
    """What the measurements of one site in one window say of it in a country (by default the only one measured).

    `known` is the site's usual, held against these looks and those shortly `before`; without it only what the
    witnesses themselves call overloaded is.
    """
    looks = tuple(sorted(measurements, key=_order))
    if not looks:
        raise ValueError("a verdict needs a measurement")
    if len({look.site for look in looks}) > 1:
        raise ValueError("a verdict is about one site")
    country = country or _only_country(looks)
    here, there = _sides(looks, country)
    recent = [look for look in before if look.vantage.control or look.vantage.country == country]
    state, rule, agreeing = _decide(here, there, recent, known)
    return Verdict(
        looks[0].site, state, rule, agreeing, here.asked, here.insufficient, looks, looks[0].at, country
    )


def control_of(said: Verdict) -> tuple[int, int]:
    """(reached, asked) of the control: witnesses, and the test helper of imported measurements as one."""
    _, there = _sides(said.measurements, said.country)
    return there.ok, there.asked


class _Side:
    """The witnesses of one side, each with one say: its latest look that says something."""

    def __init__(self, looks: Iterable[Measurement], helped_by: Iterable[Measurement] = ()) -> None:
        self.looks = tuple(looks)
        by_witness: dict[Vantage, Measurement] = {}
        for look in self.looks:
            before = by_witness.get(look.vantage)
            if before is None or _weight(look) > _weight(before):
                by_witness[look.vantage] = look
        self.said = [(_say(look), look) for look in by_witness.values()]
        self.counts = Counter(state for state, _ in self.said)
        helper = {look.detail.get("control") for look in helped_by}
        helper_ok = "reached" in helper
        helper_bad = "failed" in helper and not helper_ok
        self.asked = len(self.said) + helper_ok + helper_bad
        self.insufficient = self.counts[Reach.INSUFFICIENT]
        self.ok = self.counts[Reach.OK] + helper_ok
        self.bad = self.asked - self.insufficient - self.ok

    def of(self, *states: Reach) -> int:
        return sum(self.counts[state] for state in states)

    def networks(self, *states: Reach) -> int:
        """Independent networks that say so; those without a number count as one."""
        return len({look.vantage.network for state, look in self.said if state in states})


def _sides(looks: Iterable[Measurement], country: str) -> tuple[_Side, _Side]:
    """The country's witnesses and the control."""
    looks = tuple(looks)
    here = _Side(look for look in looks if not look.vantage.control and look.vantage.country == country)
    return here, _Side((look for look in looks if look.vantage.control), helped_by=here.looks)


def _say(look: Measurement) -> Reach:
    """A look's state; a site that answers with its own errors is strained, not away."""
    return Reach.OVERLOADED if look.state is Reach.DOWN and answered_error(look) else look.state


def _decide(
    here: _Side, there: _Side, recent: list[Measurement], known: Usual | None
) -> tuple[Reach, str, int]:
    """(state, rule, witnesses that agree)."""
    blocked, failing = here.of(*_BLOCKED), here.bad
    if not failing and not here.ok:
        return Reach.INSUFFICIENT, "compare.nothing_said", here.insufficient
    pages = here.of(Reach.BLOCKED_CONFIRMED)
    if pages and not there.of(Reach.BLOCKED_CONFIRMED):
        if here.networks(Reach.BLOCKED_CONFIRMED) >= NETWORKS:
            return Reach.BLOCKED_CONFIRMED, "compare.block_page", pages
        return Reach.BLOCKED_LIKELY, "compare.block_page_once", blocked
    if strained := _strained(here, there, recent, known):
        return strained
    if here.ok > failing:
        return Reach.OK, "compare.most_reach" if failing else "compare.all_reach", here.ok
    if here.ok == failing:
        return Reach.INSUFFICIENT, "compare.contradictory", here.ok
    if there.bad > there.ok:
        return Reach.DOWN, "compare.down_everywhere", failing
    if there.bad and there.bad == there.ok:
        return Reach.INSUFFICIENT, "compare.control_contradictory", failing
    if there.ok:
        if here.networks(Reach.DOWN, *_BLOCKED) >= NETWORKS:
            return Reach.BLOCKED_LIKELY, "compare.only_here", here.of(Reach.DOWN, *_BLOCKED)
        return Reach.INSUFFICIENT, "compare.one_network", failing
    if here.networks(*_BLOCKED) >= NETWORKS:
        return Reach.BLOCKED_LIKELY, "compare.signs_no_control", blocked
    if blocked == failing:
        return Reach.INSUFFICIENT, "compare.one_network", failing
    return Reach.DOWN, "compare.down_no_control", failing


def _strained(
    here: _Side, there: _Side, recent: list[Measurement], known: Usual | None
) -> tuple[Reach, str, int] | None:
    """Overloaded: half meet trouble, beyond the site's usual, while it still answers somebody; or most meet its own
    errors.

    Time-outs that only the country sees are no sign of it, nor is what one network alone meets while the control
    reaches the site; and a site that is always in trouble is broken, not overloaded.
    """
    if known and known.known and known.rate >= BROKEN:
        return None
    met = [look for _, look in here.said if troubled(look)]
    if there.ok and not there.bad and len({look.vantage.network for look in met}) < NETWORKS:
        return None
    half = (here.asked - here.insufficient) / 2
    if known and len(met) >= half and _beyond_usual(here, there, recent, known):
        return Reach.OVERLOADED, "compare.beyond_usual", len(met)
    agreeing = here.of(Reach.OVERLOADED)
    return (Reach.OVERLOADED, "compare.strained", agreeing) if agreeing > half else None


def _beyond_usual(here: _Side, there: _Side, recent: list[Measurement], known: Usual) -> bool:
    told = [look for look in (*recent, *here.looks, *there.looks) if look.state is not Reach.INSUFFICIENT]
    bad = [look for look in told if troubled(look)]
    answers = any(look.state is Reach.OK or answered_error(look) for look in told)
    only_here = there.ok and not there.bad and not any(map(answered_error, bad))
    return answers and not only_here and beyond(len(told), len(bad), known)


def _only_country(looks: Iterable[Measurement]) -> str:
    countries = {look.vantage.country for look in looks if not look.vantage.control}
    if len(countries) > 1:
        raise ValueError(f"of which country? measured were {', '.join(sorted(countries))}")
    return next(iter(countries), "")


def _order(look: Measurement) -> tuple[datetime, str, str, str, int, str, str, str]:
    vantage = look.vantage
    return (
        look.at,
        vantage.name,
        vantage.country,
        vantage.network,
        _CLAIM[look.state],
        look.source,
        look.source_id,
        look.rule,
    )


def _weight(look: Measurement) -> tuple[bool, datetime, int]:
    """The later of a witness's looks weighs more; one that says nothing least."""
    return look.state is not Reach.INSUFFICIENT, look.at, -_CLAIM[look.state]


def _failures(value: Any) -> Iterator[str]:
    """The words of every failure in what was seen."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "failure" and isinstance(inner, str):
                yield inner.casefold()
            else:
                yield from _failures(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _failures(inner)
