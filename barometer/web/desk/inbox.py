"""What the inbox is asked: filters as an address has them, and how many leads each choice has.

One query groups all leads by what they are filtered by, out of an index; the counts of every tab, facet and saved view
are sums over its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.fields import BooleanField
from django.utils.translation import gettext

from barometer.names.words import query_words
from barometer.web.accounts.models import User
from barometer.web.accounts.roles import ACTS, Act
from barometer.web.public import words
from barometer.web.records.gathering import Lead, WatchedSource

SNOOZED = "snoozed"
TABS = (Lead.State.NEW, SNOOZED, *(state for state in Lead.State if state != Lead.State.NEW))
ME, NOBODY, NONE = "me", "nobody", "none"
SORTS = {
    "newest": ("-created_at", "-pk"),
    "oldest": ("created_at", "pk"),
    "relevance": ("-relevance", "-created_at", "-pk"),
}
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Asked:
    """What a view of the inbox shows; the names are those of the address."""

    state: str = Lead.State.NEW
    language: str = ""
    source: str = ""
    type: str = ""
    origin: str = ""
    who: str = ""
    q: str = ""
    sort: str = "newest"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """From an address; what it cannot mean is left out."""
        told = {
            each.name: given.get(each.name, "").replace("\x00", "").strip()[:LONGEST_TEXT]
            for each in fields(cls)
        }
        told["state"] = told["state"] if told["state"] in TABS else Lead.State.NEW
        told["sort"] = told["sort"] if told["sort"] in SORTS else "newest"
        return cls(**told)

    @classmethod
    def of_query(cls, query: str) -> Asked:
        """From the part of an address after the question mark."""
        return cls.of(dict(parse_qsl(query[:2000])))

    def query(self, **changes: str) -> str:
        """As the part of an address after the question mark, without what goes without saying."""
        wanted = replace(self, **changes)
        told = [(each.name, getattr(wanted, each.name), each.default) for each in fields(self)]
        return urlencode([(name, value) for name, value, usual in told if value != usual])


@dataclass(frozen=True)
class Group:
    """Leads that are alike in all that is filtered by, and how many they are."""

    tab: str
    language: str
    source: str
    type: str
    origin: str
    who: str
    count: int


@dataclass(frozen=True)
class Choice:
    """A value of a facet with its words, how many leads it has, and the address that chooses it or lets it go."""

    value: str
    label: str
    count: int
    query: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A facet with the choices that have leads."""

    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> Choice | None:
        """The choice that holds now."""
        return next((choice for choice in self.choices if choice.chosen), None)


