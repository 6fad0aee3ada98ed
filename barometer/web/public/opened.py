"""Published records as plain values: the one shape in which data leaves the house, for the API and for releases.

Only public fields of published records, named as the site names them: who is withheld stands here by a role, a link
that is held back is not here, what was withdrawn is a note. Labels are in the language that is active. Every function
that takes a list asks the database a fixed number of questions, however long the list is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Prefetch, QuerySet
from django.urls import reverse

from barometer.cases.contradictions import Contradiction
from barometer.cases.rules import rules
from barometer.cases.state import AtLeastAtMost, CaseState, measure_words, proceeding_words, state_on
from barometer.cases.upcoming import UpcomingDate, upcoming
from barometer.cases.values import Span
from barometer.codebook import codebook
from barometer.countries import country
from barometer.indicators.in_force import whose
from barometer.publication.letter import LetterOut
from barometer.review import PUBLIC
from barometer.web.actions import letters_after, letters_signing
from barometer.web.actions.letters import USE
from barometer.web.public import cards, clock, following, joined, letters, notes, stories, words
from barometer.web.records import measuring, naming, retellings, timelines
from barometer.web.records.letters import Letter
from barometer.web.records.models import (
    Case,
    Event,
    EventProvision,
    Issue,
    Item,
    Mention,
    Party,
    Source,
    SourceDocument,
)
from barometer.web.records.reviewing import PublicNote, link_marks
from barometer.web.records.withholding import Withheld, withheld

Value = dict[str, Any]

#: Public fields → where they stand in a value. The rest is in LEFT_OUT; a test asks that every field is in one of both.
GIVEN: Mapping[str, Mapping[str, str]] = {
    "records.Event": {
        "public_id": "event.id", "item": "event.entry", "kind": "event.kind", "main_type": "event.types[0]",
        "date": "event.date", "date_text": "event.date_text", "first_day": "event.first_day",
        "last_day": "event.last_day", "phase": "event.phase", "background": "event.background",
        "is_alleged": "event.alleged", "work_link": "event.work_link", "people_hit": "event.people_hit",
        "people_hit_exact": "event.people_hit_exact", "country": "event.country", "region": "event.region",
        "place_name": "event.place", "case": "event.case", "summary_en": "event.summary.en",
        "summary_ru": "event.summary.ru", "summary_kk": "event.summary.kk", "upcoming": "event.upcoming",
        "published_at": "event.published_at",
    },
    "records.EventType": {
        "event": "event", "code": "event.types.code", "position": "order of event.types",
        "alleged": "event.types.alleged",
    },
    "records.Mention": {
        "event": "event", "party": "event.targets.id", "side": "event.targets or event.actors",
        "position": "order of event.targets", "written": "event.targets.written",
        "type": "event.targets.type", "role": "event.actors.role",
    },
    "records.EventProvision": {
        "event": "event", "code": "event.provisions", "position": "order of event.provisions"
    },
    "records.Item": {
        "public_id": "event.entry.id", "source": "event.entry.source", "entry_key": "event.entry.key",
        "issue": "event.entry.issue", "section": "event.entry.section", "month": "event.entry.month",
        "language": "event.entry.language", "position": "event.entry.position", "headline": "event.entry.headline", "text_en": "event.entry.text.en",
        "text_ru": "event.entry.text.ru", "text_kk": "event.entry.text.kk", "links": "event.entry.links",
    },
    "records.Case": {"public_id": "case.id", "slug": "case.slug"},
    "records.Party": {"public_id": "party.id", "name": "party.name", "kind": "party.kind"},
    "records.StatementChoice": {
        "created_at": "case.differing.chosen_on", "case": "case", "value": "case.differing.printed",
        "reason": "case.differing.reason",
    },
    "records.Source": {
        "public_id": "source.id", "name": "source.name", "title": "source.title", "language": "source.language",
        "quarter": "source.quarter", "published": "source.published", "intro": "source.intro",
        "contact": "source.contact", "sections": "source.sections",
    },
    "records.EvidenceItem": {
        "sha256": "source.copies.sha256", "size": "source.copies.size", "media_type": "source.copies.media_type",
        "received_at": "source.copies.received_at",
    },
    "records.Issue": {
        "public_id": "issue.id", "period": "issue.period", "source": "issue.source", "frozen_at": "issue.frozen_at"
    },
    "records.PublicNote": {
        "event": "note.event", "kind": "note.kind", "date": "note.date", "reason": "note.reason",
        "words_en": "note.words.en", "words_ru": "note.words.ru", "words_kk": "note.words.kk",
    },
    "records.Review": {"event": "event", "double_checked": "event.double_checked"},
    "records.Release": {
        "public_id": "release.id", "period": "release.period", "version": "release.version", "day": "release.day",
        "events": "release.events",
    },
    "records.Letter": {
        "public_id": "letter.id", "languages": "letter.languages", "day": "letter.day", "sent_at": "letter.sent_at",
        "sent_via": "letter.sent_via", "provisions": "letter.provisions",
    },
    "records.LetterPerson": {"letter": "letter", "case": "letter.cases"},
    "records.LetterDemand": {
        "public_id": "letter.demands.id", "letter": "letter", "position": "order of letter.demands"
    },
    "records.DemandOutcome": {
        "demand": "letter.demands", "state": "letter.demands.outcomes.state", "day": "letter.demands.outcomes.day",
        "reason": "letter.demands.outcomes.reason", "address": "letter.demands.outcomes.address",
    },
    "records.LetterVersion": {
        "letter": "letter", "number": "letter.signatories.version", "content": "letter.text, the last version's"
    },
    "records.Signatory": {
        "public_id": "letter.signatories.id", "letter": "letter", "kind": "letter.signatories.kind",
        "name": "letter.signatories.name", "about": "letter.signatories.about", "logo": "letter.signatories.logo",
    },
    "records.LetterReply": {
        "public_id": "letter.replies.id", "letter": "letter", "day": "letter.replies.day",
        "sender": "letter.replies.sender", "summary": "letter.replies.summary", "language": "letter.replies.language",
    },
    "records.LetterCoverage": {
        "public_id": "letter.coverage.id", "letter": "letter", "day": "letter.coverage.day",
        "outlet": "letter.coverage.outlet", "title": "letter.coverage.title", "address": "letter.coverage.address",
    },
    "records.ReleaseFile": {
        "release": "release", "path": "release.files.path", "media_type": "release.files.media_type",
        "size": "release.files.size", "sha256": "release.files.sha256",
    },
    # Takedown notices are given as a file of their own: /takedowns/notices.json.
    "records.TakedownNotice": {
        "public_id": "notice.id", "sender": "notice.sender", "principal": "notice.sender",
        "recipient": "notice.recipient", "ground": "notice.ground", "day": "notice.day", "action": "notice.action",
    },
    "records.NoticeSender": {"public_name": "notice.sender"},
    "records.NoticeTarget": {
        "notice": "notice", "position": "order of notice.targets", "url": "notice.targets.url",
        "outlet": "notice.targets.outlet", "state": "notice.targets.state",
    },
    "records.NoticeStep": {"notice": "notice", "kind": "notice.steps.kind", "day": "notice.steps.day"},
}  # fmt: skip
_NO_RECORD = "nothing of this record is for readers, so its id names nothing"
_BULLETIN = "of a bulletin as a file, which its own page hands out with its digest"
_REQUEST = "of a request for information, which has pages and tables of its own"
_PROOF = "proof of evidence, handed out with the evidence"
_WATCHED = "stands on the pages of watched sites and in their own files"
LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "records.WatchedSite": dict.fromkeys(("public_id", "outlet", "address", "country"), _WATCHED),
    "records.SiteOutage": dict.fromkeys(
        (
            "public_id", "site", "began", "ended", "state", "agreeing", "asked", "unable", "control_reached",
            "control_asked", "rule", "by_day",
        ),
        _WATCHED,
    ),
    "records.Account": dict.fromkeys(("public_id", "outlet", "platform", "handle"), _WATCHED),
    "records.AccountState": dict.fromkeys(("public_id", "account", "state", "how", "day"), _WATCHED),
    "records.Event": {"grounds": "places in the source's text, which is its publisher's"},
    "records.Item": dict.fromkeys(("first_line", "last_line"), "lines of a file that is not given"),
    "records.EvidenceItem": {"public_id": "a copy is known by its digest"},
    "records.StatementChoice": {"public_id": "stands within its case"},
    "records.Letter": {
        "frozen_at": "when it was closed to signing; sent_at tells when it went",
        "sent_how": "stands on no page; sent_via tells what the letter prints",
    },
    "records.ItemEvent": dict.fromkeys(
        ("event", "item", "position", "role"), "how a bulletin tells its stories stands in the bulletin"
    ),
    "records.ImprintLine": dict.fromkeys(
        ("public_id", "text_en", "text_ru", "text_kk"), "stands in the bulletins that print it"
    ),
    "records.Edition": dict.fromkeys(
        ("public_id", "issue", "number", "digest", "codebook", "software"), _BULLETIN
    ),
    "records.FrozenFile": dict.fromkeys(
        ("public_id", "edition", "language", "format", "size", "sha256"), _BULLETIN
    ),
    "records.LetterPerson": {
        "public_id": "stands within its letter", "party": "in the text of the letter, where they may be named",
        "position": "in the order of the text of the letter",
    },
    "records.DemandOutcome": {"public_id": "stands within its demand"},
    "records.LetterVersion": {
        "public_id": "a version is known by its number", "digest": "of words that may have been covered since",
    },
    "records.PublicNote": {"public_id": "stands with its event"},
    "records.SphereFigure": dict.fromkeys(
        ("public_id", "period", "sphere", "method", "weight", "events", "by_severity", "why"),
        "worked out from the events that are given; the page of figures shows it",
    ),
    "records.IndexRow": dict.fromkeys(
        ("public_id", "series", "iso", "year", "rank", "of", "score", "written", "standing"),
        "the index is its publisher's",
    ),
    "records.NoticeSender": {"public_id": "in the address of its page, where it has one"},
    "records.NoticeTarget": {"public_id": "stands within its notice"},
    "records.NoticeStep": {
        "public_id": "stands within its notice", "target": "how each address is stands with the address",
    },
    "records.Review": {"public_id": "stands within its event"},
    "records.EvidenceStamp": dict.fromkeys(("sha256", "authority", "token", "at", "serial"), _PROOF),
    "records.ItemKey": {"sha256": "stands with the source whose copy it seals"},
    "records.Redaction": dict.fromkeys(("public_id", "at"), "that something was erased tells where to look for it"),
    "records.LogSignature": dict.fromkeys(("size", "root", "at", "public_key", "signature"), _PROOF),
    "records.InformationRequest": dict.fromkeys(
        ("public_id", "body", "body_written", "kind", "channel", "language", "title", "questions", "sent_on", "outlet", "case"),
        _REQUEST,
    ),
    "records.RequestStep": dict.fromkeys(
        ("public_id", "request", "kind", "day", "days", "body", "grounds"), _REQUEST
    ),
    "records.QuestionVerdict": dict.fromkeys(("public_id", "request", "number", "verdict"), _REQUEST),
    "records.RequestEvent": dict.fromkeys(("public_id", "request", "event", "why", "due"), _REQUEST),
    "records.DeadlineRule": dict.fromkeys(
        (
            "public_id", "kind", "label", "law", "article", "days", "unit", "extension", "extension_unit", "transfer", "since", "until",
            "source", "note", "confirmed_on",
        ),
        _REQUEST,
    ),
    **{
        f"records.{name}": {"public_id": _NO_RECORD}
        for name in (
            "WorkItem", "NameJudgement", "CaseJudgement", "Retelling", "WatchedSource", "Document", "Lead",
            "Capture", "Upload", "SecondCoding", "CodingChoice", "Draft", "PersonCard", "Consent", "HarmCheck",
            "LinkMark", "HeldStatement", "TableMapping", "PendingTable", "TextState",
            "Alert", "Webhook", "Delivery", "CarryDecision", "GlossaryTerm", "WorkingFile", "ReturnedFile",
            "IssueApproval", "ItemBlock", "RequestFile", "NoticeJudgement", "NoticeEvent",
        )
    },
}  # fmt: skip


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


def one_id(parties: Collection[str] | None = None) -> dict[str, str]:
    """Parties that judgements joined → the id under which all that is one with them is given, as their page is.

    All, or these (public ids) and those that are one with them.
    """
    if parties is None:
        return joined.once_in_all_languages("one id", lambda: _one_id(joined.clusters().joined))
    known = joined.clusters()
    return _one_id({known.of(one) for one in parties if len(known.of(one)) > 1})


def _one_id(found: Collection[frozenset[str]]) -> dict[str, str]:
    members = {member for cluster in found for member in cluster}
    if not members:
        return {}
    told = Mention.objects.filter(party=OuterRef("pk"), event__state__in=PUBLIC)
    # A party at a time: a large ledger is not gone through.
    rows = Party.objects.filter(Exists(told), public_id__in=members)
    public = set(rows.order_by().values_list("public_id", flat=True))
    same: dict[str, str] = {}
    for cluster in found:
        there = sorted(public & set(cluster))
        same |= dict.fromkeys(there, there[0] if there else "")
    return same


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def moment(value: datetime | None) -> str | None:
    """A time as a value has it, in UTC and to the second."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def _texts(texts: Mapping[str, str], *events: Event) -> dict[str, str]:
    """Texts by language as readers may see them, without empty ones."""
    return {code: joined.said(text, code, *events) for code, text in (texts or {}).items() if text}


