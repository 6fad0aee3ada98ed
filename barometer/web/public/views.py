"""The pages of the public site. They read published records, take what an address says with care, and draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from barometer.codebook import Term
from barometer.review import PUBLIC
from barometer.web.actions import freezing
from barometer.web.public import (
    calendars,
    cards,
    casepage,
    clock,
    facets,
    filters,
    glance,
    joined,
    notes,
    quotes,
    stories,
    structured,
    words,
)
from barometer.web.public.caching import keepable, may_be_kept
from barometer.web.public.filters import COUNTS, Filters, address, chosen
from barometer.web.public.following import source_title
from barometer.web.public.words import Words
from barometer.web.records.models import Event, Mention, Source
from barometer.web.requests import published
from barometer.web.watch import measured

PAGE = 25
CASES_A_PAGE = 30
LATEST = 6
TO_WATCH = 7
MOST = 9
MOST_COPIES = 6
MOST_REGIONS = 3


def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public page: read only, no login, kept by whoever likes, compressed (it holds no secret to betray)."""
    return login_not_required(require_safe(gzip_page(keepable(view))))


def crumbs(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back: (words, address) from home to the page above this one."""
    return [(gettext("Home"), reverse("public:home")), *steps]


@page
def home(request: HttpRequest) -> HttpResponse:
    """The quarter at a glance: the newest, or the one that `period` names."""
    periods = glance.periods()
    if not periods:
        return render(request, "public/empty.html")
    period = request.GET.get("period", periods[0])
    if period not in periods:
        raise Http404(gettext("There is no such quarter."))
    counted = glance.quarter(period)
    figures = counted.figures
    titles = glance.thematic_titles()
    inside = facets.select(chosen(period=period, counts=[one for one in COUNTS if one != "background"]))
    latest = rows_of(inside.columns.rows(inside.mask, 0, LATEST))
    by_region = dict(figures.violations_by_region)
    tiles = glance.tiles(period, by_region)
    alleged = chosen(period=period, counts="new", word="alleged")
    return render(
        request,
        "public/home.html",
        {
            "period": period,
            "quarter": words.quarter_words(period),
            "months": words.quarter_months(period),
            "headline": headline(period, figures.new_violations),
            "standfirst": standfirst(figures.events, figures.entries),
            "alleged": facets.select(alleged).count,
            "alleged_address": address(alleged),
            "other_periods": [(other, words.quarter_words(other)) for other in periods if other != period],
            "figures": glance.figures_in_words(period, figures),
            "events_total": figures.events,
            "events_address": address(chosen(period=period)),
            "panels": glance.panels(period, figures, titles, counted.others),
            "tiles": tiles,
            "most_in": glance.most_in(tiles, MOST_REGIONS),
            "elsewhere": [
                (where, number, address(chosen(period=period, counts="new", region=where)))
                for where, number in glance.elsewhere(by_region).items()
                if number
            ],
            "most": glance.most_frequent(period, MOST),
            "latest": [cards.card(event) for event in latest],
            "watched": stories.to_watch(TO_WATCH, period),
            "cases_address": glance.cases_address(period=period),
            "compare_address": address(Filters(view="compare")) if len(periods) > 1 else "",
            "structured": structured.dataset(request, period),
        },
    )


def headline(period: str, new_violations: int) -> str:
    """The quarter in one line."""
    said = ngettext(
        "%(count)d new violation of press freedom %(in_quarter)s",
        "%(count)d new violations of press freedom %(in_quarter)s",
        new_violations,
    )
    return said % {"count": new_violations, "in_quarter": words.in_quarter(period)}


def standfirst(events: int, entries: int) -> str:
    """What the numbers stand on."""
    recorded = ngettext("%(count)d event is on record", "%(count)d events are on record", events) % {
        "count": events
    }
    reports = ngettext("from %(count)d report", "from %(count)d reports", entries) % {"count": entries}
    return gettext("%(recorded)s, %(reports)s; each can be followed to the words it rests on.") % {
        "recorded": recorded,
        "reports": reports,
    }


#: What is large and on no card.
_NOT_ON_CARDS = (
    *cards.NOT_READ, "upcoming", "item__text_en", "item__text_ru", "item__text_kk", "item__links",
)  # fmt: skip


def rows_of(pks: list[int]) -> list[Event]:
    """The published events with these row ids, in that order, with all that a card reads."""
    found = cards.for_cards(Event.objects.public().filter(pk__in=pks)).order_by().defer(*_NOT_ON_CARDS)
    rows = {row.pk: row for row in found}
    return [rows[pk] for pk in pks if pk in rows]


def by_month(found: Iterable[Event]) -> list[tuple[str, list[cards.Card]]]:
    """Cards under their month, or under the year or "date not known" where no month is."""
    groups: list[tuple[str, list[cards.Card]]] = []
    for event in found:
        title = words.capital(_month_of(event))
        if not groups or groups[-1][0] != title:
            groups.append((title, []))
        groups[-1][1].append(cards.card(event))
    return groups


def _month_of(event: Event) -> str:
    when = words.when(event.date)
    return words.month_words(when.month) if when.month else when.full


def turns(page: Page, at: Callable[[int], str]) -> list[tuple[int | None, str]]:
    """Page numbers with their addresses; None stands for a gap."""
    return [
        (number, at(number)) if isinstance(number, int) else (None, "")
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]


@page
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    """One event: what the ledger knows of it, and what that rests on. Of one that was withdrawn, when and why."""
    rows = cards.ready(Event.objects.public().filter(public_id=public_id))
    found = joined.recent(("event", public_id), rows.first)
    if found is None:
        return _withdrawn(request, public_id)
    context = event_context(found, stories.of_event(found)) | {
        "permanent": request.build_absolute_uri(request.path),
        "structured": structured.event(request, found),
        "crumbs": crumbs((gettext("Events"), reverse("public:events"))),
    }
    return render(request, "public/event.html", context)


def _withdrawn(request: HttpRequest, public_id: str) -> HttpResponse:
    """410 for a record that was public: it is gone on purpose. 404 for what never was."""
    note = notes.withdrawal(public_id)
    if note is None:
        raise Http404(gettext("There is no such event."))
    context = {"note": note, "crumbs": crumbs((gettext("Corrections"), reverse("public:corrections")))}
    return render(request, "public/withdrawn.html", context, status=410)


def event_context(found: Event, story: stories.Story | None) -> dict[str, Any]:
    """All that the article on an event shows beside the story of its case; the event came through `cards.ready`."""
    item, source = found.item, found.item.source
    kept = copies(source)
    return {
        "event": found,
        "card": cards.card(found),
        "targets": cards.parties(found, Mention.Side.TARGET),
        "actors": cards.parties(found, Mention.Side.ACTOR),
        "people_hit": cards.people_hit(found),
        "links": cards.links(found),
        "provisions": cards.provisions(found),
        "ahead": announced(found, story),
        "work_link": words.work_link_label(found.work_link) if found.work_link else "",
        "quote": quotes.quote(found, kept),
        "headline": joined.said_of_item(item, item.headline, cards.language_of(found))
        if item.state in PUBLIC
        else "",
        "section": words.section_label(item.section, glance.thematic_titles().get(item.section or 0, "")),
        "section_address": address(chosen(section=str(item.section or ""))),
        "source": source,
        "source_title": source_title(source) if source else "",
        "partly_alleged": not all(row.alleged for row in found.types.all()),
        "source_quarter": words.quarter_words(source.quarter) if source and source.quarter else "",
        "copies": kept,
        "region_address": address(chosen(region=found.region)) if found.region else "",
        "story": story,
        "notes": notes.of_event(found),
        "double_checked": notes.is_double_checked(found),
        "bulletins": bulletins_of(found),
        "asked": published.beside(found),
        "measured": measured.of_event(found),
    }


def bulletins_of(found: Event) -> list[tuple[str, str]]:
    """The issued bulletins that print the event: (the quarter in words, address)."""
    printed = joined.once_in_all_languages("printed in", freezing.printed_in)
    return [
        (words.quarter_words(period), reverse("public:bulletin", args=[period]))
        for period in printed.get(found.public_id, ())
    ]


@page
def corrections(request: HttpRequest) -> HttpResponse:
    """What was corrected, withdrawn or answered, the newest first."""
    found = Paginator(notes.listed(), PAGE).get_page(filters.parse(request.GET).page)
    base = reverse("public:corrections")
    context = {
        "page": found,
        "notes": [notes.note(row) for row in found.object_list],
        "turns": turns(found, lambda number: f"{base}?page={number}"),
        "crumbs": crumbs(),
    }
    return render(request, "public/corrections.html", context)


def announced(event: Event, story: stories.Story | None) -> list[cards.Ahead]:
    """The dates that an event announced; one that is over waits for news only where its case does."""
    waits = {row.when.iso for row in story.state.ahead if row.passed} if story else None
    return [
        replace(row, passed=row.passed and (waits is None or row.when.iso in waits))
        for row in cards.ahead(event)
    ]


@dataclass(frozen=True)
class Copy:
    """A preserved copy of a source; `latest` where it is the newest of several of its role."""

    role: str
    sha256: str
    size: int
    received: str
    latest: bool


def copies(source: Source | None) -> list[Copy]:
    """The preserved copies of a source, its text before its coding, of each the newest first."""
    return joined.once(("copies", source.pk), lambda: _copies(source)) if source else []


def _copies(source: Source) -> list[Copy]:
    rows = source.sourcedocument_set.select_related("evidence").order_by("-role", "-added_at")[:MOST_COPIES]
    roles = [row.role for row in rows]
    return [
        Copy(
            row.role,
            row.evidence.sha256,
            row.evidence.size,
            words.day_words(timezone.localdate(row.evidence.received_at)),
            roles.count(row.role) > 1 and roles.index(row.role) == place,
        )
        for place, row in enumerate(rows)
    ]


@page
def cases(request: HttpRequest) -> HttpResponse:
    """Cases, the latest movement first: `state` shows those of one standing, `period` those of one issue."""
    state, period = request.GET.get("state", ""), request.GET.get("period", "")
    standing = state if state in stories.STANDINGS else ""
    period = period if filters.is_quarter(period) else ""
    found = stories.listed(period)
    if standing:
        found = found.standing(standing if standing != stories.CONTEXT else "")
    shown = Paginator(found, CASES_A_PAGE).get_page(filters.parse(request.GET).page)
    pks = [row.pk for row in shown.object_list]
    rows = {row.pk: row for row in stories.with_events(period, brief=True).filter(pk__in=pks)}
    return render(
        request,
        "public/cases.html",
        {
            "page": shown,
            "stories": [stories.story(rows[pk], period) for pk in pks if pk in rows],
            "quarter": words.quarter_words(period) if period else "",
            "all_address": glance.cases_address(standing),
            "tabs": tabs(standing, period),
            "turns": turns(shown, lambda number: glance.cases_address(standing, period, number)),
            "crumbs": crumbs(),
        },
    )


def tabs(standing: str, period: str) -> list[tuple[str, int, str, bool]]:
    """The standings: (words, how many cases, address, whether it is the one shown). Together they are all cases."""
    labels = {
        "": gettext("All"),
        stories.OPEN: gettext("Open"),
        stories.ENDED: gettext("Ended by relief"),
        stories.CONTEXT: gettext("Context only"),
    }
    totals = stories.how_many_stand(period)
    return [
        (label, totals[state or "all"], glance.cases_address(state, period), standing == state)
        for state, label in labels.items()
    ]


@page
def case(request: HttpRequest, slug: str) -> HttpResponse:
    """One case by its published events: who is under what, where proceedings are, what lies ahead; `as_of` replays it."""
    found = stories.case_called(stories.called(slug), slug)
    if found is None:
        raise Http404(gettext("There is no such case."))
    context = casepage.context(found, found.shown, request.GET, public=True)
    return render(
        request,
        "public/case.html",
        context
        | {
            "events_address": address(chosen(case=joined.slug_of(found.slug))),
            "structured": structured.case(request, context["story"]),
            "crumbs": crumbs((gettext("Cases"), reverse("public:cases"))),
        },
    )


@page
def calendar(request: HttpRequest) -> HttpResponse:
    """Dates ahead by week, and those that passed without news."""
    return render(request, "public/calendar.html", calendars.context(clock.today()) | {"crumbs": crumbs()})


@page
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """The same dates, or those of filtered events, as an iCalendar file that a calendar can subscribe to."""
    wanted = filters.parse(request.GET)
    return _calendar(request, facets.matching(wanted) if wanted.any else None)


@page
def case_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The dates ahead of one case as an iCalendar file."""
    found = stories.case_called(stories.called(slug), slug)
    if found is None:
        raise Http404(gettext("There is no such case."))
    return _calendar(request, Event.objects.public().filter(case=found))


def _calendar(request: HttpRequest, among: QuerySet[Event] | None) -> HttpResponse:
    text = calendars.feed(
        clock.today(), lambda slug: request.build_absolute_uri(casepage.address_of(slug)), among
    )
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="press-barometer.ics"'
    may_be_kept(answer, 900)
    return answer


@page
def data_protection(request: HttpRequest) -> HttpResponse:
    """What is kept on people, and what whoever is named may ask for."""
    return render(request, "public/data_protection.html", {"contacts": contacts(), "crumbs": crumbs()})


@page
def about(request: HttpRequest) -> HttpResponse:
    """What this is, whom to write to, and what may be done with the data."""
    return render(request, "public/about.html", {"contacts": contacts(), "crumbs": crumbs()})


def definition(code: str, label: str, term: Term) -> tuple[str, str, Words]:
    """A term with its definition, in English where it has no translation."""
    said = pgettext("codebook", term.definition)
    return code, label, Words(said, "en" if said == term.definition else words.language())


def contacts() -> list[Words]:
    """How to reach the editors: the site's own line, else that of the newest source."""
    if settings.CONTACT:
        return [Words(settings.CONTACT, words.language())]
    lines = [
        words.best(source.contact)
        for source in glance.published_sources().order_by("-quarter", "-pk")[:1]
        if source.contact
    ]
    return [line for line in lines if line]
