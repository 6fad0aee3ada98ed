"""What a draft is, and what does not fit."""

from __future__ import annotations

from dataclasses import dataclass

#: kinds of what does not fit
DATE, NAME, NUMBER, PROVISION = "date", "name", "number", "provision"


@dataclass(frozen=True)
class Draft:
    """A drafted text in one language with its linked words: start, end and the place of their event in what was given."""

    text: str
    language: str
    links: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Misfit:
    """Words of a text that no event bears out: their kind (DATE, NAME, NUMBER, PROVISION) and where they stand."""

    kind: str
    start: int
    end: int
    words: str
