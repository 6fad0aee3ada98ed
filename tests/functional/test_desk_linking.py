"""What belongs together, in a browser: judged and taken back without scripts, for everyone."""

from __future__ import annotations

import pytest
from followed import SAULE, bulletin, event, write
from looking import editor, languages, log_in, looks_well

from barometer.web.actions.importing import import_files
from barometer.web.records.models import CaseJudgement, Retelling

pytestmark = pytest.mark.browser


@pytest.fixture
def linking(site, tmp_path):
    """One arrest told by two sources, and a machine's proposal that may go on their case."""
    for name, quarter in (("one.txt", "2021Q1"), ("two.txt", "2021Q2")):
        told = event("legal.house_arrest", day="2021-03-17", provisions=["KZ-CC-274"], said="It is told.")
        import_files(write(tmp_path, bulletin(name, quarter, told)), as_published=True, by="A coder")
        for path in tmp_path.glob("*.json"):
            path.unlink()
    later = event("legal.custody", day="2021-03-28", provisions=["KZ-CC-274"], who=SAULE, said="In custody.")
    import_files(write(tmp_path, bulletin("three.txt", "2021Q2", later | {"case": "oydan-later"})))
    editor()
    return f"{site.url}/desk/linking/"


def test_one_event_told_twice_is_judged_and_taken_back_without_scripts(linking, browser):
    page = browser(java_script_enabled=False)
    log_in(page, linking)
    pair = page.locator("article").first
    pair.get_by_label("Reason of your answer").fill("both tell the evening of the 17th")
    pair.get_by_role("button", name="One event, told twice").click()
    assert page.get_by_role("status").inner_text().startswith("Noted")
    row = Retelling.objects.latest("pk")
    assert (row.verdict, row.by) == ("same", "Alma Invented")
    page.goto(f"{linking}log/")
    page.get_by_role("button", name="Take back").first.click()
    assert Retelling.objects.latest("pk").verdict == "open"


@pytest.mark.long
@pytest.mark.parametrize("language", languages("en"))
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(linking, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    assert CaseJudgement.objects.filter(verdict="proposed").exists()
    page = browser(locale=language)
    log_in(page, linking)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("article").count() >= 2
    for address in (linking, f"{linking}log/"):
        page.goto(address)
        looks_well(page, Axe(), address)
    assert page.asked.hosts() == {linking.split("/")[2]}
    assert not page.asked.complaints
