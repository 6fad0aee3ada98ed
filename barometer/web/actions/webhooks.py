"""Webhooks: machines of others that are told of published events, as the desk chose. Nothing but public facts goes out.

A message is JSON, signed: `Barometer-Signature: t=SECONDS,v1=HEX`, an HMAC-SHA256 with the webhook's secret over
`SECONDS.BODY`. It goes through the guarded client for the purpose "webhook", so that no address of the house is reached.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from barometer.errors import BarometerError, FetchFailed, NotReady, UnknownValue
from barometer.fetching.guard import parse_url
from barometer.web.actions import outside
from barometer.web.actions.audit import note_act
from barometer.web.actions.jobs import Again, enqueue
from barometer.web.public import cards, facets, filters
from barometer.web.records.alerts import Delivery, Webhook
from barometer.web.records.gathering import Job
from barometer.web.records.models import Event

WEBHOOKS, DELIVER = "webhooks", "webhook"
EVERY = timedelta(minutes=5)
#: Events in one message, failed tries in a row until a webhook is stopped, days that the log stays.
MOST, MOST_FAILURES, LOG_DAYS = 50, 10, 30
SIGNATURE = "Barometer-Signature"


def add(name: str, address: str, query: str, *, by: str, user: Any) -> tuple[Webhook, str]:
    """Make a webhook; it and its secret, which is shown this once. UnknownValue for what cannot be."""
    name, address = name.strip(), address.strip()
    if not name or len(name) > 120 or Webhook.objects.filter(name=name).exists():
        raise UnknownValue("this name is empty, too long or taken", next_step="give it another one")
    target = parse_url(address)
    in_the_house = any(
        purpose == DELIVER and f"{target.host}:{target.port}" in hosts
        for purpose, hosts in outside.outside().allow
    )
    if target.scheme != "https" and not in_the_house:
        raise UnknownValue("the address is not https", next_step="give one that begins with https://")
    asked = filters.parse(QueryDict(query.strip().lstrip("?")))
    if asked.rejected:
        raise UnknownValue(
            f"{asked.rejected[0]} is no filter", next_step="copy the address of the events page"
        )
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        made = Webhook.objects.create(
            name=name, address=address, secret=secret, query=asked.on_page(1).query()
        )
        note_act("webhook added", by=by, user=user, about=name)
    return made, secret


def remove(row: Webhook, *, by: str, user: Any) -> None:
    """Delete a webhook with its secret and its log."""
    with transaction.atomic():
        note_act("webhook removed", by=by, user=user, about=row.name)
        row.delete()


def start_again(row: Webhook, *, by: str, user: Any) -> None:
    """Let a stopped webhook be told again, of what is published from now on."""
    with transaction.atomic():
        Webhook.objects.filter(pk=row.pk).update(stopped_at=None, failures=0, told_until=timezone.now())
        note_act("webhook started", by=by, user=user, about=row.name)


def test(row: Webhook) -> Delivery:
    """Send a message without events at once; the delivery with its answer."""
    made = Delivery.objects.create(webhook=row)
    try:
        deliver(made)
    except BarometerError:
        made.refresh_from_db()
    return made


# --- the worker -------------------------------------------------------------------------------------------


def look(job: Job | None = None, *, now: datetime | None = None) -> Again:
    """Note a delivery for every webhook that something new was published for, and take old ones off the log."""
    now = now or timezone.now()
    for row in Webhook.objects.filter(stopped_at=None):
        new = facets.matching(filters.parse(QueryDict(row.query)))
        new = new.filter(published_at__gt=row.told_until, published_at__lte=now)
        found = list(new.order_by("published_at", "pk").values_list("public_id", flat=True))
        with transaction.atomic():
            for start in range(0, len(found), MOST):
                made = Delivery.objects.create(webhook=row, events=found[start : start + MOST])
                enqueue(DELIVER, {"delivery": made.public_id}, key=made.public_id)
            Webhook.objects.filter(pk=row.pk).update(told_until=now)
    Delivery.objects.filter(created_at__lt=now - timedelta(days=LOG_DAYS)).delete()
    return Again(now + EVERY)


def handle(job: Job) -> None:
    """Try a delivery; the queue tries it again, later each time."""
    made = Delivery.objects.filter(
        public_id=job.argument["delivery"], delivered_at=None, webhook__stopped_at=None
    ).first()
    if made:
        deliver(made)


def deliver(made: Delivery) -> None:
    """Send one message and note the answer. FetchRefused, FetchFailed or NotReady where it was not taken."""
    row, now = made.webhook, timezone.now()
    content = json.dumps(message(made), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        SIGNATURE: signature(row.secret, content, int(now.timestamp())),
    }
    status, fault = None, ""
    try:
        answer = outside.door().send("POST", row.address, content=content, purpose=DELIVER, headers=headers)
        status = answer.status
        if not 200 <= status < 300:
            raise NotReady(f"the webhook answered {status}")
    except BarometerError as error:
        fault = (
            f"answer {status}" if status else (error.kind if isinstance(error, FetchFailed) else "refused")
        )
        raise
    finally:
        _note(made, now, status, fault)


def _note(made: Delivery, now: datetime, status: int | None, fault: str) -> None:
    with transaction.atomic():
        Delivery.objects.filter(pk=made.pk).update(
            tries=F("tries") + 1,
            tried_at=now,
            status=status,
            fault=fault,
            delivered_at=None if fault else now,
        )
        Webhook.objects.filter(pk=made.webhook_id).update(failures=F("failures") + 1 if fault else 0)
        Webhook.objects.filter(pk=made.webhook_id, failures__gte=MOST_FAILURES, stopped_at=None).update(
            stopped_at=now
        )


def signature(secret: str, content: bytes, seconds: int) -> str:
    """What the receiver computes too, to know that the message is ours and not an old one."""
    signed = hmac.digest(secret.encode(), f"{seconds}.".encode() + content, hashlib.sha256)
    return f"t={seconds},v1={signed.hex()}"


def message(made: Delivery) -> dict[str, Any]:
    """What is sent: of events that are still public, by the rules of naming, in English with addresses of the pages."""
    rows = cards.ready(Event.objects.public().filter(public_id__in=made.events)).order_by(
        "published_at", "pk"
    )
    with override("en"):
        events = [
            {
                "id": card.id, "kind": card.kind, "types": [one.code for one in card.types], "heading": card.heading,
                "summary": card.summary.text, "date": card.when.iso, "place": card.place, "case": card.case,
                "address": f"{_site()}{reverse('public:event', args=[card.id])}",
            }
            for card in map(cards.card, rows)
        ]  # fmt: skip
    return {"id": made.public_id, "test": not made.events, "events": events}


def _site() -> str:
    hosts = settings.PUBLIC_HOSTS
    return f"https://{hosts[0].lstrip('.')}" if hosts else "http://127.0.0.1:8000"
