"""Whether a coding stands in the text that is given with it: lines that are there, words that stand in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from barometer.codebook.values import CodedBulletin, Entry
from barometer.errors import BadInput, WrongShape, counted
from barometer.sources.bulletin import Bulletin, passage
from barometer.sources.extract import extract

#: Fewer entries than this say little of a whole file.
ENOUGH = 3
_NEXT = "give the text that was coded, or correct the coding"


def problems(path: Path, value: CodedBulletin, text: Path, bulletin: Bulletin) -> Iterator[str]:
    """What of the coding does not stand in the text, where it may still be the right one.

    WrongShape for lines and spans that the text does not have, and where most entries' names are not in their lines.
    """
    count = len(bulletin.text.split("\n"))
    for entry in value.entries:
        _refuse_lines(path, entry, text, bulletin, count)
    yield from _other_version(path, value, text, bulletin)
    yield from _elsewhere(path, value, text, bulletin)


def refuse_other_text(drawn: Path, text: Path, bulletin: Bulletin) -> None:
    """BadInput where the text beside a DOCX is not the text of that DOCX."""
    if extract(drawn).text.strip() != bulletin.text.strip():
        raise BadInput(
            f"this is not the text of {text.name}",
            file=drawn,
            next_step=f"read {text.name} again, or rename this file if it is a source of its own",
        )


def _refuse_lines(path: Path, entry: Entry, text: Path, bulletin: Bulletin, count: int) -> None:
    first, last = entry.lines
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    if last > count:
        problem = f"it stands in {where}, and {text.name} has {counted(count, 'line')}"
    elif not passage(bulletin, entry.lines).text:
        problem = f"it stands in {where}, and {text.name} has no words there"
    elif any(ground.span[1] > len(bulletin.text) for ground in _grounds(entry)):
        problem = f"its grounds lie beyond the end of {text.name}"
    else:
        return
    raise WrongShape(problem, file=path, place=f"entry {entry.id}", next_step=_NEXT)


def _grounds(entry: Entry) -> Iterator:
    for event in entry.events:
        yield from (event.grounds or {}).values()


def _other_version(path: Path, value: CodedBulletin, text: Path, bulletin: Bulletin) -> Iterator[str]:
    """Grounds that name the digest of another text: their spans may lie beside the words."""
    digest = hashlib.sha256(bulletin.text.encode()).hexdigest()
    others = [e.id for e in value.entries if any(g.text_sha256 != digest for g in _grounds(e))]
    if others:
        yield f"{path.name} was read from another version of {text.name}: {counted(len(others), 'entry', 'entries')}"


def _elsewhere(path: Path, value: CodedBulletin, text: Path, bulletin: Bulletin) -> Iterator[str]:
    """Entries of whose names none stands in their lines; most of them: it is another text."""
    asked = {entry.id: (entry, names) for entry in value.entries if (names := _written(entry))}
    amiss = {
        name: names
        for name, (entry, names) in asked.items()
        if not any(words in _squeezed(passage(bulletin, entry.lines).text) for words in names)
    }
    if len(amiss) >= ENOUGH and len(amiss) * 2 > len(asked):
        first = next(iter(amiss))
        raise WrongShape(
            f"{text.name} is another text: of {counted(len(asked), 'entry', 'entries')} with names, "
            f"{len(amiss)} have none of them in their lines, {first} first ({amiss[first][0]!r})",
            file=path,
            next_step=_NEXT,
        )
    for name, names in amiss.items():
        yield f"entry {name}: {names[0]!r} does not stand in its lines of {text.name}"


def _written(entry: Entry) -> list[str]:
    """The names as the source wrote them, without the short ones ("He")."""
    who = [one for event in entry.events for one in (*event.targets, *event.actors)]
    return [_squeezed(one.written) for one in who if one.written and len(one.written) > 3]


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()
