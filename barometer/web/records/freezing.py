"""What an issued bulletin rests on: approvals of its snapshot, blocked items, the house's imprint, the frozen files."""

from django.db import models
from django.db.models import Q

from barometer.publication.values import IMPRINT_PARTS
from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC
from barometer.web.records.models import EvidenceItem, Issue, Item, Record
from barometer.web.records.protected import ProtectedText
from barometer.web.records.protection import Redaction
from barometer.web.records.reviewing import Signed


class IssueApproval(Signed):
    """A person stands for an issue as it is: for the snapshot of that digest alone; never changed (database triggers)."""

    class Kind(models.TextChoices):
        MONITOR = "monitor"
        LAWYER = "lawyer"
        DIRECTOR = "director"

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=10, choices=Kind)
    digest = models.CharField(max_length=64)

    field_classes = Signed.signed_classes | {"issue": INTERNAL, "kind": INTERNAL, "digest": INTERNAL}

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(by=""), name="an_approval_is_somebody_s")]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.kind}"


class ItemBlock(Signed):
    """A lawyer stops an item of an issue, or lets it pass again; the last row on it holds (database triggers)."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="blocks")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="blocks")
    is_blocked = models.BooleanField()
    reason = ProtectedText()

    field_classes = Signed.signed_classes | {
        "issue": INTERNAL,
        "item": INTERNAL,
        "is_blocked": INTERNAL,
        "reason": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(by="") & ~Q(reason=""), name="a_block_says_why_and_by_whom")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {'blocked' if self.is_blocked else 'free'}"


class ImprintLine(Record):
    """A line of the imprint: of one issue or (without one) of all, of one format or ("") of all."""

    Part = models.TextChoices("Part", [(part.upper(), part) for part in IMPRINT_PARTS])

    issue = models.ForeignKey(
        Issue, null=True, blank=True, on_delete=models.PROTECT, related_name="imprint_lines"
    )
    format = models.CharField(max_length=10, blank=True)
    part = models.CharField(max_length=12, choices=Part)
    text_en = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)
    text_kk = models.TextField(blank=True)

    field_classes = Record.record_classes | {
        "issue": INTERNAL,
        "format": INTERNAL,
        "part": INTERNAL,
        "text_en": PUBLIC,
        "text_ru": PUBLIC,
        "text_kk": PUBLIC,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "format", "part"], name="one_line_a_part_of_an_issue"),
            models.UniqueConstraint(
                fields=["format", "part"],
                condition=Q(issue__isnull=True),
                name="one_line_a_part_of_the_house",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.format or 'all formats'}"


class Edition(Signed):
    """An issue as it went out: its snapshot and, in `files`, every copy; never changed (database triggers).

    A later edition is the same snapshot without what a redaction erased; it is made, and its files follow.
    """

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    snapshot = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    software = models.CharField(max_length=40)
    codebook = models.CharField(max_length=20)
    #: public ids of what it prints, by which later corrections are found
    items = models.JSONField(default=list)
    events = models.JSONField(default=list)
    redaction = models.ForeignKey(
        Redaction, null=True, blank=True, on_delete=models.PROTECT, related_name="editions"
    )

    field_classes = Signed.signed_classes | {
        "issue": PUBLIC,
        "number": PUBLIC,
        "snapshot": INTERNAL,
        "digest": PUBLIC,
        "software": PUBLIC,
        "codebook": PUBLIC,
        "items": INTERNAL,
        "events": INTERNAL,
        "redaction": INTERNAL,
    }

    class Meta:
        ordering = ["issue", "number"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "number"], name="one_edition_a_number"),
            models.CheckConstraint(condition=~Q(by=""), name="an_edition_is_somebody_s"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} edition {self.number}"


class FrozenFile(Record):
    """One copy of an edition, in one format and language; never changed (database triggers).

    Its digest stays where its bytes were erased.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files")
    language = models.CharField(max_length=2)
    format = models.CharField(max_length=10)
    evidence = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="frozen_files")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    field_classes = Record.record_classes | {
        "edition": PUBLIC,
        "language": PUBLIC,
        "format": PUBLIC,
        "evidence": INTERNAL,
        "sha256": PUBLIC,
        "size": PUBLIC,
    }

    class Meta:
        ordering = ["edition", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "language", "format"], name="one_copy_of_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.language} {self.format}"
