"""What `barometer gather`, `worker`, `capture` and `evidence …` do: the doors to the sources and the evidence."""

from __future__ import annotations

import signal
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from barometer.errors import BarometerError, NotReady, Unreadable, counted
from barometer.web.entry import ledger_door, migrate, write_new

if TYPE_CHECKING:
    from barometer.evidence.check import Fault
    from barometer.web.records.gathering import Round, WatchedSource

Tell = Callable[[str], None]
MACHINE = "barometer capture"
#: Hosts that are visited at once: each may send 50 MB before it is refused, and with 16 hostile ones it was 1.3 GB.
AT_ONCE = 10


@ledger_door
def gather(names: Sequence[str], tell: Tell) -> bool:
    """Visit sources once, all that are active or those named; a name that ends in .toml is a file, and is kept.

    Whether all answered.
    """
    from barometer.sources.watched import read_source
    from barometer.web.actions import gathering

    migrate()
    files = {name: read_source(Path(name)) for name in names if name.endswith(".toml")}
    for value in files.values():
        gathering.save_source(value, by="barometer gather", reason="from its file")
    rows = gathering.sources([files[name].name if name in files else name for name in names])
    if not rows:
        raise NotReady("no source is watched", next_step="give a source's file, or add one on the desk")
    rounds = [gathering.gather_source(rows[0])] if len(rows) == 1 else _visited(rows)
    answered = True
    for done in rounds:
        slug = done.watched.slug
        tell(f"{slug}: {counted(done.shown, 'item')} shown, {done.new} new")
        for note in done.notes:
            tell(f"{slug}: {note}")
        answered = answered and done.answered
    return answered


def _visited(rows: Sequence[WatchedSource]) -> Iterator[Round]:
    """The rounds of the sources as they end: those of one host one after the other, so many hosts at once."""
    from django.db import connections

    from barometer.web.actions import gathering

    hosts: dict[str, list[WatchedSource]] = defaultdict(list)
    for row in rows:
        hosts[urlsplit(row.address).hostname or row.address].append(row)
    ended: SimpleQueue[Round | None] = SimpleQueue()

    def visit(host: str) -> None:
        try:
            for row in hosts[host]:
                ended.put(gathering.gather_source(row))
        finally:
            connections.close_all()  # this thread's own
            ended.put(None)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        visits = [pool.submit(visit, host) for host in hosts]
        for _ in visits:
            while (done := ended.get()) is not None:
                yield done
    for one in visits:
        one.result()  # a fault of the program ends its own host's visits, and is told when the others are done


@ledger_door
def digest(name: str, *, dry_run: bool, tell: Tell) -> None:
    """Send the mails that are due, or to one person; dry, they are only shown."""
    from barometer.web.actions import digest as mails

    migrate()
    if not dry_run:
        count = mails.send(name, tell=tell)
        tell(f"{counted(count, 'mail')} sent")
        return
    found = mails.letters(name)
    for wish, letter in found:
        tell(f"to {wish.user.get_username()}: {letter.subject}\n\n{letter.text}")
    tell(f"{counted(len(found), 'mail')} to send")


@ledger_door
def newest_leads(most: int) -> list[str]:
    """The newest leads, a line each: what is proposed, its title, and how often its words were met."""
    from django.db.models import Count

    from barometer.web.records.gathering import Lead

    lines = []
    rows = Lead.objects.select_related("document").annotate(met=Count("document__sightings"))
    for row in rows.order_by("-pk")[:most]:
        entries = row.proposed.get("entries", [])
        types = [event["types"][0] for entry in entries for event in entry.get("events", [])]
        what = ", ".join(dict.fromkeys(types)) or "no event"
        lines.append(f"{what}: {row.title[:70]} (met {counted(row.met, 'time')})")
    return lines


