"""Names of one set of texts → the canonical form of each: a proposal, by keys that spellings share and by likeness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from barometer.names.comparison import compare
from barometer.names.index import blocks

#: From which probability on two names are proposed to be one; a surname alone beside one full name needs less.
SAME, SAME_ALONE = 0.8, 0.6


def canonical(names: Iterable[str], kind: str) -> dict[str, str]:
    """Each name → the fullest, then first, of those proposed to be the same; a name like two others joins neither."""
    order = list(dict.fromkeys(names))
    parent = {name: name for name in order}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    near: dict[str, list[str]] = defaultdict(list)
    alone: dict[str, set[str]] = defaultdict(set)
    for name in order:
        mine = blocks(name, kind)
        for other in dict.fromkeys(other for block in sorted(mine) for other in near[block]):
            probability = compare(name, other, kind).probability
            short = sorted((name, other), key=lambda one: len(one.split()))
            if probability >= SAME:
                parent[root(name)] = root(other)
            elif kind == "person" and probability >= SAME_ALONE and len(short[0].split()) == 1:
                alone[short[0]].add(short[1])
        for block in mine:
            near[block].append(name)
    for name, fuller in sorted(alone.items()):
        if len({root(other) for other in fuller}) == 1 and root(name) == name:
            parent[name] = root(min(fuller))
    groups: dict[str, list[str]] = defaultdict(list)
    for name in order:
        groups[root(name)].append(name)
    best: dict[str, str] = {}
    for group in groups.values():
        full = max(group, key=lambda name: (min(len(name.split()), 3), -group.index(name)))
        best |= dict.fromkeys(group, full)
    return best
