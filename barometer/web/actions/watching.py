"""Watched sites and the places from which is looked: added, changed, made public, each with its revision."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from barometer.errors import BadInput, NotAllowed, UnknownValue
from barometer.web.accounts.roles import Act, may
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.watching_days import key_of
from barometer.web.records.models import Party
from barometer.web.records.watch import Account, VantagePoint, WatchedSite, WitnessKey

#: Minutes between two looks, at least and at most.
LEAST, MOST = 5, 24 * 60


def outlet_named(name: str, *, by: str, user: Any = None) -> Party:
    """The outlet of that name, made where there is none. BadInput without a name."""
    name = " ".join(name.split())
    if not name:
        raise BadInput("the outlet has no name", next_step="write the name of the outlet")
    row, created = Party.objects.get_or_create(name=name[:300], kind=Party.Kind.OUTLET)
    if created:
        record_revision(row, "create", by=by, user=user)
    return row


def address_of(text: str) -> str:
    """The address of a site as it is kept. UnknownValue for what is none."""
    text = text.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username
        port = parts.port
    except ValueError:
        fits, port = False, None
    if not fits or len(text) > 300 or any(sign.isspace() for sign in text):
        raise UnknownValue(f"{text[:80]!r} is no address of a site", next_step="write it as https://site.kz/")
    host = (parts.hostname or "") + (f":{port}" if port else "")
    return f"{parts.scheme}://{host}{parts.path or '/'}"


@transaction.atomic
def save_site(
    row: WatchedSite | None,
    *,
    outlet: str,
    address: str,
    every: int = 10,
    country: str = "KZ",
    by: str,
    user: Any = None,
) -> WatchedSite:
    """Watch a site, or change what is said of it. BadInput where it is watched already or something is none."""
    address = address_of(address)
    if not LEAST <= every <= MOST:
        raise UnknownValue(f"every {every} minutes", next_step=f"write {LEAST} to {MOST}")
    if len(country) != 2 or not country.isalpha():
        raise UnknownValue(
            f"{country[:20]!r} is no country's code", next_step="write two letters, such as KZ"
        )
    others = WatchedSite.objects.exclude(pk=row.pk) if row else WatchedSite.objects.all()
    if any(key_of(other) == key_of(address) for other in others.values_list("address", flat=True)):
        raise BadInput(f"{address} is watched already", next_step="look for it in the list")
    is_new = row is None
    row = row or WatchedSite()
    row.outlet = outlet_named(outlet, by=by, user=user)
    row.address, row.every, row.country = address, every, country.upper()
    row.save()
    record_revision(row, "create" if is_new else "change", by=by, user=user)
    return row


@transaction.atomic
def set_active(row: WatchedSite | Account, active: bool, *, by: str, user: Any = None) -> None:
    """Look at it again, or no more."""
    row.active = active
    row.save()
    record_revision(row, "wake" if active else "rest", by=by, user=user)


@transaction.atomic
def set_public(row: WatchedSite | Account, public: bool, *, by: str, user: Any = None) -> None:
    """Show it to readers with all that is measured of it, or no more; NotAllowed for whoever may not publish."""
    if user is not None and not may(user, Act.PUBLISH):
        raise NotAllowed("only an editor or the director shows it to readers", next_step="ask one of them")
    row.public = public
    row.save()
    record_revision(row, "show" if public else "hide", by=by, user=user)


@transaction.atomic
def save_point(
    row: VantagePoint | None,
    *,
    kind: str,
    name: str,
    country: str = "",
    network: str = "",
    control: bool = False,
    proxy: str = "",
    active: bool = True,
    by: str,
    user: Any = None,
) -> VantagePoint:
    """Add a place from which is looked, or change what is said of it."""
    if kind not in VantagePoint.Kind.values:
        raise UnknownValue(f"{kind[:20]!r} is none of {', '.join(VantagePoint.Kind.values)}")
    if not name.strip():
        raise BadInput("the place has no name", next_step="name it by town and provider, not by a person")
    if country and (len(country) != 2 or not country.isalpha()):
        raise UnknownValue(
            f"{country[:20]!r} is no country's code", next_step="write two letters, such as KZ"
        )
    if kind == VantagePoint.Kind.PROXY and not proxy.strip():
        raise BadInput("a place of this kind needs a proxy", next_step="write it as socks5h://127.0.0.1:9050")
    is_new = row is None
    row = row or VantagePoint()
    row.kind, row.name, row.proxy, row.active, row.control = (
        kind,
        name.strip()[:120],
        proxy.strip(),
        active,
        control,
    )
    row.country, row.network = country.upper(), network.strip()[:20]
    same = VantagePoint.objects.filter(name=row.name, country=row.country, network=row.network)
    if same.exclude(pk=row.pk).exists():
        raise BadInput("there is a place of this name", next_step="name it otherwise")
    row.save()
    record_revision(row, "create" if is_new else "change", by=by, user=user)
    return row


@transaction.atomic
def save_key(name: str, key: str, *, by: str, user: Any = None) -> WitnessKey:
    """Take in measurements that are signed by this key, as those of that desk."""
    key, name = key.strip().lower(), " ".join(name.split())[:80]
    if not re.fullmatch(r"[0-9a-f]{64}", key) or not name:
        raise UnknownValue(
            "it is no public key with the name of its desk",
            next_step="copy what barometer watch export printed",
        )
    row = WitnessKey.objects.filter(key=key).first() or WitnessKey(key=key)
    is_new = row.pk is None
    row.name, row.active = name, True
    row.save()
    record_revision(row, "create" if is_new else "change", by=by, user=user)
    return row


@transaction.atomic
def drop_key(row: WitnessKey, *, by: str, user: Any = None) -> None:
    """Take in no more of what this key signs."""
    row.active = False
    row.save()
    record_revision(row, "rest", by=by, user=user)
