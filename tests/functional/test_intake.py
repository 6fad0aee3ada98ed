"""Intake, leads, sources and evidence in a browser: without scripts, on a telephone, for everyone."""

from __future__ import annotations

import io
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from looking import editor, languages, log_in, looks_well
from PIL import Image

from barometer.sources.watched import WatchedSource as SourceValue
from barometer.web.actions.evidence import keep_evidence, keep_upload
from barometer.web.actions.gathering import save_source
from barometer.web.actions.leads import Incoming, hand_in
from barometer.web.records.gathering import Lead, Round, VanishNote, WatchedAddress
from barometer.web.records.models import Event

pytestmark = pytest.mark.browser

TEXT = (
    "On 13 March 2031, the specialised administrative court of Almaty fined Aigerim Example, a journalist of the "
    "Invented Herald, 200,000 tenge under Article 274 of the Criminal Code for knowingly false information."
)


@pytest.fixture
def desk(site, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    editor()
    return f"{site.url}/desk/"


def shot():
    out = io.BytesIO()
    Image.linear_gradient("L").resize((320, 200)).convert("RGB").save(out, "PNG")
    return out.getvalue()


def test_a_call_a_screenshot_and_a_lead_taken_without_scripts(desk, browser):
    page = browser(java_script_enabled=False)
    log_in(page, f"{desk}intake/")
    began = time.monotonic()
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_label("The text is my note of a call or a talk.").check()
    page.get_by_role("button", name="Keep it").click()
    assert "Ask the caller first" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Text", exact=True).input_value() == TEXT  # no word is lost
    page.asked.complaints.clear()  # the browser tells of every refusal
    page.get_by_label("It may be published without a name.").check()
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url("**/desk/leads/*/")
    assert time.monotonic() - began < 60
    assert page.get_by_role("status").inner_text() == "Kept as evidence and as a lead."
    before = Event.objects.count()
    page.get_by_role("button", name="Take it").click()
    assert page.get_by_role("status").inner_text().startswith("Taken")
    assert Event.objects.count() > before
    assert (Lead.objects.get().state, Lead.objects.get().origin) == ("taken", "phone")

    page.goto(f"{desk}intake/")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "shot.png", "mimeType": "image/png", "buffer": shot()}
    )
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url("**/desk/leads/*/")
    page.get_by_role("link", name="shot.png").click()
    page.wait_for_url("**/desk/evidence/*/")  # and until its picture has come
    picture = page.locator("img.shot")
    assert picture.evaluate("one => one.complete && one.naturalWidth") == 320
    assert page.asked.hosts() == {desk.split("/")[2]}
    assert not page.asked.complaints


def test_a_source_is_added_without_scripts(desk, browser):
    page = browser(java_script_enabled=False)
    log_in(page, f"{desk}sources/new/")
    for label, text in {
        "Short name": "herald", "Title": "Herald", "Who publishes": "Invented Herald",
        "Address": "https://herald.example/rss", "Language": "en",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url(f"{desk}sources/herald/")
    assert "The worker will visit it" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Let it rest").click()
    page.goto(f"{desk}sources/")
    assert page.get_by_text("rests", exact=True).count() == 1


@pytest.fixture
def filled(desk):
    """Something on every page."""
    lead = hand_in(
        Incoming(TEXT, "https://herald.example/" + "long" * 40, "A journalist fined"),
        origin="text", by="Alma Invented", note="by post",
    )  # fmt: skip
    hand_in(Incoming("", "https://a.example/", wall="login"), origin="address", by="Alma Invented")
    page = keep_evidence(
        b"<html>", name="page.html", media_type="text/html", how="a test", by="Alma Invented"
    )
    picture = keep_upload(shot(), "shot.png", by="Alma Invented").original
    row = save_source(
        SourceValue("herald", "Herald", "Invented Herald", "feed", "https://herald.example/rss", "en"),
        by="Alma Invented",
    )
    now = timezone.now()
    Round.objects.create(watched=row, started_at=now - timedelta(hours=1), ended_at=now, shown=9, new=9)
    Round.objects.create(
        watched=row, started_at=now, ended_at=now, notes=["it shows nothing: https://x.example/" + "y" * 90]
    )
    address = WatchedAddress.objects.create(url="https://gone.example/" + "z" * 120, key="0" * 64)
    VanishNote.objects.create(
        address=address, at=now, kind="changed", words="lines added: 1", difference="-a\n+" + "b" * 200
    )
    return [
        "intake/", "leads/", f"leads/{lead.public_id}/", "leads/?state=waiting", "sources/", "sources/new/",
        "sources/herald/", "evidence/", f"evidence/{page.public_id}/", f"evidence/{picture.public_id}/",
        "evidence/addresses/",
    ]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("language", languages("ru"))
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(desk, filled, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(locale=language)
    log_in(page, f"{desk}intake/")
    axe = Axe()
    for path in filled:
        page.goto(f"{desk}{path}")
        assert page.locator("html").get_attribute("lang") == language
        looks_well(page, axe, path)
    assert page.asked.hosts() == {desk.split("/")[2]}
    assert not page.asked.complaints
