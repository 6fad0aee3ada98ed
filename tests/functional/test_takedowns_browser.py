"""Takedown notices as people see them: entered, answered, judged, published; and that the pages are well for everyone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from looking import editor, languages, log_in, looks_well, picture

from barometer.reach.notices import Notice
from barometer.web.actions import takedowns as actions
from barometer.web.actions import takedowns_signs
from barometer.web.actions.takedowns_events import follow
from barometer.web.records.takedowns import NoticeSender, TakedownNotice

pytestmark = pytest.mark.browser

WHO = {"by": "Alma Invented"}
SENDER, PRIVATE = "Invented Rights Ltd", "Zhanat Privatuly"


@pytest.fixture
def ledger(transactional_db, live_server, settings, tmp_path):
    """A published notice of a private person, restored after ten days."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    editor()
    row = actions.take(
        Notice(
            number="n-1", source="lumen", sender=PRIVATE, principal=SENDER, recipient="Sybyr", ground="copyright",
            work="A story about fish", works=("https://old.example/fish",), work_date=date(2026, 3, 1),
            targets=("https://vlast.kz/novosti/1.html", "https://sybyr.example/post/1"), day=date(2026, 3, 2),
            target_words="A story about a factory", action="removed", words="Take it down.",
        ),
        **WHO,
    ).row  # fmt: skip
    actions.add_step(row, "restored", day=date(2026, 3, 12), **WHO)
    takedowns_signs.renew([row])
    follow(row)
    actions.publish(row, public=True, reason="its part is clear", **WHO)
    return live_server.url


def test_a_notice_is_entered_answered_judged_and_published(ledger, browser):
    page = browser(width=390, java_script_enabled=False)
    log_in(page, f"{ledger}/desk/takedowns/new/")
    page.fill("#recipient", "Sybyr")
    page.fill("#day", "2026-04-01")
    page.select_option("#ground", "trademark")
    page.fill("#sender", SENDER)
    page.fill("#targets", "https://vlast.kz/novosti/2.html\njavascript:alert(1)")
    page.click("text=Keep the notice")
    assert "is no address of the web" in page.inner_text("[role=alert]")
    page.fill("#targets", "https://vlast.kz/novosti/2.html")
    page.click("text=Keep the notice")
    page.wait_for_url(re.compile(r"/desk/takedowns/\w{16}/$"))
    desk = page.url
    assert "None of this is proof" in page.inner_text("main")

    page.click("text=Note a step")
    page.select_option("#kind", "removed")
    page.fill("#step-day", "2026-04-02")
    page.click("text=Keep the step")
    assert "Noted; 1 event is proposed." in page.inner_text("[role=status]")
    page.click("text=Say what you make of it")
    page.select_option("#verdict", "abusive")
    page.fill("#judge-reason", "The trademark is a tailor's.")
    page.click("text=Keep the judgement")
    assert page.url == desk
    assert "judged: abusive" in page.inner_text(".card-meta >> nth=0")
    page.fill("#publish-reason", "It is clear.")
    page.click("button:text-is('Publish')")
    assert "Readers see it now." in page.inner_text("[role=status]")

    reader = browser(width=390, java_script_enabled=False)
    reader.goto(f"{ledger}/ru/takedowns/")
    text = reader.inner_text("main")
    assert "2" in text
    assert PRIVATE not in text
    assert SENDER not in text
    assert not reader.asked.complaints


@pytest.mark.parametrize("language", languages("kk"))
def test_the_pages_for_readers_are_well(ledger, browser, language):
    row = TakedownNotice.objects.get()
    actions.settle_sender(
        row.principal, "organisation", public_name=SENDER, reason="it says so itself", **WHO
    )
    axe, page = Axe(), browser(width=390)
    for path in (
        "takedowns/",
        f"takedowns/{row.public_id}/",
        f"takedowns/senders/{row.principal.public_id}/",
    ):
        page.goto(f"{ledger}/{language}/{path}")
        assert PRIVATE not in page.content()
        picture(page, f"takedowns-{language}-{path.count('/')}")
        looks_well(page, axe, path)
    assert not page.asked.complaints


@pytest.mark.long
def test_the_pages_of_the_desk_are_well(ledger, browser):
    row = TakedownNotice.objects.get()
    axe, page = Axe(), browser(width=1280)
    log_in(page, f"{ledger}/desk/takedowns/")
    sender = NoticeSender.objects.get(pk=row.principal_id)
    for path in ("", f"{row.public_id}/", "new/", f"senders/{sender.public_id}/"):
        page.goto(f"{ledger}/desk/takedowns/{path}")
        picture(page, f"takedowns-desk-{len(path)}")
        looks_well(page, axe, path)
    assert not page.asked.complaints
