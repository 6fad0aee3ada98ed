"""Protection against floods that knows no visitors: what is counted is how much came, never from whom.

The counts are in the memory of the process and nowhere else: in the ledger they would tell in which hour somebody
was here. A restart empties them, and several processes count each for itself.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core import signing

#: So many an hour come in as they are; so many more with the answer to a sum; beyond that the form rests.
FREE, WITH_SUM = 30, 300
_SALT, _SECONDS = "barometer.web.intake.flood", 3 * 3600


@dataclass
class Bucket:
    """Holds so many tokens and fills up again within an hour."""

    most: int
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _at: float = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._left, self._at = float(self.most), self.clock()

    def take(self) -> bool:
        """Take a token; False where none is left."""
        with self._lock:
            self._fill()
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def is_empty(self) -> bool:
        """Whether no token is left."""
        with self._lock:
            self._fill()
            return self._left < 1

    def _fill(self) -> None:
        now = self.clock()
        self._left = min(self.most, self._left + (now - self._at) * self.most / 3600)
        self._at = now


@dataclass(frozen=True)
class Sum:
    """Two numbers to add, and the signed token by which the answer is judged without remembering the question."""

    one: int
    other: int
    token: str


class Gate:
    """What lets a tip in: freely, with a sum, or not now."""

    def __init__(
        self, free: int = FREE, with_sum: int = WITH_SUM, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._free, self._asked = Bucket(free, clock), Bucket(with_sum, clock)
        self._used: dict[str, float] = {}
        self._clock = clock
        self._lock = threading.Lock()

    def question(self) -> Sum | None:
        """The sum that the form asks; None where so little came that it need not."""
        return self._new() if self._free.is_empty() else None

    def passes(self, token: str, answer: str) -> bool:
        """Whether a tip is let in: a token is left, or the answer is right and was not given before."""
        return self._free.take() or (self._right(token, answer) and self._asked.take())

    def is_shut(self) -> bool:
        """Whether not even a right answer opens for now."""
        return self._free.is_empty() and self._asked.is_empty()

    def _new(self) -> Sum:
        one, other = secrets.randbelow(40) + 11, secrets.randbelow(9) + 1
        return Sum(one, other, signing.dumps([secrets.token_hex(8), one, other], salt=_SALT))

    def _right(self, token: str, answer: str) -> bool:
        try:
            nonce, one, other = signing.loads(token, salt=_SALT, max_age=_SECONDS)
            right = int(answer.strip()[:9]) == one + other
        except (signing.BadSignature, ValueError):
            return False
        return right and self._first(nonce)

    def _first(self, nonce: str) -> bool:
        """Whether a question is answered for the first time; one right answer does not open for a thousand tips."""
        now = self._clock()
        with self._lock:
            self._used = {each: at for each, at in self._used.items() if now - at < _SECONDS}
            if nonce in self._used:
                return False
            self._used[nonce] = now
            return True


gate = Gate()
