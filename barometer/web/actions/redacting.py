"""Somebody, a statement, evidence or words leave the ledger for good; a redaction says when, by whom and why.

All rows change in one transaction, kept ones through the door that the redaction closes (records.protection). The keys
of evidence are destroyed in the same transaction; `scrub`, a job that comes back until it is done, then takes away
what the disk still holds.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import Error as DatabaseFault
from django.db import connection, models, transaction
from django.utils import timezone

from barometer.codebook.book import LANGUAGES
from barometer.errors import BarometerError, NotAllowed, NotReady, UnknownValue
from barometer.names.erasing import BAR, Wanted
from barometer.web.actions import mirrors, reissuing, releasing
from barometer.web.actions.audit import note_act
from barometer.web.actions.evidence import add_step, bytes_of, store
from barometer.web.actions.jobs import Again, enqueue
from barometer.web.actions.keys import destroy
from barometer.web.actions.leads import search_words
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records import mapping, naming
from barometer.web.records.gathering import Capture, Job, Lead, Upload
from barometer.web.records.models import (
    Case,
    Event,
    EvidenceItem,
    Item,
    Mention,
    Party,
    Record,
    Revision,
    Source,
    SourceDocument,
    State,
)
from barometer.web.records.protected import digest
from barometer.web.records.protection import ItemKey, Redaction, RedactionDoor
from barometer.web.records.wording import Change, Seen, look, words_of

SCRUB = "scrub"
_LONGEST_SEARCHED = 64 << 20
#: Whose change leaves a revision of its own: what people look up.
_REVISED = (Party, Case, Source, Item, Event, Lead)


@dataclass(frozen=True)
class Why:
    """Who erases, on what ground, and for what reason."""

    ground: str
    reason: str
    by: str
    user: Any = None

    def __post_init__(self) -> None:
        if self.ground not in Redaction.Ground.values:
            raise UnknownValue(f"{self.ground!r} is not one of {', '.join(Redaction.Ground.values)}")
        if not self.by.strip() or not self.reason.strip():
            raise NotAllowed(
                "an erasure needs a name and a reason", next_step="give both: --by NAME --reason TEXT"
            )


@dataclass(frozen=True)
class Held:
    """An item of evidence that has to do with what is erased: `why` it is listed; `named`: the person is in its text."""

    item: EvidenceItem
    why: str
    named: bool


@dataclass(frozen=True)
class Plan:
    """What an erasure would change, before anybody says yes. `forms` is (form, sure, times, its first surroundings)."""

    title: str
    forms: tuple[tuple[str, bool, int, str], ...]
    places: Mapping[str, int]
    evidence: tuple[Held, ...]


# --- a person -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Whom to erase: the parties that are one, and what decides on forms that are not sure."""

    parties: tuple[Party, ...]
    also: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    maybe: bool = False

    @property
    def names(self) -> list[str]:
        """Every name under which the ledger knows them, the commonest first."""
        written = Mention.objects.filter(party__in=self.parties).values_list("written", flat=True)
        likely = [form for form in written if form and any(sign.isupper() for sign in form)]
        return list(dict.fromkeys([*(party.name for party in self.parties), *likely]))

    def wanted(self) -> Wanted:
        """What finds them in a text."""
        kinds = {party.kind for party in self.parties}
        if kinds != {Party.Kind.PERSON}:
            raise NotAllowed(
                "only a person is erased by name", next_step="erase words: barometer redact words"
            )
        names = [name for name in self.names if _is_name_of(name, self.parties)]
        return Wanted(names, also=self.also, spare=self.spare, maybe=self.maybe)


def person(
    public_id: str, *, also: Iterable[str] = (), spare: Iterable[str] = (), maybe: bool = False
) -> Person:
    """The person of a party's public id, with the parties that judgements joined to it; UnknownValue for none."""
    parties = tuple(Party.objects.filter(public_id__in=naming.party_clusters().of(public_id)).order_by("pk"))
    if not parties:
        raise UnknownValue(
            f"there is no party {public_id[:40]!r}", next_step="find it: barometer names search NAME"
        )
    return Person(parties, tuple(also), tuple(spare), maybe)


def _is_name_of(name: str, parties: Iterable[Party]) -> bool:
    """ "He" and "the editor" are written forms too, and name nobody."""
    from barometer.names.comparison import compare

    return any(
        name == party.name or compare(name, party.name, "person").probability >= 0.3 for party in parties
    )


