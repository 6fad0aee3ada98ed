"""No page of the desk opens before its person has a second factor, where the installation requires one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
#: The way to a second factor, and out.
OPEN = {
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
}


def has_second_factor(user: Any) -> bool:
    """Whether the person has an authenticator or a passkey; recovery codes alone are none."""
    return is_mfa_enabled(user, FACTORS)


def lacks_second_factor(user: Any) -> bool:
    """Whether one is required and the person has none."""
    return settings.SECOND_FACTOR == "required" and not has_second_factor(user)


class SecondFactorMiddleware:
    """Leads a person who lacks it to where it is set up. Pages that are open to everybody are not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of its own."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, named: Any
    ) -> HttpResponse | None:
        """The way there, or None: go on."""
        if not getattr(view, "login_required", True) or request.resolver_match.url_name in OPEN:
            return None
        if request.user.is_authenticated and lacks_second_factor(request.user):
            return redirect("mfa_index")
        return None
