"""What `barometer tips recipients`, `mail`, `fetch`, `replace` and `sweep` do: those that need the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from barometer.errors import BarometerError, TooLarge, UnknownValue, Unreadable, counted
from barometer.web.entry import ledger_door, migrate

Tell = Callable[[str], None]
#: Its password's name in the file of BAROMETER_MAILBOX_PASSWORDS.
MAILBOX = "tips"


@ledger_door
def add(key: str, *, label: str, by: str) -> str:
    """Seal to a further key; the key."""
    from barometer.web.actions import tips

    migrate()
    return tips.add_recipient(key, label=label, by=by).public_key


@ledger_door
def retire(key: str, *, by: str) -> str:
    """Seal to a key no more; the key."""
    from barometer.web.actions import tips

    migrate()
    return tips.retire_recipient(key, by=by).public_key


@ledger_door
def listed() -> list[str]:
    """All keys, a line each."""
    from barometer.web.intake.models import TipRecipient

    migrate()
    return [
        f"{row.public_key}  {row.label}, since {row.added_on}"
        + (f", retired {row.retired_on}" if row.retired_on else "")
        for row in TipRecipient.objects.all()
    ]


@ledger_door
def mail(paths: Sequence[Path], *, remove: bool, tell: Tell) -> bool:
    """Seal letters (.eml, mbox) as tips that are not anonymous; whether all could be read.

    A file of which every letter was sealed is deleted with `remove`.
    """
    from barometer.fetching import Apart
    from barometer.sources.parsers import Parsers

    migrate()
    whole = True
    with Apart(calls=1) as apart:
        for path in paths:
            try:
                done = _sealed(path, Parsers(apart), tell)
            except BarometerError as error:
                tell(str(error) if error.file else f"{path}: {error}")
                done = False
            if done and remove:
                path.unlink()
            elif done:
                tell(f"{path}: it still lies here in clear: delete it, and in the mailbox too")
            whole = whole and done
    return whole


def _sealed(path: Path, parsers: object, tell: Tell) -> bool:
    """Seal every letter of a file; whether there was none that cannot be read."""
    from django.utils import timezone

    from barometer.sources.mail import LETTER_LIMIT, MBOX_LIMIT
    from barometer.tips.letters import message_of
    from barometer.web.actions import tips

    try:
        with path.open("rb") as stream:
            data = stream.read(LETTER_LIMIT * 4 + 1)
    except OSError as error:
        raise Unreadable(
            f"it cannot be read ({error.strerror})", file=path, next_step="check the name"
        ) from None
    if len(data) > min(LETTER_LIMIT * 4, MBOX_LIMIT):
        raise TooLarge("over 200 MB", file=path, next_step="export it in parts")
    if data.startswith(b"From "):
        box = parsers.mbox(data, path.name)
        letters, notes = box.letters, box.notes
    else:
        letters, notes = (parsers.letter(data),), ()
    for letter in letters:
        row = tips.receive_mail(message_of(letter, day=timezone.localdate()))
        tell(f"{path}: sealed as {row.public_id}, not anonymous")
    for note in notes:
        tell(str(note))
    return not notes


@ledger_door
def fetch(address: str, *, proxy: str, ask: Callable[[], str], tell: Tell) -> bool:
    """Seal what came to a mailbox since it was last read; whether all could be read. Nothing is marked as read there."""
    from barometer.fetching import Apart
    from barometer.sources.mail import fetch_imap
    from barometer.sources.parsers import Parsers
    from barometer.web.actions import outside, tips
    from barometer.web.intake.models import Tip

    parts = urlsplit(address)
    if parts.scheme not in ("imaps", "imap") or not parts.hostname or not parts.username:
        raise UnknownValue("it is no mailbox", next_step="write imaps://user@host/FOLDER")
    password = outside.mailbox_password(MAILBOX) or ask()
    migrate()
    whole = True
    with Apart(calls=1) as apart:
        found = tips.fetch_mail(
            address,
            lambda since, validity: fetch_imap(
                outside.door(), address, password, since=since, validity=validity, most=20,
                proxy=proxy or None, read=Parsers(apart).letter,
            ),
        )  # fmt: skip
        for each in found:
            is_tip = isinstance(each, Tip)
            tell(f"sealed as {each.public_id}, not anonymous" if is_tip else str(each))
            whole = whole and is_tip
    return whole


@ledger_door
def replace(paths: Sequence[Path], *, by: str, tell: Tell) -> None:
    """Put messages that were sealed anew in the place of the old ones."""
    from django.db import transaction

    from barometer.tips.opening import number_of, read_bundle
    from barometer.web.actions import tips

    migrate()
    for path in paths:
        with transaction.atomic():
            found = read_bundle(path)
            for name, sealed in found:
                tips.replace(*number_of(name), sealed, by=by)
        tell(f"{path}: {counted(len(found), 'message')} replaced")


@ledger_door
def sweep() -> tuple[int, int]:
    """Delete by rule; how many, and how many are past their time that nobody opened."""
    from barometer.web.actions import tips

    migrate()
    return tips.sweep(), tips.unseen_and_old()
