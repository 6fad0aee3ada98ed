"""The issue desk: which issues there are, what one prints and what it is offered, its order, what keeps it from freezing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.codebook import LANGUAGES, codebook
from barometer.errors import BarometerError, NotAllowed
from barometer.indicators import Figures
from barometer.publication.numbers import MEASURES
from barometer.review import PUBLIC
from barometer.review.texts import APPROVED, HUMAN, MACHINE, MISSING, Standing
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import issuing, issuing_draft, issuing_items, issuing_offer
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.issuing_carry import Decision
from barometer.web.actions.issuing_items import PART, Role, texts_of
from barometer.web.actions.issuing_open import months_of, open_issue, sections_of
from barometer.web.actions.texts import standings_of
from barometer.web.desk.views import crumbs, desk_for, name_of, quarter_at_work
from barometer.web.public import words
from barometer.web.public.views import turns
from barometer.web.public.words import Words
from barometer.web.records import retellings
from barometer.web.records.models import Event, Issue, Item
from barometer.web.records.printing import in_order, own_items

Given = Mapping[str, str]
OFFERS_A_PAGE = 50


@dataclass(frozen=True)
class Badge:
    """How a text stands in one language."""

    language: str
    name: str
    state: str
    label: str


@dataclass(frozen=True)
class Line:
    """An event in a line: what happened, when, of which type."""

    event: Event
    what: Words
    day: str
    type: str
    kind: str
    role: str
    role_label: str
    gone: bool


@dataclass(frozen=True)
class Row:
    """An item on the page of its issue."""

    item: Item
    title: str
    badges: tuple[Badge, ...]
    lines: tuple[Line, ...]
    first: bool = False
    last: bool = False


# --- in words ---------------------------------------------------------------------------------------------


def state_label(standing: Standing) -> str:
    """The state of a text in words."""
    if standing.stale:
        return gettext("out of step")
    return {
        MISSING: gettext("missing"),
        MACHINE: gettext("by a machine"),
        HUMAN: gettext("written"),
        APPROVED: gettext("approved"),
    }[standing.state]


def role_label(role: str) -> str:
    """What an event is in its item, in words."""
    return {
        Role.LEAD: gettext("lead"),
        Role.DEVELOPMENT: gettext("development"),
        Role.BACKGROUND: gettext("background"),
    }[Role(role)]


def decision_label(decision: str) -> str:
    """What an issue does with a case that was left open, in words."""
    return {
        Decision.MOVED: gettext("moved"),
        Decision.PRINTED: gettext("no news, printed"),
        Decision.SILENT: gettext("no news, not printed"),
        Decision.CLOSED: gettext("closed"),
        Decision.DROPPED: gettext("dropped"),
    }[Decision(decision)]


def measure_label(name: str) -> str:
    """What a figure counts, in words."""
    return {
        "new_violations": gettext("New violations"),
        "steps": gettext("Further steps in earlier ones"),
        "relief": gettext("Relief"),
        "context": gettext("Context"),
        "people_hit": gettext("People hit, at least"),
        "people_named": gettext("People hit who are named"),
        "outlets_hit": gettext("Outlets hit"),
        "open_cases": gettext("Open cases"),
        "events": gettext("Events"),
    }[name]


def section_title(issue: Issue, number: int) -> str:
    """A section's title; of one that changes, what the desk or its source calls it."""
    printed = issue.words.get(f"section.{number}.title", {})
    if not any(printed.values()) and issue.source:
        printed = issue.source.sections.get(str(number), {}).get("title", {})
    said = str(words.best(printed).text) if any(printed.values()) else ""
    return words.section_label(number, said)


def badges_of(standing: Mapping[str, Standing]) -> tuple[Badge, ...]:
    """How a text stands in every language."""
    return tuple(
        Badge(
            language,
            issuing.language_name(language),
            "stale" if standing[language].stale else standing[language].state,
            state_label(standing[language]),
        )
        for language in LANGUAGES
    )


def line_of(event: Event, role: str = "") -> Line:
    """An event in a line."""
    told = {language: getattr(event, f"summary_{language}") for language in LANGUAGES}
    return Line(
        event=event,
        what=words.best(told),
        day=words.when(event.date).short if event.date else gettext("no day"),
        type=words.type_label(event.main_type),
        kind=event.kind,
        role=role,
        role_label=role_label(role) if role else "",
        gone=event.state not in PUBLIC,
    )


def lines_of(item: Item) -> tuple[Line, ...]:
    """What an item tells, in order; it came with it."""
    return tuple(line_of(row.event, row.role) for row in in_order(item.tells.all()))


