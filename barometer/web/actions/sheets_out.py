"""Sheets for partners and donors: who is deprived of liberty on a day, and the figures quarter by quarter.

Both tell of published events only, under the names that the public may read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from barometer.cases.rules import rules
from barometer.cases.state import CaseState, MeasureState, state_on, who
from barometer.cases.upcoming import upcoming
from barometer.cases.values import NOBODY, Case
from barometer.codebook import Quarter
from barometer.errors import UnknownValue
from barometer.indicators import Counted, Figures, figures
from barometer.publication import custody, logframe
from barometer.publication.custody import Held
from barometer.publication.words import words as printed
from barometer.web.actions.audit import note_act
from barometer.web.public import cards, following, joined, words
from barometer.web.records import changes, mapping, timelines
from barometer.web.records.models import Event
from barometer.web.records.retellings import counted_elsewhere

MOST_QUARTERS = 40


# --- custody ------------------------------------------------------------------------------------------------------------


def custody_rows(day: date, language: str) -> list[Held]:
    """Everybody under a measure that deprives of liberty and is not over on that day, by name."""
    with translation.override(language), joined.audience(public=True):
        events = timelines.with_effects(timelines.public_events())
        told = [
            (case, state, row)
            for case in timelines.Cases(events, public=True, names=joined.names())
            for state in [state_on(case, day)]
            for row in state.measures
            if row.rule.deprives and row.open
        ]
        places = _places([row.facts[0] for _, _, row in told if row.facts])
        found = [_row(case, state, row, places, day, language) for case, state, row in told]
        return sorted(found, key=lambda row: (row.person.casefold(), row.case, row.since))


def _row(
    case: Case, state: CaseState, row: MeasureState, places: Mapping[str, str], day: date, language: str
) -> Held:
    whole = dict(state.deprived).get(row.subject, row.days)
    said = following.measure(row, following.Rows(()))
    return Held(
        person=words.capital(who(row.subject, language)),
        measure=said.what,
        standing=said.standing,
        since=said.start.short,
        least=int(row.days.least),
        most=None if row.days.most is None else int(row.days.most),
        all_least=int(whole.least),
        all_most=None if whole.most is None else int(whole.most),
        place=places.get(row.facts[0], "") if row.facts else "",
        charge="; ".join(_charges(state, row.subject)),
        case=joined.slug_of(case.slug),
        next=_next(case, row.subject, day, language),
    )


def _places(events: Collection[str]) -> dict[str, str]:
    """Event → where it lies, '' where it does not say: of the events that tell a measure first."""
    return {
        event.public_id: cards.place(event)
        for part in changes.parts(set(events))
        for event in cards.ready(Event.objects.public().filter(public_id__in=part))
    }


def _charges(state: CaseState, subject: str) -> Iterable[str]:
    """The open proceedings against the person, each with its articles."""
    for row in state.proceedings:
        if row.subject == subject and row.open:
            said = following.proceeding(row, following.Rows(()))
            yield ", ".join([said.what, *said.provisions])


def _next(case: Case, subject: str, day: date, language: str) -> str:
    for one in upcoming(case, day):
        if one.standing == "ahead" and one.of in (subject, NOBODY):
            kind = rules().upcoming[one.kind].label[language]
            what = f"{kind}: {words.within(one.label[language])}" if one.measure else kind
            return f"{words.span_when(one.span).short}, {words.within(what)}"
    return ""


def custody_file(day: date, kind: str, language: str, *, by: str, user: Any = None) -> bytes:
    """The list of a day as .xlsx, .csv or .docx; that it was taken is noted."""
    rows = custody_rows(day, language)
    note_act("take a custody list", by=by, user=user, about=day.isoformat(), detail=kind)
    with translation.override(language):
        title = gettext("Deprived of liberty on %(day)s") % {"day": words.day_words(day)}
        return custody.written(
            rows, kind, labels=[custody_label(one) for one in custody.COLUMNS], title=title,
            note=custody_note(), language=language, day=day,
        )  # fmt: skip


def custody_note() -> str:
    """How the list is to be read."""
    return gettext(
        "From published events, by what is known today. Days are counted as certain at least and possible at most; "
        "the place is where the measure was told to have begun."
    )


def custody_label(column: str) -> str:
    """The heading of a column."""
    return {
        "person": gettext("Person"),
        "measure": gettext("Measure"),
        "standing": gettext("How it stands"),
        "since": gettext("Since"),
        "least": gettext("Days under it, at least"),
        "most": gettext("Days under it, at most"),
        "all_least": gettext("Days without liberty in the case, at least"),
        "all_most": gettext("Days without liberty in the case, at most"),
        "place": gettext("Place"),
        "charge": gettext("Charge"),
        "case": gettext("Case"),
        "next": gettext("Next date"),
    }[column]


# --- the log-frame ------------------------------------------------------------------------------------------------------


def quarters_between(first: str, last: str) -> list[str]:
    """The quarters from the first to the last; UnknownValue where one is none, or there are too many."""
    try:
        begin, end = Quarter.parse(first), Quarter.parse(last)
    except ValueError:
        raise UnknownValue(
            f"{first[:20]} to {last[:20]} are no quarters", next_step="write them like 2026Q1"
        ) from None
    years = range(begin.first.year, end.first.year + 1)
    found = [f"{year}Q{number}" for year in years for number in range(1, 5)]
    found = [one for one in found if str(begin) <= one <= str(end)]
    if not found or len(found) > MOST_QUARTERS:
        raise UnknownValue(
            f"from {begin} to {end} there are {len(found)} quarters",
            next_step=f"name an earlier and a later one, {MOST_QUARTERS} at most",
        )
    return found


def figures_of(period: str, again: frozenset[str]) -> Figures | None:
    """The figures of a quarter as its bulletin counts them; None where nothing of it is printed."""
    stories = mapping.stories(period, again)
    if not stories:
        return None
    told = (
        Counted(event, story.section, story.month, story.key, place in story.again)
        for story in stories
        for place, event in enumerate(story.events)
    )
    return figures(told, period, entries=len(stories))


def logframe_file(first: str, last: str, language: str, *, by: str, user: Any = None) -> bytes:
    """The log-frame of these quarters as .xlsx; that it was taken is noted."""
    again = counted_elsewhere(public=True)
    quarters = [(period, figures_of(period, again)) for period in quarters_between(first, last)]
    note_act("take a log-frame", by=by, user=user, about=f"{first} {last}"[:120])
    with translation.override(language):
        return logframe.to_xlsx(quarters, _words(language))


def _words(language: str) -> logframe.Words:
    said = printed(language)
    return logframe.Words(
        title=gettext("Log-frame"),
        indicator=gettext("Indicator"),
        unit=gettext("Unit"),
        baseline=gettext("Baseline"),
        target=gettext("Target"),
        total=gettext("Sum"),
        share=gettext("Share of the target"),
        note=said["method"],
        names={figure: said[figure] for figure, _ in logframe.FIGURES},
        units={
            "events": gettext("events"),
            "hits": gettext("people, once a violation"),
            "people": gettext("people, each once"),
            "outlets": gettext("outlets, each once"),
            "cases": gettext("cases"),
            "items": gettext("items"),
        },
    )
