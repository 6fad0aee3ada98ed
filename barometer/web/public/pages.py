"""Lists of people, outlets, bodies and provisions with their pages, the methodology, and how to report a violation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from barometer.codebook import codebook
from barometer.codebook.values import PROVISION
from barometer.countries import country
from barometer.indicators import reform
from barometer.review.naming_policy import naming
from barometer.web.actions import tips
from barometer.web.public import charts, facets, filters, glance, stories, views, words
from barometer.web.public import parties as known_parties
from barometer.web.public.counting import Cases, Columns
from barometer.web.public.facets import Selection
from barometer.web.public.filters import Filters, address, chosen
from barometer.web.public.words import Words
from barometer.web.requests import published

A_PAGE = 60
MOST_CASES = 20
MOST_EVENTS = 12


@dataclass(frozen=True)
class Listed:
    """A person or outlet in a list: how many events, and how many new violations among them."""

    name: str
    address: str
    events: int
    new: int


@views.page
def people(request: HttpRequest) -> HttpResponse:
    """The people who have a page, by the newest event. Search engines are told to leave it out."""
    answer = _list(request, "person", "public:person", "public/people.html")
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer


@views.page
def outlets(request: HttpRequest) -> HttpResponse:
    """The outlets in published events, by the newest event."""
    return _list(request, "outlet", "public:outlet", "public/outlets.html")


def _list(request: HttpRequest, kind: str, route: str, template: str) -> HttpResponse:
    selection = facets.select(Filters())
    found = selection.columns.columns[kind]
    new = found.counted(selection.columns.having("counts", ["new"]))
    every, counts = found.newest(selection.mask, facets.hidden_people() if kind == "person" else ())
    page = Paginator(every, A_PAGE).get_page(filters.parse(request.GET).page)
    shown = {code: found.name(code) for code in page.object_list.tolist()}
    named = known_parties.names({kind: list(shown.values())})
    context = {
        "page": page,
        "listed": [
            Listed(named[one], reverse(route, args=[one]), int(counts[code]), int(new[code]))
            for code, one in shown.items()
            if one in named
        ],
        "turns": views.turns(page, lambda number: f"?page={number}"),
        "crumbs": views.crumbs(),
    }
    return render(request, template, context)


# --- bodies -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Body:
    """A body with how often it is named: in all, in each role, and in new violations and relief."""

    name: str
    address: str
    events: int
    roles: tuple[int, ...]
    new: int
    relief: int


@dataclass(frozen=True)
class BodyType:
    """Bodies of one type; `events` are the events in which one of them is named."""

    label: str
    events: int
    bodies: tuple[Body, ...]


@views.page
def bodies(request: HttpRequest) -> HttpResponse:
    """Courts, police, ministries: how often each is named, in which role, out of how many events."""
    found = facets.select(Filters()).columns
    context = {
        "types": _body_types(found),
        "roles": [words.role_label(role) for role in codebook().actor_roles],
        "total": len(found),
        "named": len(np.unique(found.columns["body"].at)),
        "crumbs": views.crumbs(),
    }
    return render(request, "public/bodies.html", context)


def _body_types(found: Columns) -> list[BodyType]:
    column, every = found.columns["body"], found.all
    counts = column.counts(every)
    new = column.counts(found.having("counts", ["new"]))
    relief = column.counts(found.having("kind", ["relief"]))
    roles = found.columns["body_role"].counts(every)
    by_type: dict[str, list[str]] = defaultdict(list)
    for one, code in _main_types(found).items():
        by_type[code].append(one)
    named = known_parties.names({"body": list(counts)})
    types = []
    for code, members in by_type.items():
        listed = tuple(
            Body(
                named[one],
                reverse("public:body", args=[one]),
                counts[one],
                tuple(roles.get(f"{one} {role}", 0) for role in codebook().actor_roles),
                new.get(one, 0),
                relief.get(one, 0),
            )
            for one in sorted(members, key=lambda one: (-counts[one], named.get(one, "")))
            if one in named
        )
        events = int(column.having(members, len(found)).sum())
        types.append(BodyType(words.actor_type_label(code), events, listed))
    return sorted(types, key=lambda one: (-one.events, one.label))


def _main_types(found: Columns) -> dict[str, str]:
    """Body → the type that its mentions have most often."""
    best: dict[str, tuple[int, str]] = {}
    for value, number in found.columns["body_type"].counts(found.all).items():
        one, _, code = value.partition(" ")
        best[one] = max(best.get(one, (0, "")), (number, code))
    return {one: code for one, (_, code) in best.items()}


@views.page
def body(request: HttpRequest, public_id: str) -> HttpResponse:
    """One body: its events by role, each number with what it is out of."""
    leader = next(iter(known_parties.leaders([public_id])))
    name = known_parties.names({"body": [leader]}).get(leader)
    if name is None:
        raise Http404(gettext("There is no such page."))
    selection = facets.select(chosen(body=leader))
    if not selection.count:
        raise Http404(gettext("There is no such page."))
    if leader != public_id:
        return redirect("public:body", leader)
    found, mask = selection.columns, selection.mask
    roles = found.columns["body_role"].counts(mask)
    code = _main_types(found).get(leader, "")
    page = Paginator(range(selection.count), views.PAGE).get_page(filters.parse(request.GET).page)
    rows = views.rows_of(found.rows(mask, max(page.start_index() - 1, 0), page.end_index()))
    context = {
        "name": name,
        "type": words.actor_type_label(code) if code else "",
        "page": page,
        "groups": views.by_month(rows),
        "roles": [
            (words.role_label(role), roles[key])
            for role in codebook().actor_roles
            if (key := f"{leader} {role}") in roles
        ],
        "out_of": [
            (facets.counts_label(value), number, int(found.having("counts", [value]).sum()))
            for value, number in selection.counts("counts").items()
            if value in ("new", "step", "relief")
        ],
        "total": len(found),
        "answers": published.address_of_body(leader),
        "explorer": address(selection.filters),
        "turns": views.turns(page, lambda number: f"?page={number}"),
        "crumbs": views.crumbs((gettext("Bodies"), reverse("public:bodies"))),
    }
    return render(request, "public/body.html", context)


# --- provisions -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Article:
    """An article in the list: how many events and new violations rest on it."""

    code: str
    label: str
    subject: str
    address: str
    events: int
    new: int


@views.page
def provisions(request: HttpRequest) -> HttpResponse:
    """The articles of law that published events rest on, by law."""
    found = facets.select(Filters()).columns
    column = found.columns["provision"]
    new = column.counts(found.having("counts", ["new"]))
    laws: dict[str, list[Article]] = defaultdict(list)
    for code, number in sorted(column.counts(found.all).items(), key=lambda one: (-one[1], one[0])):
        if not filters.KNOWN["provision"](code):
            continue
        law = country(words.COUNTRY).law_of(code)
        title = law.title[words.language()] if law else gettext("Other laws")
        laws[title].append(
            Article(
                code,
                words.provision_label(code),
                words.provision_subject(code),
                reverse("public:provision", args=[code]),
                number,
                new.get(code, 0),
            )
        )
    ordered = sorted(laws.items(), key=lambda law: -sum(one.events for one in law[1]))
    return render(request, "public/provisions.html", {"laws": ordered, "crumbs": views.crumbs()})


@views.page
def provision(request: HttpRequest, code: str) -> HttpResponse:
    """One article: its title in three languages, its cases and outcomes over time, and how it came to be changed."""
    data = country(words.COUNTRY)
    found = facets.select(Filters()).columns
    codes = _with_parts(code, found.columns["provision"].counts(found.all))
    if not PROVISION.fullmatch(code) or not codes and code not in data.articles:
        raise Http404(gettext("There is no such page."))
    selection = facets.select(chosen(provision=codes or [code]))
    article, law = data.article(code), data.law_of(code)
    context = {
        "code": code,
        "label": words.provision_label(code),
        "titles": [
            (one, article.title[one])
            for one in sorted(words.LANGUAGES, key=lambda one: one != words.language())
            if article and article.title.get(one)
        ],
        "law": law.title[words.language()] if law else "",
        "count": selection.count,
        "explorer": address(selection.filters),
        "numbers": _numbers(selection),
        "chart": charts.chart(selection, glance.thematic_titles()) if selection.count else None,
        "what": _what(selection),
        "outcomes": _outcomes(selection),
        **_stories(selection, request),
        "reform": _reform(selection),
        "crumbs": views.crumbs((gettext("Articles of law"), reverse("public:provisions"))),
    }
    return render(request, "public/provision.html", context)


def _with_parts(code: str, known: Iterable[str]) -> list[str]:
    """The codes of the article and of its parts; 456-2 is an article of its own and no part of 456."""
    articles = country(words.COUNTRY).articles
    return [
        one
        for one in known
        if one == code or (one.startswith(f"{code}-") and _article_of(one, articles) in (code, None))
    ]


def _article_of(code: str, articles: Mapping[str, object]) -> str | None:
    while code.count("-") >= 2:
        if code in articles:
            return code
        code = code.rpartition("-")[0]
    return None


def _numbers(selection: Selection) -> list[tuple[str, int, str]]:
    """The numbers of the page's head: (what, how many, address)."""
    cases = selection.columns.cases(selection.mask)
    still = _listed_of(cases).standing(stories.OPEN)
    wanted = selection.filters
    new = selection.counts("counts").get("new", 0)
    return [
        (gettext("events"), selection.count, address(wanted)),
        (gettext("new violations"), new, address(wanted.toggled("counts", "new"))),
        (
            gettext("people hit or helped"),
            selection.columns.columns["person_hit"].distinct(selection.mask),
            "",
        ),
        (gettext("cases"), len(cases), ""),
        (gettext("cases open today"), len(still), ""),
    ]


