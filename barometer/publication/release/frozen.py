"""What goes into a release: values as the site opens them, handed in; nothing here knows the ledger."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, overload

Value = Mapping[str, Any]
#: The lists of records, in the order in which they are written, with what a record is known by.
KEYS = {
    "events": "id",
    "cases": "id",
    "people": "id",
    "outlets": "id",
    "bodies": "id",
    "provisions": "code",
    "sources": "id",
    "issues": "id",
}


class Kept(Sequence[Value]):
    """Records in a file without a name, which goes when they do: a long list takes no memory, and is read each time."""

    def __init__(self, rows: Iterable[Value]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the list)
        self._ends = array("Q", [0])
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
            self._file.write(line)
            self._ends.append(self._ends[-1] + len(line))
        self._file.flush()

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> Value: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Value]: ...
    def __getitem__(self, index: int | slice) -> Value | Sequence[Value]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        number = range(len(self))[index]
        start, end = self._ends[number], self._ends[number + 1]
        found: Value = json.loads(os.pread(self._file.fileno(), end - start, start))
        return found


@dataclass(frozen=True)
class Records:
    """The published records of a period, each list in the order of its ids."""

    events: Sequence[Value] = ()
    cases: Sequence[Value] = ()
    people: Sequence[Value] = ()
    outlets: Sequence[Value] = ()
    bodies: Sequence[Value] = ()
    provisions: Sequence[Value] = ()
    sources: Sequence[Value] = ()
    issues: Sequence[Value] = ()
    corrections: Sequence[Value] = ()

    def lists(self) -> dict[str, Sequence[Value]]:
        """The lists that have records with ids."""
        return {name: getattr(self, name) for name in KEYS}

    def digests(self) -> dict[str, dict[str, str]]:
        """List → id → a digest of the record, by which a later release knows what changed."""
        return self._digests

    @cached_property
    def _digests(self) -> dict[str, dict[str, str]]:
        return {
            name: {row[KEYS[name]]: digest(row) for row in rows}
            for name, rows in sorted(self.lists().items())
        }


@dataclass(frozen=True)
class Frozen:
    """A release before it is written: whose data, of which period, as of which day, under which licence."""

    period: str
    version: int
    day: date
    records: Records
    publisher: str = "Press Barometer"
    site: str = ""
    licence: str = "CC-BY-4.0"
    licence_address: str = "https://creativecommons.org/licenses/by/4.0/"
    contact: str = ""
    #: digests of the release of this period before, and its version; none for the first
    before: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    version_before: int = 0

    @property
    def name(self) -> str:
        """The release's name, of its package too."""
        return f"press-barometer-{self.period.lower()}-v{self.version}"

    @property
    def title(self) -> str:
        """What it is called in a citation."""
        return f"{self.publisher}: freedom of speech in Kazakhstan, {self.period}, version {self.version}"


#: What follows from the events of a case and from the day, and is no change of the case.
_COMPUTED = ("state", "ahead")


def digest(row: Value) -> str:
    """A short digest of a record, whatever the order of its fields."""
    told = {name: value for name, value in row.items() if name not in _COMPUTED}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Changes:
    """What became of the records since the release before: list → ids."""

    added: Mapping[str, tuple[str, ...]]
    changed: Mapping[str, tuple[str, ...]]
    withdrawn: Mapping[str, tuple[str, ...]]

    def __bool__(self) -> bool:
        return any(ids for part in (self.added, self.changed, self.withdrawn) for ids in part.values())


def changes(frozen: Frozen) -> Changes:
    """The records that came, changed and went since the release before."""
    now, before = frozen.records.digests(), frozen.before
    added, changed, gone = {}, {}, {}
    for name in KEYS:
        mine, theirs = now[name], before.get(name, {})
        added[name] = tuple(sorted(mine.keys() - theirs.keys()))
        changed[name] = tuple(sorted(one for one in mine.keys() & theirs.keys() if mine[one] != theirs[one]))
        gone[name] = tuple(sorted(theirs.keys() - mine.keys()))
    return Changes(added, changed, gone)


@dataclass(frozen=True)
class Written:
    """A file of a release; `records` says that words of the record are in it."""

    path: str
    media_type: str
    size: int
    sha256: str
    records: bool
