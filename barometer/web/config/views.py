"""The few answers that belong to no page."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, gettext, override
from django.views.decorators.http import require_safe
from django.views.defaults import server_error

#: Seconds after which a reader, or the server in front, may try again.
TRY_AGAIN = 30


@require_safe
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """To the site in the language that the reader's browser asks for; English where it asks for none of ours."""
    response = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    patch_vary_headers(response, ("Accept-Language",))
    response["Cache-Control"] = "private, max-age=600"  # a browser's own matter
    return response


@require_safe
@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read by machines but the pages of people; the desk is none of their business."""
    closed = ["/desk/", *(f"/{code}/people/" for code, _ in settings.LANGUAGES)]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    answer = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """In plain words and without a template: here not even the host's name can be trusted."""
    return HttpResponse("Bad request.\n", status=400, content_type="text/plain; charset=utf-8")


def fault(request: HttpRequest) -> HttpResponse:
    """The answer to an exception: 503 where the database does not answer, which passes; else a fault of the program."""
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return server_error(request)
    if request.path_info.startswith("/api/"):
        error = {
            "status": 503,
            "message": gettext("The record cannot be reached at the moment."),
            "field": None,
        }
        answer: HttpResponse = JsonResponse(
            {"error": error | {"next_step": gettext("Try again in a minute.")}}, status=503
        )
    else:
        here = request.path_info[1:3]
        languages = sorted((code for code, _ in settings.LANGUAGES), key=lambda code: code != here)
        answer = render(None, "503.html", {"versions": [_away(code) for code in languages]}, status=503)
    answer["Retry-After"] = str(TRY_AGAIN)
    return answer


def _away(language: str) -> dict[str, str]:
    """What is told while the database does not answer, without asking it anything."""
    with override(language):
        return {
            "language": language,
            "title": gettext("The record cannot be reached at the moment"),
            "words": gettext("Try again in a minute."),
            "sent": gettext(
                "If you were sending something, it may not have arrived: look, and send it again."
            ),
        }
