"""A bulletin as a document: title, intros, sections, months, entries, contact line; every line accounted for.

Real texts are dirty. A page break leaves a blank line in the middle of a sentence and may print words twice; a
month stands alone or runs into its first entry; headings lose spaces; one story runs over several paragraphs.
The reader goes block by block (a block is a run of non-blank lines), says what each is, and reports what it
cannot place. The words it goes by are data (data/bulletin.toml), in English, Russian and Kazakh.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from barometer.codebook import Quarter
from barometer.countries import Finder, Named, country
from barometer.countries.forms import plain_letters
from barometer.sources.extract import extract

LineKind = Literal["title", "intro", "section", "month", "entry", "contact", "page", "blank", "unplaced"]

#: A heading is short; what is longer and begins with a number is prose.
HEADING_LIMIT = 400
#: Lines no longer than this may be broken by the program that wrote them; a longer one is a whole paragraph.
WRAPPED = 130
#: How much of a paragraph is looked at to tell whether it begins a story.
LEAD = 400
#: How near a word such as "journalist" or "newspaper" stands to the name that it introduces, in characters.
NEAR = 30


@dataclass(frozen=True)
class Link:
    """Linked words: `text` as shown, `address` or None where the source lost it; span in the document's text."""

    text: str
    address: str | None
    span: tuple[int, int]


@dataclass(frozen=True)
class BulletinEntry:
    """One story: `lines` 1-based inclusive; `text` is clean prose (links unwrapped, page breaks joined).

    `offsets` gives, for every character of `text`, its offset in the document's text.
    """

    id: str
    section: int | None
    month: str | None
    lines: tuple[int, int]
    text: str
    headline: str | None
    links: tuple[Link, ...]
    offsets: Sequence[int]


@dataclass(frozen=True)
class BulletinSection:
    """A heading with its number, the title as printed without it, its line, and the intro under it."""

    number: int
    title: str
    line: int
    intro: str


@dataclass(frozen=True)
class Bulletin:
    """A bulletin read whole. `line_kinds[i]` says what line i+1 is; `problems` are what could not be placed.

    A single report has the same form: one entry, no section, and the day it was `published` (YYYY-MM-DD or None).
    """

    source: str
    text: str
    language: str
    quarter: str | None
    title: str
    intro: str
    sections: tuple[BulletinSection, ...]
    entries: tuple[BulletinEntry, ...]
    contact: str
    line_kinds: tuple[LineKind, ...]
    problems: tuple[str, ...]
    published: str | None = None


def read_bulletin_file(path: Path) -> Bulletin:
    """Read a .txt, .md or .docx bulletin; Unreadable or TooLarge where the file cannot be one."""
    document = extract(path)
    return read_bulletin(document.name, document.text)


def read_bulletin(source_name: str, text: str) -> Bulletin:
    """Read a bulletin's text. Never fails: a text without sections becomes entries of no section, and says so."""
    return _Reader(source_name, text).read()


#: Words and letters of Kazakh in the Latin alphabet of 2021.
_KAZAKH_LATIN = re.compile(
    r"\b(?:jäne|men|üşın|üşin|turaly|boldy|bolyp|degen|dep|osy|būl|bul|ol|bir|qazaqstan\w*|qalalyq|sot\w*|jurnalist\w*|"
    r"tilşi\w*|bolğan|etti|aitty|joq|emes|keiin|kein|boiynşa|jyly|jylğy|siaqty|öz|öziniñ|redaktor\w*)\b",
    re.IGNORECASE,
)


def language_of(text: str) -> str:
    """en, ru or kk, by the letters; Kazakh in Latin letters by its words."""
    sample = text[:200_000].casefold()
    cyrillic = sum(map(sample.count, "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"))
    kazakh = sum(map(sample.count, "әғқңөұүһі"))
    latin = sum(map(sample.count, "abcdefghijklmnopqrstuvwxyz"))
    if cyrillic + kazakh < latin:
        return "kk" if is_kazakh_latin(sample[:20_000]) else "en"
    return "kk" if kazakh * 25 > cyrillic else "ru"


def is_kazakh_latin(text: str) -> bool:
    """Whether a text in Latin letters is Kazakh: its own letters and its commonest words."""
    letters = sum(map(text.casefold().count, "äğñöşūüı"))
    words = len(_KAZAKH_LATIN.findall(text))
    return letters * 25 > len(text) and words >= 1 or words * 8 > len(text.split()) > 3


# --- words ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Words:
    """The patterns of one language, built once from the data."""

    month_line: re.Pattern[str]
    month_lead: re.Pattern[str]
    months: dict[str, int]
    dated: re.Pattern[str]
    dated_inside: re.Pattern[str]
    span: re.Pattern[str]
    quarter: tuple[tuple[re.Pattern[str], int], ...]
    section: re.Pattern[str]
    contact: re.Pattern[str]
    imprint: re.Pattern[str]
    standing: tuple[tuple[str, ...], ...]
    cut_after: frozenset[str]
    abbreviations: frozenset[str]
    goes_on: re.Pattern[str]
    takes_up: re.Pattern[str]
    refers_back: re.Pattern[str]
    in_turn: re.Pattern[str]
    role: re.Pattern[str]
    outlet: re.Pattern[str]
    company: re.Pattern[str]


