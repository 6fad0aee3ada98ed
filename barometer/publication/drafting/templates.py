"""Sentences with slots: read once from the data, filled in with phrases that know their cases."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.codebook import LANGUAGES
from barometer.errors import UnknownValue

#: around linked words while a sentence is put together; names never have them
LINK, END = "\x01", "\x02"

_PART = re.compile(
    r"\{(?P<slot>\w+)(?::(?P<case>\w+))?\}|\((?P<forms>[^()|{}]*(?:\|[^()|{}]*)+)\)|(?P<mark>[\[\]~<>])"
)


_BRACES = str.maketrans("{}[]<>|~", "()()()/-")


def clean(text: str) -> str:
    """A name or a value without control characters, marks of templates and doubled spaces."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text.translate(_BRACES))
    return " ".join(shown.split())


@dataclass(frozen=True)
class Phrase:
    """A noun phrase: `form` gives its text in a case; `agrees` is which form of a verb goes with it."""

    form: Callable[[str], str]
    agrees: int = 0

    @classmethod
    def plain(cls, text: str, agrees: int = 0) -> Phrase:
        """A text that is the same in every case."""
        return cls(lambda _: text, agrees)


@dataclass(frozen=True)
class Slot:
    """Where a phrase stands, and in which case."""

    name: str
    case: str


@dataclass(frozen=True)
class Forms:
    """Endings that agree with a phrase: the sentence's subject, or always {who}."""

    forms: tuple[str, ...]
    of: str = ""


@dataclass(frozen=True)
class Option:
    """A part that falls out where a value in it is not known."""

    parts: tuple[Part, ...]


Part = str | Slot | Forms | Option
Values = Mapping[str, Phrase]


@cache
def table(language: str) -> dict[str, Any]:
    """The sentences of a language; UnknownValue where drafts are not written in it."""
    if language not in LANGUAGES:
        raise UnknownValue(
            f"a draft cannot be written in language {language!r}", next_step=f"use {', '.join(LANGUAGES)}"
        )
    return data(f"{language}.toml")


@cache
def data(name: str) -> dict[str, Any]:
    """A data file of the drafts."""
    with (resources.files("barometer.publication.drafting") / name).open("rb") as stream:
        return tomllib.load(stream)


@cache
def parsed(template: str) -> tuple[Part, ...]:
    """The parts of a template."""
    return tuple(_read(template, 0)[0])


def _read(template: str, place: int) -> tuple[list[Part], int]:
    parts: list[Part] = []
    while match := _PART.search(template, place):
        if match.start() > place:
            parts.append(template[place : match.start()])
        place = match.end()
        mark = match["mark"]
        if match["slot"]:
            parts.append(Slot(match["slot"], match["case"] or "nom"))
        elif match["forms"] is not None:
            of = "who" if template.startswith(":who", place) else ""
            place += len(":who") if of else 0
            parts.append(Forms(tuple(match["forms"].split("|")), of))
        elif mark == "<":
            inner, place = _read(template, place)
            parts.append(Option(tuple(inner)))
        elif mark == ">":
            return parts, place
        else:
            parts.append({"[": LINK, "]": END, "~": "~"}[mark])
    if template[place:]:
        parts.append(template[place:])
    return parts, len(template)


def subject(parts: tuple[Part, ...]) -> str:
    """The slot that verbs agree with: the first in its plain form."""
    return next((part.name for part in parts if isinstance(part, Slot) and part.case == "nom"), "")


def filled(template: str, values: Values, adverb: str = "") -> str:
    """The sentence with its slots filled; `~` becomes the adverb, what is not known falls out."""
    parts = parsed(template)
    of = values.get(subject(parts))
    return _filled(parts, values, adverb, of)


def _filled(parts: tuple[Part, ...], values: Values, adverb: str, of: Phrase | None) -> str:
    said: list[str] = []
    for part in parts:
        if isinstance(part, str):
            said.append(adverb if part == "~" else part)
        elif isinstance(part, Slot):
            said.append(values[part.name].form(part.case) if part.name in values else "")
        elif isinstance(part, Forms):
            owner = values.get(part.of) if part.of else of
            said.append(part.forms[min(owner.agrees if owner else 0, len(part.forms) - 1)])
        elif all(inner.name in values for inner in part.parts if isinstance(inner, Slot)):
            said.append(_filled(part.parts, values, adverb, of))
    return "".join(said)


def linked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with single spaces and without marks, and where the marked words stand."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(rf" ({END}?[,.])", r"\1", text)
    plain: list[str] = []
    spans: list[tuple[int, int]] = []
    start = 0
    for piece in re.split(rf"([{LINK}{END}])", text):
        if piece == LINK:
            start = sum(map(len, plain))
        elif piece == END:
            spans.append((start, sum(map(len, plain))))
        else:
            plain.append(piece)
    return "".join(plain), spans
