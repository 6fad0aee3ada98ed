"""The coding screen: the source's words on the left, the form on the right; what is typed is kept as it is typed."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.errors import BarometerError
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import coding, drafting
from barometer.web.actions.coding import OPEN_STATES, Outdated, WrongValues, form_of
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.revisions import last_number
from barometer.web.desk import coding_find, coding_form
from barometer.web.desk.coding_form import Posted, posted
from barometer.web.desk.coding_text import MOST_SHOWN, Told, preserved, told
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import cards, following, words
from barometer.web.records.drafts import Draft
from barometer.web.records.forms import PARTS, ROWS, Values, changed_parts, empty, values_of
from barometer.web.records.mapping import event_value
from barometer.web.records.models import Case, Event, Revision, Source, State

PAGE = 50
MOST_SOURCES = 100
#: events in the order of their source
ORDER = ("item__position", "item_id", "ordinal")
WHOLE = 400_000  # letters of a whole text on one page

#: the page may send its draft to this site, and ask it for names and cases
speaks = csp_update({"connect-src": [SELF]})


def coder(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for coders; with an event by its public id, or 404."""

    @wraps(view)
    def with_event(request: HttpRequest, public_id: str, *args: Any, **more: Any) -> HttpResponse:
        event = Event.objects.select_related("item__source", "case").filter(public_id=public_id).first()
        if event is None:
            raise Http404(gettext("There is no such event."))
        return view(request, event, *args, **more)

    return desk_for(Act.CODE)(with_event)


# --- the list ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """An event that waits: its card, where it is coded, how sure the machine is of the weakest value, who is at it."""

    card: cards.Card
    address: str
    entry: str
    weakest: int | None
    at_work: str


@desk_for(Act.CODE)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The sources with events to code, and the events of one of them in the order of the source."""
    state = State.ACCEPTED if request.GET.get("state") == State.ACCEPTED else State.PROPOSED
    sources, more = _sources(state, request.GET.get("source", "").replace("\x00", ""))
    asked = request.GET.get("source", "")
    chosen = next((one for one, _ in sources if one.public_id == asked), sources[0][0] if sources else None)
    events = Event.objects.filter(state=state, item__source=chosen).order_by(*ORDER)
    page = Paginator(cards.ready(events), PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    at_work = drafting.others_at_work(shown, request.user)
    context = {
        "state": state,
        "tabs": [(one, words.capital(words.state_label(one)), _how_many(one)) for one in OPEN_STATES],
        "sources": [(one, following.source_words(one), many) for one, many in sources],
        "more_sources": more,
        "chosen": chosen,
        "page": page,
        "rows": [_listed(event, at_work[event.pk]) for event in shown],
        "drafts": [(one, moment(one.changed_at)) for one in drafting.mine(request.user, None)],
        "crumbs": crumbs(),
    }
    return render(request, "desk/coding.html", context)


def _sources(state: str, asked: str) -> tuple[list[tuple[Source, int]], int]:
    """The newest sources with events in that state, and the one that is asked for, each with how many; how many more."""
    events = Event.objects.filter(state=state, item__source__isnull=False).order_by()
    many = dict(events.values_list("item__source").annotate(many=Count("pk")))
    newest = Source.objects.filter(pk__in=heapq.nlargest(MOST_SOURCES, many)).defer("sections", "intro")
    found = {one.pk: one for one in newest.order_by("-created_at", "-pk")}
    if asked and all(one.public_id != asked for one in found.values()):
        found |= {one.pk: one for one in Source.objects.filter(public_id=asked) if one.pk in many}
    return [(one, many[pk]) for pk, one in found.items()], len(many) - len(found)


def _how_many(state: str) -> int:
    return Event.objects.filter(state=state).count()


def _listed(event: Event, others: Sequence[tuple[Any, Any]]) -> Listed:
    sure = [ground.get("confidence", 1.0) for ground in event.grounds.values()]
    return Listed(
        cards.card(event),
        reverse("desk:code-event", args=[event.public_id]),
        event.item.entry_key,
        round(100 * min(sure)) if sure else None,
        ", ".join(name_of(person) for person, _ in others),
    )


# --- the screen -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """What a person has on the screen: an event or None for a new one, the values, and from which revision and draft."""

    event: Event | None
    values: Values
    base: int = 0
    draft: str = ""
    version: int = 0


@speaks
@coder
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, event: Event) -> HttpResponse:
    """One event on the screen: shown with the person's draft, if there is one; entered, kept or compared."""
    if request.method == "POST":
        return _did(request, event)
    if event.state not in OPEN_STATES:
        return _closed(request, event)
    drafting.clear(request.user, event, form_of(event))
    draft = None if "fresh" in request.GET else _draft(request, event)
    if draft is None:
        work = Work(event, form_of(event), last_number(event))
    else:
        work = Work(event, draft.values, draft.base, draft.public_id, draft.version)
    return _screen(request, work, draft=draft)


