"""Which words are linked where no source says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.codebook import LANGUAGES
from barometer.publication.linking import MOST_WORDS, leading_phrase
from barometer.publication.to_md import escaped
from barometer.publication.words import month_name, quarter_name, word_list, words


@pytest.mark.parametrize(
    ("language", "text", "linked"),
    [
        ("en", "Anna Invented was fined, her lawyer said.", "Anna Invented was fined"),
        ("en", "On 5 March, the invented court closed the hearing.", "the invented court closed the hearing"),
        ("en", "The invented ministry refused to give the editors of the paper any answer.", "The invented ministry refused to give the editors of the paper any answer"),
        ("en", "“The Invented Paper” was searched.", "“The Invented Paper” was searched"),
        ("en", "Silence.", "Silence"),
        ("ru", "Суд Выдуманска отказал журналистам, которые просили допустить их в зал.", "Суд Выдуманска отказал журналистам"),
        ("ru", "5 марта суд Выдуманска закрыл заседание от журналистов и от публики.", "5 марта суд Выдуманска закрыл заседание"),
        ("kk", "Ойдан шығарылған министрлік сауалға жауап бермеді.", "Ойдан шығарылған министрлік сауалға жауап бермеді"),
        ("kk", "«Ойдан шыққан газет» пен оның редакторы және тілшісі сотқа шақырылды.", "«Ойдан шыққан газет» пен оның редакторы және тілшісі сотқа шақырылды"),
        ("en", "Guards pushed the invented editor out of hall No. 3 in Inventown.", "Guards pushed the invented editor out of hall No. 3"),
        ("en", "Police in Inventown detained the reporter Bolat Very Long Invented and others after a brawl at night.", "Police in Inventown detained the reporter Bolat Very Long Invented and others"),
        ("en", "The Invented Department for Energy of Inventown refused every question that the editors asked.", "The Invented Department for Energy of Inventown refused every question"),
        ("ru", "Апелляционный суд Выдуманска оставил в силе приговор журналисту Олегу Выдуманному за гиперссылку и ещё одну статью.", "Апелляционный суд Выдуманска оставил в силе приговор журналисту Олегу Выдуманному"),
        ("ru", "Суд отказал Аскару Выдуманному в иске о защите чести и достоинства к газете «Выдумка».", "Суд отказал Аскару Выдуманному в иске"),
        ("ru", "Анну Ойдан, Болата Выдуманного и Сауле Небывалую из «Выдумки» задержали в аэропорту.", "Анну Ойдан, Болата Выдуманного и Сауле Небывалую из «Выдумки» задержали"),
        ("ru", "29 января 2026 года, после атаки, сайт «Выдумки» стал недоступен.", "после атаки, сайт «Выдумки» стал недоступен"),
        ("kk", "Полиция департаменті «Уақыт» газетінің тілшісі Айжан Ойданованың Гүлайым Қиялованың ісіне қатысты сауалына жауап бермеді.", "Полиция департаменті «Уақыт» газетінің тілшісі Айжан Ойданованың Гүлайым Қиялованың ісіне қатысты сауалына жауап бермеді"),
        ("kk", "Даркнеттегі арналар БАҚ-тың, соның ішінде «Қиялдың» аккаунттарын бұзып, сатады.", "Даркнеттегі арналар БАҚ-тың, соның ішінде «Қиялдың» аккаунттарын бұзып"),
    ],
)  # fmt: skip
def test_a_leading_phrase_that_says_something(language: str, text: str, linked: str) -> None:
    start, end = leading_phrase(text, language)
    assert text[start:end] == linked


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=200), st.sampled_from(LANGUAGES))
def test_the_phrase_lies_at_word_boundaries_and_is_short(text: str, language: str) -> None:
    start, end = leading_phrase(text, language)
    said = text[start:end]
    assert 0 <= start <= end <= len(text)
    assert bool(said) == bool(text.strip())
    assert said == said.strip()
    assert len(said.split()) <= MOST_WORDS
    assert start == 0 or text[start - 1].isspace()
    assert end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum())


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("12. items", "12\\. items"),
        ("2026 was", "2026 was"),
        ("# no heading", "\\# no heading"),
        ("- no list", "\\- no list"),
        ("a*b_c[d](e)`f`", "a\\*b\\_c\\[d\\](e)\\`f\\`"),
        ("A&B &amp; &#65;", "A&B \\&amp; \\&#65;"),
        ("1 < 2 > 0 | ~ \\", "1 \\< 2 \\> 0 \\| \\~ \\\\"),
        ("Plain words, (in brackets) – “quoted”!", "Plain words, (in brackets) – “quoted”!"),
    ],
)
def test_markdown_keeps_every_mark_as_text(text: str, marked: str) -> None:
    assert escaped(text) == marked


def test_every_language_has_every_word() -> None:
    assert {frozenset(words(language)) for language in LANGUAGES} == {frozenset(words("en"))}
    for language in LANGUAGES:
        assert len(word_list(language, "quarters")) == 4
        for name, said in words(language).items():
            assert said.strip(), name
            assert _filled_in(said) == _filled_in(words("en")[name]), name


def test_months_and_quarters_in_words() -> None:
    assert [month_name("2026-01", language) for language in LANGUAGES] == ["January", "Январь", "Қаңтар"]
    assert [quarter_name("2026Q3", language) for language in LANGUAGES] == [
        "Third quarter of 2026",
        "Третий квартал 2026 года",
        "2026 жылғы үшінші тоқсан",
    ]


def _filled_in(said: str) -> list[str]:
    return sorted(part.split("}")[0] for part in said.split("{")[1:])


def test_a_text_that_is_nothing_but_a_date_is_linked_whole() -> None:
    assert leading_phrase("0 A", "ru") == (0, 3)
