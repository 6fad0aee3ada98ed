"""What speaks for and against a reading of an entry: signs, for the learned questions of `heads`.

A sign is a name with a value, mostly 1. Signs tell of place and manner (in the same sentence, before the words that
tell it, who only reports), never of a person's or an outlet's name.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from barometer.codebook import codebook
from barometer.reading.kinds import Draft
from barometer.reading.law import Cited
from barometer.reading.learned import likely
from barometer.reading.lexicon import marker, pairs
from barometer.reading.mentions import UNNAMED, Mention, is_source_of_news
from barometer.reading.parts import all_beside, parts
from barometer.reading.people import Scene, is_affiliation, is_only_told, reports, stands_for_staff
from barometer.reading.when import Dated, is_ahead, is_of_a_text, report_of
from barometer.reading.where import Located

#: The words right before a name that tell its part in the sentence.
_BEFORE = {
    "en": frozenset(
        [
            "by",
            "against",
            "from",
            "of",
            "to",
            "for",
            "with",
            "at",
            "on",
            "about",
            "and",
            "the",
            "a",
            "in",
            "said",
            "called",
            "between",
            "over",
            "under",
        ]
    ),
    "ru": frozenset(
        [
            "против",
            "от",
            "у",
            "к",
            "о",
            "об",
            "с",
            "со",
            "по",
            "для",
            "в",
            "на",
            "и",
            "за",
            "из",
            "между",
            "над",
            "перед",
            "отношении",
            "что",
        ]
    ),
    "kk": frozenset(["мен", "және", "пен", "бен", "үшін"]),
}
#: The words right before a date or a place that tell what it is of.
_BEFORE_PLACE = {
    "en": frozenset(["on", "in", "since", "until", "till", "by", "from", "of", "before", "after", "to", "between", "and", "at", "near", "through", "dated", "the", "during", "start"]),
    "ru": frozenset(["с", "со", "до", "от", "на", "к", "в", "во", "по", "за", "и", "из", "у", "около", "из-под", "под", "через", "возле", "start"]),
    "kk": frozenset(["және", "мен", "жылғы", "жылы", "жылдың", "үстіміздегі", "биылғы", "өткен", "start"]),
}  # fmt: skip
_KK_CASES = (
    ("gen", re.compile(r"(?:ның|нің|дың|дің|тың|тің)$")),
    ("dat", re.compile(r"(?:ға|ге|қа|ке|на|не)$")),
    ("acc", re.compile(r"(?:ны|ні|ды|ді|ты|ті)$")),
    ("loc", re.compile(r"(?:да|де|та|те|дағы|дегі|тағы|тегі)$")),
    ("abl", re.compile(r"(?:дан|ден|тан|тен|нан|нен)$")),
    ("ins", re.compile(r"(?:мен|пен|бен)$")),
)
_RU_CASES = (
    ("ins", re.compile(r"(?:ым|ом|ем|ой|ей|ою|ими|ами|ями)$")),
    ("dat", re.compile(r"(?:у|ю|ому|ему|ам|ям)$")),
    ("gen", re.compile(r"(?:ого|его|а|я|ы|и|ов|ев)$")),
    ("loc", re.compile(r"(?:е|ах|ях)$")),
)
_PASSIVE = re.compile(
    r"\s*(?:,[^,]{0,80},\s*)?(?:was|were|has been|have been|had been|is being|got|is|are)\b", re.IGNORECASE
)
_OWN = re.compile(r"(?:['’]s|s['’])")
_UNSURE = {
    "en": re.compile(r"\b(?:would|may|might|could|should|propos\w+|draft|plan(?:s|ned|ning)?|suggest\w+|warn\w+)\b", re.IGNORECASE),
    "ru": re.compile(r"\b(?:бы|может|могут|мог\w*|предлага\w+|предложи\w+|проект\w*|планиру\w+|намерен\w*|возможн\w+)\b", re.IGNORECASE),
    "kk": re.compile(r"(?:мүмкін|ұсын\w+|жоба\w*|жоспарла\w+|ниетт\w+)", re.IGNORECASE),
}  # fmt: skip
_ONE_SIDE = {
    "en": re.compile(r"\b(?:allegedly|reportedly|believes?|suspects?|is (?:convinced|sure)|claims?|claimed|suggested|links?|connects?|attribut\w+|considers?|complain\w+|denie[sd])\b", re.IGNORECASE),
    "ru": re.compile(r"\b(?:якобы|считает|считают|полагает|уверен\w*|убежден\w*|убеждён\w*|подозрева\w+|утвержда\w+|связыва\w+|предполага\w+|жал\w+|отрица\w+|по (?:её|ее|его|их) словам)\b", re.IGNORECASE),
    "kk": re.compile(r"(?:деп санайды|деп есептейді|сенімді|күдіктен\w+|байланыстыр\w+|болжайды|айтуынша|сөзінше|шағымдан\w+|жоққа шығар\w+)", re.IGNORECASE),
}  # fmt: skip
_LATER = {
    "en": re.compile(r"\b(?:later|then|afterwards?|subsequently|after (?:that|this)|the (?:next|following) \w+|soon)\b", re.IGNORECASE),
    "ru": re.compile(r"\b(?:позже|позднее|затем|потом|после этого|спустя|вскоре|на следующий|впоследствии)\b", re.IGNORECASE),
    "kk": re.compile(r"\b(?:кейін(?:ірек)?|содан соң|артынша|ертеңіне|келесі күні|кешікпей)\b", re.IGNORECASE),
}  # fmt: skip
_HAD = {
    "en": re.compile(r"\bhad\b"),
    "ru": re.compile(r"\b(?:был[аио]?|ранее|раньше)\b", re.IGNORECASE),
    "kk": re.compile(r"(?:ған|ген|қан|кен) (?:еді|болатын|болған)", re.IGNORECASE),
}
_QUOTED = re.compile(r"[“«\"‘][^”»\"]{15,1000}[”»\"’]")
#: From which worth on a candidate is a strong one.
STRONG = 4.0


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


# --- what ---------------------------------------------------------------------------------------------------------


def type_signs(view: View, draft: Draft, code: str) -> dict[str, float]:
    """Signs that a type is the main one of an event."""
    hits = [hit for hit in draft.hits if hit.type == code]
    cues = [hit for hit in hits if not hit.by_likeness]
    learned = [
        likely(view.scene.sentences[i].text, view.scene.language).get(code, 0.0) for i in draft.sentences
    ]
    best = max((hit.score for hit in draft.hits), default=1.0)
    total = sum(hit.score for hit in hits)
    totals = {
        other: sum(h.score for h in draft.hits if h.type == other) for other in {h.type for h in draft.hits}
    }
    rank = sorted(totals.values(), reverse=True).index(totals[code])
    first = draft.sentences[0]
    section = codebook().type(code).section
    signs = {
        "score": total / 5,
        "share": total / max(sum(totals.values()), 0.1),
        "best": max(hit.score for hit in hits) / 5,
        "of best": max(hit.score for hit in hits) / max(best, 0.1),
        f"rank {min(rank, 3)}": 1.0,
        "cue": float(bool(cues)),
        "cues": min(len(cues), 3) / 3,
        "cue weight": max((hit.score for hit in cues), default=0.0) / 5,
        "learned": max(learned, default=0.0),
        "learned root": max(learned, default=0.0) ** 0.5,
        "learned first": learned[0] if learned else 0.0,
        "in first": float(any(hit.sentence == first for hit in hits)),
        "in lead": float(any(hit.sentence == view.lead for hit in hits)),
        "cue in first": float(any(hit.sentence == first for hit in cues)),
        "linked": float(any(view.is_linked(hit.start, hit.end) for hit in cues)),
        f"of {code.partition('.')[0]}": 1.0,
        code: 1.0,
        f"types {min(len(totals), 4)}": 1.0,
    }
    if view.section is not None and view.section in codebook().sections:
        signs["section"] = float(section == view.section)
        signs["other section"] = float(section != view.section)
    for other in totals:
        if other != code and (code, other) in pairs().together:
            signs["main of a pair"] = 1.0
        if other != code and (other, code) in pairs().together:
            signs["companion"] = 1.0
        if (other, code) in pairs().swallows:
            signs["swallowed"] = 1.0
        if (code, other) in pairs().swallows:
            signs["swallows"] = 1.0
    return signs


def also_signs(view: View, draft: Draft, main: str, code: str) -> dict[str, float]:
    """Signs that an event has a further type beside its main one."""
    signs = type_signs(view, draft, code)
    signs[f"{main} + {code}"] = 1.0
    signs["pair"] = float((main, code) in pairs().together)
    signs["same sentence"] = float(
        bool(
            {h.sentence for h in draft.hits if h.type == main}
            & {h.sentence for h in draft.hits if h.type == code}
        )
    )
    signs["same group"] = float(main.partition(".")[0] == code.partition(".")[0])
    return signs


def draft_signs(view: View, draft: Draft, main: str, dated: bool) -> dict[str, float]:
    """Signs that a draft is an event of its own."""
    scene = view.scene
    first = scene.sentences[draft.sentences[0]]
    text = " ".join(scene.sentences[i].text for i in draft.sentences)
    others = [other for other in view.drafts if other is not draft]
    stronger = sum(other.score > draft.score for other in others)
    learned = max(
        (likely(scene.sentences[i].text, scene.language).get(main, 0.0) for i in draft.sentences), default=0.0
    )
    cue = max((hit.score for hit in draft.hits if not hit.by_likeness and hit.type == main), default=0.0)
    before = frozenset().union(*(o.named for o in others if o.sentences[0] < draft.sentences[0]), frozenset())
    group = main.partition(".")[0]
    same = [o for o in others if o.types()[:1] == [main]]
    signs = {
        "score": draft.score / 5,
        "learned": learned,
        "cue": float(cue > 0),
        "cue weight": cue / 5,
        "cue only": float(cue > 0 and learned < 0.1),
        "in lead": float(view.lead in draft.sentences),
        "linked": float(any(view.is_linked(h.start, h.end) for h in draft.hits)),
        f"sentence {min(draft.sentences[0], 4)}": 1.0,
        f"sentences {min(len(set(draft.sentences)), 3)}": 1.0,
        f"stronger {min(stronger, 3)}": 1.0,
        f"drafts {min(len(others), 4)}": 1.0,
        draft.mode: 1.0,
        "background": float(draft.background),
        f"of {group}": 1.0,
        main: 1.0,
        "anew": float(bool(draft.named - before)),
        "names": float(bool(draft.named)),
        "same type": float(bool(same)),
        "same type stronger": float(any(o.score > draft.score for o in same)),
        "same group": float(any(o.types()[0].partition(".")[0] == group for o in others)),
        "dated": float(dated),
        "said": float(bool(marker("said", scene.language).search(first.text))),
        "unsure": float(bool(_UNSURE[scene.language].search(text))),
        "in passing": float(bool(marker("background", scene.language).search(first.text))),
        "long": min(len(text) / 400, 2.0),
        "share of entry": sum(len(scene.sentences[i].text) for i in set(draft.sentences))
        / max(len(scene.text), 1),
        f"form {view.form}": 1.0,
        f"{view.form} {draft.mode}": 1.0,
        f"{view.form} alone": float(not others),
        f"{view.form} relevant": view.relevance,
        f"{view.form} hardly relevant": float(view.relevance < 0.2),
        f"{view.form} score": draft.score / 5,
        f"{draft.mode} score": draft.score / 5,
        f"{draft.mode} learned": learned,
        f"{draft.mode} cue": float(cue > 0),
        f"{draft.mode} in lead": float(view.lead in draft.sentences),
        f"{group} learned": learned,
        f"{group} cue": float(cue > 0),
        "background cue": float(draft.background and cue > 0),
        "background learned": float(draft.background) * learned,
        "alone in sentence": float(not any(set(o.sentences) & set(draft.sentences) for o in others)),
        "best of sentence": float(
            all(o.score <= draft.score for o in others if draft.sentences[0] in o.sentences)
        ),
        "best": float(all(o.score <= draft.score for o in others)),
        f"best {draft.mode}": float(all(o.score <= draft.score for o in others)),
        "margin": min(max((o.score for o in others), default=0.0) - draft.score, 5.0) / 5 if others else -0.2,
    }
    for other in others:
        if other.score > draft.score:
            signs[f"{draft.mode} beside {other.mode}"] = 1.0
            signs[f"{group} beside {other.types()[0].partition('.')[0]}"] = 1.0
            if (other.types()[0], main) in pairs().swallows:
                signs["swallowed"] = 1.0
    if view.section is not None and view.section in codebook().sections:
        signs["section"] = float(codebook().type(main).section == view.section)
        signs[f"section {view.section} {draft.mode}"] = 1.0
    return signs | _among_others(view, draft, main, learned) | _as_told(view, draft, main)


def _among_others(view: View, draft: Draft, main: str, learned: float) -> dict[str, float]:
    """Signs from what else the entry tells: the main story, an end that lifts it, what shares the sentence."""
    scene = view.scene
    likeliest = [likely(scene.sentences[i].text, scene.language) for i in draft.sentences]
    rival = max((p for one in likeliest for code, p in one.items() if code != main), default=0.0)
    leads = max(view.drafts, key=lambda d: (view.lead in d.sentences, d.score))
    signs = {
        "likelier": learned - rival,
        "likeliest": float(learned >= rival),
        "like nothing": max((1 - sum(one.values()) for one in likeliest), default=0.0),
        "log learned": math.log(learned + 0.01) / 5,
        f"candidates {min(len(view.drafts), 8)}": 1.0,
        "strong others": min(sum(other.score > STRONG for other in view.drafts), 6) / 6,
        "strong": float(draft.score > STRONG),
    }
    if leads is not draft:
        first = leads.types()[0]
        signs[f"{main} after {first}"] = 1.0
        signs[f"{main} after {first.partition('.')[0]}"] = 1.0
        signs[f"{draft.mode} after {leads.mode}"] = 1.0
    for other in view.drafts:
        if other is draft:
            continue
        theirs = other.types()[0]
        if other.mode == "relief" and main in pairs().lifted.get(theirs, ()):
            sort = (
                "by words" if any(h.group == "outcome" and not h.by_likeness for h in other.hits) else "alike"
            )
            signs["lifted"] = signs[f"lifted {sort}"] = 1.0
            if set(other.sentences) & set(draft.sentences):
                signs["lifted there"] = signs[f"lifted there {sort}"] = 1.0
            if view.lead in other.sentences:
                signs["lifted by lead"] = 1.0
        if other.sentences[0] == draft.sentences[0]:
            signs["shares a sentence"] = 1.0
            signs["companion"] = max(signs.get("companion", 0.0), float((theirs, main) in pairs().together))
            if draft.score < other.score:
                signs[f"weaker {draft.mode} than {other.mode}"] = 1.0
                gap = (other.score - draft.score) / 5
                signs["weaker by"] = max(signs.get("weaker by", 0.0), gap)
    return signs


@lru_cache(maxsize=64)
def _quotations(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(m.span() for m in _QUOTED.finditer(text))


def _as_told(view: View, draft: Draft, main: str) -> dict[str, float]:
    """Signs from the place and manner of telling: in a quotation, at the end, with a body that could decide it."""
    scene = view.scene
    best = max((h for h in draft.hits if h.type == main), key=lambda h: h.score, default=draft.hits[0])
    first = scene.sentences[draft.sentences[0]]
    start, end = (first.start + 5, first.end - 40) if best.by_likeness else (best.start, best.end)
    quoted = any(a <= start and end <= b for a, b in _quotations(scene.text))
    before = scene.text[: best.start]
    count = len(scene.sentences)
    deciders = pairs().deciders_of(main)
    bodies = scene.within(scene.mentions.bodies, draft.sentences)
    return {
        "quoted": float(quoted),
        f"quoted {draft.mode}": float(quoted),
        "quotation begun": float(
            before.count("“") > before.count("”") or before.count("«") > before.count("»")
        ),
        f"of sentences {min(count, 8)}": 1.0,
        "last sentence": float(draft.sentences[-1] == count - 1),
        "decider named": float(any(m.type in deciders for m in bodies)),
    }


def background_signs(
    view: View, draft: Draft, main: str, passing: bool, earlier: bool, days: list[Dated]
) -> dict[str, float]:
    """Signs that an event is told as background (rule 3); `days` are the dates of the entry."""
    scene = view.scene
    first = scene.sentences[draft.sentences[0]]
    others = [other for other in view.drafts if other is not draft]
    hits = [other.types() for other in others]
    group = main.partition(".")[0]
    return {
        "passing": float(passing),
        "earlier": float(earlier),
        "passing or earlier": float(passing or earlier),
        "in lead": float(view.lead in draft.sentences),
        "marker": float(bool(marker("background", scene.language).search(first.text))),
        "had": float(bool(_HAD[scene.language].search(first.text))),
        f"sentence {min(draft.sentences[0], 4)}": 1.0,
        "alone": float(not others),
        "first": float(all(draft.sentences[0] <= o.sentences[0] for o in others)),
        "stronger": float(any(o.score > draft.score for o in others)),
        draft.mode: 1.0,
        f"of {group}": 1.0,
        f"{group} passing": float(passing),
        "later": float(bool(_LATER[scene.language].search(first.text))),
        **_days_apart(view, draft, days),
        f"form {view.form}": 1.0,
        f"{view.form} in lead": float(view.lead in draft.sentences),
        "lifted": float(
            draft.mode == "violation"
            and any(main in types[1:] or types[0].startswith("outcome.") for types in hits)
        ),
        "case": float(main == "legal.criminal_case" and any(types[0].startswith("legal.") for types in hits)),
        "said": float(bool(marker("said", scene.language).search(first.text))),
        "step": float(bool(marker("step", scene.language).search(first.text))),
    }


def _days_apart(view: View, draft: Draft, days: list[Dated]) -> dict[str, float]:
    """Whether what is told is dated before or after the day of the main story."""
    own = [d.iso for d in days if view.sentence_of(d.start) == draft.sentences[0] and len(d.iso) >= 7]
    lead = [d.iso for d in days if view.sentence_of(d.start) == view.lead and len(d.iso) >= 7]
    if not own or not lead or draft.sentences[0] == view.lead:
        return {"dated": float(bool(own)), "undated": float(not own)}
    length = min(len(own[0]), len(lead[0]), 10)
    a, b = own[0][:length], lead[0][:length]
    return {
        "dated": 1.0,
        "dated before": float(a < b),
        "dated after": float(a > b),
        "dated alike": float(a == b),
    }


def step_signs(view: View, draft: Draft, main: str, background: bool) -> dict[str, float]:
    """Signs that a violation is a further step of an older one."""
    scene = view.scene
    pattern = marker("step", scene.language)
    first = scene.sentences[draft.sentences[0]].text
    every = " ".join(scene.sentences[i].text for i in draft.sentences)
    before = any(
        o is not draft and o.sentences[0] < draft.sentences[0] and set(o.types()) & set(draft.types())
        for o in view.drafts
    )
    match = pattern.search(first)
    return {
        "marker first": float(bool(match)),
        "marker": float(bool(pattern.search(every))),
        "marker lead": float(bool(pattern.search(scene.sentences[view.lead].text))),
        f"{main} marker": float(bool(pattern.search(every))),
        main: 1.0,
        f"of {main.partition('.')[0]}": 1.0,
        "background": float(background),
        "in lead": float(view.lead in draft.sentences),
        "before": float(before),
        "had": float(bool(_HAD[scene.language].search(first))),
    }


def alleged_signs(
    view: View, draft: Draft, main: str, is_said: bool, background: bool, decider: str | None
) -> dict[str, float]:
    """Signs that an event stands on one side's word (rule 12)."""
    scene = view.scene
    first = scene.sentences[draft.sentences[0]]
    every = " ".join(scene.sentences[i].text for i in draft.sentences)
    said = marker("said", scene.language)
    at = at_of(draft, main) - first.start
    before = said.search(first.text, 0, max(at, 0)) if at > 0 else None
    people = [*scene.mentions.people, *scene.mentions.outlets]
    media = any(first.start <= m.start < first.end and m.side != "actor" for m in people)
    bodies = any(first.start <= m.start < first.end for m in scene.mentions.bodies)
    group = main.partition(".")[0]
    return {
        "is said": float(is_said),
        "said before": float(before is not None),
        "said first": float(bool(said.search(first.text))),
        "said lead": float(bool(said.search(scene.sentences[view.lead].text))),
        "said entry": float(bool(said.search(scene.text))),
        "confirmed": float(bool(marker("confirmed", scene.language).search(scene.text))),
        "one side": float(bool(_ONE_SIDE[scene.language].search(every))),
        "one side entry": float(bool(_ONE_SIDE[scene.language].search(scene.text))),
        "media before": float(media),
        "body beside": float(bodies),
        "said and media": float(media and bool(said.search(first.text))),
        "said without body": float(not bodies and bool(said.search(first.text))),
        f"of {group}": 1.0,
        f"{group} said": float(is_said),
        main: 1.0,
        draft.mode: 1.0,
        "background": float(background),
        "in lead": float(view.lead in draft.sentences),
        "sentence 0": float(draft.sentences[0] == 0),
        "decided": float(decider is not None),
        f"decided by {decider}": 1.0,
        "quotes": float(any(sign in every for sign in '“«"‘')),
    }


