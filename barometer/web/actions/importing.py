"""An import: files into the ledger, in one transaction, as proposals unless a person answers for the coding."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from barometer.cases.matching import Likely
from barometer.codebook.book import LANGUAGES
from barometer.codebook.values import Event
from barometer.errors import BadInput, NotAllowed, WrongShape, counted
from barometer.review import HELD, PUBLIC, may_become
from barometer.web.actions import casing, matching, retelling
from barometer.web.actions.evidence import note_evidence, store
from barometer.web.actions.incoming import Copy, IncomingEntry, IncomingSource, read_incoming
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.publishing import publish
from barometer.web.actions.revisions import record_revision, shaped_by_people
from barometer.web.records import mapping
from barometer.web.records import models as ledger
from barometer.web.records.likely import LookedUp, likely_cases_of_events
from barometer.web.records.naming import refresh_blocks
from barometer.web.records.retellings import likely_retellings_of, outdated

MACHINE = "barometer import"
HISTORICALLY = "published historically"
MOST_NOTES = 12
_SMALL, _LARGE = 2**15 - 1, 2**31 - 1
#: what no key of an import ends in: those end in a number after "#", or in an id after "~"
_BESIDE = re.compile(r"\+\d+$")


@dataclass
class FileReport:
    """What one source brought: counts of this import, not of the ledger."""

    file: str
    source: str
    entries: int = 0
    events: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    moved: int = 0
    published: int = 0
    held: int = 0
    unmatched: int = 0
    entries_new: int = 0
    entries_changed: int = 0
    cases: int = 0
    people: int = 0
    outlets: int = 0
    work_items: int = 0
    copies: int = 0
    placed: int = 0
    asked: int = 0
    retold: int = 0
    revisions: int = 0
    notes: list[str] = field(default_factory=list)
    #: entry → what became of its event: new, changed, published, unchanged, held
    outcomes: dict[str, str] = field(default_factory=dict)

    @property
    def nothing_changed(self) -> bool:
        """Whether the ledger is exactly as it was."""
        return self.revisions == 0

    @property
    def brought_something(self) -> bool:
        """Whether an entry or an event came in, changed or was published: more than a copy or a work item."""
        return any((self.new, self.changed, self.published, self.entries_new, self.entries_changed))

    def lines(self) -> list[str]:
        """For the terminal."""
        head = f"{self.file}: {counted(self.entries, 'entry', 'entries')}, {counted(self.events, 'event')}"
        if self.nothing_changed:
            return [f"{head}: nothing changed", *self._beside()]
        lines = [f"{head}: {self.new} new, {self.changed} changed, {self.unchanged} unchanged"]
        if made := self._made():
            lines.append(f"  new in the ledger: {made}")
        if self.moved:
            lines.append(
                f"  {counted(self.moved, 'event stands', 'events stand')} in another place of the file"
            )
        if self.published:
            lines.append(f"  {counted(self.published, 'event')} published")
        if not (self.new or self.changed or self.published or self.entries_changed):
            lines.append("  no event changed")
        return lines + self._beside()

    def _made(self) -> str:
        made = {
            "entry": (self.entries_new, "entries"),
            "case": (self.cases, ""),
            "person": (self.people, "people"),
            "outlet": (self.outlets, ""),
            "work item": (self.work_items, ""),
        }
        return ", ".join(counted(number, one, many) for one, (number, many) in made.items() if number)

    def _beside(self) -> list[str]:
        lines = [f"  note: {note}" for note in self.notes]
        if self.placed:
            lines.append(
                f"  {counted(self.placed, 'event goes', 'events go')} on a case of the ledger: see Linking on the desk"
            )
        if self.asked:
            lines.append(
                f"  {counted(self.asked, 'event')} may go on a case of the ledger: asked on the desk"
            )
        if self.retold:
            tell = counted(self.retold, "event may tell", "events may tell")
            lines.append(
                f"  {tell} again what another tells: asked on the desk, counted as it stands until then"
            )
        if self.held:
            differ = counted(self.held, "event differs", "events differ")
            lines.append(f"  {differ} from what a person decided: left alone, on the work list")
        if self.unmatched:
            gone = counted(self.unmatched, "event of the ledger is", "events of the ledger are")
            lines.append(f"  {gone} not in the file: kept, on the work list")
        return lines


@dataclass
class ImportReport:
    """What an import did, or with `dry_run` would do."""

    dry_run: bool
    as_published: bool
    files: list[FileReport] = field(default_factory=list)

    @property
    def nothing_changed(self) -> bool:
        """Whether the ledger is exactly as it was."""
        return all(file.nothing_changed for file in self.files)

    def lines(self) -> list[str]:
        """For the terminal."""
        lines = [line for file in self.files for line in file.lines()]
        if self.nothing_changed:
            lines.append("Nothing changed.")
        elif self.dry_run:
            lines.append("Dry run: this is what would happen; nothing was changed.")
        elif not any(file.brought_something for file in self.files):
            lines.append("No entry and no event came in; the files are kept.")
        else:
            lines.append("Imported as published." if self.as_published else "Imported as proposed.")
        return lines


def import_files(
    paths: Sequence[Path], *, as_published: bool = False, by: str | None = None, dry_run: bool = False
) -> ImportReport:
    """Take files into the ledger: all of them or, on any error, none.

    NotAllowed for `as_published` without `by`, for `by` without it, and for what only a machine has read;
    BadInput and its kin for a file that cannot be taken.
    """
    by = (by or "").strip()
    _refuse_name(by, as_published)
    brought = read_incoming(paths)
    if as_published:
        _refuse_machine(brought)
    return import_sources(brought, as_published=as_published, by=by or MACHINE, dry_run=dry_run)


def import_sources(
    brought: Sequence[IncomingSource], *, as_published: bool, by: str, dry_run: bool = False, user: Any = None
) -> ImportReport:
    """Take what was read into the ledger, all of it or none; `by` answers for it where it is published."""
    report = ImportReport(dry_run, as_published)
    with transaction.atomic():
        one_at_a_time(Lock.IMPORT)
        for source in brought:
            report.files.append(_Import(source, as_published, by, user).run())
        if dry_run:
            transaction.set_rollback(True)
        else:
            # Last, so that a refused file leaves no bytes; before the commit, so that no row is without its bytes.
            for source in brought:
                for copy in source.copies:
                    _keep(copy)
    return report


def _refuse_name(by: str, as_published: bool) -> None:
    if as_published and not by:
        raise NotAllowed(
            "published coding needs the name of the person who answers for it", next_step="add --by NAME"
        )
    if by and not as_published:
        raise NotAllowed(
            "nobody answers for proposals, so that a name has no place there",
            next_step="add --as published if that person did the coding, or leave out --by",
        )
    if len(by) > 200 or not by.isprintable():
        raise NotAllowed(
            "this is no name of a person: over 200 letters, or unprintable", next_step="add --by NAME"
        )


def _refuse_machine(brought: Iterable[IncomingSource]) -> None:
    """What no coded file stands behind is never published."""
    for source in brought:
        if source.machine:
            name = source.file
            raise NotAllowed(
                "published is for coding that a person did, and this text has no coded file",
                file=name,
                next_step=f"barometer read {name} --out {name.parent}, correct "
                f"{name.with_suffix('.json').name}, then import both",
            )


def must_wait(state: str, as_published: bool) -> bool:
    """Whether a person's decision on a record of that state stands against an import."""
    if not as_published:
        return state in HELD
    return state not in PUBLIC and not may_become(state, "published")


