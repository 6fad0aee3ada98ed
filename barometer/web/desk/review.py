"""Review at the desk: the queue, and one record as readers will see it beside the rules, the harm check and the steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from pydantic import ValidationError

from barometer.codebook.book import LANGUAGES
from barometer.codebook.values import Event as Coded
from barometer.errors import BadInput, BarometerError
from barometer.review import ANSWERS, PUBLIC, STEPS, Facts, Refusal, Rule, questions, refusals
from barometer.review.rules import rules_of
from barometer.web import refusals as core_refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import reviewing as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.evidence import item_of
from barometer.web.actions.rewriting import ITEM_WORDS
from barometer.web.desk.evidence import visibility_label
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import cards, glance, notes, stories, words
from barometer.web.public.views import event_context
from barometer.web.records.gathering import Capture
from barometer.web.records.models import Event, Revision, State
from barometer.web.records.printing import printed_in
from barometer.web.records.reviewing import PublicNote, link_marks

PAGE = 40
#: the states in the order in which an editor works through them
WAITING = (State.ACCEPTED, State.REVIEWED, State.PUBLISHED, State.CORRECTED, State.WITHDRAWN)
#: the rules that say nothing before a button is pressed, or that stand beside the button alone
_BESIDE = frozenset({"state", "role", "reason", "told"})


def state_label(state: str) -> str:
    """The state of a record in words."""
    more = {State.PUBLISHED: gettext("published"), State.CORRECTED: gettext("corrected")}
    return more.get(state) or words.state_label(state)


def step_label(step: str) -> str:
    """What the button of a step says."""
    return {
        "review": gettext("Reviewed: it can be published"),
        "send back": gettext("Send back"),
        "publish": gettext("Publish"),
        "correct": gettext("Correct"),
        "withdraw": gettext("Withdraw"),
        "reinstate": gettext("Reinstate"),
    }[step]


def answer_label(answer: str) -> str:
    """An answer of the harm check in words."""
    return {"yes": gettext("Yes"), "no": gettext("No"), "na": gettext("Does not arise")}[answer]


# --- the queue --------------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a step; first what somebody else accepted."""
    state, section, month = (request.GET.get(name, "") for name in ("state", "section", "month"))
    state = state if state in WAITING else State.ACCEPTED
    in_state = Event.objects.filter(state=state)
    found = _others_first(_filtered(in_state, section, month), request.user)
    page = Paginator(cards.ready(found), PAGE).get_page(request.GET.get("page"))
    asked = {"state": state, "section": section, "month": month}
    context = {
        "page": page,
        "rows": [(cards.card(event), event.item, event.mine) for event in page.object_list],
        "tabs": [(one, state_label(one), Event.objects.filter(state=one).count()) for one in WAITING],
        "state": state,
        "section": section,
        "month": month,
        "sections": _sections(in_state),
        "months": _months(in_state),
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "crumbs": crumbs(),
    }
    return render(request, "desk/review_queue.html", context)


def _filtered(events: QuerySet[Event], section: str, month: str) -> QuerySet[Event]:
    if section.isascii() and section.isdecimal() and len(section) < 4:
        events = events.filter(item__section=int(section))
    return events.filter(item__month=month) if is_month(month) else events


def is_month(month: str) -> bool:
    """Whether a text is a month like 2031-03."""
    try:
        return len(month) == 7 and bool(date.fromisoformat(f"{month}-01"))
    except ValueError:
        return False


def _others_first(events: QuerySet[Event], user: Any) -> QuerySet[Event]:
    """Those that somebody else accepted before those that this person did."""
    accepts = Revision.objects.filter(
        model="event", record_id=OuterRef("public_id"), action__in=actions.ACCEPTING
    )
    last = Subquery(accepts.order_by("-number").values("user")[:1])
    mine = Case(When(accepter=user.pk, then=Value(1)), default=Value(0), output_field=IntegerField())
    return (
        events.annotate(accepter=last)
        .annotate(mine=mine)
        .order_by("mine", F("first_day").asc(nulls_last=True), "pk")
    )


