"""How a source is: well, late, silent, suddenly empty, failing, or with another layout; with words that say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from barometer.sources.watched import WatchedSource

HealthState = Literal["well", "late", "silent", "empty", "failing", "layout"]

#: The usual is taken from so many days.
HISTORY = timedelta(days=28)
#: A source is late when this many of its rounds have not been made.
_MISSED = 3
#: So many rounds must fail in a row; one failure is the weather.
_FAILURES = 2
#: Silence is an alarm where as many items as this were due: by chance that many fail to come once in a hundred times.
_DUE = 4.6
_SHORTEST_SILENCE = timedelta(days=2)


@dataclass(frozen=True)
class RoundFact:
    """A visit: when, how many items the source showed and how many were new; whether it could be read."""

    at: datetime
    shown: int = 0
    new: int = 0
    answered: bool = True
    layout: bool = False


@dataclass(frozen=True)
class Health:
    """How a source is, `since` when (None where it is well), and why; `usual` is in new items a day."""

    state: HealthState
    since: datetime | None
    words: tuple[str, ...]
    usual: float
    last_success: datetime | None


def health(rounds: Sequence[RoundFact], source: WatchedSource, now: datetime) -> Health:
    """The health of a source by its rounds, in whatever order. The gravest that holds is told."""
    told = sorted(rounds, key=lambda each: each.at)
    good = [each for each in told if each.answered and not each.layout]
    state, since, words = _state(told, good, source, now)
    return Health(state, since, words, _usual(good, now), good[-1].at if good else None)


def _state(
    told: Sequence[RoundFact], good: Sequence[RoundFact], source: WatchedSource, now: datetime
) -> tuple[HealthState, datetime | None, tuple[str, ...]]:
    if not told:
        return "late", None, ("it has not been asked yet",)
    rhythm = timedelta(minutes=source.every)
    bad = told[len(told) - _bad_at_end(told) :]
    if bad and bad[-1].layout:
        first = next(each for each in bad if each.layout)
        return "layout", first.at, ("the page no longer has the place that it is read by",)
    if len(bad) >= _FAILURES or (bad and not good):
        times = "once" if len(bad) == 1 else f"{len(bad)} times in a row"
        return "failing", bad[0].at, (f"it could not be read {times}",)
    if now - told[-1].at > _MISSED * rhythm + timedelta(minutes=5):
        return (
            "late",
            told[-1].at,
            (f"it is due every {_span(rhythm)} and was asked {_span(now - told[-1].at)} ago",),
        )
    if emptied := _emptied(good, source):
        return emptied
    if silent := _silent(good, source, now):
        return silent
    return "well", None, _beyond(good, source, now)


def _bad_at_end(told: Sequence[RoundFact]) -> int:
    count = 0
    for each in reversed(told):
        if each.answered and not each.layout:
            break
        count += 1
    return count


def _emptied(
    good: Sequence[RoundFact], source: WatchedSource
) -> tuple[HealthState, datetime, tuple[str, ...]] | None:
    """A source that shows nothing after it showed something. A mailbox shows only what is new."""
    full = [at for at, each in enumerate(good) if each.shown]
    if source.kind == "mailbox" or not good or good[-1].shown or not full:
        return None
    before, first = good[full[-1]], good[full[-1] + 1]
    return (
        "empty",
        first.at,
        (f"it shows nothing now; on {before.at:%Y-%m-%d %H:%M} it showed {before.shown}",),
    )


def _silent(
    good: Sequence[RoundFact], source: WatchedSource, now: datetime
) -> tuple[HealthState, datetime, tuple[str, ...]] | None:
    """Nothing new for so long that it is no chance; by the least that is expected, else half of the usual."""
    if not good:
        return None
    last = next((each.at for each in reversed(good) if each.new), good[0].at)
    usual = _usual([each for each in good if each.at <= last], last)
    rate = float(source.expected[0]) or usual / 2
    quiet = now - last
    if quiet < _SHORTEST_SILENCE or rate * (quiet / timedelta(days=1)) < _DUE:
        return None
    expected = (
        f"{source.expected[0]} a day are expected" if source.expected[0] else f"{usual:.1f} a day are usual"
    )
    return "silent", last, (f"nothing new for {_span(quiet)}; {expected}",)


def _beyond(good: Sequence[RoundFact], source: WatchedSource, now: datetime) -> tuple[str, ...]:
    """Words on a day outside the expected range, which is no alarm."""
    today = sum(each.new for each in good if now - each.at < timedelta(days=1))
    if source.expected[1] and today > source.expected[1]:
        return (f"{today} new in a day; {source.expected[1]} at most are expected",)
    return ()


def _usual(good: Sequence[RoundFact], now: datetime) -> float:
    """New items a day over the last four weeks, or since the first visit; that visit itself, which meets all, left out."""
    recent = [each for each in good[1:] if now - each.at <= HISTORY]
    if not recent:
        return 0.0
    days = (now - max(good[0].at, now - HISTORY)) / timedelta(days=1)
    return sum(each.new for each in recent) / max(days, 1.0)


def _span(time: timedelta) -> str:
    """ "3 days", "5 hours", "40 minutes"."""
    minutes = int(time / timedelta(minutes=1))
    for size, word in ((24 * 60, "day"), (60, "hour")):
        if minutes >= 2 * size or minutes == size:
            count = minutes // size
            return f"{count} {word}{'' if count == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
