"""Cases as the site tells them: a name, the events in order, the present state computed from the events."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Case as Case_
from django.db.models import (
    Count,
    DateField,
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext

from barometer.cases.upcoming import UpcomingDate, upcoming
from barometer.codebook import codebook
from barometer.review import PUBLIC
from barometer.web.public import cards, columns, joined, memory, words
from barometer.web.public.cards import Ahead, Party
from barometer.web.public.counting import Cases
from barometer.web.public.words import Words
from barometer.web.records import naming, timelines
from barometer.web.records.models import Case, Event, Mention

_EARLIEST = Value(date.min, output_field=DateField())

#: A case is named by so many of its events, from the first on.
NAMED_BY = 25
#: What the place of an event in its case follows from.
_PLACED_BY = ("background", "first_day", "last_day", "key")
#: `in_order` as the database has it.
_IN_ORDER = (
    Case_(When(background=True, first_day=None, then=Value(0)), default=Value(1)),
    F("first_day").asc(nulls_last=True),
    F("last_day").asc(nulls_last=True),
    "key",
)

#: In a list a case shows what its newest events tell, so many of them; its page goes through all.
LISTED_BY = 60
_NEWEST_FIRST = (
    Case_(When(background=True, first_day=None, then=Value(0)), default=Value(1)).desc(),
    F("first_day").desc(nulls_first=True),
    F("last_day").desc(nulls_first=True),
    "-key",
)

#: So many open cases, the latest moved, are asked for the dates that they announce.
MOST_WATCHED = 200
#: Where a case may stand. A case of context alone is neither open nor ended.
OPEN, ENDED, CONTEXT = "open", "ended", "context"
STANDINGS = {
    OPEN: Q(violation__isnull=False) & (Q(relief__isnull=True) | Q(violation__gt=F("relief"))),
    ENDED: Q(relief__isnull=False) & (Q(violation__isnull=True) | Q(violation__lte=F("relief"))),
    CONTEXT: Q(violation__isnull=True) & Q(relief__isnull=True),
}


@dataclass(frozen=True)
class State:
    """How a case stands: `standing` (open, ended, or ""), what happened last and when, what was announced."""

    standing: str
    last: Event | None
    last_words: str
    last_when: words.When
    ahead: tuple[Ahead, ...]

    @property
    def coming(self) -> tuple[Ahead, ...]:
        """Announced dates that are still to come."""
        return tuple(row for row in self.ahead if not row.passed)


@dataclass(frozen=True)
class Story:
    """A case in a list: `title` from its people and gravest type, `events` oldest first."""

    slug: str
    title: Words
    address: str
    people: tuple[Party, ...]
    kinds: tuple[str, ...]
    how_many: int
    state: State
    summary: Words


@dataclass(frozen=True)
class Brief:
    """A case among what was found: as a story has it, without who was hit and without dates."""

    title: Words
    address: str
    state: State


def briefly(pks: Sequence[int]) -> list[Brief]:
    """These cases, in that order, those that have a published event: by a few questions, however long they are."""
    found = {case.pk: case for case in _standing().filter(pk__in=pks)}
    named = titles_of({case.pk: case.slug for case in found.values()})
    last = _last_events(found)
    told = []
    for case in (found[pk] for pk in pks if pk in found):
        stands = State(standing(case), *_last_of(last.get(case.pk)), ahead=())
        told.append(Brief(named[case.pk], reverse("public:case", args=[joined.slug_of(case.slug)]), stands))
    return told


def _last_events(cases: Collection[int]) -> dict[int, Event]:
    """Case → the event that says what happened last: the last with a date that is not background."""
    last: dict[int, tuple[Any, int]] = {}
    rows = Event.objects.public().filter(case__in=cases).order_by()
    for case, pk, *placed in rows.values_list("case", "pk", *_PLACED_BY):
        place = (not placed[0], *_place(*placed))
        last[case] = max(last.get(case, (place, pk)), (place, pk))
    found = Event.objects.public().filter(pk__in=[pk for _, pk in last.values()]).order_by()
    rows = found.select_related("item__source").defer("coded", "search_text")
    return {row.case_id or 0: row for row in rows}


def with_events(period: str = "", *, brief: bool = False) -> QuerySet[Case]:
    """Cases that have a published event, the latest movement first: events come with four further queries.

    `violation` and `relief` are the latest possible beginnings and ends that the open cases are counted by
    (barometer.indicators); an event without a date is earlier than all that has one. With a period, the cases
    that its issue tells of, standing as the events of that issue alone say, as its figures count them.

    In brief, for a list: of a long case only the newest events come, and those that name it.
    """
    events = cards.ready(Event.objects.public())
    shown = [Prefetch("events", events, to_attr="shown")]
    if brief and not period:
        shown = [Prefetch("events", events.order_by(*_NEWEST_FIRST)[:LISTED_BY], to_attr="shown"), _first()]
    return _standing(period).prefetch_related(*shown)


def _standing(period: str = "") -> QuerySet[Case]:
    """The same cases without their events."""
    public = Q(events__state__in=PUBLIC)
    found = Case.objects.public()
    if period:
        public &= Q(events__item__issue__period=period)
        found = found.filter(_told_in(period))
    return found.annotate(
        latest=Max("events__first_day", filter=public),
        how_many=Count("events", filter=public),
        violation=Max(Coalesce("events__first_day", _EARLIEST), filter=public & Q(events__kind="violation")),
        relief=Max(Coalesce("events__last_day", _EARLIEST), filter=public & Q(events__kind="relief")),
    ).order_by(F("latest").desc(nulls_last=True), "slug")


def _first() -> Prefetch:
    """The events that name a case."""
    rows = Event.objects.public().select_related("item__source").order_by(*_IN_ORDER)[:NAMED_BY]
    rows = rows.prefetch_related(Prefetch("mentions", Mention.objects.select_related("party")))
    return Prefetch("events", rows, to_attr="first")


def called(*names: str) -> Q:
    """The cases that the reader knows by these names: see `joined.slug_of`."""
    people = joined.withheld()
    if not people:
        return Q(slug__in=names)
    rows = Case.objects.filter(Q(slug__in=names) | Q(public_id__in=names)).values_list("slug", "public_id")
    known = {slug if people.slug(slug) == slug else public_id: slug for slug, public_id in rows}
    return Q(slug__in=[known[name] for name in names if name in known])


def _told_in(period: str) -> Exists:
    """Whether an issue tells of the case."""
    return Exists(Event.objects.public().filter(case=OuterRef("pk"), item__issue__period=period))


def standing(case: Case) -> str:
    """Where a case from `with_events` stands: a relief counts unless a violation begins after it has ended."""
    return _stands(case.violation, case.relief)


def _stands(violation: date | None, relief: date | None) -> str:
    if violation and (relief is None or violation > relief):
        return OPEN
    return ENDED if relief else ""


def standing_of(events: Iterable[Event]) -> str:
    """The same, of events at hand."""
    events = list(events)
    violations = (event.first_day or date.min for event in events if event.kind == "violation")
    reliefs = (event.last_day or date.min for event in events if event.kind == "relief")
    return _stands(max(violations, default=None), max(reliefs, default=None))


def in_order(events: list[Event]) -> list[Event]:
    """Oldest first; background without a date before all, since it is what came before."""
    return sorted(events, key=lambda one: _place(one.background, one.first_day, one.last_day, one.key))


def _place(background: bool, first: date | None, last: date | None, key: str) -> tuple[bool, date, date, str]:
    return not (background and first is None), first or date.max, last or date.max, key


def story(case: Case, period: str = "") -> Story:
    """The case that came through `with_events`; how it stands is told from the same events as there."""
    events = in_order(case.shown)
    told = [event for event in events if not period or _printed_in(event, period)]
    cut = hasattr(case, "first") and case.how_many > len(events)
    where = _all_of(case) if cut else events
    stands = state(told, standing(case), where if cut else told)
    first = in_order(case.first) if cut else events
    return _story(case.slug, events, stands, first, where)


def _all_of(case: Case | int) -> list[Event]:
    """All events of a case of which only some came: a name may stand in a list by leave for all of them."""
    return list(Event.objects.public().filter(case=case).only("public_id"))


def story_of(slug: str, events: Iterable[Event]) -> Story:
    """The case of events that came through `cards.ready`, standing as they say."""
    events = in_order(list(events))
    return _story(slug, events, state(events, standing_of(events), events), events, events)


def _story(slug: str, events: list[Event], stands: State, first: list[Event], where: list[Event]) -> Story:
    """`first` name the case; `where` are all events of it."""
    with joined.among(where):
        named, hit = title(slug, first), people(events)
    return Story(
        slug=slug,
        title=named,
        address=reverse("public:case", args=[joined.slug_of(slug)]),
        people=hit,
        kinds=tuple(event.kind for event in first),
        how_many=len(where),
        state=stands,
        summary=cards.summary(stands.last) if stands.last else Words("", words.language()),
    )


def _printed_in(event: Event, period: str) -> bool:
    issue = event.item.issue
    return issue is not None and issue.period == period


def people(events: list[Event]) -> tuple[Party, ...]:
    """Everyone who was hit, each once."""
    found: dict[str, Party] = {}
    for event in events:
        for party in cards.parties(event, Mention.Side.TARGET):
            found.setdefault(party.name, party)
    return tuple(found.values())


def title(slug: str, events: list[Event]) -> Words:
    """The people most often hit and the gravest thing that was done: "Aruzhan Sarsenova: house arrest".

    Where that is a reply which was not given, or an outcome, the event's own heading says whose it was. Where
    nobody is named, the words of the case's slug, which are English. Of a very long case its first events name it.
    """
    events = events[:NAMED_BY]
    told = [
        _Told(event.pk, event.kind, event.main_type, tuple(cards.shown_names(event, Mention.Side.TARGET)))
        for event in events
    ]
    headings = {event.pk: event for event in events}
    return _titled(slug, told, lambda pk: cards.heading(headings[pk]))


@dataclass(frozen=True)
class _Told:
    """What names a case of one of its events: its row id, and the names of those whom it hit as a page has them."""

    pk: int
    kind: str
    main_type: str
    hit: tuple[Any, ...]


def _titled(slug: str, told: list[_Told], heading: Callable[[int], str]) -> Words:
    """As `title` says, of events in order; `heading` gives that of an event."""
    hit = Counter(name for one in told for name in one.hit)
    order = [name for name, _ in hit.most_common(2)]
    grave = _gravest(told)
    if not order:
        if joined.slug_of(slug) != slug:
            return Words(gettext("Case without names"), words.language())
        return Words(words.capital(slug.replace("-", " ")), "en")
    who = ", ".join(order)
    if grave is None:
        return Words(who, words.language())
    if _is_headed(grave):
        return Words(heading(grave.pk), words.language())
    return Words(f"{who}: {words.within(words.type_label(grave.main_type))}", words.language())


def _is_headed(one: _Told) -> bool:
    """Whether the event's own heading says whose it was."""
    return one.main_type.startswith(("information.", "outcome.", "context."))


