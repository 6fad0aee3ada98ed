"""An issue's texts go to Word and come back at the desk: looked at first, taken over by a person, never blindly."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from reviewed import person
from standing import standing
from wordfiles import Editing

from barometer.errors import NotAllowed, NotReady
from barometer.publication import drafting
from barometer.publication.word_in import read_apart
from barometer.review.texts import digest
from barometer.web.accounts.models import AuditEntry
from barometer.web.actions import wordback as act
from barometer.web.actions.importing import import_files
from barometer.web.actions.texts import note_text
from barometer.web.records.models import Event, Issue, Item, Revision, TextState
from barometer.web.records.wordback import ReturnedFile, WorkingFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

TEXTS = {
    "a": "A court fined Aigerim Example 129,750 tenge on 12 January 2031.",
    "b": "Bolat Imaginary was released in Almaty on 20 January 2031.",
    "c": "A deputy proposed a bill on invented blogs on 3 February 2031.",
    "d": "The website of the Invented Herald could not be opened in March 2031.",
    "e": "Nobody said anything about any of it.",
}
BY = {"by": "Editor Invented", "user": None}


class Here:
    """Reads in this process what is otherwise read apart: starting a child for each test takes long."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self, function, argument, **_):
        assert function == "barometer.publication.word_in:read_apart"
        return read_apart(argument)


@pytest.fixture
def here(monkeypatch):
    """Files are read in this process."""
    monkeypatch.setattr(act.outside, "apart", Here)


@pytest.fixture
@standing
def issue(mini):
    """An issue with items of ours, one for each published event and one more."""
    import_files([mini.text, mini.path], as_published=True, by="A. Editor")
    issue = Issue.objects.get(period="2031Q1")
    Item.objects.filter(issue=issue).update(issue=None)
    events = list(Event.objects.order_by("pk"))
    for place, (key, text) in enumerate(TEXTS.items()):
        item = Item.objects.create(
            issue=issue, entry_key=key, section=2, month="2031-01", position=place, text_en=text,
            text_ru=f"По-русски: {key}." if key != "e" else "", state="published", language="en",
            links=[{"text": "court", "start": 2, "end": 7, "address": "https://example.org/court"}] if key == "a" else [],
        )  # fmt: skip
        item.tells.create(event=events[place % len(events)], role="lead", position=0)
    return issue


def item(key):
    return Item.objects.get(entry_key=key, source=None)


def working(issue, language="en"):
    row, data = act.make(issue, language, **BY)
    return Editing(data, row.public_id)


def back(issue, edited, language="en"):
    data = edited if isinstance(edited, bytes) else edited.saved()
    row = act.bring_back(issue, data, "edited.docx", language, **BY)
    return row, {
        Item.objects.get(public_id=one.came.key).entry_key: one
        for one in act.preview(row).lines
        if "intro" not in one.came.key
    }


def edited(issue):
    """Three changed, one deleted, one commented."""
    editing = working(issue)
    editing.change(item("a").public_id, "129,750", "130,000")
    editing.change(item("b").public_id, "20 January", "21 January", word=False)
    editing.change(item("c").public_id, "proposed", "tabled")
    editing.delete(item("d").public_id)
    editing.comment(item("e").public_id, "Who says so?")
    return editing


def test_the_same_texts_are_the_same_file_and_that_it_was_taken_is_noted(issue):
    one, first = act.make(issue, "en", **BY)
    two, second = act.make(issue, "en", **BY)
    assert (one, first) == (two, second)
    assert AuditEntry.objects.filter(act="take a working file", about="2031Q1").count() == 2
    Item.objects.filter(pk=item("a").pk).update(text_en="Other words.")
    assert act.make(issue, "en", **BY)[0] != one


def test_three_changed_one_deleted_one_commented_come_back_and_nothing_is_written(issue, here):
    before = {key: item(key).text_en for key in TEXTS}
    editing = edited(issue)
    data = editing.saved()
    row, lines = back(issue, data)
    assert {key: one.came.state for key, one in lines.items()} == {
        "a": "changed", "b": "changed", "c": "changed", "d": "deleted", "e": "same",
    }  # fmt: skip
    assert [one.words for one in lines["e"].came.comments] == ["Who says so?"]
    assert not any(one.overtaken or one.gone for one in lines.values())
    assert {key: item(key).text_en for key in TEXTS} == before
    assert not TextState.objects.exists()
    assert back(issue, data)[0] == row  # the same bytes are the same row


