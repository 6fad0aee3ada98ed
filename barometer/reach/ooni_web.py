"""What OONI's test of a web site says, by rules in the order in which they stand in `_RULES`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from tld import get_fld

from barometer.reach.fingerprints import Fingerprint, Fingerprints, strongest
from barometer.reach.ooni_values import (
    addresses,
    headers,
    is_address,
    is_private,
    issuer,
    listed,
    mapping,
    number,
    text,
)

#: Failures of the measuring device, its network or its program, not of the site.
_FAULT = re.compile(
    r"android_dns_cache_no_data|network_unreachable|network_down|interrupted|generic_canceled_error|permission_denied|"
    r"unknown_failure:? '|address_family_not_supported|operation_canceled"
)
#: A resolver that does not do its work says nothing of the site.
_RESOLVER = re.compile(
    r"timeout|timed|servfail|server_misbehaving|refused|no_answer|non_recoverable|temporary"
)
_OTHERS_CERTIFICATE = ("ssl_invalid_hostname", "ssl_unknown_authority")
_CUT = (
    "connection_reset",
    "eof_error",
    "connection_aborted",
    "connection_already_closed",
    "ssl_failed_handshake",
)
_SLOW = re.compile("timeout|timed")
#: Bits of x_blocking_flags.
_DNS, _TCP, _TLS, _HTTP, _DIFF, _SUCCESS = 1, 2, 4, 8, 16, 32
_PAGE = 1 << 18
#: Of a chain of certificates so many are looked at.
_CERTIFICATES = 5
#: Resolvers of the network where it was measured; the others are asked to see whether they are blocked themselves.
_SYSTEM = ("", "system", "getaddrinfo", "golang_net_resolver", "unknown")


@dataclass
class _Seen:
    """A measurement of web_connectivity, whatever its version, read once."""

    measurement: Mapping[str, Any]
    known: Fingerprints
    keys: Mapping[str, Any] = field(init=False)
    requests: list[Mapping[str, Any]] = field(init=False)
    answers: list[str] = field(init=False)
    last: Mapping[str, Any] = field(init=False)  # the answer at the end of the redirects: OONI gives it first
    status: int = field(init=False)
    control_failed: bool = field(init=False)
    control_status: int = field(init=False)
    failed: str = field(init=False)  # what went wrong for the probe itself, if anything

    def __post_init__(self) -> None:
        self.keys = mapping(self.measurement.get("test_keys"))
        self.requests = listed(self.keys.get("requests"))
        self.answers = [
            answer
            for query in listed(self.keys.get("queries"))
            if text(query.get("engine")) in _SYSTEM
            for each in listed(query.get("answers"))
            if (answer := text(each.get("ipv4")) or text(each.get("ipv6")) or text(each.get("hostname")))
        ]
        self.last = mapping(self.requests[0].get("response")) if self.requests else {}
        self.status = number(self.last.get("code")) or 0
        control = mapping(mapping(self.keys.get("control")).get("http_request"))
        self.control_failed = bool(text(control.get("failure")))
        self.control_status = number(control.get("status_code")) or 0
        self.failed = self.failure("dns_experiment_failure") or self.failure("http_experiment_failure")

    def failure(self, key: str) -> str:
        return text(self.keys.get(key))

    @property
    def country(self) -> str:
        return text(self.measurement.get("probe_cc")).upper()

    @cached_property
    def address(self) -> str:
        """Where the redirects led, the last of them included if nobody followed it."""
        if not self.requests:
            return ""
        url = text(mapping(self.requests[0].get("request")).get("url"))
        to = headers(self.last).get("location", "").strip("\x00\ufffd ") if 300 <= self.status < 400 else ""
        try:
            return urljoin(url, to)
        except ValueError:
            return url

    @property
    def control_reached(self) -> bool:
        return not self.control_failed and self.control_status > 0

    @property
    def same(self) -> bool:
        """Whether the page that came is the control's."""
        return self.keys.get("body_length_match") is True or (
            self.keys.get("title_match") is True and self.keys.get("status_code_match") is True
        )

    @property
    def elsewhere(self) -> bool:
        """Whether the redirects led to another's site."""
        ours, theirs = _owner(text(self.measurement.get("input"))), _owner(self.address)
        return bool(ours and theirs and ours != theirs)

    @cached_property
    def fingerprint(self) -> Fingerprint | None:
        """The strongest known block page, sinkhole or authority that was met."""
        found = [*self.known.in_answers(self.answers), *self.known.in_certificates(self._issuers())]
        if not self.same:
            found += [hit for each in self.requests for hit in self._pages(each)]
        return strongest(found, self.country)

    @property
    def told(self) -> str:
        """What the fingerprint tells of the country, "" if there is none."""
        return self.fingerprint.means(self.country) if self.fingerprint else ""

    def _issuers(self) -> Iterator[str]:
        """Who signed the certificates that were shown in handshakes that failed."""
        for shake in listed(self.keys.get("tls_handshakes")):
            shown = listed(shake.get("peer_certificates")) if text(shake.get("failure")) else []
            for each in shown[:_CERTIFICATES]:
                yield issuer(each.get("data"))

    def _pages(self, request: Mapping[str, Any]) -> tuple[Fingerprint, ...]:
        response = mapping(request.get("response"))
        return self.known.in_page(headers(response), text(response.get("body"), _PAGE))

    def detail(self) -> dict[str, Any]:
        """What was seen, as `Measurement.detail` has it; nothing of the volunteer's own addresses."""
        tried = [mapping(each.get("status")) for each in listed(self.keys.get("tcp_connect"))]
        shakes = [text(each.get("failure")) for each in listed(self.keys.get("tls_handshakes"))]
        blocking = self.keys.get("blocking")
        detail: dict[str, Any] = {
            "test": text(self.measurement.get("test_name")),
            "version": text(self.measurement.get("test_version")),
            "blocking": blocking if isinstance(blocking, bool) else text(blocking) or None,
            "dns": {
                "answers": list(dict.fromkeys(self.answers))[:20],
                "failure": self.failure("dns_experiment_failure") or None,
                "consistency": self.failure("dns_consistency") or None,
            },
            "tcp": {
                "tried": len(tried),
                "reached": sum(1 for each in tried if each.get("success") is True),
                "failure": next(
                    (text(each.get("failure")) for each in tried if text(each.get("failure"))), None
                ),
            },
            "tls": {"tried": len(shakes), "failure": next(filter(None, shakes), None)},
            "http": {
                "status": self.status or None,
                "failure": self.failure("http_experiment_failure") or None,
                "address": self.address or None,
                "control_status": self.control_status if self.control_reached else None,
            },
        }
        if self.control_reached or self.control_failed:
            detail["control"] = "reached" if self.control_reached else "failed"
        if self.fingerprint:
            detail["fingerprint"] = self.fingerprint.name
        return detail


