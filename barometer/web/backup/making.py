"""Make a backup while the desk works, restore one into an empty ledger, and move the ledger to another database."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from barometer import __version__
from barometer.errors import BarometerError, NotReady, Unreadable, counted
from barometer.web.actions.evidence import store
from barometer.web.backup import archive, tables
from barometer.web.backup.archive import cut_short
from barometer.web.config.database import database
from barometer.web.records.models import EvidenceItem, Revision
from barometer.web.records.protected import forget_keys
from barometer.web.records.protection import ItemKey
from barometer.web.records.studying import study

MANIFEST, SUMS = "manifest.json", "sums.json"
#: How a transaction begins in which everything is of one moment, and that holds up nobody.
_BEGIN = {"sqlite": "BEGIN DEFERRED", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
KEYS, SECRET = ("fields", "evidence", "digests"), "secret-key"


@dataclass(frozen=True)
class Told:
    """What came of it: rows by table, items of evidence, and what is amiss."""

    rows: Mapping[str, int]
    evidence: int
    problems: tuple[str, ...] = ()

    @property
    def lines(self) -> Iterator[str]:
        """In words."""
        yield f"{counted(sum(self.rows.values()), 'row')} in {counted(len(self.rows), 'table')}, {counted(self.evidence, 'item')} of evidence"
        yield from self.problems


# --- out --------------------------------------------------------------------------------------------------


def back_up(path: Path, recipients: Sequence[str], *, with_evidence: bool = True) -> Told:
    """Write all of the ledger as it stands at this moment; the desk may go on meanwhile.

    Evidence that was erased is not in it; what is in the ledger and not in the store is told as a problem.
    """
    known = tables.tables()
    found: dict[str, Any] = {}
    with archive.sealed(path, recipients) as tar, _snapshot() as snapshot:
        archive.add(tar, MANIFEST, _json(_manifest(snapshot, known, with_evidence)))
        for name in KEYS:
            if (key := settings.KEYS_ROOT / name).is_file():
                archive.add(tar, f"keys/{name}", key.read_bytes())
        archive.add(tar, f"keys/{SECRET}", settings.SECRET_KEY.encode())
        for table in known:
            found[table.name] = _add_table(tar, snapshot, table)
        items, problems = _add_evidence(tar, snapshot, with_evidence)
        archive.add(tar, SUMS, _json({"tables": found, "evidence": items}))
    return Told({name: one["rows"] for name, one in found.items()}, len(items), tuple(problems))


def _manifest(
    snapshot: BaseDatabaseWrapper, known: Sequence[tables.Table], with_evidence: bool
) -> dict[str, Any]:
    return {
        "form": archive.FORM,
        "software": __version__,
        "evidence": "included" if with_evidence else "referenced",
        "migrations": sorted(map(list, MigrationRecorder(snapshot).applied_migrations())),
        "tables": [table.to_json() for table in known],
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


@contextmanager
def _snapshot(database: str = "default") -> Iterator[BaseDatabaseWrapper]:
    """A line of its own to the database, on which everything is of one moment. It holds up nobody who writes."""
    line = type(connections[database])(copy.deepcopy(connections[database].settings_dict), database)
    try:
        with line.cursor() as cursor:
            cursor.execute(_BEGIN[line.vendor])
            cursor.execute("SELECT 1 FROM records_revision LIMIT 1")  # the moment is now
        yield line
    finally:
        line.close()


def _add_table(tar: tarfile.TarFile, snapshot: BaseDatabaseWrapper, table: tables.Table) -> dict[str, Any]:
    total, piece, size, number = tables.Sum(), [], 0, 0
    for row in tables.rows(snapshot, table):
        line = tables.line_of(row)
        total.add(line)
        piece.append(line)
        size += len(line)
        if size >= archive.PIECE:
            number += 1
            archive.add(tar, f"tables/{table.name}.{number:06}.jsonl", b"".join(piece))
            piece, size = [], 0
    if piece:
        archive.add(tar, f"tables/{table.name}.{number + 1:06}.jsonl", b"".join(piece))
    return total.to_json()


def _add_evidence(
    tar: tarfile.TarFile, snapshot: BaseDatabaseWrapper, included: bool
) -> tuple[dict[str, str], list[str]]:
    """Digest → digest of what lies there, sealed, of each item that is there and whole; and what is not."""
    kept, items, problems = store(), {}, []
    with snapshot.cursor() as cursor:
        cursor.execute("SELECT sha256 FROM records_evidenceitem ORDER BY id")
        known = [sha256 for (sha256,) in cursor.fetchall()]
        cursor.execute("SELECT sha256 FROM records_itemkey WHERE sealed = ''")
        erased = {sha256 for (sha256,) in cursor.fetchall()}
    for sha256 in known:
        if sha256 in erased:
            continue
        try:
            kept.open(sha256).close()  # checked
            with kept.held(sha256) as stream, tempfile.SpooledTemporaryFile(archive.PIECE) as copied:
                shutil.copyfileobj(stream, copied)
                size = copied.tell()
                copied.seek(0)
                items[sha256] = hashlib.file_digest(copied, "sha256").hexdigest()
                copied.seek(0)
                if included:
                    archive.add_stream(tar, f"evidence/{sha256}", copied, size)
        except BarometerError as error:
            problems.append(f"{sha256}: {error}")
    return items, problems


# --- in ---------------------------------------------------------------------------------------------------


def restore(path: Path, identities: Sequence[str]) -> Told:
    """Bring a backup back into an empty ledger, in either database: all of it, or nothing.

    NotReady where the ledger holds something, or the backup is of a newer version. Afterwards it has the form of today.
    """
    with archive.opened(path, identities) as tar:
        first = tar.next()
        if first is None or first.name != MANIFEST:
            raise Unreadable("it is no backup of Press Barometer", file=path, next_step="name another file")
        manifest = archive.read_json(tar, first)
        known = _tables_of(manifest, path)
        _prepare(manifest, path)
        with transaction.atomic():
            tables.empty(connection, known)
            told, sums = _read_all(tar, path, {table.name: table for table in known})
            _compare(path, sums["tables"], tables.sums(connection, known))
            tables.count_on(connection, known)
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    study()
    return replace(told, problems=tuple(missing()))


def _tables_of(manifest: Any, path: Path) -> list[tables.Table]:
    try:
        if manifest["form"] != archive.FORM:
            raise NotReady(
                f"its form is {manifest['form']}, this version knows {archive.FORM}",
                file=path,
                next_step="update first",
            )
        return [
            tables.Table(one["name"], tuple((column, kind) for column, kind in one["columns"]), one["key"])
            for one in manifest["tables"]
        ]
    except (KeyError, TypeError, ValueError):
        raise Unreadable("its manifest is none", file=path, next_step="use another backup") from None


def _prepare(manifest: Mapping[str, Any], path: Path) -> None:
    """Make an empty ledger of the backup's own form."""
    if connection.introspection.table_names() and Revision.objects.exists():
        raise NotReady(
            "the ledger is not empty",
            next_step="name an empty one with BAROMETER_HOME or DATABASE_URL: nothing is written over",
        )
    wanted = {tuple(one) for one in manifest["migrations"]}
    known = set(MigrationLoader(connection).disk_migrations)
    if newer := sorted(wanted - known):
        raise NotReady(
            f"it is of a newer version: it has {newer[0][0]} {newer[0][1]}",
            file=path,
            next_step="update first",
        )
    if wanted == known:
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        return
    if MigrationRecorder(connection).applied_migrations():
        raise NotReady(
            "it is of an older version, and the ledger has today's form already",
            file=path,
            next_step="name a data folder or a database in which nothing is yet",
        )
    latest: dict[str, str] = {}
    for app, name in sorted(wanted):
        latest[app] = name
    for app, name in latest.items():
        call_command("migrate", app, name, interactive=False, verbosity=0, skip_checks=True)


