"""Letters at the desk: the list, one letter with what is still to do, and its words in three languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.codebook.book import LANGUAGES
from barometer.errors import BarometerError
from barometer.publication.letter import PERSON, PERSON_NAME, LetterOut, templates
from barometer.publication.letter_figures import FIGURES
from barometer.publication.letter_render import FORMATS, TYPES
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import letters as actions
from barometer.web.actions import letters_files, letters_signing, letters_versions
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import words
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records.letters import Letter, LetterDemand, LetterPerson
from barometer.web.records.models import Case

LONG = ("undersigned", "concern", "wider", "closing", "addressees")


def who(request: HttpRequest) -> dict[str, Any]:
    """The person, as an action takes one."""
    return {"by": name_of(request.user)[:200], "user": request.user}


def text_in(request: HttpRequest, name: str) -> str:
    """A field of the form."""
    return request.POST.get(name, "").replace("\x00", "").strip()


def day_in(request: HttpRequest, name: str) -> date | None:
    """A day of the form, None where it is empty. BarometerError for what is none."""
    given = text_in(request, name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise BarometerError(gettext("this is no day of the calendar"), next_step="2026-03-14") from None


def moment_in(request: HttpRequest, name: str) -> datetime | None:
    """A moment of the form, in the country's time; None where it is empty."""
    given = text_in(request, name)
    try:
        return timezone.make_aware(datetime.fromisoformat(given)) if given else None
    except ValueError:
        raise BarometerError(gettext("this is no time"), next_step="2026-03-14T09:00") from None


def refused(error: BarometerError) -> str:
    """What the page says where nothing was done."""
    return gettext("Nothing was changed: %(why)s") % {"why": refusals.told(error)}


def found(public_id: str) -> Letter:
    """The letter, or 404."""
    return get_object_or_404(Letter, public_id=public_id)


# --- the list -------------------------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """All letters, and the form that begins one."""
    problem = ""
    if request.method == "POST":
        try:
            made = _begin(request)
        except BarometerError as error:
            problem = refused(error)
        else:
            return redirect("desk:letter", made.public_id)
    rows = Letter.objects.order_by("-pk").prefetch_related("versions")
    context = {
        "letters": [(row, state_of(row)) for row in rows],
        "templates": [(one.code, one.label[words.language()]) for one in templates().values()],
        "languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
        "may_write": may(request.user, Act.PUBLISH),
        "problem": problem,
        "given": request.POST,
        "crumbs": crumbs(),
    }
    return render(request, "desk/letters.html", context, status=400 if problem else 200)


def _begin(request: HttpRequest) -> Letter:
    slugs = text_in(request, "cases").split()
    cases = [_case(slug) for slug in slugs]
    return actions.begin(
        cases=cases,
        template=text_in(request, "template"),
        languages=_languages(request),
        day=day_in(request, "day"),
        since=day_in(request, "since"),
        **who(request),
    )


def _case(slug: str) -> Case:
    case = Case.objects.filter(slug=slug.rstrip("/").rpartition("/")[2]).first()
    if case is None:
        raise BarometerError(gettext("there is no case %(case)s") % {"case": slug[:60]})
    return case


def _languages(request: HttpRequest) -> list[str]:
    """The languages that were chosen, that of the original first."""
    first = text_in(request, "first") or LANGUAGES[0]
    return [first, *(code for code in request.POST.getlist("languages") if code != first)]


def state_of(letter: Letter) -> str:
    """How far a letter is, in words."""
    if letter.sent_at:
        return gettext("sent on %(day)s") % {"day": words.day_words(timezone.localdate(letter.sent_at))}
    versions = [one.number for one in letter.versions.all()]
    return gettext("version %(number)d") % {"number": versions[-1]} if versions else gettext("draft")


# --- one letter -----------------------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_safe
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """A letter: how it reads, what is still to do, its versions, and the forms that bring it on."""
    return page(request, found(public_id))


def page(request: HttpRequest, one: Letter, *, problem: str = "") -> HttpResponse:
    """The page of a letter; `problem` says why nothing was done."""
    try:
        told: Mapping[str, LetterOut] = actions.composed(one)
        proposal = None if one.frozen_at else letters_versions.proposal(one)
    except BarometerError as error:
        told, proposal, problem = {}, None, problem or refusals.told(error)
    signed = letters_signing.all_standing(one)
    context = {
        "letter": one,
        "state": state_of(one),
        "told": [(OWN_NAMES[language], said) for language, said in told.items()],
        "unready": [] if one.frozen_at else actions.unready(one),
        "standings": [] if one.frozen_at else _standings(one),
        "misfits": [] if one.frozen_at else _misfits(one),
        "proposal": proposal,
        "versions": list(one.versions.all())[::-1],
        "people": list(one.people.select_related("party", "case")),
        "demands": _demands(one),
        "signed": sum(stands.signed for _, stands in signed),
        "asked": len(signed),
        "languages": [(code, OWN_NAMES[code], code in one.languages) for code in LANGUAGES],
        "formats": FORMATS,
        "orders": _orders(),
        "may_write": may(request.user, Act.PUBLISH),
        "problem": problem,
        "given": request.POST,
        "public_address": reverse("public:letter", args=[one.public_id]) if actions.is_public(one) else "",
        "today": timezone.localdate().isoformat(),
        "crumbs": crumbs((gettext("Letters"), reverse("desk:letters"))),
    }
    return render(request, "desk/letter.html", context, status=400 if problem else 200)


