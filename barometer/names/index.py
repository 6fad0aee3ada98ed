"""Find a name among very many, in any script: keys that its other spellings share, and an index over them.

`blocks` gives the keys of one name; whoever keeps names in a database stores them in a column and looks up the same
keys. `NameIndex` is such an index over SQLite, in memory or in a file. Two names that share a key are candidates;
`compare` says how likely they are one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from rapidfuzz import fuzz, process

from barometer.names import organisations, people
from barometer.names.comparison import KINDS, compare
from barometer.names.parts import Word, surname_stem
from barometer.names.sounds import bones

#: Keys that too many names share are no help; so many candidates are looked at in each step.
_MOST_FOUND = 2_000
_MOST_COMPARED = 24
_LONGEST_KEY = 8
_MOST_WORDS = 4
_OPEN = frozenset("aAeEiIoOuUyJj")


@dataclass(frozen=True)
class Hit:
    """A name that was found: its number, as it is written, and how likely it is the one looked for."""

    id: int
    name: str
    probability: float


def blocks(name: str, kind: str | None = "person", *, transliterate: bool = True) -> frozenset[str]:
    """The keys of a name; empty where it says nothing. Without transliteration only the same letters share a key."""
    if not transliterate:
        words = sorted({*name.casefold().split()})[:_MOST_WORDS]
        return frozenset(f"x {word}" for word in words) if any(map(str.isalnum, name)) else frozenset()
    if kind in KINDS and kind != "person":
        return _organisation_keys(name)
    return _person_keys(name)


def _person_keys(name: str) -> frozenset[str]:
    person = people.person(name)
    if person.says_nothing:
        return frozenset()
    keys: set[str] = set()
    words = [tuple(skeletons(word)) for word in person.words[:_MOST_WORDS]]
    for forms in words:
        keys |= {f"w {form}" for form in forms}
    for left, right in combinations(words, 2):
        for a in left:
            for b in right:
                keys |= {"p " + " ".join(sorted((a, b))), f"h {a} {b[0]}", f"h {b} {a[0]}"}
    for forms in words:
        for initial in person.initials:
            keys |= {f"h {form} {_first(initial)}" for form in forms}
    return frozenset(keys)


def skeletons(word: Word) -> Iterator[str]:
    """What spellings of a word share: the first sound's class and the consonants; letters that are read in two ways give two keys."""
    seen = set()
    based = {sound for sound, _, _ in word.case_forms[:2]}
    stems = {word.stem, *based, *map(surname_stem, based)}
    for stem in sorted(filter(None, stems)):  # figures have no sound
        for one, other in (("", ""), ("X", "C"), ("K", "c")):
            row = stem.replace(one, other) if one and one in stem else stem
            key = (_first(row) + bones(row[1:]))[:_LONGEST_KEY]
            if key not in seen:
                seen.add(key)
                yield key


def _first(sound: str) -> str:
    return "A" if sound[0] in _OPEN else bones(sound[0]) or "A"


def _organisation_keys(name: str) -> frozenset[str]:
    found = organisations.organisation(name)
    if found.says_nothing:
        return frozenset()
    marks = [item.meaning or bones(item.stem) for item in found.names[:_MOST_WORDS]]
    others = sorted(
        meaning for use in ("kind", "level", "subject") for meaning in found.others.get(use, ()) if meaning
    )
    keys = {f"o {mark}" for mark in marks if mark}
    keys |= {"q " + " ".join(sorted(pair)) for pair in combinations([*marks, *others][:6], 2)}
    keys |= {f"n {known}" for known in found.known}
    if len(found.joined) > 2:
        keys.add(f"j {bones(found.joined)[:_LONGEST_KEY]}")
    return frozenset(keys)


