"""Archives of the web, record by record: WARC, ARC, WACZ and JSON lines, packed or not, whole or damaged.

What is damaged is told with its place, and reading goes on at the next record. An archive can be read in pieces, on
many machines at once; put together they are what one reader would have read.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from warcio.bufferedreaders import ChunkedDataReader  # type: ignore[import-untyped]

from barometer.errors import Unreadable

#: Of a longer record only the beginning is read, in bytes; so too of one that unpacks to more.
LONGEST = 20 * 1024 * 1024
#: A longer head is none.
LONGEST_HEAD = 64 * 1024
#: How much of an archive one piece is, in bytes.
PIECE = 8 * 1024 * 1024

_BLOCK = 64 * 1024
_UNPACKED = 256 * 1024
_GZIP, _ZIP, _ZSTD = b"\x1f\x8b", b"PK\x03\x04", (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_HEADS = {
    "warc": re.compile(rb"WARC/[01]\.\d{1,2}\r*\n"),
    "arc": re.compile(
        rb"[a-z][a-z0-9+.-]{1,12}:[^\r\n ][^\r\n]{0,8000} \d{12,18} [^\r\n]{1,2000}\r?\n", re.IGNORECASE
    ),
}
_ARC_LINE = re.compile(
    rb"(?P<url>.+?) (?P<ip>\S+) (?P<date>\d{12,18}) (?P<type>\S+)(?: .*)? (?P<length>\S+)\s*"
)
#: How much of a record must be seen to know that it is one.
_LONGEST_LINE = 10_200
_SEEN = {"warc": 16, "arc": _LONGEST_LINE}
_HTTP = re.compile(
    rb"(?:HTTP\w?/\d|[A-Z]{1,20} \S+ HTTP/\d)[^\n]*\n(?:[^\r\n][^\n]*\n)*(?:\r*\n|[^\r\n]*\r*\Z)"
)
_BETWEEN = b"\r\n\r\n"
_RECOVERY = "fetch the archive again, or go on without what is told here"

#: What a damaged ZIP is told by.
_NO_ZIP = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, zlib.error)

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


def records(source: Path | IO[bytes], name: str = "") -> Iterator[Record | Damage]:
    """All records of an archive in their order, and what of it is damaged.

    A stream must be one that can seek. Unreadable for what is no archive at all.
    """
    if not isinstance(source, str | Path):
        yield from _of_stream(source, name or str(getattr(source, "name", "archive")))
        return
    for found in pieces(Path(source), PIECE, whole=True):
        yield from (found,) if isinstance(found, Damage) else Reader(found)


def _of_stream(stream: IO[bytes], name: str) -> Iterator[Record | Damage]:
    for found in _pieces(stream, name, PIECE, whole=True):
        yield from (found,) if isinstance(found, Damage) else Reader(found, stream=stream)


# --- pieces -----------------------------------------------------------------------------------------------------


def pieces(path: Path, size: int = PIECE, *, whole: bool = False) -> list[Piece | Damage]:
    """An archive in pieces of `size` bytes, each up to the next; `whole`: each file of records in one."""
    path = Path(path)
    try:
        with path.open("rb") as stream:
            return list(_pieces(stream, str(path), size, whole))
    except OSError as error:
        raise Unreadable(
            f"it cannot be opened ({error.strerror})",
            file=path,
            next_step="check the name and its permissions",
        ) from None


def _pieces(stream: IO[bytes], path: str, size: int, whole: bool) -> Iterator[Piece | Damage]:
    length = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(4)
    if not head:
        raise Unreadable("it is empty", file=path, next_step="check that the file was copied whole")
    if head.startswith(_ZSTD):
        raise Unreadable(
            "it is packed with Zstandard, which is not read here",
            file=path,
            next_step="unpack it with: zstd -d --long=31",
        )
    if head == _ZIP or path.lower().endswith((".wacz", ".zip")):
        yield from _of_wacz(stream, path, length, size, whole)
        return
    kind = _kind(stream, path)
    if kind is None:
        raise Unreadable(
            f"it is no WARC, ARC, WACZ or JSON lines; it begins with {head!r}",
            file=path,
            next_step="name an archive, such as pages.warc.gz",
        )
    yield from _cut(Piece(path, path, kind, head.startswith(_GZIP), 0, length, 0, length), size, whole)


def _cut(piece: Piece, size: int, whole: bool) -> Iterator[Piece]:
    """Packed lines have no places where one could begin."""
    if whole or piece.entry or (piece.kind == "lines" and piece.packed) or piece.size <= size:
        yield piece
        return
    for start in range(0, piece.size, size):
        yield replace(piece, start=start, stop=min(start + size, piece.size))


def _kind(stream: IO[bytes], path: str) -> Kind | None:
    """By its first bytes; where these are damaged, by its name."""
    stream.seek(0)
    data = stream.read(2 * _LONGEST_LINE)
    if data.startswith(_GZIP):
        data = _beginning(data)
    for kind in ("warc", "arc"):
        if _HEADS[kind].match(data.lstrip(b"\r\n")):
            return kind
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return "lines"
    name = path.lower()
    named: dict[str, Kind] = {".warc": "warc", ".arc": "arc", ".jsonl": "lines", ".ndjson": "lines"}
    return next((kind for part, kind in named.items() if part in name), None)


def _beginning(packed: bytes) -> bytes:
    """What a gzip member begins with; as much of it as can be unpacked."""
    unpacker = zlib.decompressobj(31)
    try:
        return unpacker.decompress(packed, _LONGEST_LINE)
    except zlib.error:
        return _until_error(zlib.decompressobj(31), packed)[:_LONGEST_LINE]


def _of_wacz(stream: IO[bytes], path: str, length: int, size: int, whole: bool) -> Iterator[Piece | Damage]:
    """The archives inside; none is ever written to disk. Without its list of files, whatever packed records it holds."""
    try:
        with zipfile.ZipFile(stream) as zipped:
            entries = sorted(
                (entry for entry in zipped.infolist() if _is_archive(entry.filename)),
                key=lambda entry: entry.header_offset,
            )
    except _NO_ZIP:
        yield Damage(
            path, 0, 0, "the list of its files is damaged; packed records are looked for all the same"
        )
        yield from _cut(Piece(path, path, "warc", True, 0, length, 0, length), size, whole)
        return
    if not entries:
        yield Damage(path, 0, 0, "it holds no archive", "name a WACZ with archive/….warc.gz inside")
    for entry in entries:
        found = _entry(stream, path, entry)
        yield from (found,) if isinstance(found, Damage) else _cut(found, size, whole)


def _is_archive(name: str) -> bool:
    return name.lower().endswith((".warc", ".warc.gz", ".arc", ".arc.gz"))


def _entry(stream: IO[bytes], path: str, entry: zipfile.ZipInfo) -> Piece | Damage:
    """A file inside a WACZ: where it stands, or that it must be unpacked."""
    name = f"{path}!{entry.filename}"
    at = entry.header_offset
    if entry.flag_bits & 1:
        return Damage(name, at, 0, "it is locked with a password", "unlock it first")
    stream.seek(max(at, 0))
    head = stream.read(30)
    if at < 0 or head[:4] != _ZIP or len(head) < 30:
        return Damage(name, at, 0, "it is not where the list of files says")
    base = at + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    kind: Kind = "arc" if ".arc" in entry.filename.lower() else "warc"
    size = entry.file_size
    if entry.compress_type == zipfile.ZIP_STORED:
        stream.seek(base)
        return Piece(path, name, kind, stream.read(2) == _GZIP, base, size, 0, size)
    try:
        with zipfile.ZipFile(stream) as zipped, zipped.open(entry) as inside:
            packed = inside.read(2) == _GZIP
    except _NO_ZIP as error:
        return Damage(name, at, 0, f"it cannot be unpacked ({error})")
    return Piece(path, name, kind, packed, 0, size, 0, size, entry.filename)


# --- reading a piece --------------------------------------------------------------------------------------------


class Reader:
    """The records of a piece, in their order. Once read, `start` and `end` are where its first record begins and
    where the next piece's does; `start` is None where no record was found to begin in it.

    Without `start` the first record is looked for. It might be one inside another's body: whoever puts pieces
    together compares it with the `end` of the piece before, and reads anew from there where they differ.
    """

    def __init__(self, piece: Piece, start: int | None = None, stream: IO[bytes] | None = None) -> None:
        self.piece = piece
        self.start = 0 if piece.start == 0 else start
        self.end = piece.stop
        self._given = stream

    def __iter__(self) -> Iterator[Record | Damage]:
        if self.piece.entry is not None:
            yield from self._unzipped(self.piece.entry)
        elif self._given is not None:
            yield from self._read(self._given)
        else:
            with Path(self.piece.path).open("rb") as stream:
                yield from self._read(stream)

    def _unzipped(self, entry: str) -> Iterator[Record | Damage]:
        try:
            with zipfile.ZipFile(self._given or self.piece.path) as zipped, zipped.open(entry) as stream:
                yield from self._read(stream)
        except _NO_ZIP as error:
            yield Damage(self.piece.name, 0, 0, f"it cannot be unpacked any further ({error})")

    def _read(self, stream: IO[bytes]) -> Iterator[Record | Damage]:
        piece = self.piece
        window = _Window(stream, piece.base, piece.size)
        if self.start is None:
            self.start = _first_line(window, piece) if piece.kind == "lines" else _find(window, piece)
            if self.start is None or self.start >= piece.stop:
                self.start = None
                return
        bytes_ = (
            _Packed(window, self.start, piece.kind)
            if piece.packed
            else _Plain(window, self.start, piece.kind)
        )
        reading = _lines if piece.kind == "lines" else _records
        self.end = yield from reading(bytes_, piece)


class _Window:
    """The bytes of a file from `base`, `size` of them."""

    def __init__(self, stream: IO[bytes], base: int, size: int) -> None:
        self._stream, self._base, self.size = stream, base, size

    def read(self, at: int, count: int) -> bytes:
        self._stream.seek(self._base + at)
        return self._stream.read(max(0, min(count, self.size - at)))


def _first_line(window: _Window, piece: Piece) -> int:
    at = piece.start - 1
    while block := window.read(at, _BLOCK):
        end = block.find(b"\n")
        if end >= 0:
            return at + end + 1
        at += len(block)
    return piece.size


def _find(window: _Window, piece: Piece) -> int | None:
    """Where a record begins, from the piece's start on."""
    if piece.packed:
        return _find_member(window, piece.start, piece.kind, piece.stop)
    return _find_head(window, piece.start, piece.kind, piece.stop)


