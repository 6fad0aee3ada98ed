"""A coalition's server on this machine's loopback: PostgreSQL, a store, desk and site, workers, nginx in front."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "tests")]

from with_postgres import _free_port as free_port  # noqa: E402
from with_postgres import _user as postgres_user  # noqa: E402
from with_postgres import binaries, throwaway_cluster  # noqa: E402

NGINX = Path("/usr/sbin/nginx")
SITE_WORKERS, DESK_WORKERS, WORKERS = 2, 2, 2
WORKERS_AFTER = 10  # as in deploy/systemd/barometer-worker.service


class Database:
    """The cluster, to be stopped and started; unlike that of the tests it waits for the disk (fsync)."""

    def __init__(self, url: str) -> None:
        import psycopg

        with psycopg.connect(url) as connection:
            (folder,) = connection.execute("SHOW data_directory").fetchone()
        self.folder = Path(folder)
        words = shlex.split((self.folder / "postmaster.opts").read_text())
        self._options = " ".join(words[3:]).replace("=off", "=on")

    def _ctl(self, *words: str) -> None:
        command = [str(binaries() / "pg_ctl"), "-D", str(self.folder), "-w", *words]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, **postgres_user())

    def stop(self) -> None:
        """At once, under the feet of all."""
        self._ctl("-m", "immediate", "stop")

    def start(self) -> None:
        """Again."""
        self._ctl("-l", str(self.folder.parent / "log"), "-o", self._options, "start")


class House:
    """Where it is, and its processes by what they do."""

    def __init__(self, folder: Path, port: int, database: Database, environment: dict[str, str]) -> None:
        self.folder, self.port, self.database, self.environment = folder, port, database, environment
        self.desk_port = 0
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, what: str, *words: str, after: int = 0) -> None:
        """A command of ours, its words in a file; `after` others where there is no processor for all (nice)."""
        log = (self.folder / f"{what}.log").open("wb")
        command = ["nice", "-n", str(after), sys.executable, "-m", "barometer", *words]
        self.processes[what] = subprocess.Popen(
            command, env=self.environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        )

    def memory(self) -> dict[str, list[int]]:
        """MB that each process holds for itself and shares in (PSS), by what it does; children by themselves."""
        return {
            what: [size for pid in _tree(process.pid) if (size := _pss(pid))]
            for what, process in self.processes.items()
        }

    def worked(self) -> dict[str, float]:
        """Seconds of a processor since its start, by what it does; children too."""
        return {
            what: round(sum(_seconds(pid) for pid in _tree(process.pid)), 1)
            for what, process in self.processes.items()
        }

    def living(self) -> set[str]:
        """What runs."""
        return {what for what, process in self.processes.items() if process.poll() is None}


@contextmanager
def coalition(folder: Path, events: int) -> Iterator[House]:
    """All of it, with a ledger of the sample quarter and so many events more; ended whatever happens."""
    from fakes.s3 import serving

    from barometer.evidence.s3 import Credentials

    with ExitStack() as stack:
        url = stack.enter_context(throwaway_cluster())
        database = Database(url)
        database.stop()
        database.start()
        store = stack.enter_context(serving(Credentials("key", "secret")))
        at = f"127.0.0.1:{store.server_port}"
        environment = {
            **os.environ, "BAROMETER_HOME": str(folder / "home"), "DATABASE_URL": url, "PYTHONPATH": str(ROOT),
            "BAROMETER_STORE": f"s3+http://{at}/evidence/coalition", "BAROMETER_STORE_KEY": "key",
            "BAROMETER_STORE_SECRET": "secret", "BAROMETER_ALLOW": f"store={at}", "BAROMETER_PROXIES": "1",
            "BAROMETER_SECOND_FACTOR": "optional", "BAROMETER_TRACEBACK": "",
        }  # fmt: skip
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        house = House(folder, free_port(), database, environment)
        subprocess.run(
            [sys.executable, str(Path(__file__).with_name("ledger.py")), str(events), str(folder / "asked.json")],
            env=environment, cwd=ROOT, check=True,
        )  # fmt: skip
        house.desk_port, work_port, site_port = free_port(), free_port(), free_port()
        stack.callback(_end, house)
        house.start("doors", "serve", "--port", str(house.desk_port))
        house.start("desk", "serve", "--port", str(work_port), "--workers", str(DESK_WORKERS))
        house.start("site", "serve", "--port", str(site_port), "--workers", str(SITE_WORKERS))
        for number in range(WORKERS):
            house.start(f"worker {number + 1}", "worker", after=WORKERS_AFTER)
        stack.enter_context(_nginx(house, work_port, site_port))
        for port in (house.desk_port, work_port, site_port):
            _wait(f"http://127.0.0.1:{port}/health/")
        yield house


@contextmanager
def _nginx(house: House, work_port: int, site_port: int) -> Iterator[None]:
    """deploy/nginx/barometer.conf as it is, but for its name, its certificate and its ports."""
    text = (ROOT / "deploy" / "nginx" / "barometer.conf").read_text(encoding="utf-8")
    http, _, site = text.partition("server {\n    listen 80;")
    site = "server {\n" + site.partition("server {\n")[2]
    site = "".join(line for line in site.splitlines(True) if "ssl" not in line and "listen" not in line)
    text = http + site.replace("server {", f"server {{ listen 127.0.0.1:{house.port};", 1)
    folder = house.folder / "nginx"
    folder.mkdir()
    for old, new in (
        ("127.0.0.1:8000", f"127.0.0.1:{house.desk_port}"), ("127.0.0.1:8001", f"127.0.0.1:{site_port}"),
        ("127.0.0.1:8002", f"127.0.0.1:{work_port}"),
        ("/var/cache/nginx/barometer", f"{folder}/cache"), ("/var/log/nginx", str(folder)),
        ("server_name barometer.example.org;", ""), ("$host;", f"127.0.0.1:{house.port};"),
    ):  # fmt: skip
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 2048; }}\n"
        f"http {{ include /etc/nginx/mime.types; {temporary} include {folder}/site.conf; }}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL
    )
    house.processes["nginx"] = process
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _end(house: House) -> None:
    for process in house.processes.values():
        with suppress(OSError):
            process.send_signal(signal.SIGTERM)
    for process in house.processes.values():
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(address: str, seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from _tree(int(child))


def _seconds(pid: int) -> float:
    with suppress(OSError):
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) >> 10
    return 0
