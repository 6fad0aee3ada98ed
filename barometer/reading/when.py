"""Dates in a text, and which of them is the event's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from barometer.countries import country
from barometer.reading.lexicon import marker, numbers

_YEAR = r"(?:19|20)\d\d"


@dataclass(frozen=True)
class Dated:
    """A date in a text: `iso` as exact as told, the words from `start` to `end`."""

    iso: str
    start: int
    end: int


@cache
def _months(language: str) -> tuple[dict[str, int], str]:
    forms = {form.casefold(): n for n, month in enumerate(country().months[language], 1) for form in month}
    return forms, "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    _, month = _months(language)
    month = rf"(?P<month>{month})(?!\w)"
    day, year = r"(?<!\d)(?P<day>\d{1,2})(?!\d)", rf"(?P<year>{_YEAR})"
    later_year = rf"(?:,?\s+{year}\b(?!\s*(?:жыл|ж\.)?\s*\d{{1,2}}\s))?"
    shapes = {
        "en": (
            rf"{day}(?:st|nd|rd|th)?(?:\s*(?:and|–|-|to)\s*\d{{1,2}})?\s+{month}{later_year}",
            rf"\b{month}\s+{day}(?:st|nd|rd|th)?(?!\s*(?:tenge|people|journal)){later_year}",
            rf"\b{month}\s+{year}\b",
        ),
        "ru": (
            rf"{day}(?:-?(?:го|е))?(?:\s*(?:и|–|-)\s*\d{{1,2}})?\s+{month}{later_year}",
            rf"\b{month}\s+{year}\b",
        ),
        "kk": (
            rf"(?:\b{year}\s*(?:жылғы|жылдың|жылы|ж\.)\s+)?{day}\s+{month}",
            rf"\b{year}\s*(?:жылғы|жылдың|жылы|ж\.)\s+{month}",
        ),
    }
    return tuple(re.compile(shape, re.IGNORECASE) for shape in shapes[language])


def dates(text: str, language: str, year: int, latest: date | None = None) -> list[Dated]:
    """The dates in a text. A day without a year is of `year`, or of the year before where it would be after `latest`."""
    months, _ = _months(language)
    found: list[Dated] = []
    for pattern in _patterns(language):
        for match in pattern.finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            groups = match.groupdict()
            iso = _iso(groups, months[match["month"].casefold()], year)
            if iso:
                found.append(Dated(iso, match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)


def _iso(groups: dict[str, str | None], month: int, year: int) -> str | None:
    that_year = int(groups.get("year") or year)
    if not groups.get("day"):
        return f"{that_year}-{month:02}"
    try:
        return date(that_year, month, int(groups["day"] or 0)).isoformat()
    except ValueError:
        return None


_OF_A_TEXT = {
    "en": re.compile(r"(?:dated|article|publication|published|appeared|videos?|post|interview)\W[^\n]{0,60}$|^[^\n]{0,50}(?:an? article|was published|published)", re.IGNORECASE),
    "ru": re.compile(r"(?:стать\w+|публикаци\w+|опубликова\w+|видео\w*|ролик\w*|пост\w*)\W[^\n]{0,50}(?:от|за)?\s*$|^[^\n]{0,50}(?:вышла|опубликова|статья)", re.IGNORECASE),
    "kk": re.compile(r"^[^\n]{0,60}(?:мақала|жарияла|бейне|жазба)", re.IGNORECASE),
}  # fmt: skip
_UNTIL = {
    "en": re.compile(r"(?:until|till|by|next (?:court )?(?:hearing|session)[^\n]{0,60}|(?<!was )(?<!were )(?:scheduled|set) for|end of)\s+(?:the end of )?$", re.IGNORECASE),
    "ru": re.compile(r"(?:до|следующ\w+[^\n]{0,60}|назначен\w*[^\n]{0,30}на|конца)\s+$", re.IGNORECASE),
    "kk": re.compile(r"^\s*\S{0,4}?\s*дейін|^\s*\S*(?:ге|ға|ке|қа)\s+дейін", re.IGNORECASE),
}  # fmt: skip


def is_ahead(text: str, one: Dated, language: str, last_day: date | None) -> bool:
    """Whether a date is told as one to come: until it, the next hearing on it, or after the period's last day."""
    before, after = text[max(0, one.start - 80) : one.start], text[one.end : one.end + 40]
    told = _UNTIL[language].search(after if language == "kk" else before)
    if told:
        return True
    return last_day is not None and len(one.iso) == 10 and date.fromisoformat(one.iso) > last_day


def is_of_a_text(text: str, one: Dated, language: str) -> bool:
    """Whether a date is that of an article, a video or a letter, not of what happened."""
    before, after = text[max(0, one.start - 60) : one.start], text[one.end : one.end + 80]
    pattern = _OF_A_TEXT[language]
    if language == "kk":
        return bool(pattern.search(after))
    return bool(pattern.search(before)) or (one.start < 4 and bool(pattern.search(after)))


def is_of_a_report(text: str, one: Dated, language: str) -> bool:
    """Rule 6: "On 20 January X reported that …" dates the report."""
    said = marker("said", language)
    if language == "kk":  # the verb stands last
        return one.start < 40 and bool(said.search(text[-40:]))
    match = said.search(text, one.end)
    if match is None or match.start() - one.end > 140 or one.start > 60:
        return False
    return not any(
        other.end <= match.start() and other.start > one.start for other in dates(text, language, 2000)
    )


_MONTHS_LONG = {
    "en": r"\b(?:for|last(?:s|ed)?|another|period of)\s+(?:a\s+period\s+of\s+|a\s+further\s+|another\s+)?(?:{n})[\s-]+months?\b",
    "ru": r"\b(?:на|срок\w*|продлится|в течение)\s+(?:срок\w*\s+)?(?:в\s+)?(?:{n})\s+месяц\w*",
    "kk": r"\b(?:{n})\s+ай(?:ға|лық|ға дейін)\b",
}


@cache
def _months_long(language: str) -> re.Pattern[str]:
    words = {n: pattern.pattern for n, pattern in enumerate(numbers(language), 2)}
    one = {"en": "one|a", "ru": "один|одного", "kk": "бір"}[language]
    forms = "|".join([rf"(?P<n1>{one})", *(rf"(?P<n{n}>{p})" for n, p in words.items()), r"(?P<figure>\d{1,2})"])
    return re.compile(_MONTHS_LONG[language].replace("{n}", forms), re.IGNORECASE)


def months_told(text: str, language: str) -> list[int]:
    """For how many months something is to last, where the text says so: "will last for two months" → 2."""
    found = []
    for match in _months_long(language).finditer(text):
        name = next(key for key, value in match.groupdict().items() if value)
        found.append(int(match["figure"]) if name == "figure" else int(name[1:]))
    return found


def later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
