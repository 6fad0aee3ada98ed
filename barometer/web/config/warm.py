"""What every page stands on, loaded when the server starts: else the first reader would wait for it.

The server does not wait for the database, which may not be there yet: what pages remember of a ledger is worked out beside
it, and a reader who comes before that waits for the rest of it.
"""

from __future__ import annotations

import gc
import logging
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.db import DatabaseError, connection
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

#: How often objects in a circle are looked for among the young, the older and all, as gc.set_threshold has it. To look
#: through all that a large ledger's pages remember takes longer than a page: every tenth answer had to wait for that.
LOOKED_THROUGH = (700, 10, 50)

_log = logging.getLogger("barometer.warm")


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


def begin_with_the_ledger() -> Thread:
    """Work out, in a thread of its own, what the public pages count by and who is not named on them."""
    gc.set_threshold(*LOOKED_THROUGH)
    thread = Thread(target=_ledger, name="warm", daemon=True)
    thread.start()
    return thread


def _ledger() -> None:
    from barometer.web.public import columns, joined, memory

    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return
    try:
        columns.columns()
        joined.names()
        if columns.is_large():
            memory.settle()
    except DatabaseError as reason:
        _log.warning("what pages remember waits for its first reader: %s", type(reason).__name__)
    finally:
        connection.close()
