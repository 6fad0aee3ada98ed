"""The form for tips, and the way back to one. Nothing here knows, keeps or logs who asks.

No cookie is read or set, no session touched, nothing remembered between two requests but how much came. There is
therefore nothing for a forged request to abuse, and no CSRF token, which would need a cookie: whoever could forge a
tip could as well send one, and only who has a receipt can do anything with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, gettext, gettext_lazy, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from barometer.errors import NotReady, UnknownValue
from barometer.tips import keys_of, parse
from barometer.web.actions import tips as actions
from barometer.web.intake.flood import gate
from barometer.web.intake.models import Tip
from barometer.web.intake.rules import LONGEST, LONGEST_LINE, MOST_BYTES, MOST_FILES, MOST_READ, rules
from barometer.web.intake.sent import Sent, sent_with
from barometer.web.public import words
from barometer.web.public.views import contacts

#: Answers are padded to a multiple of this, so that their size tells no onlooker whether there is a question.
PAGE = 32 << 10
URGENT = {
    "danger now": gettext_lazy("Somebody is in danger now."),
    "within days": gettext_lazy("Something will happen within days."),
    "not urgent": gettext_lazy("It is not urgent."),
}
PUBLISH = {
    "yes": gettext_lazy("Yes."),
    "yes, nobody recognisable": gettext_lazy("Yes, but so that nobody can be recognised."),
    "ask first": gettext_lazy("Ask me first, through my receipt."),
    "no": gettext_lazy("No. It is for your knowledge only."),
}
#: The field that people do not see and machines fill in.
TRAP = "website"
TOLD = ("what", "whom", "when", "where", "urgent", "publish", "contact")


def tip_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people at risk: no login, no cookie, kept by nobody, padded; too large a body is refused unread."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not size.isdecimal() or int(size) > MOST_READ:
            response = _shown(request, "intake/too_large.html", {"most": MOST_BYTES >> 20}, status=413)
        else:
            response = view(request)
        _pad(response)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noarchive"
        if (onion := rules().onion) and not _in_tor(request):
            response["Onion-Location"] = f"http://{onion}{request.path}"
        return response

    return csrf_exempt(login_not_required(require_http_methods(["GET", "HEAD", "POST"])(guarded)))


@tip_page
def form(request: HttpRequest) -> HttpResponse:
    """The form; what it is sent with is sealed, and the receipt shown once."""
    if not actions.recipients():
        shut = request.method == "POST"
        return _shown(request, "intake/closed.html", {"contacts": contacts()}, status=503 if shut else 200)
    if request.method != "POST":
        return _form(request)
    sent = sent_with(request, (*TOLD, TRAP, "sum", "token"))
    if problem := sent.problem or _problem(sent):
        return _form(request, sent, problem)
    if not gate.passes(sent.fields["token"], sent.fields["sum"]):
        return _form(request, sent, _ask_sum())
    told = {name: sent.fields[name] for name in TOLD} | {"language": get_language() or ""}
    try:
        receipt = actions.receive(told, sent.files, spam=bool(sent.fields[TRAP]))
    except NotReady:
        return _form(request, sent, _no_room())
    return _shown(request, "intake/receipt.html", {"receipt": receipt.shown, "files": len(sent.files)})


def _form(request: HttpRequest, sent: Sent | None = None, problem: str = "") -> HttpResponse:
    context = {
        "given": sent.fields if sent else {},
        "problem": problem,
        "sum": gate.question(),
        "urgent": URGENT.items(),
        "publish": PUBLISH.items(),
    }
    return _shown(request, "intake/form.html", context, status=400 if problem else 200)


def _problem(sent: Sent) -> str:
    if not sent.fields["what"]:
        return gettext("Say what happened.")
    known = sent.fields["urgent"] in ("", *URGENT) and sent.fields["publish"] in ("", *PUBLISH)
    return "" if known else gettext("Choose one of the answers.")


def _ask_sum() -> str:
    if gate.is_shut():
        return gettext(
            "So much comes in just now that nothing more can be taken. Nothing was kept: try again in an hour."
        )
    return gettext(
        "Much comes in just now. Answer the small sum below, choose the files again and send once more."
    )


def _no_room() -> str:
    return gettext("There is no room for more just now. Nothing was kept: try again later.")


# --- the way back -----------------------------------------------------------------------------------------------------


@tip_page
def back(request: HttpRequest) -> HttpResponse:
    """With a receipt: how far the tip is, what the desk asks, an answer, more files, deletion."""
    if request.method != "POST":
        return _asked(request)
    sent = sent_with(request, ("receipt", "act", "text", "sure"))
    if sent.problem and not sent.fields:
        return _asked(request, sent, sent.problem)
    try:
        keys = keys_of(parse(sent.fields["receipt"]))
    except UnknownValue:
        return _asked(
            request, sent, gettext("A digit is wrong or missing: a receipt has 28. Compare it with yours.")
        )
    tip = actions.find(keys)
    if tip is None:
        return _asked(request, sent, gettext("There is no tip under this receipt. It may have been deleted."))
    if sent.fields["act"] == "delete" and sent.fields["sure"]:
        actions.withdraw(tip)
        return _shown(request, "intake/deleted.html", {})
    problem, added = sent.problem, False
    if sent.fields["act"] == "answer" and not problem:
        problem, added = _answered(tip, sent)
    context = {
        "receipt": sent.fields["receipt"],
        "state": state_words(tip.state),
        "said": [(one, words.day_words(one.week)) for one in actions.said_to(tip, keys)],
        "text": "" if added else sent.fields["text"],
        "problem": problem,
        "added": added,
    }
    return _shown(request, "intake/back.html", context, status=400 if problem else 200)


def _answered(tip: Tip, sent: Sent) -> tuple[str, bool]:
    """Why an answer cannot be taken, and whether it was."""
    if not (sent.fields["text"] or sent.files):
        return gettext("Write something, or choose a file."), False
    try:
        actions.answer(tip, sent.fields["text"], sent.files)
    except NotReady:
        return _no_room(), False
    return "", True


def _asked(request: HttpRequest, sent: Sent | None = None, problem: str = "") -> HttpResponse:
    """The page that asks for the receipt; of the same status and size whether there is no such tip or nothing typed."""
    given = sent.fields if sent else {}
    return _shown(request, "intake/ask.html", {"given": given, "problem": problem})


def state_words(state: str) -> str:
    """How far a tip is, as its source is told; spam looks like what waits."""
    if state in (Tip.State.READ, Tip.State.RELEASED):
        return gettext("The desk has taken it out to read it.")
    if state == Tip.State.ASKED:
        return gettext("The desk asks you something.")
    if state == Tip.State.CLOSED:
        return gettext("The desk has read it and is done with it.")
    return gettext("It is here, and waits to be read.")


# --- pages ------------------------------------------------------------------------------------------------------------


def _shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    onion = rules().onion
    return render(
        request,
        template,
        context
        | {
            "languages": _languages(request),
            "longest": LONGEST,
            "longest_line": LONGEST_LINE,
            "most": MOST_BYTES >> 20,
            "most_files": MOST_FILES,
            "onion": "" if _in_tor(request) else onion,
            "days": rules().days,
        },
        status=status,
    )


def _languages(request: HttpRequest) -> list[tuple[str, str, str, bool]]:
    """Each language: code, its own name, the address of this page in it, whether it is this one."""
    name = "tips:back" if request.path.endswith("/back/") else "tips:form"
    found = []
    for code, own in (("en", "English"), ("ru", "Русский"), ("kk", "Қазақша")):
        with override(code):
            found.append((code, own, reverse(name), False))
    return [(code, own, address, code == get_language()) for code, own, address, _ in found]


def _in_tor(request: HttpRequest) -> bool:
    return request.META.get("HTTP_HOST", "").partition(":")[0].endswith(".onion")


def _pad(response: HttpResponse) -> None:
    """Fill a page up with letters by chance, which no compression takes out again."""
    room = -(len(response.content) + len("<!--  -->")) % PAGE
    response.content += f"<!-- {secrets.token_urlsafe(room)[:room].replace('-', 'x')} -->".encode()