# White space is taken whole and never given back (\s*+): a line of nothing else is read in linear time.
_BULLET = r"[•●▪■◦‣⁃∙·]\s*+|[-–—*]\s++"
_HASH = rf"\s*+(?:{_BULLET})?(?:#{{1,6}}\s++)?(?:\*\*|__)?\s*+"
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_YEAR = r"(?:19|20)\d\d"
_YEAR_WORDS = r"(?:\s*+(?:года|год|г\.|жылдың|жылғы|жыл|ж\.))?"
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_LINK = re.compile(
    r"\[((?:\\.|[^\[\]\\\n]|\n(?![^\S\n]*+\n)){1,2000})\]\(\s*+(<[^<>\n]{0,2000}>|[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,500}){0,5})(?:\s*+(?<=\s)\"[^\"\n]{0,300}\")?\s*+\)"
)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
_ENDS = re.compile(r"[.!?…:;][\"'”’»“)\]*_]*$")
_NAME = r"[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w’'-]+"
_FULL_NAME = re.compile(rf"\b{_NAME}\s+{_NAME}")
#: A paragraph that begins with somebody's words, not with a name in quotation marks.
_QUOTATION = re.compile(r"[\"'“‘«„](?:(?![\"”’»]).){40}")
_INNER_NAME = re.compile(rf"(?<=[^\W\d_][\s\"'“‘«„]){_NAME}|(?<=[\"'“‘«„]){_NAME}")
_DOMAIN = re.compile(r"\b[\w-]{2,63}\.(?:kz|media|com|org|info|net|asia|news|live|ru|kg|uz)\b", re.IGNORECASE)


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _words(language: str) -> _Words:
    with (resources.files("barometer.sources") / "data" / "bulletin.toml").open("rb") as stream:
        data: dict[str, Any] = tomllib.load(stream)
    forms = country().months[language]
    months = {form.casefold(): number for number, month in enumerate(forms, 1) for form in month}
    plain = _any([month[0] for month in forms])
    year = rf"(?:,?\s++{_YEAR}{_YEAR_WORDS})?"
    every = _any(list(months))
    day = r"\d{1,2}"
    dated = rf"(?:{_any(data['date_lead'][language]) or '(?!)'})?\s*+(?:{_YEAR}\S*\s++(?:\S+\s++)?)?(?:{day}\s++(?:{every})\b|(?:{every})\s++{day}\b)"
    quarter = tuple(
        (re.compile(pattern, re.IGNORECASE), number)
        for number, names in enumerate(data["quarter"][language], 1)
        for pattern in _quarter_patterns(_any(names), _any(data["quarter_word"][language]), number)
    )
    flags = re.IGNORECASE
    return _Words(
        month_line=re.compile(
            rf"{_HASH}(?:in\s++)?({plain}){year}\s*+[.:]?\s*+(?:\*\*|__)?\s*+[.:]?\s*+", flags
        ),
        month_lead=re.compile(
            rf"{_HASH}({plain}){year}\s*+(?:\*\*|__)?[.:](?:\s*+(?:\*\*|__))?\s++(?=\S)", flags
        ),
        months=months,
        dated=re.compile(rf"\W*+{dated}", flags),
        dated_inside=re.compile(rf"\b{day}\s+(?:{every})\b|\b(?:{every})\s+{day}\b", flags),
        span=re.compile(
            rf"\b(?P<first>{every})\b(?:\s++{_YEAR}\S*)?\s*+(?:–|—|-|\S{{1,7}})?\s*+\b(?P<last>{every})\b",
            flags,
        ),
        quarter=quarter,
        section=re.compile(
            rf"({_HASH}(?:(?:{_any(data['section_word'][language])})\s+)?)(\d{{1,2}}|[IVX]{{1,4}})\s*+[.):](?!\d)\s*(?=\D)",
            flags,
        ),
        contact=re.compile(_any(data["contact"][language]), flags),
        imprint=re.compile(rf"\W*(?:{_any(data['imprint'][language])})", flags),
        standing=tuple(tuple(titles) for titles in data["standing"][language]),
        cut_after=frozenset(data["cut_after"][language]),
        abbreviations=frozenset(word.casefold() for word in data["abbreviations"][language]),
        goes_on=re.compile(
            rf"[\s*_(]*(?!{_any(data['empty_subject'][language]) or '(?!)'})(?:{_any(data['goes_on'][language])})\b",
            flags,
        ),
        takes_up=re.compile(rf"\W*(?:{_any(data['takes_up'][language])})\b", flags),
        refers_back=re.compile(rf"\b(?:{_any(data['refers_back'][language])})\b", flags),
        in_turn=re.compile(rf"\b(?:{_any(data['in_turn'][language])})\b", flags),
        role=re.compile(rf"\b(?:{_any(data['role'][language])})\b", flags),
        outlet=re.compile(rf"\b(?:{_any(data['outlet'][language])})\b", flags),
        company=re.compile(rf"\b(?:{_any(data['company'][language])})\b"),
    )


