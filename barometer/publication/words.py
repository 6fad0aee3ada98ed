"""The words that a bulletin prints of its own accord, and dates and numbers, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from babel import Locale
from babel.dates import get_month_names
from babel.numbers import format_decimal

from barometer.cases.rules import rules
from barometer.codebook import LANGUAGES, Quarter
from barometer.countries import country
from barometer.errors import UnknownValue
from barometer.indicators import NOT_KNOWN


@cache
def words(language: str) -> Mapping[str, str]:
    """The printed words of that language; UnknownValue where the bulletin does not speak it."""
    table = _tables(language)
    return {name: value for name, value in table.items() if isinstance(value, str)}


@cache
def word_list(language: str, name: str) -> tuple[str, ...]:
    """A list of words of that language: quarters, weak, breaks."""
    return tuple(_tables(language)[name])


def _tables(language: str) -> Mapping[str, str | list[str]]:
    with (resources.files("barometer.publication") / "words.toml").open("rb") as stream:
        tables: dict[str, dict[str, str | list[str]]] = tomllib.load(stream)
    if language not in tables:
        raise UnknownValue(
            f"a bulletin cannot be printed in language {language!r}", next_step=f"use {', '.join(LANGUAGES)}"
        )
    return tables[language]


def month_name(month: str, language: str) -> str:
    """ "2026-01" is "January", "Январь", "Қаңтар"; "" is said to be not known."""
    if month == NOT_KNOWN:
        return words(language)["no_month"]
    name: str = get_month_names("wide", "stand-alone", locale=language)[int(month[5:7])]
    return name[:1].upper() + name[1:]


def month_and_year(month: str, language: str) -> str:
    """ "2026-01" is "Jan 2026", "янв. 2026", "қаң. 2026"."""
    name: str = get_month_names("abbreviated", "stand-alone", locale=language)[int(month[5:7])]
    return f"{name} {month[:4]}"


def measure_name(code: str, language: str) -> str:
    """A measure in words."""
    return rules().measures[code].label[language]


def quarter_name(period: str, language: str) -> str:
    """ "First quarter of 2026" """
    quarter = Quarter.parse(period)
    return word_list(language, "quarters")[quarter.number - 1].format(year=quarter.year)


def number(value: int, language: str) -> str:
    """A whole number with the language's thousands separator."""
    said: str = format_decimal(value, locale=language)
    return said


def region_name(code: str, language: str) -> str:
    """A region's name; a country's where the place was abroad; "" is said to be no place."""
    if code == NOT_KNOWN:
        return words(language)["no_place"]
    region = country().regions.get(code)
    return region.names[language] if region else Locale(language).territories.get(code, code)
