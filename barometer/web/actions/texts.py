"""Texts in three languages: note who wrote or translated one, approve it, ask how all stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from barometer.codebook.book import LANGUAGES
from barometer.errors import NotReady
from barometer.review.texts import Noted, Standing, digest, standings
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import TextState

#: texts of one record, by part and language: {"intro": {"en": "…", "ru": "…"}}
Texts = Mapping[str, Mapping[str, str]]


@transaction.atomic
def note_text(
    about: str,
    part: str,
    language: str,
    texts: Mapping[str, str],
    *,
    by: str,
    user: Any,
    source_language: str = "",
    machine: bool = False,
    translator: str = "",
) -> TextState:
    """Note that the text in that language was written: as it stands in `texts`, which has the other languages too.

    `source_language` is the language that it was translated from, itself (or "") where it was written in it first.
    `translator` is who wrote it, where that is another person than who notes it.
    """
    of = source_language or language
    row, _ = TextState.objects.update_or_create(
        about=about,
        part=part,
        language=language,
        defaults={
            "words": digest(texts.get(language, "")),
            "source_language": of,
            "source": "" if of == language else digest(texts.get(of, "")),
            "machine": machine,
            "translator": "" if machine else translator or by,
            "approver": "",
            "approved_at": None,
            "user": user,
        },
    )
    record_revision(row, "write text", by=by, user=user)
    return row


@transaction.atomic
def approve_text(
    about: str, part: str, language: str, texts: Mapping[str, str], *, by: str, user: Any
) -> TextState:
    """Approve the text as it stands; NotReady where there is none, or where its source was changed after it."""
    row = TextState.objects.filter(about=about, part=part, language=language).first()
    now = standings(texts, {language: noted(row)} if row else {}, row.source_language if row else language)
    if now[language].state == "missing":
        raise NotReady(f"there is no text in {language} to approve", next_step="write it first")
    if now[language].stale:
        raise NotReady(
            f"the {row.source_language} text was changed after this translation",
            next_step="bring the translation in step and save it, then approve it",
        )
    if row is None or row.words != digest(texts[language]):
        row = note_text(
            about,
            part,
            language,
            texts,
            by=by,
            user=user,
            source_language=row.source_language if row else "",
        )
    row.approver, row.approved_at, row.user = by, timezone.now(), user
    row.save()
    record_revision(row, "approve text", by=by, user=user)
    return row


def noted(row: TextState) -> Noted:
    """The row as the core's value."""
    return Noted(row.words, row.source_language, row.source, row.machine, row.approved_at is not None)


def standings_of(
    records: Mapping[str, Texts], source: str = LANGUAGES[0]
) -> dict[tuple[str, str], dict[str, Standing]]:
    """How each text of the records (public id → its texts) stands, by (public id, part); one query."""
    rows: dict[tuple[str, str], dict[str, Noted]] = {}
    for row in _rows(records):
        rows.setdefault((row.about, row.part), {})[row.language] = noted(row)
    return {
        (about, part): standings(texts, rows.get((about, part), {}), source)
        for about, parts in records.items()
        for part, texts in parts.items()
    }


def _rows(abouts: Iterable[str]) -> Iterable[TextState]:
    return TextState.objects.filter(about__in=list(abouts))
