"""Parsers of untrusted files run apart: in a child with limits, without a network, that hands back plain values.

A child is started once and asked many times, since importing a parser may cost a second. What it hands back is
JSON (with bytes in base64), never a pickle: a parser that was taken over can lie, not run anything here.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import queue
import selectors
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from barometer import errors
from barometer.errors import BarometerError, NotReady, ParseFailed

_CHILD = Path(__file__).with_name("child.py")
_FILES = 64
#: Seconds that the child's own start may take.
_START = 30.0
_BLOCK = 1 << 20
#: What a child may hand back.
RESULT_LIMIT = 256 << 20
_NEXT = "leave this file out, or read it by hand"
_BUSY = "try again when this machine has less to do"


def run_apart(function: str, argument: object, *, seconds: float, memory: int) -> Any:
    """What `function` ("module:name") makes of `argument`, in a child of its own; see `Apart.run`."""
    with Apart() as apart:
        return apart.run(function, argument, seconds=seconds, memory=memory)


class Apart:
    """Up to `workers` children at a time, each replaced after `calls` calls or one that went wrong; thread-safe.

    A parser that a file took over may lie about the files after it in the same child: `calls=1` rules that out.
    """

    def __init__(self, *, workers: int = 1, calls: int = 200) -> None:
        if os.name != "posix":
            raise NotReady("files cannot be parsed apart here", next_step="use Linux or macOS")
        self._calls = calls
        self._slots: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._workers = workers
        for _ in range(workers):
            self._slots.put(None)

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children; waits for calls that are under way."""
        for _ in range(self._workers):
            child = self._slots.get()
            if child is not None:
                child.end()
        for _ in range(self._workers):
            self._slots.put(None)

    def run(self, function: str, argument: object, *, seconds: float, memory: int) -> Any:
        """What `function` ("module:name", of ours) makes of `argument` (anything that pickles).

        It may take `seconds` and `memory` bytes beyond what its imports take, and returns None, booleans, numbers,
        text, bytes, lists and dictionaries with text keys (tuples come back as lists). ParseFailed if it does
        not come back; an error of the house (Unreadable, TooLarge, …) is raised here as it was there.
        """
        child = self._slots.get()
        try:
            if child is not None and child.is_over():
                child.end()
                child = None
            child = child or _Child()
            answer = child.ask(function, argument, seconds, memory)
        except BaseException:
            if child is not None:
                child.end()
            child = None
            raise
        else:
            if child.asked >= self._calls or answer.get("failure") == "too much memory":
                child.end()
                child = None
        finally:
            self._slots.put(child)
        if "failure" in answer:
            raise _failure(answer)
        return answer.get("result")


