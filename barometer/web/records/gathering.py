"""What comes in and what is kept of it: sources watched, documents met, leads, jobs, and the evidence ledger."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC
from barometer.web.records.models import EvidenceItem, Record, Source
from barometer.web.records.protected import ProtectedJSON, ProtectedText


class WatchedSource(Record):
    """A source that is asked by rhythm: what its TOML file says (barometer.sources.watched), and what it remembers."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    address = ProtectedText()
    language = models.CharField(max_length=12)
    trust = models.CharField(max_length=12)
    every = models.PositiveIntegerField()  # minutes
    expected_least = models.PositiveIntegerField(default=0)  # items a day
    expected_most = models.PositiveIntegerField(default=0)
    proxy = ProtectedText(blank=True)
    follow = models.BooleanField(default=True)
    select = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)
    active = models.BooleanField(default=True)
    #: what the next visit needs to know of the last: entity tags, keys seen, the last text
    memory = models.JSONField(default=dict, blank=True)

    field_classes = Record.record_classes | {
        "slug": INTERNAL,
        "title": INTERNAL,
        "publisher": INTERNAL,
        "kind": INTERNAL,
        "address": PROTECTED,
        "language": INTERNAL,
        "trust": INTERNAL,
        "every": INTERNAL,
        "expected_least": INTERNAL,
        "expected_most": INTERNAL,
        "proxy": PROTECTED,
        "follow": INTERNAL,
        "select": INTERNAL,
        "country": INTERNAL,
        "active": INTERNAL,
        "memory": INTERNAL,
    }

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class Round(models.Model):
    """One visit to a source, ended well or not."""

    watched = models.ForeignKey(WatchedSource, on_delete=models.CASCADE, related_name="rounds")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    asked = models.PositiveIntegerField(default=0)  # requests
    shown = models.PositiveIntegerField(default=0)  # items that the source shows
    new = models.PositiveIntegerField(default=0)  # items not seen before
    answered = models.BooleanField(default=True)  # False: no answer that could be read
    layout = models.BooleanField(default=False)  # the page has another layout than the reader knows
    notes = models.JSONField(default=list, blank=True)  # lines

    field_classes = {
        "id": INTERNAL,
        "watched": INTERNAL,
        "started_at": INTERNAL,
        "ended_at": INTERNAL,
        "asked": INTERNAL,
        "shown": INTERNAL,
        "new": INTERNAL,
        "answered": INTERNAL,
        "layout": INTERNAL,
        "notes": INTERNAL,
    }

    class Meta:
        indexes = [models.Index(fields=["watched", "started_at"], name="rounds_of_a_source")]

    def __str__(self) -> str:
        return f"{self.watched} {self.started_at:%Y-%m-%d %H:%M}"


class Document(Record):
    """A text that came in, once, however often and wherever it was met. Its words are kept only for a lead."""

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the evened text
    title = models.TextField(blank=True)
    author = models.CharField(max_length=300, blank=True)
    published = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=12, blank=True)
    relevance = models.FloatField()
    evidence = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    #: the MinHash of the text, by which near copies are told (barometer.sources.twins)
    sketch = models.JSONField(default=list, blank=True)

    field_classes = Record.record_classes | {
        "digest": INTERNAL,
        "title": INTERNAL,
        "author": INTERNAL,
        "published": INTERNAL,
        "language": INTERNAL,
        "relevance": INTERNAL,
        "evidence": INTERNAL,
        "sketch": INTERNAL,
    }

    def __str__(self) -> str:
        return self.title[:80] or self.digest[:12]


