"""Which column of somebody's table is which of ours: the columns as data, a guess by headings, a mapping that is kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from rapidfuzz import fuzz

from barometer.codebook.book import LANGUAGES, Term, codebook
from barometer.errors import UnknownValue

#: A heading is taken for a column's from this likeness on.
LIKE_ENOUGH = 88.0


@dataclass(frozen=True)
class Column:
    """A column: `form` is how its cells are read, `list` the codebook's list, `beside` the names it goes along with."""

    name: str
    form: str
    label: Mapping[str, str]
    help: Mapping[str, str]
    synonyms: tuple[str, ...] = ()
    list: str = ""
    beside: str = ""
    language: str = ""
    required: bool = False
    constant: bool = False
    example: Mapping[str, str] = field(default_factory=dict)
    width: int = 20

    @property
    def terms(self) -> Mapping[str, Term]:
        """The codes of its list; none where it has no list."""
        return getattr(codebook(), self.list) if self.list else {}


@cache
def words() -> Mapping[str, Any]:
    """The data file: columns, problems, and the words of a written table."""
    with (resources.files("barometer.pipeline") / "data" / "columns.toml").open("rb") as stream:
        return tomllib.load(stream)


@cache
def columns() -> Mapping[str, Column]:
    """Every column by its name, in the order of the template."""
    rows = words()["column"]
    return {row["name"]: Column(**row | {"synonyms": tuple(row.get("synonyms", ()))}) for row in rows}


def folded(text: str) -> str:
    """Words as they are compared: small letters, ё as е, no signs but letters and figures."""
    return " ".join(re.sub(r"[^\w№+-]+", " ", text.casefold().replace("ё", "е")).split())


# --- mapping ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mapped:
    """How a table is read: heading → column, column → what holds for every row, column → its words → codes."""

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = columns()
        for name in (*self.columns.values(), *self.constants, *self.meanings):
            if name not in known:
                raise UnknownValue(
                    f"there is no column {name!r}", next_step="see docs/reference/table-columns.md"
                )
        taken = list(self.columns.values())
        if twice := next((name for name in taken if taken.count(name) > 1), None):
            heads = " and ".join(repr(head) for head, name in self.columns.items() if name == twice)
            raise UnknownValue(
                f"{heads} are both mapped to {twice!r}", next_step="let one of them stand for it"
            )

    def places(self, headings: Sequence[str]) -> dict[str, int]:
        """Column → where it stands among these headings."""
        return {self.columns[heading]: at for at, heading in enumerate(headings) if heading in self.columns}

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "meanings": {name: dict(some) for name, some in self.meanings.items()},
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Mapped:
        """What `as_data` gave."""
        return cls(data.get("columns", {}), data.get("constants", {}), data.get("meanings", {}))


def guess(headings: Iterable[str]) -> Mapped:
    """The likeliest column of each heading, each column once; headings that are like none are left out."""
    headings = list(headings)
    scored = [
        (_likeness(heading, column), -at, heading, column.name)
        for at, heading in enumerate(headings)
        for column in columns().values()
    ]
    found: dict[str, str] = {}
    for score, _, heading, name in sorted(scored, reverse=True):
        if score >= LIKE_ENOUGH and heading not in found and name not in found.values():
            found[heading] = name
    return Mapped({heading: found[heading] for heading in headings if heading in found})


def _likeness(heading: str, column: Column) -> float:
    """0 to 100; a heading that is one of the column's own words is above all that are only like them."""
    own = folded(heading)
    if not own:
        return 0.0
    if own in _spellings(column.name):
        return 101.0
    if len(own) < 4:
        return 0.0
    return max((fuzz.ratio(own, one) for one in _spellings(column.name)), default=0.0)


@cache
def _spellings(name: str) -> frozenset[str]:
    column = columns()[name]
    return frozenset(map(folded, (name, *column.label.values(), *column.synonyms)))


# --- problems ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """Why a cell or a row cannot be taken: `code` is one of columns.toml; `column` is "" for the whole row."""

    code: str
    column: str = ""
    value: str = ""
    more: str = ""

    def in_words(self, language: str) -> str:
        """The sentence, in that language, with the column's label before it."""
        text = _sentences()[self.code][language].format(value=_short(self.value), more=self._more(language))
        label = columns()[self.column].label[language] if self.column else ""
        return " ".join(f"{label}: {text}".split() if label else text.split())

    def _more(self, language: str) -> str:
        if self.code == "unknown":
            if not self.more:
                return ""
            term = columns()[self.column].terms[self.more]
            return str(words()["near"][language]).format(more=term.in_language(language))
        if self.code == "no_type_of":
            return columns()[self.more].label[language]
        return self.more


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: {language: row[language] for language in LANGUAGES} for row in words()["problem"]}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
