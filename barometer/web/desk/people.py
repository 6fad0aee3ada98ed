"""People at the desk: by which name they are printed, what they agreed to, and what is only counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from barometer.errors import BarometerError
from barometer.names.clusters import canonical
from barometer.review.naming_policy import naming, printed_name
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import people as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import cards, words
from barometer.web.records import naming as ledger_names
from barometer.web.records.models import Case, Event, EvidenceItem, Mention, Party, State
from barometer.web.records.people import Consent, PersonCard
from barometer.web.records.withholding import Known, leave_of, party_clusters, people_of, standing

PAGE = 50
MOST_FOUND = 30
MOST_EVENTS = 60


@dataclass(frozen=True)
class Row:
    """A person in the list."""

    id: str
    name: str
    others: tuple[str, ...]
    policy: str
    proposed: bool  # nobody has said so yet
    printed: str
    times: int


def label(name: str, code: str) -> str:
    """A code of one of the lists in the reader's language; '' for none."""
    return naming().lists[name][code][words.language()] if code else ""


def policy_label(code: str) -> str:
    """A policy in words."""
    return naming().policy(code).label[words.language()]


def consequence(code: str) -> str:
    """What follows from a policy, in words."""
    policy = naming().policy(code)
    if policy.page:
        return gettext(
            "The name is printed; the person has a public page that search engines are told to leave out."
        )
    if policy.consent:
        return gettext(
            "The name is printed only with recorded consent, and nothing that hits the person is published without it."
        )
    return gettext("The role is printed; the name only with recorded consent.")


# --- the list ---------------------------------------------------------------------------------------------


