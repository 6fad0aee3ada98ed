"""Correspondence that is handed in: kept as evidence, told to which request it belongs, read for what it may mean.

What cannot be read is refused before anything of it is kept. The reader proposes, a person makes the step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from barometer.countries import country
from barometer.deadlines.correspondence import READER, Letter, letter_of
from barometer.deadlines.replies import Reply, read_reply
from barometer.errors import BadInput, BarometerError, TooLarge
from barometer.evidence.uploads import media_type_of
from barometer.web.actions import outside
from barometer.web.actions.evidence import bytes_of, erased, keep_upload
from barometer.web.actions.requests import locked
from barometer.web.actions.revisions import record_revision
from barometer.web.public.words import COUNTRY
from barometer.web.records.models import EvidenceItem
from barometer.web.records.protected import digest
from barometer.web.records.requests import InformationRequest, RequestFile

LARGEST_FILE = 50 << 20
SECONDS, MEMORY = 60.0, 1 << 30
#: More of a letter is neither read for a proposal nor shown beside it.
LONGEST_SHOWN = 30_000
MOST_CANDIDATES = 12
#: How the evidence of requests came.
HOW = "request"
Role, Fate = RequestFile.Role, RequestFile.Fate


@dataclass(frozen=True)
class Likely:
    """A request to which letters may belong, and why: "answers", "number" or "subject"."""

    request: InformationRequest
    why: str

    @property
    def sure(self) -> bool:
        """Whether it goes there without being asked: it answers one of its letters, or bears its number."""
        return self.why in ("answers", "number")


# --- reading --------------------------------------------------------------------------------------------------


def letters_of(data: bytes, name: str) -> list[Letter]:
    """The letters in a file, read apart. Unreadable, TooLarge, ParseFailed where it is broken, locked or without words."""
    if len(data) > LARGEST_FILE:
        raise TooLarge(f"over {LARGEST_FILE >> 20} MB", file=name, next_step="hand it in in parts")
    file = (data, name[-200:], media_type_of(data), country(COUNTRY).timezone)
    return [letter_of(one) for one in outside.apart().run(READER, file, seconds=SECONDS, memory=MEMORY)]


def likely_requests(letters: Iterable[Letter]) -> list[Likely]:
    """Requests to which the letters may belong, the surest first."""
    found: dict[int, Likely] = {}
    for letter in letters:
        for request, why in _likely(letter):
            known = found.get(request.pk)
            if known is None or _SURENESS.index(why) < _SURENESS.index(known.why):
                found[request.pk] = Likely(request, why)
    return sorted(found.values(), key=lambda one: (_SURENESS.index(one.why), -one.request.pk))[
        :MOST_CANDIDATES
    ]


_SURENESS = ("answers", "number", "subject")


def _likely(letter: Letter) -> Iterable[tuple[InformationRequest, str]]:
    keys = [digest(one) for one in (letter.key, *letter.references) if one]
    rows = InformationRequest.objects.select_related("body")
    for row in rows.filter(files__message_digest__in=keys).distinct():
        yield row, "answers"
    words = f"{letter.subject}\n{letter.words}".casefold()
    for row in rows.exclude(number=""):
        if _bears(words, row.number.casefold()):
            yield row, "number"
    subject = letter.plain_subject
    if subject:
        for row in rows:
            if row.title.casefold() == subject:
                yield row, "subject"


def _bears(words: str, number: str) -> bool:
    """Whether the words name the number by itself, not as a part of a longer one."""
    if len(number) < 3 or not any(sign.isdigit() for sign in number):
        return False
    at = words.find(number)
    while at >= 0:
        before, after = words[at - 1 : at], words[at + len(number) : at + len(number) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = words.find(number, at + 1)
    return False


# --- keeping --------------------------------------------------------------------------------------------------


def keep_unread(data: bytes, name: str, *, by: str) -> EvidenceItem:
    """A file whose request is yet to be chosen, as evidence; read before, so that nothing broken is kept."""
    letters_of(data, name)
    return keep_upload(data, name, by=by, how=HOW).original


def unplaced() -> QuerySet[EvidenceItem]:
    """Files of `keep_unread` whose request nobody has chosen, the latest first."""
    rows = EvidenceItem.objects.filter(how=HOW, request_files=None).exclude(sha256__in=erased())
    return rows.order_by("-received_at", "-pk")


def likely_of_kept(item: EvidenceItem) -> list[Likely]:
    """Requests to which a file of `keep_unread` may belong."""
    return likely_requests(letters_of(bytes_of(item), item.original_name))


def why_words(why: str) -> str:
    """Why a request is likely."""
    return {
        "answers": gettext("it answers a letter of this request"),
        "number": gettext("it bears its number"),
        "subject": gettext("it bears its title"),
    }[why]


def take_kept(
    request: InformationRequest, item: EvidenceItem, *, by: str, user: Any = None
) -> list[RequestFile]:
    """The letters of a file that was kept by `keep_unread`, to the request that was chosen."""
    return take(request, bytes_of(item), item.original_name, by=by, user=user)


def take(
    request: InformationRequest,
    data: bytes,
    name: str,
    *,
    by: str,
    user: Any = None,
    day: date | None = None,
    ours: bool = False,
    unread: bool = False,
) -> list[RequestFile]:
    """Keep the letters of a file with the request, and have each that came in read; those that are new.

    `day` is that of a document that bears none; `ours` is what the desk itself sent; `unread` keeps a file whose words
    cannot be read (a scan, a locked file), without a proposal.
    """
    letters = _read(data, name, unread=unread)
    proposed = [None if _is_ours(request, one, ours) else _proposal(request, one) for one in letters]
    with transaction.atomic():
        row, made = locked(request), []
        whole = len(letters) == 1 and letters[0].data == data
        if not whole:
            made += _file(row, data, name, Role.ATTACHMENT, day=None, by=by)
        for number, (letter, said) in enumerate(zip(letters, proposed, strict=True), 1):
            named = name if whole else f"{name} {number}.eml"
            role = Role.REPLY if said is not None else Role.REQUEST
            made += _file(
                row, letter.data, named, role, day=letter.day or day, by=by, key=letter.key, read=said
            )
            for one in letter.enclosed:
                made += _file(row, one.data, one.name, Role.ATTACHMENT, day=letter.day or day, by=by)
        if not made:
            raise BadInput("this request has this file already", file=name, next_step="look at its files")
        for file in made:
            record_revision(file, "create", by=by, user=user)
        record_revision(row, "take in", by=by, user=user)
    return made


def _read(data: bytes, name: str, *, unread: bool) -> Sequence[Letter]:
    try:
        return letters_of(data, name)
    except TooLarge:
        raise
    except BarometerError:
        if not unread or not data.strip():
            raise
        return [Letter("", data)]


def _is_ours(request: InformationRequest, letter: Letter, ours: bool) -> bool:
    """What the desk sent: said so, or a message that is not younger than the request and answers no other."""
    if ours or letter.day is None or not letter.sender:
        return ours
    return letter.day < request.sent_on or (letter.day == request.sent_on and not letter.references)


def _proposal(request: InformationRequest, letter: Letter) -> dict[str, Any]:
    """What the reader says of a letter, as it is kept with its file: its words too, for marks are places in them."""
    text = letter.words[:LONGEST_SHOWN]
    return proposal_of(read_reply(text, request.questions)) | {"text": text} if text else {}


def proposal_of(reply: Reply) -> dict[str, Any]:
    """A reading as plain values; its day as text."""
    told = asdict(reply)
    return told | {"day": reply.day.isoformat() if reply.day else "", "kind": str(reply.kind)}


def _file(
    request: InformationRequest,
    data: bytes,
    name: str,
    role: str,
    *,
    day: date | None,
    by: str,
    key: str = "",
    read: dict[str, Any] | None = None,
) -> list[RequestFile]:
    """The row of a file, its bytes kept as evidence; none where the request has it already."""
    item = keep_upload(data, name, by=by, how=HOW).original
    row, created = RequestFile.objects.get_or_create(
        request=request,
        evidence=item,
        defaults={
            "role": role,
            "day": day,
            "message_digest": digest(key) if key else "",
            "read": read,
            "fate": Fate.WAITING if role == Role.REPLY else Fate.NONE,
            "by": by,
        },
    )
    return [row] if created else []
