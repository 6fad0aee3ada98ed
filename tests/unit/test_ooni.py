"""OONI's measurements: what each says by which rule, and files of every make, whole and broken."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import Unreadable, WrongShape
from barometer.fetching import Apart
from barometer.reach import ooni_files
from barometer.reach.fingerprints import Fingerprint, Fingerprints, read_fingerprints
from barometer.reach.ooni import Broken, read_ooni
from barometer.reach.reading import read_file
from barometer.reach.rules import rules, state_of
from barometer.reach.values import Measurement, Reach, Vantage

PUBLIC, OTHER = "93.184.216.34", "151.101.1.6"
KNOWN = Fingerprints(
    (
        Fingerprint("kz.body", "body", "contains", "closed by order 77", "nat", frozenset({"KZ"})),
        Fingerprint("kz.sink", "dns", "full", "10.99.0.1", "isp", frozenset({"KZ"})),
        Fingerprint(
            "kz.door", "header.location", "prefix", "http://blocked.example/", "isp", frozenset({"KZ"})
        ),
        Fingerprint("product", "header.server", "full", "Filterbox", "prod"),
        Fingerprint("school", "body", "regexp", "The .* School does not", "inst"),
    )
)


def measured(keys: dict | None = None, **top: object) -> dict:
    """A healthy measurement of web_connectivity, with other test keys."""
    healthy = {
        "queries": [
            {"engine": "system", "failure": None, "hostname": "news.example", "query_type": "A",
             "answers": [{"answer_type": "A", "ipv4": PUBLIC}]}
        ],
        "tcp_connect": [{"ip": PUBLIC, "port": 443, "status": {"failure": None, "success": True, "blocked": False}}],
        "tls_handshakes": [{"failure": None}],
        "requests": [answer(200, "https://news.example/", body="<title>News</title>")],
        "control": {
            "dns": {"addrs": [PUBLIC], "failure": None},
            "tcp_connect": {f"{PUBLIC}:443": {"status": True, "failure": None}},
            "http_request": {"status_code": 200, "failure": None, "body_length": 900, "title": "News", "headers": {}},
        },
        "control_failure": None, "dns_experiment_failure": None, "http_experiment_failure": None,
        "dns_consistency": "consistent", "body_length_match": True, "title_match": True, "status_code_match": True,
        "headers_match": True, "accessible": True, "blocking": False,
    }  # fmt: skip
    return {
        "test_name": "web_connectivity", "test_version": "0.4.3", "input": "https://news.example/", "probe_cc": "KZ",
        "probe_asn": "AS64500", "probe_ip": "203.0.113.9", "report_id": "report-1",
        "measurement_start_time": "2031-03-01 10:00:00", "test_keys": healthy | (keys or {}), **top,
    }  # fmt: skip


def answer(code: int, url: str, *, body: object = "", **headers: str) -> dict:
    return {
        "failure": None,
        "request": {"url": url},
        "response": {"code": code, "body": body, "headers": headers},
    }


def control(**request: object) -> dict:
    return {"dns": {"addrs": [PUBLIC]}, "http_request": {"status_code": 200, "failure": None, **request}}


def asked(*ips: str) -> list[dict]:
    return [{"engine": "system", "answers": [{"answer_type": "A", "ipv4": ip} for ip in ips]}]


def read(value: object, known: Fingerprints | None = None) -> list[Measurement | Broken]:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(read_ooni(data, "own.json", known))


def rule_of(value: object, known: Fingerprints | None = None) -> str:
    (found,) = read(value, known)
    if isinstance(found, Measurement):
        assert state_of(found.rule) is found.state
        json.dumps(found.detail, allow_nan=False).encode()
    return found.rule.removeprefix("ooni.")


FAILED = {
    "accessible": False,
    "body_length_match": None,
    "title_match": None,
    "status_code_match": None,
    "requests": [],
}
UNLIKE = {"body_length_match": False, "title_match": False}


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        ({}, "ok"),
        # The site's own trouble, and everybody's.
        ({"requests": [answer(503, "https://news.example/")], "blocking": "http-diff", **UNLIKE}, "server_error"),
        ({"requests": [answer(503, "https://news.example/")], "control": control(status_code=502)}, "error_everywhere"),
        (FAILED | {"blocking": False, "control": control(failure="connection_refused")}, "down_at_control"),
        (FAILED | {"blocking": "dns", "dns_experiment_failure": "dns_nxdomain_error", "control": control(failure="dns_lookup_error")}, "down_at_control"),
        ({"control": control(failure="generic_timeout_error")}, "only_control_failed"),
        # Names.
        (FAILED | {"blocking": "dns", "dns_experiment_failure": "dns_nxdomain_error", "queries": []}, "dns_failure"),
        (FAILED | {"blocking": "dns", "dns_experiment_failure": "generic_timeout_error"}, "resolver_trouble"),
        (FAILED | {"blocking": "dns", "queries": asked(OTHER), "http_experiment_failure": "connection_refused"}, "dns"),
        ({"blocking": "dns", "queries": asked(OTHER), "dns_consistency": "inconsistent"}, "other_addresses"),
        (FAILED | {"blocking": "dns", "queries": asked("10.20.30.40", "127.0.0.1")}, "private_answer"),
        (FAILED | {"blocking": "dns", "queries": asked("10.20.30.40", OTHER)}, "dns"),
        # Connections.
        (FAILED | {"blocking": "tcp_ip", "http_experiment_failure": "generic_timeout_error"}, "tcp_ip"),
        (FAILED | {"blocking": "http-failure", "http_experiment_failure": "connection_reset"}, "http_cut"),
        (FAILED | {"blocking": "http-failure", "http_experiment_failure": "generic_timeout_error"}, "http_timeout"),
        (FAILED | {"blocking": "http-failure", "http_experiment_failure": "ssl_invalid_hostname"}, "certificate"),
        (FAILED | {"blocking": "http-failure", "http_experiment_failure": "ssl_invalid_certificate"}, "http_failure"),
        # Bits of version 0.5.
        (FAILED | {"x_blocking_flags": 4, "blocking": "http-failure"}, "tls"),
        (FAILED | {"x_blocking_flags": 2, "blocking": "tcp_ip"}, "tcp_ip"),
        (FAILED | {"x_blocking_flags": 8, "blocking": "http-failure"}, "http_cut"),
        (FAILED | {"x_blocking_flags": 1 | 32, "blocking": "dns"}, "dns"),
        ({"x_blocking_flags": 1 | 32, "blocking": "dns", "queries": asked(OTHER)}, "dns"),
        (FAILED | {"x_blocking_flags": 1, "dns_experiment_failure": "dns_server_misbehaving"}, "resolver_trouble"),
        (FAILED | {"x_blocking_flags": 4, "http_experiment_failure": "ssl_unknown_authority"}, "certificate"),
        (FAILED | {"x_blocking_flags": 4, "http_experiment_failure": "ssl_invalid_certificate"}, "http_failure"),
        ({"x_blocking_flags": 32}, "ok"),
        ({"x_blocking_flags": 32, "accessible": None}, "contradictory"),
        (FAILED | {"x_blocking_flags": 16, "blocking": "http-diff", "requests": [answer(200, "https://news.example/")]}, "http_diff"),
        # Another page.
        ({"blocking": "http-diff", **UNLIKE}, "http_diff"),
        ({"blocking": "http-diff", "requests": [answer(200, "http://portal.example/")], **UNLIKE}, "led_elsewhere"),
        ({"blocking": "http-diff", "requests": [answer(403, "https://news.example/")], **UNLIKE}, "refused"),
        ({"requests": [answer(200, "http://portal.example/")], **UNLIKE}, "other_page"),
        ({"requests": [answer(200, "https://www.news.example/")], **UNLIKE}, "ok"),
        ({"requests": [answer(451, "https://news.example/")], "blocking": "http-diff", **UNLIKE}, "legal"),
        ({"requests": [answer(451, "https://news.example/")], "control": control(status_code=451)}, "legal_everywhere"),
        ({"requests": [answer(302, "http://news.example/", Location="http://192.168.7.1/login")], "blocking": "http-failure"}, "captive"),
        # Nobody knows: never ok.
        ({"control_failure": "connection_refused", "blocking": None, "accessible": None}, "no_control"),
        ({"control": None}, "no_control"),
        ({"blocking": None, "accessible": None}, "no_conclusion"),
        ({"http_experiment_failure": "ssl_error: certificate verify failed"}, "contradictory"),
        ({"requests": None}, "contradictory"),
        (FAILED | {"blocking": "http-failure", "http_experiment_failure": "unknown_failure 'ascii' codec"}, "probe_fault"),
        (FAILED | {"blocking": "dns", "dns_experiment_failure": "android_dns_cache_no_data"}, "probe_fault"),
        # Whatever stands where something else should.
        ({"requests": [None, 3, "x"], "queries": {"a": 1}, "tcp_connect": "no", "control": control(headers=7)}, "contradictory"),
        ({"requests": [{"request": None, "response": []}], "queries": [{"answers": [None, {"ipv4": 5}]}]}, "contradictory"),
        ({"blocking": {"dns": True}, "x_blocking_flags": "4", "accessible": "true"}, "no_conclusion"),
    ],
)  # fmt: skip
def test_web_connectivity(keys, rule):
    assert rule_of(measured(keys)) == rule
    assert state_of(f"ooni.{rule}") is not Reach.BLOCKED_CONFIRMED, "only a known block page confirms"


@pytest.mark.parametrize(
    ("keys", "country", "rule"),
    [
        ({"requests": [answer(200, "https://news.example/", body="This site is closed by order 77.")], **UNLIKE}, "KZ", "block_page"),
        ({"requests": [answer(200, "https://news.example/", body="This site is closed by order 77.")], **UNLIKE}, "KG", "block_page_elsewhere"),
        # An article that quotes the block page is the site's own page, as the control says.
        ({"requests": [answer(200, "https://news.example/", body="“closed by order 77”, it said")]}, "KZ", "ok"),
        (FAILED | {"queries": asked("10.99.0.1"), "blocking": "dns"}, "KZ", "block_page"),
        (FAILED | {"queries": [{"engine": "doh", "answers": [{"ipv4": "10.99.0.1"}]}], "blocking": None}, "KZ", "no_conclusion"),
        ({"requests": [answer(200, "http://blocked.example/x"), answer(302, "http://news.example/", Location="http://blocked.example/x")], **UNLIKE}, "KZ", "block_page"),
        ({"requests": [answer(200, "https://news.example/", Server="Filterbox")], **UNLIKE}, "KZ", "block_page_elsewhere"),
        ({"requests": [answer(200, "https://news.example/", body="The Old School does not allow")], **UNLIKE}, "KZ", "filter_of_the_place"),
        # In base64, as OONI keeps what is no UTF-8: "closed by order 77".
        ({"requests": [answer(200, "https://news.example/", body={"format": "base64", "data": "/2Nsb3NlZCBieSBvcmRlciA3Nw=="})], **UNLIKE}, "KZ", "block_page"),
        ({"requests": [answer(200, "https://news.example/", body={"format": "base64", "data": "%%%"})], **UNLIKE}, "KZ", "ok"),
    ],
)  # fmt: skip
def test_known_block_pages(keys, country, rule):
    (found,) = read(measured(keys, probe_cc=country), KNOWN)
    assert found.rule == f"ooni.{rule}"
    assert ("fingerprint" in found.detail) is (rule not in ("ok", "no_conclusion"))


def signed_by(authority: str) -> str:
    """A certificate for news.example, in base64, that this authority signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "news.example")]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, authority)]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2031, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2032, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


