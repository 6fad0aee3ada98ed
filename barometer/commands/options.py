"""What several commands ask in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

FILES = click.Path(path_type=Path)
LANGUAGES = click.Choice(["en", "ru", "kk"])
FORMATS = click.Choice(["md", "html", "docx", "pdf", "email", "csv"])

#: Whether what is brought in was coded by a person.
STATE = click.option(
    "--as",
    "state",
    type=click.Choice(["proposed", "published"]),
    default="proposed",
    show_default=True,
    help="`published` is for coding that a person did.",
)


def a_day(text: str | None) -> str | None:
    """A day as it is written in files; refused otherwise."""
    from datetime import date

    from barometer.errors import UnknownValue

    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UnknownValue(f"{text!r} is no day", next_step="write it like 2026-03-14") from None


def identities_of(keys: Sequence[Path]) -> list[str]:
    """The private keys in those files; a passphrase is asked for where one has it."""
    from barometer.tips import read_identities

    def ask() -> str:
        return str(click.prompt("Passphrase", hide_input=True))

    return [identity for key in keys for identity in read_identities(key, ask=ask)]
