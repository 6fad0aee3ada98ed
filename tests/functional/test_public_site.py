"""The public site in a browser: for everyone, on every screen, without scripts, and with no word to a third party."""

from __future__ import annotations

import os
import re

import pytest
from looking import BOTH, EVERY_RULE

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ru", "kk")
HOUSE_ARREST, PUSHED, FOLLOWED = "2-01#1", "3-01#1", "3-02#1"


def pages(site) -> dict[str, str]:
    """One path of every kind of page."""
    return {
        "home": "",
        "an earlier quarter": "?period=2025Q4",
        "events": "events/",
        "filtered events": "events/?section=2&section=3&kind=violation",
        "no events": "events/?q=quodlibet",
        "a wrong filter": "events/?section=abc",
        "event": site.event(HOUSE_ARREST),
        "partly alleged event": site.event(PUSHED),
        "alleged event": site.event(FOLLOWED),
        "cases": "cases/",
        "open cases of a quarter": "cases/?period=2026Q1&state=open",
        "case": "cases/qiyalova-274/",
        "about": "about/",
        "not found": "nothing/",
    }


def further_pages(site) -> dict[str, str]:
    """Kinds of page of whose HTML a test of the server asks in all three languages."""
    return {
        "table": "events/?view=table",
        "chart and map": "events/?view=chart",
        "two quarters": "events/?view=compare",
        "people": "people/",
        "outlets": "outlets/",
        "bodies": "bodies/",
        "body": site.party("body"),
        "articles": "provisions/",
        "article": "provisions/KZ-CC-274/",
        "search": "search/?q=Qiyalova",
        "nothing found": "search/?q=quodlibet",
        "methodology": "methodology/",
        "report": "report/",
    }


#: Each page in one language, the pages in turn; in the long run each in all three.
turns = pytest.mark.parametrize(
    "shift", [0, *(pytest.param(shift, marks=pytest.mark.long) for shift in (1, 2))]
)


@pytest.mark.early
@turns
def test_no_page_has_a_fault_that_axe_finds(site, browser, shift):
    from axe_playwright_python.sync_playwright import Axe

    page, axe, found = browser(), Axe(), []
    every = list(enumerate((pages(site) | further_pages(site)).items(), shift))
    for place, (name, path) in every if os.environ.get("BAROMETER_TEST_LONG") else every[shift::2]:
        page.goto(site.at(path, LANGUAGES[place % len(LANGUAGES)]))
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for scheme, rules in BOTH.items():
            page.emulate_media(color_scheme=scheme)
            result = axe.run(page, options=rules).response
            assert result["passes"], (name, scheme)  # the rules did run
            found += [
                f"{name}, {scheme}: {fault['id']}: {[node['html'][:120] for node in fault['nodes']][:3]}"
                for fault in result["violations"]
            ]
    assert not found, "\n".join(found)


def test_the_desk_s_door_has_no_fault_that_axe_finds(site, browser):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(locale="kk", color_scheme="dark")
    page.goto(f"{site.url}/desk/login/")
    assert page.locator("h1").inner_text() == "Жұмыс орны: кіру"
    assert not Axe().run(page, options=EVERY_RULE).response["violations"]


@turns
def test_every_page_fits_every_screen_asks_nobody_and_leaves_no_cookie(site, browser, shift):
    page = browser()
    for place, (name, path) in enumerate((pages(site) | further_pages(site)).items(), shift):
        language = LANGUAGES[place % len(LANGUAGES)]
        page.goto(site.at(path, language))
        for width in (320, 390, 820, 3840):
            page.set_viewport_size({"width": width, "height": 844})
            needed = page.evaluate("document.documentElement.scrollWidth")
            assert needed <= width, (name, language, width)
    assert page.asked.hosts() == {site.url.split("//")[1]}
    # a page that is not there is the only thing a browser may complain of
    assert all("404" in complaint for complaint in page.asked.complaints)
    assert not [address for address in page.asked.addresses if address.endswith(".js")]
    assert page.context.cookies() == []


def test_every_name_on_the_map_fits_its_tile(site, browser):
    page = browser()
    for language in LANGUAGES:
        page.goto(site.at("", language))
        for width in (320, 390, 600, 700, 896, 1024, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 844})
            wide = page.evaluate(
                """() => [...document.querySelectorAll('.tile > *')]
                   .filter(one => one.scrollWidth > one.clientWidth)
                   .map(one => one.innerText)"""
            )
            assert not wide, (language, width, wide)


