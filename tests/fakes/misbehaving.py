"""Parsers that do what a hostile file would have them do; run by `barometer.fetching.apart` in a child."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import socket
import struct
import subprocess
import sys
from pathlib import Path

from barometer.errors import TooLarge, Unreadable


def length(data: bytes) -> dict:
    return {"size": len(data), "head": data[:4], "pid": os.getpid(), "list": (1, 2.5, None, True)}


def loop(data: bytes) -> None:
    while True:
        pass


def hoard(data: bytes) -> int:
    return len(bytearray(4 << 30))


def modest(size: int) -> int:
    return len(bytearray(size))


def open_socket(data: bytes) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def look_up(data: bytes) -> list:
    return socket.getaddrinfo("localhost", 80)


def run_program(data: bytes) -> None:
    subprocess.run(["/bin/true"], check=True)


def write_file(path: str) -> None:
    Path(path).write_text("here")


def remove_file(path: str) -> None:
    Path(path).unlink()


def die(data: bytes) -> None:
    os.kill(os.getpid(), 9)


def leave(data: bytes) -> None:
    os._exit(3)


def kill_parent(data: bytes) -> None:
    os.kill(os.getppid(), 15)


def flood(data: bytes) -> str:
    for _ in range(64):
        sys.stdout.write("x" * (1 << 20))
        os.write(1, b"y" * (1 << 20))
        os.write(2, b"z" * (1 << 20))
    return "done"


def recurse(data: bytes) -> None:
    recurse(data)


def unreadable(data: bytes) -> None:
    raise Unreadable("it is empty", file="a.pdf", place="page 2", next_step="look again")


def too_large(data: bytes) -> None:
    raise TooLarge("too much")


def crash(data: bytes) -> None:
    raise KeyError("who")


def not_plain(data: bytes) -> object:
    return {1j}


def forged(data: bytes) -> None:
    """A parser that was taken over writes to the pipe itself, which it finds where the child was told of it."""
    os.write(int(sys.argv[1]), b"\0\0\0\0\0\0\0\4nope")


def surroundings(data: bytes) -> dict:
    return {
        "environment": sorted(os.environ),
        "interfaces": [
            line.split(":")[0].strip() for line in Path("/proc/self/net/dev").read_text().splitlines()[2:]
        ],
        "privileges": Path("/proc/self/status").read_text().split("NoNewPrivs:")[1].split()[0],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "size": resource.getrlimit(resource.RLIMIT_FSIZE)[0],
    }


def forged_twice(data: bytes) -> None:
    """An answer to this call, and one laid ready for the next."""
    os.write(int(sys.argv[1]), (b"\0\0\0\0\0\0\0\x0d" + b'{"result": 1}') * 2)


def connect_past_the_hook(data: bytes) -> str:
    """As code that is not Python's would: straight to the C library."""
    library = ctypes.CDLL(None, use_errno=True)
    sock = library.socket(socket.AF_INET, socket.SOCK_DGRAM, 0)
    place = struct.pack("=H", socket.AF_INET) + struct.pack(">H", 53) + bytes([127, 0, 0, 1]) + bytes(8)
    sent = library.sendto(sock, b"x", 1, 0, place, len(place))
    return "unreachable" if sent < 0 and ctypes.get_errno() == errno.ENETUNREACH else f"sent {sent}"


def touch_past_the_hook(folder: str) -> dict:
    """What the C library says to making a file, removing one and running a program: an errno, 0 if it is done."""
    library = ctypes.CDLL(None, use_errno=True)

    def tried(result: int) -> int:
        return 0 if result >= 0 else ctypes.get_errno()

    made = tried(library.open(f"{folder}/made".encode(), os.O_CREAT | os.O_WRONLY, 0o600))
    removed = tried(library.unlink(f"{folder}/kept".encode()))
    child = library.fork()
    if child == 0:
        library.execve(b"/bin/true", (ctypes.c_char_p * 2)(b"true", None), None)
        os._exit(ctypes.get_errno())
    return {"make": made, "remove": removed, "run": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}
