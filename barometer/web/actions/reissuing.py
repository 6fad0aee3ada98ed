"""What is erased leaves issued bulletins too: the frozen copies that tell it are destroyed and made again without it.

In the transaction of the erasure the next edition of the issue is written: the snapshot of the last one without what is
erased, and the keys of the old copies go. Its own copies follow with the scrubbing of the disk (`finish`), since making
them takes seconds. The digests of the old ones stay.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from barometer.errors import NotReady
from barometer.names.erasing import BAR, Wanted
from barometer.publication import snapshot
from barometer.publication.values import IssueIn
from barometer.web.actions.evidence import bytes_of
from barometer.web.actions.freezing import keep_edition, keep_files, rendered
from barometer.web.records.freezing import Edition
from barometer.web.records.models import Event, EvidenceItem, Item
from barometer.web.records.protection import ItemKey, Redaction
from barometer.web.records.wording import LANGUAGE_MARKS, erased_json


@dataclass(frozen=True)
class Again:
    """An issue that is to be issued again: its last edition, the snapshot without what is erased, what is destroyed."""

    edition: Edition
    packed: bytes
    destroyed: tuple[EvidenceItem, ...]


# --- what is to be made again -------------------------------------------------------------------------------------------


def without_person(wanted: Wanted) -> list[Again]:
    """The issues whose copies name somebody."""
    return _again(
        lambda whole: _erased(whole, wanted), lambda text: any(hit.sure for hit in wanted.find(text))
    )


def without_words(wanted: Wanted, item: Item | None) -> list[Again]:
    """The issues in which an item has these words."""
    only = {item.public_id} if item else set()
    return _again(lambda whole: _erased(whole, wanted, only), lambda text: bool(wanted.find(text)))


def without_statement(record: Any) -> list[Again]:
    """The issues that print the item, or count the event."""
    if isinstance(record, Item):
        return _again(lambda whole: _without_item(whole, record.public_id))
    return _again(lambda whole: _without_event(whole, record.public_id)) if isinstance(record, Event) else []


def _again(
    erase: Callable[[dict[str, Any]], dict[str, Any]], tells: Callable[[str], bool] = lambda text: False
) -> list[Again]:
    """Those whose snapshot `erase` changes; `tells` whether a copy that has numbers only must go too."""
    found = []
    for edition in last_editions():
        before = bytes_of(edition.snapshot)
        whole = json.loads(before)
        issue = erase(whole["issue"])
        if issue == whole["issue"]:
            continue
        issue = {**issue, "edition": edition.number + 1}
        after = snapshot.pack(snapshot.unpack(json.dumps({**whole, "issue": issue}).encode()))
        found.append(Again(edition, after, tuple(_copies(edition, tells))))
    return found


def last_editions() -> list[Edition]:
    """The edition of each issue that stands now, where its snapshot can still be read."""
    gone = ItemKey.objects.filter(sealed="").values("sha256")
    rows = Edition.objects.annotate(last=Max("issue__editions__number")).filter(number=F("last"))
    return list(rows.exclude(snapshot__sha256__in=gone).select_related("issue", "snapshot"))


def _copies(edition: Edition, tells: Callable[[str], bool]) -> Iterable[EvidenceItem]:
    yield edition.snapshot
    for row in edition.files.select_related("evidence"):
        if row.format != "csv" or tells(bytes_of(row.evidence).decode()):
            yield row.evidence


def sets() -> list[set[int]]:
    """The evidence of each edition, which stands together."""
    return [
        {edition.snapshot_id, *edition.files.values_list("evidence", flat=True)}
        for edition in Edition.objects.all()
    ]


# --- erasing from a snapshot --------------------------------------------------------------------------------------------


def _erased(issue: dict[str, Any], wanted: Wanted, only: Collection[str] | None = None) -> dict[str, Any]:
    """The issue without somebody, or without words of some of its items."""
    stories = [
        _story_without(story, wanted) if only is None or story["key"] in only else story
        for story in issue["stories"]
    ]
    rest = {name: value for name, value in issue.items() if name != "stories"}
    return (erased_json(rest, wanted) if only is None else rest) | {"stories": stories}


def _story_without(story: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    """The story; its links move with its text, and an address that has the name in it is gone."""
    texts, moves = {}, {}
    for language, text in story["texts"].items():
        texts[language], moves[language] = wanted.erase(text, LANGUAGE_MARKS[language])
    moved = moves.get(story["source_language"], lambda place: place)
    links = []
    for start, end, address in story["links"]:
        kept = address and wanted.erase(address)[0]
        links.append([moved(start), moved(end), None if kept and BAR in kept else kept])
    rest = {name: story[name] for name in ("headline", "events")}
    return story | erased_json(rest, wanted) | {"texts": texts, "links": links}


def _without_item(issue: dict[str, Any], key: str) -> dict[str, Any]:
    return issue | {"stories": [story for story in issue["stories"] if story["key"] != key]}


def _without_event(issue: dict[str, Any], public_id: str) -> dict[str, Any]:
    """The issue without the event; the text of its item stays, as it does in the ledger."""
    return issue | {"stories": [_story_without_event(story, public_id) for story in issue["stories"]]}


def _story_without_event(story: dict[str, Any], public_id: str) -> dict[str, Any]:
    if public_id not in story["event_ids"]:
        return story
    gone = story["event_ids"].index(public_id)
    return story | {
        "event_ids": [one for place, one in enumerate(story["event_ids"]) if place != gone],
        "events": [one for place, one in enumerate(story["events"]) if place != gone],
        "again": [place - (place > gone) for place in story["again"] if place != gone],
    }


# --- making it again ----------------------------------------------------------------------------------------------------


def put(again: Iterable[Again], redaction: Redaction) -> None:
    """Write the next editions, in the transaction of the redaction; their copies follow."""
    for one in again:
        keep_edition(one.edition.issue, one.packed, by=redaction.by, user=redaction.user, redaction=redaction)


def finish() -> None:
    """Make the copies of editions that have none yet; an edition of which nothing is left to print has none."""
    for edition in last_editions():
        if edition.redaction_id and not edition.files.exists():
            given = snapshot.unpack(bytes_of(edition.snapshot))
            if given.stories:
                _make(edition, given)


def _make(edition: Edition, given: IssueIn) -> None:
    try:
        files = rendered(given)
    except NotReady:
        return  # an item of which no word is left in any language
    with transaction.atomic():
        keep_files(edition, files, by=edition.by)