def _find_member(window: _Window, at: int, kind: str, stop: int) -> int | None:
    """The next gzip member that begins with a record's head, before `stop`."""
    while at < stop and (block := window.read(at, _UNPACKED)):
        for match in _MEMBER.finditer(block):
            place = at + match.start()
            if place >= stop:
                return None
            if _begins_record(window.read(place, 4096), kind):
                return place
        at += max(1, len(block) - 3) if len(block) == _UNPACKED else len(block)
    return None


def _begins_record(packed: bytes, kind: str) -> bool:
    if kind == "lines":
        return False
    unpacker = zlib.decompressobj(31)
    try:
        return bool(_HEADS[kind].match(unpacker.decompress(packed, _LONGEST_LINE)))
    except zlib.error:
        return False


def _find_head(window: _Window, at: int, kind: str, stop: int) -> int | None:
    """The next line that is a record's head, before `stop`."""
    pattern = re.compile(rb"(?<=\n)" + _HEADS[kind].pattern, _HEADS[kind].flags)
    begin = max(0, at - 1)
    while begin < stop and (block := window.read(begin, _UNPACKED)):
        match = pattern.search(block)
        if match:
            place = begin + match.start()
            return place if place < stop else None
        begin += max(1, len(block) - _LONGEST_LINE) if len(block) == _UNPACKED else len(block)
    return None


