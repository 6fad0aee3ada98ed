"""The state of a case on a day, computed from its events alone: who is under which measure, where each proceeding is.

Days are days of the calendar, the first and the last counted. A day on which one measure of a ladder gives way to
another counts for the new one. What is uncertain is counted twice: at least so many days for sure, at most so many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from barometer.cases.rules import Measure, Stage, rules
from barometer.cases.telling import Fact, Row, RowAct, facts_of, row_acts
from barometer.cases.values import NOBODY, Case, Span, add_days

REPLACED = ("tightened", "eased", "again")  # ends of a measure by the next one, which takes the day
OVER = ("ended", "taken_as_over")


@dataclass(frozen=True)
class AtLeastAtMost:
    """A count of days or hours: so many for sure, and perhaps so many; `most` is None where nothing bounds it."""

    least: int | float
    most: int | float | None

    @property
    def exact(self) -> bool:
        """Whether both are the same."""
        return self.least == self.most

    def __str__(self) -> str:
        """12, 3–12, or 3– where nothing bounds it."""
        if self.exact:
            return f"{self.least:g}"
        return f"{self.least:g}–" + (f"{self.most:g}" if self.most is not None else "")


@dataclass(frozen=True)
class Change:
    """What happened to a measure, when, by which fact."""

    what: str
    span: Span
    fact: str


@dataclass(frozen=True)
class MeasureState:
    """A measure of one person, outlet or site on a day.

    `standing` is perhaps_begun, in_force, open (no end is known), passed (its term has passed without news),
    perhaps_ended, taken_as_over or ended. `how` it ended is the last of its changes. `confirmed` is the last day on
    which a source has it in force; `start` and `end` are intervals, `until` is the term that was told or computed.
    """

    subject: str
    measure: str
    standing: str
    start: Span
    end: Span | None
    until: Span | None
    days: AtLeastAtMost
    hours: AtLeastAtMost | None
    changes: tuple[Change, ...]
    alleged: bool
    no_news_since: date | None
    stays_to: date
    facts: tuple[str, ...]

    @property
    def rule(self) -> Measure:
        """The measure, as the data describes it."""
        return rules().measures[self.measure]

    @property
    def open(self) -> bool:
        """Whether it is still waited for an end."""
        return self.standing not in OVER

    @property
    def how(self) -> str:
        """How it ended, or ''."""
        return self.changes[-1].what if self.end else ""


@dataclass(frozen=True)
class ProceedingState:
    """A proceeding of one person or outlet on a day.

    `certain` is false where the stage may lie ahead of the day; `disputed` where one source tells it as standing
    after another had told that it was closed; `history` has every stage in the order in which it was reached.
    """

    subject: str
    proceeding: str
    name: str
    stage: str
    since: Span
    certain: bool
    closed: bool
    taken_as_closed: bool
    reopened: bool
    disputed: bool
    alleged: bool
    history: tuple[tuple[str, Span], ...]
    provisions: tuple[str, ...]
    earlier_provisions: tuple[tuple[str, ...], ...]
    opponents: tuple[str, ...]
    no_news_since: date | None
    facts: tuple[str, ...]

    @property
    def rule(self) -> Stage:
        """The stage, as the data describes it."""
        return rules().proceedings[self.proceeding].stages[self.stage]

    @property
    def open(self) -> bool:
        """Whether something more is waited for."""
        return not self.closed and not self.taken_as_closed


@dataclass(frozen=True)
class CaseState:
    """A case on a day, as it was known by another day (None: as it is known now)."""

    slug: str
    day: date
    known_by: date | None
    measures: tuple[MeasureState, ...] = ()
    proceedings: tuple[ProceedingState, ...] = ()
    deprived: tuple[tuple[str, AtLeastAtMost], ...] = ()
    no_news_since: date | None = None

    @property
    def open(self) -> bool:
        """Whether any measure or proceeding of it is open."""
        return any(row.open for row in self.measures) or any(row.open for row in self.proceedings)

    @property
    def surely_open(self) -> bool:
        """Whether anything open has begun for certain: what has no date may lie ahead of the day."""
        return any(row.open and row.standing != "perhaps_begun" for row in self.measures) or any(
            row.open and row.certain for row in self.proceedings
        )

    def of(self, subject: str) -> CaseState:
        """The same, of one person or outlet."""
        return replace(
            self,
            measures=tuple(row for row in self.measures if row.subject == subject),
            proceedings=tuple(row for row in self.proceedings if row.subject == subject),
            deprived=tuple(pair for pair in self.deprived if pair[0] == subject),
        )


def state_on(case: Case, day: date, known_by: date | None = None) -> CaseState:
    """The state of the case on a day, by what was known at the end of `known_by` (None: by all that is known)."""
    return state_of(facts_of(case.known_by(known_by)), case.slug, day, known_by)


def state_of(facts: Sequence[Fact], slug: str, day: date, known_by: date | None = None) -> CaseState:
    """The same, of the facts of the case."""
    acts = row_acts(facts, lambda span: span.earliest <= day)
    stays = [stay for group in _ladders(acts) for stay in _stays(group)]
    measures = [(stay, state) for stay in stays if (state := _measure_on(stay, day))]
    return CaseState(
        slug=slug,
        day=day,
        known_by=known_by,
        measures=tuple(sorted((state for _, state in measures), key=_measure_order)),
        proceedings=tuple(_proceedings(acts, day)),
        deprived=tuple(_deprived(measures)),
        no_news_since=last_news(facts, day),
    )


def last_news(facts: Iterable[Fact], day: date) -> date | None:
    """The last day by that day on which something happened that has a date."""
    days = [min(fact.span.last, day) for fact in facts if fact.dated and fact.span.earliest <= day]
    return max(days, default=None)


def _measure_order(state: MeasureState) -> tuple[str, date, date, str]:
    return state.subject, state.start.earliest, state.start.last, state.measure


# --- measures ---------------------------------------------------------------------------------------------


@dataclass
class _Stay:
    """A measure while it is being put together from acts."""

    row: Row
    start: Span
    alleged: bool
    until: Span | None = None
    end: Span | None = None
    hours: float | None = None
    longest: int | None = None  # days that it can have lasted by its own length, wherever they lie
    confirmed: date = date.min
    news: date | None = None
    changes: list[Change] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    follows: _Stay | None = None

    @property
    def rule(self) -> Measure:
        return rules().measures[self.row.code]

    def runs_at(self, span: Span) -> bool:
        """Whether it may still be in force when something happens in that interval."""
        if self.end is not None:
            return False
        if self.rule.ends_itself and self.until is not None:
            return span.earliest <= self.until.last
        if self.rule.passes_days is not None:
            return span.earliest <= add_days(self.start.last, self.rule.passes_days)
        return True

    def told_by(self, act: RowAct) -> None:
        """Take in who tells it, and until when it surely was in force."""
        self.facts.append(act.fact.id)
        if act.fact.dated:
            self.news = max(self.news or date.min, act.span.last)

    def finish(self, span: Span, how: str, fact: str) -> None:
        """End it, not before it began."""
        self.end = Span(max(span.earliest, self.start.earliest), max(span.last, self.start.earliest))
        self.changes.append(Change(how, self.end, fact))


def _ladders(acts: Iterable[RowAct]) -> list[list[RowAct]]:
    """The acts on measures, by subject and ladder; a measure on no ladder is by itself."""
    groups: dict[tuple[str, str], list[RowAct]] = {}
    for act in acts:
        if act.row.of == "measure":
            ladder = rules().measures[act.row.code].ladder or act.row.code
            groups.setdefault((act.row.subject, ladder), []).append(act)
    return [groups[key] for key in sorted(groups)]


def _stays(acts: Sequence[RowAct]) -> list[_Stay]:
    """The measures of one subject on one ladder, in the order in which they began."""
    stays: list[_Stay] = []
    loose: list[RowAct] = []
    for act in acts:
        if act.does == "end":
            if not _end(act, stays):
                loose.append(act)
        elif not _goes_on(act, stays):
            stay = _begin(act, stays)
            loose = [end for end in loose if not _ends_at_once(stay, end)]
    return stays + [_ended_without_beginning(end) for end in loose if not end.quiet]


def _end(act: RowAct, stays: list[_Stay]) -> bool:
    """End what the act ends; False where nothing of the kind was there."""
    stay = next((stay for stay in reversed(stays) if stay.row == act.row), None)
    if stay is None or (act.quiet and not stay.runs_at(act.span)):
        return False
    if stay.end is None:
        stay.finish(act.span, act.how, act.fact.id)
    elif not stay.end.overlaps(act.span):
        return False
    stay.told_by(act)
    return True


def _goes_on(act: RowAct, stays: list[_Stay]) -> bool:
    """Whether the act tells of a measure that is in force already: its extension, or the same once more."""
    stay = next((s for s in reversed(stays) if s.row == act.row and s.runs_at(act.span)), None)
    if stay is None or (act.does == "begin" and _is_another(act, stay)):
        return False
    stay.told_by(act)
    stay.confirmed = max(stay.confirmed, act.span.earliest)
    later = act.span.earliest > stay.start.last
    if act.does == "extend":
        stay.changes.append(Change("extended", act.span, act.fact.id))
        stay.until = act.term.end(stay.until or act.span)
        stay.longest = None
    elif not later:
        stay.until = stay.until or act.term.end(act.span)
    return True


def _is_another(act: RowAct, stay: _Stay) -> bool:
    """Whether a measure that is told as imposed is not the one that was in force, although no end was told."""
    until = stay.until.last if stay.until else stay.start.last
    return stay.rule.repeats or (act.imposed and act.span.earliest > add_days(until, rules().same_days))


def _begin(act: RowAct, stays: list[_Stay]) -> _Stay:
    start = act.span if act.does == "begin" else Span.of(None, act.span.last)
    stay = _Stay(act.row, start, act.alleged, until=act.term.end(act.span), hours=act.term.hours)
    stay.confirmed = act.span.last if act.does == "begin" else act.span.earliest
    if act.does == "begin" and act.term.until is None and not act.term.months and act.term.days:
        stay.longest = act.term.days + 1
    stay.told_by(act)
    stay.changes.append(Change("began" if act.does == "begin" else "extended", act.span, act.fact.id))
    for other in reversed(stays):
        if other.runs_at(act.span) and (other.row == act.row or stay.rule.passes_days is None):
            how = _how_replaced(other.rule, stay.rule)
            other.finish(_since_it_is_over(other, act) if how == "again" else act.span, how, act.fact.id)
            stay.follows = stay.follows or other
    if stay.hours is not None:
        whole = int(stay.hours // 24)
        stay.longest = whole + 1
        stay.finish(start.plus_days(whole), "term_ended", act.fact.id)
    stays.append(stay)
    return stay


def _since_it_is_over(stay: _Stay, act: RowAct) -> Span:
    """When a measure can have ended that was over by the time it was imposed anew."""
    surely = max(stay.confirmed, stay.until.earliest if stay.until else stay.confirmed)
    return Span(min(add_days(surely, 1), act.span.last), act.span.last)


def _how_replaced(old: Measure, new: Measure) -> str:
    if old.code == new.code:
        return "again"
    return "tightened" if new.rank > old.rank else "eased"


def _ends_at_once(stay: _Stay, end: RowAct) -> bool:
    """Whether an end whose beginning was missing is the end of this one: it may lie before it only in the sorting."""
    if end.row != stay.row or stay.end is not None or end.span.first is None:
        return False
    if end.span.last < stay.start.earliest:
        return False
    stay.start = Span(stay.start.earliest, min(stay.start.last, end.span.last))
    stay.finish(end.span, end.how, end.fact.id)
    stay.told_by(end)
    return True


def _ended_without_beginning(end: RowAct) -> _Stay:
    stay = _Stay(end.row, Span.of(None, end.span.last), alleged=False)
    stay.finish(end.span, end.how, end.fact.id)
    stay.told_by(end)
    return stay


def _measure_on(stay: _Stay, day: date) -> MeasureState | None:
    """The measure as it stands on the day; None where it cannot have begun."""
    if stay.start.earliest > day:
        return None
    standing = _standing(stay, day)
    surely, perhaps = _last_days(stay, standing, day)
    days = _days(stay, standing, surely, perhaps)
    changes = tuple(stay.changes)
    end = stay.end
    if standing == "ended" and end is None and stay.until is not None:
        end = stay.until
        changes = (*changes, Change("term_ended", end, stay.facts[-1]))
    return MeasureState(
        subject=stay.row.subject,
        measure=stay.row.code,
        standing=standing,
        start=stay.start,
        end=end,
        until=stay.until,
        days=days,
        hours=_hours(stay, surely, days) if stay.rule.hours else None,
        changes=changes,
        alleged=stay.alleged,
        no_news_since=min(stay.news, day) if stay.news and standing not in ("ended", "in_force") else None,
        stays_to=perhaps,
        facts=tuple(dict.fromkeys(stay.facts)),
    )


def _standing(stay: _Stay, day: date) -> str:
    if stay.end is not None and stay.end.earliest <= day:
        return "ended" if stay.end.last <= day else "perhaps_ended"
    if stay.start.last > day:
        return "perhaps_begun"
    if stay.until is not None and stay.until.last >= day:
        return "in_force"
    if stay.until is not None:
        return "ended" if stay.rule.ends_itself else "passed"
    passes = stay.rule.passes_days
    if passes is not None and day >= add_days(stay.start.last, passes):
        return "taken_as_over"
    return "open"


def _last_days(stay: _Stay, standing: str, day: date) -> tuple[date, date]:
    """The last day on which it surely was in force, and the last on which it may have been."""
    if stay.end is not None and standing in ("ended", "perhaps_ended"):
        taken = -1 if stay.changes[-1].what in REPLACED else 0
        surely = add_days(max(stay.end.earliest, min(stay.confirmed, stay.end.last)), taken)
        return min(surely, day), min(add_days(stay.end.last, taken), day)
    if stay.until is not None and standing in ("ended", "passed"):
        surely = max(stay.until.earliest, stay.confirmed)
        return min(surely, day), min(stay.until.last, day) if standing == "ended" else day
    if standing == "in_force":
        return day, day
    if standing == "taken_as_over":
        most = add_days(stay.start.last, (stay.rule.passes_days or 1) - 1)
        return min(stay.confirmed, day), min(most, day)
    return min(stay.confirmed, day), day


def _days(stay: _Stay, standing: str, surely: date, perhaps: date) -> AtLeastAtMost:
    begun = standing != "perhaps_begun"
    replaced = bool(stay.end) and stay.changes[-1].what in REPLACED
    least = max((surely - stay.start.last).days + 1, 0 if replaced else 1) if begun else 0
    longest = _longest(stay, standing)
    if stay.start.first is None:
        return AtLeastAtMost(least, longest)
    most = (perhaps - stay.start.earliest).days + 1
    return AtLeastAtMost(least, max(least, most if longest is None else min(most, longest)))


def _longest(stay: _Stay, standing: str) -> int | None:
    """How many days it can have lasted by its own length, wherever they lie."""
    if standing == "taken_as_over":
        return stay.rule.passes_days
    return stay.longest if standing not in ("open", "passed") else None


def _hours(stay: _Stay, surely: date, days: AtLeastAtMost) -> AtLeastAtMost:
    """Told hours, else what the days allow: from some time on the first to some time on the last."""
    if stay.hours is not None:
        return AtLeastAtMost(stay.hours, stay.hours)
    least = max(0, ((surely - stay.start.last).days - 1) * 24)
    if days.most is None:
        return AtLeastAtMost(least, None)
    return AtLeastAtMost(least, max(least, int(days.most) * 24))


# --- days deprived of liberty -----------------------------------------------------------------------------


def _deprived(measures: Sequence[tuple[_Stay, MeasureState]]) -> Iterator[tuple[str, AtLeastAtMost]]:
    """The days deprived of liberty so far, by person. A day under two measures is one day."""
    chains: dict[str, list[list[tuple[_Stay, MeasureState]]]] = {}
    for stay, state in measures:
        if not stay.rule.deprives:
            continue
        mine = chains.setdefault(stay.row.subject, [])
        before = next((chain for chain in mine if chain[-1][0] is stay.follows), None)
        if before is not None:
            before.append((stay, state))
        else:
            mine.append([(stay, state)])
    for subject in sorted(chains):
        yield subject, _length_of(chains[subject])


def _length_of(chains: Sequence[Sequence[tuple[_Stay, MeasureState]]]) -> AtLeastAtMost:
    surely, perhaps = [], []
    longest: list[int | float | None] = []
    for chain in chains:
        (first, state), (_, last) = chain[0], chain[-1]
        surely.append((first.start.last, add_days(first.start.last, _least_of(chain) - 1)))
        perhaps.append((first.start.earliest, last.stays_to))
        bounded = (last.stays_to - first.start.earliest).days + 1 if first.start.first else None
        longest.append(state.days.most if len(chain) == 1 else bounded)
    least = days_of(surely)
    if None in longest:
        return AtLeastAtMost(least, None)
    return AtLeastAtMost(least, max(least, min(days_of(perhaps), sum(filter(None, longest)))))


def _least_of(chain: Sequence[tuple[_Stay, MeasureState]]) -> int:
    """The days of a chain for sure: when one measure gave way to the next does not matter for their sum."""
    first, last = chain[0][0], chain[-1]
    surely = add_days(last[0].start.last, int(last[1].days.least) - 1)
    return max(0, (surely - first.start.last).days + 1, int(chain[0][1].days.least))


def days_of(spans: Iterable[tuple[date, date] | None]) -> int:
    """How many days lie in any of them, first and last counted; None is no days."""
    days, reached = 0, date.min
    for first, last in sorted(filter(None, spans)):
        begin = max(first, reached)
        if last >= begin:
            days += (last - begin).days + 1
            reached = add_days(last, 1)
    return days


# --- proceedings ------------------------------------------------------------------------------------------


def _proceedings(acts: Iterable[RowAct], day: date) -> Iterator[ProceedingState]:
    rows: dict[Row, list[RowAct]] = {}
    for act in acts:
        if act.row.of == "proceeding":
            rows.setdefault(act.row, []).append(act)
    for row in sorted(rows):
        state = _proceeding(row, rows[row], day)
        if state is not None:
            yield state


def _proceeding(row: Row, acts: Sequence[RowAct], day: date) -> ProceedingState | None:
    course = _Course(row)
    for act in acts:
        course.take(act)
    if course.now is None:
        return None
    stage = course.now.stage_rule
    news = last_news([act.fact for act in acts], day)
    passed = stage.passes_days is not None and news is not None and day > add_days(news, stage.passes_days)
    return ProceedingState(
        subject=row.subject,
        proceeding=row.code,
        name=row.name,
        stage=stage.code,
        since=course.now.span,
        certain=course.now.span.last <= day,
        closed=stage.closes,
        taken_as_closed=passed and not stage.closes,
        reopened=course.reopened,
        disputed=course.disputed,
        alleged=course.now.alleged,
        history=tuple((now.stage, now.span) for now in course.reached),
        provisions=course.provisions[-1] if course.provisions else (),
        earlier_provisions=tuple(course.provisions[:-1]),
        opponents=_opponents(row, acts),
        no_news_since=news,
        facts=tuple(dict.fromkeys(act.fact.id for act in acts)),
    )


@dataclass(frozen=True)
class _Now:
    """The stage that a proceeding has reached."""

    stage: str
    span: Span
    alleged: bool
    stage_rule: Stage


class _Course:
    """A proceeding while it is being put together from acts, in the order in which they happened."""

    def __init__(self, row: Row) -> None:
        self.stages = rules().proceedings[row.code].stages
        self.law = rules().proceedings[row.code]
        self.reached: list[_Now] = []
        self.reopened = False
        self.disputed = False
        self.provisions: list[tuple[str, ...]] = []

    @property
    def now(self) -> _Now | None:
        return self.reached[-1] if self.reached else None

    def take(self, act: RowAct) -> None:
        """What one fact does to the proceeding."""
        if act.quiet and not self.reached:
            return
        self._take_provisions(act)
        if not act.stage and self.now and self.now.stage_rule.closes:
            self.disputed = self.disputed or act.span.earliest > self.now.span.last
        stage = self.stages.get(act.stage) or (None if self.reached else self._lowest())
        if stage is not None and self._goes_to(stage, act):
            span = act.span if act.stage else Span.of(None, act.span.last)
            self.reached.append(_Now(stage.code, span, act.alleged, stage))

    def _lowest(self) -> Stage:
        return min(self.stages.values(), key=lambda stage: stage.rank)

    def _take_provisions(self, act: RowAct) -> None:
        told = {code for event in act.fact.tellings for code in event.event.provisions}
        codes = self.law.provisions_of(told)
        if codes and (not self.provisions or self.provisions[-1] != codes):
            self.provisions.append(codes)

    def _goes_to(self, stage: Stage, act: RowAct) -> bool:
        now = self.now
        if now is None:
            return True
        later = act.span.earliest > now.span.last
        if later and now.stage_rule.closes and not stage.closes:
            self.reopened = self.reopened or act.imposed or stage.reopens
            self.disputed = self.disputed or not (act.imposed or stage.reopens)
            return act.imposed or stage.reopens
        if not later or act.weak:
            return stage.rank > now.stage_rule.rank
        return stage.code != now.stage


def _opponents(row: Row, acts: Sequence[RowAct]) -> tuple[str, ...]:
    """Who asked for it, or in a suit by the media against whom it is not told: nobody."""
    names = {
        actor.name
        for act in acts
        for event in act.fact.tellings
        for actor in event.event.actors
        if actor.role == "complainant" and actor.name != row.subject
    }
    return tuple(sorted(names))


# --- in words ---------------------------------------------------------------------------------------------


def phrase(name: str, language: str) -> str:
    """A fixed phrase in that language."""
    return rules().phrases[name][language]


def span_words(span: Span, language: str) -> str:
    """The days of an interval in words: a day, "day – day", or "not later than day"."""
    if span.exact:
        return span.last.isoformat()
    if span.first is None:
        return f"{phrase('not_later', language)} {span.last.isoformat()}"
    return f"{span.earliest.isoformat()} – {span.last.isoformat()}"


def count_words(count: AtLeastAtMost, unit: str, language: str) -> str:
    """12 days, "at least 3, at most 12 days", or "at least 3 days"."""
    unit = phrase(unit, language)
    if count.exact:
        return f"{count.least:g} {unit}"
    most = f", {phrase('at_most', language)} {count.most:g}" if count.most is not None else ""
    return f"{phrase('at_least', language)} {count.least:g}{most} {unit}"


def measure_words(state: MeasureState, language: str) -> str:
    """A measure as one line: what, how it stands, from when to when, how long, and whether one side only says so."""
    known = rules()
    parts = [
        f"{state.rule.label[language]}: {known.standings[state.standing][language]}",
        f"{phrase('since', language)} {span_words(state.start, language)}",
    ]
    if state.how and state.end:
        parts.append(f"{known.changes[state.how][language]} {span_words(state.end, language)}")
    elif state.until:
        parts.append(f"{phrase('until', language)} {span_words(state.until, language)}")
    unit, count = ("hours", state.hours) if state.hours else ("days", state.days)
    parts.append(count_words(count, unit, language))
    return _with_notes(parts, state.no_news_since, state.alleged, language)


def proceeding_words(state: ProceedingState, language: str) -> str:
    """A proceeding as one line: what, its stage and since when, and whether one side only says so."""
    label = rules().proceedings[state.proceeding].label[language]
    parts = [
        f"{label}: {state.rule.label[language]}",
        f"{phrase('since', language)} {span_words(state.since, language)}",
    ]
    return _with_notes(parts, state.no_news_since if state.open else None, state.alleged, language)


def _with_notes(parts: list[str], news: date | None, alleged: bool, language: str) -> str:
    if news:
        parts.append(f"{phrase('no_news_since', language)} {news.isoformat()}")
    if alleged:
        parts.append(phrase("alleged", language))
    return ", ".join(parts)


def who(subject: str, language: str) -> str:
    """The name of a row's person or outlet, or that it is not said."""
    return phrase("not_said_who", language) if subject == NOBODY else subject
