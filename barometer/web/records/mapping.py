"""Rows ↔ the core's values, here and nowhere else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from django.db.models import Count, Prefetch

from barometer.codebook.book import LANGUAGES, codebook
from barometer.codebook.values import Actor, Event, Target
from barometer.names.words import index_words
from barometer.publication.values import IssueIn, SectionIn, StoryIn
from barometer.web.records import models
from barometer.web.records.reviewing import link_marks


def event_value(row: models.Event) -> Event:
    """The event as it was coded."""
    return Event.model_validate(row.coded)


def event_in_case(row: models.Event) -> Event:
    """The event as it was coded, in the case in which it stands; the row came with its case."""
    return event_value(row).model_copy(update={"case": row.case.slug if row.case else None})


def renamed(event: Event, public_id: str, names: Any, language: str = LANGUAGES[0]) -> Event:
    """The event with each target and actor under the name that `names` (barometer.web.records.naming.Shown) has.

    Its words name nobody who is withheld; `language` is that of words that do not say theirs.
    """
    if not names:
        return event
    kinds = _party_kinds()

    def one(who: Any, side: str) -> Any:
        kind, key = kinds[side][who.type], f"{public_id}:{side}:{who.written or who.name}"
        shown = names.of(kind, who.name, key, who.type)
        if names.hidden(kind, who.name, key):
            return who.model_copy(update={"name": shown, "written": shown})
        return who if shown == who.name else who.model_copy(update={"name": shown})

    targets = tuple(one(who, models.Mention.Side.TARGET) for who in event.targets)
    actors = tuple(one(who, models.Mention.Side.ACTOR) for who in event.actors)
    changed: dict[str, Any] = {"targets": targets, "actors": actors}
    if event.upcoming:
        people = {who.name: shown.name for who, shown in zip(event.targets, targets, strict=True)}
        changed["upcoming"] = tuple(
            date.model_copy(update={"of": people.get(date.of, date.of)}) for date in event.upcoming
        )
    return names.withheld.event(event.model_copy(update=changed), public_id, language)


def stories(period: str, again: frozenset[str] = frozenset(), names: Any = None) -> list[StoryIn]:
    """The published items that the issue of the quarter prints, in its order, with their published events.

    `again` are the public ids of events for which another is counted (barometer.web.records.retellings); with `names`
    (barometer.web.records.naming.Shown) nobody who is withheld is named in them.
    """
    items = models.Item.objects.public().filter(issue__period=period).select_related("source")
    events = models.Event.objects.public().select_related("case").order_by("ordinal", "pk")
    # Grouping drops the model's own order, so the order is asked for again.
    ready = (
        items.prefetch_related(Prefetch("events", events, to_attr="shown"))
        .annotate(count=Count("events"))
        .order_by(*models.Item._meta.ordering)
    )
    # An item without any event is a story too; one whose events were all withdrawn is none any more.
    told = [item for item in ready if item.shown or not item.count]
    marked = link_marks(item.pk for item in told)
    found = [_story(item, again, marked) for item in told]
    return [withheld_story(story, names) for story in found] if names and names.withheld else found


def withheld_story(story: StoryIn, names: Any) -> StoryIn:
    """The story without the names of those who may not be named in it; its events too, which are counted as before."""
    people, at, language = names.withheld, story.event_ids, story.source_language
    links = [{"start": start, "end": end, "address": address} for start, end, address in story.links]
    source = story.texts.get(language, "")
    kept = people.links(links, source, language, at)
    return replace(
        story,
        headline=people.text(story.headline, language, at) if story.headline else story.headline,
        texts=people.texts(story.texts, at),
        links=tuple((link["start"], link["end"], link["address"]) for link in kept),
        events=tuple(
            _nameless(event, public_id, people, language)
            for event, public_id in zip(story.events, at, strict=True)
        ),
    )


def _nameless(event: Event, public_id: str, people: Any, language: str) -> Event:
    """The event with a token in the place of each name that is withheld, so that people are counted as before."""

    def one(who: Any, side: str) -> Any:
        hidden = people.hidden(_party_kinds()[side][who.type], who.name, (public_id,))
        return who.model_copy(update={"name": hidden.id, "written": hidden.id}) if hidden else who

    targets = tuple(one(who, models.Mention.Side.TARGET) for who in event.targets)
    actors = tuple(one(who, models.Mention.Side.ACTOR) for who in event.actors)
    changed = event.model_copy(update={"targets": targets, "actors": actors})
    return people.event(changed, public_id, language)


def _story(item: models.Item, again: frozenset[str], marked: dict[tuple[int, str], bool]) -> StoryIn:
    texts = {language: getattr(item, f"text_{language}") for language in LANGUAGES}
    return StoryIn(
        key=item.public_id,
        section=item.section,
        month=item.month or None,
        position=item.position,
        headline=item.headline or None,
        texts={language: text for language, text in texts.items() if text},
        links=tuple(
            (link["start"], link["end"], link["address"])
            for link in item.links
            if marked.get((item.pk, link["address"]), True)
        ),
        source_language=item.source.language if item.source and item.source.language else LANGUAGES[0],
        event_ids=tuple(event.public_id for event in item.shown),
        events=tuple(event_in_case(event) for event in item.shown),
        again=frozenset(place for place, event in enumerate(item.shown) if event.public_id in again),
    )


def issue_value(period: str, *, contact: str = "", site: str | None = None) -> IssueIn:
    """The issue of a quarter as a bulletin prints it; without stories where nothing of it is published.

    `contact` stands in every language in which the source has no contact line; `site` is where the event pages are.
    """
    from barometer.web.records.naming import shown_names  # which build on this module
    from barometer.web.records.retellings import counted_elsewhere

    names = shown_names(public=True, use="bulletin")
    people = names.withheld
    issue = models.Issue.objects.filter(period=period).select_related("source").first()
    source = (issue and issue.source) or models.Source()
    return IssueIn(
        period=period,
        titles=people.texts(source.title),
        intros=people.texts(source.intro),
        contacts=(dict.fromkeys(LANGUAGES, contact) if contact else {}) | source.contact,
        sections=tuple(
            SectionIn(int(number), people.texts(words.get("title", {})), people.texts(words.get("intro", {})))
            for number, words in sorted(source.sections.items())
            if number.isdecimal()
        ),
        stories=tuple(stories(period, counted_elsewhere(public=True), names)),
        address_of_site=site,
    )


def event_coded(event: Event) -> dict[str, Any]:
    """The event as the file gave it, ready for JSON: no field that the file did not have."""
    return event.model_dump(mode="json", exclude_unset=True)


def event_fields(event: Event) -> dict[str, Any]:
    """The columns of an event's row that follow from the value alone."""
    when, place = event.when, event.place
    return {
        "kind": event.kind,
        "main_type": event.main_type,
        "date": event.date or "",
        "date_text": event.date_text or "",
        "first_day": when and when.first,
        "last_day": when and when.last,
        "phase": event.phase or "",
        "background": event.background,
        "is_alleged": event.is_alleged,
        "work_link": event.work_link or "",
        "people_hit": event.people_hit,
        "people_hit_exact": bool(event.people_hit_exact),
        "country": place.country if place else "",
        "region": (place.region if place else None) or "",
        "place_name": (place.name if place else None) or "",
        "note": event.note or "",
        "grounds": {path: ground.model_dump(mode="json") for path, ground in (event.grounds or {}).items()},
        "upcoming": [date.model_dump(mode="json") for date in event.upcoming or ()],
        "coded": event_coded(event),
        **{f"summary_{language}": event.summary_in(language) or "" for language in LANGUAGES},
    }


