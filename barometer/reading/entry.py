"""One entry → proposed events, each value with the words it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from barometer.codebook import Actor, Amount, Event, Ground, Place, Quarter, Target, Upcoming, codebook
from barometer.reading import law, where
from barometer.reading.amounts import amounts
from barometer.reading.clean import IGNORED, clean
from barometer.reading.heads import probability, threshold
from barometer.reading.kinds import Draft, Hit, drafts, in_passing
from barometer.reading.latin import to_cyrillic
from barometer.reading.lexicon import marker, pairs
from barometer.reading.mentions import UNNAMED, Known, Mention, Mentions, lists, mentions
from barometer.reading.people import Scene, people_hit
from barometer.reading.relevance import relevance
from barometer.reading.sentences import Sentence, sentences
from barometer.reading.signs import (
    alleged_signs,
    also_signs,
    background_signs,
    draft_signs,
    step_signs,
    type_signs,
)
from barometer.reading.signs_named import actor_signs, target_signs
from barometer.reading.signs_placed import date_signs, place_signs, provision_signs
from barometer.reading.view import View
from barometer.reading.when import Dated, dates, durations, is_of_a_text, later, report_of
from barometer.sources import is_kazakh_latin

VERSION = "3"
#: An entry is a story, not a book: what goes beyond is not looked at, and the event says so.
LONGEST = 20_000
#: Nor are more names of a kind (people, outlets, bodies), or more dates, places, provisions or amounts: each is
#: compared with each.
MOST_NAMED = 200
MOST_TOLD = 100
_Told = TypeVar("_Told")

#: A letter tells many events in few sentences: what is this much less sure is taken for one too.
OF_A_LETTER = 0.35

_WHEN_NOTHING = {
    1: "context.statement",
    3: "obstruction.interference",
    4: "digital.outage",
    5: "information.refusal",
}


@dataclass(frozen=True)
class Paper:
    """What an entry is read against: its language, quarter, the text's digest, the day of its section's intro, and
    who is presented elsewhere in the document."""

    language: str
    quarter: Quarter | None
    text_sha256: str
    section_day: str | None = None
    known: Known = Known()
    published: date | None = None
    form: str = "bulletin"

    @property
    def last_day(self) -> date | None:
        """The last day that the text can tell of as past: the quarter's last, or the day of publication."""
        return self.quarter.last if self.quarter else self.published


@dataclass(frozen=True)
class Story:
    """An entry as the reader needs it: `offsets` lead from its clean text to the document's.

    Where the text was cleaned or turned into other letters, `original` is what stood there and `places` lead to it.
    """

    text: str
    section: int | None
    month: str | None
    linked: tuple[str, ...]
    offsets: tuple[int, ...]
    original: str | None = None
    places: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the text stands in what was written: its signs with all that belongs to them."""
        if self.original is None or not self.places:
            return start, end
        first, last = (self.places[min(at, len(self.places) - 1)] for at in (start, max(start, end - 1)))
        behind = self.places[end] if end < len(self.places) else min(len(self.original), LONGEST)
        while behind > last + 1 and self.original[behind - 1] in IGNORED:
            behind -= 1
        return first, max(last + 1, behind)

    def words(self, start: int, end: int) -> str:
        """A stretch of the text as it was written."""
        return self.text[start:end] if self.original is None else self.original[slice(*self.span(start, end))]


def read_entry(story: Story, paper: Paper) -> tuple[Event, ...]:
    """The events that the entry proposes, in the order of the text but the main one first."""
    reading = reading_of(story, paper)
    return reading.events() if reading else ()


def reading_of(story: Story, paper: Paper) -> Reading | None:
    """The reading of an entry before its questions are answered; None where it holds no words."""
    text, places = clean(story.text[:LONGEST])
    linked = tuple(clean(words)[0] for words in story.linked[:MOST_NAMED])
    if paper.language == "kk" and is_kazakh_latin(text):
        text, letters = to_cyrillic(text)
        places = [places[at] for at in letters] if places else letters
        linked = tuple(to_cyrillic(words)[0] for words in linked)
    if places is not None:
        story = replace(story, text=text, original=story.text, places=tuple(places))
    found = sentences(text)
    if not found:
        return None
    lead = _lead(text, found, linked)
    scene = Scene(text, paper.language, tuple(found), mentions(text, paper.language, paper.known))
    return Reading(replace(story, linked=linked), paper, scene, lead)


def _first(named: Mentions) -> Mentions:
    """The names that are looked at: every pair of them is compared."""

    def cut(some: tuple[Mention, ...]) -> tuple[Mention, ...]:
        return some if len(some) <= MOST_NAMED else tuple(sorted(some, key=lambda m: m.start)[:MOST_NAMED])

    return Mentions(cut(named.people), cut(named.outlets), cut(named.bodies))


def _places(text: str, linked: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Where the linked words stand in the clean text."""
    found, at = [], 0
    for words in linked:
        plain = " ".join(words.split())
        start = text.find(plain, at) if plain else -1
        if start >= 0:
            found.append((start, start + len(plain)))
            at = start + len(plain)
    return tuple(found)


