"""Phrases found in a letter whatever the endings of their words.

A phrase is written in plain words, where every word stands for all its forms (by its
stem), `word*` for any word that begins so, `*word` for any that ends so, `a|b` for one of several, and `..` for up to
seven words between. A phrase lies within one sentence. Time grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from barometer.names.words import LONGEST_WORD, fold, stem
from barometer.reading.sentences import sentences

_WORD = re.compile(r"[^\W_]++")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_GAP = 7
_SURE_STEM = 5
_LANGUAGES = {True: ("ru", "kk"), False: ("en",)}


@dataclass(frozen=True)
class Word:
    """A word of a text from `start` to `end`: folded, and its stems by the languages that it may be of."""

    start: int
    end: int
    small: str
    stems: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """A sentence of a text, from `start` to `end`, with its words."""

    start: int
    end: int
    words: tuple[Word, ...]


def said(text: str) -> list[Said]:
    """The sentences of a text."""
    return [
        Said(one.start, one.end, tuple(_word(match, one.start) for match in _WORD.finditer(one.text)))
        for one in sentences(text)
    ]


def _word(match: re.Match[str], offset: int) -> Word:
    small = match[0][:LONGEST_WORD].lower()
    languages = _LANGUAGES[bool(_CYRILLIC.search(small))]
    stems = {language: _stem(small, language) for language in languages}
    return Word(offset + match.start(), offset + match.end(), fold(small), stems)


def _stem(small: str, language: str) -> str:
    """The stem of a small word; a short Kazakh word is its own, since its ending may be none ("қайта")."""
    short = stem(small, language)
    return fold(small) if language == "kk" and len(short) < _SURE_STEM else short


@dataclass(frozen=True)
class Hit:
    """A phrase found: what it says (`code`), how it is written in the data, where it stands."""

    code: str
    phrase: str
    start: int
    end: int
    weight: float = 1.0


@dataclass(frozen=True)
class _Slot:
    """One word of a phrase: its stems, beginnings or ends; `gap` where other words may stand before it."""

    stems: frozenset[str]
    beginnings: tuple[str, ...]
    ends: tuple[str, ...]
    gap: bool

    def takes(self, word: Word, language: str) -> bool:
        small = word.small
        return (
            word.stems.get(language) in self.stems
            or small.startswith(self.beginnings)
            or small.endswith(self.ends)
        )


@dataclass(frozen=True)
class _Phrase:
    code: str
    written: str
    language: str
    weight: float
    slots: tuple[_Slot, ...]

    def end_at(self, words: tuple[Word, ...], at: int) -> int:
        """The place behind the last word where the phrase starts at `at`; -1 where it does not."""
        places = {at + 1}
        for slot in self.slots[1:]:
            further = range(_GAP + 1) if slot.gap else range(1)
            places = {
                place + more + 1
                for place in places
                for more in further
                if place + more < len(words) and slot.takes(words[place + more], self.language)
            }
            if not places:
                return -1
        return min(places)


class Phrases:
    """Phrases of all languages, each looked for only where its first word stands."""

    def __init__(self, rows: Iterable[tuple[str, str, str, float]]) -> None:
        """`rows` are (code, language, phrase, weight)."""
        self._by_stem: dict[tuple[str, str], list[_Phrase]] = defaultdict(list)
        self._by_beginning: dict[str, list[_Phrase]] = defaultdict(list)
        self._by_end: dict[str, list[_Phrase]] = defaultdict(list)
        for code, language, written, weight in rows:
            phrase = _Phrase(code, written, language, weight, _slots(written, language))
            for one in phrase.slots[0].stems:
                self._by_stem[language, one].append(phrase)
            for beginning in phrase.slots[0].beginnings:
                self._by_beginning[beginning].append(phrase)
            for end in phrase.slots[0].ends:
                self._by_end[end].append(phrase)
        self._beginnings = sorted({len(beginning) for beginning in self._by_beginning})
        self._ends = sorted({len(end) for end in self._by_end})

    def find(self, sentence: Said) -> list[Hit]:
        """What is said in a sentence, each phrase once."""
        found: dict[tuple[str, str], Hit] = {}
        words = sentence.words
        for at, word in enumerate(words):
            for phrase in self._starting(word):
                key = (phrase.code, phrase.written)
                if key in found or (end := phrase.end_at(words, at)) < 0:
                    continue
                found[key] = Hit(*key, word.start, words[end - 1].end, phrase.weight)
        return list(found.values())

    def _starting(self, word: Word) -> Iterable[_Phrase]:
        for language, one in word.stems.items():
            yield from self._by_stem.get((language, one), ())
        small = word.small
        for index, parts in (
            (self._by_beginning, (small[:length] for length in self._beginnings if length <= len(small))),
            (self._by_end, (small[-length:] for length in self._ends if length <= len(small))),
        ):
            for part in parts:
                for phrase in index.get(part, ()):
                    if phrase.language in word.stems:
                        yield phrase


def _slots(written: str, language: str) -> tuple[_Slot, ...]:
    slots, gap = [], False
    for part in written.split():
        if part == "..":
            gap = True
            continue
        some = part.split("|")
        beginnings = tuple(fold(one[:-1]) for one in some if one.endswith("*"))
        ends = tuple(fold(one[1:]) for one in some if one.startswith("*"))
        stems = frozenset(_stem(one.lower(), language) for one in some if "*" not in one)
        slots.append(_Slot(stems, beginnings, ends, gap))
        gap = False
    return tuple(slots)


def phrases_of(table: Mapping[str, Any], weights: Mapping[str, float]) -> Phrases:
    """Phrases from a table of the data: code → list's name (its weight in `weights`) → language → phrases."""
    return Phrases(
        (code, language, phrase, weights[name])
        for code, lists in table.items()
        for name, by_language in lists.items()
        for language, phrases in by_language.items()
        for phrase in phrases
    )
