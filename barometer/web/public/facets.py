"""The events that filters leave, and how many each further value would leave.

`matching` says it in SQL, for rows; `select` says the same of the columns in memory, for numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from itertools import islice

import numpy as np
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from numpy.typing import NDArray

from barometer.codebook import codebook
from barometer.codebook.dates import EventDate
from barometer.names.words import index_words, query_words
from barometer.web.public import cards, columns, counting, joined, memory, parties, stories, words
from barometer.web.public.counting import NO_DAY, Chosen, Columns, Mask
from barometer.web.public.filters import COUNTS, KNOWN, SINGLE, WORDS_OF, Filters, address, toggles
from barometer.web.records import changes
from barometer.web.records.models import Case, Event, EventProvision, EventType, Mention, Party
from barometer.web.records.search import beginning, having_one_of, rows_having, rows_with_all, search
from barometer.web.records.withholding import Withheld

#: A list is cut after so many values; those that are chosen stay.
LONGEST_LIST = 40
#: Lists whose values are many and each of few events are cut sooner …
LONGEST = {"case": 12, "person": 12, "outlet": 12, "body": 12, "provision": 20}
#: … and have a page that lists them all.
INDEX = {
    "case": "cases",
    "person": "people",
    "outlet": "outlets",
    "body": "bodies",
    "provision": "provisions",
}
#: Of the events that a search may have found by a name that is withheld so many are asked what they show.
MOST_DOUBTFUL = 200
#: So few found events are all read, whatever else is known of the words.
MOST_READ = 30
#: Of so many found events it is asked one by one whether they do; of more, of all that do in the ledger.
MOST_ASKED = 2_000
#: So many of the words that begin alike are looked for.
MOST_PLAIN = 400
#: Lists that stand open from the start.
OPEN = ("section", "kind")
#: The order of the lists on the page; the two days are asked for in a form.
SHOWN = (
    "section", "kind", "counts", "word", "type", "period", "month", "region", "actor", "body", "outlet", "person",
    "provision", "case", "link",
)  # fmt: skip


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
    index: str = ""  # the page that lists all of them

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


newest_first = counting.newest_first

# --- narrowing --------------------------------------------------------------------------------------------


def matching(filters: Filters) -> QuerySet[Event]:
    """The published events that the filters leave, unordered."""
    events = Event.objects.public()
    for name, values in filters.chosen.items():
        events = events.filter(_CONDITIONS[name](values))
    return findable(events, filters.text) if filters.text else events


def findable(events: QuerySet[Event], text: str) -> QuerySet[Event]:
    """The events that a reader may find by these words: by their words, or by a name in any spelling and script."""
    found = _by_words(events, text)
    likely = parties.alike(text)
    named = _any(parties.condition(kind, ids) for kind in ("person", "outlet") if (ids := likely[kind]))
    return events.filter(Q(pk__in=found.values("pk")) | named) if named else found


def _by_words(events: QuerySet[Event], text: str) -> QuerySet[Event]:
    """The events that have all these words: not by a name that the reader may not read.

    The words that the ledger is searched by have all names. Where the text may be part of one that is withheld, an
    event counts where it has a word that begins so and is in no such name, or names somebody else by that very word;
    of the others the newest are asked again by the words that their pages show. So are, whatever the text, the events
    beside which somebody withheld stands, where they are few: a text may call a person by what no name tells.
    """
    found, people = search(events, text), joined.withheld()
    if not people:
        return found
    wanted = query_words(text)
    if not people.naming.may_mean(text):
        return found.exclude(pk__in=_unshown(_rows(found), wanted))
    sure = found
    for start in wanted:
        sure = _surely(sure, start)
    doubtful = newest_first(cards.ready(found.exclude(pk__in=sure.values("pk"))))
    rows = doubtful.prefetch_related("item__events")[:MOST_DOUBTFUL]
    shown = [row.pk for row in rows if _shows(row, wanted)]
    sure = sure.exclude(pk__in=_unshown(_rows(sure), wanted))
    return found.filter(Q(pk__in=sure.values("pk")) | Q(pk__in=shown))


def _rows(events: QuerySet[Event]) -> Iterable[int]:
    return events.order_by().values_list("pk", flat=True).iterator()


def _unshown(rows: Iterable[int], wanted: Sequence[str], beside: Collection[int] | None = None) -> list[int]:
    """Of events that have these words (row ids) those whose pages do not show them, because of somebody withheld.

    Where very many of them have such a person `beside` them, the words are nobody's: none is asked.
    """
    beside = _beside_withheld() if beside is None else beside
    asked = list(islice((pk for pk in rows if pk in beside), MOST_DOUBTFUL + 1))
    if len(asked) > MOST_DOUBTFUL:
        return []
    events = cards.ready(Event.objects.filter(pk__in=asked)).order_by().prefetch_related("item__events")
    return [row.pk for row in events if not _shows(row, wanted)]


def _beside_withheld() -> frozenset[int]:
    """Row ids of the events whose entry tells of somebody who is not named."""

    def find() -> frozenset[int]:
        people = Mention.objects.filter(party__kind=Party.Kind.PERSON).order_by()
        items = {
            item
            for part in changes.parts(joined.withheld().by_name)
            for item in people.filter(party__name__in=part).values_list("event__item", flat=True)
        }
        return frozenset(changes.events_by("item__in", items))

    return memory.remembered("beside withheld people", find)


def _surely(events: QuerySet[Event], start: str) -> QuerySet[Event]:
    """Of events that have a word that begins so, those that show one."""
    named = _named_by(start)
    shown = Q(pk__in=having_one_of(Event.objects.all(), _plain(start)).values("pk"))
    return events.filter(shown | _has(Mention, party__in=named) if named else shown)


def _plain(start: str) -> list[str]:
    """The words that begin so and cannot be part of a name that is withheld."""
    known = beginning(start)
    doubtful = joined.withheld().naming.may_be(known) | _words_of_names()
    return [word for word in known if word not in doubtful][:MOST_PLAIN]


def _words_of_names() -> frozenset[str]:
    """The words of withheld names and their stems: a stem need not begin as its word does ("hoping": "hope")."""

    def find() -> frozenset[str]:
        forms = (form for one in joined.withheld().naming.people.values() for form in one.forms)
        return frozenset(word for form in forms for word in index_words(form).split())

    return memory.remembered("words of withheld names", find)


def _named_by(word: str) -> list[int]:
    """People who are named and bear this very word as a part of their name, by row ids."""
    hidden = joined.withheld().by_name
    rows = Party.objects.filter(kind=Party.Kind.PERSON, blocks__block=f"x {word}").values_list("pk", "name")
    return [pk for pk, name in rows if name not in hidden and word in name.casefold().split()]


def _shows(row: Event, wanted: Iterable[str]) -> bool:
    shown = index_words(cards.words_of(row)).split()
    return all(any(word.startswith(start) for word in shown) for start in wanted)


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
    "person": lambda values: parties.condition("person", values),
    "outlet": lambda values: parties.condition("outlet", values),
    "body": lambda values: parties.condition("body", values),
    "link": lambda values: Q(work_link__in=values),
    "from": lambda values: Q(first_day__gte=values[0]),
    "to": lambda values: Q(last_day__lte=values[0]),
}


# --- counting ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Selection:
    """What filters leave of the published events, and each filter's own part in that."""

    filters: Filters
    columns: Columns
    parts: Mapping[str, Mask]

    @cached_property
    def mask(self) -> Mask:
        """The events that all filters leave."""
        return _all_of(self.columns, list(self.parts.values()))

    def without(self, name: str) -> Mask:
        """The events that all filters but one leave."""
        return _all_of(self.columns, [mask for other, mask in self.parts.items() if other != name])

    @cached_property
    def chosen(self) -> Chosen:
        """The same, with what every column needs to know of them."""
        return Chosen(self.mask)

    @property
    def count(self) -> int:
        """How many events."""
        return self.chosen.count

    def counts(self, name: str) -> dict[str, int]:
        """Value of a filter → how many of the events have it."""
        return self.columns.columns[name].counts(self.chosen)