def _plain(text: str) -> str | None:
    """A name of a file or an entry; None where it spells somebody who is withheld."""
    return joined.withheld().address(text) if text else None


# --- events -----------------------------------------------------------------------------------------------


def ready(rows: QuerySet[Event]) -> QuerySet[Event]:
    """The events with all that their values read."""
    rows = cards.ready(rows).prefetch_related("public_notes", "reviews")
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
        "first_day": _day(row.first_day),
        "last_day": _day(row.last_day),
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
        "case": _case_name(row.case) if row.case else None,
        "summary": _texts({code: getattr(row, f"summary_{code}") for code in words.LANGUAGES}, row),
        "upcoming": [
            _announced(one, row) for one in row.upcoming if isinstance(one, dict) and one.get("date")
        ],
        "entry": _entry(row.item, row, around),
        "notes": [note(one, row) for one in row.public_notes.all()],
        "double_checked": _is_double_checked(row),
        "published_at": moment(row.published_at),
    }


def _side(row: Event, side: str) -> list[Mention]:
    return [one for one in row.mentions.all() if one.side == side]


def _case_name(case: Case) -> Value:
    return {"id": case.public_id, "slug": joined.slug_of(case.slug)}


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
        "key": _plain(item.entry_key),
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
    last = max(row.reviews.all(), key=lambda one: one.pk, default=None)
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
        "words": _texts(told, about),
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
        **_case_name(row),
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
        "no_news_since": _day(state.no_news_since),
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
    return {"first": _day(span.first), "last": span.last.isoformat()} if span else None


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
        "chosen_on": _day(chosen.on) if chosen else None,
    }


