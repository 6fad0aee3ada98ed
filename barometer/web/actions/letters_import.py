"""A coded open letter comes into the ledger: its events as any import's, and the letter itself beside them.

It stays a draft until somebody says that it was sent: its people are asked for like those of any other. The words
that its text prints are taken from the text where that lies beside the coded file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from barometer.codebook.check import load
from barometer.codebook.values import CodedLetter, LetterCase
from barometer.errors import WrongShape
from barometer.publication.letter import digest, letter_words
from barometer.sources import Letter as Printed
from barometer.sources import read_document_file
from barometer.web.actions.importing import MACHINE, ImportReport, import_files
from barometer.web.actions.incoming import published_day, text_beside
from barometer.web.actions.letters import add_demand, add_person, composed, write
from barometer.web.actions.letters_signing import record
from barometer.web.actions.letters_versions import contents
from barometer.web.actions.revisions import record_revision
from barometer.web.records.letters import Letter, LetterVersion, SignAct
from barometer.web.records.models import Case, Event, Party, Source


@dataclass(frozen=True)
class Brought:
    """What became of a coded letter: the report on its events, the letter, and whether it is new."""

    events: ImportReport
    letter: Letter
    is_new: bool


def import_letter(
    path: Path, *, as_published: bool = False, by: str | None = None, user: Any = None
) -> Brought:
    """Take a coded letter in; a letter whose source is known is left as the desk has it. WrongShape for other files."""
    coded = load(path)
    if not isinstance(coded, CodedLetter):
        raise WrongShape(
            "this is no coded letter", file=path, next_step="import a bulletin with: barometer import"
        )
    with transaction.atomic():
        report = import_files([path], as_published=as_published, by=by)
        source = Source.objects.get(name=coded.source)
        known = Letter.objects.filter(source=source).first()
        if known:
            return Brought(report, known, False)
        letter = _letter(coded, source, _printed(path, coded), by=(by or "").strip() or MACHINE, user=user)
    return Brought(report, letter, True)


def _printed(path: Path, coded: CodedLetter) -> Printed | None:
    """The text beside the coded file, read as a letter."""
    text = text_beside(path, coded.source)
    document = read_document_file(text) if text else None
    return document if isinstance(document, Printed) else None


def _letter(coded: CodedLetter, source: Source, printed: Printed | None, *, by: str, user: Any) -> Letter:
    language = source.language or (printed.language if printed else "") or "en"
    letter = Letter.objects.create(
        source=source, source_language=language, languages=[language], day=published_day(coded),
        sent_via=(coded.sent_via or "")[:200], provisions=list(coded.legal_provisions),
    )  # fmt: skip
    record_revision(letter, "create", by=by, reason="imported", user=user)
    for part, text in _words(coded, printed, language).items():
        if text.strip():
            write(letter, part, language, text, by=by, user=user)
    for text in coded.demands:
        add_demand(letter, {language: text}, by=by, user=user)
    for number, case in enumerate(coded.cases, 1):
        if found := _person(source, case, number, coded):
            add_person(letter, *found, by=by, user=user, historical=True)
    _sign(letter, coded.signatories, source, by=by, user=user)
    return letter


def _words(coded: CodedLetter, printed: Printed | None, language: str) -> dict[str, str]:
    """The letter's own words by part: what stands before its cases, behind them, and the last paragraph of all."""
    body = printed.body if printed else ()
    headed = [place for place, passage in enumerate(body) if passage.heading]
    before = [one.text for one in body[: headed[0] if headed else len(body)] if _is_prose(one.text)]
    behind = [one.text for one in body[headed[-1] + 1 :]] if headed else []
    unnamed = [
        event.summary_in("en") or "" for case in coded.cases if not case.person for event in case.events
    ]
    return {
        "title": letter_words(language)["open_letter"].format(day=coded.date or "").strip(),
        "addressees": "\n\n".join(f"{one.name}\n{one.role or ''}".strip() for one in coded.addressees),
        "undersigned": before[0] if before else "",
        "concern": "\n\n".join(before[1:]),
        "wider": "\n\n".join(behind[:-1] or (unnamed if not printed else [])),
        "closing": behind[-1] if behind else "",
    }


def _is_prose(text: str) -> bool:
    """A line that only leads over to the demands or the cases is printed by every letter of its own accord."""
    return not text.rstrip().endswith(":")


def _person(source: Source, case: LetterCase, number: int, coded: CodedLetter) -> tuple[Case, Party] | None:
    """The case in which the ledger has the entry's events, and the party that the letter calls so."""
    slugs = [one.slug for one in coded.cases]
    key = case.slug if case.slug and slugs.count(case.slug) == 1 else f"case-{number}"
    events = list(Event.objects.filter(item__source=source, item__entry_key=key).select_related("case"))
    cases = Counter(event.case for event in events if event.case)
    party = Party.objects.filter(name=case.person or "", mentions__event__in=events).order_by("pk").first()
    if not cases or party is None:
        return None
    return cases.most_common(1)[0][0], party


def _sign(letter: Letter, names: Sequence[str], source: Source, *, by: str, user: Any) -> None:
    """Who signed the document signed the letter's first version, and the document proves it."""
    now = contents(composed(letter))
    version = LetterVersion.objects.create(
        letter=letter, number=1, digest=digest(now), content=now, substantive=True, note="imported", by=by,
        user=user,
    )  # fmt: skip
    record_revision(version, "create", by=by, user=user)
    proof = source.documents.order_by("-sourcedocument__role").first()
    for name in names:
        record(letter, name, SignAct.Act.SIGN, proof, by=by, user=user)
