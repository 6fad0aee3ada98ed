"""A scan killed at any moment leaves nothing half written, and the next one goes on; a cluster gives the same bytes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from barometer.pipeline.scan import scan
from barometer.pipeline.scan_parts import damage_file

STORY = "A court in Aktobe fined a reporter of the news site Saiga Post for spreading false information about pipes."
MELONS = (
    "A farmer grows melons on two hectares of sand and sells them by the roadside every August with her sons."
)

COMMAND = """
import sys
from pathlib import Path
from barometer.pipeline.scan import scan
if __name__ == "__main__":
    scan([Path(sys.argv[1])], Path(sys.argv[2]), workers=2, piece_size=40_000)
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """4,000 items of a flow, each fiftieth of interest, and lines that are damaged."""
    path = tmp_path_factory.mktemp("flow") / "flow.jsonl"
    lines = [
        "no item" if n % 100 == 7 else f'{{"url": "https://saiga.example/{n}", "text": "{STORY if n % 50 == 3 else MELONS}"}}'
        for n in range(4000)
    ]  # fmt: skip
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def expected(archive, tmp_path_factory):
    out = tmp_path_factory.mktemp("expected") / "leads.jsonl"
    found = scan([archive], out, workers=1)
    assert (found.looked, found.leads, found.damages) == (3960, 80, 40)
    return out.read_bytes(), damage_file(out).read_bytes()


def started(archive, out):
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(archive), str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed_after(seconds, archive, out):
    """Run a scan and kill it with -9; whether it was still at work."""
    process = started(archive, out)
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True


def check_whole(out, expected):
    """What can be seen is all or nothing."""
    if out.exists():
        assert out.read_bytes() == expected[0]
        assert damage_file(out).read_bytes() == expected[1]
    assert {path.name for path in out.parent.iterdir()} <= {
        out.name,
        f"{out.name}.parts",
        damage_file(out).name,
    }


def kill_and_go_on(archive, expected, folder, times, seed):
    chance = random.Random(seed)
    out = folder / "leads.jsonl"
    began = time.monotonic()
    assert not killed_after(600, archive, out)
    whole = time.monotonic() - began
    check_whole(out, expected)
    kills = 0
    while kills < times:
        for path in (out, damage_file(out)):
            path.unlink(missing_ok=True)
        done = False
        while not done:
            at_work = killed_after(chance.uniform(0, 1.1 * whole), archive, out)
            kills += at_work
            check_whole(out, expected)
            done = not at_work
            if kills >= times:
                break
    assert not killed_after(600, archive, out)
    assert out.read_bytes() == expected[0]
    assert damage_file(out).read_bytes() == expected[1]


@pytest.mark.long
def test_killed_at_random_and_goes_on(archive, expected, tmp_path):
    kill_and_go_on(archive, expected, tmp_path, 4, seed=1)


@pytest.mark.long
def test_killed_a_hundred_times(archive, expected, tmp_path):
    kill_and_go_on(archive, expected, tmp_path, 100, seed=2)


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="children are looked up in /proc")
def test_workers_do_not_outlive_a_scan_that_is_killed(archive, tmp_path):
    process = started(archive, tmp_path / "leads.jsonl")
    deadline = time.monotonic() + 60
    while not list((tmp_path).glob("leads.jsonl.parts/0*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = family(process.pid)
    assert len(workers) >= 2
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 30
    while (left := [pid for pid in workers if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def family(pid):
    """The processes that a process began, and theirs."""
    found = []
    for entry in (path.name for path in Path("/proc").iterdir()):
        if entry.isdigit() and parent_of(entry) == pid:
            found += [int(entry), *family(int(entry))]
    return found


def parent_of(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# --- on a cluster -----------------------------------------------------------------------------------------------


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers in processes of their own, on loopback: its address and the workers."""
    address_file = tmp_path / "scheduler.json"
    environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    common = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path, "env": environment}
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show",
         "--scheduler-file", str(address_file)], **common
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not address_file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    address = json.loads(address_file.read_text())["address"]
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", "worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny",
             "--no-dashboard"], **common
        )
        for _ in range(2)
    ]  # fmt: skip
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


@pytest.mark.long
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(archive, expected, cluster, tmp_path):
    address, workers = cluster
    folder = tmp_path / "out"
    folder.mkdir()
    seen = []

    class Watch:
        def begin(self, total, done, size):
            pass

        def add(self, part, size):
            seen.append(part)
            if len(seen) == 2:
                workers[0].send_signal(signal.SIGKILL)

        def end(self):
            pass

    scan([archive], folder / "leads.jsonl", scheduler=address, piece_size=40_000, progress=Watch())
    assert workers[0].wait(10) == -signal.SIGKILL
    check_whole(folder / "leads.jsonl", expected)
    assert (folder / "leads.jsonl").exists()
