"""Who is asked to sign a letter and how they answer; and, once it is sent, replies, outcomes, coverage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from barometer.codebook.book import LANGUAGES
from barometer.errors import BarometerError
from barometer.evidence.logos import MOST_BYTES
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import letters_after as after_actions
from barometer.web.actions import letters_signing as actions
from barometer.web.actions.evidence import item_of
from barometer.web.desk.letters import day_in, found, refused, text_in, who
from barometer.web.desk.views import crumbs, desk_for
from barometer.web.public.letters import delay_words, outcome_label
from barometer.web.public.signing import state_words
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records.letters import DemandOutcome, Letter, Signatory
from barometer.web.records.models import EvidenceItem

MOST_PROOF = 20 << 20


@dataclass(frozen=True)
class Row:
    """A signatory in the table, with all that they did."""

    signatory: Signatory
    stands: actions.Stands
    state: str
    acts: tuple[tuple[str, str, Any], ...]  # day, what, the act itself


def act_words(act: str) -> str:
    """One thing done, in words."""
    return {
        "ask": gettext("asked"),
        "open": gettext("opened"),
        "comment": gettext("commented"),
        "approve": gettext("would sign"),
        "sign": gettext("signed"),
        "decline": gettext("declined"),
        "withdraw": gettext("withdrew"),
        "again": gettext("asked again"),
        "notify": gettext("told of a small change"),
        "remind": gettext("reminded"),
    }[act]


@desk_for(Act.PUBLISH, post=Act.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def signing(request: HttpRequest, public_id: str) -> HttpResponse:
    """The table of who was asked, opened, commented, signed which version; and the forms beside it."""
    one = found(public_id)
    problem, link = "", ""
    if request.method == "POST":
        do = ACTS.get(text_in(request, "act"))
        if do is None:
            raise Http404
        try:
            done, link = do(request, one)
        except BarometerError as error:
            problem = refused(error)
        else:
            messages.success(request, done)
            if not link:
                return redirect("desk:letter-signing", public_id)
        one.refresh_from_db()
    rows = [_row(signatory, stands) for signatory, stands in actions.all_standing(one)]
    context = {
        "letter": one,
        "rows": rows,
        "due": len(actions.to_remind(one)),
        "link": link,
        "has_version": one.versions.exists(),
        "languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
        "records": [(code, act_words(code)) for code in ("sign", "decline", "withdraw")],
        "problem": problem,
        "given": request.POST if problem else {},
        "crumbs": _crumbs(one),
    }
    return render(request, "desk/letter_signing.html", context, status=400 if problem else 200)


def _crumbs(one: Letter) -> list[tuple[str, str]]:
    return crumbs(
        (gettext("Letters"), reverse("desk:letters")),
        (str(one), reverse("desk:letter", args=[one.public_id])),
    )


def _row(signatory: Signatory, stands: actions.Stands) -> Row:
    acts = tuple(
        (timezone.localtime(act.at).strftime("%Y-%m-%d %H:%M"), act_words(act.act), act)
        for act in signatory.acts.select_related("version", "proof")
    )
    return Row(signatory, stands, state_words(stands.state), acts)


Done = tuple[str, str]  # what to say, and a link to show this once


def _ask(request: HttpRequest, one: Letter) -> Done:
    row, secret = actions.ask(
        one,
        text_in(request, "name"),
        email=text_in(request, "email"),
        contact=text_in(request, "contact"),
        language=text_in(request, "language"),
        lead=bool(request.POST.get("lead")),
        **who(request),
    )
    sent = bool(request.POST.get("mail")) and actions.invite(row, secret)
    done = (
        gettext("Asked; the link was sent by mail.")
        if sent
        else gettext("Asked. Send them this link yourself:")
    )
    return done, actions.address_of(secret)


def _signatory(request: HttpRequest, one: Letter) -> Signatory:
    row = one.signatories.filter(public_id=text_in(request, "of")).first()
    if row is None:
        raise BarometerError(gettext("there is no such record: %(id)s") % {"id": text_in(request, "of")[:40]})
    return row


def _new_link(request: HttpRequest, one: Letter) -> Done:
    secret = actions.new_link(_signatory(request, one), **who(request))
    return gettext("A new link; earlier ones lead nowhere now:"), actions.address_of(secret)


def _record(request: HttpRequest, one: Letter) -> Done:
    upload = request.FILES.get("proof")
    if upload is None or upload.size > MOST_PROOF:
        raise BarometerError(gettext("the mail that proves it is missing, or larger than 20 MB"))
    known = one.signatories.filter(public_id=text_in(request, "of")).first()
    proof = actions.keep_proof(upload.read(), upload.name, by=who(request)["by"])
    actions.record(
        one, text_in(request, "name"), text_in(request, "what"), proof, signatory=known,
        lead=bool(request.POST.get("lead")), **who(request),
    )  # fmt: skip
    return gettext("Recorded, with its proof."), ""


def _logo(request: HttpRequest, one: Letter) -> Done:
    upload = request.FILES.get("logo")
    if upload and upload.size > MOST_BYTES:
        raise BarometerError(gettext("This is too large: a logo has at most 1 MB."))
    actions.set_logo(_signatory(request, one), upload.read() if upload else b"", **who(request))
    return gettext("Kept."), ""


def _remind(request: HttpRequest, one: Letter) -> Done:
    sent, unsent = actions.remind(actions.to_remind(one), **who(request))
    return gettext("Mails sent: %(sent)d; not sent: %(unsent)d.") % {"sent": sent, "unsent": unsent}, ""


def _individuals(request: HttpRequest, one: Letter) -> Done:
    secret = actions.open_to_individuals(one, bool(request.POST.get("open")), **who(request))
    if not secret:
        return gettext("Individuals can sign no more."), ""
    return gettext("Whoever has this link can sign as themselves:"), actions.address_of(secret)


ACTS: Mapping[str, Callable[[HttpRequest, Letter], Done]] = {
    "ask": _ask,
    "link": _new_link,
    "record": _record,
    "logo": _logo,
    "remind": _remind,
    "individuals": _individuals,
}


# --- after it was sent ----------------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def after(request: HttpRequest, public_id: str) -> HttpResponse:
    """Replies with their delay, the outcome of each demand over time, coverage."""
    one = found(public_id)
    problem = ""
    if request.method == "POST":
        do = AFTER.get(text_in(request, "act"))
        if do is None:
            raise Http404
        try:
            do(request, one)
        except BarometerError as error:
            problem = refused(error)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:letter-after", public_id)
    context = {
        "letter": one,
        "demands": [
            (
                row,
                one.words.get(f"demand.{row.public_id}", {}).get(one.source_language, ""),
                [(each, outcome_label(each.state)) for each in row.outcomes.all()],
            )
            for row in one.demands.prefetch_related("outcomes")
        ],
        "states": [(code, outcome_label(code)) for code in DemandOutcome.State.values],
        "replies": [(row, delay_words(after_actions.delay(one, row))) for row in one.replies.all()],
        "coverage": list(one.coverage.all()),
        "languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
        "may_write": may(request.user, Act.PUBLISH),
        "today": timezone.localdate().isoformat(),
        "problem": problem,
        "given": request.POST,
        "crumbs": _crumbs(one),
    }
    return render(request, "desk/letter_after.html", context, status=400 if problem else 200)


def _evidence(request: HttpRequest) -> EvidenceItem | None:
    name = text_in(request, "evidence")
    return item_of(name) if name else None


def _reply(request: HttpRequest, one: Letter) -> None:
    after_actions.add_reply(
        one,
        day=_needed_day(request),
        sender=text_in(request, "sender"),
        summary=text_in(request, "summary"),
        language=text_in(request, "language") or one.source_language,
        evidence=_evidence(request),
        **who(request),
    )


def _needed_day(request: HttpRequest) -> Any:
    day = day_in(request, "day")
    if day is None:
        raise BarometerError(gettext("this is no day of the calendar"), next_step="2026-03-14")
    return day


def _outcome(request: HttpRequest, one: Letter) -> None:
    demand = one.demands.filter(public_id=text_in(request, "of")).first()
    if demand is None:
        raise BarometerError(gettext("there is no such record: %(id)s") % {"id": text_in(request, "of")[:40]})
    after_actions.set_outcome(
        demand,
        text_in(request, "state"),
        day=_needed_day(request),
        reason=text_in(request, "reason"),
        address=text_in(request, "address"),
        evidence=_evidence(request),
        **who(request),
    )


def _coverage(request: HttpRequest, one: Letter) -> None:
    after_actions.add_coverage(
        one,
        outlet=text_in(request, "outlet"),
        title=text_in(request, "title"),
        address=text_in(request, "address"),
        day=day_in(request, "day"),
        **who(request),
    )


AFTER: Mapping[str, Callable[[HttpRequest, Letter], None]] = {
    "reply": _reply,
    "outcome": _outcome,
    "coverage": _coverage,
}
