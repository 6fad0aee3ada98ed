"""Tips at the server: sealed on arrival, found by the receipt alone, nothing kept of whoever sent them."""

from __future__ import annotations

import io
import logging
import os
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection, models
from django.test import Client, RequestFactory
from django.utils import timezone

from barometer.errors import BarometerError, NotAllowed, NotReady, UnknownValue
from barometer.sources.found import Note
from barometer.sources.mail import Mailbox, parse_message
from barometer.tips import draw, keys_of, make_identity, open_sealed, read_identities
from barometer.tips.opening import read_bundle, reseal
from barometer.web import tip_commands
from barometer.web.accounts.models import AuditEntry, User
from barometer.web.actions import gathering, tips
from barometer.web.intake import flood, views
from barometer.web.intake.flood import Bucket, Gate
from barometer.web.intake.memory import InMemory
from barometer.web.intake.models import Tip, TipMailbox, TipMessage, TipRecipient, TipRelease
from barometer.web.intake.rules import rules
from barometer.web.records.gathering import Document, Job, Lead
from barometer.web.records.models import EvidenceItem

pytestmark = pytest.mark.django_db

CANARY = "Сарықанат canary 7d3f"
AGENT = "InventedAgent/9.canary"
ADDRESS = "203.0.113.77"
RECEIPT = re.compile(r'id="receipt">([0-9 ]+)<')


@pytest.fixture
def desk_key(tmp_path):
    """The private key of the desk, which the server never has; its public half is added."""
    path = tmp_path / "offline.key"
    tips.add_recipient(make_identity(path), label="the safe", by="Alma Invented")
    return read_identities(path)


@pytest.fixture(autouse=True)
def calm(monkeypatch):
    """No flood, whatever other tests sent."""
    monkeypatch.setattr(views, "gate", Gate())


@pytest.fixture
def source():
    """Somebody who sends a tip."""
    return Client(HTTP_USER_AGENT=AGENT, REMOTE_ADDR=ADDRESS, enforce_csrf_checks=True)


@pytest.fixture
def custodian(client):
    """The one person who may see that there are tips."""
    user = User.objects.create_user("keeper", first_name="Keeper", last_name="Invented", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="custodian")[0])
    client.force_login(user)
    return client


def named(name, data):
    file = io.BytesIO(data)
    file.name = name
    return file


def send(source, language="en", **more):
    response = source.post(
        f"/{language}/tip/", {"what": f"They came. {CANARY}", "contact": f"{CANARY} @me", **more}
    )
    found = RECEIPT.search(response.text)
    assert found, response.text[:3000]
    return found[1]


def back(source, receipt, act="look", **more):
    return source.post("/en/tip/back/", {"receipt": receipt, "act": act, **more})


def opened(message, identities):
    return open_sealed(bytes(message.sealed), identities)


# --- the form ---------------------------------------------------------------------------------------------------------


def test_a_tip_is_sealed_to_the_desk_and_to_nobody_else(source, desk_key):
    files = [named("photo.jpg", b"\xff\xd8" + CANARY.encode()), named("b.txt", b"two")]
    receipt = send(source, "ru", whom="Dana Invented", urgent="danger now", publish="ask first", files=files)
    message = opened(TipMessage.objects.get(), desk_key)
    assert message.fields["what"] == f"They came. {CANARY}"
    assert {name: message.fields[name] for name in ("whom", "urgent", "publish", "language", "when")} == {
        "whom": "Dana Invented", "urgent": "danger now", "publish": "ask first", "language": "ru", "when": "",
    }  # fmt: skip
    assert [(each.name, each.data) for each in message.files] == [
        ("photo.jpg", files[0].getvalue()),
        ("b.txt", b"two"),
    ]
    with pytest.raises(NotAllowed):  # not even the receipt opens what was sent
        opened(TipMessage.objects.get(), [keys_of(tips_receipt(receipt)).identity])


def tips_receipt(text):
    from barometer.tips import parse

    return parse(text)


