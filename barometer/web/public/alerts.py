"""Following what is filtered: its feeds, and e-mail alerts. No cookie is read or set, so no request can abuse one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from barometer.errors import BarometerError
from barometer.web.actions import alerts as actions
from barometer.web.intake.flood import Bucket
from barometer.web.public import views, words
from barometer.web.records.alerts import Alert

#: So many mails an hour ask somebody to confirm, whoever asks for them.
A_HOUR = 60
_mails = Bucket(A_HOUR)
#: The field that people do not see and machines fill in.
TRAP = "website"


def form_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page with a form, without login or cookie, kept by no cache, whose address goes nowhere."""

    @login_not_required
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        answer = view(request, **named)
        add_never_cache_headers(answer)
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    return guarded


@form_page
def follow(request: HttpRequest) -> HttpResponse:
    """What the address asks for, as feeds, as a calendar, by e-mail and as a frame for another site."""
    found = actions.wanted(request.GET.urlencode())
    if found is None:
        raise Http404(gettext("There is no such page."))
    query, what, _ = found
    problem = asked = ""
    if request.method == "POST":
        asked, problem = _asked(request, query)
    base = _base(query)
    end = "" if query.startswith("person=") or not query else f"?{query}"
    context = {
        "what": what,
        "feeds": [(_NAMES[form], request.build_absolute_uri(f"{base}feed.{form}{end}")) for form in _NAMES],
        "calendar": ""
        if query.startswith("person=")
        else request.build_absolute_uri(reverse("public:calendar-feed") + end),
        "embed": ""
        if query.startswith("person=")
        else request.build_absolute_uri(reverse("public:embed-events") + end),
        "mail": bool(settings.MAIL.host),
        "rhythms": [
            (Alert.Rhythm.DAILY, gettext("Every morning, if there is news")),
            (Alert.Rhythm.WEEKLY, gettext("Once a week")),
        ],
        "trap": TRAP,
        "asked": asked,
        "problem": problem,
        "here": f"{reverse('public:follow')}{f'?{query}' if query else ''}",
        "crumbs": views.crumbs((gettext("Events"), reverse("public:events"))),
    }
    return render(request, "public/follow.html", context, status=422 if problem else 200)


_NAMES = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}


def _base(query: str) -> str:
    if query.startswith("person="):
        return reverse("public:person", args=[query.removeprefix("person=")])
    return reverse("public:events")


def _asked(request: HttpRequest, query: str) -> tuple[str, str]:
    """(what is said where it was taken, what is said where it was not)"""
    done = gettext(
        "If this address can be told, a mail is on its way to it. Follow the link in it within seven days."
    )
    if request.POST.get(TRAP):
        return done, ""
    if not _mails.take():
        return "", gettext("Too much is asked for just now. Please try again in an hour, or use a feed.")
    try:
        actions.ask(
            request.POST.get("address", "")[:300], query, words.language(), request.POST.get("rhythm", "")
        )
    except BarometerError:
        return "", gettext("This cannot be used as an e-mail address.")
    return done, ""


@form_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the first mail. A button confirms, for programs that check mails follow links too."""
    if not actions.is_asked(token):
        return render(request, "public/alerts/page.html", {"state": "gone"}, status=410)
    done = request.method == "POST" and actions.confirm(token) is not None
    return render(request, "public/alerts/page.html", {"state": "confirmed" if done else "confirm"})


@form_page
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The link of every other mail, by RFC 8058 too: the wish is deleted, and with it the address."""
    if not actions.of_leaving(token):
        return render(request, "public/alerts/page.html", {"state": "gone"}, status=410)
    done = request.method == "POST" and actions.leave(token)
    return render(request, "public/alerts/page.html", {"state": "left" if done else "leave"})
