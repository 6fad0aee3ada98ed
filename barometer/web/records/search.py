"""Full text over the ledger's events: the same hits on SQLite and PostgreSQL."""

from __future__ import annotations

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from barometer.names.words import query_words

# Terms are letters and figures only (query_words), so quoting them is safe in both query languages.
_SQLITE = "SELECT rowid FROM records_event_words WHERE records_event_words MATCH %s"
_POSTGRES = (
    "SELECT id FROM records_event "
    "WHERE array_to_tsvector(array_remove(string_to_array(search_text, ' '), '')) @@ %s::tsquery"
)


def search(queryset: QuerySet, text: str) -> QuerySet:
    """The events that have, for every word of the text, a word that begins with its stem.

    Without any text the queryset as it is; a text without a letter or figure finds nothing.
    """
    if not text.strip():
        return queryset
    words = query_words(text)
    if not words:
        return queryset.none()
    if connections[queryset.db].vendor == "postgresql":
        found = RawSQL(_POSTGRES, [" & ".join(f"'{word}':*" for word in words)])  # noqa: S611
    else:
        found = RawSQL(_SQLITE, [" ".join(f'"{word}" *' for word in words)])  # noqa: S611
    return queryset.filter(pk__in=found)
