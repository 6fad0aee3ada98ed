"""Rounds of looks: every site once in so many seconds, spread over the round, none of them waiting for another.

A site's place in the round stays about the same, with a little chance in it, so that neither the sites nor whoever
reads the lines meet all looks at once. What calls out (the list of sites, the keeping of results) runs in one thread of
its own: a slow ledger holds up no look, and a connection to a database stays in one thread.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

_T = TypeVar("_T")
#: The part of a round within which looks begin: the last of them have time to end before the next round.
_SPREAD = 0.9
_CHANCE = random.SystemRandom()
_LOG = logging.getLogger(__name__)


class _Places:
    """How many looks may go on at once. Sites whose last look took its whole time share a quarter of the places, so
    that hanging ones, however many, leave room for the others."""

    def __init__(self, most: int) -> None:
        self._quick = asyncio.Semaphore(most)
        self._slow = asyncio.Semaphore(max(1, most // 4))
        self._hung: set[str] = set()

    def of(self, site: str) -> asyncio.Semaphore:
        return self._slow if site in self._hung else self._quick

    def note(self, site: str, hung: bool) -> None:
        if hung:
            self._hung.add(site)
        else:
            self._hung.discard(site)


async def run(
    sites: Callable[[], Sequence[str]],
    every: float,
    look: Callable[[str], Awaitable[_T]],
    on_result: Callable[[str, _T | None], None],
    stop: asyncio.Event,
    *,
    limit: float = 90.0,
    slow: float = 20.0,
    most: int = 64,
) -> None:
    """Look at all sites, every so many seconds, until `stop` is set; with `every` 0 once, as fast as may be.

    `sites` is asked before each round. `on_result` gets what `look` gave, None if it broke or did not end within
    `limit` seconds; what it raises ends the run. A look of more than `slow` seconds is called hanging. Looks that are
    under way when `stop` is set are broken off, and nothing is kept of them.
    """
    loop, places = asyncio.get_running_loop(), _Places(most)
    stopping = loop.create_task(stop.wait())
    with ThreadPoolExecutor(1, "rounds") as keeper:

        async def one(site: str, begin: float) -> None:
            await asyncio.sleep(begin - loop.time())
            async with places.of(site):
                began = loop.time()
                result = await _within(look, site, limit)
                places.note(site, loop.time() - began > slow)
            await loop.run_in_executor(keeper, on_result, site, result)

        while not stop.is_set():
            began = loop.time()
            listed = list(dict.fromkeys(await loop.run_in_executor(keeper, sites)))
            gap = every * _SPREAD / max(1, len(listed))
            starts = [began + (number + _CHANCE.random()) * gap for number in range(len(listed))]
            tasks = [loop.create_task(one(*turn)) for turn in zip(listed, starts, strict=True)]
            try:
                whole = asyncio.gather(*tasks)
                either: set[asyncio.Future[Any]] = {whole, stopping}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if whole.done():
                    whole.result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            if not every:
                break
            await asyncio.wait({stopping}, timeout=max(0.0, began + every - loop.time()))
    stopping.cancel()


async def _within(look: Callable[[str], Awaitable[_T]], site: str, limit: float) -> _T | None:
    """What the look gives, None if it breaks or does not end in time."""
    try:
        async with asyncio.timeout(limit):
            return await look(site)
    except TimeoutError:
        _LOG.warning("%s: the look did not end within %g s", site, limit)
    except Exception:
        _LOG.exception("%s: the look broke", site)
    return None
