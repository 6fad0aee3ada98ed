"""Linking: events that may be one, events that may go on a case, and what a person says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from barometer.cases import retelling as core
from barometer.errors import BarometerError, NotReady
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import casing, retelling
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import cards, following, words
from barometer.web.records import retellings
from barometer.web.records.models import Case, CaseJudgement, Event, Retelling, State

PAGE = 10
LOG_PAGE = 50


@dataclass(frozen=True)
class Side:
    """One of two events: its card, how it is coded, its source."""

    id: str
    card: cards.Card
    date: str
    source: str
    who: str


@dataclass(frozen=True)
class Pair:
    """Two events that may be one: the one that may tell again first; `seen` is the newest row on them."""

    event: Side
    told: Side
    verdict: str
    percent: int
    reasons: tuple[str, ...]
    seen: int
    reason: str = ""

    @property
    def sides(self) -> tuple[Side, Side]:
        """What was known first comes first."""
        return self.told, self.event

    @property
    def is_very_likely(self) -> bool:
        """Whether it is marked."""
        return self.percent >= 100 * core.very_likely()


@dataclass(frozen=True)
class Story:
    """Events of one source that may go on a case; `stands` where they stand there already."""

    events: tuple[Side, ...]
    case: str
    otherwise: str
    stands: bool
    percent: int
    reasons: tuple[str, ...]
    seen: int
    known: tuple[Side, ...] = ()
    reason: str = ""

    @property
    def ids(self) -> str:
        """The events as the form sends them."""
        return " ".join(side.id for side in self.events)

    @property
    def is_very_likely(self) -> bool:
        """Whether it is marked."""
        return self.percent >= 100 * core.very_likely()


@desk_for(Act.LOOK)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What the machine proposes and nobody has judged, the likeliest first."""
    return _page(request)


@desk_for(Act.CODE)
@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Take what a person says of two events."""
    said = _said(request, "event", "told", "verdict", "reason", "seen")
    event, told = _event(said["event"]), _event(said["told"])
    if said["verdict"] not in retelling.DECIDED:
        return HttpResponseBadRequest(gettext("There is no such answer."))
    return _do(
        request,
        said,
        lambda: retelling.judge(
            event, told, said["verdict"], reason=said["reason"], seen=_number(said["seen"]), **_who(request)
        ),
    )


@desk_for(Act.CODE)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take an answer on two events back, by one more row."""
    row = Retelling.objects.filter(public_id=_said(request, "judgement")["judgement"]).first()
    if row is None:
        raise Http404(gettext("There is no such judgement."))
    return _do(request, {}, lambda: retelling.undo(row, reason="undone", **_who(request)))


@desk_for(Act.CODE)
@require_POST
def judge_case(request: HttpRequest) -> HttpResponse:
    """Take what a person says of the case on which events may go."""
    said = _said(request, "events", "case", "verdict", "reason", "seen")
    events = [_event(one) for one in said["events"].split()[:1000]]
    case = Case.objects.filter(slug=said["case"]).first()
    if case is None or not events:
        raise Http404(gettext("There is no such case."))
    if said["verdict"] not in casing.DECIDED:
        return HttpResponseBadRequest(gettext("There is no such answer."))
    return _do(
        request,
        said,
        lambda: casing.judge(
            events, case, said["verdict"], reason=said["reason"], seen=_number(said["seen"]), **_who(request)
        ),
    )


@desk_for(Act.CODE)
@require_POST
def undo_case(request: HttpRequest) -> HttpResponse:
    """Take an answer on the case of one event back, by one more row."""
    row = CaseJudgement.objects.filter(public_id=_said(request, "judgement")["judgement"]).first()
    if row is None:
        raise Http404(gettext("There is no such judgement."))
    return _do(request, {}, lambda: casing.undo([row.event], reason="undone", seen=row.pk, **_who(request)))


