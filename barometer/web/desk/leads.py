"""Leads: what came in and may tell of an event, with what the machine proposes; a person takes it or lets it go."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from barometer.cases.matching import Reason
from barometer.errors import BarometerError
from barometer.web.actions import leads as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.evidence import bytes_of
from barometer.web.desk.views import crumbs, desk_page, name_of
from barometer.web.public import words
from barometer.web.records.gathering import Lead

PAGE = 40
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Proposed:
    """An event that the reader proposes, in words."""

    what: str
    when: str
    who: tuple[str, ...]
    where: str


def state_label(state: str) -> str:
    """A lead's state in words."""
    return {
        Lead.State.WAITING: gettext("waiting for its address"),
        Lead.State.NEW: gettext("new"),
        Lead.State.TAKEN: gettext("taken"),
        Lead.State.DISMISSED: gettext("let go"),
        Lead.State.JOINED: gettext("the same as another"),
    }[state]


def origin_label(origin: str) -> str:
    """Where a lead came from, in words."""
    return {
        Lead.Origin.SOURCE: gettext("a watched source"),
        Lead.Origin.ADDRESS: gettext("an address"),
        Lead.Origin.TEXT: gettext("a text"),
        Lead.Origin.FILE: gettext("a file"),
        Lead.Origin.PHONE: gettext("a call"),
        Lead.Origin.TIP: gettext("a tip"),
    }[origin]


def consent_label(consent: str) -> str:
    """What a caller agreed to, in words."""
    return consents().get(consent, consent)


def consents() -> dict[str, str]:
    """What a caller may agree to."""
    return {
        "internal": gettext("We may keep the note. Nothing of it is published."),
        "anonymous": gettext("It may be published without a name."),
        "named": gettext("It may be published with the name."),
    }


def wall_label(wall: str) -> str:
    """What stood in front of the page; always with the words that it is not the post."""
    kind = {
        "login": gettext("a login page"),
        "captcha": gettext("a captcha"),
        "cookie consent": gettext("a cookie notice"),
        "paywall": gettext("a paywall"),
        "not found page": gettext("a page that says “not found”"),
    }.get(wall, wall)
    return gettext("not the post: %(what)s") % {"what": kind}


@desk_page
@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """Leads of a state, the newest first; without one those that wait for a person."""
    state = request.GET.get("state", "")
    state = state if state in Lead.State.values else Lead.State.NEW
    found = Lead.objects.filter(state=state).select_related("document")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    tabs = [(one, state_label(one), Lead.objects.filter(state=one).count()) for one in Lead.State.values]
    rows = [_row(lead) for lead in page.object_list]
    context = {"page": page, "rows": rows, "state": state, "tabs": tabs, "crumbs": crumbs()}
    return render(request, "desk/leads.html", context)


def _row(lead: Lead) -> dict[str, object]:
    return {
        "lead": lead,
        "percent": round(100 * lead.relevance),
        "origin": origin_label(lead.origin),
        "day": words.day_words(timezone.localdate(lead.created_at)),
        "events": len(_events(lead)),
        "wall": wall_label(lead.wall) if lead.wall else "",
        "title": lead.title or lead.url or lead.public_id,
    }


@desk_page
@require_safe
def lead(request: HttpRequest, public_id: str) -> HttpResponse:
    """A lead with its words, its proposal, its likely case and where else its words were met."""
    return _page(request, _lead(public_id))


def _lead(public_id: str) -> Lead:
    found = Lead.objects.select_related("document__evidence", "evidence", "joined_to", "source")
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such lead."))
    return row


def _page(request: HttpRequest, row: Lead, *, problem: str = "", status: int = 200) -> HttpResponse:
    language = words.language()
    text, text_problem = _text(row)
    context = _row(row) | {
        "state": state_label(row.state),
        "text": text[:LONGEST_TEXT],
        "is_cut": len(text) > LONGEST_TEXT,
        "text_problem": text_problem,
        "text_language": row.document.language if row.document else "",
        "proposed": [_proposed(event) for event in _events(row)],
        "case_percent": round(100 * (row.case_probability or 0)),
        "case_reasons": [Reason.from_json(kept).text(language) for kept in row.case_reasons],
        "sightings": [
            (one, words.day_words(timezone.localdate(one.seen_at)), round(100 * one.likeness))
            for one in actions.near_twins(row)
        ],
        "consent": consent_label(row.consent) if row.consent else "",
        "problem": problem,
        "can_decide": row.state == Lead.State.NEW,
        "can_take": row.state == Lead.State.NEW and row.document is not None,
        "can_reopen": row.state == Lead.State.DISMISSED,
        "longest_reason": LONGEST_REASON,
        "reason_given": request.POST.get("reason", "")[:LONGEST_REASON],
        "crumbs": crumbs((gettext("Leads"), reverse("desk:leads"))),
    }
    return render(request, "desk/lead.html", context, status=status)


def _text(row: Lead) -> tuple[str, str]:
    """The words that were kept, or why they cannot be shown."""
    if row.document is None or row.document.evidence is None:
        return "", ""
    try:
        return bytes_of(row.document.evidence).decode("utf-8", "replace"), ""
    except BarometerError as error:
        return "", str(error)


def _events(row: Lead) -> list[dict]:
    groups = row.proposed.get("entries") or row.proposed.get("cases") or []
    return [event for group in groups for event in group.get("events", [])]


def _proposed(event: dict) -> Proposed:
    labels = [words.type_label(code) for code in event.get("types", [])]
    who = tuple(target["name"] for target in event.get("targets", []) if target.get("name"))
    place = event.get("place") or {}
    return Proposed("; ".join(labels), event.get("date") or "", who, place.get("name") or "")


@desk_page
@require_POST
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the proposal into the ledger as proposed events."""
    row = _lead(public_id)
    try:
        source = actions.take(row, by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _page(request, _lead(public_id), problem=str(error), status=400)
    messages.success(
        request, gettext("Taken: its events are proposed in %(source)s.") % {"source": source.name}
    )
    return redirect("desk:lead", public_id)


@desk_page
@require_POST
def dismiss(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a lead go, with the reason."""
    row = _lead(public_id)
    reason = request.POST.get("reason", "").replace("\x00", "")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        return _page(request, row, problem=gettext("Say why in a few words."), status=400)
    try:
        actions.dismiss(row, reason=reason, by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _page(request, _lead(public_id), problem=str(error), status=400)
    messages.success(request, gettext("Let go. It can be opened again."))
    return redirect("desk:lead", public_id)


@desk_page
@require_POST
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    """A lead that was let go is new again."""
    row = _lead(public_id)
    try:
        actions.reopen(row, by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _page(request, row, problem=str(error), status=400)
    return redirect("desk:lead", public_id)
