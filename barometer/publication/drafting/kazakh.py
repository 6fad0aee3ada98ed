"""Kazakh endings: by qazaq-inflector where the word takes them as it stands, by rules of our own behind possession."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from qazaq_inflector import QazaqNameInflector

_CASES = {"gen": "genitive", "dat": "dative", "acc": "accusative", "loc": "locative", "abl": "ablative", "ins": "instrumental"}  # fmt: skip
#: behind a possessive ending: hard, soft
_POSSESSED = {"gen": ("ның", "нің"), "dat": ("на", "не"), "acc": ("н", "н"), "loc": ("нда", "нде"), "abl": ("нан", "нен"), "ins": ("мен", "мен")}  # fmt: skip
_HARD, _SOFT = "аоұыяюё", "әөүіеэ"
_LETTERS = re.compile(r"[а-яёәғқңөұүһі-]+$", re.IGNORECASE)
_CAPITALS = re.compile(r"[А-ЯЁӘҒҚҢӨҰҮҺІ]{2,}$")


@cache
def _inflector() -> QazaqNameInflector:
    return QazaqNameInflector()


@lru_cache(maxsize=16_384)
def inflected(phrase: str, case: str, possessed: bool = False) -> str:
    """The phrase with the ending of a case on its last word; what is not Kazakh letters stays as it is.

    `possessed`: the last word ends in a possessive (министрлігі, басылымы), so that the ending has an н in it.
    """
    last = _LETTERS.search(phrase)
    if case == "nom" or last is None:
        return phrase
    if possessed:
        return phrase + _POSSESSED[case][not _is_hard(last[0])]
    if _CAPITALS.search(phrase):
        return f"{phrase}-{_of_capitals(phrase, case)}"
    if _CHILD.search(phrase):
        return phrase + _POSSESSED[case][not _is_hard(last[0])]
    if last[0].endswith("ист"):
        return phrase + "пен" if case == "ins" else phrase[:-1] + _OF_IST[case]
    form = _inflector().inflect(last[0], _CASES[case])
    return phrase[: last.start()] + (form or last[0])


#: a loan in -ист is soft and gives up its т before another
_OF_IST = {"gen": "тің", "dat": "ке", "acc": "ті", "loc": "те", "abl": "тен"}
#: "son of", "daughter of": possessed words inside a name
_CHILD = re.compile(r"(?:ұлы|қызы)$", re.IGNORECASE)


def _of_capitals(word: str, case: str) -> str:
    """The ending of an abbreviation, as its last letter is read: БАҚ-қа, ІІМ-ге."""
    spoken = _inflector().inflect(word[-2:].lower(), _CASES[case]) or ""
    return spoken[2:]


def _is_hard(word: str) -> bool:
    """Whether the last vowel that tells is a back one."""
    for letter in reversed(word.casefold()):
        if letter in _HARD:
            return True
        if letter in _SOFT:
            return False
    return True


def takes_endings(name: str) -> bool:
    """Whether the name ends in Cyrillic letters."""
    return bool(_LETTERS.search(name))


def possessed(phrase: str) -> bool:
    """Whether the phrase's last word is one that belongs to another: "полиция департаменті", "БАҚ өкілі"."""
    return " " in phrase and phrase[-1] in "ыі" and not phrase.endswith(("белсенді", "күдікті"))
