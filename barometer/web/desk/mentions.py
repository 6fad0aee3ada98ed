"""The mentions of one name: whether all of them are of one person, and the search by which a name is found."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from barometer.errors import BarometerError
from barometer.web.accounts.roles import Act
from barometer.web.actions import names as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.desk.names import Told, kind_label, outdated, refused, told_of
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.records import naming
from barometer.web.records.models import Mention, Party

MOST_FOUND = 30


@dataclass(frozen=True)
class Row:
    """A mention on the page: its key, how it is told, its case, and the name of another if it is of somebody else."""

    key: str
    told: Told
    case: str
    other: str


@desk_for(Act.LOOK)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Names of the ledger that are likely the one asked for, in any script."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = naming.search(asked, limit=MOST_FOUND) if any(map(str.isalnum, asked)) else []
    return render(
        request,
        "desk/names_search.html",
        {
            "asked": asked,
            "found": [(one, kind_label(one.kind), round(100 * one.probability)) for one in found],
            "crumbs": crumbs((gettext("Names"), reverse("desk:names"))),
        },
    )


@desk_for(Act.LOOK)
@require_safe
def mentions(request: HttpRequest, party: str) -> HttpResponse:
    """All mentions of one name."""
    return _page(request, get_object_or_404(Party, public_id=party))


@desk_for(Act.CODE)
@require_POST
def set_apart(request: HttpRequest, party: str) -> HttpResponse:
    """Take that the ticked mentions are of another person of the same name."""
    found = get_object_or_404(Party, public_id=party)
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        actions.set_apart(
            party,
            request.POST.getlist("mention"),
            reason=reason,
            seen=request.POST.get("seen", ""),
            by=name_of(request.user)[:200],
            user=request.user,
        )
    except actions.Outdated as error:
        messages.warning(request, outdated(error))
        return _page(request, found, reason=reason, status=409)
    except BarometerError as error:
        messages.error(request, refused(reason, error))
        return _page(request, found, reason=reason, status=400)
    messages.success(request, gettext("Noted. It can be taken back here."))
    return redirect("desk:names-mentions", party)


@desk_for(Act.CODE)
@require_POST
def put_back(request: HttpRequest, party: str) -> HttpResponse:
    """Take back that a mention is of somebody else."""
    found = get_object_or_404(Party, public_id=party)
    mention = request.POST.get("mention", "")
    if mention in naming.mention_keys(party):
        actions.put_back(
            party, mention, reason="taken back", by=name_of(request.user)[:200], user=request.user
        )
        messages.success(request, gettext("Undone. What followed from it is undone too."))
        return redirect("desk:names-mentions", party)
    messages.error(request, gettext("There is no such mention."))
    return _page(request, found, status=404)


def _page(request: HttpRequest, party: Party, *, reason: str = "", status: int = 200) -> HttpResponse:
    apart = naming.shown_names(public=False).apart
    rows = Mention.objects.filter(party=party).select_related("event__item__source", "event__case", "party")
    ordered = rows.order_by("event__first_day", "event__key", "side", "position")
    listed = {
        (key := naming.mention_key(row)): Row(
            key=key,
            told=told_of(row, party),
            case=row.event.case.slug if row.event.case else "",
            other=apart.get(key, ""),
        )
        for row in ordered
    }
    known = naming.party_clusters()
    names = dict(
        Party.objects.filter(public_id__in=known.of(party.public_id)).values_list("public_id", "name")
    )
    return render(
        request,
        "desk/names_mentions.html",
        {
            "party": party,
            "kind": kind_label(party.kind),
            "joined": [(one, name) for one, name in names.items() if one != party.public_id],
            "rows": list(listed.values()),
            "seen": actions.token_of_mentions(party.public_id),
            "reason": reason,
            "longest_reason": LONGEST_REASON,
            "crumbs": crumbs((gettext("Names"), reverse("desk:names"))),
        },
        status=status,
    )
