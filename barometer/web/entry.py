"""The doors to the ledger and the site: what the command line calls. Errors are BarometerErrors in clear words."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import socket
import sys
from collections.abc import Callable, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from barometer.errors import BarometerError, NotReady, UnknownValue

if TYPE_CHECKING:
    from barometer.cases.carryover import Carried
    from barometer.cases.values import Period
    from barometer.publication.values import IssueIn
    from barometer.web.actions.importing import ImportReport
    from barometer.web.records.naming import Found

P = ParamSpec("P")
R = TypeVar("R")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
#: A request's head: so long it may take, and so many bytes be. Its body: web/config/bodies.py.
HEAD_SECONDS, LONGEST_HEAD = 10, 64 << 10
#: So many seconds a worker has for the answers in hand when it is told to stop; one that is just starting would not hear of it.
LAST_SECONDS = 30
#: A worker that holds so many bytes for a minute and a half is replaced: the new one starts before the old one ends.
MOST_MEMORY = 1_000 << 20


@cache
def setup() -> None:
    """Load Django with the settings of this installation; once a process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "barometer.web.config.settings")
    import django

    django.setup()


def ledger_door(function: Callable[P, R]) -> Callable[P, R]:
    """Set up first; a fault of the database becomes one clear line."""

    @wraps(function)
    def inner(*arguments: P.args, **named: P.kwargs) -> R:
        setup()
        from django.db import Error, connection

        own_file(connection)
        try:
            return function(*arguments, **named)
        except Error as error:
            raise database_error(error, connection.settings_dict) from error

    return inner


def own_file(connection: Any) -> None:
    """A new SQLite ledger is its owner's alone, whatever the folder; its companions take its mode."""
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and path.parent.is_dir() and not path.exists():
        with contextlib.suppress(OSError):  # opening it says more clearly why
            path.touch(mode=0o600)


def write_new(out: Path, make: Callable[[], bytes]) -> Path:
    """Write a file whole or not at all; what stands there already is never replaced."""
    if out.exists() or out.is_symlink():
        raise NotReady("there is a file of this name", file=out, next_step="name another one: --out FILE")
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    data = make()
    try:
        draft.write_bytes(data)
        draft.replace(out)
    except OSError as error:
        raise NotReady(
            f"the file cannot be written: {error.strerror}",
            file=out,
            next_step="name another one: --out FILE",
        ) from None
    finally:
        draft.unlink(missing_ok=True)
    return out


@ledger_door
def migrate() -> None:
    """Bring the ledger's form up to this version; one process at a time. NotReady for a ledger of a newer version."""
    from django.conf import settings
    from django.core.management import call_command

    from barometer.web.config.lock import alone

    if _is_current():
        _refuse_without_keys()
        return
    with alone(settings.HOME / "migrate.lock"):
        if not _is_current():
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            _empty_journal()


def _refuse_without_keys() -> None:
    """NotReady where a key is gone: a new one would open nothing of what is there."""
    from barometer.web.records.protected import missing_keys

    if missing := missing_keys():
        raise NotReady(
            "the key is not there, and the ledger holds what only it opens",
            file=missing[0],
            next_step="put it back from where it is kept, or restore a backup: it has the keys",
        )


