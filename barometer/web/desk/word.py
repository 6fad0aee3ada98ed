"""An issue's texts to Word and back: the working files, an edited one handed in, what it would change, text by text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_info, gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.codebook import LANGUAGES
from barometer.errors import BarometerError
from barometer.publication.drafting import DATE, NAME, NUMBER, PROVISION
from barometer.publication.word_in import LIMIT, Comment, Tracked
from barometer.review.differences import Piece, word_pieces
from barometer.sources.documents import DOCX_TYPE
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import wordback as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import words
from barometer.web.records.models import Issue
from barometer.web.records.wordback import ReturnedFile

_AROUND = 64 << 10
RETURNED = 20


# --- the files ----------------------------------------------------------------------------------------------------------


# CSRF protection reads what is sent: it stands inside, where it is known how much that is.
@csrf_exempt
def word(request: HttpRequest, period: str) -> HttpResponse:
    """The working files of an issue, the form for an edited one; refused unread where it is too large."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdecimal() or int(size) > LIMIT + _AROUND:
        return HttpResponse(_too_large(), status=413, content_type="text/plain; charset=utf-8")
    return _word(request, period)


def _too_large() -> str:
    return gettext("The file is larger than %(limit)s MB.\n") % {"limit": LIMIT >> 20}


@csrf_protect
@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def _word(request: HttpRequest, period: str) -> HttpResponse:
    issue = _issue(period)
    if request.method != "POST":
        return _index(request, issue)
    upload, language = request.FILES.get("file"), request.POST.get("language", "")
    if not upload:
        return _index(request, issue, gettext("Choose a file."))
    if upload.size > LIMIT:
        return _index(request, issue, _too_large())
    if language not in LANGUAGES:
        language = LANGUAGES[0]
    try:
        by = name_of(request.user)[:200]
        row = actions.bring_back(
            issue, upload.read(), upload.name or "file.docx", language, by=by, user=request.user
        )
    except BarometerError as error:
        return _index(request, issue, refusals.told(error))
    return redirect("desk:word-returned", row.public_id)


def _index(request: HttpRequest, issue: Issue, problem: str = "") -> HttpResponse:
    rows = ReturnedFile.objects.filter(working__issue=issue).select_related("working")[:RETURNED]
    context = {
        "issue": issue,
        "title": words.capital(words.quarter_words(issue.period)),
        "problem": problem,
        "limit": LIMIT >> 20,
        "languages": [(code, _language_name(code)) for code in LANGUAGES],
        "returned": [(row, _language_name(row.working.language)) for row in rows],
        "crumbs": crumbs(),
    }
    return render(request, "desk/word.html", context, status=400 if problem else 200)


@desk_for(Act.CODE)
@require_safe
def download(request: HttpRequest, period: str, language: str) -> HttpResponse:
    """The working file in that language."""
    issue = _issue(period)
    if language not in LANGUAGES:
        raise Http404
    try:
        _, data = actions.make(issue, language, by=name_of(request.user)[:200], user=request.user)
    except BarometerError as error:
        return _index(request, issue, refusals.told(error))
    response = HttpResponse(data, content_type=DOCX_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{issue.period}-{language}-working.docx"'
    return response


def _issue(period: str) -> Issue:
    row = Issue.objects.select_related("source").filter(period=period).first()
    if row is None:
        raise Http404(gettext("There is no such issue."))
    return row


def _language_name(code: str) -> str:
    return str(get_language_info(code)["name_local"]).capitalize()


# --- what came back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A text of a returned file as the page shows it."""

    line: actions.Line
    label: str
    state: str
    notes: tuple[str, ...]
    pieces: tuple[Piece, ...]
    meanwhile: tuple[Piece, ...]
    misfits: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str, str], ...]
    remarks: tuple[Comment, ...]
    editors: str
    decided: str
    proposed_reason: str


