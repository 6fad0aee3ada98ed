"""What is particular to a country, as data: one folder of TOML files each.

Regions, places, laws and articles, public bodies, courts and outlets with their names in en, ru and kk and the
spellings they are met in. Code never lists any of them; another country is another folder.

To find names in a text: `finder_of(country().places).find(text)`. A value marked `ambiguous` needs more than its name:
quotes, a domain, a word such as "newspaper" or "district" beside it.
"""

from barometer.countries.country import (
    Article,
    Body,
    BodyPattern,
    Country,
    ForeignPlace,
    Law,
    Outlet,
    PlaceName,
    Region,
    WordGroup,
    country,
)
from barometer.countries.finding import Finder, Found, Named, finder_of
from barometer.countries.forms import fold, inflected

__all__ = [
    "Article",
    "Body",
    "BodyPattern",
    "Country",
    "Finder",
    "ForeignPlace",
    "Found",
    "Law",
    "Named",
    "Outlet",
    "PlaceName",
    "Region",
    "WordGroup",
    "country",
    "finder_of",
    "fold",
    "inflected",
]
