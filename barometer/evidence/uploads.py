"""Files that people hand in: the original untouched, its kind by its content, a copy that can be published."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import puremagic
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image

from barometer.errors import BarometerError, TooLarge, Unreadable
from barometer.evidence import images
from barometer.evidence.store import Digest, digest_of
from barometer.evidence.wacz import Page, pack
from barometer.evidence.warc import Made, write_warc
from barometer.fetching import Apart

LIMIT = 256 << 20
#: A PDF of more pages gets no copy: whoever publishes takes the pages that matter.
PAGES = 300
_DOTS_PER_INCH = 150
_PIXELS_A_PAGE = 30_000_000
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_COPY = "barometer.evidence.uploads:copied"
_COPY_SECONDS, _COPY_MEMORY = 120, 3 << 30
_EPOCH = datetime(1980, 1, 1).timetuple()


@dataclass(frozen=True)
class Upload:
    """A file as handed in. `clean` is the copy without metadata, where one can be made; `notes` say why not."""

    name: str
    data: bytes = field(repr=False)
    digest: Digest
    media_type: str
    clean: bytes | None = field(repr=False)
    clean_media_type: str
    dhash: int | None
    notes: tuple[str, ...]


def take(source: bytes | Path, name: str, *, apart: Apart | None = None) -> Upload:
    """A file with what can be told of it; TooLarge, Unreadable. A broken picture is kept like anything else.

    Pictures and PDFs are opened `apart`, by default in a child of their own.
    """
    data = source if isinstance(source, bytes) else _read(source)
    if len(data) > LIMIT:
        raise TooLarge(f"over {LIMIT >> 20} MB", file=name, next_step="cut it into parts")
    media_type = media_type_of(data)
    copy: dict[str, Any] = {}
    notes: tuple[str, ...] = ()
    if media_type == "application/pdf" or (media_type.startswith("image/") and media_type != "image/svg+xml"):
        try:
            with nullcontext(apart) if apart else Apart() as room:
                copy = room.run(_COPY, (data, media_type), seconds=_COPY_SECONDS, memory=_COPY_MEMORY)
        except BarometerError as error:
            notes = (f"no copy without metadata: {error.message}",)
    return Upload(
        _named(name),
        data,
        digest_of(data),
        media_type,
        copy.get("data"),
        copy.get("media_type", ""),
        copy.get("dhash"),
        notes,
    )


def copied(file: tuple[bytes, str]) -> dict[str, Any]:
    """Of a picture's or a PDF's bytes and media type: `data` and `media_type` of the clean copy, `dhash` or None."""
    data, media_type = file
    if media_type == "application/pdf":
        return {"data": _pictured(data), "media_type": media_type, "dhash": None}
    clean, clean_type = images.clean_copy(data)
    return {"data": clean, "media_type": clean_type, "dhash": images.dhash(data)}


def archive(upload: Upload, *, at: datetime) -> bytes:
    """The original in a WACZ, under a urn of its digest."""
    uri = f"urn:sha256:{upload.digest.sha256}"
    warc = write_warc([Made(uri, at, upload.media_type, upload.data)], at=at)
    return pack(warc, [Page(uri, at, upload.name)], title=upload.name, created=at)


def media_type_of(data: bytes) -> str:
    """What bytes are by their content; application/octet-stream where nothing tells."""
    if not data:
        return "application/octet-stream"
    if data.startswith(b"WARC/1."):
        return "application/warc"
    if text := _text(data[: 1 << 16]):
        return _kind_of_text(text)
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    try:
        found = puremagic.magic_string(data[: 1 << 16])
    except puremagic.PureError:
        return "application/octet-stream"
    return next((match.mime_type for match in found if match.mime_type), "application/octet-stream")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(LIMIT + 1)
    except OSError as error:
        raise Unreadable(f"{error.strerror}", file=path, next_step="name a file that can be read") from None


def _named(name: str) -> str:
    """The last part of a name, without signs that a terminal or a header would obey."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", last)[-200:] or "file"


def _text(start: bytes) -> str:
    """The text of bytes that are one; a letter cut off at the end does not count."""
    for cut in range(4):
        try:
            text = start[: len(start) - cut].decode()
        except UnicodeDecodeError:
            continue
        return "" if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) else text
    return ""


def _kind_of_text(text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")[:2000].lower()
    if start.startswith("%pdf-"):
        return "application/pdf"
    if re.match(r"(?:<\?xml[^>]*+>|(?><!--.*?-->)|<!doctype svg[^>]*+>|\s)*+<svg\b", start, re.DOTALL):
        return "image/svg+xml"
    if re.match(
        r"(?:<\?xml[^>]*+>|(?><!--.*?-->)|\s)*+<(?:!doctype html|html|head|body)\b", start, re.DOTALL
    ):
        return "text/html"
    return "application/xml" if start.startswith("<?xml") else "text/plain"


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as whole:
            names = set(whole.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "application/zip"
    if "[Content_Types].xml" in names:
        for part, kind in (("word/", _DOCX), ("xl/", _XLSX), ("ppt/", _PPTX)):
            if any(name.startswith(part) for name in names):
                return kind
    if "datapackage.json" in names and any(name.startswith("archive/") for name in names):
        return "application/wacz"
    return "application/zip"


def _pictured(data: bytes) -> bytes:
    """The pages as pictures in a new PDF: what is seen, and nothing that stands under it or beside it."""
    try:
        with pypdfium2.PdfDocument(data) as document:
            if len(document) > PAGES:
                raise TooLarge(f"the PDF has {len(document)} pages, over {PAGES}")
            pages = [_picture(page) for page in document]
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"the PDF cannot be read: {error}") from None
    if not pages:
        raise Unreadable("the PDF has no pages")
    out = io.BytesIO()
    pages[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=pages[1:],
        resolution=_DOTS_PER_INCH,
        quality=85,
        creationDate=_EPOCH,
        modDate=_EPOCH,
    )
    return out.getvalue()


def _picture(page: pypdfium2.PdfPage) -> Image.Image:
    scale = _DOTS_PER_INCH / 72
    width, height = page.get_size()
    if width * height * scale * scale > _PIXELS_A_PAGE:
        raise TooLarge(f"a page of the PDF is {width:.0f} × {height:.0f} points")
    picture: Image.Image = page.render(scale=scale).to_pil()
    return picture.convert("RGB")
