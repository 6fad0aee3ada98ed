"""What a request gives rise to: silence, a refusal, an answer in form, a late one become proposed events.

Each is proposed once and never changed by the machine afterwards: what becomes known later is a note in the history of
the event, and a person decides.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import override

from barometer.codebook.book import LANGUAGES
from barometer.codebook.occasions import types_of
from barometer.countries import country
from barometer.countries.refusals import refusal_grounds
from barometer.deadlines.values import Clock, Rule, Standing, StepKind
from barometer.errors import BarometerError
from barometer.web.actions import requests as asked
from barometer.web.actions.jobs import Again
from barometer.web.actions.proposing import propose
from barometer.web.actions.requests_rules import rules
from barometer.web.actions.revisions import record_revision
from barometer.web.public.words import COUNTRY, day_words
from barometer.web.records.gathering import Job
from barometer.web.records.models import Event, EvidenceItem, Mention, Party, Revision
from barometer.web.records.requests import InformationRequest, RequestEvent, RequestFile, RequestStep
from barometer.web.requests.words import step_label

_log = logging.getLogger(__name__)
Why = RequestEvent.Why
MACHINE = "barometer worker"
_AT_ONCE = 200
#: Passed on so often, it goes in a circle whoever has it now.
_ROUND = 3
#: Of the section on access to information.
SECTION = 5
#: The language of what the machine notes in a history, whoever is at work.
_NOTED_IN = "en"


@dataclass(frozen=True)
class Ground:
    """What an event is to be proposed for: the words that tell it, its day, the step that it rests on."""

    why: str
    words: str
    day: date
    key: str
    step: RequestStep | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """The types of the event."""
        return types_of(f"request.{self.words}")


def consider(request: InformationRequest, *, by: str = MACHINE) -> list[Event]:
    """Propose what the request gives rise to by now and was not proposed, and note what has changed since."""
    return _considered(_whole().get(pk=request.pk), rules(), by)


def follow_up(request: InformationRequest) -> list[Event]:
    """`consider`, after a step was written: what goes wrong with a proposal does not undo the step."""
    try:
        return consider(request)
    except BarometerError as error:
        _log.error("request %s: %s", request.public_id, error)
        return []


def _whole() -> QuerySet[InformationRequest]:
    """Requests with all that is looked at."""
    return asked.ready(InformationRequest.objects.order_by("pk")).prefetch_related(
        "links__event__item__source"
    )


def _considered(request: InformationRequest, known: Sequence[Rule], by: str) -> list[Event]:
    stands = asked.standing_of(request, known)
    if stands is None:
        return []
    _note_changes(request, known)
    links = list(request.links.all())
    return [
        _propose(request, stands, ground, by)
        for ground in grounds(request, stands, known)
        if not _is_proposed(request, ground, links)
    ]


def grounds(request: InformationRequest, stands: Standing, known: Sequence[Rule]) -> Iterator[Ground]:
    """What the record of a request gives reason for, as it stands."""
    steps = asked.told(request)
    if asked.is_silent(request, stands):
        day = stands.due
        yield Ground(Why.NO_REPLY, "no_reply", day, f"no-reply-{day.isoformat()}")
    for row in steps:
        if row.kind == StepKind.REFUSED:
            closed = any(
                known.closed for code, known in refusal_grounds(COUNTRY).items() if code in row.grounds
            )
            words = "classified" if closed else "refusal"
            yield Ground(Why.REFUSAL, words, row.day, f"refusal-{row.public_id}", row)
        elif row.kind == StepKind.FORM_LETTER:
            key = f"formal-reply-{row.public_id}"
            yield Ground(Why.FORMAL_REPLY, "formal_reply", row.day, key, row)
    for row in _in_a_circle(request, steps):
        key = f"formal-reply-{row.public_id}"
        yield Ground(Why.FORMAL_REPLY, "transfer_loop", row.day, key, row)
    last = next((row for row in steps if row.kind == StepKind.ANSWERED), None)
    if last and stands.clock == Clock.AFTER_TIME:
        before = asked.standing_of(request, known, last.day - timedelta(days=1))
        if before and before.clock == Clock.VERY_LATE:
            key = f"delay-{last.public_id}"
            yield Ground(Why.DELAY, "delay", last.day, key, last)


def _in_a_circle(request: InformationRequest, steps: Sequence[RequestStep]) -> Iterator[RequestStep]:
    """The steps that passed it on to a body that had had it before, or for the third time."""
    had, times = {request.body_id}, 0
    for row in steps:
        if row.kind == StepKind.TRANSFERRED:
            times += 1
            if row.body_id in had or times == _ROUND:
                yield row
            had.add(row.body_id)


def _is_proposed(request: InformationRequest, ground: Ground, links: Sequence[RequestEvent]) -> bool:
    """Silence is one silence however the deadline moves, unless another body got the request since.

    A late answer to what was proposed as silence is a note on that event, and no further one.
    """
    if any(_source(one) == _name(request, ground) for one in links):
        return True
    silences = [one.due for one in links if one.why == Why.NO_REPLY and one.due]
    if not silences or ground.why not in (Why.NO_REPLY, Why.DELAY):
        return False
    passed = [row.day for row in asked.told(request) if row.kind == StepKind.TRANSFERRED]
    return not any(day > max(silences) for day in passed)


def _source(link: RequestEvent) -> str:
    source = link.event.item.source
    return source.name if source else ""


def _name(request: InformationRequest, ground: Ground) -> str:
    return f"request-{request.public_id}-{ground.key}"


@transaction.atomic
def _propose(request: InformationRequest, stands: Standing, ground: Ground, by: str) -> Event:
    body = _holder(request, ground)
    told = _told(request, stands, ground, body)
    event = propose(
        {
            "kind": "violation",
            "types": list(ground.types),
            "date": ground.day.isoformat(),
            "phase": "imposed",
            "work_link": "stated",
            "targets": [_target(request)],
            "actors": [
                {"name": body.name, "written": body.name, "type": actor_type(body), "role": "decider"}
            ],
            "summary": told["summary"],
        },
        name=_name(request, ground),
        headline=told["headline"],
        section=SECTION,
        case=request.case.slug if request.case else "",
        evidence=_evidence(request, ground),
        reason=told["headline"]["en"],
        by=by,
    )
    link, created = RequestEvent.objects.get_or_create(
        request=request, event=event, defaults={"why": ground.why, "due": stands.due}
    )
    if created:
        record_revision(link, "create", by=by)
    return event


def _holder(request: InformationRequest, ground: Ground) -> Party:
    """The body that has the request: the one it was passed on to last, before the step that the event rests on."""
    before = [
        row.body
        for row in asked.told(request)
        if row.kind == StepKind.TRANSFERRED and row.body and row.day <= ground.day and row != ground.step
    ]
    return before[-1] if before else request.body


def _target(request: InformationRequest) -> dict[str, str]:
    """The outlet; an asker who has none is a journalist without a name: the desk does not name them."""
    if request.outlet is None:
        return {"name": "journalist", "written": "a journalist", "type": "journalist"}
    known = country(COUNTRY).find_outlet(request.outlet.name)
    return {
        "name": request.outlet.name,
        "written": request.outlet.name,
        "type": known.type if known else "outlet",
    }


def actor_type(body: Party) -> str:
    """What kind of actor a body is: by the country's data, else as it was coded most often, else a state body."""
    known = country(COUNTRY).find_body(body.name)
    if known:
        return known.type
    rows = Mention.objects.filter(party=body, side=Mention.Side.ACTOR).values("type").annotate(n=Count("pk"))
    first = rows.order_by("-n", "type").first()
    return first["type"] if first else "state_body"


