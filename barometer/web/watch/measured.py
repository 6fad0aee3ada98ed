"""The block on the page of an event that measurements gave rise to: what was seen from where, and the days around it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from barometer.web.actions.watching_days import day_of, measurements
from barometer.web.actions.watching_outages import AROUND
from barometer.web.public import joined
from barometer.web.records.models import Event
from barometer.web.records.watch import SiteOutage, VantagePoint
from barometer.web.watch import shown

#: Days before and after that the strip shows.
DAYS = timedelta(days=14)


@dataclass(frozen=True)
class PlaceRow:
    """A place of measurement: how many of its looks around the time got the site."""

    place: str
    state: str
    reached: int
    failed: int
    unable: int
    rule: str


@dataclass(frozen=True)
class Measured:
    """The measurements behind an event."""

    outage: shown.OutageShown
    host: str
    address: str
    strip: shown.Strip
    places: tuple[PlaceRow, ...]


def of_event(event: Event) -> Measured | None:
    """The measurements behind an event; for readers only of sites that are shown to them."""
    link = getattr(event, "outage_event", None)
    if link is None:
        return None
    outage = link.outage
    desk = not joined.is_public()
    if not desk and not outage.site.public:
        return None
    first, last = day_of(outage.began), day_of(outage.ended or timezone.now())
    span = shown.Span(first - DAYS, min(last + DAYS, day_of(timezone.now())))
    if len(span.days) > 92:
        span = shown.Span(span.first, span.first + timedelta(days=91))
    days = shown.days_of([outage.site], span)[outage.site.pk]
    route = "desk:watch-site" if desk else "public:watch-site"
    return Measured(
        shown.outages_shown([outage], desk=desk)[0],
        shown.host_of(outage.site.address),
        reverse(route, args=[outage.site.public_id]),
        shown.strip(days, span, (first, last)),
        places(outage, desk=desk),
    )


def places(outage: SiteOutage, *, desk: bool) -> tuple[PlaceRow, ...]:
    """What each place saw in the first hours of an outage."""
    last = min(outage.ended or timezone.now(), outage.began + AROUND)
    rows = {row.public_id: row for row in VantagePoint.objects.filter(days__site=outage.site).distinct()}
    looks = defaultdict(list)
    for one in measurements(outage.site, outage.began, last):
        looks[one.vantage.name].append(one)
    labelled = [(place_label(rows[name], desk=desk), rows[name], of) for name, of in looks.items()]
    return tuple(
        _place(label, of) for label, _, of in sorted(labelled, key=lambda one: (one[1].control, one[0]))
    )


def place_label(row: VantagePoint, *, desk: bool) -> str:
    """A place in words; readers learn the country and, of OONI's volunteers, the network that OONI publishes."""
    country = shown.country_words(row.country) if row.country else gettext("country not known")
    if desk:
        parts = [row.name, country, row.network]
    elif row.kind == VantagePoint.Kind.OONI:
        parts = ["OONI", country, row.network]
    else:
        parts = [gettext("a place of ours"), country]
    label = ", ".join(filter(None, parts))
    return gettext("%(place)s (control)") % {"place": label} if row.control else label


def _place(label: str, looks: list) -> PlaceRow:
    states = [one.state for one in looks]
    worst = max(looks, key=lambda one: (states.count(one.state), one.at))
    failed = sum(state in shown.BAD for state in states)
    reached = states.count(shown.Reach.OK)
    return PlaceRow(
        label, shown.state_label(worst.state), reached, failed, len(states) - reached - failed,
        shown.rule_in_words(worst.rule),
    )  # fmt: skip
