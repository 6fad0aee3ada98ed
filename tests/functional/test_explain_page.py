"""The page that shows what was read, in a browser: for everyone, on every screen, without scripts or requests."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from looking import BY_SCHEME, languages

from barometer.codebook import LANGUAGES, CodedBulletin, Entry, Event
from barometer.pipeline.explain import write_pages
from barometer.pipeline.read import Read
from barometer.sources import Bulletin, BulletinEntry
from barometer.sources.bulletin import BulletinSection

pytestmark = pytest.mark.browser


STORY = (
    "On 11 March the court of Almaty fined the newspaper Oyla 500,000 tenge under Article 274 of the Criminal Code.\n"
    "The suit against Oyla and its editor Saule Oydan is heard on 25 April, says a line that nobody reads."
)
HOSTILE = (
    "</div><script>document.title='owned'</script><img src='http://evil.example/x' onerror='alert(1)'> \u202e turned "
    + "x" * 400
)
WORDS = {
    "types.0": "fined the newspaper Oyla 500,000 tenge",
    "types.1": "suit against Oyla",
    "date": "11 March",
    "targets.0.name": "Oyla",
    "actors.0.name": "court of Almaty",
    "place": "Almaty",
    "provisions.0": "Article 274 of the Criminal Code",
    "amounts.0": "500,000 tenge under Article 274",  # crosses the provision
    "upcoming.0.date": "25 April",
}


def read_by_hand(language: str) -> Read:
    """Two entries, one of them hostile, with two events that rest on the same words."""
    text = f"1. Legal\n\n{STORY}\n\n{HOSTILE}\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    grounds = {
        path: {
            "span": (text.index(said), text.index(said) + len(said)), "text_sha256": digest, "version": "1",
            "rule": "likeness.a_rule.with_quite_a_long_name", "confidence": 0.3 + 0.05 * number,
        }
        for number, (path, said) in enumerate(WORDS.items())
    }  # fmt: skip
    fine = Event.model_validate(
        {
            "kind": "violation",
            "types": ["legal.fine", "legal.civil_suit"],
            "phase": "imposed",
            "date": "2031-03-11",
            "date_text": "11 March",
            "targets": [{"name": "Oyla", "written": "newspaper Oyla", "type": "outlet"}],
            "actors": [{"name": "court", "written": "court", "type": "court", "role": "decider"}],
            "place": {"country": "KZ", "name": "Almaty", "region": "KZ-75"},
            "provisions": ["KZ-CC-274"],
            "amounts": [{"what": "fine", "value": 500_000, "unit": "KZT", "text": "500,000 tenge"}],
            "upcoming": [{"date": "2031-04-25", "what": HOSTILE, "of": None}],
            "grounds": grounds,
        }
    )
    suit = fine.model_copy(update={"types": ("legal.civil_suit",)})
    sections = (BulletinSection(1, "Legal", 1, ""),)
    stories, coded = [], []
    for number, (story, events) in enumerate(((STORY, (fine, suit)), (HOSTILE, ())), 1):
        start = text.index(story)
        held = {"id": f"q1-1-0{number}", "section": 1, "month": None, "lines": (number, number)}
        offsets = range(start, start + len(story))
        stories.append(BulletinEntry(**held, text=story, headline=None, links=(), offsets=offsets))
        coded.append(Entry(**held, events=events))
    document = Bulletin(
        source="r.txt", text=text, language=language, quarter=None, title="", intro="", sections=sections,
        entries=tuple(stories), contact="", line_kinds=(), problems=(),
    )  # fmt: skip
    coded_file = CodedBulletin(source="r.txt", language=language, entries=tuple(coded))
    return Read(Path(f"a-name-that-is-{language}.txt"), document, coded_file)


@pytest.fixture
def pages(tmp_path) -> dict[str, str]:
    """The address of the page in each language."""
    written = write_pages([read_by_hand(language) for language in LANGUAGES], tmp_path)
    return dict(zip(LANGUAGES, (path.as_uri() for path in written), strict=True))


@pytest.mark.parametrize("language", languages("kk"))
@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.long)])
def test_the_page_has_no_fault_that_axe_finds(pages, browser, language, width):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(width=width)
    page.goto(pages[language])
    for scheme, rules in BY_SCHEME.items():
        page.emulate_media(color_scheme=scheme)
        for place in ("", "#w1-4", "#v1-2-1"):  # also with words or a value lit
            page.goto(pages[language] + place)
            result = Axe().run(page, options=rules).response
            assert result["passes"]
            assert not result["violations"], [
                (fault["id"], [node["html"][:200] for node in fault["nodes"]])
                for fault in result["violations"]
            ]


def test_it_asks_nobody_and_the_hostile_text_does_nothing(pages, browser):
    for options in ({}, {"java_script_enabled": False}):
        page = browser(**options)
        page.goto(pages["en"])
        assert page.asked.addresses == [pages["en"]]
        assert page.asked.complaints == []
        assert page.title() == "What was read in a-name-that-is-en.txt"
        assert page.locator("article").count() == 2
        assert "<script>document.title='owned'</script>" in page.locator(".text").nth(1).inner_text()


def test_the_policy_lets_no_foreign_style_or_script_in(pages, browser):
    page = browser()
    page.goto(pages["en"])
    page.evaluate(
        """() => { const s = document.createElement('script'); s.textContent = "document.title = 'owned'";
                   document.head.append(s);
                   const c = document.createElement('style'); c.textContent = 'body { display: none }';
                   document.head.append(c); }"""
    )
    assert page.title() != "owned"
    assert page.locator("h1").is_visible()


def test_no_screen_scrolls_sideways(pages, browser):
    page = browser()
    for address in pages.values():
        page.goto(address)
        for width in (320, 390, 820, 1280, 3840):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


def test_the_events_stand_beside_the_text_and_on_a_phone_below(pages, browser):
    page = browser(width=1280)
    page.goto(pages["ru"])
    text, card = page.locator(".text").first.bounding_box(), page.locator(".card").first.bounding_box()
    assert card["x"] >= text["x"] + text["width"] and abs(card["y"] - text["y"]) < 40
    page.set_viewport_size({"width": 390, "height": 844})
    text, card = page.locator(".text").first.bounding_box(), page.locator(".card").first.bounding_box()
    assert card["y"] >= text["y"] + text["height"]


def test_a_number_leads_to_its_value_and_the_value_back(pages, browser):
    page = browser(width=390, height=844)
    page.goto(pages["en"])
    page.get_by_label("1: Date, event 1").click()
    lit = page.locator(".row:target")
    assert lit.is_visible() and "2031-03-11" in lit.inner_text()
    lit.locator("a").click()
    assert page.locator("mark:target").inner_text().startswith("11 March")
    page.get_by_label("1·2: Date, event 2").click()
    assert page.locator(".row:target").get_attribute("id").startswith("v1-2-")


def test_the_keyboard_reaches_everything(pages, browser):
    page = browser()
    page.goto(pages["en"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#text"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href')"))
    assert reached >= {"#e1", "#e2", "#w1-1", "#w1-2"}


def test_dark_is_dark_and_light_is_light(pages, browser):
    page = browser(color_scheme="dark")
    page.goto(pages["en"])
    shade = "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    assert page.evaluate(shade) < 150
    page.emulate_media(color_scheme="light")
    assert page.evaluate(shade) > 700


def test_print_leaves_the_way_around_out(pages, browser):
    page = browser(color_scheme="dark")
    page.goto(pages["en"])
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator(".card").first.is_visible() and page.locator(".text").first.is_visible()
