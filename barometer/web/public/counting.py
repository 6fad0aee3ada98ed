"""The published events as columns of numbers: what filters leave and what each choice would leave, in milliseconds.

Events stand in the order of a list, the newest first, and are known by their place in it. A column has the code of a
value for every event, or pairs of an event's place and a value's code; counting is one pass over them. What the
columns say is what the conditions of barometer.web.public.facets say in SQL (a test compares them); rows and their
words still come from the database.

A million events take about a hundred megabytes. How they are read from the rows, and brought up to date after a
change, says barometer.web.public.columns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import F, QuerySet
from numpy.typing import NDArray

from barometer.web.public import words
from barometer.web.records.models import Event

Mask = NDArray[np.bool_]
Ints = NDArray[np.integer[Any]]
Names = NDArray[np.bytes_]
KINDS = ("violation", "relief", "context")
#: Where a case may stand, by the number that stands for it in `Cases`.
STANDINGS = ("", "open", "ended")
NO_DAY, NONE = 0, -1
#: What there is a number of for every event.
_LISTS = ("pks", "first", "last", "order", "people_hit")
#: Where fewer than one event of so many is chosen, its pairs are looked up instead of all being passed over …
_SPARSE = 200
#: … and where the chosen events are so many times fewer than the values, values are sorted instead of counted.
_FEW = 16
#: So many events are looked through at once where the first that have something are wanted.
_AT_ONCE = 16_384


class Chosen:
    """Chosen events: for all of them whether they are, and what every column needs to know of that, worked out once."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    @classmethod
    def of(cls, some: Mask | Chosen) -> Chosen:
        """Of a mask, or itself."""
        return some if isinstance(some, Chosen) else cls(some)

    def __len__(self) -> int:
        return len(self.mask)

    @cached_property
    def count(self) -> int:
        """How many are chosen."""
        return int(np.count_nonzero(self.mask))

    @cached_property
    def places(self) -> Ints:
        """Where they stand, in order."""
        return np.flatnonzero(self.mask).astype(np.int32)

    @cached_property
    def rest(self) -> Chosen:
        """All others."""
        return Chosen(~self.mask)