class DocumentBand(models.Model):
    """A band of a document's MinHash: near copies share one."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="bands")
    band = models.BigIntegerField(db_index=True)

    field_classes = {"id": INTERNAL, "document": INTERNAL, "band": INTERNAL}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "band"], name="one_row_a_band")]

    def __str__(self) -> str:
        return str(self.band)


class Sighting(models.Model):
    """A document met at an address: the same words, or a near copy of them."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="sightings")
    watched = models.ForeignKey(
        WatchedSource, null=True, blank=True, on_delete=models.SET_NULL, related_name="sightings"
    )
    url = models.TextField(blank=True)
    seen_at = models.DateTimeField(db_index=True)
    title = models.TextField(blank=True)
    digest = models.CharField(max_length=64)  # of the words that stood there
    likeness = models.FloatField(default=1.0)  # of these words to the document's, 0 to 1
    key = models.CharField(max_length=64, unique=True)  # digest of document, source, address and words

    field_classes = {
        "id": INTERNAL,
        "document": INTERNAL,
        "watched": INTERNAL,
        "url": INTERNAL,
        "seen_at": INTERNAL,
        "title": INTERNAL,
        "digest": INTERNAL,
        "likeness": INTERNAL,
        "key": INTERNAL,
    }

    class Meta:
        ordering = ["seen_at", "pk"]

    def __str__(self) -> str:
        return self.url or str(self.document)


class Lead(Record):
    """A document that may tell of an event, with what the machine proposes; a person takes it or lets it go."""

    class State(models.TextChoices):
        WAITING = "waiting"  # for the capture of its address
        NEW = "new"
        TAKEN = "taken"
        DISMISSED = "dismissed"
        JOINED = "joined"  # its address turned out to hold the document of another lead

    class Origin(models.TextChoices):
        SOURCE = "source"
        ADDRESS = "address"
        TEXT = "text"
        FILE = "file"
        PHONE = "phone"
        TIP = "tip"  # words that the custodian of tips released

    document = models.OneToOneField(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="lead"
    )
    #: the file or the capture that the lead came as
    evidence = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )
    title = models.TextField(blank=True)
    url = models.TextField(blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    state = models.CharField(max_length=10, choices=State, default=State.NEW, db_index=True)
    relevance = models.FloatField(default=0.0)
    reasons = models.JSONField(default=list, blank=True)
    proposed = models.JSONField(default=dict, blank=True)  # the coded file that the reader makes of it
    case_slug = models.CharField(max_length=120, blank=True)
    case_probability = models.FloatField(null=True, blank=True)
    case_reasons = models.JSONField(default=list, blank=True)  # as Reason.to_json has them
    #: what stands in front of the page instead of it: login, captcha …
    wall = models.CharField(max_length=40, blank=True)
    note = ProtectedText(blank=True)  # what the person who handed it in says of it
    consent = ProtectedText(blank=True)  # of the person who called
    given_by = ProtectedText(blank=True)
    decided_by = ProtectedText(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    joined_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )  # what it became
    # What the inbox is asked by, so that it need not open what is proposed.
    watched = models.ForeignKey(
        WatchedSource, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads"
    )  # where it was met first
    language = models.CharField(max_length=12, blank=True)
    main_type = models.CharField(max_length=60, blank=True)  # of the first event that is proposed
    search_text = models.TextField(blank=True)  # stems and folded forms of the title, a space before each
    # What people did with it; every row of that is a LeadAct.
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)  # on that day it is back by itself

    field_classes = Record.record_classes | {
        "watched": INTERNAL,
        "language": INTERNAL,
        "main_type": INTERNAL,
        "search_text": INTERNAL,
        "assigned_to": PROTECTED,
        "assigned_at": INTERNAL,
        "snoozed_until": INTERNAL,
        "document": INTERNAL,
        "evidence": INTERNAL,
        "title": INTERNAL,
        "url": INTERNAL,
        "origin": INTERNAL,
        "state": INTERNAL,
        "relevance": INTERNAL,
        "reasons": INTERNAL,
        "proposed": INTERNAL,
        "case_slug": INTERNAL,
        "case_probability": INTERNAL,
        "case_reasons": INTERNAL,
        "wall": INTERNAL,
        "note": PROTECTED,
        "consent": PROTECTED,
        "given_by": PROTECTED,
        "decided_by": PROTECTED,
        "decided_at": INTERNAL,
        "joined_to": INTERNAL,
        "source": INTERNAL,
    }

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["taken", "dismissed"], decided_at__isnull=False) & ~Q(decided_by="")
                | ~Q(state__in=["taken", "dismissed"]) & Q(decided_at__isnull=True, decided_by=""),
                name="decided_by_someone_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(origin="phone") | ~Q(consent=""), name="a_call_is_noted_with_consent"
            ),
            models.CheckConstraint(
                condition=Q(assigned_to__isnull=True, assigned_at__isnull=True)
                | Q(assigned_to__isnull=False, assigned_at__isnull=False),
                name="given_to_someone_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "state",
                    "snoozed_until",
                    "assigned_to",
                    "language",
                    "watched",
                    "origin",
                    "main_type",
                    "relevance",
                    "created_at",
                ],
                name="what_the_inbox_is_asked",
            ),
            models.Index(fields=["state", "-created_at", "-id"], name="leads_newest_first"),
        ]

    def __str__(self) -> str:
        return self.title[:80] or self.url[:80] or self.public_id


