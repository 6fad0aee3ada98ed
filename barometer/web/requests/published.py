"""The published requests as plain values: what the public pages, their figures and their files are made of.

A request is published by a person of the desk; the rest is not counted here, for whoever counts what is not shown asks
to be believed. Who asked is never among the values. Worked out once for each version of the ledger, day and language.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from barometer.codebook import Quarter
from barometer.countries.refusals import Listing, against_law, refusal_grounds
from barometer.deadlines.statistics import BodyFigures, Course, course_of
from barometer.deadlines.values import Standing, StepKind
from barometer.errors import UnknownValue
from barometer.sources.tables import neutral
from barometer.web.actions.requests import ready, steps_of, told
from barometer.web.actions.requests_rules import kinds, rules
from barometer.web.public import clock, joined, memory, words
from barometer.web.public.words import COUNTRY, Words
from barometer.web.records import naming
from barometer.web.records.models import Event, Party
from barometer.web.records.requests import InformationRequest

Visibility = InformationRequest.Visibility


@dataclass(frozen=True)
class Published:
    """A published request: `body` is whom it was sent to, `course` how it stands and with whom; None without a rule.

    Bodies are ids, which `names` has as the site shows them; `bodies` are all that had it. `verdicts` are the judged
    questions by their number, `events` those that are public.
    """

    public_id: str
    title: str
    language: str
    body: str
    bodies: tuple[str, ...]
    kind: str
    channel: str
    sent: date
    quarter: str
    course: Course | None
    grounds: tuple[str, ...]
    questions: int
    verdicts: Mapping[int, str]
    events: tuple[str, ...]
    names: Mapping[str, str]

    @property
    def body_name(self) -> str:
        """Whom it was sent to."""
        return self.names[self.body]

    @property
    def standing(self) -> Standing | None:
        """How it stands."""
        return self.course.standing if self.course else None

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("public:request", args=[self.public_id])


@dataclass(frozen=True)
class Choice:
    """What of the published requests is looked at; "" is all."""

    kind: str = ""
    period: str = ""
    body: str = ""

    def takes(self, one: Published) -> bool:
        """Whether it is among them."""
        return (
            self.kind in ("", one.kind)
            and self.period in ("", one.quarter)
            and (not self.body or self.body in one.bodies)
        )


def rows() -> QuerySet[InformationRequest]:
    """The published requests, the latest first, with all that is read of them."""
    found = InformationRequest.objects.filter(visibility=Visibility.PUBLIC)
    return ready(found).prefetch_related("verdicts").order_by("-sent_on", "-pk")


def published(today: date) -> tuple[Published, ...]:
    """Every published request as it stands on a day, the latest first."""
    key = ("requests", words.language(), today, joined.is_public())
    return memory.remembered(key, lambda: _published(today))


def _published(today: date) -> tuple[Published, ...]:
    holding, bodies = rules(), Bodies.known()
    public = dict(Event.objects.public().values_list("pk", "public_id"))
    return tuple(
        _value(row, today, holding, bodies, public)
        for row in rows().prefetch_related("links").filter(sent_on__lte=today)
    )


def _value(
    row: InformationRequest,
    today: date,
    holding: Sequence[Any],
    known: Bodies,
    public: Mapping[int, str],
) -> Published:
    steps = [replace(one, body=known.ids.get(one.body, "")) for one in steps_of(row)]
    body = known.ids[row.body.name]
    grounds = tuple(
        sorted({code for one in told(row) if one.kind == StepKind.REFUSED for code in one.grounds})
    )
    try:
        course = course_of(body, row.kind, steps, today, clock.working_calendar(), holding, grounds)
    except UnknownValue:
        course = None
    return Published(
        public_id=row.public_id,
        title=joined.said(row.title, row.language),
        language=row.language,
        body=body,
        bodies=tuple(dict.fromkeys([body, *(one.body for one in steps if one.body)])),
        kind=row.kind,
        channel=row.channel,
        sent=row.sent_on,
        quarter=str(Quarter.of(row.sent_on)),
        course=course,
        grounds=grounds,
        questions=len(row.questions),
        verdicts={one.number: one.verdict for one in row.verdicts.all() if one.number <= len(row.questions)},
        events=tuple(sorted(public[one.event_id] for one in row.links.all() if one.event_id in public)),
        names=known.names,
    )


def beside(event: Event) -> list[tuple[Words, str]]:
    """The published requests that an event has to do with: their titles and addresses."""
    found = InformationRequest.objects.filter(visibility=Visibility.PUBLIC, links__event=event).distinct()
    return [
        (
            Words(joined.said(row.title, row.language), row.language),
            reverse("public:request", args=[row.public_id]),
        )
        for row in found
    ]


def address_of_body(leader: str) -> str:
    """Where it stands how a body answers; "" where no request to it is published."""
    rows = InformationRequest.objects.filter(
        visibility=Visibility.PUBLIC, body__public_id__in=sorted(joined.clusters().of(leader))
    )
    return f"{reverse('public:requests')}?body={leader}" if rows.exists() else ""


@dataclass(frozen=True)
class Bodies:
    """The bodies of requests: name in the ledger → id, id → name as the site shows it; those judged one have one id."""

    ids: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def known(cls) -> Bodies:
        """Every body that a request was sent or passed on to."""
        found = Party.objects.filter(Q(requests_to__isnull=False) | Q(request_steps__isnull=False))
        clusters, shown = joined.clusters(), joined.names()
        ids, names = {}, {}
        for public_id, name, kind in found.order_by("pk").distinct().values_list("public_id", "name", "kind"):
            ids[name] = clusters.leader(public_id)
            spoken = naming.erased_name(shown.joined.get((kind, name), name))
            names.setdefault(ids[name], words.capital(words.party_name(spoken, kind)))
        return cls(ids, names)


def ground_words(code: str) -> str:
    """A ground for refusal in words."""
    known = refusal_grounds(COUNTRY).get(code)
    return known.label[words.language()] if known else code


def listing_of(code: str) -> Listing | None:
    """What the law says of a ground; None for one that the country's data do not have."""
    return against_law(code, COUNTRY).listing if code in refusal_grounds(COUNTRY) else None


