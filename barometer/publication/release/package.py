"""A release written to a folder: the same records, the same bytes, on any machine and on any day."""

from __future__ import annotations

import csv
import dataclasses
import errno
import hashlib
import io
import json
import sqlite3
import string
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from barometer.cases.rules import rules
from barometer.codebook import codebook, manual
from barometer.codebook.book import LANGUAGES
from barometer.codebook.crosswalk import crosswalk
from barometer.countries import country
from barometer.indicators import spheres
from barometer.indicators.quarter import nobody, public_bodies
from barometer.indicators.report import SUIT
from barometer.publication.release.entities import entities, linked
from barometer.publication.release.frozen import KEYS, Changes, Frozen, Value, Written, changes
from barometer.publication.release.tables import Column, Table, tables

_SQL = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
_SQLITE = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER", "date": "TEXT"}


_TYPES = {
    "csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3", "json": "application/json", "jsonld": "application/ld+json", "md": "text/markdown",
    "txt": "text/plain", "sql": "application/sql", "cff": "application/yaml", "": "text/plain",
}  # fmt: skip
#: Files without a word of the record.
_BARE = frozenset((
    "codebook.json", "codebook.md", "figures.sql", "indicators.sql", "LICENSE.txt", "data/types.csv", "data/terms.csv", "data/schemes.csv",
    "data/crosswalk.csv", "parquet/types.parquet", "parquet/terms.parquet", "parquet/schemes.parquet",
    "parquet/crosswalk.parquet",
))  # fmt: skip


def package(frozen: Frozen, folder: Path) -> list[Written]:
    """Write the release into an empty folder; its files in the order of their paths. OSError where there is no room."""
    try:
        return _package(frozen, folder)
    except (sqlite3.OperationalError, duckdb.IOException) as error:  # of the files that they write here
        raise OSError(errno.EIO, str(error)) from error


def _package(frozen: Frozen, folder: Path) -> list[Written]:
    for name in ("data", "jsonl", "parquet"):
        (folder / name).mkdir(parents=True)
    _tables(frozen, folder)
    _parquet(folder)
    for name in (*KEYS, "corrections"):
        _lines(getattr(frozen.records, name), folder / "jsonl" / f"{name}.jsonl")
    _lines(entities(frozen), folder / "followthemoney.jsonl")
    for name, text in _texts(frozen):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = [(path.relative_to(folder).as_posix(), path) for path in paths]
    _graph(
        linked(frozen, [(name, _media_type(name)) for name, _ in listed if name.startswith("data/")]),
        folder / "events.jsonld",
    )
    _json(_descriptor(frozen, folder), folder / "datapackage.json")
    written = _written(folder)
    sums = "".join(f"{one.sha256}  {one.path}\n" for one in written)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    return _written(folder)


def _written(folder: Path) -> list[Written]:
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        found.append(Written(name, _media_type(name), path.stat().st_size, _sha256(path), name not in _BARE))
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _media_type(name: str) -> str:
    return _TYPES.get(Path(name).suffix[1:], "text/plain")


# --- tables -----------------------------------------------------------------------------------------------


def _tables(frozen: Frozen, folder: Path) -> None:
    """Each table as CSV, and all in one file of SQLite, which has in `columns` what each column means."""
    with closing(sqlite3.connect(folder / "press-barometer.sqlite")) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA page_size = 4096")
        connection.execute(
            'CREATE TABLE columns ("table" TEXT, "column" TEXT, en TEXT, ru TEXT, kk TEXT, PRIMARY KEY ("table", "column"))'
        )
        for table in tables():
            connection.execute(_create(table))
            marks = ", ".join("?" * len(table.columns))
            connection.executemany(
                f'INSERT INTO "{table.name}" VALUES ({marks})',  # noqa: S608 (names of our own tables)
                _csv(table, frozen, folder / "data" / f"{table.name}.csv"),
            )
            connection.executemany(
                "INSERT INTO columns VALUES (?, ?, ?, ?, ?)",
                [(table.name, one.name, *(one.said[code] for code in LANGUAGES)) for one in table.columns],
            )
        connection.commit()
        connection.execute("VACUUM")


