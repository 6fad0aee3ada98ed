"""A bulletin as a document: title, intros, sections, months, entries, contact line; every line accounted for.

Real texts are dirty. A page break leaves a blank line in the middle of a sentence and may print words twice; a
month stands alone or runs into its first entry; headings lose spaces; one story runs over several paragraphs.
The reader goes block by block (a block is a run of non-blank lines), says what each is, and reports what it
cannot place. The words it goes by are data (data/bulletin.toml), in English, Russian and Kazakh.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from barometer.codebook import Quarter
from barometer.countries.forms import plain_letters
from barometer.sources.bulletin import (
    Block,
    Bulletin,
    BulletinEntry,
    BulletinSection,
    Joined,
    LineKind,
    Link,
    Story,
    links_in,
    prose,
    unescape,
    unlink,
)
from barometer.sources.bulletin_words import (
    BULLET,
    EMAIL,
    ENDS,
    FULL_NAME,
    IMAGE,
    LEAD,
    LINK,
    NAME,
    NEAR,
    ONE_PARAGRAPH,
    QUOTATION,
    ROMAN,
    YEAR,
    any_of,
    first_words_of,
    is_definite,
    is_known,
    is_named,
    language_of,
    names_in,
    scenes,
    words_of,
)
from barometer.sources.extract import extract

#: A heading is short; what is longer and begins with a number is prose.
HEADING_LIMIT = 400
#: Lines no longer than this may be broken by the program that wrote them; a longer one is a whole paragraph.
WRAPPED = 130


def read_bulletin_file(path: Path) -> Bulletin:
    """Read a .txt, .md or .docx bulletin; Unreadable or TooLarge where the file cannot be one."""
    document = extract(path)
    return read_bulletin(document.name, document.text)


def read_bulletin(source_name: str, text: str) -> Bulletin:
    """Read a bulletin's text. Never fails: a text without sections becomes entries of no section, and says so."""
    return _Reader(source_name, text).read()