def test_there_and_back_again(source, desk_key, custodian):
    receipt = send(source)
    assert "waits to be read" in back(source, receipt).text
    tip = Tip.objects.get()
    custodian.post(f"/desk/tips/{tip.public_id}/ask/", {"question": "Was it <b>before</b> noon?"})
    page = back(source, receipt)
    assert "The desk asks you something." in page.text
    assert "Was it &lt;b&gt;before&lt;/b&gt; noon?" in page.text
    page = back(source, receipt, "answer", text=f"After. {CANARY}", files=[named("more.pdf", b"%PDF-")])
    assert "Sealed and added." in page.text
    assert CANARY not in page.text
    tip.refresh_from_db()
    assert tip.state == "answered"
    first, question, answer = tip.messages.all()
    assert opened(question, desk_key).fields["text"] == "Was it <b>before</b> noon?"
    assert opened(answer, desk_key).fields["text"] == f"After. {CANARY}"
    assert [each.name for each in opened(answer, desk_key).files] == ["more.pdf"]
    assert "Deleted" in back(source, receipt, "delete", sure="yes").text
    assert not Tip.objects.exists()
    assert not TipMessage.objects.exists()
    assert "no tip under this receipt" in back(source, receipt).text


def test_deleting_must_be_meant(source, desk_key):
    receipt = send(source)
    assert "Your tip" in back(source, receipt, "delete").text
    assert Tip.objects.exists()


def test_one_receipt_leads_to_one_tip(source, desk_key):
    one, other = send(source), send(source)
    mine = Tip.objects.order_by("pk").first()
    tips.ask(mine, "Only for one", by="Keeper Invented")
    assert "Only for one" in back(source, one).text
    assert "Only for one" not in back(source, other).text


def test_wrong_receipts_lead_nowhere_and_look_alike(source, desk_key):
    receipt = send(source)
    known, unknown, nothing = back(source, receipt), back(source, draw().shown), source.get("/en/tip/back/")
    assert "no tip under this receipt" in unknown.text
    assert len(known.content) == len(unknown.content) == len(nothing.content) == 32 << 10
    assert known.status_code == unknown.status_code == 200
    slip = receipt[:-1] + str((int(receipt[-1]) + 1) % 10)
    page = back(source, slip, text="kept words")
    assert "A digit is wrong" in page.text
    assert "kept words" in page.text
    for odd in ("", "1" * 28, "' OR 1=1 --", "../" * 50, "9" * 5000):
        assert back(source, odd).status_code == 200


def test_addresses_of_tips_hold_no_receipt_and_no_id(source, desk_key):
    tip_id = (send(source), Tip.objects.get().public_id)[1]
    for path in (
        f"/en/tip/{tip_id}/",
        f"/en/tip/back/{tip_id}/",
        "/en/tip/1/",
        f"/en/tip/back/?receipt={tip_id}",
    ):
        assert tip_id not in source.get(path).text.replace(path, "")
    assert source.get(f"/desk/tips/{tip_id}/").status_code == 302  # to the login


@pytest.mark.parametrize("path", ["/en/tip/", "/ru/tip/back/", "/kk/tip/"])
def test_no_cookie_no_cache_no_referrer(path, source, desk_key):
    for response in (source.get(path), source.post(path, {"what": "a", "receipt": draw().shown})):
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert "csrfmiddlewaretoken" not in response.text
        assert "<script" not in response.text
        hosts = set(re.findall(r'(?:src|href|action)="https?://([^/"]+)', response.text))
        assert hosts <= {"creativecommons.org"}
    assert source.get(path).content[-10:].endswith(b"-->")


def test_no_session_is_begun_or_read(source, desk_key, django_assert_max_num_queries):
    from django.contrib.sessions.models import Session

    source.cookies["sessionid"] = "a" * 32
    with django_assert_max_num_queries(1) as asked:  # for the keys
        source.get("/en/tip/")
    assert "session" not in "".join(each["sql"] for each in asked.captured_queries)
    assert not Session.objects.exists()


def test_no_view_or_middleware_can_see_who_asks(source, desk_key, monkeypatch):
    seen = []
    monkeypatch.setattr(views, "_languages", lambda request: seen.append(dict(request.META)) or [])
    source.cookies["sessionid"] = "a" * 32
    source.get(
        f"/en/tip/?{CANARY}", HTTP_REFERER="https://a.example/", HTTP_X_FORWARDED_FOR=ADDRESS, HTTP_VIA="b"
    )
    kept = {name for name in seen[0] if name.startswith(("HTTP_", "REMOTE"))}
    assert kept <= {"HTTP_HOST"}
    for secret in (AGENT, ADDRESS, "a" * 32, CANARY):
        assert secret not in str(seen)


def test_without_a_key_the_form_is_shut(source):
    page = source.get("/en/tip/")
    assert page.status_code == 200
    assert "No tips can be taken here yet" in page.content.decode()
    assert (
        'href="/en/tip/"'
        not in source.get("/en/report/").content.decode().split("<main")[1].split("</main")[0]
    )
    response = source.post("/en/tip/", {"what": CANARY})
    assert response.status_code == 503
    assert not Tip.objects.exists()


