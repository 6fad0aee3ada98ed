"""The values that a country's folder holds, and their loading."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Protocol, TypeVar

from barometer.countries.forms import fold, inflected
from barometer.errors import UnknownValue


@dataclass(frozen=True)
class Region:
    """A first-level division: ISO 3166-2 `code`, `names` by language, other `spellings`, `tile` (column, row).

    `stems` are beginnings of adjectives ("костанайск"): a word that starts with one means the region.
    """

    code: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    tile: tuple[int, int]
    seat: str
    short: Mapping[str, str]
    stems: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceName:
    """A city, district or village: English name, names by language, spellings, region code, kind.

    `kind` is city, town, village, district or city_district. `ambiguous` marks a name that is also met elsewhere,
    or is a common word or a person's name: it needs other support than itself. `stems` are beginnings of Russian
    adjectives ("таразск"); the longest name found counts, so that "Алматинская область" is not the city.
    """

    name: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    region: str
    kind: str
    ambiguous: bool = False
    stems: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForeignPlace:
    """A country or city abroad: `country` is its ISO 3166-1 code, `kind` is country or city.

    `adjectives` are beginnings of words that mean the country ("Georgian", "киргизск").
    """

    name: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    country: str
    kind: str
    adjectives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Law:
    """A code or law: `code` like KZ-CC, title and short title by language, the ways it is cited."""

    code: str
    title: Mapping[str, str]
    short: Mapping[str, str]
    spellings: tuple[str, ...]
    genitive: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Article:
    """An article: `code` like KZ-CC-274, title by language, offence titles as they are written in texts.

    `spellings` are wordings of the offence itself, in all languages and in their plain form; `weak` ones (a single
    word such as "slander") name the article only beside its law or another sign of a case.
    """

    code: str
    title: Mapping[str, str]
    spellings: tuple[str, ...]
    weak: tuple[str, ...] = ()

    @property
    def law(self) -> str:
        """The code of its law."""
        return "-".join(self.code.split("-")[:2])


@dataclass(frozen=True)
class Body:
    """A public body, court or company of note: canonical `name`, `type` is an actor type of the codebook.

    `country` is the body's own: a foreign ministry has another than KZ; None for what belongs to no country.
    """

    name: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    type: str
    region: str | None
    place: str | None
    country: str | None = None


@dataclass(frozen=True)
class BodyPattern:
    """How bodies of one type are called: templates by language with {place} or {region} where the name stands."""

    type: str
    templates: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Outlet:
    """A news outlet or media organisation: `type` is `outlet` or `media_ngo`; `domains` without www.

    `ambiguous` marks a name that is also a common word (Vlast, Orda, Time): quotes, a domain or a word such as
    "newspaper" must stand beside it.
    """

    name: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    domains: tuple[str, ...]
    type: str
    ambiguous: bool = False


@dataclass(frozen=True)
class WordGroup:
    """Generic words of one meaning, by language: `use` is body, person, outlet, company_form, place …

    `type` is the type of actor or target in the codebook that such a word points to, or None.
    """

    use: str
    words: Mapping[str, tuple[str, ...]]
    type: str | None = None
    meaning: str = ""


@dataclass(frozen=True)
class Country:
    """All of a country's data; `code` and `alpha3` are its codes of ISO 3166-1."""

    code: str
    alpha3: str
    names: Mapping[str, str]
    timezone: str
    regions: Mapping[str, Region]
    places: tuple[PlaceName, ...]
    laws: Mapping[str, Law]
    articles: Mapping[str, Article]
    bodies: tuple[Body, ...]
    outlets: tuple[Outlet, ...]
    abroad: tuple[ForeignPlace, ...] = ()
    patterns: tuple[BodyPattern, ...] = ()
    words: tuple[WordGroup, ...] = ()
    months: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def find_places(self, name: str) -> tuple[PlaceName, ...]:
        """Every place that bears that name in any language or spelling, plain form."""
        return tuple(self._places_by_name.get(fold(name), ()))

    def find_place(self, name: str) -> PlaceName | None:
        """The one place of that name; None where there is none, or where it may be one of several."""
        found = self.find_places(name)
        return found[0] if len(found) == 1 and not found[0].ambiguous else None

    def region_of(self, text: str) -> str | None:
        """The region code of a region's or place's name, also inflected ("в Костанае" without the "в"); else None."""
        key = fold(text)
        if key in self._regions_by_name:
            return self._regions_by_name[key]
        found = {place.region for place in self.find_places(text)}
        if found:
            return found.pop() if len(found) == 1 and self._certain(text) else None
        found = {code for pattern, code in self._patterns_of_regions if pattern.fullmatch(text.strip())}
        found = found or self._regions_of_adjective(text)
        return found.pop() if len(found) == 1 else None

    def _regions_of_adjective(self, text: str) -> set[str]:
        """The regions that the first word is an adjective of ("костанайский", "Таразского городского суда")."""
        word = (text.casefold().split() or [""])[0]
        owners = [(stem, region.code) for region in self.regions.values() for stem in region.stems]
        owners += [(stem, place.region) for place in self.places for stem in place.stems]
        return {code for stem, code in owners if re.fullmatch(re.escape(stem) + r"[а-яё]{2,3}", word)}

    def find_body(self, name: str) -> Body | None:
        """The body of that name in any language or spelling, plain form."""
        return self._bodies_by_name.get(fold(name))

    def find_outlet(self, name: str) -> Outlet | None:
        """The outlet of that name in any language or spelling, plain form, or of that domain."""
        return self._outlets_by_name.get(fold(name)) or self.outlet_by_domain(name)

    def outlet_by_domain(self, domain: str) -> Outlet | None:
        """The outlet of a domain or address: "https://www.vlast.kz/news" and "rus.azattyq.org" are found too."""
        host = re.sub(r"^[a-z]+://", "", domain.strip().casefold()).split("/")[0].split(":")[0].rstrip(".")
        labels = host.split(".")
        candidates = (".".join(labels[start:]) for start in range(len(labels) - 1))
        return next((self._outlets_by_domain[c] for c in candidates if c in self._outlets_by_domain), None)

    def find_abroad(self, name: str) -> ForeignPlace | None:
        """The country or city abroad of that name in any language or spelling, plain form."""
        return self._abroad_by_name.get(fold(name))

    def article(self, code: str) -> Article | None:
        """The article of that code; where only its parent is known (KZ-CAO-120 of KZ-CAO-120-3), the parent."""
        while code.count("-") >= 2:
            if code in self.articles:
                return self.articles[code]
            code = code.rpartition("-")[0]
        return None

    def law_of(self, provision: str) -> Law | None:
        """The law of a provision's code."""
        return self.laws.get("-".join(provision.split("-")[:2]))

    def title_of(self, provision: str, language: str) -> str:
        """A provision in words: KZ-CAO-120-3 is "Article 120, part 3, Code of Administrative Offences".

        UnknownValue where the law is not known.
        """
        law = self.law_of(provision)
        if law is None:
            raise UnknownValue(
                f"{provision!r} is of no law that the country data has", next_step="add the law to laws.toml"
            )
        parts = provision.split("-")[2:]
        name = law.short[language]
        if not parts:
            return name
        number, part = self.article_and_part(provision)
        phrase = self.phrases["article_part" if part else "article"][language]
        return phrase.format(article=number, part=part, law=name, law_of=law.genitive.get(language, name))

    def article_and_part(self, provision: str) -> tuple[str, str]:
        """The article and the part in a code, '' where there is none.

        An article's number may itself have a hyphen (73-3, 456-2): the longest known number counts.
        """
        land, law_code, *parts = provision.split("-")
        law = f"{land}-{law_code}"
        for length in range(len(parts), 0, -1):
            if "-".join([law, *parts[:length]]) in self.articles:
                return "-".join(parts[:length]), ", ".join(parts[length:])
        return "".join(parts[:1]), ", ".join(parts[1:])

    def _certain(self, text: str) -> bool:
        return not any(place.ambiguous for place in self.find_places(text))

    @cached_property
    def _places_by_name(self) -> dict[str, list[PlaceName]]:
        index: dict[str, list[PlaceName]] = defaultdict(list)
        for place in self.places:
            for key in {fold(name) for name in (place.name, *place.names.values(), *place.spellings)}:
                index[key].append(place)
        return dict(index)

    @cached_property
    def _regions_by_name(self) -> dict[str, str]:
        return {
            fold(name): region.code
            for region in self.regions.values()
            for name in (*region.names.values(), *region.short.values(), *region.spellings)
        }

    @cached_property
    def _patterns_of_regions(self) -> list[tuple[re.Pattern[str], str]]:
        names = [
            (name, region.code)
            for region in self.regions.values()
            for name in (*region.names.values(), *region.short.values(), *region.spellings)
        ]
        names += [
            (name, place.region)
            for place in self.places
            if not place.ambiguous
            for name in (*place.names.values(), *place.spellings)
        ]
        return [(re.compile(inflected(name), re.IGNORECASE), code) for name, code in names]

    @cached_property
    def _bodies_by_name(self) -> dict[str, Body]:
        return _by_name(self.bodies)

    @cached_property
    def _outlets_by_name(self) -> dict[str, Outlet]:
        return _by_name(self.outlets)

    @cached_property
    def _abroad_by_name(self) -> dict[str, ForeignPlace]:
        return _by_name(self.abroad)

    @cached_property
    def _outlets_by_domain(self) -> dict[str, Outlet]:
        return {domain: outlet for outlet in self.outlets for domain in outlet.domains}


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def spellings(self) -> tuple[str, ...]: ...