def _evidence(request: InformationRequest, ground: Ground) -> list[EvidenceItem]:
    """The request itself, and the letter that the event rests on."""
    files = request.files.filter(role=RequestFile.Role.REQUEST).select_related("evidence")
    found = [row.evidence for row in files]
    return [*found, ground.step.evidence] if ground.step and ground.step.evidence else found


# --- words ----------------------------------------------------------------------------------------------------


@cache
def _words() -> Mapping[str, Any]:
    with (resources.files("barometer.web.records") / "data" / "request_events.toml").open("rb") as stream:
        return tomllib.load(stream)


def _told(
    request: InformationRequest, stands: Standing, ground: Ground, body: Party
) -> dict[str, dict[str, str]]:
    """`headline` and `summary` by language."""
    found: dict[str, dict[str, str]] = {"headline": {}, "summary": {}}
    for language in LANGUAGES:
        values = {
            "asker": outlet_in(request, language),
            "body": name_in(body, language),
            "title": request.title,
            "sent": _day(request.sent_on, language),
            "day": _day(ground.day, language),
            "due": _day(stands.due, language),
        }
        for part in found:
            found[part][language] = _words()[ground.words][part][language].format(**values)
    return found


def outlet_in(request: InformationRequest, language: str) -> str:
    """On whose behalf it was sent, in a language; "a journalist" where nobody is told."""
    if request.outlet is None:
        return str(_words()["journalist"][language])
    known = country(COUNTRY).find_outlet(request.outlet.name)
    return known.names.get(language, request.outlet.name) if known else request.outlet.name


