"""Names in the ledger: keys to find parties by, who is one with whom, what is known of each, and the search."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext

from barometer.names.clusters import DIFFERENT, Clusters, Judged, canonical, clusters, last_words, pair
from barometer.names.comparison import compare
from barometer.names.context import Around
from barometer.names.erasing import BAR
from barometer.names.index import WIDTH, blocks
from barometer.review import PUBLIC as PUBLIC_STATES
from barometer.web.records.models import EventProvision, Mention, NameJudgement, Party, PartyBlock
from barometer.web.records.withholding import (
    NOBODY,
    Hidden,
    Withheld,
    clusters_of,
    party_clusters,
    withheld,
)

#: A written form has the party's keys too where it is likely the party's name and not "he" or "the newspaper".
_LIKELY = 0.5
_LEAST = 0.3
_MOST_FOUND, _MOST_COMPARED = 2_000, 250
_ENOUGH = 24
_ERASED = re.compile(rf"{BAR} \((\d{{4}}-\d{{2}}-\d{{2}})\)(?: \d+)?")
PARTY, MENTION = NameJudgement.Subject.PARTY, NameJudgement.Subject.MENTION


# --- keys -------------------------------------------------------------------------------------------------


def refresh_blocks(parties: Collection[Party]) -> int:
    """Bring the keys of these parties up to date; how many changed."""
    ids = [party.pk for party in parties]
    forms = _forms(ids)
    kept: dict[int, set[str]] = defaultdict(set)
    for party, block in PartyBlock.objects.filter(party__in=ids).values_list("party", "block"):
        kept[party].add(block)
    changed, new = 0, []
    for party in parties:
        wanted = _keys(party, forms.get(party.pk, {}))
        if wanted == kept[party.pk]:
            continue
        changed += 1
        if gone := kept[party.pk] - wanted:
            PartyBlock.objects.filter(party=party, block__in=gone).delete()
        new += [PartyBlock(party=party, block=block) for block in sorted(wanted - kept[party.pk])]
    PartyBlock.objects.bulk_create(new, ignore_conflicts=True)  # an import and `name_blocks` may meet
    return changed


def _keys(party: Party, written: Iterable[str]) -> set[str]:
    names = [party.name, *(form for form in written if _is_name_of(form, party))]
    keys = {key for name in names for key in blocks(name, party.kind)}
    for name in (party.name, *written):
        keys |= blocks(name, party.kind, transliterate=False)
    return {key[:320] for key in keys}


def _is_name_of(form: str, party: Party) -> bool:
    return form != party.name and compare(form, party.name, party.kind).probability >= _LIKELY


def _forms(parties: Collection[int]) -> dict[int, dict[str, int]]:
    """How each party was written, and how often."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Mention.objects.filter(party__in=parties).exclude(written="").order_by()
    for party, written, n in rows.values_list("party", "written").annotate(n=Count("pk")):
        found[party][written] = n
    return found


# --- who is one with whom ---------------------------------------------------------------------------------


def log(subject: str = PARTY) -> list[Judged]:
    """The judgements as the core knows them, the oldest first."""
    rows = NameJudgement.objects.filter(subject=subject).order_by("pk").values_list("one", "other", "verdict")
    return [Judged(one, other, verdict) for one, other, verdict in rows]


def mention_key(mention: Mention) -> str:
    """What a judgement knows a mention by: imports write an event's mentions anew, so that their row ids change."""
    return key_of(mention.event.public_id, mention.side, mention.written or mention.party.name)


def key_of(event: str, side: str, written: str) -> str:
    """The same, of the event's public id, the side and what the source wrote (the party's name where it wrote none)."""
    return f"{event}:{side}:{written}"


def mention_keys(party: str) -> list[str]:
    """The keys of a party's mentions, by its public id."""
    rows = Mention.objects.filter(party__public_id=party).select_related("event", "party")
    return [mention_key(row) for row in rows.order_by("event__first_day", "event__key", "side", "position")]