def test_the_onion_address_is_told_outside_tor_only(source, desk_key, monkeypatch, settings):
    onion = "a" * 56 + ".onion"
    monkeypatch.setenv("BAROMETER_TIP_ONION", f"http://{onion}/")
    settings.ALLOWED_HOSTS = [onion, "testserver"]
    page = source.get("/en/tip/")
    assert page["Onion-Location"] == f"http://{onion}/en/tip/"
    assert onion in page.text
    inside = source.get("/en/tip/", HTTP_HOST=onion)
    assert "Onion-Location" not in inside
    assert inside.status_code == 200


# --- hostile ----------------------------------------------------------------------------------------------------------


def refused(response, words):
    assert response.status_code == 400
    assert words in response.text
    assert not Tip.objects.exists()
    return response.text


def test_a_file_of_60_mb_is_refused_and_the_words_are_kept(source, desk_key):
    page = refused(
        source.post(
            "/en/tip/", {"what": CANARY, "where": "Almaty", "files": named("film.mp4", bytes(60 << 20))}
        ),
        "larger than 32 MB",
    )
    assert CANARY in page
    assert 'value="Almaty"' in page


def test_a_body_without_end_is_refused_unread(source, desk_key):
    response = source.generic(
        "POST", "/en/tip/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(1 << 40)
    )
    assert response.status_code == 413
    assert "your words are still in the form" in response.text


def test_an_empty_file_is_told(source, desk_key):
    assert CANARY in refused(
        source.post("/en/tip/", {"what": CANARY, "files": named("a.txt", b"")}), "is empty"
    )


def test_too_many_files(source, desk_key):
    many = [named(f"{number}.txt", b"a") for number in range(21)]
    refused(source.post("/en/tip/", {"what": CANARY, "files": many}), "At most 20 files")


def test_a_thousand_fields_and_a_hundred_files_are_told_in_words(source, desk_key):
    refused(
        source.post("/en/tip/", {"what": "a"} | {f"f{number}": "a" for number in range(1100)}),
        "could not be read",
    )
    many = [named(f"{number}.txt", b"a") for number in range(150)]
    refused(source.post("/en/tip/", {"what": "a", "files": many}), "could not be read")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\ncut off", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"\xff\xfe\x00" * 99, "multipart/form-data; boundary=\xff"),
        (b"what=%FF%00", "text/plain"),
        (b"what=a", "application/json"),
    ],
)
def test_odd_bodies_are_refused_in_words(source, desk_key, body, kind):
    response = source.generic("POST", "/en/tip/", body, content_type=kind)
    assert response.status_code == 400
    assert not Tip.objects.exists()


def test_no_byte_of_a_form_breaks_it(source, desk_key):
    body = (
        b"what=\x00%00%FF%FE%D0%9F%ED%A0%80&whom=%3Cscript%3Ealert(1)%3C/script%3E&urgent=&when=%F4%90%80%80"
    )
    response = source.generic(
        "POST", "/en/tip/", body, content_type="application/x-www-form-urlencoded; charset=cp1251"
    )
    assert response.status_code in (200, 400)
    response = source.generic("POST", "/en/tip/", body, content_type="application/x-www-form-urlencoded")
    assert RECEIPT.search(response.text)
    message = opened(TipMessage.objects.last(), desk_key)
    assert "П" in message.fields["what"]
    assert "\x00" not in message.fields["what"]


def test_what_was_typed_comes_back_as_text(source, desk_key):
    page = source.post("/en/tip/", {"what": "", "whom": '"><script>alert(1)</script>', "publish": "<b>"}).text
    assert "<script" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


def test_a_text_over_the_limit_and_an_unknown_answer(source, desk_key):
    refused(source.post("/en/tip/", {"what": "я" * 50_001}), "50,000")
    refused(source.post("/en/tip/", {"what": "a", "urgent": "very"}), "Choose one")
    refused(source.post("/en/tip/", {"what": " \n "}), "Say what happened")


def test_uploads_touch_no_disk(source, desk_key, tmp_path, monkeypatch, settings):
    watched = tmp_path / "tmp"
    watched.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(watched)
    monkeypatch.setattr("tempfile.tempdir", str(watched))
    made = []
    real = os.open
    monkeypatch.setattr(
        os, "open", lambda path, *more, **named: made.append(str(path)) or real(path, *more, **named)
    )
    send(source, files=[named("film.mp4", bytes(20 << 20))])
    assert not list(watched.iterdir())
    assert not [path for path in made if "tmp" in path and not path.endswith(("fields",))]


