"""Feeds and calendars: valid, stable, of what is filtered, by the rules of naming."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import feedparser
import pytest
from invented import two_quarters

from barometer.web.public import clock, facets, filters
from barometer.web.records.models import Event, Mention
from barometer.web.records.reviewing import PublicNote

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"


@pytest.fixture
def ledger():
    two_quarters()


def ids(client, address: str) -> list[str]:
    """The public ids of a feed's events, in whatever form."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    if address.partition("?")[0].endswith("json"):
        found = [item["id"] for item in json.loads(answer.content)["items"]]
    else:
        read = feedparser.parse(answer.content)
        assert not read.bozo, read.bozo_exception
        found = [entry.id for entry in read.entries]
    return [one.rpartition(":")[2] for one in found]


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("query", ["", "?kind=relief", "?period=2026Q1&counts=new", "?q=taraz"])
def test_a_feed_has_what_the_explorer_finds_in_every_form(client, ledger, language, query):
    from django.http import QueryDict

    wanted = filters.parse(QueryDict(query[1:]))
    expected = sorted(facets.matching(wanted).values_list("public_id", flat=True))
    assert expected
    for form in ("atom", "rss", "json"):
        assert sorted(ids(client, f"/{language}/events/feed.{form}{query}")) == expected


def test_a_feed_is_in_its_language_with_absolute_addresses_and_stable_ids(client, ledger):
    event = Event.objects.get(key__endswith="2-01#1")
    read = feedparser.parse(client.get("/ru/events/feed.atom").content)
    entry = next(one for one in read.entries if one.id.endswith(event.public_id))
    assert entry.id == f"urn:x-press-barometer:ru:event:{event.public_id}"
    assert entry.title == "Домашний арест: Aigul Qiyalova"
    assert entry.link == f"http://testserver/ru/events/{event.public_id}/"
    assert "репортёра" in entry.summary
    assert (
        read.feed.language == "ru" or 'xml:lang="ru"' in client.get("/ru/events/feed.atom").content.decode()
    )


def test_an_unchanged_feed_is_not_sent_twice(client, ledger):
    for form in ("atom", "rss", "json"):
        first = client.get(f"/en/events/feed.{form}")
        assert client.get(f"/en/events/feed.{form}").content == first.content
        again = client.get(f"/en/events/feed.{form}", headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        later = client.get(f"/en/events/feed.{form}", headers={"if-modified-since": first["Last-Modified"]})
        assert later.status_code == 304


def test_a_correction_moves_the_time_of_change_and_a_withdrawal_is_told(client, ledger):
    event, gone = Event.objects.public().order_by("pk")[:2]
    before = {
        one.id: one.updated_parsed
        for one in feedparser.parse(client.get("/en/events/feed.atom").content).entries
    }
    day = event.published_at.date() + timedelta(1)
    PublicNote.objects.create(
        event=event, kind="correction", reason="error", by="A reviewer", words_en="It was Tuesday.", date=day
    )
    PublicNote.objects.create(
        event=gone, kind="withdrawal", reason="safety", by="A reviewer", words_en="Taken back.", date=day
    )
    Event.objects.filter(pk=gone.pk).update(state="withdrawn")
    text = client.get("/en/events/feed.atom").content
    after = {one.id: one.updated_parsed for one in feedparser.parse(text).entries}
    moved = [one for one in after if after[one] != before[one]]
    assert moved == [f"urn:x-press-barometer:en:event:{event.public_id}"]
    assert f'<at:deleted-entry ref="urn:x-press-barometer:en:event:{gone.public_id}"' in text.decode()
    for form in ("rss", "json"):
        assert gone.public_id not in ids(client, f"/en/events/feed.{form}")
    told = feedparser.parse(client.get("/en/corrections/feed.rss").content)
    assert not told.bozo
    assert sorted(one.title for one in told.entries) == ["Correction", "Withdrawn"]


def test_feeds_of_a_case_a_person_and_an_outlet_by_the_rules_of_naming(client, ledger):
    case = Event.objects.get(key__endswith="2-01#1").case
    expected = sorted(Event.objects.public().filter(case=case).values_list("public_id", flat=True))
    for form in ("atom", "rss", "json"):
        assert sorted(ids(client, f"/kk/cases/{case.slug}/feed.{form}")) == expected
    named = Mention.objects.get(event__key__endswith="2-01#1", party__name="Aigul Qiyalova").party
    assert ids(client, f"/en/people/{named.public_id}/feed.atom")
    assert client.get(f"/en/people/{named.public_id}/feed.atom")["X-Robots-Tag"] == "noindex, noarchive"
    hidden = Mention.objects.filter(party__name="Samal Bolmas").first().party
    assert client.get(f"/en/people/{hidden.public_id}/feed.atom").status_code == 404
    assert b"Samal Bolmas" not in client.get("/en/events/feed.json").content
    assert client.get("/en/cases/no-such-case/feed.atom").status_code == 404


def test_calendars_of_a_choice_and_of_a_case(client, ledger, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 2, 1))
    case = Event.objects.get(key__endswith="2-01#1").case
    whole = client.get("/en/calendar.ics").content.decode()
    own = client.get(f"/en/cases/{case.slug}/dates.ics").content.decode()
    assert 0 < own.count("BEGIN:VEVENT") <= whole.count("BEGIN:VEVENT")
    assert own.count("BEGIN:VEVENT") == client.get(
        f"/en/calendar.ics?case={case.slug}"
    ).content.decode().count("BEGIN:VEVENT")
    assert "BEGIN:VEVENT" not in client.get("/en/calendar.ics?kind=context").content.decode()


def test_pages_name_their_feeds(client, ledger):
    page = client.get("/en/events/?kind=relief").content.decode()
    assert 'type="application/atom+xml" title="Atom" href="/en/events/feed.atom?kind=relief"' in page
    case = Event.objects.get(key__endswith="2-01#1").case
    assert f'href="/ru/cases/{case.slug}/feed.json"' in client.get(f"/ru/cases/{case.slug}/").content.decode()
