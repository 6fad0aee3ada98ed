"""Properties of dates, values and the check, over whatever hypothesis thinks of."""

from __future__ import annotations

import calendar
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tried import tried

from barometer.codebook import (
    CodedBulletin,
    Entry,
    Event,
    EventDate,
    Ground,
    Place,
    Quarter,
    codebook,
    to_file,
)
from barometer.codebook.check import check, load
from barometer.errors import BadInput

BOOK = codebook()
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
DAYS = st.dates(min_value=date(1, 1, 1))
POINTS = st.tuples(DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"])).map(
    lambda pair: pair[0].isoformat()[: {"%Y-%m-%d": 10, "%Y-%m": 7, "%Y": 4}[pair[1]]]
)


def group(code):
    return code.partition(".")[0]


def main_types(kind):
    return {
        "relief": [code for code in BOOK.types if group(code) == "outcome"],
        "violation": [code for code in BOOK.types if group(code) not in ("outcome", "context")],
        "context": [code for code in BOOK.types if group(code) == "context"] + ["legal.civil_suit"],
    }[kind]


@st.composite
def events(draw):
    kind = draw(st.sampled_from(list(BOOK.kinds)))
    main = draw(st.sampled_from(main_types(kind)))
    types = tuple(dict.fromkeys([main, *draw(st.lists(st.sampled_from(list(BOOK.types)), max_size=3))]))
    phases = [code for code, phase in BOOK.phases.items() if phase.kind == kind]
    hit = draw(st.none() | st.integers(0, 2**31 - 1))
    part = draw(st.booleans() | st.sets(st.sampled_from(types)).map(tuple))
    return Event(
        kind=kind,
        types=types,
        date=draw(st.none() | POINTS),
        date_text=draw(st.none() | TEXT),
        phase=draw(st.sampled_from([None, *phases])),
        alleged=False if kind == "relief" else part,
        work_link=draw(st.sampled_from([None, *BOOK.work_links])),
        people_hit=hit,
        people_hit_exact=draw(st.booleans()) if hit is not None else False,
        place=draw(st.none() | st.builds(Place, name=st.none() | TEXT, region=st.none() | st.sampled_from(sorted(BOOK.regions["KZ"])))),
        targets=draw(st.lists(st.fixed_dictionaries({"name": TEXT, "written": TEXT, "type": st.sampled_from(list(BOOK.target_types))}), max_size=2)),
        actors=draw(st.lists(st.fixed_dictionaries({"name": TEXT, "type": st.sampled_from(list(BOOK.actor_types)), "role": st.sampled_from([None, *BOOK.actor_roles])}), max_size=2)),
        provisions=draw(st.lists(st.from_regex(r"\A[A-Z]{2}-[A-Z]{1,6}-[1-9][0-9]{0,3}\Z"), max_size=2)),
        case=draw(st.none() | st.from_regex(r"\A[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}\Z")),
        background=draw(st.booleans()),
        summary=draw(st.none() | TEXT | st.dictionaries(st.sampled_from(["en", "ru", "kk"]), TEXT)),
        upcoming=draw(st.none() | st.lists(st.fixed_dictionaries({"date": POINTS, "what": TEXT}), max_size=2)),
        grounds=draw(st.none() | st.dictionaries(TEXT, st.builds(
            Ground, span=st.tuples(st.integers(0, 99), st.integers(100, 999)), text_sha256=st.just("0" * 64),
            rule=TEXT, version=st.just("1"), confidence=st.floats(0, 1)), max_size=2)),
    )  # fmt: skip


@tried(80)
@given(st.lists(events(), max_size=3))
def test_what_is_written_to_a_file_is_read_back_as_itself(some):
    bulletin = CodedBulletin(
        source="x.txt", quarter="2031Q1", entries=(Entry(id="e", lines=(1, 1), events=tuple(some)),)
    )
    text = json.dumps(to_file(bulletin), ensure_ascii=False)
    assert CodedBulletin.model_validate(json.loads(text)) == bulletin
    assert [found for found in check(json.loads(text)) if found.level == "error"] == []


@tried(50)
@given(events(), st.sampled_from(list(Event.model_fields)), st.none() | TEXT)
def test_an_event_does_not_change(event, field, value):
    before = to_file(event)
    with pytest.raises(ValidationError):
        setattr(event, field, value)
    assert to_file(event) == before


