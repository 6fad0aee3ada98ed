"""What changed since somebody looked: the revisions that have come, each once.

A change writes its revision in the same transaction (barometer.web.actions.revisions). On PostgreSQL one that was
written earlier may become visible after a later one, so that revisions are looked through again from an hour back. One
that takes longer than that shows in how many there are: then everything is looked at again (`Seen.still_there`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.utils import timezone

from barometer.web.records.models import Event, Revision

V = TypeVar("V", str, int)
LONGEST_CHANGE = timedelta(hours=1)
#: Among so many of the newest revisions one is missed that becomes visible late.
IN_SIGHT = 2_000
#: So many values are asked for in one query.
IN_A_QUERY = 500


class Change(NamedTuple):
    """A revision: of which model, of which record by its public id, and what was done."""

    model: str
    record: str
    action: str


@dataclass(frozen=True)
class Seen:
    """The revisions that were seen: all up to a row id, and some after it."""

    settled: int
    settled_record: str  # of that revision
    counted: int  # how many of the newest are settled
    later: frozenset[int]

    @classmethod
    def now(cls) -> Seen:
        """Everything that is there."""
        settled, record = _settled(0, "")
        return cls(settled, record, in_sight(settled), frozenset(_numbers_after(settled)))

    def still_there(self) -> bool:
        """Whether it is the same ledger: not one that was put in its place, nor one in which an old change ended late.

        Asked after `since`, so that nothing comes in between.
        """
        rows = Revision.objects.filter(pk=self.settled, record_id=self.settled_record)
        return self.settled == 0 or (rows.exists() and in_sight(self.settled) == self.counted)

    def plain(self) -> list[Any]:
        """As plain values."""
        return [self.settled, self.settled_record, self.counted, sorted(self.later)]

    @classmethod
    def of_plain(cls, values: Sequence[Any]) -> Seen:
        """What `plain` gave."""
        settled, record, counted, later = values
        return cls(settled, record, counted, frozenset(later))

    def since(self) -> tuple[Seen, list[Change]]:
        """What has come since, and everything that is there now."""
        settled, record = _settled(self.settled, self.settled_record)
        counted = in_sight(settled)
        after = _numbers_after(self.settled)
        new = _changes([pk for pk in after if pk not in self.later])
        return Seen(settled, record, counted, frozenset(pk for pk in after if pk > settled)), new


def in_sight(newest: int) -> int:
    """How many revisions there are among the row ids up to this one: one more when one becomes visible late."""
    return Revision.objects.filter(pk__gt=newest - IN_SIGHT, pk__lte=newest).count()


def _settled(before: int, record: str) -> tuple[int, str]:
    """The revision up to which none can become visible any more, and its record; the one before where none is new."""
    rows = Revision.objects.filter(pk__gt=before)
    if connection.vendor != "sqlite":  # there one writes at a time
        rows = rows.filter(at__lt=timezone.now() - LONGEST_CHANGE)
    return rows.order_by("-pk").values_list("pk", "record_id").first() or (before, record)


def _numbers_after(settled: int) -> list[int]:
    return list(Revision.objects.filter(pk__gt=settled).order_by("pk").values_list("pk", flat=True))


def _changes(numbers: Collection[int]) -> list[Change]:
    """These revisions, in order."""
    rows = [
        row
        for part in parts(numbers)
        for row in Revision.objects.filter(pk__in=part).values_list("pk", "model", "record_id", "action")
    ]
    return [Change(*row) for _, *row in sorted(rows)]


def of_model(changes: Iterable[Change], model: str) -> set[str]:
    """The records of a model that changed."""
    return {change.record for change in changes if change.model == model}


def events_by(condition: str, values: Collection[V]) -> set[int]:
    """Row ids of the events of which a field (`name__in`) has one of these values."""
    return {
        pk
        for part in parts(values)
        for pk in Event.objects.filter(**{condition: part}).order_by().values_list("pk", flat=True)
    }


def parts(values: Collection[V]) -> Iterator[list[V]]:
    """The values in order, so many as one query asks for."""
    wanted = sorted(values)
    return (wanted[start : start + IN_A_QUERY] for start in range(0, len(wanted), IN_A_QUERY))
