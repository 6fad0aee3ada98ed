"""An issue's texts on their way to Word and back: what went out, what came back, what was decided of it."""

from django.conf import settings
from django.db import models

from barometer.web.records.fields import INTERNAL, PROTECTED
from barometer.web.records.models import Issue, Record
from barometer.web.records.protected import ProtectedJSON, ProtectedText


class WorkingFile(Record):
    """A working file that was made: the texts that it holds, which are what an edited one is compared with.

    The public id stands in the bookmarks of the file.
    """

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="working_files")
    language = models.CharField(max_length=2)
    texts = ProtectedJSON()  # barometer.publication.word_out.Passage, in their order
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "issue": INTERNAL,
        "language": INTERNAL,
        "texts": PROTECTED,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    def __str__(self) -> str:
        return f"{self.issue} {self.language} {self.public_id}"


class ReturnedFile(Record):
    """An edited working file as it was read; of the file itself only the digest is kept."""

    working = models.ForeignKey(WorkingFile, on_delete=models.PROTECT, related_name="returned")
    name = ProtectedText()
    sha256 = models.CharField(max_length=64)
    read = ProtectedJSON()  # barometer.publication.word_in.Edited
    #: what was decided: the key of a text, or "loose 3" → {"what": "taken" or "left", "person": …, "on": …}
    decided = ProtectedJSON(default=dict, blank=True)
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "working": INTERNAL,
        "name": PROTECTED,
        "sha256": INTERNAL,
        "read": PROTECTED,
        "decided": PROTECTED,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.working} {self.public_id}"
