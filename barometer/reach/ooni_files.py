"""The JSON values in a file of measurements, one after the other: one a line, one over many lines, packed or not.

A file of any size is read piece by piece; a value and the whole have limits. What cannot be read is named.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

#: A value may have so many characters, an unpacked file so many.
VALUE, WHOLE = 64 << 20, 16 << 30
#: So many lines before the first value that are none, and the file is something else.
_STRAY = 20
_PACKED = {
    b"PK\x03\x04": "a zip archive",
    b"\x04\x22\x4d\x18": "packed with lz4",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"\xfd7zXZ": "packed with xz",
    b"BZh": "packed with bzip2",
}
#: NaN and its like, which JSON does not have, are null.
_JSON = json.JSONDecoder(parse_constant=lambda _: None)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_YAML = re.compile(r"---|###|%YAML|[a-z_]+:(?:\s|$)")


@dataclass(frozen=True)
class Broken:
    """A part of a file that gave no measurement: where (line, row, or "" for all of it), by which rule, why."""

    file: str
    place: str
    rule: str
    why: str


Found = tuple[str, Any] | Broken


def values(source: Path | bytes | IO[bytes], name: str) -> Iterator[Found]:
    """(place, value) of every JSON value of a file, in its order."""
    with ExitStack() as stack:
        if isinstance(source, Path):
            source = stack.enter_context(source.open("rb"))
        plain = io.BufferedReader(_Source(io.BytesIO(source) if isinstance(source, bytes) else source))
        head = plain.peek(8)[:8]
        for mark, what in _PACKED.items():
            if head.startswith(mark):
                yield Broken(name, "", "file.packed", f"it is {what}: unpack it first")
                return
        raw = gzip.GzipFile(fileobj=plain) if head.startswith(b"\x1f\x8b") else plain
        try:
            head = raw.peek(2)[:2]
            coding = "utf-16" if head in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
            text = io.TextIOWrapper(raw, encoding=coding, errors="replace", newline="\n")
            yield from _Lines(name, text).values()
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield Broken(name, "", "file.cut_off", f"the packed file is damaged or cut off ({error})")


class _Source(io.RawIOBase):
    """Anything with `read` as what the standard library reads from; it is not closed with it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@dataclass
class _Lines:
    """Lines put together to values. A list over several lines is read as its elements."""

    name: str
    text: io.TextIOWrapper
    held: list[str] = field(default_factory=list)  # lines of a value that is not whole yet
    begun: int = 0  # its first line
    depth: int = 0  # its open brackets
    size: int = 0  # its characters
    wrong: tuple[int, int, str, str] | None = None  # (first, last, rule, why) of lines that could not be read

    def values(self) -> Iterator[Found]:
        other: list[str] = []  # lines before the first value that are none
        anything = False
        for number, line in self._lines():
            bare = line.strip()
            if not bare or (not self.held and bare in ("[", "]", "],")):
                continue
            if not anything and bare[0] not in "{[":
                other.append(bare)
                if len(other) == _STRAY:
                    break
                self._note(number, "file.not_json", f"it begins with {bare[:20]!r}, not as JSON does")
                continue
            anything = True
            yield from self._line(number, bare)
        if not anything and other:
            yield self._other(other[0])
            return
        if self.held:
            self._note(self.begun, "file.cut_off", "the value does not end")
        if not anything and not self.wrong:
            yield Broken(self.name, "", "file.empty", "there is nothing in it")
        yield from self._told()

    def _lines(self) -> Iterator[tuple[int, str]]:
        """(number, line), up to the limit of the whole; of a line that is too long nothing is kept."""
        number = seen = 0
        while line := self.text.readline(VALUE):
            is_long = len(line) == VALUE and not line.endswith("\n")
            number += 1
            seen += len(line)
            while is_long and line and not line.endswith("\n") and seen <= WHOLE:
                line = self.text.readline(VALUE)
                seen += len(line)
            if seen > WHOLE:
                self._note(number, "file.too_large", f"more than {WHOLE:,} characters")
                return
            if is_long:
                self._note(number, "file.too_large", f"a line of more than {VALUE:,} characters")
            else:
                yield number, line

    def _line(self, number: int, bare: str) -> Iterator[Found]:
        if self.held and bare.startswith('{"') and _is_measurement(bare):
            # A line was cut off, and here is the next one.
            self._note(self.begun, "file.cut_off", "the value does not end")
            self.held = []
        if self.held:
            self.held.append(bare)
            self.depth += _depth(bare)
            self.size += len(bare)
            if self.size > VALUE:
                self._note(self.begun, "file.too_large", f"a value of more than {VALUE:,} characters")
                self.held = []
            if self.depth > 0 or not self.held:
                return
            number, bare, self.held = self.begun, "\n".join(self.held), []
        try:
            value = _parsed(bare.removesuffix(","))
        except _NotWholeError:
            if (depth := _depth(bare)) > 0:
                self.held, self.begun, self.depth, self.size = [bare], number, depth, len(bare)
            else:
                self._note(number, "file.not_json", "it is not JSON")
        except _NotReadError as error:
            self._note(number, error.rule, str(error))
        else:
            yield from self._told()
            yield _place(number), value

    def _note(self, number: int, rule: str, why: str) -> None:
        first, _, rule, why = self.wrong or (number, number, rule, why)
        self.wrong = first, number, rule, why

    def _told(self) -> Iterator[Broken]:
        """What was wrong with the lines before, once for all of them."""
        if self.wrong:
            first, last, rule, why = self.wrong
            place = _place(first) if first == last else f"lines {first:,}–{last:,}"
            yield Broken(self.name, place, rule, why)
        self.wrong = None

    def _other(self, bare: str) -> Broken:
        if _YAML.match(bare):
            why = "it is YAML, the form before 2017: OONI gives the same measurements as JSON"
            return Broken(self.name, "", "file.yaml", why)
        return Broken(self.name, "", "file.not_json", f"it begins with {bare[:20]!r}, not as JSON does")


class _NotWholeError(Exception):
    """A value that goes on in the next line."""


class _NotReadError(Exception):
    """Text that is no value."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule


def _parsed(text: str) -> Any:
    """The value of a text that is one."""
    try:
        return _JSON.decode(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) - 1:
            raise _NotWholeError from None
        # A line never ends within a string or a word.
        if error.msg.startswith("Unterminated") or any(
            word.startswith(text[error.pos :]) for word in ("true", "false", "null")
        ):
            raise _NotReadError("file.cut_off", "the value does not end") from None
        raise _NotReadError("file.not_json", f"it is not JSON ({error.msg} at {error.pos + 1:,})") from None
    except ValueError as error:
        raise _NotReadError("file.not_json", f"it has a number that is too long ({error})") from None
    except RecursionError:
        raise _NotReadError("file.not_json", "its brackets are nested too deep") from None


def _is_measurement(text: str) -> bool:
    try:
        value = _parsed(text)
    except (_NotWholeError, _NotReadError):
        return False
    return isinstance(value, dict) and "test_name" in value


def _depth(line: str) -> int:
    bare = _STRING.sub("", line)
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")


def _place(number: int) -> str:
    return f"line {number:,}"
