"""Everything recomputed: bytes, stamps, log, published heads; what is missing, changed or not stamped is named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from barometer.evidence import stamps as stamping
from barometer.evidence.log import Head, LogEntry, broken_at, is_signed, root
from barometer.evidence.stamps import Stamp
from barometer.evidence.store import Finding

Kind = Literal["missing", "changed", "foreign", "unstamped", "stamp", "unlogged", "log", "head"]


@dataclass(frozen=True)
class Item:
    """What the ledger says of one item: its name there, and the digests of all bytes that it rests on.

    `erased` says when, by whom and why where its bytes were erased: then they need not be there.
    """

    name: str
    digests: tuple[str, ...]
    erased: str = ""


@dataclass(frozen=True)
class SignedHead:
    """A published head with its signature and the public key (PEM)."""

    head: Head
    signature: bytes
    public: bytes


@dataclass(frozen=True)
class Fault:
    """Something amiss: `name` of an item, a digest or a place in the log."""

    kind: Kind
    name: str
    message: str


class Keeps(Protocol):
    """A store, wherever it is."""

    def verify(self, expected: Iterable[str] = ()) -> list[Finding]: ...


def check(
    items: Sequence[Item],
    store: Keeps,
    stamps: Iterable[Stamp],
    log: Sequence[LogEntry],
    *,
    trusted: Mapping[str, bytes],
    heads: Sequence[SignedHead] = (),
) -> list[Fault]:
    """All faults in order of kind and name. `trusted` has the certificates (PEM) of each authority's address.

    An item is stamped when each of its digests is, or when a later head of the log is: stamps are over digests
    of bytes, or over the SHA-256 of a head's text.
    """
    found = [*_byte_faults(items, store), *_log_faults(items, log), *_head_faults(log, heads)]
    sound: set[str] = set()
    for stamp in stamps:
        if wrong := _stamp_fault(stamp, trusted):
            found.append(
                Fault("stamp", stamp.sha256, f"the stamp of {stamp.authority} does not hold: {wrong}")
            )
        else:
            sound.add(stamp.sha256)
    found += _unstamped(items, sound, log, heads)
    return sorted(found, key=lambda fault: (fault.kind, fault.name, fault.message))


def _byte_faults(items: Sequence[Item], store: Keeps) -> Iterator[Fault]:
    """What the store finds, said of the items that rest on it."""
    needed: dict[str, list[str]] = {}
    for item in (item for item in items if not item.erased):
        for sha256 in item.digests:
            needed.setdefault(sha256, []).append(item.name)
    for finding in store.verify(needed):
        for name in needed.get(finding.name, [finding.name]):
            yield Fault(finding.kind, name, f"{finding.message}: {finding.name}")


def _log_faults(items: Sequence[Item], log: Sequence[LogEntry]) -> Iterator[Fault]:
    place = broken_at(log)
    if place is not None:
        yield Fault("log", f"entry {place}", "the chain of the log is broken here: something was changed")
    logged = {entry.sha256 for entry in log}
    for item in items:
        if absent := [sha256 for sha256 in item.digests if sha256 not in logged]:
            yield Fault("unlogged", item.name, f"not in the log: {', '.join(absent)}")


def _head_faults(log: Sequence[LogEntry], heads: Sequence[SignedHead]) -> Iterator[Fault]:
    """A head that was published must still follow from the log."""
    leaves = [entry.leaf() for entry in log]
    for signed in heads:
        name = f"head of {signed.head.size}"
        if not is_signed(signed.public, signed.head, signed.signature):
            yield Fault("head", name, "its signature does not hold")
        if signed.head.size > len(leaves):
            yield Fault("head", name, f"the log has {len(leaves)} entries: some are gone")
        elif root(leaves[: signed.head.size]) != signed.head.root:
            yield Fault("head", name, "the log no longer leads to it: an entry before it was changed")


def _stamp_fault(stamp: Stamp, trusted: Mapping[str, bytes]) -> str:
    certificates = trusted.get(stamp.authority)
    return stamping.fault(stamp, certificates) if certificates else "no certificate is trusted for it"


def _unstamped(
    items: Sequence[Item], sound: set[str], log: Sequence[LogEntry], heads: Sequence[SignedHead]
) -> Iterator[Fault]:
    """Items that neither a stamp nor a stamped head covers."""
    leaves = [entry.leaf() for entry in log]
    reached = [signed.head for signed in heads if root(leaves[: signed.head.size]) == signed.head.root]
    covered = max((head.size for head in reached if _sha256(head.text()) in sound), default=0)
    stamped = sound | {entry.sha256 for entry in log[:covered]}
    for item in items:
        if bare := [sha256 for sha256 in item.digests if sha256 not in stamped]:
            yield Fault("unstamped", item.name, f"no authority has stamped {', '.join(bare)}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
