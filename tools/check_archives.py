"""Do tools of others agree with our archives? `wacz validate` and a replay by pywb, byte for byte.

    python tools/check_archives.py [WACZ…] [--venv DIR] [--keep]

Without a file, one is captured from a site on this machine. The tools are no part of the project: they are
installed with pip into an environment of their own (DIR, by default a temporary one). Status 0: they agree;
1: they do not; 3: the tools cannot be had here.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zipfile
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from barometer.evidence.capture import capture
from barometer.evidence.wacz import DATA, PAGES, faults
from barometer.fetching import Allowance, Door

TOOLS = ("wacz", "pywb", "setuptools<81")
NO_TOOLS = 3
PICTURE = bytes(range(256)) * 40
PAGE = """<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>Вымышленная новость</title>
<link rel="stylesheet" href="/style.css"></head><body><article><h1>Вымышленная новость</h1>
<p>Редактор вымышленной газеты сообщил, что суд отложил заседание на неделю из-за болезни судьи.</p>
</article><img src="/picture.bin"></body></html>""".encode()
SITE = {
    "/": ("text/html; charset=utf-8", PAGE),
    "/style.css": ("text/css", b"body { color: #222 }"),
    "/picture.bin": ("image/png", PICTURE),
}


def main() -> int:
    """Check each archive; say one line for each thing found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archives", nargs="*", type=Path, metavar="WACZ")
    parser.add_argument("--venv", type=Path, help="the environment of the tools; made where it is not")
    parser.add_argument("--keep", action="store_true", help="keep what was made")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="check-archives-"))
    try:
        tools = asked.venv or folder / "venv"
        if not install(tools):
            print("wacz and pywb cannot be installed here", file=sys.stderr)
            return NO_TOOLS
        archives = asked.archives or [captured(folder)]
        wrong = [line for archive in archives for line in checked(archive, tools, folder)]
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def install(tools: Path) -> bool:
    """The tools in an environment of their own; False where they cannot be had."""
    if (tools / "bin" / "wacz").exists() and (tools / "bin" / "wb-manager").exists():
        return True
    made = subprocess.run([sys.executable, "-m", "venv", str(tools)], capture_output=True)
    pip = [str(tools / "bin" / "pip"), "install", "--quiet", *TOOLS]
    return made.returncode == 0 and subprocess.run(pip, capture_output=True).returncode == 0


class Site(BaseHTTPRequestHandler):
    """Three addresses and a redirect; the page in chunks."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.answer(302, {"Location": "/", "Content-Length": "0"}, b"")
            return
        kind, body = SITE.get(self.path, ("text/plain", b"nothing"))
        if self.path == "/":
            parts = (body[:100], body[100:])
            sent = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
            self.answer(200, {"Content-Type": kind, "Transfer-Encoding": "chunked"}, sent)
        else:
            status = 200 if self.path in SITE else 404
            self.answer(status, {"Content-Type": kind, "Content-Length": str(len(body))}, body)

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Send it as it is."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def captured(folder: Path) -> Path:
    """A capture of the site, as a file."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"127.0.0.1:{server.server_port}"
        door = Door(allowances=[Allowance("web", (place,))])
        made = capture(f"http://{place}/moved", door=door, browser=None, by="check", now=datetime.now(UTC))
        server.shutdown()
    path = folder / "capture.wacz"
    path.write_bytes(made.wacz)
    return path


def checked(archive: Path, tools: Path, folder: Path) -> list[str]:
    """What our own check, warcio, wacz and pywb find wrong."""
    data = archive.read_bytes()
    wrong = [f"{archive}: {fault}" for fault in faults(data)]
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        warc, pages = whole.read(DATA), whole.read(PAGES)
    (folder / "data.warc.gz").write_bytes(warc)
    commands = {
        "warcio check": [sys.executable, "-m", "warcio.cli", "check", str(folder / "data.warc.gz")],
        "wacz validate": [str(tools / "bin" / "wacz"), "validate", "-f", str(archive)],
    }
    for name, command in commands.items():
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            wrong.append(f"{archive}: {name}: {done.stdout.strip()} {done.stderr.strip()[-300:]}")
    return wrong + [f"{archive}: pywb: {line}" for line in replayed(warc, pages, archive, tools, folder)]


def replayed(warc: bytes, pages: bytes, archive: Path, tools: Path, folder: Path) -> list[str]:
    """Serve the archive with pywb on loopback; each answer of a page and its parts must be the bytes captured."""
    home = folder / f"pywb-{archive.stem}"
    home.mkdir()
    manager = str(tools / "bin" / "wb-manager")
    steps = ([manager, "init", "test"], [manager, "add", "test", str(archive.resolve()), "--unpack-wacz"])
    for command in steps:
        done = subprocess.run(command, cwd=home, capture_output=True, text=True)
        if done.returncode:
            return [f"{' '.join(command[1:])}: {done.stderr.strip()[-300:]}"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(tools / "bin" / "wayback"), "-b", "127.0.0.1", "-p", str(port)],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return compared(warc, pages, port)
    finally:
        server.terminate()
        server.wait(10)


def compared(warc: bytes, pages: bytes, port: int) -> list[str]:
    """Each response of the WARC against what pywb replays under its address and time (`id_`: not rewritten)."""
    wrong, count = [], 0
    for record in ArchiveIterator(io.BytesIO(warc)):
        if record.rec_type != "response" or record.http_headers.get_statuscode() != "200":
            continue
        url = record.rec_headers.get_header("WARC-Target-URI")
        moment = re.sub(r"\D", "", record.rec_headers.get_header("WARC-Date"))[:14]
        expected = record.content_stream().read()
        found = asked(f"http://127.0.0.1:{port}/test/{moment}id_/{url}")
        count += 1
        if found != expected:
            wrong.append(f"{url}: {len(expected)} bytes captured, {len(found)} replayed")
    for line in pages.splitlines()[1:]:
        page = json.loads(line)
        if not asked(
            f"http://127.0.0.1:{port}/test/{re.sub(r'[^0-9]', '', page['ts'])[:14]}id_/{page['url']}"
        ):
            wrong.append(f"{page['url']}: the page is not replayed")
    print(f"pywb: {count} answers replayed, {len(wrong)} wrong")
    return wrong if count else ["no answer in the archive"]


def asked(url: str, seconds: float = 30) -> bytes:
    """What pywb answers, waiting until it listens; nothing where it does not."""
    until = time.monotonic() + seconds
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            with opener.open(url, timeout=10) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError:
            return b""
        except OSError:
            if time.monotonic() > until:
                return b""
            time.sleep(0.2)


if __name__ == "__main__":
    raise SystemExit(main())
