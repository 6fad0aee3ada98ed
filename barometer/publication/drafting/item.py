"""One story paragraph over events: a sentence or more an event, composed from its coded fields alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from barometer.cases.rules import rules
from barometer.cases.telling import end_of
from barometer.cases.values import CaseEvent
from barometer.codebook import Actor, Amount, Event, EventDate, Upcoming
from barometer.countries import country
from barometer.errors import UnknownValue
from barometer.publication.drafting import days, phrases, russian
from barometer.publication.drafting.parties import Party, gathered, of_actor, of_target
from barometer.publication.drafting.sums import sum_words, term_words
from barometer.publication.drafting.templates import END, LINK, Phrase, data, filled, linked, table
from barometer.publication.drafting.values import Draft
from barometer.publication.drafting.where import where
from barometer.reading.lexicon import pairs

_STOPS = (".", "!", "?", "…")


@dataclass
class Told:
    """What the paragraph has told so far: names, articles with their titles, the last date and place."""

    names: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)
    date: str | None = None
    place: str = ""


def draft_item(events: Sequence[Event], language: str, spellings: Mapping[str, str] | None = None) -> Draft:
    """One story paragraph over the events, the lead first: who, when, where, under which article, what next.

    `spellings` are names in the text's language, by the names of the events. UnknownValue for a language that is none.
    """
    told = Told()
    names = gathered(events, language, spellings or {})
    text, links = "", []
    for place, event in enumerate(events):
        for sentence in event_sentences(event, language, told, names, first=not place):
            plain, spans = linked(closed(sentence))
            start = len(text) + bool(text)
            links += [(start + a, start + b, place) for a, b in spans if a < b]
            text = f"{text} {plain}".strip()
    return Draft(text, language, tuple(links))


def closed(sentence: str) -> str:
    """A sentence with a capital at its start and a stop at its end."""
    bare = sentence.strip()
    at = next((at for at, sign in enumerate(bare) if sign not in (LINK, END)), 0)
    bare = bare[:at] + bare[at : at + 1].upper() + bare[at + 1 :]
    return bare if bare.rstrip(END).endswith(_STOPS) else f"{bare}."


def event_sentences(
    event: Event, language: str, told: Told, spellings: Mapping[str, str], first: bool = True
) -> Iterator[str]:
    """The sentences on one event, with marks around the linked words; `first`: nothing stands before it."""
    yield _main(event, language, told, spellings, first)
    yield from _also(event, language)
    yield from _total(event, language)
    yield from (upcoming_sentence(ahead, event, language) for ahead in event.upcoming or ())


# --- the main sentence ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Roles:
    """Who is who in an event: hit, doing, asking."""

    who: tuple[Party, ...]
    by: tuple[Party, ...]
    asker: tuple[Party, ...]


def _roles(event: Event, language: str, spellings: Mapping[str, str]) -> _Roles:
    who = tuple(of_target(target, language, spellings) for target in event.targets)
    actors = [(_role_of(actor, event), of_actor(actor, language, spellings)) for actor in event.actors]
    askers = tuple(party for role, party in actors if role == "complainant")
    doers = tuple(party for role, party in actors if role in ("decider", None))
    doers = doers or tuple(party for role, party in actors if role == "executor")
    by_asker = event.main_type in data("types.toml")["by_asker"]
    if event.kind != "relief" and askers and by_asker:
        return _Roles(who, askers, ())
    if event.main_type == "legal.civil_suit" and event.kind != "relief":
        doers = ()  # a court that hears a suit has not brought it
    return _Roles(who, doers, askers)


def _role_of(actor: Actor, event: Event) -> str | None:
    """Its role; who has none, and by type cannot decide such a thing, has asked for it."""
    deciders = pairs().deciders_of(event.main_type) if event.main_type.startswith("legal.") else ()
    if actor.role is None and deciders and actor.type not in deciders and actor.type in pairs().askers:
        return "complainant"
    return actor.role


def _main(event: Event, language: str, told: Told, spellings: Mapping[str, str], first: bool) -> str:
    frame = table(language)["frame"]
    roles = _roles(event, language, spellings)
    template, again = _template(event, language, bool(roles.by))
    alleged = event.alleged is True or event.main_type in (event.alleged or ())
    adverbs = [frame["reportedly"]] if alleged and frame["reportedly"] else []
    adverbs += [frame["again"]] if again else []
    adverb = "".join(f"{word} " for word in adverbs if word)
    values = _values(event, language, told, roles, template)
    art = _articles(event, language, told)
    if language == "kk":
        template, art = _kazakh_order(template, roles.by, art), ""
    parts = {
        "when": _when(event, language, told),
        "where": _where(event, language, told),
        "core": filled(template, values, adverb),
        "art": art,
        "request": filled(frame["request"], values) if _asked(event, values, template) else "",
    }
    prefixes = []
    if alleged and not (frame["reportedly"] and "~" in template):
        prefixes.append(frame["alleged"])
    if event.background and not first:
        prefixes.append(frame["earlier"])
    return _framed(parts, prefixes, language)


def _kazakh_order(template: str, by: Sequence[Party], art: str) -> str:
    """The article stands before the verb; so does who acted, where two bare names would stand side by side."""
    if template.startswith("{by} {who") and any(phrases.is_bare(party) for party in by):
        template = template.removeprefix("{by} ").replace("[", "{by} [", 1)
    return template.replace("[", f"{art} [", 1) if art else template


def _asked(event: Event, values: Mapping[str, Phrase], template: str) -> bool:
    """Whether it is still to be said who asked for it: of relief, that is no reason."""
    return event.kind == "violation" and "asker" in values and "{asker" not in template


def _when(event: Event, language: str, told: Told) -> str:
    """When, or that it was then too."""
    again = event.when is not None and event.date == told.date
    told.date = event.date or told.date
    if not again or event.when is None:
        return days.when(event.when, language)
    return str(table(language)["frame"]["same"][("day", "month", "year", "span").index(event.when.precision)])


def _where(event: Event, language: str, told: Told) -> str:
    """Where, unless the sentence before or the name of who acted says so."""
    name = event.place.name if event.place else None
    if name and any(name.casefold() in actor.name.casefold() for actor in event.actors):
        return ""
    place = where(event.place, language)
    again, told.place = place == told.place, place or told.place
    return "" if again else place


def _framed(parts: Mapping[str, str], prefixes: Sequence[str], language: str) -> str:
    """The parts in the order of the language, with commas where time or a word of reporting comes first."""
    frame = table(language)["frame"]
    when = parts["when"]
    earlier = prefixes[-1:] == [frame["earlier"]]
    if when and (language == "en" or earlier):
        when += ","
    if earlier and not when and language != "en":
        prefixes = [*prefixes[:-1], frame["earlier"].rstrip(",")]
    lead = " ".join(small if at == 0 else small[:1].lower() + small[1:] for at, small in enumerate(prefixes))
    shown = frame["main"].format(**{**parts, "when": when})
    return f"{lead} {shown}"


def _template(event: Event, language: str, acted: bool) -> tuple[str, bool]:
    """The sentence for the event's type, and whether it has to say "again"."""
    row = _row(event, language)
    if event.phase == "step":
        for name in ("step_by", "step") if acted else ("step",):
            if name in row:
                return str(row[name]), False
    name = "by" if acted and "by" in row else "none"
    return str(row[name]), event.phase == "step"


