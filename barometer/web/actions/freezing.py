"""Signing an issue off and freezing it: three people stand for its snapshot, then every copy is made and kept as it is.

An approval holds for the digest of the snapshot that its person saw: whatever changes what the issue prints makes
another digest, and so voids it. Frozen bytes never change; what is corrected later is a list of errata.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext

from barometer.codebook.book import LANGUAGES
from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.evidence import Digest
from barometer.publication import snapshot
from barometer.publication.compose import compose
from barometer.publication.render import ENDINGS, FORMATS, MEDIA_TYPES, render_all
from barometer.publication.values import IMPRINT_PARTS, IssueIn
from barometer.review import PUBLIC
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import issuing
from barometer.web.actions.audit import note_act
from barometer.web.actions.deciding import refuse
from barometer.web.actions.evidence import note_evidence, set_visibility, store
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.publishing import publish
from barometer.web.actions.revisions import record_revision
from barometer.web.records import printed
from barometer.web.records.freezing import Edition, FrozenFile, ImprintLine, IssueApproval, ItemBlock
from barometer.web.records.models import EvidenceItem, Issue, Item
from barometer.web.records.protection import Redaction
from barometer.web.records.reviewing import PublicNote

Kind = IssueApproval.Kind
#: who stands for an issue → the act that a person's roles must allow
ACTS: Mapping[str, Act] = {Kind.MONITOR: Act.CODE, Kind.LAWYER: Act.LEGAL, Kind.DIRECTOR: Act.DIRECT}
SNAPSHOT = "application/json"
LONGEST_LINE = 1_000

#: (language, format) → bytes
Files = Mapping[tuple[str, str], bytes]


@dataclass(frozen=True)
class Against:
    """One thing that stands against freezing, in words."""

    text: str


@dataclass(frozen=True)
class Standing:
    """Who stands for the issue in one capacity: the name ("" for nobody yet), and whether for what it is now."""

    kind: str
    by: str = ""
    at: datetime | None = None
    holds: bool = False
    person: str = ""


# --- the snapshot -----------------------------------------------------------------------------------------


def packed(issue: Issue) -> bytes:
    """The issue's snapshot as it would be frozen now."""
    return snapshot.pack(printed.issue_in(issue.period))


def rendered(given: IssueIn) -> Files:
    """Every copy of the issue: each language in each format."""
    return {
        (language, form): data
        for language in LANGUAGES
        for form, data in render_all(compose(given, language)).items()
    }


def file_name(period: str, language: str, form: str) -> str:
    """What a copy is called."""
    return f"press-barometer-{period}-{language}.{ENDINGS[form]}"


# --- approvals --------------------------------------------------------------------------------------------


def approvals(issue: Issue, digest: str) -> tuple[Standing, ...]:
    """For each of the three who stands for the issue; what they approved may not be what it is now (`digest`)."""
    last = IssueApproval.objects.filter(issue=issue).order_by().values("kind").annotate(last=Max("pk"))
    rows = {
        row.kind: row
        for row in IssueApproval.objects.filter(pk__in=last.values("last")).select_related("user")
    }
    return tuple(
        Standing(kind, row.by, row.created_at, row.digest == digest, _person(row))
        if (row := rows.get(kind))
        else Standing(kind)
        for kind in ACTS
    )


def _person(row: IssueApproval) -> str:
    return f"#{row.user_id}" if row.user_id else row.by


@transaction.atomic
def approve(issue: Issue, kind: str, digest: str, *, by: str, user: Any) -> IssueApproval:
    """Stand for the issue as the person saw it (`digest`).

    NotAllowed for whoever may not, or stands for it in another capacity already (but in a small desk); NotReady where
    the issue has changed since, or is frozen.
    """
    if kind not in ACTS:
        raise UnknownValue(f"{kind!r} is no capacity", next_step=f"take one of {', '.join(ACTS)}")
    if not may(user, ACTS[kind]):
        raise NotAllowed(f"your roles do not let you approve as {kind}")
    if not by.strip():
        raise NotAllowed("an approval needs a name")
    row = _open_issue(issue)
    if snapshot.digest(packed(row)) != digest:
        raise NotReady("the issue has changed since you saw it", next_step="read it again, then approve it")
    person = f"#{user.pk}"
    if not settings.SMALL_DESK and any(
        one.holds and one.person == person and one.kind != kind for one in approvals(row, digest)
    ):
        raise NotAllowed("three different people approve an issue, and you have done so in another capacity")
    approval = IssueApproval.objects.create(issue=row, kind=kind, digest=digest, by=by.strip(), user=user)
    record_revision(approval, "approve", by=approval.by, user=user)
    return approval


