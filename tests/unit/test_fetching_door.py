"""What comes back is what was sent, within limits of size, time and unpacking; the rest fails with its kind."""

from __future__ import annotations

import functools
import gzip
import socket
import ssl
import time
import zlib
from datetime import UTC, datetime

import pytest
import trustme
from fakes.servers import (
    NAME,
    ConnectProxy,
    Listener,
    Site,
    SocksProxy,
    at_home,
    door_to,
    moved,
    named,
    packed,
    page,
    read_head,
)

from barometer.errors import FetchFailed, FetchRefused
from barometer.fetching import Allowance, Door, Limits

ZIP = functools.partial(gzip.compress, mtime=0)
SMALL = Limits(bytes=100_000, seconds=2, connect_seconds=1)


def failure(site, limits=SMALL, path="/", **options):
    with pytest.raises(FetchFailed) as failed:
        door_to(site).get(site.url(path), limits=limits, **options)
    assert failed.value.next_step
    return failed.value.kind


# --- what comes back --------------------------------------------------------------------------------------------


def test_an_answer_with_everything_about_it():
    answer = page(b"<p>salem", headers=("X-One: 1", "x-one: 2", "Set-Cookie: a=b"))
    with Site({"/": moved("/now?x=%20#part"), "/now?x=%20": answer}) as site:
        before = datetime.now(UTC)
        fetched = door_to(site, agent="Test/1").get(site.url("/#top"))
    assert (fetched.asked, fetched.url) == (site.url("/#top"), site.url("/now?x=%20"))
    assert (fetched.status, fetched.body, fetched.raw) == (200, b"<p>salem", b"<p>salem")
    assert (fetched.media_type, fetched.charset) == ("text/html", "utf-8")
    assert [value for name, value in fetched.headers if name == "x-one"] == ["1", "2"]
    assert fetched.header("x-one") == "1" and fetched.header("nothing") == ""
    assert before <= fetched.started <= datetime.now(UTC) and 0 < fetched.seconds < 10
    first, last = fetched.hops
    assert (first.url, first.status, first.raw) == (site.url("/"), 302, b"moved")
    assert first.response_head + first.raw == moved("/now?x=%20#part")
    assert last.response_head + last.raw == answer
    assert (first.address, first.certificate) == ("127.0.0.1", None)
    assert [first.request, last.request] == site.requests
    assert (
        last.request
        == (
            f"GET /now?x=%20 HTTP/1.1\r\nHost: {site.place}\r\nUser-Agent: Test/1\r\nAccept: */*\r\n"
            "Accept-Encoding: gzip, deflate\r\nConnection: close\r\n\r\n"
        ).encode()
    )


def test_no_cookie_is_ever_sent_back():
    with Site({"/": page(headers=("Set-Cookie: a=b; Path=/",))}) as site:
        door = door_to(site)
        for _ in range(2):
            door.get(site.url())
    assert not any(b"cookie" in request.lower() for request in site.requests)


def test_chunks_and_early_heads_are_kept_as_sent():
    wire = b"4\r\nsale\r\n1;x=y\r\nm\r\n0\r\nX-Sum: 1\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    with Site({"/": early + head + wire}) as site:
        fetched = door_to(site).get(site.url())
    assert fetched.body == b"salem"
    assert (fetched.hops[0].response_head, fetched.raw) == (head, wire)


@pytest.mark.parametrize("status", ["404 Not Found", "403 F", "451 L", "500 E", "503 U", "204 N"])
def test_other_statuses_come_back(status):
    with Site({"/": page(b"" if status[0] == "2" else b"gone", status=status)}) as site:
        fetched = door_to(site).get(site.url(), accept=("text/html",))
    assert fetched.status == int(status[:3])


def test_a_conditional_request_and_its_304():
    with Site({"/": b'HTTP/1.1 304 Not Modified\r\nETag: "2"\r\nContent-Length: 5000\r\n\r\n'}) as site:
        fetched = door_to(site).get(site.url(), etag='"1"', modified="Thu, 01 Jan 2026 00:00:00 GMT")
    assert (fetched.status, fetched.body, fetched.header("etag")) == (304, b"", '"2"')
    assert b'\r\nIf-None-Match: "1"\r\n' in site.requests[0]
    assert b"\r\nIf-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT\r\n" in site.requests[0]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
