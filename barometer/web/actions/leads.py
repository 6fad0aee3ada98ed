"""Documents that come in: met before or new, worth a look or not; and what people make of a lead."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from barometer.cases import link
from barometer.cases.matching import Likely
from barometer.codebook import CodedBulletin, CodedLetter, to_file
from barometer.errors import NotAllowed, NotReady
from barometer.names.words import index_words
from barometer.reading import read_bulletin, read_letter
from barometer.reading.relevance import Relevance, relevance
from barometer.sources import Letter, read_document
from barometer.sources.twins import NEAR, alike, bands, exact, sketch
from barometer.web.actions.evidence import CAPTURE, note_evidence, store
from barometer.web.actions.jobs import enqueue
from barometer.web.actions.leadacts import DECISION, Act, before, note
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records.gathering import Document, DocumentBand, Lead, Sighting, WatchedSource
from barometer.web.records.likely import likely_cases_of_events
from barometer.web.records.models import EvidenceItem, Revision, Source

MACHINE = "barometer gather"
#: So much of a text is read for events; documents that share a band and are compared.
LONGEST_READ, MOST_COMPARED = 500_000, 50


@dataclass(frozen=True)
class Incoming:
    """A document as it came: its words, and where it was met. `wall` is what stood in front of it, if anything."""

    text: str
    url: str = ""
    title: str = ""
    author: str = ""
    published: date | None = None
    wall: str = ""
    watched: WatchedSource | None = None


@dataclass(frozen=True)
class Taken:
    """What became of it: its document (None where there are no words), its lead if it has one, whether it was new."""

    document: Document | None
    lead: Lead | None
    is_new: bool


@dataclass(frozen=True)
class _Read:
    """What the machine says of a text, worked out before anything is written."""

    digest: str
    sketch: tuple[int, ...]
    relevance: Relevance
    coded: CodedBulletin | CodedLetter | None = None
    likely: Likely | None = None


def take_document(incoming: Incoming, *, now: datetime | None = None) -> Taken:
    """Take in what a source gave: a sighting of a document that is known, or a new one; a lead where it is relevant.

    Of what is not relevant no word is kept. The text of a wall, such as a login page, is never a lead.
    """
    now = now or timezone.now()
    if not incoming.text.strip():
        return Taken(None, None, is_new=False)
    digest = exact(incoming.text)
    if known := _seen_again(incoming, digest, now):
        return known
    said = relevance(f"{incoming.title}\n{incoming.text}"[:LONGEST_READ])
    wanted = said.relevant and not incoming.wall
    read = _read(incoming, digest, said) if wanted else _Read(digest, sketch(incoming.text), said)
    lead = Lead(origin=Lead.Origin.SOURCE, given_by=MACHINE) if wanted else None
    return _write(incoming, read, lead, by=MACHINE, now=now)


def hand_in(
    incoming: Incoming,
    *,
    origin: str,
    by: str,
    evidence: EvidenceItem | None = None,
    note: str = "",
    consent: str = "",
    user: Any = None,
    now: datetime | None = None,
) -> Lead:
    """What a person hands in is a lead, however relevant it looks. NotAllowed without a name, or for a call that was
    not agreed to be noted.
    """
    if not by.strip():
        raise NotAllowed("a lead needs the name of who hands it in", next_step="give the name")
    if origin == Lead.Origin.PHONE and not consent.strip():
        raise NotAllowed(
            "the note of a call is kept only if the caller agreed", next_step="ask, and say what was agreed"
        )
    now = now or timezone.now()
    lead = Lead(
        origin=origin, given_by=by.strip()[:200], evidence=evidence, note=note, consent=consent.strip()[:40]
    )
    if not incoming.text.strip() or incoming.wall:
        return _write_bare(incoming, lead, by=by, user=user)
    digest = exact(incoming.text)
    known = _document(digest, sketch(incoming.text))
    if known and (theirs := Lead.objects.filter(document=known[0]).first()):
        _meet(incoming, known[0], digest, known[1], now)
        return _joined(incoming, lead, theirs, by=by, user=user)
    read = _read(incoming, digest, relevance(f"{incoming.title}\n{incoming.text}"[:LONGEST_READ]))
    found = _write(incoming, read, lead, by=by, now=now, user=user).lead
    if found is None or found.pk != lead.pk:  # another process was first with the same words
        return _joined(incoming, lead, found, by=by, user=user) if found else lead
    return lead


def handed_in_by(user: Any) -> QuerySet[Lead]:
    """The leads that this person handed in, the newest first: known by their first revision."""
    first = Revision.objects.filter(model="lead", number=1, user=user)
    return Lead.objects.filter(public_id__in=first.values("record_id")).order_by("-created_at", "-pk")


# --- met before? ------------------------------------------------------------------------------------------------------


def _seen_again(incoming: Incoming, digest: str, now: datetime) -> Taken | None:
    found = _document(digest, None) or _document(digest, sketch(incoming.text))
    if found is None:
        return None
    document, likeness = found
    _meet(incoming, document, digest, likeness, now)
    return Taken(document, Lead.objects.filter(document=document).first(), is_new=False)


def _document(digest: str, drawn: tuple[int, ...] | None) -> tuple[Document, float] | None:
    """The document of these very words or, by its sketch, the one that they are a near copy of, and how near."""
    same = Document.objects.filter(digest=digest).first()
    if same or drawn is None:
        return (same, 1.0) if same else None
    rows = Document.objects.filter(bands__band__in=bands(drawn)).annotate(shared=Count("bands"))
    close = [
        (alike(drawn, tuple(row.sketch)), -row.pk, row)
        for row in rows.order_by("-shared", "pk")[:MOST_COMPARED]
    ]
    likeness, _, document = max(close, key=lambda one: one[:2], default=(0.0, 0, None))
    return (document, round(likeness, 3)) if document and likeness >= NEAR else None


def _meet(incoming: Incoming, document: Document, digest: str, likeness: float, now: datetime) -> Sighting:
    """The sighting of a document at an address of a source; once for the same words."""
    source = incoming.watched.slug if incoming.watched else ""
    parts = (document.digest, source, incoming.url, digest)
    row, _ = Sighting.objects.get_or_create(
        key=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        defaults={
            "document": document,
            "watched": incoming.watched,
            "url": incoming.url,
            "seen_at": now,
            "title": incoming.title,
            "digest": digest,
            "likeness": likeness,
        },
    )
    return row


# --- read, and written ------------------------------------------------------------------------------------------------


def _read(incoming: Incoming, digest: str, said: Relevance) -> _Read:
    coded = propose(f"{digest[:12]}.txt", _words(incoming), incoming.published)
    likely = likely_cases_of_events(coded.events)
    return _Read(digest, sketch(incoming.text), said, coded, likely[0] if likely else None)


def propose(name: str, text: str, published: date | None) -> CodedBulletin | CodedLetter:
    """What the reader makes of a text, as a coded file."""
    document = read_document(name, text[:LONGEST_READ], published.isoformat() if published else None)
    coded = read_letter(document) if isinstance(document, Letter) else read_bulletin(document)
    return link([coded])[0]


def _words(incoming: Incoming) -> str:
    """The text with its title as the first line, as a report is read."""
    title = " ".join(incoming.title.split())
    return incoming.text if not title or title in incoming.text[:500] else f"{title}\n\n{incoming.text}"


def _write(
    incoming: Incoming, read: _Read, lead: Lead | None, *, by: str, now: datetime, user: Any = None
) -> Taken:
    """The document with its sighting and, if there is to be one, its lead, in one transaction; the bytes before."""
    kept = store().keep(_words(incoming).encode()) if lead else None
    with transaction.atomic():
        one_at_a_time(Lock.LEADS)
        document, is_new = _document_row(incoming, read)
        _meet(incoming, document, read.digest, 1.0, now)
        there = Lead.objects.filter(document=document).first()
        if lead is None or there:
            return Taken(document, there, is_new)
        document.evidence, _ = note_evidence(
            kept,
            name=f"{read.digest[:12]}.txt",
            media_type="text/plain; charset=utf-8",
            how="main text",
            by=by,
            from_where=incoming.url,
        )
        document.save()
        record_revision(document, "keep", by=by, user=user)
        _fill(lead, incoming, document, read)
        lead.save()
        record_revision(lead, "create", by=by, user=user)
        if lead.origin == Lead.Origin.SOURCE and incoming.url:
            ask_for_capture(incoming.url, lead, proxy=incoming.watched.proxy if incoming.watched else "")
    return Taken(document, lead, is_new)


def _document_row(incoming: Incoming, read: _Read) -> tuple[Document, bool]:
    document, created = Document.objects.get_or_create(
        digest=read.digest,
        defaults={
            "title": incoming.title[:1000],
            "author": incoming.author[:300],
            "published": incoming.published,
            "language": read.relevance.language,
            "relevance": read.relevance.relevance,
            "sketch": list(read.sketch),
        },
    )
    if created:
        DocumentBand.objects.bulk_create(
            DocumentBand(document=document, band=band) for band in sorted(set(bands(read.sketch)))
        )
    return document, created


def _fill(lead: Lead, incoming: Incoming, document: Document, read: _Read) -> None:
    lead.document = document
    lead.state = Lead.State.NEW
    _entitle(lead, incoming.title or " ".join(incoming.text.split())[:120])
    lead.url = lead.url or incoming.url
    lead.watched, lead.language = lead.watched or incoming.watched, read.relevance.language
    lead.wall = incoming.wall[:40]
    lead.relevance = read.relevance.relevance
    lead.reasons = list(read.relevance.reasons)
    lead.proposed = to_file(read.coded) if read.coded else {}
    lead.main_type = next((event.main_type for event in read.coded.events), "") if read.coded else ""
    if read.likely:
        lead.case_slug = read.likely.slug
        lead.case_probability = read.likely.probability
        lead.case_reasons = [reason.to_json() for reason in read.likely.reasons]


def search_words(title: str) -> str:
    """The words of a title by which the inbox finds a lead."""
    return f" {index_words(title)}"


def _entitle(lead: Lead, title: str) -> None:
    """The title, and the words by which the inbox finds it."""
    lead.title = title[:1000]
    lead.search_text = search_words(lead.title)


@transaction.atomic
def _write_bare(incoming: Incoming, lead: Lead, *, by: str, user: Any) -> Lead:
    """A lead without words of its own: a picture, a page behind a wall, an address that waits."""
    _entitle(lead, incoming.title or incoming.url or (lead.evidence.original_name if lead.evidence else ""))
    lead.url, lead.wall = incoming.url, incoming.wall[:40]
    if incoming.url and lead.evidence is None:
        lead.state = Lead.State.WAITING
    lead.save()
    record_revision(lead, "create", by=by, user=user)
    if lead.state == Lead.State.WAITING:
        ask_for_capture(incoming.url, lead)
    return lead


@transaction.atomic
def _joined(incoming: Incoming, lead: Lead, theirs: Lead, *, by: str, user: Any) -> Lead:
    """The same words came before: this lead stands as joined to that one, so that nothing of it is lost."""
    lead.state, lead.joined_to, lead.document = Lead.State.JOINED, theirs, None
    _entitle(lead, incoming.title or theirs.title)
    lead.url = lead.url or incoming.url
    lead.save()
    record_revision(lead, "join", by=by, user=user)
    return lead


def ask_for_capture(url: str, lead: Lead | None = None, *, proxy: str = "") -> None:
    """Have the worker capture an address of the web, for a lead if there is one, through the proxy of its source."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return
    argument = {"url": url, "lead": lead.public_id if lead else ""} | ({"proxy": proxy} if proxy else {})
    digest = hashlib.sha256(f"{url} {argument['lead']}".encode()).hexdigest()
    enqueue(CAPTURE, argument, key=digest, host=parts.hostname or "")


