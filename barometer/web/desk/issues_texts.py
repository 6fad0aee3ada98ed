"""An item of an issue and its texts in three languages; the issue's own words; the glossary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from barometer.codebook import LANGUAGES
from barometer.errors import BadInput, BarometerError
from barometer.publication import numbers
from barometer.publication.drafting import DATE, NAME, NUMBER, PROVISION
from barometer.publication.prose import Sentence, sentences
from barometer.review.texts import MACHINE, MISSING, digest
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import issuing, issuing_draft, issuing_items, issuing_words
from barometer.web.actions.holding import is_held_back
from barometer.web.actions.issuing_items import PART, Role, Writing, texts_of
from barometer.web.actions.issuing_offer import never_printed
from barometer.web.actions.issuing_open import LONGEST_TEXT, Overtaken
from barometer.web.actions.texts import standings_of
from barometer.web.desk.issues import (
    badges_of,
    issue_crumbs,
    issue_of,
    item_of,
    line_of,
    role_label,
    section_title,
    who,
)
from barometer.web.desk.views import crumbs, desk_for
from barometer.web.public import joined, words
from barometer.web.public.figures import made_for
from barometer.web.public.figures_behind import address as behind_address
from barometer.web.public.figures_behind import behind
from barometer.web.records.issues import GlossaryTerm
from barometer.web.records.models import Event, Issue, Item, TextState
from barometer.web.records.printing import in_order

#: empty rows for linked words, below those that there are
SPARE_LINKS = 2
#: so many events of the item's cases, and as many on offer, can be added to it
MOST_TO_ADD = 200


# --- one item ---------------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, period: str, public_id: str) -> HttpResponse:
    """An item: its texts side by side, its linked words, what it tells."""
    found = issue_of(period)
    row = item_of(found, public_id)
    if request.method != "POST":
        return _item_page(request, row)
    do, _, of = request.POST.get("do", "").partition(":")
    try:
        _item_acts(request, row, do, of)
    except Overtaken as error:
        return _item_page(request, item_of(found, public_id), error.message, request.POST, error.languages)
    except BarometerError as error:
        return _item_page(request, item_of(found, public_id), refusals.reason(error), request.POST)
    return redirect("desk:issue-item", period, public_id)


def _item_acts(request: HttpRequest, row: Item, do: str, of: str) -> None:
    """Do what the button says; what was typed is saved first."""
    if do == "tell":
        issuing_items.tell_events(row, _told(request, row), **who(request))
        messages.success(request, gettext("Kept."))
        return
    if do not in ("save", "draft", "approve", "step") or (do != "save" and of not in (*LANGUAGES, "all")):
        raise Http404(gettext("There is no such step."))
    if do == "approve" and not may(request.user, Act.PUBLISH):
        raise PermissionDenied
    issuing_items.write_texts(row, _writing(request, of if do == "step" else ""), **who(request))
    if do == "draft":
        made = issuing_draft.draft(row, LANGUAGES if of == "all" else [of], **who(request))
        said = gettext("Drafted. Rewrite it at will.") if made else gettext("There was nothing to draft.")
        messages.success(request, said)
    elif do == "approve":
        issuing_items.approve(row, of, **who(request))
        messages.success(request, gettext("Approved."))
    else:
        messages.success(request, gettext("Saved."))


def _writing(request: HttpRequest, in_step: str) -> Writing:
    given = request.POST
    pairs = zip(given.getlist("link_words"), given.getlist("link_address"), strict=False)
    return Writing(
        texts={code: given[f"text_{code}"] for code in LANGUAGES if f"text_{code}" in given},
        language=given.get("language", ""),
        links=[(words, address) for words, address in pairs] if "link_words" in given else None,
        seen={code: given[f"seen_{code}"] for code in LANGUAGES if f"seen_{code}" in given},
        in_step=(in_step,) if in_step else (),
        translator=given.get("translator", "").replace("\x00", "")[:200],
    )


def _told(request: HttpRequest, row: Item) -> list[tuple[Event, str]]:
    """The events with the roles that were posted, those that are to go left out, one more added."""
    roles = {
        event.public_id: (event, request.POST.get(f"role_{event.public_id}", role))
        for event, role in ((one.event, one.role) for one in issuing_items.ordered(row))
    }
    told = [(event, role) for event, role in roles.values() if role]
    if added := request.POST.get("add", ""):
        event = Event.objects.public().filter(public_id=added).first()
        if event is None or added in roles:
            raise BadInput(gettext("This event cannot be added."))
        told.append((event, request.POST.get("add_role", Role.DEVELOPMENT)))
    return told


def _item_page(
    request: HttpRequest,
    row: Item,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
    overtaken: tuple[str, ...] = (),
) -> HttpResponse:
    found, rows = row.issue, issuing_items.ordered(row)
    texts = texts_of(row)
    standing = standings_of({row.public_id: {PART: texts}}, row.language)[row.public_id, PART]
    states = {one.language: one for one in TextState.objects.filter(about=row.public_id, part=PART)}
    warned = _warnings(row, rows, texts)
    typed = typed or {}
    is_open = found.frozen_at is None
    columns = [
        {
            "language": badge.language,
            "badge": badge,
            "is_source": badge.language == row.language,
            "text": typed.get(f"text_{badge.language}", texts[badge.language]),
            "now": texts[badge.language] if badge.language in overtaken else "",
            "seen": digest(texts[badge.language]),
            "warnings": warned[badge.language],
            "state": states.get(badge.language),
            "stale": standing[badge.language].stale,
            "may_draft": standing[badge.language].state in (MISSING, MACHINE),
            "may_approve": is_open
            and may(request.user, Act.PUBLISH)
            and bool(texts[badge.language])
            and not standing[badge.language].ready
            and not standing[badge.language].stale,
        }
        for badge in badges_of(standing)
    ]
    links = [(link["text"], link["address"] or "") for link in row.links]
    if "link_words" in typed:
        links = list(
            zip(request.POST.getlist("link_words"), request.POST.getlist("link_address"), strict=False)
        )
    context = {
        "issue": found,
        "item": row,
        "title": issuing.title_of(row),
        "section": section_title(found, row.section) if row.section else "",
        "month": words.capital(words.month_name(row.month)) if row.month else gettext("No month"),
        "is_open": is_open,
        "may_edit": is_open and may(request.user, Act.CODE),
        "columns": columns,
        "languages": [(code, issuing.language_name(code)) for code in LANGUAGES],
        "language": typed.get("language", row.language),
        "translator": typed.get("translator", ""),
        "links": [*links, *[("", "")] * SPARE_LINKS] if is_open else links,
        "lines": [line_of(one.event, one.role) for one in rows],
        "roles": [(role, role_label(role)) for role in Role.values],
        "to_add": _to_add(found, rows) if is_open else [],
        "names": numbers.names(),
        "longest": LONGEST_TEXT,
        "problem": [problem] if problem else (),
        "crumbs": issue_crumbs(found),
    }
    return render(request, "desk/issue_item.html", context, status=400 if problem else 200)


def _to_add(found: Issue, rows: list[Any]) -> list[tuple[str, list[Any]]]:
    """What the item can tell besides: more of its cases, and what the issue is offered."""
    there = {row.event_id for row in rows}
    cases = {row.event.case_id for row in rows} - {None}
    of_case = (
        Event.objects.public().filter(case__in=cases).exclude(pk__in=there).select_related("case", "item")
    )
    offered = never_printed(found).exclude(pk__in=there).exclude(case__in=cases)
    groups = (
        (gettext("Of the same case"), of_case.order_by("-first_day", "-pk")),
        (gettext("Never printed"), offered),
    )
    told = [(label, [line_of(event) for event in events[:MOST_TO_ADD]]) for label, events in groups]
    return [(label, lines) for label, lines in told if lines]


def _warnings(row: Item, rows: list[Any], texts: Mapping[str, str]) -> dict[str, list[str]]:
    """What is odd about each text: facts that no event bears out, terms that are called otherwise, words held back."""
    found: dict[str, list[str]] = {code: [] for code in LANGUAGES}
    for code, misfits in issuing_draft.misfits_of(row, in_order(rows)).items():
        found[code] += [misfit_words(one.kind) % {"words": one.words} for one in misfits]
    for code, terms in issuing_words.lacking_in(texts, row.language, issuing_words.terms()).items():
        said = gettext("The glossary calls this “%(term)s”.")
        found[code] += [said % {"term": term.forms[code]} for term in terms]
    for code, text in texts.items():
        if text and is_held_back(text):
            found[code].append(gettext("This repeats a statement that is held back."))
    return found


def misfit_words(kind: str) -> str:
    """A fact in a text that the record does not bear out, in words."""
    return {
        DATE: gettext("The record does not bear out this date: “%(words)s”."),
        NAME: gettext("The record does not bear out this name: “%(words)s”."),
        NUMBER: gettext("The record does not bear out this number: “%(words)s”."),
        PROVISION: gettext("The record does not bear out this article: “%(words)s”."),
    }[kind]


# --- the issue's own words --------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def issue_words(request: HttpRequest, period: str) -> HttpResponse:
    """The title and intro of the issue, the intros of its sections, the title of one that changes; a form a text."""
    found = issue_of(period)
    if request.method != "POST":
        return _words_page(request, found)
    part = request.POST.get("part", "")
    try:
        _write_words(request, found, part)
    except Overtaken as error:
        return _words_page(request, issue_of(period), error.message, request.POST, error.languages)
    except BarometerError as error:
        return _words_page(request, issue_of(period), refusals.reason(error), request.POST)
    return redirect(f"{request.path}#{part.replace('.', '-')}")


def _write_words(request: HttpRequest, found: Issue, part: str) -> None:
    given = request.POST
    do, _, language = given.get("do", "").partition(":")
    if do == "approve" and not may(request.user, Act.PUBLISH):
        raise PermissionDenied
    issuing_words.write_words(
        found,
        part,
        {code: given[f"text_{code}"] for code in LANGUAGES if f"text_{code}" in given},
        language=given.get("language", ""),
        seen={code: given[f"seen_{code}"] for code in LANGUAGES if f"seen_{code}" in given},
        in_step=(language,) if do == "step" else (),
        **who(request),
    )
    if do == "approve":
        issuing_words.approve_words(found, part, language, **who(request))
        messages.success(request, gettext("Approved."))
    else:
        messages.success(request, gettext("Saved."))


def _said_by_figures(period: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Sentences of the quarter's published figures: (language, its name, sentences with where their events are listed)."""
    with joined.audience(public=True):
        made = made_for(period, exact=True)  # what an editor takes from here is printed
    known = behind(made)
    page = f"{reverse('public:figures')}?period={period}"

    def ground(one: Sentence) -> str:
        code = next((code for code in one.figures if code in known), "")
        return behind_address(period, code) if code else page if one.events else ""

    return [
        (code, issuing.language_name(code), [(one.text, ground(one)) for one in sentences(made, code)])
        for code in LANGUAGES
    ]


