"""Which of the rows that we have is which of the ones that a file brings: pure, one to one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

LIKE_ENOUGH = 0.55


@dataclass(frozen=True)
class Entry:
    """What an entry is known by."""

    key: str
    content: Hashable
    lines: tuple[int, int]
    headline: str = ""
    section: int | None = None
    month: str = ""


@dataclass(frozen=True)
class Happening:
    """What an event is known by; `entry` is any label that is the same for the same entry."""

    key: str
    content: Hashable
    entry: Hashable
    types: tuple[str, ...]
    targets: frozenset[str] = field(default=frozenset())
    days: tuple[date, date] | None = None
    lines: tuple[int, int] = (0, 0)


T = TypeVar("T", Entry, Happening)


def content_of(value: Any) -> str:
    """A text that is the same for equal values, whatever the order of their keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def pair(old: Sequence[T], new: Sequence[T], likeness: Callable[[T, T], float]) -> dict[int, int]:
    """index in `new` → index in `old`.

    The same key with the same content comes first, then the same content under another key (an event that was
    moved), then the same key, then likeness from `LIKE_ENOUGH` on, the likest first.
    """
    pairs: dict[int, int] = {}
    for same in (lambda row: (row.key, row.content), lambda row: row.content, lambda row: row.key):
        _pair_equal(old, new, same, pairs)
    free_old = sorted(set(range(len(old))) - set(pairs.values()))
    free_new = sorted(set(range(len(new))) - set(pairs))
    scored = [(likeness(old[o], new[n]), n, o) for n in free_new for o in free_old]
    taken = set(pairs.values())
    for score, n, o in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if score < LIKE_ENOUGH:
            break
        if n not in pairs and o not in taken:
            pairs[n] = o
            taken.add(o)
    return pairs


def pair_by_key(old: Sequence[T], new: Sequence[T], likeness: Callable[[T, T], float]) -> dict[int, int]:
    """As `pair`, for keys that last: what has the same key is the same, and nothing else is."""
    pairs: dict[int, int] = {}
    _pair_equal(old, new, lambda row: row.key, pairs)
    return pairs


def _pair_equal(
    old: Sequence[T], new: Sequence[T], same: Callable[[T], Hashable], pairs: dict[int, int]
) -> None:
    taken = set(pairs.values())
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for index, row in reversed(list(enumerate(old))):
        if index not in taken:
            waiting[same(row)].append(index)
    for index, row in enumerate(new):
        if index not in pairs and waiting[same(row)]:
            pairs[index] = waiting[same(row)].pop()


def like_entries(one: Entry, other: Entry) -> float:
    """How far two entries are the same story, 0 to 1: their headline, then where they stand."""
    return (
        0.6 * _share(_words(one.headline), _words(other.headline))
        + 0.3 * _overlap(one.lines, other.lines)
        + 0.1 * ((one.section, one.month) == (other.section, other.month))
    )


def like_happenings(one: Happening, other: Happening) -> float:
    """How far two events are the same, 0 to 1: what, to whom, when, in which entry."""
    same_entry = one.entry == other.entry or _overlap(one.lines, other.lines) >= 0.5
    return (
        0.25 * (one.types[0] == other.types[0])
        + 0.10 * _share(one.types, other.types)
        + 0.20 * (_share(one.targets, other.targets) if one.targets or other.targets else 0.5)
        + 0.20 * _same_days(one.days, other.days)
        + 0.25 * same_entry
    )


def _words(text: str) -> list[str]:
    return text.casefold().split()


def _share(one: Iterable[Hashable], other: Iterable[Hashable]) -> float:
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left | right else 0.0


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    if not one[0] or not other[0]:
        return 0.0
    common = min(one[1], other[1]) - max(one[0], other[0]) + 1
    return max(0, common) / (max(one[1], other[1]) - min(one[0], other[0]) + 1)


def _same_days(one: tuple[date, date] | None, other: tuple[date, date] | None) -> float:
    if one == other:
        return 1.0 if one else 0.5
    if one is None or other is None:
        return 0.0
    return 0.5 if one[0] <= other[1] and other[0] <= one[1] else 0.0
