"""What is known of a person beside the events: how to name them, what they agreed to, and what is only counted."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from barometer.review.naming_policy import naming
from barometer.web.records.fields import INTERNAL, PROTECTED
from barometer.web.records.models import Case, Event, EvidenceItem, Party, Record
from barometer.web.records.protected import ProtectedText


class PersonCard(Record):
    """How one person is named, and what is only counted of them. Joined parties are one person: see `withholding`."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="card")
    policy = models.CharField(max_length=20, blank=True)  # "": as the types of the mentions propose
    why = ProtectedText(blank=True)
    set_by = ProtectedText(blank=True)
    set_at = models.DateTimeField(null=True, blank=True)
    relation = models.CharField(max_length=20, blank=True)  # of a relative to the journalist
    gender = models.CharField(max_length=2, blank=True)
    employment = models.CharField(max_length=20, blank=True)
    medium = models.CharField(max_length=20, blank=True)
    outlet_language = models.CharField(max_length=10, blank=True)
    country_of_stay = models.CharField(max_length=2, blank=True)  # nothing finer is kept, on purpose
    at_risk = models.BooleanField(default=False)

    field_classes = Record.record_classes | {
        "party": INTERNAL,
        "policy": INTERNAL,
        "why": PROTECTED,
        "set_by": PROTECTED,
        "set_at": INTERNAL,
        "relation": INTERNAL,
        "gender": INTERNAL,
        "employment": INTERNAL,
        "medium": INTERNAL,
        "outlet_language": INTERNAL,
        "country_of_stay": INTERNAL,
        "at_risk": INTERNAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(policy="") | Q(policy__in=list(naming().policies)), name="a_known_naming_policy"
            ),
            models.CheckConstraint(
                condition=Q(country_of_stay="") | Q(country_of_stay__in=naming().countries),
                name="a_stay_is_a_country_and_nothing_finer",
            ),
            models.CheckConstraint(
                condition=Q(policy="") | ~Q(why="") & ~Q(set_by="") & Q(set_at__isnull=False),
                name="a_policy_says_why_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.policy}"


class Consent(Record):
    """What somebody agreed to or took back; never changed or deleted (database triggers).

    It holds for one event, one case or, without either, all of the person's events, and for the uses that it names. A
    row that withdraws takes back one earlier row, or all of them where it names none, from that moment on.
    """

    class Kind(models.TextChoices):
        GIVEN = "given"
        WITHDRAWN = "withdrawn"

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=10, choices=Kind)
    withdraws = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawn_by"
    )
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.PROTECT, related_name="consents")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="consents")
    uses = models.JSONField(default=list, blank=True)
    how = models.CharField(max_length=12)
    taken_by = ProtectedText()  # who spoke with the person
    day = models.DateField()
    evidence = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="consents"
    )
    address = ProtectedText(blank=True)  # where somebody went public
    words = ProtectedText(blank=True)
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "party": INTERNAL,
        "kind": INTERNAL,
        "withdraws": INTERNAL,
        "event": INTERNAL,
        "case": INTERNAL,
        "uses": INTERNAL,
        "how": INTERNAL,
        "taken_by": PROTECTED,
        "day": INTERNAL,
        "evidence": INTERNAL,
        "address": PROTECTED,
        "words": PROTECTED,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=True) | Q(case__isnull=True), name="consent_to_an_event_or_a_case"
            ),
            models.CheckConstraint(
                condition=~Q(how="public") | ~Q(address="") | Q(evidence__isnull=False),
                name="who_went_public_did_so_somewhere",
            ),
            models.CheckConstraint(condition=~Q(taken_by="") & ~Q(by=""), name="a_consent_says_who_took_it"),
            models.CheckConstraint(
                condition=Q(kind="withdrawn") | Q(withdraws__isnull=True), name="only_a_withdrawal_withdraws"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.kind} {self.day}"
