"""A bulletin as it was read: sections, entries, links; the prose of its lines, and what given lines print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from barometer.sources.bulletin_words import ENDS, IMAGE, LEAD, LINK

LineKind = Literal["title", "intro", "section", "month", "entry", "contact", "page", "blank", "unplaced"]


@dataclass(frozen=True)
class Link:
    """Linked words: `text` as shown, `address` or None where the source lost it; span in the document's text."""

    text: str
    address: str | None
    span: tuple[int, int]


@dataclass(frozen=True)
class BulletinEntry:
    """One story: `lines` 1-based inclusive; `text` is clean prose (links unwrapped, page breaks joined).

    `offsets` gives, for every character of `text`, its offset in the document's text.
    """

    id: str
    section: int | None
    month: str | None
    lines: tuple[int, int]
    text: str
    headline: str | None
    links: tuple[Link, ...]
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
    """A bulletin read whole. `line_kinds[i]` says what line i+1 is; `problems` are what could not be placed.

    A single report has the same form: one entry, no section, and the day it was `published` (YYYY-MM-DD or None).
    """

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
    published: str | None = None


@dataclass
class Block:
    """A run of non-blank lines, first and last 1-based; `start` is where its story's text begins in its first line."""

    first: int
    last: int
    raw: str
    start: int = 0
    plain: str = ""
    links: int = 0
    link_first: bool = False
    all_linked: bool = False

    def tell(self) -> None:
        """Fill in what telling its kind needs."""
        lead = self.raw[self.start : self.start + 20 * LEAD]
        self.plain = unlink(lead).strip()
        self.links = len(LINK.findall(lead))
        first = LINK.search(lead)
        self.all_linked = bool(first) and not LINK.sub("", lead).strip(" .!?*_\n")
        self.link_first = bool(first) and len(lead[: first.start()].split()) <= 12 if first else False

    def whole(self) -> str:
        """All its words, links unwrapped."""
        return unlink(self.raw[self.start :]).strip()


@dataclass
class Story:
    """Blocks that tell one thing, with the section and the month under which they stand."""

    section: int | None
    month: str | None
    blocks: list[Block] = field(default_factory=list)


# --- prose ------------------------------------------------------------------------------------------------------


def unescape(text: str) -> str:
    """Text without Markdown's backslashes."""
    return re.sub(r"\\([\\`*_{}\[\]()#+\-.!<>&|~])", r"\1", text)


def unlink(text: str) -> str:
    """Text whose links are their words, and whose pictures are gone."""
    return unescape(LINK.sub(lambda m: m[1], IMAGE.sub("", text)))


def links_in(text: str, start: int, end: int) -> list[Link]:
    """The links between two places of a text."""
    links = []
    for match in LINK.finditer(text, start, end):
        address = match[2].strip("<>")
        shown = unescape(match[1]).strip()
        links.append(Link(shown, address if address not in ("", "#") else None, match.span(1)))
    return links


