"""The addresses of the interface. Each view asks for published records and gives their values (`public/opened.py`)."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError as Invalid
from pydantic import Field

from barometer.codebook.crosswalk import crosswalk
from barometer.review import PUBLIC
from barometer.sources.tables import neutral
from barometer.web.actions import releasing
from barometer.web.public import data, facets, notes, opened, opened_letters, opened_parties, stories
from barometer.web.public.api import reference, shapes
from barometer.web.public.api.answers import Problem, open_to_all, refused
from barometer.web.public.api.asked import (
    CasesAsked,
    EventsAsked,
    Language,
    Listed,
    events_filters,
    refuse_unknown,
)
from barometer.web.public.api.paging import Place, by_day, by_day_of, by_id, next_address
from barometer.web.public.letters import public_letters
from barometer.web.public.words import LANGUAGES
from barometer.web.records.models import Case, Event, EventProvision, Party
from barometer.web.records.releases import Release

T = TypeVar("T")


class Page(shapes.Shape, Generic[T]):
    """A page of a list."""

    data: list[T]
    next: str | None = Field(description="The address of the following page; null on the last.")


class _Interface(NinjaAPI):
    """Its document is made once: no answer changes it."""

    @cached_property
    def document(self) -> Any:
        return super().get_openapi_schema()

    def get_openapi_schema(self, **_: Any) -> Any:
        return self.document


api = _Interface(
    title="Press Barometer",
    version="1.0",
    description=(
        "Published records of what happens to journalists and the media in Kazakhstan. Everything can be read without "
        "a key; the data are under CC BY 4.0. Lists go on by `next`. Answers carry an `ETag`: send it back as "
        "`If-None-Match`. For everything at once take a release."
    ),
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
)

_REFUSED = {400: shapes.Refused, 404: shapes.Refused, 429: shapes.Refused}


def _route(at: str, answer: Any, **more: Any) -> Callable[..., Any]:
    """An address and what it answers."""
    name = at.strip("/").replace("/", "-").replace("{", "").replace("}", "")
    responses = {200: answer, **_REFUSED, **more.pop("also", {})}
    return api.get(at, response=responses, url_name=name, operation_id=name, by_alias=True, **more)


def _page(request: HttpRequest, found: Iterable[Any], limit: int, place: Callable[[Any], Place]) -> Any:
    """The first `limit` of the rows, and the address of the rest if there is one (a row more was asked for)."""
    rows = list(found)
    more = next_address(request, place(rows[limit - 1])) if len(rows) > limit else None
    return rows[:limit], more


def _place(row: Any) -> Place:
    return Place(None, row.public_id)


def _event_place(row: Event) -> Place:
    return Place(row.first_day, row.public_id)


def _missing() -> Problem:
    return Problem(
        404, gettext("There is no such record."), next_step=gettext("Take an id from one of the lists.")
    )


def _there(value: T | None) -> T:
    if value is None:
        raise _missing()
    return value


# --- events -----------------------------------------------------------------------------------------------

_CSV = {
    "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
}


@_route("/events", Page[shapes.Event], openapi_extra=_CSV, tags=["events"])
def events(request: HttpRequest, asked: Query[EventsAsked]) -> Any:
    """Events, the newest first; those without a date last."""
    refuse_unknown(request, asked)
    wanted, how_many = events_filters(request), asked.limit + 1
    if not wanted.any:
        return _events(request, by_day(_KEYS.public(), asked.cursor, how_many), asked)
    selection = facets.select(wanted)

    def dated(day: date | None) -> QuerySet[Event]:
        return _KEYS.public().filter(pk__in=facets.from_day(selection, how_many, day))

    def undated() -> QuerySet[Event]:
        return _KEYS.public().filter(pk__in=facets.without_day(selection))

    return _events(request, by_day_of(dated, undated, asked.cursor, how_many), asked)


_KEYS = Event.objects.only("public_id", "first_day")


def _events(request: HttpRequest, keys: list[Event], asked: Any) -> Any:
    shown, more = _page(request, keys, asked.limit, _event_place)
    found = Event.objects.public().filter(pk__in=[row.pk for row in shown])
    values = opened.events(found.order_by(F("first_day").desc(nulls_last=True), "public_id"))
    if getattr(asked, "format", "json") == "csv":
        return _csv(values, more)
    return {"data": values, "next": more}


@_route("/events/{id}", shapes.Event, also={410: shapes.Gone}, tags=["events"])
def event(request: HttpRequest, id: str, asked: Query[Language]) -> Any:
    """One event. 410, with the note for readers, for one that was withdrawn."""
    refuse_unknown(request, asked)
    value = opened.event(id)
    if value is None and (note := opened.withdrawn(id)):
        raise Problem(410, gettext("This record was withdrawn."), withdrawn=note)
    return _there(value)


COLUMNS = (
    "id", "kind", "types", "date", "first_day", "last_day", "phase", "background", "told_again", "alleged",
    "people_hit", "people_hit_exact", "country", "region", "place", "targets", "target_types", "actors",
    "actor_types", "provisions", "case", "issue", "section", "month", "summary_en", "summary_ru", "summary_kk", "page",
)  # fmt: skip


def _csv(values: Iterable[opened.Value], more: str | None) -> HttpResponse:
    """Events as a sheet, several values of one cell with "; " between them; no cell begins as a formula does."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for value in values:
        line = _line(value)
        writer.writerow([neutral("" if line[name] is None else str(line[name])) for name in COLUMNS])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="events.csv"'
    if more:
        answer["Link"] = f'<{more}>; rel="next"'
    return answer


