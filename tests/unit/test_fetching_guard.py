"""No way to write an address, to answer for a name or to be led on gets to a machine that is not public."""

from __future__ import annotations

import ipaddress

import pytest
from fakes.servers import Site, door_to, moved, page
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import FetchFailed, FetchRefused
from barometer.fetching import Allowance, Door
from barometer.fetching.guard import Guard, parse_url, why_not


def closed(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up")


def answers(*addresses: str):
    return lambda host, port: list(addresses)


# How it is written, and a word of the refusal; none may even be looked up.
TRICKS = [
    ("http://127.0.0.1/", "this machine"),
    ("http://127.8.9.10/", "this machine"),
    ("http://0.0.0.0/", "“this host”"),
    ("http://10.1.2.3/", "private"),
    ("http://172.31.255.255/", "private"),
    ("http://192.168.0.1/", "private"),
    ("http://100.64.0.1/", "shared"),
    ("http://100.100.100.200/latest/meta-data", "shared"),
    ("http://169.254.169.254/latest/meta-data/", "link-local"),
    ("http://168.63.129.16/machine", "metadata"),
    ("http://192.0.0.192/opc/v2", "special"),
    ("http://198.18.0.1/", "benchmarks"),
    ("http://203.0.113.7/", "documentation"),
    ("http://224.0.0.1/", "multicast"),
    ("http://239.255.255.250/", "multicast"),
    ("http://255.255.255.255/", "reserved"),
    # Other ways to write 127.0.0.1 and 169.254.169.254.
    ("http://2130706433/", "unusual"),
    ("http://0x7f000001/", "unusual"),
    ("http://0X7F.1/", "unusual"),
    ("http://017700000001/", "unusual"),
    ("http://0177.0.0.1/", "unusual"),
    ("http://127.1/", "unusual"),
    ("http://127.0.1/", "unusual"),
    ("http://127.0.0.0x1/", "unusual"),
    ("http://127.000.000.001/", "unusual"),
    ("http://2852039166/", "unusual"),
    ("http://0xa9fea9fe/", "unusual"),
    ("http://0/", "unusual"),
    ("http://0x/", "unusual"),
    ("http://1.2.3.4.5/", "unusual"),
    ("http://127.0.0.1./", "this machine"),
    ("http://127.0.0.1../", "no name"),
    ("http://127.0.0.1%2f@example.org/", "user name"),
    ("http://127%2e0.0.1/", "unusual"),
    ("http://127.0.0.1%2e/", "no name"),
    ("http://１２７.０.０.１/", "disguise"),
    ("http://127。0。0。1/", "disguise"),
    ("http://127．0．0．1/", "disguise"),
    ("http://①②⑦.⓪.⓪.①/", "disguise"),
    ("http://١٢٧.٠.٠.١/", "no name"),
    ("http://ⓛocalhost/", "name of this machine"),
    # IPv6, and IPv4 inside it.
    ("http://[::1]/", "this machine"),
    ("http://[::]/", "“this host”"),
    ("http://[0:0:0:0:0:0:0:1]/", "this machine"),
    ("http://[::127.0.0.1]/", "not in the public range"),
    ("http://[::ffff:127.0.0.1]/", "holds 127.0.0.1"),
    ("http://[::ffff:7f00:1]/", "holds 127.0.0.1"),
    ("http://[0:0:0:0:0:ffff:a9fe:a9fe]/", "holds 169.254.169.254"),
    ("http://[::ffff:0:7f00:1]/", "not in the public range"),
    ("http://[64:ff9b::7f00:1]/", "holds 127.0.0.1"),
    ("http://[64:ff9b::169.254.169.254]/", "holds 169.254.169.254"),
    ("http://[64:ff9b:1::a00:1]/", "not in the public range"),
    ("http://[2002:7f00:1::]/", "6to4"),
    ("http://[2002:0808:0808::1]/", "6to4"),
    ("http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", "Teredo"),
    ("http://[2001:db8::1]/", "documentation"),
    ("http://[fe80::1]/", "link-local"),
    ("http://[fe80::1%25eth0]/", "no plain"),
    ("http://[fec0::1]/", "not in the public range"),
    ("http://[fd00:ec2::254]/", "private"),
    ("http://[fc00::1]/", "private"),
    ("http://[ff02::1]/", "multicast"),
    ("http://[::1%25lo]/", "no plain"),
    ("http://[127.0.0.1]/", "no plain IPv6|no address"),
    # Names that mean this machine everywhere.
    ("http://localhost/", "name of this machine"),
    ("http://LOCALHOST./", "name of this machine"),
    ("http://a.localhost/", "name of this machine"),
    ("http://metadata.google.internal/", "name of this machine"),
    ("http://printer.local/", "name of this machine"),
    ("http://router.home.arpa/", "name of this machine"),
    ("http://abcdefghijklmnop.onion/", "never looked up"),
    # Other schemes, users, ports, and what is no address.
    ("file:///etc/passwd", "not http"),
    ("ftp://example.org/", "not http"),
    ("gopher://example.org:70/_x", "not http"),
    ("javascript:alert(1)", "not http"),
    ("data:text/html,x", "not http"),
    ("jar:http://example.org!/", "not http"),
    ("//example.org/", "no scheme"),
    ("example.org", "no scheme"),
    ("", "no scheme"),
    ("http://", "no name"),
    ("http:///etc/passwd", "no name"),
    ("http://user@example.org/", "user name"),
    ("http://example.org@127.0.0.1/", "user name"),
    ("http://127.0.0.1:80@example.org/", "user name"),
    ("http://example.org\\@127.0.0.1/", "backslash"),
    ("http://example.org:22/", "port 22"),
    ("http://example.org:25/", "port 25"),
    ("http://example.org:6379/", "port 6379"),
    ("http://example.org:2375/", "port 2375"),
    ("http://example.org:0/", "port 0"),
    ("http://example.org:99999/", "no address"),
    ("http://example.org:80:80/", "no address"),
    ("http://exa mple.org/", "blank"),
    ("http://example.org\r\nHost: 127.0.0.1/", "blank"),
    ("http://exam\tple.org/", "blank"),
    ("ht\ntp://127.0.0.1/", "blank"),
    ("http://example..org/", "no name"),
    ("http://-example.org/", "no name"),
    ("http://" + "a" * 64 + ".org/", "no name"),
    ("http://example.org/" + "a" * 9000, "longer"),
    ("http://example.org℀@x/", "no address"),
]


@pytest.mark.parametrize(("url", "word"), TRICKS, ids=[url[:40] for url, _ in TRICKS])
def test_no_trick_gets_through(url, word):
    with pytest.raises(FetchRefused, match=word) as refused:
        Door(resolver=closed).get(url)
    assert refused.value.next_step


def test_a_refusal_is_one_short_line_without_a_password():
    with pytest.raises(FetchRefused) as refused:
        parse_url("http://user:secret@exa\nmple.org/" + "a" * 400 + "\x1b[31m")
    line = str(refused.value)
    assert line.startswith("http://…@exa\ufffdmple.org/aaa")
    assert "secret" not in line and "\x1b" not in line and len(line) < 400


PRIVATE = [
    "127.0.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "100.64.1.1",
    "169.254.169.254",
    "192.168.1.1",
    "224.0.0.1",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2001:0:1::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_refused(address):
    with pytest.raises(FetchRefused) as refused:
        Door(resolver=answers(address)).get("http://example.org/")
    assert ipaddress.ip_address(refused.value.address) == ipaddress.ip_address(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_one_private_answer_among_public_ones_is_enough(address):
    with pytest.raises(FetchRefused):
        Door(resolver=answers("93.184.215.14", "2606:4700::1111", address)).get("http://example.org/")


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:9.9.9.9", "64:ff9b::909:909", "100.128.0.1", "172.32.0.1", "192.0.1.1", "2001:200::1"])  # fmt: skip
def test_public_addresses_pass(address):
    assert why_not(ipaddress.ip_address(address)) == ""


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_private_here(address):
    if not address.is_global or address.is_multicast:
        assert why_not(address)


@given(st.ip_addresses(v=4))
def test_an_address_inside_ipv6_is_judged_as_itself(address):
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        inside = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + int(address))
        assert bool(why_not(inside)) == bool(why_not(address))
    assert why_not(ipaddress.IPv6Address((0x2002 << 112) | (int(address) << 80)))


@given(st.ip_addresses(v=6))
def test_what_python_calls_private_is_private_here_in_ipv6(address):
    if not address.is_global or address.is_multicast:
        embedded = address in ipaddress.ip_network("::ffff:0:0/96")
        assert why_not(address) or embedded


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text):
    for url in (text, f"http://{text}/", f"http://example.org/{text}"):
        try:
            target = parse_url(url)
        except FetchRefused:
            continue
        assert target.host.isascii() and target.path.isascii() and target.path.startswith("/")
        assert parse_url(str(target)) == target


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("http://Example.ORG", "example.org", "/"),
        ("https://example.org./a%20b", "example.org", "/a%20b"),
        ("http://example.org#@127.0.0.1/", "example.org", "/"),
        ("http://example.org?@127.0.0.1/", "example.org", "/?@127.0.0.1/"),
        (
            "http://Қазақ.example/сөз?q=сөз#part",
            "xn--80aau21bd.example",
            "/%D1%81%D3%A9%D0%B7?q=%D1%81%D3%A9%D0%B7",
        ),
        ("http://a_b.example.org/%7Ex?a=%00", "a_b.example.org", "/%7Ex?a=%00"),
    ],
)
def test_usual_addresses_keep_their_meaning(url, host, path):
    target = parse_url(url)
    assert (target.host, target.path) == (host, path)