@pytest.mark.parametrize(
    ("authority", "failure", "country", "rule"),
    [
        ("Qaznet Trust Network", "ssl_unknown_authority", "KZ", "interception"),
        ("Qaznet Trust Network", "ssl_unknown_authority", "KG", "block_page_elsewhere"),
        ("Qaznet Trust Network", None, "KZ", "certificate"),
        ("An honest office", "ssl_unknown_authority", "KZ", "certificate"),
        ("", "ssl_unknown_authority", "KZ", "certificate"),
    ],
)
def test_an_interception_that_is_publicly_known(authority, failure, country, rule):
    data = signed_by(authority) if authority else "bm8gY2VydGlmaWNhdGU="
    shakes = [
        {"failure": failure, "peer_certificates": [{"format": "base64", "data": data}, None, {"data": 7}]}
    ]
    keys = FAILED | {"blocking": "http-failure", "http_experiment_failure": "ssl_unknown_authority"}
    (found,) = read(measured(keys | {"tls_handshakes": shakes}, probe_cc=country))
    assert found.rule == f"ooni.{rule}"


def test_a_measurement_is_told_whole_and_the_volunteer_is_not():
    (found,) = read(measured())
    assert found == Measurement(
        "https://news.example/",
        datetime(2031, 3, 1, 10, tzinfo=UTC),
        Vantage("OONI KZ AS64500", "KZ", "AS64500"),
        Reach.OK,
        "ooni.ok",
        "ooni",
        "report-1",
        found.detail,
    )
    assert found.detail["control"] == "reached"
    assert found.detail["dns"]["answers"] == [PUBLIC]
    assert found.detail["http"]["status"] == 200
    assert "203.0.113.9" not in repr(found)


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ({"probe_asn": 64500}, ("KZ", "AS64500")),
        ({"probe_asn": "as0"}, ("KZ", "")),
        ({"probe_asn": None, "probe_cc": None}, ("", "")),
        ({"probe_asn": "AS1; DROP", "probe_cc": "ZZ"}, ("", "")),
        ({"probe_cc": "<b>"}, ("", "AS64500")),
    ],
)
def test_where_it_was_measured(top, expected):
    (found,) = read(measured(**top))
    assert (found.vantage.country, found.vantage.network) == expected


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ({"measurement_start_time": "2031-03-01T10:00:00.5Z"}, "2031-03-01T10:00:00.500000+00:00"),
        ({"measurement_start_time": "2031-03-01T15:00:00+05:00"}, "2031-03-01T10:00:00+00:00"),
        ({"measurement_start_time": 1930125600.0}, "2031-03-01T10:00:00+00:00"),
        (
            {"measurement_start_time": None, "test_start_time": "2031-03-01 09:00:00"},
            "2031-03-01T09:00:00+00:00",
        ),
        ({"measurement_start_time": "1031-03-01 10:00:00"}, "ooni.no_time"),
        ({"measurement_start_time": "yesterday"}, "ooni.no_time"),
        ({"measurement_start_time": 1e300}, "ooni.no_time"),
    ],
)
def test_when_it_was_measured(top, expected):
    (found,) = read(measured(**top))
    assert (found.rule if isinstance(found, Broken) else found.at.isoformat()) == expected


