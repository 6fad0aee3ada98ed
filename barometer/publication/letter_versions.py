"""How two versions of a letter differ, and whether those who signed must be asked again.

A machine proposes, an editor says: demands, numbers, dates, names, people, addressees or another meaning by many
words are **substantive**; a mended spelling is not.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel.dates import get_month_names

#: Where it stands → what of the letter it is
ADDRESSEES, DEMANDS, PEOPLE, NUMBER, DATE, NAME, WORDING, SPELLING = (
    "addressees", "demands", "people", "number", "date", "name", "wording", "spelling",
)  # fmt: skip
SUBSTANTIVE = frozenset({ADDRESSEES, DEMANDS, PEOPLE, NUMBER, DATE, NAME, WORDING})
_WORD = re.compile(r"[^\W_]+(?:[-’'ʼ.][^\W_]+)*")
_NEGATION = frozenset(["no", "not", "never", "without", "не", "нет", "без", "ни", "емес", "жоқ"])
#: A word that differs by so much of it at most is the same word mended.
_MENDED = 0.7
#: Words of so few letters say little by themselves, unless they say no.
_SHORT = 3
#: What an ending adds to a month's name.
_ENDING = 3


@dataclass(frozen=True)
class Change:
    """One difference: what kind, in which part and language, what stood there and what stands there now."""

    kind: str
    part: str
    language: str
    before: str
    after: str

    @property
    def substantive(self) -> bool:
        """Whether who signed is asked again, as the machine proposes."""
        return self.kind in SUBSTANTIVE


def changes(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> tuple[Change, ...]:
    """What changed between two contents by language (barometer.publication.letter.content).

    A language that came or went is another wording.
    """
    found: list[Change] = []
    for language in sorted({*old, *new}):
        if language not in old or language not in new:
            found.append(Change(WORDING, "language", language, str(language in old), str(language in new)))
            continue
        found += _within(old[language], new[language], language)
    return tuple(found)


def is_substantive(found: Iterable[Change]) -> bool:
    """Whether any of the changes is."""
    return any(change.substantive for change in found)


def _within(old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> Iterable[Change]:
    for part in sorted({*old, *new}):
        before, after = old.get(part), new.get(part)
        if before == after:
            continue
        if part == "addressees":
            yield Change(ADDRESSEES, part, language, _said(before), _said(after))
        elif part in ("demands", "people"):
            yield from _rows(part, before, after, language)
        else:
            yield from _texts(part, language, _said(before), _said(after))


def _rows(part: str, before: Any, after: Any, language: str) -> Iterable[Change]:
    """Rows that came, went or moved; in those that stay, what changed in their words."""
    kind = DEMANDS if part == "demands" else PEOPLE
    old, new = ({row["id"]: row for row in rows or ()} for rows in (before, after))
    if list(old) != list(new):
        yield Change(kind, part, language, _said(before), _said(after))
    for key in old.keys() & new.keys():
        if _said(old[key]) == _said(new[key]):
            continue
        for change in _texts(f"{part}.{key}", language, _said(old[key]), _said(new[key])):
            yield Change(kind, *_rest(change)) if change.substantive else change


def _rest(change: Change) -> tuple[str, str, str, str]:
    return change.part, change.language, change.before, change.after


def _texts(part: str, language: str, before: str, after: str) -> Iterable[Change]:
    yield Change(_kind(before, after, language), part, language, before, after)


def _kind(before: str, after: str, language: str) -> str:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if _counted(old, str.isdigit) != _counted(new, str.isdigit):
        return NUMBER
    gone, came = _differing(old, new)
    if any(_is_month(word, language) for word in (*gone, *came)):
        return DATE
    if any(_is_name(word, rest) for words, rest in ((gone, old), (came, new)) for word in words):
        return NAME
    for words, others in ((gone, came), (came, gone)):
        for word in words:
            if word.casefold() in _NEGATION:
                return WORDING
            if len(word) > _SHORT and not any(_mended(word, other) for other in others):
                return WORDING
    return SPELLING


def _is_month(word: str, language: str) -> bool:
    """A month's name in any case; rather one too many, since then only a person is asked."""
    if language == "en":
        return word in _months(language)
    small = word.casefold()
    return any(small.startswith(stem) and len(small) - len(stem) <= _ENDING for stem in _months(language))


@cache
def _months(language: str) -> frozenset[str]:
    """The months; where the language inflects them, their stems in small letters."""
    names = get_month_names("wide", "stand-alone", locale=language).values()
    return frozenset(names if language == "en" else (re.sub("[ьй]$", "", name.casefold()) for name in names))


def _counted(words: list[str], has: Callable[[str], bool]) -> Counter[str]:
    return Counter(word for word in words if any(map(has, word)))


def _differing(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    gone: list[str] = []
    came: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            gone += old[a:b]
            came += new[c:d]
    return gone, came


def _is_name(word: str, words: list[str]) -> bool:
    """A word with a capital that is not the first of the text."""
    return word[:1].isupper() and words.index(word) > 0


def _mended(one: str, other: str) -> bool:
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= _MENDED


def _said(value: Any) -> str:
    """The words of a part, without ids and marks."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "\n".join(_said(inner) for name, inner in value.items() if name not in ("id", "drafted"))
    return "\n".join(_said(inner) for inner in value or ())
