"""Contradictions, the choices of editors, and what no draft may repeat."""

from __future__ import annotations

from datetime import date

import pytest

from barometer.cases.contradictions import (
    contradictions,
    in_words,
    roles_of,
)
from barometer.cases.silence import silences
from barometer.cases.values import Case, CaseEvent, Choice, Claim, Said
from barometer.codebook import Event

DAY = date(2031, 6, 1)
SAULE = {"name": "Saule Oydan", "written": "Saule Oydan", "type": "journalist"}
OYLA = {"name": "Oyla", "written": "Oyla", "type": "outlet"}


def told(ident, source, day, *types, known="2031-05-01", who=(SAULE,), statements=(), claims=(), **fields):
    kind = {"outcome": "relief", "context": "context"}.get(types[0].partition(".")[0], "violation")
    phase = fields.pop("phase", {"relief": "ended", "violation": "imposed"}.get(kind))
    event = Event(kind=kind, types=types, date=day, phase=phase, targets=who, **fields)
    known_on = date.fromisoformat(known)
    return CaseEvent(ident, event, (source,), known_on, statements=statements, claims=claims)


def dated(*days, **fields):
    return Case(
        "x",
        tuple(told(f"e{n}", f"s{n}", day, "legal.house_arrest", **fields) for n, day in enumerate(days)),
    )


DATES = [
    (("2031-03-17", "2031-03-18"), ("2031-03-17", "2031-03-18")),
    (("2031-03-17", "2031-03-17"), None),
    (("2031-03", "2031-03-18"), None),
    (("2031", "2031-03-18"), None),
    (("2031-03-10/2031-03-20", "2031-03-18"), None),
    (("2031-03-31", "2031-04"), ("2031-03-31", "2031-04")),
    (("2031-01-10", "2031-03-18"), None),  # two acts, not one
]


@pytest.mark.parametrize(("days", "differ"), DATES)
def test_dates_of_one_act_differ_where_no_day_is_in_both(days, differ):
    found = [one for one in contradictions(dated(*days)) if one.topic == "date"]
    assert [one.values for one in found] == ([differ] if differ else [])


def one_fact(first, second):
    return Case(
        "x",
        (
            told("a", "bulletin", "2031-03-02", "legal.fine", **first),
            told("b", "letter", "2031-03-02", "legal.fine", **second),
        ),
    )


def people(number, exact=True):
    return {"people_hit": number, "people_hit_exact": exact}


def fine(value, unit="KZT"):
    return {"amounts": ({"what": "fine", "value": value, "unit": unit},)}


POINTS = [
    ("people", people(7), people(5), True),
    ("people", people(7), people(7), False),
    ("people", people(5, False), people(7), False),
    ("people", people(7, False), people(5), True),
    ("people", people(3, False), people(5, False), False),
    ("people", people(7), {}, False),
    ("amount", fine(300), fine(350), True),
    ("amount", fine(300), fine(300), False),
    ("amount", fine(300), fine(80, "MCI"), False),
    ("amount", fine(300), {}, False),
    ("provision", {"provisions": ("KZ-CAO-120",)}, {"provisions": ("KZ-CAO-490",)}, True),
    ("provision", {"provisions": ("KZ-CAO-120",)}, {"provisions": ("KZ-CAO-120", "KZ-CAO-490")}, False),
    ("provision", {"provisions": ("KZ-CAO-120",)}, {}, False),
    ("place", {"place": {"name": "Oral"}}, {"place": {"name": "Aqtobe"}}, True),
    ("place", {"place": {"name": "Oral", "region": "KZ-27"}}, {"place": {"region": "KZ-27"}}, False),
    ("place", {"place": {"country": "DE"}}, {"place": {"country": "KZ"}}, True),
]


@pytest.mark.parametrize(("topic", "first", "second", "differ"), POINTS)
def test_a_point_of_one_fact_differs_or_is_only_less_complete(topic, first, second, differ):
    found = [one.topic for one in contradictions(one_fact(first, second))]
    assert found == ([topic] if differ else [])


ROLES = [
    ("Oyla founder Saule Oydan was fined.", {"founder"}),
    ("Saule Oydan, director of Oyla, was fined.", {"director"}),
    ("the founder and editor-in-chief of Oyla, Saule Oydan", {"founder", "editor_in_chief"}),
    ("Oyla chief executive Saule Oydan", {"chief_executive"}),
    ("Генеральный директор Saule Oydan", {"chief_executive"}),
    ("Бас редактор Saule Oydan айтты", {"editor_in_chief"}),
    ("The director was fined. Saule Oydan was not.", set()),
    ("Saule Oydan was fined after a complaint of a founder.", set()),
]


@pytest.mark.parametrize(("text", "roles"), ROLES)
def test_a_role_stands_next_to_the_name(text, roles):
    event = told("a", "bulletin", "2031-03-02", "legal.fine", summary=text)
    assert roles_of(event, "Saule Oydan") == roles


