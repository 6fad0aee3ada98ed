"""The items of an issue: made from events, arranged, left out, written in three languages, approved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from barometer.codebook import LANGUAGES, codebook
from barometer.errors import BadInput, NotReady, UnknownValue
from barometer.review import PUBLIC
from barometer.review.texts import digest
from barometer.web.actions.deciding import refuse
from barometer.web.actions.issuing_open import clean, months_of, refuse_overtaken, sections_of, to_edit
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.texts import approve_text, note_text
from barometer.web.records.issues import ItemEvent
from barometer.web.records.models import Event, Issue, Item, State, TextState
from barometer.web.records.printing import ORDER, in_order, printed_before

Role = ItemEvent.Role
#: an event with its role in an item
Told = tuple[Event, str]
PART = "text"
MOST_LINKS = 40


@dataclass(frozen=True)
class Writing:
    """What an editor hands in for an item: texts by language, the digests of those that they saw, linked words.

    A language that is not in `texts` stays as it is; `links` None leaves the links. `in_step` are translations that
    say what the source says, though their words did not change.
    """

    texts: Mapping[str, str]
    language: str
    links: Sequence[tuple[str, str]] | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    in_step: Collection[str] = ()
    translator: str = ""


def texts_of(item: Item) -> dict[str, str]:
    """The item's texts by language."""
    return {language: getattr(item, f"text_{language}") for language in LANGUAGES}


# --- which events -----------------------------------------------------------------------------------------


@transaction.atomic
def make_item(
    issue: Issue,
    told: Sequence[Told],
    *,
    by: str,
    user: Any,
    language: str = LANGUAGES[0],
    section: int | None = None,
    month: str | None = None,
    left_out: str = "",
) -> Item:
    """A new item of the issue over these events; its lead's main type proposes the section, its day the month."""
    issue = to_edit(issue)
    _refuse_events(issue, told)
    lead = min(told, key=lambda one: ORDER[Role(one[1])])[0]
    own = Item.objects.filter(issue=issue, source=None)
    item = Item.objects.create(
        issue=issue,
        entry_key=f"{issue.period}-{own.count() + 1:03}",
        section=codebook().type(lead.main_type).section if section is None else section,
        month=_month_of(lead, issue) if month is None else month,
        position=_end(issue),
        language=language,
        left_out=left_out,
        state=State.ACCEPTED,
    )
    _tell(item, told)
    record_revision(item, "create", by=by, user=user)
    return item


@transaction.atomic
def tell_events(item: Item, told: Sequence[Told], *, by: str, user: Any) -> Item:
    """The item tells these events and no others."""
    row = locked(item)
    _refuse_events(row.issue, told, row)
    row.tells.all().delete()
    _tell(row, told)
    record_revision(row, "tell", by=by, user=user)
    return row


def _tell(item: Item, told: Sequence[Told]) -> None:
    ItemEvent.objects.bulk_create(
        ItemEvent(item=item, event=event, role=role, position=place)
        for place, (event, role) in enumerate(told)
    )


def _refuse_events(issue: Issue, told: Sequence[Told], item: Item | None = None) -> None:
    """NotReady where an item of the issue cannot tell these events in these roles."""
    roles = [role for _, role in told]
    if not told or set(roles) - set(Role.values) or len({event.pk for event, _ in told}) < len(told):
        raise BadInput(gettext("An item tells at least one event, each once."))
    if roles.count(Role.LEAD) > 1:
        raise BadInput(gettext("An item has one lead. Choose which event it is."))
    if any(event.state not in PUBLIC for event, _ in told):
        raise NotReady(gettext("An item tells published events only."))
    anew = [event.pk for event, role in told if role != Role.BACKGROUND]
    rows = ItemEvent.objects.filter(event__in=anew, item__issue=issue).exclude(role=Role.BACKGROUND)
    if rows.exclude(item=item).exists():
        raise NotReady(
            gettext("Another item of this issue tells one of these events. Here it can be background only.")
        )
    if Event.objects.filter(printed_before(issue), pk__in=anew).exists():
        raise NotReady(
            gettext("An earlier issue has printed one of these events. Here it can be background only.")
        )


