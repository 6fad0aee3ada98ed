"""Rows of a table ↔ events of the codebook: one row is one event, read whole or refused with every problem it has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError

from barometer.codebook.book import LANGUAGES
from barometer.codebook.values import Actor, BrokenRulesError, Event, Target
from barometer.countries import country
from barometer.pipeline import cells as read
from barometer.pipeline.columns import Mapped, Problem, columns, folded
from barometer.sources.tables import Table

T = TypeVar("T")
Cells = Mapping[str, str]

LONGEST_KEY = 120
#: Fields of an event that no column carries: a table leaves them as they are.
UNCARRIED = ("id", "upcoming", "amounts", "grounds")
_KINDS = {"outcome": "relief", "context": "context"}
_PHASES = {"violation": "imposed", "relief": "ended"}
_OUTLETS = ("outlet", "media_ngo")


@dataclass(frozen=True)
class TableRow:
    """A row as it was read: `event` is None where there are problems; `key` is what the row is known by."""

    number: int
    key: str
    record: str
    event: Event | None
    headline: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    problems: tuple[Problem, ...] = ()


def cells_of(table: Table, mapped: Mapped) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, column → cell) of every row but the template's example; only columns that the table has."""
    places = mapped.places(table.headings)
    for row in table.rows:
        cells = {name: row.cells[at] for name, at in places.items()}
        if any(cells.values()) and folded(cells.get("id", "")) not in _examples():
            yield row.number, cells


@cache
def _examples() -> frozenset[str]:
    return frozenset(map(folded, columns()["id"].example.values()))


def read_cells(number: int, cells: Cells, mapped: Mapped) -> TableRow:
    """One row."""
    return _Row(number, cells, mapped).value()


def refuse_twins(rows: Iterable[TableRow]) -> list[TableRow]:
    """The rows, the second of two that have one key refused."""
    first: dict[str, int] = {}
    found = []
    for row in rows:
        before = first.setdefault(row.key, row.number)
        if before != row.number and row.key:
            own = not row.key.startswith(_DIGEST)
            problem = Problem("twice" if own else "alike", "id" if own else "", row.key, str(before))
            row = TableRow(row.number, row.key, row.record, None, problems=(*row.problems, problem))
        found.append(row)
    return found


_DIGEST = "row-"


