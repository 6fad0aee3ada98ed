"""What allauth says happened, written into the log of sensitive acts; never a password, a code or an address."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from barometer.web.accounts.clients import NOWHERE, browser_label
from barometer.web.accounts.models import User
from barometer.web.actions.audit import note_act

#: A log that is never cut is not for a stranger to fill: of wrong tries on an account one row in so many seconds.
WRONG_TRIES_NOTED = 600
KINDS = {
    Authenticator.Type.TOTP: "authenticator",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def _note(user: User, act: str, detail: str = "") -> None:
    note_act(act, by=user.get_full_name() or user.username, user=user, about=user.username, detail=detail)


def note_wrong_password(username: str) -> None:
    """A wrong password for an account there is; what is typed as another name may be a password, so it is not kept."""
    user = get_user_model().objects.filter(username__iexact=username).first()
    if user and cache.add(f"wrong-password-noted:{user.pk}", True, WRONG_TRIES_NOTED):
        note_act("login failed", by="somebody", about=user.username, detail="wrong password")


@receiver(user_logged_in)
def logged_in(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    """A login."""
    _note(user, "login", browser_label(request.headers.get("User-Agent", "")))


@receiver(password_changed)
def changed_password(sender: Any, user: User, **more: Any) -> None:
    """A new password."""
    _note(user, "password changed")


@receiver(mfa.authenticator_added)
def added_factor(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **more: Any
) -> None:
    """A new factor; sessions that were opened without it end."""
    _note(user, "factor added", KINDS[authenticator.type])
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
            session.end()


@receiver(mfa.authenticator_removed)
def removed_factor(sender: Any, user: User, authenticator: Authenticator, **more: Any) -> None:
    """A factor less."""
    _note(user, "factor removed", KINDS[authenticator.type])


@receiver(mfa.authenticator_reset)
def renewed_codes(sender: Any, user: User, **more: Any) -> None:
    """New recovery codes."""
    _note(user, "recovery codes renewed")


@receiver(mfa.authenticator_used)
def used_factor(sender: Any, user: User, authenticator: Authenticator, **more: Any) -> None:
    """A recovery code was spent: somebody has lost their telephone, or found their codes."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _note(user, "recovery code used")


@receiver(mfa.authentication_failed)
def wrong_code(sender: Any, user: User, **more: Any) -> None:
    """A wrong code after the right password."""
    if cache.add(f"wrong-code-noted:{user.pk}", True, WRONG_TRIES_NOTED):
        note_act(
            "login failed", by="somebody", about=user.username, detail="wrong code after the right password"
        )


@receiver(pre_save, sender=UserSession)
def keep_no_address(sender: Any, instance: UserSession, **more: Any) -> None:
    """Of a session its browser's common name is kept, no address."""
    instance.ip = NOWHERE
    instance.user_agent = browser_label(instance.user_agent)
