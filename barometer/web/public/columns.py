"""The columns of the site (barometer.web.public.counting) from the rows: all of them, and those that a change touched.

A change writes its revision in the same transaction, so that the revisions since the last reading tell which events
to read again: an event's own, those of an item, a case, an issue or a party, and those whose people are one, or are not
any more, since a judgement. A ledger of a million events is brought up to date in a fraction of a second, and its columns lie
on the disk, so that a process does not begin with reading all of it (barometer.web.records.shelf).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain, islice, pairwise
from typing import Any

import numpy as np
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from numpy.typing import NDArray

from barometer.codebook import codebook
from barometer.indicators import public_bodies
from barometer.names.clusters import SAME, Clusters, Judged
from barometer.names.clusters import clusters as clusters_of
from barometer.web.public import memory, words
from barometer.web.public.counting import (
    NO_DAY,
    NONE,
    Column,
    Columns,
    Ints,
    Mask,
    Names,
    month_of,
    order_of,
    smallest,
)
from barometer.web.records import changes, shelf
from barometer.web.records.changes import IN_A_QUERY, Change, Seen
from barometer.web.records.models import Case, Event, EventProvision, EventType, Mention, Party
from barometer.web.records.naming import MENTION, apart, log, mention_key
from barometer.web.records.withholding import party_clusters

#: So many events, or a tenth of all, are read again; where a change touched more, everything is read.
MOST_TOUCHED = 20_000
_AT_ONCE = 20_000
#: Columns that have so many revisions more than those on the disk are laid there.
_FURTHER = 5_000
_MADE_BY = (
    "barometer.web.public.columns",
    "barometer.web.public.counting",
    "barometer.web.public.words",
    "barometer.indicators.quarter",
)


@dataclass(frozen=True, eq=False)
class Reading:
    """The columns, and what they were read by: the revisions that they have, who was one with whom, who was apart."""

    columns: Columns
    seen: Seen
    clusters: Clusters
    apart: frozenset[str]  # keys of mentions
    laid: int = 0  # the revision up to which columns lie on the disk; 0 where these do not come from there


def columns() -> Columns:
    """The columns of the ledger as it is; of a large one, as it was a little while ago."""
    return memory.remembered(
        "columns", begun, rest=lambda found: len(found.columns) > memory.LARGE, again=_kept_up_to_date
    ).columns


def is_large() -> bool:
    """Whether numbers of it may be a little old, since it takes long to look through it."""
    return len(columns()) > memory.LARGE


def begun() -> Reading:
    """The columns that lie on the disk, brought up to date; or read, where none lie there that can be used."""
    laid = _taken()
    found = read_and_laid() if laid is None else _kept_up_to_date(laid)
    if len(found.columns) > memory.LARGE:
        memory.settle()
    return found


def read_and_laid() -> Reading:
    """All published events read; columns of many are laid on the disk."""
    return _laid(read())


def _kept_up_to_date(old: Reading) -> Reading:
    found = brought_up_to_date(old)
    return found if found.laid and found.seen.settled <= found.laid + _FURTHER else _laid(found)


def read() -> Reading:
    """Read all published events: a few queries, each row once."""
    seen = Seen.now()
    clusters, others = party_clusters(), _apart()
    found = _columns(Event.objects.public(), _every, clusters, others)
    return Reading(_ranked(found), seen, clusters, others)


def _every(rows: QuerySet[Any]) -> Iterator[Any]:
    return rows.iterator(chunk_size=2_000)


def brought_up_to_date(old: Reading) -> Reading:
    """What the ledger is now, by reading again what was touched since."""
    if len(old.columns) <= memory.LARGE:
        return read()
    seen, new = old.seen.since()
    if not old.seen.still_there():
        return read()
    clusters, others = old.clusters, old.apart
    if changes.of_model(new, "namejudgement"):
        clusters, others = party_clusters(), _apart()
    touched = _touched(new) | _touched_by_names(old, clusters, others)
    if len(touched) > max(MOST_TOUCHED, len(old.columns) // 10):
        return read()
    found = _again(old.columns, touched, clusters, others)
    if len(found.case_rank) != len(found.columns["case"].names) or changes.of_model(new, "case"):
        found = _ranked(found)
    return Reading(found, seen, clusters, others, old.laid)


def _again(old: Columns, touched: Collection[int], clusters: Clusters, others: frozenset[str]) -> Columns:
    """The columns with these events read again."""
    if not touched:
        return old
    pks = sorted(touched)
    parts = [pks[start : start + IN_A_QUERY] for start in range(0, len(pks), IN_A_QUERY)]

    def each(rows: QuerySet[Any]) -> Iterator[Any]:
        name = "pk__in" if rows.model is Event else "event__in"
        for part in parts:
            yield from rows.filter(**{name: part})

    new = _columns(Event.objects.public(), each, clusters, others)
    return old.without(np.array(pks, np.int64)).joined(new)


# --- on the disk ------------------------------------------------------------------------------------------


def _laid(found: Reading) -> Reading:
    if len(found.columns) <= memory.LARGE or not found.seen.settled:  # nothing tells yet which ledger it is
        return found
    numbers, names = found.columns.parts()
    plain = {
        "seen": found.seen.plain(),
        "joined": [sorted(cluster) for cluster in found.clusters.joined],
        "apart": _digest(found.apart),
        "columns": names,
    }
    shelf.lay("columns", _MADE_BY, plain, numbers)
    laid = shelf.take("columns", _MADE_BY)
    if laid and laid.plain["seen"] == plain["seen"]:  # from now on in memory that all processes share
        found = replace(found, columns=Columns.of(laid.plain["columns"], laid.arrays))
    return replace(found, laid=found.seen.settled)


def _taken() -> Reading | None:
    """The columns that lie on the disk, with what they were read by."""
    laid = shelf.take("columns", _MADE_BY)
    if laid is None:
        return None
    others = _apart()
    if _digest(others) != laid.plain["apart"]:  # the keys have names in them and are not on the disk
        return None
    seen = Seen.of_plain(laid.plain["seen"])
    said = [Judged(one, other, SAME) for cluster in laid.plain["joined"] for one, other in pairwise(cluster)]
    found = Columns.of(laid.plain["columns"], laid.arrays)
    return Reading(found, seen, clusters_of(said), others, seen.settled)


def _digest(keys: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


# --- what a change touched --------------------------------------------------------------------------------


#: Model of a revision → how events are found by the public ids of its records.
_EVENTS_OF: Mapping[str, str] = {
    "event": "public_id__in",
    "item": "item__public_id__in",
    "case": "case__public_id__in",
    "issue": "item__issue__public_id__in",
    "party": "mentions__party__public_id__in",
}


def _touched(new: Collection[Change]) -> set[int]:
    """The events that revisions are about, by their rows."""
    return {
        pk
        for model, name in _EVENTS_OF.items()
        for pk in changes.events_by(name, changes.of_model(new, model))
    }


def _touched_by_names(old: Reading, clusters: Clusters, others: frozenset[str]) -> set[int]:
    """The events of those who are one with others, or set apart, only before a judgement or only after it."""
    members = {member for known in (old.clusters, clusters) for cluster in known.joined for member in cluster}
    moved = {one for one in members if old.clusters.leader(one) != clusters.leader(one)}
    set_apart = {key.partition(":")[0] for key in old.apart ^ others}
    return {
        *changes.events_by("mentions__party__public_id__in", moved),
        *changes.events_by("public_id__in", set_apart),
    }


# --- from the rows ----------------------------------------------------------------------------------------

_FIELDS = (
    "pk", "kind", "phase", "background", "is_alleged", "main_type", "region", "country", "case", "work_link",
    "people_hit", "item__section", "item__month", "item__issue__period", "first", "last",
)  # fmt: skip
#: Filters of which an event has one value at most.
_SINGLE = ("period", "section", "kind", "counts", "word", "month", "region", "case", "link")
Each = Callable[[QuerySet[Any]], Iterable[Any]]


class _Coded:
    """Values as numbers, in the order in which they were met."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {"": NONE}

    def of(self, value: str) -> int:
        return self.known.setdefault(value, len(self.known) - 1)

    @property
    def names(self) -> Names:
        return np.array([value.encode() for value in list(self.known)[1:]], np.bytes_)


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    each = iter(rows)
    while batch := list(islice(each, _AT_ONCE)):
        yield batch