@pytest.mark.parametrize(
    ("given_", "site"),
    [("news.example", "http://news.example"), (" https://news.example/a\n", "https://news.example/a"), ("", None), (None, None), (["x"], None)],
)  # fmt: skip
def test_which_site(given_, site):
    (found,) = read(measured(input=given_))
    assert (found.site if site else found.rule) == (site or "ooni.no_site")


@pytest.mark.parametrize(
    ("test", "keys", "rule"),
    [
        ("signal", {"signal_backend_status": "ok", "signal_backend_failure": None}, "service_ok"),
        ("signal", {"signal_backend_status": "blocked", "signal_backend_failure": "connection_reset"}, "service_blocked"),
        ("signal", {"signal_backend_status": "blocked", "signal_backend_failure": "ssl_unknown_authority"}, "probe_fault"),
        ("telegram", {"telegram_tcp_blocking": True, "telegram_http_blocking": True, "telegram_web_status": "ok"}, "service_blocked"),
        ("telegram", {"telegram_tcp_blocking": False, "telegram_http_blocking": False, "telegram_web_status": "ok"}, "service_ok"),
        ("telegram", {"telegram_tcp_blocking": None, "telegram_http_blocking": None, "telegram_web_status": None}, "no_conclusion"),
        ("whatsapp", {"whatsapp_endpoints_status": "ok", "registration_server_status": "ok", "whatsapp_web_status": "blocked", "whatsapp_web_failure": "generic_timeout_error"}, "service_blocked"),
        ("facebook_messenger", {"facebook_tcp_blocking": False, "facebook_dns_blocking": False}, "service_ok"),
        ("facebook_messenger", {"facebook_tcp_blocking": None, "facebook_dns_blocking": True}, "service_blocked"),
        ("tor", {"targets": {"a": {"failure": None}, "b": {"failure": "generic_timeout_error"}, "c": {"failure": None}}}, "service_ok"),
        ("tor", {"targets": {"a": {"failure": None}, "b": {"failure": "x"}, "c": {"failure": "x"}}}, "service_partly"),
        ("tor", {"targets": {"a": {"failure": "connection_reset"}}}, "service_blocked"),
        ("tor", {"targets": []}, "no_conclusion"),
        ("vanilla_tor", {"success": False, "failure": "generic_timeout_error"}, "service_no_control"),
        ("psiphon", {"failure": None, "bootstrap_time": 3.5}, "service_ok"),
        ("psiphon", {"failure": None, "bootstrap_time": 0}, "service_no_control"),
        ("openvpn", None, "no_test_keys"),
    ],
)  # fmt: skip
def test_services_are_no_sites(test, keys, rule):
    (found,) = read(measured(test_name=test, input=None) | {"test_keys": keys})
    assert found.rule == f"ooni.{rule}"
    assert found.site == f"service:{'tor' if 'tor' in test else test}"


