"""Leads: what came in and may tell of an event, with what the machine proposes; a person takes it or lets it go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from barometer.cases.matching import Reason
from barometer.errors import BarometerError, NotReady
from barometer.web import refusals
from barometer.web.accounts.models import User
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import inbox as acts
from barometer.web.actions import leads as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.evidence import bytes_of
from barometer.web.desk import inbox
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import words
from barometer.web.records.desk import LeadAct, SavedView
from barometer.web.records.gathering import Lead, Sighting

PAGE = 40
LONGEST_NAME, MOST_VIEWS = 60, 30
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Proposed:
    """An event that the reader proposes, in words."""

    what: str
    when: str
    who: tuple[str, ...]
    where: str


def consent_label(consent: str) -> str:
    """What a caller agreed to, in words."""
    return consents().get(consent, consent)


def consents() -> dict[str, str]:
    """What a caller may agree to."""
    return {
        "internal": gettext("We may keep the note. Nothing of it is published."),
        "anonymous": gettext("It may be published without a name."),
        "named": gettext("It may be published with the name."),
    }


def wall_label(wall: str) -> str:
    """What stood in front of the page; always with the words that it is not the post."""
    kind = {
        "login": gettext("a login page"),
        "captcha": gettext("a captcha"),
        "cookie consent": gettext("a cookie notice"),
        "paywall": gettext("a paywall"),
        "not found page": gettext("a page that says “not found”"),
    }.get(wall, wall)
    return gettext("not the post: %(what)s") % {"what": kind}


@desk_for(Act.LOOK)
@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """The inbox: leads by what the address asks; without anything those that wait for a person, the newest first."""
    return _inbox(request, inbox.Asked.of(request.GET.dict()))


def _inbox(
    request: HttpRequest, asked: inbox.Asked, *, problem: str = "", given: Given | None = None
) -> HttpResponse:
    """The inbox as it stands; after a refusal with what was given, so that no tick and no word is lost."""
    found = inbox.Inbox(asked, request.user, timezone.localdate())
    page = _page_number(request.GET.get("page", ""), found.count(asked))
    rows = found.page_of((page.number - 1) * PAGE, PAGE)
    can_decide = may(request.user, Act.CODE)
    context = {
        "asked": asked,
        "page": page,
        "turns": [
            (
                number if isinstance(number, int) else 0,
                f"{reverse('desk:leads')}?{asked.query()}&page={number}",
            )
            for number in page.paginator.get_elided_page_range(page.number)
        ],
        "rows": _rows(rows, given.leads if given else ()),
        "tabs": [
            (inbox.tab_label(tab), query, count, tab == asked.state) for tab, query, count in found.tabs()
        ],
        "facets": found.facets(),
        "sorts": inbox.sort_labels(),
        "views": _views(request.user, found),
        "longest_text": inbox.LONGEST_TEXT,
        "longest_name": LONGEST_NAME,
        "longest_reason": LONGEST_REASON,
        "can_decide": can_decide,
        "bulk": can_decide and asked.state in (Lead.State.NEW, inbox.SNOOZED) and rows,
        "people": inbox.deciders() if can_decide else [],
        "given": given or Given(until=(timezone.localdate() + timedelta(7)).isoformat()),
        "tomorrow": (timezone.localdate() + timedelta(1)).isoformat(),
        "last": _last_words(acts.last_of(request.user)),
        "problem": problem,
        "crumbs": crumbs(),
    }
    return render(request, "desk/leads.html", context, status=400 if problem else 200)


def _page_number(text: str, count: int) -> Page:
    """The page that is asked for, of so many leads; the rows are fetched by their place in the order."""
    return Paginator(range(count), PAGE).get_page(text)


def _rows(rows: list[Lead], ticked: Collection[str]) -> list[dict[str, object]]:
    documents = [lead.document_id for lead in rows if lead.document_id]
    met = dict(
        Sighting.objects.filter(document__in=documents)
        .values_list("document")
        .annotate(Count("pk"))
        .order_by()
    )
    return [
        _row(lead)
        | {
            "twins": max(0, met.get(lead.document_id, 0) - 1),
            "ticked": lead.public_id in ticked,
            "type": inbox.type_label(lead.main_type) if lead.main_type else "",
            "language": inbox.language_label(lead.language) if lead.language else "",
            "who": name_of(lead.assigned_to) if lead.assigned_to else "",
            "since": words.day_words(timezone.localdate(lead.assigned_at)) if lead.assigned_at else "",
            "until": words.day_words(lead.snoozed_until) if lead.snoozed_until else "",
            "is_back": bool(lead.snoozed_until and lead.snoozed_until <= timezone.localdate()),
        }
        for lead in rows
    ]


def _views(user: Any, found: inbox.Inbox) -> list[tuple[SavedView, int | None]]:
    """A person's views, each with how many leads it has, where that does not hang on words of its own."""
    views = []
    for view in SavedView.objects.filter(user=user):
        asked = inbox.Asked.of_query(view.query)
        views.append((view, found.count(asked) if asked.q == found.asked.q else None))
    return views


