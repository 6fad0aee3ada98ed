"""One round over many sources of which most misbehave: it ends, each failure is named, and the good ones are read."""

from __future__ import annotations

import gzip
import re
import subprocess
import time
from contextlib import ExitStack, suppress
from functools import cache

import pytest

from barometer.sources.watched import WatchedSource, to_toml
from tests.fakes.servers import Site, moved, page

STORY = (
    "On 13 March 2031 a court in Almaty fined Aigerim Example, a journalist of the Invented Herald, under Article 274 "
    "of the Criminal Code for her report on the city's heating. The newspaper stands by the report."
)


@cache
def bomb():
    """A quarter of a gigabyte of zeros."""
    return gzip.compress(bytes(1 << 28), 1)


def slow(sock, head):
    """Says nothing, for a long time."""
    with suppress(OSError):
        sock.settimeout(300)
        sock.recv(1)


def drip(sock, head):
    """A sign now and then, without end."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
    for _ in range(6_000):
        sock.sendall(b" ")
        time.sleep(0.05)


def endless(sock, head):
    """As much as is taken."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
    while True:
        sock.sendall(b"<item>" * 10_000)


def feed(place, words):
    items = f"<item><title>{words}</title><link>http://{place}/story</link><guid>1</guid></item>"
    return page(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Herald</title><link>http://{place}/</link>'
        f"<description>news</description>{items}</channel></rss>".encode(),
        media_type="application/rss+xml",
    )


def exploding(sock, head):
    """A small answer that is none."""
    with suppress(OSError):
        sock.sendall(page(bomb(), media_type="application/rss+xml", headers=("Content-Encoding: gzip",)))


#: path → what it serves, and what is said of it
KINDS = {
    "slow": (slow, "timeout"),
    "drip": (drip, "timeout"),
    "endless": (endless, "too large|timeout"),
    "broken": (lambda sock, head: sock.sendall(b"\x16\x03\x01 hello\r\n\r\n"), "protocol"),
    "circles": (moved("/circles"), "redirects"),
    "liar": (page(b"<rss>", media_type="application/rss+xml", length=5_000), "protocol"),
    "bomb": (exploding, "too large|decompression"),
    "fault": (page(b"no", status="500 Internal Server Error"), "answers 500"),
    "no-feed": (page(b"<html><body>Welcome!</body></html>"), "feed"),
    "inside": (moved("http://169.254.169.254/latest/meta-data/"), "metadata"),
}  # fmt: skip


@pytest.mark.django_db(False)
@pytest.mark.parametrize(("hosts", "of_each"), [(11, 1), pytest.param(100, 10, marks=pytest.mark.long)])
def test_a_round_over_sources_that_misbehave(own_ledger, tmp_path, hosts, of_each):
    names = [*KINDS, "good"]
    with ExitStack() as stack:
        files, places = [], []
        for number in range(hosts):
            host = f"127.0.1.{number + 1}"
            site = stack.enter_context(
                Site({f"/{name}": answer for name, (answer, _) in KINDS.items()}, host=host)
            )
            place = f"{host}:{site.port}"
            places.append(place)
            site.pages["/good"] = feed(place, f"Journalist fined, part {number}")
            site.pages["/story"] = page(
                f"<html><body><article><h1>Journalist fined, part {number}</h1><p>{STORY} It is the {number}th of its kind, "
                f"said office {number * 7919}.</p></article></body></html>".encode()
            )
            for at in range(of_each):
                name = names[(number + at) % len(names)]
                source = WatchedSource(
                    name=f"{name}-{number}", title=name, publisher="Invented Herald", kind="feed",
                    address=f"http://{place}/{name}", language="en", trust="media", every=60, expected=(1, 9),
                )  # fmt: skip
                files.append(tmp_path / f"{source.name}.toml")
                files[-1].write_text(to_toml(source), "utf-8")
        own_ledger.environment |= {"BAROMETER_ALLOW": f"web={','.join(places)}", "BAROMETER_PATIENCE": "1"}
        process = own_ledger.python(GATHER, *files)
        try:
            told, error = process.communicate(timeout=1_800)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert process.returncode == 0, error
    *lines, memory = told.splitlines()
    said: dict[str, str] = {}
    for line in lines:
        name, _, words = line.partition(": ")
        said[name] = f"{said.get(name, '')} {words}"
    assert len(said) == len(files)
    for name, words in said.items():
        kind = name.rpartition("-")[0]
        if kind == "good":
            assert "1 item shown, 1 new" in words, (name, words)
        else:
            assert "0 items shown, 0 new" in words
            assert re.search(KINDS[kind][1], words), (name, words)
    assert int(memory) < 1_000, "megabytes at most"


GATHER = """
import resource, sys
from barometer.web import gather_commands
gather_commands.gather(sys.argv[1:], lambda line: print(line, flush=True))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)
"""
