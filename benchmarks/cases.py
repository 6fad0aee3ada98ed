"""How long a new event takes to find its case in a large ledger.

    cases.py [PEOPLE [EVENTS]]      100,000 people and 300,000 events without numbers

The ledger is made in a folder that goes away afterwards, of composed names: nobody in it exists. Each event that is
looked up tells of somebody in the ledger in another spelling. Printed: the median, the 95th of 100, how often the
case was found first.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

LOOKED_UP = 200
ARTICLES = ("KZ-CC-274", "KZ-CC-174", "KZ-CC-130", "KZ-CAO-73-3", "KZ-CC-378")
TYPES = (
    "legal.criminal_case",
    "legal.house_arrest",
    "legal.civil_suit",
    "obstruction.interference",
    "legal.arrest",
)
CHUNK = 5_000


def filled(people: int, events: int, chance: random.Random) -> list[tuple[object, str, date, str]]:
    """Fill the ledger; some of its people with the slug, last day and article of one of their cases."""
    from compose_names import halves, somebody, written
    from django.db import transaction

    from barometer.names.index import blocks
    from barometer.web.records.models import (
        Case,
        Event,
        EventProvision,
        EventType,
        Item,
        Mention,
        Party,
        PartyBlock,
    )

    (names, stems), _ = halves()
    who = [somebody(names, stems, chance) for _ in range(people)]
    with transaction.atomic():
        item = Item.objects.create(entry_key="made up")
        parties, taken = [], set()
        for one in who:
            name = written(one, chance, alone=False, initials=False)
            while name in taken:
                name += "a"
            taken.add(name)
            parties.append(Party(name=name, kind="person"))
        parties = Party.objects.bulk_create(parties, batch_size=CHUNK)
        for start in range(0, people, CHUNK):
            PartyBlock.objects.bulk_create(
                [
                    PartyBlock(party=p, block=b)
                    for p in parties[start : start + CHUNK]
                    for b in blocks(p.name, "person")
                ],
                batch_size=CHUNK,
            )
        cases = Case.objects.bulk_create(
            [Case(slug=f"case-{number}") for number in range(events // 2)], batch_size=CHUNK
        )
        owner = [chance.randrange(people) for _ in cases]
        article = [chance.choice(ARTICLES) for _ in cases]
        first = [date(2021, 1, 1) + timedelta(chance.randrange(1800)) for _ in cases]
        for start in range(0, events, CHUNK):
            rows = [
                Event(
                    key=f"made up {number}", item=item, ordinal=number % 30_000, kind="violation",
                    main_type=TYPES[number % len(TYPES)], region="KZ-75", case=cases[number % len(cases)],
                    first_day=first[number % len(cases)], last_day=first[number % len(cases)],
                )
                for number in range(start, min(start + CHUNK, events))
            ]  # fmt: skip
            rows = Event.objects.bulk_create(rows)
            numbered = list(enumerate(rows, start))
            Mention.objects.bulk_create(
                [
                    Mention(
                        event=row,
                        party=parties[owner[n % len(cases)]],
                        side="target",
                        position=0,
                        type="journalist",
                    )
                    for n, row in numbered
                ]
            )
            EventType.objects.bulk_create(
                [EventType(event=row, code=row.main_type, position=0) for _, row in numbered]
            )
            EventProvision.objects.bulk_create(
                [EventProvision(event=row, code=article[n % len(cases)], position=0) for n, row in numbered]
            )
    chosen = chance.sample(range(len(cases)), LOOKED_UP)
    return [(who[owner[c]], cases[c].slug, first[c], article[c]) for c in chosen]


def main() -> None:
    """Print the table."""
    people, events = (int(number) for number in (*sys.argv[1:3], *("100000", "300000")[len(sys.argv[1:3]) :]))
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"BAROMETER_HOME": home, "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", "")}
        from barometer.web.entry import setup

        setup()
        from compose_names import written
        from django.core.management import call_command

        from barometer.codebook import Event
        from barometer.web.records.likely import likely_cases_of

        call_command("migrate", verbosity=0)
        chance = random.Random(7)
        started = time.perf_counter()
        wanted = filled(people, events, chance)
        print(
            f"a ledger of {people:,} people and {events:,} events, made in {time.perf_counter() - started:.0f} s"
        )
        seconds, firsts, there = [], 0, 0
        for someone, slug, day, article in wanted:
            name = written(someone, chance, alone=False, initials=False)
            target = {"name": name, "written": name, "type": "journalist"}
            event = Event.model_validate(
                {
                    "kind": "violation",
                    "types": ["legal.house_arrest"],
                    "date": (day + timedelta(40)).isoformat(),
                    "targets": [target],
                    "provisions": [article],
                }
            )
            started = time.perf_counter()
            found = likely_cases_of(event)
            seconds.append(time.perf_counter() - started)
            slugs = [one.slug for one in found]
            firsts += slugs[:1] == [slug]
            there += slug in slugs
        seconds.sort()
        print(
            f"an event finds its case: median {statistics.median(seconds) * 1000:.1f} ms, 95 of 100 under "
            f"{seconds[int(len(seconds) * 0.95)] * 1000:.1f} ms, slowest {seconds[-1] * 1000:.0f} ms; first of those "
            f"proposed {firsts} of {len(wanted)}, among them {there}"
        )


if __name__ == "__main__":
    main()
