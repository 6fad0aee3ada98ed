"""A name server on 127.0.0.1, by UDP and TCP, that answers by script: rightly, falsely or not at all."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

#: What may stand in place of addresses.
SILENT, NXDOMAIN, SERVFAIL, CUT = "silent", "nxdomain", "servfail", "cut"


class Names:
    """Answers for the names in `zone`: a list of addresses, or one of the words above; other names do not exist.

    CUT answers by UDP with nothing but the mark that it is cut, and by TCP with `zone[name + "."]`. `asked` has every
    question as (name, kind, transport).
    """

    def __init__(self, zone: Mapping[str, list[str] | str], host: str = "127.0.0.1", port: int = 0) -> None:
        self.zone = dict(zone)
        self.asked: list[tuple[str, str, str]] = []
        self._tcp = socket.create_server((host, port))
        self.port: int = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((host, self.port))
        self.place = f"{host}:{self.port}"

    def __enter__(self) -> Names:
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        for sock in (self._udp, self._tcp):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _serve_udp(self) -> None:
        with suppress(OSError):
            while True:
                data, who = self._udp.recvfrom(4096)
                if not who:
                    return
                if reply := self._reply(data, "udp"):
                    self._udp.sendto(reply, who)

    def _serve_tcp(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._tcp.accept()
                with sock, suppress(OSError, struct.error):
                    (length,) = struct.unpack("!H", sock.recv(2))
                    if reply := self._reply(sock.recv(length), "tcp"):
                        sock.sendall(struct.pack("!H", len(reply)) + reply)

    def _reply(self, data: bytes, transport: str) -> bytes | None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = str(question.name).rstrip("."), question.rdtype.name
        self.asked.append((name, kind, transport))
        said = self.zone.get(name, NXDOMAIN)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if said == CUT and transport == "udp":
            reply.flags |= dns.flags.TC
            return reply.to_wire()
        if said == CUT:
            said = self.zone[f"{name}."]
        if said == SILENT:
            return None
        if said in (NXDOMAIN, SERVFAIL):
            reply.set_rcode(dns.rcode.from_text(said.upper()))
            return reply.to_wire()
        fitting = [address for address in said if (":" in address) is (kind == "AAAA")]
        if fitting and kind in ("A", "AAAA"):
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *fitting))
        return reply.to_wire()
