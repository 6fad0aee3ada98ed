"""Events of one set of texts → canonical names, and a slug for each story.

Names of people, outlets and askers that are proposed to be one, however spelt and in whatever language of the set,
get one canonical form: the fullest of the first file that has one. A story is who was hit and by what; what goes on
a story that an earlier entry or file of the set tells (barometer.cases.matching) bears its slug.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence

from anyascii import anyascii

from barometer.cases.matching import PEOPLE, Outline, likely_cases_of_story
from barometer.codebook import Actor, CodedBulletin, CodedLetter, Event, Target
from barometer.names.grouping import canonical

Coded = CodedBulletin | CodedLetter


def link(files: Sequence[Coded]) -> list[Coded]:
    """The same files with one canonical name a person or outlet and one slug a story, over all of them."""
    targets = [t for file in files for event in file.events for t in event.targets]
    actors = [a for file in files for event in file.events for a in event.actors]
    names = {
        "person": canonical((t.name for t in targets if t.type in PEOPLE), "person"),
        "outlet": canonical((t.name for t in targets if t.type not in PEOPLE), "outlet"),
        "asker": canonical((a.name for a in actors if a.role == "complainant"), "company"),
    }
    stories = _Stories()
    return [
        _mapped(file, lambda events: stories.put([_rename(event, names) for event in events]))
        for file in files
    ]


class _Stories:
    """The stories so far, by slug and by whom they hit."""

    def __init__(self) -> None:
        self.events: dict[str, list[Event]] = defaultdict(list)
        self.outlines: dict[str, Outline] = {}
        self.of: dict[str, set[str]] = defaultdict(set)

    def put(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """The events of an entry with their slug: that of the story which they go on, or their own."""
        slug = _slug(events)
        if slug is not None and slug not in self.events:
            slug = self._known(events) or slug
        events = tuple(event.model_copy(update={"case": slug}) for event in events)
        if slug is not None:
            self.events[slug] += events
            self.outlines[slug] = Outline.of(slug, self.events[slug])
            for name in _hit(events):
                self.of[name].add(slug)
        return events

    def _known(self, events: Sequence[Event]) -> str | None:
        among = {slug for name in _hit(events) for slug in self.of[name]}
        likely = likely_cases_of_story(
            Outline.of("", events), [self.outlines[slug] for slug in sorted(among)]
        )
        return next((one.slug for one in likely if one.is_firm), None)


def _hit(events: Sequence[Event]) -> set[str]:
    return {target.name for event in events for target in event.targets}


def _rename(event: Event, names: dict[str, dict[str, str]]) -> Event:
    targets = tuple(
        Target(**(dict(t) | {"name": names["person" if t.type in PEOPLE else "outlet"].get(t.name, t.name)}))
        for t in event.targets
    )
    actors = tuple(
        Actor(**(dict(a) | {"name": names["asker"].get(a.name, a.name)})) if a.role == "complainant" else a
        for a in event.actors
    )
    return event.model_copy(update={"targets": targets, "actors": actors})


def _mapped(file: Coded, change: Callable[[Sequence[Event]], tuple[Event, ...]]) -> Coded:
    """The file with the events of each entry, or of each case of a letter, changed together."""
    if isinstance(file, CodedLetter):
        cases = []
        for case in file.cases:
            events = change(case.events)
            slug = next((event.case for event in events if event.case), None)
            cases.append(case.model_copy(update={"events": events, "slug": slug}))
        return file.model_copy(update={"cases": tuple(cases)})
    entries = tuple(entry.model_copy(update={"events": change(entry.events)}) for entry in file.entries)
    return file.model_copy(update={"entries": entries})


def _slug(events: Sequence[Event]) -> str | None:
    """Who was hit, and by what: the article, the opponent, or the kind of restriction."""
    event = events[0] if events else None
    if event is None or event.kind == "context" and not event.targets:
        return None
    if not event.targets:
        return None
    who = _slugged(
        event.targets[0].name.split()[-1] if event.targets[0].type in PEOPLE else event.targets[0].name
    )
    return f"{who}-{_by_what(events)}" if who else None


def _by_what(events: Sequence[Event]) -> str:
    for event in events:
        for code in event.provisions:
            if code.startswith("KZ-CC-"):
                return code.removeprefix("KZ-CC-").lower()
    for event in events:
        asker = next((a for a in event.actors if a.role == "complainant"), None)
        if asker is not None and _slugged(_last(asker)):
            return _slugged(_last(asker))
    return events[0].types[-1].partition(".")[2].replace("_", "-")


def _last(actor: Actor) -> str:
    return actor.name.split()[-1] if actor.type == "private_person" else actor.name


def _slugged(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).casefold()).strip("-")[:60]
