"""The first page of the desk: what this person may do here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from barometer.web.accounts.desk import is_small_desk
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import tips
from barometer.web.actions.clock import behind
from barometer.web.desk.rooms import rooms_of
from barometer.web.desk.views import desk_for


@desk_for(Act.ENTER)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The rooms that are open to this person, in the order of the work."""
    context = {
        "groups": rooms_of(request.user),
        "small_desk": is_small_desk(),
        "lacks_tip_key": may(request.user, Act.ACCOUNTS) and not tips.recipients(),
        "ahead": behind(),
    }
    return render(request, "desk/home.html", context)
