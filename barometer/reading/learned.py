"""How like a sentence is to labelled examples of each type: a linear model over word stems.

The examples are data of our own (data/examples/*.tsv); `make model` learns the weights from them and writes
data/model.json. Names and figures are no features: what happened is told by the other words. In Russian the mean of
the words' vectors (navec, whose file ships in the wheel of natasha) is a feature too, so that a word that no example
has still speaks by its neighbours in meaning.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import numpy as np

from barometer.names.words import stem
from barometer.reading.vectors import vector

#: The label of a sentence that tells no event.
NOTHING = "none"

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_BEGINS = re.compile(r"(?:^|[.!?…:]\s)[\s\"“”«»‘’'(]*$")


@dataclass(frozen=True)
class Model:
    """Weights by stem and label; a stem's weights stand with its idf, the rareness that it is multiplied by."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    idf: dict[str, float]
    weights: dict[str, tuple[tuple[int, float], ...]]
    meaning: np.ndarray | None = None


#: How much the meaning of the whole sentence counts beside its single words.
MEANING = 1.5


def features(sentence: str, language: str) -> Counter[str]:
    """The stems of a sentence's words, without names (capital letters inside it) and figures."""
    return Counter(stem(word, language) for word in _words(sentence))


def _words(sentence: str) -> Iterator[str]:
    """The words that tell what happened, in small letters."""
    for match in _WORD.finditer(sentence):
        word = match[0]
        name = word[0].isupper() and not word.isupper() and not _BEGINS.search(sentence, 0, match.start())
        if not name and not word[0].isdigit():
            yield word.casefold()


def meaning(sentence: str, language: str) -> np.ndarray | None:
    """The mean of the words' vectors, of length one; None where there are no vectors of the language or the words."""
    if language != "ru":
        return None
    found = [one for word in _words(sentence) if (one := vector(word)) is not None]
    if not found:
        return None
    mean = np.mean(found, axis=0)
    length = float(np.linalg.norm(mean))
    return mean / length if length else None


def examples_digest() -> str:
    """SHA-256 over the labelled examples, by which a model is known to be made of them."""
    folder = resources.files("barometer.reading") / "data" / "examples"
    files = sorted(
        (path for path in folder.iterdir() if path.name.endswith(".tsv")), key=lambda path: path.name
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


@cache
def _file() -> dict[str, Any]:
    with (resources.files("barometer.reading") / "data" / "model.json").open(encoding="utf-8") as stream:
        loaded: dict[str, Any] = json.load(stream)
    return loaded


def learned_from() -> str:
    """The digest of the examples that the model at hand was made of."""
    return str(_file()["examples_sha256"])


@cache
def model(language: str) -> Model:
    """The learned weights of one language."""
    row = _file()["languages"][language]
    return Model(
        labels=tuple(row["labels"]),
        bias=tuple(row["bias"]),
        idf={word: entry[0] for word, entry in row["words"].items()},
        weights={
            word: tuple(zip(entry[1], (w / 100 for w in entry[2]), strict=True))
            for word, entry in row["words"].items()
        },
        meaning=np.array(row["meaning"], dtype=np.float32) / 100 if row.get("meaning") else None,
    )


@lru_cache(maxsize=512)
def likely(sentence: str, language: str) -> dict[str, float]:
    """Each type → how likely the sentence tells it, from 0 to 1; what is under one in a hundred is left out."""
    learned = model(language)
    values = {
        word: (1 + math.log(count)) * learned.idf[word]
        for word, count in features(sentence, language).items()
        if word in learned.idf
    }
    length = math.sqrt(sum(value * value for value in values.values()))
    if not length:
        return {}
    sums = list(learned.bias)
    mean = meaning(sentence, language) if learned.meaning is not None else None
    if mean is not None and learned.meaning is not None:
        sums = [a + float(b) for a, b in zip(sums, learned.meaning @ (MEANING * mean), strict=True)]
    for word, value in values.items():
        for label, weight in learned.weights[word]:
            sums[label] += weight * value / length
    top = max(sums)
    powers = [math.exp(one - top) for one in sums]
    total = sum(powers)
    return {
        label: power / total
        for label, power in zip(learned.labels, powers, strict=True)
        if power / total >= 0.01 and label != NOTHING
    }
