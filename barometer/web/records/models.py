"""The ledger: what was read, what happened, to whom, by whom, on what evidence.

Every model names the class of each of its fields (public, internal, protected); only public fields of
published records ever leave the house. Rows change through `barometer.web.actions` alone, which writes the
revision in the same transaction; revisions are kept from change and deletion by database triggers.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from barometer.review import PUBLIC as PUBLIC_STATES
from barometer.web.records.fields import INTERNAL, PROTECTED, PUBLIC, new_public_id
from barometer.web.records.protected import ProtectedJSON, ProtectedText


class State(models.TextChoices):
    """The life of a record. The labels are for the desk; the public sees published records only."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class Stated(models.QuerySet):
    """Rows that have a state of their own."""

    def public(self) -> "Stated":
        """Published and corrected rows: what the public may see."""
        return self.filter(state__in=PUBLIC_STATES)


class CaseSet(models.QuerySet):
    """Cases have no state: they are as public as their events."""

    def public(self) -> "CaseSet":
        """Cases with at least one published event."""
        return self.filter(models.Exists(Event.objects.public().filter(case=models.OuterRef("pk"))))


class Record(models.Model):
    """What every row of the ledger has: an id for the outside, and when it came and changed."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    record_classes = {"id": INTERNAL, "public_id": PUBLIC, "created_at": INTERNAL, "changed_at": INTERNAL}

    class Meta:
        abstract = True


class EvidenceItem(Record):
    """Bytes in the store, by their SHA-256. Internal unless a person says otherwise."""

    class Visibility(models.TextChoices):
        PUBLIC = "public"
        REFERENCE = "reference only"
        INTERNAL = "internal"

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    original_name = models.CharField(max_length=255)
    how = models.CharField(max_length=100)
    received_at = models.DateTimeField(default=timezone.now)
    visibility = models.CharField(max_length=20, choices=Visibility, default=Visibility.INTERNAL)

    field_classes = Record.record_classes | {
        "sha256": PUBLIC,
        "size": PUBLIC,
        "media_type": PUBLIC,
        "original_name": INTERNAL,
        "how": INTERNAL,
        "received_at": PUBLIC,
        "visibility": INTERNAL,
    }

    def __str__(self) -> str:
        return f"{self.original_name} ({self.sha256[:12]}…)"


class Source(Record):
    """A document that events rest on: here, an imported bulletin or coded file."""

    name = models.CharField(max_length=255, unique=True)  # the file's name, the first part of an event's key
    language = models.CharField(max_length=2, blank=True)
    quarter = models.CharField(max_length=6, blank=True)
    published = models.DateField(null=True, blank=True)  # the day that a letter or a report bears
    #: by language: {"en": …, "ru": …, "kk": …}, only the languages that the source or its coding gives
    title = models.JSONField(default=dict, blank=True)
    intro = models.JSONField(default=dict, blank=True)
    contact = models.JSONField(default=dict, blank=True)
    #: section number → {"title": {language: …}, "intro": {language: …}}
    sections = models.JSONField(default=dict, blank=True)
    documents = models.ManyToManyField(EvidenceItem, through="SourceDocument", related_name="sources")

    field_classes = Record.record_classes | {
        "name": PUBLIC,
        "title": PUBLIC,
        "language": PUBLIC,
        "quarter": PUBLIC,
        "published": PUBLIC,
        "intro": PUBLIC,
        "contact": PUBLIC,
        "sections": PUBLIC,
        "documents": INTERNAL,
    }

    def __str__(self) -> str:
        return self.name


class SourceDocument(models.Model):
    """A preserved copy of a source: its text, its coding. A changed file adds a row, it never replaces one."""

    class Role(models.TextChoices):
        TEXT = "text"
        CODING = "coding"

    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    evidence = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT)
    role = models.CharField(max_length=10, choices=Role)
    added_at = models.DateTimeField(default=timezone.now)

    field_classes = {
        "id": INTERNAL,
        "source": INTERNAL,
        "evidence": INTERNAL,
        "role": INTERNAL,
        "added_at": INTERNAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "evidence", "role"], name="one_row_a_copy")]

    def __str__(self) -> str:
        return f"{self.source}: {self.role}"


class Issue(Record):
    """A bulletin of a period, ours or one published historically."""

    period = models.CharField(max_length=6, unique=True)
    source = models.OneToOneField(Source, null=True, blank=True, on_delete=models.PROTECT)
    #: the desk's own words, before those of the source: part ("title", "intro", "section.6.title") → language → text
    words = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField(
        null=True, blank=True
    )  # by the desk; an issue that was only imported has none
    frozen_at = models.DateTimeField(null=True, blank=True)

    field_classes = Record.record_classes | {
        "period": PUBLIC,
        "source": PUBLIC,
        "words": INTERNAL,
        "opened_at": INTERNAL,
        "frozen_at": PUBLIC,
    }

    def __str__(self) -> str:
        return self.period


class Case(Record):
    """Events of one story. Its present state is computed from them, never typed."""

    slug = models.SlugField(max_length=120, unique=True)

    objects = CaseSet.as_manager()

    field_classes = Record.record_classes | {"slug": PUBLIC}

    def __str__(self) -> str:
        return self.slug


class Party(Record):
    """A person, outlet or body under its canonical name; how it was written stands with each mention."""

    class Kind(models.TextChoices):
        PERSON = "person"
        OUTLET = "outlet"
        BODY = "body"

    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind)

    field_classes = Record.record_classes | {"name": PUBLIC, "kind": PUBLIC}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "kind"], name="one_party_a_name")]

    def __str__(self) -> str:
        return self.name


class Item(Record):
    """The printed unit: one story paragraph over one or more events, with its text in each language."""

    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="items")
    entry_key = models.CharField(max_length=120)  # the entry's id in its source
    issue = models.ForeignKey(
        Issue, null=True, blank=True, on_delete=models.PROTECT, related_name="items"
    )  # printed in
    section = models.PositiveSmallIntegerField(null=True, blank=True)
    month = models.CharField(max_length=7, blank=True)
    position = models.PositiveIntegerField(default=0)
    first_line = models.PositiveIntegerField(default=0)
    last_line = models.PositiveIntegerField(default=0)
    headline = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)
    text_kk = models.TextField(blank=True)
    #: linked words with their address or null, as spans in the text of the source's language
    links = models.JSONField(
        default=list, blank=True
    )  # {"text", "start", "end", "address"}, in text_<language>
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    #: of an item of ours (without a source; barometer.web.records.issues says what it tells): the language in which it
    #: is written first, and why it is left out of its issue
    language = models.CharField(max_length=2, blank=True)
    left_out = models.TextField(blank=True)

    objects = Stated.as_manager()

    field_classes = Record.record_classes | {
        "source": PUBLIC,
        "language": PUBLIC,
        "left_out": INTERNAL,
        "entry_key": PUBLIC,
        "issue": PUBLIC,
        "section": PUBLIC,
        "month": PUBLIC,
        "position": PUBLIC,
        "first_line": PUBLIC,
        "last_line": PUBLIC,
        "headline": PUBLIC,
        "text_en": PUBLIC,
        "text_ru": PUBLIC,
        "text_kk": PUBLIC,
        "links": PUBLIC,
        "state": INTERNAL,
    }

    class Meta:
        ordering = [models.F("section").asc(nulls_last=True), "month", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "entry_key"], name="one_item_an_entry"),
            models.UniqueConstraint(
                fields=["issue", "entry_key"], condition=Q(source=None), name="one_item_of_ours_a_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_key}: {self.headline[:60]}"


class Event(Record):
    """One thing that happened to someone at one time."""

    key = models.CharField(max_length=400, unique=True)  # source + entry + ordinal
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="events")
    ordinal = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    main_type = models.CharField(max_length=60)
    date = models.CharField(max_length=21, blank=True)
    date_text = models.CharField(max_length=300, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    phase = models.CharField(max_length=10, blank=True)
    background = models.BooleanField(default=False)
    is_alleged = models.BooleanField(default=False)
    work_link = models.CharField(max_length=10, blank=True)
    people_hit = models.PositiveIntegerField(null=True, blank=True)
    people_hit_exact = models.BooleanField(default=False)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=10, blank=True)
    place_name = models.CharField(max_length=200, blank=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    summary_en = models.TextField(blank=True)
    summary_ru = models.TextField(blank=True)
    summary_kk = models.TextField(blank=True)
    note = models.TextField(blank=True)
    grounds = models.JSONField(default=dict, blank=True)
    upcoming = models.JSONField(default=list, blank=True)
    #: the event as the file gave it, so that nothing of the coding is lost
    coded = models.JSONField(default=dict)
    search_text = models.TextField(blank=True)  # stems and folded forms, made by barometer.names.words
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    published_by = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = Stated.as_manager()

    field_classes = Record.record_classes | {
        "key": INTERNAL,
        "item": PUBLIC,
        "ordinal": INTERNAL,
        "kind": PUBLIC,
        "main_type": PUBLIC,
        "date": PUBLIC,
        "date_text": PUBLIC,
        "first_day": PUBLIC,
        "last_day": PUBLIC,
        "phase": PUBLIC,
        "background": PUBLIC,
        "is_alleged": PUBLIC,
        "work_link": PUBLIC,
        "people_hit": PUBLIC,
        "people_hit_exact": PUBLIC,
        "country": PUBLIC,
        "region": PUBLIC,
        "place_name": PUBLIC,
        "case": PUBLIC,
        "summary_en": PUBLIC,
        "summary_ru": PUBLIC,
        "summary_kk": PUBLIC,
        "note": INTERNAL,
        "grounds": PUBLIC,
        "upcoming": PUBLIC,
        "coded": INTERNAL,
        "search_text": INTERNAL,
        "state": INTERNAL,
        "published_by": INTERNAL,
        "published_at": PUBLIC,
    }

    class Meta:
        ordering = [models.F("first_day").asc(nulls_last=True), "item", "ordinal", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__isnull=True, last_day__isnull=True)
                | Q(first_day__isnull=False, last_day__isnull=False, last_day__gte=models.F("first_day")),
                name="both_days_or_neither",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "corrected"])
                | Q(published_at__isnull=False) & ~Q(published_by=""),
                name="published_by_someone_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "first_day"]),
            models.Index(fields=["main_type"]),
            # Without these a database asks for the events of a case, or of an item, by their state.
            models.Index(fields=["case", "state"], name="event_of_case_by_state"),
            models.Index(fields=["item", "state"], name="event_of_item_by_state"),
            # The order of the API: a page of it is read from the index, however deep.
            models.Index(fields=["-first_day", "public_id", "state"], name="event_by_day_and_id"),
            # That of feeds and alerts: what was published last.
            models.Index(fields=["-published_at", "-id", "state"], name="event_by_publication"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.main_type}"


class EventType(models.Model):
    """One of an event's types, in order; `alleged` where only one side says this one."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="types")
    code = models.CharField(max_length=60, db_index=True)
    position = models.PositiveSmallIntegerField()
    alleged = models.BooleanField(default=False)

    field_classes = {"id": INTERNAL, "event": PUBLIC, "code": PUBLIC, "position": PUBLIC, "alleged": PUBLIC}

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="one_row_a_type")]

    def __str__(self) -> str:
        return self.code


