"""E-mail alerts, webhooks and the frame: asked for twice, told only what is public, gone for good."""

from __future__ import annotations

import hashlib
import hmac
import http.server
import json
import re
import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.utils import timezone
from invented import two_quarters

from barometer.errors import BarometerError, NotReady, UnknownValue
from barometer.web.accounts.models import User
from barometer.web.actions import alerts, webhooks
from barometer.web.actions.jobs import Worker
from barometer.web.config.mail import Mail
from barometer.web.public import alerts as pages
from barometer.web.records.alerts import Alert, Delivery, Webhook
from barometer.web.records.gathering import Job
from barometer.web.records.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"
READER = "reader@news.example"


@pytest.fixture
def ledger(settings):
    """Two quarters, and a mail server of the tests."""
    two_quarters()
    settings.MAIL = Mail(host="mail.example", port=25, sender="site@press.example")
    settings.PUBLIC_HOSTS = ["press.example"]


def ask(client, path="/ru/follow/?kind=violation", **more):
    return client.post(path, {"address": READER, "rhythm": "daily", "website": "", **more})


def link(message, kind: str) -> str:
    """The path of a link in a mail."""
    return re.search(rf"https://press\.example(/\w\w/alerts/{kind}/[^\s]+)", message.body)[1]


def published(when, **chosen):
    """Publish at that time."""
    Event.objects.filter(**chosen).update(published_at=when)


def test_a_reader_asks_confirms_is_told_and_leaves(client, ledger):
    assert ask(client).status_code == 200
    assert not client.cookies
    [first] = mail.outbox
    assert first.to == [READER] and "Нарушение" in first.body
    row = Alert.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_alert")
        assert READER not in str(cursor.fetchall())

    # nothing is sent before it is confirmed; looking at the link confirms nothing
    later = timezone.now() + timedelta(days=2)
    published(timezone.now() + timedelta(days=1), key__endswith="2-01#1")
    assert alerts.send(now=later) == 0
    assert client.get(link(first, "confirm")).status_code == 200
    assert Alert.objects.get().confirmed_at is None
    client.post(link(first, "confirm"))
    assert Alert.objects.get().confirmed_at

    # one event is new
    assert alerts.send(now=later) == 1
    told = mail.outbox[1]
    event = Event.objects.get(key__endswith="2-01#1")
    assert "Домашний арест: Aigul Qiyalova" in told.body
    assert f"https://press.example/ru/events/{event.public_id}/" in told.body
    assert told.body.count("/ru/events/") - told.body.count("/ru/events/?") == 1
    html = told.alternatives[0][0]
    assert "Домашний арест" in html and not re.search(r"<img|<script|<link|src=", html)
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told.extra_headers["List-Unsubscribe"] == f"<https://press.example{link(told, 'leave')}>"
    assert "Samal Bolmas" not in told.body + html
    assert alerts.send(now=later) == 0

    # one click, as a mail program does it, without a cookie or a token of a form
    fresh = type(client)(enforce_csrf_checks=True)
    assert fresh.get(link(told, "leave")).status_code == 200 and Alert.objects.exists()
    assert fresh.post(link(told, "leave"), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Alert.objects.filter(pk=row.pk).exists()
    assert fresh.post(link(told, "leave")).status_code == 200  # again is no fault
    assert fresh.post("/ru/alerts/leave/forged/").status_code == 410


def test_the_answer_is_the_same_for_all_and_nobody_is_flooded(client, ledger, monkeypatch):
    answers = {ask(client).content for _ in range(3)}
    assert len(answers) == 1 and len(mail.outbox) == 1
    assert ask(client, website="machine").content in answers and Alert.objects.count() == 1
    assert ask(client, address="no address").status_code == 422
    assert ask(client, address="a@b.example\nBcc: c@d.example").status_code == 422
    assert client.get("/en/follow/?kind=nonsense").status_code == 404
    monkeypatch.setattr(pages, "_mails", pages.Bucket(0))
    assert ask(client, address="other@news.example").status_code == 422
    assert len(mail.outbox) == 1


def test_what_nobody_confirms_is_deleted_and_its_link_ends(client, ledger):
    ask(client)
    Alert.objects.update(created_at=timezone.now() - timedelta(days=8))
    alerts.send()
    assert not Alert.objects.exists()
    assert client.post(link(mail.outbox[0], "confirm")).status_code == 410


def test_a_weekly_mail_waits_a_week_and_a_correction_is_news(client, ledger):
    from barometer.web.records.reviewing import PublicNote

    ask(client, "/en/follow/?case=qiyalova-274", rhythm="weekly")
    client.post(link(mail.outbox[0], "confirm"))
    event = Event.objects.get(key__endswith="2-01#1")
    PublicNote.objects.create(
        event=event, kind="correction", reason="error", by="R", words_en="It was Tuesday."
    )
    now = timezone.now()
    assert alerts.send(now=now + timedelta(days=6)) == 0
    assert alerts.send(now=now + timedelta(days=7, hours=1)) == 1
    assert "It was Tuesday." in mail.outbox[1].body


def test_without_a_mail_server_nothing_is_promised(client, ledger, settings):
    settings.MAIL = Mail()
    page = client.get("/en/follow/").content.decode()
    assert "This site sends no mails now" in page and 'name="address"' not in page
    with pytest.raises(NotReady, match="no mail server"):
        alerts.send()


# --- webhooks ---------------------------------------------------------------------------------------------


@contextmanager
def receiver(status: int = 200):
    """A machine that takes messages: (its address, what it took)."""
    taken = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}", taken
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def editor(client):
    person = User.objects.create_user(
        "editor", first_name="Alma", password="long enough, mine", is_staff=True
    )
    person.groups.add(Group.objects.create(name="editor"))
    client.force_login(person)
    return person


