"""What `barometer redact …` and `barometer subject-access` do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometer.errors import NotAllowed, NotReady, counted
from barometer.web.entry import ledger_door, migrate, write_new

if TYPE_CHECKING:
    from barometer.web.actions.redacting import Plan

Tell = Callable[[str], None]
ALL, NONE = "all", "none"


@ledger_door
def redact_person(
    party: str,
    *,
    also: Sequence[str],
    spare: Sequence[str],
    maybe: bool,
    evidence: str,
    dry_run: bool,
    tell: Tell,
    **why: str,
) -> None:
    """Show what erasing a person changes; without `dry_run` do it."""
    from barometer.web.actions import redacting

    migrate()
    whom = redacting.person(party, also=also, spare=spare, maybe=maybe)
    plan = redacting.plan_person(whom)
    _show(plan, tell)
    if not dry_run:
        chosen = _chosen(plan, evidence)
        _done(redacting.redact_person(whom, redacting.Why(**why), evidence=chosen), tell)


@ledger_door
def redact_statement(record: str, *, evidence: str, dry_run: bool, tell: Tell, **why: str) -> None:
    """Show what erasing a statement changes; without `dry_run` do it."""
    from barometer.web.actions import redacting

    migrate()
    row = redacting.record_of(record)
    plan = redacting.plan_statement(row)
    _show(plan, tell)
    if not dry_run:
        chosen = _chosen(plan, evidence)
        _done(redacting.redact_statement(row, redacting.Why(**why), evidence=chosen), tell)


@ledger_door
def redact_evidence(name: str, *, dry_run: bool, tell: Tell, **why: str) -> None:
    """Destroy the key of an item and of what was taken together with it; with `dry_run` only name it."""
    from barometer.web.actions import redacting
    from barometer.web.actions.evidence import item_of

    migrate()
    item = item_of(name)
    tell(f"{item.public_id} {item}")
    if not dry_run:
        _done(redacting.redact_evidence(item, redacting.Why(**why)), tell)


@ledger_door
def redact_words(words: str, *, record: str, evidence: str, dry_run: bool, tell: Tell, **why: str) -> None:
    """Show where the words stand in a record; without `dry_run` erase them."""
    from barometer.web.actions import redacting

    migrate()
    row = redacting.record_of(record)
    plan = redacting.plan_words(words, row)
    _show(plan, tell)
    if not dry_run:
        chosen = _chosen(plan, evidence)
        _done(redacting.redact_words(words, row, redacting.Why(**why), evidence=chosen), tell)


@ledger_door
def subject_access(party: str, out: Path, *, by: str) -> Path:
    """Write everything that is held on a person into a ZIP; the file."""
    from barometer.web.actions import subject_access as actions

    migrate()
    return write_new(out, lambda: actions.export(party, by=by))


def _show(plan: Plan, tell: Tell) -> None:
    tell(plan.title)
    for form, sure, times, words in plan.forms:
        tell(f"  {'' if sure else 'perhaps: '}{form} ({counted(times, 'time')}): {words}")
    for place, rows in sorted(plan.places.items()):
        tell(f"{place}: {counted(rows, 'row')}")
    for held in plan.evidence:
        tell(f"evidence {held.item.public_id} {held.item.original_name}: {held.why}")


def _chosen(plan: Plan, said: str) -> list[str]:
    """The evidence whose keys go: what the person said of it, who has to say something where there is any."""
    if said == NONE or not plan.evidence:
        return []
    if said == ALL:
        return [held.item.public_id for held in plan.evidence]
    listed = [one for one in said.replace(",", " ").split() if one]
    if not listed:
        raise NotReady(
            f"{counted(len(plan.evidence), 'item')} of evidence have to do with it",
            next_step="say which keys are destroyed: --evidence all, none or the ids with commas between",
        )
    known = {held.item.public_id for held in plan.evidence}
    if strange := [one for one in listed if one not in known]:
        raise NotAllowed(
            f"{strange[0]!r} is not among the evidence listed", next_step="take an id from the list"
        )
    return listed


def _done(redaction: Any, tell: Tell) -> None:
    from barometer.web.records.gathering import Job

    tell(f"erased: redaction {redaction.public_id}, {counted(sum(redaction.places.values()), 'row')}")
    if Job.objects.filter(kind="scrub", done_at=None).exists():
        tell("The disk still has to be scrubbed, for others use the ledger: run barometer worker --once.")
