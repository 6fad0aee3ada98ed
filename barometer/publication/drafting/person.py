"""One person of a case as it stands on a day: measures with their dates, proceedings, days of liberty lost, what next.

Points on which sources differ and nobody has chosen are left out, and what may not have begun yet is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from barometer.cases.contradictions import contradictions
from barometer.cases.state import AtLeastAtMost, CaseState, MeasureState, ProceedingState, state_on
from barometer.cases.telling import facts_of
from barometer.cases.upcoming import upcoming
from barometer.cases.values import NOBODY, Case, Span
from barometer.codebook import Actor, Target
from barometer.publication.drafting import days, kazakh, phrases, russian
from barometer.publication.drafting.item import (
    Told,
    ahead_sentence,
    articles_words,
    closed,
    draft_item,
    event_sentences,
)
from barometer.publication.drafting.parties import Party, gathered, of_actor, of_target
from barometer.publication.drafting.templates import Phrase, data, filled, linked, table
from barometer.publication.drafting.values import Draft


@dataclass
class _Page:
    """What is being written: the case as it stands, whose paragraph it is, and what is disputed by which fact."""

    case: Case
    name: str
    state: CaseState
    subject: Party | None
    language: str
    day: date
    spellings: Mapping[str, str]
    disputed: frozenset[tuple[str, str]]
    seen: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)

    def who(self) -> Phrase:
        """The person, whole and with the role the first time; whoever it was where nobody is told."""
        if self.subject is None:
            return phrases.nobody(self.language, "nobody")
        return phrases.phrase_of([self.subject], self.language, self.seen)

    def differs(self, topic: str, facts: tuple[str, ...]) -> bool:
        """Whether sources differ on that point of any of the facts."""
        return any((topic, fact) in self.disputed for fact in facts)


def draft_person(
    case: Case, subject: str, day: date, language: str, spellings: Mapping[str, str] | None = None
) -> Draft:
    """A paragraph on one person of a case as it stands on that day: measures with their dates, proceedings, what next."""
    page = _page(case, subject, day, language, spellings or {})
    text, links = "", []
    places = {event.id: place for place, event in enumerate(case.events)}
    told = list(_as_it_stands(page))
    if not told:
        return _only_events(page)
    for sentence, fact in [*told, *_what_follows(page)]:
        plain, spans = linked(closed(sentence))
        start = len(text) + bool(text)
        links += [(start + a, start + b, places[fact]) for a, b in spans if a < b and fact in places]
        text = f"{text} {plain}".strip()
    return Draft(text, language, tuple(links))


def _page(case: Case, subject: str, day: date, language: str, spellings: Mapping[str, str]) -> _Page:
    spellings = gathered([told.event for told in case.events], language, spellings)
    found = [target for event in case.events for target in event.event.targets if target.name == subject]
    unknown = Target(name=subject, written=subject, type="public") if subject != NOBODY else None
    target = found[-1] if found else unknown
    differing = [one for one in contradictions(case) if one.choice is None]
    roles = any(one.topic == "role" and one.about == subject for one in differing)
    target = target.model_copy(update={"type": "public"}) if target and roles else target
    party = of_target(target, language, spellings) if target else None
    tellings = {event.id: fact.id for fact in facts_of(case) for event in fact.tellings}
    about = {(one.topic, one.about) for one in differing}
    about |= {(one.topic, tellings.get(said.event, "")) for one in differing for said in one.statements}
    return _Page(
        case, subject, state_on(case, day).of(subject), party, language, day, spellings, frozenset(about)
    )


def _only_events(page: _Page) -> Draft:
    """Where nothing lasts: what happened to the person by that day; else that sources differ, or that there is nothing."""
    mine = [
        (place, told.event)
        for place, told in enumerate(page.case.events)
        if any(target.name == page.name for target in told.event.targets) and told.span.last <= page.day
    ]
    facts = {event.id: fact.id for fact in facts_of(page.case) for event in fact.tellings}
    disputed = {fact for topic, fact in page.disputed if topic in ("standing", "type")}
    disputed |= {fact for row in page.state.proceedings if not _is_sure(row, page) for fact in row.facts}
    sure = [(place, event) for place, event in mine if facts[page.case.events[place].id] not in disputed]
    if not sure:
        values = {"who": page.who(), "day": Phrase.plain(_as_of(page.day, page.language))}
        return Draft(linked(closed(_phrase("differ" if mine else "nothing", page, values)))[0], page.language)
    draft = draft_item([event for _, event in sure], page.language, page.spellings)
    return Draft(draft.text, page.language, tuple((a, b, sure[place][0]) for a, b, place in draft.links))


def _as_it_stands(page: _Page) -> Iterator[tuple[str, str]]:
    """The sentences on measures and proceedings, each with the event that its link leads to."""
    rows, stages = data("person.toml")["measure"], data("person.toml")["stage"]
    others: list[str] = []
    for measure in page.state.measures:
        if measure.standing == "perhaps_begun" or page.differs("type", measure.facts):
            continue
        if measure.measure in rows:
            yield _measure(measure, page), measure.facts[0]
        else:
            others.append(measure.facts[0])
    for row in page.state.proceedings:
        if not _is_sure(row, page):
            continue
        if f"{row.proceeding}.{row.stage}" in stages:
            yield from _proceeding(row, page)
        else:
            others.append(row.facts[-1])
    for fact in dict.fromkeys(others):
        yield from _event(fact, page)


def _what_follows(page: _Page) -> Iterator[tuple[str, str]]:
    """The days of liberty lost, and the next date."""
    for _, count in page.state.deprived:
        if count.least > 1:
            yield _deprived(count, page), ""
    yield from ((sentence, "") for sentence in _ahead(page))


# --- measures and proceedings -----------------------------------------------------------------------------


def _is_sure(row: ProceedingState, page: _Page) -> bool:
    """Whether the proceeding has begun for certain and sources do not differ on where it stands."""
    known = f"{row.subject}:{row.proceeding}" + (f":{row.name}" if row.name else "")
    return row.certain and not row.disputed and ("standing", known) not in page.disputed


def _event(fact: str, page: _Page) -> Iterator[tuple[str, str]]:
    """What has no sentence of its own as a state: the event that brought it, of this person alone."""
    event = next(told.event for told in page.case.events if told.id == fact)
    mine = [target for target in event.targets if target.name == page.name]
    changes: dict[str, object] = {
        "targets": tuple(mine),
        "people_hit": None,
        "people_hit_exact": None,
        "upcoming": None,
    }
    changes |= {"date": None, "date_text": None} if page.differs("date", (fact,)) else {}
    changes |= {"provisions": ()} if page.differs("provision", (fact,)) else {}
    changes |= {"place": None} if page.differs("place", (fact,)) else {}
    told = Told(names=page.seen, articles=page.articles)
    for sentence in event_sentences(event.model_copy(update=changes), page.language, told, page.spellings):
        yield sentence, fact


def _measure(measure: MeasureState, page: _Page) -> str:
    rows = data("person.toml")["measure"]
    row = rows[measure.measure][page.language]
    form = {"open": "begun", "in_force": "now"}.get(measure.standing, "past")
    template = row.get(form, row["now"])
    values = {"who": page.who()}
    if not page.differs("date", measure.facts):
        values |= _begun(measure.start, page.language)
    until = measure.end if measure.standing == "ended" else measure.until
    if until is not None and not page.differs("until", measure.facts) and measure.standing != "perhaps_ended":
        values["until"] = Phrase.plain(_until(until, page.language))
    tail: str = data("person.toml")["tail"].get(measure.standing, {}).get(page.language, "")
    return _alleged(template, values, measure.alleged, page.language) + tail


def _proceeding(row: ProceedingState, page: _Page) -> Iterator[tuple[str, str]]:
    template = data("person.toml")["stage"][f"{row.proceeding}.{row.stage}"][page.language]
    values = {"who": page.who()}
    if row.provisions and not page.differs("provision", row.facts):
        values["art"] = Phrase.plain(articles_words(row.provisions, page.language, page.articles))
    if not page.differs("date", row.facts):
        values |= _begun(row.since, page.language)
    yield _alleged(template, values, row.alleged, page.language), row.facts[0]
    if askers := _askers(row, page):
        asker = phrases.phrase_of(askers, page.language, page.seen)
        yield _phrase("complaint", page, {"asker": asker}), ""


def _askers(row: ProceedingState, page: _Page) -> list[Party]:
    """Who asked for it, under the names of the events."""
    actors: dict[str, Actor] = {
        actor.name: actor
        for event in page.case.events
        for actor in event.event.actors
        if actor.role == "complainant"
    }
    return [of_actor(actors[name], page.language, page.spellings) for name in row.opponents if name in actors]


def _alleged(template: str, values: Mapping[str, Phrase], alleged: bool, language: str) -> str:
    """The sentence, marked where only one side says so."""
    frame = table(language)["frame"]
    if not alleged:
        return filled(template, values)
    if "~" in template and frame["reportedly"]:
        return filled(template, values, f"{frame['reportedly']} ")
    return f"{frame['alleged']} {filled(template, values)}"


def _phrase(name: str, page: _Page, values: Mapping[str, Phrase]) -> str:
    return filled(data("person.toml")["phrases"][name][page.language], values)


# --- dates ------------------------------------------------------------------------------------------------


def _begun(span: Span, language: str) -> dict[str, Phrase]:
    """When it began: as "since", as "from" and as the day on which it happened; nothing where nobody tells."""
    if span.first is None:
        return {}
    iso = _iso(span)
    if iso is None:
        last = days.point(span.last.isoformat(), language, "gen")
        words = {
            "en": f"no later than {last}",
            "ru": f"не позднее {last}",
            "kk": f"{kazakh.inflected(last, 'abl')} кешіктірмей",
        }[language]
        since = f"since {words}" if language == "en" else words
        return {"since": Phrase.plain(since), "from": Phrase.plain(since), "on": Phrase.plain(words)}
    point = days.point(iso, language, "gen")
    since = {"en": f"since {point}", "ru": f"с {point}", "kk": f"{kazakh.inflected(point, 'abl')} бастап"}[
        language
    ]
    from_ = f"from {point}" if language == "en" else since
    return {
        "since": Phrase.plain(since),
        "from": Phrase.plain(from_),
        "on": Phrase.plain(days.of_iso(iso, language)),
    }


def _until(span: Span, language: str) -> str:
    iso = _iso(span) or span.last.isoformat()
    point = days.point(iso, language, "gen")
    return {"en": f"until {point}", "ru": f"до {point}", "kk": f"{kazakh.inflected(point, 'dat')} дейін"}[
        language
    ]


def _iso(span: Span) -> str | None:
    """A day, a month or a year in the codebook's form, in which all of it lies; None for any other interval."""
    first, last = span.first, span.last
    if first is None:
        return None
    if span.exact:
        return last.isoformat()
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return last.isoformat()[:7]
    return f"{last.year:04}" if (first.year, first.month, first.day) == (last.year, 1, 1) else None


