"""Review through its actions: two people, each rule as it is met in the ledger, what is kept of every step."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from reviewed import WELL, accept, person, who
from standing import standing

from barometer.codebook.values import Event as Coded
from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue
from barometer.web.actions import consents, holding, restoring, reviewing
from barometer.web.actions.choosing import choose_statement
from barometer.web.actions.evidence import keep_evidence, set_visibility
from barometer.web.actions.importing import import_files
from barometer.web.actions.reviewing import Correction, Refused, Told
from barometer.web.actions.revisions import record_revision
from barometer.web.records import mapping
from barometer.web.records.models import Event, EvidenceItem, Item, Party, Revision
from barometer.web.records.reviewing import HarmCheck, HeldStatement, PublicNote, Review
from barometer.web.records.search import search

FINE = "mini-2031q1.txt#m-2-01#1"
RELEASE, DETENTION = "mini-2031q1.txt#m-2-02#1", "mini-2031q1.txt#m-2-02#2"
TOLD = Told({"en": "The day was wrong."}, "error")


@pytest.fixture
def alma(db):
    return person("alma", "editor")


@pytest.fixture
def bolat(db):
    return person("bolat", "editor")


@pytest.fixture
@standing
def ledger(db, mini, evidence):
    """The mini bulletin as proposals."""
    import_files([mini.path, mini.text])


@pytest.fixture
def accepted(ledger, alma):
    """The fine, accepted by Alma."""
    return accept(Event.objects.get(key=FINE), alma)


@pytest.fixture
def reviewed(accepted, bolat):
    """The fine, reviewed by Bolat, its harm check answered."""
    reviewing.answer_harm(accepted, WELL, **who(bolat))
    reviewing.review(accepted, **who(bolat))
    return fresh(accepted)


@pytest.fixture
def published(reviewed, alma):
    return reviewing.publish(reviewed, **who(alma))


def fresh(event):
    return Event.objects.get(pk=event.pk)


def against(event, step, user, **more):
    """The ids of the rules that refuse the step."""
    from barometer.review import refusals

    return [one.rule.id for one in refusals(reviewing.facts_of(fresh(event), user, **more), step)]


def refused(step, event, user, *rules):
    """The action itself refuses by just these rules, says their sentences, and leaves the ledger as it was."""
    before, revisions = fresh(event).state, Revision.objects.count()
    with pytest.raises(Refused) as error:
        getattr(reviewing, step)(event, **who(user))
    assert [one.rule.id for one in error.value.refusals] == list(rules)
    assert all(one.rule.sentence["en"].rstrip(".") in str(error.value) for one in error.value.refusals)
    assert (fresh(event).state, Revision.objects.count()) == (before, revisions)
    return error.value.refusals


# --- the way of a record ----------------------------------------------------------------------------------------------


def test_accepted_by_one_reviewed_by_another_published(accepted, alma, bolat, client):
    assert reviewing.accepted_by(accepted) == "alma"
    reviewing.answer_harm(accepted, WELL, **who(alma))
    row = reviewing.review(accepted, **who(bolat))
    assert (row.double_checked, row.by, fresh(accepted).state) == (True, "Bolat Invented", "reviewed")
    reviewing.publish(accepted, **who(alma))
    event = fresh(accepted)
    assert (event.state, event.published_by, event.item.state) == ("published", "Alma Invented", "published")
    steps = Revision.objects.filter(record_id=event.public_id).order_by("number")
    assert [(row.action, row.user) for row in steps][-3:] == [
        ("accept", alma),
        ("review", bolat),
        ("publish", alma),
    ]
    assert client.get(f"/en/events/{event.public_id}/").status_code == 200


def test_who_accepted_does_not_review(accepted, alma):
    refused("review", accepted, alma, "another-person")
    assert not Review.objects.exists()


def test_who_changed_it_since_does_not_review_either(accepted, bolat):
    accepted.summary_en = "Another sentence."
    accepted.save()
    with transaction.atomic():
        record_revision(accepted, "change", **who(bolat))
    refused("review", accepted, bolat, "another-person")
    reviewing.review(accepted, **who(person("dina", "reviewer")))


def test_who_changed_the_words_of_its_entry_does_not_review(accepted, bolat):
    item = accepted.item
    item.headline = "Another headline"
    item.save()
    with transaction.atomic():
        record_revision(item, "change", **who(bolat))
    refused("review", accepted, bolat, "another-person")


def test_where_nobody_accepted_nobody_reviews(ledger, bolat):
    event = Event.objects.get(key=FINE)
    Event.objects.filter(pk=event.pk).update(state="accepted")
    refused("review", event, bolat, "another-person")


def test_a_small_desk_reviews_alone_and_the_record_says_so(accepted, alma, settings, client):
    settings.SMALL_DESK = True
    row = reviewing.review(accepted, **who(alma))
    assert not row.double_checked
    reviewing.answer_harm(accepted, WELL, **who(alma))
    reviewing.publish(accepted, **who(alma))
    page = client.get(f"/en/events/{accepted.public_id}/").content.decode()
    assert "Not double-checked" in page


def test_what_a_small_desk_reviewed_alone_is_not_published_by_a_larger_one(accepted, alma, settings):
    settings.SMALL_DESK = True
    reviewing.answer_harm(accepted, WELL, **who(alma))
    reviewing.review(accepted, **who(alma))
    settings.SMALL_DESK = False
    refused("publish", accepted, alma, "another-person")


def test_a_record_that_two_looked_at_says_nothing_of_it(published, client):
    assert "Not double-checked" not in client.get(f"/en/events/{published.public_id}/").content.decode()


def test_roles(accepted, reviewed, bolat):
    monitor, reviewer, lawyer = person("m", "monitor"), person("r", "reviewer"), person("l", "lawyer")
    for user in (monitor, reviewer, lawyer):
        refused("publish", reviewed, user, "role")
    reviewing.send_back(reviewed, reason="look again", **who(reviewer))
    assert fresh(reviewed).state == "accepted"
    for user in (monitor, lawyer):
        refused("review", reviewed, user, "role")


def test_sent_back_step_by_step_each_with_its_reason(reviewed, bolat):
    with pytest.raises(Refused):
        reviewing.send_back(reviewed, reason=" ", **who(bolat))
    reviewing.send_back(reviewed, reason="the date is not in the source", **who(bolat))
    assert fresh(reviewed).state == "accepted"
    reviewing.send_back(reviewed, reason="who was fined?", **who(bolat))
    assert fresh(reviewed).state == "proposed"
    assert Revision.objects.filter(record_id=reviewed.public_id).latest("number").reason == "who was fined?"


def test_steps_in_another_order_are_refused(ledger, accepted, bolat, alma):
    refused("publish", accepted, alma, "state", "another-person", "unchanged", "harm-answered")
    event = Event.objects.get(key=RELEASE)
    refused("review", event, bolat, "state", "another-person")


def test_a_step_needs_a_name_that_can_be_kept(accepted, bolat):
    with pytest.raises(NotAllowed, match="name of who made it"):
        reviewing.review(accepted, by=" ", user=bolat)
    assert fresh(accepted).state == "accepted"


# --- each rule as the ledger has it -----------------------------------------------------------------------------------


def test_a_change_after_the_review_is_reviewed_again(reviewed, alma, bolat):
    reviewed.summary_en = "Quite another sentence."
    reviewed.save()
    with transaction.atomic():
        record_revision(reviewed, "change", **who(alma))
    refused("publish", reviewed, alma, "unchanged", "harm-answered")
    reviewing.send_back(reviewed, reason="it was changed", **who(bolat))
    reviewing.review(reviewed, **who(bolat))
    reviewing.answer_harm(reviewed, WELL, **who(bolat))
    assert reviewing.publish(reviewed, **who(alma)).summary_en == "Quite another sentence."


def test_a_changed_entry_is_reviewed_again(reviewed, alma):
    Item.objects.filter(pk=reviewed.item_id).update(text_en="Another text.")
    refused("publish", reviewed, alma, "unchanged", "harm-answered")


def test_without_a_preserved_copy(accepted, bolat):
    accepted.item.source.sourcedocument_set.all().delete()
    refused("review", accepted, bolat, "source")


def test_without_a_source(accepted, bolat):
    Item.objects.filter(pk=accepted.item_id).update(source=None)
    accepted = fresh(accepted)
    refused("review", accepted, bolat, "source")


def test_an_open_contradiction_and_the_choice_that_closes_it(ledger, alma, bolat, mini):
    """Two sources tell the release of one person on different days."""
    mini.data["source"] = "other-2031.txt"
    mini.event(1)["date"] = "2031-01-21"
    mini.data["quarter"] = None
    import_files([mini.save("other-2031.json")])
    first = Event.objects.get(key=RELEASE)
    other = Event.objects.get(key="other-2031.txt#m-2-02#1")
    assert first.case == other.case
    accept(first, alma)
    assert reviewing.open_contradictions(fresh(first)) == ()  # a mere proposal contradicts nobody
    accept(other, alma)
    [point] = reviewing.open_contradictions(fresh(first))
    assert point.topic == "date"
    assert set(point.values) == {"2031-01-20", "2031-01-21"}
    [refusal] = refused("review", first, bolat, "contradiction")
    assert "2031-01-20 / 2031-01-21" in refusal.details[0]
    choose_statement(first.case, point.key, "2031-01-20", reason="the court's own log", **who(alma))
    reviewing.review(first, **who(bolat))


def test_a_retracted_statement_is_not_repeated(accepted, alma, bolat):
    held = holding.hold_back(
        "оштрафовала Айгерим Пример", kind="court order", demanded_by="Invented court", day=date(2031, 2, 1),
        source="judgment 1-31", **who(alma),
    )  # fmt: skip
    assert holding.is_held_back("Айгерим Примеру оштрафовал суд.") == (held,)
    [refusal] = refused("review", accepted, bolat, "held-back")
    assert refusal.details == ("оштрафовала Айгерим Пример",)
    holding.set_free(held, reason="quashed on appeal", **who(alma))
    assert holding.is_held_back("Айгерим Примеру оштрафовал суд.") == ()
    reviewing.review(accepted, **who(bolat))


def test_words_held_back_lie_encrypted(accepted, alma):
    row = holding.hold_back(
        "the mayor took bribes", kind="gag order", demanded_by="A court of inventions", day=date(2031, 2, 1),
        source="ruling 2", **who(alma),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, demanded_by FROM records_heldstatement")
        assert not {"the mayor took bribes", "A court of inventions"} & set(cursor.fetchone())
        cursor.execute("SELECT after FROM records_revision WHERE record_id = %s", [row.public_id])
        assert "bribes" not in str(cursor.fetchall())
    assert HeldStatement.objects.get().words == "the mayor took bribes"


def test_who_may_hold_back_and_what(alma, db):
    more = {"demanded_by": "A court", "day": date(2031, 2, 1), "source": "ruling"}
    with pytest.raises(NotAllowed, match="lawyer or an editor"):
        holding.hold_back("some words", kind="gag order", **more, **who(person("m", "monitor")))
    with pytest.raises(UnknownValue):
        holding.hold_back("some words", kind="rumour", **more, **who(alma))
    with pytest.raises(BadInput):
        holding.hold_back(" — ", kind="gag order", **more, **who(alma))
    lawyer = person("l", "lawyer")
    row = holding.hold_back("some words", kind="gag order", **more, **who(lawyer))
    holding.set_free(row, reason="over", **who(lawyer))
    with pytest.raises(NotReady, match="free already"):
        holding.set_free(row, reason="over", **who(lawyer))


def test_a_link_is_public_only_where_a_lawyer_or_an_editor_said_so(ledger, alma, bolat, client):
    event = accept(Event.objects.get(key=RELEASE), alma)
    address = "https://example.org/released"
    reviewing.answer_harm(event, WELL, **who(bolat))
    reviewing.review(event, **who(bolat))
    [refusal] = refused("publish", event, alma, "cleared")
    assert refusal.details == (address,)
    with pytest.raises(NotAllowed, match="lawyer or an editor"):
        reviewing.mark_link(event.item, address, True, reason="fine", **who(person("r", "reviewer")))
    with pytest.raises(UnknownValue):
        reviewing.mark_link(event.item, "https://example.org/other", True, reason="fine", **who(alma))
    reviewing.mark_link(
        event.item, address, False, reason="blocked here by a court", **who(person("l", "lawyer"))
    )
    reviewing.publish(event, **who(alma))
    path = f"/en/events/{event.public_id}/"
    assert address not in client.get(path).content.decode()
    [story] = [one for one in mapping.stories("2031Q1") if event.public_id in one.event_ids]
    assert story.links == ()
    reviewing.mark_link(event.item, address, True, reason="the ban was lifted", **who(alma))
    assert address in client.get(path).content.decode()
    [story] = [one for one in mapping.stories("2031Q1") if event.public_id in one.event_ids]
    assert [link[2] for link in story.links] == [address]


def test_a_copy_is_public_only_where_a_lawyer_or_an_editor_said_so(reviewed, alma):
    copy = reviewed.item.source.documents.first()
    with pytest.raises(NotAllowed, match="lawyer or an editor"):
        set_visibility(copy, "public", reason="why not", **who(person("m", "monitor")))
    EvidenceItem.objects.filter(pk=copy.pk).update(visibility="public")
    [refusal] = refused("publish", reviewed, alma, "cleared")
    assert refusal.details == (copy.original_name,)
    set_visibility(copy, "public", reason="our own bulletin", **who(alma))
    reviewing.publish(reviewed, **who(alma))


def test_the_harm_check_is_answered_whole_and_for_these_words(accepted, alma, bolat):
    with pytest.raises(UnknownValue):
        reviewing.answer_harm(accepted, {**WELL, "minor": "perhaps"}, **who(bolat))
    with pytest.raises(UnknownValue):
        reviewing.answer_harm(accepted, {k: v for k, v in WELL.items() if k != "minor"}, **who(bolat))
    with pytest.raises(NotAllowed):
        reviewing.answer_harm(accepted, WELL, **who(person("l", "lawyer")))
    reviewing.review(accepted, **who(bolat))
    refused("publish", accepted, alma, "harm-answered")
    reviewing.answer_harm(accepted, {**WELL, "informant": "yes"}, note="the driver", **who(bolat))
    [refusal] = refused("publish", accepted, alma, "harm-none")
    assert refusal.details == ("informant",)
    reviewing.answer_harm(accepted, WELL, **who(bolat))
    reviewing.publish(accepted, **who(alma))
    assert HarmCheck.objects.filter(event=accepted).count() == 2  # each answer is kept


def test_consent_and_names_are_asked_of_their_own_room(reviewed, alma, monkeypatch):
    monkeypatch.setattr(reviewing, "consent_missing", lambda event: ("Aigerim Example",))
    [refusal] = refused("publish", reviewed, alma, "consent")
    assert refusal.details == ("Aigerim Example",)
    monkeypatch.setattr(reviewing, "consent_missing", consents.consent_missing)
    monkeypatch.setattr(reviewing, "named_without_leave", lambda event: ("Aigerim Example",))
    refused("publish", reviewed, alma, "names")
    monkeypatch.setattr(reviewing, "named_without_leave", consents.named_without_leave)
    reviewing.publish(reviewed, **who(alma))


# --- corrected, answered, withdrawn -----------------------------------------------------------------------------------


def correction(event, **changes):
    return Correction(Coded.model_validate(event.coded | changes))


def test_a_correction_changes_the_record_tells_readers_and_keeps_what_was(published, bolat, client):
    told = Told({"en": "The fine was of 13 January.", "ru": "Штраф — 13 января."}, "error")
    reviewing.correct(
        published,
        correction(published, date="2031-01-13"),
        told=told,
        reason="the court's paper",
        **who(bolat),
    )
    event = fresh(published)
    assert (event.state, event.date, event.first_day) == ("corrected", "2031-01-13", date(2031, 1, 13))
    last = Revision.objects.filter(record_id=event.public_id).order_by("number")
    assert [row.after["date"] for row in last][-2:] == ["2031-01-12", "2031-01-13"]
    assert last.last().reason == "the court's paper"
    note = PublicNote.objects.get()
    assert (note.kind, note.reason, note.revision) == ("correction", "error", last.last().number)
    for path in (f"/en/events/{event.public_id}/", "/en/corrections/"):
        page = client.get(path).content.decode()
        assert "The fine was of 13 January." in page
        assert "we made a mistake" in page
    assert "Штраф — 13 января." in client.get("/ru/corrections/").content.decode()
    assert (
        "The fine was of 13 January." in client.get("/kk/corrections/").content.decode()
    )  # English where no Kazakh


def test_corrected_words_of_an_entry_are_found_and_keep_their_links(ledger, alma, bolat):
    event = accept(Event.objects.get(key=RELEASE), alma)
    reviewing.answer_harm(event, WELL, **who(bolat))
    reviewing.review(event, **who(bolat))
    reviewing.mark_link(event.item, "https://example.org/released", True, reason="ours", **who(alma))
    reviewing.publish(event, **who(alma))
    text = "At last Bolat Imaginary was released on 20 January 2031, says his zebra."
    reviewing.correct(event, Correction(None, {"text_en": text}), told=TOLD, reason="a slip", **who(bolat))
    item = fresh(event).item
    [link] = item.links
    assert (item.state, item.text_en[link["start"] : link["end"]]) == (
        "corrected",
        "Bolat Imaginary was released",
    )
    assert {row.pk for row in search(Event.objects.all(), "zebra")} == set(
        item.events.values_list("pk", flat=True)
    )


def test_a_correction_that_says_what_is_held_back_changes_nothing(published, alma, bolat):
    holding.hold_back(
        "the judge was bought", kind="refutation", demanded_by="The judge", day=date(2031, 2, 1),
        source="judgment", **who(alma),
    )  # fmt: skip
    change = correction(published, summary={"en": "A court fined her; the judge was bought."})
    with pytest.raises(Refused) as error:
        reviewing.correct(published, change, told=TOLD, reason="more words", **who(bolat))
    assert [one.rule.id for one in error.value.refusals] == ["held-back"]
    with pytest.raises(NotAllowed, match="held back"):
        told = Told({"en": "It is not true that the judge was bought."}, "error")
        reviewing.correct(
            published, correction(published, date="2031-01-13"), told=told, reason="x", **who(bolat)
        )
    event = fresh(published)
    assert (event.state, event.summary_en) == (
        "published",
        "A court fined Aigerim Example under Article 274.",
    )


def test_what_a_correction_needs(published, bolat):
    change = correction(published, date="2031-01-13")
    for told, reason, rule in ((Told({}, "error"), "why", "told"), (TOLD, " ", "reason")):
        with pytest.raises(Refused) as error:
            reviewing.correct(published, change, told=told, reason=reason, **who(bolat))
        assert [one.rule.id for one in error.value.refusals] == [rule]
    with pytest.raises(NotReady, match="nothing would change"):
        reviewing.correct(published, Correction(), told=TOLD, reason="why", **who(bolat))
    with pytest.raises(UnknownValue):
        reviewing.correct(published, change, told=Told({"en": "x"}, "whim"), reason="why", **who(bolat))
    assert fresh(published).date == "2031-01-12"
    assert not PublicNote.objects.exists()


def test_a_reply_stands_beside_the_record_with_the_evidence_that_it_came(published, bolat, client):
    letter = keep_evidence(b"I say no.", name="letter.txt", media_type="text/plain", how="mail", by="Bolat")
    words = {"kk": "Мен келіспеймін."}
    reviewing.note_reply(published, words, day=date(2031, 3, 1), received=letter, **who(bolat))
    page = client.get(f"/kk/events/{published.public_id}/").content.decode()
    assert "Мен келіспеймін." in page
    assert letter.public_id not in page
    assert fresh(published).state == "published"
    for event, user, texts, error in (
        (published, person("m", "monitor"), words, NotAllowed),
        (published, bolat, {"en": " "}, BadInput),
        (Event.objects.get(key=RELEASE), bolat, words, NotReady),
    ):
        with pytest.raises(error):
            reviewing.note_reply(event, texts, day=date(2031, 3, 1), received=letter, **who(user))
    with pytest.raises(DatabaseError), transaction.atomic():
        PublicNote.objects.create(event=published, kind="reply", reason="reply", words_en="x", by="x")


def test_withdrawn_readers_see_when_and_why_and_nothing_else(published, bolat, client):
    told = Told({"en": "We could not stand by it.", "kk": "Растай алмадық."}, "facts")
    reviewing.withdraw(published, told=told, reason="the source took it back", **who(bolat))
    event = fresh(published)
    assert (event.state, event.item.state) == ("withdrawn", "withdrawn")
    answer = client.get(f"/en/events/{event.public_id}/")
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "We could not stand by it." in page
    assert "Aigerim" not in page
    assert "took it back" not in page
    assert "We could not stand by it." in client.get("/en/corrections/").content.decode()
    assert "Aigerim" not in client.get("/en/corrections/").content.decode()
    assert all(event.public_id not in story.event_ids for story in mapping.stories("2031Q1"))


def test_one_of_two_events_withdrawn_leaves_the_entry(ledger, alma, bolat):
    for key in (RELEASE, DETENTION):
        event = accept(Event.objects.get(key=key), alma)
        reviewing.answer_harm(event, WELL, **who(bolat))
        reviewing.review(event, **who(bolat))
        for address in reviewing.links_not_cleared(event.item):
            reviewing.mark_link(event.item, address, True, reason="ours", **who(alma))
        reviewing.publish(event, **who(alma))
    reviewing.withdraw(event, told=TOLD, reason="doubtful", **who(bolat))
    assert fresh(event).item.state == "published"


def test_back_from_withdrawal_by_another_s_review(published, alma, bolat, client):
    reviewing.withdraw(published, told=TOLD, reason="in doubt", **who(bolat))
    reviewing.reinstate(published, reason="no doubt any more", **who(bolat))
    assert client.get(f"/en/events/{published.public_id}/").status_code == 410
    assert reviewing.accepted_by(fresh(published)) == "bolat"
    refused("review", published, bolat, "another-person")
    reviewing.review(published, **who(alma))
    reviewing.publish(published, **who(bolat))
    page = client.get(f"/en/events/{published.public_id}/").content.decode()
    assert "Public again" in page
    assert [row.kind for row in PublicNote.objects.order_by("pk")] == ["withdrawal", "return"]


def test_what_was_never_public_is_withdrawn_without_a_word_to_readers(accepted, bolat, client):
    reviewing.withdraw(accepted, told=Told({}, ""), reason="a hoax", **who(bolat))
    assert not PublicNote.objects.exists()
    assert client.get(f"/en/events/{accepted.public_id}/").status_code == 404


def test_an_old_bulletin_is_published_as_ever_and_can_be_corrected(mini, evidence, alma, client):
    import_files([mini.path], as_published=True, by="A coder")
    event = Event.objects.get(key=FINE)
    page = client.get(f"/en/events/{event.public_id}/").content.decode()
    assert "Not double-checked" not in page
    reviewing.correct(
        event, correction(event, date="2031-01-13"), told=TOLD, reason="the court's paper", **who(alma)
    )
    assert fresh(event).state == "corrected"


@pytest.mark.parametrize("model", [Review, HarmCheck, PublicNote])
def test_what_was_said_is_kept_by_the_database(published, alma, model):
    if model is PublicNote:
        reviewing.withdraw(published, told=TOLD, reason="x", **who(alma))
    row = model.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(by="somebody else")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_without_its_revision_no_step_was_taken(reviewed, alma, monkeypatch):
    from barometer.web.actions import revisions

    def fails(*_, **__):
        raise DatabaseError("no room for the revision")

    monkeypatch.setattr(revisions.Revision.objects, "create", fails)
    for step, more in (
        ("publish", {}),
        ("send_back", {"reason": "x"}),
        ("withdraw", {"reason": "x", "told": TOLD}),
    ):
        with pytest.raises(DatabaseError):
            getattr(reviewing, step)(reviewed, **more, **who(alma))
    assert fresh(reviewed).state == "reviewed"
    assert not PublicNote.objects.exists()


# --- two at once ------------------------------------------------------------------------------------------------------


def test_a_stale_page_cannot_publish_what_was_sent_back(reviewed, alma, bolat):
    stale = fresh(reviewed)
    reviewing.send_back(reviewed, reason="wait", **who(bolat))
    assert stale.state == "reviewed"
    with pytest.raises(Refused):
        reviewing.publish(stale, **who(alma))
    assert fresh(reviewed).state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_is_told(mini, evidence):
    import_files([mini.path])
    alma, bolat, dina = person("alma", "editor"), person("bolat", "editor"), person("dina", "editor")
    event = accept(Event.objects.get(key=FINE), alma)
    gate, ends = threading.Barrier(2), []

    def press(user):
        try:
            gate.wait(10)
            reviewing.review(event, **who(user))
            ends.append("reviewed")
        except Refused as error:
            ends.append([one.rule.id for one in error.refusals])
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(user,)) for user in (bolat, dina)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ends, key=str) == [["state"], "reviewed"]
    assert Review.objects.count() == 1


# --- earlier versions -------------------------------------------------------------------------------------------------


def number_of(event, action):
    return Revision.objects.get(record_id=event.public_id, action=action).number


def test_an_earlier_version_of_an_event_comes_back_whole(accepted, alma, bolat):
    before = fresh(accepted)
    was = reviewing.content_digest(before)
    value = Coded.model_validate(
        before.coded
        | {
            "types": ["legal.arrest"],
            "date": "2031-01-15",
            "provisions": [],
            "targets": [{"name": "Somebody Else", "written": "Somebody", "type": "blogger"}],
        }
    )
    with transaction.atomic():
        reviewing.put_value(before, value, by="Bolat", user=bolat)
        record_revision(before, "change", **who(bolat))
    assert reviewing.content_digest(fresh(accepted)) != was
    restoring.restore(fresh(accepted), number_of(accepted, "accept"), reason="a wrong edit", **who(alma))
    event = fresh(accepted)
    assert reviewing.content_digest(event) == was
    assert [row.code for row in event.types.all()] == ["legal.fine"]
    assert [row.code for row in event.provisions.all()] == ["KZ-CC-274"]
    assert [(row.side, row.position, row.party.name) for row in event.mentions.all()] == [
        ("actor", 0, "court"),
        ("target", 0, "Aigerim Example"),
    ]
    assert (event.first_day, event.state) == (date(2031, 1, 12), "accepted")
    last = Revision.objects.filter(record_id=event.public_id).latest("number")
    assert (last.action, last.reason, last.user) == (
        "restore",
        f"a wrong edit (r{number_of(event, 'accept')})",
        alma,
    )
    refused("review", event, alma, "another-person")


def test_a_public_event_is_restored_as_a_correction(published, alma, bolat):
    reviewing.correct(
        published, correction(published, date="2031-01-13"), told=TOLD, reason="x", **who(bolat)
    )
    number = number_of(published, "publish")
    with pytest.raises(Refused) as error:
        restoring.restore(fresh(published), number, reason="it was right", **who(alma))
    assert [one.rule.id for one in error.value.refusals] == ["told"]
    assert fresh(published).date == "2031-01-13"
    told = Told({"en": "The first day was right."}, "error")
    restoring.restore(fresh(published), number, reason="it was right", told=told, **who(alma))
    event = fresh(published)
    assert (event.date, event.state) == ("2031-01-12", "corrected")
    assert PublicNote.objects.filter(event=event, kind="correction").count() == 2


def test_who_may_restore_what(published, accepted, alma, bolat):
    party = Party.objects.get(name="Aigerim Example")
    with transaction.atomic():
        party.name = "Aigerim Sample"
        party.save()
        record_revision(party, "rename", **who(bolat))
    for user, record, number, error in (
        (person("l", "lawyer"), party, 1, NotAllowed),
        (alma, party, 2, NotReady),  # as it stands
        (alma, party, 9, UnknownValue),
        (alma, fresh(published).item, 1, NotReady),  # public: with its event
        (alma, EvidenceItem.objects.first(), 1, NotAllowed),
        (person("m", "monitor"), fresh(published), 1, Refused),
    ):
        with pytest.raises(error):
            restoring.restore(record, number, reason="why", told=TOLD, **who(user))
    restoring.restore(party, 1, reason="it was right", **who(alma))
    assert Party.objects.get(pk=party.pk).name == "Aigerim Example"


def test_a_name_that_another_took_meanwhile_is_not_restored(ledger, alma, bolat):
    party = Party.objects.get(name="Aigerim Example")
    with transaction.atomic():
        party.name = "Aigerim Sample"
        party.save()
        record_revision(party, "rename", **who(bolat))
    Party.objects.create(name="Aigerim Example", kind=party.kind)
    with pytest.raises(NotReady, match="cannot stand"):
        restoring.restore(party, 1, reason="why", **who(alma))


def test_what_was_withdrawn_is_not_restored(accepted, alma, bolat):
    reviewing.withdraw(accepted, told=TOLD, reason="x", **who(bolat))
    with pytest.raises(NotReady, match="withdrawn"):
        restoring.restore(fresh(accepted), 1, reason="why", **who(alma))
