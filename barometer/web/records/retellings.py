"""Which events of the ledger tell one thing: what is likely, what people said of it, and what is counted once.

**Counted once**: events that people said to be one make a group, and one of it is counted: one that a bulletin prints
before one of another source, news before background, then what was known first. Only events that the reader may see
are asked, so that withdrawing the one lets the other count; a group that contradicts itself joins nothing. What a
machine proposes changes no figure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet

from barometer.cases.contradictions import book
from barometer.cases.matching import Reason
from barometer.cases.retelling import Telling, Told, retellings
from barometer.cases.values import add_days
from barometer.names.clusters import DIFFERENT, OPEN, SAME, Clusters, Judged, clusters, pair, touching
from barometer.web.records import models, timelines
from barometer.web.records.likely import LookedUp, parties_of
from barometer.web.records.naming import Shown, shown_names

#: So many events that stand there are compared with one.
MOST = 200
#: So many are read at once.
_BATCH = 500
_WINDOW = 45  # days; what lies further away is not asked
#: Of more events than this, all that people said is read.
_MOST_ASKED = 500
_VERDICTS: dict[str, str] = {
    models.Retelling.Verdict.SAME: SAME,
    models.Retelling.Verdict.BACKGROUND: SAME,
    models.Retelling.Verdict.DIFFERENT: DIFFERENT,
    models.Retelling.Verdict.OPEN: OPEN,
}

# --- what people said -------------------------------------------------------------------------------------


def groups() -> Clusters:
    """Which events are one by what people said; members are public ids."""
    return _groups(_said())


def counted_elsewhere(*, public: bool, among: Collection[str] | None = None) -> frozenset[str]:
    """Public ids of the events that another event is counted for: see the head of this module.

    `among` says it of these and of those that are one with them.
    """
    rows = _said(among)
    known = _groups(rows)
    joined = known.joined if among is None else {known.of(one) for one in among if len(known.of(one)) > 1}
    if not joined:
        return frozenset()
    seen = timelines.public_events() if public else timelines.desk_events()
    members = seen.filter(public_id__in={one for group in joined for one in group})
    members = members.select_related("item__source", "item__issue").only(
        "public_id", "background", "created_at", "first_day",
        "item__issue__period", "item__source__published", "item__source__quarter",
    )  # fmt: skip
    by_id = {row.public_id: row for row in members}
    again = _background(rows)
    found: set[str] = set()
    for group in joined:
        there = sorted((by_id[one] for one in group if one in by_id), key=lambda row: _first(row, again))
        found |= {row.public_id for row in there[1:]}
    return frozenset(found)


#: What a person said: an event, the other, the verdict.
_Said = tuple[str, str, str]


def _said(among: Collection[str] | None = None) -> list[_Said]:
    """What people said, the oldest first: all, or all that bears on these events (public ids)."""
    if among is None or len(among) > _MOST_ASKED:
        return list(_log().values())
    rows: dict[int, _Said] = {}

    def about(members: Collection[str]) -> dict[int, Judged]:
        rows_of = models.Event.objects.filter(public_id__in=members).values("pk")
        found = _log(Q(event__in=rows_of) | Q(told__in=rows_of))
        rows.update(found)
        return {pk: _judged(one) for pk, one in found.items()}

    touching(among, about)
    return [rows[pk] for pk in sorted(rows)]


def _log(which: Q | None = None) -> dict[int, _Said]:
    found = models.Retelling.objects.exclude(verdict=models.Retelling.Verdict.PROPOSED).order_by("pk")
    found = found if which is None else found.filter(which)
    rows = found.values_list("pk", "event__public_id", "told__public_id", "verdict")
    return {pk: (event, told, verdict) for pk, event, told, verdict in rows}


def _judged(said: _Said) -> Judged:
    event, told, verdict = said
    return Judged(event, told, _VERDICTS[verdict])


def _groups(rows: Iterable[_Said]) -> Clusters:
    return clusters(_judged(row) for row in rows)


def _background(rows: Iterable[_Said]) -> frozenset[str]:
    last = {pair(event, told): (event, verdict) for event, told, verdict in rows}
    return frozenset(
        event for event, verdict in last.values() if verdict == models.Retelling.Verdict.BACKGROUND
    )


def _first(row: models.Event, again: Collection[str]) -> tuple[Any, ...]:
    issue = row.item.issue
    background = row.background or row.public_id in again
    return background, issue is None, issue.period if issue else "", timelines.known_day(row), row.pk


# --- what is likely ---------------------------------------------------------------------------------------


def likely_retellings_of(rows: Sequence[models.Event]) -> tuple[Told, ...]:
    """What these events probably tell again, of each other and of the ledger; pairs that were judged are left out."""
    names = shown_names(public=False)
    own = {row.pk for row in rows}
    known = LookedUp()
    among = sorted({pk for row in rows for pk in _candidates(row, known)} - own)
    found = (row for start in range(0, len(among), _BATCH) for row in _rows(among[start : start + _BATCH]))
    told = retellings([telling(row, names) for row in rows], [telling(row, names) for row in found])
    judged = known_pairs({one for likely in told for one in (likely.event, likely.told)})
    return tuple(likely for likely in told if pair(likely.event, likely.told) not in judged)


def _rows(ids: Collection[int]) -> QuerySet[models.Event]:
    found = timelines.desk_events().filter(pk__in=ids)
    return found.select_related("item__source", "case").defer("search_text").order_by("pk")


def telling(row: models.Event, names: Shown) -> Telling:
    """The event as the core compares it: in the case in which it stands, under the names that the desk sees."""
    event = timelines.case_event(row, names)
    slug = row.case.slug if row.case else None
    return Telling(replace(event, event=event.event.model_copy(update={"case": slug})), str(row.item_id))


def _candidates(row: models.Event, known: LookedUp) -> Iterable[int]:
    """Rows of events that hit somebody of that name, or nobody in the same place, at about that time, of such a type."""
    event = timelines.event_value(row)
    found = timelines.desk_events().exclude(pk=row.pk)
    if event.targets:
        mentions = models.Mention.objects.filter(
            party__in=parties_of([event], known), side=models.Mention.Side.TARGET
        )
        found = found.filter(pk__in=mentions.values("event"))
    elif row.region:
        found = found.filter(region=row.region, main_type=row.main_type)
    else:
        return []
    if row.first_day and row.last_day:
        near = Q(
            first_day__lte=add_days(row.last_day, _WINDOW), last_day__gte=add_days(row.first_day, -_WINDOW)
        )
        found = found.filter(near | Q(first_day=None))
    types = {code for rivals in book().rivals if row.main_type in rivals for code in rivals} | set(
        event.types
    )
    found = found.filter(types__code__in=types).distinct()
    return found.order_by("-last_day", "-pk").values_list("pk", flat=True)[:MOST]


def known_pairs(public_ids: Collection[str]) -> set[tuple[str, str]]:
    """Pairs of which a person or a machine said anything that it has not dropped again."""
    two = Q(event__public_id__in=public_ids) | Q(told__public_id__in=public_ids)
    rows = last_rows(models.Retelling.objects.filter(two).select_related("event", "told").order_by("pk"))
    return {pair(row.event.public_id, row.told.public_id) for row in rows if not is_dropped(row)}


def is_dropped(row: models.Retelling) -> bool:
    """Whether the machine took its own proposal back, because the coding changed."""
    return row.verdict == models.Retelling.Verdict.OPEN and not row.proposed


def outdated(rows: Sequence[models.Event]) -> list[models.Retelling]:
    """Proposals on these events that nobody has judged and that the machine would not make any more."""
    names = shown_names(public=False)
    found = []
    for row in pending(rows):
        two = [telling(event, names) for event in (row.event, row.told)]
        if not retellings(two):
            found.append(row)
    return found


def pending(rows: Sequence[models.Event] | None = None) -> list[models.Retelling]:
    """Pairs that wait for a person, the likeliest first; of some events, or all. None of a withdrawn event."""
    found = models.Retelling.objects.exclude(event__state=models.State.WITHDRAWN).exclude(
        told__state=models.State.WITHDRAWN
    )
    if rows is not None:
        ids = [row.pk for row in rows]
        found = found.filter(Q(event__in=ids) | Q(told__in=ids))
    related = ("event__case", "event__item__source", "told__case", "told__item__source")
    known = groups()
    waiting = [
        row
        for row in last_rows(found.select_related(*related).order_by("pk"))
        if row.verdict in (models.Retelling.Verdict.PROPOSED, models.Retelling.Verdict.OPEN)
        and not is_dropped(row)
        and not known.is_decided(row.event.public_id, row.told.public_id)
    ]
    return sorted(waiting, key=lambda row: (-row.proposed.get("probability", 0.0), row.pk))


def reasons_of(row: models.Retelling | models.CaseJudgement) -> tuple[Reason, ...]:
    """The machine's reasons as they were kept."""
    return tuple(Reason.from_json(kept) for kept in row.proposed.get("reasons", ()))


