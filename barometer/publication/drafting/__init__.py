"""Draft texts from what the record says, and what a text says that the record does not bear.

A draft is a proposal of the machine: an editor rewrites it at will, and it is marked as machine-made until a person has.
"""

from barometer.publication.drafting.figures import figure_names, figure_sentence
from barometer.publication.drafting.item import draft_item
from barometer.publication.drafting.misfits import misfits
from barometer.publication.drafting.person import draft_person
from barometer.publication.drafting.values import DATE, NAME, NUMBER, PROVISION, Draft, Misfit

__all__ = [
    "DATE",
    "NAME",
    "NUMBER",
    "PROVISION",
    "Draft",
    "Misfit",
    "draft_item",
    "draft_person",
    "figure_names",
    "figure_sentence",
    "misfits",
]
