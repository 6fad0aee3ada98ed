"""The words by which the bulletin reader goes, from data/bulletin.toml, as patterns of one language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.countries import country

YEAR = r"(?:19|20)\d\d"
CAPITAL = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
NAME = rf"[{CAPITAL}][\w’'-]+"
#: What may stand before a heading's words: white space, Markdown's signs.
HEAD = r"\s{0,9}(?:#{1,6}\s{1,9})?(?:\*\*|__)?\s{0,9}"
_YEAR_WORDS = r"(?:\s*(?:года|год|г\.|жылдың|жылғы|жыл|ж\.))?"
_TAIL = r"\s{0,9}[.:]?\s{0,9}(?:\*\*|__)?\s{0,9}[.:]?\s{0,9}#{0,6}\s{0,9}"
_DASH = r"\s{0,3}[-–—]\s{0,3}"


@dataclass(frozen=True)
class Words:
    """Patterns and sets of one language; `months` maps any written form to its number."""

    month_line: re.Pattern[str]
    month_span: re.Pattern[str]
    month_lead: re.Pattern[str]
    months: Mapping[str, int]
    dated: re.Pattern[str]
    quarter: tuple[tuple[re.Pattern[str], int], ...]
    section: re.Pattern[str]
    standing: tuple[tuple[str, ...], ...]
    contact: re.Pattern[str]
    imprint: re.Pattern[str]
    page: re.Pattern[str]
    goes_on: re.Pattern[str]
    takes_up: re.Pattern[str]
    refers_back: re.Pattern[str]
    role: re.Pattern[str]
    outlet: re.Pattern[str]
    company: re.Pattern[str]
    cut_after: frozenset[str]
    abbreviation: re.Pattern[str]


def any_of(words: Sequence[str]) -> str:
    """A pattern for one of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


@cache
def _data() -> dict[str, Any]:
    with (resources.files("barometer.sources") / "data" / "bulletin.toml").open("rb") as stream:
        return tomllib.load(stream)


@cache
def words_of(language: str) -> Words:
    """The words of en, ru or kk."""
    data = {name: table[language] for name, table in _data().items()}
    forms = country().months[language]
    months = {form.casefold(): number for number, month in enumerate(forms, 1) for form in month}

    def whole(name: str, *, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{any_of(data[name])})\b", flags)

    def first(name: str) -> re.Pattern[str]:
        return re.compile(rf"\W{{0,4}}(?:{any_of(data[name])})\b", re.IGNORECASE)

    return Words(
        **_month_patterns(forms, months, data["date_lead"]),
        months=months,
        quarter=_quarter_patterns(data, forms),
        section=_section_pattern(data["section_word"]),
        standing=tuple(map(tuple, data["standing"])),
        contact=whole("contact"),
        imprint=whole("imprint"),
        page=_page_pattern(data["page"]),
        goes_on=first("goes_on"),
        takes_up=first("takes_up"),
        refers_back=whole("refers_back"),
        role=whole("role"),
        outlet=whole("outlet"),
        company=whole("company", flags=re.RegexFlag(0)),
        cut_after=frozenset(word.casefold() for word in data["cut_after"]),
        abbreviation=re.compile(rf"(?:^|[\s(«“\"])(?:{any_of(data['abbreviations'])}|[{CAPITAL}])\.$"),
    )


def _month_patterns(
    forms: Sequence[Sequence[str]], months: Mapping[str, int], date_lead: Sequence[str]
) -> dict[str, re.Pattern[str]]:
    plain, every = any_of([month[0] for month in forms]), any_of(list(months))
    year = rf"(?:,?\s{{1,3}}(?P<year>{YEAR}){_YEAR_WORDS}|(?P<before>(?!)))?"
    # Kazakh puts the year first: "2026 жылғы қаңтар".
    early = rf"(?:(?P<early>{YEAR})(?:\s{{1,3}}(?:жылғы|жылдың|ж\.))?\s{{1,3}})?"
    day = r"\d{1,2}"
    date = rf"(?:{day}\s+(?:{every})\b|(?:{every})\s+{day}\b)"
    patterns = {
        "month_line": rf"{HEAD}{early}({plain}){year}{_TAIL}",
        "month_span": rf"{HEAD}{early}({plain}){_DASH}(?P<last>{plain}){year}{_TAIL}",
        "month_lead": rf"{HEAD}{early}({plain}){year}\s{{0,3}}(?:\*\*|__)?(?:[.:]|\s[–—])\s{{0,3}}(?:\*\*|__)?\s{{1,9}}(?=\S)",
        "dated": rf"\W{{0,4}}(?:{any_of(date_lead)})?\s{{0,3}}(?:{YEAR}\S*\s+(?:\S+\s+)?)?{date}",
    }
    patterns = {name: pattern.replace("|(?P<before>(?!))", "") for name, pattern in patterns.items()}
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in patterns.items()}


def _quarter_patterns(
    data: Mapping[str, Any], forms: Sequence[Sequence[str]]
) -> tuple[tuple[re.Pattern[str], int], ...]:
    word = any_of(data["quarter_word"])
    found = []
    for number, names in enumerate(data["quarter"], 1):
        named = any_of(names)
        span = [any_of(forms[3 * number - 3]), any_of(forms[3 * number - 1])]
        found += [
            (rf"\b(?:{named})[\s-]{{1,3}}(?:{word})\b.{{0,20}}?\b(?P<year>{YEAR})", number),
            (rf"\b(?P<year>{YEAR})\S{{0,9}}(?:\s\S{{1,20}})?\s(?:{named})[\s-]{{1,3}}(?:{word})\b", number),
            (rf"\bQ{number}\s?[,/-]?\s?(?P<year>{YEAR})\b", number),
            (rf"\b(?P<year>{YEAR})\s?[,/-]?\s?Q{number}\b", number),
            (rf"\b(?:{span[0]}){_DASH}(?:{span[1]}),?\s(?P<year>{YEAR})", number),
            (rf"\b(?P<year>{YEAR})\s(?:\S{{1,9}}\s)?(?:{span[0]}){_DASH}(?:{span[1]})\b", number),
        ]
    return tuple((re.compile(pattern, re.IGNORECASE), number) for pattern, number in found)


def _section_pattern(word: Sequence[str]) -> re.Pattern[str]:
    """A heading's beginning; `word` is there when the heading says that it is a section."""
    number = r"(?P<number>\d{1,2}|[IVXІХ]{1,4})"
    said = any_of(word)
    return re.compile(
        rf"{HEAD}(?:(?P<word>{said})\s{{1,3}}{number}\s{{0,3}}[.):–—-]?"
        rf"|{number.replace('number', 'ahead')}[-\s]{{1,2}}(?P<behind>{said})\b\s{{0,3}}[.:–—-]?"
        rf"|{number.replace('number', 'bare')}\s{{0,3}}[.):](?!\d))\s{{0,9}}(?:\*\*|__)?\s{{0,3}}(?=\D)",
        re.IGNORECASE,
    )


def _page_pattern(word: Sequence[str]) -> re.Pattern[str]:
    said, number = any_of(word), r"\d{1,3}(?:\s?(?:/|of|из)\s?\d{1,3})?"
    return re.compile(rf"(?:{said})?\s?[-–—|]?\s?{number}\s?[-–—|]?\s?(?:{said})?", re.IGNORECASE)
