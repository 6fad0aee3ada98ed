"""What one look at a site saw, before anybody says what it means."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: Who named the address that was tried: the system's resolver, another one, nobody (it is the site's own), a proxy; or
#: the plain http address of a site whose https did not come through.
SYSTEM, OTHER, ITSELF, PROXY, PLAIN = "system", "other", "itself", "proxy", "plain"


@dataclass(frozen=True)
class Answer:
    """What a resolver answered: `resolver` is "system" or its address, `kind` A or AAAA.

    `refused` are addresses that the guard does not let be connected to (private, special): they are only written
    down. `names` are the names on the way (CNAME). `failure` is nxdomain, empty, servfail, refused, timeout, broken.
    """

    resolver: str
    kind: str
    addresses: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True)
class Touch:
    """An attempt to connect to an address: `failure` is refused, timeout, reset, unreachable, no_route."""

    address: str
    failure: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Certificate:
    """The certificates that a server showed (DER), its own first: `names` it is for, who signed each (`issuers`)."""

    chain: tuple[bytes, ...]
    subject: str = ""
    names: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    begins: str = ""
    ends: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the server's own."""
        return hashlib.sha256(self.chain[0]).hexdigest() if self.chain else ""


@dataclass(frozen=True)
class Hop:
    """One address of the web that was asked for, and how far that came.

    `failure` is the stage and what was the matter: dns.*, tcp.*, tls.*, http.*, not_public, proxy; "" if an answer
    came over a line that is what it says. With a certificate that is not trusted (tls.name, tls.expired …) the page is
    read all the same: nothing is told to it. `bare` says what the same address made of a handshake that names nobody:
    answered or silent. `cut` marks a body that was longer than is read.
    """

    url: str
    address: str = ""
    failure: str = ""
    certificate: Certificate | None = None
    bare: str = ""
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cut: bool = False
    seconds: float = 0.0

    def header(self, name: str) -> str:
        """The first header of that name (lower case), "" if there is none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def answered(self) -> bool:
        return bool(self.status) and not self.failure

    @property
    def authentic(self) -> bool:
        """Whether the answer is by its certificate the site's own."""
        return self.answered and self.certificate is not None


@dataclass(frozen=True)
class Attempt:
    """One way to the site, with the redirects that were followed: the last hop is where it ended."""

    origin: str
    hops: tuple[Hop, ...]

    @property
    def last(self) -> Hop:
        return self.hops[-1]


@dataclass(frozen=True)
class Seen:
    """One look: what resolvers answered, which addresses let themselves be connected to, what came of it.

    `online` says whether a site that is always there answered the same machine: None where it was not asked.
    """

    site: str
    at: datetime
    seconds: float = 0.0
    answers: tuple[Answer, ...] = ()
    touches: tuple[Touch, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    online: bool | None = None
    proxied: bool = False

    def hops(self) -> Iterator[Hop]:
        for attempt in self.attempts:
            yield from attempt.hops

    @property
    def certificates(self) -> dict[str, bytes]:
        """Every certificate of a server that was shown, by its SHA-256: what is kept as evidence."""
        shown = (hop.certificate for hop in self.hops())
        return {one.digest: one.chain[0] for one in shown if one and one.chain}

    def _end(self) -> dict[str, Any]:
        """Where the last way to the site itself ended: its status and failure."""
        ends = [attempt.last for attempt in self.attempts if attempt.origin not in (OTHER, PLAIN)]
        return _filled(
            {"url": ends[-1].url, "status": ends[-1].status, "failure": ends[-1].failure} if ends else {}
        )

    def detail(self) -> dict[str, Any]:
        """All of it as JSON, without bodies and certificates, which are named by their digest."""
        hops = [(attempt.origin, hop) for attempt in self.attempts for hop in attempt.hops]
        return {
            "online": self.online,
            "proxied": self.proxied,
            "seconds": round(self.seconds, 3),
            "dns": [_filled(vars(answer)) for answer in self.answers],
            "tcp": [_filled(vars(touch)) for touch in self.touches],
            "tls": [_tls(hop) for _, hop in hops if hop.certificate or hop.bare or hop.failure[:4] == "tls."],
            "http": self._end() | {"hops": [_http(origin, hop) for origin, hop in hops]},
        }


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """What is not empty, lists for tuples, three digits for seconds."""
    kept = {name: value for name, value in values.items() if value}
    return {
        name: list(value)
        if isinstance(value, tuple)
        else round(value, 3)
        if isinstance(value, float)
        else value
        for name, value in kept.items()
    }


def _tls(hop: Hop) -> dict[str, Any]:
    shown = hop.certificate or Certificate(())
    failure = hop.failure if hop.failure.startswith("tls.") else ""
    return _filled(
        {
            "url": hop.url,
            "failure": failure,
            "bare": hop.bare,
            "sha256": shown.digest,
            "subject": shown.subject,
            "names": shown.names[:20],
            "issuers": shown.issuers,
            "begins": shown.begins,
            "ends": shown.ends,
        }
    )


def _http(origin: str, hop: Hop) -> dict[str, Any]:
    return _filled(
        {
            "origin": origin,
            "url": hop.url,
            "address": hop.address,
            "failure": hop.failure,
            "status": hop.status,
            "location": hop.header("location"),
            "server": hop.header("server"),
            "size": len(hop.body),
            "sha256": hashlib.sha256(hop.body).hexdigest() if hop.body else "",
            "cut": hop.cut,
            "seconds": hop.seconds,
        }
    )