def _row(event: Event, language: str) -> dict[str, Any]:
    rows: dict[str, Any] = table(language)["type"]
    main = event.main_type
    lifted = event.types[1] if len(event.types) > 1 else ""
    for key in (f"{main}/{lifted}" if event.kind == "relief" else "", f"{event.kind}/{main}", main):
        if key in rows:
            return dict(rows[key])
    raise UnknownValue(
        f"no sentence is written for type {main!r} in {language}", next_step="add it to drafting/*.toml"
    )


def _values(event: Event, language: str, told: Told, roles: _Roles, template: str) -> dict[str, Phrase]:
    """What the slots of the template are filled with, in the order in which they stand: who is named first is told whole."""
    makers = {
        "who": lambda: _who(event, language, told, roles.who),
        "by": lambda: phrases.phrase_of(roles.by, language, told.names),
        "asker": lambda: phrases.phrase_of(roles.asker, language, told.names),
        "sum": lambda: Phrase.plain(sum_words(_amount(event, "sums"), language)),
        "term": lambda: Phrase.plain(term_words(_amount(event, "terms"), language)),
        "lifted": lambda: Phrase.plain(noun_of(event.types[1], language)),
    }
    known = {"who"}
    known |= {name for name in ("by", "asker") if getattr(roles, name)}
    known |= {name for name, kind in (("sum", "sums"), ("term", "terms")) if _amount(event, kind)}
    known |= {"lifted"} if len(event.types) > 1 else set()
    order = sorted(known, key=lambda name: template.find(f"{{{name}") % (len(template) + 1))
    return {
        name: makers[name]()
        for name in order
        if f"{{{name}" in template or (name == "asker" and event.kind == "violation")
    }


