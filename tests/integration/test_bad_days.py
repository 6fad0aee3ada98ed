"""Full disks, read-only disks, lost stores, damaged pages, missing keys: each in one line with the next step, nothing half."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from django.db import OperationalError

from barometer.errors import BarometerError, NotReady
from barometer.evidence import Store
from barometer.tips import make_identity
from barometer.web.backup import archive

#: Runs commands one after the other in one process: making one takes a second.
RUNNER = """
import contextlib, io, json, sys
from barometer.cli import main
told = []
for line in json.loads(sys.argv[1]):
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        if line[0] == "get":
            from barometer.web import entry
            entry.setup()
            from django.test import Client
            answer = Client(raise_request_exception=False).get(line[1], headers={"host": "localhost"})
            status = answer.status_code
            print(answer.content.decode())
        else:
            try:
                main(line)
            except SystemExit as end:
                status = end.code or 0
    told.append([status, out.getvalue(), err.getvalue()])
print(json.dumps(told))
"""


class Ran:
    """What a command ended with."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    def refused(self, *words: str) -> None:
        """It said in one line what was the matter and what to do."""
        assert self.status == 2, (self.status, self.out, self.err)
        assert self.err.count("\n") == 1 and "Traceback" not in self.err and "unexpected" not in self.err
        assert "Next: " in self.err
        for word in words:
            assert word in self.err, self.err


def run(ledger, *commands) -> list[Ran]:
    """Run them in one process."""
    out, err = ledger.python(
        RUNNER, json.dumps([[str(word) for word in one] for one in commands])
    ).communicate(timeout=300)
    assert out, err
    return [Ran(*one) for one in json.loads(out)]


@pytest.fixture
def disk(tmp_path):
    """A disk of its own, of 48 MB, that can be filled and be made read-only."""
    where = tmp_path / "disk"
    where.mkdir(mode=0o700)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", str(where)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("this user may not mount a disk")
    yield where
    subprocess.run(["umount", "-l", str(where)], check=True)


