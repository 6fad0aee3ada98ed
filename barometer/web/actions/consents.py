"""What the people in a record agreed to, and by which name they may be printed."""

from __future__ import annotations

from collections.abc import Iterable

from barometer.review.naming_policy import needs_consent
from barometer.web.public import joined
from barometer.web.records.gathering import Lead
from barometer.web.records.hiding import as_if_accepted
from barometer.web.records.models import Event, Mention, Party
from barometer.web.records.withholding import (
    Known,
    Withheld,
    leave_of,
    people_of,
)

#: Leads of this origin are tips (barometer.web.records.gathering.Lead).
TIP = "tip"


def consent_missing(event: Event, use: str = "bulletin") -> tuple[str, ...]:
    """Names of the people without whose recorded consent this event cannot be printed there.

    Asked are those whom it hits: all where its types or its source ask for consent, else those whose policy does.
    """
    types = list(event.types.values_list("code", flat=True)) or [event.main_type]
    tip = is_from_a_tip(event)
    return tuple(
        name
        for name, one in _people(event, Mention.Side.TARGET)
        if needs_consent(one.policy, types, tip=tip)
        and not leave_of(one.parties, use).covers([event.public_id])
    )


def is_from_a_tip(event: Event) -> bool:
    """Whether the event's entry came as a tip."""
    source = event.item.source_id
    return source is not None and Lead.objects.filter(source=source, origin=TIP).exists()


def named_without_leave(event: Event) -> tuple[str, ...]:
    """Names that the event's words on the site bear though the naming policy keeps them back, in any known spelling.

    Looked for are the people of the event and of its entry, and everybody in the ledger who is not named.
    """
    people = withheld_for(event)
    found: set[str] = set()
    for text, events in public_words(event):
        found |= people.named_in(text, events)
    if event.case:
        found |= people.named_in(event.case.slug, [event.public_id], capitals=False)
    return tuple(sorted(people.people[one].names[0] for one in found))


def withheld_for(event: Event) -> Withheld:
    """Who may not be named on the site, with the people of this entry as if it were accepted already."""
    siblings = Event.objects.filter(item=event.item_id)
    return as_if_accepted(joined.hidden(), list(siblings.values_list("pk", flat=True)))


def public_words(event: Event) -> Iterable[tuple[str, list[str]]]:
    """Every text of the event that the public may read, with the events whose leave it needs."""
    item, own = event.item, [event.public_id]
    whole = list(item.events.values_list("public_id", flat=True))
    for text in (item.headline, item.text_en, item.text_ru, item.text_kk):
        yield text, whole
    for link in item.links:
        if isinstance(link, dict):
            yield link.get("text") or "", whole
    for text in (event.summary_en, event.summary_ru, event.summary_kk, event.place_name, event.date_text):
        yield text, own
    for row in event.upcoming:
        if isinstance(row, dict):
            yield row.get("what") or "", own
    for row in event.mentions.select_related("party"):
        # A person's own mention is printed by the role; what others are called may still tell the name.
        if row.party.kind != Party.Kind.PERSON:
            yield f"{row.party.name}. {row.written}", own


def _people(event: Event, side: str) -> list[tuple[str, Known]]:
    """The people of one side, each once, with the name of their first mention."""
    rows = event.mentions.filter(side=side, party__kind=Party.Kind.PERSON).select_related("party")
    known = joined.clusters()
    names: dict[str, str] = {}
    for row in rows:
        names.setdefault(known.leader(row.party.public_id), row.party.name)
    found = people_of([row.party.public_id for row in rows], known, also=[event.pk])
    return [(name, found[leader]) for leader, name in names.items()]