# --- bytes, unpacked --------------------------------------------------------------------------------------------


class _Bytes:
    """Unpacked bytes of an archive, read forward; memory holds a block of them.

    `origin` is the byte of the archive from which they count. Reading stops where a packed record that begins anew
    cuts another off, at the end, and where packed bytes are `broken`: (offset, what is the matter).
    """

    def __init__(self, window: _Window, at: int, kind: str) -> None:
        self.window, self.kind = window, kind
        self.broken: tuple[int, str] | None = None
        self._buffer = b""
        self._at = 0
        self._gone = 0
        self.origin = at

    def where(self) -> tuple[int, int]:
        raise NotImplementedError

    def fill(self) -> bool:
        """Get more bytes; False where reading stops."""
        raise NotImplementedError

    def cross(self) -> bool:
        """Go on where a record begins anew; False where none does."""
        return False

    def resume(self) -> bool:
        """Go on at the next record that can be told from other bytes; False where there is none."""
        raise NotImplementedError

    def back(self, place: tuple[int, int], further: int = 0) -> None:
        """Stand at a place again, or so many unpacked bytes further."""
        raise NotImplementedError

    def unread(self, data: bytes) -> None:
        """Give back the bytes that were taken last."""
        self._buffer = data + self._buffer[self._at :]
        self._gone += self._at - len(data)
        self._at = 0

    def settle(self) -> bool:
        """Skip what is blank between records; False at the end and where packed bytes are broken."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in b"\r\n":
                self._at += 1
            if self._at < len(self._buffer):
                return True
            if not self.fill() and not self.cross():
                return False

    def peek(self, count: int) -> bytes:
        while len(self._buffer) - self._at < count and self.fill():
            pass
        return self._buffer[self._at : self._at + count]

    def line(self, longest: int) -> bytes:
        """Up to and with the next line end; without one where reading stops or the line is longer."""
        looked = 0
        while True:
            end = self._buffer.find(b"\n", self._at + looked, self._at + longest)
            if end >= 0 or len(self._buffer) - self._at >= longest:
                break
            looked = len(self._buffer) - self._at
            if not self.fill():
                break
        return self.take(end + 1 - self._at if end >= 0 else min(longest, len(self._buffer) - self._at))

    def take(self, count: int) -> bytes:
        """So many bytes, fewer where reading stops."""
        parts, missing = [], count
        while missing > 0:
            if self._at == len(self._buffer) and not self.fill():
                break
            part = self._buffer[self._at : self._at + missing]
            self._at += len(part)
            missing -= len(part)
            parts.append(part)
        return b"".join(parts)

    def skip(self, count: int) -> int:
        """Pass so many bytes without keeping them; how many there were."""
        passed = 0
        while passed < count:
            if self._at == len(self._buffer) and not self.fill():
                break
            step = min(count - passed, len(self._buffer) - self._at)
            self._at += step
            passed += step
        return passed

    def _add(self, data: bytes) -> None:
        self._gone += self._at
        self._buffer = self._buffer[self._at :] + data
        self._at = 0


class _Plain(_Bytes):
    def where(self) -> tuple[int, int]:
        return self.origin + self._gone + self._at, 0

    def fill(self) -> bool:
        data = self.window.read(self.origin + self._gone + len(self._buffer), _BLOCK)
        self._add(data)
        return bool(data)

    def skip(self, count: int) -> int:
        here = self.where()
        passed = max(0, min(count, self.window.size - here[0]))
        self.back(here, passed)
        return passed

    def resume(self) -> bool:
        place = _find_head(self.window, self.where()[0], self.kind, self.window.size)
        self.back((self.window.size if place is None else place, 0))
        return place is not None

    def back(self, place: tuple[int, int], further: int = 0) -> None:
        self.origin, self._buffer, self._at, self._gone = place[0] + further, b"", 0, 0


class _Packed(_Bytes):
    """Gzip members one after the other; `origin` is the member with which a record last began."""

    def __init__(self, window: _Window, at: int, kind: str) -> None:
        super().__init__(window, at, kind)
        self._open(at)

    def _open(self, at: int) -> None:
        self.origin, self._buffer, self._at, self._gone = at, b"", 0, 0
        self._member = self._read_to = at
        self._unpacker: zlib._Decompress | None = None
        self._input = b""
        self._held: bytes | None = None
        self.broken = None

    def where(self) -> tuple[int, int]:
        return self.origin, self._gone + self._at

    def fill(self) -> bool:
        while self._held is None and self.broken is None:
            fresh = self._unpacker is None
            if fresh and not self._begin():
                return False
            data = self._unpack(_SEEN.get(self.kind, 1) if fresh else 1)
            if fresh and self.kind != "lines" and _HEADS[self.kind].match(data):
                self._held = data
                return self._at == len(self._buffer) == self._gone == 0 and self.cross()
            if data:
                self._add(data)
                return True
        return False

    def cross(self) -> bool:
        """The member that was found to begin with a record."""
        if self._held is None:
            return False
        self.origin, self._buffer, self._at, self._gone = self._member, self._held, 0, 0
        self._held = None
        return True

    def _begin(self) -> bool:
        """Begin the next member; zeros behind the last are padding."""
        while True:
            if len(self._input) < 4:
                self._more()
            if not self._input:
                return False
            self._member = self._read_to - len(self._input)
            if self._input.startswith(_GZIP):
                self._unpacker = zlib.decompressobj(31)
                return True
            if self._input.strip(b"\0"):
                self.broken = (self._member, "no packed record begins here")
                return False
            self._input = b""

    def _more(self) -> bool:
        data = self.window.read(self._read_to, _BLOCK)
        self._read_to += len(data)
        self._input += data
        return bool(data)

    def _unpack(self, least: int) -> bytes:
        """At least so many further bytes of the member, if it has as many."""
        out = b""
        while self._unpacker is not None and len(out) < least:
            unpacker = self._unpacker
            if not self._input and not self._more():
                self.broken = (self._member, "the packed bytes break off before their end")
                self._unpacker = None
                break
            before = unpacker.copy()
            try:
                out += unpacker.decompress(self._input, _UNPACKED)
            except zlib.error as error:
                out += _until_error(before, self._input)
                self.broken = (self._member, f"the packed bytes are damaged ({_plain(error)})")
                self._unpacker = None
                break
            self._input = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            if unpacker.eof:
                self._unpacker = None
        return out

    def resume(self) -> bool:
        """At the next member that begins with a record."""
        after = self._member + 1
        place = _find_member(self.window, after, self.kind, self.window.size)
        self._open(self.window.size if place is None else place)
        return place is not None

    def back(self, place: tuple[int, int], further: int = 0) -> None:
        self._open(place[0])
        self.skip(place[1] + further)


def _plain(error: zlib.error) -> str:
    return str(error).rpartition(": ")[2]


def _until_error(unpacker: zlib._Decompress, packed: bytes) -> bytes:
    """What damaged bytes unpack to up to the place where they are damaged."""
    out = []
    try:
        for at in range(len(packed)):
            out.append(unpacker.decompress(packed[at : at + 1]))
    except zlib.error:
        pass
    return b"".join(out)


# --- records ----------------------------------------------------------------------------------------------------


def _records(source: _Bytes, piece: Piece) -> Generator[Record | Damage, None, int]:
    """The records that begin before the piece's stop; returns where the next one begins."""
    read = _warc_record if piece.kind == "warc" else _arc_record
    while True:
        if not source.settle():
            if source.broken is None:
                return piece.size
            yield Damage(piece.name, source.broken[0], 0, source.broken[1])
            if not source.resume():
                return piece.size
            continue
        place = source.where()
        if place[0] >= piece.stop and place[1] == 0:
            return place[0]
        if not _begins(source, piece.kind):
            shown = source.peek(40)
            yield Damage(piece.name, *place, f"no record begins here: {shown!r}")
            if not _search(source, piece.kind):
                return piece.size
            continue
        record, damages = read(source, piece)
        if record:
            yield record
        yield from damages


