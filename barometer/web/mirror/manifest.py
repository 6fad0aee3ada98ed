"""What a mirror holds, file by file, and the signature over it. Reading and checking need no ledger.

`manifest.json` names every file with its size and SHA-256, `manifest.sig` is the Ed25519 signature over its bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from cryptography.exceptions import InvalidSignature

from barometer.errors import NotReady
from barometer.evidence.signing import private_key, public_key

NAME, SIGNATURE = "manifest.json", "manifest.sig"
FORM = "Press Barometer mirror 1"
_NO_KEY = "make one: barometer mirror keygen"
#: Larger than any manifest of ours.
LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True)
class Held:
    """One file: how long it is, and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The files of a mirror by their names; `software` made them, as things stood on `day`."""

    software: str
    day: str
    files: Mapping[str, Held] = field(default_factory=dict)

    def bytes(self) -> bytes:
        """As it is written and signed: one line a file, in order."""
        rows = ",\n".join(
            f"  {json.dumps(name)}: [{held.size}, {json.dumps(held.sha256)}]"
            for name, held in sorted(self.files.items())
        )
        head = "".join(
            f" {json.dumps(name)}: {json.dumps(value)},\n"
            for name, value in (("form", FORM), ("software", self.software), ("day", self.day))
        )
        return f'{{\n{head} "files": {{\n{rows}\n }}\n}}\n'.encode()


def held(data: bytes) -> Held:
    """How long the bytes are, and their digest."""
    return Held(len(data), hashlib.sha256(data).hexdigest())


def held_in(path: Path) -> Held | None:
    """The same of a file; None where there is none."""
    try:
        with path.open("rb") as stream:
            return Held(os.fstat(stream.fileno()).st_size, hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError:
        return None


def read(folder: Path) -> Manifest | None:
    """The manifest of a mirror; None where the folder has none that can be read."""
    try:
        with (folder / NAME).open("rb") as stream:
            data = json.loads(stream.read(LARGEST))
        if data["form"] != FORM:
            return None
        files = {
            name: Held(int(size), str(digest))
            for name, (size, digest) in data["files"].items()
            if _is_inside(name)
        }
        return Manifest(str(data["software"]), str(data["day"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_inside(name: str) -> bool:
    """Whether the name leads to a file below the folder, and nowhere else."""
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not name.startswith("/")
        and ".." not in parts
        and "\\" not in name
        and ":" not in name
    )


def faults(folder: Path, public: Path | None) -> list[str]:
    """What is amiss with a mirror: its signature, files that are missing, changed or not named. NotReady for no mirror."""
    found = read(folder)
    if found is None:
        raise NotReady(
            "this is no mirror: it has no manifest", file=folder, next_step="name the mirror's folder"
        )
    amiss = [] if public is None else _signature(folder, public)
    for name, there in sorted(found.files.items()):
        here = held_in(folder / name)
        if here != there:
            amiss.append(f"missing: {name}" if here is None else f"changed: {name}")
    return amiss + [f"not in the manifest: {name}" for name in strangers(folder, found)]


def strangers(folder: Path, known: Manifest) -> list[str]:
    """Files that the manifest does not name."""
    own = {NAME, SIGNATURE}
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return sorted(name for name in names if name not in known.files and name not in own)


def _signature(folder: Path, public: Path) -> list[str]:
    try:
        signature = (folder / SIGNATURE).read_bytes()
    except OSError:
        return [f"missing: {SIGNATURE}"]
    try:
        public_key(public, "give what barometer mirror keygen printed").verify(
            signature, (folder / NAME).read_bytes()
        )
    except InvalidSignature:
        return ["the signature is not of this manifest by this key"]
    return []


def sign(folder: Path, private: Path) -> bytes:
    """Sign the manifest of a mirror with the key in a file; the signature."""
    key = private_key(private, _NO_KEY)
    if read(folder) is None:
        raise NotReady(
            "this is no mirror: it has no manifest", file=folder, next_step="name the mirror's folder"
        )
    signature = key.sign((folder / NAME).read_bytes())
    if not _same(folder / SIGNATURE, signature):
        draft = folder / f".{SIGNATURE}"
        draft.write_bytes(signature)
        draft.replace(folder / SIGNATURE)
    return signature


def check_key(private: Path) -> None:
    """Unreadable where the file holds no key to sign with: better said before the pages are made."""
    private_key(private, _NO_KEY)


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False
