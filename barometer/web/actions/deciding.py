"""What every judgement of a person needs: a name and a reason that can be kept."""

from __future__ import annotations

from barometer.errors import NotAllowed

LONGEST_REASON = 2_000


def refuse(reason: str, by: str) -> None:
    """NotAllowed for a judgement without a name or a reason, or with one that cannot be kept."""
    if not by.strip() or len(by) > 200 or not by.isprintable():
        raise NotAllowed("a judgement needs the name of who made it")
    if not reason.strip():
        raise NotAllowed("a judgement needs a reason", next_step="say why in a few words")
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise NotAllowed(f"the reason is over {LONGEST_REASON} letters, or unprintable")
