"""Is a text about press freedom in this country, and how sure: for flows where 99 of 100 items are not.

A linear model over word stems, with signs for the country's places, outlets and bodies, for other countries and for
words of the media; in Russian also over the mean of the words' vectors. `make model` learns it from labelled items of our own (data/relevance/*.tsv) → data/relevance.json.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import numpy as np

from barometer.countries import country
from barometer.names.words import stem
from barometer.reading.clean import clean
from barometer.reading.latin import to_cyrillic
from barometer.reading.learned import MEANING, meaning
from barometer.reading.mentions import media_roles, words_for_outlets
from barometer.sources import is_kazakh_latin, language_of

#: A long text says by its beginning what it is about.
LONGEST = 4_000
#: Words that speak most for or against, told as reasons.
REASONS = 4
#: More people of the media, or outlets, than these count as these.
_MOST = 4

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True)
class Relevance:
    """`relevance` from 0 to 1; `reasons` are words of the text with a plus or a minus, the weightiest first."""

    relevance: float
    language: str
    reasons: tuple[str, ...]
    relevant: bool


@cache
def _file() -> dict[str, Any]:
    with (resources.files("barometer.reading") / "data" / "relevance.json").open(encoding="utf-8") as stream:
        loaded: dict[str, Any] = json.load(stream)
    return loaded


def examples_digest() -> str:
    """SHA-256 over the labelled items, by which a model is known to be made of them."""
    folder = resources.files("barometer.reading") / "data" / "relevance"
    files = sorted((path for path in folder.iterdir() if path.name.endswith(".tsv")), key=lambda p: p.name)
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def learned_from() -> str:
    """The digest of the items that the model at hand was made of."""
    return str(_file()["examples_sha256"])


@dataclass(frozen=True)
class _Weights:
    """A language's model: the bias, and for each sign its rareness and what it is worth; for media; for the meaning."""

    bias: float
    words: dict[str, tuple[float, float]]
    media: tuple[float, ...]
    meaning: np.ndarray | None


@cache
def _weights(language: str) -> _Weights:
    row = _file()["languages"][language]
    return _Weights(
        bias=float(row["bias"]),
        words={sign: (float(idf), float(weight)) for sign, (idf, weight) in row["words"].items()},
        media=tuple(row["media"]),
        meaning=np.array(row["meaning"], dtype=np.float32) if row["meaning"] else None,
    )


def threshold() -> float:
    """From this relevance on an item is worth a look: chosen so that few are missed."""
    return float(_file()["threshold"])


@cache
def _known_words() -> dict[str, str]:
    """Single words that are names, in small letters without their last sign, and what they are names of."""
    here = country()
    known: dict[str, str] = {}
    for sign, values in (
        ("BODY", here.bodies),
        ("OUTLET", here.outlets),
        ("ABROAD", here.abroad),
        ("HERE", here.places),
        ("HERE", tuple(here.regions.values())),
    ):
        for value in values:
            names = {*value.names.values(), *value.spellings, *getattr(value, "adjectives", ())}
            for name in names:
                if " " not in name and len(name) > 3 and not getattr(value, "ambiguous", False):
                    known[_head(name)] = sign
    for word in ("Kazakhstan", "Kazakh", "Казахстан", "казахстанский", "Қазақстан", "қазақстандық"):
        known[_head(word)] = "HERE"
    return known


def _head(word: str) -> str:
    small = word.casefold()
    return small[: max(4, len(small) - 2)]


@lru_cache(maxsize=131_072)
def _sign(word: str, language: str) -> str:
    """The sign of one word: what it is a name of, or its stem; "" for a figure."""
    if word[0].isdigit():
        return ""
    if word[0].isupper():
        known = _known_words()
        small = word.casefold()
        for length in range(len(small), max(3, len(small) - 5), -1):
            found = known.get(small[:length])
            if found:
                return f"<{found}>"
        if "." in word:
            return "<SITE>"
    return stem(word.casefold().rstrip("."), language)


def signs(text: str, language: str) -> Counter[str]:
    """The signs of a text with how often they stand in it: stems, and what names are names of."""
    found = Counter(_sign(match[0], language) for match in _WORD.finditer(text, 0, LONGEST))
    found.pop("", None)
    return found


def media_signs(text: str, found: Mapping[str, int]) -> tuple[float, ...]:
    """Whether people of the media are named by their trade, whether outlets are, whether either, and how often;
    whether the text is of other countries and not of this one. `found` are the text's `signs`."""
    people = len(media_roles(text[:LONGEST]))
    return _media(people, words_for_outlets(text[:LONGEST]), found)


def _media(people: int, outlets: int, found: Mapping[str, int]) -> tuple[float, ...]:
    return (
        float(bool(people)),
        float(bool(outlets)),
        float(bool(people or outlets)),
        min(people, _MOST) / _MOST,
        min(outlets, _MOST) / _MOST,
        float("<ABROAD>" in found and not ("<HERE>" in found or "<BODY>" in found)),
        float("<HERE>" in found or "<BODY>" in found),
        float("<OUTLET>" in found or "<SITE>" in found),
        float(not (people or outlets or "<OUTLET>" in found or "<SITE>" in found)),
    )


def _worth(model: _Weights, media: tuple[float, ...]) -> float:
    return sum(weight * value for weight, value in zip(model.media, media, strict=True))


def _at_most(model: _Weights, found: Mapping[str, int], outlets: int) -> float:
    """The most that the media can be worth, whoever is named in the text."""
    return max(_worth(model, _media(people, outlets, found)) for people in range(_MOST + 1))


def relevance(text: str, language: str | None = None, *, gate: float = 0.0) -> Relevance:
    """How sure it is that a text is about press freedom in this country; an empty text is not.

    Where that is surely under `gate`, what is returned may be anything under it: who is named is then not looked up,
    which costs most.
    """
    text, _ = clean(text[:LONGEST])
    language = language or language_of(text)
    if language == "kk" and is_kazakh_latin(text):
        text, _ = to_cyrillic(text)
    model = _weights(language)
    found = signs(text, language)
    values = {
        sign: ((1 + math.log(count)) * model.words[sign][0], model.words[sign][1])
        for sign, count in found.items()
        if sign in model.words
    }
    if not any(sign.isalpha() for sign in text):
        return Relevance(0.0, language, (), relevant=False)
    length = math.sqrt(sum(value * value for value, _ in values.values())) or 1.0
    told = [(value / length * weight, sign) for sign, (value, weight) in values.items()]
    total = model.bias + sum(worth for worth, _ in told)
    if model.meaning is not None:
        mean = meaning(text, language)
        total += float(model.meaning @ (MEANING * mean)) if mean is not None else 0.0
    outlets = words_for_outlets(text)
    if gate and (most := _likely(total + _at_most(model, found, outlets))) < gate:
        return Relevance(round(most, 4), language, (), relevant=False)
    value = _likely(total + _worth(model, _media(len(media_roles(text)), outlets, found)))
    told.sort(key=lambda row: -abs(row[0]))
    reasons = tuple(f"{'+' if worth > 0 else '−'} {sign}" for worth, sign in told[:REASONS])
    return Relevance(round(value, 4), language, reasons, relevant=value >= threshold())


def _likely(total: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