def test_a_webhook_is_told_what_is_new_signed_and_public(client, editor, ledger, monkeypatch):
    with receiver() as (host, taken):
        monkeypatch.setenv("BAROMETER_ALLOW", f"webhook={host}")
        page = client.post(
            "/desk/webhooks/", {"name": "Partner", "address": f"http://{host}/in", "query": "?kind=relief"}
        )
        row = Webhook.objects.get()
        assert row.secret in page.content.decode()
        assert row.secret not in client.get("/desk/webhooks/").content.decode()
        assert row.secret not in client.get(f"/desk/webhooks/{row.public_id}/").content.decode()
        published(timezone.now(), kind="relief")
        published(timezone.now(), key__endswith="2-01#1")
        webhooks.look(now=timezone.now() + timedelta(seconds=1))
        worker = Worker({webhooks.DELIVER: webhooks.handle})
        assert worker.run(once=True) == 1
        [(headers, body)] = taken
        seconds = headers["Barometer-Signature"].partition(",")[0].removeprefix("t=")
        expected = hmac.new(row.secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
        assert headers["Barometer-Signature"] == f"t={seconds},v1={expected}"
        told = json.loads(body)
        relief = Event.objects.public().filter(kind="relief")
        assert {one["id"] for one in told["events"]} == set(relief.values_list("public_id", flat=True))
        assert told["events"][0]["address"].startswith("https://press.example/en/events/")
        assert Delivery.objects.get().status == 200
        webhooks.look(now=timezone.now() + timedelta(seconds=2))
        assert worker.run(once=True) == 0
        client.post(f"/desk/webhooks/{row.public_id}/", {"act": "test"})
        assert json.loads(taken[1][1]) == {
            "id": Delivery.objects.first().public_id,
            "test": True,
            "events": [],
        }
        client.post(f"/desk/webhooks/{row.public_id}/", {"act": "remove"})
        assert not Webhook.objects.exists() and not Delivery.objects.exists()


def test_a_webhook_that_fails_is_tried_again_and_stopped_at_last(editor, ledger, monkeypatch):
    with receiver(500) as (host, taken):
        monkeypatch.setenv("BAROMETER_ALLOW", f"webhook={host}")
        row, _ = webhooks.add("Broken", f"http://{host}/", "", by="Alma", user=editor)
        published(timezone.now(), key__endswith="2-01#1")
        webhooks.look(now=timezone.now() + timedelta(seconds=1))
        job = Job.objects.get(kind=webhooks.DELIVER)
        for tried in range(1, webhooks.MOST_FAILURES + 1):
            with pytest.raises(BarometerError):
                webhooks.handle(job)
            assert Delivery.objects.get().tries == tried
        row.refresh_from_db()
        assert row.stopped_at and row.failures == webhooks.MOST_FAILURES
        webhooks.handle(job)  # a stopped one is left alone
        assert len(taken) == webhooks.MOST_FAILURES
        webhooks.start_again(row, by="Alma", user=editor)
        row.refresh_from_db()
        assert (row.stopped_at, row.failures) == (None, 0)


def test_no_webhook_reaches_into_the_house(editor, ledger):
    with pytest.raises(UnknownValue, match="not https"):
        webhooks.add("Plain", "http://partner.example/", "", by="Alma", user=editor)
    with pytest.raises(UnknownValue, match="is no filter"):
        webhooks.add("Odd", "https://partner.example/", "kind=nonsense", by="Alma", user=editor)
    row, _ = webhooks.add("Inside", "https://127.0.0.1/", "", by="Alma", user=editor)
    done = webhooks.test(row)
    assert (done.delivered_at, done.fault) == (None, "refused")


# --- the frame --------------------------------------------------------------------------------------------


def test_only_the_frame_may_stand_on_another_site(client, ledger):
    answer = client.get("/en/embed/events/?kind=relief")
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "script-src 'none'" in policy and "X-Frame-Options" not in answer
    page = answer.content.decode()
    assert (
        "<script" not in page
        and page.count('class="card"') == Event.objects.public().filter(kind="relief").count()
    )
    assert 'href="http://testserver/en/events/' in page or 'href="/en/events/' in page
    for path in ("/en/", "/en/events/", "/en/follow/"):
        answer = client.get(path)
        assert (
            "frame-ancestors 'none'" in answer["Content-Security-Policy"]
            and answer["X-Frame-Options"] == "DENY"
        )
    assert "&lt;iframe src=&quot;http" in client.get("/en/follow/?kind=relief").content.decode().replace(
        '"', "&quot;"
    )
