"""Opening tips away from the server: what came, as a folder of files that nothing opens by itself.

The desk hands out a bundle: a ZIP, nothing in it packed, of sealed messages named TIP/NUMBER-in.age or -out.age.
"""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from barometer.errors import BarometerError, NotReady, TooLarge, Unreadable
from barometer.evidence.uploads import copied, media_type_of
from barometer.sources.found import clean_text
from barometer.tips.seal import LIMIT, Message, open_sealed, seal

_COPY = "barometer.tips.opening:copy_of"
_COPY_SECONDS, _COPY_MEMORY = 120, 3 << 30
_MOST_MESSAGES = 500
_NAME = re.compile(r"([a-z0-9]{1,40})/([0-9]{3})-(in|out)\.age")
_EARLY = (1980, 1, 1, 0, 0, 0)
#: What a copy without metadata is called by; other kinds get none.
_ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", "application/pdf": "pdf",
}  # fmt: skip
_TITLES = {
    "what": "What happened", "whom": "To whom", "when": "When", "where": "Where", "urgent": "How urgent",
    "publish": "May it be published", "contact": "Contact, if wished", "text": "Text", "anonymous": "Anonymous",
    "from": "From", "to": "To", "date": "Date", "subject": "Subject", "language": "Language of the form",
}  # fmt: skip


class Runs(Protocol):
    """What runs a function of ours apart: `barometer.fetching.Apart`."""

    def run(self, function: str, argument: object, *, seconds: float, memory: int) -> Any:
        """What `function` ("module:name") makes of `argument`."""


# --- bundles ----------------------------------------------------------------------------------------------------------


def bundle(tip: str, messages: Iterable[tuple[int, bool, bytes]]) -> bytes:
    """The sealed messages of a tip, each as (number, from the desk, bytes), as one file; without any time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        for number, from_desk, sealed in messages:
            name = f"{tip}/{number:03}-{'out' if from_desk else 'in'}.age"
            whole.writestr(zipfile.ZipInfo(name, _EARLY), sealed)
    return out.getvalue()


def read_bundle(path: Path) -> list[tuple[str, bytes]]:
    """The sealed messages in a bundle, by name, or of a file that is one itself. Unreadable, TooLarge."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
            if start != b"PK\x03\x04":
                data = start + stream.read(LIMIT + (1 << 20))
                return [(f"{re.sub('[^a-z0-9]', '', path.stem.lower())[:40] or 'tip'}/001-in.age", data)]
        with zipfile.ZipFile(path) as whole:
            return [_member(whole, info, path) for info in _members(whole, path)]
    except OSError as error:
        raise Unreadable(
            f"it cannot be read ({error.strerror})", file=path, next_step="check the name"
        ) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable("it is no bundle of a tip", file=path, next_step="download it again") from None


