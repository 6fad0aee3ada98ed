"""An edited file beside the texts that went out: what became of each, as a proposal. Nothing here writes anything.

A text is known by its mark, else by likeness: it is taken for the paragraph with which it shares most of its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from barometer.publication.docx_parts import printable
from barometer.publication.values import LinkIn
from barometer.publication.word_in import Comment, Edited, Paragraph, Tracked, clean
from barometer.publication.word_out import PLACE, Passage

#: A text without a mark is taken for one that shares so much of its words.
ALIKE = 0.5
#: A text under a mark that shares less than this with what stood there is told apart.
UNLIKE = 0.15

State = Literal["same", "typography", "changed", "deleted", "merged"]


@dataclass(frozen=True)
class Came:
    """What became of one text.

    `how` says by what it was known: "mark", "likeness" (then `likeness` is how much, in per cent), or "" where it is
    not there. `notes`: "split" (it stood in several paragraphs), "copied" (another copy of it stands elsewhere),
    "moved", "unlike" (its mark stands on other words), "links" (they changed). `into` is the text that it was joined
    with. `section` and `month` are those under whose headings it stands now; `order` is its place in the file.
    """

    key: str
    state: State
    before: str
    after: str
    how: str = ""
    likeness: int = 100
    into: str = ""
    notes: tuple[str, ...] = ()
    links_before: tuple[tuple[str, str], ...] = ()
    links: tuple[LinkIn, ...] = ()
    tracked: tuple[Tracked, ...] = ()
    comments: tuple[Comment, ...] = ()
    section: int | None = None
    month: str | None = None
    order: int = -1

    @property
    def links_after(self) -> tuple[tuple[str, str], ...]:
        """Linked words with their address, as they are now."""
        return _linked(self.after, self.links)

    @property
    def is_news(self) -> bool:
        """Whether somebody has to look at it."""
        return self.state != "same" or bool(self.comments) or bool(set(self.notes) - {"copied"})


@dataclass(frozen=True)
class Loose:
    """A paragraph that is no known text: `after` is the text that it stands after; `like` one that it resembles."""

    text: str
    after: str = ""
    like: str = ""
    likeness: int = 0
    heading: bool = False
    tracked: tuple[Tracked, ...] = ()
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Homecoming:
    """What an edited file proposes: each text in the order of the working file, and what is no known text."""

    texts: tuple[Came, ...]
    loose: tuple[Loose, ...]


@dataclass
class _Found:
    """Where each text stands: its paragraphs by number, what was joined into what, which paragraphs are copies."""

    owners: dict[str, list[int]] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    copies: dict[int, str] = field(default_factory=dict)


def compare(edited: Edited, passages: Sequence[Passage]) -> Homecoming:
    """What became of these texts in the edited file."""
    known = {one.key: one for one in passages}
    paragraphs, places = edited.paragraphs, _places(edited.paragraphs)
    found = _by_mark(paragraphs, known)
    alike = _by_likeness(paragraphs, passages, found)
    for key, number in alike.items():
        found.owners[key] = [number]
    ordered = sorted(found.owners, key=lambda key: found.owners[key][0])
    moved = _moved(ordered, [one.key for one in passages])
    texts = tuple(
        _came(one, found, paragraphs, places, one.key in alike, one.key in moved) for one in passages
    )
    return Homecoming(texts, tuple(_loose(paragraphs, found, known)))


def _by_mark(paragraphs: Sequence[Paragraph], known: Mapping[str, Passage]) -> _Found:
    """The texts whose marks are there; of two paragraphs under one mark the one that is less like the text is a copy."""
    found = _Found()
    last = ""  # the text that stands right above
    for number, one in enumerate(paragraphs):
        if not one.text or one.heading:
            continue
        mine = [key for key, _ in one.keys if key in known]
        if mine and mine[0] in found.owners:
            _keep_the_better(known[mine[0]], found, number, paragraphs)
        elif mine:
            found.owners[mine[0]] = [number]
            found.joined |= dict.fromkeys(mine[1:], mine[0])
        elif last and one.goes_on == last:
            found.owners[last].append(number)
        last = mine[0] if mine else last if one.goes_on == last else ""
    found.joined = {key: into for key, into in found.joined.items() if key not in found.owners}
    return found


def _keep_the_better(passage: Passage, found: _Found, number: int, paragraphs: Sequence[Paragraph]) -> None:
    held = found.owners[passage.key]
    if likeness(passage.text, paragraphs[number].text) > likeness(passage.text, paragraphs[held[0]].text):
        found.owners[passage.key] = [number]
        found.copies |= dict.fromkeys(held, passage.key)
    else:
        found.copies[number] = passage.key


def _by_likeness(
    paragraphs: Sequence[Paragraph], passages: Sequence[Passage], found: _Found
) -> dict[str, int]:
    """Each text that no mark tells → the paragraph that is most like it, none twice; the likest first."""
    taken = {number for numbers in found.owners.values() for number in numbers} | found.copies.keys()
    bags = {
        number: _bag(one.text)
        for number, one in enumerate(paragraphs)
        if one.text and not one.heading and number not in taken
    }
    rated = sorted(
        (
            (share, one.key, number)
            for one in passages
            if one.key not in found.owners and one.key not in found.joined
            for mine in [_bag(one.text)]
            for number, bag in bags.items()
            if (share := _share(mine, bag)) >= ALIKE
        ),
        key=lambda row: (-row[0], row[2], row[1]),
    )
    alike: dict[str, int] = {}
    for _, key, number in rated:
        if key not in alike and number not in alike.values():
            alike[key] = number
    return alike


def _came(
    passage: Passage,
    found: _Found,
    paragraphs: Sequence[Paragraph],
    places: Sequence[tuple[int | None, str | None]],
    by_likeness: bool,
    moved: bool,
) -> Came:
    numbers = found.owners.get(passage.key, [])
    before, links_before = _before(passage)
    gone = [one for one in paragraphs if passage.key in (key for key, _ in one.emptied)]
    stood = [paragraphs[number] for number in numbers] or gone
    into = found.joined.get(passage.key, "")
    came = Came(
        passage.key,
        "merged" if into else "deleted",
        before,
        "",
        likeness=0,
        into=into,
        links_before=links_before,
        tracked=tuple(change for one in stood for change in one.tracked),
        comments=tuple(comment for one in stood for comment in one.comments),
    )
    if not numbers:
        return (
            came
            if before
            else replace(came, state="same", likeness=100, section=passage.section, month=passage.month)
        )
    after, links = _joined(stood, "\n\n" if passage.is_part else " ")
    like = likeness(before, after)
    section, month = places[numbers[0]] if places else (passage.section, passage.month)
    elsewhere = (section, month or "") != (passage.section, passage.month or "")
    notes = {
        "split": len(numbers) > 1 and not passage.is_part,
        "copied": passage.key in found.copies.values(),
        "moved": (moved or elsewhere) and not passage.is_part,
        "unlike": bool(before) and not by_likeness and like < UNLIKE,
        "links": _linked(after, links) != links_before,
    }
    return replace(
        came,
        state="same" if before == after else "typography" if folded(before) == folded(after) else "changed",
        after=after,
        how="likeness" if by_likeness else "mark",
        likeness=round(100 * like),
        notes=tuple(name for name, holds in notes.items() if holds),
        links=links,
        section=section,
        month=month,
        order=numbers[0],
    )


def _before(passage: Passage) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text as the working file had it, with its linked words."""
    if passage.is_part:
        parts = [
            clean((sign, "") for sign in printable(one))[0] for one in re.split(r"\n\s*\n", passage.text)
        ]
        return "\n\n".join(parts), ()
    addresses = [""] * len(passage.text)
    for start, end, address in passage.links:
        addresses[start:end] = [address or ""] * len(addresses[start:end])
    letters = [
        (sign, address)
        for letter, address in zip(passage.text, addresses, strict=True)
        for sign in printable(letter)
    ]
    text, links = clean(letters)
    return text, _linked(text, links)


