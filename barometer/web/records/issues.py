"""The bulletin as its editors work on it: what an item of ours tells, what was decided of cases left open, fixed terms."""

from django.db import models
from django.db.models import Q

from barometer.web.records.fields import INTERNAL, PUBLIC
from barometer.web.records.models import Case, Event, Issue, Item, Record
from barometer.web.records.reviewing import Signed


class ItemEvent(models.Model):
    """An event in an item of ours. That of a frozen issue says where the event was printed.

    Its changes are in the revisions of the item.
    """

    class Role(models.TextChoices):
        LEAD = "lead"
        DEVELOPMENT = "development"
        BACKGROUND = "background"  # told again: counted where it was printed first, not here

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="tells")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="told_in")
    role = models.CharField(max_length=12, choices=Role)
    position = models.PositiveSmallIntegerField()

    field_classes = {"id": INTERNAL, "item": PUBLIC, "event": PUBLIC, "role": PUBLIC, "position": PUBLIC}

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "event"], name="one_place_an_event_in_an_item"),
            models.UniqueConstraint(fields=["item"], condition=Q(role="lead"), name="one_lead_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.role} {self.event_id}"


class CarryDecision(Signed):
    """What an issue does with a case that was open on the first day of its quarter."""

    class Decision(models.TextChoices):
        MOVED = "moved"
        PRINTED = "no news, printed"
        SILENT = "no news"
        CLOSED = "closed"
        DROPPED = "dropped"

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="carried")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="carried")
    decision = models.CharField(max_length=16, choices=Decision)
    reason = models.TextField(blank=True)
    #: the line that says that there is no news, where one is or was printed
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    field_classes = Signed.signed_classes | {
        "issue": INTERNAL,
        "case": INTERNAL,
        "decision": INTERNAL,
        "reason": INTERNAL,
        "item": INTERNAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "case"], name="one_decision_a_case_and_issue"),
            models.CheckConstraint(condition=~Q(by=""), name="a_carry_decision_is_somebody_s"),
            models.CheckConstraint(
                condition=~Q(decision="dropped") | ~Q(reason=""), name="a_case_is_dropped_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue}: {self.case} {self.decision}"


class GlossaryTerm(Record):
    """How a name, a body or an offence is called in each language."""

    class Kind(models.TextChoices):
        NAME = "name"
        BODY = "body"
        OFFENCE = "offence"

    kind = models.CharField(max_length=10, choices=Kind)
    text_en = models.CharField(max_length=300, blank=True)
    text_ru = models.CharField(max_length=300, blank=True)
    text_kk = models.CharField(max_length=300, blank=True)

    field_classes = Record.record_classes | {
        "kind": INTERNAL,
        "text_en": INTERNAL,
        "text_ru": INTERNAL,
        "text_kk": INTERNAL,
    }

    class Meta:
        ordering = ["kind", "text_en", "text_ru", "pk"]

    def __str__(self) -> str:
        return self.text_en or self.text_ru or self.text_kk
