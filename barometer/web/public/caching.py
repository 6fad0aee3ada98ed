"""What others may keep of the public site, and how long: browsers, and the server in front.

Only what says so here is ever kept (docs/decisions/0059). `barometer.web.config.headers.kept_by_nobody` sees to the rest.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from barometer.web.public import memory

#: Seconds for which a page is as good as new, seconds in which an old one may stand while a new one is fetched,
#: and seconds for which an old one is better than none: where the site itself answers with an error.
KEPT, STALE, STALE_IF_ERROR = 60, 60, 24 * 3600
#: The share of its age by which a page may come of age earlier: many that were made together are not made anew together.
SPREAD = 0.25


def may_be_kept(answer: HttpResponse, seconds: int = KEPT) -> None:
    """Say in the answer that anybody may keep it so long. Where nothing is remembered, it is asked for each time."""
    seconds = seconds if settings.REMEMBER else 0
    answer["Cache-Control"] = (
        f"public, max-age={_spread(seconds)}, stale-while-revalidate={STALE}, stale-if-error={STALE_IF_ERROR}"
    )


def _spread(seconds: int) -> int:
    return round(seconds * (1 - SPREAD * random.random()))  # noqa: S311  # nosec B311


def keepable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose whole answers may be kept, unless they say otherwise or are sent as they are made; 304 where the reader has it already."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        answer = view(request, *args, **named)
        if answer.status_code != HTTPStatus.OK or answer.streaming or "Cache-Control" in answer:
            return answer
        may_be_kept(answer)
        return conditional(request, answer)

    return inner


def conditional(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The whole answer with its tag, or 304. The tag is of the bytes: a name that is withheld from now on changes it."""
    answer["ETag"] = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    if "Last-Modified" not in answer and (changed := memory.changed_at()):
        answer["Last-Modified"] = http_date(changed.timestamp())
    # By the tag alone: what a day brings, or a second, no time of a row can say.
    request.META.pop("HTTP_IF_MODIFIED_SINCE", None)
    return get_conditional_response(request, etag=answer["ETag"], response=answer)
