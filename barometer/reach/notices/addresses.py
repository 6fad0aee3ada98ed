"""What an address tells by itself: whose site it is, a day in its path, words in its path. Nothing is asked."""

from __future__ import annotations

import calendar
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import unquote, urlsplit

_ADDRESS = re.compile(r"(?:https?://|(?<![\w.@/])www\.)[^\s<>\"'|«»“”]{3,2000}", re.IGNORECASE)
_DEFANGED = (("hxxp", "http"), ("[.]", "."), ("(.)", "."), ("[:]", ":"))
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?!\d)")
#: Sites speak from several hosts: the letters before the name say nothing of whose they are.
_BEFORE = re.compile(r"^(?:www|m|mobile|amp|web|ru|rus|kz|kaz|en|qaz)\.(?=[^.]+\.)")


@dataclass(frozen=True)
class Days:
    """The days that an address or a field can mean: one day, or a whole month."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> Days:
        """One day."""
        return cls(day, day)

    @property
    def iso(self) -> str:
        """2026-02-20, or 2026-02 where only the month is known."""
        return self.first.isoformat()[: 10 if self.first == self.last else 7]


@cache
def hosts() -> dict[str, Any]:
    """hosts.toml."""
    with (resources.files("barometer.reach") / "data" / "hosts.toml").open("rb") as stream:
        return tomllib.load(stream)


def addresses_in(text: str) -> tuple[str, ...]:
    """The web addresses in a text, also where their dots were taken out so that nobody follows them; each once."""
    for written, meant in _DEFANGED:
        text = text.replace(written, meant).replace(written.upper(), meant)
    found = (match[0].rstrip(".,;:!?)]}*") for match in _ADDRESS.finditer(text))
    return tuple(dict.fromkeys(_whole(one) for one in found if _host(_whole(one))))


def mail_hosts_in(text: str) -> tuple[str, ...]:
    """The hosts of the mail addresses in a text, each once."""
    return tuple(dict.fromkeys(match[1].casefold().rstrip(".") for match in _MAIL.finditer(text)))


def _whole(address: str) -> str:
    return address if "://" in address[:8] else f"https://{address}"


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").casefold().rstrip(".")
    except ValueError:
        return ""


def host_of(address: str) -> str:
    """The host without www and the like; "" where there is none."""
    host = _host(address)
    return _BEFORE.sub("", host) if host.count(".") > 1 else host


def is_under(host: str, domain: str) -> bool:
    """Whether a host is that domain or one below it."""
    return host == domain or host.endswith(f".{domain}")


def site_of(address: str) -> str:
    """Whose page it is: the host; of a platform the host with the account, "" where the address names no account."""
    host = host_of(address)
    table = hosts()["accounts"]
    platform = next((one for one in table["hosts"] if is_under(host, one)), "")
    if not platform:
        return host
    parts = (part.casefold().lstrip("@") for part in urlsplit(address).path.split("/"))
    # @handle, c/NAME, channel/ID, user/NAME name one; watch?v=… does not
    kept = [part for part in parts if part]
    if kept and kept[0] in ("c", "channel", "user", "s", "groups") and len(kept) > 1:
        return f"{platform}/{kept[1]}"
    return f"{platform}/{kept[0]}" if kept and kept[0] not in table["not_accounts"] else ""


def sites_of(addresses: Iterable[str]) -> tuple[str, ...]:
    """The different sites of some addresses, in their order."""
    return tuple(dict.fromkeys(site for site in map(site_of, addresses) if site))


def days_in(address: str) -> Days | None:
    """The day or the month that the path tells (/2024/05/18/, 2024-05-18); None where it tells none."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    for match in _DAY.finditer(path[:2000]):
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 0)
        last = calendar.monthrange(year, month)[1]
        if day <= last:
            return Days(date(year, month, day or 1), date(year, month, day or last))
    return None


def words_in(address: str) -> str:
    """The words of the path, as a sentence; numbers are left out."""
    try:
        path = unquote(urlsplit(address).path)[:500]
    except ValueError:
        return ""
    return " ".join(re.findall(r"[^\W\d_]{2,}", path.replace(".html", "").replace(".php", "")))


def free_host(address: str) -> tuple[str, date | None] | None:
    """The free platform that an address stands on, with the day from which it could; None for any other host."""
    host = host_of(address)
    for row in hosts()["free"]:
        if is_under(host, row["host"]):
            return row["host"], row.get("since")
    return None


def is_free_mail(host: str) -> bool:
    """Whether anybody gets an address there at once."""
    return any(is_under(host, one) for one in hosts()["mail"]["free"])