class Job(models.Model):
    """Something for the worker to do, not before `run_after`; a claim ends by itself at `locked_until`."""

    kind = models.CharField(max_length=20)
    argument = ProtectedJSON(default=dict)
    key = models.CharField(max_length=160)  # two jobs of one key never wait at once
    host = models.CharField(max_length=260, blank=True)  # no two jobs of one host run at once
    run_after = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)  # since it was last done
    locked_by = models.CharField(max_length=80, blank=True)
    locked_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = ProtectedText(blank=True)  # of the last try; on a job that is done, it was given up

    field_classes = {
        "id": INTERNAL,
        "kind": INTERNAL,
        "argument": PROTECTED,
        "key": INTERNAL,
        "host": INTERNAL,
        "run_after": INTERNAL,
        "tries": INTERNAL,
        "locked_by": INTERNAL,
        "locked_until": INTERNAL,
        "done_at": INTERNAL,
        "error": PROTECTED,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(done_at__isnull=True), name="one_waiting_job_a_key"
            )
        ]
        indexes = [models.Index(fields=["done_at", "run_after"], name="jobs_that_are_due")]

    def __str__(self) -> str:
        return self.key


class Capture(Record):
    """What an address showed at a time: the archive (WACZ), and what of it can be shown."""

    url = models.TextField()
    final_url = models.TextField()
    status = models.PositiveSmallIntegerField()
    title = models.TextField(blank=True)
    wall = models.CharField(max_length=40, blank=True)
    captured_at = models.DateTimeField()
    resources = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list, blank=True)
    hops = models.JSONField(default=list, blank=True)  # {"url", "status", "address"}: who answered, in order
    archive = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="captures")
    screenshot = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pdf = models.ForeignKey(EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.ForeignKey(EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    field_classes = Record.record_classes | {
        "url": INTERNAL,
        "final_url": INTERNAL,
        "status": INTERNAL,
        "title": INTERNAL,
        "wall": INTERNAL,
        "captured_at": INTERNAL,
        "resources": INTERNAL,
        "notes": INTERNAL,
        "hops": INTERNAL,
        "archive": INTERNAL,
        "screenshot": INTERNAL,
        "pdf": INTERNAL,
        "text": INTERNAL,
    }

    class Meta:
        ordering = ["-captured_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "captured_at"], name="one_row_a_capture"),
        ]

    def __str__(self) -> str:
        return f"{self.url} {self.captured_at:%Y-%m-%d}"


class Upload(Record):
    """A file as it was handed in, the copy without metadata that may be published, and its perceptual hash."""

    original = models.OneToOneField(EvidenceItem, on_delete=models.PROTECT, related_name="upload")
    clean = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="copy_of"
    )
    dhash = models.CharField(max_length=16, blank=True, db_index=True)  # 64 bits, in hexadecimal
    notes = models.JSONField(default=list, blank=True)

    field_classes = Record.record_classes | {
        "original": INTERNAL,
        "clean": INTERNAL,
        "dhash": INTERNAL,
        "notes": INTERNAL,
    }

    def __str__(self) -> str:
        return str(self.original)


class EvidenceStep(models.Model):
    """One step of an item's chain; never changed or deleted (database triggers). See barometer.evidence.chain."""

    evidence = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    who = ProtectedText()
    act = models.CharField(max_length=20)
    how = models.CharField(max_length=200)
    version = models.CharField(max_length=40)
    from_where = ProtectedText(blank=True)
    note = ProtectedText(blank=True)

    field_classes = {
        "id": INTERNAL,
        "evidence": INTERNAL,
        "at": INTERNAL,
        "who": PROTECTED,
        "act": INTERNAL,
        "how": INTERNAL,
        "version": INTERNAL,
        "from_where": PROTECTED,
        "note": PROTECTED,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(who="") & ~Q(version="") & ~Q(act=""), name="a_step_says_who_and_by_what"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.act}"


class EvidenceLogEntry(models.Model):
    """An entry of the log over all items; never changed or deleted (database triggers). See barometer.evidence.log."""

    index = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    what = models.CharField(max_length=200)
    previous = models.CharField(max_length=64)
    leaf = models.CharField(max_length=64)

    field_classes = {
        "id": INTERNAL,
        "index": INTERNAL,
        "at": INTERNAL,
        "sha256": INTERNAL,
        "what": INTERNAL,
        "previous": INTERNAL,
        "leaf": INTERNAL,
    }

    class Meta:
        ordering = ["index"]

    def __str__(self) -> str:
        return f"{self.index} {self.sha256[:12]}"


class EvidenceStamp(models.Model):
    """A trusted time (RFC 3161) of an item's bytes or of a head; never changed or deleted (database triggers)."""

    sha256 = models.CharField(max_length=64, db_index=True)
    authority = models.CharField(max_length=300)
    token = models.BinaryField()
    at = models.DateTimeField()
    serial = models.CharField(max_length=80)
    added_at = models.DateTimeField(default=timezone.now)

    field_classes = {
        "id": INTERNAL,
        "sha256": PUBLIC,
        "authority": PUBLIC,
        "token": PUBLIC,
        "at": PUBLIC,
        "serial": PUBLIC,
        "added_at": INTERNAL,
    }

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.authority}"


