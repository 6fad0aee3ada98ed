"""What happens in an invented ledger, drawn as columns of numbers before any word is written.

Stories begin on busy and on quiet days (weekdays, seasons, days on which many things happen at once, more every year).
Four in ten events open a case; how many follow has a heavy tail, and weeks lie between them. Everything comes from one
seed: the same size and seed give the same ledger, but for what the database keeps encrypted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from world import spots, zipf

from barometer.codebook import codebook

FIRST, LAST = date(2015, 1, 1), date(2026, 9, 30)
DAYS = (LAST - FIRST).days + 1
#: Per event: 150,000 people, 400,000 cases and 3 million sources for a million events.
PEOPLE, CASES, SOURCES = 0.15, 0.4, 3
KINDS = ("violation", "relief", "context")
STATES = ("published", "corrected", "withdrawn", "proposed", "accepted", "reviewed")
_STATE_SHARES = (0.89, 0.03, 0.01, 0.05, 0.01, 0.01)
#: How often the first type of an event is of this group.
_GROUPS = {
    "legal": 34, "information": 22, "obstruction": 18, "digital": 14, "censorship": 6, "discrimination": 2,
    "impunity": 2, "life": 0.5,
}  # fmt: skip
_LONGEST = 400


def types_of(kind: str) -> tuple[list[str], list[float]]:
    """The types that an event of that kind begins with, and how often each.

    Those that need a person's consent to be published are left out: the desk would have to ask for each.
    """
    groups = {"relief": {"outcome": 1.0}, "context": {"context": 1.0}}.get(kind, _GROUPS)
    codes, weights = [], []
    for group, share in groups.items():
        its = [code for code, one in codebook().types.items() if one.group == group and not one.consent]
        falling = zipf(len(its), 1.0)
        codes += its
        weights += [share * weight / sum(falling) for weight in falling]
    return codes, [weight / sum(weights) for weight in weights]


def outlet_count(events: int) -> int:
    """How many outlets a ledger of that size knows."""
    return 40 + int(events**0.5)


@dataclass(frozen=True)
class Plan:
    """Every event of the ledger by numbers, in the order of stories; `items` says which are of one paragraph.

    A story is a case where its number is below `cases`; people, outlets and spots are places in the lists of `world`.
    """

    events: int
    people: int
    cases: int
    outlets: int
    story: np.ndarray
    place_in_story: np.ndarray
    day: np.ndarray
    item: np.ndarray
    kind: np.ndarray
    state: np.ndarray
    person: np.ndarray  # of each story
    outlet: np.ndarray
    spot: np.ndarray
    type: np.ndarray  # of the story's beginning, among `types_of` its kind
    context: np.ndarray
    other: np.ndarray  # a second person of the event, or -1

    @property
    def stories(self) -> int:
        """How many stories, cases or not."""
        return len(self.person)


def plan(events: int, chance: np.random.Generator) -> Plan:
    """A plan of so many events."""
    people, cases = max(20, int(events * PEOPLE)), int(events * CASES)
    sizes = _sizes(events, cases, chance)
    story = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    place = np.arange(events) - starts[story]
    day = _days(sizes, story, place, starts, chance)
    context = chance.random(len(sizes)) < np.where(np.arange(len(sizes)) < cases, 0.02, 0.4)
    kind = np.where(context[story], 2, 0)
    last = place == sizes[story] - 1
    ends = last & (chance.random(events) < np.where(sizes[story] > 1, 0.25, 0.06))
    kind = np.where(ends & (kind == 0), 1, kind)
    # The first so many stories have each person once, so that all people are met; the others have the common ones.
    shuffled = chance.permutation(people)[: len(sizes)]
    often = (people * chance.random(len(sizes) - len(shuffled)) ** 2).astype(int)
    spot_weights = np.array([spot.people for spot in spots()])
    falling = np.array(zipf(outlet_count(events), 1.1))
    types = np.array(types_of("violation")[1])
    months = day // 30
    same = (np.diff(story, prepend=-1) == 0) & (np.diff(months, prepend=-1) == 0)
    return Plan(
        events=events, people=people, cases=cases, outlets=len(falling), story=story, place_in_story=place, day=day,
        item=np.cumsum(~(same & (chance.random(events) < 0.6))) - 1, kind=kind,
        state=chance.choice(len(STATES), events, p=_STATE_SHARES),
        person=np.concatenate((shuffled, often)),
        outlet=chance.choice(len(falling), len(sizes), p=falling / falling.sum()),
        spot=chance.choice(len(spot_weights), len(sizes), p=spot_weights / spot_weights.sum()),
        type=chance.choice(len(types), len(sizes), p=types), context=context,
        other=np.where(chance.random(events) < 0.15, (people * chance.random(events) ** 2).astype(int), -1),
    )  # fmt: skip


def _sizes(events: int, cases: int, chance: np.random.Generator) -> np.ndarray:
    """How many events each story has: the cases first, then what is told once and is no case."""
    sizes = 1 + np.minimum(chance.pareto(1.8, cases) * 0.95, _LONGEST).astype(int)
    most = int(events * 0.88)
    while (over := int(sizes.sum()) - most) > 0:
        large = np.flatnonzero(sizes > 1)
        sizes[chance.choice(large, min(over, len(large)), replace=False)] -= 1
    return np.concatenate((sizes, np.ones(events - int(sizes.sum()), int)))


def _days(
    sizes: np.ndarray, story: np.ndarray, place: np.ndarray, starts: np.ndarray, chance: np.random.Generator
) -> np.ndarray:
    """The day of each event, counted from the first: stories begin by the calendar and go on in weeks."""
    first = chance.choice(DAYS, len(sizes), p=_calendar(chance))
    gaps = np.where(place == 0, 0, chance.lognormal(2.4, 1.0, len(story)) + 0.2)
    gone = np.cumsum(gaps)
    offset = (gone - gone[starts][story]).astype(int)
    span = np.maximum.reduceat(offset, starts)
    first = np.maximum(np.minimum(first, DAYS - 1 - span), 0)
    return np.minimum(first[story] + offset, DAYS - 1)


def _calendar(chance: np.random.Generator) -> np.ndarray:
    """How likely a story begins on each day."""
    days = np.arange(DAYS)
    month = ((FIRST.month - 1) + days // 30.4).astype(int) % 12
    season = np.array([1.0, 1.15, 0.8, 1.1])[month // 3]
    weekday = np.where((days + FIRST.weekday()) % 7 < 5, 1.0, 0.35)
    busy = np.ones(DAYS)
    busy[chance.choice(DAYS, 40, replace=False)] = 8.0
    weights = season * weekday * busy * 1.1 ** (days / 365)
    return weights / weights.sum()
