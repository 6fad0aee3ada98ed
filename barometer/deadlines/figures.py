"""Figures and days in a sentence of a letter, less those that answer nothing: numbers of letters, articles, items."""

from __future__ import annotations

import re
from collections.abc import Iterable

from barometer.reading.law import article_numbers
from barometer.reading.lexicon import numbers
from barometer.reading.when import dates

Span = tuple[int, int]

_REFERENCE = re.compile(
    r"(?:№|\b(?:ref|исх|вх|шығ|кір)\.|\bnumber|\bномер\w{0,2}|нөмір\w{0,3}|\bNos?\b\.?|\bN\b)(?: is| was)?[\s:№]{0,4}"
    r"(?=[\w/.\-]{0,30}\d)[\w/.\-]++"
    r"|\d{1,6}(?:-\d{1,6}){0,3}/[\w/.\-]++|\d[\d/-]{0,30}\s{1,3}(?:нөмір|номер)"
    r"|\b(?:section|paragraph|part|chapter|item|point|annex|enquiry|inquiry|request|letter|appeal|раздел\w{0,3}|пункт\w{0,3}|п\."
    r"|подпункт\w{0,3}|част\w{1,3}|глав\w{1,3}|приложени\w{1,3}|запрос\w{0,3}|письм\w{1,3}|обращени\w{1,3}|бөлім\w{0,4}"
    r"|тармақ\w{0,5}|сауал\w{0,7}|хат\w{0,5})\s{1,3}\d[\d.,–-]{0,9}|\d{1,4}-(?:тарма|бөлім|қосымша|тарау)\w{0,8}"
    r"|^\s{0,9}\d{1,3}[.)]"
    r"|(?:questions?|вопрос\w{0,4}|сұрақ\w{0,8})\s{1,3}\d[\d–—\-,]*+(?:\s(?:to|and|и|мен)\s\d++)?"
    r"|\d{1,3}(?:[–—-]\d{1,3})?(?:-?(?:й|му|го|ти))?[\s-]{0,3}(?:вопрос|сұра[қу]|questions)\w{0,8}",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d++")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def figures(sentence: str, language: str, taken: Iterable[Span] = (), *, words: bool = True) -> list[Span]:
    """Where figures stand, in digits or in words (from two on), outside of what is `taken`."""
    spans = [*taken, *(match.span() for match in _REFERENCE.finditer(sentence))]
    spans += [(start, end) for _, start, end in article_numbers(sentence, language)]
    found = [match.span() for match in _DIGITS.finditer(sentence)]
    found = [
        one for one in found if not _YEAR.fullmatch(sentence, *one)
    ]  # a year alone tells no more than when
    if words:
        found += [match.span() for pattern in numbers(language) for match in pattern.finditer(sentence)]
    return [one for one in sorted(found) if not any(a <= one[0] < b for a, b in spans)]


def days(sentence: str, language: str) -> list[Span]:
    """Where days, months or years stand."""
    found = [(one.start, one.end) for one in dates(sentence, language, 2000)]
    return found or [match.span() for match in _YEAR.finditer(sentence)]
