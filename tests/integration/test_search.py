"""The same hits on both databases, kept up by the database itself; hostile input finds nothing and breaks nothing."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standing import standing

from barometer.web.actions.importing import import_files
from barometer.web.records.models import Event, EventProvision, EventType, Mention
from barometer.web.records.search import _POSTGRES, _SQLITE, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(mini, evidence):
    _published(mini)
    return Event.objects.all()


@standing
def _published(mini):
    import_files([mini.path], as_published=True, by="A coder")


def keys(found):
    return sorted(event.key.partition("#")[2] for event in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fined", ["m-2-01#1"]),
        ("FINES", ["m-2-01#1"]),
        ("оштрафован", ["m-2-01#1"]),
        ("айыппұл", ["m-2-01#1"]),
        ("айыппул", ["m-2-01#1"]),
        ("kz-cc-274", ["m-2-01#1"]),
        ("274", ["m-2-01#1"]),
        ("imaginary", ["m-2-02#1", "m-2-02#2"]),
        ("imaginary detained", ["m-2-02#1", "m-2-02#2"]),
        ("Болат отпущен", ["m-2-02#1", "m-2-02#2"]),
        ("blogs bill", ["m-2-03#1"]),
        ("выдуманных блогах", ["m-2-03#1"]),
        ("сайты", ["m-4-01#1"]),
        ("example-274", ["m-2-01#1"]),
        ("fined imaginary", []),
        ("nobody", []),
    ],
)
def test_finds(events, text, expected):
    assert keys(search(events, text)) == expected


def test_no_text_is_no_filter(events):
    assert search(events, "  \n").count() == 5


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "*",
        "'",
        "()",
        "\0",
        "-",
        "^",
        ":*",
        "|",
        "&",
        "!",
        "<->",
        "%",
        "\\",
        "\ud800",
        "—",
        "\u202e",
        "{}",
    ],
)
def test_signs_alone_find_nothing(events, text):
    assert search(events, text).count() == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"fined*', ["m-2-01#1"]),
        ("fined' OR 1=1 --", []),
        ("NEAR(fined court, 5)", []),
        ("search_text:fined", []),
        ("fined & !court", ["m-2-01#1"]),
        ("fined:*", ["m-2-01#1"]),
        ("\0fined\0", ["m-2-01#1"]),
        ("fined %(zz)s %d", []),
        ("fined NOT", []),
        ("fined OR", []),
    ],
)
def test_query_languages_are_only_words(events, text, expected):
    assert keys(search(events, text)) == expected


def test_a_very_long_text(events):
    assert search(events, "fined " * 10_000).count() == 1
    assert search(events, "x" * 100_000).count() == 0
    assert search(events, " ".join(f"w{number}" for number in range(10_000))).count() == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_anything_may_be_typed(events, text):
    assert 0 <= search(events, text).count() <= 5


def test_the_index_follows_the_rows(events):
    event = events.get(key__endswith="m-2-01#1")
    event.search_text = "quite other words"
    event.save()
    assert keys(search(events, "fined")) == []
    assert keys(search(events, "other quite")) == ["m-2-01#1"]
    for related in (EventType, EventProvision, Mention):
        related.objects.filter(event=event).delete()
    Event.objects.filter(pk=event.pk).delete()
    assert keys(search(events, "quite")) == []


def test_an_update_of_many_rows(events):
    Event.objects.update(search_text="common")
    assert search(events, "common").count() == 5
    assert search(events, "imaginary").count() == 0


def test_the_index_is_used(events):
    """On so few rows PostgreSQL would rather read them all: only what the index can do is asked."""
    asked, words = (_POSTGRES, "'fined':*") if connection.vendor == "postgresql" else (_SQLITE, '"fined" *')
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("seqscan", "indexscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{asked}", [words])
        plan = str(cursor.fetchall())
    assert "records_event_words" in plan, plan


def test_words_that_were_made_otherwise_are_made_anew(events, capsys):
    call_command("search_words")
    assert capsys.readouterr().out.startswith("0 events and 0 leads")
    row = Event.objects.order_by("pk").first()
    words = row.search_text
    Event.objects.filter(pk=row.pk).update(search_text=" nothing ")
    call_command("search_words")
    assert capsys.readouterr().out.startswith("1 events")
    row.refresh_from_db()
    assert row.search_text == words
