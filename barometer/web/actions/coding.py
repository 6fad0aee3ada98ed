"""What people make of coded events: correct, accept, refuse, split, merge, call background; each a new revision.

Whoever changes an event says from which revision he set out (`base`). Where the event has a newer one, nothing is
written: `Outdated`. Nothing is lost either way, for the page keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from barometer.codebook.book import LANGUAGES
from barometer.codebook.values import Event as Coded
from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue
from barometer.review import may_become
from barometer.web.actions import casing, retelling
from barometer.web.actions.deciding import refuse
from barometer.web.actions.importing import MACHINE, event_key, key_beside
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import last_number, record_revision
from barometer.web.records import mapping
from barometer.web.records.fields import new_public_id
from barometer.web.records.forms import ROWS, Values, broken, coded_of, empty, values_of
from barometer.web.records.models import (
    Case,
    CaseJudgement,
    Event,
    Item,
    Party,
    Retelling,
    Revision,
    Source,
    State,
)
from barometer.web.records.naming import refresh_blocks
from barometer.web.records.retellings import likely_retellings_of, outdated

#: states in which the coding screen changes an event; what is reviewed or public is corrected by the review
OPEN_STATES = (State.PROPOSED, State.ACCEPTED)
BY_HAND = "by-hand-"
_KEY_LENGTH = 400


class WrongValues(BadInput):
    """The form breaks the codebook's rules: `problems` has the words for each place."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        place, words = next(iter(self.problems.items()))
        super().__init__(words, place=place, next_step="correct it in the form")


class Outdated(NotReady):
    """The event was changed since the person saw it; `now` is its newest revision."""

    def __init__(self, event: Event) -> None:
        self.now = last_number(event)
        super().__init__("this event was changed since you saw it", next_step="compare the two versions")


def form_of(event: Event) -> Values:
    """The event as a form has it, in the case in which it stands."""
    return values_of(mapping.event_value(event), event.case.slug if event.case else None)


# --- one event --------------------------------------------------------------------------------------------


@transaction.atomic
def apply(
    event: Event,
    values: Values,
    *,
    by: str,
    user: Any = None,
    reason: str = "",
    base: int,
    action: str = "code",
    state: str = "",
) -> Event:
    """Give the event the values of a form and, if asked, another state; one revision.

    WrongValues where the codebook refuses them, Outdated where the event has a newer revision than `base`, NotReady
    where its state does not lead to the other. What is the same as before is no change: no revision is written.
    """
    row = _locked(event, base)
    if row.state == State.WITHDRAWN:
        raise NotReady("this event is withdrawn", next_step="bring it back first")
    moves = bool(state) and state != row.state
    if moves:
        _step(row, state)
    before = form_of(row)
    coded = coded_of(row.coded, before, values)
    if not moves and coded == row.coded and values["case"] == before["case"]:
        return row
    value = _built(coded)
    if values["case"] != before["case"]:
        _judge_case(row, values["case"], reason or "chosen while coding", by=by, user=user)
    return written(row, value, values["case"], action, by=by, user=user, reason=reason)


def accept(event: Event, values: Values, *, by: str, user: Any = None, base: int) -> Event:
    """The event stands as the form has it, on that person's word."""
    return apply(event, values, by=by, user=user, base=base, action="accept", state=State.ACCEPTED)


@transaction.atomic
def reject(event: Event, *, reason: str, by: str, user: Any = None, base: int) -> Event:
    """The event is withdrawn, with the reason; it can be brought back."""
    refuse(reason, by)
    row = _open(_locked(event, base))
    return _withdraw(row, "reject", reason, by=by, user=user)


@transaction.atomic
def bring_back(event: Event, *, reason: str, by: str, user: Any = None, base: int) -> Event:
    """An event that was refused or merged stands again, as accepted; never one that was public."""
    refuse(reason, by)
    row = _locked(event, base)
    if row.published_at is not None:
        raise NotAllowed("this event was public", next_step="ask an editor")
    _step(row, State.ACCEPTED)
    row.save()
    record_revision(row, "bring back", by=by, user=user, reason=reason.strip())
    return row


