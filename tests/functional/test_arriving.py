"""Arriving at the desk in a browser: invited, with an authenticator or a passkey, by keyboard alone."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from looking import looks_well

from barometer.web.accounts.models import AuditEntry, User
from barometer.web.actions import staff

pytestmark = pytest.mark.browser

PASSWORD = "herons over the Irtysh"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def desk(transactional_db, live_server, settings):
    """The address of a desk that requires a second factor."""
    settings.SECOND_FACTOR = "required"
    return f"{live_server.url}/desk/"


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def tab_to(page, selector):
    """Go there by the Tab key, as far as it is not there yet."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {selector}")


def type_into(page, selector, text):
    tab_to(page, selector)
    page.keyboard.type(text)


@pytest.mark.long
def test_invited_and_in_by_keyboard_alone(desk, browser):
    from axe_playwright_python.sync_playwright import Axe

    page = browser()
    _, secret = staff.invite(["editor", "administrator", "director"], by="Alma Invented")
    page.goto(f"{desk}invitation/{secret}/")
    looks_well(page, Axe())
    type_into(page, "#id_username", "aray")
    type_into(page, "#id_password", PASSWORD)
    type_into(page, "#id_again", PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url(f"{desk}account/")
    looks_well(page, Axe())
    page.goto(f"{desk}leads/")
    assert page.url == f"{desk}account/"  # nothing else opens
    tab_to(page, "a[href$='/account/authenticator/']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk}account/authenticator/")
    assert page.locator("img.qr").evaluate("one => one.complete && one.naturalWidth > 0")
    type_into(page, "#id_code", "000000")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    looks_well(page, Axe())
    type_into(page, "#id_code", code_for(page.locator("#secret").inner_text()))
    page.keyboard.press("Enter")

    page.wait_for_url(f"{desk}account/codes/")
    assert page.locator(".codes li").count() == 10
    looks_well(page, Axe())
    tab_to(page, "main a.step-on")
    page.keyboard.press("Enter")
    page.wait_for_url(desk)
    for path in (
        "",
        "staff/",
        f"staff/{User.objects.get().pk}/",
        "audit/",
        "account/sessions/",
        "account/password/",
    ):
        page.goto(f"{desk}{path}")
        looks_well(page, Axe(), path)
    assert page.asked.hosts() == {desk.split("/")[2]}
    assert not page.asked.complaints


def test_the_authenticator_works_on_a_telephone_without_scripts(desk, browser):
    someone = User.objects.create_user("aray", password=PASSWORD)
    someone.groups.add(Group.objects.create(name="editor"))
    page = browser(width=390, java_script_enabled=False)
    page.goto(f"{desk}leads/")
    page.get_by_label("Username").fill("aray")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Set up an authenticator").click()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code", exact=True).fill(code_for(secret))
    page.get_by_role("button", name="Set up").click()
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("button", name="Log out").click()

    page.goto(f"{desk}leads/")
    page.get_by_label("Username").fill("aray")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("a recovery code").fill(codes[3])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{desk}leads/")
    assert AuditEntry.objects.filter(act="recovery code used").count() == 1
    assert not page.asked.complaints


def test_a_passkey_opens_the_desk_without_a_password(desk, browser):
    from axe_playwright_python.sync_playwright import Axe

    someone = User.objects.create_user("aray", password=PASSWORD)
    someone.groups.add(Group.objects.create(name="editor"))
    page = browser()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{desk}leads/")
    page.get_by_label("Username").fill("aray")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("my telephone")
    looks_well(page, Axe())
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(f"{desk}account/codes/")
    page.get_by_role("button", name="Log out").click()

    page.goto(f"{desk}leads/")
    looks_well(page, Axe())
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{desk}leads/")
    page.get_by_role("button", name="Log out").click()
    # And as the second step after the password.
    page.get_by_label("Username").fill("aray")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    looks_well(page, Axe())
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(desk)
    assert page.asked.hosts() == {desk.split("/")[2]}
    assert not page.asked.complaints
