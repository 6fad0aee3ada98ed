"""The evidence: items with their chains, what of them can be shown, the log over all, addresses looked at again."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from barometer.errors import BarometerError
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import evidence as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.desk.leads import wall_label
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import words
from barometer.web.records.gathering import (
    Capture,
    EvidenceLogEntry,
    EvidenceStamp,
    Lead,
    LogSignature,
    VanishNote,
)
from barometer.web.records.models import EvidenceItem

PAGE = 50
#: What is never sent as itself: it would run in our name.
ACTIVE = ("html", "svg", "/xml", "+xml", "javascript", "ecmascript")
_SHUT = "default-src 'none'; sandbox; frame-ancestors 'none'"


def visibility_label(visibility: str) -> str:
    """Who may see an item, in words."""
    return {
        EvidenceItem.Visibility.PUBLIC: gettext("public"),
        EvidenceItem.Visibility.REFERENCE: gettext("named, not shown"),
        EvidenceItem.Visibility.INTERNAL: gettext("internal"),
    }[visibility]


def act_label(act: str) -> str:
    """A step of a chain in words."""
    return {
        "captured": gettext("captured"),
        "uploaded": gettext("handed in"),
        "received": gettext("received"),
        "stamped": gettext("stamped"),
        "checked": gettext("checked"),
        "exported": gettext("exported"),
        "shown": gettext("shown"),
        "redacted": gettext("erased"),
    }.get(act, act)


def vanish_label(kind: str) -> str:
    """What became of an address, in words."""
    return {
        "gone": gettext("gone"),
        "changed": gettext("changed"),
        "blocked": gettext("blocked"),
        "moved": gettext("moved"),
        "same": gettext("there again"),
    }[kind]


@desk_for(Act.LOOK)
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """All items, the newest first."""
    page = Paginator(EvidenceItem.objects.order_by("-pk"), PAGE).get_page(request.GET.get("page"))
    rows = [
        (item, words.day_words(timezone.localdate(item.received_at)), words.size_words(item.size))
        for item in page.object_list
    ]
    signed = LogSignature.objects.last()
    context = {
        "page": page,
        "rows": rows,
        "logged": EvidenceLogEntry.objects.count(),
        "signed": signed.size if signed else 0,
        "crumbs": crumbs(),
    }
    return render(request, "desk/evidence.html", context)


@desk_for(Act.LOOK)
@require_safe
def item(request: HttpRequest, public_id: str) -> HttpResponse:
    """One item: what it is, its chain, its stamps, what belongs to it."""
    return _page(request, _item(public_id))


def _item(public_id: str) -> EvidenceItem:
    row = EvidenceItem.objects.filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such evidence."))
    return row


def _page(request: HttpRequest, row: EvidenceItem, problem: str = "") -> HttpResponse:
    upload = getattr(row, "upload", None)
    entry = EvidenceLogEntry.objects.filter(sha256=row.sha256).first()
    context = {
        "item": row,
        "day": words.day_words(timezone.localdate(row.received_at)),
        "size": words.size_words(row.size),
        "visibility": visibility_label(row.visibility),
        "visibilities": [(one, visibility_label(one)) for one in EvidenceItem.Visibility.values],
        "steps": [(step, act_label(step.act), timezone.localtime(step.at)) for step in row.steps.all()],
        "stamps": EvidenceStamp.objects.filter(sha256=row.sha256),
        "entry": entry,
        "captures": [
            (one, wall_label(one.wall) if one.wall else "", timezone.localtime(one.captured_at))
            for one in row.captures.select_related("screenshot", "pdf", "text")
        ],
        "upload": upload,
        "near": [one.original for one in actions.near_uploads(upload)] if upload else [],
        "leads": Lead.objects.filter(evidence=row) | Lead.objects.filter(document__evidence=row),
        "is_picture": row.media_type in actions.PICTURES,
        "is_active": is_active(row),
        "problem": problem,
        "longest_reason": LONGEST_REASON,
        "crumbs": crumbs((gettext("Evidence"), reverse("desk:evidence"))),
    }
    return render(request, "desk/evidence_item.html", context, status=400 if problem else 200)


def is_active(row: EvidenceItem) -> bool:
    """Whether a browser would run what the bytes say."""
    return any(word in row.media_type.lower() for word in ACTIVE)


@desk_for(Act.LOOK)
@require_safe
def bytes_(request: HttpRequest, public_id: str) -> HttpResponse:
    """An item's bytes: pictures and plain text to be looked at, all else to be saved; HTML and SVG never."""
    row = _item(public_id)
    if is_active(row):
        raise Http404(gettext("This kind is not sent from here: export it as an archive."))
    try:
        stream = actions.store().open(row.sha256)
    except BarometerError as error:
        return _page(request, row, refusals.told(error))
    looked_at = row.media_type in actions.PICTURES or row.media_type.startswith("text/plain")
    response = FileResponse(
        stream,
        as_attachment=not looked_at,
        filename=row.original_name,
        content_type=row.media_type if looked_at else "application/octet-stream",
    )
    if row.media_type.startswith("text/plain"):
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Security-Policy"] = _SHUT
    return response


@desk_for(Act.LOOK)
@require_safe
def export(request: HttpRequest, public_id: str) -> HttpResponse:
    """An item as a WACZ to save."""
    row = _item(public_id)
    try:
        data = actions.export(row, by=name_of(request.user))
    except BarometerError as error:
        return _page(request, row, refusals.told(error))
    return _saved(data, f"{row.sha256[:16]}.wacz", "application/wacz")


@desk_for(Act.LOOK)
@require_safe
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """The report on an item as a PDF, in the language of the page."""
    row = _item(public_id)
    try:
        data = actions.report(row, words.language(), by=name_of(request.user))
    except BarometerError as error:
        return _page(request, row, refusals.told(error))
    return _saved(data, f"{row.sha256[:16]}.pdf", "application/pdf")


def _saved(data: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = _SHUT
    return response


@desk_for(Act.CLEAR)
@require_POST
def visibility(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say who may see an item."""
    row = _item(public_id)
    reason = request.POST.get("reason", "").replace("\x00", "")[:LONGEST_REASON]
    if not reason.strip():
        return _page(request, row, gettext("Say why in a few words."))
    try:
        actions.set_visibility(
            row,
            request.POST.get("visibility", ""),
            reason=reason,
            by=name_of(request.user),
            user=request.user,
        )
    except BarometerError as error:
        return _page(request, row, refusals.told(error))
    messages.success(request, gettext("Noted."))
    return redirect("desk:evidence-item", public_id)


@desk_for(Act.LOOK)
@require_safe
def head(request: HttpRequest) -> HttpResponse:
    """The head of the log as a file: to be signed elsewhere, and published."""
    try:
        text = actions.log_head().text()
    except BarometerError:
        raise Http404(gettext("The log is empty.")) from None
    return _saved(text.encode(), "evidence-log-head.txt", "text/plain; charset=utf-8")


@desk_for(Act.LOOK)
@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """What became of the addresses behind published events, the newest first."""
    found = VanishNote.objects.select_related("address")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    captured = {
        capture.url: capture.archive.public_id
        for capture in Capture.objects.filter(
            url__in=[note.address.url for note in page.object_list]
        ).select_related("archive")
    }
    rows = [
        (
            note,
            vanish_label(note.kind),
            words.day_words(timezone.localdate(note.at)),
            captured.get(note.address.url, ""),
        )
        for note in page.object_list
    ]
    context = {"page": page, "rows": rows, "crumbs": crumbs((gettext("Evidence"), reverse("desk:evidence")))}
    return render(request, "desk/addresses.html", context)
