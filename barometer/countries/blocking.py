"""How blocking looks in a country: marks of block pages, sinkholes, interception and portals, as public sources have them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from barometer.errors import UnknownValue, WrongShape

#: Where a mark is looked for.
PLACES = ("body", "location", "server", "dns", "certificate")
_MATCHES = ("full", "prefix", "contains", "pattern")
_NEXT = "see docs/reference/probe-rules.md for what a mark holds"


@dataclass(frozen=True)
class Mark:
    """A mark of blocking (`kind` block) or of a portal that stands before the whole web (`kind` portal).

    `where` is body, location, server (headers), dns (an address or a name on the way) or certificate (who signed);
    `match` says how `text` is held against it: full, prefix, contains, pattern (a regular expression). Case counts for
    none of them. Only a mark that `confirms` makes blocking confirmed; a general wording makes it likely. `source`
    says where it is publicly known from.
    """

    id: str
    kind: str
    where: str
    match: str
    text: str
    source: str
    confirms: bool = False

    def __post_init__(self) -> None:
        for value, known in ((self.kind, ("block", "portal")), (self.where, PLACES), (self.match, _MATCHES)):
            if value not in known:
                raise WrongShape(f"mark {self.id!r}: {value!r} is not {' or '.join(known)}", next_step=_NEXT)
        if not self.id or not self.text or not self.source:
            raise WrongShape(f"mark {self.id!r} lacks its id, text or source", next_step=_NEXT)
        self.fits("")  # the pattern is one

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        text = self.text if self.match == "pattern" else re.escape(self.text)
        whole = {"full": f"{text}\\Z", "prefix": text}.get(self.match)
        return re.compile(rf"\A{whole}" if whole else text, re.IGNORECASE)

    def fits(self, text: str) -> bool:
        """Whether the text bears this mark."""
        return bool(self._pattern.search(text))


@cache
def marks(code: str = "KZ") -> tuple[Mark, ...]:
    """The marks of a country's folder."""
    place = resources.files("barometer.countries").joinpath(code.lower(), "block_pages.toml")
    if not re.fullmatch(r"[A-Z]{2}", code) or not place.is_file():
        raise UnknownValue(f"no marks of blocking for {code!r}", next_step="see barometer/countries/")
    with place.open("rb") as stream:
        return read_marks(tomllib.load(stream), "block_pages.toml")


def read_marks(table: dict[str, Any], file: str | Path) -> tuple[Mark, ...]:
    """The marks of a TOML table with `[[mark]]`; WrongShape names the one that is not right."""
    found = []
    for number, row in enumerate(table.get("mark", []), 1):
        try:
            found.append(Mark(**row))
        except (TypeError, ValueError, re.error) as error:
            raise WrongShape(str(error), file=file, place=f"mark {number}", next_step=_NEXT) from None
    ids = [mark.id for mark in found]
    if double := next((one for one in ids if ids.count(one) > 1), None):
        raise WrongShape(f"two marks have the id {double!r}", file=file, next_step="give each its own")
    return tuple(found)
