"""Whether two counts differ by more than chance, and how sure a share is: exact intervals, and a word.

A count of events is taken as what happened of what could have happened: repeated, it would be another. Two counts of
periods of known length are compared by the ratio of their rates. Given how many events there were in both, how many of
them fell into the second is binomial, so that the interval of the ratio is exact (Przyborowski and Wilenski 1940; the
ends by Clopper and Pearson 1934). Where the interval holds 1, no change is claimed.

Whoever compares a table of lines finds a change in one of twenty by chance alone, so the lines of a table are judged
together (Holm 1979): the chance that any of them is called a change by chance stays below one in twenty.

Only events are compared so. People are not independent of each other (one raid hits ten), so their counts stand side
by side without a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scipy.special import bdtr, bdtrc, betaincinv

#: What is left out at each end of an interval.
TAIL = 0.025

Verdict = Literal["more", "fewer", "no clear change"]


@dataclass(frozen=True)
class Interval:
    """Between which values what was found is no surprise; `high` is infinite where nothing bounds it."""

    low: float
    high: float

    def has(self, value: float) -> bool:
        """Whether the value is one of them."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Difference:
    """Two counts of one thing, before and after, each over so many days (or whatever both are measured in)."""

    before: int
    after: int
    days_before: float = 1
    days_after: float = 1

    def __post_init__(self) -> None:
        if self.before < 0 or self.after < 0:
            raise ValueError(f"{min(self.before, self.after)} is no count")
        if self.days_before <= 0 or self.days_after <= 0:
            raise ValueError("a count is of more than no days")

    @property
    def change(self) -> int:
        """How many more; below zero, how many fewer."""
        return self.after - self.before

    @property
    def ratio(self) -> float | None:
        """How many times the rate of before the rate of after is; None where there was nothing before."""
        return self.after / self.before * self._longer if self.before else None

    @property
    def interval(self) -> Interval:
        """Between which ratios of the rates the two counts are no surprise; from 0 without bound where both are 0."""
        low = betaincinv(self.after, self.before + 1, TAIL) if self.after else 0.0
        high = betaincinv(self.after + 1, self.before, 1 - TAIL) if self.before else 1.0
        return Interval(self._ratio_of(float(low)), self._ratio_of(float(high)))

    @property
    def chance(self) -> float:
        """How often counts as far apart as these, or further, come about where the rate is the same: 0 to 1."""
        both = self.before + self.after
        if not both:
            return 1.0
        share = self.days_after / (self.days_before + self.days_after)
        fewer = bdtr(self.after, both, share)
        more = bdtrc(self.after - 1, both, share) if self.after else 1.0
        return min(1.0, 2 * float(min(fewer, more)))

    @property
    def verdict(self) -> Verdict:
        """Whether these two alone say that there was a change, and which."""
        return self.judged(self.chance)

    def judged(self, chance: float) -> Verdict:
        """What is said where the chance is that."""
        if chance >= 2 * TAIL:
            return "no clear change"
        return "more" if self.interval.low > 1 else "fewer"

    @property
    def _longer(self) -> float:
        return self.days_before / self.days_after

    def _ratio_of(self, share: float) -> float:
        return math.inf if share >= 1 else share / (1 - share) * self._longer


def verdicts(differences: Sequence[Difference]) -> list[Verdict]:
    """What may be said of each line of a table, all lines minded."""
    chances = holm([one.chance for one in differences])
    return [one.judged(chance) for one, chance in zip(differences, chances, strict=True)]


def holm(chances: Sequence[float]) -> list[float]:
    """The chances as they are to be read where so many were asked for at once, in the order in which they came."""
    found = [1.0] * len(chances)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        least = max(least, min(1.0, chances[place] * (len(chances) - rank)))
        found[place] = least
    return found


def share_interval(part: int, whole: int, tail: float = TAIL) -> Interval:
    """The exact interval of a share (Clopper and Pearson): 3 of 10 is from 0.067 to 0.652; of none, from 0 to 1.

    ValueError where the part is more than the whole.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share")
    low = float(betaincinv(part, whole - part + 1, tail)) if part else 0.0
    high = float(betaincinv(part + 1, whole - part, 1 - tail)) if part < whole else 1.0
    return Interval(low, high)
