"""Compose names of people who do not exist, spelt in every way, and pairs of them for learning and for measuring.

Forenames are those of `barometer/names/data/forenames.toml`, surnames are made of the stems in
`benchmarks/names/surnames.txt`. A seed makes the same pairs again.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from pathlib import Path

from barometer.names.forenames import Forename, forenames

ROOT = Path(__file__).resolve().parent.parent
SURNAMES = ROOT / "benchmarks" / "names" / "surnames.txt"
_VOWELS = "аәеёиіоөуұүыэюя"


@dataclass(frozen=True)
class Someone:
    """A person who does not exist. `family` and `father` are (Kazakh, Russian) stems; `ending` is ов, ин, ский or ''."""

    forename: Forename
    family: tuple[str, str]
    ending: str
    father: Forename | None
    russian: bool


@dataclass(frozen=True)
class PairOfNames:
    """Two written names and whether one person bears both; `how` says what was composed."""

    a: str
    b: str
    same: bool
    how: str


def halves() -> tuple[
    tuple[list[Forename], list[tuple[str, str]]], tuple[list[Forename], list[tuple[str, str]]]
]:
    """Forenames and surname stems to learn from, and others to measure on."""
    names = [name for name in forenames() if re.search("[а-яё]", name.spellings[0])]
    stems = [
        (line.split()[0], line.split()[1])
        for line in SURNAMES.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    chance = random.Random(20)  # noqa: S311
    chance.shuffle(names)
    chance.shuffle(stems)
    return (names[::2], stems[::2]), (names[1::2], stems[1::2])


# --- spelling ------------------------------------------------------------------------------------------------------

_BASE = {
    **dict(zip("абвгдезиклмнопрстуф", "abvgdeziklmnoprstuf", strict=True)),
    "ё": "yo", "ж": "zh", "й": "y", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y",
    "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "ә": "a", "ғ": "gh", "қ": "q", "ң": "ng", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i",
}  # fmt: skip
SCHEMES: dict[str, dict[str, str]] = {
    "bgn": {},
    "plain": {"қ": "k", "ғ": "g", "ң": "n"},
    "passport": {"й": "i", "ю": "iu", "я": "ia", "ё": "e", "қ": "k", "ғ": "g", "ң": "n", "ъ": "ie"},
    "scientific": {"ж": "ž", "х": "ch", "ц": "c", "ч": "č", "ш": "š", "щ": "šč", "й": "j", "ю": "ju", "я": "ja", "ё": "ë", "ы": "y", "қ": "k", "ғ": "g", "ң": "n"},
    "loose": {"ж": "j", "х": "h", "ы": "i", "й": "i", "қ": "k", "ғ": "g", "ң": "n", "я": "ia"},
    "english": {"ж": "zh", "х": "kh", "ә": "a", "қ": "k", "ғ": "gh", "ы": "y", "ң": "n"},
    "latin2021": {"ә": "ä", "ғ": "ğ", "ж": "j", "й": "i", "қ": "q", "ң": "ñ", "ө": "ö", "ұ": "ū", "ү": "ü", "ш": "ş", "х": "h", "ч": "ç", "ц": "ts", "щ": "şş", "ё": "io", "ю": "iu", "я": "ia", "ң ": "ñ"},
    "latin2018": {"ә": "á", "ғ": "ǵ", "ж": "j", "и": "ı", "й": "ı", "қ": "q", "ң": "ń", "ө": "ó", "ү": "ú", "у": "ý", "х": "h", "ю": "ıý", "я": "ıa"},
    "latin2017": {"ә": "a'", "ғ": "g'", "ж": "j", "й": "i'", "и": "i'", "қ": "q", "ң": "n'", "ө": "o'", "ү": "u'", "у": "y'", "ш": "s'", "ч": "c'", "х": "h", "ю": "i'y'", "я": "i'a"},
    "german": {"ж": "sch", "з": "s", "в": "w", "х": "ch", "ц": "z", "ч": "tsch", "ш": "sch", "щ": "schtsch", "й": "i", "ю": "ju", "я": "ja", "ё": "jo", "қ": "k", "ғ": "gh", "ә": "ä", "ө": "ö", "ү": "ü", "ң": "ng"},
    "turkish": {"ж": "j", "ч": "ç", "ш": "ş", "ы": "ı", "х": "h", "щ": "şç", "ғ": "ğ", "қ": "k", "ә": "e", "ө": "ö", "ү": "ü", "ң": "n"},
    "french": {"у": "ou", "ш": "ch", "ж": "j", "ч": "tch", "қ": "k", "ғ": "gh", "ұ": "ou", "ң": "n"},
}  # fmt: skip


def romanise(text: str, scheme: str, chance: random.Random) -> str:
    """The Cyrillic text in Latin letters by that scheme."""
    table = _BASE | SCHEMES[scheme]
    if scheme == "turkish" and chance.random() < 0.4:
        table["ж"] = "c"
    if scheme == "german" and chance.random() < 0.4:
        table |= {"ж": chance.choice(["dsch", "sh", "j"]), "й": "j"}
    if scheme in ("bgn", "plain", "english") and chance.random() < 0.3:
        table |= {"й": "i"}
    signs: list[str] = []
    small = text.casefold()
    for at, sign in enumerate(small):
        before = small[at - 1] if at else ""
        after = small[at + 1] if at + 1 < len(small) else ""
        new = table.get(sign, sign)
        starts = not before or before in _VOWELS or before in "ьъ -"
        if sign == "е" and starts and scheme in ("bgn", "plain", "english", "turkish"):
            new = "ye" if scheme != "english" or chance.random() < 0.7 else "e"
        if sign == "е" and starts and scheme == "german":
            new = "je"
        if (
            sign == "с"
            and scheme in ("german", "french", "loose", "english")
            and before
            and before in _VOWELS
        ):
            new = "ss" if after in _VOWELS and chance.random() < 0.5 else "s"
        if text[at].isupper() and new:
            new = new[0].upper() + new[1:]
        signs.append(new)
    word = "".join(signs)
    word = re.sub("[yi]y$", chance.choice(["y", "iy", "i", "ii"]), word) if scheme != "scientific" else word
    return re.sub("sk(?:ij|yj)$", "skij", word)


# --- the forms of a name -------------------------------------------------------------------------------------------


def family_of(who: Someone, kazakh: bool, bare: bool = False) -> str:
    """The surname in the nominative, with the ending of the bearer's sex."""
    stem = who.family[0 if kazakh else 1]
    if bare or not who.ending:
        return stem
    woman = who.forename.sex == "f"
    if who.ending == "ский":
        return stem + ("ская" if woman else "ский")
    if stem[-1] in "йь":
        return stem[:-1] + ("ева" if woman else "ев")
    if stem[-1] in _VOWELS:
        return stem + ("ева" if woman else "ев")
    return stem + who.ending + ("а" if woman else "")


