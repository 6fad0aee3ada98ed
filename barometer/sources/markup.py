"""HTML → its words in lines and its links. Bytes and strings only; nothing is fetched, no depth of nesting hurts."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from barometer.sources.extract import likely_encoding

# fmt: off
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
    "thead", "tr", "ul",
})
_CELLS = frozenset({"td", "th"})
_HIDDEN = frozenset({
    "script", "style", "noscript", "template", "head", "title", "svg", "math", "canvas", "object", "iframe", "audio",
    "video", "select",
})
# fmt: on
_TEXT, _COMMENT = "-text", "-comment"


_META = re.compile(rb"<meta[^>]{0,300}?charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9._-]{2,40})", re.IGNORECASE)
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def decoded(data: bytes, charset: str | None = None) -> tuple[str, str]:
    """(text, encoding) of a page: by its mark, as served, as the page says, as UTF-8; else as the Cyrillic it looks like.

    An encoding that the bytes contradict is passed over. A page with a few bytes broken stays what it says.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding.removesuffix("-sig")
    meta = _META.search(data[:4096])
    named = [charset or "", meta[1].decode("ascii") if meta else "", "utf-8"]
    known = [name.lower() for name in named if _known(name)]
    for encoding in known:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text[:2000] or len(known) == 1:
            return text, encoding
    text = data.decode(known[0], "replace")
    if text.count("\ufffd") * 20 < sum(char > "\x7f" for char in text):
        return text, known[0]
    likely = guessed(data)
    return data.decode(likely, "replace"), likely


def guessed(data: bytes) -> str:
    """The Cyrillic encoding that bytes outside ASCII look like, else cp1252."""
    return likely_encoding(data[:400_000].translate(None, delete=bytes(range(128))))


def _known(encoding: str) -> bool:
    try:
        return bool(encoding) and codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        return False


def parsed(html: str) -> LexborHTMLParser:
    """The tree of an HTML text; any text makes one."""
    return LexborHTMLParser(html.replace("\0", ""))


def lines(node: LexborNode | None) -> list[str]:
    """The words of a part of a page, a paragraph or table row a line, the cells of a row parted by " | "."""
    raw = "".join(_pieces(node)) if node is not None else ""
    cleaned = (" ".join(line.split()).strip("| ").replace("| |", "|") for line in raw.split("\n"))
    return [line for line in cleaned if line]


def plain(html: str) -> str:
    """The words of a piece of HTML, one paragraph a line."""
    if "<" not in html and "&" not in html:
        return "\n".join(filter(None, (" ".join(line.split()) for line in html.splitlines())))
    return "\n".join(lines(parsed(html).body))


def _pieces(root: LexborNode) -> Iterator[str]:
    todo: list[tuple[LexborNode, str]] = [(root, "")]
    while todo:
        node, closing = todo.pop()
        if closing:
            yield closing
            continue
        tag = node.tag or ""
        if tag == _TEXT:
            yield (node.text(deep=True) or "").replace("\n", " ").replace("\r", " ")
        elif tag not in _HIDDEN and tag != _COMMENT:
            around = "\n" if tag in _BLOCKS else " | " if tag in _CELLS else ""
            if around:
                yield around if around == "\n" else ""
                todo.append((node, around))
            todo += [(child, "") for child in reversed(list(node.iter(include_text=True)))]


def links(node: LexborNode | None, base: str) -> list[tuple[str, str]]:
    """(address, words) of every link to the web in a part of a page, in its order, each address once."""
    found: dict[str, str] = {}
    for each in node.css("a[href]") if node is not None else []:
        address = web_address(each.attributes.get("href") or "", base)
        if address:
            words = " ".join((each.text(deep=True) or "").split())
            found[address] = found.get(address) or words
    return list(found.items())


def web_address(written: str, base: str = "") -> str:
    """An address as a page writes it → the whole http(s) address without its #part; "" for anything else."""
    try:
        address = urldefrag(urljoin(base, "".join(written.split()))).url
        parts = urlsplit(address)
        return address if written and parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""
