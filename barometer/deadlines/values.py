"""The values of a request and its clock; days are calendar days of the country unless `unit` says working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class StepKind(StrEnum):
    """What happens to a request, in the words of the field."""

    SENT = "sent"
    REGISTERED = "registered"  # the body confirms that it has it: a clock may start here
    EXTENDED = "extended"  # the body takes more time
    TRANSFERRED = "transferred"  # passed on to another body
    CLARIFICATION = "clarification"  # the body asks what is meant
    PARTIAL = "partial"  # some of it is answered
    ANSWERED = "answered"
    FORM_LETTER = "form_letter"  # an answer that does not answer, or an "executed" with nothing in it
    REFUSED = "refused"
    CORRECTED = "corrected"  # an answer is put right
    WITHDRAWN = "withdrawn"  # by the asker
    APPEALED = "appealed"


@dataclass(frozen=True)
class Step:
    """A step of a request on a day; `days` are those that an extension adds, `body` where it was passed on to."""

    kind: StepKind
    day: date
    days: int | None = None
    body: str = ""


@dataclass(frozen=True)
class Rule:
    """How long a kind of request may take: `days` counted in `unit` (working, calendar) from the day after it starts.

    `extension` is the most by which it may be extended, in `extension_unit` (working, calendar, months; "" is the
    rule's own unit); `transfer` the working days within which a body passes on what is not its own. It holds for
    requests that start on `since` or later and not after `until`. `confirmed` is False where a lawyer has yet to say
    that it is right; `source` says where it can be read.
    """

    kind: str
    law: str
    article: str
    days: int
    unit: str
    extension: int | None
    transfer: int | None
    since: date
    until: date | None
    source: str
    confirmed: bool
    note: str = ""
    extension_unit: str = ""


class Clock(StrEnum):
    """How a request stands on a day."""

    OPEN = "open"
    SOON = "soon"  # due within three working days
    LATE = "late"
    VERY_LATE = "very_late"  # as late again as it was allowed
    IN_TIME = "in_time"  # answered
    AFTER_TIME = "after_time"  # answered late
    ENDED = "ended"  # refused, withdrawn, or met with a form letter


@dataclass(frozen=True)
class Standing:
    """Where a request stands: `due` is its last day in time, `late` so many days past it (in the rule's unit).

    `ended` is the step that stopped the clock, None while it runs.
    `reasons` say in order how the day was worked out: codes with values, put into words by whoever shows them.
    """

    clock: Clock
    due: date
    late: int
    rule: Rule
    reasons: tuple[tuple[str, str], ...] = ()
    ended: StepKind | None = None