def _empty_journal() -> None:
    """What a migration encrypted must not lie on in SQLite's journal or in its free pages."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _is_current() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from barometer.web.records.newer import refuse_newer

    executor = MigrationExecutor(connection)
    refuse_newer(executor.loader.applied_migrations, executor.loader.disk_migrations)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@ledger_door
def import_files(
    paths: Sequence[Path], *, as_published: bool = False, by: str | None = None, dry_run: bool = False
) -> ImportReport:
    """Take bulletins and coded files into the ledger: all of them or none; see actions/importing.py."""
    from barometer.web.actions.importing import import_files as act
    from barometer.web.records.studying import study

    migrate()
    report = act([Path(path) for path in paths], as_published=as_published, by=by, dry_run=dry_run)
    if not dry_run:
        study()
    return report


@ledger_door
def counts() -> dict[str, int]:
    """What the ledger holds, in words and numbers, in the order in which to show it."""
    from barometer.web.records import models as ledger

    migrate()
    people = ledger.Party.objects.filter(kind=ledger.Party.Kind.PERSON)
    outlets = ledger.Party.objects.filter(kind=ledger.Party.Kind.OUTLET)
    return {
        "sources": ledger.Source.objects.count(),
        "entries": ledger.Item.objects.count(),
        "events": ledger.Event.objects.count(),
        "events published": ledger.Event.objects.public().count(),
        "cases": ledger.Case.objects.count(),
        "people": people.count(),
        "outlets": outlets.count(),
        "work items open": ledger.WorkItem.objects.filter(done_at=None).count(),
    }


@ledger_door
def search_names(name: str, *, limit: int = 10, exact: bool = False) -> list[Found]:
    """Parties of the ledger that are likely named so, published or not; UnknownValue where there is no name in it."""
    from barometer.web.records import naming

    if not any(map(str.isalnum, name)):
        raise UnknownValue("there is no name to look for", next_step="write a name, such as a surname")
    migrate()
    return naming.search(name, limit=limit, exact=exact)


@ledger_door
def issue(period: str) -> IssueIn:
    """What the ledger has published for a quarter, as a bulletin prints it; UnknownValue if it is no quarter."""
    from barometer.web.records import printed

    quarter = _quarter(period)
    migrate()
    return printed.issue_in(quarter)


def _quarter(period: str) -> str:
    from barometer.codebook import Quarter

    try:
        return str(Quarter.parse(period))
    except ValueError:
        raise UnknownValue(
            f"{period!r} is not a quarter", next_step="write the year and the quarter, such as 2026Q1"
        ) from None


@ledger_door
def carried_over(text: str) -> tuple[Period, tuple[Carried, ...]]:
    """The period that the text names and the cases that were open on its first day, by all events of the ledger
    but withdrawn ones; UnknownValue if it is no period.

    A list is soon sent on: nobody is named in it whom the bulletin may not name.
    """
    from dataclasses import replace

    from django.utils import timezone

    from barometer.cases.carryover import carryover
    from barometer.publication.carryover import period_of
    from barometer.web.records import naming, timelines
    from barometer.web.records.withholding import withheld

    period = period_of(text)
    migrate()
    people = withheld("bulletin")
    names = replace(naming.shown_names(public=False), withheld=people)
    cases = timelines.Cases(timelines.to_follow(timelines.desk_events()), public=False, names=names)
    told = (replace(case, slug=people.slug(case.slug)) for case in cases)
    return period, carryover(told, period, today=timezone.localdate())


@ledger_door
def write_bulletin(
    period: str, language: str, format_: str, out: Path, *, tell: Callable[[str], None] = lambda line: None
) -> Path:
    """Write the bulletin of a quarter to a file, whole or not at all; the file's path.

    Of a frozen issue these are the bytes that were issued, and `tell` is told so. UnknownValue for a period, language
    or format that is none, or a file named as another format; NotReady where nothing of it is published.
    """
    out = Path(out)
    _refuse_other_ending(out, format_)
    quarter = _quarter(period)
    migrate()
    content, issued = _issued(quarter, language, format_)
    if not issued:
        content = _composed(quarter, language, format_)
    if not out.name or (out.exists() and not out.is_file()) or out.is_symlink():
        raise NotReady("it is not a file that can be written", file=out, next_step="name a file: --out FILE")
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(out)
    except OSError as error:
        raise NotReady(
            f"the bulletin cannot be written: {error.strerror}",
            file=out,
            next_step="name another file: --out FILE"
            if out.parent.is_dir()
            else f"make the folder {out.parent}, or name another file: --out FILE",
        ) from None
    finally:
        draft.unlink(missing_ok=True)
    tell(issued or f"{quarter} is not frozen: this is a draft of what is published now")
    return out


def _issued(period: str, language: str, format_: str) -> tuple[bytes, str]:
    """The issued bytes of a frozen issue and what is told of them; nothing of one that is not frozen."""
    from barometer.web.actions import freezing
    from barometer.web.actions.evidence import bytes_of
    from barometer.web.records.models import Issue

    frozen = Issue.objects.filter(period=period, frozen_at__isnull=False).first()
    if frozen is None:
        return b"", ""
    row = freezing.frozen_file(frozen, language, format_)
    if row is None:
        raise NotReady(
            f"{period} was issued, and has no copy in {language} as {format_}: it was erased, or was never made",
            next_step="see its page at the desk: /desk/signoff/",
        )
    told = f"{period} as issued on {frozen.frozen_at:%Y-%m-%d}, edition {row.edition.number}, SHA-256 {row.sha256}"
    return bytes_of(row.evidence), told


def _composed(period: str, language: str, format_: str) -> bytes:
    """The bulletin of what is published now."""
    from barometer.publication.compose import compose
    from barometer.publication.render import render

    given = issue(period)
    if not given.stories:
        raise NotReady(
            f"there is nothing to print for {given.period}: nothing of it is published in {ledger_name()}",
            next_step="publish its events, or import coding that a person did with --as published --by NAME; "
            "another ledger is named by BAROMETER_HOME or DATABASE_URL",
        )
    return render(compose(given, language), format_)


def _refuse_other_ending(out: Path, format_: str) -> None:
    """A file named report.docx that holds a PDF opens nowhere."""
    named = ".eml" if format_ == "email" else f".{format_}"
    ending = {"htm": "html", "markdown": "md", "doc": "docx", "eml": "email"}.get(
        out.suffix[1:].lower(), out.suffix[1:].lower()
    )
    if ending in ("md", "html", "docx", "pdf", "email", "csv") and ending != format_:
        raise UnknownValue(
            f"the name ends as that of another format than {format_}",
            file=out,
            next_step=f"give --format {ending}, or name it {out.with_suffix(named).name}",
        )


def ledger_name() -> str:
    """The ledger that this process looks in, for messages; never a password."""
    from django.db import connection

    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"the ledger {database['NAME']}"
    return f"the database {database['NAME']} at {database['HOST'] or 'this machine'}"


@ledger_door
def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> None:
    """Serve the site until stopped, on loopback unless another host is named; port 0 is any free one."""
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.server import Server

    from barometer.web.config.home import sweep_scratch

    migrate()
    sweep_scratch(settings.HOME)
    port = _free_port(host, port)
    shown = f"[{host}]" if ":" in host else host
    print(f"The site is at http://{shown}:{port}/ (stop it with Ctrl-C)", flush=True)
    if host not in LOOPBACK:
        print(
            "Others can reach this address: put TLS in front, and see docs/how-to/serve.md.", file=sys.stderr
        )
    Server(
        "barometer.web.config.wsgi:serving",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        respawn_failed_workers=workers > 1,
        workers_kill_timeout=LAST_SECONDS,
        workers_max_rss=MOST_MEMORY >> 20,
        rss_samples=3,
        blocking_threads=8,
        websockets=False,
        log_enabled=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=LONGEST_HEAD),
    ).serve()


def _free_port(host: str, port: int) -> int:
    """The port, or a free one for 0; NotReady when it is taken or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(os.name == "posix"))
        try:
            probe.bind((host, port))
        except (OSError, UnicodeError) as error:
            raise _cannot_listen(host, port, error) from None
        return int(probe.getsockname()[1])