def _begins(source: _Bytes, kind: str, after: int = 0) -> bool:
    """Whether a record begins so many bytes ahead."""
    return bool(_HEADS[kind].match(source.peek(after + _SEEN[kind])[after:]))


def _search(source: _Bytes, kind: str) -> bool:
    """Go on at the next head among the bytes to come, or beyond those that cannot be unpacked; False at the end."""
    if isinstance(source, _Plain):
        return source.resume()
    source.line(LONGEST_HEAD)
    while True:
        if _begins(source, kind) or source.broken:
            return True
        if not source.line(LONGEST_HEAD) and not source.cross():
            return source.broken is not None


def _warc_record(source: _Bytes, piece: Piece) -> tuple[Record | None, list[Damage]]:
    place = source.where()
    head = _head(source)
    if head is None:
        return _lost(source, piece, place, "a record's head does not end")
    named = {name.lower(): value for name, value in reversed(head)}
    length = named.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 19):
        return _lost(source, piece, place, f"a record's length is {length[:40]!r}")
    block, damages = _block(source, piece, place, int(length))
    kind, media = named.get("warc-type", ""), named.get("content-type", "")
    record = Record(
        *place,
        kind,
        named.get("warc-target-uri", "").strip("<> "),
        named.get("warc-date", ""),
        None,
        _media_type(media),
        tuple(head),
        block,
        cut=bool(damages),
    )
    return _opened(record, piece, damages, "http" in media, named)


