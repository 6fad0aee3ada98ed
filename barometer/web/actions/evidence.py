"""Bytes come to the house and stay: their row, their chain, their place in the log over all items, their stamps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from barometer import __version__
from barometer.errors import EvidenceMissing, NotAllowed, UnknownValue
from barometer.evidence import Digest
from barometer.evidence.chain import ChainStep
from barometer.evidence.log import Head, LogEntry, head, is_signed, next_entry, read_head
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import outside
from barometer.web.actions.jobs import enqueue
from barometer.web.actions.keys import DraftLock
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records.gathering import (
    Capture,
    EvidenceLogEntry,
    EvidenceStamp,
    EvidenceStep,
    Job,
    LogSignature,
    Upload,
)
from barometer.web.records.models import EvidenceItem
from barometer.web.records.protection import ItemKey

if TYPE_CHECKING:
    from barometer.evidence.browser import Browser
    from barometer.evidence.check import Fault
    from barometer.evidence.drafts import Desk, Whole
    from barometer.evidence.report import LogPlace
    from barometer.evidence.stamps import Stamp
    from barometer.fetching import Fetched
    from barometer.sources.documents import Document

STAMP, CAPTURE = "stamp", "capture"

store = outside.store


# --- items ----------------------------------------------------------------------------------------------------------


def keep_evidence(
    source: bytes | Path | IO[bytes],
    *,
    name: str,
    media_type: str,
    how: str,
    by: str,
    act: str = "received",
    from_where: str = "",
    note: str = "",
) -> EvidenceItem:
    """Keep the bytes, then note them in the ledger; bytes that are known already keep their first note."""
    digest = store().keep(source)
    with transaction.atomic():
        item, _ = note_evidence(
            digest,
            name=name,
            media_type=media_type,
            how=how,
            by=by,
            act=act,
            from_where=from_where,
            note=note,
        )
    return item


def note_evidence(
    digest: Digest,
    *,
    name: str,
    media_type: str,
    how: str,
    by: str,
    act: str = "received",
    from_where: str = "",
    note: str = "",
) -> tuple[EvidenceItem, bool]:
    """The ledger's row for bytes of that digest, and whether it is new; the caller keeps the bytes before it commits.

    A new item begins its chain, enters the log, and waits for its stamps.
    """
    item, created = EvidenceItem.objects.get_or_create(
        sha256=digest.sha256,
        defaults={
            "size": digest.size,
            "media_type": media_type,
            "original_name": name[-255:],
            "how": how[:100],
        },
    )
    if created:
        record_revision(item, "keep", by=by)
        add_step(item, act, who=by, how=how, from_where=from_where, note=note)
        _log(digest.sha256, media_type)
        for address in outside.outside().stamps:
            _ask_for_stamp(digest.sha256, address)
    return item, created


def add_step(
    item: EvidenceItem,
    act: str,
    *,
    who: str,
    how: str,
    from_where: str = "",
    note: str = "",
    at: datetime | None = None,
) -> EvidenceStep:
    """One more step of an item's chain; only in the transaction of what it tells of."""
    step = ChainStep(at or timezone.now(), who[:200], act, how[:200], __version__, from_where, note)
    return EvidenceStep.objects.create(
        evidence=item, at=step.at, who=step.who, act=step.act, how=step.how, version=step.version,
        from_where=step.from_where, note=step.note,
    )  # fmt: skip


@transaction.atomic
def set_visibility(
    item: EvidenceItem, visibility: str, *, reason: str, by: str, user: Any = None
) -> EvidenceItem:
    """Say who may see an item; NotAllowed without a name and a reason, UnknownValue for what is no such word."""
    if visibility not in EvidenceItem.Visibility.values:
        raise UnknownValue(f"{visibility!r} is not one of {', '.join(EvidenceItem.Visibility.values)}")
    if not reason.strip():
        raise NotAllowed("a change needs a reason", next_step="say why in a few words")
    if visibility == EvidenceItem.Visibility.PUBLIC and user is not None and not may(user, Act.CLEAR):
        raise NotAllowed("only a lawyer or an editor makes a copy public", next_step="ask one of them")
    item.visibility = visibility
    item.save()
    record_revision(item, "set visibility", by=by, reason=reason.strip(), user=user)
    return item


def item_of(name: str) -> EvidenceItem:
    """The item of a public id, or of the beginning of a digest that only one has; EvidenceMissing otherwise."""
    rows = EvidenceItem.objects.filter(public_id=name) or EvidenceItem.objects.filter(
        sha256__startswith=name.lower()
    )
    if not name or len(found := list(rows[:2])) != 1:
        several = name and len(found) > 1
        raise EvidenceMissing(
            f"{name[:80]!r} is the beginning of several digests"
            if several
            else f"there is no evidence {name[:80]!r}",
            next_step="give more of the digest" if several else "give its id or its SHA-256",
        )
    return found[0]


