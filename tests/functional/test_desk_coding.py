"""The coding screen in a browser: few acts, two tabs, a broken line, the keyboard alone, a telephone, no script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from looking import editor, languages, log_in, looks_well

from barometer.web.actions import coding
from barometer.web.actions.leads import Incoming, hand_in, take
from barometer.web.actions.revisions import last_number
from barometer.web.records.drafts import Draft
from barometer.web.records.models import Event

pytestmark = pytest.mark.browser

TITLE = "Journalist fined in Almaty"
TEXT = (
    "On 13 March 2031, the specialised administrative court of Almaty fined Aigerim Example, a journalist of the "
    "Invented Herald, 200,000 tenge under Article 274 of the Criminal Code for knowingly false information in her "
    "report on the city's heating. Her lawyer says that the court did not hear the witnesses whom the newspaper "
    "had named, and that the decision will be appealed within ten days. The newspaper stands by the report."
)


@pytest.fixture
def desk(site):
    """A lead that was taken: one event to code."""
    editor()
    take(hand_in(Incoming(TEXT, "https://herald.example/x", TITLE), origin="text", by="A"), by="A")
    return f"{site.url}/desk/"


def event() -> Event:
    return Event.objects.get(key__startswith="lead-")


def address(desk) -> str:
    return f"{desk}code/{event().public_id}/"


def until_kept(page) -> None:
    page.locator(".code-saved", has_text="Draft kept at").wait_for()


class Acts:
    """Every click and every key that a person needs."""

    def __init__(self, page) -> None:
        self.page, self.count = page, 0

    def click(self, what) -> None:
        self.count += 1
        what.click()

    def press(self, keys) -> None:
        self.count += 1
        self.page.keyboard.press(keys)


def test_a_good_proposal_is_accepted_in_eight_acts(desk, browser):
    page = browser()
    log_in(page, f"{desk}code/")
    acts = Acts(page)
    acts.click(page.get_by_role("link", name="Fine", exact=False).first)
    page.wait_for_url("**/desk/code/*/")
    acts.press("Control+Enter")
    page.wait_for_url(f"{desk}code/")
    assert page.get_by_role("status").inner_text().startswith("Accepted")
    assert event().state == "accepted"
    assert acts.count <= 8, acts.count
    assert not page.asked.complaints
    assert page.asked.hosts() == {desk.split("/")[2]}


def test_a_correction_by_the_keyboard_alone(desk, browser):
    """An alternative is one key away; the words of the field in which one is are lit."""
    page = browser()
    log_in(page, address(desk))
    keyboard = page.keyboard
    page.locator("[name=work_link]:checked").focus()
    before = page.locator("[name=work_link]:checked").get_attribute("value")
    keyboard.press("ArrowUp")
    assert page.locator("[name=work_link]:checked").get_attribute("value") != before
    page.locator("[name=date]").focus()
    assert page.locator("mark.lit").first.inner_text().startswith("13 March 2031")
    keyboard.press("Tab")  # the number that leads to the words
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "date_text"
    keyboard.press("Enter")  # in a field: keeps the draft, and accepts nothing
    page.wait_for_url("**?draft=*")
    assert event().state == "proposed"
    page.locator("[name='targets.0.name']").focus()
    keyboard.press("End")
    keyboard.type("s")
    page.locator("input[name='targets.0.pick']").first.wait_for()  # found while typing
    page.locator("input[name='targets.0.pick']:checked").focus()
    keyboard.press("ArrowDown")
    keyboard.press("Control+Enter")
    page.wait_for_url(f"{desk}code/")
    row = event()
    assert row.state == "accepted"
    assert [one.party.name for one in row.mentions.filter(side="target")] == ["Aigerim Example"]
    assert not page.asked.complaints


def test_words_chosen_on_the_left_set_the_field(desk, browser):
    page = browser()
    log_in(page, address(desk))
    page.locator("[name='targets.0.written']").focus()
    page.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.querySelector('.code-text'), NodeFilter.SHOW_TEXT)
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf('Invented Herald')
                if (at < 0) continue
                const range = document.createRange()
                range.setStart(walker.currentNode, at)
                range.setEnd(walker.currentNode, at + 15)
                getSelection().removeAllRanges()
                getSelection().addRange(range)
                return
            }
        }"""
    )
    page.get_by_role("button", name="These words are:").click()
    assert page.locator("[name='targets.0.written']").input_value() == "Invented Herald"
    until_kept(page)
    page.locator("button[value=accept]").click()
    page.wait_for_url(f"{desk}code/")
    assert event().mentions.get(side="target").written == "Invented Herald"
    start, end = event().grounds["targets.0"]["span"]
    assert f"{TITLE}\n\n{TEXT}"[start:end] == "Invented Herald"
    assert not page.asked.complaints


