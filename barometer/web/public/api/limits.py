"""How much one reader may ask for: a bucket a client, known by a digest whose key is drawn anew each day.

It all lives in this process's memory; no address is kept, and nothing is written.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

#: Questions at once, and how many a minute after that.
BURST, A_MINUTE = 60, 120
#: So many clients are remembered; the one that asked longest ago is forgotten, and its bucket is full again.
MOST_CLIENTS = 20_000


class Limits:
    """Token buckets by client."""

    def __init__(
        self, burst: int = BURST, a_minute: int = A_MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.burst, self._each = burst, 60 / a_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, client: str) -> int:
        """0, and one token less; or the seconds after which there is one again."""
        now = self._clock()
        with self._lock:
            left, at = self._left.pop(client, (float(self.burst), now))
            left = min(float(self.burst), left + (now - at) / self._each)
            refused = left < 1
            self._left[client] = (left if refused else left - 1, now)
            if len(self._left) > MOST_CLIENTS:
                self._left.popitem(last=False)
        return max(1, math.ceil((1 - left) * self._each)) if refused else 0


limits = Limits()