def _open_issue(issue: Issue) -> Issue:
    """The issue's row for writing; NotReady once it is frozen."""
    row = Issue.objects.select_for_update().get(pk=issue.pk)
    if row.frozen_at:
        raise NotReady("the issue is frozen", next_step="correct the record: readers are told in its errata")
    return row


# --- what the lawyer stops --------------------------------------------------------------------------------


def blocked(issue: Issue) -> list[ItemBlock]:
    """The items of the issue that are stopped now, with who stopped them and why."""
    last = ItemBlock.objects.filter(issue=issue).order_by().values("item").annotate(last=Max("pk"))
    rows = ItemBlock.objects.filter(pk__in=last.values("last"), is_blocked=True)
    return list(rows.select_related("item"))


@transaction.atomic
def block(issue: Issue, item: Item, is_blocked: bool, *, reason: str, by: str, user: Any) -> ItemBlock:
    """Stop an item of the issue, or let it pass again; NotAllowed but for a lawyer with a reason.

    A link is stopped by marking it (actions.reviewing.mark_link): it is then printed nowhere.
    """
    if not may(user, Act.LEGAL):
        raise NotAllowed("only a lawyer stops an item or lets it pass")
    refuse(reason, by)
    row = _open_issue(issue)
    if item.issue_id != row.pk:
        raise UnknownValue("this item is not in the issue", next_step="look at the issue again")
    made = ItemBlock.objects.create(
        issue=row, item=item, is_blocked=is_blocked, reason=reason.strip(), by=by.strip(), user=user
    )
    record_revision(made, "stop" if is_blocked else "let pass", by=made.by, user=user)
    return made


# --- freezing ---------------------------------------------------------------------------------------------


def against(issue: Issue, digest: str) -> list[Against]:
    """What stands against freezing the issue as it is now, each in words; nothing where it may be frozen."""
    found = [Against(one.text) for one in issuing.unready(issue)]
    if not issue.opened_at:
        found.append(Against(gettext("This issue was imported as it had been published elsewhere.")))
    for row in blocked(issue):
        told = gettext("The lawyer stopped “%(item)s”.") % {"item": issuing.title_of(row.item)}
        found.append(Against(told))
    return found + _against_approvals(approvals(issue, digest))


def _against_approvals(standings: Sequence[Standing]) -> list[Against]:
    found = []
    for one in standings:
        if not one.by:
            found.append(Against(_not_yet(one.kind)))
        elif not one.holds:
            said = gettext("%(approval)s by %(name)s is void: the issue has changed since.")
            found.append(Against(said % {"approval": kind_label(one.kind), "name": one.by}))
    held = [one.person for one in standings if one.holds]
    if len(held) != len(set(held)) and not settings.SMALL_DESK:
        found.append(Against(gettext("Three different people approve an issue; one has done so twice.")))
    return found


def kind_label(kind: str) -> str:
    """What an approval is, in words."""
    return {
        Kind.MONITOR: gettext("Approval of the monitor"),
        Kind.LAWYER: gettext("Approval of the lawyer"),
        Kind.DIRECTOR: gettext("Approval of the director"),
    }[kind]


def _not_yet(kind: str) -> str:
    return {
        Kind.MONITOR: gettext("A monitor has not approved it."),
        Kind.LAWYER: gettext("A lawyer has not approved it."),
        Kind.DIRECTOR: gettext("A director has not approved it."),
    }[kind]


def freeze(issue: Issue, *, by: str, user: Any) -> Edition:
    """Make every copy from the snapshot and keep it: all of them and the mark on the issue, or nothing.

    NotAllowed but for who publishes; NotReady, with every reason, where anything stands against it.
    """
    if not may(user, Act.PUBLISH):
        raise NotAllowed("only an editor or the director freezes an issue")
    whole = packed(issue)
    _refuse(issue, whole)
    files = rendered(snapshot.unpack(whole))
    with transaction.atomic():
        one_at_a_time(Lock.FREEZE)
        row = _open_issue(issue)
        if packed(row) != whole:
            raise NotReady("the issue changed while its copies were made", next_step="look at it again")
        _refuse(row, whole)
        edition = keep_edition(row, whole, by=by, user=user)
        keep_files(edition, files, by=by)
        for item in row.items.filter(source=None, left_out="").exclude(state__in=PUBLIC):
            publish(item, by=by, reason=row.period, user=user)
        row.frozen_at = edition.created_at
        row.save()
        record_revision(row, "freeze", by=by, user=user)
        note_act("freeze", by=by, user=user, about=row.period, detail=edition.digest)
    issue.frozen_at = row.frozen_at
    return edition


def _refuse(issue: Issue, whole: bytes) -> None:
    if reasons := against(issue, snapshot.digest(whole)):
        raise NotReady(
            " ".join(one.text for one in reasons), next_step="settle each of these, then freeze the issue"
        )