def _all_of(found: Columns, parts: Sequence[Mask]) -> Mask:
    return reduce(np.logical_and, parts) if parts else found.all


def select(filters: Filters) -> Selection:
    """The events that the filters leave, as columns: the same as `matching`, and quick to count."""
    found = columns.columns()
    parts = {name: _part(found, name, values) for name, values in filters.chosen.items()}
    if filters.text:
        parts["q"] = _found_by(filters.text, found)
    return Selection(filters, found, parts)


def from_day(selection: Selection, how_many: int, day: date | None) -> list[int]:
    """Row ids of so many of the chosen events from a day back, and of all others of the last of their days."""
    found = selection.columns
    places = np.flatnonzero(selection.mask & (found.first > NO_DAY))
    days = -found.first[places]
    start = int(np.searchsorted(days, -day.toordinal())) if day else 0
    of_day = int(np.searchsorted(days, days[start], "right")) if start < len(days) else start
    end = of_day + how_many
    if end < len(days):
        end = int(np.searchsorted(days, days[end], "right"))
    return found.pks[places[start:end]].tolist()


def without_day(selection: Selection) -> list[int]:
    """Row ids of the chosen events that have no day."""
    found = selection.columns
    return found.pks[selection.mask & (found.first == NO_DAY)].tolist()


