"""Tips as the server has them: sealed, with a week instead of a time, and nothing of whoever sent them.

No revision is written of a tip: it would keep what is to be deleted. What the desk does stands in the log of
sensitive acts; what a source does stands nowhere, for its time would tell when somebody was here.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from barometer.web.records.fields import INTERNAL, PROTECTED, new_public_id
from barometer.web.records.gathering import Lead
from barometer.web.records.protected import ProtectedText


class TipRecipient(models.Model):
    """A public key that tips are sealed to. The private half is never here."""

    public_key = models.CharField(max_length=100, unique=True)
    label = ProtectedText()  # whose it is, or where it lies
    added_on = models.DateField()
    retired_on = models.DateField(null=True, blank=True)

    field_classes = {
        "id": INTERNAL,
        "public_key": INTERNAL,
        "label": PROTECTED,
        "added_on": INTERNAL,
        "retired_on": INTERNAL,
    }

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.public_key


class Tip(models.Model):
    """A tip: under which name its receipt finds it, how far the desk is with it, and in which weeks it moved."""

    class State(models.TextChoices):
        NEW = "new"
        READ = "read"  # handed out for opening
        ASKED = "asked"
        ANSWERED = "answered"
        RELEASED = "released"  # something of it became a lead
        CLOSED = "closed"
        SPAM = "spam"

    class Channel(models.TextChoices):
        FORM = "form"
        MAIL = "mail"  # not anonymous

    public_id = models.CharField(max_length=40, unique=True, default=new_public_id, editable=False)
    lookup = models.CharField(max_length=64, unique=True, null=True, blank=True)  # follows from the receipt
    receipt_key = models.CharField(max_length=100, blank=True)  # to which questions are sealed
    channel = models.CharField(max_length=4, choices=Channel, default=Channel.FORM)
    state = models.CharField(max_length=10, choices=State, default=State.NEW, db_index=True)
    week = models.DateField()  # the Monday of the week in which it came
    moved = models.DateField(db_index=True)  # and of the one in which anything was last added or decided

    field_classes = {
        "id": INTERNAL,
        "public_id": INTERNAL,
        "lookup": INTERNAL,
        "receipt_key": INTERNAL,
        "channel": INTERNAL,
        "state": INTERNAL,
        "week": PROTECTED,
        "moved": PROTECTED,
    }

    class Meta:
        ordering = ["-week", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="form", lookup__isnull=False) & ~Q(receipt_key="")
                | Q(channel="mail", lookup__isnull=True, receipt_key=""),
                name="a_form_has_a_receipt_a_mail_none",
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class TipMessage(models.Model):
    """A sealed message: the tip, an answer, more files; or a question of the desk, which the receipt opens."""

    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveSmallIntegerField()
    from_desk = models.BooleanField(default=False)
    week = models.DateField()
    sealed = models.BinaryField()
    size = models.PositiveIntegerField()  # of the seal, padded

    field_classes = {
        "id": INTERNAL,
        "tip": PROTECTED,
        "number": PROTECTED,
        "from_desk": PROTECTED,
        "week": PROTECTED,
        "sealed": PROTECTED,
        "size": PROTECTED,
    }

    class Meta:
        ordering = ["tip", "number"]
        constraints = [models.UniqueConstraint(fields=["tip", "number"], name="one_message_a_number")]

    def __str__(self) -> str:
        return f"{self.tip_id}/{self.number}"


class TipRelease(models.Model):
    """The words that the custodian let go, and the lead that they became; stays when the tip is deleted."""

    tip = models.ForeignKey(Tip, null=True, blank=True, on_delete=models.SET_NULL, related_name="releases")
    lead = models.OneToOneField(Lead, on_delete=models.PROTECT, related_name="tip_release")
    text = ProtectedText()
    by = ProtectedText()
    at = models.DateTimeField(default=timezone.now)

    field_classes = {
        "id": INTERNAL,
        "tip": PROTECTED,
        "lead": PROTECTED,
        "text": PROTECTED,
        "by": PROTECTED,
        "at": PROTECTED,
    }

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.pk)


class TipMailbox(models.Model):
    """How far a mailbox was read for tips; see `Mailbox` of barometer.sources.mail."""

    key = models.CharField(max_length=64, unique=True)  # SHA-256 of its address
    last = models.PositiveBigIntegerField(default=0)
    validity = models.PositiveBigIntegerField(default=0)

    field_classes = {"id": INTERNAL, "key": INTERNAL, "last": INTERNAL, "validity": INTERNAL}

    def __str__(self) -> str:
        return self.key[:12]
