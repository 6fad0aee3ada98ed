"""A frame for other sites: the newest of filtered events. The only page of the site that may stand within another."""

from __future__ import annotations

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_exempt

from barometer.web.public import cards, facets, feeds, filters, views

#: So many events stand in a frame.
SHOWN = 10


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "script-src": [NONE], "form-action": [NONE]})
@views.page
def events(request: HttpRequest) -> HttpResponse:
    """The newest events that the address asks for, as the explorer reads it."""
    wanted = filters.parse(request.GET).on_page(1)
    found = facets.matching(wanted)
    newest = cards.ready(found).order_by("-first_day", "-pk").exclude(first_day=None)[:SHOWN]
    context = {
        "what": feeds.name_of(wanted) or gettext("Events"),
        "count": found.count(),
        "cards": [cards.card(event) for event in newest],
        "page": request.build_absolute_uri(filters.address(wanted)),
    }
    answer = render(request, "public/_frame.html", context)
    answer["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return answer
