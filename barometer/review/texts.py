"""Texts in three languages, kept in step: which is missing, machine-made, written by a person, approved, or stale."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from barometer.codebook.book import LANGUAGES

MISSING, MACHINE, HUMAN, APPROVED = "missing", "machine", "human", "approved"
STATES = (MISSING, MACHINE, HUMAN, APPROVED)


@dataclass(frozen=True)
class Noted:
    """What was noted of a text in one language when somebody last wrote or approved it.

    `words` is the digest of the text itself, `source` of the text that it was translated from ("" where it is the
    source), `source_language` that text's language.
    """

    words: str
    source_language: str
    source: str = ""
    machine: bool = False
    approved: bool = False


@dataclass(frozen=True)
class Standing:
    """How a text stands in one language; `stale`: the text it was translated from has changed since."""

    language: str
    state: str
    source_language: str
    stale: bool = False

    @property
    def ready(self) -> bool:
        """Whether it may be printed in a frozen issue."""
        return self.state == APPROVED and not self.stale


def digest(text: str) -> str:
    """The SHA-256 of the words, in hex: spaces at the ends and the kind of line end do not count."""
    return hashlib.sha256("\n".join(text.strip().splitlines()).encode()).hexdigest()


def standings(texts: Mapping[str, str], noted: Mapping[str, Noted], source: str) -> dict[str, Standing]:
    """How the text stands in each language, by the words that are there now and what was noted of them.

    Words that were changed without a note count as a person's and as not approved. `source` is the language in which
    the text is first written where nothing was noted.
    """
    found = {}
    for language in LANGUAGES:
        words, note = texts.get(language, "").strip(), noted.get(language)
        of = note.source_language if note else source
        if not words:
            found[language] = Standing(language, MISSING, of)
            continue
        known = note if note and note.words == digest(words) else None
        state = APPROVED if known and known.approved else MACHINE if known and known.machine else HUMAN
        # What was translated from another language is stale once that has other words, or once nobody can say.
        stale = bool(language != of and note and note.source != digest(texts.get(of, "")))
        found[language] = Standing(language, state, of, stale)
    return found
