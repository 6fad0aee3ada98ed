"""The ledger that the load is on: the sample quarter, so many events more, twenty people of the desk, leads for them.

ledger.py EVENTS FILE      run by house.py with the house's settings; FILE gets what readers and the desk ask for
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "kazakhstan-2026q1"
DESK, LEADS, PASSWORD = 20, 200, "a long password of the benchmark"
FORENAMES = ("Aigerim", "Bolat", "Cholpan", "Dana", "Erlan", "Farida", "Gulnar", "Hamit", "Inkar", "Zhanar")
TOWNS = ("Almaty", "Astana", "Shymkent", "Aktobe", "Karaganda", "Atyrau", "Taraz", "Pavlodar")
TEXT = (
    "On {day} March 2026, the specialised administrative court of {town} fined {name} Example{number}, a journalist of "
    "the Invented Herald, {sum},000 tenge under Article 274 of the Criminal Code for knowingly false information in a "
    "report on the city's heating. The lawyer says that the court did not hear the witnesses whom the newspaper had "
    "named, and that the decision will be appealed within ten days. The newspaper stands by the report."
)


def main(events: int, out: Path) -> None:
    """Make it, and tell what to ask for."""
    from barometer.web import entry

    entry.migrate()
    if events:
        sys.path.insert(0, str(ROOT / "benchmarks" / "scale"))
        from ledger import make

        make(events)
    entry.import_files((SAMPLE / "bulletin.txt", SAMPLE / "bulletin.json"), as_published=True, by="bench")
    people()
    leads()
    out.write_text(json.dumps(asked()), encoding="utf-8")


def people() -> None:
    """Monitors who are editors too: each reviews what others coded."""
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group

    from barometer.web.accounts.models import User

    groups = [Group.objects.get_or_create(name=name)[0] for name in ("monitor", "editor")]
    password = make_password(PASSWORD)
    for number in range(DESK):
        one = User.objects.create(
            username=f"desk{number}", first_name=f"Desk{number}", last_name="Invented", is_staff=True,
            password=password,
        )  # fmt: skip
        one.groups.set(groups)


def leads() -> None:
    """Documents that tell of a fine, each of another person."""
    from barometer.web.actions.leads import Incoming, hand_in

    chosen = random.Random(7)
    for number in range(LEADS):
        told = {"day": 1 + number % 28, "town": chosen.choice(TOWNS), "name": chosen.choice(FORENAMES),
                "number": number, "sum": chosen.randrange(100, 900)}  # fmt: skip
        hand_in(
            Incoming(TEXT.format(**told), title=f"A journalist fined ({number})"), origin="text", by="bench"
        )


def asked() -> dict[str, list[str]]:
    """What readers ask for, by class of page."""
    from django.utils.translation import activate

    from barometer.web.public import casepage
    from barometer.web.records.models import Case, Event, Party

    activate("en")

    def some(rows, field: str) -> list[str]:
        return list(rows.order_by("pk").values_list(field, flat=True).distinct()[:120])

    events = some(Event.objects.public(), "public_id")
    cases = some(Case.objects.filter(events__in=Event.objects.public()), "slug")
    outlets = some(
        Party.objects.filter(kind="outlet", mentions__event__in=Event.objects.public()), "public_id"
    )
    return {
        "home": ["/en/", "/ru/", "/kk/"],
        "explorer": ["/en/events/", "/ru/events/", "/en/events/?kind=violation", "/en/events/?page=2",
                     "/en/events/?view=table", "/en/events/?section=2&kind=violation"],
        "event": [f"/{language}/events/{one}/" for one in events for language in ("en", "ru")],
        "case": [casepage.address_of(one) for one in cases],
        "outlet": [f"/en/outlets/{one}/" for one in outlets[:30]],
        "search": ["/en/search/?q=court", "/ru/search/?q=%D1%81%D1%83%D0%B4", "/en/search/?q=detention"],
        "feed": ["/en/events/feed.atom", "/ru/events/feed.rss"],
        "api": ["/api/v1/events", "/api/v1/cases"],
        "page": ["/en/cases/", "/en/figures/", "/en/calendar/", "/en/methodology/", "/ru/letters/", "/en/about/"],
    }  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
