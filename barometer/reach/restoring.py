"""How long what was taken down stays away: the median, with what is still away counted as long as it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Away:
    """An address that was taken down: `days` until it was there again, or until today where `back` is false."""

    days: int
    back: bool


def median_days(addresses: Sequence[Away]) -> int | None:
    """The day by which half are back (Kaplan and Meier); None where less than half came back while they were seen.

    Leaving out what is still away would make platforms look quick.
    """
    still = Fraction(1)
    for day in sorted({one.days for one in addresses if one.back}):
        seen = sum(one.days >= day for one in addresses)
        back = sum(one.days == day and one.back for one in addresses)
        still *= 1 - Fraction(back, seen)
        if still <= Fraction(1, 2):
            return day
    return None
