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

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Held:
    """A statement that is held back, with the id by which whoever asks knows it."""

    id: str
    words: str


def repeated(text: str, held: Iterable[Held]) -> tuple[Held, ...]:
    """Those statements that the text repeats."""
    stems = _stems_of(text)
    return tuple(one for one in held if _repeats(stems, _stems_of(one.words)))


def says_something(words: str) -> bool:
    """Whether there is a word by which a statement can be found again."""
    return bool(_stems_of(words))


def _stems_of(text: str) -> list[frozenset[str]]:
    """The words that say something, each as the stems that it may have."""
    words = _WORD.findall(text.casefold())
    telling = [word for word in words if len(word) >= SHORTEST or word.isdecimal()]
    return [_stems(word) for word in telling or words]


@lru_cache(maxsize=16_384)
def _stems(word: str) -> frozenset[str]:
    return frozenset(stem(word, language) for language in LANGUAGES)


def _repeats(text: list[frozenset[str]], statement: list[frozenset[str]]) -> bool:
    needed = len(statement) if len(statement) <= FEW else round(ENOUGH * len(statement))
    if not statement or len(text) < needed:
        return False
    wide = 2 * len(statement)
    for start in range(max(1, len(text) - wide + 1)):
        stretch = frozenset().union(*text[start : start + wide])
        if sum(bool(word & stretch) for word in statement) >= needed:
            return True
    return False
