"""Statements that are not to be repeated, found again in a text whatever the endings of their words.

A text repeats a statement where a stretch of it, at most twice as long, has nearly all of its words. Rough on purpose:
a person looks at what is found; what is not found is not proved absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from barometer.codebook.book import LANGUAGES
from barometer.names.words import stem

#: words shorter than this say too little, unless there are no others
SHORTEST = 3
#: so many of a statement's words make it again; of a statement of up to three words, all
ENOUGH = 0.8
FEW = 3

#: a text as its words, each as the stems that it may have
Stems = list[frozenset[str]]

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Held:
    """A statement that is held back, with the id by which whoever asks knows it."""

    id: str
    words: str


def repeated(text: str, held: Iterable[Held]) -> tuple[Held, ...]:
    """Those statements that the text repeats."""
    stems = _stems_of(text)
    known = frozenset().union(*stems)
    return tuple(one for one in held if _repeats(stems, known, _stems_of(one.words)))


def says_something(words: str) -> bool:
    """Whether there is a word by which a statement can be found again."""
    return bool(_stems_of(words))


def _stems_of(text: str) -> Stems:
    """The words that say something."""
    words = _WORD.findall(text.casefold())
    telling = [word for word in words if len(word) >= SHORTEST or word.isdecimal()]
    return [_stems(word) for word in telling or words]


@lru_cache(maxsize=16_384)
def _stems(word: str) -> frozenset[str]:
    return frozenset(stem(word, language) for language in LANGUAGES)


def _repeats(text: Stems, known: frozenset[str], statement: Stems) -> bool:
    """Whether a stretch of the text has enough of the statement; `known` are all stems of the text."""
    needed = len(statement) if len(statement) <= FEW else round(ENOUGH * len(statement))
    if not statement or _shared(statement, known) < needed:
        return False
    wide = 2 * len(statement)
    starts = range(max(1, len(text) - wide + 1))
    return any(
        _shared(statement, frozenset().union(*text[start : start + wide])) >= needed for start in starts
    )


def _shared(statement: Stems, stems: frozenset[str]) -> int:
    return sum(bool(word & stems) for word in statement)
