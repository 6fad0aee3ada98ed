"""Whatever the events: the same state in any order, nothing counted twice, no days below zero, the past replayed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from tried import tried

from barometer.cases.carryover import carryover
from barometer.cases.contradictions import contradictions
from barometer.cases.rules import rules
from barometer.cases.state import state_on
from barometer.cases.telling import facts_of
from barometer.cases.timeline import svg_of, table_of, timeline_of
from barometer.cases.upcoming import upcoming
from barometer.cases.values import Case, CaseEvent, Period
from barometer.codebook import Event

RULES = rules()
FIRST, LAST = date(2031, 1, 1), date(2031, 6, 30)
DAYS = st.dates(FIRST, LAST)
NAMES = ("Saule Oydan", "Dina Qiyalova", "Askar Tusinbek")
TEXTS = (None, "She was charged.", "The case went to court.", "a suspended sentence", "The firm appealed.")
ENDS = ("end of house arrest", "end of custody", "next hearing", "reply due")
AMOUNTS = (("measure", 2, "month"), ("measure", 10, "day"), ("duration", 3, "hour"), ("sentence", 1, "year"))


@st.composite
def dates(draw):
    day = draw(DAYS).isoformat()
    return draw(st.sampled_from([day, day, day[:7], day[:4], None]))


@st.composite
def events(draw, ident):
    effects = [
        code for code in RULES.effects if any(effect.kind == "violation" for effect in RULES.effects[code])
    ]
    main = draw(st.sampled_from(effects))
    relief = draw(st.booleans())
    types = (draw(st.sampled_from(list(RULES.outcomes))), main) if relief else (main,)
    background = draw(st.booleans())
    what, value, unit = draw(st.sampled_from(AMOUNTS))
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2))
    event = Event(
        kind="relief" if relief else "violation",
        types=types,
        phase="ended" if relief else draw(st.sampled_from(["imposed", "step", None])),
        date=draw(dates()),
        alleged=False if relief else draw(st.booleans()),
        background=background,
        targets=tuple({"name": name, "written": name, "type": "journalist"} for name in names),
        summary=draw(st.sampled_from(TEXTS)),
        amounts=({"what": what, "value": value, "unit": unit},) if draw(st.booleans()) else None,
        upcoming=({"date": draw(DAYS).isoformat(), "what": draw(st.sampled_from(ENDS))},)
        if draw(st.booleans())
        else None,
    )
    known = LAST + timedelta(draw(st.integers(0, 60)))
    return CaseEvent(ident, event, (draw(st.sampled_from(["q1", "q2", "letter"])),), known)


@st.composite
def cases(draw, least=0):
    number = draw(st.integers(least, 6))
    return Case("x", tuple(draw(events(f"e{n}")) for n in range(number)))


@st.composite
def on_days(draw):
    return FIRST + timedelta(draw(st.integers(-10, 300)))


@tried(100)
@given(cases(), on_days(), st.randoms())
def test_events_in_any_order_give_the_same_state(case, day, random):
    shuffled = list(case.events)
    random.shuffle(shuffled)
    other = Case("x", tuple(shuffled))
    assert state_on(case, day) == state_on(other, day)
    assert upcoming(case, day) == upcoming(other, day)
    assert contradictions(case) == contradictions(other)


@tried(100)
@given(cases(), on_days())
def test_days_and_hours_are_never_below_zero_and_at_least_is_not_more_than_at_most(case, day):
    state = state_on(case, day)
    counts = [row.days for row in state.measures]
    counts += [row.hours for row in state.measures if row.hours]
    counts += [count for _, count in state.deprived]
    for count in counts:
        assert count.least >= 0
        assert count.most is None or count.least <= count.most
    for row in state.measures:
        assert row.start.earliest <= day
        assert row.end is None or row.end.last >= row.start.earliest


@tried(100)
@given(cases(), on_days())
def test_what_was_known_at_last_is_the_present(case, day):
    last = max((event.known for event in case.events), default=day)
    assert replace(state_on(case, day, known_by=last), known_by=None) == state_on(case, day)
    assert state_on(case, day, known_by=FIRST - timedelta(1)).measures == ()


def told_again(event, ident, exact):
    """Background of a later text that tells an event again, as exactly or less."""
    when = event.event.date
    less = when if exact else (when[:7] if when else None)
    return replace(
        event,
        id=ident,
        sources=("later",),
        known=event.known + timedelta(1),
        event=event.event.model_copy(update={"background": True, "date": less}),
    )


def without_sources(state):
    """The state without what a retelling may add: who tells it."""
    return (
        [replace(row, facts=(), changes=tuple(replace(c, fact="") for c in row.changes)) for row in state.measures],
        [replace(row, facts=()) for row in state.proceedings],
        state.deprived,
        state.no_news_since,
    )  # fmt: skip


@tried(200)
@given(cases(least=1), on_days(), st.data())
def test_background_that_tells_again_changes_nothing(case, day, data):
    event = data.draw(st.sampled_from(case.events))
    more = case.plus(told_again(event, "again", exact=True))
    assert len(facts_of(more)) == len(facts_of(case))
    assert without_sources(state_on(more, day)) == without_sources(state_on(case, day))


@tried(100)
@given(events("one"), on_days())
def test_background_that_tells_one_event_again_less_exactly_changes_nothing(event, day):
    case = Case("x", (event,))
    more = case.plus(told_again(event, "again", exact=False))
    assert len(facts_of(more)) == 1
    assert without_sources(state_on(more, day)) == without_sources(state_on(case, day))
    assert contradictions(more) == ()


@tried(100)
@given(cases())
def test_every_event_is_in_exactly_one_fact(case):
    told = [event.id for fact in facts_of(case) for event in fact.tellings]
    assert sorted(told) == sorted(event.id for event in case.events)


@tried(50)
@given(cases(), on_days())
def test_every_state_can_be_drawn_and_tabled(case, day):
    timeline = timeline_of(state_on(case, day))
    for language in ("en", "ru", "kk"):
        ElementTree.fromstring(svg_of(timeline, language))
        assert len(table_of(timeline, language)) == len(timeline.bars)
    for bar in timeline.bars:
        assert bar.from_perhaps <= bar.to_perhaps
        assert bar.from_surely is None or bar.from_perhaps <= bar.from_surely <= bar.to_surely


@tried(50)
@given(cases(), DAYS, st.integers(0, 100))
def test_a_case_that_was_open_on_the_eve_is_carried_over(case, first, length):
    period = Period(first, first + timedelta(length))
    carried = carryover([case], period)
    if state_on(case, first - timedelta(1)).open:
        assert [one.case for one in carried] == ["x"]
    for one in carried:
        assert one.at_start.day < one.at_end.day
