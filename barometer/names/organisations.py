"""Names of outlets, bodies and companies: their words by meaning, and what two such names have in common and what not.

A translated title, a transliterated one and a domain meet in the same words; a court is told by its place, number and
level, a ministry by what it deals with. As with people, the weights of the findings were learned.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import resources

from barometer.countries import country, fold
from barometer.names.people import Findings
from barometer.names.sounds import FAR, distance, sounds

LONGEST_NAME = 400
MOST_WORDS = 24
_USES = ("kind", "level", "subject", "title", "general", "form", "empty")
_QUOTES = re.compile('["«»“”„`]')
_HOST = re.compile(
    r"^(?:https?://)?(?:www\.|m\.)?((?:[\w-]+\.)+(?:kz|com|org|net|info|media|news|asia|su|ru|tv|press|online|live|кз|рф|kg|uz))"
    r"(?:[/?#]\S*)?$"
)
_WORD = re.compile(r"\d+(?:st|nd|rd|th)?(?![^\W\d_])|\d+|[^\W\d_]+(?:['’ʼ‘][^\W\d_]+)*")
_ROMAN = re.compile("I{2,3}|IV|VI{0,3}|IX|XI{0,3}")
_ADJECTIVE = re.compile(r"(?:[io]v?n?|l)?sk(?:i|oy|a|oe|ogo|om|omu|im|uyu)$|n(?:iy|ay|oe|aya|oy|i)$")
_TAILS = ("media", "news", "press", "info", "times", "tv", "online")


@dataclass(frozen=True, eq=False)
class Item:
    """A word of the name: `use` as in the data, or "name" or "number"; `meaning` where the data knows it."""

    text: str
    use: str
    meaning: str
    sound: str
    stem: str


@dataclass(frozen=True, eq=False)
class Organisation:
    """A name in its words. `known` is what the country's data calls it, empty where it does not know it."""

    written: str
    names: tuple[Item, ...]
    others: dict[str, frozenset[str]]
    numbers: frozenset[str]
    domain: bool
    known: frozenset[str]
    joined: str
    letters: str
    says_nothing: str
    key: str


@dataclass(frozen=True)
class _Meanings:
    exact: dict[str, tuple[str, str]]
    stems: dict[str, list[tuple[str, str, str]]]
    phrases: list[tuple[str, str]]
    numbers: dict[str, str]
    folded: dict[str, tuple[str, str]] = field(default_factory=dict)


@cache
def _meanings() -> _Meanings:
    with (resources.files("barometer.names") / "data" / "organisations.toml").open("rb") as stream:
        data = tomllib.load(stream)
    found = _Meanings({}, {}, [(a, b) for a, b in data["phrases"]], {})
    for use in _USES:
        for line in data[use].splitlines():
            meaning, *words = (
                line.split()[:1] + line.split() if use == "empty" and line else line.split() or [""]
            )
            for word in words:
                _enter(found, use, "" if use == "empty" else meaning, word)
    for line in data["numbers"].splitlines():
        number, *words = line.split() or [""]
        found.numbers.update(dict.fromkeys(words, number))
    return found


def _enter(found: _Meanings, use: str, meaning: str, word: str) -> None:
    if word.endswith("*"):
        stem = sounds(word[:-1])
        found.stems.setdefault(stem[:2], []).append((stem, use, meaning))
        return
    found.folded.setdefault(fold(word), (use, meaning))
    if use not in ("form", "empty") and len(word) > 2:
        found.exact.setdefault(sounds(word), (use, meaning))


@lru_cache(maxsize=131_072)
def _item(text: str) -> Item:
    small = text.casefold()
    meanings = _meanings()
    if small[0].isdigit():
        return Item(text, "number", re.sub(r"[^\d]", "", small).lstrip("0") or "0", "", "")
    if _ROMAN.fullmatch(text):
        return Item(text, "number", text, "", "")
    if small in meanings.numbers and len(small) > 2:
        return Item(text, "number", meanings.numbers[small], "", "")
    sound = sounds(text)
    use, meaning = (
        meanings.folded.get(fold(text))
        or meanings.exact.get(sound)
        or _by_stem(sound)
        or ("name", _place_of(small, fold(text)))
    )
    return Item(text, use, meaning, sound, _stem(sound))


def _place_of(small: str, folded: str) -> str:
    """The place that the word names or is the adjective of, where there is one; else nothing."""
    names, stems = _places()
    if folded in names:
        return names[folded]
    for end in (2, 3, 1):
        if small[:-end] in stems and len(small) > end:
            return stems[small[:-end]]
    return ""


