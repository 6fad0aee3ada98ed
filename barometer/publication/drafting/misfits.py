"""What a text says that the record does not bear: dates, names, numbers and articles that no event has.

The finders are the reader's own. What a summary or the wording of an event says counts as borne; what is vaguer than
the record fits it, what is more exact does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from barometer.codebook import LANGUAGES, Event, EventDate, codebook
from barometer.countries import country
from barometer.names.comparison import compare
from barometer.names.naming import same_word
from barometer.names.parts import Word, word_of
from barometer.names.people import person
from barometer.publication.drafting import russian
from barometer.publication.drafting.templates import data
from barometer.publication.drafting.values import DATE, NAME, NUMBER, PROVISION, Misfit
from barometer.publication.drafting.where import where
from barometer.reading.amounts import amounts
from barometer.reading.law import article_numbers, provisions
from barometer.reading.lexicon import numbers, pairs
from barometer.reading.mentions import Mention, mentions
from barometer.reading.spans import Spans
from barometer.reading.when import Dated, dates

_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d/]|[.,-]\d)")
_FIGURE = re.compile(r"(?<![\w.,-])\d{1,3}(?:[,   ]\d{3})+(?![\d])|(?<![\w.,/-])\d+(?:[.,]\d+)?(?![\w/])")
#: what it may cost to take one word of a name for another
_SAME, _ALIKE = 0.35, 0.5
_MOST = 200  # events and findings that are compared


def misfits(text: str, events: Sequence[Event], language: str) -> tuple[Misfit, ...]:
    """What the text says that none of the events bears: dates, names, numbers, articles; by place."""
    borne = _Borne(tuple(events[:_MOST]), language)
    taken = Spans(_titles(text, borne, language))
    found = [
        *_articles(text, borne, language, taken),
        *_dates(text, borne, language, taken),
        *_names(text, borne, language, taken),
        *_numbers(text, borne, language, taken),
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def _misfit(kind: str, text: str, start: int, end: int) -> Misfit:
    return Misfit(kind, start, end, text[start:end])


# --- what the record bears --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Borne:
    """All that the events bear, ready to be looked up."""

    events: tuple[Event, ...]
    language: str

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The words of the events with their languages."""
        told: list[tuple[str, str]] = []
        for event in self.events:
            told += [(said, language) for language in LANGUAGES if (said := event.summary_in(language))]
            loose = [event.headline, event.date_text, *(ahead.what for ahead in event.upcoming or ())]
            loose += [one.text for one in event.amounts or ()]
            told += [(said, language) for said in loose if said for language in LANGUAGES]
        return tuple(told)

    @cached_property
    def isos(self) -> frozenset[str]:
        """Dates in the codebook's form; of a span also its ends."""
        told = {event.date for event in self.events if event.date}
        told |= {ahead.date for event in self.events for ahead in event.upcoming or ()}
        told |= {one.iso for said, language in self.texts for one in dates(said, language, self.year)}
        return frozenset(told | {end for iso in told for end in iso.split("/")})

    @cached_property
    def year(self) -> int:
        """The year that a date without one is read in: the last that an event has."""
        told = [event.date for event in self.events if event.date]
        return max((EventDate.parse(iso).last.year for iso in told), default=date.max.year)

    @cached_property
    def intervals(self) -> tuple[EventDate, ...]:
        return tuple(EventDate.parse(iso) for iso in self.isos)

    @cached_property
    def years(self) -> frozenset[int]:
        """Every year that a date lies in or a text names."""
        told = {year for one in self.intervals for year in (one.first.year, one.last.year)}
        return frozenset(told | {int(found[0]) for said, _ in self.texts for found in _YEAR.finditer(said)})

    @cached_property
    def codes(self) -> frozenset[str]:
        told = {code for event in self.events for code in event.provisions}
        return frozenset(
            told | {one.code for said, language in self.texts for one in provisions(said, language)}
        )

    @cached_property
    def articles(self) -> frozenset[str]:
        """The numbers of articles."""
        told = {country().article_and_part(code)[0] for code in self.codes}
        cited = {one for said, language in self.texts for one, _, _ in article_numbers(said, language)}
        return frozenset(told | cited)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names as they are kept and as they were written, and the sides of a date ahead."""
        told: list[str] = []
        for event in self.events:
            told += [name for one in event.targets for name in (one.name, one.written)]
            told += [name for one in event.actors for name in (one.name, one.written or "")]
            told += [ahead.of for ahead in event.upcoming or () if ahead.of]
        for said, language in self.texts:
            found = mentions(said, language)
            told += [one.written for one in (*found.people, *found.outlets, *found.bodies)]
        shown = [names for name in told for names in self._in_all_languages(name)]
        return tuple(dict.fromkeys(name for name in (*told, *shown) if name))

    @staticmethod
    def _in_all_languages(name: str) -> tuple[str, ...]:
        known = country().find_outlet(name) or country().find_body(name)
        return (known.name, *known.names.values()) if known else ()

    @cached_property
    def people(self) -> tuple[tuple[Word, ...], ...]:
        """The words of each name that may be a person's."""
        return tuple(words for name in self.names if (words := _words_of(name)))

    @cached_property
    def values(self) -> frozenset[float]:
        """Numbers: people, counts of those named, amounts, terms, and whatever a text of the events says."""
        told: set[float] = set()
        for event in self.events:
            told |= set(_counts(event))
            told |= {one.value for one in event.amounts or ()}
            told |= set(_lengths(event))
        for said, language in self.texts:
            told |= {one.amount.value for one in amounts(said, language)}
            told |= {value for value, _, _ in _values(said, language)}
        told |= {value for name in self.names for value, _, _ in _values(name, "en")}
        return frozenset(told)


