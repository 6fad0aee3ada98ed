"""Two quarters of invented people, as coded files: a bulletin of the first, and what the desk learned afterwards.

2031Q1, printed: Aigerim Example under house arrest (still open), Bolat Imaginary in custody (open when Q2 begins), an
attack on Sayan Pretend. Learned later, all published and never printed: a threat of 20 March, Bolat's release on 2 May,
and Dana Madeup, in custody since 15 April, whose trial opened on 20 June.
"""

from __future__ import annotations

import json
from pathlib import Path


def event(kind: str, types: str, day: str, who: str, said: str, case: str | None = None, **more) -> dict:
    """An event as a coded file has it."""
    phase = {"relief": "ended", "violation": "imposed"}[kind]
    return {
        "kind": kind,
        "types": types.split(),
        "date": day,
        "phase": phase,
        "alleged": False,
        "work_link": "stated",
        "people_hit": 1,
        "people_hit_exact": True,
        "targets": [{"name": who, "written": who, "type": "journalist"}],
        "actors": [{"name": "court", "written": "court", "type": "court", "role": "decider"}],
        "provisions": [],
        "case": case,
        "background": False,
        "summary": {"en": said, "ru": f"Ru: {said}", "kk": f"Kk: {said}"},
        **more,
    }


HOUSE_ARREST = event("violation", "legal.house_arrest", "2031-01-12", "Aigerim Example", "Aigerim Example was put under house arrest.", "example-arrest")  # fmt: skip
CUSTODY = event("violation", "legal.custody", "2031-02-10", "Bolat Imaginary", "Bolat Imaginary was taken into custody.", "imaginary-custody")  # fmt: skip
ATTACK = event(
    "violation", "obstruction.physical_attack", "2031-03-05", "Sayan Pretend", "Sayan Pretend was beaten."
)
THREAT = event(
    "violation", "obstruction.threat", "2031-03-20", "Erlan Notreal", "Erlan Notreal was threatened."
)
RELEASE = event("relief", "outcome.released legal.custody", "2031-05-02", "Bolat Imaginary", "Bolat Imaginary was released.", "imaginary-custody")  # fmt: skip
CUSTODY_2 = event("violation", "legal.custody", "2031-04-15", "Dana Madeup", "Dana Madeup was taken into custody.", "madeup-custody")  # fmt: skip
TRIAL = event("violation", "legal.criminal_case", "2031-06-20", "Dana Madeup", "The trial of Dana Madeup opened.", "madeup-custody", phase="step")  # fmt: skip


def bulletin(name: str, *events: dict) -> dict:
    """A bulletin of 2031Q1 with one event an entry."""
    entries = [
        {"id": f"2-{n:02}", "section": 2, "month": one["date"][:7], "lines": [n, n], "events": [one]}
        for n, one in enumerate(events, 1)
    ]
    title = {"en": "Barometer of the Invented Press"}
    return {
        "source": name,
        "quarter": "2031Q1",
        "codebook": "1.2",
        "language": "en",
        "title": title,
        "entries": entries,
    }


def letter(name: str, *events: dict) -> dict:
    """The same without a quarter: no bulletin has printed it."""
    cases = [
        {"person": one["targets"][0]["name"], "slug": f"person-{n}", "events": [one]}
        for n, one in enumerate(events, 1)
    ]
    return {"source": name, "kind": "open_letter", "date": "2031-07-01", "language": "en", "cases": cases}


def import_two_quarters(folder: Path) -> None:
    """The ledger has both, all of it published."""
    from barometer.web.actions.importing import import_files

    files = (
        bulletin("issued-2031q1.txt", HOUSE_ARREST, CUSTODY, ATTACK),
        letter("issued-later.txt", THREAT, CUSTODY_2, RELEASE, TRIAL),
    )
    paths = []
    for one in files:
        paths.append(folder / one["source"].replace(".txt", ".json"))
        paths[-1].write_text(json.dumps(one), encoding="utf-8")
    import_files(paths, as_published=True, by="A coder of the tests")