def father_of(who: Someone, kazakh: bool) -> str:
    """The patronymic: Болатұлы or Болатович."""
    assert who.father is not None
    name = who.father.spellings[0 if kazakh else -1]
    woman = who.forename.sex == "f"
    if kazakh:
        return name + ("қызы" if woman else "ұлы")
    if name[-1] in "йь":
        base = name[:-1] + "е"
    elif name[-1] in _VOWELS:
        base = name[:-1] + "ае" if name[-1] in "ая" else name + "е"
    else:
        base = name + "о"
    return base + ("вна" if woman else "вич")


def _declined(forename: str, family: str, woman: bool, chance: random.Random) -> tuple[str, str]:
    """Both in the genitive, dative or instrumental of Russian."""
    case = chance.choice("gdi")
    if woman:
        ends = {"g": "ой", "d": "ой", "i": "ой"}[case]
        if family.endswith("ая"):
            family = family[:-2] + "ой"
        elif family.endswith("а"):
            family = family[:-1] + ends
        if forename.endswith("а"):
            forename = forename[:-1] + {"g": "ы", "d": "е", "i": "ой"}[case]
        elif forename.endswith("я"):
            forename = forename[:-1] + {"g": "и", "d": "е", "i": "ей"}[case]
        return forename, family
    if family.endswith("ский"):
        family = family[:-2] + {"g": "ого", "d": "ому", "i": "им"}[case]
    elif re.search("[ои]в$|ев$|ин$", family):
        family += {"g": "а", "d": "у", "i": "ым"}[case]
    if forename[-1] in "йь":
        forename = forename[:-1] + {"g": "я", "d": "ю", "i": "ем"}[case]
    elif forename[-1] not in _VOWELS:
        forename += {"g": "а", "d": "у", "i": "ом"}[case]
    return forename, family


