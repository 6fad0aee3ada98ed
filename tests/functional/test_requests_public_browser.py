"""Published requests in a browser: well for everyone in three languages, chosen without scripts, taken as a file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from looking import languages, looks_well, picture

from barometer.web.actions import requests, requests_steps
from barometer.web.actions.requests import Asked
from barometer.web.actions.revisions import last_number
from barometer.web.public import clock

pytestmark = pytest.mark.browser

BY = {"by": "A desk person"}


def asked(title, body, days_ago, *steps, **more):
    sent = clock.today() - timedelta(days=days_ago)
    told = {
        "kind": "access",
        "channel": "eotinish",
        "language": "ru",
        "questions": ("Сколько плотин?", "Кто платит?"),
    }
    row = requests.record(Asked(body=body, title=title, sent_on=sent, **told | more), **BY)
    for kind, after, given in steps:
        requests_steps.add(row, kind, sent + timedelta(days=after), **given, **BY)
    row.refresh_from_db()
    return requests.set_visibility(row, "public", base=last_number(row), reason="was looked at", **BY)


@pytest.fixture
def published(site):
    """Requests to two invented bodies, of every shape; the last is the fullest."""
    rivers, lakes = "Ministry of Rivers", "Directorate of the Lakes and Reservoirs of the Invented Region"
    for number in range(5):
        asked(f"О плотинах {number}", rivers, 60 + number, ("answered", 9 + number, {}))
    asked("О насосах", rivers, 90)
    asked("О каналах", lakes, 2)
    row = asked(
        "О берегах", rivers, 80,
        ("extended", 10, {"days": 15}), ("partial", 20, {}), ("refused", 40, {"grounds": ["official_use", "personal_data"]}),
    )  # fmt: skip
    requests.judge(row, {1: "answered", 2: "not"}, base=last_number(row), **BY)
    return row


@pytest.mark.parametrize("language", languages("ru"))
def test_the_pages_are_well_for_everyone(published, site, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(java_script_enabled=True)
    for path in ("requests/", f"requests/{published.public_id}/"):
        page.goto(site.at(path, language))
        looks_well(page, Axe(), path)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        picture(page, f"requests-{language}-{path.count('/')}")
        assert page.asked.complaints == []
    assert page.asked.hosts() == {site.url.removeprefix("http://")}


def test_a_body_is_chosen_and_taken_away_without_scripts(published, site, browser):
    page = browser(width=390, java_script_enabled=False)
    page.goto(site.at("requests/"))
    page.get_by_label("Body", exact=True).select_option(label="Ministry of Rivers")
    page.get_by_role("button", name="Show").click()
    assert page.locator(".answers tbody tr").count() == 1
    assert "5 of 7" in page.locator(".answers tbody tr").inner_text()
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename.startswith("press-barometer-requests-")
    page.get_by_role("link", name="О берегах").click()
    assert page.locator(".steps .step-due").count() == 1
    assert page.locator(".clock-line circle.bad").count() == 1