def prose(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """The clean text of a stretch and where each of its characters stands."""
    out: list[str] = []
    offsets: list[int] = []

    def take(first: int, last: int) -> None:
        at = first
        while at < last:
            char = text[at]
            if char == "\\" and at + 1 < last and text[at + 1] in "\\`*_{}[]()#+-.!<>&|~":
                at += 1
                char = text[at]
            elif char == "*" and text[at : at + 2] == "**":
                at += 2
                continue
            if char.isspace():
                char = " "
            if char != " " or (out and out[-1] != " "):
                out.append(char)
                offsets.append(at)
            at += 1

    at = start
    for match in LINK.finditer(text, start, end):
        take(at, match.start())
        take(*match.span(1))
        at = match.end()
    take(at, end)
    while out and out[-1] == " ":
        out.pop()
        offsets.pop()
    return "".join(out), offsets


#: How much of the end of a story's text is looked at when a paragraph is put behind it.
_TAIL = 600


class Joined:
    """The paragraphs of a story as one text, with the place of each of its characters; each is put behind the last
    in time linear in its own length."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.offsets: list[int] = []
        self.tail = ""

    def add(self, piece: str, where: list[int]) -> None:
        """Put a paragraph behind the others; mend the joint where a page break cut a sentence."""
        if not self.pieces or not piece:
            self._put("", piece, where)
        elif ENDS.search(self.tail):
            self._put("\n", piece, where)
        else:
            repeated = _repeated(self.tail, piece)
            piece, where = piece[repeated:], where[repeated:]
            if not piece:
                return
            if (
                re.search(r"[^\W\d_]-$", self.tail) and piece[:1].islower()
            ):  # a word divided at the end of a page
                self.pieces[-1], self.tail = self.pieces[-1][:-1], self.tail[:-1]
                self.offsets.pop()
                self._put("", piece, where)
            else:
                self._put(" ", piece, where)

    def _put(self, between: str, piece: str, where: list[int]) -> None:
        if not piece:
            return
        if between:
            self.pieces.append(between)
            self.offsets.append(where[0])
        self.pieces.append(piece)
        self.offsets += where
        self.tail = f"{self.tail}{between}{piece[-_TAIL:]}"[-_TAIL:]


def _repeated(text: str, piece: str) -> int:
    """How many characters at the head of `piece` print again the words at the end of `text`."""
    last, first = text.split()[-6:], piece[:_TAIL].split()[:6]
    for count in range(min(len(last), len(first)), 0, -1):
        if [w.casefold() for w in last[-count:]] == [w.casefold() for w in first[:count]]:
            match = re.match(rf"(?:\S+\s*){{{count}}}", piece)
            return match.end() if match else 0
    return 0


# --- what given lines print ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Passage:
    """Clean prose of some lines, as an entry has it: every character's offset, and the links that stand in it."""

    text: str
    offsets: tuple[int, ...]
    links: tuple[Link, ...]


def passage(bulletin: Bulletin, lines: tuple[int, int]) -> Passage:
    """What the lines (1-based, inclusive) print, whoever's entry they are; page furniture and headings left out,
    unless there is nothing else. Empty where the lines are blank, or the text has no such lines.
    """
    starts = [0]
    for line in bulletin.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    first, last = max(1, lines[0]), min(len(starts) - 1, lines[1])
    if first > last:
        return Passage("", (), ())
    start, end = starts[first - 1], starts[last] - 1
    pieces = [*_of_entries(bulletin, start, end), *_beside_entries(bulletin, first, last, starts)]
    pieces = [piece for piece in pieces if piece[0]] or [prose(bulletin.text, start, end)]
    text, offsets = "", list[int]()
    for piece, where in sorted((piece for piece in pieces if piece[0]), key=lambda piece: piece[1][0]):
        text, offsets = (
            (f"{text}\n{piece}", [*offsets, where[0], *where]) if text else (piece, [*offsets, *where])
        )
    shown = set(offsets)
    links = [link for link in links_in(bulletin.text, start, end) if not shown.isdisjoint(range(*link.span))]
    return Passage(text, tuple(offsets), tuple(links))


def _of_entries(bulletin: Bulletin, start: int, end: int) -> list[tuple[str, list[int]]]:
    """The parts of the reader's own entries that stand between two offsets."""
    pieces = []
    for entry in bulletin.entries:
        if not entry.offsets or entry.offsets[0] >= end or entry.offsets[-1] < start:
            continue
        shown = [(c, at) for c, at in zip(entry.text, entry.offsets, strict=True) if start <= at < end]
        while shown and shown[0][0].isspace():
            shown.pop(0)
        while shown and shown[-1][0].isspace():
            shown.pop()
        pieces.append(("".join(c for c, _ in shown), [at for _, at in shown]))
    return pieces


def _beside_entries(
    bulletin: Bulletin, first: int, last: int, starts: list[int]
) -> list[tuple[str, list[int]]]:
    """The paragraphs among the lines that the reader took for an intro, a contact line or nothing."""
    within = {line for entry in bulletin.entries for line in range(entry.lines[0], entry.lines[1] + 1)}
    runs: list[list[int]] = []
    for line in range(first, last + 1):
        if line in within or bulletin.line_kinds[line - 1] not in ("title", "intro", "contact", "unplaced"):
            continue
        if runs and runs[-1][-1] == line - 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [prose(bulletin.text, starts[run[0] - 1], starts[run[-1]] - 1) for run in runs]
