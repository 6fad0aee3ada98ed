"""What was read, with what each value rests on: in the terminal, and as one web page a file.

The text stands as the reader saw it. The words that a value rests on are marked and numbered; the value beside them
bears the same number, how sure the program is, and the rule by which it came to it. All of it is the machine's
proposal. The text may be anybody's: nothing of it reaches a terminal or a browser as more than letters.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import click
from babel import Locale
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from barometer.codebook import LANGUAGES, CodedLetter, Event, Ground, codebook
from barometer.countries import country
from barometer.errors import BadInput, BarometerError
from barometer.pipeline.paths import make_folder, put
from barometer.pipeline.read import Read
from barometer.sources import BulletinEntry, Letter
from barometer.sources.letter import Passage

#: How much of one entry a page shows; the reader itself looks no further.
MOST_SHOWN = 20_000
#: A value of which the program is less sure than this is counted as weak.
WEAK = 0.5
#: A text no longer than this stays in sight beside its events.
BRIEF = 900
#: Narrower than this no line is broken.
NARROWEST = 40

#: What would move a cursor, turn the writing round, or stand unseen: shown by its number.
ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_TIME = frozenset({"hour", "day", "week", "month", "year"})


@dataclass(frozen=True)
class Words:
    """Marked words of a text: their number, the field they speak for, and where they stand, end excluded."""

    number: int
    field: str
    start: int
    end: int


@dataclass(frozen=True)
class Value:
    """A proposed value: the field, the value in words, its code, what else belongs to it, the source's wording.

    `words` is the number of the marked words; None where it rests on none, or on none that are shown.
    """

    field: str
    text: str
    code: str = ""
    detail: str = ""
    said: str = ""
    ground: Ground | None = None
    words: int | None = None

    @property
    def told_code(self) -> str:
        """The code, unless the value in words says it already."""
        return "" if self.code in (self.text, self.text.casefold()) else self.code


@dataclass(frozen=True)
class Block:
    """An entry, or a paragraph of a letter, with the values of its events; `left` characters are not shown."""

    title: str
    section: str
    lines: tuple[int, int] | None
    text: str
    left: int
    words: tuple[Words, ...]
    events: tuple[tuple[Value, ...], ...]

    @property
    def grounded(self) -> list[Ground]:
        """The grounds of all its values."""
        return [value.ground for event in self.events for value in event if value.ground]


def write_pages(reads: Sequence[Read], out: Path, tell: Callable[[str], None] | None = None) -> list[Path]:
    """Write OUT/NAME.html for each file read; the pages written, in order.

    A page that stands there with other words is kept as NAME.html.bak, and `tell` is told so.
    """
    out, pages = Path(out), dict[Path, str]()
    for read in reads:
        target = out / f"{read.path.stem}.html"
        if target in pages:
            raise BadInput(
                f"two files of this name would both be written to {target.name}",
                file=read.path,
                next_step="read them one after the other into different folders",
            )
        pages[target] = as_html(read)
    make_folder(out)
    for target, page in pages.items():
        kept = put(target, page)
        if kept and tell:
            tell(f"{target}: another file stood there and is kept as {kept.name}")
    return list(pages)


# --- words ------------------------------------------------------------------------------------------------------


@cache
def _data() -> Mapping[str, Any]:
    with (resources.files("barometer.pipeline") / "data" / "explain.toml").open("rb") as stream:
        return tomllib.load(stream)


def _language(read: Read) -> str:
    """The document's language, of those that the house speaks."""
    return read.document.language if read.document.language in LANGUAGES else LANGUAGES[0]


@cache
def _labels() -> Mapping[str, Mapping[str, str]]:
    return {field.name: field.label for field in codebook().fields if field.of == "event"}


def _label(field: str, language: str) -> str:
    label: str = _data()[language]["other"] if field == "other" else _labels()[field][language]
    return label


def _colour_of(field: str) -> str:
    """The name under which a field is coloured: its own, or that of the rest."""
    return field if field in _data()["fields"] else "other"


def _percent(share: float, language: str) -> str:
    said: str = format_percent(round(share, 2), locale=language)
    return said


