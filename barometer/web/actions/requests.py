"""Requests for information: how they stand, and what people record of them. Every change leaves its revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext

from barometer.codebook.book import LANGUAGES
from barometer.countries import country
from barometer.deadlines.clock import standing
from barometer.deadlines.values import Clock, Rule, Standing, Step, StepKind
from barometer.errors import BadInput, NotReady, UnknownValue
from barometer.web.actions.deciding import refuse
from barometer.web.actions.requests_rules import kinds
from barometer.web.actions.revisions import last_number, record_revision
from barometer.web.public import clock
from barometer.web.public.words import COUNTRY, day_words
from barometer.web.records.models import Case, Event, Party
from barometer.web.records.requests import (
    InformationRequest,
    QuestionVerdict,
    RequestEvent,
    RequestFile,
    RequestStep,
)

Channel, Visibility = InformationRequest.Channel, InformationRequest.Visibility
LONGEST_TEXT, LONGEST_QUESTION, MOST_QUESTIONS = 50_000, 2_000, 60
#: An answer of any kind: after one of these a request is not met with silence.
ANSWERS = (
    StepKind.PARTIAL, StepKind.ANSWERED, StepKind.FORM_LETTER, StepKind.REFUSED, StepKind.WITHDRAWN,
)  # fmt: skip


class Outdated(NotReady):
    """Somebody has changed the request since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            "somebody has changed this request since you opened it", next_step="look at it again"
        )


@dataclass(frozen=True)
class Asked:
    """What is recorded of a request; `outlet` is on whose behalf, `case` the slug of a case or ''."""

    body: str
    kind: str
    channel: str
    language: str
    title: str
    sent_on: date
    text: str = ""
    questions: tuple[str, ...] = ()
    number: str = ""
    asker: str = ""
    outlet: str = ""
    case: str = ""


# --- how it stands --------------------------------------------------------------------------------------------


def request_of(public_id: str) -> InformationRequest:
    """The request of that id; UnknownValue for none."""
    found = (
        InformationRequest.objects.filter(public_id=public_id)
        .select_related("body", "outlet", "case")
        .first()
    )
    if found is None:
        raise UnknownValue(f"there is no request {public_id[:40]!r}")
    return found


def ready(rows: QuerySet[InformationRequest]) -> QuerySet[InformationRequest]:
    """Requests with what `steps_of` reads."""
    steps = RequestStep.objects.select_related("body", "evidence", "voided_by")
    return rows.select_related("body", "outlet", "case").prefetch_related(Prefetch("steps", steps))


def told(request: InformationRequest) -> list[RequestStep]:
    """The steps that count, in their order: none that was taken back, none that takes back."""
    return [row for row in request.steps.all() if row.voids_id is None and not _is_void(row)]


def _is_void(row: RequestStep) -> bool:
    return hasattr(row, "voided_by")


def steps_of(request: InformationRequest) -> tuple[Step, ...]:
    """The steps as the clock takes them, that it was sent first."""
    return (
        Step(StepKind.SENT, request.sent_on),
        *(
            Step(StepKind(row.kind), row.day, row.days, row.body.name if row.body else "")
            for row in told(request)
        ),
    )


def standing_of(
    request: InformationRequest, rules: Sequence[Rule], on: date | None = None
) -> Standing | None:
    """How the request stands on a day, today by default; None where no rule is known, or it was sent later."""
    try:
        return standing(request.kind, steps_of(request), on or clock.today(), clock.working_calendar(), rules)
    except UnknownValue:
        return None


def is_silent(request: InformationRequest, stands: Standing) -> bool:
    """Whether the last day in time passed without an answer of any kind, and no letter may be one."""
    return is_unanswered(request, stands) and not may_be_in_time(request, stands)


def is_unanswered(request: InformationRequest, stands: Standing) -> bool:
    """Whether the last day in time passed and no answer of any kind is on record."""
    return stands.clock in (Clock.LATE, Clock.VERY_LATE) and not any(
        row.kind in ANSWERS for row in told(request)
    )


def may_be_in_time(request: InformationRequest, stands: Standing) -> bool:
    """Whether a letter waits to be decided on that is of the last day or earlier, or bears no day."""
    return undecided(request).filter(Q(day=None) | Q(day__lte=stands.due)).exists()


def undecided(request: InformationRequest) -> QuerySet[RequestFile]:
    """The letters that came and on which nobody has decided."""
    return request.files.filter(fate=RequestFile.Fate.WAITING)


