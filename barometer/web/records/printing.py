"""What was printed where, what an item of ours tells, and what is on record for a quarter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from barometer.codebook import Actor, Event, Quarter, Target
from barometer.indicators import Counted, Figures, figures
from barometer.review import PUBLIC
from barometer.web.records import models, retellings
from barometer.web.records.issues import ItemEvent
from barometer.web.records.mapping import event_in_case

#: the order in which an item tells its events
ORDER = {ItemEvent.Role.LEAD: 0, ItemEvent.Role.DEVELOPMENT: 1, ItemEvent.Role.BACKGROUND: 2}


def in_order(rows: Iterable[ItemEvent]) -> list[ItemEvent]:
    """The lead first, what came of it, what came before."""
    return sorted(rows, key=lambda row: (ORDER[row.role], row.position, row.pk or 0))


def own_items(issue: models.Issue) -> QuerySet[models.Item]:
    """The items that the desk made for the issue, those that are left out too, with what they tell; two queries."""
    tells = ItemEvent.objects.select_related("event__case", "event__item")
    items = models.Item.objects.filter(issue=issue, source=None)
    return items.prefetch_related(Prefetch("tells", tells)).order_by(*models.Item._meta.ordering)


# --- printed ----------------------------------------------------------------------------------------------


def frozen_rows() -> QuerySet[ItemEvent]:
    """What frozen issues of ours tell."""
    return ItemEvent.objects.filter(item__left_out="", item__issue__frozen_at__isnull=False)


def printed_before(issue: models.Issue) -> Q:
    """Events that another issue has printed: a frozen one of ours, or one that was published historically."""
    elsewhere = frozen_rows().exclude(item__issue=issue).filter(event=OuterRef("pk"))
    historical = Q(item__issue__source__isnull=False) & ~Q(item__issue=issue)
    return Q(Exists(elsewhere)) | historical


def printed_in(events: Collection[int]) -> dict[int, list[str]]:
    """Event → the quarters of the issues in which it was printed, the first first; two queries."""
    found: dict[int, set[str]] = defaultdict(set)
    own = frozen_rows().filter(event__in=events).order_by()
    for event, period in own.values_list("event", "item__issue__period"):
        found[event].add(period)
    told = models.Event.objects.filter(pk__in=events, item__issue__source__isnull=False).order_by()
    for event, period in told.values_list("pk", "item__issue__period"):
        found[event].add(period)
    return {event: sorted(periods) for event, periods in found.items()}


# --- recorded ---------------------------------------------------------------------------------------------


#: what counting an event reads
_COUNTED = ("public_id", "coded", "case__slug", "item__public_id", "item__section", "item__month")


def quarter_before(period: str) -> str:
    """ "2025Q4" of "2026Q1" """
    quarter = Quarter.parse(period)
    if quarter.number > 1:
        return str(Quarter(quarter.year, quarter.number - 1))
    return str(Quarter(quarter.year - 1, 4))


#: What something is counted by; the words of an event are not.
_COUNTED_BY = frozenset(Event.model_fields) - {
    "headline",
    "note",
    "summary",
    "upcoming",
    "amounts",
    "grounds",
}
#: Which fields a value of a count was given; one for all of them.
_GIVEN: set[str] = set()


def recorded(period: str, again: frozenset[str] | None = None) -> list[Counted]:
    """All published events of a quarter: those that a bulletin of that quarter told, and those that happened in it.

    What a bulletin told is of its quarter; of the others, what lies wholly in it by its date. The events are without their
    words, of which nothing is counted.
    """
    return list(each_recorded(period, again))


def each_recorded(period: str, again: frozenset[str] | None = None) -> Iterator[Counted]:
    """The same, one after the other."""
    quarter = Quarter.parse(period)
    again = retellings.counted_elsewhere(public=True) if again is None else again
    happened = Q(item__issue__isnull=True, first_day__gte=quarter.first, last_day__lte=quarter.last)
    events = models.Event.objects.public().filter(Q(item__issue__period=period) | happened)
    rows = events.select_related("item", "case").only(*_COUNTED)
    met: dict[Any, Any] = {}
    for row in rows.iterator(chunk_size=1_000):
        yield Counted(
            _small(event_in_case(row), met), row.item.section, row.item.month or None,
            row.item.public_id, row.public_id in again, row.public_id,
        )  # fmt: skip


def _small(event: Event, met: dict[Any, Any]) -> Event:
    """The event without its words, in half of the memory: tens of thousands are held while a quarter is counted.

    What many events have alike is held once, by `met`, and no value keeps which of its fields were given.
    """

    def once(value: Any) -> Any:
        return met.setdefault(value, value)

    def small(value: Target | Actor) -> Any:
        return type(value).model_construct(_GIVEN, **{name: once(one) for name, one in value})

    values = {name: getattr(event, name) for name in _COUNTED_BY}
    for name in ("kind", "types", "date", "phase", "work_link", "place", "provisions", "case"):
        values[name] = once(values[name])
    values |= {name: tuple(map(small, values[name])) for name in ("targets", "actors")}
    return Event.model_construct(_GIVEN, **values)


def recorded_figures(period: str, again: frozenset[str] | None = None) -> Figures:
    """The quarter in numbers, by all that is recorded: what comparisons use."""
    return figures(recorded(period, again), period)


def printed_figures(
    issue: models.Issue, items: Sequence[Any], again: frozenset[str] | None = None
) -> Figures:
    """What these items of ours print, in numbers; they came with what they tell."""
    again = retellings.counted_elsewhere(public=True) if again is None else again
    counted = [
        Counted(
            told_value(row), item.section, item.month or None, item.public_id, row.event.public_id in again
        )
        for item in items
        for row in item.tells.all()
        if row.event.state in PUBLIC
    ]
    return figures(counted, issue.period, entries=len(items))


def told_value(row: ItemEvent) -> Any:
    """The event as its item tells it: what is told as background is not counted again."""
    event = event_in_case(row.event)
    is_background = row.role == ItemEvent.Role.BACKGROUND
    return event.model_copy(update={"background": True}) if is_background else event
