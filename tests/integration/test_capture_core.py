"""Capture without a browser, from a site on this machine: what was sent, whole and in order, killed or not."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import random
import signal
import ssl
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from warcio.archiveiterator import ArchiveIterator

from barometer.errors import FetchFailed, FetchRefused, NotReady
from barometer.evidence.capture import CaptureLimits, capture, capture_into
from barometer.evidence.drafts import Asked, Desk
from barometer.evidence.store import Store
from barometer.evidence.wacz import DATA, faults
from barometer.evidence.warc import read_warc
from barometer.fetching import Allowance, Apart, Door, Limits

ROOT = Path(__file__).resolve().parent.parent.parent
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
STORY = (
    "The editor of the Invented Herald was questioned for six hours on Tuesday. "
    "Her lawyer said that no reason had been given for the summons."
)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Editor questioned</title>
<link rel="stylesheet" href="/style.css"><script src="app.js"></script>
<style>@import "more.css"; body {{ background: url('/ground.png') }}</style></head>
<body><nav><a href="/other">Other</a></nav><article><h1>Editor questioned</h1>
<p>{STORY}</p><p>{STORY}</p></article>
<img src="picture.png#part" srcset="picture.png 1x, big.png 2x"><img src="picture.png">
<img src="http://10.0.0.1/inside.png"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><img src="absent.png">
<img src="http://[broken"></body></html>"""
SITE = {
    "/news/7": ("text/html; charset=utf-8", PAGE.encode()),
    "/style.css": ("text/css", b"@font-face { src: url(font.woff2) } @import url('/more.css');"),
    "/news/more.css": ("text/css", b"p { background: url(/ground.png) }"),
    "/more.css": ("text/css", b"@import '/style.css';"),
    "/news/app.js": ("text/javascript", b"document.title = 'x'"),
    "/ground.png": ("image/png", b"ground"),
    "/font.woff2": ("font/woff2", b"font"),
    "/news/picture.png": ("image/png", b"picture"),
    "/news/big.png": ("image/png", b"big"),
    "/a.pdf": ("application/pdf", b"%PDF-1.7 broken"),
}
DRAWN = set(SITE) - {"/a.pdf"} | {"/news/absent.png"}


