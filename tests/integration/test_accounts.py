"""People of the desk: invited, with a second factor, limited without being locked out, and every step in the log."""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import starting
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, TestCase
from django.utils import timezone

from barometer.errors import NotAllowed, NotReady, UnknownValue, WrongShape
from barometer.web.accounts import clients
from barometer.web.accounts.desk import is_small_desk
from barometer.web.accounts.models import AuditEntry, Invitation, User
from barometer.web.accounts.passwords import BreachedPasswordValidator, is_breached
from barometer.web.accounts.roles import Role
from barometer.web.actions import staff

pytestmark = pytest.mark.django_db

LEDGERS = Path(__file__).resolve().parents[1] / "ledgers"
PASSWORD = "herons over the Irtysh"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"


@pytest.fixture(autouse=True)
def nothing_counted(settings):
    """Limits begin anew with each test, and passwords are checked fast."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def factor_required(settings):
    """The default of an installation; the other tests do without."""
    settings.SECOND_FACTOR = "required"


def person(username, *roles):
    """Somebody with the roles."""
    made = User.objects.create_user(username, password=PASSWORD)
    made.groups.add(*(Group.objects.get_or_create(name=role)[0] for role in roles))
    return made


def log_in(client, username="aray", password=PASSWORD, **more):
    """Post the login form."""
    return client.post("/desk/login/", {"login": username, "password": password}, **more)


def code_for(secret, steps=0):
    """What an authenticator shows."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up_totp(client):
    """Go through the page; the secret."""
    page = client.get("/desk/account/authenticator/").content.decode()
    secret = re.search(r'id="secret"[^>]*>([A-Z2-7]+)<', page)[1]
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post("/desk/account/authenticator/", {"code": code_for(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


def acts(about=None):
    """The acts in the log, the oldest first."""
    found = AuditEntry.objects.order_by("pk")
    return [entry.act for entry in (found.filter(about=about) if about else found)]


# --- invitations -------------------------------------------------------------------------------------------


def test_nobody_signs_up(client):
    for path in ("signup", "account/signup", "password/reset", "account/email", "account/login/code"):
        assert client.get(f"/desk/{path}/").status_code in (302, 404)
        assert client.get(f"/desk/{path}/").get("Location", "/desk/login/").startswith("/desk/login/")


def test_an_invitation_lets_one_person_in(client, factor_required):
    made, secret = staff.invite(["editor", "lawyer"], by="Alma Invented", made_for="the new editor")
    assert secret not in str(Invitation.objects.values().get())
    page = f"/desk/invitation/{secret}/"
    assert client.get(page).status_code == 200
    form = {"username": "aray", "password": PASSWORD, "again": PASSWORD}
    assert client.post(page, form).status_code == 302
    someone = User.objects.get(username="aray")
    assert sorted(someone.groups.values_list("name", flat=True)) == ["editor", "lawyer"]
    assert (someone.is_staff, someone.is_superuser) == (False, False)
    # Logged in, and led to the second factor before anything else.
    assert client.get("/desk/leads/")["Location"] == "/desk/account/"
    assert Client().get(page).status_code == 410
    assert Client().post(page, form | {"username": "second"}).status_code == 410
    made.refresh_from_db()
    assert made.used_by == someone
    assert acts() == ["invited", "joined", "login"]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"again": "another one, that differs"}, "differ"),
        ({"password": "pw-7-x", "again": "pw-7-x"}, "too short"),
        ({"username": "Taken"}, "Somebody has this username"),
        ({"username": "<b>"}, "valid username"),
        ({"username": ""}, "required"),
        ({"password": "invited-herons", "again": "invited-herons", "username": "invited-heron"}, "similar"),
    ],
)
def test_what_an_invitation_refuses_leaves_it_open(client, given, word):
    person("taken")
    _, secret = staff.invite(["monitor"], by="Alma Invented")
    answer = client.post(
        f"/desk/invitation/{secret}/", {"username": "aray", "password": PASSWORD, "again": PASSWORD} | given
    )
    assert answer.status_code == 400
    assert word in answer.content.decode()
    assert given.get("password", PASSWORD) not in answer.content.decode()
    assert User.objects.count() == 1
    assert staff.invitation_of(secret)


