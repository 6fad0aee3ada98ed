"""Parties → one noun phrase: roles before names, lists, counts, in the cases of the language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from barometer.publication.drafting import kazakh, russian
from barometer.publication.drafting.parties import Party, numbered
from barometer.publication.drafting.sums import in_words
from barometer.publication.drafting.templates import Phrase, table

#: roles that say nothing a reader needs beside a name
_SILENT = ("relative", "source", "public")


def phrase_of(
    parties: Sequence[Party], language: str, seen: set[str], *, staff: bool = False, count: int = 0
) -> Phrase:
    """The parties as one phrase. `seen` are the names told before, which are then shorter, and are added to.

    `staff`: an outlet stands for its journalist, of whom there are `count`.
    """
    groups: list[list[Party]] = []
    for party in parties:
        alike = [group for group in groups if _alike(group[0], party)]
        if alike and party.kind != "word":
            alike[0].append(party)
        else:
            groups.append([party])
    told = [_group(group, language, seen, staff, count) for group in groups]
    return _listed(told, language) if len(told) > 1 else told[0]


def _alike(one: Party, other: Party) -> bool:
    return (one.kind, one.type, one.side) == (other.kind, other.type, other.side)


def _group(group: list[Party], language: str, seen: set[str], staff: bool, count: int) -> Phrase:
    first = group[0]
    if first.kind == "person":
        known = [party.name in seen for party in group]
        names = [party.short if old else party.name for party, old in zip(group, known, strict=True)]
        seen.update(party.name for party in group)
        return _people(group, names, language, titled=not all(known))
    seen.update(party.name for party in group)
    if first.kind == "word":
        return _word(first, language)
    if staff and first.type in ("outlet", "media_ngo"):
        many = count if len(group) == 1 else 1
        return _listed([_staff(party, language, many) for party in group], language)
    if first.kind == "body":
        return _listed([_body(party.name, language) for party in group], language)
    return _named(group, language)


def _listed(phrases: Sequence[Phrase], language: str) -> Phrase:
    """ "A, B and C"; in Kazakh only the last takes the case."""
    if len(phrases) == 1:
        return phrases[0]
    and_ = table(language)["frame"]["and"]

    def form(case: str) -> str:
        if language == "kk":
            told = [phrase.form("nom") for phrase in phrases[:-1]] + [phrases[-1].form(case)]
        else:
            told = [phrase.form(case) for phrase in phrases]
        return joined(told, and_)

    return Phrase(form, 1 if language == "en" else russian.PLURAL)


def joined(words: Sequence[str], and_: str) -> str:
    """ "A, B and C" """
    return f"{', '.join(words[:-1])} {and_} {words[-1]}" if len(words) > 1 else "".join(words)


# --- counts -----------------------------------------------------------------------------------------------


def counted(number: int, noun: str, language: str) -> Phrase:
    """So many of what the data calls by that name: people, media_people."""
    words = table(language)["nouns"][noun]
    if number == 1 and noun == "media_people":
        return nobody(language, "somebody")
    if language == "en":
        return Phrase.plain(words[number != 1].format(n=in_words(number)), int(number != 1))
    if language == "ru":
        one = number % 10 == 1 and number % 100 != 11
        return Phrase(
            lambda case: russian.counted(number, words[0], case), russian.MASCULINE if one else russian.PLURAL
        )
    return Phrase(lambda case: kazakh.inflected(f"{number} {words[0]}", case, noun == "media_people"))


def nobody(language: str, noun: str) -> Phrase:
    """Whoever it was: the record names nobody."""
    words = table(language)["nouns"][noun]
    if language == "en":
        return Phrase.plain(words[noun == "nobody"], int(noun == "nobody"))
    if language == "ru":
        many = noun == "nobody"
        return Phrase(
            lambda case: russian.phrase(words[0], case, plural=many),
            russian.PLURAL if many else russian.agreement(words[0]),
        )
    return Phrase(lambda case: kazakh.inflected(words[0], case, True))


# --- by language ------------------------------------------------------------------------------------------


def _people(group: Sequence[Party], names: Sequence[str], language: str, *, titled: bool) -> Phrase:
    role = _role(group[0], len(group) > 1, language) if titled else ""
    if language == "en":
        and_ = table("en")["frame"]["and"]
        text = f"{role} {joined(names, and_)}".strip()
        return Phrase(lambda case: _possessive(text) if case == "poss" else text, int(len(group) > 1))
    if language == "ru":
        return _russian_people(group, names, role)
    return _kazakh_people(group, names, role)


def is_bare(party: Party) -> bool:
    """Whether a person is called by the name alone."""
    return party.kind == "person" and not _role(party, False, "kk")


def _role(party: Party, many: bool, language: str) -> str:
    """The word before a name: journalist, журналистка; of several the plural (in Russian made later)."""
    words = table(language)
    if party.side == "actor":
        role = words["person"].get(party.type, "")
        if isinstance(role, list):
            return str(role[party.sex == "f" and not many])
        return f"{role}s" if role and many and language == "en" else str(role)
    if party.type in _SILENT:
        return ""
    return str(words["target"][party.type][(party.sex == "f" and not many) if language == "ru" else many])


def _possessive(text: str) -> str:
    return f"{text}’" if text.endswith("s") else f"{text}’s"


def _russian_people(group: Sequence[Party], names: Sequence[str], role: str) -> Phrase:
    many = len(group) > 1

    def form(case: str) -> str:
        told = [russian.person(name, party.sex, case) for name, party in zip(names, group, strict=True)]
        title = russian.phrase(role, case, plural=many) if role else ""
        return f"{title} {joined(told, table('ru')['frame']['and'])}".strip()

    if many:
        return Phrase(form, russian.PLURAL)
    return Phrase(form, russian.FEMININE if group[0].sex == "f" else russian.MASCULINE)


def _kazakh_people(group: Sequence[Party], names: Sequence[str], role: str) -> Phrase:
    words = table("kk")
    many = len(group) > 1
    told = joined(names, words["frame"]["and"])

    def form(case: str) -> str:
        if case == "nom" or kazakh.takes_endings(told):
            return f"{role} {kazakh.inflected(told, case)}".strip()
        noun = role or _role(group[0], many, "kk") or words["named"]["somebody"][many]
        return f"{told} {words['named']['person']} {kazakh.inflected(noun, case, kazakh.possessed(noun))}"

    return Phrase(form)


def _word(party: Party, language: str) -> Phrase:
    """A description, or the plain word of the type."""
    words = table(language)
    if language == "en":
        if party.name:
            return _english_noun(_with_article(party.name, party.plural), party.plural)
        if party.side == "actor":
            return _english_noun(*words["actor"][party.type])
        circle = party.type == "public"
        return _english_noun(_with_article(words["target"][party.type][0], circle), circle)
    plain, plural = (
        words["actor"][party.type] if party.side == "actor" else (words["target"][party.type][0], False)
    )
    told, number = numbered(party.name)
    if language == "ru":
        shown = told or plain
        plural = party.plural if told else plural
        agrees = russian.PLURAL if plural else russian.agreement(shown)
        return Phrase(lambda case: russian.phrase(shown, case) + number, agrees)
    shown = told or {"outlet": "ақпарат құралы", "media_ngo": "ұйым"}.get(party.type, plain)
    return Phrase(lambda case: kazakh.inflected(shown, case, kazakh.possessed(shown)) + number)


def _english_noun(text: str, plural: bool) -> Phrase:
    return Phrase(lambda case: _possessive(text) if case == "poss" else text, int(plural))


def _with_article(name: str, plural: bool) -> str:
    if plural or name.casefold().startswith(("a ", "an ", "the ", "his ", "her ", "their ")):
        return name
    return f"{'an' if name[:1].casefold() in 'aeiou' else 'a'} {name}"


@lru_cache(maxsize=4096)
def _body(name: str, language: str) -> Phrase:
    """A court, a ministry: an English one has its article, the others take cases."""
    if language == "ru":
        name = re.sub("^Суд ", "суд ", name)
        return Phrase(lambda case: russian.phrase(name, case), russian.agreement(name))
    if language == "kk":
        return Phrase(lambda case: kazakh.inflected(name, case, kazakh.possessed(name)))
    return _english_noun(the(name), False)


_COMMON = frozenset(
    [
        "court",
        "ministry",
        "department",
        "committee",
        "commission",
        "office",
        "board",
        "panel",
        "administration",
        "agency",
        "senate",
        "parliament",
        "government",
        "president",
        "chamber",
        "centre",
        "center",
        "council",
        "fund",
        "foundation",
        "union",
        "association",
        "service",
        "party",
        "embassy",
        "bank",
        "majilis",
        "mazhilis",
        "akimat",
        "maslikhat",
        "police",
    ]
)


def the(name: str) -> str:
    """ "the Ministry of Justice", "the Taraz City Court"; a name of its own (Roskomnadzor) has no article."""
    if name.startswith(("The ", "the ")) or "’s " in name or "'s " in name and not name.endswith("Office"):
        return name
    return f"the {name}" if any(word.strip(",.").casefold() in _COMMON for word in name.split()) else name


def _staff(party: Party, language: str, count: int) -> Phrase:
    """ "a journalist of Oyla", "7 журналистов издания «Ойла»", "«Ойла» журналисі"."""
    words = table(language)
    many = count > 1
    if language == "en":
        text = words["nouns"]["staff"][many].format(n=in_words(count), name=the(party.name))
        return _english_noun(text, many)
    outlet = _named([party], language)
    noun: str = words["nouns"]["staff"][0]
    if language == "ru":
        owner = outlet.form("gen")
        if not many:
            return Phrase(lambda case: f"{russian.phrase(noun, case)} {owner}", russian.MASCULINE)
        agrees = russian.MASCULINE if count % 10 == 1 and count % 100 != 11 else russian.PLURAL
        return Phrase(lambda case: f"{russian.counted(count, noun, case)} {owner}", agrees)
    number = f"{count} " if many else ""
    owner = outlet.form("gen")
    return Phrase(lambda case: f"{owner} {number}{kazakh.inflected(noun, case, True)}")


def _named(group: Sequence[Party], language: str) -> Phrase:
    """Outlets and organisations by name: in Russian and Kazakh a plain noun beside the name takes the case."""
    words = table(language)
    names = [party.name for party in group]
    many = len(group) > 1
    party = group[0]
    if language == "en":
        text = joined([the(name) for name in names], words["frame"]["and"])
        return _english_noun(text, many)
    if not many and (form := _legal_form(party, language)):
        return form
    told = joined([_quoted(party) for party in group], words["frame"]["and"])
    if language == "ru":
        noun: str = (words["target"] if party.side == "target" else words["actor"])[party.type][0]
        if noun_is_in(noun, names):
            return _body(names[0], "ru")
        agrees = russian.PLURAL if many else russian.agreement(noun)
        return Phrase(lambda case: f"{russian.phrase(noun, case, plural=many)} {told}", agrees)
    behind = _kazakh_noun(party, words, many)
    if noun_is_in(behind, names) or (not many and names[0].endswith(_OWN_NOUNS)):
        return _body(names[0], "kk")
    return Phrase(lambda case: f"{told} {kazakh.inflected(behind, case, True)}")


#: nouns that a Kazakh name ends in and that take the case themselves
_OWN_NOUNS = ("радиосы", "газеті", "агенттігі", "арнасы", "порталы", "журналы", "сайты", "орталығы", "қоры", "ұйымы", "одағы")  # fmt: skip
_FORM = re.compile(r"(?P<a>LLP|JSC)\s+(?P<name>.+)|(?P<name2>.+?),?\s+(?P<b>LLP|JSC)")
_RUSSIAN_FORMS = {"LLP": "ТОО", "JSC": "АО"}


def _legal_form(party: Party, language: str) -> Phrase | None:
    """A company by its legal form: "ТОО «…»", "«…» акционерлік қоғамы"."""
    found = _FORM.fullmatch(party.name)
    if found is None:
        return None
    name, form = (found["name"] or found["name2"]).strip("'’‘\"«»“” "), found["a"] or found["b"]
    if language == "ru":
        return Phrase.plain(f"{_RUSSIAN_FORMS[form]} «{name}»", russian.NEUTER)
    behind = table("kk")["named"][form]
    return Phrase(lambda case: f"«{name}» {kazakh.inflected(behind, case, True)}")


def noun_is_in(noun: str, names: Sequence[str]) -> bool:
    """Whether a single name has the noun in it, so that it need not stand beside it: «Компания …»."""
    return len(names) == 1 and noun[:5].casefold() in names[0].casefold()


def _kazakh_noun(party: Party, words: dict[str, Any], many: bool) -> str:
    if party.side == "target":
        return str(words["target"][party.type][many])
    named = words["named"]
    return str(named.get(party.type) or named["any"])


def _quoted(party: Party) -> str:
    """In quotation marks; a platform and a body that is known by a Latin name stand without."""
    return party.name if party.type == "platform" else f"«{party.name}»"
