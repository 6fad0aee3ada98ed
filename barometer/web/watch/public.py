"""What readers see of watched sites: each day of a quarter at a glance, hours with their denominators, outages, files.

Only sites that a person made public are here, and of accounts likewise.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from barometer.sources.tables import neutral
from barometer.web.public import clock, filters, words
from barometer.web.public.views import crumbs, page, turns
from barometer.web.records.watch import Account, WatchedSite
from barometer.web.watch import accounts, shown

SITES_A_PAGE = 100


def public_sites() -> QuerySet[WatchedSite]:
    """Sites that readers may see."""
    return (
        WatchedSite.objects.filter(public=True).select_related("outlet").order_by("outlet__name", "address")
    )


def _period(request: HttpRequest, known: list[str]) -> str:
    """The quarter that is asked for, or the newest that has looks."""
    period = request.GET.get("period", "") or (known[0] if known else shown.quarter_of(clock.today()))
    if not filters.is_quarter(period) or (period not in known and "period" in request.GET):
        raise Http404(gettext("There is no such quarter."))
    return period


@page
def sites(request: HttpRequest) -> HttpResponse:
    """All sites in a quarter."""
    known = shown.periods(public_sites())
    period = _period(request, known)
    span = shown.quarter(period)
    found = Paginator(public_sites(), SITES_A_PAGE).get_page(filters.parse(request.GET).page)
    rows = shown.sites_shown(list(found.object_list), span)
    base = reverse("public:watch")
    context = _of_period(period, known, base) | {
        "rows": rows,
        "out": [row for row in rows if row.is_out],
        "page": found,
        "turns": turns(found, lambda number: f"{base}?period={period}&page={number}"),
        "accounts": accounts.shown(Account.objects.filter(public=True)),
        "crumbs": crumbs(),
    }
    return _render(request, "watch/sites.html", context)


@page
def site(request: HttpRequest, public_id: str) -> HttpResponse:
    """One site in a quarter."""
    row = public_sites().filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such site."))
    known = shown.periods([row])
    period = _period(request, known)
    one = shown.sites_shown([row], shown.quarter(period))[0]
    base = reverse("public:watch-site", args=[public_id])
    context = _of_period(period, known, base) | {
        "one": one,
        "outages": shown.outages_shown(one.outages, desk=False),
        "days": shown.day_rows(one.days),
        "accounts": accounts.shown(Account.objects.filter(public=True, outlet=row.outlet)),
        "crumbs": crumbs((gettext("Availability of sites"), reverse("public:watch"))),
    }
    return _render(request, "watch/site.html", context)


def _of_period(period: str, known: list[str], base: str) -> dict[str, Any]:
    return {
        "period": period,
        "quarter": words.quarter_words(period),
        "others": [(words.quarter_words(one), f"{base}?period={one}") for one in known if one != period],
    }


def _render(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    from django.shortcuts import render

    return render(request, template, context)


# --- files ------------------------------------------------------------------------------------------------------------

_DAY = (
    "site",
    "address",
    "outlet",
    "day",
    "looks_reached",
    "looks_failed",
    "looks_that_say_nothing",
    "hours_measured",
)
_OUTAGE = (
    "site", "address", "outlet", "began", "ended", "state", "rule", "witnesses_agreeing", "witnesses_asked",
    "witnesses_unable", "control_reached", "control_asked", "seconds_not_reachable", "seconds_not_known",
)  # fmt: skip


@page
def days_file(request: HttpRequest, form: str) -> HttpResponse:
    """The days of all sites in a quarter, as CSV or JSON."""
    rows, period = _rows(request)
    told = [
        (
            *_named(one), day.isoformat(), of.reached, of.failed, of.unable, of.hours.bit_count(),
        )
        for one in rows
        for day, of in sorted(one.days.items())
    ]  # fmt: skip
    return _file(_DAY, told, f"days-{period}", form)


@page
def outages_file(request: HttpRequest, form: str) -> HttpResponse:
    """The outages of all sites in a quarter, as CSV or JSON."""
    rows, period = _rows(request)
    told = [
        (
            *_named(one), row.began.isoformat(), row.ended.isoformat() if row.ended else None, row.state, row.rule,
            row.agreeing, row.asked, row.unable, row.control_reached, row.control_asked,
            sum(each[0] for each in row.by_day.values()), sum(each[1] for each in row.by_day.values()),
        )
        for one in rows
        for row in reversed(one.outages)
    ]  # fmt: skip
    return _file(_OUTAGE, told, f"outages-{period}", form)


def _rows(request: HttpRequest) -> tuple[list[shown.SiteShown], str]:
    period = _period(request, shown.periods(public_sites()))
    return shown.sites_shown(list(public_sites()), shown.quarter(period)), period


def _named(one: shown.SiteShown) -> tuple[str, str, str]:
    return one.site.public_id, one.site.address, one.name


def _file(columns: tuple[str, ...], rows: list[tuple[Any, ...]], name: str, form: str) -> HttpResponse:
    if form == "json":
        told = [dict(zip(columns, row, strict=True)) for row in rows]
        answer = HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json")
    elif form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows([neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
        answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