# --- a capture that was waited for ------------------------------------------------------------------------------------


def captured(lead: Lead, incoming: Incoming, evidence: EvidenceItem, *, now: datetime | None = None) -> Lead:
    """The address of a lead was captured: the archive is its evidence and, where it waited, its words are read."""
    now = now or timezone.now()
    lead.refresh_from_db()  # a capture takes long: people may have decided on it, or given it to somebody
    if lead.state != Lead.State.WAITING:
        return _with_evidence(lead, incoming, evidence)
    lead.evidence = evidence
    if not incoming.text.strip() or incoming.wall:
        lead.state = Lead.State.NEW
        _entitle(lead, incoming.title or lead.title)
        return _with_evidence(lead, incoming, evidence)
    digest = exact(incoming.text)
    known = _document(digest, sketch(incoming.text))
    if known and (theirs := Lead.objects.filter(document=known[0]).first()):
        _meet(incoming, known[0], digest, known[1], now)
        return _joined(incoming, lead, theirs, by=MACHINE, user=None)
    read = _read(incoming, digest, relevance(f"{incoming.title}\n{incoming.text}"[:LONGEST_READ]))
    _write(incoming, read, lead, by=MACHINE, now=now)
    return lead


@transaction.atomic
def _with_evidence(lead: Lead, incoming: Incoming, evidence: EvidenceItem) -> Lead:
    lead.evidence = lead.evidence or evidence
    lead.wall = lead.wall or incoming.wall[:40]
    lead.save()
    record_revision(lead, "capture", by=MACHINE)
    return lead