@tried(80)
@given(events())
def test_of_kinds_phases_and_background_only_one_way_counts(event):
    counts = (event.kind, event.phase, event.background) == ("violation", "imposed", False)
    assert event.is_new_violation is counts


@given(
    st.sampled_from([code for code in BOOK.types if group(code) != "outcome"]),
    st.lists(st.sampled_from(list(BOOK.types)), max_size=3),
)
def test_relief_never_starts_with_anything_but_an_outcome(first, more):
    with pytest.raises(ValidationError):
        Event(kind="relief", types=(first, *more))


@given(st.text(max_size=8))
def test_a_region_is_of_the_list_or_refused(text):
    if text in BOOK.regions["KZ"]:
        assert Place(region=text).region == text
    else:
        with pytest.raises(ValidationError):
            Place(region=text)


@given(POINTS)
def test_a_point_lies_in_its_own_interval_and_has_its_length(iso):
    found = EventDate.parse(iso)
    year = found.first.year
    days = (found.last - found.first).days + 1
    expected = {
        4: 366 if calendar.isleap(year) else 365,
        7: calendar.monthrange(year, found.first.month)[1],
        10: 1,
    }
    assert days == expected[len(iso)]
    assert found.first.isoformat().startswith(iso)
    assert found.last.isoformat().startswith(iso)


@given(POINTS, POINTS)
def test_a_span_goes_from_the_first_day_of_one_to_the_last_day_of_the_other(start, end):
    one, two = EventDate.parse(start), EventDate.parse(end)
    if two.first < one.first:
        with pytest.raises(ValueError, match="ends before"):
            EventDate.parse(f"{start}/{end}")
    else:
        span = EventDate.parse(f"{start}/{end}")
        assert (span.first, span.last, span.precision) == (one.first, two.last, "span")


@given(st.text(max_size=25))
def test_any_text_is_a_date_or_refused(text):
    try:
        found = EventDate.parse(text)
    except ValueError:
        return
    assert found.first <= found.last
    assert found.iso == text
    assert text.isascii()


@given(DAYS)
def test_a_day_lies_in_its_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert day.isoformat()[:7] in quarter.months
    assert Quarter.parse(str(quarter)) == quarter


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PATHS = [
    (), ("source",), ("quarter",), ("codebook",), ("entries",), ("entries", 0), ("entries", 0, "id"), ("entries", 0, "lines"),
    ("entries", 0, "section"), ("entries", 0, "events"), ("entries", 0, "events", 0),
    *(("entries", 0, "events", 0, name) for name in Event.model_fields),
    ("entries", 0, "events", 0, "targets", 0), ("entries", 0, "events", 0, "place", "region"),
    ("entries", 0, "events", 0, "grounds", "kind"), ("entries", 0, "events", 0, "grounds", "kind", "span"),
]  # fmt: skip


def document():
    event = Event(
        kind="violation", types=("legal.fine",), date="2031", place=Place(name="Oral"),
        targets=({"name": "Oyla", "written": "Oyla", "type": "outlet"},),
        grounds={"kind": Ground(span=(0, 1), text_sha256="0" * 64, rule="r", version="1", confidence=1)},
    )  # fmt: skip
    return to_file(CodedBulletin(source="x.txt", entries=(Entry(id="e", lines=(1, 1), events=(event,)),)))


def changed(path, value):
    whole = here = {"root": document()}
    steps = ["root", *path]
    for step in steps[:-1]:
        here = here[step]
    here[steps[-1]] = value
    return whole["root"]


@tried(400)
@given(st.sampled_from(PATHS), JSON)
def test_whatever_stands_in_a_file_the_check_answers_in_plain_words_and_agrees_with_the_value(path, value):
    raw = changed(path, value)
    found = check(raw)
    wrong = [finding for finding in found if finding.level == "error"]
    for finding in found:
        line = f"{finding.path}: {finding.message}"
        assert line.isprintable()
        line.encode()
        assert "Input should" not in line
        assert "http:/" not in line and "https:/" not in line
    if not wrong and isinstance(raw, dict) and raw.get("kind") != "open_letter":
        CodedBulletin.model_validate(raw)


@tried(150)
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | JSON.map(lambda value: json.dumps(value).encode())
)
def test_any_bytes_are_loaded_or_refused_in_one_line(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(content)
    try:
        load(path)
    except BadInput as refused:
        line = str(refused)
        assert "\n" not in line
        assert "Next:" in line
