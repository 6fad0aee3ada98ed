"""What is told in an entry: the events, with their types, from the cue words of its sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from barometer.codebook import codebook
from barometer.reading.learned import likely
from barometer.reading.lexicon import cues, marker, pairs
from barometer.reading.sentences import Sentence

#: What says less for every type is no candidate.
CANDIDATE = 1.0
#: Examples below this probability say nothing.
UNLIKELY = 0.05
#: What a type that the examples alone speak for is worth at a probability of one; it falls with the square root.
LEARNED = 5.0
#: What the examples add to a type for which cue words speak too.
BOTH = 7.0
#: What a type that only the examples speak for is worth less where cue words speak for another one of its group.
AGAINST = 1.0
#: Candidates of one entry, and of one sentence's violations.
MOST = 20
MOST_A_SENTENCE = 5


@dataclass(frozen=True)
class Hit:
    """A type found in a sentence: how much it is worth, and the words, in the paragraph's text."""

    type: str
    score: float
    start: int
    end: int
    sentence: int
    by_likeness: bool = False

    @property
    def group(self) -> str:
        return self.type.partition(".")[0]


@dataclass
class Draft:
    """An event in the making: mode is violation, relief or context; `sentences` are those that tell it."""

    mode: str
    background: bool
    hits: list[Hit] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    named: frozenset[str] = frozenset()
    sure: float = 0.5
    codes: set[str] = field(init=False)
    _told: tuple[int, float, list[str]] | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.codes = {hit.type for hit in self.hits}

    def take(self, other: Draft) -> None:
        """A later sentence tells the same event."""
        self.hits += other.hits
        self.sentences += other.sentences
        self.named |= other.named
        self.codes |= other.codes

    def _summed(self) -> tuple[int, float, list[str]]:
        """The number of hits, the best score, the types: worked out anew when hits have come."""
        if self._told is None or self._told[0] != len(self.hits):
            best: dict[str, float] = {}
            for hit in self.hits:
                best[hit.type] = best.get(hit.type, 0.0) + hit.score
            ranked = sorted(best, key=lambda code: (-best[code], code))
            types = _without_swallowed(_in_order(ranked))
            self._told = (len(self.hits), max((hit.score for hit in self.hits), default=0.0), types)
        return self._told

    @property
    def score(self) -> float:
        return self._summed()[1]

    def types(self) -> list[str]:
        """The types found, best first, without those that a stronger one swallows."""
        return self._summed()[2]


@cache
def _pairs_in_order() -> tuple[tuple[str, str], ...]:
    """A set is gone through in another order in every process: the types of an event must not hang on it."""
    return tuple(sorted(pairs().together))


def _in_order(ranked: list[str]) -> list[str]:
    """Put the main type of a pair before its companion, keep companions of the first only."""
    if not ranked:
        return []
    for main, companion in _pairs_in_order():
        if ranked[0] == companion and main in ranked:
            ranked.remove(main)
            ranked.insert(0, main)
    main = ranked[0]
    together = pairs().together
    return [code for code in ranked if code == main or (main, code) in together]


def _without_swallowed(types: list[str]) -> list[str]:
    swallows = pairs().swallows
    return [code for code in types if not any((other, code) in swallows for other in types)]


def drafts(
    sentences: list[Sentence],
    language: str,
    section: int | None,
    lead: int,
    named: Sequence[frozenset[str]] = (),
    earlier: Sequence[bool] = (),
) -> list[Draft]:
    """What may be an event, liberally: which of them are is a question of its own.

    `lead` is the sentence with the linked words; `named` are, for each sentence, the people and outlets in it that
    may have been hit: who is named anew was hit by something of their own. `earlier` says which sentences date what
    they tell before the entry's month.
    """
    found: list[Draft] = []
    for index, sentence in enumerate(sentences):
        hits = hits_in(sentence, language, section, index, lead)
        for mode, some in _by_mode(hits):
            before = index < len(earlier) and earlier[index]
            background = index != lead and (before or in_passing(sentence, some, language))
            people = named[index] if index < len(named) else frozenset()
            _place(found, Draft(mode, background, some, [index], people))
    best = sorted(found, key=lambda draft: -draft.score)[:MOST]
    return [draft for draft in found if draft in best]


