"""From looks to outages, and from outages to proposed events: worked out anew as often as wanted, proposed once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from barometer.codebook import codebook
from barometer.codebook.occasions import types_of
from barometer.reach.compare import control_of, usual, verdict, windows
from barometer.reach.outages import BAD, hours_down, kind_of, moment, outages
from barometer.reach.values import Measurement, Outage, Reach, Verdict
from barometer.web.actions import watching_words
from barometer.web.actions.evidence import keep_evidence
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.proposing import propose
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.watching_days import MACHINE, Taken, day_of, measurements
from barometer.web.actions.watching_days import moment as begin_of
from barometer.web.records.models import Event, EvidenceItem
from barometer.web.records.watch import (
    LookDetail,
    OutageEvent,
    SiteDay,
    SiteOutage,
    VantagePoint,
    WatchedSite,
)

#: Around what is new, so much is worked out anew, and a site's usual is told by so many days before.
MARGIN, USUAL = timedelta(days=3), timedelta(days=14)
#: Witnesses meet in windows of so many minutes where only OONI's volunteers measure, who have no rhythm.
LOOSE = 180
#: A shorter outage gives rise to no event, and one that lasts is worked out anew so often.
LEAST, AFRESH = timedelta(hours=1), timedelta(hours=1)
#: So much before and after an outage stands in the file that its event rests on.
AROUND = timedelta(hours=3)


def settle(taken: Taken, *, now: datetime | None = None) -> list[SiteOutage]:
    """Work out anew the outages that new looks may change; those that are other than before."""
    if not taken.spans:
        return []
    now = now or timezone.now()
    sites = WatchedSite.objects.in_bulk(taken.spans)
    first = min(begin for begin, _ in taken.spans.values())
    last = max(end for _, end in taken.spans.values())
    known: dict[int, list[SiteOutage]] = defaultdict(list)
    for row in SiteOutage.objects.filter(
        Q(ended=None) | Q(ended__gte=first), site__in=sites, set_aside=False
    ):
        known[row.site_id].append(row)
    bad = Q(down__gt=0) | Q(overloaded__gt=0) | Q(blocked_likely__gt=0) | Q(blocked_confirmed__gt=0)
    days = SiteDay.objects.filter(bad, day__gte=day_of(first - MARGIN), day__lte=day_of(last))
    troubled = set(days.values_list("site", flat=True))
    changed: list[SiteOutage] = []
    for pk, (begin, end) in taken.spans.items():
        if _may_change(known[pk], begin, taken.states[pk], pk in troubled, now):
            changed += work_out(sites[pk], begin, end, now=now)
    return changed


def _may_change(
    known: list[SiteOutage], first: datetime, states: set[str], is_troubled: bool, now: datetime
) -> bool:
    """Not where all is well and was; not within the hour where new looks only go on with what is known."""
    touched = [row for row in known if row.ended is None or row.ended >= first]
    if not touched:
        return is_troubled
    goes_on = all(row.ended is None and first >= row.worked_out_at - AFRESH for row in touched)
    if goes_on and states <= {touched[0].state}:
        return now - touched[0].worked_out_at >= AFRESH
    return True


@transaction.atomic
def work_out(
    site: WatchedSite, first: datetime, last: datetime, *, now: datetime | None = None
) -> list[SiteOutage]:
    """Bring the outages of a site up to its looks between two times; the rows that are other than before.

    An outage keeps its row as long as it overlaps with what it was.
    """
    one_at_a_time(Lock.WATCH)
    now = now or timezone.now()
    rows = _around(site, first - MARGIN, last + MARGIN)
    begin = min([first, *(row.began for row in rows)]) - MARGIN
    end = max([last, *(row.ended or now for row in rows)]) + MARGIN
    rows = _around(site, begin, end)
    found = outages(verdicts(site, begin, end))
    changed, left = [], list(rows)
    for one in found:
        row = next((row for row in left if _overlaps(row, one)), None)
        if row:
            left.remove(row)
        changed += _written(row or SiteOutage(site=site), one, now)
    for row in left:
        if not row.set_aside:
            row.set_aside = True
            row.save()
            record_revision(row, "set aside", by=MACHINE, reason="later looks tell otherwise")
            changed.append(row)
    return changed


def _around(site: WatchedSite, first: datetime, last: datetime) -> list[SiteOutage]:
    """Rows that touch that time, those that stand before those that were set aside."""
    rows = site.outages.filter(began__lte=last).filter(Q(ended=None) | Q(ended__gte=first))
    return list(rows.order_by("set_aside", "began", "pk"))


def _overlaps(row: SiteOutage, one: Outage) -> bool:
    return (one.ended is None or row.began <= one.ended) and (row.ended is None or one.began <= row.ended)


def _written(row: SiteOutage, one: Outage, now: datetime) -> list[SiteOutage]:
    """Write what was worked out; the row where anything but its hours is other than before."""
    clearest = max((said for said in one.verdicts if said.state in BAD), key=_clarity)
    reached, asked = control_of(clearest)
    told: dict[str, Any] = {
        "began": one.began, "ended": one.ended, "state": one.state.value, "agreeing": clearest.agreeing,
        "asked": clearest.asked, "unable": clearest.insufficient, "rule": clearest.rule,
        "control_reached": reached, "control_asked": asked, "set_aside": False,
    }  # fmt: skip
    other = row.pk is None or any(getattr(row, name) != value for name, value in told.items())
    is_new = row.pk is None
    for name, value in told.items():
        setattr(row, name, value)
    row.by_day, row.worked_out_at = by_day(one, now), now
    row.save()
    if not other:
        return []
    record_revision(row, "begin" if is_new else "work out", by=MACHINE)
    return [row]


def _clarity(said: Verdict) -> tuple[int, int, datetime]:
    return said.agreeing, said.asked, moment(said)


def verdicts(site: WatchedSite, first: datetime, last: datetime) -> list[Verdict]:
    """What the witnesses say together of a site in its country, window by window."""
    looks: list[Measurement] = []
    history: list[Measurement] = []
    for look in measurements(site, first - USUAL, last):
        (looks if look.at >= first else history).append(look)
    known = usual(history)
    return [verdict(group, site.country, known=known) for group in windows(looks, minutes_of(site))]


def minutes_of(site: WatchedSite) -> int:
    """How long a window is in which witnesses meet."""
    by_rhythm = site.days.exclude(vantage__kind=VantagePoint.Kind.OONI)
    return max(10, site.every) if by_rhythm.exists() else LOOSE


def by_day(one: Outage, now: datetime) -> dict[str, list[int]]:
    """Day (of the desk's zone) → seconds surely not reachable, seconds of which nobody knows."""
    of: dict[date, list[Verdict]] = defaultdict(list)
    for said in one.verdicts:
        of[day_of(moment(said))].append(said)
    until = one.ended or max(now, one.began)
    told: dict[str, list[int]] = {}
    before: tuple[Verdict, ...] = ()
    day, last = day_of(one.began), day_of(until)
    while day <= last:
        start, stop = begin_of(day, 0), min(begin_of(day + timedelta(days=1), 0), until)
        said = (*before, *of[day])
        began = moment(said[0]) if said else one.began
        part = Outage(one.site, one.country, began, stop, one.state, said)
        hours = hours_down([part], start, stop) if said and began < stop else None
        if hours and (hours.down or hours.unknown):
            told[day.isoformat()] = [round(hours.down.total_seconds()), round(hours.unknown.total_seconds())]
        before = (said[-1],) if said else ()
        day += timedelta(days=1)
    return told


# --- events -----------------------------------------------------------------------------------------------------------


def propose_due(rows: Iterable[SiteOutage] | None = None, *, now: datetime | None = None) -> list[Event]:
    """Propose the events of outages that have none yet, and of their ends; killed in between, the same again goes on."""
    now = now or timezone.now()
    waiting = SiteOutage.objects.filter(set_aside=False).select_related("site__outlet")
    if rows is not None:
        waiting = waiting.filter(pk__in=[row.pk for row in rows])
    made: list[Event] = []
    without_first = waiting.exclude(events__what=OutageEvent.What.BEGAN)
    for row in without_first.order_by("began", "pk"):
        if _is_long(row, now):
            made.append(_propose(row, OutageEvent.What.BEGAN))
    without_last = waiting.exclude(ended=None).exclude(events__what=OutageEvent.What.BACK)
    for row in without_last.filter(events__what=OutageEvent.What.BEGAN).order_by("began", "pk"):
        made.append(_propose(row, OutageEvent.What.BACK))
    return made


def _is_long(row: SiteOutage, now: datetime) -> bool:
    return (row.ended or now) - row.began >= LEAST or row.state == Reach.BLOCKED_CONFIRMED


@transaction.atomic
def _propose(row: SiteOutage, what: OutageEvent.What) -> Event:
    """The event of an outage's beginning or end; what rests on it are the measurements, kept."""
    is_back = what == OutageEvent.What.BACK
    at = row.ended if is_back else row.began
    kind = _restored_of(row) if is_back else _kind_of(row)
    name = row.site.outlet.name
    told = watching_words.told(row, is_back=is_back)
    coded = {
        "kind": "relief" if is_back else "violation",
        "types": [*types_of("back.restored"), kind] if is_back else [kind],
        "date": day_of(at).isoformat(),
        "phase": "ended" if is_back else "imposed",
        "targets": [{"written": name, "name": name, "type": "outlet"}],
        "summary": told.summary,
        "note": told.note,
    }
    event = propose(
        coded,
        name=f"outage-{row.public_id}-{what.value}",
        headline=told.headline,
        section=codebook().types[coded["types"][0]].section,
        evidence=[file_of(row, at), *_certificates(row)],
        reason="measurements of the site",
        by=MACHINE,
    )
    OutageEvent.objects.get_or_create(outage=row, what=what, defaults={"event": event})
    return event


def _kind_of(row: SiteOutage) -> str:
    """The type of an outage's event: blocking only where it is confirmed, signs alone leave the cause unknown."""
    state = Reach.BLOCKED_CONFIRMED if row.state == Reach.BLOCKED_CONFIRMED else Reach.DOWN
    return kind_of(Outage(row.site.address, row.site.country, row.began, row.ended, state)).type


def _restored_of(row: SiteOutage) -> str:
    """What ended: as the event of its beginning is coded by now."""
    began, types = row.events.get(what=OutageEvent.What.BEGAN).event.main_type, codebook().types
    own = _kind_of(row)
    return began if began in types and types[began].group == types[own].group else own


def _certificates(row: SiteOutage) -> list[EvidenceItem]:
    shown = row.site.certificates.filter(seen_at__gte=row.began - AROUND)
    if row.ended:
        shown = shown.filter(seen_at__lte=row.ended)
    return [one.evidence for one in shown.select_related("evidence")[:10]]


def file_of(row: SiteOutage, at: datetime) -> EvidenceItem:
    """The looks around a time of an outage as a file, kept: places are told by country and network alone."""
    first, last = at - AROUND, at + AROUND
    looks = sorted(measurements(row.site, first, last), key=lambda one: (one.at, one.vantage.name, one.rule))
    details = {
        (one.vantage.public_id, one.at, one.rule): one.detail
        for one in LookDetail.objects.filter(site=row.site, at__gte=first, at__lte=last).select_related(
            "vantage"
        )
    }
    told = {
        "site": row.site.address,
        "country": row.site.country,
        "from": first.astimezone(UTC).isoformat(),
        "to": last.astimezone(UTC).isoformat(),
        "looks": [
            {
                "at": one.at.isoformat(), "state": one.state.value, "rule": one.rule, "source": one.source,
                "place": one.vantage.name, "country": one.vantage.country, "network": one.vantage.network,
                "control": one.vantage.control, "detail": details.get((one.vantage.name, one.at, one.rule), {}),
            }
            for one in looks
        ],
    }  # fmt: skip
    return keep_evidence(
        json.dumps(told, ensure_ascii=False, indent=1).encode(),
        name=f"measurements-{row.public_id}-{at:%Y%m%d%H%M}.json",
        media_type="application/json",
        how="measurements around it",
        by=MACHINE,
        act="captured",
    )