@cache
def _places() -> tuple[dict[str, str], dict[str, str]]:
    """Places by their folded names of one word, and by the stems of their adjectives; none that are two places."""
    names: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    for place in country().places:
        for name in (place.name, *place.names.values(), *place.spellings):
            if " " not in name:
                names.setdefault(fold(name), set()).add(f"place {place.name}")
        for stem in place.stems:
            stems.setdefault(stem, set()).add(f"place {place.name}")
    one = {key: min(found) for key, found in names.items() if len(found) == 1}
    return one, {key: min(found) for key, found in stems.items() if len(found) == 1}


def _by_stem(sound: str) -> tuple[str, str] | None:
    best: tuple[str, str, str] | None = None
    for row in _meanings().stems.get(sound[:2], ()):
        if (
            sound.startswith(row[0])
            and len(sound) - len(row[0]) <= 6
            and (not best or len(row[0]) > len(best[0]))
        ):
            best = row
    return (best[1], best[2]) if best else None


def _stem(sound: str) -> str:
    """Without the endings of adjectives and cases, so that Алмалинский meets Almaly."""
    stem = _ADJECTIVE.sub("", sound)
    return stem if len(stem) >= 4 else sound


@lru_cache(maxsize=131_072)
def organisation(written: str) -> Organisation:
    """The words of a name; never fails, whatever the text."""
    text = unicodedata.normalize("NFC", written[:LONGEST_NAME]).strip()
    plain = _QUOTES.sub(" ", text)
    host = _HOST.match(plain.strip().casefold())
    items = _host_items(host[1]) if host else [_item(word) for word in _words(plain)]
    items = items[:MOST_WORDS]
    names = [item for item in items if item.use in ("name", "title")]
    others: dict[str, set[str]] = {}
    for item in items:
        others.setdefault(item.use, set()).add(item.meaning)
    known = _known(text)
    if not names:  # "Press.kz": the general word is the name, but "newspaper" is none
        general = [item for item in items if item.use == "general" and item.meaning != "kz"]
        names = general if host or known or len(general) > 1 else []
    says_nothing = ""
    if not any(sign.isalpha() for sign in text):
        says_nothing = "empty"
    elif sum(len(item.sound) for item in items) < 2:
        says_nothing = "letter"
    elif len(written) > LONGEST_NAME:
        says_nothing = "long"
    elif not known and _is_place(fold(plain)):
        says_nothing = "only a place"
    elif not names and not {"subject", "number", "level"} & set(others) and len(others.get("kind", ())) < 2:
        says_nothing = "general"
    kept = [item for item in items if item.use not in ("form", "empty") and item.meaning != "kz"]
    return Organisation(
        written=written,
        names=tuple(dict.fromkeys(names)),
        others={use: frozenset(found) for use, found in others.items()},
        numbers=_numbers(items),
        domain=bool(host),
        known=known,
        joined="".join(item.sound for item in kept)[:40],
        letters="".join(item.sound[:1] for item in kept if item.sound),
        says_nothing=says_nothing,
        key=" ".join(re.findall(r"\w+", plain.casefold())),
    )


def _numbers(items: list[Item]) -> frozenset[str]:
    """Forty-four is 44."""
    found: list[str] = []
    for item in items:
        if item.use != "number":
            continue
        if found and len(item.meaning) == 1 and re.fullmatch("[2-9]0", found[-1]) and item.meaning != "0":
            found[-1] = found[-1][0] + item.meaning
        else:
            found.append(item.meaning)
    return frozenset(found)


@cache
def _place_names() -> frozenset[str]:
    here = country()
    groups = (here.regions.values(), here.places, here.abroad)
    return frozenset(
        fold(name)
        for group in groups
        for value in group
        for name in (*value.names.values(), *value.spellings)
    )


def _is_place(folded: str) -> bool:
    return folded in _place_names()


def _words(text: str) -> list[str]:
    """Words; initials with dots are one (A.B.C.), phrases of the data are one."""
    text = re.sub(r"(?<=[A-Za-zА-Яа-я])\.(?=[A-Za-zА-Яа-я](?:\.|\b))", "", text)
    text = re.sub(r"(?<=[^\W\d_])(?:'|’)s\b", "s", text).replace("&", " and ").replace("%", " percent ")
    words = _WORD.findall(text)
    line = fold(" ".join(words))
    for phrase, form in _meanings().phrases:
        if phrase in line:
            head, _, tail = line.partition(phrase)
            before, length = len(head.split()), len(phrase.split())
            if head and not head.endswith(" ") or tail and not tail.startswith(" "):
                continue
            words[before : before + length] = [form]
            line = fold(" ".join(words))
    return _single_letters(words)