def test_a_name_is_looked_up_once_and_the_line_goes_to_that_answer():
    """Rebinding: a second answer, which would be another address, is never asked for."""
    looked = []

    def resolver(host, port):
        looked.append(host)
        return ["127.0.0.1"] if len(looked) == 1 else ["169.254.169.254"]

    with Site({"/": page(b"first")}) as site:
        door = Door(allowances=[Allowance("web", (site.place,))], resolver=resolver)
        fetched = door.get(site.url())
        assert (fetched.body, fetched.hops[0].address, looked) == (b"first", "127.0.0.1", ["site.example"])
        with pytest.raises(FetchRefused):
            door.get(site.url())


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "//127.0.0.1/",
        "http://2130706433/",
        "http://[::ffff:169.254.169.254]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://other.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://user@site.example/",
        "http://[",
    ],
)
@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
def test_a_redirect_is_judged_like_the_first_address(location, status):
    with Site({"/": moved("/again"), "/again": moved(location, status)}) as site:
        with pytest.raises(FetchRefused):
            door_to(site).get(site.url())
        assert len(site.requests) == 2


def test_an_allowance_is_for_its_purpose_and_its_place():
    with Site({"/": page(b"model")}) as site, Site({"/": page(b"other")}) as other:
        literal = f"127.0.0.1:{site.port}"
        door = Door(allowances=[Allowance("model", (literal,))], resolver=closed)
        assert door.get(f"http://{literal}/", purpose="model").body == b"model"
        for url, purpose in (
            (f"http://{literal}/", "web"),
            (f"http://{literal}/", "store"),
            (f"http://127.0.0.1:{other.port}/", "model"),
            (f"http://127.0.0.2:{site.port}/", "model"),
        ):
            with pytest.raises(FetchRefused):
                door.get(url, purpose=purpose)
        assert not other.requests and len(site.requests) == 1


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "fe80::1", "224.0.0.1", "0.0.0.0", "100.100.100.200"])  # fmt: skip
def test_an_allowed_name_may_lie_in_the_house_but_is_no_metadata_service(address):
    door = Door(allowances=[Allowance("store", ("store.example:9000",))], resolver=answers(address))
    with pytest.raises(FetchRefused):
        door.get("http://store.example:9000/", purpose="store")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "example.org:", "example.org:http", "example.org:0", "x:70000"]
)
def test_an_allowance_without_a_port_is_a_mistake(host):
    with pytest.raises(ValueError, match="host:port"):
        Allowance("web", (host,))


