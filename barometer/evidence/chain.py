"""The chain of an item: who did what with it, when, how and with which version; and who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Act = Literal["captured", "uploaded", "received", "stamped", "checked", "exported", "shown", "redacted"]
ACTS: tuple[Act, ...] = (
    "captured",
    "uploaded",
    "received",
    "stamped",
    "checked",
    "exported",
    "shown",
    "redacted",
)

#: May be published; may be named but not shown; stays in the house.
Access = Literal["public", "reference", "internal"]


@dataclass(frozen=True)
class ChainStep:
    """One act: `at` with its zone, `how` the means ("Chromium 150", "upload form"), `version` of this software."""

    at: datetime
    who: str
    act: Act
    how: str
    version: str
    from_where: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a step of a chain needs a time with its zone")
        if self.act not in ACTS:
            raise ValueError(f"{self.act!r} is not among {', '.join(ACTS)}")
        if not self.who or not self.version:
            raise ValueError("a step of a chain names who acted, and the version")
