"""Score the reader on measuring data that stands beside the project.

    evaluate.py DIR

DIR holds `score/score.py` and `data/*.gold.json` with the texts beside them. Every gold file of a bulletin is
scored by itself, and the language editions of one bulletin together as one set; so are the invented bulletins of
`benchmarks/reading` and the sample, which the reader was not written from.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from barometer.errors import BadInput, BarometerError
from barometer.pipeline import write

OURS = Path(__file__).resolve().parent.parent
Pair = tuple[Path, Path]  # gold file, text


def pairs(folder: Path) -> list[Pair]:
    """The bulletins' gold files with their texts."""
    found = []
    for gold in sorted(folder.glob("*.gold.json")):
        text = gold.with_name(gold.name.removesuffix(".gold.json") + ".txt")
        if text.is_file() and "entries" in json.loads(gold.read_text(encoding="utf-8")):
            found.append((gold, text))
    return found


def figures(scorer: Path, some: list[Pair], out: Path) -> tuple[dict[str, float], float]:
    """The scorer's figures for these pairs read as one set, and the seconds the reading took."""
    started = time.perf_counter()
    coded = write([text for _, text in some], out)
    seconds = time.perf_counter() - started
    command = [sys.executable, str(scorer), "--json"]
    for (gold, _), path in zip(some, coded, strict=True):
        command += [str(gold), str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(answer), seconds


def main(where: str) -> None:
    """Print a table, a column a set."""
    root = Path(where)
    scorer = root / "score" / "score.py"
    if not scorer.is_file():
        raise BadInput(
            "no score/score.py in it", file=root, next_step="name the measuring data with DATA=DIR"
        )
    found = pairs(root / "data")
    sets = {text.stem: [(gold, text)] for gold, text in found}
    if len(found) > 1:
        sets["together"] = found
    sets |= {f"invented {text.stem}": [(gold, text)] for gold, text in pairs(OURS / "benchmarks" / "reading")}
    sample = OURS / "samples" / "kazakhstan-2026q1"
    sets["sample"] = [(sample / "bulletin.json", sample / "bulletin.txt")]
    columns = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, some in sets.items():
            columns[name], seconds = figures(scorer, some, Path(scratch) / name)
            columns[name]["seconds to read"] = seconds
    print(f"{'':18}" + "".join(f"{name:>20}" for name in columns))
    for figure in next(iter(columns.values())):
        print(f"{figure:18}" + "".join(f"{column[figure]:>20.3f}" for column in columns.values()))


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    except BarometerError as error:
        print(f"barometer: {error}", file=sys.stderr)
        sys.exit(2)
