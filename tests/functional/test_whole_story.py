"""The whole way in a browser: invited, second factor, handed in, taken, coded, reviewed by another, published, corrected."""

from __future__ import annotations

import pytest
from looking import picture
from reviewed import WELL
from test_arriving import PASSWORD, code_for
from test_desk_coding import TEXT

from barometer.web.accounts.models import AuditEntry
from barometer.web.actions import staff
from barometer.web.records.models import Event, Revision

pytestmark = pytest.mark.browser


def arrive(page, desk, name, role):
    """By an invitation and with an authenticator, as somebody of the desk."""
    _, secret = staff.invite([role], by="Alma Invented")
    page.goto(f"{desk}invitation/{secret}/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk}account/")
    page.goto(f"{desk}account/authenticator/")
    page.fill("#id_code", code_for(page.locator("#secret").inner_text()))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk}account/codes/")
    page.goto(desk)


def test_from_an_invitation_to_a_correction(site, browser, settings):
    settings.SECOND_FACTOR = "required"
    desk = f"{site.url}/desk/"
    monitor, editor = browser(), browser()

    arrive(monitor, desk, "aray", "monitor")
    nav = monitor.get_by_role("navigation", name="Pages")
    nav.get_by_role("link", name="Hand something in").click()
    monitor.get_by_label("Text", exact=True).fill(f"Journalist fined in Almaty\n\n{TEXT}")
    monitor.get_by_role("button", name="Keep it").click()
    monitor.wait_for_url("**/desk/leads/*/")
    nav.get_by_role("link", name="Inbox").click()
    picture(monitor, "inbox")
    monitor.get_by_role("link", name="Journalist fined in Almaty").click()
    monitor.get_by_role("button", name="Take it").click()
    assert "Taken" in monitor.get_by_role("status").inner_text()
    monitor.get_by_role("link", name="lead-", exact=False).first.click()
    monitor.wait_for_url("**/desk/code/**")
    monitor.locator("main").get_by_role("link", name="Fine", exact=False).first.click()
    monitor.wait_for_url("**/desk/code/*/")
    monitor.keyboard.press("Control+Enter")
    monitor.wait_for_url("**/desk/code/")
    assert monitor.get_by_role("status").inner_text().startswith("Accepted")
    event = Event.objects.get(key__startswith="lead-")
    assert monitor.goto(f"{desk}audit/").status == 403  # a monitor reads no log

    arrive(editor, desk, "beket", "editor")
    editor.get_by_role("navigation", name="Pages").get_by_role("link", name="Review").click()
    editor.get_by_role("link", name="Fine", exact=False).first.click()
    editor.wait_for_url(f"{desk}review/{event.public_id}/")
    for question, answer in WELL.items():
        editor.locator(f"[name=harm-{question}][value={answer}]").check()
    editor.get_by_role("button", name="Keep these answers").click()
    editor.get_by_role("button", name="Reviewed: it can be published").click()
    assert editor.get_by_role("status").inner_text() == "Reviewed."
    picture(editor, "review")
    editor.get_by_role("button", name="Publish").click()
    assert editor.get_by_role("status").inner_text() == "Published."

    reader = browser(width=390, java_script_enabled=False)
    assert reader.goto(site.at(f"events/{event.public_id}/")).status == 200
    assert "Aigerim Example" in reader.locator("main").inner_text()

    editor.get_by_text("Correct this record").click()
    form = editor.locator("form[action$='/correct/']")
    form.get_by_label("Summary (English)").fill("A court of Almaty fined Aigerim Example 200,000 tenge.")
    form.get_by_label("Words for readers (English)").fill("The sum was missing.")
    form.get_by_label("Why (for the history)").fill("seen in the judgment")
    form.get_by_role("button", name="Correct").click()
    assert editor.get_by_role("status").inner_text().startswith("Corrected.")
    reader.reload()
    assert "The sum was missing." in reader.locator("main").inner_text()

    acts = [
        (row.action, row.by)
        for row in Revision.objects.filter(model="event", record_id=event.public_id).order_by("number")
    ]
    assert [act for act, _ in acts][-4:] == ["accept", "review", "publish", "correct"]
    assert [by for _, by in acts][-4:] == ["aray", "beket", "beket", "beket"]
    assert AuditEntry.objects.filter(act="joined").count() == 2
    for page in (monitor, editor, reader):
        assert page.asked.hosts() == {site.url.split("/")[2]}
    assert not editor.asked.complaints
    assert not reader.asked.complaints
