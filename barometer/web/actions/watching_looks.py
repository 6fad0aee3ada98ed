"""Looks from this machine: the probe of `barometer.reach`, asked for sites from one place."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from barometer.reach.values import Measurement, Vantage
from barometer.web.actions.outside import outside
from barometer.web.records.watch import VantagePoint


@dataclass(frozen=True)
class Looked:
    """A measurement with the certificates that were shown: SHA-256 → DER."""

    measurement: Measurement
    certificates: Mapping[str, bytes] = field(default_factory=dict)


def look(addresses: Sequence[str], point: VantagePoint) -> list[Looked]:
    """Look at each of these sites once; one that hangs holds up no other."""
    from barometer.countries.blocking import marks
    from barometer.fetching import Allowance
    from barometer.reach import classify, rounds
    from barometer.reach.probe import Controls, ProbeSettings
    from barometer.reach.probe import look as look_at
    from barometer.reach.seen import Seen

    settings = ProbeSettings(
        resolvers=outside().resolvers,
        controls=Controls(outside().controls),
        proxy=point.proxy,
        allowances=tuple(Allowance(purpose, hosts) for purpose, hosts in outside().allow),
    )
    vantage = Vantage(point.name, point.country, point.network, point.control)
    known = marks()
    found: list[Looked] = []

    def keep(address: str, seen: Seen | None) -> None:
        if seen is not None:
            one = classify.measurement(seen, vantage, known)
            found.append(Looked(replace(one, site=address), seen.certificates))

    async def run() -> None:
        await rounds.run(lambda: addresses, 0, lambda site: look_at(site, settings), keep, asyncio.Event())

    asyncio.run(run())
    return found
