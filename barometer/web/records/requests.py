"""Requests for information: what was asked, what came of it step by step, how each question was answered.

How a request stands is worked out from its steps by `barometer.deadlines`, never typed. Steps and verdicts are never
changed (database triggers): what was written in error is voided by a further row.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from barometer.deadlines.values import StepKind
from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC
from barometer.web.records.models import Case, Event, EvidenceItem, Party, Record
from barometer.web.records.protected import ProtectedJSON, ProtectedText


class InformationRequest(Record):
    """One request to one body. Internal until a person makes it public."""

    class Channel(models.TextChoices):
        EOTINISH = "eotinish"  # the state's portal of applications
        MAIL = "mail"
        PORTAL = "portal"
        PAPER = "paper"
        ORAL = "oral"
        OTHER = "other"

    class Visibility(models.TextChoices):
        INTERNAL = "internal"
        PUBLIC = "public"

    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="requests_to")
    body_written = models.CharField(max_length=300, blank=True)  # as the request addresses it
    kind = models.CharField(max_length=40)  # of a rule of barometer.deadlines
    channel = models.CharField(max_length=10, choices=Channel)
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=300)
    text = ProtectedText(blank=True)
    questions = models.JSONField(default=list, blank=True)  # texts, numbered by their place from 1
    sent_on = models.DateField()
    number = models.CharField(max_length=100, blank=True)  # under which the body registered it
    asker = ProtectedText(blank=True)  # who signed
    outlet = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="requests_by"
    )  # on whose behalf
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="requests")
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.INTERNAL)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )

    field_classes = Record.record_classes | {
        "body": PUBLIC,
        "body_written": PUBLIC,
        "kind": PUBLIC,
        "channel": PUBLIC,
        "language": PUBLIC,
        "title": PUBLIC,
        "text": PROTECTED,
        "questions": PUBLIC,
        "sent_on": PUBLIC,
        "number": INTERNAL,
        "asker": PROTECTED,
        "outlet": PUBLIC,
        "case": PUBLIC,
        "visibility": INTERNAL,
        "assigned_to": PROTECTED,
    }

    class Meta:
        ordering = ["-sent_on", "-pk"]
        indexes = [models.Index(fields=["number"], name="request_by_number")]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="a_request_has_a_title")]

    def __str__(self) -> str:
        return self.title


class RequestStep(Record):
    """One thing that happened to a request; never changed or deleted (database triggers).

    A row that `voids` an earlier one takes it back: neither counts. That it was sent is the request's own `sent_on`.
    """

    Kind = models.TextChoices("Kind", [(one.name, one.value) for one in StepKind if one != StepKind.SENT])

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=Kind)
    day = models.DateField()
    days = models.PositiveSmallIntegerField(null=True, blank=True)  # that an extension adds
    body = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="request_steps"
    )  # that it was passed on to
    #: codes of the grounds on which it was refused, as a person confirmed them; see barometer.deadlines.replies
    grounds = models.JSONField(default=list, blank=True)
    note = ProtectedText(blank=True)
    evidence = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="request_steps"
    )
    proposed = ProtectedJSON(null=True, blank=True)  # what the reader of replies said, with its words
    voids = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="voided_by"
    )
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "request": PUBLIC,
        "kind": PUBLIC,
        "day": PUBLIC,
        "days": PUBLIC,
        "body": PUBLIC,
        "grounds": PUBLIC,
        "note": PROTECTED,
        "evidence": INTERNAL,
        "proposed": PROTECTED,
        "voids": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["day", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(by=""), name="a_step_says_by_whom")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind} {self.day}"


class RequestFile(Record):
    """A file of a request: the request itself, a letter that came, an attachment. Its bytes are evidence.

    `read` is what the reader of replies said of it; it waits until a person has made a step of it or said that it is
    none.
    """

    class Role(models.TextChoices):
        REQUEST = "request"
        REPLY = "reply"
        ATTACHMENT = "attachment"

    class Fate(models.TextChoices):
        NONE = "none"  # nothing was to be decided
        WAITING = "waiting"
        STEP = "step"
        NO_STEP = "no step"

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="files")
    evidence = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="request_files")
    role = models.CharField(max_length=10, choices=Role)
    day = models.DateField(null=True, blank=True)  # that it bears
    message_digest = models.CharField(max_length=64, blank=True, db_index=True)  # keyed, of a Message-ID
    read = ProtectedJSON(null=True, blank=True)
    fate = models.CharField(max_length=10, choices=Fate, default=Fate.NONE)
    by = ProtectedText()

    field_classes = Record.record_classes | {
        "request": INTERNAL,
        "evidence": INTERNAL,
        "role": INTERNAL,
        "day": INTERNAL,
        "message_digest": INTERNAL,
        "read": PROTECTED,
        "fate": INTERNAL,
        "by": PROTECTED,
    }

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "evidence"], name="one_row_a_file_of_a_request")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.role}"


class QuestionVerdict(Record):
    """How one question was answered, as a person judged it; never changed or deleted. The last row holds."""

    class Verdict(models.TextChoices):
        ANSWERED = "answered"
        PARTLY = "partly"
        NOT = "not"
        IRRELEVANT = "irrelevant"  # something else was answered

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="verdicts")
    number = models.PositiveSmallIntegerField()  # of the question, from 1
    verdict = models.CharField(max_length=12, choices=Verdict)
    proposed = models.CharField(max_length=12, blank=True)  # by the reader of replies
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "request": PUBLIC,
        "number": PUBLIC,
        "verdict": PUBLIC,
        "proposed": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(by=""), name="a_verdict_on_an_answer_says_by_whom")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.number} {self.verdict}"


class RequestEvent(Record):
    """An event that a request gave rise to, or that a person linked to it."""

    class Why(models.TextChoices):
        NO_REPLY = "no reply"
        REFUSAL = "refusal"
        FORMAL_REPLY = "formal reply"
        DELAY = "delay"
        LINKED = "linked"

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="links")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="request_links")
    why = models.CharField(max_length=12, choices=Why)
    due = models.DateField(null=True, blank=True)  # the deadline as it was when the event was proposed

    field_classes = Record.record_classes | {
        "request": PUBLIC,
        "event": PUBLIC,
        "why": PUBLIC,
        "due": PUBLIC,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "event"], name="one_link_a_request_and_event")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.why}"


class DeadlineRule(Record):
    """A rule of the desk: in place of the country's of that kind and first day, or a further one.

    See barometer.deadlines.values.Rule. One that is `dropped` says that the country's does not hold.
    """

    class Unit(models.TextChoices):
        WORKING = "working"
        CALENDAR = "calendar"
        MONTHS = "months"

    kind = models.CharField(max_length=40)
    label = models.JSONField(
        default=dict, blank=True
    )  # by language, of a kind that the country's data has not
    law = models.CharField(max_length=300)
    article = models.CharField(max_length=100, blank=True)
    days = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10, choices=Unit)
    extension = models.PositiveSmallIntegerField(null=True, blank=True)
    extension_unit = models.CharField(max_length=10, choices=Unit, blank=True)  # '': the rule's own
    transfer = models.PositiveSmallIntegerField(null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=2000)
    note = models.TextField(blank=True)
    confirmed_by = ProtectedText(blank=True)  # the lawyer who said that it is right
    confirmed_on = models.DateField(null=True, blank=True)
    dropped = models.BooleanField(default=False)

    field_classes = Record.record_classes | {
        "kind": PUBLIC,
        "label": PUBLIC,
        "law": PUBLIC,
        "article": PUBLIC,
        "days": PUBLIC,
        "unit": PUBLIC,
        "extension": PUBLIC,
        "extension_unit": PUBLIC,
        "transfer": PUBLIC,
        "since": PUBLIC,
        "until": PUBLIC,
        "source": PUBLIC,
        "note": PUBLIC,
        "confirmed_by": PROTECTED,
        "confirmed_on": PUBLIC,
        "dropped": INTERNAL,
    }

    class Meta:
        ordering = ["kind", "since"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "since"], name="one_deadline_rule_a_kind_and_day"),
            models.CheckConstraint(condition=~Q(source=""), name="a_deadline_rule_has_a_source"),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True) | ~Q(confirmed_by=""),
                name="a_rule_is_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.since}"
