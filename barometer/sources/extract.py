"""A file → its text, in lines that end with \\n; what cannot be read is refused in one clear line.

Nothing is guessed: a text that is not UTF-8 (or UTF-16 with its mark) is refused with the encoding that it
probably has, for words read in the wrong encoding would be kept as evidence.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.exceptions import OpcError
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml.etree import LxmlError

from barometer.errors import BadInput, TooLarge, Unreadable

#: A bulletin of a whole year is under one megabyte of text; ten times that is no bulletin.
TEXT_LIMIT = 32 * 1024 * 1024
#: A DOCX with pictures may weigh tens of megabytes.
FILE_LIMIT = 64 * 1024 * 1024
#: What a DOCX may unpack to, all parts together, whatever it declares.
UNPACKED_LIMIT = 256 * 1024 * 1024
#: The words of a DOCX stand in one part; this is far above any bulletin's.
PART_LIMIT = 64 * 1024 * 1024
MEMBER_LIMIT = 2000
#: XML so dense is made to fill memory, not to be read.
RATIO_LIMIT = 300

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_KINDS = {".txt": "text/plain", ".md": "text/markdown", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}  # fmt: skip


@dataclass(frozen=True)
class Extracted:
    """A file's text: `name` is the file's name, `text` has \\n line ends, `media_type` by its suffix."""

    name: str
    text: str
    media_type: str


def extract(path: Path) -> Extracted:
    """The text of a .txt, .md or .docx file; Unreadable, TooLarge or BadInput otherwise."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in _KINDS:
        known = ", ".join(_KINDS)
        raise BadInput(
            f"files of kind {suffix or 'without a suffix'!r} cannot be read",
            file=path,
            next_step=f"save it as one of {known}",
        )
    data = _bytes(path, FILE_LIMIT if suffix == ".docx" else TEXT_LIMIT)
    text = docx_text(path, data) if suffix == ".docx" else _decoded(path, data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable("it holds no words", file=path, next_step="check that the right file was saved")
    return Extracted(path.name, text, _KINDS[suffix])


def _bytes(path: Path, limit: int) -> bytes:
    if not path.exists():
        raise Unreadable("there is no such file", file=path, next_step="check the name and the folder")
    if not path.is_file():
        raise Unreadable("it is not a file", file=path, next_step="name a file, not a folder")
    try:
        size = path.stat().st_size
        if size > limit:
            raise TooLarge(
                f"{size:,} bytes is over the limit of {limit:,}",
                file=path,
                next_step="cut it into parts or take out pictures",
            )
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(
            f"it cannot be opened ({error.strerror})", file=path, next_step="check its permissions"
        ) from None
    if not data:
        raise Unreadable("it is empty", file=path, next_step="check that the file was saved or copied whole")
    return data


# --- text -------------------------------------------------------------------------------------------------------


def _decoded(path: Path, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return _by_mark(path, data, "utf-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong_encoding(path, data, error.start) from None
    if "\0" in text:
        place = f"line {text.count(chr(10), 0, text.index(chr(0))) + 1}"
        if data[:2000].count(0) > len(data[:2000]) // 5:
            raise Unreadable(
                "it looks like UTF-16 without its mark, or like a binary file",
                file=path,
                place=place,
                next_step="save it as UTF-8 text",
            )
        raise Unreadable(
            "it holds NUL bytes: a binary file, not a text",
            file=path,
            place=place,
            next_step="export it as text",
        )
    return text


def _by_mark(path: Path, data: bytes, encoding: str) -> str:
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise Unreadable("it is UTF-32", file=path, next_step="save it again as UTF-8")
    try:
        text = data.decode(encoding)
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise Unreadable(
                "it holds NUL signs", file=path, place=f"line {line}", next_step="save it again as UTF-8 text"
            )
        return text
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"it begins as {encoding} and breaks off at byte {error.start:,}",
            file=path,
            next_step="save it again as UTF-8",
        ) from None


def _wrong_encoding(path: Path, data: bytes, at: int) -> Unreadable:
    line = data.count(b"\n", 0, at) + 1
    controls = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in data[:4096])
    if controls > 8 or b"\0" in data[:4096]:
        return Unreadable(
            "it is a binary file, not a text",
            file=path,
            place=f"byte {at:,}",
            next_step="export it as .txt, .md or .docx",
        )
    return Unreadable(
        f"it is not UTF-8 (byte 0x{data[at]:02x}); it is probably {likely_encoding(data)}",
        file=path,
        place=f"line {line}",
        next_step=f"convert it: iconv -f {likely_encoding(data)} -t UTF-8 {path.name} > new-file",
    )


def likely_encoding(data: bytes) -> str:
    """cp1251 or koi8-r: whichever turns the bytes into more small Cyrillic letters; they use the halves crosswise."""
    sample = data[:100_000]

    def small_letters(encoding: str) -> int:
        return sum("а" <= char <= "я" for char in sample.decode(encoding, errors="replace"))

    scores = {encoding: small_letters(encoding) for encoding in ("cp1251", "koi8-r", "cp866")}
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] > len(sample) // 10 else "cp1252"


# --- DOCX -------------------------------------------------------------------------------------------------------


