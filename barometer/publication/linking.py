"""Which words of an item are linked where no source says so: a leading clause, or what of it is a phrase by itself."""

from __future__ import annotations

import re

from barometer.publication.words import word_list

#: A clause of so many words is linked whole; of a longer one, a beginning that is a phrase by itself, if there is one.
WHOLE = 10
MOST_WORDS = 24
FEWEST_WORDS = 3
#: A phrase that is cut out of a longer clause says so much at least.
ENOUGH = 4

_WORD = re.compile(r"\S+")
_CLAUSE_END = re.compile(r"(?:[,;:!?…—–]+|[.]+)[»”’\")\]]*$")
_SENTENCE_END = re.compile(r"[.!?…]+[»”’\")\]]*$")
_SHORTENED = re.compile(
    r"[(«“\"]*(?:\w|no|nos|st|mr|mrs|ms|dr|art|p|т|г|ст|ч|п|им|ул|т\.е|жж|ж)\.", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:[^\W\d]+\s+)?(?:\d{4}\s+[^\W\d]+\s+)?(?:\d{1,2}\s+[^\W\d]+|[^\W\d]+\s+\d{1,2})(?:,?\s+\d{4}(?:\s+[^\W\d]+)?)?"
)
_OPENING = {"«": "»", "“": "”", "‘": "’", "„": "“", "(": ")", "[": "]"}
_AT_EDGES = " \t,;:.!?…—–"

#: Before one of these a clause can be cut: what they begin only adds where, when, why, about what. Kazakh has the
#: verb at the end of a clause, so that none of its clauses can be cut.
_ADDS = {
    "en": frozenset(
        [
            "in",
            "on",
            "at",
            "by",
            "for",
            "from",
            "with",
            "without",
            "after",
            "before",
            "during",
            "over",
            "about",
            "against",
            "into",
            "under",
            "since",
            "until",
        ]
    ),
    "ru": frozenset(
        [
            "в",
            "во",
            "на",
            "по",
            "с",
            "со",
            "к",
            "ко",
            "о",
            "об",
            "обо",
            "от",
            "до",
            "за",
            "из",
            "из-за",
            "у",
            "при",
            "для",
            "над",
            "под",
            "после",
            "перед",
            "через",
            "без",
            "против",
        ]
    ),
    "kk": frozenset[str](),
}
#: How the last word of a Kazakh clause ends: in a verb. A comma after another word only parts a list.
_KAZAKH_VERB = re.compile(
    r"(?:[ыіуүаеөоұяюйлр]п|[дт][ыі]|[ғқгк][аеыі]н|[мбп][ае]й|[аеиы]д[ыі]|са|се|ынша|інше|еді|екен|емес|жоқ)$",
    re.IGNORECASE,
)

Spans = list[tuple[int, int]]


