"""A person's name taken apart, and what two such names have in common and what not, as numbers.

Nothing is decided here: the weights that make a probability of the findings were learned (`data/weights.json`).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources

from barometer.countries import country, fold
from barometer.names import parts
from barometer.names.forenames import lexicon
from barometer.names.parts import PATRONYMIC, Word, match, word_of
from barometer.names.sounds import FAR, VOWELS, distance, sounds, unlike

#: Longer texts are cut: no name has so many signs or words.
LONGEST_NAME = 300
MOST_WORDS = 10

_TOKEN = re.compile(
    r"[^\W_]+(?:['’ʼ‘`´ʹʺ\-‐‑–—][^\W_]+)*['’ʼ‘`´](?!\w)|[^\W_]+(?:['’ʼ‘`´ʹʺ\-‐‑–—]+[^\W_]+)*\.?|,"
)
_AFTER_APOSTROPHE = re.compile(r"['’ʼ‘`´ʹʺ]")
#: Particles that are written with a hyphen: al-Basri.
_PREFIX = re.compile(r"^(?:[aeu][ltsrnhdz]|'?abd|ibn|bin)[-‐‑–—](?=[^\W\d_]{3})", re.IGNORECASE)
_SMALL, _GREAT = "a-zа-яёәғқңөұүһі", "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
_HUMP = re.compile(rf"(?<=[{_SMALL}]{{3}})(?=[{_GREAT}][{_SMALL}]{{3}})")
_FIGURES = str.maketrans("0134589", "oieasbg")
_NAME_ENDINGS = ("бек", "бай", "жан", "хан", "қан", "гүл", "гуль", "кан", "али", "әлі")
_SURNAME_ENDING = re.compile(r"(?:[оеё]в|ин|[оеё]ва|ина|ский|ская)$")
_CHILD = {"ұлы": "uli", "улы": "uli", "uly": "uli", "uli": "uli", "ulı": "uli", "uulu": "uli", "оглы": "uli"}
_CHILD |= {"қызы": "kizi", "кызы": "kizi", "qyzy": "kizi", "kyzy": "kizi", "kizi": "kizi", "qızı": "kizi"}
_CHILD |= {"kızı": "kizi", "қизи": "kizi", "кизи": "kizi", "oglu": "uli", "oğlu": "uli", "ogly": "uli"}


@dataclass(frozen=True, eq=False)
class Person:
    """A person's name in its parts. `family` is the place of the surname among `words`, `sure` if it shows."""

    written: str
    words: tuple[Word, ...]
    initials: tuple[str, ...]
    patronymics: tuple[Word, ...]
    family: int
    sure: bool
    sex: str
    kazakh: bool
    #: Why this says nothing of a person ("empty", "place", …); empty where it does.
    says_nothing: str
    #: Whether a word has a hyphen.
    hyphens: bool
    #: All words in a row without spaces, for names that are written together.
    joined: str
    key: str


@dataclass(frozen=True)
class _Words:
    titles: frozenset[str]
    beginnings: tuple[str, ...]
    forms: frozenset[str]
    particles: frozenset[str]


@cache
def _words() -> _Words:
    with (resources.files("barometer.names") / "data" / "titles.toml").open("rb") as stream:
        data: dict[str, str] = tomllib.load(stream)
    words = data["words"].split()
    return _Words(
        titles=frozenset(word for word in words if not word.endswith("*")),
        beginnings=tuple(word[:-1] for word in words if word.endswith("*")),
        forms=frozenset(data["forms"].split()),
        particles=frozenset(data["particles"].split()),
    )


@lru_cache(maxsize=65_536)
def _is_title(small: str) -> bool:
    known = _words()
    if small in known.titles:
        return True
    if _SURNAME_ENDING.search(small) or small.endswith(_NAME_ENDINGS):
        return False
    return any(
        small.startswith(beginning) and len(small) - len(beginning) <= 5 for beginning in known.beginnings
    )