def _cannot_listen(host: str, port: int, error: OSError | UnicodeError) -> NotReady:
    if isinstance(error, socket.gaierror | UnicodeError) or error.errno == errno.EADDRNOTAVAIL:
        return NotReady(
            f"cannot listen at {host}: this machine has no such address",
            next_step="leave --host out (127.0.0.1), or name an address of this machine",
        )
    step = "name one from 1024 on" if error.errno == errno.EACCES else "name another one"
    return NotReady(
        f"cannot listen at {host}, port {port}: {error.strerror}", next_step=f"{step}: --port 8001"
    )


@ledger_door
def manage(arguments: Sequence[str]) -> None:
    """Django's own commands; ends with their status."""
    from django.core.management import ManagementUtility

    if arguments and arguments[0] in ("createsuperuser", "changepassword"):
        migrate()
    try:
        ManagementUtility(["barometer manage", *arguments]).execute()
    except SystemExit as ending:
        # Django ends with 1 where this program says 2: refused, with the reason on standard error.
        raise SystemExit(2 if ending.code == 1 else ending.code) from None


def database_error(error: Exception, database: dict[str, object], *, look: bool = True) -> BarometerError:
    """What a person can do about it; `look` names what is damaged. The password is cut out should a driver repeat it."""
    words = " ".join(str(error).split())
    if password := str(database.get("PASSWORD") or ""):
        words = words.replace(password, "…")
    if "sqlite" not in str(database["ENGINE"]):
        name = f"{database['NAME']} at {database['HOST'] or 'this machine'}"
        return NotReady(
            f"the database {name}: {words[:300]}", next_step="see that it runs and that DATABASE_URL is right"
        )
    for sign, (what, step) in _SQLITE_FAULTS.items():
        if sign in words:
            if sign == "disk I/O error" and _is_full(Path(str(database["NAME"])).parent):
                what, step = _SQLITE_FAULTS["disk is full"]
            if sign == "malformed" and look:
                what += _in_tables()
            return NotReady(what, file=str(database["NAME"]), next_step=step)
    return NotReady(
        f"the ledger: {words[:300]}", file=str(database["NAME"]), next_step="restore it from a backup"
    )


def _is_full(folder: Path) -> bool:
    """Whether the disk is: SQLite tells a full one as a broken one where it has no room for its journal's index."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage(folder).free < 1 << 20
    return False


@cache
def _in_tables() -> str:
    """The tables that are damaged, in words; looked at once a process, for all of them are read."""
    from barometer.web.backup.checking import damaged

    found = damaged()
    return f", table {', '.join(found)}" if found else ""


_SQLITE_FAULTS = {
    "database is locked": ("another process is writing to the ledger", "try again when it has ended"),
    "unable to open": (
        "the ledger cannot be opened",
        "see that its folder exists and that you may write to it",
    ),
    "readonly": ("the ledger is read-only for this user", "let this user write to the file and its folder"),
    "not a database": (
        "this file is not a ledger",
        "restore it from a backup, or name another: DATABASE_URL",
    ),
    "malformed": (
        "the ledger is damaged",
        "restore a backup into an empty folder; without one, save what can be read: barometer move --salvage "
        "sqlite:////FOLDER/new.sqlite3",
    ),
    "disk is full": ("the disk is full", "make room: nothing was changed"),
    "disk I/O error": ("the disk cannot be read or written", "look at the disk, then restore from a backup"),
}
