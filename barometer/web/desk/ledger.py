"""Django's administration pages below /desk/admin/: the whole ledger to look at, for superusers alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

OURS = ("records", "accounts")


class LedgerSite(AdminSite):
    """The pages, behind the desk's own login."""

    site_url = "/desk/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers alone."""
        return request.user.is_active and request.user.is_superuser

    def admin_view(
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., HttpResponse]:
        """403 for everybody else who is logged in."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **named)

        return guarded

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one login."""
        return redirect(reverse("account_login", query={"next": request.GET.get("next", "/desk/admin/")}))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one page for it."""
        return redirect("account_change_password")


class LedgerConfig(AdminConfig):
    """Shows our own tables only: what other applications keep is changed by their pages, with a trace."""

    default_site = "barometer.web.desk.ledger.LedgerSite"

    def ready(self) -> None:
        """Leave out what the others registered."""
        super().ready()
        from django.contrib.admin.sites import site

        for model in [model for model in site._registry if model._meta.app_label not in OURS]:
            site.unregister(model)