# --- who ----------------------------------------------------------------------------------------------------------


def _part(scene: Scene, m: Mention) -> list[str]:
    """The part of a name in its sentence: the word before it, the ending, what follows."""
    before = re.search(r"([^\W\d_]+)\W{0,3}$", scene.text[max(0, m.start - 24) : m.start])
    word = before[1].casefold() if before else ""
    parts = [
        f"{scene.language} after {word}"
        if word in _BEFORE[scene.language]
        else f"{scene.language} after other"
    ]
    last = re.sub(r"[\"”»’)]+$", "", scene.text[m.start : m.end]).casefold().split()
    tail = re.match(r"[\"”»’]?(?:-?(\w{1,4}))?", scene.text[m.end : m.end + 6])
    end = (last[-1] if last else "") + (
        tail[1] if tail and tail[1] and scene.language == "kk" and scene.text[m.end - 1 : m.end] else ""
    )
    if scene.language != "en":
        cases = _KK_CASES if scene.language == "kk" else _RU_CASES
        case = next((name for name, pattern in cases if pattern.search(end)), "nom")
        parts.append(f"{scene.language} {case}")
    elif _OWN.match(scene.text, m.end) or scene.text[m.start : m.end].endswith(("'s", "’s")):
        parts.append("en owner")
    elif _PASSIVE.match(scene.text, m.end):
        parts.append("en passive")
    return parts


