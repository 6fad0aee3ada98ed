"""What a takedown notice gives rise to in the ledger: removals, false complaints, accounts, restorations, as proposals.

One event tells of a notice and an outlet: what was taken down, and that the complaint may be false. It is proposed once
and written anew while nobody has shaped it. That a complaint is false is only alleged until a person says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from barometer.codebook.occasions import type_of, types_of
from barometer.codebook.values import Event as Coded
from barometer.reach.notices import is_flagged
from barometer.reach.notices.signs import codes
from barometer.web.actions import takedowns, takedowns_signs
from barometer.web.actions.coding import written
from barometer.web.actions.jobs import Again
from barometer.web.actions.proposing import propose
from barometer.web.actions.revisions import record_revision, shaped_by_people
from barometer.web.records.gathering import Job
from barometer.web.records.models import Event, EvidenceItem, Party, State
from barometer.web.records.takedowns import (
    NoticeEvent,
    NoticeJudgement,
    NoticeSender,
    NoticeStep,
    NoticeTarget,
    TakedownNotice,
)

BY = "barometer takedowns"
REMOVAL, ABUSE, ACCOUNT = (type_of(f"takedown.{one}") for one in ("removed", "false", "account"))

What, Verdict = NoticeEvent.What, NoticeJudgement.Verdict


@transaction.atomic
def follow(row: TakedownNotice) -> list[Event]:
    """Propose what the notice and its steps give rise to and is not proposed yet; what is new."""
    found: list[Event] = []
    for outlet, targets in _by_outlet(row.targets.select_related("outlet")).items():
        steps = _steps_of(row, targets)
        found += [
            event
            for event in (
                _complaint(row, outlet, targets, steps),
                _account(row, outlet, steps),
                _restored(row, outlet, targets, steps),
            )
            if event
        ]
    return found


def look_again(_: Job | None = None) -> Again | None:
    """The worker's job: signs worked out anew, and what they give rise to."""
    for row in takedowns_signs.renew_all():
        follow(row)
    return None


def falsehood(row: TakedownNotice) -> str:
    """Whether the complaint is false: "said" by a person, "alleged" by its signs, or ''."""
    verdict = takedowns.judged(row)
    if verdict == Verdict.ABUSIVE:
        return "said"
    if verdict:
        return ""
    refuted = {sign for sign, one in takedowns.verdicts(row).items() if sign and one.verdict == Verdict.NOT}
    signs = [one for one in takedowns_signs.signs_of(row) if one.code in codes() and one.code not in refuted]
    return "alleged" if is_flagged(signs) else ""


def _by_outlet(targets: Iterable[NoticeTarget]) -> dict[Party, list[NoticeTarget]]:
    """The addresses of outlets that we know; what became of others' is no event of the press by itself."""
    found: dict[Party, list[NoticeTarget]] = {}
    for target in targets:
        if target.outlet:
            found.setdefault(target.outlet, []).append(target)
    return found


def _steps_of(row: TakedownNotice, targets: Iterable[NoticeTarget]) -> list[NoticeStep]:
    ids = {None, *(target.pk for target in targets)}
    return [
        step for step in row.steps.select_related("evidence").order_by("day", "pk") if step.target_id in ids
    ]


# --- the three kinds of events ------------------------------------------------------------------------------------


def _complaint(
    row: TakedownNotice, outlet: Party, targets: list[NoticeTarget], steps: list[NoticeStep]
) -> Event | None:
    """What was taken down, and whether the complaint is false."""
    removed = [step for step in steps if step.kind in (NoticeStep.Kind.REMOVED, NoticeStep.Kind.RESTRICTED)]
    false = falsehood(row)
    if not removed and not (false and row.day):
        return None
    types = ([REMOVAL] if removed else []) + ([ABUSE] if false else [])
    coded: dict[str, Any] = {
        "kind": "violation",
        "types": types,
        "date": (removed[0].day if removed else row.day).isoformat(),
        "phase": "imposed",
        "targets": [_target(outlet)],
        "actors": _actors(row, decider=bool(removed)),
        "summary": _told(row, outlet, len(targets), removed=bool(removed), false=false),
    }
    if false == "alleged":
        coded["alleged"] = [ABUSE]
    return _proposed(row, outlet, What.NOTICE, coded, f"takedown-{row.public_id}-{outlet.public_id}", removed)


