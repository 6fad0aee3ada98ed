"""What was worked out of the published ledger, remembered until the ledger changes.

Every change of a record, and every judgement, writes its revision in the same transaction (barometer.web.actions): the
newest revision is the ledger's version. It is read before what is remembered under it, so nothing old is ever taken
for newer than it is. A large ledger takes seconds to read: what was made less than
`REST` seconds ago then counts although something changed, but only where it is numbers, or which rows a search found: who
may be named is remembered for the very version alone, what rests on it only as long as that is the same, and whether a
record is public is asked each time.
"""

from __future__ import annotations

import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from django.conf import settings
from django.db import connection

from barometer.web.records import changes
from barometer.web.records.models import Revision

T = TypeVar("T")
#: Seconds for which a large ledger is not read again, and from how many events it is large.
REST, LARGE = 30.0, 2_000
MOST_KEPT = 400
_lock = RLock()
_asked: ContextVar[list[tuple[object, ...] | None] | None] = ContextVar("asked", default=None)
_kept: OrderedDict[Hashable, _Kept] = OrderedDict()
_locks: WeakValueDictionary[Hashable, _Making] = WeakValueDictionary()


@dataclass(frozen=True)
class _Kept:
    version: Hashable
    made: float
    took: float
    value: Any


def version() -> tuple[object, ...] | None:
    """The ledger's version: its newest revision; None where nothing was ever written.

    What only reads asks once (`reading`): what it makes may be newer than that, and never passes for older.
    """
    asked = _asked.get()
    if asked is None:
        return _version()
    if not asked:
        asked.append(_version())
    return asked[0]


def changed_at() -> datetime | None:
    """When the ledger changed last: every change leaves a revision. None where nothing was ever written."""
    asked = _asked.get()
    found: Any = asked[0] if asked else _newest()
    return found and found[3]


def reading(only: bool) -> None:
    """What follows in this request only reads, or does not."""
    _asked.set([] if only else None)


def _version() -> tuple[object, ...] | None:
    """On PostgreSQL an earlier revision may become visible after a later: so also how many of the newest there are."""
    newest = _newest()
    if newest is None or connection.vendor == "sqlite":
        return newest
    return *newest, changes.in_sight(newest[0])


def _newest() -> tuple[Any, ...] | None:
    return Revision.objects.order_by("-pk").values_list("pk", "record_id", "number", "at").first()


def remembered(
    key: Hashable,
    make: Callable[[], T],
    rest: Callable[[T], bool] = lambda _: False,
    again: Callable[[T], T] | None = None,
    seconds: float | None = None,
    times: float = 0,
) -> T:
    """What `make` gives, made once for each version of the ledger; `rest` says of it that it may be so many seconds old
    (`REST` where nothing is said), or so many times the seconds that it took.

    `again` makes it from what it was. Where settings.REMEMBER is off, it is made each time.
    """
    if not settings.REMEMBER:
        return make()
    now = version()
    if now is None:
        return make()
    with _making(key):  # who asks for something else does not wait
        kept = _kept.get(key)
        begun = time.monotonic()
        if kept and (
            kept.version == now
            or (rest(kept.value) and begun - kept.made < max(seconds or REST, times * kept.took))
        ):
            with _lock:
                if key in _kept:
                    _kept.move_to_end(key)
            return kept.value
        value = again(kept.value) if kept and again else make()
        with _lock:
            made = time.monotonic()
            _kept[key] = _Kept(now, made, made - begun, value)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        return value


def settle() -> None:
    """What is there now stays as long as the process: no more to be looked through for what nobody needs.

    A large ledger's columns and names are hundreds of thousands of objects, and going through them took half a second
    of one page in sixty. They are let go all the same when a newer reading takes their place.
    """
    gc.collect()
    gc.freeze()


def _making(key: Hashable) -> _Making:
    """One at a time makes one thing. What is made may ask for others, never in a circle."""
    with _lock:
        found = _locks.get(key)
        if found is None:
            found = _locks[key] = _Making()
        return found


class _Making:
    """A lock that is forgotten when nobody holds it."""

    def __init__(self) -> None:
        self._own = RLock()

    def __enter__(self) -> None:
        self._own.acquire()

    def __exit__(self, *_: object) -> None:
        self._own.release()


def forget(but: Collection[Hashable] = ()) -> None:
    """Everything is made anew, but what is kept under these keys."""
    with _lock:
        for key in [key for key in _kept if key not in but]:
            del _kept[key]
