"""Requests at the desk: the list by urgency, recording one, its page with the clock, and what is done on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.codebook.book import LANGUAGES
from barometer.countries import country
from barometer.deadlines.values import Clock, Standing
from barometer.errors import BarometerError
from barometer.web import refusals
from barometer.web.accounts.models import User
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import requests as actions
from barometer.web.actions import requests_events, requests_steps
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.requests import Asked
from barometer.web.actions.requests_rules import kinds, rules
from barometer.web.actions.revisions import last_number
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import clock, words
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records.models import Event, Party
from barometer.web.records.requests import InformationRequest, QuestionVerdict, RequestFile, RequestStep
from barometer.web.requests import drawing, told
from barometer.web.requests import words as said

Kind, Verdict = RequestStep.Kind, QuestionVerdict.Verdict
#: The tabs of the list: what they are called in the address, and the clocks behind them.
TABS = {
    "waiting": actions.WAITING,
    "late": (Clock.LATE, Clock.VERY_LATE),
    "soon": (Clock.SOON,),
    "open": (Clock.OPEN,),
    "ended": (Clock.IN_TIME, Clock.AFTER_TIME, Clock.ENDED),
}
A_PAGE = 100
_ITEM = re.compile(r"^\s*(?:\d{1,2}[.)]|[-–—•])\s+")


def who(request: HttpRequest) -> dict[str, Any]:
    """The person, as an action takes one."""
    return {"by": name_of(request.user)[:200], "user": request.user}


def text_in(request: HttpRequest, name: str) -> str:
    """A field of the form."""
    return request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()


def day_in(request: HttpRequest, name: str) -> date | None:
    """A day of the form, None where it is empty. BarometerError for what is none."""
    given = text_in(request, name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise BarometerError(gettext("this is no day of the calendar"), next_step="2026-03-14") from None


def needed_day(request: HttpRequest, name: str) -> date:
    """A day that must be given."""
    day = day_in(request, name)
    if day is None:
        raise BarometerError(gettext("a day is missing"), next_step=gettext("say on which day it was"))
    return day


def number_in(request: HttpRequest, name: str) -> int | None:
    """A whole number of the form, None where it is empty."""
    given = text_in(request, name)
    if given and not (given.isdecimal() and len(given) < 6):
        raise BarometerError(gettext("%(value)s is no number") % {"value": given[:20]})
    return int(given) if given else None


def found(public_id: str) -> InformationRequest:
    """The request, or 404."""
    row = actions.ready(InformationRequest.objects.filter(public_id=public_id)).first()
    if row is None:
        raise Http404(gettext("There is no such request."))
    return row


def refused(error: BarometerError) -> str:
    """What the page says where nothing was done."""
    return gettext("Nothing was changed: %(why)s") % {"why": refusals.told(error)}


def way_back(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back to the list."""
    return crumbs((gettext("Requests for information"), reverse("desk:requests")), *steps)


# --- the list -------------------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """All requests, what is due first at the top."""
    asked = {
        name: request.GET.get(name, "").replace("\x00", "").strip()
        for name in ("state", "body", "kind", "who")
    }
    known, today = rules(), clock.today()
    rows = actions.all_standing(InformationRequest.objects.all(), known, today)
    counts = {tab: sum(_is_in(stands, tab) for _, stands in rows) for tab in TABS}
    bodies = sorted(
        {(row.body.public_id, words.party_name(row.body.name, "body")) for row, _ in rows},
        key=lambda one: one[1].casefold(),
    )
    tab = asked["state"] if asked["state"] in TABS else ("waiting" if not asked["state"] else "")
    kept = [
        (row, stands)
        for row, stands in actions.urgent_first(rows)
        if (not tab or _is_in(stands, tab))
        and (not asked["body"] or row.body.public_id == asked["body"])
        and (not asked["kind"] or row.kind == asked["kind"])
        and (asked["who"] != "me" or row.assigned_to_id == request.user.pk)
    ]
    labels = kinds()
    page_ = Paginator(kept, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [told.card(row, stands, today, labels) for row, stands in page_.object_list],
        "page": page_,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "tabs": [(code, told.tab_label(code), counts[code], code == tab) for code in TABS],
        "everything": (len(rows), asked["state"] == "all"),
        "bodies": bodies,
        "kinds": list(labels.items()),
        "asked": asked,
        "state": tab or "all",
        "may_write": may(request.user, Act.CODE),
        "waiting_files": RequestFile.objects.filter(fate=RequestFile.Fate.WAITING).count(),
        "crumbs": crumbs(),
    }
    return render(request, "requests/list.html", context)


def _is_in(stands: Standing | None, tab: str) -> bool:
    return stands.clock in TABS[tab] if stands else tab in ("waiting", "open")


# --- recording ------------------------------------------------------------------------------------------------


