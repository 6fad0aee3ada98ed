"""Tips in a browser without scripts, on a telephone: sent, asked about, answered, released; for everyone."""

from __future__ import annotations

import re

import pytest
from looking import languages, log_in, looks_well

from barometer.tips import make_identity, open_sealed, read_identities
from barometer.web.actions import tips
from barometer.web.intake import views
from barometer.web.intake.flood import Gate
from barometer.web.intake.models import Tip, TipMessage
from barometer.web.records.gathering import Lead

pytestmark = pytest.mark.browser


@pytest.fixture
def key(transactional_db, tmp_path, monkeypatch):
    """The desk's private key; the form is open."""
    monkeypatch.setattr(views, "gate", Gate())
    tips.add_recipient(make_identity(tmp_path / "key"), label="The safe", by="Alma Invented")
    return read_identities(tmp_path / "key")


@pytest.fixture
def custodian(transactional_db):
    """Somebody whom `log_in` logs in, and who may see tips and nothing else."""
    from django.contrib.auth.models import Group

    from barometer.web.accounts.models import User

    user = User.objects.create_user(
        "editor", first_name="Keeper", password="long enough, mine", is_staff=True
    )
    user.groups.add(Group.objects.get_or_create(name="custodian")[0])


def test_from_a_tip_to_a_lead_without_scripts(site, key, custodian, browser):
    source = browser(width=390, java_script_enabled=False)
    source.goto(site.at("tip/"))
    source.get_by_label("What happened").fill("They took my camera in Taraz. I am Dana.")
    source.get_by_label("Somebody is in danger now.").check()
    source.get_by_label("Ask me first, through my receipt.").check()
    source.get_by_label("Files").set_input_files(
        [
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8a"},
            {"name": "b.txt", "mimeType": "text/plain", "buffer": b"b"},
        ]
    )
    source.get_by_role("button", name="Seal and send").click()
    receipt = source.locator("#receipt").inner_text()
    assert re.fullmatch(r"(?:\d{4} ){6}\d{4}", receipt)
    assert "2 files were sealed" in source.locator("main").inner_text()
    assert not source.context.cookies()
    assert "?" not in source.url
    sent = open_sealed(bytes(TipMessage.objects.get().sealed), key)
    assert (sent.fields["urgent"], [each.name for each in sent.files]) == ("danger now", ["a.jpg", "b.txt"])

    desk = browser()
    tip = Tip.objects.get()
    log_in(desk, f"{site.url}/desk/tips/{tip.public_id}/")
    with desk.expect_download() as handed:
        desk.get_by_role("button", name="Hand it out, sealed").click()
    assert handed.value.suggested_filename == f"tip-{tip.public_id}.zip"
    desk.get_by_label("Question").fill("Who took it?")
    desk.get_by_role("button", name="Seal the question").click()
    assert desk.get_by_role("status").inner_text().startswith("Sealed.")

    source = browser(width=390, java_script_enabled=False)  # another day, another browser
    source.goto(site.at("tip/back/"))
    source.get_by_label("The 28 digits of your receipt").fill(receipt[:-1])
    source.get_by_role("button", name="Open").click()
    assert "A digit is wrong or missing" in source.get_by_role("alert").inner_text()
    source.get_by_label("The 28 digits of your receipt").fill(receipt)
    source.get_by_role("button", name="Open").click()
    assert "Who took it?" in source.locator(".quote").inner_text()
    source.get_by_label("Your answer").fill("Two men.")
    source.get_by_role("button", name="Seal and send").click()
    assert source.get_by_role("status").inner_text() == "Sealed and added."
    assert source.url == site.at("tip/back/")
    assert not source.context.cookies()
    assert source.asked.hosts() == {site.url.split("/")[2]}
    answer = TipMessage.objects.order_by("number").last()
    assert open_sealed(bytes(answer.sealed), key).fields["text"] == "Two men."

    desk.reload()
    assert "answer came" in desk.locator(".dateline").inner_text()
    desk.get_by_label("Words that may be known at the desk").fill("A camera was taken in Taraz.")
    desk.get_by_role("button", name="Release these words").click()
    lead = Lead.objects.get(origin="tip")
    assert lead.public_id in desk.get_by_role("status").inner_text()
    assert lead.note == "A camera was taken in Taraz."
    assert not [text for text in (lead.title, lead.note, str(lead.proposed)) if "Dana" in text]


@pytest.mark.long
@pytest.mark.parametrize("language", languages("kk"))
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(site, key, custodian, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    axe, page = Axe(), browser(locale=language)
    page.goto(site.at("tip/", language))
    assert page.locator("html").get_attribute("lang") == language
    looks_well(page, axe, "form")
    page.fill("#what", "a" * 300)
    page.locator("main form button").click()
    receipt = page.locator("#receipt").inner_text()
    looks_well(page, axe, "receipt")
    tips.ask(Tip.objects.get(), "Long" * 90 + "\n\nTwo lines", by="Keeper")
    page.goto(site.at("tip/back/", language))
    looks_well(page, axe, "ask")
    page.fill("#digits", receipt)
    page.locator("main form button").click()
    looks_well(page, axe, "back")
    assert not page.asked.complaints
    log_in(page, f"{site.url}/desk/tips/")
    looks_well(page, axe, "desk")
    page.goto(f"{site.url}/desk/tips/{Tip.objects.get().public_id}/")
    looks_well(page, axe, "desk tip")
    assert page.asked.hosts() == {site.url.split("/")[2]}


def test_in_a_flood_the_sum_is_asked_on_the_page(site, key, browser, monkeypatch):
    monkeypatch.setattr(views, "gate", Gate(free=0))
    page = browser(width=320, java_script_enabled=False)
    page.goto(site.at("tip/"))
    page.fill("#what", "Something")
    label = page.locator("label[for=sum]").inner_text()
    page.fill("#sum", str(sum(map(int, re.findall(r"\d+", label)))))
    page.get_by_role("button", name="Seal and send").click()
    assert page.locator("#receipt").count() == 1
