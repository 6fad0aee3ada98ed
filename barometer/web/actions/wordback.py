"""An issue's texts go to Word and come back: a file is made, an edited one is read, a person takes each change or not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from barometer.codebook import LANGUAGES, Event, codebook
from barometer.errors import NotReady, ParseFailed, UnknownValue, Unreadable
from barometer.publication import drafting
from barometer.publication.docx_parts import printable
from barometer.publication.values import LinkIn, StoryIn
from barometer.publication.word_changes import Came, Homecoming, Loose, compare
from barometer.publication.word_in import Edited
from barometer.publication.word_out import Passage, to_word
from barometer.publication.word_out import WorkingFile as Value
from barometer.publication.words import quarter_name, words
from barometer.review.texts import digest
from barometer.web.actions import outside
from barometer.web.actions.audit import note_act
from barometer.web.actions.deciding import refuse
from barometer.web.actions.holding import is_held_back
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.rewriting import refresh_search
from barometer.web.actions.texts import note_text
from barometer.web.records import mapping
from barometer.web.records.models import Issue, Item, TextState
from barometer.web.records.wordback import ReturnedFile, WorkingFile

_READER = "barometer.publication.word_in:read_apart"
_SECONDS, _MEMORY = 60, 1 << 30
_SECTION = re.compile(r"section_(\d{1,4})_intro")
TAKEN, LEFT = "taken", "left"
ITEM_PART = "text"


# --- out ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(issue: Issue, language: str, *, by: str, user: Any) -> tuple[WorkingFile, bytes]:
    """The working file of an issue's texts in that language; while no text changes it is the same file.

    NotReady where the issue prints nothing. It bears every name: it is for the desk, and that it was taken is noted.
    """
    passages = passages_of(issue, language)
    if not passages:
        raise NotReady(f"there is nothing to print for {issue.period}", next_step="put items into the issue")
    texts = [asdict(one) for one in passages]
    row = WorkingFile.objects.filter(issue=issue, language=language).order_by("-pk").first()
    if row is None or _passages(row) != passages:
        row = WorkingFile.objects.create(issue=issue, language=language, texts=texts, by=by, user=user)
    note_act("take a working file", by=by, user=user, about=issue.period, detail=language)
    file = Value(
        id=row.public_id,
        period_words=quarter_name(issue.period, language),
        title=_title(issue, language),
        language=language,
        day=timezone.localdate(row.created_at),
        passages=passages,
        sections={one.section: _section_title(issue, one.section, language) for one in passages},
        **_about_the_file(language),
    )
    return row, to_word(file)


def _about_the_file(language: str) -> dict[str, str]:
    """What the file says of itself to whoever edits it."""
    with translation.override(language):
        return {
            "head": gettext("Working file: for the desk only. Names may stand in it that are not published."),
            "note": gettext(
                "Edit the words, delete a paragraph, write comments, with or without tracked changes. Keep one "
                "paragraph for each item. Then hand the file in on the issue's page."
            ),
        }


def passages_of(issue: Issue, language: str) -> tuple[Passage, ...]:
    """The texts of the issue in their order: its intro, each section's intro, its items."""
    stories = mapping.stories(issue.period)
    if not stories:
        return ()
    sections = list(dict.fromkeys(story.section for story in stories))
    found = [*_part(issue, "intro", None, language)]
    for section in sections:
        if section is not None:
            found += _part(issue, f"section_{section}_intro", section, language)
        found += [_passage(story, language) for story in stories if story.section == section]
    return tuple(found)


def _part(issue: Issue, key: str, section: int | None, language: str) -> Iterator[Passage]:
    if text := _part_text(issue, key, language):
        yield Passage(key, text, section)


def _part_text(issue: Issue, key: str, language: str) -> str:
    """The desk's own words of a part, else those of the source."""
    own = issue.words.get(_part_name(key), {}).get(language, "")
    if own.strip() or issue.source is None:
        return str(own)
    named = _SECTION.fullmatch(key)
    printed = issue.source.sections.get(named[1], {}).get("intro", {}) if named else issue.source.intro
    return str(printed.get(language, ""))


def _part_name(key: str) -> str:
    """The part of an issue as its words and the states of its texts know it."""
    return key.replace("_", ".")


def _passage(story: StoryIn, language: str) -> Passage:
    text = story.texts.get(language, "")
    return Passage(
        story.key,
        text,
        story.section,
        story.month or "",
        story.links if language == story.source_language else (),
        "" if text else _aside(story, language),
    )


