"""A report on one item that a court can read: what, when, digests, chain, and how to check it without us."""

from __future__ import annotations

import base64
import io
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

import typst
from PIL import Image

from barometer.errors import Unreadable
from barometer.evidence.chain import Access, ChainStep
from barometer.evidence.images import PIXELS
from barometer.evidence.log import Head, LogEntry, time_of
from barometer.evidence.stamps import Stamp
from barometer.evidence.warc import SOFTWARE

LANGUAGES = ("en", "ru", "kk")
#: A printed page holds a picture about this much higher than wide.
_HIGH = 1.25
_FACTS = (
    ("url", "address"),
    ("final_url", "final"),
    ("status", "status"),
    ("title", "heading"),
    ("wall", "wall"),
    ("at", "taken"),
    ("by", "by"),
    ("how", "how"),
)


@dataclass(frozen=True)
class ReportFile:
    """One file of an item: its name as handed over, its size in bytes, its digest."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class LogPlace:
    """Where an item stands in the log, and the proof that leads from there to a head."""

    entry: LogEntry
    head: Head
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Reported:
    """All that a report tells. `facts` are those of a capture, or empty; `picture` what was seen."""

    item: str
    media_type: str
    access: Access
    files: Sequence[ReportFile]
    chain: Sequence[ChainStep]
    stamps: Sequence[Stamp] = ()
    log: LogPlace | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    picture: bytes | None = field(default=None, repr=False)


def report(reported: Reported, language: str, *, at: datetime) -> bytes:
    """A PDF (for archives: PDF/A-2a, PDF/UA-1). Equal input gives equal bytes."""
    picture, cut = _picture(reported.picture)
    template = (resources.files("barometer.evidence") / "report.typ").read_bytes()
    data = _data(reported, language, at, bool(picture), cut)
    try:
        return _typeset(template, data, picture, at, for_archives=True)
    except typst.TypstError:
        # A sign that no embedded font has is printed as a box; the archive's standard forbids that.
        return _typeset(template, data, picture, at, for_archives=False)


@cache
def words(language: str) -> dict[str, str]:
    """The report's words; a language that it does not have is English."""
    told = tomllib.loads((resources.files("barometer.evidence") / "report.toml").read_text("utf-8"))
    found: dict[str, str] = told.get(language) or told["en"]
    return found


def _typeset(
    template: bytes, data: dict[str, Any], picture: str, at: datetime, *, for_archives: bool
) -> bytes:
    return typst.compile(
        template,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "picture": picture},
        ignore_system_fonts=True,
        pdf_standards=["ua-1", "a-2a"] if for_archives else None,
        timestamp=at.astimezone(UTC),
    )


def _data(reported: Reported, language: str, at: datetime, pictured: bool, cut: bool) -> dict[str, Any]:
    said = words(language)
    return {
        "language": language if language in LANGUAGES else "en",
        "words": said,
        "item": reported.item,
        "made": said["made"].format(at=_day(at), version=SOFTWARE),
        "facts": _facts(reported, said),
        "files": [
            {"name": file.name, "size": f"{file.size:,}".replace(",", "\u202f"), "sha256": file.sha256}
            for file in reported.files
        ],
        "stamps": [
            {
                "at": _day(stamp.at),
                "authority": stamp.authority,
                "serial": f"{stamp.serial:x}",
                "file": _file_of(stamp.sha256, reported),
            }
            for stamp in reported.stamps
        ],
        "log": _log(reported.log, said),
        "chain": [_step(step, said) for step in reported.chain],
        "picture": {"alt": said["picture"], "cut": cut} if pictured else None,
        "steps": _steps(reported, said),
    }


def _facts(reported: Reported, said: Mapping[str, str]) -> list[tuple[str, str]]:
    """The table of what it is: rows that have something to say."""
    facts = reported.facts
    shown = [(said["kind"], facts.get("media_type") or reported.media_type)]
    shown += [(said[word], str(facts[key])) for key, word in _FACTS if facts.get(key)]
    servers = dict.fromkeys(f"{hop['address']} ({hop['status']})" for hop in facts.get("hops", ()))
    if servers:
        shown.append((said["servers"], ", ".join(servers)))
    if facts.get("notes"):
        shown.append((said["notes"], "\n".join(facts["notes"][:20])))
    return [*shown, (said["access"], said[reported.access])]


def _file_of(sha256: str, reported: Reported) -> str:
    """What a stamp is over: the name of the file, or the digest of what is none of them (a head of the log)."""
    return next((file.name for file in reported.files if file.sha256 == sha256), sha256)


def _log(place: LogPlace | None, said: Mapping[str, str]) -> dict[str, Any] | None:
    if place is None:
        return None
    told = said["logged"].format(
        index=place.entry.index, at=time_of(place.entry.at), size=place.head.size, root=place.head.root
    )
    return {"told": told, "proof": list(place.proof)}


def _step(step: ChainStep, said: Mapping[str, str]) -> dict[str, str]:
    details = (step.how, step.from_where, step.version, step.note)
    return {
        "at": _day(step.at),
        "who": step.who,
        "act": said[step.act],
        "how": " · ".join(part for part in details if part),
    }


def _steps(reported: Reported, said: Mapping[str, str]) -> list[dict[str, str]]:
    """How an outsider checks it: only the steps that this item has something for."""
    names = [file.name for file in reported.files]
    steps = [(said["step_digest"], "\n".join(f"sha256sum {name}" for name in names))]
    if reported.stamps:
        stamped = _file_of(reported.stamps[0].sha256, reported)
        verify = "openssl ts -verify -in FILE.tsr -CAfile ca.pem"
        over = f"-data {stamped}" if stamped in names else f"-digest {stamped}"
        steps.append((said["step_stamp"], f"{verify} {over}"))
    if any(name.endswith(".wacz") for name in names):
        steps.append((said["step_page"], ""))
    if reported.log:
        steps.append((said["step_log"], reported.log.entry.line().decode()))
        command = "openssl pkeyutl -verify -pubin -inkey head.pub -rawin -in head.txt -sigfile head.sig"
        steps.append((said["step_head"], command))
    return [{"words": told, "command": command} for told, command in steps]


def _picture(data: bytes | None) -> tuple[str, bool]:
    """The upper part of a picture, as much as a page holds, as SVG around a PNG; and whether some was cut off.

    The typesetter takes text only; an SVG can carry the picture as text.
    """
    if not data:
        return "", False
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > PIXELS:
                raise ValueError("it is too large")
            wide, high = image.width, min(image.height, round(image.width * _HIGH))
            cut = high < image.height
            upper = image.convert("RGB").crop((0, 0, wide, high))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable(
            f"the picture cannot be read: {error}", next_step="make the report without"
        ) from None
    out = io.BytesIO()
    upper.save(out, "PNG", optimize=True)
    inside = base64.b64encode(out.getvalue()).decode()
    box = f'width="{wide}" height="{high}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}><image {box} href="data:image/png;base64,{inside}"/></svg>',
        cut,
    )


def _day(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
