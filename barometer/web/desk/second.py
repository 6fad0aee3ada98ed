"""Second codings: a compact form for the person who has not seen the first, how far people agree, and what differs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from barometer.errors import BarometerError, UnknownValue
from barometer.review.agreement import FIELDS, WHO, Alpha, by_month
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import second as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.evidence import bytes_of
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import words
from barometer.web.records.desk import SecondCoding
from barometer.web.records.gathering import Lead

LONGEST_TEXT, LONGEST_VALUE = 20_000, 60


def field_label(name: str) -> str:
    """A field in words."""
    return {
        "main_type": gettext("Main type"),
        "kind": gettext("Kind"),
        "phase": gettext("Phase"),
        "region": gettext("Region"),
        "first_day": gettext("First day"),
        "target_type": gettext("Main target"),
        "work_link": gettext("Link to the work"),
        "people_hit": gettext("People hit"),
        "is_alleged": gettext("Only alleged"),
        "background": gettext("Background"),
    }[name]


def value_label(name: str, value: str) -> str:
    """A value of a field in words."""
    if not value:
        return gettext("not told")
    if name in ("is_alleged", "background"):
        return gettext("yes") if value == actions.YES else gettext("no")
    told = {
        "main_type": words.type_label,
        "kind": words.kind_label,
        "phase": phase_label,
        "region": words.region_label,
        "target_type": words.target_type_label,
        "work_link": words.work_link_label,
        "first_day": lambda day: words.when(day).short,
    }
    return told.get(name, str)(value)


def phase_label(code: str) -> str:
    """A phase in words."""
    return {
        "imposed": gettext("imposed: new"),
        "step": gettext("a further step"),
        "ended": gettext("ended"),
    }.get(code, code)


@desk_for(Act.CODE)
@require_safe
def second_list(request: HttpRequest) -> HttpResponse:
    """The leads that wait for this person's coding; nothing of the first coding is said."""
    rows = [
        (
            one.lead,
            one.lead.title or one.lead.public_id,
            words.day_words(timezone.localdate(one.lead.created_at)),
        )
        for one in actions.to_code(request.user)
    ]
    context = {"rows": rows, "percent": round(100 * settings.DOUBLE_CODING), "crumbs": crumbs()}
    return render(request, "desk/second_list.html", context)


@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form of a second coding beside the words of the source: blank, whatever the first coding says."""
    found = actions.one_to_code(request.user, public_id)
    if found is None:
        raise Http404(gettext("This lead does not wait for your coding."))
    given, problem, place = dict.fromkeys(FIELDS, ""), "", ""
    if request.method == "POST":
        given = {
            name: request.POST.get(name, "").replace("\x00", "").strip()[:LONGEST_VALUE] for name in FIELDS
        }
        problem, place = _keep(request, found.lead, given)
        if not problem:
            messages.success(request, gettext("Kept. Thank you."))
            return redirect("desk:second-list")
    text, text_problem = _text(found.lead)
    context = {
        "lead": found.lead,
        "title": found.lead.title or found.lead.public_id,
        "text": text[:LONGEST_TEXT],
        "text_problem": text_problem,
        "fields": [_field(name, given[name], place) for name in FIELDS],
        "problem": problem,
        "crumbs": crumbs((gettext("Second codings"), reverse("desk:second-list"))),
    }
    return render(request, "desk/second.html", context, status=400 if problem else 200)


def _keep(request: HttpRequest, lead: Lead, given: dict[str, str]) -> tuple[str, str]:
    """Keep the coding; what is the matter with it, and in which field."""
    missing = next(
        (name for name in ("main_type", "kind", "is_alleged", "background") if not given[name]), ""
    )
    if missing:
        return gettext("“%(field)s” needs an answer.") % {"field": field_label(missing)}, missing
    try:
        actions.code(lead, given, by=name_of(request.user), user=request.user)
    except UnknownValue as error:
        name = error.place if error.place in FIELDS else ""
        said = gettext("This does not go together by the codebook: %(why)s") % {"why": refusals.reason(error)}
        return f"{field_label(name)}: {refusals.reason(error)}" if name else said, name
    except BarometerError as error:
        return refusals.told(error), ""
    return "", ""


def _field(name: str, value: str, place: str) -> dict[str, Any]:
    codes = actions.choices().get(name)
    options = [(code, value_label(name, code)) for code in codes] if codes else []
    if options and options[0][0]:  # no answer is given before there is one
        options = [("", gettext("choose …")), *options]
    return {
        "name": name,
        "label": field_label(name),
        "value": value,
        "options": options,
        "input": {"first_day": "date", "people_hit": "number"}.get(name, ""),
        "is_wrong": name == place,
    }


def _text(row: Lead) -> tuple[str, str]:
    if row.document is None or row.document.evidence is None:
        return "", ""
    try:
        return bytes_of(row.document.evidence).decode("utf-8", "replace"), ""
    except BarometerError as error:
        return "", refusals.told(error)


# --- how far people agree ---------------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """Krippendorff's alpha of each month and field, and the codings that differ and wait for a decision."""
    rows = SecondCoding.objects.all()
    told: dict[str, list[tuple[str, list[tuple[str, str, int]]]]] = {}
    for row in by_month(map(actions.coding_value, rows)):
        cells = [(who_label(who), *alpha_words(row.by[who])) for who in WHO]
        told.setdefault(words.capital(words.month_words(row.month)), []).append(
            (field_label(row.field), cells)
        )
    open_ = [
        (
            one,
            one.lead.title or one.lead.public_id,
            ", ".join(field_label(name) for name in actions.coding_value(one).differing),
        )
        for one in actions.undecided()
    ]
    context = {
        "months": told.items(),
        "heads": [who_label(who) for who in WHO],
        "undecided": open_,
        "percent": round(100 * settings.DOUBLE_CODING),
        "can_decide": may(request.user, Act.REVIEW),
        "crumbs": crumbs(),
    }
    return render(request, "desk/agreement.html", context)