def _line(value: opened.Value) -> opened.Value:
    def all_of(name: str, part: str) -> str:
        return "; ".join(one[part] for one in value[name])

    return value | {
        "types": all_of("types", "code"),
        "targets": all_of("targets", "name"),
        "target_types": all_of("targets", "type"),
        "actors": all_of("actors", "name"),
        "actor_types": all_of("actors", "type"),
        "provisions": all_of("provisions", "code"),
        "case": value["case"] and value["case"]["slug"],
        **{name: value["entry"][name] for name in ("issue", "section", "month")},
        **{f"summary_{code}": value["summary"].get(code) for code in LANGUAGES},
    }


# --- cases ------------------------------------------------------------------------------------------------


@_route("/cases", Page[shapes.Case], tags=["cases"])
def cases(request: HttpRequest, asked: Query[CasesAsked]) -> Any:
    """Cases with their present state and timeline, in the order of their ids."""
    refuse_unknown(request, asked)
    found = stories.with_events().prefetch_related(None) if asked.state else Case.objects.public()
    if asked.state:
        found = found.filter(stories.STANDINGS[asked.state])
    if asked.period:
        told = Event.objects.public().filter(case=OuterRef("pk"), item__issue__period=asked.period)
        found = found.filter(Exists(told))
    keys, more = _page(request, by_id(found, asked.cursor)[: asked.limit + 1], asked.limit, _place)
    rows = stories.with_events().filter(pk__in=[row.pk for row in keys]).order_by("public_id")
    return {"data": opened.cases(rows), "next": more}


@_route("/cases/{id}", shapes.Case, tags=["cases"])
def case(request: HttpRequest, id: str, asked: Query[Language]) -> Any:
    """One case, by its id or by the slug of its page."""
    refuse_unknown(request, asked)
    called = stories.called(id) | Q(public_id=id)
    return _there(next(iter(opened.cases(stories.with_events().filter(called).order_by("public_id"))), None))


# --- people, outlets, bodies ------------------------------------------------------------------------------