def _columns(events: QuerySet[Event], each: Each, clusters: Clusters, others: frozenset[str]) -> Columns:
    """The columns of some of the events, without the ranks of their cases."""
    days = {"first": Cast("first_day", CharField()), "last": Cast("last_day", CharField())}
    rows = each(events.order_by().annotate(**days).values_list(*_FIELDS))
    coded = {name: _Coded() for name in _SINGLE if name != "case"}
    parts = [_batch(batch, coded) for batch in _batches(rows)] or [_batch([], coded)]
    numbers = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = order_of(numbers["first"], numbers["last"], numbers.pop("printed_section"))
    sort = np.lexsort((numbers["pk"], order))
    numbers = {name: values[sort] for name, values in numbers.items()}
    pks = numbers["pk"]
    by_pk = np.argsort(pks).astype(np.int32)
    place = _Places(pks[by_pk], by_pk)
    found = {name: _single(coded[name].names, numbers[name]) for name in coded}
    found["case"] = _cases(numbers["case"])
    found["type"] = _through(each(EventType.objects.order_by().values_list("event", "code")), place)
    found["provision"] = _through(each(EventProvision.objects.order_by().values_list("event", "code")), place)
    found |= _parties(each, place, clusters, others)
    return Columns(
        pks=pks,
        first=numbers["first"],
        last=numbers["last"],
        order=order[sort],
        people_hit=numbers["people_hit"],
        columns=found,
        case_rank=np.zeros(len(found["case"].names), np.int64),
    )