@dataclass(frozen=True, eq=False)
class Column:
    """Values of events: `codes` stand for `names`, which are UTF-8.

    Without `at` there is a code for each event by its place, NONE where it has no value. With `at`, which is in order,
    there are pairs of an event's place and a code, each pair once.
    """

    names: Names
    codes: Ints
    at: Ints | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """Every value that is known, by code; also one that no event has any more."""
        return tuple(self.name(code) for code in range(len(self.names)))

    def name(self, code: int) -> str:
        """The value of a code."""
        return bytes(self.names[code]).decode()

    @cached_property
    def _by_name(self) -> Ints:
        return np.argsort(self.names, kind="stable").astype(np.int32)

    def codes_of(self, values: Iterable[str]) -> Ints:
        """The codes of those values that are known."""
        wanted = np.array(sorted({value.encode() for value in values}), np.bytes_)
        if not len(wanted) or not len(self.names):
            return np.zeros(0, np.int32)
        at = np.searchsorted(self.names, wanted, sorter=self._by_name)
        found = self._by_name[np.minimum(at, len(self.names) - 1)]
        return found[self.names[found] == wanted]

    def chosen(self, chosen: Mask | Chosen) -> tuple[Ints, Ints]:
        """The places of the chosen events that have a value, in order, and the codes of the values."""
        some = Chosen.of(chosen)
        if self.at is None:
            codes = self.codes.take(some.places)
            has = codes != NONE
            return some.places.compress(has), codes.compress(has)
        if some.count * _SPARSE < len(some):
            places = some.places.astype(self.at.dtype, copy=False)
            starts, ends = (self.at.searchsorted(places, side) for side in ("left", "right"))
            inside = _ranges(starts, ends)
        else:
            inside = np.flatnonzero(some.mask.take(self.at))
        return self.at.take(inside), self.codes.take(inside)

    def counted(self, chosen: Mask | Chosen) -> Ints:
        """How many of the chosen events have each value, by code."""
        some = Chosen.of(chosen)
        if some.count == len(some):
            return self._all_counted
        if some.count * 2 > len(some):  # the rest is less to count
            return self._all_counted - self._counted(some.rest)
        return self._counted(some)

    def _counted(self, some: Chosen) -> Ints:
        return np.bincount(self.chosen(some)[1], minlength=len(self.names))

    @cached_property
    def _all_counted(self) -> Ints:
        return np.bincount(self.codes[self.codes != NONE], minlength=len(self.names))

    def counts(self, chosen: Mask | Chosen) -> dict[str, int]:
        """The same by value, without those that none has."""
        found = self.counted(chosen)
        return {self.name(code): int(found[code]) for code in np.flatnonzero(found)}

    def top(
        self, chosen: Mask | Chosen, how_many: int, without: Collection[str] = ()
    ) -> tuple[dict[str, int], int]:
        """The values that most of the chosen events have, with how many; and how many values there are.

        Of values that equally many have, those of the newest events.
        """
        some = Chosen.of(chosen)
        few = self._codes_of_few(some)
        codes, numbers = self._tally(some, few, without)
        of = len(codes)
        if of > how_many:
            least = np.partition(numbers, -how_many)[-how_many]
            surely = codes[numbers > least]
            parts = self._newest_first(some) if few is None else iter([few])
            tied = self._first_of(codes[numbers == least], parts, how_many - len(surely))
            best = np.concatenate([surely, tied])
        else:
            best = codes
        of_best = numbers[np.searchsorted(codes, best)]
        ordered = np.argsort(-of_best, kind="stable")
        return {self.name(best[at]): int(of_best[at]) for at in ordered}, of

    def _codes_of_few(self, some: Chosen) -> Ints | None:
        """The codes of the chosen events, the newest first, where they are few beside the values; else None."""
        return self.chosen(some)[1] if some.count * _FEW < len(self.names) else None

    def _tally(self, some: Chosen, few: Ints | None, without: Collection[str]) -> tuple[Ints, Ints]:
        """The codes that the chosen events have, in order, and how many have each."""
        left_out = self._codes_of_all(frozenset(without))
        if few is not None:
            codes, numbers = np.unique(few, return_counts=True)
            kept = ~np.isin(codes, left_out)
            return codes[kept], numbers[kept]
        found = self.counted(some).copy()
        found[left_out] = 0
        codes = np.flatnonzero(found)
        return codes, found[codes]

    def _codes_of_all(self, values: frozenset[str]) -> Ints:
        """The codes of many values, which are asked for again and again; by several threads at once."""
        found = self._asked.get(values)
        if found is None:
            found = self.codes_of(values)
            self._asked.clear()
            self._asked[values] = found
        return found

    @cached_property
    def _asked(self) -> dict[frozenset[str], Ints]:
        return {}

    def _newest_first(self, some: Chosen) -> Iterator[Ints]:
        """The codes of the chosen events, some thousands of events at a time."""
        if some.count < _AT_ONCE:
            yield self.chosen(some)[1]
            return
        for start in range(0, len(some), _AT_ONCE):
            part = some.mask[start : start + _AT_ONCE]
            if self.at is None:
                codes = self.codes[start : start + _AT_ONCE][part]
                yield codes[codes != NONE]
            else:
                first, last = np.searchsorted(self.at, [start, start + len(part)])
                yield self.codes[first:last][part[self.at[first:last] - start]]

    def _first_of(self, some: Ints, parts: Iterable[Ints], how_many: int) -> Ints:
        """Of some codes as many as are asked for, those that come first."""
        wanted = np.zeros(len(self.names), bool)
        wanted[some] = True
        met: dict[int, None] = {}
        for part in parts:
            met.update(dict.fromkeys(part[wanted[part]].tolist()))
            if len(met) >= how_many:
                break
        return np.array(list(met)[:how_many], np.int64)

    def having(self, values: Collection[str], size: int) -> Mask:
        """The events that have one of the values."""
        wanted = self.codes_of(values)
        if len(wanted) == 1:
            having = self.codes == wanted[0]
        else:
            every = np.zeros(len(self.names) + 1, bool)  # the last is NONE's
            every[wanted] = True
            having = every.take(self.codes)
        if self.at is None:
            return having
        mask = np.zeros(size, bool)
        mask[self.at.compress(having)] = True
        return mask

    def newest(self, chosen: Mask | Chosen, without: Collection[str] = ()) -> tuple[Ints, Ints]:
        """The codes that the chosen events have, that of the newest event first; and how many events have each code."""
        places, codes = self.chosen(chosen)
        found = np.bincount(codes, minlength=len(self.names))
        found[self.codes_of(without)] = 0
        first = np.full(len(self.names), len(chosen), np.int32)
        first[codes[::-1]] = places[::-1]  # of each code the last that is set is its first place
        there = np.flatnonzero(found)
        return there[np.argsort(first[there], kind="stable")], found

    def distinct(self, chosen: Mask | Chosen) -> int:
        """How many values the chosen events have among them."""
        some = Chosen.of(chosen)
        few = self._codes_of_few(some)
        if few is not None:
            return len(np.unique(few))
        return int(np.count_nonzero(self.counted(some)))


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """All numbers from each start up to its end."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + np.repeat(starts - before, lengths)


@dataclass(frozen=True)
class CaseRow:
    """A case as the list of cases needs it: its row id, and where it stands ("open", "ended", "")."""

    pk: int
    standing: str


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases in the order of a list: row ids, and the places in STANDINGS of how they stand."""

    pks: Ints
    stands: Ints

    def __len__(self) -> int:
        return len(self.pks)

    def __iter__(self) -> Iterator[CaseRow]:
        return (
            CaseRow(pk, STANDINGS[stands])
            for pk, stands in zip(self.pks.tolist(), self.stands.tolist(), strict=True)
        )

    def __getitem__(self, part: slice) -> list[CaseRow]:
        return list(Cases(self.pks[part], self.stands[part]))

    def standing(self, standing: str) -> Cases:
        """Those that stand so."""
        chosen = self.stands == STANDINGS.index(standing)
        return Cases(self.pks[chosen], self.stands[chosen])

    def among(self, others: Cases) -> Cases:
        """Those that are among others too."""
        chosen = np.isin(self.pks, others.pks)
        return Cases(self.pks[chosen], self.stands[chosen])

    def how_many_stand(self) -> dict[str, int]:
        """How many stand in each way."""
        found = np.bincount(self.stands, minlength=len(STANDINGS))
        return {standing: int(number) for standing, number in zip(STANDINGS, found, strict=True)}


