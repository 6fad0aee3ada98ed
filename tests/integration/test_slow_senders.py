"""Slow, long and many senders against the server itself: readers are served meanwhile, and each is told why it is refused."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from io import BytesIO

import pytest

from barometer.web.config import bodies


def answered(application, **environ) -> tuple[str, bytes]:
    """Status and page of one request to the watch."""
    told = []
    page = b"".join(
        application({"wsgi.input": BytesIO(b"a" * 100), **environ}, lambda *head: told.append(head))
    )
    return told[-1][0], page


def reads(environ, start):
    """An application that takes everything in."""
    start("200 OK", [])
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (str(bodies.MOST + 1), "413 Content Too Large"),
        ("9" * 30, "400 Bad Request"),
        ("-1", "400 Bad Request"),
        ("²", "400 Bad Request"),
        ("1e3", "400 Bad Request"),
        ("100", "200 OK"),
        ("", "200 OK"),
    ],
)
def test_a_length_is_judged_before_a_byte_is_read(length, status):
    def never(environ, start):
        raise AssertionError("it was let through")

    told, page = answered(bodies.Bodies(reads if status == "200 OK" else never), CONTENT_LENGTH=length)
    assert told == status
    assert status == "200 OK" or all(f'lang="{code}"'.encode() in page for code in ("en", "ru", "kk"))


def test_only_so_many_read_at_once_and_a_turn_comes_back():
    held, begun = threading.Event(), threading.Barrier(bodies.READING + 1)

    class Slow:
        def read(self, size=-1):
            begun.wait(10)
            held.wait(10)
            return b""

    application = bodies.Bodies(reads)
    threads = [
        threading.Thread(
            target=application, args=({"CONTENT_LENGTH": "9", "wsgi.input": Slow()}, lambda *_: None)
        )
        for _ in range(bodies.READING)
    ]
    for thread in threads:
        thread.start()
    begun.wait(10)
    assert answered(application, CONTENT_LENGTH="9")[0].startswith("503")
    assert answered(application)[0] == "200 OK"  # who sends nothing waits for nobody
    held.set()
    for thread in threads:
        thread.join(10)
    assert answered(application, CONTENT_LENGTH="9")[0] == "200 OK"


@pytest.fixture
def server(own_ledger):
    """The port of a running server, and its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "barometer", "serve", "--port", "0"],
        env=own_ledger.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        port = int(re.search(r":(\d+)/", process.stdout.readline())[1])
        for _ in range(200):
            try:
                get(port)
                break
            except OSError:
                time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def get(port: int) -> int:
    """The status of the front page."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/", timeout=15) as answer:
        return answer.status


def sent(port: int, data: bytes) -> socket.socket:
    """A line on which that was sent."""
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(data)
    return line


@pytest.mark.long
def test_a_running_server_serves_readers_whatever_senders_do(server):
    port, _ = server
    head = b"POST /desk/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken=" + b"a" * 32
    form = b"\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    slow = [sent(port, head + form + b"Content-Length: 1000\r\n\r\na") for _ in range(40)]
    time.sleep(3)
    assert get(port) == 200
    for line in slow:
        line.close()
    heads = [sent(port, b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ") for _ in range(100)]
    assert get(port) == 200
    began = time.monotonic()
    assert heads[0].recv(100) == b"" and time.monotonic() - began < 25  # let go, unanswered
    with sent(port, b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: " + b"a" * 300_000 + b"\r\n\r\n") as line:
        assert b" 431 " in line.recv(100)
    with sent(port, head + form + b"Content-Length: 52428800\r\n\r\n") as line:
        assert line.recv(100).split()[1] in (b"400", b"403", b"413")  # before the body was sent
    with sent(port, head + form + b"Content-Length: 9999999999\r\n\r\n") as line:
        assert b" 413 " in line.recv(100)
    assert get(port) == 200