class Inbox:
    """All leads that have the words, grouped; for one person, on one day."""

    def __init__(self, asked: Asked, user: User, day: date) -> None:
        self.asked, self.user, self.day = asked, user, day
        self.people = dict(User.objects.values_list("pk", "username"))
        self.sources = {row.pk: row for row in WatchedSource.objects.only("slug", "title")}
        self.groups = self._groups()

    def _groups(self) -> list[Group]:
        off = Case(
            When(snoozed_until__gt=self.day, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        rows = (
            with_words(Lead.objects.order_by(), self.asked.q)
            .annotate(off=off)
            .values_list("state", "off", "language", "watched", "main_type", "origin", "assigned_to")
            .annotate(Count("pk"))
        )
        return [
            Group(
                SNOOZED if state == Lead.State.NEW and off else state,
                language or NONE,
                self.sources[source].slug if source else NONE,
                type_ or NONE,
                origin,
                self._who(who),
                count,
            )
            for state, off, language, source, type_, origin, who, count in rows
        ]

    def _who(self, key: int | None) -> str:
        if key is None:
            return NOBODY
        return ME if key == self.user.pk else self.people[key]

    # --- counts ---

    def count(self, asked: Asked) -> int:
        """How many leads a view has; the words that are looked for are this inbox's."""
        return sum(group.count for group in self._of(asked))

    def tabs(self) -> list[tuple[str, str, int]]:
        """Every tab with the address part that opens it and how many leads fit there."""
        return [
            (tab, self.asked.query(state=tab), self.count(replace(self.asked, state=tab))) for tab in TABS
        ]

    def facets(self) -> list[Facet]:
        """The facets; the counts of each are of what the other filters leave."""
        titles = {row.slug: row.title for row in self.sources.values()}
        return [
            self._facet("who", gettext("Who has it"), self._who_label),
            self._facet("language", gettext("Language"), language_label),
            self._facet("source", gettext("Source"), lambda slug: titles.get(slug, gettext("none watched"))),
            self._facet("type", gettext("Proposed"), type_label),
            self._facet("origin", gettext("Came as"), origin_label),
        ]

    def _facet(self, name: str, label: str, words_of: Callable[[str], str]) -> Facet:
        held = getattr(self.asked, name)
        counts: Counter[str] = Counter({held: 0} if held else {})
        for group in self._of(replace(self.asked, **{name: ""})):
            counts[getattr(group, name)] += group.count
        choices = [
            Choice(
                value,
                words_of(value),
                count,
                self.asked.query(**{name: "" if value == held else value}),
                value == held,
            )
            for value, count in counts.items()
        ]
        return Facet(
            name, label, tuple(sorted(choices, key=lambda one: (-one.count, one.label.casefold(), one.value)))
        )

    def _of(self, asked: Asked) -> Iterable[Group]:
        wanted = [
            (name, value)
            for name in ("language", "source", "type", "origin", "who")
            if (value := getattr(asked, name))
        ]
        return (
            group
            for group in self.groups
            if group.tab == asked.state and all(getattr(group, name) == value for name, value in wanted)
        )

    def _who_label(self, value: str) -> str:
        return {ME: gettext("me"), NOBODY: gettext("nobody")}.get(value, value)

    # --- rows ---

    def page_of(self, first: int, most: int) -> list[Lead]:
        """Leads of the view in its order, from the one at `first` on."""
        order = SORTS[self.asked.sort]
        # The keys come out of the index; only those of the page are then opened.
        keys = list(self._rows().order_by(*order).values_list("pk", flat=True)[first : first + most])
        rows = Lead.objects.select_related("watched", "assigned_to").in_bulk(keys)
        return [rows[key] for key in keys]

    def _rows(self) -> QuerySet[Lead]:
        asked = self.asked
        state = Lead.State.NEW if asked.state == SNOOZED else asked.state
        rows = with_words(Lead.objects.filter(state=state), asked.q)
        if asked.state == SNOOZED:
            rows = rows.filter(snoozed_until__gt=self.day)
        elif asked.state == Lead.State.NEW:
            rows = rows.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=self.day))
        for name, column in (("language", "language"), ("type", "main_type"), ("origin", "origin")):
            if value := getattr(asked, name):
                rows = rows.filter(**{column: "" if value == NONE else value})
        if asked.source:
            keys = [key for key, row in self.sources.items() if row.slug == asked.source]
            rows = rows.filter(watched=None) if asked.source == NONE else rows.filter(watched__in=keys)
        if asked.who:
            rows = (
                rows.filter(assigned_to=None)
                if asked.who == NOBODY
                else rows.filter(assigned_to__in=self._keys())
            )
        return rows

    def _keys(self) -> list[int]:
        return [key for key in self.people if self._who(key) == self.asked.who]


def with_words(rows: QuerySet[Lead], text: str) -> QuerySet[Lead]:
    """The leads whose titles have, for every word of the text, a word that begins with its stem."""
    if not text:
        return rows
    wanted = query_words(text)
    for word in wanted:
        rows = rows.filter(search_text__contains=f" {word}")
    return rows if wanted else rows.none()


def deciders() -> list[User]:
    """The people whom leads can be given to, by name."""
    able = Q(groups__name__in=[str(role) for role in ACTS[Act.CODE]]) | Q(is_superuser=True)
    return list(User.objects.filter(able, is_active=True).distinct().order_by("username"))


# --- words ------------------------------------------------------------------------------------------------------------


def tab_label(tab: str) -> str:
    """A tab in words."""
    return {
        SNOOZED: gettext("put off"),
        Lead.State.WAITING: gettext("waiting for its address"),
        Lead.State.NEW: gettext("new"),
        Lead.State.TAKEN: gettext("taken"),
        Lead.State.DISMISSED: gettext("let go"),
        Lead.State.JOINED: gettext("the same as another"),
    }[tab]


def origin_label(origin: str) -> str:
    """Where a lead came from, in words."""
    return {
        Lead.Origin.SOURCE: gettext("a watched source"),
        Lead.Origin.ADDRESS: gettext("an address"),
        Lead.Origin.TEXT: gettext("a text"),
        Lead.Origin.FILE: gettext("a file"),
        Lead.Origin.PHONE: gettext("a call"),
        Lead.Origin.TIP: gettext("a tip"),
    }.get(origin, origin)


def language_label(code: str) -> str:
    """A language in words; of one that the site does not speak its code."""
    if code in ("", NONE):
        return gettext("not known")
    named = dict(settings.LANGUAGES).get(code)
    return str(named) if named else code


def type_label(code: str) -> str:
    """The type of what is proposed first, in words."""
    return gettext("nothing") if code in ("", NONE) else words.type_label(code)


def sort_labels() -> list[tuple[str, str]]:
    """The orders in which the inbox can stand."""
    return [
        ("newest", gettext("the newest first")),
        ("oldest", gettext("the oldest first")),
        ("relevance", gettext("the most relevant first")),
    ]