def _gravest(told: list[_Told]) -> _Told | None:
    types = codebook().types
    known = [one for one in told if one.main_type in types]
    done = [one for one in known if one.kind == "violation"] or known
    return max(done, key=lambda one: types[one.main_type].severity, default=None)


def state(events: list[Event], standing: str, where: list[Event]) -> State:
    """The present state, computed: the last dated event that is not background says what happened last.

    Names may stand there by leave for all of the events `where`.
    """
    ordered = in_order(events)
    live = [event for event in ordered if not event.background] or ordered
    return State(standing, *_last_of(live[-1] if live else None), ahead=dates(events, where))


def _last_of(last: Event | None) -> tuple[Event | None, str, words.When]:
    """The event that says what happened last, what it was and when."""
    if last is None:
        return None, "", words.when("")
    return last, words.within(words.type_label(last.main_type)), cards.when(last)


def dates(events: list[Event], where: list[Event]) -> tuple[Ahead, ...]:
    """The dates of a case that are ahead, and those that passed without news: as its own page has them."""
    day = cards.today()
    case = timelines.case_value("", events, public=True, names=joined.names())
    languages = {event.public_id: cards.language_of(event) for event in events}
    return tuple(
        _date(one, languages[one.announced_by[0]], where)
        for one in upcoming(case, day)
        if one.standing in ("ahead", "passed")
    )