def grounds_counted(found: Iterable[Published]) -> list[tuple[str, int]]:
    """How many refusals give each ground, the most frequent first."""
    counts = Counter(code for one in found for code in one.grounds)
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


# --- files ------------------------------------------------------------------------------------------------


def _step_day(one: Published, code: str) -> str:
    return next((value for name, value in (one.standing.reasons if one.standing else ()) if name == code), "")


def _judged(one: Published, verdict: str) -> int:
    return sum(1 for given in one.verdicts.values() if given == verdict)


#: Column → its value of a published request; a test asks that nothing of the asker is among them.
COLUMNS: dict[str, Callable[[Published], str | int | bool | None]] = {
    "id": lambda one: one.public_id,
    "title": lambda one: one.title,
    "language": lambda one: one.language,
    "body": lambda one: one.body_name,
    "body_id": lambda one: one.body,
    "with_body": lambda one: one.names[one.course.body] if one.course else one.body_name,
    "kind": lambda one: one.kind,
    "channel": lambda one: one.channel,
    "sent": lambda one: one.sent.isoformat(),
    "quarter": lambda one: one.quarter,
    "law": lambda one: one.standing.rule.law if one.standing else "",
    "article": lambda one: one.standing.rule.article if one.standing else "",
    "days_allowed": lambda one: one.standing.rule.days if one.standing else None,
    "unit": lambda one: one.standing.rule.unit if one.standing else "",
    "rule_confirmed": lambda one: one.standing.rule.confirmed if one.standing else None,
    "due": lambda one: one.standing.due.isoformat() if one.standing else "",
    "state": lambda one: one.standing.clock.value if one.standing else "",
    "late": lambda one: one.standing.late if one.standing else None,
    "outcome": lambda one: one.course.outcome if one.course else "",
    "answered": lambda one: _step_day(one, "answered"),
    "refused": lambda one: _step_day(one, "refused"),
    "grounds": lambda one: "; ".join(one.grounds),
    "passed_by": lambda one: (
        "; ".join(map(one.names.__getitem__, one.course.passed_by)) if one.course else ""
    ),
    "questions": lambda one: one.questions,
    "questions_answered": lambda one: _judged(one, "answered"),
    "questions_partly": lambda one: _judged(one, "partly"),
    "questions_not": lambda one: _judged(one, "not"),
    "questions_irrelevant": lambda one: _judged(one, "irrelevant"),
    "events": lambda one: "; ".join(one.events),
}


def csv_of(found: Iterable[Published], root: str) -> str:
    """The requests as CSV, for spreadsheet programs."""
    out = io.StringIO()
    out.write("\ufeff")  # the mark by which a spreadsheet program knows the letters
    lines = csv.writer(out)
    lines.writerow([*COLUMNS, "address"])
    for one in found:
        lines.writerow([*(_cell(value(one)) for value in COLUMNS.values()), root + one.address])
    return out.getvalue()


def _cell(value: str | int | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else neutral(str(value))


def json_of(
    found: Iterable[Published], figures: Iterable[tuple[str, BodyFigures]], today: date, root: str
) -> str:
    """The requests and the figures of each body, with its name, as JSON, as they stood on a day."""
    value = {
        "day": today.isoformat(),
        "kinds": kinds(),
        "requests": [
            {name: of(one) for name, of in COLUMNS.items()} | {"address": root + one.address} for one in found
        ],
        "bodies": [{"body": name, "body_id": one.body} | _figures(one) for name, one in figures],
    }
    return json.dumps(value, ensure_ascii=False, indent=1)


def _figures(one: BodyFigures) -> dict[str, Any]:
    """The figures of a body; a share only where there are enough requests."""
    interval = one.share.interval
    return {
        "requests": one.requests,
        "running": one.running,
        "withdrawn": one.withdrawn,
        "due": one.due,
        "in_time": one.in_time,
        "late": one.late,
        "partial": one.partial,
        "refused": one.refused,
        "form_letter": one.form_letter,
        "silent": one.silent,
        "passed_on": one.passed_on,
        "share_in_time": one.share.rate,
        "share_interval_95": list(interval) if interval else None,
        "half_answered_within_days": one.median,
        "enough_for_half": one.enough,
        "grounds": dict(one.grounds),
    }
