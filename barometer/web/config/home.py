"""The data folder and the secret key in it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from barometer.errors import NotReady

STALE = 3600.0  # seconds
KEY_LENGTH = 64  # bytes drawn; the file holds them as letters


def default_home(environment: Mapping[str, str]) -> Path:
    """The platform's own folder for a person's application data."""
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Application Support")
    else:
        base = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "press-barometer"


def home_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The data folder, absolute; made with mode 0700 if it is not there."""
    given = environment.get("BAROMETER_HOME")
    folder = Path(given).expanduser().absolute() if given else default_home(environment)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise NotReady(
            f"the data folder cannot be made: {error.strerror}",
            file=folder,
            next_step="set BAROMETER_HOME to a folder that you may write to",
        ) from None
    return folder


def secret_key(folder: Path) -> str:
    """The key of this installation, made on first use, readable by its owner alone.

    Two processes that start at once agree: the key appears whole under its name, and the first one counts.
    """
    path = folder / "secret-key"
    try:
        if not path.exists():
            _make_key(path, secrets.token_urlsafe(KEY_LENGTH))
        key = path.read_text(encoding="ascii").strip()
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a key"
        raise NotReady(
            f"the secret key cannot be read or made: {reason}",
            file=path,
            next_step="let this user write to the data folder, or remove a damaged key (everyone is then logged out)",
        ) from None
    if len(key) < KEY_LENGTH:
        raise NotReady(
            "the secret key is cut short",
            file=path,
            next_step="remove it: a new one is made, and everyone is logged out",
        )
    return key


def lines_of_key(folder: str | Path, name: str, make: Callable[[], str]) -> tuple[Path, list[str]]:
    """The keys in a file of the folder, the current one first; made on first use, readable by its owner alone."""
    path = Path(folder) / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make_key(path, make())
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        lines = path.read_text(encoding="ascii").split()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a key"
        raise NotReady(
            f"the key cannot be read or made: {reason}",
            file=path,
            next_step="let this user write to the folder, or put the key back from where it is kept",
        ) from None
    return path, lines


def scratch_folder(folder: Path) -> Path:
    """Where this installation's passing files lie, its owner's alone, and not among those of all users."""
    scratch = folder / "tmp"
    scratch.mkdir(mode=0o700, exist_ok=True)
    return scratch


def sweep_scratch(folder: Path) -> None:
    """Remove what processes that were killed left there an hour ago or earlier."""
    before = time.time() - STALE
    for path in scratch_folder(folder).iterdir():
        with contextlib.suppress(OSError):  # another process was first
            if path.stat().st_mtime < before:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _make_key(path: Path, key: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(key)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, path)
    finally:
        draft.unlink()
