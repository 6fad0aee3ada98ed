"""A single report: known by its form, read as one story, its "yesterday" counted from the day of publication."""

from __future__ import annotations

from datetime import date

import pytest

from barometer.codebook import CodedBulletin
from barometer.errors import UnknownValue
from barometer.pipeline.read import read_set
from barometer.reading import read_bulletin
from barometer.reading.when import dates
from barometer.sources import Letter, read_document, read_report

NEWS = """Court fines editor of invented paper

14 March 2031

Yesterday a court in Taraz fined Alma Testova, editor-in-chief of the newspaper Qiyal News,
20 monthly calculation indices. The hearing lasted an hour.
"""


def test_a_short_text_without_headings_is_one_report():
    report = read_document("news.txt", NEWS)
    assert not isinstance(report, Letter)
    assert (report.published, report.title, report.quarter) == (
        "2031-03-14",
        "Court fines editor of invented paper",
        None,
    )
    [entry] = report.entries
    assert entry.lines == (1, 6)
    assert "14 March" not in entry.text  # a line of nothing but its day is no part of the story
    assert [NEWS[at] for at in entry.offsets[:5]] == list("Court")
    assert len(entry.text) == len(entry.offsets)


def test_yesterday_is_the_day_before_the_day_of_publication():
    [entry] = read_bulletin(read_report("news.txt", NEWS)).entries
    [fine] = [event for event in entry.events if event.main_type == "legal.fine"]
    assert fine.date == "2031-03-13"
    assert fine.date_text == "Yesterday"
    assert [target.written for target in fine.targets] == ["Alma Testova"]
    assert fine.place and fine.place.region == "KZ-31"
    assert [(a.what, a.value, a.unit) for a in fine.amounts or ()] == [("fine", 20.0, "MCI")]


#: 21 May 2031 is a Wednesday; each day was counted on a calendar.
@pytest.mark.parametrize(
    ("language", "words", "iso"),
    [
        ("en", "yesterday", "2031-05-20"),
        ("en", "the day before yesterday", "2031-05-19"),
        ("en", "on Tuesday", "2031-05-20"),
        ("en", "on Wednesday", "2031-05-21"),
        ("en", "last Friday", "2031-05-16"),
        ("en", "next Monday", "2031-05-26"),
        ("en", "two weeks ago", "2031-05-07"),
        ("en", "last month", "2031-04"),
        ("en", "last year", "2030"),
        ("en", "on 14.05.2031", "2031-05-14"),
        ("ru", "вчера", "2031-05-20"),
        ("ru", "во вторник", "2031-05-20"),
        ("ru", "в прошлую пятницу", "2031-05-16"),
        ("ru", "неделю назад", "2031-05-14"),
        ("ru", "три дня назад", "2031-05-18"),
        ("ru", "в прошлом году", "2030"),
        ("kk", "кеше", "2031-05-20"),
        ("kk", "сейсенбі күні", "2031-05-20"),
        ("kk", "үш күн бұрын", "2031-05-18"),
        ("kk", "өткен айда", "2031-04"),
        ("kk", "былтыр", "2030"),
    ],
)
def test_days_told_from_the_day_of_publication(language, words, iso):
    text = f"Sample {words}." if language == "en" else f"Бұл {words} болды."
    assert [one.iso for one in dates(text, language, 2031, 5, date(2031, 5, 21))] == [iso]
    if not any(sign.isdigit() for sign in words):
        assert dates(text, language, 2031, 5) == []  # without that day nothing is guessed


def test_days_told_within_the_story():
    text = "On 9 March he was held. On the same day a court met. The next day he left. On the 12th he wrote."
    assert [one.iso for one in dates(text, "en", 2031)] == [
        "2031-03-09",
        "2031-03-09",
        "2031-03-10",
        "2031-03-12",
    ]


def test_the_day_can_be_given(tmp_path):
    path = tmp_path / "post.txt"
    path.write_text("Yesterday police in Taraz detained blogger Alma Testova.", encoding="utf-8")
    [read] = read_set([path], published="2031-03-14")
    assert isinstance(read.coded, CodedBulletin)
    assert read.coded.model_extra == {"published": "2031-03-14"}
    assert read.coded.events[0].date == "2031-03-13"
    [without] = read_set([path])
    assert any("--date YYYY-MM-DD" in line for line in without.lines())


def test_a_wrong_day_is_refused():
    from barometer.commands.options import a_day

    with pytest.raises(UnknownValue, match=r"'14 March' is no day. Next: write it like 2026-03-14"):
        a_day("14 March")


def test_a_report_about_something_else_proposes_nothing():
    text = "The weather was fine in Taraz. Farmers sold melons at the market, and children sang."
    assert read_bulletin(read_report("w.txt", text, "2031-08-01")).events == ()
