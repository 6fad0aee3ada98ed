"""A bulletin that leaves the house: pure values, the same for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from barometer.codebook import Event
from barometer.indicators import Figures

__all__ = [
    "BulletinOut",
    "Figures",
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


@dataclass(frozen=True)
class StoryIn:
    """What the ledger hands over for one printed item.

    `texts` has one story text a language and may lack languages; `links` are spans in
    `texts[source_language]`; `event_ids` are the public ids of `events`, in the same order; `again` are the places in
    `events` of those for which another event is counted. `machine` says that no person wrote or accepted the texts.
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


@dataclass(frozen=True)
class SectionIn:
    """A section's number with its printed title and its intro by language; both may lack languages."""

    number: int
    titles: Mapping[str, str] = field(default_factory=dict)
    intros: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class IssueIn:
    """What the ledger hands over for one bulletin: words by language, sections, stories.

    `address_of_site` is where event pages stand ("https://example.kz"), None where there is no site yet. `recorded`
    and `previous` are all that is on record for the quarter and for the one before, by name (`numbers.measured`); empty
    where that is not told.
    """

    period: str
    titles: Mapping[str, str]
    intros: Mapping[str, str]
    contacts: Mapping[str, str]
    sections: tuple[SectionIn, ...]
    stories: tuple[StoryIn, ...]
    address_of_site: str | None = None
    recorded: Mapping[str, int] = field(default_factory=dict)
    previous: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """Printed words and the language they are in, which may not be the bulletin's."""

    text: str
    language: str

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
class BulletinOut:
    """Everything that a bulletin prints, in one language; `period_words` is the quarter as it is said."""

    period: str
    period_words: str
    language: str
    title: str
    intro: Said
    sections: tuple[SectionOut, ...]
    figures: Figures
    contact: Said
    imprint: tuple[str, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in printed order."""
        return tuple(item for section in self.sections for month in section.months for item in month.items)