@speaks
@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An event that no text of ours tells, by hand."""
    if request.method == "POST":
        return _did(request, None)
    draft = _draft(request, None) if request.GET.get("draft") else None
    if draft is None:
        return _screen(request, Work(None, empty()))
    return _screen(request, Work(None, draft.values, 0, draft.public_id, draft.version), draft=draft)


def _draft(request: HttpRequest, event: Event | None) -> Draft | None:
    """The draft that the address names, else the person's newest of the event."""
    rows = drafting.mine(request.user, event)
    asked = request.GET.get("draft", "")
    return rows.filter(public_id=asked).first() if asked else rows.first()


def _did(request: HttpRequest, event: Event | None) -> HttpResponse:
    """What the person pressed: enter, keep, add a row, find a name, go on from two versions."""
    back = posted(request.POST)
    work = Work(
        event,
        back.values,
        whole(request.POST.get("base", ""), other=-1 if event else 0),
        request.POST.get("draft", "")[:16],
        whole(request.POST.get("version", "")),
    )
    what, _, about = request.POST.get("do", "").partition(":")
    if event is not None and event.state not in OPEN_STATES:
        messages.error(request, gettext("This event is not coded here any more."))
        return _keep(request, work)
    if what == "draft":
        return _keep(request, work)
    if what in ("accept", "save"):
        return _enter(request, work, back, accepts=what == "accept")
    if what == "compare" and event is not None:
        return _screen(request, _chosen_versions(request, work), posted=back)
    if what == "add" and about in (*coding_form.CODE_ROWS, *ROWS):
        return _screen(request, _with_blank(work, about), posted=back)
    if what == "find":
        return _screen(request, work, posted=back, found=coding_find.found_for(work.values, about))
    messages.error(request, gettext("Choose what is to be done."))
    return _screen(request, work, posted=back, status=400)


def whole(text: str, other: int = 0) -> int:
    """A whole number that was sent; `other` for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else other


def _keep(request: HttpRequest, work: Work) -> HttpResponse:
    try:
        draft = drafting.keep(
            request.user,
            work.values,
            event=work.event,
            base=max(work.base, 0),
            draft=work.draft,
            version=work.version,
        )
    except BarometerError as error:
        messages.error(request, refusals.told(error))
        return _screen(request, work, status=400)
    messages.success(request, gettext("Your draft is kept. Only you see it."))
    address = address_of(work.event)
    return redirect(f"{address}?draft={draft.public_id}")


def address_of(event: Event | None) -> str:
    """Where the event is coded, or a new one."""
    return reverse("desk:code-event", args=[event.public_id]) if event else reverse("desk:code-new")


def _enter(request: HttpRequest, work: Work, back: Posted, *, accepts: bool) -> HttpResponse:
    """Accept, or save as a better proposal; with the form again where it cannot be."""
    if back.problems:
        return _screen(request, work, posted=back, problems=back.problems, status=400)
    who: dict[str, Any] = {"by": name_of(request.user)[:200], "user": request.user}
    try:
        if work.event is None:
            state = State.ACCEPTED if accepts else State.PROPOSED
            event = coding.create(work.values, state=state, **who)
        else:
            values = work.values | {"grounds": _grounds(work, back)}
            change = coding.accept if accepts else coding.apply
            event = change(work.event, values, base=work.base, **who)
    except WrongValues as error:
        problems = {path: coding_form.problem_words(path) for path in error.problems}
        return _screen(request, work, posted=back, problems=problems, status=400)
    except Outdated:
        return _two_versions(request, work, back)
    except BarometerError as error:
        messages.error(request, refusals.told(error))
        return _screen(request, work, posted=back, status=400)
    drafting.entered(request.user, work.event, work.values, draft=work.draft, version=work.version)
    said = gettext("Accepted: %(event)s.") if accepts else gettext("Saved as a proposal: %(event)s.")
    messages.success(request, said % {"event": words.type_label(event.main_type)})
    return redirect(_next_address(event) if accepts else address_of(event))


def _grounds(work: Work, back: Posted) -> dict[str, Any]:
    """The grounds of values for which the person chose words of the text."""
    if not back.chosen:
        return {}
    text = told(work.event, work.values)
    found = {path: text.ground(chosen) for path, chosen in back.chosen.items()}
    return {path: ground for path, ground in found.items() if ground}


def _next_address(event: Event) -> str:
    """The next event of the source that waits, the first of it after the last; else the list."""
    waiting = Event.objects.filter(item__source=event.item.source_id, state=State.PROPOSED)
    here = (event.item.position, event.item_id, event.ordinal)
    rows = list(waiting.order_by(*ORDER).values_list(*ORDER, "public_id"))
    following_rows = [row for row in rows if row[:3] > here] or rows
    if following_rows:
        return reverse("desk:code-event", args=[following_rows[0][3]])
    return reverse("desk:code")


def _with_blank(work: Work, name: str) -> Work:
    blank: Any = dict.fromkeys(ROWS[name], "") if name in ROWS else ""
    return Work(
        work.event, work.values | {name: [*work.values[name], blank]}, work.base, work.draft, work.version
    )


def _screen(
    request: HttpRequest,
    work: Work,
    *,
    draft: Draft | None = None,
    posted: Posted | None = None,
    problems: Mapping[str, str] | None = None,
    found: Mapping[str, Sequence[Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with the form; rows that everybody needs are there to be filled in."""
    values, event = dict(work.values), work.event
    for name in ("types",) if event else ("types", "targets", "actors"):
        values[name] = values[name] or _with_blank(work, name).values[name]
    text = told(event, values) if event else Told("", "")
    now = last_number(event) if event else 0
    context = {
        "event": event,
        "heading": heading_of(event),
        "state": words.state_label(event.state) if event else "",
        "source": following.source_words(event.item.source) if event and event.item.source else "",
        "text": text,
        "most_shown": MOST_SHOWN,
        "form": coding_form.form(
            values, text, problems=problems, found=found, chosen=posted.chosen if posted else None
        ),
        "provisions": coding_form.known_provisions(),
        "cases": (found or {}).get("case") or coding_find.likely_cases(event, values),
        "case_now": coding_find.case_rows([values["case"]])[:1] if values["case"] else [],
        "work": work,
        "address": address_of(event),
        "draft_address": reverse("desk:code-draft", args=[event.public_id])
        if event
        else reverse("desk:code-new-draft"),
        "draft": draft and moment(draft.changed_at),
        "drafts": [
            (one, moment(one.changed_at)) for one in drafting.mine(request.user, event) if one != draft
        ]
        if event
        else [],
        "is_behind": bool(event) and work.base != now,
        "others": [(name_of(person), moment(since)) for person, since in _others(event, request.user)]
        if event
        else [],
        "accepted": bool(event) and event.state == State.ACCEPTED,
        "longest_reason": LONGEST_REASON,
        "crumbs": crumbs((gettext("Coding"), reverse("desk:code"))),
    }
    return render(request, "desk/coding_event.html", context, status=status)


