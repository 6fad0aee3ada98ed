"""The pages behind a private link: read a letter, comment, approve, sign, decline, withdraw; or ask to sign as oneself.

No login, no cookie, no script. Whoever has the secret of the address may answer, and nobody else can forge an answer,
since a form is sent to that very address: so there is no CSRF token, which would need a cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from barometer.codebook.book import LANGUAGES
from barometer.errors import BarometerError, UnknownValue
from barometer.evidence.logos import MOST_BYTES
from barometer.publication.letter import LetterOut, of_content
from barometer.publication.letter_versions import changes
from barometer.web import refusals
from barometer.web.actions import letters_signing as actions
from barometer.web.actions.letters_files import covered
from barometer.web.intake.flood import Bucket, Gate
from barometer.web.intake.sent import Sent, sent_with
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records.letters import Letter, LetterVersion, SignAct, Signatory

#: A body beyond a logo and a few texts is refused unread.
MOST_READ = MOST_BYTES + (256 << 10)
#: So many answers an hour come through one link; so many people ask to sign, and then only with a sum.
ANSWERS = 30
_answers: dict[int, Bucket] = {}
gate = Gate(free=20, with_sum=100)
FIELDS = ("act", "text", "name", "about", "email", "shown", "version", "sum", "token", "website")


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that no cache keeps, no search engine lists and no other site learns of."""

    @wraps(view)
    def guarded(request: HttpRequest, secret: str, language: str = "") -> HttpResponse:
        if language and language not in LANGUAGES:
            raise Http404
        response = view(request, secret, language)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return csrf_exempt(login_not_required(require_http_methods(["GET", "HEAD", "POST"])(guarded)))


@private
def page(request: HttpRequest, secret: str, language: str) -> HttpResponse:
    """What the link opens: the letter for its signatory, the form for individuals, or word that it leads nowhere."""
    signatory = actions.signatory_of(secret)
    letter = signatory.letter if signatory else actions.letter_to_join(secret)
    spoken = language or (signatory.language if signatory else letter.source_language if letter else "en")
    with override(spoken):
        if letter is None:
            response = _shown(request, secret, spoken, "public/sign_gone.html", {}, status=404)
        elif _too_large(request):
            problem = gettext("This is too large: a logo has at most 1 MB.")
            response = _shown(
                request, secret, spoken, "public/sign_gone.html", {"problem": problem}, status=413
            )
        elif signatory:
            response = _letter(request, secret, spoken, signatory)
        else:
            response = _join(request, secret, spoken, letter)
    response["Content-Language"] = spoken
    return response


def _too_large(request: HttpRequest) -> bool:
    size = request.META.get("CONTENT_LENGTH") or "0"
    return not size.isdecimal() or int(size) > MOST_READ


# --- the page of a signatory ----------------------------------------------------------------------------------------


def _letter(request: HttpRequest, secret: str, spoken: str, signatory: Signatory) -> HttpResponse:
    problem, given = "", Sent()
    if request.method == "POST":
        given = sent_with(request, FIELDS)
        problem = given.problem or _answered(signatory, given)
        if not problem:
            return _back(secret, spoken, given.fields["act"])
    else:
        actions.opened(signatory)
    letter = signatory.letter
    versions = list(letter.versions.all())
    stands = actions.stands(signatory, signatory.acts.select_related("version"), versions)
    last = versions[-1]
    context = {
        "letter": letter,
        "told": _told(letter, last, spoken),
        "version": last,
        "signatory": signatory,
        "is_individual": signatory.kind == Signatory.Kind.INDIVIDUAL,
        "stands": stands,
        "state": state_words(stands.state),
        "changes": _changes(versions, stands.version, spoken) if stands.version else [],
        "notes": [
            one.note for one in versions if stands.version and one.number > stands.version and one.note
        ],
        "comments": [one.words for one in signatory.acts.filter(act=SignAct.Act.COMMENT)],
        "closed": _closed(letter),
        "done": request.GET.get("done", "") if request.GET.get("done", "") in DONE else "",
        "problem": problem,
        "given": given.fields,
    }
    return _shown(request, secret, spoken, "public/sign.html", context, status=400 if problem else 200)


