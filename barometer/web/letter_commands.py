"""What `barometer letter …` does: list, begin, show and import joint letters; remind those who have not answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from barometer.errors import NotReady, UnknownValue, counted
from barometer.web.entry import ledger_door, migrate

if TYPE_CHECKING:
    from barometer.web.records.letters import Letter

Tell = Callable[[str], None]


@ledger_door
def listed() -> list[str]:
    """All letters, a line each, the newest first."""
    from barometer.web.records.letters import Letter

    migrate()
    return [f"{row.public_id}  {_state(row)}  {row}" for row in Letter.objects.order_by("-pk")]


def _state(letter: Letter) -> str:
    from django.utils import timezone

    if letter.sent_at:
        return f"sent {timezone.localdate(letter.sent_at)}"
    last = letter.versions.last()
    return f"version {last.number}" if last else "draft"


@ledger_door
def begin(slugs: Sequence[str], *, template: str, languages: Sequence[str], by: str) -> str:
    """Begin a letter from cases; its id. UnknownValue for a case that is none."""
    from barometer.web.actions import letters
    from barometer.web.records.models import Case

    migrate()
    cases = {case.slug: case for case in Case.objects.filter(slug__in=slugs)}
    for slug in slugs:
        if slug not in cases:
            raise UnknownValue(f"there is no case {slug[:60]!r}", next_step="take the name from its address")
    letter = letters.begin(
        cases=[cases[slug] for slug in slugs], template=template, languages=languages, by=by
    )
    return str(letter.public_id)


@ledger_door
def show(public_id: str, *, language: str, format_: str, out: Path | None) -> bytes:
    """The letter in a language and a format, as it may leave the house; written to `out` if given.

    NotReady where somebody in it has not agreed, or it does not speak the language.
    """
    from barometer.web.actions import letters
    from barometer.web.actions.letters_files import letter_file

    migrate()
    data = letter_file(letters.letter_of(public_id), language, format_)
    if out:
        if out.suffix.lower() != f".{format_}":
            raise UnknownValue(
                f"a file of {format_} does not end so", file=out, next_step=f"name it NAME.{format_}"
            )
        try:
            out.write_bytes(data)
        except OSError as error:
            raise NotReady(f"it cannot be written ({error.strerror})", file=out) from None
    return data


@ledger_door
def take(path: Path, *, as_published: bool, by: str) -> list[str]:
    """Import a coded letter; what became of it, in lines."""
    from barometer.web.actions.letters_import import import_letter

    migrate()
    brought = import_letter(path, as_published=as_published, by=by)
    letter = brought.letter
    counts = (
        counted(letter.signatories.count(), "signatory", "signatories"),
        counted(letter.demands.count(), "demand"),
        counted(letter.people.count(), "case of concern", "cases of concern"),
    )
    new = "a new letter" if brought.is_new else "known already, left as the desk has it"
    return [*brought.events.lines(), f"{letter.public_id}: {new}; {', '.join(counts)}"]


@ledger_door
def remind(*, by: str, dry_run: bool, tell: Tell) -> None:
    """Mail those who were asked and have not answered, where the deadline is near."""
    from barometer.web.actions import letters_signing
    from barometer.web.records.letters import Letter

    migrate()
    for letter in Letter.objects.filter(frozen_at=None, deadline__isnull=False).order_by("pk"):
        due = letters_signing.to_remind(letter)
        if dry_run:
            tell(f"{letter.public_id}: {counted(len(due), 'reminder')} to send")
            continue
        sent, unsent = letters_signing.remind(due, by=by)
        tell(f"{letter.public_id}: {counted(sent, 'reminder')} sent, {unsent} could not be")