def rule_in_words(rule: str, language: str) -> str:
    """What kind of rule it is: "cue.legal.fine" is "known words"; "" where that is not known."""
    said: str = _data()[language]["rules"].get(rule.partition(".")[0], "")
    return said


def _numbers(blocks: Sequence[Block], read: Read) -> list[tuple[str, int]]:
    """What there is, in numbers, each with the name of its word."""
    grounds = [ground for block in blocks for ground in block.grounded]
    silent = sum(not block.events for block in blocks)
    letter = isinstance(read.document, Letter)
    if isinstance(read.document, Letter):
        silent = len(read.document.body) - sum(block.lines is not None for block in blocks)
    return [
        ("paragraphs" if letter else "entries", sum(block.lines is not None for block in blocks)),
        ("left_out" if letter else "silent", silent),
        ("events", sum(len(block.events) for block in blocks)),
        ("grounded", len(grounds)),
        ("weak", _weak(grounds)),
    ]


def _weak(grounds: Iterable[Ground]) -> int:
    return sum(ground.confidence < WEAK for ground in grounds)


# --- what there is to show --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Frame:
    """What holds for a whole document: the digest of its text, its language, how much of an entry is shown."""

    digest: str
    language: str
    most: int | None


def _blocks(read: Read, most: int | None) -> list[Block]:
    """The entries in the order of the document, or the paragraphs of a letter with events, `most` characters each."""
    document, coded, language = read.document, read.coded, _language(read)
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    frame, said = _Frame(digest, language, most), _data()[language]
    if isinstance(document, Letter) or isinstance(coded, CodedLetter):
        passages: list[Passage | BulletinEntry] = []
        passages += document.body if isinstance(document, Letter) else document.entries
        held = _by_paragraph(coded.events, [passage.offsets for passage in passages], digest)
        elsewhere = held.pop(None, [])
        blocks = [
            _block(said["paragraph"].format(number=number + 1), "", passages[number], events, frame)
            for number, events in sorted(held.items(), key=lambda row: row[0] or 0)
            if number is not None
        ]
        return blocks + ([_block(said["elsewhere"], "", None, elsewhere, frame)] if elsewhere else [])
    titles = {
        section.number: said["section"].format(number=section.number, title=section.title)
        for section in document.sections
    }
    outside = said["no_section"] if titles else ""
    return [
        _block(
            said["entry"].format(id=entry.id),
            titles.get(entry.section or 0, outside),
            entry,
            found.events,
            frame,
        )
        for entry, found in zip(document.entries, coded.entries, strict=True)
    ]


def _by_paragraph(
    events: Sequence[Event], paragraphs: Sequence[Sequence[int]], digest: str
) -> dict[int | None, list[Event]]:
    """The events by the paragraph in which most of their words stand; None where they stand in none."""
    held: dict[int | None, list[Event]] = {}
    for event in events:
        spans = [ground.span for ground in (event.grounds or {}).values() if ground.text_sha256 == digest]
        inside = [
            sum(bool(offsets) and offsets[0] <= first <= offsets[-1] for first, _ in spans)
            for offsets in paragraphs
        ]
        most = max(inside, default=0)
        held.setdefault(inside.index(most) if most else None, []).append(event)
    return held


def _block(
    title: str, section: str, told: Passage | BulletinEntry | None, events: Sequence[Event], frame: _Frame
) -> Block:
    """A block with its words numbered from left to right, the wider before what stands in them."""
    whole = told.text if told else ""
    shown = whole[: frame.most]
    valued = [list(_values(event, frame.language)) for event in events]
    places = {
        (value.field, value.ground): place
        for values in valued
        for value in values
        if told
        and value.ground
        and value.ground.text_sha256 == frame.digest
        and (place := place_in(value.ground.span, shown, told.offsets))
    }
    order = list(_data()["fields"])
    distinct = {(*place, order.index(_colour_of(field))) for (field, _), place in places.items()}
    numbered = {
        key: number for number, key in enumerate(sorted(distinct, key=lambda k: (k[0], -k[1], k[2])), 1)
    }

    def number(value: Value) -> int | None:
        place = places.get((value.field, value.ground)) if value.ground else None
        return numbered[(*place, order.index(_colour_of(value.field)))] if place else None

    return Block(
        title=title,
        section=section,
        lines=told.lines if told else None,
        text=shown,
        left=len(whole) - len(shown),
        words=tuple(Words(n, order[field], start, end) for (start, end, field), n in numbered.items()),
        events=tuple(tuple(replace(value, words=number(value)) for value in values) for values in valued),
    )