# --- people, outlets, bodies ------------------------------------------------------------------------------


def listed(kind: str, among: Collection[str] | None = None) -> QuerySet[Party]:
    """The parties of a kind that readers may look up, each that is one with others once; `among` are those of interest."""
    mentions = Mention.objects.filter(party=OuterRef("pk"), event__state__in=PUBLIC)
    rows = Party.objects.filter(Exists(mentions), kind=kind)
    known, hidden = one_id(among), joined.withheld().by_name
    of_interest = known if among is None else known.keys() & set(among)
    rows = rows.exclude(public_id__in=[one for one in of_interest if one != known[one]])
    if kind != Party.Kind.PERSON:
        return rows
    if among is None:
        return rows.exclude(name__in=list(hidden))
    names = Party.objects.filter(public_id__in=among).values_list("public_id", "name")
    return rows.exclude(public_id__in=[one for one, name in names if name in hidden])


def mentions_of(members: Collection[str]) -> QuerySet[Mention]:
    """The published mentions of these parties (public ids), but those that are of somebody else of the name."""
    rows = Mention.objects.filter(party__public_id__in=members, event__state__in=PUBLIC)
    apart = [
        pk
        for pk, key in _keys(rows.filter(event__public_id__in=_apart_events()))
        if key in joined.names().apart
    ]
    return rows.exclude(pk__in=apart).order_by()