def test_other_tests_are_named():
    (found,) = read(measured(test_name="dash"))
    assert found == Broken(
        "own.json", "line 1", "ooni.not_about_a_site", "the test dash does not tell whether a site opens"
    )


def row(**of: object) -> dict:
    """A row of the API's list."""
    return {
        "measurement_url": "https://api.example/1", "report_id": "report-1", "input": "https://news.example/",
        "probe_cc": "KZ", "probe_asn": "AS64500", "test_name": "web_connectivity", "measurement_uid": "uid-1",
        "measurement_start_time": "2031-03-01T10:00:00.000000Z", "anomaly": False, "confirmed": False,
        "failure": False, "scores": {}, **of,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("of", "rule"),
    [
        ({}, "api_ok"),
        ({"confirmed": True, "anomaly": True}, "api_confirmed"),
        ({"anomaly": True}, "api_anomaly"),
        ({"anomaly": True, "scores": {"analysis": {"blocking_type": "tcp_ip"}}}, "api_way"),
        ({"anomaly": True, "scores": '{"analysis": {"blocking_type": "http-diff"}}'}, "api_anomaly"),
        ({"anomaly": True, "failure": True}, "api_failure"),
        ({"anomaly": None, "scores": ""}, "no_conclusion"),
    ],
)
def test_a_page_of_the_api(of, rule):
    found = read({"metadata": {"count": 2, "next_url": None}, "results": [row(**of), None]})
    assert [(each.rule, each.source_id) for each in found[:1]] == [(f"ooni.{rule}", "uid-1")]
    assert found[1] == Broken("own.json", "line 1, row 2", "file.not_a_measurement", "it is no JSON object")


