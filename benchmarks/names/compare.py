"""How well and how fast names are compared and found, with nomenklatura beside it in the same run.

    compare.py                  everything
    compare.py --index COUNT    only the index, over so many composed names (a million without a number)

nomenklatura is installed into an environment of its own (`NAMES_RIVAL`, else `build/rival`); it
needs g++ and libicu-dev. Where it cannot be installed this is said and the rest goes on. The sets in the folder
that `DATA` names are measured where it is there.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from compose_names import halves, pairs, somebody, written  # noqa: E402
from train_comparison import summary  # noqa: E402

from barometer.names.comparison import compare  # noqa: E402
from barometer.names.index import NameIndex  # noqa: E402

Case = tuple[str, str, str, bool]
_SCHEMAS = {"person": "Person", "outlet": "Organization", "body": "Organization", "company": "Company"}
_KINDS = {"Person": "person"}


def sets() -> dict[str, list[Case]]:
    """Kind, two names and whether they are one, by the set's name."""
    (_, _), (names, stems) = halves()
    found = {"composed": [("person", row.a, row.b, row.same) for row in pairs(names, stems, 4_000, seed=2)]}
    data = Path(os.environ.get("DATA") or ROOT.parent / "shared") / "data" / "names"
    if (data / "pairs.csv").exists():
        with (data / "pairs.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found["pairs.csv"] = [(row["kind"], row["a"], row["b"], row["same"] == "1") for row in rows]
        with (data / "opensanctions_name_bench_cases.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found["OpenSanctions"] = [
            (_KINDS.get(row["schema"], "company"), row["name1"], row["name2"], row["is_match"] == "true")
            for row in rows
        ]
    return found


def rival_python() -> Path | None:
    """The Python of an environment with nomenklatura; None, with a word why, where there is none to be had."""
    home = Path(os.environ.get("NAMES_RIVAL", ROOT / "build" / "rival"))
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    check = [str(python), "-c", "import nomenklatura, followthemoney"]
    if subprocess.run(check, capture_output=True, check=False).returncode == 0:
        return python
    command = [str(python), "-m", "pip", "install", "--quiet", "nomenklatura", "followthemoney"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"nomenklatura cannot be installed (it needs g++, pkg-config and libicu-dev): {why}")
        return None
    return python


def ours(cases: list[Case]) -> tuple[list[float], float]:
    """Scores, and seconds of the quickest of three runs, after one that parses the names."""
    for kind, a, b, _ in cases:
        compare(a, b, kind)
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        scores = [compare(a, b, kind).probability for kind, a, b, _ in cases]
        seconds.append(time.perf_counter() - started)
    return scores, min(seconds)


def theirs(python: Path, cases: list[Case]) -> dict[str, dict[str, list[float] | float]]:
    """Scores and seconds by matcher."""
    lines = "\n".join(json.dumps([_SCHEMAS[kind], a, b]) for kind, a, b, _ in cases)
    command = [str(python), str(Path(__file__).parent / "rival.py")]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, list[float] | float]] = json.loads(done.stdout)
    return found


def compared() -> None:
    """Print what each makes of each set."""
    python = rival_python()
    for name, cases in sets().items():
        print(f"{name}: {len(cases):,} pairs")
        scores, seconds = ours(cases)
        right = [same for *_, same in cases]
        speed = len(cases) / seconds
        print(f"  {'ours':16} {summary(list(zip(scores, right, strict=True)))}, {speed:,.0f} a second")
        for matcher, found in (theirs(python, cases) if python else {}).items():
            their_scores, their_seconds = found["scores"], found["seconds"]
            assert isinstance(their_scores, list) and isinstance(their_seconds, float)
            ratio = their_seconds / seconds
            line = summary(list(zip(their_scores, right, strict=True)))
            print(
                f"  {matcher:16} {line}, {len(cases) / their_seconds:,.0f} a second (ours is {ratio:.1f} × as fast)"
            )


_ONSETS = ["b", "d", "g", "zh", "z", "k", "l", "m", "n", "p", "r", "s", "t", "sh", "kh"]
_CODAS = ["", "", "n", "r", "l", "s", "m", "k", "t"]


def indexed(count: int) -> None:
    """Find composed names in other spellings among very many."""
    chance = random.Random(7)
    names, stems = halves()[1]
    forenames = sorted({word for name in (*names, *halves()[0][0]) for word in name.spellings})
    surnames = [
        "".join(chance.choice(_ONSETS) + chance.choice("aeiou") + chance.choice(_CODAS) for _ in range(3))
        + "ov"
        for _ in range(20_000)
    ]
    wanted = [somebody(names, stems, chance) for _ in range(200)]
    rows = [(number, written(who, chance, alone=False, initials=False)) for number, who in enumerate(wanted)]
    rows += [
        (number, f"{chance.choice(forenames)} {chance.choice(surnames).capitalize()}")
        for number in range(len(wanted), count)
    ]
    started = time.perf_counter()
    with NameIndex() as index:
        index.add(rows)
        print(f"index: {count:,} names in {time.perf_counter() - started:,.0f} s")
        for spelling, transliterate in (("another spelling", True), ("the same letters", False)):
            seconds, found = [], 0
            for number, who in enumerate(wanted):
                asked = (
                    written(who, chance, alone=False, initials=False) if transliterate else rows[number][1]
                )
                started = time.perf_counter()
                hits = index.search(asked, transliterate=transliterate)
                seconds.append(time.perf_counter() - started)
                found += number in {hit.id for hit in hits}
            seconds.sort()
            print(
                f"  {spelling}: {found} of {len(wanted)} found; median {statistics.median(seconds) * 1000:.1f} ms, "
                f"95 of 100 under {seconds[int(len(seconds) * 0.95)] * 1000:.1f} ms"
            )


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index", nargs="?", type=int, const=1_000_000)
    given = parser.parse_args()
    if given.index is None:
        compared()
    indexed(given.index or 1_000_000)


if __name__ == "__main__":
    main()
