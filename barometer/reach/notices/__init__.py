"""Notices that ask for removal: read, looked at for signs of abuse, grouped."""

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
    "Group",
    "Notice",
    "Sign",
    "abuse_signs",
    "by_company",
    "by_sender",
    "context_of",
    "is_flagged",
    "label_of",
    "read_notices",
    "signs_in_words",
    "signs_of_all",
    "weight",
]
