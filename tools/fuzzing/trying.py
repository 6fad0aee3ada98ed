"""One try of a target: it ends in a value or in an error of the house, within a time and a memory; else it is told."""

from __future__ import annotations

import re
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from barometer.errors import BarometerError

#: Seconds of the processor for at most 20 KB of bytes, and how much more memory at its highest.
SECONDS = 2.0
MEMORY = 256 << 20


class TooSlow(BaseException):
    """Raised by the clock inside a target; no part of it may catch this."""


class TooMuch(Exception):
    """The target took more memory than so few bytes may ask for."""


def tried(
    run: Callable[[bytes], object], data: bytes, seconds: float = SECONDS, memory: int = MEMORY
) -> tuple[str, str] | None:
    """What went wrong, as a name by which equal failures are known and a whole account; None where nothing did."""

    def ring(_signal: int, _frame: object) -> None:
        raise TooSlow

    before = _highest()
    signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)  # again, where something swallowed it
    try:
        run(data)
    except BarometerError as error:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if not str(error).strip("."):
            return f"Wordless-{type(error).__name__}", "an error without words"
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return _name(error), "".join(traceback.format_exception(error))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    if (more := _highest() - before) > memory:
        return "TooMuch", f"{more >> 20} MB more memory for {len(data):,} bytes"
    return None


def _highest() -> int:
    """The most memory that this process ever held; getrusage has its parent's too."""
    told = Path("/proc/self/status").read_text("utf-8")
    return int(re.findall(r"^VmHWM:\s+(\d+)", told, re.M)[0]) * 1024


def _name(error: BaseException) -> str:
    """The error and the innermost place of ours tell failures apart."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/barometer/" in frame.filename] or frames
    at = f"{Path(own[-1].filename).stem}-{own[-1].name}"
    if isinstance(error, TooSlow):
        return f"TooSlow-{at}"
    told = re.sub(r"[\W\d]+", "-", str(error).split(":")[0])[:50]
    return f"{type(error).__name__}-{at}-{told}"


def replayed(run: Callable[[bytes], object], path: Path) -> bool:
    """Try a file again without following the code, and say how it went; whether it went well."""
    data = path.read_bytes()
    started = time.process_time()
    found = tried(run, data, SECONDS * 10)
    took = time.process_time() - started
    slow = took > SECONDS and len(data) <= 20_000
    print(
        f"{path}: {len(data):,} bytes, {took:.2f} s: {found[0] if found else 'too slow' if slow else 'well'}"
    )
    if found:
        print(found[1])
    return not found and not slow
