"""Logging to standard error, without what people wrote or searched for."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import TYPE_CHECKING

from django.core.exceptions import SuspiciousOperation

if TYPE_CHECKING:
    from django.http import HttpRequest

#: How the names of the views of the pages for tips begin.
TIPS = "tips:"
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Of an exception only its type and where it arose: its words may hold a name or a row of the ledger.

    Of a request that was refused, such as one for another host, the line is enough.
    """

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 (logging's own name)
        """The frames and the type."""
        kind, _, trace = ei
        if kind and issubclass(kind, SuspiciousOperation):
            return ""
        frames = "".join(traceback.format_tb(trace)) if trace else ""
        return f"{frames}{kind.__name__ if kind else ''}".rstrip()


class NoAddress(logging.Filter):
    """The name of the view instead of the address: in an address stands a person, or the secret of a private link.

    That the record could not be reached is told without a line for each who was on the pages for tips.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line; whether it is written."""
        request = getattr(record, "request", None)
        if request is None:
            return True
        status, view = getattr(record, "status_code", 500), view_of(request)
        record.msg, record.args = "%s for %s", (status, view)
        return not (status == 503 and view.startswith(TIPS))


def view_of(request: HttpRequest) -> str:
    """The name of the view that a request is for, as a log may have it."""
    match = request.resolver_match
    return match.view_name if match else "no page"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {"()": DiscreetFormatter, "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "filters": {"no-address": {"()": NoAddress}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # A page not found is no event worth a line with an address in it.
        "django.request": {
            "handlers": [],
            "level": "ERROR",
            "propagate": True,
            "filters": ["no-address"],
        },
        "django.security": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
    },
}
