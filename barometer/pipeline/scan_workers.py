"""Who reads the pieces of a scan: processes of this machine, or a Dask cluster. Both read them the same."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from barometer.errors import NotReady
from barometer.pipeline.scan_parts import Part, lost_part, scan_piece, version
from barometer.sources.archive_records import Piece

#: A piece that was being read alone when its process died so often is given up.
DEATHS = 3
#: Seconds within which a scheduler must answer and have a worker.
PATIENCE = 20

#: The number of a piece, the piece, and where its first record begins if that is known.
Task = tuple[int, Piece, int | None]


class Workers(Protocol):
    """Reads pieces, in any order; a piece that kills its reader comes back as lost."""

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Part]]:
        """Each task's number with its part, as they get done."""
        ...

    def close(self) -> None:
        """Send everybody home."""
        ...


class Local:
    """So many processes of this machine. When one is killed, what was being read is read again."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Part]]:
        waiting = deque(tasks)
        flying: dict[Future[Part], Task] = {}
        while waiting or flying:
            try:
                while waiting and len(flying) < self.count:
                    future = self._started().submit(scan_piece, *waiting[0][1:])
                    flying[future] = waiting.popleft()
                done, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in done:
                    part = future.result()
                    yield flying.pop(future)[0], part
            except BrokenProcessPool:
                self.close()
                suspects, flying = flying, {}
                yield from self._one_by_one(suspects)

    def _one_by_one(self, suspects: dict[Future[Part], Task]) -> Iterator[tuple[int, Part]]:
        """Which of the pieces killed the process is not known: each is read by a process of its own."""
        for future, (number, piece, start) in suspects.items():
            if future.done() and not future.exception():
                yield number, future.result()
            else:
                yield number, self._alone(piece, start)

    def _alone(self, piece: Piece, start: int | None) -> Part:
        for _ in range(DEATHS):
            with _pool(1) as pool:
                try:
                    return pool.submit(scan_piece, piece, start).result()
                except BrokenProcessPool:
                    continue
        return lost_part(piece)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = _pool(self.count)
        return self._pool

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _pool(count: int) -> ProcessPoolExecutor:
    """Processes that are not forked from this one, whose locks and threads they would inherit."""
    context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
    if os.name == "posix":
        context.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(count, mp_context=context, initializer=_begin)


def _begin() -> None:
    """A worker leaves an interrupt to its parent, and ends when the parent is gone, also when that was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Cluster:
    """The workers of a Dask scheduler. They must see the archives under the same paths, and have this version."""

    def __init__(self, address: str) -> None:
        try:
            self._dask: Any = importlib.import_module("distributed")
        except ImportError:
            raise NotReady(
                "Dask is not installed",
                file=address,
                next_step="install the extra: pip install 'press-barometer[scale]', or leave out --scheduler",
            ) from None
        try:
            self._client = self._dask.Client(address, timeout=PATIENCE, set_as_default=False)
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, TimeoutError, ValueError) as error:
            raise NotReady(
                f"no Dask scheduler with a worker answers ({type(error).__name__})",
                file=address,
                next_step="start `dask scheduler` and `dask worker ADDRESS --nthreads 1`",
            ) from None

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Part]]:
        waiting = deque(tasks)
        known: dict[str, Task] = {}
        flying = self._dask.as_completed(loop=self._client.loop)
        for _ in range(min(len(waiting), self._places())):
            self._submit(flying, waiting.popleft(), known)
        for future in flying:
            number, piece, _ = known.pop(future.key)
            try:
                part = future.result()
            except self._dask.KilledWorker:
                part = lost_part(piece)
            if part.version != version():
                raise NotReady(
                    "a worker of the cluster has another version of the program",
                    place=part.version,
                    next_step=f"install there what is here: {version()}",
                )
            if waiting:
                self._submit(flying, waiting.popleft(), known)
            yield number, part

    def _places(self) -> int:
        """As many pieces as there are threads, and as many again that wait beside them."""
        threads: int = sum(self._client.nthreads().values())
        return max(8, 2 * threads)

    def _submit(self, flying: Any, task: Task, known: dict[str, Task]) -> None:
        future = self._client.submit(scan_piece, *task[1:], pure=False)
        known[future.key] = task
        flying.add(future)

    def close(self) -> None:
        self._client.close()
