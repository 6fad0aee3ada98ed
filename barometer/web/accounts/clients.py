"""Who is asking, as far as a limit must know: a digest of the address, whose key is drawn anew each day.

The key is in this process's memory and nowhere else, so that a digest found later tells nobody's address.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from datetime import date
from functools import lru_cache

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest
from django.utils import timezone

NOWHERE = "0.0.0.0"  # noqa: S104 (no address: what is kept where allauth wants one)
_BROWSERS = (
    ("YaBrowser", "Yandex"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@lru_cache(maxsize=1)
def _key_of(day: date) -> bytes:
    return secrets.token_bytes(32)


def client_of(request: HttpRequest) -> str:
    """The client: one IPv4 address, or one IPv6 network of 64 bits, which is one subscriber's."""
    key = _key_of(timezone.now().date())
    return hmac.new(key, _network(get_client_ip(request) or "").encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        return str(found.ipv4_mapped)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)


def browser_label(user_agent: str) -> str:
    """What a person knows their browser by, and no more: "Firefox, Android"."""
    named = [
        next((label for sign, label in signs if sign in user_agent), "") for signs in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, named))
