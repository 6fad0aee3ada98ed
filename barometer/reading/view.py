"""What signs are told from: an entry as it was read, and the places of its words.

A sign is a name with a value, mostly 1. Signs tell of place and manner (in the same sentence, before the words that
tell it, who only reports), never of a person's or an outlet's name. `signs` has those of what happened, `signs_named`
of whom and by whom, `signs_placed` of when, where and under what law.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from barometer.reading.kinds import Draft
from barometer.reading.lexicon import marker
from barometer.reading.people import Scene

#: How words end that stand in a case: the first that fits.
KK_CASES = (
    ("gen", re.compile(r"(?:ның|нің|дың|дің|тың|тің)$")),
    ("dat", re.compile(r"(?:ға|ге|қа|ке|на|не)$")),
    ("acc", re.compile(r"(?:ны|ні|ды|ді|ты|ті)$")),
    ("loc", re.compile(r"(?:да|де|та|те|дағы|дегі|тағы|тегі)$")),
    ("abl", re.compile(r"(?:дан|ден|тан|тен|нан|нен)$")),
    ("ins", re.compile(r"(?:мен|пен|бен)$")),
)
RU_CASES = (
    ("ins", re.compile(r"(?:ым|ом|ем|ой|ей|ою|ими|ами|ями)$")),
    ("dat", re.compile(r"(?:у|ю|ому|ему|ам|ям)$")),
    ("gen", re.compile(r"(?:ого|его|а|я|ы|и|ов|ев)$")),
    ("loc", re.compile(r"(?:е|ах|ях)$")),
)


@dataclass(frozen=True)
class View:
    """What signs are told from: the scene, the sentence of the linked words and their places, the drafts found."""

    scene: Scene
    lead: int
    linked: tuple[tuple[int, int], ...]
    drafts: tuple[Draft, ...]
    section: int | None
    month: str | None
    form: str
    relevance: float = 0.5

    def sentence_of(self, at: int) -> int:
        """The number of the sentence in which a place stands."""
        return min(bisect_right(self._ends, at), len(self._ends) - 1)

    def told_with(self, at: int) -> int:
        """The sentence that a name there belongs to: "Among them were A and B" goes on with the one before."""
        index = self.sentence_of(at)
        while index in self._goes_on:
            index -= 1
        return index

    @cached_property
    def _goes_on(self) -> frozenset[int]:
        pattern = marker("goes_on", self.scene.language)
        return frozenset(i for i, s in enumerate(self.scene.sentences) if i and pattern.search(s.text))

    @cached_property
    def _ends(self) -> list[int]:
        return [sentence.end for sentence in self.scene.sentences]

    def is_linked(self, start: int, end: int) -> bool:
        """Whether a stretch stands in linked words."""
        return any(a < end and start < b for a, b in self.linked)


def at_of(draft: Draft, code: str) -> int:
    """Where the words stand that tell a type of an event."""
    of_type = [hit for hit in draft.hits if hit.type == code]
    by_words = [hit for hit in of_type if not hit.by_likeness]
    return max(by_words or of_type or draft.hits, key=lambda hit: hit.score).start
