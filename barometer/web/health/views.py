"""Whether the house is well, for machines that watch it. Strangers are told a word."""

from __future__ import annotations

import hmac
import ipaddress
from contextlib import suppress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from barometer.web.health import checks, exposition
from barometer.web.health.counting import counters
from barometer.web.health.figures import figures


@require_safe
@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers. Nothing else is asked."""
    return _plain("ok")


@require_safe
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """Whether every check found nothing; what each found is told to those who may know."""
    found = checks.looked()
    well = all(one.is_well for one in found)
    lines = ["ready" if well else "not ready"]
    if is_ours(request):
        lines += [f"{one.check}: {one.words or 'well'}" for one in found]
    return _plain("\n".join(lines), status=200 if well else 503)


@require_safe
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers, for those who may know; for others there is no such page."""
    if not is_ours(request):
        raise Http404
    told = [*exposition.requests(counters.read()), exposition.checks(checks.looked())]
    with suppress(Error):  # the checks say so
        told += exposition.gauges(figures())
    return _plain(exposition.text_of(told).rstrip("\n"), media_type=exposition.MEDIA_TYPE)


def is_ours(request: HttpRequest) -> bool:
    """Whether it has the secret, or was asked for on this machine under this machine's own name.

    What comes through a server in front, or through an onion service, comes from this machine too: the one says for whom
    it asks, and both ask for the site by its name.
    """
    given = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and given:
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    if any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via")):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and _is_loopback(_host(request))


def _host(request: HttpRequest) -> str:
    name = request.get_host()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    return "127.0.0.1" if name == "localhost" else name


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _plain(text: str, *, status: int = 200, media_type: str = "text/plain; charset=utf-8") -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type=media_type)
