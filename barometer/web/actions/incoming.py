"""Files → what an import brings, before the ledger is touched: every refusal of a file happens here."""

from __future__ import annotations

import mimetypes
import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

from barometer.codebook.book import LANGUAGES
from barometer.codebook.dates import EventDate, Quarter
from barometer.codebook.values import CodedBulletin, CodedLetter, Event
from barometer.errors import BadInput, UnknownValue, WrongShape
from barometer.evidence import Digest, digest_of
from barometer.pipeline.paths import refuse_address
from barometer.web.actions import fitting

if TYPE_CHECKING:
    from barometer.sources.bulletin import Bulletin, Passage

TEXTS = (".txt", ".md", ".docx")
_TYPES = {
    ".json": "application/json",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv",
}

Words = dict[str, str]  # by language


@dataclass(frozen=True)
class Copy:
    """A file to be preserved: what role it has for the source, and the digest of the bytes that were read.

    `data` are the bytes where `path` is only their name.
    """

    path: Path
    role: str
    digest: Digest
    data: bytes | None = field(default=None, repr=False)

    @property
    def media_type(self) -> str:
        """By its name."""
        return (
            _TYPES.get(self.path.suffix.lower())
            or mimetypes.guess_type(self.path.name)[0]
            or "application/octet-stream"
        )


@dataclass(frozen=True)
class IncomingEntry:
    """An entry with its events; `texts` are the source's own words (never our summaries) by language, `links` spans
    in the text of the source's language.
    """

    key: str
    section: int | None
    month: str | None
    lines: tuple[int, int]
    headline: str
    texts: Words
    links: list[dict[str, Any]]
    events: tuple[Event, ...]