def _place_signs(
    view: View, draft: Draft, main: str, some: list[Mention]
) -> tuple[dict[str, float], Mention]:
    """Where a name stands, seen from an event; and the mention nearest to it."""
    own = list(dict.fromkeys(draft.sentences))
    first = own[0]
    at = at_of(draft, main)
    where = {id(m): view.told_with(m.start) for m in some}
    nearest = min(
        some,
        key=lambda m: (
            where[id(m)] != view.sentence_of(at),
            where[id(m)] not in own,
            where[id(m)] != view.lead,
            abs(m.start - at),
        ),
    )
    index = where[id(nearest)]
    signs = {
        "first": float(any(i == first for i in where.values())),
        "own": float(any(i in own for i in where.values())),
        "lead": float(any(i == view.lead for i in where.values())),
        "elsewhere before": float(all(i < first for i in where.values())),
        "elsewhere after": float(all(i > max(own) for i in where.values())),
        f"far {min(abs(index - first), 3)}": 1.0,
        "linked": float(any(view.is_linked(m.start, m.end) for m in some)),
        "often": float(len(some) > 1),
        "opens entry": float(min(where.values()) == 0),
    }
    if index == view.sentence_of(at):
        signs["before it"] = float(nearest.start < at)
        signs["after it"] = float(nearest.start >= at)
        signs["near"] = float(abs(nearest.start - at) < 50)
        signs["near before"] = float(0 < at - nearest.start < 50)
        signs["near after"] = float(0 <= nearest.start - at < 50)
    return signs, nearest


