"""Sites, days and outages as pages show them: worked out with a few questions to the ledger, however many sites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from barometer.codebook import Quarter
from barometer.errors import UnknownValue
from barometer.reach.rules import rule_words
from barometer.reach.values import Reach
from barometer.review import PUBLIC
from barometer.web.actions.watching_days import day_of, moment
from barometer.web.actions.watching_words import host_of
from barometer.web.public import words
from barometer.web.records.watch import OutageEvent, SiteDay, SiteOutage, WatchedSite

BAD = (Reach.DOWN, Reach.OVERLOADED, Reach.BLOCKED_LIKELY, Reach.BLOCKED_CONFIRMED)
#: The drawing's height; the least of it that a day with any failure has.
HIGH, LEAST = 24, 3
#: After so many days without a look a site is not called reached.
FRESH = timedelta(days=2)


def state_label(state: str) -> str:
    """What a look or an outage says, in words: "blocked" only of a known block page."""
    return {
        Reach.OK: gettext("reached"),
        Reach.DOWN: gettext("could not be reached"),
        Reach.OVERLOADED: gettext("answered too late or with errors"),
        Reach.BLOCKED_LIKELY: gettext("could not be reached, with signs of a restriction"),
        Reach.BLOCKED_CONFIRMED: gettext("a known block page was shown"),
        Reach.INSUFFICIENT: gettext("nobody could say"),
    }[Reach(state)]


def rule_in_words(rule: str) -> str:
    """A rule in the page's language; its id where it has no words."""
    try:
        return rule_words(rule, words.language())
    except UnknownValue:
        return rule


def country_words(code: str) -> str:
    """A country in words."""
    from babel import Locale

    return str(Locale.parse(words.language()).territories.get(code, code))


# --- a span of days -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, up to today."""

    first: date
    last: date
    period: str = ""  # the quarter

    @property
    def days(self) -> list[date]:
        """All of them."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def hours(self) -> float:
        """How many hours of it are over."""
        end = min(moment(self.last + timedelta(days=1), 0), timezone.now())
        return max(0.0, (end - moment(self.first, 0)) / timedelta(hours=1))


def quarter(period: str) -> Span:
    """The days of a quarter. ValueError for what is none."""
    found = Quarter.parse(period)
    first = date(found.year, 3 * found.number - 2, 1)
    after = date(found.year + (found.number == 4), 3 * found.number % 12 + 1, 1)
    return Span(first, after - timedelta(days=1), str(found))


def quarter_of(day: date) -> str:
    """The quarter of a day."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def periods(sites: Iterable[WatchedSite] | QuerySet[WatchedSite]) -> list[str]:
    """The quarters in which one of these sites was looked at, the newest first."""
    found = SiteDay.objects.filter(site__in=sites).dates("day", "month")
    return sorted({quarter_of(day) for day in found}, reverse=True)


# --- days and sites -------------------------------------------------------------------------------------------------------


@dataclass
class DayOf:
    """The looks at a site from its country on a day: how many of each state, in which hours one could say something."""

    counts: dict[str, int]
    hours: int = 0

    @property
    def failed(self) -> int:
        """Looks that did not get the site."""
        return sum(self.counts.get(state, 0) for state in BAD)

    @property
    def reached(self) -> int:
        """Looks that got it."""
        return self.counts.get(Reach.OK, 0)

    @property
    def known(self) -> int:
        """Looks that say something."""
        return self.reached + self.failed

    @property
    def unable(self) -> int:
        """Looks that could say nothing."""
        return self.counts.get(Reach.INSUFFICIENT, 0)


@dataclass(frozen=True)
class DayRow:
    """A day in a table."""

    day: date
    words: str
    reached: int
    failed: int
    unable: int

    @property
    def asked(self) -> int:
        """All looks."""
        return self.reached + self.failed + self.unable


@dataclass(frozen=True)
class Strip:
    """A drawing: a column a day. `reached`, `failed` and `unable` are paths; `marked` the place of the days meant."""

    width: int
    reached: str
    failed: str
    unable: str
    first: str
    last: str
    label: str
    marked: tuple[int, int] | None = None