@transaction.atomic
def not_captured(lead: Lead, why: str) -> Lead:
    """The address of a lead cannot be had: the lead waits no longer, and says so."""
    lead.refresh_from_db()
    if lead.state == Lead.State.WAITING:
        lead.state = Lead.State.NEW
        lead.note = f"{lead.note}\n{why}".strip()
        lead.save()
        record_revision(lead, "give up the capture", by=MACHINE, reason=why)
    return lead


# --- what a person makes of a lead ------------------------------------------------------------------------------------


def take(lead: Lead, *, by: str, user: Any = None) -> Source:
    """Take what the reader proposes of a lead into the ledger, as proposed events of a source of its own.

    NotReady where it was decided before, or where it has no words.
    """
    from barometer.web.actions.importing import import_files

    _refuse(lead, by)
    if lead.document is None or lead.document.evidence is None:
        raise NotReady("there are no words in it to code", next_step="hand in its text")
    with store().open(lead.document.evidence.sha256) as stream:
        text = stream.read()
    name = f"lead-{lead.public_id}"
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder, transaction.atomic():
        stood = before(lead)
        path = Path(folder) / f"{name}.txt"
        path.write_bytes(text)
        coded = path.with_suffix(".json")
        coded.write_text(json.dumps(lead.proposed | {"source": path.name}, ensure_ascii=False), "utf-8")
        import_files([coded, path])
        lead.source = Source.objects.get(name=path.name)
        _decide(lead, Lead.State.TAKEN, "take", by=by, user=user)
        note(lead, Act.TAKE, stood, by=by, user=user)
    return lead.source


