"""What is told in an entry: the events, with their types, from the cue words of its sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from barometer.codebook import codebook
from barometer.reading.learned import likely
from barometer.reading.lexicon import cues, marker, pairs
from barometer.reading.sentences import Sentence

#: A sentence that is not the lead must say this much for an event of its own.
STRONG = 3.0
#: What is told in passing is told in few words.
PASSING = 2.0
#: Below this a type found is a hint that only joins an event which is there already.
WEAK = 2.0
#: Examples below this probability say nothing.
UNLIKELY = 0.16
#: What a type that the examples alone speak for is worth at a probability of one; it falls with the square root.
LEARNED = 5.0
#: What the examples add to a type for which cue words speak too.
BOTH = 7.0
#: What a type that only the examples speak for is worth less where cue words speak for another one of its group.
AGAINST = 1.0
#: No paragraph tells more events of which the machine is sure.
MOST = 5


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

    @property
    def score(self) -> float:
        return max((hit.score for hit in self.hits), default=0.0)

    def types(self) -> list[str]:
        """The types found, best first, without those that a stronger one swallows."""
        best: dict[str, float] = {}
        for hit in self.hits:
            best[hit.type] = best.get(hit.type, 0.0) + hit.score
        ranked = sorted(best, key=lambda code: (-best[code], code))
        return _without_swallowed(_in_order(ranked))


def _in_order(ranked: list[str]) -> list[str]:
    """Put the main type of a pair before its companion, keep companions of the first only."""
    if not ranked:
        return []
    for main, companion in pairs().together:
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
) -> list[Draft]:
    """The events that the sentences tell.

    `lead` is the sentence with the linked words; `named` are, for each sentence, the people and outlets in it that
    may have been hit: who is named anew was hit by something of their own.
    """
    found: list[Draft] = []
    for index, sentence in enumerate(sentences):
        hits = hits_in(sentence, language, section, index, lead)
        for mode, some in _by_mode(hits):
            background = index != lead and _in_passing(sentence, some, language)
            people = named[index] if index < len(named) else frozenset()
            _place(found, Draft(mode, background, some, [index], people), is_lead=index == lead)
    return _chosen(found, section)


def _in_passing(sentence: Sentence, hits: list[Hit], language: str) -> bool:
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
    """A sentence's hits as relief, violation or context: one of them, by what is strongest."""
    relief = [hit for hit in hits if hit.group == "outcome"]
    violation = [hit for hit in hits if hit.group not in ("outcome", "context")]
    context = [hit for hit in hits if hit.group == "context"]
    best_violation = max((hit.score for hit in violation), default=0.0)
    by_words = any(not hit.by_likeness and hit.score >= 3 for hit in relief)
    best_relief = max((hit.score for hit in relief), default=0.0)
    if by_words or (best_relief >= 3 and best_relief > best_violation):
        return [("relief", relief + violation)]
    best_context = max((hit.score for hit in context), default=0.0)
    if context and best_context > best_violation:
        return [("context", context)]
    return [("violation", violation)] if violation else []


def _place(found: list[Draft], draft: Draft, *, is_lead: bool) -> None:
    for other in found:
        if other.mode == draft.mode and other.background == draft.background and _belong(other, draft):
            other.hits += draft.hits
            other.sentences += draft.sentences
            other.named |= draft.named
            return
    needed = WEAK if is_lead or not found else PASSING if draft.background or _anew(draft, found) else STRONG
    if draft.score >= needed:
        found.append(draft)


def _anew(draft: Draft, found: list[Draft]) -> bool:
    """Whether somebody is named of whom no event before tells."""
    return bool(draft.named - frozenset().union(*(other.named for other in found)))


def _belong(one: Draft, other: Draft) -> bool:
    """Whether two sentences tell one event: a type in common, a known pair, or one swallows the other."""
    ones, others = {hit.type for hit in one.hits}, {hit.type for hit in other.hits}
    if one.mode != "violation":
        return True
    if ones & others:
        return True
    known = pairs().together | pairs().swallows
    return any((a, b) in known or (b, a) in known for a in ones for b in others)


def _chosen(found: list[Draft], section: int | None) -> list[Draft]:
    if not found:
        return []
    present = [draft for draft in found if not draft.background]
    if not present:  # all is told in passing: the strongest is what the entry is about
        best = max(found, key=lambda draft: draft.score)
        best.background = False
        present = [best]
    main = max(present, key=lambda draft: draft.score)
    kept = []
    for draft in found:
        same = draft.mode == main.mode and draft.types()[:1] == main.types()[:1]
        if (
            draft is main
            or (draft.background and draft.mode != "context" and not _retells(draft, main, same))
            or not draft.background
            and draft.mode != "context"
            and not same
            and (draft.score >= STRONG + 0.5 or _anew(draft, [o for o in found if o is not draft]))
        ):
            kept.append(draft)
    return kept[:MOST]


def _retells(draft: Draft, main: Draft, same: bool) -> bool:
    """Background that only repeats the main event in other words."""
    return same and draft.mode == "violation" and bool(set(draft.sentences) & set(main.sentences))