@desk_for(Act.CODE)
@require_safe
def returned(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a returned file would change: nothing is written before a person takes it over."""
    return _page(request, _returned(public_id))


def _page(request: HttpRequest, row: ReturnedFile, problem: str = "") -> HttpResponse:
    found = actions.preview(row)
    shown = [_shown(line) for line in found.news]
    period, language = row.working.issue.period, row.working.language
    context = {
        "row": row,
        "language": language,
        "title": words.capital(words.quarter_words(period)),
        "language_name": _language_name(language),
        "problem": problem,
        "frozen": found.frozen,
        "shown": shown,
        "counts": _counts(found),
        "loose": [(number, one, _decided(decided)) for number, one, decided in found.loose],
        "items": [
            (line.came.key, line.seen, _label(line.now or line.came.before))
            for line in found.lines
            if not line.came.key.endswith("intro") and not line.gone
        ],
        "may_take": not found.frozen,
        "longest_reason": LONGEST_REASON,
        "crumbs": crumbs((f"Word, {words.quarter_words(period)}", reverse("desk:word", args=[period]))),
    }
    return render(request, "desk/word_returned.html", context, status=400 if problem else 200)


def _counts(found: actions.Preview) -> list[tuple[str, int]]:
    """How many texts are in each state, in words; those that stayed as they are last."""
    states = [line.came.state for line in found.lines]
    rows = [
        (state_label(one), states.count(one))
        for one in ("changed", "typography", "deleted", "merged", "same")
    ]
    comments = sum(len(line.came.comments) for line in found.lines) + sum(
        len(one.comments) for _, one, _ in found.loose
    )
    rows += [
        (gettext("comments"), comments),
        (gettext("paragraphs that are no known text"), len(found.loose)),
    ]
    return [(label, count) for label, count in rows if count]


def state_label(state: str) -> str:
    """What became of a text, in words."""
    return {
        "same": gettext("as it was"),
        "typography": gettext("only quotation marks, dashes or spaces"),
        "changed": gettext("changed"),
        "deleted": gettext("deleted"),
        "merged": gettext("joined with another"),
    }[state]


def _shown(line: actions.Line) -> Shown:
    came = line.came
    editors = dict.fromkeys(one.author for one in came.tracked if one.author)
    return Shown(
        line=line,
        label=_label(came.before or came.after),
        state=state_label(came.state),
        notes=tuple(_notes(line)),
        pieces=word_pieces(came.before, came.after) if came.state != "same" else (),
        meanwhile=word_pieces(came.before, line.now) if line.overtaken else (),
        misfits=tuple((kind_label(one.kind), one.words) for one in line.misfits),
        links=tuple(_links(line)),
        remarks=came.comments,
        editors=", ".join(editors),
        decided=_decided(line.decided),
        proposed_reason=_reason(came.tracked, came.comments) if came.state == "deleted" else "",
    )


def _label(text: str) -> str:
    """The first words of a text."""
    said = " ".join(text.split())
    return said if len(said) <= 70 else f"{said[:70].rpartition(' ')[0] or said[:70]} …"


def _notes(line: actions.Line) -> list[str]:
    came = line.came
    told = {
        "split": gettext("It stood in several paragraphs; they are one again here."),
        "copied": gettext("A copy of it stands elsewhere in the file: see below."),
        "moved": gettext("It stands elsewhere in the file now. Move it on the issue's page."),
        "unlike": gettext("Its bookmark stands on quite other words: look whether this is the text."),
    }
    found = [told[one] for one in came.notes if one in told]
    if came.how == "likeness":
        found.append(
            gettext("Its bookmark is gone: it was known by likeness (%(share)s %% of the words).")
            % {"share": came.likeness}
        )
    if came.state == "merged":
        found.append(gettext("Its words now stand in the paragraph of another item."))
    if line.gone:
        found.append(gettext("The issue does not print it any more."))
    return found


def _links(line: actions.Line) -> list[tuple[str, str, str]]:
    """Changed links: what was done, the words, the address."""
    if "links" not in line.came.notes:
        return []
    before, after = set(line.came.links_before), set(line.came.links_after)
    gone = [(gettext("link taken away"), *one) for one in line.came.links_before if one not in after]
    return gone + [(gettext("new link"), *one) for one in line.came.links_after if one not in before]


def kind_label(kind: str) -> str:
    """What kind of fact does not fit, in words."""
    return {
        DATE: gettext("date"),
        NAME: gettext("name"),
        NUMBER: gettext("number"),
        PROVISION: gettext("article of law"),
    }[kind]


def _reason(tracked: tuple[Tracked, ...], comments: tuple[Comment, ...]) -> str:
    """The reason that a deleted text's own comment gives; else that it was deleted, and by whom if the file says."""
    if comments:
        return comments[0].words[:LONGEST_REASON]
    author = next((one.author for one in tracked if one.author), "")
    return (
        gettext("Deleted in Word by %(name)s.") % {"name": author} if author else gettext("Deleted in Word.")
    )


def _decided(decided: Any) -> str:
    if not decided:
        return ""
    said = {"person": decided["person"], "day": decided["on"][:10]}
    if decided["what"] == actions.TAKEN:
        return gettext("Taken over by %(person)s, %(day)s.") % said
    return gettext("Left as it was by %(person)s, %(day)s.") % said


# --- what is pressed ----------------------------------------------------------------------------------------------------


@desk_for(Act.CODE)
@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a change over, leave it, or place a paragraph."""
    row = _returned(public_id)
    said = {
        name: request.POST.get(name, "").replace("\x00", "").strip()
        for name in ("key", "what", "seen", "reason")
    }
    by = name_of(request.user)[:200]
    try:
        if said["what"] == "take":
            actions.take(
                row, said["key"], seen=said["seen"], over="over" in request.POST, reason=said["reason"],
                by=by, user=request.user,
            )  # fmt: skip
            messages.success(request, gettext("Taken over, under your name."))
        elif said["what"] == "place":
            key, _, seen = request.POST.get("item", "").partition(" ")
            number = said["key"].removeprefix("loose ")
            actions.place(
                row, int(number) if number.isdecimal() else -1, key, seen=seen, by=by, user=request.user
            )
            messages.success(request, gettext("Put at the end of the item, under your name."))
        else:
            actions.leave(row, said["key"], by=by)
            messages.success(request, gettext("Left as it was."))
    except BarometerError as error:
        return _page(request, row, refusals.told(error))
    return redirect("desk:word-returned", public_id)


def _returned(public_id: str) -> ReturnedFile:
    row = ReturnedFile.objects.select_related("working__issue__source").filter(public_id=public_id).first()
    if row is None:
        raise Http404(gettext("There is no such file."))
    return row