def _joined(paragraphs: Sequence[Paragraph], between: str) -> tuple[str, tuple[LinkIn, ...]]:
    text, links = "", []
    for one in paragraphs:
        text += between if text else ""
        links += [(start + len(text), end + len(text), address) for start, end, address in one.links]
        text += one.text
    return text, tuple(links)


def _linked(text: str, links: Iterable[LinkIn]) -> tuple[tuple[str, str], ...]:
    return tuple((text[start:end], address or "") for start, end, address in links)


def _places(paragraphs: Sequence[Paragraph]) -> list[tuple[int | None, str | None]]:
    """Section and month of each paragraph, by the headings above it; nothing where no heading kept its mark."""
    if not any(one.place and one.heading for one in paragraphs):
        return []
    found = []
    section, month = None, None
    for paragraph in paragraphs:
        named = PLACE.fullmatch(paragraph.place) if paragraph.heading else None
        if named:
            section = None if named[1] == "x" else int(named[1])
            month = f"{named[2]}-{named[3]}" if named[2] else "" if named[4] else None
        found.append((section, month))
    return found


def _loose(paragraphs: Sequence[Paragraph], found: _Found, known: Mapping[str, Passage]) -> Iterator[Loose]:
    owner = {number: key for key, numbers in found.owners.items() for number in numbers}
    bags = {key: _bag(one.text) for key, one in known.items()}
    after = ""
    for number, one in enumerate(paragraphs):
        if number in owner:
            after = owner[number]
        elif one.text and not one.place:
            mine = _bag(one.text)
            share, like = max(((_share(mine, bag), key) for key, bag in bags.items()), default=(0.0, ""))
            like = found.copies.get(number) or (like if share >= ALIKE else "")
            yield Loose(
                one.text,
                after,
                like,
                round(100 * _share(mine, bags[like])) if like else 0,
                one.heading > 0,
                one.tracked,
                one.comments,
            )
        elif one.comments and not one.keys and not one.emptied:
            yield Loose("", after, heading=one.heading > 0, comments=one.comments)


