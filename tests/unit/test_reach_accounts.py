"""Pages of accounts, made by hand in the platforms' manner: a wall is never "gone", and an account's words are its own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.reach.accounts import Standing, platform_of, read_account
from barometer.reach.rules import rules

YOUTUBE, TELEGRAM = "https://www.youtube.com/@stepnoy-fonar", "https://t.me/stepnoy_fonar"
INSTAGRAM, FACEBOOK = "https://www.instagram.com/stepnoy.fonar/", "https://www.facebook.com/stepnoy.fonar"
X, TIKTOK = "https://x.com/stepnoy_fonar", "https://www.tiktok.com/@stepnoy_fonar"
LONG = (
    "<p>" + "Steppe Lantern tells of the city and its courts, day by day, in words of its own. " * 60 + "</p>"
)


def page(body: str = "", head: str = "", title: str = "Steppe Lantern") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def alert(words: str) -> str:
    told = {"alerts": [{"alertRenderer": {"type": "ERROR", "text": {"simpleText": words}}}]}
    return f"<script>var ytInitialData = {json.dumps(told)};</script>"


CHANNEL = '<link rel="canonical" href="https://www.youtube.com/channel/UCinvented">'
PROFILE = '<meta property="og:type" content="profile">'


@pytest.mark.parametrize(
    ("address", "html", "rule"),
    [
        (YOUTUBE, page(head=CHANNEL), "present"),
        (YOUTUBE, page("The video “This channel does not exist” is new.", CHANNEL), "present"),
        (YOUTUBE, page(alert("This account has been terminated for a violation of our rules."), title="YouTube"), "gone_words"),
        (YOUTUBE, page(alert("Канал удалён за нарушение правил"), CHANNEL), "gone_words"),
        (YOUTUBE, page(alert("This channel is not available in your country."), CHANNEL), "restricted_words"),
        (YOUTUBE, page("Before you continue to YouTube. We use cookies. Accept all. Reject all.", title="Before you continue"), "wall"),
        (TELEGRAM, page('<div class="tgme_page_title">Steppe Lantern</div><div class="tgme_page_extra">1 204 subscribers</div><a href="tg://resolve">View in Telegram</a>'), "present"),
        (TELEGRAM, page('<div class="tgme_channel_info_header_title">Steppe Lantern</div><p>“This channel can’t be displayed”, they said.</p>'), "present"),
        (TELEGRAM, page("This channel can’t be displayed because it violated local laws.", title="Telegram"), "restricted_words"),
        (TELEGRAM, '<html><head><title>Telegram Messenger</title></head><body class="tgme_landing"><h1>Telegram</h1></body></html>', "gone_landing"),
        (INSTAGRAM, page(head=PROFILE), "present"),
        (INSTAGRAM, page("Sorry, this page isn’t available. The link you followed may be broken. Log in", title="Instagram"), "unclear"),
        (INSTAGRAM, page("This profile isn’t available in your country.", title="Instagram"), "restricted_words"),
        (FACEBOOK, page(head='<meta property="al:android:url" content="fb://profile/100">'), "present"),
        (FACEBOOK, page("This content isn't available right now"), "unclear"),
        (FACEBOOK, page('<form><input type="password"></form>You must log in to continue. Forgotten password?', title="Log in to Facebook"), "wall"),
        (X, page(head=PROFILE), "present"),
        (X, page("Account suspended. X suspends accounts which violate the rules", title="Profile / X"), "restricted_words"),
        (X, page("@stepnoy_fonar’s account has been withheld in KZ in response to a legal demand."), "restricted_words"),
        (X, page("This account doesn’t exist. Try searching for another."), "gone_words"),
        (X, page("<div id=react-root></div>", title="X"), "nothing_seen"),
        (TIKTOK, page("<div data-e2e=user-page></div>"), "present"),
        (TIKTOK, page("Couldn't find this account"), "gone_words"),
        (TIKTOK, page("Бұл аккаунт табылмады"), "gone_words"),
        # An article on another's account is no word of the platform.
        (X, page(LONG + "<p>“Account suspended”, read the page.</p>"), "nothing_seen"),
        ("https://vk.example/stepnoy", page(head=PROFILE), "other_platform"),
        ("https://youtube.com.evil.example/@stepnoy", page(head=CHANNEL), "other_platform"),
    ],
)  # fmt: skip
def test_pages(address, html, rule):
    said = read_account(html, address)
    assert said.rule == f"account.{rule}"
    assert said.state == rules()[said.rule]["account"]


@pytest.mark.parametrize(
    ("address", "status", "url", "rule"),
    [
        (YOUTUBE, 404, "", "gone_status"),
        (YOUTUBE, 410, "", "gone_status"),
        (INSTAGRAM, 404, "", "unclear"),  # also said to those who are not logged in
        (FACEBOOK, 404, "", "unclear"),
        (YOUTUBE, 451, "", "legal"),
        (X, 429, "", "refused"),
        (X, 403, "", "refused"),
        (X, 503, "", "refused"),
        (X, 0, "", "refused"),
        (INSTAGRAM, 200, "https://www.instagram.com/accounts/login/?next=/stepnoy.fonar/", "wall"),
        (X, 200, "https://x.com/i/flow/login?redirect_after_login=x", "wall"),
        (YOUTUBE, 200, "https://consent.youtube.com/m?continue=x", "wall"),
        (YOUTUBE, 200, "https://accounts.google.com/signin", "wall"),
        (YOUTUBE, 200, "https://portal.example/", "elsewhere"),
        (TELEGRAM, 200, "https://telegram.org/", "elsewhere"),
    ],
)
def test_answers_without_words(address, status, url, rule):
    assert read_account(page(title="…"), address, url=url, status=status).rule == f"account.{rule}"


def test_a_wall_is_never_gone_whatever_the_status():
    wall = page('<input type="password">Log in to continue. Forgot password?', title="Log in")
    for address in (YOUTUBE, INSTAGRAM, FACEBOOK, X, TIKTOK):
        for status in (200, 404, 410, 401, 500):
            assert read_account(wall, address, status=status).state is Standing.UNKNOWN


def test_platforms():
    told = [platform_of(each) for each in (YOUTUBE, TELEGRAM, INSTAGRAM, FACEBOOK, X, TIKTOK)]
    assert told == ["youtube", "telegram", "instagram", "facebook", "x", "tiktok"]
    assert platform_of("https://m.youtube.com/@a") == platform_of("youtube.com/@a") == "youtube"
    assert platform_of("https://[") == platform_of("") == platform_of("https://notx.com/a") == ""


@given(
    st.text(max_size=200),
    st.sampled_from([YOUTUBE, TELEGRAM, X, ""]),
    st.text(max_size=30),
    st.integers(0, 600),
)
def test_any_page_says_something(html, address, url, status):
    said = read_account(html, address, url=url, status=status)
    assert said.rule in rules()
    assert said.state is not Standing.PRESENT


def test_saved_pages_of_telegram(shared_data):
    folder = shared_data / "telegram" / "teleglance"
    told = {
        name: read_account((folder / f"{name}.html").read_text("utf-8"), "https://t.me/s/invented").rule
        for name in ("card_page", "feed_page", "not_found")
    }
    assert told == {
        "card_page": "account.present",
        "feed_page": "account.present",
        "not_found": "account.gone_landing",
    }