def _orders() -> list[tuple[str, str]]:
    return [
        (Letter.Order.ALPHABETICAL, gettext("by the alphabet")),
        (Letter.Order.LEAD_FIRST, gettext("who leads first")),
    ]


def _standings(one: Letter) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each language with how many of its texts stand how."""
    found_: list[tuple[str, list[tuple[str, str]]]] = []
    standings = actions.standings_of_letter(one)
    for code in one.languages:
        rows = [(actions.part_label(one, part), text_state(by[code])) for part, by in standings.items()]
        found_.append((OWN_NAMES[code], rows))
    return found_


def text_state(standing: Any) -> str:
    """How a text stands, in words."""
    if standing.stale:
        return gettext("its source has changed")
    return {
        "missing": gettext("no text"),
        "machine": gettext("by machine"),
        "human": gettext("written, not approved"),
        "approved": gettext("approved"),
    }[standing.state]


def _misfits(one: Letter) -> list[tuple[str, str, list[str]]]:
    return [
        (actions.part_label(one, PERSON + key), OWN_NAMES[language], [missed.words for missed in rows])
        for (key, language), rows in actions.misfits_of(one).items()
    ]


def _demands(one: Letter) -> list[tuple[LetterDemand, str]]:
    return [
        (row, one.words.get(f"demand.{row.public_id}", {}).get(one.source_language, ""))
        for row in one.demands.all()
    ]


# --- words ----------------------------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str, language: str) -> HttpResponse:
    """Every text of a letter in one language, beside the language of the original."""
    one = found(public_id)
    if language not in LANGUAGES:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            count = _save(request, one, language)
        except BarometerError as error:
            problem = refused(error)
        else:
            messages.success(
                request,
                ngettext("%(count)d text saved.", "%(count)d texts saved.", count) % {"count": count},
            )
            return redirect("desk:letter-edit", public_id, language)
    standings = actions.standings_of_letter(one)
    context = {
        "letter": one,
        "language": language,
        "name": OWN_NAMES[language],
        "is_source": language == one.source_language,
        "source_name": OWN_NAMES[one.source_language],
        "rows": [_row(one, part, language, standings, request) for part in _editable(one)],
        "languages": [(code, OWN_NAMES[code]) for code in one.languages],
        "figures": [(name, label[words.language()]) for name, label in FIGURES.items()],
        "longest": actions.LONGEST,
        "may_write": may(request.user, Act.PUBLISH) and not one.frozen_at,
        "problem": problem,
        "crumbs": crumbs(
            (gettext("Letters"), reverse("desk:letters")),
            (str(one), reverse("desk:letter", args=[public_id])),
        ),
    }
    return render(request, "desk/letter_edit.html", context, status=400 if problem else 200)


def _editable(one: Letter) -> list[str]:
    """The fixed parts, demands, and for each person the name and the paragraph."""
    parts = [part for part in actions.parts_of(one) if not part.startswith((PERSON, PERSON_NAME))]
    for key in one.people.values_list("public_id", flat=True):
        parts += [PERSON_NAME + key, PERSON + key]
    return parts


def _row(
    one: Letter, part: str, language: str, standings: Mapping[str, Any], request: HttpRequest
) -> dict[str, Any]:
    texts = one.words.get(part, {})
    label = actions.part_label(one, PERSON + part.partition(".")[2] if part.startswith(PERSON_NAME) else part)
    return {
        "part": part,
        "label": f"{label} ({gettext('the name')})" if part.startswith(PERSON_NAME) else label,
        "text": request.POST.get(part, texts.get(language, "")),
        "source": texts.get(one.source_language, "") if language != one.source_language else "",
        "state": text_state(standings[part][language]) if part in standings else "",
        "is_long": part in LONG or part.startswith(PERSON),
        "hint": _hint(part),
    }


def _hint(part: str) -> str:
    if part == "addressees":
        return gettext(
            "A name, on the next line the office, then the address; a blank line before the next one."
        )
    if part.startswith(PERSON):
        return gettext("Leave it empty: then it is composed from the record until the letter is sent.")
    return ""


def _save(request: HttpRequest, one: Letter, language: str) -> int:
    """Write what differs; how many."""
    count = 0
    source = "" if language == one.source_language else one.source_language
    for part in _editable(one):
        text = text_in(request, part).replace("\r\n", "\n")
        if part in request.POST and text != one.words.get(part, {}).get(language, ""):
            actions.write(one, part, language, text, source=source, **who(request))
            count += 1
    return count


# --- acts -----------------------------------------------------------------------------------------------------------


@desk_for(Act.PUBLISH)
@require_POST
def act(request: HttpRequest, public_id: str) -> HttpResponse:
    """One change of a letter; back to its page with what was done or what is the matter."""
    one = found(public_id)
    do = ACTS.get(text_in(request, "act"))
    if do is None:
        raise Http404
    try:
        done = do(request, one)
    except BarometerError as error:
        one.refresh_from_db()
        return page(request, one, problem=refused(error))
    messages.success(request, done)
    return redirect("desk:letter", public_id)


def _details(request: HttpRequest, one: Letter) -> str:
    actions.change(
        one,
        day=day_in(request, "day"),
        since=day_in(request, "since"),
        deadline=day_in(request, "deadline"),
        embargo=moment_in(request, "embargo"),
        sent_via=text_in(request, "sent_via")[:200],
        order=text_in(request, "order") or Letter.Order.ALPHABETICAL,
        languages=[
            one.source_language,
            *(code for code in request.POST.getlist("languages") if code != one.source_language),
        ],
        provisions=text_in(request, "provisions").split(),
        **who(request),
    )
    return gettext("Kept.")


def _embargo(request: HttpRequest, one: Letter) -> str:
    actions.change(one, embargo=moment_in(request, "embargo"), **who(request))
    return gettext("Kept.")


def _add_case(request: HttpRequest, one: Letter) -> str:
    actions.add_case(one, _case(text_in(request, "case")), **who(request))
    return gettext("The people of the case stand in the letter.")


def _add_demand(request: HttpRequest, one: Letter) -> str:
    actions.add_demand(one, {one.source_language: text_in(request, "text")}, **who(request))
    return gettext("The demand is added.")


def _of(request: HttpRequest, one: Letter) -> LetterPerson | LetterDemand:
    of = text_in(request, "of")
    row = one.people.filter(public_id=of).first() or one.demands.filter(public_id=of).first()
    if row is None:
        raise BarometerError(gettext("there is no such record: %(id)s") % {"id": of[:40]})
    return row


def _drop(request: HttpRequest, one: Letter) -> str:
    row = _of(request, one)
    drop = actions.drop_person if isinstance(row, LetterPerson) else actions.drop_demand
    drop(row, **who(request))
    return gettext("Taken out.")


def _move(request: HttpRequest, one: Letter) -> str:
    actions.move(_of(request, one), up=True, **who(request))
    return gettext("Moved up.")


def _approve(request: HttpRequest, one: Letter) -> str:
    count = actions.approve(one, text_in(request, "language"), **who(request))
    return ngettext("%(count)d text approved.", "%(count)d texts approved.", count) % {"count": count}


def _version(request: HttpRequest, one: Letter) -> str:
    said = {"yes": True, "no": False}.get(text_in(request, "substantive"))
    version = letters_versions.keep_version(
        one, substantive=said, note=text_in(request, "note"), **who(request)
    )
    sent, unsent = letters_signing.tell_of_version(version)
    done = gettext("Version %(number)d is kept.") % {"number": version.number}
    if sent or unsent:
        done += " " + gettext("Mails sent: %(sent)d; not sent: %(unsent)d.") % {
            "sent": sent,
            "unsent": unsent,
        }
    return done


def _send(request: HttpRequest, one: Letter) -> str:
    upload = request.FILES.get("proof")
    proof = upload and letters_signing.keep_proof(upload.read(), upload.name, by=who(request)["by"])
    letters_versions.send(
        one, how=text_in(request, "how"), at=moment_in(request, "at"), proof=proof, **who(request)
    )
    return gettext("The letter is frozen as it was sent.")


ACTS: Mapping[str, Callable[[HttpRequest, Letter], str]] = {
    "details": _details,
    "embargo": _embargo,
    "add-case": _add_case,
    "add-demand": _add_demand,
    "drop": _drop,
    "up": _move,
    "approve": _approve,
    "version": _version,
    "send": _send,
}


@desk_for(Act.LOOK)
@require_safe
def file(request: HttpRequest, public_id: str, language: str, format: str) -> HttpResponse:
    """The letter as a file; where somebody in it has not agreed, the page that says so."""
    one = found(public_id)
    if format not in FORMATS or language not in LANGUAGES:
        raise Http404
    try:
        data = letters_files.letter_file(one, language, format)
    except BarometerError as error:
        return page(request, one, problem=refused(error))
    answer = HttpResponse(data, content_type=TYPES[format])
    name = letters_files.file_name(one, language, format)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