def _counts(event: Event) -> Iterator[float]:
    """How many: people hit, all that are named, those of one type, those beside them."""
    if event.people_hit:
        yield event.people_hit
        yield event.people_hit - len(event.targets)
    yield len(event.targets)
    yield len(event.actors)
    types = [target.type for target in event.targets] + [actor.type for actor in event.actors]
    yield from (types.count(one) for one in set(types))
    yield sum(codebook().target_types[target.type].person for target in event.targets)


def _lengths(event: Event) -> Iterator[float]:
    """Days and months from the event to each date that it announces."""
    when = event.when
    if when is None:
        return
    for ahead in event.upcoming or ():
        last = EventDate.parse(ahead.date).last
        yield (last - when.first).days
        yield (last.year - when.first.year) * 12 + last.month - when.first.month


# --- articles ---------------------------------------------------------------------------------------------


def _titles(text: str, borne: _Borne, language: str) -> Iterator[tuple[int, int]]:
    """Where the titles of borne articles stand: no part of them is a name."""
    for code in borne.codes:
        article = country().article(code)
        title = article.title[language].split(" (")[0] if article else ""
        at = text.find(title) if title else -1
        if at >= 0:
            yield at, at + len(title)


def _articles(text: str, borne: _Borne, language: str, taken: Spans) -> Iterator[Misfit]:
    wrong = [one for one in provisions(text, language) if not _is_borne(one.code, borne.codes)]
    known = {number for code in borne.codes for number in (country().article_and_part(code)[0],)}
    for number, start, end in article_numbers(text, language):
        if not taken.free(start, end):
            continue
        taken.take(start, end)
        other_law = any(one.start < end and start < one.end for one in wrong)
        if number not in borne.articles or (number in known and other_law):
            yield _misfit(PROVISION, text, start, end)
    for one in wrong:
        if one.rule != "law.number" and taken.free(one.start, one.end):
            taken.take(one.start, one.end)
            if not _same_title(one.code, borne):
                yield _misfit(PROVISION, text, one.start, one.end)


def _is_borne(code: str, codes: frozenset[str]) -> bool:
    """Whether an event has the provision, or a part of it."""
    return any(known == code or known.startswith(f"{code}-") for known in codes)


def _same_title(code: str, borne: _Borne) -> bool:
    """Whether an article of the same title is borne: offences of two laws share their names."""
    article = country().article(code)
    others = [country().article(known) for known in borne.codes]
    words = {title.casefold() for title in article.title.values()} if article else set()
    return any(other and words & {title.casefold() for title in other.title.values()} for other in others)


# --- dates ------------------------------------------------------------------------------------------------


def _dates(text: str, borne: _Borne, language: str, taken: Spans) -> Iterator[Misfit]:
    for one in dates(text, language, borne.year):
        if not taken.free(one.start, one.end):
            continue
        taken.take(one.start, one.end)
        if not one.relative and not _date_fits(one, borne):
            yield _misfit(DATE, text, one.start, one.end)
    for match in _YEAR.finditer(text):
        if taken.free(*match.span()) and _is_year(text, match):
            taken.take(*match.span())
            if int(match[0]) not in borne.years:
                yield _misfit(DATE, text, *match.span())


def _is_year(text: str, match: re.Match[str]) -> bool:
    """Whether four figures are a year: nothing is counted by them."""
    return not re.match(
        r"\s*(?:tenge|тенге|теңге|people|human|journalists|МРП|MCI|АЕК|%)",
        text[match.end() : match.end() + 14],
    )


def _date_fits(one: Dated, borne: _Borne) -> bool:
    """The same date, or a vaguer one in which a borne date lies; without a year in the text any year will do."""
    if not one.year:
        return any(_without_year(one.iso, iso) for iso in borne.isos)
    start, slash, end = one.iso.partition("/")
    return _lies_in(start, borne) and (not slash or _lies_in(end, borne))


