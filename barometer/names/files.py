"""A CSV of pairs of names → the same CSV with a column of likelihoods."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from barometer.errors import Unreadable, WrongShape, counted
from barometer.names.comparison import compare

_DELIMITERS = ",;\t"


def score_file(source: Path, target: Path) -> int:
    """Score the pairs in columns `a` and `b` (and `kind`, where there is one); how many rows there were.

    Other columns and the order of the rows are kept, `score` is added or replaced. The target appears only when it
    is whole. BadInput with file and line where the source cannot be used.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise WrongShape(
            "the scored file would take the place of the pairs", file=target, next_step="name another --out"
        )
    rows = _rows(source)
    head = next(rows)
    _check_head(head, source)
    columns = [name for name in head if name != "score"] + ["score"]
    a, b = head.index("a"), head.index("b")
    kind = head.index("kind") if "kind" in head else -1
    kept = [at for at, name in enumerate(head) if name != "score"]
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    draft = Path(temporary)
    count = 0
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            for row in rows:
                found = compare(row[a], row[b], row[kind].strip().casefold() if kind >= 0 else None)
                writer.writerow([*(row[at] for at in kept), f"{found.probability:.6f}"])
                count += 1
        draft.chmod(0o644)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _check_head(head: list[str], source: Path) -> None:
    missing = [name for name in ("a", "b") if name not in head]
    if missing:
        raise WrongShape(
            f"there is no column {' and no column '.join(map(repr, missing))}",
            file=source,
            place="line 1",
            next_step="name the two columns with names a and b",
        )
    twice = sorted({name for name in head if head.count(name) > 1})
    if twice:
        raise WrongShape(
            f"the column {twice[0]!r} is there twice",
            file=source,
            place="line 1",
            next_step="rename one of them",
        )


def _rows(source: Path) -> Iterator[list[str]]:
    """The head and the rows, each with as many fields as the head; empty lines are left out."""
    try:
        with source.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            delimiter = max(_DELIMITERS, key=first.count) if "," not in first else ","
            stream.seek(0)
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            yield from _checked(reader, source)
    except UnicodeDecodeError as error:
        raise Unreadable("it is not in UTF-8", file=source, next_step="save it as CSV in UTF-8") from error
    except OSError as error:
        raise Unreadable(f"it cannot be read ({error.strerror})", file=source) from error


def _checked(reader: csv._reader, source: Path) -> Iterator[list[str]]:  # type: ignore[name-defined]
    head: list[str] | None = None
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise WrongShape(
                f"this is no CSV ({error})", file=source, place=f"line {reader.line_num}"
            ) from error
        if row is None:
            break
        if not row:
            continue
        if head is None:
            head = [name.strip().casefold() if name.strip().casefold() in _OURS else name for name in row]
            yield head
        elif len(row) != len(head):
            raise WrongShape(
                f"{counted(len(row), 'field')} where the head has {len(head)}",
                file=source,
                place=f"line {reader.line_num}",
                next_step="put names with commas in quotes",
            )
        else:
            yield row
    if head is None:
        raise Unreadable("it is empty", file=source, next_step="give columns a and b")


_OURS = frozenset(["a", "b", "kind", "score"])
