"""What is watched: sites with every look at them, outages and the events that these gave rise to; accounts with states."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC
from barometer.web.records.models import Event, EvidenceItem, Party, Record
from barometer.web.records.protected import ProtectedText


class Reach(models.TextChoices):
    """As `barometer.reach.values.Reach`."""

    OK = "ok"
    DOWN = "down"
    OVERLOADED = "overloaded"
    BLOCKED_LIKELY = "blocked_likely"
    BLOCKED_CONFIRMED = "blocked_confirmed"
    INSUFFICIENT = "insufficient"


class WatchedSite(Record):
    """An outlet's site that is looked at by rhythm. Public once a person says so."""

    outlet = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="watched_sites")
    address = models.CharField(max_length=300, unique=True)
    country = models.CharField(max_length=2, default="KZ")  # whose readers are meant
    every = models.PositiveIntegerField(default=10)  # minutes
    active = models.BooleanField(default=True)
    public = models.BooleanField(default=False)
    looked_at = models.DateTimeField(null=True, blank=True)  # last, from this machine

    field_classes = Record.record_classes | {
        "outlet": PUBLIC,
        "address": PUBLIC,
        "country": PUBLIC,
        "every": INTERNAL,
        "active": INTERNAL,
        "public": INTERNAL,
        "looked_at": INTERNAL,
    }

    class Meta:
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address


class VantagePoint(Record):
    """From where is looked. Readers learn its country, of OONI's also the network; never its name."""

    class Kind(models.TextChoices):
        OWN = "own"  # this machine
        PROXY = "proxy"  # this machine through a proxy
        DESK = "desk"  # another desk, by its signed files
        OONI = "ooni"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, blank=True)
    network = models.CharField(max_length=20, blank=True)
    control = models.BooleanField(default=False)  # nothing is known to be blocked there
    proxy = ProtectedText(blank=True)
    active = models.BooleanField(default=True)

    field_classes = Record.record_classes | {
        "public_id": INTERNAL,
        "kind": INTERNAL,
        "name": INTERNAL,
        "country": INTERNAL,
        "network": INTERNAL,
        "control": INTERNAL,
        "proxy": PROTECTED,
        "active": INTERNAL,
    }

    class Meta:
        ordering = ["kind", "country", "network", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "country", "network"], name="one_row_a_vantage_point"),
        ]

    def __str__(self) -> str:
        return self.name


class WitnessKey(Record):
    """The public key by which another desk signs its measurements."""

    name = models.CharField(max_length=80)  # of the desk
    key = models.CharField(max_length=64, unique=True)  # Ed25519, in hexadecimal
    active = models.BooleanField(default=True)

    field_classes = Record.record_classes | {
        "public_id": INTERNAL,
        "name": INTERNAL,
        "key": INTERNAL,
        "active": INTERNAL,
    }

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class SiteDay(models.Model):
    """All looks at a site from one place on one day of the desk's zone: `looks` is a set, so that no order or repetition matters.

    `looks` is packed (barometer.web.actions.watching_days); the numbers are those of its states; `hours` has a bit for
    each hour in which a look could say something.
    """

    site = models.ForeignKey(WatchedSite, on_delete=models.CASCADE, related_name="days")
    vantage = models.ForeignKey(VantagePoint, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    looks = models.BinaryField()
    hours = models.PositiveIntegerField(default=0)
    ok = models.PositiveIntegerField(default=0)
    down = models.PositiveIntegerField(default=0)
    overloaded = models.PositiveIntegerField(default=0)
    blocked_likely = models.PositiveIntegerField(default=0)
    blocked_confirmed = models.PositiveIntegerField(default=0)
    insufficient = models.PositiveIntegerField(default=0)

    field_classes = {
        "id": INTERNAL,
        "site": INTERNAL,
        "vantage": INTERNAL,
        "day": INTERNAL,
        "looks": INTERNAL,
        "hours": INTERNAL,
        **dict.fromkeys(Reach.values, INTERNAL),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "vantage", "day"], name="one_row_a_day_and_place"),
        ]
        indexes = [models.Index(fields=["day", "site"], name="days_of_all_sites")]

    def __str__(self) -> str:
        return f"{self.site} {self.day}"


class LookDetail(models.Model):
    """What was seen, of every look that differs from the one before it and, each hour, of the first that was not ok."""

    site = models.ForeignKey(WatchedSite, on_delete=models.CASCADE, related_name="details")
    vantage = models.ForeignKey(VantagePoint, on_delete=models.PROTECT, related_name="details")
    at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=Reach)
    rule = models.CharField(max_length=60)
    source = models.CharField(max_length=10)
    source_id = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    field_classes = {
        "id": INTERNAL,
        "site": INTERNAL,
        "vantage": INTERNAL,
        "at": INTERNAL,
        "state": INTERNAL,
        "rule": INTERNAL,
        "source": INTERNAL,
        "source_id": INTERNAL,
        "detail": INTERNAL,
    }

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "vantage", "at", "state", "rule"], name="one_row_a_look_in_detail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.at:%Y-%m-%d %H:%M}"