class Mention(models.Model):
    """A party in an event: who was hit, who did it. `written` is what the source wrote and never changes."""

    class Side(models.TextChoices):
        TARGET = "target"
        ACTOR = "actor"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="mentions")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="mentions")
    side = models.CharField(max_length=6, choices=Side)
    position = models.PositiveSmallIntegerField()
    written = models.CharField(max_length=500, blank=True)
    type = models.CharField(max_length=30, db_index=True)
    role = models.CharField(max_length=12, blank=True)

    field_classes = {
        "id": INTERNAL,
        "event": PUBLIC,
        "party": PUBLIC,
        "side": PUBLIC,
        "position": PUBLIC,
        "written": PUBLIC,
        "type": PUBLIC,
        "role": PUBLIC,
    }

    class Meta:
        ordering = ["side", "position"]
        constraints = [
            models.UniqueConstraint(fields=["event", "side", "position"], name="one_mention_a_place")
        ]
        # which events a party is in, without reading its mentions: an outlet has thousands
        indexes = [models.Index(fields=["party", "side", "event"], name="mention_by_party")]

    def __str__(self) -> str:
        return self.written or self.party.name


class EventProvision(models.Model):
    """A legal provision relied on, like KZ-CC-274."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="provisions")
    code = models.CharField(max_length=40, db_index=True)
    position = models.PositiveSmallIntegerField()

    field_classes = {"id": INTERNAL, "event": PUBLIC, "code": PUBLIC, "position": PUBLIC}

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="one_row_a_provision")]

    def __str__(self) -> str:
        return self.code


class WorkItem(Record):
    """Something left to do by a person: an address missing behind linked words, an unmatched event …"""

    class Kind(models.TextChoices):
        MISSING_ADDRESS = "missing address"
        UNMATCHED = "unmatched"
        UNPLACED = "unplaced text"
        CHANGED = "changed"

    kind = models.CharField(max_length=20, choices=Kind)
    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT)
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.PROTECT)
    text = models.TextField()
    done_at = models.DateTimeField(null=True, blank=True)

    field_classes = Record.record_classes | {
        "kind": INTERNAL,
        "source": INTERNAL,
        "item": INTERNAL,
        "event": INTERNAL,
        "text": INTERNAL,
        "done_at": INTERNAL,
    }

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:60]}"


class PartyBlock(models.Model):
    """A key that a party's name and how it was written share with other spellings: computed (barometer.names.index)."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="blocks")
    block = models.CharField(max_length=320, db_index=True)

    field_classes = {"id": INTERNAL, "party": INTERNAL, "block": INTERNAL}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "block"], name="one_row_a_block")]

    def __str__(self) -> str:
        return self.block


