"""What the words right beside a name say of its part: who asked for it, who is written about, whose account it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from barometer.names.words import stem
from barometer.reading.lexicon import marker
from barometer.reading.mentions import Mention
from barometer.reading.people import NEAR, Scene, stands_for_staff

#: How near the name of a body stands before somebody who speaks for it.
BODY = 30
#: How far, and how many, the words beside a name are told of.
REACH, WORDS = 70, 5
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|[,.;:(]")


def parts(scene: Scene, m: Mention) -> frozenset[str]:
    """The parts that the words beside one mention speak for: claims, about, owns, office, of a body, staff."""
    found = _parts(scene.text, scene.language, m.start, m.end)
    found |= {"of a body"} if _of_a_body(scene, m) else frozenset()
    return found | ({"staff"} if stands_for_staff(scene, m) else frozenset())


@lru_cache(maxsize=2048)
def _parts(text: str, language: str, start: int, end: int) -> frozenset[str]:
    before, after = text[max(0, start - NEAR) : start], text[end : end + NEAR]
    cut = max(before.rfind(". "), before.rfind("; "), before.rfind("\n"))
    before = before[cut + 1 :]
    found = {
        name
        for name in ("claims", "about", "owns", "office")
        if marker(f"{name}_before", language).search(before)
    }
    found |= {name for name in ("claims", "about", "owns") if marker(f"{name}_after", language).search(after)}
    return frozenset(found)


def _of_a_body(scene: Scene, m: Mention) -> bool:
    """Whether the name of a body stands right before: "National Bank head X", "of the Ministry of Justice, X"."""
    if m.kind != "person":
        return False
    for body in scene.mentions.bodies:
        between = scene.text[body.end : m.start]
        if body.end <= m.start and len(between) <= BODY and not any(sign in between for sign in ".;:"):
            return True
    return False


@lru_cache(maxsize=2048)
def words_beside(text: str, language: str, start: int, end: int) -> tuple[str, ...]:
    """The stems of the words near a name, before it (-) and behind it (+), the next two by their place too.

    A word with a capital letter is only a NAME, so that nobody's name is ever a sign.
    """
    before = _WORD.findall(text, max(0, start - REACH), start)[-WORDS:]
    behind = _WORD.findall(text, end, end + REACH)[:WORDS]
    found: list[str] = []
    for side, words in (("-", list(reversed(before))), ("+", behind)):
        for place, word in enumerate(words):
            told = "NAME" if word[0].isupper() else stem(word.casefold(), language)
            found.append(f"{language} {side}{told}")
            if place < 2:
                found.append(f"{language} {side}{place} {told}")
    return tuple(found)


def all_beside(scene: Scene, some: Sequence[Mention]) -> frozenset[str]:
    """The words beside all mentions of a name."""
    return frozenset(word for m in some for word in words_beside(scene.text, scene.language, m.start, m.end))
