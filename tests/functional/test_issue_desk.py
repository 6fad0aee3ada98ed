"""An issue made in a browser: without scripts on a telephone, and well for everyone at every width, light and dark."""

from __future__ import annotations

import re

import pytest
from issued import import_two_quarters
from looking import editor, log_in, looks_well

from barometer.web.actions import issuing_items
from barometer.web.actions.issuing_items import Writing
from barometer.web.records.models import Item

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_an_issue_is_opened_arranged_written_and_decided(site, browser, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    alma = editor()
    import_two_quarters(tmp_path)
    page = browser(width=390, java_script_enabled=False)
    log_in(page, f"{site.url}/desk/issues/")
    page.get_by_label("Open the issue of a quarter").fill("2031Q2")
    page.get_by_role("button", name="Open it").click()
    page.get_by_role("button", name="Make all").click()
    assert "items were made" in page.get_by_role("status").inner_text()

    page.get_by_role("link", name="Dana Madeup was taken into custody.").first.click()
    page.get_by_label("English", exact=True).fill("Dana Madeup is in custody.")
    page.get_by_label("Words as they stand in the text").first.fill("in custody")
    page.get_by_label("Address").first.fill("https://press.example/dana")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name=re.compile("Approve.*English")).click()
    assert page.get_by_role("status").inner_text() == "Approved."
    item = Item.objects.get(text_en="Dana Madeup is in custody.")
    assert item.links == [
        {"text": "in custody", "start": 15, "end": 25, "address": "https://press.example/dana"}
    ]

    at = f"{site.url}/desk/issues/2031Q2/"
    page.goto(at)
    item_row = page.locator(f"#item-{item.public_id}")
    item_row.get_by_text("Move it, or leave it out").click()
    item_row.get_by_label("Why it is left out").fill("her lawyer asks us to wait")
    item_row.get_by_role("button", name="Leave it out").click()
    assert "her lawyer asks us to wait" in page.locator(f"#item-{item.public_id}").inner_text()
    page.get_by_role("button", name="Take it back").click()
    page.goto(f"{at}carryover/")
    page.get_by_label(re.compile("The issue says.*Aigerim Example")).select_option("no news, printed")
    page.get_by_role("button", name="Keep what is decided").click()
    assert page.get_by_role("link", name="The printed line").count() == 1
    assert page.asked.hosts() == {site.url.split("/")[2]}

    issuing_items.write_texts(
        Item.objects.get(pk=item.pk),
        Writing({"ru": "Дана под стражей.", "kk": "Дана қамауда."}, "en"),
        by="Alma",
        user=alma,
    )
    issuing_items.write_texts(
        Item.objects.get(pk=item.pk), Writing({"en": "She is in custody."}, "en"), by="Alma", user=alma
    )
    seen, axe = browser(width=390), Axe()
    log_in(seen, at)
    for path in (
        at,
        f"{at}items/{item.public_id}/",
        f"{at}words/",
        f"{at}carryover/",
        f"{at}ready/",
        f"{site.url}/desk/issues/",
        f"{site.url}/desk/glossary/",
    ):
        seen.goto(path)
        looks_well(seen, axe, path)
    assert not seen.asked.complaints