def test_a_measurement_with_the_api_s_words_around_it():
    raw = json.dumps(measured(FAILED | {"blocking": "tcp_ip"}))
    assert rule_of(row(raw_measurement=raw)) == "tcp_ip"
    assert rule_of(row(raw_measurement=raw, confirmed=True)) == "api_confirmed"
    assert rule_of(row(raw_measurement="{cut")) == "api_ok"


def test_counts_of_the_api():
    def counts(**of: int) -> dict:
        return {"input": "https://news.example/", "probe_cc": "KZ", "measurement_start_day": "2031-03-01", "measurement_count": 10} | {
            f"{key}_count": value for key, value in of.items()
        }  # fmt: skip

    page = {
        "dimension_count": 2,
        "v": 0,
        "result": [
            counts(ok=9, anomaly=1),
            counts(ok=2, anomaly=8),
            counts(confirmed=1, ok=9),
            counts(failure=10),
        ],
    }
    assert [each.rule for each in read(page)] == [
        "ooni.counts_ok",
        "ooni.counts_unclear",
        "ooni.counts_confirmed",
        "ooni.counts_unclear",
    ]
    assert rule_of({"dimension_count": 0, "result": {"measurement_count": 3, "ok_count": 3}}) == "no_site"


# --- files ------------------------------------------------------------------------------------------------------------

ONE, TWO = measured(), measured(input="https://other.example/")
LINES = f"{json.dumps(ONE)}\n\n{json.dumps(TWO)}\n"


