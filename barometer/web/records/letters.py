"""Joint letters: their words, the people in them, versions, who signs which, what was answered and what came of it.

The words of a letter stand in `Letter.words` until they are kept as a version; what is sent is the last version, and
stays. Who signed which version is told by acts that are never changed (database triggers).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC
from barometer.web.records.models import Case, EvidenceItem, Party, Record, Source
from barometer.web.records.protected import ProtectedText


class Letter(Record):
    """A letter of several organisations, from its draft to what came of it."""

    class Order(models.TextChoices):
        ALPHABETICAL = "alphabetical"
        LEAD_FIRST = "lead first"

    #: part → language → text: see barometer.publication.letter.PARTS, and "demand.ID", "person.ID"
    words = models.JSONField(default=dict, blank=True)
    source_language = models.CharField(max_length=2, default="en")
    languages = models.JSONField(default=list)  # in which it is sent
    template = models.CharField(max_length=30, blank=True)
    source = models.OneToOneField(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="letter"
    )
    day = models.DateField(null=True, blank=True)  # the day that the letter bears
    since = models.DateField(null=True, blank=True)  # from when its figures count
    sent_via = models.CharField(max_length=200, blank=True)  # as the letter prints it
    provisions = models.JSONField(default=list, blank=True)
    order = models.CharField(max_length=20, choices=Order, default=Order.ALPHABETICAL)
    embargo = models.DateTimeField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    join_digest = models.CharField(
        max_length=64, blank=True, db_index=True
    )  # of the link by which individuals join
    frozen_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_how = models.CharField(max_length=300, blank=True)
    proof = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )

    field_classes = Record.record_classes | {
        "words": INTERNAL,
        "source_language": INTERNAL,
        "languages": PUBLIC,
        "template": INTERNAL,
        "source": INTERNAL,
        "day": PUBLIC,
        "since": INTERNAL,
        "sent_via": PUBLIC,
        "provisions": PUBLIC,
        "order": INTERNAL,
        "embargo": INTERNAL,
        "deadline": INTERNAL,
        "join_digest": INTERNAL,
        "frozen_at": PUBLIC,
        "sent_at": PUBLIC,
        "sent_how": PUBLIC,
        "proof": INTERNAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(frozen_at__isnull=False) & ~Q(sent_how=""),
                name="a_letter_is_sent_frozen_and_somehow",
            )
        ]

    def __str__(self) -> str:
        titles = self.words.get("title", {})
        return titles.get(self.source_language) or next(iter(titles.values()), "") or self.public_id


class LetterPerson(Record):
    """A case of urgent concern: one person or outlet of one case. Its own words, if any, are the letter's."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="people")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letter_people")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="letter_people")
    position = models.PositiveSmallIntegerField()

    field_classes = Record.record_classes | {
        "letter": PUBLIC,
        "case": PUBLIC,
        "party": PUBLIC,
        "position": PUBLIC,
    }

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "case", "party"], name="one_paragraph_a_person_and_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.party_id}"


class LetterDemand(Record):
    """What the letter asks for, by its place; its words are the letter's."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="demands")
    position = models.PositiveSmallIntegerField()

    field_classes = Record.record_classes | {"letter": PUBLIC, "position": PUBLIC}

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.position}"


class LetterVersion(Record):
    """What the letter said at one time, in each of its languages; never changed or deleted (database triggers)."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.JSONField()  # language → barometer.publication.letter.content
    substantive = models.BooleanField()  # who signed an earlier one is asked again
    note = models.TextField(blank=True)  # what changed, for those who signed
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "letter": PUBLIC,
        "number": PUBLIC,
        "digest": PUBLIC,
        "content": PUBLIC,
        "substantive": INTERNAL,
        "note": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="one_version_a_number"),
            models.CheckConstraint(condition=~Q(by=""), name="a_version_says_by_whom"),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} v{self.number}"


class Signatory(Record):
    """An organisation that is asked to sign, or an individual who wishes to. What they did: their acts.

    The name is public once the letter is sent, and never where `shown` is false; until then a seized ledger does not
    tell it.
    """

    class Kind(models.TextChoices):
        ORGANISATION = "organisation"
        INDIVIDUAL = "individual"

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="signatories")
    kind = models.CharField(max_length=12, choices=Kind)
    name = ProtectedText()
    about = ProtectedText(blank=True)  # of an individual: "editor, Almaty"
    lead = models.BooleanField(default=False)
    shown = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="en")
    contact = ProtectedText(blank=True)
    email = ProtectedText(blank=True)
    email_digest = models.CharField(max_length=64, blank=True, db_index=True)  # keyed: tells a second asking
    logo = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="logo_of"
    )

    field_classes = Record.record_classes | {
        "letter": PUBLIC,
        "kind": PUBLIC,
        "name": PUBLIC,
        "about": PUBLIC,
        "lead": INTERNAL,
        "shown": INTERNAL,
        "language": INTERNAL,
        "contact": PROTECTED,
        "email": PROTECTED,
        "email_digest": INTERNAL,
        "logo": PUBLIC,
    }

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "signatories"
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="a_signatory_has_a_name")]

    def __str__(self) -> str:
        return self.public_id


