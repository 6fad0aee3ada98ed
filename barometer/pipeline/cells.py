"""Cells → values: dates as people write them, codes by their names in three languages, places, laws.

Each reader returns what it read or raises `Refused` with the problem; nothing is guessed silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from rapidfuzz import fuzz, process

from barometer.codebook.book import LANGUAGES, Term
from barometer.codebook.dates import EventDate, Quarter
from barometer.codebook.values import PROVISION
from barometer.countries import country
from barometer.pipeline.columns import Problem, columns, folded, words
from barometer.reading.law import provisions as cited
from barometer.sources.markup import web_address

#: A word of a list is offered as the nearest from this likeness on.
_NEAR = 75
#: What is longer is no date, however it begins.
LONGEST_DATE = 200


class Refused(ValueError):
    """A cell that cannot be read, with its problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def parts(cell: str) -> list[str]:
    """The values of a cell that holds several; an empty place between two semicolons stays."""
    found = [part.strip() for part in re.split(r"[;\n]", cell)]
    while found and not found[-1]:
        found.pop()
    return found


# --- dates ------------------------------------------------------------------------------------------------------

Point = tuple[int | None, int | None, int | None]  # year, month, day: what is told

_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_YEAR_WORD = r"(?:\s*(?:г\.?|год[уа]?|года|жыл(?:ғы|дың|ы)?|ж\.))?"
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")


@cache
def _months() -> tuple[Mapping[str, int], str]:
    forms = {
        form.casefold().rstrip("."): number
        for language in LANGUAGES
        for number, month in enumerate(country().months[language], 1)
        for form in (*month, month[0][:3])
    }
    return forms, "|".join(sorted(map(re.escape, forms), key=len, reverse=True))


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    month = rf"(?P<word>{_months()[1]})\.?"
    day, figures, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th|-?го)?", r"(?P<month>\d{1,2})", r"(?P<year>\d{4})"
    return tuple(
        re.compile(shape)
        for shape in (
            rf"{year}-{figures}(?:-(?P<day>\d{{1,2}}))?",
            rf"{year}[./]{figures}[./](?P<day>\d{{1,2}})",
            rf"(?P<day>\d{{1,2}})\s?[./-]\s?{figures}(?:\s?[./-]\s?{year}{_YEAR_WORD})?",
            rf"{figures}[./]{year}{_YEAR_WORD}",
            rf"{day}\s+{month}(?:,?\s+{year}{_YEAR_WORD})?",
            rf"{month}\s+{day}(?:,?\s+{year}{_YEAR_WORD})?",
            rf"{month}(?:,?\s+{year}{_YEAR_WORD})?",
            rf"{year}{_YEAR_WORD},?\s+(?:{day}\s+)?{month}",
            rf"{year}{_YEAR_WORD}",
            r"(?P<day>\d{1,2})",
        )
    )


def day(cell: str) -> str:
    """A date of the codebook: day, month, year, or a span of them."""
    text = " ".join(re.sub("[‐-―−]", "-", _CLOCK.sub("", cell.strip()).casefold()).split())
    if len(text) > LONGEST_DATE:
        raise Refused(Problem("no_date", "date", cell))
    if _SERIAL.fullmatch(text):
        raise Refused(Problem("serial", "date", cell))
    found = _quarter(text) or _one(text) or _span(text)
    if found is None:
        raise Refused(Problem("no_year" if _yearless(text) else "no_date", "date", cell))
    try:
        EventDate.parse(found)
    except ValueError:
        raise Refused(Problem("no_date", "date", cell)) from None
    return found


def _quarter(text: str) -> str | None:
    match = re.fullmatch(r"(\d{4})\s*q([1-4])|q([1-4])\s*(\d{4})", text)
    if not match:
        return None
    quarter = Quarter(int(match[1] or match[4]), int(match[2] or match[3]))
    return f"{quarter.months[0]}/{quarter.months[2]}"


def _one(text: str) -> str | None:
    point = _point(text)
    return _iso(point) if point and point[0] else None


def _span(text: str) -> str | None:
    """Two points with a sign or a word between them; what the first does not tell it has from the second."""
    for between in re.finditer(r"\s*/\s*|\s+-\s+|-|\s+(?:по|до|to|until|дейін)\s+", text):
        start = re.sub(r"^(?:с|со|от|from)\s+", "", text[: between.start()])
        first, last = _point(start), _point(text[between.end() :])
        if not first or not last or not last[0]:
            continue
        year = first[0] or last[0]
        month = first[1] or (last[1] if first[2] else None)
        if first[2] and not month:
            continue
        return f"{_iso((year, month, first[2]))}/{_iso(last)}"
    return None


def _yearless(text: str) -> bool:
    point = _point(text)
    return bool(point and not point[0] and point[1]) or bool(
        re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}", text)
    )