def _parties(plural: str, kind: str, said: str) -> None:
    """The three addresses of a kind of party."""

    @_route(f"/{plural}", Page[shapes.Party], tags=[plural], summary=plural.capitalize(), description=said)
    def listed(request: HttpRequest, asked: Query[Listed]) -> Any:
        refuse_unknown(request, asked)
        found = by_id(opened_parties.listed(kind), asked.cursor)[: asked.limit + 1]
        rows, more = _page(request, found, asked.limit, _place)
        return {"data": opened_parties.parties(rows), "next": more}

    @_route(f"/{plural}/{{id}}", shapes.Party, tags=[plural], summary=f"One of the {plural}")
    def one(request: HttpRequest, id: str, asked: Query[Language]) -> Any:
        refuse_unknown(request, asked)
        return _there(opened_parties.party(id, kind))

    @_route(f"/{plural}/{{id}}/events", Page[shapes.Event], tags=[plural], summary="The events of one")
    def told(request: HttpRequest, id: str, asked: Query[Listed]) -> Any:
        refuse_unknown(request, asked)
        value = _there(opened_parties.party(id, kind))
        rows = opened_parties.events_of(value["id"]).only("public_id", "first_day")
        return _events(request, by_day(rows, asked.cursor, asked.limit + 1), asked)


_parties(
    "people",
    Party.Kind.PERSON,
    "People who are named by a public or professional role. Who is not named is in no list.",
)
_parties("outlets", Party.Kind.OUTLET, "Outlets and media organisations.")
_parties("bodies", Party.Kind.BODY, "Public bodies, companies and others that are no outlets.")


# --- provisions, sources, issues, corrections ---------------------------------------------------------------


@_route("/provisions", Page[shapes.Provision], tags=["provisions"])
def provisions(request: HttpRequest, asked: Query[Listed]) -> Any:
    """Articles of law that were relied on, in the order of their codes, each with its cases."""
    refuse_unknown(request, asked)
    rows = EventProvision.objects.filter(event__state__in=PUBLIC).order_by().values_list("code", flat=True)
    found = by_id(rows.distinct(), asked.cursor, "code")[: asked.limit + 1]
    codes, more = _page(request, found, asked.limit, lambda code: Place(None, code))
    return {"data": opened_parties.provisions(codes), "next": more}


@_route("/provisions/{code}", shapes.Provision, tags=["provisions"])
def provision(request: HttpRequest, code: str, asked: Query[Language]) -> Any:
    """One article with its cases."""
    refuse_unknown(request, asked)
    return _there(next(iter(opened_parties.provisions([code])), None))


@_route("/sources", Page[shapes.Source], tags=["sources"])
def sources(request: HttpRequest, asked: Query[Listed]) -> Any:
    """The documents that published events rest on."""
    refuse_unknown(request, asked)
    found = by_id(opened.public_sources(), asked.cursor)[: asked.limit + 1]
    rows, more = _page(request, found, asked.limit, _place)
    return {"data": [opened.source(row) for row in rows], "next": more}


@_route("/issues", Page[shapes.Issue], tags=["issues"])
def issues(request: HttpRequest, asked: Query[Listed]) -> Any:
    """The bulletins, in the order of their ids."""
    refuse_unknown(request, asked)
    found = by_id(opened.public_issues(), asked.cursor)[: asked.limit + 1]
    rows, more = _page(request, found, asked.limit, _place)
    return {"data": [opened.issue(row) for row in rows], "next": more}


@_route("/letters", Page[shapes.Letter], tags=["letters"])
def letters(request: HttpRequest, asked: Query[Listed]) -> Any:
    """Joint letters that were sent, in the order of their ids."""
    refuse_unknown(request, asked)
    found = by_id(public_letters(), asked.cursor)[: asked.limit + 1]
    rows, more = _page(request, found, asked.limit, _place)
    return {"data": [opened_letters.letter(row) for row in rows], "next": more}