def name_in(body: Party, language: str) -> str:
    """The name of a body in a language, where the country's data has it."""
    known = country(COUNTRY).find_body(body.name)
    return known.names.get(language, body.name) if known else body.name


def _day(day: date, language: str) -> str:
    with override(language):
        return day_words(day)


# --- what becomes known later -----------------------------------------------------------------------------------


def _note_changes(request: InformationRequest, given: Sequence[Rule]) -> None:
    """On each proposed silence: that the deadline is another now, or that an answer came after all."""
    steps = asked.told(request)
    links = list(request.links.all())
    for link in links:
        if link.why != Why.NO_REPLY or link.due is None:
            continue
        then = asked.standing_of(request, given, link.due + timedelta(days=1))
        if then and then.due != link.due:
            due = _day(then.due, _NOTED_IN)
            _note(link.event, f"the last day in time is now {due}, as what was recorded since says")
        for row in steps:
            if row.kind in asked.ANSWERS and row.kind != StepKind.WITHDRAWN:
                late = "after the deadline" if row.day > link.due else "in time"
                with override(_NOTED_IN):
                    what = step_label(row.kind)
                _note(link.event, f"a reply of {_day(row.day, _NOTED_IN)} ({what}) is on record, {late}")
    taken_back = {row.public_id for row in request.steps.all() if row.voids_id is None and row not in steps}
    for link in links:
        if link.why not in (Why.NO_REPLY, Why.LINKED) and _source(link).rpartition("-")[2] in taken_back:
            _note(link.event, "the step that this rests on was taken back as an error")


def _note(event: Event, words: str) -> None:
    """A line in the history of an event, once; the event stays as it is."""
    rows = Revision.objects.filter(model="event", record_id=event.public_id, action="note")
    if words not in rows.values_list("reason", flat=True):
        with transaction.atomic():
            record_revision(event, "note", by=MACHINE, reason=words)


# --- every day ------------------------------------------------------------------------------------------------


def look(*, by: str = MACHINE) -> list[Event]:
    """Go through all requests: what became silence since, and the like. One that goes wrong stops no other."""
    known, found = rules(), []
    for row in _whole().iterator(chunk_size=_AT_ONCE):
        try:
            found += _considered(row, known, by)
        except BarometerError as error:
            _log.error("request %s: %s", row.public_id, error)
    return found


def daily(job: Job) -> Again:
    """The worker's job: shortly after midnight, where the country is, deadlines of yesterday have passed."""
    look()
    return Again(next_look())


def next_look() -> datetime:
    """Ten past midnight."""
    tomorrow = timezone.localtime() + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=10, second=0, microsecond=0)