def _keep(copy: Copy) -> None:
    if store().keep(copy.path if copy.data is None else copy.data) != copy.digest:
        raise BadInput("the file changed while it was imported", file=copy.path, next_step="import it again")


class _Import:
    """One source into the ledger; lives as long as its transaction."""

    def __init__(self, brought: IncomingSource, as_published: bool, by: str, user: Any = None) -> None:
        self.brought, self.as_published, self.by, self.user = brought, as_published, by, user
        self.pair = matching.pair_by_key if brought.by_key else matching.pair
        self.reason = HISTORICALLY if as_published else "proposed by import"
        self.report = FileReport(str(brought.file), brought.name, entries=len(brought.entries))
        self.report.events = sum(len(entry.events) for entry in brought.entries)
        self.report.notes += _told(brought.problems)
        self.parties: dict[tuple[str, str], ledger.Party] = {}
        self.cases: dict[str, ledger.Case] = {}
        self.likely: dict[str, Likely] = {}
        self.written: list[ledger.Event] = []
        self.shaped: set[str] = set()

    def run(self) -> FileReport:
        """Write everything; the report says what was written."""
        self.source = self._take_source()
        self._take_copies()
        self.issue = self._take_issue()
        self.rows = self._take_items()
        self._take_events()
        for text in self.brought.problems:
            self._work(ledger.WorkItem.Kind.UNPLACED, text)
        refresh_blocks(self.parties.values())
        self._propose_retellings()
        return self.report

    # --- the source, its copies, its issue ---

    def _take_source(self) -> ledger.Source:
        brought = self.brought
        values = {
            name: getattr(brought, name)
            for name in ("language", "quarter", "published", "title", "intro", "contact", "sections")
        }
        row = ledger.Source.objects.filter(name=brought.name).first()
        if row is None:
            row = ledger.Source(name=brought.name, **values)
            self._save(row, "create", "source")
            return row
        self._refuse_another(row)
        # What a file is silent on stays as it was.
        values = {name: value or getattr(row, name) for name, value in values.items()}
        if not self._is_held(row) and _assign(row, values):
            self._save(row, "change", "source")
        return row

    def _refuse_another(self, row: ledger.Source) -> None:
        """A source is known by its name: a file of another quarter under that name is another source.

        The same text with its quarter corrected is the same source.
        """
        new, known = self.brought.quarter, row.quarter
        copies = [copy.digest.sha256 for copy in self.brought.copies if copy.role == "text"]
        if not new or not known or new == known or row.documents.filter(sha256__in=copies).exists():
            return
        path = PurePath(row.name)
        other = f"{path.stem}-{new}{path.suffix}"
        coding = any(copy.role == "coding" for copy in self.brought.copies)
        raise BadInput(
            f"the ledger knows a source {row.name!r} of {known}, and this one is of {new}",
            file=self.brought.file,
            next_step=f"rename the file, for example to {other}"
            + (', and let "source" in the coded file say so' if coding else ""),
        )

    def _is_held(self, source: ledger.Source) -> bool:
        """A proposal does not change the words of a source that people published."""
        return not self.as_published and source.items.filter(state__in=HELD).exists()

    def _take_copies(self) -> None:
        for copy in self.brought.copies:
            item, created = note_evidence(
                copy.digest, name=copy.path.name, media_type=copy.media_type, how="import", by=self.by
            )
            _, added = ledger.SourceDocument.objects.get_or_create(
                source=self.source, evidence=item, role=copy.role
            )
            if added:
                self._revise(self.source, f"add {copy.role}", item.sha256)
            self.report.copies += created
            self.report.revisions += created

    def _take_issue(self) -> ledger.Issue | None:
        """The issue of the quarter if this source is the one that it is printed from, else None."""
        period = self.source.quarter
        for other in ledger.Issue.objects.filter(source=self.source).exclude(period=period):
            other.source = None
            self._save(other, "change", "quarter")
        if not period:
            return None
        issue = ledger.Issue.objects.filter(period=period).first()
        if issue is None:
            issue = ledger.Issue(period=period, source=self.source)
            self._save(issue, "create", "quarter")
        elif issue.frozen_at:
            self.report.notes.append(
                f"the issue of {issue.period} is frozen; these entries are kept beside it"
            )
            return None
        elif issue.source is None or self._supersedes(issue.source):
            for item in issue.items.filter(source__isnull=False):
                item.issue = None
                self._save(item, "change", "quarter")
            issue.source = self.source
            self._save(issue, "change", "quarter")
        if issue.source_id == self.source.pk:
            return issue
        self.report.notes.append(
            f"the issue of {issue.period} is printed from {issue.source.name}; these entries are kept beside it"
        )
        return None

    def _supersedes(self, other: ledger.Source) -> bool:
        """What a person coded takes the place of what only the machine has read."""
        return (
            self.as_published
            and other.pk != self.source.pk
            and not other.items.filter(state__in=HELD).exists()
        )

    # --- items ---

    def _take_items(self) -> list[ledger.Item]:
        """The row of every entry, in the order of the entries."""
        rows = list(self.source.items.all())
        fields = [
            self._item_fields(position, entry) for position, entry in enumerate(self.brought.entries, 1)
        ]
        new = [
            _known_entry(entry.key, values)
            for entry, values in zip(self.brought.entries, fields, strict=True)
        ]
        old = [_known_entry(row.entry_key, {name: getattr(row, name) for name in _ENTRY}) for row in rows]
        pairs = self.pair(old, new, matching.like_entries)
        taken = [rows[pairs[index]] if index in pairs else None for index in range(len(new))]
        self._move(rows, taken, [{"entry_key": entry.key} for entry in self.brought.entries])
        return [
            self._take_item(row, entry, values)
            for row, entry, values in zip(taken, self.brought.entries, fields, strict=True)
        ]

    def _item_fields(self, position: int, entry: IncomingEntry) -> dict[str, Any]:
        return {
            "entry_key": entry.key,
            "issue": self.issue,
            "section": entry.section,
            "month": entry.month or "",
            "position": 0 if self.brought.by_key else position,
            "first_line": entry.lines[0],
            "last_line": entry.lines[1],
            "headline": entry.headline,
            "links": entry.links,
            **{f"text_{language}": entry.texts.get(language, "") for language in LANGUAGES},
        }

    def _take_item(
        self, row: ledger.Item | None, entry: IncomingEntry, values: dict[str, Any]
    ) -> ledger.Item:
        place = f"entry {entry.key}"
        if row is None:
            row = ledger.Item(source=self.source, **values)
            self._save(row, "create", place)
            self.report.entries_new += 1
        elif self._must_wait(row):
            # What the file is silent on (a text in another language) is no difference.
            if any(values[name] and getattr(row, name) != values[name] for name in _WORDS):
                self._work(ledger.WorkItem.Kind.CHANGED, f"{place}: the file's words differ", item=row)
            return row
        else:
            self._change_item(row, values, place)
        if self.as_published and may_become(row.state, "published"):
            self._publish(row)
        self._ask_for_addresses(row, entry)
        return row

    def _change_item(self, row: ledger.Item, values: dict[str, Any], place: str) -> None:
        """Other words are a change, of a public item a correction; to stand on other lines is neither.

        A text that the file is silent on stays as it is, and the source's links with their text.
        """
        silent = {f"text_{language}" for language in LANGUAGES if not values[f"text_{language}"]}
        if f"text_{self.source.language or LANGUAGES[0]}" in silent and not self.brought.by_key:
            silent.add("links")
        if self.brought.by_key:  # where it is printed is said at the desk
            silent |= {"section", "issue", "position"}
        values = {name: value for name, value in values.items() if name not in silent}
        said = _assign(row, {name: values[name] for name in _WORDS if name in values})
        stands = _assign(row, values)
        self.report.entries_changed += said
        if said and row.state in PUBLIC:
            self._fits(row, place)
            self._publish(row)
        elif said or stands:
            self._save(row, "change" if said else "move", place)

    def _ask_for_addresses(self, row: ledger.Item, entry: IncomingEntry) -> None:
        kind = ledger.WorkItem.Kind.MISSING_ADDRESS
        missing = {link["text"] for link in entry.links if not link["address"]}
        for text in sorted(missing):
            self._work(kind, text, item=row)
        self._close(ledger.WorkItem.objects.filter(kind=kind, item=row).exclude(text__in=missing))

    # --- events ---

    def _take_events(self) -> None:
        found = ledger.Event.objects.filter(item__source=self.source).select_related("item", "case")
        rows = [row for row in found if not is_beside(row.key)]
        self.shaped = shaped_by_people(rows)
        brought = [
            (item, entry, ordinal, event)
            for item, entry in zip(self.rows, self.brought.entries, strict=True)
            for ordinal, event in enumerate(entry.events, 1)
        ]
        keys = [event_key(self.source.name, entry.key, ordinal) for _, entry, ordinal, _ in brought]
        new = [
            _known_event(key, item, entry.lines, event)
            for key, (item, entry, _, event) in zip(keys, brought, strict=True)
        ]
        old = [
            _known_event(
                row.key, row.item, (row.item.first_line, row.item.last_line), mapping.event_value(row)
            )
            for row in rows
        ]
        pairs = self.pair(old, new, matching.like_happenings)
        taken = [rows[pairs[index]] if index in pairs else None for index in range(len(new))]
        places = [
            {"key": key, "item": item, "ordinal": ordinal}
            for key, (item, _, ordinal, _) in zip(keys, brought, strict=True)
        ]
        self._move(rows, taken, places)
        if not self.as_published:
            self.likely = self._likely_cases(rows)
        for row, place, (_, entry, _, event) in zip(taken, places, brought, strict=True):
            self._take_event(row, event, entry, place)
        self._report_unmatched(rows, [row for row in taken if row])

    def _take_event(
        self, row: ledger.Event | None, event: Event, entry: IncomingEntry, where: dict[str, Any]
    ) -> None:
        place = f"entry {entry.key}, event {where['ordinal']}"
        words = mapping.search_text(event, _words_of(where["item"], entry))
        values = where | mapping.event_fields(event) | {"search_text": words}
        told = self.report.outcomes
        if row is None:
            self.report.new += 1
            told[entry.key] = "new"
            self._write_event(ledger.Event(), event, values, "create", place)
        elif self._must_wait(row):
            told[entry.key] = "held"
            self._hold(row, row.coded != values["coded"])
        elif row.coded != values["coded"]:
            self.report.changed += 1
            told[entry.key] = "changed"
            self._write_event(row, event, values, "change", place)
        else:
            told[entry.key] = "unchanged"
            self._leave_event(row, words)

    def _leave_event(self, row: ledger.Event, words: str) -> None:
        """The coding is the same; a person may still publish what was a proposal."""
        self.report.unchanged += 1
        if row.search_text != words:  # computed: the words of its entry changed, or the way they are folded
            ledger.Event.objects.filter(pk=row.pk).update(search_text=words)
            row.search_text = words
        if self.as_published and may_become(row.state, "published"):
            self._own_case(row)
            self._publish(row)

    def _own_case(self, row: ledger.Event) -> None:
        """A person's coding keeps its case: what a machine had put elsewhere goes where the file has it."""
        case = self._case_of(row, mapping.event_value(row), row.key)
        if row.case != case:
            row.case = case
            self._save(row, "case", row.key)

    def _must_wait(self, row: ledger.Event | ledger.Item) -> bool:
        """Whether a person's decision stands against this import."""
        shaped = not self.as_published and row.public_id in self.shaped
        return shaped or must_wait(row.state, self.as_published)

    def _hold(self, row: ledger.Event, differs: bool) -> None:
        if not differs and not self.as_published:
            self.report.unchanged += 1
            return
        self.report.held += 1
        what = "the file's coding differs" if differs else f"the file publishes it, it is {row.state}"
        self._work(ledger.WorkItem.Kind.CHANGED, f"{row.key}: {what}", item=row.item, event=row)

    def _write_event(
        self, row: ledger.Event, event: Event, values: dict[str, Any], action: str, place: str
    ) -> None:
        _assign(row, values | {"case": self._case_of(row, event, place)})
        self._fits(row, place)
        is_new = row._state.adding
        row.save()
        self.written.append(row)
        for related in () if is_new else (row.types, row.provisions, row.mentions):
            related.all().delete()
        for model, parts in (
            (ledger.EventType, mapping.event_types(event)),
            (ledger.EventProvision, mapping.event_provisions(event)),
            (ledger.Mention, self._mentions(event, place)),
        ):
            rows = []
            for part in parts:
                part.event = row
                self._fits(part, place)
                rows.append(part)
            model.objects.bulk_create(rows)
        if self.as_published:
            self._publish(row)
        else:
            self._revise(row, action, first=is_new)
            self._propose_case(row, event, place)

    # --- cases and retellings ---

    def _likely_cases(self, rows: list[ledger.Event]) -> dict[str, Likely]:
        """Slug of the file → the ledger's case that its story probably goes on; none for a case that is there."""
        stories: dict[str, list[Event]] = defaultdict(list)
        for entry in self.brought.entries:
            for event in entry.events:
                if event.case:
                    stories[event.case].append(event)
        others = ledger.Event.objects.exclude(item__source=self.source).exclude(case=None)
        known = set(others.filter(case__slug__in=stories).values_list("case__slug", flat=True))
        own = {row.pk for row in rows}
        found, looked_up = {}, LookedUp()
        for slug in sorted(set(stories) - known):
            likely = likely_cases_of_events(stories[slug], but=own, known=looked_up)
            likely = [one for one in likely if one.slug != slug]
            found |= {slug: likely[0]} if likely else {}
        return found

    def _case_of(self, row: ledger.Event, event: Event, place: str) -> ledger.Case | None:
        """Where the event goes: by a person's word, else by a firm proposal, else by the file."""
        judged = casing.last_on([row.pk]).first() if row.pk else None
        if judged is None:
            likely = self.likely.get(event.case or "")
            return self._case(likely.slug if likely and likely.is_firm else event.case, place)
        stands = row.case_id == judged.case_id
        if judged.verdict == casing.Verdict.BELONGS or (stands and not self.as_published):
            return row.case
        return self._case(event.case, place)

    def _propose_case(self, row: ledger.Event, event: Event, place: str) -> None:
        """Keep why the event goes on a case of the ledger, or may; what was proposed before is not proposed again."""
        likely = self.likely.get(event.case or "")
        if likely is None or casing.last_on([row.pk]).exists():
            return
        own = self._case(event.case, place, counts=not likely.is_firm)
        casing.propose(row, self._case(likely.slug, place), own, likely, by=self.by)
        self.report.revisions += 1
        self.report.placed += likely.is_firm
        self.report.asked += not likely.is_firm

    def _propose_retellings(self) -> None:
        """Events of this import that probably tell again what the ledger has, or one another."""
        if self.written:
            self.report.revisions += retelling.drop(outdated(self.written), by=MACHINE)
            self.report.retold = retelling.propose(likely_retellings_of(self.written), by=MACHINE)
            self.report.revisions += self.report.retold

    def _mentions(self, event: Event, place: str) -> Iterable[ledger.Mention]:
        for mention, name, kind in mapping.event_people(event):
            mention.party = self._party(name, kind, place)
            yield mention

    def _party(self, name: str, kind: str, place: str) -> ledger.Party:
        if (name, kind) not in self.parties:
            row = ledger.Party.objects.filter(name=name, kind=kind).first()
            if row is None:
                row = ledger.Party(name=name, kind=kind)
                self._save(row, "create", place)
                self.report.people += kind == ledger.Party.Kind.PERSON
                self.report.outlets += kind == ledger.Party.Kind.OUTLET
            self.parties[name, kind] = row
        return self.parties[name, kind]

    def _case(self, slug: str | None, place: str, *, counts: bool = True) -> ledger.Case | None:
        if slug is None:
            return None
        if slug not in self.cases:
            row = ledger.Case.objects.filter(slug=slug).first()
            if row is None:
                row = ledger.Case(slug=slug)
                self._save(row, "create", place)
                self.report.cases += counts
            self.cases[slug] = row
        return self.cases[slug]

    def _report_unmatched(self, rows: list[ledger.Event], taken: list[ledger.Event]) -> None:
        matched = {row.pk for row in taken}
        kind = ledger.WorkItem.Kind.UNMATCHED
        for row in rows:
            if row.pk not in matched and not self.brought.by_key:
                self.report.unmatched += 1
                self._work(
                    kind, f"{row.key}: {row.main_type} {row.date}: not in the file any more", row.item, row
                )
        self._close(ledger.WorkItem.objects.filter(kind=kind, event__in=matched))

    # --- what all of them need ---

    def _move(self, rows: list[Any], taken: list[Any], places: list[dict[str, Any]]) -> None:
        """Give the rows their places in the file. A proposal does not move what people decided out of its story.

        The first column of a place is the key, which no two rows may have, not even for a moment: rows that get
        another one step aside first, and so do rows that are no longer in the file and stand in the way.
        """
        name = next(iter(places[0]), "") if places else ""
        following = {
            row.pk: place
            for row, place in zip(taken, places, strict=True)
            if row and not self._would_leave_its_story(row, place)
        }
        wanted = {
            place[name]
            for row, place in zip(taken, places, strict=True)
            if row is None or row.pk in following
        }
        moved = [row for row in rows if row.pk in following and getattr(row, name) != following[row.pk][name]]
        aside = [row for row in rows if row.pk not in following and getattr(row, name, None) in wanted]
        for row in (*moved, *aside):
            setattr(row, name, f"{getattr(row, name)[:80]}~{row.public_id}")
            row.save()
        for row in moved:
            _assign(row, following[row.pk])
            self._save(row, "move", str(following[row.pk][name]))
            self.report.moved += isinstance(row, ledger.Event)
        for row in aside:
            self._revise(row, "move aside")

    def _would_leave_its_story(self, row: Any, place: dict[str, Any]) -> bool:
        return "item" in place and place["item"] != row.item and self._must_wait(row)

    def _save(self, row: Any, action: str, place: str) -> None:
        self._fits(row, place)
        is_new = row._state.adding
        row.save()
        self._revise(row, action, first=is_new)

    def _publish(self, row: ledger.Event | ledger.Item) -> None:
        self.report.published += isinstance(row, ledger.Event)
        publish(row, by=self.by, reason=self.reason, user=self.user)
        self.report.revisions += 1

    def _revise(self, row: Any, action: str, reason: str = "", *, first: bool = False) -> None:
        record_revision(row, action, by=self.by, reason=reason or self.reason, user=self.user, first=first)
        self.report.revisions += 1

    def _fits(self, row: models.Model, place: str) -> None:
        """Both databases refuse the same: SQLite alone would take a text or a number of any size."""
        for column in row._meta.concrete_fields:
            value = getattr(row, column.attname)
            most = {"PositiveSmallIntegerField": _SMALL, "PositiveIntegerField": _LARGE}.get(
                column.get_internal_type()
            )
            if isinstance(value, str) and column.max_length and len(value) > column.max_length:
                problem = f"{column.name} has {len(value)} letters, at most {column.max_length} are kept"
            elif most and isinstance(value, int) and not 0 <= value <= most:
                problem = f"{column.name} is {value}, which lies outside 0 to {most}"
            else:
                continue
            raise WrongShape(problem, file=self.brought.file, place=place, next_step="correct it in the file")

    def _work(self, kind: str, text: str, item: Any = None, event: Any = None) -> None:
        """A row of the work list, once: what a person has done is not asked again."""
        known = {"kind": kind, "source": self.source, "text": text, "item": item, "event": event}
        if not ledger.WorkItem.objects.filter(**known).exists():
            self._save(ledger.WorkItem(**known), "create", "work list")
            self.report.work_items += 1

    def _close(self, work: models.QuerySet) -> None:
        for row in work.filter(done_at=None):
            row.done_at = timezone.now()
            self._save(row, "close", "work list")


