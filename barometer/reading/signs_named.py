"""Signs of whom an event hit and who did it or asked for it, for the learned questions of `heads`."""

from __future__ import annotations

import re

from barometer.reading.kinds import Draft
from barometer.reading.lexicon import marker, pairs
from barometer.reading.mentions import UNNAMED, Mention, is_source_of_news
from barometer.reading.parts import all_beside, parts
from barometer.reading.people import Scene, is_affiliation, is_only_told, reports, stands_for_staff
from barometer.reading.view import KK_CASES, RU_CASES, View, at_of

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
_PASSIVE = re.compile(
    r"\s*(?:,[^,]{0,80},\s*)?(?:was|were|has been|have been|had been|is being|got|is|are)\b", re.IGNORECASE
)
_OWN = re.compile(r"(?:['’]s|s['’])")


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
        cases = KK_CASES if scene.language == "kk" else RU_CASES
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
