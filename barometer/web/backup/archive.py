"""A backup: the ledger at one moment, its evidence and its keys, as a tar that is sealed with age while it is written.

    manifest.json                     the form's version, the migrations, the tables
    keys/…                            what opens protected words and evidence; without them the rest is not to be read
    tables/records_event.0001.jsonl   rows, some thousands a file
    evidence/<sha256>                 the bytes of each item, or none where the evidence is only named
    sums.json                         last: how many rows and bytes there must be, with their digests

Nothing of it lies on the disk in clear. Reading needs one pass; what has no sums at its end was cut short.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import tarfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage
from pyrage import x25519

from barometer.errors import BarometerError, NotReady, UnknownValue, Unreadable
from barometer.evidence.disk import sync_folder

FORM = 1
#: The largest piece of a table; a row is never cut.
PIECE = 4 << 20
#: How an unfinished backup is called, and after how many seconds it is one that was killed.
_DRAFT, _STALE = ".barometer-backup-", 3600.0
#: What is read as one piece from a backup.
MOST = 64 << 20


@contextmanager
def sealed(path: Path, recipients: Sequence[str]) -> Iterator[tarfile.TarFile]:
    """A tar to write members to; the file appears whole under its name, or not at all."""
    if not recipients:
        raise NotReady(
            "there is no key to seal the backup to",
            next_step="name one with --to: `barometer tips keygen --out FILE` makes a pair, keep the file elsewhere",
        )
    try:
        keys = [x25519.Recipient.from_str(one) for one in recipients]
    except pyrage.RecipientError:
        raise UnknownValue(
            f"{', '.join(recipients)}: this is no public key of age", next_step="name one like age1…"
        ) from None
    if path.exists():
        raise NotReady("there is a file of this name", file=path, next_step="name another: none is replaced")
    _sweep(path.parent)
    draft = path.with_name(f"{_DRAFT}{secrets.token_hex(8)}")
    try:
        read_end, write_end = os.pipe()
        thread = _Thread(lambda reader: _seal(reader, draft, keys), os.fdopen(read_end, "rb"))
        try:
            with os.fdopen(write_end, "wb") as writer, tarfile.open(fileobj=writer, mode="w|") as tar:
                yield tar
        except BrokenPipeError:
            pass  # the other end says why
        finally:
            thread.join()
        if thread.failed:
            raise thread.failed
        draft.rename(path)
        sync_folder(path.parent)
    except FileNotFoundError:
        raise NotReady("its folder is not there", file=path, next_step="make it, or name another") from None
    except OSError as error:
        raise NotReady(
            f"the backup cannot be written: {error.strerror}",
            file=path,
            next_step="free space, or name another folder",
        ) from None
    finally:
        draft.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what backups left that were killed: an unfinished file that grew no more for an hour."""
    before = time.time() - _STALE
    with contextlib.suppress(
        OSError
    ):  # what is the matter with the folder is said when the backup is written
        for path in folder.glob(f"{_DRAFT}*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)


def _seal(reader: IO[bytes], draft: Path, keys: list[Any]) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        pyrage.encrypt_io(reader, out, keys)
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def opened(path: Path, identities: Sequence[str]) -> Iterator[tarfile.TarFile]:
    """The tar in a backup, to be read once from its beginning. Unreadable where it is none, or the key is another."""
    keys = [x25519.Identity.from_str(one) for one in identities]
    try:
        source = path.open("rb")
    except OSError as error:
        raise Unreadable(
            f"it cannot be read: {error.strerror}", file=path, next_step="check the name"
        ) from None
    with source:
        read, write = os.pipe()
        thread = _Thread(lambda out: pyrage.decrypt_io(source, out, keys), os.fdopen(write, "wb"))
        try:
            with os.fdopen(read, "rb") as reader, tarfile.open(fileobj=reader, mode="r|") as tar:
                yield tar
        except (tarfile.TarError, EOFError, Unreadable) as error:
            raise _why(thread, path) or (
                error if isinstance(error, Unreadable) else cut_short(path)
            ) from None
        finally:
            thread.join()


def cut_short(path: Path) -> BarometerError:
    """What is said of a backup that does not reach its end."""
    return Unreadable(
        "it is damaged or was cut short", file=path, next_step="use another backup: nothing was restored"
    )


def _why(thread: _Thread, path: Path) -> BarometerError | None:
    """What is said where the seal itself could not be opened."""
    thread.join()
    if not isinstance(thread.failed, pyrage.DecryptError):
        return None
    if thread.wrote:
        return cut_short(path)
    return Unreadable(
        "it is no backup, or it is sealed to another key", file=path, next_step="name the key with --key"
    )


# --- members ----------------------------------------------------------------------------------------------


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    """A member of these bytes."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))


def add_stream(tar: tarfile.TarFile, name: str, stream: IO[bytes], size: int) -> None:
    """A member of so many bytes of a stream."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, stream)


def read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """All of a small member."""
    stream = tar.extractfile(member) if member.isfile() and member.size <= MOST else None
    if stream is None:
        raise Unreadable(
            f"{member.name} is no part of a backup", next_step="the backup is damaged: use another"
        )
    return stream.read()


def read_json(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    """A member as JSON."""
    try:
        return json.loads(read(tar, member))
    except ValueError:
        raise Unreadable(
            f"{member.name} is no JSON", next_step="the backup is damaged: use another"
        ) from None


# --- the other end of a pipe ------------------------------------------------------------------------------


class _Thread(threading.Thread):
    """Does `work` with one end of a pipe and closes it; keeps what went wrong."""

    def __init__(self, work: Callable[[IO[bytes]], None], end: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._work, self._end = work, end
        self.failed: BaseException | None = None
        self.wrote = False
        self.start()

    def run(self) -> None:
        """The work, to its end or its first error."""
        try:
            with self._end as end:
                self._work(_Noting(end, self))
        except BaseException as error:
            self.failed = error


class _Noting:
    """A stream that remembers whether anything was written to it."""

    def __init__(self, stream: IO[bytes], thread: _Thread) -> None:
        self._stream, self._thread = stream, thread

    def write(self, data: bytes) -> int:
        """As the stream's."""
        self._thread.wrote = True
        return self._stream.write(data)

    def read(self, size: int = -1) -> bytes:
        """As the stream's."""
        return self._stream.read(size)

    def flush(self) -> None:
        """As the stream's."""
        self._stream.flush()
