"""Feed a reader broken bytes, led by the code that they reach, and keep all that it stumbles over.

    python -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install -r requirements/run.txt atheris
    PYTHONPATH=. nice /tmp/fuzz/bin/python tools/fuzz.py TARGET --seconds 300 [--folder FOLDER]
    PYTHONPATH=. python tools/fuzz.py TARGET --plain --seconds 60     (no atheris: broken seeds, blindly)
    PYTHONPATH=. python tools/fuzz.py TARGET --replay FILE …
    PYTHONPATH=. python tools/fuzz.py --list

The targets and their seeds stand in tools/fuzzing/. FOLDER (by default out/fuzz) gets TARGET/corpus (what reached new
code) and TARGET/found: one file for each way of stumbling, the shortest, with a `.txt` beside it that tells what went
wrong. A target stumbles where it ends in anything but a value or an error of barometer/errors.py, takes over two
seconds of the processor for 20 KB, or 256 MB. The run goes on after a finding; the last line counts.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from fuzzing import breaking, targets, trying

ROOT = Path(__file__).resolve().parent.parent
#: Where code is followed, the same work takes longer.
SECONDS_FOLLOWED = 6.0


def main() -> int:
    """List, replay, or try until the time is over; 1 where something stumbled."""
    known = targets.all_targets()
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("target", nargs="?", choices=sorted(known), metavar="TARGET")
    ask.add_argument("--list", action="store_true", help="the names of the targets")
    ask.add_argument("--seconds", type=int, default=60)
    ask.add_argument("--folder", type=Path, default=ROOT / "out" / "fuzz")
    ask.add_argument("--plain", action="store_true", help="without atheris")
    ask.add_argument("--replay", nargs="+", type=Path, metavar="FILE")
    asked = ask.parse_args()
    if asked.list or not asked.target:
        print("\n".join(f"{name}{'  (runs apart)' * target.apart}" for name, target in known.items()))
        return 0
    home = tempfile.mkdtemp(prefix="barometer-fuzz-")
    os.environ |= {"BAROMETER_HOME": home, "DATABASE_URL": "", "OPENBLAS_NUM_THREADS": "1"}
    try:
        target = known[asked.target]
        if asked.replay:
            _ready(target)
            wrong = [path for path in asked.replay if not trying.replayed(target.run, path)]
            return int(bool(wrong))
        kept = Kept(asked.folder / target.name / "found")
        if asked.plain:
            return plainly(target, asked.seconds, kept)
        return followed(target, asked.seconds, asked.folder / target.name, kept)
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Kept:
    """The findings of a run: each way of stumbling once, by its shortest bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tries = 0
        self.seen: dict[str, int] = {}

    def look(self, target: targets.Target, data: bytes, seconds: float) -> None:
        """Try these bytes, and keep them if they make the target stumble."""
        self.tries += 1
        found = trying.tried(target.run, data, seconds, target.memory)
        if found is None:
            return
        name, account = found
        self.seen[name] = self.seen.get(name, 0) + 1
        kept = self.folder / name
        self.folder.mkdir(parents=True, exist_ok=True)
        if not kept.exists() or kept.stat().st_size > len(data):
            kept.write_bytes(data)
            kept.with_name(f"{name}.txt").write_text(account, encoding="utf-8")

    def told(self, target: targets.Target) -> int:
        """Say what came of it; 1 where something stumbled."""
        print(f"{target.name}: {self.tries:,} tries, {len(self.seen)} ways of stumbling", flush=True)
        for name, count in self.seen.items():
            print(f"  {name} ({count:,})", flush=True)
        return int(bool(self.seen))


def _ready(target: targets.Target) -> None:
    """Django stands, and what is loaded at the first try is not timed."""
    import logging
    import warnings

    from barometer.web import entry

    entry.setup()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    for data in target.seeds()[:3]:
        trying.tried(target.run, data, 60)


def plainly(target: targets.Target, seconds: float, kept: Kept) -> int:
    """Broken seeds, one after the other, from a beginning drawn by chance."""
    _ready(target)
    chance, begun, ends = random.Random(), target.seeds(), time.monotonic() + seconds  # noqa: S311
    while time.monotonic() < ends:
        kept.look(target, target.broken(chance.choice(begun), chance), trying.SECONDS)
    return kept.told(target)


def followed(target: targets.Target, seconds: int, folder: Path, kept: Kept) -> int:
    """Led by coverage (atheris), in a process that libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["barometer"]):
        _ready(target)
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for data in target.seeds():
        (corpus / f"own-{hashlib.sha256(data).hexdigest()[:16]}").write_bytes(data)
    ends = time.monotonic() + seconds

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311
        if chance.random() < 0.15:
            mutated: bytes = atheris.Mutate(data, min(most, breaking.LONGEST))
            return mutated
        return target.broken(data, chance)[: min(most, breaking.LONGEST)]

    def look(data: bytes) -> None:
        if time.monotonic() > ends:
            code = kept.told(target)
            shutil.rmtree(os.environ["BAROMETER_HOME"], ignore_errors=True)
            os._exit(code)
        kept.look(target, data, max(trying.SECONDS, SECONDS_FOLLOWED * len(data) / breaking.LONGEST))

    options = [
        f"-max_len={breaking.LONGEST}",
        "-timeout=120",
        "-rss_limit_mb=3000",
        "-len_control=0",
        "-verbosity=0",
        f"-artifact_prefix={corpus.parent}/",  # what it finds slow lies there too, not where one stands
    ]
    atheris.Setup([sys.argv[0], str(corpus), *options], look, custom_mutator=mutate)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
