"""My day, the cases that one follows, and the mail that counts what waits and names nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from fakes.mail import MailServer
from standing import standing

from barometer.errors import NotReady, UnknownValue
from barometer.web.accounts.models import User
from barometer.web.actions import digest, following, inbox
from barometer.web.actions.gathering import begin, handlers
from barometer.web.actions.importing import import_files
from barometer.web.actions.jobs import Worker
from barometer.web.actions.leads import Incoming, hand_in
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.waiting import waiting
from barometer.web.config.mail import Mail, mail
from barometer.web.desk import views
from barometer.web.public import clock
from barometer.web.records.desk import DigestWish, Following
from barometer.web.records.gathering import Job, Round, WatchedSource
from barometer.web.records.models import Case, Event, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"
SEVEN = datetime(2031, 3, 13, 2, 0, tzinfo=UTC)  # seven o'clock in Almaty, a Thursday


def person(name, *roles, mail=True):
    user = User.objects.create_user(name, f"{name}@mail.invalid" if mail else "", is_staff=True)
    user.groups.add(*(Group.objects.get_or_create(name=role)[0] for role in roles))
    return user


@pytest.fixture
def alma():
    return person("alma", "reviewer")


@pytest.fixture
@standing
def ledger(mini):
    """The mini bulletin, and a lead that nobody has."""
    import_files([mini.path])
    return hand_in(Incoming("", title="Aigerim Example was fined"), origin="address", by="Alma Invented")


def change(event, by, user=None):
    with transaction.atomic():
        event.save()
        record_revision(event, "change", by=by, user=user)


def accept(event, user):
    event.state = "accepted"
    with transaction.atomic():
        event.save()
        record_revision(event, "accept", by=user.username, user=user)


# --- what waits -------------------------------------------------------------------------------------------------------


def test_leads_that_i_have_and_that_nobody_has(alma, ledger):
    day = timezone.localdate()
    found = waiting(alma, day)
    assert (found.mine, found.unassigned) == (0, 1)
    inbox.assign([ledger.public_id], alma, by="A", user=alma)
    assert (waiting(alma, day).mine, waiting(alma, day).unassigned) == (1, 0)
    inbox.snooze([ledger.public_id], day + timedelta(2), by="A", user=alma)
    assert waiting(alma, day).mine == 0
    assert waiting(alma, day + timedelta(2)).mine == 1


def test_to_review_is_what_others_accepted(alma, ledger):
    one, other = Event.objects.order_by("pk")[:2]
    accept(one, alma)
    accept(other, person("berik", "editor"))
    assert waiting(alma, timezone.localdate()).reviews == 1


def test_dates_ahead_and_quiet_cases_are_of_the_day(alma, mini):
    mini.event(0)["upcoming"] = [{"date": "2031-04-10", "what": "hearing on the appeal"}]
    mini.save()
    import_files([mini.path])
    Event.objects.update(created_at=datetime(2031, 3, 20, tzinfo=UTC))
    told = {
        day: waiting(alma, date.fromisoformat(day))
        for day in ("2031-03-26", "2031-03-27", "2031-04-10", "2031-04-11")
    }
    assert [len(found.dates) for found in told.values()] == [0, 1, 1, 0]  # fourteen days, both ends included
    assert [one.what for one in told["2031-04-10"].dates] == ["hearing on the appeal"]
    assert told["2031-04-11"].quiet  # the quarter began, nothing came, and the hearing passed


def test_sources_in_trouble(alma, ledger):
    for slug, answered in (("well", True), ("mute", False), ("never-visited", None)):
        row = WatchedSource.objects.create(
            slug=slug, title=slug, publisher="Invented", kind="feed", address="https://a.example/",
            language="en", trust="media", every=60,
        )  # fmt: skip
        for hours in range(6) if answered is not None else ():
            at = timezone.now() - timedelta(hours=hours)
            Round.objects.create(watched=row, started_at=at, ended_at=at, answered=answered, shown=5, new=1)
    assert [row.slug for row, _ in waiting(alma, timezone.localdate()).sources] == ["mute"]


def test_changes_by_others_since_i_looked_are_news(client, alma, ledger):
    client.force_login(alma)
    case = Case.objects.get(slug="example-274")
    assert "Follow this case" in client.get("/desk/cases/example-274/").content.decode()
    client.post("/desk/cases/example-274/follow/", {"follow": "yes"})
    assert "Follow it no longer" in client.get("/desk/cases/example-274/").content.decode()
    event = case.events.first()
    change(event, "alma", alma)  # my own is no news
    assert [(one.new, one.changes) for one in waiting(alma, timezone.localdate()).followed] == [(0, 0)]
    change(event, "berik", person("berik", "editor"))
    change(event, "barometer import")
    assert [(one.new, one.changes) for one in waiting(alma, timezone.localdate()).followed] == [(0, 2)]
    Following.objects.update(seen_at=timezone.now() - timedelta(days=9))
    (news,) = waiting(alma, timezone.localdate()).followed
    assert news.new == case.events.count()
    client.post("/desk/day/seen/", {"case": "another"})
    assert waiting(alma, timezone.localdate()).changed == 1
    client.post("/desk/day/seen/", {"case": "example-274"})
    assert waiting(alma, timezone.localdate()).changed == 0
    client.post("/desk/cases/example-274/follow/", {"follow": ""})
    assert not Following.objects.exists()


def test_the_page_of_the_day(client, alma, ledger, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2031, 3, 13))
    inbox.assign([ledger.public_id], alma, by="A", user=alma)
    following.follow(Case.objects.get(slug="example-274"), alma)
    client.force_login(alma)
    answer = client.get("/desk/day/")
    assert answer.status_code == 200
    page = answer.content.decode()
    for words in ("Aigerim Example was fined", "13 March 2031", "Cases that you follow"):
        assert words in page
    client.force_login(person("dana", "contributor"))
    assert client.get("/desk/day/").status_code == 403


# --- the mail ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(settings):
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.MAIL = Mail("127.0.0.1", server.port, "none", sender="desk@mail.invalid")
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
        settings.DEFAULT_FROM_EMAIL = "desk@mail.invalid"
        settings.PUBLIC_HOSTS = ["desk.invalid"]
        yield server


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_a_mail_counts_and_names_nothing(alma, ledger, server, language):
    following.follow(Case.objects.get(slug="example-274"), alma)
    change(Event.objects.filter(case__slug="example-274").first(), "Berik Invented")
    inbox.assign([ledger.public_id], alma, by="A", user=alma)
    following.wish(alma, "daily", language)
    assert digest.send(now=SEVEN) == 1
    (message,) = server.messages
    text = message.get_content()
    assert (message["To"], message["From"]) == ("alma@mail.invalid", "desk@mail.invalid")
    assert "1 · " in text
    assert "https://desk.invalid/desk/leads/?who=me" in text
    assert "https://desk.invalid/desk/day/#followed" in text
    told = (str(message) + text).casefold()
    secrets = {name for party in Party.objects.all() for name in party.name.split() if len(name) > 2}
    secrets |= {
        *Case.objects.values_list("slug", flat=True),
        ledger.public_id,
        "fined",
        "Berik",
        "Press Barometer",
    }
    assert len(secrets) > 8, secrets
    assert not [word for word in secrets if word.casefold() in told]


def test_who_wants_it_when(alma, ledger, server):
    following.wish(alma, "daily", "en")
    following.wish(person("weekly", "monitor"), "weekly", "ru")
    following.wish(person("never", "monitor"), "never", "en")
    following.wish(person("contributor", "contributor"), "daily", "en")
    gone = person("gone", "monitor")
    following.wish(gone, "daily", "en")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    got = {}
    for days in range(6):  # Thursday to Tuesday
        before = len(server.messages)
        digest.send(now=SEVEN + timedelta(days=days))
        digest.send(now=SEVEN + timedelta(days=days, hours=1))  # the same day again: nobody gets two
        got[days] = sorted(message["To"].split("@")[0] for message in server.messages[before:])
    assert got == {
        0: ["alma", "weekly"], 1: ["alma"], 2: ["alma"], 3: ["alma"], 4: ["alma", "weekly"], 5: ["alma"],
    }  # fmt: skip


def test_where_nothing_waits_no_mail_goes(alma, server):
    following.wish(alma, "daily", "en")
    assert digest.send(now=SEVEN) == 0
    assert server.messages == []


def test_a_server_that_refuses_leaves_the_rest_for_the_next_time(alma, ledger, server):
    following.wish(alma, "daily", "en")
    following.wish(person("berik", "monitor"), "daily", "en")
    server.refuse = "berik@mail.invalid"
    with pytest.raises(NotReady) as refused:
        digest.send(now=SEVEN)
    assert "berik" not in str(refused.value)
    assert [message["To"] for message in server.messages] == ["alma@mail.invalid"]
    server.refuse = ""
    assert digest.send(now=SEVEN) == 1
    assert server.messages[1]["To"] == "berik@mail.invalid"


def test_a_server_that_is_not_there(alma, ledger, server, settings):
    following.wish(alma, "daily", "en")
    server._server.server_close()
    with pytest.raises(NotReady, match="did not take it"):
        digest.send(now=SEVEN)
    assert DigestWish.objects.get().sent_at is None


def test_the_command_for_one_person(alma, ledger, server, settings):
    settings.MAIL = Mail()
    with pytest.raises(NotReady, match="no mail server"):
        digest.send("alma")
    ((_, letter),) = digest.letters("alma")  # as --dry-run shows it, without a server
    assert letter.subject == "What waits for you"
    with pytest.raises(UnknownValue, match="nobody"):
        digest.letters("zarina")
    person("mute", "monitor", mail=False)
    with pytest.raises(NotReady, match="no address"):
        digest.letters("mute")


def test_the_worker_sends_in_the_morning(alma, ledger, server, settings, monkeypatch):
    following.wish(alma, "daily", "en")
    begin()
    job = Job.objects.get(kind="digest")
    assert timezone.localtime(job.run_after).hour == 7
    assert job.run_after > timezone.now()
    begin()
    assert Job.objects.filter(kind="digest").count() == 1
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
    Worker({"digest": handlers()["digest"]}).run(once=True)
    assert len(server.messages) == 1
    job.refresh_from_db()
    assert (job.error, job.done_at) == ("", None)
    assert job.run_after > timezone.now()


def test_a_wish_needs_an_address(client, alma):
    client.force_login(person("mute", "monitor", mail=False))
    answer = client.post("/desk/day/mail/", {"rhythm": "daily", "language": "en"})
    assert answer.status_code == 400
    assert "no address" in answer.content.decode()
    client.force_login(alma)
    assert client.post("/desk/day/mail/", {"rhythm": "hourly", "language": "en"}).status_code == 400
    assert client.post("/desk/day/mail/", {"rhythm": "daily", "language": "xx"}).status_code == 400
    client.post("/desk/day/mail/", {"rhythm": "weekly", "language": "kk"})
    assert (DigestWish.objects.get().rhythm, DigestWish.objects.get().language) == ("weekly", "kk")


# --- settings ---------------------------------------------------------------------------------------------------------


def test_mail_as_the_environment_says_it():
    assert mail({}) == Mail()
    told = {"BAROMETER_MAIL_HOST": "mail.example", "BAROMETER_MAIL_FROM": "Desk <desk@mail.invalid>"}
    assert mail(told) == Mail("mail.example", 587, "starttls", sender="Desk <desk@mail.invalid>")
    assert mail(told | {"BAROMETER_MAIL_SECURITY": "tls"}).port == 465
    here = told | {"BAROMETER_MAIL_HOST": "127.0.0.1", "BAROMETER_MAIL_SECURITY": "none"}
    assert mail(here | {"BAROMETER_MAIL_PORT": "2525"}).port == 2525


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECURITY", "none"),
        ("SECURITY", "ssl"),
        ("PORT", "0"),
        ("PORT", "smtp"),
        ("PORT", "70000"),
        ("FROM", "desk"),
    ],
)
def test_a_wrong_setting_names_itself(name, value):
    told = {"HOST": "mail.example", "FROM": "desk@mail.invalid", "PASSWORD": "secret word"} | {name: value}
    with pytest.raises(UnknownValue) as refused:
        mail({f"BAROMETER_MAIL_{key}": said for key, said in told.items()})
    assert refused.value.place == f"BAROMETER_MAIL_{name}"
    assert "secret word" not in str(refused.value)


def test_the_desk_s_cases_are_listed_by_their_latest_event(client, ledger, alma, monkeypatch):
    import_files([DATA / "invented-2026q1.json"])
    undated, gone = Case.objects.order_by("slug").filter(events__isnull=False).distinct()[:2]
    undated.events.update(first_day=None, last_day=None)
    gone.events.update(state="withdrawn")
    live = Event.objects.exclude(state="withdrawn").exclude(case=None)
    latest = dict(live.values_list("case__slug").annotate(day=Max("first_day")))
    wanted = sorted(latest, key=lambda slug: (-(latest[slug] or date.min).toordinal(), slug))
    assert undated.slug == wanted[-1]
    assert gone.slug not in wanted
    monkeypatch.setattr(views, "CASES_A_PAGE", 3)
    client.force_login(alma)
    pages = [
        client.get(f"/desk/cases/?page={n}").content.decode() for n in range(1, -(-len(wanted) // 3) + 1)
    ]
    found = [slug for page in pages for slug in re.findall(r'href="/desk/cases/([^"/]+)/">', page)]
    assert found == wanted
