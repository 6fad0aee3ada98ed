"""The events that filters leave, and how many each further value would leave: one query a filter, no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from barometer.codebook import codebook
from barometer.codebook.dates import EventDate
from barometer.names.words import index_words, query_words
from barometer.web.public import cards, joined, stories, words
from barometer.web.public.filters import COUNTS, KNOWN, WORDS_OF, Filters, address
from barometer.web.records.models import Case, Event, EventProvision, EventType, Mention
from barometer.web.records.search import search

#: A list is cut after so many values; those that are chosen stay.
LONGEST_LIST = 40
#: Lists that stand open from the start.
OPEN = ("section", "kind")


@dataclass(frozen=True)
class Choice:
    """One value of a filter: its words, how many events it would leave, and the address that (un)chooses it."""

    value: str
    label: str
    count: int
    chosen: bool
    address: str


@dataclass(frozen=True)
class Facet:
    """A filter with its values."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    open: bool
    more: int

    @property
    def how_many(self) -> int:
        """How many values are chosen."""
        return sum(choice.chosen for choice in self.choices)


@dataclass(frozen=True)
class Chip:
    """A chosen value and the address without it."""

    facet: str
    label: str
    address: str


# --- narrowing --------------------------------------------------------------------------------------------


def matching(filters: Filters) -> QuerySet[Event]:
    """The published events that the filters leave, unordered."""
    events = Event.objects.public()
    for name, values in filters.chosen.items():
        events = events.filter(_CONDITIONS[name](values))
    return findable(events, filters.text) if filters.text else events


def findable(events: QuerySet[Event], text: str) -> QuerySet[Event]:
    """The events that a reader may find by these words: not by a name that the reader may not read.

    The words that the ledger is searched by have all names. Where the text may be part of one that is withheld, each
    event that was found is asked again by the words that its page shows.
    """
    found, people = search(events, text), joined.withheld()
    wanted = query_words(text)
    if not people.naming.may_mean(text):
        return found
    rows = cards.ready(found).prefetch_related("item__events")
    return found.filter(pk__in=[row.pk for row in rows if _shows(row, wanted)])


def _shows(row: Event, wanted: Iterable[str]) -> bool:
    shown = index_words(cards.words_of(row)).split()
    return all(any(word.startswith(start) for word in shown) for start in wanted)


def newest_first(events: QuerySet[Event]) -> QuerySet[Event]:
    """By the earliest day an event can have happened on, the newest first; without a date last."""
    return events.order_by(F("first_day").desc(nulls_last=True), "last_day", "item__section", "key")


def _any(conditions: Iterable[Q]) -> Q:
    result = Q()
    for condition in conditions:
        result |= condition
    return result


def _within(month: str) -> Q:
    interval = EventDate.parse(month)
    return Q(first_day__gte=interval.first, last_day__lte=interval.last)


def _has(model: type[EventType] | type[Mention] | type[EventProvision], **conditions: object) -> Q:
    return Q(Exists(model.objects.filter(event=OuterRef("pk"), **conditions)))


_COUNTS = {
    "new": Q(kind="violation", phase="imposed", background=False),
    "step": Q(kind="violation", phase="step", background=False),
    "relief": Q(kind="relief", background=False),
    "context": Q(kind="context", background=False),
    "background": Q(background=True),
}

#: The month under which an event's item is printed, as the figures count it; the event's own where none is, and
#: of background, which is printed under the month of the story that it belongs to.
_PRINTED = Q(background=False) & ~Q(item__month="")


#: Neither printed under a month nor whole in one.
_NO_MONTH = ~_PRINTED & (
    Q(first_day__isnull=True) | ~Q(first_day__year=F("last_day__year"), first_day__month=F("last_day__month"))
)


def _in_month(month: str) -> Q:
    if month == words.NO_MONTH:
        return _NO_MONTH
    return (_PRINTED & Q(item__month=month)) | (~_PRINTED & _within(month))


def _in_section(number: int) -> Q:
    """Printed in it; an item without a section stands in the one that its event's type proposes (rule 22)."""
    proposing = [code for code, kind in codebook().types.items() if kind.section == number]
    return Q(item__section=number) | Q(item__section__isnull=True, main_type__in=proposing)


def _in_region(code: str) -> Q:
    if code not in (words.NO_REGION, words.ABROAD):
        return Q(region=code)
    at_home = Q(region="", country__in=["", words.COUNTRY])
    return at_home if code == words.NO_REGION else Q(region="") & ~at_home


