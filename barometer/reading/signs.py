"""Signs of what happened: which types, whether an event of its own, background, a further step, on one side's word.

They are for the learned questions of `heads`; what a sign is: `view`.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from barometer.codebook import codebook
from barometer.reading.kinds import Draft
from barometer.reading.learned import likely
from barometer.reading.lexicon import marker, pairs
from barometer.reading.view import View, at_of
from barometer.reading.when import Dated

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