def keep_edition(
    issue: Issue, whole: bytes, *, by: str, user: Any, redaction: Redaction | None = None
) -> Edition:
    """The next edition of an issue, with its snapshot kept; only in the transaction of what it is made for."""
    given = snapshot.unpack(whole)
    number = (Edition.objects.filter(issue=issue).aggregate(last=Max("number"))["last"] or 0) + 1
    edition = Edition.objects.create(
        issue=issue,
        number=number,
        snapshot=_kept(whole, f"press-barometer-{issue.period}.json", SNAPSHOT, by),
        digest=snapshot.digest(whole),
        software=snapshot.software_of(whole),
        codebook=given.codebook,
        items=[story.key for story in given.stories],
        events=[event for story in given.stories for event in story.event_ids],
        redaction=redaction,
        by=by,
        user=user,
    )
    record_revision(edition, "issue", by=by, user=user)
    return edition


def keep_files(edition: Edition, files: Files, *, by: str) -> None:
    """Keep the copies of an edition, for everybody to see; only in a transaction, so that all stand or none."""
    for (language, form), data in files.items():
        name = file_name(edition.issue.period, language, form)
        item = _kept(data, name, MEDIA_TYPES[form], by)
        if item.visibility != EvidenceItem.Visibility.PUBLIC:
            set_visibility(item, EvidenceItem.Visibility.PUBLIC, reason="issued to readers", by=by)
        row = FrozenFile.objects.create(
            edition=edition,
            language=language,
            format=form,
            evidence=item,
            sha256=item.sha256,
            size=item.size,
        )
        record_revision(row, "issue", by=by)


def _kept(data: bytes, name: str, media_type: str, by: str) -> EvidenceItem:
    """The evidence of bytes of ours. Its key is written with it: undone, what lies in the store opens no more."""
    digest: Digest = store().keep(data)
    item, _ = note_evidence(digest, name=name, media_type=media_type, how="issued", by=by)
    return item


# --- what was frozen --------------------------------------------------------------------------------------


def edition_of(issue: Issue) -> Edition | None:
    """The edition that stands for the issue now; None before it is frozen."""
    return issue.editions.select_related("snapshot", "redaction").last()


def frozen_file(issue: Issue, language: str, form: str) -> FrozenFile | None:
    """The issued copy in that language and format; None before the issue is frozen, or where it was erased."""
    edition = edition_of(issue)
    rows = edition.files.filter(language=language, format=form) if edition else FrozenFile.objects.none()
    row = rows.select_related("evidence").first()
    return row if row and not _erased(row.sha256) else None


def _erased(sha256: str) -> bool:
    from barometer.web.records.protection import ItemKey

    return ItemKey.objects.filter(sha256=sha256, sealed="").exists()


def errata(issue: Issue) -> QuerySet[PublicNote]:
    """What readers are told of records that the frozen issue prints, since it was issued; the newest first."""
    first = issue.editions.first()
    if first is None:
        return PublicNote.objects.none()
    return told(first.events).filter(created_at__gt=first.created_at)


def told(events: Collection[str]) -> QuerySet[PublicNote]:
    """The notes on these events that readers may see, the newest first."""
    from barometer.web.public.notes import listed

    return listed().filter(event__public_id__in=events)


def printed_in() -> dict[str, list[str]]:
    """For each event that a frozen issue prints, by its public id, the periods of these issues, the earliest first."""
    found: dict[str, list[str]] = {}
    for edition in Edition.objects.filter(number=1).select_related("issue").order_by("issue__period"):
        for event in dict.fromkeys(edition.events):
            found.setdefault(event, []).append(edition.issue.period)
    return found


# --- the imprint ------------------------------------------------------------------------------------------


@transaction.atomic
def put_imprint(
    issue: Issue | None, form: str, part: str, texts: Mapping[str, str], *, by: str, user: Any
) -> ImprintLine:
    """Write a line of the imprint, of one issue or of all, for one format or ("") all; where its texts are empty, the
    line that would stand there without it is printed.

    NotAllowed but for the director; NotReady for a frozen issue; UnknownValue for no such format or part.
    """
    if not may(user, Act.DIRECT):
        raise NotAllowed("only the director writes the imprint")
    if part not in IMPRINT_PARTS or form not in ("", *FORMATS):
        raise UnknownValue(f"{form or part!r} is no part of the imprint")
    clean = {language: " ".join(texts.get(language, "").split()) for language in LANGUAGES}
    if any(len(text) > LONGEST_LINE or not text.isprintable() for text in clean.values()):
        raise NotAllowed(f"a line is over {LONGEST_LINE} letters, or unprintable")
    row = issue and _open_issue(issue)
    line, _ = ImprintLine.objects.update_or_create(
        issue=row,
        format=form,
        part=part,
        defaults={f"text_{language}": text for language, text in clean.items()},
    )
    record_revision(line, "write imprint", by=by, user=user)
    return line
