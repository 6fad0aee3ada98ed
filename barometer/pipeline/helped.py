"""A read file, and a language model asked about each of its entries: its events stand beside the reader's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from barometer.codebook import CodedBulletin, CodedLetter, Event, LetterCase, Target
from barometer.codebook.values import FrozenDict
from barometer.errors import BarometerError, NotAllowed, counted
from barometer.names.keys import key, same_person
from barometer.pipeline.read import Read
from barometer.reading.helper import Proposal, Settings, propose
from barometer.sources import Bulletin, Letter

#: What the reader's own event says where the model tells the same.
AGREES = "the language model agrees"
#: So many entries without an answer, one after the other, and the server is given up.
MOST_FAILURES = 3


def helped(
    read: Read, settings: Settings, protected: bool = False, tell: Callable[[str], None] | None = None
) -> Read:
    """The same file with what the model proposes beyond the reader; no event of the reader is changed or taken away.

    An event of the model with the main type of one of the reader's and a common target (or none on either side) is
    not added: the reader's is noted as agreed upon. `tell` gets a line for each value that was dropped, for each
    entry that the model gave no answer to, and a last one with the counts and tokens. Where the first entry gets no
    answer, or three in a row, the BarometerError goes on to the caller.
    """
    asking = _Asking(read, settings, protected, tell or (lambda _: None))
    coded: CodedBulletin | CodedLetter
    if isinstance(read.coded, CodedLetter):
        assert isinstance(read.document, Letter)
        coded = _letter(read.coded, read.document, asking)
    else:
        assert isinstance(read.document, Bulletin)
        coded = _bulletin(read.coded, read.document, asking)
    asking.sum_up()
    return replace(read, coded=coded)


def _bulletin(coded: CodedBulletin, document: Bulletin, asking: _Asking) -> CodedBulletin:
    texts = {entry.id: entry for entry in document.entries}
    entries = []
    for entry in coded.entries:
        text = texts[entry.id]
        period = entry.month or coded.quarter or document.published
        found = asking.about(f"entry {entry.id}", text.text, text.offsets, period)
        own, new = asking.beside(entry.events, found)
        entries.append(entry.model_copy(update={"events": (*own, *new)}))
    return coded.model_copy(update={"entries": tuple(entries)})


def _letter(coded: CodedLetter, letter: Letter, asking: _Asking) -> CodedLetter:
    """New events go to the case of whom they hit; those of nobody known make cases of their own."""
    cases = list(coded.cases)
    for passage in letter.body:
        where = f"lines {passage.lines[0]}-{passage.lines[1]}"
        found = asking.about(where, passage.text, passage.offsets, letter.date)
        own, new = asking.beside([event for case in cases for event in case.events], found)
        rest = iter(own)
        cases = [case.model_copy(update={"events": tuple(next(rest) for _ in case.events)}) for case in cases]
        for event in new:
            _put(cases, event)
    return coded.model_copy(update={"cases": tuple(cases)})


def _put(cases: list[LetterCase], event: Event) -> None:
    for number, case in enumerate(cases):
        if any(_common_target(event, other) and other.targets for other in case.events):
            event = event.model_copy(update={"case": case.slug})
            cases[number] = case.model_copy(update={"events": (*case.events, event)})
            return
    person = event.targets[0].name if event.targets else None
    cases.append(LetterCase(person=person, slug=None, events=(event.model_copy(update={"case": None}),)))


@dataclass
class _Asking:
    """The questions about one file, and what came of them."""

    read: Read
    settings: Settings
    protected: bool
    tell: Callable[[str], None]
    added: int = 0
    agreed: int = 0
    dropped: int = 0
    failed: int = 0
    answers: int = 0
    in_a_row: int = 0
    tokens: list[int] = field(default_factory=lambda: [0, 0])

    def __post_init__(self) -> None:
        self.digest = hashlib.sha256(self.read.document.text.encode("utf-8")).hexdigest()

    def about(self, where: str, text: str, offsets: Sequence[int], period: str | None) -> list[Event]:
        """The model's events of one text, their grounds in the document's characters; none where it failed."""
        try:
            proposal = propose(
                text, self.read.document.language, self.settings, self.protected, period=period
            )
        except NotAllowed:
            raise
        except BarometerError as error:
            self.failed += 1
            self.in_a_row += 1
            if not self.answers or self.in_a_row >= MOST_FAILURES:
                raise
            self._say(f"{where}: no answer of the language model: {error}")
            return []
        self._count(where, proposal)
        return [_placed(event, offsets, self.digest) for event in proposal.events]

    def _count(self, where: str, proposal: Proposal) -> None:
        self.answers += 1
        self.in_a_row = 0
        self.dropped += len(proposal.dropped)
        self.tokens[0] += proposal.prompt_tokens or 0
        self.tokens[1] += proposal.completion_tokens or 0
        for line in proposal.dropped:
            self._say(f"{where}: dropped of the language model: {line}")

    def beside(self, own: Sequence[Event], found: Sequence[Event]) -> tuple[list[Event], list[Event]]:
        """The reader's events, noted where the model agrees, and those that only the model has."""
        noted, new = list(own), list[Event]()
        agreed = set[int]()
        for event in (_named_as(event, own) for event in found):
            same = {n for n, mine in enumerate(own) if _tells_the_same(mine, event)}
            agreed |= same
            if not same and not any(one.date == event.date and _tells_the_same(one, event) for one in new):
                slug = next((mine.case for mine in own if mine.case), None)
                new.append(event.model_copy(update={"case": slug}))
        for number in agreed:
            noted[number] = _noted(own[number])
            self.agreed += noted[number] is not own[number]
        self.added += len(new)
        return noted, new

    def sum_up(self) -> None:
        """The last line: what came of the file."""
        without = f", {counted(self.failed, 'entry', 'entries')} without an answer" if self.failed else ""
        self._say(
            f"{self.settings.model}: {counted(self.added, 'event')} added, {self.agreed} of the reader agreed upon, "
            f"{counted(self.dropped, 'value')} dropped{without}; "
            f"{self.tokens[0]:,} tokens sent, {self.tokens[1]:,} received"
        )

    def _say(self, line: str) -> None:
        self.tell(f"{self.read.path.name}: {line}")