class NameJudgement(Record):
    """What a person said of two parties or two mentions; never changed or deleted (database triggers).

    `one` and `other` are ids in order: a party's public id, or a mention's key (barometer.web.records.naming). Who is
    one with whom follows from all rows: barometer.names.clusters.
    """

    class Subject(models.TextChoices):
        PARTY = "party"
        MENTION = "mention"

    class Verdict(models.TextChoices):
        SAME = "same"
        DIFFERENT = "different"
        UNSURE = "unsure"
        OPEN = "open"  # taken back: as if nobody had said anything

    subject = models.CharField(max_length=10, choices=Subject)
    one = models.CharField(max_length=560)
    other = models.CharField(max_length=560)
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField()
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    #: what the machine had said: {"probability": …, "reasons": […]}
    proposed = models.JSONField(default=dict, blank=True)

    field_classes = Record.record_classes | {
        "subject": INTERNAL,
        "one": INTERNAL,
        "other": INTERNAL,
        "verdict": INTERNAL,
        "reason": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
        "proposed": INTERNAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(one=models.F("other")), name="about_two_not_one"),
        ]
        indexes = [
            models.Index(fields=["one"], name="judgement_one"),
            models.Index(fields=["other"], name="judgement_other"),
        ]

    def __str__(self) -> str:
        return f"{self.one} {self.verdict} {self.other}"