def verdicts_of(request: InformationRequest) -> dict[int, QuestionVerdict]:
    """The verdict that holds on each question that was judged, by its number."""
    return {row.number: row for row in request.verdicts.all()}


# --- recording ------------------------------------------------------------------------------------------------


@transaction.atomic
def record(asked: Asked, *, by: str, user: Any = None) -> InformationRequest:
    """Record a request. BadInput, UnknownValue for what cannot be."""
    row = InformationRequest(assigned_to=user)
    _fill(row, asked, by=by, user=user)
    row.save()
    record_revision(row, "create", by=by, user=user)
    return row


@transaction.atomic
def change(
    request: InformationRequest, asked: Asked, *, base: int, by: str, user: Any = None
) -> InformationRequest:
    """Mend what is recorded. Outdated where somebody did so since `base`; questions with a verdict stay in their place."""
    row = locked(request, base)
    judged = max(verdicts_of(row), default=0)
    if len(asked.questions) < judged:
        raise NotReady(
            f"question {judged} has a verdict: questions up to it cannot be taken out",
            next_step="mend its words, or add questions at the end",
        )
    _fill(row, asked, by=by, user=user)
    row.save()
    record_revision(row, "change", by=by, user=user)
    return row


def locked(request: InformationRequest, base: int | None = None) -> InformationRequest:
    """The row as it is now, held until the transaction ends; Outdated where it is no more as of `base`."""
    row = InformationRequest.objects.select_for_update().get(pk=request.pk)
    if base is not None and last_number(row) != base:
        raise Outdated
    return row


def _fill(row: InformationRequest, asked: Asked, *, by: str, user: Any) -> None:
    _refuse_bad(row, asked)
    row.body = body_of(asked.body, by=by, user=user)
    row.body_written = asked.body.strip()
    row.outlet = _outlet(asked.outlet.strip(), by=by, user=user)
    row.case = case_of(asked.case)
    row.kind, row.channel, row.language = asked.kind, asked.channel, asked.language
    row.title, row.text, row.number = asked.title.strip(), asked.text.strip(), asked.number.strip()
    row.questions = [one.strip() for one in asked.questions]
    row.sent_on, row.asker = asked.sent_on, asked.asker.strip()


def _refuse_bad(row: InformationRequest, asked: Asked) -> None:
    if not asked.title.strip() or not asked.body.strip():
        raise BadInput(
            "a request asks a body about something", next_step="name the body, and say what was asked"
        )
    lengths = (
        (asked.title, 300),
        (asked.body, 300),
        (asked.outlet, 300),
        (asked.number, 100),
        (asked.asker, 300),
    )
    if any(len(text) > most for text, most in lengths) or len(asked.text) > LONGEST_TEXT:
        raise BadInput("one of the texts is too long", next_step="shorten it, or hand it in as a file")
    if len(asked.questions) > MOST_QUESTIONS or any(len(one) > LONGEST_QUESTION for one in asked.questions):
        raise BadInput(
            f"a request has at most {MOST_QUESTIONS} questions", next_step="write the others in its text"
        )
    if asked.channel not in Channel.values or asked.language not in LANGUAGES:
        raise UnknownValue(
            "this way of sending, or this language, is not known", next_step="choose from the form"
        )
    if asked.kind not in kinds():
        raise UnknownValue(
            f"no rule is about requests of the kind {asked.kind[:40]!r}", next_step="choose from the form"
        )
    if not date(1992, 1, 1) <= asked.sent_on <= clock.today():
        raise BadInput(f"{day_words(asked.sent_on)} cannot be the day it was sent", next_step="mend the day")
    first = min((one.day for one in told(row)), default=None) if row.pk else None
    if first and first < asked.sent_on:
        raise BadInput(
            f"a step of {day_words(first)} is on record already", next_step="give that day or an earlier one"
        )


def body_of(name: str, *, by: str, user: Any = None) -> Party:
    """The body of that name, under the one that the country's data gives it."""
    known = country(COUNTRY).find_body(name.strip())
    return _party(known.name if known else name, Party.Kind.BODY, by=by, user=user)


def _outlet(name: str, *, by: str, user: Any) -> Party | None:
    """The outlet of that name; an organisation of journalists is a body in the ledger."""
    if not name:
        return None
    known = country(COUNTRY).find_outlet(name)
    kind = Party.Kind.BODY if known and known.type == "media_ngo" else Party.Kind.OUTLET
    return _party(known.name if known else name, kind, by=by, user=user)


