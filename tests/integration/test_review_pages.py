"""The pages of review: the queue, a record with its rules and buttons, statements held back, history."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reviewed import WELL, accept, person, who
from standing import standing

from barometer.review import rules
from barometer.web.actions import holding, reviewing
from barometer.web.actions.importing import import_files
from barometer.web.records.models import Case, Event, EvidenceItem, Party, Revision
from barometer.web.records.reviewing import HarmCheck, HeldStatement, LinkMark, PublicNote

SENTENCES = {rule.id: rule.sentence for rule in rules()}
FINE, RELEASE = "mini-2031q1.txt#m-2-01#1", "mini-2031q1.txt#m-2-02#1"


@pytest.fixture
@standing
def ledger(db, mini, evidence):
    import_files([mini.path, mini.text])


@pytest.fixture
def alma(db):
    return person("alma", "editor")


@pytest.fixture
def bolat(db):
    return person("bolat", "editor")


@pytest.fixture
def event(ledger, alma):
    return accept(Event.objects.get(key=FINE), alma)


@pytest.fixture
def as_(client):
    """The client logged in as a person."""

    def log_in(user):
        client.force_login(user)
        return client

    return log_in


def page(event):
    return f"/desk/review/{event.public_id}/"


def text(answer):
    return unescape(answer.content.decode())


def press(client, event, what, **given):
    return client.post(f"{page(event)}{what}/", given)


HARM = {f"harm-{question}": answer for question, answer in WELL.items()}


def test_what_others_accepted_comes_first(event, alma, bolat, as_):
    accept(Event.objects.get(key=RELEASE), bolat)  # a later day
    headings = [event.public_id, Event.objects.get(key=RELEASE).public_id]
    for user, order in ((bolat, headings), (alma, headings[::-1])):
        seen = text(as_(user).get("/desk/review/"))
        assert sorted(headings, key=seen.index) == order
        assert seen.count("accepted by you") == 1


def test_the_queue_is_filtered_by_state_section_and_month(event, as_, bolat):
    client, heading = as_(bolat), "/desk/review/" + event.public_id
    for query, there in (
        ("", True),
        ("?section=2&month=2031-01", True),
        ("?section=4", False),
        ("?month=2031-02", False),
        ("?state=reviewed", False),
        ("?state=no&section=x&month=2031-13&page=99", True),  # what is no filter filters nothing
        ("?section=²&month=%00", True),
    ):
        answer = client.get(f"/desk/review/{query}")
        assert answer.status_code == 200
        assert (heading in text(answer)) is there, query


def test_the_queue_asks_no_more_the_longer_it_is(event, bolat, as_, forgetting):
    client = as_(bolat)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            client.get("/desk/review/")
        return len(captured)

    few = asked()
    Event.objects.all().update(state="accepted")
    assert asked() == few <= 30


def test_a_record_is_shown_as_readers_will_see_it_and_nothing_is_saved(event, alma, bolat, as_, client):
    before = Event.objects.get(pk=event.pk).changed_at
    seen = text(as_(bolat).get(page(event)))
    reviewing.answer_harm(event, WELL, **who(bolat))
    reviewing.review(event, **who(bolat))
    reviewing.publish(event, **who(alma))
    client.logout()
    public = text(client.get(f"/en/events/{event.public_id}/"))
    start, end = public.index('<header class="page-head"'), public.index('<p class="cite">')
    article = public[start:end]
    assert article.strip() in seen
    assert before < Event.objects.get(pk=event.pk).changed_at  # by publishing, not by looking
    assert Revision.objects.filter(record_id=event.public_id, at__lt=before, action="publish").count() == 0


def test_the_grey_button_has_the_sentence_beside_it(event, alma, bolat, as_):
    seen = text(as_(alma).get(page(event)))
    assert '<button type="submit" disabled aria-describedby="why-review">' in seen
    why = seen[seen.index('id="why-review"') :]
    assert why[: why.index("</ul>")].count(SENTENCES["another-person"]["en"]) == 1
    seen = text(as_(bolat).get(page(event)))
    assert 'id="why-review"' not in seen
    assert 'action="' + page(event) + 'review/"' in seen


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_sentences_are_in_the_reader_s_language(event, alma, as_, language, settings):
    client = as_(alma)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert SENTENCES["another-person"][language] in text(client.get(page(event)))
    assert SENTENCES["another-person"][language] in text(press(client, event, "review"))


def test_reviewed_and_published_through_the_pages(event, bolat, alma, as_):
    client = as_(bolat)
    assert press(client, event, "harm", **HARM, note="none").status_code == 302
    assert press(client, event, "review").status_code == 302
    assert press(as_(alma), event, "publish").status_code == 302
    event.refresh_from_db()
    assert event.state == "published"
    assert (HarmCheck.objects.get().note, HarmCheck.objects.get().by) == ("none", "Bolat Invented")
    given = {
        "summary_en": "A court of Almaty fined Aigerim Example.",
        "date": "2031-01-12",
        "reason": "a slip",
    }
    answer = press(client, event, "correct", **given, kind="error", words_ru="Суд — алматинский.")
    assert answer.status_code == 302
    event.refresh_from_db()
    assert (event.state, event.summary_en) == ("corrected", given["summary_en"])
    assert event.summary_ru == "Суд оштрафовал Айгерим Пример по статье 274."
    assert press(client, event, "withdraw", kind="facts", words_en="In doubt.", reason="x").status_code == 302
    assert press(client, event, "reinstate", reason="sure again").status_code == 302
    event.refresh_from_db()
    assert event.state == "accepted"


def test_a_refusal_keeps_what_was_typed(event, alma, bolat, as_):
    client = as_(alma)
    press(client, event, "harm", **HARM)
    reviewing.review(event, **who(bolat))
    reviewing.publish(event, **who(alma))
    given = {
        "summary_en": "Quite new words.",
        "kind": "facts",
        "words_en": "",
        "reason": "because of <b>this</b>",
    }
    answer = press(client, event, "correct", **given)
    assert answer.status_code == 400
    assert SENTENCES["told"]["en"] in text(answer)
    assert "Quite new words." in text(answer)
    assert "because of &lt;b&gt;this&lt;/b&gt;" in answer.content.decode()
    assert text(press(client, event, "correct", **given | {"words_en": "x", "date": "yesterday"})).count(
        "alert"
    )
    event.refresh_from_db()
    assert event.state == "published"


def test_hostile_posts_are_answered_with_400_or_404(event, bolat, as_):
    client = as_(bolat)
    for what, given, status in (
        ("burn", {}, 404),
        ("harm", {}, 400),
        ("harm", {**HARM, "harm-minor": "maybe"}, 400),
        ("harm", {**HARM, "note": "x" * 5000}, 400),
        ("send-back", {"reason": "\x00 "}, 400),
        ("send-back", {"reason": "x" * 5000}, 400),
        ("publish", {}, 400),
        ("link", {"address": "javascript:alert(1)", "mark": "public", "reason": "x"}, 400),
        ("reply", {"day": "today", "received": "x", "reply_en": "No."}, 400),
        ("reply", {"day": "2031-03-01", "received": "", "reply_en": "No."}, 400),
        ("correct", {"summary_en": "x", "words_en": "x" * 5000, "kind": "error", "reason": "x"}, 400),
        ("correct", {"summary_en": "x", "words_en": "x", "kind": "whim", "reason": "x"}, 400),
        ("withdraw", {"reason": ""}, 400),
    ):
        assert press(client, event, what, **given).status_code == status, what
    assert client.get(f"{page(event)}review/").status_code == 405
    assert client.get("/desk/review/nothing/").status_code == 404
    event.refresh_from_db()
    assert event.state == "accepted"
    assert not HarmCheck.objects.exists()


def test_what_nobody_accepted_has_no_step_yet(ledger, alma, as_):
    seen = text(as_(alma).get(page(Event.objects.get(key=RELEASE))))
    assert "It waits to be accepted." in seen
    assert 'review/"' not in seen[seen.index('id="steps"') : seen.index('id="harm"')]


def test_a_link_is_marked_on_the_page(ledger, alma, as_):
    event = accept(Event.objects.get(key=RELEASE), alma)
    address = "https://example.org/released"
    assert (
        press(as_(alma), event, "link", address=address, mark="back", reason="banned here").status_code == 302
    )
    assert not LinkMark.objects.get().is_public
    assert "kept back" in text(as_(alma).get(page(event)))
    monitor = as_(person("m", "monitor"))
    assert "Mark it" not in text(monitor.get(page(event)))
    assert press(monitor, event, "link", address=address, mark="public", reason="x").status_code == 400


def test_the_pages_are_for_the_desk(event, client, as_):
    paths = ["/desk/review/", page(event), "/desk/held/", f"/desk/history/event/{event.public_id}/"]
    for path in paths:
        assert client.get(path).status_code == 302
    as_(person("c", "contributor"))
    assert [client.get(path).status_code for path in paths] == [403] * 4
    assert press(client, event, "review").status_code == 403
    as_(person("m", "monitor"))
    assert [client.get(path).status_code for path in paths] == [200] * 4


# --- statements held back ---------------------------------------------------------------------------------------------


def test_a_statement_is_held_back_and_set_free_on_its_page(event, alma, as_):
    client = as_(alma)
    assert f"/desk/held/?event={event.public_id}" in text(client.get(page(event)))
    assert f'name="event" value="{event.public_id}"' in text(
        client.get(f"/desk/held/?event={event.public_id}")
    )
    given = {"words": "the mayor took bribes", "kind": "court order", "demanded_by": "A court"}
    given |= {"date": "2031-02-01", "source": "judgment 1"}
    for broken in ({"date": "soon"}, {"words": " - "}, {"kind": "whim"}, {"source": ""}):
        assert client.post("/desk/held/", given | broken).status_code == 400
    assert client.post("/desk/held/", given | {"event": event.public_id}).status_code == 302
    assert "the mayor took bribes" in text(client.get("/desk/held/"))
    assert page(event) in text(client.get("/desk/held/"))
    row = HeldStatement.objects.get()
    assert row.event == event
    monitor = as_(person("m", "monitor"))
    assert "Hold a statement back" not in text(monitor.get("/desk/held/"))
    assert monitor.post("/desk/held/", given).status_code == 400
    assert monitor.post(f"/desk/held/{row.public_id}/free/", {"reason": "x"}).status_code == 403
    client = as_(alma)
    assert client.post(f"/desk/held/{row.public_id}/free/", {"reason": " "}).status_code == 400
    assert client.post(f"/desk/held/{row.public_id}/free/", {"reason": "quashed"}).status_code == 302
    assert client.post("/desk/held/nothing/free/", {"reason": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.freed_why == "quashed"


# --- history ----------------------------------------------------------------------------------------------------------


def test_history_shows_what_changed_word_by_word_and_restores(event, alma, bolat, as_):
    reviewing.answer_harm(event, WELL, **who(bolat))
    reviewing.review(event, **who(bolat))
    reviewing.publish(event, **who(alma))
    client = as_(bolat)
    given = {
        "summary_en": "A court acquitted Aigerim Example under Article 274.",
        "kind": "facts",
        "words_en": "So.",
    }
    press(client, event, "correct", **given, reason="the appeal")
    path = f"/desk/history/event/{event.public_id}/"
    seen = text(client.get(path))
    assert "A court<del> fined</del><ins> acquitted</ins> Aigerim Example" in seen
    assert "the appeal" in seen
    assert "<del>published</del><ins>corrected</ins>" in seen
    number = Revision.objects.get(record_id=event.public_id, action="publish").number
    assert client.post(path, {"number": number, "reason": "x", "kind": "error"}).status_code == 400
    told = {"number": number, "reason": "x", "kind": "error", "words_en": "It was a fine."}
    assert client.post(path, told).status_code == 302
    event.refresh_from_db()
    assert event.summary_en == "A court fined Aigerim Example under Article 274."
    assert PublicNote.objects.count() == 2
    for number in ("", "²", "99", "9" * 20, "-1"):
        assert client.post(path, told | {"number": number}).status_code == 400


def test_every_kind_of_record_has_its_history(event, alma, as_):
    holding.hold_back(
        "secret words", kind="gag order", demanded_by="Him", day=date(2031, 2, 1), source="x", **who(alma)
    )
    client = as_(alma)
    for model in (Event, Party, Case, EvidenceItem, HeldStatement, type(event.item), type(event.item.source)):
        row = model.objects.first()
        answer = client.get(f"/desk/history/{model._meta.model_name}/{row.public_id}/")
        assert answer.status_code == 200
        assert Revision.objects.filter(record_id=row.public_id).count() == text(answer).count(
            'class="card" id="r'
        )
    assert "secret words" not in text(answer)
    row = HeldStatement.objects.get()
    seen = text(client.get(f"/desk/history/heldstatement/{row.public_id}/"))
    assert "kept under lock" in seen
    assert "secret words" not in seen
    for path in ("event/nothing", "revision/1", "user/1", "nothing/x"):
        assert client.get(f"/desk/history/{path}/").status_code == 404


def test_only_what_is_restored_here_has_the_button(event, alma, as_):
    client = as_(alma)
    item = EvidenceItem.objects.first()
    assert "Restore this version" not in text(client.get(f"/desk/history/evidenceitem/{item.public_id}/"))
    assert "Restore this version" in text(client.get(f"/desk/history/event/{event.public_id}/"))
    lawyer = as_(person("l", "lawyer"))
    assert "Restore this version" not in text(lawyer.get(f"/desk/history/event/{event.public_id}/"))


def test_a_long_history_has_pages_that_join(event, alma, as_):
    from django.db import transaction

    from barometer.web.actions.revisions import record_revision

    with transaction.atomic():
        for number in range(40):
            event.note = f"note {number}"
            event.save()
            record_revision(event, "change", **who(alma))
    client = as_(alma)
    second = text(client.get(f"/desk/history/event/{event.public_id}/?page=2"))
    assert 'id="r1"' in second
    first = text(client.get(f"/desk/history/event/{event.public_id}/"))
    oldest = first.rsplit('class="card" id="r', 1)[1]
    assert "note<del> 9</del><ins> 10</ins>" in oldest  # against the one before it, which is on the next page
