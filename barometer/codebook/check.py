"""Is this coded file by the codebook? Every error and every warning with its path, in plain words.

An error is what no value can be built from. A warning is what the codebook asks for and a reader can do without:
the fields that came with 1.2, the order of types in relief, entries that overlap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from barometer.codebook.advice import LETTER, advice, fields, raw_events
from barometer.codebook.coded_json import MAX_BYTES, MAX_DEPTH, TOO_DEEP, document_of
from barometer.codebook.paths import NOTHING, Steps, dotted, in_words, parts, shorter, step_into
from barometer.codebook.values import BrokenRulesError, CodedBulletin, CodedLetter, Event
from barometer.errors import WrongShape

TOO_FAR: Steps = ("", "")  # a path that no document has
__all__ = ["MAX_BYTES", "MAX_DEPTH", "Finding", "check", "check_file", "load"]


@dataclass(frozen=True)
class Finding:
    """What is wrong (`error`) or worth a look (`warning`), where: `entries.3.events.0.types.0`, "" for the whole."""

    path: str
    message: str
    level: Literal["error", "warning"]


def check(document: object) -> list[Finding]:
    """Every finding on a coded file that is parsed already: errors in the order of the file, then warnings."""
    value, errors = _built(document)
    warnings = [*fields(document), *(advice(value) if value else ())]
    return [*errors, *(Finding(path, message, "warning") for path, message in warnings)]


def check_file(path: Path) -> list[Finding]:
    """Every finding on a file; BadInput where it is no JSON at all, too large, or not there."""
    return check(document_of(Path(path)))


def load(path: Path) -> CodedBulletin | CodedLetter:
    """The coded file as a value; WrongShape names the first error and how many more there are."""
    path = Path(path)
    value, errors = _built(document_of(path))
    if value is not None:
        return value
    first, more = errors[0], len(errors) - 1
    also = f" ({more} more error{'s' * (more > 1)})" if more else ""
    raise WrongShape(
        f"{first.message}{also}",
        file=path,
        place=first.path or None,
        next_step=f"see every finding with: barometer codebook check {path}",
    )


def _built(document: object) -> tuple[CodedBulletin | CodedLetter | None, list[Finding]]:
    """The value, or else the errors that keep it from being built."""
    if not isinstance(document, dict):
        return None, [_error((), f"a coded file is one object, and this is {in_words(document)}")]
    signs = dict(_signs(document))
    if TOO_FAR in signs:
        return None, [_error((), signs[TOO_FAR])]
    if any(_no_text(step) for path in signs for step in path):
        return None, _errors(signs)
    kind = document.get("kind")
    if kind not in (None, LETTER) and "entries" not in document:
        return None, [_error(("kind",), f"{in_words(kind)} is no kind of file: a letter has {LETTER}")]
    return _validated(CodedLetter if kind == LETTER else CodedBulletin, document, signs)


def _validated(
    form: type[CodedBulletin] | type[CodedLetter], document: dict[str, Any], found: dict[Steps, str]
) -> tuple[CodedBulletin | CodedLetter | None, list[Finding]]:
    try:
        value = form.model_validate(document)
    except ValidationError as error:
        for path, message in chain(_broken(error, document), _hidden(document, error)):
            found.setdefault(path, message)
        return None, _errors(found)
    return (None if found else value), _errors(found)


def _errors(found: Mapping[Steps, str]) -> list[Finding]:
    return [_error(path, message) for path, message in found.items()]


def _error(path: Steps, message: str) -> Finding:
    return Finding(dotted(path), shorter(message, 300), "error")


def _signs(document: object) -> Iterator[tuple[Steps, str]]:
    """What JSON lets through and no coded file may hold; at TOO_FAR it is too deep to go on."""
    rest: list[tuple[Steps, object]] = [((), document)]
    while rest:
        path, value = rest.pop()
        if len(path) > MAX_DEPTH:
            yield TOO_FAR, TOO_DEEP
            return
        if isinstance(value, str) and _no_text(value):
            yield path, "a sign in this text is no letter (NUL, or half of a pair)"
        elif isinstance(value, float) and not math.isfinite(value):
            yield path, "this number is too large"
        elif isinstance(value, list | tuple):
            rest.extend(((*path, number), inner) for number, inner in reversed(list(enumerate(value))))
        elif isinstance(value, dict):
            yield from (
                ((*path, key), "this key stands twice in its object") for key in getattr(value, "twice", ())
            )
            yield from (((*path, key), "a sign in this key is no letter") for key in value if _no_text(key))
            rest.extend(((*path, key), inner) for key, inner in reversed(value.items()))


def _no_text(text: object) -> bool:
    return isinstance(text, str) and ("\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text))


def _broken(error: ValidationError, document: object) -> Iterator[tuple[Steps, str]]:
    """The path and the words of each error of the models."""
    for row in error.errors(include_url=False):
        path = _real(row["loc"], document, row["type"])
        cause = row.get("ctx", {}).get("error")
        if isinstance(cause, BrokenRulesError):
            yield from (((*path, *parts(place)), message) for place, message in cause.broken)
        elif isinstance(cause, ValueError):
            yield path, str(cause)
        else:
            yield path, _in_words(row["type"], row.get("ctx", {}), row["input"])


def _real(loc: Steps, document: object, kind: str) -> Steps:
    """The steps of a location that are steps in the document: the library's own marks left out."""
    path: list[str | int] = []
    here: Any = document
    for number, step in enumerate(loc):
        inside = step_into(here, step)
        if inside is not NOTHING:
            here = inside
        elif not (kind == "missing" and number == len(loc) - 1):
            continue
        path.append(step)
    return tuple(path)


