"""A day on which everything is killed: clients write, processes die by SIGKILL, and what was acknowledged is looked for.

    hard_days.py [--seconds 60] [--seed N] [--database sqlite|postgresql] [--backups] [--into sqlite|postgresql]

The web server, the worker, imports and, on PostgreSQL, the database (its first process or one of the others) are killed
at moments that the seed draws, and come back as systemd would bring them back. With --backups, backups are taken again
and again meanwhile, and killed too; the last whole one is restored into a fresh ledger on SQLite. With --into, a backup is
taken when the day is over and restored into a fresh ledger of that database: every table has the same rows there, by
count and digest, and all evidence its bytes. The status is 1 where anything that was acknowledged is not there, or something is there by half.
The day lasts on until each was killed and each kind of change acknowledged, however slow the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent))
from with_postgres import NAME, SERVICE_USER, NoPostgres, binaries

ROOT = Path(__file__).resolve().parent.parent
INVENTED = ROOT / "tests" / "ledgers" / "0001"
HERE = "127.0.0.1"
PASSWORD = "herons over the Irtysh at dawn"  # noqa: S105 (of a ledger that is thrown away)
#: The people of the desk: who codes, who reviews and publishes, who hands in.
CODER, EDITOR, MONITOR = "aray", "bolat", "sana"
#: What clients have acknowledged.
KINDS = (
    "login",
    "accepted",
    "published",
    "lead",
    "taken",
    "evidence",
    "export a table",
    "tip",
    "import",
    "visited",
)
Tell = Callable[[str], None]
#: Seconds that anything may take on the slowest of machines, and the day itself.
PATIENCE, LONGEST_DAY = 600, 3600
#: After so many further acknowledged changes the next import begins, and the next backup.
IMPORT_EVERY, BACKUP_EVERY = 10, 12

SETUP = f"""
import sys
from barometer.web import entry
entry.migrate()
from django.contrib.auth.models import Group
from barometer.sources.watched import WatchedSource
from barometer.web.accounts.models import User
from barometer.web.actions import gathering, tips
for name in {(CODER, EDITOR, MONITOR)!r}:
    user = User.objects.create_user(name, password={PASSWORD!r}, first_name=name.title(), is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="editor")[0])
tips.add_recipient(sys.argv[2], label="the safe", by="Aray")
gathering.save_source(WatchedSource(name="folder", title="F", publisher="P", kind="folder", address=sys.argv[1],
    language="en", every=1000), by="Aray")
"""

#: Answers each line of acknowledged changes with those that are not there and with what is there by half; a line of
#: code with what it prints.
LOOKER = """
import contextlib, io, json, sys
from barometer.web import entry
entry.setup()
from django.db import close_old_connections
from barometer.errors import BarometerError, NotReady
from barometer.tips import keys_of, parse
from barometer.web.accounts.models import AuditEntry
from barometer.web.actions import tips
from barometer.web.actions.evidence import bytes_of
from barometer.web.backup import checking
from barometer.web.records.gathering import EvidenceLogEntry, Lead, Round, Sighting
from barometer.web.records.models import Event, EvidenceItem, Revision, Source

PUBLIC = ("published", "corrected")
AFTER = {"accepted": ("accepted", "reviewed", *PUBLIC), "reviewed": ("reviewed", *PUBLIC), "published": PUBLIC}
TOLD = {"accepted": "accept", "reviewed": "review", "published": "publish"}

def revised(record, action):
    return Revision.objects.filter(record_id=record, action=action).exists()

