"""Which words of an item are linked where no source says so: a leading phrase of at most eight words."""

from __future__ import annotations

import re

from barometer.publication.words import word_list

MOST_WORDS = 8
FEWEST_WORDS = 3

_WORD = re.compile(r"\S+")
_CLAUSE_END = re.compile(r"[,;:.!?…—–]+[»”’\")\]]*$")
_OPENING = {"«": "»", "“": "”", "‘": "’", "„": "“", "(": ")", "[": "]"}
_AT_EDGES = " \t,;:.!?…—–"


def leading_phrase(text: str, language: str) -> tuple[int, int]:
    """Start and end of the words to link: the first clause that is no mere date, else the first words.

    Both lie at word boundaries, what is between is not blank, and no bracket or quotation mark is left open
    where the phrase can end before or after it. A blank text gives (0, 0).
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    clauses = _clauses(text, spans, language)
    if not clauses:
        return 0, 0
    chosen = next((clause for clause in clauses if _says_enough(text, clause, language)), clauses[0])
    return _trimmed(text, _closed(text, chosen[:MOST_WORDS], spans), language)


Spans = list[tuple[int, int]]


def _clauses(text: str, spans: Spans, language: str) -> list[Spans]:
    """The clauses of the first sentence."""
    clauses: list[Spans] = []
    open_clause = True
    for start, end in spans:
        word = text[start:end]
        if not clauses or not open_clause or _breaks(word, language, clauses[-1]):
            clauses.append([])
        clauses[-1].append((start, end))
        open_clause = not _CLAUSE_END.search(word)
        if re.search(r"[.!?…]+[»”’\")\]]*$", word) and len(clauses[-1]) >= FEWEST_WORDS:
            break
    return clauses


def _breaks(word: str, language: str, clause: Spans) -> bool:
    return len(clause) >= FEWEST_WORDS and word.casefold() in word_list(language, "breaks")


def _says_enough(text: str, clause: Spans, language: str) -> bool:
    """A clause of some words that is neither a date nor the continuation of another."""
    first, said = text[slice(*clause[0])].casefold(), text[clause[0][0] : clause[-1][1]]
    continues = first in (*word_list(language, "continues"), *word_list(language, "breaks"))
    return len(clause) >= FEWEST_WORDS and not re.search(r"\d", said) and (clause[0][0] == 0 or not continues)


def _closed(text: str, phrase: Spans, spans: Spans) -> Spans:
    """The phrase, ended before a quotation that it leaves open; a quotation that starts it is kept whole."""
    for opening, closing in _OPENING.items():
        place = _left_open(text[phrase[0][0] : phrase[-1][1]], opening, closing)
        if place is None:
            continue
        before = [span for span in phrase if span[1] <= phrase[0][0] + place]
        phrase = before or _up_to(closing, text, phrase[0], spans) or phrase
    return phrase


def _left_open(said: str, opening: str, closing: str) -> int | None:
    """Where an opening mark stands that nothing closes. ’ is also an apostrophe, so any later one closes."""
    place = said.rfind(opening)
    return place if place >= 0 and closing not in said[place + 1 :] else None


def _up_to(closing: str, text: str, first: tuple[int, int], spans: Spans) -> Spans:
    """The words from the first to the one with the closing mark, if that is not too far."""
    later = [span for span in spans if span[0] >= first[0]][: 2 * MOST_WORDS]
    for count, (start, end) in enumerate(later, 1):
        if closing in text[start:end]:
            return later[:count]
    return []


def _trimmed(text: str, phrase: Spans, language: str) -> tuple[int, int]:
    """Without weak words and punctuation at the end, unless nothing would be left."""
    kept = list(phrase)
    weak = word_list(language, "weak")
    while len(kept) > 1 and text[slice(*kept[-1])].strip(_AT_EDGES).casefold() in ("", *weak):
        kept.pop()
    start, end = kept[0][0], kept[-1][1]
    shorter = text[start:end].rstrip(_AT_EDGES)
    return start, start + len(shorter) if shorter else end
