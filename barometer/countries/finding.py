"""Finding a country's names in running text, quickly: a name is only tried where its first letters stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import ahocorasick

from barometer.countries.forms import first_letters, inflected, sure_words

V = TypeVar("V")

#: How many texts' findings a finder remembers: a story is looked at several times in a row.
_REMEMBERED = 64
#: Letters that a pattern without regard to case takes for one.
_AS_ONE = str.maketrans("ёİıſ", "еiis")


class Named(Protocol):
    """A region, place, body or outlet: whatever has names by language and other spellings."""

    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def spellings(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Found(Generic[V]):
    """A name in a text: from `start` to `end` in code points, as `written`; several values may bear it."""

    start: int
    end: int
    written: str
    values: tuple[V, ...]


@dataclass
class _Phrase(Generic[V]):
    text: str
    language: str | None
    capital: bool
    values: list[V] = field(default_factory=list)
    pattern: re.Pattern[str] | None = None

    def __post_init__(self) -> None:
        self.first, *self.others = sure_words(self.text) or ("",)

    def end_at(self, text: str, start: int, small: str) -> int:
        """Where the phrase ends that starts there; -1 if it does not. The pattern is made when first needed.

        `small` is the text as `_small` has it: most phrases are told apart by it already.
        """
        if not small.startswith(self.first, start):
            return -1
        at = start + len(self.first)
        for word in self.others:
            at = small.find(word, at)
            if at < 0:
                return -1
            at += len(word)
        if self.pattern is None:
            self.pattern = re.compile(
                inflected(self.text, self.language, capital=self.capital), re.IGNORECASE
            )
        match = self.pattern.match(text, start)
        return match.end() if match else -1


def _small(text: str) -> str:
    """The text in small letters without ё, sign by sign, so that places stay the same."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return small.translate(_AS_ONE)


def _is_of_a_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


class Finder(Generic[V]):
    """Finds phrases in their inflected forms; at one place the longest wins."""

    def __init__(
        self, phrases: Iterable[tuple[str, V]], *, language: str | None = None, capital: bool = False
    ) -> None:
        """`phrases` are pairs of a plain form and what it stands for; `capital` as in `inflected`."""
        known: dict[str, _Phrase[V]] = {}
        for text, value in phrases:
            phrase = known.setdefault(text, _Phrase(text, language, capital))
            if value not in phrase.values:
                phrase.values.append(value)
        by_start: dict[str, list[_Phrase[V]]] = defaultdict(list)
        for phrase in known.values():
            by_start[first_letters(phrase.text)].append(phrase)
        self._by_first: dict[str, list[tuple[str, list[_Phrase[V]]]]] = defaultdict(list)
        for start in sorted(by_start, key=len, reverse=True):
            self._by_first[start[:1]].append((start, by_start[start]))
        self._starts = ahocorasick.Automaton()
        for start in filter(None, by_start):
            self._starts.add_word(start, len(start))
        self._starts.make_automaton()
        self._capital = capital
        self._recent: dict[str, list[Found[V]]] = {}

    def find(self, text: str) -> list[Found[V]]:
        """What is found from left to right, without overlaps."""
        found = self._recent.get(text)
        if found is None:
            found = self._look(text)
            if len(self._recent) >= _REMEMBERED:
                self._recent.pop(next(iter(self._recent)), None)
            self._recent[text] = found
        return list(found)

    def _look(self, text: str) -> list[Found[V]]:
        found: list[Found[V]] = []
        small = _small(text)
        end = -1
        for start in self._places(small):
            if start < end or start and _is_of_a_word(text[start - 1]):
                continue
            if self._capital and text[start].islower():
                continue
            found.extend(self._longest(text, start, small))
            end = found[-1].end if found else -1
        return found

    def _places(self, small: str) -> list[int]:
        """Where a phrase may start, whether or not a word does."""
        if not len(self._starts):
            return []
        return sorted({end - length + 1 for end, length in self._starts.iter(small)})

    def _longest(self, text: str, start: int, small: str) -> Iterator[Found[V]]:
        ends = [
            (phrase.end_at(text, start, small), phrase)
            for first, phrases in self._by_first[small[start]]
            if small.startswith(first, start)
            for phrase in phrases
        ]
        end = max((end for end, _ in ends), default=-1)
        if end > start:
            values = [value for at, phrase in ends if at == end for value in phrase.values]
            distinct = [value for i, value in enumerate(values) if value not in values[:i]]
            yield Found(start, end, text[start:end], tuple(distinct))


N = TypeVar("N", bound=Named)


def finder_of(values: Iterable[N], *, capital: bool = True) -> Finder[N]:
    """A finder of regions, places, bodies, outlets … by all their names and spellings."""
    return Finder(
        ((name, value) for value in values for name in (*value.names.values(), *value.spellings)),
        capital=capital,
    )
