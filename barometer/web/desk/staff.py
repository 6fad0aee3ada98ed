"""People of the desk: who is here, with which roles; letting in, letting out, ending sessions. And the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.errors import BarometerError
from barometer.web import refusals
from barometer.web.accounts.desk import is_small_desk
from barometer.web.accounts.models import AuditEntry, Invitation, User
from barometer.web.accounts.roles import Act, Role
from barometer.web.accounts.second_factor import FACTORS
from barometer.web.actions import staff as actions
from barometer.web.desk.views import crumbs, desk_for, name_of

ENTRIES = 100
ROLE_WORDS = {
    Role.CONTRIBUTOR: (_("Contributor"), _("hands things in")),
    Role.MONITOR: (_("Monitor"), _("takes leads, codes, links, judges names")),
    Role.REVIEWER: (_("Reviewer"), _("what a monitor does, and reviews")),
    Role.EDITOR: (_("Editor"), _("what a reviewer does, publishes and clears evidence")),
    Role.LAWYER: (_("Lawyer"), _("looks, clears evidence, decides on people and redaction")),
    Role.DIRECTOR: (_("Director"), _("looks, reviews, publishes, redacts, reads the log")),
    Role.ADMINISTRATOR: (_("Administrator"), _("lets people in and out, keeps sources, reads the log")),
    Role.CUSTODIAN: (_("Custodian of tips"), _("opens tips, and nothing else")),
}
#: What the log calls its acts, as a reader reads it. An act of another room is shown as it is written.
ACT_WORDS = {
    "login": _("logged in"),
    "login failed": _("wrong password or code"),
    "password changed": _("password changed"),
    "factor added": _("second factor added"),
    "factor removed": _("second factor removed"),
    "recovery codes renewed": _("recovery codes renewed"),
    "recovery code used": _("recovery code used"),
    "invited": _("invited"),
    "invitation withdrawn": _("invitation withdrawn"),
    "way back given": _("way back given"),
    "joined": _("joined"),
    "came back": _("came back"),
    "roles changed": _("roles changed"),
    "account closed": _("account closed"),
    "account opened": _("account opened"),
    "sessions ended": _("sessions ended"),
}


def role_label(name: str) -> str:
    """A role's name for readers."""
    return str(ROLE_WORDS[Role(name)][0]) if name in set(Role) else name


def _people() -> Any:
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return (
        User.objects.annotate(has_factor=Exists(factor), how_many=Count("usersession", distinct=True))
        .prefetch_related("groups")
        .order_by("-is_active", "username")
    )


def _row(person: Any) -> dict[str, Any]:
    held = [group.name for group in person.groups.all()]
    labels = [role_label(role) for role in Role if role in held]
    return {"person": person, "roles": labels, "held": held}


@desk_for(Act.ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, the open invitations, and the form of a new one, whose link is shown once."""
    link = problem = ""
    asked = request.POST.getlist("role")
    if request.method == "POST":
        made_for = request.POST.get("for", "").replace("\x00", "").strip()[:200]
        try:
            made = actions.invite(asked, by=name_of(request.user), user=request.user, made_for=made_for)
            link, asked = _link(request, made[1]), []
        except BarometerError:
            problem = gettext("Choose the roles: one at least.")
    invitations = actions.open_invitations().select_related("returning")
    context = {
        "rows": [_row(person) for person in _people()],
        "invitations": [(one, [role_label(role) for role in one.roles]) for one in invitations],
        "choices": [(role, *ROLE_WORDS[role], role in asked) for role in Role],
        "link": link,
        "problem": problem,
        "days": actions.DAYS,
        "small_desk": is_small_desk(),
        "crumbs": crumbs(),
    }
    return render(request, "desk/staff.html", context, status=400 if problem else 200)


def _link(request: HttpRequest, secret: str) -> str:
    return request.build_absolute_uri(reverse("invitation", args=[secret]))


@desk_for(Act.ACCOUNTS)
@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Shut an invitation that nobody has used."""
    found = get_object_or_404(Invitation, public_id=public_id)
    _try(request, lambda: actions.withdraw(found, by=name_of(request.user), user=request.user))
    return redirect("desk:staff")


@desk_for(Act.ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles, its sessions, its way back, its end."""
    found = get_object_or_404(_people(), pk=pk)
    link = ""
    if request.method == "POST":
        link = _change(request, found)
        if not link:
            return redirect("desk:staff-person", pk)
    row = _row(found)
    context = row | {
        "choices": [(role, *ROLE_WORDS[role], role in row["held"]) for role in Role],
        "oneself": found.pk == request.user.pk,
        "link": link,
        "days": actions.DAYS,
        "crumbs": crumbs((gettext("People of the desk"), reverse("desk:staff"))),
    }
    return render(request, "desk/staff_person.html", context)


def _change(request: HttpRequest, found: User) -> str:
    """Do what the form asks; the link of a way back, if that was asked."""
    who: dict[str, Any] = {"by": name_of(request.user), "user": request.user}
    asked = request.POST.get("do")
    if asked == "back":
        made = _try(request, lambda: actions.let_back(found, **who))
        return _link(request, made[1]) if made else ""
    acts: dict[str | None, Callable[[], Any]] = {
        "roles": lambda: actions.set_roles(found, request.POST.getlist("role"), **who),
        "sessions": lambda: actions.end_sessions(found, **who),
        "close": lambda: actions.close(found, **who),
        "open": lambda: actions.reopen(found, **who),
    }
    if asked in acts:
        _try(request, acts[asked])
    return ""


def _try(request: HttpRequest, act: Callable[[], Any]) -> Any:
    try:
        return act()
    except BarometerError as error:
        messages.error(request, refusals.told(error))
        return None


@desk_for(Act.AUDIT)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The log of sensitive acts, the newest first; of one act, or of one person, where that is asked."""
    act, about = (request.GET.get(name, "").replace("\x00", "").strip()[:120] for name in ("act", "about"))
    found = AuditEntry.objects.select_related("user")
    if act:
        found = found.filter(act=act)
    if about:
        found = found.filter(Q(about__iexact=about) | Q(user__username__iexact=about))
    page = Paginator(found, ENTRIES).get_page(request.GET.get("page"))
    known = AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct()
    context = {
        "page": page,
        "rows": [(entry, ACT_WORDS.get(entry.act, entry.act)) for entry in page],
        "acts": [(one, ACT_WORDS.get(one, one)) for one in known],
        "act": act,
        "about": about,
        "crumbs": crumbs(),
    }
    return render(request, "desk/audit.html", context)
