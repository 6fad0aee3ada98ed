"""A case as its page tells it: measures, proceedings, dates, contradictions, by what was known on a day.

Everything is computed by `barometer.cases` from the events that are handed in; here it gets its words and addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from barometer.cases import contradictions as differing
from barometer.cases import silence
from barometer.cases.contradictions import Contradiction, Statement
from barometer.cases.rules import rules
from barometer.cases.state import CaseState, MeasureState, ProceedingState, state_on, who
from barometer.cases.timeline import svg_of, timeline_of
from barometer.cases.upcoming import FORTNIGHT, UpcomingDate, upcoming
from barometer.cases.values import Case, add_days
from barometer.web.public import cards, joined, words
from barometer.web.public.words import When, Words
from barometer.web.records import timelines
from barometer.web.records.models import Event, Mention, Source, StatementChoice


@dataclass(frozen=True)
class Measure:
    """A row of the table beside the drawing."""

    who: str
    what: str
    start: When
    end: str
    length: str
    standing: str
    open: bool


@dataclass(frozen=True)
class Proceeding:
    """A proceeding of one person or outlet: its stage, the way there, who stands against them, under which articles."""

    who: str
    what: str
    stage: str
    since: When
    open: bool
    notes: tuple[str, ...]
    way: tuple[tuple[str, When], ...]
    opponents: tuple[str, ...]
    provisions: tuple[str, ...]
    earlier_provisions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Coming:
    """A date ahead or passed, as a page shows it. `standing` is a code, `standing_words` its words."""

    when: When
    what: str
    of: str
    wording: Words
    standing: str
    standing_words: str
    soon: bool
    computed: bool
    sources: tuple[str, ...]
    case: str
    ahead: UpcomingDate


@dataclass(frozen=True)
class Side:
    """One of the values on a point, with who says so: (source, address, the source's own wording)."""

    value: str
    words: str
    told: tuple[tuple[str, str, str], ...]
    printed: bool
    new: bool


@dataclass(frozen=True)
class Differing:
    """A point on which sources differ, its values side by side; the choice that holds and those before it."""

    key: str
    topic: str
    about: str
    sure: bool
    sides: tuple[Side, ...]
    reason: str
    by: str
    on: str
    elsewhere: str
    earlier: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class Silenced:
    """A statement that a court forbade to repeat, or ordered to be retracted."""

    what: str
    since: When
    people: tuple[str, ...]


@dataclass(frozen=True)
class Following:
    """All that is computed for a case on a day."""

    state: CaseState
    drawing: SafeString
    measures: tuple[Measure, ...]
    proceedings: tuple[Proceeding, ...]
    deprived: tuple[tuple[str, str], ...]
    dates: tuple[Coming, ...]
    differing: tuple[Differing, ...]
    silenced: tuple[Silenced, ...]

    @property
    def ahead(self) -> tuple[Coming, ...]:
        """Dates that are still to come."""
        return tuple(one for one in self.dates if one.standing == "ahead")

    @property
    def passed(self) -> tuple[Coming, ...]:
        """Dates that passed without news."""
        return tuple(one for one in self.dates if one.standing == "passed")

    @property
    def over(self) -> tuple[Coming, ...]:
        """Dates that were met or superseded."""
        return tuple(one for one in self.dates if one.standing in ("met", "superseded"))


class Rows:
    """The rows of a case that came through `cards.ready`, by the ids that the core knows them by."""

    def __init__(self, rows: Iterable[Event]) -> None:
        self.by_id = {row.public_id: row for row in rows}
        self.titles = {row.item.source.name: source_words(row.item.source) for row in self if row.item.source}
        mentions = [mention for row in self for mention in row.mentions.all()]
        kinds = {joined.name_of(one): one.party.kind for one in mentions}
        self.names = {name: words.party_name(name, kind) for name, kind in kinds.items()}

    def __iter__(self):
        return iter(self.by_id.values())

    def name(self, written: str) -> str:
        """A name as the page writes it."""
        return self.names.get(written, written)

    def who(self, subject: str) -> str:
        """Whose row it is, or that it is not said."""
        return words.capital(self.name(who(subject, words.language())))

    def titles_of(self, sources: Iterable[str]) -> tuple[str, ...]:
        """The titles of sources."""
        return tuple(self.titles.get(name) or joined.said(name, "en") for name in sources)

    def language_of(self, ids: Iterable[str]) -> str:
        """The language of the source of the first of these events."""
        row = next((self.by_id[one] for one in ids if one in self.by_id), None)
        return cards.language_of(row) if row else words.language()


def source_title(source: Source) -> Words:
    """The title as the source prints it, else its name."""
    title = words.best(source.title, source.language) or Words(source.name, source.language or "en")
    return Words(joined.said(title.text, title.language), title.language)


def when_of(source: Source) -> str:
    """The day that a letter or a report bears, or the quarter of a bulletin."""
    if source.published:
        return words.day_words(source.published)
    return words.quarter_words(source.quarter) if source.quarter else ""


def source_words(source: Source) -> str:
    """A source's title with its day or quarter: bulletins of one series bear one title."""
    return ", ".join(part for part in (str(source_title(source)), when_of(source)) if part)


def follow(
    case: Case,
    rows: Rows,
    made: Sequence[StatementChoice],
    day: date,
    *,
    known_by: date | None = None,
    public: bool = True,
) -> Following:
    """The case on a day by what was known at the end of `known_by` (None: by all that is known)."""
    known, made = timelines.known_by(case, known_by, made)
    state = state_on(known, day)
    found = timelines.with_choices(known, made, public=public)
    by_number = {row.pk: row for row in made}
    return Following(
        state=state,
        drawing=drawing(state, rows),
        measures=tuple(measure(row, rows) for row in state.measures),
        proceedings=tuple(proceeding(row, rows) for row in state.proceedings),
        deprived=tuple((rows.who(name), words.days_words(count)) for name, count in state.deprived),
        dates=tuple(coming(one, rows, day) for one in upcoming(known, day)),
        differing=tuple(differing_words(one, rows, by_number) for one in found),
        silenced=tuple(
            Silenced(
                one.label[words.language()], words.span_when(one.since), tuple(map(rows.who, one.subjects))
            )
            for one in silence.silences(known, day)
        ),
    )


# --- measures and proceedings -----------------------------------------------------------------------------


def drawing(state: CaseState, rows: Rows) -> SafeString | str:
    """The drawn timeline, with names as the page writes them; '' where no measure is known."""
    if not state.measures:
        return ""
    named = replace(
        state, measures=tuple(replace(row, subject=rows.name(row.subject)) for row in state.measures)
    )
    # The core escapes every text in it (and its tests say so).
    return mark_safe(svg_of(timeline_of(named), words.language(), "measures"))  # noqa: S308


def measure(row: MeasureState, rows: Rows) -> Measure:
    """A measure in words."""
    known, here = rules(), words.language()
    standing = known.standings[row.standing][here]
    if row.how:
        standing = f"{standing}: {known.changes[row.how][here]}"
    if row.alleged:
        standing = f"{standing} ({gettext('alleged by one side')})"
    end = row.end or row.until
    return Measure(
        who=rows.who(row.subject),
        what=row.rule.label[here],
        start=words.span_when(row.start),
        end=words.span_when(end).short if end else gettext("not known"),
        length=words.hours_words(row.hours) if row.hours else words.days_words(row.days),
        standing=standing,
        open=row.open,
    )


def proceeding(row: ProceedingState, rows: Rows) -> Proceeding:
    """A proceeding in words."""
    here = words.language()
    law = rules().proceedings[row.proceeding]
    return Proceeding(
        who=rows.who(row.subject),
        what=f"{law.label[here]}, {row.name}" if row.name else law.label[here],
        stage=row.rule.label[here],
        since=words.span_when(row.since),
        open=row.open,
        notes=tuple(_notes(row)),
        way=tuple((law.stages[code].label[here], words.span_when(span)) for code, span in row.history),
        opponents=tuple(words.capital(rows.name(name)) for name in row.opponents),
        provisions=tuple(map(words.provision_label, row.provisions)),
        earlier_provisions=tuple(
            tuple(map(words.provision_label, codes)) for codes in row.earlier_provisions
        ),
    )


def _notes(row: ProceedingState) -> Iterable[str]:
    if row.reopened:
        yield gettext("opened again after it was closed")
    if row.disputed:
        yield gettext("one source tells it as standing after another had told its end")
    if not row.certain:
        yield gettext("the exact day is not known and may still lie ahead")
    if row.alleged:
        yield gettext("alleged by one side")
    if row.taken_as_closed:
        yield gettext("taken to be over: nothing came for long")
    elif row.open and row.no_news_since:
        yield gettext("no news since %(date)s") % {"date": words.day_words(row.no_news_since)}


def roles(rows: Iterable[Event]) -> list[tuple[str, str]]:
    """Those who act in the events, each once, with what they do in it: (name, roles in words)."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for party in cards.parties(row, Mention.Side.ACTOR):
            mine = found.setdefault(party.name, [])
            mine += [role for role in [words.within(party.role or party.type)] if role not in mine]
    return [(name, ", ".join(mine)) for name, mine in found.items()]


# --- dates ------------------------------------------------------------------------------------------------


def standing_words(standing: str) -> str:
    """How a date stands."""
    return {
        "ahead": gettext("ahead"),
        "passed": gettext("passed without news"),
        "met": gettext("something came after it"),
        "superseded": gettext("no longer holds: the measure ended before or was extended"),
    }[standing]


def coming(ahead: UpcomingDate, rows: Rows, day: date) -> Coming:
    """A date in words; `soon` within the next fortnight."""
    here = words.language()
    kind = rules().upcoming[ahead.kind].label[here]
    return Coming(
        when=words.span_when(ahead.span),
        what=f"{kind}: {words.within(ahead.label[here])}" if ahead.measure else kind,
        of=rows.name(ahead.of),
        wording=Words(
            joined.said(ahead.what, rows.language_of(ahead.announced_by)),
            rows.language_of(ahead.announced_by),
        ),
        standing=ahead.standing,
        standing_words=standing_words(ahead.standing),
        soon=ahead.standing == "ahead" and ahead.span.earliest <= add_days(day, FORTNIGHT),
        computed=ahead.computed,
        sources=rows.titles_of(ahead.sources),
        case=joined.slug_of(ahead.case),
        ahead=ahead,
    )


# --- contradictions ---------------------------------------------------------------------------------------


def value_words(topic: str, value: str) -> str:
    """A value of a statement in the page's language."""
    if topic in ("date", "until"):
        return words.told_when(value).short
    if topic == "provision":
        return ", ".join(map(words.provision_label, value.split()))
    if topic == "place":
        country, region, name = (*value.split("|"), "", "")[:3]
        return words.place_label(name, region, country)
    return words.capital(differing.in_words(topic, value, words.language()))


def differing_words(one: Contradiction, rows: Rows, made: Mapping[int, StatementChoice]) -> Differing:
    """A point with its values side by side, in the order of their first source."""
    chosen = one.choice
    printed = chosen.value if chosen else None
    return Differing(
        key=one.key,
        topic=one.label[words.language()],
        about=_about(one, rows),
        sure=one.sure,
        sides=tuple(
            Side(
                value,
                joined.said(value_words(one.topic, value), words.language()),
                tuple(_told(statement, rows) for statement in one.statements if statement.value == value),
                value == printed,
                value in one.new_since,
            )
            for value in one.values
        ),
        reason=joined.said(chosen.reason, words.language()) if chosen else "",
        by=chosen.by if chosen else "",
        on=words.day_words(chosen.on) if chosen else "",
        elsewhere=joined.said(value_words(one.topic, printed), words.language())
        if printed and printed not in one.values
        else "",
        earlier=tuple(
            (
                joined.said(value_words(one.topic, choice.value), words.language()),
                joined.said(choice.reason, words.language()),
                choice.by,
                words.day_words(choice.on),
            )
            for choice in one.choices[1:]
        ),
    )


def _about(one: Contradiction, rows: Rows) -> str:
    """Which event, or whom, it is about."""
    row = next((rows.by_id[part] for part in one.about.split("+") if part in rows.by_id), None)
    if row is not None:
        said = cards.heading(row)
        when = cards.when(row)
        return f"{said}, {when.short}" if row.date and one.topic != "date" else said
    name = one.about.partition(":")[0]
    return "" if name == "?" else rows.who(name)


def _told(statement: Statement, rows: Rows) -> tuple[str, str, str]:
    row = rows.by_id.get(statement.event)
    address = cards.address_of(row) if row else ""
    wording = joined.said(statement.wording, rows.language_of([statement.event]))
    return ", ".join(rows.titles_of(statement.sources)), address, wording


def kept_words(rows: Iterable[StatementChoice]) -> list[tuple[str, str, str, str]]:
    """Choices on points where nothing differs any more: (value, reason, by, on)."""
    return [
        (
            value_words(row.point.partition(":")[0], row.value),
            row.reason,
            row.by,
            words.day_words(timezone.localdate(row.created_at)),
        )
        for row in rows
    ]