def _who(event: Event, language: str, told: Told, who: Sequence[Party]) -> Phrase:
    types = data("types.toml")
    staff = event.main_type in types["staff"] or _lifted(event) in types["staff"]
    if who:
        return phrases.phrase_of(who, language, told.names, staff=staff, count=_staff_count(event, who))
    if event.main_type in types["outlet"] or _lifted(event) in types["outlet"]:
        return phrases.nobody(language, "outlet_unnamed")
    if event.people_hit:
        return phrases.counted(event.people_hit, "media_people", language)
    return phrases.nobody(language, "nobody")


def _lifted(event: Event) -> str:
    return event.types[1] if event.kind == "relief" and len(event.types) > 1 else ""


def _staff_count(event: Event, who: Sequence[Party]) -> int:
    """How many journalists of an outlet were hit, where it alone is named."""
    return event.people_hit or 1 if len(who) == 1 else 1


# --- articles and amounts ---------------------------------------------------------------------------------


def _articles(event: Event, language: str, told: Told) -> str:
    """ "under Article 274 of the Criminal Code (…)"; of what is only talked about, in brackets."""
    return articles_words(event.provisions, language, told.articles, only_about=event.kind == "context")


def articles_words(codes: Sequence[str], language: str, told: set[str], *, only_about: bool = False) -> str:
    """The provisions as a phrase, with titles the first time; '' where their laws are not known. `told` is added to."""
    known = [code for code in codes if country().law_of(code)]
    if not known:
        return ""
    use = "ref" if only_about else "under"
    shown = [article_words(code, language, use, titled=code not in told) for code in known]
    told.update(known)
    listed = phrases.joined(shown, table(language)["frame"]["and"])
    if only_about:
        return f"({listed})"
    return {"en": f"under {listed}", "ru": f"по {listed}", "kk": f"{listed} бойынша"}[language]


@lru_cache(maxsize=2048)
def article_words(code: str, language: str, use: str, titled: bool) -> str:
    """A provision as it is cited in a sentence, with the title of the offence where it is told for the first time."""
    words = _cited(code, language, use)
    article = country().article(code)
    title = article.title[language].split(" (")[0] if article and titled else ""
    if not title:
        return words
    if use == "ref":
        return f"{words}, «{title}»" if language != "en" else f"{words}, “{title}”"
    if language == "kk":
        return f"{words} («{title}»)"
    return f"{words} («{title}»)" if language == "ru" else f"{words} (“{title}”)"


