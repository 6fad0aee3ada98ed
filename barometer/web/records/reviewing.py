"""What review leaves behind: reviews, harm checks, marks on links, statements held back, notes for readers."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone

from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC
from barometer.web.records.models import Event, EvidenceItem, Item, Record
from barometer.web.records.protected import ProtectedText


class Signed(Record):
    """A row that bears the name of who wrote it."""

    by = ProtectedText()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    signed_classes = Record.record_classes | {"by": PROTECTED, "user": PROTECTED}

    class Meta:
        abstract = True


class Review(Signed):
    """A person has reviewed these very words of an event; never changed or deleted (database triggers).

    `content` is the digest of what was reviewed; `double_checked` is false where a small office did without a second
    person.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="reviews")
    content = models.CharField(max_length=64)
    double_checked = models.BooleanField()

    field_classes = Signed.signed_classes | {"event": PUBLIC, "content": INTERNAL, "double_checked": PUBLIC}

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(by=""), name="a_review_is_somebody_s")]

    def __str__(self) -> str:
        return f"{self.event_id} {'double-checked' if self.double_checked else 'not double-checked'}"


class HarmCheck(Signed):
    """The questions on harm answered for these very words of an event; never changed (database triggers)."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="harm_checks")
    content = models.CharField(max_length=64)
    answers = models.JSONField()  # question → yes, no or na
    note = ProtectedText(blank=True)

    field_classes = Signed.signed_classes | {
        "event": INTERNAL,
        "content": INTERNAL,
        "answers": INTERNAL,
        "note": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(by=""), name="a_harm_check_is_somebody_s")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.created_at:%Y-%m-%d}"


class LinkMark(Signed):
    """A lawyer or an editor says whether readers get a link of an item; the last row on an address holds (triggers)."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="link_marks")
    address = models.TextField()
    is_public = models.BooleanField()
    reason = models.TextField()

    field_classes = Signed.signed_classes | {
        "item": INTERNAL,
        "address": INTERNAL,
        "is_public": INTERNAL,
        "reason": INTERNAL,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(by="") & ~Q(reason=""), name="a_link_mark_says_why_and_by_whom"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {'public' if self.is_public else 'held back'}"


def link_marks(items: Iterable[int]) -> dict[tuple[int, str], bool]:
    """(item, address) → whether readers get the link, by the last mark; what was never marked is not in it."""
    rows = LinkMark.objects.filter(item__in=list(items)).order_by()
    last = rows.values("item", "address").annotate(last=Max("pk")).values("last")
    return {
        (row.item_id, row.address): row.is_public
        for row in LinkMark.objects.filter(pk__in=last).only("item", "address", "is_public")
    }


class HeldStatement(Signed):
    """Words that are not to be repeated: retracted, or forbidden by a court or an agreement, until they are free again."""

    class Kind(models.TextChoices):
        COURT_ORDER = "court order"
        REFUTATION = "refutation"
        GAG = "gag order"
        AGREEMENT = "agreement"
        OWN = "own correction"

    kind = models.CharField(max_length=20, choices=Kind)
    words = ProtectedText()
    demanded_by = ProtectedText()
    date = models.DateField()
    source = models.TextField()  # the judgment, the agreement, the page on which it stands
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.PROTECT, related_name="held_statements"
    )
    freed_at = models.DateTimeField(null=True, blank=True)
    freed_why = models.TextField(blank=True)

    field_classes = Signed.signed_classes | {
        "kind": INTERNAL,
        "words": PROTECTED,
        "demanded_by": PROTECTED,
        "date": INTERNAL,
        "source": INTERNAL,
        "event": INTERNAL,
        "freed_at": INTERNAL,
        "freed_why": INTERNAL,
    }

    class Meta:
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(by="") & ~Q(words="") & ~Q(demanded_by="") & ~Q(source=""),
                name="a_held_statement_says_what_and_why",
            ),
            models.CheckConstraint(
                condition=Q(freed_at__isnull=True, freed_why="")
                | Q(freed_at__isnull=False) & ~Q(freed_why=""),
                name="freed_at_a_time_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.date}"


class PublicNote(Signed):
    """What readers are told beside a record: a correction, a reply, a withdrawal; never changed (database triggers)."""

    class Kind(models.TextChoices):
        CORRECTION = "correction"
        REPLY = "reply"
        WITHDRAWAL = "withdrawal"
        RETURN = "return"

    class Reason(models.TextChoices):
        ERROR = "error"
        SOURCE = "source"
        FACTS = "facts"
        ORDER = "order"
        SAFETY = "safety"
        REPLY = "reply"
        OTHER = "other"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="public_notes")
    kind = models.CharField(max_length=12, choices=Kind)
    date = models.DateField(default=timezone.localdate)
    reason = models.CharField(max_length=12, choices=Reason)
    words_en = models.TextField(blank=True)
    words_ru = models.TextField(blank=True)
    words_kk = models.TextField(blank=True)
    #: of a reply: how we know that it came, and from whom
    received = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    #: of the event, after what the note tells of
    revision = models.PositiveIntegerField(null=True, blank=True)

    field_classes = Signed.signed_classes | {
        "event": PUBLIC,
        "kind": PUBLIC,
        "date": PUBLIC,
        "reason": PUBLIC,
        "words_en": PUBLIC,
        "words_ru": PUBLIC,
        "words_kk": PUBLIC,
        "received": INTERNAL,
        "revision": INTERNAL,
    }

    class Meta:
        ordering = ["date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(by="") & ~Q(words_en="", words_ru="", words_kk=""),
                name="a_public_note_says_something",
            ),
            models.CheckConstraint(
                condition=~Q(kind="reply") | Q(received__isnull=False), name="a_reply_was_received"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.kind} {self.date}"
