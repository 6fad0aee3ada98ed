"""A page of the site → the same page as a file: relative addresses, no form that needs a server.

The pages are our own templates' and therefore regular: attributes in double quotes, every sign in words escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from barometer.web.mirror.addresses import Place, is_live_only, place

_TAG = re.compile(r"<(a|area|link|img|script|iframe|source|image|use|object|embed)\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r'\s(href|src|xlink:href|data|srcset)="([^"]*)"', re.IGNORECASE)
_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
_IS_SEARCH = re.compile(r'role="search"|name="q"')
_CITED = re.compile(r'<p class="cite">.*?</p>\s*', re.DOTALL)
#: What names the page by its whole address, for machines.
_SHARED = re.compile(
    r'<meta property="og:url"[^>]*>\s*|<script type="application/ld\+json">.*?</script>\s*', re.DOTALL
)
_IN_STYLE = re.compile(r"url\(\s*(['\"]?)([^)'\"]+)\1\s*\)")
_NEEDS_SITE = "copy/"
#: Files that name pages by their whole address: a mirror of a site without one has none.
_NEEDS_ADDRESS = (".atom", ".rss", ".json", ".ics")
#: Marks a link that leads to the site itself, where the mirror says where that is.
_LIVE = "data-live"


@dataclass(frozen=True)
class Notes:
    """What a page says in place of forms, and at its end; `at` gives the address of a page of the mirror's own."""

    search: Callable[[str], str]
    form: Callable[[str], str]
    foot: Callable[[str], str]


@dataclass
class Rewriter:
    """Rewrites pages for a mirror of the site at `site` ("" where it has no address); `host` is what it was asked by."""

    host: str
    site: str
    notes: Notes

    def html(self, text: str, here: Place) -> tuple[str, list[Place]]:
        """The page, and the places that it leads to."""
        found: dict[str, Place] = {}
        if not self.site:
            text = _SHARED.sub("", _CITED.sub("", text))
        text = _FORM.sub(lambda form: self._instead(form[0], here), text)
        text = _TAG.sub(lambda tag: self._tag(tag[0], tag[1].lower(), here, found), text)
        text = text.replace("</head>", '<meta name="referrer" content="no-referrer">\n</head>', 1)
        at = f"{here.up}{here.language}/{_NEEDS_SITE}"
        text = text.replace("</footer>", f"{self.notes.foot(at)}</footer>", 1)
        for page in ("", "search/", "names/"):
            own = place(f"/{here.language}/{_NEEDS_SITE}{page}")
            if own:
                found[own.file] = own
        return text, list(found.values())

    def style(self, text: str, here: Place) -> tuple[str, list[Place]]:
        """A style sheet: what it fetches lies beside it."""
        found: list[Place] = []

        def address(match: re.Match[str]) -> str:
            target = self._target(match[2], here)
            if target is None:
                return match[0]
            found.append(target)
            return f'url("{here.up}{target.file}")'

        return _IN_STYLE.sub(address, text), found

    def _instead(self, form: str, here: Place) -> str:
        at = f"{here.up}{here.language}/{_NEEDS_SITE}"
        return self.notes.search(at) if _IS_SEARCH.search(form) else self.notes.form(at)

    def _tag(self, tag: str, name: str, here: Place, found: dict[str, Place]) -> str:
        if name == "link" and 'rel="canonical"' in tag:
            return tag if self.site else ""
        if _LIVE in tag:
            return tag
        gone = False

        def address(match: re.Match[str]) -> str:
            nonlocal gone
            given = unescape(match[2])
            if not self._is_own(given):
                return match[0]
            fragment = urlsplit(given).fragment
            if given.startswith("#"):
                return match[0]
            target = self._target(given, here)
            if target is None and is_live_only(self._path(given, here)):
                target, fragment = place(f"/{here.language}/{_NEEDS_SITE}"), ""
            if target is None:
                gone = True
                return ""
            found[target.file] = target
            end = f"#{fragment}" if fragment else ""
            return f' {match[1]}="{escape(here.up + target.file + end)}"'

        written = _ADDRESS.sub(address, tag)
        if not gone:
            return written
        return written if name in ("a", "area") else ""

    def _is_own(self, address: str) -> bool:
        parts = urlsplit(address)
        return not parts.scheme and not parts.netloc or parts.netloc == self.host

    def _path(self, address: str, here: Place) -> str:
        return urlsplit(urljoin(f"https://{self.host}{here.address}", address)).path

    def _target(self, address: str, here: Place) -> Place | None:
        if not self._is_own(address):
            return None
        parts = urlsplit(urljoin(f"https://{self.host}{here.address}", address))
        found = place(parts.path + (f"?{parts.query}" if parts.query else ""))
        return None if found and not self.site and found.file.endswith(_NEEDS_ADDRESS) else found


def links(text: str) -> list[str]:
    """The addresses that a page of the mirror leads to or fetches, as they are written, but to the site itself."""
    return [
        unescape(match[2])
        for tag in _TAG.finditer(text)
        if 'rel="canonical"' not in tag[0] and _LIVE not in tag[0]
        for match in _ADDRESS.finditer(tag[0])
    ]


def unlinked(text: str, dead: Callable[[str], bool]) -> str:
    """The page without links for which `dead` says yes; their words stay."""

    def tag(match: re.Match[str]) -> str:
        addresses = [unescape(one[2]) for one in _ADDRESS.finditer(match[0])]
        if not any(map(dead, addresses)):
            return match[0]
        return _ADDRESS.sub("", match[0]) if match[1].lower() in ("a", "area") else ""

    return _TAG.sub(tag, text)
