"""Where a text names somebody, in whatever script, case or spelling; and the text without it.

What is found is a proposal: `sure` where a surname, or more, is the person's; else a person should look at it first
(a forename alone, the surname of the other sex).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from barometer.names.parts import MAYBE_GENITIVE, OTHER_SEX, Word, match, word_of
from barometer.names.people import person

#: Where a name stood, in words of no language.
BAR = "█████"

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑–][^\W\d_]+){0,2}")
_ENGLISH_OF = re.compile(r"(?<=.{3})[’'ʼ]s$")
_SPACE = re.compile(r"\s{1,2}")
_AFTER_AN_INITIAL = re.compile(r"\.?\s{0,2}")
_MACHINE = re.compile(r"[/@_]|\w\.\w|%[0-9A-Fa-f]{2}")
_FIGURE = re.compile(r"\d")
_ADDRESS = re.compile(r"://|@|^www\.", re.IGNORECASE)
_CLOSE = 0.4  # what it may cost to take one word for the other: cases, scripts and spellings cost less, others more
_SHORTEST, _LONGEST = 3, 80

_NO, _MAYBE, _SURE = range(3)


@dataclass(frozen=True)
class Found:
    """Words of a text, from `start` to before `end`, that name the person."""

    start: int
    end: int
    form: str
    sure: bool


class Wanted:
    """Somebody to be erased: by names as they are known, by further words; `spare` are forms that are of others.

    Without `maybe` only what is sure is erased.
    """

    def __init__(
        self,
        names: Iterable[str],
        *,
        also: Iterable[str] = (),
        spare: Iterable[str] = (),
        maybe: bool = False,
    ) -> None:
        people = [person(name) for name in names]
        self._surnames: list[Word] = []
        self._others: list[Word] = []
        for one in people:
            for place, word in enumerate(one.words):
                mine = self._surnames if place == max(one.family, 0) else self._others
                if len(word.text) >= _SHORTEST or mine is self._surnames:
                    mine.append(word)
            self._others += one.patronymics
        self._also = [
            re.compile(
                rf"(?<!\w){re.escape(' '.join(words.split()))}(?!\w)".replace(r"\ ", r"\s+"), re.IGNORECASE
            )
            for words in also
            if words.strip()
        ]
        self._spare = {form.casefold() for form in spare}
        self._maybe = maybe
        self._surname = cache(self._as_surname)
        self._other = cache(self._as_other)

    def find(self, text: str) -> list[Found]:
        """What names the person, in order, without overlaps."""
        marked = [(hit.start(), hit.end(), True) for pattern in self._also for hit in pattern.finditer(text)]
        marked += [*self._machine_words(text), *self._names(text)]
        joined: list[tuple[int, int, bool]] = []
        for start, end, sure in sorted(marked):
            if joined and start < joined[-1][1]:
                before = joined.pop()
                joined.append((before[0], max(end, before[1]), sure or before[2]))
            else:
                joined.append((start, end, sure))
        found = [Found(start, end, text[start:end], sure) for start, end, sure in joined]
        return [one for one in found if one.form.casefold() not in self._spare]

    def erase(self, text: str, mark: str = BAR) -> tuple[str, Callable[[int], int]]:
        """The text without the person, and where a place of the old text is in the new one."""
        hits = [one for one in self.find(text) if one.sure or self._maybe]
        parts, at = [], 0
        for hit in hits:
            parts += [text[at : hit.start], mark]
            at = hit.end

        def moved(place: int) -> int:
            shift = 0
            for hit in hits:
                if place < hit.end:
                    return (
                        min(place, hit.start) + shift if place <= hit.start else hit.start + shift + len(mark)
                    )
                shift += len(mark) - (hit.end - hit.start)
            return place + shift

        return "".join([*parts, text[at:]]), moved

    # --- words of a machine: addresses, short names ---

    def _machine_words(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """An address that has the name in it as a whole; of a short name with hyphens the word alone."""
        for chunk in _CHUNK.finditer(text):
            if chunk[0] != text and not _is_of_a_machine(chunk[0]):
                continue
            if _ADDRESS.search(chunk[0]) or "%" in chunk[0]:
                words = re.findall(r"[^\W\d_]+", unquote(chunk[0]))
                if any(self._surname(word) == _SURE for word in words):
                    yield chunk.start(), chunk.end(), True
                continue
            for word in re.finditer(r"[^\W\d_]+", chunk[0]):
                if word[0].islower() and self._surname(word[0]) == _SURE:
                    yield chunk.start() + word.start(), chunk.start() + word.end(), True

    # --- words of people ---

    def _names(self, text: str) -> Iterator[tuple[int, int, bool]]:
        words = [hit for hit in _WORD.finditer(text) if hit[0][0].isupper()]
        at = 0
        while at < len(words):
            kind = self._surname(words[at][0])
            first = last = at
            if kind != _NO:
                while first > 0 and self._belongs(words[first - 1][0]) and self._near(text, words, first - 1):
                    first -= 1
                while (
                    last + 1 < len(words)
                    and self._belongs(words[last + 1][0])
                    and self._near(text, words, last)
                ):
                    last += 1
                known = any(self._other(words[place][0]) for place in range(first, last + 1) if place != at)
                yield words[first].start(), words[last].end(), kind == _SURE or known
            elif self._other(words[at][0]):
                yield words[at].start(), words[at].end(), False
            at = last + 1

    def _belongs(self, word: str) -> bool:
        """Whether the word is a forename, a patronymic or an initial of the person, or the surname once more."""
        bare = _ENGLISH_OF.sub("", word)
        return len(bare) == 1 or self._other(word) or self._surname(word) != _NO

    @staticmethod
    def _near(text: str, words: list[re.Match[str]], place: int) -> bool:
        between = _AFTER_AN_INITIAL if len(words[place][0]) == 1 else _SPACE
        return bool(between.fullmatch(text[words[place].end() : words[place + 1].start()]))

    def _as_surname(self, text: str) -> int:
        return max((_alike(known, text) for known in self._surnames), default=_NO)

    def _as_other(self, text: str) -> bool:
        return any(_alike(known, text) == _SURE for known in self._others)


def _is_of_a_machine(chunk: str) -> bool:
    """An address or a short name, such as a.example/news or lead-3."""
    return bool(_MACHINE.search(chunk)) or ("-" in chunk and bool(_FIGURE.search(chunk)))


def _alike(known: Word, text: str) -> int:
    if not min(_SHORTEST, len(known.text)) <= len(text) <= _LONGEST:
        return _NO
    other = word_of(text)
    cost, notes, *_ = match(known, other)
    if cost > _CLOSE:
        return _NO
    if not notes & OTHER_SEX:
        return _SURE
    # Омарова may be "of Омаров"; Омаров is never a form of Омарова.
    return _SURE if notes & MAYBE_GENITIVE and len(other.sound) > len(known.sound) else _MAYBE