_N = TypeVar("_N", bound=_Named)


def _by_name(values: Iterable[_N]) -> dict[str, _N]:
    """The first value of a name counts, so that the data's order decides."""
    index: dict[str, _N] = {}
    for value in values:
        for name in (value.name, *value.names.values(), *value.spellings):
            index.setdefault(fold(name), value)
    return index


def country(code: str = "KZ") -> Country:
    """The country of that ISO 3166-1 code, read once; UnknownValue where there is no folder."""
    return _country(code)


@cache
def _country(code: str) -> Country:
    folder = resources.files("barometer.countries") / code.lower()
    if not re.fullmatch(r"[A-Z]{2}", code) or not (folder / "country.toml").is_file():
        raise UnknownValue(
            f"there is no country {code!r}", next_step="use KZ, or add a folder to barometer/countries"
        )
    return _read(folder)


def _read(folder: Traversable) -> Country:
    head = _table(folder, "country.toml")
    laws = _table(folder, "laws.toml")
    bodies = _table(folder, "bodies.toml")
    words = _table(folder, "words.toml")
    return Country(
        code=head["code"],
        alpha3=head["alpha3"],
        names=head["names"],
        timezone=head["timezone"],
        phrases=head["phrases"],
        regions={row["code"]: Region(**row) for row in _rows(_table(folder, "regions.toml"), "region")},
        places=tuple(PlaceName(**row) for row in _rows(_table(folder, "places.toml"), "place")),
        abroad=tuple(ForeignPlace(**row) for row in _rows(_table(folder, "abroad.toml"), "place")),
        laws={row["code"]: Law(**row) for row in _rows(laws, "law")},
        articles={row["code"]: Article(**row) for row in _rows(laws, "article")},
        bodies=tuple(Body(**_NOWHERE | row) for row in _rows(bodies, "body")),
        patterns=tuple(BodyPattern(row["type"], _tuples(row["templates"])) for row in bodies["pattern"]),
        outlets=tuple(Outlet(**row) for row in _rows(_table(folder, "outlets.toml"), "outlet")),
        words=tuple(WordGroup(**row | {"words": _tuples(row["words"])}) for row in _rows(words, "group")),
        months={language: tuple(map(tuple, months)) for language, months in words["months"].items()},
    )


_NOWHERE: dict[str, Any] = {"region": None, "place": None}


def _table(folder: Traversable, name: str) -> dict[str, Any]:
    with (folder / name).open("rb") as stream:
        return tomllib.load(stream)


def _tuples(lists: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


def _rows(table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The rows of a table, their lists turned into tuples."""
    return [
        {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
        for row in table[key]
    ]