@dataclass(frozen=True, eq=False)
class Columns:
    """All published events."""

    pks: Ints
    first: Ints  # days as ordinals, 0 where there is none
    last: Ints
    order: Ints  # what the order of the list is by, before the row id
    people_hit: Ints
    columns: Mapping[str, Column]
    case_rank: Ints  # code of a case → a number that grows with its slug

    def __len__(self) -> int:
        return len(self.pks)

    @cached_property
    def all(self) -> Mask:
        """Every event."""
        every = np.ones(len(self), bool)
        every.flags.writeable = False
        return every

    @cached_property
    def _by_pk(self) -> Ints:
        return np.argsort(self.pks).astype(np.int32)

    def places_of(self, pks: Ints) -> Ints:
        """Where the events with these row ids stand; of those that are not among them nothing is said."""
        if not len(self) or not len(pks):
            return np.zeros(0, np.int32)
        at = np.searchsorted(self.pks, pks, sorter=self._by_pk)
        found = self._by_pk[np.minimum(at, len(self) - 1)]
        return found[self.pks[found] == pks]

    def of_pks(self, pks: Iterable[int]) -> Mask:
        """The events with these row ids."""
        mask = np.zeros(len(self), bool)
        mask[self.places_of(np.fromiter(pks, np.int64))] = True
        return mask

    def of_rows(self, pks: Ints) -> Mask:
        """The same of row ids that are many, and some of them of other events."""
        rows = np.zeros(int(self.pks.max(initial=0)) + 2, bool)  # the last is nobody's
        rows[np.minimum(pks, len(rows) - 1)] = True
        rows[-1] = False
        return rows[self.pks]

    def having(self, name: str, values: Collection[str]) -> Mask:
        """The events with one of these values of a filter."""
        if name == "from":
            return (self.first >= date.fromisoformat(min(values)).toordinal()) & (self.first > NO_DAY)
        if name == "to":
            return (self.last <= date.fromisoformat(max(values)).toordinal()) & (self.last > NO_DAY)
        return self.columns[name].having(values, len(self))

    def rows(self, chosen: Mask | Chosen, start: int, stop: int, *, oldest_first: bool = False) -> list[int]:
        """Row ids of one page of the chosen events, the newest first; or the oldest, what has no date still last."""
        places = Chosen.of(chosen).places
        if oldest_first:
            dated = places[self.first[places] > NO_DAY]
            places = np.concatenate([dated[::-1], places[self.first[places] == NO_DAY]])
        return self.pks[places[start:stop]].tolist()

    # --- numbers

    def at_least(self, mask: Mask | Chosen) -> int:
        """People hit by the new violations among the chosen events, counted each time, as far as sources say."""
        places, codes = self.columns["counts"].chosen(mask)
        new = self.columns["counts"].codes_of(["new"])
        return int(self.people_hit[places[np.isin(codes, new)]].sum())

    # --- cases

    def cases(self, mask: Mask) -> Cases:
        """The cases of the chosen events as those events tell them, the latest movement first."""
        column = self.columns["case"]
        places, codes = column.chosen(mask)
        how_many = len(column.names)
        kind = {one: self.having("kind", [one])[places] for one in ("violation", "relief")}
        latest = _latest(codes, self.first[places], how_many)
        begun = _latest(
            codes[kind["violation"]], np.maximum(self.first[places[kind["violation"]]], 1), how_many
        )
        ended = _latest(codes[kind["relief"]], np.maximum(self.last[places[kind["relief"]]], 1), how_many)
        there = np.flatnonzero(np.bincount(codes, minlength=how_many))
        ordered = there[np.lexsort((self.case_rank[there], -latest[there]))]
        # As barometer.web.public.stories has it: a relief counts unless a violation begins after it has ended.
        stands = np.where(begun > ended, 1, np.where(ended > 0, 2, 0)).astype(np.int8)
        return Cases(column.names[ordered].astype(np.int64), stands[ordered])

    # --- on the disk

    def parts(self) -> tuple[dict[str, NDArray[Any]], dict[str, bool]]:
        """The arrays by name; and the names of the columns, with whether they have pairs."""
        arrays: dict[str, NDArray[Any]] = {name: getattr(self, name) for name in (*_LISTS, "case_rank")}
        for name, column in self.columns.items():
            arrays |= {f"{name}.names": column.names, f"{name}.codes": column.codes}
            if column.at is not None:
                arrays[f"{name}.at"] = column.at
        return arrays, {name: column.at is not None for name, column in self.columns.items()}

    @classmethod
    def of(cls, names: Mapping[str, bool], arrays: Mapping[str, NDArray[Any]]) -> Columns:
        """The columns of what `parts` gave."""
        found = {
            name: Column(
                arrays[f"{name}.names"], arrays[f"{name}.codes"], arrays[f"{name}.at"] if pairs else None
            )
            for name, pairs in names.items()
        }
        lists = {name: arrays[name] for name in (*_LISTS, "case_rank")}
        return cls(**lists, columns=found)

    # --- after a change

    def without(self, pks: Ints) -> Columns:
        """The same without the events of these row ids."""
        kept = np.ones(len(self), bool)
        kept[self.places_of(pks)] = False
        moved = np.cumsum(kept, dtype=np.int32) - 1

        def left(column: Column) -> Column:
            if column.at is None:
                return replace(column, codes=column.codes[kept])
            pairs = kept[column.at]
            return replace(column, codes=column.codes[pairs], at=moved[column.at[pairs]])

        return self._made(
            lambda values: values[kept], {name: left(one) for name, one in self.columns.items()}
        )

    def joined(self, other: Columns) -> Columns:
        """The same with other events among them."""
        before = self._places_for(other)
        old = np.arange(len(self), dtype=np.int32) + np.searchsorted(
            before, np.arange(len(self)), "right"
        ).astype(np.int32)
        new = (before + np.arange(len(other))).astype(np.int32)
        columns = {
            name: _joined(column, other.columns[name], before, old, new)
            for name, column in self.columns.items()
        }
        return Columns(
            **{name: np.insert(getattr(self, name), before, getattr(other, name)) for name in _LISTS},
            columns=columns,
            case_rank=self.case_rank,
        )

    def _made(self, of: Callable[[Ints], Ints], columns: Mapping[str, Column]) -> Columns:
        lists = {name: of(getattr(self, name)) for name in _LISTS}
        return Columns(**lists, columns=columns, case_rank=self.case_rank)

    def _places_for(self, other: Columns) -> Ints:
        """Before which of these events each of the others comes."""
        starts = np.searchsorted(self.order, other.order, "left")
        ends = np.searchsorted(self.order, other.order, "right")
        return np.array(
            [
                start + np.searchsorted(self.pks[start:end], pk)
                for start, end, pk in zip(starts, ends, other.pks, strict=True)
            ],
            np.int64,
        )