def _kazakh_case(word: str, chance: random.Random) -> str:
    soft = re.search("[әеіөүи][^аоұы]*$", word) is not None
    voiceless = word[-1] in "птксшқвгд" or word.endswith(("ов", "ев"))
    endings = (
        (["тің", "ке", "ті"] if soft else ["тың", "қа", "ты"])
        if voiceless
        else (["нің", "ге", "ні"] if soft else ["ның", "ға", "ны"])
    )
    return word + chance.choice(endings)


_TITLES = {
    "ru": ["журналист", "журналистка", "редактор", "главный редактор", "блогер", "депутат", "адвокат", "г-н"],
    "kk": ["журналист", "бас редактор", "блогер", "тілші", "депутат"],
    "en": ["journalist", "editor", "Dr", "Mr.", "blogger", "President", "editor-in-chief", "MP"],
}


_SECOND = {
    "kk": ["Мүсіреп", "Қожа", "Сейіт"],
    "ru": ["Мусреп", "Кожа", "Сеит"],
    "la": ["Musrep", "Kozha", "Seit"],
}


def _typo(name: str, chance: random.Random) -> str:
    """One letter more, less, doubled, swapped, or a vowel for another."""
    places = [
        i
        for i in range(1, len(name) - 1)
        if name[i].isalpha() and name[i - 1].isalpha() and name[i + 1].isalpha()
    ]
    if not places:
        return name
    at = chance.choice(places)
    how = chance.choice("omsdv")
    if how == "o":
        return name[:at] + name[at + 1 :]
    if how == "m":
        return name[:at] + chance.choice("аеионрт" if re.search("[а-я]", name) else "aeionrt") + name[at:]
    if how == "s":
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if how == "v":
        vowels = "аеиоуы" if re.search("[а-я]", name) else "aeiouy"
        places = [i for i in places if name[i] in vowels]
        if places:
            at = chance.choice(places)
            return name[:at] + chance.choice(vowels) + name[at + 1 :]
    return name[:at] + name[at] + name[at:]


def written(who: Someone, chance: random.Random, *, initials: bool = True, alone: bool = True) -> str:
    """The name as somebody might write it."""
    language = (
        chance.choice(["kk", "ru", "ru", "la", "la", "la"])
        if not who.russian
        else chance.choice(["kk", "ru", "ru", "la", "la"])
    )
    scheme = chance.choice(list(SCHEMES))
    kazakh = language == "kk" or (
        language == "la" and (scheme.startswith("latin20") or chance.random() < 0.4)
    )
    forename = who.forename.spellings[0 if kazakh else -1]
    short = [name for name in who.forename.others if re.search("[а-яё]", name)]
    if short and chance.random() < 0.06:
        forename = chance.choice(short)
    bare = who.ending == "ов" and kazakh and not who.russian and chance.random() < 0.12
    family = family_of(who, kazakh, bare)
    father = father_of(who, kazakh) if who.father and chance.random() < 0.4 else ""
    declined = chance.random()
    if language == "ru" and declined < 0.15 and not father:
        forename, family = _declined(forename, family, who.forename.sex == "f", chance)
    if language == "kk" and declined < 0.1:
        family = _kazakh_case(family, chance)
    if initials and chance.random() < 0.07:
        forename = who.forename.spellings[0 if kazakh else -1][0] + "."
        father = father and father[0] + "."
    if language == "la":
        forename, family, father = (
            romanise(part, scheme, chance) if part else "" for part in (forename, family, father)
        )
        if father and chance.random() < 0.15:
            father = re.sub("(?:uly|ūly|uli|ulı)$", lambda found: "-" + found[0], father)
    if chance.random() < 0.03 and not forename.endswith("."):
        forename = chance.choice(
            [forename + chance.choice(["-", " "]) + chance.choice(_SECOND[language]), forename]
        )
        family = (
            family
            if "-" in forename or " " in forename
            else family + "-" + chance.choice(_SECOND[language] if language != "la" else _SECOND["la"])
        )
    name = _ordered(forename, family, father, chance)
    if chance.random() < 0.02:
        name = name.replace(",", "").replace(" ", chance.choice(["", "-"]), 1)
    if alone and chance.random() < 0.02:
        name = family
    if chance.random() < 0.06:
        name = chance.choice(_TITLES["en" if language == "la" else language]) + " " + name
    if chance.random() < 0.1:
        name = _typo(name, chance)
    if chance.random() < 0.04:
        name = name.upper()
    if chance.random() < 0.03:
        name = name.lower()
    return name