def test_an_invitation_is_shut_by_time_and_by_hand(client):
    made, secret = staff.invite(["monitor"], by="Alma Invented", days=1)
    other, withdrawn = staff.invite(["monitor"], by="Alma Invented")
    staff.withdraw(other, by="Alma Invented")
    with pytest.raises(NotReady):
        staff.withdraw(other, by="Alma Invented")
    Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for word in (secret, withdrawn, "x", "%00", "a" * 500):
        assert client.get(f"/desk/invitation/{word}/").status_code == 410
        with pytest.raises(NotReady):
            staff.accept(word, username="late", password=PASSWORD)
    assert not User.objects.exists()


@pytest.mark.parametrize("roles", [[], ["boss"], ["editor", "x\x00"]])
def test_an_invitation_needs_roles_that_there_are(roles):
    with pytest.raises(UnknownValue):
        staff.invite(roles, by="Alma Invented")
    with pytest.raises(NotAllowed):
        staff.invite(["editor"], by=" ")
    assert not Invitation.objects.exists()


def test_who_is_logged_in_takes_no_invitation(client):
    client.force_login(person("aray", Role.MONITOR))
    _, secret = staff.invite(["administrator"], by="Alma Invented")
    assert client.get(f"/desk/invitation/{secret}/").status_code == 409
    assert staff.invitation_of(secret)


def test_a_way_back_ends_what_was(client, factor_required):
    someone = person("aray", Role.EDITOR)
    log_in(client)
    old = set_up_totp(client)
    _, secret = staff.let_back(someone, by="Alma Invented")
    assert client.get("/desk/").status_code == 200  # nothing ends before it is used
    came = Client()
    new = "storks over the Irtysh"
    assert came.post(f"/desk/invitation/{secret}/", {"password": new, "again": new}).status_code == 302
    assert client.get("/desk/").status_code == 302
    assert not Authenticator.objects.filter(user=someone).exists()
    assert came.get("/desk/leads/")["Location"] == "/desk/account/"
    assert log_in(Client()).status_code == 200  # the old password
    assert set_up_totp(came) != old
    assert came.get("/desk/leads/").status_code == 200
    assert "came back" in acts("aray")


# --- the second factor -------------------------------------------------------------------------------------


def test_without_a_second_factor_nothing_opens(client, factor_required):
    person("aray", Role.EDITOR)
    log_in(client)
    for path in ("", "leads/", "intake/", "admin/", "account/sessions/", "account/password/", "nothing/"):
        answer = client.get(f"/desk/{path}")
        assert (answer.status_code, answer.get("Location")) in ((302, "/desk/account/"), (404, None)), path
    assert client.post("/desk/intake/", {"text": "words"})["Location"] == "/desk/account/"
    assert client.get("/en/").status_code == 200  # what is public stays so
    set_up_totp(client)
    codes = client.get("/desk/account/codes/").content.decode()
    assert len(re.findall(r"<li><code>\d{8}</code>", codes)) == 10
    assert "<li><code>" not in client.get("/desk/account/codes/").content.decode()  # shown once
    assert client.get("/desk/leads/").status_code == 200
    assert acts("aray") == ["login", "factor added", "factor added"]