def test_the_four_numbers_stand_in_even_rows(site, browser):
    page = browser()
    page.goto(site.at("", "ru"))
    for width in (320, 390, 640, 900, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        tops = page.eval_on_selector_all(".figure", "all => all.map(one => one.getBoundingClientRect().top)")
        assert [tops.count(top) for top in dict.fromkeys(tops)] in ([2, 2], [4]), (width, tops)


def test_what_an_event_rests_on_stands_below_its_facts(site, browser):
    page = browser()
    page.goto(site.at(site.event(HOUSE_ARREST)))
    facts, quote = page.locator(".facts").bounding_box(), page.locator(".quote").bounding_box()
    assert abs(facts["x"] - quote["x"]) < 2 and quote["y"] > facts["y"] + facts["height"]
    assert page.locator(".quote mark").count() >= 2


def test_what_a_finger_meets_is_large_enough(site, browser):
    page = browser(width=390, height=844)
    for path in ("", "events/", "events/?view=table", "provisions/KZ-CC-274/", "cases/qiyalova-274/"):
        page.goto(site.at(path))
        small = page.evaluate(
            """() => [...document.querySelectorAll('nav a, .tile a, .facet a, summary, button, .chips a, .card-meta a, .more a, .elsewhere a')]
               .map(one => [one.textContent.trim(), one.getBoundingClientRect()])
               .filter(([, box]) => box.width && (box.height < 24 || box.width < 24))
               .map(([text, box]) => `${text}: ${box.width} × ${box.height}`)"""
        )
        assert not small, (path, small)


def test_reads_and_filters_without_scripts(site, browser):
    page = browser(java_script_enabled=False)
    page.goto(site.at("events/"))
    total = int(re.search(r"\d+", page.locator(".count").inner_text())[0])
    page.locator(".facet a", has_text="Legal pressure").first.click()
    assert page.url.endswith("/en/events/?section=2")
    assert page.locator(".chips").inner_text().startswith("Section:")
    fewer = int(re.search(r"\d+", page.locator(".count").inner_text())[0])
    assert 0 < fewer < total
    page.get_by_label("Search the events").fill("bakery")
    page.locator("main").get_by_role("button", name="Search").click()
    assert page.url.endswith("/en/events/?q=bakery&section=2")
    page.locator(".chips a", has_text="Section").click()
    assert page.url.endswith("/en/events/?q=bakery")
    page.locator(".looks a", has_text="Table").click()
    assert page.url.endswith("/en/events/?q=bakery&view=table")
    page.locator("th a").click()
    assert page.url.endswith("/en/events/?q=bakery&view=table&sort=oldest")
    page.get_by_label("Search everything published").fill("Кияловой")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/search/?q=*")
    assert page.locator(".hits a", has_text="Qiyalova").count()
    page.goto(site.at("events/?q=bakery"))
    page.locator(".card-title a").first.click()
    assert page.locator("h1").inner_text()


def test_the_keyboard_reaches_the_filters(site, browser):
    page = browser()
    page.goto(site.at("events/"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#filters"
    assert (
        page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    )  # it is seen when it has focus
    page.keyboard.press("Enter")
    for _ in range(12):  # past the two days, each of several fields
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.facet a') !== null"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/?*")


def test_the_language_switch_keeps_the_page_and_its_filters(site, browser):
    page = browser()
    page.goto(site.at("events/?section=2&kind=violation"))
    page.locator(".languages a", has_text="Қазақша").click()
    assert page.url.endswith("/kk/events/?section=2&kind=violation")
    assert page.locator("html").get_attribute("lang") == "kk"
    assert "Оқиғалар" in page.locator("h1").inner_text()
    page.locator(".languages a", has_text="Русский").click()
    assert page.url.endswith("/ru/events/?section=2&kind=violation")
    page.goto(site.at(site.event(HOUSE_ARREST), "ru"))
    assert "под домашний арест" in page.locator(".standfirst").inner_text()


def test_dark_is_dark_and_light_is_light(site, browser):
    page = browser(color_scheme="dark")
    page.goto(site.at(""))
    shade = "getComputedStyle(document.body).backgroundColor"
    assert sum(map(int, re.findall(r"\d+", page.evaluate(shade))[:3])) < 150
    page.emulate_media(color_scheme="light")
    assert sum(map(int, re.findall(r"\d+", page.evaluate(shade))[:3])) > 700


def test_the_first_view_is_light(site, browser):
    page = browser()
    sizes = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(site.at("", "kk"), wait_until="networkidle")
    assert sum(sizes) <= 60_000
    assert len(sizes) <= 3  # the page, its style, its icon


def test_print_leaves_the_way_around_out(site, browser):
    page = browser()
    page.goto(site.at("cases/qiyalova-274/"))
    page.emulate_media(media="print")
    assert not page.locator(".mast-nav").is_visible()
    assert page.locator(".timeline").is_visible()
