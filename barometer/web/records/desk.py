"""What the desk remembers of its own work: what was done with leads, views, cases followed, mails, second codings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from barometer.web.records.fields import INTERNAL, PROTECTED
from barometer.web.records.gathering import Lead
from barometer.web.records.models import Case, Event, Record
from barometer.web.records.protected import ProtectedJSON, ProtectedText


class LeadAct(models.Model):
    """One thing done with one lead; never changed or deleted (database triggers). What stands now is on the lead."""

    class Act(models.TextChoices):
        ASSIGN = "assign"
        SNOOZE = "snooze"
        WAKE = "wake"
        DISMISS = "dismiss"
        REOPEN = "reopen"
        TAKE = "take"
        UNDO = "undo"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=10, choices=Act)
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = ProtectedText()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="lead_acts"
    )
    reason = ProtectedText(blank=True)
    #: whom the lead was given to; empty where it was given back to all
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateField(null=True, blank=True)
    batch = models.CharField(max_length=16, db_index=True)  # the same for what was done at once
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    before = ProtectedJSON()  # what stood on the lead, for the undoing

    field_classes = {
        "id": INTERNAL,
        "lead": INTERNAL,
        "act": INTERNAL,
        "at": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
        "reason": PROTECTED,
        "to": PROTECTED,
        "until": INTERNAL,
        "batch": INTERNAL,
        "undoes": INTERNAL,
        "before": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(by=""), name="an_act_on_a_lead_says_by_whom"),
            models.CheckConstraint(
                condition=~Q(act="dismiss") | ~Q(reason=""), name="a_lead_is_let_go_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(act="undo", undoes__isnull=False) | ~Q(act="undo") & Q(undoes__isnull=True),
                name="an_undoing_is_of_an_act",
            ),
            models.CheckConstraint(
                condition=Q(act="snooze", until__isnull=False) | ~Q(act="snooze") & Q(until__isnull=True),
                name="a_lead_is_put_off_to_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.lead_id}"


class SavedView(models.Model):
    """A view of the inbox that a person keeps under a name: the filters as an address has them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.TextField(blank=True)

    field_classes = {"id": INTERNAL, "user": INTERNAL, "name": INTERNAL, "query": INTERNAL}

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_view_a_name")]

    def __str__(self) -> str:
        return self.name


class Following(models.Model):
    """A person follows a case; what came since `seen_at` is news to them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="following")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="followers")
    seen_at = models.DateTimeField(default=timezone.now)

    field_classes = {"id": INTERNAL, "user": INTERNAL, "case": INTERNAL, "seen_at": INTERNAL}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="a_case_is_followed_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.case_id}"


class DigestWish(models.Model):
    """How often a person wants a mail that counts what waits for them, and in which language."""

    class Rhythm(models.TextChoices):
        NEVER = "never"
        DAILY = "daily"
        WEEKLY = "weekly"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_wish"
    )
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.NEVER)
    language = models.CharField(max_length=2, default="en")
    sent_at = models.DateTimeField(null=True, blank=True)

    field_classes = {
        "id": INTERNAL,
        "user": INTERNAL,
        "rhythm": INTERNAL,
        "language": INTERNAL,
        "sent_at": INTERNAL,
    }

    def __str__(self) -> str:
        return f"{self.user_id} {self.rhythm}"


class SecondCoding(Record):
    """A lead's main event coded by a second person who had not seen the first coding; never changed or deleted
    (database triggers).

    `values` are theirs, `first` what stood in the ledger then, `machine` what the reader had proposed: field → value
    as barometer.review.agreement has them. `machine` is empty where it had proposed no such event.
    """

    lead = models.OneToOneField(Lead, on_delete=models.PROTECT, related_name="second_coding")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="second_codings")
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    values = ProtectedJSON()
    first = ProtectedJSON()
    machine = ProtectedJSON(blank=True)

    field_classes = Record.record_classes | {
        "lead": INTERNAL,
        "event": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
        "values": PROTECTED,
        "first": PROTECTED,
        "machine": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(by=""), name="a_second_coding_says_by_whom")]

    def __str__(self) -> str:
        return self.public_id


class CodingChoice(Record):
    """Which of two codings stands, field by field, and why; never changed or deleted (database triggers)."""

    coding = models.OneToOneField(SecondCoding, on_delete=models.PROTECT, related_name="choice")
    stands = ProtectedJSON()  # field that differs → "first" or "second"
    reason = ProtectedText()
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    field_classes = Record.record_classes | {
        "coding": INTERNAL,
        "stands": PROTECTED,
        "reason": PROTECTED,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(by=""), name="a_choice_of_coding_says_why_and_by_whom"
            )
        ]

    def __str__(self) -> str:
        return self.public_id
