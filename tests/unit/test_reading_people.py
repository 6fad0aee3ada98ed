"""Who is in an event: unnamed staff, lists of names, sentences that go on. All names are invented."""

from __future__ import annotations

import pytest

from barometer.reading.entry import Paper, Reading, Story, reading_of
from barometer.reading.mentions import lists, mentions
from barometer.reading.people import Scene, people_hit, stands_for_staff
from barometer.reading.sentences import sentences


def scene(text: str, language: str) -> Scene:
    return Scene(text, language, tuple(sentences(text)), mentions(text, language))


def reading(text: str, language: str = "en") -> Reading:
    found = reading_of(
        Story(text, 4, "2026-02", (), tuple(range(len(text)))), Paper(language, None, "0" * 64)
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("language", "text", "unnamed"),
    [
        ("en", "A correspondent of Invented.kz was detained at the square.", True),
        ("en", "An Invented.kz correspondent was detained alongside Alma Testova.", True),
        ("en", "Colleagues from Sample.kz and Invented.kz complained.", True),
        ("en", "Invented.kz correspondent Alma Testova was detained.", False),
        ("en", "Alma Testova, a correspondent of Invented.kz, was detained.", False),
        ("en", "The film crew of Invented.kz: Alma Testova was beaten.", False),
        ("en", "The website of Invented.kz was blocked.", False),
        ("ru", "Полиция задержала корреспондента Invented.kz. Его отпустили.", True),
        ("ru", "Задержали корреспондента Invented.kz Алму Тестову.", False),
        ("kk", "Invented.kz тілшісі де ұсталды.", True),
        ("kk", "Invented.kz сайтының Ақтаудағы тілшісі Алма Тестова ұсталды.", False),
    ],
)
def test_an_outlet_stands_for_its_unnamed_people(language: str, text: str, unnamed: bool) -> None:
    found = scene(text, language)
    outlet = next(m for m in found.mentions.outlets if m.written == "Invented.kz")
    assert stands_for_staff(found, outlet) is unnamed


def test_a_person_never_stands_for_staff() -> None:
    found = scene("A colleague of journalist Alma Testova was detained.", "en")
    assert [stands_for_staff(found, m) for m in found.mentions.people] == [False]


@pytest.mark.parametrize(
    ("language", "text", "outlets"),
    [
        ("en", "They hacked media outlets, including Bos Ekran and Tusinik.", ["Bos Ekran", "Tusinik"]),
        ("en", "It was sent to the 'Bos Ekran', 'Oyla' and 'Tusinik' TV channels.", ["Bos Ekran", "Oyla", "Tusinik"]),
        ("en", "The outlet Bosekran, Testova and Sampleyev are on trial.", ["Bosekran"]),
        ("ru", "Взломали СМИ, в том числе «Бос Экран» и Tusinik.", ["Бос Экран", "Tusinik"]),
        ("kk", "Tusinik редакциясы сауал жолдады.", ["Tusinik"]),
    ],
)  # fmt: skip
def test_names_listed_beside_a_word_for_outlets_are_outlets(
    language: str, text: str, outlets: list[str]
) -> None:
    assert [m.written for m in mentions(text, language).outlets] == outlets


def test_a_place_in_a_list_beside_outlets_is_none() -> None:
    found = mentions("The websites, including Astana and Tusinik, were blocked.", "en")
    assert [m.written for m in found.outlets] == ["Tusinik"]


@pytest.mark.parametrize(
    ("language", "text", "sizes"),
    [
        ("en", "Journalists Alma Testova, Bolat Sampleyev and Dana Primerova were summoned.", [3]),
        ("en", "Journalist Alma Testova sued the editor Bolat Sampleyev.", [1, 1]),
        ("ru", "Журналисты Алма Тестова и Болат Примеров подали жалобу.", [2]),
    ],
)
def test_lists_of_people(language: str, text: str, sizes: list[int]) -> None:
    assert [len(run) for run in lists(text, mentions(text, language).people)] == sizes


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Posts by users were deleted on 3 February. Among them were journalist Alma Testova and others.",
        ),
        ("ru", "Публикации ряда пользователей удалили. Среди них журналистка Алма Тестова."),
        ("kk", "Қолданушылардың жазбалары өшірілді. Олардың арасында журналист Алма Тестова бар."),
    ],
)
def test_a_sentence_that_names_them_goes_on_with_the_one_before(language: str, text: str) -> None:
    found = reading(text, language)
    (person,) = found.scene.mentions.people
    assert found.view.sentence_of(person.start) == 1
    assert found.view.told_with(person.start) == 0


def test_the_first_sentence_goes_on_with_nothing() -> None:
    found = reading("Among them was journalist Alma Testova. Her page was deleted.")
    assert found.view.told_with(found.scene.mentions.people[0].start) == 0


def test_what_is_told_of_one_of_a_list_is_told_of_each() -> None:
    found = reading("The pages of journalists Alma Testova, Bolat Sampleyev and Dana Primerova were deleted.")
    sure = {"Alma Testova": 0.2, "Bolat Sampleyev": 0.9, "Dana Primerova": 0.1}
    found._share_in_lists(found.candidates[0], sure)
    assert set(sure.values()) == {0.9}


def test_who_stands_in_no_list_keeps_his_own() -> None:
    found = reading("Journalist Alma Testova complained that editor Bolat Sampleyev had deleted her post.")
    sure = {"Alma Testova": 0.9, "Bolat Sampleyev": 0.1}
    found._share_in_lists(found.candidates[0], sure)
    assert sure == {"Alma Testova": 0.9, "Bolat Sampleyev": 0.1}


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "Three freelance journalists were detained.", 3),
        ("en", "Two unknown men beat journalist Alma Testova.", 1),
        ("ru", "Задержали двух местных журналистов.", 2),
        ("ru", "Двое неизвестных избили журналистку Алму Тестову.", 1),
        ("kk", "Екі белгісіз адам журналист Алма Тестованы ұрды.", 1),
        ("en", "The road was closed.", None),
    ],
)
def test_only_people_of_the_media_are_counted(language: str, text: str, number: int | None) -> None:
    found = scene(text, language)
    hit = [m for m in found.mentions.people if m.side == "target"]
    assert people_hit(found, [0], hit)[0] == number


def test_the_language_of_an_outlet_is_no_outlet() -> None:
    found = mentions("The editor of the Kazakh-language site Tusinik was questioned.", "en")
    assert [m.written for m in found.outlets] == ["Tusinik"]
