"""The queue of names in a browser: without scripts, on a telephone, for everyone."""

from __future__ import annotations

import pytest
from looking import editor, languages, log_in, looks_well

from barometer.web.actions.names import judge, token
from barometer.web.records.models import Event, Mention, NameJudgement, Party
from barometer.web.records.naming import refresh_blocks

pytestmark = pytest.mark.browser


@pytest.fixture
def queue(site):
    """Invented people in several spellings, mentioned in the events of the site; one contradiction."""
    names = (
        "Рысбек Кияров",
        "Rysbek Kiyarov",
        "Асель Даналина",
        "Asel Danalina",
        "Ойдан Шық",
        "Oydan Shyq",
        "Ойдан Шыық",
    )
    rows = [Party.objects.create(name=name, kind="person") for name in names]
    events = list(Event.objects.order_by("key"))
    for place, row in enumerate(rows):
        for event in events[place % 2 * 2 : place % 2 * 2 + 2]:
            Mention.objects.create(
                event=event,
                party=row,
                side="target",
                position=90 + place,
                written=row.name,
                type="journalist",
            )
    refresh_blocks(rows)
    a, b, c = (row.public_id for row in rows[4:])
    for one, other, verdict in ((a, b, "same"), (b, c, "same"), (a, c, "different")):
        judge(one=one, other=other, verdict=verdict, reason="seen", by="An editor", seen=token(one, other))
    editor()
    return f"{site.url}/desk/names/"


def test_judge_and_undo_without_scripts(queue, browser):
    page = browser(java_script_enabled=False)
    log_in(page, queue)
    assert page.locator("article").count() == 2
    first = page.locator("article").first
    shown = first.locator("h2").inner_text()
    first.get_by_label("Why", exact=True).fill("one person at one paper")
    first.get_by_role("button", name="Not the same").click()
    page.wait_for_url(queue)
    assert page.get_by_role("status").inner_text().startswith("Noted")
    assert page.locator("article").count() == 1
    assert NameJudgement.objects.latest("pk").verdict == "different"
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(queue)
    assert page.locator("article").first.locator("h2").inner_text() == shown
    page.get_by_role("button", name="Take back").last.click()
    page.wait_for_url(queue)
    assert page.get_by_role("heading", name="Contradictions").count() == 0


@pytest.mark.long
@pytest.mark.parametrize("language", languages("ru"))
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(queue, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(locale=language)
    log_in(page, queue)
    assert page.locator("html").get_attribute("lang") == language
    somebody = Party.objects.filter(kind="person", mentions__isnull=False).first().public_id
    for address in (queue, f"{queue}log/", f"{queue}search/?q=Invented", f"{queue}of/{somebody}/"):
        page.goto(address)
        looks_well(page, Axe())
    assert page.asked.hosts() == {queue.split("/")[2]}
    assert not page.asked.complaints