@dataclass(frozen=True)
class Hours:
    """Hours of a site in a span: surely not reachable, of an outage but nobody knows, measured, not measured."""

    down: float
    unknown: float
    measured: int
    unmeasured: float

    @property
    def words(self) -> str:
        """In a line, with its denominator."""
        down = ngettext(
            "not reachable for %(down)s of %(measured)s measured hour",
            "not reachable for %(down)s of %(measured)s measured hours",
            self.measured,
        ) % {"down": number(self.down), "measured": number(self.measured)}
        if self.unmeasured < 1:
            return down
        rest = ngettext(
            "%(hours)s hour was not measured",
            "%(hours)s hours were not measured",
            round(self.unmeasured),
        ) % {"hours": number(round(self.unmeasured))}
        return f"{down}; {rest}"


def number(value: float) -> str:
    """A number of hours: a digit after the comma only where it is less than ten."""
    from babel.numbers import format_decimal

    pattern = "#,##0.#" if value < 10 else "#,##0"
    return format_decimal(value, format=pattern, locale=words.language())


@dataclass(frozen=True)
class SiteShown:
    """A site with its days in a span."""

    site: WatchedSite
    name: str
    host: str
    address: str
    strip: Strip
    hours: Hours
    outages: tuple[SiteOutage, ...]
    days: dict[date, DayOf]
    state: str
    is_out: bool


def sites_shown(sites: Sequence[WatchedSite], span: Span, *, desk: bool = False) -> list[SiteShown]:
    """These sites (with their outlets) in a span: two questions to the ledger."""
    days = days_of(sites, span)
    outages: dict[int, list[SiteOutage]] = defaultdict(list)
    rows = SiteOutage.objects.filter(site__in=sites, set_aside=False, began__lt=moment(span.last, 86400))
    for row in rows.order_by("began"):
        if row.ended is None or row.ended >= moment(span.first, 0):
            outages[row.site_id].append(row)
    return [_site(row, span, days[row.pk], outages[row.pk], desk=desk) for row in sites]


def days_of(sites: Sequence[WatchedSite], span: Span) -> dict[int, dict[date, DayOf]]:
    """Site → day → what was seen of it from its country."""
    states = [state.value for state in Reach]
    found: dict[int, dict[date, DayOf]] = defaultdict(dict)
    rows = SiteDay.objects.filter(
        site__in=sites, day__gte=span.first, day__lte=span.last, vantage__control=False,
        vantage__country=F("site__country"),
    )  # fmt: skip
    for site, day, hours, *counts in rows.values_list("site", "day", "hours", *states):
        of = found[site].setdefault(day, DayOf({}))
        of.hours |= hours
        for state, count in zip(states, counts, strict=True):
            of.counts[state] = of.counts.get(state, 0) + count
    return found


def _site(
    row: WatchedSite, span: Span, days: dict[date, DayOf], outages: list[SiteOutage], *, desk: bool
) -> SiteShown:
    open_one = next((one for one in reversed(outages) if one.ended is None), None)
    route = "desk:watch-site" if desk else "public:watch-site"
    return SiteShown(
        row,
        words.capital(words.party_name(row.outlet.name, "outlet")),
        host_of(row.address),
        reverse(route, args=[row.public_id]),
        strip(days, span),
        hours_of(days, outages, span),
        tuple(reversed(outages)),
        days,
        state_of(days, open_one),
        open_one is not None,
    )


def state_of(days: dict[date, DayOf], open_one: SiteOutage | None) -> str:
    """How it is now, in words."""
    if open_one:
        since = words.day_words(day_of(open_one.began))
        return gettext("%(state)s since %(day)s") % {"state": state_label(open_one.state), "day": since}
    known = [day for day, of in days.items() if of.known]
    if known and day_of(timezone.now()) - max(known) <= FRESH:
        return gettext("reached")
    if not known:
        return gettext("not measured")
    return gettext("last measured on %(day)s") % {"day": words.day_words(max(known))}


def hours_of(days: dict[date, DayOf], outages: Iterable[SiteOutage], span: Span) -> Hours:
    """The hours of a site in a span."""
    first, last = span.first.isoformat(), span.last.isoformat()
    down = unknown = 0
    for row in outages:
        for day, (sure, open_) in row.by_day.items():
            if first <= day <= last:
                down, unknown = down + sure, unknown + open_
    measured = sum(of.hours.bit_count() for of in days.values())
    return Hours(down / 3600, unknown / 3600, measured, max(0.0, span.hours - measured))


