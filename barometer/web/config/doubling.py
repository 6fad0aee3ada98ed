"""BAROMETER_DOUBLE_CODING → which share of leads is coded twice."""

from __future__ import annotations

from barometer.errors import UnknownValue


def share(text: str) -> float:
    """BAROMETER_DOUBLE_CODING: which share of leads is coded twice, 0 to 1."""
    try:
        value = float(text or 0)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise UnknownValue(
            f"{text[:20]!r} is no share",
            place="BAROMETER_DOUBLE_CODING",
            next_step="write a number from 0 to 1, such as 0.1",
        )
    return value
