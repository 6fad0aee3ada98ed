"""What looks of the probe say together: overload is told by the rate, blocking by several networks and a control."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.servers import page
from fakes.sites import HOME, Authorities, Stage, Strange, in_turn, reset_after_hello

from barometer.reach.classify import measurement
from barometer.reach.values import Measurement, Reach, Vantage

compare = pytest.importorskip("barometer.reach.compare", reason="no verdicts of several looks here")

BEGIN = datetime(2026, 3, 5, 12, tzinfo=UTC)
SITE = "https://news.example/"
HERE, BESIDE = Vantage("one", "KZ", "AS1"), Vantage("two", "KZ", "AS2")
ABROAD = Vantage("three", "DE", "AS3", control=True)


@pytest.fixture(scope="module")
def looks() -> dict[str, Measurement]:
    """A look at a site that is well, one at a site that answers 503 and one at a site whose line is reset."""
    authorities = Authorities()
    stage = Stage(authorities)
    with stage.stack:
        busy = page(b"busy", status="503 Service Unavailable")
        seen = {
            "well": stage.look(stage.site(tls=stage.good), HOME),
            "busy": stage.look(stage.site({"/": in_turn(busy)}, tls=stage.good), HOME),
            "reset": stage.look(stage.up(Strange(reset_after_hello)), HOME),
        }
    return {name: measurement(one, HERE, ()) for name, one in seen.items()}


def at(one: Measurement, minutes: float, vantage: Vantage = HERE) -> Measurement:
    return replace(one, site=SITE, at=BEGIN + timedelta(minutes=minutes), vantage=vantage)


def said(looks_: Iterable[Measurement], usual) -> tuple[Reach, str]:
    verdict = compare.verdict(looks_, "KZ", known=usual)
    return verdict.state, verdict.rule


def test_a_flood_of_503_is_overload_and_a_single_one_is_not(looks):
    """The usual: four days, each look well. Then nine of nine answer 503, or one of three does."""
    usual = compare.usual(at(looks["well"], -10 * n) for n in range(1, 500))
    flood = [at(looks["busy"], n, vantage) for n in (0, 3, 6) for vantage in (HERE, BESIDE, ABROAD)]
    assert said(flood, usual) == (Reach.OVERLOADED, "compare.beyond_usual")
    alone = [at(looks["busy"], 0), at(looks["well"], 1, BESIDE), at(looks["well"], 1, ABROAD)]
    assert said(alone, usual)[0] not in (Reach.OVERLOADED, Reach.BLOCKED_LIKELY, Reach.BLOCKED_CONFIRMED)


def test_one_vantage_point_never_proves_blocking(looks):
    control = at(looks["well"], 1, ABROAD)
    assert said([at(looks["reset"], 0), control], None) == (Reach.INSUFFICIENT, "compare.one_network")
    both = [at(looks["reset"], 0), at(looks["reset"], 0, BESIDE), control]
    assert said(both, None) == (Reach.BLOCKED_LIKELY, "compare.only_here")
