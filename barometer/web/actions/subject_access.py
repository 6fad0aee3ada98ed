"""What is held on a person, for that person: every row that is theirs or names them, as JSON and as pages to read."""

from __future__ import annotations

import io
import json
import zipfile
from html import escape
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from barometer.web.actions import redacting
from barometer.web.actions.audit import note_act
from barometer.web.records.models import Mention, Party, PartyBlock
from barometer.web.records.wording import look, walked

#: title; what it is; whom to write to
_WORDS = {
    "en": (
        "What we hold on you",
        "Everything that this ledger holds on you and everything that names you, as of {day}. The same stands in "
        "held.json for machines.",
        "You may ask us to correct it or to erase it. We may have to keep some of it for journalism or for a court: "
        "we will tell you what and why.",
    ),
    "ru": (
        "Что у нас хранится о вас",
        "Всё, что хранится о вас в этой базе, и всё, где вы названы, по состоянию на {day}. То же самое — в файле "
        "held.json для машинной обработки.",
        "Вы вправе просить исправить или удалить эти данные. Часть мы можем быть обязаны сохранить для журналистской "
        "работы или для суда: мы сообщим, что именно и почему.",
    ),
    "kk": (
        "Сіз туралы не сақталады",
        "Осы қорда сіз туралы сақталған және сіз аталған барлық мәлімет, {day} күнгі жағдай бойынша. Дәл соның өзі "
        "машинаға арналған held.json файлында да бар.",
        "Сіз оларды түзетуді немесе жоюды сұрай аласыз. Бір бөлігін журналистік жұмыс не сот үшін сақтауға міндетті "
        "болуымыз мүмкін: нені және неге екенін айтамыз.",
    ),
}  # fmt: skip


def export(party: str, *, by: str, user: Any = None) -> bytes:
    """A ZIP of everything held on the person of that party; the log says who took it out."""
    whom = redacting.person(party)
    held = {
        "names": whom.names,
        "at": timezone.now().isoformat(timespec="seconds"),
        "rows": _rows(whom),
        "evidence": [
            {
                "id": one.item.public_id,
                "sha256": one.item.sha256,
                "name": one.item.original_name,
                "why": one.why,
            }
            for one in redacting.plan_person(whom).evidence
        ],
    }
    with transaction.atomic():
        note_act("subject access", by=by, user=user, about=party)
    return _packed(held)


def _rows(whom: redacting.Person) -> dict[str, list[dict[str, Any]]]:
    """Model → the rows that are the person's, or name the person."""
    found: dict[type[models.Model], set[Any]] = {Party: {party.pk for party in whom.parties}}
    for model, _ in walked():
        for column in model._meta.concrete_fields:
            if column.related_model is Party:
                theirs = model._base_manager.filter(**{f"{column.name}__in": whom.parties})
                found.setdefault(model, set()).update(theirs.values_list("pk", flat=True))
    for change in look(whom.wanted()).changes:
        found.setdefault(change.model, set()).add(change.pk)
    events = Mention.objects.filter(party__in=whom.parties).values_list("event", flat=True)
    found.setdefault(Mention._meta.get_field("event").related_model, set()).update(events)
    return {
        model._meta.label: [_told(row) for row in model._base_manager.filter(pk__in=pks).order_by("pk")]
        for model, pks in sorted(found.items(), key=lambda one: one[0]._meta.label)
        if pks and model is not PartyBlock
    }


def _told(row: models.Model) -> dict[str, Any]:
    columns = [
        column for column in row._meta.concrete_fields if column.name not in ("search_text", "sketch", "user")
    ]
    return {
        column.name: getattr(row, column.attname)
        for column in columns
        if getattr(row, column.attname) not in ("", None)
    }


def _packed(held: dict[str, Any]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        told = json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        out.writestr("held.json", told)
        for language in _WORDS:
            out.writestr(f"held.{language}.html", _page(json.loads(told), language))
    return packed.getvalue()


def _page(held: dict[str, Any], language: str) -> str:
    title, what, rights = _WORDS[language]
    parts = [
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>',
        f"<p>{escape(what.format(day=held['at'][:10]))}</p><p>{escape(rights)}</p><p>{escape(' · '.join(held['names']))}</p>",
    ]
    for model, rows in [*held["rows"].items(), ("evidence", held["evidence"])]:
        parts.append(f"<h2>{escape(model)} ({len(rows)})</h2>")
        for row in rows:
            lines = "".join(
                f"<dt>{escape(name)}</dt><dd>{escape(_shown(value))}</dd>" for name, value in row.items()
            )
            parts.append(f"<dl>{lines}</dl><hr>")
    return "\n".join([*parts, "</html>"])


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