def leading_phrase(text: str, language: str) -> tuple[int, int]:
    """Start and end of the words to link: the first clause that is no mere date, a long one up to where it can be cut.

    Both lie at word boundaries, what is between is not blank, a name or a quotation is never cut, and no bracket is
    left open where the phrase can end before or after it. A blank text gives (0, 0).
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    if not spans:
        return 0, 0
    clause = _clause(text, spans, language)
    return _trimmed(text, _closed(text, _short(text, clause, language), spans), language)


def _clause(text: str, spans: Spans, language: str) -> Spans:
    """The words of the first clause that says something; a date before it is left out."""
    first = 0
    for place in range(len(spans)):
        if not _ends(text, spans, place, language):
            continue
        clause = spans[first : place + 1]
        if _SENTENCE_END.search(text[slice(*spans[place])]) and not _is_shortened(text[slice(*spans[place])]):
            return clause
        if _is_date(text, clause):
            first = place + 1
        elif _count(text, clause) >= FEWEST_WORDS and _is_whole(text, clause, language):
            return clause
    return spans[first:] or spans  # nothing but a date: the date


def _ends(text: str, spans: Spans, place: int, language: str) -> bool:
    """Whether a clause may end with that word: by its mark, or before "which" and its like."""
    word = text[slice(*spans[place])]
    if place + 1 == len(spans):
        return True
    if _is_shortened(word):
        return False
    following = text[slice(*spans[place + 1])].casefold()
    return bool(_CLAUSE_END.search(word)) or following in word_list(language, "breaks") and language != "kk"


def _count(text: str, clause: Spans) -> int:
    """How many words there are: a dash is none."""
    return sum(any(sign.isalnum() for sign in text[start:end]) for start, end in clause)


def _is_shortened(word: str) -> bool:
    return bool(_SHORTENED.fullmatch(word))


def _is_date(text: str, clause: Spans) -> bool:
    """A day and nothing else: "On 5 March 2026,"."""
    return bool(_DATE.fullmatch(text[clause[0][0] : clause[-1][1]].strip(_AT_EDGES)))


def _is_whole(text: str, clause: Spans, language: str) -> bool:
    last = text[slice(*clause[-1])].strip(_AT_EDGES)
    return language != "kk" or len(clause) >= MOST_WORDS or bool(_KAZAKH_VERB.search(last))


def _short(text: str, clause: Spans, language: str) -> Spans:
    """The clause, or if it is long the most of it that is a phrase by itself."""
    if len(clause) <= WHOLE:
        return clause
    for count in range(WHOLE, ENOUGH - 1, -1):
        if _can_cut(text, clause, count, language):
            return clause[:count]
    if len(clause) <= MOST_WORDS:
        return clause
    return next(
        (clause[:count] for count in range(MOST_WORDS, 0, -1) if not _is_one_name(text, clause, count)),
        clause[:MOST_WORDS],
    )


def _can_cut(text: str, clause: Spans, count: int, language: str) -> bool:
    """Whether the first words can stand without the others."""
    before, after = text[slice(*clause[count - 1])], text[slice(*clause[count])]
    weak = before.strip(_AT_EDGES).casefold() in word_list(language, "weak")
    return after.casefold() in _ADDS[language] and not weak and not _is_one_name(text, clause, count)


def _is_one_name(text: str, clause: Spans, count: int) -> bool:
    """Whether a name goes on over the cut: capitals or figures on both sides, an "in" or "for" of a name between."""
    around = [text[start:end] for start, end in clause[max(0, count - 1) : count + 2]]
    before, after = around[0], around[1:]
    if _joins(before, after[0]):
        return True
    return (
        count > 1
        and len(after) > 1
        and after[0].casefold() in ("for", "of", "at")
        and _joins(before, after[1])
    )


def _joins(one: str, other: str) -> bool:
    named = one[-1].isalnum() and (_capital(one) or one[0].isdigit())
    return named and (_capital(other) or other[0].isdigit()) or one in ("№", "No.")


def _capital(word: str) -> bool:
    return word.lstrip("«“„‘\"'(")[:1].isupper()


def _closed(text: str, phrase: Spans, spans: Spans) -> Spans:
    """The phrase, ended before a quotation that it leaves open; a quotation that starts it is kept whole."""
    for opening, closing in _OPENING.items():
        place = _left_open(text[phrase[0][0] : phrase[-1][1]], opening, closing)
        if place is None:
            continue
        before = [span for span in phrase if span[1] <= phrase[0][0] + place]
        phrase = before or _up_to(closing, text, phrase[0], spans) or phrase
    return phrase


def _left_open(said: str, opening: str, closing: str) -> int | None:
    """Where an opening mark stands that nothing closes. ’ is also an apostrophe, so any later one closes."""
    place = said.rfind(opening)
    return place if place >= 0 and closing not in said[place + 1 :] else None


def _up_to(closing: str, text: str, first: tuple[int, int], spans: Spans) -> Spans:
    """The words from the first to the one with the closing mark, if that is not too far."""
    later = [span for span in spans if span[0] >= first[0]][:MOST_WORDS]
    for count, (start, end) in enumerate(later, 1):
        if closing in text[start:end]:
            return later[:count]
    return []


def _trimmed(text: str, phrase: Spans, language: str) -> tuple[int, int]:
    """Without dashes at its ends, and weak words and punctuation at the end, unless nothing would be left."""
    kept = list(phrase)
    weak = word_list(language, "weak")
    while len(kept) > 1 and not text[slice(*kept[0])].strip(_AT_EDGES + "-"):
        kept.pop(0)
    while len(kept) > 1 and text[slice(*kept[-1])].strip(_AT_EDGES).casefold() in ("", *weak):
        kept.pop()
    start, end = kept[0][0], kept[-1][1]
    shorter = text[start:end].rstrip(_AT_EDGES)
    return start, start + len(shorter) if shorter else end