def test_the_second_factor_is_asked_at_login(client, factor_required):
    someone = person("aray", Role.EDITOR)
    log_in(client)
    secret = set_up_totp(client)
    codes = Authenticator.objects.get(user=someone, type="recovery_codes").wrap().get_unused_codes()
    other = Client()
    assert log_in(other)["Location"] == "/desk/login/factor/"
    assert other.get("/desk/")["Location"].startswith("/desk/login/")
    assert "not right" in other.post("/desk/login/factor/", {"code": "000000"}).content.decode()
    assert other.post("/desk/login/factor/", {"code": code_for(secret, 1)}).status_code == 302
    assert other.get("/desk/").status_code == 200
    # The same code opens nothing twice; a recovery code opens once.
    third = Client()
    log_in(third)
    assert third.post("/desk/login/factor/", {"code": code_for(secret, 1)}).status_code == 200
    assert third.post("/desk/login/factor/", {"code": codes[0]}).status_code == 302
    fourth = Client()
    log_in(fourth)
    assert fourth.post("/desk/login/factor/", {"code": codes[0]}).status_code == 200
    assert acts("aray").count("recovery code used") == 1
    assert (
        acts("aray").count("login failed") == 1
    )  # of three wrong codes one row: the log is not for strangers to fill


def test_secrets_are_kept_encrypted(client, factor_required):
    someone = person("aray", Role.EDITOR)
    User.objects.filter(pk=someone.pk).update(first_name="Arai", last_name="Invented", email="a@example.org")
    log_in(client)
    secret = set_up_totp(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = str(cursor.fetchall())
        cursor.execute("SELECT first_name, last_name, email FROM accounts_user")
        names = str(cursor.fetchall())
    assert secret not in kept
    assert "Arai" not in names and "Invented" not in names and "example" not in names
    someone.refresh_from_db()
    assert someone.get_full_name() == "Arai Invented"


def test_a_new_factor_ends_the_other_sessions(client):
    person("aray", Role.EDITOR)
    thief = Client()
    log_in(thief)
    log_in(client)
    set_up_totp(client)
    assert client.get("/desk/").status_code == 200
    assert thief.get("/desk/").status_code == 302


def test_an_open_browser_cannot_take_the_factor_away(client):
    person("aray", Role.EDITOR)
    log_in(client)
    set_up_totp(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    for path in ("account/authenticator/remove/", "account/codes/new/", "account/passkeys/add/"):
        answer = client.post(f"/desk/{path}")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/desk/account/again/"), path
    assert Authenticator.objects.count() == 2


def test_a_setting_that_is_none_is_refused(tmp_path):
    for name, value in (
        ("BAROMETER_SECOND_FACTOR", "maybe"),
        ("BAROMETER_SMALL_DESK", "perhaps"),
        ("BAROMETER_PROXIES", "-1"),
        ("BAROMETER_BREACHED_PASSWORDS", str(tmp_path / "none.txt")),
    ):
        environment = os.environ | {"BAROMETER_HOME": str(tmp_path), name: value, "BAROMETER_TRACEBACK": ""}
        done = starting.run(["manage", "check"], environment)
        assert done.returncode == 2
        assert name in done.stderr
        assert "Traceback" not in done.stderr


def test_a_small_desk_is_declared(client, settings):
    client.force_login(person("aray", Role.ADMINISTRATOR))
    assert not is_small_desk()
    assert "small desk" not in client.get("/desk/").content.decode()
    settings.SMALL_DESK = True
    assert is_small_desk()
    assert "small desk" in client.get("/desk/").content.decode()


# --- limits ------------------------------------------------------------------------------------------------


def test_a_stranger_s_tries_do_not_lock_the_owner_out(client):
    person("aray", Role.EDITOR)
    stranger, owner = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "198.51.100.4"}
    answers = [log_in(client, password=f"guess number {n}", **stranger) for n in range(50)]
    words = [answer.content.decode() for answer in answers]
    assert all("do not go together" in page for page in words[:10])
    assert all("Too many" in page for page in words[10:])
    assert not any("sessionid" in answer.cookies for answer in answers)
    assert (
        "Too many" in log_in(Client(), **stranger).content.decode()
    )  # even with the right password, from there
    assert log_in(Client(), **owner).status_code == 302
    assert acts("aray") == ["login failed", "login"]


def test_a_limit_is_forgotten_after_its_time(client, monkeypatch):
    person("aray", Role.EDITOR)
    stranger = {"REMOTE_ADDR": "203.0.113.7"}
    for n in range(12):
        log_in(client, password=f"guess number {n}", **stranger)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 16 * 60)
    assert log_in(Client(), **stranger).status_code == 302