def test_the_handler_holds_all_files_together_under_its_limit():
    handler = InMemory(RequestFactory().post("/"), most=10)
    handler.new_file("files", "a", "text/plain", 6)
    handler.receive_data_chunk(b"123456", 0)
    assert handler.file_complete(6).read() == b"123456"
    from django.core.files.uploadhandler import SkipFile

    handler.new_file("files", "b", "text/plain", 5)
    with pytest.raises(SkipFile):
        handler.receive_data_chunk(b"12345", 0)
    assert handler.too_large


# --- floods -----------------------------------------------------------------------------------------------------------


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_a_bucket_fills_within_an_hour():
    clock = Clock()
    bucket = Bucket(2, clock)
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    clock.now += 1799
    assert bucket.is_empty()
    clock.now += 2
    assert [bucket.take(), bucket.take()] == [True, False]
    clock.now += 86_400
    assert [bucket.take() for _ in range(3)] == [True, True, False]


def test_a_right_answer_opens_once():
    gate = Gate(0, 5, Clock())
    asked = gate.question()
    right = str(asked.one + asked.other)
    assert not gate.passes(asked.token, str(asked.one))
    assert not gate.passes("", right)
    assert not gate.passes(asked.token[:-1] + ("y" if asked.token.endswith("x") else "x"), right)
    assert gate.passes(asked.token, f" {right} ")
    assert not gate.passes(asked.token, right)
    for odd in ("", "x", "9" * 99, "١"):
        assert not gate.passes(gate.question().token, odd)


def test_in_a_flood_the_form_asks_a_sum_and_then_rests(source, desk_key, monkeypatch):
    monkeypatch.setattr(views, "gate", Gate(1, 1, Clock()))
    assert 'name="sum"' not in source.get("/en/tip/").text
    send(source)
    page = source.post("/en/tip/", {"what": CANARY}).text
    assert CANARY in page
    assert "Answer the small sum" in page
    one, other = re.search(r"how much is (\d+) plus (\d+)", page).groups()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    send(source, sum=str(int(one) + int(other)), token=token)
    assert "try again in an hour" in source.post("/en/tip/", {"what": CANARY}).text
    assert Tip.objects.count() == 2


def test_the_counts_know_no_visitor_and_no_ledger(source, desk_key):
    held = vars(flood.gate) | vars(flood.gate._free)
    assert set(held) == {"_free", "_asked", "_used", "_clock", "_lock", "most", "clock", "_left", "_at"}


def test_what_fills_in_the_trap_is_spam_and_does_not_learn_it(source, desk_key):
    receipt = send(source, website="https://spam.example/")
    assert Tip.objects.get().state == "spam"
    assert "waits to be read" in back(source, receipt).text
    back(source, receipt, "answer", text="more")
    assert Tip.objects.get().state == "spam"


def test_room_is_limited_for_one_and_for_all(source, desk_key, monkeypatch):
    receipt = send(source)
    monkeypatch.setattr(tips, "MOST_MESSAGES", 2)
    assert "added" in back(source, receipt, "answer", text="a").text
    assert "no room" in back(source, receipt, "answer", text="kept words").text
    monkeypatch.setenv("BAROMETER_TIP_SPACE", "1")
    big = named("a.bin", secrets.token_bytes(1 << 20))
    page = source.post("/en/tip/", {"what": CANARY, "files": big})
    assert "no room" in page.text
    assert CANARY in page.text
    assert Tip.objects.count() == 1


# --- what the server knows --------------------------------------------------------------------------------------------


def test_no_column_could_hold_who_it_was_or_when():
    columns = {
        model: {field.name: field for field in model._meta.concrete_fields}
        for model in (Tip, TipMessage, TipRecipient)
    }
    for model, fields in columns.items():
        for name, field in fields.items():
            assert not isinstance(
                field,
                models.DateTimeField | models.TimeField | models.GenericIPAddressField | models.JSONField,
            ), (model, name)
            assert not re.search("(^|_)ip|addr|agent|cookie|session|host|lang|user", name), (model, name)
    assert set(columns[Tip]) == {
        "id",
        "public_id",
        "lookup",
        "receipt_key",
        "channel",
        "state",
        "week",
        "moved",
    }
    assert set(columns[TipMessage]) == {"id", "tip", "number", "from_desk", "week", "sealed", "size"}


def test_times_are_weeks(source, desk_key):
    send(source)
    tip = Tip.objects.get()
    assert tip.week == tip.moved == tip.messages.get().week
    assert tip.week.weekday() == 0
    assert 0 <= (timezone.localdate() - tip.week).days < 7


