"""Bytes → the document that they hold: a captured page, a PDF, a DOCX or a text; a file by its form."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from barometer.errors import BadInput, TooLarge, Unreadable
from barometer.sources.bulletin import Bulletin
from barometer.sources.bulletin_reader import read_bulletin
from barometer.sources.bulletin_words import language_of
from barometer.sources.extract import TEXT_LIMIT, docx_text, extract
from barometer.sources.found import clean_text, one_line
from barometer.sources.letter import Letter, is_letter, read_letter
from barometer.sources.mail import is_mail, parse_message
from barometer.sources.markup import decoded, lines, links, parsed, web_address
from barometer.sources.report import as_report, is_report
from barometer.sources.walls import wall_of

MOST_PAGES = 2000
MOST_LINKS = 2000
#: More HTML than this is no article; the tree of it takes some ten times as much memory.
HTML_LIMIT = 16 << 20
MAIL_TYPE = "message/rfc822"
PDF_TYPE = "application/pdf"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Parts of an address that say where a reader came from, not what is read.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|yclid|ysclid|igshid|igsh|mc_cid|mc_eid|_openstat|from_share|ref_src"
)
_WRITTEN_LINK = re.compile(r"https?://[^\s<>\"'()\[\]«»]{3,2000}")


@dataclass(frozen=True)
class Document:
    """A document as read. `url` is where it was met, `canonical` where it says it stands (same site), without tracking.

    `text` is the main text, a paragraph a line; `language` a code; `links` the web addresses within it; `wall` is not ""
    where the page is not the post but what stands before it (see walls.py).
    """

    url: str
    canonical: str
    title: str
    author: str
    published: date | None
    language: str
    text: str
    links: tuple[str, ...]
    media_type: str
    wall: str = ""


def to_document(data: bytes, *, url: str, media_type: str = "", charset: str | None = None) -> Document:
    """The document of these bytes, as served from `url`; Unreadable or TooLarge where they hold no words we can read.

    A pure function: nothing is fetched. It is meant to run apart (see apart.py), for parsers meet hostile bytes.
    """
    kind = _kind(data, media_type, url)
    read = {"text/html": _page, PDF_TYPE: _pdf, DOCX_TYPE: _docx, "text/plain": _plain, MAIL_TYPE: _mail}.get(
        kind
    )
    if read is None:
        raise Unreadable(
            f"a document of type {kind or 'unknown'} holds no words that we read",
            file=_shown(url),
            next_step="keep the file, and write what it shows by hand",
        )
    document = read(data, url, charset)
    return dataclasses.replace(document, text=clean_text(document.text), links=document.links[:MOST_LINKS])


def document_as_json(document: Document) -> dict[str, Any]:
    """The document as JSON has it."""
    day = document.published.isoformat() if document.published else None
    return {**dataclasses.asdict(document), "published": day, "links": list(document.links)}


def document_from_json(plain: Mapping[str, Any]) -> Document:
    """The document that `document_as_json` wrote."""
    day = date.fromisoformat(plain["published"]) if plain["published"] else None
    return Document(**{**plain, "published": day, "links": tuple(plain["links"])})


def canonical_address(url: str) -> str:
    """An address without its #part, its tracking parameters and a port that goes without saying; host in small letters."""
    address = web_address(url)
    if not address:
        return url
    parts = urlsplit(address)
    kept = [pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])]
    try:
        port = (
            f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}[parts.scheme] else ""
        )
    except ValueError:
        return url
    return urlunsplit(
        (parts.scheme, f"{(parts.hostname or '').rstrip('.')}{port}", parts.path or "/", "&".join(kept), "")
    )


