"""Statements that are not repeated: the list, and the form by which a lawyer or an editor adds one or sets it free."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from barometer.errors import BarometerError
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import holding
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import words
from barometer.web.records.models import Event
from barometer.web.records.reviewing import HeldStatement

FIELDS = ("words", "kind", "demanded_by", "date", "source", "event")


def kind_label(kind: str) -> str:
    """Why words are held back, in words."""
    return {
        HeldStatement.Kind.COURT_ORDER: gettext("court order"),
        HeldStatement.Kind.REFUTATION: gettext("refutation"),
        HeldStatement.Kind.GAG: gettext("gag order"),
        HeldStatement.Kind.AGREEMENT: gettext("agreement"),
        HeldStatement.Kind.OWN: gettext("our own correction"),
    }[kind]


@desk_for(Act.LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest) -> HttpResponse:
    """All statements that are held back, those that are free again last; a new one, `event` the record it comes from."""
    asked = request.POST if request.method == "POST" else {"event": request.GET.get("event", "")}
    given = {name: asked.get(name, "").replace("\x00", "").strip() for name in FIELDS}
    problem = _add(request, given) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        messages.success(request, gettext("From now on this is not repeated."))
        return redirect("desk:held")
    return _page(request, given, problem)


def _add(request: HttpRequest, given: dict[str, str]) -> str:
    """Keep what was posted; what is the matter with it, or ''."""
    try:
        day = date.fromisoformat(given["date"])
    except ValueError:
        return gettext("This is no day: write it like 2026-03-14.")
    try:
        holding.hold_back(
            given["words"],
            kind=given["kind"],
            demanded_by=given["demanded_by"],
            day=day,
            source=given["source"],
            event=Event.objects.filter(public_id=given["event"]).first(),
            by=name_of(request.user),
            user=request.user,
        )
    except BarometerError as error:
        return refusals.told(error)
    return ""


def _page(request: HttpRequest, given: dict[str, str], problem: str = "") -> HttpResponse:
    kept = HeldStatement.objects.select_related("event")
    rows = sorted(kept, key=lambda row: row.freed_at is not None)
    context = {
        "rows": [(row, kind_label(row.kind), words.day_words(row.date)) for row in rows],
        "kinds": [(one, kind_label(one)) for one in HeldStatement.Kind.values],
        "given": given,
        "problem": problem,
        "may_clear": may(request.user, Act.CLEAR),
        "longest_reason": LONGEST_REASON,
        "crumbs": crumbs(),
    }
    return render(request, "desk/held.html", context, status=400 if problem else 200)


@desk_for(Act.CLEAR)
@require_POST
def free(request: HttpRequest, public_id: str) -> HttpResponse:
    """The words may be said again."""
    row = HeldStatement.objects.filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such statement."))
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        holding.set_free(row, reason=reason, by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _page(request, dict.fromkeys(FIELDS, ""), refusals.told(error))
    messages.success(request, gettext("These words may be said again."))
    return redirect("desk:held")
