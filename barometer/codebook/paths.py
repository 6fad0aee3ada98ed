"""Paths in a coded file, such as `entries.3.events.0.types.0`, and values in words that fit on a line."""

from __future__ import annotations

import json
from typing import Any

Steps = tuple[str | int, ...]
NOTHING = object()


def step_into(here: Any, step: str | int) -> Any:
    """What stands under that key or number, or NOTHING."""
    if isinstance(here, dict):
        return here.get(step, NOTHING)
    found = isinstance(here, list | tuple) and isinstance(step, int) and step < len(here)
    return here[step] if found else NOTHING


def parts(path: str) -> Steps:
    """`targets.0.name` → ("targets", 0, "name")."""
    return tuple(int(step) if step.isdecimal() else step for step in path.split(".")) if path else ()


def dotted(path: Steps) -> str:
    """("targets", 0, "name") → `targets.0.name`."""
    return ".".join(printable(step) for step in path)


def in_words(value: object) -> str:
    """A value in words that fit on a line; of lists and objects only that they are such."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list | tuple) else shown(value)


def shown(value: object) -> str:
    """A text, number or truth value as JSON writes it, at most 60 signs of it."""
    plain = isinstance(value, str | bool | int | float)
    return shorter(json.dumps(value, ensure_ascii=False) if plain else str(value), 60)


def shorter(text: str, length: int) -> str:
    """At most so many signs, on one line."""
    text = printable(text)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def printable(value: object) -> str:
    """The value on one line that any terminal takes: control signs are spaces, halves of pairs are escaped."""
    text = str(value).encode("utf-8", "backslashreplace").decode()
    return "".join(sign if sign.isprintable() else " " for sign in text)


def small(text: str) -> str:
    """With a small first letter."""
    return text[:1].lower() + text[1:]
