"""Articles of laws in a text: by number, or by the title of the offence (rule 14)."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from barometer.countries import Finder, country
from barometer.reading.spans import Spans

_NUMBER = r"(\d{1,4}(?:-\d{1,2})?)"
_PATTERNS = {
    "en": (
        re.compile(rf"\b(?:Part|Paragraph|Para\.?|Clause|Subparagraph)\s++(\d+)(?:\s*+,)?\s++of\s++(?:Article|Art\.)\s++{_NUMBER}", re.IGNORECASE),
        re.compile(rf"\b(?:Articles?|Art\.)\s++{_NUMBER}(?:\s*+(?:,|\(|-)?\s*+(?:Part|Paragraph|p\.)\s*+(\d+))?", re.IGNORECASE),
    ),
    "ru": (
        re.compile(rf"\b(?:част[ьиюе][^\W\d]*+|ч\.|пункт[^\W\d]*+|п\.)\s*+(\d+)\s*+,?\s*+(?:стать[яиюей][^\W\d]*+|ст\.)\s*+{_NUMBER}", re.IGNORECASE),
        re.compile(rf"\b(?:стать[яиюей][^\W\d]*+|ст\.)\s*+{_NUMBER}(?:\s*+(?:,|\()?\s*+(?:част[ьи][^\W\d]*+|ч\.)\s*+(\d+))?", re.IGNORECASE),
    ),
    "kk": (
        re.compile(rf"\b{_NUMBER}\s*+[-–]?\s*+ба[пб]\w*(?:\s++(\d+)\s*+[-–]?\s*+(?:бөлі|тарма)\w*)?", re.IGNORECASE),
    ),
}  # fmt: skip
#: An article that is only proposed is not in force and has no code.
_PROPOSED = re.compile(
    r"(?:proposed|draft|предложенн\w+|предлагаем\w+|ұсынылған|жоба\w*)\s+(?:new\s+)?$", re.IGNORECASE
)
#: How far from an article's number its law may stand, in characters.
_NEAR = 160
_TITLE = 1_000


@dataclass(frozen=True)
class Cited:
    """A provision cited: its code and the words, from `start` to `end`."""

    code: str
    start: int
    end: int
    rule: str
    confidence: float


@cache
def _laws() -> Finder[str]:
    return Finder(
        (name, law.code)
        for law in country().laws.values()
        for name in {*law.title.values(), *law.short.values(), *law.spellings}
    )


@cache
def _offences() -> Finder[str]:
    return Finder(
        (words, code) for code, article in country().articles.items() for words in article.spellings
    )


@cache
def _weak_offences() -> Finder[str]:
    return Finder((words, code) for code, article in country().articles.items() for words in article.weak)


@cache
def _numbers_known() -> dict[str, tuple[str, ...]]:
    """Article number → the codes of known articles of that number."""
    known: dict[str, tuple[str, ...]] = {}
    for code in country().articles:
        number = "-".join(code.split("-")[2:])
        known[number] = (*known.get(number, ()), code)
    return known


_CASE_WORDS = re.compile(
    r"criminal|charge[sd]?\b|уголовн|обвиня|предъявл|подозрева|қылмыстық|айып тағ|айыпталу|күдік",
    re.IGNORECASE,
)


def provisions(text: str, language: str) -> list[Cited]:
    """The provisions cited in a text, by place, one a code."""
    laws = [(found.start, found.end, found.values[0]) for found in _laws().find(text)]
    cited = [*_by_number(text, language, laws), *_by_offence(text)]
    first: dict[str, Cited] = {}
    for one in sorted(cited, key=lambda c: (c.start, -len(c.code))):
        first.setdefault(one.code, one)
    # Article 120, part 3, also says Article 120: the more exact stands.
    longer = {code[:at] for code in first for at, sign in enumerate(code) if sign == "-"}
    return [c for c in first.values() if c.code not in longer]


def article_numbers(text: str, language: str) -> list[tuple[str, int, int]]:
    """Every article's number in a text with the words that cite it, whatever its law; a list of articles one by one."""
    found: list[tuple[str, int, int]] = []
    taken = Spans()
    for order, pattern in enumerate(_PATTERNS[language]):
        for match in pattern.finditer(text):
            if taken.free(*match.span()):
                taken.take(*match.span())
                number = match[2] if order == 0 and language != "kk" else match[1]
                found += [(one, *match.span()) for one in (number, *_further(text, match, language))]
    return sorted(found, key=lambda one: one[1])


