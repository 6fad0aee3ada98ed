"""Whether an issue can be frozen: every reason why it cannot, with the page on which that is put right; its counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from barometer.codebook import LANGUAGES
from barometer.indicators import Figures
from barometer.publication import numbers
from barometer.review import PUBLIC
from barometer.review.held import Held, repeated
from barometer.review.texts import MISSING, Standing
from barometer.web.actions.issuing_carry import undecided
from barometer.web.actions.issuing_items import PART, Role, texts_of
from barometer.web.actions.issuing_open import CHANGING
from barometer.web.actions.issuing_words import words_of
from barometer.web.actions.texts import standings_of
from barometer.web.records import retellings
from barometer.web.records.models import Event, Issue, Item
from barometer.web.records.printing import (
    own_items,
    printed_before,
    printed_figures,
    quarter_before,
    recorded_figures,
)
from barometer.web.records.reviewing import HeldStatement


@dataclass(frozen=True)
class Unready:
    """One reason why an issue cannot be frozen, in the reader's language, and the page where it is put right."""

    text: str
    address: str


@dataclass(frozen=True)
class Counts:
    """An issue in numbers: all that is on record for its quarter and for the one before, and what it prints."""

    recorded: Figures
    previous: Figures
    printed: Figures


def counts(issue: Issue, items: Sequence[Item] | None = None) -> Counts:
    """The numbers of an issue; `items` are its own that are not left out, with what they tell, if they are at hand."""
    again = retellings.counted_elsewhere(public=True)
    if items is None:
        items = [item for item in own_items(issue) if not item.left_out]
    return Counts(
        recorded_figures(issue.period, again),
        recorded_figures(quarter_before(issue.period), again),
        printed_figures(issue, items, again),
    )


def unready(issue: Issue, today: date | None = None) -> list[Unready]:
    """All that keeps the issue from being frozen; nothing: it can be."""
    at = _address("desk:issue", issue.period)
    if issue.opened_at is None:
        return [Unready(gettext("The desk has not opened this issue."), reverse("desk:issues"))]
    items = [item for item in own_items(issue) if not item.left_out]
    standing = standings_of({item.public_id: {PART: texts_of(item)} for item in items})
    found = [*_of_carryover(issue, today)]
    if not items:
        found.append(Unready(gettext("The issue has no items."), at))
    printed = _printed_elsewhere(issue, items)
    for item in items:
        page = _address("desk:issue-item", issue.period, item.public_id)
        reasons = [*_of_events(item, printed), *_of_texts(texts_of(item), standing[item.public_id, PART])]
        found += [Unready(f"{title_of(item)}: {one}", page) for one in reasons]
    found += _of_words(issue, items)
    return found + _of_held(issue, items)


def title_of(item: Item) -> str:
    """An item in a few words: the beginning of its text in the reader's language, or what its first event tells."""
    here = (get_language() or "en")[:2]
    rows = sorted(item.tells.all(), key=lambda row: (row.role != Role.LEAD, row.position))
    told = [getattr(rows[0].event, f"summary_{code}") for code in (here, *LANGUAGES)] if rows else []
    texts = texts_of(item)
    said = next((text for text in [texts.get(here, ""), *texts.values(), *told] if text), item.entry_key)
    said = " ".join(said.split())
    return said if len(said) <= 90 else f"{said[:89].rsplit(' ', 1)[0]}…"


def language_name(code: str) -> str:
    """A language of the bulletin, in words."""
    return {"en": gettext("English"), "ru": gettext("Russian"), "kk": gettext("Kazakh")}[code]


def part_label(part: str) -> str:
    """A text of the issue itself, in words."""
    if part == "title":
        return gettext("Title of the issue")
    if part == "intro":
        return gettext("Intro of the issue")
    _, number, what = part.split(".")
    said = (
        gettext("Title of section %(number)s") if what == "title" else gettext("Intro of section %(number)s")
    )
    return said % {"number": number}


# --- the reasons ------------------------------------------------------------------------------------------


def _of_carryover(issue: Issue, today: date | None) -> Iterator[Unready]:
    if left := len(undecided(issue, today)):
        said = ngettext(
            "%(count)d case that was open on the first day is not decided on.",
            "%(count)d cases that were open on the first day are not decided on.",
            left,
        )
        yield Unready(said % {"count": left}, _address("desk:issue-carryover", issue.period))


def _of_events(item: Item, printed: set[int]) -> Iterator[str]:
    rows = list(item.tells.all())
    if not rows:
        yield gettext("It tells no event.")
    if any(row.event.state not in PUBLIC for row in rows):
        yield gettext("It tells an event that is not published any more.")
    if any(row.event_id in printed for row in rows if row.role != Role.BACKGROUND):
        yield gettext("It tells an event as new that an earlier issue has printed.")


def _of_texts(texts: Mapping[str, str], standing: Mapping[str, Standing]) -> Iterator[str]:
    for language in LANGUAGES:
        one, name = standing[language], {"language": language_name(language)}
        if one.state == MISSING:
            yield gettext("there is no text (%(language)s).") % name
        elif one.stale:
            yield gettext("the text was not brought in step with its source (%(language)s).") % name
        elif not one.ready:
            yield gettext("the text is not approved (%(language)s).") % name
    if strange := {name for text in texts.values() for name in numbers.unknown(text)}:
        said = gettext("there is no number named %(names)s.")
        yield said % {"names": ", ".join(f"{{{name}}}" for name in sorted(strange))}


def _of_words(issue: Issue, items: Iterable[Item]) -> list[Unready]:
    """The issue's own texts: each that has words in one language has them in all; a section that changes has a title."""
    words = words_of(issue)
    source = issue.source.sections if issue.source else {}
    for number in {item.section for item in items if item.section is not None and item.section >= CHANGING}:
        if not source.get(str(number), {}).get("title"):
            words.setdefault(f"section.{number}.title", {})
    standing = standings_of({issue.public_id: words})
    page = _address("desk:issue-words", issue.period)
    return [
        Unready(f"{part_label(part)}: {one}", page)
        for part, texts in words.items()
        for one in _of_texts(texts, standing[issue.public_id, part])
    ]


def _of_held(issue: Issue, items: Iterable[Item]) -> list[Unready]:
    """Texts that repeat a statement which is held back."""
    held = [Held(row.public_id, row.words) for row in HeldStatement.objects.filter(freed_at=None)]
    if not held:
        return []
    said = gettext("a text repeats a statement that is held back.")
    told = [
        (title_of(item), _address("desk:issue-item", issue.period, item.public_id), texts_of(item))
        for item in items
    ]
    words = _address("desk:issue-words", issue.period)
    told += [(part_label(part), words, texts) for part, texts in words_of(issue).items()]
    return [
        Unready(f"{title}: {said}", page)
        for title, page, texts in told
        if any(repeated(text, held) for text in texts.values())
    ]


def _printed_elsewhere(issue: Issue, items: Iterable[Item]) -> set[int]:
    events = {row.event_id for item in items for row in item.tells.all()}
    return set(Event.objects.filter(printed_before(issue), pk__in=events).values_list("pk", flat=True))


def _address(name: str, *arguments: str) -> str:
    return reverse(name, args=arguments)
