"""Records as flat rows, table by table: what `tables.toml` describes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from barometer.cases.rules import rules
from barometer.codebook import codebook
from barometer.codebook.book import LANGUAGES
from barometer.codebook.crosswalk import crosswalk
from barometer.indicators.quarter import rules_of_counting
from barometer.publication.release.frozen import Records, Value

Row = dict[str, Any]


def _spread(name: str, texts: Value) -> Row:
    return {f"{name}_{code}": texts.get(code) for code in LANGUAGES}


def _days(name: str, days: Value | None) -> Row:
    return {f"{name}_first": days and days["first"], f"{name}_last": days and days["last"]}


def _events(records: Records) -> Iterator[Row]:
    for one in records.events:
        entry = one["entry"]
        yield {
            **one,
            "main_type": one["types"][0]["code"] if one["types"] else None,
            "new_violation": one["kind"] == "violation"
            and one["phase"] == "imposed"
            and not (one["background"] or one["told_again"]),
            "case_id": one["case"] and one["case"]["id"],
            "entry_id": entry["id"],
            **_spread("summary", one["summary"]),
        }


def _each_entry(records: Records) -> Iterator[Value]:
    """Every entry once, in the order of their ids: as the last event that it tells has it."""
    last = {one["entry"]["id"]: number for number, one in enumerate(records.events)}
    for _, number in sorted(last.items()):
        yield records.events[number]["entry"]


def _entries(records: Records) -> Iterator[Row]:
    for entry in _each_entry(records):
        yield {**entry, "source_id": entry["source"], **_spread("text", entry["text"])}


def _of_entries(part: str) -> Callable[[Records], Iterator[Row]]:
    def rows(records: Records) -> Iterator[Row]:
        for entry in _each_entry(records):
            for position, row in enumerate(entry[part]):
                yield {"entry_id": entry["id"], "position": position, **row}

    return rows


def _of_events(part: str) -> Callable[[Records], Iterator[Row]]:
    def rows(records: Records) -> Iterator[Row]:
        for one in records.events:
            for position, row in enumerate(one[part]):
                yield {"event_id": one["id"], "position": position, **row}

    return rows


def _mentions(part: str) -> Callable[[Records], Iterator[Row]]:
    """Targets or actors; the party under the column of its kind, where it is in that table."""
    plain = _of_events(part)

    def rows(records: Records) -> Iterator[Row]:
        known = {
            kind: {one["id"] for one in getattr(records, table)}
            for kind, table in (("person", "people"), ("outlet", "outlets"), ("body", "bodies"))
        }
        for row in plain(records):
            ids = {
                f"{kind}_id": row["id"] if row["kind"] == kind and row["id"] in known[kind] else None
                for kind in known
            }
            yield {**row, **ids}

    return rows


def _parties(table: str) -> Callable[[Records], Iterator[Row]]:
    def rows(records: Records) -> Iterator[Row]:
        for one in getattr(records, table):
            yield {**one, **_spread("name", one["names"])}

    return rows


def _cases(records: Records) -> Iterator[Row]:
    for one in records.cases:
        yield {**one, "open": one["state"]["open"], "no_news_since": one["state"]["no_news_since"]}


def _of_cases(part: str, *days: str) -> Callable[[Records], Iterator[Row]]:
    def rows(records: Records) -> Iterator[Row]:
        for one in records.cases:
            for position, row in enumerate(one[part] if part in one else one["state"][part]):
                counted = row.get("days") or {}
                yield {
                    **row,
                    "case_id": one["id"],
                    "position": position,
                    "days_at_least": counted.get("at_least"),
                    "days_at_most": counted.get("at_most"),
                    "provisions": "; ".join(row.get("provisions", ())),
                    "opponents": "; ".join(row.get("opponents", ())),
                    **{key: value for name in days for key, value in _days(name, row[name]).items()},
                }

    return rows


def _stages(records: Records) -> Iterator[Row]:
    """Every stage of every proceeding, with what counting.toml makes of it."""
    laws, sorts = rules().proceedings, rules_of_counting()["outcomes"]
    for one in records.cases:
        for number, row in enumerate(one["state"]["proceedings"]):
            counted = sorts.get(row["proceeding"], {})
            for position, step in enumerate(row["history"]):
                yield {
                    "case_id": one["id"],
                    "proceeding_position": number,
                    "position": position,
                    "proceeding": row["proceeding"],
                    "stage": step["stage"],
                    "closes": laws[row["proceeding"]].stages[step["stage"]].closes,
                    "outcome": next((sort for sort in counted if step["stage"] in counted[sort]), None),
                    **_days("since", step["since"]),
                }


def _provisions(records: Records) -> Iterator[Row]:
    yield from (dict(one) for one in records.provisions)


def _sources(records: Records) -> Iterator[Row]:
    for one in records.sources:
        yield {**one, **_spread("title", one["title"])}


def _issues(records: Records) -> Iterator[Row]:
    for one in records.issues:
        yield {**one, "source_id": one["source"]}


def _corrections(records: Records) -> Iterator[Row]:
    for position, one in enumerate(records.corrections):
        yield {**one, "event_id": one["event"], "position": position, **_spread("words", one["words"])}


def _types(_: Records) -> Iterator[Row]:
    for code, term in codebook().types.items():
        yield {
            "code": code,
            "group": term.group,
            "section": term.section,
            "severity": term.severity,
            **_spread("label", term.label),
            "definition": term.definition,
        }


#: The closed lists of the codebook beside the types.
_LISTS = ("kinds", "groups", "phases", "work_links", "target_types", "actor_types", "actor_roles")


def _terms(_: Records) -> Iterator[Row]:
    for name in _LISTS:
        for code, term in getattr(codebook(), name).items():
            yield {
                "list": name,
                "code": code,
                **_spread("label", term.label),
                "definition": term.definition,
            }


def _schemes(_: Records) -> Iterator[Row]:
    for one in crosswalk().schemes:
        yield {
            "id": one.id,
            "title": one.title,
            "version": one.version,
            "since": one.since,
            "unit": one.unit,
            "source": one.source,
        }


def _crosswalk(_: Records) -> Iterator[Row]:
    for position, one in enumerate(crosswalk().mapped):
        yield {
            "position": position,
            "type": one.code,
            "scheme_id": one.scheme,
            "term": one.term,
            "fit": one.fit,
            "when": one.when,
        }


_ROWS: dict[str, Callable[[Records], Iterable[Row]]] = {
    "types": _types,
    "terms": _terms,
    "schemes": _schemes,
    "crosswalk": _crosswalk,
    "sources": _sources,
    "issues": _issues,
    "people": _parties("people"),
    "outlets": _parties("outlets"),
    "bodies": _parties("bodies"),
    "provisions": _provisions,
    "cases": _cases,
    "entries": _entries,
    "links": _of_entries("links"),
    "events": _events,
    "event_types": _of_events("types"),
    "event_provisions": _of_events("provisions"),
    "targets": _mentions("targets"),
    "actors": _mentions("actors"),
    "announced": _of_events("upcoming"),
    "measures": _of_cases("measures", "start", "until", "end"),
    "proceedings": _of_cases("proceedings", "since"),
    "stages": _stages,
    "dates": _of_cases("ahead", "date"),
    "corrections": _corrections,
}


def rows(name: str, records: Records) -> Iterable[Row]:
    """The rows of a table; they may hold more than its columns."""
    return _ROWS[name](records)
