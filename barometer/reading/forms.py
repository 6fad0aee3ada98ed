"""Russian names back to their base form: "Тимофея Ракитского" → "Тимофей Ракитский", by pymorphy3.

All words of a name stand in one case and one gender; a word that does not decline goes with any. Where a name can be
read as a man's or a woman's ("Амира Алмасова"), the word before it decides: the case of a trade or of a preposition.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
GENDERS = ("masc", "femn")
#: What a reading is worth: a forename, surname or patronymic of the dictionary before any other noun or adjective.
_NAMES = ("Name", "Surn", "Patr")
_OTHER = 0.12
#: What a word is worth that is left as it stands.
_AS_IT_STANDS = 0.004
#: What a word is worth that stands undeclined before a hyphen.
_DOUBLE = 0.05
#: How much likelier a name stands in the nominative where nothing before it says a case.
_NOMINATIVE = 3.0
_GOVERNS = {
    "gent": ("у", "от", "для", "против", "из", "без", "около", "до", "после", "среди", "отношении", "адрес"),
    "datv": ("к", "ко", "по", "благодаря"),
    "ablt": ("с", "со", "между", "над", "перед"),
    "loct": ("о", "об", "при"),
    "accs": ("через", "про", "за", "на"),
}
_CYRILLIC = re.compile(r"[А-Яа-яЁё-]+")
#: Surnames that decline like adjectives: pymorphy3 knows few of them as surnames.
_ADJECTIVE = re.compile(r"(?:ск|цк)(?:ий|ого|ому|им|ом|ая|ой|ую)$")
#: Surnames in -ов, -ев, -ин: the endings by gender and case, for those that the dictionary does not know.
_IN_OV = re.compile(r"(.+(?:[оеё]в|[иы]н))(а|у|ым|е|ой)?$")
_OF_OV = {
    "": (("masc", "nomn"),),
    "а": (("masc", "gent"), ("masc", "accs"), ("femn", "nomn")),
    "у": (("masc", "datv"), ("femn", "accs")),
    "ым": (("masc", "ablt"),),
    "е": (("masc", "loct"),),
    "ой": (("femn", "gent"), ("femn", "datv"), ("femn", "ablt"), ("femn", "loct")),
}
#: Forenames and surnames in a consonant do not decline where they are a woman's.
_HARD = frozenset("бвгджзклмнпрстфхцчшщь")
#: A woman's forename in -ия that the dictionary does not know, by case; men's names in -ий are few and known.
_IN_IYA = {"ия": ("nomn",), "ии": ("gent", "datv", "loct"), "ию": ("accs",), "ией": ("ablt",)}


@cache
def _analyser() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=8192)
def base_form(name: str, before: str = "") -> str:
    """The name in the nominative, in its own capital letters; as it stands where it is not Russian or unclear.

    `before` is the word right before the name: a trade ("журналиста") or a preposition.
    """
    words = name.split()
    if not 1 <= len(words) <= 4 or not all(_CYRILLIC.fullmatch(word) for word in words):
        return name
    cases, woman = _cases_after(before), _is_of_a_woman(before)
    best, chosen = 0.0, name
    options = [_options(word) for word in words]
    for gender in GENDERS:
        for case in CASES:
            worth, forms, real = 1.0, [], 0
            for word, some in zip(words, options, strict=True):
                value, form = some.get((gender, case), (0.0, ""))
                real += value > _AS_IT_STANDS
                worth *= max(value, _AS_IT_STANDS)
                forms.append(_like(word, form) if value > _AS_IT_STANDS else word)
            if not real:
                continue
            worth *= (8.0 if case in cases else 1.0) if cases else (_NOMINATIVE if case == "nomn" else 1.0)
            worth *= 8.0 if woman and gender == "femn" else 1.0
            if worth > best:
                best, chosen = worth, " ".join(forms)
    return chosen


def _cases_after(word: str) -> frozenset[str]:
    """The cases that the word before leads one to expect; none where it says nothing."""
    small = word.casefold()
    governed = frozenset(case for case, words in _GOVERNS.items() if small in words)
    if governed or not _CYRILLIC.fullmatch(word or "-") or len(word) < 4:
        return governed
    parsed = [one for one in _analyser().parse(small) if one.score > 0.05]
    if not any("NOUN" in one.tag and "anim" in one.tag for one in parsed):
        return frozenset()
    return frozenset(str(one.tag.case) for one in parsed if "NOUN" in one.tag and "anim" in one.tag)


def _is_of_a_woman(word: str) -> bool:
    """Whether the word before is a trade in a woman's form: "журналистка", "корреспондентку"; a man's tells nothing."""
    if len(word) < 4 or not _CYRILLIC.fullmatch(word):
        return False
    best = _analyser().parse(word.casefold())[0].tag
    return bool("NOUN" in best and "anim" in best and best.gender == "femn")


@lru_cache(maxsize=16_384)
def _options(word: str) -> dict[tuple[str, str], tuple[float, str]]:
    """(gender, case) → (how likely, the nominative) of one word; the parts of a double name stand in one case."""
    first, hyphen, rest = word.partition("-")
    if not hyphen:
        return _options_of_one(word)
    left, right = _options_of_one(first) if first else {}, _options(rest) if rest else {}
    as_it_stands = (_DOUBLE, first.casefold())  # "Омар-Алиеву": the first part need not decline
    return {
        key: (min(left.get(key, as_it_stands)[0], worth), f"{left.get(key, as_it_stands)[1]}-{form}")
        for key, (worth, form) in right.items()
        if first
    }


def _options_of_one(word: str) -> dict[tuple[str, str], tuple[float, str]]:
    found: dict[tuple[str, str], tuple[float, str]] = {}
    for one in _analyser().parse(word.casefold()):
        tag = one.tag
        if tag.POS not in ("NOUN", "ADJF") or "plur" in tag or tag.case not in CASES:
            continue
        is_name = any(mark in tag for mark in _NAMES)
        surname = tag.POS == "ADJF" and bool(_ADJECTIVE.search(word.casefold()))
        if tag.POS == "ADJF" and not surname:
            continue
        worth = max(one.score, 0.05) * (1.0 if is_name or surname else _OTHER)
        for gender in GENDERS if "ms-f" in tag or tag.gender is None else (tag.gender,):
            if gender not in GENDERS:
                continue
            form = one.inflect({"nomn", gender} if surname or "Surn" in tag or "Patr" in tag else {"nomn"})
            if form is None:
                continue
            key = (gender, str(tag.case))
            if worth > found.get(key, (0.0, ""))[0]:
                found[key] = (worth, form.word)
    small = word.casefold()
    surname_in_ov = _IN_OV.match(small)
    if surname_in_ov and (surname_in_ov[2] == "ой" or not _analyser().word_is_known(small)):
        stem, ending = surname_in_ov[1], surname_in_ov[2] or ""
        for gender, case in _OF_OV[ending]:
            found[gender, case] = (0.5, f"{stem}а" if gender == "femn" else stem)
    end = next((end for end in _IN_IYA if small.endswith(end)), None)
    if end and not _analyser().word_is_known(small):
        found |= {("femn", case): (0.5, f"{small.removesuffix(end)}ия") for case in _IN_IYA[end]}
    if small[-1] in _HARD:
        for case in CASES:
            if found.get(("femn", case), (0.0, ""))[0] < 0.3:
                found["femn", case] = (0.3, small)
    return found


def _like(word: str, form: str) -> str:
    """The form in the capital letters of the word: "Омар-Алиеву" → "Омар-Алиев"."""
    parts, forms = word.split("-"), form.split("-")
    if len(parts) != len(forms):
        return form[:1].upper() + form[1:]
    return "-".join(
        f[:1].upper() + f[1:] if p[:1].isupper() else f for p, f in zip(parts, forms, strict=True)
    )