def event_types(event: Event) -> list[models.EventType]:
    """Its types in order, each with whether only one side says it; unsaved, without their event."""
    alleged = event.types if event.alleged is True else event.alleged or ()
    codes = dict.fromkeys(event.types)
    return [
        models.EventType(code=code, position=position, alleged=code in alleged)
        for position, code in enumerate(codes)
    ]


def event_provisions(event: Event) -> list[models.EventProvision]:
    """Its provisions in order; unsaved, without their event."""
    return [
        models.EventProvision(code=code, position=position)
        for position, code in enumerate(dict.fromkeys(event.provisions))
    ]


def event_people(event: Event) -> list[tuple[models.Mention, str, str]]:
    """Its mentions in order, unsaved, each with its party's name and kind."""
    targets = [
        _mention(models.Mention.Side.TARGET, position, who) for position, who in enumerate(event.targets)
    ]
    return targets + [
        _mention(models.Mention.Side.ACTOR, position, who) for position, who in enumerate(event.actors)
    ]


def _mention(side: str, position: int, who: Target | Actor) -> tuple[models.Mention, str, str]:
    role = (who.role if isinstance(who, Actor) else None) or ""
    mention = models.Mention(
        side=side, position=position, written=who.written or "", type=who.type, role=role
    )
    return mention, who.name, _party_kinds()[side][who.type]


@cache
def _party_kinds() -> dict[str, dict[str, str]]:
    with (resources.files("barometer.web.records") / "data" / "party_kinds.toml").open("rb") as stream:
        return tomllib.load(stream)


def search_text(event: Event, entry_words: Iterable[str]) -> str:
    """What a search finds the event by; `entry_words` are the headline and texts of its entry."""
    book = codebook()
    names = [word for who in (*event.targets, *event.actors) for word in (who.name, who.written or "")]
    labels = [label for code in event.types for label in book.type(code).label.values()]
    summaries = [event.summary_in(language) or "" for language in LANGUAGES]
    place = [event.place.name or ""] if event.place else []
    return index_words(
        "\n".join([*summaries, *entry_words, *names, *place, *labels, *event.provisions, event.case or ""])
    )