def _csv(table: Table, frozen: Frozen, path: Path) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, each written to the file as it passes."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([column.name for column in table.columns])
        for line in table.lines(frozen.records):
            writer.writerow(map(_cell, line))
            yield line


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _parquet(folder: Path) -> None:
    """The same tables from the CSV files, by one thread so that rows keep their order."""
    connection = duckdb.connect(":memory:", config={"threads": 1, "autoinstall_known_extensions": False})
    try:
        for table in tables():
            columns = {column.name: _SQL[column.type] for column in table.columns}
            given, out = (
                folder / "data" / f"{table.name}.csv",
                folder / "parquet" / f"{table.name}.parquet",
            )
            rows = connection.read_csv(
                str(given), header=True, columns=columns, sep=",", quotechar='"', escapechar='"',
                na_values="", parallel=False, auto_detect=False,
            )  # fmt: skip
            rows.write_parquet(str(out), compression="zstd")
    finally:
        connection.close()


def _create(table: Table) -> str:
    columns = [f'"{one.name}" {_SQLITE[one.type]}' for one in table.columns]
    keys = [f"PRIMARY KEY ({', '.join(map(_quoted, table.key))})"]
    for one in table.columns:
        if one.to:
            name, column = one.target
            keys.append(f'FOREIGN KEY ("{one.name}") REFERENCES "{name}" ("{column}")')
    return f'CREATE TABLE "{table.name}" ({", ".join([*columns, *keys])})'


def _quoted(name: str) -> str:
    return f'"{name}"'


# --- JSON -------------------------------------------------------------------------------------------------