def _apart_events() -> set[str]:
    return {key.partition(":")[0] for key in joined.names().apart}


def _keys(rows: QuerySet[Mention]) -> list[tuple[int, str]]:
    return [(row.pk, naming.mention_key(row)) for row in rows.select_related("party", "event")]


def parties(rows: Iterable[Party]) -> list[Value]:
    """The values of parties that came from `listed`; one all of whose mentions are somebody else's is left out."""
    found = list(rows)
    groups = joined.clusters()
    of = {member: row.public_id for row in found for member in groups.of(row.public_id)}
    mentions = mentions_of(of)
    counted: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for party, side, code, n in (
        mentions.values_list("party__public_id", "side", "type")
        .annotate(n=Count("pk"))
        .values_list("party__public_id", "side", "type", "n")
    ):
        counted[of[party]][side, code] += n
    spread = {row["first"]: row for row in _spread(mentions, of)}
    told = _cases_of(mentions, of)
    return [
        _party(row, counted[row.public_id], spread[row.public_id], told[row.public_id])
        for row in found
        if row.public_id in spread
    ]


def _spread(mentions: QuerySet[Mention], of: Mapping[str, str]) -> Iterable[Value]:
    """How many events each is in and between which days."""
    pairs = mentions.values_list("party__public_id", "event__first_day", "event__last_day", "event")
    events: dict[str, set[int]] = defaultdict(set)
    days: dict[str, tuple[date, date]] = {}
    for party, first, last, event in pairs.iterator():
        one = of[party]
        events[one].add(event)
        if first:
            earliest, latest = days.get(one, (first, last))
            days[one] = min(earliest, first), max(latest, last)
    for one, ids in events.items():
        first, last = days.get(one, (None, None))
        yield {"first": one, "events": len(ids), "first_day": _day(first), "last_day": _day(last)}


