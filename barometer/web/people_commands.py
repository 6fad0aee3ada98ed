"""What `barometer people …` does: the door by which the first administrator of an installation gets in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from barometer.errors import UnknownValue
from barometer.web.entry import ledger_door, ledger_name, migrate

if TYPE_CHECKING:
    from barometer.web.accounts.models import User


@ledger_door
def invite(roles: Sequence[str], *, by: str, made_for: str, days: int) -> str:
    """Invite somebody to the roles; the link, which nothing keeps."""
    from barometer.web.actions import staff

    migrate()
    return _link(staff.invite(roles, by=by, made_for=made_for, days=days)[1])


@ledger_door
def let_back(username: str, *, by: str, days: int) -> str:
    """The link by which a person of the desk comes back with a new password and a new second factor."""
    from barometer.web.actions import staff

    migrate()
    return _link(staff.let_back(_person(username), by=by, days=days)[1])


@ledger_door
def set_roles(username: str, roles: Sequence[str], *, by: str) -> None:
    """Give a person these roles in place of those they have."""
    from barometer.web.actions import staff

    migrate()
    staff.set_roles(_person(username), roles, by=by)


@ledger_door
def listed() -> list[str]:
    """A line for each account: the name, its roles, whether it is closed or has no second factor."""
    from barometer.web.accounts.models import User
    from barometer.web.accounts.second_factor import has_second_factor

    migrate()
    lines = []
    for person in User.objects.prefetch_related("groups").order_by("username"):
        roles = ["superuser"] * person.is_superuser + sorted(group.name for group in person.groups.all())
        signs = ["closed"] * (not person.is_active) + ["no second factor"] * (not has_second_factor(person))
        lines.append(": ".join([person.username, ", ".join([*(roles or ["no role"]), *signs])]))
    return lines


def _person(username: str) -> User:
    from barometer.web.accounts.models import User

    found = User.objects.filter(username__iexact=username).first()
    if found is None:
        raise UnknownValue(f"nobody is called {username!r}", next_step="see them all: barometer people list")
    return found


def _link(secret: str) -> str:
    from django.urls import reverse

    # By name, not 127.0.0.1: browsers keep passkeys for names only.
    site = f"https://{hosts[0]}" if (hosts := _hosts()) else "http://localhost:8000"
    return site + reverse("invitation", args=[secret])


def _hosts() -> list[str]:
    from django.conf import settings

    return [host for host in settings.PUBLIC_HOSTS if not host.startswith(".")]


@ledger_door
def where_it_leads() -> str:
    """For which ledger a link is, and what to mind while the site has no name."""
    port = (
        ""
        if _hosts()
        else "; the site has no name yet: if it answers at another port than 8000, write that into the link"
    )
    return f"The link is for {ledger_name()}{port}."
