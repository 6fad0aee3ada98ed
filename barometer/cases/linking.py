"""Events of one set of texts → canonical names, and a slug for each story.

Names of people, outlets and askers that are proposed to be one, however spelt and in whatever language of the set,
get one canonical form: the fullest of the first file that has one. A story is who was hit and by what.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from anyascii import anyascii

from barometer.codebook import Actor, CodedBulletin, CodedLetter, Event, Target
from barometer.names.comparison import compare
from barometer.names.index import blocks

#: The types of targets that are people.
PEOPLE = frozenset(
    {
        "journalist",
        "editor",
        "media_director",
        "blogger",
        "media_worker",
        "relative",
        "source",
        "activist",
        "lawyer",
        "public",
    }
)


Coded = CodedBulletin | CodedLetter


#: From which probability on two names are proposed to be one; a surname alone beside one full name needs less.
SAME, SAME_ALONE = 0.8, 0.6


def link(files: Sequence[Coded]) -> list[Coded]:
    """The same files with one canonical name a person or outlet and one slug a story, over all of them."""
    targets = [t for file in files for event in file.events for t in event.targets]
    actors = [a for file in files for event in file.events for a in event.actors]
    names = {
        "person": canonical((t.name for t in targets if t.type in PEOPLE), "person"),
        "outlet": canonical((t.name for t in targets if t.type not in PEOPLE), "outlet"),
        "asker": canonical((a.name for a in actors if a.role == "complainant"), "company"),
    }
    return [
        _mapped(file, lambda events: _with_case([_rename(event, names) for event in events]))
        for file in files
    ]


def canonical(names: Iterable[str], kind: str) -> dict[str, str]:
    """Each name → the fullest, then first, of those proposed to be the same; a name like two others joins neither."""
    order = list(dict.fromkeys(names))
    parent = {name: name for name in order}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    near: dict[str, list[str]] = defaultdict(list)
    alone: dict[str, set[str]] = defaultdict(set)
    for name in order:
        mine = blocks(name, kind)
        for other in dict.fromkeys(other for block in sorted(mine) for other in near[block]):
            probability = compare(name, other, kind).probability
            short = sorted((name, other), key=lambda one: len(one.split()))
            if probability >= SAME:
                parent[root(name)] = root(other)
            elif kind == "person" and probability >= SAME_ALONE and len(short[0].split()) == 1:
                alone[short[0]].add(short[1])
        for block in mine:
            near[block].append(name)
    for name, fuller in sorted(alone.items()):
        if len({root(other) for other in fuller}) == 1 and root(name) == name:
            parent[name] = root(min(fuller))
    groups: dict[str, list[str]] = defaultdict(list)
    for name in order:
        groups[root(name)].append(name)
    best: dict[str, str] = {}
    for group in groups.values():
        full = max(group, key=lambda name: (min(len(name.split()), 3), -group.index(name)))
        best |= dict.fromkeys(group, full)
    return best


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


def _with_case(events: Sequence[Event]) -> tuple[Event, ...]:
    slug = _slug(events)
    return tuple(event.model_copy(update={"case": slug}) for event in events)


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