def _placed(event: Event, offsets: Sequence[int], digest: str) -> Event:
    """The event with its grounds in the characters of the document."""
    grounds = {
        path: ground.model_copy(
            update={
                "span": (offsets[ground.span[0]], offsets[ground.span[1] - 1] + 1),
                "text_sha256": digest,
            }
        )
        for path, ground in (event.grounds or {}).items()
    }
    return event.model_copy(update={"grounds": FrozenDict(grounds)})


def _noted(event: Event) -> Event:
    made_by_a_model = bool((event.model_extra or {}).get("made_by"))  # that it agrees with itself is no news
    if made_by_a_model or (event.note and AGREES in event.note):
        return event
    return event.model_copy(update={"note": f"{event.note}; {AGREES}" if event.note else AGREES})


def _tells_the_same(one: Event, other: Event) -> bool:
    return one.main_type == other.main_type and _common_target(one, other)


def _common_target(one: Event, other: Event) -> bool:
    """Whether both hit someone in common, or neither hits anyone."""
    if not one.targets or not other.targets:
        return not one.targets and not other.targets
    return any(_same_name(a, b) for a in one.targets for b in other.targets)


def _same_name(one: Target, other: Target) -> bool:
    """Spellings of one name; figures in it are part of it."""
    if one.name.casefold() == other.name.casefold():
        return True
    figures = [re.findall(r"\d+", target.name) for target in (one, other)]
    return figures[0] == figures[1] and bool(key(one.name)) and same_person(one.name, other.name)


def _named_as(event: Event, own: Sequence[Event]) -> Event:
    """The event with the names that the reader's events already have for the same targets."""
    known = [target for mine in own for target in mine.targets]

    def name(target: Target) -> str:
        return next((one.name for one in known if _same_name(one, target)), target.name)

    targets = tuple(target.model_copy(update={"name": name(target)}) for target in event.targets)
    return event.model_copy(update={"targets": targets})