def test_other_methods(method):
    answer = page(b"" if method == "HEAD" else b"stamp", media_type="application/timestamp-reply", length=5)
    content = b"" if method in ("HEAD", "DELETE") else b"query"
    with Site({"/": answer}) as site:
        fetched = door_to(site).send(
            method, site.url(), content=content, headers={"Content-Type": "application/timestamp-query"}
        )
    assert fetched.body == (b"" if method == "HEAD" else b"stamp")
    assert site.requests[0].startswith(f"{method} / HTTP/1.1".encode())
    assert site.requests[0].endswith(b"\r\n\r\n" + content)


def test_content_is_sent_to_one_address_only():
    with Site({"/": moved("/there", "307 T"), "/there": page()}) as site:
        fetched = door_to(site).send("POST", site.url(), content=b"secret")
    assert (fetched.status, len(site.requests)) == (307, 1)


def test_what_the_caller_says_stays_with_the_address_it_was_said_to():
    said = {"Authorization": "Bearer t", "X-Key": "k", "Accept-Language": "kk"}
    with Site({"/": page()}) as other, Site({"/own": page()}) as site:
        site.pages |= {"/": moved("/own"), "/away": moved(f"http://{NAME}:{other.port}/")}
        door = Door(allowances=[named(site, other)], resolver=at_home)
        door.get(site.url(), headers=said, etag="1")
        door.get(site.url("/away"), headers=said, etag="1")
    for request in site.requests:
        assert b"Authorization: Bearer t\r\n" in request and b"X-Key: k\r\n" in request
    for word in (b"Authorization", b"X-Key", b"kk", b"If-None-Match"):
        assert word not in other.requests[0]


@pytest.mark.parametrize(
    "name", ["Host", "cookie", "Content-Length", "Transfer-Encoding", "Proxy-Authorization"]
)
def test_the_doors_own_headers_are_not_the_callers(name):
    with pytest.raises(ValueError, match=name.lower()):
        Door().get("http://site.example/", headers={name: "x"})


@pytest.mark.parametrize("value", ["a\r\nHost: b", "a\nb", "a\0b", "ә"])
def test_no_header_is_smuggled_in(value):
    with Site({"/": page()}) as site:
        assert failure(site, headers={"X-Key": value}) == "protocol"
        assert not site.requests


def test_the_environment_has_no_say(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    with Site({"/": page(b"here")}) as site:
        assert door_to(site).get(site.url()).body == b"here"


# --- limits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
def test_redirects_end(status):
    with Site({"/": moved("/", status)}) as site:
        assert failure(site, Limits(redirects=3, seconds=5)) == "redirects"
        assert len(site.requests) == 4


def test_a_redirect_without_a_place_is_an_answer():
    with Site({"/": page(b"where", status="302 Found")}) as site:
        assert door_to(site).get(site.url()).body == b"where"


def test_as_many_bytes_as_allowed_and_not_one_more():
    with Site(
        {"/ok": page(b"x" * 1000), "/over": page(b"x" * 1001), "/chunks": _chunked(b"x" * 1001)}
    ) as site:
        limits = Limits(bytes=1000)
        assert len(door_to(site).get(site.url("/ok"), limits=limits).body) == 1000
        assert failure(site, limits, "/over") == "too large"
        assert failure(site, limits, "/chunks") == "too large"


def _chunked(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


def test_what_says_it_is_too_large_is_not_read():
    with Site({"/": page(b"x", length=1 << 40)}) as site:
        begin = time.monotonic()
        assert failure(site) == "too large"
        assert time.monotonic() - begin < 1.5


def endless_body(sock, head):
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        sock.sendall(b"x" * 65536)


def endless_chunks(sock, head):
    sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        sock.sendall(b"1\r\nx\r\n" * 5000)


def endless_head(sock, head):
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        sock.sendall(b"X-More: and more\r\n" * 1000)


def endless_line(sock, head):
    sock.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        sock.sendall(b"x" * 65536)


def endless_early_heads(sock, head):
    while True:
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def endless_trailers(sock, head):
    sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
    while True:
        sock.sendall(b"X-More: and more\r\n" * 1000)


def endless_gzip(sock, head):
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    packer = zlib.compressobj(wbits=31)
    while True:
        sock.sendall(packer.compress(b"\0" * (1 << 20)))


def bomb(sock, head):
    sock.sendall(packed(b"\0" * (30 << 20)))


def bomb_of_members(sock, head):
    sock.sendall(page(ZIP(b"\0" * (1 << 20)) * 30, headers=("Content-Encoding: gzip",)))


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (endless_body, "too large"),
        (endless_chunks, "too large"),
        (endless_head, "protocol"),
        (endless_line, "protocol"),
        (endless_early_heads, "too large"),
        (endless_trailers, "protocol"),
        (endless_gzip, "decompression"),
        (bomb, "decompression"),
        (bomb_of_members, "decompression"),
    ],
)
def test_what_has_no_end_is_ended(script, kind):
    with Site({"/": script}) as site:
        assert (
            failure(site, Limits(bytes=64 << 20 if kind == "decompression" else 200_000, seconds=20)) == kind
        )