@desk_for(Act.LOOK)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Every answer that a person gave, the newest first; those that still hold can be taken back."""
    pairs = Retelling.objects.exclude(verdict=Retelling.Verdict.PROPOSED).exclude(proposed={}, verdict="open")
    events = CaseJudgement.objects.exclude(verdict=CaseJudgement.Verdict.PROPOSED)
    shown_pairs = Paginator(pairs.select_related("event", "told").order_by("-pk"), LOG_PAGE)
    shown_events = Paginator(events.select_related("event", "case", "otherwise").order_by("-pk"), LOG_PAGE)
    page = request.GET.get("page")
    return render(
        request,
        "desk/linking_log.html",
        {
            "pairs": _pairs_said(list(shown_pairs.get_page(page).object_list)),
            "events": _events_said(list(shown_events.get_page(page).object_list)),
            "pages": range(1, max(shown_pairs.num_pages, shown_events.num_pages) + 1),
            "crumbs": crumbs((gettext("Linking"), reverse("desk:linking"))),
        },
    )


# --- what was posted --------------------------------------------------------------------------------------


def _said(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.POST.get(name, "").replace("\x00", "") for name in names}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 18 else -1


def _event(public_id: str) -> Event:
    row = Event.objects.filter(public_id=public_id).select_related("case").first()
    if row is None:
        raise Http404(gettext("There is no such event."))
    return row


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": name_of(request.user)[:200], "user": request.user}


def _do(request: HttpRequest, said: dict[str, str], act: Any) -> HttpResponse:
    """Do it and go back to the list; what cannot be written is told, and no typed word is lost."""
    try:
        act()
    except NotReady:
        messages.warning(
            request,
            gettext("Nothing was written: somebody has judged this since you opened the page. Look again."),
        )
        return _page(request, again=said, status=409)
    except BarometerError as error:
        told = gettext("Nothing was written: %(why)s") % {"why": refusals.reason(error)}
        if not said.get("reason", "-").strip():
            told = gettext("Nothing was written: say why in a few words.")
        messages.error(request, told)
        return _page(request, again=said, status=400)
    messages.success(request, gettext("Noted. It can be undone under “Answers”."))
    return redirect("desk:linking")


# --- the page ---------------------------------------------------------------------------------------------


def _page(request: HttpRequest, *, again: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    again = again or {}
    waiting = Paginator(retellings.pending(), PAGE)
    shown = waiting.get_page(request.GET.get("page"))
    pairs = [_pair(row, again) for row in _with_cards(shown.object_list)]
    asked = Paginator(_pending_stories(), PAGE)
    asked_page = asked.get_page(request.GET.get("cases"))
    return render(
        request,
        "desk/linking.html",
        {
            "pairs": pairs,
            "page": shown,
            "total": waiting.count,
            "stories": [_story(rows, again) for rows in asked_page.object_list],
            "stories_page": asked_page,
            "stories_total": asked.count,
            "longest_reason": LONGEST_REASON,
            "crumbs": crumbs(),
        },
        status=status,
    )


def _with_cards(rows: Sequence[Retelling]) -> Iterable[Retelling]:
    """The rows with events that came through `cards.ready`."""
    ids = {id_ for row in rows for id_ in (row.event_id, row.told_id)}
    events = {event.pk: event for event in cards.ready(Event.objects.filter(pk__in=ids))}
    for row in rows:
        row.event, row.told = events[row.event_id], events[row.told_id]
        yield row


def _pair(row: Retelling, again: dict[str, str]) -> Pair:
    same = {again.get("event"), again.get("told")} == {row.event.public_id, row.told.public_id}
    return Pair(
        _side(row.event),
        _side(row.told),
        row.proposed.get("verdict", ""),
        round(100 * row.proposed.get("probability", 0.0)),
        tuple(core.words(reason, words.language()) for reason in retellings.reasons_of(row)),
        row.pk,
        again.get("reason", "") if same else "",
    )


def _side(event: Event) -> Side:
    source = event.item.source
    return Side(
        event.public_id,
        cards.card(event),
        event.date,
        following.source_words(source) if source else "",
        cards.names(event, "target"),
    )


def _pending_stories() -> list[list[CaseJudgement]]:
    """The newest rows that wait for a person, those of one source, case and file's case together."""
    newest = CaseJudgement.objects.order_by().values("event").annotate(last=Max("pk"))
    rows = (
        CaseJudgement.objects.filter(pk__in=newest.values("last"))
        .filter(verdict__in=[CaseJudgement.Verdict.PROPOSED, CaseJudgement.Verdict.OPEN])
        .exclude(event__state=State.WITHDRAWN)
        .select_related("case", "otherwise", "event__item")
        .order_by("pk")
    )
    stories: dict[tuple[Any, ...], list[CaseJudgement]] = {}
    for row in rows:
        stands = row.event.case_id == row.case_id
        key = (row.event.item.source_id, row.case_id, row.otherwise_id, stands)
        stories.setdefault(key, []).append(row)
    return sorted(stories.values(), key=lambda rows: (-_probability(rows[0]), rows[0].pk))


def _probability(row: CaseJudgement) -> float:
    return row.proposed.get("probability", 0.0)


def _story(rows: list[CaseJudgement], again: dict[str, str]) -> Story:
    first = rows[0]
    ids = [row.event_id for row in rows]
    events = list(cards.ready(Event.objects.filter(pk__in=ids)))
    known = cards.ready(
        Event.objects.filter(case=first.case).exclude(pk__in=ids).exclude(state=State.WITHDRAWN)
    )[:5]
    language = words.language()
    story = Story(
        tuple(map(_side, events)),
        first.case.slug,
        first.otherwise.slug if first.otherwise else "",
        events[0].case_id == first.case_id,
        round(100 * _probability(first)),
        tuple(reason.text(language) for reason in retellings.reasons_of(first)),
        max(row.pk for row in rows),
        tuple(map(_side, known)),
    )
    same = again.get("events") == story.ids and again.get("case") == story.case
    return story if not same else Story(**(vars(story) | {"reason": again.get("reason", "")}))


# --- answers ----------------------------------------------------------------------------------------------


def verdict_label(verdict: str) -> str:
    """What was said, in words."""
    return {
        "same": gettext("told twice"),
        "background": gettext("background of the other"),
        "different": gettext("not the same"),
        "belongs": gettext("goes on the case"),
        "not": gettext("does not go on the case"),
        "open": gettext("taken back"),
    }[verdict]


def _pairs_said(rows: list[Retelling]) -> list[tuple[Any, ...]]:
    found = []
    for row in _with_cards(rows):
        last = retelling.rows_of(row.event, row.told).first()
        holds = last is not None and last.pk == row.pk and row.verdict in retelling.DECIDED
        found.append((_side(row.event), _side(row.told), verdict_label(row.verdict), row, _day(row), holds))
    return found


def _events_said(rows: list[CaseJudgement]) -> list[tuple[Any, ...]]:
    newest = {row.pk for row in casing.last_on([row.event_id for row in rows])}
    events = {
        event.pk: event for event in cards.ready(Event.objects.filter(pk__in=[row.event_id for row in rows]))
    }
    return [
        (
            _side(events[row.event_id]),
            row.case.slug,
            verdict_label(row.verdict),
            row,
            _day(row),
            row.pk in newest and row.verdict in casing.DECIDED,
        )
        for row in rows
    ]


def _day(row: Retelling | CaseJudgement) -> str:
    return words.day_words(timezone.localdate(row.created_at))
