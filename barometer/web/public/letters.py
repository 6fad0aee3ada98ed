"""Letters that were sent: their text, who signed, what they ask for and what came of it, what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from barometer.publication.letter import LetterOut, of_content
from barometer.publication.letter_render import TYPES, render_letter
from barometer.web.actions import letters_after, letters_signing
from barometer.web.actions.evidence import bytes_of
from barometer.web.actions.letters import USE
from barometer.web.actions.letters_files import covered, file_name, leaving
from barometer.web.public import cards, casepage, filters, joined, words
from barometer.web.public.caching import may_be_kept
from barometer.web.public.views import PAGE, crumbs, page, turns
from barometer.web.public.words import Words
from barometer.web.records.letters import DemandOutcome, Letter, LetterDemand, Signatory
from barometer.web.records.models import Case
from barometer.web.records.withholding import NOBODY, Withheld

#: What readers may take with them.
FORMATS = ("pdf", "docx", "html")


def public_letters() -> QuerySet[Letter]:
    """Letters that readers may see, the newest first."""
    shown = Q(embargo=None) | Q(embargo__lte=timezone.now())
    return Letter.objects.filter(shown, sent_at__isnull=False).order_by("-day", "-pk")


# --- links to letters from other pages --------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A letter in a list: its title in the reader's language where it has one, its day, its page."""

    title: Words
    day: str
    address: str
    about: str = ""


def about_case(slug: str) -> list[Link]:
    """The public letters about a case, by its slug in the ledger."""
    return _links(public_letters().filter(people__case__slug=slug).distinct())


def about_provision(code: str) -> list[Link]:
    """The public letters that name a provision."""
    # A list within JSON is not asked for alike by all databases; letters are few.
    return _links(row for row in public_letters().only(*_FEW) if code in row.provisions)


_FEW = ("public_id", "languages", "source_language", "day", "provisions")


def _links(rows: Iterable[Letter]) -> list[Link]:
    found = list(rows)
    people = joined.withheld_in(USE) if found else NOBODY
    return [_link(row, people) for row in found]


def _link(letter: Letter, people: Withheld) -> Link:
    language = language_of(letter)
    told = of_content(letter.versions.last().content[language], language)
    return Link(
        Words(people.text(told.title, language), language),
        words.day_words(letter.day),
        reverse("public:letter", args=[letter.public_id]),
        ", ".join(one.name for one in told.addressees),
    )


def told_of(letter: Letter) -> LetterOut:
    """What was sent, in the page's language where the letter was, without whoever may not be named."""
    return told_in(letter, language_of(letter))


def told_in(letter: Letter, language: str) -> LetterOut:
    """What was sent in this one of its languages, without whoever may not be named."""
    return covered(letter, of_content(letter.versions.last().content[language], language))


def language_of(letter: Letter) -> str:
    """The page's language where the letter was sent in it, else that of the original, else whichever there is."""
    for code in (words.language(), letter.source_language, *letter.languages):
        if code in letter.languages:
            return code
    raise Http404


# --- pages ------------------------------------------------------------------------------------------------------


@page
def letters(request: HttpRequest) -> HttpResponse:
    """All letters that were sent, the newest first."""
    shown = Paginator(public_letters(), PAGE).get_page(filters.parse(request.GET).page)
    base = reverse("public:letters")
    context = {
        "page": shown,
        "letters": _links(shown.object_list),
        "turns": turns(shown, lambda number: f"{base}?page={number}"),
        "crumbs": crumbs(),
    }
    return render(request, "public/letters.html", context)


@page
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """One letter with what came of it."""
    found = _found(public_id)
    context = letter_context(found) | {
        "canonical": request.build_absolute_uri(request.path),
        "crumbs": crumbs((gettext("Letters"), reverse("public:letters"))),
    }
    return render(request, "public/letter.html", context)


def _found(public_id: str) -> Letter:
    found = public_letters().filter(public_id=public_id).first()
    if found is None:
        raise Http404(gettext("There is no such letter."))
    return found


@dataclass(frozen=True)
class SignedRow:
    """Who signed: the name, who an individual is, the address of the logo."""

    name: str
    about: str
    logo: str


@dataclass(frozen=True)
class DemandRow:
    """A demand with what came of it, the latest last."""

    text: str
    state: str
    state_label: str
    outcomes: tuple[tuple[str, str, Words, str], ...]  # day, state in words, reason, address


