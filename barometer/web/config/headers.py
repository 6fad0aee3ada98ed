"""The two headers of every answer that neither Django nor django-csp writes."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: What a page of ours never asks of a browser; passkeys it asks for, itself alone.
_NEVER = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb",
)  # fmt: skip
PERMISSIONS = ", ".join(
    [
        *(f"{name}=()" for name in _NEVER),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)

NOBODY = "private, no-store"


def permissions_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: say in every answer what its page may use of the machine."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware


def kept_by_nobody(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: what does not say that it may be kept is kept by nobody; nor is what somebody logged in asked for,
    nor what a reader typed, for the addresses of pages are kept with them.

    Stands outside of sessions and CSRF, so that their cookies are seen, and inside of the files of styles.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        own = settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies or request.GET.get("q")
        silent = "Cache-Control" not in response and response.status_code != HTTPStatus.NOT_MODIFIED
        if silent or (own and "no-store" not in response.get("Cache-Control", "")):
            response["Cache-Control"] = NOBODY
        return response

    return middleware
