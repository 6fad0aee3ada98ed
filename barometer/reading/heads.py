"""Learned yes-or-no questions: a linear model over signs, such as "is this person the one who was hit?".

The weights stand in data/heads.json; `make model` learns them from the coded texts of `benchmarks/reading` that are
meant for learning. A probability of 0.9 is meant: of ten such answers about nine are right.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

Signs = Mapping[str, float]


@cache
def _file() -> dict[str, Any]:
    path = resources.files("barometer.reading") / "data" / "heads.json"
    with path.open(encoding="utf-8") as stream:
        loaded: dict[str, Any] = json.load(stream)
    return loaded


def learned_from() -> str:
    """The digest of the coded texts that the weights at hand were made of."""
    return str(_file()["texts_sha256"])


@cache
def weights(question: str) -> Mapping[str, float]:
    """The weight of each sign for a question; "" is the sum to begin with."""
    table: Mapping[str, float] = _file()["questions"][question]
    return table


@cache
def threshold(question: str) -> float:
    """From which probability on the answer is taken for a yes: where yes and no go wrong about equally often."""
    return float(_file()["thresholds"].get(question, 0.5))


def probability(question: str, signs: Signs) -> float:
    """How likely the answer is yes, from 0 to 1."""
    table = weights(question)
    total = table.get("", 0.0)
    for sign, value in signs.items():
        total += table.get(sign, 0.0) * value
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