def fill(disk: Path) -> list[Path]:
    """Fill the disk to its last byte; the files to remove."""
    made = []
    for name, size in (("filler", 1 << 20), ("filler-2", 4096), ("filler-3", 1)):
        made.append(disk / name)
        with made[-1].open("wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(b"x" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return made


def on(disk: Path, own_ledger):
    """A ledger whose data folder is on that disk."""
    shutil.copytree(own_ledger.home, disk / "home") if own_ledger.home.exists() else (disk / "home").mkdir()
    return type(own_ledger)(disk / "home", own_ledger.environment["DATABASE_URL"])


def files(folder: Path) -> set[str]:
    """The files below a folder, but for SQLite's own, locks, the counters of requests, and a mirror that is not made."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in (".sqlite3-wal", ".sqlite3-shm", ".lock", ".counts")
        and ".making" not in path.parts
    }


@pytest.mark.once
def test_on_a_full_disk_everything_says_so_and_nothing_is_half(own_ledger, mini, disk, tmp_path):
    ledger, public = on(disk, own_ledger), make_identity(tmp_path / "private.key")
    [first] = run(ledger, ("import", mini.path, "--as", "published", "--by", "A coder"))
    assert first.status == 0, first.err
    letter = tmp_path / "letter.txt"
    letter.write_text("A letter of an invented ministry, number 12-3.")
    counts, before = ledger.counts(), files(disk)
    # A process that was killed leaves its journal: the ledger can then be read although nothing can be written.
    said = ledger.python(
        "import os; from barometer.web import entry; entry.counts(); os.kill(os.getpid(), 9)"
    )
    said.communicate(timeout=300)
    assert (disk / "home" / "ledger.sqlite3-shm").exists()
    mini.data["source"] = "other.txt"
    other = mini.save("other.json")
    (mini.text.with_name("other.txt")).write_text(mini.text.read_text() + "\nmore\n")
    fillers = fill(disk)
    told = run(
        ledger,
        ("import", other, mini.text.with_name("other.txt")),
        ("takedowns", "import", letter, "--by", "A coder"),
        ("backup", disk / "one.backup", "--to", public),
        ("release", "2031Q1", "--out", disk / "release", "--by", "A coder"),
        ("mirror", "--out", disk / "mirror"),
        ("table", "export", "--by", "A coder", "--out", disk / "t.csv"),
        ("worker", "--once"),
        ("get", "/en/events/"),
    )
    for one in told[:-1]:
        both = one.out + one.err
        assert one.status in (1, 2), both
        assert "Traceback" not in both and "unexpected" not in both, both
        assert re.search("No space left|disk is full", both), both
        assert "Next: " in both, both
    assert told[-1].status in (200, 503)
    for path in fillers:
        path.unlink()
    assert files(disk) == before
    assert not (disk / "release").exists()
    assert ledger.counts() == counts
    done = run(ledger, ("check",), ("import", other, mini.text.with_name("other.txt")))
    assert (done[0].status, done[0].out) == (0, "0 faults\n")
    assert done[1].status == 0


@pytest.mark.once
def test_a_read_only_disk_is_told_and_pages_are_served(own_ledger, disk):
    own_ledger.counts()  # makes what a ledger has beside its database
    ledger = on(disk, own_ledger)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    file = Path(own_ledger.home).parent / "given.txt"
    file.write_text("Words of an invented letter.")
    told = run(
        ledger,
        ("import", file),
        ("worker", "--once"),
        ("table", "export", "--out", disk / "t.csv"),
        ("get", "/en/"),
    )
    for one in told[:-1]:
        one.refused()
        assert re.search("read-only|cannot be opened|Read-only", one.err), one.err
    assert told[-1].status in (200, 503)


# --- a damaged page -------------------------------------------------------------------------------------------------


def pages_of(ledger: Path, table: str) -> list[int]:
    """The pages of a table's own tree that hold rows; its last one is a leaf."""
    with sqlite3.connect(ledger) as line:
        found = [
            page
            for (page,) in line.execute("SELECT pageno FROM dbstat WHERE name = ? ORDER BY pageno", (table,))
        ]
        [(size,)] = line.execute("PRAGMA page_size")
        line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    line.close()
    return [size, *found]


def overwrite(ledger: Path, size: int, page: int) -> None:
    """Other bytes in place of a page."""
    with ledger.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xa5" * size)


@pytest.mark.once
@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="SQLite's pages")
def test_a_damaged_page_is_named_and_what_can_be_read_is_saved(own_ledger, mini, tmp_path):
    [first] = run(own_ledger, ("import", mini.path, "--as", "published", "--by", "A coder"))
    assert first.status == 0, first.err
    ledger, new = own_ledger.home / "ledger.sqlite3", tmp_path / "new.sqlite3"
    size, *pages = pages_of(ledger, "records_eventtype")
    with sqlite3.connect(ledger) as line:
        [(there,)] = line.execute("SELECT count(*) FROM records_event")
        [(types,)] = line.execute("SELECT count(*) FROM records_eventtype")
    line.close()
    overwrite(ledger, size, pages[-1])
    before = ledger.read_bytes()
    told = run(
        own_ledger,
        ("check",),
        ("status",),
        ("backup", tmp_path / "one.backup", "--to", make_identity(tmp_path / "private.key")),
        ("move", f"sqlite:///{tmp_path / 'moved.sqlite3'}"),
        ("get", "/en/events/"),
    )
    checked, status, backed, moved, page = told
    [saved] = run(own_ledger, ("move", "--salvage", f"sqlite:///{new}"))
    assert checked.status == 1
    assert "table records_eventtype: it is damaged" in checked.out and "--salvage" in checked.out
    assert status.status == 1
    assert "pages: records_eventtype is damaged: stop what writes, and run barometer check\n" in status.out
    for one in (backed, moved):
        one.refused("ledger.sqlite3", "the ledger is damaged, table records_eventtype", "restore a backup")
    assert not (tmp_path / "one.backup").exists()
    assert page.status == 503 and "records_eventtype" not in page.out  # that is for the desk
    assert saved.status == 1, saved.err
    assert f"records_eventtype: 0 saved, at most {types} cannot be read" in saved.out
    assert ledger.read_bytes() == before
    rescued = type(own_ledger)(own_ledger.home, f"sqlite:///{new}")
    assert rescued.counts()["events"] == there
    after, well = run(rescued, ("check",), ("status",))
    assert "damaged" not in after.out and "pages: well\n" in well.out


@pytest.mark.once
@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="SQLite's pages")
@pytest.mark.parametrize("page", [1, 2, 40])
def test_a_damaged_ledger_is_never_said_to_be_well(own_ledger, page):
    """Its first page, the list of its tables, a page of somewhere: whatever it is, whoever asks is told the way."""
    ledger = own_ledger.home / "ledger.sqlite3"
    size, *_ = pages_of(ledger, "records_event")
    overwrite(ledger, size, page)
    status, checked = run(own_ledger, ("status",), ("check",))
    assert status.status in (1, 2) and checked.status in (1, 2)
    assert "barometer check" in status.out + status.err
    assert "Next: " in checked.out + checked.err


@pytest.mark.once
@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="SQLite's pages")
def test_of_a_large_ledger_status_says_that_it_looked_at_no_page(own_ledger):
    code = RUNNER.replace(
        "told = []", "from barometer.web import status_commands as s; s.SMALL = 1000; told = []"
    )
    out, err = own_ledger.python(code, json.dumps([["status"]])).communicate(timeout=300)
    assert out, err
    assert "pages: not looked at, the file has " in out and "barometer check reads it" in out