def _arc_record(source: _Bytes, piece: Piece) -> tuple[Record | None, list[Damage]]:
    place = source.where()
    match = _ARC_LINE.fullmatch(source.line(_LONGEST_LINE))
    if match is None or not match["length"].isdigit() or len(match["length"]) > 18:
        shown = match["length"][:40] if match else b""
        return _lost(source, piece, place, f"a record's length is {_text(shown)!r}")
    block, damages = _block(source, piece, place, int(match["length"]))
    url = _text(match["url"])
    record = Record(
        *place,
        "filedesc" if url.startswith("filedesc:") else "response",
        url,
        _arc_date(_text(match["date"])),
        None,
        _text(match["type"]).lower(),
        (),
        block,
        cut=bool(damages),
    )
    return _opened(record, piece, damages, url.lower().startswith("http"), {})


def _arc_date(digits: str) -> str:
    d = digits[:14].ljust(14, "0")
    return f"{d[:4]}-{d[4:6]}-{d[6:8]}T{d[8:10]}:{d[10:12]}:{d[12:14]}Z"


def _lost(
    source: _Bytes, piece: Piece, place: tuple[int, int], what: str
) -> tuple[Record | None, list[Damage]]:
    """A record whose end is not known; the next is looked for."""
    _search(source, piece.kind)
    return None, [Damage(piece.name, *place, what)]


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _head(source: _Bytes) -> list[tuple[str, str]] | None:
    """The named fields of a record after its first line; None where they do not end in time."""
    source.line(LONGEST_HEAD)
    left = LONGEST_HEAD
    fields: list[str] = []
    while True:
        line = source.line(left)
        left -= len(line)
        if not line.endswith(b"\n") or left <= 0:
            return None
        if not line.strip():
            return _fields(fields)
        fields.append(_text(line))