def target_signs(
    view: View, draft: Draft, types: list[str], some: list[Mention], rivals: list[Mention]
) -> dict[str, float]:
    """Signs that a person or an outlet was hit. `some` are its mentions, `rivals` those of the others, all in order."""
    scene, main = view.scene, types[0]
    signs, m = _place_signs(view, draft, main, some)
    kind, group = m.kind, main.partition(".")[0]
    trade = next((x.type for x in some if x.type), None) or "unknown"
    staff = any(stands_for_staff(scene, x) for x in some)
    if staff:  # rule 8: it is hit as whoever of it has no name
        kind, trade = "person", "journalist"
    elif kind == "outlet":
        trade = kind  # an organisation of the media is hit as an outlet is
    side = (
        "actor"
        if all(x.side == "actor" for x in some)
        else "target"
        if any(x.side == "target" for x in some)
        else "unknown"
    )
    sentence = view.sentence_of(m.start)
    beside = [r for r in rivals if view.sentence_of(r.start) == sentence]
    affil = kind == "outlet" and all(is_affiliation(scene, x) for x in some)
    told = is_source_of_news(scene.text, m, scene.language)
    says = any(reports(scene, x) for x in some)
    tells = told or says
    another = not tells and any(r.side == "target" and reports(scene, r) for r in rivals)
    silent = [
        r
        for r in rivals
        if r.side == "target"
        and view.sentence_of(r.start) in draft.sentences
        and not reports(scene, r)
        and not (r.kind == "outlet" and is_affiliation(scene, r))
        and not is_source_of_news(scene.text, r, scene.language)
    ]
    people = any(r.kind == "person" and r.side != "actor" for r in rivals)
    own_people = any(
        r.kind == "person" and r.side != "actor" and view.sentence_of(r.start) in draft.sentences
        for r in rivals
    )
    signs |= {
        kind: 1.0,
        f"is {trade}": 1.0,
        f"{side} {kind}": 1.0,
        f"{group} {kind}": 1.0,
        f"{group} {trade}": 1.0,
        f"{main} {kind}": 1.0,
        f"{draft.mode} {kind}": 1.0,
        "employs": float(affil),
        "employs one of own": float(affil and own_people),
        f"{group} employs": float(affil and own_people),
        f"{main} employs": float(affil and own_people),
        "source of news": float(told),
        "says": float(says),
        f"{group} says": float(says),
        f"{kind} alone": float(not rivals),
        "only of its kind": float(not any(r.kind == kind for r in rivals)),
        f"{kind} beside people": float(people),
        "opens": float(all(r.start > m.start for r in beside)),
        f"{kind} opens": float(all(r.start > m.start for r in beside)),
        "full name": float(kind == "person" and len(m.written.split()) > 1),
        "sure": m.confidence,
        f"{kind} first": signs["first"],
        f"{kind} own": signs["own"],
        f"{side} first": signs["first"],
        f"{side} linked": signs["linked"],
        f"{kind} linked": signs["linked"],
        "listed": float(any(_listed(scene, m, r) for r in beside)),
        "unknown beside media": float(
            side == "unknown" and any(r.side == "target" and r.kind == "person" for r in rivals)
        ),
        "unknown beside media of own": float(
            side == "unknown"
            and any(r.side == "target" and view.sentence_of(r.start) in draft.sentences for r in rivals)
        ),
        "says beside silent": float(
            says and any(r.kind == "person" and r.side == "target" and not reports(scene, r) for r in rivals)
        ),
        "told beside others": float(told and any(r.side == "target" for r in rivals)),
        "tells": float(tells),
        f"{group} tells": float(tells),
        f"{main} tells": float(tells),
        f"{kind} tells": float(tells),
        "tells of another there": float(tells and bool(silent)),
        f"{group} tells of another there": float(tells and bool(silent)),
        "tells of another person": float(tells and any(r.kind == "person" for r in silent)),
        "tells, none else": float(tells and not silent),
        f"{group} tells, none else": float(tells and not silent),
        f"{side}, another tells": float(another),
        f"{group} {side}, another tells": float(another),
        f"{group} {side} beside media": float(any(r.side == "target" for r in rivals)),
        f"{group} {side} {kind} beside people": float(people),
        "silent beside teller": float(not tells and any(reports(scene, r) for r in beside)),
        "only person of media": float(
            side == "target"
            and kind == "person"
            and not any(r.kind == "person" and r.side == "target" for r in rivals)
        ),
        "person of media first": float(
            side == "target"
            and kind == "person"
            and all(r.start > some[0].start for r in rivals if r.kind == "person" and r.side == "target")
        ),
        "outlet first": float(
            kind == "outlet" and all(r.start > some[0].start for r in rivals if r.kind == "outlet")
        ),
        f"{group} {kind} alone": float(not rivals),
    }
    for part in _part(scene, m):
        signs[part] = 1.0
        signs[f"{part} {kind}"] = 1.0
        signs[f"{group} {part}"] = 1.0
    signs |= dict.fromkeys(all_beside(scene, some), 1.0)
    for part in frozenset().union(*(parts(scene, x) for x in some)):
        signs[f"beside {part}"] = 1.0
        signs[f"{side} beside {part}"] = 1.0
        signs[f"{group} beside {part}"] = 1.0
        signs[f"{kind} beside {part}"] = 1.0
    if draft.background:
        signs["background"] = 1.0
        signs["background own"] = signs["own"]
    return signs


