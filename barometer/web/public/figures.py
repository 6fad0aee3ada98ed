"""The page of figures: what the numbers of a quarter say, how sure they are, and small multiples over the quarters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from barometer.cases.rules import rules
from barometer.codebook import Quarter
from barometer.countries import country
from barometer.deadlines.statistics import together
from barometer.indicators import spheres as weighing
from barometer.indicators.breakdown import Breakdown, Cell
from barometer.indicators.in_force import last_of
from barometer.indicators.report import Change, Figure, Given, Repeated, Report, Site, Times, report
from barometer.indicators.rsf import Ranked
from barometer.web.actions.watching_words import host_of
from barometer.web.public import (
    clock,
    columns,
    comparing,
    facets,
    figures_behind,
    figures_drawn,
    glance,
    joined,
    memory,
    views,
    words,
)
from barometer.web.public.figures_drawn import HIGH, Bar, Multiple
from barometer.web.public.filters import address, chosen
from barometer.web.records import mapping, measuring
from barometer.web.records.series import SphereFigure
from barometer.web.requests.published import published
from barometer.web.watch import available, shown

#: Quarters of a small multiple, and lines of a small table.
MOST_QUARTERS, MOST_LINES = 12, 8
#: A report may be so many times as old as the seconds that it takes.
TIMES_AS_LONG = 20
#: What of a breakdown the page shows → the filter of the explorer that its keys are, or "".
SHOWN: Mapping[str, str] = {
    "region": "region", "decider": "", "complainant": "", "provision": "provision", "work_link": "link",
}  # fmt: skip
SIDES = ("decider", "complainant", "executor", "target")
#: Figures that stand beside another's indicator.
BESIDE = ("sdg_", "basket_")


@dataclass(frozen=True)
class Line:
    """A figure in words: its number as it is printed, how sure it is, and where its events are listed."""

    code: str
    label: str
    number: str
    unit: str
    sure: str
    address: str


@views.page
def figures(request: HttpRequest) -> HttpResponse:
    """The indicators of the newest quarter, or of the one that `period` names."""
    period = _period(request)
    made = made_for(period)
    periods = glance.periods()
    context = {
        "period": period,
        "quarter": words.capital(words.quarter_words(period)),
        "other_periods": [(one, words.capital(words.quarter_words(one))) for one in periods if one != period],
        "report": made,
        "lines": [line for line in _lines(made) if not line.code.startswith(BESIDE)],
        "beside": [line for line in _lines(made) if line.code.startswith(BESIDE)],
        "change": _change_words(made),
        "clear": [_clear_words(one) for one in made.changes[1:] if one.verdict != "no clear change"],
        "effort": comparing.effort_rows(made.effort_before, made.effort),
        "by_month": figures_drawn.over_months(period),
        "by_quarter": figures_drawn.over_quarters(sorted(periods)[-MOST_QUARTERS:]),
        "multiples": _multiples(sorted(periods)[-MOST_QUARTERS:]),
        "tables": [table for one in made.breakdowns["new_violations"] if (table := _table(one, period))],
        "repeated": _repeated(made),
        "outcomes": _outcomes(made),
        "in_force": _in_force(made),
        "by_day": figures_drawn.by_day(made),
        "sites": [_site(one) for one in made.sites],
        "rsf": _rsf(made.rsf),
        "index": figures_drawn.index(made.rsf),
        "method": weighing.latest(),
        "month_word": gettext("Month"),
        "quarter_word": gettext("Quarter"),
        "crumbs": views.crumbs(),
    }
    return render(request, "public/figures.html", context)


@views.page
def figures_json(request: HttpRequest, period: str) -> HttpResponse:
    """The same with all events behind each number: what `barometer indicators PERIOD --json` prints."""
    if period not in glance.periods():
        raise Http404(gettext("There is no such quarter."))
    return JsonResponse(made_for(period).to_json(), json_dumps_params={"ensure_ascii": False})


@views.page
def behind(request: HttpRequest, period: str, key: str) -> HttpResponse:
    """The events behind a figure of a quarter."""
    if period not in glance.periods():
        raise Http404(gettext("There is no such quarter."))
    made = made_for(period)
    return figures_behind.shown(request, made, key, _label_of(made, key))


def _label_of(made: Report, key: str) -> str:
    """What a figure is called whose events are listed."""
    figure = next((one for one in made.figures if one.code == key), None)
    if figure:
        return _words_of(figure)[0]
    name, _, rest = key.partition("-")
    if name == "time":
        return _proceedings()[rest]
    if name == "region":
        return _key_words("region", rest)
    if name in SIDES:
        often = next((one.name for one in made.repeated if figures_behind.key_of(one) == key), None)
        return f"{_side(name)}: {often or words.within(_actor(name, rest))}"
    month, measure = key[:7], key[8:]
    if measure in rules().measures:
        return (
            f"{words.capital(rules().measures[measure].label[words.language()])}, {words.month_words(month)}"
        )
    return ""


def _period(request: HttpRequest) -> str:
    periods = glance.periods()
    period = request.GET.get("period", periods[0] if periods else "")
    if period not in periods:
        raise Http404(gettext("There is no such quarter."))
    return period


def made_for(period: str, *, exact: bool = False) -> Report:
    """The report of a quarter, remembered until the ledger changes or the day ends.

    Of a large ledger it may be a little old unless it must be exact, the older the longer it takes, but never of other
    people who are not named than now.
    """
    day, people = clock.today(), joined.withheld()
    _, made = memory.remembered(
        ("indicators", period, day, words.language(), joined.is_public()),
        lambda: (people, report(period, given(period, day), day)),
        lambda kept: not exact and kept[0] is people and columns.is_large(),
        times=TIMES_AS_LONG,
    )
    return made


def given(period: str, day: date) -> Given:
    """All that the report of a quarter is made of, with what requests and watched sites tell."""
    return replace(
        measuring.given(period, joined.names_in("site")),
        answered=_answered(period, day),
        sites=available.sites_of(shown.quarter(period)),
    )


def _answered(period: str, day: date) -> tuple[int, int] | None:
    """How many published requests whose last day lies in the quarter were answered in time, of how many; None of none."""
    quarter = Quarter.parse(period)
    courses = [one.course for one in published(day) if one.course is not None]
    due = together([one for one in courses if quarter.first <= one.standing.due <= quarter.last])
    return (due.in_time, due.due) if due.due else None


# --- numbers ----------------------------------------------------------------------------------------------


def _lines(made: Report) -> Iterable[Line]:
    for one in made.figures:
        label, unit = _words_of(one)
        if label:
            yield Line(one.code, label, _number(one), unit, _sure(one), _address(one, made.period))


def _words_of(one: Figure) -> tuple[str, str]:
    """What a figure is called, and its unit; ("", "") for one that the page does not show."""
    count = int(one.at_most or one.value or 0)
    events = npgettext("figure", "event", "events", count)
    people = npgettext("figure", "person", "people", count)
    at_least = npgettext("figure", "person, at least", "people, at least", count)
    labels = {
        "new_violations": (gettext("New violations"), events),
        "steps": (gettext("Further steps"), events),
        "relief": (gettext("Relief"), events),
        "context": (gettext("Context"), events),
        "people_hit_at_least": (gettext("People hit, at least"), gettext("counted each time")),
        "people_named": (gettext("People named"), people),
        "outlets_hit": (gettext("Outlets hit"), npgettext("figure", "outlet", "outlets", count)),
        "cases": (gettext("Cases told of"), npgettext("figure", "case", "cases", count)),
        "open_cases": (gettext("Open cases"), npgettext("figure", "case", "cases", count)),
        "days_of_liberty_lost": (gettext("Days of liberty lost"), gettext("days of a person")),
        "people_who_lost_liberty": (gettext("People who lost liberty"), people),
        "hours_down": (gettext("Hours for which sites could not be reached"), gettext("hours of a site")),
        "hours_unknown": (gettext("Hours of outages of which nobody knows"), gettext("hours of a site")),
        "hours_looked_at": (gettext("Hours for which sites were looked at"), gettext("hours of a site")),
        "hours_not_looked_at": (gettext("Hours for which nobody looked"), gettext("hours of a site")),
        "looks_that_reached": (gettext("Looks that reached a site"), gettext("of those that said something, all places of a moment as one")),
        "state_deciders": (gettext("Decided or done by the state"), gettext("of new violations whose decider is known")),
        "answers_in_time": (gettext("Requests answered in time"), gettext("of those that were due")),
        "suits_against_media": (gettext("Suits against media that succeeded"), gettext("of those decided")),
        "sdg_16_10_1_direct": (gettext("SDG 16.10.1: killed, abducted, tortured"), at_least),
        "sdg_16_10_1_conditional": (
            gettext("SDG 16.10.1: held, if it was arbitrary"), gettext("people, at least; each needs a person’s judgement"),
        ),
        "sdg_16_10_1_near": (gettext("Near SDG 16.10.1: what its terms nearly cover"), at_least),
        "basket_intimidation": (gettext("National basket: intimidation"), at_least),
        "basket_harassment": (gettext("National basket: harassment"), at_least),
        "basket_prosecution": (gettext("National basket: prosecution"), at_least),
        "basket_defamation": (gettext("National basket: defamation"), at_least),
        "basket_mobility": (gettext("National basket: restricted mobility"), at_least),
    }  # fmt: skip
    return labels.get(one.code, ("", ""))


def _number(one: Figure) -> str:
    if one.value is None:
        return "—"
    if one.of is not None:
        return f"{one.value:.0%}"
    most = one.at_most
    return f"{one.value:g}" if most is None or most == one.value else f"{one.value:g}–{most:g}"


def _sure(one: Figure) -> str:
    """The interval of a share with its denominator; that something was not measured."""
    if one.of == 0:
        return gettext("there is none yet")
    if one.value is None:
        return gettext("not measured")
    if one.of is not None and one.interval is None:
        return gettext("of %(of)s") % {"of": one.of}
    if one.of is not None and one.interval is not None:
        told = gettext("of %(of)s; 95%% interval: %(low)s–%(high)s")
        return told % {"of": one.of, "low": f"{one.interval.low:.0%}", "high": f"{one.interval.high:.0%}"}
    return ""


_COUNTS = {"new_violations": "new", "steps": "step", "relief": "relief", "context": "context"}


def _address(one: Figure, period: str) -> str:
    """Where the events of a figure are listed, or what else it is made of."""
    if one.code in _COUNTS:
        return address(chosen(period=period, counts=_COUNTS[one.code]))
    if one.events:
        return figures_behind.address(period, one.code)
    if one.code == "answers_in_time":
        return reverse("public:requests")
    of_sites = one.code.startswith("hours_") or one.code == "looks_that_reached"
    return f"{reverse('public:watch')}?period={period}" if of_sites and one.value is not None else ""


# --- beside the quarter before ----------------------------------------------------------------------------


def _change_words(made: Report) -> str:
    """Whether the quarter has more new violations than the one before, in a sentence."""
    if not made.changes:
        return gettext("No new violation is on record for the quarter before, so nothing is compared.")
    total = made.changes[0]
    found = total.difference
    said = {
        "more": gettext(
            "Clearly more new violations than in the quarter before: %(after)s, after %(before)s."
        ),
        "fewer": gettext(
            "Clearly fewer new violations than in the quarter before: %(after)s, after %(before)s."
        ),
    }.get(total.verdict, gettext("No clear change in new violations: %(after)s, after %(before)s."))
    ratio = comparing.ratio_words(found.interval)
    return (
        said % {"after": found.after, "before": found.before}
        + " "
        + gettext("Ratio of the rates: %s.") % ratio
    )


def _clear_words(one: Change) -> str:
    return gettext("%(what)s: %(verdict)s (%(before)s → %(after)s)") % {
        "what": _key_words(one.by, one.key),
        "verdict": comparing.verdict_words(one.verdict),
        "before": one.difference.before,
        "after": one.difference.after,
    }


def _key_words(by: str, key: str) -> str:
    name = {"main_type": "type", "work_link": "link"}.get(by, by)
    if by in ("decider", "complainant", "executor"):
        return words.actor_type_label(key)
    if not key:
        return pgettext("figure", "not known")
    if by == "region" and words.is_abroad(key):
        return f"{words.region_label(words.ABROAD)}: {key}"
    return facets.value_label(name, key, glance.thematic_titles(), {})


# --- spheres ----------------------------------------------------------------------------------------------


def _multiples(periods: Sequence[str]) -> list[Multiple]:
    """A small multiple for each sphere, as the figures were kept; all of one scale, but the climate, which is its own."""
    method = weighing.latest()
    kept: dict[tuple[str, str], list[SphereFigure]] = {}
    for row in SphereFigure.objects.filter(period__in=list(periods), method=method.version).order_by("pk"):
        kept.setdefault((row.sphere, row.period), []).append(row)
    newest = {key: rows[-1] for key, rows in kept.items()}
    most = (
        max((row.weight for (sphere, _), row in newest.items() if sphere != weighing.CLIMATE), default=0) or 1
    )
    own = (
        max((row.weight for (sphere, _), row in newest.items() if sphere == weighing.CLIMATE), default=0) or 1
    )
    return [
        Multiple(
            title=weighing.words(sphere, words.language()),
            id=f"sphere-{sphere}",
            bars=tuple(
                _bar(at, period, newest.get((sphere, period)), own if sphere == weighing.CLIMATE else most)
                for at, period in enumerate(periods)
            ),
            revised=tuple(
                _revised(rows) for period in periods if len(rows := kept.get((sphere, period), [])) > 1
            ),
        )
        for sphere in method.spheres
    ]


def _bar(at: int, period: str, row: SphereFigure | None, most: float) -> Bar:
    label, lasts = words.capital(words.quarter_words(period)), clock.today() <= Quarter.parse(period).last
    if row is None:
        return Bar(label, at * 10, None, gettext("not worked out"), lasts=lasts)
    high = round(row.weight / most * HIGH, 2)
    return Bar(label, at * 10, high, f"{row.weight:g}", row.events, lasts=lasts)


def _revised(rows: Sequence[SphereFigure]) -> str:
    """That a figure is another than it was, since when, and why."""
    before, now = rows[-2], rows[-1]
    return gettext("%(quarter)s: %(now)s since %(day)s, before that %(before)s, for its events were added, corrected or withdrawn") % {
        "quarter": words.capital(words.quarter_words(now.period)),
        "now": f"{now.weight:g}",
        "day": words.day_words(timezone.localdate(now.created_at)),
        "before": f"{before.weight:g}",
    }  # fmt: skip


# --- tables -----------------------------------------------------------------------------------------------


def _table(one: Breakdown, period: str) -> dict[str, Any] | None:
    if one.by not in SHOWN or not one.cells:
        return None
    titles = {
        "region": gettext("Region"),
        "decider": gettext("Who decided or did it"),
        "complainant": gettext("Who asked for it"),
        "provision": gettext("Articles relied on"),
        "work_link": gettext("Link to the work"),
    }
    name = SHOWN[one.by]
    rows = [
        (_key_words(one.by, cell.key), cell.count, _cell_address(one, cell, name, period))
        for cell in one.cells[:MOST_LINES]
    ]
    return {"title": titles[one.by], "id": f"by-{one.by}", "rows": rows, "more": len(one.cells) - len(rows)}


def _cell_address(one: Breakdown, cell: Cell, name: str, period: str) -> str:
    if name and cell.key and not (one.by == "region" and words.is_abroad(cell.key)):
        return address(chosen(period=period, counts="new", **{name: cell.key}))
    return "" if name and not cell.key else figures_behind.address(period, f"{one.by}-{cell.key}")


def _side(side: str) -> str:
    """On which side somebody stands."""
    return {
        "decider": gettext("Decided or did it"),
        "complainant": gettext("Asked for it"),
        "executor": gettext("Carried it out"),
        "target": gettext("Was hit"),
    }[side]


def _actor(side: str, code: str) -> str:
    return words.target_type_label(code) if side == "target" else words.actor_type_label(code)


def _repeated(made: Report) -> list[dict[str, Any]]:
    """Who stands in several new violations, on each side the most frequent."""
    found: list[dict[str, Any]] = []
    for side in SIDES:
        rows = [one for one in made.repeated if one.side == side]
        if rows:
            lines = [
                (
                    words.capital(words.party_name(one.name, _kind(one))),
                    len(one.events),
                    figures_behind.address(made.period, figures_behind.key_of(one)),
                )
                for one in rows[:MOST_LINES]
            ]
            found.append(
                {"title": _side(side), "id": f"often-{side}", "rows": lines, "more": len(rows) - len(lines)}
            )
    return found


def _kind(one: Repeated) -> str:
    return mapping.party_kind("target" if one.side == "target" else "actor", one.type)


def _site(one: Site) -> dict[str, Any]:
    """A watched site as a line of a table."""
    return {
        "host": host_of(one.address),
        "down": shown.number(one.down),
        "unknown": shown.number(one.unknown),
        "looked": shown.number(one.looked),
        "not_looked": shown.number(one.not_looked),
        "reached": f"{number_format(one.reached / one.judged * 100, 1)}%" if one.judged else "—",
        "judged": one.judged,
    }


def _proceedings() -> dict[str, str]:
    return {
        "criminal": gettext("Criminal cases"),
        "civil": gettext("Civil suits against media"),
        "administrative": gettext("Administrative cases"),
        "own_suit": gettext("Suits brought by media"),
    }


def _outcomes(made: Report) -> list[dict[str, Any]]:
    return [
        {
            "label": _proceedings()[one.proceeding],
            "row": one,
            "median": _median(made.time_to_outcome[one.proceeding]),
            "address": figures_behind.address(made.period, f"time-{one.proceeding}")
            if made.time_to_outcome[one.proceeding].events
            else "",
        }
        for one in made.outcomes
    ]


def _median(found: Times) -> str:
    if not found.began:
        return "—"
    if found.median_days is None:
        return gettext("not reached")
    return ngettext("%(count)d day", "%(count)d days", found.median_days) % {"count": found.median_days}


def _in_force(made: Report) -> list[dict[str, Any]]:
    """The months that are over: each measure that was in force, with how many, and where its events are."""
    return [
        {
            "month": words.capital(words.month_words(month)),
            "address": figures_drawn.day_address(last_of(month)),
            "rows": [
                (
                    rules().measures[one.measure].label[words.language()],
                    one.count,
                    figures_behind.address(made.period, f"{month}-{one.measure}"),
                )
                for one in found
                if one.count.in_force
            ],
        }
        for month, found in made.in_force.items()
    ]


def _rsf(rows: Sequence[Ranked]) -> dict[str, Any]:
    """The country's years in the index: rank of how many, and a score where it can be told."""
    if not rows:
        return {}
    return {
        "rows": [
            (row.year, row.rank, "—" if row.score is None else number_format(row.score, 2), row.standing)
            for row in reversed(rows)
        ],
        "restored": sum(row.standing == "restored" for row in rows),
        "country": words.best(country().names).text,
    }