class _Row:
    """The reading of one row: every cell is tried, so that all problems are told at once."""

    def __init__(self, number: int, cells: Cells, mapped: Mapped) -> None:
        constants = mapped.constants
        self.number, self.meanings = number, mapped.meanings
        self.cells = {name: cells.get(name) or constants.get(name, "") for name in columns()}
        self.problems: list[Problem] = []

    def value(self) -> TableRow:
        """The row read."""
        cells = self.cells
        coded = self._coded()
        address = self._take("address", read.address) or ""
        event = None if self.problems else self._event(coded)
        key = cells["id"] or self._digest(event, address)
        if len(key) > LONGEST_KEY:
            self._problem("too_long", "id", key, str(LONGEST_KEY))
        return TableRow(
            self.number,
            key,
            cells["record"],
            None if self.problems else event,
            " ".join(cells["headline"].split()),
            {language: cells[f"text_{language}"] for language in LANGUAGES if cells[f"text_{language}"]},
            address,
            tuple(self.problems),
        )

    def _coded(self) -> dict[str, Any]:
        """The event in the coded file's form, only what the row says."""
        types = self._types()
        kind = self._take("kind", self._code("kind")) or _KINDS.get(
            types[0].partition(".")[0] if types else "", "violation"
        )
        found = {
            "kind": kind,
            "types": types,
            "date": self._take("date", read.day),
            "date_text": self.cells["date_text"],
            "phase": self._take("phase", self._code("phase")) or _PHASES.get(kind),
            "alleged": self._take("alleged", self._alleged),
            "work_link": self._take("work_link", self._code("work_link")),
            "people_hit": self._take("people_hit", lambda cell: read.number("people_hit", cell)),
            "people_hit_exact": self._yes("people_hit_exact"),
            "place": self._place(),
            "targets": self._targets(),
            "actors": self._actors(),
            "provisions": self._take("provisions", read.provisions),
            "case": self.cells["case"],
            "background": self._yes("background"),
            "note": self.cells["note"],
            "summary": {
                language: self.cells[f"summary_{language}"]
                for language in LANGUAGES
                if self.cells[f"summary_{language}"]
            },
        }
        return {name: value for name, value in found.items() if value or value == 0 and name == "people_hit"}

    def _event(self, coded: dict[str, Any]) -> Event | None:
        try:
            return Event.model_validate(coded)
        except ValidationError as error:
            for row in error.errors(include_url=False):
                self._broken(row)
            return None

    def _broken(self, row: Any) -> None:
        cause = row.get("ctx", {}).get("error")
        column = _column_of(row["loc"])
        if isinstance(cause, BrokenRulesError):
            for place, message in cause.broken:
                self._problem("rule", _column_of((place.partition(".")[0],)) or column, more=message)
        elif row["type"] == "string_too_long":
            self._problem("too_long", column, str(row["input"]), str(row["ctx"]["max_length"]))
        else:
            self._problem("rule", column, more=str(cause or row["msg"]))

    # --- cells ---

    def _take(self, column: str, reader: Callable[[str], T]) -> T | None:
        """What the reader makes of the cell; None for an empty one, or one with a problem."""
        cell = self.cells[column]
        if not cell:
            if columns()[column].required:
                self._problem("missing", column)
            return None
        try:
            return reader(cell)
        except read.Refused as refused:
            self.problems.append(refused.problem)
            return None

    def _problem(self, code: str, column: str = "", value: str = "", more: str = "") -> None:
        self.problems.append(Problem(code, column, value, more))

    def _code(self, column: str) -> Callable[[str], str]:
        return lambda cell: read.code(column, cell, self.meanings.get(column))

    def _codes(self, column: str) -> list[str]:
        """The codes of a cell that holds several; "" where a place is empty."""
        one = self._code(column)
        found = self._take(column, lambda cell: [one(part) if part else "" for part in read.parts(cell)])
        return found or []

    def _types(self) -> list[str]:
        main = self._take("type", self._types_of)
        return list(dict.fromkeys([*(main or ()), *filter(None, self._codes("more_types"))]))

    def _types_of(self, cell: str) -> list[str]:
        """One type, or several in the one cell, the first the main one."""
        one = self._code("type")
        return [one(part) for part in read.parts(cell) if part]

    def _yes(self, column: str) -> bool | None:
        return self._take(column, lambda cell: read.yes(column, cell))

    def _alleged(self, cell: str) -> bool | list[str]:
        try:
            return read.yes("alleged", cell)
        except read.Refused as refused:
            known = self.meanings.get("type")
            try:
                return [read.code("type", part, known) for part in read.parts(cell) if part]
            except read.Refused:
                raise refused from None

    def _place(self) -> dict[str, str] | None:
        name, of = self._take("place", read.place) or ("", "")
        region = self._take("region", read.region) or of
        where = self._take("country", read.country_code) or (country().code if name or region else "")
        told = {"country": where, "name": name, "region": region}
        return {part: text for part, text in told.items() if text} or None

    # --- people ---

    def _targets(self) -> list[dict[str, str]]:
        return list(self._people("targets", "target_types", _known_target))

    def _actors(self) -> list[dict[str, str]]:
        found = list(self._people("actors", "actor_types", _known_actor))
        for one, role in zip(found, self._along("actor_roles", len(found)), strict=True):
            one |= {"role": role} if role else {}
        return found

    def _people(
        self, column: str, types: str, known: Callable[[str, str], tuple[str, str]]
    ) -> Iterator[dict[str, str]]:
        names = [name for name in read.parts(self.cells[column]) if name]
        kinds = self._along(types, len(names))
        written = self._written(f"{column}_written", names)
        for name, kind, wrote in zip(names, kinds, written, strict=True):
            own, found = known(name, kind)
            if not (kind or found):
                self._problem("no_type_of", column, name, types)
            yield {"name": own, "written": wrote, "type": kind or found}

    def _along(self, column: str, count: int) -> list[str]:
        """A code for each name: as many, or one for all."""
        codes = self._codes(column)
        if len(codes) == 1:
            return codes * count
        if codes and len(codes) != count and count:
            self._problem("uneven", column, self.cells[column], f"{len(codes)} ≠ {count}")
            return codes[:1] * count
        return codes[:count] + [""] * (count - len(codes))

    def _written(self, column: str, names: list[str]) -> list[str]:
        wrote = read.parts(self.cells[column])
        if len(wrote) > len(names):
            self._problem("uneven", column, self.cells[column], f"{len(wrote)} ≠ {len(names)}")
        wrote = wrote[: len(names)] + [""] * (len(names) - len(wrote))
        return [one or name for one, name in zip(wrote, names, strict=True)]

    def _digest(self, event: Event | None, address: str) -> str:
        """What a row without a number of its own is known by: when, what, who, where, and its source."""
        if event is None:
            return ""
        place = event.place and [event.place.country, event.place.region, event.place.name]
        told = [
            event.date, event.main_type, sorted(who.name for who in event.targets),
            sorted(who.name for who in event.actors), place, address,
        ]  # fmt: skip
        text = json.dumps(told, ensure_ascii=False)
        return _DIGEST + hashlib.sha256(text.encode()).hexdigest()[:20]