def test_what_a_source_does_is_in_no_log(source, desk_key, caplog):
    before = AuditEntry.objects.count()
    with caplog.at_level(logging.DEBUG):
        receipt = send(source)
        back(source, receipt, "answer", text=CANARY)
        back(source, receipt, "delete", sure="yes")
        source.post("/en/tip/", {"what": ""})
    assert AuditEntry.objects.count() == before
    told = "\n".join(
        f"{record.getMessage()}" for record in caplog.records if record.name != "django.db.backends"
    )
    for secret in (CANARY, AGENT, ADDRESS, receipt, receipt.replace(" ", "")):
        assert secret not in told


def test_a_failure_tells_no_word_in_the_log(source, desk_key, monkeypatch, capfd):
    def fails(*arguments, **named):
        raise RuntimeError(CANARY)

    monkeypatch.setattr(tips, "receive", fails)
    source.raise_request_exception = False
    assert source.post("/en/tip/", {"what": CANARY}).status_code == 500
    told = "".join(capfd.readouterr())
    assert CANARY not in told
    assert ADDRESS not in told


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_tips_are_the_custodians_alone(source, desk_key, custodian, admin_client, client):
    send(source)
    tip = Tip.objects.get()
    paths = ["/desk/tips/", f"/desk/tips/{tip.public_id}/"]
    posts = [f"/desk/tips/{tip.public_id}/{act}/" for act in ("out", "ask", "mark", "release")] + [
        "/desk/tips/spam/"
    ]
    for role in ("editor", "administrator", "director", "contributor"):
        other = Client()
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get_or_create(name=role)[0])
        other.force_login(user)
        assert {other.get(path).status_code for path in paths} == {403}
        assert {other.post(path).status_code for path in posts} == {403}
    superuser = Client()
    superuser.force_login(User.objects.create_superuser("root2", password="long enough, mine"))
    assert {superuser.get(path).status_code for path in paths} == {403}
    for path in posts:
        assert Client().post(path).status_code == 302
    assert {custodian.get(path).status_code for path in paths} == {200}


def test_every_look_is_logged(source, desk_key, custodian):
    send(source)
    tip = Tip.objects.get()
    begun = AuditEntry.objects.count()
    custodian.get("/desk/tips/")
    custodian.get(f"/desk/tips/{tip.public_id}/")
    custodian.post(f"/desk/tips/{tip.public_id}/out/")
    custodian.post(f"/desk/tips/{tip.public_id}/ask/", {"question": CANARY})
    custodian.post(f"/desk/tips/{tip.public_id}/mark/", {"state": "closed"})
    custodian.post(f"/desk/tips/{tip.public_id}/release/", {"text": CANARY})
    rows = list(AuditEntry.objects.order_by("pk"))[begun:]
    assert [row.act for row in rows] == [
        "tips listed", "tip looked at", "tip handed out", "tip asked", "tip marked closed", "tip released",
    ]  # fmt: skip
    assert {row.by for row in rows} == {"Keeper Invented"}
    assert {row.about for row in rows[1:]} == {tip.public_id}
    assert CANARY not in "".join(row.detail for row in rows)


def test_what_is_handed_out_opens_elsewhere(source, desk_key, custodian, tmp_path):
    send(source)
    tip = Tip.objects.get()
    tips.ask(tip, "Where?", by="Keeper Invented")
    response = custodian.post(f"/desk/tips/{tip.public_id}/out/")
    assert response["Content-Disposition"] == f'attachment; filename="tip-{tip.public_id}.zip"'
    assert CANARY.encode() not in response.content
    (tmp_path / "tip.zip").write_bytes(response.content)
    found = read_bundle(tmp_path / "tip.zip")
    assert [name for name, _ in found] == [f"{tip.public_id}/001-in.age", f"{tip.public_id}/002-out.age"]
    assert CANARY in open_sealed(found[0][1], desk_key).fields["what"]


