"""What `barometer working`, `submission`, `custody` and `logframe` do: documents that the desk takes away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from barometer.errors import NotReady, UnknownValue
from barometer.web.entry import ledger_door, migrate


@ledger_door
def working_file(period: str, out: Path, *, language: str, by: str) -> None:
    """Write the working file of an issue."""
    from barometer.web.actions import wordback
    from barometer.web.records.models import Issue

    _ending(out, "docx")
    migrate()
    issue = Issue.objects.select_related("source").filter(period=period).first()
    if issue is None:
        raise UnknownValue(f"there is no issue {period[:20]!r}", next_step="name a quarter such as 2026Q1")
    _, data = wordback.make(issue, language, by=by, user=None)
    _write(out, data)


@ledger_door
def submission(
    case: str,
    mandate: str,
    out: Path,
    *,
    language: str,
    fields: Mapping[str, str],
    joint: bool,
    by: str,
) -> tuple[str, ...]:
    """Write a submission; what is still missing in it, in its language."""
    from barometer.web.actions import submitting

    _ending(out, "docx")
    migrate()
    made, data = submitting.make(
        submitting.case_of(case), mandate, language, given=fields, joint=joint, by=by
    )
    _write(out, data)
    return tuple(f"{one.label[language]}: {one.ask[language]}" for one in made.missing)


@ledger_door
def custody(day: str, out: Path, *, language: str, by: str) -> None:
    """Write the list of everybody deprived of liberty on a day."""
    from barometer.web.actions import sheets_out

    kind = _ending(out, "xlsx", "csv", "docx")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise UnknownValue(f"{day[:20]!r} is no day", next_step="write it like 2026-03-14") from None
    migrate()
    _write(out, sheets_out.custody_file(on, kind, language, by=by))


@ledger_door
def logframe(first: str, last: str, out: Path, *, language: str, by: str) -> None:
    """Write the log-frame of some quarters."""
    from barometer.web.actions import sheets_out

    _ending(out, "xlsx")
    migrate()
    _write(out, sheets_out.logframe_file(first, last, language, by=by))


def _ending(out: Path, *kinds: str) -> str:
    """What a file's name says that it is; UnknownValue for another kind."""
    kind = Path(out).suffix.lower().lstrip(".")
    if kind not in kinds:
        raise UnknownValue(
            f"it is written as {' or '.join('.' + one for one in kinds)}",
            file=out,
            next_step="name the file with one of them",
        )
    return kind


def _write(out: Path, data: bytes) -> None:
    try:
        Path(out).write_bytes(data)
    except OSError as error:
        raise NotReady(
            f"it cannot be written: {error.strerror}", file=out, next_step="name another file: --out FILE"
        ) from None