@transaction.atomic
def dismiss(lead: Lead, *, reason: str, by: str, user: Any = None, batch: str = "") -> Lead:
    """Let a lead go; NotAllowed without a reason, NotReady where it was decided before."""
    _refuse(lead, by)
    if not reason.strip():
        raise NotAllowed("to let a lead go needs a reason", next_step="say why in a few words")
    stood, reason = before(lead), reason.strip()
    _decide(lead, Lead.State.DISMISSED, "dismiss", by=by, reason=reason, user=user)
    note(lead, Act.DISMISS, stood, by=by, user=user, reason=reason, batch=batch)
    return lead


@transaction.atomic
def reopen(lead: Lead, *, by: str, user: Any = None) -> Lead:
    """A lead that was let go is new again."""
    if lead.state != Lead.State.DISMISSED:
        raise NotReady("only a lead that was let go is opened again")
    stood = before(lead)
    lead.state, lead.decided_by, lead.decided_at = Lead.State.NEW, "", None
    lead.save(update_fields=[*DECISION, "changed_at"])
    record_revision(lead, "reopen", by=by, user=user)
    note(lead, Act.REOPEN, stood, by=by, user=user)
    return lead


def _refuse(lead: Lead, by: str) -> None:
    if not by.strip():
        raise NotAllowed("a decision needs the name of who made it", next_step="give the name")
    lead.refresh_from_db()
    if lead.state != Lead.State.NEW:
        raise NotReady(f"this lead is {lead.state}", next_step="look at it again")


def _decide(lead: Lead, state: str, action: str, *, by: str, reason: str = "", user: Any = None) -> Lead:
    lead.state, lead.decided_by, lead.decided_at = state, by.strip()[:200], timezone.now()
    lead.save(update_fields=[*DECISION, "source", "changed_at"])
    record_revision(lead, action, by=by, reason=reason, user=user)
    return lead


# --- what is not kept -------------------------------------------------------------------------------------------------


def expire(days: int, *, now: datetime | None = None) -> int:
    """Remove the sightings older than so many days of documents that became no lead, and documents without any."""
    before = (now or timezone.now()) - timedelta(days=days)
    old = Sighting.objects.filter(seen_at__lt=before, document__lead=None)
    count, _ = old.delete()
    Document.objects.filter(sightings=None, lead=None).delete()
    return count


def near_twins(lead: Lead) -> Sequence[Sighting]:
    """Where else the words of a lead were met, the same or nearly so, the earliest first."""
    return list(lead.document.sightings.select_related("watched")) if lead.document else []
