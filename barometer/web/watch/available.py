"""Each day of a watched site as its witnesses say it together, and its hours: what figures of a quarter are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Count, Sum
from django.utils import timezone

from barometer.indicators.report import Site
from barometer.reach.outages import Day, availability
from barometer.reach.values import Reach
from barometer.review import PUBLIC
from barometer.web.actions.watching_days import moment
from barometer.web.actions.watching_outages import USUAL, verdicts
from barometer.web.records.watch import OutageEvent, SiteDay, WatchedSite
from barometer.web.watch import shown

#: Months of sites that are kept worked out.
MOST = 2_000


def sites_of(span: shown.Span) -> list[Site]:
    """The sites that readers may see, of which anything was measured in the span."""
    rows = list(WatchedSite.objects.filter(public=True).select_related("outlet").order_by("pk"))
    found = [one for one in shown.sites_shown(rows, span) if one.hours.measured]
    events = _events(found)
    days = judged([one.site for one in found], span)
    return [
        Site(
            address=one.site.address,
            down=one.hours.down,
            unknown=one.hours.unknown,
            looked=one.hours.measured,
            not_looked=one.hours.unmeasured,
            reached=sum(day.of(Reach.OK) for day in days[one.site.pk]),
            judged=sum(day.known for day in days[one.site.pk]),
            events=tuple(events[one.site.pk]),
        )
        for one in found
    ]


def _events(found: Sequence[shown.SiteShown]) -> dict[int, list[str]]:
    """Site → the published events of its outages in the span."""
    told: dict[int, list[str]] = defaultdict(list)
    outages = [outage for one in found for outage in one.outages]
    rows = OutageEvent.objects.filter(outage__in=outages, event__state__in=PUBLIC)
    for site, event in rows.order_by("pk").values_list("outage__site", "event__public_id"):
        told[site].append(event)
    return told


def judged(sites: Sequence[WatchedSite], span: shown.Span) -> dict[int, list[Day]]:
    """Site → each day of the span by what its witnesses say together; kept by month as long as no look comes in."""
    months: dict[tuple[int, int], list[date]] = defaultdict(list)
    for day in span.days:
        months[day.year, day.month].append(day)
    found: dict[int, list[Day]] = defaultdict(list)
    for days in months.values():
        looks = _looks(sites, days[0], days[-1])
        for site in sites:
            found[site.pk] += _judged(site.public_id, tuple(days), looks.get(site.pk, ()))
    return found


def _looks(sites: Sequence[WatchedSite], first: date, last: date) -> dict[int, tuple[int, ...]]:
    """Site → what changes where a look that matters for these days comes in; sites without any are left out."""
    rows = SiteDay.objects.filter(site__in=sites, day__gte=first - USUAL, day__lte=last).values("site")
    told = rows.annotate(rows=Count("pk"), **{f"n_{state.value}": Sum(state.value) for state in Reach})
    return {row.pop("site"): tuple(row.values()) for row in told.order_by("site")}


@lru_cache(maxsize=MOST)
def _judged(public_id: str, days: tuple[date, ...], looks: tuple[int, ...]) -> tuple[Day, ...]:
    if not looks:
        return tuple(Day(day) for day in days)
    site = WatchedSite.objects.get(public_id=public_id)
    said = verdicts(site, moment(days[0], 0), moment(days[-1] + timedelta(days=1), 0) - timedelta(seconds=1))
    return tuple(availability(said, days, timezone.get_current_timezone()))