def test_names_in_turn_are_limited_too(client, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # however slow the machine
    answers = [log_in(client, username=f"guess{n}", REMOTE_ADDR="203.0.113.7") for n in range(40)]
    assert {answer.status_code for answer in answers[:30]} == {200}
    assert {answer.status_code for answer in answers[30:]} == {429}
    assert log_in(Client(), username="guess1", REMOTE_ADDR="203.0.113.8").status_code == 200
    assert not AuditEntry.objects.exists()  # what is typed as a name may be a password


def test_no_address_is_kept_anywhere(client, settings):
    person("aray", Role.EDITOR)
    addresses = ("203.0.113.7", "2001:db8:7:7::1")
    for address in addresses:
        for password in ("a wrong guess", PASSWORD):
            log_in(Client(), password=password, REMOTE_ADDR=address, HTTP_USER_AGENT=FIREFOX)
    kept = [str(settings.CACHES), *map(str, cache._cache), *(str(value) for value in cache._cache.values())]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")
            kept += [str(row) for row in cursor.fetchall()]
    kept += [str(session.get_decoded()) for session in Session.objects.all()]
    words = "\n".join(kept)
    assert "Firefox, Android" in words
    for trace in ("203.0.113", "2001:db8", "Gecko", "131.0", hashlib.sha256(b"203.0.113.7").hexdigest()):
        assert trace not in words


def test_a_client_is_a_digest_for_a_day(rf, monkeypatch):
    def client_at(address):
        return clients.client_of(rf.get("/", REMOTE_ADDR=address))

    assert client_at("203.0.113.7") == client_at("203.0.113.7") != client_at("203.0.113.8")
    assert client_at("2001:db8:7:7::1") == client_at("2001:db8:7:7:ffff::2") != client_at("2001:db8:7:8::1")
    assert client_at("::ffff:203.0.113.7") == client_at("203.0.113.7")
    today = client_at("203.0.113.7")
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(clients.timezone, "now", lambda: tomorrow)
    assert client_at("203.0.113.7") != today
    clients._key_of.cache_clear()


def test_behind_a_server_the_client_is_who_asked_it(rf, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    one, other = (
        clients.client_of(rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"{forged}, {real}"))
        for forged, real in (("1.1.1.1", "203.0.113.7"), ("2.2.2.2", "203.0.113.7"))
    )
    assert one == other  # only what our own server wrote counts


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (FIREFOX, "Firefox, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/129.0 YaBrowser/24.10 Safari/537.36", "Yandex, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iOS"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/129.0 Safari/537.36 Edg/129.0", "Edge, Linux"),
        ("curl/8.0", ""), ("", ""), ("\x00<script>" * 99, ""),
    ],
)  # fmt: skip
def test_a_browser_is_known_by_its_common_name(agent, label):
    assert clients.browser_label(agent) == label


# --- passwords ---------------------------------------------------------------------------------------------


def breached_file(path, passwords, ending="\n", count=True):
    """A file as Have I Been Pwned gives it."""
    digests = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in passwords)
    path.write_bytes(b"".join(f"{one}{':3' if count else ''}{ending}".encode() for one in digests))
    return path


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [True, False])
@pytest.mark.parametrize("many", [0, 1, 2, 3, 1000])
def test_every_breached_password_is_found_and_no_other(tmp_path, ending, count, many):
    words = [f"пароль {n}" for n in range(many)]
    path = breached_file(tmp_path / "pwned.txt", words, ending, count)
    assert all(is_breached(word, path) for word in words)
    assert not any(is_breached(f"{word}!", path) for word in [*words, "x", ""])
    path.write_bytes(path.read_bytes().rstrip())  # a last line without an end
    assert all(is_breached(word, path) for word in words)