@pytest.mark.parametrize(
    "data",
    [
        LINES.encode(),
        LINES.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + LINES.encode(),
        LINES.encode("utf-16"),
        gzip.compress(LINES.encode()),
        gzip.compress(LINES[: len(LINES) // 2].encode()) + gzip.compress(LINES[len(LINES) // 2 :].encode()),
        json.dumps([ONE, TWO]).encode(),
        json.dumps([ONE, TWO], indent=2).encode(),
        f"[\n{json.dumps(ONE)},\n{json.dumps(TWO)}\n]\n".encode(),
        (json.dumps(ONE, indent=4) + "\n" + json.dumps(TWO, indent=0)).encode(),
    ],
    ids=["lines", "crlf", "bom", "utf-16", "gzip", "two-gzips", "list", "pretty-list", "list-by-lines", "pretty-values"],
)  # fmt: skip
def test_forms_of_a_file(data, tmp_path):
    expected = ["https://news.example/", "https://other.example/"]
    path = tmp_path / "file.json"
    path.write_bytes(data)
    for source in (data, path, io.BytesIO(data), _Reads(data)):
        assert [each.site for each in read_ooni(source, "file.json")] == expected
    with path.open("rb") as stream:
        list(read_ooni(stream, "file.json"))
        assert not stream.closed, "whoever opened a file closes it"


class _Reads:
    """An upload: it can be read, and nothing else."""

    def __init__(self, data: bytes) -> None:
        self.read = io.BytesIO(data).read


def said(data: bytes) -> list[tuple[str, str]]:
    """(rule or site, place) of each."""
    found = read_ooni(data, "own.json")
    return [(each.rule, each.place) if isinstance(each, Broken) else (each.site, "") for each in found]


GOOD = json.dumps(ONE).encode()
NEWS = ("https://news.example/", "")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [("file.empty", "")]),
        (b" \n\n", [("file.empty", "")]),
        (b"PK\x03\x04...", [("file.packed", "")]),
        (b"\x04\x22\x4d\x18...", [("file.packed", "")]),
        (b"---\ninput: http://news.example\n", [("file.yaml", "")]),
        (b"###########\n# OONI Probe Report\n", [("file.yaml", "")]),
        (b"<html>\n<p>Too many requests\n", [("file.not_json", "")]),
        (b"\x00\x01\x02\xff", [("file.not_json", "")]),
        (GOOD[:900], [("file.cut_off", "line 1")]),
        (GOOD + b"\n" + GOOD[:-3], [NEWS, ("file.cut_off", "line 2")]),
        (GOOD[:-3] + b"\n" + GOOD + b"\n", [("file.cut_off", "line 1"), NEWS]),
        (GOOD[:500] + b"\n" + GOOD, [("file.cut_off", "line 1"), NEWS]),
        (b'{"a": nul}\n{"b": nul}\n' + GOOD, [("file.not_json", "lines 1–2"), NEWS]),
        (b'news.example"}}\n' + GOOD, [("file.not_json", "line 1"), NEWS]),
        (b"a\n" * 30 + GOOD, [("file.not_json", "")]),
        (b'{"a": }\n' + GOOD, [("file.not_json", "line 1"), NEWS]),
        (gzip.compress(GOOD + b"\n" + GOOD)[:-12], [NEWS, ("file.cut_off", "")]),
        (b"\x1f\x8b\x08nonsense", [("file.cut_off", "")]),
        (b"[" * 100_000, [("file.not_json", "line 1")]),
        (b'{"a": ' + b"9" * 5000 + b"}", [("file.not_json", "line 1")]),
        (b"{}\n[]\n[1]\n" + GOOD, [("file.not_a_measurement", f"line {n}") for n in (1, 2)] + [("file.not_a_measurement", "line 3, row 1"), NEWS]),
        (b'{"test_name": "web_connectivity"}', [("file.not_a_measurement", "line 1")]),
        (GOOD.replace(b'"test_version": "0.4.3"', b'"test_version": NaN, "x": -Infinity'), [NEWS]),
        (GOOD.replace(b"<title>", b"\xff\xfe\xc3("), [NEWS]),
    ],
)  # fmt: skip
def test_broken_files(data, expected):
    assert said(data) == expected
    assert all(rule in rules() for rule, _ in expected if not rule.startswith("http"))


def test_characters_that_no_ledger_takes_are_replaced():
    keys = {
        "requests": [answer(200, "https://news.example/\u0000\ud800")],
        "http_experiment_failure": "\udfff\u0000",
    }
    (found,) = read(measured(keys, input="https://news.example/\u0000", report_id="\ud800"))
    assert not re.search(
        "[\x00\ud800-\udfff]",
        repr((found.site, found.source_id)) + json.dumps(found.detail, ensure_ascii=False),
    )