@lru_cache(maxsize=32_768)
def person(written: str) -> Person:
    """The parts of a name; never fails, whatever the text."""
    text = unicodedata.normalize("NFC", written[:LONGEST_NAME]).strip()
    pieces = _TOKEN.findall(_split_humps(text))[: MOST_WORDS * 2]
    comma = pieces.index(",") if "," in pieces else -1
    words: list[Word] = []
    initials: list[str] = []
    patronymics: list[Word] = []
    before_comma = 0
    plain = [piece for piece in pieces if piece != ","]
    kept = _without_titles(plain)
    for place, piece in enumerate(pieces):
        if piece == ",":
            continue
        if comma >= 0 and place == comma + 1:
            before_comma = len(words)
        bare = piece.rstrip(".")
        small = bare.casefold()
        if piece not in kept:
            continue
        if small in _CHILD and words:
            father = words.pop()
            patronymics.append(word_of(father.text + _CHILD[small], PATRONYMIC))
        elif _is_initial(piece, bare):
            initials.append(sounds(bare))
        elif (
            small in _words().particles and len(kept) > 2 and piece != plain[-1] and (words or len(small) < 4)
        ):
            continue
        elif len(words) < MOST_WORDS:
            _place(_PREFIX.sub("", _figures_as_letters(bare)), words, patronymics)
    if len(words) < 2 and patronymics and not initials and len(plain) < 3:
        words += [word_of(word.text) for word in patronymics]  # Stankevich may be a surname
        patronymics = []
    words = [word for i, word in enumerate(words) if word.sound and word not in words[:i]]
    family, sure = _family(words, min(before_comma, len(words)) if comma >= 0 else 0, pieces)
    return Person(
        written=written,
        words=tuple(words),
        initials=tuple(initial for initial in initials if initial),
        patronymics=tuple(patronymics),
        family=family,
        sure=sure,
        sex=_sex(words, patronymics, family),
        kazakh=any(word.kazakh for word in (*words, *patronymics)),
        says_nothing=_says_nothing(written, text, words, initials),
        hyphens=any(word.parts for word in words),
        joined="".join(word.sound for word in words),
        key=" ".join(text.casefold().split()),
    )


def _split_humps(text: str) -> str:
    """AmirTestenov is two words; McDonald and DeVito stay as they are."""
    return _HUMP.sub(" ", text)


def _without_titles(pieces: list[str]) -> frozenset[str]:
    """The pieces that are no title; all of them where nothing else would be left."""
    kept = [piece for piece in pieces if not _is_title(piece.rstrip(".").casefold())]
    if len(kept) > 1 and kept[-1].rstrip(".").casefold() in _words().forms:
        kept = kept[:-1]
    return frozenset(kept or pieces)


def _is_initial(piece: str, bare: str) -> bool:
    bare = _AFTER_APOSTROPHE.sub("", bare)
    if len(bare) == 1:
        return bare.isalpha()
    return piece.endswith(".") and len(bare) < 5 and bare.isalpha() and len(sounds(bare)) < 3


def _figures_as_letters(bare: str) -> str:
    if bare.isdigit() or not any(sign.isdigit() for sign in bare):
        return bare
    return bare.translate(_FIGURES)


def _place(bare: str, words: list[Word], patronymics: list[Word]) -> None:
    """Among the patronymics where it is one; with a hyphen before -uly too."""
    word = word_of(bare)
    if len(word.sound) > 4 and word.father and (words or not patronymics):
        patronymics.append(word_of(bare, PATRONYMIC))
    else:
        words.append(word)


def _family(words: list[Word], before_comma: int, pieces: list[str]) -> tuple[int, bool]:
    """The place of the surname, and whether something shows it."""
    if not words:
        return -1, False
    if before_comma == 1:
        return 0, True
    for endings in (("ov", "sk"), ("in",)):
        places = [i for i, word in enumerate(words) if word.ending in endings and not word.forenames]
        if len(places) == 1:
            return places[0], True
        if places:
            return places[-1], False
    capitals = [i for i, word in enumerate(words) if word.text.isupper() and len(word.text) > 2]
    if len(capitals) == 1 and len(words) > 1:
        return capitals[0], True
    unknown = [i for i, word in enumerate(words) if not word.forenames]
    if len(unknown) == 1 and len(words) > 1:
        return unknown[0], False
    return len(words) - 1, False


def _says_nothing(written: str, text: str, words: list[Word], initials: list[str]) -> str:
    if not any(sign.isalpha() for sign in text):
        return "empty"
    if sum(len(word.sound) for word in words) < 2:
        return "letter"
    if any(word.mixed for word in words):
        return "mixed"
    if len(written) > LONGEST_NAME:
        return "long"
    if all(_is_title(word.text.casefold()) for word in words):
        return "title"
    key = fold(text)
    if key in _taken():
        return "place"
    return ""


