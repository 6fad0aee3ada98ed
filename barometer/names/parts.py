"""The words of a person's name, each with what can be told from it alone; and how alike two of them are.

Words are made once and kept, so that a pair of words is compared once too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Levenshtein

from barometer.names.forenames import lexicon
from barometer.names.sounds import FAR, bones, distance, sounds

PLAIN, PATRONYMIC = "plain", "patronymic"

#: What a comparison of two words found, besides its cost.
OTHER_SEX: Final = 1  # Testov, Testova
MAYBE_GENITIVE: Final = 2  # … but Омарова may be "of Омаров"
BARE: Final = 4  # Қасен, Касенов
SHORT: Final = 8  # Саша, Александр
DECLINED_A: Final = 16  # the left word is in another case than the plain one
DECLINED_B: Final = 32
KNOWN_APART: Final = 64  # both are known forenames, and two

_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[a-z\u00c0-\u024f\u1e00-\u1eff]", re.IGNORECASE)
_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)

_PATRONYMIC_RU_M = re.compile(
    r"^(.{2,}?(?=[oeE][vw])|il(?=i)|kuzm(?=i)|luk(?=i)|fom(?=i))(?:[oeE][vw])?[iy](?:C|X|S|c|k)$"
)
_PATRONYMIC_RU_F = re.compile(r"^(.{2,}?)(?:[oeE][vw]n|[iy](?:C|X)n|nicn)a$")
_CHILD_OF = re.compile(
    r"^(?P<father>.{2,}?)(?:(?<=...)[-‐‑–—]?(?P<m>[ұуūu]лы|ұли|[ūuō]+l[yı]|uulu|o[gğ]l[uy]|оглы)|(?<=....)(?P<m2>ul[iï])|-(?P<m3>ul[iï])"
    r"|[-‐‑–—]?(?P<f>[қкk]+[ыи]з[ыи]|[qkg][yıiï][zs][yıiï]))$"
)

_SURNAME = re.compile(
    r"^(?P<stem>.{2,}?)(?:(?P<ov>[oeE][vwf])|(?P<in>in)|(?P<sk>[sc]k(?=[ioya])))(?P<a>[yJ]?a|aJa|i|oy)?$"
)


class Word:
    """A word of a name. Compared by identity: `word_of` makes each only once."""

    __slots__ = (
        "bones",
        "case_forms",
        "cyrillic",
        "ending",
        "father",
        "forenames",
        "kazakh",
        "kind",
        "oblique",
        "mixed",
        "parts",
        "readings",
        "sex",
        "sound",
        "stem",
        "text",
    )

    def __init__(self, text: str, kind: str) -> None:
        self.text = text
        self.kind = kind
        self.cyrillic = bool(_CYRILLIC.search(text))
        self.kazakh = bool(_KAZAKH.search(text))
        self.mixed = self.cyrillic and bool(_LATIN.search(text))
        pieces = [piece for piece in re.split(r"[-‐‑–—]", text) if piece]
        self.sound = sounds("".join(pieces))
        self.bones = bones(self.sound)
        self.parts: tuple[Word, ...] = tuple(word_of(piece) for piece in pieces) if len(pieces) > 1 else ()
        # Омаровой can only be a woman's surname
        plain = (
            re.sub(r"(?<=[оеё]в|[иы]н)ой$", "а", text.casefold()) if self.cyrillic and not self.parts else ""
        )
        self.oblique = bool(plain) and plain != text.casefold()
        self.stem, self.ending, self.sex = _surname(sounds(plain) if self.oblique else self.sound)
        if kind == PATRONYMIC:
            self.stem, self.sex = patronymic(text) or (self.sound, "")
            self.ending = ""
        father = patronymic(text) if kind == PLAIN else None
        self.father = father[0] if father else ""
        self.forenames = lexicon().groups_of(self.sound)
        self.readings = () if self.cyrillic else _readings(text.casefold())
        self.case_forms: tuple[tuple[str, str, str], ...] = ()
        if kind == PLAIN and self.cyrillic and len(text) > 3:
            self.case_forms = tuple(dict.fromkeys(_case_forms(text.casefold(), self.kazakh)))

    def __repr__(self) -> str:
        return f"Word({self.text!r})"


@lru_cache(maxsize=65_536)
def word_of(text: str, kind: str = PLAIN) -> Word:
    """The word, made once."""
    return Word(text, kind)


def patronymic(text: str) -> tuple[str, str] | None:
    """The sounds of the father's name in a patronymic, and m or f; None where the word is no patronymic."""
    found = _CHILD_OF.match(text.casefold())
    if found:
        return sounds(found["father"]), "f" if found["f"] else "m"
    sound = sounds(text)
    for pattern, sex in (
        (_PATRONYMIC_RU_M, "m"),
        (_PATRONYMIC_RU_F, "f"),
    ):
        found = pattern.match(sound)
        if found:
            return found[1], sex
    return None


