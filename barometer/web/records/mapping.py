"""Rows ↔ the core's values, here and nowhere else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from django.db.models import Count, Prefetch

from barometer.codebook.book import LANGUAGES, codebook
from barometer.codebook.values import Actor, Event, Target
from barometer.names.words import index_words
from barometer.publication import numbers
from barometer.publication.values import IssueIn, SectionIn, StoryIn
from barometer.review import PUBLIC
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
    """The items that the issue of the quarter prints, in its order, with their published events.

    An issue that has items of the desk's prints these; else it prints the published items of its source. `again` are
    the public ids of events for which another is counted (barometer.web.records.retellings); with `names`
    (barometer.web.records.naming.Shown) nobody who is withheld is named in them.
    """
    own = _own_items(period)
    told = _imported_items(period) if own is None else own
    marked = link_marks({row.item_id for item in told for row, _ in item.told} | {item.pk for item in told})
    found = [_story(item, again, marked) for item in told]
    return [withheld_story(story, names) for story in found] if names and names.withheld else found


def _imported_items(period: str) -> list[models.Item]:
    """The published items of the issue's source, each with `told`: its published events."""
    items = models.Item.objects.public().filter(issue__period=period, source__isnull=False)
    events = models.Event.objects.public().select_related("case").order_by("ordinal", "pk")
    # Grouping drops the model's own order, so the order is asked for again.
    ready = (
        items.select_related("source")
        .prefetch_related(Prefetch("events", events, to_attr="shown"))
        .annotate(count=Count("events"))
        .order_by(*models.Item._meta.ordering)
    )
    # An item without any event is a story too; one whose events were all withdrawn is none any more.
    told = [item for item in ready if item.shown or not item.count]
    for item in told:
        item.told = [(row, event_in_case(row)) for row in item.shown]
    return told


def _own_items(period: str) -> list[models.Item] | None:
    """The items of the desk's that are not left out and tell something published, each with `told`: its events.

    None where the desk has made none.
    """
    from barometer.web.records import printing  # which builds on this module

    issue = models.Issue.objects.filter(period=period).first()
    items = list(printing.own_items(issue)) if issue else []
    if not items:
        return None
    for item in items:
        rows = printing.in_order(row for row in item.tells.all() if row.event.state in PUBLIC)
        item.told = [(row.event, printing.told_value(row)) for row in rows]
    return [item for item in items if item.told and not item.left_out]


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


def _story(
    item: models.Item,
    again: frozenset[str],
    marked: Mapping[tuple[int, str], bool],
) -> StoryIn:
    texts = {language: getattr(item, f"text_{language}") for language in LANGUAGES}
    behind = {item.pk, *(row.item_id for row, _ in item.told)}
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
            if all(marked.get((one, link["address"]), True) for one in behind)
        ),
        source_language=item.language or (item.source and item.source.language) or LANGUAGES[0],
        event_ids=tuple(row.public_id for row, _ in item.told),
        events=tuple(event for _, event in item.told),
        again=frozenset(place for place, (row, _) in enumerate(item.told) if row.public_id in again),
    )


def issue_value(period: str, *, contact: str = "", site: str | None = None) -> IssueIn:
    """The issue of a quarter as a bulletin prints it; without stories where nothing of it is published.

    The desk's own words stand before those of the source. `contact` stands in every language in which the source has no contact line; `site` is where the event pages are.
    """
    from barometer.web.records import printing  # which build on this module
    from barometer.web.records.naming import shown_names
    from barometer.web.records.retellings import counted_elsewhere

    names = shown_names(public=True, use="bulletin")
    people = names.withheld
    again = counted_elsewhere(public=True)
    issue = models.Issue.objects.filter(period=period).select_related("source").first()
    source = (issue and issue.source) or models.Source()
    desk = issue.words if issue else {}
    sections = sorted({*filter(str.isdecimal, source.sections), *_sections_of(desk)}, key=int)
    opened = issue is not None and issue.opened_at is not None

    def said(part: str, printed: Mapping[str, str]) -> Mapping[str, str]:
        own = {language: text for language, text in desk.get(part, {}).items() if text.strip()}
        return people.texts({**printed, **own})

    return IssueIn(
        period=period,
        titles=said("title", source.title),
        intros=said("intro", source.intro),
        contacts=(dict.fromkeys(LANGUAGES, contact) if contact else {}) | source.contact,
        sections=tuple(
            SectionIn(
                int(number),
                said(f"section.{number}.title", source.sections.get(number, {}).get("title", {})),
                said(f"section.{number}.intro", source.sections.get(number, {}).get("intro", {})),
            )
            for number in sections
        ),
        stories=tuple(stories(period, again, names)),
        address_of_site=site,
        recorded=_recorded(period, again) if opened else {},
        previous=_recorded(printing.quarter_before(period), again) if opened else {},
    )


def _recorded(period: str, again: frozenset[str]) -> dict[str, int]:
    from barometer.web.records import printing  # which builds on this module

    return numbers.measured(printing.recorded_figures(period, again))


def _sections_of(desk: Mapping[str, Any]) -> set[str]:
    """The numbers of the sections for which the desk has words."""
    parts = (part.split(".") for part in desk)
    return {part[1] for part in parts if part[0] == "section" and part[1].isdecimal()}


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


def party_kind(side: str, role: str) -> str:
    """The kind of party (person, outlet, body) that a target or an actor of that type is."""
    return _party_kinds()[side][role]


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
