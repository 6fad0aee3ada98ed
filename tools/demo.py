"""The main job, once: load the sample quarter, read its text, write the bulletin, the open data and the site as files.

Uses the data folder that BAROMETER_HOME names (`make` sets it to ./home) and writes to ./out. Running it
again changes nothing that is already there.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from barometer.codebook import LANGUAGES
from barometer.codebook.check import load
from barometer.errors import BarometerError
from barometer.pipeline import read_files
from barometer.reading import agreement
from barometer.web import entry, gather_commands, mirror_commands, release_commands

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "samples" / "kazakhstan-2026q1"
OUT = ROOT / "out"
INBOX = ROOT / "samples" / "inbox"
FORMATS = ("md", "html", "docx", "pdf")
CODER = "Press Barometer's sample"


def main() -> None:
    """Each step says what it did; a BarometerError ends the demo with one line and status 2."""
    started = time.perf_counter()
    heading("1. Into the ledger: the sample quarter, coded by people")
    report = entry.import_files(
        (SAMPLE / "bulletin.txt", SAMPLE / "bulletin.json"), as_published=True, by=CODER, dry_run=False
    )
    say(*report.lines())

    heading("2. The machine's own reading of the same text, beside the people's coding")
    [(_, machine)] = read_files((SAMPLE / "bulletin.txt",))
    people = load(SAMPLE / "bulletin.json")
    say(*agreement(people, machine).lines())

    heading("3. What the ledger holds")
    say(*(f"{count:>6,}  {what}" for what, count in entry.counts().items()))

    heading("4. The bulletin, in every format and language")
    OUT.mkdir(exist_ok=True)
    for language in LANGUAGES:
        for format_ in FORMATS:
            path = entry.write_bulletin(
                "2026Q1", language, format_, OUT / f"bulletin-2026Q1.{language}.{format_}"
            )
            say(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")

    heading("5. The open data of the quarter, and the whole site as files")
    data = OUT / "data"
    if data.exists():
        shutil.rmtree(data)
    made = release_commands.release("2026Q1", data, by="", draft=True)
    say(f"{made.folder.relative_to(ROOT)}  {len(made.files)} files")
    mirror_commands.make(OUT / "site", tell=say)
    say(f"{(OUT / 'site' / 'index.html').relative_to(ROOT)}  opens without a server")

    heading("6. A day's mail, read from a folder: leads for the desk")
    os.environ.setdefault("BAROMETER_FOLDERS", str(INBOX))
    gather_commands.gather([str(ROOT / "samples" / "sources" / "inbox.toml")], tell=say)
    say(*gather_commands.newest_leads(10))

    heading(f"Done in {time.perf_counter() - started:.0f} seconds")
    say("Open the site with:  make serve   (then http://127.0.0.1:8000/ in a browser on this machine)")


def heading(text: str) -> None:
    """A line that stands out."""
    print(f"\n== {text}", flush=True)


def say(*lines: str) -> None:
    """Lines under a heading."""
    for line in lines:
        print(f"   {line}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except BarometerError as error:
        print(f"barometer: {error}", file=sys.stderr)
        sys.exit(2)