def canonical_names(public_ids: Collection[str], known: Clusters | None = None) -> dict[str, str]:
    """Party → the name of its cluster; parties that nobody joined are left out."""
    known = known or party_clusters()
    wanted = {member for one in public_ids if len(known.of(one)) > 1 for member in known.of(one)}
    rows = Party.objects.filter(public_id__in=wanted).annotate(n=Count("mentions"))
    often = {party: (name, n) for party, name, n in rows.values_list("public_id", "name", "n")}
    found = {}
    for one in public_ids:
        names = {often[member][0]: often[member][1] for member in known.of(one) if member in often}
        if len(names) > 1:
            found[one] = canonical(names)
    return found


@dataclass(frozen=True)
class Shown:
    """Under which name a page shows somebody: of parties that were joined, and of mentions that were set apart.

    Who is withheld has no name at all, but the words for who it is.
    """

    joined: Mapping[tuple[str, str], str] = field(default_factory=dict)  # kind and name → name
    apart: Mapping[str, str] = field(default_factory=dict)  # mention's key → name
    withheld: Withheld = NOBODY

    def of(self, kind: str, name: str, mention: str, role: str = "") -> str:
        """The name for a mention, by its key and type, of the party of this kind and name."""
        if one := self.hidden(kind, name, mention):
            return self.withheld.printed(one, role)
        return erased_name(self.apart.get(mention) or self.joined.get((kind, name), name))

    def hidden(self, kind: str, name: str, mention: str) -> Hidden | None:
        """Who is meant, if the name may not stand in the mention's event."""
        return self.withheld.hidden(kind, name, (mention.partition(":")[0],)) if self.withheld else None

    def __bool__(self) -> bool:
        return bool(self.joined or self.apart or self.withheld)


def shown_names(*, public: bool, use: str = "site", people: Withheld | None = None) -> Shown:
    """The names that the public, or the desk, sees: see `Shown`.

    For the public only names that a published event bears, and of people who may be named in that use: joining must
    not show what is not published. `people`: who is not named in that use, where the caller has worked it out.
    """
    said: dict[str, list[Judged]] = {PARTY: [], MENTION: []}
    rows = NameJudgement.objects.order_by("pk").values_list("subject", "one", "other", "verdict")
    for subject, one, other, verdict in rows:
        said[subject].append(Judged(one, other, verdict))
    return Shown(
        _joined_names(said[PARTY], public=public),
        _apart_names(said[MENTION]),
        (withheld(use, clusters(said[PARTY])) if people is None else people) if public else NOBODY,
    )


def _apart_names(said: list[Judged]) -> dict[str, str]:
    """Key of each mention that is of somebody else than the others of its name → the name with a number, from 2 on."""
    known = apart(said)
    if not known:
        return {}
    parties = dict(Party.objects.filter(public_id__in=known.values()).values_list("public_id", "name"))
    grouped = clusters(said)
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    found = {}
    for mention, party in known.items():
        mine = numbers[party]
        number = mine.setdefault(grouped.leader(mention), len(mine) + 2)
        found[mention] = f"{parties.get(party, '?')} ({number})"
    return found


def apart(said: Iterable[Judged]) -> dict[str, str]:
    """Key of each mention that a person said is not of its party → that party's public id; the oldest word first."""
    last = last_words(said)
    return {
        mention: party
        for (mention, party) in map(_mention_first, last)
        if party and last[pair(mention, party)] == DIFFERENT
    }


def _mention_first(two: tuple[str, str]) -> tuple[str, str]:
    """A pair of a mention and a party in that order; ("", "") where it is none."""
    mentions = [one for one in two if ":" in one]
    return (mentions[0], next(one for one in two if one != mentions[0])) if len(mentions) == 1 else ("", "")


