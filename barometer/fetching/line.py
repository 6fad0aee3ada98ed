"""A line to another machine: one checked address, one deadline for everything that passes over it."""

from __future__ import annotations

import base64
import ipaddress
import queue
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from barometer.errors import FetchFailed, FetchRefused
from barometer.fetching.guard import parse_host

_BLOCK = 1 << 16
#: What a proxy may answer to CONNECT before its answer is no answer.
_LONGEST_HEAD = 1 << 14


class Deadline:
    """So many seconds from now, for a whole fetch; every wait on the way asks how many are left."""

    def __init__(self, seconds: float, url: str) -> None:
        self._end = time.monotonic() + seconds
        self._seconds = seconds
        self._url = url

    def left(self) -> float:
        """Seconds left, more than none; FetchFailed ("timeout") after the end."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.failed()
        return left

    def failed(self) -> FetchFailed:
        return FetchFailed(
            "timeout",
            self._url,
            f"it was not done within {self._seconds:g} s",
            next_step="try again later, or allow more time",
        )


class Line:
    """A connected socket that keeps to a deadline; `address` is the IP literal at the other end, "" by a proxy."""

    def __init__(self, sock: socket.socket, address: str, url: str, deadline: Deadline) -> None:
        self.sock = sock
        self.address = address
        self._url = url
        self._deadline = deadline

    def secure(self, trust: ssl.SSLContext, host: str) -> bytes:
        """Speak TLS from here on; the other end's certificate (DER). FetchFailed ("tls") if it is not trusted."""
        self.sock.settimeout(self._deadline.left())
        try:
            secured = trust.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
            self.sock = secured
            secured.do_handshake()
        except TimeoutError:
            raise self._deadline.failed() from None
        except ssl.SSLCertVerificationError as error:
            raise FetchFailed(
                "tls",
                self._url,
                f"the certificate is not trusted ({error.verify_message})",
                next_step="check the address; the site's certificate may have run out or been replaced",
            ) from None
        except (OSError, ValueError) as error:
            raise FetchFailed(
                "tls", self._url, f"no secure connection ({_why(error)})", next_step="try again later"
            ) from None
        return secured.getpeercert(binary_form=True) or b""

    def send(self, data: bytes) -> None:
        """Send it all; OSError if the line breaks, FetchFailed ("timeout") at the deadline."""
        rest = memoryview(data)
        while rest:
            self.sock.settimeout(self._deadline.left())
            try:
                rest = rest[self.sock.send(rest) :]
            except TimeoutError:
                raise self._deadline.failed() from None

    def receive(self, most: int = _BLOCK) -> bytes:
        """What has come, b"" at the end; FetchFailed ("timeout", "tls", "protocol")."""
        self.sock.settimeout(self._deadline.left())
        try:
            return self.sock.recv(most)
        except TimeoutError:
            raise self._deadline.failed() from None
        except ssl.SSLError as error:
            raise FetchFailed("tls", self._url, _why(error), next_step="try again later") from None
        except OSError as error:
            raise FetchFailed("protocol", self._url, _why(error), next_step="try again later") from None

    def close(self) -> None:
        self.sock.close()


def system_resolver(host: str, port: int) -> list[str]:
    """What this machine's resolver answers, in its order of preference; OSError if nothing."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(answer[4][0]) for answer in found]


def looked_up(look: Callable[[], list[str]], url: str, deadline: Deadline) -> list[str]:
    """The resolver's answer, no later than the deadline: the system's own waits as long as it likes."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(look())
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="look-up").start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise deadline.failed() from None
    if isinstance(answer, OSError | ValueError):
        raise FetchFailed(
            "dns", url, f"the name is not known ({_why(answer)})", next_step="check the address"
        )
    if isinstance(answer, Exception):
        raise answer
    return answer