def test_limits(monkeypatch):
    monkeypatch.setattr(ooni_files, "VALUE", 4000)
    long = json.dumps(measured(annotations={"x": "y" * 5000})).encode()
    assert said(GOOD + b"\n" + long + b"\n" + GOOD) == [NEWS, ("file.too_large", "line 2"), NEWS]
    many = json.dumps(measured(annotations=["y"] * 1000), indent=1).encode()
    assert said(many)[0] == ("file.too_large", "line 1")
    monkeypatch.setattr(ooni_files, "WHOLE", 8000)
    assert said((GOOD + b"\n") * 10)[-1][0] == "file.too_large"


def test_a_long_file_is_not_held():
    """12 MB unpacked, of which never more than a little is in memory."""
    body = "x" * 40_000
    line = (
        json.dumps(measured({"requests": [answer(200, "https://news.example/", body=body)]})).encode() + b"\n"
    )
    packed = gzip.compress(line * 300)
    tracemalloc.start()
    assert sum(1 for each in read_ooni(packed, "long.gz") if isinstance(each, Measurement)) == 300
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda of: st.lists(of, max_size=3) | st.dictionaries(st.sampled_from(["status", "failure", "response", "code", "url", "answers", "data", "format"]) | st.text(max_size=4), of, max_size=4),
    max_leaves=12,
)  # fmt: skip
KEYS = sorted(measured()["test_keys"]) + ["x_blocking_flags", "targets"]


@given(
    st.dictionaries(st.sampled_from(KEYS), ANY, max_size=6),
    st.dictionaries(st.sampled_from(sorted(measured())), ANY, max_size=3),
)
def test_whatever_stands_there_is_read_or_named(keys, top):
    for each in read({**measured(keys), **top}, KNOWN):
        assert each.rule in rules()
        if isinstance(each, Measurement):
            json.dumps(each.detail, allow_nan=False, ensure_ascii=False).encode()


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd(data):
    for each in [
        *read_ooni(data, "x"),
        *read_ooni(GOOD + b"\n" + data, "x"),
        *read_ooni(gzip.compress(data), "x"),
    ]:
        assert each.rule in rules()


# --- fingerprints -----------------------------------------------------------------------------------------------------


def test_a_list_of_fingerprints_in_both_forms():
    rows = [
        {"name": "a", "pattern": "closed", "pattern_type": "contains", "location_found": "body", "scope": "nat", "expected_countries": "KZ,ZZ", "confidence_no_fp": 5},
        {"name": "vague", "pattern": "denied", "pattern_type": "contains", "location_found": "body", "scope": "vbw", "expected_countries": "", "confidence_no_fp": 5},
        {"name": "unsure", "pattern": "x", "pattern_type": "full", "location_found": "dns", "scope": "isp", "expected_countries": "", "confidence_no_fp": 1},
    ]  # fmt: skip
    as_csv = "name,scope,location_found,pattern_type,pattern,confidence_no_fp,expected_countries\n" + "".join(
        f'{r["name"]},{r["scope"]},{r["location_found"]},{r["pattern_type"]},{r["pattern"]},{r["confidence_no_fp"]},"{r["expected_countries"]}"\n'
        for r in rows
    )
    for data in (json.dumps(rows).encode(), as_csv.encode()):
        assert read_fingerprints(data).all == (
            Fingerprint("a", "body", "contains", "closed", "nat", frozenset({"KZ"})),
        )


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"[{]", Unreadable),
        (b"[]", WrongShape),
        (b"{}", WrongShape),
        (b"[7]", WrongShape),
        (b"", WrongShape),
        (b'[{"pattern": "(", "pattern_type": "regexp", "location_found": "body", "scope": "nat", "confidence_no_fp": 9}]', WrongShape),
        (b'[{"pattern": "x", "pattern_type": "glob", "location_found": "body"}]', WrongShape),
    ],
)  # fmt: skip
def test_what_is_no_list_of_fingerprints(data, error):
    with pytest.raises(error) as caught:
        read_fingerprints(data, "own.json")
    assert caught.value.file == "own.json"


# --- the measuring data -----------------------------------------------------------------------------------------------

