"""Published takedown notices for readers: figures with what they are counted of, and each notice with what came of it.

No text of a notice, no name of a person and no sign of abuse is here; a sender only where a person of the desk said
that it is an organisation to be shown.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from barometer.sources.tables import neutral
from barometer.web.actions import takedowns_figures
from barometer.web.actions.takedowns_figures import Figures, Row
from barometer.web.public import clock, filters, joined, memory, words
from barometer.web.public.views import PAGE, crumbs, page, turns
from barometer.web.records.models import Event
from barometer.web.records.takedowns import NoticeSender, NoticeTarget, TakedownNotice
from barometer.web.watch import takedowns_words as said

#: Fewer would make of one platform's slip a habit.
LEAST_FOR_MEDIAN = 5


def home() -> tuple[str, str]:
    """The way back to the list."""
    return gettext("Takedown notices"), reverse("public:takedowns")


def told(text: str) -> str:
    """A name as readers may see it."""
    return joined.said(text, words.language())


# --- one notice as readers see it ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A notice in a list."""

    address: str
    day: str
    recipient: str
    ground: str
    outlets: str
    state: str


def shown(row: TakedownNotice) -> Shown:
    """Of a notice that came through `takedowns_figures.published`."""
    return Shown(
        reverse("public:takedown", args=[row.public_id]),
        words.day_words(row.day),
        told(row.recipient),
        said.ground_label(row.ground),
        ", ".join(outlets_of(row)),
        state_words(row),
    )


def outlets_of(row: TakedownNotice) -> list[str]:
    """The outlets whose addresses are named."""
    names = dict.fromkeys(one.outlet.name for one in row.targets.all() if one.outlet)
    return [told(words.capital(words.party_name(name, "outlet"))) for name in names]


def state_words(row: TakedownNotice) -> str:
    """What came of its addresses, with how many there are."""
    counted = takedowns_figures.row_of("", [row])
    return gettext("%(taken)d of %(all)d taken down, %(restored)d of these restored") % {
        "taken": counted.taken_down,
        "all": counted.addresses,
        "restored": counted.restored,
    }


def sender_of(row: TakedownNotice) -> NoticeSender | None:
    """In whose name it came, where readers may know."""
    return next((one for one in (row.principal, row.sender) if one and one.public_name), None)


# --- pages --------------------------------------------------------------------------------------------------------


@page
def takedowns(request: HttpRequest) -> HttpResponse:
    """Figures, and the published notices one by one."""
    today = clock.today()
    figures = memory.remembered(
        ("takedowns", today), lambda: takedowns_figures.figures(today), rest=lambda _: True
    )
    list_ = Paginator(takedowns_figures.published(), PAGE).get_page(filters.parse(request.GET).page)
    base = reverse("public:takedowns")
    context = {
        "figures": figures,
        "median": _median_words(figures),
        "tables": _tables(figures),
        "notices": [shown(row) for row in list_.object_list],
        "page": list_,
        "turns": turns(list_, lambda number: f"{base}?page={number}"),
        "crumbs": crumbs(),
    }
    return render(request, "watch/takedowns_public.html", context)


def _median_words(figures: Figures) -> str:
    counted = {"count": figures.away, "back": figures.back}
    if figures.away < LEAST_FOR_MEDIAN:
        return gettext("too few to say (%(count)d addresses with a known day)") % counted
    if figures.median is None:
        return gettext("less than half are back (%(back)d of %(count)d addresses)") % counted
    days = said.days_words(figures.median)
    return gettext("half are back within %(days)s (%(back)d of %(count)d addresses are back)") % {
        "days": days, **counted,
    }  # fmt: skip


def _tables(figures: Figures) -> list[tuple[str, str, list[tuple[str, Row]]]]:
    """Each table: its id, its heading, its rows with their names in words."""

    def rows(found: tuple[Row, ...], label: Callable[[str], str]) -> list[tuple[str, Row]]:
        return [(words.capital(label(one.name)), one) for one in found]

    return [
        ("platform", gettext("Platform"), rows(figures.platforms, told)),
        ("ground", gettext("Ground"), rows(figures.grounds, said.ground_label)),
        ("quarter", gettext("Quarter"), rows(figures.quarters, words.quarter_words)),
    ]


