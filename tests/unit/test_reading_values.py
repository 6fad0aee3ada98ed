"""Amounts, Kazakh in Latin letters, names in running text: values that a person worked out."""

from __future__ import annotations

import pytest

from barometer.reading.amounts import amounts
from barometer.reading.latin import to_cyrillic
from barometer.reading.tagger import name_spans
from barometer.sources import language_of


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "He was fined 78,640 tenge.", [("fine", 78640, "KZT")]),
        ("en", "The company demands 15 million tenge in compensation.", [("claim", 15_000_000, "KZT")]),
        ("en", "She was given ten days of arrest.", [("measure", 10, "day")]),
        ("en", "YouTube deleted 14 videos.", [("count", 14, "video")]),
        ("en", "It costs $200.", [("sum", 200, "USD")]),
        ("ru", "Суд оштрафовал её на 20 МРП.", [("fine", 20, "MCI")]),
        ("ru", "Истец требует взыскать 1,5 млн тенге.", [("claim", 1_500_000, "KZT")]),
        ("ru", "Арестован на 10 суток.", [("measure", 10, "day")]),
        ("kk", "Сот 5 000 000 теңге өтемақы талап етті.", [("claim", 5_000_000, "KZT")]),
        ("kk", "15 тәулікке қамауға алынды.", [("measure", 15, "day")]),
        ("en", "In 2031 there were 12 of them at Article 274.", []),
    ],
)
def test_amounts(language, text, told):
    assert [(one.amount.what, one.amount.value, one.amount.unit) for one in amounts(text, language)] == told
    assert all(text[one.start : one.end].strip() == one.amount.text for one in amounts(text, language))


def test_kazakh_in_latin_letters():
    latin = "Astana qalalyq soty tılşı Alma Testovağa akkreditatsia bermedı, alaida ol jazyp jür."
    text, places = to_cyrillic(latin)
    assert text == "Астана қалалық соты тілші Алма Тестоваға аккредитация бермеді, алайда ол жазып жүр."
    assert len(places) == len(text)
    assert latin[places[text.index("аккред")] : places[text.index("ация") + 3] + 1] == "akkreditatsia"
    assert language_of(latin) == "kk"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The court fined the editor of the paper.", "en"),
        ("Суд оштрафовал редактора газеты.", "ru"),
        ("Сот газет редакторына айыппұл салды, ол келіспейді.", "kk"),
        ("Bul jurnalistıñ ısı turaly sot şeşımı boldy.", "kk"),
        ("Die Polizei hielt den Redakteur der Zeitung fest.", "en"),
    ],
)
def test_languages(text, language):
    assert language_of(text) == language


def test_names_in_russian_text():
    text = "Журналист Сергей Выдуманов рассказал, что ОАО «Бумажный змей» подало иск в Таразе."
    found = {text[span.start : span.end]: span.kind for span in name_spans(text, "ru")}
    assert found == {"Сергей Выдуманов": "person", "Бумажный змей": "organisation", "Таразе": "place"}


def test_names_in_kazakh_text():
    text = "Журналист Айгүл Ойданова Таразда сотқа шағым түсірді."
    found = {text[span.start : span.end]: span.kind for span in name_spans(text, "kk")}
    assert found.get("Айгүл Ойданова") == "person"


def test_no_model_of_english():
    assert name_spans("Alma Testova wrote.", "en") == ()
