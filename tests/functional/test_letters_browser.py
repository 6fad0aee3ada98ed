"""A joint letter from its first word to what came of it, as people see it; and that its pages are well for everyone."""

from __future__ import annotations

import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from lettered import WHO, agree, begun, published, ready
from looking import editor, log_in, looks_well, picture
from PIL import Image

from barometer.web.config.mail import Mail
from barometer.web.records.letters import Letter, Signatory
from barometer.web.records.models import Revision

pytestmark = pytest.mark.browser


@pytest.fixture
def ledger(transactional_db, live_server, settings, tmp_path):
    """A published case whose people agreed to letters; mail goes to a list."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.MAIL = Mail("127.0.0.1", 25, "none", sender="desk@mail.invalid")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    published(tmp_path)
    agree("Saule Oydan", "Askar Tusinbek")
    editor()
    return live_server.url


def logo(folder):
    path = folder / "logo.png"
    Image.new("RGB", (300, 120), (30, 80, 160)).save(path)
    return path


def mailed_link(url):
    """The link of the newest mail, on this machine."""
    return url + re.search(r"https?://\S+?(/sign/\S+)", mail.outbox[-1].body)[1]


@pytest.mark.long
def test_a_letter_from_its_first_word_to_its_reply(ledger, browser, tmp_path):
    url = ledger
    page = browser(width=1280)
    log_in(page, f"{url}/desk/letters/")
    page.fill("#cases", "oydan-274")
    page.fill("#day", "2021-04-13")
    page.fill("#since", "2021-03-01")
    page.click("text=Begin >> nth=-1")
    page.wait_for_url(re.compile(r"/desk/letters/\w{16}/$"))
    desk = page.url
    page.fill("#demand", "Release Saule Oydan.")
    page.click("text=Add the demand")

    # Its words; a figure that is none is refused, and what was typed stays.
    page.goto(f"{desk}words/en/")
    for label, text in (
        ("Title", "Letter on Saule Oydan"),
        ("Addressees", "Askar Minister\nMinister of Invention"),
        ("The undersigned", "We, the undersigned, write to you."),
        ("The concern", "There were {many} arrests."),
        ("Closing", "We are ready to meet you."),
    ):
        page.get_by_label(re.compile(f"^{label}")).fill(text)
    page.click("text=Save the texts")
    assert "{many} is no figure of a letter" in page.inner_text("[role=alert]")
    page.get_by_label(re.compile("^The concern")).fill("Since {since} there were {arrests} arrests.")
    page.click("text=Save the texts")
    page.goto(desk)
    page.click("text=Approve all in English")
    page.click("text=Keep the version")
    assert "Version 1 is kept." in page.inner_text("main")
    assert "Since 1 March 2021 there were 2 arrests." in page.inner_text("main")

    # An organisation is asked by mail, and signs without JavaScript and without a cookie.
    page.goto(f"{desk}signing/")
    page.fill("#name", "An Invented Fund")
    page.fill("#email", "a@fund.example")
    page.click("text=Ask them")
    assert page.input_value("#link").startswith("http")
    other = browser(width=390, java_script_enabled=False)
    link = mailed_link(url)
    answer = other.goto(link)
    assert (answer.headers["referrer-policy"], "noindex" in answer.headers["x-robots-tag"]) == (
        "no-referrer",
        True,
    )
    assert "Under house arrest" in other.inner_text("main") or "Saule Oydan:" in other.inner_text("main")
    other.set_input_files("#logo", logo(tmp_path))
    other.click("text=Sign version 1")
    assert "you have signed this version" in other.inner_text("[role=status]")
    assert other.context.cookies() == []
    assert not other.asked.complaints

    # A slip is told, a change of substance is asked again.
    def changed(label, text):
        page.goto(f"{desk}words/en/")
        page.get_by_label(re.compile(f"^{label}")).fill(text)
        page.click("text=Save the texts")
        page.goto(desk)
        page.click("text=Approve all in English")
        page.click("text=Keep the version")

    changed("Closing", "We are raedy to meet you.")
    assert "Mails sent: 1" in page.inner_text("main")
    assert mail.outbox[-1].subject == "A small change in a joint letter"
    changed("The concern", "Since {since} there were 12 arrests.")
    assert mail.outbox[-1].subject == "A joint letter has changed: please look again"
    other.goto(mailed_link(url))
    assert "What has changed since version 1" in other.inner_text("main")
    assert any("12 arrests" in text for text in other.locator("ins").all_inner_texts())
    other.click("text=Sign version 3")

    # It is sent; what came back is seen by readers.
    page.goto(desk)
    page.fill("#how", "By e-mail to the office")
    page.click("text=Note that it was sent")
    page.click("text=Replies and outcomes")
    page.click("text=Note a reply")
    page.fill("#sender", "Ministry of Invention")
    page.fill("#summary", "They will not meet.")
    page.click("text=Keep the reply")
    page.click("text=What came of demand 1")
    page.select_option("#state-1", "refused")
    page.fill("#reason-1", "The ministry wrote so.")
    page.click("text=Keep the outcome")
    reader = browser(width=1280, java_script_enabled=False)
    letter = Letter.objects.get()
    reader.goto(f"{url}/en/letters/")
    reader.click("text=Letter on Saule Oydan")
    picture(reader, "letter")
    said = reader.inner_text("main")
    for words in (
        "Since 1 March 2021 there were 12 arrests.", "An Invented Fund", "Release Saule Oydan.", "refused",
        "The ministry wrote so.", "Ministry of Invention", "on the day of the letter",
    ):  # fmt: skip
        assert words in said, words
    served = reader.request.get(url + reader.locator(".signed img").get_attribute("src"))
    assert Image.open(io.BytesIO(served.body())).size == (300, 120)
    assert reader.asked.hosts() == {url.removeprefix("http://")} and not reader.asked.complaints
    reader.click("text=Cases in this letter >> xpath=.. >> a")
    assert reader.is_visible("text=Letters about this")
    pdf = reader.request.get(f"{url}/en/letters/{letter.public_id}/letter.pdf")
    assert pdf.body()[:5] == b"%PDF-"
    assert Revision.objects.filter(model="letter", action="send").count() == 1


@pytest.mark.long
def test_pages_of_letters_are_well_for_everyone(ledger, browser, tmp_path):
    from barometer.web.actions import letters_after, letters_signing, letters_versions

    letter = begun()
    ready(letter)
    letters_versions.keep_version(letter, **WHO)
    out = io.BytesIO()
    Image.new("RGB", (300, 120), "navy").save(out, "PNG")
    row, secret = letters_signing.ask(letter, "An Invented Fund", email="a@fund.example", **WHO)
    letters_signing.answer(row, "sign", version=1, logo=out.getvalue())
    _, waiting = letters_signing.ask(letter, "Other Fund", **WHO)
    joining = letters_signing.open_to_individuals(letter, True, **WHO)
    page, axe = browser(), Axe()
    log_in(page, f"{ledger}/desk/letters/")
    desk = [f"desk/letters/{letter.public_id}/{part}" for part in ("", "words/en/", "signing/")]
    paths = [
        "desk/letters/",
        *desk,
        *(f"sign/{one}/{code}/" for one in (secret, waiting, joining) for code in ("en", "kk")),
    ]
    for path in paths:
        page.goto(f"{ledger}/{path}")
        looks_well(page, axe, path)
    letters_versions.send(letter, how="By e-mail", **WHO)
    letters_after.add_coverage(letter, outlet="Oyla", address="https://oyla.example/1", **WHO)
    for path in (
        f"desk/letters/{letter.public_id}/", f"desk/letters/{letter.public_id}/after/", "en/letters/",
        f"en/letters/{letter.public_id}/", f"ru/letters/{letter.public_id}/", f"sign/{secret}/", "sign/no-such/",
    ):  # fmt: skip
        page.goto(f"{ledger}/{path}")
        looks_well(page, axe, path)


def test_individuals_sign_by_a_confirmed_address(ledger, browser):
    from barometer.web.actions import letters_signing, letters_versions

    letter = begun()
    ready(letter)
    letters_versions.keep_version(letter, **WHO)
    secret = letters_signing.open_to_individuals(letter, True, **WHO)
    page = browser(width=390, java_script_enabled=False)
    page.goto(f"{ledger}/sign/{secret}/ru/")
    page.fill("#name", "D. Alim")
    page.fill("#email", "d@mail.example")
    page.check("input[name=shown][value=no]")
    page.click(".letter-answer button")
    assert page.is_visible("[role=status]")
    assert [one for one in letters_signing.all_standing(letter) if one[1].signed] == []
    page.goto(mailed_link(ledger))
    page.click(".letter-answer button >> nth=0")
    [(row, stands)] = letters_signing.all_standing(letter)
    assert (stands.state, row.shown, row.language) == ("signed", False, "ru")
    assert Signatory.objects.get().email == "d@mail.example"
