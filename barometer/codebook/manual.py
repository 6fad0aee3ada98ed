"""The coding manual in Markdown, made from the codebook's data and the worked examples of its rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from barometer.codebook.book import LANGUAGES, Codebook, Field, Rule, Term, codebook
from barometer.codebook.examples import Example, Never, examples, nevers
from barometer.codebook.values import Event, to_file

OBJECTS = {
    "file": "The file of a bulletin",
    "entry": "Entry",
    "event": "Event",
    "place": "Place (`place` of an event)",
    "target": "Target (one of `targets`)",
    "actor": "Actor (one of `actors`)",
    "upcoming": "Date ahead (one of `upcoming`)",
    "amount": "Amount (one of `amounts`)",
    "ground": "Ground (a value in `grounds`)",
    "letter": "The file of a letter",
    "addressee": "Addressee of a letter",
    "letter_case": "Case in a letter",
}


def render() -> str:
    """The whole manual; docs/reference/coding-manual.md is this text."""
    book = codebook()
    parts = [
        _opening(book),
        _terms("Kinds", book.kinds.values(), "What an event is to the freedom of the press."),
        _terms("Phases", book.phases.values(), "Where a restriction stands. Context has no phase."),
        _terms("Link to the work", book.work_links.values(), "How it is known that the work was the reason."),
        _types(book),
        _terms("Who is hit", book.target_types.values(), "The types of target."),
        _terms("Who did it", book.actor_types.values(), "The types of actor."),
        _terms("The part an actor played", book.actor_roles.values(), "The roles of actors."),
        _sections(book),
        _severities(book),
        _regions(book),
        _fields(book),
        _rules(book),
    ]
    return "\n\n".join(parts) + "\n"


def _opening(book: Codebook) -> str:
    return "\n".join(
        [
            "# Coding manual",
            "",
            "<!-- Made by `make docs` from barometer/codebook/data: change the data, not this page. -->",
            "",
            f"Codebook {book.version}. A source is read entry by entry: an **entry** is a paragraph or a few of a bulletin,",
            "a news item, a tip. It tells of no event, of one or of more. An **event** is one thing that happened to someone",
            "at one time; the events of one story are a **case**.",
            "",
            "All examples are invented: the people, the outlets, the firms. `barometer codebook check FILE` says whether a",
            "coded file follows this manual; what a whole file looks like is in [the coded file](coded-file.md).",
            "",
            "[Kinds](#kinds) · [Phases](#phases) · [Link to the work](#link-to-the-work) · [Types](#types) ·",
            "[Who is hit](#who-is-hit) · [Who did it](#who-did-it) · [The part an actor played](#the-part-an-actor-played) ·",
            "[Sections](#sections) · [Severity](#severity) · [Regions](#regions) · [Fields](#fields) · [Rules](#rules)",
        ]
    )


# --- the closed lists -------------------------------------------------------------------------------------


def _terms(title: str, terms: Iterable[Term], about: str) -> str:
    rows = [[f"`{term.code}`", _labels(term.label), _with_example(term)] for term in terms]
    return f"## {title}\n\n{about}\n\n" + _table(["code", "English · Russian · Kazakh", "meaning"], rows)


def _types(book: Codebook) -> str:
    about = (
        f"{len(book.types)} types in {len(book.groups)} groups. The first type of an event is the main one. "
        "§ is the [section](#sections) that a type proposes, the last column its [severity](#severity). "
        "An `outcome` proposes the section of what it lifts."
    )
    groups = [
        f"### {group.label['en']} (`{group.code}`)\n\n{_labels(group.label)}. {group.definition}\n\n"
        + _table(
            ["type", "English · Russian · Kazakh", "meaning", "§", "severity"],
            [
                [f"`{kind.code}`", _labels(kind.label), _with_example(kind), kind.section, kind.severity]
                for kind in book.types.values()
                if kind.group == group.code
            ],
        )
        for group in book.groups.values()
    ]
    return "\n\n".join(["## Types", about, *groups])


def _sections(book: Codebook) -> str:
    rows = [
        [
            section.number,
            "<br>".join(section.title[language] for language in LANGUAGES),
            _with_example(section),
        ]
        for section in book.sections.values()
    ]
    about = "Five sections stand in every bulletin; a sixth changes with the quarter and has the title that is printed."
    return f"## Sections\n\n{about}\n\n" + _table(["§", "printed title", "meaning"], rows)


def _severities(book: Codebook) -> str:
    rows = [
        [level.level, _labels(level.label), level.definition, _codes(book, level.level)]
        for level in book.severities.values()
    ]
    about = (
        "How heavily an act of a type weighs on the person and on the freedom to report, all else unknown. "
        "It orders lists and titles; it is no measure of one event, and no figure is summed from it."
    )
    return f"## Severity\n\n{about}\n\n" + _table(["level", "name", "meaning", "types"], rows)


def _codes(book: Codebook, severity: int) -> str:
    return ", ".join(f"`{kind.code}`" for kind in book.types.values() if kind.severity == severity)


def _regions(book: Codebook) -> str:
    rows = [
        [country, ", ".join(f"`{code}`" for code in sorted(codes))] for country, codes in book.regions.items()
    ]
    about = "Codes of ISO 3166-2. Of a country that is not listed any code of that country is taken."
    return f"## Regions\n\n{about}\n\n" + _table(["country", "regions"], rows)


# --- fields -----------------------------------------------------------------------------------------------


def _fields(book: Codebook) -> str:
    about = (
        "*Required*: without it there is no value. *Expected*: there, and null or empty where the text says nothing; "
        "a check warns of its absence. *Optional*: may be left out. *Ours*: not in the published codebook."
    )
    tables = [
        f"### {title}\n\n"
        + _table(
            ["field", "English · Russian · Kazakh", "meaning", "needed"],
            [_field(field) for field in book.fields if field.of == of],
        )
        for of, title in OBJECTS.items()
    ]
    return "\n\n".join(["## Fields", about, *tables])


def _field(field: Field) -> list[object]:
    need = "required" if field.required else "optional" if field.optional else "expected"
    since = f", new in {field.since}" if field.since != "1.0" else ""
    ours = ", ours" if field.own else ""
    meaning = f"{field.definition} Example: `{field.example}`"
    return [f"`{field.name}`", _labels(field.label), meaning, f"{need}{since}{ours}"]


# --- rules and their examples -----------------------------------------------------------------------------


def _rules(book: Codebook) -> str:
    about = (
        "Each rule with worked examples: the text, how it is coded, and why. Fields that are empty are left out. "
        "What a rule does not let stand is refused (no value can be built) or warned of by the check."
    )
    return "\n\n".join(["## Rules", about, *(_rule(rule) for rule in book.rules)])


def _rule(rule: Rule) -> str:
    parts = [f"### {rule.number}. {rule.title}", rule.text]
    for example in examples():
        if example.rules[0] == rule.number:
            parts.append(_example(example))
    parts += [_never(never) for never in nevers() if rule.number in never.rules]
    others = sorted({e.rules[0] for e in examples() if rule.number in e.rules[1:]} - {rule.number})
    if others:
        parts.append("See also the examples of " + ", ".join(f"rule {number}" for number in others) + ".")
    return "\n\n".join(parts)


def _example(example: Example) -> str:
    heading = f"**Text** (section {example.section}, {example.month}):"
    events = "\n\n".join("\n".join(_lines(event)) for event in example.events)
    return f"{heading}\n\n> {example.text}\n\n```text\n{events}\n```\n\n{example.why}"


def _lines(event: Event) -> Iterator[str]:
    for name, value in to_file(event).items():
        if value not in (None, [], {}) and not (value is False and name != "alleged"):
            yield f"{name + ':':<18}{_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    if isinstance(value, list):
        return ("\n" + " " * 18).join(_value(part) for part in value)
    return _record(value) if isinstance(value, dict) else json.dumps(value)


def _record(value: Mapping[str, Any]) -> str:
    """Name, type and role on a line; how it is written only where that differs from the name."""
    said = {name: part for name, part in value.items() if part is not None}
    written = said.pop("written", None)
    if written not in (None, said.get("name")):
        said["name"] = f"{said['name']} (written: {written})"
    return " · ".join(str(part) for part in said.values())


def _never(never: Never) -> str:
    what = "Refused" if never.level == "error" else "Warned of"
    return (
        f"{what} (`{never.path}`): `{_short(never.event)}`. {never.why} Instead: `{_short(never.instead)}`."
    )


def _short(event: Mapping[str, Any]) -> str:
    return json.dumps(dict(event), ensure_ascii=False)


# --- Markdown ---------------------------------------------------------------------------------------------


def _labels(label: Mapping[str, str]) -> str:
    return " · ".join(label[language] for language in LANGUAGES)


def _with_example(term: Term) -> str:
    return f"{term.definition} *{term.example}*" if term.example else term.definition


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in lines)