def _account(row: TakedownNotice, outlet: Party, steps: list[NoticeStep]) -> Event | None:
    """That the account was struck or suspended."""
    hits = [step for step in steps if step.kind == NoticeStep.Kind.ACCOUNT]
    if not hits:
        return None
    where, name = row.recipient or "The platform", outlet.name
    coded = {
        "kind": "violation",
        "types": [ACCOUNT],
        "date": hits[0].day.isoformat(),
        "phase": "imposed",
        "targets": [_target(outlet)],
        "actors": _actors(row, decider=True),
        "summary": {
            "en": f"{where} restricted an account of {name} after a takedown notice.",
            "ru": f"{row.recipient or 'Платформа'}: ограничен аккаунт «{name}» после жалобы с требованием удаления.",
            "kk": f"{row.recipient or 'Платформа'}: өшіру талабынан кейін «{name}» аккаунты шектелді.",
        },
    }
    return _proposed(
        row, outlet, What.ACCOUNT, coded, f"takedown-{row.public_id}-{outlet.public_id}-account", hits
    )


def _restored(
    row: TakedownNotice, outlet: Party, targets: list[NoticeTarget], steps: list[NoticeStep]
) -> Event | None:
    """That what was taken down is there again."""
    back = [step for step in steps if step.kind == NoticeStep.Kind.RESTORED]
    restored = [one for one in targets if one.state == NoticeTarget.State.RESTORED]
    if not back or not restored:
        return None
    count, of = len(restored), len(targets)
    name = outlet.name
    coded = {
        "kind": "relief",
        "types": [*types_of("back.restored"), REMOVAL] + ([ABUSE] if falsehood(row) == "said" else []),
        "date": back[0].day.isoformat(),
        "phase": "ended",
        "targets": [_target(outlet)],
        "actors": _actors(row, decider=True),
        "summary": {
            "en": f"{row.recipient or 'The platform'} restored what a takedown notice had removed: "
            f"{count} of {of} addresses of {name}.",
            "ru": f"{row.recipient or 'Платформа'}: восстановлены публикации «{name}», удалённые по жалобе "
            f"(адресов: {count} из {of}).",
            "kk": f"{row.recipient or 'Платформа'}: шағым бойынша өшірілген «{name}» жарияланымдары қалпына "
            f"келтірілді (мекенжайлар: {of} ішінен {count}).",
        },
    }
    return _proposed(
        row, outlet, What.RESTORED, coded, f"takedown-{row.public_id}-{outlet.public_id}-restored", back
    )


# --- their parts --------------------------------------------------------------------------------------------------


def _target(outlet: Party) -> dict[str, str]:
    return {"name": outlet.name, "written": outlet.name, "type": "outlet"}


def _actors(row: TakedownNotice, *, decider: bool) -> list[dict[str, str]]:
    """The platform where it decided, and who complained: by name where a person said that it is an organisation."""
    found = []
    if decider and row.recipient:
        found.append({"name": row.recipient, "written": row.recipient, "type": "platform", "role": "decider"})
    sender = row.principal or row.sender
    if sender and sender.kind == NoticeSender.Kind.ORGANISATION:
        found.append({"name": sender.name, "written": sender.name, "type": "company", "role": "complainant"})
    elif sender:
        kind = "private_person" if sender.kind == NoticeSender.Kind.PERSON else "unknown"
        found.append({"name": "sender of a takedown notice", "type": kind, "role": "complainant"})
    return found