def surname_stem(sound: str) -> str:
    """The sounds of a surname in its base form without the ending that tells a man from a woman: testova → test."""
    return _surname(sound)[0]


def _surname(sound: str) -> tuple[str, str, str]:
    """Stem, ending without its sex (ov, in, sk or nothing), and m or f where the ending tells."""
    found = _SURNAME.match(sound)
    if not found:
        return sound, "", ""
    last = found["a"] or ""
    if found["sk"]:
        return found["stem"] + found["sk"], "sk", "f" if last.endswith("a") else "" if last == "oy" else "m"
    if last not in ("", "a", "ya", "Ja"):
        return sound, "", ""
    stem = found["stem"]
    ending = "ov" if found["ov"] else "in"
    if len(stem) < 3 and ending == "in":
        return sound, "", ""
    return stem, ending, "f" if last else "m"


def _readings(small: str) -> tuple[str, ...]:
    """What Latin letters may also stand for: tsch is ч or тж, sch and sh are ш or сх."""
    found = []
    for group, other in (("tsch", "t-sch"), ("sch", "s-kh"), ("sh", "s-kh")):
        if group in small and (group != "sch" or "tsch" not in small):
            found.append("".join(sounds(piece) for piece in small.replace(group, other).split("-")))
    return tuple(found[:1])


_SURNAME_CASE = (
    (re.compile(r"(?<=[оеёиы][вн])ой$"), "а", "f", "gdip"),
    (re.compile(r"(?<=[оеёиы][вн])у$"), "", "m", "d"),
    (re.compile(r"(?<=[оеёиы][вн])у$"), "а", "f", "a"),
    (re.compile(r"(?<=[оеёиы][вн])ым$"), "", "m", "i"),
    (re.compile(r"(?<=[оеёиы][вн])е$"), "", "m", "p"),
    (re.compile(r"(?<=[сц]к)(?:ого|ому|им|ом)$"), "ий", "m", "gdaip"),
    (re.compile(r"(?<=[сц]к)(?:ую|ой)$"), "ая", "f", "gdaip"),
)
_FORENAME_CASE = (
    (re.compile(r"(?<=[бвгджзклмнпрстфхцчшщғқңһ])а$"), "", "m", "ga"),
    (re.compile(r"(?<=[бвгджзклмнпрстфхцчшщғқңһ])у$"), "", "m", "d"),
    (re.compile(r"(?<=[бвгджзклмнпрстфхцчшщғқңһ])(?:ом|ем)$"), "", "m", "i"),
    (re.compile(r"(?<=[бвгджзклмнпрстфхцчшщғқңһ])е$"), "", "m", "p"),
    (re.compile(r"(?<=[аеёиоуыэюя])(?:я|ю|ем|е)$"), "й", "m", "gadip"),
    (re.compile(r"(?<=[лнрв])(?:я|ю|ем|е)$"), "ь", "m", "gadip"),
    (re.compile(r"(?<=[бвгджзклмнпрстфхцчшщғқңһ])(?:ы|и|е|у|ой|ей)$"), "а", "f", "gdaip"),
    (re.compile(r"(?<=[лнрвиь])(?:и|е|ю|ей)$"), "я", "f", "gdaip"),
    (re.compile(r"(?<=[лнрв])(?:и|ью)$"), "ь", "f", "gdip"),
)
_KAZAKH_CASE = re.compile(
    r"(?<=...)(?:ның|нің|дың|дің|тың|тің|ға|ге|қа|ке|на|не|ны|ні|ды|ді|ты|ті|нан|нен|дан|ден|тан|тен|да|де|та|те|"
    r"мен|бен|пен)$"
)


def _case_forms(small: str, kazakh: bool) -> list[tuple[str, str, str]]:
    """The plain forms that the word may be a case of: sounds, sex, and letters for the cases."""
    forms = (
        [
            (sounds(pattern.sub(by, small)), sex, cases)
            for pattern, by, sex, cases in (*_SURNAME_CASE, *_FORENAME_CASE)
            if pattern.search(small)
        ]
        if not kazakh
        else []
    )
    if len(small) > 5 and _KAZAKH_CASE.search(small):
        forms.append((sounds(_KAZAKH_CASE.sub("", small)), "", "k"))
    return forms


