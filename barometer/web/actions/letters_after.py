"""After a letter was sent: replies with their delay, what came of each demand, where it was written about."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from barometer.errors import BadInput, NotReady, UnknownValue
from barometer.web.actions.deciding import refuse
from barometer.web.actions.revisions import record_revision
from barometer.web.records.letters import DemandOutcome, Letter, LetterCoverage, LetterDemand, LetterReply
from barometer.web.records.models import EvidenceItem

LONGEST = 10_000


def delay(letter: Letter, reply: LetterReply) -> int:
    """How many days after the letter a reply came."""
    return (reply.day - timezone.localdate(letter.sent_at)).days


@transaction.atomic
def add_reply(
    letter: Letter,
    *,
    day: date,
    sender: str,
    summary: str,
    language: str,
    by: str,
    user: Any = None,
    evidence: EvidenceItem | None = None,
) -> LetterReply:
    """Keep a reply. NotReady before the letter is sent; BadInput for a day before it or ahead, or without words."""
    _refuse(letter, day)
    if not sender.strip() or not summary.strip() or len(sender) > 300 or len(summary) > LONGEST:
        raise BadInput(
            "a reply says who answered what", next_step="write who, and what it says in a few words"
        )
    row = LetterReply.objects.create(
        letter=letter, day=day, sender=sender.strip(), summary=summary.strip(), language=language,
        evidence=evidence,
    )  # fmt: skip
    record_revision(row, "create", by=by, user=user)
    return row


@transaction.atomic
def set_outcome(
    demand: LetterDemand,
    state: str,
    *,
    day: date,
    reason: str,
    by: str,
    user: Any = None,
    address: str = "",
    evidence: EvidenceItem | None = None,
) -> DemandOutcome:
    """What came of a demand, from that day on; earlier outcomes stay. NotReady before the letter is sent."""
    if state not in DemandOutcome.State.values:
        raise UnknownValue(
            f"{state[:20]!r} is no outcome", next_step=f"use {', '.join(DemandOutcome.State.values)}"
        )
    refuse(reason, by)
    _refuse(demand.letter, day)
    last = demand.outcomes.last()
    if last and day < last.day:
        raise BadInput(
            f"an outcome of {last.day} is on record already", next_step="give that day or a later one"
        )
    row = DemandOutcome.objects.create(
        demand=demand, state=state, day=day, reason=reason.strip(), address=_address(address),
        evidence=evidence, by=by, user=user,
    )  # fmt: skip
    record_revision(row, "create", by=by, user=user)
    return row


@transaction.atomic
def add_coverage(
    letter: Letter,
    *,
    outlet: str,
    address: str,
    by: str,
    user: Any = None,
    day: date | None = None,
    title: str = "",
) -> LetterCoverage:
    """Link what was written about the letter."""
    if not outlet.strip() or len(outlet) > 300 or not address.strip():
        raise BadInput("coverage is of an outlet, under an address", next_step="give both")
    row = LetterCoverage.objects.create(
        letter=letter, day=day, outlet=outlet.strip(), title=title.strip()[:500], address=_address(address)
    )
    record_revision(row, "create", by=by, user=user)
    return row


def _refuse(letter: Letter, day: date) -> None:
    if letter.sent_at is None:
        raise NotReady("the letter was not sent yet", next_step="send it first")
    if not timezone.localdate(letter.sent_at) <= day <= timezone.localdate():
        raise BadInput("the day lies before the letter or ahead", next_step="mend the day")


def _address(text: str) -> str:
    text = text.strip()
    if text and not text.lower().startswith(("http://", "https://")):
        raise BadInput(f"{text[:60]!r} is no address of the web", next_step="begin it with https://")
    return text[:2000]
