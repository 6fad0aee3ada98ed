"""A case as a submission to a body of the United Nations: the fields that it asks for, filled from the record.

What the record does not tell is asked of the person who sends: it is told as missing, and marked in the document. The
fields of each body are data (`data/mandates.toml`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from barometer.errors import TooLarge, UnknownValue
from barometer.publication import docx_parts
from barometer.publication.docx_base import fixed

LANGUAGES = ("en", "ru")
LONGEST_FIELD = 20_000
Label = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """What is asked: `fill` names what of the dossier answers it, "" where only a person can."""

    code: str
    label: Label
    ask: Label
    fill: str = ""
    counted: bool = True


@dataclass(frozen=True)
class Mandate:
    """A body with its fields in order; `words` is its limit, for one sender and for several together."""

    code: str
    title: Label
    source: str
    checked: str
    fields: tuple[Field, ...]
    words: int = 0
    words_joint: int = 0

    def limit(self, *, joint: bool) -> int:
        """How many words it takes, 0 where there is no limit."""
        return self.words_joint if joint else self.words


@cache
def mandates() -> Mapping[str, Mandate]:
    """All bodies, by code."""
    data = _data()
    fields = {code: Field(code, **values) for code, values in data["field"].items()}
    return {
        row["code"]: Mandate(**{**row, "fields": tuple(fields[code] for code in row["fields"])})
        for row in data["mandate"]
    }


def mandate(code: str) -> Mandate:
    """The body of that code; UnknownValue for none."""
    try:
        return mandates()[code]
    except KeyError:
        raise UnknownValue(
            f"no body is known as {code[:40]!r}", next_step=f"take one of {', '.join(mandates())}"
        ) from None


@cache
def _data() -> Mapping[str, Any]:
    path = resources.files("barometer.publication") / "data" / "mandates.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _say(what: str, language: str, **values: object) -> str:
    said: str = _data()["words"][what][language]
    return said.format(**values)


# --- what the record tells --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """A source of an event: its words, its address, the day and the SHA-256 of the copy that is preserved."""

    title: str
    address: str
    kept_on: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Told:
    """An event in words."""

    when: str
    place: str
    what: str
    said: str
    alleged: bool
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreed:
    """A consent that stands: whose, on what day, in what way."""

    name: str
    day: str
    how: str


@dataclass(frozen=True)
class Dossier:
    """What the published record tells of a case, in one language, under the names that may be told there."""

    case: str
    language: str
    day: date
    day_words: str
    people: tuple[str, ...]
    country: str
    events: tuple[Told, ...]
    actors: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    detention: tuple[str, ...] = ()
    arrest: tuple[str, ...] = ()
    proceedings: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    consents: tuple[Agreed, ...] = ()
    documents: tuple[Document, ...] = field(default=())

    def answer(self, fill: str) -> tuple[str, ...]:
        """The paragraphs that answer a field; none where the record is silent."""
        if fill == "people":
            return self.people
        if fill == "state_party":
            return (self.country,) if self.country else ()
        if fill == "incidents":
            rows = (", ".join(filter(None, (one.when, one.place))) for one in self.events)
            return tuple(dict.fromkeys(filter(None, rows)))
        if fill == "facts":
            return tuple(_fact(one, self.language) for one in self.events)
        if fill == "state":
            return (*self.measures, *self.proceedings, *self.ahead)
        if fill == "consent":
            return tuple(
                _say("agreed", self.language, name=one.name, day=one.day, how=one.how)
                for one in self.consents
            )
        if fill == "documents":
            return tuple(one.title for one in self.documents)
        rows_of: tuple[str, ...] = getattr(self, fill) if fill else ()
        return rows_of


def _fact(told: Told, language: str) -> str:
    head = ", ".join(filter(None, (told.when, told.place)))
    said = told.said or told.what
    parts = [f"{head}: {said}" if head else said]
    if told.alleged:
        parts.append(_say("alleged", language))
    if told.sources:
        parts.append(_say("sources", language, sources="; ".join(told.sources)))
    return " ".join(parts)


# --- the submission ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filled:
    """A field with its paragraphs; none where it is missing."""

    field: Field
    paragraphs: tuple[str, ...]

    @property
    def missing(self) -> bool:
        """Whether nothing answers it yet."""
        return not self.paragraphs


@dataclass(frozen=True)
class Submission:
    """All fields of one body for one case; `limit` is how many words it takes, 0 for no limit."""

    mandate: Mandate
    dossier: Dossier
    fields: tuple[Filled, ...]
    limit: int = 0

    @property
    def missing(self) -> tuple[Field, ...]:
        """What nobody has answered."""
        return tuple(one.field for one in self.fields if one.missing)

    @property
    def words(self) -> int:
        """How many words count towards the limit: those of headings and answers, but not of the list of sources."""
        language = self.dossier.language
        return sum(
            count_words("\n".join((one.field.label[language], *one.paragraphs)))
            for one in self.fields
            if one.field.counted and not one.missing
        )


def count_words(text: str) -> int:
    """Words as a word processor counts them: what stands between spaces."""
    return len(re.findall(r"\S+", text))


def fill(
    body: Mandate, dossier: Dossier, given: Mapping[str, str] | None = None, *, joint: bool = False
) -> Submission:
    """The fields with what the record tells and what a person added.

    UnknownValue for a field that the body does not have, or a language that it does not take; TooLarge over its limit
    of words.
    """
    given = given or {}
    if dossier.language not in LANGUAGES:
        raise UnknownValue(
            f"a submission is not written in {dossier.language!r}", next_step=f"take {' or '.join(LANGUAGES)}"
        )
    codes = [one.code for one in body.fields]
    if strange := [code for code in given if code not in codes]:
        raise UnknownValue(
            f"{body.code} has no field {strange[0][:40]!r}", next_step=f"its fields are {', '.join(codes)}"
        )
    made = Submission(
        body,
        dossier,
        tuple(Filled(one, _answers(one, dossier, given.get(one.code, ""))) for one in body.fields),
        body.limit(joint=joint),
    )
    if made.limit and made.words > made.limit:
        raise TooLarge(
            f"the submission has {made.words:,} words; {body.code} takes {made.limit:,}",
            next_step="shorten what was added, or send it with others (a joint submission takes more)"
            if not joint and body.words_joint
            else "shorten what was added",
        )
    return made


def _answers(one: Field, dossier: Dossier, given: str) -> tuple[str, ...]:
    added = tuple(filter(None, (line.strip() for line in given[:LONGEST_FIELD].splitlines())))
    return (*dossier.answer(one.fill), *added)


# --- the document -----------------------------------------------------------------------------------------------


def to_word(made: Submission) -> bytes:
    """The DOCX: what is missing first, then every field under its heading."""
    body, dossier = made.mandate, made.dossier
    language = dossier.language
    document = docx_parts.new(body.title[language], language, subject=dossier.case, day=dossier.day)
    document.add_paragraph(body.title[language], style="Title")
    for line in _notes(made):
        document.add_paragraph(docx_parts.printable(line), style=docx_parts.NOTE)
    if made.missing:
        document.add_paragraph(_say("missing", language), style="Heading 1")
        for one in made.missing:
            document.add_paragraph(f"{one.label[language]}: {one.ask[language]}", style="List Bullet")
    for number, filled in enumerate(made.fields, 1):
        document.add_paragraph(f"{number}. {filled.field.label[language]}", style="Heading 1")
        _field(document, filled, dossier)
    return fixed(document)


def _notes(made: Submission) -> Sequence[str]:
    body, language = made.mandate, made.dossier.language
    return [
        _say("asof", language, day=made.dossier.day_words, case=made.dossier.case),
        _say("check", language, source=body.source),
        _say("checked", language, day=body.checked) if body.checked else _say("unchecked", language),
        *([_say("counted", language, words=made.words, limit=made.limit)] if made.limit else []),
    ]


def _field(document: Any, filled: Filled, dossier: Dossier) -> None:
    language = dossier.language
    if filled.missing:
        said = _say("fill_in", language, ask=filled.field.ask[language])
        document.add_paragraph(said, style=docx_parts.NOTE)
        return
    if filled.field.fill != "documents":
        for text in filled.paragraphs:
            document.add_paragraph(docx_parts.printable(text))
        return
    if dossier.documents:
        head = (filled.field.label[language], *(_say(one, language) for one in ("address", "copy", "digest")))
        docx_parts.table(document, head, [_row(one, language) for one in dossier.documents])
    for text in filled.paragraphs[len(dossier.documents) :]:
        document.add_paragraph(docx_parts.printable(text))


def _row(one: Document, language: str) -> tuple[str, str, str, str]:
    kept = one.kept_on or _say("no_copy", language)
    return docx_parts.printable(one.title), docx_parts.printable(one.address), kept, one.sha256
