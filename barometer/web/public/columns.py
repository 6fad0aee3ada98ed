"""The published events as columns of numbers: what filters leave and what each choice would leave, in milliseconds.

Events stand in the order of a list, the newest first, and are known by their place in it. A column has pairs of an
event's place and a value's code; counting is one pass over such pairs. What the columns say is what the conditions of
barometer.web.public.facets say in SQL (a test compares them); rows and their words still come from the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast
from numpy.typing import NDArray

from barometer.codebook import codebook
from barometer.indicators import public_bodies
from barometer.web.public import memory, words
from barometer.web.records.models import Case, Event, EventProvision, EventType, Mention, Party
from barometer.web.records.naming import MENTION, apart, log, mention_key
from barometer.web.records.withholding import party_clusters

Mask = NDArray[np.bool_]
Ints = NDArray[np.int32]
KINDS = ("violation", "relief", "context")
_NO_DAY = 0


@dataclass(frozen=True)
class Column:
    """Values of events: `at` are places of events, `codes` stand for `values`; an event may have none or several."""

    values: tuple[str, ...]
    at: Ints
    codes: Ints

    @classmethod
    def of_each(cls, values: Iterable[str]) -> Column:
        """Of one value an event, in their order; "" is none."""
        known: dict[str, int] = {}
        codes = np.array([known.setdefault(one, len(known)) if one else -1 for one in values], np.int32)
        at = np.flatnonzero(codes >= 0).astype(np.int32)
        return cls(tuple(known), at, codes[at])

    @classmethod
    def of_pairs(cls, at: Ints, values: Sequence[str]) -> Column:
        """Of places and values; a pair that comes twice counts once."""
        known: dict[str, int] = {}
        codes = np.array([known.setdefault(value, len(known)) for value in values], np.int64)
        pairs = np.unique(at.astype(np.int64) * max(len(known), 1) + codes)
        at, codes = np.divmod(pairs, max(len(known), 1))
        return cls(tuple(known), at.astype(np.int32), codes.astype(np.int32))

    @cached_property
    def code_of(self) -> dict[str, int]:
        """Value → code."""
        return {value: code for code, value in enumerate(self.values)}

    def counted(self, chosen: Mask) -> Ints:
        """How many of the chosen events have each value, by code."""
        return np.bincount(self.codes[chosen[self.at]], minlength=len(self.values))

    def counts(self, chosen: Mask) -> dict[str, int]:
        """The same by value, without those that none has."""
        found = self.counted(chosen)
        return {self.values[code]: int(found[code]) for code in np.flatnonzero(found)}

    def top(self, chosen: Mask, how_many: int, without: Collection[str] = ()) -> tuple[dict[str, int], int]:
        """The values that most of the chosen events have, with how many; and how many values there are."""
        found = self.counted(chosen)
        found[[self.code_of[value] for value in without if value in self.code_of]] = 0
        order = np.argsort(-found, kind="stable")[:how_many]
        return {self.values[code]: int(found[code]) for code in order if found[code]}, int(
            np.count_nonzero(found)
        )

    def having(self, values: Collection[str], size: int) -> Mask:
        """The events that have one of the values."""
        wanted = [self.code_of[value] for value in values if value in self.code_of]
        mask = np.zeros(size, bool)
        if wanted:
            mask[self.at[np.isin(self.codes, wanted)]] = True
        return mask

    def newest(self, chosen: Mask) -> list[tuple[str, int]]:
        """Each value with how many of the chosen events have it; that of the newest event first."""
        inside = chosen[self.at]
        first = np.full(len(self.values), len(chosen), np.int32)
        np.minimum.at(first, self.codes[inside], self.at[inside])
        found = self.counted(chosen)
        order = np.argsort(first, kind="stable")
        return [(self.values[code], int(found[code])) for code in order if found[code]]

    def distinct(self, chosen: Mask) -> int:
        """How many values the chosen events have among them."""
        return int(np.count_nonzero(self.counted(chosen)))


@dataclass(frozen=True)
class CaseRow:
    """A case as the list of cases needs it: its row id, and where it stands ("open", "ended", "")."""

    pk: int
    standing: str


@dataclass(frozen=True)
class Columns:
    """All published events."""

    pks: NDArray[np.int64]
    first: Ints  # days as ordinals, 0 where there is none
    last: Ints
    people_hit: Ints
    columns: Mapping[str, Column]
    case_rank: Ints  # code of a case → its place by name
    leader_of: Mapping[str, str]  # name of a person → the id under which the person is chosen

    def __len__(self) -> int:
        return len(self.pks)

    @property
    def all(self) -> Mask:
        """Every event."""
        return np.ones(len(self), bool)

    def of_pks(self, pks: Iterable[int]) -> Mask:
        """The events with these row ids."""
        wanted = np.fromiter(pks, np.int64)
        mask = np.zeros(len(self), bool)
        mask[np.isin(self.pks, wanted)] = True
        return mask

    def having(self, name: str, values: Collection[str]) -> Mask:
        """The events with one of these values of a filter."""
        if name == "from":
            return (self.first >= date.fromisoformat(min(values)).toordinal()) & (self.first > _NO_DAY)
        if name == "to":
            return (self.last <= date.fromisoformat(max(values)).toordinal()) & (self.last > _NO_DAY)
        return self.columns[name].having(values, len(self))

    def rows(self, mask: Mask, start: int, stop: int, *, oldest_first: bool = False) -> list[int]:
        """Row ids of one page of the chosen events, the newest first; or the oldest, what has no date still last."""
        places = np.flatnonzero(mask)
        if oldest_first:
            dated = places[self.first[places] > _NO_DAY]
            places = np.concatenate([dated[::-1], places[self.first[places] == _NO_DAY]])
        return [int(pk) for pk in self.pks[places[start:stop]]]

    # --- numbers

    def by_kind(self, name: str, mask: Mask) -> dict[str, dict[str, int]]:
        """Value of a filter → kind → how many of the chosen events."""
        found: dict[str, dict[str, int]] = {}
        for kind in KINDS:
            for value, number in self.columns[name].counts(mask & self.having("kind", [kind])).items():
                found.setdefault(value, {})[kind] = number
        return found

    def at_least(self, mask: Mask) -> int:
        """People hit by the new violations among the chosen events, counted each time, as far as sources say."""
        return int(self.people_hit[mask & self.having("counts", ["new"])].sum())

    # --- cases

    def cases(self, mask: Mask) -> list[CaseRow]:
        """The cases of the chosen events as those events tell them, the latest movement first."""
        column = self.columns["case"]
        if not column.values:
            return []
        inside = mask[column.at]
        at, codes = column.at[inside], column.codes[inside]
        latest = self._latest(codes, self.first[at])
        kind = {one: self.having("kind", [one])[at] for one in ("violation", "relief")}
        begun = self._latest(codes[kind["violation"]], np.maximum(self.first[at], 1)[kind["violation"]])
        ended = self._latest(codes[kind["relief"]], np.maximum(self.last[at], 1)[kind["relief"]])
        there = np.unique(codes)
        ordered = there[np.lexsort((self.case_rank[there], -latest[there]))]
        return [
            CaseRow(int(column.values[code]), _stands(int(begun[code]), int(ended[code]))) for code in ordered
        ]

    def _latest(self, codes: Ints, days: Ints) -> Ints:
        found = np.zeros(len(self.columns["case"].values), np.int32)
        np.maximum.at(found, codes, days)
        return found


def _stands(begun: int, ended: int) -> str:
    """As barometer.web.public.stories has it: a relief counts unless a violation begins after it has ended."""
    if begun and begun > ended:
        return "open"
    return "ended" if ended else ""


# --- from the rows ----------------------------------------------------------------------------------------


def columns() -> Columns:
    """The columns of the ledger as it is."""
    return memory.remembered("columns", read, lambda found: len(found) > memory.LARGE)


def newest_first(events: QuerySet[Event]) -> QuerySet[Event]:
    """By the earliest day an event can have happened on, the newest first; without a date last."""
    return events.order_by(F("first_day").desc(nulls_last=True), "last_day", "item__section", "key")


_FIELDS = (
    "pk", "kind", "phase", "background", "is_alleged", "main_type", "region", "country", "case", "work_link",
    "people_hit", "key", "item__section", "item__month", "item__issue__period", "first", "last",
)  # fmt: skip


def read() -> Columns:
    """Read all published events: a few queries, each row once. Days come as text, which is quicker to read."""
    days = {"first": Cast("first_day", CharField()), "last": Cast("last_day", CharField())}
    rows = Event.objects.public().order_by().annotate(**days).values_list(*_FIELDS)
    each = sorted((_Row(*row) for row in rows), key=_newest_first)
    place = {row.pk: number for number, row in enumerate(each)}
    found = {name: Column.of_each(map(of, each)) for name, of in _SINGLE.items()}
    found["type"] = _through(EventType.objects.values_list("event", "code"), place)
    found["provision"] = _through(EventProvision.objects.values_list("event", "code"), place)
    parties, leader_of = _parties(place)
    found |= parties
    slugs = {str(pk): slug for pk, slug in Case.objects.values_list("pk", "slug")}
    names = [slugs.get(value, "") for value in found["case"].values]
    rank = np.empty(len(names), np.int32)
    rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names), dtype=np.int32)
    return Columns(
        pks=np.array([row.pk for row in each], np.int64),
        first=_days(row.first for row in each),
        last=_days(row.last for row in each),
        people_hit=np.array([row.people_hit or 0 for row in each], np.int32),
        columns=found,
        case_rank=rank,
        leader_of=leader_of,
    )


class _Row(NamedTuple):
    """An event as the query has it."""

    pk: int
    kind: str
    phase: str
    background: bool
    is_alleged: bool
    main_type: str
    region: str
    country: str
    case: int | None
    work_link: str
    people_hit: int | None
    key: str
    section: int | None
    printed: str | None
    period: str | None
    first: str | None
    last: str | None


def _newest_first(row: _Row) -> tuple[bool, int, str, bool, int, str]:
    """As `newest_first` has it in SQL."""
    early = -date.fromisoformat(row.first).toordinal() if row.first else 0
    return not row.first, early, row.last or "", row.section is not None, row.section or 0, row.key


def _days(days: Iterable[str | None]) -> Ints:
    return np.array([date.fromisoformat(day).toordinal() if day else _NO_DAY for day in days], np.int32)


def _counts(row: _Row) -> str:
    if row.background:
        return "background"
    if row.kind == "violation":
        return {"imposed": "new", "step": "step"}.get(row.phase, "")
    return row.kind


def _section(row: _Row) -> str:
    types = codebook().types
    number = row.section or (types[row.main_type].section if row.main_type in types else None)
    return str(number or "")


def month_of(printed: str | None, *, background: bool, first: str | None, last: str | None) -> str:
    """The month under which an event is counted: printed, else its own where it lies whole in one, else none.

    Days are texts, such as 2026-03-14.
    """
    if printed and not background:
        return printed
    return first[:7] if first and last and first[:7] == last[:7] else words.NO_MONTH


def _region(row: _Row) -> str:
    return row.region or (words.NO_REGION if row.country in ("", words.COUNTRY) else words.ABROAD)


#: Filters of which an event has one value at most.
_SINGLE: Mapping[str, Callable[[_Row], str]] = {
    "period": lambda row: row.period or "",
    "section": _section,
    "kind": lambda row: row.kind,
    "counts": _counts,
    "word": lambda row: "alleged" if row.is_alleged else "stated",
    "month": lambda row: month_of(row.printed, background=row.background, first=row.first, last=row.last),
    "region": _region,
    "case": lambda row: str(row.case or ""),
    "link": lambda row: row.work_link,
}


def _through(rows: QuerySet[Any, tuple[int, str]], place: Mapping[int, int]) -> Column:
    found = [(place[event], value) for event, value in rows.order_by() if event in place]
    return Column.of_pairs(np.array([at for at, _ in found], np.int32), [value for _, value in found])


#: The columns of people, outlets and bodies: by kind, by those whom it hit, by what a body did.
_OF_PARTIES = ("actor", "person", "outlet", "body", "person_hit", "outlet_hit", "body_role", "body_type")


def _parties(place: Mapping[int, int]) -> tuple[dict[str, Column], dict[str, str]]:
    """Who was hit and who did it, each under one id for all parties that judgements joined."""
    known, others, bodies = party_clusters(), apart_rows(), public_bodies()
    every = {
        pk: (known.leader(public_id), name, kind)
        for pk, public_id, name, kind in Party.objects.values_list("pk", "public_id", "name", "kind")
    }
    pairs: dict[str, tuple[list[int], list[str]]] = {name: ([], []) for name in _OF_PARTIES}
    leader_of: dict[str, str] = {}

    def add(name: str, at: int, value: str) -> None:
        pairs[name][0].append(at)
        pairs[name][1].append(value)

    rows = Mention.objects.order_by().values_list("pk", "event", "side", "type", "role", "party")
    for pk, event, side, code, role, party in rows.iterator(chunk_size=10_000):
        at = place.get(event)
        if at is None:
            continue
        who, name, kind = every[party]
        if side == "actor":
            add("actor", at, code)
        elif kind != "body":
            add(f"{kind}_hit", at, who)
        if kind == "person":
            leader_of[name] = who
        if kind == "body":
            if side == "actor" and code in bodies:
                add("body", at, who)
                add("body_type", at, f"{who} {code}")
                add("body_role", at, f"{who} {role}")
        elif pk not in others:
            add(kind, at, who)
    return {
        name: Column.of_pairs(np.array(at, np.int32), values) for name, (at, values) in pairs.items()
    }, leader_of


def apart_rows() -> set[int]:
    """Row ids of the mentions that a person said are of somebody else than the others of their name."""
    others = apart(log(MENTION))
    if not others:
        return set()
    rows = Mention.objects.filter(event__public_id__in=sorted({key.partition(":")[0] for key in others}))
    return {row.pk for row in rows.select_related("event", "party") if mention_key(row) in others}
