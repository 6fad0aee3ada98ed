"""Figures of published notices: by platform, ground and quarter, each with what it is counted of; days until restored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from barometer.reach.restoring import Away, median_days
from barometer.web.actions.takedowns import DOWN
from barometer.web.records.takedowns import NoticeStep, NoticeTarget, TakedownNotice

_TAKEN = (NoticeStep.Kind.REMOVED, NoticeStep.Kind.RESTRICTED)


@dataclass(frozen=True)
class Row:
    """Notices of one platform, ground or quarter: addresses they name, of these taken down ever, of these restored."""

    name: str
    notices: int
    addresses: int
    taken_down: int
    restored: int


@dataclass(frozen=True)
class Figures:
    """What the published notices tell; `on_record` counts all that came in."""

    published: int
    on_record: int
    platforms: tuple[Row, ...]
    grounds: tuple[Row, ...]
    quarters: tuple[Row, ...]
    median: int | None
    away: int  # addresses that were taken down on a known day, of which the median is
    back: int


def published() -> QuerySet[TakedownNotice]:
    """The notices that a person published, the newest first, with what their pages read."""
    targets = NoticeTarget.objects.select_related("outlet")
    return (
        TakedownNotice.objects.filter(published_at__isnull=False)
        .select_related("sender", "principal")
        .prefetch_related(Prefetch("targets", targets), "steps")
    )


def figures(today: date) -> Figures:
    """The figures on that day."""
    rows = list(published())
    gone = [one for row in rows for one in away(row, today)]
    return Figures(
        published=len(rows),
        on_record=TakedownNotice.objects.count(),
        platforms=_rows(rows, lambda row: row.recipient, by_count=True),
        grounds=_rows(rows, lambda row: row.ground, by_count=True),
        quarters=_rows(rows, lambda row: quarter(row.day)),
        median=median_days(gone),
        away=len(gone),
        back=sum(one.back for one in gone),
    )


def quarter(day: date) -> str:
    """2026Q1."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def _rows(
    rows: Iterable[TakedownNotice], name: Callable[[TakedownNotice], str], *, by_count: bool = False
) -> tuple[Row, ...]:
    groups: dict[str, list[TakedownNotice]] = defaultdict(list)
    for row in rows:
        groups[name(row)].append(row)
    found = [row_of(key, some) for key, some in groups.items()]
    return tuple(sorted(found, key=lambda one: (-one.notices if by_count else 0, one.name)))


def row_of(name: str, rows: Sequence[TakedownNotice]) -> Row:
    """The counts of some notices under a name."""
    targets = [target for row in rows for target in row.targets.all()]
    restored = sum(one.state == NoticeTarget.State.RESTORED for one in targets)
    gone = sum(one.state in DOWN for one in targets)
    return Row(name, len(rows), len(targets), gone + restored, restored)


def away(row: TakedownNotice, today: date) -> list[Away]:
    """Each address of the notice that was taken down on a known day: how long it was, or is, away."""
    steps = list(row.steps.all())
    found = (_away(target, steps, today) for target in row.targets.all())
    return [one for one in found if one]


def _away(target: NoticeTarget, steps: Sequence[NoticeStep], today: date) -> Away | None:
    own = [step for step in steps if step.target_id in (None, target.pk)]
    gone = min((step.day for step in own if step.kind in _TAKEN), default=None)
    if gone is None:
        return None
    back = min(
        (step.day for step in own if step.kind == NoticeStep.Kind.RESTORED and step.day >= gone), default=None
    )
    return Away(((back or today) - gone).days, back is not None)
