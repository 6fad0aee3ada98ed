"""Archives of the web, record by record: WARC, ARC, WACZ and JSON lines, packed or not, whole or damaged.

What is damaged is told with its place, and reading goes on at the next record. An archive can be read in pieces, on
many machines at once; put together they are what one reader would have read.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from barometer.errors import Unreadable
from barometer.sources.archive_bytes import (
    BLOCK,
    GZIP,
    HEADS,
    LONGEST_LINE,
    SEEN,
    ZIP,
    ZSTD,
    Bytes,
    Packed,
    Plain,
    Window,
    find_head,
    find_member,
    until_error,
)
from barometer.sources.archive_records import (
    LONGEST,
    LONGEST_HEAD,
    Damage,
    Kind,
    Piece,
    Record,
    as_text,
    fields_of,
    media_type_of,
    opened,
)

#: How much of an archive one piece is, in bytes.
PIECE = 8 * 1024 * 1024
_ARC_LINE = re.compile(
    rb"(?P<url>.+?) (?P<ip>\S+) (?P<date>\d{12,18}) (?P<type>\S+)(?: .*)? (?P<length>\S+)\s*"
)
_BETWEEN = b"\r\n\r\n"
#: What a damaged ZIP is told by.
_NO_ZIP = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, zlib.error)


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
    if head.startswith(ZSTD):
        raise Unreadable(
            "it is packed with Zstandard, which is not read here",
            file=path,
            next_step="unpack it with: zstd -d --long=31",
        )
    if head == ZIP or path.lower().endswith((".wacz", ".zip")):
        yield from _of_wacz(stream, path, length, size, whole)
        return
    kind = _kind(stream, path)
    if kind is None:
        raise Unreadable(
            f"it is no WARC, ARC, WACZ or JSON lines; it begins with {head!r}",
            file=path,
            next_step="name an archive, such as pages.warc.gz",
        )
    yield from _cut(Piece(path, path, kind, head.startswith(GZIP), 0, length, 0, length), size, whole)


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
    data = stream.read(2 * LONGEST_LINE)
    if data.startswith(GZIP):
        data = _beginning(data)
    for kind in ("warc", "arc"):
        if HEADS[kind].match(data.lstrip(b"\r\n")):
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
        return unpacker.decompress(packed, LONGEST_LINE)
    except zlib.error:
        return until_error(zlib.decompressobj(31), packed)[:LONGEST_LINE]


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
    if at < 0 or head[:4] != ZIP or len(head) < 30:
        return Damage(name, at, 0, "it is not where the list of files says")
    base = at + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    kind: Kind = "arc" if ".arc" in entry.filename.lower() else "warc"
    size = entry.file_size
    if entry.compress_type == zipfile.ZIP_STORED:
        stream.seek(base)
        return Piece(path, name, kind, stream.read(2) == GZIP, base, size, 0, size)
    try:
        with zipfile.ZipFile(stream) as zipped, zipped.open(entry) as inside:
            packed = inside.read(2) == GZIP
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
        window = Window(stream, piece.base, piece.size)
        if self.start is None:
            self.start = _first_line(window, piece) if piece.kind == "lines" else _find(window, piece)
            if self.start is None or self.start >= piece.stop:
                self.start = None
                return
        bytes_ = (
            Packed(window, self.start, piece.kind) if piece.packed else Plain(window, self.start, piece.kind)
        )
        reading = _lines if piece.kind == "lines" else _records
        self.end = yield from reading(bytes_, piece)


def _first_line(window: Window, piece: Piece) -> int:
    at = piece.start - 1
    while block := window.read(at, BLOCK):
        end = block.find(b"\n")
        if end >= 0:
            return at + end + 1
        at += len(block)
    return piece.size


def _find(window: Window, piece: Piece) -> int | None:
    """Where a record begins, from the piece's start on."""
    if piece.packed:
        return find_member(window, piece.start, piece.kind, piece.stop)
    return find_head(window, piece.start, piece.kind, piece.stop)


