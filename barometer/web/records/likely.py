"""Which cases of the ledger an event probably goes on: few candidates by the keys of names, then the core decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from barometer.cases.matching import PEOPLE, Likely, Outline, likely_cases_of_story
from barometer.codebook import Event
from barometer.names.index import WIDTH, blocks
from barometer.web.records import models

#: So many parties of one name, and cases, are looked at.
MOST_PARTIES, MOST_CASES = 200, 100


def likely_cases_of(event: Event, *, but: Collection[int] = ()) -> tuple[Likely, ...]:
    """The ledger's cases that an event probably goes on, the likeliest first; `but` are ids of events left out."""
    return likely_cases_of_events([event], but=but)


def likely_cases_of_events(events: Collection[Event], *, but: Collection[int] = ()) -> tuple[Likely, ...]:
    """The same for events that are one story."""
    targets = models.Mention.objects.filter(party__in=parties_of(events), side=models.Mention.Side.TARGET)
    rows = targets.exclude(event__case=None).exclude(event__in=but).order_by("-event__last_day", "-event")
    cases = list(dict.fromkeys(rows.values_list("event__case", flat=True)[: MOST_CASES * 10]))[:MOST_CASES]
    return likely_cases_of_story(Outline.of("", events), outlines(cases, but=but))


def parties_of(events: Iterable[Event]) -> set[int]:
    """Parties whose names share a key with whom the events hit."""
    names = {
        (target.name, "person" if target.type in PEOPLE else "outlet")
        for event in events
        for target in event.targets
    }
    return {party for name, kind in sorted(names) for party in _parties(name, kind)}


def _parties(name: str, kind: str) -> set[int]:
    """Parties that share a key with a name: by keys of two words first, by those of one only where these find none."""
    by_width: dict[int, set[str]] = defaultdict(set)
    for block in blocks(name, kind):
        by_width[WIDTH.get(block[:1], 2)].add(block)
    for width in sorted(by_width):
        rows = models.PartyBlock.objects.filter(block__in=by_width[width], party__kind=kind)
        found = set(rows.values_list("party", flat=True).distinct()[:MOST_PARTIES])
        if found:
            return found
    return set()


def outlines(cases: Collection[int], *, but: Collection[int] = ()) -> list[Outline]:
    """What each case is known by."""
    known: dict[str, dict[str, set]] = defaultdict(lambda: defaultdict(set))
    events = models.Event.objects.filter(case__in=cases).exclude(pk__in=but)
    slugs: dict[int, str] = {}
    for pk, slug, region, first, last in events.order_by().values_list(
        "pk", "case__slug", "region", "first_day", "last_day"
    ):
        slugs[pk] = slug
        known[slug]["regions"] |= {region} - {""}
        known[slug]["days"] |= {first, last} - {None}
        known[slug]["exact"] |= {first} - {None} if first == last else set()
    mentions = models.Mention.objects.filter(event__in=slugs).order_by()
    for event, side, type_, role, name in mentions.values_list(
        "event", "side", "type", "role", "party__name"
    ):
        if side == models.Mention.Side.TARGET:
            known[slugs[event]]["people" if type_ in PEOPLE else "outlets"].add(name)
        elif role == "complainant":
            known[slugs[event]]["askers"].add(name)
    for table, name in ((models.EventProvision, "provisions"), (models.EventType, "types")):
        for event, code in table.objects.filter(event__in=slugs).order_by().values_list("event", "code"):
            known[slugs[event]][name].add(code)
    return [
        Outline(
            slug=slug,
            **{
                name: frozenset(row[name])
                for name in ("people", "outlets", "askers", "provisions", "types", "regions")
            },
            first=min(row["days"], default=None),
            last=max(row["days"], default=None),
            exact=frozenset(row["exact"]),
        )
        for slug, row in sorted(known.items())
    ]