def _aside(story: StoryIn, language: str) -> str:
    """What an editor writes a missing text from: the text in another language, else what the events say."""
    for code in (story.source_language, *LANGUAGES):
        if said := story.texts.get(code):
            return f"[{code}] {said}"
    for code in (language, *LANGUAGES):
        if told := " ".join(filter(None, (event.summary_in(code) for event in story.events))):
            return f"[{code}] {told}"
    return ""


def _title(issue: Issue, language: str) -> str:
    own = issue.words.get("title", {}).get(language) or (issue.source and issue.source.title.get(language))
    return str(own or words(language)["title"])


def _section_title(issue: Issue, section: int | None, language: str) -> str:
    if section in codebook().sections:
        return str(codebook().sections[section].title[language])
    own = issue.words.get(f"section.{section}.title", {})
    printed = issue.source.sections.get(str(section), {}).get("title", {}) if issue.source else {}
    return str(own.get(language) or printed.get(language) or "")


# --- back ---------------------------------------------------------------------------------------------------------------


def bring_back(issue: Issue, data: bytes, name: str, language: str, *, by: str, user: Any) -> ReturnedFile:
    """Read an edited file and keep what it says; nothing of the issue changes. The same file again is the same row.

    `language` counts only where the file has lost every mark. Unreadable or TooLarge for what cannot be read;
    NotReady for a file of another issue, or where none was ever made.
    """
    edited = _read(data, name)  # before anything is locked: it takes a while
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        working = _working_of(edited, issue, language)
        if row := ReturnedFile.objects.filter(working=working, sha256=sha256).first():
            return row
        note_act("bring back a working file", by=by, user=user, about=issue.period, detail=sha256)
        return ReturnedFile.objects.create(
            working=working, name=name[-200:], sha256=sha256, read=edited.as_data(), by=by, user=user
        )


def _read(data: bytes, name: str) -> Edited:
    with outside.apart() as apart:
        try:
            return Edited.of_data(apart.run(_READER, (name, data), seconds=_SECONDS, memory=_MEMORY))
        except ParseFailed as error:
            raise Unreadable(
                f"it cannot be read ({error.message})",
                file=name,
                next_step="save it again in the word processor",
            ) from None


def _working_of(edited: Edited, issue: Issue, language: str) -> WorkingFile:
    """The working file that an edited one grew from: by its marks, else the latest in that language."""
    named = edited.files.most_common()
    rows = WorkingFile.objects.select_related("issue").in_bulk(
        [file for file, _ in named], field_name="public_id"
    )
    for file, _ in named:
        if file in rows:
            if rows[file].issue_id != issue.pk:
                raise NotReady(
                    f"this is the working file of {rows[file].issue.period}, not of {issue.period}",
                    next_step="hand it in on the page of its own issue",
                )
            return rows[file]
    latest = WorkingFile.objects.filter(issue=issue, language=language).order_by("-pk").first()
    if latest is None:
        raise NotReady(
            "no working file of this issue was made in that language, and the file names none",
            next_step="download one and edit that",
        )
    return latest


@dataclass(frozen=True)
class Line:
    """One text of a returned file: what became of it, what it says in the ledger now, and what speaks against it.

    `overtaken`: the ledger has other words than the working file had. `misfits` are words that its events do not
    bear, `held` statements that are not to be repeated; `decided` is what a person said of it, or "".
    """

    came: Came
    now: str
    overtaken: bool
    gone: bool
    misfits: tuple[drafting.Misfit, ...]
    held: tuple[Any, ...]
    decided: Mapping[str, str]

    @property
    def seen(self) -> str:
        """What tells that the ledger's text is still the one that was shown."""
        return digest(self.now)

    @property
    def can_be_taken(self) -> bool:
        """Whether there is something to take over."""
        if self.gone or self.decided or self.came.state == "merged":
            return False
        if self.came.state == "deleted":
            return not self.came.key.endswith("intro")
        return self.came.after != self.now or "links" in self.came.notes


@dataclass(frozen=True)
class Preview:
    """What a returned file would change, text by text; nothing is written for it."""

    row: ReturnedFile
    lines: tuple[Line, ...]
    loose: tuple[tuple[int, Loose, Mapping[str, str]], ...]
    frozen: bool

    @cached_property
    def news(self) -> tuple[Line, ...]:
        """The texts that somebody has to look at."""
        return tuple(one for one in self.lines if one.came.is_news)

    def line(self, key: str) -> Line:
        """The line of a text; UnknownValue for none."""
        found = next((one for one in self.lines if one.came.key == key), None)
        if found is None:
            raise UnknownValue(f"the file has no text {key[:40]!r}", next_step="open its page again")
        return found


