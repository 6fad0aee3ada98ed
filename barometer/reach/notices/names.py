"""Names in notices: a sender's many spellings as one key, a newspaper by its name, companies in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from barometer.countries import country, fold
from barometer.names.keys import key
from barometer.names.organisations import organisation


@lru_cache(maxsize=16_384)
def sender_key(name: str) -> str:
    """One key for a name's spellings: without legal form, quotes and alphabet; "" where it names nobody."""
    if not any(letter.isalpha() for letter in name):
        return ""
    known = organisation(name)
    return known.joined or " ".join(key(name)) or fold(name)


@cache
def _forms() -> str:
    words = {
        word
        for group in country().words
        if group.use == "company_form"
        for some in group.words.values()
        for word in some
    }
    short = sorted((word for word in words if word.isupper() or " " not in word), key=len, reverse=True)
    return "|".join(re.escape(word) for word in short)


@cache
def _companies() -> tuple[re.Pattern[str], ...]:
    """A legal form with a name: in quotes on either side, or capitalised before or after it. Quantifiers are bounded."""
    form = rf"(?<![\w])(?:{_forms()})(?![\w])"
    capital = r"[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w’'-]{1,40}"
    return (
        re.compile(rf"{form}\s{{0,2}}[«“„\"](?P<name>[^«»“”„\"\n]{{2,80}})[»”“\"]"),
        re.compile(rf"[«“„\"](?P<name>[^«»“”„\"\n]{{2,80}})[»”“\"]\s{{0,2}}{form}"),
        re.compile(rf"(?P<name>{capital}(?: {capital}){{0,4}}),?\s{{1,2}}{form}"),
        re.compile(rf"{form} (?P<name>{capital}(?: {capital}){{0,4}})"),
    )


@lru_cache(maxsize=4096)
def companies_in(text: str) -> tuple[str, ...]:
    """The companies that a text names with their legal form, as written, without it; each once."""
    found: dict[str, str] = {}
    for pattern in _companies():
        for match in pattern.finditer(text[:100_000]):
            name = match["name"].strip()
            if sender_key(name):
                found.setdefault(sender_key(name), name)
    return tuple(found.values())


@lru_cache(maxsize=16_384)
def keys_of(text: str) -> tuple[str, ...]:
    """The words of a text folded over alphabets and spellings."""
    return key(text[:20_000])


def names_it(text: str, name: str) -> bool:
    """Whether the words of a name stand one after the other in a text, in any alphabet and spelling.

    Of three words and more one may be spelled otherwise from its second letter on: Трейд and Trade.
    """
    wanted, words = key(name), keys_of(text)
    many = len(wanted)
    return bool(wanted) and any(_alike(wanted, words[at : at + many]) for at in range(len(words) - many + 1))


def _alike(wanted: tuple[str, ...], words: tuple[str, ...]) -> bool:
    apart = [(one, other) for one, other in zip(wanted, words, strict=True) if one != other]
    return not apart or (len(wanted) > 2 and len(apart) == 1 and apart[0][0][:1] == apart[0][1][:1])


@lru_cache(maxsize=4096)
def pairs_of_capitals(text: str) -> frozenset[tuple[str, str]]:
    """Two capitalised words one after the other, folded: a person is mostly named so."""
    found = re.findall(
        r"(?<!\w)(?=([A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w’'-]{2,40}) ([A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w’'-]{2,40}))", text[:20_000]
    )
    folded = (key(f"{one} {other}") for one, other in found)
    return frozenset((pair[0], pair[1]) for pair in folded if len(pair) == 2)


def begins_with(text: str, beginnings: Iterable[str]) -> str:
    """The first of these with which a word of the text begins; "" where none does."""
    line = _line(text)
    return next((one for one in beginnings if _beginning(one) in line), "")


def how_many_begin(text: str, beginnings: Iterable[str]) -> int:
    """With how many of these some word of the text begins."""
    line = _line(text)
    return sum(_beginning(one) in line for one in beginnings)


@lru_cache(maxsize=1024)
def _line(text: str) -> str:
    """The folded words of a text, a space before each."""
    return " " + re.sub(r"\W+", " ", fold(text[:20_000])).strip()


@cache
def _beginning(word: str) -> str:
    return " " + fold(word)
