"""The bulletin reader: what each line is, where a story begins and ends. Texts and names are invented."""

from __future__ import annotations

import re
import textwrap

import pytest

from barometer.sources import read_bulletin

ENGLISH = """\
BAROMETER OF NOWHERE

An overview of the third quarter of 2025.

It was a quiet summer.

1. General situation (laws, statements)

July. [A new law on signs](#) came into force on 3 July. It says that every newsroom must

show its number at the door.

The ministry promised guidance.

August. [The union of editors](https://example.org/a) wrote an open letter.

2.Legal pressure (suits, fines)

September 2025

[Journalist Alma Testova was fined](#) for a report on a dam. The court of Karaganda

court of Karaganda took ten minutes.

Furthermore, she has to pay the costs of the expert.

On 9 September, reporter Bolat Sampleyev of the newspaper “Invented Herald” was detained near the dam.

17

3. Floods and the press

Rain fell for a week, and roads were closed to everybody.

[Camera of Channel Nine broken](#) by a guard.

Write to us: desk@example.org
"""


@pytest.fixture(scope="module")
def english():
    return read_bulletin("nowhere.txt", ENGLISH)


def test_head_and_foot(english):
    assert english.language == "en"
    assert english.quarter == "2025Q3"
    assert english.title == "BAROMETER OF NOWHERE"
    assert english.intro == "An overview of the third quarter of 2025.\nIt was a quiet summer."
    assert english.contact == "Write to us: desk@example.org"
    assert english.problems == ()


def test_sections(english):
    assert [(s.number, s.title) for s in english.sections] == [
        (1, "General situation (laws, statements)"),
        (2, "Legal pressure (suits, fines)"),
        (3, "Floods and the press"),
    ]
    assert english.sections[2].intro == "Rain fell for a week, and roads were closed to everybody."


def test_entries(english):
    assert [(e.id, e.section, e.month, e.lines) for e in english.entries] == [
        ("q3-1-01", 1, "2025-07", (9, 13)),
        ("q3-1-02", 1, "2025-08", (15, 15)),
        ("q3-2-01", 2, "2025-09", (21, 25)),
        ("q3-2-02", 2, "2025-09", (27, 27)),
        ("q3-3-01", 3, None, (35, 35)),
    ]
    assert [e.headline for e in english.entries] == [
        "A new law on signs",
        "The union of editors",
        "Journalist Alma Testova was fined",
        None,
        "Camera of Channel Nine broken",
    ]
    assert english.entries[1].links[0].address == "https://example.org/a"
    assert english.entries[0].links[0].address is None


def test_a_page_break_is_mended_and_words_printed_twice_stand_once(english):
    assert english.entries[0].text.split("\n")[0] == (
        "A new law on signs came into force on 3 July. It says that every newsroom must show its number at the door."
    )
    assert "The court of Karaganda took ten minutes." in english.entries[2].text


def test_every_line_is_something(english):
    kinds = english.line_kinds
    assert len(kinds) == len(ENGLISH.split("\n"))
    assert kinds[0] == "title"
    assert kinds[28] == "page"  # the page's number
    assert kinds[18] == "month"
    assert "unplaced" not in kinds


def test_offsets_lead_back_to_the_document(english):
    for entry in english.entries:
        assert len(entry.text) == len(entry.offsets)
        for char, at in zip(entry.text, entry.offsets, strict=True):
            assert ENGLISH[at] == char or char.isspace()


RUSSIAN = """\
БАРОМЕТР НИГДЕ

Обзор за второй квартал 2024 года.

2. Правовое давление (иски, аресты)

Апрель

[Журналистку Алму Тестову оштрафовали](#) за репортаж о плотине.

Кроме того, суд взыскал с нее расходы на экспертизу.

[Редактора Болата Примерова задержали](#) 5 апреля.

Май

Корреспондент газеты «Выдуманный вестник» Вера Образцова сообщила, что её не пустили в акимат.

Пишите нам: desk@example.org
"""

KAZAKH = """\
ЕШҚАЙДАҒЫ БАРОМЕТР

2024 жылдың екінші тоқсанына шолу.

2. Құқықтық қысым (талап арыздар, қамау)

Сәуір

[Журналист Алма Тестоваға айыппұл салынды](#): ол бөгет туралы жазған.

Бұған қоса, сот одан сараптама шығынын өндірді.

[Редактор Болат Үлгіновты полиция ұстады](#) 5 сәуірде.

Мамыр

«Ойдан шыққан хабар» газетінің тілшісі Вера Үлгібаева өзін әкімдікке кіргізбегенін айтты.

Бізге жазыңыз: desk@example.org
"""