def web_rule(measurement: Mapping[str, Any], known: Fingerprints) -> tuple[str, dict[str, Any]]:
    """(rule, what was seen) of a test of a web site."""
    seen = _Seen(measurement, known)
    if not seen.keys:
        return "ooni.no_test_keys", {}
    test = text(measurement.get("test_name"))
    if test == "browser_web":
        rule = "ooni.browser_ok" if seen.keys.get("result") == "ok" else "ooni.browser_failed"
    elif test == "http_requests":
        rule = _old(seen)
    else:
        rule = next(filter(None, (each(seen) for each in _RULES)))
    return rule, seen.detail()


def _known_page(seen: _Seen) -> str:
    if seen.told == "confirmed" and seen.fingerprint and seen.fingerprint.where == "certificate":
        return "ooni.interception"
    return {"confirmed": "ooni.block_page", "place": "ooni.filter_of_the_place"}.get(seen.told, "")


def _strange_page(seen: _Seen) -> str:
    return "ooni.block_page_elsewhere" if seen.told == "likely" else ""


def _legal(seen: _Seen) -> str:
    if seen.status != 451:
        return ""
    return "ooni.legal_everywhere" if seen.control_status == 451 else "ooni.legal"


def _faulty(seen: _Seen) -> str:
    return "ooni.probe_fault" if _FAULT.match(seen.failed) else ""


def _captive(seen: _Seen) -> str:
    """A hotel's or an office's page at an address of its own network."""
    return "ooni.captive" if 300 <= seen.status < 400 and is_private(_host(seen.address)) else ""


def _uncontrolled(seen: _Seen) -> str:
    if seen.failure("control_failure") or not mapping(seen.keys.get("control")):
        return "ooni.no_control"
    return ""


def _down(seen: _Seen) -> str:
    if not seen.control_failed:
        return ""
    if seen.failed or (seen.keys.get("accessible") is False and seen.keys.get("blocking") is False):
        return "ooni.down_at_control"
    return "ooni.only_control_failed"