class StatementChoice(Record):
    """Which of several statements on a point of a case is printed, and why; public with the case.

    A row is written once (database triggers): another choice on the same point is another row, and the last holds.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="choices")
    point = models.TextField()  # the key of the contradiction, such as date:EVENT
    value = models.TextField()
    reason = models.TextField()
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    #: the public ids of the events whose statements were weighed, so that the choice is found again by them
    events = models.JSONField(default=list)

    field_classes = Record.record_classes | {
        "created_at": PUBLIC,
        "case": PUBLIC,
        "point": INTERNAL,
        "value": PUBLIC,
        "reason": PUBLIC,
        "by": PROTECTED,
        "user": PROTECTED,
        "events": INTERNAL,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(by="") & ~Q(value=""), name="a_choice_says_what_why_and_by_whom"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.point}"


class CaseJudgement(Record):
    """Whether an event goes on a case; never changed or deleted (database triggers). The last row on an event holds.

    A machine's row is a proposal; where it is firm, the event stands in the case until a person says otherwise.
    `BELONGS` and `NOT` are a person's word, `OPEN` takes it back.
    """

    class Verdict(models.TextChoices):
        PROPOSED = "proposed"
        BELONGS = "belongs"
        NOT = "not"
        OPEN = "open"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="case_judgements")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="judgements")
    #: where the event goes without this case: the case that its source opens, or none
    otherwise = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="left_for"
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField()
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    #: what the machine says: {"probability", "firm", "reasons": [{"name", "weight", "values"}]}; `firm`: the event
    #: was put there at once, else the machine only asks
    proposed = models.JSONField(default=dict, blank=True)

    field_classes = Record.record_classes | {
        "event": INTERNAL,
        "case": INTERNAL,
        "otherwise": INTERNAL,
        "verdict": INTERNAL,
        "reason": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
        "proposed": INTERNAL,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(by=""), name="a_case_judgement_says_why_and_by_whom"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.verdict} {self.case_id}"


class Retelling(Record):
    """Whether an event tells again what another event tells; never changed or deleted (database triggers).

    The last row on a pair holds. A machine's row is a proposal and changes no figure. `SAME` (two sources tell one
    event) and `BACKGROUND` (what came before, told again) are a person's word, and so is `DIFFERENT`; `OPEN` takes it
    back. What follows from all rows: barometer.web.records.retellings.
    """

    class Verdict(models.TextChoices):
        PROPOSED = "proposed"
        SAME = "same"
        BACKGROUND = "background"
        DIFFERENT = "different"
        OPEN = "open"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="retells")
    told = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="retold")
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField()
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    #: what the machine says: {"verdict", "probability", "reasons": [{"name", "weight", "values"}]}
    proposed = models.JSONField(default=dict, blank=True)

    field_classes = Record.record_classes | {
        "event": INTERNAL,
        "told": INTERNAL,
        "verdict": INTERNAL,
        "reason": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
        "proposed": INTERNAL,
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(event=models.F("told")), name="a_retelling_is_of_two"),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(by=""), name="a_retelling_says_why_and_by_whom"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.verdict} {self.told_id}"


class Revision(models.Model):
    """One change of one record: written with it or not at all, and never altered (database triggers)."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    by = ProtectedText()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    action = models.CharField(max_length=60)
    model = models.CharField(max_length=60)
    record_id = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    reason = ProtectedText(blank=True)
    after = ProtectedJSON()

    field_classes = {
        "id": INTERNAL,
        "at": INTERNAL,
        "by": PROTECTED,
        "user": PROTECTED,
        "action": INTERNAL,
        "model": INTERNAL,
        "record_id": INTERNAL,
        "number": INTERNAL,
        "reason": PROTECTED,
        "after": PROTECTED,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "record_id", "number"], name="one_revision_a_number")
        ]
        indexes = [models.Index(fields=["record_id"])]

    def __str__(self) -> str:
        return f"{self.model} {self.record_id} r{self.number} {self.action}"


from barometer.web.records import (  # noqa: E402, F401 (the models of those rooms)
    alerts,
    desk,
    drafts,
    gathering,
    issues,
    letters,
    people,
    requests,
    reviewing,
    tables,
    watch,
    wordback,
)
from barometer.web.records.freezing import (  # noqa: E402, F401 (what an issued bulletin rests on)
    Edition,
    FrozenFile,
    ImprintLine,
    IssueApproval,
    ItemBlock,
)
from barometer.web.records.releases import Release, ReleaseFile  # noqa: E402, F401
from barometer.web.records.series import IndexRow, SphereFigure  # noqa: E402, F401
from barometer.web.records.takedowns import TakedownNotice  # noqa: E402, F401
from barometer.web.records.texts import TextState  # noqa: E402, F401
