"""The table of limits in docs/explanation/security.md says what the code does."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "security.md"
#: What it limits, the constant, and in which unit it is told.
LIMITS = (
    ("a request with its files", "barometer.web.config.bodies.MOST", "MB"),
    ("threads that read what is sent", "barometer.web.config.bodies.READING", ""),
    ("a request's head", "barometer.web.entry.LONGEST_HEAD", "KB"),
    ("time for a request's head", "barometer.web.entry.HEAD_SECONDS", "s"),
    ("memory of a process that serves", "barometer.web.entry.MOST_MEMORY", "MB"),
    ("a file kept as evidence", "barometer.evidence.uploads.LIMIT", "MB"),
    ("files of one tip", "barometer.web.intake.rules.MOST_BYTES", "MB"),
    ("tips an hour without a sum", "barometer.web.intake.flood.FREE", ""),
    ("tips an hour with one", "barometer.web.intake.flood.WITH_SUM", ""),
    ("questions to the interface at once", "barometer.web.public.api.limits.BURST", ""),
    ("questions a minute after that", "barometer.web.public.api.limits.A_MINUTE", ""),
    ("a logo", "barometer.evidence.logos.MOST_BYTES", "MB"),
    ("a letter with its attachments", "barometer.sources.mail.LETTER_LIMIT", "MB"),
    ("a text", "barometer.sources.extract.TEXT_LIMIT", "MB"),
    ("an Office document", "barometer.sources.extract.FILE_LIMIT", "MB"),
    ("a ZIP, unpacked", "barometer.sources.extract.UNPACKED_LIMIT", "MB"),
    ("one part of a ZIP, unpacked", "barometer.sources.extract.PART_LIMIT", "MB"),
    ("parts of a ZIP", "barometer.sources.extract.MEMBER_LIMIT", ""),
    ("a table", "barometer.sources.tables.FILE_LIMIT", "MB"),
    ("rows of a table", "barometer.sources.tables.MOST_ROWS", ""),
    ("a page", "barometer.sources.documents.HTML_LIMIT", "MB"),
    ("a sitemap, unpacked", "barometer.sources.sitemaps.SITEMAP_LIMIT", "MB"),
    ("items of a feed", "barometer.sources.feeds.MOST_ENTRIES", ""),
    ("a coded file", "barometer.codebook.coded_json.MAX_BYTES", "bytes"),
    ("depth of a coded file", "barometer.codebook.coded_json.MAX_DEPTH", ""),
    ("a file with notices", "barometer.reach.notices.reading.FILE_LIMIT", "MB"),
    ("a working file that comes back", "barometer.publication.word_in.LIMIT", "MB"),
    ("pixels of a picture", "barometer.evidence.images.PIXELS", ""),
)


def told(what: str, constant: str, unit: str) -> str:
    """A row of the table."""
    module, _, name = constant.rpartition(".")
    value = getattr(importlib.import_module(module), name)
    shown = {"MB": value >> 20, "KB": value >> 10}.get(unit, value)
    return f"| {what} | {shown:,}{f' {unit}' if unit else ''} | `{constant.removeprefix('barometer.')}` |"


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit[0])
def test_a_limit_is_told_as_it_is(limit):
    assert told(*limit) in PAGE.read_text("utf-8").splitlines(), told(*limit)
