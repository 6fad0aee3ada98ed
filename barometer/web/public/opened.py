"""Published records as plain values: the one shape in which data leaves the house, for the API and for releases.

Only public fields of published records, named as the site names them: who is withheld stands here by a role, a link
that is held back is not here, what was withdrawn is a note. Labels are in the language that is active. Every function
that takes a list asks the database a fixed number of questions, however long the list is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse

from barometer.cases.contradictions import Contradiction
from barometer.cases.rules import rules
from barometer.cases.state import AtLeastAtMost, CaseState, measure_words, proceeding_words, state_on
from barometer.cases.upcoming import UpcomingDate, upcoming
from barometer.cases.values import Span
from barometer.codebook import codebook
from barometer.indicators.in_force import whose
from barometer.review import PUBLIC
from barometer.web.public import cards, clock, following, joined, notes, stories, words
from barometer.web.public.opened_parts import Value, case_name, day_of, moment, one_id, plain, texts
from barometer.web.records import measuring, naming, retellings, timelines
from barometer.web.records.models import (
    Case,
    Event,
    Issue,
    Item,
    Mention,
    Party,
    Source,
    SourceDocument,
)
from barometer.web.records.reviewing import PublicNote, link_marks

# --- what holds for a whole list --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Around:
    """What the values of one list have in common: who is one with whom, what is told again, which links are public."""

    marks: Mapping[tuple[int, str], bool]
    again: frozenset[str]
    same: Mapping[str, str]

    @classmethod
    def of(cls, rows: Collection[Event]) -> _Around:
        return cls(
            link_marks({row.item_id for row in rows}),
            retellings.counted_elsewhere(public=True, among={row.public_id for row in rows}),
            one_id({one.party.public_id for row in rows for one in row.mentions.all()}),
        )


# --- events -----------------------------------------------------------------------------------------------


def ready(rows: QuerySet[Event]) -> QuerySet[Event]:
    """The events with all that their values read."""
    rows = (
        cards.ready(rows)
        .defer(*cards.NOT_READ)
        .prefetch_related(
            Prefetch("public_notes", to_attr="for_readers"), Prefetch("reviews", to_attr="all_reviews")
        )
    )
    return rows.prefetch_related("item__events") if joined.withheld().asks_where else rows


def events(rows: QuerySet[Event]) -> list[Value]:
    """The values of published events, in the order of the query."""
    found = list(ready(rows))
    around = _Around.of(found)
    return [_event(row, around) for row in found]


def event(public_id: str) -> Value | None:
    """The value of one published event."""
    return next(iter(events(Event.objects.public().filter(public_id=public_id))), None)


def _event(row: Event, around: _Around) -> Value:
    when = cards.when(row)
    return {
        "id": row.public_id,
        "page": reverse("public:event", args=[row.public_id]),
        "heading": cards.heading(row),
        "kind": row.kind,
        "kind_label": words.kind_label(row.kind),
        "types": [
            {"code": one.code, "label": words.type_label(one.code), "alleged": one.alleged}
            for one in row.types.all()
        ],
        "date": row.date or None,
        "date_text": when.wording or None,
        "date_label": when.full,
        "first_day": day_of(row.first_day),
        "last_day": day_of(row.last_day),
        "phase": row.phase or None,
        "background": row.background,
        "told_again": row.public_id in around.again,
        "alleged": row.is_alleged,
        "work_link": row.work_link or None,
        "people_hit": row.people_hit,
        "people_hit_exact": row.people_hit_exact,
        "country": row.country or None,
        "region": row.region or None,
        "place": joined.said(row.place_name, "en", row) or None,
        "place_label": cards.place(row) or None,
        "targets": [_mention(one, around) for one in _side(row, Mention.Side.TARGET)],
        "actors": [_mention(one, around) for one in _side(row, Mention.Side.ACTOR)],
        "provisions": [
            {"code": one.code, "label": words.provision_label(one.code)} for one in row.provisions.all()
        ],
        "case": case_name(row.case) if row.case else None,
        "summary": texts({code: getattr(row, f"summary_{code}") for code in words.LANGUAGES}, row),
        "upcoming": [
            _announced(one, row) for one in row.upcoming if isinstance(one, dict) and one.get("date")
        ],
        "entry": _entry(row.item, row, around),
        "notes": [note(one, row) for one in row.for_readers],
        "double_checked": _is_double_checked(row),
        "published_at": moment(row.published_at),
    }


def _side(row: Event, side: str) -> list[Mention]:
    return [one for one in row.mentions.all() if one.side == side]


def _mention(row: Mention, around: _Around) -> Value:
    label = words.target_type_label if row.side == Mention.Side.TARGET else words.actor_type_label
    name = words.capital(words.party_name(joined.name_of(row), row.party.kind))
    hidden = joined.is_hidden(row)
    written = "" if hidden else joined.said(row.written, cards.language_of(row.event), row.event)
    value = {
        "id": _party_id(row, around),
        "kind": row.party.kind,
        "name": name,
        "named": not hidden,
        "written": written or None,
        "type": row.type,
        "type_label": label(row.type),
    }
    return value if row.side == Mention.Side.TARGET else value | {"role": row.role or None}


def _party_id(row: Mention, around: _Around) -> str | None:
    """The id of the party; None for who is withheld, or shares no more than the name."""
    if not joined.has_page(row) and (row.party.kind == Party.Kind.PERSON or _is_apart(row)):
        return None
    return around.same.get(row.party.public_id, row.party.public_id)


def _is_apart(row: Mention) -> bool:
    return naming.mention_key(row) in joined.names().apart


def _announced(one: Mapping[str, Any], row: Event) -> Value:
    name = one.get("of") or ""
    of = next((each for each in row.mentions.all() if each.party.name == name), None)
    language = cards.language_of(row)
    return {
        "date": one["date"],
        "what": joined.said(one.get("what") or "", language, row) or None,
        "of": (joined.name_of(of) if of else joined.said(name, language, row)) or None,
    }


def _entry(item: Item, row: Event, around: _Around) -> Value:
    """The paragraph that tells the event: its words only where they are published themselves."""
    source, is_public = item.source, item.state in PUBLIC
    texts = {code: getattr(item, f"text_{code}") for code in words.LANGUAGES} if is_public else {}
    language = item.language or cards.language_of(row)
    return {
        "id": item.public_id,
        "key": plain(item.entry_key),
        "source": source.public_id if source else None,
        "issue": item.issue.period if item.issue else None,
        "section": item.section,
        "month": item.month or None,
        "position": item.position,
        "language": language,
        "headline": (joined.said_of_item(item, item.headline, language) if is_public else "") or None,
        "text": {code: joined.said_of_item(item, text, code) for code, text in texts.items() if text},
        "links": _links(item, language, around) if is_public else [],
    }


def _links(item: Item, language: str, around: _Around) -> list[Value]:
    rows: list[Any] = [
        one
        for one in item.links
        if isinstance(one, dict) and around.marks.get((item.pk, one.get("address") or ""), True)
    ]
    if people := joined.withheld():
        text = getattr(item, f"text_{language}", "")
        rows = people.links(rows, text, language, joined.events_of(item))
    return [
        {
            "text": one.get("text") or "",
            "address": one["address"],
            "start": one.get("start"),
            "end": one.get("end"),
        }
        for one in rows
        if str(one.get("address") or "").lower().startswith(("https://", "http://"))
    ]


def _is_double_checked(row: Event) -> bool:
    last = max(row.all_reviews, key=lambda one: one.pk, default=None)
    return last is None or last.double_checked


# --- notes for readers ------------------------------------------------------------------------------------


def note(row: PublicNote, about: Event) -> Value:
    """A note for readers: a correction, a reply, a withdrawal, a return."""
    told = {code: getattr(row, f"words_{code}") for code in words.LANGUAGES}
    return {
        "event": about.public_id,
        "kind": row.kind,
        "kind_label": notes.kind_label(row.kind),
        "date": row.date.isoformat(),
        "reason": row.reason,
        "words": texts(told, about),
    }


def withdrawn(public_id: str) -> Value | None:
    """What is said in the place of a record that was public and is not."""
    rows = PublicNote.objects.filter(event__public_id=public_id, kind=PublicNote.Kind.WITHDRAWAL)
    row = rows.exclude(event__state__in=PUBLIC).select_related("event").order_by("pk").last()
    return note(row, row.event) if row else None


# --- cases ------------------------------------------------------------------------------------------------


def cases(rows: QuerySet[Case], day: date | None = None) -> list[Value]:
    """The values of cases, a query of `stories.with_events`, as they stand on the day (today)."""
    day = day or clock.today()
    unnamed = joined.once("unnamed", lambda: measuring.words_for_people(joined.names()))
    return [_case(row, day, unnamed) for row in rows.prefetch_related("choices")]


def _case(row: Case, day: date, unnamed: Collection[str]) -> Value:
    ordered = stories.in_order(row.shown)
    value = timelines.case_value(row.slug, ordered, public=True, names=joined.names())
    told = following.Rows(ordered)
    with joined.among(ordered):
        title = stories.title(row.slug, ordered)
    found = timelines.with_choices(value, list(row.choices.all()), public=True)
    return {
        **case_name(row),
        "page": reverse("public:case", args=[joined.slug_of(row.slug)]),
        "title": str(title),
        "standing": stories.standing(row) or stories.CONTEXT,
        "provisions": sorted({one.code for event in ordered for one in event.provisions.all()}),
        "state": _state(state_on(value, day), told, lambda who: whose(row.public_id, who, unnamed)),
        "ahead": [_ahead(one, told) for one in upcoming(value, day)],
        "timeline": [_step(event) for event in ordered],
        "differing": [_differing(one) for one in found],
    }


def _step(row: Event) -> Value:
    return {
        "event": row.public_id,
        "date": row.date or None,
        "kind": row.kind,
        "type": row.main_type,
        "background": row.background,
        "heading": cards.heading(row),
    }


def _state(state: CaseState, told: following.Rows, known_as: Callable[[str], str]) -> Value:
    here = words.language()
    return {
        "on": state.day.isoformat(),
        "open": state.open,
        "no_news_since": day_of(state.no_news_since),
        "measures": [
            {
                "subject": told.who(row.subject),
                "whose": known_as(row.subject),
                "measure": row.measure,
                "label": words.capital(row.rule.label[here]),
                "standing": row.standing,
                "words": measure_words(row, here),
                "start": _span(row.start),
                "until": _span(row.until),
                "end": _span(row.end),
                "stays_to": row.stays_to.isoformat(),
                "ended_by": row.how or None,
                "days": _count(row.days),
                "alleged": row.alleged,
                "open": row.open,
            }
            for row in state.measures
        ],
        "proceedings": [
            {
                "subject": told.who(row.subject),
                "proceeding": row.proceeding,
                "label": words.capital(rules().proceedings[row.proceeding].label[here]),
                "stage": row.stage,
                "words": proceeding_words(row, here),
                "since": _span(row.since),
                "history": [{"stage": stage, "since": _span(span)} for stage, span in row.history],
                "provisions": list(row.provisions),
                "opponents": [words.capital(told.name(name)) for name in row.opponents],
                "alleged": row.alleged,
                "open": row.open,
            }
            for row in state.proceedings
        ],
        "deprived_of_liberty": [
            {"subject": told.who(subject), "days": _count(count)} for subject, count in state.deprived
        ],
    }


def _span(span: Span | None) -> Value | None:
    return {"first": day_of(span.first), "last": span.last.isoformat()} if span else None


def _count(count: AtLeastAtMost) -> Value:
    return {"at_least": count.least, "at_most": count.most}


def _ahead(one: UpcomingDate, told: following.Rows) -> Value:
    language = told.language_of(one.announced_by)
    return {
        "date": _span(one.span),
        "kind": one.kind,
        "label": words.capital(one.label[words.language()]),
        "what": joined.said(one.what, language) or None,
        "of": told.name(one.of) or None,
        "standing": one.standing,
        "computed": one.computed,
    }


def _differing(one: Contradiction) -> Value:
    here, chosen = words.language(), one.choice

    def said(value: str) -> str:
        return joined.said(following.value_words(one.topic, value), here)

    return {
        "topic": one.topic,
        "label": words.capital(one.label[here]),
        "sides": [
            {
                "value": said(value),
                "events": sorted({each.event for each in one.statements if each.value == value}),
            }
            for value in one.values
        ],
        "printed": said(chosen.value) if chosen else None,
        "reason": joined.said(chosen.reason, here) if chosen else None,
        "chosen_on": day_of(chosen.on) if chosen else None,
    }


# --- sources and issues -----------------------------------------------------------------------------------


def public_sources() -> QuerySet[Source]:
    """Sources of published events."""
    copies = SourceDocument.objects.select_related("evidence").order_by("role", "added_at", "pk")
    rows = Source.objects.filter(Exists(Event.objects.public().filter(item__source=OuterRef("pk"))))
    return rows.prefetch_related(Prefetch("sourcedocument_set", copies, to_attr="copies"))


def source(row: Source) -> Value:
    """The value of a source from `public_sources`. Its copies are known by their digests; they are not handed out."""
    return {
        "id": row.public_id,
        "name": plain(row.name),
        "language": row.language or None,
        "quarter": row.quarter or None,
        "published": day_of(row.published),
        "title": texts(row.title),
        "intro": texts(row.intro),
        "contact": texts(row.contact),
        "sections": [
            {
                "number": int(number),
                "title": texts(said.get("title", {})),
                "intro": texts(said.get("intro", {})),
            }
            for number, said in sorted(row.sections.items())
            if str(number).isdecimal()
        ],
        "copies": [
            {
                "role": one.role,
                "sha256": one.evidence.sha256,
                "size": one.evidence.size,
                "media_type": one.evidence.media_type,
                "received_at": moment(one.evidence.received_at),
            }
            for one in row.copies
        ],
    }


def public_issues() -> QuerySet[Issue]:
    """Issues of which something is published."""
    printed = Event.objects.public().filter(item__issue=OuterRef("pk"))
    rows = Issue.objects.filter(Exists(printed)).select_related("source")
    return rows.annotate(
        printed=Count("items", filter=Exists(Event.objects.public().filter(item=OuterRef("items"))))
    )


def issue(row: Issue) -> Value:
    """The value of an issue from `public_issues`."""
    return {
        "id": row.public_id,
        "period": row.period,
        "source": row.source.public_id if row.source else None,
        "entries": row.printed,
        "frozen_at": moment(row.frozen_at),
    }


# --- the codebook -----------------------------------------------------------------------------------------


def book() -> Value:
    """The codebook's closed lists, labels in all languages."""
    known = codebook()
    lists = ("kinds", "groups", "phases", "work_links", "target_types", "actor_types", "actor_roles")
    return {
        "version": known.version,
        "lists": {
            name: [
                {"code": code, "label": dict(term.label), "definition": term.definition}
                for code, term in getattr(known, name).items()
            ]
            for name in lists
        },
        "types": [
            {
                "code": code,
                "group": term.group,
                "section": term.section,
                "severity": term.severity,
                "label": dict(term.label),
                "definition": term.definition,
            }
            for code, term in known.types.items()
        ],
        "sections": [
            {"number": number, "title": dict(section.title)} for number, section in known.sections.items()
        ],
    }