def _fields(lines: list[str]) -> list[tuple[str, str]]:
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


def _block(source: _Bytes, piece: Piece, place: tuple[int, int], length: int) -> tuple[bytes, list[Damage]]:
    """A record's bytes, and whether they are all: what follows them must be a record or the end."""
    begin = source.where()
    block = source.take(min(length, LONGEST))
    got = len(block) + (source.skip(length - LONGEST) if len(block) == LONGEST < length else 0)
    if got == length and _ends_here(source, piece.kind):
        if length <= LONGEST:
            return block, []
        what = f"a record of {length:,} bytes; only its first {LONGEST:,} are read"
        return block, [Damage(piece.name, *place, what, "look at the page itself")]
    inside = re.search(rb"\r?\n\r?\n(?=" + _HEADS[piece.kind].pattern + rb")", block)
    if inside and source.broken is None:
        if got == len(block):
            source.unread(block[inside.end() :])
        else:
            source.back(begin, inside.end())
        what = f"a record says that it has {length:,} bytes, and another begins after {inside.start():,}"
        return block[: inside.start()], [Damage(piece.name, *place, what)]
    if got < length:
        if source.broken is None:
            what = f"a record breaks off: {got:,} of its {length:,} bytes are there"
            return block, [Damage(piece.name, *place, what)]
        return block, [
            Damage(piece.name, *place, f"of a record {got:,} of its {length:,} bytes can be unpacked")
        ]
    what = f"a record says that it has {length:,} bytes, and goes on after them"
    _search(source, piece.kind)
    return block, [Damage(piece.name, *place, what)]