# --- the list ---------------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def issues(request: HttpRequest) -> HttpResponse:
    """Every issue, the newest first; a form opens one more."""
    problem, period = "", request.POST.get("period", "").replace("\x00", "").strip().upper()
    if request.method == "POST":
        try:
            issue = open_issue(period, by=name_of(request.user), user=request.user)
        except BarometerError as error:
            problem = refusals.reason(error)
        else:
            messages.success(request, gettext("The issue is open."))
            return redirect("desk:issue", issue.period)
    rows = Issue.objects.select_related("source").order_by("-period")
    context = {
        "rows": [(row, words.quarter_words(row.period), issue_state(row)) for row in rows],
        "period": (period or quarter_at_work())[:20],
        "may_open": may(request.user, Act.PUBLISH),
        "problem": [problem] if problem else (),
        "crumbs": crumbs(),
    }
    return render(request, "desk/issues.html", context, status=400 if problem else 200)


def issue_state(issue: Issue) -> str:
    """Where an issue stands, in words."""
    if issue.frozen_at:
        return gettext("frozen")
    if issue.opened_at:
        return gettext("in the making")
    return gettext("printed before, imported")


# --- one issue --------------------------------------------------------------------------------------------


def issue_of(period: str) -> Issue:
    """The issue that the desk has opened, or the 404."""
    issue = Issue.objects.select_related("source").filter(period=period, opened_at__isnull=False).first()
    if issue is None:
        raise Http404(gettext("The desk has opened no such issue."))
    return issue


def issue_crumbs(issue: Issue) -> list[tuple[str, str]]:
    """The way back from a page of an issue."""
    return crumbs(
        (gettext("Bulletin"), reverse("desk:issues")),
        (words.capital(words.quarter_words(issue.period)), reverse("desk:issue", args=[issue.period])),
    )


@desk_for(Act.LOOK)
@require_safe
def issue(request: HttpRequest, period: str) -> HttpResponse:
    """What the issue prints in its order, what is left out, and what it is offered."""
    return _issue_page(request, issue_of(period))


def _issue_page(
    request: HttpRequest, found: Issue, problem: str = "", given: Given | None = None
) -> HttpResponse:
    items = list(own_items(found))
    standing = standings_of({item.public_id: {PART: texts_of(item)} for item in items})
    printed = [item for item in items if not item.left_out]
    told = issuing.counts(found, printed)
    is_open = found.frozen_at is None
    again = retellings.counted_elsewhere(public=True) if is_open else frozenset[str]()
    waiting = issuing_offer.waiting(found, again) if is_open else []
    page = Paginator(waiting, OFFERS_A_PAGE).get_page(request.GET.get("offers"))
    offers = [_offered(one) for one in issuing_offer.offers(found, page.object_list, again)]
    context = {
        "issue": found,
        "heading": words.quarter_words(found.period),
        "state": issue_state(found),
        "is_open": is_open,
        "may_edit": is_open and may(request.user, Act.CODE),
        "counts": _counts(told.printed, told.recorded, told.previous),
        "entries": len(printed),
        "groups": _groups(found, printed, standing),
        "left_out": [_row(item, standing) for item in items if item.left_out],
        "offers": offers,
        "page": page,
        "turns": turns(page, lambda number: f"?offers={number}#offers"),
        "proposed": [one["key"] for one in offers if not one["is_later"]],
        "sections": [(number, section_title(found, number)) for number in sections_of(found)],
        "months_to_choose": [(month, words.capital(words.month_name(month))) for month in months_of(found)],
        "problem": [problem] if problem else (),
        "given": given or {},
        "longest_reason": LONGEST_REASON,
        "crumbs": crumbs((gettext("Bulletin"), reverse("desk:issues"))),
    }
    return render(request, "desk/issue.html", context, status=400 if problem else 200)


def _counts(printed: Figures, recorded: Figures, previous: Figures) -> list[tuple[str, int, int, int]]:
    return [
        (measure_label(name), *(getattr(one, attribute) for one in (printed, recorded, previous)))
        for name, attribute in MEASURES.items()
    ]


def _groups(
    found: Issue, items: list[Item], standing: Mapping[Any, Any]
) -> list[tuple[int, str, list[tuple[str, list[Row]]]]]:
    """Section by section, month by month; the months in order, what has none first."""
    groups = []
    for number, of_section in groupby(items, key=lambda item: item.section or min(codebook().sections)):
        months = []
        for month, of_month in groupby(of_section, key=lambda item: item.month):
            rows = list(of_month)
            last = len(rows) - 1
            told = [_row(item, standing, place == 0, place == last) for place, item in enumerate(rows)]
            months.append((words.capital(words.month_name(month)) if month else gettext("No month"), told))
        groups.append((number, section_title(found, number), months))
    return groups


