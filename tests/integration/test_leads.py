"""Documents that come in: one document however often met, a lead where it is relevant, and what a person makes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError

from barometer.errors import NotAllowed, NotReady
from barometer.web.actions import leads, revisions
from barometer.web.actions.evidence import bytes_of, keep_evidence
from barometer.web.actions.importing import import_files
from barometer.web.actions.leads import Incoming, captured, dismiss, hand_in, reopen, take, take_document
from barometer.web.records.gathering import Document, Job, Lead, Sighting, WatchedSource
from barometer.web.records.models import Event, EvidenceItem, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

NOW = datetime(2031, 3, 15, 9, tzinfo=UTC)
DAY = date(2031, 3, 14)
URL = "https://herald.example/fined"
TITLE = "Journalist fined in Almaty"
TEXT = (
    "On 13 March 2031, the specialised administrative court of Almaty fined Aigerim Example, a journalist of the "
    "Invented Herald, 200,000 tenge under Article 274 of the Criminal Code for knowingly false information in her "
    "report on the city's heating. Her lawyer says that the court did not hear the witnesses whom the newspaper "
    "had named, and that the decision will be appealed within ten days. The newspaper stands by the report."
)
BREAD = (
    "The bakery on the corner opened again after the winter with a new oven. Rye bread and buns are ready from seven "
    "in the morning, and on Saturdays there is a cake with apples from the owner's own garden, by the slice or whole."
)


@pytest.fixture
def source():
    return WatchedSource.objects.create(
        slug="herald", title="Herald", publisher="Invented Herald", kind="feed", address="https://herald.example/rss",
        language="en", trust="media", every=60,
    )  # fmt: skip


def came(text=TEXT, **more):
    return Incoming(text, **{"url": URL, "title": TITLE, "published": DAY, **more})


def test_a_relevant_document_becomes_a_lead_with_its_proposal(source):
    taken = take_document(came(watched=source), now=NOW)
    lead = Lead.objects.get()
    assert (taken.document, taken.lead, taken.is_new) == (Document.objects.get(), lead, True)
    assert (lead.state, lead.origin, lead.given_by, lead.title) == (
        "new",
        "source",
        "barometer gather",
        TITLE,
    )
    assert lead.relevance >= 0.5
    assert lead.reasons
    [event] = [event for entry in lead.proposed["entries"] for event in entry["events"]]
    assert event["types"][0] == "legal.fine"
    assert event["date"] == "2031-03-13"
    assert "Aigerim Example" in [target["name"] for target in event["targets"]]
    assert bytes_of(lead.document.evidence).decode() == f"{TITLE}\n\n{TEXT}"
    [sighting] = lead.document.sightings.all()
    assert (sighting.watched, sighting.url, sighting.seen_at, sighting.likeness) == (source, URL, NOW, 1.0)
    # Its page is captured by the worker, with the lead that it is for.
    job = Job.objects.get(kind="capture")
    assert job.argument == {"url": URL, "lead": lead.public_id}
    assert job.host == "herald.example"


def test_what_came_through_a_proxy_is_captured_through_it(source):
    source.proxy = "socks5h://127.0.0.1:9050"
    lead = take_document(came(watched=source), now=NOW).lead
    assert Job.objects.get().argument == {
        "url": URL,
        "lead": lead.public_id,
        "proxy": "socks5h://127.0.0.1:9050",
    }


def test_of_what_is_not_relevant_no_word_is_kept(source):
    taken = take_document(came(BREAD, title="Bread again", watched=source), now=NOW)
    assert taken.is_new
    assert taken.lead is None
    assert taken.document.evidence is None
    assert Sighting.objects.get().title == "Bread again"
    assert not EvidenceItem.objects.exists()
    assert not Job.objects.exists()


def test_a_document_without_words_is_none():
    assert take_document(came(" \n ")) == leads.Taken(None, None, is_new=False)


def test_the_same_words_elsewhere_are_a_sighting_of_one_document(source):
    take_document(came(watched=source), now=NOW)
    again = take_document(came(TEXT.upper(), url="https://other.example/1"), now=NOW + timedelta(hours=1))
    assert not again.is_new
    assert again.lead == Lead.objects.get()
    assert Document.objects.count() == 1
    assert [one.url for one in leads.near_twins(again.lead)] == [URL, "https://other.example/1"]


def test_the_same_item_met_again_is_no_second_sighting(source):
    for hour in range(3):
        take_document(came(watched=source), now=NOW + timedelta(hours=hour))
    assert Sighting.objects.get().seen_at == NOW


def test_a_near_copy_is_a_sighting_that_says_how_near(source):
    take_document(came(watched=source), now=NOW)
    copy = take_document(came(f"{TEXT} Subscribe here.", url="https://copy.example/"), now=NOW)
    assert not copy.is_new
    assert Document.objects.count() == Lead.objects.count() == 1
    near = Sighting.objects.get(url="https://copy.example/")
    assert 0.8 <= near.likeness < 1
    assert near.digest != copy.document.digest
    take_document(came(BREAD, title="Bread again"), now=NOW)
    assert Document.objects.count() == 2


def test_a_wall_is_no_lead(source):
    taken = take_document(came(watched=source, wall="login"), now=NOW)
    assert taken.lead is None
    assert not EvidenceItem.objects.exists()


def test_without_its_revision_there_is_no_lead(source, monkeypatch):
    def fails(*_, **__):
        raise DatabaseError("no room for the revision")

    monkeypatch.setattr(revisions.Revision.objects, "create", fails)
    with pytest.raises(DatabaseError):
        take_document(came(watched=source), now=NOW)
    assert not Document.objects.exists()
    assert not Sighting.objects.exists()
    assert not Lead.objects.exists()
    # The next round meets it again, as if nothing had been.
    monkeypatch.undo()
    assert take_document(came(watched=source), now=NOW).lead


def test_the_likely_case_comes_with_reasons(mini, source):
    import_files([mini.path])
    lead = take_document(came(watched=source), now=NOW).lead
    assert lead.case_slug == "example-274"
    assert lead.case_probability > 0.5
    assert {"person"} <= {reason["name"] for reason in lead.case_reasons}


# --- handed in -------------------------------------------------------------------------------------------------------


def test_what_a_person_hands_in_is_a_lead_however_relevant():
    lead = hand_in(Incoming(BREAD), origin="text", by="Alma Invented", note="by post", now=NOW)
    assert (lead.state, lead.given_by, lead.note) == ("new", "Alma Invented", "by post")
    assert bytes_of(lead.document.evidence).decode() == BREAD
    assert "Alma Invented" in {
        row.by for row in Revision.objects.filter(model="lead", record_id=lead.public_id)
    }


def test_a_document_that_was_only_sighted_becomes_a_lead_when_it_is_handed_in(source):
    take_document(came(BREAD, title="Bread again", watched=source), now=NOW)
    lead = hand_in(Incoming(BREAD), origin="text", by="Alma Invented", now=NOW)
    assert lead.document == Document.objects.get()
    assert lead.document.evidence is not None


def test_the_same_words_handed_in_twice_are_joined():
    first = hand_in(came(), origin="text", by="Alma Invented", now=NOW)
    second = hand_in(came(url="https://copy.example/"), origin="text", by="Berik Invented", now=NOW)
    assert (second.state, second.joined_to, second.document) == ("joined", first, None)
    assert second.url == "https://copy.example/"
    assert Sighting.objects.count() == 2


def test_a_call_is_noted_with_consent_only():
    with pytest.raises(NotAllowed, match="agreed"):
        hand_in(Incoming(TEXT), origin="phone", by="Alma Invented")
    assert not EvidenceItem.objects.exists()
    lead = hand_in(Incoming(TEXT), origin="phone", by="Alma Invented", consent="anonymous")
    assert (lead.origin, lead.consent) == ("phone", "anonymous")
    assert lead.document.evidence.visibility == "internal"
    with pytest.raises(NotAllowed, match="name"):
        hand_in(Incoming(TEXT), origin="text", by=" ")


def test_an_address_that_cannot_be_reached_waits_and_is_read_when_captured():
    lead = hand_in(Incoming("", URL), origin="address", by="Alma Invented", now=NOW)
    assert (lead.state, lead.title, lead.document) == ("waiting", URL, None)
    assert Job.objects.get().argument == {"url": URL, "lead": lead.public_id}
    archive = keep_evidence(
        b"wacz", name="a.wacz", media_type="application/wacz", how="a test", by="A worker"
    )
    captured(lead, came(), archive, now=NOW)
    lead.refresh_from_db()
    assert (lead.state, lead.evidence, lead.title) == ("new", archive, TITLE)
    assert lead.proposed["entries"][0]["events"]


def test_a_captured_login_wall_is_not_the_post():
    lead = hand_in(Incoming("", URL), origin="address", by="Alma Invented", now=NOW)
    archive = keep_evidence(
        b"wacz", name="a.wacz", media_type="application/wacz", how="a test", by="A worker"
    )
    captured(lead, Incoming("Log in to go on", URL, "Log in", wall="login"), archive, now=NOW)
    lead.refresh_from_db()
    assert (lead.state, lead.wall, lead.document, lead.evidence) == ("new", "login", None, archive)
    with pytest.raises(NotReady, match="no words"):
        take(lead, by="Alma Invented")


def test_an_address_that_holds_what_is_known_joins_it():
    first = hand_in(came(), origin="text", by="Alma Invented", now=NOW)
    lead = hand_in(Incoming("", "https://copy.example/"), origin="address", by="Alma Invented", now=NOW)
    archive = keep_evidence(
        b"wacz", name="a.wacz", media_type="application/wacz", how="a test", by="A worker"
    )
    captured(lead, came(url="https://copy.example/"), archive, now=NOW)
    lead.refresh_from_db()
    assert (lead.state, lead.joined_to, lead.evidence) == ("joined", first, archive)


# --- decided ---------------------------------------------------------------------------------------------------------


def test_taking_a_lead_proposes_its_events_and_publishes_nothing():
    lead = hand_in(came(), origin="text", by="Alma Invented", now=NOW)
    source = take(lead, by="Alma Invented")
    event = Event.objects.get()
    assert (event.state, event.main_type, event.item.source) == ("proposed", "legal.fine", source)
    assert source.name == f"lead-{lead.public_id}.txt"
    lead.refresh_from_db()
    assert (lead.state, lead.decided_by, lead.source) == ("taken", "Alma Invented", source)
    with pytest.raises(NotReady, match="taken"):
        take(lead, by="Berik Invented")
    assert Event.objects.count() == 1


def test_a_lead_is_let_go_with_a_reason_and_opened_again():
    lead = hand_in(came(), origin="text", by="Alma Invented", now=NOW)
    with pytest.raises(NotAllowed, match="reason"):
        dismiss(lead, reason=" ", by="Alma Invented")
    dismiss(lead, reason="an old story", by="Alma Invented")
    assert Revision.objects.filter(model="lead").latest("pk").reason == "an old story"
    with pytest.raises(NotReady):
        take(lead, by="Alma Invented")
    reopen(lead, by="Alma Invented")
    assert take(lead, by="Alma Invented")


def test_an_old_sighting_goes_and_a_lead_s_stays(source):
    take_document(came(BREAD, title="Bread again", watched=source), now=NOW)
    take_document(came(watched=source), now=NOW)
    assert leads.expire(90, now=NOW + timedelta(days=90)) == 0
    assert leads.expire(90, now=NOW + timedelta(days=91)) == 1
    assert Document.objects.get().lead
    assert Sighting.objects.get().document == Document.objects.get()
    # Met once more, it is a new document.
    assert take_document(
        came(BREAD, title="Bread again", watched=source), now=NOW + timedelta(days=92)
    ).is_new