@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record a request that was sent."""
    return _form(request, None)


@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mend what is recorded of a request."""
    return _form(request, found(public_id))


def _form(request: HttpRequest, row: InformationRequest | None) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            made = _save(request, row)
        except BarometerError as error:
            problem = refused(error)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:request", made.public_id)
    known = country(words.COUNTRY)
    here = words.language()
    context = {
        "row": row,
        "given": request.POST if problem else _given(row),
        "base": request.POST.get("base", "") if problem else (last_number(row) if row else ""),
        "kinds": list(kinds().items()),
        "channels": [(code, said.channel_label(code)) for code in actions.Channel.values],
        "languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
        "bodies": sorted(
            {one.names.get(here, one.name) for one in known.bodies}
            | set(Party.objects.filter(requests_to__isnull=False).values_list("name", flat=True))
        ),
        "outlets": sorted({one.name for one in known.outlets}),
        "problem": problem,
        "today": clock.today().isoformat(),
        "crumbs": way_back((row.title[:60], reverse("desk:request", args=[row.public_id])))
        if row
        else way_back(),
    }
    return render(request, "requests/form.html", context, status=400 if problem else 200)


def _given(row: InformationRequest | None) -> dict[str, str]:
    """What the form says at first."""
    if row is None:
        return {"language": "ru", "channel": actions.Channel.EOTINISH, "sent_on": clock.today().isoformat()}
    return {
        "body": row.body_written or row.body.name,
        "kind": row.kind,
        "channel": row.channel,
        "language": row.language,
        "title": row.title,
        "text": row.text,
        "questions": "\n".join(f"{number}. {one}" for number, one in enumerate(row.questions, 1)),
        "sent_on": row.sent_on.isoformat(),
        "number": row.number,
        "asker": row.asker,
        "outlet": row.outlet.name if row.outlet else "",
        "case": row.case.slug if row.case else "",
    }


def _save(request: HttpRequest, row: InformationRequest | None) -> InformationRequest:
    asked = Asked(
        sent_on=needed_day(request, "sent_on"),
        questions=questions_in(text_in(request, "questions")),
        **{
            name: text_in(request, name)
            for name in (
                "body",
                "kind",
                "channel",
                "language",
                "title",
                "text",
                "number",
                "asker",
                "outlet",
                "case",
            )
        },
    )
    if row is None:
        return actions.record(asked, **who(request))
    return actions.change(row, asked, base=number_in(request, "base") or 0, **who(request))


def questions_in(text: str) -> tuple[str, ...]:
    """The questions of a text, a line each; a line that begins with a space goes on with the one before."""
    found_: list[str] = []
    for line in text.split("\n"):
        if found_ and line[:1] in " \t" and line.strip() and not _ITEM.match(line):
            found_[-1] = f"{found_[-1]} {line.strip()}"
        elif line.strip():
            found_.append(_ITEM.sub("", line).strip())
    return tuple(one for one in found_ if one)


# --- one request ----------------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_safe
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """A request: how it stands, what happened, what came, what follows."""
    return page(request, found(public_id))


def page(request: HttpRequest, row: InformationRequest, problem: str = "") -> HttpResponse:
    """The page of a request; `problem` says why nothing was done."""
    today = clock.today()
    stands = actions.standing_of(row, rules(), today)
    codes = may(request.user, Act.CODE)
    context = {
        "row": row,
        "base": last_number(row),
        "stands": stands,
        "standing": said.standing_words(stands, today),
        "clock": said.clock_label(stands),
        "tone": told.tone(stands),
        "drawn": drawing.drawn(row, stands, today) if stands else None,
        "reasons": said.reason_lines(stands.reasons) if stands else [],
        "rule": (said.law_words(stands.rule), said.rule_words(stands.rule), stands.rule) if stands else None,
        "contest": told.contest(row, stands, today),
        "kind": kinds().get(row.kind, row.kind),
        "channel": said.channel_label(row.channel),
        "language": OWN_NAMES[row.language],
        "sent": words.day_words(row.sent_on),
        "steps": told.steps(row),
        "taken_back": told.taken_back(row),
        "letters": told.letters(row, may_decide=codes),
        "files": told.files(row),
        "questions": told.questions(row),
        "verdicts": [(code, said.verdict_label(code)) for code in Verdict.values],
        "events": told.events(row),
        "silence": _silence(row, stands),
        "drafts": told.drafts(row, stands),
        "step_kinds": [(code, words.capital(said.step_label(code))) for code in Kind.values],
        "grounds": told.ground_labels(),
        "people": [(one_.pk, name_of(one_)) for one_ in coders()] if codes else [],
        "assigned": name_of(row.assigned_to) if row.assigned_to else "",
        "is_public": row.visibility == actions.Visibility.PUBLIC,
        "may_write": codes,
        "may_publish": may(request.user, Act.PUBLISH),
        "longest_reason": LONGEST_REASON,
        "today": today.isoformat(),
        "problem": problem,
        "given": request.POST if problem else {},
        "crumbs": way_back(),
    }
    return render(request, "requests/one.html", context, status=400 if problem else 200)


