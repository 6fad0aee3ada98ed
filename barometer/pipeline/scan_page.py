"""One record of an archive → a lead, or nothing: a glance at each page, a longer look at what may be relevant."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from barometer.reading import read_bulletin
from barometer.reading.relevance import relevance
from barometer.sources import read_report
from barometer.sources.archive_records import Record, header
from barometer.sources.found import clean_text

#: News say first what they are about: so many signs of a text, after the title, tell whether it is relevant.
TELLING = 900
#: Three looks, each dearer than the one before: the relevance that a page must have at a glance, and by the text that is
#: extracted of it without its menus, to be extracted whole. A lead must have more.
AT_A_GLANCE, WITHOUT_MENUS = 0.25, 0.4
#: Of a longer page, or story, only the beginning is looked at, in signs.
LONGEST_PAGE = 2_000_000
LONGEST_STORY = 8_000

_PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
_KINDS = frozenset({"response", "resource", "conversion", "item"})
_FURNITURE = [
    "script", "style", "noscript", "template", "svg", "iframe", "form", "nav", "aside", "footer", "button", "select",
]  # fmt: skip
#: What more is mostly menus.
_LISTS = ["ul", "ol", "header", "img", "link"]
_SENTENCE = 60
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*+=\s*+["']?\s*+([A-Za-z0-9_.:-]{2,30})""", re.IGNORECASE
)
#: Encodings of pages that are not UTF-8; names by Python.
_ENCODINGS = frozenset(
    {"cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic", "cp1252", "iso8859-1", "iso8859-15",
     "cp1254", "iso8859-9", "cp1250", "iso8859-2", "utf-16", "utf-16-le", "utf-16-be", "kz1048", "ptcp154"}
)  # fmt: skip
_CYRILLIC_DEFAULT = "cp1251"


@dataclass(frozen=True)
class Page:
    """What a page tells: its title, and its text without menus."""

    title: str
    text: str

    def telling(self) -> str:
        """What its relevance is judged by."""
        return f"{self.title}\n{self.text[:TELLING]}"


def is_page(record: Record) -> bool:
    """Whether a record may hold a report at all: a page that was there, a text, an item of a flow."""
    if record.kind not in _KINDS or not record.payload:
        return False
    if record.status is not None and not 200 <= record.status < 300:
        return False
    return record.kind == "item" or record.media_type in _PAGES or record.media_type == "text/plain"


def lead_of(record: Record, archive: str) -> dict[str, Any] | None:
    """The lead that a page gives, None where it is not about press freedom here."""
    if record.kind == "item":
        page, published = _item(record)
    else:
        html = decoded(record.payload, header(record, "content-type"))
        found = _page(html, record.media_type)
        if found is None:
            return None
        page, published = found, ""
    judged = relevance(page.telling())
    if not judged.relevant:
        return None
    if record.kind != "item" and record.media_type in _PAGES:
        published = day_of(html, record.url, record.date[:10])
    return {
        "url": record.url,
        "date": published or None,
        "captured": record.date or None,
        "title": page.title,
        "language": judged.language,
        "relevance": judged.relevance,
        "events": _proposed(page, published),
        "sha256": hashlib.sha256(record.payload).hexdigest(),
        "archive": archive,
        "offset": record.offset,
        "within": record.within,
        "whole": not record.cut and record.digest_ok is not False,
    }


def _page(html: str, media_type: str) -> Page | None:
    """What a page or plain text tells; None where a quick look says that it is of no interest."""
    if media_type == "text/plain":
        title, _, _ = html.lstrip().partition("\n")
        return Page(title[:300].strip(), html)
    quick = glance(html)
    if relevance(quick.telling(), gate=AT_A_GLANCE).relevance < AT_A_GLANCE:
        return None
    page = Page(quick.title, extracted(_without_menus(html), fast=True) or quick.text)
    if relevance(page.telling(), gate=WITHOUT_MENUS).relevance < WITHOUT_MENUS:
        return None
    return Page(quick.title, extracted(html) or quick.text)


def _item(record: Record) -> tuple[Page, str]:
    """An item of a flow, and its day."""
    item = json.loads(record.payload.decode("utf-8-sig"))
    title, text, day = (clean_text(str(item.get(name) or "")) for name in ("title", "text", "date"))
    return Page(title[:300], text), day[:10] if _DAY.match(day) else ""


# --- bytes and letters ------------------------------------------------------------------------------------------


def decoded(data: bytes, content_type: str = "") -> str:
    """A page's signs. Never fails: what is no UTF-8 is read by what the page says of itself, else as cp1251."""
    data = data[: 4 * LONGEST_PAGE]
    text = data.decode("utf-8-sig", errors="replace")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
    elif text.count("\ufffd") > 3 + len(text) // 1000:
        text = data.decode(_encoding(data, content_type), errors="replace")
    return text[:LONGEST_PAGE]


