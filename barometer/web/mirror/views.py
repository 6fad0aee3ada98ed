"""The mirror's own pages: lists in place of the explorer, search by the reader's own browser, what a copy cannot do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from barometer.codebook import codebook
from barometer.countries import country
from barometer.web.intake.rules import rules
from barometer.web.public import cards, facets, filters, glance, joined, views, words
from barometer.web.public.filters import Filters, address, chosen
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records.models import Event, EventProvision, Mention, Party

#: Lines on one page of a list: lines are short, and turning pages takes longer than scrolling.
A_PAGE = 250
#: The lists of events, as they stand on the page of events.
LISTED = ("period", "month", "section", "kind", "counts", "word", "type", "region", "actor", "provision")


@dataclass(frozen=True)
class Line:
    """An event in a list."""

    address: str
    heading: str
    when: words.When
    place: str


@dataclass(frozen=True)
class Value:
    """One value of a filter, with how many events have it."""

    label: str
    address: str
    count: int


def events(request: HttpRequest) -> HttpResponse:
    """The events: without a choice the lists there are, with one its list."""
    wanted = filters.parse(request.GET)
    return _list(request, wanted) if wanted.chosen else _lists(request)


def _lists(request: HttpRequest) -> HttpResponse:
    titles = glance.thematic_titles()
    groups = [
        (
            name,
            facets.facet_label(name),
            [
                Value(facets.value_label(name, value, titles, {}), address(chosen(**{name: value})), count)
                for value, count in joined.once(("lists", name), lambda name=name: _values(name))
            ],
        )
        for name in LISTED
    ]
    context = {
        "groups": [group for group in groups if group[2]],
        "total": Event.objects.public().count(),
        "crumbs": views.crumbs(),
    }
    return render(request, "mirror/lists.html", context)


def _values(name: str) -> list[tuple[str, int]]:
    """The values of a filter that events have, with how many: the newest first where they are times."""
    found = [(value, len(_matching(chosen(**{name: value})))) for value in _possible(name)]
    found = [(value, number) for value, number in found if number]
    return sorted(found, reverse=True) if name in ("period", "month") else found


def _possible(name: str) -> list[str]:
    """Values that a filter may have."""
    book = codebook()
    known = {
        "period": glance.periods,
        "month": _months,
        "section": lambda: [str(number) for number in range(1, 20)],
        "kind": lambda: list(book.kinds),
        "counts": lambda: list(filters.COUNTS),
        "word": lambda: list(filters.WORDS_OF),
        "type": lambda: list(book.types),
        "region": lambda: [*country(words.COUNTRY).regions, words.ABROAD, words.NO_REGION],
        "actor": lambda: list(book.actor_types),
        "provision": lambda: sorted(EventProvision.objects.values_list("code", flat=True).distinct()),
    }
    return [value for value in known[name]() if filters.KNOWN[name](value)]


def _months() -> list[str]:
    rows = Event.objects.public().values_list("item__month", "first_day").distinct()
    found = {month for month, _ in rows if month} | {f"{day:%Y-%m}" for _, day in rows if day}
    return [*sorted(found), words.NO_MONTH]


def _matching(wanted: Filters) -> list[int]:
    """The events of a choice, the newest first: asked once for all languages and pages."""
    pairs = tuple(wanted.pairs())
    order = _order()
    found = joined.once_in_all_languages(
        ("matching", pairs), lambda: frozenset(facets.matching(wanted).values_list("pk", flat=True))
    )
    return [pk for pk in order if pk in found]


def _order() -> list[int]:
    def ask() -> list[int]:
        rows = Event.objects.public().values_list("pk", "first_day", "last_day", "item__section", "key")
        dated = sorted((row for row in rows if row[1]), key=lambda row: (row[2], row[3] or 0, row[4]))
        dated.sort(key=lambda row: row[1], reverse=True)
        return [row[0] for row in dated] + sorted(row[0] for row in rows if not row[1])

    return joined.once_in_all_languages("order", ask)


def _lines() -> dict[int, Line]:
    """Every event as a line."""
    rows = cards.ready(Event.objects.public())
    return {
        row.pk: Line(cards.address_of(row), cards.heading(row), cards.when(row), cards.place(row))
        for row in rows
    }


def _list(request: HttpRequest, wanted: Filters) -> HttpResponse:
    lines = joined.once("lines", _lines)
    page = Paginator(_matching(wanted), A_PAGE).get_page(wanted.page)
    if page.number != wanted.page:
        raise Http404(gettext("There is no such page."))
    titles = glance.thematic_titles()
    groups: dict[str, list[Line]] = defaultdict(list)
    for pk in page.object_list:
        line = lines[pk]
        month = words.month_words(line.when.month) if line.when.month else line.when.full
        groups[words.capital(month)].append(line)
    context = {
        "chips": [
            (facets.facet_label(name), facets.value_label(name, value, titles, {}))
            for name, value in wanted.pairs()
        ],
        "page": page,
        "groups": list(groups.items()),
        "turns": views.turns(page, lambda number: address(wanted.on_page(number))),
        "crumbs": views.crumbs((gettext("Events"), reverse("public:events"))),
    }
    return render(request, "mirror/list.html", context)


def names(request: HttpRequest) -> HttpResponse:
    """People who have a page, and outlets, from A to Z."""
    found = joined.once("names", _names)
    letters: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for name, where, is_person in found:
        letters[name[:1].upper() if name[:1].isalpha() else "#"].append((name, where, is_person))
    return render(request, "mirror/names.html", {"letters": list(letters.items()), "crumbs": views.crumbs()})


def _names() -> list[tuple[str, str, bool]]:
    rows = Mention.objects.filter(
        event__in=Event.objects.public(), party__kind__in=[Party.Kind.PERSON, Party.Kind.OUTLET]
    ).select_related("party", "event")
    found: dict[str, tuple[str, bool]] = {}
    for row in rows.order_by("party__public_id"):
        if where := cards.address_of_party(row):
            name = words.capital(words.party_name(joined.name_of(row), row.party.kind))
            found.setdefault(name, (where, row.party.kind == Party.Kind.PERSON))
    return [
        (name, *rest) for name, rest in sorted(found.items(), key=lambda one: (one[0].casefold(), one[0]))
    ]


def search(request: HttpRequest) -> HttpResponse:
    """Search in the reader's own browser, where there is a server of files; else the lists."""
    return render(request, "mirror/search.html", {"crumbs": views.crumbs()})


def about(request: HttpRequest) -> HttpResponse:
    """What a copy is, what it cannot do, and where the site is."""
    onion = rules().onion
    context = {
        "site": getattr(request, "site", ""),
        "onion": f"http://{onion}/" if onion else "",
        "crumbs": views.crumbs(),
    }
    return render(request, "mirror/about.html", context)


def choose(request: HttpRequest) -> HttpResponse:
    """The first page: which language?"""
    languages = [(code, OWN_NAMES[code], f"/{code}/") for code, _ in settings.LANGUAGES]
    return render(request, "mirror/choose.html", {"languages": languages})


def robots(request: HttpRequest) -> HttpResponse:
    """Machines may read everything but the pages of people."""
    lines = ["User-agent: *", *(f"Disallow: /{code}/people/" for code, _ in settings.LANGUAGES)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
