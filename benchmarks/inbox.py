"""How long the processor takes for the inbox and the day with 10,000 leads: prints the median of seven, asserts nothing.

python benchmarks/inbox.py [HOW_MANY]
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
WORDS = [
    "суд", "редакция", "журналист", "блогер", "запрос", "сайт", "полиция", "штраф", "иск", "министерство",
    "court", "newsroom", "website", "claim", "журналистер", "сот", "айыппұл", "басылым", "тілші",
]  # fmt: skip
TYPES = ["legal.fine", "legal.civil_suit", "digital.ddos", "information.refusal", "obstruction.insult", ""]
VIEWS = ["", "?q=журналист", "?sort=relevance&type=legal.fine", "?who=me", "?state=snoozed", "?page=200"]


def fill() -> None:
    """Leads of thirty sources, each with a proposal as long as real ones are."""
    from datetime import timedelta

    from django.utils import timezone

    from barometer.names.words import index_words
    from barometer.web.accounts.models import User
    from barometer.web.records.gathering import Document, Lead, Sighting, WatchedSource

    draw = random.Random(7)
    now, today = timezone.now(), timezone.localdate()
    me = User.objects.create_superuser("bench", password="long enough, mine")
    sources = [
        WatchedSource(
            slug=f"source-{n}", title=f"Invented source {n}", publisher="Invented", kind="feed", address="-",
            language="ru", trust="media", every=60,
        )
        for n in range(30)
    ]  # fmt: skip
    WatchedSource.objects.bulk_create(sources)
    proposed = {"entries": [{"events": [{"types": ["legal.fine"], "words": "x" * 3000}]}]}
    documents, leads = [], []
    for number in range(COUNT):
        title = " ".join(draw.choices(WORDS, k=9)) + f" {number}"
        language, at = draw.choice(["ru", "kk", "en"]), now - timedelta(minutes=13 * number)
        documents.append(
            Document(digest=f"{number:064}", title=title, language=language, relevance=0.7, created_at=at)
        )
        mine = draw.random() < 0.1
        leads.append(
            Lead(
                document=documents[-1], title=title, search_text=f" {index_words(title)}", origin="source",
                relevance=draw.random(), language=language, main_type=draw.choice(TYPES), proposed=proposed,
                watched=draw.choice(sources), created_at=at, assigned_to=me if mine else None,
                assigned_at=now if mine else None,
                snoozed_until=today + timedelta(draw.randint(1, 20)) if draw.random() < 0.1 else None,
            )
        )  # fmt: skip
    Document.objects.bulk_create(documents, batch_size=500)
    Lead.objects.bulk_create(leads, batch_size=200)
    Sighting.objects.bulk_create(
        [Sighting(document=one, seen_at=now, digest="-", key=f"{one.pk:064}") for one in documents],
        batch_size=500,
    )


def main() -> None:
    """Fill a ledger in a folder of its own, and ask."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"BAROMETER_HOME": home, "DATABASE_URL": ""}
        from barometer.web import entry

        entry.setup()
        entry.migrate()
        fill()
        from django.test import Client

        from barometer.web.accounts.models import User

        client = Client(headers={"host": "localhost"})
        client.force_login(User.objects.get(username="bench"))
        told = {}
        for path in [*(f"/desk/leads/{view}" for view in VIEWS), "/desk/day/"]:
            taken = []
            for _ in range(8):
                began = time.process_time()
                answer = client.get(path)
                taken.append(1000 * (time.process_time() - began))
                if answer.status_code != 200:
                    raise SystemExit(f"{path}: {answer.status_code}")
            told[path] = round(statistics.median(taken[1:]))  # the first one loads what is loaded once
        print(
            json.dumps({"leads": COUNT, "milliseconds of the processor": told}, indent=1, ensure_ascii=False)
        )


if __name__ == "__main__":
    main()
