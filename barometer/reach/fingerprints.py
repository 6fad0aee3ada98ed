"""Known block pages and sinkholes: how a known one is told in an answer.

A country's own are its marks (`countries/KZ/block_pages.toml`), of which those count here that confirm. Others come from
OONI's public lists (fingerprints_http and fingerprints_dns, JSON or CSV), which a desk may fetch and name by their path;
none of them is shipped.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick

from barometer.countries.blocking import marks
from barometer.errors import TooLarge, Unreadable, WrongShape

#: Scopes that tell of a country's or a provider's blocking; the others are an office's filter, a product's page, or
#: no block page at all ("fp": what looks like one; "vbw": words too vague).
PUBLIC = frozenset({"nat", "isp", "prov"})
_PLACE, _PRODUCT, _NONE = frozenset({"inst"}), frozenset({"prod", "injb"}), frozenset({"fp", "vbw"})
_SCOPES = PUBLIC | _PLACE | _PRODUCT | _NONE | {""}
_TYPES = frozenset({"full", "prefix", "contains", "regexp"})
#: Patterns surer than this only: the lists go from 0 to 10.
_SURE = 5
#: So much of a page is looked at; a pattern's expression sees less of it, because it may be slow.
_PAGE, _SLOW = 1 << 18, 1 << 14
_LIST = 32 << 20
_FIGURES = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True)
class Fingerprint:
    """A pattern and where it is looked for: `dns`, `body`, `header.NAME`, or `certificate` (who signed)."""

    name: str
    where: str
    kind: str
    pattern: str
    scope: str = ""
    countries: frozenset[str] = frozenset()

    def means(self, country: str) -> str:
        """What it tells where it is met: "confirmed", "likely", "place" (an office's own filter)."""
        if self.scope in _PLACE:
            return "place"
        return "confirmed" if self.scope in PUBLIC and country in self.countries else "likely"

    def matches(self, text: str) -> bool:
        """Whether it is in a header or an answer."""
        if self.kind == "full":
            return text == self.pattern
        if self.kind == "prefix":
            return text.startswith(self.pattern)
        if self.kind == "contains":
            return self.pattern in text
        return re.search(self.pattern, text[:_SLOW]) is not None


@dataclass(frozen=True)
class Fingerprints:
    """Those that are looked for, made ready to be found in one walk over a page."""

    all: tuple[Fingerprint, ...] = ()
    _within: Any = field(init=False, repr=False, compare=False)
    _answers: Mapping[str, Fingerprint] = field(init=False, repr=False, compare=False)
    _pages: tuple[Fingerprint, ...] = field(init=False, repr=False, compare=False)
    _headers: Mapping[str, tuple[Fingerprint, ...]] = field(init=False, repr=False, compare=False)
    _issuers: tuple[Fingerprint, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pages = [one for one in self.all if one.where == "body"]
        headers: dict[str, list[Fingerprint]] = {}
        for one in self.all:
            if one.where.startswith("header."):
                headers.setdefault(one.where.removeprefix("header."), []).append(one)
        within = ahocorasick.Automaton()
        for one in pages:
            if one.kind == "contains":
                within.add_word(one.pattern, one)
        within.make_automaton()
        object.__setattr__(self, "_within", within if len(within) else None)
        object.__setattr__(self, "_answers", {one.pattern: one for one in self.all if one.where == "dns"})
        object.__setattr__(self, "_pages", tuple(one for one in pages if one.kind != "contains"))
        object.__setattr__(self, "_headers", {name: tuple(of) for name, of in headers.items()})
        object.__setattr__(self, "_issuers", tuple(one for one in self.all if one.where == "certificate"))

    def __add__(self, others: Fingerprints) -> Fingerprints:
        return Fingerprints((*self.all, *others.all))

    def in_answers(self, answers: Iterable[str]) -> tuple[Fingerprint, ...]:
        """Sinkholes among addresses and names that a resolver gave."""
        known = self._answers
        return tuple(known[answer] for answer in answers if answer in known)

    def in_certificates(self, issuers: Iterable[str]) -> tuple[Fingerprint, ...]:
        """Authorities of an interception among those who signed."""
        return tuple(one for issuer in issuers for one in self._issuers if one.matches(issuer))

    def in_page(self, headers: Mapping[str, str], body: str) -> tuple[Fingerprint, ...]:
        """Block pages that an answer is; names of headers in small letters."""
        found = [
            one
            for name, value in headers.items()
            for one in self._headers.get(name, ())
            if one.matches(value)
        ]
        page = body[:_PAGE]
        if page and self._within is not None:
            found += [one for _, one in self._within.iter(page)]
        return (*found, *(one for one in self._pages if page and one.matches(page)))


@cache
def own(country: str = "KZ") -> Fingerprints:
    """The country's marks that confirm a blocking."""
    places = {"location": "header.location", "server": "header.server"}
    return Fingerprints(
        tuple(
            Fingerprint(
                mark.id,
                places.get(mark.where, mark.where),
                "regexp" if mark.match == "pattern" else mark.match,
                mark.text,
                "nat",
                frozenset({country}),
            )
            for mark in marks(country)
            if mark.confirms and mark.kind == "block"
        )
    )


def strongest(found: Iterable[Fingerprint], country: str) -> Fingerprint | None:
    """Of several that were met the one that tells most."""
    order = ("confirmed", "likely", "place")
    return min(found, key=lambda one: (order.index(one.means(country)), one.name), default=None)


def read_fingerprints(source: Path | bytes, name: str = "") -> Fingerprints:
    """A list in OONI's form, JSON or CSV. Vague patterns and known false ones are left out."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    name = name or (source.name if isinstance(source, Path) else "")
    if len(data) > _LIST:
        raise TooLarge(f"a list of fingerprints of more than {_LIST >> 20} MB", file=name)
    text = data.decode("utf-8-sig", "replace")
    try:
        rows = (
            json.loads(text)
            if text.lstrip().startswith(("[", "{"))
            else list(csv.DictReader(io.StringIO(text)))
        )
    except (ValueError, RecursionError, csv.Error) as error:
        raise Unreadable(f"this is no list of fingerprints ({error})", file=name) from None
    if not isinstance(rows, list) or not rows:
        raise WrongShape(
            "a list of fingerprints is a list of rows", file=name, next_step="give OONI's own file"
        )
    found = (_fingerprint(row, number, name) for number, row in enumerate(rows, 1))
    return Fingerprints(tuple(one for one in found if one is not None))


def _fingerprint(row: Any, number: int, file: str) -> Fingerprint | None:
    place = f"row {number}"
    if not isinstance(row, Mapping) or not row.get("pattern") or not row.get("location_found"):
        raise WrongShape("a fingerprint has pattern and location_found", file=file, place=place)
    kind, scope = str(row.get("pattern_type") or ""), str(row.get("scope") or "")
    if kind not in _TYPES or scope not in _SCOPES:
        raise WrongShape(f"pattern_type {kind!r} or scope {scope!r} is not known", file=file, place=place)
    sure = str(row.get("confidence_no_fp") or 0)
    if not _FIGURES.fullmatch(sure):
        raise WrongShape(f"confidence_no_fp {sure[:40]!r} is no number", file=file, place=place)
    if scope in _NONE or int(sure) < _SURE:
        return None
    pattern = str(row["pattern"])
    if kind == "regexp":
        try:
            re.compile(pattern)
        except re.error as error:
            raise WrongShape(f"its expression is wrong ({error})", file=file, place=place) from None
    where = str(row["location_found"]).casefold()
    countries = frozenset(filter(None, re.split(r"[,\s]+", str(row.get("expected_countries") or "").upper())))
    return Fingerprint(str(row.get("name") or place), where, kind, pattern, scope, countries - {"ZZ"})
