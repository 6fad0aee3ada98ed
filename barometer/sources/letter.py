"""An open letter as a document, known by its form: whom it addresses, what it asks, whose cases it tells, who signed.

The words that its parts are known by are data (data/letter.toml), in English, Russian and Kazakh.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from barometer.sources.bulletin import Link, links_in, prose
from barometer.sources.bulletin_words import language_of
from barometer.sources.report import day_in

#: A name, a role or an address stands in a short line.
_SHORT = 140
#: The head of a letter: addressees, date, the way it was sent.
_HEAD = 40


@dataclass(frozen=True)
class Addressed:
    """Whom the letter is written to, with the office as printed."""

    name: str
    role: str | None


@dataclass(frozen=True)
class Passage:
    """A paragraph of the body: clean prose, where each character stands, its lines, its heading in bold if it has one."""

    text: str
    offsets: tuple[int, ...]
    lines: tuple[int, int]
    heading: str | None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A letter read whole; `body` is what is neither head, demand nor signature. `problems` is what was not found."""

    source: str
    text: str
    language: str
    date: str | None
    sent_via: str | None
    addressees: tuple[Addressed, ...]
    demands: tuple[str, ...]
    signatories: tuple[str, ...]
    body: tuple[Passage, ...]
    problems: tuple[str, ...]


@cache
def _words(language: str) -> dict[str, re.Pattern[str]]:
    with (resources.files("barometer.sources") / "data" / "letter.toml").open("rb") as stream:
        data = tomllib.load(stream)
    return {name: re.compile(row[language], re.IGNORECASE) for name, row in data.items()}


@dataclass
class _Paragraph:
    """A run of lines between blank ones, or one item of a list."""

    first: int
    last: int
    rows: list[str]
    bullet: bool = False

    @property
    def raw(self) -> str:
        return "\n".join(self.rows)

    @property
    def plain(self) -> str:
        return _unlinked(self.raw).strip()

    def add(self, number: int, line: str) -> None:
        """Another line of it."""
        self.last = number
        self.rows.append(line)

    def end(self) -> str:
        """The last words, links unwrapped: whatever the length, no more than that is looked at."""
        found: list[str] = []
        length = 0
        for row in reversed(self.rows):
            found.append(row[-_END:])
            length += len(found[-1]) + 1
            if length > _END:
                break
        return _unlinked("\n".join(reversed(found))).strip()


#: How much of a paragraph's end tells whether it was cut.
_END = 2_000


def _unlinked(raw: str) -> str:
    return re.sub(r"\[([^\[\]]{1,500})\]\([^()\s]{0,300}\)", r"\1", raw)


_BULLET = re.compile(r"(?<!\s)\s*(?:[•●▪■◦‣⁃∙·–—*-]|\(?\d{1,2}[.)]|\(?[a-zа-я]\))\s+")
_BOLD = re.compile(
    r"\s*+(?:\d{1,2}[.)]\s*+)?(?:\*\*|__)\s*+([^*_\n]{2,120}?)\s*+[:.]?\s*+(?:\*\*|__)\s*+[:.–—-]?\s*+"
)


