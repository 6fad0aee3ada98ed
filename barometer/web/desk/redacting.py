"""The page on which somebody or something is erased for good: what would go, a confirmation that is typed, what went."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from barometer.errors import BarometerError, NotAllowed
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import redacting
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.evidence import item_of
from barometer.web.actions.redacting import Plan, Why
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.records import naming
from barometer.web.records.gathering import Job
from barometer.web.records.protection import Redaction

LATEST = 100
PERSON, STATEMENT, EVIDENCE = "person", "statement", "evidence"


def grounds() -> dict[str, str]:
    """What asks for an erasure → its words."""
    ground = Redaction.Ground
    return {
        ground.REQUEST: gettext("The person asks for it"),
        ground.CONSENT: gettext("Consent was withdrawn"),
        ground.SAFETY: gettext("It puts somebody in danger"),
        ground.COURT: gettext("A court or an authority orders it"),
        ground.MISTAKE: gettext("It should never have been kept"),
        ground.RETENTION: gettext("It was kept long enough"),
    }


def kinds() -> dict[str, str]:
    """What can be erased → its words."""
    return {
        PERSON: gettext("A person"),
        STATEMENT: gettext("A statement"),
        EVIDENCE: gettext("Evidence"),
        "words": gettext("Words"),
    }


@desk_for(Act.REDACT)
@require_safe
def redactions(request: HttpRequest) -> HttpResponse:
    """What was erased, and whom or what to erase."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = naming.search(asked, limit=20) if any(map(str.isalnum, asked)) else []
    said, why = kinds(), grounds()
    return render(
        request,
        "desk/redactions.html",
        {
            "asked": asked,
            "found": [one for one in found if one.kind == "person"],
            "rows": [(row, said[row.kind], why[row.ground]) for row in Redaction.objects.all()[:LATEST]],
            "due": Job.objects.filter(kind=redacting.SCRUB, done_at=None).exists(),
            "crumbs": crumbs(),
        },
    )


@desk_for(Act.REDACT)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """To the page of a statement or of evidence, by the id that was typed."""
    kind, public_id = request.GET.get("kind", ""), request.GET.get("id", "").strip()
    if kind in (STATEMENT, EVIDENCE) and public_id.isalnum() and len(public_id) <= 64:
        return redirect("desk:redact", kind, public_id)
    messages.error(request, gettext("Give the id as it stands in the address of its page."))
    return redirect("desk:redactions")


@desk_for(Act.REDACT)
@require_http_methods(["GET", "HEAD", "POST"])
def redact(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """What an erasure would change; with what was typed to confirm it, the erasure."""
    given = request.POST if request.method == "POST" else request.GET
    also = [line.strip() for line in given.get("also", "").replace("\x00", "").splitlines() if line.strip()]
    spare = [form.replace("\x00", "") for form in given.getlist("spare")]
    try:
        what = _what(kind, public_id, also, spare, maybe=bool(given.get("maybe")))
    except BarometerError:
        raise Http404 from None
    problem = _erase(request, kind, what) if request.method == "POST" else None
    if problem == "":
        messages.success(request, gettext("Erased for good. What is left of it stands below."))
        return redirect("desk:redactions")
    try:
        plan = _plan(kind, what)
    except NotAllowed as error:
        messages.error(request, refusals.told(error))
        return redirect("desk:redactions")
    return render(
        request,
        "desk/redact.html",
        {
            "kind": kind,
            "what": kinds()[kind],
            "plan": plan,
            "places": sorted(plan.places.items()),
            "rows": sum(plan.places.values()),
            "also": "\n".join(also),
            "spare": spare,
            "maybe": given.get("maybe", ""),
            "grounds": grounds().items(),
            "given": given,
            "chosen": given.getlist("evidence"),
            "word": _word(),
            "problem": problem,
            "longest_reason": LONGEST_REASON,
            "crumbs": crumbs((gettext("Erase"), reverse("desk:redactions"))),
        },
        status=400 if problem else 200,
    )


def _word() -> str:
    """What has to be typed."""
    return gettext("erase for good")


def _what(kind: str, public_id: str, also: list[str], spare: list[str], *, maybe: bool) -> Any:
    if kind == PERSON:
        return redacting.person(public_id, also=also, spare=spare, maybe=maybe)
    if kind == STATEMENT:
        return redacting.record_of(public_id)
    if kind == EVIDENCE:
        return item_of(public_id)
    raise Http404


def _plan(kind: str, what: Any) -> Plan:
    if kind == PERSON:
        return redacting.plan_person(what)
    if kind == STATEMENT:
        return redacting.plan_statement(what)
    return redacting.plan_evidence(what)


def _erase(request: HttpRequest, kind: str, what: Any) -> str:
    """Erase, if it was confirmed; what was the matter, or ""."""
    given = request.POST
    if given.get("word", "").strip().casefold() != _word().casefold():
        return gettext("Type the words exactly: “%(word)s”") % {"word": _word()}
    reason = given.get("reason", "").replace("\x00", "").strip()[:LONGEST_REASON]
    try:
        why = Why(given.get("ground", ""), reason, name_of(request.user), request.user)
        if kind == PERSON:
            redacting.redact_person(what, why, evidence=given.getlist("evidence"))
        elif kind == STATEMENT:
            redacting.redact_statement(what, why, evidence=given.getlist("evidence"))
        else:
            redacting.redact_evidence(what, why)
    except BarometerError as error:
        return refusals.told(error)
    return ""