def is_there(kind, what):
    if kind in AFTER:
        return Event.objects.filter(public_id=what, state__in=AFTER[kind]).exists() and revised(what, TOLD[kind])
    if kind == "lead":
        return Lead.objects.filter(public_id=what).exists() and Revision.objects.filter(record_id=what).exists()
    if kind == "taken":
        row = Lead.objects.filter(public_id=what, state="taken").first()
        return bool(row and row.source and row.source.items.exists() and revised(what, "take"))
    if kind == "evidence":
        row = EvidenceItem.objects.filter(sha256=what).first()
        return bool(row and bytes_of(row) and row.steps.exists() and revised(row.public_id, "keep")
                    and EvidenceLogEntry.objects.filter(sha256=what).exists())
    if kind == "tip":
        return tips.find(keys_of(parse(what))) is not None
    if kind == "import":
        row = Source.objects.filter(name=what).first()
        return bool(row and row.documents.exists() and Event.objects.filter(item__source=row).count() == 5)
    if kind in ("login", "export a table"):
        return AuditEntry.objects.filter(act=kind).count() >= what
    if kind == "visited":
        if not Sighting.objects.filter(url__endswith=what).exists():
            noted = [note for told in Round.objects.values_list("notes", flat=True) for note in told if what in note]
            raise NotReady(f"its reader was cut short: {noted}" if noted else "it was never looked at", file=what)
        return Lead.objects.filter(document__sightings__url__endswith=what).count() == 1
    raise ValueError(kind)

for line in sys.stdin:
    close_old_connections()
    asked, missing = json.loads(line), []
    if isinstance(asked, dict):
        sys.argv = ["-c", *asked["arguments"]]
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(asked["code"], {})
        print(json.dumps(said.getvalue()), flush=True)
        continue
    try:
        for kind, what in asked:
            try:
                fine = is_there(kind, what)
            except BarometerError as error:
                fine, what = False, f"{what}: {error}"
            if not fine:
                missing.append(f"{kind} {what} was acknowledged and is not there")
        print(json.dumps(missing + [str(one) for one in checking.history()]), flush=True)
    except Exception as error:
        print(json.dumps({"not now": f"{type(error).__name__}: {error}"}), flush=True)
"""

#: As if five minutes had gone by: what a killed worker had claimed is free again.
LEASES = """
from barometer.web import entry
entry.setup()
from django.utils import timezone
from barometer.web.records.gathering import Job
Job.objects.filter(done_at=None).exclude(locked_until=None).update(locked_until=timezone.now())
"""
#: Reads each backup to its end and says which are cut short.
CUT = """
import sys
from pathlib import Path
from barometer.errors import BarometerError
from barometer.tips import read_identities
from barometer.web import entry
entry.setup()
from barometer.web.backup import archive
for name in sys.argv[2:]:
    last = ""
    try:
        with archive.opened(Path(name), read_identities(Path(sys.argv[1]))) as tar:
            while (member := tar.next()) is not None:
                last = member.name
    except BarometerError as error:
        print(error)
    if last != "sums.json":
        print(name, "ends with", last)
"""
#: Each table with how many rows it has and the digest of all of them, the same on both databases.
SUMS = """
import json
from barometer.web import entry
entry.setup()
from django.db import connection
from barometer.web.backup import tables
print(json.dumps(tables.sums(connection, tables.tables()), sort_keys=True))
"""
UNDONE = """
from barometer.web import entry
entry.setup()
from barometer.web.records.gathering import Job
for row in Job.objects.exclude(error=""):
    print(row.kind, row.tries, row.error)
"""


class NotNow(Exception):
    """No answer, or one that acknowledges nothing."""


# --- what is kept alive -------------------------------------------------------------------------------------------


class Part:
    """A process that is started again whenever it ends; killed with all that it started."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], **more: Any
    ) -> None:
        self.name, self._command, self._environment, self._more = name, command, environment, more
        self._wanted = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Begin to keep it alive."""
        self._wanted.set()
        self._thread.start()

    def _keep(self) -> None:
        while self._wanted.is_set():
            self._process = subprocess.Popen(
                self._command, env=self._environment, start_new_session=True, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._more,
            )  # fmt: skip
            self._process.wait()
            with contextlib.suppress(ProcessLookupError):  # as systemd ends what a killed service left
                os.killpg(self._process.pid, signal.SIGKILL)
            time.sleep(0.2)

    def children(self) -> list[int]:
        """Those that it started."""
        process = self._process
        if process is None or process.poll() is not None:
            return []
        try:
            return [
                int(pid)
                for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            ]
        except OSError:
            return []

    def kill(self, child: int | None = None) -> None:
        """SIGKILL to it, or to one of those that it started."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(child or process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it for good."""
        self._wanted.clear()
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._thread.join(10)


