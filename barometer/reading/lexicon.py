"""The reader's words, from its data files, as patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

#: A stretch inside one sentence that a cue may skip.
_GAP = r"[^\n]{0,80}?"


@dataclass(frozen=True)
class Cue:
    """The words of one type in one language: a pattern, what a match is worth, what takes it back."""

    type: str
    pattern: re.Pattern[str]
    weight: float
    blocks: re.Pattern[str] | None
    needs: tuple[str, ...] = ()
    rest: re.Pattern[str] | None = None

    def find(self, sentence: str, small: str) -> re.Match[str] | None:
        """Where the cue stands in a sentence; `small` is the sentence in small letters.

        `rest` are the patterns that no word of `needs` announces.
        """
        pattern = self.pattern if any(word in small for word in self.needs) else self.rest
        match = pattern.search(sentence) if pattern else None
        return None if match and self.blocks and self.blocks.search(sentence) else match


@dataclass(frozen=True)
class Pairs:
    """How types go together."""

    together: frozenset[tuple[str, str]]
    swallows: frozenset[tuple[str, str]]
    lifted: Mapping[str, tuple[str, ...]]
    deciders: Mapping[str, tuple[str, ...]]
    complaint_types: frozenset[str]
    askers: tuple[str, ...]
    groups: Mapping[str, frozenset[str]]

    def deciders_of(self, type_: str) -> tuple[str, ...]:
        """Which types of actor decide in such an event; what an authority here can do, one abroad can."""
        here = self.deciders.get(type_, self.deciders.get(type_.partition(".")[0], ()))
        abroad = (
            ("foreign_state",)
            if self.groups["authorities"] & set(here) and "foreign_state" not in here
            else ()
        )
        return (*here, *abroad)


def _table(name: str) -> dict[str, Any]:
    with (resources.files("barometer.reading") / "data" / name).open("rb") as stream:
        return tomllib.load(stream)


def _compiled(patterns: list[str]) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(joined.replace(" … ", rf"\b{_GAP}\b").replace("…", _GAP), re.IGNORECASE)


_OPTIONAL = re.compile(r"(?:\\.|\[[^\]]*\]|.)[?*]\??|(?:\\.|\[[^\]]*\]|.)\{0[^}]*\}")
_NO_LETTERS = re.compile(r"\\.|\[[^\]]*\]|\{[^}]*\}|[.^$+…]")


def needed(pattern: str) -> str:
    """The longest letters that stand in whatever the pattern finds, in small; "" where none are sure."""
    plain, before = pattern, ""
    while plain != before:  # groups from the innermost outwards
        before = plain
        plain = re.sub(r"(?<!\\)\((?:\\.|[^()\\])*(?<!\\)\)(?:[?*+]|\{[^}]*\})?", "\0", plain)
    if "|" in plain:
        return ""
    runs = re.split("\0", _NO_LETTERS.sub("\0", _OPTIONAL.sub("\0", plain)))
    best = max((run.strip() for run in runs), key=len, default="").lower()
    return best if len(best) > 1 else ""


@cache
def cues(language: str) -> tuple[Cue, ...]:
    """Every type's cue in that language."""
    return tuple(_cue(row, row[language]) for row in _table("cues.toml")["cue"])


def _cue(row: dict[str, Any], patterns: list[str]) -> Cue:
    blocks = row.get("blocks")
    unsure = [pattern for pattern in patterns if not needed(pattern)]
    return Cue(
        type=row["type"],
        pattern=_compiled(patterns),
        weight=float(row["weight"]),
        blocks=_compiled(blocks) if blocks else None,
        needs=tuple(dict.fromkeys(word for pattern in patterns if (word := needed(pattern)))),
        rest=_compiled(unsure) if unsure else None,
    )


@cache
def marker(name: str, language: str) -> re.Pattern[str]:
    """The pattern of a way of telling: background, said, step, upcoming …"""
    return _compiled(_table("markers.toml")[name][language])


@cache
def numbers(language: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of the numbers from two on, in words."""
    return tuple(
        re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
        for words in _table("markers.toml")["numbers"][language]
    )


@cache
def pairs() -> Pairs:
    """How types go together."""
    table = _table("pairs.toml")
    return Pairs(
        together=frozenset((a, b) for a, b in table["together"]),
        swallows=frozenset((a, b) for a, b in table["swallows"]),
        lifted={key: tuple(value) for key, value in table["lifted"].items()},
        deciders={key: tuple(value) for key, value in table["deciders"].items()},
        complaint_types=frozenset(table["complaints"]["types"]),
        askers=tuple(table["complaints"]["askers"]),
        groups={name: frozenset(types) for name, types in table["groups"].items()},
    )
