"""Releases: the data of a period as it was issued, kept as one archive in the evidence store; written once."""

from django.conf import settings
from django.db import models

from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC
from barometer.web.records.models import EvidenceItem, Record
from barometer.web.records.protected import ProtectedText


class Release(Record):
    """One version of a period's data; never changed or deleted (database triggers).

    `digests` (list → id → digest) say what changed in the next one; `named` (public ids of party and event) say whom
    it names where, so that it is taken back when somebody is not to be named any more.
    """

    period = models.CharField(max_length=6)
    version = models.PositiveIntegerField()
    day = models.DateField()
    events = models.PositiveIntegerField()
    archive = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="releases")
    digests = models.JSONField(default=dict, blank=True)
    named = models.JSONField(default=list, blank=True)
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "period": PUBLIC,
        "version": PUBLIC,
        "day": PUBLIC,
        "events": PUBLIC,
        "archive": INTERNAL,
        "digests": INTERNAL,
        "named": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["period", "version"], name="one_release_a_version"),
            models.CheckConstraint(condition=~models.Q(by=""), name="a_release_is_somebody_s"),
        ]

    def __str__(self) -> str:
        return f"{self.period} v{self.version}"


class ReleaseFile(models.Model):
    """A file within a release's archive; never changed or deleted (database triggers)."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=100)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    field_classes = {
        "id": INTERNAL,
        "release": PUBLIC,
        "path": PUBLIC,
        "media_type": PUBLIC,
        "size": PUBLIC,
        "sha256": PUBLIC,
    }

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["release", "path"], name="one_row_a_released_file")]

    def __str__(self) -> str:
        return f"{self.release_id} {self.path}"
