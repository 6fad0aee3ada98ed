"""A word in any alphabet → a row of sounds, and how far two rows are apart.

Қасенов, Касенов, Qasenov, Kassenow and Kasyenov come to the same or nearly the same sounds; Асель and Асет do not.
The letters and what they sound like are in `data/sounds.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from anyascii import anyascii
from rapidfuzz.distance import Levenshtein

VOWELS = frozenset("aAeEiIoOuU")
#: No word of a name is longer; the rest of it is not looked at.
LONGEST_WORD = 40
#: Farther than this is "another word"; the exact distance no longer matters.
FAR = 3.0

_CONSONANT = 1.0
_VOWEL = 0.5
_LEFT_OUT = 0.75
_SWAPPED = 0.6
_CYRILLIC = re.compile("[\u0400-\u052f]")
_APOSTROPHES = re.compile("['’ʼ‘`´ʹʺ]")
_PUSHED = {"s": "ş", "c": "ç", "a": "ä", "o": "ö", "u": "ü", "y": "u"}


@dataclass(frozen=True)
class _Tables:
    cyrillic: dict[str, str]
    latin: dict[str, str]
    groups: re.Pattern[str]
    alike: dict[tuple[str, str], float]
    left_out: dict[str, float]
    beside: dict[str, float]


@cache
def _tables() -> _Tables:
    with (resources.files("barometer.names") / "data" / "sounds.toml").open("rb") as stream:
        data: dict[str, Any] = tomllib.load(stream)
    alike: dict[tuple[str, str], float] = {}
    for sign, row in data["alike"].items():
        for other in row.split():
            alike[sign, other[0]] = alike[other[0], sign] = float("0" + other[1:])
    latin: dict[str, str] = data["latin"]
    longest = sorted((group for group in latin), key=len, reverse=True)
    return _Tables(
        cyrillic=data["cyrillic"],
        latin=latin,
        groups=re.compile("|".join(map(re.escape, longest))),
        alike=alike,
        left_out=data["left_out"],
        beside=data["left_out_beside_a_vowel"],
    )


@lru_cache(maxsize=65_536)
def sounds(word: str) -> str:
    """The sounds of one word; empty where it has no letter."""
    small = unicodedata.normalize("NFC", word[:LONGEST_WORD].casefold()).replace("i̇", "i")
    tables = _tables()
    if _CYRILLIC.search(small):
        small = small.replace("дж", "ж")
        row = "".join(
            tables.cyrillic[sign] if sign in tables.cyrillic else _latin(sign)
            for sign in small
            if sign.isalpha()
        )
        return _smooth(row)
    return _smooth(_latin(_pushed(small)))


def _pushed(small: str) -> str:
    """The apostrophes of the alphabet of 2017 (s' is ш), where a vowel follows; other apostrophes fall out."""
    if not _APOSTROPHES.search(small):
        return small
    small = re.sub(r"([sc])['’ʼ](?=[aeiou]|$)", lambda found: _PUSHED[found[1]], small)
    small = re.sub(r"([aouy])['’ʼ]", lambda found: _PUSHED[found[1]], small)
    return _APOSTROPHES.sub("", small)


def _latin(small: str) -> str:
    tables = _tables()
    if not small.isascii():
        small = "".join(
            sign if sign.isascii() or sign in tables.latin else anyascii(sign).casefold() for sign in small
        )
    row = tables.groups.sub(lambda found: tables.latin[found[0]], small)
    return "".join(sign for sign in row if sign.isalpha())


_SMOOTH = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"([^\W])\1+", r"\1"),  # doubled
        (r"ks(?=[aeiou])|^ks", "ks"),
        (r"^[iy](?=[aAoOuU])", "y"),
        (r"^[iy](?=[eE])", ""),
        (r"(?<=[aAeEoOuUi])y(?=[aAeEoOuUi])|(?<=[aAeEoOuU])i(?=[aAeEoOuU])", ""),  # Toksayev, Toksaev
        (r"(?<=[^aAeEoOuUiy])[iy]+(?=[aAeEoOuU])", "y"),  # Maria, Marya
        (r"(?<=[^aAeEoOuUiy])y(?=[^aAeEoOuUiy]|$)", "i"),  # Dmitry
        (r"^y(?=[^aAeEoOuUiy])", "i"),
        (r"(?<=[aAeEoOuU])i", "y"),  # Abai, Abay
        (r"[iy]{2,}|iJ$", "i"),
        (r"([^\W])\1+", r"\1"),
    )
)


def _smooth(row: str) -> str:
    for pattern, by in _SMOOTH:
        row = pattern.sub(by, row)
    return row


@lru_cache(maxsize=131_072)
def distance(a: str, b: str) -> float:
    """How far two rows of sounds are apart: 0 the same, 1 about one other consonant, at most `FAR`."""
    if a == b:
        return 0.0
    if a > b:
        a, b = b, a
    if not a or not b or abs(len(a) - len(b)) > 4:
        return FAR
    if Levenshtein.distance(bones(a), bones(b), score_cutoff=2) > 2:
        return FAR
    if Levenshtein.distance(a, b, score_cutoff=5) > 5:
        return FAR
    start = 0
    shorter = min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    # one sign on either side of what differs is kept, so that its neighbours are seen
    start, end = max(0, start - 1), max(0, end - 1)
    cost = _weighed(a[start : len(a) - end], b[start : len(b) - end])
    if a[0] != b[0] and unlike(a[0], b[0]) > 0.45:
        cost += 0.3  # names seldom differ in their first sound
    return min(FAR, cost)


def unlike(x: str, y: str) -> float:
    """What it costs to take one sound for another."""
    if x == y:
        return 0.0
    found = _tables().alike.get((x, y))
    if found is not None:
        return found
    return _VOWEL if x in VOWELS and y in VOWELS else _CONSONANT


def _gone(row: str, at: int) -> float:
    """What it costs that this sound is only in one of the two."""
    sign = row[at]
    tables = _tables()
    before = row[at - 1] if at else ""
    after = row[at + 1] if at + 1 < len(row) else ""
    if sign in tables.beside and (before in VOWELS or after in VOWELS) and (before or after):
        return tables.beside[sign]
    if sign == "g" and before == "n":
        return 0.15
    return tables.left_out.get(sign, _LEFT_OUT)


def _weighed(a: str, b: str) -> float:
    above = [0.0]
    for j in range(len(b)):
        above.append(above[-1] + _gone(b, j))
    gone_b = [above[j + 1] - above[j] for j in range(len(b))]
    second: list[float] = []
    for i, x in enumerate(a):
        gone_a = _gone(a, i)
        row = [above[0] + gone_a]
        for j, y in enumerate(b):
            best = above[j] + unlike(x, y)
            best = min(best, above[j + 1] + gone_a, row[j] + gone_b[j])
            if i and j and x == b[j - 1] and a[i - 1] == y:
                best = min(best, second[j - 1] + _SWAPPED)
            row.append(best)
        second, above = above, row
    return above[-1]


_CLASSES = str.maketrans(
    {
        **dict.fromkeys("aAeEiIoOuUyJj", ""),
        **{"w": "v", "h": "k", "X": "k", "K": "k", "g": "k", "z": "s", "c": "s", "C": "s", "S": "s"},
        **{"d": "t", "b": "p", "f": "v"},
    }
)


@lru_cache(maxsize=65_536)
def bones(row: str) -> str:
    """The consonants alone, in wide classes: what stays the same in nearly every spelling."""
    return row.translate(_CLASSES)
