"""Takedown notices: they come in once, steps follow, events are proposed, a person judges and publishes."""

from __future__ import annotations

import base64
import csv
import io
import json
from datetime import date

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from barometer.cli import cli
from barometer.errors import BadInput, NotAllowed, NotReady, TooLarge, UnknownValue
from barometer.reach.notices import Notice
from barometer.reach.restoring import Away
from barometer.web.actions import redacting
from barometer.web.actions import takedowns as actions
from barometer.web.actions import takedowns_answers as answers
from barometer.web.actions import takedowns_events as events
from barometer.web.actions import takedowns_figures as figures
from barometer.web.actions import takedowns_import as incoming
from barometer.web.actions import takedowns_signs as signs
from barometer.web.actions.gathering import handlers
from barometer.web.actions.revisions import record_revision
from barometer.web.public import clock
from barometer.web.records.gathering import Job
from barometer.web.records.models import Event, Party, Revision, State
from barometer.web.records.takedowns import NoticeJudgement, NoticeSender, NoticeStep, TakedownNotice
from barometer.web.records.watch import Account, WatchedSite
from barometer.web.watch import takedowns as pages_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

WHO = {"by": "Alma Invented"}
DAY = date(2026, 3, 2)
HOUSE, OTHER = "https://www.vlast.kz/novosti/1.html", "https://vlast.kz/novosti/2.html"


def notice(**changed) -> Notice:
    given = {
        "number": "n-1", "source": "lumen", "sender": "Invented Rights Ltd", "recipient": "Sybyr",
        "ground": "copyright", "work": "A story of ours", "targets": (HOUSE, OTHER), "day": DAY,
    }  # fmt: skip
    return Notice(**(given | changed))


def taken(**changed) -> TakedownNotice:
    return actions.take(notice(**changed), **WHO).row


def test_a_notice_comes_in_once():
    first = actions.take(notice(), **WHO)
    assert not first.known
    for again in (
        notice(day=date(2026, 3, 3)),  # its source's number
        notice(number="n-2", sender="INVENTED  rights ltd", targets=(OTHER + "/", HOUSE.replace("www.", ""))),
        notice(number="", source="desk"),
    ):
        found = actions.take(again, **WHO)
        assert (found.known, found.row) == (True, first.row)
    for another in (notice(number="n-3", day=date(2026, 3, 3)), notice(number="n-4", targets=(HOUSE,))):
        assert not actions.take(another, **WHO).known
    assert NoticeSender.objects.count() == 1


def test_the_outlet_is_known_by_its_domain_or_by_a_person():
    row = taken(targets=(HOUSE, "https://sybyr.example/post/1"))
    ours, post = row.targets.all()
    assert (ours.outlet.name, post.outlet) == ("Vlast", None)
    actions.say_outlet([post], "Oyla", **WHO)
    assert Party.objects.get(name="Oyla", kind="outlet").notice_targets.get() == post
    later = taken(
        number="n-2", targets=("https://www.sybyr.example/post/2", "https://sybyr.example.evil.example/1")
    )
    assert [one.outlet and one.outlet.name for one in later.targets.all()] == ["Oyla", None]


def test_a_watched_site_or_account_tells_the_outlet():
    oyla = Party.objects.create(name="Oyla", kind="outlet")
    WatchedSite.objects.create(outlet=oyla, address="https://oyla.example/")
    Account.objects.create(outlet=oyla, platform="Facebook", handle="https://facebook.com/oyla.invented")
    row = taken(
        targets=(
            "https://oyla.example/1",
            "https://www.facebook.com/oyla.invented/posts/1",
            "https://x.example/oyla.example",
        )
    )
    assert [one.outlet for one in row.targets.all()] == [oyla, oyla, None]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"targets": (), "sender": " "}, "no address"),
        ({"targets": ("javascript:alert(1)",)}, "no address of the web"),
        ({"targets": ("https://a.example/" + "x" * 2000,)}, "no address of the web"),
        ({"targets": ("https://[::1/",)}, "no address of the web"),
        ({"targets": tuple(f"https://a.example/{n}" for n in range(5001))}, "over 5000"),
        ({"ground": "spite"}, "ground"),
        ({"action": "burnt"}, "action"),
        ({"day": date(2999, 1, 1)}, "lies ahead"),
        ({"words": "x" * 100_001}, "over 100000"),
    ],
)
def test_what_is_no_notice_is_refused_by_its_number(changed, words):
    with pytest.raises(BadInput, match=words):
        taken(**changed)
    assert not TakedownNotice.objects.exists()


