"""Somebody's own spreadsheet comes in: handed in, its columns named, looked at row by row, imported. Without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_info, gettext, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.codebook.book import LANGUAGES
from barometer.errors import BarometerError
from barometer.pipeline import sheets
from barometer.pipeline.cells import label
from barometer.pipeline.columns import Column, Mapped, folded, guess
from barometer.pipeline.columns import columns as all_columns
from barometer.publication.carryover import period_of
from barometer.sources.tables import Table, read_table
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import outside
from barometer.web.actions import tables as actions
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import words
from barometer.web.records.tables import PendingTable, TableMapping

LARGEST_FILE = 8 << 20
_AROUND = 64 << 10
#: What a person can wait for at a page; more rows go in by the command.
MOST_ROWS = 3_000
ROWS_A_PAGE = 50
SAMPLES = 3


def outcome_label(outcome: str) -> str:
    """What becomes of a row, in words."""
    return {
        "new": gettext("to be added"),
        "changed": gettext("to be changed"),
        "published": gettext("to be published"),
        "unchanged": gettext("stays as it is"),
        "held": gettext("left alone: a person decided"),
        "refused": gettext("cannot be taken"),
    }[outcome]


# --- handing in ---------------------------------------------------------------------------------------------------


# CSRF protection reads what is sent: it stands inside, where it is known how much that is.
@csrf_exempt
def tables(request: HttpRequest) -> HttpResponse:
    """The form for a file, the templates, the way out; refused unread where it is too large."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdecimal() or int(size) > LARGEST_FILE + _AROUND:
        return HttpResponse(_too_large(), status=413, content_type="text/plain; charset=utf-8")
    return _tables(request)


def _too_large() -> str:
    return gettext("The file is larger than %(limit)s MB.\n") % {"limit": LARGEST_FILE >> 20}


