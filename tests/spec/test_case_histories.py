"""Worked case histories: events in, and the state on given days, worked out by hand. How to read them: README.md there."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from barometer.cases.contradictions import contradictions
from barometer.cases.state import state_on
from barometer.cases.telling import facts_of
from barometer.cases.values import Case, CaseEvent
from barometer.codebook import Event

FOLDER = Path(__file__).parent / "case_histories"
HISTORIES = [
    history
    for path in sorted(FOLDER.glob("*.toml"))
    for history in tomllib.loads(path.read_text(encoding="utf-8"))["history"]
]
KNOWN = "2031-12-31"
ENDS = {
    "legal.house_arrest": "end of house arrest",
    "legal.custody": "end of custody",
}


def kind_of(types):
    return {"outcome": "relief", "context": "context"}.get(types[0].partition(".")[0], "violation")


def event_of(row, number, outlets=()):
    """An event of a table, with what tables leave out."""
    kind = row.get("kind", kind_of(row["types"]))
    phase = {"relief": "ended", "context": None}.get(kind, row.get("phase", "imposed"))
    event = {
        "kind": kind,
        "types": row["types"],
        "phase": phase,
        "date": row.get("date"),
        "alleged": row.get("alleged", False),
        "background": row.get("background", False),
        "targets": [target(name, outlets) for name in row.get("who", ())],
        "actors": [actor(name) for name in row.get("by", ())],
        "provisions": row.get("law", ()),
        "summary": row.get("told"),
        "amounts": [amount(what, text) for what, text in row.get("lasts", {}).items()],
        "people_hit": row.get("people"),
        "people_hit_exact": "people" in row or None,
        "place": {"country": row.get("country", "KZ"), "name": row.get("place")},
    }
    if "until" in row:
        event["upcoming"] = [{"date": row["until"], "what": ENDS[row["types"][0]]}]
    return CaseEvent(
        id=f"{number:02}",
        event=Event.model_validate(event),
        sources=(row.get("source", "bulletin"),),
        known=date.fromisoformat(row.get("known", KNOWN)),
        stage=row.get("stage"),
        proceeding=row.get("proceeding"),
    )


def target(name, outlets):
    return {"name": name, "written": name, "type": "outlet" if name in outlets else "journalist"}


def actor(name):
    return {"name": name, "written": name, "type": "company", "role": "complainant"}


def amount(what, text):
    value, unit = text.split()
    return {"what": what, "value": float(value), "unit": unit}


def case_of(history):
    outlets = history.get("outlets", ())
    return Case(
        "history", tuple(event_of(row, number, outlets) for number, row in enumerate(history["events"]))
    )


def measure_line(row):
    parts = [f"{row.subject or '?'}: {row.measure} {row.standing} from {row.start}"]
    if row.end:
        parts.append(f"to {row.end} ({row.how})")
    elif row.until:
        parts.append(f"until {row.until}")
    length = f"{row.hours} hours" if row.hours else f"{row.days} days"
    return " ".join(parts) + f", {length}" + (", alleged" if row.alleged else "")


def proceeding_line(row):
    name = f"{row.proceeding}/{row.name}" if row.name else row.proceeding
    flags = {
        "perhaps": not row.certain,
        "closed": row.closed,
        "taken as closed": row.taken_as_closed,
        "reopened": row.reopened,
        "disputed": row.disputed,
        "alleged": row.alleged,
        " ".join(row.provisions): bool(row.provisions),
        "before " + " ".join(code for codes in row.earlier_provisions for code in codes): bool(
            row.earlier_provisions
        ),
        "against " + " and ".join(row.opponents): bool(row.opponents),
    }
    return ", ".join(
        [
            f"{row.subject or '?'}: {name} {row.stage} since {row.since}",
            *(flag for flag, so in flags.items() if so),
        ]
    )


def contradiction_line(one):
    told = ", ".join(
        f"{source} {value}" for source, value in sorted({(s.sources[0], s.value) for s in one.statements})
    )
    return f"{one.topic}: {told}" + ("" if one.sure else ", unsure")


DAYS = [
    pytest.param(history, on, id=f"{history['name'][:60]} · {on['day']}·{on.get('known_by', '')}")
    for history in HISTORIES
    for on in history.get("on", ())
]


@pytest.mark.parametrize(("history", "on"), DAYS)
def test_the_state_on_a_day_is_as_worked_out_by_hand(history, on):
    known_by = date.fromisoformat(on["known_by"]) if "known_by" in on else None
    state = state_on(case_of(history), date.fromisoformat(on["day"]), known_by)
    found = {
        "measures": [measure_line(row) for row in state.measures],
        "proceedings": [proceeding_line(row) for row in state.proceedings],
        "deprived": [f"{who}: {count}" for who, count in state.deprived],
        "no_news_since": state.no_news_since and state.no_news_since.isoformat(),
    }
    expected = {name: on[name] for name in found if name in on}
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    "history", [pytest.param(h, id=h["name"][:60]) for h in HISTORIES if "contradictions" in h]
)
def test_what_sources_say_differently_is_side_by_side(history):
    found = sorted(contradiction_line(one) for one in contradictions(case_of(history)))
    assert found == sorted(history["contradictions"])


@pytest.mark.parametrize("history", [pytest.param(h, id=h["name"][:60]) for h in HISTORIES if "facts" in h])
def test_each_fact_is_counted_once(history):
    assert len(facts_of(case_of(history))) == history["facts"]


def test_there_are_enough_histories_and_no_name_twice():
    names = [history["name"] for history in HISTORIES]
    assert len(names) >= 40
    assert len(set(names)) == len(names)
    assert all(history.get("on") or "contradictions" in history for history in HISTORIES)
