"""What else is done with an event to code: refuse, bring back, split, merge, call background, take a version back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from barometer.errors import BarometerError
from barometer.web import refusals
from barometer.web.actions import coding
from barometer.web.actions.coding import OPEN_STATES, Outdated, WrongValues, form_of
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.revisions import last_number
from barometer.web.desk import coding_form
from barometer.web.desk.coding import address_of, coder, heading_of, moment, whole
from barometer.web.desk.views import crumbs, name_of
from barometer.web.public import cards, words
from barometer.web.records import retellings, timelines
from barometer.web.records.forms import Values
from barometer.web.records.models import Event, Retelling, Revision


@dataclass(frozen=True)
class Entry:
    """One value of a list, that may go to the new event."""

    name: str
    number: int
    label: str
    words: str

    @property
    def id(self) -> str:
        """For the page."""
        return f"goes-{self.name}-{self.number}"


#: lists of the form that are dealt out to the two events when one is split
DEALT = ("types", "targets", "actors", "provisions", "upcoming", "amounts")


@coder
@require_safe
def more(request: HttpRequest, event: Event) -> HttpResponse:
    """Split, merge, background, earlier versions."""
    return _more(request, event)


def _more(request: HttpRequest, event: Event, *, problem: str = "", status: int = 200) -> HttpResponse:
    values = form_of(event)
    beside = Event.objects.filter(item__source=event.item.source, state__in=OPEN_STATES).exclude(pk=event.pk)
    same_entry = beside.filter(item=event.item)
    near = [
        *cards.ready(same_entry),
        *cards.ready(beside.exclude(item=event.item).order_by("item__position"))[:40],
    ]
    context = {
        "event": event,
        "heading": heading_of(event),
        "state": words.state_label(event.state),
        "is_open": event.state in OPEN_STATES,
        "base": last_number(event),
        "entries": list(_entries(values)),
        "beside": [(one.public_id, _told_short(one), one.item_id == event.item_id) for one in near],
        "before": [(one.public_id, _told_short(one)) for one in _before(event)],
        "versions": _versions(event),
        "problem": problem,
        "reason": request.POST.get("reason", "")[:LONGEST_REASON],
        "longest_reason": LONGEST_REASON,
        "crumbs": crumbs((gettext("Coding"), reverse("desk:code")), (heading_of(event), address_of(event))),
    }
    return render(request, "desk/coding_more.html", context, status=status)


def _entries(values: Values) -> Iterator[Entry]:
    for name in DEALT:
        for number, line in enumerate(coding_form.part_words(name, values)):
            yield Entry(name, number, coding_form.part_label(name), line)


def _told_short(event: Event) -> str:
    return f"{words.when(event.date).short}: {cards.heading(event)}"


def _before(event: Event) -> list[Event]:
    """What the event may tell again: what is said or likely to be so, then the earlier events of its case."""
    rows = Retelling.objects.filter(event=event).order_by("-pk").values_list("told", flat=True)
    likely = [one.told for one in retellings.likely_retellings_of([event])]
    case = Q(case=event.case_id) if event.case_id else Q(pk=None)
    found = timelines.desk_events().filter(Q(pk__in=list(rows)) | Q(public_id__in=likely) | case)
    return list(cards.ready(found.exclude(pk=event.pk).order_by("-first_day", "pk"))[:60])


@dataclass(frozen=True)
class Version:
    """A revision of the event, in words."""

    number: int
    when: str
    by: str
    action: str
    reason: str
    can_return: bool


def _action_words(action: str) -> str:
    """What was done to an event, in words; another act by its own name."""
    return {
        "create": gettext("came in"),
        "change": gettext("changed by an import"),
        "code": gettext("corrected"),
        "accept": gettext("accepted"),
        "reject": gettext("refused"),
        "bring back": gettext("brought back"),
        "restore": gettext("an earlier version taken back"),
        "split": gettext("split"),
        "merge": gettext("merged"),
        "background": gettext("called background"),
        "case": gettext("put on a case"),
        "publish": gettext("published"),
        "correct": gettext("corrected in public"),
    }.get(action, action)


def _versions(event: Event) -> list[Version]:
    rows = list(Revision.objects.filter(model="event", record_id=event.public_id).order_by("-number")[:50])
    now = rows[0].after["coded"] if rows else None
    return [
        Version(
            row.number,
            moment(row.at),
            row.by,
            _action_words(row.action),
            row.reason,
            row.after.get("coded") not in (None, now),
        )
        for row in rows
    ]


def _act(
    request: HttpRequest, event: Event, act: Callable[[dict[str, Any]], Event], said: str
) -> HttpResponse:
    """Do something with an event, and go to the event that comes of it; the page again where it cannot be."""
    who = {
        "by": name_of(request.user)[:200],
        "user": request.user,
        "base": whole(request.POST.get("base", ""), other=-1),
    }
    try:
        made = act(who)
    except Outdated:
        problem = gettext("This event was changed meanwhile. Look at it again; nothing was done.")
        return _more(request, _again(event), problem=problem, status=409)
    except WrongValues as error:
        problem = " ".join(dict.fromkeys(coding_form.problem_words(path) for path in error.problems))
        return _more(request, _again(event), problem=problem, status=400)
    except BarometerError as error:
        return _more(request, _again(event), problem=refusals.told(error), status=400)
    messages.success(request, said)
    return redirect(address_of(made))


def _again(event: Event) -> Event:
    return Event.objects.select_related("item__source", "case").get(pk=event.pk)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\0", "")


@coder
@require_POST
def reject(request: HttpRequest, event: Event) -> HttpResponse:
    """Refuse the proposal, with a reason."""
    said = gettext("Refused. It can be brought back.")
    return _act(request, event, lambda who: coding.reject(event, reason=_reason(request), **who), said)


@coder
@require_POST
def bring_back(request: HttpRequest, event: Event) -> HttpResponse:
    """An event that was refused or merged stands again."""
    said = gettext("Brought back, as accepted.")
    return _act(request, event, lambda who: coding.bring_back(event, reason=_reason(request), **who), said)


@coder
@require_POST
def restore(request: HttpRequest, event: Event) -> HttpResponse:
    """The coding as an earlier revision had it."""
    number = whole(request.POST.get("number", ""))
    said = gettext("The earlier version stands again, as a new one.")
    return _act(request, event, lambda who: coding.restore(event, number, **who), said)


@coder
@require_POST
def split(request: HttpRequest, event: Event) -> HttpResponse:
    """One event becomes two: what each of them keeps is told row by row."""
    values = form_of(event)
    stays, goes = dict(values), dict(values)
    for name in DEALT:
        told_of = [request.POST.get(f"goes.{name}.{number}", "both") for number in range(len(values[name]))]
        pairs = list(zip(values[name], told_of, strict=True))
        stays[name] = [value for value, where in pairs if where != "new"]
        goes[name] = [value for value, where in pairs if where != "old"]
    for side in (stays, goes):
        side["alleged"] = [code_ for code_ in side["types"] if code_ in values["alleged"]]
    said = gettext("Split: this is the new event. Both can be changed, and refused.")
    return _act(request, event, lambda who: coding.split(event, stays, goes, **who), said)


@coder
@require_POST
def merge(request: HttpRequest, event: Event) -> HttpResponse:
    """Two events of one source are one: the other is withdrawn."""
    other = (
        Event.objects.select_related("item", "case")
        .filter(public_id=request.POST.get("other", "")[:16])
        .first()
    )
    if other is None:
        return _more(request, event, problem=gettext("Choose the other event."), status=400)
    values = form_of(event)
    if "together" in request.POST:
        values = coding.together(values, form_of(other))
    said = gettext("Merged: the other event is withdrawn and can be brought back.")
    return _act(
        request, event, lambda who: coding.merge(event, other, values, reason=_reason(request), **who), said
    )


@coder
@require_POST
def background(request: HttpRequest, event: Event) -> HttpResponse:
    """The event only tells again what another one tells."""
    first = Event.objects.filter(public_id=request.POST.get("told", "")[:16]).first()
    if first is None:
        return _more(request, event, problem=gettext("Choose the event that it tells again."), status=400)
    said = gettext("Noted as background. It is not counted as new.")
    return _act(
        request, event, lambda who: coding.background_of(event, first, reason=_reason(request), **who), said
    )
