"""What may be asked: an address is read strictly, and every IP address behind it must be public.

Only http and https, only names and plain IP literals: the many other ways to write an address (127.1,
0x7f000001, 017700000001, １２７.０.０.１) are how a filter is walked around, and no newsroom uses them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import idna

from barometer.errors import FetchRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Host and port → IP literals in the order of preference; OSError if there are none.
Resolver = Callable[[str, int], list[str]]

_PORTS = {"http": 80, "https": 443}
_LONGEST = 8192
# What browsers leave as it stands; the rest is written as %XX of its UTF-8.
_IN_PATH = "%/:@!$&'()*+,;=-._~[]|"
_IN_QUERY = _IN_PATH + "?^`{}"

# IANA's registries of special addresses; listed here, since what `ipaddress` holds differs between releases of Python.
_NEVER_4 = {
    "0.0.0.0/8": "“this host”",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "a provider's shared range",
    "127.0.0.0/8": "this machine",
    "168.63.129.16/32": "a cloud's metadata service",
    "169.254.0.0/16": "link-local, where clouds keep their metadata",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "special",
    "192.0.2.0/24": "for documentation",
    "192.88.99.0/24": "a 6to4 relay",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "for benchmarks",
    "198.51.100.0/24": "for documentation",
    "203.0.113.0/24": "for documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
}
_NEVER_6 = {
    "2001::/23": "special (Teredo, ORCHID, benchmarks)",
    "2001:db8::/32": "for documentation",
    "2002::/16": "6to4, which holds another address",
    "3fff::/20": "for documentation",
}
_NAMED_6 = {
    "::/128": "“this host”",
    "::1/128": "this machine",
    "fc00::/7": "private",
    "fe80::/10": "link-local",
    "ff00::/8": "multicast",
}
_RANGES: list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, str]] = [
    (ipaddress.ip_network(text), what) for text, what in (_NEVER_4 | _NEVER_6 | _NAMED_6).items()
]
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# What a purpose may be allowed to reach under a *name*: a service in the house, never a metadata service.
_HOUSE = [
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
]
_METADATA = {ipaddress.ip_address(text) for text in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200")}

#: Names that mean this machine or this network wherever they are looked up, also by a proxy.
_LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa", "localdomain")

# The ports that browsers refuse (WHATWG Fetch), since what listens there may take a request for its own protocol.
# fmt: off
_BAD_PORTS = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513,
    514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720,
    1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
    10080,
})
# fmt: on
# Databases, caches, remote shells and container engines: browsers let them be, no site lives there.
_SERVICE_PORTS = frozenset({445, 1433, 1521, 2375, 2376, 3306, 3389, 5432, 5900, 6380, 9042, 11211, 27017})
REFUSED_PORTS = _BAD_PORTS | _SERVICE_PORTS

_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NEXT = "check the address; a service of your own needs an allowance for its purpose in the configuration"


@dataclass(frozen=True)
class Allowance:
    """What one purpose may reach though it is private: `hosts` as host:port, e.g. "127.0.0.1:8080", "[::1]:80".

    A host may be a name: then it may lie in the house (private, shared or loopback addresses), but never at a
    link-local or metadata address; such an address must be named itself.
    """

    purpose: str
    hosts: tuple[str, ...]

    def __post_init__(self) -> None:
        for host in self.hosts:
            parse_place(host)


@dataclass(frozen=True)
class Target:
    """An http or https address in its parts: `host` in ASCII (no brackets), `path` with its query, encoded."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"