def _point(text: str) -> Point | None:
    for shape in _shapes():
        if match := shape.fullmatch(text.strip()):
            told = match.groupdict()
            month = _months()[0].get(told.get("word") or "") or int(told.get("month") or 0)
            return int(told.get("year") or 0) or None, month or None, int(told.get("day") or 0) or None
    return None


def _iso(point: Point) -> str:
    year, month, that = point
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{that:02}" if month and that else "")


def month_of(iso: str) -> str | None:
    """The month in which a date lies whole."""
    return EventDate.parse(iso).month


# --- codes ------------------------------------------------------------------------------------------------------


@cache
def _codes(column: str) -> Mapping[str, str]:
    """Every spelling of a list's codes → the code: itself, its part after the dot where only one has it, its labels."""
    terms = columns()[column].terms
    ends = [code.rpartition(".")[2] for code in terms]
    found: dict[str, str] = {}
    for code, term in terms.items():
        end = code.rpartition(".")[2]
        own = [code, *([end, end.replace("_", " ")] if ends.count(end) == 1 else [])]
        for spelling in (*own, *term.label.values()):
            found.setdefault(folded(spelling), code)
    return found


def code(column: str, cell: str, meanings: Mapping[str, str] | None = None) -> str:
    """The code of a list by itself, by its name in any language, or by what the mapping says of the word."""
    key = folded(cell)
    found = (meanings or {}).get(key) or _codes(column).get(key)
    if found is None or found not in columns()[column].terms:
        raise Refused(Problem("unknown", column, cell, nearest(column, cell)))
    return found


def nearest(column: str, cell: str) -> str:
    """The code whose name is likest; "" where none is like it."""
    best = process.extractOne(folded(cell), _codes(column).keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return _codes(column)[best[0]] if best else ""


def label(column: str, of: str, language: str) -> str:
    """A code as it is written into a table."""
    term: Term = columns()[column].terms[of]
    return term.in_language(language)


@cache
def _yes() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(words()["yes"]["words"]), frozenset(words()["no"]["words"])


def yes(column: str, cell: str) -> bool:
    """Yes or no, in any of the three languages."""
    word = cell.strip().casefold().rstrip(".")
    if word in _yes()[0]:
        return True
    if word in _yes()[1]:
        return False
    raise Refused(Problem("no_yes", column, cell))


def yes_word(value: bool, language: str) -> str:
    """How it is written."""
    return {"en": ("no", "yes"), "ru": ("нет", "да"), "kk": ("жоқ", "иә")}[language][value]


def number(column: str, cell: str) -> int:
    """A whole number from 0 on."""
    figures = re.sub(r"[\s\u00a0]", "", cell)
    if not re.fullmatch(r"[0-9]{1,9}", figures):
        raise Refused(Problem("no_number", column, cell))
    return int(figures)


# --- places, laws, addresses ------------------------------------------------------------------------------------


def region(cell: str) -> str:
    """A region's ISO 3166-2 code."""
    text = re.sub(r"^(?:г\.|город|қ\.|city of)\s*", "", cell.strip(), flags=re.IGNORECASE)
    written = text.upper()
    if written in country().regions:
        return written
    if found := country().region_of(text):
        return found
    raise Refused(Problem("no_region", "region", cell))


def region_label(of: str, language: str) -> str:
    """A region as it is written into a table; one of another country by its code."""
    known = country().regions.get(of)
    return known.names[language] if known else of


def country_code(cell: str) -> str:
    """A country's ISO 3166-1 code, by itself or by its name."""
    text = cell.strip()
    if re.fullmatch(r"[A-Za-z]{2}", text):
        return text.upper()
    if folded(text) in {folded(name) for name in country().names.values()}:
        return country().code
    if (found := country().find_abroad(text)) and found.kind == "country":
        return found.country
    raise Refused(Problem("no_country", "country", cell))


def place(cell: str) -> tuple[str, str]:
    """A place's English name and its region; the name as written and "" where the country's data do not know it."""
    text = re.sub(r"^(?:г\.|город|с\.|село|п\.|қ\.|а\.)\s*", "", cell.strip(), flags=re.IGNORECASE)
    found = country().find_place(text)
    return (found.name, found.region) if found else (cell.strip(), "")


def provisions(cell: str) -> list[str]:
    """The codes of provisions: written as such, or cited in words."""
    codes: list[str] = []
    for part in filter(None, parts(cell)):
        if PROVISION.fullmatch(part.upper()):
            codes.append(part.upper())
            continue
        found = next((some for language in ("ru", "kk", "en") if (some := cited(part, language))), [])
        if not found:
            raise Refused(Problem("no_provision", "provisions", part))
        codes += [one.code for one in found]
    return list(dict.fromkeys(codes))


def address(cell: str) -> str:
    """A web address; one without a scheme is none."""
    text = cell.strip()
    found = web_address(text) if text.lower().startswith(("http://", "https://")) and " " not in text else ""
    if not found or len(text) > 2000:
        raise Refused(Problem("no_address", "address", cell))
    return text
