"""What stands in the way of the whole machine is told in words: a full disk, a ledger that cannot be read, lost evidence.

Readers are told that it is not their fault; who works at the desk is told what it is, and what to do.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from barometer.errors import BarometerError, EvidenceChanged, EvidenceMissing, NotReady

#: Seconds after which it may be tried again.
AGAIN = "60"
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO, errno.EACCES}
_log = logging.getLogger("barometer.trouble")


class TroubleMiddleware:
    """Answers with 503 and words where a view met what no view can help."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """As the view answers."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for such an exception; None for another, which is a fault of the program."""
        at_desk = request.path.startswith("/desk/")
        told = _in_words(exception, look=at_desk)
        if told is None:
            return None
        _log.error("503 for %s: %s", request.resolver_match and request.resolver_match.view_name, told)
        response = _page(request, told if at_desk else "")
        response.headers["Retry-After"] = AGAIN
        response.headers["Cache-Control"] = "no-store"
        return response


def _in_words(exception: Exception, *, look: bool) -> str | None:
    if isinstance(exception, NotReady | EvidenceMissing | EvidenceChanged):
        return str(exception)
    if isinstance(exception, OperationalError | InterfaceError) or _is_damage(exception):
        from barometer.web.entry import database_error

        return str(database_error(exception, connection.settings_dict, look=look))
    if isinstance(exception, OSError) and exception.errno in _DISK:
        why = BarometerError(
            f"{exception.strerror}",
            file=exception.filename,
            next_step="make room on the disk, or let this user write there",
        )
        return str(why)
    return None


def _is_damage(exception: Exception) -> bool:
    return isinstance(exception, DatabaseError) and any(
        sign in str(exception) for sign in ("malformed", "not a database")
    )


def _page(request: HttpRequest, told: str) -> HttpResponse:
    try:
        return render(request, "trouble.html", {"told": told}, status=503)
    except (
        DatabaseError,
        InterfaceError,
        BarometerError,
    ):  # the page itself asks the ledger who is logged in
        words = gettext("Not just now: something on this machine stands in the way. Nothing was changed.")
        return HttpResponse(f"{words}\n{told}\n", status=503, content_type="text/plain; charset=utf-8")