#: What each file gives; with OONI's own lists of block pages what stands after the bar.
SHARED = {
    "20250527233111.802678_ID_webconnectivity_5a37ec909dbf14e3.json": "ooni.other_page|ooni.block_page",
    "browser_web.json": "ooni.browser_ok",
    "browser_web_error.json": "ooni.browser_failed",
    "bug_351.json": "ooni.probe_fault",
    "bug_352.json": "ooni.private_answer|ooni.block_page",
    "fingerprints_dns.json": "file.fingerprints",
    "fingerprints_http.json": "file.fingerprints",
    "http_header_field_manipulation_1.json": "ooni.not_about_a_site",
    "http_header_field_manipulation_2.json": "ooni.not_about_a_site",
    "http_header_field_manipulation_3.json": "ooni.not_about_a_site",
    "http_requests_1.json": "ooni.no_conclusion",
    "mbx-1.json": "ooni.not_about_a_site",
    "mbx-2.json": "ooni.not_about_a_site",
    "meek.json": "ooni.not_about_a_site",
    "meek2.json": "ooni.not_about_a_site",
    "meek3.json": "ooni.not_about_a_site",
    "openvpn.json": "ooni.service_ok",
    "report1.json": "ooni.ok",
    "report1.json.pretty": "ooni.ok",
    "report1blocked.json": "ooni.ok",
    "report2.json": "ooni.ok",
    "report2blocked.json": "ooni.ok",
    "requests_none.json": "ooni.down_at_control",
    "riseupvpn.json": "ooni.service_no_control",
    "signal_022.json": "ooni.service_ok",
    "signal_2627.json": "ooni.probe_fault",
    "signal_679.json": "ooni.probe_fault",
    "telegram_nourl.json": "ooni.service_ok",
    "test_keys_none.json": "ooni.no_test_keys",
    "tor.json": "ooni.service_ok",
    "tor_list.json": "ooni.service_ok",
    "torsf_1.json": "ooni.service_no_control",
    "torsf_2.json": "ooni.service_ok",
    "torsf_383.json": "ooni.service_no_control",
    "vanilla_tor.json": "ooni.service_no_control",
    "vanilla_tor_ok.json": "ooni.service_ok",
    "web_connectivity_b64_hdr.json": "ooni.captive",
    "web_connectivity_b64_incorrect.json": "ooni.ok",
    "web_connectivity_ir_fp.json": "ooni.private_answer|ooni.block_page",
    "web_connectivity_no_body.json": "ooni.down_at_control",
    "web_connectivity_null.json": "ooni.no_control",
    "web_connectivity_null2.json": "ooni.down_at_control",
    "web_connectivity_odd_hdr.json": "ooni.down_at_control",
    "whatsapp.json": "ooni.probe_fault",
    "yaml16_0.json": "ooni.ok",
    "yaml17_0.json": "ooni.not_about_a_site",
}


def test_every_shared_file_is_read_or_named(shared_data: Path):
    folder = shared_data / "ooni" / "measurements"
    lists = [read_fingerprints(folder / f"fingerprints_{of}.json").all for of in ("http", "dns")]
    known = Fingerprints((*lists[0], *lists[1]))
    told = {}
    for path in sorted(folder.iterdir()):
        plain, sure = (
            "+".join(sorted({each.rule for each in read_ooni(path, path.name, of)})) for of in (None, known)
        )
        told[path.name] = plain if plain == sure else f"{plain}|{sure}"
    assert told.pop("detector_query_ww_BR_2018.json") == "ooni.api_anomaly+ooni.api_ok+ooni.no_conclusion"
    assert told == SHARED


def test_a_file_is_read_apart_by_the_lists_that_a_desk_names(tmp_path):
    page = [answer(200, "https://news.example/", body="This site is closed by order 77.")]
    data = json.dumps(measured({"requests": page, **UNLIKE})).encode()
    listed = {"name": "a", "pattern": "closed by order 77", "pattern_type": "contains", "location_found": "body",
              "scope": "nat", "expected_countries": "KZ", "confidence_no_fp": 9}  # fmt: skip
    path = tmp_path / "fingerprints_http.json"
    path.write_text(json.dumps([listed]), encoding="utf-8")
    with Apart() as apart:
        (plain,) = read_file(data, "own.json", {}, apart).measurements
        (sure,) = read_file(data, "own.json", {}, apart, [path]).measurements
        path.write_text("{}", encoding="utf-8")
        broken = read_file(data, "own.json", {}, apart, [path])
    assert plain.state is not Reach.BLOCKED_CONFIRMED and sure.state is Reach.BLOCKED_CONFIRMED
    assert broken.measurements == () and "list of fingerprints" in broken.broken[0][1]