# --- records ----------------------------------------------------------------------------------------------------


def _records(source: Bytes, piece: Piece) -> Generator[Record | Damage, None, int]:
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


def _begins(source: Bytes, kind: str, after: int = 0) -> bool:
    """Whether a record begins so many bytes ahead."""
    return bool(HEADS[kind].match(source.peek(after + SEEN[kind])[after:]))


def _search(source: Bytes, kind: str) -> bool:
    """Go on at the next head among the bytes to come, or beyond those that cannot be unpacked; False at the end."""
    if isinstance(source, Plain):
        return source.resume()
    source.line(LONGEST_HEAD)
    while True:
        if _begins(source, kind) or source.broken:
            return True
        if not source.line(LONGEST_HEAD) and not source.cross():
            return source.broken is not None


def _warc_record(source: Bytes, piece: Piece) -> tuple[Record | None, list[Damage]]:
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
        media_type_of(media),
        tuple(head),
        block,
        cut=bool(damages),
    )
    return opened(record, piece, damages, "http" in media, named)


def _arc_record(source: Bytes, piece: Piece) -> tuple[Record | None, list[Damage]]:
    place = source.where()
    match = _ARC_LINE.fullmatch(source.line(LONGEST_LINE))
    if match is None or not match["length"].isdigit() or len(match["length"]) > 18:
        shown = match["length"][:40] if match else b""
        return _lost(source, piece, place, f"a record's length is {as_text(shown)!r}")
    block, damages = _block(source, piece, place, int(match["length"]))
    url = as_text(match["url"])
    record = Record(
        *place,
        "filedesc" if url.startswith("filedesc:") else "response",
        url,
        _arc_date(as_text(match["date"])),
        None,
        as_text(match["type"]).lower(),
        (),
        block,
        cut=bool(damages),
    )
    return opened(record, piece, damages, url.lower().startswith("http"), {})


def _arc_date(digits: str) -> str:
    d = digits[:14].ljust(14, "0")
    return f"{d[:4]}-{d[4:6]}-{d[6:8]}T{d[8:10]}:{d[10:12]}:{d[12:14]}Z"


def _lost(
    source: Bytes, piece: Piece, place: tuple[int, int], what: str
) -> tuple[Record | None, list[Damage]]:
    """A record whose end is not known; the next is looked for."""
    _search(source, piece.kind)
    return None, [Damage(piece.name, *place, what)]


def _head(source: Bytes) -> list[tuple[str, str]] | None:
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
            return fields_of(fields)
        fields.append(as_text(line))


def _block(source: Bytes, piece: Piece, place: tuple[int, int], length: int) -> tuple[bytes, list[Damage]]:
    """A record's bytes, and whether they are all: what follows them must be a record or the end."""
    begin = source.where()
    block = source.take(min(length, LONGEST))
    got = len(block) + (source.skip(length - LONGEST) if len(block) == LONGEST < length else 0)
    if got == length and _ends_here(source, piece.kind):
        if length <= LONGEST:
            return block, []
        what = f"a record of {length:,} bytes; only its first {LONGEST:,} are read"
        return block, [Damage(piece.name, *place, what, "look at the page itself")]
    inside = re.search(rb"\r?\n\r?\n(?=" + HEADS[piece.kind].pattern + rb")", block)
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


def _ends_here(source: Bytes, kind: str) -> bool:
    """Whether a record's bytes are followed by WARC's two line ends, or by nothing else before the next record, the
    end, or what is broken."""
    ahead = source.peek(8)
    blank = len(ahead) - len(ahead.lstrip(b"\r\n"))
    return (
        blank == len(ahead) or (kind == "warc" and ahead.startswith(_BETWEEN)) or _begins(source, kind, blank)
    )


# --- lines ------------------------------------------------------------------------------------------------------


def _lines(source: Bytes, piece: Piece) -> Generator[Record | Damage, None, int]:
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
