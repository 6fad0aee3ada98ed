"""What is found for the form: names of the ledger in any spelling, and cases with the last of their story."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from barometer.web.desk.coding_form import MOST_ROWS
from barometer.web.desk.names import kind_label
from barometer.web.public import words
from barometer.web.records import naming, timelines
from barometer.web.records.forms import Values
from barometer.web.records.likely import likely_cases_of
from barometer.web.records.mapping import event_value
from barometer.web.records.models import Case, Event

MOST_FOUND = 8
STEPS = 5


@dataclass(frozen=True)
class FoundParty:
    """A name of the ledger that is likely the one asked for."""

    name: str
    kind: str
    percent: int
    others: tuple[str, ...]
    cases: tuple[str, ...]
    times: int


@dataclass(frozen=True)
class FoundCase:
    """A case with the last of its story; how likely and why, where the machine proposes it."""

    slug: str
    steps: tuple[tuple[str, str], ...]
    more: int
    percent: int | None = None
    reasons: tuple[str, ...] = ()


def parties_like(asked: str) -> list[FoundParty]:
    """Names of the ledger that are likely the one asked for, in any spelling and script."""
    asked = asked.replace("\0", "").strip()[:200]
    found = naming.search(asked, limit=MOST_FOUND) if any(map(str.isalnum, asked)) else []
    return [
        FoundParty(
            one.name, kind_label(one.kind), round(100 * one.probability), one.others, one.cases[:3], one.times
        )
        for one in found
    ]


def cases_like(asked: str) -> list[FoundCase]:
    """Cases of whoever bears that name, and those with the words in their slug."""
    asked = asked.replace("\0", "").strip()[:200]
    if not any(map(str.isalnum, asked)):
        return []
    slugs = [slug for one in naming.search(asked, limit=4) for slug in one.cases]
    spelled = Case.objects.filter(slug__icontains="-".join(asked.casefold().split())).order_by("slug")
    slugs += spelled.values_list("slug", flat=True)[:MOST_FOUND]
    return case_rows(list(dict.fromkeys(slugs))[:MOST_FOUND])


def case_rows(slugs: Sequence[str], likely: Mapping[str, Any] | None = None) -> list[FoundCase]:
    """The cases with the last steps of their stories, in that order; a case without an event is left out."""
    events = timelines.desk_events().filter(case__slug__in=slugs).order_by("first_day", "pk")
    told_of: dict[str, list[tuple[str, str]]] = {slug: [] for slug in slugs}
    for slug, day, code_ in events.values_list("case__slug", "date", "main_type"):
        told_of[slug].append((words.when(day).short, words.type_label(code_)))
    found = []
    for slug, steps in told_of.items():
        one = (likely or {}).get(slug)
        if steps:
            found.append(
                FoundCase(
                    slug,
                    tuple(steps[-STEPS:]),
                    max(len(steps) - STEPS, 0),
                    round(100 * one.probability) if one else None,
                    tuple(reason.text(words.language()) for reason in one.reasons) if one else (),
                )
            )
    return found


def likely_cases(event: Event | None, values: Values) -> list[FoundCase]:
    """Other cases that the event probably goes on."""
    if event is None:
        return []
    likely = {one.slug: one for one in likely_cases_of(event_value(event), but=[event.pk])[:4]}
    likely.pop(values["case"], None)
    return case_rows(list(likely), likely)


def found_for(values: Values, path: str) -> dict[str, Sequence[Any]]:
    """What is found for a row of the form, or for its case: by what is written there."""
    if path == "case":
        names = [row["name"] for row in values["targets"]]
        return {"case": cases_like(values["case"] or " ".join(names[:1]))}
    name, _, number = path.partition(".")
    place = int(number) if re.fullmatch(r"\d{1,3}", number, re.ASCII) else MOST_ROWS
    if name not in ("targets", "actors") or place >= len(values[name]):
        return {}
    row = values[name][place]
    return {path: parties_like(row["name"] or row["written"])}