def plan_person(whom: Person) -> Plan:
    """What erasing the person would change."""
    wanted = whom.wanted()
    seen = look(wanted)
    return Plan(
        title=" = ".join(party.name for party in whom.parties),
        forms=_forms(seen),
        places=_places(seen.changes),
        evidence=tuple(_evidence_of(whom, wanted)),
    )


def redact_person(whom: Person, why: Why, *, evidence: Collection[str]) -> Redaction:
    """Erase the person from every row, and the keys of the evidence whose public ids or digests are given."""
    wanted, names = whom.wanted(), whom.names
    _refuse_name_in(why.reason, wanted)
    label = naming.erased_label(timezone.localdate())
    with transaction.atomic():
        opened = _Opened(Redaction.Kind.PERSON, whom.parties[0].public_id, "\n".join(names), why)
        for party in whom.parties:
            opened.label(party, label)
        again = reissuing.without_person(wanted)
        opened.apply(look(wanted).changes)
        redaction = opened.close(_items(evidence), again)
    finish()
    return redaction


def _evidence_of(whom: Person, wanted: Wanted) -> Iterator[Held]:
    """Items whose text names the person, and those beside them of which the text cannot be read."""
    erased = set(ItemKey.objects.filter(sealed="").values_list("sha256", flat=True))
    near = _near(whom)
    named: set[int] = set()
    for held in _issued(reissuing.without_person(wanted)):
        erased.add(held.item.sha256)
        yield held
    for item in EvidenceItem.objects.order_by("pk"):
        if item.sha256 in erased:
            continue
        text = _text_of(item)
        if text is not None and any(hit.sure for hit in wanted.find(text)):
            named.add(item.pk)
            yield Held(item, "names the person", True)
        elif text is None and item.pk in near:
            yield Held(item, "stands beside an event of the person and cannot be searched", False)
    for item in (
        EvidenceItem.objects.filter(pk__in=_beside(named) - named).exclude(sha256__in=erased).order_by("pk")
    ):
        yield Held(item, "was taken together with one that names the person", True)


def _issued(again: Iterable[reissuing.Again]) -> Iterator[Held]:
    """The copies of issued bulletins that go without being chosen."""
    for one in again:
        for item in one.destroyed:
            yield Held(item, "was issued with a bulletin: it goes, and the issue is made again", True)


def _near(whom: Person) -> set[int]:
    """Items behind the sources, leads and captures of the person's events."""
    sources = Source.objects.filter(items__events__mentions__party__in=whom.parties)
    documents = SourceDocument.objects.filter(source__in=sources).values_list("evidence", flat=True)
    leads = Lead.objects.filter(source__in=sources).values_list("evidence", "document__evidence")
    return {one for one in (*documents, *(part for row in leads for part in row)) if one}


def _beside(items: set[int]) -> set[int]:
    """What was captured or uploaded together with these."""
    found: set[int] = set()
    captures = Capture.objects.values_list("archive", "screenshot", "pdf", "text")
    for row in (*captures, *Upload.objects.values_list("original", "clean")):
        if items & set(row):
            found |= set(row)
    for together in reissuing.sets():
        if items & together:
            found |= together
    return found - {None}


def _text_of(item: EvidenceItem) -> str | None:
    """What of an item's bytes can be searched; None where it cannot be."""
    if item.size > _LONGEST_SEARCHED:
        return None
    kind = item.media_type.lower()
    try:
        if kind.startswith("text/") or "json" in kind or "xml" in kind.split("+")[0]:
            return _decoded(bytes_of(item))
        if "wacz" in kind or "zip" in kind or "officedocument" in kind:
            return _unpacked(bytes_of(item))
    except (BarometerError, zipfile.BadZipFile, zlib.error, OSError, EOFError):
        return None
    return None


def _decoded(data: bytes) -> str:
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")


def _unpacked(data: bytes) -> str:
    """The text of a zip's files, those within gzip too; so much at most."""
    parts, room = [], _LONGEST_SEARCHED
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            with packed.open(name) as stream:
                content = stream.read(room)
            room -= len(content)
            while content[:2] == b"\x1f\x8b" and room > 0:
                opener = zlib.decompressobj(31)
                plain = opener.decompress(content, room)
                parts.append(_decoded(plain))
                room, content = room - len(plain), opener.unused_data
            parts.append(_decoded(content))
            if room <= 0:
                break
    return "\n".join(parts)


