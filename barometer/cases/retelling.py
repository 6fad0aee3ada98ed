"""Events of several sources → which of them probably tell one and the same thing, with reasons in words.

Two sources may tell one event, and what came before is told again as background. Both are only proposed here: what is
one is decided by a person, since what is taken for one is counted once. Differing statements stay with their events.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from barometer.cases.contradictions import book
from barometer.cases.matching import PEOPLE, SAME, Reason
from barometer.cases.rules import table
from barometer.cases.values import CaseEvent
from barometer.codebook import Event
from barometer.names.clusters import pair
from barometer.names.comparison import compare
from barometer.names.index import blocks

#: Less likely than this is not proposed.
LEAST = 0.5
#: A key of a name that more events share says too little of each pair.
MOST_SHARING = 300

Verdict = Literal["same", "background"]


@dataclass(frozen=True)
class Telling:
    """An event, and the entry of its source in which it stands (any label that is the same for the same entry)."""

    event: CaseEvent
    entry: str

    @property
    def id(self) -> str:
        """The event's id."""
        return self.event.id


@dataclass(frozen=True)
class Told:
    """An event that probably tells again what another tells (both by their ids): how, how likely, and why.

    `verdict` is "background" where the event is coded as what came before, else "same": two sources with one event.
    The weightiest reason comes first.
    """

    event: str
    told: str
    verdict: Verdict
    probability: float
    reasons: tuple[Reason, ...]


@cache
def _rules() -> dict[str, Any]:
    return table("retelling.toml")


def very_likely() -> float:
    """From which probability on a proposal is marked for the person who decides."""
    least: float = _rules()["very_likely"]
    return least


def words(reason: Reason, language: str = "en") -> str:
    """A reason of this room in words."""
    said: str = _rules()["words"][reason.name][language]
    return said.format(**reason.values)


def retellings(
    tellings: Iterable[Telling], among: Iterable[Telling] = (), least: float = LEAST
) -> tuple[Told, ...]:
    """What each event probably tells again, of all of them and of those that stand there already (`among`).

    Of a pair, background tells the news again, and what was known later what was known first. Likeliest first; what
    would make one of two events of an entry, or of two pieces of news of a source, is left out.
    """
    new = {telling.id: telling for telling in tellings}
    every = {telling.id: telling for telling in among} | new
    found = []
    for one, other in _pairs(new, every):
        told, event = sorted((every[one], every[other]), key=_order)
        likely = _told(event, told)
        if likely is not None and likely.probability >= least:
            found.append(likely)
    found.sort(key=lambda likely: (-likely.probability, likely.event, likely.told))
    return tuple(_consistent(found, every))


def _pairs(new: Collection[str], every: Mapping[str, Telling]) -> list[tuple[str, str]]:
    """Pairs with at least one of the new that share a key of a name, or that name nobody and share a place."""
    sharing: dict[str, list[str]] = defaultdict(list)
    for id_, telling in every.items():
        for key in _keys(telling.event.event):
            sharing[key].append(id_)
    found = {
        pair(one, other)
        for ids in sharing.values()
        if len(ids) <= MOST_SHARING
        for one in ids
        if one in new
        for other in ids
        if other != one
    }
    return sorted(found)


def _keys(event: Event) -> set[str]:
    if not event.targets:
        return {f"place {_region(event)}"}
    return {
        f"{kind} {key}"
        for target in event.targets
        for kind in ["person" if target.type in PEOPLE else "outlet"]
        for key in blocks(target.name, kind)
    }


def _consistent(found: Iterable[Told], every: Mapping[str, Telling]) -> Iterator[Told]:
    """Those that join no two events of which each source or entry says that they are two."""
    group: dict[str, frozenset[str]] = {}
    for likely in found:
        one, other = (group.get(id_, frozenset([id_])) for id_ in (likely.event, likely.told))
        if one is other or any(_are_two(every[a], every[b]) for a in one for b in other):
            continue
        group |= dict.fromkeys(one | other, one | other)
        yield likely


def _are_two(one: Telling, other: Telling) -> bool:
    """Events of one entry are two, and so are two pieces of news of one source."""
    news = not one.event.event.background and not other.event.event.background
    return bool(set(one.event.sources) & set(other.event.sources)) and (one.entry == other.entry or news)


def _order(telling: Telling) -> tuple[Any, ...]:
    event = telling.event
    return event.event.background, event.known, event.sources, event.id


