"""Backups: all of it or nothing, whatever is killed, cut short or changed; and from one database to the other."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from barometer.errors import Unreadable
from barometer.tips import make_identity, read_identities
from barometer.web.backup import archive

posix = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")

#: Adds parties one by one, each with evidence and an entry in the log of sensitive acts, and says which are written for
#: certain.
WRITER = """
import sys, time
from barometer.web import entry
entry.setup()
from django.db import transaction
from barometer.web.actions.audit import note_act
from barometer.web.actions.evidence import keep_evidence
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import Party
for number in range(10**6):
    name = f"{sys.argv[1]} {number}"
    with transaction.atomic():
        item = keep_evidence(name.encode() * 50, name=name, media_type="text/plain", how="test", by="A writer")
        party = Party.objects.create(name=name, kind="person")
        record_revision(party, "create", by="A writer")
        note_act("write", by="A writer", about=name, detail=item.sha256)
    print(party.public_id, item.sha256, name, flush=True, sep="\t")
    time.sleep(0.05)  # what is written is also backed up, restored and read
"""

FOUND = """
import hashlib, json
from barometer.web import entry
entry.setup()
from django.db import connection
from barometer.web.accounts.models import AuditEntry
from barometer.web.actions.evidence import bytes_of
from barometer.web.records.models import Party, EvidenceItem, Revision
from barometer.web.backup import tables
from barometer.web.backup.making import missing
print(json.dumps({
    "sums": tables.sums(connection, tables.tables()),
    "bytes": sorted(hashlib.sha256(bytes_of(row)).hexdigest() for row in EvidenceItem.objects.all()),
    "audit": sorted([row.about, row.by, row.detail] for row in AuditEntry.objects.all()),
    "parties": sorted(Party.objects.values_list("public_id", flat=True)),
    "evidence": sorted(EvidenceItem.objects.values_list("sha256", flat=True)),
    "told": sorted(Revision.objects.values_list("record_id", flat=True)),
    "missing": missing(),
}))
"""


@pytest.fixture
def keys(tmp_path) -> tuple[Path, str]:
    """The file of a private key, and its public half."""
    path = tmp_path / "private.key"
    return path, make_identity(path)


def _found(ledger) -> dict:
    out, err = ledger.python(FOUND).communicate(timeout=600)
    assert out, err
    return json.loads(out)


def _other(own_ledger, home: Path):
    """A ledger on SQLite, not made yet."""
    return type(own_ledger)(home, "")


def _ok(done) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def full(own_ledger, mini):
    """A ledger with a published bulletin."""
    _ok(own_ledger.barometer("import", mini.path, "--as", "published", "--by", "A coder"))
    return own_ledger


def test_all_of_it_comes_back_with_its_evidence_and_its_keys(full, keys, tmp_path):
    made = tmp_path / "one.backup"
    told = _ok(full.barometer("backup", made, "--to", keys[1]))
    assert "evidence" in told and made.stat().st_mode & 0o077 == 0
    assert b"records_event" not in made.read_bytes()
    back = _other(full, tmp_path / "back")
    assert _ok(back.barometer("restore", made, "--key", keys[0])) == told
    assert back.counts() == full.counts()
    assert _found(back) == _found(full) and not _found(back)["missing"]
    # Who changed what is encrypted in the ledger: it is read with the keys that came along.
    code = "from barometer.web import entry; entry.setup(); from barometer.web.records.models import Revision; print({r.by for r in Revision.objects.all()})"
    assert "A coder" in back.python(code).communicate(timeout=600)[0]
    again = back.barometer("restore", made, "--key", keys[0])
    assert again.returncode == 2 and "the ledger is not empty" in again.stderr


@pytest.mark.long
def test_evidence_that_is_only_named_is_told_as_missing(full, keys, tmp_path):
    made = tmp_path / "one.backup"
    _ok(full.barometer("backup", made, "--to", keys[1], "--evidence", "referenced"))
    back = _other(full, tmp_path / "back")
    done = back.barometer("restore", made, "--key", keys[0])
    assert done.returncode == 1 and done.stdout.count("not in the store") == len(_found(full)["evidence"])
    assert back.counts() == full.counts()


#: Tries to restore each file in turn, in one process, and says what came of it.
RESTORER = """
import json, sys
from pathlib import Path
from barometer.web import entry
entry.setup()
from barometer.errors import BarometerError
from barometer.tips import read_identities
from barometer.web.backup import making
told = []
for name, key in json.loads(sys.argv[1]):
    try:
        making.restore(Path(name), read_identities(Path(key)))
        told.append("restored")
    except BarometerError as error:
        told.append(str(error))
    told.append(entry.counts()["events published"])
