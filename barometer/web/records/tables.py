"""Somebody's own tables on their way into the ledger: a mapping that is kept, a file that waits to be looked at."""

from django.conf import settings
from django.db import models

from barometer.web.records.fields import INTERNAL, PROTECTED
from barometer.web.records.models import Record
from barometer.web.records.protected import ProtectedJSON, ProtectedText


class TableMapping(Record):
    """How the columns of somebody's table are read (barometer.pipeline.columns.Mapped), under a name."""

    name = models.CharField(max_length=120, unique=True)
    source = models.CharField(max_length=255)  # the source that the table is in the ledger
    mapped = models.JSONField(default=dict)

    field_classes = Record.record_classes | {"name": INTERNAL, "source": INTERNAL, "mapped": INTERNAL}

    class Meta:
        ordering = ["name"]

    @property
    def columns(self) -> dict[str, str]:
        """Heading → column."""
        return self.mapped.get("columns", {})

    def __str__(self) -> str:
        return self.name


class PendingTable(Record):
    """A file handed in and not yet imported: its owner's alone, encrypted, gone after a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = ProtectedText()
    content = ProtectedText()  # base64
    #: sheet, source, mapped, published: what was chosen so far
    chosen = ProtectedJSON(default=dict, blank=True)

    field_classes = Record.record_classes | {
        "user": PROTECTED,
        "name": PROTECTED,
        "content": PROTECTED,
        "chosen": PROTECTED,
    }

    def __str__(self) -> str:
        return self.public_id
