"""WACZ 1.1.1: a WARC with its index, its pages and the digests of all parts, in one ZIP that viewers open.

The parts stand in the ZIP as they are, so that a viewer can read ranges of it. Equal input gives equal bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from barometer.errors import Unreadable
from barometer.evidence.warc import SOFTWARE, date_of, read_warc

VERSION = "1.1.1"
DATA = "archive/data.warc.gz"
INDEX = "indexes/index.cdx"
PAGES = "pages/pages.jsonl"
PACKAGE = "datapackage.json"
DIGEST = "datapackage-digest.json"
#: What a ZIP raises that is none, is damaged or locked, and parts that are not of the form.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, LookupError, TypeError,
    AttributeError, Unreadable,
)  # fmt: skip
_INDEXED = ("response", "resource", "revisit")


@dataclass(frozen=True)
class Page:
    """What a viewer lists: the address as it stands in the WARC, the time of its answer, title and words."""

    url: str
    at: datetime
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class Indexed:
    """One record of a WARC: where its gzip member begins and how long it is, in bytes."""

    url: str
    timestamp: str
    status: str
    media_type: str
    digest: str
    offset: int
    length: int


def pack(
    warc: bytes | Path, pages: Sequence[Page], *, title: str, created: datetime, software: str = SOFTWARE
) -> bytes:
    """A whole WACZ; Unreadable where the WARC cannot be read to its end."""
    data = warc.read_bytes() if isinstance(warc, Path) else warc
    parts = {
        DATA: data,
        INDEX: "".join(sorted(_cdxj(entry) for entry in index(data))).encode(),
        PAGES: _pages(pages).encode(),
    }
    package = _json(_package(parts, pages, title, created, software))
    digest = _json({"path": PACKAGE, "hash": _hash(package), "software": software})
    return _zip({**parts, PACKAGE: package, DIGEST: digest}, created)


def index(warc: bytes) -> Iterator[Indexed]:
    """The records of a .warc.gz that a viewer may ask for, in the order of the file; Unreadable."""
    for record in read_warc(warc):
        fields = record.fields
        if fields.get("warc-type") not in _INDEXED:
            continue
        status, media_type = _answer(record.block) if fields["warc-type"] != "resource" else ("200", "")
        yield Indexed(
            fields.get("warc-target-uri", ""),
            re.sub(r"\D", "", fields.get("warc-date", ""))[:14],
            status,
            (media_type or fields.get("content-type", "")).split(";")[0].strip() or "unk",
            fields.get("warc-payload-digest", ""),
            record.offset,
            record.length,
        )


def surt(url: str) -> str:
    """An address as indexes sort it: com,example)/path?a=1; what is not of the web stays as it is."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return re.sub(r"\s+", "%20", url)
    host = re.sub(r"^www\d*\.", "", parts.hostname)
    named = ",".join(reversed(host.split(".")))
    default = {"http": 80, "https": 443}[parts.scheme]
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    path = re.sub("/+", "/", parts.path).rstrip("/") or "/"
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return re.sub(r"\s+", "%20", f"{named}{port}){path}{query}".lower())


def _answer(block: bytes) -> tuple[str, str]:
    """Status and media type that an HTTP answer begins with; "unk" where it tells no type."""
    head = block.partition(b"\r\n\r\n")[0]
    status = re.match(rb"HTTP/\d(?:\.\d)? (\d{3})", head)
    kind = re.search(rb"^content-type[ \t]*:[ \t]*([^\r\n]*)", head, re.IGNORECASE | re.MULTILINE)
    return (status[1].decode() if status else "-"), (kind[1].decode("latin-1") if kind else "") or "unk"


def _cdxj(entry: Indexed) -> str:
    fields = {
        "url": entry.url,
        "mime": entry.media_type,
        "status": entry.status,
        "digest": entry.digest,
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": Path(DATA).name,
    }
    return f"{surt(entry.url)} {entry.timestamp} {json.dumps(fields, ensure_ascii=True)}\n"