def _party(name: str, kind: str, *, by: str, user: Any) -> Party:
    row, created = Party.objects.get_or_create(name=" ".join(name.split()), kind=kind)
    if created:
        record_revision(row, "create", by=by, user=user)
    return row


def case_of(slug: str) -> Case | None:
    """The case of a slug or of the address of its page; None for '', UnknownValue where there is none."""
    slug = slug.strip().rstrip("/").rpartition("/")[2]
    if not slug:
        return None
    found = Case.objects.filter(slug=slug).first()
    if found is None:
        raise UnknownValue(f"there is no case {slug[:60]!r}", next_step="take its short name from its page")
    return found


# --- around it ------------------------------------------------------------------------------------------------


@transaction.atomic
def assign(request: InformationRequest, to: Any, *, by: str, user: Any = None) -> InformationRequest:
    """Give a request to somebody, or with None back to all."""
    row = locked(request)
    row.assigned_to = to
    row.save()
    record_revision(row, "assign", by=by, user=user)
    return row


@transaction.atomic
def set_visibility(
    request: InformationRequest, visibility: str, *, base: int, reason: str, by: str, user: Any = None
) -> InformationRequest:
    """Make a request public, or internal again. Outdated by `base`: what one has not seen one does not make public.

    NotReady while a letter waits to be decided on: readers would see that no answer came.
    """
    if visibility not in Visibility.values:
        raise UnknownValue(f"{visibility[:20]!r} is not one of {', '.join(Visibility.values)}")
    refuse(reason, by)
    row = locked(request, base)
    if visibility == Visibility.PUBLIC and undecided(row).exists():
        raise NotReady(
            gettext("a letter that came waits for a decision, and readers would see that there is no answer"),
            next_step=gettext("decide on the letter first"),
        )
    row.visibility = visibility
    row.save()
    record_revision(row, "set visibility", by=by, user=user, reason=reason.strip())
    return row


@transaction.atomic
def link_event(request: InformationRequest, event: Event, *, by: str, user: Any = None) -> RequestEvent:
    """Say that an event has to do with the request."""
    row, created = RequestEvent.objects.get_or_create(
        request=request, event=event, defaults={"why": RequestEvent.Why.LINKED}
    )
    if created:
        record_revision(row, "create", by=by, user=user)
    return row


@transaction.atomic
def judge(
    request: InformationRequest,
    given: Mapping[int, str],
    *,
    base: int,
    by: str,
    user: Any = None,
    proposed: Mapping[int, str] | None = None,
) -> list[QuestionVerdict]:
    """How questions were answered, by their number; what stands already is left. Outdated by `base`."""
    row = locked(request, base)
    stand, made = verdicts_of(row), []
    for number, verdict in sorted(given.items()):
        if not 1 <= number <= len(row.questions) or verdict not in QuestionVerdict.Verdict.values:
            raise UnknownValue(
                f"{verdict[:20]!r} on question {number} is no verdict", next_step="choose from the form"
            )
        if number in stand and stand[number].verdict == verdict:
            continue
        one = QuestionVerdict.objects.create(
            request=row,
            number=number,
            verdict=verdict,
            proposed=(proposed or {}).get(number, ""),
            by=by,
            user=user,
        )
        record_revision(one, "create", by=by, user=user)
        made.append(one)
    if made:
        record_revision(row, "judge", by=by, user=user)
    return made


def urgent_first(
    found: Iterable[tuple[InformationRequest, Standing | None]],
) -> list[tuple[InformationRequest, Standing | None]]:
    """Those that wait for an answer by their last day, then those without a rule, then the ended, the newest first."""

    def key(one: tuple[InformationRequest, Standing | None]) -> tuple[int, int]:
        request, stands = one
        if stands is None:
            return (1, -request.sent_on.toordinal())
        waits = stands.clock in WAITING
        return (0, stands.due.toordinal()) if waits else (2, -request.sent_on.toordinal())

    return sorted(found, key=key)


#: An answer is still to come.
WAITING = (Clock.VERY_LATE, Clock.LATE, Clock.SOON, Clock.OPEN)


def all_standing(
    rows: QuerySet[InformationRequest], rules: Sequence[Rule], on: date | None = None
) -> list[tuple[InformationRequest, Standing | None]]:
    """Every one of these requests with how it stands."""
    return [(row, standing_of(row, rules, on)) for row in ready(rows)]
