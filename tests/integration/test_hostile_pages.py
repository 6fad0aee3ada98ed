"""Hostile words in every record and every address: no page fails, nothing of them runs, no drawing is sent as one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter
from pyrage import x25519
from selectolax.lexbor import LexborHTMLParser

from barometer.pipeline.columns import Mapped
from barometer.web.accounts.models import User
from barometer.web.accounts.roles import Role
from barometer.web.actions import tables as table_actions
from barometer.web.actions import tips
from barometer.web.actions.evidence import keep_evidence, keep_upload
from barometer.web.actions.importing import import_files
from barometer.web.actions.leads import Incoming, hand_in
from barometer.web.records.gathering import Lead, WatchedSource
from barometer.web.records.models import Case, Event, EvidenceItem, Item, Party
from barometer.web.records.tables import PendingTable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

SCRIPT = "<script>alert('ran')</script>\"'><img src=x onerror=alert(1)><svg/onload=alert(2)>"
TEMPLATE = "{{ 79190000000|add:1 }}{% debug %}{{ settings.SECRET_KEY }}${7*7}<%= 7 %>"
DATABASE = "'); DROP TABLE records_event;-- \" OR 1=1"
PATH = "../../../../etc/passwd%00%2e%2e%2f"
UNSEEN = "\u202eevil\u202c\u200b\u2066x\ufeff"
ALL = f"{SCRIPT}{TEMPLATE}{DATABASE}{PATH}{UNSEEN}"
NAMES = (
    "q",
    "page",
    "period",
    "state",
    "show",
    "type",
    "kind",
    "region",
    "case",
    "next",
    "sort",
    "provision",
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.fixture
def ledger(mini):
    """A desk that takes tips; published events, a lead, a source, evidence and a waiting table, every word of them hostile."""
    tips.add_recipient(str(x25519.Identity.generate().to_public()), label=SCRIPT, by="A custodian")
    for entry in mini.data["entries"]:
        entry["headline"] = ALL
        for event in entry["events"]:
            event["summary"] = dict.fromkeys(("en", "ru", "kk"), ALL)
            event["note"] = event["date_text"] = ALL[:300]
            event["place"] = {"country": "KZ", "name": ALL[:200], "region": "KZ-75"}
            for who in (*event["targets"], *event["actors"]):
                who["name"], who["written"] = f"{who['name']} {ALL}"[:300], ALL[:500]
            for ahead in event.get("upcoming") or ():
                ahead["what"] = ahead["of"] = ALL
    for name in ("title", "intro", "contact"):
        mini.data[name] = dict.fromkeys(("en", "ru", "kk"), ALL)
    mini.data["sections"] = {"6": {"title": {"en": ALL}, "intro": {"en": ALL}}}
    mini.text.unlink()
    import_files([mini.save()], as_published=True, by=ALL[:60].replace("\u202e", ""))
    Event.objects.filter(pk=Event.objects.first().pk).update(summary_en="я" * 1_000_000)
    Item.objects.update(
        links=[
            {"text": ALL, "start": 0, "end": 1, "address": "javascript:alert(1)"},
            {"text": ALL, "start": 0, "end": 1, "address": f"https://x.example/{SCRIPT}"},
        ]
    )
    evidence = keep_evidence(SVG, name=ALL[:200], media_type="image/svg+xml", how=ALL[:90], by=ALL[:200])
    hand_in(
        Incoming(f"Court fined the journalist under Article 274. {ALL}", title=ALL, author=ALL[:300]),
        origin=Lead.Origin.FILE, by=ALL[:200], evidence=evidence, note=ALL,
    )  # fmt: skip
    one_line = f"{SCRIPT}{TEMPLATE}{DATABASE}{PATH}"  # signs that nobody sees are refused in a source
    WatchedSource.objects.create(
        slug="hostile", title=one_line, publisher=one_line, kind="page", every=60, select="main",
        address="https://x.example/%3Cscript%3E'\"", language="en", trust="media",
    )  # fmt: skip


@pytest.fixture
def somebody(client):
    """A superuser who is the custodian too: every page of the desk opens."""
    user = User.objects.create_superuser("hostile", password="long enough, mine", first_name=ALL[:150])
    user.groups.add(Group.objects.get_or_create(name=Role.CUSTODIAN)[0])
    client.force_login(user)
    pending = table_actions.hand_in(f"{SCRIPT};Date\n{ALL};2031\n".encode(), "x.csv", user=user)
    pending.chosen = {
        "sheet": "", "source": ALL[:200].replace("\u202e", "").replace("\u202c", ""), "mapping": ALL, "published": False,
        "mapped": Mapped({SCRIPT: "type", "Date": "date"}).as_data(),
    }  # fmt: skip
    pending.name = f"{ALL[:150]}.csv"
    pending.save()
    return user


def known(name: str) -> list[str]:
    """Values that a part of an address may have."""
    return {
        "public_id": [
            row.public_id
            for model in (Event, Lead, EvidenceItem, PendingTable)
            for row in model.objects.all()[:2]
        ],
        "slug": ["hostile", *Case.objects.values_list("slug", flat=True)[:1]],
        "party": list(Party.objects.values_list("public_id", flat=True)[:1]),
        "period": ["2031Q1"],
        "language": ["ru"],
    }.get(name, [])


def patterns(resolver: URLResolver, before: tuple = ()) -> Iterator[tuple]:
    """Every pattern of ours with what it stands below; Django's own administration pages left out."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            if one.app_name != "admin":
                yield from patterns(one, (*before, one.pattern))
        elif isinstance(one, URLPattern):
            yield (*before, one.pattern)


