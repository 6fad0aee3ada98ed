"""A look at a site: DNS, TCP, TLS, HTTP, each asked with a limit, a little at a time, and written down as it came.

What may be connected to is decided by the guard of `barometer.fetching`; an address that a resolver gives and the guard
does not let through (a sinkhole's, as a rule) is written down and never touched. There are no cookies and no headers
but the few that every request has.
"""

from __future__ import annotations

import asyncio
import errno
import functools
import ipaddress
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urljoin

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import h11
from cryptography import x509
from cryptography.x509.oid import NameOID

from barometer.errors import FetchFailed, FetchRefused
from barometer.fetching.aline import AsyncLine
from barometer.fetching.door import DEFAULT_AGENT, usual_trust
from barometer.fetching.guard import Allowance, Guard, Target, literal, parse_place, parse_url, why_not
from barometer.fetching.line import Deadline, Line, Proxy, dial, looked_up, system_resolver
from barometer.reach.seen import (
    ITSELF,
    OTHER,
    PLAIN,
    PROXY,
    SYSTEM,
    Answer,
    Attempt,
    Certificate,
    Hop,
    Seen,
    Touch,
)

PURPOSE = "reach"
_LONGEST_HEAD = 64 * 1024
_KINDS = ("A", "AAAA")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RESOLVER = "write a resolver like 9.9.9.9, 9.9.9.9:53 or [2620:fe::fe]:53"
#: What OpenSSL says of a certificate that it does not trust.
_UNTRUSTED = {
    9: "tls.early",
    10: "tls.expired",
    18: "tls.self_signed",
    19: "tls.issuer",
    20: "tls.incomplete",
    21: "tls.incomplete",
    62: "tls.name",
    64: "tls.name",
}
#: What such a failure of TLS leaves open: whether it is for the name that was said.
_SILENCES = frozenset({"tls.reset", "tls.timeout", "tls.closed"})
_WHY = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETUNREACH: "no_route",
    errno.EADDRNOTAVAIL: "no_route",
    errno.EAFNOSUPPORT: "no_route",
}
#: Of several addresses that let no line be made, the failure that says most.
_TELLING = ("refused", "reset", "timeout", "unreachable", "no_route")


class Controls:
    """Sites that are always there: if none of them answers, the trouble is this machine's own.

    Asked when a look fails: once for all that fail at the same time, anew for one that began after the last answer.
    """

    def __init__(self, sites: Iterable[str] = ()) -> None:
        self.sites = tuple(sites)
        self._asked = -float("inf")
        self._online: bool | None = None
        self._lock = asyncio.Lock()

    async def online(self, ask: Callable[[str], Awaitable[bool]], since: float) -> bool | None:
        """Whether one of them answered after `since` (by the monotonic clock); None if there are none."""
        if not self.sites:
            return None
        async with self._lock:
            if self._asked < since:
                self._asked = time.monotonic()
                self._online = any(await asyncio.gather(*map(ask, self.sites)))
        return self._online


@dataclass(frozen=True)
class ProbeSettings:
    """How a look is made.

    `system` are the resolvers of the machine ("address" or "address:port"; none: those of resolv.conf), `resolvers`
    others to hold them against. `proxy` (http://… or socks5h://…) makes the place behind it the vantage: then it looks
    names up, and no resolver is asked. `seconds` is for the whole look, `stage` for each answer awaited, `ask` for a
    resolver's, by each transport; `bytes` is as much of a page as is read. `again` looks are made after one that
    failed, `pause` seconds later. `plain` says at which port plain http is asked when https at the first does not come
    through. Tests pass `allowances` and `trust`.
    """

    system: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()
    proxy: str = ""
    controls: Controls = field(default_factory=Controls)
    agent: str = DEFAULT_AGENT
    seconds: float = 40.0
    stage: float = 8.0
    ask: float = 4.0
    bytes: int = 64 * 1024
    redirects: int = 5
    per_family: int = 1
    again: int = 1
    pause: float = 2.0
    plain: tuple[tuple[int, int], ...] = ((443, 80),)
    allowances: tuple[Allowance, ...] = ()
    trust: ssl.SSLContext | None = None