def test_what_is_taken_over_is_written_under_the_editor_s_name(issue, here):
    row, lines = back(issue, edited(issue))
    for key in "abc":
        act.take(row, lines[key].came.key, seen=lines[key].seen, **BY)
    act.take(row, lines["d"].came.key, seen=lines["d"].seen, reason="Not ours to tell.", **BY)
    assert item("a").text_en == TEXTS["a"].replace("129,750", "130,000")
    assert item("a").links == [
        {"text": "court", "start": 2, "end": 7, "address": "https://example.org/court"}
    ]
    assert item("b").text_en == TEXTS["b"].replace("20 January", "21 January")
    assert item("d").left_out == "Not ours to tell." and item("d").text_en == TEXTS["d"]
    state = TextState.objects.get(about=item("a").public_id, language="en")
    assert (state.translator, state.machine, state.words) == (
        "Editor Invented",
        False,
        digest(item("a").text_en),
    )
    revision = Revision.objects.filter(record_id=item("a").public_id, action="write").get()
    assert (revision.by, revision.reason) == ("Editor Invented", "from Word")
    row.refresh_from_db()
    assert {one["what"] for one in row.decided.values()} == {"taken"}
    with pytest.raises(NotReady, match="nothing to take over"):
        act.take(row, lines["a"].came.key, seen=digest(item("a").text_en), over=True, **BY)


def test_a_translation_that_was_edited_stays_a_translation_of_its_source(issue, here):
    one = item("a")
    texts = {"en": one.text_en, "ru": one.text_ru, "kk": ""}
    note_text(one.public_id, "text", "ru", texts, source_language="en", machine=True, **BY)
    editing = working(issue, "ru")
    editing.change(one.public_id, "По-русски", "На русском")
    row, lines = back(issue, editing, "ru")
    act.take(row, one.public_id, seen=lines["a"].seen, **BY)
    state = TextState.objects.get(about=one.public_id, language="ru")
    assert (state.source_language, state.source, state.machine) == ("en", digest(one.text_en), False)
    assert item("a").links == one.links  # which stand in the English text


def test_a_text_that_was_not_there_is_written_into_its_empty_paragraph(issue, here):
    editing = working(issue, "ru")
    empty = editing.paragraph(item("e").public_id)
    from docx.oxml.ns import qn
    from lxml import etree

    from barometer.publication.word_out import MARK

    run = etree.SubElement(empty, qn("w:r"))
    etree.SubElement(run, qn("w:t")).text = "Никто ничего не сказал."
    assert MARK.fullmatch(next(empty.iter(qn("w:bookmarkStart"))).get(qn("w:name")))
    row, lines = back(issue, editing, "ru")
    assert {key: one.came.state for key, one in lines.items()} == dict.fromkeys("abcd", "same") | {
        "e": "changed"
    }
    act.take(row, lines["e"].came.key, seen=lines["e"].seen, **BY)
    assert item("e").text_ru == "Никто ничего не сказал."
    assert {line.came.state for line in act.preview(back(issue, working(issue, "kk"), "kk")[0]).lines} == {
        "same"
    }


def test_what_was_changed_at_the_desk_meanwhile_is_shown_and_not_overwritten(issue, here):
    editing = edited(issue)
    Item.objects.filter(pk=item("a").pk).update(text_en=TEXTS["a"].replace("court", "tribunal"))
    row, lines = back(issue, editing)
    assert lines["a"].overtaken and not lines["b"].overtaken
    assert lines["a"].now == TEXTS["a"].replace("court", "tribunal")
    with pytest.raises(NotReady, match="after the working file was made"):
        act.take(row, lines["a"].came.key, seen=lines["a"].seen, **BY)
    with pytest.raises(NotReady, match="changed meanwhile"):
        act.take(row, lines["b"].came.key, seen=digest("what stood there yesterday"), **BY)
    act.take(row, lines["a"].came.key, seen=lines["a"].seen, over=True, **BY)
    assert item("a").text_en == TEXTS["a"].replace("129,750", "130,000")


def test_nothing_of_a_frozen_issue_is_taken_over(issue, here):
    row, lines = back(issue, edited(issue))
    Issue.objects.update(frozen_at=timezone.now())
    row = ReturnedFile.objects.get(pk=row.pk)
    assert act.preview(row).frozen
    for refused in (
        lambda: act.take(row, lines["a"].came.key, seen=lines["a"].seen, **BY),
        lambda: act.leave(row, lines["a"].came.key, by="Editor"),
    ):
        with pytest.raises(NotReady, match="frozen"):
            refused()
    assert item("a").text_en == TEXTS["a"]