def _cases_of(mentions: QuerySet[Mention], of: Mapping[str, str]) -> Mapping[str, list[Value]]:
    pairs = mentions.filter(event__case__isnull=False)
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    for party, public_id, slug in pairs.values_list(
        "party__public_id", "event__case__public_id", "event__case__slug"
    ).distinct():
        found[of[party]][public_id] = {"id": public_id, "slug": joined.slug_of(slug)}
    return defaultdict(list, {one: [by[key] for key in sorted(by)] for one, by in found.items()})


_PAGES = {Party.Kind.PERSON: "public:person", Party.Kind.OUTLET: "public:outlet"}


def _party(row: Party, counted: Mapping[tuple[str, str], int], spread: Value, cases: list[Value]) -> Value:
    name = joined.names().of(row.kind, row.name, "")
    return {
        "id": row.public_id,
        "kind": row.kind,
        "page": reverse(_PAGES[row.kind], args=[row.public_id]) if row.kind in _PAGES else None,
        "name": words.capital(words.party_name(name, row.kind)),
        "names": _names(name, row.kind),
        "as_target": _typed(counted, Mention.Side.TARGET),
        "as_actor": _typed(counted, Mention.Side.ACTOR),
        "events": spread["events"],
        "first_day": spread["first_day"],
        "last_day": spread["last_day"],
        "cases": cases,
    }


def _names(name: str, kind: str) -> dict[str, str]:
    """The name by language, where the country's data knows the outlet or body."""
    known = country(words.COUNTRY)
    found = {Party.Kind.OUTLET: known.find_outlet, Party.Kind.BODY: known.find_body}.get(kind)
    one = found(name) if found else None
    return dict(one.names) if one else {}


def _typed(counted: Mapping[tuple[str, str], int], side: str) -> list[Value]:
    label = words.target_type_label if side == Mention.Side.TARGET else words.actor_type_label
    return [
        {"type": code, "label": label(code), "mentions": n}
        for (at, code), n in sorted(counted.items())
        if at == side
    ]


def party(public_id: str, kind: str) -> Value | None:
    """The value of one of `listed`; also by the id of a party that is one with it."""
    first = one_id([public_id]).get(public_id, public_id)
    return next(iter(parties(listed(kind).filter(public_id=first))), None)


def events_of(public_id: str) -> QuerySet[Event]:
    """The published events in which a party of `listed` stands."""
    members = joined.clusters().of(public_id)
    return Event.objects.public().filter(pk__in=mentions_of(members).values("event"))


# --- provisions -------------------------------------------------------------------------------------------


