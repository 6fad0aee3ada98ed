"""The root of the site: languages, headers, and a login before everything that is not public."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.contrib.admin.sites import site

from barometer.web.accounts.models import User
from barometer.web.actions.importing import import_files
from barometer.web.records.models import Event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "en"), ("kk", "kk"), ("kk-KZ,ru;q=0.8", "kk"), ("ru-RU,ru;q=0.9,en;q=0.5", "ru"), ("de,fr", "en"),
        ("de,ru;q=0.1", "ru"), ("*", "en"), ("x" * 5000, "en"), ("kk;q=0,ru", "ru"), ("\x00;;,", "en"),
    ],
)  # fmt: skip
def test_the_root_leads_to_the_reader_s_language(client, asked, given):
    answer = client.get("/", headers={"accept-language": asked})
    assert (answer.status_code, answer["Location"]) == (302, f"/{given}/")
    assert "Accept-Language" in answer["Vary"]
    assert "no-store" not in answer.get("Cache-Control", "")


def test_the_headers_of_every_answer(client):
    for address in ("/robots.txt", "/", "/desk/login/", "/nothing-here"):
        answer = client.get(address)
        for directive in (
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "script-src 'self'",
        ):
            assert directive in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]
        assert "geolocation=()" in answer["Permissions-Policy"]


def test_another_host_is_refused(client):
    assert client.get("/robots.txt", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/desk/",
        "/desk/admin/",
        "/desk/admin/records/event/",
        "/desk/admin/records/revision/",
        "/desk/admin/accounts/user/",
    ],
)
def test_the_desk_asks_who_is_there(client, address):
    answer = client.get(address, follow=True)
    assert unquote(answer.redirect_chain[-1][0]) == f"/desk/login/?next={address}"
    assert answer.templates[0].name == "account/login.html"


def test_a_stranger_with_an_account_sees_no_record(client):
    client.force_login(User.objects.create_user("reader", password="a long password of mine"))
    assert client.get("/desk/admin/records/event/").status_code == 403


def test_the_desk_looks_and_does_not_touch(admin_client, mini, evidence):
    import_files([mini.path])
    for model in site._registry:
        if model._meta.app_label == "records":
            answer = admin_client.get(f"/desk/admin/records/{model._meta.model_name}/")
            assert answer.status_code == 200
            assert f"/records/{model._meta.model_name}/add/" not in answer.content.decode()
    event = Event.objects.first()
    page = f"/desk/admin/records/event/{event.pk}/change/"
    assert admin_client.get(page).status_code == 200
    assert admin_client.post(page, {"kind": "context"}).status_code == 403
    assert (
        admin_client.post(f"/desk/admin/records/event/{event.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    assert admin_client.get("/desk/admin/records/event/add/").status_code == 403
    event.refresh_from_db()
    assert event.kind != "context"


def test_login_works(client):
    User.objects.create_superuser("admin", password="a long password of mine")
    answer = client.post(
        "/desk/login/", {"login": "admin", "password": "a long password of mine", "next": "/desk/cases/"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/desk/cases/")
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get("/desk/").status_code == 200


def test_robots(client):
    answer = client.get("/robots.txt")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert client.post("/robots.txt").status_code in (403, 405)