def _batch(rows: Sequence[Any], coded: Mapping[str, _Coded]) -> dict[str, Ints]:
    """Some rows as numbers."""
    lists: dict[str, list[int]] = {name: [] for name in (*coded, "first", "last", "pk", "case", "people_hit")}
    lists["printed_section"] = []
    of = {name: (lists[name].append, one.of) for name, one in coded.items()}
    for row in rows:
        (pk, kind, phase, background, alleged, main_type, region, country, case, link, hit, section, month, period,
         first, last) = row  # fmt: skip
        values = {
            "period": period or "",
            "section": _section(section, main_type),
            "kind": kind,
            "counts": _counts(kind, phase, background),
            "word": "alleged" if alleged else "stated",
            "month": month_of(month, background=background, first=first, last=last),
            "region": region or (words.NO_REGION if country in ("", words.COUNTRY) else words.ABROAD),
            "link": link,
        }
        for name, value in values.items():
            append, code_of = of[name]
            append(code_of(value))
        lists["pk"].append(pk)
        lists["first"].append(_ordinal(first))
        lists["last"].append(_ordinal(last))
        lists["case"].append(NONE if case is None else case)
        lists["people_hit"].append(hit or 0)
        lists["printed_section"].append(NONE if section is None else section)
    wide = {"pk": np.int64, "case": np.int64}
    return {name: np.array(values, wide.get(name, np.int32)) for name, values in lists.items()}


@cache
def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _ordinal(text: str | None) -> int:
    return _day(text) if text else NO_DAY


def _counts(kind: str, phase: str, background: bool) -> str:
    if background:
        return "background"
    if kind == "violation":
        return {"imposed": "new", "step": "step"}.get(phase, "")
    return kind


def _section(printed: int | None, main_type: str) -> str:
    types = codebook().types
    number = printed or (types[main_type].section if main_type in types else None)
    return str(number or "")


def _single(names: Names, codes: Ints) -> Column:
    return Column(names, smallest(codes, len(names)))


def _cases(pks: Ints) -> Column:
    known, codes = np.unique(pks, return_inverse=True)
    if len(known) and known[0] == NONE:
        known, codes = known[1:], codes - 1
    return Column(known.astype(np.bytes_), smallest(codes.astype(np.int32), len(known)))


@dataclass(frozen=True, eq=False)
class _Places:
    """Row ids of events, in order, with the place of each."""

    pks: Ints
    places: Ints

    def of(self, events: Ints) -> tuple[Ints, Ints]:
        """The places of those that are known, and which of the rows asked for these are."""
        if not len(self.pks):
            return np.zeros(0, np.int32), np.zeros(0, np.int64)
        at = np.minimum(np.searchsorted(self.pks, events), len(self.pks) - 1)
        known = np.flatnonzero(self.pks[at] == events)
        return self.places[at[known]], known


def _pairs(places: Ints, codes: Ints, names: Names) -> Column:
    """A column of pairs; one that comes twice counts once."""
    many = max(len(names), 1)
    pairs = np.unique(places.astype(np.int64) * many + codes)
    at, left = np.divmod(pairs, many)
    return Column(names, smallest(left, len(names)), at.astype(np.int32))


def _through(rows: Iterable[tuple[int, str]], place: _Places) -> Column:
    coded = _Coded()
    places, codes = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for batch in _batches(rows):
        at, known = place.of(np.array([event for event, _ in batch], np.int64))
        places.append(at)
        codes.append(np.array([coded.of(value) for _, value in batch], np.int32)[known])
    return _pairs(np.concatenate(places), np.concatenate(codes), coded.names)


# --- people, outlets and bodies ---------------------------------------------------------------------------


def _apart() -> frozenset[str]:
    """The keys of the mentions that a person said are of somebody else than the others of their name."""
    return frozenset(apart(log(MENTION)))


def apart_rows(keys: Collection[str] | None = None) -> set[int]:
    """Row ids of those mentions."""
    keys = _apart() if keys is None else keys
    if not keys:
        return set()
    rows = Mention.objects.filter(event__public_id__in=sorted({key.partition(":")[0] for key in keys}))
    return {row.pk for row in rows.select_related("event", "party") if mention_key(row) in keys}


_MENTIONS = ("pk", "event", "side", "type", "role", "party")


@dataclass(frozen=True, eq=False)
class _Mentions:
    """Mentions of published events: places, and codes of what they say; `party` are row ids."""

    at: Ints
    actor: Mask
    type: Ints
    role: Ints
    party: Ints
    apart: Mask
    types: Names
    roles: Names