# --- where it stands --------------------------------------------------------------------------------------


@transaction.atomic
def place(item: Item, section: int, month: str, *, by: str, user: Any) -> Item:
    """Move the item to the end of a section's month; "" is no month."""
    row = locked(item)
    if section not in sections_of(row.issue) or month not in ("", *months_of(row.issue)):
        raise UnknownValue(gettext("This issue has no such section or month."))
    if (row.section, row.month) != (section, month):
        row.section, row.month, row.position = section, month, _end(row.issue)
        row.save()
        record_revision(row, "move", by=by, user=user)
    return row


@transaction.atomic
def shift(item: Item, *, up: bool, by: str, user: Any) -> Item:
    """Change places with the item before or after it in its month; the first stays first, the last last."""
    row = locked(item)
    beside = list(_beside(row))
    at = [one.pk for one in beside].index(row.pk)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(beside):
        return row
    beside[at], beside[other] = beside[other], beside[at]
    places = sorted(one.position for one in beside)
    if len(set(places)) < len(places):
        places = list(range(places[0], places[0] + len(places)))
    for one, position in zip(beside, places, strict=True):
        if one.position != position:
            one.position = position
            one.save()
            record_revision(one, "move", by=by, user=user)
    return Item.objects.get(pk=row.pk)


def _beside(item: Item) -> Any:
    rows = Item.objects.filter(issue=item.issue, source=None, left_out="")
    return rows.filter(section=item.section, month=item.month).order_by("position", "pk")


@transaction.atomic
def leave_out(item: Item, *, reason: str, by: str, user: Any) -> Item:
    """The item is not printed; why is kept."""
    refuse(reason, by)
    row = locked(item)
    row.left_out = reason.strip()
    row.save()
    record_revision(row, "leave out", by=by, reason=row.left_out, user=user)
    return row


@transaction.atomic
def take_back(item: Item, *, by: str, user: Any) -> Item:
    """An item that was left out is printed after all, at the end of its month."""
    row = locked(item)
    if row.left_out:
        row.left_out, row.position = "", _end(row.issue)
        row.save()
        record_revision(row, "take back", by=by, user=user)
    return row


def _end(issue: Issue) -> int:
    last = Item.objects.filter(issue=issue, source=None).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _month_of(event: Event, issue: Issue) -> str:
    """The month of the event, if it is one of the issue's."""
    days = event.first_day, event.last_day
    months = {f"{day:%Y-%m}" for day in days if day}
    return next(iter(months)) if len(months) == 1 and months <= set(months_of(issue)) else ""


# --- its words --------------------------------------------------------------------------------------------


@transaction.atomic
def write_texts(item: Item, writing: Writing, *, by: str, user: Any) -> tuple[str, ...]:
    """Save what an editor wrote; the languages whose text is new or confirmed.

    Overtaken where somebody changed one of these texts since; BadInput for a live number that is none, or for linked
    words that are not in the text. Other languages are stale from now on where their source has changed.
    """
    row = locked(item)
    now = texts_of(row)
    given = {language: clean(text) for language, text in writing.texts.items() if language in LANGUAGES}
    if writing.language not in LANGUAGES:
        raise UnknownValue(gettext("This is not a language of the bulletin."))
    refuse_overtaken(now, given, dict(writing.seen))
    turned = writing.language != row.language
    changed = {language for language, text in given.items() if text != now[language]}
    wanted = changed | (set(writing.in_step) & set(LANGUAGES)) | (set(LANGUAGES) if turned else set())
    texts = now | given
    before, row.language = row.links, writing.language
    for language in LANGUAGES:
        setattr(row, f"text_{language}", texts[language])
    links = (
        [(link["text"], link["address"] or "") for link in row.links]
        if writing.links is None
        else writing.links
    )
    row.links = spans(texts[row.language], links)
    if not wanted and row.links == before:
        return ()
    row.save()
    record_revision(row, "write", by=by, user=user)
    machine = _machine(row, now) - changed if turned else set()
    return _note(row, wanted, machine, writing.translator.strip(), by=by, user=user)


