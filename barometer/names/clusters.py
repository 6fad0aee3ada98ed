"""Who is one with whom, from the log of judgements alone.

The last word on a pair counts; pairs that are the same make clusters, whatever the order in which they were joined.
A cluster in which two are said not to be the same contradicts itself: it is shown as a conflict, and none of it is
joined until a person has decided. One more row undoes a join, and all that followed from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

#: `OPEN` takes back what was said: as if nobody had said anything.
SAME, DIFFERENT, UNSURE, OPEN = "same", "different", "unsure", "open"
VERDICTS = (SAME, DIFFERENT, UNSURE, OPEN)

Pair = tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """One row of the log: what was said of two members (ids of parties or mentions)."""

    one: str
    other: str
    verdict: str

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"{self.verdict!r} is no verdict")
        if self.one == self.other:
            raise ValueError("a judgement is about two, not one")

    @property
    def pair(self) -> Pair:
        """The two in one order."""
        return pair(self.one, self.other)


def pair(one: str, other: str) -> Pair:
    """Two members in one order, whichever was named first."""
    return (one, other) if one <= other else (other, one)


@dataclass(frozen=True)
class Conflict:
    """A cluster that contradicts itself: what holds it together, and what was said against it."""

    members: frozenset[str]
    same: tuple[Pair, ...]
    different: tuple[Pair, ...]


@dataclass(frozen=True)
class Clusters:
    """What follows from a log. A member that nobody joined is a cluster of its own."""

    last: Mapping[Pair, str]
    joined: tuple[frozenset[str], ...]
    conflicts: tuple[Conflict, ...]
    _of: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, member: str) -> frozenset[str]:
        """The member's cluster, itself included."""
        return self._of.get(member) or frozenset([member])

    def leader(self, member: str) -> str:
        """One id for the whole cluster, the same for all its members."""
        return min(self.of(member))

    def verdict(self, one: str, other: str) -> str:
        """What was said last of the two themselves; `OPEN` where nothing was."""
        return self.last.get(pair(one, other), OPEN)

    def is_decided(self, one: str, other: str) -> bool:
        """Whether anything was said of the two, or follows: one cluster, or two that are said to be different.

        Of two in one contradiction nothing is asked either: it has to be resolved first.
        """
        if self.verdict(one, other) != OPEN or self.leader(one) == self.leader(other):
            return True
        conflict = self._conflict_of.get(one)
        if conflict is not None and conflict == self._conflict_of.get(other):
            return True
        return pair(self.leader(one), self.leader(other)) in self._apart

    @cached_property
    def _apart(self) -> frozenset[Pair]:
        """Clusters between which a "not the same" stands."""
        return frozenset(
            pair(self.leader(one), self.leader(other))
            for (one, other), verdict in self.last.items()
            if verdict == DIFFERENT
        )

    @cached_property
    def _conflict_of(self) -> dict[str, int]:
        return {member: number for number, found in enumerate(self.conflicts) for member in found.members}

    def in_conflict(self, member: str) -> bool:
        """Whether the member stands in a cluster that contradicts itself."""
        return member in self._conflict_of


def last_words(log: Iterable[Judged]) -> dict[Pair, str]:
    """What was said last of each pair; the log is in order, the oldest first."""
    found = {row.pair: row.verdict for row in log}
    return {two: verdict for two, verdict in found.items() if verdict != OPEN}


def clusters(log: Iterable[Judged], belongs: Mapping[str, str] | None = None) -> Clusters:
    """The clusters of a log. `belongs` says of which party a mention is: they are one unless somebody says otherwise."""
    last = last_words(log)
    given = {pair(member, whole) for member, whole in (belongs or {}).items()}
    same = sorted({two for two, verdict in last.items() if verdict == SAME} | given)
    same = [two for two in same if last.get(two) != DIFFERENT]  # a mention that is not of its party
    different = sorted(two for two, verdict in last.items() if verdict == DIFFERENT)
    joined: list[frozenset[str]] = []
    conflicts: list[Conflict] = []
    components = _components(same)
    home = {member: number for number, members in enumerate(components) for member in members}
    against = _grouped(different, home)
    holding = _grouped(same, home)
    for number, members in enumerate(components):
        if against[number]:
            conflicts.append(Conflict(members, tuple(holding[number]), tuple(against[number])))
        else:
            joined.append(members)
    of = {member: members for members in joined for member in members}
    return Clusters(last, tuple(joined), tuple(conflicts), of)


def touching(
    members: Collection[str], rows: Callable[[Collection[str]], Mapping[int, Judged]]
) -> list[Judged]:
    """Of a log all that says anything of the clusters in which these members stand, the oldest first.

    `rows` gives, by their numbers, the rows of the log in which any of some members stands. What `clusters` makes of
    the part is for these members what it makes of the whole log, which is not read.
    """
    found: dict[int, Judged] = {}
    seen: set[str] = set()
    waiting = set(members)
    while waiting:
        new = rows(waiting)
        found |= new
        seen |= waiting
        waiting = {one for row in new.values() if row.verdict == SAME for one in row.pair} - seen
    return [found[number] for number in sorted(found)]


def _grouped(pairs: Iterable[Pair], home: Mapping[str, int]) -> dict[Hashable, list[Pair]]:
    """The pairs whose two members lie in one component, by the component."""
    found: dict[Hashable, list[Pair]] = defaultdict(list)
    for one, other in pairs:
        if one in home and home[one] == home.get(other):
            found[home[one]].append((one, other))
    return found


def _components(pairs: Iterable[Pair]) -> list[frozenset[str]]:
    """What hangs together by the pairs, in order of the least member."""
    beside: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        beside[one].append(other)
        beside[other].append(one)
    found, seen = [], set[str]()
    for start in sorted(beside):
        if start in seen:
            continue
        members, waiting = {start}, [start]
        while waiting:
            new = set(beside[waiting.pop()]) - members
            members |= new
            waiting += new
        seen |= members
        found.append(frozenset(members))
    return found


def canonical(names: Mapping[str, int]) -> str:
    """The name to show for a cluster, of its names with how often each stands: a full one, then the most frequent."""

    def worth(name: str) -> tuple[int, int, int, str]:
        full = sum(len(word.strip(".")) > 1 for word in name.split())
        return -min(full, 2), -names[name], -full, name

    return min(names, key=worth)