def _sections(events: QuerySet[Event]) -> list[tuple[str, str]]:
    numbers = (
        events.exclude(item__section=None).order_by("item__section").values_list("item__section", flat=True)
    )
    titles = glance.thematic_titles()
    return [
        (str(one), f"{one}. {words.section_label(one, titles.get(one, ''))}") for one in numbers.distinct()
    ]


def _months(events: QuerySet[Event]) -> list[tuple[str, str]]:
    months = events.order_by("item__month").values_list("item__month", flat=True).distinct()
    return [(one, words.capital(words.month_words(one))) for one in months if is_month(one)]


# --- one record -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Button:
    """A step that the record's state leads to; the sentences of the rules that stand against it for this person."""

    step: str
    slug: str
    label: str
    against: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A rule with whether it holds, and what stands against it."""

    sentence: str
    holds: bool
    details: tuple[str, ...]


@desk_for(Act.LOOK)
@require_safe
def record(request: HttpRequest, public_id: str) -> HttpResponse:
    """One record as readers will see it, with all that speaks for and against the next step."""
    return _page(request, _event(public_id))


def _event(public_id: str) -> Event:
    found = cards.ready(Event.objects.filter(public_id=public_id)).first()
    if found is None:
        raise Http404(gettext("There is no such event."))
    return found


def _page(request: HttpRequest, event: Event, problem: tuple[str, ...] = ()) -> HttpResponse:
    facts = actions.facts_of(event, request.user)
    state = event.state
    context = {
        "state": state_label(state),
        "is_public": state in PUBLIC,
        "printed_in": [words.quarter_words(one) for one in printed_in([event.pk]).get(event.pk, ())],
        "was_public": event.published_at is not None,
        "public_id": event.public_id,
        "buttons": {one.slug: one for one in _buttons(facts)},
        "lists": _lists(facts),
        "accepted_by": facts.accepted_by,
        "reviewed_by": facts.reviewed_by,
        "copies_kept": _copies(event),
        "marks": _marks(event),
        "may_clear": may(request.user, Act.CLEAR),
        "harm": _harm(event, facts, request.POST),
        "fields": _fields(event, request.POST),
        "languages": [(code, gettext_language(code)) for code in LANGUAGES],
        "reasons": [
            (one, notes.reason_label(one))
            for one in PublicNote.Reason.values
            if one != PublicNote.Reason.REPLY
        ],
        "today": timezone.localdate().isoformat(),
        "given": {name: request.POST.get(name, "") for name in _KEPT},
        "longest_reason": LONGEST_REASON,
        "longest_words": actions.LONGEST_WORDS,
        "problem": problem,
        "crumbs": crumbs((gettext("Review"), reverse("desk:review"))),
    }
    context = _as_published(event) | context
    return render(request, "desk/review.html", context, status=400 if problem else 200)


_KEPT = (
    "reason",
    "kind",
    "words_en",
    "words_ru",
    "words_kk",
    "reply_en",
    "reply_ru",
    "reply_kk",
    "received",
    "note",
)


def gettext_language(code: str) -> str:
    """A language in words, as the form of a text in it says."""
    return {"en": gettext("English"), "ru": gettext("Russian"), "kk": gettext("Kazakh")}[code]


def _as_published(event: Event) -> dict[str, Any]:
    """The article as the public page draws it once the record is published; nothing is saved."""
    event.state = State.PUBLISHED
    if event.item.state not in PUBLIC:
        event.item.state = State.PUBLISHED
    story = None
    if event.case:
        others = cards.ready(Event.objects.public().filter(case=event.case).exclude(pk=event.pk))
        story = stories.story_of(event.case.slug, [event, *others])
    return event_context(event, story)


def _buttons(facts: Facts) -> list[Button]:
    return [
        Button(step, step.replace(" ", "-"), step_label(step), _sentences(refusals(facts, step)))
        for step, leads in STEPS.items()
        if facts.state in leads
    ]


def _sentences(against: tuple[Refusal, ...]) -> tuple[str, ...]:
    return tuple(one.text(words.language()) for one in against)


def _lists(facts: Facts) -> list[tuple[str, list[Line]]]:
    """The rules of the next steps, each once: of a record to be reviewed also those that publication adds."""
    if facts.state == State.ACCEPTED:
        review = rules_of("review")
        later = [rule for rule in rules_of("publish") if rule not in review and rule.id != "unchanged"]
        return [
            (gettext("To be reviewed"), _lines(facts, "review", review)),
            (gettext("To be published"), _lines(facts, "publish", later)),
        ]
    if facts.state == State.REVIEWED:
        return [(gettext("To be published"), _lines(facts, "publish", rules_of("publish")))]
    return []


def _lines(facts: Facts, step: str, asked: Any) -> list[Line]:
    against: Mapping[Rule, Refusal] = {one.rule.id: one for one in refusals(facts, step)}
    here = words.language()
    return [
        Line(
            rule.sentence[here],
            rule.id not in against,
            against[rule.id].words(here) if rule.id in against else (),
        )
        for rule in asked
        if rule.id not in _BESIDE
    ]


def _copies(event: Event) -> list[tuple[Any, str]]:
    source = event.item.source
    rows = source.documents.order_by("pk").distinct() if source else ()
    return [(row, visibility_label(row.visibility)) for row in rows]


def _marks(event: Event) -> list[tuple[str, bool | None, str]]:
    """The entry's links, each with whether readers get it (None: nobody has said) and the id of its newest capture."""
    addresses = actions.addresses_of(event.item)
    marked = link_marks([event.item_id])
    captures = Capture.objects.filter(url__in=addresses).order_by("captured_at").select_related("archive")
    kept = {one.url: one.archive.public_id for one in captures}
    return [(one, marked.get((event.item_id, one)), kept.get(one, "")) for one in addresses]


