"""Where words stand in the ledger: every column of every model that may name somebody, found by walking the models.

A model that comes later is walked by itself. What stands outside the database is scrubbed in
`barometer.web.actions.redacting.scrub`: a room that writes files of its own registers there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import models

from barometer.names.erasing import BAR, Wanted
from barometer.web.accounts.models import User
from barometer.web.records.models import EventProvision, EventType, PartyBlock
from barometer.web.records.protected import ProtectedJSON
from barometer.web.records.protection import ItemKey, Redaction, RedactionDoor

#: Computed anew, or about the desk's own people, or the traces of erasures themselves.
NOT_WALKED = (PartyBlock, EventType, EventProvision, User, Redaction, RedactionDoor, ItemKey)
#: Columns, and keys within JSON, of codes, digests and ids: no words of anybody.
CODES = frozenset((
    "id", "public_id", "record_id", "sha256", "text_sha256", "digest", "leaf", "root", "previous",
    "password", "dhash", "public_key", "signature", "sketch", "state", "kind", "main_type", "type", "types",
    "code", "codes", "model", "action", "act", "subject", "side", "verdict", "role", "language", "country",
    "region", "phase", "work_link", "media_type", "version", "rule", "provisions", "quarter", "period",
    "month", "trust", "origin", "visibility", "date", "locked_by", "search_text", "every", "fate",
    "session_key", "codename", "status", "at", "format",
))  # fmt: skip
LANGUAGE_MARKS = {"en": "[name erased]", "ru": "[имя удалено]", "kk": "[есім жойылды]"}


@dataclass
class Change:
    """A row in which somebody is named, with what its columns become."""

    model: type[models.Model]
    pk: Any
    values: dict[str, Any]


@dataclass
class Seen:
    """What was found: rows to change, each form with how often it stands there, and where it stands first."""

    changes: list[Change] = field(default_factory=list)
    forms: Counter[tuple[str, bool]] = field(default_factory=Counter)
    contexts: dict[str, str] = field(default_factory=dict)


def walked() -> Iterator[tuple[type[models.Model], list[models.Field]]]:
    """Each model of the ledger with its columns of words."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("barometer.")]
    for model in (*ours, LogEntry):
        if model not in NOT_WALKED and not model._meta.proxy and (fields := words_of(model)):
            yield model, fields


def words_of(model: type[models.Model]) -> list[models.Field]:
    """A model's columns of words."""
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField | models.JSONField)
        and not column.choices
        and column.name not in CODES
        and not (
            column.name == "key" and column.max_length != 400
        )  # an event's key has its source's name in it
    ]


def look(wanted: Wanted, rows: Iterable[models.QuerySet] | None = None) -> Seen:
    """Every row of the ledger, or of these, that names somebody."""
    seen = Seen()
    sets = rows if rows is not None else (model._base_manager.all() for model, _ in walked())
    for found in sets:
        columns = words_of(found.model)
        for row in (
            found.order_by("pk").only(*(column.attname for column in columns)).iterator(chunk_size=500)
        ):
            if values := _erased(row, columns, wanted, seen):
                seen.changes.append(Change(found.model, row.pk, values))
    return seen


def _erased(row: models.Model, columns: list[models.Field], wanted: Wanted, seen: Seen) -> dict[str, Any]:
    """Column → its value without the person, for those that change."""
    values: dict[str, Any] = {}
    places: dict[str, Callable[[int], int]] = {}
    for column in columns:
        value = getattr(row, column.attname)
        if not value:
            continue
        if isinstance(column, models.JSONField | ProtectedJSON):
            new = _in_json(value, wanted, seen)
        else:
            new, places[column.name] = _in_text(value, wanted, seen, _mark(column, value))
            new = new[: column.max_length] if column.max_length else new
        if new != value:
            values[column.name] = new
    if row._meta.model_name == "item" and row.links:
        values |= _links(row, values, places)
    return values


def _mark(column: models.Field, value: str) -> str:
    """What stands for a name in this column: words in the language of a text, a short name in short names."""
    if isinstance(column, models.SlugField):
        return "erased"
    return LANGUAGE_MARKS.get(column.name.rpartition("_")[2], BAR)


def _in_text(value: str, wanted: Wanted, seen: Seen, mark: str) -> tuple[str, Callable[[int], int]]:
    for hit in wanted.find(value):
        seen.forms[hit.form, hit.sure] += 1
        seen.contexts.setdefault(hit.form, " ".join(value[max(0, hit.start - 40) : hit.end + 40].split()))
    return wanted.erase(value, mark)


def erased_json(value: Any, wanted: Wanted) -> Any:
    """A value of JSON without somebody."""
    return _in_json(value, wanted, Seen())


def _in_json(value: Any, wanted: Wanted, seen: Seen, key: str = "") -> Any:
    if isinstance(value, str):
        if key in CODES:
            return value
        mark = "erased" if key in ("case", "slug") else LANGUAGE_MARKS.get(key.rpartition("_")[2], BAR)
        new, _ = _in_text(value, wanted, seen, mark)
        return new
    if isinstance(value, dict):
        return {
            _in_text(name, wanted, seen, BAR)[0]: inner
            if name in CODES
            else _in_json(inner, wanted, seen, name)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_in_json(inner, wanted, seen, key) for inner in value]
    return value


def _links(row: Any, values: dict[str, Any], places: dict[str, Callable[[int], int]]) -> dict[str, Any]:
    """An item's links stand in the text of its source's language: they move with it."""
    language = row.source.language if row.source and row.source.language else "en"
    name = f"text_{language}"
    text = values.get(name, getattr(row, name))
    links = []
    for link in values.get("links", row.links):
        moved = places.get(name, lambda place: place)
        start, end = moved(link["start"]), moved(link["end"])
        address = link.get("address")
        kept = None if address and BAR in address else address
        links.append({**link, "start": start, "end": end, "text": text[start:end], "address": kept})
    return {"links": links} if links != row.links else {}
