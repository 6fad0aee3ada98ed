"""What a body's letter says of a request: of what kind it is, on what grounds it refuses, what it answers.

Everything here is a proposal with its words; a person decides. Rules are phrases of `data/replies.toml` and
`data/grounds.toml` in English, Russian and Kazakh; a letter in two languages is read in both.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from barometer.countries import Body, Finder, country, finder_of
from barometer.deadlines.answers import Answered, answers
from barometer.deadlines.cues import Hit, Phrases, Said, phrases_of, said
from barometer.deadlines.figures import days, figures
from barometer.deadlines.values import Step, StepKind
from barometer.reading.law import provisions
from barometer.reading.when import dates
from barometer.sources import language_of

#: Raised when the rules change, so that a proposal says by which it was made.
VERSION = "1"
#: No more of a letter is read than so many characters.
LONGEST = 50_000
#: What a phrase that refuses by itself is worth, and one that only names a ground.
_WEIGHTS = {"says": 2.0, "topic": 0.75, "word": 0.35}
#: However many phrases only name a ground, together they are worth less than one that refuses.
_TOPICS = 1.5
#: A ground is told from so much on; a letter that tells nothing but such a ground and a "not" refuses, or but this much.
_NAMED, _SURELY = 0.35, 0.7
#: A further ground is told where it is said outright and worth so much of the first.
_FURTHER = 0.4
#: A ground that is no refusal where the body wants to be told more.
_VAGUE = {StepKind.CLARIFICATION: {"too_broad"}}
_FEW_WORDS, _FEWEST = 8, 3
#: Grounds that, said outright beside an answer, refuse a part; others go with a full answer ("more is on our site").
_BESIDE = frozenset({"not_held", "official_use", "state_secret", "commercial_secret", "tax_bank_secret"})
#: What a sentence says that gives no answer, whatever its figures.
_NO_ANSWER = frozenset({"refused", "extended", "transferred", "clarification", "corrected"})
_LOOP = 3


@dataclass(frozen=True)
class Reason:
    """Why a value was proposed: the `rule` (a phrase or a rule's name), its version, the words from `start` to `end`."""

    value: str
    rule: str
    start: int
    end: int
    version: str = VERSION


@dataclass(frozen=True)
class RefusalGround:
    """A ground for refusal: its `code` as in the country's `refusal_grounds`, its words, the provision named, or ""."""

    code: str
    start: int
    end: int
    provision: str
    confidence: float
    rule: str


@dataclass(frozen=True)
class Reply:
    """A letter as read. `days` of an extension, `body` that it was passed on to, `number` and `day` of registration."""

    kind: StepKind
    confidence: float
    language: str
    days: int | None = None
    body: str = ""
    number: str = ""
    day: date | None = None
    grounds: tuple[RefusalGround, ...] = ()
    answers: tuple[Answered, ...] = ()
    reasons: tuple[Reason, ...] = ()


def read_reply(text: str, questions: Sequence[str] = (), language: str | None = None) -> Reply:
    """What a letter says, also where it is empty; `questions` are those of the request, by number from 1."""
    cut = len(text) > LONGEST
    text = text[:LONGEST]
    language = language or language_of(text)
    letter = _Letter(text, language)
    kind, confidence, reasons = letter.kind()
    if cut:
        reasons.append(Reason("cut", "only the beginning was read", 0, LONGEST))
    grounds = letter.grounds(kind)
    reasons += [Reason(f"ground:{one.code}", one.rule, one.start, one.end) for one in grounds]
    days = letter.days(reasons) if kind == StepKind.EXTENDED else None
    body = letter.body(reasons) if kind == StepKind.TRANSFERRED else ""
    number, day = letter.registration(reasons)
    refused = [
        (one.start, one.end) for one in letter.sentences if letter.refuses(one) and not letter.tells(one)
    ]
    empty = kind in (StepKind.FORM_LETTER, StepKind.REGISTERED, StepKind.EXTENDED, StepKind.TRANSFERRED)
    found = answers(text, questions, refused=refused, empty=empty)
    return Reply(kind, confidence, language, days, body, number, day, grounds, found, tuple(reasons))


def transfer_loop(steps: Iterable[Step], asked: str = "") -> bool:
    """Whether a request is sent in a circle: back to a body that had it (`asked` had it first), or on three times."""
    bodies = [one.body.strip().casefold() for one in steps if one.kind == StepKind.TRANSFERRED]
    had = [body for body in (asked.strip().casefold(), *bodies) if body]
    return len(bodies) >= _LOOP or len(set(had)) < len(had)


# --- the data -----------------------------------------------------------------------------------------------------


@cache
def _table(name: str) -> dict[str, Any]:
    with (resources.files("barometer.deadlines") / "data" / name).open("rb") as stream:
        return tomllib.load(stream)


@cache
def _kinds() -> Phrases:
    return phrases_of(
        {code: {"phrase": lists} for code, lists in _table("replies.toml")["phrase"].items()}, {"phrase": 1.0}
    )


@cache
def _grounds() -> Phrases:
    return phrases_of(_table("grounds.toml"), _WEIGHTS)


@cache
def _bodies() -> Finder[Body]:
    return finder_of(country().bodies)


#: How far the words that repeat a request reach around them: its day and number.
_OPENING = 60


def _repeated(text: str, one: Said, hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """Where a sentence repeats which request it is about ("In reply to your request of 3 March, No. 114, …")."""
    sentence, found = text[one.start : one.end], []
    for hit in hits:
        if hit.code == "opening":
            start, end = hit.start - one.start, hit.end - one.start
            stop = min((at for sign in ":," if (at := sentence.find(sign, end)) >= 0), default=len(sentence))
            found.append((max(0, start - _OPENING), min(stop, end + _OPENING)))
    return found


# --- a letter -----------------------------------------------------------------------------------------------------


class _Letter:
    """The sentences of a letter with what each says."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text, language
        self.sentences = said(text)
        self.hits = {one.start: _kinds().find(one) for one in self.sentences}
        # Where one may complain is told with any answer; it names courts and says no more.
        self.sentences = [one for one in self.sentences if not self._contests(one)]
        self.named = {one.start: _grounds().find(one) for one in self.sentences}

    def _contests(self, one: Said) -> bool:
        codes = {hit.code for hit in self.hits[one.start]}
        return "contest" in codes and "refused" not in codes

    def of(self, code: str) -> list[Hit]:
        """Where the letter says that, from left to right."""
        return [hit for one in self.sentences for hit in self.hits[one.start] if hit.code == code]

    def refuses(self, one: Said) -> bool:
        """Whether a sentence says no, or names a ground outright; that nothing is needed is no refusal."""
        codes = {hit.code for hit in self.hits[one.start]}
        return ("refused" in codes or self._names_outright(one)) and "free" not in codes

    def tells(self, one: Said) -> bool:
        """Whether a sentence gives a figure that may be an answer."""
        codes = {hit.code for hit in self.hits[one.start]}
        if "free" in codes:
            codes.discard("refused")
        letters = sum(not word.small.isdecimal() for word in one.words)
        if letters < _FEWEST or codes & _NO_ANSWER:
            return False
        sentence = self.text[one.start : one.end]
        taken = _repeated(self.text, one, self.hits[one.start])
        outright = self._names_outright(one)
        if (
            "registered" in codes or outright
        ):  # "received on 4 March under No. 12" tells nothing, "316 received" does
            taken += days(sentence, self.language)
        return bool(figures(sentence, self.language, taken, words=not outright))

    def _names_outright(self, one: Said) -> bool:
        return any(hit.weight == _WEIGHTS["says"] for hit in self.named[one.start])

    def kind(self) -> tuple[StepKind, float, list[Reason]]:
        """The kind of step, how sure it is, and why."""
        told = [one for one in self.sentences if self.tells(one)]
        outright = self._outright()
        for kind in (StepKind.CORRECTED, StepKind.EXTENDED, StepKind.TRANSFERRED, StepKind.CLARIFICATION):
            hits = self.of(kind.value)
            stands = kind in (StepKind.CORRECTED, StepKind.TRANSFERRED) or not {
                hit.code for hit in outright
            } - _VAGUE.get(kind, set())
            if hits and stands and (kind == StepKind.CORRECTED or not told):
                return self._found(kind, hits)
        refused = [
            hit
            for one in self.sentences
            if self.refuses(one)
            for hit in self.hits[one.start]
            if hit.code == "refused"
        ]
        beside = [
            hit
            for hit in outright
            if hit.code in _BESIDE and not any(o.start <= hit.start < o.end for o in told)
        ]
        if told and (refused or beside):
            return self._found(StepKind.PARTIAL, [*refused, *beside])
        if not told and (refused or outright):
            return self._found(StepKind.REFUSED, [*refused, *outright])
        if told:
            where = [Hit("answered", "figure", one.start, one.end) for one in told]
            return self._found(StepKind.ANSWERED, where)
        if registered := self.of("registered"):
            return self._found(StepKind.REGISTERED, registered)
        return self._without_figures()

    def _without_figures(self) -> tuple[StepKind, float, list[Reason]]:
        """A letter without a figure and without a no: an answer in words, or none at all."""
        words = sum(len(one.words) for one in self.sentences)
        if not words:
            return StepKind.FORM_LETTER, 0.9, [Reason("form_letter", "empty", 0, 0)]
        if words <= _FEW_WORDS and (status := self.of("status")):
            return self._found(StepKind.FORM_LETTER, status)
        boilerplate = self.of("boilerplate")
        if boilerplate and 2 * len(self._saying("boilerplate")) >= len(self.sentences):
            return self._found(StepKind.FORM_LETTER, boilerplate)
        named = [hit for hits in self.named.values() for hit in hits]
        if (
            named
            and not self.of("free")
            and max(map(_worth, _by_code(named).values())) >= (_NAMED if self.of("negation") else _SURELY)
        ):
            return self._unsure(StepKind.REFUSED, "ground")
        return self._unsure(
            *((StepKind.ANSWERED, "words") if words > _FEW_WORDS else (StepKind.FORM_LETTER, "short"))
        )

    def _outright(self) -> list[Hit]:
        """Grounds said so that they refuse by themselves."""
        says = _WEIGHTS["says"]
        refusing = [one for one in self.sentences if self.refuses(one)]
        return [hit for one in refusing for hit in self.named[one.start] if hit.weight == says]

    def _found(self, kind: StepKind, hits: Sequence[Hit]) -> tuple[StepKind, float, list[Reason]]:
        sure = round(min(0.95, 0.6 + 0.1 * len(hits)), 2)
        return kind, sure, [Reason(kind.value, hit.phrase, hit.start, hit.end) for hit in hits[:3]]

    def _unsure(self, kind: StepKind, rule: str) -> tuple[StepKind, float, list[Reason]]:
        first, last = self.sentences[0], self.sentences[-1]
        return kind, 0.4, [Reason(kind.value, rule, first.start, last.end)]

    # --- grounds

    def grounds(self, kind: StepKind) -> tuple[RefusalGround, ...]:
        """The grounds of a refusal, the likeliest first; "none" where it gives none."""
        if kind not in (StepKind.REFUSED, StepKind.PARTIAL):
            return ()
        some = [one for one in self.sentences if kind == StepKind.REFUSED or self.refuses(one)]
        by_code = _by_code(hit for one in some for hit in self.named[one.start])
        worth = {code: value for code, hits in by_code.items() if (value := _worth(hits)) >= _NAMED}
        if not worth:
            first = next((hit for one in some for hit in self.hits[one.start] if hit.code == "refused"), None)
            return (RefusalGround("none", first.start, first.end, "", 0.6, first.phrase),) if first else ()
        order = sorted(worth, key=lambda code: (-worth[code], by_code[code][0].start))
        told = [
            code
            for code in order
            if code == order[0] or worth[code] >= max(_WEIGHTS["says"], _FURTHER * worth[order[0]])
        ]
        total = sum(worth.values())
        return tuple(self._ground(code, by_code[code], worth[code], total) for code in told)

    def _ground(self, code: str, hits: list[Hit], worth: float, total: float) -> RefusalGround:
        best = max(hits, key=lambda hit: (hit.weight, hit.end - hit.start))
        sure = round(min(0.95, (1 - 0.5**worth) * (0.5 + 0.5 * worth / total)), 2)
        return RefusalGround(code, best.start, best.end, self._provision(best), sure, best.phrase)

    def _provision(self, hit: Hit) -> str:
        """The provision that is named in the ground's sentence, else in the sentence behind or before it."""
        at = next(i for i, one in enumerate(self.sentences) if one.start <= hit.start < one.end)
        for near in (at, at + 1, at - 1):
            if 0 <= near < len(self.sentences):
                one = self.sentences[near]
                cited = provisions(self.text[one.start : one.end], self.language)
                if cited:
                    return cited[0].code
        return ""

    # --- what else is told

    def days(self, reasons: list[Reason]) -> int | None:
        """How many days an extension adds."""
        table = _table("replies.toml")
        known = {word: value for by_word in table["numbers"].values() for word, value in by_word.items()}
        days = tuple(word.rstrip("*") for words in table["days"].values() for word in words)
        for one in self._saying("extended"):
            for at, word in enumerate(one.words):
                figure = self.text[word.start : word.end].lower()
                value = int(figure) if figure.isdecimal() and len(figure) <= 3 else known.get(figure)
                behind = one.words[at + 1 : at + 4]
                if value and any(self.text[w.start : w.end].lower().startswith(days) for w in behind):
                    reasons.append(Reason(f"days:{value}", "extension", word.start, behind[-1].end))
                    return value
        return None

    def body(self, reasons: list[Reason]) -> str:
        """The body that a request was passed on to: by its known name, else as it is written."""
        for one in self._saying("transferred"):
            hit = next(hit for hit in self.hits[one.start] if hit.code == "transferred")
            sentence = self.text[one.start : one.end]
            known = _bodies().find(sentence)
            if known:
                found = min(known, key=lambda f: (f.start + one.start < hit.start, f.start))
                reasons.append(Reason("body", "known name", one.start + found.start, one.start + found.end))
                return found.values[0].name
            written = [m for pattern in _WRITTEN for m in pattern.finditer(sentence)]
            if written:
                match = min(written, key=lambda m: (m.start() + one.start < hit.start, m.start()))
                reasons.append(
                    Reason("body", "as written", one.start + match.start(), one.start + match.end())
                )
                return " ".join(match[0].split())
        return ""

    def registration(self, reasons: list[Reason]) -> tuple[str, date | None]:
        """The number and the day under which a letter says that the request was registered."""
        number, day = "", None
        for one in self._saying("registered"):
            sentence = self.text[one.start : one.end]
            match = _NUMBER.search(sentence)
            if match and not number:
                number = match[1].rstrip(".-/")
                reasons.append(
                    Reason(f"number:{number}", "number", one.start + match.start(1), one.start + match.end(1))
                )
            exact = [d for d in dates(sentence, self.language, 2000) if d.year and len(d.iso) == 10]
            if exact and day is None:
                day = date.fromisoformat(exact[0].iso)
                reasons.append(
                    Reason(f"day:{day}", "day", one.start + exact[0].start, one.start + exact[0].end)
                )
        return number, day

    def _saying(self, *codes: str) -> list[Said]:
        return [one for one in self.sentences if any(hit.code in codes for hit in self.hits[one.start])]


def _by_code(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.code, []).append(hit)
    return found


def _worth(hits: list[Hit]) -> float:
    """What phrases of one ground are worth together: those that share words count as one."""
    groups: list[float] = []
    end = -1
    for hit in sorted(hits, key=lambda hit: hit.start):
        if hit.start < end:
            groups[-1] = max(groups[-1], hit.weight)
        else:
            groups.append(hit.weight)
        end = max(end, hit.end)
    says = sum(worth for worth in groups if worth == _WEIGHTS["says"])
    return says + min(_TOPICS, sum(groups) - says)


_NUMBER = re.compile(
    r"(?:№|\bNo\.?|\b[Nn]umber|\b[Нн]омер(?:ом)?|\b[Нн]өмір[іи]?)[\s:№]{0,4}((?:[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]{1,4}-)?\d[\w/.\-]{0,40})"
)
#: The head word of a body with the capitalised or inflected words around it.
_WRITTEN = (
    re.compile(
        r"\b(?:Ministry|Committee|Department|Agency|Directorate|Office|Inspectorate)(?: of(?: the)?| for(?: the)?)(?: [A-Z][\w-]{1,30}| and){1,6}"
    ),
    re.compile(
        r"\b(?:[A-Z][\w-]{1,30} ){1,5}(?:Ministry|Committee|Department|Agency|Directorate|Akimat|Office)\b"
    ),
    re.compile(
        r"\b(?:Министерств|Комитет|Управлени|Департамент|Агентств|Акимат|Прокуратур|Инспекци)[а-я]{0,3}(?:(?: по)? [а-яё]{3,30}){1,4}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b[А-ЯЁӘҒҚҢӨҰҮҺІ][\w-]{1,30}(?: [а-яёәғқңөұүһі-]{2,30}){0,4} (?:министрліг|комитет|басқарма|департамент|агенттіг|әкімдіг|прокуратура)\w{0,8}"
    ),
)
