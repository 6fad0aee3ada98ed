"""What was found in an archive: records and damage; and what a record holds, freed of HTTP and of packing."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zlib
from dataclasses import dataclass, replace
from typing import Literal

from warcio.bufferedreaders import ChunkedDataReader  # type: ignore[import-untyped]

from barometer.sources.archive_bytes import GZIP, until_error

#: Of a longer record only the beginning is read, in bytes; so too of one that unpacks to more.
LONGEST = 20 * 1024 * 1024
#: A longer head is none.
LONGEST_HEAD = 64 * 1024
_HTTP = re.compile(
    rb"(?:HTTP\w?/\d|[A-Z]{1,20} \S+ HTTP/\d)[^\n]*\n(?:[^\r\n][^\n]*\n)*(?:\r*\n|[^\r\n]*\r*\Z)"
)
_RECOVERY = "fetch the archive again, or go on without what is told here"
Kind = Literal["warc", "arc", "lines"]


@dataclass(frozen=True)
class Record:
    """One record. `offset` is the byte of the archive where it, or the gzip member that holds it, begins; `within` how
    many unpacked bytes further. `payload` is the body with HTTP's codings undone, at most LONGEST bytes; `cut` if that
    is not all of it. `headers` are HTTP's where there are such, else the record's own; `date` as it is written.
    `digest_ok` is None where no digest is given, or one that is not known."""

    offset: int
    within: int
    kind: str
    url: str
    date: str
    status: int | None
    media_type: str
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    digest_ok: bool | None = None
    cut: bool = False


@dataclass(frozen=True)
class Damage:
    """What of an archive could not be read, and where: `offset` and `within` as in a Record."""

    path: str
    offset: int
    within: int
    what: str
    next_step: str = _RECOVERY

    def __str__(self) -> str:
        """One line: path: place: what. Next: step."""
        inside = f", unpacked byte {self.within:,}" if self.within else ""
        return f"{self.path}: byte {self.offset:,}{inside}: {self.what}. Next: {self.next_step}."


@dataclass(frozen=True)
class Piece:
    """A stretch of an archive to be read by itself: the records that begin from `start` up to `stop`.

    They count within the archive, or within the file inside a WACZ, which is at `base` and `size` bytes long;
    `entry` is that file's name where it must be unpacked.
    """

    path: str
    name: str
    kind: Kind
    packed: bool
    base: int
    size: int
    start: int
    stop: int
    entry: str | None = None


def as_text(data: bytes) -> str:
    """What a head says, whatever bytes it has."""
    return data.decode("utf-8", errors="replace")


def fields_of(lines: list[str]) -> list[tuple[str, str]]:
    """Names and values; a line that begins with a blank goes on with the one before."""
    found: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in " \t" and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            found.append((name.strip(), value.strip()))
    return found


# --- what a record holds ----------------------------------------------------------------------------------------


def opened(
    record: Record, piece: Piece, cut_off: list[Damage], http: bool, named: dict[str, str]
) -> tuple[Record, list[Damage]]:
    """The record with HTTP's head and codings undone, and its digests checked; of one that is cut off there is none."""
    block = record.payload
    if http:
        record = _without_http(record)
    body = dechunked = record.payload
    what = None
    if record.kind == "response":
        dechunked = _dechunked(record, body)
        record, what = _decoded(record, dechunked)
    if cut_off:
        return replace(record, cut=True), cut_off
    bodies = () if record.kind == "revisit" else (body, dechunked)
    record = replace(record, digest_ok=_digest_ok(named, block, bodies))
    if record.digest_ok is False:
        what = what or (
            "a record's bytes do not have the digest that it names",
            "check it against another copy",
        )
    return record, [Damage(piece.name, record.offset, record.within, *what)] if what else []


