"""Sign-off at the desk step by step, and what readers find: the list, the issue's page, its copies."""

from __future__ import annotations

import base64
import hashlib

import html5lib
import pytest
from reviewed import person
from signing import approve_all, frozen, nothing_unready, opened, three
from standing import standing

from barometer.codebook import LANGUAGES
from barometer.publication import snapshot
from barometer.publication.compose import compose
from barometer.publication.render import FORMATS
from barometer.web.actions import freezing, redacting
from barometer.web.records import printed
from barometer.web.records.freezing import ImprintLine, IssueApproval, ItemBlock
from barometer.web.records.models import Event, Item
from barometer.web.records.reviewing import LinkMark, PublicNote

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch):
    nothing_unready(monkeypatch)


@pytest.fixture
@standing
def issue(mini, evidence):
    return opened(mini)


@pytest.fixture
def quick(monkeypatch):
    """Copies of a few words."""
    monkeypatch.setattr(
        freezing,
        "rendered",
        lambda given: {
            (language, form): f"{language} {form}".encode() for language in LANGUAGES for form in FORMATS
        },
    )


def valid(answer):
    """The page, which is valid HTML."""
    text = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    return text


def words_of(page):
    """What a page says, without its marks."""
    return " ".join("".join(html5lib.parse(page, namespaceHTMLElements=False).itertext()).split())


def at(period, what=""):
    return f"/desk/signoff/{period}/{what}{'/' if what else ''}"


# --- the desk --------------------------------------------------------------------------------------------------------


def test_an_issue_goes_from_reading_to_frozen_by_hand(quick, issue, client):
    people = three()
    client.force_login(people["lawyer"])
    assert issue.period in valid(client.get("/desk/signoff/"))
    page = valid(client.get(at("2031Q1")))
    digest = snapshot.digest(freezing.packed(issue))
    assert digest in page
    assert page.count('name="kind"') == 1  # the lawyer's own alone
    item = issue.items.first()
    stop = {"item": item.public_id, "stop": "yes", "reason": "It may be untrue."}
    assert client.post(at("2031Q1", "block"), stop, follow=True).status_code == 200
    page = valid(client.get(at("2031Q1")))
    assert "It may be untrue." in page
    assert "Stopped by Signing-lawyer Invented." in page
    client.post(at("2031Q1", "block"), stop | {"stop": "no", "reason": "Checked."})
    assert ItemBlock.objects.count() == 2
    for kind, user in people.items():
        client.force_login(user)
        answer = client.post(at("2031Q1", "approve"), {"kind": kind, "digest": digest})
        assert answer.status_code == 302, answer.content.decode()
    assert client.post(at("2031Q1", "freeze")).status_code == 302
    issue.refresh_from_db()
    assert issue.frozen_at
    page = valid(client.get(at("2031Q1")))
    assert all(row.sha256 in page for row in issue.editions.get().files.all())
    copy = client.get(at("2031Q1", "copies/en/md"))
    assert copy.content == b"en md"
    assert copy["Content-Disposition"] == 'attachment; filename="press-barometer-2031Q1-en.md"'


def test_a_change_in_between_shows_as_void(issue, client):
    people = approve_all(issue)
    Item.objects.filter(issue=issue).update(section=3)
    client.force_login(people["director"])
    page = valid(client.get(at("2031Q1")))
    assert page.count("void: changed since") == 3
    answer = client.post(at("2031Q1", "freeze"))
    assert answer.status_code == 400
    assert "is void" in answer.content.decode()
    issue.refresh_from_db()
    assert issue.frozen_at is None


@pytest.mark.parametrize("what", ["approve", "block", "link", "freeze"])
def test_whoever_may_not_is_told(issue, client, what):
    item = issue.items.first()
    Item.objects.filter(pk=item.pk).update(
        links=[{"text": "A", "start": 0, "end": 1, "address": "https://a.example/"}]
    )
    client.force_login(person("reader", "reviewer"))
    given = {
        "kind": "director", "digest": "0" * 64, "item": item.public_id, "stop": "yes", "reason": "why",
        "address": "https://a.example/", "shown": "no",
    }  # fmt: skip
    assert client.post(at("2031Q1", what), given).status_code == 400
    assert not (IssueApproval.objects.exists() or ItemBlock.objects.exists() or LinkMark.objects.exists())
    assert client.post(at("2031Q1", "nothing"), given).status_code == 404
    assert client.get(at("2031Q4")).status_code == 404


def test_the_lawyer_takes_a_link_out(issue, client):
    item = issue.items.first()
    Item.objects.filter(pk=item.pk).update(
        links=[{"text": "A", "start": 0, "end": 1, "address": "https://a.example/secret"}]
    )
    client.force_login(person("lawyer", "lawyer"))
    assert "https://a.example/secret" in valid(client.get(at("2031Q1")))
    given = {
        "item": item.public_id,
        "address": "https://a.example/secret",
        "shown": "no",
        "reason": "A source.",
    }
    assert client.post(at("2031Q1", "link"), given).status_code == 302
    assert "secret" not in client.get(at("2031Q1", "copies/en/html")).content.decode()


