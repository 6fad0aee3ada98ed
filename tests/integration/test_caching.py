"""What others may keep of the site, what they may not, and what is told while the database does not answer."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.models import Group
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse
from test_roles import DESK, OWN, PATTERNS, address

from barometer.web.accounts.models import User
from barometer.web.actions.importing import import_files
from barometer.web.config.headers import NOBODY
from barometer.web.public import memory
from barometer.web.records.models import Event, Revision

pytestmark = pytest.mark.django_db
KEPT = re.compile(r"public, max-age=(\d+), stale-while-revalidate=60, stale-if-error=86400")


def age(answer) -> int:
    """For how many seconds an answer may be kept as it is."""
    return int(KEPT.fullmatch(answer["Cache-Control"])[1])


@pytest.fixture
def site(mini, evidence):
    """The site over the mini bulletin."""
    import_files([mini.path], as_published=True, by="A coder of the tests")


def public_addresses():
    """An address for every public page that there is something to show on, and for the API."""
    event = Event.objects.public().exclude(case=None).first()
    told = {
        "public:event": {"public_id": event.public_id}, "public:case": {"slug": event.case.slug},
        "public:case-feed": {"slug": event.case.slug, "form": "atom"}, "public:case-calendar": {"slug": event.case.slug},
        "public:events-feed": {"form": "json"}, "public:corrections-feed": {"form": "rss"},
    }  # fmt: skip
    for name, pattern in PATTERNS.items():
        if name in told:
            yield reverse(name, kwargs=told[name])
        elif name.startswith("public:") and not pattern.pattern.converters:
            yield reverse(name)
    yield from ("/api/v1/events", "/robots.txt")


#: Public, and yet kept by nobody: what is typed there, or sent.
FORMS = ("/en/search/", "/en/follow/")


def test_public_pages_may_be_kept_for_a_while(client, site):
    for path in public_addresses():
        answer = client.get(path)
        if answer.streaming:  # a file that is made while it is sent
            assert answer["Cache-Control"] == NOBODY, path
        elif answer.status_code == 200 and path not in FORMS:
            assert answer["Cache-Control"].startswith("public, max-age="), path
            assert "Cookie" not in answer.get("Vary", ""), path
            assert not answer.cookies, path
    page = client.get("/ru/cases/")
    assert 45 <= age(page) <= 60
    assert page["Vary"] == "Accept-Encoding"
    assert "Last-Modified" in page


def test_pages_made_together_do_not_come_of_age_together(client, site):
    ages = [age(client.get("/ru/cases/")) for _ in range(40)]
    assert len(set(ages)) > 4 and min(ages) >= 45 and max(ages) <= 60


def test_a_page_that_the_reader_has_is_not_sent_again(client, site):
    page = client.get("/en/cases/")
    again = client.get(
        "/en/cases/", headers={"If-None-Match": page["ETag"], "If-Modified-Since": page["Last-Modified"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == page["ETag"] and 45 <= age(again) <= 60
    packed = client.get("/en/cases/", headers={"Accept-Encoding": "gzip"})
    assert packed["ETag"] == f"W/{page['ETag']}"
    assert client.get("/en/cases/", headers={"If-None-Match": packed["ETag"]}).status_code == 304
    assert client.get("/ru/cases/", headers={"If-None-Match": page["ETag"]}).status_code == 200
    one = Event.objects.public().first()
    one.case.title = "Another title"
    one.case.save()
    Revision.objects.create(
        by="T", action="change", model="case", record_id=one.case.public_id, number=99, after={}
    )
    client.get("/en/cases/")
    # Not by the second: a change within one is a change.
    assert client.get("/en/cases/", headers={"If-Modified-Since": page["Last-Modified"]}).status_code == 200


def test_what_somebody_typed_is_not_kept(client, site):
    for path in (
        "/en/search/?q=fine",
        "/en/events/?q=fine",
        "/api/v1/events?q=fine",
        "/en/events/feed.atom?q=fine",
    ):
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        assert answer["Cache-Control"] == NOBODY, path


def test_nothing_with_a_session_is_kept(client, site):
    client.force_login(User.objects.create(username="aray", password="never asked for"))
    assert client.get("/en/cases/")["Cache-Control"] == NOBODY
    # A server in front that keeps pages by their address alone would hand this one to all.
    client.cookies["sessionid"] = "a-key-of-nobody-1234567890abcdef"
    assert client.get("/en/cases/")["Cache-Control"] == NOBODY


def test_nothing_else_is_kept_by_anybody(client, site):
    """Every address of the desk, before and behind the login; tips, private links, forms, what is not there."""
    paths = [address(name) for name in [*DESK, *OWN]]
    assert client.get("/")["Cache-Control"] == "private, max-age=600"
    paths += ["/en/tip/", "/en/tip/back/", "/sign/nothing/", "/desk/login/", "/desk/invitation/x/", "/en/follow/",
              "/en/alerts/confirm/x/", "/en/nowhere/", "/health/", "/health/ready/", "/metrics"]  # fmt: skip
    person = User.objects.create(username="aray", is_staff=True, password="never asked for")
    person.groups.add(Group.objects.get_or_create(name="administrator")[0])
    for _ in range(2):
        for path in paths:
            told = client.get(path).get("Cache-Control", "")
            assert "no-store" in told, path
            assert "public" not in told, path
        client.force_login(person)


def test_styles_are_kept_whoever_asks(client):
    client.force_login(User.objects.create(username="aray", password="never asked for"))
    assert client.get("/static/public/site.css")["Cache-Control"] == "max-age=600, public"


# --- the database does not answer -----------------------------------------------------------------------------------


@pytest.fixture(params=[OperationalError, InterfaceError])
def gone(request, monkeypatch, client):
    """A database that says where it was and who asked for it."""

    def cursor(*_):
        raise request.param('connection to server at "10.0.0.7" failed: FATAL: password of "barometer"')

    client.raise_request_exception = False
    monkeypatch.setattr(connection, "cursor", cursor)


@pytest.mark.parametrize(
    "path", ["/kk/", "/en/events/", "/desk/leads/", "/en/tip/", "/sign/nothing/", "/en/follow/"]
)
def test_what_readers_are_told_then(client, gone, path):
    client.cookies["sessionid"] = "a-key-of-nobody-1234567890abcdef"
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "no-store" in answer["Cache-Control"]
    told = answer.content.decode()
    assert re.findall(r'<section class="part" lang="(\w\w)">', told) == (
        ["kk", "en", "ru"] if path == "/kk/" else ["en", "ru", "kk"]
    )
    for secret in ("10.0.0.7", "barometer&quot;", "Traceback", "Operational", "Interface", ".py"):
        assert secret not in told
    assert not answer.cookies


def test_what_machines_are_told_then(client, gone):
    answer = client.get("/api/v1/events")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert json.loads(answer.content)["error"]["status"] == 503
    assert client.get("/health/").status_code == 200
    assert client.get("/health/ready/", REMOTE_ADDR="192.0.2.7").content == b"not ready\n"


def test_what_needs_no_database_is_there(client, gone):
    assert client.get("/robots.txt").status_code == 200
    assert client.get("/static/public/site.css").status_code == 200


def test_a_fault_of_the_program_is_no_503(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(memory, "version", lambda: 1 / 0)
    monkeypatch.setattr("barometer.web.public.calendars.context", lambda _: 1 / 0)
    answer = client.get("/en/calendar/")
    assert answer.status_code == 500
    assert "no-store" in answer["Cache-Control"]
