"""The data of a period is written as files and, unless it is a draft, issued: kept as one archive that never changes.

What was issued is handed out for as long as it may be: an erasure destroys its key, and it rests while it names
somebody who is not to be named any more, or tells what was withdrawn for safety or by order.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import override

from barometer.codebook import Quarter
from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.publication.release.frozen import Frozen, Kept, Records, Written, changes
from barometer.web.actions.audit import note_act
from barometer.web.actions.evidence import bytes_of, note_evidence, store
from barometer.web.actions.keys import destroy
from barometer.web.actions.revisions import record_revision
from barometer.web.public import joined, notes, opened, opened_parties, stories
from barometer.web.records import naming
from barometer.web.records.models import (
    Case,
    Event,
    EventProvision,
    Issue,
    Item,
    Mention,
    Party,
    Source,
)
from barometer.web.records.protection import ItemKey, Redaction
from barometer.web.records.releases import Release, ReleaseFile
from barometer.web.records.reviewing import PublicNote

ALL = "all"
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: So many ids in one question.
_BATCH = 500


@dataclass(frozen=True)
class Made:
    """What a release became: its folder, its files, its row unless it is a draft."""

    folder: Path
    files: tuple[Written, ...]
    frozen: Frozen
    row: Release | None


def release(
    period: str, out: Path, *, by: str, draft: bool = False, day: date | None = None, user: Any = None
) -> Made:
    """Write the release of a period into a new folder of `out`; unless it is a draft, issue it.

    UnknownValue for a period that is none; NotReady where nothing is published, or nothing has changed since.
    """
    if not draft and not by.strip():
        raise NotAllowed("a release needs the name of who makes it", next_step="give the name: --by NAME")
    period = period_of(period)
    with override("en"), joined.one_state():
        records, named = collect(period, day or timezone.localdate()), named_in(period)
    if not records.events:
        raise NotReady(
            f"nothing is published for {period}", next_step="publish its events, or name another period"
        )
    before = Release.objects.filter(period=period).order_by("-version").first()
    frozen = Frozen(
        period=period,
        version=before.version + 1 if before else 1,
        day=day or timezone.localdate(),
        records=records,
        site=site(),
        contact=settings.CONTACT,
        before=before.digests if before else {},
        version_before=before.version if before else 0,
    )
    if before and not draft and not changes(frozen):
        raise NotReady(
            f"nothing has changed since version {before.version}",
            next_step="that release still says all there is; with --draft it is written again",
        )
    folder, files = _write(frozen, Path(out))
    row = None if draft else _issue(frozen, folder, files, named, by=by.strip(), user=user)
    return Made(folder, files, frozen, row)


def period_of(text: str) -> str:
    """The period that a text names: a quarter, a year, or all."""
    text = text.strip()
    if text == ALL or (len(text) == 4 and text.isdecimal()):
        return text
    try:
        return str(Quarter.parse(text))
    except ValueError:
        raise UnknownValue(
            f"{text!r} is no period of a release", next_step="write 2026Q1, 2026 or all"
        ) from None


def site() -> str:
    """The site's own address, where it has a name."""
    hosts = [host for host in settings.PUBLIC_HOSTS if not host.startswith(".")]
    return f"https://{hosts[0]}" if hosts else ""


# --- what goes in -----------------------------------------------------------------------------------------


def _within(period: str) -> tuple[Q, Q]:
    """Events that belong to a period: by the bulletin that prints them; else by the first day that they can have.

    Two conditions and not one, for which a database would go through all events.
    """
    printed, other = Q(item__issue__isnull=False), Q(item__issue=None)
    if period == ALL:
        return printed, other
    if "Q" in period:
        quarter = Quarter.parse(period)
        first, last = quarter.first, quarter.last
        return Q(item__issue__period=period), other & Q(first_day__gte=first, first_day__lte=last)
    return Q(item__issue__period__startswith=period), other & Q(first_day__year=int(period))


def _events(period: str) -> list[int]:
    """The rows of the published events of a period, in the order of their public ids."""
    rows = [
        row
        for some in _within(period)
        for row in Event.objects.public().filter(some).order_by().values_list("public_id", "pk")
    ]
    return [pk for _, pk in sorted(rows)]


@dataclass
class _Met:
    """Whom and what the events of a release lead to."""

    parties: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in Party.Kind.values})
    cases: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)

    def events(self, rows: Iterable[opened.Value]) -> Iterator[opened.Value]:
        """The values as they pass."""
        for one in rows:
            for row in (*one["targets"], *one["actors"]):
                if row["id"]:
                    self.parties[row["kind"]].add(row["id"])
            self.cases |= {one["case"]["id"]} if one["case"] else set()
            self.codes |= {row["code"] for row in one["provisions"]}
            self.sources |= {one["entry"]["source"]} - {None}
            yield one