@pytest.mark.parametrize(("text", "language"), [(RUSSIAN, "ru"), (KAZAKH, "kk")])
def test_russian_and_kazakh(text, language):
    bulletin = read_bulletin("x.txt", text)
    assert (bulletin.language, bulletin.quarter) == (language, "2024Q2")
    assert [(e.section, e.month, e.lines) for e in bulletin.entries] == [
        (2, "2024-04", (9, 11)),
        (2, "2024-04", (13, 13)),
        (2, "2024-05", (17, 17)),
    ]
    assert bulletin.contact


def small(body: str, head: str = "BAROMETER\n\nQ1 2026\n\n"):
    return read_bulletin("x.txt", head + textwrap.dedent(body))


@pytest.mark.parametrize(
    "heading",
    ["4. Internet (blocking)", "4.Internet (blocking)", "Section 4. Internet (blocking)", "## 4. Internet (blocking)", "**4. Internet (blocking)**", "IV. Internet (blocking)"],
)  # fmt: skip
def test_shapes_of_a_heading(heading):
    bulletin = small(f"{heading}\n\nMarch\n\n[A site was blocked](#) on 2 March.\n")
    assert [(s.number, s.title) for s in bulletin.sections] == [(4, "Internet (blocking)")]
    assert bulletin.entries[0].id == "q1-4-01"


@pytest.mark.parametrize(
    "month", ["March", "MARCH", "March.", "March:", "March 2026", "**March**", "### March"]
)
def test_shapes_of_a_month(month):
    bulletin = small(f"1. General\n\n{month}\n\n[A site was blocked](#) on 2 March.\n")
    assert [e.month for e in bulletin.entries] == ["2026-03"]


def test_a_heading_cut_in_its_parenthesis():
    bulletin = small(
        "3. Obstruction (beatings, threats,\n\nbans on filming)\n\nMarch\n\n[A guard pushed a reporter](#).\n"
    )
    assert bulletin.sections[0].title == "Obstruction (beatings, threats, bans on filming)"


def test_sections_out_of_order_are_reported():
    bulletin = small("1. One\n\n[A](#) b.\n\n5. Five\n\n[C](#) d.\n")
    assert [e.section for e in bulletin.entries] == [1, 5]
    assert any("section 5 comes where 2 was expected" in problem for problem in bulletin.problems)


def test_a_text_without_sections_is_read_as_reports_and_says_so():
    bulletin = read_bulletin("news.txt", "A journalist was detained in Almaty.\n\nPolice said nothing.\n")
    assert bulletin.entries
    assert all(e.section is None for e in bulletin.entries)
    assert any("no numbered section" in problem for problem in bulletin.problems)


def test_the_quarter_may_be_absent():
    bulletin = small("1. One\n\n[A](#) b.\n", head="BAROMETER\n\n")
    assert bulletin.quarter is None
    assert bulletin.entries[0].id == "q0-1-01"
    assert any("quarter is not named" in problem for problem in bulletin.problems)


def test_a_running_head_is_no_story():
    body = "1. One\n\n" + "".join(
        f"[Story {n}](#) of somebody here.\n\nBarometer, winter issue\n\n" for n in range(4)
    )
    bulletin = small(body)
    assert len(bulletin.entries) == 4
    assert bulletin.line_kinds.count("page") == 4


def test_a_shared_bulletin_is_read_right(shared_data):
    """Entries, sections and months of a real bulletin in three languages, against its hand coding."""
    import json

    from barometer.sources import read_bulletin_file

    for name in ("bulletin-2026q1", "bulletin-2026q1.ru", "bulletin-2026q1.kk"):
        gold = json.loads((shared_data / f"{name}.gold.json").read_text(encoding="utf-8"))["entries"]
        read = {
            e.lines: (e.section, e.month) for e in read_bulletin_file(shared_data / f"{name}.txt").entries
        }
        right = sum(read.get(tuple(e["lines"])) == (e["section"], e["month"]) for e in gold)
        assert right / max(len(gold), len(read)) >= 0.97, name


