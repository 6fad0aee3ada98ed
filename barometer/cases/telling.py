"""Events → acts and facts: what each event does in its case, and which events tell one and the same thing.

An act is what an event does to one row of the state: begins, extends or ends a measure of somebody, or brings a
proceeding to a stage. A fact is one act or several that happened together, with all events that tell it: several
sources, and background that tells again what is known. A fact is counted once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from barometer.cases.rules import Effect, Measure, Outcome, Stage, rules
from barometer.cases.values import NOBODY, Case, CaseEvent, Span, add_days
from barometer.codebook import EventDate, Upcoming, codebook

Does = Literal["begin", "extend", "end", "stage"]


@dataclass(frozen=True, order=True)
class Row:
    """A line of the state: whose, whether a measure or a proceeding, of which code; `name` tells parallel ones apart."""

    subject: str
    of: Literal["measure", "proceeding"]
    code: str
    name: str = ""


@dataclass(frozen=True)
class Act:
    """What an event does to one row.

    `weak`: the type alone says so, not words; `imposed`: coded as new; `quiet`: it only ends what is there;
    `how` is how a measure ends.
    """

    row: Row
    does: Does
    stage: str = ""
    weak: bool = False
    imposed: bool = False
    alleged: bool = False
    quiet: bool = False
    how: str = ""

    @property
    def closes(self) -> bool:
        """Whether it brings a proceeding to its end."""
        return bool(self.stage) and self.stage_rule.closes

    @property
    def stage_rule(self) -> Stage:
        """The stage, as the data describes it."""
        return rules().proceedings[self.row.code].stages[self.stage]


@dataclass(frozen=True)
class Term:
    """How long a measure is to last by an event: until a day, or for some hours or days or months, or nothing."""

    until: Span | None = None
    hours: float | None = None
    days: int = 0
    months: int = 0

    def end(self, start: Span) -> Span | None:
        """The end, counted from a start where only the length is told. What would end before it began is no end."""
        if self.until is not None and self.until.last < start.earliest:
            return None
        if self.until is not None or not (self.days or self.months):
            return self.until
        return start.plus_months(self.months).plus_days(self.days)


@dataclass(frozen=True)
class Fact:
    """One thing that happened, with all events that tell it, the news of it first."""

    tellings: tuple[CaseEvent, ...]
    acts_of: tuple[tuple[Act, ...], ...]

    @property
    def id(self) -> str:
        """The id of the event that tells it first and best."""
        return self.tellings[0].id

    @cached_property
    def span(self) -> Span:
        """When it happened, by all that is told of it."""
        return combined(event.span for event in self.tellings)

    @property
    def dated(self) -> bool:
        """Whether any source gives it a date."""
        return any(event.event.date for event in self.tellings)

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source once, in order of the alphabet."""
        return tuple(sorted({source for event in self.tellings for source in event.sources}))

    @property
    def acts(self) -> Iterator[tuple[CaseEvent, Act]]:
        """Every act with the event that tells it."""
        for event, acts in zip(self.tellings, self.acts_of, strict=True):
            yield from ((event, act) for act in acts)


def combined(spans: Iterable[Span]) -> Span:
    """The days that all spans allow; where they contradict each other, from the first to the last of the exact ones."""
    every = sorted(set(spans))
    earliest, last = max(span.earliest for span in every), min(span.last for span in every)
    return Span(earliest, last) if earliest <= last else _hull(every)


def _hull(spans: Sequence[Span]) -> Span:
    def is_vague(span: Span) -> bool:
        return any(
            other != span and span.earliest <= other.earliest and other.last <= span.last for other in spans
        )

    exact = [span for span in spans if not is_vague(span)]
    return Span(min(span.earliest for span in exact), max(span.last for span in exact))


# --- what an event does -----------------------------------------------------------------------------------


def acts_of(case: Case) -> dict[str, tuple[Act, ...]]:
    """The acts of every event of the case, by the event's id.

    An event that does not say whom it hit goes to the one person who has such a row, else to nobody by name.
    """
    bare = {event.id: _acts(event) for event in case.events}
    begun = {
        act.row
        for event in case.events
        for act in bare[event.id]
        if event.event.kind != "relief" and act.row.subject != NOBODY
    }
    settled = {key: [_settle(act, begun) for act in acts] for key, acts in bare.items()}
    return {key: tuple(_of_its_kind(acts, begun)) for key, acts in settled.items()}


