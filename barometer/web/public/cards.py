"""Rows of the ledger as what a page says about them. Call `ready` first: it fetches all that a card reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from barometer.codebook import codebook
from barometer.codebook.dates import EventDate
from barometer.indicators import public_bodies
from barometer.review import PUBLIC
from barometer.web.public import joined, words
from barometer.web.public.clock import today
from barometer.web.public.filters import address, chosen
from barometer.web.public.words import When, Words
from barometer.web.records.models import Event, Mention
from barometer.web.records.reviewing import link_marks

#: So many names in a heading, the rest is counted.
NAMES_IN_HEADING = 3


#: What is long, and read neither for a card nor for a value of open data.
NOT_READ = (
    "coded", "search_text", "note", "grounds", "item__source__sections", "item__source__intro", "item__issue__words",
)  # fmt: skip


def ready(events: QuerySet[Event]) -> QuerySet[Event]:
    """The events with everything that their pages read: four queries, however many events."""
    return for_cards(events).prefetch_related("provisions")


def for_cards(events: QuerySet[Event]) -> QuerySet[Event]:
    """The events with what their cards read, which tell no provisions: three queries."""
    return events.select_related("item", "item__source", "item__issue", "case").prefetch_related(
        "types", Prefetch("mentions", Mention.objects.select_related("party"))
    )


@dataclass(frozen=True)
class TypeWords:
    """One type of an event; `alleged` where only one side says it."""

    code: str
    label: str
    alleged: bool

    @property
    def address(self) -> str:
        """The events of this type."""
        return address(chosen(type=self.code))


@dataclass(frozen=True)
class Party:
    """Who was hit or who did it: the name, what the source wrote where it differs, type and role in words.

    `address` is the page of a person or outlet that has one.
    """

    name: str
    written: str
    type: str
    role: str
    is_person: bool
    address: str = ""


@dataclass(frozen=True)
class Card:
    """An event in a list."""

    id: str
    address: str
    kind: str
    kind_label: str
    types: tuple[TypeWords, ...]
    badges: tuple[str, ...]
    heading: str
    summary: Words
    when: When
    place: str
    case: str
    case_address: str
    alleged: bool
    background: bool
    hidden: str = ""  # the state of an event that the public does not see, in words

    @property
    def main_type(self) -> str:
        """The label of the first type."""
        return self.types[0].label if self.types else ""


def card(event: Event) -> Card:
    """The card of an event that came through `ready`."""
    types = types_of(event)
    return Card(
        id=event.public_id,
        address=address_of(event),
        kind=event.kind,
        kind_label=words.kind_label(event.kind),
        types=types,
        badges=badges(event),
        heading=heading(event),
        summary=summary(event),
        when=when(event),
        place=place(event),
        case=joined.slug_of(event.case.slug) if event.case else "",
        case_address=reverse("public:case", args=[joined.slug_of(event.case.slug)]) if event.case else "",
        alleged=event.is_alleged,
        background=event.background,
        hidden="" if event.state in PUBLIC else words.state_label(event.state),
    )


def when(event: Event) -> When:
    """When it happened."""
    return words.when(event.date, joined.said(event.date_text, language_of(event), event))


def place(event: Event) -> str:
    """Where it happened."""
    name = joined.said(event.place_name, "en", event)
    return words.place_label(name, event.region, event.country)


def address_of(event: Event) -> str:
    """The event's page; at the desk, for one that the public does not see, where it is reviewed."""
    if event.state in PUBLIC:
        return reverse("public:event", args=[event.public_id])
    return reverse("desk:review-record", args=[event.public_id])


def types_of(event: Event) -> tuple[TypeWords, ...]:
    """The types in order, in words."""
    return tuple(TypeWords(row.code, words.type_label(row.code), row.alleged) for row in event.types.all())


def badges(event: Event) -> tuple[str, ...]:
    """How the event counts, where it is not a new event of its kind."""
    found = []
    if event.phase == "step":
        found.append(gettext("Further step"))
    if event.background:
        found.append(gettext("Background"))
    return tuple(found)