def test_an_address_is_as_its_last_step_says():
    row = taken()
    one, two = row.targets.all()

    def states():
        return [target.state for target in row.targets.all()]

    actions.add_step(row, "removed", day=date(2026, 3, 4), **WHO)
    assert states() == ["removed", "removed"]
    actions.add_step(row, "restored", day=date(2026, 3, 20), targets=[two], **WHO)
    assert states() == ["removed", "restored"]
    actions.add_step(row, "up", day=date(2026, 3, 3), targets=[one], **WHO)  # told late: it changes nothing
    assert states() == ["removed", "restored"]
    actions.add_step(row, "counter-notice", day=date(2026, 3, 21), **WHO)
    assert states() == ["removed", "restored"]
    for day in (date(2026, 3, 1), date(2999, 1, 1)):
        with pytest.raises(BadInput, match="before the notice or ahead"):
            actions.add_step(row, "removed", day=day, **WHO)


def test_steps_and_judgements_stand_for_good():
    row = taken()
    actions.add_step(row, "removed", day=DAY, **WHO)
    actions.judge(row, "unsure", reason="to be asked", **WHO)
    for model in (NoticeStep, NoticeJudgement):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.update(created_at="2020-01-01T00:00Z")
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            model.objects.all().delete()


def test_a_removal_is_proposed_and_what_is_learned_later_is_added():
    row = taken()
    assert events.follow(row) == []
    actions.add_step(row, "removed", day=date(2026, 3, 4), **WHO)
    [event] = events.follow(row)
    assert (event.state, event.main_type, event.date) == ("proposed", "digital.content_removal", "2026-03-04")
    assert [(m.party.name, m.side, m.type) for m in event.mentions.all()] == [
        ("Sybyr", "actor", "platform"), ("sender of a takedown notice", "actor", "unknown"),
        ("Vlast", "target", "outlet"),
    ]  # fmt: skip
    assert "Invented Rights" not in str(Revision.objects.filter(record_id=event.public_id).get().after)
    assert events.follow(row) == []

    actions.judge(row, "abusive", reason="the original was put up a week later", **WHO)
    assert events.follow(row) == []
    event.refresh_from_db()
    assert [(one.code, one.alleged) for one in event.types.all()] == [
        ("digital.content_removal", False), ("digital.takedown_abuse", False),
    ]  # fmt: skip
    actions.add_step(row, "restored", day=date(2026, 3, 14), **WHO)
    [relief] = events.follow(row)
    assert (relief.kind, relief.phase, relief.date) == ("relief", "ended", "2026-03-14")
    assert [one.code for one in relief.types.all()] == [
        "outcome.restored", "digital.content_removal", "digital.takedown_abuse",
    ]  # fmt: skip
    assert Event.objects.count() == row.events.count() == 2


def test_what_a_person_shaped_is_left_alone():
    row = taken()
    actions.add_step(row, "removed", day=date(2026, 3, 4), **WHO)
    [event] = events.follow(row)
    with transaction.atomic():
        event.summary_en = "As a coder wrote it."
        event.save()
        record_revision(event, "code", **WHO)
    actions.judge(row, "abusive", reason="it is a tailor's trademark", **WHO)
    events.follow(row)
    event.refresh_from_db()
    assert event.summary_en == "As a coder wrote it."


def test_an_account_that_is_struck_is_an_event_of_its_own():
    row = taken()
    actions.add_step(row, "account", day=date(2026, 3, 5), **WHO)
    [event] = events.follow(row)
    assert (event.main_type, event.date) == ("digital.account_blocking", "2026-03-05")


# --- signs --------------------------------------------------------------------------------------------------------


