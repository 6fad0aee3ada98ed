"""A case to a body of the United Nations: what the published record tells, who agreed to it, the document.

Only published events are told. Everybody whom they hit must have agreed (use "un"), for that is asked of whoever sends
a submission; others are named by policy, and what is not to be repeated is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from django.db import transaction
from django.utils import translation

from barometer.cases.state import MeasureState, ProceedingState, state_on, who
from barometer.cases.upcoming import upcoming
from barometer.cases.values import Case as CaseValue
from barometer.codebook import Event as Value
from barometer.errors import NotAllowed, UnknownValue
from barometer.publication import submission
from barometer.publication.submission import Agreed, Document, Dossier, Submission, Told
from barometer.review.naming_policy import naming
from barometer.web.actions.audit import note_act
from barometer.web.actions.holding import is_held_back
from barometer.web.public import cards, clock, following, joined, words
from barometer.web.records import timelines
from barometer.web.records.gathering import Capture
from barometer.web.records.mapping import event_value, renamed
from barometer.web.records.models import Case, Event, Mention, Party
from barometer.web.records.naming import Shown
from barometer.web.records.people import Consent
from barometer.web.records.withholding import leave_of, party_clusters, people_of, standing

#: What somebody must have agreed to (barometer.review.naming_policy, list `use`).
USE = "un"


@dataclass(frozen=True)
class Person:
    """Somebody whom the case hits: the name, whether they agreed for all events that hit them, by which consents."""

    id: str
    name: str
    agreed: bool
    consents: tuple[Consent, ...]


def case_of(slug: str) -> Case:
    """The case of that name; UnknownValue where there is none with a published event."""
    found = Case.objects.public().filter(slug=slug).first()
    if found is None:
        raise UnknownValue(
            f"no published case is called {slug[:80]!r}",
            next_step="take its name from the address of its page",
        )
    return found


def people(case: Case) -> tuple[Person, ...]:
    """Everybody whom a published event of the case hits, and whether they agreed to a submission."""
    hit: dict[str, set[str]] = {}
    rows = Mention.objects.filter(
        side=Mention.Side.TARGET,
        party__kind=Party.Kind.PERSON,
        event__in=Event.objects.public().filter(case=case),
    )
    known = party_clusters()
    for party, event in rows.order_by("pk").values_list("party__public_id", "event__public_id"):
        hit.setdefault(known.leader(party), set()).add(event)
    found = people_of(hit, known)
    return tuple(_person(found[one].id, found[one].names[0], found[one].parties, hit[one]) for one in hit)


def _person(public_id: str, name: str, parties: Sequence[str], events: set[str]) -> Person:
    leave = leave_of(parties, USE)
    return Person(
        public_id,
        name,
        leave.everywhere or events <= leave.events,
        tuple(row for row in standing(parties) if USE in row.uses),
    )


def refuse_without_consent(case: Case) -> None:
    """NotAllowed where somebody whom the case hits has not agreed."""
    if without := [one.name for one in people(case) if not one.agreed]:
        raise NotAllowed(
            f"no consent to a submission is on record of {', '.join(without)}",
            next_step="ask the person, the family or the lawyer, and write the consent down on the person's page "
            "(the UN and other bodies)",
        )


@transaction.atomic
def make(
    case: Case,
    mandate: str,
    language: str,
    *,
    given: Mapping[str, str] | None = None,
    joint: bool = False,
    by: str,
    user: Any = None,
) -> tuple[Submission, bytes]:
    """The submission and its DOCX. NotAllowed without consent, UnknownValue for no such body, field or language,
    TooLarge over the body's limit of words. That it was made is noted.
    """
    body = submission.mandate(mandate)
    refuse_without_consent(case)
    made = submission.fill(body, dossier(case, language), given, joint=joint)
    note_act("make a submission", by=by, user=user, about=case.slug, detail=f"{mandate} {language}")
    return made, submission.to_word(made)


def look(case: Case, mandate: str, language: str) -> Submission:
    """The submission as the record fills it, to see what is missing; whether anybody agreed is not asked."""
    return submission.fill(submission.mandate(mandate), dossier(case, language))


def dossier(case: Case, language: str) -> Dossier:
    """What the published record tells of the case, in that language."""
    if language not in submission.LANGUAGES:
        raise UnknownValue(
            f"a submission is not written in {language[:20]!r}",
            next_step=f"take {' or '.join(submission.LANGUAGES)}",
        )
    with translation.override(language), joined.audience(public=True):
        return _dossier(case, language)


def _dossier(case: Case, language: str) -> Dossier:
    rows = list(cards.ready(timelines.public_events().filter(case=case)).order_by("first_day", "pk"))
    names = joined.names_in(USE)
    value = timelines.case_value(case.slug, rows, public=True, names=names)
    told = [renamed(event_value(row), row.public_id, names, cards.language_of(row)) for row in rows]
    today = clock.today()
    state = state_on(value, today)
    deprived = [row for row in state.measures if row.rule.deprives]
    by_id = {row.public_id: row for row in rows}
    proceedings = tuple(_proceeding(row, language) for row in state.proceedings)
    countries = [row.place.country for row in told if row.place]
    return Dossier(
        case=names.withheld.slug(case.slug),
        language=language,
        day=today,
        day_words=words.day_words(today),
        people=_people_told(told, language),
        country=Locale(language).territories.get(countries[0], "") if countries else "",
        events=tuple(_told(row, one, language) for row, one in zip(rows, told, strict=True)),
        actors=_actors(told),
        provisions=tuple(
            dict.fromkeys(words.provision_label(code) for one in told for code in one.provisions)
        ),
        measures=tuple(_measure(row, language) for row in state.measures),
        detention=tuple(_measure(row, language) for row in deprived),
        arrest=tuple(_arrest(row, by_id, language) for row in deprived[:1]),
        proceedings=proceedings,
        remedies=tuple(line for row in state.proceedings if (line := _way(row, language))),
        ahead=tuple(_ahead(value, language)),
        consents=tuple(_agreed(one, names, language) for one in people(case) if one.agreed),
        documents=tuple(dict.fromkeys(document for row in rows for document in _documents(row))),
    )


def _people_told(told: Iterable[Value], language: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for event in told:
        for one in event.targets:
            found.setdefault(one.name, words.within(words.target_type_label(one.type)))
    return tuple(f"{words.capital(name)}, {role}" for name, role in found.items())


def _told(row: Event, event: Value, language: str) -> Told:
    said = next(filter(None, (event.summary_in(code) for code in (language, "en", "ru", "kk"))), "")
    place = event.place
    return Told(
        when=words.when(row.date).short if row.date else "",
        place=words.place_label(place.name or "", place.region or "", place.country) if place else "",
        what=f"{words.type_label(event.main_type)}: {', '.join(one.name for one in event.targets)}",
        said="" if is_held_back(said) else said,
        alleged=event.is_alleged,
        sources=(following.source_words(row.item.source),) if row.item.source else (),
    )


def _actors(told: Iterable[Value]) -> tuple[str, ...]:
    found: dict[str, list[str]] = {}
    for event in told:
        for one in event.actors:
            mine = found.setdefault(one.name, [])
            label = words.role_label(one.role) if one.role else words.actor_type_label(one.type)
            mine += [role for role in [words.within(label)] if role not in mine]
    return tuple(f"{words.capital(name)}: {', '.join(roles)}" for name, roles in found.items())


def _measure(row: MeasureState, language: str) -> str:
    said = following.measure(row, following.Rows(()))
    parts = [
        f"{said.who}: {words.within(said.what)}",
        said.start.short,
        said.length,
        words.within(said.standing),
    ]
    return ", ".join(parts)


def _arrest(row: MeasureState, rows: Mapping[str, Event], language: str) -> str:
    first = rows.get(row.facts[0]) if row.facts else None
    parts = [words.capital(who(row.subject, language)), words.span_when(row.start).full]
    return ", ".join(filter(None, [*parts, cards.place(first) if first else ""]))


def _proceeding(row: ProceedingState, language: str) -> str:
    said = following.proceeding(row, following.Rows(()))
    parts = [
        f"{said.who}: {words.within(said.what)}",
        words.within(said.stage),
        said.since.short,
        *said.provisions,
    ]
    return ", ".join(parts)


def _way(row: ProceedingState, language: str) -> str:
    """The stages of a proceeding in their order: which instance was reached, and when."""
    said = following.proceeding(row, following.Rows(()))
    steps = [f"{words.within(stage)} ({when.short})" for stage, when in said.way]
    return f"{said.who}, {words.within(said.what)}: {'; '.join(steps)}" if steps else ""


def _ahead(value: CaseValue, language: str) -> Iterable[str]:
    for one in upcoming(value, clock.today()):
        if one.standing == "ahead":
            yield f"{words.span_when(one.span).short}: {one.words(language)}"


def _agreed(one: Person, names: Shown, language: str) -> Agreed:
    last = one.consents[-1]
    how = naming().lists["how"][last.how][language]
    return Agreed(one.name, words.day_words(last.day), how)


def _documents(row: Event) -> Iterable[Document]:
    """The links of the entry that readers get, each with the copy that was preserved first."""
    for title, address in cards.links(row):
        copy = Capture.objects.filter(url=address).order_by("captured_at").select_related("archive").first()
        yield Document(
            title or address,
            address,
            copy.captured_at.date().isoformat() if copy else "",
            copy.archive.sha256 if copy else "",
        )