_CONDITIONS = {
    "period": lambda values: Q(item__issue__period__in=values),
    "section": lambda values: _any(_in_section(int(value)) for value in values),
    "kind": lambda values: Q(kind__in=values),
    "counts": lambda values: _any(_COUNTS[value] for value in values),
    "word": lambda values: Q(is_alleged__in=[value == "alleged" for value in values]),
    "type": lambda values: _has(EventType, code__in=values),
    "month": lambda values: _any(_in_month(value) for value in values),
    "region": lambda values: _any(_in_region(value) for value in values),
    "actor": lambda values: _has(Mention, side=Mention.Side.ACTOR, type__in=values),
    "provision": lambda values: _has(EventProvision, code__in=values),
    "case": lambda values: Q(case__in=Case.objects.filter(stories.called(*values)).values("pk")),
}


# --- counting ---------------------------------------------------------------------------------------------


def _grouped(events: QuerySet[Event], column: str) -> Counter[str]:
    rows = events.order_by().values_list(column).annotate(n=Count("pk")).values_list(column, "n")
    return Counter({str(value): n for value, n in rows if value is not None})


def _sections(events: QuerySet[Event]) -> Counter[str]:
    found: Counter[str] = Counter()
    types = codebook().types
    rows = events.order_by().values_list("item__section", "main_type").annotate(n=Count("pk"))
    for printed, code, n in rows.values_list("item__section", "main_type", "n"):
        found[str(printed or (types[code].section if code in types else 0))] += n
    return found


def _regions(events: QuerySet[Event]) -> Counter[str]:
    found: Counter[str] = Counter()
    rows = events.order_by().values_list("region", "country").annotate(n=Count("pk"))
    for region, country, n in rows.values_list("region", "country", "n"):
        found[region or (words.NO_REGION if country in ("", words.COUNTRY) else words.ABROAD)] += n
    return found


def _months(events: QuerySet[Event]) -> Counter[str]:
    """By the month printed; else by the event's own where it lies whole in one; else under none."""
    rows = (
        events.filter(~_PRINTED)
        .order_by()
        .annotate(of_first=TruncMonth("first_day"), of_last=TruncMonth("last_day"))
        .values_list("of_first", "of_last")
        .annotate(n=Count("pk"))
        .values_list("of_first", "of_last", "n")
    )
    found = _grouped(events.filter(_PRINTED), "item__month")
    for first, last, n in rows:
        found[f"{first:%Y-%m}" if first and first == last else words.NO_MONTH] += n
    return found


def _counts(events: QuerySet[Event]) -> Counter[str]:
    totals = events.aggregate(**{name: Count("pk", filter=condition) for name, condition in _COUNTS.items()})
    return Counter({name: n for name, n in totals.items() if n})


def _words_of(events: QuerySet[Event]) -> Counter[str]:
    rows = events.order_by().values_list("is_alleged").annotate(n=Count("pk")).values_list("is_alleged", "n")
    return Counter({"alleged" if alleged else "stated": n for alleged, n in rows})


def _through(
    model: type[EventType] | type[Mention] | type[EventProvision], column: str, **conditions: object
):
    def count(events: QuerySet[Event]) -> Counter[str]:
        rows = (
            model.objects.filter(event__in=events.order_by().values("pk"), **conditions)
            .order_by()
            .values_list(column)
            .annotate(n=Count("event", distinct=True))
            .values_list(column, "n")
        )
        return Counter(dict(rows))

    return count


def _cases(events: QuerySet[Event]) -> Counter[str]:
    return Counter({joined.slug_of(slug): n for slug, n in _grouped(events, "case__slug").items()})


def _by(column: str):
    return lambda events: _grouped(events, column)


_COUNTERS = {
    "period": _by("item__issue__period"),
    "section": _sections,
    "kind": _by("kind"),
    "counts": _counts,
    "word": _words_of,
    "type": _through(EventType, "code"),
    "month": _months,
    "region": _regions,
    "actor": _through(Mention, "type", side=Mention.Side.ACTOR),
    "provision": _through(EventProvision, "code"),
    "case": _cases,
}


def type_counts(filters: Filters) -> Counter[str]:
    """How many of the events have each type."""
    return _COUNTERS["type"](matching(filters))


# --- words ------------------------------------------------------------------------------------------------