def _ends_here(source: _Bytes, kind: str) -> bool:
    """Whether a record's bytes are followed by WARC's two line ends, or by nothing else before the next record, the
    end, or what is broken."""
    ahead = source.peek(8)
    blank = len(ahead) - len(ahead.lstrip(b"\r\n"))
    return (
        blank == len(ahead) or (kind == "warc" and ahead.startswith(_BETWEEN)) or _begins(source, kind, blank)
    )


# --- what a record holds ----------------------------------------------------------------------------------------


def _opened(
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
    first, *lines = _text(head[0]).splitlines()
    status = re.match(r"HTTP\S*\s+(\d{3})\b", first)
    record = replace(
        record,
        status=int(status[1]) if status else None,
        headers=tuple(_fields(lines)),
        payload=record.payload[head.end() :],
    )
    return replace(record, media_type=_media_type(header(record, "content-type")))


def _media_type(written: str) -> str:
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
    if coding != "deflate" and not body.startswith(_GZIP):
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
            plain = _until_error(zlib.decompressobj(bits), body[:LONGEST_HEAD])
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


# --- lines ------------------------------------------------------------------------------------------------------


def _lines(source: _Bytes, piece: Piece) -> Generator[Record | Damage, None, int]:
    """Objects of news, one a line, that begin before the piece's stop; returns where the next one begins."""
    step = 'write one JSON object a line, such as {"text": "…"}'
    while True:
        if not source.settle():
            if source.broken is not None:
                yield Damage(piece.name, source.broken[0], 0, source.broken[1])
            return piece.size
        offset, within = source.where()
        if offset >= piece.stop and within == 0:
            return offset
        line = source.line(LONGEST)
        while (
            not line.endswith(b"\n")
            and len(line) >= LONGEST
            and source.line(LONGEST)[-1:] not in (b"\n", b"")
        ):
            pass
        what, item = _item(line)
        if what:
            yield Damage(piece.name, offset, within, what, step)
            continue
        url, day = (str(item.get(name) or "") for name in ("url", "date"))
        yield Record(offset, within, "item", url, day, None, "application/json", (), line)


def _item(line: bytes) -> tuple[str, dict[str, object]]:
    """What is the matter with a line, and the object in it."""
    if len(line) >= LONGEST:
        return f"a line of more than {LONGEST:,} bytes", {}
    try:
        item = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "a line is not UTF-8", {}
    except (ValueError, RecursionError):
        return "a line is no JSON", {}
    if not isinstance(item, dict) or not isinstance(item.get("text", item.get("title")), str):
        return "a line is no object with a text", {}
    return "", item
