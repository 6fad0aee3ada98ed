"""States and rules of a record's life."""

from barometer.review.rules import ANSWERS, Facts, Question, Refusal, Rule, questions, refusals, rules
from barometer.review.states import HELD, PUBLIC, STATES, STEPS, may_become

__all__ = [
    "ANSWERS",
    "HELD",
    "PUBLIC",
    "STATES",
    "STEPS",
    "Facts",
    "Question",
    "Refusal",
    "Rule",
    "may_become",
    "questions",
    "refusals",
    "rules",
]
