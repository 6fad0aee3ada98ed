"""A body as it was sent → as it was meant: gzip and deflate taken off within limits, nothing else accepted."""

from __future__ import annotations

import zlib
from typing import Protocol

from barometer.errors import FetchFailed

#: What a page may unpack to before its ratio is looked at: a short page of blanks is no bomb.
_SMALL = 1 << 20
_STEP = 1 << 16


class Unpacker(Protocol):
    """Takes a body block by block; `body` is what came out, `close` says that the end was reached."""

    body: bytearray

    def feed(self, data: bytes) -> None: ...

    def close(self) -> None: ...


def unpacker(coding: str, *, url: str, most: int, ratio: int) -> Unpacker:
    """For a Content-Encoding: at most `most` bytes come out, and `ratio` times what went in past a megabyte.

    FetchFailed ("decompression") for a coding that was not asked for.
    """
    codings = [name for part in coding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if not codings:
        return _Plain(url, most)
    if codings in (["gzip"], ["x-gzip"], ["deflate"]):
        return _Zipped(url, most, ratio, gzip=codings != ["deflate"])
    raise FetchFailed("decompression", url, f"{coding!r} was not asked for", next_step="tell its publisher")


class _Plain:
    def __init__(self, url: str, most: int) -> None:
        self.body = bytearray()
        self._url = url
        self._most = most

    def feed(self, data: bytes) -> None:
        self.body += data
        if len(self.body) > self._most:
            raise FetchFailed(
                "too large", self._url, f"more than {self._most:,} bytes", next_step="raise the limit"
            )

    def close(self) -> None:
        """A body without a coding may end anywhere."""


class _Zipped(_Plain):
    """gzip (also of several members; what follows them is ignored, as browsers do) or deflate of both manners."""

    def __init__(self, url: str, most: int, ratio: int, *, gzip: bool) -> None:
        super().__init__(url, most)
        self._ratio = ratio
        self._gzip = gzip
        self._taken = 0
        self._begun = self._over = False
        self._stream = zlib.decompressobj(31 if gzip else 15)

    def feed(self, data: bytes) -> None:
        self._taken += len(data)
        while data and not self._over:
            if not self._begun and not self._gzip and data[0] & 0x0F != 8:
                self._stream = zlib.decompressobj(-15)  # deflate without zlib's head, as some servers send it
            self._begun = True
            data = self._step(data)

    def _step(self, data: bytes) -> bytes:
        """Unpack a piece; what is left to unpack."""
        try:
            piece = self._stream.decompress(data, _STEP)
        except zlib.error as error:
            raise self._failed(f"the packed body is damaged ({error})") from None
        super().feed(piece)
        if len(self.body) > max(_SMALL, self._ratio * self._taken):
            raise self._failed(f"it unpacks to more than {self._ratio} times its size")
        if not self._stream.eof:
            return self._stream.unconsumed_tail
        rest = self._stream.unused_data
        if self._gzip and rest[:1] == b"\x1f":
            self._stream = zlib.decompressobj(31)
            return rest
        self._over = True
        return b""

    def close(self) -> None:
        if self._begun and not self._stream.eof:
            raise self._failed("the packed body is cut off")

    def _failed(self, why: str) -> FetchFailed:
        return FetchFailed(
            "decompression", self._url, why, next_step="try again later, or look with a browser"
        )