def place() -> str | None:
    """Where a day is lived: in memory where there is room, for processes are killed here and not the machine; a disk
    that others keep busy makes recovery take minutes.
    """
    memory = Path("/dev/shm")  # noqa: S108 (a folder of its own is made there)
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30 else None


def free_port() -> int:
    """One that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, Part]]:
    """A PostgreSQL of its own that may be killed, with fsync as it is in earnest: the address, and what keeps it alive."""
    found = binaries()
    if found is None:
        raise NoPostgres("it is not installed (Debian: apt install postgresql)")
    who = {"user": SERVICE_USER, "group": SERVICE_USER, "extra_groups": []} if os.geteuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="barometer-hard-", dir=folder))
    if who:
        shutil.chown(home, SERVICE_USER, SERVICE_USER)
        for above in (home, *home.parents):
            if above.stat().st_uid == 0 and above.stat().st_mode & 0o001 == 0:
                above.chmod(
                    above.stat().st_mode | 0o011
                )  # PostgreSQL's user passes through, and reads nothing
    port, data = free_port(), home / "data"
    make = [
        str(found / "initdb"),
        "-D",
        str(data),
        "-U",
        NAME,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    subprocess.run([*make, "--no-sync"], check=True, cwd=home, capture_output=True, **who)
    command = [str(found / "postgres"), "-D", str(data), "-p", str(port), "-c", f"listen_addresses={HERE}",
               "-c", f"unix_socket_directories={home}"]  # fmt: skip
    part = Part(
        "database", command, {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}, cwd=home, **who
    )
    part.start()
    try:
        make_database = [str(found / "createdb"), "-h", HERE, "-p", str(port), "-U", NAME]
        until = time.monotonic() + PATIENCE
        while subprocess.run([*make_database, NAME], capture_output=True, check=False).returncode:
            if time.monotonic() > until:
                raise NoPostgres("it does not start")
            time.sleep(0.2)
        subprocess.run([*make_database, "back"], capture_output=True, check=True)
        yield f"postgres://{NAME}@{HERE}:{port}/{NAME}", part
    finally:
        part.stop()
        shutil.rmtree(home, ignore_errors=True)


# --- what a reader's browser does ---------------------------------------------------------------------------------


class Form(HTMLParser):
    """What a browser would send of the forms of a page: name → value, by the form's action."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._now: dict[str, str] = {}
        self._select = self._text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self._now = self.forms.setdefault(said.get("action", ""), {})
        elif tag == "input" and name and said.get("type") not in ("submit", "button", "file"):
            if said.get("type") not in ("checkbox", "radio") or "checked" in said:
                self._now[name] = said.get("value", "on" if said.get("type") == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in said or self._select not in self._now):
            self._now[self._select] = said.get("value", "")
        elif tag == "textarea":
            self._text, self._now[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._select = self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self._now[self._text] += data


class Browser:
    """Gets pages and posts forms with cookies and CSRF token; NotNow where nothing was acknowledged."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        """A page."""
        status, _, body = self._ask("GET", path)
        if status != 200:
            raise NotNow(f"{path}: {status}")
        return body.decode("utf-8", "replace")

    def post(
        self, path: str, given: Mapping[str, str], file: tuple[str, bytes] | None = None
    ) -> tuple[int, str, bytes]:
        """Status, where it leads, and the body."""
        given = {**given, "csrfmiddlewaretoken": self._cookies.get("csrftoken", "")}
        if file is None:
            return self._ask("POST", path, urlencode(given).encode(), "application/x-www-form-urlencoded")
        line = secrets.token_hex(16)
        parts = [
            f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in given.items()
        ]
        head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{file[0]}"\r\nContent-Type: text/plain\r\n\r\n'
        body = b"".join([*parts, head.encode(), file[1], f"\r\n--{line}--\r\n".encode()])
        return self._ask("POST", path, body, f"multipart/form-data; boundary={line}")

    def _ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = ""
    ) -> tuple[int, str, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        line = http.client.HTTPConnection(HERE, self._port, timeout=60)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise NotNow(f"{path}: {type(error).__name__}") from None
        finally:
            line.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        if answer.status >= 500:
            raise NotNow(f"{path}: {answer.status}")
        return answer.status, answer.getheader("Location", ""), data

    def log_in(self, name: str) -> bool:
        """Whether the login was acknowledged."""
        self.get("/desk/login/")
        status, where, _ = self.post("/desk/login/", {"login": name, "password": PASSWORD})
        return status == 302 and "login" not in where


# --- the day ------------------------------------------------------------------------------------------------------


@dataclass
class Told:
    """What came of the day."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    backups: int = 0
    moved: int = 0
    problems: list[str] = field(default_factory=list)
    not_now: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"acknowledged: {dict(self.acknowledged)}; killed: {dict(self.killed)}; "
            f"unanswered: {dict(self.not_now.most_common(8))}; backups: {self.backups}; rows moved: {self.moved}; problems: {len(self.problems)}"
        )


