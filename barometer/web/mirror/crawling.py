"""The walk over the whole public site: from page to page by their links, in several processes that see one moment."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from barometer.errors import NotReady
from barometer.web.mirror import reading, working
from barometer.web.mirror.addresses import Place, place
from barometer.web.mirror.making import Job, Made, Maker
from barometer.web.mirror.manifest import Held

#: Pages that one process makes before it is asked again.
AT_ONCE = 24
START = ("/", "/robots.txt", "/en/", "/en/copy/")


@dataclass
class Walked:
    """All files of a run, the files that were asked for in vain, and the tables that were read."""

    files: dict[str, Held] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)


class Front:
    """The pages that are still to be made; each page counts once, in whatever language a link named it."""

    def __init__(self, starts: Iterable[Place]) -> None:
        self._known: set[tuple[bool, str]] = set()
        self._waiting: deque[Place] = deque()
        self.add(starts)

    def add(self, places: Iterable[Place]) -> None:
        """Pages that a link was found to."""
        for one in places:
            key = (bool(one.language), one.page)
            if key not in self._known:
                self._known.add(key)
                self._waiting.append(one)

    def take(self) -> list[Place]:
        """The next of them; none where none waits."""
        return [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]


class Crew:
    """Who makes the pages: processes behind pipes, or, without any, the caller itself."""

    def __init__(self, job: Job, pipes: list[Connection]) -> None:
        self.job = job
        self.pipes = pipes

    def walk(self, starts: Iterable[Place], tell: Callable[[int], None]) -> Walked:
        """Make every page that can be reached from the starts; `tell` hears how many files there are."""
        walked, front = Walked(), Front([one for name in START if (one := place(name))] + list(starts))

        def take_in(made: Made) -> None:
            front.add(made.leads_to)
            walked.files |= made.files
            walked.missing |= set(made.missing)
            tell(len(walked.files))

        if self.pipes:
            self._share_out(front, take_in)
            for pipe in self.pipes:
                pipe.send(None)
                walked.tables |= _heard(pipe)
        else:
            with Maker(self.job) as maker:
                while places := front.take():
                    take_in(maker.make(places))
                walked.tables |= maker.watch.tables
        return walked

    def _share_out(self, front: Front, take_in: Callable[[Made], None]) -> None:
        idle, busy = list(self.pipes), []
        while True:
            while idle and (places := front.take()):
                idle[-1].send(places)
                busy.append(idle.pop())
            if not busy:
                return
            for pipe in wait(busy):
                take_in(_heard(pipe))
                busy.remove(pipe)
                idle.append(pipe)


@contextmanager
def crew(job: Job, processes: int) -> Iterator[Crew]:
    """So many processes and the caller, who all read one moment of the ledger."""
    if processes == 1:
        with reading.one_moment():
            yield Crew(job, [])
        return
    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    started = []
    try:
        for _ in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=working.work, args=(theirs, str(job.pages), job.site), daemon=True
            )
            process.start()
            theirs.close()
            pipes.append(ours)
            started.append(process)
        for pipe in pipes:
            _heard(pipe)  # it is up
        with _together(pipes):
            yield Crew(job, pipes)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in started:
            process.join(20)
            if process.is_alive():
                process.terminate()


@contextmanager
def _together(pipes: list[Connection]) -> Iterator[None]:
    """The caller and the processes begin to read while nobody can write."""
    with ExitStack() as open_moment:
        with reading.writers_wait():
            name = open_moment.enter_context(reading.one_moment(exported=True))
            for pipe in pipes:
                pipe.send(name)
            for pipe in pipes:
                _heard(pipe)  # it reads
        yield


def _heard(pipe: Connection) -> Any:
    """What a process has to say; NotReady where it ended, or met a fault."""
    try:
        said = pipe.recv()
    except EOFError:
        raise NotReady(
            "a process that made pages was ended", next_step="try again, with fewer of them: --processes 1"
        ) from None
    if isinstance(said, BaseException):
        raise said
    return said
