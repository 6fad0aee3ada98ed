"""The public pages of people and outlets, and the figures of people that tell nothing of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from barometer.indicators.aggregates import THRESHOLD, Shown, counted, suppressed
from barometer.review import PUBLIC
from barometer.review.naming_policy import naming
from barometer.web.public import cards, facets, filters, joined, stories, views, words
from barometer.web.records.models import Case, Event, Mention, Party
from barometer.web.records.withholding import people_of

NOT_KNOWN = "not known"
MOST_CASES = 30
#: What is counted beside gender; each is a table of its own.
COUNTED = ("employment", "medium", "outlet_language")


@views.page
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """A person known by a public or professional role: events, cases, outlets. Search engines are told to leave it out."""
    answer = _party(request, public_id, Party.Kind.PERSON, "public:person", "public/person.html")
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer


@views.page
def outlet(request: HttpRequest, public_id: str) -> HttpResponse:
    """An outlet: its events and cases."""
    return _party(request, public_id, Party.Kind.OUTLET, "public:outlet", "public/outlet.html")


def _party(request: HttpRequest, public_id: str, kind: str, route: str, template: str) -> HttpResponse:
    party = Party.objects.filter(public_id=public_id, kind=kind).first()
    rows = _mentions(public_id, kind) if party else []
    if not rows:
        raise Http404(gettext("There is no such page."))
    first = min(row.party.public_id for row in rows)
    if first != public_id:
        return redirect(route, first)
    found = Event.objects.public().filter(pk__in=[row.event_id for row in rows])
    name = words.capital(words.party_name(joined.name_of(rows[0]), kind))
    page = Paginator(facets.newest_first(cards.ready(found)), views.PAGE).get_page(
        filters.parse(request.GET).page
    )
    listed = Case.objects.filter(events__in=found).distinct().values_list("pk", flat=True)
    context = {
        "name": name,
        "roles": _roles(rows),
        "page": page,
        "groups": views.by_month(page.object_list),
        "stories": [
            stories.story(row)
            for row in stories.with_events(brief=True).filter(pk__in=list(listed))[:MOST_CASES]
        ],
        "outlets": _outlets(rows) if kind == Party.Kind.PERSON else [],
        "turns": views.turns(page, lambda number: f"?page={number}"),
        "explorer": filters.address(filters.chosen(**{str(kind): joined.clusters().leader(public_id)})),
        "crumbs": views.crumbs(_LISTS[kind]()),
    }
    return render(request, template, context)


_LISTS = {
    Party.Kind.PERSON: lambda: (gettext("People"), reverse("public:people")),
    Party.Kind.OUTLET: lambda: (gettext("Outlets"), reverse("public:outlets")),
}


def events_of(public_id: str, kind: str) -> tuple[str, QuerySet[Event]] | None:
    """The name and the published events of one who has a page; None for all others."""
    party = Party.objects.filter(public_id=public_id, kind=kind).exists()
    rows = _mentions(public_id, kind) if party else []
    if not rows:
        return None
    name = words.capital(words.party_name(joined.name_of(rows[0]), kind))
    return name, Event.objects.public().filter(pk__in=[row.event_id for row in rows])


def _mentions(public_id: str, kind: str) -> list[Mention]:
    """The published mentions of the one that the party is; none where it has no page."""
    rows = Mention.objects.filter(
        party__public_id__in=joined.clusters().of(public_id),
        party__kind=kind,
        event__state__in=PUBLIC,
    )
    found = list(rows.select_related("party", "event").order_by("-event__first_day", "pk"))
    return [row for row in found if kind != Party.Kind.PERSON or joined.has_page(row)]


def _roles(rows: Iterable[Mention]) -> list[str]:
    """What the mentions call the person or outlet, each once."""
    said = (
        words.target_type_label(row.type)
        if row.side == Mention.Side.TARGET
        else words.actor_type_label(row.type)
        for row in rows
    )
    return list(dict.fromkeys(said))


def _outlets(rows: Iterable[Mention]) -> list[tuple[str, str]]:
    """The outlets that were hit in the same events: (name, address)."""
    beside = Mention.objects.filter(
        event__in=[row.event_id for row in rows], side=Mention.Side.TARGET, party__kind=Party.Kind.OUTLET
    ).select_related("party", "event")
    found = {}
    for row in beside:
        name = words.capital(words.party_name(joined.name_of(row), row.party.kind))
        found.setdefault(name, cards.address_of_party(row))
    return sorted(found.items())


# --- figures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """A table in words."""

    title: str
    id: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...], int], ...]
    column_totals: tuple[int, ...]
    total: int
    left_out: int


@views.page
def figures(request: HttpRequest) -> HttpResponse:
    """Women and men among the people hit, by employment, medium and language: in sums, small numbers left out."""
    people = people_hit()
    tables = [one for name in COUNTED if (one := _table(name, people))]
    context = {
        "tables": tables,
        "how_many": len(people) if len(people) >= THRESHOLD else 0,
        "threshold": THRESHOLD,
        "crumbs": views.crumbs(),
    }
    return render(request, "public/figures_people.html", context)


def people_hit() -> list[dict[str, str]]:
    """Each person whom a published violation hit, once, by what is known of them; of those nobody described nothing."""
    hit = Mention.objects.filter(
        side=Mention.Side.TARGET,
        party__kind=Party.Kind.PERSON,
        event__state__in=PUBLIC,
        event__kind="violation",
    )
    known = joined.clusters()
    found = people_of(hit.order_by().values_list("party__public_id", flat=True).distinct(), known)
    return [{name: one.said(name) or NOT_KNOWN for name in ("gender", *COUNTED)} for one in found.values()]


def _table(name: str, people: Sequence[dict[str, str]]) -> Figures | None:
    """Gender by another thing; None where it is known of nobody, or of too few."""
    if all(one[name] == NOT_KNOWN for one in people):
        return None
    lists = naming().lists
    # Gender is the same in every table: what is put together in one would be told by another.
    genders = _genders(people)
    rows = [*lists[name], NOT_KNOWN]
    shown = suppressed(
        counted(
            ((one[name], genders[one["gender"]]) for one in people),
            rows,
            list(dict.fromkeys(genders.values())),
        )
    )
    return _in_words(name, shown) if shown else None


def _genders(people: Sequence[dict[str, str]]) -> dict[str, str]:
    """Each gender → the column in which it is counted: those of too few people are counted together."""
    codes = [*naming().lists["gender"], NOT_KNOWN]
    alone = suppressed(counted(((one["gender"], "all") for one in people), codes, ["all"]))
    if alone is None:
        return dict.fromkeys(codes, "+".join(codes))
    return {code: "+".join(line) for line in alone.rows for code in line}


def _in_words(name: str, shown: Shown) -> Figures:
    return Figures(
        title=table_title(name),
        id=name,
        columns=tuple(_label("gender", codes) for codes in shown.columns),
        rows=tuple((_label(name, codes), cells, total) for codes, cells, total in shown.lines),
        column_totals=shown.column_totals,
        total=shown.total,
        left_out=shown.left_out,
    )


def _label(name: str, codes: Iterable[str]) -> str:
    """The words for a line: those of all its codes."""
    known = naming().lists[name]
    single = [code for joined_codes in codes for code in joined_codes.split("+")]
    said = [known[code][words.language()] if code in known else gettext("not known") for code in single]
    return words.capital(f" {gettext('or')} ".join(said))


def table_title(name: str) -> str:
    """What a table counts."""
    return {
        "employment": gettext("Staff and freelance"),
        "medium": gettext("By medium"),
        "outlet_language": gettext("By language of the outlet"),
    }[name]