def collect(period: str, day: date) -> Records:
    """The published records of the period, kept on disk; cases stand as on the day."""
    met = _Met()
    events = Kept(met.events(_in_batches(_events(period), _event_values)))
    records = Records(
        events=events,
        cases=Kept(
            _in_batches(
                sorted(met.cases), lambda some: opened.cases(_cases_of(some).order_by("public_id"), day), 50
            )
        ),
        people=_parties(Party.Kind.PERSON, met),
        outlets=_parties(Party.Kind.OUTLET, met),
        bodies=_parties(Party.Kind.BODY, met),
        provisions=Kept(_in_batches(sorted(met.codes), opened_parties.provisions, 1)),
        sources=Kept(_in_batches(sorted(met.sources), _source_values)),
        issues=[
            opened.issue(row) for row in opened.public_issues().filter(_issues(period)).order_by("period")
        ],
        corrections=[opened.note(row, row.event) for row in _notes(period)],
    )
    _refuse_torn(records, met)
    return records


def _issues(period: str) -> Q:
    return Q() if period == ALL else Q(period__startswith=period)


def _notes(period: str) -> QuerySet[PublicNote]:
    """The notes for readers on events of the period, those on withdrawn ones too."""
    printed, other = (Event.objects.filter(some, public_notes__isnull=False) for some in _within(period))
    return notes.listed().filter(Q(event__in=printed) | Q(event__in=other)).order_by("date", "pk")


def _in_batches(
    rows: Sequence[Any], values: Callable[[Any], list[opened.Value]], size: int = _BATCH
) -> Iterator[opened.Value]:
    """Values of many rows, some at a time: neither memory nor a question to the database holds all of them."""
    for start in range(0, len(rows), size):
        yield from values(rows[start : start + size])


def _event_values(rows: Sequence[int]) -> list[opened.Value]:
    return opened.events(
        Event.objects.public().filter(pk__in=rows).order_by("public_id").defer("search_text")
    )


def _source_values(ids: Collection[str]) -> list[opened.Value]:
    return [
        opened.source(row) for row in opened.public_sources().filter(public_id__in=ids).order_by("public_id")
    ]


def _cases_of(ids: Collection[str]) -> QuerySet[Case]:
    return stories.with_events().filter(public_id__in=ids)


def _parties(kind: str, met: _Met) -> Kept:
    """Those of a kind; bodies few at a time, since a body has the cases of years."""

    def values(ids: Collection[str]) -> list[opened.Value]:
        return opened_parties.parties(
            opened_parties.listed(kind, ids).filter(public_id__in=ids).order_by("public_id")
        )

    return Kept(_in_batches(sorted(met.parties[kind]), values, 20 if kind == Party.Kind.BODY else _BATCH))


def _refuse_torn(records: Records, met: _Met) -> None:
    """NotReady where the ledger changed while it was read, so that one list leads to what another lacks."""
    told = records.digests()
    if any(
        told[name].keys() != ids
        for name, ids in (("cases", met.cases), ("provisions", met.codes), ("sources", met.sources))
    ):
        raise NotReady("the ledger changed while it was read", next_step="make the release again")


def named_in(period: str) -> list[list[str]]:
    """[party, event] (public ids) for each person whom the release names."""
    rows = _events(period)
    shown = joined.names()
    found = {
        (row.party.public_id, row.event.public_id)
        for start in range(0, len(rows), _BATCH)
        for row in _people_of(rows[start : start + _BATCH])
        if shown.hidden(row.party.kind, row.party.name, naming.mention_key(row)) is None
    }
    return sorted([party, event] for party, event in found)


def _people_of(events: Collection[int]) -> Iterable[Mention]:
    rows = Mention.objects.filter(event__in=events, party__kind=Party.Kind.PERSON)
    return rows.select_related("party", "event").only(
        "side", "written", "party__public_id", "party__kind", "party__name", "event__public_id"
    )


# --- writing and issuing ------------------------------------------------------------------------------------


