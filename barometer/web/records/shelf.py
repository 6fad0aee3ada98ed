"""What was worked out of a large ledger, laid on the disk: a process begins with it and not with reading everything.

Each thing is a folder of numpy's own files, which processes map into memory, so that several share what they hold, and
a description that names the folder: it is put in the place of the old one in one step. Nothing depends on it. What is
missing, broken, or of another program or ledger is worked out anew; a disk that takes nothing is only told of in the
log. It holds row ids and public ids, never a name or a word of the ledger: what is erased there has not been here.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from numpy.typing import NDArray

from barometer import __version__
from barometer.evidence.disk import sync_folder

Arrays = Mapping[str, NDArray[Any]]
_ABOUT = "about.json"
_log = logging.getLogger("barometer.shelf")


@dataclass(frozen=True)
class Laid:
    """Something that lay there: plain values, and arrays that may not be written to."""

    plain: Any
    arrays: Arrays


def lay(name: str, made_by: tuple[str, ...], plain: Any, arrays: Arrays) -> None:
    """Put something in the place of what lies there under this name; `made_by`: see `take`."""
    shelf = _shelf(name)
    try:
        shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=shelf))
        for key, values in arrays.items():
            with (folder / f"{key}.npy").open("wb") as file:
                np.save(file, values, allow_pickle=False)
                _to_disk(file)
        sync_folder(folder)
        about = {"form": _form(made_by), "folder": folder.name, "arrays": sorted(arrays), "plain": plain}
        with (folder / _ABOUT).open("w", encoding="utf-8") as file:
            json.dump(about, file)
            _to_disk(file)
        (folder / _ABOUT).replace(shelf / _ABOUT)
        _sweep(shelf, but=folder)
    except OSError as reason:
        _log.warning("%s is not kept for the next process: %s", name, reason.strerror)


def take(name: str, made_by: tuple[str, ...]) -> Laid | None:
    """What lies there, if this program and this form of the ledger made it.

    `made_by` are the modules whose code decides what it holds: another text of one of them makes another thing.
    """
    shelf = _shelf(name)
    for _ in range(2):  # another process may have laid something newer and swept while this one read
        try:
            about = json.loads((shelf / _ABOUT).read_text(encoding="utf-8"))
            if about["form"] != _form(made_by):
                return None
            folder = shelf / Path(about["folder"]).name
            arrays = {key: np.load(folder / f"{key}.npy", mmap_mode="r") for key in about["arrays"]}
            return Laid(about["plain"], {key: np.asarray(values) for key, values in arrays.items()})
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError) as reason:
            _log.warning("%s cannot be read from the disk and is worked out anew: %s", name, reason)
            return None
    return None


def _shelf(name: str) -> Path:
    return Path(settings.HOME) / "worked-out" / name


def _to_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sweep(shelf: Path, but: Path) -> None:
    """Remove what was there before; a process that has it in memory keeps it until it ends."""
    for path in shelf.iterdir():
        if path.is_dir() and path != but:
            shutil.rmtree(path, ignore_errors=True)


def _form(made_by: tuple[str, ...]) -> str:
    """What has to be the same for something to mean the same: code, codebook, database, its form."""
    ledger = (connection.vendor, *_newest_migration())
    return hashlib.sha256(json.dumps([_texts(made_by), ledger]).encode()).hexdigest()


def _newest_migration() -> tuple[str, ...]:
    rows = MigrationRecorder(connection).migration_qs.order_by("-pk").values_list("app", "name")
    return tuple(rows.first() or ())


@cache
def _texts(made_by: tuple[str, ...]) -> str:
    """The digest of the program's version, the modules' texts, the data of the codebook and that of following cases."""
    found = hashlib.sha256(f"{__version__} {np.__version__}".encode())
    for name in made_by:
        package, _, module = name.rpartition(".")
        found.update(files(package).joinpath(f"{module}.py").read_bytes())
    for room in ("barometer.codebook", "barometer.cases"):
        for one in sorted((files(room) / "data").iterdir(), key=lambda path: path.name):
            found.update(one.name.encode() + (one.read_bytes() if one.is_file() else b""))
    return found.hexdigest()