def _single_letters(words: list[str]) -> list[str]:
    """A B C → ABC."""
    joined: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha() and word.isascii() and word.casefold() != "a":
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        if word:
            joined.append(word)
    return joined


def _host_items(host: str) -> list[Item]:
    """oydanmedia.kz → oydan, media, kz."""
    labels = re.split(r"[.\-]", host)
    if len(labels) > 2 and labels[0] in ("rus", "kaz", "kz", "ru", "en", "qaz"):
        labels = labels[1:]
    items = [_as_name(_item(part)) for label in labels[:-1] for part in _tailless(label)]
    last = labels[-1]
    return [*items, _item(last if last in ("media", "news", "press", "tv", "info", "online") else "kz")]


def _as_name(item: Item) -> Item:
    """In an address nothing is a legal form."""
    return replace(item, use="name", meaning="") if item.use in ("form", "empty") else item


def _tailless(word: str) -> list[str]:
    for tail in _TAILS:
        if word.endswith(tail) and len(word) >= len(tail) + 2:
            return [word[: -len(tail)], tail]
    return [word]


def _known(text: str) -> frozenset[str]:
    """The names that the country's data gives to what is called so."""
    here = country()
    bare = _QUOTES.sub("", text)
    outlet, body = here.find_outlet(bare), here.find_body(bare)
    return frozenset({f"outlet {outlet.name}"} if outlet else ()) | frozenset(
        {f"body {body.name}"} if body else ()
    )


Note = Callable[[str, tuple[str, ...]], None] | None


def findings(a: Organisation, b: Organisation, kind: str, *, explain: bool = False) -> Findings:
    """Compare two names word by word."""
    found = Findings()
    note: Note = (lambda text, of: found.notes.append((text, of))) if explain else None
    _judge_known(a, b, kind, found, note)
    left_a, left_b, matched = _judge_names(a, b, found, note)
    together = _judge_together(a, b, left_a, left_b, found, note)
    if not together:
        body = bool({"kind", "subject"} & (set(a.others) | set(b.others)))
        _judge_left(left_a, left_b, "company" if kind == "company" else "body" if body else "", found, note)
    _judge_meanings(a, b, kind, together, found, note)
    _judge_numbers(a, b, found, note)
    if a.names or b.names:
        found.add("name_share", matched / max(1, len(a.names), len(b.names)))
    return found


def _judge_known(a: Organisation, b: Organisation, kind: str, found: Findings, note: Note) -> None:
    if not a.known or not b.known:
        return
    shared = a.known & b.known
    if shared:
        found.add("known_same")
        if note:
            note(f"both are names of {min(shared).partition(' ')[2]}", ("known_same",))
    else:
        found.add("known_apart")
        names = [min(one.known).partition(" ")[2] for one in (a, b)]
        if note:
            note(f"one is {names[0]}, the other {names[1]}", ("known_apart",))


@lru_cache(maxsize=65_536)
def _cost(a: Item, b: Item) -> float:
    """What it costs to take one word for the other; up to `FAR`."""
    if a.meaning and a.meaning == b.meaning:
        return 0.0
    if a.meaning and b.meaning:
        return FAR
    cost = distance(a.sound, b.sound)
    if cost > 0.2 and (a.stem != a.sound or b.stem != b.sound):
        cost = min(cost, distance(a.stem, b.stem) * 0.7 + 0.15)
    shorter = min(len(a.sound), len(b.sound))
    return cost if shorter > 3 or cost < 0.2 else min(FAR, cost * 1.6)


def _judge_names(
    a: Organisation, b: Organisation, found: Findings, note: Note
) -> tuple[list[Item], list[Item], float]:
    candidates = sorted(
        (_cost(x, y) + (0.01 if i != j else 0.0), i, j)
        for i, x in enumerate(a.names)
        for j, y in enumerate(b.names)
    )
    left_a, left_b = dict(enumerate(a.names)), dict(enumerate(b.names))
    matched = 0.0
    for cost, i, j in candidates:
        if i not in left_a or j not in left_b:
            continue
        x, y = left_a[i], left_b[j]
        if cost > 0.2 + 0.2 * min(len(x.sound), len(y.sound)) or cost > 1.6:
            continue
        del left_a[i], left_b[j]
        found.add("name_cost", cost)
        if cost > 0.55:
            found.add("name_much", cost - 0.55)
        if cost > 0.25 and min(len(x.sound), len(y.sound)) < 7:
            found.add("name_short", cost if cost < 0.55 else 1.5 * cost)
        found.most("name_part", min(1.0, 4 * cost / max(1, min(len(x.sound), len(y.sound)))))
        matched += 1
        if note:
            note(_in_words(x, y, cost), ("name_cost", "name_much", "name_part", "name_short", "name_share"))
    return list(left_a.values()), list(left_b.values()), matched


