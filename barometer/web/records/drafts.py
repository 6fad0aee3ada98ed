"""What a coder has typed and not yet entered: kept for that person alone, so that no broken line loses a word."""

from django.conf import settings
from django.db import models

from barometer.web.records.fields import INTERNAL, PROTECTED
from barometer.web.records.models import Event, Record
from barometer.web.records.protected import ProtectedJSON


class Draft(Record):
    """The form of an event as a person left it; without an event, of one that is new.

    A row belongs to one open form. Where two forms would write the same row, the second goes on in a row of its own:
    `version` grows with every save and tells them apart.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts")
    values = ProtectedJSON()
    base = models.PositiveIntegerField(default=0)  # the event's revision from which the person set out
    version = models.PositiveIntegerField(default=1)

    field_classes = Record.record_classes | {
        "user": PROTECTED,
        "event": PROTECTED,
        "values": PROTECTED,
        "base": INTERNAL,
        "version": INTERNAL,
    }

    class Meta:
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["event", "user"], name="draft_of_event")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.event_id or 'new'}"
