"""Pairs of parties that may be one and that nobody has judged: from shared keys, names and what else is known."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from django.db.models import Count, Min, Q

from barometer.names.clusters import Clusters, pair
from barometer.names.comparison import compare
from barometer.names.context import Belief, in_context
from barometer.names.index import WIDTH
from barometer.web.records import changes, naming
from barometer.web.records.models import Party, PartyBlock

#: Less likely pairs are not proposed. What the names alone say may be a little less, for context can raise it.
LEAST = 0.4
_LEAST_OF_NAMES = 0.2
#: A key that more parties share says little of each pair; so many pairs are compared at most, the narrowest keys first.
_MOST_SHARING = (200, 60, 20)
MOST_COMPARED = 25_000
#: The keys of so many groups are read at a time.
_KEYS = 500


@dataclass(frozen=True)
class Row:
    """A party as proposals know it; `times` says how often it is mentioned."""

    pk: int
    public_id: str
    name: str
    kind: str
    times: int


@dataclass(frozen=True)
class Proposal:
    """Two parties that may be one; `worth` orders the list."""

    one: Row
    other: Row
    belief: Belief

    @property
    def worth(self) -> float:
        """How likely, and how much would follow: the mentions that would find their record."""
        return self.belief.probability * math.log2(1 + min(self.one.times, self.other.times))


def proposals(known: Clusters | None = None, pairs: Iterable[Proposal] | None = None) -> list[Proposal]:
    """Likely pairs, those that matter most first; of two clusters only the likeliest pair, each pair once.

    `known`, `pairs`: who is one with whom, and `likely_pairs`, where the caller has worked them out.
    """
    known = known or naming.party_clusters()
    pairs = likely_pairs() if pairs is None else pairs
    asked = (one for one in pairs if not known.is_decided(one.one.public_id, one.other.public_id))
    return _one_a_pair_of_clusters(asked, known)


def likely_pairs() -> list[Proposal]:
    """Pairs that are likely enough to be asked about, whatever was said of them."""
    pairs = list(_candidates())
    parties = _parties({party for two in pairs for party in two})
    likely = []
    for one, other in ((parties.get(left), parties.get(right)) for left, right in pairs):
        if one is None or other is None:  # gone meanwhile
            continue
        comparison = compare(one.name, other.name, one.kind)
        if comparison.probability >= _LEAST_OF_NAMES:
            likely.append((one, other, comparison))
    about = naming.around({row.pk for one, other, _ in likely for row in (one, other)})
    found = (
        Proposal(
            one, other, in_context(comparison, about.get(one.pk, _NOTHING), about.get(other.pk, _NOTHING))
        )
        for one, other, comparison in likely
    )
    return [one for one in found if one.belief.probability >= LEAST]


_NOTHING = naming.Around()


def _parties(ids: Collection[int]) -> dict[int, Row]:
    rows = Party.objects.annotate(n=Count("mentions"))
    return {
        row[0]: Row(*row)
        for part in changes.parts(ids)
        for row in rows.filter(pk__in=part).values_list("pk", "public_id", "name", "kind", "n")
    }


def _candidates() -> Iterator[tuple[int, int]]:
    """Pairs of one kind that share a key, each once, those with the narrowest keys first (row ids)."""
    seen: set[tuple[int, int]] = set()
    for width, most in enumerate(_MOST_SHARING):
        for group in _sharing(width, most):
            for two in combinations(group, 2):
                if two not in seen:
                    seen.add(two)
                    yield two
                    if len(seen) >= MOST_COMPARED:
                        return


def _sharing(width: int, most: int) -> Iterator[list[int]]:
    """Those who share a key of this width, by kind, the keys that few share first; what very many share is left out.

    The database counts: a large ledger has more than a million keys, of which those of a few thousand pairs are read.
    """
    of_width = Q(pk=None)
    for letter in (letter for letter, own in WIDTH.items() if own == width):
        of_width |= Q(block__startswith=letter)
    shared = (
        PartyBlock.objects.filter(of_width).order_by().values("block").annotate(n=Count("pk"), met=Min("pk"))
    )
    keys = shared.filter(n__gt=1, n__lte=most).order_by("n", "met").values_list("block", flat=True)
    each = keys.iterator(chunk_size=_KEYS)
    while some := list(islice(each, _KEYS)):
        held: dict[str, dict[str, list[int]]] = {key: defaultdict(list) for key in some}
        rows = PartyBlock.objects.filter(block__in=some).order_by("party")
        for key, party, kind in rows.values_list("block", "party", "party__kind"):
            held[key][kind].append(party)
        for by_kind in held.values():
            yield from by_kind.values()


def _one_a_pair_of_clusters(found: Iterable[Proposal], known: Clusters) -> list[Proposal]:
    best: dict[tuple[str, str], Proposal] = {}
    for proposal in found:
        two = pair(known.leader(proposal.one.public_id), known.leader(proposal.other.public_id))
        if two not in best or _order(proposal) < _order(best[two]):
            best[two] = proposal
    return sorted(best.values(), key=_order)


def _order(proposal: Proposal) -> tuple[float, float, str, str]:
    return (
        -proposal.worth,
        -proposal.belief.probability,
        proposal.one.public_id,
        proposal.other.public_id,
    )