# --- the log --------------------------------------------------------------------------------------------------------


def _log(sha256: str, what: str) -> EvidenceLogEntry:
    """Put an item into the log; entries are written one after the other, whoever writes."""
    one_at_a_time(Lock.LOG)
    last = EvidenceLogEntry.objects.order_by("-index").first()
    entry = next_entry(_entry(last) if last else None, at=timezone.now(), sha256=sha256, what=what)
    return EvidenceLogEntry.objects.create(
        index=entry.index, at=entry.at, sha256=sha256, what=what, previous=entry.previous, leaf=entry.leaf()
    )


def _entry(row: EvidenceLogEntry) -> LogEntry:
    return LogEntry(row.index, row.at, row.sha256, row.what, row.previous)


def log_entries() -> list[LogEntry]:
    """The whole log, from its first entry."""
    return [_entry(row) for row in EvidenceLogEntry.objects.order_by("index").iterator()]


def log_head() -> Head:
    """The head of the log as it is now; NotReady for an empty one."""
    return head(log_entries())


@transaction.atomic
def keep_signature(
    text: str, signature: bytes, public_key: bytes, *, by: str, user: Any = None
) -> LogSignature:
    """Take in the signature of a head that was signed elsewhere.

    NotAllowed where the signature is not of that key over that head, or the head is not one of this log.
    """
    signed = read_head(text)
    if not by.strip():
        raise NotAllowed("a signature needs the name of who brings it", next_step="give the name: --by NAME")
    if not is_signed(public_key, signed, signature):
        raise NotAllowed("the signature is not of this key over this head", next_step="sign the head again")
    entries = log_entries()[: signed.size]
    if not entries or head(entries) != signed:
        raise NotAllowed(
            "this is no head of this log: another ledger, or something was changed",
            next_step="run barometer evidence verify",
        )
    return LogSignature.objects.create(
        size=signed.size, root=signed.root, at=signed.at, public_key=public_key.decode("ascii"),
        signature=signature, by=by.strip(), user=user,
    )  # fmt: skip


# --- trusted time -----------------------------------------------------------------------------------------------------


def _ask_for_stamp(sha256: str, address: str) -> None:
    host = urlsplit(address).netloc
    enqueue(STAMP, {"sha256": sha256, "authority": address}, key=f"{host} {sha256}", host=host)


def stamp(job: Job) -> None:
    """The worker's job: ask an authority for its stamp. An error of fetching has the queue ask again later."""
    from barometer.evidence.stamps import request

    sha256, address = job.argument["sha256"], job.argument["authority"]
    if EvidenceStamp.objects.filter(sha256=sha256, authority=address).exists():
        return
    found = next((one for one in outside.authorities() if one.address == address), None)
    if found is None:
        raise UnknownValue(f"{address} is no authority (any more)", place="BAROMETER_STAMPS")
    answer = request(sha256, found, outside.door())
    with transaction.atomic():
        EvidenceStamp.objects.create(
            sha256=sha256, authority=address, token=answer.token, at=answer.at, serial=str(answer.serial)
        )
        if item := EvidenceItem.objects.filter(sha256=sha256).first():
            add_step(item, "stamped", who=address, how="RFC 3161", from_where=address, at=answer.at)


def stamp_values(**which: Any) -> list[Stamp]:
    """The stamps of the ledger as the core's values."""
    from barometer.evidence.stamps import Stamp

    return [
        Stamp(row.authority, row.sha256, bytes(row.token), row.at, int(row.serial))
        for row in EvidenceStamp.objects.filter(**which)
    ]


# --- captures ---------------------------------------------------------------------------------------------------------


def desk() -> Desk:
    """Where captures lie between the network and the ledger."""
    from barometer.evidence.drafts import Desk

    return Desk(Path(settings.HOME) / "captures", DraftLock())


def capture_address(
    url: str,
    *,
    by: str,
    note: str = "",
    browser: Browser | None = None,
    quick: bool = False,
    proxy: str = "",
) -> Capture:
    """Capture an address, then take it into the ledger; killed in between, `take_in_captures` does the rest.

    FetchRefused, FetchFailed where it cannot be had; `quick` spends some twenty seconds at most.
    """
    from barometer.evidence.capture import CaptureLimits, capture_into
    from barometer.evidence.drafts import Asked
    from barometer.fetching import Limits

    limits = CaptureLimits(resources=20, one=Limits(seconds=10), seconds=10) if quick else CaptureLimits()
    waiting, asked = desk(), Asked(url, by, timezone.now(), note)
    whole = capture_into(
        waiting, asked, door=outside.door(proxy), browser=browser, limits=limits, apart=outside.apart()
    )
    return take_in(waiting, whole)


