"""Requests for information on the public site: how bodies answer, each published request, the same as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from barometer.countries.refusals import Listing
from barometer.deadlines.statistics import LEAST, BodyFigures, Share, figures, outcome_of, together
from barometer.deadlines.values import Clock, Standing, StepKind
from barometer.web.actions.requests import standing_of, steps_of, told
from barometer.web.actions.requests_rules import kinds, rules
from barometer.web.public import cards, clock, filters, joined, stories, views, words
from barometer.web.public import parties as known_parties
from barometer.web.records.models import Case, Event
from barometer.web.records.requests import InformationRequest, RequestStep
from barometer.web.requests import drawing, published
from barometer.web.requests import words as said
from barometer.web.requests.published import Bodies, Choice, Published

A_PAGE = 30
FILTERS = ("kind", "period", "body")


# --- how bodies answer ------------------------------------------------------------------------------------


@views.page
def requests(request: HttpRequest) -> HttpResponse:
    """The figures of each body and the published requests, of the kind, quarter and body that are chosen."""
    today = clock.today()
    every = published.published(today)
    choice = chosen(request.GET, every)
    found = [one for one in every if choice.takes(one)]
    courses = [one.course for one in found if one.course]
    labels = kinds()
    page = Paginator(found, A_PAGE).get_page(filters.parse(request.GET).page)
    query = {name: value for name in FILTERS if (value := getattr(choice, name))}
    context = {
        "every": len(every),
        "found": len(found),
        "bodies_found": len({one.body for one in found}),
        "without_rule": len(found) - len(courses),
        "choices": _choices(choice, every, labels),
        "is_chosen": bool(query),
        "whole": _line(together(courses), choice, ""),
        "lines": [_line(one, choice, name) for name, one in _of_bodies(found, choice)],
        "least": LEAST,
        "grounds": [
            (published.ground_words(code), listing_words(code), number)
            for code, number in published.grounds_counted(found)
        ],
        "refusals": sum(1 for one in found if one.grounds),
        "page": page,
        "listed": [_listed(one, labels, today) for one in page.object_list],
        "turns": views.turns(page, lambda number: f"?{urlencode(query | {'page': number})}"),
        "files": [(form.upper(), _address(f"public:requests-{form}", query)) for form in ("csv", "json")],
        "today": words.day_words(today),
        "crumbs": views.crumbs(),
    }
    return render(request, "requests/public_list.html", context)


@views.page
def file(request: HttpRequest, form: str) -> HttpResponse:
    """What is chosen as CSV or JSON."""
    today = clock.today()
    every = published.published(today)
    choice = chosen(request.GET, every)
    found = [one for one in every if choice.takes(one)]
    root = request.build_absolute_uri("/").rstrip("/")
    if form == "csv":
        answer = HttpResponse(published.csv_of(found, root), content_type="text/csv; charset=utf-8")
    else:
        counted = _of_bodies(found, choice)
        answer = HttpResponse(published.json_of(found, counted, today, root), content_type="application/json")
    answer["Content-Disposition"] = (
        f'attachment; filename="press-barometer-requests-{today.isoformat()}.{form}"'
    )
    answer["X-Robots-Tag"] = "noindex"
    return answer


def chosen(query: QueryDict, every: Iterable[Published]) -> Choice:
    """What an address chooses; 404 for what no published request has."""
    given = {name: query.get(name, "") for name in FILTERS}
    known = _known(every)
    for name, value in given.items():
        if value and value not in known[name]:
            raise Http404(gettext("There is no such page."))
    return Choice(**given)


def _known(every: Iterable[Published]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {name: set() for name in FILTERS}
    for one in every:
        known["kind"].add(one.kind)
        known["period"].add(one.quarter)
        known["body"].update(one.bodies)
    return known


def _choices(choice: Choice, every: Sequence[Published], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """The three lists of the form: name, label, and what can be chosen."""
    known = _known(every)
    names = every[0].names if every else {}
    options = {
        "kind": [(code, labels.get(code, code)) for code in sorted(known["kind"])],
        "period": [(one, words.quarter_words(one)) for one in sorted(known["period"], reverse=True)],
        "body": sorted(((one, names[one]) for one in known["body"]), key=lambda one: one[1]),
    }
    titles = {"kind": gettext("Kind of request"), "period": gettext("Sent in"), "body": gettext("Body")}
    return [
        {"name": name, "label": titles[name], "options": options[name], "value": getattr(choice, name)}
        for name in FILTERS
    ]


def _of_bodies(found: Sequence[Published], choice: Choice) -> list[tuple[str, BodyFigures]]:
    """The name and figures of each body, by name; of one alone where it is chosen."""
    names = found[0].names if found else {}
    counted = figures(one.course for one in found if one.course)
    return sorted(
        ((names[one.body], one) for one in counted if choice.body in ("", one.body)), key=lambda one: one[0]
    )


def _line(one: BodyFigures, choice: Choice, name: str) -> dict[str, Any]:
    """A line of the table."""
    query = {other: value for other in ("kind", "period") if (value := getattr(choice, other))}
    return {
        "of": one,
        "name": name,
        "address": f"?{urlencode(query | {'body': one.body})}",
        "share": _share(one.share),
        "half": _half(one),
    }


def _share(share: Share) -> dict[str, Any] | None:
    """A share in words and as the drawing has it; None where there are too few."""
    if share.rate is None or share.interval is None:
        return None
    low, high = (round(100 * end) for end in share.interval)
    at = round(100 * share.rate)
    return {
        "words": gettext("%(number)d%%") % {"number": at},
        "between": gettext("%(low)d–%(high)d%%") % {"low": low, "high": high},
        "at": at,
        "low": low,
        "high": high,
    }


def _half(one: BodyFigures) -> str:
    """Within how many days half were answered, or why that cannot be said."""
    if not one.enough:
        return ""
    return gettext("not yet reached") if one.median is None else said.count_words(one.median, "calendar")


def _listed(one: Published, labels: Mapping[str, str], today: date) -> dict[str, Any]:
    """A request in the list."""
    return {
        "address": one.address,
        "title": one.title,
        "language": one.language,
        "body": one.body_name,
        "kind": labels.get(one.kind, one.kind),
        "sent": words.day_words(one.sent),
        "state": said.clock_label(one.standing),
        "tone": _tone(one.standing),
        "standing": _standing_words(one.standing, one.course.outcome if one.course else "", today),
    }


def _standing_words(stands: Standing | None, outcome: str, today: date) -> str:
    """How it stands in a sentence: a body that answered some of it was not silent."""
    if stands is None or outcome != "partial" or not stands.late:
        return said.standing_words(stands, today)
    counted = "working" if stands.rule.unit == "working" else "calendar"
    return gettext("Answered in part; the rest was due on %(due)s: late by %(late)s.") % {
        "due": words.day_words(stands.due),
        "late": said.count_words(stands.late, counted),
    }


def _tone(stands: Standing | None) -> str:
    """The class of a badge."""
    if stands is None:
        return ""
    late = (Clock.LATE, Clock.VERY_LATE, Clock.AFTER_TIME)
    return "open" if stands.clock in late else "ended" if stands.clock == Clock.IN_TIME else ""


def _address(name: str, query: dict[str, str]) -> str:
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


def listing_words(code: str) -> str:
    """Whether the law lists a ground for refusal."""
    listing = published.listing_of(code)
    if listing is None:
        return ""
    return {
        Listing.LISTED: gettext("a ground that the law lists"),
        Listing.CONDITIONS: gettext("listed by the law under conditions"),
        Listing.NOT_LISTED: gettext("not a ground that the law lists"),
        Listing.UNCONFIRMED: gettext("whether the law lists it is to be confirmed by a lawyer"),
    }[listing]


# --- one request ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownStep:
    """A step as the page tells it."""

    what: str
    day: str
    iso: str
    shape: str
    more: tuple[str, ...] = ()


@views.page
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """A published request: what was asked, of whom, what the law allows, what came."""
    row = published.rows().filter(public_id=public_id).first()
    today = clock.today()
    if row is None or row.sent_on > today:
        raise Http404(gettext("There is no such page."))
    stands, bodies = standing_of(row, rules(), today), Bodies.known()
    outcome = outcome_of(steps_of(row), today)
    context = {
        "title": joined.said(row.title, row.language),
        "language": row.language,
        "body": bodies.names[bodies.ids[row.body.name]],
        "body_address": _body_address(row),
        "behalf": words.party_name(row.outlet.name, row.outlet.kind) if row.outlet else "",
        "kind": kinds().get(row.kind, row.kind),
        "channel": said.channel_label(row.channel),
        "sent": words.day_words(row.sent_on),
        "state": said.clock_label(stands),
        "tone": _tone(stands),
        "standing": _standing_words(stands, outcome, today),
        "line": _line_of(row, stands, today),
        "steps": _steps(row, stands, bodies, today),
        "rule": _rule(stands),
        "reasons": said.reason_lines(stands.reasons) if stands else [],
        "questions": _questions(row),
        "grounds": _grounds(row),
        "cards": [cards.card(event) for event in _events(row)],
        "case": _case(row),
        "today": words.day_words(today),
        "crumbs": views.crumbs((gettext("Requests"), reverse("public:requests"))),
    }
    return render(request, "requests/public_request.html", context)


def _body_address(row: InformationRequest) -> str:
    """The page of the body; "" where no published event names it."""
    leader = next(iter(known_parties.leaders([row.body.public_id])), "")
    return reverse("public:body", args=[leader]) if known_parties.names({"body": [leader]}) else ""


def _line_of(row: InformationRequest, stands: Standing | None, today: date) -> dict[str, Any] | None:
    """The drawing: the time that is allowed, what is past it, the steps; numbers as a drawing has them."""
    if stands is None:
        return None
    drawn = drawing.drawn(row, stands, today)
    return {
        "due": f"{drawn.due:g}",
        "today": "" if drawn.today is None else f"{drawn.today:g}",
        "past": f"{drawn.past:g}" if drawn.past else "",
        "marks": [(f"{mark.x:g}", mark.shape) for mark in drawn.marks],
    }


def _steps(row: InformationRequest, stands: Standing | None, bodies: Bodies, today: date) -> list[ShownStep]:
    """What happened, with the last day and today in their places."""
    sent = _shown(StepKind.SENT, row.sent_on, "other", said.channel_label(row.channel))
    dated = [(row.sent_on, 0, sent)]
    dated += [(one.day, 1, _step(one, bodies)) for one in told(row)]
    if stands is not None:
        last = ShownStep(
            gettext("The last day for an answer"), words.day_words(stands.due), stands.due.isoformat(), "due"
        )
        dated.append((stands.due, 2, last))
    if stands is None or stands.clock in (Clock.OPEN, Clock.SOON, Clock.LATE, Clock.VERY_LATE):
        now = ShownStep(gettext("Today"), words.day_words(today), today.isoformat(), "today")
        dated.append((today, 3, now))
    return [shown for _, _, shown in sorted(dated, key=lambda one: one[:2])]


def _step(one: RequestStep, bodies: Bodies) -> ShownStep:
    more = [said.count_words(one.days, "calendar")] if one.kind == StepKind.EXTENDED and one.days else []
    if one.body:
        more.append(bodies.names[bodies.ids[one.body.name]])
    more += [published.ground_words(code) for code in one.grounds]
    good = (StepKind.ANSWERED, StepKind.PARTIAL, StepKind.CORRECTED)
    bad = (StepKind.REFUSED, StepKind.FORM_LETTER)
    shape = "good" if one.kind in good else "bad" if one.kind in bad else "other"
    return _shown(one.kind, one.day, shape, *more)


def _shown(kind: str, day: date, shape: str, *more: str) -> ShownStep:
    what = words.capital(said.step_label(kind))
    return ShownStep(what, words.day_words(day), day.isoformat(), shape, more)


def _rule(stands: Standing | None) -> dict[str, Any] | None:
    """What the law allows, where it can be read, and whether a lawyer has yet to confirm it."""
    if stands is None:
        return None
    rule = stands.rule
    return {
        "law": said.law_words(rule),
        "allows": said.rule_words(rule),
        "address": next((word for word in rule.source.split() if word.startswith("https://")), ""),
        "confirmed": rule.confirmed,
    }


def _questions(row: InformationRequest) -> list[dict[str, str]]:
    """The questions, each with how it was answered where a person has judged that."""
    verdicts = {one.number: one.verdict for one in row.verdicts.all()}
    return [
        {
            "text": joined.said(text, row.language),
            "verdict": verdicts.get(number, ""),
            "label": said.verdict_label(verdicts[number]) if number in verdicts else "",
        }
        for number, text in enumerate(row.questions, 1)
    ]


def _grounds(row: InformationRequest) -> list[tuple[str, str]]:
    """The grounds on which it was refused, and whether the law lists them."""
    codes = dict.fromkeys(code for one in told(row) if one.kind == StepKind.REFUSED for code in one.grounds)
    return [(published.ground_words(code), listing_words(code)) for code in codes]


def _events(row: InformationRequest) -> list[Event]:
    """The published events that stand beside the request."""
    found = Event.objects.public().filter(request_links__request=row).distinct()
    return list(cards.ready(found))


def _case(row: InformationRequest) -> tuple[str, str] | None:
    """The case that it belongs to, where that is public: its title and address."""
    if row.case_id is None or not Case.objects.public().filter(pk=row.case_id).exists():
        return None
    slug = joined.slug_of(row.case.slug)
    return stories.titles([slug]).get(slug, slug), reverse("public:case", args=[slug])
