"""A number with its noun: "17 journalists", "17 журналистов", "17 журналист"."""

from __future__ import annotations

from barometer.errors import UnknownValue
from barometer.publication.drafting.sums import number as in_figures
from barometer.publication.drafting.templates import data, table


def figure_names() -> tuple[str, ...]:
    """What can be counted."""
    return tuple(data("figures.toml")["noun"])


def figure_sentence(name: str, number: int, language: str) -> str:
    """So many of what the name stands for, the noun in the form that the number asks for.

    UnknownValue for a name that is not in the list, or a language that is none.
    """
    table(language)
    nouns = data("figures.toml")["noun"]
    if name not in nouns:
        raise UnknownValue(f"nothing is counted by the name {name!r}", next_step=f"use {', '.join(nouns)}")
    noun = nouns[name][language]
    form = noun if isinstance(noun, str) else noun[_form(abs(number), language)]
    return f"{in_figures(number, language)} {form}"


def _form(number: int, language: str) -> int:
    """Which of the forms goes with a number."""
    if language == "en":
        return int(number != 1)
    if number % 100 in range(11, 15) or number % 10 not in range(1, 5):
        return 2
    return int(number % 10 != 1)
