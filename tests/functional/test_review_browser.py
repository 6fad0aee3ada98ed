"""A record reviewed by a second person, published, corrected: in a browser, without scripts, on a telephone, for everyone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from looking import EVERY_RULE, looks_well
from reviewed import WELL, accept, person

from barometer.web.actions.importing import import_files
from barometer.web.records.models import Event

pytestmark = pytest.mark.browser

MINI = Path(__file__).resolve().parents[1] / "ledgers" / "0001"
PASSWORD = "long enough, mine"


@pytest.fixture
def event(site, tmp_path):
    """An event that Alma accepted; Bolat is here to review it."""
    for name in ("mini-2031q1.txt", "mini-2031q1.json"):
        shutil.copy(MINI / name, tmp_path / name)
    import_files([tmp_path / "mini-2031q1.txt", tmp_path / "mini-2031q1.json"])
    people = [person(name, "editor") for name in ("alma", "bolat")]
    for one in people:
        one.set_password(PASSWORD)
        one.save()
    return accept(Event.objects.get(key="mini-2031q1.txt#m-2-01#1"), people[0])


def log_in(page, address, name):
    page.context.clear_cookies()
    page.goto(address)
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(address)


@pytest.mark.long
def test_reviewed_by_another_published_corrected(site, event, browser):
    from axe_playwright_python.sync_playwright import Axe

    desk = f"{site.url}/desk/review/{event.public_id}/"
    page = browser(width=390, java_script_enabled=False)
    log_in(page, desk, "alma")
    button = page.get_by_role("button", name="Reviewed: it can be published")
    assert button.is_disabled()
    beside = page.locator(f"#{button.get_attribute('aria-describedby')}")
    assert "another person than those who accepted" in beside.inner_text()

    log_in(page, f"{site.url}/desk/review/", "bolat")
    page.get_by_role("link", name="Fine: Aigerim Example").click()
    page.wait_for_url(desk)
    for question, answer in WELL.items():
        page.locator(f"[name=harm-{question}][value={answer}]").check()
    page.get_by_role("button", name="Keep these answers").click()
    page.get_by_role("button", name="Reviewed: it can be published").click()
    assert page.get_by_role("status").inner_text() == "Reviewed."
    page.get_by_role("button", name="Publish").click()
    assert page.get_by_role("status").inner_text() == "Published."

    page.get_by_text("Correct this record").click()
    form = page.locator("form[action$='/correct/']")
    form.get_by_label("Summary (English)").fill("A court of Almaty fined Aigerim Example under Article 274.")
    form.get_by_label("Words for readers (English)").fill("We had left out which court it was.")
    form.get_by_label("Why (for the history)").fill("seen in the judgment")
    form.get_by_role("button", name="Correct").click()
    assert page.get_by_role("status").inner_text().startswith("Corrected.")
    page.get_by_role("link", name="Public page").click()
    page.wait_for_url(site.at(f"events/{event.public_id}/"))
    article = page.locator("main").inner_text()
    assert "A court of Almaty fined" in article
    assert "We had left out which court it was." in article
    assert "we made a mistake" in article
    assert page.asked.hosts() == {site.url.split("/")[2]}

    seen = browser(width=390)
    log_in(seen, desk, "bolat")
    axe = Axe()
    for path in (desk, f"{site.url}/desk/review/?state=corrected", f"{site.url}/desk/held/"):
        seen.goto(path)
        looks_well(seen, axe, path)
    seen.goto(f"{site.url}/desk/history/event/{event.public_id}/")
    assert "of Almaty" in seen.locator("ins").first.inner_text()
    looks_well(seen, axe, "history")
    seen.goto(site.at("corrections/"))
    looks_well(seen, axe, "corrections")
    seen.goto(site.at(f"events/{event.public_id}/"))
    assert axe.run(seen, options=EVERY_RULE).response["violations"] == []
    assert not seen.asked.complaints
