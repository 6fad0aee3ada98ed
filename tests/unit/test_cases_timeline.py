"""The timeline: bars, the same as a table, and the drawing."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from barometer.cases.state import measure_words, proceeding_words, state_on
from barometer.cases.timeline import WIDTH, svg_of, table_of, timeline_of
from barometer.cases.values import Case, CaseEvent
from barometer.codebook import LANGUAGES, Event

DAY = date(2031, 4, 20)
SVG = "{http://www.w3.org/2000/svg}"


def told(ident, day, *types, who="Saule Oydan", **fields):
    kind = "relief" if types[0].startswith("outcome") else "violation"
    phase = fields.pop("phase", "ended" if kind == "relief" else "imposed")
    target = {"name": who, "written": who, "type": "editor"}
    event = Event(kind=kind, types=types, date=day, phase=phase, targets=(target,), **fields)
    return CaseEvent(ident, event, ("bulletin",), date(2031, 12, 31))


def state(*events, day=DAY):
    return state_on(Case("x", events), day)


ARREST = told("a", "2031-03", "legal.house_arrest")
BAN = told("b", "2031-03-05", "legal.travel_ban", alleged=True)
ONLY_STEP = told("c", "2031-03-20", "legal.custody", phase="step", who="Askar Tusinbek")


def test_a_bar_has_what_is_sure_and_what_may_be():
    [bar] = timeline_of(state(ARREST)).bars
    assert (bar.from_perhaps, bar.to_perhaps) == (date(2031, 3, 1), DAY)
    assert (bar.from_surely, bar.to_surely) == (date(2031, 3, 31), date(2031, 3, 31))
    assert (bar.open_start, bar.open_end) == (False, True)


def test_a_start_that_nothing_bounds_is_drawn_open():
    [bar] = timeline_of(state(ONLY_STEP)).bars
    assert bar.open_start
    assert bar.from_perhaps == date(2031, 2, 20)


def test_the_axis_runs_over_whole_months_and_to_the_end_that_is_told():
    until = told(
        "a", "2031-03-10", "legal.house_arrest", upcoming=({"date": "2031-06-10", "what": "end of house arrest"},)
    )  # fmt: skip
    timeline = timeline_of(state(until))
    assert (timeline.first, timeline.last) == (date(2031, 3, 1), date(2031, 6, 30))


def test_two_years_never_stand_on_each_other():
    late = told("a", "2030-12-20", "legal.house_arrest")

    def years(day: str) -> list[str]:
        drawn = svg_of(timeline_of(state(late, day=date.fromisoformat(day))), "en")
        return [year for year in ("2030", "2031") if f">{year}<" in drawn]

    assert years("2030-12-31") == ["2030"]
    assert years("2031-10-20") == ["2031"]  # December and January are too near to each other
    assert years("2031-12-20") == ["2030", "2031"]  # every second month is named, and no January


def test_a_sentence_of_years_does_not_press_what_came_before():
    years = told(
        "a", "2031-03-10", "legal.conviction", summary="Five years in prison.",
        amounts=({"what": "sentence", "value": 5, "unit": "year"},),
    )  # fmt: skip
    assert timeline_of(state(years)).last == date(2031, 6, 30)


def test_the_table_says_the_same_in_words():
    rows = table_of(timeline_of(state(ARREST, BAN)), "en")
    assert [row.cells for row in rows] == [
        (
            "Saule Oydan",
            "House arrest",
            "2031-03-01 – 2031-03-31",
            "unknown",
            "at least 1, at most 51 days",
            "end not told",
        ),
        (
            "Saule Oydan",
            "Travel ban",
            "2031-03-05",
            "unknown",
            "at least 1, at most 47 days",
            "end not told (alleged by one side)",
        ),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawing_names_itself_and_holds_nothing_from_elsewhere(language):
    text = svg_of(timeline_of(state(ARREST, BAN, ONLY_STEP)), language, ident="case-x")
    drawing = ElementTree.fromstring(text)
    assert drawing.get("role") == "img"
    named = drawing.get("aria-labelledby").split()
    assert [drawing.find(f"{SVG}title").get("id"), drawing.find(f"{SVG}desc").get("id")] == named
    assert "Saule Oydan" in drawing.find(f"{SVG}desc").text
    assert drawing.get("fill") == "currentColor"
    for part in ("<script", "http://", "https://", "url(", "<image", "href", "@import"):
        assert part not in text.replace("http://www.w3.org/2000/svg", "")


def test_what_is_drawn_stays_within_the_width_of_a_telephone():
    long = told("d", "2025-01-05", "legal.foreign_agent", who="Zhuldyz Oydyrma-Qiyalova-Ertegi " * 4)
    drawing = ElementTree.fromstring(svg_of(timeline_of(state(ARREST, ONLY_STEP, long)), "ru"))
    for part in drawing.iter(f"{SVG}rect"):
        assert float(part.get("x")) >= 0
        assert float(part.get("x")) + float(part.get("width")) <= WIDTH
    for part in drawing.iter(f"{SVG}text"):
        assert len("".join(part.itertext())) <= 52


def test_names_cannot_break_out_of_the_drawing():
    bad = told("a", "2031-03-10", "legal.house_arrest", who='<script>alert(1)</script> & "Oydan"')
    text = svg_of(timeline_of(state(bad)), "en", ident='x" onload="y')
    ElementTree.fromstring(text)
    assert "<script>" not in text
    assert 'onload="' not in text


def test_a_case_without_measures_has_an_empty_drawing_that_says_so():
    timeline = timeline_of(state())
    assert timeline.bars == ()
    assert "No measure is known." in svg_of(timeline, "en")


@pytest.mark.parametrize("years", [1, 3, 10, 60])
def test_the_labels_of_months_do_not_touch(years):
    old = told("a", f"{2031 - years}-01-05", "legal.foreign_agent")
    drawing = ElementTree.fromstring(svg_of(timeline_of(state(old)), "en"))
    places = [float(part.get("x")) for part in drawing.iter(f"{SVG}text") if part.get("y") == "28"]
    assert all(after - before >= 25 for before, after in zip(places, places[1:], strict=False))
    assert len(places) >= 2


LINES = [
    ("en", "House arrest: end not told, since 2031-03-01 – 2031-03-31, at least 1, at most 51 days, no news since 2031-03-31"),
    ("ru", "Домашний арест: окончание не сообщалось, с 2031-03-01 – 2031-03-31, не менее 1, не более 51 дн., новостей нет с 2031-03-31"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "line"), LINES)
def test_a_measure_in_one_line(language, line):
    assert measure_words(state(ARREST).measures[0], language) == line


def test_a_proceeding_in_one_line():
    charged = told("a", "2031-03-02", "legal.criminal_case", summary="She was charged.", alleged=True)
    [row] = state(charged).proceedings
    assert proceeding_words(row, "en") == (
        "Criminal case: charged, since 2031-03-02, no news since 2031-03-02, alleged by one side"
    )
    assert proceeding_words(row, "kk").startswith("Қылмыстық іс: айып тағылды")


def test_what_begins_after_the_day_of_the_state_is_drawn_all_the_same():
    ended = CaseEvent(
        "a", told("a", "2031", "outcome.dismissed", "legal.detention").event, ("q",), date(2031, 6, 30)
    )
    timeline = timeline_of(state(ended, day=date(2031, 4, 1)))
    assert timeline.first <= timeline.last
    assert svg_of(timeline, "en").endswith("</svg>")


def test_a_term_that_is_told_twice_is_one_term():
    term = {"what": "measure", "value": 2, "unit": "month"}
    for amounts in ([term], [term, {**term, "text": "two months"}]):
        custody = told("a", "2031-05-13", "legal.custody", amounts=tuple(amounts))
        [row] = state(custody, day=date(2031, 6, 1)).measures
        assert row.until is not None and str(row.until) == "2031-07-13"