def _of_its_kind(acts: Sequence[Act], begun: set[Row]) -> Iterator[Act]:
    """One type of relief may end a suit against the media or one by the media: the one that the case has."""
    stages = [act for act in acts if act.does == "stage"]
    other = next((act for act in stages if act.quiet and act.row in begun), None)
    for act in acts:
        if act.does != "stage":
            yield act
        elif act is other and all(a.row not in begun for a in stages if not a.quiet):
            yield replace(act, quiet=False)
        elif not act.quiet and (other is None or act.row in begun):
            yield act


def _settle(act: Act, rows: set[Row]) -> Act:
    if act.row.subject != NOBODY:
        return act
    subjects = {row.subject for row in rows if replace(row, subject=NOBODY) == act.row}
    return replace(act, row=replace(act.row, subject=subjects.pop())) if len(subjects) == 1 else act


def _acts(told: CaseEvent) -> tuple[Act, ...]:
    acts = _relief(told) if told.event.kind == "relief" else _restriction(told)
    return _one_a_row(acts)


def _one_a_row(acts: Iterable[Act]) -> tuple[Act, ...]:
    """One act a row: of two stages the later one."""
    best: dict[tuple[Row, bool], Act] = {}
    for act in acts:
        key = (act.row, act.does == "end")
        known = best.get(key)
        if known is None or _strength(act) > _strength(known):
            best[key] = act
    return tuple(best.values())


def _strength(act: Act) -> tuple[bool, int, bool]:
    return not act.quiet, act.stage_rule.rank if act.stage else 0, not act.weak


def _restriction(told: CaseEvent) -> Iterator[Act]:
    event = told.event
    for code in event.types:
        alleged = event.alleged if isinstance(event.alleged, bool) else code in event.alleged
        for effect in rules().effects.get(code, ()):
            if effect.kind == event.kind:
                yield from _effect(told, effect, alleged)
    if told.stage and told.proceeding:
        kind, name = _proceeding(told, "")
        for subject in _subjects(told, kind):
            yield from _stage(told, Row(subject, "proceeding", kind, name), told.stage, weak=False)


def _effect(told: CaseEvent, effect: Effect, alleged: bool) -> Iterator[Act]:
    does: Does = "extend" if told.event.phase == "step" else "begin"
    imposed = told.event.phase == "imposed"
    for measure in filter(None, (effect.measure, _named_measure(told, effect))):
        for subject in _under(told, measure):
            yield Act(Row(subject, "measure", measure), does, alleged=alleged, imposed=imposed)
    if effect.proceeding:
        stage, weak = _stage_of(told, effect)
        kind, name = _proceeding(told, effect.proceeding)
        if kind == effect.proceeding:
            for subject in _subjects(told, kind):
                yield from _stage(told, Row(subject, "proceeding", kind, name), stage, weak, alleged)


def _relief(told: CaseEvent) -> Iterator[Act]:
    known = rules()
    for outcome in filter(None, map(known.outcomes.get, told.event.types)):
        named = [effect for code in told.event.types for effect in known.effects.get(code, ())]
        measures = {name for effect in named for name in (effect.measure, *effect.measures) if name}
        if told.measure:
            measures = {told.measure}
        certain = {told.measure, *(effect.measure for effect in named)}
        if outcome.lifts:
            for measure in sorted(measures):
                yield from _ends(told, measure, "lifted", quiet=measure not in certain)
        if outcome.alone_lifts and not measures:
            for rule in _ladder(outcome.alone_lifts):
                yield from _ends(told, rule.code, "lifted", quiet=True)
        yield from _outcome_stages(
            told, outcome, [effect.proceeding for effect in named if effect.proceeding]
        )


def _outcome_stages(told: CaseEvent, outcome: Outcome, named: Sequence[str]) -> Iterator[Act]:
    kinds = [_proceeding(told, "")[0]] if told.proceeding else named
    for kind in dict.fromkeys(kinds):
        proceeding = rules().proceedings[kind]
        name = _proceeding(told, kind)[1]
        among = [proceeding.stages[code] for code in outcome.stages if code in proceeding.stages]
        stage = _named_stage(told, among) or outcome.stage_of(proceeding)
        if stage:
            for subject in _subjects(told, kind):
                quiet = kind != kinds[0]  # a suit by the media is named by the same type as one against them
                yield from _stage(told, Row(subject, "proceeding", kind, name), stage, False, quiet=quiet)