def test_unknown_names_fail_and_are_not_refused():
    def unknown(host, port):
        raise OSError(-2, "Name or service not known")

    for resolver in (unknown, answers()):
        with pytest.raises(FetchFailed) as failed:
            Door(resolver=resolver).get("http://example.org/")
        assert failed.value.kind == "dns"


def test_a_place_is_checked_for_mail_too():
    with Site({}) as site:
        place = f"127.0.0.1:{site.port}"
        with pytest.raises(FetchRefused):
            Door(resolver=closed).connect("127.0.0.1", site.port, purpose="mail", seconds=2)
        with pytest.raises(FetchRefused, match="port 25"):
            Door(resolver=closed).connect("mail.example", 25, purpose="mail", seconds=2)
        door = Door(allowances=[Allowance("mail", (place,))], resolver=closed)
        with door.connect("127.0.0.1", site.port, purpose="mail", seconds=2) as sock:
            assert sock.getpeername() == ("127.0.0.1", site.port)
            assert sock.gettimeout() == 2


def test_mail_ports_pass_for_a_public_place():
    Guard([], answers()).check_place("x", "mail.example", 993, purpose="mail", ports=frozenset({993}))
    with pytest.raises(FetchRefused):
        Guard([], answers()).check_place("x", "mail.example", 993, purpose="web")
