"""Drafts: what a coder has typed, saved as it is typed; each is its owner's alone.

A save says which version of its row it goes on from. Where another form has written the row since (the same event in
another tab), the words are kept in a row of their own: no save ever overwrites another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from barometer.errors import NotAllowed, TooLarge
from barometer.web.records.drafts import Draft
from barometer.web.records.forms import Values, size
from barometer.web.records.models import Event

LARGEST = 400_000  # letters in one draft
MOST = 20  # drafts that one person has of one event, or of new ones
AT_WORK = timedelta(hours=12)  # whoever typed last before that is not at work on it any more


def mine(user: Any, event: Event | None) -> QuerySet[Draft]:
    """The person's drafts of an event, or of new ones, the newest first."""
    return Draft.objects.filter(user=user, event=event)


def others_at_work(events: Collection[Event], user: Any) -> dict[int, list[tuple[Any, datetime]]]:
    """Event → other people with a draft of it that they touched lately, each with since when."""
    lately = timezone.now() - AT_WORK
    rows = Draft.objects.filter(event__in=events, changed_at__gte=lately).exclude(user=user).order_by()
    since = list(rows.values_list("event", "user").annotate(since=Min("created_at")).order_by("since"))
    people = get_user_model().objects.in_bulk({person for _, person, _ in since})
    found: dict[int, list[tuple[Any, datetime]]] = defaultdict(list)
    for event, person, at in since:
        found[event].append((people[person], at))
    return found


@transaction.atomic
def keep(
    user: Any, values: Values, *, event: Event | None = None, base: int = 0, draft: str = "", version: int = 0
) -> Draft:
    """Save what was typed: in the draft of that id if it is still at that version, else in a new one."""
    if size(values) > LARGEST:
        raise TooLarge("this is more than a draft holds", next_step="make it shorter")
    row = mine(user, event).select_for_update().filter(public_id=draft, version=version).first()
    if row is None:
        if mine(user, event).count() >= MOST:
            raise NotAllowed("there are too many drafts of this event", next_step="throw some away")
        row = Draft(user=user, event=event, version=0)
    row.values, row.base, row.version = values, base, row.version + 1
    row.save()
    return row


def drop(user: Any, draft: str) -> bool:
    """Throw away a draft of that person; whether there was one."""
    return bool(Draft.objects.filter(user=user, public_id=draft).delete()[0])


def entered(user: Any, event: Event | None, values: Values, *, draft: str, version: int) -> None:
    """These values stand in the ledger: the draft they grew from goes, unless another form has written it since."""
    Draft.objects.filter(user=user, public_id=draft, version=version).delete()
    clear(user, event, values)


def clear(user: Any, event: Event | None, values: Values) -> None:
    """Throw away the person's drafts that say no more than these values."""
    for row in mine(user, event):
        if row.values == values:
            row.delete()
