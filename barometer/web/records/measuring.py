"""What indicators are made of, from the ledger: published events, cases, who may be named, and how much was watched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from barometer.codebook import Quarter, codebook
from barometer.countries import country
from barometer.indicators.breakdown import of_figure
from barometer.indicators.quarter import Counted, nobody
from barometer.indicators.report import Appearance, Effort, Given
from barometer.indicators.rsf import Ranked
from barometer.web.records import mapping, printing, timelines
from barometer.web.records.gathering import Document, Lead, Round
from barometer.web.records.naming import Shown, shown_names
from barometer.web.records.series import IndexRow
from barometer.web.records.withholding import here

#: The type of an actor whom nobody knows: nobody is repeated by it.
UNKNOWN = "unknown"


def counted(period: str) -> list[Counted]:
    """The published events of a quarter, as every comparison counts them."""
    return printing.recorded(period)


@dataclass(frozen=True)
class _Later(Iterable[Counted]):
    """The same, read when they are gone through."""

    period: str

    def __iter__(self) -> Iterator[Counted]:
        return printing.each_recorded(self.period)


def given(period: str, names: Shown | None = None) -> Given:
    """All that the report of a quarter is made of, as the public may see it: under these names, where the caller has
    worked them out."""
    quarter = Quarter.parse(period)
    before = Quarter.of(quarter.first - timedelta(days=1))
    rows = counted(period)
    names = shown_names(public=True) if names is None else names
    return Given(
        rows=rows,
        before=_Later(str(before)),
        cases=timelines.Cases(timelines.with_effects(timelines.public_events()), public=True, names=names),
        appearances=list(_appearances(rows, names)),
        effort=effort(quarter),
        effort_before=effort(before),
        unnamed=words_for_people(names),
        rsf=rsf_series(),
    )


def words_for_people(names: Shown) -> frozenset[str]:
    """The words that stand for people who are not named: the same words in two cases are not one person."""
    types = [code for code, one in codebook().target_types.items() if one.person]
    if not names.withheld:
        return frozenset()
    return frozenset(
        one.printed(here(), role) for one in names.withheld.people.values() for role in ("", *types)
    )


def _appearances(rows: Iterable[Counted], names: Shown) -> Iterable[Appearance]:
    """Who stands in the new violations under a name that may be shown there."""
    for row in of_figure("new_violations", rows):
        shown = mapping.renamed(row.event, row.id, names)
        for own, actor in zip(row.event.actors, shown.actors, strict=True):
            if actor.role and actor.type != UNKNOWN and not _hidden(names, row, "actor", own):
                yield Appearance(row.id, actor.role, actor.name, actor.type)
        for own, target in zip(row.event.targets, shown.targets, strict=True):
            if target.type not in nobody() and not _hidden(names, row, "target", own):
                yield Appearance(row.id, "target", target.name, target.type)


def _hidden(names: Shown, row: Counted, side: str, who: object) -> bool:
    kind = mapping.party_kind(side, who.type)
    return names.hidden(kind, who.name, f"{row.id}:{side}:{who.written or who.name}") is not None


def effort(quarter: Quarter) -> Effort:
    """How much was watched and read in a quarter; None where nothing was recorded of it."""
    first, after = _moment(quarter.first), _moment(quarter.last + timedelta(days=1))
    watched = Round.objects.filter(started_at__gte=first, started_at__lt=after, answered=True)
    met = Document.objects.filter(created_at__gte=first, created_at__lt=after)
    read = Lead.objects.filter(
        Q(state=Lead.State.TAKEN) | Q(state=Lead.State.DISMISSED), decided_at__gte=first, decided_at__lt=after
    )
    sources = watched.values("watched").distinct().count()
    documents, leads = met.count(), read.count()
    return Effort(sources or None, documents or None, leads or None)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def rsf_series() -> list[Ranked]:
    """The country's years in the index of Reporters Without Borders, as far as its files were taken in."""
    rows = IndexRow.objects.filter(series="rsf", iso=country().alpha3).select_related("evidence")
    return [
        Ranked(row.iso, row.year, row.rank, row.score, row.written, row.standing, row.evidence.original_name)
        for row in rows
    ]