#: what an entry says, as against where it stands in the file
_WORDS = ("section", "month", "headline", "links", "text_en", "text_ru", "text_kk")
_ENTRY = (*_WORDS, "first_line", "last_line")


def _words_of(item: ledger.Item, entry: IncomingEntry) -> list[str]:
    """What every event of the entry is found by: the source's words, and our summaries of all its events."""
    texts = [getattr(item, f"text_{language}") for language in LANGUAGES]
    told = [event.summary_in(language) or "" for event in entry.events for language in LANGUAGES]
    return [item.headline, *texts, *told]


def _told(problems: Sequence[str]) -> list[str]:
    """The first problems, and how many more there are."""
    more = len(problems) - MOST_NOTES
    return [*problems[:MOST_NOTES], *([f"and {more} more, on the work list"] if more > 0 else [])]


def _known_entry(key: str, values: dict[str, Any]) -> matching.Entry:
    words = {name: values[name] for name in _ENTRY if name.startswith(("text_", "headline"))}
    return matching.Entry(
        key=key,
        content=matching.content_of(words),
        lines=(values["first_line"], values["last_line"]),
        headline=values["headline"],
        section=values["section"],
        month=values["month"],
    )


def _known_event(key: str, item: ledger.Item, lines: tuple[int, int], event: Event) -> matching.Happening:
    when = event.when
    return matching.Happening(
        key=key,
        content=matching.content_of(mapping.event_coded(event)),
        entry=item.pk,
        types=event.types,
        targets=frozenset(who.name for who in event.targets),
        days=when and (when.first, when.last),
        lines=lines,
    )


def event_key(source: str, entry: str, ordinal: int) -> str:
    """Source, entry and ordinal in one text that no other three give."""
    plain = [part.replace("%", "%25").replace("#", "%23") for part in (source, entry)]
    return f"{plain[0]}#{plain[1]}#{ordinal}"


def key_beside(key: str, number: int) -> str:
    """The key of an event that a person made out of the one with this key: no file brings it."""
    return f"{_BESIDE.sub('', key)}+{number}"


def is_beside(key: str) -> bool:
    """Whether a person made the event out of another: imports leave it alone."""
    return _BESIDE.search(key) is not None


def _assign(row: models.Model, values: dict[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    changed = {
        name: value for name, value in values.items() if row._state.adding or getattr(row, name) != value
    }
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)
