"""The store: a folder of files that are named by the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from barometer.errors import EvidenceChanged, EvidenceMissing, NotReady

_BLOCK = 1 << 20
_DRAFT = ".draft-"
_STALE = 3600.0  # seconds
_NAME = re.compile(r"[0-9a-f]{64}")
_NEXT = "restore it from a backup, then run barometer evidence verify"


@dataclass(frozen=True)
class Digest:
    """What bytes are called: their SHA-256 in small hexadecimal letters, and how many there are."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Finding:
    """What `verify` found amiss: bytes missing or changed, or a file that the store did not put there."""

    kind: Literal["missing", "changed", "foreign"]
    name: str
    message: str


def digest_of(source: bytes | Path | IO[bytes]) -> Digest:
    """The digest of bytes, of a file, or of a stream from where it stands."""
    whole, size = hashlib.sha256(), 0
    for block in _blocks(source):
        whole.update(block)
        size += len(block)
    return Digest(whole.hexdigest(), size)


class Store:
    """Keeps bytes under `root`, as root/ab/abcdef…; the folder is made on the first `keep`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, source: bytes | Path | IO[bytes]) -> Digest:
        """Write the bytes to the store unless they are there; whole or not at all, also when killed.

        EvidenceChanged if other bytes already stand under their digest; NotReady if nothing can be written.
        """
        try:
            return self._keep(source)
        except OSError as error:
            raise NotReady(
                f"evidence cannot be kept: {error.strerror or error}",
                file=error.filename or self.root,
                next_step="make room, or let this user write to the folder",
            ) from None

    def _keep(self, source: bytes | Path | IO[bytes]) -> Digest:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.root / f"{_DRAFT}{secrets.token_hex(8)}"
        try:
            with open(draft, "xb", opener=_private) as stream:
                whole, size = hashlib.sha256(), 0
                for block in _blocks(source):
                    stream.write(block)
                    whole.update(block)
                    size += len(block)
                stream.flush()
                os.fsync(stream.fileno())
            digest = Digest(whole.hexdigest(), size)
            self._settle(draft, digest)
        finally:
            draft.unlink(missing_ok=True)
        return digest

    def _settle(self, draft: Path, digest: Digest) -> None:
        """Give the draft its name; what already has that name is checked, never replaced."""
        path = self.path(digest.sha256)
        if path.exists():
            self._check(path, digest.sha256)
            return
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft.chmod(0o400)
        # Two writers of the same bytes: whoever is last replaces equal bytes by equal bytes.
        draft.replace(path)
        for folder in (path.parent, self.root):
            _sync_folder(folder)

    def sweep(self) -> int:
        """Remove the drafts that killed writers left an hour ago or earlier; how many there were."""
        before = time.time() - _STALE
        stale = [path for path in self.root.glob(f"{_DRAFT}*") if path.stat().st_mtime < before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def path(self, sha256: str) -> Path:
        """Where those bytes are or would be; EvidenceMissing for what is no digest."""
        return self.root / digest_name(sha256)

    def open(self, sha256: str) -> IO[bytes]:
        """The bytes as a stream to read, checked; EvidenceMissing, EvidenceChanged."""
        path = self.path(sha256)
        try:
            stream = path.open("rb")
        except FileNotFoundError:
            raise EvidenceMissing("these bytes are not in the store", file=path, next_step=_NEXT) from None
        if digest_of(stream).sha256 != sha256:
            stream.close()
            raise EvidenceChanged("these bytes no longer have their digest", file=path, next_step=_NEXT)
        stream.seek(0)
        return stream

    def __contains__(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def __iter__(self) -> Iterator[str]:
        """The digests under which bytes are kept, in order; not checked."""
        return iter(sorted(path.name for path in self._files() if self._belongs(path)))

    def verify(self, expected: Iterable[str] = ()) -> list[Finding]:
        """Read everything again: what changed, what is foreign, and what of `expected` is missing; in order of name."""
        findings = [
            Finding("missing", sha256, "the ledger relies on these bytes and they are not in the store")
            for sha256 in set(expected)
            if sha256 not in self
        ]
        for path in self._files():
            name = path.relative_to(self.root).as_posix()
            if not self._belongs(path):
                findings.append(Finding("foreign", name, "the store did not put this file here"))
            elif digest_of(path).sha256 != path.name:
                findings.append(Finding("changed", path.name, "these bytes no longer have their digest"))
        return sorted(findings, key=lambda finding: (finding.name, finding.kind))

    def _check(self, path: Path, sha256: str) -> None:
        if digest_of(path).sha256 != sha256:
            raise EvidenceChanged("other bytes stand under this digest", file=path, next_step=_NEXT)

    def _files(self) -> Iterator[Path]:
        if self.root.is_dir():
            yield from (path for path in self.root.rglob("*") if path.is_symlink() or not path.is_dir())

    def _belongs(self, path: Path) -> bool:
        return (
            bool(_NAME.fullmatch(path.name))
            and path == self.root / path.name[:2] / path.name
            and path.is_file()
            and not path.is_symlink()
        )


def digest_name(sha256: str) -> str:
    """ab/abcdef…, under which a store keeps bytes; EvidenceMissing for what is no digest."""
    if not _NAME.fullmatch(sha256):
        raise EvidenceMissing(
            f"{sha256[:80]!r} is not a SHA-256", next_step="use the digest that the ledger shows"
        )
    return f"{sha256[:2]}/{sha256}"


def _blocks(source: bytes | Path | IO[bytes]) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            yield from _blocks(stream)
    else:
        while block := source.read(_BLOCK):
            yield block


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    """The name is on disk too; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
