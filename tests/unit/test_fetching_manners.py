"""A site's robots.txt and its pace are respected."""

from __future__ import annotations

import threading
import time

import pytest
from fakes.servers import Site, SocksProxy, door_to, moved, page

from barometer.errors import FetchRefused
from barometer.fetching import Allowance, Door, Pacing, Robots

RULES = b"""\xef\xbb\xbfUser-agent: *
Disallow: /private
Crawl-delay: 5

User-agent: PressBarometer
Disallow: /press
Allow: /press/open
"""


class Clock:
    """Time that passes when it is slept through."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(round(seconds, 6))
        self.now += seconds


def test_rules_by_agent():
    with Site({"/robots.txt": page(RULES, media_type="text/plain")}) as site:
        robots = Robots(door_to(site))
        assert not robots.allowed(site.url("/private/a"), "Other")
        assert robots.allowed(site.url("/press"), "Other")
        assert not robots.allowed(site.url("/press/a?b"), "PressBarometer")
        assert robots.allowed(site.url("/press/open"), "PressBarometer")
        assert robots.crawl_delay(site.url("/"), "Other") == 5.0
        assert robots.crawl_delay(site.url("/"), "PressBarometer") is None
        assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (page(status="404 N"), True),
        (page(status="403 N"), True),
        (page(status="410 N"), True),
        (page(status="429 N"), False),
        (page(status="500 E"), False),
        (page(status="503 E"), False),
        (b"no http", False),
        (moved("/robots.txt"), False),
        (page(b"<html>" + b"\0\xff" * 5000), True),
        (page(b""), True),
        (page(b"User-agent: *\nDisallow: /"), False),
        (page(b"#" * (2 << 20)), False),
    ],
)
def test_missing_allows_and_trouble_refuses(answer, allowed):
    with Site({"/robots.txt": answer}) as site:
        robots = Robots(door_to(site))
        assert robots.allowed(site.url("/a"), "PressBarometer") is allowed


def test_trouble_is_asked_about_again_after_ten_minutes_and_rules_after_a_day():
    clock = Clock()
    with Site({"/robots.txt": page(status="503 E")}) as site:
        robots = Robots(door_to(site), clock=clock)
        assert not robots.allowed(site.url("/a"), "PressBarometer")
        site.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /a")
        clock.now += 599
        assert not robots.allowed(site.url("/b"), "PressBarometer")
        clock.now += 1
        assert robots.allowed(site.url("/b"), "PressBarometer")
        site.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /b")
        clock.now += 24 * 3600 - 1
        assert robots.allowed(site.url("/b"), "PressBarometer")
        clock.now += 1
        assert not robots.allowed(site.url("/b"), "PressBarometer")
        assert len(site.requests) == 3


def test_hostile_rules_cost_little():
    rules = b"User-agent: *\n" + b"Disallow: /" + b"*a" * 200 + b"*b$\n" + b"Disallow: /*a*b*c*d\n" * 3000
    with Site({"/robots.txt": page(rules)}) as site:
        robots = Robots(door_to(site))
        begin = time.monotonic()
        assert robots.allowed(site.url("/" + "a" * 2000), "PressBarometer")
        assert time.monotonic() - begin < 10


def test_the_guard_is_asked_and_so_is_the_sources_proxy():
    with pytest.raises(FetchRefused):
        Robots(Door()).allowed("http://127.0.0.1/a", "PressBarometer")
    with (
        Site({"/robots.txt": page(b"User-agent: *\nDisallow: /")}) as site,
        SocksProxy({"news.example:80": site.port}) as proxy,
    ):
        place = f"127.0.0.1:{proxy.port}"
        robots = Robots(Door(allowances=[Allowance("proxy", (place,))]))
        assert not robots.allowed("http://news.example/a", "PressBarometer", proxy=f"socks5h://{place}")


# --- pace -------------------------------------------------------------------------------------------------------


def test_a_pause_between_two_visits_of_a_host():
    clock = Clock()
    pacing = Pacing(2.0, clock=clock, sleep=clock.sleep)
    for host in ("a.example", "b.example", "a.example"):
        with pacing.turn(host):
            clock.now += 0.5
    # a ended at 100.5, b at 101.0; a's next turn is at 102.5.
    assert clock.slept == [1.5]
    with pacing.turn("a.example", 10):
        assert clock.now == 113.0
    with pacing.turn("a.example", 0.1):
        assert clock.now == 115.0


def test_a_visit_that_fails_counts():
    clock = Clock()
    pacing = Pacing(1.0, clock=clock, sleep=clock.sleep)
    with pytest.raises(OSError), pacing.turn("a.example"):
        raise OSError
    with pacing.turn("a.example"):
        assert clock.slept == [1.0]


def test_one_at_a_time_for_a_host_and_many_for_many():
    pacing = Pacing(0.0)
    inside, most, together = {"a": 0, "b": 0}, {"a": 0, "b": 0}, threading.Barrier(2, timeout=10)

    def visit(host):
        for round_ in range(20):
            with pacing.turn(host):
                inside[host] += 1
                most[host] = max(most[host], inside[host])
                time.sleep(0.001)
                inside[host] -= 1
            if round_ == 0:
                met[host] = True

    met = {}

    def meet(host):
        with pacing.turn(host):
            together.wait()  # both hosts are being visited, or this breaks

    threads = [threading.Thread(target=visit, args=(host,)) for host in "aaabbb"]
    threads += [threading.Thread(target=meet, args=(host,)) for host in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == {"a": 1, "b": 1} and not together.broken