def parse_url(url: str) -> Target:
    """The parts of an address; FetchRefused for what is no plain http or https address."""
    text = url.strip(" \t\r\n")
    if len(text) > _LONGEST:
        raise FetchRefused(url, f"it is longer than {_LONGEST} characters", next_step="check the address")
    if any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in text) or "\\" in text:
        raise FetchRefused(
            url, "it holds a blank, a control character or a backslash", next_step="write %20 for a blank"
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise FetchRefused(url, f"it is no address ({error})", next_step="check the address") from None
    if parts.scheme not in _PORTS:
        raise FetchRefused(
            url, f"{parts.scheme or 'no scheme'!r} is not http or https", next_step="use an https address"
        )
    if "@" in parts.netloc:
        raise FetchRefused(url, "it carries a user name", next_step="leave out what stands before @")
    host = parse_host(parts.hostname or "", url)
    path = quote(parts.path or "/", safe=_IN_PATH)
    query = f"?{quote(parts.query, safe=_IN_QUERY)}" if parts.query else ""
    return Target(parts.scheme, host, _PORTS[parts.scheme] if port is None else port, path + query)


def parse_host(host: str, url: str) -> str:
    """A name in ASCII or an IP literal in its one usual form; FetchRefused for any other way to write one."""
    if ":" in host or host.startswith("["):
        return _literal_6(host.strip("[]"), url)
    name = host.removesuffix(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii").lower()
        except (idna.IDNAError, UnicodeError) as error:
            raise FetchRefused(url, f"{host!r} is no name ({error})", next_step="check the address") from None
        if _ends_in_number(name):
            raise FetchRefused(url, f"{host!r} is a number in disguise ({name})", next_step=_NEXT)
    if _ends_in_number(name):
        return _literal_4(name, url)
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise FetchRefused(url, f"{host!r} is no name of a host", next_step="check the address")
    return name


def _ends_in_number(name: str) -> bool:
    return bool(_NUMBER.fullmatch(name.rsplit(".", 1)[-1]))


def _literal_4(name: str, url: str) -> str:
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError:
        raise FetchRefused(
            url, f"{name!r} is an unusual way to write an IP address", next_step=_NEXT
        ) from None


def _literal_6(text: str, url: str) -> str:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        address = None
    if address is None or address.scope_id:
        raise FetchRefused(url, f"{text!r} is no plain IPv6 address", next_step=_NEXT)
    return str(address)


def parse_place(text: str) -> tuple[str, int]:
    """Host and port of "host:port"; ValueError if there is no port."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} is not host:port")
    return parse_host(host, text), int(port)


def literal(host: str) -> Address | None:
    """The IP address that a parsed host is, or None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def why_not(address: Address) -> str:
    """Why this address is not public, in words; "" if it is. An IPv4 address inside IPv6 is looked at itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _MAPPED or address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
            reason = why_not(inner)
            return reason and f"it holds {inner}, which is {reason}"
        if address.scope_id:
            return "link-local"
    for network, what in _RANGES:
        if address.version == network.version and address in network:
            return what
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_6:
        return "not in the public range"
    return ""


class Guard:
    """Says which places may be reached, for a purpose; every answer of the resolver must pass."""

    def __init__(self, allowances: Iterable[Allowance], resolver: Resolver) -> None:
        self._allowed = {
            (allowance.purpose, *parse_place(host)) for allowance in allowances for host in allowance.hosts
        }
        self._resolver = resolver

    def allows(self, purpose: str, host: str, port: int) -> bool:
        """Whether this very place is named in an allowance of the purpose."""
        return (purpose, host, port) in self._allowed

    def check_place(
        self, url: str, host: str, port: int, *, purpose: str, ports: frozenset[int] = frozenset()
    ) -> None:
        """FetchRefused for a place that can be judged without its IP addresses; `ports` are let through."""
        if self.allows(purpose, host, port):
            return
        if (port in REFUSED_PORTS and port not in ports) or not 0 < port < 65536:
            raise FetchRefused(url, f"port {port} is not for the web", next_step=_NEXT)
        address = literal(host)
        if address is not None:
            self._check_address(url, address)
        elif any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES):
            raise FetchRefused(url, f"{host} is a name of this machine or this network", next_step=_NEXT)

    def addresses(self, url: str, host: str, port: int, *, purpose: str) -> list[str]:
        """The IP literals to connect to, all of them checked; OSError if the name is not known."""
        allowed = self.allows(purpose, host, port)
        own = literal(host)
        if own is not None:
            if not allowed:
                self._check_address(url, own)
            return [str(own)]
        if host.endswith(".onion"):
            raise FetchRefused(
                url, "an onion name is never looked up here", next_step="give the source a Tor proxy"
            )
        found = [ipaddress.ip_address(text) for text in dict.fromkeys(self._resolver(host, port))]
        if not found:
            raise OSError("the name has no address")
        for address in found:
            self.check_answer(url, host, port, address, purpose=purpose)
        return [str(address) for address in found]

    def check_answer(self, url: str, host: str, port: int, address: Address, *, purpose: str) -> None:
        """FetchRefused for an address that a resolver gave for this place and that may not be connected to."""
        if not (self.allows(purpose, host, port) and (_is_in_house(address) or str(address) == host)):
            self._check_address(url, address)

    @staticmethod
    def _check_address(url: str, address: Address) -> None:
        if reason := why_not(address):
            raise FetchRefused(
                url, f"{address} is not public: {reason}", address=str(address), next_step=_NEXT
            )


def _is_in_house(address: Address) -> bool:
    """A private, shared or loopback address that is no cloud's metadata service."""
    return address not in _METADATA and any(
        address.version == network.version and address in network for network in _HOUSE
    )
