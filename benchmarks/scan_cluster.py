"""`barometer scan` on Dask with 1, 2 and 4 worker processes, on loopback and in network namespaces: a table.

    scan_cluster.py [PAGES] [--spaces]     4,000 pages by default; --spaces (as root) also in namespaces of their own

In namespaces the scheduler and the scan are in one, each worker in another, joined by a pair of virtual cards: the way of
a cluster of machines, on one. Speed-up and efficiency are beside one worker of the same row; workers are started before
the clock runs. All must write the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scan import in_use

PAGES, COUNTS = 4_000, (1, 2, 4)
#: Small pieces, so that four workers have enough to share.
PIECE = 1 << 20
PORT = 8786
_SCAN = (
    "import sys, time; from pathlib import Path; from barometer.pipeline.scan import scan; started = time.perf_counter(); "
    "scan([Path(sys.argv[1])], Path(sys.argv[2]), scheduler=sys.argv[3], piece_size=int(sys.argv[4])); "
    "print(time.perf_counter() - started)"
)


@dataclass(frozen=True)
class Run:
    """One scan: how many workers, its seconds, the most that a worker held, the digest of what it wrote."""

    workers: int
    seconds: float
    megabytes: float
    digest: str


def refusal() -> str:
    """Why there can be no namespaces here; '' where there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "network namespaces need root on Linux"
    probe = f"pb{os.getpid()}probe"
    try:
        made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "there is no `ip` (iproute2)"
    if made.returncode:
        return f"`ip netns add` is refused: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", probe], check=False)
    return ""


@contextmanager
def spaces(count: int) -> Iterator[tuple[str, list[str]]]:
    """A namespace for the scheduler and one for each worker, joined pair by pair: 10.77.N.1 and 10.77.N.2."""
    mark = f"pb{os.getpid() % 100_000}"
    scheduler, workers = f"{mark}s", [f"{mark}w{number}" for number in range(count)]
    with ExitStack() as stack:
        for name in (scheduler, *workers):
            _ip("netns", "add", name)
            stack.callback(subprocess.run, ["ip", "netns", "del", name], check=False)
            _ip("-n", name, "link", "set", "lo", "up")
        for number, name in enumerate(workers):
            here, there = f"{mark}a{number}", f"{mark}b{number}"
            _ip("link", "add", here, "netns", scheduler, "type", "veth", "peer", "name", there, "netns", name)
            for space, card, last in ((scheduler, here, 1), (name, there, 2)):
                _ip("-n", space, "addr", "add", f"10.77.{number}.{last}/24", "dev", card)
                _ip("-n", space, "link", "set", card, "up")
        yield scheduler, workers


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def run(archive: Path, out: Path, count: int, *, apart: bool) -> Run:
    """Scan the archive with so many workers, each in a namespace of its own where they are `apart`."""
    with ExitStack() as stack:
        if apart:
            home, places = stack.enter_context(spaces(count))
            scheduler, inside = f"tcp://127.0.0.1:{PORT}", ["ip", "netns", "exec", home]
            ways = [(["ip", "netns", "exec", name], f"10.77.{number}") for number, name in enumerate(places)]
            started = [
                _start(
                    stack,
                    [
                        *inside,
                        *_dask(
                            "scheduler",
                            "--host",
                            "tcp://0.0.0.0",
                            "--port",
                            str(PORT),
                            "--no-dashboard",
                            "--no-show",
                        ),
                    ],
                )
            ]
            started += [
                _start(stack, [*way, *_worker(f"tcp://{net}.1:{PORT}", f"{net}.2")]) for way, net in ways
            ]
        else:
            file = out.with_suffix(".scheduler.json")
            inside = []
            started = [
                _start(
                    stack,
                    _dask(
                        "scheduler",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--no-dashboard",
                        "--no-show",
                        "--scheduler-file",
                        str(file),
                    ),
                )
            ]
            scheduler = _address(file)
            started += [_start(stack, _worker(scheduler, "127.0.0.1")) for _ in range(count)]
        _wait(inside, scheduler, count)
        memory = stack.enter_context(Most([one.pid for one in started[1:]]))
        asked = [*inside, sys.executable, "-c", _SCAN, str(archive), str(out), scheduler, str(PIECE)]
        told = subprocess.run(asked, check=True, capture_output=True, text=True)
    return Run(count, float(told.stdout), memory.megabytes, hashlib.sha256(out.read_bytes()).hexdigest())


def _dask(*words: str) -> list[str]:
    return [sys.executable, "-m", "dask", *words]


def _worker(scheduler: str, host: str) -> list[str]:
    return _dask(
        "worker",
        scheduler,
        "--host",
        host,
        "--nthreads",
        "1",
        "--no-nanny",
        "--no-dashboard",
        "--memory-limit",
        "0",
    )


def _start(stack: ExitStack, command: Sequence[str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _address(file: Path) -> str:
    import json

    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError, ValueError, KeyError):
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.1)
    raise SystemExit("the scheduler did not start")


def _wait(inside: Sequence[str], scheduler: str, count: int) -> None:
    """Until all workers are there: the clock does not run for their start."""
    asked = (
        "import sys; from distributed import Client; c = Client(sys.argv[1], timeout=60); "
        "c.wait_for_workers(int(sys.argv[2]), timeout=90); "
        "c.run(lambda: __import__('barometer.pipeline.scan_parts'))"
    )
    subprocess.run(
        [*inside, sys.executable, "-c", asked, scheduler, str(count)], check=True, capture_output=True
    )


class Most:
    """The most megabytes that any of the processes held; with `ip netns exec` the process itself is the worker."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.pids, self.megabytes, self._over = pids, 0.0, threading.Event()

    def __enter__(self) -> Most:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            self.megabytes = max(self.megabytes, *(in_use(pid) for pid in self.pids))


def table(runs: Sequence[Run]) -> Iterator[str]:
    """The runs as lines of a table, the first as what the others are held against."""
    yield "| workers | seconds | speed-up | efficiency | most of a worker, MB | same bytes |"
    yield "| ---: | ---: | ---: | ---: | ---: | --- |"
    for one in runs:
        faster = runs[0].seconds / one.seconds
        same = "yes" if one.digest == runs[0].digest else "NO"
        yield f"| {one.workers} | {one.seconds:.1f} | {faster:.2f} | {faster / one.workers:.0%} | {one.megabytes:.0f} | {same} |"


def main(arguments: list[str]) -> None:
    """Make an archive, scan it with each number of workers, tell."""
    from scan import make

    pages = int(arguments[0]) if arguments and arguments[0].isdigit() else PAGES
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pages.warc.gz"
        make(archive, pages)
        print(
            f"{pages:,} pages, {archive.stat().st_size / 1e6:.0f} MB, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        )
        for apart in (False, True) if "--spaces" in arguments else (False,):
            if apart and (why := refusal()):
                print(f"no namespaces: {why}")
                continue
            print("in network namespaces" if apart else "on loopback")
            where = "spaces" if apart else "loopback"
            runs = [
                run(archive, Path(folder) / f"{where}-{count}.jsonl", count, apart=apart) for count in COUNTS
            ]
            print(*table(runs), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
