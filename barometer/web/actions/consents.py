"""What the people in a record agreed to, and by which name they may be printed."""

from __future__ import annotations

from barometer.web.records.models import Event


def consent_missing(event: Event, use: str = "bulletin") -> tuple[str, ...]:
    """Names of the people without whose recorded consent this event cannot be printed there."""
    return ()


def named_without_leave(event: Event) -> tuple[str, ...]:
    """Names that the event's public words bear though the naming policy keeps them back."""
    return ()
