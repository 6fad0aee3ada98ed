"""Read files as one set, and write what they report as coded JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from barometer.cases import link
from barometer.codebook import CodedBulletin, to_file
from barometer.errors import BadInput, counted
from barometer.pipeline.paths import make_folder, put, refuse_address
from barometer.reading import read_bulletin
from barometer.sources import Bulletin, read_bulletin_file

#: Kinds whose text is not the file itself: the extracted text, which lines and spans count in, is kept beside.
_EXTRACTED = frozenset({".docx"})
#: Entries named in one line.
MOST_NAMED = 30


@dataclass(frozen=True)
class Read:
    """A file that was read: the bulletin as a document, and its events as coded."""

    path: Path
    bulletin: Bulletin
    coded: CodedBulletin

    def lines(self) -> list[str]:
        """What became of the file's lines, and what could not be placed, for the terminal."""
        kinds = Counter(kind for kind in self.bulletin.line_kinds if kind != "blank")
        told = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        entries = counted(len(self.coded.entries), "entry", "entries")
        head = f"{entries}, {counted(len(self.coded.events), 'proposed event')} (lines: {told})"
        silent = [entry.id for entry in self.coded.entries if not entry.events]
        without = [f"no event proposed for {_entries(silent)}"] if silent else []
        return [f"{self.path.name}: {line}" for line in (head, *self.bulletin.problems, *without)]


def read_set(paths: Sequence[Path]) -> list[Read]:
    """Read bulletins as one set: the same person and the same story are named alike in all of them."""
    for path in paths:
        refuse_address(Path(path))
    bulletins = [read_bulletin_file(Path(path)) for path in paths]
    coded = link([read_bulletin(bulletin) for bulletin in bulletins])
    return [Read(Path(path), b, c) for path, b, c in zip(paths, bulletins, coded, strict=True)]


def read_files(paths: Sequence[Path]) -> list[tuple[Path, CodedBulletin]]:
    """The coded files of `read_set`, each with its path."""
    return [(read.path, read.coded) for read in read_set(paths)]


def write(paths: Sequence[Path], out: Path, tell: Callable[[str], None] | None = None) -> list[Path]:
    """Write OUT/NAME.json for each file; nothing is written before all are read. The files written, in order.

    A file that stands there with other words, such as one that a person has corrected, is kept as NAME.json.bak.
    `tell` gets a line for each file, for what of it could not be placed, and for each file that was kept.
    """
    out = Path(out)
    if out.exists():  # refused before the long reading
        make_folder(out)
    _refuse_equal_names(paths)
    outputs: list[tuple[Path, str]] = []
    for read in read_set(paths):
        text = json.dumps(to_file(read.coded), ensure_ascii=False, indent=1)
        outputs.append((out / f"{read.path.stem}.json", text + "\n"))
        if read.path.suffix.lower() in _EXTRACTED:
            outputs.append((out / f"{read.path.stem}.txt", read.bulletin.text))
        if tell:
            for line in read.lines():
                tell(line)
    make_folder(out)
    for target, text in outputs:
        kept = put(target, text)
        if kept and tell:
            tell(f"{target}: another file stood there and is kept as {kept.name}")
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