def _date(one: UpcomingDate, language: str, events: list[Event]) -> Ahead:
    told = joined.said(words.capital(one.what), language, *events)
    what = Words(told, language) if one.what else None
    return Ahead(
        when=words.span_when(one.span),
        what=what or Words(one.label[words.language()], words.language()),
        of=joined.said(one.of, words.language(), *events),
        passed=one.standing == "passed",
    )


def listed(period: str = "") -> Cases:
    """Every case with a published event, the latest movement first; with a period, as `with_events` says."""

    def read() -> Cases:
        found = columns.columns()
        return found.cases(found.having("period", [period]) if period else found.all)

    return memory.remembered(("cases", period), read, lambda rows: len(rows) > memory.LARGE)


def to_watch(how_many: int, period: str = "") -> list[Story]:
    """Open cases: those with a date to come first, the nearest before the others; then by the latest movement.

    With a period, those that its issue tells of and that are open to this day.
    """
    day = cards.today()
    chosen = memory.remembered(
        ("watch", how_many, period, day),
        lambda: _watched(how_many, period),
        rest=lambda _: columns.is_large(),
    )
    rows = {case.pk: case for case in with_events().filter(STANDINGS[OPEN], pk__in=chosen)}
    return [story(rows[pk]) for pk in chosen if pk in rows]