def test_signs_are_kept_with_their_reasons_and_only_allege():
    row = taken(work_date=date(2026, 2, 9), target_date=date(2026, 2, 1), target_words="A factory closed")
    signs.renew([row])
    first = [one.code for one in row.signs.all()]
    assert first[0] == "younger_original"
    [event] = events.follow(row)
    assert [(one.code, one.alleged) for one in event.types.all()] == [("digital.takedown_abuse", True)]
    assert "signs" in event.summary_en
    history = Revision.objects.filter(record_id=row.public_id, action="signs")
    assert "appeared: younger_original" in history.get().reason
    signs.renew([row])
    assert history.count() == 1

    # A person does not see it so: the sign counts no more, and the event is taken back by a person, not by the program.
    actions.judge(row, "not", sign="younger_original", reason="the page was dated anew", **WHO)
    assert events.falsehood(row) == ""
    with pytest.raises(UnknownValue, match="no sign"):
        actions.judge(row, "not", sign="same_day", reason="it was not", **WHO)


def test_notices_that_come_later_change_the_signs_of_earlier_ones_and_the_history_says_so():
    rows = [
        taken(number=f"m-{n}", targets=(f"https://site{n}.example/a",), day=date(2026, 5, n)) for n in (1, 2)
    ]
    signs.renew(rows)
    assert not any(one.code == "many_outlets" for row in rows for one in row.signs.all())
    third = taken(number="m-3", targets=("https://site3.example/a",), day=date(2026, 5, 3))
    signs.renew([third])
    assert third.signs.filter(code="many_outlets").exists()
    job = Job.objects.get(kind=signs.JOB)
    assert handlers()[signs.JOB](job) is None
    for row in rows:
        assert row.signs.filter(code="many_outlets").exists()
        assert (
            "many_outlets" in Revision.objects.filter(record_id=row.public_id, action="signs").last().reason
        )


def test_rules_that_changed_are_asked_for_again():
    row = taken()
    signs.renew([row])
    Job.objects.all().delete()
    signs.ask_if_old()
    assert not Job.objects.filter(kind=signs.JOB).exists()
    TakedownNotice.objects.update(rules="older")
    signs.ask_if_old()
    assert Job.objects.filter(kind=signs.JOB).exists()


# --- files --------------------------------------------------------------------------------------------------------

LETTER = """From: Sybyr Support <notice@sybyr.example>
To: desk@outlet.example
Date: Mon, 02 Mar 2026 10:00:00 +0000
Message-ID: <one@sybyr.example>
Subject: Your content was removed
Content-Type: text/plain; charset=utf-8

Ticket: SY-77
Platform: Sybyr
Complainant: Invented Rights Ltd
Type: copyright
Original work: A story about fish and how fish are sold at the harbour
First published: 2026-02-20
Infringing URL: https://vlast.kz/novosti/2026/02/01/factory.html
Action taken: removed
"""


