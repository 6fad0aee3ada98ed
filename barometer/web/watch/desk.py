"""The desk's pages of watched sites: the sites, one of them, the places from which is looked, files, accounts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from barometer.errors import BarometerError
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import watching, watching_accounts, watching_rounds
from barometer.web.actions.evidence import keep_upload
from barometer.web.actions.watching_days import day_of
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.records.models import Party
from barometer.web.records.watch import (
    Account,
    AccountState,
    VantagePoint,
    WatchedSite,
    WatchFile,
    WitnessKey,
)
from barometer.web.watch import accounts as accounts_
from barometer.web.watch import measured, shown

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
#: Days in the list of sites and on a site's page; details and files at once.
DAYS_IN_LIST, DAYS, DETAILS, FILES = timedelta(days=29), timedelta(days=91), 30, 50
SITES_A_PAGE = 100


def _given(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.POST.get(name, "").replace("\x00", "").strip()[:2000] for name in names}


def _minutes(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _tried(request: HttpRequest, act: Callable[[], Any]) -> tuple[Any, str]:
    """What an act gives, or what is the matter."""
    try:
        return act(), ""
    except BarometerError as error:
        return None, f"{refusals.reason(error)}. {refusals.in_words(error.next_step or '')}".strip()


def _outlets() -> list[str]:
    """The names of outlets that the ledger knows, to choose from."""
    return list(
        Party.objects.filter(kind=Party.Kind.OUTLET).order_by("name").values_list("name", flat=True)[:2000]
    )


# --- sites ------------------------------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.SOURCES)
@GET_POST
def sites(request: HttpRequest) -> HttpResponse:
    """All sites, those that cannot be reached first; the form by which one is added."""
    given = {"outlet": "", "address": "", "every": "10", "country": "KZ"}
    problem = ""
    if request.method == "POST":
        given = _given(request, *given)
        by, user = name_of(request.user), request.user
        row, problem = _tried(request, lambda: watching.save_site(None, **_site_of(given), by=by, user=user))
        if row:
            watching_rounds.start()
            messages.success(request, gettext("It is watched from now on."))
            return redirect("desk:watch-site", row.public_id)
    today = day_of(timezone.now())
    span = shown.Span(today - DAYS_IN_LIST, today)
    found = WatchedSite.objects.select_related("outlet").order_by("-active", "outlet__name", "address")
    page = Paginator(found, SITES_A_PAGE).get_page(request.GET.get("page"))
    rows = shown.sites_shown(list(page.object_list), span, desk=True)
    rows.sort(key=lambda row: not row.is_out)
    context = {
        "rows": rows,
        "page": page,
        "out": sum(row.is_out for row in rows),
        "given": given,
        "problem": problem,
        "outlets": _outlets(),
        "placed": VantagePoint.objects.filter(kind__in=watching_rounds.OWN, active=True)
        .exclude(country="")
        .exists(),
        "may_change": may(request.user, Act.SOURCES),
        "crumbs": crumbs(),
    }
    return render(request, "watch/desk_sites.html", context, status=400 if problem else 200)


def _site_of(given: dict[str, str]) -> dict[str, Any]:
    return {
        "outlet": given["outlet"], "address": given["address"], "every": _minutes(given["every"]),
        "country": given["country"],
    }  # fmt: skip


def _site(public_id: str) -> WatchedSite:
    row = WatchedSite.objects.select_related("outlet").filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such site."))
    return row


@desk_for(Act.LOOK, post=Act.SOURCES)
@GET_POST
def site(request: HttpRequest, public_id: str) -> HttpResponse:
    """One site: what is known of it, outages, certificates, what was seen in detail; the form that changes it."""
    row = _site(public_id)
    given = {
        "outlet": row.outlet.name,
        "address": row.address,
        "every": str(row.every),
        "country": row.country,
    }
    problem = ""
    if request.method == "POST":
        given = _given(request, *given)
        by, user = name_of(request.user), request.user
        saved, problem = _tried(request, lambda: watching.save_site(row, **_site_of(given), by=by, user=user))
        if saved:
            messages.success(request, gettext("Kept."))
            return redirect("desk:watch-site", public_id)
        row = _site(public_id)
    today = day_of(timezone.now())
    one = shown.sites_shown([row], shown.Span(today - DAYS, today), desk=True)[0]
    details = Paginator(row.details.select_related("vantage"), DETAILS).get_page(request.GET.get("page"))
    context = {
        "one": one,
        "row": row,
        "outages": shown.outages_shown(row.outages.filter(set_aside=False)[:50], desk=True),
        "places": _places_of(row),
        "days": shown.day_rows(one.days),
        "certificates": [
            (cert, shown.moment_words(cert.seen_at))
            for cert in row.certificates.select_related("evidence", "vantage")[:20]
        ],
        "page": details,
        "details": [_detail(each) for each in details.object_list],
        "given": given,
        "problem": problem,
        "outlets": _outlets(),
        "may_change": may(request.user, Act.SOURCES),
        "may_show": may(request.user, Act.PUBLISH),
        "crumbs": crumbs((gettext("Watched sites"), reverse("desk:watch"))),
    }
    return render(request, "watch/desk_site.html", context, status=400 if problem else 200)


def _places_of(row: WatchedSite) -> list[dict[str, Any]]:
    """What each place saw of a site in the last two days, and the newest of it."""
    since = day_of(timezone.now()) - timedelta(days=1)
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    points: dict[int, VantagePoint] = {}
    for day in row.days.filter(day__gte=since).select_related("vantage"):
        points[day.vantage_id] = day.vantage
        failed = sum(getattr(day, state.value) for state in shown.BAD)
        for place, number in enumerate((day.ok, failed, day.insufficient)):
            counts[day.vantage_id][place] += number
    newest = {pk: row.details.filter(vantage=pk).first() for pk in points}
    return [
        {
            "label": measured.place_label(point, desk=True),
            "counts": counts[pk],
            "state": shown.state_label(newest[pk].state) if newest[pk] else "",
            "rule": shown.rule_in_words(newest[pk].rule) if newest[pk] else "",
        }
        for pk, point in sorted(points.items(), key=lambda one: (one[1].control, str(one[1])))
    ]


def _detail(row: Any) -> dict[str, Any]:
    return {
        "at": shown.moment_words(row.at),
        "place": measured.place_label(row.vantage, desk=True),
        "state": shown.state_label(row.state),
        "rule": shown.rule_in_words(row.rule),
        "id": row.rule,
        "source": row.source_id,
        "text": json.dumps(row.detail, ensure_ascii=False, indent=1) if row.detail else "",
    }


@desk_for(Act.SOURCES)
@require_POST
def site_rest(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a site rest, or look at it again."""
    row = _site(public_id)
    watching.set_active(row, not row.active, by=name_of(request.user), user=request.user)
    watching_rounds.start()
    return redirect("desk:watch-site", public_id)


