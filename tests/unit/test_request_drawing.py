"""Where things stand on the drawn clock of a request."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from barometer.deadlines.values import Clock, Standing


@pytest.fixture
def drawn(monkeypatch):
    from barometer.web.requests import drawing

    def draw(clock: Clock, due: date, today: date, *steps: tuple[str, date]):
        rows = [SimpleNamespace(kind=kind, day=day) for kind, day in steps]
        monkeypatch.setattr(drawing, "told", lambda request: rows)
        request = SimpleNamespace(sent_on=date(2026, 5, 1))
        return drawing.drawn(request, Standing(clock, due, 0, None), today)

    return draw


def test_an_open_request_is_drawn_to_its_last_day(drawn):
    line = drawn(Clock.OPEN, date(2026, 5, 11), date(2026, 5, 6))
    assert (line.due, line.today, line.past) == (1000.0, 500.0, 0.0)
    assert [(one.x, one.shape) for one in line.marks] == [(0.0, "sent")]


def test_a_late_one_is_drawn_to_today(drawn):
    line = drawn(Clock.LATE, date(2026, 5, 6), date(2026, 5, 21), ("extended", date(2026, 5, 3)))
    assert (line.due, line.today, line.past) == (250.0, 1000.0, 750.0)
    assert [(one.x, one.shape) for one in line.marks[1:]] == [(100.0, "other")]


def test_an_answered_one_ends_with_its_answer(drawn):
    line = drawn(Clock.AFTER_TIME, date(2026, 5, 6), date(2031, 1, 1), ("answered", date(2026, 5, 11)))
    assert (line.due, line.today, line.past) == (500.0, None, 500.0)
    assert line.marks[-1].shape == "good"


def test_one_of_a_single_day_divides_by_nothing(drawn):
    assert drawn(Clock.SOON, date(2026, 5, 1), date(2026, 5, 1)).due == 0.0
