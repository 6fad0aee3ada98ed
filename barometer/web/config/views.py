"""The few answers that belong to no page."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_safe


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