@pytest.mark.once
def test_a_missing_key_is_never_replaced_by_a_new_one(own_ledger, mini):
    run(own_ledger, ("import", mini.path))
    keys = own_ledger.home / "keys"
    shutil.move(keys, keys.with_name("elsewhere"))
    refused, worker, checked = run(own_ledger, ("import", mini.path), ("worker", "--once"), ("check",))
    for done in (refused, worker):
        done.refused(str(keys / "fields"), "the key is not there", "put it back")
    assert not (keys / "fields").exists()
    assert checked.status == 1 and f"{keys / 'fields'}: the key is not there" in checked.out
    shutil.rmtree(keys, ignore_errors=True)
    shutil.move(keys.with_name("elsewhere"), keys)
    (keys / "evidence").rename(keys / "aside")
    run(own_ledger, ("import", mini.path))[0].refused(str(keys / "evidence"))
    (keys / "aside").rename(keys / "evidence")
    [checked] = run(own_ledger, ("check",))
    assert (checked.status, checked.out) == (0, "0 faults\n")


# --- a lost store -----------------------------------------------------------------------------------------------------


@pytest.fixture
def at_desk(client, db):
    """Somebody of the desk."""
    from tests.reviewed import person

    client.force_login(person("alma", "editor"))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("lost", ["folder", "bucket"])
def test_a_lost_store_is_told_and_pages_are_served(at_desk, evidence, lost, monkeypatch, client):
    from barometer.web.actions.evidence import keep_evidence, verify

    item = keep_evidence(b"seen", name="seen.txt", media_type="text/plain", how="test", by="A coder")
    if lost == "folder":
        shutil.rmtree(evidence)
        assert [(one.kind, one.name) for one in verify() if one.kind == "missing"] == [
            ("missing", item.public_id)
        ]
        words = "not in the store"
    else:
        monkeypatch.setenv("BAROMETER_STORE", "http://127.0.0.1:9/bucket")
        with pytest.raises(NotReady, match="no address of a store"):  # and no folder of that name
            verify()
        for name, value in (("", "s3+http://127.0.0.1:9/bucket"), ("_KEY", "key"), ("_SECRET", "secret")):
            monkeypatch.setenv(f"BAROMETER_STORE{name}", value)
        monkeypatch.setenv("BAROMETER_ALLOW", "store=127.0.0.1:9")
        words = "127.0.0.1"
        with pytest.raises(BarometerError) as told:
            verify()
        assert "127.0.0.1:9" in str(told.value) and told.value.next_step
    assert at_desk.get(f"/desk/evidence/{item.public_id}/").status_code == 200
    answer = at_desk.get(f"/desk/evidence/{item.public_id}/bytes/")
    assert answer.status_code in (400, 404, 503) and words in answer.content.decode()
    assert at_desk.get("/en/events/").status_code == 200


def test_what_a_killed_process_left_in_the_store_is_no_fault(tmp_path):
    """Its key was in a change that was undone; nobody was told that the bytes are there."""

    class Keys:
        def __init__(self):
            self.kept = {}

        def settle(self, sha256, key):
            return self.kept.setdefault(sha256, key)

        def find(self, sha256):
            return self.kept.get(sha256)

        def erased(self, sha256):
            return False

    keys = Keys()
    store = Store(tmp_path, keys)
    left, stays = store.keep(b"left"), store.keep(b"stays")
    del keys.kept[left.sha256]
    assert store.verify([stays.sha256]) == []
    assert [one.kind for one in store.verify([left.sha256])] == [
        "changed"
    ]  # what the ledger relies on is a fault
    # It is not removed: with another database named by mistake, all that the store holds would look like this.
    os.utime(store.path(left.sha256), (0, 0))
    assert store.sweep() == 0 and left.sha256 in store


# --- in the pages -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "at_the_desk"),
    [
        (OperationalError("database or disk is full"), "disk is full"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/srv/evidence"),
            "/srv/evidence: No space left on device",
        ),
        (
            NotReady("evidence cannot be kept: No space left on device", next_step="make room"),
            "Next: make room",
        ),
    ],
)
def test_the_desk_is_told_what_it_is_and_readers_that_it_is_not_them(
    at_desk, monkeypatch, error, at_the_desk
):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr("barometer.web.desk.home.rooms_of", fails)
    answer = at_desk.get("/desk/")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    if "disk" not in at_the_desk or os.environ.get("DATABASE_URL", "") == "":
        assert at_the_desk in answer.content.decode()
    monkeypatch.setattr("barometer.web.config.views.get_language_from_request", fails)
    answer = at_desk.get("/")
    assert answer.status_code == 503
    assert "srv" not in answer.content.decode() and "ledger" not in answer.content.decode()


# --- backups ----------------------------------------------------------------------------------------------------------


def test_what_killed_backups_left_goes_after_an_hour(tmp_path):
    public = make_identity(tmp_path / "private.key")
    old, new, mine = (tmp_path / name for name in (".barometer-backup-0", ".barometer-backup-1", ".mine"))
    for path in (old, new, mine):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    os.utime(mine, (0, 0))
    with archive.sealed(tmp_path / "one.backup", [public]) as tar:
        archive.add(tar, "manifest.json", b"{}")
    assert not old.exists() and new.exists() and mine.exists()
