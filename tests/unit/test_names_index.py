"""A name found among others by its keys, in any script or by the same letters only. All names are invented."""

from __future__ import annotations

import pytest

from barometer.names.index import NameIndex, blocks

PEOPLE = [
    (1, "Әмір Қасенов"),
    (2, "Асель Манатаева"),
    (3, "Шыңғыс Оспанқұлов"),
    (4, "Жансая Болатқызы Төлебаева"),
    (5, "Саша Ветров"),
    (6, "Амир Касенов"),
    (7, "Рысбек Тургынов"),
]


@pytest.fixture
def people():
    with NameIndex() as index:
        index.add(PEOPLE)
        yield index


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Kasenov, Amir", {1, 6}),
        ("A. Kassenow", {1, 6}),
        ("Касенову Амиру", {1, 6}),
        ("Schingis Ospankulow", {3}),
        ("Чингиз Оспанкулов", {3}),
        ("Tölebayeva Jansaya", {4}),
        ("Толебаевой Жансае", {4}),
        ("Толебаеву", {4}),
        ("Тургынову", {7}),
        ("Turgynov", {7}),
        ("Aleksandr Vetrov", {5}),
        ("Асет Манатаев", set()),
        ("", set()),
        ("😀", set()),
    ],
)
def test_in_any_script(people, asked, found):
    assert {hit.id for hit in people.search(asked) if hit.probability >= 0.5} == found


def test_the_same_letters_only(people):
    assert {hit.id for hit in people.search("касенов амир", transliterate=False)} == {6}
    assert people.search("Kasenov Amir", transliterate=False) == []
    assert people.search("", transliterate=False) == []


def test_the_likeliest_comes_first_and_no_more_than_asked_for(people):
    hits = people.search("Амир Касенов")
    assert hits[0].id == 6
    assert [hit.probability for hit in hits] == sorted((hit.probability for hit in hits), reverse=True)
    assert len(people.search("Амир Касенов", limit=1)) == 1


def test_a_name_given_again_replaces_the_older(people):
    people.add([(6, "Нурлан Есентаев")])
    assert {hit.id for hit in people.search("Amir Kasenov")} == {1}
    assert {hit.id for hit in people.search("Nurlan Yesentayev")} == {6}


def test_it_is_kept_in_a_file(tmp_path):
    with NameIndex(tmp_path / "names.sqlite3") as index:
        index.add(PEOPLE)
    with NameIndex(tmp_path / "names.sqlite3") as index:
        assert index.search("Amir Kasenov")


def test_outlets():
    with NameIndex(kind="outlet") as index:
        index.add([(1, "Уральская неделя"), (2, "ulysmedia.kz"), (3, "Наш край")])
        assert [hit.id for hit in index.search("Ural Week")] == [1]
        assert [hit.id for hit in index.search("Ulys Media")] == [2]
        assert [hit.id for hit in index.search("Nash Kray newspaper")] == [3]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Әмір Қасенов", "Kassenow, Amir"),
        ("Чингиз Касенов", "Chingiz Kasenov"),
        ("А. Касенов", "Амир Касенов"),
    ],
)
def test_spellings_share_a_narrow_key(a, b):
    assert any(key[0] in "ph" for key in blocks(a) & blocks(b))


def test_what_says_nothing_has_no_keys():
    assert blocks("...") == blocks("", "outlet") == blocks("!", transliterate=False) == frozenset()
    assert blocks("Алматы") == frozenset()
