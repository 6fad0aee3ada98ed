"""Letters: .eml files, mbox files and mailboxes over IMAP → items with their attachments."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import imaplib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from barometer.errors import (
    BadInput,
    BarometerError,
    NotAllowed,
    NotReady,
    ParseFailed,
    TooLarge,
    Unreadable,
)
from barometer.sources.found import Attachment, Found, Note, clean_text, in_utc, one_line
from barometer.sources.markup import guessed, lines, links, parsed

#: A letter with its attachments; mail servers themselves stop at 25 to 50 MB.
LETTER_LIMIT = 50 << 20
MBOX_LIMIT = 1 << 30
MOST_PARTS = 500
#: Two headers at the head of a text, folded lines with them; and those of which a letter has two.
_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}")
_HEADS = re.compile(rb"^(?:from|to|subject|message-id|date|received|mime-version):", re.I | re.M)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,998}>")
#: What the standard library's readers of headers and parts raise on what no mail program writes.
_SLIPS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
    AssertionError,
    MessageError,
)


class Connects(Protocol):
    """The door, as far as a mailbox needs it."""

    def connect(
        self, host: str, port: int, *, purpose: str, seconds: float, proxy: str | None = None
    ) -> socket.socket:
        """A socket to a checked address."""


@dataclass(frozen=True)
class Mailbox:
    """Letters of an mbox file or a folder of a mailbox.

    `last` is the highest UID seen, under the folder's UIDVALIDITY `validity`; both 0 for a file.
    """

    letters: tuple[Found, ...]
    notes: tuple[Note, ...] = ()
    last: int = 0
    validity: int = 0


# --- one letter -------------------------------------------------------------------------------------------------


def is_mail(data: bytes) -> bool:
    """Whether bytes are a letter by their headers, whatever the file is called."""
    start = data[:4000].lstrip()
    return bool(_HEADERS.match(start)) and len({head.lower() for head in _HEADS.findall(start)}) >= 2


def parse_message(data: bytes) -> Found:
    """The letter of these bytes; Unreadable where they are no text, TooLarge over 50 MB.

    Text without a header is a letter of unknown sender. Its key is its Message-ID, else its digest; its text is what was written as plain text, else the words of its HTML.
    """
    if len(data) > LETTER_LIMIT:
        raise TooLarge(
            f"{len(data):,} bytes is over the limit of {LETTER_LIMIT:,}", next_step="take out its attachments"
        )
    if not data.strip() or b"\0" in data[:2000]:
        raise Unreadable(
            f"it is no letter but {'a binary file' if data.strip() else 'empty'}",
            next_step="save the letter as .eml, with its headers",
        )
    try:
        message = email.message_from_bytes(data.lstrip(b"\r\n"), policy=email.policy.default)
        parts = list(_leaves(message))
    except _SLIPS as error:
        raise Unreadable(
            f"its parts cannot be told apart ({type(error).__name__})", next_step="save the letter again"
        ) from None
    return _letter(message, parts[:MOST_PARTS], data, len(parts))


def _letter(message: Message, parts: list[Message], data: bytes, count: int) -> Found:
    files = [part for part in parts if _is_file(part)]
    told = [part for part in parts if not _is_file(part)]
    plain = [_decoded(part) for part in told if part.get_content_type() != "text/html"]
    html = [_decoded(part) for part in told if part.get_content_type() == "text/html"]
    pages = [parsed(each) for each in html]
    text = "\n\n".join(filter(None, map(str.strip, plain)))
    if not text:
        text = "\n".join(line for page in pages for line in lines(page.body))
    written = _header(message, "Date")
    return Found(
        key=one_line(_header(message, "Message-ID")) or f"sha256:{hashlib.sha256(data).hexdigest()}",
        title=one_line(_header(message, "Subject"), 1000),
        published=_moment(written),
        author=one_line(_header(message, "From")),
        body=data,
        media_type="message/rfc822",
        text=clean_text(text),
        attachments=tuple(_attachment(part, at) for at, part in enumerate(files, 1)),
        extra={
            "date": one_line(written),
            "to": one_line(", ".join(filter(None, (_header(message, name) for name in ("To", "Cc"))))),
            "links": [address for page in pages for address, _ in links(page.body, "")],
            "references": _MESSAGE_ID.findall(
                " ".join((_header(message, "References"), _header(message, "In-Reply-To")))
            )[:100],
            "parts_left_out": max(0, count - MOST_PARTS),
        },
    )


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; a forwarded letter is one part. No depth of nesting hurts."""
    todo: list[Message] = [message]
    while todo:
        part = todo.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            todo += [each for each in reversed(payload) if isinstance(each, Message)]
        else:
            yield part