class NameIndex:
    """Names of one kind with their keys, in SQLite.

    with NameIndex() as index:
        index.add([(1, "Әмір Тестенов"), …])
        index.search("Testenov, Amir")
    """

    def __init__(self, path: str | Path = ":memory:", kind: str = "person") -> None:
        """`path` is a file or the memory."""
        self.kind = kind
        self._base = sqlite3.connect(str(path))
        self._base.executescript(
            """
            CREATE TABLE IF NOT EXISTS name (id INTEGER PRIMARY KEY, written TEXT NOT NULL, folded TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS block (key TEXT, id INTEGER, PRIMARY KEY (key, id)) WITHOUT ROWID;
            """
        )

    def __enter__(self) -> NameIndex:
        """The index itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the file or memory."""
        self._base.close()

    def add(self, names: Iterable[tuple[int, str]]) -> None:
        """Add names by their numbers; a number that is there already gets the new name."""
        with self._base:
            for number, written in names:
                self._base.execute("DELETE FROM block WHERE id = ?", (number,)) if self._has(number) else None
                self._base.execute(
                    "INSERT OR REPLACE INTO name VALUES (?, ?, ?)",
                    (number, written, _folded(written, self.kind)),
                )
                keys = blocks(written, self.kind) | blocks(written, self.kind, transliterate=False)
                self._base.executemany(
                    "INSERT OR IGNORE INTO block VALUES (?, ?)", ((key, number) for key in keys)
                )

    def _has(self, number: int) -> bool:
        return self._base.execute("SELECT 1 FROM name WHERE id = ?", (number,)).fetchone() is not None

    def candidates(self, name: str, *, transliterate: bool = True) -> list[tuple[int, str]]:
        """Numbers and names that share keys with this one, the most alike first; no more than a few."""
        if not transliterate:
            return self._same_letters(name)
        keys = sorted(blocks(name, self.kind), key=lambda key: (WIDTH[key[0]], key))
        found: dict[int, tuple[str, str]] = {}
        for width in range(3):
            for key in (key for key in keys if WIDTH[key[0]] == width):
                rows = self._base.execute(
                    "SELECT id, written, folded FROM block JOIN name USING (id) WHERE key = ? LIMIT ?",
                    (key, _MOST_FOUND),
                )
                found.update((number, (written, folded)) for number, written, folded in rows)
            if len(found) >= _MOST_COMPARED:
                break
        best = process.extract(
            _folded(name, self.kind),
            {number: folded for number, (_, folded) in found.items()},
            scorer=fuzz.token_sort_ratio,
            limit=_MOST_COMPARED,
        )
        return [(number, found[number][0]) for _, _, number in best]

    def _same_letters(self, name: str) -> list[tuple[int, str]]:
        keys = sorted(blocks(name, self.kind, transliterate=False))
        if not keys:
            return []
        inner = " INTERSECT ".join("SELECT id FROM block WHERE key = ?" for _ in keys)
        query = f"SELECT id, written FROM name WHERE id IN ({inner}) ORDER BY id LIMIT ?"  # noqa: S608
        return [(number, written) for number, written in self._base.execute(query, (*keys, _MOST_COMPARED))]

    def search(
        self, name: str, *, limit: int = 10, least: float = 0.3, transliterate: bool = True
    ) -> list[Hit]:
        """The names that are most likely this one, best first. Without transliteration: the same letters only."""
        hits = [
            Hit(number, written, compare(name, written, self.kind).probability)
            for number, written in self.candidates(name, transliterate=transliterate)
        ]
        if transliterate:
            hits = [hit for hit in hits if hit.probability >= least]
        return sorted(hits, key=lambda hit: (-hit.probability, hit.id))[:limit]


#: Keys of two words find few names, those of one word many: the narrow ones are tried first.
WIDTH = {"p": 0, "q": 0, "n": 0, "j": 1, "h": 1, "o": 2, "w": 2}


def _folded(name: str, kind: str) -> str:
    """The sounds of the words, for a first sorting of candidates."""
    if kind == "person":
        return " ".join(word.stem for word in people.person(name).words).lower()
    return " ".join(item.sound for item in organisations.organisation(name).names).lower()
