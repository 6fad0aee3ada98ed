"""Sign-off: what stands against freezing an issue, its three approvals, what the lawyer stops, its copies, its imprint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.codebook.book import LANGUAGES
from barometer.errors import BarometerError, EvidenceMissing, NotReady
from barometer.publication import snapshot
from barometer.publication.compose import compose
from barometer.publication.render import FORMATS, MEDIA_TYPES
from barometer.publication.render import render as rendered
from barometer.publication.values import IMPRINT_PARTS
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import freezing, reviewing
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.evidence import bytes_of
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import notes, words
from barometer.web.public.bulletins import form_label
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records import printed
from barometer.web.records.freezing import Edition, ImprintLine
from barometer.web.records.models import Issue, Item
from barometer.web.records.reviewing import link_marks

#: A copy is saved, never run in our name.
_SHUT = "default-src 'none'; sandbox; frame-ancestors 'none'"
_FRESH = "%Y-%m-%d %H:%M"


@desk_for(Act.LOOK)
@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """The desk's own issues, those that wait before those that are frozen."""
    rows = [
        (row, words.capital(words.quarter_words(row.period)), _day(row))
        for row in Issue.objects.exclude(opened_at=None).order_by("-period")
    ]
    context = {"rows": sorted(rows, key=lambda row: row[0].frozen_at is not None), "crumbs": crumbs()}
    return render(request, "desk/signoff_list.html", context)


def _day(issue: Issue) -> str:
    return words.day_words(timezone.localdate(issue.frozen_at)) if issue.frozen_at else ""


# --- one issue --------------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_safe
def issue(request: HttpRequest, period: str) -> HttpResponse:
    """An issue before it is frozen, and after."""
    return _page(request, _issue(period))


def _issue(period: str) -> Issue:
    row = Issue.objects.exclude(opened_at=None).filter(period=period).first()
    if row is None:
        raise Http404(gettext("There is no such issue."))
    return row


def _page(request: HttpRequest, row: Issue, problem: str = "") -> HttpResponse:
    user = request.user
    context = {
        "issue": row,
        "quarter": words.capital(words.quarter_words(row.period)),
        "day": _day(row),
        "problem": [problem] if problem else [],
        "languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
        "forms": [(form, form_label(form)) for form in FORMATS],
        "small_desk": settings.SMALL_DESK,
        "is_lawyer": may(user, Act.LEGAL),
        "may_freeze": may(user, Act.PUBLISH),
        "longest_reason": LONGEST_REASON,
        "crumbs": crumbs((gettext("Sign-off"), reverse("desk:signoff-list"))),
    }
    context |= _frozen(row) if row.frozen_at else _waiting(row, user)
    return render(request, "desk/signoff.html", context, status=400 if problem else 200)


def _waiting(row: Issue, user: Any) -> dict[str, Any]:
    digest = snapshot.digest(freezing.packed(row))
    standings = freezing.approvals(row, digest)
    stopped = {one.item_id: one for one in freezing.blocked(row)}
    items = list(row.items.exclude(state="withdrawn"))
    marks = link_marks(item.pk for item in items)
    return {
        "digest": digest,
        "against": [one.text for one in freezing.against(row, digest)],
        "approvals": [
            (
                one,
                freezing.kind_label(one.kind),
                timezone.localtime(one.at).strftime(_FRESH) if one.at else "",
                may(user, freezing.ACTS[one.kind]),
            )
            for one in standings
        ],
        "items": [
            (
                item,
                _said(item),
                stopped.get(item.pk),
                [(address, marks.get((item.pk, address), True)) for address in reviewing.addresses_of(item)],
            )
            for item in items
        ],
    }


def _said(item: Item) -> words.Words:
    """What the item says, in the language of the page where there is such a text."""
    texts = {code: getattr(item, f"text_{code}") for code in LANGUAGES}
    found = words.best(texts)
    return found if found else words.Words(item.headline, words.language())


def _frozen(row: Issue) -> dict[str, Any]:
    edition = freezing.edition_of(row)
    return {
        "edition": edition,
        "names_too_many": _names_too_many(edition),
        "editions": list(row.editions.all()),
        "files": [(one, OWN_NAMES[one.language], form_label(one.format)) for one in edition.files.all()],
        "errata": [notes.note(one) for one in freezing.errata(row)],
    }


def _names_too_many(edition: Edition) -> bool:
    """Whether the issued copies name somebody who may not be named any more."""
    try:
        given = snapshot.unpack(bytes_of(edition.snapshot))
        return any(
            compose(printed.as_named_now(given, code), code).items != compose(given, code).items
            for code in LANGUAGES
        )
    except (EvidenceMissing, NotReady):
        return False  # it was erased


# --- what is done there -----------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_POST
def act(request: HttpRequest, period: str, what: str) -> HttpResponse:
    """Approve, stop an item, take a link out, or freeze; the action says who may."""
    row = _issue(period)
    if what not in _DOES:
        raise Http404(gettext("There is no such step."))
    given = {name: text.replace("\x00", "").strip() for name, text in request.POST.items()}
    try:
        said = _DOES[what](row, given, {"by": name_of(request.user), "user": request.user})
    except BarometerError as error:
        return _page(request, row, refusals.told(error))
    messages.success(request, said)
    return redirect("desk:signoff", period)


def _approve(row: Issue, given: dict[str, str], who: dict[str, Any]) -> str:
    freezing.approve(row, given.get("kind", ""), given.get("digest", ""), **who)
    return gettext("You have approved the issue as it is now.")