def _pages(pages: Iterable[Page]) -> str:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All pages"}
    lines = [head, *({**_page(page), "title": page.title, "text": page.text} for page in pages)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _page(page: Page) -> dict[str, str]:
    at = date_of(page.at)
    return {"id": uuid.uuid5(uuid.NAMESPACE_URL, f"{at} {page.url}").hex, "url": page.url, "ts": at}


def _package(
    parts: dict[str, bytes], pages: Sequence[Page], title: str, created: datetime, software: str
) -> dict[str, Any]:
    main = {"mainPageUrl": pages[0].url, "mainPageDate": date_of(pages[0].at)} if pages else {}
    return {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": title,
        "created": date_of(created),
        "software": software,
        **main,
        "resources": [
            {"name": Path(path).name.lower(), "path": path, "hash": _hash(data), "bytes": len(data)}
            for path, data in parts.items()
        ],
    }


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _hash(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _zip(parts: dict[str, bytes], created: datetime) -> bytes:
    """Stored, not packed again; every part has the time of the whole."""
    buffer = io.BytesIO()
    at = created.astimezone(UTC)
    moment = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, data in parts.items():
            part = zipfile.ZipInfo(path, moment)
            part.external_attr = 0o644 << 16
            archive.writestr(part, data)
    return buffer.getvalue()


def faults(wacz: bytes) -> list[str]:
    """What of the format a WACZ does not keep, each with its part; empty where all is well."""
    try:
        with zipfile.ZipFile(io.BytesIO(wacz)) as archive:
            parts = {info.filename: info for info in archive.infolist()}
            found = [f"{name}: missing" for name in (DATA, PAGES, PACKAGE) if name not in parts]
            return found or _faults(archive, parts)
    except _UNREADABLE as error:
        return [f"it cannot be read: {error}"]


def _faults(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> list[str]:
    package = json.loads(archive.read(PACKAGE))
    listed = {resource["path"]: resource for resource in package["resources"]}
    found = [
        f"{path}: not in the ZIP" if path not in parts else f"{path}: its bytes are not those of its digest"
        for path, resource in listed.items()
        if path not in parts or _hash(archive.read(path)) != resource["hash"]
    ]
    found += [f"{name}: not listed" for name in sorted(set(parts) - set(listed) - {PACKAGE, DIGEST})]
    if package.get("wacz_version") != VERSION:
        found.append(f"{PACKAGE}: of version {package.get('wacz_version')!r}")
    if parts[DATA].compress_type != zipfile.ZIP_STORED:
        found.append(f"{DATA}: compressed once more")
    if DIGEST in parts and json.loads(archive.read(DIGEST))["hash"] != _hash(archive.read(PACKAGE)):
        found.append(f"{DIGEST}: not the digest of {PACKAGE}")
    return found + _page_faults(archive) + (_index_faults(archive) if INDEX in parts else [])


def _page_faults(archive: zipfile.ZipFile) -> list[str]:
    """Each page needs its answer in the WARC under the same address and time."""
    held = {(entry.url, entry.timestamp) for entry in index(archive.read(DATA))}
    pages = [json.loads(line) for line in archive.read(PAGES).splitlines()[1:]]
    return [
        f"{PAGES}: {page['url']} is not in the WARC"
        for page in pages
        if (page["url"], re.sub(r"\D", "", page["ts"])[:14]) not in held
    ]


def _index_faults(archive: zipfile.ZipFile) -> list[str]:
    """Lines in order, and one for each record that a viewer may ask for."""
    lines = archive.read(INDEX).decode().splitlines(keepends=True)
    found = [] if lines == sorted(lines) else [f"{INDEX}: not in order"]
    if sorted(lines) != sorted(_cdxj(entry) for entry in index(archive.read(DATA))):
        found.append(f"{INDEX}: not the index of {DATA}")
    return found
