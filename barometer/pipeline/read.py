"""Read files as one set, and write what they report as coded JSON."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from barometer.cases import link
from barometer.codebook import CodedBulletin, to_file
from barometer.errors import BadInput
from barometer.reading import read_bulletin
from barometer.sources import Bulletin, read_bulletin_file

#: Kinds whose text is not the file itself: the extracted text, which lines and spans count in, is kept beside.
_EXTRACTED = frozenset({".docx"})


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
        head = (
            f"{self.path.name}: {len(self.coded.entries)} entries, {len(self.coded.events)} proposed events"
        )
        return [
            f"{head} (lines: {told})",
            *(f"{self.path.name}: {problem}" for problem in self.bulletin.problems),
        ]


def read_set(paths: Sequence[Path]) -> list[Read]:
    """Read bulletins as one set: the same person and the same story are named alike in all of them."""
    bulletins = [read_bulletin_file(Path(path)) for path in paths]
    coded = link([read_bulletin(bulletin) for bulletin in bulletins])
    return [Read(Path(path), b, c) for path, b, c in zip(paths, bulletins, coded, strict=True)]


def read_files(paths: Sequence[Path]) -> list[tuple[Path, CodedBulletin]]:
    """The coded files of `read_set`, each with its path."""
    return [(read.path, read.coded) for read in read_set(paths)]


def write(paths: Sequence[Path], out: Path, tell: Callable[[str], None] | None = None) -> list[Path]:
    """Write OUT/NAME.json for each file; nothing is written before all are read. The files written, in order.

    `tell` gets a line for each file and for each line of it that could not be placed.
    """
    out = Path(out)
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
    out.mkdir(parents=True, exist_ok=True)
    for target, text in outputs:
        _write_whole(target, text)
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


def _write_whole(target: Path, text: str) -> None:
    """All of it or nothing: a temporary file beside it takes its name at the end."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
