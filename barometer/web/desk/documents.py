"""What leaves the desk as a document: a submission to a body of the United Nations, a custody list, a log-frame."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language_info, gettext
from django.views.decorators.http import require_http_methods

from barometer.codebook import LANGUAGES
from barometer.errors import BarometerError
from barometer.publication import submission as core
from barometer.publication.sheet import MEDIA_TYPES
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import sheets_out, submitting
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import clock, words
from barometer.web.records.models import Case, Event, Issue

#: So many people are shown on the page; the file has all.
MOST_HELD = 200

# --- a submission -------------------------------------------------------------------------------------------------------


@desk_for(Act.CLEAR)
@require_http_methods(["GET", "HEAD", "POST"])
def submission(request: HttpRequest, slug: str) -> HttpResponse:
    """What the record answers of a body's form and what is missing; posted, the document."""
    case = get_object_or_404(Case.objects.public(), slug=slug)
    asked = request.POST if request.method == "POST" else request.GET
    mandate = asked.get("to", "")
    language = asked.get("lang", "")
    if mandate not in core.mandates():
        mandate = next(iter(core.mandates()))
    if language not in core.LANGUAGES:
        language = words.language() if words.language() in core.LANGUAGES else core.LANGUAGES[0]
    given = _given(request, mandate)
    if request.method != "POST":
        return _submission_page(request, case, mandate, language, given)
    try:
        _, data = submitting.make(
            case, mandate, language, given=given, joint="joint" in request.POST,
            by=name_of(request.user)[:200], user=request.user,
        )  # fmt: skip
    except BarometerError as error:
        return _submission_page(request, case, mandate, language, given, refusals.told(error))
    return _file(data, "docx", f"{mandate}-{clock.today().isoformat()}")


def _given(request: HttpRequest, mandate: str) -> dict[str, str]:
    """What was typed into the body's fields."""
    typed = {
        one.code: request.POST.get(f"field-{one.code}", "").replace("\x00", "").strip()
        for one in core.mandate(mandate).fields
    }
    return {code: text[: core.LONGEST_FIELD] for code, text in typed.items() if text}


def _submission_page(
    request: HttpRequest, case: Case, mandate: str, language: str, given: dict[str, str], problem: str = ""
) -> HttpResponse:
    made = submitting.look(case, mandate, language)
    here = words.language() if words.language() in core.LANGUAGES else core.LANGUAGES[0]
    people = submitting.people(case)
    context = {
        "case": case,
        "mandate": made.mandate,
        "title": made.mandate.title[here],
        "mandates": [(code, one.title[here]) for code, one in core.mandates().items()],
        "language": language,
        "languages": [(code, _language_name(code)) for code in core.LANGUAGES],
        "people": people,
        "without": [one for one in people if not one.agreed],
        "fields": [
            (
                one.field,
                one.field.label[here],
                one.field.ask[here],
                one.paragraphs,
                given.get(one.field.code, ""),
            )
            for one in made.fields
        ],
        "missing": len(made.missing),
        "words": made.words,
        "longest": core.LONGEST_FIELD,
        "problem": problem,
        "crumbs": crumbs(
            (gettext("Cases"), reverse("desk:cases")), (case.slug, reverse("desk:case", args=[case.slug]))
        ),
    }
    return render(request, "desk/submission.html", context, status=400 if problem else 200)


def _language_name(code: str) -> str:
    return str(get_language_info(code)["name_local"]).capitalize()


# --- sheets -------------------------------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request: HttpRequest) -> HttpResponse:
    """Who is deprived of liberty on a day, and the forms by which the list and the log-frame are taken."""
    if request.method != "POST":
        return _sheets_page(request)
    said = {name: value.replace("\x00", "").strip() for name, value in request.POST.items()}
    language = said.get("lang", "")
    language = language if language in LANGUAGES else words.language()
    who: dict[str, Any] = {"by": name_of(request.user)[:200], "user": request.user}
    try:
        if said.get("what") == "logframe":
            data = sheets_out.logframe_file(said.get("first", ""), said.get("last", ""), language, **who)
            return _file(data, "xlsx", f"log-frame-{said['first'][:6]}-{said['last'][:6]}")
        day, kind = _day(said.get("on", "")), said.get("kind", "xlsx")
        if day is None:
            return _sheets_page(request, gettext("This is no day: write it like 2026-03-14."))
        kind = kind if kind in MEDIA_TYPES else "xlsx"
        return _file(sheets_out.custody_file(day, kind, language, **who), kind, f"custody-{day.isoformat()}")
    except BarometerError as error:
        return _sheets_page(request, refusals.told(error))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year > 1900 else None


def _sheets_page(request: HttpRequest, problem: str = "") -> HttpResponse:
    day = _day(request.GET.get("on", "").strip()) or clock.today()
    held = sheets_out.custody_rows(day, words.language())
    printed = Event.objects.public().filter(item__issue=OuterRef("pk"))
    quarters = list(Issue.objects.filter(Exists(printed)).order_by("period").values_list("period", flat=True))
    context = {
        "day": day.isoformat(),
        "day_words": words.day_words(day),
        "rows": held[:MOST_HELD],
        "more": max(0, len(held) - MOST_HELD),
        "note": sheets_out.custody_note(),
        "labels": [sheets_out.custody_label(one) for one in ("person", "measure", "since", "charge", "next")],
        "days": gettext("Days"),
        "quarters": quarters,
        "languages": [(code, _language_name(code)) for code in LANGUAGES],
        "here": words.language(),
        "problem": problem,
        "crumbs": crumbs(),
    }
    return render(request, "desk/sheets.html", context, status=400 if problem else 200)


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
