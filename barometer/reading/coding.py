"""A bulletin → its coded file."""

from __future__ import annotations

import hashlib
from datetime import date

from barometer.codebook import CodedBulletin, Entry, Quarter, codebook
from barometer.reading.entry import LONGEST, Paper, Story, read_entry
from barometer.reading.mentions import presented
from barometer.reading.when import dates
from barometer.sources import Bulletin, BulletinEntry


def read_bulletin(bulletin: Bulletin) -> CodedBulletin:
    """Propose the events of every entry; names and cases are not yet joined across entries."""
    digest = hashlib.sha256(bulletin.text.encode("utf-8")).hexdigest()
    days = _section_days(bulletin)
    quarter = Quarter.parse(bulletin.quarter) if bulletin.quarter else None
    form = "bulletin" if bulletin.sections or quarter or len(bulletin.entries) > 1 else "report"
    published = date.fromisoformat(bulletin.published) if bulletin.published else None
    known = presented((entry.text[:LONGEST] for entry in bulletin.entries), bulletin.language)
    entries = tuple(
        _entry(
            entry, Paper(bulletin.language, quarter, digest, days.get(entry.section), known, published, form)
        )
        for entry in bulletin.entries
    )
    return CodedBulletin(
        source=bulletin.source,
        quarter=bulletin.quarter,
        codebook=codebook().version,
        language=bulletin.language,
        entries=entries,
        **({"published": bulletin.published} if bulletin.published else {}),
    )


def _entry(entry: BulletinEntry, paper: Paper) -> Entry:
    linked = tuple(link.text for link in entry.links)
    story = Story(entry.text, entry.section, entry.month, linked, tuple(entry.offsets[: LONGEST + 1]))
    return Entry(
        id=entry.id,
        section=entry.section,
        month=entry.month,
        lines=entry.lines,
        headline=entry.headline,
        events=read_entry(story, paper),
    )


def _section_days(bulletin: Bulletin) -> dict[int | None, str]:
    """The one day that a section's intro dates: "On 15 March a referendum took place …"."""
    days: dict[int | None, str] = {}
    year = int(bulletin.quarter[:4]) if bulletin.quarter else 0
    for section in bulletin.sections:
        exact = (
            {one.iso for one in dates(section.intro, bulletin.language, year) if len(one.iso) == 10}
            if year
            else set()
        )
        if len(exact) == 1:
            days[section.number] = exact.pop()
    return days
