"""The index by which a reader's browser searches the mirror: made by Pagefind, the same bytes from the same pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from barometer.errors import NotReady

BUNDLE = "pagefind"
#: The pages of records: an event, a case, a person … each lies in a folder of its own below its list.
RECORDS = "{en,ru,kk}/*/*/index.html"
#: What the page of search uses of the bundle; its ready-made forms are left out.
_NOT_USED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.js")
PATIENCE = 900  # seconds


def index(pages: Path) -> None:
    """Write the index beside the pages. NotReady where Pagefind cannot run here."""
    command = [
        sys.executable, "-m", "pagefind", "--site", str(pages), "--output-subdir", BUNDLE, "--glob", RECORDS,
        "--root-selector", "main", "--keep-index-url", "--silent",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(type(error).__name__) from None
    entry = pages / BUNDLE / "pagefind-entry.json"
    if done.returncode or not entry.is_file():
        raise _failed((done.stderr or done.stdout).strip().splitlines()[-1:] or f"status {done.returncode}")
    for pattern in _NOT_USED:
        for path in (pages / BUNDLE).glob(pattern):
            path.unlink()
    # The one file whose order is left to chance.
    data = json.loads(entry.read_text(encoding="utf-8"))
    entry.write_text(json.dumps(data, sort_keys=True, separators=(",", ":")), encoding="utf-8")


def _failed(why: object) -> NotReady:
    return NotReady(
        f"the index of the search cannot be made: {why}",
        next_step="see that Pagefind runs: python -m pagefind --version",
    )
