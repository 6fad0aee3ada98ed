"""Dates in words: when something happened, as adverbial and as noun."""

from __future__ import annotations

import re
from functools import lru_cache

from barometer.codebook import EventDate
from barometer.publication.drafting import kazakh

MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "ru": ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
    "kk": ("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"),
}  # fmt: skip
_NIGHT = re.compile(r"\bnight|\bноч|\bтүн", re.IGNORECASE)


def when(date: EventDate | None, language: str) -> str:
    """ "on 17 March 2026", "в марте 2026 года", "2026 жылғы 17 наурызда"; '' where the date is not known."""
    if date is None:
        return ""
    night = date.precision == "day" and bool(_NIGHT.search(date.wording or ""))
    return of_iso(date.iso, language, night)


@lru_cache(maxsize=4096)
def of_iso(iso: str, language: str, night: bool = False) -> str:
    """The same, of a date in the codebook's form."""
    start, slash, end = iso.partition("/")
    if slash and start != end:
        return _SPANS[language](start, end)
    year, month, day = _point(start)
    if language == "en":
        if day:
            return f"{'on the night of' if night else 'on'} {point(start, 'en')}"
        return f"in {point(start, 'en')}"
    if language == "ru":
        if day:
            return f"{'ночью ' if night else ''}{point(start, 'ru')}"
        return f"в {_LOCATIVE[month - 1]} {year} года" if month else f"в {year} году"
    if day and night:
        return f"{point(start, 'kk')} түнінде"
    return kazakh.inflected(point(start, "kk"), "loc") if month else f"{year} жылы"


def point(iso: str, language: str, case: str = "nom") -> str:
    """A day, a month or a year as a noun; a case is of Russian: "17 марта 2026 года", "март 2026 года"."""
    year, month, day = _point(iso)
    if language == "en":
        return " ".join(str(part) for part in (day, MONTHS["en"][month - 1] if month else 0, year) if part)
    if language == "ru":
        if day:
            return f"{day} {_genitive(month)} {year} года"
        if month:
            name = _genitive(month) if case == "gen" else MONTHS["ru"][month - 1]
            return f"{name} {year} года"
        return f"{year} года" if case == "gen" else f"{year} год"
    if not month:
        return f"{year} жыл"
    return f"{year} жылғы {f'{day} ' if day else ''}{MONTHS['kk'][month - 1]}"


def noun(iso: str, language: str) -> str:
    """A date as a noun, a span as "from – to"."""
    start, slash, end = iso.partition("/")
    return (
        f"{point(start, language)} – {point(end, language)}"
        if slash and start != end
        else point(start, language)
    )


def _point(iso: str) -> tuple[int, int, int]:
    parts = [int(part) for part in iso.split("-")]
    return (*parts, 0, 0)[:3]  # type: ignore[return-value]


_LOCATIVE = ("январе", "феврале", "марте", "апреле", "мае", "июне", "июле", "августе", "сентябре", "октябре", "ноябре", "декабре")  # fmt: skip


def _genitive(month: int) -> str:
    name = MONTHS["ru"][month - 1]
    return f"{name}а" if name.endswith("т") else f"{name[:-1]}я"


def _english_span(start: str, end: str) -> str:
    (year, month, day), (last_year, last_month, last_day) = _point(start), _point(end)
    if day and last_day and (year, month) == (last_year, last_month):
        return f"between {day} and {point(end, 'en')}"
    if month and last_month and year == last_year and bool(day) == bool(last_day):
        first = f"{day} {MONTHS['en'][month - 1]}".removeprefix("0 ")
        return f"between {first} and {point(end, 'en')}"
    return f"between {point(start, 'en')} and {point(end, 'en')}"


def _russian_span(start: str, end: str) -> str:
    (year, month, day), (last_year, last_month, last_day) = _point(start), _point(end)
    first, last = point(start, "ru", "gen"), point(end, "ru")
    if day and last_day and (year, month) == (last_year, last_month):
        first = str(day)
    elif month and last_month and year == last_year and bool(day) == bool(last_day):
        first = first.removesuffix(f" {year} года")
    return f"с {first} по {last}"


def _kazakh_span(start: str, end: str) -> str:
    (year, month, day), (last_year, last_month, last_day) = _point(start), _point(end)
    if not month and not last_month:
        return f"{year}–{last_year} жылдар аралығында"
    last = point(end, "kk")
    if day and last_day and (year, month) == (last_year, last_month):
        return f"{year} жылғы {day}–{last_day} {MONTHS['kk'][month - 1]} аралығында"
    if year == last_year and last_month:
        last = last.removeprefix(f"{year} жылғы ")
    return f"{point(start, 'kk')} – {last} аралығында"


_SPANS = {"en": _english_span, "ru": _russian_span, "kk": _kazakh_span}