@transaction.atomic
def restore(event: Event, number: int, *, by: str, user: Any = None, base: int) -> Event:
    """The coding as that revision had it, as a new revision; the state stays."""
    row = _open(_locked(event, base))
    kept = Revision.objects.filter(model="event", record_id=row.public_id, number=number).first()
    if kept is None:
        raise UnknownValue(f"there is no revision {number}", next_step="look at the list again")
    case = Case.objects.filter(public_id=kept.after["case"] or "").first()
    slug, reason = case.slug if case else "", f"as in revision {number}"
    return written(row, _built(kept.after["coded"]), slug, "restore", by=by, user=user, reason=reason)


@transaction.atomic
def create(values: Values, *, by: str, user: Any = None, state: str = State.PROPOSED) -> Event:
    """An event that no text tells: its note says where it is known from. WrongValues without a note.

    It has a source of its own, without a preserved copy.
    """
    problems = {} if values["note"].strip() else {"note": "say where this is known from"}
    coded = coded_of({}, empty(), values)
    if problems := problems | broken(coded):
        raise WrongValues(problems)
    one_at_a_time(Lock.IMPORT)
    source = Source.objects.create(name=f"{BY_HAND}{new_public_id()}")
    item = Item.objects.create(source=source, entry_key="1")
    for record in (source, item):
        record_revision(record, "create", by=by, user=user, reason="coded by hand")
    row = Event(key=event_key(source.name, item.entry_key, 1), item=item, ordinal=1, state=state)
    action = "accept" if state == State.ACCEPTED else "code"
    return written(row, _built(coded), values["case"], action, by=by, user=user, reason="coded by hand")


# --- two events -------------------------------------------------------------------------------------------


@transaction.atomic
def split(event: Event, stays: Values, goes: Values, *, by: str, user: Any = None, base: int) -> Event:
    """One event becomes two of the same entry: this one keeps `stays`, the new one has `goes`, as a proposal."""
    row = _open(_locked(event, base))
    coded = coded_of(row.coded, form_of(row), goes)
    coded.pop("id", None)
    value = _built(coded)
    beside = Event.objects.filter(item=row.item)
    number = 1 + beside.filter(key__startswith=key_beside(row.key, 0)[:-1]).count()
    key = key_beside(row.key, number)
    if len(key) > _KEY_LENGTH:
        raise NotReady("the name of the source is too long for one more event")
    made = Event(
        key=key,
        item=row.item,
        ordinal=1 + beside.aggregate(last=Max("ordinal"))["last"],
        state=State.PROPOSED,
    )
    apply(row, stays, by=by, user=user, base=base, action="split", reason=f"split into {made.public_id}")
    return written(made, value, goes["case"], "split", by=by, user=user, reason=f"split from {row.public_id}")


@transaction.atomic
def merge(
    event: Event, other: Event, values: Values, *, reason: str, by: str, user: Any = None, base: int
) -> Event:
    """Two events of one source are one: this one has `values`, the other is withdrawn and known as told again.

    NotAllowed for events of two sources (those are linked, never merged), and for a relief with a restriction.
    """
    refuse(reason, by)
    if event.item.source_id != other.item.source_id or event.pk == other.pk:
        raise NotAllowed("only two events of one source are merged", next_step="say on the page of linking")
    _open(_locked(event, base))
    row = apply(
        event,
        values,
        by=by,
        user=user,
        base=base,
        action="merge",
        reason=f"merged with {other.public_id}: {reason}",
    )
    gone = _open(_locked(other, last_number(other)))
    _tell_again(gone, row, retelling.Verdict.SAME, reason, by=by, user=user)
    _withdraw(gone, "merge", f"merged into {row.public_id}: {reason}", by=by, user=user)
    return row


def together(mine: Values, theirs: Values) -> Values:
    """What two forms say together: mine, and of theirs what mine is silent on or does not name."""
    found = mine | {name: theirs[name] for name, value in mine.items() if value == "" and theirs[name]}
    for name in ("types", "provisions", *ROWS):
        found[name] = [*mine[name], *(row for row in theirs[name] if row not in mine[name])]
    found["alleged"] = [
        code
        for code in found["types"]
        if code in mine["alleged"] or (code in theirs["alleged"] and code not in mine["types"])
    ]
    return found


