"""What was printed where, what an item of ours tells, and what is on record for a quarter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from barometer.codebook import Quarter
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


#: What nothing is counted by: a large quarter's figures need not hold it.
_NOT_COUNTED = dict.fromkeys(("headline", "note", "summary", "upcoming", "amounts", "grounds"))


def recorded(period: str, again: frozenset[str] | None = None) -> list[Counted]:
    """All published events of a quarter: those that a bulletin of that quarter told, and those that happened in it.

    What a bulletin told is of its quarter; of the others, what lies wholly in it by its date. The events are without their
    words, of which nothing is counted.
    """
    quarter = Quarter.parse(period)
    again = retellings.counted_elsewhere(public=True) if again is None else again
    happened = Q(item__issue__isnull=True, first_day__gte=quarter.first, last_day__lte=quarter.last)
    events = models.Event.objects.public().filter(Q(item__issue__period=period) | happened)
    return [
        Counted(
            event_in_case(row).model_copy(update=_NOT_COUNTED), row.item.section, row.item.month or None,
            row.item.public_id, row.public_id in again, row.public_id,
        )
        for row in events.select_related("item", "case").only(*_COUNTED).iterator(chunk_size=1_000)
    ]  # fmt: skip


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
