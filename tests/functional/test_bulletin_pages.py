"""Bulletins and their sign-off in a browser: without scripts, on a telephone, for everyone."""

from __future__ import annotations

import pytest
from django.utils import timezone
from looking import BY_SCHEME, editor, log_in, looks_well
from reviewed import person, who
from signing import nothing_unready

from barometer.publication import snapshot
from barometer.web.actions import freezing
from barometer.web.records.models import Issue

pytestmark = pytest.mark.browser


@pytest.fixture
def issue(site, monkeypatch):
    """An issue that waits to be signed off."""
    nothing_unready(monkeypatch, ["An invented reason."])
    Issue.objects.filter(period="2026Q1").update(opened_at=timezone.now())
    return Issue.objects.get(period="2026Q1")


def test_the_pages_of_readers_are_for_everyone(site, browser):
    from axe_playwright_python.sync_playwright import Axe

    axe, page = Axe(), browser(width=390)
    for path, language in (("bulletins/", "en"), ("bulletins/2026Q1/", "ru"), ("bulletins/2026Q1/", "kk")):
        for scheme, rules in BY_SCHEME.items():
            page.emulate_media(color_scheme=scheme)
            assert page.goto(site.at(path, language)).status == 200
            found = axe.run(page, options=rules).response["violations"]
            assert not found, [(one["id"], one["nodes"][0]["html"][:150]) for one in found]
        for width in (320, 390, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    assert page.asked.complaints == []
    assert len(page.asked.hosts()) == 1


@pytest.mark.long
def test_a_lawyer_stops_an_item_without_scripts_and_the_pages_are_for_everyone(site, issue, browser):
    from axe_playwright_python.sync_playwright import Axe

    editor()
    monitor = person("monitor", "monitor")
    freezing.approve(issue, "monitor", snapshot.digest(freezing.packed(issue)), **who(monitor))
    page = browser(java_script_enabled=False)
    address = f"{site.url}/desk/signoff/2026Q1/"
    log_in(page, address)
    assert "Monitor Invented" in page.locator(".review-rail").inner_text()
    first = page.locator("li.card").first
    first.locator("summary").first.click()
    first.get_by_label("Why").first.fill("It may be untrue.")
    first.get_by_role("button", name="Stop the item").click()
    page.wait_for_url(address)
    assert "It may be untrue." in first.inner_text()
    page = browser()
    log_in(page, address)
    for path in ("signoff/2026Q1/", "signoff/", "imprint/2026Q1/"):
        page.goto(f"{site.url}/desk/{path}")
        looks_well(page, Axe(), path)
