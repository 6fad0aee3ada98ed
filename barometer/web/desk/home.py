"""The first page of the desk: what this person may do here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from barometer.web.accounts.desk import is_small_desk
from barometer.web.accounts.roles import ACTS, Act, roles_of
from barometer.web.desk.views import desk_for

#: address, what it is called, the act that opens it
ROOMS = (
    ("desk:intake", _("Hand something in"), Act.HAND_IN),
    ("desk:leads", _("Leads"), Act.LOOK),
    ("desk:sources", _("Sources"), Act.SOURCES),
    ("desk:evidence", _("Evidence"), Act.LOOK),
    ("desk:cases", _("Cases"), Act.LOOK),
    ("desk:carryover", _("Carry-over"), Act.LOOK),
    ("desk:linking", _("Linking"), Act.LOOK),
    ("desk:names", _("Names"), Act.LOOK),
    ("desk:staff", _("People of the desk"), Act.ACCOUNTS),
    ("desk:audit", _("Log of sensitive acts"), Act.AUDIT),
    ("mfa_index", _("Your account"), Act.ENTER),
)


@desk_for(Act.ENTER)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The rooms that are open to this person."""
    held = roles_of(request.user)
    rooms = [(label, reverse(name)) for name, label, act in ROOMS if held & ACTS[act]]
    if request.user.is_superuser:
        rooms.append((_("The whole ledger, to look at"), reverse("admin:index")))
    return render(request, "desk/home.html", {"rooms": rooms, "small_desk": is_small_desk()})
