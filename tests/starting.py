"""The command `barometer` in a process of its own, started quickly.

Loading the libraries takes three quarters of a short command's time. Here one process loads what no setting can change
and forks for every command: the child has its own environment and folder, reads the settings anew, writes to its own
files and may be killed. `starting.py SOCKET` is that process; a `Starter` talks with it.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NoReturn

#: Nothing here asks for a setting when it is imported.
LIBRARIES = (
    "barometer.cli", "barometer.codebook", "barometer.countries.terms", "barometer.deadlines", "barometer.fetching",
    "barometer.indicators.quarter", "barometer.names.words", "barometer.publication.values", "barometer.review.rules",
    "asyncio", "cryptography.hazmat.primitives.ciphers.aead", "django.contrib.auth.hashers",
    "django.core.management.commands.migrate", "django.core.serializers", "django.db.backends.sqlite3.base",
    "django.db.migrations.executor", "django.db.models", "django.forms", "django.http", "django.test", "django.urls",
    "importlib.metadata", "jinja2", "pydantic", "sqlparse",
)  # fmt: skip


class Starter:
    """One process with the libraries loaded, as long as the tests of this process run."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._line, theirs = socket.socketpair()
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, __file__, str(theirs.fileno())]
        self._process = subprocess.Popen(command, env=environment, pass_fds=[theirs.fileno()])
        theirs.close()
        self._answers = self._line.makefile("r", encoding="utf-8")

    def run(self, arguments: list[str], environment: dict[str, str], timeout: float):
        """What `subprocess.run` would give for `python -m barometer …`."""
        with self._lock, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            told = json.dumps([arguments, environment, str(Path.cwd())]) + "\n"
            socket.send_fds(self._line, [len(told.encode()).to_bytes(8, "big")], [out.fileno(), err.fileno()])
            self._line.sendall(told.encode())
            child = int(self._answers.readline())
            self._line.settimeout(timeout)
            try:
                status = int(self._answers.readline())
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                raise subprocess.TimeoutExpired(arguments, timeout) from None
            finally:
                self._line.settimeout(None)
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read().decode())
        return subprocess.CompletedProcess(arguments, status, *said)


@cache
def starter() -> Starter:
    """The one of this process; it ends when this process does."""
    return Starter()


def serve(line: socket.socket) -> None:
    """Fork for every command that comes until nobody is there; tell the child's id, then its status."""
    while True:
        length, files, *_ = socket.recv_fds(line, 8, 2)
        if not length:
            return
        told = b""
        while len(told) < int.from_bytes(length, "big"):
            told += line.recv(65536)
        child = os.fork()
        if not child:
            line.close()
            _become(*json.loads(told), *files)
        for file in files:
            os.close(file)
        line.sendall(f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(arguments: list[str], environment: dict[str, str], folder: str, out: int, err: int) -> NoReturn:
    """Be `python -m barometer …`; never return."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for theirs, ours in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(theirs, ours)
        os.close(theirs)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8", line_buffering=True)
    sys.argv = ["barometer", *arguments]
    runpy.run_module("barometer", run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    for name in LIBRARIES:
        importlib.import_module(name)
    serve(socket.socket(fileno=int(sys.argv[1])))
