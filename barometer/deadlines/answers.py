"""Which words of a letter answer which question of a request: a proposal for a person.

An answer under the question's number is held to be meant for it; else the sentence that shares most words with the
question is. A question that asks how many needs a figure, one that asks when needs a day.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from barometer.deadlines.cues import Phrases, Said, Word, phrases_of, said
from barometer.deadlines.figures import days, figures
from barometer.sources import language_of

#: How many questions are held against a letter, and how many characters of each.
_MOST, _LONGEST = 100, 2_000
#: A word counts from so many letters on; figures always do.
_SHORTEST = 4
#: A sentence speaks of a question from so much of its words on, and surely from so much on.
_SPEAKS = 0.3
_ITEM = re.compile(
    r"(?:^|(?<=\n)|(?<=[.;:!?] ))[ \t]{0,9}(?:(?:[Оo]n|[Tt]o|[Aa]s to|[Пп]о|[Нн]а)\s)?(?:[Qq]uestion\s|[Вв]опрос\w{0,2}\s)?"
    r"(?:№\s?|[Nn]o\.?\s?)?(\d{1,2})(?:[.):,]\s|-?\s?(?:сұрақ|вопрос|question)\w{0,6})"
)


class Verdict(StrEnum):
    """How a question was answered."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT = "not"
    IRRELEVANT = "irrelevant"


@dataclass(frozen=True)
class Answered:
    """How the `question` of that number was answered; the words from `start` to `end` say so (none: both 0)."""

    question: int
    verdict: Verdict
    start: int
    end: int
    confidence: float
    rule: str


def answers(
    text: str, questions: Sequence[str], *, refused: Sequence[tuple[int, int]] = (), empty: bool = False
) -> tuple[Answered, ...]:
    """A proposal for each question; `refused` are sentences that say no, `empty` a letter that answers nothing."""
    asked = [_Question(number, one[:_LONGEST]) for number, one in enumerate(questions[:_MOST], 1)]
    if not asked:
        return ()
    if empty:
        return tuple(Answered(one.number, Verdict.NOT, 0, 0, 0.8, "nothing answered") for one in asked)
    letter = _Letter(text, refused)
    items = letter.items(len(asked))
    return tuple(
        letter.under(one, items[one.number]) if one.number in items else letter.best(one) for one in asked
    )


@cache
def _table() -> dict[str, Any]:
    with (resources.files("barometer.deadlines") / "data" / "answers.toml").open("rb") as stream:
        return tomllib.load(stream)


@cache
def _asks() -> Phrases:
    return phrases_of({code: {"asks": lists} for code, lists in _table()["asks"].items()}, {"asks": 1.0})


@cache
def _none() -> Phrases:
    return phrases_of({"none": _table()["none"]}, {"none": 1.0})


@cache
def _common() -> Phrases:
    return phrases_of({"common": {"common": _table()["common"]}}, {"common": 1.0})


def _signs(words: Sequence[Word]) -> list[frozenset[str]]:
    """The words that say what is spoken of: each by its stems."""
    common = {hit.start for hit in _common().find(Said(0, 0, tuple(words)))}
    some = [word for word in words if word.start not in common]
    some = [word for word in some if len(word.small) >= _SHORTEST or word.small.isdecimal()]
    return [frozenset(word.stems.values()) for word in some]