def _stage(
    told: CaseEvent, row: Row, stage: str, weak: bool, alleged: bool = False, quiet: bool = False
) -> Iterator[Act]:
    yield Act(row, "stage", stage, weak, _is_new(told), alleged, quiet)
    if stage and rules().proceedings[row.code].stages[stage].frees:
        for measure in rules().measures.values():
            if measure.hangs_on == row.code:
                yield Act(Row(row.subject, "measure", measure.code), "end", quiet=True, how="case_closed")


def _is_new(told: CaseEvent) -> bool:
    """Whether it is told as new: coded so, or a person named the stage that was reached."""
    return not told.event.background and (told.event.phase == "imposed" or told.stage is not None)


def _ends(told: CaseEvent, measure: str, how: str, quiet: bool) -> Iterator[Act]:
    for subject in _under(told, measure):
        yield Act(Row(subject, "measure", measure), "end", how=how, quiet=quiet)


def _ladder(code: str) -> Iterator[Measure]:
    return (measure for measure in rules().measures.values() if measure.ladder == code and measure.deprives)


def _under(told: CaseEvent, measure: str) -> tuple[str, ...]:
    """Who is under a measure: an outlet is not under house arrest beside its editor."""
    types = codebook().target_types
    people = [target.name for target in told.event.targets if types[target.type].person]
    return tuple(dict.fromkeys(people)) if people and rules().of_people(measure) else _subjects(told)


def _subjects(told: CaseEvent, proceeding: str = "") -> tuple[str, ...]:
    """Whose row it is: the targets, or in a suit by the media the side that brought it."""
    event = told.event
    if proceeding and rules().proceedings[proceeding].subject == "complainant":
        names = [actor.name for actor in event.actors if actor.role == "complainant"]
        names = names or [target.name for target in event.targets]
    else:
        names = [target.name for target in event.targets]
    return tuple(dict.fromkeys(names)) or (NOBODY,)


def _proceeding(told: CaseEvent, kind: str) -> tuple[str, str]:
    """The kind and the name of a proceeding: "civil" or "civil/second suit" on the event, else the given kind."""
    if not told.proceeding:
        return kind, ""
    code, _, name = told.proceeding.partition("/")
    return rules().proceeding(code).code, name


def _stage_of(told: CaseEvent, effect: Effect) -> tuple[str, bool]:
    """The stage to which an effect brings its proceeding, and whether only the type says so."""
    stages = rules().proceedings[effect.proceeding].stages
    named = _named_stage(told, [stages[code] for code in effect.stages])
    if named or (told.stage and told.stage in stages):
        return named or told.stage or "", False
    return (effect.step if told.event.phase == "step" else effect.stage), effect.weak


def _named_stage(told: CaseEvent, among: Sequence[Stage]) -> str:
    if told.stage:
        return told.stage if told.stage in [stage.code for stage in among] else ""
    said = [stage for stage in among if stage.words.search(told.text)]
    return max(said, key=lambda stage: stage.rank).code if said else ""


def _named_measure(told: CaseEvent, effect: Effect) -> str:
    if told.measure in effect.measures:
        return told.measure or ""
    return next((code for code in effect.measures if rules().measures[code].words.search(told.text)), "")


# --- how long it lasts ------------------------------------------------------------------------------------


def term_of(told: CaseEvent, row: Row) -> Term:
    """What the event says of the length or the end of a measure, or of the deadline of a request."""
    ends = [span_of(ahead.date) for ahead in _ends_told(told, row)]
    known = rules().terms
    what = (rules().measures[row.code].amounts or known.amounts) if row.of == "measure" else known.reply
    hours: float | None = None
    days = months = 0
    # A term that headline and text both name is one term: what is told twice is not added up.
    once = {(amount.what, amount.value, amount.unit): amount for amount in told.event.amounts or ()}
    for amount in once.values():
        if amount.what in what:
            hours = amount.value * known.hours[amount.unit] if amount.unit in known.hours else hours
            days += round(amount.value * known.days.get(amount.unit, 0))
            months += round(amount.value * known.months.get(amount.unit, 0))
    return Term(combined(ends) if ends else None, hours, days, months)


