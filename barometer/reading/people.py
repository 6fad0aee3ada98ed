"""Who was hit and who did it, in one event of an entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from barometer.codebook import Actor, Target
from barometer.reading.lexicon import marker, numbers, pairs
from barometer.reading.mentions import UNNAMED, Mention, Mentions, is_source_of_news
from barometer.reading.sentences import Sentence

_MEDIA_PEOPLE = frozenset(
    {"journalist", "editor", "media_director", "blogger", "media_worker", "activist", "source", "relative"}
)


@dataclass(frozen=True)
class Scene:
    """What an event's people are looked for in: the paragraph, its sentences, its names."""

    text: str
    language: str
    sentences: tuple[Sentence, ...]
    mentions: Mentions

    def within(self, some: tuple[Mention, ...], indexes: list[int]) -> list[Mention]:
        """Those that stand in the sentences of these numbers."""
        spans = [(self.sentences[i].start, self.sentences[i].end) for i in indexes]
        return [m for m in some if any(a <= m.start < b for a, b in spans)]


def targets(
    scene: Scene, kind: str, types: list[str], indexes: list[int], lead: int
) -> list[tuple[Target, Mention]]:
    """Who was hit, with the words."""
    if kind == "context" and types[0] != "context.closure":
        return []
    every = list(range(len(scene.sentences)))
    for look in (_hit_in, _somebody_in):
        for where in (indexes, [lead], every) if look is _hit_in else (indexes[:1], [lead]):
            hit = look(scene, types, where)
            if not hit:
                continue
            return [(Target(name=m.name, written=m.written, type=m.type or "journalist"), m) for m in hit]
    return []


def _hit_in(scene: Scene, types: list[str], where: list[int]) -> list[Mention]:
    people = [
        m
        for m in scene.within(scene.mentions.people, where)
        if m.side == "target" and m.type in _MEDIA_PEOPLE
    ]
    outlets = scene.within(scene.mentions.outlets, where)
    people = _without_reporters(scene, _unique(people))
    outlets = [m for m in _unique(outlets) if not is_source_of_news(scene.text, m, scene.language)]
    affiliated = [m for m in outlets if _is_affiliation(scene, m)]
    free = [m for m in outlets if m not in affiliated]
    if (
        types[0] in ("digital.ddos", "digital.website_blocking", "digital.outage", "context.closure")
        and outlets
    ):
        return free or outlets
    if not people and types[0].startswith(_OF_PEOPLE):
        people = [m for m in _somebody_in(scene, types, where[:1]) if _leads(scene, m)]
    if people:
        # An outlet in the same list of those hit counts too, one that only employs them does not.
        return people + [m for m in free if _in_one_list(scene, m, people)]
    return free or [m for m in affiliated if _unnamed_journalist(scene, m)] or affiliated[:1]


#: Types whose victims are people, so that a person of unknown trade may be one.
_OF_PEOPLE = (
    "legal.",
    "obstruction.",
    "life.",
    "outcome.",
    "discrimination.",
    "digital.account",
    "digital.online",
)


def _somebody_in(scene: Scene, types: list[str], where: list[int]) -> list[Mention]:
    """A person of unknown trade, where nobody of the media is named: those in the list that the sentence is about."""
    if not types[0].startswith(_OF_PEOPLE):
        return []
    return _unique(
        [
            m
            for m in scene.within(scene.mentions.people, where)
            if m.side == "unknown" and not _claims(scene, m)
        ]
    )


def _leads(scene: Scene, m: Mention) -> bool:
    """Whether a sentence begins with the person, or tells what was done against them."""
    head = any(
        0 <= m.start - s.start < 60 and scene.text[s.start : m.start].count(" ") <= 8 for s in scene.sentences
    )
    against = re.search(
        r"(?:\bagainst|\bв отношении|\bпротив|\bсуд над)\s+$", scene.text[max(0, m.start - 20) : m.start]
    )
    return head or bool(against) or bool(re.match(r"\w{0,4}\s+қарсы\b", scene.text[m.end : m.end + 16]))


def _claims(scene: Scene, m: Mention) -> bool:
    """Somebody whose own claim or statement it is."""
    before, after = scene.text[max(0, m.start - 40) : m.start], scene.text[m.end : m.end + 30]
    asked = re.search(
        r"(?:\bby|from|claim of|от|по иску|истец\w*|талап қоюшы)\s+(?:\w+\s+)?$", before, re.IGNORECASE
    )
    return bool(asked) or bool(re.match(r"(?:'s|’s)\s+(?:claim|suit|lawsuit|complaint)", after))


