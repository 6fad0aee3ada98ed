"""Time of the public site's pages: on the sample quarter, and on a large invented ledger, beside an empty one.

    run.py [EVENTS]      on scratch ledgers; nothing of the user's is touched; 100,000 events by default

Each page is asked in the server's own process, without a network: the median of several answers, and the first one
after a change of the ledger, when what is remembered has to be worked out again. The ratio is to the same page of an
empty ledger, the least that any page costs.

The large ledger is the sample quarter many times over, under other names and other dates.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "kazakhstan-2026q1"
PAGES = (
    "/en/", "/ru/", "/en/events/", "/en/events/?section=2&kind=violation", "/en/events/?page=100",
    "/en/events/?view=table", "/en/events/?view=chart", "/en/events/?view=compare", "/en/events/?q=court",
    "/en/cases/", "/en/people/", "/en/outlets/", "/en/bodies/", "/en/provisions/", "/en/provisions/KZ-CC-274/",
    "/en/search/?q=detention", "/en/calendar/", "/en/corrections/", "/en/methodology/", "EVENT", "CASE", "BODY",
)  # fmt: skip
TIMES = 7
_SYLLABLES = [
    first + vowel for first in ("b", "d", "zh", "k", "q", "m", "n", "s", "t", "r") for vowel in "aeiou"
]
_ENDINGS = ("nov", "bekov", "lieva", "sheva", "mov", "tova")


# --- the large ledger -------------------------------------------------------------------------------------


def name(number: int) -> str:
    """An invented person's name, another for every number, as varied as surnames are."""
    parts = []
    for _ in range(5):
        number, at = divmod(number * 7 + 3, len(_SYLLABLES))
        parts.append(_SYLLABLES[at])
        number += at * 31
    return f"{parts[0]}{parts[1]}n {parts[2]}{parts[3]}{parts[4]}{_ENDINGS[number % len(_ENDINGS)]}".title()


def enlarge(events: int) -> None:
    """Copies of the sample's events until there are so many, with other people, cases and quarters."""
    from barometer.web.records import models

    templates = list(
        models.Event.objects.select_related("item", "case").prefetch_related(
            "types", "mentions__party", "provisions"
        )
    )
    rounds = events // len(templates)
    numbers = count(1)
    for turn in range(rounds):
        _copy(templates, turn, numbers)
        if turn % 100 == 0:
            print(f"   {models.Event.objects.count():>8,} events", file=sys.stderr, flush=True)
    last = models.Revision.objects.order_by("-pk").first()
    models.Revision.objects.create(
        action="enlarge",
        model=last.model,
        record_id=last.record_id,
        number=last.number + 1,
        by="bench",
        after={},
    )


def _copy(templates: list, turn: int, numbers: Iterator[int]) -> None:
    from django.db import transaction

    from barometer.web.records import models

    year, quarter = 2016 + (turn // 4) % 10, turn % 4 + 1
    period = f"{year}Q{quarter}"
    with transaction.atomic():
        source = models.Source.objects.create(
            name=f"bulletin-{turn}.txt", language="en", quarter=period, title={"en": f"Bulletin {turn}"}
        )
        issue, _ = models.Issue.objects.get_or_create(period=period)
        people = {
            row.party.name: name(next(numbers))
            for event in templates
            for row in event.mentions.all()
            if row.party.kind == "person"
        }
        items = {
            event.item_id: models.Item(
                source=source, entry_key=f"{event.item.entry_key}-{turn}", issue=issue, section=event.item.section,
                month=_moved(event.item.month, year, quarter), headline=_with(event.item.headline, people),
                text_en=_with(event.item.text_en, people), state="published",
            )
            for event in templates
        }  # fmt: skip
        cases = {
            event.case_id: models.Case(slug=f"{event.case.slug}-{turn}") for event in templates if event.case
        }
        models.Item.objects.bulk_create(items.values())
        models.Case.objects.bulk_create(cases.values())
        models.Party.objects.bulk_create(
            (models.Party(name=new, kind="person") for new in people.values()), ignore_conflicts=True
        )
        known = {party.name: party for party in models.Party.objects.filter(name__in=people.values())}
        rows = [_event(event, turn, year, quarter, items, cases, people) for event in templates]
        models.Event.objects.bulk_create(rows)
        pairs = list(zip(templates, rows, strict=True))
        models.EventType.objects.bulk_create(
            models.EventType(event=new, code=row.code, position=row.position, alleged=row.alleged)
            for old, new in pairs for row in old.types.all()
        )  # fmt: skip
        models.Mention.objects.bulk_create(
            models.Mention(
                event=new, party=known.get(people.get(row.party.name, ""), row.party), side=row.side,
                position=row.position, written=people.get(row.party.name, row.written), type=row.type, role=row.role,
            )
            for old, new in pairs for row in old.mentions.all()
        )  # fmt: skip
        models.EventProvision.objects.bulk_create(
            models.EventProvision(event=new, code=row.code, position=row.position)
            for old, new in pairs for row in old.provisions.all()
        )  # fmt: skip


def _event(old, turn: int, year: int, quarter: int, items, cases, people):
    from django.utils import timezone

    from barometer.names.words import index_words
    from barometer.web.records import models

    case = cases.get(old.case_id)
    first, last = (_day(day, year, quarter) for day in (old.first_day, old.last_day))
    summary = _with(old.summary_en, people)
    coded = _renamed(old.coded, people) | {
        "case": case.slug if case else None,
        "date": (first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}")
        if first
        else None,
        "upcoming": [],
    }
    return models.Event(
        key=f"bulletin-{turn}.txt#{old.item.entry_key}-{turn}#{old.ordinal}", item=items[old.item_id],
        ordinal=old.ordinal, kind=old.kind, main_type=old.main_type, date=coded["date"] or "", first_day=first,
        last_day=last, phase=old.phase, background=old.background, is_alleged=old.is_alleged,
        work_link=old.work_link, people_hit=old.people_hit, people_hit_exact=old.people_hit_exact,
        country=old.country, region=old.region, place_name=old.place_name, case=case, summary_en=summary,
        coded=coded, search_text=index_words(f"{summary} {' '.join(people.values())[:200]}"), state="published",
        published_by="bench", published_at=timezone.now(),
    )  # fmt: skip


def _with(text: str, people: dict[str, str]) -> str:
    for old, new in people.items():
        text = text.replace(old, new)
    return text


def _renamed(value, people: dict[str, str]):
    if isinstance(value, dict):
        return {key: _renamed(one, people) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, people) for one in value]
    return _with(value, people) if isinstance(value, str) else value


