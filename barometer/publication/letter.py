"""A joint letter in one language, as it is printed; and what it says as a value that is kept, compared and digested.

The words come by part and language, each text in paragraphs that blank lines part. Figures stand in braces by fixed
names (letter_figures) and are filled in here, so that they are true on the day of composing.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from babel.dates import format_date

from barometer.codebook import LANGUAGES
from barometer.errors import UnknownValue
from barometer.publication.letter_figures import filled, letter_data

#: The parts that every letter may have; beside them "demand.ID", "person.ID" and "name.ID".
PARTS = ("title", "addressees", "salutation", "undersigned", "concern", "wider", "closing")
#: Without these no letter is sent; "wider" and "salutation" may be left out.
NEEDED = ("title", "addressees", "undersigned", "concern", "closing")
DEMAND, PERSON, PERSON_NAME = "demand.", "person.", "name."
_BLANK_LINE = re.compile(r"\n\s*\n")
#: A place in a template that is still to be filled in: "[name of the law]".
_GAP = re.compile(r"\[[^\[\]\n]{1,80}\]")


@dataclass(frozen=True)
class Addressee:
    """Whom the letter goes to: name, role, lines of the address."""

    name: str
    role: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Demand:
    """What is asked for; the number is its place."""

    key: str
    number: int
    text: str


@dataclass(frozen=True)
class Person:
    """A case of urgent concern: the name and the paragraph. `drafted`: composed from the record, by no person."""

    key: str
    name: str
    text: str
    drafted: bool = False


@dataclass(frozen=True)
class Signed:
    """Who signed: the name, who an individual is, and the logo as PNG."""

    name: str
    about: str = ""
    logo: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class LetterOut:
    """Everything that a letter prints, in one language."""

    language: str
    title: str
    day: date | None
    sent_via: str
    addressees: tuple[Addressee, ...]
    salutation: str
    undersigned: tuple[str, ...]
    concern: tuple[str, ...]
    demands: tuple[Demand, ...]
    people: tuple[Person, ...]
    wider: tuple[str, ...]
    closing: tuple[str, ...]
    signatories: tuple[Signed, ...] = ()

    @property
    def day_words(self) -> str:
        """The date as the language writes it; "" without one."""
        return long_date(self.day, self.language) if self.day else ""

    @property
    def gaps(self) -> tuple[str, ...]:
        """Places of a template that nobody filled in."""
        return tuple(_GAP.findall("\n".join(_texts(content(self)))))

    def signed_by(self, signatories: Iterable[Signed]) -> LetterOut:
        """The letter with these below it."""
        return replace(self, signatories=tuple(signatories))

    def covered(self, cover: Any) -> LetterOut:
        """The letter with each text as `cover(text, key)` gives it back; `key` is that of a person's paragraph, or ""."""

        def several(texts: Sequence[str]) -> tuple[str, ...]:
            return tuple(cover(text, "") for text in texts)

        return replace(
            self,
            title=cover(self.title, ""),
            undersigned=several(self.undersigned),
            concern=several(self.concern),
            demands=tuple(replace(one, text=cover(one.text, "")) for one in self.demands),
            people=tuple(
                replace(one, name=cover(one.name, one.key), text=cover(one.text, one.key))
                for one in self.people
            ),
            wider=several(self.wider),
            closing=several(self.closing),
        )


