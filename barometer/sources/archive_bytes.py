"""The bytes of an archive, unpacked as they are asked for, from any place on, over what is damaged."""

from __future__ import annotations

import re
import zlib
from typing import IO

BLOCK = 64 * 1024
_UNPACKED = 256 * 1024
GZIP, ZIP, ZSTD = b"\x1f\x8b", b"PK\x03\x04", (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
HEADS = {
    "warc": re.compile(rb"WARC/[01]\.\d{1,2}\r*\n"),
    "arc": re.compile(
        rb"[a-z][a-z0-9+.-]{1,12}:[^\r\n ][^\r\n]{0,8000} \d{12,18} [^\r\n]{1,2000}\r?\n", re.IGNORECASE
    ),
}
#: How much of a record must be seen to know that it is one.
LONGEST_LINE = 10_200
SEEN = {"warc": 16, "arc": LONGEST_LINE}


class Window:
    """The bytes of a file from `base`, `size` of them."""

    def __init__(self, stream: IO[bytes], base: int, size: int) -> None:
        self._stream, self._base, self.size = stream, base, size

    def read(self, at: int, count: int) -> bytes:
        self._stream.seek(self._base + at)
        return self._stream.read(max(0, min(count, self.size - at)))


def find_member(window: Window, at: int, kind: str, stop: int) -> int | None:
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
        return bool(HEADS[kind].match(unpacker.decompress(packed, LONGEST_LINE)))
    except zlib.error:
        return False


def find_head(window: Window, at: int, kind: str, stop: int) -> int | None:
    """The next line that is a record's head, before `stop`."""
    pattern = re.compile(rb"(?<=\n)" + HEADS[kind].pattern, HEADS[kind].flags)
    begin = max(0, at - 1)
    while begin < stop and (block := window.read(begin, _UNPACKED)):
        match = pattern.search(block)
        if match:
            place = begin + match.start()
            return place if place < stop else None
        begin += max(1, len(block) - LONGEST_LINE) if len(block) == _UNPACKED else len(block)
    return None


# --- bytes, unpacked --------------------------------------------------------------------------------------------


class Bytes:
    """Unpacked bytes of an archive, read forward; memory holds a block of them.

    `origin` is the byte of the archive from which they count. Reading stops where a packed record that begins anew
    cuts another off, at the end, and where packed bytes are `broken`: (offset, what is the matter).
    """

    def __init__(self, window: Window, at: int, kind: str) -> None:
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


class Plain(Bytes):
    """Bytes that lie there unpacked."""

    def where(self) -> tuple[int, int]:
        return self.origin + self._gone + self._at, 0

    def fill(self) -> bool:
        data = self.window.read(self.origin + self._gone + len(self._buffer), BLOCK)
        self._add(data)
        return bool(data)

    def skip(self, count: int) -> int:
        here = self.where()
        passed = max(0, min(count, self.window.size - here[0]))
        self.back(here, passed)
        return passed

    def resume(self) -> bool:
        place = find_head(self.window, self.where()[0], self.kind, self.window.size)
        self.back((self.window.size if place is None else place, 0))
        return place is not None

    def back(self, place: tuple[int, int], further: int = 0) -> None:
        self.origin, self._buffer, self._at, self._gone = place[0] + further, b"", 0, 0


class Packed(Bytes):
    """Gzip members one after the other; `origin` is the member with which a record last began."""

    def __init__(self, window: Window, at: int, kind: str) -> None:
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
            data = self._unpack(SEEN.get(self.kind, 1) if fresh else 1)
            if fresh and self.kind != "lines" and HEADS[self.kind].match(data):
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
            if self._input.startswith(GZIP):
                self._unpacker = zlib.decompressobj(31)
                return True
            if self._input.strip(b"\0"):
                self.broken = (self._member, "no packed record begins here")
                return False
            self._input = b""

    def _more(self) -> bool:
        data = self.window.read(self._read_to, BLOCK)
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
                out += until_error(before, self._input)
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
        place = find_member(self.window, after, self.kind, self.window.size)
        self._open(self.window.size if place is None else place)
        return place is not None

    def back(self, place: tuple[int, int], further: int = 0) -> None:
        self._open(place[0])
        self.skip(place[1] + further)


def _plain(error: zlib.error) -> str:
    return str(error).rpartition(": ")[2]


def until_error(unpacker: zlib._Decompress, packed: bytes) -> bytes:
    """What damaged bytes unpack to up to the place where they are damaged."""
    out = []
    try:
        for at in range(len(packed)):
            out.append(unpacker.decompress(packed[at : at + 1]))
    except zlib.error:
        pass
    return b"".join(out)
