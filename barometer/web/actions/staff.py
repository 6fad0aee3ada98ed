"""People of the desk: invited, given roles, let out and let back in. Every step stands in the log; no row is deleted."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.web.accounts.models import Invitation, User
from barometer.web.accounts.roles import Role
from barometer.web.actions.audit import note_act

DAYS = 3  # that an invitation holds
MOST_DAYS = 14


def roles_from(names: Iterable[str]) -> list[Role]:
    """The roles of those names, each once, in the order of the table. UnknownValue for another name, or none at all."""
    given = set(names)
    if unknown := sorted(given - set(Role)):
        raise UnknownValue(f"{unknown[0]!r} is no role", next_step="the roles are " + ", ".join(Role))
    if not given:
        raise UnknownValue("no role is given", next_step="give one at least: " + ", ".join(Role))
    return [role for role in Role if role in given]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(
    roles: Iterable[str], *, by: str, user: Any = None, made_for: str = "", days: int = DAYS
) -> tuple[Invitation, str]:
    """Invite a person to these roles: the invitation, and the link's secret, which nothing keeps."""
    kept = [str(role) for role in roles_from(roles)]
    made, secret = _make(roles=kept, by=by, made_for=made_for, days=days)
    note_act(
        "invited",
        by=by,
        user=user,
        about=made.public_id,
        detail=f"{', '.join(kept)}; {made_for}".rstrip("; "),
    )
    return made, secret


@transaction.atomic
def let_back(person: User, *, by: str, user: Any = None, days: int = DAYS) -> tuple[Invitation, str]:
    """A way back for somebody who lost password or telephone. What they have still works until it is used."""
    if not person.is_active:
        raise NotAllowed(f"{person.username}'s account is closed", next_step="open it first")
    made, secret = _make(roles=[], returning=person, by=by, days=days)
    note_act("way back given", by=by, user=user, about=person.username)
    return made, secret


def _make(*, by: str, days: int, **fields: Any) -> tuple[Invitation, str]:
    if not 1 <= days <= MOST_DAYS:
        raise UnknownValue(f"{days} days", next_step=f"an invitation holds 1 to {MOST_DAYS} days")
    secret = secrets.token_urlsafe(32)
    until = timezone.now() + timedelta(days=days)
    return Invitation.objects.create(digest=_digest(secret), made_by=by, expires_at=until, **fields), secret


def open_invitations(now: datetime | None = None) -> Any:
    """Those that still let somebody in."""
    return Invitation.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=now or timezone.now())


def invitation_of(secret: str) -> Invitation | None:
    """The open invitation that this secret belongs to."""
    return open_invitations().filter(digest=_digest(secret)).select_related("returning").first()


@transaction.atomic
def withdraw(invitation: Invitation, *, by: str, user: Any = None) -> None:
    """Shut an invitation that nobody has used."""
    if not open_invitations().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        raise NotReady("the invitation is open no more", next_step="look at the list again")
    note_act("invitation withdrawn", by=by, user=user, about=invitation.public_id)


@transaction.atomic
def accept(secret: str, *, username: str, password: str) -> User:
    """Let the invited person in: a new account with the roles, or the old one with a new password and no factors.

    The password is taken as it is: the form has looked at it. NotReady where the invitation is open no more.
    """
    found = invitation_of(secret)
    # One update decides between two who use a link at once.
    if found is None or not open_invitations().filter(pk=found.pk).update(used_at=timezone.now()):
        raise NotReady("the invitation is open no more", next_step="ask for a new one")
    person = _come_back(found.returning) if found.returning else User(username=username)
    person.set_password(password)
    person.save()
    if not found.returning:
        _give(person, roles_from(found.roles))
    Invitation.objects.filter(pk=found.pk).update(used_by=person)
    note_act(
        "came back" if found.returning else "joined", by=person.username, user=person, about=person.username
    )
    return person


def _come_back(person: User) -> User:
    Authenticator.objects.filter(user=person).delete()
    _end_all(person)
    return person


def _give(person: User, roles: Iterable[Role]) -> None:
    person.groups.set([Group.objects.get_or_create(name=str(role))[0] for role in roles])


@transaction.atomic
def set_roles(person: User, names: Iterable[str], *, by: str, user: Any = None) -> None:
    """Give a person these roles in place of those they have. Nobody changes their own."""
    roles = roles_from(names)
    _refuse_oneself(person, user)
    had = sorted(person.groups.values_list("name", flat=True))
    if had == sorted(roles):
        return
    if Role.ADMINISTRATOR not in roles and not person.is_superuser:
        _refuse_last_administrator(person)
    _give(person, roles)
    detail = f"{', '.join(had) or 'none'} → {', '.join(roles)}"
    note_act("roles changed", by=by, user=user, about=person.username, detail=detail)


@transaction.atomic
def close(person: User, *, by: str, user: Any = None) -> None:
    """Shut an account and end its sessions. Its row stays, for what it did bears its name."""
    _refuse_oneself(person, user)
    if not person.is_active:
        return
    _refuse_last_administrator(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    _end_all(person)
    open_invitations().filter(returning=person).update(withdrawn_at=timezone.now())
    note_act("account closed", by=by, user=user, about=person.username)


@transaction.atomic
def reopen(person: User, *, by: str, user: Any = None) -> None:
    """Open a closed account again, with the roles it had."""
    if person.is_active:
        return
    person.is_active = True
    person.save(update_fields=["is_active"])
    note_act("account opened", by=by, user=user, about=person.username)


@transaction.atomic
def end_sessions(
    person: User, *, by: str, user: Any = None, but: str | None = None, only: int | None = None
) -> int:
    """End a person's sessions: all, all but that of a key, or one by its id. How many ended."""
    rows = UserSession.objects.filter(user=person)
    rows = rows.exclude(session_key=but) if but else rows
    rows = rows.filter(pk=only) if only is not None else rows
    ended = _end(rows)
    if ended:
        note_act("sessions ended", by=by, user=user, about=person.username, detail=str(ended))
    return ended


def _end_all(person: User) -> None:
    _end(UserSession.objects.filter(user=person))


def _end(rows: Any) -> int:
    found = list(rows)
    for row in found:
        row.end()
    return len(found)


def _refuse_oneself(person: User, user: Any) -> None:
    if user is not None and person.pk == user.pk:
        raise NotAllowed(
            "nobody changes their own account", next_step="ask another administrator, or use the command line"
        )


def _refuse_last_administrator(person: User) -> None:
    others = User.objects.filter(is_active=True).exclude(pk=person.pk)
    if not others.filter(Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR)).exists():
        raise NotAllowed(
            "nobody would be left who can let people in", next_step="make another administrator first"
        )
