"""Money and terms in words: 129,750 tenge, на 2 месяца, 2 айға."""

from __future__ import annotations

from babel import Locale
from babel.numbers import format_decimal

from barometer.codebook import Amount
from barometer.publication.drafting import russian

_MONEY = {
    "KZT": ("tenge", "тенге", "теңге"),
    "MCI": ("monthly calculation indices", "МРП", "АЕК"),
}
#: one, two to four, five and more in English, Russian, and the Kazakh word with its ending
_TERMS = {
    "hour": (("hour", "hours"), "час", "сағатқа"),
    "day": (("day", "days"), "день", "күнге"),
    "week": (("week", "weeks"), "неделя", "аптаға"),
    "month": (("month", "months"), "месяц", "айға"),
    "year": (("year", "years"), "год", "жылға"),
}
_LANGUAGES = ("en", "ru", "kk")
_SMALL_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(number: int) -> str:
    """One to ten in words, as English texts have it."""
    return _SMALL_NUMBERS[number] if 0 < number < len(_SMALL_NUMBERS) else f"{number:,}"


def number(value: float, language: str) -> str:
    """A number with the language's own separators, its spaces not to be broken."""
    return (
        str(format_decimal(int(value) if value == int(value) else value, locale=language))
        .replace("\xa0", " ")
        .replace("\u202f", " ")
    )


def sum_words(amount: Amount | None, language: str) -> str:
    """ "129,750 tenge"; '' where the unit is no money."""
    if amount is None:
        return ""
    if amount.unit in _MONEY:
        return f"{number(amount.value, language)} {_MONEY[amount.unit][_LANGUAGES.index(language)]}"
    if amount.unit in Locale("en").currencies:
        return f"{number(amount.value, language)} {amount.unit}"
    return ""


def term_words(amount: Amount | None, language: str) -> str:
    """ " for two months", " на 2 месяца", "2 айға"; '' where the unit is no time."""
    unit = _TERMS.get(amount.unit) if amount else None
    if amount is None or unit is None or amount.value != int(amount.value) or not amount.value:
        return ""
    many = int(amount.value)
    if language == "en":
        return f" for {in_words(many)} {unit[0][many != 1]}"
    if language == "ru":
        return f" на {russian.counted(many, unit[1], 'acc')}"
    return f"{many} {unit[2]}"