def test_from_the_letter_to_the_restoration(client, django_user_model, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 10))
    client.force_login(django_user_model.objects.create_superuser("alma"))
    upload = SimpleUploadedFile("letter.eml", LETTER.encode())
    answer = client.post("/desk/takedowns/", {"file": upload}, follow=True)
    row = TakedownNotice.objects.get()
    assert answer.redirect_chain[-1][0] == f"/desk/takedowns/{row.public_id}/"
    assert (row.number, row.recipient, row.ground, row.action) == ("SY-77", "Sybyr", "copyright", "removed")
    assert row.evidence.original_name == "letter.eml"
    text = answer.content.decode()
    assert "None of this is proof" in text
    assert "The claimed original is dated 2026-02-20, the targeted page 2026-02-01" in text

    [complaint] = row.events.all()
    assert [(one.code, one.alleged) for one in complaint.event.types.all()] == [
        ("digital.content_removal", False), ("digital.takedown_abuse", True),
    ]  # fmt: skip
    assert list(complaint.event.item.source.documents.all()) == [row.evidence]

    # A counter-notice with blanks; the days that the law gives after it, worked out by hand from a calendar.
    [answer] = answers.answers(row, "ru")
    assert (answer.outlet.name, answer.fits.kind) == (row.targets.get().outlet.name, "dmca")
    link = f"/desk/takedowns/{row.public_id}/drafts/dmca.txt?outlet={answer.key}"
    assert link in text
    draft = client.get(link)
    assert "on 2026-03-02, after a notice" in draft.content.decode()
    assert "factory.html" in draft.content.decode()
    assert "[____" in draft.content.decode()
    act = f"/desk/takedowns/{row.public_id}/"
    client.post(act, {"act": "step", "kind": "counter-notice", "day": "2026-03-04"})
    due = answers.due_of(row, date(2026, 3, 10))
    assert (due.first, due.last, due.outcome) == (date(2026, 3, 18), date(2026, 3, 24), "counter_sent")
    assert [one.row for one in answers.waiting(date(2026, 3, 10))] == [row]
    assert "to be put back by 24 March 2026" in client.get("/desk/day/").content.decode()
    ics = client.get(f"/desk/takedowns/{row.public_id}/dates.ics").content.decode()
    assert "DTSTART;VALUE=DATE:20260318" in ics
    assert "Sybyr" not in ics

    client.post(act, {"act": "step", "kind": "restored", "day": "2026-03-14"})
    assert not answers.waiting(date(2026, 3, 15))
    assert answers.answers(row, "en") == []
    assert "everything that it names is restored" in client.get(act).content.decode()
    relief = row.events.get(what="restored").event
    assert (relief.kind, relief.date, relief.state) == ("relief", "2026-03-14", "proposed")
    assert figures.away(row, date(2026, 4, 1)) == [Away(12, back=True)]

    # The same letter again, under another name, is known.
    again = SimpleUploadedFile("again.eml", LETTER.encode())
    client.post("/desk/takedowns/", {"file": again})
    assert TakedownNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.json", b"", "empty"),
        ("cut.json", b'{"notices": [{"id": 1, "works": ', "no JSON"),
        ("deep.json", b"[" * 100_000, "nested too deeply"),
        ("list.json", b'[1, "two", null]', "no notice but int"),
        ("nothing.eml", b"Subject: hello\n\nGood day.", "no address"),
        ("bytes.csv", bytes(range(256)) * 4, ""),
    ],
)
def test_a_broken_file_is_kept_and_named_with_the_reason(name, data, words):
    try:
        report = incoming.take_file(data, name, **WHO)
    except BadInput as error:
        assert words in str(error)
    else:
        assert not report.new
        assert any(name in line and words in line for line in report.broken), report.broken
    assert not TakedownNotice.objects.exists()


def test_of_a_notice_with_bad_addresses_the_good_ones_are_taken_and_the_bad_ones_named(monkeypatch):
    found = [notice(targets=(HOUSE, "https://[::1/x")), notice(number="row 2", day=None, targets=())]
    monkeypatch.setattr(incoming, "read_apart", lambda *_: found)
    report = incoming.take_file(b"1", "a.csv", **WHO)
    assert [(one.number, [each.url for each in one.targets.all()]) for one in report.new] == [
        ("n-1", [HOUSE]), ("", []),
    ]  # fmt: skip
    assert report.broken == ["a.csv: n-1: left out: 'https://[::1/x' is no address of the web"]


def test_what_lumen_gives_is_known_again_by_its_number():
    row = {"id": 7, "type": "DMCA", "sender_name": "=HYPERLINK(1)", "date_sent": "2026-03-02T00:00:00Z",
           "works": [{"infringing_urls": [{"url": HOUSE}]}]}  # fmt: skip
    first = incoming.take_file(json.dumps({"notices": [row, "no notice"]}).encode(), "lumen.json", **WHO)
    assert ([one.number for one in first.new], len(first.broken)) == (["7"], 1)
    again = incoming.take_file(json.dumps({"notices": [row]}).encode(), "again.json", **WHO)
    assert (len(again.new), len(again.known)) == (0, 1)


@pytest.mark.once
def test_a_large_file_is_left_to_the_worker_and_a_larger_one_to_the_command(monkeypatch):
    many = [notice(number=f"m-{n}", targets=(f"{HOUSE}?{n}",), action="removed") for n in range(25)]
    monkeypatch.setattr(incoming, "read_apart", lambda *_: many)
    with pytest.raises(TooLarge, match="25 notices are more than 24"):
        incoming.take_file(b"1", "a.csv", most=24, **WHO)
    assert not TakedownNotice.objects.exists()
    incoming.take_file(b"1", "a.csv", most=25, **WHO)
    assert (TakedownNotice.objects.count(), Event.objects.count()) == (25, 0)
    handlers()[signs.JOB](Job.objects.get(kind=signs.JOB))
    assert Event.objects.filter(main_type="digital.content_removal").count() == 25


