"""Watched sources: how each does, the form that is the same as its file, and a visit when a person wants one."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.errors import BadInput, BarometerError
from barometer.sources.watched import KINDS, TRUST, parse_source, to_toml
from barometer.sources.watched import WatchedSource as SourceValue
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import gathering as actions
from barometer.web.actions.waiting import ALARMS
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import words
from barometer.web.records.gathering import Round, WatchedSource

ROUNDS = 20


def kind_label(kind: str) -> str:
    """A kind of source in words."""
    return {
        "feed": gettext("a feed (RSS, Atom, JSON)"),
        "sitemap": gettext("a sitemap"),
        "page": gettext("a page watched for changes"),
        "telegram": gettext("a Telegram channel"),
        "mailbox": gettext("a mailbox"),
        "folder": gettext("a folder on this machine"),
        "links": gettext("a list of links"),
        "documents": gettext("a page with documents"),
    }[kind]


def trust_label(trust: str) -> str:
    """Whose word it is."""
    return {
        "official": gettext("an official body"),
        "media": gettext("a news outlet"),
        "ngo": gettext("an organisation"),
        "personal": gettext("a person"),
        "unknown": gettext("not known"),
    }[trust]


def health_label(state: str) -> str:
    """How a source does, in a word or two."""
    return {
        "well": gettext("well"),
        "late": gettext("late"),
        "silent": gettext("silent"),
        "empty": gettext("suddenly empty"),
        "failing": gettext("no answer"),
        "layout": gettext("another layout"),
    }[state]


@desk_for(Act.SOURCES)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All sources, those that need somebody first."""
    rows = [_row(row) for row in WatchedSource.objects.all()]
    rows.sort(key=lambda row: (not row["source"].active, not row["is_alarm"], row["source"].slug))
    alarms = sum(row["is_alarm"] for row in rows)
    return render(request, "desk/sources.html", {"rows": rows, "alarms": alarms, "crumbs": crumbs()})


def _row(row: WatchedSource) -> dict[str, Any]:
    health = actions.health_of(row)
    asked = row.rounds.exists()
    return {
        "source": row,
        "kind": kind_label(row.kind),
        "state": health_label(health.state) if asked else gettext("not visited yet"),
        "is_alarm": row.active and asked and health.state in ALARMS,
        "words": health.words if asked else (),
        "success": words.day_words(timezone.localdate(health.last_success)) if health.last_success else "",
        "usual": health.usual,
        "expected": (row.expected_least, row.expected_most),
    }


@desk_for(Act.SOURCES)
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The form of a source, or of a new one; its last visits."""
    row = WatchedSource.objects.filter(slug=slug).first()
    if slug and row is None:
        raise Http404(gettext("There is no such source."))
    given, problem = _given(row), ""
    if request.method == "POST":
        given = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in given}
        value, problem = _value(given, slug)
        if value and not slug and WatchedSource.objects.filter(slug=value.name).exists():
            value, problem = None, gettext("There is a source of this name.")
        if value:
            saved = actions.save_source(value, by=name_of(request.user), user=request.user)
            messages.success(request, gettext("Kept. The worker will visit it."))
            return redirect("desk:source", saved.slug)
    context = {
        "source": row,
        "given": given,
        "problem": problem,
        "kinds": [(kind, kind_label(kind)) for kind in KINDS],
        "trusts": [(trust, trust_label(trust)) for trust in TRUST],
        "row": _row(row) if row else None,
        "toml": to_toml(actions.source_value(row)) if row else "",
        "rounds": [(one, timezone.localtime(one.started_at)) for one in _rounds(row)],
        "crumbs": crumbs((gettext("Sources"), reverse("desk:sources"))),
    }
    return render(request, "desk/source.html", context, status=400 if problem else 200)


def _rounds(row: WatchedSource | None) -> list[Round]:
    return list(row.rounds.order_by("-started_at")[:ROUNDS]) if row else []


def _given(row: WatchedSource | None) -> dict[str, str]:
    """What the form shows, as text, written as in the file."""
    if row is None:
        default = {each.name: "" if each.default is MISSING else each.default for each in fields(SourceValue)}
        return {name: str(value) for name, value in default.items()} | {
            "kind": "feed", "every": "1 h", "follow": "yes", "expected": "", "least": "", "most": "",
        }  # fmt: skip
    told = tomllib.loads(to_toml(actions.source_value(row)))
    shown = {each.name: str(told.get(each.name, getattr(row, each.name, ""))) for each in fields(SourceValue)}
    return shown | {
        "every": told.get("every", "1 h"),
        "follow": "yes" if row.follow else "",
        "expected": "",
        "least": str(row.expected_least),
        "most": str(row.expected_most),
    }


def _value(given: dict[str, str], slug: str) -> tuple[SourceValue | None, str]:
    """The source that the form says, or what is the matter with it, in the words that its file would get."""
    import json

    least, most = given["least"] or "0", given["most"] or given["least"] or "0"
    if not (least.isascii() and least.isdecimal() and most.isascii() and most.isdecimal()):
        return None, gettext("The usual items a day are numbers.")
    lines = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in given.items()
        if name not in ("follow", "expected", "least", "most") and (value or name not in _OPTIONAL)
    ]
    lines += [f"follow = {'true' if given['follow'] else 'false'}", f"expected = [{int(least)}, {int(most)}]"]
    if slug:
        lines = [line for line in lines if not line.startswith("name = ")] + [f'name = "{slug}"']
    try:
        return parse_source("\n".join(lines), "form.toml"), ""
    except BadInput as error:
        return (
            None,
            f"{error.place or ''}: {refusals.reason(error)}. {refusals.in_words(error.next_step or '')}".strip(
                ": "
            ),
        )


_OPTIONAL = {each.name for each in fields(SourceValue) if each.default is not MISSING}


@desk_for(Act.SOURCES)
@require_POST
def visit(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the worker visit a source now."""
    row = _found(slug)
    actions.schedule(row)
    messages.success(request, gettext("The worker will visit it next."))
    return redirect("desk:source", slug)


@desk_for(Act.SOURCES)
@require_POST
def rest(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a source rest, or wake it."""
    row = _found(slug)
    try:
        actions.set_active(row, not row.active, by=name_of(request.user), user=request.user)
    except BarometerError as error:
        messages.error(request, refusals.told(error))
    return redirect("desk:source", slug)


def _found(slug: str) -> WatchedSource:
    row = WatchedSource.objects.filter(slug=slug).first()
    if row is None:
        raise Http404(gettext("There is no such source."))
    return row