def _moved(now: Sequence[str], before: Sequence[str]) -> frozenset[str]:
    """The fewest texts that must have moved for the order to be what it is: those outside the longest run in order."""
    rank = {key: place for place, key in enumerate(before)}
    ends: list[int] = []
    tails: list[str] = []
    previous: dict[str, str] = {}
    for key in now:
        at = bisect_left(ends, rank[key])
        ends[at : at + 1], tails[at : at + 1] = [rank[key]], [key]
        previous[key] = tails[at - 1] if at else ""
    kept, key = set(), tails[-1] if tails else ""
    while key:
        kept.add(key)
        key = previous[key]
    return frozenset(now) - kept


_FOLDED = str.maketrans(
    {
        **dict.fromkeys("«»„“”‟", '"'),
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("–—−‑", "-"),
        "\xa0": " ",
        "\u202f": " ",
        "\xad": "",
        "…": "...",
    }
)


def folded(text: str) -> str:
    """The text without what a word processor puts right by itself: quotation marks, dashes, kinds of spaces."""
    return " ".join(text.translate(_FOLDED).split())


def likeness(one: str, other: str) -> float:
    """How much of their words two texts share, 0 to 1, whatever their order."""
    return _share(_bag(one), _bag(other))


def _bag(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def _share(one: Counter[str], other: Counter[str]) -> float:
    whole = one.total() + other.total()
    if not whole:
        return 1.0
    few, many = (one, other) if len(one) < len(other) else (other, one)
    return 2 * sum(min(times, many[word]) for word, times in few.items()) / whole
