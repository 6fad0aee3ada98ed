"""Whatever address is asked for, however: no failure of ours, no traceback in the log, nothing sent elsewhere."""

from __future__ import annotations

import logging
import random
import uuid

import pytest
from django.test import Client
from test_hostile_pages import patterns

from barometer.web.records.models import Case, Event, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

SIGNS = [
    "..", "../../etc/passwd", "%00", "%2e%2e%2f", "%ff%fe", "\u202e", "я" * 40, "😀", "'", '"', "<script>", "{{7*7}}", "a" * 3000, "-1", "0", "9" * 30, "1e9",
    "NaN", "null", "true", "[]", "%0d%0aSet-Cookie:a=b", ";", "\\", "|", "*", "~", "CON", ".git/config", "wp-login.php", "2031Q1", "2026-02-30", "٣", "²", "ⅷ",
]  # fmt: skip
NAMES = [
    "q", "page", "period", "section", "kind", "type", "month", "region", "actor", "provision", "case", "person", "outlet", "body", "from", "to", "link", "view",
    "sort", "compare", "cursor", "limit", "format", "lang", "next", "token", "state", "show", "language", "x[]", "", "__proto__",
]  # fmt: skip
HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": ["kk", "ru;q=9", "x" * 4000, "*", "en-\x00", "zz-ZZ;q=nan", ",,,;;;"],
    "HTTP_COOKIE": ["sessionid=x", "csrftoken=" + "a" * 32, "a=" + "b" * 5000, ";;;=;", 'django_language="../x"', "messages=x"],
    "HTTP_HOST": ["evil.example", "localhost:99999", "127.0.0.1:x", "a b", "", "localhost, evil.example", "[::1"],
    "HTTP_IF_NONE_MATCH": ['"x"', "*", "W/", "x" * 3000],
    "HTTP_IF_MODIFIED_SINCE": ["yesterday", "Sun, 99 Xxx 9999 99:99:99 GMT", "0"],
    "HTTP_RANGE": ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-1,2-3," + "4-5," * 500, "x"],
    "HTTP_ACCEPT": ["application/json", "*/*;q=x", "text/html, " * 300],
    "HTTP_ACCEPT_ENCODING": ["gzip;q=0", "br, gzip", "x" * 2000],
    "HTTP_X_FORWARDED_FOR": ["1.1.1.1, " * 50, "x", "::ffff:1.2.3.4%eth0"],
    "HTTP_X_FORWARDED_PROTO": ["https", "javascript"],
    "HTTP_X_FORWARDED_HOST": ["evil.example"],
    "HTTP_REFERER": ["https://evil.example/", "x" * 3000],
    "CONTENT_TYPE": ["application/json", "multipart/form-data", "multipart/form-data; boundary=" + "x" * 300, "text/plain; charset=nonesuch", "x"],
}  # fmt: skip
METHODS = ["GET"] * 8 + ["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]


@pytest.fixture
def parts(mini):
    """Values that are there, for the parts of an address; the ledger holds a published bulletin."""
    from barometer.web.actions.importing import import_files

    import_files([mini.save()], as_published=True, by="A coder")
    return [
        *Event.objects.values_list("public_id", flat=True)[:2],
        *Case.objects.values_list("slug", flat=True)[:2],
        *Party.objects.values_list("public_id", flat=True)[:2],
        "2031Q1",
        "en",
        "1",
    ]


def routes() -> list[list[str | None]]:
    """The addresses of the site in parts; None where something may stand."""
    from django.urls import get_resolver

    found = []
    for each in patterns(get_resolver()):
        route = "".join(str(getattr(part, "_route", part)) for part in each)
        pieces = []
        for piece in route.strip("/").split("/"):
            pieces.append(None if "<" in piece else piece)
        found.append(pieces)
    return found


def asked(
    chance: random.Random, known: list[list[str | None]], there: list[str]
) -> tuple[str, str, dict, bytes]:
    """A method, an address, headers and a body."""
    pieces = [
        piece
        if piece is not None
        else chance.choice([*there, *SIGNS, str(uuid.UUID(int=chance.getrandbits(128)))])
        for piece in chance.choice(known)
    ]
    if chance.random() < 0.25:
        pieces.insert(chance.randrange(len(pieces) + 1), chance.choice(SIGNS))
    if chance.random() < 0.1:
        pieces = [chance.choice(SIGNS) for _ in range(chance.randrange(1, 6))]
    path = "/" + "/".join(pieces) + chance.choice(["/", "/", "/", "", "//", "/..", ".json", "%20"])
    query = "&".join(
        f"{chance.choice(NAMES)}{chance.choice(['=', '=', '=', '', '[]='])}{chance.choice([*SIGNS, *there])}"
        for _ in range(chance.choice((0, 0, 1, 1, 2, 5, 40)))
    )
    headers = {name: chance.choice(values) for name, values in HEADERS.items() if chance.random() < 0.07}
    method = chance.choice(METHODS)
    body = (
        b""
        if method in ("GET", "HEAD")
        else chance.choice([b"", b"a=b", b"{}", b"[" * 5000, b"\xff" * 50, b"--x\r\n"])
    )
    return method, f"{path}?{query}" if query else path, headers, body  # fmt: skip


def ask(seed: str, count: int, parts: list[str], clients: list[Client], caplog) -> dict[int, int]:
    """Ask so many times; how often which status was answered."""
    known, chance, told = routes(), random.Random(seed), {}
    caplog.set_level(logging.ERROR)
    for _ in range(count):
        method, address, headers, body = asked(chance, known, parts)
        kind = headers.pop("CONTENT_TYPE", "application/x-www-form-urlencoded")
        response = chance.choice(clients).generic(method, address, body, content_type=kind, **headers)
        shown = f"{method} {address[:300]!r} {headers}: {response.status_code}"
        if response.status_code >= 500:
            # The form of tips says 503 while the desk has no key to seal to, and a house without a worker that it is
            # not ready: these are answers.
            meant = "/tip/" in address or address.startswith("/health/ready/")
            assert response.status_code == 503 and meant, shown
            caplog.clear()
        if 300 <= response.status_code < 400:
            where = response.headers.get("Location", "/")
            assert where.startswith(("/", "?")) and not where.startswith(("//", "/\\")), (shown, where)
        for name, value in response.headers.items():
            assert not set("\r\n") & set(f"{name}{value}"), (shown, name)
        assert "a" not in response.cookies, shown
        if not response.streaming:
            assert b"Traceback (most recent call last)" not in response.content, shown
        failed = [
            record
            for record in caplog.records
            if record.exc_info and not record.name.startswith("django.security")
        ]
        assert not failed, (shown, caplog.text[-3000:])
        told[response.status_code] = told.get(response.status_code, 0) + 1
    return told


@pytest.fixture
def clients(admin_user):
    """A stranger, and somebody of the desk."""
    stranger, desk = Client(raise_request_exception=False), Client(raise_request_exception=False)
    desk.force_login(admin_user)
    return [stranger, stranger, desk]


def test_four_hundred_addresses(parts, clients, caplog):
    told = ask("four hundred", 400, parts, clients, caplog)
    assert told[200] > 2 and told[404] > 50 and told[400] > 5, told


@pytest.mark.long
def test_ten_thousand_addresses(parts, clients, caplog):
    told = ask("ten thousand", 10_000, parts, clients, caplog)
    assert sum(told.values()) == 10_000
