"""Watched sites in a browser: the desk adds one without scripts, readers see the quarter on a telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from looking import EVERY_RULE, editor, languages, log_in, looks_well, picture

from barometer.reach.values import Measurement, Reach, Vantage
from barometer.web.actions import watching, watching_accounts, watching_days, watching_outages
from barometer.web.records.models import Event, Item, State
from barometer.web.records.watch import OutageEvent, WatchedSite

pytestmark = pytest.mark.browser

HERE = (Vantage("Taldy", "KZ", "AS64500"), Vantage("Arqa", "KZ", "AS64501"), Vantage("Far", "DE", "", True))


@pytest.fixture
def measured(site, settings, tmp_path):
    """Three sites, of which one was not reachable for a night and one is not now."""
    settings.HOME, settings.KEYS_ROOT = tmp_path / "home", tmp_path / "home" / "keys"
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.HOME.mkdir()
    editor()
    now = timezone.now()
    for number, name in enumerate(("Dala Tany", "Qala Sozi", "Oyla")):
        address = f"https://{name.lower().replace(' ', '-')}.example/"
        row = watching.save_site(None, outlet=name, address=address, by="Alma")
        watching.set_public(row, True, by="Alma")
        watching_days.take(_looks(address, now, number))
    taken = watching_days.Taken()
    for row in WatchedSite.objects.all():
        taken.spans[row.pk] = now - timedelta(days=20), now
        taken.states[row.pk] = {"down"}
    watching_outages.settle(taken)
    watching_outages.propose_due()
    account = watching_accounts.save_account(None, outlet="Oyla", platform="Sybyr", handle="@oyla", by="Alma")
    watching_accounts.add_state(account, "gone", by="Alma")
    watching.set_public(account, True, by="Alma")
    return site


def _looks(address, now, number):
    for step in range(20 * 24):
        at = now - timedelta(hours=step)
        bad = (number == 0 and 100 <= step < 112) or (number == 2 and step < 8)
        if number == 1 and step > 240:
            continue
        for vantage in HERE:
            state = Reach.BLOCKED_LIKELY if bad and not vantage.control else Reach.OK
            yield Measurement(address, at, vantage, state, "tls.reset_sni" if bad else "ok.page")


@pytest.mark.parametrize("language", languages("ru"))
def test_readers_see_the_quarter_on_a_telephone(measured, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    plain = browser(width=390, java_script_enabled=False)
    plain.goto(f"{measured.url}/{language}/watch/")
    assert plain.locator(".watch-panel").count() == 3
    axe, page = Axe(), browser(width=390)
    page.goto(f"{measured.url}/{language}/watch/")
    assert page.locator("svg.watch-strip[aria-label]").count() == 3
    picture(page, f"watch-{language}")
    looks_well(page, axe, "watch")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Dala Tany").first.click()
    page.wait_for_url(f"**/{language}/watch/*/")
    picture(page, f"watch-site-{language}")
    looks_well(page, axe, "watch site")
    link = OutageEvent.objects.filter(what="began").first()
    Event.objects.filter(pk=link.event.pk).update(
        state=State.PUBLISHED, published_by="Alma", published_at=timezone.now()
    )
    Item.objects.filter(pk=link.event.item_id).update(state=State.PUBLISHED)
    page.goto(f"{measured.url}/{language}/events/{link.event.public_id}/")
    assert page.locator(".watch-marked").count() == 1
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, f"watch-event-{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not axe.run(page, options=EVERY_RULE).response["violations"]


@pytest.mark.long
def test_the_desk_watches_a_site_without_scripts(measured, browser):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(width=390, java_script_enabled=False)
    log_in(page, f"{measured.url}/desk/watch/")
    page.get_by_label("Outlet").fill("Qiyal News")
    page.get_by_label("Address").fill("qiyal.example")
    page.get_by_role("button", name="Watch it").click()
    page.wait_for_url("**/desk/watch/sites/*/")
    assert page.get_by_role("status").inner_text() == "It is watched from now on."
    assert WatchedSite.objects.get(address="https://qiyal.example/").public is False
    page.get_by_role("button", name="Show it to readers").click()
    assert WatchedSite.objects.get(address="https://qiyal.example/").public is True
    axe, page = Axe(), browser(width=390)
    log_in(page, f"{measured.url}/desk/watch/")
    row = WatchedSite.objects.get(outlet__name="Dala Tany")
    for path in ("", f"sites/{row.public_id}/", "places/", "accounts/"):
        page.goto(f"{measured.url}/desk/watch/{path}")
        page.set_viewport_size({"width": 390, "height": 844})
        picture(page, f"desk-watch-{path.split('/')[0] or 'all'}")
        looks_well(page, axe, path)
    page.get_by_role("link", name="Sybyr: @oyla").click()
    page.wait_for_url("**/desk/watch/accounts/*/")
    looks_well(page, axe, "account")