@csrf_protect
@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def _tables(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _index(request)
    upload = request.FILES.get("file")
    if not upload:
        return _index(request, gettext("Choose a file."))
    if upload.size > LARGEST_FILE:
        return _index(request, _too_large())
    data, name = upload.read(), upload.name
    try:
        table = _read(data, name)
        chosen = _first_choice(table, request.POST.get("mapping", ""))
    except BarometerError as error:
        return _index(request, refusals.told(error))
    if len(table.rows) > MOST_ROWS:
        return _index(request, _too_many())
    pending = actions.hand_in(data, name, user=request.user)
    pending.chosen = chosen
    pending.save()
    return redirect("desk:table", pending.public_id)


def _index(request: HttpRequest, problem: str = "") -> HttpResponse:
    actions.clear_pending()
    context = {
        "problem": problem,
        "limit": LARGEST_FILE >> 20,
        "mappings": TableMapping.objects.all(),
        "waiting": PendingTable.objects.filter(user=request.user).order_by("-pk")[:20],
        "templates": [(one, get_language_info(one)["name_local"].capitalize()) for one in LANGUAGES],
        "crumbs": crumbs(),
    }
    return render(request, "desk/tables.html", context, status=400 if problem else 200)


def _read(data: bytes, name: str, sheet: str = "") -> Table:
    with outside.apart() as apart:
        return read_table(data, name, sheet, apart=apart)


def _first_choice(table: Table, named: str) -> dict[str, Any]:
    """How a table is read at first: as was chosen, else as a kept mapping that fits, else as its headings say."""
    kept = actions.mapping_named(named) if named else actions.mapping_for(table)
    mapped = Mapped.of_data(kept.mapped) if kept else guess(table.headings)
    return {
        "sheet": table.sheet,
        "mapped": mapped.as_data(),
        "source": kept.source if kept else actions.likely_source(table, mapped),
        "mapping": kept.name if kept else "",
        "published": False,
    }


# --- columns ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heading:
    """A column of the file on the page: its words, some of its cells, and the column it is taken for."""

    number: int
    words: str
    samples: tuple[str, ...]
    column: str


@dataclass(frozen=True)
class Constant:
    """What may be said once for all rows."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...]


@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which column of the file is which; a guess that a person changes."""
    pending = _pending(request, public_id)
    chosen, problem = dict(pending.chosen), ""
    try:
        table = _read(actions.pending_bytes(pending), pending.name, chosen.get("sheet", ""))
        if request.method == "POST":
            chosen = _chosen(request, table, chosen)
            if chosen["sheet"] != table.sheet:
                other = _read(actions.pending_bytes(pending), pending.name, chosen["sheet"])
                chosen |= {"mapped": _first_choice(other, "")["mapped"]}
                _keep(pending, chosen)
                return redirect("desk:table", public_id)
            Mapped.of_data(chosen["mapped"])
            _keep(pending, chosen)
            return redirect("desk:table-rows", public_id)
    except BarometerError as error:
        problem = refusals.told(error)
        if request.method != "POST":
            return _index(request, problem)
    return _columns_page(request, pending, table, chosen, problem)


def _columns_page(
    request: HttpRequest, pending: PendingTable, table: Table, chosen: dict[str, Any], problem: str
) -> HttpResponse:
    language = words.language()
    mapped = chosen["mapped"]
    context = {
        "pending": pending,
        "chosen": chosen,
        "problem": problem,
        "sheets": table.sheets if len(table.sheets) > 1 else (),
        "count": len(table.rows),
        "headings": [_heading(at, table, mapped["columns"]) for at in range(len(table.headings))],
        "choices": [(column.name, column.label[language]) for column in all_columns().values()],
        "required": [column.label[language] for column in all_columns().values() if column.required],
        "constants": [
            _constant(column, mapped["constants"], language)
            for column in all_columns().values()
            if column.constant
        ],
        "may_publish": may(request.user, Act.PUBLISH),
        "me": name_of(request.user),
        "crumbs": crumbs((gettext("Tables"), reverse("desk:tables"))),
    }
    return render(request, "desk/table.html", context, status=400 if problem else 200)


def _heading(at: int, table: Table, mapped: dict[str, str]) -> Heading:
    cells = (row.cells[at] for row in table.rows if row.cells[at])
    samples = tuple(cell[:60] for cell, _ in zip(cells, range(SAMPLES), strict=False))
    return Heading(at, table.headings[at], samples, mapped.get(table.headings[at], ""))


def _constant(column: Column, constants: dict[str, str], language: str) -> Constant:
    choices: list[tuple[str, str]] = []
    if column.list:
        choices = [(code, label(column.name, code, language)) for code in column.terms]
    elif column.form in ("region", "alleged"):
        choices = [(one, one) for one in sheets.choices_of(column.name, language)]
    return Constant(column.name, column.label[language], constants.get(column.name, ""), tuple(choices))


def _chosen(request: HttpRequest, table: Table, before: dict[str, Any]) -> dict[str, Any]:
    """What the form says; the meanings of words that were said before stay."""
    said = {name: value.replace("\x00", "").strip() for name, value in request.POST.items()}
    taken = {
        heading: said[f"column-{at}"] for at, heading in enumerate(table.headings) if said.get(f"column-{at}")
    }
    constants = {
        name: said[f"constant-{name}"][:300]
        for name, column in all_columns().items()
        if column.constant and said.get(f"constant-{name}")
    }
    return before | {
        "sheet": said.get("sheet") or table.sheet,
        "source": said.get("source", "")[:300] or before.get("source", ""),
        "mapped": {**before["mapped"], "columns": taken, "constants": constants},
        "published": said.get("as") == "published" and may(request.user, Act.PUBLISH),
    }


# --- rows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A row on the page."""

    number: int
    outcome: str
    label: str
    what: str
    problems: tuple[str, ...]


@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def rows(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an import would do, row by row; and what words that no list knows are to mean."""
    pending = _pending(request, public_id)
    if request.method == "POST":
        _keep(pending, pending.chosen | {"mapped": _with_meanings(request, pending.chosen["mapped"])})
        return redirect("desk:table-rows", public_id)
    return _rows_page(request, pending)


def _rows_page(request: HttpRequest, pending: PendingTable, problem: str = "") -> HttpResponse:
    try:
        plan = _plan(pending)
    except BarometerError as error:
        messages.error(request, refusals.told(error))
        return redirect("desk:table", pending.public_id)
    language = words.language()
    show = request.GET.get("show", "")
    lines = [line for line in plan.lines if line.outcome == show] if show in actions.OUTCOMES else plan.lines
    page = Paginator(lines, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "pending": pending,
        "plan": plan,
        "problem": problem,
        "show": show,
        "counts": [(name, outcome_label(name), number) for name, number in plan.counts.items()],
        "total": len(plan.lines),
        "page": page,
        "rows": [_shown(line, language) for line in page],
        "unknown": [_unknown(*one, near, language) for one, near in list(plan.unknown.items())[:100]],
        "writes": any(plan.counts.get(name) for name in actions.WRITTEN),
        "published": pending.chosen.get("published", False),
        "me": name_of(request.user),
        "too_many": len(plan.lines) > MOST_ROWS,
        "most": MOST_ROWS,
        "crumbs": crumbs(
            (gettext("Tables"), reverse("desk:tables")),
            (pending.name[:60], reverse("desk:table", args=[pending.public_id])),
        ),
    }
    return render(request, "desk/table_rows.html", context, status=400 if problem else 200)


def _plan(pending: PendingTable) -> actions.Plan:
    chosen = pending.chosen
    table = _read(actions.pending_bytes(pending), pending.name, chosen["sheet"])
    mapped = Mapped.of_data(chosen["mapped"])
    return actions.plan(table, mapped, chosen["source"], as_published=chosen["published"])


def _shown(line: actions.Line, language: str) -> Shown:
    event = line.row.event
    told = []
    if event:
        who = ", ".join(one.name for one in event.targets[:3])
        told = [words.type_label(event.main_type), who, event.date or ""]
    return Shown(
        line.row.number,
        line.outcome,
        outcome_label(line.outcome),
        " · ".join(filter(None, [line.row.headline[:120], *told])),
        tuple(problem.in_words(language) for problem in line.problems),
    )


def _unknown(column: str, word: str, near: str, language: str) -> dict[str, Any]:
    one = all_columns()[column]
    return {
        "column": column,
        "label": one.label[language],
        "word": word,
        "near": near,
        "choices": [(code, term.in_language(language)) for code, term in one.terms.items()],
    }


def _with_meanings(request: HttpRequest, mapped: dict[str, Any]) -> dict[str, Any]:
    """The mapping with what the form says that words mean."""
    meanings = {name: dict(some) for name, some in mapped.get("meanings", {}).items()}
    said = zip(*(request.POST.getlist(name) for name in ("column", "word", "code")), strict=False)
    for column, word, code in said:
        if column in all_columns() and code in all_columns()[column].terms and folded(word):
            # The types of one event stand in two columns, and a word means the same in both.
            for name in ("type", "more_types") if column in ("type", "more_types") else (column,):
                meanings.setdefault(name, {})[folded(word)[:300]] = code
    return {**mapped, "meanings": meanings}


# --- the import, and the ways out -------------------------------------------------------------------------------


@desk_for(Act.CODE)
@require_POST
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Import: all rows or, where asked, the good ones; published only by who may publish."""
    pending = _pending(request, public_id)
    chosen = pending.chosen
    by = name_of(request.user)[:200]
    try:
        data = actions.pending_bytes(pending)
        table = _read(data, pending.name, chosen["sheet"])
        if len(table.rows) > MOST_ROWS:
            return _rows_page(request, pending, _too_many())
        mapped = Mapped.of_data(chosen["mapped"])
        report = actions.import_table(
            table,
            data,
            mapped,
            chosen["source"],
            as_published=chosen["published"] and may(request.user, Act.PUBLISH),
            by=by,
            user=request.user,
            good_rows="good" in request.POST,
        )
        if name := request.POST.get("save", "").replace("\x00", "").strip():
            actions.save_mapping(name, mapped, chosen["source"], by=by, user=request.user)
    except BarometerError as error:
        return _rows_page(request, pending, refusals.told(error))
    messages.success(request, _said(report))
    if report.plan.refused:
        return redirect("desk:table-rows", public_id)
    pending.delete()
    return redirect("desk:tables")


def _too_many() -> str:
    return gettext("The table has over %(most)s rows: import it with the command barometer table import.") % {
        "most": MOST_ROWS
    }


def _said(report: actions.TableReport) -> str:
    if report.nothing_changed:
        return gettext("Nothing changed.")
    number = sum(report.plan.counts.get(name, 0) for name in actions.WRITTEN)
    return ngettext("%(number)s row was imported.", "%(number)s rows were imported.", number) % {
        "number": number
    }


@desk_for(Act.CODE)
@require_safe
def refused(request: HttpRequest, public_id: str) -> HttpResponse:
    """The refused rows with what is wrong with each, to be mended and handed in again."""
    pending = _pending(request, public_id)
    try:
        data = _plan(pending).refused_file(words.language())
    except BarometerError as error:
        return _rows_page(request, pending, refusals.told(error))
    return _file(data, "csv", "refused")


@desk_for(Act.CODE)
@require_POST
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    """Forget a file that waits."""
    _pending(request, public_id).delete()
    messages.success(request, gettext("The file is forgotten; what was imported of it stays."))
    return redirect("desk:tables")


@desk_for(Act.CODE)
@require_safe
def template(request: HttpRequest, language: str, kind: str) -> HttpResponse:
    """An empty table to fill in."""
    if language not in LANGUAGES or kind not in sheets.MEDIA_TYPES:
        raise Http404(gettext("There is no such template."))
    return _file(sheets.template(language, kind), kind, f"template-{language}")


@desk_for(Act.CODE)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The desk's events of a period as a table; noted in the log."""
    period, kind = request.POST.get("period", "").strip(), request.POST.get("kind", "xlsx")
    if kind not in sheets.MEDIA_TYPES:
        kind = "xlsx"
    try:
        days = period_of(period) if period else None
    except BarometerError:
        return _index(
            request,
            gettext("This is not a period: write 2026Q2, 2026-05, 2026 or 2026-04-01/2026-05-15."),
        )
    data = actions.export(
        words.language(), kind, period=days, by=name_of(request.user)[:200], user=request.user
    )
    return _file(data, kind, f"events-{period.replace('/', '-') or 'all'}")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=sheets.MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _keep(pending: PendingTable, chosen: dict[str, Any]) -> None:
    pending.chosen = chosen
    pending.save()


def _pending(request: HttpRequest, public_id: str) -> PendingTable:
    """The file, if it is this person's and has not gone."""
    actions.clear_pending()
    row = PendingTable.objects.filter(public_id=public_id, user=request.user).first()
    if row is None:
        raise Http404(gettext("There is no such file: it goes after a day. Hand it in again."))
    return row