def _mentions(rows: Iterable[Any], place: _Places, others: set[int]) -> _Mentions:
    types, roles = _Coded(), _Coded()
    parts: dict[str, list[Ints]] = {name: [] for name in ("at", "actor", "type", "role", "party", "apart")}
    for batch in chain([[]], _batches(rows)):
        at, known = place.of(np.array([row[1] for row in batch], np.int64))
        parts["at"].append(at.astype(np.int32))
        parts["actor"].append(np.array([row[2] == "actor" for row in batch], bool)[known])
        parts["type"].append(np.array([types.of(row[3]) for row in batch], np.int16)[known])
        parts["role"].append(np.array([roles.of(row[4]) for row in batch], np.int16)[known])
        parts["party"].append(np.array([row[5] for row in batch], np.int64)[known].astype(np.int32))
        parts["apart"].append(np.array([row[0] in others for row in batch], bool)[known])
    return _Mentions(
        **{name: np.concatenate(part) for name, part in parts.items()}, types=types.names, roles=roles.names
    )


def _parties(each: Each, place: _Places, clusters: Clusters, others: frozenset[str]) -> dict[str, Column]:
    """Who was hit and who did it, each under one id for all parties that judgements joined.

    By kind, by those whom it hit, and by what a body did.
    """
    rows = Mention.objects.order_by().values_list(*_MENTIONS)
    found = _mentions(each(rows), place, apart_rows(others))
    known, party = np.unique(found.party, return_inverse=True)
    leaders, kinds = _who(known, clusters)
    names, who = np.unique(leaders, return_inverse=True)
    who, kind = who[party], kinds[party]
    acts = np.array([name.decode() in public_bodies() for name in found.types] or [False], bool)[found.type]

    def of(chosen: Mask) -> Column:
        return _used(found.at[chosen], who[chosen], names)

    is_body = kind == "body"
    acting = is_body & found.actor & acts
    return {
        "actor": _used(found.at[found.actor], found.type[found.actor], found.types),
        "person": of((kind == "person") & ~found.apart),
        "outlet": of((kind == "outlet") & ~found.apart),
        "body": of(acting),
        "person_hit": of((kind == "person") & ~found.actor),
        "outlet_hit": of((kind == "outlet") & ~found.actor),
        "body_type": _two(found.at[acting], (who[acting], names), (found.type[acting], found.types)),
        "body_role": _two(found.at[acting], (who[acting], names), (found.role[acting], found.roles)),
    }


def _who(parties: Ints, clusters: Clusters) -> tuple[Names, NDArray[np.str_]]:
    """Of parties, by their row ids: the id under which each is chosen, and its kind."""
    leaders = np.zeros(len(parties), "S16")
    kinds = np.zeros(len(parties), "U6")
    rows = Party.objects.order_by().values_list("pk", "public_id", "kind")
    few = len(parties) <= _AT_ONCE
    for part in range(0, len(parties) if few else 1, IN_A_QUERY):
        some = rows.filter(pk__in=parties[part : part + IN_A_QUERY].tolist()) if few else rows
        for batch in _batches(some.iterator(chunk_size=2_000)):
            pks = np.array([row[0] for row in batch], np.int64)
            at = np.minimum(np.searchsorted(parties, pks), len(parties) - 1)
            there = parties[at] == pks
            leaders[at[there]] = np.array([clusters.leader(row[1]).encode() for row in batch], "S16")[there]
            kinds[at[there]] = np.array([row[2] for row in batch], "U6")[there]
    return leaders, kinds


def _used(at: Ints, codes: Ints, names: Names) -> Column:
    """A column of pairs that knows those names only that stand in it."""
    used, codes = np.unique(codes, return_inverse=True)
    return _pairs(at, codes, names[used])


def _two(at: Ints, first: tuple[Ints, Names], second: tuple[Ints, Names]) -> Column:
    """A column whose values are two values with a space between."""
    (codes, names), (others, other_names) = first, second
    many = len(other_names) + 1
    used, both = np.unique(codes.astype(np.int64) * many + others + 1, return_inverse=True)
    said = [b"", *other_names.tolist()]
    values = [bytes(names[one // many]) + b" " + said[one % many] for one in used.tolist()]
    return _pairs(at, both, np.array(values, np.bytes_))


# --- the order of cases by name ---------------------------------------------------------------------------


def _ranked(found: Columns) -> Columns:
    """The columns with the places of their cases among all cases by name."""
    ordered = np.fromiter(Case.objects.order_by("slug").values_list("pk", flat=True), np.int64)
    by_pk = np.argsort(ordered)
    pks = found.columns["case"].names.astype(np.int64)
    ranks = by_pk[np.searchsorted(ordered, pks, sorter=by_pk)] if len(pks) else pks
    return replace(found, case_rank=ranks.astype(np.int32))