def _sunk(seen: _Seen) -> str:
    """Private answers only, while the control found a public place."""
    found = addresses(seen.answers)
    theirs = mapping(mapping(seen.keys.get("control")).get("dns")).get("addrs")
    public = any(
        not is_private(each) for each in addresses(map(text, theirs if isinstance(theirs, list) else ()))
    )
    # The control's own look at an address that was handed to it is no answer: its page is.
    if found and all(map(is_private, found)) and (public or seen.control_reached):
        return "ooni.private_answer"
    return ""


def _server(seen: _Seen) -> str:
    """The site's own errors."""
    if not 500 <= seen.status <= 599:
        return ""
    return "ooni.error_everywhere" if seen.control_status >= 500 else "ooni.server_error"


def _flagged(seen: _Seen) -> str:
    """Version 0.5: bits for each way of blocking, and for success."""
    flags = number(seen.keys.get("x_blocking_flags"))
    if not flags:
        return ""
    if flags & _TLS:
        return _tls(seen)
    if flags & _TCP:
        return "ooni.tcp_ip"
    if flags & _HTTP:
        return "ooni.http_cut"
    if flags & _DNS:
        return _resolved(seen) or "ooni.dns"
    if flags & _DIFF:
        return _http_diff(seen)
    return _ok(seen) if flags & _SUCCESS else ""


def _tls(seen: _Seen) -> str:
    failure = seen.failure("http_experiment_failure")
    return _http_failure(seen) if failure.startswith("ssl_") and failure not in _CUT else "ooni.tls"


def _said(seen: _Seen) -> str:
    """What the probe itself concluded, looked at again."""
    blocking = seen.keys.get("blocking")
    if blocking == "dns":
        return _dns(seen)
    if blocking == "tcp_ip":
        return "ooni.tcp_ip"
    if blocking == "http-failure":
        return _http_failure(seen)
    if blocking == "http-diff":
        return _http_diff(seen)
    if blocking is False:
        return _ok(seen)
    return "ooni.no_conclusion"


def _dns(seen: _Seen) -> str:
    if failed := _resolved(seen):
        return failed
    return "ooni.other_addresses" if seen.same and 200 <= seen.status < 400 else "ooni.dns"


def _resolved(seen: _Seen) -> str:
    """What the resolver's failure says, "" if it gave addresses."""
    failure = seen.failure("dns_experiment_failure")
    if _RESOLVER.search(failure):
        return "ooni.resolver_trouble"
    return "ooni.dns_failure" if failure else ""


def _http_failure(seen: _Seen) -> str:
    failure = seen.failure("http_experiment_failure")
    if failure in _OTHERS_CERTIFICATE:
        return "ooni.certificate"
    if failure in _CUT:
        return "ooni.http_cut"
    if _SLOW.search(failure):
        return "ooni.http_timeout"
    return "ooni.http_failure"


def _http_diff(seen: _Seen) -> str:
    if 400 <= seen.status <= 499 and 200 <= seen.control_status < 400:
        return "ooni.refused"
    return "ooni.led_elsewhere" if seen.elsewhere and not seen.same else "ooni.http_diff"


def _ok(seen: _Seen) -> str:
    """The probe says that the site opened: only if nothing that it saw says otherwise."""
    if seen.keys.get("accessible") is not True or seen.failed or not seen.status:
        return "ooni.contradictory"
    unlike = [seen.keys.get(key) for key in ("body_length_match", "title_match")]
    if seen.elsewhere and False in unlike and True not in unlike:
        return "ooni.other_page"
    if seen.status >= 400 and seen.keys.get("status_code_match") is not True:
        return "ooni.refused"
    return "ooni.ok"


def _old(seen: _Seen) -> str:
    """http_requests, before 2017: the same page over the plain network and over Tor."""
    if seen.failure("control_failure"):
        return "ooni.no_control"
    if seen.failure("experiment_failure"):
        return "ooni.http_failure"
    same = seen.keys.get("body_length_match")
    return "ooni.ok" if same is True else "ooni.http_diff" if same is False else "ooni.no_conclusion"


_RULES: tuple[Callable[[_Seen], str], ...] = (
    _known_page,
    _captive,
    _strange_page,
    _legal,
    _faulty,
    _uncontrolled,
    _sunk,
    _down,
    _server,
    _flagged,
    _said,
)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@lru_cache(4096)
def _owner(url: str) -> str:
    """The registered name of an address: example.org of www.example.org."""
    host = _host(url if "//" in url else f"//{url}")
    if not host or is_address(host):
        return host
    return str(get_fld(f"http://{host}", fail_silently=True) or ".".join(host.split(".")[-2:]))
