"""Tips: taken in sealed, asked about, released as leads, deleted by rule; and the public keys that they are sealed to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone

from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.sources.found import Note
from barometer.sources.mail import Mailbox
from barometer.tips import (
    File,
    Message,
    Receipt,
    ReceiptKeys,
    check_recipient,
    draw,
    keys_of,
    open_sealed,
    seal,
)
from barometer.tips.letters import message_of
from barometer.tips.opening import bundle as bundled
from barometer.web.actions.audit import note_act
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.intake.models import Tip, TipMailbox, TipMessage, TipRecipient, TipRelease
from barometer.web.intake.rules import MOST_MESSAGES, rules
from barometer.web.records.gathering import Lead

MACHINE = "barometer tips sweep"
LONGEST_QUESTION, LONGEST_RELEASE = 5_000, 50_000
#: What the custodian may say of a tip by hand; the other states follow from what is done.
MARKS = (Tip.State.READ, Tip.State.CLOSED, Tip.State.SPAM)
#: A tip that nobody of the desk has seen is not deleted, however old.
UNSEEN = (Tip.State.NEW, Tip.State.ANSWERED)


# --- the desk's public keys -------------------------------------------------------------------------------------------


def recipients() -> list[str]:
    """The public keys that are sealed to now."""
    return list(TipRecipient.objects.filter(retired_on=None).values_list("public_key", flat=True))


@transaction.atomic
def add_recipient(key: str, *, label: str, by: str, user: Any = None) -> TipRecipient:
    """Seal to a further key from now on. NotReady for one that is known, retired ones too."""
    key = check_recipient(key)
    if TipRecipient.objects.filter(public_key=key).exists():
        raise NotReady("this key is known", next_step="see barometer tips recipients list")
    if not label.strip():
        raise NotAllowed("a key needs a label", next_step="say whose it is, or where it lies: --label TEXT")
    row = TipRecipient.objects.create(public_key=key, label=label.strip(), added_on=timezone.localdate())
    note_act("tip key added", by=by, user=user, about=key, detail=label)
    return row


@transaction.atomic
def retire_recipient(key: str, *, by: str, user: Any = None) -> TipRecipient:
    """Seal to a key no more; what was sealed to it before stays so. NotReady for the last one."""
    row = TipRecipient.objects.filter(public_key=key.strip(), retired_on=None).first()
    if row is None:
        raise UnknownValue("this key is not in use", next_step="see barometer tips recipients list")
    if TipRecipient.objects.filter(retired_on=None).count() == 1:
        raise NotReady("it is the last key: no tip could come in", next_step="add another one first")
    row.retired_on = timezone.localdate()
    row.save()
    note_act("tip key retired", by=by, user=user, about=row.public_key)
    return row


# --- what a source does: nothing of this is logged --------------------------------------------------------------------


def receive(fields: Mapping[str, str], files: tuple[File, ...] = (), *, spam: bool = False) -> Receipt:
    """Seal a tip and keep it; the receipt is known to whoever gets it, and to nobody else."""
    receipt = draw()
    keys = keys_of(receipt)
    state = Tip.State.SPAM if spam else Tip.State.NEW
    _keep_new(
        Message("tip", timezone.localdate(), fields, files),
        Tip(lookup=keys.lookup, receipt_key=keys.recipient, state=state),
    )
    return receipt


def receive_mail(message: Message) -> Tip:
    """Seal a letter and keep it, as a tip that is not anonymous and has no receipt."""
    return _keep_new(message, Tip(channel=Tip.Channel.MAIL))


def fetch_mail(address: str, fetch: Callable[[int, int], Mailbox]) -> Iterator[Tip | Note]:
    """Seal what came to a mailbox since it was last read: each tip, and what could not be read.

    `fetch` gives the letters after a UID under a UIDVALIDITY, some at a time. A letter is sealed before the mark moves
    on: one that was being sealed in a crash comes twice, none is lost.
    """
    row, _ = TipMailbox.objects.get_or_create(key=hashlib.sha256(address.encode()).hexdigest())
    while True:
        box = fetch(row.last, row.validity)
        for letter in box.letters:
            yield receive_mail(message_of(letter, day=timezone.localdate()))
        yield from box.notes
        row.last, row.validity = box.last, box.validity
        row.save()
        if not box.letters and not box.notes:
            return


def find(keys: ReceiptKeys) -> Tip | None:
    """The tip that a receipt leads to."""
    return Tip.objects.filter(lookup=keys.lookup).first()


@dataclass(frozen=True)
class Said:
    """A message as the source may see it again: its week and, of the desk's questions, the words."""

    week: date
    from_desk: bool
    text: str = ""