@desk_for(Act.PUBLISH)
@require_POST
def site_show(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a site to readers, or no more."""
    row = _site(public_id)
    watching.set_public(row, not row.public, by=name_of(request.user), user=request.user)
    return redirect("desk:watch-site", public_id)


# --- places -----------------------------------------------------------------------------------------------------------

_PLACE = ("kind", "name", "country", "network", "control", "proxy", "active")


def kind_label(kind: str) -> str:
    """A kind of place in words."""
    return {
        VantagePoint.Kind.OWN: gettext("this machine"),
        VantagePoint.Kind.DESK: gettext("another desk"),
        VantagePoint.Kind.PROXY: gettext("this machine through a proxy"),
        VantagePoint.Kind.OONI: "OONI",
    }[VantagePoint.Kind(kind)]


@desk_for(Act.LOOK, post=Act.SOURCES)
@GET_POST
def places(request: HttpRequest) -> HttpResponse:
    """The places from which is looked; the form by which one is added."""
    return _place_page(request, None)


@desk_for(Act.SOURCES)
@GET_POST
def place(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form of one place."""
    row = VantagePoint.objects.filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such place."))
    return _place_page(request, row)


def _place_page(request: HttpRequest, row: VantagePoint | None) -> HttpResponse:
    given, problem = _place_given(row), ""
    if request.method == "POST":
        given = _given(request, *_PLACE)
        told: dict[str, Any] = given | {"control": bool(given["control"]), "active": bool(given["active"])}
        by, user = name_of(request.user), request.user
        saved, problem = _tried(request, lambda: watching.save_point(row, **told, by=by, user=user))
        if saved:
            watching_rounds.start()
            messages.success(request, gettext("Kept."))
            return redirect("desk:watch-places")
    rows = VantagePoint.objects.all()
    context = {
        "row": row,
        "rows": [
            (one, kind_label(one.kind), shown.country_words(one.country) if one.country else "")
            for one in rows
        ],
        "given": given,
        "problem": problem,
        "kinds": [(kind, kind_label(kind)) for kind in VantagePoint.Kind.values],
        "keys": WitnessKey.objects.filter(active=True),
        "public_key": watching_rounds.public_key(),
        "may_change": may(request.user, Act.SOURCES),
        "crumbs": crumbs((gettext("Watched sites"), reverse("desk:watch"))),
    }
    return render(request, "watch/desk_places.html", context, status=400 if problem else 200)


def _place_given(row: VantagePoint | None) -> dict[str, str]:
    if row is None:
        return dict.fromkeys(_PLACE, "") | {"kind": "own", "active": "yes"}
    return {
        "kind": row.kind, "name": row.name, "country": row.country, "network": row.network,
        "control": "yes" if row.control else "", "proxy": row.proxy, "active": "yes" if row.active else "",
    }  # fmt: skip


@desk_for(Act.SOURCES)
@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Take in what another desk signs, or no more."""
    given = _given(request, "name", "key", "drop")
    by, user = name_of(request.user), request.user
    if given["drop"]:
        for row in WitnessKey.objects.filter(public_id=given["drop"]):
            watching.drop_key(row, by=by, user=user)
    else:
        _, problem = _tried(request, lambda: watching.save_key(given["name"], given["key"], by=by, user=user))
        if problem:
            messages.error(request, problem)
    return redirect("desk:watch-places")


# --- files ------------------------------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.SOURCES)
@GET_POST
def files(request: HttpRequest) -> HttpResponse:
    """Files of measurements: handed in, kept, read, what of them was broken."""
    problem = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            problem = gettext("Choose a file.")
        else:
            by = name_of(request.user)
            row, problem = _tried(
                request, lambda: watching_rounds.import_file(upload.read(), upload.name or "file", by=by)
            )
            if row:
                messages.success(request, _said(row))
                return redirect("desk:watch-files")
    page = Paginator(WatchFile.objects.select_related("evidence"), FILES).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, shown.moment_words(row.created_at)) for row in page.object_list],
        "problem": problem,
        "may_change": may(request.user, Act.SOURCES),
        "crumbs": crumbs((gettext("Watched sites"), reverse("desk:watch"))),
    }
    return render(request, "watch/desk_files.html", context, status=400 if problem else 200)


def _said(row: WatchFile) -> str:
    taken = ngettext(
        "%(count)d measurement of watched sites was taken in.",
        "%(count)d measurements of watched sites were taken in.",
        row.measurements,
    ) % {"count": row.measurements}
    if not row.broken_count:
        return taken
    broken = ngettext(
        "%(count)d part of the file could not be read.",
        "%(count)d parts of the file could not be read.",
        row.broken_count,
    ) % {"count": row.broken_count}
    return f"{taken} {broken}"


# --- accounts ---------------------------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.SOURCES)
@GET_POST
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts by what they are now; the form by which one is added."""
    given, problem = dict.fromkeys(("outlet", "platform", "handle", "read"), ""), ""
    if request.method == "POST":
        given = _given(request, *given)
        by, user = name_of(request.user), request.user
        told: dict[str, Any] = given | {"read": bool(given["read"])}
        row, problem = _tried(request, lambda: watching_accounts.save_account(None, **told, by=by, user=user))
        if row:
            watching_accounts.start()
            return redirect("desk:watch-account", row.public_id)
    rows = accounts_.shown(Account.objects.all())
    rows.sort(key=lambda row: (not row.row.active, not row.is_bad))
    context = {
        "rows": rows,
        "given": given,
        "problem": problem,
        "outlets": _outlets(),
        "may_change": may(request.user, Act.SOURCES),
        "crumbs": crumbs((gettext("Watched sites"), reverse("desk:watch"))),
    }
    return render(request, "watch/desk_accounts.html", context, status=400 if problem else 200)


def _account(public_id: str) -> Account:
    row = Account.objects.select_related("outlet").filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such account."))
    return row


@desk_for(Act.LOOK, post=Act.CODE)
@GET_POST
def account(request: HttpRequest, public_id: str) -> HttpResponse:
    """One account: its history; the form by which a state is noted, with what shows it."""
    row = _account(public_id)
    given = {"state": "present", "day": clock_day(), "sign": "", "note": "", "as_event": ""}
    problem = ""
    if request.method == "POST":
        given = _given(request, *given)
        saved, problem = _tried(request, lambda: _note(request, row, given))
        if saved:
            messages.success(request, gettext("Noted."))
            return redirect("desk:watch-account", public_id)
    context = {
        "one": accounts_.shown(Account.objects.filter(pk=row.pk))[0],
        "row": row,
        "given": given,
        "problem": problem,
        "states": [(state, accounts_.state_label(state)) for state in AccountState.State.values],
        "may_change": may(request.user, Act.SOURCES),
        "may_note": may(request.user, Act.CODE),
        "may_show": may(request.user, Act.PUBLISH),
        "crumbs": crumbs(
            (gettext("Watched sites"), reverse("desk:watch")),
            (gettext("Accounts"), reverse("desk:watch-accounts")),
        ),
    }
    return render(request, "watch/desk_account.html", context, status=400 if problem else 200)


def clock_day() -> str:
    """Today, as a form shows it."""
    return day_of(timezone.now()).isoformat()


def _note(request: HttpRequest, row: Account, given: dict[str, str]) -> AccountState:
    from barometer.errors import UnknownValue

    by = name_of(request.user)
    try:
        day = date.fromisoformat(given["day"])
    except ValueError:
        raise UnknownValue(f"{given['day'][:20]!r} is no day", next_step="write it as 2026-03-14") from None
    upload = request.FILES.get("file")
    kept = keep_upload(upload.read(), upload.name or "file", by=by).original if upload else None
    return watching_accounts.add_state(
        row, given["state"], day=day, sign=given["sign"], note=given["note"], evidence=kept,
        as_event=bool(given["as_event"]), by=by, user=request.user,
    )  # fmt: skip


@desk_for(Act.SOURCES)
@require_POST
def account_rest(request: HttpRequest, public_id: str) -> HttpResponse:
    """Look at an account no more, or again."""
    row = _account(public_id)
    watching.set_active(row, not row.active, by=name_of(request.user), user=request.user)
    return redirect("desk:watch-account", public_id)


@desk_for(Act.PUBLISH)
@require_POST
def account_show(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show an account to readers, or no more."""
    row = _account(public_id)
    watching.set_public(row, not row.public, by=name_of(request.user), user=request.user)
    return redirect("desk:watch-account", public_id)
