"""Rows of the ledger → cases as the core follows them: `barometer.cases` values, two questions for a thousand events.

**Known**: a case is replayed by the day on which each of its events became known. That is the day of the event's row
in the ledger, or, where an older document was taken in later, the day of the document: the date that a letter or a
report bears, for a bulletin the last day of its quarter (it comes out soon after; a nearer day is not on record). No
event is known before its own first day. What was corrected later is replayed as corrected: a mended date is no news.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from barometer.cases.contradictions import Contradiction, contradictions
from barometer.cases.rules import rules
from barometer.cases.values import Case, CaseEvent, Choice
from barometer.codebook import Quarter
from barometer.web.records import models
from barometer.web.records.mapping import event_value, renamed
from barometer.web.records.naming import Shown, shown_names

#: What an event tells of dates: one that is announced, or a length or a deadline.
_TELLS_DATES = ~Q(upcoming=[]) | Q(coded__has_key="amounts")
#: What a case tells of an event.
_TOLD = (
    "public_id", "key", "created_at", "first_day", "coded",
    "case__slug", "item__source__name", "item__source__language", "item__source__quarter", "item__source__published",
)  # fmt: skip
_AT_ONCE = 1_000


def desk_events() -> QuerySet[models.Event]:
    """What the desk follows: every event but those that were withdrawn."""
    return models.Event.objects.exclude(state=models.State.WITHDRAWN)


def public_events() -> QuerySet[models.Event]:
    """What the public may follow."""
    return models.Event.objects.public()


def known_day(row: models.Event) -> date:
    """The day on which the event became known: see the head of this module."""
    came = timezone.localdate(row.created_at)
    told = _day_of(row.item.source)
    return came if told is None else min(came, max(told, row.first_day or told))


def _day_of(source: models.Source | None) -> date | None:
    if source is None:
        return None
    if source.published:
        return source.published
    return Quarter.parse(source.quarter).last if source.quarter else None


def case_event(row: models.Event, names: Shown) -> CaseEvent:
    """An event with its id, its source and the day on which it became known; people that were joined are one."""
    source = row.item.source
    name = source.name if source else row.key
    language = (source.language if source else "") or "en"
    told = renamed(event_value(row), row.public_id, names, language)
    return CaseEvent(row.public_id, told, (name,), known_day(row))


def case_value(slug: str, rows: Iterable[models.Event], *, public: bool, names: Shown | None = None) -> Case:
    """The case of rows that came with their item and its source, under the names that the public or the desk sees."""
    rows = list(rows)
    names = shown_names(public=public) if names is None else names
    names = replace(names, withheld=names.withheld.numbered_in(rows)) if names.withheld else names
    return Case(slug, tuple(case_event(row, names) for row in rows))


def cases(events: QuerySet[models.Event], *, public: bool, names: Shown | None = None) -> list[Case]:
    """The cases of these events, in the order of their slugs, under the names that the public or the desk sees."""
    return list(Cases(events, public=public, names=names))


class Cases(Iterable[Case]):
    """The same, read anew each time they are gone through, one after the other: a large ledger has more than fit."""

    def __init__(self, events: QuerySet[models.Event], *, public: bool, names: Shown | None = None) -> None:
        self._events = events.filter(case__isnull=False)
        self._public = public
        self._names = shown_names(public=public) if names is None else names

    def __iter__(self) -> Iterator[Case]:
        """Each case with its events."""
        for slug, told in groupby(self._rows(), key=lambda row: row.case.slug):
            yield case_value(slug, told, public=self._public, names=self._names)

    def _rows(self) -> Iterator[models.Event]:
        """The events by case. Only their numbers are put in order: a million whole rows are more than a gigabyte to sort."""
        ordered = self._events.order_by("case__slug", "pk").values_list("pk", flat=True)
        numbers = array("q", ordered.iterator(chunk_size=10_000))
        seen = public_events() if self._public else desk_events()
        rows = seen.filter(case__isnull=False).select_related("item__source", "case").only(*_TOLD).order_by()
        for start in range(0, len(numbers), _AT_ONCE):
            part = numbers[start : start + _AT_ONCE]
            found = {row.pk: row for row in rows.filter(pk__in=part.tolist())}
            yield from (found[number] for number in part if number in found)


def with_effects(events: QuerySet[models.Event]) -> QuerySet[models.Event]:
    """Those events whose cases can have a measure or a proceeding: one of them is of a type that begins or ends such."""
    known = rules()
    telling = models.EventType.objects.filter(code__in={*known.effects, *known.outcomes})
    return events.filter(case__in=telling.filter(event__in=events).values("event__case"))


def to_follow(events: QuerySet[models.Event]) -> QuerySet[models.Event]:
    """Those events whose cases can be open, or have dates ahead: see `with_effects` and `with_dates`."""
    known = rules()
    telling = models.EventType.objects.filter(code__in={*known.effects, *known.outcomes})
    dated = events.filter(_TELLS_DATES, case=OuterRef("case"))
    return events.filter(Q(case__in=telling.filter(event__in=events).values("event__case")) | Exists(dated))


def with_dates(events: QuerySet[models.Event]) -> QuerySet[models.Event]:
    """Those events whose cases can have dates ahead: one of them announces a date, or tells a length or a deadline."""
    return events.filter(Exists(events.filter(_TELLS_DATES, case=OuterRef("case"))))


# --- what editors chose -----------------------------------------------------------------------------------


def choices(case: models.Case) -> list[models.StatementChoice]:
    """All that was chosen in a case, in the order in which it was chosen."""
    return list(case.choices.order_by("pk"))


def choice_value(row: models.StatementChoice, case: str, point: str = "") -> Choice:
    """A choice as the core takes it; on another point where the key of its point has changed."""
    return Choice(
        case, point or row.point, row.value, row.reason, row.by, timezone.localdate(row.created_at), row.pk
    )


def with_choices(
    case: Case, made: Sequence[models.StatementChoice], *, public: bool
) -> tuple[Contradiction, ...]:
    """The contradictions of a case with what was chosen on them.

    A point's key holds the event that tells a fact best; a later telling, or the view of the public that lacks some,
    may give it another one. So a choice is found again by the events whose statements were weighed. For the public,
    a choice of what no public event says is none: neither its value nor its reason is shown.
    """
    found = contradictions(case)
    if not made:
        return found
    values = []
    for row in made:
        point = _point_of(row, found)
        if point and (not public or row.value in point.values):
            values.append(choice_value(row, case.slug, point.key))
    return contradictions(case, values)


def unplaced(case: Case, made: Sequence[models.StatementChoice]) -> list[models.StatementChoice]:
    """Choices on points where the sources no longer differ: kept, and shown at the desk."""
    found = contradictions(case)
    return [row for row in made if _point_of(row, found) is None]


def _point_of(row: models.StatementChoice, found: Iterable[Contradiction]) -> Contradiction | None:
    exact = next((one for one in found if one.key == row.point), None)
    return exact or next((one for one in found if _is_same_point(row, one)), None)


def _is_same_point(row: models.StatementChoice, one: Contradiction) -> bool:
    """Whether it is the same kind of point between at least two of the events that were weighed."""
    events = {statement.event for statement in one.statements}
    return (
        len(events & set(row.events)) > 1
        and row.value in one.values
        and _kind_of(row.point) == _kind_of(one.key)
    )


def _kind_of(key: str) -> tuple[str, str]:
    """The topic of a point's key and what follows the fact, such as what an amount is of."""
    topic, _, rest = key.partition(":")
    return topic, rest.partition(":")[2]


def known_by(case: Case, day: date | None, made: Sequence[models.StatementChoice]) -> tuple[Case, list]:
    """The case and its choices as they were known at the end of that day; None: all of it."""
    if day is None:
        return case, list(made)
    return case.known_by(day), [row for row in made if timezone.localdate(row.created_at) <= day]
