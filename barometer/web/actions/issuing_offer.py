"""What an issue is offered: all that is published and was never printed, gathered into what may become its items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from barometer.codebook import LANGUAGES, Quarter
from barometer.errors import UnknownValue
from barometer.web.actions.deciding import refuse
from barometer.web.actions.issuing_items import Role, Told, Writing, make_item, write_texts
from barometer.web.actions.issuing_open import months_of, to_edit
from barometer.web.records import changes, retellings
from barometer.web.records.models import Event, Issue, Item
from barometer.web.records.printing import printed_before, printed_in

#: So many days before the quarter nothing is late news any more.
LONG_BEFORE = 365


@dataclass(frozen=True)
class Offer:
    """What may become one item: events in their roles, the lead first.

    `case` is the slug of the case whose story it goes on with; `printed` are the issues that have told of it before.
    `entry` is the entry of this quarter's own imported bulletin that it would take over, with its words. `is_later`:
    it happened after the quarter, so the next issue may want it.
    """

    key: str
    told: tuple[Told, ...]
    case: str = ""
    printed: tuple[str, ...] = ()
    entry: Item | None = None
    is_later: bool = False

    @property
    def lead(self) -> Event:
        """The event that it is about."""
        return self.told[0][0]


def never_printed(issue: Issue) -> QuerySet[Event]:
    """Published events that no issue has printed and no item of this one tells, whatever their day."""
    free = Event.objects.public().exclude(printed_before(issue)).exclude(told_in__item__issue=issue)
    return free.select_related("case", "item__source", "item__issue").order_by("first_day", "pk")


@dataclass(frozen=True)
class Waiting:
    """The row ids of the events of an offer, what tells whether it is of this quarter, and its place in the list."""

    key: tuple[str, int]
    events: tuple[int, ...]
    is_later: bool
    place: tuple[int, date, int]

    @property
    def name(self) -> str:
        """What a form calls it."""
        return f"{self.key[0]}-{self.key[1]}"


def waiting(issue: Issue, again: frozenset[str] | None = None) -> list[Waiting]:
    """What the issue is offered, in order, by a few fields of each event: entries of its own imported bulletin in their
    order, else the oldest first; what happened long before the quarter, such as a history that was imported, comes last.

    Events of one case stand together, others by their entry. `again`: events for which another is counted.
    """
    again = retellings.counted_elsewhere(public=True) if again is None else again
    quarter = Quarter.parse(issue.period)
    long_before = quarter.first - timedelta(days=LONG_BEFORE)
    groups: dict[tuple[str, int], list[tuple[Any, ...]]] = defaultdict(list)
    rows = never_printed(issue).values_list(
        "pk", "public_id", "first_day", "background", "case_id", "item_id", "item__issue_id", "item__position"
    )
    for pk, public_id, day, background, case, item, printed_as, position in rows:
        own = printed_as == issue.pk
        key = ("entry", item) if own or not case else ("case", case)
        is_lead = not background and public_id not in again
        groups[key].append((not is_lead, pk, day, position if own else 0))
    found = []
    for key, told in groups.items():
        _, pk, day, position = min(told, key=lambda row: row[0])
        days = [row[2] for row in told if row[2]]
        is_older = not position and bool(days) and max(days) < long_before
        place = (int(is_older), position, day or date.min, pk)
        found.append(Waiting(key, tuple(row[1] for row in told), bool(day and day > quarter.last), place))
    return sorted(found, key=lambda one: one.place)


def offers(
    issue: Issue, chosen: Collection[Waiting] | None = None, again: frozenset[str] | None = None
) -> list[Offer]:
    """What the issue is offered, or these of it, in the order of `waiting`.

    Events of a case that was printed before come with the last that was, as background. An event for which another is
    counted is background too.
    """
    again = retellings.counted_elsewhere(public=True) if again is None else again
    chosen = waiting(issue, again) if chosen is None else chosen
    events = {
        event.pk: event
        for part in changes.parts([pk for one in chosen for pk in one.events])
        for event in never_printed(issue).filter(pk__in=part)
    }
    before = _told_before(issue, [pk for kind, pk in (one.key for one in chosen) if kind == "case"])
    return [
        _offer(issue, one, told, before, again)
        for one in chosen
        if (told := [events[pk] for pk in one.events if pk in events])
    ]


def take(
    issue: Issue, key: str, chosen: Collection[str] | None = None, *, by: str, user: Any, **more: Any
) -> Item:
    """Make an item of an offer, of all its events or of those with these public ids; UnknownValue where it is gone."""
    again = retellings.counted_elsewhere(public=True)
    asked = [one for one in waiting(issue, again) if one.name == key]
    found = next(iter(offers(issue, asked, again)), None)
    told = [one for one in found.told if chosen is None or one[0].public_id in chosen] if found else []
    if found is None or not told:
        raise UnknownValue(gettext("This is no longer on offer. Look at the list again."))
    return _take(issue, found, told, by=by, user=user, **more)


def take_all(
    issue: Issue,
    keys: Collection[str] | None = None,
    *,
    by: str,
    user: Any,
    language: str = LANGUAGES[0],
) -> int:
    """Make an item of every offer, or of those of these keys, but of none of a later quarter; how many."""
    with transaction.atomic():
        to_edit(issue)
        again = retellings.counted_elsewhere(public=True)
        asked = [
            one for one in waiting(issue, again) if not one.is_later and (keys is None or one.name in keys)
        ]
        found = offers(issue, asked, again)
        for one in found:
            _take(issue, one, list(one.told), by=by, user=user, language=language)
    return len(found)


def pass_by(issue: Issue, key: str, *, reason: str, by: str, user: Any) -> Item:
    """Leave an offer out of the issue, with the reason: it stays on the list of what is left out."""
    refuse(reason, by)
    return take(issue, key, by=by, user=user, left_out=reason.strip())


@transaction.atomic
def _take(issue: Issue, offer: Offer, told: list[Told], *, by: str, user: Any, **more: Any) -> Item:
    entry = offer.entry
    if entry:
        month = entry.month if entry.month in months_of(issue) else ""
        more |= {"section": entry.section, "month": month, "language": entry.source.language or LANGUAGES[0]}
    item = make_item(issue, told, by=by, user=user, **more)
    texts = {language: getattr(entry, f"text_{language}") for language in LANGUAGES} if entry else {}
    if any(texts.values()):
        links = [(link["text"], link["address"] or "") for link in entry.links]
        kept = [(words, address) for words, address in links if words in texts[item.language]]
        write_texts(item, Writing(texts, item.language, kept), by=by, user=user)
    return item


def _told_before(issue: Issue, cases: Iterable[int]) -> dict[int, tuple[Event, tuple[str, ...]]]:
    """Case → the last of its events that another issue has printed, and the issues that told of the case."""
    rows = Event.objects.public().filter(printed_before(issue), case__in=list(cases))
    last: dict[int, Event] = {}
    of: dict[int, list[int]] = defaultdict(list)
    for row in rows.select_related("case", "item__source", "item__issue"):
        of[row.case_id].append(row.pk)
        kept = last.get(row.case_id)
        if kept is None or _of_day(kept) <= _of_day(row):
            last[row.case_id] = row
    periods = printed_in([pk for rows in of.values() for pk in rows])
    return {
        case: (last[case], tuple(sorted({period for pk in rows for period in periods.get(pk, ())})))
        for case, rows in of.items()
    }


def _offer(
    issue: Issue,
    one: Waiting,
    events: list[Event],
    before: dict[int, tuple[Event, tuple[str, ...]]],
    again: frozenset[str],
) -> Offer:
    anew = [event for event in events if not event.background and event.public_id not in again]
    older = [event for event in events if event not in anew]
    told = [(event, Role.LEAD if place == 0 else Role.DEVELOPMENT) for place, event in enumerate(anew)]
    told += [(event, Role.BACKGROUND) for event in older]
    kind, pk = one.key
    last, periods = before.get(pk, (None, ())) if kind == "case" else (None, ())
    told += [(last, Role.BACKGROUND)] if last else []
    first = told[0][0]
    return Offer(
        one.name,
        tuple(told),
        first.case.slug if first.case else "",
        periods,
        first.item if kind == "entry" and first.item.issue_id else None,
        one.is_later,
    )


def _of_day(event: Event) -> tuple[date, int]:
    return event.first_day or date.min, event.pk