def _row(item: Item, standing: Mapping[Any, Any], first: bool = False, last: bool = False) -> Row:
    badges = badges_of(standing[item.public_id, PART])
    return Row(item, issuing.title_of(item), badges, lines_of(item), first, last)


def _offered(one: issuing_offer.Offer) -> dict[str, Any]:
    section = codebook().type(one.lead.main_type).section
    return {
        "key": one.key,
        "lines": [line_of(event, role) for event, role in one.told],
        "case": one.case,
        "printed": [words.quarter_words(period) for period in one.printed],
        "section": words.section_label(section),
        "entry": one.entry,
        "is_later": one.is_later,
        "one": len(one.told) == 1,
    }


@desk_for(Act.LOOK)
@require_safe
def ready(request: HttpRequest, period: str) -> HttpResponse:
    """What keeps the issue from being frozen."""
    found = issue_of(period)
    context = {
        "issue": found,
        "heading": words.quarter_words(found.period),
        "reasons": issuing.unready(found),
        "crumbs": issue_crumbs(found),
    }
    return render(request, "desk/issue_ready.html", context)


# --- what is done on the page of an issue -----------------------------------------------------------------


@desk_for(Act.CODE)
@require_POST
def act(request: HttpRequest, period: str) -> HttpResponse:
    """Something is done with what is offered, or with all items at once."""
    found, given = issue_of(period), _given(request)
    doing = _ACTS.get(given.get("do", ""))
    if doing is None:
        raise Http404(gettext("There is no such step."))
    try:
        said = doing(found, request, given)
    except BarometerError as error:
        return _issue_page(request, found, _message(error), given)
    messages.success(request, said)
    return redirect("desk:issue", period)


def _take(found: Issue, request: HttpRequest, given: Given) -> str:
    chosen = request.POST.getlist("event")
    item = issuing_offer.take(
        found, given.get("offer", ""), chosen or None, language=words.language(), **who(request)
    )
    return gettext("The item is made: %(title)s") % {"title": issuing.title_of(item)}


def _take_all(found: Issue, request: HttpRequest, given: Given) -> str:
    keys = request.POST.getlist("offer")
    made = issuing_offer.take_all(found, keys, language=words.language(), **who(request))
    return ngettext("%(count)d item was made.", "%(count)d items were made.", made) % {"count": made}


def _pass_by(found: Issue, request: HttpRequest, given: Given) -> str:
    issuing_offer.pass_by(found, given.get("offer", ""), reason=given.get("reason", ""), **who(request))
    return gettext("It is left out, with the reason.")


def _draft_all(found: Issue, request: HttpRequest, given: Given) -> str:
    made = issuing_draft.draft_missing(found, **who(request))
    return ngettext("%(count)d text was drafted.", "%(count)d texts were drafted.", made) % {"count": made}


_ACTS: Mapping[str, Callable[[Issue, HttpRequest, Given], str]] = {
    "take": _take,
    "take-all": _take_all,
    "pass-by": _pass_by,
    "draft-all": _draft_all,
}


@desk_for(Act.CODE)
@require_POST
def arrange(request: HttpRequest, period: str, public_id: str) -> HttpResponse:
    """An item is moved, left out or taken back."""
    found, given = issue_of(period), _given(request)
    item, do = item_of(found, public_id), given.get("do", "")
    try:
        if do in ("up", "down"):
            issuing_items.shift(item, up=do == "up", **who(request))
        elif do == "place":
            section = given.get("section", "")
            number = int(section) if section.isascii() and section.isdecimal() and len(section) < 4 else 0
            issuing_items.place(item, number, given.get("month", ""), **who(request))
        elif do == "leave-out":
            issuing_items.leave_out(item, reason=given.get("reason", ""), **who(request))
        elif do == "take-back":
            issuing_items.take_back(item, **who(request))
        else:
            raise Http404(gettext("There is no such step."))
    except BarometerError as error:
        return _issue_page(request, found, _message(error), given)
    return redirect(f"{reverse('desk:issue', args=[period])}#item-{public_id}")


def item_of(found: Issue, public_id: str) -> Item:
    """An item of the issue, with its issue, or the 404."""
    item = (
        Item.objects.select_related("issue__source")
        .filter(issue=found, source=None, public_id=public_id)
        .first()
    )
    if item is None:
        raise Http404(gettext("The issue has no such item."))
    return item


def who(request: HttpRequest) -> dict[str, Any]:
    """The person as an action takes one."""
    return {"by": name_of(request.user), "user": request.user}


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: value.replace("\x00", "") for name, value in request.POST.items()}


def _message(error: BarometerError) -> str:
    """What was the matter, in a sentence for people."""
    return gettext("Say why, in a few words.") if isinstance(error, NotAllowed) else refusals.reason(error)
