"""A look asks little, keeps what was shown, goes where the guard lets it and ends in time."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
import time
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest
from fakes.names import CUT, SILENT, Names
from fakes.servers import ConnectProxy, Site, SocksProxy, moved, page
from fakes.sites import WELL, Authorities, Strange, settings, silence

from barometer.countries.blocking import marks, read_marks
from barometer.errors import FetchRefused, UnknownValue, WrongShape
from barometer.fetching import Allowance
from barometer.reach.classify import (
    RULES,
    classify,
    measurement,
)
from barometer.reach.probe import Controls, ProbeSettings, look
from barometer.reach.seen import Answer, Attempt, Certificate, Hop, Seen
from barometer.reach.values import Reach, Vantage

ROOT = Path(__file__).resolve().parents[2]
NAME = "news.example"
HOME = ["127.0.0.1"]


@pytest.fixture(scope="module")
def authorities():
    return Authorities()


def looked(server, names, authorities=None, *, path="/", scheme="https", **options):
    trust = authorities.trust if authorities else None
    made = settings(reach=[f"{NAME}:{server.port}"], system=names.place, trust=trust, **options)
    return asyncio.run(look(f"{scheme}://{NAME}:{server.port}{path}", made))


# --- what is asked ------------------------------------------------------------------------------------------------


def test_a_look_asks_once_says_who_it_is_and_keeps_no_cookie(authorities):
    server = Site({"/a?b=1": page(b"well", headers=("Set-Cookie: a=b",))}, tls=authorities.server(NAME))
    with server, Names({NAME: HOME}) as names:
        seen = looked(server, names, authorities, path="/a?b=1", agent="Test/1")
    (request,) = server.requests
    assert request.decode().split("\r\n") == [
        "GET /a?b=1 HTTP/1.1",
        f"Host: {NAME}:{server.port}",
        "User-Agent: Test/1",
        "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Encoding: gzip, deflate",
        "Connection: close",
        "",
        "",
    ]
    assert sorted(names.asked) == [(NAME, "A", "udp"), (NAME, "AAAA", "udp")]
    assert classify(seen, ()) == (Reach.OK, "ok.page")


def test_a_cut_answer_is_asked_for_by_tcp():
    with Site({"/": WELL}) as server, Names({NAME: CUT, f"{NAME}.": HOME}) as names:
        seen = looked(server, names, scheme="http")
    assert {("A", "udp"), ("A", "tcp")} <= {(kind, way) for _, kind, way in names.asked}
    assert seen.attempts[0].last.status == 200


def test_a_packed_page_is_read_and_a_bomb_only_so_far():
    bomb = page(gzip.compress(b"\0" * (8 << 20)), headers=("Content-Encoding: gzip",))
    small = page(gzip.compress(b"well"), headers=("Content-Encoding: gzip",))
    with Site({"/": small, "/bomb": bomb}) as server, Names({NAME: HOME}) as names:
        assert looked(server, names, scheme="http").attempts[0].last.body == b"well"
        assert len(looked(server, names, scheme="http", path="/bomb").attempts[0].last.body) == 64 * 1024


def test_the_certificate_that_was_shown_is_kept_also_one_that_is_not_trusted(authorities):
    tls = authorities.server(NAME, by=authorities.interceptor)
    with Site({"/": WELL}, tls=tls) as server, Names({NAME: HOME}) as names:
        seen = looked(server, names, authorities, again=0)
    ((digest, der),) = seen.certificates.items()
    assert hashlib.sha256(der).hexdigest() == digest
    shown = seen.attempts[0].last.certificate
    assert shown.names == (NAME,) and "Information Security Certification Authority" in shown.issuers[0]
    one = measurement(seen, Vantage("home", "KZ"), marks())
    assert one.state is Reach.BLOCKED_CONFIRMED and one.detail["mark"] == "kz.isca"
    assert one.detail["tls"][0]["sha256"] == digest and one.detail["tls"][0]["failure"] == "tls.issuer"
    assert one.detail["http"]["status"] == 200 and one.detail["http"]["failure"] == "tls.issuer"
    json.dumps(one.detail)


# --- where it goes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "site",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://news.example:22/",
        "ftp://news.example/",
        "0x7f.1",
        "http://news.onion/",
    ],
)
def test_what_may_not_be_asked_is_refused_before_anything_is_sent(site):
    with pytest.raises(FetchRefused):
        asyncio.run(look(site, ProbeSettings(system=("127.0.0.1:9",))))


def test_a_private_resolver_needs_an_allowance():
    for resolver in ("10.0.0.1", "127.0.0.1:53", "[fe80::1]:53", "dns.example:53", "dns.example"):
        with pytest.raises(FetchRefused):
            asyncio.run(look("news.example", ProbeSettings(resolvers=(resolver,))))


def test_a_redirect_into_the_house_is_not_followed():
    with Strange(silence) as trap, Names({NAME: HOME, "inner.example": HOME}) as names:
        places = [
            f"http://127.0.0.1:{trap.port}/",
            f"http://inner.example:{trap.port}/",
            "file:///etc/passwd",
        ]
        for place in places:
            with Site({"/": moved(place)}) as server:
                last = looked(server, names, scheme="http").attempts[0].last
            assert (last.failure, last.status) == ("not_public", 0)
        assert trap.met == 0


@pytest.mark.parametrize("kind", ["http", "socks5h"])
def test_a_proxy_is_another_vantage_that_looks_names_up_itself(authorities, kind):
    with Site({"/": WELL}, tls=authorities.server(NAME)) as server, Names({}) as names:
        make = ConnectProxy if kind == "http" else SocksProxy
        with make({f"{NAME}:{server.port}": server.port}) as proxy:
            made = settings(reach=[f"{NAME}:{server.port}"], system=names.place, trust=authorities.trust)
            made = replace(
                made,
                proxy=f"{kind}://127.0.0.1:{proxy.port}",
                allowances=(*made.allowances, Allowance("proxy", (f"127.0.0.1:{proxy.port}",))),
            )
            seen = asyncio.run(look(f"https://{NAME}:{server.port}/", made))
            other = asyncio.run(look("https://other.example/", made))
        down = asyncio.run(look(f"https://{NAME}:{server.port}/", replace(made, again=0)))
    assert names.asked == [] and seen.proxied
    assert classify(seen, ()) == (Reach.OK, "ok.page")
    assert classify(other, ()) == (Reach.DOWN, "tcp.failed")
    assert classify(down, ()) == (Reach.INSUFFICIENT, "net.proxy")


# --- when it ends -------------------------------------------------------------------------------------------------


def test_a_look_ends_in_time_and_keeps_what_it_saw():
    with Strange(silence) as server, Names({NAME: HOME}) as names:
        began = time.monotonic()
        seen = looked(server, names, scheme="http", seconds=1.5)
    assert time.monotonic() - began < 10
    assert seen.answers and seen.touches and not seen.attempts
    assert classify(seen, ()) == (Reach.INSUFFICIENT, "net.nothing")


def test_sites_that_are_always_there_are_asked_once_for_many_failures(authorities):
    with (
        Site({"/": WELL}, tls=authorities.server("always.example")) as always,
        Names({"always.example": HOME, NAME: SILENT}) as names,
    ):
        controls = Controls([f"https://always.example:{always.port}/", "https://never.example/"])
        made = settings(
            reach=[f"always.example:{always.port}"],
            system=names.place,
            trust=authorities.trust,
            controls=controls,
        )

        async def both():
            return await asyncio.gather(look("gone1.example", made), look("gone2.example", made))

        seen = asyncio.run(both())
    assert [one.online for one in seen] == [True, True] and len(always.requests) == 1


# --- what it says -------------------------------------------------------------------------------------------------


def test_every_rule_has_words_and_stands_in_the_reference():
    file = resources.files("barometer.reach") / "data" / "probe_rules.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    told = {f"{family}.{name}": rule for family, of in table.items() for name, rule in of.items()}
    assert {rule.id: rule.state.value for rule in RULES} == {id_: rule["state"] for id_, rule in told.items()}
    assert all(rule.keys() == {"state", "en", "ru", "kk"} for rule in told.values())
    page = (ROOT / "docs" / "reference" / "probe-rules.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| `([a-z0-9_.]+)` \| (\w+) \| (.*) \|$", page)
    assert rows == [(rule.id, rule.state.value, told[rule.id]["en"]) for rule in RULES]


def test_a_look_that_saw_nothing_says_nothing():
    nothing = Seen(f"https://{NAME}/", datetime.now(UTC))
    assert classify(nothing, ()) == (Reach.INSUFFICIENT, "net.nothing")


def test_no_mark_makes_a_page_that_is_the_sites_own_a_block_page():
    """Even the words of a known page: over a line that the certificate secures, the site speaks."""
    known = read_marks(
        {
            "mark": [
                {
                    "id": "x",
                    "kind": "block",
                    "where": "body",
                    "match": "contains",
                    "text": "Board",
                    "source": "-",
                    "confirms": True,
                }
            ]
        },
        "x",
    )
    own = Hop("https://news.example/", "1.1.1.1", certificate=Certificate((b"x",)), status=200, body=b"Board")
    plain = replace(own, certificate=None, url="http://news.example/")
    for hop, state in ((own, Reach.OK), (plain, Reach.BLOCKED_CONFIRMED)):
        seen = Seen(hop.url, datetime.now(UTC), attempts=(Attempt("system", (hop,)),))
        assert classify(seen, known)[0] is state


def test_a_dead_server_of_several_is_no_blocking():
    """Two resolvers name two servers of one site; that of the first is dead, or shows another's certificate."""
    own, other = Answer("system", "A", ("1.1.1.1",)), Answer("9.9.9.9", "A", ("2.2.2.2",))
    shown = Certificate((b"x",), names=("elsewhere.example",))
    dead = Hop("https://news.example/", "1.1.1.1", "tcp.timeout")
    well = Hop("https://news.example/", "2.2.2.2", certificate=shown, status=200, body=b"News")
    for hop, said in (
        (dead, (Reach.INSUFFICIENT, "dns.dead")),
        (replace(dead, failure="tls.timeout", bare="silent"), (Reach.INSUFFICIENT, "dns.dead")),
        (replace(dead, failure="tls.reset"), (Reach.BLOCKED_LIKELY, "tls.reset")),
        (replace(dead, failure="tls.name", certificate=shown), (Reach.BLOCKED_LIKELY, "dns.elsewhere")),
    ):
        ways = (Attempt("system", (hop,)), Attempt("other", (well,)))
        seen = Seen("https://news.example/", datetime.now(UTC), answers=(own, other), attempts=ways)
        assert classify(seen, ()) == said


