"""How like a sentence is to labelled examples of each type: a linear model over word stems.

The examples are data of our own (data/examples/*.tsv); `make model` learns the weights from them and writes
data/model.json. Names and figures are no features: what happened is told by the other words.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.names.words import stem

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


def features(sentence: str, language: str) -> Counter[str]:
    """The stems of a sentence's words, without names (capital letters inside it) and figures."""
    found: Counter[str] = Counter()
    for match in _WORD.finditer(sentence):
        word = match[0]
        name = word[0].isupper() and not word.isupper() and not _BEGINS.search(sentence, 0, match.start())
        if not name and not word[0].isdigit():
            found[stem(word.casefold(), language)] += 1
    return found


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
    )


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