@cache
def _taken() -> frozenset[str]:
    """What names a place or an outlet names no person."""
    here = country()
    keys = {
        fold(name)
        for group in (here.regions.values(), here.places, here.abroad, here.outlets, here.bodies)
        for value in group
        for name in (*value.names.values(), *value.spellings)
    }
    return frozenset(keys | {domain for outlet in here.outlets for domain in outlet.domains})


@dataclass
class Findings:
    """What was found about a pair: numbers for the weights, and on demand the words for each."""

    values: dict[str, float] = field(default_factory=dict)
    notes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def add(self, name: str, value: float = 1.0) -> None:
        """Count a finding."""
        self.values[name] = self.values.get(name, 0.0) + value

    def most(self, name: str, value: float) -> None:
        """Keep the greatest."""
        self.values[name] = max(self.values.get(name, 0.0), value)


#: Called with a sentence and the names of the findings that it explains; None where nobody asked for reasons.
Note = Callable[[str, tuple[str, ...]], None] | None


def findings(a: Person, b: Person, *, explain: bool = False) -> Findings:
    """Compare two persons' names part by part."""
    found = Findings()
    note: Note = (lambda text, of: found.notes.append((text, of))) if explain else None
    pairs, left_a, left_b = _pairs(a, b)
    if left_a or left_b:
        pairs, left_a, left_b = _written_together(a, b, pairs, left_a, left_b, found, note)
    family = _family_pair(a, b, pairs)
    letters = 0
    for pair in pairs:
        letters += min(len(a.words[pair[1]].sound), len(b.words[pair[2]].sound))
        _judge_pair(a, b, pair, pair == family, found, note)
    _judge_sex(a, b, pairs, family, found, note)
    left_a, left_b = _judge_patronymics(a, b, left_a, left_b, found, note)
    left_a, left_b = _judge_initials(a, b, left_a, left_b, found, note)
    _judge_left(a, b, pairs, family, left_a, left_b, found, note)
    if not pairs and "together" not in found.values:
        found.add("nothing")
    found.add("letters", min(letters, 20) / 10)
    found.values["pairs"] = min(2.0, found.values.get("pairs", 0.0) + len(pairs))
    return found


Pair = tuple[parts.Match, int, int]


def _pairs(a: Person, b: Person) -> tuple[list[Pair], list[int], list[int]]:
    """The words that answer each other, the nearest first; and the places of those left over."""
    candidates: list[tuple[float, int, int, parts.Match]] = []
    for i, word in enumerate(a.words):
        for j, other in enumerate(b.words):
            found = match(word, other)
            cost = found[0]
            if cost < 1.6 and cost < 0.1 + 0.2 * min(len(word.stem), len(other.stem)):
                candidates.append((cost + (0.02 if i != j else 0.0), i, j, found))
    candidates.sort()
    pairs: list[Pair] = []
    left_a = list(range(len(a.words)))
    left_b = list(range(len(b.words)))
    for _, i, j, found in candidates:
        if i in left_a and j in left_b:
            pairs.append((found, i, j))
            left_a.remove(i)
            left_b.remove(j)
    return pairs, left_a, left_b


def _written_together(
    a: Person, b: Person, pairs: list[Pair], left_a: list[int], left_b: list[int], found: Findings, note: Note
) -> tuple[list[Pair], list[int], list[int]]:
    """Two words that the other name writes as one; or one half of a name with a hyphen."""
    for one, many, left_one, left_many in ((a, b, left_a, left_b), (b, a, left_b, left_a)):
        for i in list(left_one) if len(left_many) > 1 else ():
            word = one.words[i]
            for j in left_many:
                if j + 1 in left_many and i in left_one:
                    length = len(many.words[j].sound) + len(many.words[j + 1].sound)
                    if abs(len(word.sound) - length) > 3:
                        continue
                    both = many.words[j].sound + many.words[j + 1].sound
                    cost = min(
                        distance(word.sound, both),
                        distance(word.sound, many.words[j + 1].sound + many.words[j].sound),
                    )
                    if cost < 1.0:
                        found.add("together")
                        found.add("given_cost", cost)
                        found.add("pairs")
                        if note:
                            note(
                                f"{word.text} is {many.words[j].text} and {many.words[j + 1].text} written together",
                                ("together",),
                            )
                        left_one.remove(i)
                        left_many.remove(j)
                        left_many.remove(j + 1)
                        break
    if left_a and left_b and (a.hyphens or b.hyphens):
        _by_halves(a, b, left_a, left_b, found, note)
    if len(a.words) != len(b.words) and (left_a or left_b) and min(len(a.joined), len(b.joined)) > 5:
        cost = distance(a.joined[:40], b.joined[:40])
        if cost < 1.0:
            if note:
                note(f"{a.written} and {b.written} are alike but for the spaces", ("together",))
            found.add("together")
            found.add("family_cost", cost)
            for name in ("family_match", "given_match"):
                found.add(name)
            found.add("pairs", 2)
            return [], [], []
    return pairs, left_a, left_b