def test_the_director_writes_the_imprint(issue, client):
    client.force_login(person("director", "director"))
    given = {"format": "pdf", "funder-en": "An invented fund.", "funder-kk": "Ойдан қор"}
    assert client.post("/desk/imprint/", given).status_code == 302
    assert client.post("/desk/imprint/2031Q1/", {"licence-en": "An invented licence."}).status_code == 302
    assert ImprintLine.objects.count() == 2  # empty parts are not written
    page = valid(client.get("/desk/imprint/2031Q1/?format=pdf"))
    assert "An invented fund." in page
    assert "An invented licence." in page
    assert client.post("/desk/imprint/", {"funder-en": "x" * 2000}).status_code == 400
    client.force_login(person("editor", "editor"))
    assert client.post("/desk/imprint/", given).status_code == 403
    assert "readonly" in valid(client.get("/desk/imprint/"))


# --- readers ---------------------------------------------------------------------------------------------------------


def test_an_issue_of_our_own_is_shown_once_it_is_frozen(quick, issue, client):
    assert client.get("/en/bulletins/2031Q1/").status_code == 404
    assert "2031" not in client.get("/en/bulletins/").content.decode().split("<main")[1]
    frozen(issue)
    for language in LANGUAGES:
        assert "/bulletins/2031Q1/" in valid(client.get(f"/{language}/bulletins/"))
        page = valid(client.get(f"/{language}/bulletins/2031Q1/"))
        for row in issue.editions.get().files.all():
            assert row.sha256 in page
            assert freezing.file_name("2031Q1", row.language, row.format) in page
    assert "Айгерім Мысалға" in words_of(page)
    assert client.get("/en/bulletins/2031Q2/").status_code == 404


def test_an_imported_issue_has_its_text_and_no_copies(issue, client):
    issue.opened_at = None
    issue.save()
    page = valid(client.get("/ru/bulletins/2031Q1/"))
    assert "Малый барометр" in page
    assert "SHA-256" not in page
    assert "/bulletins/2031Q1/" in valid(client.get("/ru/bulletins/"))
    assert client.get("/ru/bulletins/2031Q1/press-barometer-2031Q1-ru.pdf").status_code == 404


def test_copies_are_the_kept_bytes_with_their_digest(issue, client):
    frozen(issue)
    types = {"pdf": "application/pdf", "eml": "message/rfc822", "html": "text/html; charset=utf-8"}
    for ending, media_type in types.items():
        answer = client.get(f"/en/bulletins/2031Q1/press-barometer-2031Q1-kk.{ending}")
        name = f"press-barometer-2031Q1-kk.{ending}"
        assert answer["Content-Type"] == media_type
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "script-src" not in answer["Content-Security-Policy"]
        digest = hashlib.sha256(answer.content)
        assert answer["ETag"] == f'"{digest.hexdigest()}"'
        assert answer["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
        again = client.get(f"/en/bulletins/2031Q1/{name}", headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
    for name in (
        "press-barometer-2031Q1-de.pdf",
        "press-barometer-2031Q1-en.exe",
        "press-barometer-2026Q1-en.pdf",
    ):
        assert client.get(f"/en/bulletins/2031Q1/{name}").status_code == 404


def test_a_frozen_page_says_what_was_issued_and_its_errata(quick, issue, client):
    frozen(issue)
    event = Event.objects.get(case__slug="example-274", key__contains="m-2-01")
    said = compose(printed.issue_in("2031Q1"), "en").items[0].text
    Event.objects.update(summary_en="Something else.")
    Item.objects.update(text_en="Something else.")
    Event.objects.filter(pk=event.pk).update(state="withdrawn")
    PublicNote.objects.create(
        event=event, kind="withdrawal", reason="error", words_en="It was untrue.", by="An editor"
    )
    page = valid(client.get("/en/bulletins/2031Q1/"))
    assert said in words_of(page)
    assert "It was untrue." in page
    assert f"/en/events/{event.public_id}/" in page  # of the erratum
    assert "1 erratum" in client.get("/en/bulletins/").content.decode()


def test_who_may_not_be_named_any_more_is_not_named_on_the_page(quick, issue, client):
    from barometer.web.actions.people import set_policy
    from barometer.web.records.models import Party

    people = frozen(issue)
    assert "Aigerim Example" in words_of(valid(client.get("/en/bulletins/2031Q1/")))
    client.force_login(people["director"])
    warning = "somebody who may not be named any more"
    assert warning not in valid(client.get(at("2031Q1")))
    set_policy(Party.objects.get(name="Aigerim Example"), "private", why="asked", by="E")
    assert "Aigerim" not in client.get("/en/bulletins/2031Q1/").content.decode()
    assert warning in valid(client.get(at("2031Q1")))


def test_while_an_erased_edition_is_made_again_the_page_says_so(quick, issue, client, monkeypatch):
    frozen(issue)
    assert client.get("/en/bulletins/2031Q1/press-barometer-2031Q1-en.pdf").status_code == 200
    item = Item.objects.get(entry_key="m-2-01")
    redacting.redact_statement(item, redacting.Why("court", "ordered", "D"), evidence=())
    page = valid(client.get("/en/bulletins/2031Q1/"))
    assert "The copies of this edition are being made." in page
    assert "Edition 2" in page
    assert "Aigerim" not in page
    assert client.get("/en/bulletins/2031Q1/press-barometer-2031Q1-en.pdf").status_code == 404