def _cited(code: str, language: str, use: str) -> str:
    law = country().law_of(code)
    assert law is not None
    number, part = country().article_and_part(code)
    if not number:
        name = law.short[language]
        return (
            f"the {name}"
            if language == "en"
            else russian.phrase(name, "dat")
            if language == "ru" and use == "under"
            else name
        )
    if language == "en":
        return f"{f'part {part} of ' if part else ''}Article {number} of the {law.short['en']}"
    name = law.genitive.get(language, law.short[language])
    if language == "ru":
        article, piece = ("статье", "части") if use == "under" else ("статья", "часть")
        return f"{piece} {part} статьи {number} {name}" if part else f"{article} {number} {name}"
    return f"{name} {number}-бабының {part}-бөлігі" if part else f"{name} {number}-бабы"


def _amount(event: Event, kind: str) -> Amount | None:
    """The first amount of that kind that can be told in words."""
    wanted = data("types.toml")[kind]
    tell = sum_words if kind == "sums" else term_words
    return next((one for one in event.amounts or () if one.what in wanted and tell(one, "en")), None)


# --- what else --------------------------------------------------------------------------------------------


def noun_of(code: str, language: str) -> str:
    """The noun phrase of a type in that language."""
    return str(table(language)["type"][code]["also"])


def _also(event: Event, language: str) -> Iterator[str]:
    """The further types; of relief they only say what was lifted."""
    if event.kind == "relief":
        return
    frame = table(language)["frame"]
    rest = [code for code in event.types[1:] if [event.main_type, code] not in data("types.toml")["implied"]]
    alleged = (rest if event.alleged else ()) if isinstance(event.alleged, bool) else event.alleged
    for name, codes in (
        ("also", [code for code in rest if code not in alleged]),
        ("also_alleged", [code for code in rest if code in alleged]),
    ):
        if codes:
            many = len(codes) > 1 or codes[0] in table("ru")["plural"]["types"]
            nouns = [noun_of(code, language) for code in codes]
            values = {"list": Phrase.plain(phrases.joined(nouns, frame["and"]), int(many))}
            yield filled(
                frame[name],
                {**values, "about": Phrase.plain(russian.about(nouns))} if language == "ru" else values,
            )


def _total(event: Event, language: str) -> Iterator[str]:
    """How many were hit, where it is more than the sentence has said."""
    hit = event.people_hit
    if not hit or hit <= max(1, len(event.targets)) or not event.targets:
        return
    types = data("types.toml")
    if (
        len(event.targets) == 1
        and event.targets[0].type in ("outlet", "media_ngo")
        and event.main_type in types["staff"]
    ):
        return
    frame = table(language)["frame"]
    name = "total_exact" if event.people_hit_exact else "total"
    said = filled(frame[name], {"people": phrases.counted(hit, "people", language)})
    if event.alleged is True:
        said = f"{frame['alleged']} {said[:1].lower()}{said[1:]}"
    yield said


# --- what next --------------------------------------------------------------------------------------------


def upcoming_sentence(ahead: Upcoming, event: Event, language: str) -> str:
    """A date ahead, by its kind; the source's own wording is in its language and stays out."""
    measure = end_of(ahead, CaseEvent("-", event, ("-",), date.max))
    return ahead_sentence("end_of_measure" if measure else _kind(ahead), ahead.date, measure, language)


def ahead_sentence(kind: str, iso: str, measure: str, language: str) -> str:
    """A date ahead in words."""
    words = table(language)
    values = {
        "when": days.when(EventDate.parse(iso), language),
        "date": days.noun(iso, language),
        "acc": days.noun(iso, language),
        "measure": words["measure"].get(measure, words["measure"]["any"]),
    }
    return str(words["upcoming"][kind].format(**values))


def _kind(ahead: Upcoming) -> str:
    said = ahead.what.casefold()
    return next(
        (c for c, kind in rules().upcoming.items() if c in _KINDS and kind.words.search(said)), "other"
    )


_KINDS = ("mediation", "hearing", "reply")
