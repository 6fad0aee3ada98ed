"""What stands in the way of the whole machine is told in words: a full disk, a ledger that cannot be read, lost evidence.

Readers are told that it is not their fault; who works at the desk is told what it is, and what to do.
"""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext, override
from django.views.defaults import server_error

from barometer.errors import BarometerError, EvidenceChanged, EvidenceMissing, NotReady
from barometer.web.config.logs import TIPS, view_of

#: Seconds after which a reader, or the server in front, may try again.
TRY_AGAIN = 30
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
        if not (view := view_of(request)).startswith(TIPS):
            _log.error("503 for %s: %s", view, told)
        return _answer(request, told if at_desk else "")


def fault(request: HttpRequest) -> HttpResponse:
    """The answer where not even a view was reached: 503 without the database, else a fault of the program."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return _answer(request, "")
    return server_error(request)


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


def _answer(request: HttpRequest, told: str) -> HttpResponse:
    """In all languages, the reader's first, and without asking the database anything."""
    if request.path_info.startswith("/api/"):
        error = {
            "status": 503,
            "message": gettext("The record cannot be reached at the moment."),
            "field": None,
        }
        again = {"next_step": gettext("Try again in a minute.")}
        answer: HttpResponse = JsonResponse({"error": error | again}, status=503)
    else:
        here = request.path_info[1:3]
        languages = sorted((code for code, _ in settings.LANGUAGES), key=lambda code: code != here)
        versions = [_version(code) for code in languages]
        answer = render(None, "503.html", {"versions": versions, "told": told}, status=503)
    answer["Retry-After"] = str(TRY_AGAIN)
    answer["Cache-Control"] = "no-store"
    return answer


def _version(language: str) -> dict[str, str]:
    with override(language):
        return {
            "language": language,
            "title": gettext("The record cannot be reached at the moment"),
            "words": gettext("Try again in a minute."),
            "sent": gettext(
                "If you were sending something, it may not have arrived: look, and send it again."
            ),
        }
