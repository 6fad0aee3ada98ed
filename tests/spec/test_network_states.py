"""What a probe sees and what it may say of it: situations played by servers and name servers on this machine.

The table says for each what a careful person would say of one look; docs/reference/probe-rules.md has the rules. One
look never proves blocking: "confirmed" stands only where a publicly known mark was seen, and nothing that answers as
itself is ever called blocked.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import pytest
from fakes.names import CUT, NXDOMAIN, SERVFAIL, SILENT, Names
from fakes.servers import Site, moved, page
from fakes.sites import (
    HOME,
    HOME6,
    NAME,
    WELL,
    Authorities,
    Deaf,
    Stage,
    Strange,
    alert,
    by_name,
    endless,
    in_turn,
    reset,
    reset_after_hello,
    settings,
    silence,
    slowly,
)

from barometer.countries.blocking import Mark, marks
from barometer.reach import classify as rules
from barometer.reach.classify import classify
from barometer.reach.probe import look
from barometer.reach.values import Reach

OK, DOWN, LIKELY = Reach.OK, Reach.DOWN, Reach.BLOCKED_LIKELY
CONFIRMED, NOTHING, OVER = Reach.BLOCKED_CONFIRMED, Reach.INSUFFICIENT, Reach.OVERLOADED
BRIEF = {"stage": 0.4}  # for who is silent; everybody else has as long as a busy machine needs
BLOCKED = page(
    "<title>Уведомление</title>Доступ к запрашиваемому ресурсу ограничен по решению уполномоченного органа".encode()
)
INVENTED = Mark(
    "test.page", "block", "body", "contains", "Invented Board of Silence", "invented", confirms=True
)
KNOWN = (*marks("KZ"), INVENTED)


@pytest.fixture(scope="module")
def authorities():
    return Authorities()


def closed() -> Site:
    """A site whose port nobody listens at any more."""
    server = Site({})
    server._listening.close()
    return server


# --- healthy ------------------------------------------------------------------------------------------------------


def well(stage):
    return stage.look(stage.site(tls=stage.good), HOME, HOME)


def well_over_http(stage):
    return stage.look(stage.site(), HOME, scheme="http")


def slow(stage):
    return stage.look(stage.site({"/": slowly}, tls=stage.good), HOME)


def one_503(stage):
    error = page(b"busy", status="503 Service Unavailable")
    return stage.look(stage.site({"/": in_turn(error, WELL)}, tls=stage.good), HOME)


def only_ipv6(stage):
    return stage.look(stage.site(tls=stage.good, host="::1"), HOME6)


def ipv4_broken_ipv6_well(stage):
    while True:
        server, nobody = stage.site(tls=stage.good, host="::1"), stage.stack.enter_context(socket.socket())
        with suppress(OSError):  # some other program's port there
            nobody.bind(("127.0.0.1", server.port))  # and nobody listens
            return stage.look(server, HOME + HOME6)


def endless_body(stage):
    return stage.look(stage.site({"/": endless}, tls=stage.good), HOME)


def cut_answer_then_tcp(stage):
    return stage.look(stage.site(tls=stage.good), CUT)


def leads_on(stage):
    both = stage.authorities.server(NAME, "www.news.example")
    server = stage.up(Site({"/now": WELL}, tls=both))
    server.pages["/"] = moved(f"https://www.news.example:{server.port}/now")
    return stage.look(server, HOME, also={"www.news.example": HOME})


def other_addresses_same_site(stage):
    """Networks of delivery give everybody another address."""
    return stage.look(stage.site(tls=stage.good), HOME, ["127.0.0.2"])


def writes_about_blocking(stage):
    """A page by its certificate the site's own may say anything."""
    return stage.look(stage.site({"/": BLOCKED}, tls=stage.good), HOME)


def long_article_about_blocking(stage):
    article = page(BLOCKED.partition(b"\r\n\r\n")[2] + b"<p>" + b"More of the same story. " * 100)
    return stage.look(stage.site({"/": article}), HOME, scheme="http")


# --- blocked ------------------------------------------------------------------------------------------------------


def nxdomain_here(stage):
    return stage.look(stage.site(tls=stage.good), NXDOMAIN, HOME)


def no_address_here(stage):
    return stage.look(stage.site(tls=stage.good), [], HOME)


def sinkhole(stage):
    """0.0.0.0 is this machine: a line to it would be met."""
    server = stage.site(tls=stage.good, host="::1")
    trap = stage.up(Strange(reset, port=server.port))
    seen = stage.look(server, ["0.0.0.0"], HOME6)
    assert trap.met == 0 and [touch.address for touch in seen.touches] == HOME6
    assert seen.answers[0].refused == ("0.0.0.0",) and seen.attempts[0].last.status == 200
    return seen