def place_in(span: tuple[int, int], shown: str, offsets: Sequence[int]) -> tuple[int, int] | None:
    """Where a span of the document stands in the clean text; None where nothing of it is shown."""
    start, end = (min(bisect_left(offsets, at), len(shown)) for at in span)
    while start < end and shown[start].isspace():
        start += 1
    while start < end and shown[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


# --- values -----------------------------------------------------------------------------------------------------


def _values(event: Event, language: str) -> Iterator[Value]:
    """The values of an event in the order of the codebook's card, with their grounds."""
    book, said = codebook(), _data()[language]

    def yes(value: bool) -> str:
        return str(said["yes" if value else "no"])

    yield Value("kind", book.kinds[event.kind].label[language], event.kind, ground=_ground(event, "kind"))
    for i, code in enumerate(event.types):
        yield Value("types", book.type(code).label[language], code, ground=_ground(event, f"types.{i}"))
    if event.date:
        yield Value("date", event.date, said=event.date_text or "", ground=_ground(event, "date"))
    if event.phase:
        label = book.phases[event.phase].label[language]
        yield Value("phase", label, event.phase, ground=_ground(event, "phase"))
    yield Value("background", yes(event.background), ground=_ground(event, "background"))
    alleged = yes(bool(event.alleged))
    if isinstance(event.alleged, tuple) and event.alleged:
        alleged = "; ".join(book.type(code).label[language] for code in event.alleged)
    yield Value("alleged", alleged, ground=_ground(event, "alleged"))
    if event.work_link:
        label = book.work_links[event.work_link].label[language]
        yield Value("work_link", label, event.work_link, ground=_ground(event, "work_link"))
    yield from _who(event, language)
    if event.place:
        name, detail = _where(event, language)
        yield Value("place", name, detail=detail, ground=_ground(event, "place"))
    for i, code in enumerate(event.provisions):
        title, detail = _law(code, language)
        ground = _ground(event, f"provisions.{i}")
        yield Value("provisions", title, code, detail=detail, ground=ground)
    for i, ahead in enumerate(event.upcoming or ()):
        ground = _ground(event, f"upcoming.{i}")
        yield Value("upcoming", ahead.date, detail=ahead.of or "", said=ahead.what, ground=ground)
    for i, amount in enumerate(event.amounts or ()):
        what = said["of"].get(amount.what, amount.what)
        text = _amount(amount.value, amount.unit, language)
        ground = _ground(event, f"amounts.{i}")
        yield Value("amounts", text, detail=what, said=amount.text or "", ground=ground)
    if event.case:
        yield Value("case", event.case, ground=_ground(event, "case"))


def _who(event: Event, language: str) -> Iterator[Value]:
    """Whom it hit, how many, and who acted in what part."""
    book = codebook()
    for i, target in enumerate(event.targets):
        detail = book.target_types[target.type].label[language]
        said = target.written if target.written != target.name else ""
        yield Value("targets", target.name, detail=detail, said=said, ground=_ground(event, f"targets.{i}"))
    if event.people_hit is not None:
        exact = _label("people_hit_exact", language) if event.people_hit_exact else ""
        ground = _ground(event, "people_hit")
        yield Value("people_hit", str(event.people_hit), detail=exact, ground=ground)
    for i, actor in enumerate(event.actors):
        detail = book.actor_types[actor.type].label[language]
        if actor.role:
            detail = f"{detail}; {book.actor_roles[actor.role].label[language]}"
        said = actor.written if actor.written and actor.written != actor.name else ""
        yield Value("actors", actor.name, detail=detail, said=said, ground=_ground(event, f"actors.{i}"))


def _ground(event: Event, path: str) -> Ground | None:
    """The ground of a value, or of the first part of it that has one: "targets.0" has that of "targets.0.name"."""
    grounds = event.grounds or {}
    return grounds.get(path) or next((g for key, g in grounds.items() if key.startswith(f"{path}.")), None)


def _where(event: Event, language: str) -> tuple[str, str]:
    """The place in words, and the region or the country that it lies in."""
    place, here = event.place, country()
    assert place is not None
    known = place.name and (here.find_place(place.name) or here.find_abroad(place.name))
    name = known.names.get(language, place.name) if known else place.name
    region = here.regions.get(place.region or "")
    around = (
        region.names[language]
        if region
        else place.region or str(Locale(language).territories.get(place.country, place.country))
    )
    return (name, around if around != name else "") if name else (around, "")


def _law(code: str, language: str) -> tuple[str, str]:
    """A provision in words, and what it is about; the code itself where the law is not known."""
    try:
        title = country().title_of(code, language)
    except BarometerError:
        return code, ""
    article = country().article(code)
    return title, article.title.get(language, "") if article else ""


def _amount(value: float, unit: str, language: str) -> str:
    """ "2 months", "250,000 KZT", "posts: 7" """
    said, number = _data()[language], str(format_decimal(value, locale=language))
    if unit in said["counts"]:
        return str(said["counted"].format(unit=said["counts"][unit], value=number))
    if unit in _TIME and unit not in said["units"]:
        return str(format_unit(value, f"duration-{unit}", locale=language))
    return f"{number} {said['units'].get(unit, unit)}"


# --- marks in a text --------------------------------------------------------------------------------------------

Step = tuple[Literal["text", "open", "reopen", "break", "close"], Any]


def steps(text: str, words: Sequence[Words]) -> Iterator[Step]:
    """The text from left to right with the marks that open and close in it, each inside the one before.

    Marks that cross are broken where the outer one ends, and opened anew behind it.
    """
    opening = {at: list(some) for at, some in groupby(words, key=lambda w: w.start)}
    stack: list[Words] = []
    last = 0
    for at in sorted({edge for w in words for edge in (w.start, w.end)}):
        if at > last:
            yield "text", text[last:at]
        last = at
        ending, again = {w for w in stack if w.end == at}, list[Words]()
        while ending:
            top = stack.pop()
            yield ("close" if top in ending else "break"), top
            if top not in ending:
                again.append(top)
            ending.discard(top)
        for top in reversed(again):
            yield "reopen", top
            stack.append(top)
        for one in opening.get(at, []):
            yield "open", one
            stack.append(one)
    if last < len(text):
        yield "text", text[last:]


# --- the terminal -----------------------------------------------------------------------------------------------

#: A stretch of a line, and how it is styled.
Piece = tuple[str, Mapping[str, Any]]
_PLAIN: Mapping[str, Any] = {}
_BOLD: Mapping[str, Any] = {"bold": True}
_DIM: Mapping[str, Any] = {"dim": True}


def in_terminal(read: Read, colour: bool, width: int) -> Iterator[str]:
    """The lines that show what was read: each text with its marked words, and under it the proposed events.

    In colour the words have the colour of their field and a number behind; without, they stand in brackets with
    their number: [12 January|3].
    """
    language = _language(read)
    said, blocks, width = _data()[language], _blocks(read, None), max(width, NARROWEST)

    def lines(pieces: Iterable[Piece], first: str, rest: str | None = None) -> Iterator[str]:
        rest = first if rest is None else rest
        for number, line in enumerate(_wrapped(pieces, width - max(_width(first), _width(rest)))):
            yield (rest if number else first) + _styled(line, colour)

    numbers = "; ".join(f"{said[name]}: {number}" for name, number in _numbers(blocks, read))
    yield from lines([(said["title"].format(file=_flat(read.path.name)), _BOLD)], "")
    yield from lines([(said["note"], _PLAIN)], "")
    yield from lines([(numbers, _PLAIN)], "")
    section = ""
    for block in blocks:
        if block.section != section:
            section = block.section
            yield ""
            yield from lines([(_flat(section), _BOLD)], "")
        where = f", {_lines(block, said)}" if block.lines else ""
        yield ""
        yield from lines([(_flat(block.title), _BOLD), (where, _DIM)], "")
        if block.text:
            yield from lines(_marked(block, colour), "│ ")
        if not block.events:
            yield from lines([(said["no_event"], _DIM)], "  ")
        for number, event in enumerate(block.events, 1):
            head = f"{said['event'].format(number=number)}: {event[0].text}"
            yield ""
            yield from lines([(head, _BOLD)], "  ")
            column = min(max(_width(_label(value.field, language)) for value in event), width // 3)
            for value in event[0 if event[0].ground else 1 :]:
                label = _label(value.field, language)
                pad = " " * max(column - _width(label), 0)
                rest = " " * (column + 6)
                if _width(label) > column:
                    yield f"    {label}"
                    label, pad = "", " " * column
                yield from lines(_told(value, language), f"    {label}{pad}  ", rest)


def _told(value: Value, language: str) -> Iterator[Piece]:
    """A value with its code, wording, confidence, rule and number."""
    yield _flat(value.text), _BOLD
    if value.told_code:
        yield f" {_flat(value.code)}", _PLAIN
    if value.detail:
        yield f" ({_flat(value.detail)})", _PLAIN
    if value.said:
        yield f" “{_flat(value.said)}”", _PLAIN
    if value.ground:
        yield f" · {_percent(value.ground.confidence, language)} · {_flat(value.ground.rule)}", _DIM
    if value.words:
        yield " ", _PLAIN
        yield f"[{value.words}]", {"fg": _data()["fields"][_colour_of(value.field)], "bold": True}


def _marked(block: Block, colour: bool) -> Iterator[Piece]:
    """The text with its marks: in colour the words and [number], else [words|number]."""
    colours, stack = _data()["fields"], list[Words]()
    for step, what in steps(block.text, block.words):
        if step == "text":
            yield _inert(what), {"fg": colours[stack[-1].field]} if stack else _PLAIN
        elif step in ("open", "reopen"):
            stack.append(what)
            if not colour:
                yield "[", _PLAIN
        else:
            stack.pop()
            if not colour:
                yield f"|{what.number}]", _PLAIN
            elif step == "close":
                yield f"[{what.number}]", {"fg": colours[what.field], "bold": True}


def _inert(text: str) -> str:
    """The text without anything that a terminal would obey: each such sign as its number."""
    return ODD.sub(lambda m: f"‹U+{ord(m[0]):04X}›", text).replace("\t", " ")


def _flat(text: str) -> str:
    return _inert(text).replace("\n", " ")


def _lines(block: Block, said: Mapping[str, Any]) -> str:
    first, last = block.lines or (0, 0)
    return str(said["line" if first == last else "lines"].format(first=first, last=last))


def _width(text: str) -> int:
    """How many columns a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _wrapped(pieces: Iterable[Piece], width: int) -> Iterator[list[Piece]]:
    """The pieces broken into lines at spaces, and inside a word where it is wider than a line."""
    line, used = list[Piece](), 0
    word, length = list[Piece](), 0
    gap = ""

    def placed() -> Iterator[list[Piece]]:
        nonlocal line, used, word, length, gap
        if line and used + len(gap) + length > width:
            yield line
            line, used, gap = [], 0, ""
        for text, style in [(gap, _PLAIN), *word]:
            at, taken = 0, _width(text)
            while used + taken > width:  # a word wider than a line
                cut = max(_cut(text, at, width - used), at if line else at + 1)
                yield [*line, (text[at:cut], style)]
                taken -= _width(text[at:cut])
                line, used, at = [], 0, cut
            if at < len(text):
                line.append((text[at:], style))
                used += taken
        word, length, gap = [], 0, ""

    for text, style in pieces:
        for part in re.findall(r"\n| +|[^ \n]+", text):
            if part[0] not in " \n":
                word.append((part, style))
                length += _width(part)
                continue
            yield from placed()
            if part == "\n":
                yield line
                line, used = [], 0
            elif line:
                gap = part
    yield from placed()
    if line:
        yield line


def _cut(text: str, at: int, columns: int) -> int:
    """Up to where the characters fit."""
    used = 0
    for end in range(at, len(text)):
        used += _width(text[end])
        if used > columns:
            return end
    return len(text)


def _styled(line: Iterable[Piece], colour: bool) -> str:
    if not colour:
        return "".join(text for text, _ in line)
    return "".join(click.style(text, **style) if style else text for text, style in line)


# --- the page ---------------------------------------------------------------------------------------------------


def as_html(read: Read) -> str:
    """One page that needs nothing but itself: no script, no request, no address."""
    language = _language(read)
    said, blocks, style = _data()[language], _blocks(read, MOST_SHOWN), _style()
    name = read.path.name
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    body = "\n".join(
        [
            f'<a class="skip" href="#text">{escape(said["skip"])}</a>',
            f"<header><h1>{_shown(said['title'].format(file=name))}</h1><p>{escape(said['note'])}</p></header>",
            "<main>",
            _summary(blocks, read, said),
            _legend(blocks, said, language),
            _contents(blocks, said),
            *_sections(blocks, said, language),
            "</main>",
            f"<footer><p>{escape(said['note'])}</p></footer>",
        ]
    )
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(_flat(said['title'].format(file=name)))}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _style() -> str:
    bars = "".join(f".c{step} {{ width: {5 * step}%; }}\n" for step in range(21))
    return f"{_data()['page']['style']}{bars}"


def _shown(text: str) -> str:
    """A text of anybody's as harmless HTML; what would turn the writing round stands as its number."""
    parts, last = [], 0
    for match in ODD.finditer(text):
        parts += [escape(text[last : match.start()]), f'<span class="odd">U+{ord(match[0]):04X}</span>']
        last = match.end()
    return "".join([*parts, escape(text[last:])])


def _summary(blocks: Sequence[Block], read: Read, said: Mapping[str, Any]) -> str:
    pairs = "".join(
        f"<div><dt>{escape(said[name])}</dt><dd>{number}</dd></div>"
        for name, number in _numbers(blocks, read)
    )
    return f'<section aria-labelledby="short"><h2 id="short">{escape(said["summary"])}</h2><dl class="facts">{pairs}</dl></section>'


def _legend(blocks: Sequence[Block], said: Mapping[str, Any], language: str) -> str:
    met = {words.field for block in blocks for words in block.words}
    rows = "".join(
        f'<li><mark class="{field}">{escape(_label(field, language))}</mark></li>'
        for field in _data()["fields"]
        if field != "other" or field in met
    )
    return (
        f'<section aria-labelledby="how"><h2 id="how">{escape(said["how"])}</h2><p>{escape(said["how_words"])}</p>'
        f'<p>{escape(said["how_sure"])}</p><ul class="legend">{rows}</ul></section>'
    )


def _contents(blocks: Sequence[Block], said: Mapping[str, Any]) -> str:
    rows = []
    for number, block in enumerate(blocks, 1):
        first = " ".join(block.text[:200].split()[:9])
        words = f" {_shown(first)}{'…' if len(first) < len(block.text) else ''}" if first else ""
        counts = said["in_contents"].format(events=len(block.events), weak=_weak(block.grounded))
        rows.append(
            f'<li><a href="#e{number}">{_shown(block.title)}</a>{words} <span class="quiet">{escape(counts)}</span></li>'
        )
    opened = " open" if len(rows) <= 12 else ""
    return (
        f'<nav aria-labelledby="contents"><h2 id="contents">{escape(said["contents"])}</h2><details{opened}>'
        f"<summary>{escape(said['text'])}: {len(rows)}</summary><ol>{''.join(rows)}</ol></details></nav>"
    )


def _sections(blocks: Sequence[Block], said: Mapping[str, Any], language: str) -> Iterator[str]:
    """The blocks under the headings of their sections, the first of which the way to the text leads to."""
    anchor = ' id="text"'
    if not blocks:
        yield f"<section{anchor}><h2>{escape(said['text'])}</h2><p>{escape(said['no_event'])}</p></section>"
    for section, some in groupby(enumerate(blocks, 1), key=lambda row: row[1].section):
        yield f"<section{anchor}><h2>{_shown(section or said['text'])}</h2>"
        yield from (_article(number, block, said, language) for number, block in some)
        yield "</section>"
        anchor = ""


def _article(number: int, block: Block, said: Mapping[str, Any], language: str) -> str:
    lines = f' <span class="lines">{escape(_lines(block, said))}</span>' if block.lines else ""
    brief = " brief" if len(block.text) <= BRIEF and not block.left else ""
    rest = ""
    if block.left:
        shown, left = (str(format_decimal(n, locale=language)) for n in (len(block.text), block.left))
        rest = f'<p class="left">{escape(said["cut"].format(shown=shown, left=left))}</p>'
    text = f'<div class="text" dir="auto">{_text(number, block, said, language)}</div>' if block.text else ""
    cards = "".join(
        _card(f"{number}-{order}", number, order, event, said, language)
        for order, event in enumerate(block.events, 1)
    )
    nothing = f"<p>{escape(said['no_event'])}</p>"
    return (
        f'<article aria-labelledby="e{number}"><h3 id="e{number}">{_shown(block.title)}{lines}</h3><div class="pair">'
        f'<div class="said{brief}">{text}{rest}</div><div>{cards or nothing}</div>'
        "</div></article>"
    )


def _text(number: int, block: Block, said: Mapping[str, Any], language: str) -> str:
    """The text with its marks, each with the number that leads to its values."""
    ways: dict[int, dict[int, str]] = {}
    for order, event in enumerate(block.events, 1):
        for row, value in enumerate(event):
            if value.words and order not in ways.setdefault(value.words, {}):
                way = "to_another" if ways[value.words] else "to_value"
                name = said[way].format(number=value.words, event=order, field=_label(value.field, language))
                shown = f"{value.words}·{order}" if ways[value.words] else value.words
                ways[value.words][order] = (
                    f'<a href="#v{number}-{order}-{row}" aria-label="{escape(name)}">{shown}</a>'
                )
    parts = []
    for step, what in steps(block.text, block.words):
        if step == "text":
            parts.append(_shown(what).replace("\n", '\n<span class="gap"></span>'))
        elif step in ("open", "reopen"):
            name = f' id="w{number}-{what.number}"' if step == "open" else ""
            parts.append(f'<mark class="{what.field}"{name}>')
        elif step == "close":
            parts.append(f"<sup>{' '.join(ways[what.number].values())}</sup></mark>")
        else:
            parts.append("</mark>")
    return "".join(parts)


def _card(
    name: str, number: int, order: int, event: Sequence[Value], said: Mapping[str, Any], language: str
) -> str:
    head = f"{said['event'].format(number=order)}: {event[0].text}"
    rows = "".join(
        _row(f"v{name}-{row}", number, value, said, language)
        for row, value in enumerate(event)
        if row or value.ground
    )
    return f'<section class="card" aria-labelledby="c{name}"><h4 id="c{name}">{escape(head)}</h4><dl>{rows}</dl></section>'


def _row(name: str, number: int, value: Value, said: Mapping[str, Any], language: str) -> str:
    parts = []
    if value.words:
        label = escape(said["to_words"].format(number=value.words))
        parts.append(f'<a class="n" href="#w{number}-{value.words}" aria-label="{label}">{value.words}</a>')
    parts.append(f"<b>{_shown(value.text)}</b>")
    if value.told_code:
        parts.append(f"<code>{_shown(value.code)}</code>")
    if value.detail:
        parts.append(f'<span class="detail">{_shown(value.detail)}</span>')
    if value.said:
        parts.append(f"<q>{_shown(value.said)}</q>")
    ground, sure, weak = value.ground, "", ""
    if ground:
        weak = " weak" if ground.confidence < WEAK else ""
        sure = (
            f'<dd class="sure"><span class="bar" aria-hidden="true"><span class="c{round(ground.confidence * 20)}">'
            f"</span></span><span>{escape(_percent(ground.confidence, language))}</span>"
            f"<span>{escape(rule_in_words(ground.rule, language))} <code>{_shown(ground.rule)}</code></span></dd>"
        )
    field = f" {_colour_of(value.field)}" if value.words else ""
    return (
        f'<div class="row{field}{weak}" id="{name}"><dt>{escape(_label(value.field, language))}</dt>'
        f"<dd>{' '.join(parts)}</dd>{sure}</div>"
    )
