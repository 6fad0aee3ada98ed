"""Takedown notices: they come in, steps follow, people judge and publish; each with its revision.

What a notice gives rise to in the ledger is in takedowns_events, what the rules see in it in takedowns_signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from barometer.countries import country
from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue
from barometer.names.words import fold
from barometer.reach.notices import Notice
from barometer.reach.notices.addresses import site_of
from barometer.web.actions.deciding import refuse
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import EvidenceItem, Party
from barometer.web.records.protected import digest
from barometer.web.records.takedowns import (
    NoticeJudgement,
    NoticeSender,
    NoticeStep,
    NoticeTarget,
    TakedownNotice,
)
from barometer.web.records.watch import Account, WatchedSite

COUNTRY = "KZ"
MOST_TARGETS = 5_000
LONGEST_ADDRESS = 2_000
LONGEST_WORDS = 100_000

State, Kind = NoticeTarget.State, NoticeStep.Kind
#: The kinds of steps that say how an address is, and how.
TELLS = {
    Kind.REMOVED: State.REMOVED,
    Kind.RESTRICTED: State.RESTRICTED,
    Kind.UP: State.UP,
    Kind.RESTORED: State.RESTORED,
}
DOWN = (State.REMOVED, State.RESTRICTED)
_TEXTS = (
    "number", "sender", "principal", "recipient", "country", "work", "target_words", "words", "language",
)  # fmt: skip
_CODE = re.compile(r"[A-Za-z]{2}\b")


# --- what comes in ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """A notice as it stands in the ledger; `known` where it was there before."""

    row: TakedownNotice
    known: bool


@transaction.atomic
def take(
    notice: Notice, *, by: str, user: Any = None, evidence: EvidenceItem | None = None, reason: str = ""
) -> Taken:
    """Keep a notice once: by its source's number, else by sender, addresses and day. BadInput for what is none."""
    one_at_a_time(Lock.IMPORT)
    notice = checked(notice)
    same = _same(notice)
    if (known := _known(notice, same)) is not None:
        return Taken(known, True)
    row = TakedownNotice(source=notice.source, number=notice.number, same=same, evidence=evidence)
    _fill(row, notice, by=by, user=user)
    row.save()
    _add_targets(row, notice.targets, by=by, user=user)
    record_revision(row, "create", by=by, user=user, reason=reason)
    if notice.action in (TakedownNotice.Action.REMOVED, TakedownNotice.Action.RESTRICTED):
        _as_the_notice_says(row, by=by, user=user)
    return Taken(row, False)


@transaction.atomic
def rewrite(row: TakedownNotice, notice: Notice, *, by: str, user: Any = None, reason: str) -> TakedownNotice:
    """What a person reads in a notice in place of what stood there; addresses are added, never taken away."""
    refuse(reason, by)
    notice = checked(replace(notice, source=row.source, number=row.number))
    _fill(row, notice, by=by, user=user)
    _add_targets(row, notice.targets, by=by, user=user)
    row.same = _same(notice_of(row))
    row.save()
    record_revision(row, "rewrite", by=by, user=user, reason=reason.strip())
    return row


def checked(notice: Notice) -> Notice:
    """The notice without repeated addresses; BadInput where it tells nothing, or what cannot be kept."""
    notice = replace(notice, **{name: getattr(notice, name).replace("\x00", "") for name in _TEXTS})
    targets = tuple(dict.fromkeys(address.strip() for address in notice.targets if address.strip()))
    where = notice.number or notice.source
    if not (targets or notice.sender.strip() or notice.words.strip()):
        raise BadInput(f"{where}: it names no address", next_step="give what it asks to take down")
    if len(targets) > MOST_TARGETS:
        raise BadInput(f"{where}: over {MOST_TARGETS} addresses", next_step="split it")
    for address in (*targets, *notice.works):
        check_address(address)
    if notice.day and notice.day > timezone.localdate():
        raise BadInput(f"{where}: {notice.day} lies ahead", next_step="mend the day it was sent")
    for choices, value, what in (
        (TakedownNotice.Ground, notice.ground, "ground"),
        (TakedownNotice.Action, notice.action, "action"),
    ):
        if value and value not in choices.values:
            raise UnknownValue(
                f"{where}: {value[:40]!r} is no {what}",
                next_step=f"use {', '.join(filter(None, choices.values))}",
            )
    if max(map(len, (notice.words, notice.work, notice.target_words))) > LONGEST_WORDS:
        raise BadInput(f"{where}: its text is over {LONGEST_WORDS} letters", next_step="shorten it")
    return replace(notice, targets=targets)


def check_address(address: str) -> None:
    """BadInput for what is no address of the web."""
    try:
        parts = urlsplit(address)
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise BadInput(f"{address[:60]!r} is no address of the web", next_step="write it whole: https://…")


