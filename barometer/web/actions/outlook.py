"""Which cases the desk has to think of: open when a period began, or with a date soon; found once, then kept up to date.

To look at every case of a ledger takes a second for some thousand events, and pages of every day ask for it. So a process
remembers of each such case no more than how it stands, and after a change looks again at the cases that it touched. What a
page prints of a case is worked out anew of that case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import QuerySet

from barometer.cases.carryover import Carried, Moved, carried, carryover
from barometer.cases.state import state_of
from barometer.cases.telling import facts_of
from barometer.cases.upcoming import is_next, upcoming_of
from barometer.cases.values import Period
from barometer.names.clusters import touching
from barometer.web.public import joined, memory
from barometer.web.records import changes, shelf, timelines
from barometer.web.records.changes import Change, Seen
from barometer.web.records.models import Case, Event, Mention, NameJudgement, Revision
from barometer.web.records.withholding import party_log

#: From so many cases that changed on all are looked at; of so many that are to be thought of, it is laid on the disk.
MOST_TOUCHED, LAID_FROM = 5_000, 300
_MOVED: tuple[Moved, ...] = ("no", "perhaps", "yes")
_FLAGS = ("carried", "still_open", "passed", "soon")
#: The modules whose code decides what is found.
_MADE_BY = (
    *(f"barometer.cases.{name}" for name in ("carryover", "rules", "state", "telling", "upcoming", "values")),
    *(f"barometer.web.records.{name}" for name in ("mapping", "naming", "timelines")),
    "barometer.web.actions.outlook",
)
_When = tuple[Period, date]


@dataclass(frozen=True)
class Outlook:
    """How a case stands: whether it is carried over, moved in the period, open still; whether a date has passed without
    news, and whether one lies ahead in the next fortnight."""

    slug: str
    carried: bool
    moved: Moved
    still_open: bool
    passed: bool
    soon: bool

    @property
    def quiet(self) -> bool:
        """Open when the period began, and nothing came since: it is open still, or a date passed without news."""
        return self.carried and self.moved == "no" and (self.still_open or self.passed)


@dataclass(frozen=True, eq=False)
class _Reading:
    cases: Mapping[int, Outlook]  # by row id; of other cases there is nothing to think
    seen: Seen


def outlooks(period: Period, day: date) -> list[Outlook]:
    """The cases that were open on the first day of the period, and those with a date soon after the day; by slug."""
    when = period, day

    def begun() -> _Reading:
        return (laid := _taken(when)) and _brought_up_to_date(laid, when) or _read(when)

    def again(old: _Reading) -> _Reading:
        return _brought_up_to_date(old, when) or _read(when)

    found = memory.remembered(("outlook", period.first, period.last, day), begun, again=again)
    return sorted(found.cases.values(), key=lambda one: one.slug)


def carried_of(slugs: Collection[str], period: Period, day: date) -> tuple[Carried, ...]:
    """What is carried over of these cases, as they stand now, by slug."""
    events = timelines.desk_events().filter(case__slug__in=slugs)
    return carryover(timelines.Cases(events, public=False, names=joined.of_the_desk()), period, today=day)


def _read(when: _When) -> _Reading:
    seen = Seen.now()
    return _laid(_Reading(_looked_at(None, when), seen), when)


def _looked_at(cases: Collection[int] | None, when: _When) -> dict[int, Outlook]:
    """These cases, or all."""
    if cases is None:
        return _thought_of(timelines.to_follow(timelines.desk_events()), Case.objects.all(), when)
    found: dict[int, Outlook] = {}
    for part in changes.parts(cases):
        found |= _thought_of(
            timelines.desk_events().filter(case__in=part), Case.objects.filter(pk__in=part), when
        )
    return found


def _thought_of(events: QuerySet[Event], cases: QuerySet[Case], when: _When) -> dict[int, Outlook]:
    """Those of the cases whose events give anything to think of."""
    told = timelines.Cases(events, public=False, names=joined.of_the_desk())
    found = {one.slug: one for case in told if (one := _outlook(case, *when))}
    return {pk: found[slug] for pk, slug in cases.values_list("pk", "slug") if slug in found}


def _outlook(case: timelines.Case, period: Period, day: date) -> Outlook | None:
    facts = facts_of(case)
    over = carried(case.slug, facts, period, day)
    soon = any(is_next(one, day) for one in upcoming_of(facts, state_of(facts, case.slug, day)))
    if over is None:
        return Outlook(case.slug, False, "no", False, False, soon) if soon else None
    return Outlook(case.slug, True, over.moved, over.still_open, bool(over.passed), soon)


# --- on the disk ------------------------------------------------------------------------------------------


def _laid(found: _Reading, when: _When) -> _Reading:
    """As found; what was found of many cases lies on the disk for the next process that asks for the same."""
    if len(found.cases) < LAID_FROM or not found.seen.settled:  # nothing tells yet which ledger it is
        return found
    rows = sorted(found.cases.items())
    parts = {name: np.array([getattr(one, name) for _, one in rows], np.bool_) for name in _FLAGS}
    parts["moved"] = np.array([_MOVED.index(one.moved) for _, one in rows], np.uint8)
    parts["case"] = np.array([pk for pk, _ in rows], np.int64)
    shelf.lay("outlook", _MADE_BY, {"seen": found.seen.plain(), "when": _plain(when)}, parts)
    return found


def _taken(when: _When) -> _Reading | None:
    """What lies there, if it is of that period and day."""
    laid = shelf.take("outlook", _MADE_BY)
    if laid is None or laid.plain["when"] != _plain(when):
        return None
    slugs = dict(Case.objects.values_list("pk", "slug"))
    places = {int(pk): place for place, pk in enumerate(laid.arrays["case"]) if int(pk) in slugs}
    return _Reading(
        {
            pk: Outlook(
                slugs[pk],
                moved=_MOVED[laid.arrays["moved"][place]],
                **{name: bool(laid.arrays[name][place]) for name in _FLAGS},
            )
            for pk, place in places.items()
        },
        Seen.of_plain(laid.plain["seen"]),
    )


def _plain(when: _When) -> list[str]:
    period, day = when
    return [period.first.isoformat(), period.last.isoformat(), day.isoformat()]


# --- after a change ---------------------------------------------------------------------------------------


def _brought_up_to_date(old: _Reading, when: _When) -> _Reading | None:
    """By looking again at the cases that were touched; None where all have to be looked at."""
    seen, new = old.seen.since()
    if not old.seen.still_there():
        return None
    touched = _touched(new)
    if touched is None or len(touched) > MOST_TOUCHED:
        return None
    left = {pk: one for pk, one in old.cases.items() if pk not in touched}
    return _Reading(left | (_looked_at(touched, when) if touched else {}), seen)


def _touched(new: Sequence[Change]) -> set[int] | None:
    """Row ids of the cases of whose events something is different, or of whose people; None where one cannot tell."""
    if any(change.model == "party" and change.action != "create" for change in new):
        return None  # another name
    events = changes.of_model(new, "event")
    found = _cases_of(events, "public_id__in") | _named(changes.of_model(new, "case"))
    found |= _cases_of(changes.of_model(new, "source"), "item__source__public_id__in")
    for part in changes.parts(events):
        rows = Revision.objects.filter(model="event", record_id__in=part).order_by()
        before = {row.get("case") for row in rows.values_list("after", flat=True)}
        found |= _named({one for one in before if one})
    people = _joined(changes.of_model(new, "namejudgement"))
    return found | _cases_of(people, "mentions__party__public_id__in")


def _cases_of(values: Collection[str], condition: str) -> set[int]:
    """The cases of the events of which a field (`name__in`) has one of these values."""
    return {
        case
        for part in changes.parts(values)
        for case in Event.objects.filter(**{condition: part}, case__isnull=False)
        .order_by()
        .values_list("case", flat=True)
    }


def _named(public_ids: Collection[str]) -> set[int]:
    return {
        pk
        for part in changes.parts(public_ids)
        for pk in Case.objects.filter(public_id__in=part).values_list("pk", flat=True)
    }


def _joined(judgements: Collection[str]) -> set[str]:
    """Public ids of the parties of which these judgements say something, and of all that are joined to them by others."""
    said: set[str] = set()
    for part in changes.parts(judgements):
        rows = NameJudgement.objects.filter(public_id__in=part)
        said.update(one for two in rows.values_list("one", "other") for one in two)
    events = {one.partition(":")[0] for one in said if ":" in one}
    parties = {one for one in said if ":" not in one}
    for part in changes.parts(events):
        rows = Mention.objects.filter(event__public_id__in=part)
        parties.update(rows.order_by().values_list("party__public_id", flat=True))
    near = touching(parties, party_log) if parties else []
    return parties | {member for row in near for member in (row.one, row.other)}
