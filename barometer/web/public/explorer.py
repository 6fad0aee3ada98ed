"""The explorer: events searched and filtered, as a list, a table, a chart with a map, or two quarters side by side.

Everything is in the address: whoever has it sees the same. What is filtered can be taken along as a file and followed
as a feed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from barometer.web.public import (
    cards,
    charts,
    comparing,
    download,
    facets,
    filters,
    glance,
    structured,
    views,
    words,
)
from barometer.web.public.facets import Selection
from barometer.web.public.filters import OLDEST, Filters, address
from barometer.web.records.models import Mention

A_PAGE = {"": 25, "table": 50}
MOST_REGIONS = 3


@views.page
def events(request: HttpRequest) -> HttpResponse:
    """The events, searched and filtered by the address alone."""
    wanted = filters.parse(request.GET)
    if not wanted.rejected and not filters.is_canonical(request.GET, wanted):
        return redirect(address(wanted))
    selection = facets.select(wanted)
    length = A_PAGE.get(wanted.view, 1)
    shown = Paginator(range(selection.count), length).get_page(wanted.page)
    if wanted.view in A_PAGE and shown.number != wanted.page:
        return redirect(address(wanted.on_page(shown.number)))
    titles = glance.thematic_titles()
    listed = facets.facets(selection, titles)
    context = {
        "filters": wanted,
        "longest_text": filters.LONGEST_TEXT,
        "page": shown,
        "facets": listed,
        "chips": facets.chips(wanted, listed),
        "clear": address(filters.Filters(view=wanted.view)),
        "turns": views.turns(shown, lambda number: address(wanted.on_page(number))),
        "canonical": request.build_absolute_uri(address(wanted)),
        "units": units(selection),
        "tabs": tabs(wanted),
        "days": [wanted.values(name)[0] if wanted.values(name) else "" for name in filters.SINGLE],
        "other_pairs": [pair for pair in wanted.pairs() if pair[0] not in filters.SINGLE],
        "files": files(selection),
        "feeds": feeds(wanted),
        "structured": structured.dataset(request),
        "crumbs": views.crumbs(),
    }
    return render(request, "public/events.html", context | _VIEWS[wanted.view](selection, shown, titles))


# --- ways to look -----------------------------------------------------------------------------------------


def _list(selection: Selection, shown: Any, _: dict[int, str]) -> dict[str, Any]:
    rows = views.rows_of(selection.columns.rows(selection.chosen, shown.start_index() - 1, shown.end_index()))
    return {"groups": views.by_month(rows)}


@dataclass(frozen=True)
class Line:
    """An event as a line of the table."""

    card: cards.Card
    whom: str
    by: str


def _table(selection: Selection, shown: Any, _: dict[int, str]) -> dict[str, Any]:
    wanted = selection.filters
    oldest = wanted.sort == OLDEST
    pks = selection.columns.rows(
        selection.chosen, shown.start_index() - 1, shown.end_index(), oldest_first=oldest
    )
    return {
        "lines": [
            Line(
                cards.card(row),
                cards.names(row, Mention.Side.TARGET),
                cards.names(row, Mention.Side.ACTOR),
            )
            for row in views.rows_of(pks)
        ],
        "oldest": oldest,
        "turned": address(wanted.seen_as("table", "" if oldest else OLDEST)),
    }


def _chart(selection: Selection, _: Any, titles: dict[int, str]) -> dict[str, Any]:
    wanted = selection.filters
    by_region = selection.counts("region")
    tiles = glance.tiles_of(by_region, lambda region: address(with_value(wanted, "region", region)))
    elsewhere = [
        (where, by_region[where], address(with_value(wanted, "region", where)))
        for where in (words.NO_REGION, words.ABROAD)
        if by_region.get(where)
    ]
    return {
        "chart": charts.chart(selection, titles) if selection.count else None,
        "tiles": tiles,
        "most_in": glance.most_in(tiles, MOST_REGIONS),
        "elsewhere": elsewhere,
    }


def with_value(wanted: Filters, name: str, value: str) -> Filters:
    """The list of what is filtered, where besides one filter has just this value."""
    return wanted.without(name).toggled(name, value).plain()


def _compare(selection: Selection, _: Any, titles: dict[int, str]) -> dict[str, Any]:
    return comparing.context(selection.filters, titles)


_VIEWS: dict[str, Callable[[Selection, Any, dict[int, str]], dict[str, Any]]] = {
    "": _list,
    "table": _table,
    "chart": _chart,
    "compare": _compare,
}


def tabs(wanted: Filters) -> list[tuple[str, str, bool]]:
    """The ways to look: (words, address, whether it is this one)."""
    labels = {
        "": gettext("List"),
        "table": gettext("Table"),
        "chart": gettext("Chart and map"),
        "compare": gettext("Compare two quarters"),
    }
    return [(label, address(wanted.seen_as(view)), wanted.view == view) for view, label in labels.items()]


# --- numbers with their units -----------------------------------------------------------------------------


def units(selection: Selection) -> list[str]:
    """What else than events is in the choice, each number with its unit."""
    found, some = selection.columns, selection.chosen
    new = selection.counts("counts").get("new", 0)
    people = found.columns["person_hit"].distinct(some)
    outlets = found.columns["outlet_hit"].distinct(some)
    said = []
    if new:
        violations = ngettext("%(count)d new violation", "%(count)d new violations", new) % {"count": new}
        hit = found.at_least(some)
        times = ngettext(
            "hitting people at least %(count)d time", "hitting people at least %(count)d times", hit
        ) % {"count": hit}
        said.append(f"{violations}, {times}" if hit else violations)
    if people:
        said.append(
            ngettext("%(count)d person hit or helped", "%(count)d people hit or helped", people)
            % {"count": people}
        )
    if outlets:
        said.append(ngettext("%(count)d outlet", "%(count)d outlets", outlets) % {"count": outlets})
    return said


# --- to take along ----------------------------------------------------------------------------------------


def files(selection: Selection) -> list[tuple[str, str]]:
    """What is filtered as files: (name of the form, address)."""
    query = selection.filters.plain().query()
    forms = [
        form for form in download.FORMS if form != "xlsx" or selection.count <= download.MOST_IN_WORKBOOK
    ]
    return [(form.upper(), _with(reverse(f"public:events-{form}"), query)) for form in forms]


def feeds(wanted: Filters) -> list[tuple[str, str]]:
    """Ways to follow what is filtered: (name of the form, address)."""
    query, base = wanted.plain().query(), reverse("public:events")
    return [
        ("Atom", _with(f"{base}feed.atom", query)),
        ("RSS", _with(f"{base}feed.rss", query)),
        ("JSON Feed", _with(f"{base}feed.json", query)),
        ("iCalendar", _with(reverse("public:calendar-feed"), query)),
        (gettext("E-mail alert"), _with(reverse("public:follow"), query)),
    ]


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


@views.page
def download_file(request: HttpRequest, form: str) -> HttpResponse:
    """Exactly the events that are filtered, as a file."""
    wanted = filters.parse(request.GET).plain()
    selection = facets.select(wanted)
    if form == "xlsx" and selection.count > download.MOST_IN_WORKBOOK:
        return redirect(_with(reverse("public:events-csv"), wanted.query()))
    pks = selection.columns.rows(selection.chosen, 0, selection.count)
    return download.answer(form, pks, request.build_absolute_uri("/"))
