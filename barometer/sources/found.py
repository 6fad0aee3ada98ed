"""What a source gave: an item with its words, the files that came with it, and notes of what went wrong."""

from __future__ import annotations

import base64
import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from barometer.errors import Unreadable


class LayoutChanged(Unreadable):
    """A page no longer has the place that it is read by: `place` is the selector, the message says what is there."""


@dataclass(frozen=True)
class Note:
    """One thing that went wrong and did not stop the rest: where, what, and the next step."""

    message: str
    place: str = ""
    next_step: str = ""

    def __str__(self) -> str:
        """One line: place: message. Next: step."""
        text = f"{self.place}: {self.message}" if self.place else self.message
        if self.next_step:
            text = f"{text.rstrip('.')}. Next: {self.next_step.rstrip('.')}"
        return " ".join(f"{text.rstrip('.')}.".split())


@dataclass(frozen=True)
class Attachment:
    """A file that came with an item: its bytes where they came too, else the `address` where they are."""

    name: str
    media_type: str
    body: bytes = b""
    address: str = ""


@dataclass(frozen=True)
class Found:
    """An item of a source.

    `key` is the same each time the item is met and unlike that of every other item of the source. `summary_text`
    has no HTML. `body` is what the source itself carries of the item, in `media_type`; `text` are its words where the
    item has words of its own (a post, a letter). `published` and `changed` are in UTC; None where the source is
    silent or names no real day, in which case `extra` keeps what it wrote.
    """

    key: str
    url: str = ""
    title: str = ""
    summary_text: str = ""
    published: datetime | None = None
    changed: datetime | None = None
    author: str = ""
    body: bytes = b""
    media_type: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


def found_as_json(found: Found) -> dict[str, Any]:
    """The item as JSON has it: moments as ISO 8601, bytes as base64."""
    plain = dataclasses.asdict(found)
    for name in ("published", "changed"):
        plain[name] = plain[name].isoformat() if plain[name] else None
    for holder in (plain, *plain["attachments"]):
        holder["body"] = base64.b64encode(holder["body"]).decode("ascii")
    plain["attachments"] = list(plain["attachments"])
    return plain


def found_from_json(plain: Mapping[str, Any]) -> Found:
    """The item that `found_as_json` wrote."""
    attachments = tuple(
        Attachment(**{**each, "body": base64.b64decode(each["body"])}) for each in plain["attachments"]
    )
    moments = {
        name: datetime.fromisoformat(plain[name]) if plain[name] else None
        for name in ("published", "changed")
    }
    body = base64.b64decode(plain["body"])
    return Found(**{**plain, **moments, "body": body, "attachments": attachments})


def in_utc(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone is taken to be in UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def one_line(text: str, most: int = 300) -> str:
    """A text in one line without control signs, cut at `most` characters."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def clean_text(text: str) -> str:
    """A text with \\n line ends and without the control signs that no writer means (NUL among them)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]", "", text)
