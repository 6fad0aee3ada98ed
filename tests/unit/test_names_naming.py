"""Where a text names somebody: other letters, cases and orders; not namesakes, and never out of step with the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.names.naming import Naming, Somebody, cover, moved

TESTOVA = Somebody("t", ("Aigerim Testova",), frozenset({"testova"}))
SHARED = Somebody("t", ("Aigerim Testova",))  # somebody else bears the surname too


def covered(text: str, *people: Somebody, capitals: bool = True) -> str:
    return cover(text, Naming(people or (TESTOVA,)).spans(text, capitals=capitals), "#")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Aigerim Testova said so.", "# said so."),
        ("Айгерим Тестовой отказали", "# отказали"),
        ("Айгерім Тестоваға жауап бермеді", "# жауап бермеді"),
        ("TESTOVA, AIGERIM (reporter)", "# (reporter)"),
        ("Aigerim Serikovna Testova", "#"),
        ("А. С. Тестова", "#"),
        ("Testova’s lawyer", "#’s lawyer"),
        ("Ajgerim Testowa", "#"),
        ("Тестова-Моделева Айгерим", "#"),
    ],
)
def test_a_name_is_found_however_it_is_written(text, left):
    assert covered(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Testov said so.",
        "Aigerim Modeleva",
        "a test of nerves",
        "the court",
        "",
        "Bolat Testov and Aigerim Moda",
        "…",
    ],
)
def test_others_are_left_alone(text):
    assert covered(text) == text


def test_a_surname_that_others_bear_names_nobody_alone():
    assert covered("Testova came first, then Aigerim Testova", SHARED) == "Testova came first, then #"
    assert covered("Amir Testov, Testova", SHARED) == "Amir Testov, Testova"


#: One forename that all bear; two of them one surname too, and one a surname that is nobody else's.
MANY = [
    *(
        Somebody(f"p{number}", (f"Aigerim Qiyal{letter}eva",))
        for number, letter in enumerate("bdfgklmnprstvz")
    ),
    Somebody("a", ("Aigerim Testova",)),
    Somebody("b", ("Aigerim Testova", "Aigerim Model")),
    Somebody("c", ("Aigerim Moldina",), frozenset({"moldina"})),
]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Aigerim said so.", ""),
        ("Aigerim Testova said so.", "ab"),
        ("Aigerim, the second daughter of Testova", ""),  # too far apart
        ("Testova and Aigerim Model", "ab"),  # two words between which one stands
        ("A. Testova", "ab"),
        ("B. Testova", ""),
        ("Moldina", "c"),
        ("Aigerim and Moldina", "c"),
    ],
)
def test_of_many_with_one_forename_those_are_meant_whose_surname_is_near(text, who):
    """As a look at every one by itself finds it."""
    assert "".join(sorted(Naming(MANY).named(text))) == who
    assert "".join(one.id for one in MANY if Naming([one]).named(text)) == who


def test_small_letters_name_in_an_address_only():
    assert covered("testova-274") == "testova-274"
    assert covered("testova-274", capitals=False) == "#-274"
    assert (
        covered("https://news.example/aigerim-testova.html", capitals=False) == "https://news.example/#.html"
    )


def test_a_name_with_a_hyphen_is_found_by_each_half():
    anna = Somebody("a", ("Anna Testova-Modeleva",), frozenset({"modeleva"}))
    assert covered("Анна Тестова-Моделева пришла", anna) == "# пришла"
    assert covered("Modeleva came", anna) == "# came"


def test_a_description_is_no_name():
    assert not Somebody("d", ("unnamed businessman", "a relative of the family", "", "…", "X")).names
    assert covered("An unnamed businessman sued.", Somebody("d", ("unnamed businessman",))) == (
        "An unnamed businessman sued."
    )


@pytest.mark.parametrize("form", ["An Almaty businessman", "Алматинский предприниматель", "Алматы"])
def test_where_somebody_is_from_names_nobody(form):
    naming = Naming([Somebody("one", (form, "Samal Testbayeva"))])
    assert naming.spans("In Almaty police detained an editor; в Алматы, алматинский суд.") == []
    assert naming.spans("Samal Testbayeva of Almaty") == [(0, 16)]


def test_a_word_may_begin_a_name_in_any_script():
    people = Naming([TESTOVA])
    assert all(map(people.may_mean, ("Testova", "тестов", "тес", "aiger")))
    assert not people.may_mean("court")
    assert not Naming(()).may_mean("anything")


@given(st.text(max_size=80), st.integers(0, 80))
def test_places_move_with_the_text(text, place):
    text = text[:40] + " Aigerim Testova " + text[40:]
    spans = Naming([TESTOVA]).spans(text)
    assert spans
    assert spans == sorted(spans)
    left = cover(text, spans, "[…]")
    assert "Testova" not in left
    outside = [at for at in range(len(text)) if not any(start <= at < end for start, end in spans)]
    for at in outside:
        assert left[moved(at, spans, "[…]")] == text[at]
    assert 0 <= moved(min(place, len(text)), spans, "[…]") <= len(left)