def _by_halves(
    a: Person, b: Person, left_a: list[int], left_b: list[int], found: Findings, note: Note
) -> None:
    for one, other, left_one, left_other in ((a, b, left_a, left_b), (b, a, left_b, left_a)):
        for i in list(left_one):
            for half in one.words[i].parts:
                for j in list(left_other):
                    if i in left_one and len(half.sound) > 2 and match(half, other.words[j])[0] < 0.8:
                        found.add("half")
                        found.add("pairs")
                        if note:
                            note(f"{other.words[j].text} is one half of {one.words[i].text}", ("half",))
                        left_one.remove(i)
                        left_other.remove(j)


def _family_pair(a: Person, b: Person, pairs: list[Pair]) -> Pair | None:
    best: Pair | None = None
    most = 0
    for pair in pairs:
        value = (1 + 2 * a.sure) * (pair[1] == a.family) + (1 + 2 * b.sure) * (pair[2] == b.family)
        if value > most:
            best, most = pair, value
    return best


def _judge_pair(a: Person, b: Person, pair: Pair, is_family: bool, found: Findings, note: Note) -> None:
    (cost, flags, _, _), i, j = pair
    word, other = a.words[i], b.words[j]
    role = "family" if is_family else "given"
    length = min(len(word.stem), len(other.stem))
    found.add(f"{role}_match")
    if cost:
        found.add(f"{role}_cost", min(cost, 2.0))
        found.most(f"{role}_share", min(1.0, 4 * cost / length))
    if cost > 0.2:
        for name, start in (("some", 0.2), ("much", 0.55), ("more", 0.95)):
            if cost > start:
                found.add(f"{role}_{name}", cost - start)
    of = tuple(f"{role}_{name}" for name in ("cost", "some", "much", "more", "share", "match"))
    if cost > 0.3 and word.sound[0] != other.sound[0]:
        found.add("first_sound", min(1.0, cost))
        of = (*of, "first_sound")
    if _ends_apart(word.sound, other.sound) and cost > 0.4:
        found.add("last_sound")
        of = (*of, "last_sound")
    if flags & parts.BARE:
        found.add("bare")
        of = (*of, "bare")
    if flags & parts.SHORT:
        found.add("short")
        of = (*of, "short")
    if flags & parts.KNOWN_APART and not is_family:
        found.add("known_apart")
        sexes = {lexicon().sex_of(word.forenames), lexicon().sex_of(other.forenames)}
        if sexes == {"m", "f"}:
            found.add("sex_differs")
        of = (*of, "known_apart")
    if a.sure and b.sure and (i == a.family) != (j == b.family):
        found.add("crossed")
        of = (*of, "crossed")
    if note:
        note(_pair_in_words(word, other, cost, flags), of)


def _ends_apart(a: str, b: str) -> bool:
    """Whether both end in a consonant, each in its own: Asel, Aset."""
    return a[-1] != b[-1] and a[-1] not in VOWELS and b[-1] not in VOWELS and distance(a[-1], b[-1]) > 0.5