def docx_text(path: Path, data: bytes) -> str:
    """The words of a DOCX document, paragraphs parted by an empty line; Unreadable or TooLarge. `path` names it."""
    if data.startswith(_OLE):
        raise Unreadable(
            "it is locked with a password, or an old .doc file under a new name",
            file=path,
            next_step="open it, remove the password and save it as .docx",
        )
    guard_zip(path, data, "DOCX document")
    try:
        document = Document(io.BytesIO(data))
        return "\n\n".join(_paragraphs(document))
    except (OpcError, LxmlError, KeyError, ValueError, zipfile.BadZipFile, AttributeError, OSError) as error:
        raise Unreadable(
            f"its inside is not that of a DOCX document ({type(error).__name__})",
            file=path,
            next_step="open it in a word processor and save it again",
        ) from None


def guard_zip(path: Path, data: bytes, kind: str) -> None:
    """Refuse what is no zip, is cut off, or unpacks to far more than it weighs; parts are unpacked to be sure."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MEMBER_LIMIT:
                raise TooLarge(
                    f"{len(members):,} parts is over the limit of {MEMBER_LIMIT:,}",
                    file=path,
                    next_step="save it again",
                )
            if any(member.flag_bits & 1 for member in members):
                raise Unreadable(
                    "it is locked with a password",
                    file=path,
                    next_step="remove the password and save it again",
                )
            _unpack(path, archive, members)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OverflowError, ValueError) as error:
        raise Unreadable(
            f"it is cut off or not a {kind} ({error or type(error).__name__})",
            file=path,
            next_step="get the whole file again",
        ) from None
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise Unreadable(
            f"a part of it is damaged ({error})", file=path, next_step="get the whole file again"
        ) from None


def _unpack(path: Path, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    total = 0
    for member in members:
        size = 0
        with archive.open(member) as stream:
            while piece := stream.read(1 << 20):
                size += len(piece)
                total += len(piece)
                dense = size > 1 << 24 and size > RATIO_LIMIT * max(1, member.compress_size)
                if size > PART_LIMIT or total > UNPACKED_LIMIT or dense:
                    raise TooLarge(
                        f"it unpacks to more than {min(size, total):,} bytes (a zip bomb, or no document)",
                        file=path,
                        place=member.filename[:80],
                        next_step="do not open it; ask the sender for the text",
                    )
                if b"<!ENTITY" in piece:
                    raise Unreadable(
                        "it declares XML entities, which no office program writes",
                        file=path,
                        place=member.filename[:80],
                        next_step="do not open it; ask the sender for the text",
                    )


#: What stands around words without being words: content controls, tracked insertions, fields.
_WRAPPERS = frozenset({"sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "fldSimple"})


def _paragraphs(document: Any) -> Iterator[str]:
    numbers = _Numbers(document)
    for paragraph, in_table in _every_paragraph(document.element.body, document, in_table=False):
        words = _words(paragraph)
        if words:
            yield words if in_table else numbers.before(paragraph) + words


def _every_paragraph(element: Any, document: Any, *, in_table: bool) -> Iterator[tuple[Paragraph, bool]]:
    """The paragraphs from top to bottom, those of tables and content controls too; empty ones are passed by."""
    for child in element.iterchildren("{*}*"):
        if not len(child):
            continue
        tag = child.tag.rpartition("}")[2]
        if tag == "p":
            yield Paragraph(child, document), in_table
        elif tag in _WRAPPERS or tag in ("tbl", "tr", "tc"):
            yield from _every_paragraph(child, document, in_table=in_table or tag == "tbl")


def _words(paragraph: Paragraph) -> str:
    """A paragraph in one line, its links as [words](address); what was tracked as deleted is left out."""
    return " ".join("".join(_pieces(paragraph._p, paragraph)).split())


def _pieces(element: Any, paragraph: Paragraph) -> Iterator[str]:
    for child in element.iterchildren("{*}*"):
        tag = child.tag.rpartition("}")[2]
        if tag == "r":
            yield _bracketed(_plain(Run(child, paragraph).text))
        elif tag == "hyperlink":
            link = Hyperlink(child, paragraph)
            text = _plain(link.text)
            address = link.url or "#"
            if text.strip():
                yield f"[{_bracketed(text)}]({'<' + address + '>' if set(address) & set(' ()') else address})"
        elif tag in _WRAPPERS:
            yield from _pieces(child, paragraph)


def _plain(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")


def _bracketed(text: str) -> str:
    """Brackets of the prose itself, marked so that they are not taken for links."""
    return text.replace("[", "\\[").replace("]", "\\]")


class _Numbers:
    """The numbers that a word processor prints before numbered headings and does not keep in their text."""

    def __init__(self, document: Any) -> None:
        self.counts: dict[int, int] = {}
        self.styles: dict[str | None, str] = {}

    def _style(self, paragraph: Paragraph) -> str:
        """The name of its style; a style is looked up once, for each look goes through all of them."""
        code = paragraph._p.style
        if code not in self.styles:
            self.styles[code] = (paragraph.style.name if paragraph.style is not None else "") or ""
        return self.styles[code]

    def before(self, paragraph: Paragraph) -> str:
        """ "3. " for a numbered heading paragraph, else nothing."""
        properties: Any = paragraph._p.pPr
        numbered = (
            properties is not None and properties.numPr is not None and properties.numPr.numId is not None
        )
        if not numbered or not self._style(paragraph).startswith("Heading"):
            return ""
        key = int(properties.numPr.numId.val)
        self.counts[key] = self.counts.get(key, 0) + 1
        return f"{self.counts[key]}. "