@dataclass(frozen=True)
class LetterIn:
    """What the ledger hands over: words by part and language, demands and people by their keys in order.

    `people` are (key, language → name, language → drafted paragraph); `figures` are numbers by language and fixed name.
    """

    words: Mapping[str, Mapping[str, str]]
    day: date | None = None
    sent_via: str = ""
    demands: tuple[str, ...] = ()
    people: tuple[tuple[str, Mapping[str, str], Mapping[str, str]], ...] = ()
    figures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def compose(letter: LetterIn, language: str) -> LetterOut:
    """The letter in that language; a part that it does not have is empty. UnknownValue for a figure that is none."""

    def text(part: str) -> str:
        said = letter.words.get(part, {}).get(language, "").strip()
        return filled(said, letter.figures.get(language, {}))

    def several(part: str) -> tuple[str, ...]:
        return paragraphs(text(part))

    def person(key: str, names: Mapping[str, str], drafts: Mapping[str, str]) -> Person:
        own = text(PERSON + key)
        return Person(key, text(PERSON_NAME + key) or names[language], own or drafts[language], not own)

    return LetterOut(
        language=language,
        title=text("title"),
        day=letter.day,
        sent_via=letter.sent_via,
        addressees=addressees(text("addressees")),
        salutation=text("salutation"),
        undersigned=several("undersigned"),
        concern=several("concern"),
        demands=tuple(Demand(key, n, text(DEMAND + key)) for n, key in enumerate(letter.demands, 1)),
        people=tuple(person(*one) for one in letter.people),
        wider=several("wider"),
        closing=several("closing"),
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text: blank lines part them, other line ends are spaces."""
    parts = (" ".join(part.split()) for part in _BLANK_LINE.split(text))
    return tuple(part for part in parts if part)


def addressees(text: str) -> tuple[Addressee, ...]:
    """Addressees as an editor writes them: a name, a role, lines of an address; a blank line before the next."""
    found = []
    for block in _BLANK_LINE.split(text):
        lines = [" ".join(line.split()) for line in block.splitlines() if line.strip()]
        if lines:
            found.append(Addressee(lines[0], lines[1] if len(lines) > 1 else "", tuple(lines[2:])))
    return tuple(found)


# --- what is kept of a letter -----------------------------------------------------------------------------


def content(letter: LetterOut) -> dict[str, Any]:
    """What the letter says, ready for JSON; who signs it is not part of it."""
    return {
        "title": letter.title,
        "day": letter.day.isoformat() if letter.day else "",
        "sent_via": letter.sent_via,
        "addressees": [[one.name, one.role, *one.lines] for one in letter.addressees],
        "salutation": letter.salutation,
        "undersigned": list(letter.undersigned),
        "concern": list(letter.concern),
        "demands": [{"id": one.key, "text": one.text} for one in letter.demands],
        "people": [
            {"id": one.key, "name": one.name, "text": one.text, "drafted": one.drafted}
            for one in letter.people
        ],
        "wider": list(letter.wider),
        "closing": list(letter.closing),
    }


def of_content(kept: Mapping[str, Any], language: str) -> LetterOut:
    """The letter that `content` was made of, without signatories."""
    return LetterOut(
        language=language,
        title=kept["title"],
        day=date.fromisoformat(kept["day"]) if kept["day"] else None,
        sent_via=kept["sent_via"],
        addressees=tuple(
            Addressee(row[0], row[1] if len(row) > 1 else "", tuple(row[2:])) for row in kept["addressees"]
        ),
        salutation=kept["salutation"],
        undersigned=tuple(kept["undersigned"]),
        concern=tuple(kept["concern"]),
        demands=tuple(Demand(row["id"], n, row["text"]) for n, row in enumerate(kept["demands"], 1)),
        people=tuple(Person(row["id"], row["name"], row["text"], row["drafted"]) for row in kept["people"]),
        wider=tuple(kept["wider"]),
        closing=tuple(kept["closing"]),
    )


def digest(contents: Mapping[str, Mapping[str, Any]]) -> str:
    """The SHA-256 of what a letter says in its languages, in hex."""
    told = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def _texts(kept: Any) -> Iterable[str]:
    if isinstance(kept, str):
        yield kept
    elif isinstance(kept, Mapping):
        for name, inner in kept.items():
            if name not in ("id", "drafted"):
                yield from _texts(inner)
    elif isinstance(kept, Iterable):
        for inner in kept:
            yield from _texts(inner)


def long_date(day: date, language: str) -> str:
    """ "13 April 2031", "13 апреля 2031 г.", "2031 ж. 13 сәуір" """
    return str(format_date(day, "long", locale={"en": "en_GB"}.get(language, language)))


# --- words and order --------------------------------------------------------------------------------------


def letter_words(language: str) -> Mapping[str, str]:
    """What every letter prints in that language; UnknownValue for a language that is none."""
    if language not in LANGUAGES:
        raise UnknownValue(
            f"{language!r} is no language of a letter", next_step=f"use {', '.join(LANGUAGES)}"
        )
    words: Mapping[str, str] = letter_data()["words"][language]
    return words


@dataclass(frozen=True)
class Template:
    """A letter to begin with: its label, its words by part and language, its demands by language."""

    code: str
    label: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    demands: tuple[Mapping[str, str], ...]


@cache
def templates() -> Mapping[str, Template]:
    """The templates by their codes, in the order of the data."""
    found = {}
    for row in letter_data()["template"]:
        words = {part: row[part] for part in PARTS if part in row}
        found[row["code"]] = Template(row["code"], row["label"], words, tuple(row["demands"]))
    return found


_KAZAKH = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_ORDER = {letter: f"{n:02d}" for n, letter in enumerate(_KAZAKH)}


def alphabetical(name: str, language: str) -> tuple[bool, str]:
    """The key by which names are put in order: letters of the page's script first, as its alphabet has them.

    Accents, quotation marks and "the" do not count; the Kazakh letters stand where the Kazakh alphabet has them.
    """
    folded = re.sub(r"^the\s+", "", "".join(c for c in name.casefold() if c.isalnum() or c == " ").strip())
    key = []
    for letter in folded:
        base = unicodedata.normalize("NFKD", letter)[0] if letter not in _ORDER else letter
        key.append(_ORDER.get(base, base))
    cyrillic = folded[:1] in _ORDER
    return cyrillic == (language == "en"), "".join(key)
