"""Which events tell one thing: weights added up by hand; all names are invented."""

import math
from datetime import date

import pytest

from barometer.cases.retelling import Telling, retellings, words
from barometer.cases.values import CaseEvent
from barometer.codebook import Event

MARCH, APRIL = date(2031, 3, 31), date(2031, 4, 13)


def telling(name, source="bulletin", entry=None, known=None, who="Alma Testova", **more):
    values = {
        "kind": "violation",
        "types": ["legal.house_arrest"],
        "date": "2031-03-21",
        "targets": [{"name": who, "written": who, "type": "journalist"}] if who else [],
        "case": "testova-274",
    }
    known = known or (MARCH if source == "bulletin" else APRIL)
    return Telling(CaseEvent(name, Event.model_validate(values | more), (source,), known), entry or name)


def pairs(*tellings, among=()):
    return {(one.event, one.told, one.verdict) for one in retellings(tellings, among)}


def test_two_sources_with_one_event():
    [one] = retellings([telling("b"), telling("l", "letter")])
    assert (one.event, one.told, one.verdict) == ("l", "b", "same")
    # -5 to begin with, 3.5 person, 2.5 type, 2 the same day, 1.5 the same case
    assert one.probability == pytest.approx(1 / (1 + math.exp(-(-5 + 3.5 + 2.5 + 2 + 1.5))), abs=0.001)
    assert [reason.name for reason in one.reasons] == ["person", "type", "same_day", "case"]
    assert words(one.reasons[0]) == "Alma Testova is Alma Testova"
    assert words(one.reasons[1], "ru") == "тот же тип: legal.house_arrest"


def test_the_order_in_which_they_are_handed_in_says_nothing():
    tellings = [telling("b"), telling("l", "letter"), telling("x", "letter", date="2031-03-28")]
    assert retellings(tellings) == retellings(tellings[::-1])


def test_what_stands_there_is_not_compared_with_itself():
    there = [telling("b"), telling("r", "report", known=APRIL)]
    assert pairs(among=there) == set()
    assert pairs(there[1], among=there[:1]) == {("r", "b", "same")}


@pytest.mark.parametrize(
    "other",
    [
        telling("l", "letter", who="Dina Modelova"),
        telling("l", "letter", types=["digital.account_hacking"]),
        telling("l", "letter", date="2031-05-21", known=date(2031, 6, 1)),
        telling("l", "letter", date="2029-03-21"),
        telling(
            "l", "letter", kind="relief", types=["outcome.released", "legal.house_arrest"], phase="ended"
        ),
        telling("l", "bulletin"),
        telling("l", "bulletin", entry="b", background=True),
    ],
    ids=[
        "somebody else",
        "another type",
        "two months on",
        "years ago",
        "relief",
        "news of one source",
        "one entry",
    ],
)
def test_two_things(other):
    assert pairs(telling("b"), other) == set()


def test_a_further_step_is_not_the_beginning():
    step = telling("l", "letter", phase="step", date="2031-03-25", case=None)
    assert pairs(telling("b", phase="imposed"), step) == set()


def test_a_day_s_difference_and_the_word_that_another_source_uses():
    arrest = telling("l", "letter", types=["legal.arrest"], date="2031-03-18")
    detention = telling("b", types=["legal.detention"], date="2031-03-17")
    [one] = retellings([arrest, detention])
    assert {reason.name for reason in one.reasons} == {"person", "rival", "near", "case"}
    # an attack of that night is less likely the detention than the arrest is, and only one of them can be
    attack = telling("a", "letter", types=["obstruction.physical_attack"], date="2031-03-18")
    assert pairs(arrest, detention, attack) == {("l", "b", "same")}


def test_background_tells_the_news_again_whichever_was_known_first():
    early = telling("e", known=date(2031, 1, 1), background=True, date=None)
    assert pairs(early, telling("l", "letter")) == {("e", "l", "background")}


def test_background_of_another_entry_of_the_same_source():
    said = telling("g", background=True, date="2031-03", types=["digital.ddos"])
    assert pairs(telling("b", types=["digital.ddos"]), said) == {("g", "b", "background")}
    undated = telling("g", background=True, date=None, types=["digital.ddos"], case=None)
    assert pairs(telling("b", types=["digital.ddos"]), undated) == set()  # it happens again and again


def test_nothing_makes_two_events_of_an_entry_one():
    """The second of the letter's entry is not what the bulletin tells once the first is."""
    first, second = telling("l1", "letter", "x"), telling("l2", "letter", "x", background=True, date=None)
    assert pairs(telling("b"), first, second) == {("l1", "b", "same")}


def test_nobody_named():
    place = {"country": "KZ", "region": "KZ-75"}
    fire = {"who": "", "types": ["digital.ddos"], "case": None}
    assert pairs(telling("b", place=place, **fire), telling("l", "letter", place=place, **fire)) == {
        ("l", "b", "same")
    }
    assert pairs(telling("b", **fire), telling("l", "letter", **fire)) == set()
    elsewhere = telling("l", "letter", place={"country": "KZ", "region": "KZ-71"}, **fire)
    assert pairs(telling("b", place=place, **fire), elsewhere) == set()


def test_another_spelling():
    assert pairs(telling("b"), telling("l", "letter", who="Алма Тестова")) == {("l", "b", "same")}


def test_many_events_of_one_outlet_are_not_compared_all_with_all():
    tellings = [telling(f"e{n}", f"s{n}", who="Invented Herald") for n in range(301)]
    assert retellings(tellings) == ()
