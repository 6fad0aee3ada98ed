"""Settings come from the environment alone, and refuse in clear words."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from pathlib import Path

import pytest
from django.core.exceptions import DisallowedHost
from django.db import OperationalError
from django.http import HttpResponse
from django.urls import resolve
from django.utils.log import log_response

from barometer.errors import BarometerError, UnknownValue
from barometer.reading.helper import _KEY, _MODEL, _TIMEOUT, _URL
from barometer.web.config import settings as live
from barometer.web.config.database import database
from barometer.web.config.home import default_home, home_folder, secret_key
from barometer.web.config.logs import DiscreetFormatter
from barometer.web.config.settings_reference import SETTINGS
from barometer.web.config.trouble import TroubleMiddleware

PACKAGE = Path(live.__file__).resolve().parents[2]


def test_every_variable_that_is_read_is_in_the_reference():
    named = {
        name
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts
        for name in re.findall(
            r'(?:environ|environment)(?:\.get\(|\[|, )"([A-Z_]+)"', path.read_text(encoding="utf-8")
        )
    }
    named -= {"LOCALAPPDATA", "XDG_DATA_HOME", "CONTENT_LENGTH"}  # the platform's, and a request's
    named |= {_URL, _MODEL, _KEY, _TIMEOUT}  # the names of the model's helper are put together
    assert named == {setting.name for setting in SETTINGS}


def test_safe_by_default():
    assert live.DEBUG is False
    assert live.ALLOWED_HOSTS[:3] == ["127.0.0.1", "localhost", "[::1]"]
    assert live.USE_TZ
    assert live.TIME_ZONE == "Asia/Almaty"
    assert live.CONTENT_SECURITY_POLICY["DIRECTIVES"]["default-src"] == ["'none'"]


# --- DATABASE_URL ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [None, "", "  "])
def test_sqlite_in_the_home_by_default(url, tmp_path):
    made = database(url, tmp_path)
    assert made["NAME"] == tmp_path / "ledger.sqlite3"
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert made["OPTIONS"]["timeout"] == 20


def test_sqlite_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert database("sqlite:////srv/led%20ger.sqlite3", tmp_path)["NAME"] == Path("/srv/led ger.sqlite3")
    assert database("sqlite:///here.sqlite3", tmp_path)["NAME"] == tmp_path / "here.sqlite3"


def test_postgres(tmp_path):
    pytest.importorskip("psycopg")
    made = database("postgresql://a%40b:p%2Fw@db.example.org:5433/ledger?sslmode=require", tmp_path)
    assert [made[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "a@b", "p/w", "db.example.org", "5433", "ledger",
    ]  # fmt: skip
    assert made["OPTIONS"]["sslmode"] == "require"
    socket = database("postgres://me@%2Fvar%2Frun%2Fpostgresql/ledger", tmp_path)
    assert (socket["HOST"], socket["PORT"], socket["PASSWORD"]) == ("/var/run/postgresql", "", "")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/x",
        "sqlite:///x?mode=ro",
        "x",
        "mysql://h/x",
        "://",
    ],
)
def test_other_addresses_are_refused(url, tmp_path):
    with pytest.raises(UnknownValue, match="DATABASE_URL"):
        database(url, tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "postgres://someone:hush-hush@127.0.0.1:one/ledger",
        "postgres://someone:hush-hush@127.0.0.1",
        "postgres://someone:hush-hush@127.0.0.1/ledger?colour=red",
        "mysql://someone:hush-hush@127.0.0.1/ledger",
        "someone:hush-hush@127.0.0.1",
        "postgres://someone:hush/hush-hush@127.0.0.1/ledger",
        "postgres://[hush-hush",
        "hush-hush",
    ],
)
def test_no_refusal_repeats_the_password(url, tmp_path):
    pytest.importorskip("psycopg")
    with pytest.raises(BarometerError) as caught:
        database(url, tmp_path)
    assert "hush" not in str(caught.value)
    assert caught.value.next_step


# --- the home and its key --------------------------------------------------------------------------------------------


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's folders")
def test_the_platform_s_folder():
    assert default_home({"XDG_DATA_HOME": "/data"}) == Path("/data/press-barometer")
    assert default_home({}) == Path.home() / ".local/share/press-barometer"


def test_the_home_is_made_for_its_owner(tmp_path):
    made = home_folder({"BAROMETER_HOME": str(tmp_path / "a" / "b")})
    assert made == tmp_path / "a" / "b"
    if os.name == "posix":
        assert made.stat().st_mode & 0o777 == 0o700


def test_the_key_stays(tmp_path):
    key = secret_key(tmp_path)
    assert len(key) >= 64
    assert secret_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]
    assert secret_key(home_folder({"BAROMETER_HOME": str(tmp_path / "other")})) != key


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_key_is_its_owner_s_alone(tmp_path):
    secret_key(tmp_path)
    path = tmp_path / "secret-key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    secret_key(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_many_at_once_agree_on_the_key(tmp_path):
    keys = []
    start = threading.Barrier(8)

    def ask():
        start.wait()
        keys.append(secret_key(tmp_path))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", [b"", b"short", "ключ".encode(), b"\xff" * 90])
def test_a_damaged_key_is_refused(tmp_path, content):
    (tmp_path / "secret-key").write_bytes(content)
    with pytest.raises(BarometerError, match="secret-key"):
        secret_key(tmp_path)


# --- logs ------------------------------------------------------------------------------------------------------------


def test_a_log_keeps_no_words_of_an_exception():
    try:
        raise ValueError("a name: Aigerim Example")
    except ValueError:
        record = logging.LogRecord(
            "django.request", logging.ERROR, __file__, 1, "Internal Server Error", (), sys.exc_info()
        )
    line = DiscreetFormatter("%(message)s").format(record)
    assert "ValueError" in line
    assert "test_settings.py" in line
    assert "Aigerim" not in line.replace('raise ValueError("a name: Aigerim Example")', "")


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/sign/a-secret/", 500, "500 for sign:page"),
        ("/desk/invitation/a-secret/", 503, "503 for invitation"),
        ("/en/tip/", 500, "500 for tips:form"),
        ("/en/tip/", 503, ""),
    ],
)
def test_a_log_keeps_no_address(rf, caplog, path, status, told):
    request = rf.get(path)
    request.resolver_match = resolve(path)
    log_response("%s: %s", "A fault", path, response=HttpResponse(status=status), request=request)
    assert caplog.messages == ([told] if told else [])


def test_nobody_is_told_who_was_on_the_pages_for_tips_while_the_database_was_away(rf, caplog):
    request = rf.get("/en/tip/")
    request.resolver_match = resolve("/en/tip/")
    answer = TroubleMiddleware(lambda asked: HttpResponse()).process_exception(request, OperationalError("x"))
    assert (answer.status_code, caplog.messages) == (503, [])


def test_a_request_that_was_refused_is_one_line():
    try:
        raise DisallowedHost("Invalid HTTP_HOST header")
    except DisallowedHost:
        record = logging.LogRecord("django.security", logging.ERROR, "", 1, "Refused", (), sys.exc_info())
    assert DiscreetFormatter("%(message)s").format(record) == "Refused"