# --- a statement, evidence, words ---------------------------------------------------------------------------------------


def record_of(public_id: str) -> Item | Event | Lead:
    """The item, event or lead of that public id; UnknownValue for none."""
    for model in (Item, Event, Lead):
        if row := model.objects.filter(public_id=public_id).first():
            return row
    raise UnknownValue(
        f"there is no item, event or lead {public_id[:40]!r}", next_step="take the id of its page"
    )


def plan_statement(record: Item | Event | Lead) -> Plan:
    """What erasing the statement would change."""
    rows = _rows_of(record)
    places = Counter(str(row._meta.verbose_name_plural) for row in rows)
    places["revisions"] = Revision.objects.filter(record_id__in=[row.public_id for row in rows]).count()
    held = (*_evidence_behind(record), *_issued(reissuing.without_statement(record)))
    return Plan(str(record), (), dict(places), held)


def redact_statement(record: Item | Event | Lead, why: Why, *, evidence: Collection[str]) -> Redaction:
    """Erase every word of the statement; what was public of it is withdrawn."""
    rows = _rows_of(record)
    with transaction.atomic():
        opened = _Opened(Redaction.Kind.STATEMENT, record.public_id, str(record), why)
        again = reissuing.without_statement(record)
        for row in rows:
            opened.blank(row)
        redaction = opened.close(_items(evidence), again)
    finish()
    return redaction


def _rows_of(record: Item | Event | Lead) -> list[Record]:
    """The record and what is told with it: an item's events, a lead's document."""
    if isinstance(record, Item):
        return [record, *record.events.all()]
    if isinstance(record, Lead) and record.document:
        return [record, record.document]
    return [record]


def _evidence_behind(record: Item | Event | Lead) -> Iterator[Held]:
    if isinstance(record, Lead):
        items = {record.evidence, record.document and record.document.evidence} - {None}
    else:
        source = record.source if isinstance(record, Item) else record.item.source
        items = set(source.documents.all()) if source else set()
    for item in sorted(items, key=lambda one: one.pk):
        yield Held(item, "the statement was read from it", True)


def plan_evidence(item: EvidenceItem) -> Plan:
    """What destroying the key of an item destroys."""
    rows = EvidenceItem.objects.filter(pk__in={item.pk} | _beside({item.pk})).order_by("pk")
    held = tuple(
        Held(row, "this item" if row == item else "was taken together with it", True) for row in rows
    )
    return Plan(str(item), (), {str(item._meta.verbose_name_plural): len(held)}, held)


def redact_evidence(item: EvidenceItem, why: Why) -> Redaction:
    """Destroy the keys of an item and of what was taken together with it."""
    beside = EvidenceItem.objects.filter(pk__in={item.pk} | _beside({item.pk}))
    with transaction.atomic():
        opened = _Opened(Redaction.Kind.EVIDENCE, item.public_id, item.sha256, why)
        redaction = opened.close(list(beside))
    finish()
    return redaction


def plan_words(words: str, record: Item | Event | Lead) -> Plan:
    """What erasing these words from one record would change."""
    wanted = Wanted((), also=[words])
    seen = look(wanted, _sets_of(record))
    held = (*_evidence_behind(record), *_issued(reissuing.without_words(wanted, _item_of(record))))
    return Plan(str(record), _forms(seen), _places(seen.changes), held)


def redact_words(
    words: str, record: Item | Event | Lead, why: Why, *, evidence: Collection[str] = ()
) -> Redaction:
    """Erase words from one record, its item and its revisions."""
    wanted = Wanted((), also=[words])
    _refuse_name_in(why.reason, wanted)
    with transaction.atomic():
        changes = look(wanted, _sets_of(record)).changes
        if not changes:
            raise NotReady("these words do not stand there", next_step="give them as they stand there")
        opened = _Opened(Redaction.Kind.WORDS, record.public_id, words, why)
        again = reissuing.without_words(wanted, _item_of(record))
        opened.apply(changes)
        redaction = opened.close(_items(evidence), again)
    finish()
    return redaction


def _item_of(record: Item | Event | Lead) -> Item | None:
    """The item in which the record is printed; a lead is printed nowhere."""
    return record.item if isinstance(record, Event) else record if isinstance(record, Item) else None


