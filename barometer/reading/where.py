"""Where it happened: the place that a text names, and its region."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from barometer.codebook import Place
from barometer.countries import Finder, ForeignPlace, PlaceName, Region, country

Where = Region | PlaceName | ForeignPlace

#: A place that only tells whose press office answered, or what a title says, is not where it happened.
_NOT_WHERE = re.compile(
    r"(?:press (?:office|service)|article|headline|entitled|titled|пресс-служб\w+|стать\w+|баспасөз қызмет\w+|мақала\w*)[^.!?]{0,60}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Located:
    """A place in a text, from `start` to `end`."""

    place: Place
    start: int
    end: int
    exact: bool


@cache
def _finder() -> Finder[Where]:
    c = country()
    values: list[Where] = [*c.regions.values(), *c.places, *c.abroad]
    return Finder(
        ((name, value) for value in values for name in _names(value)),
        capital=True,
    )


def _names(value: Where) -> set[str]:
    names = {*value.names.values(), *value.spellings, *getattr(value, "stems", ())}
    return names | set(getattr(value, "short", {}).values())


def located(text: str) -> list[Located]:
    """The places of a text from left to right, without those in quotation marks."""
    found = []
    for hit in _finder().find(text):
        if _in_quotes(text, hit.start) or _NOT_WHERE.search(text[max(0, hit.start - 90) : hit.start]):
            continue
        place = _place(hit.values)
        if place is not None:
            found.append(
                Located(place, hit.start, hit.end, any(isinstance(v, PlaceName) for v in hit.values))
            )
    return found


def _place(values: tuple[Where, ...]) -> Place | None:
    """One place of several bearers of a name: a region or a town that is not in doubt."""
    for kind in (PlaceName, Region, ForeignPlace):
        some = [value for value in values if isinstance(value, kind)]
        sure = [value for value in some if not getattr(value, "ambiguous", False)]
        if len(sure) == 1 or (sure and len({getattr(v, "region", None) for v in sure}) == 1):
            return _value(sure[0])
    return None


def _value(value: Where) -> Place:
    if isinstance(value, Region):
        return Place(country=country().code, name=value.names["en"], region=value.code)
    if isinstance(value, PlaceName):
        return Place(country=country().code, name=value.name, region=value.region)
    return Place(country=value.country, name=value.names["en"], region=None)


def _in_quotes(text: str, at: int) -> bool:
    opening = max(text.rfind(mark, 0, at) for mark in "“«‘„")
    closing = max(text.rfind(mark, 0, at) for mark in "”»’")
    return opening > closing and "\n" not in text[opening:at] and at - opening < 200