def _read_all(
    tar: tarfile.TarFile, path: Path, known: Mapping[str, tables.Table]
) -> tuple[Told, Mapping[str, Any]]:
    """Take in every member; what the sums say, which must come last."""
    rows, held, kept = dict.fromkeys(known, 0), {}, store()
    while (member := tar.next()) is not None:
        room, _, name = member.name.partition("/")
        if member.name == SUMS:
            sums = archive.read_json(tar, member)
            _compare_evidence(path, sums["evidence"], held)
            return Told(rows, len(held)), sums
        if room == "keys" and name in (*KEYS, SECRET):
            _put_key(name, archive.read(tar, member))
        elif room == "tables" and (table := known.get(name.split(".")[0])) is not None:
            lines = archive.read(tar, member).splitlines()
            rows[table.name] += len(lines)
            tables.write(connection, table, (_row(line, member.name) for line in lines))
        elif room == "evidence" and (stream := tar.extractfile(member)) is not None:
            with tempfile.SpooledTemporaryFile(archive.PIECE) as copied:
                shutil.copyfileobj(stream, copied)
                copied.seek(0)
                held[name] = hashlib.file_digest(copied, "sha256").hexdigest()
                copied.seek(0)
                kept.put(name, copied)
        else:
            raise Unreadable(
                f"{member.name} is no part of a backup", file=path, next_step="use another backup"
            )
    raise cut_short(path)


