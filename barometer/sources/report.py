"""A report as a document: a news item, a channel post, a statement, a tip; one story with the day it was published.

The day is what relative words count from ("yesterday", "on Tuesday"). It is given, or stands in a line of its own at
the head or the foot of the text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

from barometer.countries import country
from barometer.countries.forms import plain_letters
from barometer.sources.bulletin import Bulletin, BulletinEntry, LineKind, links_in, prose
from barometer.sources.bulletin_reader import read_bulletin

#: A text without headings that is longer than this, or has more paragraphs, is a digest of many reports.
LONGEST_REPORT = 20_000
MOST_PARAGRAPHS = 25
#: Lines at the head and the foot in which the day of publication may stand.
_EDGE = 6
#: A shorter line is not one that a program broke: what follows begins anew.
_BROKEN = 50
#: A headline is one short line.
_HEADLINE = 200

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NUMERIC = (
    re.compile(rf"(?<!\d){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})[./](?P<month>\d{{1,2}})[./]{_YEAR}(?!\d)"),
)


@cache
def _worded() -> tuple[re.Pattern[str], dict[str, int]]:
    """Days with a month in words, in any of the languages."""
    forms = {
        form.casefold(): number
        for months in country().months.values()
        for number, month in enumerate(months, 1)
        for form in month
    }
    month = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    day = r"(?P<day{0}>\d{{1,2}})"
    return re.compile(
        rf"(?<!\d){day.format('1')}(?:st|nd|rd|th)?\s+(?P<month1>{month})\.?,?\s+(?P<year1>(?:19|20)\d\d)(?!\d)"
        rf"|\b(?P<month2>{month})\s+{day.format('2')}(?:st|nd|rd|th)?,?\s+(?P<year2>(?:19|20)\d\d)(?!\d)"
        rf"|\b(?P<year3>(?:19|20)\d\d)\s*(?:жылғы|жылдың|жылы|жыл|ж\.)?,?\s+{day.format('3')}\s+(?P<month3>{month})(?!\w)",
        re.IGNORECASE,
    ), forms


def day_in(line: str) -> tuple[date, tuple[int, int]] | None:
    """The first full day in a line (2026-03-14, 14.03.2026, 14 March 2026, 2026 жылғы 14 наурыз), and its place."""
    for pattern in _NUMERIC:
        for match in pattern.finditer(line):
            found = _day(match["year"], match["month"], match["day"])
            if found:
                return found, match.span()
    pattern, months = _worded()
    for match in pattern.finditer(line):
        number = next(n for n in "123" if match[f"day{n}"])
        found = _day(
            match[f"year{number}"],
            str(months.get(plain_letters(match[f"month{number}"]), 0)),
            match[f"day{number}"],
        )
        if found:
            return found, match.span()
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def dated_line(text: str) -> str | None:
    """The day in a line that holds little else, at the head or the foot of a text, as YYYY-MM-DD."""
    lines = [line.strip(" \t*_#") for line in text.split("\n") if line.strip()]
    for line in [*lines[:_EDGE], *reversed(lines[_EDGE:][-_EDGE:])]:
        if len(line) > 80:
            continue
        found = day_in(line)
        if found and len(re.findall(r"\w+", line[: found[1][0]] + line[found[1][1] :])) <= 4:
            return found[0].isoformat()
    return None


def is_report(bulletin: Bulletin) -> bool:
    """Whether a text read as a bulletin has nothing of one: no section, no month, no quarter, and is short."""
    gaps = re.finditer(r"\s++", bulletin.text.strip())
    paragraphs = sum(gap[0].count("\n") > 1 for gap in gaps) + 1
    return (
        not bulletin.sections
        and not any(kind == "month" for kind in bulletin.line_kinds)
        and not any(entry.month for entry in bulletin.entries)
        and bulletin.quarter is None
        and paragraphs <= MOST_PARAGRAPHS
        and len(bulletin.text) <= LONGEST_REPORT
    )


def read_report(source_name: str, text: str, published: str | None = None) -> Bulletin:
    """A report's text as a document of one entry; `published` is YYYY-MM-DD, else a dated line of the text."""
    bulletin = read_bulletin(source_name, text)
    return as_report(bulletin, published)


def as_report(bulletin: Bulletin, published: str | None = None) -> Bulletin:
    """The document of one entry that holds all the words of a text but a line with nothing but its day."""
    lines = bulletin.text.split("\n")
    kinds: list[LineKind] = [
        "page" if _only_a_day(line) else "entry" if line.strip() else "blank" for line in lines
    ]
    told = [number for number, kind in enumerate(kinds, 1) if kind == "entry"]
    first, last = (told[0], told[-1]) if told else (1, 1)
    day = published or dated_line(bulletin.text)
    head = lines[first - 1].strip(" #*_")
    titled = first != last and len(head) <= _HEADLINE and not head.endswith((".", ":", ";", ","))
    text, offsets = _joined(bulletin.text, kinds, titled=titled)
    entry = BulletinEntry(
        id="r-1",
        section=None,
        month=day[:7] if day else None,
        lines=(first, last),
        text=text,
        headline=head if titled else None,
        links=tuple(links_in(bulletin.text, 0, len(bulletin.text))),
        offsets=tuple(offsets),
    )
    problems = () if day else ("the day of publication is not told; give it with --date YYYY-MM-DD",)
    return replace(
        bulletin,
        quarter=None,
        published=day,
        title=head if titled else "",
        intro="",
        sections=(),
        entries=(entry,),
        contact="",
        line_kinds=tuple(kinds),
        problems=problems,
    )


def _only_a_day(line: str) -> bool:
    found = day_in(line) if 5 < len(line) < 80 else None
    return (
        bool(found) and len(re.findall(r"\w+", line[: found[1][0]] + line[found[1][1] :])) <= 1
        if found
        else False
    )


def _joined(text: str, kinds: list[LineKind], *, titled: bool) -> tuple[str, list[int]]:
    """The clean text, a paragraph a line, and where each of its characters stands."""
    out: list[str] = []
    offsets: list[int] = []
    at, before = 0, ""
    fresh = True
    for line, kind in zip(text.split("\n"), kinds, strict=True):
        piece, where = prose(text, at, at + len(line)) if kind == "entry" else ("", [])
        at += len(line) + 1
        if not piece:
            fresh = True
            continue
        if before:
            new = fresh or len(before) < _BROKEN and not piece[:1].islower() or not piece[:1].isalnum()
            cut = piece[:1].islower() and before[-1] not in ".!?…:"
            out.append("\n" if new and not cut else " ")
            offsets.append(where[0])
        fresh = titled and not before
        out.append(piece)
        offsets += where
        before = piece
    return "".join(out), offsets