def _is_file(part: Message) -> bool:
    try:
        named = bool(part.get_filename())
        disposition = part.get_content_disposition()
    except _SLIPS:
        named, disposition = True, "attachment"
    kind = part.get_content_maintype()
    return disposition == "attachment" or named or kind not in ("text", "multipart")


def _attachment(part: Message, number: int) -> Attachment:
    try:
        name = part.get_filename() or ""
    except _SLIPS:
        name = ""
    media_type = part.get_content_type()
    ending = {"message/rfc822": ".eml", "application/pdf": ".pdf"}.get(media_type, "")
    # A name is only a name: no folder of the sender's is followed.
    name = one_line(re.split(r"[/\\]", name)[-1], 200) or f"attachment-{number}{ending}"
    return Attachment(name, media_type, _payload(part))


def _payload(part: Message) -> bytes:
    """The bytes of a part; those of a forwarded letter whole."""
    try:
        payload = part.get_payload()
        if isinstance(payload, list):
            return b"".join(
                each.as_bytes(policy=email.policy.compat32) for each in payload if isinstance(each, Message)
            )
        decoded = part.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else b""
    except (*_SLIPS, UnicodeError):
        raw = part.get_payload()
        return raw.encode("utf-8", "replace") if isinstance(raw, str) else b""


def _decoded(part: Message) -> str:
    """The words of a text part: in its charset, else UTF-8, else the Cyrillic encoding that fits."""
    data = _payload(part)
    try:
        charset = str(part.get_content_charset() or "utf-8")
        return data.decode(charset)
    except _SLIPS:
        pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(guessed(data), "replace")


