"""Pages by position, not by number: a record that comes in meanwhile neither shifts nor repeats what was read.

A cursor is the place after which to go on, `DAYS.ID`: the record's first day as a number of days (0: no date) and its
id. Any such place is a right question, so that nothing needs to be signed or remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
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


def by_day(rows: QuerySet[Any], after: str | None, how_many: int, day: str = "first_day") -> list[Any]:
    """So many rows from the place on, the newest first, those without a day last."""
    return by_day_of(lambda _: rows, lambda: rows, after, how_many, day)


def by_day_of(
    dated: Callable[[date | None], QuerySet[Any]],
    undated: Callable[[], QuerySet[Any]],
    after: str | None,
    how_many: int,
    day: str = "first_day",
) -> list[Any]:
    """The same of rows with a day, of which those from a day back are asked for, and of rows without one.

    In up to three questions, each of which an index on the day and the id answers in order.
    """
    place = Place.parse(after) if after else None
    found: list[Any] = []
    if place is None or place.day:
        has_day = dated(place and place.day).filter(**{f"{day}__isnull": False})
        has_day = has_day.order_by(f"-{day}", "public_id")
        if place:
            found += has_day.filter(**{day: place.day}, public_id__gt=place.id)[:how_many]
            has_day = has_day.filter(**{f"{day}__lt": place.day})
        if len(found) < how_many:
            found += has_day[: how_many - len(found)]
    if len(found) >= how_many:
        return found
    rows = undated().filter(**{f"{day}__isnull": True}).order_by("public_id")
    rows = rows.filter(public_id__gt=place.id) if place and not place.day else rows
    return [*found, *rows[:how_many]][:how_many]


def by_id(rows: QuerySet[Any], after: str | None, name: str = "public_id") -> QuerySet[Any]:
    """In the order of ids, from the place on."""
    rows = rows.order_by(name)
    return rows.filter(**{f"{name}__gt": Place.parse(after).id}) if after else rows


def next_address(request: HttpRequest, place: Place) -> str:
    """The address of the following page."""
    pairs = [(name, value) for name, values in request.GET.lists() if name != "cursor" for value in values]
    return f"{request.path}?{urlencode([*pairs, ('cursor', str(place))])}"
