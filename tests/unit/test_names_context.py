"""What is known beside two names, worked out by hand. All names and places are invented."""

from __future__ import annotations

import math
from datetime import date

import pytest

from barometer.names.comparison import Comparison, compare
from barometer.names.context import Around, around, frequent, in_context, log_odds
from barometer.names.forenames import lexicon
from barometer.names.sounds import sounds

# Log-odds of 0.5 are 0, so that the sum of the weights is the whole.
EVEN = Comparison("Рысбек Кияров", "Rysbek Kiyarov", "person", 0.5)
NOTHING = Around()


def of(**fields):
    return Around(**{name: frozenset(values) for name, values in fields.items()})


def logistic(total):
    return round(1 / (1 + math.exp(-total)), 6)


@pytest.mark.parametrize(
    ("a", "b", "total", "codes"),
    [
        (NOTHING, NOTHING, 0.0, []),
        (of(events=["e"]), of(events=["e"]), -4.0, ["event"]),
        (of(events=["e"], places=["KZ-75"]), of(events=["e"], places=["KZ-75"]), -4.0, ["event"]),
        (of(cases=["c-1"]), of(cases=["c-1", "c-2"]), 1.5, ["case"]),
        (of(outlets=["Invented Herald"]), of(outlets=["Invented Herald"]), 2.0, ["outlet_same"]),
        (of(outlets=["Invented Herald"]), of(outlets=["Made-up Courier"]), -1.0, ["outlet_apart"]),
        (of(outlets=["Invented Herald"]), NOTHING, 0.0, []),
        (of(roles=["journalist"]), of(roles=["journalist"]), 0.5, ["role_same"]),
        (of(roles=["journalist"]), of(roles=["editor"]), 0.0, []),  # one trade
        (of(roles=["journalist"]), of(roles=["official"]), -1.0, ["role_apart"]),
        (of(places=["KZ-75"]), of(places=["KZ-75"]), 0.5, ["place_same"]),
        (of(places=["KZ-75"]), of(places=["KZ-10"]), -0.5, ["place_apart"]),
        (of(provisions=["KZ-CC-274"]), of(provisions=["KZ-CC-274"]), 1.0, ["provision"]),
        (of(days=[date(2031, 1, 1)]), of(days=[date(2031, 4, 1)]), 0.5, ["near"]),  # 90 days
        (of(days=[date(2031, 1, 1)]), of(days=[date(2031, 4, 2)]), 0.0, []),
        (of(days=[date(2026, 1, 1)]), of(days=[date(2030, 12, 31)]), -0.5, ["far"]),  # 1825 days
        # 2.0 + 0.5 − 0.5
        (
            of(outlets=["Invented Herald"], roles=["editor"], places=["KZ-75"]),
            of(outlets=["Invented Herald"], roles=["editor"], places=["KZ-10"]),
            2.0,
            ["outlet_same", "role_same", "place_apart"],
        ),
        # 1.5 + 2.0 + 0.5 = 4.0, of which 3.0 count
        (
            of(cases=["c"], outlets=["Invented Herald"], roles=["editor"]),
            of(cases=["c"], outlets=["Invented Herald"], roles=["editor"]),
            3.0,
            ["case", "outlet_same", "role_same", "most_for"],
        ),
    ],
)
def test_each_finding_adds_its_weight(a, b, total, codes):
    belief = in_context(EVEN, a, b)
    assert [finding.code for finding in belief.findings] == codes
    assert belief.probability == logistic(total)
    assert in_context(EVEN, b, a) == belief


def test_of_courts_and_outlets_only_events_cases_and_places_count():
    two = Comparison("Invented Herald", "Invented Heralds", "outlet", 0.5)
    alike = of(places=["KZ-75"], roles=["outlet"], provisions=["KZ-CC-274"], days=[date(2031, 1, 1)])
    assert [finding.code for finding in in_context(two, alike, alike).findings] == ["place_same"]