def provisions(codes: Sequence[str]) -> list[Value]:
    """Articles with the cases under them."""
    rows = EventProvision.objects.filter(code__in=codes, event__state__in=PUBLIC).order_by()
    counts = rows.values("code").annotate(
        n=Count("event", distinct=True), first=Min("event__first_day"), last=Max("event__last_day")
    )
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    pairs = rows.filter(event__case__isnull=False)
    for code, public_id, slug in pairs.values_list(
        "code", "event__case__public_id", "event__case__slug"
    ).distinct():
        found[code][public_id] = {"id": public_id, "slug": joined.slug_of(slug)}
    return [
        {
            "code": row["code"],
            "label": words.provision_label(row["code"]),
            "subject": words.provision_subject(row["code"]) or None,
            "events": row["n"],
            "first_day": _day(row["first"]),
            "last_day": _day(row["last"]),
            "cases": [found[row["code"]][key] for key in sorted(found[row["code"]])],
        }
        for row in sorted(counts, key=lambda row: row["code"])
    ]


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
        "name": _plain(row.name),
        "language": row.language or None,
        "quarter": row.quarter or None,
        "published": _day(row.published),
        "title": _texts(row.title),
        "intro": _texts(row.intro),
        "contact": _texts(row.contact),
        "sections": [
            {
                "number": int(number),
                "title": _texts(said.get("title", {})),
                "intro": _texts(said.get("intro", {})),
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


# --- letters ----------------------------------------------------------------------------------------------


def letter(row: Letter) -> Value:
    """The value of a letter from `letters.public_letters`: each asks the database itself, there are few."""
    people = withheld(USE)
    told = {code: letters.told_in(row, code) for code in row.languages}
    page = reverse("public:letter", args=[row.public_id])
    named = Case.objects.public().filter(letter_people__letter=row).distinct().order_by("public_id")
    return {
        "id": row.public_id,
        "page": page,
        "languages": list(row.languages),
        "title": {code: one.title for code, one in told.items()},
        "day": _day(row.day),
        "sent_at": moment(row.sent_at),
        "sent_via": {code: one.sent_via for code, one in told.items() if one.sent_via},
        "addressees": {
            code: [
                {"name": each.name, "role": each.role or None, "lines": list(each.lines)}
                for each in one.addressees
            ]
            for code, one in told.items()
        },
        "text": {code: _letter_text(one) for code, one in told.items()},
        "demands": _demands(row, told, people),
        "signatories": [
            {
                "id": one.public_id,
                "kind": one.kind,
                "name": one.name,
                "about": one.about or None,
                "version": stands.version,
                "logo": reverse("public:letter-logo", args=[row.public_id, one.public_id])
                if one.logo_id
                else None,
            }
            for one, stands in letters_signing.signing(row)
            if one.shown
        ],
        "replies": [
            {
                "id": one.public_id,
                "day": one.day.isoformat(),
                "delay_days": letters_after.delay(row, one),
                "sender": people.text(one.sender, one.language),
                "language": one.language,
                "summary": people.text(one.summary, one.language),
            }
            for one in row.replies.all()
        ],
        "coverage": [
            {
                "id": one.public_id,
                "day": _day(one.day),
                "outlet": one.outlet,
                "title": one.title or None,
                "address": one.address,
            }
            for one in row.coverage.all()
        ],
        "cases": [_case_name(one) for one in named],
        "provisions": [{"code": code, "label": words.provision_label(code)} for code in row.provisions],
    }


def _letter_text(told: LetterOut) -> str:
    """The body of a letter, a paragraph below the other: demands and signatories stand apart."""
    before = (told.salutation, *told.undersigned, *told.concern)
    after = (*(one.text for one in told.people), *told.wider, *told.closing)
    return "\n\n".join(text for text in (*before, *after) if text)


def _demands(row: Letter, told: Mapping[str, LetterOut], people: Withheld) -> list[Value]:
    said = {code: {one.key: one.text for one in each.demands} for code, each in told.items()}
    return [
        {
            "id": demand.public_id,
            "text": {code: by[demand.public_id] for code, by in said.items() if demand.public_id in by},
            "outcomes": [
                {
                    "state": one.state,
                    "day": one.day.isoformat(),
                    "reason": people.text(one.reason, row.source_language),
                    "address": one.address or None,
                }
                for one in demand.outcomes.all()
            ],
        }
        for demand in row.demands.prefetch_related("outcomes")
        if any(demand.public_id in by for by in said.values())
    ]


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
