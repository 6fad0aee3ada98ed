"""People, outlets and bodies as filters and lists know them: by one id for all parties that judgements joined.

Nobody is found by a name that the reader may not read: who is withheld has no id here, and a mention that was set
apart is of somebody else. Of bodies only public ones have one, where they acted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Exists, OuterRef, Q, Subquery

from barometer.indicators import public_bodies
from barometer.review import PUBLIC
from barometer.web.public import columns, joined, memory, words
from barometer.web.records import naming
from barometer.web.records.models import Mention, Party

KINDS = ("person", "outlet", "body")
#: From this probability on a text is taken for somebody's name; a name has so many words at most.
LIKELY, MOST_WORDS, MOST_ALIKE = 0.6, 5, 30


def leaders(ids: Iterable[str]) -> set[str]:
    """The ids under which these are chosen."""
    known = joined.clusters()
    return {known.leader(one) for one in ids}


def condition(kind: str, ids: Collection[str]) -> Q:
    """The events that mention one of these."""
    known = joined.clusters()
    members = {member for one in ids for member in known.of(one)}
    rows = Mention.objects.filter(
        event=OuterRef("pk"), party__kind=kind, party__public_id__in=sorted(members)
    )
    if kind == Party.Kind.PERSON:
        rows = rows.exclude(party__name__in=sorted(joined.withheld().by_name))
        rows = rows.exclude(pk__in=columns.apart_rows())
    if kind == Party.Kind.BODY:
        rows = rows.filter(side=Mention.Side.ACTOR, type__in=sorted(public_bodies()))
    return Q(Exists(rows))


def names(ids: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Id → the name to show, of those who have one and stand in a published event; `ids` by kind."""
    known, shown = joined.clusters(), joined.names()
    leader = {(kind, member): one for kind, some in ids.items() for one in some for member in known.of(one)}
    if not leader:
        return {}
    # A party at a time and up to its first: asked whether any exists, PostgreSQL goes through all mentions.
    published = Mention.objects.filter(party=OuterRef("pk"), event__state__in=PUBLIC).order_by()
    found = Party.objects.annotate(told=Subquery(published.values("pk")[:1]))
    found = found.filter(told__isnull=False, public_id__in=sorted({one for _, one in leader}))
    hidden = joined.withheld().by_name
    return {
        leader[party.kind, party.public_id]: words.capital(
            words.party_name(
                naming.erased_name(shown.joined.get((party.kind, party.name), party.name)), party.kind
            )
        )
        for party in found.order_by("pk")
        if (party.kind, party.public_id) in leader
        and (party.kind != Party.Kind.PERSON or party.name not in hidden)
    }


def alike(text: str) -> dict[str, list[str]]:
    """Kind → ids of those whose name, or how it was written, is likely this text; the likeliest first.

    Whoever may not be named is among them: a page asks again whom it may show.
    """
    if not 0 < len(text.split()) <= MOST_WORDS:
        return {kind: [] for kind in KINDS}
    return memory.remembered(("alike", text), lambda: _alike(text), lambda _: columns.is_large())


def _alike(text: str) -> dict[str, list[str]]:
    known = joined.clusters()
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for party in naming.likely(text, LIKELY):
        found[party.kind].append(known.leader(party.public_id))
    return {kind: ids[:MOST_ALIKE] for kind, ids in found.items()}
