"""Versions of a letter, and the last of them sent: what is kept for good, and who is told of a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from barometer.errors import NotAllowed, NotReady
from barometer.publication.letter import LetterOut, content, digest
from barometer.publication.letter_versions import Change, changes, is_substantive
from barometer.web.actions.audit import note_act
from barometer.web.actions.letters import composed, refuse_sent, unready
from barometer.web.actions.letters_signing import signed_for
from barometer.web.actions.revisions import record_revision
from barometer.web.records.letters import Letter, LetterVersion, SignAct
from barometer.web.records.models import EvidenceItem


@dataclass(frozen=True)
class Proposal:
    """What a new version would change; the machine's word on whether those who signed are asked again."""

    changes: tuple[Change, ...]
    digest: str
    is_first: bool = False

    @property
    def substantive(self) -> bool:
        """Whether the machine would ask again."""
        return is_substantive(self.changes)

    def __bool__(self) -> bool:
        return self.is_first or bool(self.changes)


def contents(told: Mapping[str, LetterOut]) -> dict[str, dict[str, Any]]:
    """What the letter says by language, as a version keeps it."""
    return {language: content(said) for language, said in told.items()}


def proposal(letter: Letter) -> Proposal:
    """How the letter as it stands differs from its last version; false where it does not."""
    now = contents(composed(letter))
    last = letter.versions.last()
    if last is None:
        return Proposal((), digest(now), is_first=True)
    return Proposal(changes(last.content, now), digest(now))


@transaction.atomic
def keep_version(
    letter: Letter, *, by: str, user: Any = None, substantive: bool | None = None, note: str = ""
) -> LetterVersion:
    """Keep the letter as it stands as its next version; who signed is asked again, or told, by what an editor says.

    `substantive` is the machine's proposal where nobody says. NotReady where something is to be done first, or
    nothing changed; NotAllowed to call a substantive change a small one without a note for those who signed.
    """
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    refuse_sent(held)
    if todo := unready(held):
        raise NotReady(todo[0], next_step=gettext("do this first"))
    found = proposal(held)
    if not found:
        raise NotReady("nothing has changed since the last version", next_step="change the letter first")
    last = held.versions.last()
    wanted = found.is_first or (found.substantive if substantive is None else substantive)
    if found.substantive and not wanted and not note.strip():
        raise NotAllowed(
            "numbers, names, dates or demands have changed",
            next_step="ask those who signed again, or tell them in a note why that is not needed",
        )
    signed = [] if last is None else signed_for(held, last)
    version = LetterVersion.objects.create(
        letter=held, number=last.number + 1 if last else 1, digest=found.digest,
        content=contents(composed(held)), substantive=wanted, note=note.strip()[:2000], by=by, user=user,
    )  # fmt: skip
    record_revision(version, "create", by=by, user=user)
    act = SignAct.Act.AGAIN if wanted else SignAct.Act.NOTIFY
    for signatory in signed:
        SignAct.objects.create(signatory=signatory, act=act, version=version, by=by, user=user)
    return version


def not_sendable(letter: Letter) -> tuple[str, ...]:
    """What keeps the letter from being sent, in words."""
    found = list(unready(letter))
    last = letter.versions.last()
    if last is None:
        found.append(gettext("There is no version that anybody could have signed."))
    elif not found and proposal(letter):
        found.append(gettext("The letter has changed since its last version: keep a new one."))
    if last and not signed_for(letter, last):
        found.append(gettext("Nobody has signed the last version."))
    if letter.day is None:
        found.append(gettext("The letter bears no date."))
    return tuple(found)


@transaction.atomic
def send(
    letter: Letter,
    *,
    how: str,
    by: str,
    user: Any = None,
    at: datetime | None = None,
    proof: EvidenceItem | None = None,
) -> Letter:
    """Freeze the letter as its last version has it, and note when and how it was sent.

    NotReady while something is to be done; from then on no event of the ledger changes it.
    """
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    refuse_sent(held)
    if todo := not_sendable(held):
        raise NotReady(todo[0], next_step=gettext("do this first"))
    if not how.strip():
        raise NotAllowed("a letter is sent somehow", next_step="say how, such as: by e-mail to the office")
    now = timezone.now()
    if at and at > now:
        raise NotAllowed("it cannot have been sent at a time that lies ahead", next_step="mend the time")
    held.frozen_at, held.sent_at, held.sent_how, held.proof = now, at or now, how.strip()[:300], proof
    held.save()
    record_revision(held, "send", by=by, user=user)
    note_act("send letter", by=by, user=user, about=held.public_id)
    letter.refresh_from_db()
    return held
