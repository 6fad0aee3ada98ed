"""How allauth works here: no sign-up, no mail, no address kept, secrets encrypted, words of our own."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from barometer.web.accounts.clients import client_of
from barometer.web.accounts.signals import note_wrong_password
from barometer.web.records.protected import lock, unlock

WORDS = {
    "account_inactive": _("This account is closed."),
    "enter_current_password": _("This is not your present password."),
    "incorrect_code": _("This is not right, or no longer: try the next code, or the passkey again."),
    "incorrect_password": _("This is not your password."),
    "too_many_login_attempts": _("Too many wrong tries from here. Wait a quarter of an hour."),
    "username_password_mismatch": _("Username and password do not go together."),
    "rate_limited": _("Too many wrong tries from here. Wait a quarter of an hour."),
    "cannot_generate_recovery_codes": _("Recovery codes come with a second factor: set one up first."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Logging in."""

    error_messages = DefaultAccountAdapter.error_messages | WORDS

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are invited."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing is sent: a mail would tell a provider who is at the desk."""

    def add_message(
        self, request: HttpRequest, level: int, *args: Any, message: str | None = None, **more: Any
    ) -> None:
        """Only what went wrong; that something went well the next page shows."""
        if level >= messages.ERROR and message:
            messages.add_message(request, level, message)

    def get_client_ip(self, request: HttpRequest) -> str:
        """A digest that is good for a day, for the limits; sessions keep no address at all (signals.py)."""
        return client_of(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """An account *and* a client: a stranger's wrong tries never count against the owner."""
        return f"{client_of(request)}:{credentials.get('username', '').lower()}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Into the log."""
        note_wrong_password(credentials.get("username", ""))

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not of who has shown in this session, some minutes ago at most, who they are."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return not fresh and super().is_reauthentication_required(app=app, **more)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: the secrets of authenticators and recovery codes are encrypted like protected fields."""

    error_messages = DefaultMFAAdapter.error_messages | WORDS

    def encrypt(self, text: str) -> str:
        """What is kept."""
        return lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was given."""
        return unlock(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A name for a passkey that got none."""
        return str(_("Passkey"))

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """What the person's own device shows: the username, not their name."""
        return super().get_public_key_credential_user_entity(user) | {"display_name": user.get_username()}