_GROUNDS: Mapping[str, tuple[str, str, str]] = {
    "copyright": ("copyright", "авторские права", "авторлық құқық"),
    "trademark": ("a trademark", "товарный знак", "тауар белгісі"),
    "defamation": ("defamation", "защита чести и достоинства", "ар-намысты қорғау"),
    "privacy": ("privacy", "неприкосновенность частной жизни", "жеке өмірге қол сұқпау"),
    "court_order": ("a court order", "решение суда", "сот шешімі"),
    "regulator": ("a regulator’s demand", "требование регулятора", "реттеуші органның талабы"),
    "other": ("another ground", "иное основание", "өзге негіз"),
}


def _told(row: TakedownNotice, outlet: Party, count: int, *, removed: bool, false: str) -> dict[str, str]:
    """What happened, in each language."""
    ground = _GROUNDS[row.ground]
    name, where = outlet.name, row.recipient
    if removed:
        said = [
            f"{where or 'A platform'} took down or restricted publications of {name} after a notice that "
            f"claims {ground[0]} (addresses named: {count}).",
            f"{where or 'Платформа'}: публикации «{name}» удалены или ограничены по жалобе; заявленное "
            f"основание: {ground[1]} (указано адресов: {count}).",
            f"{where or 'Платформа'}: «{name}» жарияланымдары шағым бойынша өшірілді немесе шектелді; "
            f"мәлімделген негіз: {ground[2]} (көрсетілген мекенжайлар: {count}).",
        ]
    else:
        said = [
            f"A notice that claims {ground[0]} asked {where or 'a platform'} to take down publications of "
            f"{name} (addresses named: {count}).",
            f"{where or 'Платформа'}: получена жалоба с требованием удалить публикации «{name}»; заявленное "
            f"основание: {ground[1]} (указано адресов: {count}).",
            f"{where or 'Платформа'}: «{name}» жарияланымдарын өшіруді талап еткен шағым түсті; мәлімделген "
            f"негіз: {ground[2]} (көрсетілген мекенжайлар: {count}).",
        ]
    if false:
        more = {
            "said": ("The complaint is false.", "Жалоба ложная.", "Шағым жалған."),
            "alleged": (
                "There are signs that the complaint is false.",
                "Есть признаки того, что жалоба ложная.",
                "Шағымның жалған екенін көрсететін белгілер бар.",
            ),
        }[false]
        said = [f"{one} {also}" for one, also in zip(said, more, strict=True)]
    return dict(zip(("en", "ru", "kk"), said, strict=True))


def _proposed(
    row: TakedownNotice,
    outlet: Party,
    what: str,
    coded: Mapping[str, Any],
    name: str,
    steps: Iterable[NoticeStep],
) -> Event | None:
    """The event where it is new; one that was proposed before and shaped by nobody is brought to what is known now."""
    link = NoticeEvent.objects.select_related("event").filter(notice=row, outlet=outlet, what=what).first()
    if link is None:
        evidence: list[EvidenceItem] = [
            item for item in (row.evidence, *(step.evidence for step in steps)) if item
        ]
        event = propose(
            coded, name=name, headline=coded["summary"], evidence=evidence,
            reason="a takedown notice and what came of it", by=BY,
        )  # fmt: skip
        link = NoticeEvent.objects.create(notice=row, outlet=outlet, what=what, event=event)
        record_revision(link, "create", by=BY)
        return event
    _renew(link.event, coded)
    return None


def _renew(event: Event, coded: Mapping[str, Any]) -> None:
    if event.state != State.PROPOSED or shaped_by_people([event]):
        return
    value = Coded.model_validate(coded)
    told = (event.main_type, event.date, event.summary_en, [one.alleged for one in event.types.all()])
    now = (value.main_type, value.date, value.summary_in("en"), _alleged(value))
    if told != now:
        written(
            event,
            value,
            event.case.slug if event.case else "",
            "propose",
            by=BY,
            reason="the notice says more",
        )


def _alleged(value: Coded) -> list[bool]:
    if isinstance(value.alleged, bool):
        return [value.alleged] * len(value.types)
    return [code in value.alleged for code in value.types]