def _pair_in_words(word: Word, other: Word, cost: float, flags: int) -> str:
    if word.text.casefold() == other.text.casefold():
        return f"{word.text} is the same in both"
    if flags & parts.KNOWN_APART:
        return f"{word.text} and {other.text} are two different forenames"
    if flags & parts.SHORT:
        return f"{word.text} and {other.text} are forms of one forename"
    if flags & parts.BARE:
        return f"{word.text} and {other.text} are one surname with and without its Russian ending"
    if flags & (parts.DECLINED_A | parts.DECLINED_B):
        return f"{word.text} and {other.text} are one word in different cases"
    if cost <= 0.2:
        return f"{word.text} and {other.text} sound the same"
    if cost <= 0.6:
        return f"{word.text} and {other.text} are alike, a spelling apart"
    return f"{word.text} and {other.text} are alike but differ in a sound"


def _judge_sex(
    a: Person, b: Person, pairs: list[Pair], family: Pair | None, found: Findings, note: Note
) -> None:
    """Testova is not Testov; but "Амира Тестова" is Амир Тестов in the genitive."""
    for pair in pairs:
        (_, flags, _, _), i, j = pair
        if not flags & parts.OTHER_SEX:
            continue
        woman_left = a.words[i].sex == "f"
        word, other = a.words[i], b.words[j]
        text = f"{word.text} and {other.text} are a man's and a woman's surname"
        kazakh = (a if woman_left else b).kazakh
        if not flags & parts.MAYBE_GENITIVE or kazakh:
            found.add("sex_apart")
            if note:
                note(text, ("sex_apart",))
            continue
        given = [p for p in pairs if p is not pair]
        side = parts.DECLINED_A if woman_left else parts.DECLINED_B
        cases = "".join((p[0][2] if woman_left else p[0][3]) for p in given if p[0][1] & side)
        hers = (a if woman_left else b).words
        if "g" in cases or "a" in cases:
            found.add("genitive")
            if note:
                note(f"{text}, but the forename shows the genitive", ("genitive",))
        elif given or any(lexicon().sex_of(word.forenames) == "f" for word in hers if word.forenames):
            found.add("sex_apart")
            if note:
                note(text, ("sex_apart",))
        else:
            found.add("sex_unsure")
            if note:
                note(f"{text}, or the genitive of a man's", ("sex_unsure",))
    if "sex_apart" in found.values or "genitive" in found.values or "sex_unsure" in found.values:
        return
    if (
        a.sex
        and b.sex
        and a.sex != b.sex
        and not any(pair[0][1] & (parts.DECLINED_A | parts.DECLINED_B) for pair in pairs)
    ):
        found.add("sex_differs")
        if note:
            note("one is a woman's name, the other a man's", ("sex_differs",))


def _sex(words: list[Word], patronymics: list[Word], family: int) -> str:
    """m or f where the parts agree on it, else nothing."""
    votes = {word.sex for word in patronymics}
    if 0 <= family < len(words) and words[family].ending in ("ov", "sk"):
        votes.add(words[family].sex)
    votes -= {""}
    return votes.pop() if len(votes) == 1 else ""


def _judge_patronymics(
    a: Person, b: Person, left_a: list[int], left_b: list[int], found: Findings, note: Note
) -> tuple[list[int], list[int]]:
    if not a.patronymics and not b.patronymics:
        return left_a, left_b
    if a.patronymics and b.patronymics:
        left, right = a.patronymics[0], b.patronymics[0]
        if left.sex and right.sex and left.sex != right.sex:
            found.add("sex_apart")
            if note:
                note(f"{left.text} and {right.text} are a son's and a daughter's", ("sex_apart",))
        cost = _fathers(left, right)
        if cost < 0.45:
            found.add("patronymic_same")
            if note:
                note(f"{left.text} and {right.text} name the same father", ("patronymic_same",))
        elif cost < 0.9:
            found.add("patronymic_doubt", cost)
            if note:
                note(f"{left.text} and {right.text} may name two fathers", ("patronymic_doubt",))
        else:
            found.add("patronymic_apart", 0.5 + min(cost, 2.0) / 4)
            if note:
                note(f"{left.text} and {right.text} name two fathers", ("patronymic_apart",))
        return left_a, left_b
    one, other, left_other = (a, b, left_b) if a.patronymics else (b, a, left_a)
    father = one.patronymics[0]
    for i in list(left_other):
        word = other.words[i]
        if (
            min(
                distance(father.stem, word.stem),
                distance(father.stem, word.sound),
                distance(father.sound, word.sound),
            )
            < 0.4
        ):
            found.add("patronymic_surname")
            if note:
                note(f"{father.text} and {word.text} come of the same name", ("patronymic_surname",))
            left_other.remove(i)
            break
    return left_a, left_b