def said_to(tip: Tip, keys: ReceiptKeys) -> list[Said]:
    """What went to and fro, the questions opened in memory with the receipt's key."""
    rows = tip.messages.values_list("week", "from_desk", "number")
    return [
        Said(week, from_desk, _question(tip, number, keys) if from_desk else "")
        for week, from_desk, number in rows
    ]


def _question(tip: Tip, number: int, keys: ReceiptKeys) -> str:
    sealed = tip.messages.get(number=number).sealed
    return open_sealed(bytes(sealed), [keys.identity]).fields["text"]


def answer(tip: Tip, text: str, files: tuple[File, ...] = ()) -> None:
    """Seal what a source adds to its tip. NotReady where there is no more room."""
    sealed = seal(Message("answer", timezone.localdate(), {"text": text}, files), recipients())
    with transaction.atomic():
        one_at_a_time(Lock.TIPS)
        _refuse_full(len(sealed))
        _add(tip, sealed)
        if tip.state != Tip.State.SPAM:
            tip.state = Tip.State.ANSWERED
        _moved(tip)


def withdraw(tip: Tip) -> None:
    """Delete a tip because its source wants it; what was released stays released."""
    _delete([tip.pk])


# --- what the desk does: all of it is logged --------------------------------------------------------------------------


@transaction.atomic
def ask(tip: Tip, text: str, *, by: str, user: Any = None) -> None:
    """Seal a question to the receipt's key, and to the desk's, so that the desk can read it again."""
    if tip.channel == Tip.Channel.MAIL:
        raise NotReady(
            "this tip came by e-mail", next_step="answer by e-mail, from another machine than this"
        )
    text = text.strip()
    if not text or len(text) > LONGEST_QUESTION:
        raise NotReady(f"a question has 1 to {LONGEST_QUESTION:,} letters", next_step="write it anew")
    message = Message("question", timezone.localdate(), {"text": text})
    sealed = seal(message, [tip.receipt_key, *recipients()])
    one_at_a_time(Lock.TIPS)
    _add(tip, sealed, from_desk=True)
    tip.state = Tip.State.ASKED
    _moved(tip)
    note_act("tip asked", by=by, user=user, about=tip.public_id)


@transaction.atomic
def mark(tip: Tip, state: str, *, by: str, user: Any = None) -> None:
    """Say how far a tip is: read, closed, spam."""
    if state not in MARKS:
        raise UnknownValue(
            f"{state[:40]!r} is no state that is set by hand", next_step=f"one of {', '.join(MARKS)}"
        )
    tip.state = state
    _moved(tip)
    note_act(f"tip marked {state}", by=by, user=user, about=tip.public_id)


@transaction.atomic
def hand_out(tip: Tip, *, by: str, user: Any = None) -> bytes:
    """The sealed messages of a tip as one file, to be opened away from the server."""
    rows = tip.messages.values_list("number", "from_desk", "sealed")
    whole = bundled(tip.public_id, [(number, from_desk, bytes(sealed)) for number, from_desk, sealed in rows])
    if tip.state in UNSEEN:
        tip.state = Tip.State.READ
        _moved(tip)
    note_act("tip handed out", by=by, user=user, about=tip.public_id)
    return whole