def _listed(scene: Scene, one: Mention, other: Mention) -> bool:
    first, second = sorted((one, other), key=lambda m: m.start)
    between = scene.text[first.end : second.start]
    return len(between) < 40 and bool(
        re.fullmatch(
            r"[\"”»’]?\s*(?:,|,?\s*(?:and|и|мен|пен|бен|және)\b)(?:\s*[\w-]+){0,2}\s*[\"“«‘]?", between
        )
    )


def actor_signs(
    view: View, draft: Draft, types: list[str], some: list[Mention], rivals: list[Mention]
) -> dict[str, float]:
    """Signs that a body or a person did it or asked for it."""
    scene, main = view.scene, types[0]
    signs, m = _place_signs(view, draft, main, some)
    group = main.partition(".")[0]
    wanted = pairs().deciders_of(main)
    rank = wanted.index(m.type) if m.type in wanted else -1
    sentence = view.sentence_of(m.start)
    text = scene.sentences[sentence].text
    beside = [r for r in rivals if view.sentence_of(r.start) == sentence]
    speaks = bool(marker("complainant", scene.language).search(text))
    better = any((r.type in wanted and (rank < 0 or wanted.index(r.type) < rank)) for r in rivals)
    trade = m.type or "unknown"
    picked = _likeliest_decider(view, draft, main, [*some, *rivals])
    signs |= {
        "likeliest": float(any(m is picked for m in some)),
        f"{group} likeliest": float(any(m is picked for m in some)),
        "likeliest is another": float(picked is not None and all(m is not picked for m in some)),
        f"is {trade}": 1.0,
        f"{group} {trade}": 1.0,
        f"{main} {trade}": 1.0,
        f"{draft.mode} {trade}": 1.0,
        f"rank {min(rank, 4)}": 1.0,
        "wanted": float(rank >= 0),
        "better": float(better),
        "only wanted": float(rank >= 0 and not any(r.type in wanted for r in rivals)),
        "unnamed": float(m.confidence <= UNNAMED),
        f"unnamed {trade}": float(m.confidence <= UNNAMED),
        "press": float(is_only_told(scene, m)),
        "speaks": float(speaks),
        f"speaks {trade}": float(speaks),
        "complaint": float(bool(pairs().complaint_types & set(types))),
        "opens": float(all(r.start > m.start for r in beside)),
        "alone": float(not rivals),
        "same type": float(any(r.type == m.type for r in rivals)),
        "person": float(m.kind == "person"),
        "wanted first": float(rank >= 0) * signs["first"],
        "wanted own": float(rank >= 0) * signs["own"],
        "wanted linked": float(rank >= 0) * signs["linked"],
        "speaks own": float(speaks) * signs["own"],
        "sure": m.confidence,
    }
    if len(types) > 1:
        signs[f"{types[1]} {trade}"] = 1.0
    signs |= dict.fromkeys(all_beside(scene, some), 1.0)
    for part in frozenset().union(*(parts(scene, x) for x in some)):
        signs[f"beside {part}"] = 1.0
        signs[f"{group} beside {part}"] = 1.0
        signs[f"{trade} beside {part}"] = 1.0
    for part in _part(scene, m):
        signs[part] = 1.0
        signs[f"{part} {'wanted' if rank >= 0 else 'not'}"] = 1.0
        if speaks:
            signs[f"{part} speaks"] = 1.0
    if draft.background:
        signs["background"] = 1.0
        signs["background own"] = signs["own"]
    return signs


