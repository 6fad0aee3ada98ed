"""A notice that asks for something to be taken down: its values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

GROUNDS = ("copyright", "trademark", "defamation", "privacy", "court_order", "regulator", "other")
ACTIONS = ("removed", "restricted", "refused", "none")


@dataclass(frozen=True)
class Notice:
    """A notice as it came. `sender` acts for `principal`, `recipient` is the platform or host that got it.

    `ground` is copyright, trademark, defamation, privacy, court_order, regulator or other; `action` what the recipient
    did: removed, restricted, refused, none, or empty where nothing is known. Addresses are whole URLs; where a source
    tells no more than the site, the address has no path ("https://site.example").
    """

    number: str  # what its source calls it
    source: str  # lumen, csv, mail, desk
    sender: str = ""
    principal: str = ""
    recipient: str = ""
    country: str = ""
    ground: str = ""
    work: str = ""  # what is said to be the original
    works: tuple[str, ...] = ()  # its addresses
    work_date: date | None = None
    targets: tuple[str, ...] = ()
    target_words: str = ""  # title or text of what is targeted, where known
    target_date: date | None = None
    day: date | None = None  # when it was sent
    action: str = ""
    words: str = ""  # the notice's own text
    language: str = ""


@dataclass(frozen=True)
class Broken:
    """What could not be read as a notice: the file, the place in it, why, and what to do."""

    file: str
    place: str
    reason: str
    next_step: str = ""

    def __str__(self) -> str:
        """One line: file: place: reason. Next: step."""
        text = ": ".join(filter(None, (self.file, self.place, self.reason.rstrip("."))))
        return f"{text}. Next: {self.next_step.rstrip('.')}." if self.next_step else f"{text}."