def preview(row: ReturnedFile) -> Preview:
    """What the file would change, beside what the ledger says now."""
    working = row.working
    issue = working.issue
    home = compare(Edited.of_data(row.read), _passages(working))
    stories = {story.key: story for story in mapping.stories(issue.period)}
    lines = tuple(_line(came, row, issue, stories.get(came.key), working.language) for came in home.texts)
    return Preview(row, lines, _loose(home, row), issue.frozen_at is not None)


def _loose(home: Homecoming, row: ReturnedFile) -> tuple[tuple[int, Loose, Mapping[str, str]], ...]:
    return tuple(
        (number, one, row.decided.get(f"loose {number}", {})) for number, one in enumerate(home.loose)
    )


def _line(came: Came, row: ReturnedFile, issue: Issue, story: StoryIn | None, language: str) -> Line:
    is_part = came.key.endswith("intro")
    now = _part_text(issue, came.key, language) if is_part else story.texts.get(language, "") if story else ""
    events: Sequence[Event] = story.events if story else ()
    news = came.state in ("changed", "typography")
    return Line(
        came=came,
        now=now,
        overtaken=_told(now, is_part) != came.before,
        gone=not is_part and story is None,
        misfits=drafting.misfits(came.after, events, language) if news and events else (),
        held=is_held_back(came.after) if news else (),
        decided=row.decided.get(came.key, {}),
    )


def _told(text: str, is_part: bool) -> str:
    """A text as a working file has it."""
    pieces = re.split(r"\n\s*\n", text) if is_part else [text]
    return "\n\n".join(re.sub(" +", " ", printable(one)).strip(" ") for one in pieces)


def _passages(row: WorkingFile) -> tuple[Passage, ...]:
    return tuple(
        Passage(**{**one, "links": tuple((start, end, address) for start, end, address in one["links"])})
        for one in row.texts
    )


# --- what a person decides ------------------------------------------------------------------------------------------------


@transaction.atomic
def take(
    row: ReturnedFile, key: str, *, seen: str, over: bool = False, reason: str = "", by: str, user: Any
) -> ReturnedFile:
    """Take over what the file says of one text: its words and links; of a deleted one that it is left out, and why.

    `seen` is the digest of the ledger's text that the person looked at. NotReady where the issue is frozen, where the
    text was changed since it was looked at, or, without `over`, since the working file was made.
    """
    row, issue = _open(row)
    line = preview(row).line(key)
    if line.seen != seen:
        raise NotReady("this text was changed meanwhile", next_step="compare both and decide again")
    if line.overtaken and not over:
        raise NotReady(
            "this text was changed at the desk after the working file was made",
            next_step="compare both, and say that the file's words stand in its place",
        )
    if not line.can_be_taken:
        raise NotReady("there is nothing to take over", next_step="open the page again")
    if line.came.state == "deleted":
        _leave_out(_item(key, issue), reason, by=by, user=user)
    elif key.endswith("intro"):
        _write_part(issue, key, row.working.language, line.came.after, by=by, user=user)
    else:
        _write(_item(key, issue), row.working, line.came, by=by, user=user)
    return _decide(row, key, TAKEN, by=by)


@transaction.atomic
def leave(row: ReturnedFile, key: str, *, by: str) -> ReturnedFile:
    """Say that a change, or a paragraph ("loose 3"), is not taken over."""
    row, _ = _open(row)
    if not key.startswith("loose "):
        preview(row).line(key)
    return _decide(row, key, LEFT, by=by)


@transaction.atomic
def place(row: ReturnedFile, number: int, key: str, *, seen: str, by: str, user: Any) -> ReturnedFile:
    """Put a paragraph that is no known text at the end of an item's; `seen` is the digest of the item's text."""
    row, issue = _open(row)
    found = next((one for place, one, decided in preview(row).loose if place == number and not decided), None)
    if found is None or not found.text:
        raise UnknownValue("there is no such paragraph", next_step="open the page again")
    item, language = _item(key, issue), row.working.language
    text = getattr(item, f"text_{language}")
    if digest(text) != seen:
        raise NotReady("this text was changed meanwhile", next_step="compare both and decide again")
    _put(item, language, f"{text} {found.text}".strip(), None, by=by, user=user)
    return _decide(row, f"loose {number}", TAKEN, by=by)