def _write(frozen: Frozen, out: Path) -> tuple[Path, tuple[Written, ...]]:
    """The folder of the release, whole or not at all."""
    from barometer.publication.release.package import package  # which loads a database's library

    folder = out / frozen.name
    if folder.exists():
        raise NotReady(
            "this folder is there already", file=folder, next_step="move it away, or name another: --out DIR"
        )
    draft, was_there = out / f".{frozen.name}.part", out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        files = tuple(package(frozen, draft))
        draft.rename(folder)
    except OSError as error:
        raise NotReady(
            f"the release cannot be written: {error.strerror}",
            file=out,
            next_step="name another folder: --out DIR",
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if not was_there and not folder.exists():
            with suppress(OSError):
                out.rmdir()
    return folder, files


def _issue(
    frozen: Frozen, folder: Path, files: Iterable[Written], named: list[list[str]], *, by: str, user: Any
) -> Release:
    archive = folder.with_name(f"{frozen.name}.zip")
    try:
        pack(folder, archive)
        return _record(frozen, archive, files, named, by=by, user=user)
    except BaseException:  # what was not issued does not lie there as if it were
        shutil.rmtree(folder, ignore_errors=True)
        archive.unlink(missing_ok=True)
        raise


def _record(
    frozen: Frozen, archive: Path, files: Iterable[Written], named: list[list[str]], *, by: str, user: Any
) -> Release:
    digest = store().keep(archive)
    with transaction.atomic():
        item, _ = note_evidence(digest, name=archive.name, media_type="application/zip", how="release", by=by)
        row = Release.objects.create(
            period=frozen.period, version=frozen.version, day=frozen.day, events=len(frozen.records.events),
            archive=item, digests=frozen.records.digests(), named=named, by=by, user=user,
        )  # fmt: skip
        ReleaseFile.objects.bulk_create(
            ReleaseFile(
                release=row, path=one.path, media_type=one.media_type, size=one.size, sha256=one.sha256
            )
            for one in files
        )
        record_revision(row, "release", by=by, user=user)
        note_act("release", by=by, user=user, about=row.public_id, detail=frozen.name)
    return row


def pack(folder: Path, archive: Path) -> None:
    """The folder as one archive: the same files, the same bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            info.file_size = path.stat().st_size
            with path.open("rb") as plain, packed.open(info, "w") as stream:
                shutil.copyfileobj(plain, stream)


# --- handing out ------------------------------------------------------------------------------------------


def name_of(row: Release) -> str:
    """What the release is called."""
    return f"press-barometer-{row.period.lower()}-v{row.version}"


def archive_of(row: Release) -> bytes:
    """The bytes of the whole release; only of one that `is_given`."""
    return bytes_of(row.archive)


def file_of(row: Release, path: str) -> bytes:
    """The bytes of one of its files; only of one that `is_given`."""
    with zipfile.ZipFile(io.BytesIO(archive_of(row))) as packed:
        return packed.read(f"{name_of(row)}/{path}")


def is_given(row: Release) -> bool:
    """Whether the release may still be handed out: see the head of this module."""
    return row in given([row])


def given(rows: Iterable[Release]) -> list[Release]:
    """Those of the releases that may still be handed out."""
    found = list(rows)
    erased = set(
        ItemKey.objects.filter(sealed="", sha256__in=[row.archive.sha256 for row in found]).values_list(
            "sha256", flat=True
        )
    )
    taken_back = set(
        PublicNote.objects.filter(
            kind=PublicNote.Kind.WITHDRAWAL, reason__in=(PublicNote.Reason.SAFETY, PublicNote.Reason.ORDER)
        )
        .filter(event__state="withdrawn")
        .values_list("event__public_id", flat=True)
    )
    people = joined.withheld_in("site")
    names = dict(
        Party.objects.filter(kind=Party.Kind.PERSON, name__in=list(people.by_name)).values_list(
            "public_id", "name"
        )
    )

    def is_hidden(party: str, event: str) -> bool:
        return party in names and people.hidden(Party.Kind.PERSON, names[party], (event,)) is not None

    return [
        row
        for row in found
        if row.archive.sha256 not in erased
        and not (taken_back and taken_back & row.digests["events"].keys())
        and not any(is_hidden(party, event) for party, event in row.named)
    ]


# --- erasing ----------------------------------------------------------------------------------------------


def take_back(touched: Iterable[tuple[type[models.Model], Any]], redaction: Redaction) -> int:
    """Destroy the keys of releases that tell of what an erasure changed, in its transaction; how many."""
    ids = _public_ids(touched)
    gone = 0
    for row in Release.objects.select_related("archive"):
        told = {one for records in row.digests.values() for one in records} | {
            party for party, _ in row.named
        }
        if ids & told:
            destroy(row.archive.sha256, redaction)
            gone += 1
    return gone


#: Model → where the public ids stand by which a release knows it.
_KNOWN_BY = {
    Event: ("public_id",),
    Party: ("public_id",),
    Case: ("public_id",),
    Source: ("public_id",),
    Issue: ("public_id",),
    Item: ("events__public_id",),
    Mention: ("event__public_id", "party__public_id"),
    EventProvision: ("event__public_id",),
    PublicNote: ("event__public_id",),
}


def _public_ids(touched: Iterable[tuple[type[models.Model], Any]]) -> set[str]:
    found: set[str] = set()
    for model, pk in touched:
        for name in _KNOWN_BY.get(model, ()):
            found |= set(model._base_manager.filter(pk=pk).values_list(name, flat=True))
    return found - {None}