def test_a_short_page_may_pack_well():
    body = b" " * 1_000_000
    with Site({"/": packed(body)}) as site:
        fetched = door_to(site).get(site.url())
    assert fetched.body == body and len(fetched.raw) * 200 < len(body)
    assert gzip.decompress(fetched.raw) == body


def test_an_unpacked_body_has_the_limit_of_any_body():
    with Site({"/": packed(bytes(range(256)) * 8)}) as site:
        assert failure(site, Limits(bytes=2047)) == "too large"
        assert len(door_to(site).get(site.url(), limits=Limits(bytes=2048)).body) == 2048


def drip_body(sock, head):
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    _drip(sock, b"x" * 1000)


def drip_head(sock, head):
    _drip(sock, b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 1000)


def drip_redirects(sock, head):
    time.sleep(0.25)
    sock.sendall(moved("/"))


def silent(sock, head):
    time.sleep(8)


def _drip(sock, data):
    for byte in data:
        sock.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize("script", [drip_body, drip_head, drip_redirects, silent])
def test_the_time_is_for_the_whole(script):
    """Every read of these would come in time by itself."""
    with Site({"/": script}) as site:
        begin = time.monotonic()
        assert failure(site, Limits(seconds=1, redirects=1000)) == "timeout"
        assert 0.9 < time.monotonic() - begin < 4


def test_a_resolver_that_hangs_is_not_waited_for():
    def hang(host, port):
        time.sleep(5)
        return ["127.0.0.1"]

    begin = time.monotonic()
    with pytest.raises(FetchFailed) as failed:
        Door(resolver=hang).get("http://site.example/", limits=Limits(seconds=0.5))
    assert failed.value.kind == "timeout" and time.monotonic() - begin < 3


def test_a_server_that_does_not_read_ends_at_the_deadline():
    class Deaf(Listener):
        def talk(self, sock):
            self.over.wait(10)

    with Deaf() as deaf:
        with pytest.raises(FetchFailed) as failed:
            door_to(deaf).send(
                "POST", f"http://{NAME}:{deaf.port}/", content=b"x" * (32 << 20), limits=Limits(seconds=1)
            )
        assert failed.value.kind == "timeout"


# --- answers that are none --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffffffff\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"just text and no head",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"\0" * 300,
    ],
)
def test_an_answer_that_is_no_http_fails(answer):
    with Site({"/": answer}) as site:
        assert failure(site) == "protocol"


def reset(sock, head):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def test_a_line_that_breaks_fails():
    with Site({"/": reset}) as site:
        assert failure(site) == "protocol"


def test_nobody_listens():
    with Site({}) as site:
        pass
    assert failure(site) == "connect"


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", b"no gzip at all"),
        ("gzip", ZIP(b"salem" * 100)[:-9]),
        ("gzip", ZIP(b"salem")[:-8] + b"\0" * 8),
        ("deflate", zlib.compress(b"salem" * 99)[:-5]),
        ("br", b"\x8b\x02\x80salem\x03"),
        ("gzip, gzip", ZIP(ZIP(b"salem"))),
        ("zstd", b"x"),
    ],
)
def test_what_cannot_be_unpacked_fails(coding, data):
    with Site({"/": page(data, headers=(f"Content-Encoding: {coding}",))}) as site:
        assert failure(site) == "decompression"


RAW = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("coding", "data", "body"),
    [
        ("gzip", ZIP(b"salem"), b"salem"),
        ("GZIP", ZIP(b"sa") + ZIP(b"lem"), b"salem"),
        ("x-gzip", ZIP(b"salem") + b"rubbish", b"salem"),
        ("deflate", zlib.compress(b"salem"), b"salem"),
        ("deflate", RAW.compress(b"salem") + RAW.flush(), b"salem"),
        ("identity", b"salem", b"salem"),
        ("gzip", b"", b""),
    ],
)
def test_what_is_packed_is_unpacked(coding, data, body):
    with Site({"/": page(data, headers=(f"Content-Encoding: {coding}",))}) as site:
        fetched = door_to(site).get(site.url())
    assert (fetched.body, fetched.raw) == (body, data)


def byte_by_byte(sock, head):
    for byte in packed("сөз".encode() * 50):
        sock.sendall(bytes([byte]))