def outcome_label(state: str) -> str:
    """An outcome in words."""
    return {
        "open": gettext("open"),
        "partly met": gettext("partly met"),
        "met": gettext("met"),
        "refused": gettext("refused"),
    }[state]


def delay_words(days: int) -> str:
    """How long after the letter an answer came."""
    if days == 0:
        return gettext("on the day of the letter")
    return ngettext("%(days)d day after the letter", "%(days)d days after the letter", days) % {"days": days}


def letter_context(found: Letter) -> dict[str, Any]:
    """All that the page of a letter shows."""
    told = told_of(found)
    people = joined.withheld_in(USE)

    def said(text: str, language: str) -> Words:
        return Words(people.text(text, language), language)

    return {
        "letter": found,
        "told": told,
        "signed": [_signed(found, row) for row in _signing(found, told.language)],
        "hidden": sum(not row.shown for row, _ in letters_signing.signing(found)),
        "withdrew": [(row.name, words.day_words(day)) for row, day in letters_signing.withdrew_after(found)],
        "demands": _demands(found, told, said),
        "replies": [
            (
                words.day_words(row.day),
                delay_words(letters_after.delay(found, row)),
                row.sender,
                said(row.summary, row.language),
            )
            for row in found.replies.all()
        ],
        "coverage": [
            (words.day_words(row.day) if row.day else "", row.outlet, row.title, row.address)
            for row in found.coverage.all()
        ],
        "sent": words.day_words(timezone.localdate(found.sent_at)),
        "cases": _cases(found),
        "provisions": [
            (words.provision_label(code), filters.address(filters.chosen(provision=code)))
            for code in found.provisions
        ],
        "files": [
            (kind.upper(), reverse("public:letter-file", args=[found.public_id, kind])) for kind in FORMATS
        ],
    }


def _signing(letter: Letter, language: str) -> list[Signatory]:
    rows = [row for row, _ in letters_signing.signing(letter) if row.shown]
    return sorted(rows, key=lambda row: letters_signing.order_key(letter, row, language))


def _signed(letter: Letter, row: Signatory) -> SignedRow:
    logo = reverse("public:letter-logo", args=[letter.public_id, row.public_id]) if row.logo_id else ""
    return SignedRow(row.name, row.about, logo)


def _demands(letter: Letter, told: LetterOut, said: Any) -> list[DemandRow]:
    rows = {row.public_id: row for row in letter.demands.prefetch_related("outcomes")}
    return [_demand(one.text, rows[one.key], letter, said) for one in told.demands]


def _demand(text: str, row: LetterDemand, letter: Letter, said: Any) -> DemandRow:
    outcomes = list(row.outcomes.all())
    state = outcomes[-1].state if outcomes else DemandOutcome.State.OPEN
    told = tuple(
        (
            words.day_words(one.day),
            outcome_label(one.state),
            said(one.reason, letter.source_language),
            one.address,
        )
        for one in outcomes
    )
    return DemandRow(text, state.replace(" ", "-"), outcome_label(state), told)


def _cases(letter: Letter) -> list[tuple[Words, str]]:
    """The cases of the letter that have a public page: (title, address)."""
    from barometer.web.public import stories

    slugs = Case.objects.public().filter(letter_people__letter=letter).distinct().order_by("slug")
    events = cards.ready(cards.Event.objects.public().filter(case__in=slugs))
    of: dict[str, list[Any]] = {}
    for event in events:
        of.setdefault(event.case.slug, []).append(event)
    return [
        (stories.title(slug, stories.in_order(told)), casepage.address_of(slug)) for slug, told in of.items()
    ]


# --- files ------------------------------------------------------------------------------------------------------


@page
def file(request: HttpRequest, public_id: str, format: str) -> HttpResponse:
    """The letter as a file, in the page's language where it was sent in it."""
    found = _found(public_id)
    if format not in FORMATS:
        raise Http404
    language = language_of(found)
    answer = HttpResponse(render_letter(leaving(found, language), format), content_type=TYPES[format])
    name = file_name(found, language, format)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@page
def logo(request: HttpRequest, public_id: str, signatory: str) -> HttpResponse:
    """A signatory's logo, made anew when it came in; gone with the signature."""
    found = _found(public_id)
    for row, _ in letters_signing.signing(found):
        if row.public_id == signatory and row.shown and row.logo:
            answer = HttpResponse(bytes_of(row.logo), content_type="image/png")
            may_be_kept(answer, 3600)
            return answer
    raise Http404