def _without_http(record: Record) -> Record:
    """HTTP's head read and taken off; what has none is all body."""
    head = _HTTP.match(record.payload)
    if head is None:
        return record
    first, *lines = as_text(head[0]).splitlines()
    status = re.match(r"HTTP\S*\s+(\d{3})\b", first)
    record = replace(
        record,
        status=int(status[1]) if status else None,
        headers=tuple(fields_of(lines)),
        payload=record.payload[head.end() :],
    )
    return replace(record, media_type=media_type_of(header(record, "content-type")))


def media_type_of(written: str) -> str:
    """A media type without what follows it."""
    return written.partition(";")[0].strip().lower()


def header(record: Record, name: str) -> str:
    """The value of a header, "" where there is none."""
    return next((value for key, value in record.headers if key.lower() == name), "")


def _dechunked(record: Record, body: bytes) -> bytes:
    """The body in one; what calls itself chunked and is not stays as it is."""
    if "chunked" not in header(record, "transfer-encoding").lower():
        return body
    return bytes(ChunkedDataReader(io.BytesIO(body)).read(LONGEST))


def _decoded(record: Record, body: bytes) -> tuple[Record, tuple[str, str] | None]:
    """The body unpacked, and what is the matter where it cannot be: (what, next step)."""
    coding = header(record, "content-encoding").strip().lower()
    if coding in ("", "identity") or not body:
        return replace(record, payload=body), None
    if coding not in ("gzip", "x-gzip", "deflate"):
        return replace(record, payload=body, cut=True), (
            f"a page is packed as {coding[:20]!r}, which is not read here",
            "capture it anew without that coding",
        )
    if coding != "deflate" and not body.startswith(GZIP):
        return replace(record, payload=body), None  # whoever archived it has unpacked it and kept the header
    plain, whole = _inflated(body)
    if len(plain) > LONGEST:
        what = f"a page unpacks to more than {LONGEST:,} bytes; only these are read"
        return replace(record, payload=plain[:LONGEST], cut=True), (what, "look at the page itself")
    if not whole:
        what = "a page's packed bytes are damaged or break off; what is before is kept"
        return replace(record, payload=plain, cut=True), (what, _RECOVERY)
    return replace(record, payload=plain), None


def _inflated(body: bytes) -> tuple[bytes, bool]:
    """Up to one byte more than LONGEST, and whether it is all. Deflate comes with a head of its own or without."""
    plain = b""
    for bits in (47, -15):
        unpacker = zlib.decompressobj(bits)
        try:
            plain = unpacker.decompress(body, LONGEST + 1)
            return plain, unpacker.eof
        except zlib.error:
            plain = until_error(zlib.decompressobj(bits), body[:LONGEST_HEAD])
            if plain:
                break
    return plain, False


_ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}


def _digest_ok(named: dict[str, str], block: bytes, bodies: tuple[bytes, ...]) -> bool | None:
    """Whether the digests that a record names are those of its block and of its body, chunked or not."""
    verdicts = [_agrees(named.get("warc-block-digest", ""), (block,))]
    if bodies:
        verdicts.append(_agrees(named.get("warc-payload-digest", ""), bodies))
    known = [verdict for verdict in verdicts if verdict is not None]
    return all(known) if known else None


def _agrees(given: str, bodies: tuple[bytes, ...]) -> bool | None:
    """Whether one of the bodies has the digest ("sha1:" and letters); None if it is not known."""
    name, _, letters = given.partition(":")
    make = _ALGORITHMS.get(name.strip().lower().replace("-", ""))
    wanted = letters.strip().rstrip("=")
    if make is None or not wanted:
        return None
    digests = (make(body, usedforsecurity=False).digest() for body in dict.fromkeys(bodies))
    return any(wanted in _written(digest) or wanted.upper() in _written(digest) for digest in digests)


def _written(digest: bytes) -> tuple[str, ...]:
    """A digest as archives write it: in base 16, 32 and 64."""
    coded = (base64.b32encode, base64.b64encode, base64.urlsafe_b64encode)
    return digest.hex(), digest.hex().upper(), *(code(digest).decode().rstrip("=") for code in coded)