def _header(message: Message, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except _SLIPS:
        raw = [value for key, value in message.raw_items() if key.lower() == name.lower()]
        return str(raw[0]) if raw else ""


def _moment(written: str) -> datetime | None:
    try:
        return in_utc(parsedate_to_datetime(written)) if written else None
    except _SLIPS:
        return None


# --- mbox -------------------------------------------------------------------------------------------------------


def read_mbox(source: Path | bytes, name: str = "mbox") -> Mailbox:
    """The letters of an mbox file; one that cannot be read is a note. Unreadable where the file is no mbox."""
    if isinstance(source, Path):
        return read_mbox(_bytes(source), source.name)
    if source.strip() and not source.startswith(b"From "):
        raise Unreadable(
            'it is no mbox: it does not begin with "From "', file=name, next_step="export the folder as mbox"
        )
    letters, notes = [], []
    for number, data in enumerate(_split(source), 1):
        try:
            letters.append(parse_message(data))
        except BarometerError as error:
            notes.append(Note(error.message, f"{name} letter {number}", error.next_step or ""))
    return Mailbox(tuple(letters), tuple(notes))


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MBOX_LIMIT:
            raise TooLarge(f"it is over {MBOX_LIMIT:,} bytes", file=path, next_step="export it in parts")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(
            f"it cannot be opened ({error.strerror})", file=path, next_step="check its permissions"
        ) from None


def _split(data: bytes) -> Iterator[bytes]:
    """The letters between the lines "From …", each after a blank line; the ">" before a letter's own such lines goes."""
    if not data.strip():
        return
    starts = [0, *(match.end() - 5 for match in re.finditer(rb"\r?\n\r?\nFrom ", data))]
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        letter = data[start:end].partition(b"\n")[2]
        yield re.sub(rb"^>(>*From )", rb"\1", letter, flags=re.MULTILINE)


# --- IMAP -------------------------------------------------------------------------------------------------------


class _Imap(imaplib.IMAP4):
    """imaplib over a socket of the door's, with a limit on what a server may send and how long it may take."""

    def __init__(self, connection: socket.socket, host: str, seconds: float) -> None:
        self._given = connection
        self._until = time.monotonic() + seconds
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._given

    def read(self, size: int) -> bytes:
        if size > LETTER_LIMIT:
            raise self.abort(f"the server announces {size:,} bytes at once")
        self._in_time()
        return super().read(size)

    def readline(self) -> bytes:
        self._in_time()
        return super().readline()

    def _in_time(self) -> None:
        if time.monotonic() > self._until:
            raise self.abort("the server is too slow")


def fetch_imap(
    door: Connects,
    address: str,
    password: str,
    *,
    since: int = 0,
    validity: int = 0,
    most: int = 200,
    seconds: float = 120,
    proxy: str | None = None,
    trust: ssl.SSLContext | None = None,
    read: Callable[[bytes], Found] = parse_message,
) -> Mailbox:
    """The letters of imaps://user@host/FOLDER with a UID over `since`, the oldest first, `most` at a time.

    Nothing is marked as read. Where the folder's UIDVALIDITY is no longer `validity`, it is read from its beginning.
    imap:// is the same with STARTTLS; a password never goes over an open line. NotAllowed where the server refuses
    the password, NotReady where it cannot be asked; what the door refuses, it refuses. `read` is what reads a letter.
    """
    parts = urlsplit(address)
    host, secure = parts.hostname or "", parts.scheme == "imaps"
    context = trust or ssl.create_default_context()
    connection = door.connect(
        host, parts.port or (993 if secure else 143), purpose="mailbox", seconds=seconds
    )
    try:
        connection.settimeout(min(30, seconds))
        if secure:
            connection = context.wrap_socket(connection, server_hostname=host)
        client = _Imap(connection, host, seconds)
        if not secure:
            client.starttls(context)
        _log_in(client, unquote(parts.username or ""), password, host)
        folder = _Folder(client, unquote(parts.path.lstrip("/")) or "INBOX", host, read)
        found = folder.letters(since, validity, most)
        client.logout()
        return found
    except (imaplib.IMAP4.error, OSError, EOFError, ValueError) as error:
        raise NotReady(
            f"the mailbox cannot be asked ({one_line(str(error) or type(error).__name__, 150)})",
            file=host,
            next_step="check its address and folder, and that the server speaks IMAP with TLS",
        ) from None
    finally:
        connection.close()


def _log_in(client: _Imap, user: str, password: str, host: str) -> None:
    try:
        client.login(user, password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise NotAllowed(
            f"the server refuses the user {user!r} or the password",
            file=host,
            next_step="check both; many servers want a password made for one program",
        ) from None


@dataclass(frozen=True)
class _Folder:
    """A folder of a mailbox that is open, and what reads its letters."""

    client: _Imap
    name: str
    host: str
    read: Callable[[bytes], Found]

    def letters(self, since: int, validity: int, most: int) -> Mailbox:
        """The letters with a UID over `since`, `most` at a time."""
        status, _ = self.client.select(_quoted(self.name), readonly=True)
        if status != "OK":
            raise imaplib.IMAP4.error(f"no folder {self.name!r}")
        now = _number(self.client.response("UIDVALIDITY")[1])
        since = since if now == validity else 0
        _, found = self.client.uid("SEARCH", f"UID {since + 1}:*")
        # "n:*" always names the last letter, also where that is older
        numbers = sorted(uid for uid in map(int, b" ".join(filter(None, found)).split()) if uid > since)
        letters, notes = [], []
        for uid in numbers[:most]:
            try:
                letters.append(self.read(_letter_bytes(self.client, uid)))
            except BadInput as error:
                if isinstance(error, ParseFailed) and error.kind == "stopped":
                    raise  # it is met again
                place = f"{self.host}/{self.name} UID {uid}"
                notes.append(Note(error.message, place, error.next_step or ""))
        return Mailbox(tuple(letters), tuple(notes), (numbers[:most] or [since])[-1], now)


def _letter_bytes(client: _Imap, uid: int) -> bytes:
    _, told = client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", told[0] if told and isinstance(told[0], bytes) else b"")
    if size and int(size[1]) > LETTER_LIMIT:
        raise TooLarge(
            f"{int(size[1]):,} bytes is over the limit of {LETTER_LIMIT:,}", next_step="save it by hand"
        )
    _, told = client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    for piece in told:
        if isinstance(piece, tuple):
            return bytes(piece[1])
    raise Unreadable("the server does not hand it out", next_step="look whether it is still there")


def _number(told: list[Any]) -> int:
    return int(told[0]) if told and told[0] and bytes(told[0]).isdigit() else 0


def _quoted(name: str) -> str:
    """A folder's name as IMAP writes it: quoted, letters outside ASCII in its own form of UTF-7 (RFC 3501, 5.1.3)."""

    def coded(match: re.Match[str]) -> str:
        run = base64.b64encode(match[0].encode("utf-16-be")).decode("ascii")
        return f"&{run.rstrip('=').replace('/', ',')}-"

    name = re.sub(r"[^\x20-\x7e]+", coded, name.replace("&", "&-"))
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
