"""Stretches of a text that do not overlap: whether another one is free is told without looking at each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable


class Spans:
    """Taken stretches, each from its start to before its end."""

    def __init__(self, taken: Iterable[tuple[int, int]] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(taken):
            if self._ends and start < self._ends[-1]:  # those that overlap are one
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def free(self, start: int, end: int) -> bool:
        """Whether no taken stretch overlaps this one."""
        before = bisect_left(self._starts, end) - 1
        return before < 0 or self._ends[before] <= start

    def take(self, start: int, end: int) -> None:
        """Take a stretch, whatever of it is taken already."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
