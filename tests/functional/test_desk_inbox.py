"""The inbox in a browser: by keys, many at once, without scripts, on a telephone, for everyone; and the pages beside it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from looking import editor, languages, log_in, looks_well

from barometer.web.accounts.models import User
from barometer.web.actions import following, inbox, leads, second
from barometer.web.actions.leads import Incoming, hand_in
from barometer.web.records.desk import SavedView
from barometer.web.records.gathering import Lead
from barometer.web.records.models import Case, Event

pytestmark = pytest.mark.browser

FINE = (
    "On 13 March 2031, the specialised administrative court of Almaty fined {name}, a journalist of the Invented "
    "Herald, {sum} tenge under Article 274 of the Criminal Code for knowingly false information."
)
TITLES = ("The first lead", "The second lead " + "long" * 60, "The third lead", "Соңғы хабар")


@pytest.fixture
def desk(site, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    editor()
    for title in TITLES:
        hand_in(Incoming("", title=title), origin="address", by="Alma Invented")
    return f"{site.url}/desk/"


def states():
    return dict(Lead.objects.order_by("pk").values_list("title", "state"))


def test_through_the_inbox_by_keys(desk, browser):
    page = browser()
    log_in(page, f"{desk}leads/")

    def press(*keys):
        for key in keys:
            page.keyboard.press(key)

    press("?")
    assert page.get_by_text("next, previous lead").is_visible()
    press("j", "j", "k")  # the newest, the one after, the newest
    assert page.evaluate("document.activeElement.textContent") == "Соңғы хабар"
    press("j", "x", "j", "x")
    assert page.locator("#ticked").inner_text() == "2 / 4"
    press("d")
    page.keyboard.type("an old story: j and x are letters here")
    with page.expect_navigation():
        press("Enter")
    assert page.get_by_role("status").first.inner_text() == "2 leads: let go."
    assert list(states().values()) == ["new", "dismissed", "dismissed", "new"]
    with page.expect_navigation():
        press("u")
    assert set(states().values()) == {"new"}
    press("j", "a")  # with none ticked, the lead at hand
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Alma Invented has it since")
    assert Lead.objects.exclude(assigned_to=None).get().title == "Соңғы хабар"

    page.locator("#keys summary").click()
    page.get_by_label("Use these keys").uncheck()
    page.reload()
    page.locator("#main").focus()
    press("j")
    assert page.evaluate("document.activeElement.id") == "main"
    assert not page.asked.complaints
    assert page.asked.hosts() == {desk.split("/")[2]}


def test_many_at_once_without_scripts_on_a_telephone(desk, browser):
    page = browser(390, java_script_enabled=False)
    log_in(page, f"{desk}leads/")
    assert not page.locator("#keys").is_visible()
    for title in ("The first lead", "The third lead"):
        page.get_by_label(f"Tick: {title}").check()
    page.get_by_label("Why").fill("told before")
    page.get_by_role("button", name="Let go").click()
    assert list(states().values()) == ["dismissed", "new", "dismissed", "new"]
    page.get_by_role("button", name="Undo").click()
    assert set(states().values()) == {"new"}
    page.get_by_role("button", name="Give", exact=True).click()
    assert page.get_by_role("alert").inner_text() == "Tick at least one lead."


@pytest.fixture
def filled(desk, settings):
    """Something on every page."""
    settings.DOUBLE_CODING = 1.0
    me = User.objects.get(username="editor")
    other = User.objects.create_user("berik", is_staff=True)
    other.groups.add(Group.objects.get_or_create(name="monitor")[0])
    found = []
    for name, sum_ in (("Aigerim Example", "200,000"), ("Bolat Imaginary", "30,000")):
        text = FINE.format(name=name, sum=sum_)
        lead = hand_in(
            Incoming(text, "https://a.example/" + "x" * 90, f"{name} fined"), origin="text", by="Berik"
        )
        source = leads.take(lead, by="Berik Invented", user=other)
        Event.objects.filter(item__source=source).update(state="accepted")
        found.append(lead)
    values = {
        "main_type": "legal.administrative_case", "kind": "violation", "phase": "", "region": "KZ-33", "first_day": "",
        "target_type": "blogger", "work_link": "", "people_hit": "", "is_alleged": "yes", "background": "no",
    }  # fmt: skip
    row = second.code(found[0], values, by="Alma Invented", user=me)
    inbox.assign([Lead.objects.first().public_id], me, by="Alma Invented", user=me)
    SavedView.objects.create(user=me, name="A view with a long name " + "y" * 36, query="who=me")
    following.follow(Case.objects.first(), me)
    return [
        "leads/", "leads/?who=me&q=lead", "day/", "second/", f"second/{found[1].public_id}/", "agreement/",
        f"agreement/{row.public_id}/", f"leads/{found[0].public_id}/",
    ]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("language", languages("kk"))
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(desk, filled, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(locale=language)
    log_in(page, f"{desk}leads/")
    axe = Axe()
    for path in filled:
        page.goto(f"{desk}{path}")
        looks_well(page, axe, path)
    assert not page.asked.complaints