def _latest(codes: Ints, days: Ints, how_many: int) -> Ints:
    """Code → the latest of its days; 0 where it has none."""
    found = np.zeros(how_many, np.int32)
    np.maximum.at(found, codes, days)
    return found


def _joined(column: Column, other: Column, before: Ints, old: Ints, new: Ints) -> Column:
    """Two columns in one; `old` and `new` are where the events of each stand in it."""
    known = {name: code for name in other.names if len(code := column.codes_of([name.decode()]))}
    fresh = [name for name in other.names if name not in known]
    names = np.concatenate([column.names, np.array(fresh, np.bytes_)]) if fresh else column.names
    code_of = {name: int(code[0]) for name, code in known.items()}
    code_of |= {name: len(column.names) + number for number, name in enumerate(fresh)}
    codes = np.array([*(code_of[name] for name in other.names), NONE], np.int32)[other.codes]
    if column.at is None or other.at is None:
        return Column(names, smallest(np.insert(column.codes.astype(np.int32), before, codes), len(names)))
    at = old[column.at]
    added = new[other.at]
    where = np.searchsorted(at, added, "right")
    return Column(
        names,
        smallest(np.insert(column.codes.astype(np.int32), where, codes), len(names)),
        np.insert(at, where, added),
    )


def smallest(codes: Ints, values: int) -> Ints:
    """The codes of so many values in as few bytes as they need."""
    kind = next(kind for kind in (np.int8, np.int16, np.int32) if values <= np.iinfo(kind).max)
    return codes.astype(kind, copy=False)


def order_of(first: Ints, last: Ints, section: Ints) -> Ints:
    """The order of a list as one number an event: the newest first day, what has none last; the earlier last day."""
    day = np.where(first == NO_DAY, (1 << 23) - 1, (1 << 22) - first.astype(np.int64))
    return (day << 35) | (last.astype(np.int64) << 10) | (section.astype(np.int64) + 1)


def newest_first(events: QuerySet[Event]) -> QuerySet[Event]:
    """By the earliest day an event can have happened on, the newest first; without a date last."""
    return events.order_by(F("first_day").desc(nulls_last=True), "last_day", "item__section", "pk")


def month_of(printed: str | None, *, background: bool, first: str | None, last: str | None) -> str:
    """The month under which an event is counted: printed, else its own where it lies whole in one, else none.

    Days are texts, such as 2026-03-14.
    """
    if printed and not background:
        return printed
    return first[:7] if first and last and first[:7] == last[:7] else words.NO_MONTH
