"""Every small ledger that a landed version left comes up to today's form and has lost nothing."""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
import sqlite3
from pathlib import Path

import pytest
import starting
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import connection
from formed import FORM, assert_same, form_now

LEDGERS = Path(__file__).resolve().parents[1] / "ledgers"
FOLDERS = sorted(path.parent for path in LEDGERS.glob("*/ledger.xz"))

LOOK = (
    FORM
    + """
from django.db import connection
from barometer.web import entry
counts = entry.counts()
from barometer.web.records import mapping, models
from barometer.web.records.search import search
print(json.dumps({
    "counts": counts,
    "events": [mapping.event_value(row).model_dump(mode="json", exclude_unset=True)
               for row in models.Event.objects.order_by("pk")],
    "found": search(models.Event.objects.public(), "imaginary").count(),
    "revisions": list(models.Revision.objects.order_by("pk").values_list("record_id", "number", "action")),
    "stories": len(mapping.stories("2031Q1")),
    "form": form(connection),
}))
"""
)


def taken_out(folder, home):
    """The ledger's file in a data folder, with its keys where it has some."""
    ledger = home / "ledger.sqlite3"
    ledger.write_bytes(lzma.decompress((folder / "ledger.xz").read_bytes()))
    if (folder / "keys").is_dir():
        shutil.copytree(folder / "keys", home / "keys")
    return ledger


def tables(path):
    """table → its rows as the columns that it had, in order of the first column."""
    line = sqlite3.connect(path)
    names = [
        name
        for (name,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if name.startswith(("records_", "accounts_")) and not name.startswith("records_event_words")
    ]
    found = {}
    for name in names:
        cursor = line.execute(f"SELECT * FROM {name} ORDER BY 1")
        columns = [column[0] for column in cursor.description]
        found[name] = [dict(zip(columns, row, strict=True)) for row in cursor]
    line.close()
    return found


def opened(rows, old, keys):
    """Of those rows that there were, the columns that there were, what is under lock now in clear."""
    if not old:
        return []
    columns = list(old[0])
    there = {row[columns[0]] for row in old}

    def clear(value):
        if not (isinstance(value, str) and value.startswith("gAAAA")):
            return value
        try:
            return keys.decrypt(value).decode()
        except InvalidToken:
            return value  # under another key than that of fields: it stays as it stands

    return [[clear(row[column]) for column in columns] for row in rows if row[columns[0]] in there]


def digest_of(rows):
    """Rows as one digest: their count and their contents."""
    told = hashlib.sha256(repr(rows).encode()).hexdigest()
    return f"{len(rows)} {told}"


#: The oldest, which takes every step, in every run, the others in the long one.
EACH = [
    pytest.param(path, marks=[] if path == FOLDERS[0] else pytest.mark.long, id=path.name) for path in FOLDERS
]


@pytest.mark.django_db
@pytest.mark.parametrize("folder", EACH)
def test_comes_up_to_today(folder, tmp_path):
    ledger = taken_out(folder, tmp_path)
    before = tables(ledger)
    environment = {"BAROMETER_HOME": str(tmp_path), "DATABASE_URL": "", "PATH": ""}
    looking = starting.start([], environment, LOOK)
    out, err = looking.communicate(timeout=600)
    assert looking.wait() == 0, err
    now = json.loads(out)
    [coded] = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    events = [event for entry in coded["entries"] for event in entry["events"]]
    assert now["events"] == events
    assert now["counts"]["events published"] == len(events)
    assert now["found"] == 2
    # The others were made by earlier words of a step that ask for the same.
    if folder == FOLDERS[0] and connection.vendor == "sqlite":
        assert_same(now["form"], form_now())
    assert now["stories"] == len(coded["entries"])
    assert len(now["revisions"]) == len(before["records_revision"])
    keys = MultiFernet(Fernet(line) for line in (tmp_path / "keys" / "fields").read_text().split())
    after = tables(ledger)
    for name, rows in before.items():
        assert digest_of(opened(after[name], rows, keys)) == digest_of(opened(rows, rows, keys)), name
    # Revisions are exactly what they were, their words under lock; later columns may have come.
    sealed = (folder / "keys").is_dir()  # it was made when they were under lock already
    for old, new in zip(before["records_revision"], tables(ledger)["records_revision"], strict=True):
        told = {column: new[column] for column in old}
        if not sealed:
            for column in ("by", "reason", "after"):
                told[column] = told[column] and keys.decrypt(told[column]).decode()
            assert old["after"].encode() not in ledger.read_bytes()
        assert old == told
    line = sqlite3.connect(ledger)
    for statement in ("DELETE FROM records_revision", "UPDATE records_revision SET by = 'x'"):
        with pytest.raises(sqlite3.IntegrityError):
            line.execute(statement)
    line.close()


def test_the_first_ledger_is_there():
    assert "0001" in {folder.name for folder in FOLDERS}