Match = tuple[float, int, str, str]


_APART: Match = (FAR, 0, "", "")


def match(a: Word, b: Word) -> Match:
    """What it costs to take one word for the other, what was found, and the cases of either."""
    if not (a.forenames and b.forenames):
        # most words have nothing in common, and their consonants say so at once
        m, n = len(a.bones), len(b.bones)
        allowed = (1 if m < 4 or n < 4 else 2) + min(2, abs(m - n))
        if Levenshtein.distance(a.bones, b.bones, score_cutoff=allowed) > allowed:
            return _APART
    return _match(a, b)


@lru_cache(maxsize=131_072)
def _match(a: Word, b: Word) -> Match:
    direct = distance(a.sound, b.sound)
    if direct <= 0.1:
        return direct, 0, "", ""
    best: Match = (direct, 0, "", "")
    if a.forenames and b.forenames:
        best = _as_forenames(a, b, direct)
        if best[0] < 0.2 or best[1] & KNOWN_APART:
            return best
    if bool(a.father) != bool(b.father):
        best = _better(best, _as_father(a, b))
    if a.ending or b.ending:
        best = _better(best, _as_surnames(a, b, direct))
    if direct > 0.3 and (a.readings or b.readings):
        for left in (a.sound, *a.readings):
            for right in (b.sound, *b.readings):
                best = _better(best, (distance(left, right) + 0.05, best[1], "", ""))
    if a.case_forms or b.case_forms:
        best = _as_declined(a, b, best)
    return best


def _better(best: Match, other: Match) -> Match:
    return other if other[0] < best[0] else best


def _as_forenames(a: Word, b: Word, direct: float) -> Match:
    shared = a.forenames & b.forenames
    if not shared:
        return (direct + 0.5, KNOWN_APART, "", "") if direct < FAR else (FAR, KNOWN_APART, "", "")
    names = lexicon()
    whole = any(names.is_full(a.sound, n) and names.is_full(b.sound, n) for n in shared)
    return (min(direct, 0.05), 0, "", "") if whole else (min(direct, 0.15), SHORT, "", "")


def _as_surnames(a: Word, b: Word, direct: float) -> Match:
    if a.ending and b.ending:
        if a.ending != b.ending:
            return min(direct, distance(a.stem, b.sound) + 0.1, distance(a.sound, b.stem) + 0.1), 0, "", ""
        if not a.sex or not b.sex:
            return distance(a.stem, b.stem), 0, "", ""
        if a.sex == b.sex:
            return direct, 0, "", ""
        if a.ending == "in" and (a.forenames or b.forenames):
            return direct, 0, "", ""  # Константин, Константина
        cost = distance(a.stem, b.stem)
        woman = a if a.sex == "f" else b
        flag = OTHER_SEX | (
            MAYBE_GENITIVE
            if woman.cyrillic and not woman.kazakh and not woman.oblique and woman.ending != "sk"
            else 0
        )
        return cost, flag, "", ""
    with_ending, bare = (a, b) if a.ending else (b, a)
    if len(with_ending.stem) < 3 or with_ending.ending == "in":
        return direct, 0, "", ""
    return distance(with_ending.stem, bare.sound) + 0.1, BARE, "", ""


def _as_father(a: Word, b: Word) -> Match:
    """A patronymic that serves as a surname, beside the surname made of the same name: Қасенұлы, Касенов."""
    one, other = (a, b) if a.father else (b, a)
    return distance(one.father, other.stem) + 0.2, BARE, "", ""


def _as_declined(a: Word, b: Word, best: Match) -> Match:
    for sound, sex, cases in a.case_forms:
        cost = min(distance(sound, other) for other in (b.sound, *b.readings)) + 0.06
        if cost < best[0] and not (sex and b.sex and b.ending and sex != b.sex):
            best = (cost, DECLINED_A, cases, "")
    for sound, sex, cases in b.case_forms:
        cost = min(distance(other, sound) for other in (a.sound, *a.readings)) + 0.06
        if cost < best[0] and not (sex and a.sex and a.ending and sex != a.sex):
            best = (cost, DECLINED_B, "", cases)
    if best[0] > 0.2 and a.case_forms and b.case_forms:
        for sound_a, sex_a, cases_a in a.case_forms:
            for sound_b, sex_b, cases_b in b.case_forms:
                cost = distance(sound_a, sound_b) + 0.12
                if cost < best[0] and sex_a == sex_b:
                    best = (cost, DECLINED_A | DECLINED_B, cases_a, cases_b)
    return best
