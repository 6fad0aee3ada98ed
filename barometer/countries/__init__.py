"""What is particular to a country, as data: one folder of TOML files each.

Regions, places, laws and articles, public bodies, courts and outlets with their names in en, ru and kk and the
spellings they are met in. Code never lists any of them; another country is another folder.
"""

from barometer.countries.country import (
    Article,
    Body,
    Country,
    Law,
    Outlet,
    PlaceName,
    Region,
    country,
)

__all__ = ["Article", "Body", "Country", "Law", "Outlet", "PlaceName", "Region", "country"]