def _quarter_patterns(names: str, word: str, number: int) -> tuple[str, ...]:
    return (
        rf"\b(?:{names})\s+(?:{word})\b.{{0,20}}?\b(?P<year>{_YEAR})",
        rf"\b(?P<year>{_YEAR})\S*(?:\s+\S+)?\s+(?:{names})\s+(?:{word})\b",
        rf"\bQ{number}\s*[,/-]?\s*(?P<year>{_YEAR})",
        rf"\b(?P<year>{_YEAR})\s*[,/-]?\s*Q{number}\b",
    )


#: our own bulletin says that its paragraphs are whole stories, so that nothing needs guessing
_ONE_PARAGRAPH = re.compile(r"\bPress Barometer\b[^\n]*\(¶\)")


# --- reading ----------------------------------------------------------------------------------------------------


@dataclass
class _Block:
    """A run of non-blank lines, first and last 1-based; `start` is where its story's text begins in its first line."""

    first: int
    last: int
    raw: str
    start: int = 0
    plain: str = ""
    links: int = 0
    link_first: bool = False
    all_linked: bool = False

    def tell(self) -> None:
        """Fill in what telling its kind needs."""
        lead = self.raw[self.start : self.start + 20 * LEAD]
        self.plain = _unlink(lead).strip()
        self.links = len(_LINK.findall(lead))
        first = _LINK.search(lead)
        self.all_linked = bool(first) and not _LINK.sub("", lead).strip(" .!?*_\n")
        self.link_first = bool(first) and len(lead[: first.start()].split()) <= 12 if first else False

    def whole(self) -> str:
        """All its words, links unwrapped."""
        return _unlink(self.raw[self.start :]).strip()


@dataclass
class _Story:
    section: int | None
    month: str | None
    blocks: list[_Block] = field(default_factory=list)


