"""The pages of the desk: everything that is not withdrawn, for people who are logged in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from barometer.cases.values import Period
from barometer.errors import UnknownValue
from barometer.publication.carryover import period_of, rows
from barometer.review import PUBLIC
from barometer.web.accounts.roles import Act, may
from barometer.web.actions.choosing import choose_statement
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.outlook import carried_of, outlooks
from barometer.web.public import cards, casepage, clock, stories, words
from barometer.web.public.views import turns
from barometer.web.records import timelines
from barometer.web.records.desk import Following
from barometer.web.records.models import Case, Event, Issue, State

CASES_A_PAGE = 100


def desk_for(
    act: Act, *, post: Act | None = None
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page of the desk for people whose roles allow the act, kept by no cache; others get 403.

    Where `post` is given, it is the act that the page's form needs.
    """

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
            needed = post if post and request.method == "POST" else act
            if not may(request.user, needed):
                raise PermissionDenied
            return view(request, *args, **more)

        return guarded

    return guard


def crumbs(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back: (words, address) from the desk to the page above this one."""
    return [(gettext("Desk"), reverse("desk:home")), *steps]


def name_of(user: Any) -> str:
    """The name that a change bears."""
    return user.get_full_name().strip() or user.get_username()


@desk_for(Act.LOOK)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Every case with how many events it has, and how many of them the public does not see."""
    paginator = Paginator(_ByLatest(), CASES_A_PAGE)
    paginator.count = timelines.desk_events().filter(case__isnull=False).values("case").distinct().count()
    page = paginator.get_page(request.GET.get("page"))
    return render(request, "desk/cases.html", {"page": page, "crumbs": crumbs()})


class _ByLatest:
    """The cases by the day of their latest event, then by slug: those of one page are found by going through the events
    from the latest one, and only they are added up."""

    def __getitem__(self, which: slice) -> list[Case]:
        numbers = list(islice(self._numbers(), which.start, which.stop))
        live = Q(events__state__in=[state for state in State.values if state != State.WITHDRAWN])
        found = Case.objects.annotate(
            how_many=Count("events", filter=live),
            hidden=Count("events", filter=live & ~Q(events__state__in=PUBLIC)),
        ).in_bulk(numbers)
        return [found[number] for number in numbers if number in found]

    def _numbers(self) -> Iterator[int]:
        seen: set[int] = set()
        events = timelines.desk_events().filter(case__isnull=False)
        dated = events.filter(first_day__isnull=False)
        told = dated.order_by("-first_day", "case__slug").values_list("case", flat=True)
        for number in told.iterator(chunk_size=1_000):
            if number not in seen:
                seen.add(number)
                yield number
        of_case = OuterRef("pk")
        undated = Case.objects.filter(
            Exists(events.filter(case=of_case)), ~Exists(dated.filter(case=of_case))
        )
        yield from undated.order_by("slug").values_list("pk", flat=True).iterator(chunk_size=1_000)


@desk_for(Act.LOOK, post=Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a case with all its events, and the forms by which an editor says what is printed."""
    found = Case.objects.filter(slug=slug).first()
    events = list(cards.ready(timelines.desk_events().filter(case=found))) if found else []
    if not events:
        raise Http404(gettext("There is no such case."))
    problem = ""
    if request.method == "POST":
        problem = _choose(request, found)
        if not problem:
            return redirect("desk:case", slug)
    context = casepage.context(found, events, request.GET, public=False) | {
        "base": "desk/base.html",
        "problem_of_choice": problem,
        "problem_point": request.POST.get("point", ""),
        "reason_given": request.POST.get("reason", "")[:LONGEST_REASON],
        "longest_reason": LONGEST_REASON,
        "followed": Following.objects.filter(case=found, user=request.user).exists(),
        "public_address": casepage.address_of(slug) if any(one.state in PUBLIC for one in events) else "",
        "may_submit": may(request.user, Act.CLEAR) and any(one.state in PUBLIC for one in events),
        "crumbs": crumbs((gettext("Cases"), reverse("desk:cases"))),
    }
    return render(request, "desk/case.html", context, status=400 if problem else 200)


def _choose(request: HttpRequest, found: Case) -> str:
    """Write the choice that was posted; what is the matter with it, or ''."""
    given = {name: request.POST.get(name, "").replace("\x00", "") for name in ("point", "value", "reason")}
    if not given["value"]:
        return gettext("Choose one of the statements.")
    if not given["reason"].strip():
        return gettext("Say why: the reason is shown to readers.")
    if len(given["reason"]) > LONGEST_REASON:
        return gettext("The reason is too long.")
    try:
        choose_statement(
            found,
            given["point"],
            given["value"],
            reason=given["reason"],
            by=name_of(request.user),
            user=request.user,
        )
    except UnknownValue:
        return gettext("The sources have changed meanwhile. Look at the statements again.")
    return ""


@desk_for(Act.LOOK)
@require_safe
def carryover(request: HttpRequest, period: str = "") -> HttpResponse:
    """Every case that was open on the first day of a period; without a period, the form that asks for one."""
    asked = request.GET.get("period", "").strip()
    if asked and not period:
        days, problem = _period(asked)
        if days:
            return redirect("desk:carryover-of", asked)
    else:
        asked = period or quarter_at_work()
        days, problem = _period(asked)
    today = clock.today()
    known = [one for one in outlooks(days, today) if one.carried] if days else []
    page = Paginator([one.slug for one in known], CASES_A_PAGE).get_page(request.GET.get("page"))
    told = rows(carried_of(page.object_list, days, today) if days else (), words.language())
    titles = titles_of([row.case for row in told])
    context = {
        "page": page,
        "turns": turns(page, lambda number: f"?page={number}"),
        "asked": asked[:40],
        "problem": problem,
        "days": days,
        "first": words.day_words(days.first) if days else "",
        "last": words.day_words(days.last) if days else "",
        "rows": [(row, titles[row.case], moved_words(row.carried.moved)) for row in told],
        "moved": sum(one.moved == "yes" for one in known),
        "crumbs": crumbs(),
    }
    return render(request, "desk/carryover.html", context, status=400 if problem else 200)


def moved_words(moved: str) -> str:
    """Whether a case moved in the period."""
    return {"yes": gettext("moved"), "perhaps": gettext("perhaps moved"), "no": gettext("did not move")}[
        moved
    ]


def _period(text: str) -> tuple[Period | None, str]:
    try:
        return period_of(text), ""
    except UnknownValue:
        return None, gettext("This is not a period: write 2026Q2, 2026-05, 2026 or 2026-04-01/2026-05-15.")


def quarter_at_work() -> str:
    """The quarter that follows the ledger's latest issue, at the latest the present one; without issues that one."""
    day = clock.today()
    present = f"{day.year}Q{(day.month + 2) // 3}"
    latest = Issue.objects.aggregate(last=Max("period"))["last"]
    if latest is None:
        return present
    year, quarter = int(latest[:4]), int(latest[5])
    return min(present, f"{year}Q{quarter + 1}" if quarter < 4 else f"{year + 1}Q1")


def titles_of(slugs: list[str]) -> dict[str, words.Words]:
    """The titles of these cases, by slug."""
    events = cards.ready(timelines.desk_events().filter(case__slug__in=slugs))
    of: dict[str, list[Event]] = {slug: [] for slug in slugs}
    for event in events:
        of[event.case.slug].append(event)
    return {slug: stories.title(slug, stories.in_order(told)) for slug, told in of.items()}