def _words_page(
    request: HttpRequest,
    found: Issue,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
    overtaken: tuple[str, ...] = (),
) -> HttpResponse:
    typed = typed or {}
    parts = {part: found.words.get(part, {}) for part in issuing_words.parts_of(found)}
    standing = standings_of({found.public_id: parts}, words.language())
    is_open = found.frozen_at is None
    fixed = issuing_words.terms()
    context = {
        "issue": found,
        "heading": words.quarter_words(found.period),
        "is_open": is_open,
        "may_edit": is_open and may(request.user, Act.CODE),
        "parts": [
            _part(
                part,
                texts,
                standing[found.public_id, part],
                typed if typed.get("part") == part else {},
                overtaken,
                fixed,
                is_open and may(request.user, Act.PUBLISH),
            )
            for part, texts in parts.items()
        ],
        "languages": [(code, issuing.language_name(code)) for code in LANGUAGES],
        "names": numbers.names(),
        "said": _said_by_figures(found.period),
        "longest": LONGEST_TEXT,
        "problem": [problem] if problem else (),
        "crumbs": issue_crumbs(found),
    }
    return render(request, "desk/issue_words.html", context, status=400 if problem else 200)


def _part(
    part: str,
    texts: Mapping[str, str],
    standing: Mapping[str, Any],
    typed: Mapping[str, str],
    overtaken: Iterable[str],
    fixed: list[Any],
    may_approve: bool,
) -> dict[str, Any]:
    source = next(
        (one.source_language for one in standing.values() if texts.get(one.language)), words.language()
    )
    lacking = issuing_words.lacking_in(texts, source, fixed)
    said = gettext("The glossary calls this “%(term)s”.")
    return {
        "name": part,
        "id": part.replace(".", "-"),
        "prefix": f"{part.replace('.', '-')}-",
        "badges": badges_of(standing) if any(texts.values()) else (),
        "label": issuing.part_label(part),
        "language": typed.get("language", source),
        "rows": 1 if part.endswith("title") else 4,
        "is_open": bool(typed) or any(texts.values()) or part == "intro",
        "columns": [
            {
                "language": badge.language,
                "badge": badge,
                "is_source": badge.language == source,
                "text": typed.get(f"text_{badge.language}", texts.get(badge.language, "")),
                "now": texts.get(badge.language, "") if typed and badge.language in overtaken else "",
                "seen": digest(texts.get(badge.language, "")),
                "warnings": [
                    said % {"term": term.forms[badge.language]} for term in lacking.get(badge.language, ())
                ],
                "stale": standing[badge.language].stale,
                "may_approve": may_approve
                and bool(texts.get(badge.language))
                and not standing[badge.language].ready
                and not standing[badge.language].stale,
            }
            for badge in badges_of(standing)
        ],
    }