WORDS: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "missing": lambda c, v: "this is missing",
    "string_type": lambda c, v: f"this is to be a text, not {v}",
    "string_unicode": lambda c, v: "a sign in this text is no letter",
    "string_too_short": lambda c, v: "this is not to be empty",
    "string_too_long": lambda c, v: f"this is longer than {c['max_length']} signs",
    "string_pattern_mismatch": lambda c, v: f"{v} is not a SHA-256 of 64 small hexadecimal figures",
    "int_type": lambda c, v: f"this is to be a whole number, not {v}",
    "int_from_float": lambda c, v: f"this is to be a whole number, not {v}",
    "bool_type": lambda c, v: f"this is to be true or false, not {v}",
    "float_type": lambda c, v: f"this is to be a number, not {v}",
    "float_parsing": lambda c, v: f"this is to be a number, not {v}",
    "finite_number": lambda c, v: f"this is to be a number, not {v}",
    "tuple_type": lambda c, v: f"this is to be a list, not {v}",
    "dict_type": lambda c, v: f"this is to be an object, not {v}",
    "model_type": lambda c, v: f"this is to be an object, not {v}",
    "model_attributes_type": lambda c, v: f"this is to be an object, not {v}",
    "too_short": lambda c, v: f"this has {c['actual_length']} of at least {c['min_length']}",
    "too_long": lambda c, v: f"this has more than {c['max_length']}",
    "greater_than_equal": lambda c, v: f"{v} is less than {c['ge']}",
    "less_than_equal": lambda c, v: f"{v} is more than {c['le']}",
}


def _in_words(kind: str, context: Mapping[str, Any], value: object) -> str:
    words = WORDS.get(kind)
    return words(context, in_words(value)) if words else f"{in_words(value)} cannot stand here"


def _hidden(document: dict[str, Any], error: ValidationError) -> Iterator[tuple[Steps, str]]:
    """Errors of whole events and of the whole file that were not looked for because a part had errors already."""
    bad = {_real(row["loc"], document, row["type"]) for row in error.errors(include_url=False)}
    for path, event in raw_events(document):
        wrong = {step[len(path)] for step in bad if step[: len(path)] == path and len(step) > len(path)}
        if "people_hit" in wrong:
            wrong.add("people_hit_exact")
        kept = {name: event[name] for name in BETWEEN_FIELDS if name in event and name not in wrong}
        if wrong and "kind" in kept and "types" in kept:
            yield from ((path + step, message) for step, message in _of_the_rules(Event, kept))
    entries = document.get("entries")
    if isinstance(entries, list | tuple):
        ids = [entry.get("id") if isinstance(entry, dict) else None for entry in entries]
        shell = [
            {"id": name if isinstance(name, str) and name else f"\0{n}", "lines": [1, 1]}
            for n, name in enumerate(ids)
        ]
        yield from _of_the_rules(CodedBulletin, {"source": "-", "entries": shell})


BETWEEN_FIELDS = ("kind", "types", "phase", "alleged", "people_hit", "people_hit_exact")


def _of_the_rules(
    form: type[Event] | type[CodedBulletin], raw: dict[str, Any]
) -> Iterator[tuple[Steps, str]]:
    try:
        form.model_validate(raw)
    except ValidationError as error:
        for row in error.errors(include_url=False):
            if isinstance(cause := row.get("ctx", {}).get("error"), BrokenRulesError):
                yield from ((parts(place), message) for place, message in cause.broken)