class Day:
    """A ledger with its web server and worker, clients that write, and somebody who kills."""

    def __init__(
        self, folder: Path, url: str, *, seed: int, database: Part | None, backups: bool, tell: Tell
    ) -> None:
        self.folder, self.url, self.tell = folder, url, tell
        self.chance, self.told, self.backups = random.Random(seed), Told(), backups  # noqa: S311 (a lot, no secret)
        self.acks: list[tuple[float, str, Any]] = []
        self._lock, self._over = threading.Lock(), threading.Event()
        self._reviewing: list[str] = []
        self._passing: dict[str, subprocess.Popen[bytes]] = {}
        self.whole: list[tuple[float, Path]] = []
        self._begun = time.monotonic()
        self.home, self.watched = folder / "home", folder / "watched"
        self.watched.mkdir()
        self.port, self.environment = free_port(), self.environment_of(self.home, url)
        self.key = folder / "private.key"
        web = [sys.executable, "-m", "barometer", "serve", "--port", str(self.port)]
        self.parts = {
            "web": Part("web", web, self.environment),
            "worker": Part("worker", [sys.executable, "-m", "barometer", "worker"], self.environment),
        }
        if database:
            self.parts["database"] = database

    def environment_of(self, home: Path, url: str) -> dict[str, str]:
        """What a process of a ledger is told."""
        told = {
            **os.environ, "BAROMETER_HOME": str(home), "DATABASE_URL": url, "BAROMETER_SECOND_FACTOR": "optional",
            "BAROMETER_FOLDERS": str(self.watched), "BAROMETER_TRACEBACK": "",
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }  # fmt: skip
        told.pop("DJANGO_SETTINGS_MODULE", None)
        return told

    def run(self, seconds: float) -> None:
        """The whole day: made, written to and killed for so long, then looked at."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        looker = Looker(self.environment)
        try:
            self._make(looker)
            for name in ("web", "worker"):
                self.parts[name].start()
            self._wait_for_web()
            threads = [
                threading.Thread(target=self._client, args=(one, name), daemon=True)
                for one, name in self._clients()
            ]
            for thread in threads:
                thread.start()
            self._begun = time.monotonic()
            while (passed := time.monotonic() - self._begun) < seconds or not self._has_seen_enough():
                if passed > seconds + LONGEST_DAY:
                    self.told.problems.append("it took too long until each was killed and each kind written")
                    break
                if passed < seconds or set(self._victims()) - set(self.told.killed):
                    self._kill_one()
                    self._wait_for_web()
                    self.told.problems += looker.insist(self._acknowledged())
                else:
                    time.sleep(0.1)
            self._over.set()
            for thread in threads:
                thread.join(PATIENCE)
            self._wait_for_web()
            self._finish(looker)
        finally:
            self._over.set()
            looker.close()
            for name in ("web", "worker"):
                self.parts[name].stop()
            for process in list(self._passing.values()):
                process.kill()

    def _make(self, looker: Looker) -> None:
        from barometer.tips import make_identity

        self.public = make_identity(self.key)
        looker.do(SETUP, str(self.watched), self.public)
        first = [path for number in range(3) for path in bulletin(self.folder, f"first-{number}")]
        done = self._barometer("import", *first)
        if done.returncode:
            raise RuntimeError(done.stderr)

    def _barometer(self, *arguments: object, **more: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "barometer", *map(str, arguments)]
        environment = more.pop("environment", self.environment)
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
        )

    def _wait_for_web(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(NotNow):
                Browser(self.port).get("/desk/login/")
                return
            time.sleep(0.1)
        self.told.problems.append(f"the site did not come back within {PATIENCE} seconds")

    # --- killing --------------------------------------------------------------------------------------------------

    def _victims(self) -> list[str]:
        names = ["web", "web's own", "worker", "import", *(["backup"] if self.backups else [])]
        return names + (["database", "database's own"] if "database" in self.parts else [])

    def _has_seen_enough(self) -> bool:
        """Whether each was killed and each kind of change acknowledged."""
        kinds = {kind for _, kind, _ in self.acks}
        whole = self.whole or not self.backups
        return bool(set(self._victims()) <= set(self.told.killed) and set(KINDS) <= kinds and whole)

    def _kill_one(self) -> None:
        """Wait until something was written and a drawn moment more, then kill what the lot falls on: first each, then any."""
        wanted, until = len(self.acks) + self.chance.randint(2, 9), time.monotonic() + 120
        while len(self.acks) < wanted and not self._over.is_set() and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(self.chance.uniform(0, 0.5))
        left = [name for name in self._victims() if name not in self.told.killed]
        name = self.chance.choice(left or self._victims())
        if name in ("import", "backup"):
            if (process := self._passes_by(name)) is None:
                return
            process.kill()
        elif name.endswith("'s own"):
            part = self.parts[name.removesuffix("'s own")]
            if not (children := part.children()):
                return
            part.kill(self.chance.choice(children))
        else:
            self.parts[name].kill()
        self.told.killed[name] += 1
        self.tell(f"{time.monotonic() - self._begun:5.1f} s, {len(self.acks)} acknowledged; killed: {name}")

    def _passes_by(self, name: str) -> subprocess.Popen[bytes] | None:
        """The next command of that name that has run for a drawn moment and runs still; None where none came."""
        moment, until = self.chance.uniform(0, 1.5), time.monotonic() + 30
        while time.monotonic() < until:
            process = self._passing.get(name)
            if process is not None and process.poll() is None:
                time.sleep(moment)
                return process if process.poll() is None else None
            time.sleep(0.02)
        return None

    # --- looking --------------------------------------------------------------------------------------------------

    def _acknowledged(
        self, before: float = float("inf"), without: Sequence[str] = ("visited",)
    ) -> list[tuple[str, Any]]:
        """What is to be looked for: of what is only counted, how many."""
        with self._lock:
            known = [(kind, what) for at, kind, what in self.acks if at < before and kind not in without]
        counted = Counter(kind for kind, what in known if what is None)
        return [(kind, what) for kind, what in known if what is not None] + list(counted.items())

    def _finish(self, looker: Looker) -> None:
        """All is up again: everything is looked at, jobs are done to the end, the last backup is restored."""
        self.parts["worker"].stop()
        looker.do(LEASES)
        done = self._barometer("worker", "--once")
        if done.returncode:
            self.told.problems.append(f"the worker: {done.stderr}")
        self.told.problems += [f"job: {line}" for line in looker.do(UNDONE).splitlines()]
        known = self._acknowledged(without=())
        missing = looker.insist(known)
        if missing and all("its reader was cut short" in one for one in missing):
            self._barometer("gather", "folder")  # a busy machine's doing, and the next visit reads the file
            missing = looker.insist(known)
        self.told.problems += missing
        self._check(self.environment, "the ledger")
        self.told.acknowledged = Counter(kind for _, kind, _ in self.acks)

    def _check(self, environment: Mapping[str, str], what: str) -> None:
        done = self._barometer("check", environment=environment)
        if done.returncode:
            self.told.problems += [f"{what}: {line}" for line in (done.stdout + done.stderr).splitlines()]

    def restore(self, home: Path) -> None:
        """The last whole backup in a fresh ledger on SQLite, and what was acknowledged before it began."""
        self.told.backups = len(self.whole)
        began, path = self.whole[-1]
        named = [str(path) for _, path in self.whole]
        with self._restored(path, self.environment_of(home, ""), self._acknowledged(before=began)) as looker:
            self.told.problems += looker.do(CUT, str(self.key), *named).splitlines()

    def move_house(self, home: Path, url: str) -> None:
        """A backup of the ledger as the day left it, restored into another database: not a row is lost or changed."""
        path = self.folder / "last.backup"
        done = self._barometer("backup", path, "--to", self.public)
        if done.returncode:
            self.told.problems.append(f"the last backup: {done.stdout}{done.stderr}")
            return
        here = Looker(self.environment)
        try:
            left = json.loads(here.do(SUMS))
        finally:
            here.close()
        with self._restored(path, self.environment_of(home, url), self._acknowledged(without=())) as looker:
            found = json.loads(looker.do(SUMS))
        self.told.problems += [
            f"moved: {table} had {left.get(table)}, and has {found.get(table)}"
            for table in sorted(left | found)
            if left.get(table) != found.get(table)
        ]
        self.told.moved = sum(one["rows"] for one in found.values())

    @contextlib.contextmanager
    def _restored(
        self, path: Path, environment: Mapping[str, str], known: Sequence[tuple[str, Any]]
    ) -> Iterator[Looker]:
        """A fresh ledger from that backup, looked through for what is known; somebody who may look further."""
        done = self._barometer("restore", path, "--key", self.key, environment=environment)
        if done.returncode:
            self.told.problems.append(f"restore: {done.stdout}{done.stderr}")
        looker = Looker(environment)
        try:
            self.told.problems += [f"restored: {one}" for one in looker.insist(known)]
            yield looker
        finally:
            looker.close()
        self._check(environment, "restored")

    # --- clients --------------------------------------------------------------------------------------------------

    def _clients(self) -> list[tuple[Callable[[Browser], None], str]]:
        clients = [(self._code, CODER), (self._review, EDITOR), (self._hand_in, MONITOR), (self._upload, MONITOR),
                   (self._take_out, CODER), (self._drop, MONITOR), (self._tip, ""), (self._import, "")]  # fmt: skip
        return clients + ([(self._back_up, "")] if self.backups else [])

    def _client(self, step: Callable[[Browser], None], name: str) -> None:
        browser = Browser(self.port)
        is_in = not name
        while not self._over.is_set():
            try:
                if not is_in:
                    if is_in := browser.log_in(name):
                        self._ack("login")
                else:
                    step(browser)
            except NotNow as error:
                self.told.not_now[re.sub(r"/\w{8,}/", "/…/", str(error))] += 1
                self._over.wait(0.3)

    def _ack(self, kind: str, what: str | None = None) -> None:
        with self._lock:
            self.acks.append((time.time(), kind, what))

    def _code(self, browser: Browser) -> None:
        """A proposed event is opened and accepted."""
        waiting = re.findall(r'"/desk/code/(\w{8,})/"', browser.get("/desk/code/"))
        if not waiting:
            self._over.wait(0.5)
            return
        address = f"/desk/code/{waiting[0]}/"
        forms = Form(browser.get(address)).forms
        given = forms.get(address) or forms.get("") or max(forms.values(), key=len)
        status, where, _ = browser.post(address, {**given, "do": "accept"})
        if status == 302 and "login" not in where:
            self._ack("accepted", waiting[0])
            self._reviewing.append(waiting[0])

    def _review(self, browser: Browser) -> None:
        """An accepted event goes through the harm check, is reviewed and published."""
        if not self._reviewing:
            self._over.wait(0.2)
            return
        event = self._reviewing[0]
        address = f"/desk/review/{event}/"
        browser.get(address)
        browser.post(f"{address}harm/", WELL)
        for step, kind in (("review", "reviewed"), ("publish", "published")):
            if browser.post(f"{address}{step}/", {})[0] == 302:
                self._ack(kind, event)
        self._reviewing.remove(event)

    def _hand_in(self, browser: Browser) -> None:
        """A text is handed in and taken as proposed events."""
        browser.get("/desk/intake/")
        status, where, _ = browser.post(
            "/desk/intake/", {"text": story(), "url": "", "note": "", "consent": ""}
        )
        if status == 302 and (lead := re.search(r"/desk/leads/(\w+)/", where)):
            self._ack("lead", lead[1])
            if browser.post(f"/desk/leads/{lead[1]}/take/", {})[0] == 302:
                self._ack("taken", lead[1])

    def _upload(self, browser: Browser) -> None:
        """A file is handed in as evidence."""
        data = story().encode()
        browser.get("/desk/intake/")
        status, _, _ = browser.post(
            "/desk/intake/", {"text": "", "url": "", "note": "kept"}, ("seen.txt", data)
        )
        if status == 302:
            self._ack("evidence", hashlib.sha256(data).hexdigest())

    def _take_out(self, browser: Browser) -> None:
        """A table of events is taken out, which the log of sensitive acts tells."""
        browser.get("/desk/tables/")
        if browser.post("/desk/tables/export/", {"period": "2031Q1", "kind": "csv"})[0] == 200:
            self._ack("export a table")
        self._over.wait(0.5)

    def _drop(self, browser: Browser) -> None:
        """A file comes into the watched folder, and the worker is asked to look."""
        browser.get("/desk/sources/folder/")
        name = f"{secrets.token_hex(6)}.txt"
        draft = self.folder / name
        draft.write_text(story())
        draft.rename(self.watched / name)
        if browser.post("/desk/sources/folder/visit/", {})[0] == 302:
            self._ack("visited", name)
        self._over.wait(0.7)

    def _tip(self, browser: Browser) -> None:
        """Somebody writes what happened."""
        status, _, body = browser.post("/en/tip/", {"what": f"They came. {secrets.token_hex(8)}"})
        if found := re.search(rb'id="receipt">([0-9 ]+)<', body):
            self._ack("tip", found[1].decode())
        self._over.wait(1.5)

    def _import(self, _: Browser) -> None:
        """A coded bulletin is imported by command."""
        self._after(IMPORT_EVERY)
        name = f"day-{secrets.token_hex(4)}"
        if self._passes("import", "import", *bulletin(self.folder, name)):
            self._ack("import", f"{name}.txt")

    def _back_up(self, _: Browser) -> None:
        """A backup is taken; one that was killed left nothing under its name."""
        self._after(BACKUP_EVERY)
        began, path = time.time(), self.folder / f"{secrets.token_hex(4)}.backup"
        # One that was killed has no name; or it was whole by then, which `restore` proves of each.
        if self._passes("backup", "backup", path, "--to", self.public) or path.exists():
            self.whole.append((began, path))

    def _after(self, acts: int) -> None:
        """Wait until so much more was acknowledged, so that what takes long does not take all of the machine."""
        wanted = len(self.acks) + acts
        while len(self.acks) < wanted:
            if self._over.wait(0.1):
                raise NotNow("it is over")

    def _passes(self, name: str, *command: object) -> bool:
        """Run a command that may be killed; whether it ended well."""
        process = subprocess.Popen(
            [sys.executable, "-m", "barometer", *map(str, command)],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        with self._lock:
            self._passing[name] = process
        return process.wait() == 0


class Looker:
    """A process that looks into the ledger again and again."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", LOOKER],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _ask(self, what: object) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def do(self, code: str, *arguments: str) -> str:
        """What the code prints there."""
        return str(self._ask({"code": code, "arguments": arguments}))

    def look(self, known: Sequence[tuple[str, Any]]) -> list[str] | None:
        """What is amiss; None where the ledger cannot be asked just now."""
        said = self._ask(known)
        self.why = said if isinstance(said, dict) else {}
        return said if isinstance(said, list) else None

    def insist(self, known: Sequence[tuple[str, Any]]) -> list[str]:
        """What is amiss, once the ledger can be asked."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if (said := self.look(known)) is not None:
                return said
            time.sleep(0.2)
        return [f"the ledger cannot be asked: {self.why}"]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


# --- what is written ----------------------------------------------------------------------------------------------

#: The answers of the harm check that speak against nothing.
WELL: dict[str, str] = {}
_WORDS = (
    "tree",
    "road",
    "river",
    "cloud",
    "stone",
    "field",
    "lamp",
    "bridge",
    "cellar",
    "window",
    "winter",
    "ladder",
)


def story() -> str:
    """A report that is like no other."""
    words = " ".join(f"{word}{secrets.token_hex(2)}" for word in _WORDS * 3)
    return (
        f"On {secrets.randbelow(28) + 1} March 2031, the specialised administrative court of Almaty fined Aigerim Example, a "
        "journalist of the Invented Herald, 200,000 tenge under Article 274 of the Criminal Code for knowingly false "
        f"information in her report on the city's heating. {words}."
    )


def bulletin(folder: Path, name: str) -> tuple[Path, Path]:
    """The invented bulletin under another name, with a text of its own."""
    text, coded = folder / f"{name}.txt", folder / f"{name}.json"
    given = json.loads((INVENTED / "mini-2031q1.json").read_text("utf-8"))
    text.write_text((INVENTED / "mini-2031q1.txt").read_text("utf-8") + f"\n{name}\n", "utf-8")
    coded.write_text(json.dumps(given | {"source": text.name}, ensure_ascii=False), "utf-8")
    return coded, text


def hard_day(
    folder: Path,
    seconds: float,
    *,
    seed: int,
    database: str,
    backups: bool = False,
    into: str = "",
    tell: Tell = print,
) -> Told:
    """A day on a ledger in the folder; NoPostgres where that database cannot be had."""
    from barometer.review import questions

    WELL.update({f"harm-{one.id}": "no" if one.against == "yes" else "yes" for one in questions().values()})
    tell(f"seed {seed}, {seconds:.0f} seconds, {database}")
    with contextlib.ExitStack() as stack:
        url, part, free = "", None, ""
        if "postgresql" in (database, into):
            address, server = stack.enter_context(cluster(folder))
            free = address.removesuffix(NAME) + "back"
            url, part = (address, server) if database == "postgresql" else ("", None)
        day = Day(folder, url, seed=seed, database=part, backups=backups, tell=tell)
        day.run(seconds)
        if backups and not day.whole:
            day.told.problems.append("no backup came to its end")
        elif backups:
            day.restore(folder / "back")
        if into:
            day.move_house(folder / "moved", free if into == "postgresql" else "")
    for line in day.told.problems:
        tell(line)
    tell(str(day.told))
    return day.told


def main() -> int:
    """The status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--backups", action="store_true")
    parser.add_argument("--into", choices=["sqlite", "postgresql"], default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="barometer-hard-", dir=place()) as folder:
        told = hard_day(
            Path(folder),
            options.seconds,
            seed=options.seed,
            database=options.database,
            backups=options.backups,
            into=options.into,
        )
    return int(bool(told.problems))


if __name__ == "__main__":
    sys.exit(main())