def _likeliest_decider(view: View, draft: Draft, main: str, every: list[Mention]) -> Mention | None:
    """Who decides in such an event, by name, near and before the words that tell it; in its sentences if possible."""
    wanted = pairs().deciders_of(main)
    at = at_of(draft, main)
    some = [m for m in every if m.type in wanted and not is_only_told(view.scene, m)]
    own = {*draft.sentences}
    for where in (own, {*own, view.lead}, set(range(len(view.scene.sentences)))):
        inside = [m for m in some if view.sentence_of(m.start) in where]
        if inside:
            return min(
                inside,
                key=lambda m: (
                    0.3 * wanted.index(m.type or "")
                    + abs(m.start - at) / 100
                    + (m.start > at)
                    - 2 * m.confidence
                ),
            )
    return None


# --- when ---------------------------------------------------------------------------------------------------------


def date_signs(
    view: View, draft: Draft, main: str, one: Dated, every: list[Dated], last: object
) -> dict[str, float]:
    """Signs that a date is the event's."""
    scene = view.scene
    index = view.sentence_of(one.start)
    sentence = scene.sentences[index]
    inner = Dated(one.iso, one.start - sentence.start, one.end - sentence.start)
    own = list(dict.fromkeys(draft.sentences))
    at = at_of(draft, main)
    beside = [d for d in every if view.sentence_of(d.start) == index]
    of_others = {i for other in view.drafts if other is not draft for i in other.sentences}
    before = re.search(r"([^\W\d_]+)\s*$", scene.text[max(0, one.start - 16) : one.start])
    word = before[1].casefold() if before else "start"
    ahead = is_ahead(sentence.text, inner, scene.language, last)  # type: ignore[arg-type]
    of_text = is_of_a_text(sentence.text, inner, scene.language)
    report = report_of(sentence.text, inner, scene.language)
    months = _months(one.iso, view.month)
    precise = "span" if "/" in one.iso else {4: "year", 7: "month"}.get(len(one.iso), "day")
    dist = abs(index - own[0])
    in_month = [d for d in every if view.month and d.iso[:7] == view.month and len(d.iso) >= 10]
    here = [d for d in every if d is not one and view.sentence_of(d.start) in own]
    main_draft = view.drafts[0] is draft if view.drafts else True
    signs = {
        "only of month": float(in_month == [one]),
        "first of month": float(bool(in_month) and in_month[0] is one),
        "own has other": float(bool(here)),
        "only of month elsewhere": float(in_month == [one] and index not in own),
        "main": float(main_draft),
        "main of none": float(main_draft and index not in of_others and index not in own),
        f"events {min(len(view.drafts), 3)}": 1.0,
        "own": float(index in own),
        "own first": float(index == own[0]),
        "lead": float(index == view.lead),
        f"far {min(dist, 3)}": 1.0,
        "before own": float(index < own[0]),
        "of another": float(index in of_others and index not in own),
        "of none": float(index not in of_others and index not in own),
        "ahead": float(ahead),
        "of a text": float(of_text),
        "report": float(report is not None),
        precise: 1.0,
        f"{precise} own": float(index in own),
        f"month {months}": 1.0,
        f"{precise} month {months}": 1.0,
        f"background month {months}": float(draft.background),
        "year told": float(one.year),
        "relative": float(one.relative),
        "first of sentence": float(beside[0] is one),
        "last of sentence": float(beside[-1] is one),
        "alone in sentence": float(len(beside) == 1),
        "alone": float(len(every) == 1),
        "first of entry": float(every[0] is one),
        "opens": float(inner.start < 15),
        f"form {view.form}": 1.0,
        f"of {main.partition('.')[0]}": 1.0,
        f"{main} {precise}": 1.0,
        f"{scene.language} {word if word in _BEFORE_PLACE[scene.language] else 'other'}": 1.0,
        f"{draft.mode}": 1.0,
        "linked": float(view.is_linked(one.start, one.end)),
        "in parentheses": float(
            scene.text[max(0, one.start - 30) : one.start].rfind("(")
            > scene.text[max(0, one.start - 30) : one.start].rfind(")")
        ),
    }
    if index == view.sentence_of(at):
        signs["before it"] = float(one.start < at)
        gap = abs(one.start - at)
        signs["near"] = float(gap < 40)
        signs["nearest"] = float(gap == min(abs(d.start - at) for d in beside))
        between = scene.text[min(one.end, at) : max(one.start, at)]
        signs["other clause"] = float(bool(re.search(r"[,;:–—]", between)))
    if draft.background:
        signs["background"] = 1.0
        signs["background own"] = float(index in own)
    return signs


