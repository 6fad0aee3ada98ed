"""An open letter → its coded form: the cases of concern with their events."""

from __future__ import annotations

import hashlib
from datetime import date

from barometer.codebook import Addressee, CodedLetter, Event, LetterCase
from barometer.reading import law
from barometer.reading.clean import clean
from barometer.reading.entry import LONGEST, Paper, Story, read_entry
from barometer.reading.mentions import presented
from barometer.sources.letter import Letter, Passage


def read_letter(letter: Letter) -> CodedLetter:
    """Propose the cases of a letter; names and slugs are not yet joined with those of other sources."""
    digest = hashlib.sha256(letter.text.encode("utf-8")).hexdigest()
    published = date.fromisoformat(letter.date) if letter.date else None
    known = presented((passage.text[:LONGEST] for passage in letter.body), letter.language)
    paper = Paper(letter.language, None, digest, None, known, published, "letter")
    told = [(passage, _events(passage, paper)) for passage in letter.body]
    first = next((i for i, (_, events) in enumerate(told) if any(e.targets for e in events)), len(told))
    # What opens a letter sums up what its cases tell one by one.
    cases = _cases(
        [
            (passage, tuple(event for event in events if event.targets or index > first))
            for index, (passage, events) in enumerate(told)
        ]
    )
    cited = {
        one.code: None
        for passage in letter.body
        for one in law.provisions(clean(passage.text[:LONGEST])[0], letter.language)
    }
    return CodedLetter(
        source=letter.source,
        kind="open_letter",
        date=letter.date,
        sent_via=letter.sent_via,
        addressees=tuple(Addressee(name=a.name[:300], role=a.role) for a in letter.addressees),
        signatories=letter.signatories,
        demands=letter.demands,
        legal_provisions=tuple(cited),
        cases=cases,
        language=letter.language,
    )


def _events(passage: Passage, paper: Paper) -> tuple[Event, ...]:
    text = passage.text[:LONGEST]
    story = Story(text, None, None, (), passage.offsets[: LONGEST + 1])
    return tuple(_undated_is_background(event) for event in read_entry(story, paper))


def _undated_is_background(event: Event) -> Event:
    """A letter recalls: what it gives no date of is told as background."""
    if event.date is not None or event.kind == "context":
        return event
    return event.model_copy(update={"background": True, "alleged": event.alleged})


def _cases(told: list[tuple[Passage, tuple[Event, ...]]]) -> tuple[LetterCase, ...]:
    """Events by whom they hit: paragraphs on one person are one case."""
    found: dict[str | int, list[Event]] = {}
    for number, (_, events) in enumerate(told):
        for event in events:
            name = event.targets[0].name if event.targets else None
            found.setdefault(name if name is not None else -number - 1, []).append(event)
    return tuple(
        LetterCase(person=who if isinstance(who, str) else None, slug=None, events=tuple(events))
        for who, events in found.items()
    )
