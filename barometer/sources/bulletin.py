"""A bulletin as a document: title, intros, sections, months, entries, contact line; every line accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LineKind = Literal["title", "intro", "section", "month", "entry", "contact", "blank", "unplaced"]


@dataclass(frozen=True)
class Link:
    """Linked words: `text` as shown, `address` or None where the source lost it; span in the document's text."""

    text: str
    address: str | None
    span: tuple[int, int]


@dataclass(frozen=True)
class BulletinEntry:
    """One story: `lines` 1-based inclusive; `text` is clean prose (links unwrapped, page breaks joined)."""

    id: str
    section: int | None
    month: str | None
    lines: tuple[int, int]
    text: str
    headline: str | None
    links: tuple[Link, ...]
    #: For every character of `text`, its offset in the document's text.
    offsets: Sequence[int]


@dataclass(frozen=True)
class BulletinSection:
    """A heading with its number, the title as printed without it, its line, and the intro under it."""

    number: int
    title: str
    line: int
    intro: str


@dataclass(frozen=True)
class Bulletin:
    """A bulletin read whole. `line_kinds[i]` says what line i+1 is; `problems` are what could not be placed."""

    source: str
    text: str
    language: str
    quarter: str | None
    title: str
    intro: str
    sections: tuple[BulletinSection, ...]
    entries: tuple[BulletinEntry, ...]
    contact: str
    line_kinds: tuple[LineKind, ...]
    problems: tuple[str, ...]
