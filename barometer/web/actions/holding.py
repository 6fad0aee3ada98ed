"""Statements that are not repeated: retracted, or forbidden by a court or an agreement, until somebody sets them free."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue
from barometer.review.held import Held, repeated, says_something
from barometer.web.accounts.roles import Act, may
from barometer.web.actions.deciding import refuse
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import Event
from barometer.web.records.reviewing import HeldStatement


def is_held_back(text: str) -> tuple[HeldStatement, ...]:
    """The statements that a text repeats though they are held back; whoever drafts leaves such a sentence out."""
    rows = {row.public_id: row for row in HeldStatement.objects.filter(freed_at=None)}
    found = repeated(text, (Held(row.public_id, row.words) for row in rows.values()))
    return tuple(rows[one.id] for one in found)


@transaction.atomic
def hold_back(
    words: str,
    *,
    kind: str,
    demanded_by: str,
    day: date,
    source: str,
    by: str,
    user: Any,
    event: Event | None = None,
) -> HeldStatement:
    """From now on these words are not repeated. NotAllowed but for lawyers and editors; BadInput for words that say nothing."""
    _refuse_role(user)
    refuse(source, by)
    if kind not in HeldStatement.Kind.values:
        raise UnknownValue(f"{kind!r} is not one of {', '.join(HeldStatement.Kind.values)}")
    if not says_something(words) or not demanded_by.strip():
        raise BadInput(
            "a statement that is held back needs its words and who demanded it",
            next_step="write the words that are not to be repeated, and who demanded or ordered it",
        )
    row = HeldStatement.objects.create(
        words=words.strip(), kind=kind, demanded_by=demanded_by.strip(), date=day, source=source.strip(),
        event=event, by=by.strip(), user=user,
    )  # fmt: skip
    record_revision(row, "hold back", by=row.by, reason=row.source, user=user)
    return row


@transaction.atomic
def set_free(statement: HeldStatement, *, reason: str, by: str, user: Any) -> HeldStatement:
    """The words may be said again. NotReady where they may already."""
    _refuse_role(user)
    refuse(reason, by)
    row = HeldStatement.objects.select_for_update().get(pk=statement.pk)
    if row.freed_at:
        raise NotReady("these words are free already")
    row.freed_at, row.freed_why = timezone.now(), reason.strip()
    row.save()
    record_revision(row, "set free", by=by.strip(), reason=reason.strip(), user=user)
    return row


def _refuse_role(user: Any) -> None:
    if not may(user, Act.CLEAR):
        raise NotAllowed("only a lawyer or an editor says what is not repeated")