def _json(value: Any, path: Path) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _graph(rows: Iterable[Value], path: Path) -> None:
    """JSON-LD of schema.org, item by item."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('{\n  "@context": "https://schema.org",\n  "@graph": [')
        for number, row in enumerate(rows):
            text = json.dumps(row, ensure_ascii=False, indent=2).replace("\n", "\n    ")
            stream.write(f"{',' if number else ''}\n    {text}")
        stream.write("\n  ]\n}\n")


def _lines(rows: Iterable[Value], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def _descriptor(frozen: Frozen, folder: Path) -> dict[str, Any]:
    """The Frictionless description of the tables."""
    return {
        "profile": "tabular-data-package",
        "name": frozen.name,
        "title": frozen.title,
        "version": f"{frozen.version}.0.0",
        "created": f"{frozen.day.isoformat()}T00:00:00Z",
        "licenses": [{"name": frozen.licence, "path": frozen.licence_address}],
        "contributors": [{"title": frozen.publisher, "role": "publisher"}],
        **({"homepage": frozen.site} if frozen.site else {}),
        "resources": [_resource(table, folder) for table in tables()],
    }


def _resource(table: Table, folder: Path) -> dict[str, Any]:
    path = f"data/{table.name}.csv"
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": path,
        "description": table.said["en"],
        "descriptions": dict(table.said),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": (folder / path).stat().st_size,
        "hash": f"sha256:{_sha256(folder / path)}",
        "schema": {
            "fields": [_described(table, column) for column in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {"fields": [one.name], "reference": {"resource": one.target[0].replace("_", "-"), "fields": [one.target[1]]}}
                for one in table.columns
                if one.to
            ],
            "missingValues": [""],
        },
    }  # fmt: skip


def _described(table: Table, column: Column) -> dict[str, Any]:
    told = {
        "name": column.name,
        "type": column.type,
        "description": column.said["en"],
        "descriptions": dict(column.said),
    }
    return told | ({"constraints": {"required": True}} if column.name in table.key else {})


# --- texts ------------------------------------------------------------------------------------------------


def _texts(frozen: Frozen) -> Iterator[tuple[str, str]]:
    found = changes(frozen)
    yield "codebook.md", manual.render()
    yield "codebook.json", json.dumps(_book(), ensure_ascii=False, indent=2) + "\n"
    for name in ("figures.sql", "indicators.sql"):
        yield name, _script(name, _quarter(frozen), frozen.day)
    yield "changes.json", json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2) + "\n"
    yield "CHANGES.md", _changes_words(frozen, found)
    for language, name in zip(LANGUAGES, ("README.md", "README.ru.md", "README.kk.md"), strict=True):
        text = string.Template(_resource_text(f"readme.{language}.txt"))
        yield name, text.substitute(_words(frozen)).rstrip() + "\n"
    yield (
        "LICENSE.txt",
        (
            f"The coded data and the summaries of this release are under {frozen.licence}: {frozen.licence_address}\n"
            "The texts of sources belong to their publishers.\n"
        ),
    )
    yield "CITATION.cff", _citation(frozen)


def _script(name: str, period: str, day: date) -> str:
    """A script of DuckDB, with what the code counts by written into it."""
    method = spheres.latest()
    groups = ((group, sphere) for sphere, its in method.spheres.items() for group in its)
    given = {
        "period": period,
        "day": day.isoformat(),
        "deprives": ", ".join(_literal(code) for code, one in rules().measures.items() if one.deprives),
        "suit": SUIT,
        "nobody": ", ".join(map(_literal, sorted(nobody()))) or "''",
        "bodies": ", ".join(map(_literal, sorted(public_bodies()))),
        "country": country().code,
        "spheres": ", ".join(f"({_literal(group)}, {_literal(sphere)})" for group, sphere in groups),
        "weights": ", ".join(f"({level}, {weight:g})" for level, weight in method.weights.items()),
        "alleged": f"{method.alleged:g}",
        "method": str(method.version),
    }
    text = _resource_text(name)
    for what, value in given.items():
        text = text.replace("{" + what + "}", value)
    return text


def _literal(text: str) -> str:
    return f"'{text}'"


def _resource_text(name: str) -> str:
    return (resources.files("barometer.publication.release") / name).read_text(encoding="utf-8")


def _words(frozen: Frozen) -> dict[str, str]:
    return {
        "title": frozen.title,
        "period": frozen.period,
        "day": frozen.day.isoformat(),
        "events": str(len(frozen.records.events)),
        "licence": frozen.licence,
        "licence_address": frozen.licence_address,
        "contact": frozen.contact,
    }


def _quarter(frozen: Frozen) -> str:
    """The quarter whose figures are counted: the newest that is there."""
    return max((row["period"] for row in frozen.records.issues), default=frozen.period)


def _book() -> dict[str, Any]:
    """The closed lists and the crosswalk."""
    book = codebook()
    names = ("kinds", "groups", "types", "phases", "work_links", "target_types", "actor_types", "actor_roles")
    return {
        "version": book.version,
        "lists": {name: [_plain(term) for term in getattr(book, name).values()] for name in names},
        "rules": [_plain(rule) for rule in book.rules],
        "crosswalk": dataclasses.asdict(crosswalk()),
    }


def _plain(value: Any) -> dict[str, Any]:
    told = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return {name: dict(one) if isinstance(one, Mapping) else one for name, one in told.items()}


def _changes_words(frozen: Frozen, found: Changes) -> str:
    out = io.StringIO()
    out.write(f"# Changes in {frozen.name}\n\n")
    if not frozen.version_before:
        out.write("The first release of this period: every record is new.\n")
        return out.getvalue()
    out.write(f"Since version {frozen.version_before}.\n")
    told = (("Added", found.added), ("Changed", found.changed), ("Withdrawn or gone", found.withdrawn))
    for title, ids in told:
        out.write(f"\n## {title}\n\n")
        lines = [f"* {name}: {', '.join(some)}\n" for name, some in ids.items() if some]
        out.writelines(lines or ["Nothing.\n"])
    return out.getvalue()


def _citation(frozen: Frozen) -> str:
    """How to cite it (Citation File Format)."""
    said = {
        "title": frozen.title,
        "version": str(frozen.version),
        "date-released": frozen.day.isoformat(),
        "license": frozen.licence,
    }
    lines = [
        "cff-version: 1.2.0",
        "message: If you use these data, please cite them.",
        "type: dataset",
        *(f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in said.items()),
        *([f"url: {json.dumps(frozen.site)}"] if frozen.site else []),
        "authors:",
        f"  - name: {json.dumps(frozen.publisher, ensure_ascii=False)}",
    ]
    return "\n".join(lines) + "\n"
