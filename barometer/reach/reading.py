"""Measurements as lines of JSON, and any file of them read in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from barometer.errors import BarometerError, Unreadable
from barometer.fetching import Apart
from barometer.reach.fingerprints import Fingerprints, read_fingerprints
from barometer.reach.ooni import Broken, read_ooni
from barometer.reach.values import Measurement, Reach, Vantage
from barometer.reach.witness import read_witness

#: What reading one file may take, and how many broken parts of it are told one by one.
SECONDS, MEMORY = 120.0, 2 << 30
MOST_BROKEN = 100


@dataclass(frozen=True)
class Read:
    """What a file holds: its kind (ooni or desk), its measurements, what of it could not be read (the first of it)."""

    kind: str
    measurements: tuple[Measurement, ...]
    broken: tuple[tuple[str, str], ...]  # place, reason
    broken_count: int


def read_file(
    data: bytes, name: str, keys: Mapping[str, str], apart: Apart, lists: Sequence[Path] = ()
) -> Read:
    """The measurements of a file of OONI's, or of a desk that signs with one of `keys` (public key: name), read apart.

    `lists` are OONI's lists of known block pages, which confirm a blocking beside the country's own. A file that cannot
    be read at all, or such a list, is one broken part.
    """
    try:
        known = [(one.read_bytes(), one.name) for one in lists]
        told = apart.run(
            "barometer.reach.reading:read", (data, name, dict(keys), known), seconds=SECONDS, memory=MEMORY
        )
    except BarometerError as error:
        kind = "desk" if is_signed(data) else "ooni"
        return Read(kind, (), ((error.place or "", error.message),), 1)
    return Read(
        told["kind"],
        tuple(of_json(one) for one in told["measurements"]),
        tuple((place, why) for place, why in told["broken"]),
        told["broken_count"],
    )


def read(file: tuple[bytes, str, Mapping[str, str], Sequence[tuple[bytes, str]]]) -> dict[str, Any]:
    """The same as plain values: what runs apart. WrongShape, Unreadable, TooLarge."""
    data, name, keys, lists = file
    kind = "desk" if is_signed(data) else "ooni"
    measurements: list[dict[str, Any]] = []
    broken: list[tuple[str, str]] = []
    for one in read_witness(data, keys, file=name) if kind == "desk" else _of_ooni(data, name, lists):
        if isinstance(one, Broken):
            broken.append((one.place, one.why))
        else:
            measurements.append(as_json(one))
    return {
        "kind": kind,
        "measurements": measurements,
        "broken": [list(each) for each in broken[:MOST_BROKEN]],
        "broken_count": len(broken),
    }


def _of_ooni(data: bytes, name: str, lists: Sequence[tuple[bytes, str]]) -> Iterator[Measurement | Broken]:
    known = [one for each, called in lists for one in read_fingerprints(each, called).all]
    return read_ooni(data, name, Fingerprints(tuple(known)))


def is_signed(data: bytes) -> bool:
    """Whether a file begins with a line as desks sign them."""
    try:
        told = json.loads(data.lstrip().split(b"\n", 1)[0][:100_000])
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and {"measurement", "signature"} <= told.keys()


def as_json(one: Measurement) -> dict[str, Any]:
    """A measurement as plain values."""
    return {
        "site": one.site,
        "at": one.at.astimezone(UTC).isoformat(),
        "state": one.state.value,
        "rule": one.rule,
        "vantage": {
            "name": one.vantage.name,
            "country": one.vantage.country,
            "network": one.vantage.network,
            "control": one.vantage.control,
        },
        "source": one.source,
        "source_id": one.source_id,
        "detail": dict(one.detail),
    }


def of_json(told: Mapping[str, Any]) -> Measurement:
    """What `as_json` gave. ValueError, KeyError, TypeError for anything else."""
    at = datetime.fromisoformat(told["at"])
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    where = told["vantage"]
    vantage = Vantage(
        str(where["name"])[:120],
        str(where["country"])[:2].upper(),
        str(where["network"])[:20],
        bool(where["control"]),
    )
    return Measurement(
        str(told["site"]),
        at,
        vantage,
        Reach(told["state"]),
        str(told["rule"])[:60],
        str(told["source"]),
        str(told["source_id"])[:200],
        dict(told["detail"]),
    )


def as_line(one: Measurement) -> str:
    """A measurement as a line of JSON."""
    return json.dumps(as_json(one), ensure_ascii=False, separators=(",", ":"), default=str)


def of_line(line: str) -> Measurement:
    """What `as_line` wrote; Unreadable for anything else."""
    try:
        return of_json(json.loads(line))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(f"it is no measurement ({type(error).__name__})", next_step="leave it out") from None


def account_of(page: tuple[bytes, str, str, str, int]) -> dict[str, str]:
    """What a page (bytes, charset, address of the account, where it led, status) says of an account: what runs apart."""
    from barometer.reach.accounts import read_account

    body, charset, address, url, status = page
    try:
        html = body.decode(charset or "utf-8", "replace")
    except LookupError:
        html = body.decode("utf-8", "replace")
    said = read_account(html, address, url=url, status=status)
    return {"state": said.state.value, "rule": said.rule, "sign": said.sign}
