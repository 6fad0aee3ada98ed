"""The store: a folder of files that are named by the SHA-256 of their bytes, each sealed with a key of its own.

The name stays that of the bytes as they came in. Files of earlier versions lie there unsealed; both are read.
"""

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
from barometer.evidence.disk import sync_folder
from barometer.evidence.sealed import Keys, is_sealed, is_under, new_key, seal, unseal

_BLOCK = 1 << 20
_DRAFT = ".draft-"
_OWN_DRAFT = re.compile(r"\.draft-[0-9a-f]{16}")
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
    whole = _Counted()
    for _ in whole.counting(_blocks(source)):
        pass
    return whole.digest()


class _Counted:
    """The digest of blocks that pass."""

    def __init__(self) -> None:
        self._whole, self._size = hashlib.sha256(), 0

    def counting(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._whole.update(block)
            self._size += len(block)
            yield block

    def digest(self) -> Digest:
        return Digest(self._whole.hexdigest(), self._size)


class Store:
    """Keeps bytes under `root`, as root/ab/abcdef…; the folder is made on the first `keep`.

    With `keys` everything new is sealed; without, it lies there as it came.
    """

    def __init__(self, root: Path, keys: Keys | None = None) -> None:
        self.root = root
        self._keys = keys

    def keep(self, source: bytes | Path | IO[bytes]) -> Digest:
        """Write the bytes to the store unless they are there; whole or not at all, also when killed.

        EvidenceChanged if other bytes already stand under their digest; NotReady if nothing can be written;
        NotAllowed for bytes that were erased.
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
        whole, key = _Counted(), new_key()
        blocks = whole.counting(_blocks(source))
        draft = self._draft(seal(blocks, key) if self._keys else blocks)
        try:
            self._settle(draft, whole.digest(), key)
        finally:
            draft.unlink(missing_ok=True)
        return whole.digest()

    def _draft(self, blocks: Iterable[bytes]) -> Path:
        """A file with these bytes, on the disk to its end; none where that fails."""
        draft = self.root / f"{_DRAFT}{secrets.token_hex(8)}"
        try:
            with open(draft, "xb", opener=_private) as stream:
                for block in blocks:
                    stream.write(block)
                stream.flush()
                os.fsync(stream.fileno())
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return draft

    def _settle(self, draft: Path, digest: Digest, key: bytes) -> None:
        """Give the draft its name; what already has that name is checked, never replaced by other bytes."""
        path = self.path(digest.sha256)
        counts = self._keys.settle(digest.sha256, key) if self._keys else key
        if path.exists() and not self._is_lost(path, counts):
            self._check(path, digest.sha256)
        elif counts == key:
            self._name(draft, path)
        else:
            self._name_again(unseal(draft.open("rb"), key), counts, path)

    def _is_lost(self, path: Path, key: bytes) -> bool:
        """Whether the file is sealed with a key that nobody has: its change was undone before the key was kept."""
        with path.open("rb") as stream:
            return is_sealed(stream) and bool(self._keys) and not is_under(stream, key)

    def _name_again(self, plain: IO[bytes], key: bytes, path: Path) -> None:
        with plain:
            draft = self._draft(seal(_blocks(plain), key))
        try:
            self._name(draft, path)
        finally:
            draft.unlink(missing_ok=True)

    def _name(self, draft: Path, path: Path) -> None:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft.chmod(0o400)
        # Two writers of the same bytes: whoever is last replaces equal bytes by equal bytes.
        draft.replace(path)
        for folder in (path.parent, self.root):
            sync_folder(folder)

    def seal(self, sha256: str) -> bool:
        """Seal what lies there unsealed; whether it did. Killed at any moment, the one or the other file is whole.

        EvidenceMissing, EvidenceChanged: what is not what its name says is left as it is.
        """
        path = self.path(sha256)
        if self._keys is None or not path.exists() or self._is_sealed(path):
            return False
        self.open(sha256).close()
        self._name_again(path.open("rb"), self._keys.settle(sha256, new_key()), path)
        return True

    def drop(self, sha256: str) -> None:
        """Take the file of an item away whose key was destroyed."""
        if self._keys is None or not self._keys.erased(sha256):
            raise ValueError(f"{sha256} was not erased")
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove the drafts that killed writers left an hour ago or earlier; how many there were."""
        before = time.time() - _STALE
        stale = [path for path in self.root.glob(f"{_DRAFT}*") if path.stat().st_mtime < before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _is_left(self, path: Path) -> bool:
        """Whether the file is sealed with a key that was never kept, so that nobody was told that it is there."""
        with path.open("rb") as stream:
            if not is_sealed(stream) or self._keys is None:
                return False
        return self._keys.find(path.name) is None and not self._keys.erased(path.name)

    def path(self, sha256: str) -> Path:
        """Where those bytes are or would be; EvidenceMissing for what is no digest."""
        return self.root / digest_name(sha256)

    def open(self, sha256: str) -> IO[bytes]:
        """The bytes as a stream to read, checked; EvidenceMissing, EvidenceChanged."""
        path = self.path(sha256)
        with self._reading(path, sha256) as stream:
            if digest_of(stream).sha256 != sha256:
                raise EvidenceChanged("these bytes no longer have their digest", file=path, next_step=_NEXT)
        return self._reading(path, sha256)

    def held(self, sha256: str) -> IO[bytes]:
        """What lies there, sealed as it is and not checked: for a backup. EvidenceMissing."""
        path = self.path(sha256)
        try:
            return path.open("rb")
        except FileNotFoundError:
            raise gone(sha256, self._keys, path) from None

    def put(self, sha256: str, held: IO[bytes]) -> None:
        """Put what a store held under that digest back, unless something lies there; it is checked when it is read."""
        path = self.path(sha256)
        if path.exists():
            return
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._draft(_blocks(held))
        try:
            self._name(draft, path)
        finally:
            draft.unlink(missing_ok=True)

    def _reading(self, path: Path, sha256: str) -> IO[bytes]:
        """The bytes as they came, from the beginning, not checked as a whole."""
        try:
            stream = path.open("rb")
        except FileNotFoundError:
            raise gone(sha256, self._keys, path) from None
        if not is_sealed(stream):
            return stream
        key = self._keys.find(sha256) if self._keys else None
        if key is None and digest_of(stream).sha256 == sha256:
            stream.seek(0)  # it lies there as it came, and only begins like something sealed
            return stream
        if key is None:
            stream.close()
            raise gone(sha256, self._keys, path, "the key of these bytes is not there")
        return unseal(stream, key)

    def _is_sealed(self, path: Path) -> bool:
        with path.open("rb") as stream:
            return is_sealed(stream)

    def __contains__(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def __iter__(self) -> Iterator[str]:
        """The digests under which bytes are kept, in order; not checked."""
        return iter(sorted(path.name for path in self._files() if self._belongs(path)))

    def verify(self, expected: Iterable[str] = ()) -> list[Finding]:
        """Read everything again: what changed, what is foreign, and what of `expected` is missing; in order of name."""
        wanted = set(expected)
        findings = [
            Finding("missing", sha256, "the ledger relies on these bytes and they are not in the store")
            for sha256 in wanted
            if sha256 not in self
        ]
        for path in self._files():
            name = path.relative_to(self.root).as_posix()
            if _OWN_DRAFT.fullmatch(name):
                continue  # somebody writes at this moment, or was killed: `sweep`
            if not self._belongs(path):
                findings.append(Finding("foreign", name, "the store did not put this file here"))
            elif path.name not in wanted and self._is_left(path):
                continue  # as above: the process that kept these bytes died before it kept their key
            else:
                try:
                    self.open(path.name).close()
                except (EvidenceChanged, EvidenceMissing) as error:
                    findings.append(Finding("changed", path.name, error.message))
        return sorted(findings, key=lambda finding: (finding.name, finding.kind))

    def _check(self, path: Path, sha256: str) -> None:
        with self._reading(path, sha256) as stream:
            if digest_of(stream).sha256 != sha256:
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


def gone(
    sha256: str, keys: Keys | None, file: Path | str, why: str = "these bytes are not in the store"
) -> EvidenceMissing:
    """Why bytes cannot be read: they were erased, or something is lost."""
    if keys and keys.erased(sha256):
        return EvidenceMissing(
            "these bytes were erased for good", file=file, next_step="see who, when and why: /desk/redact/"
        )
    return EvidenceMissing(why, file=file, next_step=_NEXT)


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