def _found_by(text: str, among: Columns) -> Mask:
    """The events that a reader of this language may find by these words: what `findable` says in SQL.

    Remembered as a bit for every row of the ledger, the last of which is nobody's; of a large ledger it may be a little
    old, but never of other people who are not named than now.
    """
    people = joined.withheld()

    def find() -> tuple[Withheld, NDArray[np.uint8]]:
        rows = np.zeros(int(among.pks.max(initial=0)) + 2, bool)
        rows[among.pks[_finding(text, among)]] = True
        return people, np.packbits(rows)

    key = ("words", text, words.language(), joined.is_public())
    _, bits = memory.remembered(key, find, lambda kept: kept[0] is people and columns.is_large())
    return np.unpackbits(bits).view(bool).take(among.pks, mode="clip")


def _finding(text: str, among: Columns) -> Mask:
    """The same, worked out."""
    likely, hidden = parties.alike(text), hidden_people()
    named = [
        among.having(kind, [one for one in likely[kind] if one not in hidden])
        for kind in ("person", "outlet")
    ]
    return np.logical_or.reduce([_by_words_among(text, among), *named])


def _by_words_among(text: str, among: Columns) -> Mask:
    """As `_by_words`."""
    wanted = query_words(text)
    if not wanted:
        return np.zeros(len(among), bool)
    found = among.of_rows(rows_with_all(wanted))
    people = joined.withheld()
    if not people:
        return found
    if not people.naming.may_mean(text):
        return found & ~_unshown_among(found, wanted, among)
    if np.count_nonzero(found) <= MOST_READ:
        return among.of_pks(_shown(among.rows(found, 0, MOST_READ), wanted))
    sure = np.logical_and.reduce([found, *(_surely_among(start, among) for start in wanted)])
    shown = _shown(among.rows(found & ~sure, 0, MOST_DOUBTFUL), wanted)
    return sure & ~_unshown_among(sure, wanted, among) | among.of_pks(shown)


def _shown(pks: Sequence[int], wanted: Sequence[str]) -> list[int]:
    """Those of these public events whose pages show the words."""
    asked = cards.ready(Event.objects.public().filter(pk__in=pks)).order_by().prefetch_related("item__events")
    return [row.pk for row in asked if _shows(row, wanted)]


def _unshown_among(found: Mask, wanted: Sequence[str], among: Columns) -> Mask:
    """As `_unshown`. That very many name somebody withheld is known without a question, what few name with few."""
    if np.count_nonzero(found & among.having("person", list(hidden_people()))) > MOST_DOUBTFUL:
        return np.zeros(len(among), bool)
    pks = among.pks[found].tolist()
    return among.of_pks(_unshown(pks, wanted, _beside(pks) if len(pks) <= MOST_ASKED else None))


def _beside(pks: Sequence[int]) -> set[int]:
    """Those of these events whose entry tells of somebody who is not named."""
    hidden, found = joined.withheld().by_name, set()
    for part in changes.parts(pks):
        items = Event.objects.filter(pk__in=part).order_by().values("item")
        people = Mention.objects.filter(event__item__in=items, party__kind=Party.Kind.PERSON).order_by()
        found |= {item for item, name in people.values_list("event__item", "party__name") if name in hidden}
    return changes.events_by("item__in", found)


def _surely_among(start: str, among: Columns) -> Mask:
    """As `_surely`."""
    sure = among.of_rows(rows_having(_plain(start)))
    if named := _named_by(start):
        rows = Mention.objects.filter(party__in=named).order_by().values_list("event", flat=True)
        sure |= among.of_rows(np.fromiter(rows, np.int64))
    return sure


def _part(found: Columns, name: str, values: tuple[str, ...]) -> Mask:
    if name == "case":
        called = Case.objects.filter(stories.called(*values)).values_list("pk", flat=True)
        return found.having(name, [str(pk) for pk in called])
    if name in parties.KINDS:
        hidden = hidden_people() if name == "person" else ()
        return found.having(name, [one for one in parties.leaders(values) if one not in hidden])
    return found.having(name, values)


def hidden_people() -> frozenset[str]:
    """Ids of people who are not named: nobody finds events by them."""
    return joined.withheld().everybody


def _counted(name: str, selection: Selection) -> tuple[dict[str, int], int]:
    """Value of a filter → how many events it would leave beside the other filters; and how many values there are.

    Of the filters with many values only the most frequent, and those that are chosen.
    """
    column = selection.columns.columns[name]
    some = Chosen(selection.without(name)) if name in selection.parts else selection.chosen
    if name not in LONGEST:
        found = column.counts(some)
        return found, len(found)
    hidden = hidden_people() if name == "person" else ()
    found, of = column.top(some, LONGEST[name], hidden)
    for value in selection.filters.values(name):
        if value not in found and value not in hidden and len(column.codes_of([value])):
            found[value] = int((some.mask & column.having([value], len(some))).sum())
    return found, of


