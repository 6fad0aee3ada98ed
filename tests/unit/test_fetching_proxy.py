"""The browser's proxy lets through what the door would, for its own browser only, within limits."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import time

import pytest
from fakes.servers import NAME, Site, SocksProxy, at_home, door_to, page

from barometer.fetching import CHROMIUM_ARGUMENTS, Allowance, Door, GuardProxy, Limits


def ask(proxy, text, *, known=True, wait=10.0):
    """Everything that the proxy answers to this text, which has its line ends as \\n."""
    head, _, body = text.partition("\n\n")
    if known:
        pair = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
        head += f"\nProxy-Authorization: Basic {pair}"
    with socket.create_connection(("127.0.0.1", int(proxy.server.rpartition(":")[2])), timeout=wait) as sock:
        sock.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body.replace("\n", "\r\n").encode())
        answer = b""
        while piece := sock.recv(1 << 16):
            answer += piece
    return answer


def test_a_plain_request_is_sent_on_without_what_is_the_proxys():
    answer = page(b"salem", headers=("Connection: keep-alive", "Keep-Alive: timeout=5"))
    with Site({"/a?b": answer}) as site, GuardProxy(door_to(site)) as proxy:
        head = f"GET {site.url('/a?b')} HTTP/1.1\nHost: evil.example\nProxy-Connection: x\nX-A: b"
        answer = ask(proxy, head)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"\r\n\r\nsalem")
    assert b"Connection: close\r\n" in answer and b"eep-" not in answer
    assert site.requests == [
        f"GET /a?b HTTP/1.1\r\nHost: {site.place}\r\nX-A: b\r\nConnection: close\r\n\r\n".encode()
    ]
    assert proxy.refused == []


def test_content_is_sent_on():
    with Site({"/": page(b"ok")}) as site, GuardProxy(door_to(site)) as proxy:
        answer = ask(proxy, f"POST {site.url()} HTTP/1.1\nContent-Length: 5\n\nsalemGET / HTTP/1.1")
        assert answer.endswith(b"ok")
        assert site.requests[0].endswith(b"\r\n\r\nsalem") and len(site.requests) == 1


def test_a_tunnel():
    with Site({"/": page(b"inside")}) as site, GuardProxy(door_to(site)) as proxy:
        answer = ask(proxy, f"CONNECT {site.place} HTTP/1.1\n\nGET / HTTP/1.1\n\n")
    assert answer == b"HTTP/1.1 200 Connection established\r\n\r\n" + page(b"inside")


@pytest.mark.parametrize(
    "request_line",
    [
        "GET http://127.0.0.1:{port}/ HTTP/1.1",
        "GET http://localhost:{port}/ HTTP/1.1",
        "GET http://169.254.169.254/ HTTP/1.1",
        "GET http://2130706433:{port}/ HTTP/1.1",
        "GET http://other.example:{port}/ HTTP/1.1",
        "GET file:///etc/passwd HTTP/1.1",
        "GET https://site.example:{port}/ HTTP/1.1",
        "GET / HTTP/1.1",
        "CONNECT 127.0.0.1:{port} HTTP/1.1",
        "CONNECT [::1]:{port} HTTP/1.1",
        "CONNECT [::ffff:127.0.0.1]:{port} HTTP/1.1",
        "CONNECT 0x7f.1:{port} HTTP/1.1",
        "CONNECT other.example:{port} HTTP/1.1",
        "CONNECT example.org:22 HTTP/1.1",
        "CONNECT example.org HTTP/1.1",
    ],
)
def test_what_the_guard_refuses(request_line):
    with Site({"/": page(b"secret")}) as site, GuardProxy(door_to(site)) as proxy:
        line = request_line.format(port=site.port)
        answer = ask(proxy, line)
        assert answer.startswith(b"HTTP/1.1 403 ") and not site.requests
        (refused,) = proxy.refused
        assert refused.url == line.split(" ")[1] and refused.why


@pytest.mark.parametrize("known", ["", "Proxy-Authorization: Basic eDp5", "Authorization: Basic {right}", "Proxy-Authorization: Basic ә"])  # fmt: skip
@pytest.mark.parametrize("line", ["GET {url} HTTP/1.1", "CONNECT {place} HTTP/1.1"])
def test_other_processes_of_this_machine_are_not_served(known, line):
    with Site({"/": page(b"secret")}) as site, GuardProxy(door_to(site)) as proxy:
        right = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
        text = line.format(url=site.url(), place=site.place)
        text += f"\n{known.format(right=right)}" if known else ""
        answer = ask(proxy, text, known=False)
        assert answer.startswith(b"HTTP/1.1 407 ") and b"Proxy-Authenticate: Basic" in answer
        assert not site.requests


def test_two_proxies_have_two_passwords():
    with GuardProxy(Door()) as one, GuardProxy(Door()) as other:
        assert one.password != other.password and one.server != other.server


@pytest.mark.parametrize(
    "text",
    [
        "GET",
        "GET http://site.example/",
        "GET http://site.example/ HTTP/1.1 x",
        "GET http://site.example/ HTTP/2",
        "GET http://site.example/ HTTP/1.1\nno colon",
        "GET http://site.example/ HTTP/1.1\nA: b\n folded: c",
        "GET http://site.example/ HTTP/1.1\nName : x",
    ],
)
def test_what_is_no_plain_request(text):
    with GuardProxy(Door()) as proxy:
        assert ask(proxy, text).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "fields",
    [
        "Transfer-Encoding: chunked",
        "Content-Length: 1\nContent-Length: 2",
        "Content-Length: -1",
        "Content-Length: x",
    ],
)
def test_a_request_of_unclear_length_is_not_sent_on(fields):
    with Site({"/": page()}) as site, GuardProxy(door_to(site)) as proxy:
        assert ask(proxy, f"POST {site.url()} HTTP/1.1\n{fields}\n\nx").startswith(b"HTTP/1.1 403 ")
        assert not site.requests


def test_bytes_are_counted_over_the_whole_page():
    limits = Limits(bytes=70_000)
    with Site({"/": page(b"x" * 30_000)}) as site, GuardProxy(door_to(site), limits=limits) as proxy:
        lengths = [len(ask(proxy, f"GET {site.url()} HTTP/1.1")) for _ in range(3)]
        assert lengths[0] == lengths[1] > 30_000 > lengths[2]
        assert "more than 70,000 bytes" in proxy.refused[0].why
        tunnel = ask(proxy, f"CONNECT {site.place} HTTP/1.1\n\nGET / HTTP/1.1\n\n")
        assert len(tunnel) < 100


def endless(sock, head):
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        sock.sendall(b"x")
        time.sleep(0.02)


@pytest.mark.parametrize("line", ["GET {url} HTTP/1.1", "CONNECT {place} HTTP/1.1\n\nGET / HTTP/1.1\n\n"])
@pytest.mark.parametrize("script", [endless, lambda sock, head: time.sleep(6)])
def test_time_ends_for_the_whole_page(line, script):
    with Site({"/": script}) as site, GuardProxy(door_to(site), limits=Limits(seconds=0.7)) as proxy:
        begin = time.monotonic()
        ask(proxy, line.format(url=site.url(), place=site.place))
        assert 0.5 < time.monotonic() - begin < 4
        assert "0.7 s" in proxy.refused[0].why


def test_leaving_breaks_lines_off():
    with Site({"/": endless}) as site:
        with GuardProxy(door_to(site)) as proxy:
            sock = socket.create_connection(("127.0.0.1", int(proxy.server.rpartition(":")[2])), timeout=10)
            pair = base64.b64encode(f"{proxy.user}:{proxy.password}".encode())
            sock.sendall(
                b"GET %b HTTP/1.1\r\nProxy-Authorization: Basic %b\r\n\r\n" % (site.url().encode(), pair)
            )
            assert sock.recv(4) == b"HTTP"
        with sock:
            while sock.recv(1 << 16):
                pass
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", int(proxy.server.rpartition(":")[2])), timeout=5)


def test_a_browser_goes_by_the_sources_proxy_too():
    with Site({"/": page(b"by tor")}) as site, SocksProxy({"abc.onion:80": site.port}) as tor:
        place = f"127.0.0.1:{tor.port}"
        door = Door(allowances=[Allowance("proxy", (place,))])
        with GuardProxy(door, proxy=f"socks5h://{place}") as proxy:
            assert ask(proxy, "GET http://abc.onion/ HTTP/1.1").endswith(b"by tor")
            assert ask(proxy, "CONNECT abc.onion:80 HTTP/1.1\n\nGET / HTTP/1.1\n\n").endswith(b"by tor")
    assert tor.asked == ["abc.onion:80", "abc.onion:80"]


@pytest.mark.browser
def test_chromium_cannot_go_around_it(chromium):
    """A hostile page asks for everything in the house, in every way; only the site itself is reached."""
    with Site({"/": page(b"secret", headers=("Access-Control-Allow-Origin: *",))}) as house, Site({}) as site:
        hostile = f"""<title>read</title><img src="/own.png">
          <img src="http://127.0.0.1:{house.port}/"><img src="http://localhost:{house.port}/">
          <img src="http://[::1]:{house.port}/"><img src="http://2130706433:{house.port}/">
          <iframe src="http://169.254.169.254/latest/meta-data/"></iframe><iframe src="file:///etc/passwd"></iframe>
          <link rel="preconnect" href="http://127.0.0.1:{house.port}"><link rel="dns-prefetch" href="//x.example">
          <script>
            new WebSocket("ws://127.0.0.1:{house.port}/");
            fetch("http://127.0.0.1:{house.port}/").catch(() => 0);
            navigator.sendBeacon("http://127.0.0.1:{house.port}/", "x");
            setTimeout(() => document.title = "done", 500);
          </script>"""
        site.pages |= {"/": page(hostile.encode()), "/own.png": page(b"x", media_type="image/png")}
        door = Door(allowances=[Allowance("web", (f"{NAME}:{site.port}",))], resolver=at_home)
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        with GuardProxy(door) as proxy:
            browser = chromium.browser_type.launch(
                executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
                proxy=proxy.playwright,
                args=[*CHROMIUM_ARGUMENTS, *(["--no-sandbox"] if root else [])],
            )
            try:
                view = browser.new_page()
                view.goto(site.url())
                view.wait_for_function("document.title === 'done'")
            finally:
                browser.close()
            refused = {turned.url for turned in proxy.refused}
    assert house.requests == []
    assert {request.split(b" ")[1] for request in site.requests} >= {b"/", b"/own.png"}
    assert f"http://127.0.0.1:{house.port}/" in refused or f"127.0.0.1:{house.port}" in refused
    assert any("169.254.169.254" in url for url in refused)