def test_a_role_of_another_person_in_the_sentence_is_not_theirs():
    askar = {"name": "Askar Tusinbek", "written": "Askar Tusinbek", "type": "journalist"}
    text = "Qiyal director Askar Tusinbek and founder Saule Oydan were fined."
    event = told("a", "bulletin", "2031-03-02", "legal.fine", who=(SAULE, askar), summary=text)
    assert roles_of(event, "Saule Oydan") == {"founder"}
    assert roles_of(event, "Askar Tusinbek") == {"director"}


WORDS = [
    ("type", "legal.detention", "en", "Detention"),
    ("type", "brawl", "ru", "драка"),
    ("role", "editor_in_chief + founder", "en", "editor-in-chief + founder"),
    ("standing", "dropped", "kk", "алынды"),
    ("people", "7+", "en", "at least 7"),
    ("people", "7", "en", "7"),
    ("place", "KZ|KZ-27|Oral", "en", "Oral, KZ-27, KZ"),
    ("date", "2031-03-17", "ru", "2031-03-17"),
]


@pytest.mark.parametrize(("topic", "value", "language", "words"), WORDS)
def test_a_value_is_shown_in_words(topic, value, language, words):
    assert in_words(topic, value, language) == words


def test_a_point_beside_the_fields_is_compared_too():
    def said(value):
        return (Said("weapon", value),)

    case = Case(
        "x",
        (
            told("a", "q1", "2031-03-02", "obstruction.physical_attack", statements=said("crowbar")),
            told("b", "letter", "2031-03-02", "obstruction.physical_attack", statements=said("bottle")),
        ),
    )
    assert [(one.key, one.values) for one in contradictions(case)] == [("said:weapon", ("bottle", "crowbar"))]


def choice(value, on="2031-05-10", by="editor"):
    return Choice("x", "date:e0", value, "the court's record says so", by, date.fromisoformat(on))


def test_an_editor_s_choice_is_kept_beside_the_statements_and_decides_nothing():
    case = dated("2031-03-17", "2031-03-18")
    [found] = contradictions(case, [choice("2031-03-18")])
    assert found.choice == choice("2031-03-18")
    assert found.values == ("2031-03-17", "2031-03-18")
    assert found.new_since == ()


def test_of_two_choices_of_one_day_the_later_number_holds():
    first = Choice("x", "date:e0", "2031-03-18", "one", "zed", date(2031, 5, 10), 1)
    second = Choice("x", "date:e0", "2031-03-17", "two", "ann", date(2031, 5, 10), 2)
    for made in ([first, second], [second, first]):
        [found] = contradictions(dated("2031-03-17", "2031-03-18"), made)
        assert found.choices == (second, first)


def test_a_later_choice_holds_and_the_earlier_is_kept():
    first, second = choice("2031-03-17"), choice("2031-03-18", on="2031-05-20")
    [found] = contradictions(dated("2031-03-17", "2031-03-18"), [second, first])
    assert found.choice == second
    assert found.choices == (second, first)


def test_what_came_in_after_the_choice_is_shown_as_new():
    case = dated("2031-03-17", "2031-03-18").plus(
        told("late", "s9", "2031-03-19", "legal.house_arrest", known="2031-05-15")
    )
    [found] = contradictions(case, [choice("2031-03-18")])
    assert found.choice.value == "2031-03-18"
    assert found.new_since == ("2031-03-19",)


# --- retracted and gagged ---------------------------------------------------------------------------------

BRIBE = Claim("c1", "Deputy Bosqatov took bribes from the fountain builders", by=("Oyla",))
ROOF = Claim("c2", "The roof of the school was paid twice", by=("Oyla",))
OTHER = Claim("c3", "The fountain builders paid nobody", by=("Radio Tus",))


def silenced(*events):
    return Case("x", events, (BRIBE, ROOF, OTHER))


def order(day="2031-03-11", claims=(), **fields):
    return told("o", "bulletin", day, "legal.retraction_order", who=(OYLA,), claims=claims, **fields)


def test_an_order_silences_its_claim_from_its_day_on():
    case = silenced(order(claims=("c1",)))
    assert silences(case, date(2031, 3, 10)) == ()
    assert [(one.kind, one.claims) for one in silences(case, DAY)] == [("retracted", ("c1",))]


def test_an_order_that_does_not_say_which_claim_is_on_all_of_whom_it_hits():
    [one] = silences(silenced(order()), DAY)
    assert (one.claims, one.named) == (("c1", "c2"), False)


@pytest.mark.parametrize("outcome", ["outcome.dismissed", "outcome.won"])
def test_an_order_that_is_overturned_no_longer_silences(outcome):
    lifted = told("l", "bulletin", "2031-05-01", outcome, "legal.retraction_order", who=(OYLA,))
    case = silenced(order(claims=("c1",)), lifted)
    assert silences(case, date(2031, 4, 1))
    assert silences(case, DAY) == ()


def test_a_gag_order_silences_and_an_alleged_one_too():
    gag = told("g", "bulletin", "2031-03-11", "legal.gag_order", who=(OYLA,), alleged=True)
    assert [one.kind for one in silences(silenced(gag), DAY)] == ["gagged"]


def test_an_order_that_was_not_known_did_not_silence():
    case = silenced(order(claims=("c1",), known="2031-05-01"))
    assert silences(case, DAY, known_by=date(2031, 4, 1)) == ()