def span_of(iso: str) -> Span:
    """The days of a date in the codebook's form."""
    when = EventDate.parse(iso)
    return Span(when.first, when.last)


def _ends_told(told: CaseEvent, row: Row) -> Iterator[Upcoming]:
    for ahead in told.event.upcoming or ():
        measure = end_of(ahead, told)
        if row.of == "measure" and measure == row.code and _is_of(ahead, told, row.subject):
            yield ahead


def end_of(ahead: Upcoming, told: CaseEvent) -> str:
    """The measure whose end a date ahead is, or ''. Of several that fit, the one with the longest words."""
    known = rules()
    said = ahead.what.casefold()
    if not known.upcoming["end_of_measure"].words.search(said):
        return ""
    own = [effect.measure for code in told.event.types for effect in known.effects.get(code, ())]
    own += [told.measure or ""]
    said_at = {
        code: match for code, measure in known.measures.items() if (match := measure.ends.search(said))
    }
    if not said_at:
        return ""
    best = max(said_at, key=lambda code: (said_at[code].end() - said_at[code].start(), code in own))
    return _meant(best, own)


def _meant(said: str, own: Sequence[str]) -> str:
    """Of a measure whose word is used loosely ("the arrest", of house arrest), the event's own on the same ladder."""
    known = rules().measures
    meant = [code for code in own if code and known[code].ladder == known[said].ladder]
    return meant[0] if known[said].loose and meant and said not in own else said


def _is_of(ahead: Upcoming, told: CaseEvent, subject: str) -> bool:
    """A date ahead is of the one it names, or of everyone whom the event hits."""
    names = [target.name for target in told.event.targets]
    named = [name for name in names if ahead.of and name in ahead.of]
    return not named or subject in named


# --- which events tell the same ---------------------------------------------------------------------------


def facts_of(case: Case) -> tuple[Fact, ...]:
    """The facts of the case by date. Each event goes to the fact that it fits best, or is a fact of its own."""
    acts = acts_of(case)
    found: list[list[CaseEvent]] = []
    home: dict[str, list[CaseEvent]] = {}
    for event in sorted(case.events, key=lambda event: (event.same_as is not None, event.order)):
        group = home.get(event.same_as or "") or _best(event, found, acts)
        if group is None:
            group = []
            found.append(group)
        group.append(event)
        home[event.id] = group
    facts = [_fact(group, acts) for group in found]
    return tuple(sorted(facts, key=lambda fact: (fact.span.earliest, fact.span.last, fact.id)))


def _fact(group: list[CaseEvent], acts: dict[str, tuple[Act, ...]]) -> Fact:
    tellings = tuple(sorted(group, key=lambda event: event.order))
    return Fact(tellings, tuple(acts[event.id] for event in tellings))


def _best(
    event: CaseEvent, groups: list[list[CaseEvent]], acts: dict[str, tuple[Act, ...]]
) -> list[CaseEvent] | None:
    most = max(rules().same_days, rules().repeating_days)
    earliest, last = add_days(event.span.earliest, -most), add_days(event.span.last, most)
    near = (
        number
        for number, group in enumerate(groups)
        if group[0].span.earliest <= last and earliest <= group[0].span.last
    )
    fitting = [
        (_distance(event, groups[number]), number) for number in near if _fits(event, groups[number], acts)
    ]
    return groups[min(fitting)[1]] if fitting else None


def _distance(event: CaseEvent, group: list[CaseEvent]) -> tuple[int, bool, bool, int]:
    """How far a group is from an event: days apart, another date, another allegation, another length of interval."""
    spans = [told.span for told in group]
    span = combined(spans)
    return (
        event.span.apart(span),
        event.event.date not in [told.event.date for told in group],
        event.event.alleged not in [told.event.alleged for told in group],
        abs((span.last - span.earliest).days - (event.span.last - event.span.earliest).days),
    )


