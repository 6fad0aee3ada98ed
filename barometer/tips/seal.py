"""A message of a tip and its files, sealed as one file of age, to several keys, of a size that tells little.

Inside the seal stand: the line of MAGIC; the length of the JSON in digits and a line end; the JSON; the bytes of the
files one after another, as the JSON lists them with name, size and SHA-256; zeros up to the size class.
`age --decrypt -i KEY FILE` and a text editor are enough to read it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

import pyrage

from barometer.errors import NotAllowed, NotReady, TooLarge, Unreadable, WrongShape
from barometer.tips.keys import check_recipient

MAGIC = b"PRESS BAROMETER TIP 1\n"
#: All that is shorter looks alike: a tip of words alone, short or long, an answer, a question.
LEAST = 32 << 10
#: A letter of 50 MB with its attachments beside it.
LIMIT = 160 << 20
Kind = Literal["tip", "answer", "question", "mail"]


@dataclass(frozen=True)
class File:
    """A file that came with a message."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Message:
    """What somebody wrote: a tip, the answer to a question, a question of the desk, or a letter by mail.

    `fields` are the fields of the form by their names; the day is known inside the seal alone.
    """

    kind: Kind
    day: date
    fields: Mapping[str, str] = field(repr=False)
    files: tuple[File, ...] = field(default=(), repr=False)


def size_class(size: int) -> int:
    """The size to which so many bytes are padded: LEAST, then by Padmé, at most 12 in 100 more.

    Padmé lets a size tell O(log log size) bits, where powers of two would cost up to twice the room.
    """
    if size <= LEAST:
        return LEAST
    exponent = size.bit_length() - 1
    low = exponent - exponent.bit_length()
    mask = (1 << low) - 1
    return size + mask & ~mask


def seal(message: Message, recipients: Iterable[str]) -> bytes:
    """The message sealed to every one of these keys; NotReady where there is none."""
    keys = [pyrage.x25519.Recipient.from_str(check_recipient(each)) for each in recipients]
    if not keys:
        raise NotReady("there is no key to seal to", next_step="barometer tips recipients add KEY")
    return bytes(pyrage.encrypt(packed(message), keys))


def open_sealed(sealed: bytes, identities: Iterable[str]) -> Message:
    """The message in a seal. NotAllowed where none of the keys opens it, Unreadable where it is none or damaged."""
    keys = [pyrage.x25519.Identity.from_str(each) for each in identities]
    try:
        plain = pyrage.decrypt(sealed, keys)
    except pyrage.DecryptError as error:
        if "no matching keys" in str(error).lower():
            raise NotAllowed(
                "it is sealed to other keys", next_step="use the key that was current when it came"
            ) from None
        raise Unreadable("it is no sealed message, or it is damaged", next_step="download it again") from None
    return unpacked(plain)


def packed(message: Message) -> bytes:
    """What stands inside the seal."""
    told = {
        "day": message.day.isoformat(),
        "fields": dict(message.fields),
        "files": [_listed(each) for each in message.files],
        "kind": message.kind,
    }
    head = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    plain = b"".join([MAGIC, b"%d\n" % len(head), head, *(each.data for each in message.files)])
    if len(plain) > LIMIT:
        raise TooLarge(f"over {LIMIT >> 20} MB in one message", next_step="send it in parts")
    return plain.ljust(size_class(len(plain)), b"\0")


def unpacked(plain: bytes) -> Message:
    """The message that `packed` wrote; WrongShape where it is another thing or was changed."""
    if not plain.startswith(MAGIC):
        raise WrongShape("inside the seal is no message of a tip")
    length, _, _ = plain[len(MAGIC) : len(MAGIC) + 12].partition(b"\n")
    at = len(MAGIC) + len(length) + 1
    try:
        end = at + int(length)
        told = json.loads(plain[at:end])
        files = tuple(_taken(plain, end, told["files"]))
        if told["kind"] not in get_args(Kind) or not all(
            isinstance(each, str) for pair in told["fields"].items() for each in pair
        ):
            raise ValueError
        return Message(told["kind"], date.fromisoformat(told["day"]), told["fields"], files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise WrongShape("the message inside the seal is not as it was written") from None


def _listed(file: File) -> dict[str, Any]:
    return {
        "name": file.name,
        "sha256": hashlib.sha256(file.data).hexdigest(),
        "size": len(file.data),
    }


def _taken(plain: bytes, at: int, listed: list[dict[str, Any]]) -> Iterable[File]:
    """The files from there on; ValueError where one is not what the list says."""
    for each in listed:
        data = plain[at : at + each["size"]]
        if each["size"] < 0 or hashlib.sha256(data).hexdigest() != each["sha256"]:
            raise ValueError
        yield File(str(each["name"]), data)
        at += each["size"]