@dataclass(frozen=True)
class IncomingSource:
    """A source with all that the files say of it; `machine` where no coded file stands behind it.

    `by_key`: each entry has a key of its own that lasts. It is known by that alone, and what is not brought this time
    is no loss.
    """

    file: Path
    name: str
    language: str
    quarter: str
    entries: tuple[IncomingEntry, ...]
    copies: tuple[Copy, ...]
    published: date | None = None
    title: Words = field(default_factory=dict)
    intro: Words = field(default_factory=dict)
    contact: Words = field(default_factory=dict)
    sections: dict[str, dict[str, Words]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    machine: bool = False
    by_key: bool = False


@dataclass(frozen=True)
class Texts:
    """The text that a coding stands on, and the text that `barometer read` drew from it if it is a DOCX."""

    main: Path | None
    drawn: Path | None = None


def read_incoming(paths: Sequence[Path]) -> list[IncomingSource]:
    """What the files bring: coded files with their texts, and the texts that no coded file names, as the machine
    reads them. BarometerError for anything that cannot be taken whole.
    """
    from barometer.codebook.check import load

    files = _distinct(paths)
    coded = {path: load(path) for path in files if path.suffix.lower() == ".json"}
    texts = {path: _texts_of(path, value.source, files) for path, value in coded.items()}
    taken = {*coded, *(text.main for text in texts.values()), *(text.drawn for text in texts.values())}
    alone = [path for path in files if path not in taken]
    brought = [_source(path, coded[path], texts[path]) for path in files if path in coded]
    brought += [_source(path, value, Texts(path)) for path, value in _machine_read(alone)]
    _one_source_a_name(brought)
    return brought


def _distinct(paths: Sequence[Path]) -> list[Path]:
    files: dict[Path, Path] = {}
    for path in map(Path, paths):
        refuse_address(path)
        if path.suffix.lower() not in (".json", *TEXTS):
            raise UnknownValue(
                "this is neither a bulletin (.txt, .md, .docx) nor a coded file (.json)",
                file=path,
                next_step="give files with one of these endings",
            )
        files.setdefault(Path(os.path.realpath(path)), path)
    return list(files.values())


def _texts_of(path: Path, source: str, files: Iterable[Path]) -> Texts:
    """The text that a coded file names: among the given files, else beside it; only ever by its bare name.

    Of a DOCX, `barometer read` writes the text that lines count in beside the coding, as NAME.txt: it is no source
    of its own, and stands for the DOCX where that is not at hand.
    """
    name = PureWindowsPath(source).name
    if Path(name).suffix.lower() not in TEXTS:
        return Texts(None)
    main, _ = _find(name, path, files)
    if Path(name).suffix.lower() != ".docx":
        return Texts(main)
    drawn, given = _find(f"{Path(name).stem}.txt", path, files)
    if main is None:
        return Texts(drawn)
    return Texts(main, drawn if given else None)


def text_beside(path: Path, source: str) -> Path | None:
    """The text that a coded file names, where it lies beside it."""
    return _texts_of(path, source, ()).main


def _find(name: str, path: Path, files: Iterable[Path]) -> tuple[Path | None, bool]:
    """A file of that name, and whether it was given."""
    given = next((file for file in files if file.name == name), None)
    beside = path.with_name(name)
    return given or (beside if beside.is_file() else None), given is not None


def _machine_read(paths: list[Path]) -> list[tuple[Path, CodedBulletin | CodedLetter]]:
    if not paths:
        return []
    from barometer.pipeline import read_files

    return list(read_files(paths))


def _one_source_a_name(brought: list[IncomingSource]) -> None:
    seen: dict[str, Path] = {}
    for source in brought:
        if source.name in seen:
            raise BadInput(
                f"two files bring the source {source.name!r}: {seen[source.name]} too",
                file=source.file,
                next_step="import them one after the other, or give the sources different names",
            )
        seen[source.name] = source.file


def _source(path: Path, value: CodedBulletin | CodedLetter, texts: Texts) -> IncomingSource:
    from barometer.sources import Letter, read_document_file

    text = texts.main
    digests = {file: digest_of(file) for file in (path, text, texts.drawn) if file}
    day = (value.model_extra or {}).get("published")
    document = read_document_file(text, day) if text and isinstance(value, CodedBulletin) else None
    bulletin = None if isinstance(document, Letter) else document
    language = _language(value, bulletin)
    said = _Said(value.model_extra or {}, path, language or "en")
    brought = IncomingSource(
        file=path,
        name=value.source,
        language=language,
        quarter=_quarter(value, bulletin),
        entries=tuple(_entries(value, bulletin, language)),
        copies=tuple(_copies(path, texts, digests)),
        published=published_day(value),
        title=said.words("title", bulletin and bulletin.title),
        intro=said.words("intro", bulletin and bulletin.intro),
        contact=said.words("contact", bulletin and bulletin.contact),
        sections=said.sections(bulletin),
        problems=tuple(_problems(path, value, texts, bulletin)),
        machine=path == text,
    )
    for file, digest in digests.items():
        if digest_of(file) != digest:
            raise BadInput("the file changed while it was read", file=file, next_step="import it again")
    return brought


def _copies(path: Path, texts: Texts, digests: Mapping[Path, Digest]) -> Iterator[Copy]:
    if path != texts.main:
        yield Copy(path, "coding", digests[path])
    for text in (texts.main, texts.drawn):
        if text:
            yield Copy(text, "text", digests[text])


def _problems(
    path: Path, value: CodedBulletin | CodedLetter, texts: Texts, bulletin: Bulletin | None
) -> Iterator[str]:
    """What the reader could not place, and what of the coding does not stand in the text; refusals come first."""
    if not bulletin or not isinstance(value, CodedBulletin):
        return
    assert texts.main
    if path == texts.main:
        yield from bulletin.problems
        return
    if texts.drawn:
        fitting.refuse_other_text(texts.drawn, texts.main, bulletin)
    yield from fitting.problems(path, value, texts.main, bulletin)
    named = bool(value.quarter)
    yield from (problem for problem in bulletin.problems if not (named and "quarter" in problem))


def _language(value: CodedBulletin | CodedLetter, bulletin: Bulletin | None) -> str:
    language = (value.model_extra or {}).get("language") if isinstance(value, CodedLetter) else value.language
    language = language or (bulletin.language if bulletin else "")
    return language if language in LANGUAGES else ""


def _quarter(value: CodedBulletin | CodedLetter, bulletin: Bulletin | None) -> str:
    if isinstance(value, CodedLetter):
        return ""
    quarter = value.quarter or (bulletin.quarter if bulletin else None)
    return str(Quarter.parse(quarter)) if quarter else ""


def published_day(value: CodedBulletin | CodedLetter) -> date | None:
    """The day that a letter bears, or on which a report was published; the last day of it where it is a month."""
    told = value.date if isinstance(value, CodedLetter) else (value.model_extra or {}).get("published")
    try:
        return EventDate.parse(told).last if isinstance(told, str) else None
    except ValueError:
        return None


class _Said:
    """What a coded file says beside the codebook's fields (title, intro, contact, sections), by language."""

    def __init__(self, extra: Mapping[str, Any], path: Path, language: str) -> None:
        self.extra, self.path, self.language = extra, path, language

    def words(self, name: str, printed: str | None) -> Words:
        """The file's words; in the source's own language what the text prints, where the file is silent."""
        return self._by_language(self.extra.get(name), name, printed)

    def sections(self, bulletin: Bulletin | None) -> dict[str, dict[str, Words]]:
        """number → title and intro by language."""
        given = self.extra.get("sections") or {}
        if not isinstance(given, Mapping) or not all(isinstance(row, Mapping) for row in given.values()):
            raise self._refused("sections", 'it maps a section\'s number to {"title": …, "intro": …}')
        printed = {str(section.number): section for section in bulletin.sections} if bulletin else {}
        return {
            number: {
                part: self._by_language(
                    given.get(number, {}).get(part),
                    f"sections.{number}.{part}",
                    getattr(printed[number], part) if number in printed else None,
                )
                for part in ("title", "intro")
            }
            for number in sorted({*given, *printed})
        }

    def _by_language(self, given: Any, place: str, printed: str | None) -> Words:
        words = {self.language: printed} if printed else {}
        if isinstance(given, str):
            given = {self.language: given}
        if given is None:
            given = {}
        if not isinstance(given, Mapping) or not all(
            language in LANGUAGES and isinstance(text, str | None) for language, text in given.items()
        ):
            raise self._refused(place, 'it is a text, or {"en": …, "ru": …, "kk": …}')
        return words | {language: text for language, text in given.items() if text}

    def _refused(self, place: str, form: str) -> WrongShape:
        return WrongShape("not in its form", file=self.path, place=place, next_step=form)


def _entries(
    value: CodedBulletin | CodedLetter, bulletin: Bulletin | None, language: str
) -> Iterator[IncomingEntry]:
    if isinstance(value, CodedLetter):
        yield from _letter_entries(value)
        return
    from barometer.sources.bulletin import passage

    for entry in value.entries:
        printed = passage(bulletin, entry.lines) if bulletin else None
        yield IncomingEntry(
            entry.id,
            entry.section,
            entry.month,
            entry.lines,
            entry.headline or "",
            {language or "en": printed.text} if printed and printed.text else {},
            _linked(printed) if printed else [],
            entry.events,
        )


def _letter_entries(letter: CodedLetter) -> Iterator[IncomingEntry]:
    """Each case of concern stands for an entry, under its slug or, without one of its own, its number."""
    slugs = [case.slug for case in letter.cases]
    for number, case in enumerate(letter.cases, 1):
        key = case.slug if case.slug and slugs.count(case.slug) == 1 else f"case-{number}"
        headline = case.person or case.slug or ""
        yield IncomingEntry(key, None, None, (0, 0), headline, {}, [], case.events)


def _linked(printed: Passage) -> list[dict[str, Any]]:
    """The linked words as spans in the passage's text."""
    return [
        {"text": link.text, "start": span[0], "end": span[1], "address": _address(link.address)}
        for link in printed.links
        if (span := _within(printed.offsets, link.span))
    ]


def _within(offsets: Sequence[int], span: tuple[int, int]) -> tuple[int, int] | None:
    start, end = bisect_left(offsets, span[0]), bisect_left(offsets, span[1])
    return (start, end) if start < end else None


def _address(address: str | None) -> str | None:
    """Only what leads somewhere on the web: never `#`, nor a script."""
    bare = (address or "").strip()
    return bare if bare.lower().startswith(("http://", "https://")) else None
