"""The way in for who was invited, and one's own sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from barometer.errors import NotReady
from barometer.web.accounts.models import Invitation, User
from barometer.web.actions import staff


class ArrivalForm(forms.Form):
    """A username, for who is new, and a password."""

    password = forms.CharField(strip=False, max_length=200)
    again = forms.CharField(strip=False, max_length=200)

    def __init__(self, data: Any, invitation: Invitation) -> None:
        super().__init__(data)
        self.returning = invitation.returning
        if not self.returning:
            validators = User._meta.get_field("username").validators
            self.fields["username"] = forms.CharField(max_length=150, validators=validators)

    def clean_username(self) -> str:
        """One that nobody has, in large or small letters."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(gettext("Somebody has this username: choose another."))
        return username

    def clean(self) -> dict[str, Any]:
        """Two equal passwords that will do."""
        data = super().clean() or {}
        if "password" in data and data["password"] != data.get("again"):
            self.add_error("again", gettext("The two passwords differ."))
        elif "password" in data:
            try:
                validate_password(data["password"], self.returning or User(username=data.get("username", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the link of an invitation leads: choose a username and a password, and be logged in."""
    found = staff.invitation_of(secret)
    if found is None:
        return render(request, "accounts/invitation_shut.html", status=410)
    if request.user.is_authenticated:
        return render(request, "accounts/invitation_other.html", status=409)
    form = ArrivalForm(request.POST if request.method == "POST" else None, found)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        try:
            person = staff.accept(secret, username=form.cleaned_data.get("username", ""), password=password)
        except NotReady:
            return render(request, "accounts/invitation_shut.html", status=410)
        return perform_password_login(request, {"username": person.username}, Login(user=person))
    context = {"form": form, "returning": found.returning, "hints": password_validators_help_texts()}
    return render(request, "accounts/invitation.html", context, status=400 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is logged in, and how to end it: one session, or all the others."""
    here = request.session.session_key
    if request.method == "POST":
        one = request.POST.get("session", "")
        which = {"only": int(one)} if one.isdecimal() and len(one) < 19 else {"but": here}
        staff.end_sessions(
            request.user, by=request.user.get_full_name() or request.user.username, user=request.user, **which
        )
        return redirect("account_sessions")
    rows = sorted(
        UserSession.objects.purge_and_list(request.user), key=lambda row: row.created_at, reverse=True
    )
    return render(request, "accounts/sessions.html", {"rows": rows, "here": here})