def addresses() -> Iterator[str]:
    """Every address, with values that are there and with hostile ones."""
    for parts in patterns(get_resolver()):
        route = "".join(str(getattr(part, "_route", part)) for part in parts)
        converters = {name: each for part in parts for name, each in part.converters.items()}
        choices = {name: [*known(name), *hostile(each)] for name, each in converters.items()}
        for at in range(max(map(len, choices.values()), default=1)):
            address = route
            for name, values in choices.items():
                prefix = {
                    "SlugConverter": "slug",
                    "StringConverter": "str",
                    "IntConverter": "int",
                    "PathConverter": "path",
                }
                kind = prefix.get(type(converters[name]).__name__, "uuid")
                address = address.replace(f"<{kind}:{name}>", values[min(at, len(values) - 1)])
            yield "/" + address.lstrip("/")


def hostile(converter: object) -> list[str]:
    """What such a part of an address may be at worst."""
    if isinstance(converter, IntConverter):
        return ["0", str(10**12)]
    if isinstance(converter, SlugConverter):
        return ["nonesuch", "x" * 5000]
    return ["%3Cscript%3Ealert(1)%3C%2Fscript%3E", "..%2F..%2Fetc%2Fpasswd", "%E2%80%AEx"]


def is_harmless(response, address: str) -> bool:
    """The answer is no failure, and nothing in it runs; whether the hostile words stand there, as words."""
    not_ready = address.startswith("/health/ready/")  # here no worker was seen
    assert response.status_code < 500 or not_ready, address
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        assert "svg" not in response.headers.get("Content-Type", ""), address
        return False
    text = response.content.decode()
    assert django_settings.SECRET_KEY not in text and "79190000001" not in text, address
    tree = LexborHTMLParser(text)
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.lower().startswith("on"), (address, name)
            lead = (value or "").strip().lower()
            if name in ("href", "src", "action", "formaction"):
                assert not lead.startswith(("javascript:", "data:", "vbscript:")), (address, value)
    for node in tree.css("script"):
        if node.attributes == {"type": "application/ld+json"}:  # data, which no browser runs
            assert json.loads(node.text())["@context"] == "https://schema.org", address
            continue
        assert (node.attributes.get("src") or "").startswith("/static/") and not node.text().strip(), address
    assert not tree.css("img[src=x]"), address
    assert "<svg/onload" not in text, address
    return response.status_code == 200 and "&lt;script&gt;alert(" in text


@pytest.mark.early
def test_no_page_fails_or_runs_what_came_in(client, ledger, somebody):
    shown = [address for address in addresses() if is_harmless(client.get(address), address)]
    assert len(shown) >= 18
    pages = (
        "/en/events/", "/en/cases/", "/desk/leads/", "/desk/names/", "/desk/sources/", "/desk/evidence/",
        "/desk/tables/",
    )  # fmt: skip
    for page in pages:
        assert any(address.startswith(page) for address in shown), page
    assert f"/desk/tables/{PendingTable.objects.get().public_id}/rows/" in shown


@pytest.mark.once
def test_no_question_in_an_address_fails_or_runs(client, ledger, somebody):
    for parts in patterns(get_resolver()):
        if any(part.converters for part in parts):
            continue
        address = "/" + "".join(str(getattr(part, "_route", part)) for part in parts).lstrip("/")
        for given in (SCRIPT, f"{DATABASE}\x00{UNSEEN}", "9" * 5000):
            is_harmless(client.get(address, dict.fromkeys(NAMES, given)), address)


def test_a_question_of_very_many_letters(client, ledger):
    for path in ("/en/events/", "/en/cases/"):
        is_harmless(client.get(path, {"q": "я" * 300_000}), path)


@pytest.mark.long
@pytest.mark.once
def test_what_the_public_sees_is_harmless_too(client, ledger):
    for address in addresses():
        if address.startswith(("/en/", "/ru/", "/kk/")):
            is_harmless(client.get(address), address)


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("a.svg", "image/svg+xml", SVG),
        ("a.png", "image/png", SVG),
        ("a.html", "text/html", b"<script>alert(1)</script>"),
        ("a.xhtml", "application/xhtml+xml", b"<html xmlns='http://www.w3.org/1999/xhtml'/>"),
        ("a.xml", "text/xml", b"<?xml-stylesheet href='x'?><x/>"),
        ("a.js", "text/javascript", b"alert(1)"),
    ],
)
def test_nothing_that_runs_is_sent_as_what_it_is(client, somebody, name, kind, data):
    uploaded = keep_upload(data, name, by="Somebody").original
    claimed = keep_evidence(data + b" ", name=name, media_type=kind, how="upload", by="Somebody")
    for item in (uploaded, claimed):
        answer = client.get(f"/desk/evidence/{item.public_id}/bytes/")
        sent = answer.headers.get("Content-Type", "")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.status_code == 200:
            assert sent.startswith(("application/octet-stream", "text/plain", "image/png"))
            assert "sandbox" in answer.headers["Content-Security-Policy"]
        else:
            assert answer.status_code == 404
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"] or answer.status_code == 200
