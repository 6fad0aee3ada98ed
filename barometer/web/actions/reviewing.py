"""The steps of review, each through the rules (barometer.review): reviewed, published, corrected, withdrawn and back.

What the rules look at is asked of the database after the event's row is locked, in the transaction of the step, so that
of two people who press at once the second is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language, gettext, override

from barometer.cases.contradictions import Contradiction, in_words
from barometer.codebook.book import LANGUAGES
from barometer.codebook.values import Event as Value
from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue
from barometer.review import ANSWERS, PUBLIC, STEPS, Facts, Refusal, questions, refusals
from barometer.web.accounts.roles import Act, acts_of, may
from barometer.web.actions.consents import consent_missing, named_without_leave
from barometer.web.actions.deciding import LONGEST_REASON, refuse
from barometer.web.actions.holding import is_held_back
from barometer.web.actions.publishing import publish_event
from barometer.web.actions.revisions import record_revision, snapshot
from barometer.web.actions.rewriting import ITEM_WORDS, put_item_words, put_value
from barometer.web.public import joined
from barometer.web.records import timelines
from barometer.web.records.models import Event, EvidenceItem, Item, Revision, State
from barometer.web.records.reviewing import HarmCheck, LinkMark, PublicNote, Review, link_marks

#: step → the act that a person's roles must allow
ACTS: Mapping[str, Act] = {
    "review": Act.REVIEW,
    "send back": Act.REVIEW,
    "publish": Act.PUBLISH,
    "correct": Act.PUBLISH,
    "withdraw": Act.PUBLISH,
    "reinstate": Act.PUBLISH,
}
#: the acts of a revision by which somebody answers for an event as accepted
ACCEPTING = ("accept", "reinstate")
#: columns that are not what a record says
ASIDE = frozenset(
    [
        "public_id",
        "created_at",
        "changed_at",
        "state",
        "published_by",
        "published_at",
        "key",
        "item",
        "ordinal",
        "case",
        "issue",
        "position",
        "first_line",
        "last_line",
        "entry_key",
        "source",
        "search_text",
    ]
)
LONGEST_WORDS = 4_000


class Refused(NotAllowed):
    """Rules stand against a step: their sentences, and what stands against each."""

    def __init__(self, against: tuple[Refusal, ...]) -> None:
        super().__init__(" ".join(one.text("en") for one in against))
        self.refusals = against


@dataclass(frozen=True)
class Told:
    """What readers are told: words by language, at least in one, and the kind of reason."""

    words: Mapping[str, str]
    reason: str

    @property
    def text(self) -> str:
        """All words in one, to see whether there are any."""
        return " ".join(self.words.get(language, "").strip() for language in LANGUAGES).strip()


@dataclass(frozen=True)
class Correction:
    """What a correction changes: the event's value, words of its item; None or empty: not that."""

    value: Value | None = None
    item_words: Mapping[str, str] = field(default_factory=dict)


# --- what the rules look at -------------------------------------------------------------------------------


def facts_of(event: Event, user: Any, *, reason: str | None = None, told: str | None = None) -> Facts:
    """What the rules look at in this event for this person."""
    accepted, changed = _hands(event)
    now = content_digest(event)
    review, harm = event.reviews.last(), event.harm_checks.last()
    source, acts = event.item.source, acts_of(user)
    return Facts(
        state=event.state,
        person=_key(user),
        allowed=frozenset(step for step, act in ACTS.items() if act in acts),
        small_desk=bool(getattr(settings, "SMALL_DESK", False)),
        accepted_by=accepted,
        changed_by=changed,
        reviewed_by=_key_of(review) if review else "",
        reviewed_as_is=review is not None and review.content == now,
        harm_as_is=harm is not None and harm.content == now,
        harm=harm.answers if harm else {},
        sources=int(source is not None),
        copies=source.documents.count() if source else 0,
        contradictions=tuple(_words_of_point(one) for one in open_contradictions(event)),
        held_back=tuple(_short(row.words) for row in is_held_back("\n".join(public_texts(event)))),
        links_not_cleared=links_not_cleared(event.item),
        copies_not_cleared=_copies_not_cleared(source) if source else (),
        consent_missing=tuple(consent_missing(event)),
        named_without_leave=tuple(named_without_leave(event)),
        reason=reason,
        told=told,
    )


def accepted_by(event: Event) -> str:
    """The key of the person who accepted the event last: a login, or the name where none is on record; '' if nobody did."""
    return _hands(event)[0]


