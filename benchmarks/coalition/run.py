"""A coalition's server under load: two hundred readers, twenty people of the desk; then its database is stopped.

    run.py [--seconds 90] [--before 0] [--readers 200] [--desk 20] [--pause 10] [--events 3000] [--out FILE.json]

Everything is on this machine's loopback, the load too: what else it does counts in. A few pages are asked for before, once.
Readers ask for a page every ten seconds; those of the desk act every --pause seconds.
A house that has just been opened has nothing in its caches: with --before all do the same for so many seconds before what
they do is measured. Ends with 1 where anything was wrong: an answer that was none of the wanted ones, a page seen before
that was not there without the database, a desk that did not come back. The aim of 400 ms is printed beside the figures and
judged by who reads them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from house import House, coalition
from ledger import PASSWORD
from load import Desk, Tally, Visitor, form_of, reader

AIM = 400  # ms
MOST_LOOKED_AT = 60


async def under_load(
    house: House, readers: int, desk: int, pause: float, before: float, seconds: float
) -> tuple[Tally, dict[str, float]]:
    """Everybody at once, each with an address of their own; the desk acts every `pause` seconds. Also seconds of a
    processor by what used them while it was measured, this load among them, the database not."""
    asked = json.loads((house.folder / "asked.json").read_text(encoding="utf-8"))
    first = Visitor(house.port, "127.1.9.1", Tally())
    for paths in asked.values():  # what a process does once is not measured
        for number in range(3):
            path = f"{paths[0]}{'&' if '?' in paths[0] else '?'}first={number}"
            await first.ask("first", path, well=False)
    first.close()
    tally, until = Tally(since=time.perf_counter() + before), time.monotonic() + before + seconds
    tasks = [
        reader(
            Visitor(house.port, f"127.1.{number // 250}.{number % 250 + 1}", tally),
            asked,
            until,
            random.Random(number),
        )
        for number in range(readers)
    ]
    tasks += [
        Desk(
            Visitor(house.port, f"127.2.0.{number + 1}", tally),
            number,
            PASSWORD,
            random.Random(number),
            pause,
        ).work(until)
        for number in range(desk)
    ]
    begun = dict[str, float]()

    async def look() -> None:
        await asyncio.sleep(before)
        begun.update(house.worked(), load=time.process_time())

    await asyncio.gather(look(), *tasks)
    ended = house.worked() | {"load": time.process_time()}
    return tally, {what: round(ended[what] - begun[what], 1) for what in ended}


async def without_database(house: House, seen: list[str]) -> list[str]:
    """The database is stopped, then comes back; what was wrong."""
    tally = Tally()
    reading, coding = Visitor(house.port, "127.3.0.1", tally), Visitor(house.port, "127.3.0.2", tally)
    person = Desk(coding, 0, PASSWORD, random.Random(0))
    await person.log_in()
    house.database.stop()
    for path in seen:
        answer = await reading.ask("cached", path)
        if answer.headers.get("x-cache") not in ("HIT", "STALE", "UPDATING"):
            tally.wrong.append(f"{path} came from {answer.headers.get('x-cache')} without a database")
    for visitor, path in (
        (coding, "/desk/leads/"),
        (reading, "/en/search/?q=nobody+asked+this"),
        (reading, "/en/tip/"),
    ):
        answer = await visitor.ask("away", path, well=False)
        if answer.status != 503 or "retry-after" not in answer.headers or "Traceback" in answer.text:
            tally.wrong.append(f"{path} without a database: {answer.status}, not 503")
    alive = await coding.ask("away", "/health/", well=False)
    if alive.status != 200:
        tally.wrong.append(f"/health/ without a database: {alive.status}")
    house.database.start()
    back = await coding.ask("back", "/desk/leads/")
    if form_of(back, "/logout/") is None and "/desk/login/" in back.path:
        tally.wrong.append("the desk asks for the password again")
    await reading.ask("back", "/en/search/?q=court")
    for path in seen[:5]:
        await reading.ask("back", path)
    await asyncio.sleep(8)  # a worker asks again every five seconds
    tally.wrong += [f"{what} has ended" for what in sorted(set(house.processes) - house.living())]
    for visitor in (reading, coding):
        visitor.close()
    return tally.wrong


def measured(seconds: list[float]) -> dict[str, float]:
    """How many, and milliseconds."""
    rows = sorted(seconds)
    at = {
        name: rows[min(len(rows) - 1, int(len(rows) * share))] * 1000
        for name, share in (("p50", 0.5), ("p95", 0.95))
    }
    return {
        "count": len(rows),
        **{name: round(value) for name, value in at.items()},
        "max": round(rows[-1] * 1000),
    }


def told_by(house: House, tally: Tally, load: tuple[float, float]) -> dict[str, Any]:
    """All figures."""
    cached = sum(tally.cache[one] for one in ("HIT", "STALE", "UPDATING", "REVALIDATED"))
    classes = {name: measured(rows) for name, rows in sorted(tally.seconds.items())}
    together: dict[str, list[float]] = {"all reading": [], "all of the desk but passwords": [], "all": []}
    for name, rows in tally.seconds.items():
        if name != "log in":
            together["all reading" if name.startswith("read ") else "all of the desk but passwords"] += rows
            together["all"] += rows
    classes |= {name: measured(rows) for name, rows in together.items() if rows}
    return {
        "classes": classes,
        "wrong": tally.wrong,
        "acts": dict(tally.acts),
        "refused": dict(tally.refused.most_common(8)),
        "cache": {"share": round(cached / max(1, sum(tally.cache.values())), 2), **tally.cache},
        "memory": house.memory(),
        "load of the machine before and after": load,
        "processors": os.cpu_count(),
    }


def main() -> int:
    """0 where nothing was wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    defaults = {"seconds": 90, "before": 0, "readers": 200, "desk": 20, "pause": 10, "events": 3000}
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="barometer-coalition-") as folder:
        before = os.getloadavg()[0]
        with coalition(Path(folder), given.events) as house:
            load = under_load(house, given.readers, given.desk, given.pause, given.before, given.seconds)
            tally, worked = asyncio.run(load)
            told = {"seconds of a processor": worked} | told_by(house, tally, (before, os.getloadavg()[0]))
            seen = random.Random(1).sample(sorted(tally.seen), min(MOST_LOOKED_AT, len(tally.seen)))
            told["pages asked for without a database"] = len(seen)
            told["wrong without a database and after"] = asyncio.run(without_database(house, seen))
            told["faults in the logs"] = faults(Path(folder))
    show(told)
    if given.out:
        given.out.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return int(bool(told["wrong"] or told["wrong without a database and after"] or not seen))


def faults(folder: Path) -> list[str]:
    """What the processes said went wrong, each once: the views that ended with 500, and the types under frames of code."""
    found: dict[str, None] = {}
    for log in sorted(folder.glob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        for before, line in pairwise(["", *lines]):
            if "500 for " in line or (before.startswith("    ") and line and not line.startswith(" ")):
                found[f"{log.stem}: {line[:200]}"] = None
    return list(found)


def show(told: dict[str, Any]) -> None:
    """The table, and what else there is to tell."""
    print(f"{'':30}{'count':>7}{'p50':>7}{'p95':>7}{'max':>7}  ms (aim: p95 at most {AIM})")
    for name, row in told["classes"].items():
        print(f"{name:30}" + "".join(f"{row[one]:>7}" for one in ("count", "p50", "p95", "max")))
    for name in (*told,):
        if name != "classes":
            print(
                f"{name}: {told[name] if not isinstance(told[name], list) else told[name][:12] or 'nothing'}"
            )


if __name__ == "__main__":
    sys.exit(main())