def _lies_in(iso: str, borne: _Borne) -> bool:
    """Whether a borne date lies in that day, month or year."""
    told = EventDate.parse(iso)
    return any(known.within(told.first, told.last) for known in borne.intervals)


def _without_year(told: str, known: str) -> bool:
    """ "03-17" and "03" fit "2026-03-17"; "03-17" does not fit "2026-03"."""
    return all(any(part[5:].startswith(end[5:]) for part in known.split("/")) for end in told.split("/"))


# --- names ------------------------------------------------------------------------------------------------


_CAPITALISED = re.compile(r"(?<![\w.])[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w’'ʼ]*")


def _may_name_others(text: str, borne: _Borne, taken: Spans) -> bool:
    """Whether a Russian text has a capital that no borne name, no place of an event and no common word accounts for.

    The model that finds Russian names takes its time, and most texts need not be asked.
    """
    known = [word for name in borne.names for word in _words_of(name)]
    places = " ".join(where(event.place, "ru") for event in borne.events)
    return any(
        not russian.is_common(found[0])
        and found[0] not in places
        and not any(same_word(word_of(found[0]), word, _SAME) for word in known)
        for found in _CAPITALISED.finditer(text)
        if taken.free(*found.span())
    )


def _names(text: str, borne: _Borne, language: str, taken: Spans) -> Iterator[Misfit]:
    if language == "ru" and not _may_name_others(text, borne, taken):
        return
    found = mentions(text, language)
    for one in found.people[:_MOST]:
        if taken.free(one.start, one.end):
            taken.take(one.start, one.end)
            if not _begins_a_sentence(text, one) and not _person_is_borne(one, borne):
                yield _misfit(NAME, text, one.start, one.end)
    for one in found.outlets[:_MOST]:
        if taken.free(one.start, one.end):
            taken.take(one.start, one.end)
            if not _organisation_is_borne(one, borne):
                yield _misfit(NAME, text, one.start, one.end)
    for one in found.bodies[:_MOST]:
        public = one.type in pairs().groups["authorities"] or one.type in (
            "foreign_state",
            "election_commission",
        )
        if one.confidence >= 0.85 and not public and taken.free(one.start, one.end):
            taken.take(one.start, one.end)
            if not _organisation_is_borne(one, borne):
                yield _misfit(NAME, text, one.start, one.end)


def _begins_a_sentence(text: str, one: Mention) -> bool:
    """Whether it is a common word that has its capital from the sentence."""
    before = text[: one.start].rstrip()
    common = russian.is_common(one.written) or one.written.casefold() in _starts()
    return " " not in one.written and common and (not before or before[-1] in ".!?…")


@cache
def _starts() -> frozenset[str]:
    return frozenset(data("types.toml")["starts"]["words"].split())


def _words_of(name: str) -> tuple[Word, ...]:
    parts = person(name)
    return (*parts.words, *parts.patronymics)


def _person_is_borne(one: Mention, borne: _Borne) -> bool:
    """Whether every word of the name is a word of one name that the record bears; a patronymic may be new."""
    words = person(one.written).words
    if not words:
        return True
    if len(words) > 2:  # two people's names in a row, as Kazakh has them
        known = [word for name in borne.people for word in name]
        return all(any(same_word(word, other, _SAME) for other in known) for word in words)
    return any(
        all(any(same_word(word, known, _SAME) for known in name) for word in words) for name in borne.people
    )


def _organisation_is_borne(one: Mention, borne: _Borne) -> bool:
    wanted = {one.name.casefold(), one.written.casefold()}
    if any(name.casefold() in wanted for name in borne.names):
        return True
    kind = "outlet" if one.kind == "outlet" else "body"
    names = (name for name in borne.names if name != name.lower())  # "appeal court" is like any name
    return any(compare(one.written, name, kind).probability >= _ALIKE for name in names)


# --- numbers ----------------------------------------------------------------------------------------------


def _numbers(text: str, borne: _Borne, language: str, taken: Spans) -> Iterator[Misfit]:
    for one in amounts(text, language):
        if taken.free(one.start, one.end):
            taken.take(one.start, one.end)
            if one.amount.value not in borne.values:
                yield _misfit(NUMBER, text, one.start, one.end)
    for value, start, end in _values(text, language):
        if taken.free(start, end):
            taken.take(start, end)
            if value not in borne.values:
                yield _misfit(NUMBER, text, start, end)


def _values(text: str, language: str) -> Iterator[tuple[float, int, int]]:
    """Numbers in figures, and in words from two on."""
    for match in _FIGURE.finditer(text):
        yield float(re.sub(r"[,   ](?=\d{3})", "", match[0]).replace(",", ".")), *match.span()
    for value, pattern in enumerate(numbers(language), 2):
        for match in pattern.finditer(text):
            yield float(value), *match.span()
