"""Full text over the ledger's events: the same hits on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from contextlib import nullcontext
from typing import Any

import numpy as np
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from barometer.names.words import query_words
from barometer.web.records.models import Event

Ints = NDArray[np.integer[Any]]

# Terms are letters and figures only (query_words), so quoting them is safe in both query languages.
_SQLITE = "SELECT rowid FROM records_event_words WHERE records_event_words MATCH %s"
_POSTGRES = (
    "SELECT id FROM records_event "
    "WHERE array_to_tsvector(array_remove(string_to_array(search_text, ' '), '')) @@ %s::tsquery"
)


#: All numbers as one text: a common word has a hundred thousand, and as rows of an answer they take three times as long.
_IN_ONE = {
    "sqlite": "SELECT group_concat(rowid) FROM ({})",
    "postgresql": "SELECT string_agg(id::text, ',') FROM ({}) AS found",
}
#: The words of the ledger that begin so, with those of most events first.
_SQLITE_TABLE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.records_event_vocabulary "
    "USING fts5vocab(main, records_event_words, row)"
)
_SQLITE_WORDS = (
    "SELECT term FROM temp.records_event_vocabulary WHERE term >= %s AND term < %s ORDER BY doc DESC LIMIT %s"
)
#: A bitmap of the rows that have a common word: in PostgreSQL's own 4 MB it keeps only pages, and every row of those is
#: stemmed again; of a still more common one PostgreSQL would rather stem every row there is. Of a million events either
#: took 50 s, and a second or two with this.
_POSTGRES_SETTINGS = "SET LOCAL work_mem = '32MB'; SET LOCAL enable_seqscan = off"
#: PostgreSQL has no list of its words: those of so many of the events are looked through that have one.
_EXAMPLES = 4_000
_PAST_ALL_LETTERS = "\U0010ffff"
#: So many words that begin alike are looked at.
MOST_ALIKE = 2_000


def search(queryset: QuerySet, text: str) -> QuerySet:
    """The events that have, for every word of the text, a word that begins with its stem.

    Without any text the queryset as it is; a text without a letter or figure finds nothing.
    """
    if not text.strip():
        return queryset
    words = query_words(text)
    if not words:
        return queryset.none()
    return queryset.filter(pk__in=RawSQL(*_with_all(words, connections[queryset.db].vendor)))  # noqa: S611


def _with_all(starts: Collection[str], vendor: str) -> tuple[str, list[str]]:
    """The question for the events that have for each of these a word that begins with it, and its parameters."""
    if vendor == "postgresql":
        return _POSTGRES, [" & ".join(f"'{start}':*" for start in starts)]
    return _SQLITE, [" ".join(f'"{start}" *' for start in starts)]


def having_one_of(queryset: QuerySet, words: Collection[str]) -> QuerySet:
    """The events that have one of these very words, which are folded."""
    if not words:
        return queryset.none()
    return queryset.filter(pk__in=RawSQL(*_with_one(words, connections[queryset.db].vendor)))  # noqa: S611


def _with_one(words: Collection[str], vendor: str) -> tuple[str, list[str]]:
    """The question for the events that have one of these very words, and its parameters."""
    if vendor == "postgresql":
        return _POSTGRES, [" | ".join(f"'{word}'" for word in words)]
    return _SQLITE, [" OR ".join(f'"{word}"' for word in words)]


def rows_with_all(starts: Collection[str]) -> Ints:
    """Row ids of the events, of any state, that have for each of these, which are folded, a word that begins with it."""
    return _rows(*_with_all(starts, connection.vendor)) if starts else np.zeros(0, np.int64)


def rows_having(words: Collection[str]) -> Ints:
    """Row ids of the events, of any state, that have one of these very words, which are folded."""
    return _rows(*_with_one(words, connection.vendor)) if words else np.zeros(0, np.int64)


def _rows(question: str, parameters: list[str]) -> Ints:
    """One pass over the index, whatever else is known of the events."""
    on_postgres = connection.vendor == "postgresql"
    with transaction.atomic() if on_postgres else nullcontext(), connection.cursor() as cursor:
        if on_postgres:
            cursor.execute(_POSTGRES_SETTINGS)
        cursor.execute(_IN_ONE[connection.vendor].format(question), parameters)
        found = cursor.fetchone()[0] or ""
    return np.fromstring(found, np.int64, sep=",") if found else np.zeros(0, np.int64)


def beginning(start: str) -> list[str]:
    """The words of the ledger that begin so, those of most events first.

    On PostgreSQL, where more than `_EXAMPLES` events have one, the words of so many of them, drawn evenly from all.
    """
    if connection.vendor == "postgresql":
        return _beginning_in_examples(start, rows_with_all([start]))
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE_TABLE)
        cursor.execute(_SQLITE_WORDS, [start, start + _PAST_ALL_LETTERS, MOST_ALIKE])
        return [row[0] for row in cursor.fetchall()]


def _beginning_in_examples(start: str, rows: Ints) -> list[str]:
    some = np.sort(rows)[:: len(rows) // _EXAMPLES + 1].tolist()
    texts = Event.objects.filter(pk__in=some).order_by().values_list("search_text", flat=True)
    counted = Counter(word for text in texts for word in set(text.split()) if word.startswith(start))
    return [word for word, _ in counted.most_common(MOST_ALIKE)]