def _hands(event: Event) -> tuple[str, frozenset[str]]:
    """Who accepted the event last, and who changed what it says since."""
    rows = _revisions(event)
    accepts = [place for place, row in enumerate(rows) if row.action in ACCEPTING]
    if not accepts:
        return "", frozenset()
    accept = rows[accepts[-1]]
    of_item = [row for row in _revisions(event.item) if row.at >= accept.at]
    earlier = Revision.objects.filter(model="item", record_id=event.item.public_id, at__lt=accept.at)
    before = [*earlier.order_by("number")][-1:]
    changed = {*_changers(rows[accepts[-1] :]), *_changers([*before, *of_item])}
    return _key_of(accept), frozenset(changed)


def _revisions(record: Any) -> list[Revision]:
    found = Revision.objects.filter(model=record._meta.model_name, record_id=record.public_id)
    return list(found.select_related("user").order_by("number"))


def _changers(rows: list[Revision]) -> Iterable[str]:
    """Who wrote a revision that says something else than the one before it."""
    for before, after in zip(rows, rows[1:], strict=False):
        if _said(before.after) != _said(after.after):
            yield _key_of(after)


def _key(user: Any) -> str:
    return user.get_username()


def _key_of(row: Any) -> str:
    """Who signed a row: the login where there is one, else the name."""
    return row.user.get_username() if row.user else row.by


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in ASIDE}


