"""What stands behind the figures: the events of each, and who was under which measure on a day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from barometer.cases.state import who
from barometer.indicators import in_force
from barometer.indicators.in_force import Stay
from barometer.indicators.report import Repeated, Report
from barometer.web.public import clock, joined, memory, views, words
from barometer.web.public.filters import parse
from barometer.web.records import measuring, timelines
from barometer.web.records.models import Event, Party

A_PAGE = 50


def address(period: str, key: str) -> str:
    """Where the events behind a figure are listed."""
    return reverse("public:figures-behind", args=[period, key])


def key_of(one: Repeated) -> str:
    """Somebody who is named often, in an address: names are in no address."""
    return f"{one.side}-{hashlib.sha256(f'{one.type} {one.name}'.encode()).hexdigest()[:10]}"


def behind(made: Report) -> dict[str, tuple[str, ...]]:
    """Key → the events of each figure that has no list of its own in the explorer."""
    found = {one.code: one.events for one in made.figures if one.events}
    for table in made.breakdowns["new_violations"]:
        if table.by in ("decider", "complainant", "executor", "target"):
            found |= {f"{table.by}-{cell.key}": cell.events for cell in table.cells}
        if table.by == "region":
            found |= {f"region-{cell.key}": cell.events for cell in table.cells if words.is_abroad(cell.key)}
    found |= {key_of(one): one.events for one in made.repeated}
    found |= {f"time-{kind}": one.events for kind, one in made.time_to_outcome.items() if one.events}
    for month, standing in made.in_force.items():
        found |= {f"{month}-{one.measure}": one.events for one in standing}
    return found


def shown(request: HttpRequest, made: Report, key: str, label: str) -> HttpResponse:
    """The list of the events behind a figure of a quarter; 404 where it has none."""
    ids = behind(made).get(key)
    if not ids:
        raise Http404(gettext("There is no such figure."))
    rows = Event.objects.public().filter(public_id__in=ids).order_by("-first_day", "public_id")
    page = Paginator(rows.values_list("pk", flat=True), A_PAGE).get_page(parse(request.GET).page)
    here = request.path
    context = {
        "label": label,
        "quarter": words.capital(words.quarter_words(made.period)),
        "page": page,
        "groups": views.by_month(views.rows_of(list(page.object_list))),
        "turns": views.turns(page, lambda number: f"{here}?page={number}"),
        "crumbs": views.crumbs(
            (gettext("What the numbers say"), f"{reverse('public:figures')}?period={made.period}")
        ),
    }
    return render(request, "public/figures_behind.html", context)


# --- who was under what on a day ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Under:
    """Somebody under a measure on a day, in words."""

    who: str
    measure: str
    since: str
    standing: str
    news: str
    case: str


@views.page
def under(request: HttpRequest) -> HttpResponse:
    """Measures in force on a day: how many, and who."""
    day, problem = _day(request.GET.get("day", "").strip())
    found = [stay for stay in _stays() if stay.standing(day)]
    order = {
        code: place for place, code in enumerate((in_force.CONFIRMED, in_force.NOT_ENDED, in_force.PERHAPS))
    }
    found.sort(key=lambda stay: (stay.measure, order[stay.standing(day)], stay.begun, stay.case))
    page = Paginator(found, A_PAGE).get_page(parse(request.GET).page)
    counts = in_force.on(found, day)
    labels = {stay.measure: words.capital(stay.rule.label[words.language()]) for stay in found}
    context = {
        "day": day.isoformat(),
        "day_words": words.day_words(day),
        "today": clock.today().isoformat(),
        "problem": problem,
        "counts": [(labels[measure], count) for measure, count in counts.items()],
        "page": page,
        "rows": [_under(stay, day, labels[stay.measure]) for stay in page],
        "turns": views.turns(page, lambda number: f"{request.path}?day={day.isoformat()}&page={number}"),
        "crumbs": views.crumbs((gettext("What the numbers say"), reverse("public:figures"))),
    }
    return render(request, "public/figures_in_force.html", context, status=400 if problem else 200)


def _day(text: str) -> tuple[date, str]:
    """The day that is asked for, today without one; what is the matter with it, if anything."""
    today = clock.today()
    if not text:
        return today, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today, gettext("This is no day: write it like 2026-03-31.")
    return (day, "") if day <= today else (today, gettext("This day is still to come."))


def _stays() -> tuple[Stay, ...]:
    """All measures by what is known today, remembered until the ledger changes or the day ends."""

    def read() -> tuple[Stay, ...]:
        names = joined.names()
        cases = timelines.cases(timelines.public_events(), public=True, names=names)
        return in_force.stays(cases, clock.today(), measuring.words_for_people(names))

    return memory.remembered(
        ("stays", clock.today(), words.language()), read, lambda found: len(found) > memory.LARGE
    )


def _subject(stay: Stay) -> str:
    """Who it is, without a name that is withheld by now: what is remembered of many measures may be a little old."""
    people = joined.withheld()
    one = people.hidden(Party.Kind.PERSON, stay.subject, stay.events)
    return people.printed(one) if one else people.text(stay.subject, words.language(), stay.events)


def _under(stay: Stay, day: date, label: str) -> Under:
    said = {
        in_force.CONFIRMED: gettext("in force"),
        in_force.NOT_ENDED: gettext("no end is known"),
        in_force.PERHAPS: gettext("it may have begun by then"),
    }
    standing, began = stay.standing(day), words.day_words(stay.begun)
    return Under(
        who=words.capital(words.party_name(who(_subject(stay), words.language()), "outlet")),
        measure=label,
        since=began if stay.perhaps[0] == stay.begun else gettext("not later than %s") % began,
        standing=said[standing],
        news=words.day_words(stay.no_news_since)
        if stay.no_news_since and standing == in_force.NOT_ENDED
        else "",
        case=reverse("public:case", args=[joined.slug_of(stay.case)]),
    )
