"""Live numbers in prose: names in braces, such as `{new_violations}`, that stay right until an issue is frozen.

The names are a fixed list; nothing else is worked out in a text. `{new_violations}` is what the issue prints,
`{recorded.new_violations}` all that is on record for its quarter, `{previous.new_violations}` all that is on record for
the quarter before: quarters are compared by what is recorded. `{section_2.new_violations}` is of one section as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from barometer.indicators import Figures

#: name → the figure that it is
MEASURES: Mapping[str, str] = {
    "new_violations": "new_violations",
    "steps": "steps",
    "relief": "relief_events",
    "context": "context_events",
    "people_hit": "people_hit_at_least",
    "people_named": "people_named",
    "outlets_hit": "outlets_hit",
    "open_cases": "open_cases",
    "events": "events",
}
OF_SECTION = ("new_violations", "relief")
RECORDED, PREVIOUS, ITEMS = "recorded", "previous", "items"
MOST_SECTIONS = 9

_NAME = re.compile(r"\{([^}\n]{0,60})\}")


def names() -> tuple[str, ...]:
    """Every name, in the order in which a person is told them."""
    return (
        *MEASURES,
        ITEMS,
        *(f"{of}.{name}" for of in (RECORDED, PREVIOUS) for name in MEASURES),
        *(f"section_{number}.{name}" for number in range(1, MOST_SECTIONS + 1) for name in OF_SECTION),
    )


def unknown(text: str) -> tuple[str, ...]:
    """What stands in braces in the text and is no name, each once; "" for braces without a word."""
    known = set(names())
    return tuple(dict.fromkeys(name for _, _, name in _found(text) if name not in known))


def values(
    printed: Figures, recorded: Mapping[str, int] | None = None, previous: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The numbers by name; what is recorded only where it is given."""
    found = measured(printed) | {ITEMS: printed.entries}
    for of, given in ((RECORDED, recorded), (PREVIOUS, previous)):
        found |= {f"{of}.{name}": value for name, value in (given or {}).items()}
    by_section = (printed.violations_by_section_month, printed.relief_by_section_month)
    for name, table in zip(OF_SECTION, by_section, strict=True):
        for number in range(1, MOST_SECTIONS + 1):
            found[f"section_{number}.{name}"] = sum(table.get(number, {}).values())
    return found


def measured(figures: Figures) -> dict[str, int]:
    """The figures by the names of `MEASURES`."""
    return {name: getattr(figures, attribute) for name, attribute in MEASURES.items()}


def filled(text: str, said: Mapping[str, str]) -> tuple[str, list[int]]:
    """The text with its numbers, and for each of its characters the place in what was given.

    `said` are the numbers as the language writes them; a name that it does not have stays as it is.
    """
    pieces: list[str] = []
    places: list[int] = []
    last = 0
    for start, end, name in _found(text):
        if name in said:
            pieces += [text[last:start], said[name]]
            places += [*range(last, start), *[start] * len(said[name])]
            last = end
    return "".join([*pieces, text[last:]]), [*places, *range(last, len(text))]


def blanked(text: str) -> str:
    """The text with spaces in the place of its live numbers: what a check of facts reads."""
    return _NAME.sub(lambda found: " " * len(found[0]), text)


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of all that stands in braces."""
    for found in _NAME.finditer(text):
        yield found.start(), found.end(), found[1]
