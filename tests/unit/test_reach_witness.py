"""What desks hand to each other: a signed line comes back as it was, and nothing else comes in."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from barometer.errors import WrongShape
from barometer.reach.values import Measurement, Reach, Vantage
from barometer.reach.witness import read_witness, write_witness

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
KEYS = {PUBLIC: "Invented Desk"}
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = Measurement(
    site="https://news.example/",
    at=NOW - timedelta(hours=1),
    vantage=Vantage("home", "KZ", "AS9198"),
    state=Reach.BLOCKED_LIKELY,
    rule="dns.sinkhole",
    detail={
        "dns": [
            {"resolver": "system", "kind": "A", "refused": ["10.1.2.3"]},
            {"resolver": "9.9.9.9", "kind": "A", "addresses": ["198.51.100.1"]},
        ],
        "tcp": [{"address": "198.51.100.1"}],
        "http": {
            "url": "http://192.168.7.1/login",
            "failure": "not_public",
            "hops": [
                {"url": "http://news.example/", "address": "198.51.100.1", "status": 302},
                {"url": "http://192.168.7.1/login", "failure": "not_public"},
            ],
        },
        "online": True,
    },
)


def signed(**changes):
    """A line whose measurement is changed before it is signed."""
    said = json.loads(write_witness([ONE], KEY))["measurement"] | changes
    data = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    signature = base64.b64encode(KEY.sign(data)).decode()
    return json.dumps({"measurement": said, "key": PUBLIC, "signature": signature}).encode()


def test_a_measurement_comes_back_as_a_peers():
    (back,) = read_witness(write_witness([ONE, ONE], KEY), KEYS, now=NOW)
    assert (back.site, back.at, back.state, back.rule) == (ONE.site, ONE.at, ONE.state, ONE.rule)
    assert back.vantage == Vantage("Invented Desk: home", "KZ", "AS9198")
    assert back.source == "peer" and len(back.source_id) == 64


def test_nothing_of_the_witness_s_own_network_is_told():
    data = write_witness([ONE], KEY)
    assert all(
        private not in data for private in (b"9.9.9.9", b"10.1.2.3", b"198.51.100.1", b"192.168", b"online")
    )
    detail = read_witness(data, KEYS, now=NOW)[0].detail
    assert detail["dns"] == [{"resolver": "system", "kind": "A"}, {"resolver": "other", "kind": "A"}]
    assert detail["http"] == {
        "failure": "not_public",
        "hops": [{"url": "http://news.example/", "status": 302}],
    }


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "it is not JSON"),
        (b"[" * 100_000, "longer than"),
        (b"[" * 60_000, "it is not JSON"),
        (b'{"measurement": NaN}', "NaN is no number"),
        (b'{"measurement": {}, "key": 1, "signature": ""}', "not a measurement, a key and a signature"),
        (b'{"measurement": {}, "key": "00", "signature": ""}', "no desk is known by the key '00'"),
        (
            write_witness([ONE], KEY).replace(b"blocked_likely", b"ok"),
            "the signature is not that of Invented Desk",
        ),
        (signed(form="another/1"), "not of the form"),
        (signed(more=1), "not of the form"),
        (signed(site="file:///etc/passwd"), "no address of a site"),
        (signed(site=["x"]), "no address of a site"),
        (signed(at="2026-03-01T10:00:00"), "no time in UTC"),
        (signed(at=5), "no time in UTC"),
        (signed(at="2026-03-01T12:30:00+00:00"), "dated ahead"),
        (signed(state="fine"), "no state of a site"),
        (signed(state=["ok"]), "no state of a site"),
        (signed(rule="<b>"), "no rule"),
        (signed(detail=[]), "no object"),
        (signed(detail={"a": 1}).replace(b'"a": 1', b'"a": 1e999'), "the signature is not that of"),
        (signed(detail={"a": "\0"}), "a character that no text has"),
        (signed(vantage={"name": "x"}), "its vantage"),
        (signed(vantage={"name": "x", "country": "KZ", "network": "", "control": 1}), "its vantage"),
        (
            signed(vantage={"name": "x", "country": "kz", "network": "", "control": True}),
            "country or network",
        ),
    ],
)
def test_what_is_not_right_is_named_with_its_line(line, why):
    with pytest.raises(WrongShape) as refused:
        read_witness(write_witness([ONE], KEY) + line, KEYS, file="peer.jsonl", now=NOW)
    assert why in refused.value.message and refused.value.place == "line 2" and refused.value.next_step
