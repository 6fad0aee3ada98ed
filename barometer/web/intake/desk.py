"""Tips at the desk, for the custodian alone: sealed. They are handed out here, and opened elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from barometer.errors import BarometerError
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import tips as actions
from barometer.web.actions.audit import note_act
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.intake.models import Tip, TipRecipient
from barometer.web.public import words

PAGE = 50


def state_label(state: str) -> str:
    """A tip's state in words."""
    return {
        Tip.State.NEW: gettext("not opened yet"),
        Tip.State.READ: gettext("handed out"),
        Tip.State.ASKED: gettext("question asked"),
        Tip.State.ANSWERED: gettext("answer came"),
        Tip.State.RELEASED: gettext("words released"),
        Tip.State.CLOSED: gettext("done with"),
        Tip.State.SPAM: gettext("spam"),
    }[state]


@desk_for(Act.TIPS)
@require_safe
def tips(request: HttpRequest) -> HttpResponse:
    """The tips of a state: the coarse week, how many messages, the padded size. To look is logged."""
    state = request.GET.get("state", "")
    state = state if state in Tip.State.values else ""
    counts = dict(Tip.objects.values_list("state").annotate(many=Count("pk")).order_by())
    found = Tip.objects.filter(state=state) if state else Tip.objects.exclude(state=Tip.State.SPAM)
    found = found.annotate(many=Count("messages"), size=Sum("messages__size"))
    page = Paginator(found.order_by("-week", "-pk"), PAGE).get_page(request.GET.get("page"))
    note_act("tips listed", by=name_of(request.user), user=request.user, detail=state)
    everything = sum(many for code, many in counts.items() if code != Tip.State.SPAM)
    tabs = [("", gettext("all"), everything)]
    tabs += [(code, state_label(code), counts.get(code, 0)) for code in Tip.State.values]
    context = {
        "rows": [
            (row, state_label(row.state), words.day_words(row.week), words.size_words(row.size))
            for row in page
        ],
        "page": page,
        "tabs": tabs,
        "state": state,
        "keys": TipRecipient.objects.filter(retired_on=None),
        "crumbs": crumbs(),
    }
    return render(request, "intake/desk_tips.html", context)


@desk_for(Act.TIPS)
@require_safe
def tip(request: HttpRequest, public_id: str) -> HttpResponse:
    """A tip, sealed, and what can be done with it. To look is logged."""
    row = get_object_or_404(Tip, public_id=public_id)
    note_act("tip looked at", by=name_of(request.user), user=request.user, about=row.public_id)
    return _tip(request, row)


def _tip(request: HttpRequest, row: Tip, problem: str = "") -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in ("question", "text")}
    context = {
        "tip": row,
        "state": state_label(row.state),
        "day": words.day_words(row.week),
        "said": [
            (one, words.day_words(one.week), words.size_words(one.size))
            for one in row.messages.defer("sealed")
        ],
        "releases": row.releases.select_related("lead"),
        "marks": [(code, state_label(code)) for code in actions.MARKS if code != row.state],
        "given": given,
        "problem": problem,
        "longest_question": actions.LONGEST_QUESTION,
        "longest_release": actions.LONGEST_RELEASE,
        "crumbs": crumbs((gettext("Tips"), reverse("desk:tips"))),
    }
    return render(request, "intake/desk_tip.html", context, status=400 if problem else 200)


@desk_for(Act.TIPS)
@require_POST
def hand_out(request: HttpRequest, public_id: str) -> HttpResponse:
    """The sealed messages, to be carried to the machine that has the key."""
    row = get_object_or_404(Tip, public_id=public_id)
    data = actions.hand_out(row, by=name_of(request.user), user=request.user)
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="tip-{row.public_id}.zip"'
    return response


@desk_for(Act.TIPS)
@require_POST
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the source; sealed to its receipt."""
    row = get_object_or_404(Tip, public_id=public_id)
    try:
        actions.ask(row, _text(request, "question"), by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _tip(request, row, refusals.told(error))
    messages.success(request, gettext("Sealed. The source reads it when it comes back with its receipt."))
    return redirect("desk:tip", row.public_id)


@desk_for(Act.TIPS)
@require_POST
def mark(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say how far a tip is."""
    row = get_object_or_404(Tip, public_id=public_id)
    try:
        actions.mark(row, request.POST.get("state", ""), by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _tip(request, row, refusals.told(error))
    return redirect("desk:tip", row.public_id)


@desk_for(Act.TIPS)
@require_POST
def spam(request: HttpRequest) -> HttpResponse:
    """Mark many as spam at once, as after a flood."""
    chosen = [each for each in request.POST.getlist("tip")[:PAGE] if each.isalnum()]
    rows = Tip.objects.filter(public_id__in=chosen)
    for row in rows:
        actions.mark(row, Tip.State.SPAM, by=name_of(request.user), user=request.user)
    many = len(rows)
    said = ngettext("%(many)d tip is now spam.", "%(many)d tips are now spam.", many)
    messages.success(request, said % {"many": many})
    return redirect("desk:tips")


@desk_for(Act.TIPS)
@require_POST
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a lead of the words that may be known."""
    row = get_object_or_404(Tip, public_id=public_id)
    try:
        lead = actions.release(row, _text(request, "text"), by=name_of(request.user), user=request.user)
    except BarometerError as error:
        return _tip(request, row, refusals.told(error))
    messages.success(
        request,
        gettext("Released: the lead %(lead)s has these words and no others.") % {"lead": lead.public_id},
    )
    return redirect("desk:tip", row.public_id)


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")
