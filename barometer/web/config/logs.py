"""Logging to standard error, without what people wrote or searched for."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Of an exception only its type and where it arose: its words may hold a name or a row of the ledger."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 (logging's own name)
        """The frames and the type."""
        kind, _, trace = ei
        frames = "".join(traceback.format_tb(trace)) if trace else ""
        return f"{frames}{kind.__name__ if kind else ''}".rstrip()


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {"()": DiscreetFormatter, "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # A page not found is no event worth a line with an address in it.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.security": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
    },
}