def type_counts(filters: Filters) -> Counter[str]:
    """How many of the events have each type."""
    return Counter(select(filters).counts("type"))


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
        "person": gettext("Person"),
        "outlet": gettext("Outlet"),
        "body": gettext("Body"),
        "link": gettext("Link to the work"),
        "from": gettext("From"),
        "to": gettext("Until"),
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


def value_label(name: str, value: str, titles: Mapping[int, str], named: Mapping[str, str]) -> str:
    """One value of a filter in words; `titles` are those of thematic sections, `named` the names of ids and slugs."""
    if name == "section":
        return f"{value}. {words.section_label(int(value), titles.get(int(value), ''))}"
    if name == "case":
        return named.get(value) or value.replace("-", " ")
    if name in parties.KINDS:
        return named.get(value) or gettext("not known")
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
        "link": words.work_link_label,
        "from": lambda day: words.when(day).short,
        "to": lambda day: words.when(day).short,
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


def _in_order(name: str, found: Mapping[str, int]) -> list[str]:
    """Lists with an order of their own keep it; the others have the most frequent first."""
    return _ORDER[name](found) if name in _ORDER else sorted(found, key=lambda value: (-found[value], value))


def facets(selection: Selection, titles: Mapping[int, str]) -> tuple[Facet, ...]:
    """Every filter with its values and counts, each counted as if that filter alone were not set."""
    filters = selection.filters
    counted = {name: _counted(name, selection) for name in SHOWN}
    slugs = dict(Case.objects.filter(pk__in=[int(pk) for pk in counted["case"][0]]).values_list("pk", "slug"))
    counted["case"] = (_by_slug(counted["case"][0], slugs, selection), counted["case"][1])
    kept = {name: _kept(name, counted[name][0], filters.values(name)) for name in SHOWN}
    named = _titles(kept["case"], slugs)
    named |= parties.names({kind: kept[kind] for kind in parties.KINDS})
    return tuple(
        _facet(name, kept[name], counted[name], filters, titles, named) for name in SHOWN if kept[name]
    )


def _titles(names: Collection[str], slugs: Mapping[int, str]) -> dict[str, str]:
    """The titles of the cases that the reader knows by these names; `slugs` are those of most of them, by row."""
    known = {pk: slug for pk, slug in slugs.items() if joined.slug_of(slug) in names}
    found = {joined.slug_of(known[pk]): str(title) for pk, title in stories.titles_of(known).items()}
    return found | stories.titles([name for name in names if name not in found])


def _by_slug(found: Mapping[str, int], slugs: Mapping[int, str], selection: Selection) -> dict[str, int]:
    """Cases under the names by which the reader knows them."""
    known = {str(pk): joined.slug_of(slug) for pk, slug in slugs.items()}
    named = {known[pk]: number for pk, number in found.items() if pk in known}
    for slug in selection.filters.values("case"):
        if slug not in named:
            mask, column = selection.without("case"), selection.columns.columns["case"]
            called = Case.objects.filter(stories.called(slug)).values_list("pk", flat=True)
            named[slug] = int((mask & column.having([str(pk) for pk in called], len(mask))).sum())
    return named


def _kept(name: str, found: Mapping[str, int], mine: tuple[str, ...]) -> list[str]:
    """The values that are listed: the first of the list, and all that are chosen."""
    known = {value: found.get(value, 0) for value in {*found, *mine} if KNOWN[name](value)}
    longest = LONGEST.get(name, LONGEST_LIST)
    return [value for place, value in enumerate(_in_order(name, known)) if place < longest or value in mine]


def _facet(
    name: str,
    kept: list[str],
    counted: tuple[Mapping[str, int], int],
    filters: Filters,
    titles: Mapping[int, str],
    named: Mapping[str, str],
) -> Facet:
    mine, (found, how_many) = filters.values(name), counted
    shown = [value for value in kept if name not in parties.KINDS or value in named or value in mine]
    choices = tuple(
        Choice(value, value_label(name, value, titles, named), found.get(value, 0), value in mine, at)
        for value, at in zip(shown, toggles(filters, name, shown), strict=True)
    )
    more = max(how_many - sum(value in found for value in kept), 0)
    index = reverse(f"public:{INDEX[name]}") if more and name in INDEX else ""
    return Facet(name, facet_label(name), choices, bool(mine) or name in OPEN, more, index)


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
    found += [
        Chip(facet_label(name), value_label(name, day, {}, {}), address(filters.toggled(name, day)))
        for name in SINGLE
        for day in filters.values(name)
    ]
    return found