def _kind(data: bytes, media_type: str, url: str) -> str:
    """The media type, by the bytes where they tell, else as served."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF-"):
        return PDF_TYPE
    if start.startswith(b"PK\x03\x04") and (media_type == DOCX_TYPE or b"word/" in data[: 1 << 20]):
        return DOCX_TYPE
    served = media_type.partition(";")[0].strip().lower()
    if served in ("text/html", "application/xhtml+xml") or re.match(
        rb"<!doctype html|<html|<head|<body|<title|<meta", start, re.I
    ):
        return "text/html"
    if served.startswith("text/") or (not served and b"\0" not in data[:2000]):
        return MAIL_TYPE if is_mail(data) else "text/plain"
    return served


def _shown(url: str) -> str:
    return one_line(url, 200)


# --- pages ------------------------------------------------------------------------------------------------------


def _page(data: bytes, url: str, charset: str | None) -> Document:
    if len(data) > HTML_LIMIT:
        raise TooLarge(f"{len(data):,} bytes is no article", file=_shown(url), next_step="keep the file")
    html, _ = decoded(data, charset)
    page = parsed(html)
    found = _extracted(html, url)
    text = (found.text or "").strip() if found else ""
    body = page.body
    if not text:
        text = "\n".join(lines(page.css_first("article, main, [role=main]") or body))
    title = (found.title if found else "") or _title(page)
    return Document(
        url=url,
        canonical=_canonical(page, url),
        title=one_line(title),
        author=one_line((found.author if found else "") or ""),
        published=_day(found.date if found else None),
        language=_language(page, text or title),
        text=text,
        links=tuple(address for address, words in links(body, url) if words and words in text),
        media_type="text/html",
        wall=wall_of(page, url).kind,
    )


def _extracted(html: str, url: str) -> Any:
    """What trafilatura makes of a page; None where it finds no article in it."""
    from trafilatura import bare_extraction

    return bare_extraction(
        html.encode("utf-8", "replace"),
        url=url or None,
        include_comments=False,
        with_metadata=True,
        fast=True,
    )


def _title(page: LexborHTMLParser) -> str:
    title = page.css_first("title")
    return title.text() if title else ""


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        return None


def _canonical(page: LexborHTMLParser, url: str) -> str:
    """Where a page says it stands, believed within its own site only: another's address is nobody's to claim."""
    own = canonical_address(url)
    for place, key in (('link[rel="canonical"]', "href"), ('meta[property="og:url"]', "content")):
        node = page.css_first(place)
        said = web_address((node.attributes.get(key) or "") if node else "", url)
        if said and _site(said) == _site(own):
            return canonical_address(said)
    return own


def _site(address: str) -> str:
    return re.sub(r"^(?:www|m|mobile|amp)\.", "", urlsplit(address).hostname or "")


def _language(page: LexborHTMLParser, text: str) -> str:
    """By the letters where they tell en, ru or kk; another language as the page says it."""
    root = page.css_first("html[lang]")
    said = re.match(r"[a-z]{2,3}", ((root.attributes.get("lang") or "") if root else "").lower())
    told = language_of(text)
    return told if said is None or said[0] in ("en", "ru", "kk") or told != "en" else said[0]


# --- files ------------------------------------------------------------------------------------------------------


def _pdf(data: bytes, url: str, charset: str | None) -> Document:
    import pypdfium2  # type: ignore[import-untyped]

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Unreadable(
            "it is locked with a password" if locked else f"it is no whole PDF ({one_line(str(error), 100)})",
            file=_shown(url),
            next_step="ask for one without a password" if locked else "get the whole file again",
        ) from None
    with pdf:
        if len(pdf) > MOST_PAGES:
            raise TooLarge(f"it has {len(pdf):,} pages", file=_shown(url), next_step="cut it into parts")
        text = "\n\n".join(filter(None, (_pdf_page(pdf, number) for number in range(len(pdf)))))
        about = pdf.get_metadata_dict(skip_empty=True)
    if not text:
        raise Unreadable(
            "its pages are pictures without words",
            file=_shown(url),
            next_step="have its text recognised (OCR) and hand in that",
        )
    day = re.match(r"D:(\d{4})(\d\d)(\d\d)", about.get("CreationDate", ""))
    return _file(
        text,
        url,
        PDF_TYPE,
        about.get("Title", ""),
        about.get("Author", ""),
        "-".join(day.groups()) if day else "",
    )


def _pdf_page(pdf: Any, number: int) -> str:
    import pypdfium2

    try:
        page = pdf[number]
        words = page.get_textpage()
    except pypdfium2.PdfiumError:
        raise Unreadable(
            "a page of it is damaged", place=f"page {number + 1}", next_step="get the whole file again"
        ) from None
    text = words.get_text_bounded()
    words.close()
    page.close()
    # U+FFFE stands where a word was broken at the end of a line.
    text = re.sub(r"\ufffe\r?\n?", "", text.replace("\r\n", "\n"))
    return str("\n".join(line.rstrip() for line in text.split("\n")).strip())


def _docx(data: bytes, url: str, charset: str | None) -> Document:
    try:
        text = docx_text(Path(_name(url)), data)
    except BadInput as error:
        raise type(error)(
            error.message, file=_shown(url), place=error.place, next_step=error.next_step
        ) from None
    return _file(text, url, DOCX_TYPE)


def _plain(data: bytes, url: str, charset: str | None) -> Document:
    if len(data) > TEXT_LIMIT:
        raise TooLarge(
            f"{len(data):,} bytes is over the limit", file=_shown(url), next_step="cut it into parts"
        )
    return _file(decoded(data, charset)[0], url, "text/plain")


def _mail(data: bytes, url: str, charset: str | None) -> Document:
    letter = parse_message(data)
    day = letter.published.date().isoformat() if letter.published else ""
    return _file(letter.text, url, MAIL_TYPE, letter.title, letter.author, day)


def _file(text: str, url: str, media_type: str, title: str = "", author: str = "", day: str = "") -> Document:
    text = clean_text(text).strip()
    if not text:
        raise Unreadable("it holds no words", file=_shown(url), next_step="check that it is the right file")
    first = text.partition("\n")[0].strip("#* ")
    return Document(
        url=url,
        canonical=canonical_address(url),
        title=one_line(title if len(title) > 3 else first, 200),
        author=one_line(author),
        published=_day(day),
        language=language_of(text),
        text=text,
        links=tuple(dict.fromkeys(match.rstrip(".,;:!?") for match in _WRITTEN_LINK.findall(text))),
        media_type=media_type,
    )


def _name(url: str) -> str:
    try:
        return one_line(unquote(urlsplit(url).path.rpartition("/")[2]), 100) or "document"
    except ValueError:
        return "document"


# --- files by their form ----------------------------------------------------------------------------------------


def read_document_file(path: Path, published: str | None = None) -> Bulletin | Letter:
    """Read a .txt, .md or .docx file; Unreadable or TooLarge where it holds no text.

    `published` (YYYY-MM-DD) is the day of a single report; a bulletin has its quarter, a letter its date.
    """
    document = extract(path)
    return read_document(document.name, document.text, published)


def read_document(source_name: str, text: str, published: str | None = None) -> Bulletin | Letter:
    """The document of a text, told by its form. Never fails."""
    if is_letter(text):
        return read_letter(source_name, text)
    bulletin = read_bulletin(source_name, text)
    return as_report(bulletin, published) if is_report(bulletin) else bulletin