def _ordered(forename: str, family: str, father: str, chance: random.Random) -> str:
    order = chance.random()
    given = " ".join(part for part in (forename, father) if part)
    if forename.endswith("."):
        given = given.replace(". ", chance.choice([".", ". "]))
    if order < 0.62:
        return f"{given} {family}"
    if order < 0.85:
        return f"{family} {given}"
    return f"{family}, {given}"


# --- who ------------------------------------------------------------------------------------------------------------


def somebody(names: list[Forename], stems: list[tuple[str, str]], chance: random.Random) -> Someone:
    """Anybody."""
    forename = chance.choice(names)
    russian = forename in forenames()[-200:] and re.fullmatch("[а-яё]+", forename.spellings[0]) is not None
    ending = chance.choices(["ов", "", "ский", "ин"], [0.74, 0.2, 0.03, 0.03])[0]
    stem = chance.choice(stems)
    men = [name for name in names if name.sex == "m"]
    father = chance.choice(men) if chance.random() < 0.75 else None
    return Someone(forename, stem, ending, father, russian)


def _another(names: list[Forename], than: Forename, sex: str, chance: random.Random, near: bool) -> Forename:
    from barometer.names.sounds import distance, sounds

    own = sounds(than.spellings[-1])
    others = [
        name
        for name in names
        if name is not than and name.sex == sex and not set(name.spellings) & set(than.spellings)
    ]
    others = [name for name in others if distance(own, sounds(name.spellings[-1])) > 0.35]
    if near:
        others.sort(key=lambda name: (distance(own, sounds(name.spellings[-1])), name.spellings))
        return chance.choice(others[:4])
    return chance.choice(others)


# --- names of elsewhere ---------------------------------------------------------------------------------------------

_ABROAD_FIRST = (
    "Harold", "Martin", "Louise", "Beatrix", "Fernand", "Gustavo", "Ingrid", "Oswald", "Patricia", "Rodrigo", "Yusuf",
    "Khalil", "Mahmoud", "Samira", "Hussein", "Abdullah", "Ibrahim", "Tariq", "Farouk", "Salim", "Min-jun", "Hyun-woo",
    "Wei", "Jiahao", "Andrés", "Matthias", "Friederike", "Giovanni", "Chiara", "Thierry", "Solène", "Kwame", "Abebe",
    "Ousmane", "Rajiv", "Sunita", "Karl", "Wolfgang", "Stephen", "Rebecca",
)  # fmt: skip
_ABROAD_LAST = (
    "Whitcombe", "Barlow", "Hendriksen", "Castellanos", "Moreau", "Delacroix", "Steinfeld", "Lindqvist", "Marchetti",
    "Rosenthal", "al-Basri", "al-Halabi", "al-Kufi", "al-Najdi", "Haddad", "Mansouri", "Zadran", "Qureshi", "Chaudhry",
    "Okafor", "Mensah", "Tadesse", "Park", "Choi", "Zhang", "Ferreira", "Da Costa", "Van der Berg", "Kowalczyk",
    "Novotny", "Petrescu", "Papadakis", "Yilmaz", "Karaca", "Sato", "Yamada", "Fernandes", "O'Rourke", "MacAllan",
    "Schreiber",
)  # fmt: skip


