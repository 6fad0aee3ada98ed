"""Spans, lengths and periods in words."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from barometer.cases.carryover import carryover
from barometer.cases.state import AtLeastAtMost
from barometer.cases.values import Case, CaseEvent, Period, Span
from barometer.codebook import Event
from barometer.errors import UnknownValue
from barometer.publication.carryover import as_data, period_of, rows, table
from barometer.web.public import words


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2031-03-05", "2031-03-05", "5 March 2031"),
        ("2031-03-01", "2031-03-31", "March 2031"),
        ("2031-01-01", "2031-12-31", "2031"),
        ("2031-03-05", "2031-03-09", "5–9 March 2031"),
        ("2031-03-01", "2031-04-30", "1 March 2031 – 30 April 2031"),
        (None, "2031-03-31", "not later than 31 March 2031"),
        ("9999-12-01", "9999-12-31", "1–31 December 9999"),
    ],
)
def test_a_span_is_said_no_more_exactly_than_it_is_known(first, last, said):
    span = Span.of(date.fromisoformat(first) if first else None, date.fromisoformat(last))
    with override("en"):
        assert words.span_when(span).short == said


@pytest.mark.parametrize("value", ["2031-03-05", "2031-03", "2031", "2031-03-05/2031-04-01", "…/2031-03-31"])
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_date_of_a_statement_has_words(value, language):
    with override(language):
        assert "2031" in words.told_when(value).short


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (12, 12, "12 days"),
        (1, 1, "1 day"),
        (3, 12, "at least 3, at most 12 days"),
        (0, None, "at least 0 days"),
        (1234, 5678, "at least 1,234, at most 5,678 days"),
    ],
)
def test_a_length_says_how_sure_it_is(least, most, said):
    with override("en"):
        assert words.days_words(AtLeastAtMost(least, most)) == said


def test_a_length_in_other_languages():
    with override("ru"):
        assert words.days_words(AtLeastAtMost(3, 12)) == "не менее 3, не более 12 дн."
        assert words.hours_words(AtLeastAtMost(5, 5)) == "5 ч"
    with override("kk"):
        assert words.days_words(AtLeastAtMost(3, None)) == "кемінде 3 күн"


# --- the carry-over in words ------------------------------------------------------------------------------


def house_arrest(who: str) -> CaseEvent:
    event = Event(
        kind="violation",
        types=("legal.house_arrest",),
        phase="imposed",
        date="2031-03-05",
        targets=({"name": who, "written": who, "type": "journalist"},),
    )
    return CaseEvent(who, event, ("bulletin",), date(2031, 3, 31))


PERIOD = Period.parse("2031Q2")
PEOPLE = ("Saule Oydan", "Askar Tusinbek", "Aigul Qiyalova", "Timur Ertekov", "Samal Bolmas")
CARRIED = carryover([Case("many-274", tuple(map(house_arrest, PEOPLE)))], PERIOD)


def test_who_stands_alike_stands_in_one_line():
    [row] = rows(CARRIED, "en")
    [line] = row.state
    assert line.startswith("Aigul Qiyalova, Askar Tusinbek, Samal Bolmas (+2): House arrest: end not told")


@pytest.mark.parametrize("width", [20, 60, 80, 100, 250])
def test_the_table_fits_the_terminal(width):
    lines = list(table(CARRIED, PERIOD, width))
    assert lines[0].startswith("1 case open on 2031-04-01: 0 moved by 2031-06-30")
    assert all(len(line) <= max(width, 62) for line in lines[2:])
    assert "many-274" in "\n".join(lines)


def test_an_empty_carry_over_is_one_line():
    assert list(table((), PERIOD, 80)) == [
        "0 cases open on 2031-04-01: 0 moved by 2031-06-30, 0 perhaps, 0 did not."
    ]


def test_the_carry_over_as_data():
    data = as_data(CARRIED, PERIOD)
    assert (data["first"], data["last"]) == ("2031-04-01", "2031-06-30")
    [row] = data["cases"]
    assert (row["case"], row["moved"], row["still_open"], row["next"]) == ("many-274", "no", True, None)
    assert row["last_news"] == "2031-03-05"


@pytest.mark.parametrize("text", ["2026Q2", "2026q2", "2026-05", "2026", "2026-04-01/2026-05-15", " 2026Q2 "])
def test_a_period_that_is_one(text):
    assert period_of(text).first.year == 2026


@pytest.mark.parametrize(
    "text", ["", "x", "2026Q5", "0000Q1", "2026-13", "2026-05-15/2026-04-01", "Q", "2" * 999]
)
def test_a_period_that_is_none(text):
    with pytest.raises(UnknownValue, match="is not a period"):
        period_of(text)


@pytest.mark.parametrize(
    ("name", "kind", "language", "shown"),
    [
        ("Police", "body", "ru", "Полиция"),
        ("police", "body", "kk", "Полиция"),
        ("Unknown", "body", "kk", "Белгісіз адамдар"),
        ("Outlet", "outlet", "ru", "СМИ"),
        ("Police", "body", "en", "Police"),
        ("Police", "person", "ru", "Police"),
        ("Invented Police", "body", "ru", "Invented Police"),
    ],
)
def test_a_common_noun_is_said_as_the_codebook_says_it(name, kind, language, shown):
    with override(language):
        assert words.party_name(name, kind) == shown
