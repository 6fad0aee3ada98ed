"""The words of the source that an event rests on, in their sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from barometer.review import PUBLIC
from barometer.web.public import joined
from barometer.web.records.models import Event, Item, SourceDocument

#: An entry up to this length is shown whole; of a longer one, the sentences that hold the words.
SHOWN_WHOLE = 700
_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+(?:[\"'’”»)\]]*)(?=\s|$)|$)", re.DOTALL)
_SHORTENED = re.compile(r"(?:\b\w|\b(?:no|st|art|mr|ms|dr|ст|ч|г|им|ул|т|п))\.$", re.IGNORECASE)


class Preserved(Protocol):
    """A preserved copy of the source, of which only its role matters here."""

    @property
    def role(self) -> str:
        """Text or coding."""


@dataclass(frozen=True)
class Piece:
    """Some text; `marked` where a coded value stands on it."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Quote:
    """What of the entry is shown: pieces in order, in the source's language; `whole` if nothing is left out."""

    pieces: tuple[Piece, ...]
    language: str
    whole: bool


def quote(event: Event, copies: Sequence[Preserved]) -> Quote | None:
    """The event's sentences in its source's text, or None where the ledger has no text of the entry.

    Where only the coding was imported, the entry's texts are our own summaries: they are no words of the source.
    """
    if not _is_printed(event.item, copies):
        return None
    text, language = _text(event.item)
    if not text:
        return None
    text = joined.said_of_item(event.item, text, language)
    spans = _merged(_spans(text, _written(event)))
    shown = [(0, len(text))] if len(text) <= SHOWN_WHOLE or not spans else _sentences(text, spans)
    pieces: list[Piece] = []
    for place, (start, end) in enumerate(shown):
        if start > 0 or place:
            pieces.append(Piece("… "))
        pieces += _pieces(text, start, end, spans)
    return Quote(tuple(pieces), language, shown == [(0, len(text))])


def _is_printed(item: Item, copies: Sequence[Preserved]) -> bool:
    return item.state in PUBLIC and any(copy.role == SourceDocument.Role.TEXT for copy in copies)


def _text(item: Item) -> tuple[str, str]:
    """The entry's text in its source's language, which is the one that was read."""
    texts = {"en": item.text_en, "ru": item.text_ru, "kk": item.text_kk}
    own = item.source.language if item.source else ""
    for language in (own, *texts):
        if texts.get(language):
            return " ".join(texts[language].split()), language
    return "", ""


def _written(event: Event) -> list[str]:
    found = [row.written for row in event.mentions.all()]
    return sorted({words for words in [*found, event.date_text] if words}, key=len, reverse=True)


def _spans(text: str, written: list[str]) -> list[tuple[int, int]]:
    spans = []
    for words in written:
        pattern = rf"(?<!\w){re.escape(' '.join(words.split()))}(?!\w)"
        spans += [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]
    return spans


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _sentences(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences that hold one of the spans; neighbours are joined."""
    shown: list[tuple[int, int]] = []
    for start, end in _bounds(text):
        if any(start <= left < end or left <= start < right for left, right in spans):
            if shown and shown[-1][1] >= start - 1:
                shown[-1] = (shown[-1][0], end)
            else:
                shown.append((start, end))
    return shown


def _bounds(text: str) -> list[tuple[int, int]]:
    """Where sentences begin and end; a shortened word or an initial does not end one."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE.finditer(text):
        if not _SHORTENED.search(match.group().rstrip()):
            bounds.append((start + len(text[start:]) - len(text[start:].lstrip()), match.end()))
            start = match.end()
    if start < len(text):
        bounds.append((start, len(text)))
    return bounds


def _pieces(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> list[Piece]:
    pieces, place = [], start
    for left, right in spans:
        if start <= left and right <= end:
            pieces += [Piece(text[place:left]), Piece(text[left:right], marked=True)]
            place = right
    pieces.append(Piece(text[place:end]))
    return [piece for piece in pieces if piece.text]
