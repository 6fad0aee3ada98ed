"""How a person is named, what they agreed to and what is only counted: one function a change, with its traces."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from barometer.errors import NotAllowed, UnknownValue
from barometer.review.naming_policy import naming
from barometer.web.actions.audit import note_act
from barometer.web.actions.deciding import refuse
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import Case, Event, EvidenceItem, Party
from barometer.web.records.people import Consent, PersonCard
from barometer.web.records.withholding import party_clusters

LONGEST_WORDS = 10_000
#: What `describe_person` takes, each with the list of the data that its value is of.
DESCRIBED = ("gender", "employment", "medium", "outlet_language", "relation")


@transaction.atomic
def set_policy(party: Party, policy: str, *, why: str, by: str, user: Any = None) -> PersonCard:
    """Say how a person is named; '' takes the word back, so that the types of the mentions propose again.

    UnknownValue for a policy that is none; NotAllowed without a name or a reason, or for a party that is no person.
    """
    refuse(why, by)
    if policy:
        naming().policy(policy)
    card = _card(party)
    card.policy, card.why, card.set_by, card.set_at = policy, why, by, timezone.now()
    card.save()
    record_revision(card, "set policy", by=by, user=user)
    note_act("set naming policy", by=by, user=user, about=party.public_id, detail=policy or "as proposed")
    return card


@transaction.atomic
def describe_person(
    party: Party,
    *,
    by: str,
    user: Any = None,
    country_of_stay: str = "",
    at_risk: bool = False,
    **described: str,
) -> PersonCard:
    """Keep what is only counted (gender, employment, medium, outlet_language), the relation and the country of stay.

    UnknownValue for a value that its list does not have: of where somebody stays, anything but a country's code.
    """
    known = naming()
    for name, value in described.items():
        if name not in DESCRIBED:
            raise UnknownValue(f"{name!r} is not kept of a person", next_step=f"take {', '.join(DESCRIBED)}")
        if value and value not in known.lists[name]:
            raise UnknownValue(
                f"{value!r} is not a value of {name}", next_step=f"take one of {', '.join(known.lists[name])}"
            )
    if country_of_stay and country_of_stay not in known.countries:
        raise UnknownValue(
            f"{country_of_stay[:40]!r} is not the code of a country",
            next_step="write two letters by ISO 3166-1, such as PL: nothing finer is kept",
        )
    card = _card(party)
    for name, value in described.items():
        setattr(card, name, value)
    card.country_of_stay, card.at_risk = country_of_stay, at_risk
    card.save()
    record_revision(card, "describe", by=by, user=user)
    note_act("describe person", by=by, user=user, about=party.public_id)
    return card


@transaction.atomic
def record_consent(
    party: Party,
    *,
    uses: Iterable[str],
    how: str,
    day: date,
    taken_by: str,
    by: str,
    user: Any = None,
    event: Event | None = None,
    case: Case | None = None,
    words: str = "",
    address: str = "",
    evidence: EvidenceItem | None = None,
) -> Consent:
    """Keep what a person agreed to: for one event, one case or, without either, all of the person's events.

    Going public (`how` is "public") needs the address or the evidence of where it was. UnknownValue for a use or a
    way that is none; NotAllowed where something is missing or the day lies ahead.
    """
    known = naming().lists
    wanted = tuple(dict.fromkeys(uses))
    if unknown := [use for use in wanted if use not in known["use"]]:
        raise UnknownValue(f"{unknown[0]!r} is not a use", next_step=f"take {', '.join(known['use'])}")
    if how not in known["how"]:
        raise UnknownValue(f"{how!r} is no way to agree", next_step=f"take {', '.join(known['how'])}")
    if not wanted:
        raise NotAllowed("a consent is for something", next_step="name at least one use")
    if event and case:
        raise NotAllowed("a consent is for one event, one case or all", next_step="name one of them")
    if (
        event
        and not event.mentions.filter(party__public_id__in=party_clusters().of(party.public_id)).exists()
    ):
        raise NotAllowed("the person is not in that event", next_step="name an event of this person")
    if how == "public" and not (address.strip() or evidence):
        raise NotAllowed(
            "who went public did so somewhere", next_step="give the address or the evidence of the statement"
        )
    _refuse_consent(party, day=day, taken_by=taken_by, by=by, words=words, address=address)
    row = Consent.objects.create(
        party=party, kind=Consent.Kind.GIVEN, event=event, case=case, uses=list(wanted), how=how, day=day,
        taken_by=taken_by.strip(), words=words, address=address.strip(), evidence=evidence, by=by, user=user,
    )  # fmt: skip
    _trace(row, "give consent", by=by, user=user)
    return row


@transaction.atomic
def withdraw_consent(
    party: Party,
    consent: Consent | None = None,
    *,
    how: str,
    day: date,
    taken_by: str,
    by: str,
    user: Any = None,
    words: str = "",
) -> Consent:
    """Take back one consent, or all of the person's; it counts at once, for everything made from now on."""
    known = naming().lists
    if how not in known["how"] or how == "public":
        raise UnknownValue(f"{how!r} is no way to take it back", next_step="say how the person told it")
    if consent and consent.party.public_id not in party_clusters().of(party.public_id):
        raise NotAllowed("this consent is another person's", next_step="take one of this person")
    if consent and consent.kind != Consent.Kind.GIVEN:
        raise NotAllowed(
            "only a consent that was given can be taken back", next_step="take one that was given"
        )
    _refuse_consent(party, day=day, taken_by=taken_by, by=by, words=words, address="")
    row = Consent.objects.create(
        party=party, kind=Consent.Kind.WITHDRAWN, withdraws=consent, uses=[], how=how, day=day,
        taken_by=taken_by.strip(), words=words, by=by, user=user,
    )  # fmt: skip
    _trace(row, "withdraw consent", by=by, user=user)
    return row