def test_a_text_is_left_out_for_a_reason_only(issue, here):
    row, lines = back(issue, edited(issue))
    with pytest.raises(NotAllowed, match="reason"):
        act.take(row, lines["d"].came.key, seen=lines["d"].seen, **BY)
    assert item("d").left_out == ""


def test_words_that_the_record_does_not_bear_are_told(issue, here, monkeypatch):
    def misfits(text, events, language):
        at = text.find("130,000")
        return (drafting.Misfit(drafting.NUMBER, at, at + 7, "130,000"),) if at >= 0 else ()

    monkeypatch.setattr(drafting, "misfits", misfits)
    monkeypatch.setattr(act.mapping, "stories", _with_an_event(act.mapping.stories))
    _, lines = back(issue, edited(issue))
    assert [one.words for one in lines["a"].misfits] == ["130,000"]
    assert lines["b"].misfits == ()


def _with_an_event(stories):
    from dataclasses import replace

    from barometer.web.records.mapping import event_value

    def told(*arguments):
        event = event_value(Event.objects.first())
        return [replace(one, events=one.events or (event,)) for one in stories(*arguments)]

    return told


def test_a_new_paragraph_is_put_where_a_person_says(issue, here):
    from docx.oxml.ns import nsdecls
    from lxml import etree

    editing = working(issue)
    editing.paragraph(item("b").public_id).addnext(
        etree.fromstring(f"<w:p {nsdecls('w')}><w:r><w:t>She appealed at once.</w:t></w:r></w:p>")
    )
    row, lines = back(issue, editing)
    ((number, loose, _),) = act.preview(row).loose
    assert (loose.text, loose.after) == ("She appealed at once.", item("b").public_id)
    act.place(row, number, item("a").public_id, seen=lines["a"].seen, **BY)
    assert item("a").text_en == f"{TEXTS['a']} She appealed at once."
    assert item("a").links[0]["start"] == 2


def test_the_file_of_another_issue_is_not_taken_for_this_one(issue, here):
    editing = edited(issue)
    other = Issue.objects.create(period="2031Q2")
    with pytest.raises(NotReady, match="the working file of 2031Q1"):
        act.bring_back(other, editing.saved(), "edited.docx", "en", **BY)


# --- pages --------------------------------------------------------------------------------------------------------------


def test_the_pages_from_the_download_to_the_change(issue, client):
    client.force_login(person("eva", "editor"))
    page = reverse("desk:word", args=["2031Q1"])
    assert client.get(page).status_code == 200
    answer = client.get(reverse("desk:word-file", args=["2031Q1", "en"]))
    assert answer["Content-Disposition"] == 'attachment; filename="2031Q1-en-working.docx"'
    editing = Editing(answer.content, WorkingFile.objects.get().public_id)
    editing.change(item("a").public_id, "129,750", "<b>130,000</b>".replace("<", "&lt;").replace(">", "&gt;"))
    editing.delete(item("d").public_id)
    sent = client.post(page, {"file": SimpleUploadedFile("edited.docx", editing.saved()), "language": "en"})
    row = ReturnedFile.objects.get()
    assert sent["Location"] == reverse("desk:word-returned", args=[row.public_id])
    html = client.get(sent["Location"]).content.decode()
    assert "<del>" in html and "&lt;b&gt;" in html and "<b>130" not in html
    assert "Deleted in Word by Editor." in html
    decide = reverse("desk:word-decide", args=[row.public_id])
    one = act.preview(row).line(item("a").public_id)
    sent = client.post(decide, {"key": one.came.key, "seen": one.seen, "what": "take"})
    assert sent.status_code == 302
    assert item("a").text_en == TEXTS["a"].replace("129,750", "<b>130,000</b>")
    assert TextState.objects.get(about=one.came.key).translator == "Eva Invented"
    assert "Taken over by Eva Invented" in client.get(sent["Location"]).content.decode()
    again = client.post(decide, {"key": one.came.key, "seen": one.seen, "what": "take"})
    assert again.status_code == 400


def test_a_hostile_file_is_told_in_one_line_and_nothing_is_kept(issue, client):
    client.force_login(person("eva", "editor"))
    page = reverse("desk:word", args=["2031Q1"])
    answer = client.post(
        page, {"file": SimpleUploadedFile("edited.docx", b"PK\x03\x04 no zip"), "language": "en"}
    )
    assert answer.status_code == 400 and "edited.docx: it is cut off" in answer.content.decode()
    assert not ReturnedFile.objects.exists()
    answer = client.post(
        page, b"", content_type="multipart/form-data; boundary=x", headers={"content-length": str(60 << 20)}
    )
    assert answer.status_code == 413
