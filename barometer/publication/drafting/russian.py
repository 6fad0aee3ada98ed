"""Russian cases: names of people by pytrovich, nouns and the names of bodies and places by pymorphy3."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from pytrovich.enums import Case, Gender, NamePart
from pytrovich.maker import PetrovichDeclinationMaker

#: our cases, as both libraries call them
_TAGS = {"nom": "nomn", "gen": "gent", "dat": "datv", "acc": "accs", "ins": "ablt", "loc": "loct"}
_OF_NAMES = {
    "gen": Case.GENITIVE,
    "dat": Case.DATIVE,
    "acc": Case.ACCUSATIVE,
    "ins": Case.INSTRUMENTAL,
    "loc": Case.PREPOSITIONAL,
}
_CYRILLIC = re.compile(r"[а-яё]+(?:-[а-яё]+)*", re.IGNORECASE)
_KAZAKH = re.compile(r"[әғқңөұүһі]", re.IGNORECASE)
MASCULINE, FEMININE, NEUTER, PLURAL = range(4)
_GENDERS = {"masc": MASCULINE, "femn": FEMININE, "neut": NEUTER}
#: names of places that do not decline, and endings of those that do
_FIXED_PLACE = re.compile(r"[оеуыюиэё]$", re.IGNORECASE)
_VO = re.compile(r"в(?=[бвгджзклмнпрстфхцчшщ])|ф(?=[рл])", re.IGNORECASE)


@cache
def _analyser() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def _maker() -> PetrovichDeclinationMaker:
    return PetrovichDeclinationMaker()


@lru_cache(maxsize=16_384)
def person(name: str, sex: str, case: str) -> str:
    """A person's name in a case; as it stands where it is not in Russian letters, or the sex is not known."""
    if case == "nom" or not sex:
        return name
    words = name.split()
    gender = Gender.FEMALE if sex == "f" else Gender.MALE
    return " ".join(_name_word(word, at, len(words), gender, case) for at, word in enumerate(words))


def _name_word(word: str, at: int, of: int, gender: Gender, case: str) -> str:
    if not re.fullmatch(r"[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі]+(?:-[А-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі]+)*", word):
        return word
    part = NamePart.LASTNAME if at == of - 1 else NamePart.FIRSTNAME
    if of == 3 and at == 2 and re.search(r"(?:вич|вна|ична|ұлы|қызы|улы|кызы)$", word):
        part = NamePart.MIDDLENAME
    if part is NamePart.LASTNAME and of > 1 and gender is Gender.FEMALE and not re.search(r"[ая]$", word):
        return word
    form: str = _maker().make(part, gender, _OF_NAMES[case], word)
    return form


@lru_cache(maxsize=16_384)
def phrase(words: str, case: str, plural: bool = False) -> str:
    """A noun phrase in a case: its adjectives and its head are declined, what hangs on the head stays.

    "Министерство иностранных дел" → "Министерства иностранных дел"; `plural` makes a plural of a singular.
    """
    parts = words.split(" ")
    head = _head(parts)
    if case == "nom" and not plural:
        return words
    if head is None:
        return _as_noun(words, case, plural) if len(parts) == 1 else words
    want = {_TAGS[case], "plur"} if plural else {_TAGS[case]}
    noun = _parse(parts[head], noun=True)
    for at in range(head):
        parts[at] = _inflected(parts[at], want | _agreeing(noun, case, plural))
    parts[head] = _inflected(parts[head], want, noun=True)
    return " ".join(parts)


def _as_noun(word: str, case: str, plural: bool) -> str:
    """An adjective that stands for a person: "несовершеннолетний"; any other word as it is."""
    tag = _parse(word).tag
    if not _CYRILLIC.fullmatch(word) or tag.POS not in ("ADJF", "PRTF"):
        return word
    of = {"plur"} if plural else {str(tag.gender)}
    return _inflected(word, {_TAGS[case], *of, *({"anim"} if case == "acc" else ())})


def about(nouns: Sequence[str]) -> str:
    """ "об изъятии или порче техники и обыске": the nouns in the prepositional, with its preposition."""
    told = [
        "".join(
            part if part in (" или ", " и ") else phrase(part, "loc")
            for part in re.split(r"( или | и )", noun)
        )
        for noun in nouns
    ]
    listed = f"{', '.join(told[:-1])} и {told[-1]}" if len(told) > 1 else told[0]
    return f"{'об' if listed[:1].casefold() in 'аиоуэ' else 'о'} {listed}"


