"""Takedown notices: who asked which platform to take down what, what came of each address, what people make of it.

The words of a notice and the names of who sent it may be a private person's: a seized ledger tells neither. Notices of
one sender are found by a keyed digest of the name. Steps and judgements are never changed (database triggers).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC
from barometer.web.records.models import Event, EvidenceItem, Party, Record
from barometer.web.records.protected import ProtectedJSON, ProtectedText


class NoticeSender(Record):
    """Who sends notices, or in whose name they are sent; shown to readers only as `public_name`, which a person gives."""

    class Kind(models.TextChoices):
        UNKNOWN = "unknown"
        ORGANISATION = "organisation"
        PERSON = "person"

    name = ProtectedText()
    digest = models.CharField(max_length=64, unique=True)  # keyed, of the folded name
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.UNKNOWN)
    public_name = models.CharField(max_length=300, blank=True, default="")

    field_classes = Record.record_classes | {
        "name": PROTECTED,
        "digest": INTERNAL,
        "kind": INTERNAL,
        "public_name": PUBLIC,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(public_name="") | Q(kind="organisation"), name="only_organisations_are_shown"
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class TakedownNotice(Record):
    """A notice as barometer.reach.notices.Notice has it, kept; public once `published_at` is set by a person."""

    class Ground(models.TextChoices):
        COPYRIGHT = "copyright"
        TRADEMARK = "trademark"
        DEFAMATION = "defamation"
        PRIVACY = "privacy"
        COURT_ORDER = "court_order"
        REGULATOR = "regulator"
        OTHER = "other"

    class Action(models.TextChoices):
        UNKNOWN = ""
        REMOVED = "removed"
        RESTRICTED = "restricted"
        REFUSED = "refused"
        NONE = "none"

    source = models.CharField(max_length=20)  # lumen, csv, mail, desk
    number = models.CharField(max_length=200, blank=True)  # what its source calls it
    same = models.CharField(max_length=64, db_index=True)  # keyed, of sender, addresses and day
    sender = models.ForeignKey(
        NoticeSender, null=True, blank=True, on_delete=models.PROTECT, related_name="sent"
    )
    principal = models.ForeignKey(
        NoticeSender, null=True, blank=True, on_delete=models.PROTECT, related_name="stands_behind"
    )
    recipient = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    ground = models.CharField(max_length=12, choices=Ground, default=Ground.OTHER)
    work = ProtectedText(blank=True)
    works = ProtectedJSON(default=list, blank=True)
    work_date = models.DateField(null=True, blank=True)
    target_words = ProtectedText(blank=True)
    target_date = models.DateField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    action = models.CharField(max_length=12, choices=Action, blank=True, default=Action.UNKNOWN)
    words = ProtectedText(blank=True)
    language = models.CharField(max_length=8, blank=True)
    evidence = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="takedown_notices"
    )
    rules = models.CharField(
        max_length=20, blank=True
    )  # the version of the rules by which its signs were worked out
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = ProtectedText(blank=True)

    field_classes = Record.record_classes | {
        "source": INTERNAL,
        "number": INTERNAL,
        "same": INTERNAL,
        "sender": PUBLIC,
        "principal": PUBLIC,
        "recipient": PUBLIC,
        "country": INTERNAL,
        "ground": PUBLIC,
        "work": PROTECTED,
        "works": PROTECTED,
        "work_date": INTERNAL,
        "target_words": PROTECTED,
        "target_date": INTERNAL,
        "day": PUBLIC,
        "action": PUBLIC,
        "words": PROTECTED,
        "language": INTERNAL,
        "evidence": INTERNAL,
        "rules": INTERNAL,
        "published_at": INTERNAL,
        "published_by": PROTECTED,
    }

    class Meta:
        ordering = [models.F("day").desc(nulls_last=True), "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "number"], condition=~Q(number=""), name="one_notice_a_number"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | ~Q(published_by=""),
                name="a_notice_is_published_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class NoticeTarget(Record):
    """An address that a notice asks to take down; its state is that of its last step, the outlet known by its domain."""

    class State(models.TextChoices):
        UNKNOWN = "unknown"
        UP = "up"
        RESTRICTED = "restricted"
        REMOVED = "removed"
        RESTORED = "restored"

    notice = models.ForeignKey(TakedownNotice, on_delete=models.PROTECT, related_name="targets")
    position = models.PositiveSmallIntegerField()
    url = models.CharField(max_length=2000)
    outlet = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="notice_targets"
    )
    title = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.UNKNOWN)

    field_classes = Record.record_classes | {
        "notice": PUBLIC,
        "position": PUBLIC,
        "url": PUBLIC,
        "outlet": PUBLIC,
        "title": INTERNAL,
        "state": PUBLIC,
    }

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="one_target_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.position}"


class NoticeStep(Record):
    """One thing that happened after a notice, to one address or to all; never changed or deleted (database triggers)."""

    class Kind(models.TextChoices):
        REMOVED = "removed"
        RESTRICTED = "restricted"
        UP = "up"  # looked at, and it is there
        COUNTER = "counter-notice"
        REPLY = "reply"
        REFUSED = "refused"
        RESTORED = "restored"
        ACCOUNT = "account"  # a strike against the account, or its suspension
        COURT = "court"

    notice = models.ForeignKey(TakedownNotice, on_delete=models.PROTECT, related_name="steps")
    target = models.ForeignKey(
        NoticeTarget, null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField(max_length=16, choices=Kind)
    day = models.DateField()
    words = ProtectedText(blank=True)
    evidence = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="notice_steps"
    )
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "notice": PUBLIC,
        "target": PUBLIC,
        "kind": PUBLIC,
        "day": PUBLIC,
        "words": PROTECTED,
        "evidence": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["day", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(by=""), name="a_notice_step_says_by_whom")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.kind}"


class NoticeSign(models.Model):
    """A sign of abuse that the rules see in a notice: computed, no proof. `told` holds the values of its reason."""

    notice = models.ForeignKey(TakedownNotice, on_delete=models.CASCADE, related_name="signs")
    code = models.CharField(max_length=40)
    told = ProtectedJSON(default=dict, blank=True)

    field_classes = {"id": INTERNAL, "notice": INTERNAL, "code": INTERNAL, "told": PROTECTED}

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "code"], name="one_row_a_sign")]

    def __str__(self) -> str:
        return self.code


class NoticeJudgement(Record):
    """What a person makes of a notice, or of one sign in it; never changed or deleted (database triggers).

    `sign` is '' for the whole notice. The last row on a point holds.
    """

    class Verdict(models.TextChoices):
        ABUSIVE = "abusive"
        NOT = "not"
        UNSURE = "unsure"

    notice = models.ForeignKey(TakedownNotice, on_delete=models.PROTECT, related_name="judgements")
    sign = models.CharField(max_length=40, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = ProtectedText()
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "notice": INTERNAL,
        "sign": INTERNAL,
        "verdict": INTERNAL,
        "reason": PROTECTED,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(by=""), name="a_notice_judgement_says_why_and_by_whom"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.sign} {self.verdict}"


class NoticeEvent(Record):
    """An event that a notice gave rise to: `what` is the notice itself, the restoration, or what befell an account."""

    class What(models.TextChoices):
        NOTICE = "notice"
        RESTORED = "restored"
        ACCOUNT = "account"

    notice = models.ForeignKey(TakedownNotice, on_delete=models.PROTECT, related_name="events")
    outlet = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=What)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="of_notice")

    field_classes = Record.record_classes | {
        "notice": INTERNAL,
        "outlet": INTERNAL,
        "what": INTERNAL,
        "event": INTERNAL,
    }

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.what}"