def _day(day: date | None, year: int, quarter: int) -> date | None:
    if day is None:
        return None
    return date(year, (quarter - 1) * 3 + 1, 1) + timedelta(min(max((day - date(2026, 1, 1)).days, 0), 89))


def _moved(month: str, year: int, quarter: int) -> str:
    return f"{year}-{(quarter - 1) * 3 + (int(month[5:]) - 1) % 3 + 1:02}" if month else ""


# --- measuring --------------------------------------------------------------------------------------------


def measure() -> None:
    """Print a line a page: the median and the first answer, in milliseconds."""
    from django.conf import settings
    from django.test import Client

    from barometer.web.public import memory
    from barometer.web.records.models import Case, Event, Party

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    event, case = Event.objects.order_by("-pk").first(), Case.objects.order_by("-pk").first()
    body = Party.objects.filter(
        kind="body", mentions__type="court", mentions__event__state="published"
    ).first()
    own = {
        "EVENT": f"/en/events/{event.public_id}/" if event else "/en/events/",
        "CASE": f"/en/cases/{case.slug}/" if case else "/en/cases/",
        "BODY": f"/en/bodies/{body.public_id}/" if body else "/en/bodies/",
    }
    client.get("/en/about/")  # what a process does once
    for page in PAGES:
        memory.forget()
        times = []
        for _ in range(TIMES + 1):
            started = time.perf_counter()
            answer = client.get(own.get(page, page), follow=True)
            times.append(time.perf_counter() - started)
            assert answer.status_code == 200, (page, answer.status_code)
        print(f"{page} {statistics.median(times[1:]) * 1000:.1f} {times[0] * 1000:.0f}", flush=True)


def child(home: str, *arguments: str) -> str:
    """This file again over another ledger."""
    environment = {**os.environ, "BAROMETER_HOME": home, "DATABASE_URL": "", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def within(task: str, events: int) -> None:
    """Prepare or measure the ledger of this process."""
    from barometer.web import entry

    entry.counts()  # makes an empty ledger where there is none, and sets Django up
    if task == "sample":
        entry.import_files(
            (SAMPLE / "bulletin.txt", SAMPLE / "bulletin.json"), as_published=True, by="bench", dry_run=False
        )
    elif task == "enlarge":
        enlarge(events)
    else:
        measure()


def main(events: int) -> None:
    """Print the table."""
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as home:
        for what, folder, tasks in (
            ("empty", empty, ()),
            ("sample", home, ("sample",)),
            ("large", home, ("enlarge",)),
        ):
            for task in tasks:
                child(folder, task, str(events))
            for line in child(folder, "measure").splitlines():
                page, *numbers = line.split()
                found.setdefault(page, {})[what] = [float(number) for number in numbers]
    print(
        f"{'page':40}{'empty ms':>10}{'sample ms':>10}{'ratio':>7}{f'{events:,} ms':>12}{'ratio':>7}{'first':>8}"
    )
    for page, by in found.items():
        empty_ms, sample_ms, large_ms = (by[what][0] for what in ("empty", "sample", "large"))
        print(
            f"{page:40}{empty_ms:>10.1f}{sample_ms:>10.1f}{sample_ms / empty_ms:>7.1f}{large_ms:>12.1f}"
            f"{large_ms / empty_ms:>7.1f}{by['large'][1]:>8.0f}"
        )


if __name__ == "__main__":
    task = sys.argv[1] if len(sys.argv) > 1 else "100000"
    if task.isdecimal():
        main(int(task))
    else:
        within(task, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
