"""What every page stands on, loaded when the server starts: else the first reader would wait for it.

Nothing is asked of the database, which may not be there yet.
"""

from __future__ import annotations

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils.translation import gettext, override

from barometer.codebook import codebook
from barometer.countries import country
from barometer.web.public.words import COUNTRY

#: Pages whose templates bring most of the others with them.
TEMPLATES = (
    "public/home.html",
    "public/events.html",
    "public/event.html",
    "public/case.html",
    "desk/day.html",
)


def warm() -> None:
    """Load the views with all that they import, the texts of every language, the codebook, the country, templates."""
    _ = get_resolver().url_patterns
    for code, _name in settings.LANGUAGES:
        with override(code):
            gettext("Events")
    codebook()
    country(COUNTRY).find_body("court")
    for name in TEMPLATES:
        get_template(name)
