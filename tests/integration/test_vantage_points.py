"""The same site seen from several networks: namespaces of this machine, with name servers and ways of their own.

Needs the right to make network namespaces (as root: `ip netns add`); where the machine does not give it, it is skipped
and says so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import vantage

pytestmark = pytest.mark.long

SCRIPT = Path(vantage.__file__)


def ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")


class Networks:
    """A world with the sites and name servers, and vantage points around it, each on a wire of its own."""

    def __init__(self) -> None:
        self._prefix = f"pb{os.getpid()}"
        self._made: list[str] = []
        self.world = self._new("w")
        ip("-n", self.world, "link", "set", "lo", "up")
        for address in vantage.ADDRESSES:
            ip("-n", self.world, "address", "add", f"{address}/32", "dev", "lo")

    def _new(self, name: str) -> str:
        space = f"{self._prefix}{name}"
        ip("netns", "add", space)
        self._made.append(space)
        return space

    def vantage(self) -> tuple[str, str]:
        """A new vantage: its namespace and its address."""
        number = len(self._made)
        space, net = self._new(f"v{number}"), f"10.77.{number}"
        here, there = f"{self._prefix}a{number}", f"{self._prefix}b{number}"
        ip("-n", self.world, "link", "add", here, "type", "veth", "peer", "name", there, "netns", space)
        for place, link, last in ((self.world, here, 1), (space, there, 2)):
            ip("-n", place, "address", "add", f"{net}.{last}/30", "dev", link)
            ip("-n", place, "link", "set", link, "up")
        ip("-n", space, "link", "set", "lo", "up")
        ip("-n", space, "route", "add", "default", "via", f"{net}.1")
        return space, f"{net}.2"

    def close(self) -> None:
        for space in reversed(self._made):
            subprocess.run(["ip", "netns", "delete", space], capture_output=True)


@pytest.fixture(scope="module")
def networks():
    if not shutil.which("ip"):
        pytest.skip("no network namespaces here: there is no `ip` (Debian: apt install iproute2)")
    made = None
    try:
        made = Networks()
    except (RuntimeError, OSError) as error:
        pytest.skip(f"this machine does not let network namespaces be made: {error}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def world(networks, tmp_path_factory):
    """The folder with the authority of the sites, while they run."""
    folder = tmp_path_factory.mktemp("world")
    server = subprocess.Popen(
        ["ip", "netns", "exec", networks.world, sys.executable, SCRIPT, "serve", folder],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout.readline() == "ready\n"
        yield folder
    finally:
        server.kill()
        server.wait()


def seen_from(space: str, folder: Path, names: str) -> dict:
    done = subprocess.run(
        ["ip", "netns", "exec", space, sys.executable, SCRIPT, "look", folder, names],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def said(one: dict) -> tuple[str, str]:
    return one["state"], one["rule"]


def test_vantage_points_see_what_their_networks_let_them(networks, world):
    clear, _ = networks.vantage()
    assert said(seen_from(clear, world, vantage.TRUE)) == ("ok", "ok.page")
    # the same way, the names of a provider that denies the site, and of one that leads it into a hole
    assert said(seen_from(clear, world, vantage.DENIES)) == ("blocked_likely", "dns.denied")
    sunk = seen_from(clear, world, vantage.SINKS)
    assert said(sunk) == ("blocked_likely", "dns.sinkhole")
    assert [touch["address"] for touch in sunk["detail"]["tcp"]] == [vantage.SITE]


def test_an_address_that_a_network_drops_is_down_from_there_alone(networks, world):
    space, address = networks.vantage()
    ip("-n", networks.world, "rule", "add", "from", vantage.SITE, "to", address, "blackhole")
    dropped = seen_from(space, world, vantage.TRUE)
    assert said(dropped) == ("down", "tcp.failed")
    assert dropped["detail"]["online"] is True
    assert {touch["failure"] for touch in dropped["detail"]["tcp"]} == {"timeout"}


def test_a_network_without_a_way_out_says_nothing_of_the_site(networks, world):
    space, _ = networks.vantage()
    ip("-n", space, "route", "del", "default")
    assert said(seen_from(space, world, vantage.TRUE)) == ("insufficient", "net.offline")
    fixed, _ = networks.vantage()
    ip("-n", fixed, "route", "add", "prohibit", f"{vantage.SITE}/32")
    assert said(seen_from(fixed, world, vantage.TRUE)) == ("down", "tcp.failed")
