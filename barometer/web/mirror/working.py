"""A process that makes pages for another one. Django is loaded by the process itself, so nothing here imports it."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path


def work(pipe: Connection, pages: str, site: str) -> None:
    """Say that it is up, begin to read when told, then make pages until there are none, and say what was read."""
    from barometer.web import entry

    entry.setup()
    from barometer.web.mirror import reading
    from barometer.web.mirror.making import Job, Maker

    try:
        pipe.send("up")
        with reading.one_moment(pipe.recv()), Maker(Job(Path(pages), site)) as maker:
            pipe.send("reads")
            while (places := pipe.recv()) is not None:
                pipe.send(maker.make(places))
            pipe.send(maker.watch.tables)
    except (EOFError, BrokenPipeError):
        return  # the caller is gone
    except Exception as error:  # the caller tells it
        pipe.send(error)