def in_passing(sentence: Sentence, hits: list[Hit], language: str) -> bool:
    """Whether the words that tell the event are said of the past: "Earlier, the court had …".

    A word such as "previously" in a clause that comes after them speaks of something else: "… restored the page,
    which had been removed".
    """
    at = min(hit.start for hit in hits) - sentence.start
    for match in marker("background", language).finditer(sentence.text):
        if match.start() <= at or not _CLAUSE.search(sentence.text[at : match.start()]):
            said = marker("said", language).search(sentence.text, 0, match.start())
            if not (
                said and match[0].casefold().startswith("had ")
            ):  # in reported speech "had" is only a tense
                return True
    return False


_CLAUSE = re.compile(r",\s|;|\s[–—-]\s")


def hits_in(sentence: Sentence, language: str, section: int | None, index: int, lead: int) -> list[Hit]:
    """The types that a sentence speaks for: by cue words, and by its likeness to labelled examples."""
    hits = _by_cues(sentence, language, section, index, lead)
    for type_, probability in likely(sentence.text, language).items():
        if probability < UNLIKELY:
            continue
        known = next((hit for hit in hits if hit.type == type_), None)
        worth = LEARNED * probability**0.5
        if known is not None:
            hits[hits.index(known)] = replace(known, score=known.score + BOTH * probability)
        else:
            score = worth + _prior(type_, section) + (1.0 if index == lead else 0.0)
            if any(hit.group == type_.partition(".")[0] and not hit.by_likeness for hit in hits):
                score -= AGAINST
            hits.append(Hit(type_, score, sentence.start, sentence.end, index, by_likeness=True))
    return hits


def _by_cues(sentence: Sentence, language: str, section: int | None, index: int, lead: int) -> list[Hit]:
    hits = []
    small = sentence.text.lower()
    for cue in cues(language):
        match = cue.find(sentence.text, small)
        if match:
            score = cue.weight + _prior(cue.type, section) + (1.0 if index == lead else 0.0)
            hits.append(
                Hit(cue.type, score, sentence.start + match.start(), sentence.start + match.end(), index)
            )
    return hits


def _prior(type_: str, section: int | None) -> float:
    """A standing section speaks for its types and against others; a thematic one says nothing."""
    if section is None or section not in codebook().sections:
        return 0.0
    proposed = codebook().type(type_).section
    if type_.startswith("outcome."):
        return 0.0 if section != 1 else -2.0
    if proposed == section:
        return 1.5
    return -1.5 if 1 in (section, proposed) else -0.75


def _by_mode(hits: list[Hit]) -> list[tuple[str, list[Hit]]]:
    """A sentence's hits as relief with what it lifts, as violations (those that belong together as one), as context."""
    relief = [hit for hit in hits if hit.group == "outcome"]
    violation = [hit for hit in hits if hit.group not in ("outcome", "context")]
    context = [hit for hit in hits if hit.group == "context"]
    best = max((hit.score for hit in hits), default=0.0)
    found: list[tuple[str, list[Hit]]] = []
    if relief and max(hit.score for hit in relief) >= min(CANDIDATE, best):
        found.append(("relief", relief + violation))
    found += [("violation", some) for some in _together(violation)]
    if context:
        found.append(("context", context))
    return found


def _together(hits: list[Hit]) -> list[list[Hit]]:
    """Violations told in one sentence, parted where their types do not go together; the strongest first."""
    known = pairs().together
    parts: list[list[Hit]] = []
    for hit in sorted(hits, key=lambda hit: -hit.score):
        part = next(
            (
                p
                for p in parts
                if any(o.type == hit.type or {(o.type, hit.type), (hit.type, o.type)} & known for o in p)
            ),
            None,
        )
        if part is not None:
            part.append(hit)
        elif len(parts) < MOST_A_SENTENCE:
            parts.append([hit])
    return parts


def _place(found: list[Draft], draft: Draft) -> None:
    for other in found:
        if (
            other.mode == draft.mode
            and other.background == draft.background
            and draft.sentences[0] != other.sentences[-1]  # they come in order
            and _belong(other, draft)
        ):
            other.take(draft)
            return
    if draft.score >= CANDIDATE:
        found.append(draft)


def _belong(one: Draft, other: Draft) -> bool:
    """Whether two sentences tell one event: a type in common, a known pair, or one swallows the other."""
    ones, others = one.codes, other.codes
    if one.mode != "violation":
        return True
    if ones & others:
        return True
    known = pairs().together
    return any((a, b) in known or (b, a) in known for a in ones for b in others)