def test_a_broken_line_loses_no_word_and_two_tabs_overwrite_nothing(desk, browser):
    page = browser()
    log_in(page, address(desk))
    page.context.set_offline(True)
    page.locator("[name=note]").fill("typed in a tunnel")
    page.locator("button[value=accept]").click()  # is not sent into the void
    page.locator(".code-saved.trouble").wait_for()
    assert page.locator("[name=note]").input_value() == "typed in a tunnel"
    assert not Draft.objects.exists()
    page.context.set_offline(False)
    until_kept(page)
    assert Draft.objects.get().values["note"] == "typed in a tunnel"
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "tunnel" not in stored  # on a computer that is taken away there is nothing to read

    other = page.context.new_page()
    other.goto(address(desk))
    assert other.locator("[name=note]").input_value() == "typed in a tunnel"
    page.locator("[name=note]").fill("the first tab")
    until_kept_with(page, "the first tab")
    other.locator("[name=note]").fill("the second tab")
    other.locator(".code-saved", has_text="open in another tab").wait_for()
    assert sorted(row.values["note"] for row in Draft.objects.all()) == ["the first tab", "the second tab"]

    page.locator("button[value=save]").click()
    page.get_by_text("Saved as a proposal").wait_for()
    other.locator("button[value=accept]").click()
    other.get_by_role("heading", name="Two versions").wait_for()
    assert event().note == "the first tab"
    other.locator("[name='take.note'][value=mine]").check()
    other.get_by_role("button", name="Go on with what I chose").click()
    assert other.locator("[name=note]").input_value() == "the second tab"
    other.locator("button[value=accept]").click()
    other.wait_for_url(f"{desk}code/")
    assert (event().note, event().state) == ("the second tab", "accepted")


def test_a_session_that_ends_loses_no_word(desk, browser):
    from django.contrib.sessions.models import Session

    page = browser()
    log_in(page, address(desk))
    Session.objects.all().delete()
    page.locator("[name=note]").fill("typed after the session ended")
    page.locator(".code-saved", has_text="You are logged out").wait_for()
    other = page.context.new_page()
    other.asked = page.asked
    log_in(other, f"{desk}code/")
    until_kept(page)
    assert Draft.objects.get().values["note"] == "typed after the session ended"
    page.locator("button[value=accept]").click()
    page.wait_for_url(f"{desk}code/")
    assert event().note == "typed after the session ended"


def until_kept_with(page, words) -> None:
    """Until the newest draft has these words."""
    for _ in range(100):
        if any(row.values["note"] == words for row in Draft.objects.all()):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"no draft says {words!r}")


def test_without_scripts_on_a_telephone(desk, browser):
    page = browser(width=390, height=844, java_script_enabled=False)
    log_in(page, f"{desk}code/")
    page.get_by_role("link", name="Fine", exact=False).first.click()
    page.locator("a.n").first.click()
    assert page.url.split("#")[1].startswith("w-")  # to the words, by a plain link
    page.get_by_role("button", name="One more who was hit").click()
    page.locator("[name='targets.1.written']").fill("Invented Herald")
    page.locator("[name='targets.1.name']").fill("Invented Herald")
    page.locator("[name='targets.1.type']").select_option("outlet")
    page.locator("[name=date]").fill("in March")
    page.locator("button[value=accept]").click()
    assert "This is not a date" in page.get_by_role("alert").inner_text()
    assert page.locator("[name='targets.1.name']").input_value() == "Invented Herald"
    page.locator("[name=date]").fill("2031-03")
    page.locator("button[value=accept]").click()
    assert "Accepted" in page.get_by_role("status").inner_text()
    assert (event().date, event().mentions.filter(side="target").count()) == ("2031-03", 2)


@pytest.mark.parametrize("language", languages("kk"))
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(desk, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(locale=language)
    log_in(page, f"{desk}code/")
    axe, place = Axe(), f"code/{event().public_id}/"
    rest = ("code/", f"{place}more/", f"{place}text/", "code/new/") if language == "kk" else ()
    for path in (place, *rest):
        page.goto(f"{desk}{path}")
        looks_well(page, axe, path)


@pytest.mark.long
def test_axe_finds_no_fault_where_something_is_the_matter(desk, browser):
    from axe_playwright_python.sync_playwright import Axe

    page, axe, row = browser(), Axe(), event()
    log_in(page, address(desk))
    page.locator("[name=date]").fill("in March")
    page.locator("[name=note]").fill("long" * 300)
    page.locator("button[value=accept]").click()
    page.get_by_role("alert").wait_for()
    looks_well(page, axe, "with a fault")
    coding.apply(row, coding.form_of(row) | {"note": "newer"}, by="Bolat", base=last_number(row))
    page.locator("[name=date]").fill("2031-03")
    page.locator("button[value=accept]").click()
    page.locator(".code-compare").wait_for()
    looks_well(page, axe, "two versions")


def test_the_picture_for_the_documentation(desk, browser, tmp_path):
    """docs/images/coding.png: made anew where BAROMETER_PICTURES names the folder."""
    page = browser(width=1280, height=1000, reduced_motion="reduce")
    log_in(page, address(desk))
    page.locator("[name=date]").focus()
    page.evaluate("document.querySelector('[name=phase]').scrollIntoView({block: 'center'})")
    picture = Path(os.environ.get("BAROMETER_PICTURES") or tmp_path) / "coding.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size < 300_000
