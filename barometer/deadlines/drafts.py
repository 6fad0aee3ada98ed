"""Letters that follow a request, drafted from what is recorded of it: reminder, complaints, claim, note.

The words are templates of `data/drafts.toml`; provisions come from the rules of the country, and one that no lawyer has
confirmed says so. What is not known stays as a visible blank and is listed. Every draft says that a machine made it.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from barometer.countries import country
from barometer.countries.refusals import refusal_grounds
from barometer.deadlines.values import Rule
from barometer.errors import UnknownValue
from barometer.publication.letter import long_date
from barometer.publication.machine import PROPERTY

LANGUAGES = ("en", "ru", "kk")
BLANK = "____________"
#: What a draft is to other machines (IPTC: made by rules alone), as a property and its value.
MADE_BY_MACHINE = (PROPERTY, "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia")


class DraftKind(StrEnum):
    """Which letter."""

    REMINDER = "reminder"
    COMPLAINT_SILENCE = "complaint_silence"
    COMPLAINT_REFUSAL = "complaint_refusal"
    COMPLAINT_FORM_LETTER = "complaint_form_letter"
    COMPLAINT_TRANSFER = "complaint_transfer"
    COMPLAINT_LATE = "complaint_late"
    COURT = "court"
    VIOLATION_NOTE = "violation_note"


@dataclass(frozen=True)
class Facts:
    """What is known of a request; whatever is not stays "" or None.

    `rule` is that of the request's term, `complaint` that of a complaint before court, `suit` that of a claim.
    `grounds` are codes of the country's grounds for refusal, `unanswered` numbers of questions.
    """

    body: str = ""
    superior: str = ""
    court: str = ""
    asker: str = ""
    outlet: str = ""
    contact: str = ""
    title: str = ""
    questions: tuple[str, ...] = ()
    number: str = ""
    sent: date | None = None
    due: date | None = None
    today: date | None = None
    replied: date | None = None
    reply_number: str = ""
    late: int | None = None
    grounds: tuple[str, ...] = ()
    unanswered: tuple[int, ...] = ()
    transfers: tuple[str, ...] = ()
    rule: Rule | None = None
    complaint: Rule | None = None
    suit: Rule | None = None


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: its `style` is notice, to, heading, body, item or signed."""

    style: str
    text: str


@dataclass(frozen=True)
class Draft:
    """A letter in paragraphs; `missing` are the facts left blank, as (name, label in the letter's language)."""

    kind: DraftKind
    language: str
    paragraphs: tuple[Paragraph, ...]
    missing: tuple[tuple[str, str], ...]
    made: tuple[str, str] = field(default=MADE_BY_MACHINE)

    @property
    def text(self) -> str:
        """The whole as plain text."""
        return "\n\n".join(one.text for one in self.paragraphs) + "\n"


def draft(kind: str, facts: Facts, language: str) -> Draft:
    """The letter of that kind in that language; UnknownValue where there is none."""
    if kind not in {one.value for one in DraftKind}:
        raise UnknownValue(f"there is no draft {kind!r}", next_step=f"use one of {', '.join(DraftKind)}")
    if language not in LANGUAGES:
        raise UnknownValue(
            f"drafts are not written in {language!r}", next_step=f"use one of {', '.join(LANGUAGES)}"
        )
    table = _table()
    filler = _Filler(_values(facts, language), table["labels"][language])
    rows = [*table["common"]["before"], *table[kind], *table["common"]["after"]]
    paragraphs = tuple(
        Paragraph(row["style"], filler.filled(row[language]))
        for row in rows
        if "if" not in row or filler.values.get(row["if"])
    )
    return Draft(DraftKind(kind), language, paragraphs, tuple(filler.missing.items()))


def draft_name(kind: str, language: str) -> str:
    """What a draft is called in a list."""
    name: str = _table()["names"][kind][language]
    return name


@cache
def _table() -> dict[str, Any]:
    with (resources.files("barometer.deadlines") / "data" / "drafts.toml").open("rb") as stream:
        return tomllib.load(stream)


class _Filler:
    """Fills the words of a template, and remembers what it left blank."""

    def __init__(self, values: dict[str, str], labels: dict[str, str]) -> None:
        self.values, self.labels = values, labels
        self.missing: dict[str, str] = {}

    def filled(self, template: str) -> str:
        """The paragraph; values are put in as they are, but the full stop of one that ends a sentence stands once."""
        parts: list[str] = []
        for words, name, _, _ in string.Formatter().parse(template):
            stops_twice = bool(parts) and parts[-1].endswith(".") and words.startswith(".")
            parts.append(words[1:] if stops_twice else words)
            if name is not None:
                parts.append(self.values.get(name) or self._blank(name))
        return "".join(parts)

    def _blank(self, name: str) -> str:
        self.missing[name] = self.labels[name]
        return f"{BLANK} [{self.labels[name]}]"


def _values(facts: Facts, language: str) -> dict[str, str]:
    """The facts in words."""
    grounds = [refusal_grounds()[code] for code in facts.grounds if code in refusal_grounds()]
    days = {name: getattr(facts, name) for name in ("sent", "due", "today", "replied")}
    plain = ("body", "superior", "court", "asker", "outlet", "contact", "title", "number", "reply_number")
    provisions = {"law": facts.rule, "complaint_law": facts.complaint, "suit_law": facts.suit}
    return {
        **{name: " ".join(str(getattr(facts, name)).split()) for name in plain},
        **{name: long_date(day, language) if day else "" for name, day in days.items()},
        **{name: _provision(rule, language) if rule else "" for name, rule in provisions.items()},
        "late": "" if facts.late is None else str(facts.late),
        "days_late": _days_late(facts.rule, language),
        "questions": _numbered(facts.questions, facts.unanswered),
        "unanswered": ", ".join(map(str, facts.unanswered)),
        "transfers": " → ".join(facts.transfers),
        "grounds": "; ".join(one.label[language] for one in grounds),
        "ground_notes": "\n".join(
            f"{one.label[language]}: {one.note[language]}{'' if one.confirmed else ' ' + _unconfirmed(language)}"
            for one in grounds
        ),
    }


def _numbered(questions: Sequence[str], only: Sequence[int]) -> str:
    """The questions with their numbers; where some are left without an answer, only these."""
    rows = [(number, " ".join(one.split())) for number, one in enumerate(questions, 1)]
    return "\n".join(f"{number}. {text}" for number, text in rows if not only or number in only)


def _provision(rule: Rule, language: str) -> str:
    """A rule's provision in words, with a warning where no lawyer has confirmed it."""
    code = f"{rule.law}-{rule.article}" if rule.article else rule.law
    name = (
        country().title_of(code, language) if country().law_of(code) else f"{rule.law} {rule.article}".strip()
    )
    return name if rule.confirmed else f"{name} {_unconfirmed(language)}"


def _days_late(rule: Rule | None, language: str) -> str:
    """In which days it is counted how late something is."""
    words: str = _table()["days_late"]["working" if rule and rule.unit == "working" else "calendar"][language]
    return words


def _unconfirmed(language: str) -> str:
    words: str = _table()["unconfirmed"][language]
    return words
