"""All that an issue prints, from rows and settings: what is composed, approved and frozen."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from barometer.codebook import Quarter, codebook
from barometer.codebook.book import LANGUAGES
from barometer.errors import Unreadable
from barometer.indicators.in_force import in_force, months_to
from barometer.publication.render import FORMATS
from barometer.publication.values import IMPRINT_PARTS, ImprintIn, InForce, IssueIn, StoryIn
from barometer.review.texts import digest
from barometer.web.records import mapping, timelines
from barometer.web.records.freezing import ImprintLine
from barometer.web.records.models import Issue, Item
from barometer.web.records.naming import Shown, shown_names
from barometer.web.records.texts import TextState


def issue_in(period: str, *, measures: bool = True) -> IssueIn:
    """The issue of a quarter with all that a copy of it prints; `measures` counts those in force, the slowest part."""
    given = mapping.issue_value(period, contact=settings.CONTACT, site=site_address())
    made = machine_texts(period, (story.key for story in given.stories))
    own = made.pop("", {})
    return replace(
        given,
        stories=tuple(
            replace(story, machine_in=made.get(story.key, {}).get("text", frozenset()))
            for story in given.stories
        ),
        machine_in=own,
        imprint=imprint_of(period),
        measures=measures_to(period) if measures else (),
        codebook=codebook().version,
    )


def site_address() -> str | None:
    """Where this installation's public pages stand; None where it has no name yet."""
    return f"https://{settings.PUBLIC_HOSTS[0].lstrip('.')}" if settings.PUBLIC_HOSTS else None


def measures_to(period: str) -> tuple[InForce, ...]:
    """Measures in force at the end of each month up to the quarter's last, by what is public."""
    months = months_to(Quarter.parse(period).last)
    counts = in_force(timelines.Cases(timelines.with_effects(timelines.public_events()), public=True), months)
    return tuple(InForce(month, measure, count) for (month, measure), count in counts.items())


# --- machine text -----------------------------------------------------------------------------------------


def machine_texts(period: str, items: Iterable[str]) -> dict[str, dict[str, frozenset[str]]]:
    """Where a machine's words stand as they are: item ("" for the issue) → part → languages.

    Words that a person has changed are a person's; those that a person only approved stay a machine's.
    """
    issue = Issue.objects.filter(period=period).first()
    keys = list(items)
    words = {
        item.public_id: {"text": {language: getattr(item, f"text_{language}") for language in LANGUAGES}}
        for item in Item.objects.filter(public_id__in=keys)
    }
    if issue:
        words[issue.public_id] = issue.words
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in TextState.objects.filter(about__in=list(words), machine=True):
        text = words[row.about].get(row.part, {}).get(row.language, "")
        if text.strip() and digest(text) == row.words:
            about = "" if issue and row.about == issue.public_id else row.about
            found[about][row.part].add(row.language)
    return {
        about: {part: frozenset(languages) for part, languages in parts.items()}
        for about, parts in found.items()
    }


# --- the imprint ------------------------------------------------------------------------------------------


def imprint_of(period: str) -> ImprintIn:
    """What the house prints with every copy: the issue's own lines before the house's, those before the settings'."""
    layers = [imprint_settings(), _lines(issue=None), _lines(issue__period=period)]
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for layer in layers:
        for form, parts in layer.items():
            found[form] |= parts
    return dict(sorted(found.items()))


def imprint_otherwise(issue: Issue | None, form: str) -> dict[str, dict[str, str]]:
    """Part → texts that are printed where an issue (or, without one, the house) has no line of its own for a format."""
    layers = [imprint_settings(), _lines(issue=None)] if issue else [imprint_settings()]
    found: dict[str, dict[str, str]] = {}
    for one in ("", form) if form else ("",):
        for layer in layers:
            found |= layer.get(one, {})
    own = _lines(issue=issue).get("", {}) if form else {}
    return found | own


def _lines(**of: object) -> dict[str, dict[str, dict[str, str]]]:
    """Format → part → texts of the lines that are written."""
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for row in ImprintLine.objects.filter(**of):
        texts = {language: getattr(row, f"text_{language}") for language in LANGUAGES}
        if any(texts.values()):
            found[row.format][row.part] = {language: text for language, text in texts.items() if text}
    return found


def imprint_settings() -> dict[str, dict[str, dict[str, str]]]:
    """The lines of the file that BAROMETER_IMPRINT names, in the form of `imprint_of`; Unreadable where it is none."""
    if not settings.IMPRINT:
        return {}
    path = Path(settings.IMPRINT)
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Unreadable(
            f"the imprint cannot be read: {error}",
            file=path,
            next_step="mend the file that BAROMETER_IMPRINT names",
        ) from None
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for name, table in told.items():
        parts = table if name in FORMATS and isinstance(table, dict) else {name: table}
        for part, texts in parts.items():
            if part not in IMPRINT_PARTS or not _are_texts(texts):
                raise Unreadable(
                    f"{name!r} is no part of an imprint with texts by language",
                    file=path,
                    place=f"[{name}]",
                    next_step=f"write [{IMPRINT_PARTS[0]}] and under it en, ru, kk; parts: {', '.join(IMPRINT_PARTS)}",
                )
            found[name if parts is table else ""][part] = dict(texts)
    return dict(found)


def _are_texts(texts: object) -> bool:
    return isinstance(texts, dict) and all(
        language in LANGUAGES and isinstance(text, str) for language, text in texts.items()
    )


# --- an issue that was frozen -----------------------------------------------------------------------------


def as_named_now(issue: IssueIn, language: str) -> IssueIn:
    """A frozen issue for a page of today in that language: without those who may not be named any more."""
    names = shown_names(public=True, use="bulletin")
    if not names.withheld:
        return issue
    people = names.withheld
    return replace(
        issue,
        titles=people.texts(issue.titles),
        intros=people.texts(issue.intros),
        sections=tuple(
            replace(one, titles=people.texts(one.titles), intros=people.texts(one.intros))
            for one in issue.sections
        ),
        stories=tuple(_story_now(story, names, language) for story in issue.stories),
    )


def _story_now(story: StoryIn, names: Shown, language: str) -> StoryIn:
    """The story's text in that language alone, where it has one; else all of it."""
    if language not in story.texts:
        return mapping.withheld_story(story, names)
    people, at, text, links = names.withheld, story.event_ids, story.texts[language], story.links
    if language == story.source_language:
        spans = [{"start": start, "end": end, "address": address} for start, end, address in links]
        kept = people.links(spans, text, language, at)
        links = tuple((link["start"], link["end"], link["address"]) for link in kept)
    headline = story.headline and people.text(story.headline, story.source_language, at)
    return replace(story, texts={language: people.text(text, language, at)}, links=links, headline=headline)