def _unique(some: list[Mention]) -> list[Mention]:
    """One mention a name, the fullest."""
    best: dict[str, Mention] = {}
    for m in some:
        if m.name not in best or len(m.written) > len(best[m.name].written):
            best[m.name] = m
    return sorted(best.values(), key=lambda m: m.start)


def _without_reporters(scene: Scene, people: list[Mention]) -> list[Mention]:
    """Who only reports what was done to another journalist was not hit."""
    if len(people) < 2:
        return people
    reporters = [m for m in people if _reports(scene, m)]
    reporters += [m for m in people if m not in reporters and any(_joined(scene, m, r) for r in reporters)]
    others = [m for m in people if m not in reporters]
    return others if others and reporters else people


def _joined(scene: Scene, one: Mention, other: Mention) -> bool:
    """Whether two people stand in one list, an "and" between them."""
    first, second = sorted((one, other), key=lambda m: m.start)
    between = scene.text[first.end : second.start]
    return bool(re.fullmatch(r"\s*,?\s*(?:and|и|мен|пен|бен|және)\s*", between))


def _reports(scene: Scene, m: Mention) -> bool:
    before, after = scene.text[max(0, m.start - 60) : m.start], scene.text[m.end : m.end + 60]
    if scene.language == "en":
        return bool(re.search(r"according to[^.,]{0,50}$", before, re.IGNORECASE)) or bool(
            re.match(r"[^.]{0,40}?\b(?:reported|said|wrote|stated)\b", after)
        )
    if scene.language == "ru":
        return bool(
            re.search(r"(?:по словам|по данным|как сообщил\w*)[^.,]{0,50}$", before, re.IGNORECASE)
        ) or bool(re.match(r"[^.]{0,40}?\b(?:сообщил|рассказал|написал|заявил)\w*", after))
    return bool(re.match(r"\w{0,4}\s*(?:айтуынша|хабарлауынша|сөзінше|мәліметінше|хабарлағандай)", after))


_WORK_FOR = {
    "en": re.compile(r"(?:journalist|correspondent|reporter|editor|editor-in-chief|head|founder|director|CEO|employee|author|presenter|photographer|cameraman|owner|publisher)s?\b[^.,]{0,40}\b(?:of|from|at|for|with)\b[^.,]{0,30}$", re.IGNORECASE),
    "ru": re.compile(r"(?:журналист|корреспондент|репортер|репортёр|редактор|руководител|основател|директор|сотрудни|автор|ведущ|оператор|владел|издател)\w*[^.,]{0,40}$", re.IGNORECASE),
    "kk": re.compile(r"(?!)"),
}  # fmt: skip
_WORK_AFTER = {
    "en": re.compile(r"^['’]?s?[\"”»’]?\s+(?:editor|journalist|correspondent|reporter|director|founder|chief|head|presenter|employee)", re.IGNORECASE),
    "ru": re.compile(r"(?!)"),
    "kk": re.compile(r"^[\"”»’]?\s*\w{0,14}\s*(?:\w+\s+){0,2}(?:журналис|тілші|редактор|басшы|директор|құрылтай|негізін қала|қызметкер|автор|жүргізуші)", re.IGNORECASE),
}  # fmt: skip


def _is_affiliation(scene: Scene, m: Mention) -> bool:
    """ "editor-in-chief of X", "X correspondent": whom somebody works for."""
    before, after = scene.text[max(0, m.start - 90) : m.start], scene.text[m.end : m.end + 60]
    return bool(_WORK_FOR[scene.language].search(before)) or bool(_WORK_AFTER[scene.language].match(after))


def _unnamed_journalist(scene: Scene, m: Mention) -> bool:
    return not any(abs(person.start - m.end) < 40 for person in scene.mentions.people)


def _in_one_list(scene: Scene, m: Mention, people: list[Mention]) -> bool:
    return any(
        re.fullmatch(
            r"[\"”»’]?\s*(?:,|and|и|мен|пен|және)\s*[\"“«‘]?",
            scene.text[min(m.end, p.end) : max(m.start, p.start)],
        )
        for p in people
    )


# --- actors -------------------------------------------------------------------------------------------------------


