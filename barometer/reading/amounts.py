"""Values with units in a text: claims, fines, terms, counts of deleted posts."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.codebook import Amount
from barometer.reading.lexicon import numbers

#: No term is so many years: "2026 года" is a date.
_A_DATE = 1_000
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
#: A figure with its thousands apart, and a decimal part: 78,640 or 5 000 000 or 2.1 or 1,5.
_FIGURE = r"\d{1,3}(?:[,.   ]\d{3}){1,6}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?"


@dataclass(frozen=True)
class Told:
    """An amount and where it stands."""

    amount: Amount
    start: int
    end: int


@cache
def _table() -> dict[str, dict[str, str]]:
    with (resources.files("barometer.reading") / "data" / "amounts.toml").open("rb") as stream:
        table: dict[str, Any] = tomllib.load(stream)
    return table


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """A number, perhaps with a scale, and a unit behind it; or a sign of money before a number."""
    words = "|".join(pattern.pattern for pattern in numbers(language))
    one = {"en": "one|a|an", "ru": "один|одну|одного", "kk": "бір"}[language]
    number = rf"(?P<n>{_FIGURE})|(?P<word>\b(?:{words}|{one})\b)"
    scale = "|".join(rf"(?P<{name}>{pattern})" for name, pattern in _table()["scale"].items())
    units = "|".join(
        rf"(?P<{kind}_{unit}>{pattern})"
        for kind in ("money", "time", "count")
        for unit, pattern in _table()[kind].items()
    )
    signs = "|".join(rf"(?P<sign_{unit}>{pattern})" for unit, pattern in _table()["signs"].items())
    behind = rf"(?<![\w.,-])(?:{number})(?:[\s -]*(?:{scale}))?[\s -]+(?:(?:\w+[\s-]+)??)(?:{units})(?!\w)"
    before = rf"(?:{signs})\s*(?P<n2>{_FIGURE})(?:[\s ]*(?:{scale.replace('?P<', '?P<s_')}))?"
    return re.compile(rf"{behind}|{before}", re.IGNORECASE)


@cache
def _purposes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _table()["of"].items())


def amounts(text: str, language: str) -> list[Told]:
    """The amounts of a text from left to right."""
    found = []
    for match in _pattern(language).finditer(text):
        groups = {name: value for name, value in match.groupdict().items() if value}
        name = next((n for n in groups if n.startswith(("money_", "time_", "count_", "sign_"))), None)
        value = _value(groups, language)
        if name is None or value is None:
            continue
        kind, _, unit = name.partition("_")
        if unit == "year" and value >= _A_DATE:
            continue
        what = _what(text, kind, match.start(), match.end())
        if what is not None:
            found.append(
                Told(Amount(what=what, value=value, unit=unit, text=match[0].strip()), *match.span())
            )
    return found


def _value(groups: dict[str, str], language: str) -> float | None:
    figure = groups.get("n") or groups.get("n2")
    if figure:
        plain = re.sub(r"[   ]", "", figure)
        if re.fullmatch(r"\d{1,3}(?:[,.]\d{3})+", plain):
            plain = re.sub(r"[,.]", "", plain)
        else:
            whole, _, part = plain.replace(",", ".").rpartition(".")
            plain = f"{whole.replace('.', '')}.{part}" if whole else part
        value = float(plain)
    else:
        word = groups.get("word", "")
        value = float(next((n for n, p in enumerate(numbers(language), 2) if p.fullmatch(word)), 1))
    for scale, times in _SCALES.items():
        if scale in groups or f"s_{scale}" in groups:
            value *= times
    return value


def _what(text: str, kind: str, start: int, end: int) -> str | None:
    """What the amount is of, by the nearest word of its sentence; None for a span of time that is nobody's term."""
    if kind == "count":
        return "count"
    first = max(text.rfind(". ", 0, start), text.rfind("\n", 0, start)) + 1
    stop = min((at for at in (text.find(". ", end), text.find("\n", end)) if at >= 0), default=len(text))
    near = [
        (min(abs(m.start() - end), abs(start - m.end())), name)
        for name, pattern in _purposes()
        for m in pattern.finditer(text, max(first, start - 200), min(stop, end + 120))
        if (kind == "money") == (name in ("fine", "claim", "award"))
    ]
    if near:
        return min(near)[1]
    return "sum" if kind in ("money", "sign") else None
