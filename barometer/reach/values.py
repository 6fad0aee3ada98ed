"""A measurement of a site from one place, and what several of them say together. Times are in UTC, with their zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Reach(StrEnum):
    """What a measurement says of a site. Insufficient is never ok."""

    OK = "ok"
    DOWN = "down"  # it answers nobody, or nobody in a way that tells of blocking
    OVERLOADED = "overloaded"  # time-outs and server errors beyond the site's usual
    BLOCKED_LIKELY = "blocked_likely"
    BLOCKED_CONFIRMED = "blocked_confirmed"  # a known block page or sinkhole
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True)
class Vantage:
    """From where was measured: `name` of the witness, its `country` (ISO 3166-1) and `network` (AS number).

    `control` marks a place where nothing is known to be blocked: what fails there too is no blocking.
    """

    name: str
    country: str = ""
    network: str = ""
    control: bool = False


@dataclass(frozen=True)
class Measurement:
    """One look at `site` (an address) from one vantage; `rule` is the documented rule that gave `state`.

    `source` is probe, ooni or peer, `source_id` what the source calls it. `detail` holds what was seen, as JSON:
    `dns`, `tcp`, `tls`, `http`, each with what was answered or the failure.
    """

    site: str
    at: datetime
    vantage: Vantage
    state: Reach
    rule: str
    source: str = "probe"
    source_id: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What several measurements of one site at one time say together; one vantage point never proves blocking.

    `agreeing` of `asked` witnesses gave the state; `insufficient` of them could say nothing. `at` is the time of its
    first look, `country` the one whose witnesses were asked.
    """

    site: str
    state: Reach
    rule: str
    agreeing: int
    asked: int
    insufficient: int
    measurements: tuple[Measurement, ...] = ()
    at: datetime | None = None
    country: str = ""


@dataclass(frozen=True)
class Outage:
    """A time during which a site could not be reached in a country; `ended` is None while it lasts."""

    site: str
    country: str
    began: datetime
    ended: datetime | None
    state: Reach
    verdicts: tuple[Verdict, ...] = ()
