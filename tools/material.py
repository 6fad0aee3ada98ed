"""Coded texts for learning and for measuring, from `benchmarks/reading`.

What is for learning is listed in `benchmarks/reading/learn.toml`; the rest is set aside and only measured on.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from barometer.codebook import CodedBulletin, Event, Quarter
from barometer.reading.entry import LONGEST, Paper, Story
from barometer.reading.mentions import presented
from barometer.sources import Bulletin, read_bulletin_file, read_report
from barometer.sources.bulletin import BulletinEntry, links_in, prose

READING = Path(__file__).resolve().parent.parent / "benchmarks" / "reading"

LANGUAGES = ("en", "ru", "kk")


@dataclass(frozen=True)
class Coded:
    """A story with what it is read against and the events that a person coded."""

    id: str
    story: Story
    paper: Paper
    events: tuple[Event, ...]


def learning() -> list[Path]:
    """The files that may be learned from."""
    names = tomllib.loads((READING / "learn.toml").read_text(encoding="utf-8"))["files"]
    return [READING / name for name in names]


def digest(paths: list[Path]) -> str:
    """SHA-256 over the files and the texts beside them."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.read_bytes())
        text = path.with_name(path.name.removesuffix(".gold.json") + ".txt")
        if path.name.endswith(".gold.json") and text.is_file():
            whole.update(text.read_bytes())
    return whole.hexdigest()


def coded(path: Path) -> Iterator[Coded]:
    """The coded stories of a file: of a bulletin's gold, of short reports (odd lines only), of stories to learn from."""
    if path.name.endswith(".gold.json"):
        yield from _of_bulletin(path)
    else:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        if path.parent.name == "reports":
            yield from (_of_report(row) for row in rows[::2])
        else:
            language = next(part for part in path.stem.split("-") if part in LANGUAGES)
            yield from (_of_story(row, language) for row in rows)


def _of_bulletin(path: Path) -> Iterator[Coded]:
    gold = CodedBulletin.model_validate(json.loads(path.read_text(encoding="utf-8")))
    bulletin = read_bulletin_file(path.with_name(path.name.removesuffix(".gold.json") + ".txt"))
    known = presented((entry.text[:LONGEST] for entry in bulletin.entries), bulletin.language)
    quarter = Quarter.parse(bulletin.quarter) if bulletin.quarter else None
    paper = Paper(bulletin.language, quarter, "0" * 64, None, known)
    for entry in gold.entries:
        read = max(bulletin.entries, key=lambda e: _shared(e.lines, entry.lines))
        if _shared(read.lines, entry.lines) > 0.5:
            yield Coded(f"{path.stem}:{entry.id}", story_of(read), paper, entry.events)


def _shared(a: tuple[int, int], b: tuple[int, int]) -> float:
    common = min(a[1], b[1]) - max(a[0], b[0]) + 1
    return max(common, 0) / (max(a[1], b[1]) - min(a[0], b[0]) + 1)


def story_of(entry: BulletinEntry) -> Story:
    """An entry as the reader takes it."""
    linked = tuple(link.text for link in entry.links)
    return Story(entry.text, entry.section, entry.month, linked, tuple(entry.offsets[: LONGEST + 1]))


def report_of(row: dict[str, object]) -> Bulletin:
    """A short report as a document."""
    text = "\n\n".join(str(row[part]) for part in ("title", "text") if row.get(part))
    return read_report(str(row["id"]), text, str(row["date"]))


def _of_report(row: dict[str, object]) -> Coded:
    from datetime import date

    report = report_of(row)
    paper = Paper(
        report.language, None, "0" * 64, None, form="report", published=date.fromisoformat(str(row["date"]))
    )
    return Coded(str(row["id"]), story_of(report.entries[0]), paper, _events(row))


def _of_story(row: dict[str, object], language: str) -> Coded:
    raw = str(row["text"])
    text, offsets = prose(raw, 0, len(raw))
    links = tuple(link.text for link in links_in(raw, 0, len(raw)))
    section = row.get("section")
    month = row.get("month")
    story = Story(
        text,
        section if isinstance(section, int) else None,
        str(month) if month else None,
        links,
        tuple(offsets),
    )
    quarter = Quarter.parse(str(row["quarter"])) if row.get("quarter") else None
    return Coded(str(row["id"]), story, Paper(language, quarter, "0" * 64), _events(row))


def _events(row: dict[str, object]) -> tuple[Event, ...]:
    rows = row["events"]
    assert isinstance(rows, list)
    return tuple(Event.model_validate(event) for event in rows)


def words(text: str) -> list[str]:
    """Small words without endings that a comparison must not mind."""
    return [
        w for w in re.findall(r"[^\W_]+", text.casefold()) if w not in ("the", "a", "an", "website", "site")
    ]


def alike(a: str, b: str) -> bool:
    """Whether two written forms are one name but for an ending or a shorter mention."""
    left, right = sorted((words(a), words(b)), key=len)
    if not left or len(right) > len(left) + 3:
        return False
    return all(
        any(x[: max(3, min(len(x), len(y)) - 3)] == y[: max(3, min(len(x), len(y)) - 3)] for y in right)
        for x in left
    )
