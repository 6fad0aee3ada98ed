"""Processes of the product, started quickly.

Loading the libraries takes three quarters of a short command's time. Here one process loads what no setting can change
and forks for every other: the child has its own environment and folder, reads the settings anew, writes to its own pipes
and may be killed. `starting.py FD` is that process; `start` asks it for `python -m barometer …` or `python -c …`.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType

#: Nothing here asks for a setting when it is imported.
LIBRARIES = (
    "barometer.cases.carryover", "barometer.cases.ics", "barometer.cases.retelling", "barometer.cases.timeline",
    "barometer.cli", "barometer.codebook", "barometer.countries.terms", "barometer.deadlines", "barometer.deadlines.statistics",
    "barometer.evidence.log", "barometer.fetching", "barometer.indicators.report", "barometer.names.naming",
    "barometer.names.words", "barometer.pipeline", "barometer.publication.drafting", "barometer.publication.to_docx",
    "barometer.publication.values", "barometer.review.rules",
    "asyncio", "babel.dates", "babel.numbers", "cryptography.fernet", "cryptography.hazmat.primitives.ciphers.aead",
    "django.contrib.auth.hashers", "django.core.management.commands.migrate", "django.core.serializers",
    "django.db.backends.sqlite3.base", "django.db.migrations.executor", "django.db.models.sql.compiler", "django.forms",
    "django.http", "django.test", "django.urls", "icalendar", "importlib.metadata", "jinja2", "pydantic.networks", "sqlparse",
)  # fmt: skip
_INTEGER = 8


class Started:
    """A process that was started here; what it has of `subprocess.Popen` does as there."""

    def __init__(self, out: int, err: int, status: socket.socket) -> None:
        self.stdout, self.stderr = (os.fdopen(file, encoding="utf-8") for file in (out, err))
        self.returncode: int | None = None
        self._status = status
        self.pid = self._next(60)

    def _next(self, timeout: float | None) -> int:
        self._status.settimeout(timeout)
        told = self._status.recv(_INTEGER, socket.MSG_WAITALL)
        assert len(told) == _INTEGER, "the process that starts others has ended"
        return int.from_bytes(told, "big", signed=True)

    def wait(self, timeout: float | None = None) -> int:
        """Its status, when it has ended."""
        if self.returncode is None:
            try:
                self.returncode = self._next(timeout)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0) from None
            self._status.close()
        return self.returncode

    def poll(self) -> int | None:
        """Its status if it has ended."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it says until it ends."""
        said = {}

        def read(file) -> None:
            said[file] = file.read()

        readers = [
            threading.Thread(target=read, args=[file], daemon=True) for file in (self.stdout, self.stderr)
        ]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join()
        return said[self.stdout], said[self.stderr]

    def send_signal(self, number: int) -> None:
        """Send it, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def start(
    arguments: list[str], environment: dict[str, str], code: str | None = None, folder: Path | None = None
) -> Started:
    """`python -m barometer ARGUMENTS`, or `python -c CODE ARGUMENTS`, in a folder with that environment."""
    told = json.dumps([code, arguments, environment, str(folder or Path.cwd())]).encode()
    (out, their_out), (err, their_err), (status, theirs) = os.pipe(), os.pipe(), socket.socketpair()
    line, lock, _ = _starter()
    with lock:
        socket.send_fds(line, [len(told).to_bytes(_INTEGER, "big")], [their_out, their_err, theirs.fileno()])
        line.sendall(told)
    os.close(their_out)
    os.close(their_err)
    theirs.close()
    return Started(out, err, status)


def run(
    arguments: list[str], environment: dict[str, str], folder: Path | None = None, timeout: float = 600
) -> subprocess.CompletedProcess[str]:
    """`python -m barometer ARGUMENTS` to its end."""
    process = start(arguments, environment, folder=folder)
    try:
        said = process.communicate(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return subprocess.CompletedProcess(arguments, process.wait(), *said)


@cache
def _starter() -> tuple[socket.socket, threading.Lock, subprocess.Popen]:
    """The way to the one process that starts others; it ends when this one does."""
    ours, theirs = socket.socketpair()
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    process = subprocess.Popen(
        [sys.executable, __file__, str(theirs.fileno())], env=environment, pass_fds=[theirs.fileno()]
    )
    theirs.close()
    return ours, threading.Lock(), process


def _read() -> None:
    """The reader's words and weights are loaded, which takes half of a short import's time."""
    from barometer.reading import read_bulletin
    from barometer.sources import read_document

    read_bulletin(
        read_document("any.txt", "Journalist Alma Testova was fined in Almaty on 12 January 2031.\n")
    )


def _serve(line: socket.socket) -> None:
    """Fork for whatever is asked until nobody is there; return in the child that shall be it."""
    watchers = []
    while True:
        length, files, *_ = socket.recv_fds(line, _INTEGER, 3)
        if not length:
            sys.exit()
        told = line.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL)
        watchers = [one for one in watchers if os.waitpid(one, os.WNOHANG) == (0, 0)]
        watchers.append(os.fork())
        if not watchers[-1]:
            line.close()
            return _watched(json.loads(told), *files)
        for file in files:
            os.close(file)


def _watched(told: list, out: int, err: int, status: int) -> None:
    """Fork once more; the child becomes what was asked for, the parent tells its id and its status."""
    child = os.fork()
    if not child:
        os.close(status)
        return _become(*told, out, err)
    for file in (0, 1, 2, out, err):
        os.close(file)
    with socket.socket(fileno=status) as answers:
        answers.sendall(child.to_bytes(_INTEGER, "big", signed=True))
        _, code = os.waitpid(child, 0)
        try:
            answers.sendall(os.waitstatus_to_exitcode(code).to_bytes(_INTEGER, "big", signed=True))
        finally:
            os._exit(0)


def _become(
    code: str | None, arguments: list[str], environment: dict[str, str], folder: str, out: int, err: int
) -> None:
    """Be that process; return or raise as it ends."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[0] = folder
    for theirs, ours in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(theirs, ours)
        os.close(theirs)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8", line_buffering=True)
    try:
        if code is None:
            sys.argv = ["barometer", *arguments]
            runpy.run_module("barometer", run_name="__main__", alter_sys=True)
        else:
            sys.argv = ["-c", *arguments]
            sys.modules["__main__"] = main = ModuleType("__main__")
            exec(compile(code, "<string>", "exec"), main.__dict__)
        status = 0
    except SystemExit as end:
        status = _status(end.code)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    _end(status)


def _status(code: object) -> int:
    """What the interpreter makes of a SystemExit."""
    if code is None or isinstance(code, int):
        return (code or 0) & 0xFF
    print(code, file=sys.stderr)
    return 1


def _end(status: int) -> None:
    """End as the interpreter does, but for taking apart what is in memory: that copies all that the libraries brought."""
    from django import conf, db

    threading._shutdown()
    atexit._run_exitfuncs()
    if conf.settings.configured:
        db.connections.close_all()
    for file in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            file.flush()
    os._exit(status)


if __name__ == "__main__":
    for name in LIBRARIES:
        importlib.import_module(name)
    _read()
    gc.collect()
    gc.freeze()  # the children look through what they make themselves
    _serve(socket.socket(fileno=int(sys.argv[1])))
