"""Values of a measurement whoever wrote it: null in place of an object, text as base64, characters no ledger takes."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.x509 import InvalidVersion, load_der_x509_certificate

#: What a ledger cannot hold: NUL, and halves of a pair of UTF-16.
_CERTIFICATE = 1 << 16
_UNHELD = re.compile("[\x00\ud800-\udfff]")


def mapping(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one for whatever else stands there."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; what is none is left out."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value: Any, most: int = 2000) -> str:
    """Text, also where it is given as bytes in base64; "" for whatever else."""
    if isinstance(value, dict) and value.get("format") == "base64":
        try:
            value = base64.b64decode(str(value.get("data")), validate=False).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return ""
    if not isinstance(value, str):
        return ""
    value = value[:most]
    return value if value.isascii() and "\x00" not in value else _UNHELD.sub("\ufffd", value)


def number(value: Any) -> int | None:
    """A whole number; None for whatever else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def headers(response: Mapping[str, Any]) -> dict[str, str]:
    """The headers of an answer, names in small letters, from both of OONI's forms."""
    found = {str(name).casefold(): text(value) for name, value in mapping(response.get("headers")).items()}
    for pair in response.get("headers_list") or ():
        if isinstance(pair, list) and len(pair) == 2:
            found[text(pair[0]).casefold()] = text(pair[1])
    return found


def issuer(data: Any) -> str:
    """Who signed a certificate given as base64; "" for whatever else."""
    try:
        return load_der_x509_certificate(base64.b64decode(str(data)[:_CERTIFICATE])).issuer.rfc4514_string()
    except (ValueError, InvalidVersion):
        return ""


@lru_cache(4096)
def is_private(address: str) -> bool:
    """Whether an address is of no public place: what a resolver gives that hides a site."""
    try:
        return not ipaddress.ip_address(address).is_global
    except ValueError:
        return False


@lru_cache(4096)
def is_address(value: str) -> bool:
    """Whether it is an IP address rather than a name."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def addresses(answers: Iterable[str]) -> list[str]:
    """The IP addresses among a resolver's answers."""
    return [answer for answer in answers if is_address(answer)]