def content_digest(event: Event) -> str:
    """A digest of all that the event and its item say; where they stand and who did what is not in it."""
    item = {name: getattr(event.item, name) for name in (*ITEM_WORDS, "links", "section", "month")}
    line = json.dumps([_said(snapshot(event)), item], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(line.encode()).hexdigest()


def public_texts(event: Event) -> list[str]:
    """All words that readers get with the event: its summaries, its item's headline and texts."""
    summaries = [getattr(event, f"summary_{language}") for language in LANGUAGES]
    return [text for text in (*summaries, *(getattr(event.item, name) for name in ITEM_WORDS)) if text]


def open_contradictions(event: Event) -> tuple[Contradiction, ...]:
    """The points of its case on which this event and another that a person accepted differ, without a choice that holds."""
    if event.case is None:
        return ()
    rows = (
        timelines.desk_events()
        .filter(~Q(state=State.PROPOSED) | Q(pk=event.pk), case=event.case)
        .select_related("item__source")
    )
    case = timelines.case_value(event.case.slug, rows, public=False, names=joined.of_the_desk())
    found = timelines.with_choices(case, timelines.choices(event.case), public=False)
    return tuple(
        one
        for one in found
        if one.sure
        and (one.choice is None or one.new_since)
        and any(statement.event == event.public_id for statement in one.statements)
    )


def _words_of_point(one: Contradiction) -> str:
    language = (get_language() or "en")[:2]
    language = language if language in LANGUAGES else "en"
    values = (in_words(one.topic, value, language) for value in one.values)
    return f"{one.label[language]}: {' / '.join(values)}"


def _short(words: str) -> str:
    return words if len(words) <= 80 else f"{words[:79]}…"


def addresses_of(item: Item) -> tuple[str, ...]:
    """The addresses that the item's words are linked to, each once."""
    found = (link.get("address") or "" for link in item.links if isinstance(link, dict))
    return tuple(dict.fromkeys(one for one in found if one.lower().startswith(("https://", "http://"))))


def links_not_cleared(item: Item) -> tuple[str, ...]:
    """Links that readers would get and that nobody has marked; those of what is public already went out with it."""
    if item.state in PUBLIC:
        return ()
    marked = link_marks([item.pk])
    return tuple(address for address in addresses_of(item) if (item.pk, address) not in marked)


def _copies_not_cleared(source: Any) -> tuple[str, ...]:
    """Copies that are public though no lawyer or editor is on record as having said so."""
    public = source.documents.filter(visibility=EvidenceItem.Visibility.PUBLIC)
    return tuple(row.original_name for row in public if not _was_cleared(row))


def _was_cleared(row: EvidenceItem) -> bool:
    """`set_visibility` takes a person's word only if a role allows it, so a login on the last change is enough."""
    last = [one for one in _revisions(row) if one.action == "set visibility"][-1:]
    return bool(last) and last[0].user is not None


# --- the steps --------------------------------------------------------------------------------------------


@transaction.atomic
def review(event: Event, *, by: str, user: Any) -> Review:
    """A second person has looked; in a small office perhaps the same one, which the row says."""
    event, facts = _begin(event, "review", by, user)
    own = {facts.accepted_by, *facts.changed_by}
    row = Review.objects.create(
        event=event,
        content=content_digest(event),
        double_checked=facts.person not in own,
        by=by.strip(),
        user=user,
    )
    record_revision(row, "review", by=by, user=user)
    _move(event, "review", by, user)
    return row


@transaction.atomic
def send_back(event: Event, *, reason: str, by: str, user: Any) -> Event:
    """One step back, with what is to be done: accepted to proposed, reviewed to accepted."""
    event, _ = _begin(event, "send back", by, user, reason=reason)
    return _move(event, "send back", by, user, reason)


@transaction.atomic
def publish(event: Event, *, by: str, user: Any, reason: str = "") -> Event:
    """The event is public, its item with it; where it had been withdrawn, readers are told that it is back."""
    event, _ = _begin(event, "publish", by, user)
    publish_event(event, by=by, reason=reason, user=user)
    turns = event.public_notes.filter(kind__in=(PublicNote.Kind.WITHDRAWAL, PublicNote.Kind.RETURN))
    last = turns.order_by("pk").last()
    if last and last.kind == PublicNote.Kind.WITHDRAWAL:
        _note(event, PublicNote.Kind.RETURN, Told(_is_back(), PublicNote.Reason.OTHER), by, user)
    return event


@transaction.atomic
def correct(event: Event, change: Correction, *, told: Told, reason: str, by: str, user: Any) -> Event:
    """A public event says something else from now on; what it said before stays in its history.

    The rules look at the event as it would be. NotReady where nothing would change.
    """
    _refuse_told(told)
    event = locked(event)
    before = content_digest(event)
    if change.item_words and put_item_words(event.item, _item_words(change.item_words)):
        _move_item(event.item, State.CORRECTED, "correct", _name(by), user, reason)
    if change.value is not None:
        put_value(event, change.value, by=_name(by), user=user)
    return corrected(event, before, told=told, reason=reason, by=by, user=user)


def corrected(event: Event, before: str, *, told: Told, reason: str, by: str, user: Any) -> Event:
    """The end of every correction: the rules look at what the event says now; `before` is the digest of what it said."""
    event, _ = _begin(event, "correct", by, user, reason=reason, told=told.text)
    if content_digest(event) == before:
        raise NotReady("nothing would change", next_step="change what is wrong, then keep it")
    _move(event, "correct", by, user, reason)
    _note(event, PublicNote.Kind.CORRECTION, told, by, user)
    return event


@transaction.atomic
def withdraw(event: Event, *, told: Told, reason: str, by: str, user: Any) -> Event:
    """The event is taken back; of one that was public readers see the date and the reason, and nothing else.

    Its item goes with it where no other event of the item stands.
    """
    was_public = event.published_at is not None
    if was_public:
        _refuse_told(told)
    event, _ = _begin(event, "withdraw", by, user, reason=reason, told=told.text if was_public else None)
    _move(event, "withdraw", by, user, reason)
    if was_public:
        _note(event, PublicNote.Kind.WITHDRAWAL, told, by, user)
    if not event.item.events.exclude(state=State.WITHDRAWN).exists():
        _move_item(event.item, State.WITHDRAWN, "withdraw", by, user, reason)
    return event


@transaction.atomic
def reinstate(event: Event, *, reason: str, by: str, user: Any) -> Event:
    """A withdrawn event is accepted again on that person's word, and waits for another's review."""
    event, _ = _begin(event, "reinstate", by, user, reason=reason)
    _move(event, "reinstate", by, user, reason)
    if event.item.state == State.WITHDRAWN:
        _move_item(event.item, State.ACCEPTED, "reinstate", by, user, reason)
    return event


def _begin(
    event: Event, step: str, by: str, user: Any, *, reason: str | None = None, told: str | None = None
) -> tuple[Event, Facts]:
    event = locked(event)
    return event, _refuse_rules(event, step, by, user, reason=reason, told=told)


def locked(event: Event) -> Event:
    """The event and its item as they are now; nobody else changes them before this transaction ends."""
    item = Item.objects.select_for_update().get(pk=event.item_id)
    found = Event.objects.select_for_update().get(pk=event.pk)
    found.item = item
    return found


def _refuse_rules(
    event: Event, step: str, by: str, user: Any, *, reason: str | None, told: str | None
) -> Facts:
    facts = facts_of(event, user, reason=reason, told=told)
    if against := refusals(facts, step):
        raise Refused(against)
    refuse(reason or step, by)
    return facts


def _move(event: Event, step: str, by: str, user: Any, reason: str = "") -> Event:
    event.state = STEPS[step][event.state]
    event.save()
    record_revision(event, step, by=by, reason=reason.strip(), user=user)
    return event


def _move_item(item: Item, state: str, step: str, by: str, user: Any, reason: str) -> None:
    item.state = state
    item.save()
    record_revision(item, step, by=by, reason=reason.strip(), user=user)


def _name(by: str) -> str:
    refuse("-", by)
    return by.strip()


def _item_words(words: Mapping[str, str]) -> dict[str, str]:
    if unknown := set(words) - set(ITEM_WORDS):
        raise UnknownValue(f"{sorted(unknown)[0]!r} is not one of {', '.join(ITEM_WORDS)}")
    return dict(words)


# --- what readers are told --------------------------------------------------------------------------------


def _refuse_told(told: Told) -> None:
    if told.reason not in PublicNote.Reason.values:
        raise UnknownValue(f"{told.reason!r} is not one of {', '.join(PublicNote.Reason.values)}")
    if any(len(text) > LONGEST_WORDS or "\0" in text for text in told.words.values()):
        raise BadInput(f"what readers are told is over {LONGEST_WORDS} letters, or unprintable")
    if found := is_held_back(told.text):
        raise NotAllowed(
            "what readers are told repeats a statement that is held back",
            next_step=f"say it without: {_short(found[0].words)}",
        )


def _note(event: Event, kind: str, told: Told, by: str, user: Any, **more: Any) -> PublicNote:
    last = _revisions(event)[-1]
    words = {f"words_{language}": told.words.get(language, "").strip() for language in LANGUAGES}
    row = PublicNote.objects.create(
        event=event, kind=kind, reason=told.reason, revision=last.number, by=by.strip(), user=user, **words, **more
    )  # fmt: skip
    record_revision(row, "tell", by=by, user=user)
    return row


def _is_back() -> dict[str, str]:
    words = {}
    for language in LANGUAGES:
        with override(language):
            words[language] = gettext("The record was reviewed again and is public again.")
    return words


@transaction.atomic
def note_reply(
    event: Event, words: Mapping[str, str], *, day: date, received: EvidenceItem, by: str, user: Any
) -> PublicNote:
    """The reply of somebody whom a public event concerns, with the evidence that it came."""
    told = Told(words, PublicNote.Reason.REPLY)
    if not may(user, Act.PUBLISH):
        raise NotAllowed("only an editor or a director prints a reply")
    if not told.text:
        raise BadInput("a reply has words", next_step="write what the person answers")
    _refuse_told(told)
    event = locked(event)
    if event.state not in PUBLIC:
        raise NotReady("a reply stands beside what is public")
    return _note(event, PublicNote.Kind.REPLY, told, _name(by), user, date=day, received=received)


# --- what a person says beforehand ------------------------------------------------------------------------


@transaction.atomic
def answer_harm(event: Event, answers: Mapping[str, str], *, by: str, user: Any, note: str = "") -> HarmCheck:
    """The questions on harm answered for what the event says now. UnknownValue for other questions or answers."""
    if not (may(user, Act.CODE) or may(user, Act.REVIEW)):
        raise NotAllowed("the harm check is answered by those who code or review")
    if set(answers) != set(questions()) or not set(answers.values()) <= set(ANSWERS):
        raise UnknownValue("every question is answered by yes, no or na", next_step="answer all of them")
    if len(note) > LONGEST_REASON or "\0" in note:
        raise BadInput(f"the note is over {LONGEST_REASON} letters, or unprintable")
    event = locked(event)
    row = HarmCheck.objects.create(
        event=event,
        content=content_digest(event),
        answers=dict(answers),
        note=note.strip(),
        by=_name(by),
        user=user,
    )
    record_revision(row, "answer", by=row.by, user=user)
    return row


@transaction.atomic
def mark_link(item: Item, address: str, is_public: bool, *, reason: str, by: str, user: Any) -> LinkMark:
    """Whether readers get a link of the item. NotAllowed but for lawyers and editors; UnknownValue for no link of it."""
    if not may(user, Act.CLEAR):
        raise NotAllowed("only a lawyer or an editor marks a link")
    refuse(reason, by)
    if address not in addresses_of(item):
        raise UnknownValue("the entry has no such link", next_step="look at the entry again")
    row = LinkMark.objects.create(
        item=item, address=address, is_public=is_public, reason=reason.strip(), by=by.strip(), user=user
    )
    record_revision(row, "mark", by=row.by, reason=row.reason, user=user)
    return row