def _listed_of(cases: Cases) -> Cases:
    """The cases as they stand by all their events, and not by those of the selection alone."""
    return stories.listed().among(cases)


def _what(selection: Selection) -> list[tuple[str, int, str]]:
    """What was done under the article: (type, how many events, address)."""
    found = sorted(selection.counts("type").items(), key=lambda one: (-one[1], one[0]))
    return [
        (words.type_label(code), number, address(selection.filters.toggled("type", code)))
        for code, number in found
        if not code.startswith(("context.", "outcome."))
    ]


def _outcomes(selection: Selection) -> list[tuple[str, int]]:
    """How the article's cases came out: convictions and relief in any event of these cases."""
    found = selection.columns
    cases = [str(one.pk) for one in found.cases(selection.mask)]
    inside = found.columns["case"].having(cases, len(found)) | selection.mask
    counts = found.columns["type"].counts(inside)
    ends = {
        code: n for code, n in counts.items() if code.startswith("outcome.") or code == "legal.conviction"
    }
    return [
        (words.type_label(code), n) for code, n in sorted(ends.items(), key=lambda one: (-one[1], one[0]))
    ]


def _stories(selection: Selection, request: HttpRequest) -> dict[str, Any]:
    listed = _listed_of(selection.columns.cases(selection.mask))
    page = Paginator(listed, MOST_CASES).get_page(filters.parse(request.GET).page)
    pks = [row.pk for row in page.object_list]
    rows = {row.pk: row for row in stories.with_events(brief=True).filter(pk__in=pks)}
    return {
        "page": page,
        "stories": [stories.story(rows[pk]) for pk in pks if pk in rows],
        "turns": views.turns(page, lambda number: f"?page={number}"),
    }


