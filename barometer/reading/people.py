"""What tells a person's part in a story: who only reports, whom somebody works for, how many were hit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from barometer.reading.lexicon import numbers
from barometer.reading.mentions import Mention, Mentions
from barometer.reading.sentences import Sentence


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
    before, after = scene.text[max(0, m.start - 60) : m.start], scene.text[m.end : m.end + 60]
    if scene.language == "en":
        return bool(
            re.search(
                r"(?:according to|as told by|(?:reported|told) by)(?:[^.,;]|\.(?!\s)){0,50}$",
                before,
                re.IGNORECASE,
            )
        ) or bool(
            re.match(
                r"[^.;]{0,40}?\b(?:reported|reports|said|says|wrote|writes|stated|states|noted)\b", after
            )
        )
    if scene.language == "ru":
        return bool(
            re.search(
                r"(?:по словам|по данным|по информации|как (?:сообщ|рассказ|пиш|отмет)\w+|(?:сообща|переда)[её]т|рассказал\w*|сообщил\w*)(?:[^.,;]|\.(?!\s)){0,50}$",
                before,
                re.IGNORECASE,
            )
        ) or bool(re.match(r"[^.;]{0,40}?\b(?:сообщ|рассказ|написа|заяв|отмет|пиш)\w*", after))
    return bool(
        re.match(
            r"\w{0,4}[»\"]?\s*(?:\w+\s+){0,2}(?:айтуынша|хабарлауынша|сөзінше|мәліметінше|хабарлағандай|жазуынша|дерегінше)"
            r"|\w{0,4}[»\"]?[^.;]{0,80}?(?:хабарлады|мәлімдеді|деді|айтты|жазды|айтып берді)\b",
            after + scene.text[m.end + 60 : m.end + 110],
        )
    )


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


def is_affiliation(scene: Scene, m: Mention) -> bool:
    """ "editor-in-chief of X", "X correspondent": whom somebody works for."""
    before, after = scene.text[max(0, m.start - 90) : m.start], scene.text[m.end : m.end + 60]
    return bool(_WORK_FOR[scene.language].search(before)) or bool(_WORK_AFTER[scene.language].match(after))


_PRESS = re.compile(
    r"(?:press (?:office|service|secretary) of (?:the )?|пресс-служб\w+ |official source[^.]{0,40})$",
    re.IGNORECASE,
)


def is_only_told(scene: Scene, m: Mention) -> bool:
    """Whether only a body's press office spoke."""
    return bool(_PRESS.search(scene.text[max(0, m.start - 60) : m.start]))


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
