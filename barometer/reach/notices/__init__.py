"""Notices that ask for removal: read, looked at for signs of abuse, grouped, answered."""

from barometer.reach.notices.counter import (
    Draft,
    draft_counter,
    draft_facts,
    draft_kinds,
    facts_of,
    is_ready,
    kind_for,
)
from barometer.reach.notices.crowd import Crowd, Group, by_company, by_sender
from barometer.reach.notices.reading import read_notices
from barometer.reach.notices.signs import (
    Context,
    Sign,
    abuse_signs,
    context_of,
    is_flagged,
    label_of,
    signs_in_words,
    signs_of_all,
    weight,
)
from barometer.reach.notices.values import ACTIONS, GROUNDS, Broken, Notice

__all__ = [
    "ACTIONS",
    "GROUNDS",
    "Broken",
    "Context",
    "Crowd",
    "Draft",
    "Group",
    "Notice",
    "Sign",
    "abuse_signs",
    "by_company",
    "by_sender",
    "context_of",
    "draft_counter",
    "draft_facts",
    "draft_kinds",
    "facts_of",
    "is_flagged",
    "is_ready",
    "kind_for",
    "label_of",
    "read_notices",
    "signs_in_words",
    "signs_of_all",
    "weight",
]