def _watched(how_many: int, period: str) -> list[int]:
    """Row ids of the cases to watch, among the latest moved and the latest that can have dates ahead."""
    still = listed().standing(OPEN)
    still = still.among(listed(period)) if period else still
    watched = [row.pk for row in still[:MOST_WATCHED]]
    dated = timelines.with_dates(Event.objects.public()).filter(case__in=watched)
    announced = set(dated.values_list("case", flat=True))
    wanted = [pk for place, pk in enumerate(watched) if place < how_many or pk in announced]
    found = [(case.pk, dates(case.shown, case.shown)) for case in with_events().filter(pk__in=wanted)]

    def nearest(one: tuple[int, tuple[Ahead, ...]]) -> str:
        return next((row.when.iso for row in one[1] if not row.passed), "9999")

    return [pk for pk, _ in sorted(found, key=nearest)[:how_many]]


def titles(slugs: Iterable[str]) -> dict[str, str]:
    """The titles of the cases that the reader knows by these names, by a few questions of a few fields."""
    slugs = list(slugs)
    if not slugs:
        return {}
    known = dict(Case.objects.public().filter(called(*slugs)).values_list("pk", "slug"))
    named = titles_of(known)
    return {joined.slug_of(slug): str(named[case]) for case, slug in known.items()}


def titles_of(known: Mapping[int, str]) -> dict[int, Words]:
    """The titles of cases, by their rows; `known`: row → slug."""
    rows, where = _naming(known)
    graves = [
        one.pk for case in known if (one := _gravest([told for told, _ in rows[case]])) and _is_headed(one)
    ]
    headed = {row.pk: row for row in cards.for_cards(Event.objects.filter(pk__in=graves))} if graves else {}
    found = {}
    for case, slug in known.items():
        with joined.among_ids(where[case]):
            told = [replace(one, hit=_names(one.hit, public_id)) for one, public_id in rows[case]]
            found[case] = _titled(slug, told, lambda pk: cards.heading(headed[pk]))
    return found


def _naming(cases: Collection[int]) -> tuple[dict[int, list[tuple[_Told, str]]], dict[int, list[str]]]:
    """Case → the events that name it, in order, with their public ids; and the public ids of all its events.

    `hit` are parts of mentions for `_names`. A name may stand in a title by leave for all of the case.
    """
    events = Event.objects.public().filter(case__in=cases).order_by()
    told: dict[int, list[Any]] = defaultdict(list)
    for row in events.values_list("case", "pk", "public_id", "kind", "main_type", *_PLACED_BY):
        told[row[0]].append(row)
    for many in told.values():
        many.sort(key=lambda row: _place(*row[5:]))
    rows = [row[:5] for many in told.values() for row in many[:NAMED_BY]]
    mentions = Mention.objects.filter(event__in=[row[1] for row in rows], side=Mention.Side.TARGET)
    hit: dict[int, list[Any]] = defaultdict(list)
    for event, *parts in mentions.order_by("position").values_list(
        "event", "party__kind", "party__name", "written", "type"
    ):
        hit[event].append(parts)
    found: dict[int, list[tuple[_Told, str]]] = {case: [] for case in cases}
    for case, pk, public_id, kind, main_type in rows:
        found[case].append((_Told(pk, kind, main_type, tuple(hit[pk])), public_id))
    return found, {case: [row[2] for row in told[case]] for case in cases}


def _names(mentions: Iterable[Any], event: str) -> tuple[str, ...]:
    """The names to show of those whom an event hit."""
    return tuple(
        cards.shown_name(kind, name, naming.key_of(event, Mention.Side.TARGET, written or name), role)
        for kind, name, written, role in mentions
    )


def of_event(event: Event) -> Story | None:
    """The case of an event."""
    if not event.case_id:
        return None
    found = case_called(Q(pk=event.case_id), event.case_id)
    return joined.recent(("story", event.case_id, words.language()), lambda: story(found) if found else None)


def case_called(name: Q, known_by: int | str) -> Case | None:
    """One case with its published events; `known_by` says which."""
    return joined.recent(("case", known_by), lambda: with_events().filter(name).first())


def how_many_stand(period: str = "") -> dict[str, int]:
    """How many cases there are, in all and in each standing."""
    found = listed(period)
    totals = found.how_many_stand()
    return {"all": len(found)} | {name: totals[name if name != CONTEXT else ""] for name in STANDINGS}
