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
    """An answer as a draft: `blanks` are the facts that are missing, in words; `risks` what to weigh before sending."""

    kind: str
    label: str
    heading: str
    text: str
    blanks: tuple[str, ...]
    risks: tuple[str, ...]

    @property
    def whole(self) -> str:
        """The draft as one text, with its heading, its risks and the list of what is missing."""
        risks = "\n".join(f"- {risk}" for risk in self.risks)
        blanks = "\n".join(f"- {blank}" for blank in self.blanks) or "- nothing"
        return f"{self.heading}\n\nBefore you send it:\n{risks}\n\nStill missing:\n{blanks}\n\n---\n\n{self.text}\n"


@cache
def _table() -> dict[str, Any]:
    with (resources.files("barometer.reach") / "data" / "counter_notices.toml").open("rb") as stream:
        return tomllib.load(stream)


def draft_kinds() -> dict[str, str]:
    """The drafts that there are: kind → label."""
    return {kind: row["label"] for kind, row in _table()["draft"].items()}


def draft_facts(kind: str) -> dict[str, str]:
    """The facts that a draft asks for, in the order of its text: name → words for it."""
    row = _row(kind)
    names = dict.fromkeys(match[1] for match in _FACT.finditer(row["text"]))
    return {name: _table()["facts"][name] for name in names}


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


def draft_counter(kind: str, facts: Mapping[str, str]) -> Draft:
    """The draft of that kind with these facts; UnknownValue for a kind or a fact that there is not."""
    row, names = _row(kind), draft_facts(kind)
    unknown = sorted(set(facts) - set(_table()["facts"]))
    if unknown:
        raise UnknownValue(
            f"no draft has a fact {unknown[0]!r}", next_step=f"use: {', '.join(sorted(_table()['facts']))}"
        )
    told = {name: clean_text(str(facts.get(name, ""))).strip()[:_LONGEST_FACT] for name in names}
    text = _FACT.sub(lambda match: told[match[1]] or f"[____ {names[match[1]]} ____]", row["text"].strip())
    return Draft(
        kind=kind,
        label=row["label"],
        heading=_table()["heading"],
        text=text,
        blanks=tuple(words for name, words in names.items() if not told[name]),
        risks=tuple(_table()["risks"][name] for name in row["risks"]),
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
