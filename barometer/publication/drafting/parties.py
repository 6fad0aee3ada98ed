"""Who is meant: a person, an outlet, a body or just a description, under the name that the text's language has for it.

A spelling is never made up: where neither the record nor the country's data has one in the text's letters, the name
stays in its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from barometer.codebook import Actor, Event, Target, codebook
from barometer.countries import country
from barometer.names.forenames import lexicon
from barometer.names.people import person
from barometer.names.sounds import distance, sounds
from barometer.publication.drafting.templates import clean, data
from barometer.publication.drafting.where import named_place
from barometer.reading.forms import base_form
from barometer.review.naming_policy import naming

Kind = Literal["person", "named", "body", "word"]

_CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_QUOTES = '«»“”"„'
_PERSON_WORD = re.compile(r"[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w’'ʼ.-]*")
_NUMBERED = re.compile(r"(.+?) (\(\d{1,3}\))")
_ARTICLE = re.compile(r"(?:an?|the)\s", re.IGNORECASE)
#: words of a body's name, in which a judge or a prosecutor is not called
_OF_A_BODY = re.compile(
    r"general\b|deputy|minister|head of|chair|court|panel|board|department|office|ministry|committee|commission|station|police|service|bod(?:y|ies)\b|division"
    r"|суд|коллеги|департамент|управлени|прокуратур|министерств|комитет|комисси|полици|отдел|служб"
    r"|сот|алқа|басқарма|министрлі|комиссия|қызмет",
    re.IGNORECASE,
)
#: actors who are people by their very type, and those who are where a person's name stands
_PEOPLE = frozenset(("official", "private_person", "public_figure", "bailiff", "journalist"))
_PERHAPS = frozenset(("court", "prosecutor", "police", "security_guard"))
#: Kazakh case endings as they stand in a text
_KAZAKH_CASE = re.compile(r"(?:[нд][ыі]ң|т[ыі]ң|[ғқ]а|[гк]е|[ндт][ыі]|[мпб]ен|[дт]а|[дт]е|[дтн]ан|[дтн]ен)$")
#: how far a spelling may be from the name as it is kept, in sounds a word
_FAR = 1.0
#: what it costs to take a written form for an inflected one
_CHANGED = 0.3


@dataclass(frozen=True)
class Party:
    """Somebody in a sentence: `type` is of a target or an actor, `name` is in the text's language or as it is kept.

    `sex` is m, f or ''; `plural` is of a description; `short` is how a person is called from the second time on.
    """

    kind: Kind
    type: str
    name: str
    side: Literal["target", "actor"]
    sex: str = ""
    plural: bool = False
    short: str = ""

    @property
    def cyrillic(self) -> bool:
        """Whether the name is in Cyrillic letters, so that it takes case endings."""
        return bool(_CYRILLIC.search(self.name)) and not _LATIN.search(self.name)


def of_target(target: Target, language: str, spellings: Mapping[str, str]) -> Party:
    """Who was hit."""
    name = clean(target.name)
    if _is_description(name):
        return _described(name, target.type, "target", language)
    if not codebook().target_types[target.type].person and target.type != "public":
        return Party("named", target.type, _organisation(name, target.written, language, spellings), "target")
    return _person(name, target.written, target.type, "target", language, spellings)


def of_actor(actor: Actor, language: str, spellings: Mapping[str, str]) -> Party:
    """Who did it or asked for it."""
    name = clean(actor.name)
    if name.casefold() in _words() or (_is_description(name) and not _pattern(name, language)):
        return _described(name, actor.type, "actor", language)
    if _is_person(name, actor.type):
        return _person(name, actor.written, actor.type, "actor", language, spellings)
    if known := _known_body(name, language) or _pattern(name, language):
        return Party("body", actor.type, known, "actor")
    shown = _organisation(name, actor.written, language, spellings)
    return Party("named", actor.type, shown, "actor")


def _is_description(name: str) -> bool:
    """Whether it is a role or a description and no name: "a journalist", "unnamed businessman", an id."""
    first = name[:1]
    if not name or not any(sign.isalpha() for sign in name):
        return True
    return bool(_ARTICLE.match(name)) or (
        first.isalpha() and first == first.lower() and not re.search(r"\w\.\w", name)
    )


def _is_person(name: str, type_: str) -> bool:
    """Whether an actor of that type and name is a person: a judge, and no court."""
    if type_ == "journalist":
        return country().find_outlet(name) is None
    return type_ in _PEOPLE or (type_ in _PERHAPS and _looks_like_a_person(name))


def _looks_like_a_person(name: str) -> bool:
    words = name.split()
    return (
        1 <= len(words) <= 4
        and not _OF_A_BODY.search(name)
        and country().find_body(name) is None
        and all(_PERSON_WORD.fullmatch(word) for word in words)
    )


def _described(name: str, type_: str, side: Literal["target", "actor"], language: str) -> Party:
    """A description in the language, else the plain word of its type (an empty name); "(2)" behind it stays."""
    words, number = numbered(name)
    cyrillic = bool(_CYRILLIC.search(words))
    own = cyrillic != bool(_LATIN.search(words)) and cyrillic == (language != "en") and words != "unknown"
    row = _words().get(_ARTICLE.sub("", words).casefold())
    if row and not (own and language == "en"):
        return Party("word", type_, row[language] + number, side, plural=bool(row.get("plural")))
    if own:
        return Party("word", type_, name, side, plural=language == "en" and _is_plural(words))
    return Party("word", type_, "", side)


def numbered(name: str) -> tuple[str, str]:
    """The words of a description, and the number that tells two people of the same words apart."""
    found = _NUMBERED.fullmatch(name)
    return (found[1], f" {found[2]}") if found else (name, "")


def _is_plural(name: str) -> bool:
    head = re.split(r"\s(?:of|in|at|for|from|on)\s", name)[0]
    return bool(re.search(r"(?<!s)s$|\b(?:police|people|staff|men|women)$", head))


@cache
def _words() -> dict[str, dict[str, str]]:
    """Descriptions by their words in any language: those of our data, and what is printed in the place of a name."""
    found = {word: row for row in data("bodies.toml")["word"] for word in row["of"]}
    instead = [*naming().roles.values(), *naming().lists["relation"].values()]
    for labels in instead:
        variants = labels["ru"] if isinstance(labels["ru"], Mapping) else {"any": labels["ru"]}
        for russian in dict.fromkeys(variants.values()):
            row = {"en": labels["en"], "ru": russian, "kk": labels["kk"]}
            for words in row.values():
                found.setdefault(_ARTICLE.sub("", words).casefold(), row)
    return found


# --- people -----------------------------------------------------------------------------------------------


def _person(
    name: str,
    written: str | None,
    type_: str,
    side: Literal["target", "actor"],
    language: str,
    spellings: Mapping[str, str],
) -> Party:
    shown = clean(spellings.get(name, "")) or _spelling(name, clean(written or ""), language)
    return Party("person", type_, shown, side, sex_of(name) or sex_of(shown), short=_short(shown))


@lru_cache(maxsize=4096)
def _spelling(name: str, written: str, language: str) -> str:
    """The name in the letters of the language: as it is kept, else as a text wrote it, brought to its plain form."""
    if language == "en" or _CYRILLIC.search(name) or not _CYRILLIC.search(written) or _LATIN.search(written):
        return name
    words = written.split()
    if len(words) != len(name.split()):
        return name
    if re.search("[әғқңөұүһі]", written.casefold()) and language == "ru":
        return name
    forms = {written, *(base_form(written, before) for before in ("", "журналиста", "журналистки"))}
    if language == "kk":
        forms |= {_KAZAKH_CASE.sub("", written), *(_KAZAKH_CASE.sub("", form) for form in forms)}
    wanted = sex_of(name)
    changed = {form: _apart(form, name) + _CHANGED * (form != written) for form in forms}
    best = min(sorted(forms), key=lambda form: (changed[form], bool(wanted) and sex_of(form) != wanted))
    return best if changed[best] <= _FAR * len(words) else name


def _apart(one: str, other: str) -> float:
    """How unlike two names of as many words sound, word by word."""
    return sum(distance(sounds(a), sounds(b)) for a, b in zip(one.split(), other.split(), strict=False))


def gathered(events: Sequence[Event], language: str, spellings: Mapping[str, str]) -> dict[str, str]:
    """The spellings given, and those that any event has for a person whom another has only in Latin letters."""
    found: dict[str, str] = {}
    for event in events:
        people: list[Target | Actor] = [*event.targets, *event.actors]
        for one in people:
            name = clean(one.name)
            shown = _spelling(name, clean(one.written or ""), language)
            if shown != name:
                found.setdefault(name, shown)
    return found | dict(spellings)


@lru_cache(maxsize=8192)
def sex_of(name: str) -> str:
    """m or f by the surname's ending, by the forename, or by the forename's own ending in -a; else ''."""
    parts = person(name)
    if parts.sex or parts.says_nothing:
        return parts.sex
    known = lexicon()
    forenames = [word for at, word in enumerate(parts.words) if at != parts.family]
    for words in (forenames, parts.words):
        sexes = {known.sex_of(known.groups_of(word.sound)) for word in words} - {""}
        if sexes:
            return sexes.pop() if len(sexes) == 1 else ""
    return "f" if forenames and forenames[0].text.endswith(("а", "я", "a")) else ""


@lru_cache(maxsize=8192)
def _short(name: str) -> str:
    """The surname where it shows which word it is, else the whole name."""
    parts, words = person(name), name.split()
    if len(words) > 1 and parts.sure and parts.family == len(parts.words) - 1 and not parts.patronymics:
        return words[-1]
    return name


# --- organisations ----------------------------------------------------------------------------------------


def _organisation(name: str, written: str | None, language: str, spellings: Mapping[str, str]) -> str:
    known = country().find_outlet(name) or country().find_body(name)
    shown = clean(spellings.get(name, "")) or (known.names[language] if known else "")
    if not shown and language != "en" and not _CYRILLIC.search(name):
        shown = _quoted(clean(written or ""))
    return (shown or name).strip(_QUOTES + " ") or name


def _quoted(written: str) -> str:
    """What a text wrote between quotation marks: an organisation's name in its plain form."""
    found = re.search(r"«([^«»]+)»", written)
    return found[1] if found and written.count("«") == 1 and _CYRILLIC.search(found[1]) else ""


def _known_body(name: str, language: str) -> str:
    body = country().find_body(name)
    return body.names[language] if body and body.type not in ("company", "platform", "party") else ""


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    found = []
    for row in data("bodies.toml")["pattern"]:
        for template in row["en"]:
            shape = re.escape(template).replace(r"\{place\}", r"(?:the )?(?P<place>.+?)")
            shape = shape.replace(r"\{number\}", r"(?P<number>\d+)")
            found.append((re.compile(shape, re.IGNORECASE), row))
    return found


@lru_cache(maxsize=2048)
def _pattern(name: str, language: str) -> str:
    """A body that is called after its place ("Taraz City Court"), in the language; '' where its place is not known."""
    if language == "en":
        return ""
    for shape, row in _patterns():
        match = shape.fullmatch(name)
        if match is None:
            continue
        groups = match.groupdict()
        place = named_place(groups["place"], language) if "place" in groups else ""
        if place is not None:
            return row[language].format(place=place, number=groups.get("number"))
    return ""
