"""Word and back, submissions and sheets in a browser: from the download to the taken change without scripts; well for all."""

from __future__ import annotations

import pytest
from django.utils import timezone
from looking import editor, log_in, looks_well
from wordfiles import Editing

from barometer.web.actions import wordback
from barometer.web.records.models import Case, Event, Issue, Item
from barometer.web.records.wordback import ReturnedFile, WorkingFile

pytestmark = pytest.mark.browser
TEXTS = (
    "Anna Invented was fined 129,750 tenge by the court of Madeup for a post about the mayor.",
    "Guards pushed Bolat Made-Up out of hall No. 3 and took his camera.",
    "The site of the Invented Herald could not be opened for two days.",
)


@pytest.fixture
def issue(site):
    """An open issue with three items of ours, each telling a published event."""
    editor()
    issue = Issue.objects.create(period="2031Q1", opened_at=timezone.now())
    events = list(Event.objects.public().order_by("key"))
    for place, text in enumerate(TEXTS):
        item = Item.objects.create(
            issue=issue, entry_key=f"i{place}", section=2, month="2031-01", position=place, text_en=text,
            state="published", language="en",
        )  # fmt: skip
        item.tells.create(event=events[place], role="lead", position=0)
    return issue


def edited(issue):
    """The working file after a morning in Word."""
    row, data = wordback.make(issue, "en", by="Alma", user=None)
    editing = Editing(data, row.public_id)
    fine, hall, site = (one.public_id for one in Item.objects.filter(issue=issue).order_by("position"))
    editing.change(fine, "129,750", "130,000")
    editing.delete(hall)
    editing.comment(site, "For how long, exactly?")
    return editing


def test_a_change_is_taken_over_without_scripts(site, issue, browser, tmp_path):
    page = browser(width=390, java_script_enabled=False)
    address = f"{site.url}/desk/issues/2031Q1/word/"
    log_in(page, address)
    with page.expect_download() as taken:
        page.get_by_role("link", name="English").click()
    assert taken.value.suggested_filename == "2031Q1-en-working.docx"
    path = tmp_path / "edited.docx"
    path.write_bytes(edited(issue).saved())
    page.set_input_files("#file", str(path))
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url(f"{site.url}/desk/word/{ReturnedFile.objects.get().public_id}/")
    assert page.locator("del", has_text="129,750").count() == 1
    page.get_by_role("button", name="Take it over").first.click()
    page.get_by_text("Taken over by Alma Invented").wait_for()
    page.get_by_role("button", name="Leave it out").click()
    page.get_by_text("Taken over by Alma Invented").nth(1).wait_for()
    rows = list(Item.objects.filter(issue=issue).order_by("position"))
    assert rows[0].text_en == TEXTS[0].replace("129,750", "130,000")
    assert rows[1].left_out == "Deleted in Word by Editor."
    assert WorkingFile.objects.count() == 1


@pytest.mark.long
@pytest.mark.parametrize(
    "language", ["ru", *(pytest.param(one, marks=pytest.mark.long) for one in ("en", "kk"))]
)
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(site, issue, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    editing = edited(issue)
    item = Item.objects.filter(issue=issue).order_by("position").first()
    row = wordback.bring_back(issue, editing.saved(), "edited-by-hand.docx", "en", by="Alma", user=None)
    Item.objects.filter(pk=item.pk).update(text_en=item.text_en.replace("mayor", "mayor of Madeup"))
    case = Case.objects.public().order_by("slug").first()
    page = browser()
    log_in(page, f"{site.url}/desk/issues/2031Q1/word/")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
    for path in (
        "/desk/issues/2031Q1/word/",
        f"/desk/word/{row.public_id}/",
        f"/desk/cases/{case.slug}/submission/?to=upr",
        "/desk/sheets/?on=2026-02-01",
    ):
        assert page.goto(site.url + path).status == 200
        looks_well(page, axe, path)
