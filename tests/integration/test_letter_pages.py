"""Pages of letters: what readers may see and when, and what a private link opens, refuses and never tells."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from lettered import DAY, WHO, agree, begun, published, ready
from standing import standing

from barometer.web.actions import letters, letters_after, letters_signing, letters_versions
from barometer.web.actions.people import set_policy, withdraw_consent
from barometer.web.intake.flood import Gate
from barometer.web.public import signing
from barometer.web.records.letters import SignAct, Signatory
from barometer.web.records.models import Party

INSIDE = ("Dana the contact", "a@inside.example", "A comment for the desk", "A note on the version")


@pytest.fixture
@standing
def letter(db, evidence, tmp_path):
    """A letter with a version, which An Invented Fund signed and Other Fund did not."""
    published(tmp_path)
    agree("Saule Oydan", "Askar Tusinbek")
    made = begun()
    ready(made)
    letters_versions.keep_version(made, note=INSIDE[3], **WHO)
    row, _ = letters_signing.ask(made, "An Invented Fund", email=INSIDE[1], contact=INSIDE[0], **WHO)
    letters_signing.comment(row, INSIDE[2])
    letters_signing.answer(row, "sign", version=1)
    letters_signing.ask(made, "Other Fund", **WHO)
    return made


@pytest.fixture
def link(letter):
    """The address of a private page."""
    secret = letters_signing.new_link(letter.signatories.get(email_digest=""), **WHO)
    return f"/sign/{secret}/"


def public(client, letter, path=""):
    return client.get(f"/en/letters/{letter.public_id}/{path}")


def test_readers_see_a_letter_once_it_is_sent_and_its_embargo_is_over(client, letter):
    assert public(client, letter).status_code == 404
    letters.change(letter, embargo=timezone.now() + timedelta(hours=1), **WHO)
    letters_versions.send(letter, how="By e-mail", **WHO)
    for path in ("", "letter.pdf", "letter.docx", "letter.html"):
        assert public(client, letter, path).status_code == 404
    assert "Letter on Saule" not in client.get("/en/letters/").content.decode()
    assert "Letters about this" not in client.get("/en/cases/oydan-274/").content.decode()
    letters.change(letter, embargo=timezone.now() - timedelta(seconds=1), **WHO)
    for path in ("", "letter.pdf", "letter.docx", "letter.html"):
        assert public(client, letter, path).status_code == 200
    assert "Letter on Saule" in client.get("/ru/letters/").content.decode()
    assert "Letters about this" in client.get("/en/cases/oydan-274/").content.decode()
    assert public(client, letter, "letter.exe").status_code == 404


def test_readers_see_nothing_of_the_desk(client, letter):
    letters_versions.send(letter, how="By e-mail", **WHO)
    letters_after.set_outcome(
        letter.demands.get(), "refused", day=timezone.localdate(), reason="They said so.", **WHO
    )
    pages = [public(client, letter, path).content.decode("utf-8", "replace") for path in ("", "letter.html")]
    for page in pages:
        assert "An Invented Fund" in page
        for word in (*INSIDE, "Other Fund", WHO["by"]):
            assert word not in page, word
    assert "They said so." in pages[0]


def test_the_open_data_gives_a_letter_as_its_page_does(client, letter):
    at = f"/api/v1/letters/{letter.public_id}"
    hidden, _ = letters_signing.ask(letter, "Hidden Signer", **WHO)
    letters_signing.answer(hidden, "sign", version=1)
    Signatory.objects.filter(pk=hidden.pk).update(shown=False)
    assert client.get(at).status_code == 404
    letters.change(letter, embargo=timezone.now() + timedelta(hours=1), **WHO)
    letters_versions.send(letter, how="By e-mail", at=timezone.now() - timedelta(days=9), **WHO)
    assert client.get(at).status_code == 404
    assert client.get("/api/v1/letters").json()["data"] == []
    letters.change(letter, embargo=timezone.now() - timedelta(seconds=1), **WHO)
    today = timezone.localdate()
    letters_after.add_reply(
        letter, day=today - timedelta(days=2), sender="Ministry", summary="No.", language="en", **WHO
    )
    for state, day in (("refused", today - timedelta(days=2)), ("partly met", today)):
        letters_after.set_outcome(letter.demands.get(), state, day=day, reason="They said so.", **WHO)
    answer = client.get(at)
    told = answer.json()
    assert client.get("/api/v1/letters").json() == {"data": [told], "next": None}
    assert client.get(at, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert told["page"] == f"/en/letters/{letter.public_id}/"
    assert [(one["name"], one["version"]) for one in told["signatories"]] == [("An Invented Fund", 1)]
    assert [(one["sender"], one["delay_days"]) for one in told["replies"]] == [("Ministry", 7)]
    [demand] = told["demands"]
    assert demand["text"] == {"en": "Release Saule Oydan."}
    assert [one["state"] for one in demand["outcomes"]] == ["refused", "partly met"]
    assert [one["slug"] for one in told["cases"]] == ["oydan-274"]
    assert told["addressees"]["en"][0]["role"] == "Minister of Invention"
    assert told["text"]["en"].startswith("We, the undersigned, write to you.")
    for word in (*INSIDE, "Other Fund", "Hidden Signer", WHO["by"]):
        assert word not in answer.content.decode(), word


def test_the_open_data_does_not_name_who_took_it_back(client, letter):
    letters_versions.send(letter, how="By e-mail", **WHO)
    at = f"/api/v1/letters/{letter.public_id}"
    assert "Saule Oydan" in client.get(at).content.decode()
    saule = Party.objects.get(name="Saule Oydan")
    set_policy(saule, "victim", why="she asked", **WHO)
    withdraw_consent(saule, how="voice", day=DAY, taken_by="Dana", **WHO)
    told = client.get(at).json()
    for part in ("title", "text", "demands"):
        assert "Oydan" not in str(told[part]), part


def test_a_private_page_keeps_to_itself(client, letter, link):
    answer = client.get(link)
    assert answer.status_code == 200 and not answer.cookies
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"] and "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert "Other Fund" in page
    for word in (*INSIDE, "An Invented Fund", "csrf"):
        assert word not in page, word
    assert client.get(f"{link}kk/")["Content-Language"] == "kk"
    assert [act.act for act in SignAct.objects.filter(signatory__email_digest="")] == ["ask", "open"]


def test_a_link_that_is_none_opens_nothing(client, letter, link):
    assert client.get("/sign/no-such-link/").status_code == 404
    assert client.post("/sign/no-such-link/", {"act": "sign", "version": 1}).status_code == 404
    assert client.get(f"{link}xx/").status_code == 404
    letters_signing.new_link(letter.signatories.get(email_digest=""), **WHO)
    assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"act": "sign", "version": "2"}, "changed meanwhile"),
        ({"act": "sign", "version": ""}, "changed meanwhile"),
        ({"act": "remind", "version": "1"}, "is no answer"),
        ({"act": "", "version": "1"}, "is no answer"),
        ({"act": "comment", "text": "  "}, "Write a comment"),
        ({"act": "comment", "text": "x" * 5_001}, "Write a comment"),
        ({"act": "sign", "version": "1", "name": "x" * 201}, "Write a name"),
    ],
)
def test_answers_that_are_none_are_refused(client, letter, link, given, said):
    answer = client.post(link, given)
    assert answer.status_code == 400 and said in answer.content.decode()
    assert not SignAct.objects.filter(act="sign", signatory__email_digest="").exists()


def test_a_logo_that_is_none_is_refused_and_nothing_is_signed(client, letter, link):
    for data in (b"<svg/>", b"\x89PNG\r\n\x1a\nnothing"):
        answer = client.post(
            link, {"act": "sign", "version": "1", "files": SimpleUploadedFile("logo.png", data)}
        )
        assert answer.status_code == 400
    large = SimpleUploadedFile("logo.png", b"0" * (2 << 20))
    assert client.post(link, {"act": "sign", "version": "1", "files": large}).status_code == 413
    row = Signatory.objects.get(email_digest="")
    assert row.logo is None and not row.acts.filter(act="sign").exists()


def test_one_link_does_not_flood_the_desk(client, letter, link, monkeypatch):
    monkeypatch.setattr(signing, "_answers", {})
    monkeypatch.setattr(signing, "ANSWERS", 3)
    for _ in range(3):
        assert client.post(link, {"act": "comment", "text": "More."}).status_code == 303
    assert client.post(link, {"act": "comment", "text": "More."}).status_code == 400
    assert SignAct.objects.filter(act="comment", signatory__email_digest="").count() == 3


def test_many_individuals_are_asked_a_sum_and_machines_are_let_run(client, letter, monkeypatch):
    monkeypatch.setattr(signing, "gate", Gate(free=0, with_sum=0))
    address = f"/sign/{letters_signing.open_to_individuals(letter, True, **WHO)}/"
    given = {"name": "D. Alim", "email": "d@mail.example", "shown": "yes"}
    answer = client.post(address, given)
    assert answer.status_code == 400 and "how much is" in answer.content.decode()
    assert client.post(address, given | {"website": "https://spam.example"}).status_code == 200
    assert letter.signatories.filter(kind="individual").count() == 0


def test_without_a_mail_server_individuals_are_told(client, letter, settings, monkeypatch):
    monkeypatch.setattr(signing, "gate", Gate())
    address = f"/sign/{letters_signing.open_to_individuals(letter, True, **WHO)}/"
    answer = client.post(address, {"name": "D. Alim", "email": "d@mail.example", "shown": "yes"})
    assert answer.status_code == 400 and "No mail can be sent" in answer.content.decode()
    assert client.post(address, {"name": "D. Alim", "email": ""}).status_code == 400


def test_monitors_read_letters_but_do_not_see_signatories(client, letter, django_user_model):
    from django.contrib.auth.models import Group

    monitor = django_user_model.objects.create_user("monitor", is_staff=True)
    monitor.groups.add(Group.objects.create(name="monitor"))
    client.force_login(monitor)
    page = client.get(f"/desk/letters/{letter.public_id}/")
    assert page.status_code == 200 and "Keep as a version" not in page.content.decode()
    assert client.get(f"/desk/letters/{letter.public_id}/signing/").status_code == 403
    assert client.post(f"/desk/letters/{letter.public_id}/act/", {"act": "send"}).status_code == 403
