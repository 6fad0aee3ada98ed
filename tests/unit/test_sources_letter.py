"""An open letter is known by its form and taken apart into its parts."""

from __future__ import annotations

import pytest

from barometer.codebook import CodedLetter
from barometer.codebook.check import check_file
from barometer.pipeline import write
from barometer.reading import read_letter as code_letter
from barometer.sources import Letter, is_letter, read_document, read_letter

ENGLISH = """13 April 2031

Erlan Bosqatov
Chair of the Invented Council
1 Kite Street,
Astana

CC: Prosecutor General

Sent via e-mail to: office@example.org

Dear Mr Bosqatov,

We, the undersigned organisations, write to express our concern over pressure on reporters in this country, where
a growing number of editors have been taken to court for what they printed about kites.

**Alma Testova:** The editor-in-chief of the newspaper Qiyal News has been under house arrest since 2 March 2031 on
a charge of knowingly disseminating false information.

We therefore call on you to:

- release Alma Testova;
- bring Article 274 of the Criminal Code into line with international law.

Signed:

Kite Watch (KW)

Paper Kites International
Saule Oydan, journalist
"""
RUSSIAN = """ОТКРЫТОЕ ПИСЬМО

Кому: Ерлану Боскатову, председателю Вымышленного совета

Уважаемый господин председатель!

Мы, нижеподписавшиеся, обеспокоены давлением на журналистов. Мы требуем:

1) освободить Алму Тестову;
2) прекратить дело против газеты.

Подписали:
Общество воздушных змеев
Сауле Ойдан, журналист

14 апреля 2031 года
"""
KAZAKH = """АШЫҚ ХАТ

2031 жылғы 14 сәуір

Құрметті төраға!

Төменде қол қойған біз, ұйымдар, журналистерге қысымға алаңдаймыз. Біз сізден талап етеміз:

• Алма Тестованы босатуды;
• газетке қарсы істі тоқтатуды.

Қол қойғандар:
Батпырауық қоғамы
Сәуле Ойдан
"""


@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN, KAZAKH])
def test_a_letter_is_known_by_its_form(text):
    assert is_letter(text)
    assert isinstance(read_document("letter.txt", text), Letter)


def test_a_bulletin_and_a_report_are_no_letters():
    assert not is_letter(
        "BAROMETER\n\n1. The general picture (laws, statements).\n\nApril. A bill was put forward."
    )
    assert not is_letter(
        "Forty organisations signed an open letter to the president, the newspaper reported."
    )


def test_the_parts_of_an_english_letter():
    letter = read_letter("letter.txt", ENGLISH)
    assert letter.date == "2031-04-13"
    assert letter.sent_via and letter.sent_via.endswith("office@example.org")
    assert letter.addressees[0].name == "Erlan Bosqatov"
    assert letter.addressees[0].role == "Chair of the Invented Council"
    assert letter.demands == (
        "Release Alma Testova.",
        "Bring Article 274 of the Criminal Code into line with international law.",
    )
    assert letter.signatories == ("Kite Watch (KW)", "Paper Kites International", "Saule Oydan, journalist")
    assert [passage.heading for passage in letter.body if passage.heading] == ["Alma Testova"]
    assert letter.problems == ()


@pytest.mark.parametrize(
    ("text", "demands", "signatories"),
    [
        (RUSSIAN, ("Освободить Алму Тестову.", "Прекратить дело против газеты."), ("Общество воздушных змеев", "Сауле Ойдан, журналист")),
        (KAZAKH, ("Алма Тестованы босатуды.", "Газетке қарсы істі тоқтатуды."), ("Батпырауық қоғамы", "Сәуле Ойдан")),
    ],
)  # fmt: skip
def test_letters_in_russian_and_kazakh(text, demands, signatories):
    letter = read_letter("letter.txt", text)
    assert (letter.date, letter.demands, letter.signatories) == ("2031-04-14", demands, signatories)


def test_every_letter_of_the_body_stands_where_it_says():
    letter = read_letter("letter.txt", ENGLISH)
    for passage in letter.body:
        shown = "".join(ENGLISH[at] for at in passage.offsets)
        assert shown.split() == passage.text.split()


def test_the_coded_letter_is_by_the_codebook(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text(ENGLISH, encoding="utf-8")
    told = []
    [out] = write([path], tmp_path / "out", told.append)
    assert check_file(out) == []
    assert told[0].startswith("letter.txt: an open letter of 2031-04-13: ")
    coded = code_letter(read_letter("letter.txt", ENGLISH))
    assert isinstance(coded, CodedLetter)
    [case] = [case for case in coded.cases if case.person == "Alma Testova"]
    assert "legal.house_arrest" in {event.main_type for event in case.events}
    assert {event.date for event in case.events if event.main_type == "legal.house_arrest"} == {"2031-03-02"}
    assert "KZ-CC-274" in coded.legal_provisions


def test_what_is_missing_is_told():
    letter = read_letter("x.txt", "Dear all,\n\nWe, the undersigned, are worried.\n\nSigned:\n\nA B")
    assert "no date was found" in letter.problems