def _abroad(which: int, chance: random.Random) -> PairOfNames:
    """Names of two to five words: a middle name more is the same person, another word in its place is not."""
    first, last = _ABROAD_FIRST[which::2], _ABROAD_LAST[which::2]
    given = [chance.choice(first) for _ in range(chance.choices([1, 2, 3], [0.5, 0.3, 0.2])[0])]
    family = chance.choice(last)
    words = [*dict.fromkeys(given), family]
    same = chance.random() < 0.5
    other = list(words)
    if same:
        if len(other) > 2 and chance.random() < 0.5:
            del other[chance.randrange(1, len(other) - 1)]
        elif len(other) == 2 and chance.random() < 0.2:
            other.insert(1, chance.choice([chance.choice(first), "J.", "M."]))
        if chance.random() < 0.12:
            other[0] = other[0][0] + "."
        if chance.random() < 0.12:
            other = [other[-1], *other[:-1]]
        elif chance.random() < 0.08:
            other = [other[-1] + ",", *other[:-1]]
    else:
        place = chance.randrange(len(other))
        pool = last if place == len(other) - 1 else first
        other[place] = chance.choice([word for word in pool if word not in words])
    texts = [" ".join(words), " ".join(other)]
    if same and chance.random() < 0.45:
        texts[1] = _typo(texts[1], chance)
    if same and chance.random() < 0.1:
        texts[1] = re.sub(r"[áéíóúñèçšž]", lambda found: _BARE[found[0]], texts[1])
    if same and chance.random() < 0.05:
        texts[1] = texts[1].replace(" ", chance.choice(["", "-"]), 1)
    if chance.random() < 0.1:
        texts[0] = texts[0].upper()
    chance.shuffle(texts)
    return PairOfNames(texts[0], texts[1], same, "abroad")


_BARE = dict(zip("áéíóúñèçšž", "aeiounecsz", strict=True))


def pairs(
    names: list[Forename], stems: list[tuple[str, str]], count: int, seed: int, abroad: float = 0.0
) -> list[PairOfNames]:
    """Pairs of composed names: half of them of one person, the other half hard to tell apart."""
    chance = random.Random(seed)  # noqa: S311
    made: list[PairOfNames] = []
    makers = (
        _other_family,
        _other_family,
        _sibling,
        _sibling,
        _near_forename,
        _near_forename,
        _father,
        _spouse,
        _namesake,
        _other_family,
        _stranger,
        _sex,
    )
    while len(made) < count:
        if chance.random() < abroad:
            made.append(_abroad(seed % 2, chance))
            continue
        who = somebody(names, stems, chance)
        if len(made) % 2 == 0:
            made.append(PairOfNames(written(who, chance), written(who, chance), True, "same"))
            continue
        maker = chance.choice(makers)
        made.append(maker(who, names, stems, chance))
    return [pair for pair in made if pair.a != pair.b or pair.same]


def _two(who: Someone, other: Someone, how: str, chance: random.Random) -> PairOfNames:
    from barometer.names.sounds import sounds, unlike

    first, second = (sounds(one.forename.spellings[-1])[0] for one in (who, other))
    short = unlike(first, second) >= 0.9 or how == "other surname"
    a, b = written(who, chance, initials=short), written(other, chance, initials=short)
    return PairOfNames(a, b, False, how) if chance.random() < 0.5 else PairOfNames(b, a, False, how)


def _sibling(
    who: Someone, names: list[Forename], stems: list[tuple[str, str]], chance: random.Random
) -> PairOfNames:
    sex = who.forename.sex if chance.random() < 0.6 else "fm"[who.forename.sex == "f"]
    return _two(
        who, replace(who, forename=_another(names, who.forename, sex, chance, False)), "siblings", chance
    )


def _near_forename(
    who: Someone, names: list[Forename], stems: list[tuple[str, str]], chance: random.Random
) -> PairOfNames:
    return _two(
        who,
        replace(who, forename=_another(names, who.forename, who.forename.sex, chance, True)),
        "near forename",
        chance,
    )