def _joined_names(said: list[Judged], *, public: bool) -> dict[tuple[str, str], str]:
    """Kind and name of each party that judgements joined with another → the name of its cluster."""
    joined = clusters(said).joined
    rows = Party.objects.filter(public_id__in={member for cluster in joined for member in cluster})
    counted = Q(mentions__event__state__in=PUBLIC_STATES) if public else None
    rows = rows.annotate(n=Count("mentions", filter=counted))
    known = {
        one: (kind, name, n) for one, kind, name, n in rows.values_list("public_id", "kind", "name", "n")
    }
    found = {}
    for cluster in joined:
        members = [known[one] for one in cluster if one in known]
        often = {name: n for _, name, n in members if n or not public}
        if len(often) > 1:
            shown = canonical(often)
            found |= {(kind, name): shown for kind, name, n in members if name in often}
    return found


# --- who was erased ---------------------------------------------------------------------------------------


def erased_label(day: date) -> str:
    """The name that an erased person bears from that day on, in words of no language."""
    return f"{BAR} ({day.isoformat()})"


def erased_name(name: str) -> str:
    """What a page says in place of an erased person's label; any other name as it is."""
    found = _ERASED.fullmatch(name)
    if not found:
        return name
    day = date_format(date.fromisoformat(found[1]), "DATE_FORMAT")
    return gettext("a person (erased on %(day)s)") % {"day": day}


# --- what is known of a party beside its name -------------------------------------------------------------


def around(parties: Collection[int]) -> dict[int, Around]:
    """Events, cases, outlets, roles, places, provisions and days of each party's mentions."""
    found: dict[int, dict[str, set]] = defaultdict(lambda: defaultdict(set))
    columns = (
        "party", "type", "event", "event__public_id", "event__case__slug", "event__region", "event__place_name",
        "event__first_day", "event__background",
    )  # fmt: skip
    at: dict[int, set[int]] = defaultdict(set)
    rows = Mention.objects.filter(party__in=parties).order_by()
    for party, role, event, event_id, case, region, place, day, background in rows.values_list(*columns):
        one = found[party]
        at[event].add(party)
        one["events"].add(event_id)
        one["roles"].add(role)
        one["cases"] |= {case} - {None}
        one["places"] |= {region or place} - {""}
        if day and not background:
            one["days"].add(day)
    _add_outlets(found, at)
    _add_provisions(found, at)
    return {
        party: Around(**{name: frozenset(values) for name, values in one.items()})
        for party, one in found.items()
    }


def _add_outlets(found: dict, at: dict[int, set[int]]) -> None:
    """The outlets that stand as hit in the same events."""
    rows = Mention.objects.filter(event__in=at, side=Mention.Side.TARGET, party__kind=Party.Kind.OUTLET)
    for event, outlet, name in rows.order_by().values_list("event", "party", "party__name"):
        for party in at[event] - {outlet}:
            found[party]["outlets"].add(name)


def _add_provisions(found: dict, at: dict[int, set[int]]) -> None:
    rows = EventProvision.objects.filter(event__in=at).order_by().values_list("event", "code")
    for event, code in rows:
        for party in at[event]:
            found[party]["provisions"].add(code)