# --- under what law, and where ------------------------------------------------------------------------------------


def provision_signs(view: View, draft: Draft, main: str, one: Cited, every: list[Cited]) -> dict[str, float]:
    """Signs that an event rests on a provision that the text cites."""
    index = view.sentence_of(one.start)
    own = list(dict.fromkeys(draft.sentences))
    of_others = {i for other in view.drafts if other is not draft for i in other.sentences}
    law, group = "-".join(one.code.split("-")[:2]), main.partition(".")[0]
    law = law if law in ("KZ-CC", "KZ-CAO", "KZ-CIVIL") else "other law"
    at = at_of(draft, main)
    return {
        "own": float(index in own),
        "own first": float(index == own[0]),
        "lead": float(index == view.lead),
        f"far {min(abs(index - own[0]), 3)}": 1.0,
        "of another": float(index in of_others and index not in own),
        "of none": float(index not in of_others and index not in own),
        "only": float(len(every) == 1),
        "only of its law": float(sum(o.code.startswith(law) for o in every) == 1),
        one.rule: 1.0,
        law: 1.0,
        f"{law} {group}": 1.0,
        f"{law} {main}": 1.0,
        f"{law} own": float(index in own),
        f"{main} own": float(index in own),
        f"{draft.mode} {law}": 1.0,
        "one event": float(len(view.drafts) == 1),
        "background": float(draft.background),
        "before it": float(one.start < at),
    }


