"""WARC 1.1: what was asked and answered, byte for byte, each record a gzip member of its own.

A body is kept as it came over the line: still compressed where the server compressed it, with the marks of its
chunks. The same records give the same bytes: record ids follow from what is in the record.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from barometer import __version__
from barometer.errors import Unreadable

SOFTWARE = f"Press Barometer {__version__}"
_FORMAT = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_NAMESPACE = uuid.UUID("9b0fdcb4-6d1f-5d0c-8a55-1b3f1f0c7c52")
_STEP = 1 << 16


@dataclass(frozen=True)
class Exchange:
    """One request and its answer: heads and `body` as sent, `address` the server's IP, `certificate` DER.

    `url` is the address asked, `at` the time of asking with its zone.
    """

    url: str
    at: datetime
    request: bytes
    head: bytes
    body: bytes
    address: str = ""
    certificate: bytes | None = None


@dataclass(frozen=True)
class Made:
    """What was made of a page or handed in: a picture, a text; `uri` begins with `urn:`."""

    uri: str
    at: datetime
    media_type: str
    data: bytes


@dataclass(frozen=True)
class _Record:
    kind: str
    at: datetime
    content_type: str
    block: bytes
    uri: str = ""
    payload: bytes | None = None
    further: tuple[tuple[str, str], ...] = ()

    def id(self, place: int) -> str:
        """A URN that follows from the record and its place in the file."""
        digest = hashlib.sha256(self.block).hexdigest()
        return (
            f"<{uuid.uuid5(_NAMESPACE, f'{place} {self.kind} {self.uri} {date_of(self.at)} {digest}').urn}>"
        )


def write_warc(records: Iterable[Exchange | Made], *, at: datetime, name: str = "data.warc.gz") -> bytes:
    """A whole .warc.gz: warcinfo, then for each exchange the answer, the request and once each certificate."""
    out: list[bytes] = []
    certificates: set[bytes] = set()
    info = _info(at, name)
    info_id = info.id(0)
    out.append(_member(info, info_id, ""))
    for record in records:
        if isinstance(record, Made):
            out.append(_member(made := _made(record), made.id(len(out)), info_id))
            continue
        response = _response(record)
        response_id = response.id(len(out))
        out.append(_member(response, response_id, info_id))
        for beside in _beside(record, response_id, certificates):
            out.append(_member(beside, beside.id(len(out)), info_id))
    return b"".join(out)


@dataclass(frozen=True)
class Read:
    """A record as it stands in a file: where its gzip member begins, how long that is, its fields and its block."""

    offset: int
    length: int
    fields: dict[str, str]
    block: bytes


def read_warc(warc: bytes) -> Iterator[Read]:
    """The records of a .warc.gz of one record a member, each checked against its length and digest; Unreadable."""
    offset = 0
    while offset < len(warc):
        try:
            record, length = _unpacked(warc, offset)
            yield Read(offset, length, *_parted(record))
        except (zlib.error, ValueError) as error:
            raise Unreadable(
                f"the record at byte {offset} of the WARC cannot be read: {error}",
                next_step="restore it from a backup",
            ) from None
        offset += length


def _unpacked(warc: bytes, offset: int) -> tuple[bytes, int]:
    """The gzip member that begins there, unpacked, and how long it is; read in steps, for its end is not known."""
    unpacking, at, parts = zlib.decompressobj(zlib.MAX_WBITS | 16), offset, []
    while not unpacking.eof:
        if at >= len(warc):
            raise ValueError("it is cut off")
        parts.append(unpacking.decompress(warc[at : at + _STEP]))
        at = min(at + _STEP, len(warc))
    return b"".join(parts), at - len(unpacking.unused_data) - offset


def _parted(record: bytes) -> tuple[dict[str, str], bytes]:
    """Fields (names in small letters) and block; ValueError where they do not agree."""
    head, _, rest = record.partition(b"\r\n\r\n")
    version, *lines = head.decode().split("\r\n")
    if not version.startswith("WARC/1."):
        raise ValueError("it does not begin with its version")
    fields = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    if not rest.endswith(b"\r\n\r\n") or fields.get("content-length") != str(len(rest) - 4):
        raise ValueError("it is not as long as it says")
    block = rest[:-4]
    if fields.get("warc-block-digest") != _digest(block):
        raise ValueError("its bytes are not those of its digest")
    return fields, block


def date_of(at: datetime) -> str:
    """A time as WARC and WACZ write it: UTC, whole seconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _info(at: datetime, name: str) -> _Record:
    fields = (("software", SOFTWARE), ("format", "WARC File Format 1.1"), ("conformsTo", _FORMAT))
    block = "".join(f"{key}: {value}\r\n" for key, value in fields).encode()
    return _Record("warcinfo", at, "application/warc-fields", block, further=(("WARC-Filename", name),))


def _made(made: Made) -> _Record:
    return _Record("resource", made.at, made.media_type, made.data, made.uri, made.data)


def _response(exchange: Exchange) -> _Record:
    return _Record(
        "response",
        exchange.at,
        "application/http;msgtype=response",
        exchange.head + exchange.body,
        exchange.url,
        exchange.body,
        _server(exchange),
    )


def _beside(exchange: Exchange, response_id: str, seen: set[bytes]) -> Iterator[_Record]:
    """The request and, where it is new, the certificate, both joined to the answer."""
    joined = (*_server(exchange), ("WARC-Concurrent-To", response_id))
    yield _Record(
        "request",
        exchange.at,
        "application/http;msgtype=request",
        exchange.request,
        exchange.url,
        b"",
        joined,
    )
    certificate = exchange.certificate
    if certificate and certificate not in seen:
        seen.add(certificate)
        uri = f"urn:certificate:sha256:{hashlib.sha256(certificate).hexdigest()}"
        yield _Record("resource", exchange.at, "application/pkix-cert", certificate, uri, certificate, joined)


def _server(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    return (("WARC-IP-Address", exchange.address),) if exchange.address else ()


def _member(record: _Record, record_id: str, info_id: str) -> bytes:
    """The record as one gzip member; its time is left out, so that equal records are equal bytes."""
    fields = [("WARC-Type", record.kind), ("WARC-Record-ID", record_id), ("WARC-Date", date_of(record.at))]
    if record.uri:
        fields += [("WARC-Target-URI", record.uri), ("WARC-Warcinfo-ID", info_id)]
    fields += record.further
    if record.payload is not None:
        fields.append(("WARC-Payload-Digest", _digest(record.payload)))
    fields.append(("WARC-Block-Digest", _digest(record.block)))
    fields += [("Content-Type", record.content_type), ("Content-Length", str(len(record.block)))]
    return gzip.compress(_head(fields) + record.block + b"\r\n\r\n", mtime=0)


def _head(fields: Sequence[tuple[str, str]]) -> bytes:
    lines = "".join(f"{key}: {_one_line(value)}\r\n" for key, value in fields)
    return f"WARC/1.1\r\n{lines}\r\n".encode()


def _one_line(value: str) -> str:
    """No address or media type of a stranger begins a header of its own."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", value)


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
