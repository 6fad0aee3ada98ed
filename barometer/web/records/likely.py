"""Which cases of the ledger an event probably goes on: few candidates by the keys of names, then the core decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from barometer.cases.matching import PEOPLE, Likely, Outline, likely_cases_of_story
from barometer.codebook import Event
from barometer.names.index import WIDTH, blocks
from barometer.web.records import models

#: So many parties of one name, of what was recorded of them last so many events, and of those so many cases are looked at.
MOST_PARTIES, MOST_EVENTS, MOST_CASES = 200, 2_000, 100
#: So many cases are held in memory for the stories that follow.
_HELD = 4_000


@dataclass
class LookedUp:
    """What was looked up for many stories in turn, as long as nothing is written and the same events are left out."""

    parties: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    cases: dict[int, Outline | None] = field(default_factory=dict)


def likely_cases_of(event: Event, *, but: Collection[int] = ()) -> tuple[Likely, ...]:
    """The ledger's cases that an event probably goes on, the likeliest first; `but` are ids of events left out."""
    return likely_cases_of_events([event], but=but)


def likely_cases_of_events(
    events: Collection[Event], *, but: Collection[int] = (), known: LookedUp | None = None
) -> tuple[Likely, ...]:
    """The same for events that are one story; `known` is handed from story to story."""
    parties = parties_of(events, known)
    targets = models.Mention.objects.filter(party__in=parties, side=models.Mention.Side.TARGET)
    lately = targets.order_by("-event_id").values("event_id")[:MOST_EVENTS]
    rows = models.Event.objects.filter(pk__in=lately).exclude(case=None).exclude(pk__in=but)
    told = rows.order_by("-last_day", "-pk").values_list("case", flat=True)
    cases = list(dict.fromkeys(told))[:MOST_CASES]
    return likely_cases_of_story(Outline.of("", events), outlines(cases, but=but, known=known))


def parties_of(events: Iterable[Event], known: LookedUp | None = None) -> set[int]:
    """Parties whose names share a key with whom the events hit."""
    found = LookedUp().parties if known is None else known.parties
    names = {
        (target.name, "person" if target.type in PEOPLE else "outlet")
        for event in events
        for target in event.targets
    }
    for name, kind in sorted(names - found.keys()):
        found[name, kind] = _parties(name, kind)
    return {party for one in names for party in found[one]}


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


def outlines(
    cases: Collection[int], *, but: Collection[int] = (), known: LookedUp | None = None
) -> list[Outline]:
    """What each case is known by, in the order of their slugs."""
    held = LookedUp().cases if known is None else known.cases
    if len(held) > _HELD:
        held.clear()
    missing = [case for case in cases if case not in held]
    if missing:
        held |= dict.fromkeys(missing) | _outlines(missing, but)
    found = [one for case in cases if (one := held[case])]
    return sorted(found, key=lambda one: one.slug)


def _outlines(cases: Collection[int], but: Collection[int]) -> dict[int, Outline]:
    known: dict[int, dict[str, set]] = defaultdict(lambda: defaultdict(set))
    events = models.Event.objects.filter(case__in=cases).exclude(pk__in=but)
    case_of: dict[int, int] = {}
    slugs: dict[int, str] = {}
    for pk, case, slug, region, first, last in events.order_by().values_list(
        "pk", "case", "case__slug", "region", "first_day", "last_day"
    ):
        case_of[pk], slugs[case] = case, slug
        known[case]["regions"] |= {region} - {""}
        known[case]["days"] |= {first, last} - {None}
        known[case]["exact"] |= {first} - {None} if first == last else set()
    mentions = models.Mention.objects.filter(event__in=case_of).order_by()
    for event, side, type_, role, name in mentions.values_list(
        "event", "side", "type", "role", "party__name"
    ):
        if side == models.Mention.Side.TARGET:
            known[case_of[event]]["people" if type_ in PEOPLE else "outlets"].add(name)
        elif role == "complainant":
            known[case_of[event]]["askers"].add(name)
    for table, name in ((models.EventProvision, "provisions"), (models.EventType, "types")):
        for event, code in table.objects.filter(event__in=case_of).order_by().values_list("event", "code"):
            known[case_of[event]][name].add(code)
    return {
        case: Outline(
            slug=slugs[case],
            **{
                name: frozenset(row[name])
                for name in ("people", "outlets", "askers", "provisions", "types", "regions")
            },
            first=min(row["days"], default=None),
            last=max(row["days"], default=None),
            exact=frozenset(row["exact"]),
        )
        for case, row in known.items()
    }
