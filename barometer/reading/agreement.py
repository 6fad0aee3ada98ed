"""How far a reading agrees with a coding of the same text that people made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from barometer.codebook import CodedBulletin, Entry, Event


@dataclass(frozen=True)
class Share:
    """`agreed` of `wanted` in the coding, where the reading proposes `found`."""

    what: str
    agreed: int
    wanted: int
    found: int

    @property
    def f1(self) -> float:
        """Twice the agreed over what both sides have; 1 where both have nothing."""
        return 2 * self.agreed / (self.wanted + self.found) if self.wanted + self.found else 1.0


@dataclass(frozen=True)
class Agreement:
    """The shares, from the whole entry down to its single values."""

    shares: tuple[Share, ...]

    def lines(self) -> list[str]:
        """A table for the terminal."""
        head = f"{'':24}{'agreed':>8}{'people':>8}{'machine':>9}{'F1':>7}"
        rows = [f"{s.what:24}{s.agreed:>8}{s.wanted:>8}{s.found:>9}{s.f1:>7.2f}" for s in self.shares]
        return [head, *rows]


def agreement(people: CodedBulletin, machine: CodedBulletin) -> Agreement:
    """Compare entry by entry (those that share most lines), value by value, as bags."""
    pairs = _pairs(people.entries, machine.entries)
    both = [(a, b) for a, b in pairs if a and b]
    shares = [
        Share("entries", len(both), len(people.entries), len(machine.entries)),
        Share(
            "section and month",
            sum((a.section, a.month) == (b.section, b.month) for a, b in both),
            len(people.entries),
            len(machine.entries),
        ),
    ]
    shares += [_share(what, pairs, bag) for what, bag in _BAGS.items()]
    return Agreement(tuple(shares))


Pair = tuple[Entry | None, Entry | None]
Bag = Callable[[Event], Iterable[str]]


def _pairs(people: tuple[Entry, ...], machine: tuple[Entry, ...]) -> list[Pair]:
    left = list(machine)
    pairs: list[Pair] = []
    for entry in people:
        best = max(left, key=lambda other: _shared(entry, other), default=None)
        if best is not None and _shared(entry, best) >= 0.5:
            left.remove(best)
            pairs.append((entry, best))
        else:
            pairs.append((entry, None))
    return pairs + [(None, entry) for entry in left]


def _shared(a: Entry, b: Entry) -> float:
    """Lines in both over lines in either."""
    common = min(a.lines[1], b.lines[1]) - max(a.lines[0], b.lines[0]) + 1
    if common <= 0:
        return 0.0
    return common / (max(a.lines[1], b.lines[1]) - min(a.lines[0], b.lines[0]) + 1)


def _share(what: str, pairs: list[Pair], bag: Bag) -> Share:
    agreed = wanted = found = 0
    for a, b in pairs:
        ours = Counter(value for event in a.events for value in bag(event)) if a else Counter[str]()
        theirs = Counter(value for event in b.events for value in bag(event)) if b else Counter[str]()
        agreed += (ours & theirs).total()
        wanted += ours.total()
        found += theirs.total()
    return Share(what, agreed, wanted, found)


_BAGS: dict[str, Bag] = {
    "events by kind": lambda event: [event.kind],
    "main types": lambda event: [event.main_type],
    "all types": lambda event: event.types,
    "dates": lambda event: [event.date or "none"],
    "regions": lambda event: [event.place.region] if event.place and event.place.region else [],
    "targets as written": lambda event: [target.written.casefold() for target in event.targets],
    "types of actors": lambda event: {actor.type for actor in event.actors},
    "provisions": lambda event: event.provisions,
}