def test_a_large_file_is_searched_by_few_reads(tmp_path, monkeypatch):
    path = breached_file(tmp_path / "pwned.txt", [f"word {n}" for n in range(50_000)])
    reads = []
    from barometer.web.accounts import passwords

    found = passwords._line_from
    monkeypatch.setattr(passwords, "_line_from", lambda *given: reads.append(1) or found(*given))
    assert is_breached("word 777", path)
    assert len(reads) <= 24  # log2 of 2.2 MB is 21


@pytest.mark.parametrize(
    "content", [b"no digest at all\n", b"\x00" * 999, b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8x\n"]
)
def test_a_file_that_is_no_list_is_told(tmp_path, content):
    path = tmp_path / "pwned.txt"
    path.write_bytes(content)
    with pytest.raises(WrongShape, match=r"pwned.txt.*Have I Been Pwned"):
        is_breached("password", path)


def test_a_breached_password_is_refused(client, settings, tmp_path):
    settings.BREACHED_PASSWORDS = str(breached_file(tmp_path / "pwned.txt", [PASSWORD]))
    with pytest.raises(ValidationError, match="known from a breach"):
        BreachedPasswordValidator().validate(PASSWORD)
    _, secret = staff.invite(["monitor"], by="Alma Invented")
    answer = client.post(
        f"/desk/invitation/{secret}/", {"username": "aray", "password": PASSWORD, "again": PASSWORD}
    )
    assert "known from a breach" in answer.content.decode()
    settings.BREACHED_PASSWORDS = str(tmp_path / "gone.txt")
    with pytest.raises(NotReady, match=r"gone.txt"):
        BreachedPasswordValidator().validate(PASSWORD)


# --- sessions ----------------------------------------------------------------------------------------------


def test_sessions_are_listed_and_ended(client):
    person("aray", Role.EDITOR)
    log_in(client, HTTP_USER_AGENT=FIREFOX)
    others = [Client(), Client()]
    for other in others:
        log_in(other)
    page = client.get("/desk/account/sessions/").content.decode()
    assert "Firefox, Android" in page
    assert page.count('name="session"') == 2
    one = UserSession.objects.get(session_key=others[0].session.session_key)
    client.post("/desk/account/sessions/", {"session": one.pk})
    assert others[0].get("/desk/").status_code == 302
    assert others[1].get("/desk/").status_code == 200
    client.post("/desk/account/sessions/")
    assert others[1].get("/desk/").status_code == 302
    assert client.get("/desk/").status_code == 200
    assert acts("aray")[-2:] == ["sessions ended"] * 2


def test_nobody_ends_another_s_session(client):
    person("aray", Role.EDITOR)
    person("other", Role.EDITOR)
    victim = Client()
    log_in(victim, "other")
    log_in(client)
    for value in (UserSession.objects.get(user__username="other").pk, "x", "9" * 40, "-1", "\x00"):
        client.post("/desk/account/sessions/", {"session": value})
    assert victim.get("/desk/").status_code == 200


def test_a_new_password_ends_the_others(client):
    person("aray", Role.EDITOR)
    other = Client()
    log_in(other)
    log_in(client)
    new = "storks over the Irtysh"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/desk/account/password/", form | {"oldpassword": "wrong"}).status_code == 200
    assert client.post("/desk/account/password/", form).status_code == 302
    assert client.get("/desk/").status_code == 200
    assert other.get("/desk/").status_code == 302
    assert acts("aray")[-1] == "password changed"


def test_login_gives_a_new_session(client):
    person("aray", Role.EDITOR)
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = client.cookies["sessionid"].value
    log_in(client)
    assert client.cookies["sessionid"].value != planted
    fixed = Client()
    fixed.cookies["sessionid"] = planted
    assert fixed.get("/desk/").status_code == 302


@pytest.mark.parametrize(
    "next_", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example", "\x00//evil.example"]
)  # fmt: skip
def test_login_and_logout_lead_nowhere_else(client, next_):
    person("aray", Role.EDITOR)
    answer = client.post("/desk/login/", {"login": "aray", "password": PASSWORD, "next": next_})
    assert answer["Location"] == "/desk/"
    assert client.post("/desk/logout/", {"next": next_})["Location"] == "/desk/login/"
    answer = client.post(f"/desk/login/?next={next_}", {"login": "aray", "password": PASSWORD})
    assert answer["Location"] == "/desk/"


def test_forms_need_their_token():
    person("aray", Role.ADMINISTRATOR)
    strict = Client(enforce_csrf_checks=True)
    assert log_in(strict).status_code == 403
    strict.force_login(User.objects.get())
    for path in ("staff/", "account/sessions/", "account/password/", "logout/", "intake/"):
        assert strict.post(f"/desk/{path}").status_code == 403, path
    _, secret = staff.invite(["monitor"], by="Alma Invented")
    assert Client(enforce_csrf_checks=True).post(f"/desk/invitation/{secret}/").status_code == 403


# --- people of the desk, and the log -----------------------------------------------------------------------


@pytest.fixture
def administrator(client):
    """The client of an administrator."""
    client.force_login(person("admin", Role.ADMINISTRATOR))
    return client


def test_an_administrator_invites_and_the_link_is_shown_once(administrator):
    page = administrator.post(
        "/desk/staff/", {"role": ["monitor"], "for": "Новая сотрудница"}
    ).content.decode()
    link = re.search(r'<code id="link">http://testserver(/desk/invitation/[\w-]+/)</code>', page)[1]
    assert Client().get(link).status_code == 200
    again = administrator.get("/desk/staff/").content.decode()
    assert link not in again
    assert "Новая сотрудница" in again
    made = Invitation.objects.get()
    administrator.post(f"/desk/staff/invitations/{made.public_id}/withdraw/")
    assert Client().get(link).status_code == 410
    assert administrator.post("/desk/staff/", {"role": ["boss"]}).status_code == 400
    assert administrator.post("/desk/staff/", {}).status_code == 400


def test_an_administrator_changes_roles_and_closes(administrator):
    someone = person("aray", Role.MONITOR)
    theirs = Client()
    log_in(theirs)
    page = f"/desk/staff/{someone.pk}/"
    assert administrator.get(page).status_code == 200
    administrator.post(page, {"do": "roles", "role": ["editor", "custodian"]})
    assert sorted(someone.groups.values_list("name", flat=True)) == ["custodian", "editor"]
    administrator.post(page, {"do": "sessions"})
    assert theirs.get("/desk/").status_code == 302
    log_in(theirs)
    assert "invitation/" in administrator.post(page, {"do": "back"}).content.decode()
    administrator.post(page, {"do": "close"})
    assert theirs.get("/desk/").status_code == 302
    assert not staff.open_invitations().exists()
    assert log_in(Client())["Location"] == "/desk/account/closed/"
    administrator.post(page, {"do": "open"})
    assert log_in(Client()).status_code == 302
    assert [act for act in acts("aray") if act != "login"] == [
        "roles changed", "sessions ended", "way back given", "account closed", "account opened",
    ]  # fmt: skip
    assert AuditEntry.objects.get(act="roles changed").detail == "monitor → editor, custodian"


def test_nobody_changes_their_own_account(administrator):
    me = User.objects.get(username="admin")
    for given in ({"do": "roles", "role": ["custodian"]}, {"do": "close"}):
        administrator.post(f"/desk/staff/{me.pk}/", given)
    me.refresh_from_db()
    assert me.is_active
    assert [group.name for group in me.groups.all()] == ["administrator"]
    assert not AuditEntry.objects.exists()


def test_the_last_administrator_stays():
    last = person("admin", Role.ADMINISTRATOR)
    for act in (lambda: staff.close(last, by="X"), lambda: staff.set_roles(last, ["editor"], by="X")):
        with pytest.raises(NotAllowed, match="nobody would be left"):
            act()
    person("second", Role.ADMINISTRATOR)
    staff.set_roles(last, ["editor"], by="X")
    assert not last.groups.filter(name="administrator").exists()


def test_if_the_log_cannot_be_written_nothing_was_done(monkeypatch):
    someone = person("aray", Role.MONITOR)
    person("admin", Role.ADMINISTRATOR)
    monkeypatch.setattr(
        staff, "note_act", lambda *a, **k: (_ for _ in ()).throw(NotReady("the disk is full"))
    )
    for act in (
        lambda: staff.invite(["editor"], by="X"),
        lambda: staff.set_roles(someone, ["editor"], by="X"),
        lambda: staff.close(someone, by="X"),
        lambda: staff.let_back(someone, by="X"),
    ):
        with pytest.raises(NotReady):
            act()
        someone.refresh_from_db()
    assert someone.is_active
    assert [group.name for group in someone.groups.all()] == ["monitor"]
    assert not Invitation.objects.exists()


def test_the_log_is_read_by_act_and_by_person(client):
    person("aray", Role.MONITOR)
    for _ in range(2):
        log_in(Client())
    staff.invite(["editor"], by="Alma Invented", made_for="<script>")
    client.force_login(person("head", Role.DIRECTOR))
    page = client.get("/desk/audit/").content.decode()
    assert page.count('class="card-line"') == 3
    assert "<script>" not in page
    assert client.get("/desk/audit/", {"act": "login"}).content.decode().count('class="card-line"') == 2
    assert client.get("/desk/audit/", {"about": "ARAY"}).content.decode().count('class="card-line"') == 2
    for given in ({"about": "\x00"}, {"act": "x" * 500}, {"page": "999"}):
        assert client.get("/desk/audit/", given).status_code == 200


def test_accounts_cannot_be_changed_in_the_ledger_pages(admin_client):
    someone = person("aray", Role.MONITOR)
    page = f"/desk/admin/accounts/user/{someone.pk}/"
    assert admin_client.get(f"{page}change/").status_code == 200
    assert "pbkdf2" not in admin_client.get(f"{page}change/").content.decode()
    assert admin_client.post(f"{page}change/", {"is_superuser": "on"}).status_code == 403
    assert admin_client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get("/desk/admin/accounts/user/?q=aray").status_code == 200
    index = admin_client.get("/desk/admin/").content.decode()
    assert "/mfa/" not in index and "/usersessions/" not in index and "/auth/group/" not in index


def test_a_contributor_hands_in_and_is_told_so(client, evidence):
    client.force_login(person("aray", Role.CONTRIBUTOR))
    answer = client.post("/desk/intake/", {"text": "A court fined the invented editor Aray."}, follow=True)
    assert answer.redirect_chain == [("/desk/intake/", 302)]
    assert "Kept" in answer.content.decode()
    assert "What you handed in" in answer.content.decode()
    assert client.get("/desk/leads/").status_code == 403
    client.force_login(person("beket", Role.CONTRIBUTOR))
    assert "What you handed in" not in client.get("/desk/intake/").content.decode()


# --- the installation --------------------------------------------------------------------------------------


@pytest.mark.parametrize("hosts", ["", "desk.example.org"])
def test_django_finds_nothing_to_complain_of(tmp_path, hosts):
    code = (
        "import django; django.setup();"
        "from django.core.checks import run_checks;"
        "found = [m for m in run_checks(include_deployment_checks=True) if not m.is_silenced()];"
        "print(sorted(m.id for m in found))"
    )
    environment = os.environ | {
        "BAROMETER_HOME": str(tmp_path),
        "BAROMETER_ALLOWED_HOSTS": hosts,
        "DJANGO_SETTINGS_MODULE": "barometer.web.config.settings",
    }
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE")  # the tests' own
    process = starting.start([], environment, code)
    found, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    # On loopback there is no TLS to insist on.
    assert found.strip() == ("[]" if hosts else "['security.W004', 'security.W012', 'security.W016']")


def test_browsers_are_told_to_insist_on_tls(client, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answer = Client().get("/robots.txt", HTTP_X_FORWARDED_PROTO="https")
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in Client().get("/robots.txt")


def test_pages_of_the_account_have_no_inline_script(client):
    someone = person("aray", Role.ADMINISTRATOR)
    _, secret = staff.invite(["monitor"], by="Alma Invented")
    pages = [Client().get(f"/desk/invitation/{secret}/"), Client().get("/desk/login/")]
    log_in(client)
    pages += [
        client.get(f"/desk/account/{path}") for path in ("", "sessions/", "password/", "authenticator/")
    ]
    pages += [
        client.get("/desk/account/passkeys/add/"),
        client.get("/desk/staff/"),
        client.get(f"/desk/staff/{someone.pk}/"),
    ]
    for answer in pages:
        text = answer.content.decode()
        assert answer.status_code == 200, text[:500]
        assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
        assert not re.search(r"\son\w+=|style=", text)
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self';" in policy + ";" and "unsafe" not in policy
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.long
def test_accounts_from_before_roles_keep_what_they_could_do(tmp_path):
    ledger = tmp_path / "ledger.sqlite3"
    ledger.write_bytes(lzma.decompress((LEDGERS / "0005" / "ledger.xz").read_bytes()))
    old = sqlite3.connect(ledger)
    for key, name, is_staff, is_superuser in ((71, "staff", 1, 0), (72, "reader", 0, 0), (73, "root", 1, 1)):
        old.execute(
            "INSERT INTO accounts_user (id, password, is_superuser, username, first_name, last_name, email, is_staff,"
            " is_active, date_joined) VALUES (?, 'x', ?, ?, 'Alma', '', 'alma@example.org', ?, 1, '2031-01-01')",
            (key, is_superuser, name, is_staff),
        )
    old.commit()
    old.close()
    environment = os.environ | {"BAROMETER_HOME": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "barometer", "people", "list"],
        env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {
        "staff: editor, no second factor", "reader: no role, no second factor", "root: superuser, no second factor",
    } <= set(done.stdout.splitlines())  # fmt: skip
    now = sqlite3.connect(ledger)
    [row] = now.execute("SELECT first_name, last_name, email FROM accounts_user WHERE id = 71")
    now.close()
    key = Fernet((tmp_path / "keys" / "fields").read_bytes().strip())
    assert key.decrypt(row[0]).decode() == "Alma"
    assert row[1] == ""
    assert key.decrypt(row[2]).decode() == "alma@example.org"


@pytest.mark.long
@pytest.mark.once
def test_the_command_line_lets_the_first_one_in(own_ledger):
    link = own_ledger.barometer("people", "invite", "--role", "administrator", "--by", "Alma Invented")
    assert link.returncode == 0, link.stderr
    assert re.fullmatch(r"http://localhost:8000/desk/invitation/[\w-]{43}/\n", link.stdout)
    assert "The link is for the ledger" in link.stderr
    assert "another port than 8000" in link.stderr
    own_ledger.barometer("manage", "createsuperuser", "--noinput", "--username", "admin")
    assert own_ledger.barometer("people", "list").stdout == "admin: superuser, no second factor\n"
    assert own_ledger.barometer("people", "roles", "admin", "--role", "editor", "--by", "X").returncode == 0
    assert "editor" in own_ledger.barometer("people", "list").stdout
    assert own_ledger.barometer("people", "back", "admin", "--by", "X").stdout.startswith("http://localhost")
    for wrong in (
        ("invite", "--role", "boss", "--by", "X"),
        ("invite", "--role", "editor", "--by", " "),
        ("invite", "--role", "editor", "--by", "X", "--days", "99"),
        ("back", "nobody", "--by", "X"),
    ):
        refused = own_ledger.barometer("people", *wrong)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "Next:" in refused.stderr