def test_pieces_of_any_size_are_one_answer():
    with Site({"/": byte_by_byte}) as site:
        assert door_to(site).get(site.url()).body == "сөз".encode() * 50


@pytest.mark.parametrize(
    ("media_type", "accept", "well"),
    [
        ("text/html", ("text/html",), True),
        ("TEXT/HTML; charset=x", ("text/html",), True),
        ("image/png", ("text/html", "image/*"), True),
        ("anything/at-all", ("*/*",), True),
        ("application/zip", None, True),
        ("application/zip", ("text/html",), False),
        ("text/html2", ("text/html",), False),
        ("image", ("image/*",), False),
        ("", ("text/html",), False),
        ("image/png, text/html", ("text/html",), False),
    ],
)
def test_media_types_are_checked_before_the_body_is_read(media_type, accept, well):
    with Site({"/": page(b"x", media_type=media_type)}) as site:
        if well:
            assert door_to(site).get(site.url(), accept=accept).body == b"x"
        else:
            assert failure(site, accept=accept) == "content type"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ('text/html; charset="Windows-1251"', "windows-1251"),
        ("text/html; charset=", None),
        ("text/html; charset*=x", None),
        ("text/html;;; =;charset", None),
        ("", None),
    ],
)
def test_charsets(text, charset):
    with Site({"/": page(b"x", media_type=text)}) as site:
        assert door_to(site).get(site.url()).charset == charset


# --- TLS --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def server_side(authority, *names):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert(*names)
    certificate.configure_cert(context)
    return context, ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())


def test_a_certificate_is_kept(authority):
    context, certificate = server_side(authority, NAME)
    with Site({"/": moved("/a"), "/a": page(b"safe")}, tls=context) as site:
        fetched = door_to(site, trust=trusting(authority)).get(site.url())
    assert fetched.body == b"safe"
    assert [hop.certificate for hop in fetched.hops] == [certificate, certificate]


def test_a_certificate_for_another_name_or_of_nobody_is_refused(authority):
    other, _ = server_side(authority, "other.example")
    unknown, _ = server_side(trustme.CA(), NAME)
    for context in (other, unknown):
        with (
            Site({"/": page()}, tls=context) as site,
            pytest.raises(FetchFailed, match="certificate") as failed,
        ):
            door_to(site, trust=trusting(authority)).get(site.url())
        assert failed.value.kind == "tls" and not site.requests


def test_a_server_without_tls(authority):
    class Plain(Listener):
        def talk(self, sock):
            sock.recv(100)
            sock.sendall(page(b"plain"))

    class Mute(Listener):
        def talk(self, sock):
            self.over.wait(10)

    for kind, listener in (("tls", Plain()), ("timeout", Mute())):
        with listener as server, pytest.raises(FetchFailed) as failed:
            door_to(server).get(f"https://{NAME}:{server.port}/", limits=Limits(seconds=1))
        assert failed.value.kind == kind


# --- proxies ----------------------------------------------------------------------------------------------------


def by(proxy, scheme, *, user="", **options):
    address = f"{scheme}://{user}127.0.0.1:{proxy.port}"
    allowed = Allowance("proxy", (f"127.0.0.1:{proxy.port}",))
    return Door(allowances=[allowed], resolver=_never, proxies={"tor": address}, **options)


def _never(host, port):
    raise AssertionError(f"{host} was looked up here")


KINDS = [(ConnectProxy, "http"), (SocksProxy, "socks5h"), (SocksProxy, "socks5")]


@pytest.mark.parametrize(("kind", "scheme"), KINDS)
def test_names_are_looked_up_by_the_proxy(kind, scheme):
    with Site({"/": moved("http://hidden.onion/"), "/b": page()}) as site, kind({}) as proxy:
        site.pages["/"] = moved("http://abcdef.onion/b")
        proxy.at |= {"news.example:80": site.port, "abcdef.onion:80": site.port}
        fetched = by(proxy, scheme).get("http://news.example/", proxy="tor")
    assert [hop.address for hop in fetched.hops] == ["", ""]
    assert proxy.asked == ["news.example:80", "abcdef.onion:80"]
    assert fetched.hops[0].request.startswith(b"GET / HTTP/1.1\r\nHost: news.example\r\n")
    assert not any(b"roxy" in request for request in site.requests)


