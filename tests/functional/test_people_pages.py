"""People in a browser: the desk's card without scripts, and all their pages for everyone on a telephone."""

from __future__ import annotations

import pytest
from looking import editor, languages, log_in, looks_well

from barometer.web.actions.people import record_consent, set_policy
from barometer.web.records.models import Event, Mention, Party
from barometer.web.records.people import PersonCard

pytestmark = pytest.mark.browser


@pytest.fixture
def person(site):
    """A journalist of the site's events, and enough others described for figures."""
    editor()
    event = Event.objects.filter(kind="violation", state="published").order_by("key").first()
    for number in range(30):
        who = Party.objects.create(name=f"Invented Somebody{number}", kind="person")
        Mention.objects.create(
            event=event, party=who, side="target", position=100 + number, written=who.name, type="journalist"
        )
        PersonCard.objects.create(
            party=who, gender="fm"[number % 2], employment=("staff", "freelance")[number % 3 == 0]
        )
    paper = Party.objects.create(name="Oyla", kind="outlet")
    Mention.objects.create(
        event=event, party=paper, side="target", position=200, written="Oyla", type="outlet"
    )
    return Party.objects.get(name="Invented Somebody0"), paper


def test_a_policy_is_set_and_consent_given_without_scripts(site, person, browser):
    found, _ = person
    page = browser(java_script_enabled=False)
    address = f"{site.url}/desk/people/{found.public_id}/"
    log_in(page, address)
    assert "Invented Somebody0" in page.locator(".sees").inner_text()
    page.get_by_label("Private person").check()
    page.get_by_label("Why", exact=True).fill("asked for it")
    page.get_by_role("button", name="Name the person so").click()
    page.wait_for_url(address)
    assert "a journalist" in page.locator(".sees").inner_text()
    page.get_by_text("Write down a consent").click()
    page.get_by_label("the public site").check()
    page.get_by_label("Who spoke with the person").fill("A monitor")
    page.get_by_role("button", name="Keep the consent").click()
    page.wait_for_url(address)
    assert "Invented Somebody0" in page.locator(".sees").inner_text()


@pytest.mark.long
@pytest.mark.parametrize("language", languages("en"))
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(site, person, browser, language):
    from datetime import date

    from axe_playwright_python.sync_playwright import Axe

    axe, (found, paper) = Axe(), person
    public = browser(locale=language)
    for path in (f"people/{found.public_id}/", f"outlets/{paper.public_id}/", "figures/people/"):
        public.goto(f"{site.url}/{language}/{path}")
        looks_well(public, axe, path)
    set_policy(found, "victim", why="asked for it", by="An editor")
    record_consent(
        found, uses=["site"], how="public", day=date(2026, 1, 5), taken_by="A monitor", by="An editor",
        address="https://video.example/told-by-herself", words="She told it herself.",
    )  # fmt: skip
    page = browser(locale=language)
    for path in ("desk/people/", f"desk/people/{found.public_id}/"):
        if path == "desk/people/":
            log_in(page, f"{site.url}/{path}")
        page.goto(f"{site.url}/{path}")
        looks_well(page, axe, path)