def _in_words(x: Item, y: Item, cost: float) -> str:
    if x.text.casefold() == y.text.casefold():
        return f"{x.text} is in both"
    if x.meaning and x.meaning == y.meaning:
        return f"{x.text} and {y.text} mean the same"
    if cost <= 0.25:
        return f"{x.text} and {y.text} sound the same"
    return f"{x.text} and {y.text} are alike"


def _judge_together(
    a: Organisation, b: Organisation, left_a: list[Item], left_b: list[Item], found: Findings, note: Note
) -> bool:
    """Written as one word or as several; or one is the first letters of the other."""
    if not left_a and not left_b:
        return False
    cost = distance(a.joined, b.joined)
    if cost < 0.12 * min(len(a.joined), len(b.joined), 9):
        found.add("together")
        found.add("together_cost", cost)
        if note:
            note("both are alike when written as one word", ("together", "together_cost"))
        return True
    for short, long in ((a, b), (b, a)):
        if (
            2 < len(short.joined) <= 6
            and len(short.names) == 1
            and short.names[0].text.isupper()
            and len(long.letters) > 2
            and sounds(short.names[0].text)[:1] == long.letters[:1]
            and _first_letters(short.names[0].text) == long.letters
        ):
            found.add("first_letters")
            if note:
                note(f"{short.names[0].text} are the first letters of {long.written}", ("first_letters",))
            return True
    return False


def _first_letters(text: str) -> str:
    return "".join(sounds(sign)[:1] for sign in text)


def _judge_left(left_a: list[Item], left_b: list[Item], of: str, found: Findings, note: Note) -> None:
    if left_a and left_b:
        cost = min(_cost(x, y) for x in left_a for y in left_b)
        name = "name_apart_of_body" if of == "body" else "name_apart"
        found.add(name)
        found.add("name_apart_far", min(cost, FAR) / FAR)
        texts = [" ".join(item.text for item in left) for left in (left_a, left_b)]
        if note:
            note(f"{texts[0]} is not {texts[1]}", (name, "name_apart_far"))
    elif left_a or left_b:
        left = left_a or left_b
        name = f"name_left_of_{of}" if of else "name_left"
        found.add(name, min(2, len(left)))
        if note:
            note(f"only one has {' '.join(item.text for item in left)}", (name,))


def _judge_meanings(
    a: Organisation, b: Organisation, kind: str, together: bool, found: Findings, note: Note
) -> None:
    """Kinds, levels, subjects, legal forms: the same, different, or in one only."""
    for use in ("kind", "level", "subject", "general", "form"):
        left, right = a.others.get(use, frozenset()), b.others.get(use, frozenset())
        if kind == "company" and use == "kind":
            continue
        if kind == "company" and use == "general":  # a bank is not a trust
            left |= a.others.get("kind", frozenset())
            right |= b.others.get("kind", frozenset())
        if use == "level":
            left, right = _level(left), _level(right)
        if not left and not right:
            continue
        only_a, only_b = left - right - {"kz"}, right - left - {"kz"}
        if left & right:
            found.add(f"{use}_same", min(3, len(left & right)))
            if note:
                note(f"both: {', '.join(sorted(left & right))}", (f"{use}_same",))
        if together and use == "general":
            continue
        if only_a and only_b:
            found.add(f"{use}_apart")
            if note:
                note(f"{', '.join(sorted(only_a))} is not {', '.join(sorted(only_b))}", (f"{use}_apart",))
        elif only_a or only_b:
            found.add(f"{use}_left", min(2, len(only_a or only_b)))
            if note:
                note(f"only one has {', '.join(sorted(only_a or only_b))}", (f"{use}_left",))


def _level(found: frozenset[str]) -> frozenset[str]:
    """A district court of a city is a district court."""
    if "district" in found or "interdistrict" in found or "region" in found:
        return found - {"city"}
    return found


def _judge_numbers(a: Organisation, b: Organisation, found: Findings, note: Note) -> None:
    if a.numbers == b.numbers:
        if a.numbers:
            found.add("number_same")
            if note:
                note(f"both: number {', '.join(sorted(a.numbers))}", ("number_same",))
    elif a.numbers and b.numbers:
        found.add("number_apart")
        if note:
            note(
                f"number {', '.join(sorted(a.numbers))} is not {', '.join(sorted(b.numbers))}",
                ("number_apart",),
            )
    else:
        found.add("number_left")
        if note:
            note(f"only one has the number {', '.join(sorted(a.numbers or b.numbers))}", ("number_left",))
