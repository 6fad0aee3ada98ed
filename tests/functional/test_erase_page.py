"""Erasing in a browser: on a telephone, without scripts, for everyone."""

from __future__ import annotations

import pytest
from looking import editor, log_in, looks_well

from barometer.web.actions.evidence import keep_evidence
from barometer.web.records.models import Party
from barometer.web.records.protection import Redaction

pytestmark = pytest.mark.browser


def test_a_person_is_erased_on_a_telephone(site, browser, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    editor()
    keep_evidence(b"Aigul Qiyalova told us", name="told.txt", media_type="text/plain", how="upload", by="A")
    page = browser(width=390, height=844, java_script_enabled=False)
    log_in(page, f"{site.url}/desk/redact/")
    page.get_by_label("A name in any script").fill("Aigul Qiyalova")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Aigul Qiyalova").click()
    page.get_by_label("told.txt").check()
    page.get_by_label("The reason").fill("asked by letter")
    page.get_by_label("To confirm").fill("erase")
    page.get_by_role("button", name="Erase for good").click()
    assert "Type the words exactly" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("told.txt").is_checked()
    page.asked.complaints.clear()  # the browser tells of every refusal
    page.get_by_label("To confirm").fill("erase for good")
    page.get_by_role("button", name="Erase for good").click()
    page.wait_for_url("**/desk/redact/")
    assert page.get_by_role("status").inner_text().startswith("Erased for good")
    assert not Party.objects.filter(name="Aigul Qiyalova").exists()
    assert Redaction.objects.get().reason == "asked by letter"
    assert not page.asked.complaints


@pytest.mark.long
def test_the_pages_look_well(site, browser, settings, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    editor()
    keep_evidence(b"Aigul Qiyalova told us", name="told.txt", media_type="text/plain", how="upload", by="A")
    party = Party.objects.get(name="Aigul Qiyalova").public_id
    page = browser(width=390, height=844)
    log_in(page, f"{site.url}/desk/redact/?q=Qiyalova")
    for path in ("/desk/redact/?q=Qiyalova", f"/desk/redact/person/{party}/"):
        page.goto(f"{site.url}{path}")
        looks_well(page, Axe(), path)