class SiteCertificate(models.Model):
    """A certificate that a site showed, kept as evidence when it was first seen."""

    site = models.ForeignKey(WatchedSite, on_delete=models.CASCADE, related_name="certificates")
    vantage = models.ForeignKey(VantagePoint, on_delete=models.PROTECT)
    evidence = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="certificates")
    seen_at = models.DateTimeField()
    told = models.JSONField(default=dict, blank=True)  # subject, issuer, until when

    field_classes = {
        "id": INTERNAL,
        "site": INTERNAL,
        "vantage": INTERNAL,
        "evidence": INTERNAL,
        "seen_at": INTERNAL,
        "told": INTERNAL,
    }

    class Meta:
        ordering = ["-seen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "evidence"], name="one_row_a_certificate_of_a_site"),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.evidence}"


class WatchFile(Record):
    """A file of measurements that is kept: a day of our own, or one that was brought, with what of it was broken."""

    class Kind(models.TextChoices):
        DAY = "day"
        OONI = "ooni"
        DESK = "desk"  # another's signed measurements

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=255)
    day = models.DateField(null=True, blank=True)  # of our own
    evidence = models.OneToOneField(EvidenceItem, on_delete=models.PROTECT, related_name="watch_file")
    measurements = models.PositiveIntegerField(default=0)
    elsewhere = models.PositiveIntegerField(default=0)  # of sites that are not watched
    broken = models.JSONField(default=list, blank=True)  # {"place", "reason"}, the first of them
    broken_count = models.PositiveIntegerField(default=0)
    by = ProtectedText()

    field_classes = Record.record_classes | {
        "public_id": INTERNAL,
        "kind": INTERNAL,
        "name": INTERNAL,
        "day": INTERNAL,
        "evidence": INTERNAL,
        "measurements": INTERNAL,
        "elsewhere": INTERNAL,
        "broken": INTERNAL,
        "broken_count": INTERNAL,
        "by": PROTECTED,
    }

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class SiteOutage(Record):
    """A time during which a site could not be reached, worked out of the looks; worked out anew it stays the same row.

    One that later looks tell to be part of another, or none at all, is set aside and keeps its events.
    """

    site = models.ForeignKey(WatchedSite, on_delete=models.CASCADE, related_name="outages")
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=Reach)
    # Of the clearest verdict: how many witnesses agreed, were asked, could say nothing; the same of the control.
    agreeing = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    unable = models.PositiveIntegerField(default=0)
    control_reached = models.PositiveIntegerField(default=0)
    control_asked = models.PositiveIntegerField(default=0)
    rule = models.CharField(max_length=60, blank=True)
    #: day of the site's zone → [seconds surely not reachable, seconds of which nobody knows]
    by_day = models.JSONField(default=dict, blank=True)
    worked_out_at = models.DateTimeField(default=timezone.now)
    set_aside = models.BooleanField(default=False)

    field_classes = Record.record_classes | {
        "site": PUBLIC,
        "began": PUBLIC,
        "ended": PUBLIC,
        "state": PUBLIC,
        "agreeing": PUBLIC,
        "asked": PUBLIC,
        "unable": PUBLIC,
        "control_reached": PUBLIC,
        "control_asked": PUBLIC,
        "rule": PUBLIC,
        "by_day": PUBLIC,
        "worked_out_at": INTERNAL,
        "set_aside": INTERNAL,
    }

    class Meta:
        ordering = ["-began", "-pk"]
        indexes = [models.Index(fields=["site", "began"], name="outages_of_a_site")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended=None) | Q(ended__gte=models.F("began")),
                name="an_outage_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.began:%Y-%m-%d %H:%M}"


class OutageEvent(models.Model):
    """The event that an outage gave rise to when it began, and the one when the site was back."""

    class What(models.TextChoices):
        BEGAN = "began"
        BACK = "back"

    outage = models.ForeignKey(SiteOutage, on_delete=models.PROTECT, related_name="events")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="outage_event")
    what = models.CharField(max_length=10, choices=What)

    field_classes = {"id": INTERNAL, "outage": INTERNAL, "event": INTERNAL, "what": INTERNAL}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outage", "what"], name="one_event_a_beginning_and_end"),
        ]

    def __str__(self) -> str:
        return f"{self.outage} {self.what}"


class Account(Record):
    """An outlet's account, page or channel on a platform. Public once a person says so."""

    outlet = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="accounts")
    platform = models.CharField(max_length=80)
    handle = models.CharField(max_length=200)  # the name, or the address of its page
    read = models.BooleanField(default=False)  # its public page is read every day
    active = models.BooleanField(default=True)
    public = models.BooleanField(default=False)

    field_classes = Record.record_classes | {
        "outlet": PUBLIC,
        "platform": PUBLIC,
        "handle": PUBLIC,
        "read": INTERNAL,
        "active": INTERNAL,
        "public": INTERNAL,
    }

    class Meta:
        ordering = ["platform", "handle"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "handle"], name="one_row_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.handle}"


class AccountState(Record):
    """What an account was found to be on a day; never changed or deleted (database triggers)."""

    class State(models.TextChoices):
        PRESENT = "present"
        RESTRICTED = "restricted"
        GONE = "gone"
        UNKNOWN = "unknown"

    class How(models.TextChoices):
        ENTERED = "entered"  # by a person
        READ = "read"  # by the program, on the account's public page

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="states")
    state = models.CharField(max_length=12, choices=State)
    how = models.CharField(max_length=10, choices=How)
    day = models.DateField()
    sign = models.CharField(max_length=200, blank=True)  # by what it was told
    note = ProtectedText(blank=True)
    evidence = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="account_states"
    )
    event = models.OneToOneField(
        Event, null=True, blank=True, on_delete=models.PROTECT, related_name="account_state"
    )
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = Record.record_classes | {
        "account": PUBLIC,
        "state": PUBLIC,
        "how": PUBLIC,
        "day": PUBLIC,
        "sign": INTERNAL,
        "note": PROTECTED,
        "evidence": INTERNAL,
        "event": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.account}: {self.state}"