@_route("/letters/{id}", shapes.Letter, tags=["letters"])
def letter(request: HttpRequest, id: str, asked: Query[Language]) -> Any:
    """One letter with who signed it, what it asks for and what came of that."""
    refuse_unknown(request, asked)
    return opened_letters.letter(_there(public_letters().filter(public_id=id).first()))


@_route("/corrections", Page[shapes.Note], tags=["corrections"])
def corrections(request: HttpRequest, asked: Query[Listed]) -> Any:
    """What was corrected, withdrawn or answered, the newest first. Whoever keeps a copy follows this list."""
    refuse_unknown(request, asked)
    found = by_day(notes.listed(), asked.cursor, asked.limit + 1, "date")
    rows, more = _page(request, found, asked.limit, lambda row: Place(row.date, row.public_id))
    return {"data": [opened.note(row, row.event) for row in rows], "next": more}


@_route("/codebook", shapes.Codebook, tags=["codebook"])
def book(request: HttpRequest, asked: Query[Language]) -> Any:
    """The codebook: every closed list with its labels and definitions."""
    refuse_unknown(request, asked)
    return opened.book()


@_route("/crosswalk", shapes.Crosswalk, tags=["codebook"])
def walk(request: HttpRequest, asked: Query[Language]) -> Any:
    """What our types are called in other schemes, each with the edition that was read. Units of count differ."""
    refuse_unknown(request, asked)
    return dataclasses.asdict(crosswalk())


# --- releases ---------------------------------------------------------------------------------------------


@_route("/releases", Page[shapes.Release], tags=["releases"])
def releases(request: HttpRequest, asked: Query[Listed]) -> Any:
    """Releases, the newest first: the data of a period in files that do not change."""
    refuse_unknown(request, asked)
    rows = by_day(
        Release.objects.defer("digests").select_related("archive").prefetch_related("files"),
        asked.cursor,
        asked.limit + 1,
        "day",
    )
    shown, more = _page(request, rows, asked.limit, lambda row: Place(row.day, row.public_id))
    return {"data": data.values(releasing.given(shown)), "next": more}


@_route("/releases/{id}", shapes.Release, also={410: shapes.Refused}, tags=["releases"])
def release(request: HttpRequest, id: str, asked: Query[Language]) -> Any:
    """One release. 410 for one that is not handed out any more."""
    refuse_unknown(request, asked)
    row = _there(
        Release.objects.defer("digests")
        .select_related("archive")
        .prefetch_related("files")
        .filter(public_id=id)
        .first()
    )
    if not releasing.is_given(row):
        raise Problem(
            410,
            gettext("This release is not handed out any more."),
            next_step=gettext("Take the newest one."),
        )
    return data.values([row])[0]


# --- what goes wrong --------------------------------------------------------------------------------------


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> JsonResponse:
    return refused(problem)


@api.exception_handler(Invalid)
def _invalid(request: HttpRequest, invalid: Invalid) -> JsonResponse:
    """The first thing that is wrong, with the parameter."""
    first = invalid.errors[0]
    named = [str(part) for part in first["loc"] if part not in ("query", "path", "asked")]
    field = named[0] if named else ""
    return refused(
        Problem(
            400,
            gettext("This parameter cannot be used: %(why)s.") % {"why": str(first["msg"])[:200]},
            field=field,
            next_step=gettext("The page “API” of the site lists the values."),
        )
    )


def _nowhere(request: HttpRequest) -> HttpResponse:
    return refused(
        Problem(
            404,
            gettext("There is no such address."),
            next_step=gettext("The addresses are at /api/v1/openapi.json."),
        )
    )


def urls() -> tuple[list[URLPattern], str, str]:
    """The addresses below /api/v1/, each open to all."""
    patterns, app, namespace = api.urls
    for one in patterns:
        one.callback = open_to_all(reference.root if one.name == "api-root" else one.callback)
    docs = path("docs", open_to_all(reference.page(api)), name="docs")
    return [docs, *patterns, re_path(r"^.*$", open_to_all(_nowhere), name="nowhere")], app, namespace