class LogSignature(models.Model):
    """A signed head of the log, as it may be published; never changed or deleted (database triggers)."""

    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    public_key = models.TextField()
    signature = models.BinaryField()
    added_at = models.DateTimeField(default=timezone.now)
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)

    field_classes = {
        "id": INTERNAL,
        "size": PUBLIC,
        "root": PUBLIC,
        "at": PUBLIC,
        "public_key": PUBLIC,
        "signature": PUBLIC,
        "added_at": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
    }

    class Meta:
        ordering = ["size", "pk"]

    def __str__(self) -> str:
        return f"{self.size} {self.root[:12]}"


class WatchedAddress(models.Model):
    """An address behind a published event, and what it showed when it was last looked at."""

    url = models.TextField()
    key = models.CharField(max_length=64, unique=True)  # SHA-256 of the address
    seen = models.JSONField(default=dict, blank=True)  # status, final_url, wall, at; its text is evidence
    text = models.ForeignKey(EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField(null=True, blank=True)

    field_classes = {
        "id": INTERNAL,
        "url": INTERNAL,
        "key": INTERNAL,
        "seen": INTERNAL,
        "text": INTERNAL,
        "looked_at": INTERNAL,
    }

    def __str__(self) -> str:
        return self.url


class VanishNote(models.Model):
    """What became of an address behind a published event, with its day; never changed or deleted (database triggers)."""

    address = models.ForeignKey(WatchedAddress, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    words = models.TextField()
    difference = models.TextField(blank=True)

    field_classes = {
        "id": INTERNAL,
        "address": INTERNAL,
        "at": INTERNAL,
        "kind": INTERNAL,
        "words": INTERNAL,
        "difference": INTERNAL,
    }

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.address} {self.kind}"