class SignLink(models.Model):
    """A private link of a signatory: only the digest of its secret is kept. A reminder brings a further one."""

    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    field_classes = {
        "id": INTERNAL,
        "signatory": INTERNAL,
        "digest": INTERNAL,
        "made_at": INTERNAL,
        "ended_at": INTERNAL,
    }

    def __str__(self) -> str:
        return f"{self.signatory_id} {self.made_at:%Y-%m-%d}"


class SignAct(models.Model):
    """One thing that a signatory did, or that was done with them; never changed or deleted (database triggers)."""

    class Act(models.TextChoices):
        ASK = "ask"
        OPEN = "open"
        COMMENT = "comment"
        APPROVE = "approve"  # would sign this version
        SIGN = "sign"
        DECLINE = "decline"
        WITHDRAW = "withdraw"
        AGAIN = "again"  # asked again, for a substantive change
        NOTIFY = "notify"  # told of a small one
        REMIND = "remind"

    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=10, choices=Act)
    at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.ForeignKey(
        LetterVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="acts"
    )
    words = ProtectedText(blank=True)
    mailed = models.BooleanField(default=False)
    proof = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="sign_acts"
    )
    by = ProtectedText(blank=True)  # of the desk; '' where the signatory did it by the link
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = {
        "id": INTERNAL,
        "signatory": INTERNAL,
        "act": INTERNAL,
        "at": INTERNAL,
        "version": INTERNAL,
        "words": PROTECTED,
        "mailed": INTERNAL,
        "proof": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(act__in=["sign", "approve"]) | Q(version__isnull=False),
                name="a_signature_is_under_a_version",
            ),
            models.CheckConstraint(
                condition=~Q(act__in=["sign", "decline", "withdraw"]) | Q(by="") | Q(proof__isnull=False),
                name="a_signature_that_the_desk_records_has_its_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signatory_id} {self.act}"


class DemandOutcome(Record):
    """What came of a demand, from a day on; never changed or deleted (database triggers). The last row holds."""

    class State(models.TextChoices):
        OPEN = "open"
        PARTLY = "partly met"
        MET = "met"
        REFUSED = "refused"

    demand = models.ForeignKey(LetterDemand, on_delete=models.PROTECT, related_name="outcomes")
    state = models.CharField(max_length=12, choices=State)
    day = models.DateField()
    reason = models.TextField()  # for readers
    address = models.CharField(max_length=2000, blank=True)
    evidence = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="demand_outcomes"
    )
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "demand": PUBLIC,
        "state": PUBLIC,
        "day": PUBLIC,
        "reason": PUBLIC,
        "address": PUBLIC,
        "evidence": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(by=""), name="an_outcome_says_why_and_by_whom"
            )
        ]

    def __str__(self) -> str:
        return f"{self.demand_id} {self.state}"


class LetterReply(Record):
    """An answer to a letter that was sent: who, on which day, what it says for readers."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="replies")
    day = models.DateField()
    sender = models.CharField(max_length=300)
    summary = models.TextField()
    language = models.CharField(max_length=2)
    evidence = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="letter_replies"
    )

    field_classes = Record.record_classes | {
        "letter": PUBLIC,
        "day": PUBLIC,
        "sender": PUBLIC,
        "summary": PUBLIC,
        "language": PUBLIC,
        "evidence": INTERNAL,
    }

    class Meta:
        ordering = ["day", "pk"]
        verbose_name_plural = "letter replies"

    def __str__(self) -> str:
        return f"{self.letter_id} {self.day}"


class LetterCoverage(Record):
    """Where the letter was written about."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="coverage")
    day = models.DateField(null=True, blank=True)
    outlet = models.CharField(max_length=300)
    title = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=2000)

    field_classes = Record.record_classes | {
        "letter": PUBLIC,
        "day": PUBLIC,
        "outlet": PUBLIC,
        "title": PUBLIC,
        "address": PUBLIC,
    }

    class Meta:
        ordering = ["day", "pk"]
        verbose_name_plural = "letter coverage"

    def __str__(self) -> str:
        return f"{self.letter_id} {self.outlet}"
