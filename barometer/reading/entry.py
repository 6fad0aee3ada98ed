"""One entry → proposed events, each value with the words it rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from barometer.codebook import Actor, Event, Ground, Place, Quarter, Upcoming
from barometer.reading import law, where
from barometer.reading.kinds import Draft, Hit, drafts, hits_in
from barometer.reading.lexicon import marker, pairs
from barometer.reading.mentions import Known, Mention, mentions
from barometer.reading.people import Scene, actors, people_hit, targets
from barometer.reading.sentences import Sentence, sentences
from barometer.reading.when import Dated, dates, durations, is_ahead, is_of_a_text, later, report_of

VERSION = "2"
#: An entry is a story, not a book: what goes beyond is not looked at, and the event says so.
LONGEST = 20_000

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


@dataclass(frozen=True)
class Story:
    """An entry as the reader needs it: `offsets` lead from its clean text to the document's."""

    text: str
    section: int | None
    month: str | None
    linked: tuple[str, ...]
    offsets: tuple[int, ...]


def read_entry(story: Story, paper: Paper) -> tuple[Event, ...]:
    """The events that the entry proposes, in the order of the text but the main one first."""
    text = story.text[:LONGEST]
    found = sentences(text)
    if not found:
        return ()
    lead = _lead(text, found, story.linked)
    scene = Scene(text, paper.language, tuple(found), mentions(text, paper.language, paper.known))
    return _Reading(story, paper, scene, lead).events()


def _lead(text: str, found: list[Sentence], linked: tuple[str, ...]) -> int:
    """The sentence with the linked words; the first where there are none."""
    at = text.find(" ".join(linked[0].split())) if linked else 0
    return next((i for i, s in enumerate(found) if s.start <= max(at, 0) < s.end), 0)


