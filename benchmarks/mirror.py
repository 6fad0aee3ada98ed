"""How long the mirror of a large ledger takes: made anew, again unchanged, and after one event changed.

    mirror.py [EVENTS [PROCESSES]]      5,000 events in three languages

The ledger is made in a folder that goes away afterwards, of composed names: nobody in it exists. Prints, asserts nothing.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

A_CASE = 3  # events
QUARTERS = [f"{year}Q{number}" for year in range(2021, 2026) for number in (1, 2, 3, 4)]
ARTICLES = ("KZ-CC-274", "KZ-CC-174", "KZ-CC-130", "KZ-CAO-73-3", "KZ-CC-378")
REGIONS = ("KZ-75", "KZ-71", "KZ-31", "KZ-63", "KZ-39", "KZ-47")
TYPES = (
    ("legal.criminal_case", "imposed"), ("legal.house_arrest", "imposed"), ("legal.civil_suit", "imposed"),
    ("legal.fine", "imposed"), ("obstruction.interference", "imposed"), ("digital.ddos", "imposed"),
    ("legal.arrest", "imposed"), ("legal.house_arrest", "step"),
)  # fmt: skip
WORDS = {
    "en": [
        "A",
        "court",
        "in",
        "the",
        "city",
        "heard",
        "the",
        "claim",
        "of",
        "the",
        "ministry",
        "against",
        "the",
        "newsroom",
        "and",
        "its",
        "reporter",
    ],
    "ru": [
        "Суд",
        "города",
        "рассмотрел",
        "иск",
        "министерства",
        "к",
        "редакции",
        "и",
        "её",
        "корреспонденту",
        "о",
        "защите",
        "репутации",
    ],
    "kk": [
        "Қала",
        "соты",
        "министрліктің",
        "редакция",
        "мен",
        "оның",
        "тілшісіне",
        "қойған",
        "талап",
        "арызын",
        "қарады",
    ],
}


def fill(events: int, folder: Path, chance: random.Random) -> None:
    """Published events of twenty quarters: a person or outlet hit, a decider, an article, cases of three, dates ahead."""
    from barometer.codebook import codebook
    from barometer.web.actions.importing import import_files

    people, paths = _people(events // 3, chance), []
    for number, quarter in enumerate(QUARTERS):
        first = number * events // len(QUARTERS)
        last = (number + 1) * events // len(QUARTERS)
        data = {
            "source": f"made-up-{quarter}.txt", "quarter": quarter, "codebook": codebook().version, "language": "en",
            "title": {"en": "A made-up barometer"}, "sections": {},
            "entries": [_entry(one, quarter, people, chance) for one in range(first, last)],
        }  # fmt: skip
        paths.append(folder / f"made-up-{quarter}.json")
        paths[-1].write_text(json.dumps(data), encoding="utf-8")
    import_files(paths, as_published=True, by="bench")


def _people(how_many: int, chance: random.Random) -> list[str]:
    from compose_names import halves, somebody, written

    (names, stems), _ = halves()
    found: set[str] = set()
    while len(found) < how_many:
        found.add(written(somebody(names, stems, chance), chance, alone=False, initials=False))
    return sorted(found)


def _entry(number: int, quarter: str, people: list[str], chance: random.Random) -> dict[str, object]:
    """The event in its entry. Every fifth stands alone, the others in cases of three that have one target."""
    year, place = quarter.split("Q")
    month = f"{year}-{3 * int(place) - chance.randrange(3):02}"
    case = number // A_CASE
    name = people[case % len(people)] if case % 4 else f"Made-up paper {case % 250}"
    hit = {"name": name, "written": name, "type": "journalist" if case % 4 else "outlet"}
    court = f"Made-up court {number % 40}"
    code, phase = TYPES[number % len(TYPES)]
    event = {
        "kind": "violation", "types": [code], "date": f"{month}-{chance.randrange(1, 29):02}", "phase": phase,
        "alleged": False, "work_link": "stated", "people_hit": 1, "people_hit_exact": True,
        "place": {"country": "KZ", "name": None, "region": chance.choice(REGIONS)},
        "targets": [hit], "actors": [{"name": court, "written": "court", "type": "court", "role": "decider"}],
        "provisions": [chance.choice(ARTICLES)], "case": f"made-up-{case}" if number % 5 else None,
        "background": False, "summary": {one: _words(one, 14, chance) for one in WORDS},
    }  # fmt: skip
    if number % 7 == 0:
        event["upcoming"] = [{"date": f"{int(year) + 1}-03-01", "what": "hearing"}]
    return {
        "id": f"{1 + number % 5}-{number:05}", "section": 1 + number % 5, "month": month, "lines": [1, 1],
        "headline": _words("en", 8, chance), "events": [event],
    }  # fmt: skip


def _words(language: str, many: int, chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS[language], k=many)) + "."


def main() -> None:
    """Fill a ledger in a folder of its own, and make its mirror three times."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"BAROMETER_HOME": home, "DATABASE_URL": ""}
        from barometer.web import entry, mirror_commands

        entry.setup()
        entry.migrate()
        fill(events, Path(home), random.Random(7))
        out = Path(home) / "mirror"
        for what in ("made anew", "again, nothing changed", "one event changed"):
            if what == "one event changed":
                from barometer.web.records.models import Event

                Event.objects.filter(pk=Event.objects.first().pk).update(summary_en="Other words.")
            began = time.perf_counter()
            done = mirror_commands.make(out, processes=processes, tell=lambda line: print(f"  {line}"))
            seconds = time.perf_counter() - began
            print(
                f"{what}: {seconds:.1f} s, {done.files} files, {done.written} written, {done.removed} removed"
            )


if __name__ == "__main__":
    main()
