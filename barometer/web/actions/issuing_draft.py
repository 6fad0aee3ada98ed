"""Drafts of an item's text, composed from what the record says; a machine's until a person has rewritten or approved them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from barometer.codebook import Event as Value
from barometer.errors import NotReady
from barometer.publication import drafting, numbers
from barometer.publication.drafting import Draft, Misfit
from barometer.review.texts import MACHINE, MISSING
from barometer.web.actions.holding import is_held_back
from barometer.web.actions.issuing_items import PART, leads_out, locked, ordered, texts_of, write_draft
from barometer.web.actions.issuing_open import to_edit
from barometer.web.actions.issuing_words import spellings
from barometer.web.actions.texts import standings_of
from barometer.web.public import joined
from barometer.web.records.issues import ItemEvent
from barometer.web.records.mapping import event_in_case, renamed
from barometer.web.records.models import Event, Issue, Item
from barometer.web.records.naming import Shown
from barometer.web.records.printing import own_items
from barometer.web.records.reviewing import link_marks


@transaction.atomic
def draft(
    item: Item, languages: Sequence[str], *, by: str, user: Any, names: Shown | None = None
) -> tuple[str, ...]:
    """Draft the item's text in these languages, the one in which it is written first before the others.

    What a person wrote is never drafted over: those languages are passed by. Nor does a draft repeat a statement that
    is held back: NotReady where nothing else is left to say.
    """
    row = locked(item)
    texts = texts_of(row)
    standing = standings_of({row.public_id: {PART: texts}}, row.language)[row.public_id, PART]
    free = [one for one in languages if standing[one].state in (MISSING, MACHINE)]
    told = ordered(row)
    names = joined.names_in("bulletin") if names is None else names
    made: dict[str, str] = {}
    links = None
    for language in sorted(free, key=lambda one: (one != row.language, one)):
        rows, drafted = _draft(told, language, names)
        if not drafted.text.strip():
            continue
        made[language] = drafted.text
        if language == row.language:
            links = _links(drafted, rows)
    if not made:
        return ()
    write_draft(row, made, links, by=by, user=user)
    return tuple(made)


def draft_missing(issue: Issue, *, by: str, user: Any) -> int:
    """Draft every text that is missing in the issue; how many were made. What cannot be drafted stays missing."""
    names = joined.names_in("bulletin")
    made = 0
    with transaction.atomic():
        for item in own_items(to_edit(issue)).filter(left_out=""):
            missing = [language for language, text in texts_of(item).items() if not text]
            try:
                made += len(draft(item, missing, by=by, user=user, names=names)) if missing else 0
            except NotReady:  # what it would say is held back: a person writes it
                continue
    return made


def values_of(rows: Sequence[ItemEvent], language: str, names: Shown | None = None) -> list[Value]:
    """The events as the bulletin may tell them."""
    names = joined.names_in("bulletin") if names is None else names
    return [renamed(event_in_case(row.event), row.event.public_id, names, language) for row in rows]


def misfits_of(
    item: Item, rows: Sequence[ItemEvent], names: Shown | None = None
) -> dict[str, tuple[Misfit, ...]]:
    """What each text of the item says that none of its events bears out."""
    names = joined.names_in("bulletin") if names is None else names
    found = {}
    for language, text in texts_of(item).items():
        if text:
            told = values_of(rows, language, names)
            found[language] = drafting.misfits(numbers.blanked(text), told, language)
    return found


def _draft(rows: Sequence[ItemEvent], language: str, names: Shown) -> tuple[list[ItemEvent], Draft]:
    """The draft and the rows that it tells; events whose words would repeat a statement that is held back are left out."""
    values = values_of(rows, language, names)
    spelled = spellings(language)
    whole = drafting.draft_item(values, language, spelled)
    if not is_held_back(whole.text):
        return list(rows), whole
    free = [
        (row, value)
        for row, value in zip(rows, values, strict=True)
        if not is_held_back(drafting.draft_item([value], language, spelled).text)
    ]
    if free:
        told = drafting.draft_item([value for _, value in free], language, spelled)
        if not is_held_back(told.text):
            return [row for row, _ in free], told
    raise NotReady(gettext("What a draft would say is held back: it is not to be repeated."))


def _links(made: Draft, rows: Sequence[ItemEvent]) -> list[dict[str, Any]]:
    """The draft's linked words, each to the page on which its event's entry rests; without one, to the event's own."""
    marked = link_marks(row.event.item_id for row in rows)
    links = []
    for start, end, place in sorted(made.links):
        address = _address(rows[place].event, marked)
        if address or place == 0:  # words without an address lead to the page of the item's first event
            links.append({"text": made.text[start:end], "start": start, "end": end, "address": address})
    return links


def _address(event: Event, marked: dict[tuple[int, str], bool]) -> str | None:
    addresses = (link.get("address") for link in event.item.links)
    return next(
        (one for one in addresses if one and leads_out(one) and marked.get((event.item_id, one), True)), None
    )
