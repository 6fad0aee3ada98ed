"""The people who are not named (barometer.web.records.withholding), brought up to date by what a change touched.

Of a hundred thousand people some ten thousand are not named, and to find out who takes half a minute. What a change
can make different is the people whom its events named or name, whose cards or consents changed, who are one since a
judgement, and those whose surname alone now names somebody else too. A test compares with looking at everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from barometer.names.clusters import Clusters
from barometer.names.index import skeletons
from barometer.names.naming import Naming, Somebody
from barometer.names.parts import word_of
from barometer.names.people import person
from barometer.web.records import changes, models
from barometer.web.records.changes import Change, Seen
from barometer.web.records.people import Consent, PersonCard
from barometer.web.records.withholding import (
    NOBODY,
    Hidden,
    Known,
    Leave,
    Withheld,
    alone,
    everybody,
    hidden,
    leaves,
    not_named,
    party_clusters,
    people_of,
)

#: Of so few people, or where a change touched so many, everybody is looked at.
FEW, MOST_TOUCHED = 5, 5_000
USE = "site"


@dataclass(frozen=True, eq=False)
class Hiding:
    """Everybody who is not named on the site, and what it was found out by."""

    withheld: Withheld
    keys: Mapping[str, tuple[int, ...]]  # person → row ids of the parties
    parties: Mapping[str, tuple[str, ...]]  # person → public ids of the parties
    alone: Mapping[str, bool]  # surname → whether nobody else in the ledger bears it
    clusters: Clusters
    seen: Seen


def found() -> Hiding:
    """Look at everybody."""
    seen, clusters = Seen.now(), party_clusters()
    known = everybody(clusters)
    people = [Somebody(one.id, one.forms) for one in known]
    words = alone(
        {word for one in people for word in one.surnames}, {key for one in known for key in one.keys}
    )
    naming = Naming(_with_alone(one, words) for one in people)
    return Hiding(
        Withheld(hidden(known, USE), naming) if known else NOBODY,
        {one.id: tuple(one.keys) for one in known},
        {one.id: tuple(one.parties) for one in known},
        words,
        clusters,
        seen,
    )


def brought_up_to_date(old: Hiding) -> Hiding:
    """Everybody who is not named now, by looking again at those whom a change touched."""
    if len(old.keys) <= FEW:
        return found()
    seen, new = old.seen.since()
    if not old.seen.still_there():
        return found()
    clusters = party_clusters() if changes.of_model(new, "namejudgement") else old.clusters
    touched = _touched(new)
    if touched is None or len(touched) > MOST_TOUCHED:
        return found()
    touched |= _moved(old.clusters, clusters)
    if not touched and not changes.of_model(new, "case") and not changes.of_model(new, "event"):
        return replace(old, seen=seen, clusters=clusters)
    return _again(old, touched, clusters, seen)


def as_if_accepted(old: Hiding, events: Collection[int]) -> Withheld:
    """Everybody who would not be named if these events (row ids) were accepted: what they call people counts too."""
    rows = models.Mention.objects.filter(event__in=events, party__kind=models.Party.Kind.PERSON)
    touched = set(rows.order_by().values_list("party__public_id", flat=True))
    return _again(old, touched, old.clusters, old.seen, events).withheld if touched else old.withheld


def for_use(old: Hiding, use: str) -> Withheld:
    """Who is not named in another use (bulletin, letter, un, press): the same people, but for the leave that they gave."""
    people = old.withheld.people
    if use == USE or not people:
        return old.withheld
    leave = leaves({who: old.parties[who] for who in people}, use)
    return Withheld({who: replace(one, leave=leave[who]) for who, one in people.items()}, old.withheld.naming)


def _again(
    old: Hiding, touched: Collection[str], clusters: Clusters, seen: Seen, also: Collection[int] = ()
) -> Hiding:
    """The same after looking at these people (public ids of parties) again, and at all who gave leave; `also` are
    events that count as accepted."""
    members = {one for party in touched for one in (*old.clusters.of(party), *clusters.of(party))}
    agreed = {who for who, one in old.withheld.people.items() if one.leave != Leave()}
    members |= {party for who in agreed for party in old.parties[who]}
    gone = {who for who, parties in old.parties.items() if not members.isdisjoint(parties)}
    looked_at = people_of(members, clusters, also=also)
    # Somebody of whom no card and no type says anything is not looked at by `everybody` either.
    told = (one for one in looked_at.values() if one.types or one.said("policy"))
    fresh = {one.id: one for one in not_named(told)}
    keys = {who: of for who, of in old.keys.items() if who not in gone}
    keys |= {who: tuple(one.keys) for who, one in fresh.items()}
    people = {who: Somebody(who, one.forms) for who, one in fresh.items()}
    words = dict(old.alone) | alone(
        _doubtful(old, looked_at.values(), people.values()), {key for of in keys.values() for key in of}
    )
    others = {
        who: one
        for who, one in old.withheld.naming.people.items()
        if who not in gone and one.alone != _with_alone(one, words).alone
    }
    again = [_with_alone(one, words) for one in (others | people).values()]
    shown = {who: one for who, one in old.withheld.people.items() if who not in gone}
    parties = {who: of for who, of in old.parties.items() if who not in gone}
    return Hiding(
        _changed(old.withheld, shown | hidden(fresh.values(), USE), gone | others.keys(), again),
        keys,
        parties | {who: tuple(one.parties) for who, one in fresh.items()},
        words,
        clusters,
        seen,
    )


def _changed(
    old: Withheld, people: Mapping[str, Hidden], without: Collection[str], again: Collection[Somebody]
) -> Withheld:
    """The very same where nobody is hidden otherwise than before: what was worked out with it still holds."""
    named = old.naming.people
    same = people == old.people and {one.id for one in again} == set(without)
    if same and all(named.get(one.id) == one for one in again):
        return old
    return Withheld(people, old.naming.changed(without, again))


def _with_alone(one: Somebody, words: Mapping[str, bool]) -> Somebody:
    return replace(one, alone=frozenset(filter(words.get, one.surnames)))


def _doubtful(old: Hiding, looked_at: Iterable[Known], fresh: Iterable[Somebody]) -> set[str]:
    """The surnames that have to be asked again whether they name one alone: new ones, and what sounds like a name
    of somebody who was looked at."""
    near = {
        key
        for one in looked_at
        for name in one.names
        for word in person(name).words
        for key in skeletons(word)
    }
    sounding = {word for word in old.alone if not near.isdisjoint(skeletons(word_of(word)))}
    return sounding | {word for one in fresh for word in one.surnames}


# --- whom a change touched --------------------------------------------------------------------------------


def _touched(new: Collection[Change]) -> set[str] | None:
    """The parties (public ids) of whom something may be different; None where that cannot be told."""
    parties = changes.of_model(new, "party")
    if any(change.model == "party" and change.action != "create" for change in new):
        return None  # another name: whoever bore the old one is not known any more
    before = _named_before(changes.of_model(new, "event"))
    if before is None:
        return None
    return {*parties, *before, *_named_now(changes.of_model(new, "event")), *_by_cards(new)}


def _named_now(events: Collection[str]) -> Iterator[str]:
    for part in changes.parts(events):
        rows = models.Mention.objects.filter(event__public_id__in=part, party__kind=models.Party.Kind.PERSON)
        yield from rows.order_by().values_list("party__public_id", flat=True)


def _named_before(events: Collection[str]) -> set[str] | None:
    """Whom earlier revisions of these events name; None where one does not say."""
    parties: set[str] = set()
    for part in changes.parts(events):
        changed = models.Revision.objects.filter(model="event", record_id__in=part, number__gt=1)
        again = set(changed.order_by().values_list("record_id", flat=True))
        rows = models.Revision.objects.filter(model="event", record_id__in=again).order_by()
        for after in rows.values_list("after", flat=True):
            if "mentions" not in after:
                return None
            parties.update(mention["party"] for mention in after["mentions"])
    return parties


def _by_cards(new: Collection[Change]) -> Iterator[str]:
    for model, rows in (("personcard", PersonCard.objects), ("consent", Consent.objects)):
        for part in changes.parts(changes.of_model(new, model)):
            yield from rows.filter(public_id__in=part).values_list("party__public_id", flat=True)


def _moved(old: Clusters, new: Clusters) -> set[str]:
    """Parties that are one with others only before a judgement or only after it."""
    return {
        member
        for one, other in ((old, new), (new, old))
        for cluster in one.joined
        for member in cluster
        if other.of(member) != cluster
    }