def _reform(selection: Selection) -> list[Any]:
    """Bills, laws, statements and policies that cite the article, the oldest first."""
    found = selection.columns
    mask = selection.mask & found.having("type", tuple(sorted(reform())))
    pks = found.rows(mask, 0, MOST_EVENTS * 3)
    return [views.cards.card(row) for row in reversed(views.rows_of(pks))]


# --- words about the work ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Defined:
    """A term of the codebook with what it means and an example, each in the language it is kept in."""

    code: str
    label: str
    text: Words
    example: Words
    events: int
    address: str


@views.page
def methodology(request: HttpRequest) -> HttpResponse:
    """How events are coded and counted, who is named, what the numbers cannot say, and the codebook."""
    book, counts = codebook(), facets.select(Filters()).counts("type")
    here = words.language()
    groups: dict[str, list[Defined]] = defaultdict(list)
    for code, term in book.types.items():
        _, label, text = views.definition(code, words.type_label(code), term)
        groups[words.group_label(term.group)].append(
            Defined(
                code, label, text, Words(term.example, "en"), counts.get(code, 0), address(chosen(type=code))
            )
        )
    known = naming()
    context = {
        "book": book,
        "kinds": [views.definition(code, words.kind_label(code), term) for code, term in book.kinds.items()],
        "groups": list(groups.items()),
        "sections": [(number, section.title[here]) for number, section in book.sections.items()],
        "policies": [
            (words.capital(policy.label[here]), policy.named, policy.consent)
            for policy in known.policies.values()
        ],
        "crumbs": views.crumbs(),
    }
    return render(request, "public/methodology.html", context)


@views.page
def report(request: HttpRequest) -> HttpResponse:
    """How to tell the desk of a violation, and how to stay safe doing so."""
    context = {
        "takes_tips": bool(tips.recipients()),
        "contacts": views.contacts(),
        "crumbs": views.crumbs(),
    }
    return render(request, "public/report.html", context)
