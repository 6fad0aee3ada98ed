"""What a site asks of crawlers (RFC 9309): asked once, kept for a day, respected."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from barometer.errors import FetchFailed
from barometer.fetching.door import Door, Limits
from barometer.fetching.guard import parse_url

_LIMITS = Limits(bytes=1 << 20, seconds=20, redirects=5)
_KEPT = 24 * 3600.0
#: After a failure the site is left alone for so long, then asked again.
_KEPT_FAILURE = 600.0


@dataclass(frozen=True)
class _Rules:
    """`parsed` is None where there is no robots.txt; `closed` says that its server was in trouble."""

    parsed: Protego | None
    closed: bool
    until: float


class Robots:
    """Asks through the door; a missing file allows everything, one that cannot be had now refuses for now."""

    def __init__(
        self, door: Door, *, purpose: str = "web", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._door = door
        self._purpose = purpose
        self._clock = clock
        self._lock = threading.Lock()
        self._rules: dict[tuple[str, str], _Rules] = {}

    def allowed(self, url: str, agent: str, *, proxy: str | None = None) -> bool:
        """Whether the site lets `agent` (its product name, "PressBarometer") fetch this; FetchRefused as `Door.get`."""
        rules = self._of(url, proxy)
        return not rules.closed and (rules.parsed is None or rules.parsed.can_fetch(url, agent))

    def crawl_delay(self, url: str, agent: str, *, proxy: str | None = None) -> float | None:
        """Seconds between two visits that the site asks for, None if it asks for none."""
        parsed = self._of(url, proxy).parsed
        delay = parsed.crawl_delay(agent) if parsed else None
        return float(delay) if delay is not None else None

    def _of(self, url: str, proxy: str | None) -> _Rules:
        origin = parse_url(url).origin
        key = (origin, proxy or "")
        with self._lock:
            rules = self._rules.get(key)
        if rules is None or rules.until <= self._clock():
            rules = self._ask(origin, proxy)
            with self._lock:
                self._rules[key] = rules
        return rules

    def _ask(self, origin: str, proxy: str | None) -> _Rules:
        now = self._clock()
        try:
            answer = self._door.get(
                f"{origin}/robots.txt", purpose=self._purpose, limits=_LIMITS, proxy=proxy
            )
        except FetchFailed:
            return _Rules(None, True, now + _KEPT_FAILURE)
        if 200 <= answer.status < 300:
            return _Rules(Protego.parse(answer.body.decode("utf-8-sig", "replace")), False, now + _KEPT)
        if 400 <= answer.status < 500 and answer.status != 429:
            return _Rules(None, False, now + _KEPT)
        return _Rules(None, True, now + _KEPT_FAILURE)