def _told(telling: Telling, earlier: Telling) -> Told | None:
    """How likely the one tells the other again; None where it cannot."""
    event, told = telling.event, earlier.event
    if _are_two(telling, earlier):
        return None
    if "relief" in (event.event.kind, told.event.kind) and event.event.kind != told.event.kind:
        return None
    if event.event.date and told.event.date and event.span.apart(told.span) > _rules()["farthest"]:
        return None
    if not {reason.name for reason in _of_what(event.event, told.event)} & {"type", "some_type", "rival"}:
        return None
    reasons = tuple(sorted(_reasons(event, told), key=lambda reason: (-abs(reason.weight), reason.name)))
    if not any(reason.name in ("person", "outlet", "nobody") for reason in reasons):
        return None
    probability = 1 / (1 + math.exp(-(_rules()["from"] + sum(reason.weight for reason in reasons))))
    verdict: Verdict = "background" if event.event.background else "same"
    return Told(event.id, told.id, verdict, round(probability, 3), reasons)


def _reasons(one: CaseEvent, other: CaseEvent) -> Iterator[Reason]:
    yield from _of_who(one.event, other.event)
    yield from _of_what(one.event, other.event)
    yield from _of_when(one, other)
    yield from _of_story(one.event, other.event)


def _reason(name: str, a: str = "", b: str = "", *, c: str = "", part: float = 1.0) -> Reason:
    return Reason(name, _rules()["weights"][name] * part, {"a": a, "b": b, "c": c})


def _of_who(one: Event, other: Event) -> Iterator[Reason]:
    for name, people in (("person", True), ("outlet", False)):
        mine, theirs = (
            [t.name for t in event.targets if (t.type in PEOPLE) is people] for event in (one, other)
        )
        best = max(
            ((_alike(a, b, name), a, b) for a in mine for b in theirs),
            default=(0.0, "", ""),
        )
        if best[0] >= SAME:
            yield _reason(name, best[1], best[2], part=best[0])
            return
    regions = _region(one), _region(other)
    if not one.targets and not other.targets and regions[0] and regions[0] == regions[1]:
        yield _reason("nobody", *regions)


def _of_what(one: Event, other: Event) -> Iterator[Reason]:
    common = set(one.types) & set(other.types)
    if one.main_type == other.main_type:
        yield _reason("type", one.main_type, other.main_type)
    elif one.kind == other.kind and common:
        yield _reason("some_type", b=", ".join(sorted(common)))
    elif any({one.main_type, other.main_type} <= rivals for rivals in book().rivals):
        alike = one.main_type.partition(".")[0] == other.main_type.partition(".")[0]
        yield _reason("rival", one.main_type, other.main_type, part=1.0 if alike else 0.6)
    if {one.phase, other.phase} == {"imposed", "step"}:
        yield _reason("other_phase")


def _of_when(one: CaseEvent, other: CaseEvent) -> Iterator[Reason]:
    a, b = one.event.date, other.event.date
    if not a or not b:
        group = one.event.main_type.partition(".")[0]
        yield _reason("undated_repeating" if group in _rules()["repeating"] else "undated")
        return
    apart = one.span.apart(other.span)
    if a == b and one.span.exact:
        yield _reason("same_day", a, b)
    elif not apart:
        yield _reason("overlap", a, b)
    elif apart <= book().rival_days and one.span.exact and other.span.exact:
        yield _reason("near", a, b)
    else:
        yield _reason("apart", a, b, c=str(apart))


def _of_story(one: Event, other: Event) -> Iterator[Reason]:
    if one.case and other.case:
        yield _reason("case" if one.case == other.case else "other_case", one.case, other.case)
    mine, theirs = set(one.provisions), set(other.provisions)
    if mine and theirs:
        name = "provision" if mine & theirs else "other_provision"
        yield _reason(name, ", ".join(sorted(mine)), ", ".join(sorted(mine & theirs or theirs)))
    regions = _region(one), _region(other)
    if one.targets and other.targets and all(regions):
        yield _reason("place" if regions[0] == regions[1] else "other_place", *regions)


def _region(event: Event) -> str:
    return (event.place.region if event.place else None) or ""


@lru_cache(maxsize=65_536)  # the same two names meet in many events
def _alike(a: str, b: str, kind: str) -> float:
    return 1.0 if a == b else compare(a, b, kind).probability
