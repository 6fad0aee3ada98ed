"""Files → what an import brings, before the ledger is touched: every refusal of a file happens here."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

from barometer.codebook.book import LANGUAGES
from barometer.codebook.dates import Quarter
from barometer.codebook.values import CodedBulletin, CodedLetter, Event
from barometer.errors import BadInput, UnknownValue, WrongShape
from barometer.evidence import Digest, digest_of

if TYPE_CHECKING:
    from barometer.sources.bulletin import Bulletin, BulletinEntry

TEXTS = (".txt", ".md", ".docx")
_TYPES = {
    ".json": "application/json",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

Words = dict[str, str]  # by language


@dataclass(frozen=True)
class Copy:
    """A file to be preserved: what role it has for the source, and the digest of the bytes that were read."""

    path: Path
    role: str
    digest: Digest

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
    """An entry with its events; `texts` by language, `links` as spans in the text of the source's language."""

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
    """A source with all that the files say of it."""

    file: Path
    name: str
    language: str
    quarter: str
    entries: tuple[IncomingEntry, ...]
    copies: tuple[Copy, ...]
    title: Words = field(default_factory=dict)
    intro: Words = field(default_factory=dict)
    contact: Words = field(default_factory=dict)
    sections: dict[str, dict[str, Words]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_incoming(paths: Sequence[Path]) -> list[IncomingSource]:
    """What the files bring: coded files with their texts, and the texts that no coded file names, as the machine
    reads them. BarometerError for anything that cannot be taken whole.
    """
    from barometer.codebook.check import load

    files = _distinct(paths)
    coded = {path: load(path) for path in files if path.suffix.lower() == ".json"}
    texts = {path: _text_of(path, value.source, files) for path, value in coded.items()}
    alone = [path for path in files if path not in coded and path not in texts.values()]
    brought = [_source(path, coded[path], texts[path]) for path in files if path in coded]
    brought += [_source(path, value, path) for path, value in _machine_read(alone)]
    _one_source_a_name(brought)
    return brought


def _distinct(paths: Sequence[Path]) -> list[Path]:
    files: dict[Path, Path] = {}
    for path in map(Path, paths):
        if path.suffix.lower() not in (".json", *TEXTS):
            raise UnknownValue(
                "this is neither a bulletin (.txt, .md, .docx) nor a coded file (.json)",
                file=path,
                next_step="give files with one of these endings",
            )
        files.setdefault(path.resolve(), path)
    return list(files.values())


def _text_of(path: Path, source: str, files: Iterable[Path]) -> Path | None:
    """The text that a coded file names: among the given files, else beside it; only ever by its bare name."""
    name = PureWindowsPath(source).name
    if Path(name).suffix.lower() not in TEXTS:
        return None
    given = next((file for file in files if file.name == name), None)
    beside = path.with_name(name)
    return given or (beside if beside.is_file() else None)


def _machine_read(paths: list[Path]) -> list[tuple[Path, CodedBulletin]]:
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


def _source(path: Path, value: CodedBulletin | CodedLetter, text: Path | None) -> IncomingSource:
    from barometer.sources import read_bulletin_file

    digests = {file: digest_of(file) for file in {path, text} if file}
    bulletin = read_bulletin_file(text) if text and isinstance(value, CodedBulletin) else None
    language = _language(value, bulletin)
    said = _Said(value.model_extra or {}, path, language or "en")
    brought = IncomingSource(
        file=path,
        name=value.source,
        language=language,
        quarter=_quarter(value, bulletin),
        entries=tuple(_entries(value, bulletin, language)),
        copies=tuple(_copies(path, text, digests)),
        title=said.words("title", bulletin and bulletin.title),
        intro=said.words("intro", bulletin and bulletin.intro),
        contact=said.words("contact", bulletin and bulletin.contact),
        sections=said.sections(bulletin),
        problems=bulletin.problems if bulletin else (),
    )
    for file, digest in digests.items():
        if digest_of(file) != digest:
            raise BadInput("the file changed while it was read", file=file, next_step="import it again")
    return brought


def _copies(path: Path, text: Path | None, digests: Mapping[Path, Digest]) -> Iterator[Copy]:
    if path != text:
        yield Copy(path, "coding", digests[path])
    if text:
        yield Copy(text, "text", digests[text])


def _language(value: CodedBulletin | CodedLetter, bulletin: Bulletin | None) -> str:
    language = (value.model_extra or {}).get("language") if isinstance(value, CodedLetter) else value.language
    language = language or (bulletin.language if bulletin else "")
    return language if language in LANGUAGES else ""


def _quarter(value: CodedBulletin | CodedLetter, bulletin: Bulletin | None) -> str:
    if isinstance(value, CodedLetter):
        return ""
    quarter = value.quarter or (bulletin.quarter if bulletin else None)
    return str(Quarter.parse(quarter)) if quarter else ""


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
    printed = _printed_in(value, bulletin)
    for entry in value.entries:
        text, links = _own_text(printed.get(entry.id, []))
        texts = _summaries(entry.events)
        if text:
            texts[language or "en"] = text
        yield IncomingEntry(
            entry.id,
            entry.section,
            entry.month,
            entry.lines,
            entry.headline or "",
            texts,
            links,
            entry.events,
        )


def _letter_entries(letter: CodedLetter) -> Iterator[IncomingEntry]:
    """Each case of concern stands for an entry, under its slug or, without one of its own, its number."""
    slugs = [case.slug for case in letter.cases]
    for number, case in enumerate(letter.cases, 1):
        key = case.slug if case.slug and slugs.count(case.slug) == 1 else f"case-{number}"
        headline = case.person or case.slug or ""
        yield IncomingEntry(key, None, None, (0, 0), headline, _summaries(case.events), [], case.events)


def _summaries(events: Iterable[Event]) -> Words:
    texts = {language: [event.summary_in(language) or "" for event in events] for language in LANGUAGES}
    return {language: " ".join(filter(None, parts)) for language, parts in texts.items() if any(parts)}


def _printed_in(value: CodedBulletin, bulletin: Bulletin | None) -> dict[str, list[BulletinEntry]]:
    """The coded entry's id → the entries of the text that lie within its lines; each goes to one, the best."""
    found: dict[str, list[BulletinEntry]] = {}
    for printed in bulletin.entries if bulletin else ():
        best = max(value.entries, key=lambda entry: _common(entry.lines, printed.lines), default=None)
        if best and _common(best.lines, printed.lines):
            found.setdefault(best.id, []).append(printed)
    return found


def _common(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]) + 1)


def _own_text(printed: list[BulletinEntry]) -> tuple[str, list[dict[str, Any]]]:
    """The text of the entries as paragraphs, and their linked words as spans in it."""
    text, links = "", []
    for entry in printed:
        start = len(text) + 2 if text else 0
        text = f"{text}\n\n{entry.text}" if text else entry.text
        links += [
            {
                "text": link.text,
                "start": start + span[0],
                "end": start + span[1],
                "address": _address(link.address),
            }
            for link in entry.links
            if (span := _within(entry, link.span))
        ]
    return text, links


def _within(entry: BulletinEntry, span: tuple[int, int]) -> tuple[int, int] | None:
    places = [place for place, offset in enumerate(entry.offsets) if span[0] <= offset < span[1]]
    return (places[0], places[-1] + 1) if places else None


def _address(address: str | None) -> str | None:
    """Only what leads somewhere on the web: never `#`, nor a script."""
    bare = (address or "").strip()
    return bare if bare.lower().startswith(("http://", "https://")) else None