def _silence(row: InformationRequest, stands: Standing | None) -> str:
    """Of a silence that is not proposed yet: "held" while a letter waits that may be an answer in time, else "due"."""
    if stands is None or not actions.is_unanswered(row, stands) or row.links.filter(why="no reply").exists():
        return ""
    return "held" if actions.may_be_in_time(row, stands) else "due"


def coders() -> list[User]:
    """Those who may have a request."""
    rows = User.objects.filter(is_active=True).order_by("username").prefetch_related("groups")
    return [row for row in rows if may(row, Act.CODE)]


@desk_for(Act.CODE)
@require_POST
def act(request: HttpRequest, public_id: str) -> HttpResponse:
    """One change of a request; back to its page with what was done or what is the matter."""
    row = found(public_id)
    do = ACTS.get(text_in(request, "act"))
    if do is None:
        raise Http404
    try:
        done = do(request, row)
    except BarometerError as error:
        return page(request, found(public_id), refused(error))
    messages.success(request, done)
    return redirect("desk:request", public_id)


def _step(request: HttpRequest, row: InformationRequest) -> str:
    file = None
    if text_in(request, "file"):
        file = _file(request, row)
        if text_in(request, "kind") == "none":
            requests_steps.no_step(
                file, reason=text_in(request, "note") or gettext("no step"), **who(request)
            )
            return gettext("The letter is noted as no step.")
    requests_steps.add(
        row,
        text_in(request, "kind"),
        needed_day(request, "day"),
        days=number_in(request, "days"),
        body=text_in(request, "body"),
        grounds=[code for code in request.POST.getlist("grounds") if code in told.ground_labels()],
        note=text_in(request, "note"),
        number=text_in(request, "number"),
        file=file,
        base=number_in(request, "base"),
        **who(request),
    )
    return gettext("The step is written down.")


def _file(request: HttpRequest, row: InformationRequest) -> RequestFile:
    file = row.files.filter(public_id=text_in(request, "file")).first()
    if file is None:
        raise BarometerError(gettext("this request has no such file"))
    return file


def _take_back(request: HttpRequest, row: InformationRequest) -> str:
    step = row.steps.filter(public_id=text_in(request, "step")).first()
    if step is None:
        raise BarometerError(gettext("this request has no such step"))
    requests_steps.take_back(
        step, reason=text_in(request, "reason"), base=number_in(request, "base"), **who(request)
    )
    return gettext("The step is taken back.")


def _judge(request: HttpRequest, row: InformationRequest) -> str:
    given = {
        number: text_in(request, f"question-{number}")
        for number in range(1, len(row.questions) + 1)
        if text_in(request, f"question-{number}")
    }
    proposed = told.proposed_verdicts(row)
    actions.judge(row, given, base=number_in(request, "base") or 0, proposed=proposed, **who(request))
    return gettext("Noted.")


def _assign(request: HttpRequest, row: InformationRequest) -> str:
    wanted = text_in(request, "to")
    to = next((one_ for one_ in coders() if str(one_.pk) == wanted), None)
    if wanted and to is None:
        raise BarometerError(gettext("this person may not have a request"))
    actions.assign(row, to, **who(request))
    return gettext("Noted.")


def _propose(request: HttpRequest, row: InformationRequest) -> str:
    made = requests_events.consider(row, by=name_of(request.user)[:200])
    return gettext("The event is proposed.") if made else gettext("There was nothing to propose.")


def _link(request: HttpRequest, row: InformationRequest) -> str:
    given = text_in(request, "event").rstrip("/").rpartition("/")[2]
    event = Event.objects.filter(public_id=given).first()
    if event is None:
        raise BarometerError(gettext("there is no event %(id)s") % {"id": given[:40]})
    actions.link_event(row, event, **who(request))
    return gettext("Linked.")


ACTS: dict[str, Callable[[HttpRequest, InformationRequest], str]] = {
    "step": _step,
    "take-back": _take_back,
    "judge": _judge,
    "assign": _assign,
    "propose": _propose,
    "link": _link,
}


@desk_for(Act.PUBLISH)
@require_POST
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a request public, or internal again."""
    row = found(public_id)
    try:
        actions.set_visibility(
            row,
            text_in(request, "visibility"),
            base=number_in(request, "base") or 0,
            reason=text_in(request, "reason"),
            **who(request),
        )
    except BarometerError as error:
        return page(request, row, refused(error))
    messages.success(request, gettext("Noted."))
    return redirect("desk:request", public_id)
