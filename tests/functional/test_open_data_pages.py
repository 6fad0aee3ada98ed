"""Open data in a browser: the page to take away, and the page on the interface with and without scripts."""

from __future__ import annotations

from datetime import date

import pytest
from looking import looks_well

from barometer.web.actions import releasing

pytestmark = pytest.mark.browser


@pytest.fixture
def released(site, tmp_path):
    """A site with a release."""
    releasing.release("all", tmp_path, by="A tester", day=date(2026, 4, 1))
    return site


@pytest.mark.long
def test_the_pages_are_well_for_everyone(released, browser):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(java_script_enabled=True)
    for path in ("/ru/data/", "/api/v1/docs?lang=kk"):
        page.goto(f"{released.url}{path}")
        looks_well(page, Axe(), path)


def test_a_release_is_taken_without_scripts(released, browser):
    page = browser(java_script_enabled=False)
    page.goto(f"{released.url}/en/data/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Everything in one file").click()
    assert taken.value.suggested_filename == "press-barometer-all-v1.zip"
    page.goto(f"{released.url}/api/v1/docs")
    assert not page.locator("#interactive").is_visible()
    assert page.locator("#group-events").is_visible()


def test_questions_are_asked_from_the_page(released, browser):
    page = browser(java_script_enabled=True)
    page.goto(f"{released.url}/api/v1/docs")
    page.locator("#interactive").click()
    page.locator("#operations-events-events").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator("#asking .live-responses-table .response-col_status", has_text="200").first.wait_for()
    assert page.asked.complaints == []
    assert all(one.startswith((released.url, "data:", "blob:")) for one in page.asked.addresses)