class _Child:
    """One process, and the two pipes to it."""

    def __init__(self) -> None:
        self.asked = 0
        end, far = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", str(_CHILD), str(far)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(far,),
                env={"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                cwd="/",
            )
        except BaseException:
            os.close(end)
            raise
        finally:
            os.close(far)
        assert self._process.stdin is not None
        self._calls: IO[bytes] = self._process.stdin
        self._answers = end
        self._incoming = bytearray()
        os.set_blocking(self._calls.fileno(), False)
        os.set_blocking(end, False)
        path = [str(Path(folder).resolve()) for folder in sys.path]
        self._first = _framed({"path": path, "files": _FILES})

    def ask(self, function: str, argument: object, seconds: float, memory: int) -> dict[str, Any]:
        """One call; ParseFailed if no whole answer comes in time."""
        call = {"function": function, "argument": argument, "seconds": seconds, "memory": memory}
        outgoing = self._first + _framed(call)
        self._first = b""
        self.asked += 1
        # The child's start and its imports are not the parser's time.
        try:
            begun = self._exchange(outgoing, _START)
        except TimeoutError:
            raise ParseFailed("stopped", "the parser did not start in time", next_step=_BUSY) from None
        if begun != b"":
            raise _nonsense()
        try:
            data = self._exchange(b"", seconds)
        except TimeoutError:
            raise ParseFailed("took too long", "the parser took too long", next_step=_NEXT) from None
        if self._incoming:
            raise _nonsense()  # what it sends beyond its answer would be taken for that to the next call
        try:
            answer = json.loads(data, object_hook=_with_bytes)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise _nonsense()
        return answer

    def _exchange(self, data: bytes, seconds: float) -> bytes:
        """Send, and receive one framed answer; TimeoutError where none comes in so many seconds."""
        end = time.monotonic() + seconds
        outgoing = memoryview(data)
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            if outgoing:
                selector.register(self._calls, selectors.EVENT_WRITE)
            while (frame := self._frame()) is None:
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                for key, _ in selector.select(left):
                    if key.fileobj is self._calls:
                        outgoing = self._write(outgoing)
                        if not outgoing:
                            selector.unregister(self._calls)
                    elif piece := os.read(self._answers, _BLOCK):
                        self._incoming += piece
                    else:
                        raise self._gone()
        return frame

    def _frame(self) -> bytes | None:
        """The first frame of what has come, taken off it; None if it is not whole yet."""
        if len(self._incoming) < 8:
            return None
        (length,) = struct.unpack(">Q", self._incoming[:8])
        if length > RESULT_LIMIT:
            raise ParseFailed("too large", f"the result is over {RESULT_LIMIT:,} bytes", next_step=_NEXT)
        if len(self._incoming) < 8 + length:
            return None
        frame = bytes(self._incoming[8 : 8 + length])
        del self._incoming[: 8 + length]
        return frame

    def _write(self, outgoing: memoryview) -> memoryview:
        try:
            return outgoing[os.write(self._calls.fileno(), outgoing[:_BLOCK]) :]
        except BrokenPipeError:
            raise self._gone() from None

    def _gone(self) -> ParseFailed:
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return ParseFailed("died", "the parser hung up", next_step=_NEXT)
        if code == -signal.SIGXCPU:
            return ParseFailed("took too long", "the parser took too long", next_step=_NEXT)
        if code in (-signal.SIGTERM, -signal.SIGINT):
            return ParseFailed("stopped", "the parser was told to end", next_step=_BUSY)
        how = f"signal {-code}" if code < 0 else f"status {code}"
        return ParseFailed("died", f"the parser died ({how})", next_step=_NEXT)

    def is_over(self) -> bool:
        """Whether it is gone already, between two calls."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Kill it if it is still there, and close the pipes."""
        self._process.kill()
        self._process.wait()
        self._calls.close()
        os.close(self._answers)


def _nonsense() -> ParseFailed:
    return ParseFailed("died", "the parser's answer makes no sense", next_step=_NEXT)


def _framed(message: object) -> bytes:
    data = pickle.dumps(message)
    return struct.pack(">Q", len(data)) + data


def _with_bytes(value: dict[str, Any]) -> Any:
    if value.keys() == {"$bytes"}:
        return base64.b64decode(value["$bytes"], validate=True)
    return value


def _failure(answer: dict[str, Any]) -> BarometerError:
    """The error that an answer tells of: one of the house, or ParseFailed."""
    kind, name = answer.get("failure"), str(answer.get("error"))
    words = " ".join(str(answer.get("words"))[:1000].split())
    if kind == "too much memory":
        return ParseFailed("too much memory", "the parser took too much memory", next_step=_NEXT)
    if kind == "refused":
        return ParseFailed("refused", f"the parser was stopped: {words}", next_step=_NEXT)
    house = getattr(errors, name, None)
    if isinstance(house, type) and issubclass(house, BarometerError) and house not in _WITH_MORE:
        texts = {key: str(answer[key]) for key in ("file", "place", "next_step") if answer.get(key)}
        return house(str(answer.get("message")), **texts)
    return ParseFailed("failed", f"the parser failed ({name}: {words})", next_step=_NEXT)


#: Errors whose making takes more than a message; a parser raises none of them.
_WITH_MORE = (errors.FetchRefused, errors.FetchFailed, errors.ParseFailed)
