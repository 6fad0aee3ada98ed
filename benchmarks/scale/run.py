"""How the program grows: the time and memory of its work on invented ledgers of several sizes, on both databases.

    run.py [EVENTS …] [--out FILE]      1,000 and 100,000 by default; 1000000 takes hours and 30 GB of disk
    run.py make EVENTS                  only make the ledger, in BAROMETER_HOME or DATABASE_URL, where it is empty
    run.py ask [QUESTION …]             only ask the ledger at hand, and print JSON

Nothing of the user's is touched: ledgers are made in scratch folders and in a PostgreSQL cluster of their own. Every
question is asked by a process of its own, whose largest memory is told. `--out` writes the table as Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT), str(ROOT / "tools")]

#: In milliseconds: what a page may take at its 95th percentile, whatever the size of the ledger.
MOST = {"one facet of 80 %": 400.0, "names search": 150.0}
MOST_OF_A_PAGE, MOST_MEGABYTES = 150.0, 400
DATABASES = ("SQLite", "PostgreSQL")


@dataclass
class Found:
    """What was measured: question → (database, events) → figures; and how long the ledgers took to make."""

    answers: dict[str, dict[tuple[str, int], dict[str, Any]]] = field(default_factory=dict)
    made: dict[tuple[str, int], float] = field(default_factory=dict)


def main(arguments: list[str]) -> int:
    """Measure and print, or do one part of it in the ledger at hand."""
    task, *rest = [*arguments, ""]
    if task == "make":
        with_ledger()
        import ledger

        ledger.make(int(rest[0]), say=lambda line: print(line, file=sys.stderr, flush=True))
        return 0
    if task == "ask":
        os.environ["BAROMETER_SECOND_FACTOR"] = "optional"  # who logs in to be measured has none
        with_ledger()
        import questions

        for name in [one for one in rest if one] or questions.QUESTIONS:
            questions.ask(name)
        return 0
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("events", nargs="*", type=int, default=[1_000, 100_000])
    asked.add_argument("--out", type=Path)
    given = asked.parse_args(arguments)
    found = measured(sorted(given.events))
    lines = table(found)
    print("\n".join(lines))
    if given.out:
        given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def with_ledger() -> None:
    """Django, and a ledger of today's form."""
    from barometer.web import entry

    entry.migrate()


# --- measuring --------------------------------------------------------------------------------------------


def measured(sizes: list[int]) -> Found:
    """Make a ledger of each size on each database that is here, and ask it."""
    found = Found()
    with ExitStack() as open_:
        for database, urls in _databases(sizes, open_):
            for events, url in urls.items():
                with tempfile.TemporaryDirectory(prefix="barometer-scale-") as home:
                    before = time.monotonic()
                    _child({"BAROMETER_HOME": home, "DATABASE_URL": url}, "make", str(events))
                    found.made[database, events] = time.monotonic() - before
                    asked(found, database, events, home, url)
    return found


def asked(found: Found, database: str, events: int, home: str, url: str) -> None:
    """Ask everything of one ledger."""
    for name in _questions():
        said = _child({"BAROMETER_HOME": home, "DATABASE_URL": url}, "ask", name)
        row = json.loads(said.splitlines()[-1])
        found.answers.setdefault(name, {})[database, events] = row
        print(f"{database:11}{events:>10,}  {_told(row)}", file=sys.stderr, flush=True)


def _questions() -> list[str]:
    """The names of the questions; Django is not needed for them."""
    text = (HERE / "questions.py").read_text(encoding="utf-8").partition("QUESTIONS: dict")[2]
    return [line.split('"')[1] for line in text.splitlines() if line.startswith('    "')]


def _databases(sizes: list[int], open_: ExitStack) -> Iterator[tuple[str, dict[int, str]]]:
    from with_postgres import NoPostgres

    yield "SQLite", dict.fromkeys(sizes, "")
    try:
        yield "PostgreSQL", open_.enter_context(_clusters(sizes))
    except NoPostgres as reason:
        print(f"PostgreSQL is left out: {reason}", file=sys.stderr)


