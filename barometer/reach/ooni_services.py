"""OONI's tests of services (messengers, Tor, VPNs): no site, but `service:NAME`, so that none is taken for the other.

These tests have no control: that a service does not answer in time says nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from barometer.reach.ooni_values import listed, mapping, number, text

#: Test → service.
SERVICES: Mapping[str, str] = {
    "facebook_messenger": "facebook_messenger",
    "openvpn": "openvpn",
    "psiphon": "psiphon",
    "riseupvpn": "riseupvpn",
    "signal": "signal",
    "telegram": "telegram",
    "tor": "tor",
    "torsf": "tor",
    "vanilla_tor": "tor",
    "whatsapp": "whatsapp",
}
#: What fails with these was the program or its list of authorities, or was answered.
_FAULTS = ("android_dns_cache_no_data", "ssl_unknown_authority", "http_unexpected_status_code")
_MESSENGERS = {
    "signal": ("signal_backend",),
    "telegram": ("telegram_web",),
    "whatsapp": ("whatsapp_endpoints", "registration_server", "whatsapp_web"),
}
#: Keys that are true where the service could not be reached.
_BLOCKING = {
    "telegram": ("telegram_tcp_blocking", "telegram_http_blocking"),
    "facebook_messenger": ("facebook_tcp_blocking", "facebook_dns_blocking"),
}


def service_rule(measurement: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """(rule, what was seen) of a test of a service."""
    test, keys = text(measurement.get("test_name")), mapping(measurement.get("test_keys"))
    if not keys:
        return "ooni.no_test_keys", {}
    if test in _MESSENGERS or test in _BLOCKING:
        return _messenger(test, keys)
    if test == "tor":
        return _tor(keys)
    told = {"failure": text(keys.get("failure")), "status": text(keys.get("api_status"))}
    seen: dict[str, Any] = {"service": {name: value for name, value in told.items() if value}}
    return ("ooni.service_ok" if _tunnelled(keys) else "ooni.service_no_control"), seen


def _tunnelled(keys: Mapping[str, Any]) -> bool:
    """Whether a tunnel was up: it says so, or says how long that took."""
    if "success" in keys:
        return keys["success"] is True
    if "api_status" in keys:
        return bool(keys["api_status"] == "ok")
    took = keys.get("bootstrap_time")
    return not keys.get("failure") and isinstance(took, int | float) and took > 0


def _messenger(test: str, keys: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    parts = {
        name: (text(keys.get(f"{name}_status")), text(keys.get(f"{name}_failure")))
        for name in _MESSENGERS.get(test, ())
    }
    flags = {name: keys.get(name) for name in _BLOCKING.get(test, ())}
    seen: dict[str, Any] = {
        "service": {name: {"status": status, "failure": failure} for name, (status, failure) in parts.items()}
        | {name: flag for name, flag in flags.items() if isinstance(flag, bool)}
    }
    blocked = [failure for status, failure in parts.values() if status == "blocked"]
    said = [flag for flag in flags.values() if isinstance(flag, bool)]
    if any(said) or any(failure not in _FAULTS for failure in blocked):
        return "ooni.service_blocked", seen
    if blocked:
        return "ooni.probe_fault", seen
    if any(status == "ok" for status, _ in parts.values()) or (said and len(said) == len(flags)):
        return "ooni.service_ok", seen
    return "ooni.no_conclusion", seen


def _tor(keys: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Tor by how many of its directories and bridges could be reached."""
    given = keys.get("targets")
    targets = list(map(mapping, given.values())) if isinstance(given, dict) else listed(given)
    reached = sum(1 for each in targets if "failure" in each and each["failure"] is None)
    asked = sum(1 for each in targets if "failure" in each)
    if not asked:
        # An old form tells it of each connection only.
        tries = [
            mapping(each.get("status")) for target in targets for each in listed(target.get("tcp_connect"))
        ]
        reached, asked = sum(1 for each in tries if each.get("success") is True), len(tries)
    totals = ("or_port_dirauth", "obfs4", "dir_port")
    if not asked:
        asked = sum(number(keys.get(f"{name}_total")) or 0 for name in totals)
        reached = sum(number(keys.get(f"{name}_accessible")) or 0 for name in totals)
    seen = {"service": {"reached": reached, "asked": asked}}
    if not asked:
        return "ooni.no_conclusion", seen
    if not reached:
        return "ooni.service_blocked", seen
    return ("ooni.service_ok" if 2 * reached >= asked else "ooni.service_partly"), seen
