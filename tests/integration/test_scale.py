"""A generated ledger is one that the program could have written: its own functions find nothing to change in it."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVENTS = 240

MAKE = """
import sys
sys.path[:0] = sys.argv[2:]
from barometer.web import entry
entry.setup()
from django.db import connection

def forms():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'")
        else:
            cursor.execute(
                "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() UNION ALL "
                "SELECT 'trigger', tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
            )
        return sorted(map(str, cursor.fetchall()))

before = forms()
import ledger
ledger.make(int(sys.argv[1]))
assert forms() == before, set(before) ^ set(forms())
"""

CHECK = """
import json, random
from collections import Counter
from itertools import groupby
from types import SimpleNamespace
from barometer.web import entry
entry.setup()
from django.db import DatabaseError, connection, transaction
from barometer.evidence.log import broken_at
from barometer.web.actions.evidence import log_entries
from barometer.web.actions.importing import _words_of, event_key
from barometer.web.actions.revisions import snapshot
from barometer.web.records import mapping, models
from barometer.web.records.gathering import EvidenceStep
from barometer.web.records.naming import refresh_blocks
from barometer.web.records.reviewing import PublicNote
from barometer.web.records.search import search

wrong = []
events = list(models.Event.objects.select_related("item__source", "item__issue", "case").order_by("pk"))
siblings = {item: list(rows) for item, rows in groupby(sorted(events, key=lambda e: (e.item_id, e.ordinal)), lambda e: e.item_id)}
for row in events:
    value = mapping.event_value(row)
    entry_ = SimpleNamespace(events=[mapping.event_value(one) for one in siblings[row.item_id]])
    wanted = mapping.event_fields(value) | {
        "search_text": mapping.search_text(value, _words_of(row.item, entry_)),
        "key": event_key(row.item.source.name, row.item.entry_key, row.ordinal),
    }
    wrong += [(row.key, name) for name, one in wanted.items() if getattr(row, name) != one]
    types = [(one.code, one.position, one.alleged) for one in row.types.all()]
    if types != [(one.code, one.position, one.alleged) for one in mapping.event_types(value)]:
        wrong.append((row.key, "types"))
    people = {(one.side, one.position, one.written, one.type, one.role, one.party.name, one.party.kind) for one in row.mentions.select_related("party")}
    if people != {(m.side, m.position, m.written, m.type, m.role, name, kind) for m, name, kind in mapping.event_people(value)}:
        wrong.append((row.key, "people"))
    if models.Revision.objects.get(model="event", record_id=row.public_id).after != snapshot(row):
        wrong.append((row.key, "revision"))
    if (row.case and row.case.slug) != value.case:
        wrong.append((row.key, "case"))

sample = random.Random(1).sample(events, 40)
records = [*sample, *(row.item for row in sample), *(row.item.source for row in sample), *models.Issue.objects.all()[:3],
    *models.Case.objects.all()[:20], *models.Party.objects.all()[:40], *models.EvidenceItem.objects.all()[:5],
    *EvidenceStep.objects.all()[:5], *PublicNote.objects.all()[:5], *models.Retelling.objects.all()[:5],
    *models.NameJudgement.objects.all()[:5], *(m for row in sample for m in row.mentions.all())]
for record in records:
    record.full_clean()
keepers = 0
for model in (models.Revision, EvidenceStep, PublicNote):
    try:
        with transaction.atomic():
            model.objects.filter(pk=model.objects.order_by("pk")[0].pk).update(by="another") if model is not EvidenceStep else \
                model.objects.filter(pk=model.objects.order_by("pk")[0].pk).update(how="another")
    except DatabaseError:
        keepers += 1
connection.check_constraints()
word = max(events[7].summary_en.split(), key=lambda one: one.isalpha() and len(one))
new = models.Party.objects.create(name="Qiyal Beynesi", kind="person")
print(json.dumps({
    "wrong": wrong[:20], "events": len(events), "keepers": keepers, "blocks": refresh_blocks(list(models.Party.objects.exclude(pk=new.pk))),
    "broken": broken_at(log_entries()), "found": events[7].pk in search(models.Event.objects.all(), word).values_list("pk", flat=True),
    "sources": models.Source.objects.count(), "cases": models.Case.objects.count(),
    "people": models.Party.objects.filter(kind="person").exclude(pk=new.pk).count(), "next": new.pk > models.Party.objects.exclude(pk=new.pk).order_by("-pk")[0].pk,
    "violations": Counter(row.kind for row in events)["violation"] / len(events),
    }))
"""


def _told(process) -> dict:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err[-3000:]
    return json.loads(out) if out.strip() else {}


def test_a_generated_ledger_is_as_the_program_would_have_written_it(own_ledger):
    folders = [str(ROOT / "benchmarks" / "scale"), str(ROOT)]
    _told(own_ledger.python(MAKE, EVENTS, *folders))  # which compares triggers and indexes before and after
    found = _told(own_ledger.python(CHECK))

    assert found["wrong"] == []
    assert found["blocks"] == 0  # a rebuild of the keys of names changes nothing
    assert found["broken"] is None  # the evidence log holds from its first entry
    assert found["keepers"] == 3  # what is written once is refused a change
    assert found["found"]  # the index of words knows it
    assert found["next"]  # rows of the program come after the generated ones
    # The proportions that were asked for.
    assert found["events"] == EVENTS
    assert found["sources"] == 3 * EVENTS
    assert found["cases"] == EVENTS * 4 // 10
    assert 0.9 < found["people"] / (EVENTS * 0.15) <= 1  # some stand in stories that hit nobody
    assert 0.7 < found["violations"] < 0.92