def _block(row: Issue, given: dict[str, str], who: dict[str, Any]) -> str:
    stop = given.get("stop") == "yes"
    freezing.block(row, _item(row, given), stop, reason=given.get("reason", ""), **who)
    return (
        gettext("The item is stopped: the issue cannot be frozen with it.")
        if stop
        else gettext("The item may be printed.")
    )


def _link(row: Issue, given: dict[str, str], who: dict[str, Any]) -> str:
    shown = given.get("shown") == "yes"
    reviewing.mark_link(
        _item(row, given), given.get("address", ""), shown, reason=given.get("reason", ""), **who
    )
    return gettext("Readers get the link.") if shown else gettext("The link is printed nowhere.")


def _item(row: Issue, given: dict[str, str]) -> Item:
    found = row.items.filter(public_id=given.get("item", "")).first()
    if found is None:
        raise NotReady("this item is not in the issue any more", next_step="look at the issue again")
    return found


def _freeze(row: Issue, given: dict[str, str], who: dict[str, Any]) -> str:
    freezing.freeze(row, **who)
    return gettext("The issue is frozen: its copies are kept and stand on its page.")


_DOES: dict[str, Callable[[Issue, dict[str, str], dict[str, Any]], str]] = {
    "approve": _approve,
    "block": _block,
    "link": _link,
    "freeze": _freeze,
}


@desk_for(Act.LOOK)
@require_safe
def copy(request: HttpRequest, period: str, language: str, form: str) -> HttpResponse:
    """A copy to read: as it was issued, or, before that, as it would be now."""
    row = _issue(period)
    if language not in LANGUAGES or form not in FORMATS:
        raise Http404(gettext("There is no such copy."))
    try:
        data = _bytes(row, language, form)
    except BarometerError as error:
        return _page(request, row, refusals.told(error))
    answer = HttpResponse(data, content_type=MEDIA_TYPES[form])
    name = freezing.file_name(period, language, form)
    answer["Content-Disposition"] = f'attachment; filename="{name if row.frozen_at else f"draft-{name}"}"'
    answer["Content-Security-Policy"] = _SHUT
    return answer


def _bytes(row: Issue, language: str, form: str) -> bytes:
    if not row.frozen_at:
        return rendered(compose(printed.issue_in(row.period), language), form)
    kept = freezing.frozen_file(row, language, form)
    if kept is None:
        raise NotReady("this copy was erased", next_step="see the erasures: /desk/redact/")
    return bytes_of(kept.evidence)


# --- the imprint ------------------------------------------------------------------------------------------


def part_label(part: str) -> str:
    """A part of the imprint in words."""
    return {
        "funder": gettext("Who pays for it"),
        "statutory": gettext("What the law wants printed"),
        "licence": gettext("Licence"),
        "disclaimer": gettext("Disclaimer"),
        "contact": gettext("Contact"),
    }[part]


@desk_for(Act.LOOK, post=Act.DIRECT)
@require_http_methods(["GET", "HEAD", "POST"])
def imprint(request: HttpRequest, period: str = "") -> HttpResponse:
    """The lines that every copy bears: of the house, or of one issue; of all formats, or of one (`format`)."""
    row = _issue(period) if period else None
    asked = request.POST if request.method == "POST" else request.GET
    form = asked.get("format", "")
    form = form if form in FORMATS else ""
    problem = ""
    if request.method == "POST":
        try:
            _put(request, row, form)
        except BarometerError as error:
            problem = refusals.told(error)
        else:
            messages.success(request, gettext("The imprint is kept."))
            address = reverse("desk:imprint-of", args=[period]) if period else reverse("desk:imprint")
            return redirect(f"{address}?format={form}")
    context = {
        "issue": row,
        "quarter": words.capital(words.quarter_words(period)) if period else "",
        "form": form,
        "forms": [("", gettext("all formats")), *((one, form_label(one)) for one in FORMATS)],
        "parts": [_part(row, form, part, request.POST if problem else {}) for part in IMPRINT_PARTS],
        "may_write": may(request.user, Act.DIRECT) and not (row and row.frozen_at),
        "longest": freezing.LONGEST_LINE,
        "problem": [problem] if problem else [],
        "crumbs": crumbs((gettext("Sign-off"), reverse("desk:signoff-list"))),
    }
    return render(request, "desk/imprint.html", context, status=400 if problem else 200)


def _put(request: HttpRequest, row: Issue | None, form: str) -> None:
    """Write the parts that differ from what stands there."""
    for part in IMPRINT_PARTS:
        texts = {
            code: " ".join(request.POST.get(f"{part}-{code}", "").replace("\x00", "").split())
            for code in LANGUAGES
        }
        if texts != _kept(row, form, part):
            freezing.put_imprint(row, form, part, texts, by=name_of(request.user), user=request.user)


def _kept(row: Issue | None, form: str, part: str) -> dict[str, str]:
    line = ImprintLine.objects.filter(issue=row, format=form, part=part).first()
    return {code: getattr(line, f"text_{code}") if line else "" for code in LANGUAGES}


def _part(
    row: Issue | None, form: str, part: str, given: Any
) -> tuple[str, str, list[tuple[str, str, str, str]]]:
    """A part with its label and, by language, what is written there and what is printed where nothing is."""
    kept = _kept(row, form, part)
    otherwise = printed.imprint_otherwise(row, form).get(part, {})
    rows = [
        (code, OWN_NAMES[code], given.get(f"{part}-{code}", kept[code]), otherwise.get(code, ""))
        for code in LANGUAGES
    ]
    return part, part_label(part), rows