def lie_by_address(stage):
    """The system's resolver names a server that cannot show the site's certificate; the other's can."""
    server = stage.site(tls=stage.good)
    tls = stage.authorities.server("elsewhere.example")
    stage.up(Site({"/": BLOCKED}, tls=tls, host="::1", port=server.port))
    return stage.look(server, HOME6, HOME)


def reset_by_name(stage):
    act = by_name(NAME, stage.authorities.server("elsewhere.example"), reset)
    return stage.look(stage.up(Strange(act)), HOME)


def silence_by_name(stage):
    act = by_name(NAME, stage.authorities.server("elsewhere.example"), silence)
    return stage.look(stage.up(Strange(act)), HOME, stage=1.5)


def reset_after_client_hello(stage):
    return stage.look(stage.up(Strange(reset_after_hello)), HOME)


def reset_after_request(stage):
    return stage.look(stage.up(Strange(reset_after_hello)), HOME, scheme="http")


def certificate_of_another(stage):
    return stage.look(stage.site(tls=stage.authorities.server("elsewhere.example")), HOME)


def certificate_of_nobody_known(stage):
    tls = stage.authorities.server(NAME, by=stage.authorities.unknown)
    return stage.look(stage.site(tls=tls), HOME)


def certificate_of_the_interception(stage):
    tls = stage.authorities.server(NAME, by=stage.authorities.interceptor)
    return stage.look(stage.site(tls=tls), HOME)


def words_200(stage):
    return stage.look(stage.site({"/": BLOCKED}), HOME, scheme="http")


def words_403(stage):
    answer = BLOCKED.replace(b"200 OK", b"403 Forbidden")
    return stage.look(stage.site({"/": answer}), HOME, scheme="http")


def known_page(stage):
    return stage.look(
        stage.site({"/": page(b"By order of the INVENTED board of silence")}), HOME, scheme="http"
    )


def known_page_behind_a_redirect(stage):
    server = stage.up(Site({"/blocked": page(b"Invented Board of Silence")}))
    server.pages["/"] = moved(f"http://www.news.example:{server.port}/blocked")
    return stage.look(server, HOME, scheme="http", also={"www.news.example": HOME})


def known_page_over_plain_http(stage):
    """https is reset, and plain http shows why."""
    plain = stage.site({"/": page(b"Invented Board of Silence")})
    server = stage.up(Strange(reset_after_hello))
    zone = stage.up(Names({NAME: HOME}))
    made = settings(
        reach=[f"{NAME}:{server.port}", f"{NAME}:{plain.port}"],
        system=zone.place,
        trust=stage.authorities.trust,
        plain=((server.port, plain.port),),
    )
    return asyncio.run(look(f"https://{NAME}:{server.port}/", made))


def status_451(stage):
    return stage.look(stage.site({"/": page(b"", status="451 Unavailable")}), HOME, scheme="http")


# --- down ---------------------------------------------------------------------------------------------------------


def nxdomain_everywhere(stage):
    return stage.look(stage.site(), NXDOMAIN, NXDOMAIN)


def servfail_everywhere(stage):
    return stage.look(stage.site(), SERVFAIL, SERVFAIL, controls=stage.always())


def no_name_server_answers(stage):
    return stage.look(stage.site(), SILENT, SILENT, controls=stage.always(), ask=1.0)


def private_everywhere(stage):
    return stage.look(stage.site(), ["169.254.0.7"], ["169.254.0.7"])


def refused(stage):
    return stage.look(closed(), HOME)


def nobody_takes_the_line(stage):
    return stage.look(stage.up(Deaf()), HOME, **BRIEF)


def tls_alert(stage):
    return stage.look(stage.up(Strange(alert)), HOME)


def silence_to_everybody(stage):
    return stage.look(stage.up(Strange(silence)), HOME, **BRIEF)


def certificate_expired(stage):
    return stage.look(stage.site(tls=stage.authorities.server(NAME, days=-1)), HOME)


def certificate_for_www(stage):
    return stage.look(stage.site(tls=stage.authorities.server("www.news.example")), HOME)


def flood_503(stage):
    error = page(b"busy", status="503 Service Unavailable")
    return stage.look(stage.site({"/": error}, tls=stage.good), HOME)


def gone(stage):
    return stage.look(stage.site({}, tls=stage.good), HOME)


# --- nothing to say -----------------------------------------------------------------------------------------------


def servfail_here(stage):
    return stage.look(stage.site(tls=stage.good), SERVFAIL, HOME)


def no_name_server_and_no_control(stage):
    return stage.look(stage.site(), SILENT, ask=0.2)


def offline(stage):
    return stage.look(stage.up(Strange(reset_after_hello)), HOME, controls=closed())


def sinkhole_alone(stage):
    return stage.look(stage.site(), ["0.0.0.0"])


def leads_to_the_portal(stage):
    return stage.look(stage.site({"/": moved("http://192.168.1.1/login")}), HOME, scheme="http")