def _known_target(name: str, kind: str) -> tuple[str, str]:
    """The canonical name, and what the country's data say it is."""
    outlet = country().find_outlet(name) if kind in ("", *_OUTLETS) else None
    if outlet is None or (outlet.ambiguous and not kind):
        return name, ""
    return outlet.name, outlet.type


def _known_actor(name: str, kind: str) -> tuple[str, str]:
    body = country().find_body(name)
    return (body.name, body.type) if body and kind in ("", body.type) else (name, "")


def _column_of(loc: tuple[int | str, ...]) -> str:
    """The column that a field of an event stands in."""
    first = str(loc[0]) if loc else ""
    inside = str(loc[2]) if len(loc) > 2 else ""
    named = {"types": "type", "summary": "summary_en"}.get(first, first)
    if first in ("targets", "actors"):
        named = {"type": f"{first[:-1]}_types", "written": f"{first}_written", "role": "actor_roles"}.get(
            inside, first
        )
    if first == "place" and len(loc) > 1:
        named = {"name": "place"}.get(str(loc[1]), str(loc[1]))
    return named if named in columns() else ""


# --- events → cells ---------------------------------------------------------------------------------------------


def cells_of_event(
    event: Event,
    language: str,
    *,
    record: str = "",
    number: str = "",
    headline: str = "",
    texts: Mapping[str, str] | None = None,
    address: str = "",
) -> dict[str, str]:
    """Column → cell of an event, so that reading it again gives the same event."""

    def named(column: str, code: str | None) -> str:
        return read.label(column, code, language) if code else ""

    place = event.place
    alleged = event.alleged
    found = {
        "record": record,
        "id": number,
        "date": event.date or "",
        "date_text": event.date_text or "",
        "type": named("type", event.main_type),
        "more_types": _joined(named("type", code) for code in event.types[1:]),
        "kind": named("kind", event.kind),
        "phase": named("phase", event.phase),
        "headline": headline or event.headline or "",
        "address": address,
        "country": place.country if place else "",
        "region": read.region_label(place.region, language) if place and place.region else "",
        "place": (place.name if place else None) or "",
        **_who("target", event.targets, named),
        **_who("actor", event.actors, named),
        "actor_roles": _joined(named("actor_roles", who.role) for who in event.actors),
        "people_hit": "" if event.people_hit is None else str(event.people_hit),
        "people_hit_exact": read.yes_word(True, language) if event.people_hit_exact else "",
        "provisions": _joined(event.provisions),
        "case": event.case or "",
        "alleged": read.yes_word(True, language)
        if alleged is True
        else _joined(named("type", code) for code in alleged or ()),
        "work_link": named("work_link", event.work_link),
        "background": read.yes_word(True, language) if event.background else "",
        "note": event.note or "",
        **{f"summary_{one}": event.summary_in(one) or "" for one in LANGUAGES},
        **{f"text_{one}": (texts or {}).get(one, "") for one in LANGUAGES},
    }
    return {name: found[name] for name in columns()}


def _who(
    side: str, people: tuple[Target, ...] | tuple[Actor, ...], named: Callable[[str, str | None], str]
) -> dict[str, str]:
    written = ["" if who.written in (None, who.name) else str(who.written) for who in people]
    return {
        f"{side}s": _joined(who.name for who in people),
        f"{side}_types": _joined(named(f"{side}_types", who.type) for who in people),
        f"{side}s_written": _joined(written) if any(written) else "",
    }


def _joined(values: Iterable[str]) -> str:
    found = [value.replace(";", ",").replace("\n", " ") for value in values]
    return "; ".join(found) if any(found) else ""
