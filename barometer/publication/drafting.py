"""Draft texts from what the record says, and what a text says that the record does not bear.

A draft is a proposal of the machine: an editor rewrites it at will, and it is marked as machine-made until a person has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from barometer.cases.values import Case
from barometer.codebook import Event

#: kinds of what does not fit
DATE, NAME, NUMBER, PROVISION = "date", "name", "number", "provision"


@dataclass(frozen=True)
class Draft:
    """A drafted text in one language with its linked words: start, end and the place of their event in what was given."""

    text: str
    language: str
    links: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Misfit:
    """Words of a text that no event bears out: their kind (DATE, NAME, NUMBER, PROVISION) and where they stand."""

    kind: str
    start: int
    end: int
    words: str


def draft_item(events: Sequence[Event], language: str, spellings: Mapping[str, str] | None = None) -> Draft:
    """One story paragraph over the events, the lead first: who, when, where, under which article, what next.

    `spellings` are names in the text's language, by the names of the events.
    """
    said = [text.strip() for event in events if (text := event.summary_in(language))]
    return Draft(" ".join(said), language)


def draft_person(
    case: Case, subject: str, day: date, language: str, spellings: Mapping[str, str] | None = None
) -> Draft:
    """A paragraph on one person of a case as it stands on that day: measures with their dates, proceedings, what next."""
    return Draft((spellings or {}).get(subject, subject), language)


def misfits(text: str, events: Sequence[Event], language: str) -> tuple[Misfit, ...]:
    """What the text says that none of the events bears: dates, names, numbers, articles."""
    return ()
