"""Records as entities of FollowTheMoney: who was hit and by whom, as tools of investigation read it.

People are Person, outlets Organization, bodies PublicBody, Company or Organization; an event is an Event that involves
them; a proceeding is a CourtCase, and whom it concerns its CourtCaseParty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from barometer.codebook.dates import EventDate
from barometer.publication.release.frozen import Frozen, Value

_PUBLIC_BODIES = frozenset((
    "police", "prosecutor", "court", "security_service", "penal_service", "ministry", "local_executive", "legislature",
    "president", "election_commission", "state_body", "local_council", "bailiff",
))  # fmt: skip
_COMPANIES = frozenset(("company", "state_company", "platform"))
_PARTIES = ("people", "outlets", "bodies")


def entities(frozen: Frozen) -> Iterator[Value]:
    """Each entity once: parties, events, proceedings with their parties."""
    records = frozen.records
    known = {one["id"] for name in _PARTIES for one in getattr(records, name)}
    named = _by_name(records.events, known)
    for name in _PARTIES:
        for one in getattr(records, name):
            yield _entity(
                one["id"], _schema(one), name=[one["name"]], alias=_others(one), sourceUrl=_page(frozen, one)
            )
    for one in records.events:
        yield _event(frozen, one, known)
    for one in records.cases:
        yield from _proceedings(frozen, one, named)


def _entity(public_id: str, schema: str, **properties: Iterable[str | None]) -> Value:
    kept = {name: list(dict.fromkeys(filter(None, values))) for name, values in properties.items()}
    return {
        "id": f"press-barometer-{public_id}",
        "schema": schema,
        "properties": {name: values for name, values in sorted(kept.items()) if values},
    }


def _ref(public_id: str) -> str:
    return f"press-barometer-{public_id}"


def _page(frozen: Frozen, one: Value) -> list[str]:
    """The page on the site, where the site has a name."""
    return [frozen.site + one["page"]] if frozen.site and one.get("page") else []


def _schema(one: Value) -> str:
    if one["kind"] != "body":
        return {"person": "Person", "outlet": "Organization"}[one["kind"]]
    codes = {row["type"] for row in one["as_actor"]}
    if codes & _PUBLIC_BODIES:
        return "PublicBody"
    return "Company" if codes & _COMPANIES else "Organization"


def _others(one: Value) -> list[str]:
    return [name for name in one["names"].values() if name != one["name"]]


def _by_name(events: Iterable[Value], known: set[str]) -> dict[str, str]:
    """The name of each party in the events → its id; a proceeding tells whom it concerns by name."""
    mentions = (row for one in events for side in ("targets", "actors") for row in one[side])
    return {row["name"]: row["id"] for row in mentions if row["named"] and row["id"] in known}


def _event(frozen: Frozen, one: Value, known: set[str]) -> Value:
    parties = {
        row["id"]: row.get("role")
        for side in ("targets", "actors")
        for row in one[side]
        if row["id"] in known
    }
    return _entity(
        one["id"],
        "Event",
        name=[one["heading"]],
        summary=one["summary"].values(),
        involved=map(_ref, parties),
        organizer=[_ref(party) for party, role in parties.items() if role == "decider"],
        country=[(one["country"] or "").lower()],
        location=[one["place"]],
        keywords=[row["code"] for row in one["types"]] + [row["code"] for row in one["provisions"]],
        recordId=[one["id"]],
        sourceUrl=_page(frozen, one),
        notes=["alleged by one side"] if one["alleged"] else [],
        **_dates(one["date"]),
    )


def _dates(text: str | None) -> dict[str, list[str]]:
    """A day, month or year as one date; a span as its ends."""
    if not text:
        return {}
    if "/" not in text:
        return {"date": [text]}
    when = EventDate.parse(text)
    return {"startDate": [when.first.isoformat()], "endDate": [when.last.isoformat()]}


def _proceedings(frozen: Frozen, one: Value, named: dict[str, str]) -> Iterator[Value]:
    for number, row in enumerate(one["state"]["proceedings"]):
        public_id = f"{one['id']}-{number}"
        yield _entity(
            public_id,
            "CourtCase",
            name=[one["title"]],
            type=[row["proceeding"]],
            status=[row["stage"]],
            category=row["provisions"],
            sourceUrl=_page(frozen, one),
        )
        if row["subject"] in named:
            yield _party(public_id, named[row["subject"]], "subject")
        for name in row["opponents"]:
            if name in named:
                yield _party(public_id, named[name], "opponent")


def _party(case: str, party: str, role: str) -> Value:
    return _entity(
        f"{case}-{role}-{party}", "CourtCaseParty", case=[_ref(case)], party=[_ref(party)], role=[role]
    )


def linked(frozen: Frozen, files: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """The graph of the release for search engines: schema.org's Dataset with its files, then its events."""
    records = frozen.records
    days = sorted({day for one in records.events for day in (one["first_day"], one["last_day"]) if day})
    dataset = {
        "@type": "Dataset",
        "@id": f"urn:press-barometer:{frozen.name}",
        "name": frozen.title,
        "description": "Violations of press freedom in Kazakhstan, event by event, with their cases.",
        "version": str(frozen.version),
        "datePublished": frozen.day.isoformat(),
        "license": frozen.licence_address,
        "creator": {"@type": "Organization", "name": frozen.publisher},
        "inLanguage": ["en", "ru", "kk"],
        "spatialCoverage": "Kazakhstan",
        "temporalCoverage": f"{days[0]}/{days[-1]}" if days else None,
        "distribution": [
            {"@type": "DataDownload", "contentUrl": path, "encodingFormat": kind} for path, kind in files
        ],
    }
    for row in chain([dataset], (_linked_event(frozen, one) for one in records.events)):
        yield {key: value for key, value in row.items() if value}


def _linked_event(frozen: Frozen, one: Value) -> dict[str, Any]:
    when = EventDate.parse(one["date"]) if one["date"] else None
    return {
        "@type": "Event",
        "@id": f"urn:press-barometer:event:{one['id']}",
        "url": frozen.site + one["page"] if frozen.site else None,
        "name": one["heading"],
        "description": [{"@language": code, "@value": text} for code, text in one["summary"].items()],
        "startDate": when.first.isoformat() if when else None,
        "endDate": when.last.isoformat() if when else None,
        "location": {"@type": "Place", "name": one["place_label"]} if one["place_label"] else None,
        "about": [
            {"@type": "Person" if row["kind"] == "person" else "Organization", "name": row["name"]}
            for row in one["targets"]
            if row["named"]
        ],
        "keywords": [row["code"] for row in one["types"]],
    }