@transaction.atomic
def background_of(event: Event, told: Event, *, reason: str, by: str, user: Any = None, base: int) -> Event:
    """The event only tells again what came before: it is marked as background and linked to that event."""
    refuse(reason, by)
    values = form_of(_open(_locked(event, base))) | {"background": True}
    row = apply(event, values, by=by, user=user, base=base, action="background", reason=reason)
    _tell_again(row, told, retelling.Verdict.BACKGROUND, reason, by=by, user=user)
    return row


def _tell_again(row: Event, told: Event, verdict: str, reason: str, *, by: str, user: Any) -> Retelling:
    last = retelling.rows_of(row, told).first()
    return retelling.judge(row, told, verdict, reason=reason, by=by, seen=last.pk if last else 0, user=user)


# --- what all of them need --------------------------------------------------------------------------------


def _locked(event: Event, base: int) -> Event:
    """The row as it is now, held until the transaction ends; no import runs meanwhile. Outdated by `base`."""
    one_at_a_time(Lock.IMPORT)
    row = Event.objects.select_for_update().get(pk=event.pk)
    if last_number(row) != base:
        raise Outdated(row)
    return row


def _open(row: Event) -> Event:
    """The row, if coders still change it."""
    if row.state not in OPEN_STATES:
        raise NotReady(
            f"an event that is {row.state} is not coded any more", next_step="go where events are reviewed"
        )
    return row


def _step(row: Event, state: str) -> None:
    if not may_become(row.state, state):
        raise NotReady(f"this event is {row.state} and cannot become {state}", next_step="look at it again")
    row.state = state


def _withdraw(row: Event, action: str, reason: str, *, by: str, user: Any) -> Event:
    _step(row, State.WITHDRAWN)
    row.save()
    record_revision(row, action, by=by, user=user, reason=reason.strip())
    return row


def _built(coded: Mapping[str, Any]) -> Coded:
    if problems := broken(coded):
        raise WrongValues(problems)
    return Coded.model_validate(coded)


def written(
    row: Event, value: Coded, case: str, action: str, *, by: str, user: Any = None, reason: str = ""
) -> Event:
    """The row and all that follows from its value, with its revision."""
    for name, column in mapping.event_fields(value).items():
        setattr(row, name, column)
    row.case = _case(case, by=by, user=user)
    row.search_text = mapping.search_text(value, _words_beside(row))
    row.save()
    for related in (row.types, row.provisions, row.mentions):
        related.all().delete()
    parties = []
    for mention, name, kind in mapping.event_people(value):
        mention.party = _party(name, kind, by=by, user=user)
        parties.append(mention.party)
        mention.event = row
        mention.save()
    for part in (*mapping.event_types(value), *mapping.event_provisions(value)):
        part.event = row
        part.save()
    record_revision(row, action, by=by, user=user, reason=reason.strip())
    refresh_blocks({party.pk: party for party in parties}.values())
    retelling.drop(outdated([row]), by=MACHINE)
    retelling.propose(likely_retellings_of([row]), by=MACHINE)
    return row


def _words_beside(row: Event) -> Iterable[str]:
    """What every event of an entry is found by: the source's words, and the summaries of all its events."""
    item = row.item
    yield item.headline
    yield from (getattr(item, f"text_{language}") for language in LANGUAGES)
    columns = [f"summary_{language}" for language in LANGUAGES]
    for told in Event.objects.filter(item=item).exclude(pk=row.pk).values_list(*columns):
        yield from told


def _party(name: str, kind: str, *, by: str, user: Any) -> Party:
    row, created = Party.objects.get_or_create(name=name, kind=kind)
    if created:
        record_revision(row, "create", by=by, user=user)
    return row


def _case(slug: str, *, by: str, user: Any) -> Case | None:
    if not slug:
        return None
    row, created = Case.objects.get_or_create(slug=slug)
    if created:
        record_revision(row, "create", by=by, user=user)
    return row


def _judge_case(row: Event, slug: str, reason: str, *, by: str, user: Any) -> None:
    """A person who chooses another case has answered what the machine proposed, if it proposed one."""
    last = casing.last_on([row.pk]).first()
    if last is None or last.verdict != CaseJudgement.Verdict.PROPOSED:
        return
    verdict = casing.Verdict.BELONGS if last.case.slug == slug else casing.Verdict.NOT
    casing.judge([row], last.case, verdict, reason=reason, by=by, seen=last.pk, user=user)
