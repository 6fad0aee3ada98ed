"""How letters and tables write the fields of a notice: labels, grounds, actions, days, as data (notice_mails.toml)."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from barometer.countries import fold
from barometer.reach.notices.values import ACTIONS, GROUNDS
from barometer.reading.when import dates
from barometer.sources import language_of

#: A field of more letters than this is cut: nobody reads on, and rules stay quick.
LONGEST = 100_000
_LONGEST_LABEL = 80
_ENGLISH_DAY = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?!\d)")


@cache
def table() -> dict[str, Any]:
    """notice_mails.toml."""
    with (resources.files("barometer.reach") / "data" / "notice_mails.toml").open("rb") as stream:
        return tomllib.load(stream)


@cache
def _labels() -> dict[str, str]:
    return {fold(label): field for field, some in table()["labels"].items() for label in some}


def field_of(label: str) -> str:
    """The field that a label or a heading names; "" for any other words."""
    bare = label.strip(" \t*•·–—-#>|").replace("_", " ")
    if not bare or len(bare) > _LONGEST_LABEL:
        return ""
    bare = re.sub(r"^\(?\d{1,2}[.)]\s*", "", bare)
    bare = re.sub(r"\s*\((?:s|es|ы|и|лар|лер)\)$", "", bare)
    return _labels().get(fold(bare), "")


def ground_of(text: str) -> str:
    """The ground that the words name most often; "" where they name none."""
    text = text.strip()
    if text in GROUNDS:
        return text
    if not text:
        return ""
    small = text[:LONGEST].casefold()
    counts = {row["code"]: sum(map(small.count, row["words"])) for row in table()["ground"]}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] else ""


def action_of(text: str) -> str:
    """What the words say was done; "" where they say nothing of it."""
    text = text.strip()
    if text in ACTIONS:
        return text
    small = text[:LONGEST].casefold()
    return next((row["code"] for row in table()["action"] if any(word in small for word in row["words"])), "")


def day_of(text: str) -> date | None:
    """The first whole day with its year in the text: 2026-03-17, 17.03.2026, 17 March 2026, March 17, 2026; else None.

    3/17/2026 is read where only one reading is a day.
    """
    text = text[:400]
    if not any(map(str.isdigit, text)):
        return None
    for match in _ENGLISH_DAY.finditer(text):
        days = {
            _day(int(match[3]), *pair)
            for pair in ((int(match[1]), int(match[2])), (int(match[2]), int(match[1])))
        }
        days.discard(None)
        return days.pop() if len(days) == 1 else None
    text = re.sub(r"(?<=\d)T(?=\d\d:)", " ", text)
    for language in dict.fromkeys((language_of(text), "en", "ru", "kk")):
        for one in dates(text, language, 1900):
            if one.year and len(one.iso) == 10:
                return date.fromisoformat(one.iso)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
