"""Bytes under a key of their own: AES-256-GCM over chunks that are numbered, the last one marked (STREAM).

A key seals one item only, so that a chunk's number is nonce enough. Chunks that were changed, left out, put elsewhere
or cut off at the end do not open. A file of any length is sealed and opened with one chunk in memory.
"""

from __future__ import annotations

import hashlib
import hmac
import io
from collections.abc import Iterable, Iterator
from typing import IO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from barometer.errors import EvidenceChanged

MAGIC = b"press-barometer sealed 1\n"
_MARK = 16
_HEAD = len(MAGIC) + _MARK
_CHUNK = 1 << 18
_TAG = 16
_NEXT = "restore it from a backup, then run barometer evidence verify"


class Keys(Protocol):
    """Who keeps the keys of items, each under the SHA-256 of the item's bytes."""

    def settle(self, sha256: str, key: bytes) -> bytes:
        """The key that the item has, or else this one, which it has from now on. NotAllowed for an erased item."""
        ...

    def find(self, sha256: str) -> bytes | None:
        """The item's key; None where there is none, or none any more."""
        ...

    def erased(self, sha256: str) -> bool:
        """Whether the item's key was destroyed."""
        ...


def new_key() -> bytes:
    """A key drawn by chance."""
    return AESGCM.generate_key(256)


def seal(blocks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The bytes sealed, piece by piece: a head by which they and their key are known, then the chunks."""
    cipher, number = AESGCM(key), 0
    yield MAGIC + _mark(key)
    chunks = _chunked(blocks)
    chunk = next(chunks)
    for following in chunks:
        yield cipher.encrypt(_nonce(number, last=False), chunk, None)
        chunk, number = following, number + 1
    yield cipher.encrypt(_nonce(number, last=True), chunk, None)


def is_sealed(stream: IO[bytes]) -> bool:
    """Whether a stream at its beginning holds sealed bytes; it stands at its beginning again."""
    found = stream.read(len(MAGIC)) == MAGIC
    stream.seek(0)
    return found


def is_under(stream: IO[bytes], key: bytes) -> bool:
    """Whether sealed bytes say that this key opens them; the stream stands at its beginning again."""
    head = stream.read(_HEAD)
    stream.seek(0)
    return hmac.compare_digest(head, MAGIC + _mark(key))


def unseal(stream: IO[bytes], key: bytes) -> IO[bytes]:
    """A stream of what was sealed. Reading it raises EvidenceChanged where the sealed bytes are no longer what they were."""
    return io.BufferedReader(_Unsealed(stream, key), _CHUNK)


class _Unsealed(io.RawIOBase):
    def __init__(self, stream: IO[bytes], key: bytes) -> None:
        self._stream = stream
        self._chunks = _opened(stream, key)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken

    def close(self) -> None:
        self._stream.close()
        super().close()


def _opened(stream: IO[bytes], key: bytes) -> Iterator[bytes]:
    if not is_under(stream, key):
        raise _changed(stream)
    stream.seek(_HEAD)
    cipher, number = AESGCM(key), 0
    sealed = stream.read(_CHUNK + _TAG)
    while True:
        following = stream.read(_CHUNK + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), sealed, None)
        except InvalidTag:
            raise _changed(stream) from None
        if not following:
            return
        sealed, number = following, number + 1


def _changed(stream: IO[bytes]) -> EvidenceChanged:
    name = getattr(stream, "name", None)
    return EvidenceChanged(
        "these bytes no longer open with their key", file=name and str(name), next_step=_NEXT
    )


def _mark(key: bytes) -> bytes:
    """What tells one key from another without telling either."""
    return hmac.digest(key, b"which key", hashlib.sha256)[:_MARK]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _chunked(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Chunks of one size but for the last; one that is empty where there is nothing."""
    waiting = bytearray()
    for block in blocks:
        waiting += block
        while len(waiting) > _CHUNK:
            yield bytes(waiting[:_CHUNK])
            del waiting[:_CHUNK]
    yield bytes(waiting)
