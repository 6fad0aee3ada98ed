"""Webhooks at the desk: make one, see what was delivered, try it, let a stopped one go on, remove it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from barometer.errors import BarometerError
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import webhooks as actions
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.records.alerts import Webhook

#: So many deliveries stand on the page of a webhook.
SHOWN = 50


@desk_for(Act.PUBLISH, post=Act.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """All webhooks, and the form for another; a new one's secret is shown on the answer and never again."""
    given = {name: request.POST.get(name, "")[:2000] for name in ("name", "address", "query")}
    made, secret, problem = None, "", ""
    if request.method == "POST":
        try:
            made, secret = actions.add(**given, by=name_of(request.user), user=request.user)
            given = {}
        except BarometerError as error:
            problem = refusals.told(error)
    context = {
        "rows": Webhook.objects.all(),
        "given": given,
        "made": made,
        "secret": secret,
        "problem": problem,
        "crumbs": crumbs(),
    }
    answer = render(request, "desk/webhooks.html", context, status=422 if problem else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@desk_for(Act.PUBLISH, post=Act.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, public_id: str) -> HttpResponse:
    """One webhook with its log; `act` says what is to be done with it."""
    row = Webhook.objects.filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such page."))
    if request.method == "POST":
        return _act(request, row)
    context = {
        "row": row,
        "deliveries": row.deliveries.all()[:SHOWN],
        "crumbs": crumbs((gettext("Webhooks"), reverse("desk:webhooks"))),
    }
    return render(request, "desk/webhook.html", context)


def _act(request: HttpRequest, row: Webhook) -> HttpResponse:
    act, who = request.POST.get("act", ""), {"by": name_of(request.user), "user": request.user}
    if act == "remove":
        actions.remove(row, **who)
        messages.success(request, gettext("The webhook is removed."))
        return redirect("desk:webhooks")
    if act == "start":
        actions.start_again(row, **who)
        messages.success(request, gettext("The webhook is told again from now on."))
    if act == "test":
        done = actions.test(row)
        if done.delivered_at:
            messages.success(request, gettext("The test was taken."))
        else:
            messages.error(request, gettext("The test was not taken: %(why)s") % {"why": done.fault})
    return redirect("desk:webhook", row.public_id)
