"""What the codebook asks for and a value can do without: the warnings of `barometer codebook check`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

from barometer.codebook.book import Field, codebook
from barometer.codebook.paths import NOTHING, Steps, dotted, parts, shown, step_into
from barometer.codebook.values import CIVIL_SUIT, CodedBulletin, CodedLetter, Entry, Event, Target

LETTER = "open_letter"
SECRECY = ("information.classified", "information.refusal")  # in this order (rule 11)


def fields(document: object) -> Iterator[tuple[str, str]]:
    """Fields that are expected and absent, and fields that nobody knows: one finding a field, with its count."""
    known: dict[str, dict[str, Field]] = defaultdict(dict)
    for field in codebook().fields:
        known[field.of][field.name] = field
    absent: dict[tuple[str, str], list[Steps]] = defaultdict(list)
    strange: dict[tuple[str, str], list[Steps]] = defaultdict(list)
    for of, path, thing in _things(document):
        for name, field in known[of].items():
            if name not in thing and not field.required and (not field.optional or _is_new(field)):
                absent[of, name].append(path)
        for name in thing:
            if isinstance(name, str) and name not in known[of]:
                strange[of, name].append((*path, name))
    for (of, name), paths in absent.items():
        new = f", new in codebook {known[of][name].since}," if _is_new(known[of][name]) else ""
        yield dotted((*paths[0], name)), f"{name}{new} is absent{_in_how_many(of, paths)}"
    for (of, name), paths in strange.items():
        message = (
            f"{shown(name)} is no field of the codebook: kept, and read by nobody{_in_how_many(of, paths)}"
        )
        yield dotted(paths[0]), message


def _is_new(field: Field) -> bool:
    return not field.own and field.since == codebook().version


def _in_how_many(of: str, paths: Sequence[Steps]) -> str:
    return f" in {len(paths)} {NOUNS[of]}" if len(paths) > 1 else ""


NOUNS = {
    "entry": "entries",
    "event": "events",
    "place": "places",
    "target": "targets",
    "actor": "actors",
    "upcoming": "dates ahead",
    "amount": "amounts",
    "ground": "grounds",
    "addressee": "addressees",
    "letter_case": "cases",
}
INSIDE = {
    "file": {"entries": "entry"},
    "entry": {"events": "event"},
    "letter": {"cases": "letter_case", "addressees": "addressee"},
    "letter_case": {"events": "event"},
    "event": {
        "place": "place",
        "targets": "target",
        "actors": "actor",
        "upcoming": "upcoming",
        "amounts": "amount",
        "grounds": "ground",
    },
}


def _things(document: object) -> Iterator[tuple[str, Steps, dict[str, Any]]]:
    """Every object of the file that the codebook describes, with what it is and its path, whatever its shape."""
    letter = isinstance(document, dict) and document.get("kind") == LETTER
    rest: list[tuple[str, Steps, object]] = [("letter" if letter else "file", (), document)]
    while rest:
        of, path, thing = rest.pop()
        if not isinstance(thing, dict):
            continue
        yield of, path, thing
        inside = [
            (inner, (*path, name, *step), value)
            for name, inner in INSIDE.get(of, {}).items()
            for step, value in _members(inner, thing.get(name))
        ]
        rest.extend(reversed(inside))


def _members(of: str, value: object) -> Iterable[tuple[Steps, object]]:
    if of == "place":
        return [((), value)]
    if of == "ground":
        return [((key,), inner) for key, inner in value.items()] if isinstance(value, dict) else []
    return (
        [((number,), inner) for number, inner in enumerate(value)] if isinstance(value, list | tuple) else []
    )


def raw_events(document: object) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """Every event of the file as it is written, with its path."""
    return ((path, thing) for of, path, thing in _things(document) if of == "event")


def advice(value: CodedBulletin | CodedLetter) -> Iterator[tuple[str, str]]:
    """What the codebook asks for and a value does not enforce."""
    if isinstance(value, CodedBulletin):
        yield from _version(value.codebook)
        yield from _overlaps(value.entries)
        events = [
            (f"entries.{n}.events.{m}", event)
            for n, entry in enumerate(value.entries)
            for m, event in enumerate(entry.events)
        ]
        yield from _undated(events)
    else:
        events = [
            (f"cases.{n}.events.{m}", event)
            for n, case in enumerate(value.cases)
            for m, event in enumerate(case.events)
        ]
    for path, event in events:
        for said in (_order_of_types, _people, _nobody, _lost_grounds):
            yield from ((f"{path}.{place}", message) for place, message in said(event))
    yield from _empty_new_fields(events)
    yield from _two_types_of_a_name(events)


def _version(version: str) -> Iterator[tuple[str, str]]:
    ours = codebook().version
    if version not in ("1.0", "1.1", ours):
        yield "codebook", f"codebook {shown(version)} is not known here: read as {ours}"


def _overlaps(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    by_line = sorted(enumerate(entries), key=lambda row: row[1].lines)
    last: Entry | None = None
    for number, entry in by_line:
        if last and entry.lines[0] <= last.lines[1]:
            yield (
                f"entries.{number}.lines",
                f"lines {list(entry.lines)} overlap those of entry {shown(last.id)}",
            )
        if not last or entry.lines[1] > last.lines[1]:
            last = entry


def _undated(events: Iterable[tuple[str, Event]]) -> Iterator[tuple[str, str]]:
    for path, event in events:
        if event.date is None and event.date_text:
            yield f"{path}.date", "the wording of a date is kept and the date is null"
        elif event.date is None and not event.background:
            yield f"{path}.date", "only background may be without a date: else the month or the year (rule 7)"


def _order_of_types(event: Event) -> Iterator[tuple[str, str]]:
    first, second = event.types[0], (*event.types, "")[1]
    if event.kind == "relief" and (not second or second.partition(".")[0] in ("outcome", "context")):
        yield "types", "relief names the restriction that it lifts as its second type (rule 10)"
    if event.kind == "context" and first.partition(".")[0] != "context" and first != CIVIL_SUIT:
        yield "types.0", f"context begins with a context type or {CIVIL_SUIT}, not with {first} (rule 17)"
    if event.kind == "context" and first == CIVIL_SUIT and not event.actors:
        yield "actors", "a suit that the media bring has its plaintiff as actor (rule 17)"
    secrecy = [code for code in event.types if code in SECRECY]
    if secrecy == list(reversed(SECRECY)):
        yield "types", "secrecy comes first, the refusal second (rule 11)"


def _people(event: Event) -> Iterator[tuple[str, str]]:
    types = codebook().target_types
    named = len({target.name for target in event.targets if types[target.type].person})
    if event.people_hit is not None and event.people_hit < named:
        yield "people_hit", f"people_hit is {event.people_hit} and {named} people are named"


def _nobody(event: Event) -> Iterator[tuple[str, str]]:
    for number, target in enumerate(event.targets):
        if target.name.casefold() in codebook().no_target:
            yield (
                f"targets.{number}.name",
                f"{shown(target.name)} is nobody in particular: no target (rule 8)",
            )


def _lost_grounds(event: Event) -> Iterator[tuple[str, str]]:
    fields = event.model_dump() if event.grounds else {}
    for path in event.grounds or {}:
        if not path or reduce(step_into, parts(path), fields) is NOTHING:
            yield f"grounds.{path}", "a ground for a field that the event does not have"


def _empty_new_fields(events: Iterable[tuple[str, Event]]) -> Iterator[tuple[str, str]]:
    """A phase that is there and null, where the kind has one (rule 18): such events are not counted."""
    kinds = {phase.kind for phase in codebook().phases.values()}
    empty = [
        path
        for path, event in events
        if event.kind in kinds and event.phase is None and "phase" in event.model_fields_set
    ]
    if empty:
        many = f" in {len(empty)} events" if len(empty) > 1 else ""
        yield f"{empty[0]}.phase", f"phase is null{many}: neither new nor a step nor ended (rule 18)"


def _two_types_of_a_name(events: Iterable[tuple[str, Event]]) -> Iterator[tuple[str, str]]:
    first: dict[str, Target] = {}
    told: set[str] = set()
    for path, event in events:
        for number, target in enumerate(event.targets):
            before = first.setdefault(target.name, target)
            if before.type != target.type and target.name not in told:
                told.add(target.name)
                both = f"{before.type} and {target.type}"
                yield f"{path}.targets.{number}.type", f"{shown(target.name)} is {both} in this file"