def notice_of(row: TakedownNotice) -> Notice:
    """The row as the rules read it."""
    return Notice(
        number=row.number or row.public_id,
        source=row.source,
        sender=row.sender.name if row.sender else "",
        principal=row.principal.name if row.principal else "",
        recipient=row.recipient,
        country=row.country,
        ground=row.ground,
        work=row.work,
        works=tuple(row.works),
        work_date=row.work_date,
        targets=tuple(one.url for one in row.targets.all()),
        target_words=row.target_words,
        target_date=row.target_date,
        day=row.day,
        action=row.action,
        words=row.words,
        language=row.language,
    )


def _fill(row: TakedownNotice, notice: Notice, *, by: str, user: Any) -> None:
    row.sender = _sender(notice.sender, by=by, user=user)
    row.principal = _sender(notice.principal, by=by, user=user)
    row.ground = notice.ground or TakedownNotice.Ground.OTHER
    row.recipient = " ".join(notice.recipient.split())[:200]
    row.country = code[0].upper() if (code := _CODE.match(notice.country)) else ""
    row.language = notice.language[:8]
    row.works = list(notice.works)
    for name in (
        "work", "work_date", "target_words", "target_date", "day", "action", "words",
    ):  # fmt: skip
        setattr(row, name, getattr(notice, name))


def _known(notice: Notice, same: str) -> TakedownNotice | None:
    rows = TakedownNotice.objects.order_by("pk")
    if notice.number and (row := rows.filter(source=notice.source, number=notice.number).first()):
        return row
    return rows.filter(same=same).first() if notice.day and notice.targets else None


def _same(notice: Notice) -> str:
    """Two notices of one sender on one day against the same addresses are one."""
    targets = sorted({plain_address(address) for address in notice.targets})
    day = notice.day.isoformat() if notice.day else notice.number
    return digest("\n".join((_folded(notice.sender or notice.principal), day, *targets)))


def plain_address(address: str) -> str:
    """An address without what does not make another page of it."""
    parts = urlsplit(address.strip())
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def _folded(name: str) -> str:
    return " ".join(fold(name).split())


def sender_digest(name: str) -> str:
    """By what all notices of that name are found."""
    return digest(f"notice sender\n{_folded(name)}")


def _sender(name: str, *, by: str, user: Any) -> NoticeSender | None:
    name = " ".join(name.split())[:300]
    if not name:
        return None
    row, new = NoticeSender.objects.get_or_create(digest=sender_digest(name), defaults={"name": name})
    if new:
        record_revision(row, "create", by=by, user=user)
    return row


# --- addresses ----------------------------------------------------------------------------------------------------


def _add_targets(row: TakedownNotice, addresses: Iterable[str], *, by: str, user: Any) -> None:
    there = list(row.targets.all())
    known = {one.url for one in there}
    at = max((one.position for one in there), default=0)
    outlets: dict[str, Party | None] = {}
    fresh = []
    for address in addresses:
        if address in known:
            continue
        at += 1
        site = site_of(address) or address
        if site not in outlets:
            outlets[site] = outlet_of(address, by=by, user=user)
        fresh.append(NoticeTarget(notice=row, position=at, url=address, outlet=outlets[site]))
    NoticeTarget.objects.bulk_create(fresh)


def outlet_of(address: str, *, by: str, user: Any = None) -> Party | None:
    """The outlet whose domain the address lies under, that is watched as its own, or that a person said is its own."""
    if known := country(COUNTRY).outlet_by_domain(address):
        return _outlet(known.name, by=by, user=user)
    if not (site := site_of(address)):
        return None
    if (party := _watched(site)) is not None:
        return party
    rows = NoticeTarget.objects.filter(outlet__isnull=False, url__icontains=site).select_related("outlet")
    return next((one.outlet for one in rows.order_by("-changed_at") if site_of(one.url) == site), None)


def _watched(site: str) -> Party | None:
    """The outlet whose watched site or account that is."""
    sites = WatchedSite.objects.filter(address__icontains=site).select_related("outlet")
    accounts = Account.objects.filter(handle__icontains=site).select_related("outlet")
    found = [(one.address, one.outlet) for one in sites] + [(one.handle, one.outlet) for one in accounts]
    return next((outlet for address, outlet in found if site_of(address) == site), None)


def _outlet(name: str, *, by: str, user: Any) -> Party:
    party, new = Party.objects.get_or_create(name=name, kind=Party.Kind.OUTLET)
    if new:
        record_revision(party, "create", by=by, user=user)
    return party


@transaction.atomic
def say_outlet(targets: Sequence[NoticeTarget], name: str, *, by: str, user: Any = None) -> Party | None:
    """Whose these addresses are, by a person's word: an outlet's name, or '' for nobody's that we know."""
    name = " ".join(name.split())
    if len(name) > 300:
        raise BadInput("the name is over 300 letters", next_step="shorten it")
    known = country(COUNTRY).find_outlet(name) if name else None
    party = _outlet(known.name if known else name, by=by, user=user) if name else None
    for target in targets:
        target.outlet = party
        target.save()
        record_revision(target, "set outlet", by=by, user=user)
    return party


# --- what follows -------------------------------------------------------------------------------------------------