def test_a_lead_has_the_released_words_and_nothing_else(source, desk_key, custodian, settings, tmp_path):
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    send(source)
    tip = Tip.objects.get()
    response = custodian.post(
        f"/desk/tips/{tip.public_id}/release/", {"text": "A reporter was held in Taraz."}, follow=True
    )
    lead = Lead.objects.get()
    assert lead.public_id in response.text
    assert (lead.origin, lead.note, lead.given_by) == (
        "tip",
        "A reporter was held in Taraz.",
        "custodian of tips",
    )
    assert Lead.field_classes["note"] == "protected"
    assert (lead.document, lead.evidence, lead.url, lead.proposed) == (None, None, "", {})
    assert "Taraz" not in lead.title
    assert not Document.objects.exists()
    assert not EvidenceItem.objects.exists()
    assert not (tmp_path / "evidence").exists()
    everything = " ".join(str(value) for value in Lead.objects.values().get().values())
    assert tip.public_id not in everything
    release = TipRelease.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM intake_tiprelease")
        assert "Taraz" not in cursor.fetchone()[0]
    assert (release.text, release.by, release.tip) == (lead.note, "Keeper Invented", tip)
    assert custodian.post(f"/desk/tips/{tip.public_id}/release/", {"text": " "}).status_code == 400


def test_many_are_marked_as_spam_at_once(source, desk_key, custodian):
    for _ in range(3):
        send(source)
    chosen = list(Tip.objects.values_list("public_id", flat=True)[:2])
    custodian.post("/desk/tips/spam/", {"tip": [*chosen, "unknown", "' --", "a\x00b"]})
    assert Tip.objects.filter(state="spam").count() == 2
    assert chosen[0] not in custodian.get("/desk/tips/").text
    assert chosen[0] in custodian.get("/desk/tips/?state=spam").text
    assert custodian.get("/desk/tips/?state=%00'").status_code == 200
    assert custodian.post(f"/desk/tips/{chosen[0]}/mark/", {"state": "released"}).status_code == 400


def test_a_question_is_sealed_and_refused_where_none_can_be(source, desk_key, custodian):
    send(source)
    tip = Tip.objects.get()
    assert custodian.post(f"/desk/tips/{tip.public_id}/ask/", {"question": CANARY * 500}).status_code == 400
    tips.ask(tip, CANARY, by="Keeper Invented")
    assert CANARY.encode() not in bytes(tip.messages.last().sealed)
    with pytest.raises(NotAllowed):
        tips.ask(tip, "nobody asks", by=" ")
    assert tip.messages.count() == 2


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_retired_key_gets_no_new_tips(source, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    first = tips.add_recipient(make_identity(old), label="old", by="Alma Invented")
    with pytest.raises(NotReady):
        tips.retire_recipient(first.public_key, by="Alma Invented")  # the last one
    tips.add_recipient(make_identity(new), label="new", by="Alma Invented")
    send(source)
    tips.retire_recipient(first.public_key, by="Alma Invented")
    send(source)
    before, after = TipMessage.objects.order_by("pk")
    assert opened(before, read_identities(old)) == opened(before, read_identities(new))
    assert opened(after, read_identities(new))
    with pytest.raises(NotAllowed):
        opened(after, read_identities(old))
    with pytest.raises(NotReady):
        tips.add_recipient(first.public_key, label="again", by="Alma Invented")
    with pytest.raises(UnknownValue):
        tips.retire_recipient(first.public_key, by="Alma Invented")
    assert [row.act for row in AuditEntry.objects.order_by("pk")] == ["tip key added"] * 2 + [
        "tip key retired"
    ]


def test_rotation_takes_old_tips_along(source, desk_key, custodian, tmp_path):
    receipt = send(source)
    tip = Tip.objects.get()
    tips.ask(tip, "Where?", by="Keeper Invented")
    (tmp_path / "tip.zip").write_bytes(custodian.post(f"/desk/tips/{tip.public_id}/out/").content)
    recipient = make_identity(tmp_path / "new")
    again = reseal(tmp_path / "tip.zip", desk_key, [recipient], tmp_path / "again")
    told = []
    tip_commands.replace([again], by="Alma Invented", tell=told.append)
    assert told == [f"{again}: 1 message replaced"]
    first = tip.messages.get(number=1)
    assert CANARY in opened(first, read_identities(tmp_path / "new")).fields["what"]
    assert first.size == len(bytes(first.sealed))
    with pytest.raises(NotAllowed):
        opened(first, desk_key)
    assert "Where?" in back(source, receipt).text  # what the desk asked, the source goes on reading
    with pytest.raises(UnknownValue):
        tips.replace(tip.public_id, 2, b"age-encryption.org/v1 ", by="Alma Invented")
    with pytest.raises(UnknownValue):
        tips.replace(tip.public_id, 1, b"in clear", by="Alma Invented")


# --- deletion ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "days", "stays"),
    [
        ("closed", 91, False), ("closed", 89, True), ("read", 91, False), ("released", 91, False), ("asked", 91, False),
        ("new", 400, True), ("answered", 400, True), ("spam", 15, False), ("spam", 13, True),
    ],
)  # fmt: skip
def test_tips_are_deleted_by_rule(source, desk_key, state, days, stays):
    send(source)
    Tip.objects.update(state=state, moved=timezone.localdate() - timedelta(days=days))
    assert tips.sweep() == int(not stays)
    assert Tip.objects.exists() is TipMessage.objects.exists() is stays
    assert tips.unseen_and_old() == int(days == 400)
    assert AuditEntry.objects.filter(act="tips deleted by rule").exists() is not stays