def test_an_outlet_in_another_script_is_the_same_outlet():
    a, b = of(outlets=["Қиял апталығы"]), of(outlets=["Qiyal aptalygy"])
    assert [finding.code for finding in around(a, b)] == ["outlet_same"]


def test_a_name_alone_says_no_more_than_so_much():
    # 0.9999 is 9.21 in log-odds, 4.0 of them count: 0.982
    sure = Comparison("Рысбек Кияров", "Rysbek Kiyarov", "person", 0.9999)
    assert in_context(sure, NOTHING, NOTHING).probability == logistic(4.0) == 0.982014


@pytest.mark.parametrize(
    ("a", "b", "weights"),
    [
        ("Рысбек Кияров", "Rysbek Kiyarov", []),
        ("Рысбек Омаров", "Rysbek Omarov", [-2.0]),
        ("Айгуль Омарова", "Omarova Aigul", [-2.0, -1.0]),
        ("Азамат Сапаров", "Azamat Saparov", [-1.0, -0.5]),
        ("Омаров", "Omarov", [-2.0]),
        ("Марат Болатұлы Омаров", "Omarov Marat Bolatuly", []),  # with a father's name it is rare
        ("Омаров Марат", "Кияров Марат", [-1.0]),  # the surname is not of both
        ("", "", []),
    ],
)
def test_names_that_many_bear(a, b, weights):
    assert [finding.weight for finding in frequent(a, b)] == weights
    assert frequent(b, a) == frequent(a, b)


def test_homonyms_with_a_frequent_name_need_more():
    """4.0 − 2.0 − 1.0 = 1.0; with one outlet 3.0, with two outlets 0.0."""
    two = Comparison("Айгуль Омарова", "Aigul Omarova", "person", 0.99)
    here, there = of(outlets=["Invented Herald"]), of(outlets=["Made-up Courier"])
    assert in_context(two, NOTHING, NOTHING).probability == logistic(1.0)
    assert in_context(two, here, here).probability == logistic(3.0)
    assert in_context(two, here, there).probability == logistic(0.0)


def test_context_never_joins_names_that_differ():
    """Brother and sister at one paper, in one case, in one week."""
    all_alike = of(
        cases=["c"], outlets=["Invented Herald"], roles=["editor"], places=["KZ-75"], provisions=["KZ-CC-274"],
        days=[date(2031, 1, 1)],
    )  # fmt: skip
    other = compare("Рысбек Кияров", "Жанар Киярова")
    assert in_context(other, all_alike, all_alike).probability < 0.1


@pytest.mark.parametrize("name", ["", "A", "…", "😀", "Алматы", "x" * 10_000])
def test_a_name_that_says_nothing_stays_so(name):
    alike = of(cases=["c"], outlets=["Invented Herald"])
    belief = in_context(compare(name, name), alike, alike)
    assert (belief.probability, belief.findings) == (0.02, ())


def test_every_finding_is_said_in_three_languages():
    a = of(outlets=["Invented Herald"], roles=["journalist"], days=[date(2031, 1, 1)])
    b = of(outlets=["Made-up Courier"], roles=["official"], days=[date(2031, 1, 3)])
    for finding in around(a, b):
        said = {finding.said(language) for language in ("en", "ru", "kk")}
        assert len(said) == 3
        assert not any("{" in text for text in said)
    assert str(around(a, b)[-1]) == "+0.5  they are mentioned at nearly the same time, 2 days apart"


def test_the_frequent_forenames_are_in_the_list_of_forenames():
    from barometer.names.context import _data

    listed = _data()["frequent"]
    for word in (listed["forenames"] + " " + listed["forenames_very"]).split():
        assert lexicon().groups_of(sounds(word)), word


def test_log_odds_are_never_without_bounds():
    assert log_odds(0.5) == 0
    assert log_odds(1.0) == pytest.approx(-log_odds(0.0))
    assert log_odds(1.0) < 10