def _as_the_notice_says(row: TakedownNotice, *, by: str, user: Any) -> None:
    """What the notice says was done with all its addresses; a step where it says on which day."""
    if row.day:
        add_step(row, row.action, day=row.day, words="", by=by, user=user)
    else:
        row.targets.update(state=row.action)


@transaction.atomic
def add_step(
    row: TakedownNotice,
    kind: str,
    *,
    day: date,
    by: str,
    words: str = "",
    targets: Sequence[NoticeTarget] = (),
    evidence: EvidenceItem | None = None,
    user: Any = None,
) -> list[NoticeStep]:
    """Note what happened, to these addresses or to all. BadInput for a day before the notice or ahead."""
    if kind not in Kind.values:
        raise UnknownValue(f"{kind[:20]!r} is no step", next_step=f"use {', '.join(Kind.values)}")
    if day > timezone.localdate() or (row.day and day < row.day):
        raise BadInput(f"{day} lies before the notice or ahead", next_step="mend the day")
    if len(words) > LONGEST_WORDS:
        raise BadInput(f"the words are over {LONGEST_WORDS} letters", next_step="keep them as evidence")
    steps = []
    for target in targets or (None,):
        step = NoticeStep.objects.create(
            notice=row, target=target, kind=kind, day=day, words=words.strip(), evidence=evidence,
            by=by, user=user,
        )  # fmt: skip
        record_revision(step, "create", by=by, user=user)
        steps.append(step)
    settle_states(row)
    return steps


def settle_states(row: TakedownNotice) -> None:
    """Each address is as its last step says; what was never down is not restored."""
    steps = [step for step in row.steps.order_by("day", "pk") if step.kind in TELLS]
    for target in row.targets.all():
        state = target.state if not steps else State.UNKNOWN
        for step in steps:
            if step.target_id in (None, target.pk):
                state = _after(state, step)
        if state != target.state:
            target.state = state
            target.save()


def _after(state: str, step: NoticeStep) -> str:
    whole = step.target_id is None
    if step.kind == Kind.RESTORED and whole and state not in DOWN:
        return state
    return TELLS[step.kind]


# --- what people make of it ---------------------------------------------------------------------------------------


@transaction.atomic
def judge(
    row: TakedownNotice, verdict: str, *, reason: str, by: str, sign: str = "", user: Any = None
) -> NoticeJudgement:
    """What a person makes of the notice, or of one sign in it; earlier judgements stay."""
    refuse(reason, by)
    if verdict not in NoticeJudgement.Verdict.values:
        raise UnknownValue(
            f"{verdict[:20]!r} is no judgement", next_step=f"use {', '.join(NoticeJudgement.Verdict.values)}"
        )
    if sign and not row.signs.filter(code=sign).exists():
        raise UnknownValue(f"the notice has no sign {sign[:40]!r}", next_step="judge one that it has")
    made = NoticeJudgement.objects.create(
        notice=row, sign=sign, verdict=verdict, reason=reason.strip(), by=by, user=user
    )
    record_revision(made, "create", by=by, user=user)
    return made


def verdicts(row: TakedownNotice) -> dict[str, NoticeJudgement]:
    """The judgement that holds on each sign, and under '' on the whole."""
    return {one.sign: one for one in row.judgements.order_by("pk")}


def judged(row: TakedownNotice) -> str:
    """What people make of the whole; '' where nobody has said."""
    last = row.judgements.filter(sign="").order_by("pk").last()
    return last.verdict if last else ""


@transaction.atomic
def publish(row: TakedownNotice, *, public: bool, reason: str, by: str, user: Any = None) -> TakedownNotice:
    """Show the notice to readers, or no longer. NotReady where it has no day or no recipient."""
    refuse(reason, by)
    if public and not (row.day and row.recipient):
        raise NotReady("readers are told who got the notice and when", next_step="write both first")
    row.published_at, row.published_by = (timezone.now(), by) if public else (None, "")
    row.save()
    record_revision(row, "publish" if public else "take back", by=by, user=user, reason=reason.strip())
    return row


@transaction.atomic
def settle_sender(
    row: NoticeSender, kind: str, *, public_name: str, reason: str, by: str, user: Any = None
) -> NoticeSender:
    """Say what a sender is and, of an organisation, under which name readers see it; '' where they do not."""
    refuse(reason, by)
    public_name = " ".join(public_name.split())
    if kind not in NoticeSender.Kind.values:
        raise UnknownValue(
            f"{kind[:20]!r} is no kind of sender", next_step=f"use {', '.join(NoticeSender.Kind.values)}"
        )
    if public_name and kind != NoticeSender.Kind.ORGANISATION:
        raise NotAllowed("only an organisation is shown to readers", next_step="leave the public name empty")
    if len(public_name) > 300:
        raise BadInput("the name is over 300 letters", next_step="shorten it")
    row.kind, row.public_name = kind, public_name
    row.save()
    record_revision(row, "settle", by=by, user=user, reason=reason.strip())
    return row
