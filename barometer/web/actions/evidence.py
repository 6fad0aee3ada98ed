"""Bytes come to the house and stay."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from barometer.evidence import Digest, Store
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import EvidenceItem


def store() -> Store:
    """The store of this installation."""
    return Store(Path(settings.EVIDENCE_ROOT))


def keep_evidence(
    source: bytes | Path | IO[bytes], *, name: str, media_type: str, how: str, by: str
) -> EvidenceItem:
    """Keep the bytes, then note them in the ledger; bytes that are known already keep their first note."""
    digest = store().keep(source)
    with transaction.atomic():
        item, _ = note_evidence(digest, name=name, media_type=media_type, how=how, by=by)
    return item


def note_evidence(
    digest: Digest, *, name: str, media_type: str, how: str, by: str
) -> tuple[EvidenceItem, bool]:
    """The ledger's row for bytes of that digest, and whether it is new; the caller keeps the bytes before it commits."""
    item, created = EvidenceItem.objects.get_or_create(
        sha256=digest.sha256,
        defaults={"size": digest.size, "media_type": media_type, "original_name": name[-255:], "how": how},
    )
    if created:
        record_revision(item, "keep", by=by)
    return item, created
