"""Files of a correspondence → letters: what each says, from whom, on which day, with what attached.

Meant to run apart (`barometer.fetching.apart`): the files are whatever a stranger likes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from barometer.errors import BarometerError, TooLarge, Unreadable
from barometer.sources.documents import to_document
from barometer.sources.found import Attachment, Found
from barometer.sources.mail import is_mail, parse_message, read_mbox

#: What reads a file apart: give it (bytes, name, media type, time zone).
READER = "barometer.deadlines.correspondence:letters_in"
MOST_LETTERS, MOST_FILES = 100, 50
#: More words than any reply has; what is longer is read up to here.
LONGEST_TEXT = 200_000
#: "Re: Fwd: Жауап: …": what mail programs put before a subject.
_BEFORE_SUBJECT = re.compile(
    r"^(?:(?:re|fw|fwd|отв|ответ|пересл|жауап|қайта)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)


@dataclass(frozen=True)
class Enclosed:
    """A file that came with a letter: its words where it holds any that can be read, else why not."""

    name: str
    media_type: str
    data: bytes
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Letter:
    """A letter as it was found: a message of a mail file, or a document that is one by itself.

    `key` is a Message-ID or ''; `references` are those of the messages that it answers.
    """

    text: str
    data: bytes
    day: date | None = None
    key: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: str = ""
    recipients: str = ""
    enclosed: tuple[Enclosed, ...] = ()

    @property
    def words(self) -> str:
        """All that it says, its enclosures too."""
        return "\n\n".join(filter(None, [self.text, *(one.text for one in self.enclosed)]))

    @property
    def plain_subject(self) -> str:
        """The subject without what mail programs put before it."""
        return plain_subject(self.subject)


def plain_subject(subject: str) -> str:
    """A subject without "Re:" and the like, as it is compared."""
    return " ".join(_BEFORE_SUBJECT.sub("", subject.strip()).split()).casefold()


def letters_in(file: tuple[bytes, str, str, str]) -> list[dict[str, Any]]:
    """The letters in a file, in the order of their days, as plain values for `letter_of`.

    Unreadable, TooLarge where the file is broken, locked or holds no words.
    """
    data, name, media_type, zone = file
    if not data.strip():
        raise Unreadable("it is empty", file=name, next_step="save the letter again")
    if data.startswith(b"From ") and b"\n" in data[:2000]:
        found = _of_mbox(data, name)
    elif name.lower().endswith(".eml") or is_mail(data):
        found = [_message(data, name)]
    else:
        document = to_document(data, url=name, media_type=media_type)
        return [asdict(Letter(document.text[:LONGEST_TEXT], data)) | {"day": ""}]
    letters = [_letter(one, ZoneInfo(zone)) for one in found]
    return [_plain(one) for one in sorted(letters, key=lambda one: one.day or date.max)]


def letter_of(plain: Mapping[str, Any]) -> Letter:
    """A letter of `letters_in`."""
    enclosed = tuple(Enclosed(**one) for one in plain["enclosed"])
    day = date.fromisoformat(plain["day"]) if plain["day"] else None
    return Letter(**{**plain, "day": day, "enclosed": enclosed, "references": tuple(plain["references"])})


def _plain(letter: Letter) -> dict[str, Any]:
    return asdict(letter) | {"day": letter.day.isoformat() if letter.day else ""}


def _message(data: bytes, name: str) -> Found:
    try:
        found = parse_message(data)
    except BarometerError as error:
        raise type(error)(error.message, file=name, next_step=error.next_step) from None
    if not (found.author or found.title or found.extra["date"]):
        raise Unreadable(
            "it has none of the headers of a letter", file=name, next_step="save the letter as .eml again"
        )
    if not found.text and not found.attachments:
        raise Unreadable("the letter has no words and no files", file=name, next_step="save it again")
    return found


def _of_mbox(data: bytes, name: str) -> Sequence[Found]:
    box = read_mbox(data, name)
    if box.notes:
        raise Unreadable(box.notes[0].message, file=name, place=box.notes[0].place, next_step="save it again")
    if len(box.letters) > MOST_LETTERS:
        raise TooLarge(
            f"it holds {len(box.letters)} letters, over {MOST_LETTERS}",
            file=name,
            next_step="hand it in in parts",
        )
    return box.letters


def _letter(found: Found, zone: ZoneInfo) -> Letter:
    if len(found.attachments) > MOST_FILES:
        raise TooLarge(
            f"a letter has {len(found.attachments)} files, over {MOST_FILES}",
            file=found.title,
            next_step="save its files and hand them in by themselves",
        )
    return Letter(
        text=found.text[:LONGEST_TEXT],
        data=found.body,
        day=_day(found.published, zone),
        key="" if found.key.startswith("sha256:") else found.key,
        references=tuple(found.extra["references"]),
        subject=found.title,
        sender=found.author,
        recipients=str(found.extra["to"]),
        enclosed=tuple(_enclosed(one) for one in found.attachments if one.body),
    )


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    """The day where the country is."""
    return (
        (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).date() if moment else None
    )


def _enclosed(one: Attachment) -> Enclosed:
    """The file with its words; one whose words cannot be read is kept with the reason."""
    try:
        if one.media_type == "message/rfc822":
            return Enclosed(one.name, one.media_type, one.body, parse_message(one.body).text[:LONGEST_TEXT])
        text = to_document(one.body, url=one.name, media_type=one.media_type).text
    except BarometerError as error:
        return Enclosed(one.name, one.media_type, one.body, note=error.message)
    return Enclosed(one.name, one.media_type, one.body, text[:LONGEST_TEXT])