def _by_number(text: str, language: str, laws: list[tuple[int, int, str]]) -> list[Cited]:
    found: list[Cited] = []
    taken = Spans()
    for order, pattern in enumerate(_PATTERNS[language]):
        for match in pattern.finditer(text):
            if not taken.free(*match.span()):
                continue
            taken.take(*match.span())
            part, number = (match[1], match[2]) if order == 0 and language != "kk" else (match[2], match[1])
            if _PROPOSED.search(text, max(0, match.start() - 30), match.start()):
                continue
            for more in (number, *_further(text, match, language)):
                code = _code(more, part if more == number else None, match.start(), match.end(), laws)
                if code:
                    found.append(Cited(code, match.start(), match.end(), "law.number", 0.95))
    return found


_PLURAL = {
    "en": re.compile(r"Articles|Arts\.", re.IGNORECASE),
    "ru": re.compile(r"статьи\b|статьям\w*|статьях|статей|стст?\.", re.IGNORECASE),
    "kk": re.compile(r"ба[пб]тар", re.IGNORECASE),
}  # fmt: skip
_LIST = re.compile(
    rf"\s*+(?:,|;|and|or|и|или|және|мен)\s*+{_NUMBER}(?!\s*+%|\s++[a-zа-я]{{0,3}}\s*+(?:tenge|тенге|MCI|МРП))"
)


def _further(text: str, match: re.Match[str], language: str) -> list[str]:
    """The other numbers of "Articles 143 and 951", "143 және 951-баптар"."""
    if not _PLURAL[language].search(match[0]):
        return []
    if language == "kk":
        before = re.search(
            rf"((?:{_NUMBER}\s*(?:,|және|мен)\s*)+)$", text[max(0, match.start() - 40) : match.start()]
        )
        return re.findall(r"\d{1,4}(?:-\d{1,2})?", before[1]) if before else []
    numbers, at = [], match.end()
    while (one := _LIST.match(text, at)) is not None:
        numbers.append(one[1])
        at = one.end()
    return numbers


def _code(
    number: str, part: str | None, start: int, end: int, laws: list[tuple[int, int, str]]
) -> str | None:
    # The laws stand in order; a title is no longer than _TITLE.
    some = laws[
        bisect_left(laws, start - _NEAR - _TITLE, key=lambda one: one[0]) : bisect_left(
            laws, end + _NEAR, key=lambda one: one[0]
        )
    ]
    near = [
        (min(abs(a - end), abs(start - b)), law)
        for a, b, law in some
        if a - end < _NEAR and start - b < _NEAR
    ]
    known = _numbers_known().get(number, ())
    if near:
        law = min(near)[1]
    elif len(known) == 1:
        law = "-".join(known[0].split("-")[:2])
    else:
        return None
    return f"{law}-{number}-{part}" if part else f"{law}-{number}"


def _by_offence(text: str) -> list[Cited]:
    found = [
        Cited(code, hit.start, hit.end, "law.offence", 0.85)
        for hit in _offences().find(text)
        for code in hit.values[:1]
    ]
    if _CASE_WORDS.search(text):
        found += [
            Cited(code, hit.start, hit.end, "law.weak_offence", 0.6)
            for hit in _weak_offences().find(text)
            for code in hit.values[:1]
        ]
    return found
