"""How the texts of what is printed (items, issues, letters) stand in each language; the words stand with their record."""

from django.conf import settings
from django.db import models

from barometer.web.records.fields import INTERNAL, PROTECTED
from barometer.web.records.models import Record
from barometer.web.records.protected import ProtectedText


class TextState(Record):
    """Who wrote, translated and approved a text in one language, told by its digest (barometer.review.texts).

    `about` is the public id of the record that has the words, `part` which of its texts: "text" of an item; "title",
    "intro", "section.6.title", "section.2.intro" of an issue. A text that was changed without a note has another digest
    and is approved no longer.
    """

    about = models.CharField(max_length=16)
    part = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    words = models.CharField(max_length=64)
    source_language = models.CharField(max_length=2)
    source = models.CharField(max_length=64, blank=True)
    machine = models.BooleanField(default=False)
    translator = ProtectedText(blank=True)
    approver = ProtectedText(blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "about": INTERNAL,
        "part": INTERNAL,
        "language": INTERNAL,
        "words": INTERNAL,
        "source_language": INTERNAL,
        "source": INTERNAL,
        "machine": INTERNAL,
        "translator": PROTECTED,
        "approver": PROTECTED,
        "approved_at": INTERNAL,
        "user": PROTECTED,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "part", "language"], name="one_state_a_text")]

    def __str__(self) -> str:
        return f"{self.about} {self.part} {self.language}"