@pytest.mark.once
def test_the_command_says_what_came_of_each_file(tmp_path):
    good, bad = tmp_path / "good.eml", tmp_path / "bad.json"
    good.write_text(LETTER)
    bad.write_text("{")
    done = CliRunner().invoke(cli, ["takedowns", "import", str(good), str(bad), "--by", "Alma"])
    assert done.exit_code == 1
    assert "1 new, 0 known, 0 not read" in done.output
    assert "bad.json" in done.output


CODED_LETTER = (
    LETTER.replace("text/plain; charset=utf-8\n", "text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n")
    .replace("Your content was removed", "=?utf-8?B?0KPQtNCw0LvQtdC90L4=?=")
)  # fmt: skip
HEAD, BODY = CODED_LETTER.split("\n\n", 1)
CODED = base64.b64encode(f"{BODY}Write to zhanat.privatuly@mail.example".encode()).decode()
LUMEN = json.dumps({
    "notice": {
        "id": 77, "type": "DMCA", "title": "A notice", "sender_name": "Zhanat Privatuly", "recipient_name": "Sybyr",
        "date_received": "2026-03-02T00:00:00Z", "action_taken": "Yes",
        "works": [{"description": "fish", "infringing_urls": [{"url": HOUSE}]}],
    }
})  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [("letter.eml", f"{HEAD}\n\n{CODED}", "Удалено\nTicket: SY-77"), ("lumen.json", LUMEN, "")],
)
def test_a_letter_is_told_in_its_words_and_data_as_a_file(client, django_user_model, name, data, text):
    client.force_login(django_user_model.objects.create_superuser("alma"))
    [row] = incoming.take_file(data.encode(), name, **WHO).new
    if not row.events.exists():
        actions.add_step(row, "removed", day=DAY, **WHO)
        events.follow(row)
    event = row.events.get().event
    pages = [client.get(f"/desk/code/{event.public_id}/{path}") for path in ("", "text/")]
    told = pages[0].context["text"].text
    assert told.startswith(text or "Sybyr took down")
    assert ("Write to …@mail.example" in told) == bool(text)
    assert reverse("desk:evidence-item", args=[row.evidence.public_id]) in pages[0].content.decode()
    event.item.state = event.state = State.PUBLISHED
    event.published_by, event.published_at = "Alma", timezone.now()
    event.item.save()
    event.save()
    pages.append(client.get(f"/en/events/{event.public_id}/"))
    for page in pages:
        shown = page.content.decode()
        assert page.status_code == 200
        for private in (
            CODED[:40],
            "infringing_urls",
            "privatuly",
            "Privatuly",
            "desk@outlet.example",
            "Message-ID",
        ):
            assert private not in shown
    assert row.evidence.sha256 in shown and name not in shown and "SY-77" not in shown


def test_each_outlet_answers_for_its_own_addresses(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("alma"))
    elsewhere = "https://oyla.example/1.html"
    row = taken(targets=(HOUSE, OTHER, elsewhere), ground="trademark")
    first, second, third = row.targets.all()
    own, unknown = answers.answers(row, "en")
    assert (own.outlet, unknown.outlet, unknown.key) == (first.outlet, None, "")
    oyla = actions.say_outlet([third], "Oyla Example", **WHO)
    actions.add_step(row, "removed", day=date(2026, 3, 4), targets=[first], **WHO)
    actions.add_step(row, "removed", day=date(2026, 3, 5), targets=[second, third], **WHO)
    own, others = answers.answers(row, "en")
    meta = next(one for one in own.others if one.kind == "meta")
    assert "Removed on 2026-03-04, 2026-03-05:" in meta.text and first.outlet.name in meta.text
    assert HOUSE in own.fits.text and elsewhere not in own.fits.text
    assert not {"day of removal", "name of the outlet"} & {*own.fits.blanks, *meta.blanks}
    assert (others.outlet, HOUSE in others.fits.text, elsewhere in others.fits.text) == (oyla, False, True)
    actions.add_step(row, "restored", day=date(2026, 3, 6), targets=[first], **WHO)
    own, _ = answers.answers(row, "en")
    assert HOUSE not in own.fits.text and OTHER in own.fits.text
    page = client.get(f"/desk/takedowns/{row.public_id}/").content.decode()
    assert page.index("Letter to the hosting provider") < page.index("Other drafts") < page.index("YouTube")
    assert client.get(f"/desk/takedowns/{row.public_id}/drafts/host.txt").status_code == 404


# --- pages --------------------------------------------------------------------------------------------------------