def _sets_of(record: Item | Event | Lead) -> list[models.QuerySet]:
    rows = _rows_of(record.item if isinstance(record, Event) else record)
    sets = [type(row)._base_manager.filter(pk=row.pk) for row in rows]
    events = [row.pk for row in rows if isinstance(row, Event)]
    return [
        *sets,
        Mention.objects.filter(event__in=events),
        Revision.objects.filter(record_id__in=[row.public_id for row in rows]),
    ]


# --- doing it -----------------------------------------------------------------------------------------------------------


class _Opened:
    """A redaction under way, within its transaction: rows change through it, and it ends with `close`."""

    def __init__(self, kind: str, subject: str, what: str, why: Why) -> None:
        one_at_a_time(Lock.REDACT)
        self.row = Redaction(
            kind=kind, subject=subject, digest=digest(what), ground=why.ground, reason=why.reason.strip(),
            by=why.by.strip(), user=why.user,
        )  # fmt: skip
        self.places: Counter[str] = Counter()
        self._touched: dict[tuple[type[models.Model], Any], None] = {}
        RedactionDoor.objects.create(redaction_id=self.row.public_id)

    def label(self, party: Party, label: str) -> None:
        """A party and its mentions bear a label instead of the name, in the coding too."""
        name = _free(Party, "name", label, party.pk)
        for event in Event.objects.filter(mentions__party=party).distinct():
            self._write(Event, event.pk, {"coded": _labelled(event, party, name)})
        self._write(Party, party.pk, {"name": name})
        Mention.objects.filter(party=party).update(written="")

    def apply(self, changes: Iterable[Change]) -> None:
        """Rows become what they are without what is erased."""
        for change in changes:
            for name, value in change.values.items():
                column = change.model._meta.get_field(name)
                if column.unique or (change.model is Party and name == "name"):
                    change.values[name] = _free(change.model, name, value, change.pk)
            self._write(change.model, change.pk, change.values)

    def blank(self, row: Record) -> None:
        """Every word of a record goes, what its revisions say of it too; it is withdrawn."""
        values = {column.name: _nothing(column) for column in words_of(type(row)) if _may_go(column)}
        if isinstance(row, Event):
            values["coded"] = _bare(row)
            values["key"] = f"erased-{row.public_id}"
            row.mentions.all().delete()
        if isinstance(row, Item | Event):
            values["state"] = State.WITHDRAWN
        self._write(type(row), row.pk, values)
        for revision in Revision.objects.filter(record_id=row.public_id):
            self._write(Revision, revision.pk, {"after": {"erased": self.row.public_id}, "reason": ""})

    def close(self, evidence: Collection[EvidenceItem], again: Collection[reissuing.Again] = ()) -> Redaction:
        """What follows from the rows, the redaction itself, the keys; then the disk is due.

        `again` are the issues that are issued again without what is erased.
        """
        self._follow()
        evidence = list(dict.fromkeys([*evidence, *(item for one in again for item in one.destroyed)]))
        for item in evidence:
            self._write(EvidenceItem, item.pk, {"original_name": "erased"})
        self.row.places = dict(self.places)
        self.row.save(force_insert=True)
        for item in evidence:
            destroy(item.sha256, self.row)
            add_step(item, "redacted", who=self.row.by, how="key destroyed")
        reissuing.put(again, self.row)
        releasing.take_back(self._touched, self.row)
        for model, pk in self._touched:
            if model in _REVISED:
                reason = f"redaction {self.row.public_id}"
                record_revision(
                    model.objects.get(pk=pk), "redact", by=self.row.by, reason=reason, user=self.row.user
                )
        note_act(
            "redact",
            by=self.row.by,
            user=self.row.user,
            about=self.row.subject,
            detail=f"{self.row.kind}: {self.row.reason}",
        )
        enqueue(SCRUB)
        return self.row

    def _write(self, model: type[models.Model], pk: Any, values: Mapping[str, Any]) -> None:
        model._base_manager.filter(pk=pk).update(**values)
        if (model, pk) not in self._touched:
            self.places[str(model._meta.verbose_name_plural)] += 1
        self._touched[model, pk] = None

    def _follow(self) -> None:
        """Search words and keys of names are computed anew."""
        touched = {pk for model, pk in self._touched if model is Event}
        items = {pk for model, pk in self._touched if model is Item}
        events = Event.objects.filter(models.Q(pk__in=touched) | models.Q(item__in=items)).select_related(
            "item"
        )
        for event in events:
            words = [
                event.item.headline,
                *(getattr(event.item, f"text_{language}") for language in LANGUAGES),
            ]
            found = mapping.search_text(mapping.event_value(event), words)
            Event.objects.filter(pk=event.pk).update(search_text=found)
        for pk in {pk for model, pk in self._touched if model is Lead}:
            title = Lead.objects.values_list("title", flat=True).get(pk=pk)
            Lead.objects.filter(pk=pk).update(search_text=search_words(title))
        parties = {pk for model, pk in self._touched if model is Party}
        naming.refresh_blocks(
            Party.objects.filter(models.Q(pk__in=parties) | models.Q(mentions__event__in=touched)).distinct()
        )


