"""What is given by name: a file, never an address; and how a result is put beside what stands there already."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from barometer.errors import NotReady, UnknownValue

_ADDRESS = re.compile(r"(?:https?|ftp):/", re.IGNORECASE)


def refuse_address(path: Path) -> None:
    """UnknownValue for an address of the web: pages are not read yet."""
    if _ADDRESS.match(str(path)):
        raise UnknownValue(
            "addresses are not read yet, only files",
            file=re.sub(r":/(?!/)", "://", str(path), count=1),
            next_step="save the page's text as a .txt file and give that",
        )


def make_folder(out: Path) -> None:
    """The folder is there and can be written to; NotReady otherwise."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotReady(
            "this is a file, not a folder", file=out, next_step="name a folder: --out DIR"
        ) from None
    except OSError as error:
        raise _unwritable(out, error) from None


def put(target: Path, text: str) -> Path | None:
    """Write the file, all of it or nothing. What stood there with other words is kept beside it: its new name."""
    data = text.encode()
    try:
        kept = _keep(target, data)
        _write_whole(target, data)
    except OSError as error:
        raise _unwritable(target, error) from None
    return kept


def _unwritable(path: Path, error: OSError) -> NotReady:
    return NotReady(
        f"it cannot be written: {error.strerror or error}",
        file=path,
        next_step="let this user write there, or name another folder: --out DIR",
    )


def _keep(target: Path, data: bytes) -> Path | None:
    """Another name for what stands there, if it is something else: NAME.bak, NAME.bak2 and so on."""
    if not target.exists() or target.read_bytes() == data:
        return None
    number = 1
    while (kept := target.with_name(f"{target.name}.bak{number if number > 1 else ''}")).exists():
        number += 1
    shutil.copy2(target, kept)
    return kept


def _write_whole(target: Path, data: bytes) -> None:
    """A temporary file beside it takes its name at the end."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