def captive_page(stage):
    answer = page(b"<title>Welcome</title><!-- <WISPAccessGatewayParam> -->Log in to the Wi-Fi to go on")
    return stage.look(stage.site({"/": answer}), HOME, scheme="http")


def captive_511(stage):
    answer = page(b"log in", status="511 Network Authentication Required")
    return stage.look(stage.site({"/": answer}), HOME, scheme="http")


def leads_elsewhere(stage):
    server = stage.up(Site({"/": WELL}))
    server.pages["/"] = in_turn(moved(f"http://portal.example:{server.port}/"), WELL)
    return (
        stage.look(server, HOME, scheme="http", name="portal.example") if False else _elsewhere(stage, server)
    )


def _elsewhere(stage, server):
    zone = stage.up(Names({NAME: HOME, "portal.example": HOME}))
    made = settings(reach=[f"{NAME}:{server.port}", f"portal.example:{server.port}"], system=zone.place)
    return asyncio.run(look(f"http://{NAME}:{server.port}/", made))


def redirect_loop(stage):
    return stage.look(stage.site({"/": moved("/"), "/a": moved("/")}, tls=stage.good), HOME)


def empty_body(stage):
    return stage.look(stage.site({"/": page(b"")}, tls=stage.good), HOME)


def robots_unwelcome(stage):
    return stage.look(stage.site({"/": page(b"No robots", status="403 Forbidden")}, tls=stage.good), HOME)


EXPECTED = [
    (well, OK, "ok.page"),
    (well_over_http, OK, "ok.page"),
    (slow, OK, "ok.slow"),
    (one_503, OK, "ok.again"),
    (only_ipv6, OK, "ok.page"),
    (ipv4_broken_ipv6_well, OK, "ok.page"),
    (endless_body, OK, "ok.page"),
    (cut_answer_then_tcp, OK, "ok.page"),
    (leads_on, OK, "ok.page"),
    (other_addresses_same_site, OK, "ok.page"),
    (writes_about_blocking, OK, "ok.page"),
    (long_article_about_blocking, OK, "ok.page"),
    (nxdomain_here, LIKELY, "dns.denied"),
    (no_address_here, LIKELY, "dns.denied"),
    (sinkhole, LIKELY, "dns.sinkhole"),
    (lie_by_address, LIKELY, "dns.elsewhere"),
    (reset_by_name, LIKELY, "tls.by_name"),
    (silence_by_name, LIKELY, "tls.by_name"),
    (reset_after_client_hello, LIKELY, "tls.reset"),
    (reset_after_request, LIKELY, "http.reset"),
    (certificate_of_another, LIKELY, "tls.other"),
    (certificate_of_nobody_known, LIKELY, "tls.issuer"),
    (certificate_of_the_interception, CONFIRMED, "known.mark"),
    (words_200, LIKELY, "page.words"),
    (words_403, LIKELY, "page.words"),
    (known_page, CONFIRMED, "known.mark"),
    (known_page_behind_a_redirect, CONFIRMED, "known.mark"),
    (known_page_over_plain_http, CONFIRMED, "known.mark"),
    (status_451, LIKELY, "http.451"),
    (nxdomain_everywhere, DOWN, "dns.nxdomain"),
    (servfail_everywhere, DOWN, "dns.failed"),
    (no_name_server_answers, DOWN, "dns.failed"),
    (private_everywhere, DOWN, "dns.private"),
    (refused, DOWN, "tcp.failed"),
    (nobody_takes_the_line, DOWN, "tcp.failed"),
    (tls_alert, DOWN, "tls.failed"),
    (silence_to_everybody, DOWN, "tls.failed"),
    (certificate_expired, DOWN, "tls.own"),
    (certificate_for_www, DOWN, "tls.own"),
    (flood_503, DOWN, "http.5xx"),
    (gone, DOWN, "http.gone"),
    (servfail_here, NOTHING, "dns.own"),
    (no_name_server_and_no_control, NOTHING, "net.unknown"),
    (offline, NOTHING, "net.offline"),
    (sinkhole_alone, NOTHING, "dns.uncompared"),
    (leads_to_the_portal, NOTHING, "portal.private"),
    (captive_page, NOTHING, "portal.mark"),
    (captive_511, NOTHING, "portal.511"),
    (leads_elsewhere, NOTHING, "http.elsewhere"),
    (redirect_loop, NOTHING, "http.loop"),
    (empty_body, NOTHING, "http.empty"),
    (robots_unwelcome, NOTHING, "http.denied"),
]


@pytest.mark.parametrize(("play", "state", "rule"), EXPECTED, ids=[play.__name__ for play, _, _ in EXPECTED])
def test_a_situation_is_what_it_is(authorities, monkeypatch, play, state, rule):
    monkeypatch.setattr(rules, "SLOW", 0.25 if play is slow else 1000)
    stage = Stage(authorities)
    with stage.stack:
        seen = play(stage)
    assert classify(seen, KNOWN) == (state, rule), seen.detail()
