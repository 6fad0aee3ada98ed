"""People, outlets, bodies and articles of law as plain values: see barometer.web.public.opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.urls import reverse

from barometer.countries import country
from barometer.review import PUBLIC
from barometer.web.public import joined, words
from barometer.web.public.opened_parts import Value, day_of, one_id
from barometer.web.records import naming
from barometer.web.records.models import Event, EventProvision, Mention, Party


def listed(kind: str, among: Collection[str] | None = None) -> QuerySet[Party]:
    """The parties of a kind that readers may look up, each that is one with others once; `among` are those of interest."""
    mentions = Mention.objects.filter(party=OuterRef("pk"), event__state__in=PUBLIC)
    rows = Party.objects.filter(Exists(mentions), kind=kind)
    known, hidden = one_id(among), joined.withheld().by_name
    of_interest = known if among is None else known.keys() & set(among)
    rows = rows.exclude(public_id__in=[one for one in of_interest if one != known[one]])
    if kind != Party.Kind.PERSON:
        return rows
    if among is None:
        return rows.exclude(name__in=list(hidden))
    names = Party.objects.filter(public_id__in=among).values_list("public_id", "name")
    return rows.exclude(public_id__in=[one for one, name in names if name in hidden])


def mentions_of(members: Collection[str]) -> QuerySet[Mention]:
    """The published mentions of these parties (public ids), but those that are of somebody else of the name."""
    rows = Mention.objects.filter(party__public_id__in=members, event__state__in=PUBLIC)
    apart = [
        pk
        for pk, key in _keys(rows.filter(event__public_id__in=_apart_events()))
        if key in joined.names().apart
    ]
    return rows.exclude(pk__in=apart).order_by()


def _apart_events() -> set[str]:
    return {key.partition(":")[0] for key in joined.names().apart}


def _keys(rows: QuerySet[Mention]) -> list[tuple[int, str]]:
    return [(row.pk, naming.mention_key(row)) for row in rows.select_related("party", "event")]


def parties(rows: Iterable[Party]) -> list[Value]:
    """The values of parties that came from `listed`; one all of whose mentions are somebody else's is left out."""
    found = list(rows)
    groups = joined.clusters()
    of = {member: row.public_id for row in found for member in groups.of(row.public_id)}
    mentions = mentions_of(of)
    counted: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for party, side, code, n in (
        mentions.values_list("party__public_id", "side", "type")
        .annotate(n=Count("pk"))
        .values_list("party__public_id", "side", "type", "n")
    ):
        counted[of[party]][side, code] += n
    spread = {row["first"]: row for row in _spread(mentions, of)}
    told = _cases_of(mentions, of)
    return [
        _party(row, counted[row.public_id], spread[row.public_id], told[row.public_id])
        for row in found
        if row.public_id in spread
    ]


def _spread(mentions: QuerySet[Mention], of: Mapping[str, str]) -> Iterable[Value]:
    """How many events each is in and between which days."""
    pairs = mentions.values_list("party__public_id", "event__first_day", "event__last_day", "event")
    events: dict[str, set[int]] = defaultdict(set)
    days: dict[str, tuple[date, date]] = {}
    for party, first, last, event in pairs.iterator():
        one = of[party]
        events[one].add(event)
        if first:
            earliest, latest = days.get(one, (first, last))
            days[one] = min(earliest, first), max(latest, last)
    for one, ids in events.items():
        first, last = days.get(one, (None, None))
        yield {"first": one, "events": len(ids), "first_day": day_of(first), "last_day": day_of(last)}


def _cases_of(mentions: QuerySet[Mention], of: Mapping[str, str]) -> Mapping[str, list[Value]]:
    pairs = mentions.filter(event__case__isnull=False)
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    for party, public_id, slug in pairs.values_list(
        "party__public_id", "event__case__public_id", "event__case__slug"
    ).distinct():
        found[of[party]][public_id] = {"id": public_id, "slug": joined.slug_of(slug)}
    return defaultdict(list, {one: [by[key] for key in sorted(by)] for one, by in found.items()})


_PAGES = {Party.Kind.PERSON: "public:person", Party.Kind.OUTLET: "public:outlet"}


def _party(row: Party, counted: Mapping[tuple[str, str], int], spread: Value, cases: list[Value]) -> Value:
    name = joined.names().of(row.kind, row.name, "")
    return {
        "id": row.public_id,
        "kind": row.kind,
        "page": reverse(_PAGES[row.kind], args=[row.public_id]) if row.kind in _PAGES else None,
        "name": words.capital(words.party_name(name, row.kind)),
        "names": _names(name, row.kind),
        "as_target": _typed(counted, Mention.Side.TARGET),
        "as_actor": _typed(counted, Mention.Side.ACTOR),
        "events": spread["events"],
        "first_day": spread["first_day"],
        "last_day": spread["last_day"],
        "cases": cases,
    }


def _names(name: str, kind: str) -> dict[str, str]:
    """The name by language, where the country's data knows the outlet or body."""
    known = country(words.COUNTRY)
    found = {Party.Kind.OUTLET: known.find_outlet, Party.Kind.BODY: known.find_body}.get(kind)
    one = found(name) if found else None
    return dict(one.names) if one else {}


def _typed(counted: Mapping[tuple[str, str], int], side: str) -> list[Value]:
    label = words.target_type_label if side == Mention.Side.TARGET else words.actor_type_label
    return [
        {"type": code, "label": label(code), "mentions": n}
        for (at, code), n in sorted(counted.items())
        if at == side
    ]


def party(public_id: str, kind: str) -> Value | None:
    """The value of one of `listed`; also by the id of a party that is one with it."""
    first = one_id([public_id]).get(public_id, public_id)
    return next(iter(parties(listed(kind).filter(public_id=first))), None)


def events_of(public_id: str) -> QuerySet[Event]:
    """The published events in which a party of `listed` stands."""
    members = joined.clusters().of(public_id)
    return Event.objects.public().filter(pk__in=mentions_of(members).values("event"))


# --- provisions -------------------------------------------------------------------------------------------


def provisions(codes: Sequence[str]) -> list[Value]:
    """Articles with the cases under them."""
    rows = EventProvision.objects.filter(code__in=codes, event__state__in=PUBLIC).order_by()
    counts = rows.values("code").annotate(
        n=Count("event", distinct=True), first=Min("event__first_day"), last=Max("event__last_day")
    )
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    pairs = rows.filter(event__case__isnull=False)
    for code, public_id, slug in pairs.values_list(
        "code", "event__case__public_id", "event__case__slug"
    ).distinct():
        found[code][public_id] = {"id": public_id, "slug": joined.slug_of(slug)}
    return [
        {
            "code": row["code"],
            "label": words.provision_label(row["code"]),
            "subject": words.provision_subject(row["code"]) or None,
            "events": row["n"],
            "first_day": day_of(row["first"]),
            "last_day": day_of(row["last"]),
            "cases": [found[row["code"]][key] for key in sorted(found[row["code"]])],
        }
        for row in sorted(counts, key=lambda row: row["code"])
    ]
