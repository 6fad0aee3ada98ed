"""Every error that a user may meet, as a small tree.

BarometerError
├── BadInput            what was handed in cannot be used
│   ├── Unreadable      bytes that are not the document they claim to be (empty, binary, locked, cut off)
│   ├── TooLarge        more than the stated limit, also after unpacking
│   ├── WrongShape      a coded file that does not follow the codebook
│   ├── ParseFailed     a parser that was run apart took too long, took too much, died or reached for what it may not
│   └── UnknownValue    a word that the codebook, the country or a command does not have
├── NotAllowed          this person may not do this
├── NotReady            a rule of the house forbids this step for now
├── FetchRefused        an address that may not be asked: nothing was sent to it
├── FetchFailed         an address that was asked and did not answer well; `kind` says what was the matter
├── EvidenceMissing     bytes that the ledger relies on are not in the store
└── EvidenceChanged     bytes in the store no longer have the digest they are kept under

The message names the value; `file` and `place` say where; `next_step` says what to do. A command prints
the whole as one line and ends with status 2; no traceback reaches a user.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal


class BarometerError(Exception):
    """Something a user can understand and act upon.

    `file` is shown by its name as given, `place` is a line, a page or a path in a JSON file.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        place: str | None = None,
        next_step: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = str(file) if file is not None else None
        self.place = place
        self.next_step = next_step

    def __str__(self) -> str:
        """One line: file: place: message. Next: step."""
        where = ": ".join(part for part in (self.file, self.place) if part)
        text = f"{where}: {self.message}" if where else self.message
        text = text.rstrip(".")
        if self.next_step:
            text = f"{text}. Next: {self.next_step.rstrip('.')}"
        return " ".join(f"{text}.".split())


class BadInput(BarometerError):
    """What was handed in cannot be used."""


class Unreadable(BadInput):
    """The bytes are not the document that they claim to be."""


class TooLarge(BadInput):
    """The input is over a stated limit."""


class WrongShape(BadInput):
    """A coded file does not follow the codebook."""


class UnknownValue(BadInput):
    """A value is not among those that are known."""


class ParseFailed(BadInput):
    """A parser that was run apart did not come back with a result; `kind` says why.

    "stopped" is no fault of what it read: it did not start in time, or was told to end.
    """

    def __init__(
        self,
        kind: Literal[
            "stopped", "took too long", "too much memory", "died", "refused", "failed", "too large"
        ],
        message: str,
        *,
        next_step: str | None = None,
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.kind = kind


class NotAllowed(BarometerError):
    """This person may not do this."""


class NotReady(BarometerError):
    """A rule forbids this step for now."""


class FetchRefused(BarometerError):
    """The guard said no: `url` as asked, `address` the IP literal if one was found, `why` in words."""

    def __init__(self, url: str, why: str, *, address: str = "", next_step: str | None = None) -> None:
        super().__init__(f"{_shown(url)} is not fetched: {why}", next_step=next_step)
        self.url = url
        self.address = address
        self.why = why


FetchTrouble = Literal[
    "dns",
    "connect",
    "tls",
    "timeout",
    "too large",
    "decompression",
    "redirects",
    "content type",
    "protocol",
]


class FetchFailed(BarometerError):
    """The address was asked and the answer cannot be used; `kind` says what was the matter."""

    def __init__(self, kind: FetchTrouble, url: str, why: str, *, next_step: str | None = None) -> None:
        super().__init__(f"{_shown(url)} cannot be fetched ({kind}): {why}", next_step=next_step)
        self.kind = kind
        self.url = url
        self.why = why


class EvidenceMissing(BarometerError):
    """Bytes that the ledger relies on are not in the store."""


class EvidenceChanged(BarometerError):
    """Bytes in the store no longer have their digest."""


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 entry", "2 entries": a number with its noun, for messages."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _shown(url: str) -> str:
    """An address as a message may show it: at most 200 characters, no control characters, no password."""
    text = re.sub(r"//[^/?#]*@", "//…@", url)
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return text if len(text) <= 200 else f"{text[:199]}…"