def parties(event: Event, side: str) -> tuple[Party, ...]:
    """Those of one side, in the source's order."""
    return tuple(_party(row, side) for row in event.mentions.all() if row.side == side)


def shown_names(event: Event, side: str) -> list[str]:
    """The names of those of one side, as `parties` has them."""
    return [words.capital(_name(row)) for row in event.mentions.all() if row.side == side]


def shown_name(kind: str, name: str, mention: str, role: str) -> str:
    """The same of one mention, by its party, its key (barometer.web.records.naming) and its type."""
    return words.capital(words.party_name(joined.name(kind, name, mention, role), kind))


def _name(row: Mention) -> str:
    return words.party_name(joined.name_of(row), row.party.kind)


def _party(row: Mention, side: str) -> Party:
    label = words.target_type_label if side == Mention.Side.TARGET else words.actor_type_label
    name = _name(row)
    return Party(
        name=words.capital(name),
        written=_written(row, name),
        type=label(row.type),
        role=words.role_label(row.role) if row.role else "",
        is_person=row.party.kind == "person",
        address=address_of_party(row),
    )


def address_of_party(row: Mention) -> str:
    """The page of an outlet, a public body, a person whose policy gives one; "" for one set apart and all others."""
    if row.party.kind == row.party.Kind.OUTLET:
        return reverse("public:outlet", args=[row.party.public_id])
    if row.party.kind == row.party.Kind.BODY:
        acts = row.side == Mention.Side.ACTOR and row.type in public_bodies()
        return reverse("public:body", args=[row.party.public_id]) if acts else ""
    if not joined.has_page(row):
        return ""
    return reverse("public:person", args=[row.party.public_id])


def _written(row: Mention, name: str) -> str:
    """What the source wrote, where that says more than the name does."""
    if row.written.casefold() in ("", name.casefold()) or joined.is_hidden(row):
        return ""
    return joined.said(row.written, language_of(row.event), row.event)


def names(event: Event, side: str) -> str:
    """The first names of one side, and how many more: "A. Sarsen, B. Orman and 2 more"."""
    return _first(shown_names(event, side))


def _first(names: Iterable[str]) -> str:
    unique = list(dict.fromkeys(names))
    shown = ", ".join(unique[:NAMES_IN_HEADING])
    more = len(unique) - NAMES_IN_HEADING
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
        "names": shown,
        "count": more,
    }


def heading(event: Event) -> str:
    """The main type with those of whom it is true: "House arrest: Aruzhan Sarsenova".

    A reply is headed by who owed it, and by who asked; a statement or a law by who made it; where a claim is
    dismissed or somebody is found at fault, the name is that of the one in whose favour it was.
    """
    label = words.type_label(event.main_type)
    hit = names(event, Mention.Side.TARGET)
    if event.main_type.startswith("information."):
        return _asked(label, _deciders(event), hit)
    if event.kind == "context" and event.main_type not in _OF_ITSELF:
        hit = _deciders(event) or hit
    elif hit and event.main_type in _IN_FAVOUR:
        return gettext("%(what)s, in favour of %(who)s") % {"what": label, "who": hit}
    return f"{label}: {hit}" if hit else label


#: Relief whose words would otherwise say that it befell those whom it helped.
_IN_FAVOUR = ("outcome.dismissed", "outcome.disciplinary")
#: Context that happens to those whom it names; other context is made by somebody.
_OF_ITSELF = ("context.closure",)


def _deciders(event: Event) -> str:
    return _first(words.capital(_name(row)) for row in event.mentions.all() if row.role == "decider")


def _asked(label: str, by: str, asker: str) -> str:
    what = f"{label}: {by}" if by else label
    return gettext("%(what)s (asked by %(who)s)") % {"what": what, "who": asker} if asker else what


def summary(event: Event) -> Words:
    """The event's summary in the page's language, else in English, else the entry's headline."""
    texts = {"en": event.summary_en, "ru": event.summary_ru, "kk": event.summary_kk}
    found = words.best(texts)
    if found or event.item.state not in PUBLIC:
        return Words(joined.said(found.text, found.language, event), found.language)
    language = language_of(event)
    return Words(joined.said_of_item(event.item, event.item.headline, language), language)


