"""Fixed terms: how names, bodies and offences are called in each language, found again in whatever endings they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from barometer.names.words import stem

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Term:
    """A term by language; a language that has none may say it as it likes."""

    id: str
    forms: Mapping[str, str]


def lacking(
    source: str, source_language: str, text: str, language: str, terms: Iterable[Term]
) -> tuple[Term, ...]:
    """The terms that stand in the source and whose fixed form the text in the other language lacks."""
    told, said = _stems(source, source_language), _stems(text, language)
    return tuple(
        term
        for term in terms
        if _has(told, _stems(term.forms.get(source_language, ""), source_language))
        and (fixed := _stems(term.forms.get(language, ""), language))
        and not _has(said, fixed)
    )


def _stems(text: str, language: str) -> list[str]:
    return [stem(word, language) for word in _WORD.findall(text.casefold())]


def _has(words: list[str], wanted: list[str]) -> bool:
    """Whether the wanted words stand one after the other."""
    width = len(wanted)
    return width > 0 and any(words[at : at + width] == wanted for at in range(len(words) - width + 1))
