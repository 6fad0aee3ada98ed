"""What an installation says about tips, and the limits that hold everywhere."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from barometer.errors import UnknownValue

#: Of the files of one message together. They stay in memory, sealed and unsealed at once, until they are in the ledger.
MOST_BYTES = 32 << 20
MOST_FILES = 20
#: More than this is refused unread; less, but over MOST_BYTES, is read and let go, so that the words are not lost.
MOST_READ = 256 << 20
LONGEST = 50_000
LONGEST_LINE = 1_000
MOST_MESSAGES = 60


@dataclass(frozen=True)
class Rules:
    """`days` until a tip is deleted that moved no more, `spam_days` for spam; `onion` is the address in Tor, if any;
    `space` is what all tips together may take, in bytes.
    """

    days: int = 90
    spam_days: int = 14
    onion: str = ""
    space: int = 4 << 30


def rules(environment: Mapping[str, str] = os.environ) -> Rules:
    """The rules of this installation; UnknownValue, with the variable as its place, where one cannot be."""
    return Rules(
        days=_number("BAROMETER_TIP_DAYS", environment.get("BAROMETER_TIP_DAYS", ""), 90),
        spam_days=_number("BAROMETER_TIP_SPAM_DAYS", environment.get("BAROMETER_TIP_SPAM_DAYS", ""), 14),
        onion=_onion(environment.get("BAROMETER_TIP_ONION", "")),
        space=_number("BAROMETER_TIP_SPACE", environment.get("BAROMETER_TIP_SPACE", ""), 4096) << 20,
    )


def _number(name: str, text: str, default: int) -> int:
    text = text.strip() or str(default)
    if not re.fullmatch("[0-9]{1,6}", text) or not int(text):
        raise UnknownValue(f"{text[:40]!r} is no number", place=name, next_step="write 1 to 999999")
    return int(text)


def _onion(text: str) -> str:
    text = text.strip().lower().removeprefix("http://").rstrip("/")
    if text and not re.fullmatch(r"(?:[a-z0-9-]+\.)*[a-z2-7]{56}\.onion", text):
        raise UnknownValue(
            f"{text[:80]!r} is no onion address",
            place="BAROMETER_TIP_ONION",
            next_step="write the 56 letters and .onion that Tor wrote into hostname",
        )
    return text