def _labelled(event: Event, party: Party, name: str) -> dict[str, Any]:
    """The event's coding with the party under another name."""
    coded = event.coded
    for mention in event.mentions.filter(party=party):
        people = coded["targets" if mention.side == Mention.Side.TARGET else "actors"]
        if mention.position < len(people):
            people[mention.position] |= {"name": name, "written": name}
    for ahead in coded.get("upcoming") or ():
        if ahead.get("of") == party.name:
            ahead["of"] = name
    return coded


def _bare(event: Event) -> dict[str, Any]:
    """The coding of an event of which every word was erased."""
    coded = {
        name: value
        for name, value in event.coded.items()
        if name not in ("summary", "note", "upcoming", "date_text", "amounts", "place", "case", "grounds")
    }
    for side in ("targets", "actors"):
        coded[side] = [who | {"name": BAR, "written": BAR} for who in coded.get(side) or ()]
    return coded


def _nothing(column: models.Field) -> Any:
    return column.get_default() if column.has_default() else ""


def _may_go(column: models.Field) -> bool:
    """What the database asks for, or others lean on, stays: it holds no words of the statement."""
    return column.name not in (
        "key",
        "entry_key",
        "published_by",
        "given_by",
        "decided_by",
        "consent",
        "coded",
    )


def _free(model: type[models.Model], name: str, value: str, pk: Any) -> str:
    """The value, or the first of "value 2", "value 3" … that no other row has."""
    others = model._base_manager.exclude(pk=pk)
    found, number = value, 1
    between = "-" if isinstance(model._meta.get_field(name), models.SlugField) else " "
    while others.filter(**{name: found}).exists():
        number += 1
        found = f"{value}{between}{number}"
    return found


def _items(evidence: Collection[str]) -> list[EvidenceItem]:
    from barometer.web.actions.evidence import item_of

    return [item_of(name) for name in evidence]


def _refuse_name_in(reason: str, wanted: Wanted) -> None:
    if any(hit.sure for hit in wanted.find(reason)):
        raise NotAllowed("the reason names what is erased", next_step="say why without the name")


def _forms(seen: Seen) -> tuple[tuple[str, bool, int, str], ...]:
    ordered = sorted(seen.forms.items(), key=lambda one: (not one[0][1], -one[1], one[0][0]))
    return tuple((form, sure, times, seen.contexts[form]) for (form, sure), times in ordered)


def _places(changes: Iterable[Change]) -> dict[str, int]:
    return dict(Counter(str(change.model._meta.verbose_name_plural) for change in changes))


# --- the disk -----------------------------------------------------------------------------------------------------------


def finish() -> bool:
    """Scrub now if that can be done at once; else the worker does it. Whether it was done."""
    if connection.in_atomic_block:
        return False
    try:
        scrub()
    except (BarometerError, DatabaseFault, OSError):
        return False
    Job.objects.filter(kind=SCRUB, done_at=None, locked_until=None).update(done_at=timezone.now())
    return True


def scrub(_: Job | None = None) -> Again | None:
    """Take away what was erased and still lies on the disk: sealed bytes, free pages, the search index's old words.

    Whatever a room writes outside the database (a mirror, a release, a backup) is scrubbed here too.
    """
    mirrors.ask()
    kept = store()
    for sha256 in ItemKey.objects.filter(sealed="").values_list("sha256", flat=True):
        if sha256 in kept:
            kept.drop(sha256)
    reissuing.finish()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO records_event_words (records_event_words) VALUES ('rebuild')")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                raise NotReady(
                    "others are reading the ledger: its journal stays for now",
                    next_step="run barometer worker",
                )
        else:
            # Of the ledger's tables alone: those of the whole server are shared with whoever vacuums another database.
            tables = connection.introspection.table_names(cursor)
            cursor.execute(f"VACUUM FULL {', '.join(map(connection.ops.quote_name, sorted(tables)))}")
    return None