def test_a_standing_heading_that_lost_its_number_is_known():
    bulletin = small(
        "General situation (laws)\n\n[A law](#) came.\n\n2. Legal pressure (suits)\n\n[A suit](#) too.\n"
    )
    assert [(e.section, e.headline) for e in bulletin.entries] == [(1, "A law"), (2, "A suit")]


def test_a_sentence_does_not_end_with_an_article_or_an_abbreviation():
    body = "1. One\n\n[A story](#) about the law of the\n\nRepublic.\n\n[Another](#) under Art.\n\n12 of a code.\n"
    assert len(small(body).entries) == 2


# --- the same text as other programs lay it out ------------------------------------------------------------------------

LONG = (
    " It was told at length, as such things are, by everybody who had stood near and by some who had not." * 2
)
LAID = (
    "NOWHERE BAROMETER, SECOND QUARTER OF 2025\n\nAn overview of the quarter.\n\n"
    "1. General situation (adoption of laws and statements by people who are widely known in the country and abroad)\n\n"
    f"April\n\n[A law on signs](#) came into force.{LONG}\n\nMay\n\n[The ministry wrote new rules](#) for the press.{LONG}\n\n"
    f"2. Legal pressure (suits, fines)\n\nJune\n\n[Reporter Alma Testova was fined by a court](#) in Taraz.{LONG}\n\n"
    f"The hearing will take place in\n\nMay.\n\n[Reporter Bolat Sampleyev was sued](#) by a mill.{LONG}\n\n"
    f"3. Floods\n\n[A camera of Channel Nine was broken](#) by a guard.{LONG}\n"
)


def laid(text):
    return read_bulletin("x.txt", text)


def stories(text):
    return [(e.section, e.month, e.headline) for e in laid(text).entries]


WANTED = [
    (1, "2025-04", "A law on signs"),
    (1, "2025-05", "The ministry wrote new rules"),
    (2, "2025-06", "Reporter Alma Testova was fined by a court"),
    (2, "2025-06", "Reporter Bolat Sampleyev was sued"),
    (3, None, "A camera of Channel Nine was broken"),
]


def test_a_line_is_a_paragraph_where_no_blank_lines_stand_between():
    assert stories(LAID) == WANTED
    assert stories("\n".join(line for line in LAID.split("\n") if line)) == WANTED


def test_lines_broken_at_a_column_are_one_paragraph():
    broken = "\n".join("\n".join(textwrap.wrap(line, 72)) for line in LAID.split("\n"))
    bulletin = laid(broken)
    assert stories(broken) == WANTED
    assert bulletin.sections[0].title.endswith("in the country and abroad)")
    assert not bulletin.problems


def test_signs_before_paragraphs_are_not_their_words():
    listed = "\n".join(f"• {line}" if len(line) > 150 else line for line in LAID.split("\n"))
    assert stories(listed) == WANTED
    assert laid(listed).entries[0].text.startswith("A law on signs")


def test_a_text_whose_headings_all_lost_their_numbers():
    bare = re.sub(r"(?m)^\d\. ", "", LAID)
    assert [row for row in stories(bare) if row[0] == 2] == WANTED[2:4]
    assert stories(bare)[-1] == WANTED[-1]
    assert any("'Floods' has no number" in problem for problem in laid(bare).problems)


def test_a_month_of_another_quarter_is_no_heading():
    text = "First quarter of 2025\n\n1. One\n\nJanuary\n\n[A suit](#) was put off until the end of\n\nApril.\n\n[Another](#) one.\n"
    assert [(e.month, e.text.split("\n")[0][-13:]) for e in laid(text).entries][0] == (
        "2025-01",
        "end of April.",
    )


def test_a_thousand_paragraphs_without_a_link_under_a_heading():
    body = (
        "1. General (x)\n\n"
        + "\n\n".join(f"Paragraph {n} says something." for n in range(2000))
        + "\n\n2. More (y)\n\n[A suit](#).\n"
    )
    assert {entry.section for entry in small(body).entries} == {1, 2}


def test_an_address_with_brackets():
    [entry] = small("1. One\n\n[A law](https://ru.example.org/wiki/Закон_(право)) came.\n").entries
    assert entry.text == "A law came."
    assert entry.links[0].address == "https://ru.example.org/wiki/Закон_(право)"
