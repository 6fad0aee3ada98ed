"""The values that a country's folder holds, and their loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A first-level division: ISO 3166-2 `code`, `names` by language, other `spellings`, `tile` (column, row)."""

    code: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    tile: tuple[int, int]
    seat: str
    short: Mapping[str, str]


@dataclass(frozen=True)
class PlaceName:
    """A city, district or village: English name, names by language, spellings, region code, kind."""

    name: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    region: str
    kind: str


@dataclass(frozen=True)
class Law:
    """A code or law: `code` like KZ-CC, title and short title by language, the ways it is cited."""

    code: str
    title: Mapping[str, str]
    short: Mapping[str, str]
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class Article:
    """An article: `code` like KZ-CC-274, title by language, offence titles as they are written in texts."""

    code: str
    title: Mapping[str, str]
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class Body:
    """A public body, court or company of note: canonical `name`, `type` is an actor type of the codebook."""

    name: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    type: str
    region: str | None
    place: str | None


@dataclass(frozen=True)
class Outlet:
    """A news outlet or media organisation: `type` is `outlet` or `media_ngo`; `domains` without www."""

    name: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    domains: tuple[str, ...]
    type: str


@dataclass(frozen=True)
class Country:
    """All of a country's data."""

    code: str
    names: Mapping[str, str]
    timezone: str
    regions: Mapping[str, Region]
    places: tuple[PlaceName, ...]
    laws: Mapping[str, Law]
    articles: Mapping[str, Article]
    bodies: tuple[Body, ...]
    outlets: tuple[Outlet, ...]


def country(code: str = "KZ") -> Country:
    """The country of that ISO 3166-1 code; UnknownValue where there is no folder."""
    raise NotImplementedError
