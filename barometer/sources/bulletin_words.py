"""The words by which a bulletin is read, in each of its languages: months, sections, names, what takes up a story."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from barometer.countries import Finder, Named, country

#: How much of a paragraph is looked at to tell whether it begins a story.
LEAD = 400
#: How near a word such as "journalist" or "newspaper" stands to the name that it introduces, in characters.
NEAR = 30
#: Words and letters of Kazakh in the Latin alphabet of 2021.
_KAZAKH_LATIN = re.compile(
    r"\b(?:jäne|men|üşın|üşin|turaly|boldy|bolyp|degen|dep|osy|būl|bul|ol|bir|qazaqstan\w*|qalalyq|sot\w*|jurnalist\w*|"
    r"tilşi\w*|bolğan|etti|aitty|joq|emes|keiin|kein|boiynşa|jyly|jylğy|siaqty|öz|öziniñ|redaktor\w*)\b",
    re.IGNORECASE,
)


def language_of(text: str) -> str:
    """en, ru or kk, by the letters; Kazakh in Latin letters by its words."""
    sample = text[:200_000].casefold()
    cyrillic = sum(map(sample.count, "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"))
    kazakh = sum(map(sample.count, "әғқңөұүһі"))
    latin = sum(map(sample.count, "abcdefghijklmnopqrstuvwxyz"))
    if cyrillic + kazakh < latin:
        return "kk" if is_kazakh_latin(sample[:20_000]) else "en"
    return "kk" if kazakh * 25 > cyrillic else "ru"


def is_kazakh_latin(text: str) -> bool:
    """Whether a text in Latin letters is Kazakh: its own letters and its commonest words."""
    letters = sum(map(text.casefold().count, "äğñöşūüı"))
    words = len(_KAZAKH_LATIN.findall(text))
    return letters * 25 > len(text) and words >= 1 or words * 8 > len(text.split()) > 3


@dataclass(frozen=True)
class _Words:
    """The patterns of one language, built once from the data."""

    month_line: re.Pattern[str]
    month_lead: re.Pattern[str]
    months: dict[str, int]
    dated: re.Pattern[str]
    dated_inside: re.Pattern[str]
    span: re.Pattern[str]
    quarter: tuple[tuple[re.Pattern[str], int], ...]
    section: re.Pattern[str]
    contact: re.Pattern[str]
    imprint: re.Pattern[str]
    standing: tuple[tuple[str, ...], ...]
    cut_after: frozenset[str]
    abbreviations: frozenset[str]
    goes_on: re.Pattern[str]
    takes_up: re.Pattern[str]
    refers_back: re.Pattern[str]
    in_turn: re.Pattern[str]
    role: re.Pattern[str]
    outlet: re.Pattern[str]
    company: re.Pattern[str]


# White space is taken whole and never given back (\s*+): a line of nothing else is read in linear time.
BULLET = r"[•●▪■◦‣⁃∙·]\s*+|[-–—*]\s++"
_HASH = rf"\s*+(?:{BULLET})?(?:#{{1,6}}\s++)?(?:\*\*|__)?\s*+"
ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
YEAR = r"(?:19|20)\d\d"
_YEAR_WORDS = r"(?:\s*+(?:года|год|г\.|жылдың|жылғы|жыл|ж\.))?"
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
LINK = re.compile(
    r"\[((?:\\.|[^\[\]\\\n]|\n(?![^\S\n]*+\n)){1,2000})\]\(\s*+(<[^<>\n]{0,2000}>|[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,500}){0,5})(?:\s*+(?<=\s)\"[^\"\n]{0,300}\")?\s*+\)"
)
IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
ENDS = re.compile(r"[.!?…:;][\"'”’»“)\]*_]*$")
NAME = r"[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w’'-]+"
FULL_NAME = re.compile(rf"\b{NAME}\s+{NAME}")
#: A paragraph that begins with somebody's words, not with a name in quotation marks.
QUOTATION = re.compile(r"[\"'“‘«„](?:(?![\"”’»]).){40}")
_INNER_NAME = re.compile(rf"(?<=[^\W\d_][\s\"'“‘«„]){NAME}|(?<=[\"'“‘«„]){NAME}")
_DOMAIN = re.compile(r"\b[\w-]{2,63}\.(?:kz|media|com|org|info|net|asia|news|live|ru|kg|uz)\b", re.IGNORECASE)


def any_of(words: Sequence[str]) -> str:
    """A pattern of any of those words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def words_of(language: str) -> _Words:
    """The patterns by which a bulletin in that language is read."""
    with (resources.files("barometer.sources") / "data" / "bulletin.toml").open("rb") as stream:
        data: dict[str, Any] = tomllib.load(stream)
    forms = country().months[language]
    months = {form.casefold(): number for number, month in enumerate(forms, 1) for form in month}
    plain = any_of([month[0] for month in forms])
    year = rf"(?:,?\s++{YEAR}{_YEAR_WORDS})?"
    every = any_of(list(months))
    day = r"\d{1,2}"
    dated = rf"(?:{any_of(data['date_lead'][language]) or '(?!)'})?\s*+(?:{YEAR}\S*\s++(?:\S+\s++)?)?(?:{day}\s++(?:{every})\b|(?:{every})\s++{day}\b)"
    quarter = tuple(
        (re.compile(pattern, re.IGNORECASE), number)
        for number, names in enumerate(data["quarter"][language], 1)
        for pattern in _quarter_patterns(any_of(names), any_of(data["quarter_word"][language]), number)
    )
    flags = re.IGNORECASE
    return _Words(
        month_line=re.compile(
            rf"{_HASH}(?:in\s++)?({plain}){year}\s*+[.:]?\s*+(?:\*\*|__)?\s*+[.:]?\s*+", flags
        ),
        month_lead=re.compile(
            rf"{_HASH}({plain}){year}\s*+(?:\*\*|__)?[.:](?:\s*+(?:\*\*|__))?\s++(?=\S)", flags
        ),
        months=months,
        dated=re.compile(rf"\W*+{dated}", flags),
        dated_inside=re.compile(rf"\b{day}\s+(?:{every})\b|\b(?:{every})\s+{day}\b", flags),
        span=re.compile(
            rf"\b(?P<first>{every})\b(?:\s++{YEAR}\S*)?\s*+(?:–|—|-|\S{{1,7}})?\s*+\b(?P<last>{every})\b",
            flags,
        ),
        quarter=quarter,
        section=re.compile(
            rf"({_HASH}(?:(?:{any_of(data['section_word'][language])})\s+)?)(\d{{1,2}}|[IVX]{{1,4}})\s*+[.):](?!\d)\s*(?=\D)",
            flags,
        ),
        contact=re.compile(any_of(data["contact"][language]), flags),
        imprint=re.compile(rf"\W*(?:{any_of(data['imprint'][language])})", flags),
        standing=tuple(tuple(titles) for titles in data["standing"][language]),
        cut_after=frozenset(data["cut_after"][language]),
        abbreviations=frozenset(word.casefold() for word in data["abbreviations"][language]),
        goes_on=re.compile(
            rf"[\s*_(]*(?!{any_of(data['empty_subject'][language]) or '(?!)'})(?:{any_of(data['goes_on'][language])})\b",
            flags,
        ),
        takes_up=re.compile(rf"\W*(?:{any_of(data['takes_up'][language])})\b", flags),
        refers_back=re.compile(rf"\b(?:{any_of(data['refers_back'][language])})\b", flags),
        in_turn=re.compile(rf"\b(?:{any_of(data['in_turn'][language])})\b", flags),
        role=re.compile(rf"\b(?:{any_of(data['role'][language])})\b", flags),
        outlet=re.compile(rf"\b(?:{any_of(data['outlet'][language])})\b", flags),
        company=re.compile(rf"\b(?:{any_of(data['company'][language])})\b"),
    )