def _as_of(day: date, language: str) -> str:
    """The day as "as of" takes it."""
    point = days.point(day.isoformat(), language)
    if language != "kk":
        return days.point(day.isoformat(), language, "acc")
    then = kazakh.inflected(point, "loc")
    return f"{then}{'ғы' if then.endswith('а') else 'гі'}"


def _deprived(count: AtLeastAtMost, page: _Page) -> str:
    number = int(count.least)
    now = any(row.rule.deprives and row.open for row in page.state.measures)
    counted = {
        "en": f"{number:,} {'day' if number == 1 else 'days'}",
        "ru": russian.counted(number, "день", "nom" if count.exact and now else "gen"),
        "kk": f"{number} күн",
    }[page.language]
    values = {
        "who": page.who(),
        "day": Phrase.plain(_as_of(page.day, page.language)),
        "days": Phrase.plain(counted),
    }
    return _phrase(
        ("deprived_exact" if count.exact else "deprived") if now else "deprived_past", page, values
    )


def _ahead(page: _Page) -> Iterator[str]:
    """The next date that concerns the person."""
    for one in upcoming(page.case, page.day):
        if one.standing == "ahead" and (not one.of or page.name in one.of or one.of in page.name):
            iso = _iso(one.span) or one.span.last.isoformat()
            yield ahead_sentence(one.kind, iso, one.measure, page.language)
            return