def test_a_release_outlives_its_tip(source, desk_key):
    send(source)
    lead = tips.release(Tip.objects.get(), "Released words", by="Keeper Invented")
    Tip.objects.update(moved=timezone.localdate() - timedelta(days=100))
    tips.sweep()
    assert TipRelease.objects.get().tip is None
    assert TipRelease.objects.get().lead == lead


def test_the_worker_sweeps_each_day(source, desk_key, settings, tmp_path):
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    send(source)
    Tip.objects.update(state="closed", moved=timezone.localdate() - timedelta(days=100))
    gathering.handlers()["daily"](Job(run_after=timezone.now()))
    assert not Tip.objects.exists()


@pytest.mark.parametrize("text", ["0", "-1", "x", "9999999", "1.5", "٣"])
def test_a_rule_that_cannot_be_is_refused(text):
    with pytest.raises(UnknownValue):
        rules({"BAROMETER_TIP_DAYS": text})
    assert rules({"BAROMETER_TIP_DAYS": " 30 "}).days == 30
    for onion in ("example.org", "a" * 55 + ".onion", "https://x.onion"):
        with pytest.raises(UnknownValue):
            rules({"BAROMETER_TIP_ONION": onion})


# --- letters ----------------------------------------------------------------------------------------------------------

LETTER = f"""From: Dana Invented <dana@mail.example>
To: desk@barometer.example
Subject: They came
Content-Type: text/plain; charset=utf-8

{CANARY}
""".encode()


def test_letters_are_sealed_and_marked(desk_key, custodian, tmp_path):
    (tmp_path / "a.eml").write_bytes(LETTER)
    (tmp_path / "b.mbox").write_bytes(
        b"From dana Mon Jan  1 10:00:00 2031\n" + LETTER + b"\nFrom x y\n" + LETTER
    )
    (tmp_path / "c.eml").write_bytes(b"")
    told = []
    paths = [tmp_path / name for name in ("a.eml", "b.mbox", "c.eml", "none.eml")]
    assert not tip_commands.mail(paths, remove=True, tell=told.append)
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".eml", ".mbox")] == ["c.eml"]
    assert sum("not anonymous" in line for line in told) == 3
    assert Tip.objects.count() == 3
    for message in TipMessage.objects.all():
        assert CANARY.encode() not in bytes(message.sealed)
        letter = opened(message, desk_key)
        assert letter.fields["anonymous"].startswith("no")
        assert letter.fields["from"] == "Dana Invented <dana@mail.example>"
        assert letter.fields["text"] == CANARY
    tip = Tip.objects.first()
    assert (tip.channel, tip.lookup, tip.receipt_key) == ("mail", None, "")
    assert "not anonymous" in custodian.get(f"/desk/tips/{tip.public_id}/").text
    with pytest.raises(NotReady):
        tips.ask(tip, "Where?", by="Keeper Invented")


def test_a_mailbox_is_sealed_from_where_it_stopped(desk_key):
    letters = {3: LETTER, 5: LETTER.replace(b"They", b"Others")}
    asked = []

    def fetch(since, validity):
        asked.append((since, validity))
        found = [uid for uid in letters if uid > since][:1]  # one at a time
        notes = (Note("a letter that cannot be read"),) if found == [7] else ()
        read = () if notes else tuple(parse_message(letters[uid]) for uid in found)
        return Mailbox(read, notes, (found or [since])[-1], 9)

    first = list(tips.fetch_mail("imaps://tips@mail.example/INBOX", fetch))
    assert [opened(tip.messages.get(), desk_key).fields["subject"] for tip in first] == [
        "They came",
        "Others came",
    ]
    assert asked == [(0, 0), (3, 9), (5, 9)]
    assert list(tips.fetch_mail("imaps://tips@mail.example/INBOX", fetch)) == []
    letters[7] = b""
    assert [str(each) for each in tips.fetch_mail("imaps://tips@mail.example/INBOX", fetch)] == [
        "a letter that cannot be read."
    ]
    assert Tip.objects.count() == 2
    assert "mail.example" not in str(TipMailbox.objects.values())


