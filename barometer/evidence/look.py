"""What a page says and is drawn with; run apart, for a page is whatever its server likes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from barometer.errors import BadInput

HTML = ("text/html", "application/xhtml+xml")
# Nothing is given back once taken (++): however a style sheet is written, it is read once.
_IN_CSS = re.compile(
    r"""url\(\s*+["']?+([^"'()\s]{1,2000}+)|@import\s++["']([^"']{1,2000}+)""", re.IGNORECASE
)
#: Where a page names what is drawn with it: selector, attribute.
_DRAWN = (
    ("link[rel~=stylesheet]", "href"),
    ("link[rel~=icon]", "href"),
    ("script[src]", "src"),
    ("img[src]", "src"),
    ("source[src]", "src"),
    ("input[type=image]", "src"),
    ("video[poster]", "poster"),
    ("image[href]", "href"),
)


def look(page: tuple[bytes, str, str, str | None]) -> dict[str, Any]:
    """Of (body, url, media type, charset): `title`, main `text`, `wall`, `drawn` addresses, and a `note` or ""."""
    from barometer.sources.documents import to_document

    body, url, media_type, charset = page
    drawn = drawn_with(body.decode(_known(charset), errors="replace"), url) if media_type in HTML else []
    try:
        document = to_document(body, url=url, media_type=media_type, charset=charset)
    except BadInput as error:
        return {"title": "", "text": "", "wall": "", "drawn": drawn, "note": error.message}
    return {
        "title": document.title,
        "text": document.text,
        "wall": document.wall,
        "drawn": drawn,
        "note": "",
    }


def drawn_with(html: str, url: str) -> list[str]:
    """The addresses of what a page is drawn with: pictures, styles, scripts, icons; in order, each once."""
    tree = LexborHTMLParser(html)
    base = tree.css_first("base[href]")
    found = [node.attributes.get(name) or "" for selector, name in _DRAWN for node in tree.css(selector)]
    for node in tree.css("[srcset]"):
        candidates = re.split(r",\s+", node.attributes.get("srcset") or "")
        found += [candidate.split()[0] for candidate in candidates if candidate.strip()]
    styles = [node.text() for node in tree.css("style")]
    styles += [node.attributes.get("style") or "" for node in tree.css("[style]")]
    for style in styles:
        found += _named_in(style)
    named = _absolute([base.attributes.get("href") or ""], url) if base else []
    return _absolute(found, named[0] if named else url)


def drawn_in(css: str, url: str) -> list[str]:
    """The addresses that a style sheet names."""
    return _absolute(_named_in(css), url)


def _named_in(css: str) -> list[str]:
    return [named or imported for named, imported in _IN_CSS.findall(css)]


def _absolute(found: Iterable[str], base: str) -> list[str]:
    """Addresses of the web, without their parts after #, each once."""
    whole: dict[str, None] = {}
    for address in found:
        try:
            url = urldefrag(urljoin(base, address.strip())).url
            if address.strip() and urlsplit(url).scheme in ("http", "https"):
                whole[url] = None
        except ValueError:
            continue  # what is no address draws nothing
    return list(whole)


def _known(charset: str | None) -> str:
    """The charset if there is such a one; addresses are read well enough as UTF-8."""
    try:
        return codecs.lookup(charset or "utf-8").name
    except LookupError:
        return "utf-8"