@pytest.mark.parametrize(("kind", "scheme"), KINDS)
def test_tls_goes_through_the_proxy_to_the_site(kind, scheme, authority):
    context, certificate = server_side(authority, "news.example")
    with Site({"/": page(b"safe")}, tls=context) as site, kind({"news.example:443": site.port}) as proxy:
        fetched = by(proxy, scheme, trust=trusting(authority)).get("https://news.example/", proxy="tor")
    assert (fetched.body, fetched.hops[0].certificate) == (b"safe", certificate)


@pytest.mark.parametrize(("kind", "scheme"), KINDS)
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://localhost/",
        "http://169.254.169.254/",
        "http://news.example:22/",
    ],
)
def test_private_places_stay_refused_behind_a_proxy(kind, scheme, url):
    with kind({}) as proxy:
        with pytest.raises(FetchRefused):
            by(proxy, scheme).get(url, proxy="tor")
        assert proxy.asked == []


@pytest.mark.parametrize(("kind", "scheme"), KINDS)
def test_a_proxy_that_will_not_is_not_walked_around(kind, scheme):
    with kind({}) as proxy:
        with pytest.raises(FetchFailed, match="proxy") as failed:
            by(proxy, scheme).get("http://news.example/", proxy="tor")
        assert failed.value.kind == "connect"
    with pytest.raises(FetchFailed) as failed:
        by(proxy, scheme).get("http://news.example/", proxy="tor")
    assert failed.value.kind == "connect"


@pytest.mark.parametrize(("kind", "scheme"), KINDS[:2])
def test_a_proxy_of_this_machine_needs_its_allowance(kind, scheme):
    with Site({"/": page()}) as site, kind({"news.example:80": site.port}) as proxy:
        address = f"{scheme}://127.0.0.1:{proxy.port}"
        place = f"127.0.0.1:{proxy.port}"
        for allowances in ([], [Allowance("web", (place,))]):
            with pytest.raises(FetchRefused):
                Door(allowances=allowances, resolver=_never).get("http://news.example/", proxy=address)
        Door(allowances=[Allowance("proxy", (place,))]).get("http://news.example/", proxy=address)
    assert proxy.asked == ["news.example:80"]


def test_a_proxy_for_a_purpose():
    with Site({"/": page(b"by it")}) as site, SocksProxy({"news.example:80": site.port}) as proxy:
        door = Door(
            allowances=[Allowance("proxy", (f"127.0.0.1:{proxy.port}",))],
            resolver=_never,
            proxies={"web": f"socks5h://127.0.0.1:{proxy.port}"},
        )
        assert door.get("http://news.example/").body == b"by it"
        with door.connect("news.example", 80, purpose="web", seconds=5) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert sock.recv(15) == b"HTTP/1.1 200 OK"


def test_name_and_password_of_a_proxy():
    with Site({"/": page(b"in")}) as site:
        with SocksProxy({"news.example:80": site.port}, user="u", password="p:w") as proxy:
            assert (
                by(proxy, "socks5h", user="u:p%3Aw@").get("http://news.example/", proxy="tor").body == b"in"
            )
            for user in ("u:wrong@", ""):
                with pytest.raises(FetchFailed) as failed:
                    by(proxy, "socks5h", user=user).get("http://news.example/", proxy="tor")
                assert failed.value.kind == "connect" and "wrong" not in str(failed.value)
        with ConnectProxy({"news.example:80": site.port}) as proxy:
            by(proxy, "http", user="u:pw@").get("http://news.example/", proxy="tor")
            assert "Proxy-Authorization: Basic dTpwdw==\r\n" in proxy.head


@pytest.mark.parametrize(
    "address",
    ["ftp://proxy.example:21", "http://proxy.example", "proxy.example:80", "http://p:x/", "http://p:1/a"],
)
def test_what_is_no_proxy(address):
    with pytest.raises(FetchRefused, match="proxy"):
        Door(proxies={"tor": address})


def test_a_password_is_not_repeated():
    with pytest.raises(FetchRefused) as refused:
        Door(proxies={"tor": "https://user:secret@proxy.example:8080"})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200", b"x" * 40000, b"HTTP/1.1 OK\r\n\r\n", b"SSH-2.0-x\r\n\r\n", b"\5\0"]
)
@pytest.mark.parametrize("scheme", ["http", "socks5h"])
def test_a_proxy_that_talks_nonsense(answer, scheme):
    class Nonsense(Listener):
        def talk(self, sock):
            sock.recv(3) if scheme == "socks5h" else read_head(sock)
            sock.sendall(answer)

    with Nonsense() as proxy, pytest.raises(FetchFailed) as failed:
        by(proxy, scheme).get("http://news.example/", proxy="tor", limits=Limits(seconds=5))
    assert failed.value.kind in ("connect", "protocol")
