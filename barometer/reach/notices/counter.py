"""Answers to a notice as drafts: facts into words of our own, what is missing as visible blanks. Nothing is sent.

Every draft says that it is one, made by a machine, for a lawyer to read; and what it may cost to send it. The words are
data (counter_notices.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.errors import UnknownValue
from barometer.reach.notices.values import Notice
from barometer.sources.found import clean_text

_FACT = re.compile(r"\{(\w+)\}")
_LONGEST_FACT = 20_000


@dataclass(frozen=True)
class Draft:
    """An answer as a draft: `blanks` are the facts that are missing, in words; `risks` what to weigh before sending.

    `text` is in English, the rest in `language`.
    """

    kind: str
    language: str
    label: str
    heading: str
    text: str
    blanks: tuple[str, ...]
    risks: tuple[str, ...]

    @property
    def whole(self) -> str:
        """The draft as one text, with its heading, its risks and the list of what is missing."""
        risks = "\n".join(f"- {risk}" for risk in self.risks)
        blanks = "\n".join(f"- {blank}" for blank in self.blanks or (_said("nothing", self.language),))
        return (
            f"{self.heading}\n\n{_said('before', self.language)}\n{risks}\n\n"
            f"{_said('missing', self.language)}\n{blanks}\n\n---\n\n{self.text}\n"
        )


@cache
def _table() -> dict[str, Any]:
    with (resources.files("barometer.reach") / "data" / "counter_notices.toml").open("rb") as stream:
        return tomllib.load(stream)


def _said(name: str, language: str) -> str:
    return _in(_table()[name], language)


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words["en"]


def draft_kinds(language: str = "en") -> dict[str, str]:
    """The drafts that there are: kind → label."""
    return {kind: _in(row["label"], language) for kind, row in _table()["draft"].items()}


def draft_facts(kind: str, language: str = "en") -> dict[str, str]:
    """The facts that a draft asks for, in the order of its text: name → words for it."""
    names = dict.fromkeys(match[1] for match in _FACT.finditer(_row(kind)["text"]))
    return {name: _in(_table()["facts"][name], language) for name in names}


def facts_of(notice: Notice) -> dict[str, str]:
    """What the notice itself tells for a draft. Of the person who answers it tells nothing."""
    found = {
        "notice_number": notice.number,
        "sender": notice.sender or notice.principal,
        "recipient": notice.recipient,
        "work": "; ".join(filter(None, (notice.work, *notice.works))),
        "target_list": "\n".join(notice.targets),
        "first_published": notice.target_date.isoformat() if notice.target_date else "",
        "allegation_words": notice.work or notice.ground.replace("_", " "),
    }
    return {name: value for name, value in found.items() if value}


def draft_counter(kind: str, facts: Mapping[str, str], language: str = "en") -> Draft:
    """The draft of that kind with these facts; UnknownValue for a kind or a fact that there is not.

    The letter is in English; label, risks and the list of blanks are in the desk's language.
    """
    row, english, names = _row(kind), draft_facts(kind), draft_facts(kind, language)
    known = _table()["facts"]
    if unknown := sorted(set(facts) - set(known)):
        raise UnknownValue(f"no draft has a fact {unknown[0]!r}", next_step=f"use: {', '.join(known)}")
    told = {name: clean_text(str(facts.get(name, ""))).strip()[:_LONGEST_FACT] for name in names}
    text = _FACT.sub(lambda match: told[match[1]] or f"[____ {english[match[1]]} ____]", row["text"].strip())
    return Draft(
        kind=kind,
        language=language,
        label=_in(row["label"], language),
        heading=_said("heading", language),
        text=text,
        blanks=tuple(words for name, words in names.items() if not told[name]),
        risks=tuple(_in(_table()["risks"][name], language) for name in row["risks"]),
    )


def is_ready(kind: str, facts: Mapping[str, str]) -> bool:
    """Whether all facts are there without which the recipient may reject the answer."""
    return all(str(facts.get(name, "")).strip() for name in _row(kind)["needs"])


def kind_for(notice: Notice) -> str:
    """The draft that fits the recipient best."""
    recipient = notice.recipient.casefold()
    for words, kind in (
        (("youtube",), "youtube"),
        (("facebook", "instagram", "meta"), "meta"),
        (("google", "search"), "google_search"),
    ):
        if any(word in recipient for word in words):
            return kind
    return "dmca" if notice.ground == "copyright" and notice.action in ("removed", "restricted") else "host"


def _row(kind: str) -> dict[str, Any]:
    if kind not in _table()["draft"]:
        raise UnknownValue(
            f"there is no draft {kind!r}", next_step=f"use one of: {', '.join(_table()['draft'])}"
        )
    row: dict[str, Any] = _table()["draft"][kind]
    return row