def who_label(who: str) -> str:
    """Between whom, in words."""
    return {
        "people": gettext("Two people"),
        "first and machine": gettext("First person and machine"),
        "second and machine": gettext("Second person and machine"),
    }[who]


def alpha_words(found: Alpha) -> tuple[str, int]:
    """Alpha as it is printed, or why there is none; and over how many units."""
    if found.value is not None:
        return number_format(found.value, 2), found.units
    return {"too few": gettext("too few"), "no variation": gettext("all alike")}[found.why], found.units


@desk_for(Act.REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def differing(request: HttpRequest, public_id: str) -> HttpResponse:
    """Two codings side by side where they differ; a person says which stands, and why."""
    row = (
        SecondCoding.objects.select_related("lead__document__evidence", "event__item")
        .filter(public_id=public_id)
        .first()
    )
    if row is None:
        raise Http404(gettext("There is no such coding."))
    names = actions.coding_value(row).differing
    given = {name: request.POST.get(name, "") for name in names}
    reason, problem = request.POST.get("reason", "").replace("\x00", ""), ""
    if request.method == "POST":
        problem = _decide(request, row, given, reason)
        if not problem:
            return redirect("desk:agreement")
    text, text_problem = _text(row.lead)
    choice = getattr(row, "choice", None)
    context = {
        "title": row.lead.title or row.lead.public_id,
        "lead": row.lead,
        "text": text[:LONGEST_TEXT],
        "text_problem": text_problem,
        "rows": [
            (
                name,
                field_label(name),
                value_label(name, row.first[name]),
                value_label(name, row.values[name]),
                value_label(name, row.machine[name]) if row.machine else "",
                choice.stands[name] if choice else given[name],
            )
            for name in names
        ],
        "choice": choice,
        "problem": problem,
        "reason_given": reason[:LONGEST_REASON],
        "longest_reason": LONGEST_REASON,
        "crumbs": crumbs((gettext("Agreement of codings"), reverse("desk:agreement"))),
    }
    return render(request, "desk/differing.html", context, status=400 if problem else 200)


def _decide(request: HttpRequest, row: SecondCoding, given: dict[str, str], reason: str) -> str:
    """Write the decision; what is the matter with it, or ''."""
    if not set(given.values()) <= {"first", "second"}:
        return gettext("Choose one for each field.")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        return gettext("Say why in a few words.")
    try:
        _, applied = actions.decide(row, given, reason=reason, by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return refusals.told(error)
    if applied:
        messages.success(request, gettext("Decided. The event says so."))
    else:
        messages.warning(
            request,
            gettext("Decided. The event itself was not changed: change it on its form, or correct it."),
        )
    return ""
