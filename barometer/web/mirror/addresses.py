"""Where a page of the site lies in the mirror: addresses → names of files that every system can hold.

A file's name has small letters, figures and signs that Windows, FAT and web servers leave alone; two addresses that
differ only in capitals never meet in one file.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.conf import settings
from django.http import QueryDict
from django.urls import is_valid_path

from barometer.web.public import filters

#: What a query may ask of a page that is not the events': everything else of it is left out.
FOLLOWED = ("page", "period", "state", "body", "day")
#: A part of a name that is longer gets a digest in place of its end.
LONGEST = 60
#: Names that Windows keeps for itself, with whatever ending.
_KEPT = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?")
_FILE = re.compile(r"\.[a-z0-9]{1,11}$")
#: What only a running site can do.
_LIVE_ONLY = re.compile(r"/[a-z]{2}/(tip|alerts|follow|embed|api|search)/|/api/")
_NEVER = ("/desk/",)
#: Feeds of single records are there as Atom alone: they are many.
_OTHER_FORM = re.compile(r"/(cases|people|outlets)/[^/]+/feed\.(rss|json)$")
#: Filters whose values have a page of their own.
_PAGES = {
    "case": "cases",
    "person": "people",
    "outlet": "outlets",
    "body": "bodies",
    "provision": "provisions",
}


@dataclass(frozen=True)
class Place:
    """A page of the site and its file: `page` is the address without its language, which `language` names.

    Files that have no language (styles, icons) have "".
    """

    language: str
    page: str
    file: str

    def in_language(self, language: str) -> Place:
        """The same page in another language."""
        return place(f"/{language}/{self.page}") or self

    @property
    def address(self) -> str:
        """The page's address on the site."""
        return f"/{self.language}/{self.page}" if self.language else self.page

    @property
    def up(self) -> str:
        """The way from the file to the root of the mirror."""
        return "../" * self.file.count("/")


@lru_cache(maxsize=200_000)
def place(address: str) -> Place | None:
    """Where the page at an address below the root lies; None for what the mirror does not have."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if path.startswith(_NEVER) or is_live_only(path) or _OTHER_FORM.search(path) or "\x00" in path:
        return None
    language = path.split("/")[1]
    if language not in dict(settings.LANGUAGES):
        return Place("", path, _file(path, "")) if path in ("/", "/robots.txt") or _is_static(path) else None
    page = path[len(language) + 2 :]
    query = canonical(page, parts.query)
    if own := _page_of(language, query) if page == "events/" else "":
        return place(own)
    if parts.query and _FILE.search(page):
        return None  # a feed or download of a choice: made on asking, not one by one
    return Place(language, page + (f"?{query}" if query else ""), _file(path, query))


def is_live_only(path: str) -> bool:
    """Whether a running site is needed for it."""
    return bool(_LIVE_ONLY.match(path))


def _is_static(path: str) -> bool:
    return path.startswith(settings.STATIC_URL) and not path.endswith("/")


def canonical(page: str, query: str) -> str:
    """Of a query what names a page of its own, always written the same."""
    if page == "events/":
        wanted = filters.parse(QueryDict(query))
        pages = [("page", str(wanted.page))] if wanted.page > 1 and wanted.chosen else []
        return urlencode([*wanted.pairs(), *pages])
    given = dict(parse_qsl(query))
    kept = {name: given[name] for name in FOLLOWED if given.get(name) and not _is_first(name, given[name])}
    return "&".join(f"{name}={value}" for name, value in kept.items() if re.fullmatch(r"[\w-]{1,40}", value))


def _page_of(language: str, query: str) -> str:
    """The page of the one case, person, outlet … whose events are asked for: it lists them; "" where there is none."""
    given = parse_qsl(query)
    if len(given) != 1 or given[0][0] not in _PAGES:
        return ""
    address = f"/{language}/{_PAGES[given[0][0]]}/{given[0][1]}/"
    return address if is_valid_path(address, "barometer.web.mirror.urls") else ""


def _is_first(name: str, value: str) -> bool:
    return name == "page" and value == "1"


def _file(path: str, query: str) -> str:
    *folders, last = path.split("/")[1:]
    name = last or "index.html"
    if query:
        name = f"{safe('.'.join(f'{key}-{value}' for key, value in parse_qsl(query)))}.html"
    return "/".join([*map(safe, folders), safe(name) if not query else name])


def safe(name: str) -> str:
    """A name that every system can hold; one that had to be changed has a digest of what it was."""
    small = name.lower()
    if _PLAIN.fullmatch(small) and not _KEPT.match(small) and len(small) <= LONGEST + 14:
        return small
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    stem, dot, ending = small.rpartition(".")
    stem, ending = (stem, f".{ending}") if dot and re.fullmatch(r"[a-z0-9]{1,11}", ending) else (small, "")
    return f"{re.sub(r'[^a-z0-9-]+', '-', stem).strip('-')[: LONGEST - 13]}-{digest}{ending}".lstrip("-")
