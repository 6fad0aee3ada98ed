"""Signs of abuse in the notices of the ledger: worked out by the rules, kept beside each, never changed silently.

What one notice shows depends on the others (one sender against many sites): a notice that comes in has its own signs at
once, and those of all others are worked out anew by the worker. A change of them stands in the notice's history.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from barometer.reach.notices import Context, Notice, Sign, abuse_signs, context_of, signs_of_all
from barometer.reach.notices.addresses import site_of
from barometer.reach.notices.signs import rules
from barometer.web.actions.jobs import enqueue
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.takedowns import COUNTRY, notice_of
from barometer.web.records.takedowns import NoticeSign, NoticeTarget, TakedownNotice

JOB = "takedown signs"
BY = "barometer takedowns"


def version() -> str:
    """By which the rules are told apart: the beginning of their digest."""
    return hashlib.sha256(json.dumps(rules(), sort_keys=True, default=str).encode()).hexdigest()[:12]


def renew(rows: Sequence[TakedownNotice]) -> None:
    """The signs of these notices, at once; those of the others, which may have changed by them, by the worker."""
    if not rows:
        return
    known = context()
    others = light(TakedownNotice.objects.exclude(pk__in=[row.pk for row in rows]))
    fresh = [notice_of(row) for row in rows]
    for row, notice in zip(rows, fresh, strict=True):
        _keep(row, abuse_signs(notice, [*others, *fresh], known))
    enqueue(JOB)


def renew_all() -> list[TakedownNotice]:
    """The signs of every notice, worked out anew; the notices in which they changed or that are new."""
    rows = list(_whole(TakedownNotice.objects.all()))
    found = signs_of_all([notice_of(row) for row in rows], context())
    return [row for row, signs in zip(rows, found, strict=True) if _keep(row, signs)]


def ask_if_old() -> None:
    """Have the worker look again where the rules have changed since."""
    if TakedownNotice.objects.exclude(rules=version()).exists():
        enqueue(JOB)


def signs_of(row: TakedownNotice) -> list[Sign]:
    """The signs that are kept of a notice, the strongest first, as the rules' values."""
    return [value_of(one) for one in row.signs.all()]


def value_of(one: NoticeSign) -> Sign:
    """A kept sign as the rules' value; one of a code that the rules have no more stays out of words and sums."""
    return Sign(one.code, one.told.get("values", {}), one.told.get("about", ""), one.told.get("strength", 1))


def context() -> Context:
    """What the country's data knows, and whose pages people have said that accounts and sites are."""
    base = context_of(COUNTRY)
    rows = NoticeTarget.objects.filter(outlet__isnull=False).values_list("url", "outlet__name").distinct()
    said = {site: name for url, name in rows if (site := site_of(url))}
    return dataclasses.replace(base, outlets={**said, **base.outlets})


def light(rows: QuerySet[TakedownNotice]) -> list[Notice]:
    """Notices with what others are compared by alone; their number is the row's."""
    found = _whole(rows).only("day", "sender", "principal", "target_words", "ground")
    return [
        Notice(
            number=str(row.pk),
            source="",
            sender=row.sender.name if row.sender else "",
            principal=row.principal.name if row.principal else "",
            ground=row.ground,
            targets=tuple(one.url for one in row.targets.all()),
            target_words=row.target_words,
            day=row.day,
        )
        for row in found
    ]


def _whole(rows: QuerySet[TakedownNotice]) -> QuerySet[TakedownNotice]:
    return rows.prefetch_related("targets", "sender", "principal", "signs").order_by("pk")


@transaction.atomic
def _keep(row: TakedownNotice, signs: Iterable[Sign]) -> bool:
    """Write the signs where they differ from what stands there; whether they did, or were looked for the first time."""
    now = {
        sign.code: {"values": dict(sign.values), "about": sign.about, "strength": sign.strength}
        for sign in signs
    }
    before = {one.code: one.told for one in row.signs.all()}
    if now == before and list(now) == list(before):
        if row.rules != version():
            TakedownNotice.objects.filter(pk=row.pk).update(rules=version())
        return not row.rules
    row.signs.all().delete()
    NoticeSign.objects.bulk_create(NoticeSign(notice=row, code=code, told=told) for code, told in now.items())
    row.rules = version()
    row.save()
    record_revision(row, "signs", by=BY, reason=_changed(before, now))
    return True


def _changed(before: dict[str, object], now: dict[str, object]) -> str:
    told = {
        "appeared": now.keys() - before.keys(),
        "gone": before.keys() - now.keys(),
        "told otherwise": {code for code in now.keys() & before.keys() if now[code] != before[code]},
    }
    return (
        "; ".join(f"{what}: {_listed(codes)}" for what, codes in told.items() if codes) or "in another order"
    )


def _listed(codes: Collection[str]) -> str:
    return ", ".join(sorted(codes))
