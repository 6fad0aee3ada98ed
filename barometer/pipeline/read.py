"""Read files as one set, and write what they report as coded JSON."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from barometer.cases import link
from barometer.codebook import CodedBulletin, to_file
from barometer.errors import BadInput
from barometer.reading import read_bulletin
from barometer.sources import read_bulletin_file

#: Kinds whose text is not the file itself: the extracted text, which lines and spans count in, is kept beside.
_EXTRACTED = frozenset({".docx"})


def read_files(paths: Sequence[Path]) -> list[tuple[Path, CodedBulletin]]:
    """Read bulletins as one set: the same person and the same story are named alike in all of them."""
    bulletins = [read_bulletin_file(Path(path)) for path in paths]
    coded = link([read_bulletin(bulletin) for bulletin in bulletins])
    return list(zip(map(Path, paths), coded, strict=True))


def write(paths: Sequence[Path], out: Path) -> list[Path]:
    """Write OUT/NAME.json for each file; nothing is written before all are read. The files written, in order."""
    out = Path(out)
    _refuse_equal_names(paths)
    outputs: list[tuple[Path, str]] = []
    for path, coded in read_files(paths):
        text = json.dumps(to_file(coded), ensure_ascii=False, indent=1)
        outputs.append((out / f"{path.stem}.json", text + "\n"))
        if path.suffix.lower() in _EXTRACTED:
            outputs.append((out / f"{path.stem}.txt", read_bulletin_file(path).text))
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