@ledger_door
def work(*, once: bool, tell: Tell) -> None:
    """Do what is due, by rhythm, until stopped; `once` ends when nothing is due."""
    from barometer.web.actions import gathering
    from barometer.web.actions.clock import Jumps
    from barometer.web.actions.jobs import Worker

    migrate()
    gathering.begin()
    worker = Worker(gathering.handlers(), tell, Jumps().look)
    before = {sign: signal.signal(sign, lambda *_: worker.stop()) for sign in (signal.SIGTERM, signal.SIGINT)}
    try:
        worker.run_on(once=once)
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


@ledger_door
def capture(urls: Sequence[str], *, by: str, tell: Tell) -> bool:
    """Capture addresses, with Chromium where it can be used; whether all could be had."""
    from barometer.web.actions import outside
    from barometer.web.actions.evidence import capture_address

    migrate()
    browser, why_not = outside.browser()
    if browser is None:
        tell(f"without screenshot and PDF: {why_not}")
    all_had = True
    for url in urls:
        try:
            row = capture_address(url, by=by or MACHINE, browser=browser)
        except BarometerError as error:
            if len(urls) == 1:
                raise
            tell(f"{url}: {error}")
            all_had = False
            continue
        wall = f", not the post: {row.wall}" if row.wall else ""
        tell(f"{row.archive.public_id} {row.archive.sha256} {url} (status {row.status}{wall})")
    return all_had


@ledger_door
def verify() -> list[Fault]:
    """Everything recomputed; what is amiss. Without a time stamp is nothing where no authority was chosen."""
    from barometer.web.actions import evidence, outside
    from barometer.web.health.marks import FIXITY, mark

    migrate()
    faults = evidence.verify()
    if all(fault.kind == "unstamped" for fault in faults):
        mark(FIXITY)
    return faults if outside.authorities() else [fault for fault in faults if fault.kind != "unstamped"]


@ledger_door
def erased() -> list[str]:
    """The items whose bytes were erased, a line each: when, by whom and why. No faults."""
    from barometer.web.actions import evidence

    return [f"{sha256}: {told}" for sha256, told in evidence.erased().items()]


@ledger_door
def seal() -> int:
    """Seal the evidence that earlier versions kept unsealed; how many items were."""
    from barometer.web.actions import evidence

    migrate()
    return evidence.seal()


@ledger_door
def export(name: str, out: Path | None, *, by: str = "barometer evidence export") -> Path:
    """Write an item as a WACZ; the file."""
    from barometer.web.actions import evidence

    migrate()
    item = evidence.item_of(name)
    return write_new(out or Path(f"{item.sha256[:16]}.wacz"), lambda: evidence.export(item, by=by))


@ledger_door
def report(name: str, language: str, out: Path | None, *, by: str = "barometer evidence report") -> Path:
    """Write the report on an item as a PDF; the file."""
    from barometer.web.actions import evidence

    migrate()
    item = evidence.item_of(name)
    return write_new(out or Path(f"{item.sha256[:16]}.pdf"), lambda: evidence.report(item, language, by=by))


@ledger_door
def head() -> str:
    """The head of the log as it is now, as the text that is signed and published."""
    from barometer.web.actions import evidence

    migrate()
    return evidence.log_head().text()


@ledger_door
def keep_signature(head_file: Path, signature_file: Path, key_file: Path, *, by: str) -> int:
    """Take in the signature of a head; how many entries it covers."""
    from barometer.web.actions import evidence

    migrate()
    text = _read(head_file).decode("utf-8", "replace")
    return evidence.keep_signature(text, _read(signature_file), _read(key_file), by=by).size


def make_key(private: Path) -> str:
    """Write a new private key; the public one as PEM. Run it on the machine where the key shall live."""
    from barometer.evidence.signing import make_key

    return make_key(private).decode("ascii")


def sign(head_file: Path, private: Path, out: Path) -> Path:
    """Sign a head; needs no ledger."""
    from barometer.evidence.log import read_head, sign_head

    signed = read_head(_read(head_file).decode("utf-8", "replace"))
    return write_new(out, lambda: sign_head(private, signed))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(1 << 16)
    except OSError as error:
        raise Unreadable(
            f"it cannot be read ({error.strerror})", file=path, next_step="check the name"
        ) from None
