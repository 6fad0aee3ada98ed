"""The rules by which clocks run: the country's with their sources, and the desk's own over them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from barometer.codebook.book import LANGUAGES
from barometer.deadlines.values import Rule
from barometer.errors import BarometerError
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import requests_rules as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.revisions import last_number
from barometer.web.desk.views import desk_for
from barometer.web.public import words
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records.requests import DeadlineRule
from barometer.web.requests import desk
from barometer.web.requests import words as said

Unit = DeadlineRule.Unit


@desk_for(Act.LOOK)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule, by kind of request."""
    labels = actions.kinds()
    shown = actions.shown()
    kinds: dict[str, list[dict[str, Any]]] = {}
    for one in shown:
        kinds.setdefault(one.rule.kind, []).append(_shown(one))
    context = {
        "kinds": [(labels.get(code, code), rows) for code, rows in kinds.items()],
        "unconfirmed": sum(not one.beaten and not one.rule.confirmed for one in shown),
        "may_write": may(request.user, Act.CLEAR),
        "crumbs": desk.way_back(),
    }
    return render(request, "requests/rules.html", context)


def _shown(one: actions.Shown) -> dict[str, Any]:
    rule = one.rule
    text, _, address = rule.source.rpartition("https://")
    return {
        "rule": rule,
        "row": one.row,
        "beaten": one.beaten,
        "law": said.law_words(rule),
        "allows": said.rule_words(rule),
        "since": words.day_words(rule.since),
        "until": words.day_words(rule.until) if rule.until else "",
        "source": text.rstrip(" :") or rule.source,
        "address": f"https://{address}" if text or rule.source.startswith("https://") else "",
        "confirmed_on": words.day_words(one.row.confirmed_on) if one.row and one.row.confirmed_on else "",
        "over": f"{reverse('desk:request-rule-new')}?over={rule.kind}.{rule.since.isoformat()}",
    }


@desk_for(Act.LOOK, post=Act.CLEAR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A rule of the desk, from nothing or over one of the country's."""
    return _form(request, None)


@desk_for(Act.LOOK, post=Act.CLEAR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """A rule of the desk, to be changed."""
    row = DeadlineRule.objects.filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such rule."))
    return _form(request, row)


def _form(request: HttpRequest, row: DeadlineRule | None) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            actions.save_rule(
                _given(request, row),
                reason=desk.text_in(request, "reason"),
                row=row,
                base=desk.number_in(request, "base") or 0,
                **desk.who(request),
            )
        except BarometerError as error:
            problem = desk.refused(error)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:request-rules")
    context = {
        "row": row,
        "base": request.POST.get("base", "") if problem else (last_number(row) if row else ""),
        "given": request.POST if problem else _at_first(request, row),
        "units": _units(),
        "languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
        "kinds": list(actions.kinds().items()),
        "may_write": may(request.user, Act.CLEAR),
        "longest_reason": LONGEST_REASON,
        "problem": problem,
        "crumbs": desk.way_back((gettext("Rules"), reverse("desk:request-rules"))),
    }
    return render(request, "requests/rule.html", context, status=400 if problem else 200)


def _units() -> list[tuple[str, str]]:
    return [
        (Unit.WORKING, gettext("working days")),
        (Unit.CALENDAR, gettext("calendar days")),
        (Unit.MONTHS, gettext("months")),
    ]


def _at_first(request: HttpRequest, row: DeadlineRule | None) -> dict[str, Any]:
    """What the form says at first: the row, or the country's rule that it is to stand over."""
    if row:
        return _plain(actions.value(row)) | {
            **{f"label_{code}": row.label.get(code, "") for code in LANGUAGES},
            "confirmed_by": row.confirmed_by,
            "confirmed_on": row.confirmed_on.isoformat() if row.confirmed_on else "",
            "dropped": row.dropped,
        }
    kind, _, since = request.GET.get("over", "").partition(".")
    for one in actions.shown():
        if one.row is None and (one.rule.kind, one.rule.since.isoformat()) == (kind, since):
            return _plain(one.rule)
    return {"unit": Unit.WORKING}


def _plain(rule: Rule) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "law": rule.law,
        "article": rule.article,
        "days": rule.days,
        "unit": rule.unit,
        "extension": "" if rule.extension is None else rule.extension,
        "extension_unit": rule.extension_unit,
        "transfer": "" if rule.transfer is None else rule.transfer,
        "since": rule.since.isoformat(),
        "until": rule.until.isoformat() if rule.until else "",
        "source": rule.source,
        "note": rule.note,
    }


def _given(request: HttpRequest, row: DeadlineRule | None) -> dict[str, Any]:
    texts = ("law", "article", "unit", "extension_unit", "source", "note", "confirmed_by")
    lengths = {"law": 300, "article": 100, "source": 2000, "note": 4000, "confirmed_by": 200}
    days = desk.number_in(request, "days")
    if days is None:
        raise BarometerError(gettext("the number of days is missing"))
    return {
        **{name: desk.text_in(request, name)[: lengths.get(name, 10)] for name in texts},
        "kind": row.kind if row else desk.text_in(request, "kind"),
        "label": {code: text[:200] for code in LANGUAGES if (text := desk.text_in(request, f"label_{code}"))},
        "days": days,
        "extension": desk.number_in(request, "extension"),
        "transfer": desk.number_in(request, "transfer"),
        "since": desk.needed_day(request, "since"),
        "until": desk.day_in(request, "until"),
        "confirmed_on": desk.day_in(request, "confirmed_on"),
        "dropped": "dropped" in request.POST,
    }
