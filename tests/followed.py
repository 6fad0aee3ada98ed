"""A case of invented people that goes on over two quarters and a letter, as coded files; and days in it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

CASE = "oydan-274"
#: Arrested in the house on 17 or 18 March; from 20 May in custody; a hearing on 10 June, an end on 20 July.
DAY = date(2021, 6, 2)
SAULE = {"name": "Saule Oydan", "written": "Saule Oydan", "type": "media_director"}
ASKAR = {"name": "Askar Tusinbek", "written": "Askar Tusinbek", "type": "journalist"}
COURT = {"name": "Invented City Court", "written": "court", "type": "court", "role": "decider"}
COMPANY = {"name": "Mirrors LLP", "written": "Mirrors LLP", "type": "company", "role": "complainant"}


def event(*types: str, day: str | None, who: dict = SAULE, said: str, **fields) -> dict:
    """An event as a coded file has it."""
    kind = "relief" if types[0].startswith("outcome.") else "violation"
    return {
        "kind": kind,
        "types": list(types),
        "date": day,
        "date_text": None,
        "phase": fields.pop("phase", "ended" if kind == "relief" else "imposed"),
        "alleged": False,
        "work_link": "stated",
        "people_hit": 1,
        "people_hit_exact": True,
        "place": {"country": "KZ", "name": "Taraz", "region": "KZ-31"},
        "targets": [who],
        "actors": fields.pop("actors", [COURT]),
        "provisions": fields.pop("provisions", []),
        "case": CASE,
        "background": False,
        "summary": {"en": said},
        **fields,
    }


def bulletin(name: str, quarter: str, *entries: dict) -> dict:
    """A coded bulletin with one event an entry."""
    rows = [
        {"id": f"2-{n:02}", "section": 2, "month": None, "lines": [n, n], "headline": None, "events": [one]}
        for n, one in enumerate(entries, 1)
    ]
    title = {"en": "Barometer of the Invented Press"}
    return {
        "source": name,
        "quarter": quarter,
        "codebook": "1.2",
        "language": "en",
        "title": title,
        "entries": rows,
    }


FIRST = bulletin(
    "followed-2021q1.txt",
    "2021Q1",
    event(
        "legal.house_arrest",
        day="2021-03-17",
        said="The court placed Saule Oydan, director of Oyla, under house arrest for two months.",
        amounts=[{"what": "measure", "value": 2, "unit": "month"}],
        upcoming=[{"date": "2021-05-17", "what": "end of house arrest", "of": "Saule Oydan"}],
    ),
    event(
        "legal.criminal_case",
        day="2021-03-17",
        said="A criminal case was opened against Saule Oydan.",
        provisions=["KZ-CC-274"],
        actors=[COMPANY],
    ),
)
LETTER = {
    "source": "followed-letter.txt",
    "kind": "open_letter",
    "date": "2021-04-13",
    "language": "en",
    "cases": [
        {
            "person": "Saule Oydan",
            "slug": CASE,
            "events": [
                event(
                    "legal.house_arrest",
                    day="2021-03-18",
                    said="Saule Oydan, founder of Oyla, has been under house arrest since 18 March.",
                )
            ],
        }
    ],
}
SECOND = bulletin(
    "followed-2021q2.txt",
    "2021Q2",
    event(
        "legal.custody",
        day="2021-05-20",
        said="The court sent Saule Oydan to custody for two months; a hearing is on 10 June.",
        amounts=[{"what": "measure", "value": 2, "unit": "month"}],
        upcoming=[
            {
                "date": "2021-06-10",
                "what": "hearing of the appeal in the regional court",
                "of": "Saule Oydan",
            },
            {"date": "2021-07-20", "what": "end of custody", "of": "Saule Oydan"},
        ],
    ),
    event(
        "information.no_reply",
        day="2021-05-02",
        who=ASKAR,
        said="Askar Tusinbek asked the court for its ruling and got no reply.",
        upcoming=[{"date": "2021-05-30", "what": "reply due", "of": "Askar Tusinbek"}],
    ),
)
FILES = (FIRST, LETTER, SECOND)


def write(folder: Path, *files: dict) -> list[Path]:
    """The coded files in a folder."""
    paths = []
    for data in files or FILES:
        path = folder / Path(data["source"]).with_suffix(".json").name
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        paths.append(path)
    return paths