class _Question:
    """A question: what it speaks of, and what it wants (a figure, a day)."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        sentences = said(text)
        words = tuple(word for one in sentences for word in one.words)
        self.signs = _signs(words)
        self.wants = {hit.code for one in sentences for hit in _asks().find(one)}

    def shared(self, stems: frozenset[str]) -> float:
        """How much of what it speaks of stands among those stems."""
        if not self.signs:
            return 0.0
        return sum(bool(sign & stems) for sign in self.signs) / len(self.signs)


class _Letter:
    """A letter's sentences, which of them say no, and its numbered items."""

    def __init__(self, text: str, refused: Sequence[tuple[int, int]]) -> None:
        self.text, self.language = text, language_of(text)
        self.sentences = [one for one in said(text) if one.words]
        self.stems = [
            frozenset(stem for word in one.words for stem in word.stems.values()) for one in self.sentences
        ]
        self.no = frozenset(start for start, _ in refused)

    def items(self, most: int) -> dict[int, tuple[int, int]]:
        """Where the answer to each number stands, if the letter goes by the numbers of the questions."""
        found: list[tuple[int, int, int]] = []
        for match in _ITEM.finditer(self.text):
            number = int(match[1])
            if 1 <= number <= most and (not found or number > found[-1][0]):
                found.append((number, match.start(), match.end()))
        if not found or found[0][0] > 1 and len(found) < 2:
            return {}
        ends = [start for _, start, _ in found[1:]] + [len(self.text)]
        return {number: (start, end) for (number, _, start), end in zip(found, ends, strict=True)}

    def under(self, question: _Question, item: tuple[int, int]) -> Answered:
        """The verdict on what stands under a question's number."""
        some = [i for i, one in enumerate(self.sentences) if one.start < item[1] and one.end > item[0]]
        if not some:
            return Answered(question.number, Verdict.NOT, 0, 0, 0.6, "an empty item")
        start = max(item[0], self.sentences[some[0]].start)
        end = min(item[1], self.sentences[some[-1]].end)
        no = [i for i in some if self.sentences[i].start in self.no]
        given, missing = self._given(question, start, end)
        if no and len(no) < len(some) and given:
            return Answered(question.number, Verdict.PARTLY, start, end, 0.5, "item: some refused")
        if no:
            one = self.sentences[no[0]]
            return Answered(
                question.number, Verdict.NOT, max(start, one.start), min(end, one.end), 0.8, "item: refused"
            )
        return self._verdict(question, start, end, given, missing, 0.75, "item")

    def best(self, question: _Question) -> Answered:
        """The verdict on the sentence that shares most words with a question."""
        shared = [question.shared(stems) for stems in self.stems]
        told = [
            i for i, value in enumerate(shared) if value >= _SPEAKS and self.sentences[i].start not in self.no
        ]
        if told:
            # Of sentences that speak of it, one that gives what is wanted comes first.
            at = max(told, key=lambda i: (len(self._given(question, *self._span(i))[0]), shared[i], -i))
            start, end = self._span(at)
            given, missing = self._given(question, start, end)
            sure = round(min(0.7, 0.25 + 0.5 * shared[at]), 2)
            return self._verdict(question, start, end, given, missing, sure, "shared words")
        no = [i for i, one in enumerate(self.sentences) if one.start in self.no]
        if no:
            one = self.sentences[max(no, key=lambda i: (shared[i], -i))]
            return Answered(question.number, Verdict.NOT, one.start, one.end, 0.6, "refused")
        return Answered(question.number, Verdict.NOT, 0, 0, 0.5, "no words of it")

    def _span(self, at: int) -> tuple[int, int]:
        return self.sentences[at].start, self.sentences[at].end

    def _given(self, question: _Question, start: int, end: int) -> tuple[set[str], set[str]]:
        """What a question wants: that which a stretch gives, and that which it does not."""
        stretch = self.text[start:end]
        when = days(stretch, self.language)
        given = {"day"} if when else set()
        none = any(_none().find(one) for one in said(stretch))
        if none or figures(stretch, self.language, when):
            given.add("number")
        return question.wants & given, question.wants - given

    def _verdict(
        self,
        question: _Question,
        start: int,
        end: int,
        given: set[str],
        missing: set[str],
        sure: float,
        rule: str,
    ) -> Answered:
        if missing and given:
            return Answered(
                question.number,
                Verdict.PARTLY,
                start,
                end,
                round(sure * 0.8, 2),
                f"{rule}: no {min(missing)}",
            )
        if missing:
            return Answered(
                question.number,
                Verdict.IRRELEVANT,
                start,
                end,
                round(sure * 0.7, 2),
                f"{rule}: no {min(missing)}",
            )
        return Answered(question.number, Verdict.ANSWERED, start, end, sure, rule)
