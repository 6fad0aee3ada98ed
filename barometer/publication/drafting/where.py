"""Where: a place, a region or a country, with the preposition or the ending that its language has for it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from babel import Locale

from barometer.codebook import Place
from barometer.countries import country
from barometer.countries.forms import fold
from barometer.publication.drafting import kazakh, russian
from barometer.publication.drafting.templates import clean, table


def where(place: Place | None, language: str) -> str:
    """ "in Almaty", "в Алматы", "Алматыда"; '' where no place is told."""
    if place is None:
        return ""
    return _where(place.country, clean(place.name or ""), place.region or "", language)


@lru_cache(maxsize=4096)
def _where(land: str, name: str, region: str, language: str) -> str:
    shown = (_names(name, language) if name else "") or _region(region, language)
    if not shown and land != country().code:
        shown = "" if name else Locale(language).territories.get(land, "")
        if language == "en" and shown.startswith(("United", "Netherlands", "Philippines")):
            shown = f"the {shown}"
    if language == "en":
        return f"in {shown or name}" if shown or name else ""
    if shown:
        return russian.in_place(shown) if language == "ru" else kazakh.inflected(shown, "loc", _izafet(shown))
    if not name:
        return ""
    return f"в {name}" if language == "ru" else f"{name} {table('kk')['named']['settlement']}"


def _names(name: str, language: str) -> str:
    """What the country's data calls the place in that language; '' where it does not know it."""
    if language == "en":
        return name
    data = country()
    if places := data.find_places(name):
        return places[0].names[language]
    if abroad := data.find_abroad(name):
        return abroad.names[language]
    return _region(_regions().get(fold(name), ""), language)


@cache
def _regions() -> dict[str, str]:
    """The codes of regions by every way in which they are written, folded."""
    return {
        fold(name): code
        for code, one in country().regions.items()
        for name in (*one.names.values(), *one.short.values(), *one.spellings)
    }


def _region(code: str, language: str) -> str:
    region = country().regions.get(code)
    return _small(region.names[language]) if region else ""


def _small(name: str) -> str:
    """ "Область Абай" stands in a sentence as "область Абай"."""
    return re.sub(r"^Область", "область", name)


def _izafet(name: str) -> bool:
    """Whether the Kazakh name ends in a word of possession: облысы, ауданы, қаласы."""
    return " " in name and name.endswith(("ы", "і"))


def named_place(name: str, language: str) -> str | None:
    """A place inside a body's name: the genitive in Russian, the name in front in Kazakh; None where it is not known."""
    for form in (name, f"{name} Region"):
        if shown := _names(form, language):
            if language == "ru":
                return russian.phrase(shown, "gen")
            return kazakh.inflected(shown, "gen", True) if _izafet(shown) else shown
    return None