class _Reading:
    """One entry being read."""

    def __init__(self, story: Story, paper: Paper, scene: Scene, lead: int) -> None:
        self.story, self.paper, self.scene, self.lead = story, paper, scene, lead
        self.year = int(story.month[:4]) if story.month else paper.quarter.year if paper.quarter else 0
        self.cited = law.provisions(scene.text, paper.language)
        self.located = where.located(scene.text)
        last_month = paper.quarter.last.month if paper.quarter else 12
        self.all_dates = dates(scene.text, paper.language, self.year or 2000, last_month)
        self.main: Draft | None = None
        self.drafted: list[Draft] = []
        self.told: set[int] = set()

    def events(self) -> tuple[Event, ...]:
        found = self.drafts()
        self.drafted = found
        self.main = found[0] if found else None
        self.told = {index for draft in found for index in draft.sentences}
        return tuple(self.event(draft) for draft in found)

    def drafts(self) -> list[Draft]:
        language = self.paper.language
        found = drafts(
            list(self.scene.sentences), language, self.story.section, self.lead, self._named_in_each()
        )
        for draft in found:
            draft.background = draft.background or self._is_of_before(draft)
        if found:
            return sorted(found, key=lambda d: (d.background, d.sentences[0]))
        code = _WHEN_NOTHING.get(self.story.section or 0)
        if code is None:
            return []
        sentence = self.scene.sentences[self.lead]
        mode = "context" if code.startswith("context") else "violation"
        return [Draft(mode, False, [Hit(code, 0.5, sentence.start, sentence.end, self.lead)], [self.lead])]

    def _is_of_before(self, draft: Draft) -> bool:
        """Rule 3: what a sentence dates in a month before the entry's is told as background."""
        first = self.paper.quarter.first.isoformat()[:7] if self.paper.quarter else None
        month = self.story.month or first
        if month is None or self.lead in draft.sentences:
            return False
        sentence = self.scene.sentences[draft.sentences[0]]
        told = [
            one.iso
            for one in self.all_dates
            if sentence.start <= one.start < sentence.end
            and not is_of_a_text(sentence.text, self._in_sentence(one), self.paper.language)
        ]
        return bool(told) and all(len(iso) >= 7 and iso[:7] < month for iso in told)

    def _named_in_each(self) -> list[frozenset[str]]:
        """Who of the media is named in each sentence."""
        every = [*self.scene.mentions.people, *self.scene.mentions.outlets]
        of_media = tuple(m for m in every if m.side == "target")
        return [
            frozenset(m.name for m in self.scene.within(of_media, [index]))
            for index in range(len(self.scene.sentences))
        ]

    def event(self, draft: Draft) -> Event:
        indexes = sorted(set(draft.sentences))
        types = self._types(draft)
        if types[0] == "legal.fine" and any(one.code.split("-")[1] == "CAO" for one in self.cited):
            types = [
                types[0],
                *dict.fromkeys([*types[1:], "legal.administrative_case"]),
            ]  # by that code, a fine is one
        kind = self._kind(draft, types)
        hit = targets(self.scene, kind, types, indexes, self.lead)
        who = actors(
            self.scene,
            kind,
            types,
            indexes,
            self.lead,
            [m for _, m in hit],
            self._at(draft, types[0]),
            self._spare(draft),
        )
        grounds = dict(self._type_grounds(draft, types))
        grounds |= {f"targets.{i}.name": self._mention(m, "target") for i, (_, m) in enumerate(hit)}
        grounds |= {f"actors.{i}.name": self._mention(m, "actor") for i, (_, m) in enumerate(who)}
        when, wording = self._date(draft, types, indexes, grounds)
        place = self._place(draft, who, grounds)
        number, exact = people_hit(self.scene, indexes, [m for _, m in hit])
        context = kind == "context"
        return Event(
            kind=kind,
            types=tuple(types),
            date=when,
            date_text=wording,
            phase=self._phase(kind, indexes),
            alleged=kind == "violation" and not draft.background and self._alleged(draft, indexes),
            work_link=self._work_link(kind, draft, indexes),
            people_hit=None if context else number,
            people_hit_exact=None if context else exact,
            place=place,
            targets=tuple(t for t, _ in hit),
            actors=tuple(a for a, _ in who),
            provisions=tuple(self._provisions(types, indexes, grounds, main=draft is self.main)),
            background=draft.background,
            upcoming=self._upcoming(draft, types, when) or None,
            note="read from the first 20,000 characters only" if len(self.story.text) > LONGEST else None,
            grounds=grounds,
        )

    # -- what

    def _at(self, draft: Draft, code: str) -> int:
        """Where the words stand that tell the main type."""
        of_type = [hit for hit in draft.hits if hit.type == code] or draft.hits
        return max(of_type, key=lambda hit: hit.score).start

    def _types(self, draft: Draft) -> list[str]:
        types = draft.types()
        if draft.mode != "relief":
            return types
        outcomes = [hit for hit in draft.hits if hit.group == "outcome"]
        outcome = max(outcomes, key=lambda hit: hit.score).type
        told = {hit.type for hit in draft.hits}
        every = told | self._types_of_entry()
        lifted = [code for code in pairs().lifted.get(outcome, ()) if code in told]
        lifted = lifted or [code for code in pairs().lifted.get(outcome, ()) if code in every][:1]
        return [outcome, *(lifted or pairs().lifted.get(outcome, ())[:1])]

    def _types_of_entry(self) -> set[str]:
        return {
            hit.type
            for index, sentence in enumerate(self.scene.sentences)
            for hit in hits_in(sentence, self.paper.language, self.story.section, index, self.lead)
        }

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

    def _phase(self, kind: str, indexes: list[int]) -> str | None:
        if kind == "context":
            return None
        if kind == "relief":
            return "ended"
        text = " ".join(self.scene.sentences[i].text for i in indexes[:2])
        return "step" if marker("step", self.paper.language).search(text) else "imposed"

    def _alleged(self, draft: Draft, indexes: list[int]) -> bool:
        """Rule 12: only what somebody says, and nobody else confirms."""
        looked_at = [self.lead, indexes[0]]
        told = [*self.scene.mentions.people, *self.scene.mentions.outlets]
        if not self.scene.within(tuple(told), looked_at):
            return False
        if marker("confirmed", self.paper.language).search(self.scene.text):
            return False
        return any(self._is_said(draft, index) for index in looked_at)

    def _is_said(self, draft: Draft, index: int) -> bool:
        """Whether a sentence says that somebody says what happened: the saying comes before it (in Kazakh, behind)."""
        sentence = self.scene.sentences[index]
        said = marker("said", self.paper.language)
        if self.paper.language == "kk":
            return bool(said.search(sentence.text))
        words = [hit.start for hit in draft.hits if hit.sentence == index and hit.start > sentence.start]
        until = min(words, default=(sentence.start + sentence.end) // 2) - sentence.start
        return said.search(sentence.text, 0, max(until, 0)) is not None

    def _work_link(self, kind: str, draft: Draft, indexes: list[int]) -> str:
        if kind == "context" or not marker("publication", self.paper.language).search(self.scene.text):
            return "unclear"
        return "alleged" if kind == "violation" and self._alleged(draft, indexes) else "stated"

    # -- when and where

    def _date(
        self, draft: Draft, types: list[str], indexes: list[int], grounds: dict[str, Ground]
    ) -> tuple[str | None, str | None]:
        chosen = self._date_told(draft, indexes)
        if chosen is not None:
            report = self._is_of_a_report(chosen)
            wording = self.scene.text[chosen.start : chosen.end]
            grounds["date"] = self._ground(chosen.start, chosen.end, "date.told", 0.6 if report else 0.85)
            if report or types[0] in ("information.no_reply", "information.delay"):
                return chosen.iso[:7], wording
            return chosen.iso, wording
        if draft.background:
            return None, None
        text = " ".join(self.scene.sentences[i].text for i in [self.lead, *indexes])
        if self.paper.section_day and marker("same_day", self.paper.language).search(text):
            return self.paper.section_day, None
        if self.story.month:
            return self.story.month, None
        return (str(self.year) if self.year else None), None

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

    def _date_told(self, draft: Draft, indexes: list[int]) -> Dated | None:
        """The date of the event among those told in its sentences: not ahead, not an article's, of this quarter."""
        language = self.paper.language
        last = self.paper.quarter.last if self.paper.quarter else None
        for index in self._where_told(draft, indexes):
            sentence = self.scene.sentences[index]
            for one in self.all_dates:
                if not sentence.start <= one.start < sentence.end:
                    continue
                inner = Dated(one.iso, one.start - sentence.start, one.end - sentence.start)
                if is_ahead(sentence.text, inner, language, last) or is_of_a_text(
                    sentence.text, inner, language
                ):
                    continue
                if self._plausible(one.iso, draft.background):
                    return one
        return None

    def _where_told(self, draft: Draft, indexes: list[int]) -> list[int]:
        """The sentences in which an event's circumstances may stand, the likeliest first.

        Its own; for the main event also those that tell no event: "On 3 May a hearing was held. The judge …".
        """
        own = sorted(set(indexes), key=lambda i: (i not in draft.sentences[:1], i))
        return [*own, *(i for i in self._spare(draft) if i not in own)]

    def _spare(self, draft: Draft) -> list[int]:
        """The sentences that tell no event: they belong to the main one."""
        every = range(len(self.scene.sentences)) if draft is self.main else ()
        return [index for index in every if index not in self.told]

    def _plausible(self, iso: str, background: bool) -> bool:
        if self.paper.quarter is None:
            return True
        if self.story.month and not background:
            return iso[:7] == self.story.month or (
                len(iso) >= 7 and abs(_months_between(iso[:7], self.story.month)) <= 1
            )
        first = date(self.paper.quarter.year - 1, 1, 1)
        return first.isoformat()[:4] <= iso[:4] <= str(self.paper.quarter.year)

    def _sentence_of(self, one: Dated) -> str:
        return next(s.text for s in self.scene.sentences if s.start <= one.start < s.end)

    def _in_sentence(self, one: Dated) -> Dated:
        start = next(s.start for s in self.scene.sentences if s.start <= one.start < s.end)
        return Dated(one.iso, one.start - start, one.end - start)

    def _place(
        self, draft: Draft, who: list[tuple[Actor, Mention]], grounds: dict[str, Ground]
    ) -> Place | None:
        if any(m.type == "foreign_state" for _, m in who):
            abroad = next((one for one in self.located if one.place.country != "KZ"), None)
            return abroad.place if abroad else None
        if draft.mode == "context" and self.story.section == 1:
            return None
        order = [self.lead, *draft.sentences, *range(min(2, len(self.scene.sentences)))]
        for index in dict.fromkeys(order):
            sentence = self.scene.sentences[index]
            here = [one for one in self.located if sentence.start <= one.start < sentence.end]
            at_home = [one for one in here if one.place.country == "KZ" and one.place.region]
            if at_home:
                one = next((one for one in at_home if one.exact), at_home[0])
                grounds["place"] = self._ground(one.start, one.end, "place.named", 0.75)
                return one.place
        return None

    # -- law, dates ahead

    def _provisions(
        self, types: list[str], indexes: list[int], grounds: dict[str, Ground], *, main: bool
    ) -> list[str]:
        """Those cited in the event's sentences; a charge holds for every step of the same prosecution.

        What stands in a sentence that tells no event goes with the main one.
        """
        criminal = bool(set(types) & _PROSECUTION)
        codes: list[str] = []
        for one in self.cited:
            stands_in = next(i for i, s in enumerate(self.scene.sentences) if s.start <= one.start < s.end)
            inside = stands_in in indexes or (main and stands_in not in self.told)
            if inside or (criminal and one.code.split("-")[1] == "CC"):
                grounds[f"provisions.{len(codes)}"] = self._ground(
                    one.start, one.end, one.rule, one.confidence
                )
                codes.append(one.code)
        return codes

    def _upcoming(self, draft: Draft, types: list[str], when: str | None) -> tuple[Upcoming, ...]:
        """Rule 23, on the event that announces it: days told as ahead, and the end of a measure of so many months."""
        last = self.paper.quarter.last if self.paper.quarter else None
        ahead = []
        for one in self.all_dates:
            index = next(i for i, s in enumerate(self.scene.sentences) if s.start <= one.start < s.end)
            sentence = self.scene.sentences[index]
            inner = self._in_sentence(one)
            told = marker("upcoming", self.paper.language).search(sentence.text)
            late = len(one.iso) >= 7 and self.story.month is not None and one.iso[:7] >= self.story.month
            if (
                told
                and late
                and self._announces(index) is draft
                and is_ahead(sentence.text, inner, self.paper.language, last)
            ):
                ahead.append(Upcoming(date=one.iso, what=sentence.text[:200], of=None))
        return tuple(ahead) or self._end_of_measure(draft, types, when)

    def _announces(self, index: int) -> Draft | None:
        """The event that a sentence about a day ahead goes with: the one it tells, else a legal one, else the main."""
        assert self.drafted
        present = [draft for draft in self.drafted if not draft.background]
        told = [draft for draft in self.drafted if index in draft.sentences]
        legal = [draft for draft in self.drafted if draft.types()[0].startswith("legal.")]
        return (told or [d for d in legal if d in present] or legal or present or self.drafted)[0]

    def _end_of_measure(self, draft: Draft, types: list[str], when: str | None) -> tuple[Upcoming, ...]:
        """A house arrest or custody for two months from a known day ends on a known day."""
        if draft.background or not pairs().groups["measures"] & set(types) or len(when or "") != 10:
            return ()
        for index in sorted({*draft.sentences, *self._spare(draft)}):
            sentence = self.scene.sentences[index].text
            for months, days in durations(sentence, self.paper.language):
                end = later(date.fromisoformat(when or ""), months, days)
                return (Upcoming(date=end.isoformat(), what=sentence[:200], of=None),)
        return ()

    # -- grounds

    def _type_grounds(self, draft: Draft, types: list[str]) -> list[tuple[str, Ground]]:
        rows = []
        for i, code in enumerate(types):
            hit = max((h for h in draft.hits if h.type == code), key=lambda h: h.score, default=None)
            if hit is not None:
                confidence = min(0.95, 0.25 + 0.12 * hit.score)
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

    def _mention(self, m: Mention, side: str) -> Ground:
        return self._ground(m.start, m.end, f"{side}.{m.kind}", m.confidence)

    def _ground(self, start: int, end: int, rule: str, confidence: float) -> Ground:
        offsets = self.story.offsets
        first = offsets[start] if start < len(offsets) else 0
        last = offsets[min(end, len(offsets)) - 1] + 1 if offsets else 0
        return Ground(
            span=(first, max(first, last)),
            text_sha256=self.paper.text_sha256,
            rule=rule,
            version=VERSION,
            confidence=round(confidence, 2),
        )


def _months_between(one: str, other: str) -> int:
    return (int(one[:4]) - int(other[:4])) * 12 + int(one[5:7]) - int(other[5:7])


_PROSECUTION = frozenset(
    {"legal.criminal_case", "legal.house_arrest", "legal.custody", "legal.arrest", "legal.conviction"}
)
_SUES = {
    "en": re.compile(r"^\W*(?:is |has |have |had )?(?:challeng|su(?:ed|ing)|filed|appealed|went to court)", re.IGNORECASE),
    "ru": re.compile(r"^\W*(?:\w+\s+)?(?:оспарива|подал\w* (?:иск|в суд)|обжал|обратил\w+ в суд|судится)", re.IGNORECASE),
    "kk": re.compile(r"^\W*[^.]{0,200}(?:сотқа шағым|сотта шағым|сотқа жүгін)", re.IGNORECASE),
}  # fmt: skip
