"""An edited DOCX → its paragraphs as they stand when every tracked change is accepted, and who changed and said what.

Which text of the issue a paragraph is, is told by a bookmark (or a content control) with the name that `word_out` gave
it. What became of each text: `word_changes`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from barometer.errors import TooLarge, Unreadable
from barometer.publication.docx_parts import NOTE, printable
from barometer.publication.values import LinkIn
from barometer.publication.word_out import MARK, PLACE
from barometer.sources.extract import guard_zip

LIMIT = 8 << 20
#: A bulletin has some hundreds.
MOST_PARAGRAPHS = 2_000


@dataclass(frozen=True)
class Tracked:
    """A tracked change: what was done (inserted, deleted, moved), by whom, when as the file has it, the words."""

    what: str
    author: str
    at: str
    words: str


@dataclass(frozen=True)
class Comment:
    """A comment with the words that it is on."""

    author: str
    at: str
    words: str
    on: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with all changes accepted: `keys` are the texts whose marks begin in it, (key, file) each.

    `goes_on` is the text that began before it and ends in it or later; `emptied` are texts of which the mark is here
    and no word. `heading` is its level, 0 for a text; `place` the heading's bookmark.
    """

    text: str
    keys: tuple[tuple[str, str], ...] = ()
    goes_on: str = ""
    emptied: tuple[tuple[str, str], ...] = ()
    heading: int = 0
    place: str = ""
    links: tuple[LinkIn, ...] = ()
    tracked: tuple[Tracked, ...] = ()
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Edited:
    """An edited file as read, its paragraphs from top to bottom."""

    paragraphs: tuple[Paragraph, ...]

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Edited:
        """What `as_data` gave."""
        return cls(tuple(_paragraph_of(one) for one in data["paragraphs"]))

    @property
    def files(self) -> Counter[str]:
        """The working files that its marks are of, each with how many."""
        return Counter(file for one in self.paragraphs for _, file in (*one.keys, *one.emptied))


def _paragraph_of(data: Mapping[str, Any]) -> Paragraph:
    return Paragraph(
        **{
            **data,
            "keys": tuple((key, file) for key, file in data["keys"]),
            "emptied": tuple((key, file) for key, file in data["emptied"]),
            "links": tuple((start, end, address) for start, end, address in data["links"]),
            "tracked": tuple(Tracked(**one) for one in data["tracked"]),
            "comments": tuple(Comment(**one) for one in data["comments"]),
        }
    )


# --- the file ---------------------------------------------------------------------------------------------------


def read_apart(file: tuple[str, bytes]) -> dict[str, Any]:
    """`read_word` of (name, bytes) as JSON has it, to be run apart."""
    name, data = file
    return read_word(data, name).as_data()


def read_word(data: bytes, name: str) -> Edited:
    """The edited file; Unreadable or TooLarge where it is no DOCX, or one that wants more than to be read."""
    path = Path(name)
    if len(data) > LIMIT:
        raise TooLarge(
            f"{len(data):,} bytes is over the limit of {LIMIT:,}",
            file=path,
            next_step="take out the pictures",
        )
    if data[:4] != b"PK\x03\x04":
        raise Unreadable("it is no DOCX", file=path, next_step="save it in the word processor as .docx")
    guard_zip(path, data, "DOCX document")
    _guard_parts(path, data)
    try:
        document = Document(io.BytesIO(data))
        return _Reader(document, path).edited()
    except (
        OpcError, etree.LxmlError, KeyError, ValueError, AttributeError, OSError, RecursionError, zipfile.BadZipFile,
    ) as error:  # fmt: skip
        raise Unreadable(
            f"its inside is not that of a DOCX document ({type(error).__name__})",
            file=path,
            next_step="open it in a word processor and save it again",
        ) from None