async def look(site: str, settings: ProbeSettings) -> Seen:
    """Look at a site ("name" or an address); FetchRefused only for what is no address that may be asked."""
    target, began = parse_url(site if "://" in site else f"https://{site}/"), time.monotonic()
    seen = await _Look(target, settings).done()
    if _came_through(seen):
        return seen
    return replace(seen, online=await settings.controls.online(functools.partial(_control, settings), began))


async def _control(settings: ProbeSettings, site: str) -> bool:
    """Whether a site that is always there answers with its own certificate."""
    own = replace(settings, again=0, controls=Controls(), resolvers=(), plain=(), seconds=2 * settings.stage)
    try:
        return any(attempt.last.authentic for attempt in (await look(site, own)).attempts)
    except FetchRefused:
        return False


def _settled(attempt: Attempt) -> bool:
    """Whether a second look would tell no more: only silence, broken lines and a server's errors pass."""
    passing = ("tcp.", "http.", *_SILENCES)
    return attempt.last.status < 500 and (
        attempt.last.failure == "http.loop" or not attempt.last.failure.startswith(passing)
    )


def _came_through(seen: Seen) -> bool:
    return any(attempt.last.answered and attempt.last.status < 400 for attempt in seen.attempts)


class _Look:
    """One look; what is seen is put down as it comes, so that the end of the time ends nothing else."""

    def __init__(self, target: Target, settings: ProbeSettings) -> None:
        self._target = target
        self._settings = settings
        self._guard = _guard(settings.allowances)
        self._proxy = Proxy.parse(settings.proxy) if settings.proxy else None
        if self._proxy:
            shown = f"the proxy {self._proxy.host}:{self._proxy.port}"
            self._guard.check_place(shown, self._proxy.host, self._proxy.port, purpose="proxy")
        self._check(target)
        self._resolvers = [(_place(one), one) for one in settings.resolvers]
        for (host, port), _ in self._resolvers:
            _check_resolver(self._guard, host, port)
        self._lines: list[AsyncLine] = []
        self._answers: list[Answer] = []
        self._touches: list[Touch] = []
        self._attempts: list[Attempt] = []

    async def done(self) -> Seen:
        at, begin = datetime.now(UTC), time.monotonic()
        try:
            async with asyncio.timeout(self._settings.seconds):
                await self._through_proxy() if self._proxy else await self._directly()
        except TimeoutError:
            pass  # what was seen until now is what was seen
        finally:
            for line in self._lines:
                line.close()
        return Seen(
            site=str(self._target),
            at=at,
            seconds=time.monotonic() - begin,
            answers=tuple(self._answers),
            touches=tuple(self._touches),
            attempts=tuple(self._attempts),
            proxied=self._proxy is not None,
        )

    def _check(self, target: Target) -> None:
        """FetchRefused for a place that may not be asked; an onion name is told to no resolver."""
        self._guard.check_place(str(target), target.host, target.port, purpose=PURPOSE)
        if target.host.endswith(".onion") and self._proxy is None:
            raise FetchRefused(str(target), "an onion name is never looked up", next_step="give a Tor proxy")

    # --- the ways -----------------------------------------------------------------------------------------------

    async def _directly(self) -> None:
        if literal(self._target.host):
            await self._try_all(ITSELF, [self._target.host])
            return
        own, others = await asyncio.gather(
            self._ask_system(self._target.host, self._target.port),
            self._ask_others(self._target.host, self._target.port),
        )
        self._answers += [*own, *others]
        ours, theirs = _addresses(own), _addresses(others)
        if ours:
            await self._try_all(SYSTEM, ours)
        elsewhere = [address for address in theirs if address not in ours]
        secure = self._target.scheme == "https"
        failed = all(attempt.last.failure for attempt in self._attempts)
        if elsewhere and not set(ours) & set(theirs) and (failed or not secure):
            await self._try_all(OTHER, elsewhere, again=0)
        if failed and secure and (ours or theirs):
            await self._try_plain((ours or theirs)[0])

    async def _try_all(self, origin: str, addresses: Sequence[str], again: int | None = None) -> None:
        """Every family's address is touched; the first that lets a line be made is looked at, the next if that fails."""
        chosen = _of_each_family(addresses, self._settings.per_family)
        for turn in range(1 + (self._settings.again if again is None else again)):
            if turn:
                await asyncio.sleep(self._settings.pause)
            touched = await asyncio.gather(*(self._touch(address) for address in chosen))
            lines = [(address, line) for address, (line, _) in zip(chosen, touched, strict=True) if line]
            if not lines:
                failures = {touch.failure: touch.address for _, touch in reversed(touched)}
                failure = min(failures, key=_TELLING.index)
                hop = Hop(str(self._target), failures[failure], f"tcp.{failure}")
                self._attempts.append(Attempt(origin, (hop,)))
            for address, line in lines:
                self._attempts.append(Attempt(origin, await self._follow(address, line)))
                if _settled(self._attempts[-1]):
                    return

    async def _try_plain(self, address: str) -> None:
        """Plain http, whose answer may be a block page; no redirect is followed."""
        for secure, plain in self._settings.plain:
            if self._target.port == secure:
                target = Target("http", self._target.host, plain, self._target.path)
                self._attempts.append(Attempt(PLAIN, (await self._hop(target, address),)))

    async def _through_proxy(self) -> None:
        for turn in range(1 + self._settings.again):
            if turn:
                await asyncio.sleep(self._settings.pause)
            self._attempts.append(Attempt(PROXY, await self._follow("", None)))
            if _settled(self._attempts[-1]):
                return

    async def _follow(self, address: str, line: AsyncLine | None) -> tuple[Hop, ...]:
        """The address and where it leads."""
        hops = [await self._hop(self._target, address, line)]
        while (location := hops[-1].header("location")) and hops[-1].status in _REDIRECTS:
            if hops[-1].failure:
                break  # who speaks in the site's place leads nowhere
            if len(hops) > self._settings.redirects or any(hop.url == hops[-1].url for hop in hops[:-1]):
                hops[-1] = replace(hops[-1], failure="http.loop")
                break
            hops.append(await self._next(hops[-1].url, location))
        return tuple(hops)

    async def _next(self, url: str, location: str) -> Hop:
        """The hop that a redirect leads to; its name is looked up by the system's resolver."""
        try:
            target = parse_url(urljoin(url, location.strip()).replace(" ", "%20"))
            self._check(target)
        except (FetchRefused, ValueError):
            return Hop(location[:2000], failure="not_public")
        if self._proxy:
            return await self._hop(target, "")
        if literal(target.host):
            return await self._hop(target, target.host)
        answers = await self._ask_system(target.host, target.port)
        if found := _of_each_family(_addresses(answers), 1):
            return await self._hop(target, found[0])
        others = await self._ask_others(target.host, target.port)
        refused = any(answer.refused for answer in answers)
        failure = "dns.lied" if _addresses(others) else "not_public" if refused else f"dns.{_summed(answers)}"
        return Hop(str(target), failure=failure)

    # --- DNS ----------------------------------------------------------------------------------------------------

    async def _ask_system(self, host: str, port: int) -> list[Answer]:
        """What the first of the machine's resolvers that answers at all says."""
        answers: list[Answer] = []
        for one in self._settings.system or _machine_resolvers():
            answers = await self._ask(SYSTEM, _place(one), host, port)
            if any(answer.failure != "timeout" for answer in answers):
                break
        return answers

    async def _ask_others(self, host: str, port: int) -> list[Answer]:
        asked = (self._ask(shown, place, host, port) for place, shown in self._resolvers)
        return [answer for answers in await asyncio.gather(*asked) for answer in answers]

    async def _ask(self, shown: str, place: tuple[str, int], host: str, port: int) -> list[Answer]:
        return list(await asyncio.gather(*(self._ask_one(shown, place, host, port, kind) for kind in _KINDS)))

    async def _ask_one(self, shown: str, place: tuple[str, int], host: str, port: int, kind: str) -> Answer:
        """By UDP, by TCP where the answer is cut or does not come."""
        query = dns.message.make_query(dns.name.from_text(host), kind, flags=dns.flags.RD)
        wait = self._settings.ask
        try:
            try:
                reply, _ = await dns.asyncquery.udp_with_fallback(query, place[0], wait, place[1])
            except (dns.exception.Timeout, OSError):
                reply = await dns.asyncquery.tcp(query, place[0], wait, place[1])
        except (dns.exception.Timeout, OSError, EOFError):
            return Answer(shown, kind, failure="timeout")
        except (dns.exception.DNSException, ValueError):
            return Answer(shown, kind, failure="broken")
        return self._read(shown, kind, reply, host, port)

    def _read(self, shown: str, kind: str, reply: dns.message.Message, host: str, port: int) -> Answer:
        code = reply.rcode()
        failures = {dns.rcode.NXDOMAIN: "nxdomain", dns.rcode.NOERROR: "", dns.rcode.REFUSED: "refused"}
        failure = failures.get(code, "servfail")
        told = [rrset for rrset in reply.answer if rrset.rdclass == dns.rdataclass.IN]
        found = [str(one) for rrset in told for one in rrset if rrset.rdtype.name == kind]
        names = [
            str(one.target).rstrip(".").lower()
            for rrset in told
            for one in rrset
            if rrset.rdtype == dns.rdatatype.CNAME
        ]
        refused = [address for address in found if not self._lets(host, port, address)]
        return Answer(
            shown,
            kind,
            tuple(address for address in found if address not in refused),
            tuple(refused),
            tuple(names),
            failure or ("" if found else "empty"),
        )

    def _lets(self, host: str, port: int, address: str) -> bool:
        try:
            self._guard.check_answer(host, host, port, ipaddress.ip_address(address), purpose=PURPOSE)
        except FetchRefused:
            return False
        return True

    # --- TCP, TLS, HTTP -----------------------------------------------------------------------------------------

    async def _touch(self, address: str) -> tuple[AsyncLine | None, Touch]:
        begin = time.monotonic()
        line, failure = await self._dial(self._target, address)
        touch = Touch(address, failure, time.monotonic() - begin)
        self._touches.append(touch)
        return line, touch

    async def _dial(self, target: Target, address: str) -> tuple[AsyncLine | None, str]:
        try:
            async with asyncio.timeout(self._settings.stage):
                line = await AsyncLine.dial(
                    self._guard, str(target), target.host, target.port, address, purpose=PURPOSE
                )
        except TimeoutError:
            return None, "timeout"
        except OSError as error:
            return None, _WHY.get(error.errno or 0, "unreachable")
        self._lines.append(line)
        return line, ""

    async def _line(self, target: Target, address: str) -> tuple[AsyncLine | None, str]:
        """A line and "", or none and why: to the address, or through the proxy."""
        if self._proxy is None:
            line, failure = await self._dial(target, address)
            return line, failure and f"tcp.{failure}"
        try:
            line = await asyncio.to_thread(self._tunnel, self._proxy, target)
        except _ProxyDown:
            return None, "proxy"
        except FetchFailed:
            return None, "tcp.proxy"
        self._lines.append(line)
        return line, ""

    def _tunnel(self, proxy: Proxy, target: Target) -> AsyncLine:
        """A line through the proxy; _ProxyDown if the proxy itself is not there, FetchFailed if it opens no line."""
        url, shown = str(target), f"the proxy {proxy.host}:{proxy.port}"
        deadline = Deadline(self._settings.stage, url)
        addresses = functools.partial(self._guard.addresses, shown, proxy.host, proxy.port, purpose="proxy")
        try:
            found = looked_up(addresses, shown, deadline)
            sock, _ = dial(found, proxy.port, shown, deadline, self._settings.stage)
        except FetchFailed as error:
            raise _ProxyDown from error
        try:
            proxy.tunnel(Line(sock, "", url, deadline), target.host, target.port, url)
        except BaseException:
            sock.close()
            raise
        return AsyncLine(sock)

    async def _hop(self, target: Target, address: str, line: AsyncLine | None = None) -> Hop:
        """One address asked; `line` is open already or is made."""
        begin = time.monotonic()
        hop = Hop(str(target), address)
        failure = ""
        if line is None:
            line, failure = await self._line(target, address)
        if line is None:
            return replace(hop, failure=failure, seconds=time.monotonic() - begin)
        try:
            if target.scheme == "https":
                hop, line = await self._secured(hop, target, line)
            if line is not None:
                hop = await self._page(hop, target, line)
        finally:
            if line is not None:
                line.close()
        return replace(hop, seconds=time.monotonic() - begin)

    async def _secured(self, hop: Hop, target: Target, line: AsyncLine) -> tuple[Hop, AsyncLine | None]:
        """TLS over the line; where the certificate is not trusted, over a second one that trusts anything."""
        chain, failure = await self._shake(line, self._settings.trust or usual_trust(), target.host)
        if not failure:
            return replace(hop, certificate=read_chain(chain)), line
        line.close()
        if failure in _UNTRUSTED.values() or failure == "tls.untrusted":
            return await self._unverified(replace(hop, failure=failure), target)
        if failure not in _SILENCES:
            return replace(hop, failure=failure), None
        return replace(hop, failure=failure, bare=await self._bare(target, hop.address)), None

    async def _unverified(self, hop: Hop, target: Target) -> tuple[Hop, AsyncLine | None]:
        second, _ = await self._line(target, hop.address)
        if second is None:
            return hop, None
        chain, failure = await self._shake(second, _unverifying(), target.host)
        if failure:
            second.close()
            return hop, None
        return replace(hop, certificate=read_chain(chain)), second

    async def _bare(self, target: Target, address: str) -> str:
        """What the address makes of a handshake that names nobody: an alert is an answer too."""
        line, _ = await self._line(target, address)
        if line is None:
            return "silent"
        _, failure = await self._shake(line, _unverifying(), None)
        line.close()
        return "silent" if failure in _SILENCES else "answered"

    async def _shake(
        self, line: AsyncLine, trust: ssl.SSLContext, host: str | None
    ) -> tuple[tuple[bytes, ...], str]:
        try:
            async with asyncio.timeout(self._settings.stage):
                return await line.secure(trust, host), ""
        except TimeoutError:
            return (), "tls.timeout"
        except ssl.SSLCertVerificationError as error:
            return (), _UNTRUSTED.get(error.verify_code, "tls.untrusted")
        except ssl.SSLError as error:
            return (), "tls.alert" if "ALERT" in (error.reason or "") else "tls.protocol"
        except EOFError:
            return (), "tls.closed"
        except (OSError, ValueError):
            return (), "tls.reset"

    async def _page(self, hop: Hop, target: Target, line: AsyncLine) -> Hop:
        """The answer over an open line, of its body no more than is read."""
        page = _Page(self._settings.bytes)
        failure = ""
        try:
            async with asyncio.timeout(self._settings.stage):
                await line.send(page.request(target, self._settings.agent))
                while page.wants():
                    page.feed(await line.receive())
        except TimeoutError:
            failure = "" if page.status else "http.timeout"
            page.cut = bool(page.status)
        except h11.RemoteProtocolError:
            failure = "" if page.status else "http.closed" if page.hung_up else "http.protocol"
            page.cut = bool(page.status)
        except OSError:
            failure = "" if page.status else "http.reset"
            page.cut = bool(page.status)
        return replace(
            hop,
            failure=hop.failure or failure,
            status=page.status,
            headers=page.headers,
            body=page.read(),
            cut=page.cut,
        )