# --- the glossary -----------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def glossary(request: HttpRequest) -> HttpResponse:
    """The terms that are fixed; a form adds one, others change or drop one."""
    problem = ""
    if request.method == "POST":
        try:
            _keep_term(request)
        except BarometerError as error:
            problem = refusals.reason(error)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:glossary")
    context = {
        "rows": [(row, kind_label(row.kind)) for row in GlossaryTerm.objects.all()],
        "kinds": [(kind, kind_label(kind)) for kind in GlossaryTerm.Kind.values],
        "languages": [(code, issuing.language_name(code)) for code in LANGUAGES],
        "may_edit": may(request.user, Act.CODE),
        "given": request.POST if problem else {},
        "problem": [problem] if problem else (),
        "crumbs": crumbs(),
    }
    return render(request, "desk/glossary.html", context, status=400 if problem else 200)


def _keep_term(request: HttpRequest) -> None:
    given = request.POST
    term = None
    if wanted := given.get("term", ""):
        term = GlossaryTerm.objects.filter(public_id=wanted).first()
        if term is None:
            raise Http404(gettext("There is no such term."))
    if term and given.get("do") == "drop":
        issuing_words.drop_term(term, **who(request))
        return
    texts = {code: given.get(f"text_{code}", "") for code in LANGUAGES}
    issuing_words.keep_term(given.get("kind", ""), texts, term=term, **who(request))


def kind_label(kind: str) -> str:
    """What a term names, in words."""
    return {
        GlossaryTerm.Kind.NAME: gettext("name"),
        GlossaryTerm.Kind.BODY: gettext("body"),
        GlossaryTerm.Kind.OFFENCE: gettext("offence"),
    }[GlossaryTerm.Kind(kind)]
