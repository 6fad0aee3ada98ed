"""Files of requests at the desk: letters that are handed in, drafts, the table, the calendar."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from barometer.errors import BarometerError
from barometer.publication.sheet import MEDIA_TYPES
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import requests_drafts, requests_import, requests_out
from barometer.web.actions.evidence import item_of
from barometer.web.actions.requests import request_of, standing_of
from barometer.web.actions.requests_rules import rules
from barometer.web.desk.views import desk_for, name_of
from barometer.web.public import clock
from barometer.web.public.words import day_words
from barometer.web.records.models import EvidenceItem
from barometer.web.records.requests import InformationRequest
from barometer.web.requests import desk

#: What a form has beside its file.
_AROUND = 1 << 20
SHEETS = ("xlsx", "csv")
MOST_UNPLACED = 100


def _too_large(request: HttpRequest) -> HttpResponse | None:
    """The answer to a request that is larger than any file may be, before it is read."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if size.isdecimal() and int(size) <= requests_import.LARGEST_FILE + _AROUND:
        return None
    limit = requests_import.LARGEST_FILE >> 20
    return HttpResponse(
        gettext("The file is larger than %(limit)s MB.\n") % {"limit": limit},
        status=413,
        content_type="text/plain; charset=utf-8",
    )


# Read before it is known how much it is, a request could fill the disk: CSRF protection, which reads it, stands inside.
@csrf_exempt
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """A letter, to the request on whose page it was handed in."""
    return _too_large(request) or _upload(request, public_id)


@csrf_protect
@desk_for(Act.CODE)
@require_http_methods(["POST"])
def _upload(request: HttpRequest, public_id: str) -> HttpResponse:
    row = desk.found(public_id)
    try:
        data, name = _file_in(request)
        made = requests_import.take(
            row,
            data,
            name,
            day=desk.day_in(request, "day"),
            ours="ours" in request.POST,
            unread="unread" in request.POST,
            **desk.who(request),
        )
    except BarometerError as error:
        return desk.page(request, row, desk.refused(error))
    _tell(request, len(made))
    return redirect(reverse("desk:request", args=[public_id]) + "#letters")


def _file_in(request: HttpRequest) -> tuple[bytes, str]:
    given = request.FILES.get("file")
    if given is None:
        raise BarometerError(gettext("no file was handed in"), next_step=gettext("choose a file"))
    return given.read(), given.name or "letter"


def _tell(request: HttpRequest, count: int) -> None:
    messages.success(
        request, ngettext("%(count)d file is kept.", "%(count)d files are kept.", count) % {"count": count}
    )


@csrf_exempt
def bring(request: HttpRequest) -> HttpResponse:
    """Letters whose request is found by what they answer and the number they bear, or chosen."""
    return _too_large(request) or _bring(request)


@csrf_protect
@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def _bring(request: HttpRequest) -> HttpResponse:
    try:
        if request.method != "POST":
            return _waiting(request)
        if desk.text_in(request, "kept"):
            return _chosen(request)
        data, name = _file_in(request)
        likely = requests_import.likely_requests(requests_import.letters_of(data, name))
        sure = [one.request for one in likely if one.sure]
        if len(sure) == 1:
            made = requests_import.take(sure[0], data, name, **desk.who(request))
            _tell(request, len(made))
            return redirect(reverse("desk:request", args=[sure[0].public_id]) + "#letters")
        kept = requests_import.keep_unread(data, name, by=name_of(request.user)[:200])
    except BarometerError as error:
        return _bring_page(request, problem=desk.refused(error))
    return _bring_page(request, kept=kept, likely=likely)


def _waiting(request: HttpRequest) -> HttpResponse:
    """The page; with `kept`, for a file whose request was not chosen when it was brought in."""
    wanted = request.GET.get("kept", "").replace("\x00", "")
    item = requests_import.unplaced().filter(public_id=wanted).first()
    return _bring_page(request, kept=item, likely=requests_import.likely_of_kept(item) if item else None)


def _chosen(request: HttpRequest) -> HttpResponse:
    """The request was chosen for a file that is kept."""
    item = item_of(desk.text_in(request, "kept"))
    wanted = desk.text_in(request, "request")
    if not wanted:
        likely = requests_import.likely_of_kept(item)
        return _bring_page(request, kept=item, likely=likely, problem=gettext("Choose a request."))
    row = request_of(wanted)
    made = requests_import.take_kept(row, item, **desk.who(request))
    _tell(request, len(made))
    return redirect(reverse("desk:request", args=[row.public_id]) + "#letters")


def _bring_page(
    request: HttpRequest,
    problem: str = "",
    kept: EvidenceItem | None = None,
    likely: list[requests_import.Likely] | None = None,
) -> HttpResponse:
    named = {one.request.pk for one in likely or ()}
    others = (
        InformationRequest.objects.exclude(pk__in=named).select_related("body").order_by("-sent_on")[:200]
    )
    unplaced = [] if kept else requests_import.unplaced()[:MOST_UNPLACED]
    context = {
        "kept": kept,
        "likely": [
            (one.request, day_words(one.request.sent_on), requests_import.why_words(one.why))
            for one in likely or ()
        ],
        "others": [(one, day_words(one.sent_on)) for one in others] if kept else [],
        "unplaced": [(one, day_words(timezone.localdate(one.received_at))) for one in unplaced],
        "limit": requests_import.LARGEST_FILE >> 20,
        "problem": problem,
        "crumbs": desk.way_back(),
    }
    return render(request, "requests/bring.html", context, status=400 if problem else 200)


# --- what is taken out ----------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_safe
def draft(request: HttpRequest, public_id: str, kind: str, language: str, form: str) -> HttpResponse:
    """A letter drafted from what is recorded, as a Word document or as text."""
    row = desk.found(public_id)
    stands = standing_of(row, rules())
    if kind not in requests_drafts.drafts_for(row, stands) or form not in requests_drafts.FORMS:
        raise Http404(gettext("There is no such draft."))
    try:
        data = requests_drafts.written(row, stands, kind, language, form, **desk.who(request))
    except BarometerError as error:
        return desk.page(request, row, refusals.told(error))
    return _saved(data, f"{kind.replace('_', '-')}-{language}.{form}", requests_drafts.FORMS[form])


@desk_for(Act.LOOK)
@require_safe
def table(request: HttpRequest, form: str) -> HttpResponse:
    """All requests as a table."""
    if form not in SHEETS:
        raise Http404
    day = clock.today()
    data = requests_out.table(form, day, **desk.who(request))
    return _saved(data, f"requests-{day.isoformat()}.{form}", MEDIA_TYPES[form])


@desk_for(Act.LOOK)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The last days of all requests that wait, for a calendar."""

    def address(row: InformationRequest) -> str:
        return request.build_absolute_uri(reverse("desk:request", args=[row.public_id]))

    text = requests_out.calendar(timezone.now().replace(microsecond=0), address)
    return _saved(text.encode(), "answers-due.ics", "text/calendar; charset=utf-8")


def _saved(data: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