def keep_answer(answer: Fetched, document: Document, *, by: str) -> Capture:
    """Keep the very answer that a document was read from, as an archive."""
    from barometer.evidence.capture import WACZ, exchanges_of
    from barometer.evidence.wacz import Page, pack
    from barometer.evidence.warc import write_warc

    warc = write_warc(exchanges_of(answer), at=answer.started)
    page = Page(answer.url, answer.started, document.title, document.text)
    data = pack(warc, [page], title=document.title or answer.url, created=answer.started)
    facts = {
        "url": answer.asked, "final_url": answer.url, "status": answer.status, "title": document.title,
        "wall": document.wall, "resources": 0, "notes": [], "at": answer.started.isoformat(), "how": "one request",
        "hops": [{"url": hop.url, "status": hop.status, "address": hop.address} for hop in answer.hops],
    }  # fmt: skip
    return _write_capture({WACZ: store().keep(data)}, facts, by=by, note="")


def clear_desk() -> list[str]:
    """What processes left that were killed: whole captures enter the ledger; the addresses that are to be asked anew."""
    waiting = desk()
    for whole in waiting.pending():
        take_in(waiting, whole)
    begun = waiting.unfinished()
    for draft in begun:
        waiting.drop(draft)
    return [draft.asked.url for draft in begun]


def take_in(waiting: Desk, whole: Whole) -> Capture:
    """A settled capture's bytes go to the store, then its rows to the ledger at once, then its folder goes."""
    kept = store()
    digests = {name: kept.keep(whole.read(name)) for name in whole.files}
    row = _write_capture(digests, whole.facts, by=whole.asked.by, note=whole.asked.note)
    waiting.done(whole)
    return row


@transaction.atomic
def _write_capture(digests: Mapping[str, Digest], facts: Mapping[str, Any], *, by: str, note: str) -> Capture:
    from barometer.evidence.capture import PDF, SCREENSHOT, TEXT, WACZ

    media = {
        WACZ: "application/wacz",
        SCREENSHOT: "image/png",
        PDF: "application/pdf",
        TEXT: "text/plain; charset=utf-8",
    }
    items = {
        name: note_evidence(
            digest, name=name, media_type=media[name], how=facts["how"], by=by, act="captured",
            from_where=facts["final_url"], note=note,
        )[0]
        for name, digest in digests.items()
    }  # fmt: skip
    row, created = Capture.objects.get_or_create(
        archive=items[WACZ],
        captured_at=datetime.fromisoformat(facts["at"]),
        defaults={
            name: facts[name]
            for name in ("url", "final_url", "status", "title", "resources", "notes", "hops")
        }
        | {
            "wall": facts["wall"][:40],
            "screenshot": items.get(SCREENSHOT),
            "pdf": items.get(PDF),
            "text": items.get(TEXT),
        },
    )
    if created:
        record_revision(row, "capture", by=by)
    return row


# --- uploads ----------------------------------------------------------------------------------------------------------


def keep_upload(data: bytes, name: str, *, by: str, how: str = "upload", note: str = "") -> Upload:
    """Keep a file as it was handed in and, of a picture or a PDF, a copy without metadata. TooLarge, Unreadable."""
    from barometer.evidence.uploads import take

    given, kept = take(data, name, apart=outside.apart()), store()
    original = kept.keep(given.data)
    clean = kept.keep(given.clean) if given.clean else None
    with transaction.atomic():
        item, created = note_evidence(
            original, name=given.name, media_type=given.media_type, how=how, by=by, act="uploaded", note=note
        )
        if not created:
            add_step(item, "uploaded", who=by, how=how, note=note)
        copy = None
        if clean:
            copy, _ = note_evidence(
                clean, name=f"copy of {given.name}", media_type=given.clean_media_type,
                how="without metadata", by=by, note=f"made of {original.sha256}",
            )  # fmt: skip
        row, new = Upload.objects.get_or_create(
            original=item,
            defaults={
                "clean": copy,
                "dhash": "" if given.dhash is None else f"{given.dhash:016x}",
                "notes": list(given.notes),
            },
        )
        if new:
            record_revision(row, "upload", by=by)
    return row