def actors(
    scene: Scene,
    kind: str,
    types: list[str],
    indexes: list[int],
    lead: int,
    hit: list[Mention],
    at: int,
    spare: Sequence[int],
) -> list[tuple[Actor, Mention]]:
    """Who decided and who asked for it, with the words.

    `at` is where the words stand that tell what was done; `spare` are sentences that tell no event of their own.
    """
    taken = {m.name for m in hit}
    chosen: list[tuple[Actor, Mention]] = []
    of_types = [types[0]] + ([types[1]] if kind == "relief" and len(types) > 1 else [])
    every = range(len(scene.sentences)) if spare or lead in indexes else ()
    for place in (indexes, sorted({lead, *indexes}), sorted({*indexes, *spare}), list(every)):
        chosen = _deciders(scene, of_types, place, taken, at)
        if chosen:
            break
    askers = _askers(scene, of_types, indexes, taken | {a.name for a, _ in chosen})
    if not askers and pairs().complaint_types & set(of_types):
        askers = _askers(
            scene, of_types, list(range(len(scene.sentences))), taken | {a.name for a, _ in chosen}
        )
    return chosen + askers


def _deciders(
    scene: Scene, types: list[str], where: list[int], taken: set[str], at: int
) -> list[tuple[Actor, Mention]]:
    wanted = pairs().deciders_of(types[0])
    some = _candidates(scene, where, taken)
    ranked = sorted(
        (m for m in some if m.type in wanted and not _only_told(scene, m)),
        # Who stands before the words that tell it, near and by name, did it.
        key=lambda m: (
            0.3 * wanted.index(m.type or "") + abs(m.start - at) / 100 + (m.start > at) - 2 * m.confidence
        ),
    )
    chosen: list[tuple[Actor, Mention]] = []
    for m in ranked:
        if m.type not in {actor.type for actor, _ in chosen}:
            chosen.append(
                (Actor(name=m.name, written=m.written, type=m.type or "unknown", role="decider"), m)
            )
        if len(chosen) == (2 if types[0].startswith("information.") else 1):
            break
    return chosen


def _candidates(scene: Scene, where: list[int], taken: set[str]) -> list[Mention]:
    bodies = scene.within(scene.mentions.bodies, where)
    people = [
        m for m in scene.within(scene.mentions.people, where) if m.side == "actor" or m.type == "journalist"
    ]
    return [m for m in bodies + people if m.name not in taken]


_PRESS = re.compile(
    r"(?:press (?:office|service|secretary) of (?:the )?|пресс-служб\w+ |official source[^.]{0,40})$",
    re.IGNORECASE,
)


def _only_told(scene: Scene, m: Mention) -> bool:
    return bool(_PRESS.search(scene.text[max(0, m.start - 60) : m.start]))


def _askers(scene: Scene, types: list[str], where: list[int], taken: set[str]) -> list[tuple[Actor, Mention]]:
    """The plaintiff or the one who complained, where the sentence speaks of one."""
    if not pairs().complaint_types & set(types):
        return []
    speaks = [i for i in where if marker("complainant", scene.language).search(scene.sentences[i].text)]
    order = pairs().askers
    some = [m for m in _candidates(scene, speaks, taken) if m.type in order and m.type != "court"]
    some += [
        m for m in scene.within(scene.mentions.people, speaks) if m.side == "unknown" and m.name not in taken
    ]
    some = [m for m in some if not _only_told(scene, m) and _asks(scene, m)]
    if not some:
        return []
    best = min(
        some,
        key=lambda m: (
            m.confidence <= UNNAMED,
            m.type is None,
            order.index(m.type) if m.type in order else 99,
            m.start,
        ),
    )
    type_ = best.type or "private_person"
    return [(Actor(name=best.name, written=best.written, type=type_, role="complainant"), best)]


_NOT_ASKING = re.compile(
    r"(?:interview with|article about|about|said|lawyer|director,?|адвокат\w*|интервью с|директор\w*)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)


def _asks(scene: Scene, m: Mention) -> bool:
    return not _NOT_ASKING.search(scene.text[max(0, m.start - 40) : m.start])


# --- how many -----------------------------------------------------------------------------------------------------


def people_hit(scene: Scene, indexes: list[int], hit: list[Mention]) -> tuple[int | None, bool | None]:
    """How many people were hit at least, and whether the text fixes the number."""
    people = sum(m.kind == "person" for m in hit)
    text = " ".join(scene.sentences[i].text for i in indexes)
    for number, pattern in enumerate(numbers(scene.language), 2):
        for match in pattern.finditer(text):
            if re.match(
                r"\s+(?:\w+\s+){0,2}(?:journalist|correspondent|reporter|blogger|журналист|корреспондент|блогер|тілші)",
                text[match.end() : match.end() + 50],
                re.IGNORECASE,
            ):
                return max(number, people), True
    if people:
        return people, True
    unnamed = any(m.kind == "outlet" for m in hit) and re.search(
        r"\b(?:a|an) (?:\w+\s){0,2}(?:journalist|correspondent|reporter)\b", text, re.IGNORECASE
    )
    return (1, True) if unnamed else (None, None)
