"""Pages by position, not by number: a record that comes in meanwhile neither shifts nor repeats what was read.

A cursor is the place after which to go on, `DAYS.ID`: the record's first day as a number of days (0: no date) and its
id. Any such place is a right question, so that nothing needs to be signed or remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

CURSOR = r"^[0-9]{1,7}\.[0-9A-Za-z_-]{1,40}$"
MOST, USUAL = 100, 25


@dataclass(frozen=True)
class Place:
    """A place in a list: after the record with this day and id."""

    day: date | None
    id: str

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read a cursor that has the form of `CURSOR`."""
        number, _, public_id = text.partition(".")
        days = min(int(number), date.max.toordinal())
        return cls(date.fromordinal(days) if days else None, public_id)

    def __str__(self) -> str:
        return f"{self.day.toordinal() if self.day else 0}.{self.id}"


def by_day(rows: QuerySet[Any], after: str | None, day: str = "first_day") -> QuerySet[Any]:
    """The newest first, those without a day last, from the place on."""
    rows = rows.order_by(F(day).desc(nulls_last=True), "public_id")
    if not after:
        return rows
    place = Place.parse(after)
    if place.day is None:
        return rows.filter(**{f"{day}__isnull": True}, public_id__gt=place.id)
    later = Q(**{f"{day}__lt": place.day}) | Q(**{f"{day}__isnull": True})
    return rows.filter(later | Q(**{day: place.day}, public_id__gt=place.id))


def by_id(rows: QuerySet[Any], after: str | None, name: str = "public_id") -> QuerySet[Any]:
    """In the order of ids, from the place on."""
    rows = rows.order_by(name)
    return rows.filter(**{f"{name}__gt": Place.parse(after).id}) if after else rows


def next_address(request: HttpRequest, place: Place) -> str:
    """The address of the following page."""
    pairs = [(name, value) for name, values in request.GET.lists() if name != "cursor" for value in values]
    return f"{request.path}?{urlencode([*pairs, ('cursor', str(place))])}"