class _Reader:
    """One reading of one text."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.text = text
        self.lines = text.split("\n")
        self.language = language_of(text)
        self.words = _words(self.language)
        self.starts = self._line_starts()
        self.kinds: list[LineKind] = ["blank" if not line.strip() else "unplaced" for line in self.lines]
        self.problems: list[str] = []
        self.sections: list[BulletinSection] = []
        self.stories: list[_Story] = []
        self.title: list[str] = []
        self.intro: list[str] = []
        self.contact: list[str] = []
        self.month_number: int | None = None
        self.one_paragraph_a_story = bool(_ONE_PARAGRAPH.search(text))
        self.printed: set[int | None] = set()
        self.width = self._wrapped_at()
        self.bullets = self._bullets()

    def read(self) -> Bulletin:
        blocks = self._blocks()
        self.quarter = self._quarter(blocks)
        blocks = self._end(blocks)
        self.printed = {self._printed_number(block) for block in blocks} - {None}
        headings = [i for i, block in enumerate(blocks) if self._section_number(block) is not None]
        if headings:
            self._beginning(blocks[: headings[0]])
        else:
            self.problems.append("no numbered section heading was found; every paragraph is read as a report")
        position = headings[0] if headings else 0
        links_matter = sum(bool(_LINK.search(b.raw)) for b in blocks) * 3 >= len(blocks)
        for index in range(position, len(blocks)):
            self._place(blocks, index, links_matter)
        return self._result()

    # -- lines and blocks

    def _line_starts(self) -> list[int]:
        starts, at = [], 0
        for line in self.lines:
            starts.append(at)
            at += len(line) + 1
        return starts

    def _wrapped_at(self) -> int | None:
        """The column at which the text's lines are broken; None where a line is a whole paragraph."""
        lengths = sorted(len(line) for line in self.lines if line.strip())
        longest = lengths[len(lengths) * 95 // 100] if lengths else 0
        return longest if len(lengths) > 20 and longest <= WRAPPED else None

    def _bullets(self) -> re.Pattern[str] | None:
        """The sign that paragraphs begin with, where it is a habit of this text: "• …"."""
        heads = Counter(m[0].strip() for line in self.lines if (m := re.match(_BULLET, line.lstrip())))
        often = [sign for sign, times in heads.items() if times >= (3 if sign in "•●▪■◦‣⁃∙·" else 8)]
        return re.compile(rf"\s*(?:{_any(often)})\s*") if often else None

    def _new_paragraph(self, number: int, current: list[int]) -> bool:
        """Whether a line begins a paragraph although no blank line stands before it."""
        if not current:
            return False
        if self.bullets and self.bullets.match(self.lines[number - 1]):
            return True
        before = self.lines[current[-1] - 1].rstrip()
        if self.width is None:
            return len(before) > WRAPPED or len(self.lines[number - 1]) > WRAPPED
        return len(before) < self.width * 3 // 4 and bool(_ENDS.search(before))

    def _heading_lines(self, number: int) -> int:
        """How many lines a heading takes that begins in this one: a wrapped one goes on to the blank line."""
        if self.width is None or not self._section_match(self.lines[number - 1].strip()):
            return 1
        last = number
        while last < len(self.lines) and self.lines[last].strip() and last - number < 5:
            if len(self.lines[last - 1]) < self.width // 2 or self._heading_line(self.lines[last].strip()):
                break
            last += 1
        whole = " ".join(line.strip() for line in self.lines[number - 1 : last])
        return last - number + 1 if self._section_match(whole) else 1

    def _blocks(self) -> list[_Block]:
        repeated = {
            line for line, times in Counter(line.strip() for line in self.lines if line.strip()).items()
            if times >= 3 and len(line) < 120 and not self.words.month_line.fullmatch(line)
        }  # fmt: skip
        blocks: list[_Block] = []
        current: list[int] = []
        heading_ends = 0
        for number, line in enumerate(self.lines, 1):
            if number <= heading_ends:
                continue
            stripped = line.strip()
            furniture = stripped in repeated or re.fullmatch(r"(?:[-–—]\s*)?\d{1,3}(?:\s*[-–—])?", stripped)
            image = stripped and not _IMAGE.sub("", stripped).strip()
            if furniture or image:
                self.kinds[number - 1] = "page"
            cut = self.width and current and not _ENDS.search(self.lines[number - 2].rstrip())
            heading = bool(stripped) and not cut and self._heading_line(stripped)
            alone = bool(stripped) and (heading or bool(furniture) or bool(image))
            if not stripped or alone or self._new_paragraph(number, current):
                self._close(current, blocks)
            if alone and not furniture and not image:
                heading_ends = number + self._heading_lines(number) - 1
                blocks.append(self._block(number, heading_ends))
            elif stripped and not alone:
                current.append(number)
        self._close(current, blocks)
        return blocks

    def _heading_line(self, line: str) -> bool:
        if len(line) > HEADING_LIMIT:
            return False
        return bool(
            line.startswith("#") or self.words.month_line.fullmatch(line) or self._section_match(line)
        )

    def _close(self, current: list[int], blocks: list[_Block]) -> None:
        if current:
            blocks.append(self._block(current[0], current[-1]))
            current.clear()

    def _block(self, first: int, last: int) -> _Block:
        block = _Block(first, last, "\n".join(self.lines[first - 1 : last]))
        if self.bullets and (sign := self.bullets.match(block.raw)):
            block.start = sign.end()
        block.tell()
        return block

    def _mark(self, block: _Block, kind: LineKind) -> None:
        for number in range(block.first, block.last + 1):
            if self.kinds[number - 1] == "unplaced":
                self.kinds[number - 1] = kind

    # -- headings

    def _section_match(self, line: str) -> re.Match[str] | None:
        match = self.words.section.match(line)
        if not match or len(line) > HEADING_LIMIT or _LINK.search(line):
            return None
        title = line[match.end() :].strip(" *_")
        if not title or not title[0].isupper():
            return None
        bare = match[1].strip() == ""
        # A numbered sentence is no heading: a heading has no full stop inside, but for one after its parenthesis.
        inside = re.sub(r"\([^()]*\)", "", title).rstrip(". ")
        if bare and (len(inside) > 160 or re.search(r"[.!?]\s+\S", inside)):
            return None
        return match

    def _section_number(self, block: _Block) -> int | None:
        return self._printed_number(block) or self._standing_number(block)

    def _printed_number(self, block: _Block) -> int | None:
        match = self._section_match(" ".join(block.raw.split()))
        if not match:
            return None
        return _ROMAN.get(match[2].upper()) if not match[2].isdigit() else int(match[2])

    def _standing_number(self, block: _Block) -> int | None:
        """The number of a standing section whose heading lost it: a short line with its title and a parenthesis."""
        line = block.raw.strip(" #*_\n").casefold()
        if (
            "\n" in line
            or len(line) > 250
            or block.links
            or line.endswith((".", "!", "?"))
            and "(" not in line
        ):
            return None
        for number, titles in enumerate(self.words.standing, 1):
            if number not in self.printed and any(
                re.match(rf"{re.escape(title)}\b[^(]{{0,80}}\(", line) for title in titles
            ):
                return number
        return None

    # -- beginning and end

    def _quarter(self, blocks: list[_Block]) -> Quarter | None:
        head = " ".join(block.plain for block in blocks[:12])[:8000]
        found = [(m.start(), m["year"], number) for p, number in self.words.quarter if (m := p.search(head))]
        if found:
            _, year, number = min(found)
            return Quarter(int(year), number)
        return self._quarter_from_span(head) or self._quarter_from_months(head)

    def _quarter_from_span(self, head: str) -> Quarter | None:
        """ "Between April and June 2026": the first and the last month of a quarter, and a year beside them."""
        for match in self.words.span.finditer(head):
            first, last = (self.words.months[plain_letters(match[name])] for name in ("first", "last"))
            years = re.findall(rf"\b{_YEAR}\b", head[max(0, match.start() - 20) : match.end() + 20])
            if first % 3 == 1 and last == first + 2 and years:
                return Quarter(int(years[-1]), last // 3)
        return None

    def _quarter_from_months(self, head: str) -> Quarter | None:
        months = {self.words.months[plain_letters(m[1])] for line in self.lines if (m := self.words.month_line.fullmatch(line.strip()))}  # fmt: skip
        in_head = re.findall(rf"\b{_YEAR}\b", head)
        years = Counter(in_head[:1] or re.findall(rf"\b{_YEAR}\b", self.text[:200_000]))
        numbers = {(month - 1) // 3 + 1 for month in months}
        if len(numbers) == 1 and years:
            quarter = Quarter(int(years.most_common(1)[0][0]), numbers.pop())
            self.problems.append(
                f"the quarter is not named; {quarter} is taken from the months and years in the text"
            )
            return quarter
        self.problems.append("the quarter is not named in the title or intro")
        return None

    def _end(self, blocks: list[_Block]) -> list[_Block]:
        """Take the contact paragraphs off the end."""
        cut = len(blocks)
        for index in range(len(blocks) - 1, max(len(blocks) - 4, 0), -1):
            block = blocks[index]
            short = len(block.plain) < 600
            if short and self._section_number(block) is None and (
                (_EMAIL.search(block.raw) and self.words.contact.search(block.plain))
                or (_EMAIL.search(block.raw) and len(block.plain) < 200)
                or self.words.imprint.match(block.plain)
            ):  # fmt: skip
                cut = index
        for block in blocks[cut:]:
            self._mark(block, "contact")
            self.contact.append(block.whole())
        return blocks[:cut]

    def _beginning(self, blocks: list[_Block]) -> None:
        for index, block in enumerate(blocks):
            heading = (
                block.raw.lstrip().startswith("#")
                or block.plain.isupper()
                or (index == 0 and len(block.plain) < 160)
            )
            if heading and not self.intro:
                self._mark(block, "title")
                self.title.append(block.whole().lstrip("# ").strip("*_ "))
            else:
                self._mark(block, "intro")
                self.intro.append(block.whole())

    # -- the body

    def _place(self, blocks: list[_Block], index: int, links_matter: bool) -> None:
        block = blocks[index]
        number = self._section_number(block)
        if number is not None:
            self._open_section(block, number)
        elif self._is_month(block) and not self._ends_a_sentence(block):
            self._open_month(block)
        elif self._is_bare_title(block):
            self._open_section(block, self.sections[-1].number + 1)
            self.problems.append(
                f"line {block.first}: the heading {block.plain[:60]!r} has no number; "
                f"it is taken as section {self.sections[-1].number}"
            )
        elif self._is_heading_only(block):
            self._mark(block, "section")
            self.problems.append(f"line {block.first}: the heading {block.plain[:60]!r} has no number")
        elif self._goes_on_heading(block, blocks[index - 1] if index else None):
            self._mark(block, "section")
            last = self.sections[-1]
            self.sections[-1] = BulletinSection(
                last.number, f"{last.title} {block.plain}", last.line, last.intro
            )
        else:
            self._place_prose(blocks, index, links_matter)

    def _is_bare_title(self, block: _Block) -> bool:
        """A thematic heading in a text whose headings all lost their numbers: a few words without a stop."""
        if self.printed or not self.sections or block.links or "\n" in block.raw:
            return False
        words = block.plain.split()
        cut = words[-1].casefold() in self.words.cut_after if words else True
        return len(block.plain) < 80 and block.plain[:1].isupper() and block.plain[-1:].isalpha() and not cut

    def _is_month(self, block: _Block) -> bool:
        """A month of the quarter, alone in its paragraph."""
        match = self.words.month_line.fullmatch(block.raw.strip())
        if match is None:
            return False
        number = self.words.months[plain_letters(match[1])]
        return self.quarter is None or (number - 1) // 3 + 1 == self.quarter.number

    def _ends_a_sentence(self, block: _Block) -> bool:
        """A page break stands before the last word of "… until the end of May."."""
        before = self._story_before()
        tail = _unlink(before.blocks[-1].raw[-400:]).split() if before else []
        return bool(tail) and block.raw.rstrip().endswith(".") and tail[-1].casefold() in self.words.cut_after

    def _is_heading_only(self, block: _Block) -> bool:
        return block.raw.lstrip().startswith("#") and "\n" not in block.raw and not block.links

    def _goes_on_heading(self, block: _Block, before: _Block | None) -> bool:
        """A page break cut a heading: its parenthesis is still open."""
        if not self.sections or before is None or self._section_number(before) is None:
            return False
        title = self.sections[-1].title
        return title.count("(") > title.count(")") and ")" in block.plain[:300] and len(block.plain) < 300

    def _open_section(self, block: _Block, number: int) -> None:
        self._mark(block, "section")
        heading = " ".join(block.raw.split())
        match = self._section_match(heading)
        title = _unescape(heading[match.end() if match else 0 :]).strip(" *_#")
        expected = self.sections[-1].number + 1 if self.sections else 1
        if number != expected:
            self.problems.append(f"line {block.first}: section {number} comes where {expected} was expected")
        self.sections.append(BulletinSection(number, title, block.first, ""))
        self.month_number = None

    def _open_month(self, block: _Block) -> None:
        self._mark(block, "month")
        match = self.words.month_line.fullmatch(block.raw.strip())
        assert match is not None
        self.month_number = self.words.months[plain_letters(match[1])]

    def _place_prose(self, blocks: list[_Block], index: int, links_matter: bool) -> None:
        block = blocks[index]
        lead = None if self.one_paragraph_a_story else self.words.month_lead.match(block.raw)
        before = self._story_before()
        new_month = bool(lead) and self.sections != []
        if lead and new_month:
            self.month_number = self.words.months[plain_letters(lead[1])]
            block.start = lead.end()
            block.tell()
        if not new_month and before is not None and self._continues(block, before, links_matter):
            before.blocks.append(block)
        elif not new_month and self._is_section_intro(blocks, index):
            self._mark(block, "intro")
            last = self.sections[-1]
            intro = f"{last.intro}\n{block.whole()}".strip()
            self.sections[-1] = BulletinSection(last.number, last.title, last.line, intro)
            return
        else:
            section = self.sections[-1].number if self.sections else None
            self.stories.append(_Story(section, self._month(), [block]))
        self._mark(block, "entry")

    def _month(self) -> str | None:
        if self.month_number is None or self.quarter is None:
            return None
        year = self.quarter.year
        return f"{year}-{self.month_number:02}"

    def _story_before(self) -> _Story | None:
        """The last story, if the same section and month still run."""
        if not self.stories or not self.sections and not self.stories:
            return None
        last = self.stories[-1]
        section = self.sections[-1].number if self.sections else None
        if last.section != section or last.month != self._month():
            return None
        heading = self.sections[-1].line if self.sections else 0
        return last if last.blocks[-1].last > heading else None

    def _is_section_intro(self, blocks: list[_Block], index: int) -> bool:
        """Prose right under a heading, without a link, before a month heading or before linked stories."""
        if not self.sections or self.month_number is not None or blocks[index].links:
            return False
        if any(story.blocks[0].first > self.sections[-1].line for story in self.stories):
            return False
        for following in blocks[index + 1 :]:
            if self._section_number(following) is not None:
                return False
            if following.links or self._is_month(following) or self.words.month_lead.match(following.raw):
                return True
        return False

    # -- a new story, or the last one going on?

    def _continues(self, block: _Block, story: _Story, links_matter: bool) -> bool:
        if self.one_paragraph_a_story:
            return False
        if self._was_cut(story.blocks[-1].raw, block) or self._begins_small(block.plain):
            return True
        return self._score(block, story, links_matter) > 0

    def _begins_small(self, text: str) -> bool:
        """A small letter at the head, and not of an address or a brand (www.…, eOtinish)."""
        word = text.split(" ", 1)[0]
        return text[:1].islower() and "." not in word.rstrip(".,") and word[1:].islower()

    def _was_cut(self, before: str, block: _Block) -> bool:
        """The paragraph before stops in the middle of a sentence."""
        tail = _unlink(before[-400:]).rstrip().rstrip("*_ ")
        last_word = (tail.split() or [""])[-1].casefold().lstrip("(«“\"'")
        if (
            last_word in self.words.cut_after
            or last_word.rstrip(".") in self.words.abbreviations
            and tail[-1:] == "."
        ):
            return True
        if _ENDS.search(tail):
            return False
        if tail[-1:] in ",–—(«“‘-":
            return True
        # No stop at the end, and the next begins with a capital letter: a lone linked headline is a story of its
        # own, a long paragraph was cut before a name or a number.
        return len(tail) > 80 and not block.link_first and not self.words.dated.match(block.plain)

    def _score(self, block: _Block, story: _Story, links_matter: bool) -> int:
        """Above nought: the paragraph goes on with the story before it."""
        # Its beginning and its last paragraphs: a story of a thousand paragraphs is read as quickly as one of five.
        before = " ".join(b.plain for b in [*story.blocks[:1], *story.blocks[1:][-3:]])
        lead = block.plain[:LEAD]
        score = 1 if links_matter else -1
        if block.links:
            score -= 4 if block.link_first else 2
        score += self._refers(lead, before, quoted_matters=not block.links)
        score -= self._introduces(lead, before)
        if (
            len(story.blocks) == 1 and len(story.blocks[-1].plain) < 110
        ):  # a headline by itself asks for its story
            score += 4 if story.blocks[-1].all_linked and not block.links else 2
        return score

    def _refers(self, lead: str, before: str, *, quoted_matters: bool) -> int:
        """How much the beginning leans on what was told before."""
        score = 0
        if self.words.goes_on.match(lead):
            score += 3
        elif self._takes_up(lead) or _definite(lead, before):
            score += 2
        elif quoted_matters and _QUOTATION.match(lead):
            score += 3
        if self.words.refers_back.search(_first_words(lead)):
            score += 1
        if self.words.in_turn.search(lead[:80]):
            score += 2
        opener = re.match(_NAME, lead)
        if opener and not _FULL_NAME.match(lead) and len(opener[0]) > 4 and _named(opener[0], before):
            score += 3
        return score

    def _takes_up(self, lead: str) -> re.Match[str] | None:
        """ "The newspaper …" takes up what was told; "the newspaper ‘Invented Herald’ …" does not."""
        match = self.words.takes_up.match(lead)
        named = match and re.match(rf"\s+(?:[\"'“‘«„]|{_NAME})", lead[match.end() :])
        return None if named else match

    def _introduces(self, lead: str, before: str) -> int:
        """How much the beginning tells of somebody new, or of a day."""
        taken_up = self._takes_up(lead)
        first_words = _first_words(lead[taken_up.end() :] if taken_up else lead)
        score = 0
        if self.words.dated.match(lead) and not self.words.goes_on.match(lead):
            score += 2
        elif self.words.dated_inside.search(first_words):
            score += 1
        found = _names(first_words)
        if any(not _known(hit.written, before) for hit in _scenes().find(first_words)):
            score += 1
        for at, name in found:
            # "The weekly newspaper ‘X’ …" presents X anew even if X was told of before; going on, one says "the paper".
            presented_anew = len(first_words[:at].split()) <= 4
            if presented_anew or not _known(name, before):
                around = first_words[max(0, at - NEAR) : at + len(name) + NEAR]
                if self.words.role.search(around) or self.words.outlet.search(around):
                    return max(score, 3 + (score >= 2) * 2)
                if self.words.company.search(around):
                    return max(score, 2 + (score >= 2) * 2)
        return score

    # -- result

    def _result(self) -> Bulletin:
        entries: list[BulletinEntry] = []
        counts: Counter[int | None] = Counter()
        for story in self.stories:
            counts[story.section] += 1
            entries.append(self._entry(story, counts[story.section]))
        for number, kind in enumerate(self.kinds, 1):
            if kind == "unplaced":
                self.problems.append(
                    f"line {number}: could not be placed: {self.lines[number - 1].strip()[:60]!r}"
                )
        return Bulletin(
            source=self.source,
            text=self.text,
            language=self.language,
            quarter=str(self.quarter) if self.quarter else None,
            title=" ".join(self.title),
            intro="\n".join(self.intro),
            sections=tuple(self.sections),
            entries=tuple(entries),
            contact="\n".join(self.contact),
            line_kinds=tuple(self.kinds),
            problems=tuple(self.problems),
        )

    def _entry(self, story: _Story, ordinal: int) -> BulletinEntry:
        first, last = story.blocks[0].first, story.blocks[-1].last
        for number in range(first, last + 1):
            if self.kinds[number - 1] == "unplaced":
                self.kinds[number - 1] = "entry"
        joined, links = _Joined(), list[Link]()
        for block in story.blocks:
            start = self.starts[block.first - 1] + block.start
            piece, where = prose(
                self.text, start, self.starts[block.last - 1] + len(self.lines[block.last - 1])
            )
            joined.add(piece, where)
            links += links_in(self.text, start, self.starts[block.last - 1] + len(self.lines[block.last - 1]))
        headline = " … ".join(" ".join(link.text.split()) for link in links) or None
        quarter = self.quarter.number if self.quarter else 0
        return BulletinEntry(
            id=f"q{quarter}-{story.section or 0}-{ordinal:02}",
            section=story.section,
            month=story.month,
            lines=(first, last),
            text="".join(joined.pieces),
            headline=headline,
            links=tuple(links),
            offsets=tuple(joined.offsets),
        )


def _first_words(lead: str) -> str:
    """The first dozen words, no further than the first sentence."""
    words = " ".join(lead.split()[:12])
    return re.split(r"(?<=[^\W\d_]{3})[.!?]\s", words, maxsplit=1)[0]


def _names(words: str) -> list[tuple[int, str]]:
    """The names in a stretch with their places: capital letters but the first, a full name at the head, addresses."""
    found = [(m.start(), m[0]) for m in _INNER_NAME.finditer(words)]
    full = _FULL_NAME.match(words)
    return (
        found
        + ([(0, full[0].split()[0])] if full else [])
        + [(m.start(), m[0]) for m in _DOMAIN.finditer(words)]
    )


@cache
def _scenes() -> Finder[str]:
    """Places and public bodies: where a paragraph begins with another one, another story begins."""
    here = country()
    bodies = [body for body in here.bodies if body.type != "platform"]
    every: tuple[Sequence[Named], ...] = (tuple(here.regions.values()), here.places, bodies)
    return Finder(
        (
            (name, one.names["en"])
            for some in every
            for one in some
            for name in {*one.names.values(), *one.spellings}
        ),
        capital=True,
    )


def _definite(lead: str, before: str) -> bool:
    """ "The committee …" where a committee was told of."""
    noun = re.match(r"\W*The\s+([a-z]{5,})\b", lead)
    return bool(noun) and bool(re.search(rf"\b{noun[1]}\b", before, re.IGNORECASE)) if noun else False


def _known(name: str, before: str) -> bool:
    """Whether a name, whatever its ending, was met before."""
    return name[: max(4, min(6, len(name) - 2))].casefold() in before.casefold()


def _named(word: str, before: str) -> bool:
    """Whether a word stands before as a name: with its capital letter inside a sentence."""
    stem = re.escape(word[: max(4, min(6, len(word) - 2))])
    return bool(re.search(rf"(?<=[^\W\d_][\s«\"'“‘]){stem}", before))


# --- prose ------------------------------------------------------------------------------------------------------


def _unescape(text: str) -> str:
    return re.sub(r"\\([\\`*_{}\[\]()#+\-.!<>&|~])", r"\1", text)


def _unlink(text: str) -> str:
    return _unescape(_LINK.sub(lambda m: m[1], _IMAGE.sub("", text)))


def links_in(text: str, start: int, end: int) -> list[Link]:
    links = []
    for match in _LINK.finditer(text, start, end):
        address = match[2].strip("<>")
        shown = _unescape(match[1]).strip()
        links.append(Link(shown, address if address not in ("", "#") else None, match.span(1)))
    return links


def prose(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """The clean text of a stretch and where each of its characters stands."""
    out: list[str] = []
    offsets: list[int] = []

    def take(first: int, last: int) -> None:
        at = first
        while at < last:
            char = text[at]
            if char == "\\" and at + 1 < last and text[at + 1] in "\\`*_{}[]()#+-.!<>&|~":
                at += 1
                char = text[at]
            elif char == "*" and text[at : at + 2] == "**":
                at += 2
                continue
            if char.isspace():
                char = " "
            if char != " " or (out and out[-1] != " "):
                out.append(char)
                offsets.append(at)
            at += 1

    at = start
    for match in _LINK.finditer(text, start, end):
        take(at, match.start())
        take(*match.span(1))
        at = match.end()
    take(at, end)
    while out and out[-1] == " ":
        out.pop()
        offsets.pop()
    return "".join(out), offsets


#: How much of the end of a story's text is looked at when a paragraph is put behind it.
_TAIL = 600


class _Joined:
    """The paragraphs of a story as one text, with the place of each of its characters; each is put behind the last
    in time linear in its own length."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.offsets: list[int] = []
        self.tail = ""

    def add(self, piece: str, where: list[int]) -> None:
        """Put a paragraph behind the others; mend the joint where a page break cut a sentence."""
        if not self.pieces or not piece:
            self._put("", piece, where)
        elif _ENDS.search(self.tail):
            self._put("\n", piece, where)
        else:
            repeated = _repeated(self.tail, piece)
            piece, where = piece[repeated:], where[repeated:]
            if not piece:
                return
            if (
                re.search(r"[^\W\d_]-$", self.tail) and piece[:1].islower()
            ):  # a word divided at the end of a page
                self.pieces[-1], self.tail = self.pieces[-1][:-1], self.tail[:-1]
                self.offsets.pop()
                self._put("", piece, where)
            else:
                self._put(" ", piece, where)

    def _put(self, between: str, piece: str, where: list[int]) -> None:
        if not piece:
            return
        if between:
            self.pieces.append(between)
            self.offsets.append(where[0])
        self.pieces.append(piece)
        self.offsets += where
        self.tail = f"{self.tail}{between}{piece[-_TAIL:]}"[-_TAIL:]


def _repeated(text: str, piece: str) -> int:
    """How many characters at the head of `piece` print again the words at the end of `text`."""
    last, first = text.split()[-6:], piece[:_TAIL].split()[:6]
    for count in range(min(len(last), len(first)), 0, -1):
        if [w.casefold() for w in last[-count:]] == [w.casefold() for w in first[:count]]:
            match = re.match(rf"(?:\S+\s*){{{count}}}", piece)
            return match.end() if match else 0
    return 0


# --- what given lines print ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Passage:
    """Clean prose of some lines, as an entry has it: every character's offset, and the links that stand in it."""

    text: str
    offsets: tuple[int, ...]
    links: tuple[Link, ...]


def passage(bulletin: Bulletin, lines: tuple[int, int]) -> Passage:
    """What the lines (1-based, inclusive) print, whoever's entry they are; page furniture and headings left out,
    unless there is nothing else. Empty where the lines are blank, or the text has no such lines.
    """
    starts = [0]
    for line in bulletin.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    first, last = max(1, lines[0]), min(len(starts) - 1, lines[1])
    if first > last:
        return Passage("", (), ())
    start, end = starts[first - 1], starts[last] - 1
    pieces = [*_of_entries(bulletin, start, end), *_beside_entries(bulletin, first, last, starts)]
    pieces = [piece for piece in pieces if piece[0]] or [prose(bulletin.text, start, end)]
    text, offsets = "", list[int]()
    for piece, where in sorted((piece for piece in pieces if piece[0]), key=lambda piece: piece[1][0]):
        text, offsets = (
            (f"{text}\n{piece}", [*offsets, where[0], *where]) if text else (piece, [*offsets, *where])
        )
    shown = set(offsets)
    links = [link for link in links_in(bulletin.text, start, end) if not shown.isdisjoint(range(*link.span))]
    return Passage(text, tuple(offsets), tuple(links))


def _of_entries(bulletin: Bulletin, start: int, end: int) -> list[tuple[str, list[int]]]:
    """The parts of the reader's own entries that stand between two offsets."""
    pieces = []
    for entry in bulletin.entries:
        if not entry.offsets or entry.offsets[0] >= end or entry.offsets[-1] < start:
            continue
        shown = [(c, at) for c, at in zip(entry.text, entry.offsets, strict=True) if start <= at < end]
        while shown and shown[0][0].isspace():
            shown.pop(0)
        while shown and shown[-1][0].isspace():
            shown.pop()
        pieces.append(("".join(c for c, _ in shown), [at for _, at in shown]))
    return pieces


def _beside_entries(
    bulletin: Bulletin, first: int, last: int, starts: list[int]
) -> list[tuple[str, list[int]]]:
    """The paragraphs among the lines that the reader took for an intro, a contact line or nothing."""
    within = {line for entry in bulletin.entries for line in range(entry.lines[0], entry.lines[1] + 1)}
    runs: list[list[int]] = []
    for line in range(first, last + 1):
        if line in within or bulletin.line_kinds[line - 1] not in ("title", "intro", "contact", "unplaced"):
            continue
        if runs and runs[-1][-1] == line - 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [prose(bulletin.text, starts[run[0] - 1], starts[run[-1]] - 1) for run in runs]