@page
def takedown(request: HttpRequest, public_id: str) -> HttpResponse:
    """One published notice with what came of it."""
    row = takedowns_figures.published().filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such notice."))
    targets = list(row.targets.all())
    known = [(one, _address(one)) for one in targets if one.outlet]
    sender = sender_of(row)
    context = {
        "one": shown(row),
        "action": said.action_label(row.action),
        "sender": sender,
        "targets": [
            (
                told(words.capital(words.party_name(one.outlet.name, "outlet"))),
                address,
                one.state,
                said.state_label(one.state),
            )
            for one, address in known
        ],
        "others": len(targets) - len(known),
        "steps": [
            (words.day_words(day), said.step_label(kind), said.addresses_words(count))
            for day, kind, count in steps_of(row)
        ],
        "events": [
            (
                words.type_label(event.main_type),
                words.when(event.date).short,
                reverse("public:event", args=[event.public_id]),
            )
            for event in Event.objects.public().filter(of_notice__notice=row)
        ],
        "crumbs": crumbs(home()),
    }
    return render(request, "watch/takedown_public.html", context)


def _address(target: NoticeTarget) -> str:
    """The address, '' where it spells somebody who is not named."""
    return joined.withheld().address(target.url) or ""


def steps_of(row: TakedownNotice) -> list[tuple[date, str, int]]:
    """What followed, in the order of days: each kind of step once a day, with to how many addresses."""
    everything = {one.pk for one in row.targets.all()}
    found: dict[tuple[date, str], set[int]] = {}
    for step in row.steps.all():
        found.setdefault((step.day, step.kind), set()).update(
            {step.target_id} if step.target_id else everything
        )
    return [(day, kind, len(targets)) for (day, kind), targets in found.items()]


@page
def sender(request: HttpRequest, public_id: str) -> HttpResponse:
    """An organisation that sends notices, where a person said that readers see it."""
    row = NoticeSender.objects.exclude(public_name="").filter(public_id=public_id).first()
    rows = [one for one in takedowns_figures.published() if row and row in (one.sender, one.principal)]
    if not rows:
        raise Http404(gettext("There is no such page."))
    context = {
        "name": row.public_name,
        "counted": takedowns_figures.row_of("", rows),
        "notices": [shown(one) for one in rows],
        "crumbs": crumbs(home()),
    }
    return render(request, "watch/takedown_sender_public.html", context)


# --- data ---------------------------------------------------------------------------------------------------------


def values() -> list[dict[str, Any]]:
    """The published notices as plain values, the newest first."""
    rows = list(takedowns_figures.published())
    events: dict[int, list[str]] = {}
    linked = Event.objects.public().filter(of_notice__notice__in=rows)
    for notice, event in linked.order_by("pk").values_list("of_notice__notice", "public_id"):
        events.setdefault(notice, []).append(event)
    return [_value(row, events.get(row.pk, [])) for row in rows]


def _value(row: TakedownNotice, events: list[str]) -> dict[str, Any]:
    counted = takedowns_figures.row_of("", [row])
    spans = takedowns_figures.away(row, clock.today())
    sender = sender_of(row)
    return {
        "id": row.public_id,
        "page": reverse("public:takedown", args=[row.public_id]),
        "day": row.day.isoformat(),
        "recipient": told(row.recipient),
        "ground": row.ground,
        "action": row.action or None,
        "sender": sender.public_name if sender else None,
        "outlets": outlets_of(row),
        "addresses": counted.addresses,
        "taken_down": counted.taken_down,
        "restored": counted.restored,
        "days_until_restored": [one.days for one in spans if one.back],
        "events": events,
        "targets": [
            {
                "outlet": told(words.party_name(one.outlet.name, "outlet")),
                "url": _address(one) or None,
                "state": one.state,
            }
            for one in row.targets.all()
            if one.outlet
        ],
        "steps": [
            {"day": day.isoformat(), "kind": kind, "addresses": count} for day, kind, count in steps_of(row)
        ],
    }


@page
def as_json(request: HttpRequest) -> HttpResponse:
    """The published notices as JSON."""
    answer = JsonResponse(
        {"licence": "CC BY 4.0", "data": values()}, json_dumps_params={"ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="takedown-notices.json"'
    return answer


_COLUMNS = (
    "id", "page", "day", "recipient", "ground", "action", "sender", "outlets", "addresses", "taken_down", "restored",
    "days_until_restored", "events",
)  # fmt: skip


@page
def as_csv(request: HttpRequest) -> HttpResponse:
    """The published notices as CSV, a line each."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for one in values():
        writer.writerow([_cell(one[name]) for name in _COLUMNS])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="takedown-notices.csv"'
    return answer


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return neutral("; ".join(map(str, value)))
    return neutral(value) if isinstance(value, str) else value
