"""What protects and what erases: the keys of evidence, each erasure, and the door through which kept rows are erased."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC
from barometer.web.records.models import Record
from barometer.web.records.protected import ProtectedText


class Redaction(Record):
    """An erasure: when, by whom, why, and a keyed digest of what it was; never changed or deleted (database triggers).

    The digest is an HMAC with a key outside the database, so that a name cannot be guessed from it.
    """

    class Kind(models.TextChoices):
        PERSON = "person"
        STATEMENT = "statement"
        EVIDENCE = "evidence"
        WORDS = "words"

    class Ground(models.TextChoices):
        """Why the law, or the house, asks for it."""

        REQUEST = "request"  # of the person
        CONSENT = "consent withdrawn"
        SAFETY = "safety"
        COURT = "court"
        MISTAKE = "mistake"
        RETENTION = "kept long enough"

    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=16)  # the public id of the party, item, evidence or record
    digest = models.CharField(max_length=64)
    ground = models.CharField(max_length=20, choices=Ground)
    reason = ProtectedText()
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    #: table → how many of its rows were changed
    places = models.JSONField(default=dict, blank=True)

    field_classes = Record.record_classes | {
        "at": PUBLIC,
        "kind": INTERNAL,
        "subject": INTERNAL,
        "digest": INTERNAL,
        "ground": INTERNAL,
        "reason": PROTECTED,
        "by": PROTECTED,
        "user": PROTECTED,
        "places": INTERNAL,
    }

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(by="") & ~Q(ground=""), name="an_erasure_says_why_and_by_whom"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.kind}"


class RedactionDoor(models.Model):
    """While a row stands here, the words of kept rows may be changed (database triggers).

    It names a redaction that is not there yet, so that nothing can be committed before that one is written; writing
    it takes the row away. So no transaction changes a kept row without leaving its redaction.
    """

    redaction = models.OneToOneField(
        Redaction, to_field="public_id", primary_key=True, on_delete=models.DO_NOTHING, related_name="+"
    )

    field_classes = {"redaction": INTERNAL}

    def __str__(self) -> str:
        return self.redaction_id


class ItemKey(models.Model):
    """The key of one item of evidence, itself sealed with the installation's; a destroyed one leaves its day."""

    sha256 = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()  # '' once it is destroyed
    destroyed_at = models.DateTimeField(null=True, blank=True)
    redaction = models.ForeignKey(
        Redaction, null=True, blank=True, on_delete=models.PROTECT, related_name="keys"
    )

    field_classes = {
        "id": INTERNAL,
        "sha256": PUBLIC,
        "sealed": PROTECTED,
        "destroyed_at": INTERNAL,
        "redaction": INTERNAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True, redaction__isnull=True) & ~Q(sealed="")
                | Q(destroyed_at__isnull=False, redaction__isnull=False, sealed=""),
                name="a_key_is_there_or_destroyed_by_a_redaction",
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
