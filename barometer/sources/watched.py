"""A source as a small TOML file: who publishes, kind, address, language, trust, rhythm, expected range."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from barometer.errors import BadInput, Unreadable

SourceKind = Literal["feed", "sitemap", "page", "telegram", "mailbox", "folder", "links", "documents"]
Trust = Literal["official", "media", "ngo", "personal", "unknown"]

KINDS: tuple[str, ...] = get_args(SourceKind)
TRUST: tuple[str, ...] = get_args(Trust)
#: No source is asked more often than every five minutes, nor less often than every 31 days.
SHORTEST, LONGEST = 5, 31 * 24 * 60
#: A source file is a page at most.
SOURCE_LIMIT = 64 * 1024

_SCHEMES = {
    "feed": ("https", "http"),
    "sitemap": ("https", "http"),
    "page": ("https", "http"),
    "telegram": ("https", "http", ""),
    "mailbox": ("imaps", "imap", ""),
    "folder": ("",),
    "links": ("https", "http", ""),
    "documents": ("https", "http"),
}
_PROXIES = ("socks5h", "http", "https")
_UNITS = {"min": 1, "h": 60, "d": 24 * 60}
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


@dataclass(frozen=True)
class WatchedSource:
    """A source that is asked by rhythm. BadInput, with the key as its place, where a value cannot be.

    `name` is a slug; `address` is a web address, `imaps://user@host/FOLDER`, or a path on this machine; `every` is in
    minutes; `expected` are the fewest and the most items a day that are usual; `follow` has the page of each item
    fetched; `select` is the CSS selector of the watched part of a page. A password never stands here.
    """

    name: str
    title: str
    publisher: str
    kind: SourceKind
    address: str
    language: str
    trust: Trust = "unknown"
    every: int = 60
    expected: tuple[int, int] = (0, 0)
    proxy: str = ""
    follow: bool = True
    select: str = ""
    country: str = ""

    def __post_init__(self) -> None:
        for key, (right, next_step) in _CHECKS.items():
            if not right(getattr(self, key)):
                raise BadInput(f"{getattr(self, key)!r} cannot be", place=key, next_step=next_step)
        if self.kind == "page" and not self.select:
            raise BadInput(
                "a watched page needs the part that is watched",
                place="select",
                next_step='name it by a CSS selector, such as "main" or "#news"',
            )
        _check_address(self.kind, self.address)
        _check_proxy(self.proxy)


def _text(value: Any, most: int, least: int = 1) -> bool:
    return (
        isinstance(value, str) and least <= len(value.strip()) and len(value) <= most and value.isprintable()
    )


def _matches(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _range(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and all(type(number) is int for number in value)
        and 0 <= value[0] <= value[1] <= 100_000
    )


_CHECKS: dict[str, tuple[Any, str]] = {
    "name": (
        lambda value: isinstance(value, str) and bool(_NAME.fullmatch(value)),
        "use small Latin letters, digits and hyphens, 80 at most",
    ),
    "title": (lambda value: _text(value, 300), "write one line, 300 characters at most"),
    "publisher": (lambda value: _text(value, 300), "write who publishes, in one line"),
    "kind": (lambda value: value in KINDS, f"use one of {', '.join(KINDS)}"),
    "address": (lambda value: _text(value, 2000), "write the address in one line"),
    "language": (
        lambda value: _matches(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?", value),
        "use a code such as kk, ru or en",
    ),
    "trust": (lambda value: value in TRUST, f"use one of {', '.join(TRUST)}"),
    "every": (
        lambda value: type(value) is int and SHORTEST <= value <= LONGEST,
        'write "30 min", "2 h" or "1 d", from 5 min to 31 d',
    ),
    "expected": (_range, "write the fewest and the most items a day, such as [2, 40]"),
    "proxy": (lambda value: _text(value, 300, 0), 'write "socks5h://host:port" or "http://host:port"'),
    "follow": (lambda value: type(value) is bool, "write true or false"),
    "select": (lambda value: _text(value, 300, 0), "write a CSS selector in one line"),
    "country": (
        lambda value: _matches(r"(?:[a-z]{2})?", value),
        "use a code of two small letters, such as kz",
    ),
}


def _check_address(kind: str, address: str) -> None:
    parts = _split(address, "address")
    allowed = _SCHEMES[kind]
    scheme = parts.scheme if "://" in address else ""
    if scheme not in allowed or (scheme and not parts.hostname):
        forms = " or ".join(f"{each}://…" if each else _bare(kind) for each in allowed)
        raise BadInput(f"{address!r} is no address of a {kind}", place="address", next_step=f"write {forms}")
    if parts.password or (parts.username and scheme in ("http", "https")):
        raise BadInput(
            "an address must not carry a name or a password",
            place="address",
            next_step="take it out; a mailbox's password is kept apart from its file",
        )
    if kind == "mailbox" and scheme and not parts.username:
        raise BadInput(
            "a mailbox needs its user", place="address", next_step="write imaps://user@host/FOLDER"
        )


def _bare(kind: str) -> str:
    return "the channel's name" if kind == "telegram" else "a path on this machine"


def _check_proxy(proxy: str) -> None:
    parts = _split(proxy, "proxy")
    if proxy and (parts.scheme not in _PROXIES or not parts.hostname or not parts.port):
        raise BadInput(
            f"{proxy!r} is no proxy",
            place="proxy",
            next_step="write socks5h://host:port (Tor: socks5h://127.0.0.1:9050) or http://host:port",
        )


def _split(address: str, key: str) -> Any:
    try:
        parts = urlsplit(address)
        _ = parts.port  # a port that is no number is found here only
    except ValueError as error:
        raise BadInput(
            f"{address!r} cannot be read ({error})", place=key, next_step="check how it is written"
        ) from None
    return parts


# --- TOML -------------------------------------------------------------------------------------------------------


def read_source(path: Path) -> WatchedSource:
    """The source of a file NAME.toml; Unreadable where it cannot be opened, BadInput where it cannot be used."""
    path = Path(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(SOURCE_LIMIT + 1)
    except OSError as error:
        raise Unreadable(
            f"it cannot be opened ({error.strerror})", file=path, next_step="check its name and permissions"
        ) from None
    if len(data) > SOURCE_LIMIT:
        raise BadInput(f"it is over {SOURCE_LIMIT:,} bytes", file=path, next_step="check that it is a source")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"byte {error.start:,} is not UTF-8", file=path, next_step="save it again as UTF-8"
        ) from None
    return parse_source(text, path.name)


def parse_source(text: str, name: str) -> WatchedSource:
    """The source of a TOML text; `name` is its file's name, whose stem is the source's name. BadInput if it cannot be."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of very many figures too
        raise BadInput(f"it is no TOML ({error})", file=name, next_step="correct that line") from None
    known = {each.name: each for each in fields(WatchedSource)}
    values.setdefault("name", name.removesuffix(".toml"))
    for key in values:
        if key not in known:
            raise BadInput(
                "there is no such key", file=name, place=key, next_step=f"use one of {', '.join(known)}"
            )
    for key, each in known.items():
        if each.default is MISSING and key not in values:
            raise BadInput("this key is missing", file=name, place=key, next_step=f"add {key} = …")
    if "every" in values:
        values["every"] = _minutes(values["every"])
    if isinstance(values.get("expected"), list):
        values["expected"] = tuple(values["expected"])
    try:
        return WatchedSource(**values)
    except BadInput as error:
        raise BadInput(error.message, file=name, place=error.place, next_step=error.next_step) from None


def _minutes(value: Any) -> Any:
    """ "2 h" → 120; what is no rhythm is handed back, to be refused with the other values."""
    match = re.fullmatch(r"(\d{1,5}) ?(min|h|d)", value) if isinstance(value, str) else None
    return int(match[1]) * _UNITS[match[2]] if match else value


def to_toml(source: WatchedSource) -> str:
    """The source as the text that `parse_source` reads; keys in their order, those that are as by default left out."""
    lines = []
    for each in fields(source):
        value = getattr(source, each.name)
        if value != each.default:
            lines.append(f"{each.name} = {_written(each.name, value)}\n")
    return "".join(lines)


def _written(key: str, value: Any) -> str:
    if key == "every":
        unit = next(unit for unit in ("d", "h", "min") if value % _UNITS[unit] == 0)
        return f'"{value // _UNITS[unit]} {unit}"'
    if isinstance(value, tuple):
        return json.dumps(list(value))
    return json.dumps(value, ensure_ascii=False)