def _others(event: Event, user: Any) -> list[tuple[Any, Any]]:
    return drafting.others_at_work([event], user)[event.pk]


def heading_of(event: Event | None) -> str:
    """What the event is called on its pages."""
    if event is None:
        return gettext("A new event without a text")
    return cards.heading(cards.ready(Event.objects.filter(pk=event.pk)).get())


def moment(at: Any) -> str:
    """A day and a time in words."""
    return date_format(timezone.localtime(at), "j E, H:i")


def _closed(request: HttpRequest, event: Event) -> HttpResponse:
    """An event that coders do not change any more: its words, and what can be done."""
    context = {
        "event": event,
        "heading": heading_of(event),
        "state": words.state_label(event.state),
        "text": told(event, form_of(event)),
        "base": last_number(event),
        "can_return": event.state == State.WITHDRAWN and event.published_at is None,
        "drafts": [(one, moment(one.changed_at)) for one in drafting.mine(request.user, event)],
        "crumbs": crumbs((gettext("Coding"), reverse("desk:code"))),
        "longest_reason": LONGEST_REASON,
    }
    return render(request, "desk/coding_closed.html", context)


@coder
@require_safe
def whole_text(request: HttpRequest, event: Event) -> HttpResponse:
    """The whole text of the source, with the entry of the event to go to."""
    item = event.item
    digests = {ground.get("text_sha256", "") for ground in event.grounds.values()}
    lines = preserved(item.source, digests)[:WHOLE].split("\n")
    first, last = item.first_line, item.last_line
    inside = slice(first - 1, last) if first else slice(0, 0)
    context = {
        "event": event,
        "heading": following.source_words(item.source) if item.source else item.entry_key,
        "language": item.source.language if item.source else "",
        "before": "\n".join(lines[: inside.start]),
        "entry": "\n".join(lines[inside]),
        "after": "\n".join(lines[inside.stop :]),
        "crumbs": crumbs((gettext("Coding"), reverse("desk:code")), (heading_of(event), address_of(event))),
    }
    return render(request, "desk/coding_text.html", context)


# --- drafts -----------------------------------------------------------------------------------------------


@coder
@require_POST
def save_draft(request: HttpRequest, event: Event) -> JsonResponse:
    """Keep what was typed; the answer says under which id and version, and who else is at work."""
    return _saved(request, event)