# --- search -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A party that was found, with those that judgements joined to it: how likely, how it was written, where it stands.

    `id` is the party's public id, `name` the name of the cluster; `others` are the further names in it.
    """

    id: str
    name: str
    kind: str
    probability: float
    form: str
    others: tuple[str, ...]
    times: int
    cases: tuple[str, ...]


def search(name: str, *, limit: int = 10, exact: bool = False) -> list[Found]:
    """Parties whose name, or how they were written, is likely this one; with `exact` in the same letters only."""
    parties = _exactly(name) if exact else _alike(name)
    known = clusters_of([party.public_id for party in parties])
    return _found(_rated(name, parties, known, exact=exact)[:limit], known)


def likely(name: str, least: float) -> list[Party]:
    """One party of each cluster that is as likely meant by this name, the likeliest first."""
    parties = _alike(name)
    rated = _rated(name, parties, clusters_of([party.public_id for party in parties]), exact=False)
    return [party for probability, _, party in rated if probability >= least]


def _rated(
    name: str, parties: Collection[Party], known: Clusters, *, exact: bool
) -> list[tuple[float, str, Party]]:
    """Probability, the likeliest form, and one of the parties for each cluster that may be meant, the likeliest first."""
    forms = _forms([party.pk for party in parties])
    alike = cache(lambda form, kind: compare(name, form, kind).probability)  # many share a form of the name
    best: dict[str, tuple[float, str, Party]] = {}
    for party in parties:
        tried = [party.name, *forms.get(party.pk, ())]
        if exact:
            tried = [form for form in tried if _has_all_words(form, name)] or [party.name]
        rated = [(alike(form, party.kind), form) for form in tried]
        probability, form = max(rated, key=lambda one: one[0])
        leader = known.leader(party.public_id)
        if (exact or probability >= _LEAST) and (leader not in best or probability > best[leader][0]):
            best[leader] = (probability, form, party)
    return sorted(best.values(), key=lambda one: (-one[0], one[2].name, one[2].kind))


def _exactly(name: str) -> list[Party]:
    """Parties of which one written form has all the words in these letters."""
    keys = sorted(blocks(name, transliterate=False))
    if not keys:
        return []
    found = PartyBlock.objects.filter(block__in=[key[:320] for key in keys]).values("party")
    whole = found.annotate(n=Count("pk")).filter(n=len(keys)).values("party")
    return list(Party.objects.filter(pk__in=whole).order_by("pk")[:_MOST_FOUND])


def _has_all_words(form: str, name: str) -> bool:
    return set(name.casefold().split()) <= set(form.casefold().split())


def _alike(name: str) -> list[Party]:
    """Parties that share keys with the name, the narrow keys first; of very many those that share the most."""
    ids: set[int] = set()
    keys = {(kind, key) for kind in Party.Kind.values for key in blocks(name, kind)}
    for width in range(3):
        narrow = [(kind, key) for kind, key in keys if WIDTH[key[0]] == width]
        for kind in {kind for kind, _ in narrow}:
            of_kind = [key for other, key in narrow if other == kind]
            rows = PartyBlock.objects.filter(block__in=of_kind, party__kind=kind).order_by("party")
            ids |= set(rows.values_list("party", flat=True).distinct()[:_MOST_FOUND])
        if len(ids) >= _ENOUGH:
            break
    if len(ids) > _MOST_COMPARED:
        ids = _sharing_most(ids, {key for _, key in keys} | blocks(name, transliterate=False))
    return list(Party.objects.filter(pk__in=ids))


def _sharing_most(ids: Collection[int], keys: Collection[str]) -> set[int]:
    """Those of the parties that have the most of the keys, the words in the same letters among them."""
    rows = PartyBlock.objects.filter(party__in=ids, block__in=[key[:320] for key in keys])
    often = rows.values("party").annotate(n=Count("pk")).order_by("-n", "party")
    return set(often.values_list("party", flat=True)[:_MOST_COMPARED])


def _found(rated: Iterable[tuple[float, str, Party]], known: Clusters) -> list[Found]:
    """What was found, with what the ledger has of each and of those that are one with it."""
    ordered = list(rated)
    wanted = {member for _, _, party in ordered for member in known.of(party.public_id)}
    members = Party.objects.filter(public_id__in=wanted).annotate(n=Count("mentions"))
    often = {one: (name, n) for one, name, n in members.values_list("public_id", "name", "n")}
    cases: dict[str, set[str]] = defaultdict(set)
    told = Mention.objects.filter(party__public_id__in=wanted).exclude(event__case=None).order_by()
    for member, slug in told.values_list("party__public_id", "event__case__slug").distinct():
        cases[known.leader(member)].add(slug)
    found = []
    for probability, form, party in ordered:
        names = dict(often[member] for member in known.of(party.public_id) if member in often)
        name = canonical(names)
        found.append(
            Found(
                id=party.public_id,
                name=name,
                kind=party.kind,
                probability=probability,
                form=form,
                others=tuple(sorted(set(names) - {name})),
                times=sum(names.values()),
                cases=tuple(sorted(cases[known.leader(party.public_id)])),
            )
        )
    return found