class Site(BaseHTTPRequestHandler):
    """Serves SITE; /moved leads to the page, /slow takes its time, /chunked and /packed send it their way."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        kind, body = SITE.get(self.path, ("text/html", b"<h1>404 Not Found</h1>"))
        status = 200 if self.path in SITE else 404
        headers = {"Content-Type": kind}
        if self.path == "/moved":
            status, body, headers = 302, b"gone", {"Location": "/news/7"}
        elif self.path in ("/packed", "/chunked"):
            status, headers = 200, {"Content-Type": "text/html; charset=utf-8"}
            body = f"<title>T</title><article><p>{STORY}</p><p>{STORY}</p></article>".encode()
        elif self.path == "/slow":
            time.sleep(2)
        if self.path == "/packed":
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        if self.path == "/chunked":
            headers["Transfer-Encoding"] = "chunked"
            body = (
                b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:50], body[50:]))
                + b"0\r\n\r\n"
            )
        else:
            headers["Content-Length"] = str(len(body))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.asked, server.daemon_threads = [], True
        server.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def door(site):
    return Door(allowances=[Allowance("web", (f"127.0.0.1:{site.server_port}",))])


@pytest.fixture(scope="module")
def apart():
    with Apart() as room:
        yield room


@pytest.fixture
def captured(site, door, apart):
    return capture(f"{site.address}/moved", door=door, browser=None, by="aida", now=AT, apart=apart)


def test_the_page_and_all_that_it_is_drawn_with(captured, site):
    assert (captured.url, captured.final_url) == (f"{site.address}/moved", f"{site.address}/news/7")
    assert (captured.status, captured.title, captured.wall) == (200, "Editor questioned", "")
    assert STORY in captured.text
    assert "Other" not in captured.text
    assert [hop.status for hop in captured.hops] == [302, 200]
    # Each address once; the private one and the link are not asked.
    assert sorted(site.asked) == sorted({*DRAWN, "/moved"})
    assert captured.resources == len(DRAWN) - 1
    assert [note for note in captured.notes if "10.0.0.1" in note]
    assert captured.how == "without a browser"
    assert (captured.screenshot, captured.pdf) == (None, None)


def test_the_warc_has_every_byte_as_sent(captured, site):
    asked = {}
    for record in ArchiveIterator(io.BytesIO(captured.warc), check_digests="raise"):
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        if record.rec_type == "response":
            asked[url.removeprefix(site.address)] = record.content_stream().read()
    assert asked["/moved"] == b"gone"
    assert {path: body for path, body in asked.items() if path in SITE} == {
        path: SITE[path][1] for path in DRAWN if path in SITE
    }
    requests = [read.block for read in read_warc(captured.warc) if read.fields["warc-type"] == "request"]
    assert requests[0].startswith(b"GET /moved HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Cookie" not in b"".join(requests)
    texts = [
        read for read in read_warc(captured.warc) if read.fields.get("warc-target-uri", "")[:9] == "urn:text:"
    ]
    assert texts[0].block.decode() == captured.text


def test_the_wacz_is_sound_and_names_nobody_of_the_house(captured):
    assert faults(captured.wacz) == []
    with zipfile.ZipFile(io.BytesIO(captured.wacz)) as archive:
        assert archive.read(DATA) == captured.warc
        everything = b"".join(archive.read(name) for name in archive.namelist())
    everything += b"".join(read.block for read in read_warc(captured.warc))
    assert b"aida" not in everything


@pytest.mark.parametrize("path", ["/packed", "/chunked"])
def test_packed_and_chunked_bodies_stay_as_sent_and_are_read(site, door, apart, path):
    captured = capture(site.address + path, door=door, browser=None, by="aida", apart=apart)
    assert STORY in captured.text
    (raw,) = [read.block for read in read_warc(captured.warc) if read.fields["warc-type"] == "response"]
    body = raw.partition(b"\r\n\r\n")[2]
    assert body.startswith(b"\x1f\x8b" if path == "/packed" else b"32\r\n<title>")
    for record in ArchiveIterator(io.BytesIO(captured.warc)):
        if record.rec_type == "response":
            assert STORY.encode() in record.content_stream().read()


def test_the_certificate_of_the_server_is_kept(site, apart):
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    serving, trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    issued.configure_cert(serving)
    authority.configure_trust(trust)
    site.socket = serving.wrap_socket(site.socket, server_side=True)
    place = f"127.0.0.1:{site.server_port}"
    door = Door(allowances=[Allowance("web", (place,))], trust=trust)
    captured = capture(f"https://{place}/news/7", door=door, browser=None, by="aida", apart=apart)
    der = ssl.PEM_cert_to_DER_cert(issued.cert_chain_pems[0].bytes().decode())
    certificates = [
        read.block
        for read in read_warc(captured.warc)
        if read.fields.get("warc-target-uri") == f"urn:certificate:sha256:{hashlib.sha256(der).hexdigest()}"
    ]
    assert certificates == [der]  # once, though every resource showed it
    assert captured.resources > 5


def test_a_page_that_is_not_there_is_captured_too(site, door, apart):
    captured = capture(f"{site.address}/nothing", door=door, browser=None, by="aida", apart=apart)
    assert captured.status == 404
    assert faults(captured.wacz) == []


def test_a_document_that_cannot_be_read_is_captured_with_a_note(site, door, apart):
    captured = capture(f"{site.address}/a.pdf", door=door, browser=None, by="aida", apart=apart)
    assert captured.text == ""
    assert captured.notes[0].startswith("no text: ")
    assert b"%PDF-1.7 broken" in b"".join(read.block for read in read_warc(captured.warc))


def test_what_cannot_be_had_is_said(site, door, apart):
    with pytest.raises(FetchRefused):
        capture("http://10.0.0.1/", door=door, browser=None, by="aida", apart=apart)
    with pytest.raises(FetchFailed):
        limits = CaptureLimits(one=Limits(seconds=0.5))
        capture(f"{site.address}/slow", door=door, browser=None, by="aida", limits=limits, apart=apart)


@pytest.mark.parametrize(
    ("limits", "most", "words"),
    [
        (CaptureLimits(resources=3), 3, "over 3 resources"),
        (CaptureLimits(bytes=10), 0, "over 0 MB"),
        (CaptureLimits(seconds=0), 0, "out of time"),
    ],
)
def test_limits_leave_the_page_and_a_note(site, door, apart, limits, most, words):
    captured = capture(
        f"{site.address}/news/7", door=door, browser=None, by="aida", limits=limits, apart=apart
    )
    assert captured.resources == most
    assert STORY in captured.text
    assert any(words in note for note in captured.notes)


def test_captured_onto_the_desk_and_from_there_into_the_store(site, door, apart, tmp_path):
    desk, store = Desk(tmp_path / "desk"), Store(tmp_path / "evidence")
    asked = Asked(f"{site.address}/news/7", "aida", AT)
    whole = capture_into(desk, asked, door=door, browser=None, now=AT, apart=apart)
    assert desk.pending() == [whole]
    assert set(whole.files) == {"capture.wacz", "page.txt"}
    assert (whole.facts["status"], whole.facts["by"]) == (200, "aida")
    digests = {name: store.keep(whole.read(name)).sha256 for name in whole.files}
    assert digests == {name: sha256 for name, (_, sha256) in whole.files.items()}
    desk.done(whole)
    assert store.verify(digests.values()) == []


def test_what_cannot_be_had_does_not_stay_on_the_desk(door, apart, tmp_path):
    desk = Desk(tmp_path / "desk")
    with pytest.raises(FetchRefused):
        capture_into(desk, Asked("http://10.0.0.1/", "aida", AT), door=door, browser=None, apart=apart)
    assert desk.unfinished() == []


def test_a_full_disk_leaves_the_asking_and_the_store_as_they_were(site, door, apart, tmp_path, monkeypatch):
    desk, store = Desk(tmp_path / "desk"), Store(tmp_path / "evidence")
    kept = store.keep(b"before")
    real = os.fsync

    def full(descriptor):
        if (tmp_path / "desk").exists() and any((tmp_path / "desk").glob(".draft-*/capture.wacz")):
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    asked = Asked(f"{site.address}/news/7", "aida", AT)
    with pytest.raises(NotReady, match="No space left on device"):
        capture_into(desk, asked, door=door, browser=None, apart=apart)
    monkeypatch.undo()
    assert desk.pending() == []
    (left,) = desk.unfinished()
    whole = capture_into(desk, left, door=door, browser=None, apart=apart)
    assert (desk.pending(), desk.unfinished()) == ([whole], [])
    assert store.verify([kept.sha256]) == []


CAPTURER = textwrap.dedent(
    """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from barometer.evidence.capture import capture_into
    from barometer.evidence.drafts import Asked, Desk
    from barometer.evidence.store import Store
    from barometer.fetching import Allowance, Apart, Door

    home, address = Path(sys.argv[1]), sys.argv[2]
    desk, store = Desk(home / "desk"), Store(home / "evidence")
    door = Door(allowances=[Allowance("web", (address.removeprefix("http://"),))])
    with Apart() as apart:
        def run(asked):
            whole = capture_into(desk, asked, door=door, browser=None, apart=apart)
            print("settled", whole.asked.note, flush=True)

        def take_in():
            for whole in desk.pending():
                lines = [f"{store.keep(whole.read(name)).sha256} {whole.asked.note}" for name in whole.files]
                with (home / "ledger").open("a") as ledger:
                    ledger.write("".join(line + "\\n" for line in lines))
                desk.done(whole)

        print("ready", flush=True)
        for left in desk.unfinished():
            run(left)
        take_in()
        for number in sys.argv[3:]:
            print("asked", number, flush=True)
            run(Asked(f"{address}/news/7", "aida", datetime(2026, 3, 1, tzinfo=UTC), number))
            take_in()
    """
)


def start(home, address, *numbers):
    process = subprocess.Popen(
        [sys.executable, "-c", CAPTURER, str(home), address, *numbers], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def check_kills(site, home, kills):
    """Kill a process that captures one after another, again and again; the next run goes on."""
    chance = random.Random(7)
    asked, settled = set(), set()
    for kill in range(kills):
        process = start(home, site.address, *(f"{kill}-{at}" for at in range(1000)))
        told = []
        if kill % 2:  # every other one has settled something, however long a busy machine takes for that
            for line in iter(process.stdout.readline, ""):
                told.append(line.strip())
                if line.startswith("settled"):
                    break
        time.sleep(chance.random() * 0.8)
        process.send_signal(signal.SIGKILL)
        for line in [*told, *process.stdout.read().splitlines()]:
            word, _, number = line.partition(" ")
            (asked if word == "asked" else settled).add(number)
        process.wait()
        desk = Desk(home / "desk")
        for whole in desk.pending():  # nothing half written is seen
            assert faults(whole.read("capture.wacz")) == []
            assert STORY in whole.read("page.txt").decode()
        # What was just being asked may have been killed before it was on disk; all others are somewhere.
        recorded = {line.split()[1] for line in ledger_lines(home)}
        known = recorded | {whole.asked.note for whole in desk.pending()}
        assert settled <= known
        left = {draft.asked.note for draft in desk.unfinished()}
        assert len(asked - known - left) <= kill + 1
    process = start(home, site.address)
    process.stdout.read()
    assert process.wait() == 0
    desk, store = Desk(home / "desk"), Store(home / "evidence")
    assert desk.pending() == desk.unfinished() == []
    lines = ledger_lines(home)
    assert settled <= {line.split()[1] for line in lines}
    findings = store.verify(line.split()[0] for line in lines)
    assert {finding.kind for finding in findings} <= {"foreign"}  # drafts that the store had begun
    return len(asked), len(settled)


def ledger_lines(home):
    path = home / "ledger"
    return path.read_text().splitlines() if path.exists() else []


def test_killed_while_capturing_the_next_run_goes_on(site, tmp_path):
    check_kills(site, tmp_path, 5)


@pytest.mark.long
def test_tools_of_others_agree():
    """`wacz validate` passes and pywb replays the same bytes; the tools are installed where they can be."""
    command = [sys.executable, str(ROOT / "tools" / "check_archives.py")]
    if folder := os.environ.get("BAROMETER_ARCHIVE_TOOLS"):
        command += ["--venv", folder]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode == 3:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_killed_a_hundred_times_while_capturing(site, tmp_path):
    asked, settled = check_kills(site, tmp_path, 100)
    assert asked >= settled > 0
    print(f"asked {asked}, settled {settled}")


def test_the_same_answers_make_the_same_words_and_pictures(captured, site, door, apart):
    again = capture(f"{site.address}/moved", door=door, browser=None, by="aida", now=AT, apart=apart)
    assert (again.text, again.title, again.facts()) == (captured.text, captured.title, captured.facts())
    bodies = [
        [
            hashlib.sha256(read.block).hexdigest()
            for read in read_warc(one.warc)
            if b"Date: " not in read.block
        ]
        for one in (captured, again)
    ]
    assert bodies[0] == bodies[1]