PRIVATE = "Zhanat Privatuly"


def published(**changed) -> TakedownNotice:
    row = taken(**changed)
    actions.publish(row, public=True, reason="its part is clear", **WHO)
    return row


def test_readers_see_what_was_published_and_no_person_and_no_sign(client):
    open_ = published(
        sender=PRIVATE, words=f"I, {PRIVATE}, ask.", work="my secret work", work_date=date(2026, 3, 1),
        target_date=date(2026, 2, 1), targets=(HOUSE, "https://sybyr.example/a-private-post"), action="removed",
    )  # fmt: skip
    signs.renew([open_])
    assert open_.signs.exists()
    closed = taken(number="n-2", recipient="Hidden Host", day=date(2026, 3, 9))
    pages = [
        client.get(f"/en/takedowns/{path}")
        for path in ("", f"{open_.public_id}/", "notices.csv", "notices.json")
    ]
    assert {page.status_code for page in pages} == {200}
    for page in pages:
        text = page.content.decode()
        assert "Sybyr" in text
        for word in (
            PRIVATE,
            "Privatuly",
            "secret work",
            "Hidden Host",
            "a-private-post",
            "younger",
            "suspicious",
        ):
            assert word not in text, word
    assert "1 of 2 notices on record" in pages[0].content.decode()
    for path in (closed.public_id, "x", f"senders/{open_.sender.public_id}"):
        assert client.get(f"/en/takedowns/{path}/").status_code == 404
    row = list(csv.DictReader(io.StringIO(pages[2].content.decode("utf-8-sig"))))[0]
    assert (row["addresses"], row["taken_down"], row["restored"], row["sender"]) == ("2", "2", "0", "")
    actions.publish(open_, public=False, reason="a slip", **WHO)
    assert client.get(f"/en/takedowns/{open_.public_id}/").status_code == 404


def test_a_step_on_several_addresses_is_told_once(client):
    row = published(targets=(HOUSE, OTHER))
    for kind, day in (("removed", 4), ("restored", 9)):
        actions.add_step(row, kind, day=date(2026, 3, day), targets=row.targets.all(), **WHO)
    steps = client.get("/en/takedowns/notices.json").json()["data"][0]["steps"]
    assert steps == [
        {"day": "2026-03-04", "kind": "removed", "addresses": 2},
        {"day": "2026-03-09", "kind": "restored", "addresses": 2},
    ]
    text = client.get(f"/en/takedowns/{row.public_id}/").content.decode()
    assert text.count("9 March 2026: restored") == 1
    assert "First quarter of 2026" in client.get("/en/takedowns/").content.decode()


def test_of_a_notice_without_an_outlet_the_desk_says_what_is_missing(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("alma"))
    row = taken(targets=("https://oyla.example/1.html",))
    page = f"/desk/takedowns/{row.public_id}/"
    for words in ("an event can be proposed", "readers would see no outlet"):
        assert words in client.get(page).content.decode()
    actions.say_outlet(row.targets.all(), "Oyla Example", **WHO)
    assert "No address is an outlet" not in client.get(page).content.decode()


def test_a_sender_has_a_page_only_where_a_person_says_it_is_an_organisation(client):
    row = published()
    sender = row.sender
    for kind, public_name, error in (
        ("person", "Invented Rights", NotAllowed),
        ("unknown", "Invented Rights", NotAllowed),
        ("planet", "", UnknownValue),
    ):
        with pytest.raises(error):
            actions.settle_sender(sender, kind, public_name=public_name, reason="why not", **WHO)
    page = f"/en/takedowns/senders/{sender.public_id}/"
    assert client.get(page).status_code == 404
    sender.refresh_from_db()
    actions.settle_sender(sender, "organisation", public_name="Invented Rights", reason="its own site", **WHO)
    assert "Invented Rights" in client.get(page).content.decode()
    with pytest.raises(DatabaseError, match="only_organisations_are_shown"), transaction.atomic():
        NoticeSender.objects.update(kind="person")


def test_a_notice_without_its_day_or_recipient_is_not_published():
    for changed in ({"day": None}, {"recipient": "", "number": "n-9"}):
        with pytest.raises(NotReady):
            published(**changed)