def language_of(event: Event) -> str:
    """The language of the event's source; English where it is not known."""
    source = event.item.source
    return (source.language if source else "") or "en"


def words_of(event: Event) -> str:
    """All words by which a reader may find the event: as its page shows them, in every language."""
    item, source = event.item, language_of(event)
    mentions = event.mentions.all()
    names = [word for row in mentions for word in (joined.name_of(row), _written(row, ""))]
    places = [joined.said(event.place_name, "en", event)]
    book = codebook().types
    labels = [
        label for row in event.types.all() if row.code in book for label in book[row.code].label.values()
    ]
    summaries = [joined.said(getattr(event, f"summary_{one}"), one, event) for one in words.LANGUAGES]
    texts = [joined.said_of_item(item, getattr(item, f"text_{one}"), one) for one in words.LANGUAGES]
    headline = joined.said_of_item(item, item.headline, source)
    provisions = [row.code for row in event.provisions.all()]
    case = [joined.slug_of(event.case.slug)] if event.case else []
    return "\n".join([*summaries, headline, *texts, *names, *places, *labels, *provisions, *case])


# --- the page of one event --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Provision:
    """An article relied on: its code, how it is cited, what it is about, its page."""

    code: str
    label: str
    subject: str
    address: str


@dataclass(frozen=True)
class Ahead:
    """A date that the event announced. `passed` says that the day is over and nothing later is recorded of it."""

    when: When
    what: Words
    of: str
    passed: bool


def provisions(event: Event) -> tuple[Provision, ...]:
    """The articles relied on, each with the address of its page."""
    return tuple(
        Provision(
            row.code,
            words.provision_label(row.code),
            words.provision_subject(row.code),
            reverse("public:provision", args=[row.code]),
        )
        for row in event.provisions.all()
    )


def ahead(event: Event) -> tuple[Ahead, ...]:
    """The dates ahead that the event announced, as of today."""
    return tuple(_ahead(row, event) for row in event.upcoming if isinstance(row, dict) and row.get("date"))


def _ahead(row: dict[str, Any], event: Event) -> Ahead:
    language = language_of(event)
    return Ahead(
        when=words.when(row["date"]),
        what=Words(joined.said(words.capital(row.get("what") or ""), language, event), language),
        of=_of(row.get("of") or "", event),
        passed=EventDate.parse(row["date"]).last < today(),
    )


def _of(name: str, event: Event) -> str:
    """Whom a date is of, as the event names them."""
    row = next((one for one in event.mentions.all() if one.party.name == name), None)
    return joined.name_of(row) if row else joined.said(name, language_of(event), event)


def people_hit(event: Event) -> str:
    """How many people were hit, with the unit and how sure it is; "" where the names say as much."""
    number = event.people_hit
    people = [
        row for row in event.mentions.all() if row.side == Mention.Side.TARGET and row.party.kind == "person"
    ]
    if number is None or number <= len(people):
        return ""
    if event.people_hit_exact:
        return ngettext("%(count)d person", "%(count)d people", number) % {"count": number}
    return ngettext("at least %(count)d person", "at least %(count)d people", number) % {"count": number}


def links(event: Event) -> tuple[tuple[str, str], ...]:
    """What the entry links to: (linked words, address), each address once, but those that are held back."""
    if event.item.state not in PUBLIC:
        return ()
    marked = joined.recent(("marks", event.item_id), lambda: link_marks([event.item_id]))
    rows = [
        row
        for row in event.item.links
        if isinstance(row, dict) and marked.get((event.item_id, row.get("address")), True)
    ]
    if people := joined.withheld():
        at, language = joined.events_of(event.item), language_of(event)
        rows = [
            {
                "text": people.text(row.get("text") or "", language, at),
                "address": people.address(row.get("address"), at),
            }
            for row in rows
        ]
    found = {row.get("address"): row.get("text", "") for row in rows}
    return tuple((text, address) for address, text in found.items() if _leads_out(address))


def _leads_out(address: str | None) -> bool:
    return bool(address) and address.lower().startswith(("https://", "http://"))