def strip(days: dict[date, DayOf], span: Span, marked: tuple[date, date] | None = None) -> Strip:
    """The drawing of a span: what failed stands above what was reached, and what nobody could say is a stroke."""
    reached, failed, unable = [], [], []
    bad = seen = 0
    for place, day in enumerate(span.days):
        of = days.get(day)
        if of is None:
            continue
        if not of.known:
            unable.append(f"M{place * 4} {HIGH - 2}h3v2h-3z")
            continue
        seen += 1
        bad += bool(of.failed)
        high = max(LEAST, round(HIGH * of.failed / of.known)) if of.failed else 0
        if high:
            failed.append(f"M{place * 4} 0h3v{high}h-3z")
        if high < HIGH:
            reached.append(f"M{place * 4} {high}h3v{HIGH - high}h-3z")
    label = ngettext(
        "%(bad)s of %(count)s measured day has looks that did not get the site",
        "%(bad)s of %(count)s measured days have looks that did not get the site",
        seen,
    ) % {"bad": bad, "count": seen}
    where = None
    if marked:
        begin = max(0, (marked[0] - span.first).days)
        where = (begin * 4, max(4, (min(marked[1], span.last) - span.first).days * 4 - begin * 4 + 4))
    return Strip(
        len(span.days) * 4, "".join(reached), "".join(failed), "".join(unable), short_day(span.first),
        short_day(span.last), label, where,
    )  # fmt: skip


def short_day(day: date) -> str:
    """1 March, in the page's language."""
    return format_date(day, "d MMM", locale=words.language())


def day_rows(days: dict[date, DayOf]) -> list[DayRow]:
    """The days as a table, the newest first."""
    return [
        DayRow(day, words.day_words(day), of.reached, of.failed, of.unable)
        for day, of in sorted(days.items(), reverse=True)
    ]


# --- outages ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutageShown:
    """An outage in a list."""

    row: SiteOutage
    state: str
    began: str
    ended: str
    hours: str
    witnesses: str
    elsewhere: str
    rule: str
    events: tuple[tuple[str, str], ...]  # what, address


def moment_words(at: datetime) -> str:
    """A time to the minute."""
    return f"{words.day_words(day_of(at))}, {timezone.localtime(at):%H:%M}"


def outages_shown(rows: Iterable[SiteOutage], *, desk: bool) -> list[OutageShown]:
    """Outages with their events; for readers only published ones."""
    found = list(rows)
    links: dict[int, list[tuple[str, str]]] = defaultdict(list)
    shown = OutageEvent.objects.filter(outage__in=found).select_related("event").order_by("pk")
    for one in shown:
        label = gettext("the event") if one.what == OutageEvent.What.BEGAN else gettext("reachable again")
        if desk:
            links[one.outage_id].append((label, reverse("desk:review-record", args=[one.event.public_id])))
        elif one.event.state in PUBLIC:
            links[one.outage_id].append((label, reverse("public:event", args=[one.event.public_id])))
    return [_outage(row, tuple(links[row.pk])) for row in found]


def _outage(row: SiteOutage, events: tuple[tuple[str, str], ...]) -> OutageShown:
    seconds = [sum(each) for each in zip(*row.by_day.values(), strict=True)] or [0, 0]
    hours = ngettext("%(hours)s hour", "%(hours)s hours", round(seconds[0] / 3600)) % {
        "hours": number(seconds[0] / 3600)
    }
    if seconds[1] >= 3600:
        hours += ", " + gettext("of %(hours)s more nobody knows") % {"hours": number(seconds[1] / 3600)}
    elsewhere = ""
    if row.control_asked:
        elsewhere = gettext("elsewhere %(reached)s of %(asked)s reached it") % {
            "reached": row.control_reached,
            "asked": row.control_asked,
        }
    return OutageShown(
        row,
        state_label(row.state),
        moment_words(row.began),
        moment_words(row.ended) if row.ended else "",
        hours,
        gettext("%(agreeing)s of %(asked)s places of measurement agree")
        % {
            "agreeing": row.agreeing,
            "asked": row.asked,
        },
        elsewhere,
        rule_in_words(row.rule),
        events,
    )