def _last_words(done: list[LeadAct]) -> dict[str, str] | None:
    """What a person did last, in words, and by what it is taken back."""
    if not done:
        return None
    told = {
        LeadAct.Act.ASSIGN: gettext("given to somebody"),
        LeadAct.Act.SNOOZE: gettext("put off"),
        LeadAct.Act.WAKE: gettext("woken"),
        LeadAct.Act.DISMISS: gettext("let go"),
        LeadAct.Act.REOPEN: gettext("opened again"),
    }[done[0].act]
    count = ngettext("%(count)s lead", "%(count)s leads", len(done)) % {"count": len(done)}
    return {"batch": done[0].batch, "words": f"{count}: {told}"}


# --- what is done with leads ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """What the form of the inbox gave."""

    act: str = ""
    leads: tuple[str, ...] = ()
    to: str = ""
    until: str = ""
    reason: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Given:
        """From the form."""
        told = {
            name: request.POST.get(name, "").replace("\x00", "") for name in ("act", "to", "until", "reason")
        }
        return cls(leads=tuple(request.POST.getlist("lead")[:1000]), **told)


@desk_for(Act.CODE)
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Do one thing with all leads that are ticked; then the same view again."""
    given, asked = Given.of(request), inbox.Asked.of_query(request.POST.get("back", ""))
    try:
        done, said = _do(given, request.user)
    except BarometerError as error:
        return _inbox(request, asked, problem=refusals.told(error), given=given)
    told = ngettext("%(count)s lead: %(what)s.", "%(count)s leads: %(what)s.", done.changed) % {
        "count": done.changed,
        "what": said,
    }
    if done.left:
        told += " " + ngettext(
            "%(count)s was left as it is.", "%(count)s were left as they are.", done.left
        ) % {"count": done.left}
    messages.success(request, told)
    return redirect(f"{reverse('desk:leads')}?{asked.query()}")


def _do(given: Given, user: Any) -> tuple[acts.Done, str]:
    """The act that was chosen. NotReady and NotAllowed where it cannot be."""
    me = {"by": name_of(user), "user": user}
    if not given.leads:
        raise NotReady(gettext("Tick at least one lead."))
    if given.act == "assign":
        if given.to == inbox.NOBODY:
            return acts.assign(given.leads, None, **me), gettext("given back to all")
        to = user if given.to == inbox.ME else User.objects.filter(username=given.to, is_active=True).first()
        if to is None:
            raise NotReady(gettext("Choose who gets it."))
        return acts.assign(given.leads, to, **me), gettext("given to %(name)s") % {"name": name_of(to)}
    if given.act == "snooze":
        until = _day(given.until)
        return acts.snooze(given.leads, until, **me), gettext("put off until %(day)s") % {
            "day": words.day_words(until)
        }
    if given.act == "wake":
        return acts.wake(given.leads, **me), gettext("woken")
    if given.act == "dismiss":
        if not given.reason.strip() or len(given.reason) > LONGEST_REASON:
            raise NotReady(gettext("Say why in a few words."))
        return acts.dismiss(given.leads, given.reason, **me), gettext("let go")
    raise NotReady(gettext("Choose what to do with them."))


def _day(text: str) -> date:
    try:
        until = date.fromisoformat(text.strip())
    except ValueError:
        raise NotReady(gettext("Name the day on which they come back.")) from None
    if until <= timezone.localdate():
        raise NotReady(gettext("Name a day that is ahead."))
    return until


@desk_for(Act.CODE)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what one did last."""
    asked = inbox.Asked.of_query(request.POST.get("back", ""))
    try:
        done = acts.undo(request.POST.get("batch", ""), by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _inbox(request, asked, problem=refusals.told(error))
    messages.success(
        request,
        ngettext("Taken back for %(count)s lead.", "Taken back for %(count)s leads.", done.changed)
        % {"count": done.changed},
    )
    return redirect(f"{reverse('desk:leads')}?{asked.query()}")


@desk_for(Act.LOOK)
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep this view under a name; the same name again is another view."""
    asked = inbox.Asked.of_query(request.POST.get("back", ""))
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[:LONGEST_NAME]
    if not name:
        return _inbox(request, asked, problem=gettext("Give the view a name."))
    views = SavedView.objects.filter(user=request.user)
    if views.exclude(name=name).count() >= MOST_VIEWS:
        return _inbox(request, asked, problem=gettext("You have too many views. Drop one first."))
    views.update_or_create(name=name, user=request.user, defaults={"query": asked.query()})
    return redirect(f"{reverse('desk:leads')}?{asked.query()}")


@desk_for(Act.LOOK)
@require_POST
def drop_view(request: HttpRequest, key: int) -> HttpResponse:
    """Drop one of one's own views."""
    SavedView.objects.filter(user=request.user, pk=key).delete()
    asked = inbox.Asked.of_query(request.POST.get("back", ""))
    return redirect(f"{reverse('desk:leads')}?{asked.query()}")


# --- a lead -----------------------------------------------------------------------------------------------------------


def _row(lead: Lead) -> dict[str, object]:
    return {
        "lead": lead,
        "percent": round(100 * lead.relevance),
        "origin": inbox.origin_label(lead.origin),
        "day": words.day_words(timezone.localdate(lead.created_at)),
        "events": len(_events(lead)),
        "wall": wall_label(lead.wall) if lead.wall else "",
        "title": lead.title or lead.url or lead.public_id,
    }


@desk_for(Act.LOOK)
@require_safe
def lead(request: HttpRequest, public_id: str) -> HttpResponse:
    """A lead with its words, its proposal, its likely case and where else its words were met."""
    return _page(request, _lead(public_id))


def _lead(public_id: str) -> Lead:
    found = Lead.objects.select_related("document__evidence", "evidence", "joined_to", "source")
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such lead."))
    return row


def _page(request: HttpRequest, row: Lead, *, problem: str = "", status: int = 200) -> HttpResponse:
    language = words.language()
    text, text_problem = _text(row)
    able = may(request.user, Act.CODE)
    context = _row(row) | {
        "state": inbox.tab_label(row.state),
        "text": text[:LONGEST_TEXT],
        "is_cut": len(text) > LONGEST_TEXT,
        "text_problem": text_problem,
        "text_language": row.document.language if row.document else "",
        "proposed": [_proposed(event) for event in _events(row)],
        "case_percent": round(100 * (row.case_probability or 0)),
        "case_reasons": [Reason.from_json(kept).text(language) for kept in row.case_reasons],
        "sightings": [
            (one, words.day_words(timezone.localdate(one.seen_at)), round(100 * one.likeness))
            for one in actions.near_twins(row)
        ],
        "consent": consent_label(row.consent) if row.consent else "",
        "problem": problem,
        "acts": _acts(row),
        "holder": name_of(row.assigned_to) if row.assigned_to else "",
        "people": inbox.deciders() if able else [],
        "tomorrow": (timezone.localdate() + timedelta(1)).isoformat(),
        "next_week": (timezone.localdate() + timedelta(7)).isoformat(),
        "can_decide": able and row.state == Lead.State.NEW,
        "can_take": able and row.state == Lead.State.NEW and row.document is not None,
        "can_reopen": able and row.state == Lead.State.DISMISSED,
        "longest_reason": LONGEST_REASON,
        "reason_given": request.POST.get("reason", "")[:LONGEST_REASON],
        "crumbs": crumbs((gettext("Inbox"), reverse("desk:leads"))),
    }
    return render(request, "desk/lead.html", context, status=status)


def _acts(row: Lead) -> list[dict[str, str]]:
    """What was done with a lead, the last first."""
    told = {
        LeadAct.Act.ASSIGN: gettext("given"),
        LeadAct.Act.SNOOZE: gettext("put off"),
        LeadAct.Act.WAKE: gettext("woken"),
        LeadAct.Act.DISMISS: gettext("let go"),
        LeadAct.Act.REOPEN: gettext("opened again"),
        LeadAct.Act.TAKE: gettext("taken"),
        LeadAct.Act.UNDO: gettext("undone"),
    }
    return [
        {
            "day": words.day_words(timezone.localdate(one.at)),
            "what": told[one.act],
            "by": one.by,
            "to": name_of(one.to) if one.to else gettext("all") if one.act == LeadAct.Act.ASSIGN else "",
            "until": words.day_words(one.until) if one.until else "",
            "reason": one.reason,
        }
        for one in row.acts.select_related("to").order_by("-pk")
    ]


def _text(row: Lead) -> tuple[str, str]:
    """The words that were kept, or why they cannot be shown."""
    if row.document is None or row.document.evidence is None:
        return "", ""
    try:
        return bytes_of(row.document.evidence).decode("utf-8", "replace"), ""
    except BarometerError as error:
        return "", refusals.told(error)


def _events(row: Lead) -> list[dict]:
    groups = row.proposed.get("entries") or row.proposed.get("cases") or []
    return [event for group in groups for event in group.get("events", [])]


def _proposed(event: dict) -> Proposed:
    labels = [words.type_label(code) for code in event.get("types", [])]
    who = tuple(target["name"] for target in event.get("targets", []) if target.get("name"))
    place = event.get("place") or {}
    return Proposed("; ".join(labels), event.get("date") or "", who, place.get("name") or "")


@desk_for(Act.CODE)
@require_POST
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the proposal into the ledger as proposed events."""
    row = _lead(public_id)
    try:
        source = actions.take(row, by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _page(request, _lead(public_id), problem=refusals.told(error), status=400)
    messages.success(
        request, gettext("Taken: its events are proposed in %(source)s.") % {"source": source.name}
    )
    return redirect("desk:lead", public_id)


@desk_for(Act.CODE)
@require_POST
def dismiss(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a lead go, with the reason."""
    row = _lead(public_id)
    reason = request.POST.get("reason", "").replace("\x00", "")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        return _page(request, row, problem=gettext("Say why in a few words."), status=400)
    try:
        actions.dismiss(row, reason=reason, by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _page(request, _lead(public_id), problem=refusals.told(error), status=400)
    messages.success(request, gettext("Let go. It can be opened again."))
    return redirect("desk:lead", public_id)


@desk_for(Act.CODE)
@require_POST
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    """A lead that was let go is new again."""
    row = _lead(public_id)
    try:
        actions.reopen(row, by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _page(request, row, problem=refusals.told(error), status=400)
    return redirect("desk:lead", public_id)