def is_letter(text: str) -> bool:
    """Whether a text has the form of an open letter: two at least of its marks."""
    language = language_of(text)
    words = _words(language)
    lines = [line.strip(" *_#") for line in text[:60_000].split("\n") if line.strip()]
    head = "\n".join(lines[:_HEAD])
    marks = [
        bool(words["title"].search("\n".join(lines[:8]))),
        any(words["salutation"].match(line) for line in lines[:_HEAD]),
        bool(words["undersigned"].search(head)),
        any(words["signed"].match(line) for line in lines[_HEAD // 4 :][-150:]),
    ]
    marks.append(any(words[name].match(line) for line in lines[:_HEAD] for name in ("to", "copy", "sent")))
    numbered = len(re.findall(r"(?m)^[^\S\n]*+(?:#++\s*+)?\d{1,2}\.\s++[^\n]{5,200}\(", text))
    return sum(marks) >= 2 and (marks[1] or marks[3] or marks[0]) and numbered < 3


def read_letter(source_name: str, text: str) -> Letter:
    """A letter's text as a document. Never fails: what is not found is told in `problems`."""
    return _Reader(source_name, text).read()


class _Reader:
    """One reading of one letter."""

    def __init__(self, source: str, text: str) -> None:
        self.source, self.text = source, text
        self.language = language_of(text)
        self.words = _words(self.language)
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def read(self) -> Letter:
        every = self._paragraphs()
        signed = self._signed_from(every)
        main, tail = every[:signed], every[signed:]
        opens = self._opens_at(main)
        head, main = main[:opens], main[opens:]
        demands, rest = self._demands(main)
        day = self._date(head, tail, every)
        problems = [
            f"no {what} found"
            for what, found in (
                ("date was", day),
                ("addressee was", head),
                ("signatories were", tail),
                ("demands were", demands),
            )
            if not found
        ]
        return Letter(
            source=self.source,
            text=self.text,
            language=self.language,
            date=day,
            sent_via=self._sent_via(head + tail),
            addressees=self._addressees(head),
            demands=tuple(demands),
            signatories=tuple(self._signatories(tail)),
            body=tuple(self._passage(p) for p in rest),
            problems=tuple(problems),
        )

    # -- paragraphs

    def _paragraphs(self) -> list[_Paragraph]:
        found: list[_Paragraph] = []
        fresh = True
        for number, line in enumerate(self.lines, 1):
            if not line.strip():
                fresh = True
                continue
            bullet = bool(_BULLET.match(line)) and not _BOLD.match(line)
            if fresh and found and self._goes_on(found[-1], line, bullet=bullet):
                found[-1].add(number, line)
            elif fresh or bullet or len(found[-1].rows[-1]) > 160 or _BOLD.match(line):
                found.append(_Paragraph(number, number, [line], bullet))
            else:
                found[-1].add(number, line)
            fresh = False
        return found

    def _goes_on(self, before: _Paragraph, line: str, *, bullet: bool) -> bool:
        """A page break cut the paragraph before: it stops without a stop, and is no heading, name or list."""
        tail = before.end().rstrip("*_ ")
        if bullet or len(tail) < 60 or tail[-1:] in ".!?…:;":
            return False
        begins = line.strip().lstrip("[*_(")
        return begins[:1].islower() or tail[-1:] in ",–—-" or begins[:1].isdigit() or len(tail) > 200

    def _signed_from(self, every: list[_Paragraph]) -> int:
        """Where the signatures begin: a heading of theirs, or the run of short lines at the end."""
        for index in range(len(every) - 1, max(len(every) * 2 // 5, 1), -1):
            if self.words["signed"].match(every[index].plain.split("\n")[0].strip("*_# ")):
                while index > 1 and self.words["signed"].match(every[index - 1].plain.strip("*_# ")):
                    index -= 1
                first = index
                while True:  # an earlier heading of the same list: Organisations … Individuals …
                    earlier = next(
                        (
                            i
                            for i in range(first - 1, max(first - 60, len(every) // 4), -1)
                            if self.words["signed"].match(every[i].plain.split("\n")[0].strip("*_# "))
                        ),
                        None,
                    )
                    if earlier is None or any(len(p.plain) > 300 for p in every[earlier + 1 : first]):
                        return first
                    first = earlier
        index = len(every)
        while (
            index > 1
            and len(every[index - 1].plain) < _SHORT
            and not every[index - 1].plain.endswith((".", ":"))
        ):
            index -= 1
        return index if len(every) - index >= 2 else len(every)

    def _opens_at(self, main: list[_Paragraph]) -> int:
        """Where the body begins: behind the salutation, else at the first long paragraph."""
        for index, paragraph in enumerate(main[:_HEAD]):
            if self.words["salutation"].match(paragraph.plain.split("\n")[-1].strip("*_ ")):
                return index + 1
        return next((i for i, p in enumerate(main) if len(p.plain) > 250), 0)

    # -- the head

    def _date(self, head: list[_Paragraph], tail: list[_Paragraph], every: list[_Paragraph]) -> str | None:
        lines = [line for p in [*head, *reversed(tail)] for line in p.plain.split("\n")]
        lines += [line for p in reversed(every[-12:]) for line in p.plain.split("\n")]
        for line in lines:
            found = day_in(line) if len(line) < 120 else None
            if found:
                return found[0].isoformat()
        return None

    def _sent_via(self, paragraphs: list[_Paragraph]) -> str | None:
        for paragraph in paragraphs:
            for line in paragraph.plain.split("\n"):
                if self.words["sent"].match(line.strip()):
                    via = re.sub(
                        r"^\W*(?:sent|delivered|submitted|transmitted|отправлено|направлено|передано)\s*(?:via|by|through|per)?\s*:?\s*",
                        "",
                        line.strip(),
                        flags=re.IGNORECASE,
                    )
                    return via.rstrip(".")[:300] or None
        return None

    def _addressees(self, head: list[_Paragraph]) -> tuple[Addressed, ...]:
        """Names with the lines of their office below, or behind a comma: "To: A. B., Minister of …"."""
        found: list[Addressed] = []
        for paragraph in head:
            lines = [line.strip(" *_") for line in paragraph.plain.split("\n") if line.strip(" *_")]
            while lines and _NO_ADDRESSEE.search(lines[0]):
                lines.pop(0)
            if not lines or self._is_no_addressee(lines[0]):
                continue
            found += self._addressed_in(lines)
        return tuple(dict.fromkeys(found))

    def _is_no_addressee(self, line: str) -> bool:
        dated = day_in(line)
        return bool(
            dated
            or self.words["sent"].match(line)
            or self.words["salutation"].match(line)
            or self.words["subject"].match(line)
            or self.words["title"].search(line)
            or _NO_ADDRESSEE.search(line)
            or len(line) > 2 * _SHORT
            or not line[0].isalpha()
        )

    def _addressed_in(self, lines: list[str]) -> list[Addressed]:
        bare = [self.words["copy"].sub("", self.words["to"].sub("", line)) for line in lines]
        one_line = [re.split(r"(?<!\s)\s*+[,–—]\s+|\s-\s", line, maxsplit=1) for line in bare if line]
        if all(len(parts) == 2 and _is_name(parts[0]) for parts in one_line) and one_line:
            return [Addressed(_bare_name(a), b.rstrip(" ,;.")) for a, b in one_line]
        names = [i for i, line in enumerate(bare) if _is_name(line.rstrip(","))]
        found = []
        for order, index in enumerate(names):
            until = names[order + 1] if order + 1 < len(names) else len(bare)
            role = next((line for line in bare[index + 1 : until] if not re.search(r"\d{4,}|@", line)), None)
            if role is None and index and not _is_name(bare[index - 1]):
                role = bare[index - 1]
            found.append(Addressed(_bare_name(bare[index]), role.rstrip(" ,;.:") if role else None))
        if not found and bare and len(bare[0]) < _SHORT and not bare[0].endswith("."):
            found = [
                Addressed(_bare_name(parts[-1]), parts[0])
                if len(parts) == 2 and _is_name(parts[-1])
                else Addressed(line, None)
                for line in bare[:1]
                for parts in [re.split(r"(?<!\s)\s*+[,:]\s+", line, maxsplit=1)]
            ]
        return found

    # -- demands

    def _demands(self, main: list[_Paragraph]) -> tuple[list[str], list[_Paragraph]]:
        """The items of the list behind the words that ask, and the sentences of prose that ask; and what is left."""
        demands: list[str] = []
        left: list[_Paragraph] = []
        listing = False
        for index, paragraph in enumerate(main):
            follows = main[index + 1] if index + 1 < len(main) else None
            text = _clean(paragraph.raw)
            if listing and paragraph.bullet:
                demands.append(_item(text))
                continue
            asks = bool(self.words["asks"].search(text))
            listing = bool(
                asks and follows and follows.bullet and (text.endswith((":", ";")) or len(text) < 500)
            ) and not self.words["cases"].search(text[-160:])
            if asks and not listing:
                demands += self._asked_in(text)
            left.append(paragraph)
        return demands, left

    def _asked_in(self, text: str) -> list[str]:
        """The sentences of a paragraph that ask; numbered demands in one sentence one by one."""
        found = []
        for sentence in re.split(r"(?<=[.!?])\s+(?=[^\W\d_])", text):
            asks = self.words["asks"].search(sentence)
            if not asks or len(sentence) > 2_000:
                continue
            parts = re.split(
                r"(?:;|,)?\s*(?:\(?\d\)|\b(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|во-первых|во-вторых|в-третьих|в-четвертых|в-четвёртых|наконец|біріншіден|екіншіден|үшіншіден|төртіншіден)\b,?)\s*",
                sentence[asks.end() :],
                flags=re.IGNORECASE,
            )
            if len(parts) > 2:
                found += [_item(part) for part in parts[1:] if len(part) > 10]
            else:
                found.append(_item(sentence))
        return found

    # -- signatures

    def _signatories(self, tail: list[_Paragraph]) -> list[str]:
        found = []
        for paragraph in tail:
            for line in paragraph.plain.split("\n"):
                bare = re.sub(r"^\s*(?:[•●▪■◦‣⁃∙·–—*-]|\d{1,3}[.)])\s*", "", line).strip(" *_;,")
                whole = bare.rstrip(".")
                if (
                    len(whole) < 3
                    or len(whole) > 250
                    or self.words["signed"].match(bare)
                    or self.words["signed"].match(f"{whole}:")
                    or self.words["copy"].match(bare)
                    or self.words["sent"].match(bare)
                    or _is_only_a_day(whole)
                    or "@" in whole
                    or self.words["closing"].search(whole)
                ):
                    continue
                found += [part.strip() for part in whole.split(";") if part.strip()]
        return found

    def _passage(self, paragraph: _Paragraph) -> Passage:
        start = self.starts[paragraph.first - 1]
        end = self.starts[paragraph.last] - 1
        bold = _BOLD.match(paragraph.raw)
        text, offsets = prose(self.text, start, end)
        return Passage(
            text=text,
            offsets=tuple(offsets),
            lines=(paragraph.first, paragraph.last),
            heading=bold[1].strip() if bold else None,
            links=tuple(links_in(self.text, start, end)),
        )


#: A number of registration, a heading "on …", words that only open the list.
_NO_ADDRESSEE = re.compile(
    r"№|\bNo\.|\bref(?:erence)?\b|\bисх\b|^(?:to|кому|cc|копия)\s*+:?\s*+$|(?:туралы|жөнінде|бойынша)\.?$|^(?:о|об|по поводу)\s",
    re.IGNORECASE,
)


def _clean(raw: str) -> str:
    return " ".join(prose(raw, 0, len(raw))[0].split())


def _item(text: str) -> str:
    bare = _BULLET.sub("", text, count=1).strip(" ;,.")
    return f"{bare[:1].upper()}{bare[1:]}."


_HONORIFIC = re.compile(
    r"^(?:(?:H\.\s?E\.|His Excellency|Her Excellency|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Hon\.?|г-ну|г-же|господину|госпоже|мырза\w*|ханым\w*)\s+)+",
    re.IGNORECASE,
)


def _bare_name(text: str) -> str:
    return _HONORIFIC.sub("", text).strip(" ,;.:")


def _is_name(text: str) -> bool:
    """Two to four words with capital letters, or initials and a surname."""
    words = _bare_name(text).split()
    return (
        2 <= len(words) <= 4
        and all(
            re.fullmatch(r"[^\W\d_]\.(?:[^\W\d_]\.)?|[^\W\d_][\w’'ʼ-]+", w) and w[0].isupper() for w in words
        )
        and not any(w.isupper() and len(w) > 3 for w in words)
        and not re.search(
            r"\b(?:republic|ministry|president|office|committee|avenue|street|court|union|parliament|prosecutor|general|республик\w*|министерств\w*|прокурор\w*|президент\w*|правительств\w*|комитет\w*|министр\w*|республикас\w*|сот\w*|прокуратура\w*)\b",
            text,
            re.IGNORECASE,
        )
    )


def _is_only_a_day(line: str) -> bool:
    found = day_in(line)
    return found is not None and len(re.findall(r"\w+", line[: found[1][0]] + line[found[1][1] :])) <= 3