def _fits(event: CaseEvent, group: list[CaseEvent], acts: dict[str, tuple[Act, ...]]) -> bool:
    if not _may_be_told_again(event, group):
        return False
    common = _common(acts[event.id], [act for told in group for act in acts[told.id]])
    if acts[event.id] or any(acts[told.id] for told in group):
        near = max((rules().near_days(row.code) for row in common), default=-1)
    else:
        near = rules().repeating_days if _alike_without_acts(event, group) else -1
    return near >= 0 and all(event.span.apart(told.span) <= near for told in group)


def _may_be_told_again(event: CaseEvent, group: list[CaseEvent]) -> bool:
    """Two pieces of news of one source are two things; background may be told again by anyone."""
    if event.event.background:
        return True
    news = [told for told in group if not told.event.background]
    return not any(set(told.sources) & set(event.sources) for told in news)


def _common(one: Sequence[Act], other: Sequence[Act]) -> list[Row]:
    """The rows to which both do the same; what only follows is compared where nothing else is said."""
    loud = [[act for act in acts if not act.quiet] for acts in (one, other)]
    if any(loud):
        one, other = loud
    return [
        a.row
        for a in one
        for b in other
        if (a.row, a.does, a.how) == (b.row, b.does, b.how) and _same_stage(a, b)
    ]


def _same_stage(one: Act, other: Act) -> bool:
    if one.does != "stage" or one.stage == other.stage:
        return True
    return (one.weak or other.weak) and one.closes == other.closes and bool(one.stage and other.stage)


def _alike_without_acts(event: CaseEvent, group: list[CaseEvent]) -> bool:
    def who(told: CaseEvent) -> set[str]:
        return {target.name for target in told.event.targets} or {NOBODY}

    return all(
        event.event.main_type == told.event.main_type
        and event.event.kind == told.event.kind
        and who(event) & who(told)
        for told in group
    )


# --- facts as rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowAct:
    """What a fact does to one row, by all who tell it."""

    row: Row
    does: Does
    stage: str
    weak: bool
    imposed: bool
    alleged: bool
    quiet: bool
    how: str
    span: Span
    term: Term
    fact: Fact

    @property
    def closes(self) -> bool:
        """Whether it brings a proceeding to its end."""
        return bool(self.stage) and rules().proceedings[self.row.code].stages[self.stage].closes

    @property
    def order(self) -> tuple[date, int, int, date, str]:
        """Undated first, then by the latest day; what ends before what begins."""
        last = self.span.last if self.span.first else date.min
        does = ("end", "begin", "extend", "stage").index(self.does)
        rank = rules().proceedings[self.row.code].stages[self.stage].rank if self.stage else 0
        return last, does, rank, self.span.earliest, self.fact.id


def row_acts(facts: Iterable[Fact], keep: Callable[[Span], bool]) -> list[RowAct]:
    """What all facts do, a row at a time, in the order in which it happened; `keep` says which days count."""
    found = []
    for fact in facts:
        groups: dict[tuple[Row, Does], list[tuple[CaseEvent, Act]]] = {}
        for event, act in fact.acts:
            groups.setdefault((act.row, act.does), []).append((event, act))
        found += [_row_act(fact, told) for told in groups.values()]
    return sorted((act for act in found if keep(act.span)), key=lambda act: (act.order, act.row))


def _row_act(fact: Fact, told: list[tuple[CaseEvent, Act]]) -> RowAct:
    acts = [act for _, act in told]
    best = max(acts, key=_strength)
    return RowAct(
        row=best.row,
        does=best.does,
        stage=best.stage,
        weak=all(act.weak for act in acts if act.stage == best.stage),
        imposed=any(act.imposed and not event.event.background for event, act in told),
        alleged=all(act.alleged for act in acts),
        quiet=all(act.quiet for act in acts),
        how=best.how,
        span=combined(event.span for event, _ in told),
        term=_term(told, best.row),
        fact=fact,
    )


def _term(told: list[tuple[CaseEvent, Act]], row: Row) -> Term:
    """By all tellings: an end that is told, else the longest length."""
    terms = [term_of(event, row) for event, _ in told]
    until = [term.until for term in terms if term.until]
    return Term(
        combined(until) if until else None,
        max((term.hours for term in terms if term.hours is not None), default=None),
        max(term.days for term in terms),
        max(term.months for term in terms),
    )
