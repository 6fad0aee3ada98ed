"""The child's side of `apart`: run as a file of its own, with the standard library alone.

It gives up what it can give up (the network, new privileges, new programs, files to write), then answers calls
that come on its standard input: eight bytes of length and a pickle, from a parent it can trust. To each call it
says an empty frame when its imports are done, then a frame of JSON, since the parent does not trust it. Under
Linux the kernel holds the fence; the audit hook is a second one that also stands elsewhere and says what was tried.
"""

from __future__ import annotations

import base64
import ctypes
import importlib
import json
import os
import pickle
import resource
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

_NEW_USER = 0x10000000
_NEW_NET = 0x40000000
_NO_NEW_PRIVILEGES = 38
# Landlock (landlock(7)): its two calls, the same number on every processor, and what is forbidden by them:
# programs to run (bit 0), files to write, remove and make (1, 4 to 12), since its third version to truncate (14).
_CREATE_RULESET = 444
_RESTRICT_SELF = 446
_FORBIDDEN = 1 | 1 << 1 | sum(1 << bit for bit in range(4, 13))
_TRUNCATE = 1 << 14
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "pty.spawn",
    "os.kill",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
    "os.utime",
    "ftplib.",
    "http.client.",
    "imaplib.",
    "smtplib.",
    "urllib.Request",
    "webbrowser.",
)


class Refused(Exception):
    """What runs apart reached for something outside."""


def _lock_kernel() -> None:
    """No new privileges; no network, no programs and no files to write where the kernel permits."""
    if not sys.platform.startswith("linux"):
        return
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if system.unshare(_NEW_USER | _NEW_NET) != 0:
        system.unshare(_NEW_NET)
    version = system.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version > 0:
        handled = ctypes.c_uint64(_FORBIDDEN | (_TRUNCATE if version >= 3 else 0))
        ruleset = system.syscall(_CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(8), 0)
        system.syscall(_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)


def _lock_limits(files: int) -> None:
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, files),
    ):
        resource.setrlimit(what, (most, most))


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, mode, flags = arguments
        writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        if writes or (isinstance(flags, int) and flags & _WRITING):
            raise Refused(f"it tried to write {path!r}")
    elif event == "os.kill" and arguments[0] == os.getpid():
        return
    elif event.startswith(_REFUSED):
        raise Refused(f"it tried {event}")


def _address_space() -> int:
    """Bytes of address space in use; 0 where it cannot be told."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def _limit(seconds: float, memory: int) -> None:
    """So much more memory than now and, in case the parent is gone, so many more seconds of the processor."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + memory, hard))
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 2, hard))


def _unlimited() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _plain(value: Any) -> Any:
    """bytes in a form that JSON has; anything else that it lacks is the function's mistake."""
    if isinstance(value, bytes | bytearray):
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    raise TypeError(f"a result is made of what JSON has and bytes, not {type(value).__name__}")


def _failure(error: BaseException) -> dict[str, Any]:
    kind = "refused" if isinstance(error, Refused) else "failed"
    if isinstance(error, MemoryError):
        kind = "too much memory"
    fields = {
        name: text if isinstance(text := getattr(error, name, None), str) else None
        for name in ("message", "file", "place", "next_step")
    }
    return {"failure": kind, "error": type(error).__name__, "words": str(error)[:1000], **fields}


def _imported(function: str) -> Callable[[Any], Any]:
    """The function "module:name"; one that raises what went wrong if there is none."""
    module, _, name = function.partition(":")
    try:
        found: Callable[[Any], Any] = getattr(importlib.import_module(module), name)
    except Exception as error:
        wrong = error

        def found(_: Any) -> Any:
            raise wrong

    return found


def _answer(function: Callable[[Any], Any], call: dict[str, Any]) -> bytes:
    try:
        _limit(call["seconds"], call["memory"])
        try:
            return json.dumps({"result": function(call["argument"])}, default=_plain).encode()
        finally:
            _unlimited()
    except BaseException as error:
        return json.dumps(_failure(error)).encode()


def _read(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        sys.exit(0)
    return data


def _say(stream: BinaryIO, data: bytes) -> None:
    stream.write(struct.pack(">Q", len(data)) + data)
    stream.flush()


def main() -> None:
    """Answer calls until the parent closes; the first message holds the parent's `sys.path` and the limits."""
    calls = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(int(sys.argv[1]), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    _lock_kernel()

    def take() -> dict[str, Any]:
        (length,) = struct.unpack(">Q", _read(calls, 8))
        message: dict[str, Any] = pickle.loads(_read(calls, length))  # noqa: S301 (from the parent)
        return message

    greeting = take()
    sys.path[:] = greeting["path"]
    sys.dont_write_bytecode = True
    _lock_limits(greeting["files"])
    sys.addaudithook(_audit)
    while True:
        call = take()
        function = _imported(call["function"])
        _say(answers, b"")
        _say(answers, _answer(function, call))


if __name__ == "__main__":
    main()
