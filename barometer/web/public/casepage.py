"""What the page of a case says: for the public by its published events, for the desk by all but withdrawn ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from barometer.web.public import cards, clock, following, joined, stories, words
from barometer.web.public.words import Words
from barometer.web.records import retellings, timelines
from barometer.web.records.models import Case, Event, Mention

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def address_of(slug: str) -> str:
    """The public page of a case."""
    with joined.audience(public=True):
        return reverse("public:case", args=[joined.slug_of(slug)])


def context(found: Case, rows: Sequence[Event], asked: Mapping[str, str], *, public: bool) -> dict[str, Any]:
    """All that the page shows, from rows that came through `cards.ready`."""
    with joined.audience(public=public):
        return _context(found, rows, asked, public=public)


def _context(found: Case, rows: Sequence[Event], asked: Mapping[str, str], *, public: bool) -> dict[str, Any]:
    day, problem = as_of(asked.get("as_of", "").strip())
    today = clock.today()
    value = timelines.case_value(found.slug, rows, public=public, names=joined.names())
    known = {event.id for event in value.known_by(day).events}
    ordered = stories.in_order([row for row in rows if row.public_id in known])
    made = timelines.choices(found)
    told = following.follow(value, following.Rows(ordered), made, day or today, known_by=day, public=public)
    return {
        "case": found,
        "story": stories.story_of(found.slug, ordered),
        "following": told,
        "steps": steps(ordered, retellings.told_again(ordered, public=public)),
        "roles": following.roles(ordered),
        "sources": sources(ordered),
        "provisions": {p.code: p for row in ordered for p in cards.provisions(row)}.values(),
        "as_of": day.isoformat() if day else "",
        "asked": asked.get("as_of", "").strip()[:40],
        "problem": problem,
        "day": words.day_words(day or today),
        "today": today.isoformat(),
        "nothing_yet": not ordered,
        "public": public,
        "kept": [] if public else following.kept_words(timelines.unplaced(value, made)),
    }


def as_of(text: str) -> tuple[date | None, str]:
    """The day to replay a case on, or what is the matter with it; neither where none is asked for."""
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        return None, gettext("This is not a day of the calendar: write it like 2026-03-14.")
    if day > clock.today():
        return None, gettext("This day lies ahead: a case can be shown as of today or an earlier day.")
    return day, ""


@dataclass(frozen=True)
class Step:
    """An event of the story: its heading, who did it, and where it is told again (address, title, when)."""

    card: cards.Card
    heading: str
    by: str
    again: tuple[tuple[str, Words, str], ...] = ()


def steps(ordered: list[Event], again: Mapping[str, Sequence[Event]]) -> list[Step]:
    """The events as steps; where all hit the same, the heading says only what was done.

    What tells a step again, by what people said, stands with that step and is none of its own.
    """
    known = {row.public_id for row in ordered}
    retold = {row.public_id for first, rows in again.items() if first in known for row in rows}
    shown = [row for row in ordered if row.public_id not in retold]
    same = len({cards.names(row, Mention.Side.TARGET) for row in shown}) == 1
    found = []
    for row in shown:
        card = cards.card(row)
        told = [other for other in again.get(row.public_id, ()) if other.public_id in known]
        found.append(
            Step(
                card,
                card.main_type if same else card.heading,
                cards.names(row, Mention.Side.ACTOR),
                tuple(
                    (
                        cards.address_of(other),
                        following.source_title(other.item.source),
                        following.when_of(other.item.source),
                    )
                    for other in told
                    if other.item.source
                ),
            )
        )
    return found


def sources(found: Iterable[Event]) -> list[tuple[Words, str]]:
    """The sources of the events, each once: (title, quarter or day in words)."""
    rows = {row.item.source_id: row.item.source for row in found if row.item.source}
    return [(following.source_title(row), following.when_of(row)) for row in rows.values()]
