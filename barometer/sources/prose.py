"""The words of a stretch of a document, clean, and where each of their characters stands in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

#: Linked words, also over a line's end and with one pair of brackets inside; the address may hold parentheses.
LINK = re.compile(
    r"(?<!\\)\[((?:\\.|[^\[\]\\]|\[[^\[\]\\]{0,200}\](?!\()){1,2000})\]"
    r"\(\s{0,9}(<[^<>\n]{0,2000}>|(?:\\.|[^()\s\\]|\([^()\s]{0,500}\)){0,2000})"
    r"(?:\s{1,9}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?\s{0,9}\)",
    re.DOTALL,
)
IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
_MARK = re.compile(
    r"\\([\\`*_{}\[\]()#+\-.!<>&|~])"
    r"|(\s+)"
    r"|\*\*|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)|[\u00ad\u200b\u2060\ufeff]"
)
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,300}?)(?<=[^\s*\\])\*(?![\w*])")
_DIVIDED = re.compile(r"(?<=[^\W\d_])-[^\S\n]{0,20}\n\s*(?=[^\W\d_])")
_WORD_BEFORE = re.compile(r"[^\W\d_]+$")
_WORD_AFTER = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Offsets(Sequence[int]):
    """For every character its offset in the document, kept as runs: run i begins at starts[i] and at places[i] there."""

    starts: tuple[int, ...]
    places: tuple[int, ...]
    length: int

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...

    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(self.length)))
        if index < 0:
            index += self.length
        if not 0 <= index < self.length:
            raise IndexError(index)
        run = bisect_right(self.starts, index) - 1
        return self.places[run] + index - self.starts[run]

    def runs(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """(from, to, place) for the runs between two positions."""
        run = bisect_right(self.starts, first) - 1
        while first < last:
            end = min(last, self.starts[run + 1] if run + 1 < len(self.starts) else self.length)
            yield first, end, self.places[run] + first - self.starts[run]
            first, run = end, run + 1


@dataclass(frozen=True)
class Traced:
    """A text and the offsets of its characters."""

    text: str
    offsets: Offsets

    def place_after(self, end: int) -> int:
        """The place behind the character before `end`."""
        return self.offsets[end - 1] + 1


class Tracer:
    """Puts a traced text together from left to right."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._places: list[int] = []
        self.length = 0
        self._next: int | None = None
        self.last = ""

    def add(self, place: int, text: str) -> None:
        """Text that stands so in the document from `place` on (or one sign put in for what stands there)."""
        if not text:
            return
        if place != self._next:
            self._starts.append(self.length)
            self._places.append(place)
        self._pieces.append(text)
        self.length += len(text)
        self._next = place + len(text)
        self.last = text[-1]

    def add_part(self, source: Traced, first: int, last: int) -> None:
        """A part of another traced text."""
        if first < last:
            for start, end, place in source.offsets.runs(first, last):
                self.add(place, source.text[start:end])

    def done(self) -> Traced:
        """What has been put together."""
        offsets = Offsets(tuple(self._starts), tuple(self._places), self.length)
        return Traced("".join(self._pieces), offsets)


def unescaped(text: str) -> str:
    """Without the backslashes of Markdown."""
    return re.sub(r"\\([\\`*_{}\[\]()#+\-.!<>&|~])", r"\1", text)


def unlinked(text: str) -> str:
    """Links shown by their words, images left out; white space and escapes as they stand."""
    return LINK.sub(r"\1", IMAGE.sub("", text))


def plain(text: str) -> str:
    """One line of what a reader sees, for judging."""
    return " ".join(unescaped(unlinked(text)).replace("**", "").split())


def shown(text: str) -> str:
    """Linked words in one line."""
    return " ".join(unescaped(text).replace("**", "").split())


def address_of(link: re.Match[str]) -> str | None:
    """A link's address, None where the source lost it ("#" or nothing)."""
    address = unescaped(link[2].strip("<>"))
    return address if address not in ("", "#", "#_top") else None


def links_in(text: str) -> list[re.Match[str]]:
    """The links in a text from left to right; an image is none."""
    images = {match.start() + 1 for match in IMAGE.finditer(text)}
    return [match for match in LINK.finditer(text) if match.start() not in images]


def clean(source: Traced, keeps_hyphen: Callable[[str, str], bool]) -> Traced:
    """The prose of a paragraph: links unwrapped, images and marks left out, white space single, divided words whole."""
    out, at = Tracer(), 0
    for first, last, put in _edits(source.text, keeps_hyphen):
        if first < at:  # inside what was changed already
            continue
        out.add_part(source, at, first)
        if put == "\\":
            out.add_part(source, first + 1, last)
        elif put == "-":
            out.add_part(source, first, first + 1)
        elif put and out.length and out.last != " ":
            out.add(source.offsets[first], " ")
        at = last
    out.add_part(source, at, len(source.text))
    return _trimmed(out.done())


def _edits(text: str, keeps_hyphen: Callable[[str, str], bool]) -> list[tuple[int, int, str]]:
    """(from, to, what is put there) for all that is not shown as it stands; a backslash stands for "the sign behind it"."""
    edits = [(*match.span(), "") for match in IMAGE.finditer(text)]
    for link in links_in(text):
        edits += [(link.start(), link.start() + 1, ""), (link.end(1), link.end(), "")]
    for emphasis in _EMPHASIS.finditer(text):
        edits += [(emphasis.start(), emphasis.start() + 1, ""), (emphasis.end() - 1, emphasis.end(), "")]
    edits += [(*match.span(), _hyphen(text, match, keeps_hyphen)) for match in _DIVIDED.finditer(text)]
    for mark in _MARK.finditer(text):
        edits.append((*mark.span(), "\\" if mark[1] else " " if mark[2] else ""))
    return sorted(edits, key=lambda edit: edit[0])


def _hyphen(text: str, match: re.Match[str], keeps_hyphen: Callable[[str, str], bool]) -> str:
    before = _WORD_BEFORE.search(text, max(0, match.start() - 60), match.start())
    after = _WORD_AFTER.match(text, match.end(), match.end() + 60)
    return "-" if keeps_hyphen(before[0] if before else "", after[0] if after else "") else ""


def _trimmed(traced: Traced) -> Traced:
    if not traced.text.endswith(" "):
        return traced
    out = Tracer()
    out.add_part(traced, 0, len(traced.text.rstrip(" ")))
    return out.done()