def test_the_list_is_filtered_and_groups_have_their_pages(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("alma"))
    words = "The director of LLP «Invented Mill» was fined"
    one = taken(target_words=words, action="removed")
    two = taken(
        number="n-2", ground="trademark", recipient="Other", sender="Somebody Else", target_words=words
    )
    signs.renew([one, two])

    def listed(query):
        text = client.get(f"/desk/takedowns/?{query}").content.decode()
        return [row for row in (one, two) if f"/desk/takedowns/{row.public_id}/" in text]

    assert listed("") == [one, two]
    for query, rows in (
        ("ground=trademark", [two]), ("recipient=Sybyr", [one]), (f"sender={two.sender.public_id}", [two]),
        ("state=removed", [one]), ("sign=trademark_on_news", [two]), ("shown=yes", []), ("ground=%00&state=no", []),
    ):  # fmt: skip
        assert listed(query) == rows, query
    assert "Somebody Else" in client.get(f"/desk/takedowns/senders/{two.sender.public_id}/").content.decode()
    [company] = [one for one in pages_of.companies() if one.name == "Invented Mill"]
    assert f"/companies/{company.key}/" in client.get("/desk/takedowns/companies/").content.decode()
    text = client.get(f"/desk/takedowns/companies/{company.key}/").content.decode()
    assert "Somebody Else" in text
    assert "does not say that it sent the notices" in text
    assert client.get("/desk/takedowns/companies/nobody/").status_code == 404


def test_a_notice_is_corrected_with_a_reason_and_an_outlet_is_said(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("alma"))
    row = taken(targets=("https://sybyr.example/post/1",))
    form = {"recipient": "Sybyr Video", "day": "2026-03-02", "ground": "privacy", "targets": f"{HOUSE} "}
    assert client.post(f"/desk/takedowns/{row.public_id}/correct/", form).status_code == 400
    assert (
        client.post(f"/desk/takedowns/{row.public_id}/correct/", form | {"reason": "misread"}).status_code
        == 302
    )
    row.refresh_from_db()
    assert (row.recipient, row.ground, row.sender, row.targets.count()) == ("Sybyr Video", "privacy", None, 2)
    post = row.targets.first()
    client.post(
        f"/desk/takedowns/{row.public_id}/", {"act": "outlet", "target": post.public_id, "outlet": "Oyla"}
    )
    post.refresh_from_db()
    assert post.outlet.name == "Oyla"
    for bad in ({"act": "burn"}, {"act": "step", "kind": "removed", "day": "no"}, {"act": "outlet"}):
        assert client.post(f"/desk/takedowns/{row.public_id}/", bad).status_code == 400


def test_figures_name_what_they_are_counted_of():
    one = published(action="removed")
    actions.add_step(one, "restored", day=date(2026, 3, 12), targets=[one.targets.first()], **WHO)
    published(number="n-2", ground="privacy", day=date(2026, 5, 2))
    taken(number="n-3", day=date(2026, 3, 3))
    found = figures.figures(date(2026, 6, 1))
    assert (found.published, found.on_record) == (2, 3)
    assert found.platforms == (figures.Row("Sybyr", 2, 4, 2, 1),)
    assert found.grounds == (figures.Row("copyright", 1, 2, 2, 1), figures.Row("privacy", 1, 2, 0, 0))
    assert [row.name for row in found.quarters] == ["2026Q1", "2026Q2"]
    # One address came back after 10 days, the other is away for 91: half are back by the tenth day.
    assert (found.median, found.away, found.back) == (10, 2, 1)


def test_who_is_erased_is_gone_from_notices_steps_and_judgements(client, django_user_model):
    party = Party.objects.create(name=PRIVATE, kind="person")
    row = taken(sender=PRIVATE, words=f"I, {PRIVATE}, ask.", target_words=f"{PRIVATE} was seen\x00")
    actions.add_step(row, "reply", day=DAY, words=f"{PRIVATE} wrote again", **WHO)
    actions.judge(row, "unsure", reason=f"{PRIVATE} has to be asked", **WHO)
    redacting.redact_person(
        redacting.person(party.public_id),
        redacting.Why("request", "asked for it", "Alma Invented"),
        evidence=[],
    )
    client.force_login(django_user_model.objects.create_superuser("alma"))
    text = client.get(f"/desk/takedowns/{row.public_id}/").content.decode()
    assert "Privatuly" not in text
    assert "wrote again" in text
    assert "has to be asked" in text
