"""The desk where captures lie between the network and the ledger, so that being killed loses none.

A capture is begun (what is asked is on disk), settled (all its files are, under one name, at once), then taken
into the ledger and removed. `unfinished` says what to ask again, `pending` what to take into the ledger. With a
`Lock` nothing that lies there can be read without its key.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol

from barometer.errors import EvidenceChanged, EvidenceMissing, NotReady
from barometer.evidence.disk import sync_folder

_DRAFT = ".draft-"
_GONE = ".gone-"
_ASKED = "asked.json"
_FACTS = "facts.json"
_NEXT = "capture it again"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")


class Lock(Protocol):
    """What turns bytes into such as nobody can read, and back; ValueError for what it did not lock."""

    def lock(self, data: bytes) -> bytes: ...

    def unlock(self, data: bytes) -> bytes: ...


class _Open:
    """No lock: bytes lie there as they are."""

    def lock(self, data: bytes) -> bytes:
        return data

    def unlock(self, data: bytes) -> bytes:
        return data


@dataclass(frozen=True)
class Asked:
    """What somebody asked to be captured: `at` with its zone, `note` for what the ledger wants to know again."""

    url: str
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Whole:
    """A capture whose files are all there: `facts` as given to `settle`, `files` name → path and SHA-256."""

    name: str
    asked: Asked
    facts: dict[str, Any]
    files: dict[str, tuple[Path, str]]
    lock: Lock

    def read(self, name: str) -> bytes:
        """The bytes of one file, checked; EvidenceMissing, EvidenceChanged."""
        path, sha256 = self.files[name]
        try:
            data = self.lock.unlock(path.read_bytes())
        except FileNotFoundError:
            raise EvidenceMissing("a file of the capture is gone", file=path, next_step=_NEXT) from None
        except ValueError:
            raise EvidenceChanged("a file of the capture was changed", file=path, next_step=_NEXT) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise EvidenceChanged("a file of the capture was changed", file=path, next_step=_NEXT)
        return data


@dataclass(frozen=True)
class Draft:
    """A capture that was begun; it is this process's while its lock is held."""

    name: str
    asked: Asked