def dial(
    addresses: list[str], port: int, url: str, deadline: Deadline, connect_seconds: float
) -> tuple[socket.socket, str]:
    """A socket to the first address that answers, and that address; FetchFailed ("connect", "timeout")."""
    why = ""
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(min(connect_seconds, deadline.left()))
            sock.connect((address, port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            why = f"{address} port {port}: {_why(error)}"
        except BaseException:
            sock.close()
            raise
        else:
            return sock, address
    deadline.left()
    raise FetchFailed("connect", url, why, next_step="try again later")


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


# --- proxies ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proxy:
    """A proxy by its address: http://[user:password@]host:port or socks5h://…; names are looked up there."""

    kind: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def parse(cls, text: str) -> Proxy:
        """FetchRefused for what is no such address; the message does not repeat a password."""
        shown = text.rpartition("@")[2]
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise FetchRefused(shown, "it is no address of a proxy", next_step=_PROXY) from None
        if parts.scheme not in ("http", "socks5", "socks5h") or not port or parts.path not in ("", "/"):
            raise FetchRefused(shown, "it is no address of a proxy", next_step=_PROXY)
        host = parse_host(parts.hostname or "", shown)
        kind = "http" if parts.scheme == "http" else "socks"
        return cls(kind, host, port, unquote(parts.username or ""), unquote(parts.password or ""))

    def tunnel(self, line: Line, host: str, port: int, url: str) -> None:
        """Have the proxy connect the line to that place; FetchFailed ("connect") if it will not."""
        try:
            if self.kind == "http":
                self._connect(line, host, port)
            else:
                self._socks(line, host, port)
        except (OSError, ValueError) as error:
            raise FetchFailed(
                "connect",
                url,
                f"the proxy {self.host}:{self.port} does not open it: {_why(error)}",
                next_step=_PROXY,
            ) from None

    def _connect(self, line: Line, host: str, port: int) -> None:
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        head = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n"
        if self.user:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            head += f"Proxy-Authorization: Basic {pair}\r\n"
        line.send(f"{head}\r\n".encode("ascii"))
        answer = b""
        # One byte at a time: what follows the head is the other end's, not the proxy's.
        while not answer.endswith(b"\r\n\r\n"):
            byte = line.receive(1)
            if not byte or len(answer) > _LONGEST_HEAD:
                raise ValueError("its answer is cut off or has no end")
            answer += byte
        status = answer.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        if len(status) < 2 or not status[0].startswith("HTTP/1.") or not status[1].startswith("2"):
            raise ValueError(f"it answered {' '.join(status)[:100]!r} to CONNECT for port {port}")

    def _socks(self, line: Line, host: str, port: int) -> None:
        """SOCKS 5 (RFC 1928), with a name and password (RFC 1929) where they are given."""
        line.send(b"\x05\x01\x02" if self.user else b"\x05\x01\x00")
        version, method = _exactly(line, 2)
        if version != 5 or method != (2 if self.user else 0):
            raise ValueError("it does not speak SOCKS 5, or does not take this name and password")
        if self.user:
            user, password = self.user.encode(), self.password.encode()
            line.send(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
            if _exactly(line, 2)[1] != 0:
                raise ValueError("it does not take this name and password")
        line.send(b"\x05\x01\x00" + _socks_address(host) + struct.pack(">H", port))
        version, reply, _, kind = _exactly(line, 4)
        if version != 5 or reply != 0:
            raise ValueError(_SOCKS_REPLIES.get(reply, f"reply {reply}"))
        length = {1: 4, 4: 16}.get(kind) or _exactly(line, 1)[0]
        _exactly(line, length + 2)


_PROXY = "write it like http://host:port or socks5h://host:port, and check that it runs and lets this through"
_SOCKS_REPLIES = {
    1: "general failure",
    2: "not allowed by its rules",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "no answer in time",
    7: "it does not know CONNECT",
    8: "it does not know this kind of address",
}


def _socks_address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bytes([3, len(host)]) + host.encode("ascii")
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed


def _exactly(line: Line, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = line.receive(count - len(data))
        if not piece:
            raise ValueError("its answer is cut off")
        data += piece
    return data
