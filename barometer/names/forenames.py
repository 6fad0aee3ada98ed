"""Which words are forenames, of whom, and which of them are one forename: parallels and short forms."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from barometer.names.sounds import sounds

#: Sounds that spellings of one forename mix up; forenames are looked up without the difference.
_NEAR = str.maketrans("AOUEJwXKy", "aouejvhki")
#: … and the Latin letters that are read in two ways, in the other one.
_ALSO = str.maketrans("AOUEJwXKy", "aoueivCji")


@dataclass(frozen=True)
class Forename:
    """One line of the list: `spellings` in Kazakh and Russian, `others` with short forms, `sex` m or f."""

    spellings: tuple[str, ...]
    others: tuple[str, ...]
    sex: str


@dataclass
class Lexicon:
    """Forenames by their sounds."""

    groups: dict[str, frozenset[int]] = field(default_factory=dict)
    full: dict[str, frozenset[int]] = field(default_factory=dict)
    whole: dict[int, tuple[str, ...]] = field(default_factory=dict)
    sexes: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Forename]) -> Lexicon:
        """A lexicon of those forenames."""
        lexicon = cls()
        for number, row in enumerate(rows):
            lexicon.sexes[number] = row.sex
            lexicon.whole[number] = tuple(sounds(word) for word in row.spellings)
            for word in row.spellings:
                _enter(lexicon.full, word, number)
            for word in (*row.spellings, *row.others):
                _enter(lexicon.groups, word, number)
        return lexicon

    def groups_of(self, sound: str) -> frozenset[int]:
        """The forenames that sound so; empty where none is known."""
        for near in _nearby(sound):
            if near in self.groups:
                return self.groups[near]
        return frozenset()

    def is_full(self, sound: str, number: int) -> bool:
        """Whether those sounds are the forename itself, not a short form."""
        return any(number in self.full.get(near, ()) for near in _nearby(sound))

    def full_of(self, groups: frozenset[int]) -> tuple[str, ...]:
        """The sounds of the forenames' full forms."""
        return tuple(sound for number in groups for sound in self.whole[number])

    def sex_of(self, groups: frozenset[int]) -> str:
        """m or f where all the forenames are of one sex, else empty."""
        found = {self.sexes[number] for number in groups}
        return found.pop() if len(found) == 1 else ""


def _nearby(sound: str) -> tuple[str, ...]:
    first = sound.translate(_NEAR)
    return (first, sound.translate(_ALSO)) if any(sign in sound for sign in "JXK") else (first,)


def _enter(index: dict[str, frozenset[int]], word: str, number: int) -> None:
    key = sounds(word).translate(_NEAR)
    index[key] = index.get(key, frozenset()) | {number}


@cache
def forenames() -> tuple[Forename, ...]:
    """The list in `data/forenames.toml`."""
    with (resources.files("barometer.names") / "data" / "forenames.toml").open("rb") as stream:
        data: dict[str, str] = tomllib.load(stream)
    return tuple(
        _forename(line, "f" if block.endswith("women") else "m")
        for block, text in data.items()
        for line in text.splitlines()
        if line.strip()
    )


def _forename(line: str, sex: str) -> Forename:
    spellings, _, others = line.partition("|")
    return Forename(tuple(dict.fromkeys(spellings.split())), tuple(others.split()), sex)


@cache
def lexicon() -> Lexicon:
    """The lexicon of the whole list."""
    return Lexicon.of(forenames())
