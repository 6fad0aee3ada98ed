"""The figures of a letter: counted from published events between two days, by the fixed names of the core."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from barometer.cases.state import CaseState, state_on
from barometer.publication.letter import long_date
from barometer.publication.letter_figures import BY_MEASURE, BY_TYPE
from barometer.publication.words import number
from barometer.web.records import timelines
from barometer.web.records.models import Event, Mention, Party
from barometer.web.records.retellings import counted_elsewhere

#: A measure stands so on the day.
_STANDING = ("in_force", "open")


def figures(
    names: Collection[str], since: date | None, day: date, languages: Iterable[str]
) -> dict[str, dict[str, str]]:
    """The figures of these names as each language writes them; without a first day, none that counts from one."""
    counts = {
        name: count for name in names if name != "since" and (count := _count(name, since, day)) is not None
    }
    said = {
        language: {name: number(count, language) for name, count in counts.items()} for language in languages
    }
    if since:
        for language, own in said.items():
            own["since"] = long_date(since, language)
    return said


def _count(name: str, since: date | None, day: date) -> int | None:
    if name in _NOW:
        return _NOW[name](day)
    if since is None:
        return None
    events = timelines.public_events().filter(first_day__gte=since, last_day__lte=day)
    events = events.filter(background=False).exclude(public_id__in=counted_elsewhere(public=True))
    if name == "relief":
        return events.filter(kind="relief").count()
    new = events.filter(kind="violation", phase="imposed")
    if name in BY_TYPE:
        return new.filter(types__code__in=BY_TYPE[name]).distinct().count()
    if name == "people_hit":
        return sum(new.exclude(people_hit=None).values_list("people_hit", flat=True))
    if name == "outlets_hit":
        return _outlets(new)
    return new.count()


def _outlets(new: QuerySet[Event]) -> int:
    rows = Mention.objects.filter(
        event__in=new.order_by().values("pk"), side=Mention.Side.TARGET, party__kind=Party.Kind.OUTLET
    )
    return rows.order_by().values("party").distinct().count()


def _states(day: date, *types: str) -> list[CaseState]:
    events = timelines.public_events()
    if types:
        cases = events.filter(types__code__in=types, case__isnull=False).order_by().values("case")
        events = events.filter(case__in=cases)
    return [state_on(case, day) for case in timelines.cases(events, public=True)]


def _under(measure: str) -> Callable[[date], int]:
    def count(day: date) -> int:
        found = _states(day, f"legal.{measure}")
        return len(
            {
                row.subject
                for state in found
                for row in state.measures
                if row.measure == measure and row.standing in _STANDING
            }
        )

    return count


_NOW: Mapping[str, Callable[[date], int]] = {
    **{name: _under(measure) for name, measure in BY_MEASURE.items()},
    "open_cases": lambda day: sum(state.surely_open for state in _states(day)),
}