@transaction.atomic
def release(tip: Tip, text: str, *, by: str, user: Any = None) -> Lead:
    """Make a lead of the words that the custodian lets go, and of nothing else.

    They stand in the lead's note, which is a protected field, and nowhere else but in the release: no document, no
    title from them, nothing that the reader proposes, no evidence.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_RELEASE:
        raise NotReady(f"a release has 1 to {LONGEST_RELEASE:,} letters", next_step="write what may be known")
    lead = Lead(
        origin=Lead.Origin.TIP,
        title="A tip: words released by the custodian",
        note=text,
        given_by="custodian of tips",
    )
    lead.save()
    record_revision(lead, "release", by="custodian of tips")
    TipRelease.objects.create(tip=tip, lead=lead, text=text, by=by)
    tip.state = Tip.State.RELEASED
    _moved(tip)
    note_act("tip released", by=by, user=user, about=tip.public_id, detail=f"lead {lead.public_id}")
    return lead


@transaction.atomic
def replace(public_id: str, number: int, sealed: bytes, *, by: str) -> None:
    """Put a message in the place of one that was sealed to other keys; see `barometer tips reseal`."""
    found = TipMessage.objects.filter(tip__public_id=public_id, number=number, from_desk=False)
    if not sealed.startswith(b"age-encryption.org/v1"):
        raise UnknownValue("it is no sealed message", next_step="name a bundle that reseal wrote")
    _erase_well()
    if not found.update(sealed=sealed, size=len(sealed)):
        raise UnknownValue(
            f"there is no message {number} of a tip {public_id[:40]!r}", next_step="it may have been deleted"
        )
    note_act("tip sealed anew", by=by, about=public_id, detail=str(number))


# --- deletion ---------------------------------------------------------------------------------------------------------


def sweep(*, now: datetime | None = None) -> int:
    """Delete the tips whose time is over, spam sooner; none that the desk has not seen. How many."""
    today = timezone.localdate(now)
    said = rules()
    old = Tip.objects.filter(moved__lt=today - timedelta(days=said.days)).exclude(state__in=UNSEEN)
    spam = Tip.objects.filter(state=Tip.State.SPAM, moved__lt=today - timedelta(days=said.spam_days))
    keys = set(old.values_list("pk", flat=True)) | set(spam.values_list("pk", flat=True))
    if keys:
        _delete(sorted(keys))
        note_act("tips deleted by rule", by=MACHINE, detail=str(len(keys)))
    return len(keys)


def unseen_and_old(*, now: datetime | None = None) -> int:
    """How many tips nobody has opened though their time is over."""
    before = timezone.localdate(now) - timedelta(days=rules().days)
    return Tip.objects.filter(moved__lt=before, state__in=UNSEEN).count()


def _delete(keys: list[int]) -> None:
    with transaction.atomic():
        _erase_well()
        Tip.objects.filter(pk__in=keys).delete()
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what was deleted goes from the WAL too


def _erase_well() -> None:
    """SQLite writes zeros over what it lets go; PostgreSQL's VACUUM frees the room, and later rows write over it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


# --- rows -------------------------------------------------------------------------------------------------------------


def _keep_new(message: Message, tip: Tip) -> Tip:
    sealed = seal(message, recipients())
    tip.week = tip.moved = _week()
    with transaction.atomic():
        one_at_a_time(Lock.TIPS)
        _refuse_full(len(sealed))
        tip.save()
        _add(tip, sealed)
    return tip


def _add(tip: Tip, sealed: bytes, *, from_desk: bool = False) -> None:
    had = tip.messages.aggregate(last=Max("number"), many=Count("pk"))
    if had["many"] >= MOST_MESSAGES:
        raise NotReady("this tip has no room for more", next_step="send a new one, and say that it goes on")
    TipMessage.objects.create(
        tip=tip, number=(had["last"] or 0) + 1, from_desk=from_desk, week=_week(), sealed=sealed, size=len(sealed)
    )  # fmt: skip


def _moved(tip: Tip) -> None:
    tip.moved = _week()
    tip.save(update_fields=["state", "moved"])


def _refuse_full(size: int) -> None:
    taken = TipMessage.objects.aggregate(all=Sum("size"))["all"] or 0
    if taken + size > rules().space:
        raise NotReady(
            "there is no room for more tips", next_step="delete spam, or raise BAROMETER_TIP_SPACE"
        )


def _week() -> date:
    """The Monday of this week: so coarse are the times of tips."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday())
