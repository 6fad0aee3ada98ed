"""On the pages of tips nothing behind this line can know, keep or log who asks: it is taken off the request first."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_TIPS = re.compile(r"/[a-z]{2}/tip/")
#: All that a page for tips may know of a request besides its body and its path.
_KEPT = frozenset({"HTTP_HOST", "HTTP_X_FORWARDED_PROTO"})
_WHO = ("REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER")


def nobody(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take address, agent, cookies and every other header off a request for tips, and cookies off its answer.

    Stands before all other middleware. Django's own asks for the session of every request, and would keep a log.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if not _TIPS.match(request.path_info):
            return get_response(request)
        for name in [each for each in request.META if each.startswith("HTTP_") and each not in _KEPT]:
            del request.META[name]
        for name in _WHO:
            request.META.pop(name, None)
        request.META["QUERY_STRING"] = ""
        response = get_response(request)
        response.cookies.clear()
        response.headers.pop("Vary", None)  # it is kept by no cache
        return response

    return answer
