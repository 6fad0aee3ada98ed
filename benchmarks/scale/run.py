"""How the program grows: the time and memory of its work on invented ledgers of several sizes, on both databases.

run.py [EVENTS …] [--out FILE]      1,000 and 100,000 by default; 1000000 takes an hour and 30 GB of disk
run.py make EVENTS                  only make the ledger, in BAROMETER_HOME or DATABASE_URL, where it is empty
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[2])]


def made(events: int) -> None:
    """The ledger at hand, made."""
    from barometer.web import entry

    entry.counts()  # an empty ledger of today's form, and Django set up
    import ledger

    ledger.make(events, say=lambda line: print(line, file=sys.stderr, flush=True))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        made(int(sys.argv[2]))
