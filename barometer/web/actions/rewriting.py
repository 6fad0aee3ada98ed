"""Other words or values of an event: its row, its types, provisions and mentions, from one value of the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from barometer.codebook.book import LANGUAGES
from barometer.codebook.values import Event as Value
from barometer.web.actions.revisions import record_revision
from barometer.web.records import mapping
from barometer.web.records.models import Event, Item, Mention, Party
from barometer.web.records.naming import refresh_blocks

#: what of an item are words that readers see
ITEM_WORDS = ("headline", *(f"text_{language}" for language in LANGUAGES))


def put_value(event: Event, value: Value, *, by: str, user: Any = None) -> None:
    """The event says what the value says; the caller writes the event's revision. Its case stays where people put it."""
    for name, column in mapping.event_fields(value).items():
        setattr(event, name, column)
    event.save()
    mentions = []
    for mention, name, kind in mapping.event_people(value):
        mention.party = _party(name, kind, by, user)
        mentions.append(mention)
    put_parts(event, mapping.event_types(value), mapping.event_provisions(value), mentions)
    refresh_search(event.item)


def put_parts(event: Event, types: list, provisions: list, mentions: list[Mention]) -> None:
    """The event's types, provisions and mentions are these, in this order."""
    for related, parts in ((event.types, types), (event.provisions, provisions), (event.mentions, mentions)):
        related.all().delete()
        for part in parts:
            part.event = event
            part.save()
    refresh_blocks({mention.party for mention in mentions})


def put_item_words(item: Item, words: Mapping[str, str]) -> bool:
    """The item's headline and texts are these, where given; whether anything changed. The caller writes the revision."""
    changed = {name: text for name, text in words.items() if getattr(item, name) != text}
    for name, text in changed.items():
        setattr(item, name, text)
    if changed:
        item.links = _found_again(item)
        item.save()
        refresh_search(item)
    return bool(changed)


def _found_again(item: Item) -> list[dict[str, Any]]:
    """The item's links at their places in the text as it is now; one whose words are gone falls away."""
    language = item.source.language if item.source else ""
    text = getattr(item, f"text_{language or LANGUAGES[0]}")
    found, place = [], 0
    for link in item.links:
        start = text.find(link["text"], place)
        if start >= 0:
            place = start + len(link["text"])
            found.append({**link, "start": start, "end": place})
    return found


def refresh_search(item: Item) -> int:
    """What the item's events are found by, made anew: their own words, those of the item and of each other; of how many it changed."""
    events = list(item.events.all())
    texts = [getattr(item, name) for name in ITEM_WORDS]
    texts += [getattr(event, f"summary_{language}") for event in events for language in LANGUAGES]
    changed = 0
    for event in events:
        words = mapping.search_text(mapping.event_value(event), texts)
        if words != event.search_text:
            changed += Event.objects.filter(pk=event.pk).update(search_text=words)
    return changed


def _party(name: str, kind: str, by: str, user: Any) -> Party:
    row, new = Party.objects.get_or_create(name=name, kind=kind)
    if new:
        record_revision(row, "create", by=by, user=user)
    return row