@desk_for(Act.PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People of the ledger: found by a name in any spelling, or all, those set by somebody first."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    known = party_clusters()
    if asked:
        search = ledger_names.search(asked, limit=MOST_FOUND) if any(map(str.isalnum, asked)) else []
        page, ids = None, [one.id for one in search if one.kind == Party.Kind.PERSON]
    else:
        rows = Party.objects.filter(kind=Party.Kind.PERSON)
        page = Paginator(rows.order_by("name", "pk").values_list("public_id", flat=True), PAGE).get_page(
            request.GET.get("page")
        )
        ids = list(page.object_list)
    found = people_of(ids, known)
    leaders = dict.fromkeys(known.leader(one) for one in ids)
    context = {
        "asked": asked,
        "page": page,
        "people": [_row(found[leader]) for leader in leaders if leader in found],
        "crumbs": crumbs(),
    }
    return render(request, "desk/people.html", context)


def _row(one: Known) -> Row:
    often = dict(Party.objects.filter(pk__in=one.keys).annotate(n=Count("mentions")).values_list("name", "n"))
    name = canonical(often)
    return Row(
        id=one.id,
        name=name,
        others=tuple(sorted(set(often) - {name})),
        policy=policy_label(one.policy),
        proposed=not any(card.policy for card in one.cards),
        printed=_printed(one, name, one.policy, consent=leave_of(one.parties, "site").everywhere),
        times=sum(often.values()),
    )


def _printed(one: Known, name: str, policy: str, *, consent: bool = False) -> str:
    return printed_name(
        name,
        policy=policy,
        consent=consent,
        role=one.role,
        language=words.language(),
        gender=one.said("gender"),
        relation=one.said("relation"),
    )


# --- one person -------------------------------------------------------------------------------------------


@desk_for(Act.PEOPLE)
@require_safe
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """The card of a person; a party that was joined leads to the one card of all."""
    party = _party(public_id)
    leader = party_clusters().leader(public_id)
    if leader != public_id:
        return redirect("desk:person", leader)
    return _page(request, party)


def _party(public_id: str) -> Party:
    return get_object_or_404(Party, public_id=public_id, kind=Party.Kind.PERSON)


@dataclass(frozen=True)
class ConsentRow:
    """A row of the history in words."""

    row: Consent
    what: str
    scope: str
    uses: str
    how: str
    stands: bool


def _page(request: HttpRequest, party: Party, *, problem: str = "") -> HttpResponse:
    known = party_clusters()
    one = people_of([party.public_id], known)[known.leader(party.public_id)]
    often = dict(Party.objects.filter(pk__in=one.keys).annotate(n=Count("mentions")).values_list("name", "n"))
    name = canonical(often)
    said = [card for card in one.cards if card.policy]
    card = said[0] if said else PersonCard(party=party)
    events = _events(one)
    by = name_of(request.user)[:200]
    consents = actions.look_at_consents(party, by=by, user=request.user)
    held = {row.pk for row in standing(one.parties)}
    leaves = {use: leave_of(one.parties, use) for use in naming().lists["use"]}
    context = {
        "party": party,
        "name": name,
        "others": sorted(set(often) - {name}),
        "problem": problem,
        "given": request.POST,
        "card": card,
        "policy": one.policy,
        "policy_label": policy_label(one.policy),
        "is_proposed": not said,
        "proposal": policy_label(Known(one.id, types=one.types).policy),
        "printed": _printed(one, name, one.policy, consent=leaves["site"].everywhere),
        "partly": bool(leaves["site"].events) and not leaves["site"].everywhere,
        "policies": [
            (code, policy_label(code), consequence(code), _printed(one, name, code))
            for code in naming().policies
        ],
        "uses": [
            (code, label("use", code), leaves[code].everywhere, len(leaves[code].events))
            for code in naming().lists["use"]
        ],
        "hows": [(code, label("how", code)) for code in naming().lists["how"]],
        "hows_back": [(code, label("how", code)) for code in naming().lists["how"] if code != "public"],
        "consents": [_consent_row(row, held) for row in consents],
        "any_given": bool(held),
        "events": [
            (row.public_id, cards.heading(row), cards.when(row).short, cards.address_of(row))
            for row in events
        ],
        "cases": sorted({row.case.slug for row in events if row.case}),
        "described": [
            (field, _field_label(field), one.said(field), list(_options(field)))
            for field in actions.DESCRIBED
        ],
        "countries": _countries(),
        "stay": one.said("country_of_stay"),
        "at_risk": any(card.at_risk for card in one.cards),
        "public_page": naming().policy(one.policy).page and any(row.state in cards.PUBLIC for row in events),
        "today": timezone.localdate().isoformat(),
        "longest_reason": LONGEST_REASON,
        "longest_words": actions.LONGEST_WORDS,
        "crumbs": crumbs((gettext("People"), reverse("desk:people"))),
    }
    return render(request, "desk/person.html", context, status=400 if problem else 200)


def _events(one: Known) -> Sequence[Event]:
    mentioned = Mention.objects.filter(party__in=one.keys).values("event")
    rows = Event.objects.filter(pk__in=mentioned).exclude(state=State.WITHDRAWN)
    return list(cards.ready(rows.order_by("-first_day", "-pk"))[:MOST_EVENTS])


def _field_label(name: str) -> str:
    return {
        "gender": gettext("Gender"),
        "employment": gettext("Staff or freelance"),
        "medium": gettext("Medium"),
        "outlet_language": gettext("Language of the outlet"),
        "relation": gettext("Who a relative is, printed in place of the name"),
    }[name]


def _options(name: str) -> list[tuple[str, str]]:
    return [(code, label(name, code)) for code in naming().lists[name]]


def _countries() -> list[tuple[str, str]]:
    names = Locale(words.language()).territories
    return sorted(((code, names.get(code, code)) for code in naming().countries), key=lambda one: one[1])


def _consent_row(row: Consent, held: set[int]) -> ConsentRow:
    if row.event:
        scope = gettext("for one event")
    elif row.case:
        scope = gettext("for the case %(case)s") % {"case": row.case.slug}
    else:
        scope = gettext("for all events")
    given = row.kind == Consent.Kind.GIVEN
    if not given:
        scope = (
            gettext("what was given on %(day)s") % {"day": words.day_words(row.withdraws.day)}
            if row.withdraws
            else gettext("everything that was given before")
        )
    return ConsentRow(
        row,
        gettext("Agreed") if given else gettext("Took back"),
        scope,
        ", ".join(label("use", use) for use in row.uses),
        label("how", row.how),
        row.pk in held,
    )


# --- changes ----------------------------------------------------------------------------------------------


def _change(
    request: HttpRequest, public_id: str, change: Callable[[Party, dict[str, Any]], Any], done: str
) -> HttpResponse:
    """Make one change; back to the card, with what was done or what is the matter."""
    party = _party(public_id)
    try:
        change(party, {"by": name_of(request.user)[:200], "user": request.user})
    except BarometerError as error:
        return _page(request, party, problem=_refused(error))
    messages.success(request, done)
    return redirect("desk:person", public_id)


def _refused(error: BarometerError) -> str:
    return gettext("Nothing was changed: %(why)s") % {"why": refusals.told(error)}


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(_text(request, "day"))
    except ValueError:
        raise BarometerError(gettext("this is no day of the calendar"), next_step="2026-03-14") from None


@desk_for(Act.PEOPLE)
@require_POST
def policy(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say how the person is named."""
    return _change(
        request,
        public_id,
        lambda party, who: actions.set_policy(
            party, _text(request, "policy"), why=_text(request, "why"), **who
        ),
        gettext("From now on the person is named as you said."),
    )


@desk_for(Act.PEOPLE)
@require_POST
def consent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep what the person agreed to."""

    def change(party: Party, who: dict[str, Any]) -> Consent:
        kind, _, scope = _text(request, "scope").partition(":")
        evidence = _text(request, "evidence")
        return actions.record_consent(
            party,
            uses=request.POST.getlist("uses"),
            how=_text(request, "how"),
            day=_day(request),
            taken_by=_text(request, "taken_by"),
            event=_named(Event, public_id=scope) if kind == "event" else None,
            case=_named(Case, slug=scope) if kind == "case" else None,
            words=_text(request, "words"),
            address=_text(request, "address"),
            evidence=_named(EvidenceItem, public_id=evidence) if evidence else None,
            **who,
        )

    return _change(request, public_id, change, gettext("The consent is kept."))


def _named(model: Any, **by: str) -> Any:
    found = model.objects.filter(**by).first()
    if found is None:
        raise BarometerError(gettext("there is no such record: %(id)s") % {"id": next(iter(by.values()))})
    return found


@desk_for(Act.PEOPLE)
@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back one consent, or all of them."""

    def change(party: Party, who: dict[str, Any]) -> Consent:
        of = _text(request, "of")
        return actions.withdraw_consent(
            party,
            _named(Consent, public_id=of) if of else None,
            how=_text(request, "how"),
            day=_day(request),
            taken_by=_text(request, "taken_by"),
            words=_text(request, "words"),
            **who,
        )

    return _change(
        request,
        public_id,
        change,
        gettext("Taken back. It counts at once, for all that is made from now on."),
    )


@desk_for(Act.PEOPLE)
@require_POST
def describe(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep what is only counted."""
    return _change(
        request,
        public_id,
        lambda party, who: actions.describe_person(
            party,
            country_of_stay=_text(request, "country_of_stay"),
            at_risk=bool(request.POST.get("at_risk")),
            **{name: _text(request, name) for name in actions.DESCRIBED},
            **who,
        ),
        gettext("Kept."),
    )