def place_signs(view: View, draft: Draft, main: str, one: Located, every: list[Located]) -> dict[str, float]:
    """Signs that an event happened at a place that the text names."""
    scene = view.scene
    index = view.sentence_of(one.start)
    own = list(dict.fromkeys(draft.sentences))
    at = at_of(draft, main)
    before = re.search(r"([^\W\d_]+)\s*$", scene.text[max(0, one.start - 16) : one.start])
    word = before[1].casefold() if before else "start"
    body = next((m for m in scene.mentions.bodies if m.start <= one.start < m.end), None)
    outlet = next((m for m in scene.mentions.outlets if m.start <= one.start < m.end), None)
    near_outlet = any(
        0 <= m.start - one.end < 30 or 0 <= one.start - m.end < 12 for m in scene.mentions.outlets
    )
    wanted = pairs().deciders_of(main)
    same = sum(o.place.region == one.place.region for o in every)
    tail = scene.text[one.end - 4 : one.end + 5].casefold()
    return {
        "own": float(index in own),
        "own first": float(index == own[0]),
        "lead": float(index == view.lead),
        "first sentence": float(index == 0),
        f"far {min(abs(index - own[0]), 3)}": 1.0,
        "exact": float(one.exact),
        "abroad": float(one.place.country != "KZ"),
        "home": float(bool(one.place.region)),
        "in a body": float(body is not None),
        f"in a {body.type if body else 'nothing'}": 1.0,
        "in a decider": float(body is not None and body.type in wanted),
        "in an outlet": float(outlet is not None),
        "by an outlet": float(near_outlet),
        "alone": float(len({o.place.region for o in every}) == 1),
        "same": min(same, 3) / 3,
        "first": float(every[0] is one),
        "last": float(every[-1] is one),
        "before it": float(one.start < at),
        "near": float(abs(one.start - at) < 60),
        f"{scene.language} {word if word in _BEFORE_PLACE[scene.language] else 'other'}": 1.0,
        f"{scene.language} ends {next((n for n, p in (*_KK_CASES, *_RU_CASES) if p.search(tail.split()[0] if tail.split() else '')), 'nom') if scene.language != 'en' else ''}": 1.0,
        f"of {main.partition('.')[0]}": 1.0,
        draft.mode: 1.0,
        f"{draft.mode} abroad": float(one.place.country != "KZ"),
        "background": float(draft.background),
        f"section {view.section} {draft.mode}": 1.0,
        "linked": float(view.is_linked(one.start, one.end)),
    }


def _months(iso: str, month: str | None) -> str:
    """How many months a date lies from the entry's."""
    if month is None or len(iso) < 7:
        return "unknown" if len(iso) >= 7 or month is None else "year"
    gap = (int(iso[:4]) - int(month[:4])) * 12 + int(iso[5:7]) - int(month[5:7])
    return "far before" if gap < -3 else "far after" if gap > 3 else str(gap)
