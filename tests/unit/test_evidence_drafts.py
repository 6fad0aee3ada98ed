"""Captures on the desk: whole or not at all, whoever is killed when; what was begun is found again."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from barometer.errors import EvidenceChanged, EvidenceMissing, NotReady
from barometer.evidence.drafts import Asked, Desk

AT = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
ASKED = Asked("https://example.org/a", "aida", AT, "lead 7")
FILES = {"capture.wacz": b"archive", "page.txt": "сөз".encode()}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "desk")


def settle(desk, asked=ASKED, files=FILES):
    with desk.begin(asked) as draft:
        return desk.settle(draft, {"status": 200}, files)


def test_a_settled_capture_is_pending_until_it_is_done(desk):
    whole = settle(desk)
    assert desk.pending() == [whole]
    assert (whole.asked, whole.facts) == (ASKED, {"status": 200})
    assert {name: whole.read(name) for name in whole.files} == FILES
    desk.done(whole)
    desk.done(whole)  # twice is once
    assert desk.pending() == desk.unfinished() == []
    assert [path.name for path in desk.root.iterdir()] == [".lock"]


def test_the_earliest_asked_comes_first(desk):
    later = settle(desk, Asked("https://example.org/b", "aida", AT + timedelta(seconds=1)))
    earlier = settle(desk)
    assert desk.pending() == [earlier, later]


def test_nothing_is_pending_before_there_is_a_desk(desk):
    assert desk.pending() == desk.unfinished() == []


def test_what_is_being_captured_is_neither_pending_nor_unfinished(desk):
    with desk.begin(ASKED) as draft:
        assert desk.pending() == desk.unfinished() == []
        with pytest.raises(NotReady), desk.resume(draft):
            pass


def test_what_was_left_is_resumed_under_its_name(desk):
    with desk.begin(ASKED) as draft:
        pass
    (desk.root / f".draft-{draft.name}" / "capture.wacz").write_bytes(b"half of an older try, and longer")
    assert desk.unfinished() == [draft]
    with desk.resume(draft) as same:
        whole = desk.settle(same, {}, FILES)
    assert whole.name == draft.name
    assert whole.read("capture.wacz") == b"archive"
    assert desk.unfinished() == []


def test_what_is_dropped_is_gone(desk):
    with desk.begin(ASKED) as draft:
        desk.drop(draft)
    assert desk.unfinished() == desk.pending() == []


def test_what_was_killed_before_it_was_asked_is_swept(desk):
    settle(desk)
    (desk.root / ".draft-0123").mkdir()
    (desk.root / ".draft-4567").mkdir()
    (desk.root / ".draft-4567" / "asked.json").write_bytes(b'{"url": "https://exa')
    (desk.root / ".gone-89ab").mkdir()
    assert desk.unfinished() == []
    assert [path.name for path in desk.root.iterdir() if path.name.startswith((".draft", ".gone"))] == []
    assert len(desk.pending()) == 1


def test_a_full_disk_is_one_clear_line_and_leaves_the_asking(desk, monkeypatch):
    """The third file meets a full disk."""
    real, calls = os.fsync, []

    def fsync(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(descriptor)

    with pytest.raises(NotReady, match="No space left on device"), desk.begin(ASKED) as draft:
        monkeypatch.setattr(os, "fsync", fsync)
        desk.settle(draft, {}, FILES)
    monkeypatch.undo()
    assert desk.pending() == []
    (left,) = desk.unfinished()
    assert left.asked == ASKED
    assert [path.name for path in (desk.root / f".draft-{left.name}").iterdir()] == ["asked.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_disk_that_is_really_full(desk):
    with pytest.raises(NotReady, match="No space left"), desk.begin(ASKED) as draft:
        (desk.root / f".draft-{draft.name}" / "page.txt").symlink_to("/dev/full")
        desk.settle(draft, {}, FILES)
    assert desk.pending() == []


@pytest.mark.parametrize("name", ["../x", "a/b", "", "facts.json", "asked.json", ".hidden", "A"])
def test_names_of_files_stay_in_the_folder(desk, name):
    with desk.begin(ASKED) as draft, pytest.raises(ValueError, match="no name"):
        desk.settle(draft, {}, {name: b""})


def test_a_changed_or_missing_file_is_found(desk):
    whole = settle(desk)
    path = whole.files["page.txt"][0]
    path.write_bytes(b"other")
    with pytest.raises(EvidenceChanged):
        whole.read("page.txt")
    path.unlink()
    with pytest.raises(EvidenceMissing):
        whole.read("page.txt")
    (desk.root / whole.name / "facts.json").write_text("{")
    with pytest.raises(EvidenceChanged, match="no whole capture"):
        desk.pending()


def test_many_processes_settle_side_by_side(desk):
    processes = [multiprocessing.get_context("spawn").Process(target=settle, args=(desk,)) for _ in range(4)]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        desk.unfinished()
    assert [process.exitcode for process in processes] == [0] * 4
    assert len(desk.pending()) == 4
    assert desk.unfinished() == []


WRITER = textwrap.dedent(
    """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from barometer.evidence.drafts import Asked, Desk

    desk = Desk(Path(sys.argv[1]))
    for at in range(10_000):
        asked = Asked(f"https://example.org/{at}", "aida", datetime(2026, 3, 1, tzinfo=UTC))
        with desk.begin(asked) as draft:
            print(f"begun {at}", flush=True)
            whole = desk.settle(draft, {"number": at}, {f"{name}.bin": bytes([at % 256]) * 200_000 for name in "abc"})
            print(f"settled {at}", flush=True)
        if at % 3 == 0:
            desk.done(whole)
            print(f"done {at}", flush=True)
    """
)


def killed_at_random(root, chance):
    """Run the writer, kill it with -9 at a random moment; the numbers that it said it had begun, settled, done."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root)], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout.readline() == "begun 0\n"
    time.sleep(chance.random() * 0.25)
    process.send_signal(signal.SIGKILL)
    said = {"begun": {0}, "settled": set(), "done": set()}
    for line in process.stdout.read().splitlines():
        word, _, number = line.partition(" ")
        if number.isdigit():
            said[word].add(int(number))
    process.wait()
    return said


def check_after_kills(tmp_path, kills):
    chance = random.Random(20260301)
    for kill in range(kills):
        desk = Desk(tmp_path / str(kill))
        said = killed_at_random(desk.root, chance)
        pending = {whole.facts["number"]: whole for whole in desk.pending()}
        unfinished = {int(left.asked.url.rsplit("/", 1)[1]) for left in desk.unfinished()}
        for number, whole in pending.items():
            assert all(whole.read(name) == bytes([number % 256]) * 200_000 for name in whole.files)
            assert len(whole.files) == 3
        # What was settled and not taken away is there; what was begun is settled or to be asked again.
        last = max(said["begun"])
        kept = {number for number in said["settled"] if number % 3}
        assert kept <= set(pending)
        assert said["begun"] - said["settled"] <= set(pending) | unfinished
        assert said["done"].isdisjoint(pending)
        assert unfinished <= {last, last + 1}
        for left in desk.unfinished():
            with desk.resume(left) as draft:
                desk.settle(draft, {"number": -1}, FILES)
        assert desk.unfinished() == []


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_killed_at_any_moment_nothing_half_is_seen_and_nothing_is_lost(tmp_path):
    check_after_kills(tmp_path, 5)


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_killed_a_hundred_times(tmp_path):
    check_after_kills(tmp_path, 100)


def test_facts_are_plain_json(desk):
    whole = settle(desk)
    told = json.loads((desk.root / whole.name / "facts.json").read_text())
    assert set(told) == {"facts", "files"}
