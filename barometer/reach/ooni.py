"""OONI's measurements as ours, by rules with ids (ooni.…, told in docs/reference/reach-rules.md).

An anomaly is no blocking: one measurement says at most "blocked likely", and "confirmed" only where a known block page
or sinkhole was met. What a test could not hold against its control says nothing, and nothing is never ok.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from barometer.reach.fingerprints import Fingerprints, own
from barometer.reach.ooni_files import Broken, values
from barometer.reach.ooni_services import SERVICES, service_rule
from barometer.reach.ooni_values import mapping, number, text
from barometer.reach.ooni_web import web_rule
from barometer.reach.rules import state_of
from barometer.reach.values import Measurement, Vantage

__all__ = ["Broken", "read_ooni"]

_WEB = ("web_connectivity", "http_requests", "browser_web")
#: Ways of blocking that the API names; "http-diff" is none.
_WAYS = ("dns", "tcp_ip", "http-failure")
_ASN = re.compile(r"(?:AS)?0*([1-9]\d{0,9})", re.IGNORECASE)


class _NotOurs(Exception):
    """A value that gives no measurement."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule, self.why = rule, why


def read_ooni(
    source: Path | bytes | IO[bytes], name: str, fingerprints: Fingerprints | None = None
) -> Iterator[Measurement | Broken]:
    """Every measurement of a file in its order, and what gave none, with the reason.

    Taken are OONI's files (one measurement, one a line, packed with gzip) and pages of its API. What confirms a
    blocking are the country's own marks and `fingerprints`. The address of the volunteer who measured is never taken
    over.
    """
    known = own() if fingerprints is None else own() + fingerprints
    for found in values(source, name):
        if isinstance(found, Broken):
            yield found
            continue
        for place, value in _rows(*found):
            if _is_fingerprint(value):
                yield Broken(
                    name, "", "file.fingerprints", "it lists known block pages: give it as fingerprints"
                )
                return
            try:
                yield _measurement(value, known)
            except _NotOurs as error:
                yield Broken(name, place, error.rule, error.why)


def _rows(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The rows of a list or of a page of the API; everything else as it is."""
    rows = value
    if isinstance(value, dict) and "test_name" not in value:
        rows = value.get("results") or value.get("result")
        if isinstance(rows, dict) and "measurement_count" in rows:
            rows = [rows]
    if not isinstance(rows, list) or not rows:
        yield place, value
        return
    for count, row in enumerate(rows, 1):
        yield f"{place}, row {count:,}", row


def _measurement(value: Any, known: Fingerprints) -> Measurement:
    if not isinstance(value, dict):
        raise _NotOurs("file.not_a_measurement", "it is no JSON object")
    if "measurement_count" in value:
        rule, detail = _counts_rule(value)
        return _made(value, "", rule, detail)
    row = value
    if isinstance(raw := row.get("raw_measurement"), str):
        with suppress(ValueError, RecursionError):
            value = mapping(json.loads(raw, parse_constant=lambda _: None)) or row
    test = text(value.get("test_name"))
    if not test:
        raise _NotOurs("file.not_a_measurement", "it has no test_name")
    if test not in _WEB and test not in SERVICES:
        raise _NotOurs("ooni.not_about_a_site", f"the test {test} does not tell whether a site opens")
    if "test_keys" not in value and not {"anomaly", "confirmed"} & row.keys():
        raise _NotOurs("file.not_a_measurement", "it has neither test_keys nor what OONI says of it")
    rule, detail = _api_rule(row) if "test_keys" not in value else _raw_rule(value, test, known)
    if row.get("confirmed") is True and rule not in ("ooni.block_page", "ooni.interception"):
        rule = "ooni.api_confirmed"
    return _made(value, test, rule, detail)


def _raw_rule(value: Mapping[str, Any], test: str, known: Fingerprints) -> tuple[str, dict[str, Any]]:
    return service_rule(value) if test in SERVICES else web_rule(value, known)


def _api_rule(row: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What a row of the API's list says: OONI's own conclusion, without what was seen."""
    scores = row.get("scores")
    if isinstance(scores, str):
        with suppress(ValueError, RecursionError):
            scores = json.loads(scores or "{}", parse_constant=lambda _: None)
    way = text(mapping(mapping(scores).get("analysis")).get("blocking_type"))
    detail: dict[str, Any] = {"test": text(row.get("test_name")), "blocking": way or None}
    if row.get("confirmed") is True:
        return "ooni.api_confirmed", detail
    if row.get("failure") is True:
        return "ooni.api_failure", detail
    if row.get("anomaly") is True:
        return ("ooni.api_way" if way in _WAYS else "ooni.api_anomaly"), detail
    return ("ooni.api_ok" if row.get("anomaly") is False else "ooni.no_conclusion"), detail


def _counts_rule(row: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What a row of the API's counts says: many measurements, of which most may be fine."""
    counts = {
        key: number(row.get(f"{key}_count")) or 0
        for key in ("measurement", "anomaly", "confirmed", "failure", "ok")
    }
    detail = {"test": text(row.get("test_name")), "counts": counts}
    if counts["confirmed"]:
        return "ooni.counts_confirmed", detail
    if counts["ok"] and 2 * counts["ok"] > counts["measurement"]:
        return "ooni.counts_ok", detail
    return "ooni.counts_unclear", detail


def _made(value: Mapping[str, Any], test: str, rule: str, detail: dict[str, Any]) -> Measurement:
    country = text(value.get("probe_cc")).upper()
    country = country if re.fullmatch(r"[A-Z]{2}", country) and country != "ZZ" else ""
    asn = _ASN.fullmatch(str(value.get("probe_asn") or ""))
    network = f"AS{asn[1]}" if asn else ""
    report, uid = text(value.get("report_id")), text(value.get("measurement_uid"))
    return Measurement(
        site=_site(value, test),
        at=_time(value),
        vantage=Vantage(" ".join(filter(None, ("OONI", country, network))), country, network),
        state=state_of(rule),
        rule=rule,
        source="ooni",
        source_id=uid or report or text(value.get("id")) or text(value.get("tid")),
        detail=detail,
    )


def _site(value: Mapping[str, Any], test: str) -> str:
    if test in SERVICES:
        return f"service:{SERVICES[test]}"
    site = "".join((text(value.get("input")) or text(value.get("domain"))).split())
    if not site:
        raise _NotOurs("ooni.no_site", "it does not say of which site it is")
    return site if "://" in site else f"http://{site}"


def _time(value: Mapping[str, Any]) -> datetime:
    """When it was measured, in UTC: OONI's clock; the beginning of the day for counts."""
    for key in ("measurement_start_time", "measurement_start_day", "test_start_time"):
        given = value.get(key)
        with suppress(ValueError, OverflowError, OSError, TypeError):
            if isinstance(given, int | float) and not isinstance(given, bool):
                at = datetime.fromtimestamp(given, UTC)
            else:
                at = datetime.fromisoformat(text(given).strip())
                at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
            if 2000 <= at.year <= 2100:
                return at
    raise _NotOurs("ooni.no_time", "it does not say when it was measured")


def _is_fingerprint(value: Any) -> bool:
    return isinstance(value, dict) and {"pattern", "location_found"} <= value.keys()