def _members(whole: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    infos = whole.infolist()
    if len(infos) > _MOST_MESSAGES:
        raise TooLarge(f"over {_MOST_MESSAGES} messages", file=path, next_step="download it again")
    return infos


def _member(whole: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> tuple[str, bytes]:
    if not _NAME.fullmatch(info.filename) or info.compress_type != zipfile.ZIP_STORED:
        raise Unreadable(
            "it is no bundle of a tip: it holds other things", file=path, next_step="download it again"
        )
    if info.file_size > LIMIT + (1 << 20):
        raise TooLarge(f"a message of over {LIMIT >> 20} MB", file=path, next_step="download it again")
    return info.filename, whole.read(info)


def number_of(name: str) -> tuple[str, int]:
    """The tip and the number of a message that a bundle names."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise Unreadable(f"{name[:80]!r} is no message of a tip", next_step="name a bundle that reseal wrote")
    return match[1], int(match[2])


# --- opening ----------------------------------------------------------------------------------------------------------


def open_bundle(path: Path, identities: Sequence[str], out: Path, apart: Runs) -> list[Path]:
    """Open a bundle: a folder for each message, as OUT/TIP/NUMBER-in. NotReady where such a folder is there.

    In it are tip.txt to read, tip.json, `originals/` with every file as it came, named so that nothing opens it by
    a click, and `copies/` of pictures and PDFs without metadata, made in a child with limits and without a network.
    """
    opened = [(name, _opened(sealed, name, identities, path)) for name, sealed in read_bundle(path)]
    return [_write(out / name.removesuffix(".age"), message, apart) for name, message in opened]


def reseal(path: Path, identities: Sequence[str], recipients: Sequence[str], out: Path) -> Path:
    """A bundle opened with the old key and sealed to new ones, as OUT/NAME; nothing of it is written in clear.

    The keys of the source are not among the new ones: of the desk's questions the server keeps what the source reads.
    """
    found = read_bundle(path)
    again = [
        (name, seal(_opened(sealed, name, identities, path), recipients))
        for name, sealed in found
        if "-in" in name
    ]
    parts = [(*number_of(name), sealed) for name, sealed in again]
    if not parts:
        raise NotReady("there is nothing from the source in it", file=path, next_step="name another bundle")
    target = out / path.name
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    _file(target, bundle(parts[0][0], [(number, False, sealed) for _, number, sealed in parts]))
    return target


def _opened(sealed: bytes, name: str, identities: Sequence[str], path: Path) -> Message:
    try:
        return open_sealed(sealed, identities)
    except BarometerError as error:
        raise type(error)(error.message, file=path, place=name, next_step=error.next_step) from None


def _write(folder: Path, message: Message, apart: Runs) -> Path:
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise NotReady("it was opened before", file=folder, next_step="name another folder: --out") from None
    notes = [
        _file_written(folder, number, each.name, each.data, apart)
        for number, each in enumerate(message.files, 1)
    ]
    told = {
        "kind": message.kind,
        "day": message.day.isoformat(),
        "fields": dict(message.fields),
        "files": notes,
    }
    _file(folder / "tip.json", json.dumps(told, ensure_ascii=False, indent=2).encode())
    _file(folder / "tip.txt", _readable(message, notes).encode())
    return folder


def _file_written(folder: Path, number: int, name: str, data: bytes, apart: Runs) -> dict[str, Any]:
    """A file as it came and, where one can be made, its copy; what is told of both."""
    original = f"{number:02}-{_safe(name)}.original"
    _file(folder / "originals" / original, data)
    told: dict[str, Any] = {"name": name, "size": len(data), "original": f"originals/{original}"}
    try:
        copy = apart.run(_COPY, data, seconds=_COPY_SECONDS, memory=_COPY_MEMORY)
    except BarometerError as error:
        return told | {"note": f"no copy without metadata: {error.message}"}
    told["media_type"] = copy["media_type"]
    ending = _ENDINGS.get(copy["copy_type"])
    if ending is None:
        return told | {"note": "no copy without metadata: not a picture or a PDF"}
    _file(folder / "copies" / f"{number:02}.{ending}", copy["data"])
    return told | {"copy": f"copies/{number:02}.{ending}"}


def copy_of(data: bytes) -> dict[str, Any]:
    """In the child: what the bytes are, and the copy without metadata of a picture or a PDF."""
    kind = media_type_of(data)
    told: dict[str, Any] = {"media_type": kind, "copy_type": "", "data": b""}
    if kind == "application/pdf" or (kind.startswith("image/") and kind != "image/svg+xml"):
        made = copied((data, kind))
        told |= {"copy_type": made["media_type"], "data": made["data"]}
    return told


def _readable(message: Message, notes: Sequence[dict[str, Any]]) -> str:
    """The message for people, without signs that a terminal would obey."""
    lines = [f"{message.kind}, {message.day.isoformat()}", ""]
    for name, value in message.fields.items():
        if value:
            lines += [f"{_TITLES.get(name, name)}:", _plain(value), ""]
    for told in notes:
        what = told.get("copy") or told["note"]
        lines.append(f"File {_plain(told['name'])!r}, {told['size']:,} bytes: {told['original']}; {what}")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return re.sub(r"[\x80-\x9f\u202a-\u202e\u2066-\u2069]", "", clean_text(text))


def _safe(name: str) -> str:
    """The last part of a name, of letters, digits and a few signs, so that no folder and no program is named."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[^\w.-]", "_", last)[-60:].lstrip(".") or "file"


def _file(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise NotReady(
            "there is a file of this name", file=path, next_step="name another folder: --out"
        ) from None
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
