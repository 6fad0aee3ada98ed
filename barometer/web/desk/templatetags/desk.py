"""What the desk's pages need beside their context."""

from __future__ import annotations

from django import template

from barometer.web.desk.rooms import GROUPS, rooms_of
from barometer.web.public.templatetags.public import NavLink

register = template.Library()


@register.inclusion_tag("desk/_nav.html", takes_context=True)
def desk_nav(context: template.Context) -> dict[str, object]:
    """The masthead of the desk: the rooms of every day, and behind one word the others."""
    request = context["request"]
    groups = [
        (title, [_link(str(room.label), room.address, request.path) for room in rooms])
        for title, rooms in rooms_of(request.user)
    ]
    daily = groups.pop(0)[1] if groups and groups[0][0] == GROUPS[0][0] else []
    return {"daily": daily, "groups": groups}


def _link(label: str, address: str, path: str) -> NavLink:
    here = "page" if path == address else "true" if path.startswith(address) else ""
    return NavLink(label, address, here)