def facet_label(name: str) -> str:
    """What a filter is called on the page."""
    return {
        "period": gettext("Quarter"),
        "section": gettext("Section"),
        "kind": gettext("Kind"),
        "counts": gettext("How it counts"),
        "word": gettext("On whose word"),
        "type": gettext("Type"),
        "month": gettext("Month"),
        "region": gettext("Region"),
        "actor": gettext("Who did it"),
        "provision": gettext("Article of law"),
        "case": gettext("Case"),
    }[name]


def counts_label(value: str) -> str:
    """How an event counts, in words."""
    return {
        "new": gettext("New violation"),
        "step": gettext("Further step"),
        "relief": words.kind_label("relief"),
        "context": words.kind_label("context"),
        "background": gettext("Background"),
    }[value]


def word_label(value: str) -> str:
    """On whose word an event stands, in words."""
    return {
        "alleged": gettext("One side’s alone, at least in part"),
        "stated": gettext("Not one side’s alone"),
    }[value]


def value_label(name: str, value: str, titles: dict[int, str], cases: dict[str, str]) -> str:
    """One value of a filter in words; `titles` are those of thematic sections, `cases` those of cases."""
    if name == "section":
        return f"{value}. {words.section_label(int(value), titles.get(int(value), ''))}"
    if name == "case":
        return cases.get(value) or value.replace("-", " ")
    plain = {
        "period": lambda code: words.capital(words.quarter_words(code)),
        "kind": words.kind_label,
        "counts": counts_label,
        "word": word_label,
        "type": words.type_label,
        "month": _month_label,
        "region": words.region_label,
        "actor": words.actor_type_label,
        "provision": words.provision_label,
    }
    return plain[name](value)


def _month_label(value: str) -> str:
    return gettext("Month not known") if value == words.NO_MONTH else words.capital(words.month_words(value))


_ORDER = {
    "period": lambda found: sorted(found, reverse=True),
    "section": lambda found: sorted(found, key=int),
    "kind": lambda found: [code for code in codebook().kinds if code in found],
    "counts": lambda found: [code for code in COUNTS if code in found],
    "word": lambda found: [code for code in WORDS_OF if code in found],
    "month": lambda found: sorted(found, key=lambda month: month.replace(words.NO_MONTH, ""), reverse=True),
}


def _in_order(name: str, found: Counter[str]) -> list[str]:
    """Lists with an order of their own keep it; the others have the most frequent first."""
    return _ORDER[name](found) if name in _ORDER else sorted(found, key=lambda value: (-found[value], value))


def facets(filters: Filters, titles: dict[int, str]) -> tuple[Facet, ...]:
    """Every filter with its values and counts, each counted as if that filter alone were not set."""
    found = {name: _COUNTERS[name](matching(filters.without(name))) for name in KNOWN}
    kept = {name: _kept(name, found[name], filters.values(name)) for name in KNOWN}
    cases = stories.titles(kept["case"])
    return tuple(
        _facet(name, kept[name], found[name], filters, titles, cases) for name in KNOWN if kept[name]
    )


def _kept(name: str, found: Counter[str], mine: tuple[str, ...]) -> list[str]:
    """The values that are listed: the first of the list, and all that are chosen."""
    ordered = _in_order(
        name, Counter({value: found[value] for value in {*found, *mine} if KNOWN[name](value)})
    )
    return [value for place, value in enumerate(ordered) if place < LONGEST_LIST or value in mine]


def _facet(
    name: str,
    kept: list[str],
    found: Counter[str],
    filters: Filters,
    titles: dict[int, str],
    cases: dict[str, str],
) -> Facet:
    mine = filters.values(name)
    choices = tuple(
        Choice(
            value,
            value_label(name, value, titles, cases),
            found[value],
            value in mine,
            address(filters.toggled(name, value)),
        )
        for value in kept
    )
    more = len({value for value in found if KNOWN[name](value)} - set(kept))
    return Facet(name, facet_label(name), choices, bool(mine) or name in OPEN, more)


def chips(filters: Filters, facets: tuple[Facet, ...]) -> list[Chip]:
    """What is chosen, each with the address without it."""
    found = []
    if filters.text:
        said = gettext("“%(words)s”") % {"words": filters.text}
        found.append(Chip(gettext("Words"), said, address(filters.without_text())))
    found += [
        Chip(facet.label, choice.label, choice.address)
        for facet in facets
        for choice in facet.choices
        if choice.chosen
    ]
    return found