def _guard_parts(path: Path, data: bytes) -> None:
    """Refuse macros, documents that fetch something from elsewhere, and XML that defines words of its own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.lower().endswith(("vbaproject.bin", "vbadata.xml")):
                raise Unreadable(
                    "it has macros", file=path, place=name, next_step="save it as .docx without them"
                )
            if not name.lower().endswith((".xml", ".rels")):
                continue
            part = archive.read(name)
            root = _parsed(path, name, part)
            if name.lower().endswith(".rels"):
                _guard_links(path, name, root)


def _parsed(path: Path, name: str, part: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            f"its XML is broken ({error.msg})"[:200],
            file=path,
            place=name[:80],
            next_step="open it in a word processor and save it again",
        ) from None
    if root.getroottree().docinfo.doctype:
        raise Unreadable(
            "it declares a document type, which no office program writes",
            file=path,
            place=name[:80],
            next_step="do not open it; ask the sender for the text",
        )
    return root


def _guard_links(path: Path, name: str, root: Any) -> None:
    for one in root.iterchildren("{*}Relationship"):
        kind, target = one.get("Type", "").rpartition("/")[2], one.get("Target", "")
        if one.get("TargetMode") != "External" or kind == "hyperlink":
            continue
        # Word notes the template on the writer's own disk; nothing asks for it.
        if kind == "attachedTemplate" and re.match(r"file:///[A-Za-z]:", target):
            continue
        raise Unreadable(
            f"it fetches a part ({kind[:40]}) from elsewhere",
            file=path,
            place=name[:80],
            next_step="paste its text into the working file and hand in that",
        )


# --- its words --------------------------------------------------------------------------------------------------


@dataclass
class _Raw:
    """A paragraph while it is read: its letters with their link, what each mark covers, what is deleted of it."""

    letters: list[tuple[str, str]] = field(default_factory=list)  # (sign, address or "")
    begun: list[tuple[str, str]] = field(default_factory=list)
    goes_on: str = ""
    covered: Counter[tuple[str, str]] = field(default_factory=Counter)
    tracked: list[Tracked] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    heading: int = 0
    place: str = ""
    mark_gone: bool = False

    @property
    def is_blank(self) -> bool:
        return not any(sign.strip() for sign, _ in self.letters)


@dataclass(frozen=True)
class _Under:
    """What a run stands under: a tracked insertion, deletion or move, a link."""

    gone: bool = False
    what: str = ""
    author: str = ""
    at: str = ""
    address: str = ""


_TRACKED = {"ins": "inserted", "moveTo": "moved", "del": "deleted", "moveFrom": "moved"}
_GONE = frozenset({"del", "moveFrom"})
_WRAPPERS = frozenset({"sdtContent", "smartTag", "customXml", "fldSimple", "bdo", "dir"})
_ASIDE = frozenset({"drawing", "pict", "object", "AlternateContent", "txbxContent"})
#: Marks and comments that may be open at one place.
_MOST_OPEN = 50
#: Styles of what is about the document: its title, contents and notes.
_NO_TEXT = re.compile(rf"(?:toc|contents) |(?:sub)?title$|{NOTE.lower()}$")
_SIGNS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "\u2011", "ptab": " "}
_HYPERLINK = re.compile(r'\s*HYPERLINK\s+"([^"]{1,2000})"')
_SAFE = re.compile(r"(?:https?://|mailto:)[^\s<>\"]{3,2000}", re.I)


class _Reader:
    """Goes through the body once; what is open across paragraphs (marks, comments, a field) is kept here."""

    def __init__(self, document: Any, path: Path) -> None:
        self.document, self.path = document, path
        self.found: list[_Raw] = []
        self.raw = _Raw()  # the paragraph that is read, or between two the next one
        self.open: dict[str, tuple[str, str]] = {}  # bookmark's number → (key, file)
        self.noted: set[str] = set()
        self.commented: dict[str, list[str]] = {}  # open comment → the words under it so far
        self.on: dict[str, str] = {}
        self.fields: list[list[str]] = []  # open fields: [instruction, its address once the result begins]
        self.styles: dict[str | None, str] = {}
        self.targets = {
            name: link.target_ref for name, link in document.part.rels.items() if link.is_external
        }

    def edited(self) -> Edited:
        self._blocks(self.document.element.body)
        comments = self._comments()
        return Edited(tuple(_together(self.found, comments)))

    # blocks

    def _blocks(self, element: Any) -> None:
        for child in element.iterchildren("{*}*"):
            tag = _tag(child)
            if tag == "p":
                self._paragraph(child)
            elif tag in ("tbl", "tr", "tc", "sdtContent", "customXml", *_TRACKED):
                self._blocks(child)
            elif tag == "sdt":
                self._control(child, self._blocks)
            else:
                self._mark(child)

    def _control(self, element: Any, within: Any) -> None:
        """A content control; a table of contents is passed by, one with the name of a mark is a mark."""
        if element.find(f".//{qn('w:docPartGallery')}") is not None:
            return
        tag = element.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
        named = MARK.fullmatch(tag.get(qn("w:val"), "")) if tag is not None else None
        number = f"sdt {len(self.found)} {id(element)}"
        if named:
            self._begin(number, (named[1], named[2]))
        for content in element.iterchildren(qn("w:sdtContent")):
            within(content)
        self.open.pop(number, None)

    def _paragraph(self, element: Any) -> None:
        if len(self.found) >= MOST_PARAGRAPHS:
            raise TooLarge(
                f"over {MOST_PARAGRAPHS:,} paragraphs", file=self.path, next_step="hand in the issue alone"
            )
        properties = element.find(qn("w:pPr"))
        style = properties.find(qn("w:pStyle")) if properties is not None else None
        name = self._style(style.get(qn("w:val")) if style is not None else None)
        before = next((key for key in reversed(self.open.values()) if key not in self.raw.begun), None)
        self.raw.heading = _level(name)
        mark = properties.find(qn("w:rPr")) if properties is not None else None
        self.raw.mark_gone = mark is not None and any(_tag(one) in _GONE for one in mark.iterchildren("{*}*"))
        self._inline(element, _Under())
        if before and self.raw.covered[before]:
            self.raw.goes_on = before[0]
        if not _NO_TEXT.match(name):
            self.found.append(self.raw)
        self.raw = _Raw()

    def _style(self, code: str | None) -> str:
        if code not in self.styles:
            styles = {one.style_id: one.name for one in self.document.styles} if not self.styles else {}
            self.styles |= {key: (name or "").lower() for key, name in styles.items()}
            self.styles.setdefault(code, (code or "").lower())
        return self.styles[code]

    # what stands in a paragraph

    def _inline(self, element: Any, under: _Under) -> None:
        for child in element.iterchildren("{*}*"):
            tag = _tag(child)
            if tag == "r":
                self._run(child, under)
            elif tag in _TRACKED:
                self._inline(child, self._tracked(child, tag, under))
            elif tag == "hyperlink":
                address = self.targets.get(child.get(qn("r:id")) or "", "")
                self._inline(child, replace(under, address=address))
            elif tag in _WRAPPERS:
                self._inline(child, under)
            elif tag == "sdt":
                self._control(child, lambda content: self._inline(content, under))
            else:
                self._mark(child)

    @staticmethod
    def _tracked(element: Any, tag: str, under: _Under) -> _Under:
        author, at = element.get(qn("w:author")) or "", element.get(qn("w:date")) or ""
        what = "" if under.what == "inserted" and tag in _GONE else _TRACKED[tag]
        return replace(under, gone=under.gone or tag in _GONE, what=what, author=author[:200], at=at[:40])

    def _run(self, element: Any, under: _Under) -> None:
        text = []
        for child in element.iterchildren("{*}*"):
            tag = _tag(child)
            if tag in ("t", "delText"):
                text.append(child.text or "")
            elif tag in _SIGNS:
                text.append(_SIGNS[tag])
            elif tag == "fldChar":
                self._field(child.get(qn("w:fldCharType")))
            elif tag in ("instrText", "delInstrText"):
                if self.fields:
                    self.fields[-1][0] += child.text or ""
            elif tag == "commentReference":
                self._comment(child.get(qn("w:id")))
            elif tag not in _ASIDE:
                self._mark(child)
        self._words("".join(text), under)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self.fields.append(["", ""])
        elif kind == "separate" and self.fields:
            named = _HYPERLINK.match(self.fields[-1][0])
            self.fields[-1][1] = named[1] if named else ""
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _words(self, text: str, under: _Under) -> None:
        text = printable(text)
        if not text:
            return
        if under.what:
            last = self.raw.tracked[-1] if self.raw.tracked else None
            if last and (last.what, last.author) == (under.what, under.author):
                self.raw.tracked[-1] = replace(last, words=last.words + text)
            else:
                self.raw.tracked.append(Tracked(under.what, under.author, under.at, text))
        for words in self.commented.values():
            words.append(text)
        if under.gone:
            return
        address = under.address or next((one[1] for one in reversed(self.fields) if one[1]), "")
        address = address if _SAFE.fullmatch(address) else ""
        self.raw.letters += [(sign, address) for sign in text]
        for key in self.open.values():
            self.raw.covered[key] += len(text.strip())

    # marks

    def _mark(self, element: Any) -> None:
        tag, number = _tag(element), element.get(qn("w:id")) or ""
        if tag == "bookmarkStart":
            name = element.get(qn("w:name")) or ""
            if named := MARK.fullmatch(name):
                self._begin(number, (named[1], named[2]))
            elif PLACE.fullmatch(name):
                self.raw.place = name
        elif tag == "bookmarkEnd":
            self.open.pop(number, None)
        elif tag == "commentRangeStart" and len(self.commented) < _MOST_OPEN:
            self.commented[number] = []
            self._comment(number)
        elif tag == "commentRangeEnd" and number in self.commented:
            self.on[number] = "".join(self.commented.pop(number)).strip()

    def _begin(self, number: str, key: tuple[str, str]) -> None:
        if len(self.open) < _MOST_OPEN:
            self.open[number] = key
            self.raw.begun.append(key)

    def _comment(self, number: str | None) -> None:
        if number and number not in self.noted:
            self.noted.add(number)
            self.raw.comments.append(number)

    def _comments(self) -> dict[str, Comment]:
        part = next(
            (
                link.target_part
                for link in self.document.part.rels.values()
                if link.reltype.endswith("/comments") and not link.is_external
            ),
            None,
        )
        if part is None:
            return {}
        root = _parsed(self.path, "comments", part.blob)
        found = {}
        for one in root.iterchildren(qn("w:comment")):
            lines = [
                "".join(text.text or "" for text in line.iter(qn("w:t"))) for line in one.iter(qn("w:p"))
            ]
            number = one.get(qn("w:id")) or ""
            found[number] = Comment(
                printable(one.get(qn("w:author")) or "")[:200],
                (one.get(qn("w:date")) or "")[:40],
                printable(" ".join(filter(None, lines)))[:20_000],
                self.on.get(number, ""),
            )
        return found


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _level(style: str) -> int:
    found = re.match(r"heading (\d)", style)
    return int(found[1]) if found else 0


def _together(found: Sequence[_Raw], comments: Mapping[str, Comment]) -> Iterator[Paragraph]:
    """The paragraphs as they are once all changes are accepted: joined where the mark between two is deleted."""
    group: list[_Raw] = []
    for number, raw in enumerate(found):
        group.append(raw)
        if raw.mark_gone and not raw.is_blank and number + 1 < len(found):
            continue
        if full := [one for one in group if not one.is_blank]:
            yield _paragraph_from(full, comments)
        for one in group:
            if one.is_blank and (one.begun or one.comments or one.tracked):
                yield _paragraph_from([one], comments)
        group = []


def _paragraph_from(raws: Sequence[_Raw], comments: Mapping[str, Comment]) -> Paragraph:
    begun = [key for one in raws for key in one.begun]
    covered = sum((one.covered for one in raws), Counter[tuple[str, str]]())
    text, links = clean([letter for one in raws for letter in one.letters])
    kept = [key for key in begun if covered[key]] or (begun if text else [])
    return Paragraph(
        text=text,
        keys=tuple(kept),
        goes_on="" if kept else raws[0].goes_on,
        emptied=tuple(key for key in begun if key not in kept),
        heading=raws[0].heading,
        place=raws[0].place,
        links=links,
        tracked=tuple(change for one in raws for change in one.tracked),
        comments=tuple(comments[number] for one in raws for number in one.comments if number in comments),
    )


def clean(letters: Iterable[tuple[str, str]]) -> tuple[str, tuple[LinkIn, ...]]:
    """The text without doubled spaces, with its links at their places in it."""
    kept: list[tuple[str, str]] = []
    for sign, address in letters:
        if sign != " " or (kept and kept[-1][0] != " "):
            kept.append((sign, address))
    while kept and kept[-1][0] == " ":
        kept.pop()
    links: list[LinkIn] = []
    for place, (_, address) in enumerate(kept):
        if address and links and links[-1][1] == place and links[-1][2] == address:
            links[-1] = (links[-1][0], place + 1, address)
        elif address:
            links.append((place, place + 1, address))
    return "".join(sign for sign, _ in kept), tuple(links)