print(json.dumps(told))
"""


@pytest.mark.long
def test_what_cannot_be_a_backup_restores_nothing(full, keys, tmp_path):
    made = tmp_path / "one.backup"
    _ok(full.barometer("backup", made, "--to", keys[1]))
    data, other = made.read_bytes(), tmp_path / "other.key"
    make_identity(other)
    tried = []
    for name, broken, key in (
        ("empty", b"", keys[0]),
        ("another-thing", b"PK\x03\x04" + b"\0" * 500, keys[0]),
        ("cut-short", data[: len(data) * 2 // 3], keys[0]),
        ("changed", data[:-2000] + bytes([data[-2000] ^ 1]) + data[-1999:], keys[0]),
        ("another-s", data, other),
        ("whole", data, keys[0]),
    ):
        path = tmp_path / f"{name}.backup"
        path.write_bytes(broken)
        tried.append((str(path), str(key)))
    back = _other(full, tmp_path / "back")
    out, err = back.python(RESTORER, json.dumps(tried)).communicate(timeout=600)
    assert out, err
    told = json.loads(out)
    for (path, _), said, events in zip(tried[:-1], told[:-2:2], told[1:-2:2], strict=True):
        assert path in said and "Next:" in said and events == 0
    assert told[-2:] == ["restored", 5]


def test_no_cut_of_the_tar_itself_is_taken_for_whole(keys, tmp_path):
    made = tmp_path / "small.backup"
    with archive.sealed(made, [keys[1]]) as tar:
        archive.add(tar, "manifest.json", b"{}")
        archive.add(tar, "tables/one.000001.jsonl", b"[1]\n" * 1000)
    data = made.read_bytes()
    draw = random.Random(7)
    for length in sorted(draw.sample(range(len(data)), 25)):
        made.write_bytes(data[:length])
        with pytest.raises(Unreadable), archive.opened(made, read_identities(keys[0])) as tar:
            while (member := tar.next()) is not None:
                archive.read(tar, member)


@pytest.mark.long
def test_no_file_is_left_where_a_backup_fails(full, tmp_path):
    made = tmp_path / "one.backup"
    for key in ("age1nonsense", ""):
        done = full.barometer("backup", made, *(["--to", key] if key else []))
        assert done.returncode == 2 and "Traceback" not in done.stderr
    _, public = keys_of(tmp_path)
    made.write_text("mine")
    assert full.barometer("backup", made, "--to", public).returncode == 2
    assert made.read_text() == "mine"
    assert [path.name for path in tmp_path.glob(".*")] == []


def keys_of(tmp_path) -> tuple[Path, str]:
    path = tmp_path / "k.key"
    return path, make_identity(path)


def _said(lines: list[str]) -> list[list[str]]:
    """What a writer wrote for certain: the last line may have been cut short."""
    return [line.rstrip("\n").split("\t") for line in lines if line.endswith("\n")]


def _killed_while_writing(ledger, during=None) -> list[list[str]]:
    """Two writers, killed at a moment that nobody chose: party, evidence and name of what they had acknowledged."""
    writers = [ledger.python(WRITER, name) for name in ("Sana Zhoqova", "Timur Zhoqov")]
    said = [writer.stdout.readline() for _ in range(11) for writer in writers]
    assert all(said), writers[0].stderr.read()
    if during:
        during()
    time.sleep(random.SystemRandom().uniform(0, 0.5))
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
        writer.communicate()
    return _said(said)


def _nothing_is_lost(said: list[list[str]], found: dict) -> None:
    """Each record has its revision, its evidence to the last byte and its entry in the log; none is there by half."""
    assert found["missing"] == []
    assert set(found["parties"]) <= set(found["told"])
    assert found["bytes"] == found["evidence"]
    assert {party for party, _, _ in said} <= set(found["parties"])
    assert {item for _, item, _ in said} <= set(found["evidence"])
    assert {(name, "A writer", item) for _, item, name in said} <= {tuple(row) for row in found["audit"]}
    assert len(found["parties"]) == len(found["evidence"]) == len(found["audit"])


@posix
def test_what_was_acknowledged_before_the_kill_is_in_the_backup(own_ledger, keys, tmp_path):
    """A backup while they write, another after the kill, restored into SQLite, from PostgreSQL too."""
    during, after = tmp_path / "during.backup", tmp_path / "after.backup"
    said = _killed_while_writing(
        own_ledger, lambda: _ok(own_ledger.barometer("backup", during, "--to", keys[1]))
    )
    _ok(own_ledger.barometer("backup", after, "--to", keys[1]))
    for made, home in ((during, tmp_path / "one"), (after, tmp_path / "two")):
        back = _other(own_ledger, home)
        _ok(back.barometer("restore", made, "--key", keys[0]))
        found = _found(back)
        _nothing_is_lost(said if made is after else [], found)
    assert found == _found(own_ledger)


@pytest.mark.long
@posix
@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="needs PostgreSQL")
def test_what_was_acknowledged_on_sqlite_before_the_kill_comes_back_on_postgresql(
    own_ledger, keys, tmp_path, empty_ledger
):
    """Every table has the same rows on both, by count and digest."""
    here = _other(own_ledger, tmp_path / "here")
    here.home.mkdir(mode=0o700)
    shutil.copyfile(empty_ledger, here.home / "ledger.sqlite3")
    said, made = _killed_while_writing(here), tmp_path / "one.backup"
    _ok(here.barometer("backup", made, "--to", keys[1]))
    _ok(own_ledger.barometer("restore", made, "--key", keys[0]))
    found = _found(own_ledger)
    _nothing_is_lost(said, found)
    assert found == _found(here)
    _ok(own_ledger.barometer("check"))


@posix
@pytest.mark.long
def test_a_restore_that_is_killed_is_none(full, keys, tmp_path):
    made = tmp_path / "one.backup"
    _ok(full.barometer("backup", made, "--to", keys[1]))
    code = f"""