# --- for the pages ----------------------------------------------------------------------------------------


def last_rows(rows: Iterable[models.Retelling]) -> list[models.Retelling]:
    """Of rows in order the last on each pair, whichever of the two was named first."""
    found: dict[tuple[int, int], models.Retelling] = {}
    for row in rows:
        two = (min(row.event_id, row.told_id), max(row.event_id, row.told_id))
        found.pop(two, None)
        found[two] = row
    return list(found.values())


def told_again(events: Sequence[models.Event], *, public: bool) -> dict[str, list[models.Event]]:
    """Public id → the events that tell it again by what people said, as the reader may see them.

    The key is the event of a group that is counted.
    """
    said = _said([event.public_id for event in events])
    known = _groups(said)
    wanted = {one for event in events for one in known.of(event.public_id) if len(known.of(one)) > 1}
    if not wanted:
        return {}
    seen = timelines.public_events() if public else timelines.desk_events()
    rows = {
        row.public_id: row
        for row in seen.filter(public_id__in=wanted).select_related("item__source", "item__issue", "case")
    }
    again = _background(said)
    found: dict[str, list[models.Event]] = {}
    for group in {known.of(one) for one in wanted}:
        there = sorted((rows[one] for one in group if one in rows), key=lambda row: _first(row, again))
        if len(there) > 1:
            found[there[0].public_id] = there[1:]
    return found
