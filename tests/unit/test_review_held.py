"""Statements that are held back, found again in other endings and another order; and what is not them."""

from __future__ import annotations

import time

import pytest

from barometer.review.held import Held, repeated, says_something

RU = Held("ru", "аким Ертеков похитил бюджетные деньги")
KK = Held("kk", "әкім Ертеков бюджет ақшасын ұрлады")
EN = Held("en", "Mayor Ertekov stole money from the budget")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("По словам газеты, аким Ертеков похитил бюджетные деньги.", ["ru"]),
        ("Журналистка писала о бюджетных деньгах, похищенных акимом Ертековым, и была оштрафована.", ["ru"]),
        ("АКИМА ЕРТЕКОВА обвинили: похитил бюджетных денег", ["ru"]),
        ("Газетте әкім Ертековтің бюджеттің ақшасын ұрлағаны жазылған.", ["kk"]),
        ("The paper wrote that money of the budget was stolen, by mayor Ertekov.", []),  # stolen is not stole
        ("The paper wrote that the mayor, Ertekov, stole budget money from the town.", ["en"]),
        ("Аким Ертеков подал иск к газете.", []),
        ("Бюджетные деньги вернули школе.", []),
        ("", []),
    ],
)
def test_a_statement_is_found_whatever_its_endings(text, found):
    assert [one.id for one in repeated(text, [RU, KK, EN])] == found


def test_words_far_apart_are_no_statement():
    far = (
        "Аким Ертеков открыл школу. "
        + "Здесь ничего об этом не сказано. " * 10
        + "Похитил бюджетные деньги другой."
    )
    assert repeated(far, [RU]) == ()


def test_a_short_statement_needs_all_of_its_words():
    short = Held("s", "Ertekov is corrupt")
    assert repeated("Ertekov is not at home", [short]) == ()
    assert repeated("a corrupt clerk", [short]) == ()
    assert repeated("a corrupt Ertekov", [short]) == (short,)  # "is" says too little to be asked for
    assert repeated("Ertekov is corrupt, they said", [short]) == (short,)


def test_words_that_say_nothing_are_known():
    assert not says_something(" — … !")
    assert says_something("44")
    assert repeated("anything at all", [Held("x", "—")]) == ()


def test_a_long_text_and_many_statements_take_no_longer_than_a_second_or_two():
    text = "Суд оштрафовал журналистку за статью о бюджете города. " * 800
    many = [Held(str(number), f"судья {number} взял подарок от завода бюджета") for number in range(300)]
    repeated(text, many)  # the stemmers are ready
    began = time.process_time()
    assert repeated(text + RU.words, [*many, RU]) == (RU,)
    assert time.process_time() - began < 5