def test_a_sinkhole_that_is_known_confirms():
    known = read_marks(
        {
            "mark": [
                {
                    "id": "x",
                    "kind": "block",
                    "where": "dns",
                    "match": "full",
                    "text": "10.9.8.7",
                    "source": "-",
                    "confirms": True,
                }
            ]
        },
        "x",
    )
    answer = Answer("system", "A", refused=("10.9.8.7",))
    seen = Seen("https://news.example/", datetime.now(UTC), answers=(answer,))
    assert classify(seen, known) == (Reach.BLOCKED_CONFIRMED, "known.mark")
    near = replace(seen, answers=(replace(answer, refused=("110.9.8.77",)),))
    assert classify(near, known) == (Reach.INSUFFICIENT, "dns.uncompared")


# --- marks --------------------------------------------------------------------------------------------------------


def test_the_marks_of_a_country_name_their_source():
    found = marks("KZ")
    assert {mark.id for mark in found if mark.confirms} == {"kz.isca", "kz.qaznet"}
    with pytest.raises(UnknownValue):
        marks("XX")


@pytest.mark.parametrize(
    ("id_", "said", "fits"),
    [
        ("words.en", "Access to this website has been blocked by decision of the court", True),
        ("words.en", "Access to the site is limited to subscribers", False),
        ("words.ru", "Доступ к данному ресурсу ограничен на основании решения суда", True),
        ("words.ru", "Доступ к сайту закрыт на время технических работ", False),
        ("words.kk", "Осы ресурсқа қол жеткізу уәкілетті органның шешімі негізінде шектелген", True),
        ("words.kk", "Сот шешімі бойынша сайтқа кіру тоқтатылды", True),
        ("words.kk", "Сайтқа кіру үшін құпиясөзді жазыңыз", False),
        ("portal.words", "Please log in to the Wi-Fi", True),
    ],
)
def test_general_wordings(id_, said, fits):
    mark = next(mark for mark in marks("KZ") if mark.id == id_)
    assert mark.fits(said) is fits


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a", "kind": "block", "where": "body", "match": "contains", "text": "x"},
        {"id": "a", "kind": "rumour", "where": "body", "match": "contains", "text": "x", "source": "y"},
        {"id": "a", "kind": "block", "where": "soul", "match": "contains", "text": "x", "source": "y"},
        {"id": "a", "kind": "block", "where": "body", "match": "pattern", "text": "(", "source": "y"},
        {
            "id": "a",
            "kind": "block",
            "where": "body",
            "match": "contains",
            "text": "x",
            "source": "",
            "confirms": True,
        },
    ],
)
def test_a_mark_that_is_not_right_is_named(row):
    with pytest.raises(WrongShape) as refused:
        read_marks({"mark": [row]}, "block_pages.toml")
    assert refused.value.next_step
