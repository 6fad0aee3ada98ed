"""Looking again at an address behind a published event: is it there, and does it still say the same?"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from barometer.errors import BarometerError

Kind = Literal["same", "changed", "moved", "blocked", "gone"]
#: Lines of a difference that are kept; the captures hold the whole.
LINES = 400


@dataclass(frozen=True)
class Seen:
    """What an address showed: where the redirects led, its status, main text, and the wall in front, if any."""

    url: str
    final_url: str
    status: int
    text: str
    at: datetime
    wall: str = ""


@dataclass(frozen=True)
class Note:
    """What became of an address: `words` why it is so called, `difference` lines that begin with + or -."""

    kind: Kind
    words: str
    difference: str = ""


def look_again(before: Seen, now: Seen | BarometerError) -> Note:
    """What became of it since `before`. An error of fetching is `blocked` unless its name is gone.

    From here an outage and a block look the same; the words say what was seen.
    """
    if isinstance(now, BarometerError):
        unknown = getattr(now, "kind", "") == "dns"
        return Note("gone" if unknown else "blocked", f"it cannot be reached: {now.message}")
    if note := _refused(before, now):
        return note
    difference = _difference(before.text, now.text)
    away = _without_end(now.final_url) != _without_end(before.final_url)
    if away and difference and _is_front(now.final_url) and not _is_front(before.final_url):
        return Note("gone", f"it leads to the front page {now.final_url}", difference)
    if away:
        also = " and its text differs" if difference else ""
        return Note("moved", f"it leads to {now.final_url}{also}", difference)
    if difference:
        added, removed = (sum(line.startswith(sign) for line in difference.splitlines()) for sign in "+-")
        return Note("changed", f"lines added: {added}, removed: {removed}", difference)
    return Note("same", "its text is the same")


def _refused(before: Seen, now: Seen) -> Note | None:
    """What the status and the wall tell without reading the text."""
    if now.status in (404, 410) or (now.wall == "not found page" and before.wall != now.wall):
        return Note("gone", "the page is not found" if now.wall else f"the server answers {now.status}")
    if now.status >= 400 and now.status != before.status:
        return Note("blocked", f"the server answers {now.status}")
    if now.wall and now.wall != before.wall:
        return Note("blocked", f"a wall stands in front: {now.wall}")
    return None


def _difference(old: str, new: str) -> str:
    """Lines that went and came, in their places; empty where there are none."""
    before, after = _lines(old), _lines(new)
    kept: list[str] = []
    steps = difflib.SequenceMatcher(None, before, after).get_opcodes()
    for kind, from_old, to_old, from_new, to_new in steps:
        if kind != "equal":
            kept += [f"-{line}" for line in before[from_old:to_old]]
            kept += [f"+{line}" for line in after[from_new:to_new]]
    rest = [f"… {len(kept) - LINES} more lines"] if len(kept) > LINES else []
    return "\n".join(kept[:LINES] + rest)


def _lines(text: str) -> list[str]:
    """Lines with their spaces evened; empty ones tell nothing."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _without_end(url: str) -> str:
    """An address by which two are compared: not its scheme, www., a last slash, the part after #."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}:{parts.port or ''}{parts.path.rstrip('/')}?{parts.query}"


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
