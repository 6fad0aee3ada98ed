"""What a saved public page says of an account on a platform: it is there, restricted, gone, or nobody knows.

By rules with ids (account.…) over signs that are data (data/accounts.toml). A wall is never "gone": platforms hide
accounts from those who are not logged in. Of the words of a page only those of the platform count: where the account's
own page is there, whatever it tells of others is its content.
"""

from __future__ import annotations

import json
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from barometer.reach.rules import rules
from barometer.sources.markup import lines, parsed
from barometer.sources.walls import wall_of

#: What a platform says in place of an account is short.
_SHORT = 3000
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ё": "е", "\u00a0": " "})
_LOGIN = re.compile(r"/(?:accounts/)?(?:login|signin|i/flow|checkpoint|consent|challenge)\b")
#: Hosts of platforms that only ask.
_DOORS = ("accounts", "consent", "login")


class Standing(StrEnum):
    """What an account is; unknown is neither present nor gone."""

    PRESENT = "present"
    RESTRICTED = "restricted"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class AccountSaid:
    """What a page says: `sign` is what was met, in the page's words or as a place in it."""

    state: Standing
    rule: str
    sign: str = ""


@dataclass(frozen=True)
class _Platform:
    name: str
    hosts: tuple[str, ...]
    says_404: bool
    present: str
    missing: str
    alerts: tuple[re.Pattern[str], ...]
    restricted: tuple[str, ...]
    gone: tuple[str, ...]
    unclear: tuple[str, ...]


@cache
def _platforms() -> tuple[_Platform, ...]:
    text = (resources.files("barometer.reach") / "data" / "accounts.toml").read_text(encoding="utf-8")
    return tuple(
        _Platform(
            name,
            tuple(of["hosts"]),
            of["says_404"],
            ", ".join(of["present"]),
            ", ".join(of["missing"]),
            tuple(map(re.compile, of["alerts"])),
            tuple(of["restricted"]),
            tuple(of["gone"]),
            tuple(of["unclear"]),
        )
        for name, of in tomllib.loads(text).items()
    )


def platform_of(address: str) -> str:
    """The platform whose address it is: youtube, telegram, instagram, facebook, x, tiktok; "" for any other."""
    found = _of(address)
    return found.name if found else ""


def read_account(html: str, address: str, *, url: str = "", status: int = 200) -> AccountSaid:
    """What a page says of the account at `address`; `url` is where the redirects led, `status` the answer's."""
    platform = _of(address)
    if platform is None:
        return _said("other_platform")
    if status == 451:
        return _said("legal", "451")
    if status not in (200, 203, 404, 410):
        return _said("refused", str(status))
    led = url or address
    if _LOGIN.search(_path(led)) or _host(led).partition(".")[0] in _DOORS:
        return _said("wall", led)
    if _of(led) is not platform:
        return _said("elsewhere", _host(led))
    return _of_page(parsed(html), html, platform, led, status)


def _of_page(page: LexborHTMLParser, html: str, platform: _Platform, led: str, status: int) -> AccountSaid:
    told = _told(page, html, platform)
    if status == 200 and _has(page, platform.present) and not told[0]:
        return _said("present", platform.name)
    alert, text = told
    for words, rule in (
        (platform.restricted, "restricted_words"),
        (platform.gone, "gone_words"),
        (platform.unclear, "unclear"),
    ):
        if sign := next((each for each in words if each in (alert or text)), ""):
            return _said(rule, sign)
    if _has(page, platform.missing):
        return _said("gone_landing", platform.missing)
    wall = wall_of(page, led)
    if wall.kind in ("login", "captcha", "cookie consent"):
        return _said("wall", wall.kind)
    if status in (404, 410):
        return _said("gone_status" if platform.says_404 else "unclear", str(status))
    return _said("nothing_seen")


def _told(page: LexborHTMLParser, html: str, platform: _Platform) -> tuple[str, str]:
    """(what the platform raises as an alert, what a short page says): folded to small letters."""
    alerts = []
    for pattern in platform.alerts:
        for match in pattern.finditer(html):
            with suppress(ValueError):
                alerts.append(json.loads(f'"{match[1]}"'))
    title = page.css_first("title")
    said = " ".join([title.text() if title else "", *lines(page.body)])
    return _folded(" ".join(alerts)), _folded(said) if len(said) <= _SHORT else ""


def _has(page: LexborHTMLParser, places: str) -> bool:
    return bool(places) and page.css_first(places) is not None


def _said(rule: str, sign: str = "") -> AccountSaid:
    return AccountSaid(Standing(rules()[f"account.{rule}"]["account"]), f"account.{rule}", sign[:120])


def _of(address: str) -> _Platform | None:
    host = _host(address)
    return next(
        (one for one in _platforms() if any(host == each or host.endswith(f".{each}") for each in one.hosts)),
        None,
    )


def _host(address: str) -> str:
    """The host of an address, "" where there is none."""
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").casefold()
    except ValueError:
        return ""


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.casefold()
    except ValueError:
        return ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().translate(_QUOTES).split())
