"""Passwords known from breaches, looked up in a file on this machine: nobody is asked over the network."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from barometer.errors import NotReady, WrongShape

DIGEST = 40  # SHA-1 in hexadecimal
_NEXT = "get the list of SHA-1 digests ordered by hash (Have I Been Pwned), or leave BAROMETER_BREACHED_PASSWORDS empty"


def is_breached(password: str, path: Path) -> bool:
    """Whether the password's digest is a line of the sorted file ("DIGEST" or "DIGEST:COUNT"). A few dozen reads."""
    wanted = hashlib.sha1(password.encode("utf-8"), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with path.open("rb") as stream:
            return _search(stream, path, wanted)
    except OSError as error:
        raise NotReady(
            f"the list of breached passwords cannot be read: {error.strerror}", file=path, next_step=_NEXT
        ) from None


def _search(stream: BinaryIO, path: Path, wanted: bytes) -> bool:
    """Bisect by bytes: the wanted line, if there is one, begins in low … high."""
    low, high = 0, stream.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        start, digest = _line_from(stream, path, middle)
        if digest is None or digest > wanted:
            high = middle
        elif digest < wanted:
            low = start + DIGEST
        else:
            return True
    return False


def _line_from(stream: BinaryIO, path: Path, place: int) -> tuple[int, bytes | None]:
    """The first line that begins at the place or after it, and where; None at the end of the file."""
    stream.seek(max(0, place - 1))
    if place:
        stream.readline(200)
    start = stream.tell()
    line = stream.readline(200)
    if not line.strip():
        return start, None
    digest = line[:DIGEST].upper()
    if len(digest) != DIGEST or digest.strip(b"0123456789ABCDEF") or line[DIGEST:][:1] not in b":\r\n":
        raise WrongShape(f"byte {start} begins no line of a SHA-1 digest", file=path, next_step=_NEXT)
    return start, digest


class BreachedPasswordValidator:
    """Refuses a password that is in the file of BAROMETER_BREACHED_PASSWORDS; without a file it says nothing."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError for a breached one."""
        if settings.BREACHED_PASSWORDS and is_breached(password, Path(settings.BREACHED_PASSWORDS)):
            raise ValidationError(self._words(), code="password_breached")

    def get_help_text(self) -> str:
        """For the form, where there is a file."""
        return _("Not a password that is known from a breach.") if settings.BREACHED_PASSWORDS else ""

    def _words(self) -> str:
        return _("This password is known from a breach: whoever tries passwords tries it. Choose another.")
