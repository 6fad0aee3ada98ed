"""The filters of the events page: read from an address, written back as one canonical address.

Values of one filter widen the choice (this month or that), different filters narrow it. What an address holds that
no filter knows is not guessed at: it is left out and named in `rejected`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

from barometer.codebook import codebook
from barometer.codebook.dates import EventDate, Quarter
from barometer.codebook.values import PROVISION, SLUG
from barometer.countries import country
from barometer.web.public.words import ABROAD, COUNTRY, NO_MONTH, NO_REGION

LONGEST_TEXT = 200
MOST_VALUES = 12
LAST_PAGE = 10_000
#: Every event counts as one of these.
COUNTS = ("new", "step", "relief", "context", "background")
WORDS_OF = ("alleged", "stated")
#: Ways to look at what is filtered; "" is the list.
VIEWS = ("table", "chart", "compare")
OLDEST = "oldest"
#: Filters of one value.
SINGLE = ("from", "to")
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def is_quarter(text: str) -> bool:
    """Whether it names a quarter: 2026Q1."""
    try:
        return str(Quarter.parse(text)) == text
    except ValueError:
        return False


def _is_month(text: str) -> bool:
    if text == NO_MONTH:
        return True
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        return False
    try:
        return EventDate.parse(text).precision == "month"
    except ValueError:
        return False


def _is_section(text: str) -> bool:
    return bool(re.fullmatch(r"[1-9][0-9]?", text))


def _is_region(text: str) -> bool:
    return text in (NO_REGION, ABROAD) or text in country(COUNTRY).regions


def _is_provision(text: str) -> bool:
    return len(text) <= 40 and bool(PROVISION.fullmatch(text))


def _is_case(text: str) -> bool:
    return len(text) <= 120 and bool(SLUG.fullmatch(text))


def _is_id(text: str) -> bool:
    return bool(re.fullmatch(r"[a-z0-9]{16}", text))


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


#: Every filter in its canonical order, with what its values look like.
KNOWN: Mapping[str, Callable[[str], bool]] = {
    "period": is_quarter,
    "section": _is_section,
    "kind": lambda text: text in codebook().kinds,
    "counts": lambda text: text in COUNTS,
    "word": lambda text: text in WORDS_OF,
    "type": lambda text: text in codebook().types,
    "month": _is_month,
    "region": _is_region,
    "actor": lambda text: text in codebook().actor_types,
    "provision": _is_provision,
    "case": _is_case,
    "person": _is_id,
    "outlet": _is_id,
    "body": _is_id,
    "link": lambda text: text in codebook().work_links,
    "from": _is_day,
    "to": _is_day,
}


@dataclass(frozen=True)
class Filters:
    """What an address asks for. `chosen` has only filters that are set, in canonical order."""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    rejected: tuple[str, ...] = ()
    view: str = ""
    sort: str = ""
    compared: tuple[str, ...] = ()  # two quarters, the earlier first

    def values(self, name: str) -> tuple[str, ...]:
        """The chosen values of one filter."""
        return self.chosen.get(name, ())

    @property
    def any(self) -> bool:
        """Whether anything narrows the choice."""
        return bool(self.text or self.chosen)

    @property
    def how_many(self) -> int:
        """How many values are chosen, the searched words counting as one."""
        return bool(self.text) + sum(len(values) for values in self.chosen.values())

    def toggled(self, name: str, value: str) -> Filters:
        """With the value chosen if it was not, without it if it was; on the first page."""
        now = self.values(name)
        wanted = [v for v in now if v != value] if value in now else [*now, value]
        return replace(self, chosen=_ordered({**self.chosen, name: wanted}), page=1, rejected=())

    def without(self, name: str) -> Filters:
        """Without one filter, to count what its other values would give."""
        return replace(self, chosen={key: values for key, values in self.chosen.items() if key != name})

    def without_text(self) -> Filters:
        """Without the searched words."""
        return replace(self, text="", page=1)

    def on_page(self, page: int) -> Filters:
        """The same choice, another page."""
        return replace(self, page=page)

    def seen_as(self, view: str, sort: str = "", compared: tuple[str, ...] = ()) -> Filters:
        """The same choice looked at in another way, from its first page."""
        return replace(self, view=view, sort=sort, compared=compared, page=1)

    def plain(self) -> Filters:
        """The choice alone, for what follows or takes along what is filtered."""
        return self.seen_as("")

    def pairs(self) -> list[tuple[str, str]]:
        """The filters as names and values in canonical order, without the searched words and the page."""
        return [(name, value) for name, values in self.chosen.items() for value in values]

    def looks(self) -> list[tuple[str, str]]:
        """How it is looked at, as names and values."""
        pairs = [("view", self.view), ("sort", self.sort), ("compare", ",".join(self.compared))]
        return [(name, value) for name, value in pairs if value]

    def query(self) -> str:
        """The canonical address after its "?", or ""."""
        pairs = [("q", self.text)] if self.text else []
        pairs += self.pairs() + self.looks()
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return urlencode(pairs)


def address(filters: Filters) -> str:
    """The events page with these filters."""
    query = filters.query()
    return _base() + (f"?{query}" if query else "")


def toggles(filters: Filters, name: str, values: Iterable[str]) -> list[str]:
    """The addresses with each of these values toggled: what `address` gives of `toggled`, of many values at once."""
    order, now = list(KNOWN), filters.values(name)
    place = order.index(name)
    text = [("q", filters.text)] if filters.text else []
    before = urlencode(text + [pair for pair in filters.pairs() if order.index(pair[0]) < place])
    after = urlencode([pair for pair in filters.pairs() if order.index(pair[0]) > place] + filters.looks())
    base, found = _base(), []
    for value in values:
        wanted = _of_one(name, {*now} ^ {value})
        query = "&".join(filter(None, [before, urlencode([(name, one) for one in wanted]), after]))
        found.append(base + (f"?{query}" if query else ""))
    return found


def _base() -> str:
    return _events_page(get_language(), get_urlconf(), get_script_prefix())


@lru_cache(maxsize=64)
def _events_page(*_: str | None) -> str:
    """Its address, which a page of the explorer asks for hundreds of times; it depends on nothing else."""
    return reverse("public:events")


def chosen(**values: str | Iterable[str]) -> Filters:
    """Filters made by the program, for the links of a figure: chosen(period="2026Q1", counts="new")."""
    return Filters(
        chosen=_ordered({k: [v] if isinstance(v, str) else list(v) for k, v in values.items() if v})
    )


def parse(query: QueryDict) -> Filters:
    """Read an address; never fails, whatever it holds."""
    wanted: dict[str, list[str]] = {}
    rejected: list[str] = []
    for name, known in KNOWN.items():
        for value in query.getlist(name)[: MOST_VALUES * 2]:
            if known(value):
                wanted.setdefault(name, []).append(value)
            elif value.strip():
                rejected.append(f"{name}={_clean(value)[:40]}")
    view, compared = query.get("view", ""), _compared(query)
    view = view if view in VIEWS else ""
    return Filters(
        text=_clean(query.get("q", ""))[:LONGEST_TEXT].strip(),
        chosen=_ordered(wanted),
        page=_page(query),
        rejected=tuple(rejected[:5]),
        view=view,
        sort=OLDEST if view == "table" and query.get("sort") == OLDEST else "",
        compared=compared if view == "compare" else (),
    )


def _compared(query: QueryDict) -> tuple[str, ...]:
    """Two different quarters, from `compare=2025Q4,2026Q1` or from a form's two fields of that name."""
    named = {part.strip() for value in query.getlist("compare")[:2] for part in value.split(",")[:2]}
    found = tuple(sorted(part for part in named if is_quarter(part)))
    return found if len(found) == 2 else ()


def is_canonical(query: QueryDict, filters: Filters) -> bool:
    """Whether the address is already the one that `filters.query()` writes."""
    return list(query.lists()) == list(QueryDict(filters.query()).lists())


def _page(query: QueryDict) -> int:
    text = query.get("page", "1")
    return min(int(text), LAST_PAGE) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else 1


def _clean(text: str) -> str:
    return " ".join(_NOT_TEXT.sub(" ", text).split())


def _ordered(wanted: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """In canonical order, each value once, nothing empty."""
    ordered = {name: _of_one(name, wanted.get(name, ())) for name in KNOWN}
    return {name: values for name, values in ordered.items() if values}


def _of_one(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """The values of one filter in order, as many as it may have."""
    return tuple(sorted(set(values)))[: 1 if name in SINGLE else MOST_VALUES]
