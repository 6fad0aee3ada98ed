"""An event that something other than a text gives rise to: a deadline that passed, an outage, a notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from barometer.codebook.book import LANGUAGES
from barometer.codebook.values import Event as Coded
from barometer.errors import BadInput
from barometer.web.actions.coding import written
from barometer.web.actions.importing import event_key
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records.forms import broken
from barometer.web.records.models import Event, EvidenceItem, Item, Source, SourceDocument, State


@transaction.atomic
def propose(
    coded: Mapping[str, Any],
    *,
    name: str,
    headline: Mapping[str, str],
    section: int | None = None,
    case: str = "",
    evidence: Sequence[EvidenceItem] = (),
    reason: str,
    by: str,
) -> Event:
    """Propose an event of that coding; the event itself where `name` was proposed before, whatever became of it.

    `name` is unique to what gives rise to it ("request-ab12…-no-reply"); `headline` (by language) says it in a line;
    `evidence` are the kept copies that it rests on; `reason` stands in its history. BadInput where the coding breaks
    the codebook's rules.
    """
    one_at_a_time(Lock.IMPORT)
    if (known := Event.objects.filter(item__source__name=name).first()) is not None:
        return known
    if problems := broken(coded):
        told = "; ".join(f"{path}: {words}" for path, words in problems.items())
        raise BadInput(
            f"{name}: {told}", next_step="this coding is made by the program: report it as a fault"
        )
    value = Coded.model_validate(coded)
    texts = {language: headline[language] for language in LANGUAGES if headline.get(language)}
    source = Source.objects.create(name=name, title=texts)
    for item in dict.fromkeys(evidence):
        SourceDocument.objects.create(source=source, evidence=item, role=SourceDocument.Role.TEXT)
    item = Item.objects.create(
        source=source,
        entry_key="1",
        section=section,
        month=_month(value.date or ""),
        headline=next(iter(texts.values()), ""),
        **{f"text_{language}": text for language, text in texts.items()},
    )
    for record in (source, item):
        record_revision(record, "create", by=by, reason=reason)
    row = Event(key=event_key(name, item.entry_key, 1), item=item, ordinal=1, state=State.PROPOSED)
    return written(row, value, case, "propose", by=by, reason=reason)


def _month(date: str) -> str:
    return date[:7] if len(date) >= len("2026-03") else ""
