"""Who is told of news by e-mail, and which machines are: wishes of readers, webhooks of the desk."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from barometer.web.records.fields import INTERNAL, PROTECTED
from barometer.web.records.models import Record
from barometer.web.records.protected import ProtectedText


class Alert(Record):
    """A reader's wish to be told of what an address of the events page finds; deleted for good when they leave."""

    class Rhythm(models.TextChoices):
        DAILY = "daily"
        WEEKLY = "weekly"

    address = ProtectedText()
    #: with a key, of address, language and query: finds a second wish for the same, and tells nobody the address
    digest = models.CharField(max_length=64, unique=True)
    query = models.CharField(max_length=1000, blank=True)
    language = models.CharField(max_length=2)
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    asked_at = models.DateTimeField(default=timezone.now)  # when the mail that asks to confirm went out
    confirmed_at = models.DateTimeField(null=True, blank=True)
    #: what was published by then was told
    told_until = models.DateTimeField(default=timezone.now)

    field_classes = Record.record_classes | {
        "address": PROTECTED,
        "digest": INTERNAL,
        "query": INTERNAL,
        "language": INTERNAL,
        "rhythm": INTERNAL,
        "asked_at": INTERNAL,
        "confirmed_at": INTERNAL,
        "told_until": INTERNAL,
    }

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(address=""), name="an_alert_has_an_address")]

    def __str__(self) -> str:
        return self.public_id


class Webhook(Record):
    """A machine that is told of published events, made by the desk: each message is signed with the secret."""

    name = models.CharField(max_length=120, unique=True)
    address = ProtectedText()
    secret = ProtectedText()
    query = models.CharField(max_length=1000, blank=True)
    told_until = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    stopped_at = models.DateTimeField(null=True, blank=True)

    field_classes = Record.record_classes | {
        "name": INTERNAL,
        "address": PROTECTED,
        "secret": PROTECTED,
        "query": INTERNAL,
        "told_until": INTERNAL,
        "failures": INTERNAL,
        "stopped_at": INTERNAL,
    }

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(Record):
    """One message to a webhook: which events it told, and how often it was tried with what answer."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    events = models.JSONField(default=list)  # public ids; none in a test
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    field_classes = Record.record_classes | {
        "webhook": INTERNAL,
        "events": INTERNAL,
        "tries": INTERNAL,
        "tried_at": INTERNAL,
        "status": INTERNAL,
        "fault": INTERNAL,
        "delivered_at": INTERNAL,
    }

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.public_id
