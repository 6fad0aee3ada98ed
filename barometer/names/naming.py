"""Where a text names somebody, in any spelling and script and roughly in any case, and the text without the name.

A name is a forename beside a surname, a surname beside an initial, or the surname alone where it is nobody else's.
It finds rather too much than too little: what it finds is a person who is not to be named.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import product
from typing import Any

from barometer.countries import country
from barometer.countries.forms import fold
from barometer.names.index import skeletons
from barometer.names.parts import BARE, KNOWN_APART, MAYBE_GENITIVE, OTHER_SEX, Word, match, word_of
from barometer.names.people import person
from barometer.names.sounds import sounds

#: Words of one name stand so near each other, counted in words: a patronymic or an initial may stand between.
_NEAR = 2
#: What it may cost to take one word for the other beside another word of the name, and alone.
_BESIDE, _ALONE = 0.35, 0.2
_SHORTEST_ALONE = 4
#: So many texts are remembered with whom they name: a site shows the same ones again and again.
_MOST_TEXTS = 4096
#: … and so many words with the words of names that they may be; of so many the bearers can be looked up.
_MOST_WORDS, _MOST_BORNE = 16_384, 2_048
_TOKEN = re.compile(r"[^\W\d_](?:[\w’'ʼ]*[^\W_])?")  # of a name with a hyphen each half
_POSSESSIVE = re.compile(r"['’]s?$")
_LONGEST_INITIAL = 4  # less than that: "A", "A's"

Span = tuple[int, int]


@dataclass(frozen=True)
class Somebody:
    """A person by all known forms of the name; `alone` are words of it, folded, that name nobody else."""

    id: str
    forms: tuple[str, ...]
    alone: frozenset[str] = frozenset()

    @cached_property
    def names(self) -> tuple[_Name, ...]:
        """The forms in their words; what is a description and no name is left out."""
        return tuple(name for form in self.forms if (name := _name(form)))

    @cached_property
    def lonely(self) -> frozenset[tuple[int, int]]:
        """Which words may name the person with nothing beside them: (which of the names, which word of it)."""
        return frozenset(
            (place, number)
            for place, name in enumerate(self.names)
            for number, word in enumerate(name.words)
            if _is_whole(name) or (word.text.casefold() in self.alone and len(word.sound) >= _SHORTEST_ALONE)
        )

    @cached_property
    def surnames(self) -> tuple[str, ...]:
        """The words that may name the person without the forename, each once."""
        return tuple(dict.fromkeys(name.family.text.casefold() for name in self.names))


@dataclass(frozen=True)
class _Name:
    words: tuple[Word, ...]
    initials: tuple[str, ...]
    family: Word
    first: frozenset[str]  # the first sounds of the other words


@cache
def _places() -> tuple[frozenset[str], tuple[str, ...]]:
    """The words of the names of places here and abroad, folded; and how words begin that mean them."""
    here = country()
    named: list[Any] = [*here.places, *here.regions.values(), *here.abroad]
    names = [name for one in named for name in (*one.names.values(), *one.spellings)]
    beginnings = [
        fold(beginning)
        for one in named
        for beginning in (*getattr(one, "stems", ()), *getattr(one, "adjectives", ()))
    ]
    return frozenset(word for name in names for word in fold(name).split()), tuple(beginnings)


def _is_place(word: str) -> bool:
    words, beginnings = _places()
    folded = fold(word)
    return folded in words or folded.startswith(beginnings)


def _name(form: str) -> _Name | None:
    parts = person(form)
    whole = [*parts.words, *(word_of(word.text) for word in parts.patronymics)]
    words = [half for word in whole for half in word.parts or (word,)]
    if parts.says_nothing or not parts.words or not all(word.text[:1].isupper() for word in words):
        return None
    if all(_is_place(word.text) for word in words):
        return None  # "an Almaty businessman": where somebody is from names nobody
    family = (parts.words[parts.family].parts or (parts.words[parts.family],))[-1]
    first = frozenset(word.sound[:1] for word in parts.words if word is not parts.words[parts.family])
    return _Name(tuple(words), parts.initials, family, first)


def same_word(a: Word, b: Word, cost: float = _ALONE) -> bool:
    """Whether one word is the other in another spelling or case; Testova is not Testov, but may be "of Testov"."""
    found, flags, _, _ = match(a, b)
    other_sex = flags & OTHER_SEX and not flags & MAYBE_GENITIVE
    return found <= cost and not flags & KNOWN_APART and not flags & BARE and not other_sex


#: Where a word stands in names: the person's id, which of the names, which word of it.
_Places = tuple[tuple[str, int, int], ...]
_Which = tuple[str, int]  # the person's id, which of the names


@dataclass(frozen=True)
class _Borne:
    """The names that have a word: which word of each it is, and those that it may name with nothing beside it."""

    number: dict[_Which, int]
    lonely: tuple[_Which, ...]


class Naming:
    """People who are looked for in texts. Words that several of them bear are compared once."""

    def __init__(self, people: Iterable[Somebody]) -> None:
        self.people: dict[str, Somebody] = {}
        self._bearers: dict[Word, _Places] = {}
        self._words: dict[str, tuple[Word, ...]] = {}
        self._take(people)

    def __bool__(self) -> bool:
        return bool(self.people)

    def changed(self, without: Collection[str], people: Iterable[Somebody]) -> Naming:
        """The same without some people (ids) and with others."""
        new = Naming(())
        new.people = {who: one for who, one in self.people.items() if who not in without}
        gone = {word for who in without if who in self.people for word in _words_of(self.people[who])}
        new._bearers = dict(self._bearers)
        for word in gone:
            new._bearers[word] = tuple(place for place in self._bearers[word] if place[0] not in without)
        unborne = {word for word in gone if not new._bearers[word]}
        new._words = dict(self._words)
        for word in unborne:
            del new._bearers[word]
            for key in skeletons(word):
                new._words[key] = tuple(one for one in new._words[key] if one is not word)
        new._words = {key: words for key, words in new._words.items() if words}
        new._take(people)
        return new

    def _take(self, people: Iterable[Somebody]) -> None:
        borne: dict[Word, list[tuple[str, int, int]]] = {}
        for one in people:
            self.people[one.id] = one
            for place, name in enumerate(one.names):
                for number, word in enumerate(name.words):
                    borne.setdefault(word, []).append((one.id, place, number))
        by_key: dict[str, list[Word]] = {}
        for word, places in borne.items():
            if word not in self._bearers:
                for key in skeletons(word):
                    by_key.setdefault(key, []).append(word)
            self._bearers[word] = (*self._bearers.get(word, ()), *places)
        for key, words in by_key.items():
            self._words[key] = (*self._words.get(key, ()), *words)
        self._met = lru_cache(maxsize=_MOST_TEXTS)(self._named)
        self._like = lru_cache(maxsize=_MOST_WORDS)(self._words_like)
        self._borne = lru_cache(maxsize=_MOST_BORNE)(self._bearers_of)

    def named(self, text: str, *, capitals: bool = True) -> dict[str, list[Span]]:
        """Who is named, by id, and where. Without `capitals` small letters make a name too, as in an address."""
        return dict(self._met(text, capitals)) if self._words and text else {}

    def _named(self, text: str, capitals: bool) -> dict[str, list[Span]]:
        words = list(_TOKEN.finditer(text))
        met: dict[int, list[_Borne]] = {}
        initials: dict[int, str] = {}
        for at, word in enumerate(words):
            written = word[0]
            if capitals and not written[0].isupper():
                continue
            if like := self._like(written):
                met[at] = [self._borne(one) for one in like]
            elif len(written) < _LONGEST_INITIAL and (initial := _initial(_bare(written))):
                initials[at] = initial
        found: dict[str, list[Span]] = {}
        for who, which in _likely(met, initials):
            hits = _hits(met, (who, which))
            if spans := _joined(_spans(self.people[who], which, hits, words, initials)):
                found[who] = _joined([*found[who], *spans]) if who in found else spans
        return found

    def _bearers_of(self, word: Word) -> _Borne:
        number: dict[_Which, int] = {}
        for who, place, one in self._bearers[word]:
            number.setdefault((who, place), one)
        lonely = (which for which, one in number.items() if (which[1], one) in self.people[which[0]].lonely)
        return _Borne(number, tuple(lonely))

    def _words_like(self, written: str) -> tuple[Word, ...]:
        """The words of names that this one may be, beside another word of the name; an initial is none."""
        bare = _bare(written)
        if _initial(bare):
            return ()
        word = word_of(bare)
        near = dict.fromkeys(one for key in skeletons(word) for one in self._words.get(key, ()))
        return tuple(one for one in near if same_word(word, one, _BESIDE))

    def may_mean(self, text: str) -> bool:
        """Whether a word of the text may begin a word of one of the names, in any script; yes too often."""
        asked = {key for found in _TOKEN.finditer(text) for key in skeletons(word_of(found[0]))}
        return any(kept.startswith(key) or key.startswith(kept) for key in asked for kept in self._words)

    def may_be(self, words: Collection[str]) -> set[str]:
        """Those of these words, as a search knows them, that may be of one of the names: yes too often.

        A search knows a word and its stems; a stem may be of a name as the whole word is.
        """
        whole = {word for word in words if any(key in self._words for key in skeletons(word_of(word)))}
        ordered = sorted(whole)

        def begins_one(start: str) -> bool:
            at = bisect_left(ordered, start)
            return at < len(ordered) and ordered[at].startswith(start)

        return whole | {stem for stem in words if begins_one(stem[:-1])}

    def spans(self, text: str, among: Collection[str] | None = None, *, capitals: bool = True) -> list[Span]:
        """Where one of these people is named (None: any), in order and never over one another."""
        found = self.named(text, capitals=capitals)
        wanted = found if among is None else [one for one in found if one in among]
        return _joined([span for one in wanted for span in found[one]])


def _words_of(one: Somebody) -> set[Word]:
    return {word for name in one.names for word in name.words}


def _bare(written: str) -> str:
    """The word without the end of "Testova's"."""
    return _POSSESSIVE.sub("", written) if "'" in written or "’" in written else written


def _initial(written: str) -> str:
    """The sound of a word of one letter."""
    return sounds(written) if len(written) == 1 else ""


def _likely(met: Mapping[int, Sequence[_Borne]], initials: Mapping[int, str]) -> Iterable[_Which]:
    """The names of which a word was met that may name alone, or stands near another of its words or an initial.

    Of a forename that thousands bear and a surname beside it, those who bear both are found without a look at each.
    """
    likely: dict[_Which, None] = {}
    for at, words in met.items():
        beside = any(abs(at - other) <= _NEAR for other in initials)
        for word in words:
            likely.update(dict.fromkeys(word.number if beside else word.lonely))
        for other in range(at + 1, at + _NEAR + 1):
            if other in met:
                for word, second in product(words, met[other]):
                    likely.update(dict.fromkeys(word.number.keys() & second.number.keys()))
    return likely


def _hits(met: Mapping[int, Sequence[_Borne]], name: _Which) -> dict[int, int]:
    """Where words of a name were met, and which word of it."""
    hits = {}
    for at, words in met.items():
        for word in words:
            if name in word.number:
                hits[at] = word.number[name]
                break
    return hits


def _spans(
    one: Somebody,
    which: int,
    hits: Mapping[int, int],
    words: Sequence[re.Match[str]],
    initials: Mapping[int, str],
) -> Iterator[Span]:
    name, places = one.names[which], sorted(hits)
    for place in places:
        beside = [at for at in places if at != place and abs(at - place) <= _NEAR and hits[at] != hits[place]]
        if initials:
            beside += _initials(name, hits[place], place, initials)
        if beside:
            around = [place, *beside]
            yield words[min(around)].start(), _end(words[max(around)])
        elif (which, hits[place]) in one.lonely and _is_said(name.words[hits[place]], words[place]):
            yield words[place].start(), _end(words[place])


def _end(word: re.Match[str]) -> int:
    return word.start() + len(_bare(word[0]))


def _initials(name: _Name, number: int, place: int, initials: Mapping[int, str]) -> list[int]:
    """The initials beside a surname that may be this person's."""
    if name.words[number] is not name.family:
        return []
    wanted = name.first | {initial[:1] for initial in name.initials}
    near = range(place - _NEAR, place + _NEAR + 1)
    return [at for at in near if at in initials and initials[at][:1] in wanted]


def _is_said(word: Word, written: re.Match[str]) -> bool:
    return same_word(word_of(_bare(written[0])), word)


def _is_whole(name: _Name) -> bool:
    """Whether the name is that one word."""
    return len(name.words) == 1 and not name.initials


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def cover(text: str, spans: Sequence[Span], mark: str) -> str:
    """The text with a mark in the place of each span."""
    for start, end in reversed(spans):
        text = text[:start] + mark + text[end:]
    return text


def moved(place: int, spans: Sequence[Span], mark: str) -> int:
    """Where a place of the text stands in the covered text; of a place within a span, the end of its mark."""
    shift = 0
    for start, end in spans:
        if place <= start:
            break
        if place < end:
            return start + shift + len(mark)
        shift += len(mark) - (end - start)
    return place + shift
