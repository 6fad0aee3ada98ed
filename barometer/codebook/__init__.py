"""What may be recorded: kinds, types, actors, outcomes, severities. Data, and values that are checked."""

from barometer.codebook.book import LANGUAGES, Codebook, EventType, Term, codebook
from barometer.codebook.dates import EventDate, Quarter
from barometer.codebook.values import (
    Actor,
    Addressee,
    Amount,
    CodedBulletin,
    CodedLetter,
    Entry,
    Event,
    Ground,
    LetterCase,
    Place,
    Target,
    Upcoming,
    to_file,
)

__all__ = [
    "LANGUAGES",
    "Actor",
    "Addressee",
    "Amount",
    "Codebook",
    "CodedBulletin",
    "CodedLetter",
    "Entry",
    "Event",
    "EventDate",
    "EventType",
    "Ground",
    "LetterCase",
    "Place",
    "Quarter",
    "Target",
    "Term",
    "Upcoming",
    "codebook",
    "to_file",
]
