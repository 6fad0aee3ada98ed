"""A record becomes public, or a public one is corrected."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from barometer.errors import NotAllowed, NotReady
from barometer.review import PUBLIC, may_become
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import Event, Item


@transaction.atomic
def publish_event(event: Event, *, by: str, reason: str = "", user: Any = None) -> Event:
    """The event is public from now on, on that person's word; its item's text with it. The desk asks the rules first.

    NotAllowed without a name, NotReady where the event's state does not lead to publication.
    """
    publish(event, by=by, reason=reason, user=user)
    if event.item.state not in PUBLIC:
        publish(event.item, by=by, reason=reason, user=user)
    return event


def publish(record: Event | Item, *, by: str, reason: str = "", user: Any = None) -> None:
    """Move one record into a public state (`corrected` if it was public), save it and its revision."""
    if not by.strip():
        raise NotAllowed("nothing is published without a person's name", next_step="give the name: --by NAME")
    following = "corrected" if record.state in PUBLIC else "published"
    if not may_become(record.state, following):
        raise NotReady(
            f"{record}: a {record.state} record cannot become {following}", next_step="accept it first"
        )
    record.state = following
    if isinstance(record, Event):
        record.published_by = by
        record.published_at = record.published_at or timezone.now()
    with transaction.atomic():
        record.save()
        action = "correct" if following == "corrected" else "publish"
        record_revision(record, action, by=by, reason=reason, user=user)