def _fathers(left: Word, right: Word) -> float:
    cost = distance(left.stem, right.stem)
    known, other = lexicon().groups_of(left.stem), lexicon().groups_of(right.stem)
    if known and other:
        return min(cost, 0.1) if known & other else max(cost, 0.9)
    short, long = sorted((left.stem, right.stem), key=len)
    if cost > 0.3 and len(short) > 2 and len(long) - len(short) < 3 and long.startswith(short):
        return 0.3
    return cost


def _judge_initials(
    a: Person, b: Person, left_a: list[int], left_b: list[int], found: Findings, note: Note
) -> tuple[list[int], list[int]]:
    for one, other, left_other in ((a, b, left_b), (b, a, left_a)):
        if not one.initials:
            continue
        rest = [(_beginnings(other.words[i]), i) for i in left_other if i != other.family]
        rest += [((word.sound,), -1) for word in other.patronymics if not one.patronymics]
        rest += [((initial,), -2) for initial in other.initials]
        for number, initial in enumerate(one.initials):
            # the first initial is that of the forename, where there is one
            open_ = [row for row in rest if row[1] >= 0] if number == 0 else []
            open_ = open_ or rest
            if not open_:
                break
            at = next((rest.index(row) for row in open_ if any(_begins(s, initial) for s in row[0])), -1)
            if at < 0:
                found.add("initial_apart")
                if note:
                    note(
                        f"the initial {initial[0].upper()} fits no part of {other.written}",
                        ("initial_apart",),
                    )
                continue
            _, place = rest.pop(at)
            if place != -2 or one is a:
                found.add("initial_fits")
                if note:
                    note(f"the initial {initial[0].upper()} fits in {other.written}", ("initial_fits",))
            if place >= 0:
                left_other.remove(place)
    return left_a, left_b


def _beginnings(word: Word) -> tuple[str, ...]:
    """The word, and the full forms of what it is short for: Лена is Е."""
    return (word.sound, *lexicon().full_of(word.forenames))


def _begins(sound: str, initial: str) -> bool:
    """Whether an initial may stand for the word: Е. and Y. for Ерлан, Ж. and Zh. for Жанар."""
    if sound[0] == "y" == initial[0] and len(sound) > 1 and len(initial) > 1:
        return unlike(sound[1], initial[1]) < 0.4
    if sound[:2] == "Je" and initial == "e" or initial == "Je" and sound[0] == "e":
        return True  # Jekaterina and Е.
    return unlike(sound[0], initial[0]) < 0.46


def _judge_left(
    a: Person,
    b: Person,
    pairs: list[Pair],
    family: Pair | None,
    left_a: list[int],
    left_b: list[int],
    found: Findings,
    note: Note,
) -> None:
    """Words without an answer: on both sides they speak against, on one side the other says less."""
    if left_a and left_b:
        cost = min(match(a.words[i], b.words[j])[0] for i in left_a for j in left_b)
        role = "given" if family else "family"
        found.add(f"{role}_apart")
        found.add(f"{role}_apart_far", min(cost, FAR) / FAR)
        texts = [" ".join(name.words[i].text for i in left) for name, left in ((a, left_a), (b, left_b))]
        if note:
            note(
                f"{texts[0]} and {texts[1]} have nothing to do with each other",
                (f"{role}_apart", f"{role}_apart_far"),
            )
        found.add("left_over", min(2, abs(len(left_a) - len(left_b))))
        return
    left = left_a or left_b
    if not left:
        return
    one, other = (a, b) if left_a else (b, a)
    texts_left = " ".join(one.words[i].text for i in left)
    if len(other.words) == 1 and not other.initials:
        role = "given" if family and (one.family not in left) else "family"
        found.add(f"{role}_missing")
        if note:
            note(f"{other.written} lacks {texts_left}", (f"{role}_missing", "left_over"))
    elif len(other.words) == 1 or len(pairs) > 1:
        found.add("left_over", min(2, len(left)))
        if note:
            note(f"{other.written} lacks {texts_left}", ("left_over",))
    else:
        found.add("left_over", min(2, len(left)))
        found.add("left_of_few")
        if note:
            note(f"{other.written} lacks {texts_left}", ("left_over", "left_of_few"))
