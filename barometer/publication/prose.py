"""Sentences of figures for the introduction of a bulletin, in each language, each with what it rests on.

    sentences(report, "en")[0]
    → Sentence("For the first quarter of 2026, 62 new violations, …", ("new_violations", "steps", "relief"), events)

Nothing is said of what was not measured, and a change is called one only where the report's verdict does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import isinf
from typing import Any

from barometer.cases.values import add_days
from barometer.codebook import LANGUAGES, Quarter
from barometer.errors import UnknownValue
from barometer.indicators.in_force import last_of
from barometer.indicators.report import Figure, Report
from barometer.publication.drafting.days import noun
from barometer.publication.drafting.figures import figure_sentence
from barometer.publication.drafting.sums import number
from barometer.publication.words import measure_name

#: Figure → the noun that it is counted by.
_NOUNS = {"new": "new_violations", "steps": "steps", "relief": "relief_events"}
#: Share → its sentence.
_SHARES = {"state_deciders": "state", "suits_against_media": "suits", "answers_in_time": "answers"}


@dataclass(frozen=True)
class Sentence:
    """A sentence, the codes of the figures in it, and the events behind them."""

    text: str
    figures: tuple[str, ...]
    events: tuple[str, ...]


@cache
def _words(language: str) -> Mapping[str, Any]:
    if language not in LANGUAGES:
        raise UnknownValue(
            f"no sentences are written in language {language!r}", next_step=f"use {', '.join(LANGUAGES)}"
        )
    with (resources.files("barometer.publication") / "prose.toml").open("rb") as stream:
        found: Mapping[str, Any] = tomllib.load(stream)[language]
    return found


def sentences(made: Report, language: str) -> tuple[Sentence, ...]:
    """What a quarter's figures say in that language; UnknownValue for a language that is none."""
    _words(language)
    parts: tuple[Callable[[Report, str], Iterator[Sentence]], ...] = (
        _lasting, _counts, _people, _change, _shares, _liberty, _force, _hours,
    )  # fmt: skip
    return tuple(one for part in parts for one in part(made, language))


def _said(name: str, language: str, **values: str) -> str:
    return str(_words(language)[name]).format(**values)


def _quarter(period: str, language: str) -> str:
    quarter = Quarter.parse(period)
    return str(_words(language)["quarters"][quarter.number - 1]).format(year=quarter.year)


def _of(made: Report, text: str, *codes: str) -> Sentence:
    found = [made.figure(code) for code in codes]
    return Sentence(text, codes, tuple(dict.fromkeys(event for one in found for event in one.events)))


def _lasting(made: Report, language: str) -> Iterator[Sentence]:
    if not made.complete:
        yield Sentence(_said("lasts", language, day=noun(made.until.isoformat(), language)), (), ())


def _counts(made: Report, language: str) -> Iterator[Sentence]:
    codes = {"new": "new_violations", "steps": "steps", "relief": "relief"}
    told = {
        name: figure_sentence(_NOUNS[name], int(made.figure(code).value or 0), language)
        for name, code in codes.items()
    }
    text = _said("counts", language, quarter=_quarter(made.period, language), **told)
    yield _of(made, _upper(text), *codes.values())


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _people(made: Report, language: str) -> Iterator[Sentence]:
    people, outlets = made.figure("people_hit_at_least"), made.figure("outlets_hit")
    if people.value:
        told = {
            "people": number(people.value, language),
            "outlets": figure_sentence("outlets", int(outlets.value or 0), language),
        }
        yield _of(made, _said("people", language, **told), people.code, outlets.code)


def _change(made: Report, language: str) -> Iterator[Sentence]:
    """The change with its interval, whether any line changed clearly, and how much was watched."""
    before = _quarter(str(Quarter.of(add_days(Quarter.parse(made.period).first, -1))), language)
    if not made.changes:
        any_told = any(made.figure(code).value for code in ("new_violations", "steps", "relief", "context"))
        quiet = before if any_told else _quarter(made.period, language)
        yield Sentence(_upper(_said("alone", language, quiet=quiet)), (), ())
        return
    total, *lines = made.changes
    found, interval = total.difference, total.difference.interval
    name = {"more": "more", "fewer": "fewer"}.get(total.verdict, "unclear")
    text = _said(
        name, language, before=before, now=number(found.after, language), then=number(found.before, language),
        low=_ratio(interval.low, language), high=_ratio(interval.high, language),
    )  # fmt: skip
    yield _of(made, _upper(text), "new_violations")
    clear = sum(one.verdict != "no clear change" for one in lines)
    name = "lines_clear" if clear else "lines_none"
    yield _of(made, _said(name, language, count=number(clear, language)), "new_violations")
    told = {
        f"{when}_{what}": _known(getattr(effort, field), language)
        for when, effort in (("now", made.effort), ("then", made.effort_before))
        for what, field in (("sources", "sources_watched"), ("leads", "leads_read"))
    }
    yield Sentence(_said("effort", language, **told), (), ())


def _known(value: int | None, language: str) -> str:
    return str(_words(language)["unknown"]) if value is None else number(value, language)


def _ratio(value: float, language: str) -> str:
    return str(_words(language)["unbounded"]) if isinf(value) else number(round(value, 1), language)


def _shares(made: Report, language: str) -> Iterator[Sentence]:
    for code, name in _SHARES.items():
        one = made.figure(code)
        if one.value is not None and one.of and one.interval is not None:
            told = {
                "of": number(one.of, language),
                "part": number(round(one.value * one.of), language),
                "share": _percent(one.value, language),
                "low": _percent(one.interval.low, language),
                "high": _percent(one.interval.high, language),
            }
            yield _of(made, _said(name, language, **told), code)


def _percent(share: float, language: str) -> str:
    return f"{share:.0%}" if language == "en" else f"{share * 100:.0f} %"


def _liberty(made: Report, language: str) -> Iterator[Sentence]:
    one = made.figure("days_of_liberty_lost")
    least, most = one.value or 0, one.at_most or 0
    if most:
        name = "liberty_exact" if least == most else "liberty"
        told = {"least": number(least, language), "most": number(most, language)}
        yield _of(made, _said(name, language, **told), one.code)


def _force(made: Report, language: str) -> Iterator[Sentence]:
    """Measures at the end of the last month that is over."""
    month = max(made.in_force, default="")
    found = [one for one in made.in_force.get(month, ()) if one.count.in_force]
    if found:
        told = ", ".join(
            f"{_lower(measure_name(one.measure, language))} ({number(one.count.in_force, language)})"
            for one in found
        )
        text = _said("force", language, day=noun(last_of(month).isoformat(), language), list=told)
        events = tuple(dict.fromkeys(event for one in found for event in one.events))
        yield Sentence(_upper(text), ("in_force",), events)


def _hours(made: Report, language: str) -> Iterator[Sentence]:
    codes = {
        "down": "hours_down",
        "unknown": "hours_unknown",
        "looked": "hours_looked_at",
        "unlooked": "hours_not_looked_at",
    }
    found: dict[str, Figure] = {name: made.figure(code) for name, code in codes.items()}
    if all(one.value is not None for one in found.values()):
        told = {name: number(round(one.value or 0, 1), language) for name, one in found.items()}
        yield _of(made, _said("hours", language, **told), *codes.values())
