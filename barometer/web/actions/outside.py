"""What may leave this machine, and to whom: the installation's door, its time-stamping authorities, its store."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from barometer.errors import NotReady, UnknownValue, Unreadable

if TYPE_CHECKING:
    from barometer.evidence import Store
    from barometer.evidence.browser import Browser
    from barometer.evidence.s3 import S3Store
    from barometer.evidence.stamps import Authority
    from barometer.fetching import Apart, Door, Pacing, Robots

PURPOSES = ("web", "time-stamping", "store", "proxy", "mailbox", "webhook", "reach")
_ALLOW = 'write PURPOSE=HOST:PORT, such as "time-stamping=10.0.0.5:8080; proxy=127.0.0.1:9050"'


@dataclass(frozen=True)
class Outside:
    """What the environment says; settings_reference.py tells each in words.

    `allow` are (purpose, hosts) that may be reached though they are private; `sighting_days` is how long a sighting
    stays that became no lead, `look_days` how often addresses behind published events are looked at; sources that are
    files are read within `folders` only; `passwords` is the file with those of mailboxes; `patience` is how many seconds
    one answer of a source may take; `resolvers` and
    `controls` are what looks at watched sites are held against.
    """

    allow: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stamps: tuple[str, ...] = ()
    stamp_certificates: Path | None = None
    store: str = ""
    store_key: str = ""
    store_secret: str = ""
    store_region: str = "us-east-1"
    sighting_days: int = 90
    look_days: int = 30
    folders: tuple[Path, ...] = ()
    passwords: Path | None = None
    patience: int = 120
    resolvers: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()


def outside(environment: Mapping[str, str] = os.environ) -> Outside:
    """The settings of the environment; UnknownValue, with the variable as its place, where one cannot be."""
    return Outside(
        allow=_allowed(environment.get("BAROMETER_ALLOW", "")),
        stamps=tuple(environment.get("BAROMETER_STAMPS", "").replace(",", " ").split()),
        stamp_certificates=_path(environment.get("BAROMETER_STAMP_CERTIFICATES", "")),
        store=environment.get("BAROMETER_STORE", "").strip(),
        store_key=environment.get("BAROMETER_STORE_KEY", "").strip(),
        store_secret=environment.get("BAROMETER_STORE_SECRET", "").strip(),
        store_region=environment.get("BAROMETER_STORE_REGION", "").strip() or "us-east-1",
        sighting_days=_number(environment, "BAROMETER_SIGHTING_DAYS", 90, "days", 36_500),
        look_days=_number(environment, "BAROMETER_LOOK_DAYS", 30, "days", 36_500),
        folders=tuple(
            Path(part) for part in environment.get("BAROMETER_FOLDERS", "").split(os.pathsep) if part
        ),
        passwords=_path(environment.get("BAROMETER_MAILBOX_PASSWORDS", "")),
        patience=_number(environment, "BAROMETER_PATIENCE", 120, "seconds", 3_600),
        resolvers=_listed(environment.get("BAROMETER_WATCH_RESOLVERS", "")),
        controls=_listed(environment.get("BAROMETER_WATCH_CONTROLS", "")),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _path(text: str) -> Path | None:
    return Path(text.strip()) if text.strip() else None


def _allowed(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        purpose, _, hosts = part.partition("=")
        names = tuple(host.strip() for host in hosts.split(",") if host.strip())
        if purpose.strip() not in PURPOSES or not names or not all(":" in name for name in names):
            raise UnknownValue(
                f"{part!r} is no allowance for one of {', '.join(PURPOSES)}",
                place="BAROMETER_ALLOW",
                next_step=_ALLOW,
            )
        found.append((purpose.strip(), names))
    return tuple(found)


def _number(environment: Mapping[str, str], name: str, default: int, unit: str, most: int) -> int:
    text = environment.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) <= most):
        raise UnknownValue(
            f"{text[:40]!r} is no number of {unit}", place=name, next_step=f"write 1 to {most}"
        )
    return int(text)


def door(proxy: str = "") -> Door:
    """The one client through which this installation reaches out; with a proxy, the web is reached through it alone."""
    from barometer.fetching import Allowance, Door

    allowances = [Allowance(purpose, hosts) for purpose, hosts in outside().allow]
    return Door(allowances=allowances, proxies={"web": proxy} if proxy else None)


def mailbox_password(source: str) -> str:
    """The password of a mailbox by the source's name, from a file that only its owner may read; "" where none is.

    Unreadable, NotReady where the file cannot be used.
    """
    path = outside().passwords
    if path is None:
        return ""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise NotReady("others may read these passwords", file=path, next_step=f"chmod 600 {path}")
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Unreadable(
            f"the passwords cannot be read ({getattr(error, 'strerror', None) or 'no TOML'})",
            file=path,
            next_step='write a line for each mailbox: source = "password"',
        ) from None
    return str(told.get(source, ""))


@cache
def apart() -> Apart:
    """Where this process has the bytes of others read."""
    from barometer.fetching import Apart

    return Apart()


@cache
def robots() -> Robots:
    """What sites ask of crawlers, as this process has learned it."""
    from barometer.fetching import Robots

    return Robots(door())


@cache
def pacing() -> Pacing:
    """Whose turn a host is, for this process."""
    from barometer.fetching import Pacing

    return Pacing()


def store() -> Store | S3Store:
    """Where this installation keeps evidence: its own folder, or the address of BAROMETER_STORE."""
    from barometer.evidence import Store
    from barometer.web.actions.keys import LedgerKeys

    said, keys = outside(), LedgerKeys()
    if not said.store:
        return Store(Path(settings.EVIDENCE_ROOT), keys)
    from barometer.evidence.s3 import Credentials, open_store

    known = Credentials(said.store_key, said.store_secret, said.store_region)
    return open_store(said.store, door(), known if said.store_key and said.store_secret else None, keys)


def browser() -> tuple[Browser | None, str]:
    """Chromium where it can be used, or why not."""
    from barometer.evidence.browser import browser_here

    return browser_here()


def authorities() -> list[Authority]:
    """Who stamps for this installation; Unreadable where their certificates are not."""
    from barometer.evidence.stamps import Authority

    said = outside()
    if not said.stamps:
        return []
    if said.stamp_certificates is None:
        raise UnknownValue(
            "no certificates are trusted for the authorities",
            place="BAROMETER_STAMP_CERTIFICATES",
            next_step="name a PEM file with them",
        )
    try:
        certificates = said.stamp_certificates.read_bytes()
    except OSError as error:
        raise Unreadable(
            f"the certificates cannot be read ({error.strerror})",
            file=said.stamp_certificates,
            next_step="check BAROMETER_STAMP_CERTIFICATES",
        ) from None
    return [Authority(address, certificates) for address in said.stamps]
