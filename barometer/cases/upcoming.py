"""Dates ahead: hearings, ends of measures, deadlines of replies; what comes next, and what passed without news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from barometer.cases.rules import Label, rules
from barometer.cases.state import CaseState, MeasureState, state_of
from barometer.cases.telling import Fact, Row, end_of, facts_of, span_of, term_of
from barometer.cases.values import Case, CaseEvent, Span, add_days
from barometer.codebook import Upcoming

Standing = Literal["ahead", "met", "passed", "superseded"]
FORTNIGHT = 14


@dataclass(frozen=True)
class UpcomingDate:
    """A date that was announced, or that follows from the length of a measure.

    `standing` is ahead; met (something dated on or after it came in); passed (without news); or superseded (the
    measure ended or was extended before). `what` is the wording of the source, or '' where it is computed.
    """

    case: str
    span: Span
    kind: str
    what: str
    of: str
    measure: str
    computed: bool
    standing: Standing
    announced_by: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def label(self) -> Label:
        """What kind of date it is; the end of a measure goes by the name of the measure."""
        return rules().measures[self.measure].label if self.measure else rules().upcoming[self.kind].label

    @property
    def order(self) -> tuple[date, date, str, str, str, str]:
        """By date, then by case and person."""
        return self.span.earliest, self.span.last, self.case, self.of, self.kind, self.what

    def words(self, language: str) -> str:
        """What it is, in one line: the kind in that language and the wording of the source."""
        kind = rules().upcoming[self.kind].label[language]
        parts = [f"{kind}: {self.label[language]}" if self.measure else kind, self.of, self.what]
        return " · ".join(part for part in parts if part)


def upcoming(case: Case, day: date, known_by: date | None = None) -> tuple[UpcomingDate, ...]:
    """Every date that was ahead at some time, with how it stands on the day, by date."""
    facts = facts_of(case.known_by(known_by))
    return upcoming_of(facts, state_of(facts, case.slug, day))


def upcoming_of(facts: Sequence[Fact], state: CaseState) -> tuple[UpcomingDate, ...]:
    """The same, of the facts of a case and its state on the day."""
    happened = [fact for fact in facts if fact.span.earliest <= state.day]
    announced = [one for fact in happened for one in _announced(fact)]
    computed = [one for one in _computed(happened, state) if not _is_told(one, announced)]
    dates = (
        _judged(state.slug, same, happened, state, state.day) for same in _together([*announced, *computed])
    )
    return tuple(sorted(dates, key=lambda ahead: ahead.order))


def next_dates(
    cases: Iterable[Case], day: date, days: int = FORTNIGHT, known_by: date | None = None
) -> tuple[UpcomingDate, ...]:
    """What lies ahead in the next so many days, the day itself included, over all cases, by date."""
    found = (ahead for case in cases for ahead in upcoming(case, day, known_by))
    return tuple(
        sorted((ahead for ahead in found if is_next(ahead, day, days)), key=lambda ahead: ahead.order)
    )


def is_next(ahead: UpcomingDate, day: date, days: int = FORTNIGHT) -> bool:
    """Whether a date lies ahead in the next so many days."""
    return ahead.standing == "ahead" and ahead.span.earliest <= add_days(day, days)


def passed_without_news(
    cases: Iterable[Case], day: date, known_by: date | None = None
) -> tuple[UpcomingDate, ...]:
    """The dates that passed while nothing dated on or after them came in, the oldest first."""
    found = (ahead for case in cases for ahead in upcoming(case, day, known_by))
    return tuple(
        sorted((ahead for ahead in found if ahead.standing == "passed"), key=lambda ahead: ahead.order)
    )


# --- what is announced, and what follows ------------------------------------------------------------------


@dataclass(frozen=True)
class _Ahead:
    """A date ahead as one event has it."""

    span: Span
    kind: str
    what: str
    of: str
    measure: str
    computed: bool
    event: CaseEvent
    fact: Fact

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.of, self.measure


def _announced(fact: Fact) -> Iterator[_Ahead]:
    for event in fact.tellings:
        for ahead in event.event.upcoming or ():
            measure = end_of(ahead, event)
            kind = "end_of_measure" if measure else _kind(ahead)
            yield _Ahead(
                span_of(ahead.date), kind, ahead.what, _of(ahead, event), measure, False, event, fact
            )


def _kind(ahead: Upcoming) -> str:
    """The first kind whose words are there; the end of no known measure is of another kind."""
    said = ahead.what.casefold()
    kinds = [code for code, kind in rules().upcoming.items() if kind.words.search(said)]
    others = [code for code in kinds if code != "end_of_measure"]
    return (others or ["other"])[0]


def _of(ahead: Upcoming, event: CaseEvent) -> str:
    """Whom it concerns: as told, else the one person whom the event hits."""
    names = [target.name for target in event.event.targets]
    return ahead.of or (names[0] if len(names) == 1 else "")


def _computed(facts: Sequence[Fact], state: CaseState) -> Iterator[_Ahead]:
    """Ends that follow from a length, and deadlines of replies."""
    known = {fact.id: fact for fact in facts}
    for row in state.measures:
        if row.until is not None and not row.rule.ends_itself:
            fact = known[row.facts[-1]]
            yield _Ahead(
                row.until, "end_of_measure", "", row.subject, row.measure, True, fact.tellings[0], fact
            )
    for fact in facts:
        for event, act in fact.acts:
            due = _deadline(event, act.row) if act.row.of == "proceeding" else None
            if due is not None:
                yield _Ahead(due, "reply", "", act.row.subject, "", True, event, fact)


def _deadline(event: CaseEvent, row: Row) -> Span | None:
    return term_of(event, row).end(event.span) if event.event.date else None


def _is_told(computed: _Ahead, announced: Iterable[_Ahead]) -> bool:
    return any(
        one.key[::2] == computed.key[::2]
        and one.span.overlaps(computed.span)
        and _same_of(one.of, computed.of)
        for one in announced
    )


def _same_of(one: str, other: str) -> bool:
    return not one or not other or one in other or other in one


def _together(dates: Iterable[_Ahead]) -> list[list[_Ahead]]:
    """The same date told by several events is one date: the same kind, of the same, on days that overlap."""
    groups: list[list[_Ahead]] = []
    for ahead in sorted(
        dates, key=lambda one: ((one.span.last - one.span.earliest).days, one.event.order, one.what)
    ):
        same = [group for group in groups if group[0].key == ahead.key and group[0].span.overlaps(ahead.span)]
        if same:
            same[0].append(ahead)
        else:
            groups.append([ahead])
    return groups


def _judged(
    slug: str, same: Sequence[_Ahead], happened: Sequence[Fact], state: CaseState, day: date
) -> UpcomingDate:
    first = same[0]
    return UpcomingDate(
        case=slug,
        span=first.span,
        kind=first.kind,
        what=first.what,
        of=first.of,
        measure=first.measure,
        computed=all(one.computed for one in same),
        standing=_standing(first, happened, state, day),
        announced_by=tuple(sorted({one.event.id for one in same})),
        sources=tuple(sorted({source for one in same for source in one.event.sources})),
    )


def _standing(ahead: _Ahead, happened: Sequence[Fact], state: CaseState, day: date) -> Standing:
    if ahead.measure and _is_superseded(ahead, state):
        return "superseded"
    if ahead.span.last >= day:
        return "ahead"
    later = [
        fact
        for fact in happened
        if fact.dated and fact is not ahead.fact and fact.span.last >= ahead.span.earliest
    ]
    return "met" if later else "passed"


def _is_superseded(ahead: _Ahead, state: CaseState) -> bool:
    """Whether the measure whose end it is was over before, or now runs until another day."""
    rows = [row for row in state.measures if row.measure == ahead.measure and _same_of(ahead.of, row.subject)]
    return bool(rows) and all(_runs_otherwise(ahead, row) for row in rows)


def _runs_otherwise(ahead: _Ahead, row: MeasureState) -> bool:
    if row.end is not None and row.how != "term_ended":
        return row.end.earliest <= ahead.span.last
    return row.until is None or not row.until.overlaps(ahead.span)
