"""What waits for a person of the desk today: dates, quiet cases, sources, leads, reviews, changes in cases they follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from barometer.cases.upcoming import UpcomingDate, next_dates
from barometer.cases.values import Period
from barometer.deadlines.values import Clock, Standing
from barometer.web.actions.gathering import health_of
from barometer.web.actions.outlook import outlooks
from barometer.web.actions.requests import all_standing, urgent_first
from barometer.web.actions.requests_rules import rules
from barometer.web.records import timelines
from barometer.web.records.desk import Following
from barometer.web.records.gathering import Lead, WatchedSource
from barometer.web.records.models import Event, Revision, State
from barometer.web.records.requests import InformationRequest, RequestEvent
from barometer.web.records.takedowns import NoticeEvent
from barometer.web.records.watch import AccountState, OutageEvent

if TYPE_CHECKING:
    from barometer.sources.health import Health

#: How a source does that somebody should look at.
ALARMS = ("silent", "empty", "failing", "layout")
#: How a request stands that somebody should look at.
PRESSING = (Clock.VERY_LATE, Clock.LATE, Clock.SOON)


@dataclass(frozen=True)
class Changed:
    """A case that a person follows, with what others did in it since they last said that they had seen it."""

    following: Following
    new: int
    changes: int
    latest: datetime | None


@dataclass(frozen=True)
class Waiting:
    """All that waits for one person."""

    dates: tuple[UpcomingDate, ...]
    quiet: tuple[str, ...]  # slugs
    sources: tuple[tuple[WatchedSource, Health], ...]
    mine: int
    unassigned: int
    reviews: int
    followed: tuple[Changed, ...]
    #: for information, late or due soon: theirs and nobody's
    requests: tuple[tuple[InformationRequest, Standing], ...] = ()

    @property
    def changed(self) -> int:
        """How many of the cases that they follow have changed."""
        return sum(bool(one.new or one.changes) for one in self.followed)

    @property
    def anything(self) -> bool:
        """Whether something waits."""
        return any(
            (
                self.dates,
                self.quiet,
                self.sources,
                self.mine,
                self.unassigned,
                self.reviews,
                self.changed,
                self.requests,
            )
        )


def waiting(user: Any, day: date) -> Waiting:
    """What waits for that person on that day."""
    known = outlooks(quarter_of(day), day)
    soon = timelines.desk_events().filter(case__slug__in=[one.slug for one in known if one.soon])
    return Waiting(
        dates=next_dates(timelines.cases(soon, public=False), day),
        quiet=tuple(one.slug for one in known if one.quiet),
        sources=alarming(),
        mine=in_inbox(day).filter(assigned_to=user).count(),
        unassigned=in_inbox(day).filter(assigned_to=None).count(),
        reviews=to_review(user).count(),
        followed=followed(user),
        requests=pressing(user, day),
    )


def pressing(user: Any, day: date) -> tuple[tuple[InformationRequest, Standing], ...]:
    """The requests for information that are late or due soon, of this person and of nobody, the most urgent first."""
    rows = InformationRequest.objects.filter(Q(assigned_to=user) | Q(assigned_to=None))
    found = urgent_first(all_standing(rows, rules(), day))
    return tuple((row, stands) for row, stands in found if stands and stands.clock in PRESSING)


def quarter_of(day: date) -> Period:
    """The quarter in which the day lies."""
    return Period.parse(f"{day.year}Q{(day.month + 2) // 3}")


def alarming() -> tuple[tuple[WatchedSource, Health], ...]:
    """The sources that are visited and do not do well."""
    rows = WatchedSource.objects.filter(active=True, rounds__isnull=False).distinct()
    told = ((row, health_of(row)) for row in rows)
    return tuple((row, health) for row, health in told if health.state in ALARMS)


def in_inbox(day: date) -> QuerySet[Lead]:
    """The leads that wait for somebody: new, and not put off."""
    there = Q(snoozed_until=None) | Q(snoozed_until__lte=day)
    return Lead.objects.filter(there, state=Lead.State.NEW)


def to_review(user: Any) -> QuerySet[Event]:
    """The events that were accepted, by somebody else than this person."""
    own = Revision.objects.filter(model="event", action="accept", user=user, record_id=OuterRef("public_id"))
    return Event.objects.filter(~Exists(own), state=State.ACCEPTED)


def proposals() -> QuerySet[Event]:
    """The events that requests, watched sites and accounts, and takedown notices gave rise to and nobody has decided on.

    `by_request`, `by_watch` and `by_notice` say which of them it was. Those of files wait in the list of what is to be coded.
    """
    rows = Event.objects.filter(state=State.PROPOSED).annotate(
        by_request=Exists(
            RequestEvent.objects.filter(event=OuterRef("pk")).exclude(why=RequestEvent.Why.LINKED)
        ),
        by_watch=Exists(OutageEvent.objects.filter(event=OuterRef("pk")))
        | Exists(AccountState.objects.filter(event=OuterRef("pk"))),
        by_notice=Exists(NoticeEvent.objects.filter(event=OuterRef("pk"))),
    )
    return rows.filter(Q(by_request=True) | Q(by_watch=True) | Q(by_notice=True)).order_by(
        "-first_day", "-pk"
    )


def followed(user: Any) -> tuple[Changed, ...]:
    """The cases that a person follows, those that changed last first."""
    rows = Following.objects.filter(user=user).select_related("case").order_by("case__slug")
    found = [_changed(row) for row in rows]
    return tuple(sorted(found, key=lambda one: -(one.latest.timestamp() if one.latest else 0)))


def _changed(row: Following) -> Changed:
    told: Sequence[tuple[int, datetime]] = list(
        Revision.objects.filter(
            model="event", record_id__in=row.case.events.values("public_id"), at__gt=row.seen_at
        )
        .exclude(user=row.user_id)
        .values_list("number", "at")
    )
    new = sum(number == 1 for number, _ in told)
    return Changed(row, new, len(told) - new, max((at for _, at in told), default=None))
