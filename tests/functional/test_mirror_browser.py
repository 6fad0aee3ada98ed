"""The mirror in a browser: from a disk without JavaScript, and from a server of files with its search."""

from __future__ import annotations

import functools
import http.server
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from looking import looks_well

from barometer.web.config.mail import Mail

pytestmark = pytest.mark.browser


@pytest.fixture
def mirror(site, settings, tmp_path):
    """A mirror of the site's ledger."""
    from barometer.web import mirror_commands

    settings.HOME = tmp_path
    mirror_commands.make(
        tmp_path / "mirror", site="https://press.example", processes=1, tell=lambda line: None
    )
    return tmp_path / "mirror"


@pytest.mark.long
def test_from_a_disk_and_from_a_server(mirror, site, settings, browser):
    # from a disk, without JavaScript: from the first page to an event and its case, in another language
    page = browser(java_script_enabled=False)
    page.goto((mirror / "index.html").as_uri())
    page.click("text=Русский")
    page.click("nav >> text=События")
    page.click("main >> text=Домашний арест")
    page.click("main >> text=Aigul Qiyalova >> nth=0")
    assert page.title().startswith("Домашний арест: Aigul Qiyalova")
    page.click("text=Қазақша")
    assert page.locator("html").get_attribute("lang") == "kk"
    page.goto((mirror / "ru" / "copy" / "search" / "index.html").as_uri())
    assert not page.locator("#search").is_visible() and page.locator("main .chips a").count() == 3
    assert all(address.startswith("file:") for address in page.asked.addresses)

    # from a server of files: a Russian and a Kazakh word are found, in no language but the page's
    class Files(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Files, directory=str(mirror.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = browser(width=390)
        base = f"http://127.0.0.1:{server.server_port}/mirror"
        for language, words, found in (
            ("ru", "репортёр арест", "Домашний арест"),
            ("kk", "үйқамақ", "Үйқамақ"),
        ):
            page.goto(f"{base}/{language}/copy/search/index.html")
            page.fill("#words", words)
            link = page.locator("#found a").first
            link.wait_for()
            assert found.casefold() in page.locator("#found").inner_text().casefold()
            page.locator("#found a").first.click()
            page.wait_for_selector("article.page")
            assert page.url.startswith(f"{base}/{language}/") and page.url.endswith("/index.html")
        for path in ("ru/events/index.html", "kk/copy/index.html", "kk/copy/search/index.html"):
            page.goto(f"{base}/{path}")
            looks_well(page, Axe(), path)
        assert page.asked.hosts() == {f"127.0.0.1:{server.server_port}"}
        assert not page.asked.complaints
        settings.MAIL = Mail(host="mail.example", port=25, sender="site@press.example")
        page.goto(site.at("follow/?kind=relief", "ru"))
        looks_well(page, Axe(), "follow")
    finally:
        server.shutdown()
        server.server_close()
