"""Capture with Chromium: a picture and a PDF of what scripts drew, every byte through our own door."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pypdfium2
import pytest
from PIL import Image

from barometer.errors import NotReady
from barometer.evidence import browser as browsers
from barometer.evidence.browser import Browser, browser_here
from barometer.evidence.capture import capture
from barometer.evidence.wacz import faults
from barometer.evidence.warc import read_warc
from barometer.fetching import Allowance, Apart, Door

pytestmark = pytest.mark.browser

STORY = "The reporter of Invented TV was released on Friday after three days in custody, her editor said. "
SCRIPTED = """<!DOCTYPE html><html><head><title>Before</title><link rel="stylesheet" href="/red.css">
<script>
document.title = "Released";
fetch("/more.json").then(answer => answer.json()).then(told => {
  document.querySelector("article").innerHTML = "<h1>Released</h1>" + ("<p>" + told.story + "</p>").repeat(4);
});
fetch("/vote", {method: "POST", body: "x"}).catch(() => 0);
fetch("http://INSIDE/secret").catch(() => 0);
new WebSocket("ws://INSIDE/");
navigator.serviceWorker && navigator.serviceWorker.register("/worker.js").catch(() => 0);
document.cookie = "a=b";
</script></head><body><article>Loading…</article><div style="height: 3000px"></div>
<img src="/late.png" loading="lazy" width="50" height="50"></body></html>"""


class Site(BaseHTTPRequestHandler):
    """A page that its script draws, and pages that misbehave."""

    def do_GET(self):
        self.server.asked.append((self.command, self.path, self.headers.get("Cookie")))
        inside = f"127.0.0.1:{self.server.inside}"
        picture = io.BytesIO()
        Image.new("RGB", (50, 50), "blue").save(picture, "PNG")
        answers = {
            "/": ("text/html", SCRIPTED.replace("INSIDE", inside).encode()),
            "/red.css": ("text/css", b"body { background: rgb(200, 0, 0); margin: 0 }"),
            "/more.json": ("application/json", b'{"story": "%b"}' % STORY.encode()),
            "/late.png": ("image/png", picture.getvalue()),
            "/loop": ("text/html", b"<title>Loop</title><script>while (true) {}</script>"),
            "/tall": ("text/html", b"<title>Tall</title><div style='height: 40000px'>tall</div>"),
            "/download": ("application/octet-stream", b"\x00" * 100),
            "/slow": ("text/html", b"<p>slow"),
            "/goes": (
                "text/html",
                b"<title>Goes</title><p>" + STORY.encode() + b"<script>location = '/red.css'</script>",
            ),
            "/waits": ("text/html", b"<title>Waits</title><p>" + STORY.encode() * 4 + b"<img src=/slow>"),
        }
        kind, body = answers.get(self.path, ("text/plain", b"nothing"))
        if self.path == "/slow":
            time.sleep(5)
        self.send_response(200 if self.path in answers else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "tracked=yes")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.server.asked.append((self.command, self.path, None))
        self.send_error(500)

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Site) as inside,
        ThreadingHTTPServer(("127.0.0.1", 0), Site) as server,
    ):
        for one in (inside, server):
            one.asked, one.inside, one.daemon_threads = [], inside.server_port, True
            threading.Thread(target=one.serve_forever, daemon=True).start()
        server.address, server.within = f"http://127.0.0.1:{server.server_port}", inside
        yield server
        server.shutdown()
        inside.shutdown()


@pytest.fixture
def door(site):
    """It may reach the site, not what is inside."""
    return Door(allowances=[Allowance("web", (f"127.0.0.1:{site.server_port}",))])


@pytest.fixture
def browser():
    """As any user with the sandbox on; only where root can become nobody else, without."""
    found, why = browser_here(seconds=20)
    if found is None and "as root" in why:
        found = Browser(seconds=20, as_root=True)
    if found is None:
        pytest.skip(why)
    return found


@pytest.fixture(scope="module")
def apart():
    with Apart() as room:
        yield room


def pixel(picture, x, y):
    with Image.open(io.BytesIO(picture)) as image:
        return image.convert("RGB").getpixel((x, y)), image.size


def test_what_scripts_drew_is_seen_read_and_kept(site, door, browser, apart):
    captured = capture(f"{site.address}/", door=door, browser=browser, by="aida", apart=apart)
    assert captured.how.startswith("Chromium ")
    assert captured.title == "Released"
    assert STORY.strip() in captured.text
    colour, (width, height) = pixel(captured.screenshot, 5, 5)
    assert (colour, width) == ((200, 0, 0), 1280)
    assert height > 3000  # the whole page, not the window
    with pypdfium2.PdfDocument(captured.pdf) as pdf:
        assert STORY.strip()[:40] in pdf[0].get_textpage().get_text_range().replace("\r\n", " ")
    assert faults(captured.wacz) == []
    kept = {read.fields.get("warc-target-uri"): read for read in read_warc(captured.warc)}
    for path in ("/", "/red.css", "/more.json", "/late.png"):
        assert site.address + path in kept
    assert kept[f"urn:fullPage:{site.address}/"].block == captured.screenshot
    assert kept[f"urn:pdf:{site.address}/"].block == captured.pdf


def test_nothing_goes_around_the_door(site, door, browser, apart):
    captured = capture(f"{site.address}/", door=door, browser=browser, by="aida", apart=apart)
    assert site.within.asked == []  # neither asked by a script nor by a web socket
    assert {method for method, _, _ in site.asked} == {"GET"}  # nothing is sent, no worker is fetched
    assert {cookie for _, _, cookie in site.asked} == {None}
    paths = [path for _, path, _ in site.asked]
    assert len(paths) == len(set(paths))  # what was recorded is what was drawn
    assert "/worker.js" not in paths
    assert any("/secret" in note for note in captured.notes)
    assert any("POST" in note and "/vote" in note for note in captured.notes)


@pytest.mark.long
def test_a_page_that_never_ends_costs_its_time_and_is_kept(site, door, apart):
    browser, why = browser_here(seconds=2)
    browser = browser or Browser(seconds=2, as_root=True)
    begin = time.monotonic()
    captured = capture(f"{site.address}/loop", door=door, browser=browser, by="aida", apart=apart)
    assert time.monotonic() - begin < 100
    assert captured.notes
    assert b"while (true)" in b"".join(read.block for read in read_warc(captured.warc))
    assert faults(captured.wacz) == []


@pytest.mark.long
def test_a_tall_page_is_cut_off_with_a_note(site, door, browser, apart):
    captured = capture(f"{site.address}/tall", door=door, browser=browser, by="aida", apart=apart)
    assert pixel(captured.screenshot, 5, 5)[1] == (1280, 16_000)
    assert any("40000" in note or "400" in note for note in captured.notes if "cut off" in note)


def test_a_page_that_goes_elsewhere_is_said(site, door, browser, apart):
    captured = capture(f"{site.address}/goes", door=door, browser=browser, by="aida", apart=apart)
    assert captured.final_url == f"{site.address}/goes"
    assert any("/red.css" in note and "script" in note for note in captured.notes)


def test_what_is_no_page_needs_no_browser(site, door, browser, apart):
    captured = capture(f"{site.address}/download", door=door, browser=browser, by="aida", apart=apart)
    assert (captured.how, captured.screenshot) == ("without a browser", None)


def test_chromium_that_cannot_start_leaves_a_capture_without(site, door, apart, tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    browser = Browser(str(broken), as_root=True, seconds=10)
    captured = capture(f"{site.address}/goes", door=door, browser=browser, by="aida", apart=apart)
    assert captured.how == "without a browser"
    assert any("Chromium made no picture" in note for note in captured.notes)
    assert STORY.strip() in captured.text


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user"
)
def test_as_root_chromium_runs_as_another_user_or_not_at_all(monkeypatch):
    with pytest.raises(NotReady, match="not run as root"):
        Browser("/usr/bin/chromium", user="root")
    with pytest.raises(NotReady, match="not run as root"):
        Browser("/usr/bin/chromium", user="no-such-user")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert browser_here(executable="/usr/bin/chromium")[0] is None


def test_without_chromium_there_is_a_reason(monkeypatch):
    monkeypatch.setattr(browsers, "_PLACES", ())
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert browser_here() == (None, "there is no chromium. Next: install it (Debian: apt install chromium).")


def test_profiles_are_thrown_away_those_of_killed_captures_too(
    site, door, browser, apart, monkeypatch, tmp_path
):
    tmp_path.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "barometer-chromium-killed" / "profile").mkdir(parents=True)
    os.utime(tmp_path / "barometer-chromium-killed", (time.time() - 7200,) * 2)
    capture(f"{site.address}/goes", door=door, browser=browser, by="aida", apart=apart)
    assert [path.name for path in tmp_path.iterdir() if "chromium" in path.name] == []
