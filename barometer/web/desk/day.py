"""My day: what waits for the person who looks, on one page; cases that they follow; the mail that they want."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from barometer.errors import BarometerError
from barometer.publication.carryover import date_words
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import following as wishes
from barometer.web.actions.outlook import carried_of
from barometer.web.actions.second import to_code
from barometer.web.actions.takedowns_answers import waiting as takedowns_waiting
from barometer.web.actions.waiting import Changed, in_inbox, proposals, quarter_of, to_review, waiting
from barometer.web.desk.sources import health_label
from barometer.web.desk.views import crumbs, desk_for, titles_of
from barometer.web.public import clock, words
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records.desk import DigestWish
from barometer.web.records.models import Case, Event
from barometer.web.requests.words import clock_label, standing_words

#: So many of each are told; the rest is counted.
MOST = 10


@desk_for(Act.LOOK)
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """What waits for this person today."""
    return _day(request)


def _day(request: HttpRequest, problem: str = "") -> HttpResponse:
    today, user = clock.today(), request.user
    found = waiting(user, today)
    quiet = carried_of(found.quiet[:MOST], quarter_of(today), today)
    slugs = {one.case for one in (*found.dates, *quiet)}
    titles = titles_of(sorted(slugs | {one.following.case.slug for one in found.followed}))
    codes = may(user, Act.CODE)
    proposed = proposals() if codes else Event.objects.none()
    context = {
        "today": words.day_words(today),
        "found": found,
        "second": len(to_code(user)) if codes else 0,
        "can_code": codes,
        "dates": [
            (one.case, titles[one.case], words.span_when(one.span).short, _ahead_words(one)) for one in found.dates
        ],
        "quiet": [
            (one.case, titles[one.case], words.day_words(one.last_news) if one.last_news else "",
             [date_words(late, words.language()) for late in one.passed])
            for one in quiet
        ],
        "quiet_more": max(0, len(found.quiet) - MOST),
        "quarter": f"{today.year}Q{(today.month + 2) // 3}",
        "sources": [(row, health_label(health.state)) for row, health in found.sources],
        "mine": [
            (lead, lead.title or lead.url or lead.public_id,
             words.day_words(timezone.localdate(lead.assigned_at)))
            for lead in in_inbox(today).filter(assigned_to=user).defer("proposed")[:MOST]
        ],
        "reviews": [
            (event, words.type_label(event.main_type), words.when(event.date).short)
            for event in to_review(user).select_related("case")[:MOST]
        ],
        "requests": [
            (row, clock_label(stands), standing_words(stands, today)) for row, stands in found.requests[:MOST]
        ],
        "requests_more": max(0, len(found.requests) - MOST),
        "proposals": [(event, words.type_label(event.main_type), words.when(event.date).short, _origin(event))
                      for event in proposed[:MOST]],
        "proposals_more": max(0, proposed.count() - MOST),
        "followed": [(one, titles.get(one.following.case.slug), *_changed_words(one)) for one in found.followed],
        "takedowns": [
            (one.row.public_id, one.row.recipient, words.day_words(one.last), one.outcome == "lapsed")
            for one in takedowns_waiting(today)
        ],
        "wish": DigestWish.objects.filter(user=user).first() or DigestWish(language=words.language()),
        "rhythms": rhythm_labels(),
        "languages": list(OWN_NAMES.items()),
        "problem": problem,
        "crumbs": crumbs(),
    }  # fmt: skip
    return render(request, "desk/day.html", context, status=400 if problem else 200)


def _origin(event: Event) -> str:
    """What made the machine propose it."""
    if event.by_request:
        return gettext("a request for information")
    return gettext("a takedown notice") if event.by_notice else gettext("a watched site or account")


def _ahead_words(one: object) -> str:
    return one.words(words.language())


def _changed_words(one: Changed) -> tuple[str, str]:
    """Since when nothing is seen, and when the last came."""
    latest = words.day_words(timezone.localdate(one.latest)) if one.latest else ""
    return words.day_words(timezone.localdate(one.following.seen_at)), latest


def rhythm_labels() -> list[tuple[str, str]]:
    """How often a mail may come."""
    return [
        (DigestWish.Rhythm.NEVER, gettext("never")),
        (DigestWish.Rhythm.DAILY, gettext("every morning")),
        (DigestWish.Rhythm.WEEKLY, gettext("on Mondays")),
    ]


@desk_for(Act.LOOK)
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """What came until now in the cases that one follows, or in one of them, is seen."""
    wishes.mark_seen(request.user, request.POST.get("case", ""))
    return redirect("desk:day")


@desk_for(Act.LOOK)
@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """How often one wants the mail."""
    if request.POST.get("rhythm") != DigestWish.Rhythm.NEVER and not request.user.email:
        return _day(request, gettext("There is no address to write to. Ask an administrator to note yours."))
    try:
        wishes.wish(request.user, request.POST.get("rhythm", ""), request.POST.get("language", ""))
    except BarometerError as error:
        return _day(request, refusals.told(error))
    messages.success(request, gettext("Noted."))
    return redirect("desk:day")


@desk_for(Act.LOOK)
@require_POST
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a case, or no longer."""
    case = Case.objects.filter(slug=slug).first()
    if case is None:
        raise Http404(gettext("There is no such case."))
    if request.POST.get("follow"):
        wishes.follow(case, request.user)
    else:
        wishes.unfollow(case, request.user)
    return redirect("desk:case", slug)
