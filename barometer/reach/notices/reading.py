"""A file with notices → the notices in it, and by name what could not be read. Nothing is left out silently."""

from __future__ import annotations

from pathlib import Path

from barometer.errors import BarometerError
from barometer.reach.notices.lumen import read_lumen
from barometer.reach.notices.mails import notice_of, read_mail
from barometer.reach.notices.sheet import read_sheet
from barometer.reach.notices.values import Broken, Notice
from barometer.sources.mail import read_mbox
from barometer.sources.markup import decoded
from barometer.sources.tables import ENDINGS

FILE_LIMIT = 64 << 20
_JSON = frozenset({".json", ".jsonl", ".ndjson"})


def read_notices(data: bytes, name: str) -> list[Notice | Broken]:
    """The notices of a file, in their order: Lumen's JSON, a table (CSV, workbook), a letter (.eml) or an mbox.

    Never fails: what cannot be read is a Broken with the reason.
    """
    ending = Path(name).suffix.lower()
    if len(data) > FILE_LIMIT:
        return [Broken(name, "", f"it is over {FILE_LIMIT:,} bytes", "cut it into parts")]
    if not data.strip():
        return [Broken(name, "", "it is empty", "check that the file was saved or copied whole")]
    if ending in _JSON or (ending not in ENDINGS and data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[")):
        return read_lumen(decoded(data)[0].lstrip("\ufeff"), name) or [_nothing(name)]
    if ending in ENDINGS:
        return read_sheet(data, name) or [_nothing(name)]
    if ending == ".mbox" or data.startswith(b"From "):
        return _mbox(data, name) or [_nothing(name)]
    return read_mail(data, name)


def _nothing(name: str) -> Broken:
    return Broken(name, "", "there is no notice in it", "check that it is the right file")


def _mbox(data: bytes, name: str) -> list[Notice | Broken]:
    try:
        box = read_mbox(data, name)
    except BarometerError as error:
        return [Broken(name, "", error.message, error.next_step or "")]
    found: list[Notice | Broken] = []
    for letter in box.letters:
        found += notice_of(letter, name)
    return found + [Broken(name, note.place, note.message, note.next_step) for note in box.notes]