@pytest.mark.parametrize("address", ["https://mail.example/", "imaps://mail.example/INBOX", "INBOX"])
def test_what_is_no_mailbox_is_refused_before_a_password_is_asked(address):
    with pytest.raises(UnknownValue):
        tip_commands.fetch(address, proxy="", ask=lambda: pytest.fail("asked"), tell=print)


def test_a_mailbox_that_cannot_be_reached_is_one_line(desk_key):
    with pytest.raises(BarometerError):
        tip_commands.fetch("imaps://a@127.0.0.1:1/INBOX", proxy="", ask=lambda: "secret", tell=print)
    assert not Tip.objects.exists()


# --- a server that is seized ------------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def multipart(fields, files):
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts += [
        f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for name, data in files.items()
    ]
    return b"".join(parts) + b"--x--\r\n"


def asked(port, path, fields, files):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", multipart(fields, files),
        {"Content-Type": "multipart/form-data; boundary=x", "User-Agent": AGENT, "X-Forwarded-For": ADDRESS},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert "Set-Cookie" not in answer.headers
        return answer.read().decode()


@pytest.mark.once
def test_a_seized_server_shows_nothing(own_ledger, tmp_path):
    """A server of its own, tips over the wire, then every byte that it left is searched: ledger, WAL, logs, temp."""
    temporary, log = tmp_path / "temporary", tmp_path / "server.log"
    temporary.mkdir()
    recipient = make_identity(tmp_path / "offline.key")
    assert (
        own_ledger.barometer(
            "tips", "recipients", "add", recipient, "--label", CANARY, "--by", "Alma"
        ).returncode
        == 0
    )
    port = free_port()
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "barometer", "serve", "--port", str(port)],
            env=own_ledger.environment | {"TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/en/tip/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.3)
        film = (CANARY.encode() + secrets.token_bytes(1000)) * 3000
        page = asked(
            port, "/kk/tip/", {"what": CANARY, "contact": f"{CANARY} phone"}, {f"{CANARY}.mp4": film}
        )
        receipt = RECEIPT.search(page)[1]
        page = asked(
            port,
            "/en/tip/back/",
            {"receipt": receipt, "act": "answer", "text": CANARY},
            {"b.txt": film[:5000]},
        )
        assert "Sealed and added." in page
        assert not list(temporary.rglob("*"))
        left = [
            path for folder in (own_ledger.home, temporary) for path in folder.rglob("*") if path.is_file()
        ]
        seen = {path: path.read_bytes() for path in [*left, log]}
        digits = receipt.replace(" ", "")
        secret = [
            CANARY,
            AGENT,
            ADDRESS,
            receipt,
            digits,
            "AGE-SECRET-KEY",
            keys_of(tips_receipt(receipt)).identity,
        ]
        for path, data in seen.items():
            for each in secret:
                assert each.encode() not in data, (path, each)
                assert each.encode("utf-16-le") not in data, (path, each)
        if not own_ledger.environment["DATABASE_URL"]:
            assert any(b"age-encryption.org" in data for data in seen.values())  # and it is there
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=120)
    assert CANARY.encode() not in log.read_bytes()


def test_what_is_deleted_leaves_no_seal_in_the_file(own_ledger, tmp_path):
    """SQLite writes zeros over it, and the WAL is emptied: whoever takes the keys later finds nothing to open."""
    if own_ledger.environment["DATABASE_URL"]:
        pytest.skip("only for SQLite: PostgreSQL's VACUUM is its own")
    recipient = make_identity(tmp_path / "offline.key")
    own_ledger.barometer("tips", "recipients", "add", recipient, "--label", "safe", "--by", "Alma")
    (tmp_path / "a.eml").write_bytes(LETTER * 50)
    own_ledger.barometer("tips", "mail", tmp_path / "a.eml")
    ledger = own_ledger.home / "ledger.sqlite3"
    with sqlite3.connect(ledger) as database:
        [(sealed,)] = database.execute("SELECT sealed FROM intake_tipmessage").fetchall()
        database.execute("UPDATE intake_tip SET state = 'closed', moved = '2020-01-06'")
    database.close()
    bit = sealed[5000:5064]
    assert bit in b"".join(path.read_bytes() for path in own_ledger.home.glob("ledger*"))
    assert own_ledger.barometer("tips", "sweep").stdout == "1 tip deleted\n"
    left = b"".join(path.read_bytes() for path in own_ledger.home.glob("ledger*"))
    assert bit not in left
    assert sealed[-64:] not in left
