"""Sentences of a paragraph, in time linear in its length."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: What is longer than this is cut at a space: no sentence of a report is, and patterns stay quick.
LONGEST = 2000

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ0-9])|\n+")
#: Stops that end no sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|Nos|Art|vs|v|Inc|Ltd|ст|ч|п|г|ул|им|тыс|млн|руб|тг|т|д|др|см|обл|р|б|ж|км)|\b[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])\.\s+$"
)


@dataclass(frozen=True)
class Sentence:
    """A stretch of a text, from `start` to `end`."""

    start: int
    end: int
    text: str


def sentences(text: str) -> list[Sentence]:
    """The sentences from left to right; together they cover all but the white space between them."""
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if _ABBREVIATION.search(text, max(start, match.end() - 12), match.end()):
            continue
        _add(found, text, start, match.end())
        start = match.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    while start < end:
        stop = end
        if end - start > LONGEST:
            stop = text.rfind(" ", start + LONGEST // 2, start + LONGEST) + 1 or start + LONGEST
        piece = text[start:stop]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            found.append(Sentence(start + lead, start + len(piece.rstrip()), piece.strip()))
        start = stop