def _harm(event: Event, facts: Facts, given: Mapping[str, str]) -> dict[str, Any]:
    last = event.harm_checks.last()
    rows = [
        (
            one.id,
            one.sentence[words.language()],
            [(answer, answer_label(answer)) for answer in ANSWERS],
            given.get(f"harm-{one.id}") or (facts.harm.get(one.id, "") if facts.harm_as_is else ""),
        )
        for one in questions().values()
    ]
    return {
        "rows": rows,
        "by": last.by if last else "",
        "day": words.day_words(timezone.localdate(last.created_at)) if last else "",
        "note": last.note if last else "",
        "asked": facts.state in (State.ACCEPTED, State.REVIEWED),
        "is_stale": last is not None and not facts.harm_as_is,
    }


def _fields(event: Event, given: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """What a correction may change: (name, label, language, present words)."""
    labels = {
        "summary": gettext("Summary (%(language)s)"),
        "text": gettext("Text of the entry (%(language)s)"),
    }
    found = [
        ("date", gettext("Date (2026-03-14, 2026-03, 2026 or 2026-03-01/2026-03-05)"), "", event.date),
        ("headline", gettext("Headline"), cards.language_of(event), event.item.headline),
    ]
    for kind, owner in (("summary", event), ("text", event.item)):
        for code in LANGUAGES:
            name = f"{kind}_{code}"
            label = labels[kind] % {"language": gettext_language(code)}
            found.append((name, label, code, getattr(owner, name)))
    return [(name, label, code, given.get(name, text)) for name, label, code, text in found]


# --- what is pressed --------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_POST
def act(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Do what a button says; where a rule stands against it, the page again with its sentences and all that was typed."""
    event = _event(public_id)
    do = _DOING.get(what)
    if do is None:
        raise Http404(gettext("There is no such page."))
    who = {"by": name_of(request.user), "user": request.user}
    given = {name: value.replace("\x00", "").replace("\r\n", "\n") for name, value in request.POST.items()}
    try:
        said = do(event, given, who)
    except actions.Refused as error:
        return _page(request, _event(public_id), _sentences(error.refusals))
    except BarometerError as error:
        return _page(request, _event(public_id), (core_refusals.told(error),))
    messages.success(request, said)
    return redirect("desk:review-record", public_id)


Given = Mapping[str, str]


def _review(event: Event, given: Given, who: dict[str, Any]) -> str:
    row = actions.review(event, **who)
    if row.double_checked:
        return gettext("Reviewed.")
    return gettext("Reviewed. The record says that it was not double-checked.")


def _send_back(event: Event, given: Given, who: dict[str, Any]) -> str:
    actions.send_back(event, reason=given.get("reason", ""), **who)
    return gettext("Sent back.")


def _publish(event: Event, given: Given, who: dict[str, Any]) -> str:
    actions.publish(event, **who)
    return gettext("Published.")


def _withdraw(event: Event, given: Given, who: dict[str, Any]) -> str:
    actions.withdraw(event, told=_told(given), reason=given.get("reason", ""), **who)
    return gettext("Withdrawn.")


def _reinstate(event: Event, given: Given, who: dict[str, Any]) -> str:
    actions.reinstate(event, reason=given.get("reason", ""), **who)
    return gettext("Reinstated: it waits for a review.")


def _correct(event: Event, given: Given, who: dict[str, Any]) -> str:
    change = actions.Correction(_value(event, given), _words_of_item(event, given))
    actions.correct(event, change, told=_told(given), reason=given.get("reason", ""), **who)
    return gettext("Corrected. Readers see the note beside the record.")


def _told(given: Given) -> actions.Told:
    texts = {code: given.get(f"words_{code}", "") for code in LANGUAGES}
    return actions.Told(texts, given.get("kind", ""))


def _value(event: Event, given: Given) -> Coded | None:
    """The event with what the form changes; None where it changes nothing. BadInput for what the codebook refuses."""
    coded = dict(event.coded)
    summaries = {
        code: given.get(f"summary_{code}", getattr(event, f"summary_{code}")).strip() for code in LANGUAGES
    }
    if any(text != getattr(event, f"summary_{code}") for code, text in summaries.items()):
        coded["summary"] = {code: text for code, text in summaries.items() if text} or None
    day = given.get("date", event.date).strip()
    if day != event.date:
        coded["date"] = day or None
    if coded == event.coded:
        return None
    try:
        return Coded.model_validate(coded)
    except ValidationError as error:
        raise BadInput(error.errors()[0]["msg"], next_step="correct it in the form") from None


def _words_of_item(event: Event, given: Given) -> dict[str, str]:
    changed = {name: given[name].strip() for name in ITEM_WORDS if name in given}
    return {name: text for name, text in changed.items() if text != getattr(event.item, name).strip()}


def _harm_answers(event: Event, given: Given, who: dict[str, Any]) -> str:
    answers = {one: given.get(f"harm-{one}", "") for one in questions()}
    actions.answer_harm(event, answers, note=given.get("note", ""), **who)
    return gettext("The harm check is kept.")


def _link(event: Event, given: Given, who: dict[str, Any]) -> str:
    is_public = given.get("mark") == "public"
    actions.mark_link(event.item, given.get("address", ""), is_public, reason=given.get("reason", ""), **who)
    return gettext("Noted.")


def _reply(event: Event, given: Given, who: dict[str, Any]) -> str:
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        raise BadInput(gettext("This is no day: write it like 2026-03-14.")) from None
    texts = {code: given.get(f"reply_{code}", "") for code in LANGUAGES}
    received = item_of(given.get("received", "").strip())
    actions.note_reply(event, texts, day=day, received=received, **who)
    return gettext("The reply stands beside the record.")


_DOING: Mapping[str, Callable[[Event, Given, dict[str, Any]], str]] = {
    "review": _review,
    "send-back": _send_back,
    "publish": _publish,
    "correct": _correct,
    "withdraw": _withdraw,
    "reinstate": _reinstate,
    "harm": _harm_answers,
    "link": _link,
    "reply": _reply,
}
