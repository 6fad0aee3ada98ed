"""Each rule of review as a line of a table: what is refused, and what stands beside it as allowed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from barometer.errors import UnknownValue
from barometer.review import STATES, STEPS, Facts, questions, refusals, rules
from barometer.review.rules import rules_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "rules-of-review.md"
LANGUAGES = {"en", "ru", "kk"}
WELL = {"minor": "no", "victim": "no", "whereabouts": "na", "informant": "no", "unlawful-link": "no"}
WELL |= {"allegations": "yes", "weighed": "yes"}

#: accepted by Alma, reviewed by Bolat, nothing against any step; Bolat asks
GOOD = Facts(
    state="accepted",
    person="bolat",
    allowed=frozenset(STEPS),
    accepted_by="alma",
    reviewed_by="bolat",
    reviewed_as_is=True,
    harm_as_is=True,
    harm=WELL,
    sources=1,
    copies=1,
    reason="a slip",
    told="We had the wrong day.",
)

#: rule → (step, what is refused, what is allowed), each as what differs from the good case
TABLE = {
    "state": [
        ("review", {"state": "proposed"}, {"state": "accepted"}),
        ("review", {"state": "reviewed"}, {"state": "accepted"}),
        ("send back", {"state": "published"}, {"state": "reviewed"}),
        ("publish", {"state": "accepted"}, {"state": "reviewed"}),
        ("correct", {"state": "withdrawn"}, {"state": "corrected"}),
        ("withdraw", {"state": "withdrawn"}, {"state": "published"}),
        ("reinstate", {"state": "published"}, {"state": "withdrawn"}),
    ],
    "role": [
        ("review", {"allowed": frozenset()}, {"allowed": frozenset({"review"})}),
        ("publish", {"allowed": frozenset({"review"})}, {"allowed": frozenset({"publish"})}),
    ],
    "reason": [
        ("send back", {"reason": " "}, {"reason": "the date is not in the source"}),
        ("correct", {"reason": ""}, {"reason": None}),  # None: nobody has been asked yet
        ("withdraw", {"reason": ""}, {"reason": "asked by the court"}),
        ("reinstate", {"reason": ""}, {"reason": "the appeal was won"}),
    ],
    "told": [
        ("correct", {"told": " "}, {"told": "We had the wrong day."}),
        ("withdraw", {"told": ""}, {"told": None}),  # None: it was never public
    ],
    "another-person": [
        ("review", {"person": "alma"}, {"person": "alma", "small_desk": True}),
        ("review", {"changed_by": frozenset({"bolat"})}, {"changed_by": frozenset({"dina"})}),
        ("review", {"accepted_by": "", "small_desk": True}, {"accepted_by": "alma"}),
        ("publish", {"reviewed_by": "alma"}, {"reviewed_by": "alma", "small_desk": True}),
        ("publish", {"reviewed_by": ""}, {"person": "alma"}),  # whoever accepted may publish what another reviewed
    ],
    "unchanged": [("publish", {"reviewed_as_is": False}, {"reviewed_as_is": True})],
    "source": [
        ("review", {"sources": 0, "copies": 0}, {"sources": 1, "copies": 1}),
        ("publish", {"copies": 0}, {"copies": 2}),
    ],
    "contradiction": [
        ("review", {"contradictions": ("date: 12 March / 13 March",)}, {"contradictions": ()}),
        ("publish", {"contradictions": ("date: 12 March / 13 March",)}, {}),
    ],
    "held-back": [
        ("review", {"held_back": ("the mayor took bribes",)}, {"held_back": ()}),
        ("publish", {"held_back": ("the mayor took bribes",)}, {}),
        ("correct", {"held_back": ("the mayor took bribes",)}, {}),
    ],
    "cleared": [
        ("publish", {"links_not_cleared": ("https://example.org/a",)}, {"links_not_cleared": ()}),
        ("publish", {"copies_not_cleared": ("page.png",)}, {"copies_not_cleared": ()}),
    ],
    "harm-answered": [
        ("publish", {"harm_as_is": False}, {"harm_as_is": True}),
        ("publish", {"harm": {**WELL, "minor": ""}}, {"harm": WELL}),
    ],
    "harm-none": [
        ("publish", {"harm": {**WELL, "whereabouts": "yes"}}, {"harm": {**WELL, "whereabouts": "no"}}),
        ("publish", {"harm": {**WELL, "allegations": "no"}}, {"harm": {**WELL, "allegations": "na"}}),
    ],
    "consent": [("publish", {"consent_missing": ("Aigerim Example",)}, {"consent_missing": ()})],
    "names": [
        ("publish", {"named_without_leave": ("Aigerim Example",)}, {"named_without_leave": ()}),
        ("correct", {"named_without_leave": ("Aigerim Example",)}, {}),
    ],
}  # fmt: skip
ROWS = [(rule, *row) for rule, rows in TABLE.items() for row in rows]


def good(step):
    """The good case in the state from which the step leads."""
    return replace(GOOD, state=next(iter(STEPS[step])))


@pytest.mark.parametrize(("rule", "step", "refused", "allowed"), ROWS)
def test_a_rule_refuses_the_one_and_lets_the_other(rule, step, refused, allowed):
    assert [one.rule.id for one in refusals(replace(good(step), **refused), step)] == [rule]
    assert refusals(replace(good(step), **allowed), step) == ()


def test_every_rule_is_in_the_table_for_every_kind_of_step_it_has():
    assert [rule.id for rule in rules()] == list(TABLE)
    for rule in rules():
        assert {step for step, *_ in TABLE[rule.id]} <= rule.steps <= set(STEPS), rule.id


@pytest.mark.parametrize("step", STEPS)
def test_nothing_stands_against_the_good_case(step):
    assert refusals(good(step), step) == ()
    assert rules_of(step)


def test_an_unknown_step_is_said():
    with pytest.raises(UnknownValue, match="'burn' is no step"):
        refusals(GOOD, "burn")


def test_every_step_is_one_of_the_table_of_states():
    for leads in STEPS.values():
        assert all(following in STATES[state] for state, following in leads.items())


def test_nobody_comes_from_proposed_to_published_but_step_by_step():
    state, way = "proposed", []
    assert not any("proposed" in leads for leads in STEPS.values())
    state = "accepted"
    for step in ("review", "publish"):
        state = STEPS[step][state]
        way.append(state)
    assert way == ["reviewed", "published"]


def test_sentences_and_questions_are_in_three_languages():
    said = [*(rule.sentence for rule in rules()), *(one.sentence for one in questions().values())]
    for sentence in said:
        assert set(sentence) == LANGUAGES
        assert all(text.strip() == text and text[-1] in ".?" for text in sentence.values())
        assert re.search("[а-я]", sentence["ru"])
        assert re.search("[әғқңөұүһі]", sentence["kk"])
    assert len({sentence["en"] for sentence in said}) == len(said)
    assert 5 <= len(questions()) <= 7


def test_a_refusal_says_what_stands_against_it_in_the_reader_s_language():
    facts = replace(good("publish"), harm={**WELL, "minor": "yes", "informant": "yes"})
    [refusal] = refusals(facts, "publish")
    assert refusal.details == ("minor", "informant")
    assert refusal.text("ru") == (
        "Ни один ответ проверки на вред не говорит против публикации. (Назван ли несовершеннолетний или можно ли его "
        "узнать?; Можно ли узнать информатора по подробности, фразе, месту или времени?)"
    )


def test_the_page_on_the_rules_has_every_sentence_and_no_other():
    page = PAGE.read_text(encoding="utf-8")
    told = re.findall(r"^\d+\. \*\*(.+?)\*\*", page, re.MULTILINE)
    assert told == [rule.sentence["en"] for rule in rules()]
    asked = re.findall(r"^- \*(.+?)\* — (yes|no) stands against", page, re.MULTILINE)
    assert asked == [(one.sentence["en"], one.against) for one in questions().values()]