def _open(row: ReturnedFile) -> tuple[ReturnedFile, Issue]:
    """The row and its issue, held until the transaction ends; NotReady where the issue is frozen."""
    issue = (
        Issue.objects.select_for_update(of=("self",)).select_related("source").get(pk=row.working.issue_id)
    )
    if issue.frozen_at:
        raise NotReady(
            f"the issue {issue.period} is frozen",
            next_step="what is wrong in it goes on its list of corrections",
        )
    held = ReturnedFile.objects.select_for_update(of=("self",)).select_related("working__issue__source")
    return held.get(pk=row.pk), issue


def _item(key: str, issue: Issue) -> Item:
    item = Item.objects.select_for_update(of=("self",)).filter(public_id=key, issue=issue).first()
    if item is None:
        raise UnknownValue(f"the issue has no item {key[:40]!r}", next_step="open the page again")
    if item.source_id is not None:
        raise NotReady(
            "this entry is its source's, word for word", next_step="make an item of ours from its events"
        )
    return item


def _decide(row: ReturnedFile, key: str, what: str, *, by: str) -> ReturnedFile:
    row.decided = {**row.decided, key: {"what": what, "person": by, "on": timezone.now().isoformat()}}
    row.save()
    return row


def _leave_out(item: Item, reason: str, *, by: str, user: Any) -> None:
    refuse(reason, by)
    item.left_out = reason.strip()
    item.save()
    record_revision(item, "leave out", by=by, reason=item.left_out, user=user)


def _write(item: Item, working: WorkingFile, came: Came, *, by: str, user: Any) -> None:
    first = _first_language(item)
    links = _links(item, came) if working.language == first else None
    _put(item, working.language, came.after, links, by=by, user=user)


def _put(
    item: Item, language: str, text: str, links: list[dict[str, Any]] | None, *, by: str, user: Any
) -> None:
    """The item's text in that language is this one, by that person; links of which the words are gone fall away."""
    setattr(item, f"text_{language}", text)
    if links is not None:
        item.links = links
    elif language == _first_language(item):
        item.links = _placed(text, [(link["text"], link["address"]) for link in item.links])
    item.save()
    refresh_search(item)
    record_revision(item, "write", by=by, reason="from Word", user=user)
    texts = {code: getattr(item, f"text_{code}") for code in LANGUAGES}
    note_text(
        item.public_id, ITEM_PART, language, texts,
        source_language=_source_language(item.public_id, ITEM_PART, language) or _first_language(item),
        by=by, user=user,
    )  # fmt: skip


def _write_part(issue: Issue, key: str, language: str, text: str, *, by: str, user: Any) -> None:
    part = _part_name(key)
    texts = {**issue.words.get(part, {}), language: text}
    issue.words = {**issue.words, part: texts}
    issue.save()
    record_revision(issue, "write", by=by, reason="from Word", user=user)
    source = _source_language(issue.public_id, part, language)
    note_text(issue.public_id, part, language, texts, source_language=source, by=by, user=user)


def _first_language(item: Item) -> str:
    """The language in which the item is written first, and in which its links stand."""
    return item.language or "en"


def _source_language(about: str, part: str, language: str) -> str:
    """The language that this text was translated from, as was last noted."""
    row = TextState.objects.filter(about=about, part=part, language=language).first()
    return row.source_language if row else ""


def _links(item: Item, came: Came) -> list[dict[str, Any]]:
    """The file's links, and those of the item that no file shows, where their words still stand."""
    shown = set(came.links_before)
    kept = [
        (link["text"], link["address"])
        for link in item.links
        if (link["text"], link["address"] or "") not in shown
    ]
    return _placed(came.after, kept, came.links)


def _placed(
    text: str, wanted: Sequence[tuple[str, str | None]], there: Sequence[LinkIn] = ()
) -> list[dict[str, Any]]:
    """Links as an item has them: those that stand there, and others at the first free place of their words."""
    found = [
        {"text": text[start:end], "start": start, "end": end, "address": address}
        for start, end, address in there
    ]
    for said, address in wanted:
        start = text.find(said) if said else -1
        end = start + len(said)
        if start >= 0 and not any(start < one["end"] and one["start"] < end for one in found):
            found.append({"text": said, "start": start, "end": end, "address": address})
    return sorted(found, key=lambda link: link["start"])