@desk_for(Act.CODE)
@require_POST
def save_new_draft(request: HttpRequest) -> JsonResponse:
    """The same for a new event."""
    return _saved(request, None)


def _saved(request: HttpRequest, event: Event | None) -> JsonResponse:
    asked = request.POST.get("draft", "")[:16]
    back = posted(request.POST)
    try:
        draft = drafting.keep(
            request.user,
            back.values,
            event=event,
            base=whole(request.POST.get("base", "")),
            draft=asked,
            version=whole(request.POST.get("version", "")),
        )
    except BarometerError as error:
        return JsonResponse({"problem": refusals.told(error)}, status=400)
    told_of = {
        "draft": draft.public_id,
        "version": draft.version,
        "at": date_format(timezone.localtime(draft.changed_at), "H:i:s"),
        "apart": bool(asked) and asked != draft.public_id,
        "behind": event is not None and draft.base != last_number(event),
        "others": [name_of(person) for person, _ in _others(event, request.user)] if event else [],
    }
    return JsonResponse(told_of)


@desk_for(Act.CODE)
@require_POST
def drop_draft(request: HttpRequest, draft: str) -> HttpResponse:
    """Throw away a draft of one's own."""
    row = Draft.objects.filter(user=request.user, public_id=draft).select_related("event").first()
    if row is None:
        raise Http404(gettext("There is no such draft."))
    event = row.event
    drafting.drop(request.user, draft)
    messages.success(request, gettext("The draft is thrown away."))
    return redirect(address_of(event) if event else reverse("desk:code"))


# --- two versions -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Differing:
    """What differs between the form of a person and the event as it stands now; `takes` is what goes without asking."""

    part: str
    label: str
    mine: list[str]
    now: list[str]
    takes: str


def _two_versions(request: HttpRequest, work: Work, back: Posted) -> HttpResponse:
    """The event was changed meanwhile: both versions, and the person takes one of each that differ. Nothing is written."""
    event = Event.objects.select_related("case", "item__source").get(pk=work.event.pk)
    now, before = form_of(event), _form_at(event, work.base)
    mine_changed = set(changed_parts(before, work.values)) if before else set(PARTS)
    now_changed = set(changed_parts(before, now)) if before else set(PARTS)
    rows = [
        Differing(
            part,
            coding_form.part_label(part),
            coding_form.part_words(part, work.values),
            coding_form.part_words(part, now),
            "" if part in mine_changed & now_changed else "mine" if part in mine_changed else "now",
        )
        for part in changed_parts(now, work.values)
    ]
    last = Revision.objects.filter(model="event", record_id=event.public_id).order_by("-number").first()
    number = last_number(event)
    context = {
        "event": event,
        "heading": heading_of(event),
        "rows": rows,
        "last": last,
        "last_at": moment(last.at) if last else "",
        "sent": coding_form.as_sent(work.values),
        "chosen": back.chosen.items(),
        "work": Work(event, work.values, number, work.draft, work.version),
        "address": address_of(event),
        "crumbs": crumbs((gettext("Coding"), reverse("desk:code"))),
    }
    return render(request, "desk/coding_compare.html", context, status=409)


def _form_at(event: Event, number: int) -> Values | None:
    """The form of the event as that revision had it."""
    row = Revision.objects.filter(model="event", record_id=event.public_id, number=number).first()
    if row is None:
        return None
    case = Case.objects.filter(public_id=row.after["case"] or "").first()
    return values_of(event_value(Event(coded=row.after["coded"])), case.slug if case else None)


def _chosen_versions(request: HttpRequest, work: Work) -> Work:
    """The form with what the person took over from the other version."""
    now = form_of(work.event)
    taken = {
        name: now[name]
        for part, names in PARTS.items()
        if request.POST.get(f"take.{part}") == "now"
        for name in names
    }
    return Work(work.event, work.values | taken, work.base, work.draft, work.version)


# --- pickers ----------------------------------------------------------------------------------------------


@desk_for(Act.CODE)
@require_safe
def parties(request: HttpRequest) -> HttpResponse:
    """Names for a row of the form: a piece of a page."""
    path = request.GET.get("row", "")
    name, _, number = path.partition(".")
    if name not in ("targets", "actors") or not (number.isascii() and number.isdecimal()) or len(path) > 12:
        raise Http404(gettext("There is no such row."))
    context = {"path": path, "found": coding_find.parties_like(request.GET.get("q", ""))}
    return render(request, "desk/_coding_parties.html", context)


@desk_for(Act.CODE)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Cases for the form, each with the last of its story: a piece of a page."""
    return render(
        request, "desk/_coding_cases.html", {"cases": coding_find.cases_like(request.GET.get("q", ""))}
    )