def near_uploads(row: Upload) -> list[Upload]:
    """Other pictures that look the same."""
    from barometer.evidence.images import near

    if not row.dhash:
        return []
    others = Upload.objects.exclude(pk=row.pk).exclude(dhash="").select_related("original")
    return [other for other in others if near(int(other.dhash, 16), int(row.dhash, 16))]


# --- proof ------------------------------------------------------------------------------------------------------------


def verify() -> list[Fault]:
    """Everything recomputed: each item's bytes, the log, the stamps, the signed heads."""
    from barometer.evidence.check import Item, SignedHead, check

    gone = erased()
    items = [
        Item(public_id, (sha256,), gone.get(sha256, ""))
        for public_id, sha256 in EvidenceItem.objects.order_by("pk").values_list("public_id", "sha256")
    ]
    signed = [
        SignedHead(Head(row.size, row.root, row.at), bytes(row.signature), row.public_key.encode("ascii"))
        for row in LogSignature.objects.all()
    ]
    trusted = {one.address: one.certificates for one in outside.authorities()}
    return check(items, store(), stamp_values(), log_entries(), trusted=trusted, heads=signed)


def erased() -> dict[str, str]:
    """SHA-256 of each item whose key was destroyed → when, by whom and why."""
    rows = ItemKey.objects.filter(sealed="").select_related("redaction")
    return {
        row.sha256: f"erased on {row.redaction.at:%Y-%m-%d} by {row.redaction.by} because {row.redaction.reason}"
        for row in rows
    }


def seal() -> int:
    """Seal what earlier versions kept unsealed; how many items were. Killed, the same again goes on."""
    kept = store()
    return sum(kept.seal(sha256) for sha256 in list(kept))


def bytes_of(item: EvidenceItem) -> bytes:
    """An item's bytes, checked; EvidenceMissing, EvidenceChanged."""
    with store().open(item.sha256) as stream:
        return stream.read()


def export(item: EvidenceItem, *, by: str) -> bytes:
    """An item as a WACZ, whatever it is; a step of its chain says who took it out."""
    from barometer.evidence.uploads import Upload as Given
    from barometer.evidence.uploads import archive

    data = bytes_of(item)
    if item.media_type != "application/wacz":
        digest = Digest(item.sha256, item.size)
        given = Given(item.original_name, data, digest, item.media_type, None, "", None, ())
        data = archive(given, at=item.received_at)
    with transaction.atomic():
        add_step(item, "exported", who=by, how="WACZ")
    return data


def report(item: EvidenceItem, language: str, *, by: str) -> bytes:
    """The report on an item as a PDF: what, when, digests, chain, place in the log, how to check it without us."""
    from barometer.evidence.report import Reported, ReportFile
    from barometer.evidence.report import report as made

    capture = Capture.objects.filter(archive=item).first()
    shown = item if item.media_type in PICTURES else capture and capture.screenshot
    parts = [capture.screenshot, capture.pdf, capture.text] if capture else []
    data = made(
        Reported(
            item=item.public_id,
            media_type=item.media_type,
            access=_ACCESS[item.visibility],
            files=[ReportFile(one.original_name, one.size, one.sha256) for one in (item, *parts) if one],
            chain=[
                ChainStep(row.at, row.who, row.act, row.how, row.version, row.from_where, row.note)
                for row in item.steps.all()
            ],
            stamps=stamp_values(sha256=item.sha256),
            log=_place(item),
            facts=_facts(capture) if capture else {},
            picture=bytes_of(shown) if shown else None,
        ),
        language,
        at=timezone.now().replace(microsecond=0),
    )
    with transaction.atomic():
        add_step(item, "exported", who=by, how="report")
    return data


#: Pictures made of pixels, which a browser draws and does not run.
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_ACCESS = {
    EvidenceItem.Visibility.PUBLIC: "public",
    EvidenceItem.Visibility.REFERENCE: "reference",
    EvidenceItem.Visibility.INTERNAL: "internal",
}


def _place(item: EvidenceItem) -> LogPlace | None:
    from barometer.evidence.log import inclusion
    from barometer.evidence.report import LogPlace

    entries = log_entries()
    index = next((entry.index for entry in entries if entry.sha256 == item.sha256), None)
    if index is None:
        return None
    proof = inclusion([entry.leaf() for entry in entries], index)
    return LogPlace(entries[index], head(entries), tuple(proof))


def _facts(capture: Capture) -> dict[str, Any]:
    names = ("url", "final_url", "status", "title", "wall", "hops", "notes")
    how = {"at": capture.captured_at.isoformat(), "how": capture.archive.how}
    return {name: getattr(capture, name) for name in names} | how
