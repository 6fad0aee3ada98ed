"""What every answer of the interface has in common: who may ask, how often, in which language, and how it is said."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from barometer.web.accounts.clients import client_of
from barometer.web.public.api.limits import limits
from barometer.web.public.caching import conditional, may_be_kept
from barometer.web.public.words import LANGUAGES

_SAFE = ("GET", "HEAD", "OPTIONS")


class Problem(Exception):
    """A question that gets no answer: the status, what was wrong, with which parameter, and what to do."""

    def __init__(
        self, status: int, message: str, *, field: str = "", next_step: str = "", **more: Any
    ) -> None:
        super().__init__(message)
        self.status, self.more = status, more
        self.error = {
            "status": status,
            "message": message,
            "field": field or None,
            "next_step": next_step or None,
        }


def refused(problem: Problem) -> JsonResponse:
    """The problem as an answer."""
    return JsonResponse({"error": problem.error, **problem.more}, status=problem.status)


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the interface: to be read from anywhere, by anyone, without cookies, so often a minute."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("lang", "")
        language = asked if asked in LANGUAGES else LANGUAGES[0]
        with override(language):
            answer = _headed(_conditional(request, _answer(request, view, *args, **kwargs)))
        answer["Content-Language"] = language
        return answer

    return login_not_required(csrf_exempt(gzip_page(inner)))


def _answer(
    request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **kwargs: Any
) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(_SAFE)})
    if request.method not in _SAFE:
        answer = refused(Problem(405, gettext("This can only be read."), next_step=gettext("Ask with GET.")))
        answer["Allow"] = ", ".join(_SAFE)
        return answer
    if seconds := limits.wait(client_of(request)):
        answer = refused(
            Problem(
                429,
                gettext("Too many questions in a short time."),
                next_step=gettext("Wait %(count)d seconds, or take a release: it has everything in one file.")
                % {"count": seconds},
            )
        )
        answer["Retry-After"] = str(seconds)
        return answer
    if request.method == "HEAD":
        request.method = "GET"  # the server leaves the body out
    return view(request, *args, **kwargs)


def _conditional(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """304 where the reader has it already."""
    if answer.status_code != HTTPStatus.OK or answer.streaming:
        return answer
    may_be_kept(answer)
    return conditional(request, answer)


def _headed(answer: HttpResponse) -> HttpResponse:
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    answer["Access-Control-Allow-Headers"] = "If-None-Match"
    answer["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["X-Robots-Tag"] = "noindex, noarchive"
    if answer.get("Content-Type") == "application/json":
        answer["Content-Type"] = "application/json; charset=utf-8"
    return answer
