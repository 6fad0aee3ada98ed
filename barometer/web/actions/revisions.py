"""The trace of a change: a revision, written in the same transaction as the change."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from barometer.errors import NotAllowed
from barometer.web.records.models import Event, Item, Record, Revision
from barometer.web.records.protected import ProtectedText

#: acts by which a person shapes what an event says: no import of a machine's reading changes such an event
SHAPED = ("code", "accept", "split", "merge", "background", "restore")


def record_revision(
    record: Record, action: str, *, by: str, reason: str = "", user: Any = None, first: bool = False
) -> Revision:
    """Write what the record is after the change; only inside a transaction, so that both stand or neither.

    `first` says that the record was just made: no earlier revision is looked for.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a revision is written in the transaction of its change")
    if not by.strip():
        raise NotAllowed("a change needs the name of who made it", next_step="give the name: --by NAME")
    return Revision.objects.create(
        by=by,
        user=user,
        action=action,
        model=record._meta.model_name,
        record_id=record.public_id,
        number=1 if first else last_number(record) + 1,
        reason=reason,
        after=snapshot(record),
    )


def snapshot(record: Record) -> dict[str, Any]:
    """The record's columns, other records by their public id; also what an event or an item of ours consists of."""
    values = {
        field.name: _plain(record, field) for field in record._meta.concrete_fields if field.name != "id"
    }
    values.pop("search_text", None)  # computed, and long
    if isinstance(record, Event):
        values["types"] = list(record.types.values("code", "alleged"))
        values["provisions"] = list(record.provisions.values_list("code", flat=True))
        values["mentions"] = [
            {"party": party, **mention}
            for mention in record.mentions.values("party__public_id", "side", "written", "type", "role")
            if (party := mention.pop("party__public_id"))
        ]
    elif isinstance(record, Item) and record.source_id is None:
        values["tells"] = list(record.tells.values("event__public_id", "role"))
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def _plain(record: Record, field: models.Field) -> Any:
    """The value; of words that the database keeps encrypted only whether there are any."""
    if isinstance(field, ProtectedText):
        return bool(getattr(record, field.attname))
    if isinstance(field, models.ForeignKey):
        related = getattr(record, field.name)
        return related and getattr(related, "public_id", str(related.pk))
    return getattr(record, field.attname)


def last_number(record: Record) -> int:
    """The number of the record's newest revision, 0 where it has none."""
    rows = Revision.objects.filter(model=record._meta.model_name, record_id=record.public_id)
    return rows.aggregate(last=models.Max("number"))["last"] or 0


def shaped_by_people(events: Collection[Event]) -> set[str]:
    """The public ids of those events whose coding a person has shaped."""
    ids = [event.public_id for event in events]
    rows = Revision.objects.filter(model="event", record_id__in=ids, action__in=SHAPED)
    return set(rows.values_list("record_id", flat=True))
