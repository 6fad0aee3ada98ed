"""An earlier version of a record is made the present one again: a new revision, through the rules of any change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, models, transaction

from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.review import PUBLIC
from barometer.web.accounts.roles import Act, may
from barometer.web.actions.deciding import refuse
from barometer.web.actions.reviewing import ASIDE, Told, content_digest, corrected, locked
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.rewriting import put_parts, refresh_search
from barometer.web.records.models import (
    Event,
    EventProvision,
    EventType,
    Item,
    Mention,
    Party,
    Record,
    Revision,
)
from barometer.web.records.naming import refresh_blocks
from barometer.web.records.protected import ProtectedText

#: models whose earlier versions can be restored, each with the act that this is; all else is kept by its own pages
RESTORABLE: Mapping[str, Act] = {
    "event": Act.CODE,
    "item": Act.CODE,
    "party": Act.CODE,
    "source": Act.CODE,
    "watchedsource": Act.SOURCES,
}


def model_of(name: str) -> type[Record]:
    """The model of records of that name; UnknownValue for what keeps no history."""
    found = apps.get_app_config("records").models.get(name)
    if found is None or not issubclass(found, Record):
        raise UnknownValue(f"{name!r} is no kind of record")
    return found


@transaction.atomic
def restore(
    record: Record, number: int, *, reason: str, by: str, user: Any, told: Told | None = None
) -> Record:
    """The record is again what it was after that revision: its words and values, not its state.

    A public event is corrected by it, so `told` says what readers are told. NotAllowed for people who may not change
    such a record, NotReady where it cannot be changed as it stands, UnknownValue where there is no such revision.
    """
    name = record._meta.model_name
    if not may(user, RESTORABLE.get(name, Act.CODE)) or name not in RESTORABLE:
        raise NotAllowed("this record is not restored by this person")
    refuse(reason, by)
    row = locked(record) if isinstance(record, Event) else _locked(record)
    after = _version(row, number)
    _refuse_state(row)
    before = content_digest(row) if isinstance(row, Event) else ""
    try:
        with transaction.atomic():
            _put(row, after)
    except (IntegrityError, ObjectDoesNotExist):
        raise NotReady("this version cannot stand beside the records of today") from None
    if isinstance(row, Event) and row.state in PUBLIC:
        return corrected(row, before, told=told or Told({}, "error"), reason=reason, by=by, user=user)
    record_revision(row, "restore", by=by.strip(), reason=f"{reason.strip()} (r{number})", user=user)
    return row


def _locked(record: Record) -> Record:
    return type(record).objects.select_for_update().get(pk=record.pk)


def _version(row: Record, number: int) -> dict[str, Any]:
    kept = Revision.objects.filter(model=row._meta.model_name, record_id=row.public_id).order_by("number")
    found = kept.filter(number=number).first()
    if found is None:
        raise UnknownValue(f"there is no revision {number} of this record")
    if found == kept.last():
        raise NotReady("this is how the record stands")
    return found.after


def _refuse_state(row: Record) -> None:
    if isinstance(row, Event | Item) and row.state == "withdrawn":
        raise NotReady("what was withdrawn is not changed", next_step="reinstate it first")
    if isinstance(row, Item) and row.source_id is None:
        raise NotReady("an item of an issue of ours is changed on its own page", next_step="open it there")
    if isinstance(row, Item) and row.state in PUBLIC:
        raise NotReady("a public entry is corrected with its event", next_step="open the page of its event")


def _put(row: Record, after: Mapping[str, Any]) -> None:
    for column in row._meta.concrete_fields:
        if column.name in after and column.name not in ASIDE:
            setattr(row, column.name, _value(column, after[column.name]))
    row.save()
    if isinstance(row, Event):
        _put_parts(row, after)
        refresh_search(row.item)
    elif isinstance(row, Item):
        refresh_search(row)
    elif isinstance(row, Party):
        refresh_blocks([row])


def _value(column: models.Field, value: Any) -> Any:
    """A value of a snapshot as its column takes it."""
    if isinstance(column, models.ForeignKey):
        return value and column.related_model.objects.get(public_id=value)
    if isinstance(column, ProtectedText):
        return column.from_db_value(value, None, None)
    return column.to_python(value)


def _put_parts(event: Event, after: Mapping[str, Any]) -> None:
    types = [EventType(position=place, **row) for place, row in enumerate(after.get("types", []))]
    provisions = [
        EventProvision(position=place, code=code) for place, code in enumerate(after.get("provisions", []))
    ]
    mentions = []
    for side in Mention.Side.values:
        rows = [row for row in after.get("mentions", []) if row["side"] == side]
        for place, row in enumerate(rows):
            party = Party.objects.get(public_id=row["party"])
            mentions.append(Mention(position=place, **{**row, "party": party}))
    put_parts(event, types, provisions, mentions)