def _agreeing(noun: Any, case: str, plural: bool) -> set[str]:
    """What an adjective needs beside the case."""
    grammemes = {"plur"} if plural or "plur" in noun.tag else {str(noun.tag.gender)}
    if case == "acc" and (plural or noun.tag.gender == "masc" or "plur" in noun.tag):
        grammemes.add("anim" if "anim" in noun.tag else "inan")
    return grammemes


def _head(parts: list[str]) -> int | None:
    """The place of the head: the first noun in the nominative behind nothing but adjectives."""
    for at, word in enumerate(parts):
        if not _CYRILLIC.fullmatch(word):
            return None
        tag = _parse(word).tag
        if tag.POS in ("ADJF", "PRTF") and tag.case == "nomn" and at + 1 < len(parts):
            continue
        return at if _parse(word, noun=True) is not None else None
    return None


@lru_cache(maxsize=16_384)
def _parse(word: str, noun: bool = False) -> Any:
    """The most likely reading, in the nominative if there is one; only of nouns if asked, or None."""
    found = _analyser().parse(word)
    if noun:
        found = [one for one in found if one.tag.POS == "NOUN"]
    first = next((one for one in found if one.tag.case == "nomn"), None)
    return first or (None if noun else found[0])


def _inflected(word: str, want: set[str], noun: bool = False) -> str:
    head, hyphen, tail = word.partition("-")
    if hyphen and noun and head.islower() and tail.islower() and not _analyser().word_is_known(word):
        return f"{head}-{_inflected(tail, want, noun)}"
    form = _parse(word, noun).inflect(want)
    return _like(word, form.word) if form else word


def _like(word: str, form: str) -> str:
    """The form in the capital letters of the word."""
    if word.isupper() and len(word) > 1:
        return word
    pairs = (
        zip(word.split("-"), form.split("-"), strict=False)
        if word.count("-") == form.count("-")
        else [(word, form)]
    )
    return "-".join(f[:1].upper() + f[1:] if w[:1].isupper() else f for w, f in pairs)


@lru_cache(maxsize=4096)
def agreement(words: str) -> int:
    """Which form of a verb goes with a noun phrase: masculine, feminine, neuter or plural."""
    parts = words.split(" ")
    head = _head(parts)
    if head is None:
        return MASCULINE
    tag = _parse(parts[head], noun=True).tag
    return PLURAL if "plur" in tag else _GENDERS.get(str(tag.gender), MASCULINE)


@lru_cache(maxsize=4096)
def counted(number: int, noun: str, case: str) -> str:
    """ "7 журналистов", "21 журналиста", "7 журналистам"."""
    parsed = _parse(noun.split(" ")[0], noun=True)
    rest = noun.partition(" ")[2]
    one = number % 10 == 1 and number % 100 != 11
    if case == "nom" or (case == "acc" and "anim" not in parsed.tag and not one):
        form = parsed.make_agree_with_number(number).word
    elif one:
        form = parsed.inflect({_TAGS[case], "sing"}).word
    elif noun == "человек" and case in ("gen", "acc"):
        form = noun
    else:
        form = parsed.inflect({_TAGS[case], "plur"}).word
    return f"{number} {form} {rest}".strip()


_DIVISIONS = ("область", "район", "город", "край", "республика")


@lru_cache(maxsize=4096)
def in_place(name: str) -> str:
    """ "в Алматы", "во Владивостоке", "в Костанайской области"."""
    return f"{'во' if _VO.match(name) else 'в'} {_prepositional(name)}"


def _prepositional(name: str) -> str:
    first, space, last = name.rpartition(" ")
    if space and (last in _DIVISIONS or name.startswith("область")):
        return phrase(name, "loc")
    if space:
        return f"{first} {_prepositional(last)}"
    if _FIXED_PLACE.search(name) or not _CYRILLIC.fullmatch(name) or _KAZAKH.search(name):
        return name
    geo = next((one for one in _analyser().parse(name) if "Geox" in one.tag and one.tag.case == "nomn"), None)
    if geo is not None:
        form = geo.inflect({"loct"})
        return _like(name, form.word) if form else name
    if name.endswith(("а", "я")):
        return name[:-1] + ("и" if name.endswith("ия") else "е")
    if name.endswith(("ь", "й")):
        return name[:-1] + ("и" if name.endswith("ь") else "е")
    return name + "е"


@lru_cache(maxsize=4096)
def is_common(word: str) -> bool:
    """Whether a word is a Russian one and most likely no name."""
    small = word.casefold()
    if not _CYRILLIC.fullmatch(small) or not _analyser().word_is_known(small):
        return False
    tag = _analyser().parse(small)[0].tag
    return not any(mark in tag for mark in ("Name", "Surn", "Patr"))
