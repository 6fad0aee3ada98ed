"""What tells a person's part in a story: who only reports, whom somebody works for, how many were hit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from barometer.reading.lexicon import marker, numbers
from barometer.reading.mentions import Mention, Mentions
from barometer.reading.sentences import Sentence

#: How many letters before a name and behind it are looked at, by what is looked for.
BESIDE, NEAR, FAR = 60, 90, 110


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


def reports(scene: Scene, m: Mention) -> bool:
    """Whether a name is that of somebody who only tells it: "according to X", "X reported"."""
    reach = FAR if scene.language == "kk" else BESIDE  # Kazakh says it at the end of the clause
    before, after = scene.text[max(0, m.start - BESIDE) : m.start], scene.text[m.end : m.end + reach]
    return bool(_search("tells_before", scene, before) or _search("tells_after", scene, after))


def _search(name: str, scene: Scene, words: str) -> re.Match[str] | None:
    return marker(name, scene.language).search(words)


def is_affiliation(scene: Scene, m: Mention) -> bool:
    """ "editor-in-chief of X", "X correspondent": whom somebody works for."""
    before, after = scene.text[max(0, m.start - NEAR) : m.start], scene.text[m.end : m.end + BESIDE]
    return bool(_search("works_for_before", scene, before) or _search("works_for_after", scene, after))


def stands_for_staff(scene: Scene, m: Mention) -> bool:
    """Whether an outlet stands for people of its own who have no name: "a correspondent of X was detained"."""
    if m.kind != "outlet" or not _beside_staff(scene.text, scene.language, m.start, m.end):
        return False
    return not any(_beside(scene, m, person) for person in scene.mentions.people)


@lru_cache(maxsize=2048)
def _beside_staff(text: str, language: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - NEAR) : start], text[end : end + NEAR]
    return bool(
        marker("staff_before", language).search(before) or marker("staff_after", language).search(after)
    )


#: From an outlet to whoever is named as of it: "X’s correspondent A", "X, A", "crew of X: A"; in Kazakh the words
#: for what he is there all stand between: "X газетінің Ақтаудағы тілшісі A".
_TO_A_NAME = {
    "en": re.compile(r"[\"”»’']?(?:[’']s)?(?:\s+[\w-]+){0,2}[,:]?\s+"),
    "ru": re.compile(r"[»”\"]?(?:\s+[\w-]+){0,2}?[,:]?\s+"),
    "kk": re.compile(r"[»”\"]?(?:-?\w{1,5})?[»”\"]?(?:\s+[\w-]+){0,4}[,:]?\s+"),
}


def _beside(scene: Scene, outlet: Mention, person: Mention) -> bool:
    """Whether a person is named right beside an outlet, as somebody of it."""
    if person.start >= outlet.end:
        return bool(_TO_A_NAME[scene.language].fullmatch(scene.text, outlet.end, person.start))
    between = scene.text[person.end : outlet.start]
    return len(between) <= NEAR and between.startswith((",", " (", " –", " —")) and ". " not in between


def is_only_told(scene: Scene, m: Mention) -> bool:
    """Whether only a body's press office spoke."""
    return bool(_search("press_office", scene, scene.text[max(0, m.start - BESIDE) : m.start]))


# --- how many -----------------------------------------------------------------------------------------------------


def people_hit(scene: Scene, indexes: list[int], hit: list[Mention]) -> tuple[int | None, bool | None]:
    """How many people were hit at least, and whether the text fixes the number."""
    people = sum(m.kind == "person" for m in hit)
    text = " ".join(scene.sentences[i].text for i in indexes)
    for number, pattern in enumerate(numbers(scene.language), 2):
        for match in pattern.finditer(text):
            counted = _search("counted", scene, text[match.end() : match.end() + BESIDE])
            if counted and not _search("counts_others", scene, counted[0]):
                return max(number, people), True
    if people:
        return people, True
    unnamed = any(m.kind == "outlet" for m in hit) and _search("one_unnamed", scene, text)
    return (1, True) if unnamed else (None, None)
