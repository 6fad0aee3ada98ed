"""The carry-over of an issue: every case that was open on its first day, and what the issue says of it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from barometer.errors import BarometerError
from barometer.publication.carryover import rows
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import issuing_carry
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.issuing_carry import Decision
from barometer.web.desk.issues import decision_label, issue_crumbs, issue_of, who
from barometer.web.desk.views import CASES_A_PAGE, desk_for, moved_words, titles_of
from barometer.web.public import clock, words
from barometer.web.public.views import turns
from barometer.web.records.issues import ItemEvent
from barometer.web.records.models import Issue


@desk_for(Act.LOOK, post=Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def carry(request: HttpRequest, period: str) -> HttpResponse:
    """Every case that was left open, those not decided on first; one form keeps what is said of all."""
    found = issue_of(period)
    problem = ""
    if request.method == "POST":
        said = {
            name.removeprefix("case-"): (value, request.POST.get(f"reason-{name.removeprefix('case-')}", ""))
            for name, value in request.POST.items()
            if name.startswith("case-") and value
        }
        try:
            issuing_carry.decide(found, said, today=clock.today(), **who(request))
        except BarometerError as error:
            problem = refusals.reason(error)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:issue-carryover", period)
    return _page(request, found, problem)


def _page(request: HttpRequest, found: Issue, problem: str) -> HttpResponse:
    known = issuing_carry.to_decide(found, clock.today())
    order = sorted(known, key=lambda slug: known[slug] is not None)
    page = Paginator(order, CASES_A_PAGE).get_page(request.GET.get("page"))
    opened = issuing_carry.open_cases(found, page.object_list, clock.today())
    told = rows([one.carried for one in opened], words.language())
    titles = titles_of([row.case for row in told])
    printed = set(
        ItemEvent.objects.filter(item__issue=found, item__left_out="")
        .exclude(role=ItemEvent.Role.BACKGROUND)
        .values_list("event__case__slug", flat=True)
    )
    given = request.POST if problem else {}
    lines = [
        {
            "row": row,
            "title": titles[row.case],
            "moved": moved_words(row.carried.moved),
            "decision": given.get(f"case-{row.case}", one.decision.decision if one.decision else ""),
            "reason": given.get(f"reason-{row.case}", one.decision.reason if one.decision else ""),
            "kept": one.decision,
            "kept_label": decision_label(one.decision.decision) if one.decision else "",
            "warning": _warning(one, row.case in printed),
        }
        for one, row in zip(opened, told, strict=True)
    ]
    context = {
        "issue": found,
        "heading": words.quarter_words(found.period),
        "may_edit": found.frozen_at is None and may(request.user, Act.CODE),
        "lines": sorted(lines, key=lambda line: line["kept"] is not None),
        "page": page,
        "turns": turns(page, lambda number: f"?page={number}"),
        "left": sum(decision is None for decision in known.values()),
        "decisions": [(one, decision_label(one)) for one in Decision.values],
        "longest_reason": LONGEST_REASON,
        "problem": [problem] if problem else (),
        "crumbs": issue_crumbs(found),
    }
    return render(request, "desk/issue_carryover.html", context, status=400 if problem else 200)


def _warning(one: issuing_carry.Open, printed: bool) -> str:
    """Where the decision and the issue part."""
    decision = one.decision.decision if one.decision else ""
    if decision in (Decision.MOVED, Decision.CLOSED) and not printed:
        return gettext("The issue tells nothing new of this case.")
    if decision in (Decision.SILENT, Decision.PRINTED, Decision.DROPPED) and printed:
        return gettext("The issue tells something new of this case.")
    return ""
