"""OONI's measurements as ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from barometer.reach.values import Measurement


@dataclass(frozen=True)
class Broken:
    """A part of a file that gave no measurement: where, what it is, and why, by a rule's id (ooni.…)."""

    file: str
    place: str  # "line 3", "result 7", or "" for the whole file
    rule: str
    why: str


def read_ooni(source: Path | bytes | IO[bytes], name: str) -> Iterator[Measurement | Broken]:
    """Every measurement of a file, in its order, and what could not be read, with the reason."""
    yield from ()