def _note(
    item: Item, languages: Collection[str], machine: Collection[str], translator: str, *, by: str, user: Any
) -> tuple[str, ...]:
    """Note these texts as they stand, the source's first."""
    texts = texts_of(item)
    ordered = sorted(languages, key=lambda one: (one != item.language, one))
    for language in ordered:
        note_text(
            item.public_id, PART, language, texts, source_language=item.language,
            machine=language in machine, translator="" if language == item.language else translator,
            by=by, user=user,
        )  # fmt: skip
    return tuple(ordered)


def _machine(item: Item, texts: Mapping[str, str]) -> set[str]:
    """The languages whose text is a machine's."""
    rows = TextState.objects.filter(about=item.public_id, part=PART, machine=True)
    return {row.language for row in rows if row.words == digest(texts[row.language])}


def write_draft(
    item: Item, texts: Mapping[str, str], links: Sequence[Mapping[str, Any]] | None, *, by: str, user: Any
) -> None:
    """Save texts that a machine made; within a transaction, on an item that is open."""
    for language, text in texts.items():
        setattr(item, f"text_{language}", text)
    if links is not None:
        item.links = list(links)
    item.save()
    record_revision(item, "draft", by=by, user=user)
    _note(item, texts, texts, "", by=by, user=user)


def spans(text: str, links: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Linked words with their addresses as spans of the text: each the first place that no other has yet.

    BadInput for words that the text does not have, or for an address that leads nowhere.
    """
    found: list[dict[str, Any]] = []
    for words, address in [(words.strip(), address.strip()) for words, address in links]:
        if not words and not address:
            continue
        if len(found) >= MOST_LINKS:
            raise BadInput(gettext("These are too many links for one item."))
        start = _free_place(text, words, found)
        if start < 0:
            raise BadInput(gettext("The linked words “%(words)s” are not in the text.") % {"words": words})
        if address and not leads_out(address):
            raise BadInput(gettext("“%(address)s” is no address of a page.") % {"address": address[:200]})
        found.append({"text": words, "start": start, "end": start + len(words), "address": address or None})
    return sorted(found, key=lambda link: link["start"])


def _free_place(text: str, words: str, taken: Sequence[Mapping[str, Any]]) -> int:
    start = text.find(words) if words else -1
    while start >= 0 and any(start < one["end"] and one["start"] < start + len(words) for one in taken):
        start = text.find(words, start + 1)
    return start


def leads_out(address: str) -> bool:
    """Whether it is the address of a page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(map(str.isspace, address))


@transaction.atomic
def approve(item: Item, language: str, *, by: str, user: Any) -> TextState:
    """The text is printed as it stands. NotReady where there is none, or where it is stale."""
    row = locked(item)
    if language not in LANGUAGES:
        raise UnknownValue(gettext("This is not a language of the bulletin."))
    return approve_text(row.public_id, PART, language, texts_of(row), by=by, user=user)


def locked(item: Item) -> Item:
    """The item's row, of an issue that may be edited."""
    to_edit(item.issue)
    row = Item.objects.select_for_update(of=("self",)).select_related("issue__source").get(pk=item.pk)
    if row.source_id is not None:
        raise NotReady(gettext("This entry belongs to its source. Make an item from its events."))
    return row


def ordered(item: Item) -> list[ItemEvent]:
    """What the item tells, in order, each with its event, case and entry."""
    return in_order(item.tells.select_related("event__case", "event__item"))
