"""Read files as one set, and write what they report as coded JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from barometer.cases import link
from barometer.codebook import CodedBulletin, CodedLetter, to_file
from barometer.errors import BadInput, counted
from barometer.pipeline.paths import make_folder, put, refuse_address
from barometer.reading import read_bulletin, read_letter
from barometer.sources import Bulletin, Letter, read_document_file

Coded = CodedBulletin | CodedLetter

#: Kinds whose text is not the file itself: the extracted text, which lines and spans count in, is kept beside.
_EXTRACTED = frozenset({".docx"})
#: Entries named in one line.
MOST_NAMED = 30


@dataclass(frozen=True)
class Read:
    """A file that was read: the document, and its events as coded."""

    path: Path
    document: Bulletin | Letter
    coded: Coded

    def lines(self) -> list[str]:
        """What became of the file's lines, and what could not be placed, for the terminal."""
        return [
            f"{self.path.name}: {line}" for line in (self._told(), *self.document.problems, *self._silent())
        ]

    def _told(self) -> str:
        events = counted(len(self.coded.events), "proposed event")
        if isinstance(self.document, Letter):
            letter = self.document
            parts = (
                counted(len(letter.addressees), "addressee"),
                counted(len(letter.signatories), "signatory", "signatories"),
                counted(len(letter.demands), "demand"),
                counted(len(getattr(self.coded, "cases", ())), "case"),
            )
            return f"an open letter of {letter.date or 'no known date'}: {', '.join(parts)}, {events}"
        kinds = Counter(kind for kind in self.document.line_kinds if kind != "blank")
        told = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        entries = counted(len(getattr(self.coded, "entries", ())), "entry", "entries")
        return f"{entries}, {events} (lines: {told})"

    def _silent(self) -> list[str]:
        entries = self.coded.entries if isinstance(self.coded, CodedBulletin) else ()
        silent = [entry.id for entry in entries if not entry.events]
        return [f"no event proposed for {_entries(silent)}"] if silent else []


def read_set(paths: Sequence[Path], published: str | None = None) -> list[Read]:
    """Read files as one set: the same person and the same story are named alike in all of them.

    `published` (YYYY-MM-DD) is the day of single reports that do not tell it.
    """
    for path in paths:
        refuse_address(Path(path))
    documents = [read_document_file(Path(path), published) for path in paths]
    coded = link([read_letter(d) if isinstance(d, Letter) else read_bulletin(d) for d in documents])
    return [Read(Path(path), d, c) for path, d, c in zip(paths, documents, coded, strict=True)]


def read_files(paths: Sequence[Path]) -> list[tuple[Path, Coded]]:
    """The coded files of `read_set`, each with its path."""
    return [(read.path, read.coded) for read in read_set(paths)]


def write(
    paths: Sequence[Path],
    out: Path,
    tell: Callable[[str], None] | None = None,
    published: str | None = None,
    explained: Callable[[Sequence[Read]], object] | None = None,
    further: Callable[[Read], Read] | None = None,
) -> list[Path]:
    """Write OUT/NAME.json for each file; nothing is written before all are read. The files written, in order.

    A file that stands there with other words, such as one that a person has corrected, is kept as NAME.json.bak.
    `tell` gets a line for each file, for what of it could not be placed, and for each file that was kept;
    `explained` gets all that was read, after it was written; `further` may add proposals to each file read.
    """
    out = Path(out)
    if out.exists():  # refused before the long reading
        make_folder(out)
    _refuse_equal_names(paths)
    outputs: list[tuple[Path, str]] = []
    reads = read_set(paths, published)
    if further:
        reads = [further(read) for read in reads]
    for read in reads:
        text = json.dumps(to_file(read.coded), ensure_ascii=False, indent=1)
        outputs.append((out / f"{read.path.stem}.json", text + "\n"))
        if read.path.suffix.lower() in _EXTRACTED:
            outputs.append((out / f"{read.path.stem}.txt", read.document.text))
        if tell:
            for line in read.lines():
                tell(line)
    make_folder(out)
    for target, text in outputs:
        kept = put(target, text)
        if kept and tell:
            tell(f"{target}: another file stood there and is kept as {kept.name}")
    if explained:
        explained(reads)
    return [target for target, _ in outputs if target.suffix == ".json"]


def _refuse_equal_names(paths: Sequence[Path]) -> None:
    seen: dict[str, Path] = {}
    for path in map(Path, paths):
        if path.stem in seen:
            raise BadInput(
                f"{seen[path.stem]} and {path} would both be written to {path.stem}.json",
                file=path,
                next_step="read them one after the other into different folders",
            )
        seen[path.stem] = path


def _entries(ids: Sequence[str]) -> str:
    """ "entry q1-2-03", or "entries q1-2-03, q1-2-04 and 7 more"."""
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return f"{'entry' if len(ids) == 1 else 'entries'} {', '.join(ids[:MOST_NAMED])}{more}"