def _answered(signatory: Signatory, sent: Sent) -> str:
    """Do what was asked; what is the matter with it, or ''."""
    if not _answers.setdefault(signatory.pk, Bucket(ANSWERS)).take():
        return gettext("So much came through this link that no more is taken just now. Try again in an hour.")
    fields = sent.fields
    try:
        if fields["act"] == SignAct.Act.COMMENT:
            actions.comment(signatory, fields["text"])
        else:
            number = int(fields["version"]) if fields["version"].isdecimal() else 0
            logo = sent.files[0].data if sent.files else b""
            actions.answer(
                signatory, fields["act"], version=number, words=fields["text"], logo=logo, name=fields["name"]
            )
    except BarometerError as error:
        return refusals.reason(error)
    return ""


#: Acts after which the page says that they are done.
DONE = ("comment", "approve", "sign", "decline", "withdraw")


def state_words(state: str) -> str:
    """Where a signatory stands, in words."""
    return {
        "unasked": gettext("not asked"),
        "unconfirmed": gettext("not confirmed yet"),
        "asked": gettext("asked"),
        "opened": gettext("has opened it"),
        "commented": gettext("has commented"),
        "approved": gettext("would sign"),
        "signed": gettext("signed"),
        "again": gettext("signed an earlier version; asked again"),
        "declined": gettext("declined"),
        "withdrawn": gettext("withdrew"),
    }[state]


def _told(letter: Letter, version: LetterVersion, spoken: str) -> LetterOut:
    """What the version says, in the page's language where the letter is in it."""
    language = spoken if spoken in version.content else letter.source_language
    if language not in version.content:
        language = next(iter(version.content))
    return covered(letter, of_content(version.content[language], language))


def _changes(versions: list[LetterVersion], number: int, spoken: str) -> list[tuple[str, str]]:
    """What the last version changed since that one: (what stood there, what stands there now)."""
    old = next(one for one in versions if one.number == number)
    found = changes(old.content, versions[-1].content)
    languages = {one.language for one in found}
    shown = spoken if spoken in languages else next(iter(sorted(languages)), "")
    return [(one.before, one.after) for one in found if one.language == shown]


def _closed(letter: Letter) -> str:
    """Why nobody can sign any more, or ''."""
    try:
        actions.refuse_closed(letter)
    except BarometerError as error:
        return refusals.reason(error)
    return ""


# --- individuals ----------------------------------------------------------------------------------------------------


def _join(request: HttpRequest, secret: str, spoken: str, letter: Letter) -> HttpResponse:
    """The form for individuals. What is told is the same whether the address had asked before or not."""
    problem, sent, done = "", Sent(), False
    if request.method == "POST":
        sent = sent_with(request, FIELDS)
        problem = sent.problem or _joined(letter, sent, spoken)
        done = not problem
    version = letter.versions.last()
    context = {
        "letter": letter,
        "told": _told(letter, version, spoken),
        "version": version,
        "closed": _closed(letter),
        "problem": problem,
        "done": done,
        "given": sent.fields,
        "sum": gate.question(),
    }
    return _shown(request, secret, spoken, "public/sign_join.html", context, status=400 if problem else 200)


def _joined(letter: Letter, sent: Sent, spoken: str) -> str:
    fields = sent.fields
    if fields["website"]:  # which people do not see
        return ""
    if not fields["name"] or not fields["email"]:
        return gettext("Write your name and your e-mail address.")
    if not gate.passes(fields["token"], fields["sum"]):
        return gettext("Many ask just now. Answer the small sum below, and send once more.")
    try:
        actions.join(
            letter, fields["name"], fields["about"], fields["email"],
            shown=fields["shown"] == "yes", language=spoken,
        )  # fmt: skip
    except UnknownValue as error:
        raise Http404 from error
    except BarometerError as error:
        return refusals.reason(error)
    return ""


# --- pages ----------------------------------------------------------------------------------------------------------


def _shown(
    request: HttpRequest,
    secret: str,
    spoken: str,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    languages = [
        (code, OWN_NAMES[code], reverse("sign:page-in", args=[secret, code]), code == spoken)
        for code in LANGUAGES
    ]
    here = {"languages": languages, "here": reverse("sign:page-in", args=[secret, spoken])}
    return render(request, template, context | here, status=status)


def _back(secret: str, spoken: str, act: str) -> HttpResponse:
    address = reverse("sign:page-in", args=[secret, spoken])
    return HttpResponseRedirect(f"{address}?done={act}", status=303)
