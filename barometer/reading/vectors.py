"""Vectors of Russian words: navec's news embedding, whose file ships in the wheel of natasha. Nothing is fetched."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np


def natasha_data() -> Path | None:
    """Where natasha keeps its models; None where it is not installed. It is found, not imported."""
    natasha = find_spec("natasha")
    if natasha is None or not natasha.submodule_search_locations:
        return None
    return Path(natasha.submodule_search_locations[0]) / "data"


@cache
def navec() -> Any:
    """The embedding, 300 dimensions over 250,000 words; None where it is not installed."""
    data = natasha_data()
    if data is None or find_spec("navec") is None:
        return None
    from navec import Navec

    return Navec.load(str(data / "emb" / "navec_news_v1_1B_250K_300d_100q.tar"))


@lru_cache(maxsize=16_384)
def vector(word: str) -> np.ndarray | None:
    """The vector of a small word, or None."""
    embedding = navec()
    if embedding is None or word not in embedding:
        return None
    return np.asarray(embedding[word], dtype=np.float32)