def _stem_of(forename: Forename) -> tuple[str, str]:
    """A forename as the stem of a surname."""
    return forename.spellings[0], forename.spellings[-1]


def _father(
    who: Someone, names: list[Forename], stems: list[tuple[str, str]], chance: random.Random
) -> PairOfNames:
    if who.father is None or who.father is who.forename:
        return _sibling(who, names, stems, chance)
    if (
        chance.random() < 0.2 and not who.russian and who.forename.sex == "m"
    ):  # forename and surname change places
        child = replace(who, family=_stem_of(who.father), ending="ов", father=None)
        other = replace(who, forename=who.father, family=_stem_of(who.forename), ending="ов", father=None)
        return _two(child, other, "father", chance)
    men = [name for name in names if name.sex == "m" and name is not who.father]
    parent = replace(who, forename=who.father, father=chance.choice(men) if chance.random() < 0.6 else None)
    if chance.random() < 0.5 and not who.russian:  # the child's surname is the father's name
        who = replace(who, family=_stem_of(who.father), ending=who.ending or "ов")
    return _two(who, parent, "father", chance)


def _spouse(
    who: Someone, names: list[Forename], stems: list[tuple[str, str]], chance: random.Random
) -> PairOfNames:
    sex = "fm"[who.forename.sex == "f"]
    men = [name for name in names if name.sex == "m"]
    other = replace(
        who,
        forename=_another(names, who.forename, sex, chance, chance.random() < 0.3),
        father=chance.choice(men),
    )
    return _two(who, other, "spouses", chance)


def _namesake(
    who: Someone, names: list[Forename], stems: list[tuple[str, str]], chance: random.Random
) -> PairOfNames:
    """One forename and surname, two fathers: both must be written."""
    men = [name for name in names if name.sex == "m"]
    own = who.father or chance.choice(men)
    other = _another(names, own, "m", chance, chance.random() < 0.4)
    texts = []
    for father in (own, other):
        kazakh = chance.random() < 0.4
        someone = replace(who, father=father)
        text = _ordered(
            who.forename.spellings[0 if kazakh else -1],
            family_of(someone, kazakh),
            father_of(someone, kazakh),
            chance,
        )
        texts.append(romanise(text, chance.choice(list(SCHEMES)), chance) if chance.random() < 0.5 else text)
    return PairOfNames(texts[0], texts[1], False, "namesakes")


def _other_family(
    who: Someone, names: list[Forename], stems: list[tuple[str, str]], chance: random.Random
) -> PairOfNames:
    from barometer.names.sounds import distance, sounds

    own = sounds(who.family[1])
    others = sorted(
        (stem for stem in stems if distance(own, sounds(stem[1])) > 0.5),
        key=lambda stem: (distance(own, sounds(stem[1])), stem),
    )
    stem = chance.choice(others[:6]) if chance.random() < 0.5 else chance.choice(others)
    return _two(
        who,
        replace(who, family=stem, father=who.father if chance.random() < 0.3 else None),
        "other surname",
        chance,
    )


def _stranger(
    who: Someone, names: list[Forename], stems: list[tuple[str, str]], chance: random.Random
) -> PairOfNames:
    other = somebody(names, stems, chance)
    while other.family == who.family or other.forename == who.forename:
        other = somebody(names, stems, chance)
    return _two(who, other, "strangers", chance)


def _sex(
    who: Someone, names: list[Forename], stems: list[tuple[str, str]], chance: random.Random
) -> PairOfNames:
    """One forename that both sexes bear, or its initial; the surname tells."""
    who = replace(who, ending=who.ending or "ов", father=None)
    other = replace(who, forename=replace(who.forename, sex="fm"[who.forename.sex == "f"]))
    texts = []
    kazakh = chance.random() < 0.3
    short = chance.random() < 0.2
    for someone in (who, other):
        text = _ordered(who.forename.spellings[0 if kazakh else -1], family_of(someone, kazakh), "", chance)
        if short:
            text = family_of(someone, kazakh)
        texts.append(romanise(text, chance.choice(list(SCHEMES)), chance) if chance.random() < 0.5 else text)
    return PairOfNames(texts[0], texts[1], False, "other sex")