def _row(line: bytes, where: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise Unreadable(
            f"{where}: a line is no JSON", next_step="the backup is damaged: use another"
        ) from None


def _put_key(name: str, data: bytes) -> None:
    """Put a key of the backup before those that this installation has made for itself, and keep them."""
    path = settings.HOME / "secret-key" if name == SECRET else settings.KEYS_ROOT / name
    own = path.read_text("ascii").split() if path.exists() and name != SECRET else []
    lines = [*data.decode("ascii").split(), *own]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    draft.touch(0o600)
    draft.write_text("\n".join(dict.fromkeys(lines)) + "\n", encoding="ascii")
    draft.replace(path)
    forget_keys()


def _compare_evidence(path: Path, told: Mapping[str, str], held: Mapping[str, str]) -> None:
    for sha256, digest in held.items():
        if told.get(sha256) != digest:
            raise cut_short(path)


def _compare(path: Path, told: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    for name, one in found.items():
        if told.get(name) != one:
            raise Unreadable(
                f"{name}: {one['rows']} rows came in, and they are not those that were backed up",
                file=path,
                next_step="use another backup: nothing was restored",
            )


def missing() -> list[str]:
    """Items of evidence that are not in the store, or are not what they were."""
    problems, kept = [], store()
    erased = set(ItemKey.objects.filter(sealed="").values_list("sha256", flat=True))
    for sha256 in EvidenceItem.objects.exclude(sha256__in=erased).values_list("sha256", flat=True).iterator():
        try:
            kept.open(sha256).close()
        except BarometerError as error:
            problems.append(str(error))
    return problems


# --- to another database ----------------------------------------------------------------------------------


def other_database(address: str) -> BaseDatabaseWrapper:
    """The line to another database, as "other"; NotReady where it is not empty."""
    from barometer.web.entry import own_file

    described = database(address, settings.HOME)
    connections.settings["other"] = connections.configure_settings({"default": {}, "other": described})[
        "other"
    ]
    other = connections["other"]
    own_file(other)
    if other.introspection.table_names():
        raise NotReady("the other database is not empty", place="DATABASE_URL", next_step="name an empty one")
    return other


def make_form(address: str) -> None:
    """Make the tables of another database, in a process of its own: migrations know one database."""
    done = subprocess.run(
        [sys.executable, "-m", "barometer", "manage", "migrate", "--verbosity", "0", "--no-input"],
        env={**os.environ, "DATABASE_URL": address}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it does not say why"])[-1]
        raise NotReady(f"the other database cannot be prepared: {why}", next_step="check its address")


def move(address: str) -> Told:
    """Copy the ledger to the empty database that the address names; this one is left as it is.

    Counts and digests of every table are compared, and that nothing was written here meanwhile. The data folder with
    its keys and evidence stays where it is: it serves both.
    """
    other, known = other_database(address), tables.tables()
    make_form(address)
    with _snapshot() as snapshot, transaction.atomic(using="other"):
        tables.empty(other, known)
        for table in known:
            tables.write(other, table, tables.rows(snapshot, table))
        given, found = tables.sums(snapshot, known), tables.sums(other, known)
        _compare(Path(address.rpartition("@")[2]), given, found)
        tables.count_on(other, known)
    problems = () if tables.sums(connection, known) == given else (
        "something was written here meanwhile, and is not there: stop the desk and its workers, and move again",
    )  # fmt: skip
    return Told({name: one["rows"] for name, one in found.items()}, EvidenceItem.objects.count(), problems)
