"""The same text under several addresses, and near copies of it: one document with many sightings.

Texts are compared as sets of five words in a row. A sketch (MinHash) of 125 numbers stands for the set: the share of
numbers that two sketches have in common estimates how alike the sets are (±0.04 at 0.8). Its 25 bands are to be looked
up in an index: of two texts alike by 0.8 or more, fewer than one pair in 10,000 has no band in common.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

#: Two texts so alike are near copies.
NEAR = 0.8
_WORDS = 5
_BANDS, _ROWS = 25, 5
#: What a sketch is made of; a text is told by its first 100,000 words.
_MOST_WORDS = 100_000
_BLOCK = 4096


def exact(text: str) -> str:
    """SHA-256 of the words of a text, whatever their case, spacing and punctuation; 64 hexadecimal letters."""
    return hashlib.sha256(" ".join(_split(text)).encode("utf-8", "replace")).hexdigest()


def sketch(text: str) -> tuple[int, ...]:
    """125 numbers under 2³² that stand for a text; none for a text without words."""
    shingles = _shingles(_split(text)[:_MOST_WORDS])
    if not len(shingles):
        return ()
    factors, offsets = _permutations()
    least = np.full(_BANDS * _ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(shingles), _BLOCK):
        block = shingles[start : start + _BLOCK]
        mixed = factors[:, None] * block[None, :] + offsets[:, None]
        least = np.minimum(least, (mixed >> np.uint64(32)).min(axis=1))
    return tuple(int(number) for number in least)


def bands(sketched: Sequence[int]) -> tuple[int, ...]:
    """25 numbers under 2⁶³ to be looked up: near copies have one in common. None for an empty sketch."""
    return tuple(
        int.from_bytes(_digest(at, sketched[at : at + _ROWS]), "big") >> 1
        for at in range(0, len(sketched), _ROWS)
    )


def fingerprint(text: str) -> tuple[int, ...]:
    """The bands of a text, as `bands` of its `sketch`."""
    return bands(sketch(text))


def alike(one: Sequence[int], other: Sequence[int]) -> float:
    """How alike two sketched texts are, 0 to 1, by estimate."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def likeness(one: str, other: str) -> float:
    """How alike two texts are: the share of their sets of five words that they have in common, 0 to 1, exactly."""
    first, second = ({*_shingles(_split(text)).tolist()} for text in (one, other))
    return len(first & second) / len(first | second) if first and second else 0.0


def _split(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold().replace("ё", "е"))


def _shingles(words: Sequence[str]) -> Any:
    """The different runs of five words as numbers; a shorter text is one run."""
    if not words:
        return np.empty(0, dtype=np.uint64)
    codes = np.array([zlib.crc32(word.encode("utf-8", "replace")) for word in words], dtype=np.uint64)
    size = min(_WORDS, len(codes))
    runs = np.zeros(len(codes) - size + 1, dtype=np.uint64)
    for place in range(size):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + codes[place : place + len(runs)]
        runs ^= runs >> np.uint64(29)
    return np.unique(runs)


@cache
def _permutations() -> tuple[Any, Any]:
    """The same odd factors and offsets on every machine, for sketches are kept."""
    drawn = b"".join(_digest(at, ()) for at in range(2 * _BANDS * _ROWS))
    numbers = np.frombuffer(drawn, dtype=">u8").astype(np.uint64)
    return numbers[: _BANDS * _ROWS] | np.uint64(1), numbers[_BANDS * _ROWS :]


def _digest(at: int, numbers: Sequence[int]) -> bytes:
    return hashlib.blake2b(repr((at, *numbers)).encode("ascii"), digest_size=8).digest()
