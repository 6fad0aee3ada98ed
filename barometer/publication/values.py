"""A bulletin that leaves the house: pure values, the same for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from barometer.codebook import Event
from barometer.indicators import Figures

__all__ = [
    "BulletinOut",
    "Figures",
    "House",
    "ImprintIn",
    "InForce",
    "IssueIn",
    "Item",
    "LinkIn",
    "Linked",
    "MonthItems",
    "Said",
    "SectionIn",
    "SectionOut",
    "StoryIn",
]

#: linked words: start and end in the text of the source's language, and the address or None where it is lost
LinkIn = tuple[int, int, str | None]

#: what the house prints with every copy: format ("" for all) → part → language → text
ImprintIn = Mapping[str, Mapping[str, Mapping[str, str]]]

#: the parts of an imprint, in printed order; the contact line is the bulletin's last line
IMPRINT_PARTS = ("funder", "statutory", "licence", "disclaimer", "contact")


@dataclass(frozen=True)
class StoryIn:
    """What the ledger hands over for one printed item.

    `texts` has one story text a language and may lack languages; `links` are spans in
    `texts[source_language]`; `event_ids` are the public ids of `events`, in the same order; `again` are the places in
    `events` of those for which another event is counted. `machine` says that no person wrote or accepted the texts,
    `machine_in` in which languages that is so where it is not so in all.
    """

    key: str
    section: int | None
    month: str | None
    position: int
    headline: str | None
    texts: Mapping[str, str]
    links: tuple[LinkIn, ...]
    source_language: str
    event_ids: tuple[str, ...]
    events: tuple[Event, ...]
    machine: bool = False
    again: frozenset[int] = frozenset()
    machine_in: frozenset[str] = frozenset()


@dataclass(frozen=True)
class InForce:
    """How many people, outlets and sites were under a measure at the end of a month ("2031-03")."""

    month: str
    measure: str
    count: int


@dataclass(frozen=True)
class SectionIn:
    """A section's number with its printed title and its intro by language; both may lack languages."""

    number: int
    titles: Mapping[str, str] = field(default_factory=dict)
    intros: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class IssueIn:
    """What the ledger hands over for one bulletin: words by language, sections, stories.

    `address_of_site` is where event pages stand ("https://example.kz"), None where there is no site yet.
    `machine_in` are the languages in which a machine wrote an own text of the issue, by its part ("title", "intro",
    "section.2.intro"); `codebook` is the version that the records follow ("": the one at hand). `edition` is over 1
    where something was erased from what had been issued. `recorded` and
    `previous` are all that is on record for the quarter and for the one before, by name (`numbers.measured`); empty
    where that is not told.
    """

    period: str
    titles: Mapping[str, str]
    intros: Mapping[str, str]
    contacts: Mapping[str, str]
    sections: tuple[SectionIn, ...]
    stories: tuple[StoryIn, ...]
    address_of_site: str | None = None
    imprint: ImprintIn = field(default_factory=dict)
    measures: tuple[InForce, ...] = ()
    machine_in: Mapping[str, frozenset[str]] = field(default_factory=dict)
    codebook: str = ""
    edition: int = 1
    recorded: Mapping[str, int] = field(default_factory=dict)
    previous: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """Printed words and the language they are in, which may not be the bulletin's; `machine` as of an item."""

    text: str
    language: str
    machine: bool = False

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text's paragraphs, none empty."""
        return tuple(self.text.split("\n")) if self.text else ()


@dataclass(frozen=True)
class Linked:
    """Linked words: start and end in the item's text, and where they lead. Words that lead nowhere are no link."""

    start: int
    end: int
    address: str


@dataclass(frozen=True)
class Item:
    """A story paragraph over one or more events.

    `text` is one paragraph in `language`; `links` are its linked words, in order, never over one another, and may
    be none; `machine` says that no person wrote or accepted the text.
    """

    key: str
    text: str
    links: tuple[Linked, ...]
    event_ids: tuple[str, ...]
    language: str
    machine: bool = False

    @property
    def runs(self) -> tuple[tuple[str, str | None], ...]:
        """The text in pieces, each with its address or None: joined they are the text."""
        pieces: list[tuple[str, str | None]] = []
        place = 0
        for link in self.links:
            pieces += [
                (self.text[place : link.start], None),
                (self.text[link.start : link.end], link.address),
            ]
            place = link.end
        return tuple(piece for piece in [*pieces, (self.text[place:], None)] if piece[0])


@dataclass(frozen=True)
class MonthItems:
    """The items of one month, or those without a month (`month` None, and these come first)."""

    month: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True)
class SectionOut:
    """A section with its number, full printed title, short label, intro and months in order."""

    number: int
    title: Said
    label: str
    intro: Said
    months: tuple[MonthItems, ...]

    @property
    def unclear_start(self) -> bool:
        """Whether nothing but linked words could tell a reader of the text that the first item is no intro.

        A month's heading tells it; under items without a month there is none.
        """
        items = [item for month in self.months for item in month.items]
        if not items or self.months[0].month or items[0].links:
            return False
        return bool(self.intro.text) or len(self.months) > 1 or any(item.links for item in items)


@dataclass(frozen=True)
class House:
    """What the house prints with copies of one format: its lines, and its contact line where it has one."""

    lines: tuple[Said, ...] = ()
    contact: Said | None = None


@dataclass(frozen=True)
class BulletinOut:
    """Everything that a bulletin prints, in one language; `period_words` is the quarter as it is said.

    `houses` has the house's own lines by format, "" for those without any of their own; a copy is `in_format` one,
    and then its lines are `house`.
    """

    period: str
    period_words: str
    language: str
    title: str
    intro: Said
    sections: tuple[SectionOut, ...]
    figures: Figures
    contact: Said
    imprint: tuple[str, ...]
    houses: Mapping[str, House] = field(default_factory=dict)
    house: tuple[Said, ...] = ()
    measures: tuple[InForce, ...] = ()

    def in_format(self, format: str) -> BulletinOut:
        """The bulletin as a copy of that format prints it."""
        house = self.houses.get(format) or self.houses.get("") or House()
        return replace(self, house=house.lines, contact=house.contact or self.contact)

    @property
    def has_machine_text(self) -> bool:
        """Whether anything that it prints was written by a machine, and by no person after it."""
        own = [self.intro, *(section.intro for section in self.sections)]
        return any(item.machine for item in self.items) or any(said.machine for said in own)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in printed order."""
        return tuple(item for section in self.sections for month in section.months for item in month.items)
