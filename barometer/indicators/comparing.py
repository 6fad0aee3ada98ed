"""Whether two counts differ by more than chance: exact Poisson intervals, and a word where they overlap.

A count of events is taken as what happened of what could have happened: repeated, it would be another. The exact
interval (Garwood 1936) says between which rates the count is no surprise; where the intervals of two counts meet,
no change is claimed. That is careful: two intervals of 95 % that just touch differ by more than one in twenty.
Only events are compared so. People are not independent of each other (one raid hits ten), so their counts stand
side by side without a verdict.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

#: What is left out at each end of an interval.
TAIL = 0.025
_PRECISION = 1e-10
_MOST_STEPS = 10_000

Verdict = Literal["more", "fewer", "no clear change"]


@dataclass(frozen=True)
class Interval:
    """Between which rates a count is no surprise."""

    low: float
    high: float

    def meets(self, other: Interval) -> bool:
        """Whether the two have a rate in common."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True)
class Difference:
    """Two counts of one thing: before and after, with their intervals."""

    before: int
    after: int

    @property
    def change(self) -> int:
        """How many more; below zero, how many fewer."""
        return self.after - self.before

    @property
    def verdict(self) -> Verdict:
        """Whether the counts say that there was a change, and which."""
        if poisson_interval(self.before).meets(poisson_interval(self.after)):
            return "no clear change"
        return "more" if self.change > 0 else "fewer"


def poisson_interval(count: int, tail: float = TAIL) -> Interval:
    """The exact interval of a Poisson count: 0 is from 0 to 3.69, 10 from 4.80 to 18.39.

    ValueError for a count below zero.
    """
    if count < 0:
        raise ValueError(f"{count} is no count")
    low = _rate(count, 1 - tail) if count else 0.0
    return Interval(low, _rate(count + 1, tail))


def _rate(count: int, chance: float) -> float:
    """The rate at which fewer than `count` events happen with that chance."""
    low, high = 0.0, count + 10 * math.sqrt(count) + 20
    while high - low > _PRECISION * max(high, 1):
        middle = (low + high) / 2
        if _fewer(count, middle) > chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _fewer(count: int, rate: float) -> float:
    """The chance of fewer than `count` events at that rate: the upper incomplete gamma function of whole numbers."""
    if rate <= 0:
        return 1.0
    start = math.exp(count * math.log(rate) - rate - math.lgamma(count))
    return 1 - start * _series(count, rate) if rate < count + 1 else start * _fraction(count, rate)


def _series(count: int, rate: float) -> float:
    term = total = 1 / count
    for step in range(1, _MOST_STEPS):
        term *= rate / (count + step)
        total += term
        if term < total * 1e-15:
            break
    return total


def _fraction(count: int, rate: float) -> float:
    """The continued fraction, by Lentz's method."""
    b = rate + 1 - count
    c, d = 1e300, 1 / b
    result = d
    for step in range(1, _MOST_STEPS):
        a = -step * (step - count)
        b += 2
        d = 1 / (a * d + b or 1e-300)
        c = b + a / c or 1e-300
        result *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return result