class _ProxyDown(Exception):
    """The proxy itself does not answer."""


class _Page:
    """One answer, read until its end or so far as is read."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._body = bytearray()
        self._ended = False
        self.status = 0
        self.headers: tuple[tuple[str, str], ...] = ()
        self.cut = False
        self.hung_up = False

    def request(self, target: Target, agent: str) -> bytes:
        fields = [
            ("Host", target.authority),
            ("User-Agent", agent),
            ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
            ("Accept-Encoding", "gzip, deflate"),
            ("Connection", "close"),
        ]
        head = self._http.send(h11.Request(method="GET", target=target.path, headers=fields))
        self._http.send(h11.EndOfMessage())
        return head or b""

    def wants(self) -> bool:
        """Read what there is; whether more is wanted."""
        while not self._ended:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                return True
            if isinstance(event, h11.Response):
                self.status = event.status_code
                self.headers = tuple(
                    (name.decode("latin-1"), value.decode("utf-8", "replace"))
                    for name, value in event.headers
                )
                self._ended = self.status in _REDIRECTS  # what it says beside is not read
            elif isinstance(event, h11.Data):
                self._body += event.data
                self.cut = self._ended = len(self._body) >= self._most
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                self._ended = True
        return False

    def feed(self, data: bytes) -> None:
        self.hung_up = not data
        self._http.receive_data(data)

    def read(self) -> bytes:
        """The body, unpacked, no more of it than is read."""
        body = bytes(self._body[: self._most])
        coding = next(
            (value.strip().lower() for name, value in self.headers if name == "content-encoding"), ""
        )
        if coding in ("gzip", "x-gzip", "deflate"):
            with suppress(zlib.error):
                return zlib.decompressobj(47).decompress(body, self._most)
        return body


def read_chain(chain: Sequence[bytes]) -> Certificate:
    """What the certificates of a chain say; what cannot be read is left out."""
    shown = Certificate(tuple(chain))
    try:
        first, *_ = [x509.load_der_x509_certificate(der) for der in chain]
        issuers = [_said(x509.load_der_x509_certificate(der).issuer) for der in chain]
        try:
            names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            dns_names = names.get_values_for_type(x509.DNSName)
        except x509.ExtensionNotFound:
            dns_names = [str(one.value) for one in first.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        return replace(
            shown,
            subject=_said(first.subject),
            names=tuple(name.lower() for name in dns_names),
            issuers=tuple(issuers),
            begins=first.not_valid_before_utc.isoformat(),
            ends=first.not_valid_after_utc.isoformat(),
        )
    except (ValueError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return shown


def _said(name: x509.Name) -> str:
    """Organisation and common name."""
    wanted = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
    return ", ".join(str(part.value) for oid in wanted for part in name.get_attributes_for_oid(oid))


def _addresses(answers: Iterable[Answer]) -> list[str]:
    """The addresses that may be connected to, each once, IPv4 first."""
    return list(dict.fromkeys(address for answer in answers for address in answer.addresses))


def _summed(answers: Sequence[Answer]) -> str:
    """What several answers to one question say together, none of which has an address."""
    failures = {answer.failure for answer in answers}
    order = ("nxdomain", "empty", "servfail", "refused", "broken", "timeout")
    return next((one for one in order if one in failures), "empty")


def _of_each_family(addresses: Iterable[str], most: int) -> list[str]:
    listed = list(addresses)
    four = [address for address in listed if ":" not in address]
    six = [address for address in listed if ":" in address]
    return four[:most] + six[:most]


def _place(resolver: str) -> tuple[str, int]:
    """Address and port of "9.9.9.9", "9.9.9.9:5353" or "[2620:fe::fe]:53"."""
    bare = literal(resolver.strip("[]"))
    try:
        return (str(bare), 53) if bare else parse_place(resolver)
    except ValueError as error:
        raise FetchRefused(resolver, str(error), next_step=_RESOLVER) from None


def _check_resolver(guard: Guard, host: str, port: int) -> None:
    """FetchRefused for a resolver that is private and has no allowance (purpose "resolver")."""
    address = literal(host)
    if address is None:
        raise FetchRefused(host, "a resolver is given by its address", next_step=_RESOLVER)
    if (why := why_not(address)) and not guard.allows("resolver", host, port):
        raise FetchRefused(host, f"it is {why}", next_step="give it an allowance, or take a public resolver")


@functools.lru_cache(maxsize=8)
def _guard(allowances: tuple[Allowance, ...]) -> Guard:
    return Guard(allowances, system_resolver)


def _machine_resolvers() -> tuple[str, ...]:
    """Those of resolv.conf, read anew: a machine that moves has others."""
    try:
        return tuple(str(one) for one in dns.resolver.Resolver().nameservers)
    except dns.exception.DNSException:
        return ()


@functools.cache
def _unverifying() -> ssl.SSLContext:
    """Trusts anything: only to read what is shown in a site's place, after the trusting one said no."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