@contextmanager
def _clusters(sizes: list[int]) -> Iterator[dict[int, str]]:
    from with_postgres import throwaway_cluster

    with ExitStack() as open_:
        yield {size: open_.enter_context(throwaway_cluster()) for size in sizes}


def _child(environment: dict[str, str], *arguments: str) -> str:
    told = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(HERE / "run.py"), *arguments]
    return subprocess.run(command, env=told, check=True, stdout=subprocess.PIPE, text=True).stdout


# --- telling ----------------------------------------------------------------------------------------------


def table(found: Found) -> list[str]:
    """The figures as lines of Markdown: by the clock, then what the process itself computed."""
    ways = [way for database in DATABASES for way in sorted(found.made) if way[0] == database]
    heads = [f"{database} {events:,}" for database, events in ways]
    lines = [f"{_machine()} {_speed(found)}"]
    for what, own in (("by the clock", False), ("its own processor time", True)):
        lines += ["", f"| {what} | {' | '.join(heads)} | grows |", "|---|" + "---:|" * (len(ways) + 1)]
        if not own:
            lines.append("| making it | " + " | ".join(f"{found.made[way]:.0f} s" for way in ways) + " | |")
        for name, rows in found.answers.items():
            cells = [_cell(name, rows[way], own=own) for way in ways]
            lines.append(f"| {name} | {' | '.join(cells)} | {_growth(rows, ways, own=own)} |")
    return [
        *lines, "",
        "Pages: half are quicker than the first figure, 95 in 100 than the second. Work: one run. MB: the largest memory "
        "of the process. An exclamation mark: over what is aimed at. The last column: the largest ledger to the one "
        "before it, on each database.",
    ]  # fmt: skip


def most_of(name: str, row: dict[str, Any]) -> float | None:
    """What a page of that kind may take; None for work."""
    return MOST.get(name, MOST_OF_A_PAGE) if "p95" in row else None


def _figures(row: dict[str, Any], *, own: bool = False) -> str:
    before = "own_" if own else ""
    if "p95" in row:
        return f"{row[f'{before}p50']:.0f} / {row[f'{before}p95']:.0f} ms"
    return f"{row['own' if own else 'seconds']:.1f} s"


def _cell(name: str, row: dict[str, Any], *, own: bool) -> str:
    if own:
        return _figures(row, own=True)
    most = most_of(name, row)
    over = "!" if most is not None and row["p95"] > most else ""
    large = "!" if row["megabytes"] > MOST_MEGABYTES else ""
    return f"{_figures(row)}{over}, {row['megabytes']} MB{large}"


def _told(row: dict[str, Any]) -> str:
    """One answer, for who waits for the table."""
    own = _figures(row, own=True)
    return f"{row['what']:26}{_figures(row):>20}{own:>20}{row['megabytes']:>7} MB  {row.get('told') or row.get('slowest')}"


def _growth(rows: dict[tuple[str, int], dict[str, Any]], ways: list[tuple[str, int]], *, own: bool) -> str:
    """How many times as long the largest takes as the next smaller one, on each database."""
    told = []
    for database in DATABASES:
        its = [rows[way] for way in ways if way[0] == database]
        if len(its) > 1:
            page, work = ("own_p95", "own") if own else ("p95", "seconds")
            large, small = (one.get(page) or one[work] for one in (its[-1], its[-2]))
            told.append(f"×{large / small:.1f}")
    return " ".join(told)


def _machine() -> str:
    load = os.getloadavg()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors, {memory:.0f} GB, Python {platform.python_version()}; load at the end "
        f"{load:.1f}"
        + (": the machine was busy with other work" if load > (os.cpu_count() or 1) else "")
        + "."
    )


def _speed(found: Found) -> str:
    """How quick the processor was, between the quickest and the slowest moment."""
    took = [took for rows in found.answers.values() for row in rows.values() for took in row.get("fixed", ())]
    if not took:
        return ""
    return f"The same fixed work took between {min(took):.0f} and {max(took):.0f} ms of a processor."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
