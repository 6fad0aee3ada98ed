"""The pages of a followed case, the calendar and the desk in a browser: for everyone, on every screen, without scripts."""

from __future__ import annotations

import pytest
from followed import CASE, DAY, write
from looking import EVERY_RULE, languages

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ru", "kk")
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
PUBLIC = {
    "case": f"cases/{CASE}/",
    "case as of a day": f"cases/{CASE}/?as_of=2021-04-20",
    "case before all": f"cases/{CASE}/?as_of=2021-01-01",
    "case on no day": f"cases/{CASE}/?as_of=yesterday",
    "calendar": "calendar/",
}
DESK = ("cases/", f"cases/{CASE}/", "carryover/2021Q2/", "carryover/")
WHO, SECRET = "editor", "a long password of mine"


@pytest.fixture
def followed(site, tmp_path, monkeypatch):
    """The site with the followed case, on a day of it."""
    from barometer.web.actions.importing import import_files
    from barometer.web.public import clock

    monkeypatch.setattr(clock, "today", lambda: DAY)
    import_files(write(tmp_path), as_published=True, by="A coder of the tests")
    return site


@pytest.fixture
def logged_in(followed, browser):
    """A page of somebody of the desk: `logged_in(width=360)`."""
    from django.contrib.auth.models import Group

    from barometer.web.accounts.models import User

    who = User.objects.create_user(WHO, password=SECRET)
    who.groups.add(Group.objects.create(name="editor"))

    def make(**options):
        page = browser(**options)
        page.goto(f"{followed.url}/desk/login/?next=/desk/cases/")
        page.get_by_label("Username").fill(WHO)
        page.get_by_label("Password").fill(SECRET)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/desk/cases/")
        return page

    return make


def faults(page, name: str) -> list[str]:
    """What axe finds in light and dark, with everything opened."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for scheme, rules in (("light", EVERY_RULE), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        result = Axe().run(page, options=rules).response
        assert result["passes"], (name, scheme)
        found += [
            f"{name}, {scheme}: {fault['id']}: {[node['html'][:160] for node in fault['nodes']][:3]}"
            for fault in result["violations"]
        ]
    return found


@pytest.mark.parametrize("language", languages("ru"))
def test_no_public_page_has_a_fault_that_axe_finds(followed, browser, language):
    page, found = browser(), []
    for name, path in PUBLIC.items():
        page.goto(followed.at(path, language))
        found += faults(page, name)
    assert not found, "\n".join(found)


@pytest.mark.long
def test_no_page_of_the_desk_has_a_fault_that_axe_finds(followed, logged_in):
    page, found = logged_in(), []
    for path in DESK:
        page.goto(f"{followed.url}/desk/{path}")
        found += faults(page, path)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("shift", [0, *(pytest.param(shift, marks=pytest.mark.long) for shift in (1, 2))])
def test_every_page_fits_every_screen_and_asks_nobody(followed, logged_in, shift):
    page = logged_in()
    page.asked.complaints.clear()
    addresses = [
        followed.at(path, LANGUAGES[place % len(LANGUAGES)])
        for place, path in enumerate(PUBLIC.values(), shift)
    ]
    addresses += [f"{followed.url}/desk/{path}" for path in DESK]
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for width in (320, 360, 820, 1280, 3840):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
    assert page.asked.hosts() == {followed.url.split("//")[1]}
    assert page.asked.complaints == []


def test_on_a_telephone_the_table_has_its_heads_in_its_cells(followed, browser):
    page = browser(width=360, height=740)
    page.goto(followed.at(PUBLIC["case"]))
    assert page.locator(".cell-head").first.is_visible()
    drawing = page.locator(".case-timeline").bounding_box()
    assert drawing["width"] <= 360 and drawing["height"] > 80
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not page.locator(".cell-head").first.is_visible()
    table = page.locator(".stack").bounding_box()
    drawing = page.locator(".case-timeline").bounding_box()
    assert table["x"] > drawing["x"] + drawing["width"] - 1  # beside each other


def test_a_case_is_replayed_without_scripts(followed, browser):
    page = browser(java_script_enabled=False)
    page.goto(followed.at(PUBLIC["case"]))
    assert "Pre-trial custody" in page.locator(".stack").inner_text()
    page.get_by_text("The case as it was known on another day").click()
    page.get_by_label("As of", exact=True).fill("2021-04-05")
    page.get_by_role("button", name="Show").click()
    assert page.url.endswith("?as_of=2021-04-05")
    assert "custody" not in page.locator("main").inner_text()
    page.get_by_role("link", name="The case today").click()
    page.get_by_role("link", name="Dates of all cases").click()
    assert "10 June 2021" in page.locator("#soon + h3 + ul").inner_text()


def test_an_editor_chooses_without_scripts(followed, logged_in, browser):
    page = logged_in(java_script_enabled=False)
    page.goto(f"{followed.url}/desk/cases/{CASE}/")
    point = page.locator(".differing", has=page.locator("h3", has_text="Date"))
    point.get_by_text("Choose what is printed").click()
    point.get_by_label("18 March 2021").check()
    point.get_by_label("Why (readers see it)").fill("The ruling bears this date.")
    point.get_by_role("button", name="Keep this choice").click()
    assert "18 March 2021 printed" in " ".join(page.locator(".side-printed").inner_text().split())
    reader = browser()
    reader.goto(followed.at(PUBLIC["case"]))
    assert "The ruling bears this date." in reader.locator(".chosen").inner_text()
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{followed.url}/desk/cases/{CASE}/")
    assert "/desk/login/" in page.url
