"""Everything needs login but what says otherwise, and what says otherwise does not even ask who it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangosOwn
from django.http import HttpRequest, HttpResponse


class LoginRequiredMiddleware(DjangosOwn):
    """Django's own asks for the person of every request first: then each page would depend on a cookie."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, named: Any
    ) -> HttpResponse | None:
        """To the login, or None: go on."""
        if not getattr(view, "login_required", True):
            return None
        return super().process_view(request, view, args, named)
