"""A letter as a file: what leaves the house names nobody who may not be named in a letter, and nobody unasked."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from barometer.errors import NotReady, UnknownValue
from barometer.publication.letter import LetterOut
from barometer.publication.letter_render import render_letter
from barometer.web.actions.letters import USE, composed, without_agreement
from barometer.web.actions.letters_signing import printed
from barometer.web.public import joined
from barometer.web.records.letters import Letter
from barometer.web.records.models import Event


def letter_file(letter: Letter, language: str, format: str) -> bytes:
    """The letter in that language and format, with who signed. NotReady for a draft whose people have not agreed."""
    return render_letter(leaving(letter, language), format)


def leaving(letter: Letter, language: str, *, logos: bool = True) -> LetterOut:
    """The letter as others may read it, with who signed. NotReady for a draft whose people have not agreed."""
    if language not in letter.languages:
        raise UnknownValue(
            f"the letter is not in {language[:10]!r}", next_step=f"use {', '.join(letter.languages)}"
        )
    if letter.frozen_at is None and (names := without_agreement(letter)):
        raise NotReady(
            f"no agreement to a letter is on record of {', '.join(names)}",
            next_step="write it down under People with the use “letter”, or take the paragraph out",
        )
    return covered(letter, composed(letter)[language]).signed_by(printed(letter, language, logos=logos))


def covered(letter: Letter, told: LetterOut) -> LetterOut:
    """The letter without the names of those who may not be named in one now, whatever it said when it was sent."""
    people = joined.withheld_in(USE)
    if not people:
        return told
    at = _events_by_key(letter)
    every = sorted({one for events in at.values() for one in events})

    def cover(text: str, key: str) -> str:
        return people.text(text, told.language, at.get(key, every))

    return told.covered(cover)


def _events_by_key(letter: Letter) -> Mapping[str, list[str]]:
    """A person's key → the public ids of the published events of the case: where leave for some of them counts."""
    rows = list(letter.people.values_list("public_id", "case"))
    events: dict[int, list[str]] = {}
    shown = Event.objects.public().filter(case__in=[case for _, case in rows])
    for case, public_id in shown.order_by().values_list("case", "public_id"):
        events.setdefault(case, []).append(public_id)
    return {key: events.get(case, []) for key, case in rows}


def file_name(letter: Letter, language: str, format: str) -> str:
    """What the file is called."""
    day = letter.day or timezone.localdate()
    return f"letter-{day.isoformat()}-{letter.public_id}.{language}.{format}"
