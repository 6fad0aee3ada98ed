"""Measurements that desks hand to each other: one JSON object a line, each signed by the desk that made it.

A line stands by itself, so that files can be cut and joined. It holds what was measured and under which rule, and of
what was seen only what says nothing of the witness: no address of a resolver, no line of its own network.

    {"measurement": {…}, "key": "<public key, hex>", "signature": "<over the measurement's bytes, base64>"}
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from barometer.errors import FetchRefused, TooLarge, WrongShape
from barometer.fetching.guard import parse_url
from barometer.reach.values import Measurement, Reach, Vantage

FORM = "press-barometer/reach/1"
_LONGEST_LINE = 64 * 1024
_MOST_LINES = 200_000
_FIELDS = {"form", "site", "at", "vantage", "state", "rule", "detail"}
_VANTAGE = {"name": str, "country": str, "network": str, "control": bool}
_NEXT = "ask the desk that sent it for a new file"
#: What is told of what was seen: the failures and the site's own answers.
_TOLD = {
    "dns": ("resolver", "kind", "failure"),
    "tls": ("url", "failure", "bare", "sha256", "subject", "issuers", "ends"),
    "hops": ("origin", "url", "failure", "status", "sha256", "size"),
}


def write_witness(measurements: Iterable[Measurement], key: Ed25519PrivateKey) -> bytes:
    """The measurements as signed lines."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    lines = []
    for one in measurements:
        said = _said(one)
        signature = base64.b64encode(key.sign(_bytes(said))).decode()
        lines.append(_bytes({"measurement": said, "key": public, "signature": signature}))
    return b"".join(line + b"\n" for line in lines)


def read_witness(
    data: bytes, keys: Mapping[str, str], *, file: str = "", now: datetime | None = None
) -> list[Measurement]:
    """The measurements of a file whose every line is signed by a key of `keys` (public key in hex: name of the desk).

    Their source is "peer", their number the digest of what was signed, and the vantage's name begins with the desk's.
    A line that comes twice counts once. WrongShape names the first line that is not right; nothing is taken then.
    """
    lines = data.splitlines()
    if len(lines) > _MOST_LINES:
        raise TooLarge(f"more than {_MOST_LINES:,} lines", file=file, next_step="cut the file")
    found = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            one = _read(line, keys, now or datetime.now(UTC), file, f"line {number}")
            found[one.source_id] = one
    return list(found.values())


def _said(one: Measurement) -> dict[str, Any]:
    vantage = one.vantage
    return {
        "form": FORM,
        "site": one.site,
        "at": one.at.astimezone(UTC).isoformat(),
        "vantage": {name: getattr(vantage, name) for name in _VANTAGE},
        "state": one.state.value,
        "rule": one.rule,
        "detail": _told(one.detail) if one.source == "probe" else {},
    }


def _told(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What may be told: another resolver is called so, not by its address."""
    end = detail.get("http", {})
    rows = {"dns": detail.get("dns", ()), "tls": detail.get("tls", ()), "hops": end.get("hops", ())}
    told: dict[str, Any] = {
        stage: [{name: row[name] for name in names if name in row} for row in rows[stage]]
        for stage, names in _TOLD.items()
    }
    hops = [row for row in told.pop("hops") if row.get("failure") != "not_public"]
    told["http"] = {name: end[name] for name in ("status", "failure") if name in end} | {"hops": hops}
    for answer in told["dns"]:
        answer["resolver"] = "system" if answer.get("resolver") == "system" else "other"
    return told | ({"mark": detail["mark"]} if "mark" in detail else {})


def _bytes(value: object) -> bytes:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _read(line: bytes, keys: Mapping[str, str], now: datetime, file: str, place: str) -> Measurement:
    def wrong(why: str) -> NoReturn:
        raise WrongShape(why, file=file, place=place, next_step=_NEXT)

    if len(line) > _LONGEST_LINE:
        wrong(f"it is longer than {_LONGEST_LINE:,} bytes")
    if b"\\u0000" in line:
        wrong("it holds a character that no text has")
    try:
        whole = json.loads(line, parse_constant=lambda word: wrong(f"{word} is no number"))
    except (ValueError, RecursionError):
        wrong("it is not JSON")
    if not isinstance(whole, dict) or whole.keys() != {"measurement", "key", "signature"}:
        wrong("it is not a measurement, a key and a signature")
    said, key, signature = whole["measurement"], whole["key"], whole["signature"]
    if not isinstance(said, dict) or not isinstance(key, str) or not isinstance(signature, str):
        wrong("it is not a measurement, a key and a signature")
    if key not in keys:
        wrong(f"no desk is known by the key {key[:64]!r}")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            base64.b64decode(signature, validate=True), _bytes(said)
        )
    except (InvalidSignature, ValueError, binascii.Error, UnicodeEncodeError):
        wrong(f"the signature is not that of {keys[key]}")
    if said.keys() != _FIELDS or said["form"] != FORM:
        wrong(f"it is not of the form {FORM}")
    one = _measurement(said, keys[key], wrong)
    if one.at > now + timedelta(minutes=10):
        wrong(f"it is dated ahead ({one.at.isoformat()})")
    return replace(one, source_id=hashlib.sha256(_bytes(said)).hexdigest())


def _measurement(said: Mapping[str, Any], desk: str, wrong: Any) -> Measurement:
    site, rule, detail, vantage = said["site"], said["rule"], said["detail"], said["vantage"]
    try:
        parse_url(site if isinstance(site, str) else "")
    except FetchRefused:
        wrong(f"{str(site)[:200]!r} is no address of a site")
    try:
        at = datetime.fromisoformat(said["at"])
    except (ValueError, TypeError):
        at = datetime.min
    if at.utcoffset() != timedelta(0):
        wrong(f"{str(said['at'])[:50]!r} is no time in UTC")
    if said["state"] not in list(Reach):
        wrong(f"{str(said['state'])[:50]!r} is no state of a site")
    if not isinstance(rule, str) or not re.fullmatch(r"[a-z0-9_.]{1,60}", rule):
        wrong("its rule is no rule")
    if not isinstance(detail, dict):
        wrong("its detail is no object")
    if (
        not isinstance(vantage, dict)
        or vantage.keys() != _VANTAGE.keys()
        or not all(type(vantage[name]) is kind for name, kind in _VANTAGE.items())
    ):
        wrong("its vantage is not a name, a country, a network and whether it is a control")
    if not re.fullmatch(r"([A-Z]{2})?", vantage["country"]) or not re.fullmatch(
        r"(AS\d{1,10})?", vantage["network"]
    ):
        wrong("its country or network is not written as KZ and AS9198 are")
    name = re.sub(r"[^\w .-]", "", vantage["name"])[:60]
    return Measurement(
        site=site,
        at=at,
        vantage=Vantage(f"{desk}: {name}", vantage["country"], vantage["network"], vantage["control"]),
        state=Reach(said["state"]),
        rule=rule,
        source="peer",
        detail=detail,
    )