import os, signal
from barometer.web import entry
entry.setup()
from barometer.web.backup import making, tables
real, left = tables.write, [12]
def counted(*arguments):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*arguments)
tables.write = counted
from barometer.tips import read_identities
from pathlib import Path
making.restore(Path({str(made)!r}), read_identities(Path({str(keys[0])!r})))
"""
    back = _other(full, tmp_path / "back")
    process = back.python(code)
    process.communicate(timeout=600)
    assert process.returncode == -signal.SIGKILL
    assert not any(back.counts().values())
    _ok(back.barometer("restore", made, "--key", keys[0]))
    assert back.counts() == full.counts()


def test_a_ledger_moves_to_another_database(full, tmp_path):
    """To SQLite from whichever is tested; the other way round it is a backup or a move in the test of PostgreSQL."""
    there = tmp_path / "there.sqlite3"
    assert "now set DATABASE_URL" in _ok(full.barometer("move", f"sqlite:///{there}"))
    moved = type(full)(full.home, f"sqlite:///{there}")
    assert moved.counts() == full.counts()
    assert _found(moved) == _found(full)
    refused = full.barometer("move", f"sqlite:///{there}")
    assert refused.returncode == 2 and "not empty" in refused.stderr


@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="needs PostgreSQL")
@pytest.mark.unmade
def test_a_ledger_of_sqlite_moves_to_postgresql(own_ledger, mini, tmp_path):
    here = _other(own_ledger, tmp_path / "here")
    _ok(here.barometer("import", mini.path, "--as", "published", "--by", "A coder"))
    _ok(here.barometer("move", own_ledger.environment["DATABASE_URL"]))
    there = type(own_ledger)(here.home, own_ledger.environment["DATABASE_URL"])
    assert there.counts() == here.counts() and _found(there) == _found(here)
    _ok(
        there.barometer("import", mini.path, "--as", "published", "--by", "A coder")
    )  # new rows have free numbers


@pytest.mark.long
def test_an_older_backup_is_brought_up_to_today(full, keys, tmp_path):
    """As it was before the series of others and the figures of spheres."""
    made, older = tmp_path / "one.backup", tmp_path / "older.backup"
    _ok(full.barometer("backup", made, "--to", keys[1]))
    new = {"records_spherefigure", "records_indexrow"}
    with archive.opened(made, read_identities(keys[0])) as given, archive.sealed(older, [keys[1]]) as tar:
        while (member := given.next()) is not None:
            data = archive.read(given, member)
            if member.name == "manifest.json":
                manifest = json.loads(data)
                manifest["tables"] = [table for table in manifest["tables"] if table["name"] not in new]
                manifest["migrations"] = [
                    one for one in manifest["migrations"] if one != ["records", "0024_series"]
                ]
                data = json.dumps(manifest).encode()
            archive.add(tar, member.name, data)
    back = _other(full, tmp_path / "back")
    _ok(back.barometer("restore", older, "--key", keys[0]))
    assert back.counts() == full.counts() and not _found(back)["missing"]
    manifest["migrations"].append(["records", "9999_later"])
    with archive.sealed(tmp_path / "newer.backup", [keys[1]]) as tar:
        archive.add(tar, "manifest.json", json.dumps(manifest).encode())
    refused = _other(full, tmp_path / "none").barometer(
        "restore", tmp_path / "newer.backup", "--key", keys[0]
    )
    assert refused.returncode == 2 and "newer version: it has records 9999_later" in refused.stderr