def _actor_type(m: Mention, role: str, main: str) -> str:
    """The codebook's type of who acted; one of the media is `journalist`, one of its organisations `ngo`.

    A person of no told trade who decides where officials decide is an official.
    """
    if m.type in codebook().actor_types:
        return m.type or "unknown"
    if m.type == "media_ngo":
        return "ngo"
    if m.side == "target":
        return "journalist"
    if role == "complainant":
        return "private_person"
    deciders = pairs().deciders_of(main)
    public = "official" in deciders and "private_person" not in deciders
    return "official" if m.kind == "person" and public else "unknown"


def _by_name(some: Sequence[Mention]) -> list[list[Mention]]:
    """Mentions by the name they stand for, in the order of the text."""
    groups: dict[str, list[Mention]] = {}
    for m in sorted(some, key=lambda m: m.start):
        groups.setdefault(m.name, []).append(m)
    return list(groups.values())


def _lead(text: str, found: list[Sentence], linked: tuple[str, ...]) -> int:
    """The sentence with the linked words; the first where there are none."""
    at = text.find(" ".join(linked[0].split())) if linked else 0
    return next((i for i, s in enumerate(found) if s.start <= max(at, 0) < s.end), 0)


class Reading:
    """One entry being read: candidates first, then the learned questions about each."""

    def __init__(self, story: Story, paper: Paper, scene: Scene, lead: int) -> None:
        self.notes: list[str] = []
        if len(story.original or story.text) > LONGEST:
            self.notes.append("read from the first 20,000 characters only")
        named = _first(scene.mentions)
        if named != scene.mentions:
            self.notes.append(f"of the names in it only the first {MOST_NAMED} of a kind were looked at")
            scene = replace(scene, mentions=named)
        self.story, self.paper, self.scene, self.lead = story, paper, scene, lead
        last = paper.last_day
        self.year = int(story.month[:4]) if story.month else last.year if last else 0
        last_month = paper.last_day.month if paper.last_day else 12
        days = dates(scene.text, paper.language, self.year or 2000, last_month, paper.published)
        self.cited = self._of_many("provisions", law.provisions(scene.text, paper.language))
        self.located = self._of_many("places", where.located(scene.text))
        self.told_amounts = self._of_many("amounts", amounts(scene.text, paper.language))
        self.all_dates = self._of_many("dates", days)
        self.candidates = tuple(
            drafts(
                list(scene.sentences),
                paper.language,
                story.section,
                lead,
                self._named_in_each(),
                [self._is_of_before(index) for index in range(len(scene.sentences))],
            )
        )
        self.view = View(
            scene,
            lead,
            _places(scene.text, story.linked),
            self.candidates,
            story.section,
            story.month,
            # A bulletin and a letter are about nothing else; a report may be about anything.
            "report" if paper.form == "report" else "bulletin",
            relevance(scene.text, paper.language).relevance if paper.form == "report" else 1.0,
        )
        self.main: Draft | None = None
        self.told: set[int] = set()

    def _of_many(self, what: str, found: list[_Told]) -> list[_Told]:
        """The first of what a story tells, no more than can be compared with each other; the events say so."""
        if len(found) > MOST_TOLD:
            self.notes.append(f"of the {what} in it only the first {MOST_TOLD} were looked at")
        return found[:MOST_TOLD]

    def events(self) -> tuple[Event, ...]:
        """The events, the present before the background, each in the order of the text."""
        found = self.chosen()
        self.main = found[0][0] if found else None
        self.told = {index for draft, _ in found for index in draft.sentences}
        self.view = replace(self.view, drafts=tuple(draft for draft, _ in found))
        return tuple(self.event(draft, types) for draft, types in found)

    # -- which of the candidates are events, and of what types

    def types_of(self, draft: Draft) -> list[str]:
        """The types of a candidate, the main one first."""
        codes = {hit.type for hit in draft.hits}
        if draft.mode == "relief":
            return self._relief_types(draft, codes)
        main = max(
            sorted(codes), key=lambda code: probability("main type", type_signs(self.view, draft, code))
        )
        return [main, *self._also(draft, main, codes - {main})]

    def _also(self, draft: Draft, main: str, codes: set[str]) -> list[str]:
        asked = {
            code: probability("further type", also_signs(self.view, draft, main, code))
            for code in codes
            if (code.startswith("context.")) == main.startswith("context.") or main == "context.closure"
        }
        return sorted(
            (code for code, p in asked.items() if p >= threshold("further type")),
            key=lambda code: (-asked[code], code),
        )

    def _relief_types(self, draft: Draft, codes: set[str]) -> list[str]:
        """Rule 10: the outcome, then what it lifts."""
        outcomes = sorted(code for code in codes if code.startswith("outcome."))
        outcome = max(outcomes, key=lambda code: probability("main type", type_signs(self.view, draft, code)))
        return [outcome, *self._lifted(outcome, codes - set(outcomes))]

    def _lifted(self, outcome: str, told: set[str]) -> list[str]:
        known = pairs().lifted.get(outcome, ())
        lifted = [code for code in known if code in told][:1]
        lifted += [code for code in told if lifted and (lifted[0], code) in pairs().together]
        every = {hit.type for candidate in self.candidates for hit in candidate.hits}
        return lifted or [code for code in known if code in every][:1] or list(known[:1])

    def chosen(self) -> list[tuple[Draft, list[str]]]:
        """The candidates that are events, each with its types; the main one first."""
        found = [(draft, self.types_of(draft)) for draft in self.candidates]
        sure = {id(draft): self.is_event(draft, types) for draft, types in found}
        least = threshold("event") * (OF_A_LETTER if self.paper.form == "letter" else 1.0)
        kept = [(draft, types) for draft, types in found if sure[id(draft)] >= least]
        if not kept and found and self.paper.form == "bulletin":
            kept = [max(found, key=lambda one: sure[id(one[0])])]
        kept = self._without_doubles(kept, sure)
        for draft, types in kept:
            draft.sure = sure[id(draft)]
            draft.background = self.is_background(draft, types) >= threshold("background")
        if not kept:
            return self._when_nothing()
        if all(draft.background for draft, _ in kept) and self.paper.form == "bulletin":
            max(kept, key=lambda one: sure[id(one[0])])[0].background = False
        return sorted(kept, key=lambda one: (one[0].background, one[0].sentences[0]))

    def _without_doubles(
        self, kept: list[tuple[Draft, list[str]]], sure: dict[int, float]
    ) -> list[tuple[Draft, list[str]]]:
        """Of two candidates in one sentence that tell the same the surer."""
        left: list[tuple[Draft, list[str]]] = []
        for draft, types in sorted(kept, key=lambda one: -sure[id(one[0])]):
            if not any(self._tells_the_same(draft, types, *other) for other in left):
                left.append((draft, types))
        return [one for one in kept if one in left]

    def _tells_the_same(self, draft: Draft, types: list[str], other: Draft, others: list[str]) -> bool:
        if not set(other.sentences) & set(draft.sentences):
            return False
        if others[0] == types[0]:
            return True
        # An end that no words tell beside a restriction that is surer: it was only like one.
        only_like = draft.mode == "relief" and all(h.by_likeness for h in draft.hits if h.group == "outcome")
        return only_like and other.mode == "violation" and draft.sentences[0] == other.sentences[0]

    def is_event(self, draft: Draft, types: list[str]) -> float:
        """How likely a candidate is an event of its own."""
        dated = any(self.view.sentence_of(one.start) in draft.sentences for one in self.all_dates)
        return probability("event", draft_signs(self.view, draft, types[0], dated))

    def is_background(self, draft: Draft, types: list[str]) -> float:
        """How likely an event is told as background."""
        return probability("background", self.signs_of_background(draft, types))

    def signs_of_background(self, draft: Draft, types: list[str]) -> dict[str, float]:
        """The signs for `is_background`."""
        first = self.scene.sentences[draft.sentences[0]]
        hits = [hit for hit in draft.hits if hit.sentence == draft.sentences[0]] or draft.hits
        passing = in_passing(first, hits, self.paper.language)
        before = self._is_of_before(draft.sentences[0])
        return background_signs(self.view, draft, types[0], passing, before, self.all_dates)

    def _when_nothing(self) -> list[tuple[Draft, list[str]]]:
        code = _WHEN_NOTHING.get(self.story.section or 0)
        if code is None:
            return []
        sentence = self.scene.sentences[self.lead]
        mode = "context" if code.startswith("context") else "violation"
        hit = Hit(code, 0.5, sentence.start, sentence.end, self.lead)
        return [(Draft(mode, False, [hit], [self.lead]), [code])]

    def _is_of_before(self, index: int) -> bool:
        """Rule 3: what a sentence dates in a month before the entry's is told as background."""
        first = self.paper.quarter.first.isoformat()[:7] if self.paper.quarter else None
        month = self.story.month or first
        if month is None:
            return False
        sentence = self.scene.sentences[index]
        told = [
            one.iso
            for one in self.all_dates
            if sentence.start <= one.start < sentence.end
            and not is_of_a_text(sentence.text, self._in_sentence(one), self.paper.language)
        ]
        return bool(told) and all(iso[:7] < month[: len(iso)] for iso in told)

    def _named_in_each(self) -> list[frozenset[str]]:
        """Who of the media is named in each sentence."""
        every = [*self.scene.mentions.people, *self.scene.mentions.outlets]
        of_media = tuple(m for m in every if m.side == "target")
        return [
            frozenset(m.name for m in self.scene.within(of_media, [index]))
            for index in range(len(self.scene.sentences))
        ]

    # -- an event's values

    def event(self, draft: Draft, types: list[str]) -> Event:
        """The event of a chosen candidate."""
        indexes = sorted(set(draft.sentences))
        if types[0] == "legal.fine" and any(one.code.split("-")[1] == "CAO" for one in self.cited):
            types = list(dict.fromkeys([*types, "legal.administrative_case"]))  # by that code, a fine is one
        kind = self._kind(draft, types)
        hit = self.targets(draft, kind, types)
        who = self.actors(draft, kind, types, {m.name for _, m, _ in hit})
        grounds = dict(self._type_grounds(draft, types))
        grounds |= {f"targets.{i}.name": self._mention(m, "target", p) for i, (_, m, p) in enumerate(hit)}
        grounds |= {f"actors.{i}.name": self._mention(m, "actor", p) for i, (_, m, p) in enumerate(who)}
        when, wording = self._date(draft, types, grounds)
        place = self._place(draft, types, grounds)
        number, exact = people_hit(self.scene, indexes, [m for _, m, _ in hit])
        context = kind == "context"
        decider = next((a.type for a, _, _ in who if a.role == "decider"), None)
        one_sided = self.is_alleged(draft, types, decider) if kind == "violation" else 0.0
        alleged = kind == "violation" and one_sided >= threshold("alleged")
        if alleged:
            grounds["alleged"] = self._words(draft, "said", "alleged", one_sided)
        if draft.background:
            told = self.is_background(draft, types)
            grounds["background"] = self._words(draft, "background", "background", told)
        return Event(
            kind=kind,
            types=tuple(types),
            date=when,
            date_text=wording,
            phase=self._phase(kind, draft, types, grounds),
            alleged=alleged,
            work_link=self._work_link(kind, alleged=alleged),
            people_hit=None if context else number,
            people_hit_exact=None if context else exact,
            place=place,
            targets=tuple(t for t, _, _ in hit),
            actors=tuple(a for a, _, _ in who),
            provisions=tuple(self._provisions(draft, types, grounds)),
            background=draft.background,
            upcoming=self._upcoming(draft, types, when, grounds) or None,
            amounts=self._amounts(draft, grounds) or None,
            note="; ".join(self.notes) or None,
            grounds=grounds,
        )

    def _kind(self, draft: Draft, types: list[str]) -> str:
        if draft.mode == "violation" and types[0] == "legal.civil_suit" and self._media_sues(draft):
            return "context"
        return draft.mode

    def _media_sues(self, draft: Draft) -> bool:
        """Rule 17: the media or an NGO is the plaintiff."""
        pattern = _SUES[self.paper.language]
        for index in draft.sentences:
            sentence = self.scene.sentences[index]
            for m in self.scene.within(self.scene.mentions.outlets, [index]):
                around = sentence.text[m.end - sentence.start : m.end - sentence.start + 60]
                if pattern.match(around):
                    return True
        return False

    def _words(self, draft: Draft, name: str, rule: str, sure: float) -> Ground:
        """The words of a marker in the first sentence that tells an event; the whole sentence where there are none."""
        first = self.scene.sentences[draft.sentences[0]]
        match = marker(name, self.paper.language).search(first.text)
        start, end = match.span() if match else (0, len(first.text))
        return self._ground(first.start + start, first.start + end, f"{rule}.told", sure)

    def _phase(self, kind: str, draft: Draft, types: list[str], grounds: dict[str, Ground]) -> str | None:
        if kind == "context":
            return None
        if kind == "relief":
            return "ended"
        step = probability("step", step_signs(self.view, draft, types[0], draft.background))
        if step < threshold("step"):
            return "imposed"
        grounds["phase"] = self._words(draft, "step", "phase", step)
        return "step"

    def is_alleged(self, draft: Draft, types: list[str], decider: str | None) -> float:
        """How likely only one side says it (rule 12)."""
        return probability("alleged", self.signs_of_alleged(draft, types, decider))

    def signs_of_alleged(self, draft: Draft, types: list[str], decider: str | None) -> dict[str, float]:
        """The signs for `is_alleged`."""
        is_said = any(self._is_said(draft, index) for index in (self.lead, draft.sentences[0]))
        return alleged_signs(self.view, draft, types[0], is_said, draft.background, decider)

    def _is_said(self, draft: Draft, index: int) -> bool:
        """Whether a sentence says that somebody says what happened: the saying comes before it (in Kazakh, behind)."""
        sentence = self.scene.sentences[index]
        said = marker("said", self.paper.language)
        if self.paper.language == "kk":
            return bool(said.search(sentence.text))
        words = [hit.start for hit in draft.hits if hit.sentence == index and hit.start > sentence.start]
        until = min(words, default=(sentence.start + sentence.end) // 2) - sentence.start
        return said.search(sentence.text, 0, max(until, 0)) is not None

    def _work_link(self, kind: str, *, alleged: bool) -> str:
        if kind == "context" or not marker("publication", self.paper.language).search(self.scene.text):
            return "unclear"
        return "alleged" if kind == "violation" and alleged else "stated"

    # -- who

    def media(self) -> list[list[Mention]]:
        """Whoever may have been hit, each with all mentions."""
        some = [
            m for m in (*self.scene.mentions.people, *self.scene.mentions.outlets) if m.confidence > UNNAMED
        ]
        return _by_name(some)

    def acting(self, taken: set[str]) -> list[list[Mention]]:
        """Whoever may have done it or asked for it, each with all mentions."""
        every = (*self.scene.mentions.bodies, *self.scene.mentions.people, *self.scene.mentions.outlets)
        return _by_name([m for m in every if m.name not in taken])

    def targets(self, draft: Draft, kind: str, types: list[str]) -> list[tuple[Target, Mention, float]]:
        """Who was hit, with the fullest words, and how sure."""
        if kind == "context" and types[0] != "context.closure":
            return []
        groups = self.media()
        sure = {
            some[0].name: probability("target", self.signs_of_target(draft, types, some, groups))
            for some in groups
        }
        self._share_in_lists(draft, sure)
        found = []
        for some in groups:
            p = sure[some[0].name]
            if p >= threshold("target"):
                own = [
                    m
                    for m in some
                    if m.kind == "outlet" and self.view.sentence_of(m.start) in draft.sentences
                ]
                m = max(own or some, key=lambda m: (len(m.written), -m.start))
                known = next((x.type for x in some if x.type and x.side == "target"), None)
                type_ = known or ("outlet" if m.kind == "outlet" else "journalist")
                found.append(
                    (
                        Target(
                            name=clean(self._said(m, m.name))[0], written=self._said(m, m.written), type=type_
                        ),
                        m,
                        p,
                    )
                )
        return sorted(found, key=lambda row: row[1].start)

    def _share_in_lists(self, draft: Draft, sure: dict[str, float]) -> None:
        """What is told of one of a list is told of each: "A, B and C were summoned"."""
        for some in (self.scene.mentions.people, self.scene.mentions.outlets):
            told = [m for m in some if m.name in sure and self.view.told_with(m.start) in draft.sentences]
            for run in lists(self.scene.text, told):
                best = max(sure[m.name] for m in run)
                sure |= {m.name: best for m in run}

    def _said(self, m: Mention, words: str) -> str:
        """Words taken from a name, as the text itself writes them."""
        at = m.start if self.scene.text.startswith(words, m.start) else self.scene.text.find(words)
        return self.story.words(at, at + len(words)) if at >= 0 else words

    def signs_of_target(
        self, draft: Draft, types: list[str], some: list[Mention], groups: list[list[Mention]]
    ) -> dict[str, float]:
        """The signs that those mentions are of one who was hit."""
        rivals = [m for other in groups if other is not some for m in other]
        return target_signs(self.view, draft, types, some, rivals)

    def actors(
        self, draft: Draft, kind: str, types: list[str], taken: set[str]
    ) -> list[tuple[Actor, Mention, float]]:
        """Who decided and who asked for it, with the words, and how sure; one a type and role."""
        groups = self.acting(taken)
        every: list[tuple[float, Actor, Mention]] = []
        for some in groups:
            signs = self.signs_of_actor(draft, types, some, groups)
            m = max(some, key=lambda m: (m.confidence, len(m.written)))
            for role, question in (("decider", "decider"), ("complainant", "complainant")):
                p = probability(question, signs)
                if p >= threshold(question):
                    type_ = _actor_type(m, role, types[0])
                    every.append(
                        (p, Actor(name=m.name, written=self._said(m, m.written), type=type_, role=role), m)
                    )
        chosen: list[tuple[Actor, Mention, float]] = []
        for p, actor, m in sorted(every, key=lambda row: -row[0]):
            if actor.type not in {a.type for a, _, _ in chosen} and m.name not in {
                x.name for _, x, _ in chosen
            }:
                chosen.append((actor, m, p))
        return sorted(chosen, key=lambda row: (row[0].role != "decider", row[1].start))

    def signs_of_actor(
        self, draft: Draft, types: list[str], some: list[Mention], groups: list[list[Mention]]
    ) -> dict[str, float]:
        """The signs that those mentions are of one who did it or asked for it."""
        rivals = [m for other in groups if other is not some for m in other]
        return actor_signs(self.view, draft, types, some, rivals)

    # -- when and where

    def dates_of(self, draft: Draft, types: list[str]) -> list[tuple[float, Dated]]:
        """Every date of the entry with how likely it is the event's, the likeliest first."""
        asked = [(probability("date", self.signs_of_date(draft, types, one)), one) for one in self.all_dates]
        return sorted(asked, key=lambda row: -row[0])

    def signs_of_date(self, draft: Draft, types: list[str], one: Dated) -> dict[str, float]:
        """The signs that a date is the event's."""
        return date_signs(self.view, draft, types[0], one, self.all_dates, self.paper.last_day)

    def _date(
        self, draft: Draft, types: list[str], grounds: dict[str, Ground]
    ) -> tuple[str | None, str | None]:
        asked = self.dates_of(draft, types)
        if asked and asked[0][0] >= threshold("date"):
            p, one = asked[0]
            wording = self.story.words(one.start, one.end)
            grounds["date"] = self._ground(one.start, one.end, "date.told", p)
            by_month = self._is_of_a_report(one) or types[0] in ("information.no_reply", "information.delay")
            return (one.iso[:7] if by_month else one.iso), wording
        if draft.background:
            return None, None
        text = " ".join(self.scene.sentences[i].text for i in [self.lead, *draft.sentences])
        if self.paper.section_day and marker("same_day", self.paper.language).search(text):
            return self.paper.section_day, None
        if self.story.month:
            return self.story.month, None
        return (str(self.year) if self.year and self.paper.form == "bulletin" else None), None

    def _is_of_a_report(self, one: Dated) -> bool:
        """Whether one of the media, not an authority, is who spoke that day."""
        sentence = next(s for s in self.scene.sentences if s.start <= one.start < s.end)
        span = report_of(sentence.text, self._in_sentence(one), self.paper.language)
        if span is None:
            return False
        first, last = (sentence.start + at for at in span)
        acting = any(first <= m.start < last for m in self.scene.mentions.bodies)
        people = [*self.scene.mentions.people, *self.scene.mentions.outlets]
        media = any(first <= m.start < last and m.side != "actor" for m in people)
        return media or not acting

    def _spare(self, draft: Draft) -> list[int]:
        """The sentences that tell no event: they belong to the main one."""
        every = range(len(self.scene.sentences)) if draft is self.main else ()
        return [index for index in every if index not in self.told]

    def _in_sentence(self, one: Dated) -> Dated:
        start = next(s.start for s in self.scene.sentences if s.start <= one.start < s.end)
        return replace(one, start=one.start - start, end=one.end - start)

    def _place(self, draft: Draft, types: list[str], grounds: dict[str, Ground]) -> Place | None:
        asked = [(probability("place", self.signs_of_place(draft, types, one)), one) for one in self.located]
        p, one = max(asked, key=lambda row: row[0], default=(0.0, None))
        if one is None or p < threshold("place"):
            return None
        grounds["place"] = self._ground(one.start, one.end, "place.named", p)
        return one.place

    def signs_of_place(self, draft: Draft, types: list[str], one: where.Located) -> dict[str, float]:
        """The signs that an event happened at a place."""
        return place_signs(self.view, draft, types[0], one, self.located)

    # -- law, dates ahead

    def _provisions(self, draft: Draft, types: list[str], grounds: dict[str, Ground]) -> list[str]:
        codes: list[str] = []
        for one in self.cited:
            p = probability("provision", self.signs_of_provision(draft, types, one))
            # A charge holds for every step of the same prosecution.
            charged = bool(set(types) & pairs().groups["prosecution"]) and "-CC-" in one.code
            if p >= (threshold("provision") if not charged else threshold("provision") / 4):
                grounds[f"provisions.{len(codes)}"] = self._ground(one.start, one.end, one.rule, p)
                codes.append(one.code)
        return codes

    def signs_of_provision(self, draft: Draft, types: list[str], one: law.Cited) -> dict[str, float]:
        """The signs that an event rests on a provision."""
        return provision_signs(self.view, draft, types[0], one, self.cited)

    def _amounts(self, draft: Draft, grounds: dict[str, Ground]) -> tuple[Amount, ...]:
        """The values told in the event's sentences; those of sentences that tell no event go with the main one."""
        inside = {*draft.sentences, *self._spare(draft)}
        told = [one for one in self.told_amounts if self.view.sentence_of(one.start) in inside]
        for i, one in enumerate(told):
            grounds[f"amounts.{i}"] = self._ground(one.start, one.end, f"amount.{one.amount.what}", 0.8)
        return tuple(
            one.amount.model_copy(update={"text": self.story.words(one.start, one.end).strip()})
            for one in told
        )

    def _upcoming(
        self, draft: Draft, types: list[str], when: str | None, grounds: dict[str, Ground]
    ) -> tuple[Upcoming, ...]:
        """Rule 23, on the event that announces it: days told as ahead, and the end of a measure of so many months."""
        ahead: dict[str, Upcoming] = {}
        for one in self.all_dates:
            p = probability("upcoming", self.signs_of_upcoming(draft, types, one))
            if p >= threshold("upcoming") and self.in_time(one) not in ahead:
                what = self.scene.sentences[self.view.sentence_of(one.start)]
                words = self.story.words(what.start, what.end)[:200]
                grounds[f"upcoming.{len(ahead)}.date"] = self._ground(one.start, one.end, "date.ahead", p)
                ahead[self.in_time(one)] = Upcoming(date=self.in_time(one), what=words, of=None)
        return tuple(ahead.values()) or self._end_of_measure(draft, types, when, grounds)

    def in_time(self, one: Dated) -> str:
        """A day ahead without its year is not of the months before."""
        month = self.story.month or (self.paper.quarter.first.isoformat()[:7] if self.paper.quarter else "")
        if one.year or not month or len(one.iso) < 7 or one.iso[:7] >= month:
            return one.iso
        return f"{int(one.iso[:4]) + 1}{one.iso[4:]}" if "/" not in one.iso else one.iso

    def signs_of_upcoming(self, draft: Draft, types: list[str], one: Dated) -> dict[str, float]:
        """The signs that a date lies ahead and that the event announces it."""
        index = self.view.sentence_of(one.start)
        sentence = self.scene.sentences[index].text
        late = (
            len(one.iso) >= 7 and self.story.month is not None and self.in_time(one)[:7] >= self.story.month
        )
        last = self.paper.last_day.isoformat() if self.paper.last_day else ""
        signs = self.signs_of_date(draft, types, one)
        announces = self._announces(index) is draft
        marked = bool(marker("upcoming", self.paper.language).search(sentence))
        return signs | {
            "announces": float(announces),
            "marked": float(marked),
            "late": float(late),
            "after the period": float(bool(last) and self.in_time(one) > last),
            "ahead and announces": signs["ahead"] * announces,
            "marked and announces": float(marked and announces),
            "late and announces": float(late and announces),
            "ahead and own": signs["ahead"] * signs["own"],
            "all three": float(marked and announces and late),
            "ahead late announces": signs["ahead"] * float(late and announces),
        }

    def _announces(self, index: int) -> Draft | None:
        """The event that a sentence about a day ahead goes with: the one it tells, else a legal one, else the main."""
        every = self.view.drafts
        present = [draft for draft in every if not draft.background]
        told = [draft for draft in every if index in draft.sentences]
        legal = [draft for draft in every if draft.types()[0].startswith("legal.")]
        some = (
            [d for d in told if d in present]
            or told
            or [d for d in legal if d in present]
            or legal
            or present
            or list(every)
        )
        return some[0] if some else None

    def _end_of_measure(
        self, draft: Draft, types: list[str], when: str | None, grounds: dict[str, Ground]
    ) -> tuple[Upcoming, ...]:
        """A house arrest or custody for two months from a known day ends on a known day."""
        if draft.background or not pairs().groups["measures"] & set(types) or len(when or "") != 10:
            return ()
        for index in sorted({*draft.sentences, *self._spare(draft)}):
            sentence = self.scene.sentences[index]
            for months, days in durations(sentence.text, self.paper.language):
                end = later(date.fromisoformat(when or ""), months, days)
                told = self.scene.sentences[index]
                grounds["upcoming.0.date"] = self._ground(told.start, told.end, "date.reckoned", draft.sure)
                words = self.story.words(sentence.start, sentence.end)[:200]
                return (Upcoming(date=end.isoformat(), what=words, of=None),)
        return ()

    # -- grounds

    def _type_grounds(self, draft: Draft, types: list[str]) -> list[tuple[str, Ground]]:
        rows = []
        for i, code in enumerate(types):
            hit = max((h for h in draft.hits if h.type == code), key=lambda h: h.score, default=None)
            if hit is not None:
                question = "main type" if i == 0 else "further type"
                signs = (
                    type_signs(self.view, draft, code)
                    if i == 0
                    else also_signs(self.view, draft, types[0], code)
                )
                confidence = probability(question, signs) * draft.sure
                rows.append(
                    (
                        f"types.{i}",
                        self._ground(
                            hit.start,
                            hit.end,
                            f"{'likeness' if hit.by_likeness else 'cue'}.{code}",
                            confidence,
                        ),
                    )
                )
        return rows

    def _mention(self, m: Mention, side: str, sure: float) -> Ground:
        return self._ground(m.start, m.end, f"{side}.{m.kind}", sure)

    def _ground(self, start: int, end: int, rule: str, confidence: float) -> Ground:
        offsets = self.story.offsets
        start, end = self.story.span(start, end)
        first = offsets[start] if start < len(offsets) else 0
        last = offsets[min(end, len(offsets)) - 1] + 1 if offsets else 0
        return Ground(
            span=(first, max(first, last)),
            text_sha256=self.paper.text_sha256,
            rule=rule,
            version=VERSION,
            confidence=round(confidence, 2),
        )


_SUES = {
    "en": re.compile(r"^\W*(?:is |has |have |had )?(?:challeng|su(?:ed|ing)|filed|appealed|went to court)", re.IGNORECASE),
    "ru": re.compile(r"^\W*(?:\w+\s+)?(?:оспарива|подал\w* (?:иск|в суд)|обжал|обратил\w+ в суд|судится)", re.IGNORECASE),
    "kk": re.compile(r"^\W*[^.]{0,200}(?:сотқа шағым|сотта шағым|сотқа жүгін)", re.IGNORECASE),
}  # fmt: skip