def look_at_consents(party: Party, *, by: str, user: Any = None) -> list[Consent]:
    """The consents of the person that the party is, the newest first, with their words: the look itself is noted."""
    rows = Consent.objects.filter(party__public_id__in=party_clusters().of(party.public_id))
    rows = rows.select_related("party", "event", "case", "evidence", "withdraws").order_by("-pk")
    note_act("read consent", by=by, user=user, about=party.public_id)
    return list(rows)


def _trace(row: Consent, action: str, *, by: str, user: Any) -> None:
    """A consent is its own history and its words are nobody's to copy: the revision is of the person's card."""
    card = _card(row.party)
    if card.pk is None:
        card.save()
    record_revision(card, action, by=by, reason=row.public_id, user=user)
    note_act(action, by=by, user=user, about=row.party.public_id, detail=row.public_id)


def _card(party: Party) -> PersonCard:
    if party.kind != Party.Kind.PERSON:
        raise NotAllowed(f"{party.name} is no person", next_step="name a person")
    return PersonCard.objects.filter(party=party).first() or PersonCard(party=party)


def _refuse_consent(party: Party, *, day: date, taken_by: str, by: str, words: str, address: str) -> None:
    _card(party)
    for who, said in (("who took it", taken_by), ("who writes it down", by)):
        if not said.strip() or len(said) > 200 or not said.isprintable():
            raise NotAllowed(f"a consent says {who}", next_step="give the name")
    if day > timezone.localdate():
        raise NotAllowed(f"{day} lies ahead", next_step="give the day on which it was said")
    if len(words) > LONGEST_WORDS or "\0" in words:
        raise NotAllowed(f"the words are over {LONGEST_WORDS} letters, or unprintable")
    if address.strip() and urlsplit(address.strip()).scheme not in ("http", "https"):
        raise NotAllowed("the address is none of the web", next_step="begin it with https://")
