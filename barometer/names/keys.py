"""A written name → a key that its other spellings share: quick and rough, where `comparison` would be too much.

Askenov, Askeinov, Аскенов and Әскеновтің come close; Askarov and Askarova stay apart. A first version: what is
joined here is a proposal, and `written` is never changed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import Levenshtein

_CASE_KK = re.compile(
    r"(?:ның|нің|дың|дің|тың|тің|ға|ге|қа|ке|ны|ні|ды|ді|ты|ті|мен|пен|бен|дан|ден|тан|тен|нан|нен|да|де|та|те)$"
)
_CASE_RU = re.compile(
    r"(?<=[оеёыиая][вн])(?:у|ым|ом|е)$|(?<=ск)(?:ого|ому|им|ом)$|(?<=[бвгджзклмнпрстфхцчшщ])(?:у|ом|ем|е)$"
)
_FOLDS = (
    (re.compile(r"kh|gh|h"), "h"),
    (re.compile(r"zh|dzh|dj|j"), "j"),
    (re.compile(r"shch|sch|sh"), "s"),
    (re.compile(r"ch|tch"), "c"),
    (re.compile(r"ts|tz"), "c"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"[qk]"), "k"),
    (re.compile(r"w"), "v"),
    (re.compile(r"ya|ia|ja(?=\b)"), "a"),
    (re.compile(r"yu|iu"), "u"),
    (re.compile(r"y?e|yo|io"), "e"),
    (re.compile(r"[iy]+"), "i"),
    (re.compile(r"(.)\1"), r"\1"),
)


@lru_cache(maxsize=65536)
def key(name: str) -> tuple[str, ...]:
    """The words of a name folded over scripts and spellings, in order."""
    words = re.findall(r"[^\W\d_][\w’'ʼ]*", name.casefold())
    return tuple(folded for folded in (_fold(word) for word in words) if folded)


def _fold(word: str) -> str:
    if re.search("[әғқңөұүһі]", word):
        word = _CASE_KK.sub("", word) if len(word) > 5 else word
    elif re.search("[а-яё]", word):
        word = _CASE_RU.sub("", word) if len(word) > 4 else word
    folded = anyascii(word).casefold()
    folded = re.sub(r"[^a-z]", "", folded)
    for pattern, by in _FOLDS:
        folded = pattern.sub(by, folded)
    return folded


def same_person(a: str, b: str) -> bool:
    """Whether two names are proposed to be one person: every word of the shorter has its like in the longer."""
    left, right = sorted((key(a), key(b)), key=len)
    if not left or (len(left) == 1 and len(right) > 1 and len(left[0]) < 5):
        return left == right
    if len(left) == 1 < len(right):
        return _same_word(left[0], right[-1])
    return _same_word(left[0], right[0]) and _same_word(left[-1], right[-1])


def _same_word(a: str, b: str) -> bool:
    if a == b:
        return True
    if _gender(a) != _gender(b) or not a or not b or a[0] != b[0]:
        return False
    distance = Levenshtein.distance(a, b, score_cutoff=2)
    return distance <= (1 if min(len(a), len(b)) < 7 else 2) and not _differ_in_a_consonant_only(a, b)


def _gender(word: str) -> str:
    return (
        "f"
        if re.search(r"(?:[oei]v|in|sk)a(?:i|a)?$", word)
        else "m"
        if re.search(r"(?:[oei]v|in|ski)$", word)
        else "?"
    )


def _differ_in_a_consonant_only(a: str, b: str) -> bool:
    """Asel is not Aset: one consonant in the place of another makes another name; a vowel often does not."""
    if len(a) != len(b):
        return False
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return any(x not in "aeiou" or y not in "aeiou" for x, y in differing)
