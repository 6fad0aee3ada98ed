"""Archives of news by the million → leads: what of them may be about press freedom here, for people to look at."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from barometer.errors import NotReady, Unreadable, counted
from barometer.pipeline.paths import make_folder, refuse_address
from barometer.pipeline.scan_parts import Part, Parts, damage_file, damage_line
from barometer.pipeline.scan_workers import Cluster, Local, Workers
from barometer.sources.archive_records import Damage, Piece
from barometer.sources.archives import PIECE, pieces

Tell = Callable[[str], object]


@dataclass(frozen=True)
class Scanned:
    """What a scan gave: the pages it looked at, its leads, and how much was damaged."""

    looked: int
    leads: int
    damages: int


def scan(
    archives: Sequence[Path],
    out: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    tell: Tell | None = None,
    progress: Progress | None = None,
    piece_size: int = PIECE,
) -> Scanned:
    """Write OUT with a lead a line, in the order of the archives, and OUT's .damage file with what could not be read.

    The same bytes whatever reads them. Stopped or killed, it goes on from the parts that are done (OUT.parts).
    `workers` processes, by default one a core, or those of a Dask `scheduler`.
    """
    tell = tell or (lambda _: None)
    archives, out = [Path(path) for path in archives], Path(out)
    for path in archives:
        refuse_address(path)
    _refuse_out(archives, out)
    todo = _planned(archives, piece_size)
    make_folder(out.parent)
    parts = Parts(out)
    try:
        told = parts.begin(archives, piece_size)
        if told:
            tell(told)
        hands: Workers = Cluster(scheduler) if scheduler else Local(workers or os.cpu_count() or 1)
        try:
            _read(todo, parts, hands, progress or Progress(None))
            order = _settled(todo, parts, hands)
        finally:
            hands.close()
        return _joined(todo, parts, order, tell)
    finally:
        parts.close()


def scan_command(
    archives: Sequence[Path], out: Path, workers: int | None, scheduler: str | None, tell: Tell
) -> int:
    """Scan for the command line, with progress on standard error: 0, or 1 where something was damaged."""
    found = scan(
        archives, out, workers=workers, scheduler=scheduler, tell=tell, progress=Progress(sys.stderr)
    )
    looked = f"{found.looked:,} {'page' if found.looked == 1 else 'pages'} looked at"
    tell(f"{out}: {counted(found.leads, 'lead')}, {looked}")
    if found.damages:
        tell(f"{damage_file(Path(out))}: {counted(found.damages, 'place')} could not be read as they should")
    return 1 if found.damages else 0


# --- the plan ---------------------------------------------------------------------------------------------------


def _refuse_out(archives: Sequence[Path], out: Path) -> None:
    if out.is_dir():
        raise NotReady("this is a folder", file=out, next_step="name a file: --out leads.jsonl")
    for path in archives:
        if path.exists() and out.exists() and path.samefile(out):
            raise NotReady("the archive would be written over", file=out, next_step="name another --out")


def _planned(archives: Sequence[Path], size: int) -> list[Piece | Damage]:
    """All pieces in their order. A file that is no archive is told as damaged, unless there is no other."""
    todo: list[Piece | Damage] = []
    refused: list[Unreadable] = []
    for path in archives:
        if not path.is_file():
            raise Unreadable("there is no such file", file=path, next_step="check the name and the folder")
        try:
            found = pieces(path, size)
        except Unreadable as error:
            refused.append(error)
            found = [Damage(str(path), 0, 0, error.message, error.next_step or "")]
        todo += (replace(one, path=str(path.resolve())) if isinstance(one, Piece) else one for one in found)
    if len(refused) == len(archives) and refused:
        raise refused[0]
    return todo


# --- reading ----------------------------------------------------------------------------------------------------


def _read(todo: Sequence[Piece | Damage], parts: Parts, hands: Workers, progress: Progress) -> None:
    """Every piece that has no part yet, in whatever order."""
    numbered = [(number, one) for number, one in enumerate(todo) if isinstance(one, Piece)]
    open_ = [(number, one, None) for number, one in numbered if parts.get(number) is None]
    progress.begin(len(numbered), len(numbered) - len(open_), sum(p.stop - p.start for _, p, _ in open_))
    for number, part in hands.run(open_):
        parts.keep(number, part)
        piece = todo[number]
        progress.add(part, piece.stop - piece.start if isinstance(piece, Piece) else 0)
    progress.end()


def _settled(todo: Sequence[Piece | Damage], parts: Parts, hands: Workers) -> list[int]:
    """The numbers of the parts that count, in order: each begins where the one before ends.

    A piece was read from the first record that was found in it. Where that is not the end of the piece before (a
    record inside another's body, a damaged stretch), it is read again from there.
    """
    order: list[int] = []
    name, at = "", None
    for number, one in enumerate(todo):
        if isinstance(one, Damage):
            order.append(number)
            continue
        if one.name != name or one.start == 0:
            name, at = one.name, 0
        if at is not None and at >= one.stop > 0 and one.start > 0:
            continue
        part = parts.get(number)
        if part is None or not part.lost and at is not None and part.start != at:
            ((_, part),) = hands.run([(number, one, at)])
            parts.keep(number, part)
        order.append(number)
        at = None if part.lost else part.end if part.start is not None else at
    return order


def _joined(todo: Sequence[Piece | Damage], parts: Parts, order: Sequence[int], tell: Tell) -> Scanned:
    """The parts put together; one at a time is in memory, but for what is damaged."""
    damages: list[str] = []
    count = {"looked": 0, "leads": 0}

    def leads() -> Iterator[str]:
        for number in order:
            one = todo[number]
            if isinstance(one, Damage):
                damages.append(damage_line(one))
                continue
            part = _there(parts, number)
            damages.extend(part.damages)
            count["looked"] += part.looked
            count["leads"] += len(part.leads)
            yield from part.leads

    kept = parts.join(leads(), damages)
    if kept:
        tell(f"{parts.out}: another file stood there and is kept as {kept.name}")
    return Scanned(count["looked"], count["leads"], len(damages))


def _there(parts: Parts, number: int) -> Part:
    part = parts.get(number)
    if part is None:
        raise NotReady(
            f"part {number} was taken away", file=parts.folder, next_step="run the same command again"
        )
    return part


# --- progress ---------------------------------------------------------------------------------------------------


class Progress:
    """How far a scan is, on a stream: in place on a terminal, a line now and then elsewhere."""

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream
        self._inplace = stream is not None and stream.isatty()
        self._pause = 0.5 if self._inplace else 15.0

    def begin(self, total: int, done: int, size: int) -> None:
        """`total` pieces, of which so many are done; `size` bytes are still to read."""
        self._total, self._done, self._size, self._read = total, done, size, 0
        self._looked = self._leads = 0
        self._started = self._told = time.monotonic()

    def add(self, part: Part, size: int) -> None:
        """A piece of so many bytes is done."""
        self._done += 1
        self._read += size
        self._looked += part.looked
        self._leads += len(part.leads)
        now = time.monotonic()
        if self._stream and now - self._told >= self._pause:
            self._told = now
            self._show(now - self._started)

    def _show(self, seconds: float) -> None:
        left = (self._size - self._read) * seconds / max(1, self._read)
        text = (
            f"{self._done:,} of {self._total:,} pieces, {self._looked:,} pages at {self._looked / seconds:,.0f} a second, "
            f"{counted(self._leads, 'lead')}, {_span(left)} left"
        )
        print(
            f"\r\x1b[K{text}" if self._inplace else text,
            end="" if self._inplace else "\n",
            file=self._stream,
            flush=True,
        )

    def end(self) -> None:
        """The line of a terminal is free again."""
        if self._inplace and self._told != self._started:
            print("\r\x1b[K", end="", file=self._stream, flush=True)


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"
