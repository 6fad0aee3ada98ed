"""The log over all items: a chain of entries, a tree over them (RFC 6962), a head that can be published.

Whoever keeps a published head can prove later that nothing before it was changed, put in or taken out. The key
that signs heads lives elsewhere: a head is carried to it as a file, the signature is carried back.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature

from barometer.errors import NotReady, WrongShape
from barometer.evidence.signing import private_key, public_key

FIRST = "0" * 64
_NO_KEY = "make one: barometer evidence key"
_HEAD = re.compile(
    r"Press Barometer evidence log\nsize: (0|[1-9]\d{0,17})\nroot: ([0-9a-f]{64})\nat: (\S{1,40})\n"
)


@dataclass(frozen=True)
class LogEntry:
    """Entry `index` (from 0): at that time these bytes were taken in as `what`; `previous` is the last leaf."""

    index: int
    at: datetime
    sha256: str
    what: str
    previous: str

    def line(self) -> bytes:
        """What is hashed: one line of JSON, without its end."""
        fields = (self.index, time_of(self.at), self.sha256, self.what, self.previous)
        named = dict(zip(("index", "at", "sha256", "what", "previous"), fields, strict=True))
        return json.dumps(named, ensure_ascii=False, separators=(",", ":")).encode()

    def leaf(self) -> str:
        """The SHA-256 of a zero byte and the line, as RFC 6962 hashes leaves."""
        return hashlib.sha256(b"\x00" + self.line()).hexdigest()


@dataclass(frozen=True)
class Head:
    """What can be published: how many entries, the root of the tree over them, the time of the last."""

    size: int
    root: str
    at: datetime

    def text(self) -> str:
        """The head as a file of four lines; this is what is signed and stamped."""
        return f"Press Barometer evidence log\nsize: {self.size}\nroot: {self.root}\nat: {time_of(self.at)}\n"


def time_of(at: datetime) -> str:
    """A time as the log writes it: UTC to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def next_entry(last: LogEntry | None, *, at: datetime, sha256: str, what: str) -> LogEntry:
    """The entry that follows `last`, or the first."""
    if last is None:
        return LogEntry(0, at, sha256, what, FIRST)
    return LogEntry(last.index + 1, at, sha256, what, last.leaf())


def broken_at(entries: Iterable[LogEntry]) -> int | None:
    """The first place at which the chain does not hold; None where it does."""
    previous = FIRST
    for place, entry in enumerate(entries):
        if entry.index != place or entry.previous != previous:
            return place
        previous = entry.leaf()
    return None


def head(entries: Sequence[LogEntry]) -> Head:
    """The head of a log that has entries; NotReady for an empty one."""
    if not entries:
        raise NotReady("the evidence log is empty", next_step="capture or upload something first")
    return Head(len(entries), root([entry.leaf() for entry in entries]), entries[-1].at)


def root(leaves: Sequence[str]) -> str:
    """The root of the tree over leaf hashes, level by level; of none the hash of nothing."""
    level = [bytes.fromhex(leaf) for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        level = _raised(level)
    return level[0].hex()


def inclusion(leaves: Sequence[str], index: int) -> list[str]:
    """The hashes that lead from leaf `index` to the root, from below."""
    level, proof = [bytes.fromhex(leaf) for leaf in leaves], []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            proof.append(level[beside].hex())
        level, index = _raised(level), index // 2
    return proof


def read_head(text: str) -> Head:
    """A head from its file; WrongShape for anything else."""
    parts = _HEAD.fullmatch(text)
    try:
        if parts is None:
            raise ValueError
        at = datetime.strptime(parts[3], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise WrongShape("this is not the head of an evidence log", next_step="make it again") from None
    return Head(int(parts[1]), parts[2], at)


def sign_head(path: Path, signed: Head) -> bytes:
    """The 64 bytes of the Ed25519 signature over the head's text, by the private key in a file."""
    return private_key(path, _NO_KEY).sign(signed.text().encode())


def is_signed(public: bytes, signed: Head, signature: bytes) -> bool:
    """Whether the signature is by that public key (PEM) over that head; Unreadable for no such key."""
    key = public_key(public, _NO_KEY)
    try:
        key.verify(signature, signed.text().encode())
    except InvalidSignature:
        return False
    return True


def _raised(level: Sequence[bytes]) -> list[bytes]:
    """The level above: pairs joined, an odd last one carried up as it is."""
    pairs = [_joined(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def _joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