class Desk:
    """Drafts and whole captures under `root`; the folder is made when needed."""

    def __init__(self, root: Path, lock: Lock | None = None) -> None:
        self.root = root
        self._key = lock or _Open()

    @contextmanager
    def begin(self, asked: Asked) -> Iterator[Draft]:
        """Hold a draft while capturing. It stays, to be resumed, unless it is settled or dropped."""
        name = secrets.token_hex(8)
        folder = self._draft(name)
        with self._scanning(), _as_not_ready(self.root):
            folder.mkdir(mode=0o700)
            fields = {**asdict(asked), "at": asked.at.isoformat()}
            self._write(folder / _ASKED, json.dumps(fields, ensure_ascii=False).encode())
            sync_folder(folder)
            sync_folder(self.root)
            lock = _lock(folder / _ASKED)
        with lock:
            yield Draft(name, asked)

    @contextmanager
    def resume(self, draft: Draft) -> Iterator[Draft]:
        """Go on with what a killed process had begun; NotReady where another process does already."""
        try:
            lock = _lock(self._draft(draft.name) / _ASKED, wait=False)
        except OSError:
            raise NotReady(
                f"{draft.asked.url} is being captured already", next_step="wait for it to end"
            ) from None
        with lock:
            yield draft

    def settle(self, draft: Draft, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> Whole:
        """Write everything, then give the folder its name: whole or not at all. NotReady when the disk is full."""
        if wrong := [name for name in files if not _NAME.fullmatch(name) or name in (_ASKED, _FACTS)]:
            raise ValueError(f"no name for a file of a capture: {wrong[0]!r}")
        listed = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        told = json.dumps({"facts": dict(facts), "files": listed}, ensure_ascii=False).encode()
        folder = self._draft(draft.name)
        written = {**files, _FACTS: told}
        with _as_not_ready(folder):
            try:
                for name, data in written.items():
                    self._write(folder / name, data)
                sync_folder(folder)
            except OSError:
                for name in written:
                    (folder / name).unlink(missing_ok=True)
                raise
            folder.rename(self.root / draft.name)
            sync_folder(self.root)
        return self._whole(self.root / draft.name)

    def drop(self, draft: Draft) -> None:
        """What was asked cannot be had, and need not be asked again."""
        self._remove(self._draft(draft.name))

    def pending(self) -> list[Whole]:
        """Whole captures that the ledger does not have yet, the earliest asked first."""
        wholes = [self._whole(path) for path in self._folders() if not path.name.startswith(".")]
        return sorted(wholes, key=lambda whole: (whole.asked.at, whole.name))

    def done(self, whole: Whole) -> None:
        """The ledger has it and the store has its bytes: the copy here goes."""
        self._remove(self.root / whole.name)

    def unfinished(self) -> list[Draft]:
        """What killed processes had begun, the earliest asked first: resume or drop each."""
        found: list[Draft] = []
        if not self.root.is_dir():
            return found
        with self._scanning():
            for folder in self._folders():
                begun = folder.name.startswith(_DRAFT)
                asked = self._asked(folder) if begun else None
                if asked and not _is_held(folder / _ASKED):
                    found.append(Draft(folder.name.removeprefix(_DRAFT), asked))
                elif folder.name.startswith(_GONE) or (begun and not asked):
                    # Killed while it was removed, or before what was asked was on disk.
                    shutil.rmtree(folder, ignore_errors=True)
        return sorted(found, key=lambda draft: (draft.asked.at, draft.name))

    @contextmanager
    def _scanning(self) -> Iterator[None]:
        """One process at a time makes drafts or looks for those that nobody holds."""
        with _as_not_ready(self.root):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.root / ".lock").touch(mode=0o600)
            lock = _lock(self.root / ".lock")
        with lock:
            yield

    def _draft(self, name: str) -> Path:
        return self.root / f"{_DRAFT}{name}"

    def _folders(self) -> list[Path]:
        return sorted(path for path in self.root.iterdir() if path.is_dir()) if self.root.is_dir() else []

    def _remove(self, folder: Path) -> None:
        """Out of sight in one step, then off the disk."""
        gone = self.root / f"{_GONE}{secrets.token_hex(8)}"
        try:
            folder.rename(gone)
        except FileNotFoundError:
            return
        shutil.rmtree(gone)

    def _whole(self, folder: Path) -> Whole:
        """A settled folder read back; EvidenceChanged where somebody spoilt it."""
        asked = self._asked(folder)
        try:
            told = json.loads(self._key.unlock((folder / _FACTS).read_bytes()))
            files = {name: (folder / name, sha256) for name, sha256 in told["files"].items()}
            if asked is None:
                raise ValueError
            return Whole(folder.name, asked, told["facts"], files, self._key)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise EvidenceChanged("this is no whole capture", file=folder, next_step=_NEXT) from None

    def _asked(self, folder: Path) -> Asked | None:
        """What was asked, where it was written to its end."""
        try:
            fields = json.loads(self._key.unlock((folder / _ASKED).read_bytes()))
            return Asked(**{**fields, "at": datetime.fromisoformat(fields["at"])})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _write(self, path: Path, data: bytes) -> None:
        with path.open("wb") as stream:
            stream.write(self._key.lock(data))
            stream.flush()
            os.fsync(stream.fileno())


def _lock(path: Path, *, wait: bool = True) -> IO[bytes]:
    """The file, locked until it is closed or this process ends; OSError where it is held and nobody waits."""
    stream = path.open("rb+")
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        stream.close()
        raise
    return stream


def _is_held(path: Path) -> bool:
    try:
        _lock(path, wait=False).close()
    except OSError:
        return True
    return False


@contextmanager
def _as_not_ready(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotReady(
            f"a capture cannot be kept: {error.strerror or error}",
            file=error.filename or folder,
            next_step="make room, or let this user write to the folder",
        ) from None