def _quarter_patterns(names: str, word: str, number: int) -> tuple[str, ...]:
    return (
        rf"\b(?:{names})\s+(?:{word})\b.{{0,20}}?\b(?P<year>{YEAR})",
        rf"\b(?P<year>{YEAR})\S*(?:\s+\S+)?\s+(?:{names})\s+(?:{word})\b",
        rf"\bQ{number}\s*[,/-]?\s*(?P<year>{YEAR})",
        rf"\b(?P<year>{YEAR})\s*[,/-]?\s*Q{number}\b",
    )


#: our own bulletin says that its paragraphs are whole stories, so that nothing needs guessing
ONE_PARAGRAPH = re.compile(r"\bPress Barometer\b[^\n]*\(¶\)")


def first_words_of(lead: str) -> str:
    """The first dozen words, no further than the first sentence."""
    words = " ".join(lead.split()[:12])
    return re.split(r"(?<=[^\W\d_]{3})[.!?]\s", words, maxsplit=1)[0]


def names_in(words: str) -> list[tuple[int, str]]:
    """The names in a stretch with their places: capital letters but the first, a full name at the head, addresses."""
    found = [(m.start(), m[0]) for m in _INNER_NAME.finditer(words)]
    full = FULL_NAME.match(words)
    return (
        found
        + ([(0, full[0].split()[0])] if full else [])
        + [(m.start(), m[0]) for m in _DOMAIN.finditer(words)]
    )


@cache
def scenes() -> Finder[str]:
    """Places and public bodies: where a paragraph begins with another one, another story begins."""
    here = country()
    bodies = [body for body in here.bodies if body.type != "platform"]
    every: tuple[Sequence[Named], ...] = (tuple(here.regions.values()), here.places, bodies)
    return Finder(
        (
            (name, one.names["en"])
            for some in every
            for one in some
            for name in {*one.names.values(), *one.spellings}
        ),
        capital=True,
    )


def is_definite(lead: str, before: str) -> bool:
    """ "The committee …" where a committee was told of."""
    noun = re.match(r"\W*The\s+([a-z]{5,})\b", lead)
    return bool(noun) and bool(re.search(rf"\b{noun[1]}\b", before, re.IGNORECASE)) if noun else False


def is_known(name: str, before: str) -> bool:
    """Whether a name, whatever its ending, was met before."""
    return name[: max(4, min(6, len(name) - 2))].casefold() in before.casefold()


def is_named(word: str, before: str) -> bool:
    """Whether a word stands before as a name: with its capital letter inside a sentence."""
    stem = re.escape(word[: max(4, min(6, len(word) - 2))])
    return bool(re.search(rf"(?<=[^\W\d_][\s«\"'“‘]){stem}", before))