def _encoding(data: bytes, content_type: str) -> str:
    told = re.search(r"charset\s*=\s*[\"']?([\w.:-]{2,30})", content_type, re.IGNORECASE)
    meta = _CHARSET.search(data, 0, 4096)
    for name in (told[1] if told else "", meta[1].decode("ascii") if meta else ""):
        try:
            known = codecs.lookup(name).name
        except LookupError:
            continue
        if known in _ENCODINGS:
            return known
    return _CYRILLIC_DEFAULT


# --- the two looks ----------------------------------------------------------------------------------------------


def glance(html: str) -> Page:
    """A page's title and the beginning of its longest run of paragraphs, quickly and roughly."""
    tree = LexborHTMLParser(html)
    title, description = _title(tree), _description(tree)
    tree.strip_tags(_FURNITURE)
    text = _paragraphs(tree) or _long_lines(tree)
    if description and description[:40] not in text[: TELLING + 40]:
        text = f"{description}\n{text}"
    return Page(title, text)


def _title(tree: LexborHTMLParser) -> str:
    """As social networks show it: without the site's name."""
    shared = tree.css_first('meta[property="og:title"]')
    node = tree.css_first("h1") or tree.css_first("title")
    told = (shared.attributes.get("content") if shared else None) or (node.text() if node else "")
    return " ".join(told.split())[:300]


def _description(tree: LexborHTMLParser) -> str:
    node = tree.css_first('meta[property="og:description"]') or tree.css_first('meta[name="description"]')
    return (node.attributes.get("content") or "").strip()[:400] if node else ""


def _paragraphs(tree: LexborHTMLParser) -> str:
    """The paragraphs of the element that holds most of such text; "" where that is little."""
    runs: dict[int, list[str]] = defaultdict(list)
    lengths: dict[int, int] = defaultdict(int)
    for node in tree.css("p"):
        text = " ".join(node.text().split())
        if len(text) >= _SENTENCE and node.parent is not None:
            runs[node.parent.mem_id].append(text)
            lengths[node.parent.mem_id] += len(text)
    if not lengths:
        return ""
    most = max(lengths, key=lambda key: lengths[key])
    return "\n".join(runs[most]) if lengths[most] >= 3 * _SENTENCE else ""


def _long_lines(tree: LexborHTMLParser) -> str:
    """Lines of a page without paragraphs that are long enough for sentences."""
    if tree.body is None:
        return ""
    tree.unwrap_tags(["a", "b", "i", "em", "strong", "span", "u", "font", "small", "mark", "abbr", "time"])
    tree.merge_text_nodes()
    lines = (" ".join(line.split()) for line in tree.body.text(separator="\n").split("\n"))
    return "\n".join(line for line in lines if len(line) >= _SENTENCE)


def _without_menus(html: str) -> str:
    """A page that is quicker to extract a text from."""
    tree = LexborHTMLParser(html)
    tree.strip_tags([*_FURNITURE, *_LISTS])
    return tree.html or ""


def extracted(html: str, *, fast: bool = False) -> str:
    """A page's text as trafilatura finds it, "" where it finds none; it is given the bytes and fetches nothing.

    `fast` is without its second opinions, which take half of the time.
    """
    from trafilatura import bare_extraction

    found = bare_extraction(html.encode("utf-8", errors="replace"), include_comments=False, fast=fast)
    return (found.text or "") if found is not None and not isinstance(found, dict) else ""


def day_of(html: str, url: str, captured: str) -> str:
    """The day on which a page was published, YYYY-MM-DD and not after it was captured; "" where it does not tell."""
    from htmldate import find_date

    latest = captured if _DAY.fullmatch(captured) else "2100-01-01"
    found = find_date(
        html.encode("utf-8", errors="replace"),
        extensive_search=False,
        original_date=True,
        url=url or None,
        max_date=latest,
    )
    return found or ""


# --- what is proposed -------------------------------------------------------------------------------------------


def _proposed(page: Page, published: str) -> list[dict[str, Any]]:
    """The events that the reader proposes: kind, day, types with how sure each is, the main one first."""
    text = page.text[:LONGEST_STORY]
    if page.title and not text.startswith(page.title):
        text = f"{page.title}\n\n{text}"
    coded = read_bulletin(read_report("page", text, published or None))
    return [
        {
            "kind": event.kind,
            "date": event.date,
            "types": [
                {"type": type_, "confidence": _confidence(event.grounds, number)}
                for number, type_ in enumerate(event.types)
            ],
        }
        for entry in coded.entries
        for event in entry.events
    ]


def _confidence(grounds: Any, number: int) -> float | None:
    ground = grounds.get(f"types.{number}")
    return round(ground.confidence, 2) if ground and ground.confidence is not None else None
