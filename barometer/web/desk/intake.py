"""One form for what monitors really get: an address, a text, a screenshot, the note of a call → evidence and a lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from barometer.errors import BarometerError, FetchFailed, FetchRefused
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import leads as actions
from barometer.web.actions.evidence import capture_address, keep_upload
from barometer.web.actions.gathering import text_in, words_of
from barometer.web.actions.leads import Incoming, handed_in_by
from barometer.web.desk.inbox import tab_label
from barometer.web.desk.leads import consents
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import words
from barometer.web.records.gathering import Capture, Lead
from barometer.web.records.models import EvidenceItem

LARGEST_FILE = 50 << 20
LONGEST_TEXT, LONGEST_NOTE, LONGEST_ADDRESS = 500_000, 2_000, 2_000
#: So many of what a person has handed in stand under the form.
OWN = 30
#: What the form has beside the file: fields, and the words between the parts.
_AROUND = 4 << 20


@dataclass(frozen=True)
class _Given:
    """What the form was sent with."""

    url: str
    text: str
    note: str
    is_call: bool
    consent: str


# Read before it is known how much it is, a request could fill the disk: CSRF protection, which reads it, stands inside.
@csrf_exempt
def intake(request: HttpRequest) -> HttpResponse:
    """The form, and what it is sent with; refused unread where it is too large."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdecimal() or int(size) > LARGEST_FILE + _AROUND:
        return HttpResponse(
            gettext("The file is larger than %(limit)s MB.\n") % {"limit": LARGEST_FILE >> 20},
            status=413,
            content_type="text/plain; charset=utf-8",
        )
    return _intake(request)


@csrf_protect
@desk_for(Act.HAND_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def _intake(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request)
    given = _Given(
        **{name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("url", "text", "note")},
        is_call="call" in request.POST,
        consent=request.POST.get("consent", ""),
    )
    upload = request.FILES.get("file")
    if problem := _problem(given, upload):
        return _form(request, given, problem)
    try:
        lead = _hand_in(request, given, upload)
    except BarometerError as error:
        return _form(request, given, refusals.told(error))
    messages.success(request, _said(lead))
    # A contributor hands in and is told so; what becomes of it is the desk's.
    return redirect("desk:lead", lead.public_id) if may(request.user, Act.LOOK) else redirect("desk:intake")


def _form(request: HttpRequest, given: _Given | None = None, problem: str = "") -> HttpResponse:
    context = {
        "given": given,
        "problem": problem,
        "consents": consents().items(),
        "limit": LARGEST_FILE >> 20,
        "longest": {"url": LONGEST_ADDRESS, "text": LONGEST_TEXT, "note": LONGEST_NOTE},
        "own": [_own(lead) for lead in handed_in_by(request.user)[:OWN]],
        "may_look": may(request.user, Act.LOOK),
        "crumbs": crumbs(),
    }
    return render(request, "desk/intake.html", context, status=400 if problem else 200)


def _own(lead: Lead) -> dict[str, object]:
    return {
        "lead": lead,
        "title": lead.title or lead.url or lead.public_id,
        "day": words.day_words(timezone.localdate(lead.created_at)),
        "state": tab_label(lead.state),
    }


def _problem(given: _Given, upload: Any) -> str:
    if not (given.url or given.text or upload):
        return gettext("Give an address, a text or a file.")
    if given.url and (len(given.url) > LONGEST_ADDRESS or not _is_address(given.url)):
        return gettext("This is no address: it begins with https:// or http://.")
    if len(given.text) > LONGEST_TEXT or len(given.note) > LONGEST_NOTE:
        return gettext("The text is too long: hand it in as a file.")
    if given.is_call and not given.text:
        return gettext("Write down what was said.")
    if given.is_call and given.consent not in consents():
        return gettext("Ask the caller first, and say what was agreed.")
    if upload and upload.size > LARGEST_FILE:
        return gettext("The file is larger than %(limit)s MB.") % {"limit": LARGEST_FILE >> 20}
    if upload and not upload.size:
        return gettext("The file is empty.")
    return ""


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        return False


def _hand_in(request: HttpRequest, given: _Given, upload: Any) -> Lead:
    """Evidence first, then the lead that rests on it."""
    who = name_of(request.user)[:200]
    evidence: EvidenceItem | None = None
    incoming = Incoming(given.text, given.url)
    if given.is_call:
        origin = Lead.Origin.PHONE
    elif upload:
        origin = Lead.Origin.FILE
    else:
        origin = Lead.Origin.TEXT if given.text else Lead.Origin.ADDRESS
    if upload:
        kept = keep_upload(upload.read(), upload.name, by=who, note=given.note)
        evidence = kept.original
        if not given.text:
            read = text_in(evidence)
            incoming = Incoming(read.text, given.url, read.title, published=read.published)
    elif origin == Lead.Origin.ADDRESS and (capture := _captured(given.url, who)):
        evidence, incoming = capture.archive, words_of(capture)
    lead = actions.hand_in(
        incoming, origin=origin, by=who, evidence=evidence, note=given.note,
        consent=given.consent if given.is_call else "", user=request.user,
    )  # fmt: skip
    if given.url and lead.state != Lead.State.WAITING:
        # In full, and with the browser where there is one; what could be had at once is not the whole.
        actions.ask_for_capture(given.url, lead)
    return lead


def _captured(url: str, who: str) -> Capture | None:
    """What can be had of an address while the person waits; None where it cannot be reached now."""
    try:
        return capture_address(url, by=who, note="handed in", quick=True)
    except FetchRefused:
        raise
    except FetchFailed:
        return None


def _said(lead: Lead) -> str:
    if lead.state == Lead.State.WAITING:
        return gettext("Kept. The address cannot be reached now: the worker will try again.")
    if lead.state == Lead.State.JOINED:
        return gettext("Kept. The same words were handed in before.")
    if lead.wall:
        return gettext(
            "Kept. This is not the post: a page stands in front of it. Add a screenshot or the text."
        )
    return gettext("Kept as evidence and as a lead.")