class _Reader:
    """One reading of one text."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.text = text
        self.lines = text.split("\n")
        self.language = language_of(text)
        self.words = words_of(self.language)
        self.starts = self._line_starts()
        self.kinds: list[LineKind] = ["blank" if not line.strip() else "unplaced" for line in self.lines]
        self.problems: list[str] = []
        self.sections: list[BulletinSection] = []
        self.stories: list[Story] = []
        self.title: list[str] = []
        self.intro: list[str] = []
        self.contact: list[str] = []
        self.month_number: int | None = None
        self.one_paragraph_a_story = bool(ONE_PARAGRAPH.search(text))
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
        links_matter = sum(bool(LINK.search(b.raw)) for b in blocks) * 3 >= len(blocks)
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
        heads = Counter(m[0].strip() for line in self.lines if (m := re.match(BULLET, line.lstrip())))
        often = [sign for sign, times in heads.items() if times >= (3 if sign in "•●▪■◦‣⁃∙·" else 8)]
        return re.compile(rf"\s*(?:{any_of(often)})\s*") if often else None

    def _new_paragraph(self, number: int, current: list[int]) -> bool:
        """Whether a line begins a paragraph although no blank line stands before it."""
        if not current:
            return False
        if self.bullets and self.bullets.match(self.lines[number - 1]):
            return True
        before = self.lines[current[-1] - 1].rstrip()
        if self.width is None:
            return len(before) > WRAPPED or len(self.lines[number - 1]) > WRAPPED
        return len(before) < self.width * 3 // 4 and bool(ENDS.search(before))

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

    def _blocks(self) -> list[Block]:
        repeated = {
            line for line, times in Counter(line.strip() for line in self.lines if line.strip()).items()
            if times >= 3 and len(line) < 120 and not self.words.month_line.fullmatch(line)
        }  # fmt: skip
        blocks: list[Block] = []
        current: list[int] = []
        heading_ends = 0
        for number, line in enumerate(self.lines, 1):
            if number <= heading_ends:
                continue
            stripped = line.strip()
            furniture = stripped in repeated or re.fullmatch(r"(?:[-–—]\s*)?\d{1,3}(?:\s*[-–—])?", stripped)
            image = stripped and not IMAGE.sub("", stripped).strip()
            if furniture or image:
                self.kinds[number - 1] = "page"
            cut = self.width and current and not ENDS.search(self.lines[number - 2].rstrip())
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

    def _close(self, current: list[int], blocks: list[Block]) -> None:
        if current:
            blocks.append(self._block(current[0], current[-1]))
            current.clear()

    def _block(self, first: int, last: int) -> Block:
        block = Block(first, last, "\n".join(self.lines[first - 1 : last]))
        if self.bullets and (sign := self.bullets.match(block.raw)):
            block.start = sign.end()
        block.tell()
        return block

    def _mark(self, block: Block, kind: LineKind) -> None:
        for number in range(block.first, block.last + 1):
            if self.kinds[number - 1] == "unplaced":
                self.kinds[number - 1] = kind

    # -- headings

    def _section_match(self, line: str) -> re.Match[str] | None:
        match = self.words.section.match(line)
        if not match or len(line) > HEADING_LIMIT or LINK.search(line):
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

    def _section_number(self, block: Block) -> int | None:
        return self._printed_number(block) or self._standing_number(block)

    def _printed_number(self, block: Block) -> int | None:
        match = self._section_match(" ".join(block.raw.split()))
        if not match:
            return None
        return ROMAN.get(match[2].upper()) if not match[2].isdigit() else int(match[2])

    def _standing_number(self, block: Block) -> int | None:
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

    def _quarter(self, blocks: list[Block]) -> Quarter | None:
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
            years = re.findall(rf"\b{YEAR}\b", head[max(0, match.start() - 20) : match.end() + 20])
            if first % 3 == 1 and last == first + 2 and years:
                return Quarter(int(years[-1]), last // 3)
        return None

    def _quarter_from_months(self, head: str) -> Quarter | None:
        months = {self.words.months[plain_letters(m[1])] for line in self.lines if (m := self.words.month_line.fullmatch(line.strip()))}  # fmt: skip
        in_head = re.findall(rf"\b{YEAR}\b", head)
        years = Counter(in_head[:1] or re.findall(rf"\b{YEAR}\b", self.text[:200_000]))
        numbers = {(month - 1) // 3 + 1 for month in months}
        if len(numbers) == 1 and years:
            quarter = Quarter(int(years.most_common(1)[0][0]), numbers.pop())
            self.problems.append(
                f"the quarter is not named; {quarter} is taken from the months and years in the text"
            )
            return quarter
        self.problems.append("the quarter is not named in the title or intro")
        return None

    def _end(self, blocks: list[Block]) -> list[Block]:
        """Take the contact paragraphs off the end."""
        cut = len(blocks)
        for index in range(len(blocks) - 1, max(len(blocks) - 4, 0), -1):
            block = blocks[index]
            short = len(block.plain) < 600
            if short and self._section_number(block) is None and (
                (EMAIL.search(block.raw) and self.words.contact.search(block.plain))
                or (EMAIL.search(block.raw) and len(block.plain) < 200)
                or self.words.imprint.match(block.plain)
            ):  # fmt: skip
                cut = index
        for block in blocks[cut:]:
            self._mark(block, "contact")
            self.contact.append(block.whole())
        return blocks[:cut]

    def _beginning(self, blocks: list[Block]) -> None:
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

    def _place(self, blocks: list[Block], index: int, links_matter: bool) -> None:
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

    def _is_bare_title(self, block: Block) -> bool:
        """A thematic heading in a text whose headings all lost their numbers: a few words without a stop."""
        if self.printed or not self.sections or block.links or "\n" in block.raw:
            return False
        words = block.plain.split()
        cut = words[-1].casefold() in self.words.cut_after if words else True
        return len(block.plain) < 80 and block.plain[:1].isupper() and block.plain[-1:].isalpha() and not cut

    def _is_month(self, block: Block) -> bool:
        """A month of the quarter, alone in its paragraph."""
        match = self.words.month_line.fullmatch(block.raw.strip())
        if match is None:
            return False
        number = self.words.months[plain_letters(match[1])]
        return self.quarter is None or (number - 1) // 3 + 1 == self.quarter.number

    def _ends_a_sentence(self, block: Block) -> bool:
        """A page break stands before the last word of "… until the end of May."."""
        before = self._story_before()
        tail = unlink(before.blocks[-1].raw[-400:]).split() if before else []
        return bool(tail) and block.raw.rstrip().endswith(".") and tail[-1].casefold() in self.words.cut_after

    def _is_heading_only(self, block: Block) -> bool:
        return block.raw.lstrip().startswith("#") and "\n" not in block.raw and not block.links

    def _goes_on_heading(self, block: Block, before: Block | None) -> bool:
        """A page break cut a heading: its parenthesis is still open."""
        if not self.sections or before is None or self._section_number(before) is None:
            return False
        title = self.sections[-1].title
        return title.count("(") > title.count(")") and ")" in block.plain[:300] and len(block.plain) < 300

    def _open_section(self, block: Block, number: int) -> None:
        self._mark(block, "section")
        heading = " ".join(block.raw.split())
        match = self._section_match(heading)
        title = unescape(heading[match.end() if match else 0 :]).strip(" *_#")
        expected = self.sections[-1].number + 1 if self.sections else 1
        if number != expected:
            self.problems.append(f"line {block.first}: section {number} comes where {expected} was expected")
        self.sections.append(BulletinSection(number, title, block.first, ""))
        self.month_number = None

    def _open_month(self, block: Block) -> None:
        self._mark(block, "month")
        match = self.words.month_line.fullmatch(block.raw.strip())
        assert match is not None
        self.month_number = self.words.months[plain_letters(match[1])]

    def _place_prose(self, blocks: list[Block], index: int, links_matter: bool) -> None:
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
            self.stories.append(Story(section, self._month(), [block]))
        self._mark(block, "entry")

    def _month(self) -> str | None:
        if self.month_number is None or self.quarter is None:
            return None
        year = self.quarter.year
        return f"{year}-{self.month_number:02}"

    def _story_before(self) -> Story | None:
        """The last story, if the same section and month still run."""
        if not self.stories or not self.sections and not self.stories:
            return None
        last = self.stories[-1]
        section = self.sections[-1].number if self.sections else None
        if last.section != section or last.month != self._month():
            return None
        heading = self.sections[-1].line if self.sections else 0
        return last if last.blocks[-1].last > heading else None

    def _is_section_intro(self, blocks: list[Block], index: int) -> bool:
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

    def _continues(self, block: Block, story: Story, links_matter: bool) -> bool:
        if self.one_paragraph_a_story:
            return False
        if self._was_cut(story.blocks[-1].raw, block) or self._begins_small(block.plain):
            return True
        return self._score(block, story, links_matter) > 0

    def _begins_small(self, text: str) -> bool:
        """A small letter at the head, and not of an address or a brand (www.…, eOtinish)."""
        word = text.split(" ", 1)[0]
        return text[:1].islower() and "." not in word.rstrip(".,") and word[1:].islower()

    def _was_cut(self, before: str, block: Block) -> bool:
        """The paragraph before stops in the middle of a sentence."""
        tail = unlink(before[-400:]).rstrip().rstrip("*_ ")
        last_word = (tail.split() or [""])[-1].casefold().lstrip("(«“\"'")
        if (
            last_word in self.words.cut_after
            or last_word.rstrip(".") in self.words.abbreviations
            and tail[-1:] == "."
        ):
            return True
        if ENDS.search(tail):
            return False
        if tail[-1:] in ",–—(«“‘-":
            return True
        # No stop at the end, and the next begins with a capital letter: a lone linked headline is a story of its
        # own, a long paragraph was cut before a name or a number.
        return len(tail) > 80 and not block.link_first and not self.words.dated.match(block.plain)

    def _score(self, block: Block, story: Story, links_matter: bool) -> int:
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
        elif self._takes_up(lead) or is_definite(lead, before):
            score += 2
        elif quoted_matters and QUOTATION.match(lead):
            score += 3
        if self.words.refers_back.search(first_words_of(lead)):
            score += 1
        if self.words.in_turn.search(lead[:80]):
            score += 2
        opener = re.match(NAME, lead)
        if opener and not FULL_NAME.match(lead) and len(opener[0]) > 4 and is_named(opener[0], before):
            score += 3
        return score

    def _takes_up(self, lead: str) -> re.Match[str] | None:
        """ "The newspaper …" takes up what was told; "the newspaper ‘Invented Herald’ …" does not."""
        match = self.words.takes_up.match(lead)
        named = match and re.match(rf"\s+(?:[\"'“‘«„]|{NAME})", lead[match.end() :])
        return None if named else match

    def _introduces(self, lead: str, before: str) -> int:
        """How much the beginning tells of somebody new, or of a day."""
        taken_up = self._takes_up(lead)
        first_words = first_words_of(lead[taken_up.end() :] if taken_up else lead)
        score = 0
        if self.words.dated.match(lead) and not self.words.goes_on.match(lead):
            score += 2
        elif self.words.dated_inside.search(first_words):
            score += 1
        found = names_in(first_words)
        if any(not is_known(hit.written, before) for hit in scenes().find(first_words)):
            score += 1
        for at, name in found:
            # "The weekly newspaper ‘X’ …" presents X anew even if X was told of before; going on, one says "the paper".
            presented_anew = len(first_words[:at].split()) <= 4
            if presented_anew or not is_known(name, before):
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

    def _entry(self, story: Story, ordinal: int) -> BulletinEntry:
        first, last = story.blocks[0].first, story.blocks[-1].last
        for number in range(first, last + 1):
            if self.kinds[number - 1] == "unplaced":
                self.kinds[number - 1] = "entry"
        joined, links = Joined(), list[Link]()
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
